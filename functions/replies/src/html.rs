//! What somebody wrote in HTML, for mails that have no plain part.
//!
//! Such mails are rare, and all that is wanted of one is the lines above what it quotes. So nothing is built of it: it is cut
//! where the quoted letter begins, as mail programs mark that, and the library's reader takes the tags away.

use mail_parser::decoders::html::html_to_text;

/// What stands in the tag with which a quoted letter begins.
const QUOTED: [&str; 13] = [
    "<blockquote",
    "gmail_quote",
    "gmail_attr",
    "yahoo_quoted",
    "moz-cite-prefix",
    "moz-forward-container",
    "protonmail_quote",
    "tutanota_quote",
    "zmail_extra",
    "divrplyfwdmsg",
    "appendonsend",
    "border-top:solid #e1e1e1",
    "border-top:solid #b5c4df",
];

/// Tags that end a line and that the library does not take for such.
const LINES: [&str; 8] = ["</div>", "</li>", "</tr>", "</h1>", "</h2>", "</h3>", "</table>", "</blockquote>"];

/// The lines above what is quoted; all of them where nothing stands above.
pub(crate) fn own(html: &str) -> String {
    let small = html.to_ascii_lowercase();
    let marked = QUOTED.iter().filter_map(|mark| small.find(mark)).min();
    // To the start of the tag the mark stands in.
    let cut = marked.map(|at| small.get(..=at).and_then(|before| before.rfind('<')).unwrap_or(at));
    let above = text(html.get(..cut.unwrap_or(html.len())).unwrap_or(html));
    if !above.trim().is_empty() || cut.is_none() {
        return above;
    }
    let below = small.rfind("</blockquote>").map(|at| at + "</blockquote>".len());
    text(below.and_then(|from| html.get(from..)).unwrap_or_default())
}

fn text(html: &str) -> String {
    let mut broken = String::with_capacity(html.len() + 64);
    let small = html.to_ascii_lowercase();
    let mut from = 0;
    while let Some(at) = small.get(from..).and_then(|rest| rest.find("</")).map(|at| from + at) {
        let rest = small.get(at..).unwrap_or_default();
        let ends = LINES.iter().find(|tag| rest.starts_with(**tag));
        let upto = at + ends.map_or(2, |tag| tag.len());
        broken.push_str(html.get(from..upto).unwrap_or_default());
        if ends.is_some() {
            broken.push_str("<br>");
        }
        from = upto;
    }
    broken.push_str(html.get(from..).unwrap_or_default());
    html_to_text(&broken)
}

#[cfg(test)]
mod tests {
    use super::own;

    fn lines(html: &str) -> Vec<String> {
        own(html).lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
    }

    #[test]
    fn the_lines_above_the_letter_are_kept() {
        for (html, expected) in [
            (
                "<div dir=\"ltr\">9<br><br>Great &amp; quick</div><br><div class=\"gmail_quote\">On Fri<blockquote>0</blockquote></div>",
                &["9", "Great & quick"][..],
            ),
            (
                "<html><head><style>p{x}</style></head><body><p>9</p><p>Great</p><div id=\"divRplyFwdMsg\"><b>From:</b> x</div>",
                &["9", "Great"],
            ),
            (
                "<div>9</div><div>Great</div><div style='border:none;border-top:solid #E1E1E1 1.0pt'>Von: x</div>",
                &["9", "Great"],
            ),
            ("<P>9</P><BLOCKQUOTE type=cite>0</BLOCKQUOTE>", &["9"]),
            ("<blockquote>How likely?</blockquote><p>9</p>", &["9"]),
            ("9", &["9"]),
            ("", &[]),
            ("<script>8</script><!-- 7 --><p>9</p>", &["9"]),
        ] {
            assert_eq!(lines(html), expected, "{html}");
        }
    }

    #[test]
    fn letters_before_a_mark_may_be_of_any_length() {
        assert_eq!(lines("<p>ß İ 日本</p><DIV class=yahoo_quoted>x"), ["ß İ 日本"]);
    }
}
