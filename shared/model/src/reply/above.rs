//! What somebody wrote themselves: the text of a reply without the letter they replied to, and without what their telephone
//! put under it.
//!
//! Mail programs mark the letter below in a hundred ways, and in every language. They are told by their shape where that is
//! possible: lines that begin with `>`, a line that ends with a colon and names an address and a date, three header fields
//! in a row. Words of languages only help.

use super::phrases::{ON, SENT_FROM, WROTE};

/// The most lines the sentence above a quoted letter is broken into.
const BROKEN: usize = 4;

/// The longest such sentence, in bytes.
const SENTENCE: usize = 400;

/// Takes what stands above the quoted letter; where nothing does, what stands between and below the quoted lines.
#[must_use]
pub fn above(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    let lines: Vec<&str> = text.lines().collect();
    let end = own(&lines);
    let said = tidy(lines.get(..end).unwrap_or_default());
    if !said.is_empty() || !lines.iter().any(|line| is_quoted(line)) {
        return said;
    }
    // Written below the letter, as people used to.
    let below: Vec<&str> = lines.iter().skip(end).copied().skip_while(|line| !is_quoted(line)).collect();
    let unquoted: Vec<&str> = below.into_iter().filter(|line| !is_quoted(line)).collect();
    let end = own(&unquoted);
    tidy(unquoted.get(..end).unwrap_or_default())
}

/// How many lines come before a letter that is quoted, or a signature.
fn own(lines: &[&str]) -> usize {
    for (at, line) in lines.iter().enumerate() {
        let trimmed = line.trim();
        if is_quoted(line) || is_divider(trimmed) || trimmed == "--" || is_sent_from(trimmed) || is_header(lines, at) {
            return at;
        }
        if let Some(start) = sentence(lines, at) {
            return start;
        }
    }
    lines.len()
}

fn is_quoted(line: &str) -> bool {
    line.trim_start().starts_with('>')
}

/// `-----Original Message-----` in any language, and the long line of Outlook.
fn is_divider(line: &str) -> bool {
    let worded = line.starts_with("--") && line.ends_with("--") && line.chars().any(char::is_alphabetic);
    worded || line.len() >= 10 && line.bytes().all(|b| b == b'_')
}

fn is_sent_from(line: &str) -> bool {
    let small = line.trim_start_matches(['*', '_', '(', '[']).to_lowercase();
    let end = small.trim_end_matches(['.', ']', ')', '*', '_']);
    line.chars().count() <= 100 && SENT_FROM.iter().any(|words| small.starts_with(words) || end.ends_with(words.trim()))
}

/// Three fields in a row, one of them with an address: `From: … Sent: … To: …`.
fn is_header(lines: &[&str], at: usize) -> bool {
    let fields: Vec<&str> = lines.iter().skip(at).take(3).copied().collect();
    fields.len() == 3 && fields.iter().all(|line| is_field(line)) && fields.iter().any(|line| line.contains('@'))
}

fn is_field(line: &str) -> bool {
    let line = line.trim().trim_start_matches('*');
    let Some(colon) = line.find([':', '：']) else { return false };
    let (name, value) = line.split_at(colon);
    let value = value.trim_start_matches([':', '：', '*', ' ', '\u{a0}', '\t']);
    let named = (1..=24).contains(&name.trim().chars().count())
        && name.chars().all(|c| !c.is_numeric() && !matches!(c, '@' | '/' | '<' | '"' | ',' | ';' | '?' | '!'));
    named && !value.is_empty() && !value.starts_with('/')
}

/// Where the sentence begins that ends in this line and says who wrote what is quoted below, if there is one.
fn sentence(lines: &[&str], end: usize) -> Option<usize> {
    let last = lines.get(end)?.trim().trim_end_matches(['*', '_']);
    if !last.ends_with([':', '：']) {
        return None;
    }
    let quoted_below =
        lines.iter().skip(end + 1).find(|line| !line.trim().is_empty()).is_some_and(|line| is_quoted(line));
    let mut said = String::new();
    for start in (end.saturating_sub(BROKEN - 1)..=end).rev() {
        let line = lines.get(start)?.trim();
        if line.is_empty() {
            return None;
        }
        said = format!("{line} {said}");
        if said.len() > SENTENCE {
            return None;
        }
        let dated = said.chars().any(char::is_numeric);
        let addressed = said.contains('@') && (said.contains('<') || said.contains("mailto:") || quoted_below);
        let small = said.to_lowercase();
        let wrote = WROTE.iter().any(|word| small.contains(word));
        if dated && (addressed || wrote || quoted_below) {
            return Some(begin(lines, start));
        }
    }
    None
}

/// The line above as well, where the sentence plainly begins there.
fn begin(lines: &[&str], start: usize) -> usize {
    let starts = |at: usize| {
        lines.get(at).is_some_and(|line| {
            let small = line.trim().to_lowercase();
            ON.iter().any(|word| small.starts_with(word)) && small.chars().any(char::is_numeric)
        })
    };
    match start.checked_sub(1) {
        Some(before) if !starts(start) && starts(before) => before,
        _ => start,
    }
}

/// A text that quotes nothing, as a comment keeps it.
#[must_use]
pub fn tidied(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    tidy(&text.lines().collect::<Vec<_>>())
}

