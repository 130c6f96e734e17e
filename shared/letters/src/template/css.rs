//! What a style may say.

use super::clients::knows;

/// Bytes of styles after which Gmail leaves all of them out.
pub(super) const MOST: usize = 8_192;

/// Why nothing is loaded.
const ELSEWHERE: &str = "most mail programs do not, and those that do tell others who read it";

/// Something in a style: the words it is found by, and what is wrong with them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Complaint {
    pub(super) quote: String,
    pub(super) what: String,
    /// Whether the letter cannot be sent so.
    pub(super) refused: bool,
}

fn refused(quote: &str, what: impl Into<String>) -> Complaint {
    Complaint { quote: quote.to_owned(), what: what.into(), refused: true }
}

fn doubtful(quote: &str, what: impl Into<String>) -> Complaint {
    Complaint { quote: quote.to_owned(), what: what.into(), refused: false }
}

/// What is wrong with the value of a `style`.
pub(super) fn inline(style: &str) -> Vec<Complaint> {
    let mut complaints = dangers(style);
    complaints.extend(properties(&without_comments(style)));
    complaints
}

/// What is wrong with the text of a `<style>`.
pub(super) fn sheet(css: &str) -> Vec<Complaint> {
    let mut complaints = dangers(css);
    let plain = without_comments(css);
    for (at, _) in plain.match_indices('@') {
        let name: String = plain[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || "@-".contains(*c)).collect();
        match name.to_ascii_lowercase().as_str() {
            "@media" => {}
            "@import" => {
                complaints.push(refused(&name, format!("a letter loads no styles from elsewhere: {ELSEWHERE}")))
            }
            "@font-face" => {
                let what = format!("a letter loads no fonts: {ELSEWHERE}; name fonts that people have");
                complaints.push(refused(&name, what));
            }
            _ => complaints.push(doubtful(&name, format!("`{name}` is left out by some mail programs"))),
        }
    }
    // What is in the innermost braces are declarations.
    let mut rest = plain.as_str();
    while let Some(end) = rest.find('}') {
        if let Some(start) = rest[..end].rfind('{') {
            complaints.extend(properties(&rest[start + 1..end]));
        }
        rest = &rest[end + 1..];
    }
    if css.len() > MOST {
        complaints.push(doubtful(
            "<style",
            format!("Gmail leaves out styles of more than {MOST} bytes, and all others with them"),
        ));
    }
    complaints
}

/// The declarations of a style, as `(property, value)` in small letters.
pub(super) fn declarations(style: &str) -> impl Iterator<Item = (String, String)> {
    style.split(';').filter_map(|one| {
        let (property, value) = one.split_once(':')?;
        let value = value.to_ascii_lowercase().replace("!important", "");
        Some((property.trim().to_ascii_lowercase(), value.trim().to_owned()))
    })
}

/// Properties that some mail programs leave out.
fn properties(style: &str) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (property, value) in declarations(style) {
        let modern = property == "display" && ["flex", "grid"].iter().any(|kind| value.contains(kind));
        if modern {
            complaints
                .push(doubtful(&value, format!("`display: {value}` is left out by some mail programs; use tables")));
        } else if !property.is_empty() && !knows(&property) {
            let what =
                format!("`{property}` is left out by some mail programs; see that the letter can be read without it");
            complaints.push(doubtful(&property, what));
        }
    }
    complaints
}

/// What runs, loads, or hides what it says.
fn dangers(css: &str) -> Vec<Complaint> {
    let lower = css.to_ascii_lowercase();
    let mut complaints = Vec::new();
    for (word, what) in [
        ("\\", "no character of a style is written as an escape: nobody sees what it says"),
        ("expression(", "no style runs anything"),
        ("javascript:", "no style runs anything"),
        ("behavior", "no style runs anything"),
        ("-moz-binding", "no style runs anything"),
        ("<!--", "styles need no comment of HTML around them"),
    ] {
        if lower.contains(word) {
            complaints.push(refused(word, what));
        }
    }
    for (at, _) in lower.match_indices("url(") {
        let inner = css.get(at + 4..).unwrap_or_default();
        let url = inner.split(')').next().unwrap_or_default().trim().trim_matches(['"', '\'']);
        if !url.starts_with("https://") {
            complaints.push(refused(url, "a picture is at an address that begins with https://"));
        }
    }
    complaints
}

fn without_comments(css: &str) -> String {
    let mut kept = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        kept.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    use super::{inline, sheet};

    #[test]
    fn what_runs_or_loads_is_refused() {
        for style in [
            "width: expression(alert(1))",
            "background: url(javascript:alert(1))",
            "background: url('http://a.example/a.png')",
            "background: url(data:image/png;base64,AAAA)",
            "background: \\75rl(https://a.example/a.png)",
            "behavior: url(https://a.example/a.htc)",
            "-moz-binding: url(https://a.example/a.xml)",
        ] {
            assert!(inline(style).iter().any(|one| one.refused), "{style}");
        }
        for css in
            ["@import 'https://a.example/a.css';", "@FONT-FACE { src: url(https://a.example/a.woff) }", "<!-- p {} -->"]
        {
            assert!(sheet(css).iter().any(|one| one.refused), "{css}");
        }
        let fine = "@media (max-width: 400px) { .a { color: #fff !important; padding: 0 /* a */ } .b{margin:0} }";
        assert_eq!(sheet(fine), []);
        assert_eq!(inline("color:#fff; background: #000 url(https://a.example/a.png); mso-hide:all"), []);
    }

    #[test]
    fn what_some_leave_out_is_named() {
        let names = |style: &str| inline(style).into_iter().map(|one| (one.quote, one.refused)).collect::<Vec<_>>();
        assert_eq!(names("position:absolute; color:red"), [("position".to_owned(), false)]);
        assert_eq!(names("display:inline-flex"), [("inline-flex".to_owned(), false)]);
        assert_eq!(sheet(&format!(".a{{color:#fff}}{}", " ".repeat(9000))).len(), 1);
    }
}
