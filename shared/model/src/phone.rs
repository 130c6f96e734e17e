//! Phone numbers, the same however they are written.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Fewest digits of a number; an extension has fewer.
const FEWEST: usize = 4;

/// Most digits of a number, country code included (E.164).
const MOST: usize = 15;

/// Fewest digits of a number with its country code.
const SHORTEST: usize = 7;

/// The digits of a phone number, with the country code first where the number named one. `Display` and `Debug` mask
/// them; [`Phone::expose`] does not.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Phone(String);

impl Phone {
    /// Reads a number as people, CRMs and softphones write it: `+49 (30) 12-34`, `0049 30 1234`, `tel:+49301234`,
    /// `+49 (0)30 1234 ext. 5`. All of these are `49301234`. A number that names no country stays its digits, since
    /// nobody can tell which one is meant. `None` for what is no number.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        read(text).map(|(number, _)| number)
    }

    /// Reads a number that names its country, with `+` or `00`: the only kind that can be called from anywhere. No country's
    /// code begins with a nought, and no number is shorter than [`SHORTEST`] digits with it.
    #[must_use]
    pub fn international(text: &str) -> Option<Self> {
        let (number, international) = read(text)?;
        (international && number.0.len() >= SHORTEST && !number.0.starts_with('0')).then_some(number)
    }

    /// As E.164 writes a number that names its country. Never for a log.
    #[must_use]
    pub fn e164(&self) -> String {
        format!("+{}", self.0)
    }

    /// The digits: for the key of a card, and for people who may see it. Never for a log.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// Reads a number, and whether it names its country.
fn read(text: &str) -> Option<(Phone, bool)> {
    let text = text.trim();
    let text = text.get(..4).filter(|scheme| scheme.eq_ignore_ascii_case("tel:")).map_or(text, |_| &text[4..]);
    let text = text.split(';').next().unwrap_or_default();
    // An extension is no part of the number that is shown to whoever is called.
    let lower = text.to_ascii_lowercase();
    let end = [" ext", " x"].into_iter().filter_map(|word| lower.find(word)).min().unwrap_or(text.len());
    let text = &text[..end];
    let mut digits = String::new();
    let mut international = false;
    for c in text.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '+' if digits.is_empty() && !international => international = true,
            ' ' | '-' | '.' | '/' | '(' | ')' | '\u{a0}' | '\u{202f}' | '\u{2010}'..='\u{2015}' => {}
            // What some telephones put around a number they copy.
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' => {}
            _ => return None,
        }
    }
    if !international && let Some(rest) = digits.strip_prefix("00") {
        digits = rest.to_owned();
        international = true;
    }
    // Only dialled within the country: `+49 (0)30` is `+49 30`.
    if international && let Some(at) = text.find("(0)") {
        let before = text[..at].chars().filter(char::is_ascii_digit).count();
        let at = if text.contains('+') { Some(before) } else { before.checked_sub(2) };
        if let Some(at) = at.filter(|at| digits[*at..].starts_with('0')) {
            digits.remove(at);
        }
    }
    (FEWEST..=MOST).contains(&digits.len()).then_some((Phone(digits), international))
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::*;

    #[test]
    fn only_a_number_that_names_its_country_is_international() {
        for (text, digits) in [
            ("+49 (0)30 1234", Some("49301234")),
            ("tel:+49-30-1234", Some("49301234")),
            ("0049 30 1234", Some("49301234")),
            ("030 1234", None),
            ("49301234", None),
            ("+030 1234", None),
            ("+49 30", None),
            ("+", None),
        ] {
            assert_eq!(Phone::international(text).as_ref().map(Phone::expose), digits, "{text}");
        }
    }

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        for (text, digits) in [
            ("+49301234", Some("49301234")),
            ("+49 (30) 12-34", Some("49301234")),
            ("0049301234", Some("49301234")),
            ("0049 30 / 12 34", Some("49301234")),
            ("(+49) 30.1234", Some("49301234")),
            ("+49 (0)30 1234", Some("49301234")),
            ("0049 (0) 30 1234", Some("49301234")),
            ("0(0)491234", Some("491234")),
            ("0049 (0)30 1234", Some("49301234")),
            ("+49 (0)30 1234 ext. 56", Some("49301234")),
            ("+1 555 010 9999 x12", Some("15550109999")),
            ("tel:+49-30-1234;ext=5", Some("49301234")),
            ("TEL:+49301234", Some("49301234")),
            ("\u{202a}+49\u{a0}30\u{2011}1234\u{202c}", Some("49301234")),
            (" 49301234 ", Some("49301234")),
            ("030 1234", Some("0301234")),
            ("(030) 12 34", Some("0301234")),
            ("(0)30 1234", Some("0301234")),
            ("110", None),
            ("1234567890123456", None),
            ("", None),
            ("+", None),
            ("++4930123", None),
            ("49+301234", None),
            ("0035g00000C2", None),
            ("ada@example.com", None),
            ("٤٩٣٠١٢٣٤", None),
            ("1234\r\n5", None),
        ] {
            assert_eq!(Phone::parse(text).as_ref().map(Phone::expose), digits, "{text:?}");
        }
    }

    #[test]
    fn nobody_prints_one_by_accident() {
        let phone = Phone::parse("+49301234").unwrap();
        assert_eq!(format!("{phone} {phone:?}"), "*** ***");
    }

    proptest! {
        #[test]
        fn any_text_is_read_and_its_digits_are_read_back(text in "[+0-9 ()x;ä.-]{0,30}") {
            if let Some(phone) = Phone::parse(&text) {
                let again = Phone::parse(&format!("+{}", phone.expose()));
                prop_assert_eq!(again, Some(phone));
            }
        }
    }
}
