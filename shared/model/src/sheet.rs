//! Texts in the cells of a spreadsheet: there, what begins like a formula is run, also where it came from a customer.
//!
//! Such a text gets a quotation mark before it, which spreadsheets read as "this is text" (OWASP, CSV injection). The
//! mark can be taken away again, so that a table that was written here is read here as it was.

use std::borrow::Cow;

/// The mark of a text.
const MARK: char = '\'';

/// What a formula begins with, or what makes the rest of a cell one; the wide forms are the same to some spreadsheets.
fn is_dangerous(first: char) -> bool {
    matches!(first, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
}

/// What some programs leave out before they look whether a cell is a formula.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Whether a text would run, or looks like one that was made harmless.
fn needs_mark(text: &str) -> bool {
    let begins = |rest: &str| rest.chars().next().is_some_and(is_dangerous);
    begins(text.trim_start_matches(MARK)) || begins(text.trim_start_matches(|c| c == MARK || is_blank(c)))
}

/// A text as it is written into a cell.
#[must_use]
pub fn harmless(text: &str) -> Cow<'_, str> {
    if needs_mark(text) { Cow::Owned(format!("{MARK}{text}")) } else { Cow::Borrowed(text) }
}

/// A text as it was before it was written into a cell.
#[must_use]
pub fn original(cell: &str) -> &str {
    cell.strip_prefix(MARK).filter(|text| needs_mark(text)).unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    #[test]
    fn nothing_that_runs_stays_as_it_is() {
        for text in [
            "=HYPERLINK(\"http://evil.example\",\"Click\")",
            "=cmd|' /C calc'!A0",
            "+49 30 1234",
            "-1+1",
            "@SUM(1+1)",
            "\t=1+1",
            "\r=1+1",
            "\n=1+1",
            "＝1+1",
            " =1+1",
            "\u{a0} @SUM(1+1)",
            "\u{feff}=1+1",
            "' +1",
        ] {
            assert_eq!(harmless(text), format!("'{text}"));
            assert_eq!(original(&harmless(text)), text);
        }
        for text in ["", " ", "Fine", "\"=1+1\"", "'tis fine", " 'tis fine", "5 > 3", "a=b"] {
            assert_eq!(harmless(text), text);
            assert_eq!(original(text), text);
        }
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_back(text in "['=+@a \\-]{0,6}") {
            let cell = harmless(&text);
            prop_assert_eq!(original(&cell), text.as_str());
            prop_assert!(!cell.chars().next().is_some_and(is_dangerous));
        }
    }
}