/// Lines as a comment keeps them: no blanks at their ends, no control characters, one blank line at most between others.
fn tidy(lines: &[&str]) -> String {
    let mut said = String::new();
    let mut blank = 0;
    for line in lines {
        let line: String = line.replace(['\u{a0}', '\u{202f}', '\t'], " ");
        let line: String = line.chars().filter(|c| !c.is_control() && !matches!(c, '\u{feff}' | '\u{200b}')).collect();
        let line = line.trim();
        if line.is_empty() {
            blank += 1;
            continue;
        }
        if !said.is_empty() {
            said.push_str(if blank > 0 { "\n\n" } else { "\n" });
        }
        said.push_str(line);
        blank = 0;
    }
    said
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::above;

    #[test]
    fn what_stands_above_the_letter_is_what_was_written() {
        let letter = "Hello Ada,\n\nHow likely are you to recommend us?\n\n0 = Not at all likely\n";
        let quoted: String = letter.lines().map(|line| format!("> {line}\n")).collect();
        for program in [
            format!("On Fri, 27 Nov 2026 at 10:00, Example Company <hello@company.example> wrote:\n\n{quoted}"),
            format!("On Fri, Nov 27, 2026 at 10:00 AM Example Company <\nhello@company.example> wrote:\n\n{quoted}"),
            format!("On Fri, Nov 27, 2026 at 10:00 AM Example Company\n<hello9@company.example> wrote:\n\n{quoted}"),
            format!("On 27 Nov 2026, at 10:00, Example Company wrote:\n\n{letter}"),
            format!("Am Fr., 27. Nov. 2026 um 10:00 Uhr schrieb Example Company <hello@company.example>:\n\n{quoted}"),
            format!("Am 27.11.2026 um 10:00 schrieb Example Company:\n{quoted}"),
            format!("Le ven. 27 nov. 2026 à 10:00, Example Company <hello@company.example> a\nécrit :\n\n{quoted}"),
            format!("El vie, 27 nov 2026 a las 10:00, Example (<hello@company.example>)\nescribió:\n\n{quoted}"),
            format!("2026年11月27日(金) 10:00 Example Company <hello@company.example>:\n\n{quoted}"),
            format!("2026년 11월 27일 (금) 오전 10:00, Example <hello@company.example>님이 작성:\n\n{quoted}"),
            format!("в пт, 27 нояб. 2026 г. в 10:00, Example <hello@company.example>:\n\n{quoted}"),
            format!("-----Original Message-----\nFrom: Example Company\nSent: Friday\n\n{letter}"),
            format!("-----Ursprüngliche Nachricht-----\nVon: Example Company\n\n{letter}"),
            format!("---------- Forwarded message ---------\nFrom: Example Company\n\n{letter}"),
            format!("________________________________\nFrom: Example Company <hello@company.example>\n\n{letter}"),
            format!(
                "From: Example Company <hello@company.example>\nSent: Friday, 27 November 2026 10:00\nTo: Ada\n\n{letter}"
            ),
            format!(
                "*Von:* Example <hello@company.example>\n*Gesendet:* Freitag, 27. November 2026\n*An:* Ada\n\n{letter}"
            ),
            format!("Od: Example <hello@company.example>\nWysłano: piątek, 27 listopada 2026\nDo: Ada\n\n{letter}"),
            format!("差出人: Example <hello@company.example>\n送信日時: 2026年11月27日 10:00\n宛先: Ada\n\n{letter}"),
            format!("-- \nAda Example\nCEO\n+49 30 10\n\n{quoted}"),
            format!("Sent from my iPhone\n\n> On 27 Nov 2026, at 10:00, Example wrote:\n> \n{quoted}"),
            format!("Von meinem iPhone gesendet\n\n> Am 27.11.2026 um 10:00 schrieb Example:\n{quoted}"),
            format!("Get Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\n{letter}"),
            format!("Envoyé de mon iPhone\n\n{quoted}"),
            format!("iPhoneから送信\n\n{quoted}"),
            quoted.clone(),
        ] {
            assert_eq!(
                above(&format!("9\n\nGreat work,\nreally.\n\n{program}")),
                "9\n\nGreat work,\nreally.",
                "{program}"
            );
            assert_eq!(above(&format!("9\r\n{}", program.replace('\n', "\r\n"))), "9", "{program}");
            assert_eq!(above(&format!("\n\n{program}")), "", "nothing: {program}");
        }
    }

    #[test]
    fn what_stands_below_and_between_counts_where_nothing_is_above() {
        let below = "On Fri, 27 Nov 2026 at 10:00, Example <hello@company.example> wrote:\n> How likely are you?\n\n9\n\nGreat\n";
        assert_eq!(above(below), "9\n\nGreat");
        let between = "> How likely are you?\n9\n> 0 = Not at all\n\n-- \nAda\n";
        assert_eq!(above(between), "9");
    }

    #[test]
    fn what_only_looks_like_a_letter_stays() {
        for text in [
            "Please note:\nit was slow.",
            "Three things: price, support, speed.",
            "Price: too high\nSupport: fine\nSpeed: fine",
            "I wrote: it was slow",
            "-- it was slow",
            "My address is ada@example.com",
            "See https://example.com/a: it is all there",
            "On Monday we met.\nIt went well.",
        ] {
            assert_eq!(above(text), text);
        }
    }

    #[test]
    fn blanks_and_control_characters_go() {
        assert_eq!(super::tidied(" 9\u{a0}great\u{7}\r\n> really\r\r\rYes "), "9 great\n> really\n\nYes");
        assert_eq!(above(" 9\u{a0} \n\n\n\n Great\u{0}\u{7} \u{feff}\n"), "9\n\nGreat");
    }

    proptest! {
        #[test]
        fn any_text_ends(text in any::<String>()) {
            assert!(above(&text).len() <= text.len() * 2 + 2);
        }

        #[test]
        fn lines_in_any_order_end(text in "([>:@<a1 -]{0,8}\n){0,12}") {
            let said = above(&text);
            assert!(!said.lines().any(|line| line.starts_with('>')), "{text:?}");
        }
    }
}
