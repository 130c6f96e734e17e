//! Names from a CRM may hold anything; a line of a letter may not.

/// Makes one harmless line of a text somebody else wrote, at most `limit` characters long.
///
/// Line breaks and other control characters become spaces, so that nothing can start a header or a paragraph of its
/// own. Characters that reorder or hide the text around them go. Joiners stay, since names and emoji need them.
pub fn line(text: &str, limit: usize) -> String {
    let mut clean = String::with_capacity(text.len().min(4 * limit));
    for character in text.chars() {
        if character.is_whitespace() || character.is_control() {
            if !clean.is_empty() && !clean.ends_with(' ') {
                clean.push(' ');
            }
        } else if !misleads(character) {
            clean.push(character);
        }
    }
    let clean = clean.trim_end();
    if clean.chars().count() <= limit {
        return clean.to_owned();
    }
    let mut short: String = clean.chars().take(limit.saturating_sub(1)).collect();
    short.truncate(short.trim_end_matches([' ', '\u{200c}', '\u{200d}']).len());
    short.push('…');
    short
}

/// Makes harmless lines of a text with paragraphs, at most `limit` characters in all. An empty line parts paragraphs;
/// there is none at an end, and never two together.
pub fn lines(text: &str, limit: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut left = limit;
    for part in text.replace("\r\n", "\n").split(['\n', '\r', '\u{2028}', '\u{2029}']) {
        let clean = line(part, left.max(1));
        if clean.is_empty() && lines.last().is_none_or(String::is_empty) {
            continue;
        }
        left = left.saturating_sub(clean.chars().count());
        let cut = clean.ends_with('…') && left == 0;
        lines.push(clean);
        if cut || left == 0 {
            break;
        }
    }
    if lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// Whether a character changes how its neighbours are shown, or shows nothing at all.
fn misleads(character: char) -> bool {
    matches!(character,
        '\u{00ad}'                     // soft hyphen
        | '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' // direction
        | '\u{200b}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{feff}'            // no width
        | '\u{fff9}'..='\u{fffb}'      // annotations
        | '\u{e0000}'..='\u{e007f}'    // tags
    )
}

#[cfg(test)]
mod tests {
    use super::{line, lines};

    #[test]
    fn a_line_stays_one_line() {
        assert_eq!(line("Ada\r\nBcc: eve@example.com", 80), "Ada Bcc: eve@example.com");
        assert_eq!(line("\0 Ada\t\u{2028}\u{85} Example \u{7f}", 80), "Ada Example");
        assert_eq!(line(" \r\n ", 80), "");
    }

    #[test]
    fn direction_and_hidden_characters_go_and_joiners_stay() {
        assert_eq!(line("abc\u{202e}gpj\u{2066}.exe\u{200b}\u{feff}", 80), "abcgpj.exe");
        assert_eq!(line("👩\u{200d}🚀 نام\u{200c}ها", 80), "👩\u{200d}🚀 نام\u{200c}ها");
    }

    #[test]
    fn a_text_keeps_its_paragraphs_and_nothing_else() {
        assert_eq!(lines("\r\n\r\nHello,\r\n\n\n\u{202e}Ada\0 Example\n \n", 80), ["Hello,", "", "Ada Example"]);
        assert_eq!(lines(" \n ", 80), Vec::<String>::new());
        assert_eq!(lines("abcdef\nghijkl", 9), ["abcdef", "gh…"]);
        assert_eq!(lines("abcdef\nghijkl", 6), ["abcdef"]);
    }

    #[test]
    fn a_long_line_ends_in_an_ellipsis_within_the_limit() {
        let short = line(&"ß".repeat(200), 60);
        assert_eq!(short.chars().count(), 60);
        assert!(short.ends_with("ß…"));
        assert_eq!(line("Ada Example", 5), "Ada…");
        assert_eq!(line("Ada", 3), "Ada");
    }
}
