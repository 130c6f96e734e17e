//! The QR code of a link: black squares on white, with a margin of four, as every phone reads them.
//!
//! A quarter of it may be covered or torn off (error correction Q), since it hangs where people pass.

use fast_qr::{ECL, QRBuilder, QRCode};

/// Squares of white around it; fewer, and some phones do not see where it begins.
const MARGIN: usize = 4;

/// The least width of the picture, in pixels: sharp on a poster.
const WIDTH: usize = 1_000;

fn code(text: &str) -> Option<QRCode> {
    QRBuilder::new(text).ecl(ECL::Q).build().ok()
}

/// Which squares are black, row by row, without the margin.
fn squares(code: &QRCode) -> impl Iterator<Item = (usize, usize)> + '_ {
    let all = (0..code.size).flat_map(move |y| (0..code.size).map(move |x| (x, y)));
    all.filter(|(x, y)| code[*y][*x].value())
}

/// As SVG, which stays sharp at any size; nothing where the text is too long.
#[must_use]
pub fn svg(text: &str, title: &str) -> Option<String> {
    let code = code(text)?;
    let side = code.size + 2 * MARGIN;
    // Rows of neighbours become one shape each.
    let mut dark = String::new();
    for (y, row) in (MARGIN..).zip((0..code.size).map(|y| &code[y])) {
        let mut x = MARGIN;
        for run in row.chunk_by(|a, b| a.value() == b.value()) {
            let long = run.len();
            if run.first().is_some_and(|square| square.value()) {
                dark.push_str(&format!("M{x} {y}h{long}v1h-{long}z"));
            }
            x += long;
        }
    }
    let title = title.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" role=\"img\" aria-labelledby=\"title\" \
         shape-rendering=\"crispEdges\"><title id=\"title\">{title}</title><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/>\
         <path d=\"{dark}\"/></svg>\n"
    ))
}

/// As PNG of a thousand pixels or a little more, one bit each; nothing where the text is too long.
#[must_use]
pub fn png(text: &str) -> Option<Vec<u8>> {
    let code = code(text)?;
    let side = code.size + 2 * MARGIN;
    let scale = WIDTH.div_ceil(side);
    let width = side * scale;
    let row = width.div_ceil(8);
    // White is 1. What a row has too much is white as well.
    let mut pixels = vec![0xff_u8; row * width];
    for (x, y) in squares(&code) {
        for down in (y + MARGIN) * scale..(y + MARGIN + 1) * scale {
            for across in (x + MARGIN) * scale..(x + MARGIN + 1) * scale {
                pixels[down * row + across / 8] &= !(0x80 >> (across % 8));
            }
        }
    }
    let side = u32::try_from(width).ok()?;
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&pixels).ok()?;
    writer.finish().ok()?;
    Some(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_says_what_it_is_and_nothing_of_anybody_else_gets_into_it() {
        let svg = svg("https://nps.example.com/d/AgEBAgMEBQYHCAkK3q2-7wAAAAAAAAAA", "R&D </title><script>").unwrap();
        assert!(svg.contains("<title id=\"title\">R&amp;D &lt;/title&gt;&lt;script&gt;</title>"));
        // 60 bytes at most at a quarter of errors: 37 squares and the margin.
        assert!(svg.contains("viewBox=\"0 0 45 45\"") && svg.len() < 8_000, "{}", svg.len());
        assert_eq!(super::svg(&"x".repeat(4_000), ""), None);
    }
}
