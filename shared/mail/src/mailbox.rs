//! The sender as a header field carries it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt;

use letters::line;

/// Bytes of text in one encoded word: base64 makes 60 of 45, and the word may have 75 with its frame.
const WORD: usize = 45;

/// A name and an address, as in the `From` field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Mailbox<'a> {
    /// The name people see; may hold any character, and may be empty.
    pub name: &'a str,
    /// The bare address.
    pub email: &'a str,
}

impl Mailbox<'_> {
    /// The field's value: the name quoted (RFC 5322), or encoded where it is not plain ASCII (RFC 2047).
    ///
    /// SES takes this field as it is and refuses a raw name that is not ASCII.
    pub(crate) fn field(&self) -> String {
        let name = line(self.name, 100);
        if name.is_empty() {
            self.email.to_owned()
        } else if name.is_ascii() {
            let quoted = name.replace('\\', "\\\\").replace('"', "\\\"");
            format!("\"{quoted}\" <{}>", self.email)
        } else {
            format!("{} <{}>", encoded(&name), self.email)
        }
    }
}

impl fmt::Debug for Mailbox<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The sender is somebody's address too.
        f.write_str("Mailbox(…)")
    }
}

/// Encoded words of whole characters, since a reader decodes each word on its own.
fn encoded(name: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for character in name.chars() {
        if word.len() + character.len_utf8() > WORD {
            words.push(std::mem::take(&mut word));
        }
        word.push(character);
    }
    words.push(word);
    words.iter().map(|word| format!("=?UTF-8?B?{}?=", STANDARD.encode(word))).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{Mailbox, STANDARD};
    use base64::Engine;

    fn field(name: &str) -> String {
        Mailbox { name, email: "nps@example.com" }.field()
    }

    #[test]
    fn plain_names_are_quoted() {
        assert_eq!(field("Example, Inc."), "\"Example, Inc.\" <nps@example.com>");
        assert_eq!(field(r#"The "best" \ team"#), r#""The \"best\" \\ team" <nps@example.com>"#);
        assert_eq!(field(" \r\n"), "nps@example.com");
    }

    #[test]
    fn a_name_cannot_add_a_header_or_an_address() {
        assert_eq!(
            field("Eve\r\nBcc: x@example.com\" <eve@example.com>"),
            "\"Eve Bcc: x@example.com\\\" <eve@example.com>\" <nps@example.com>"
        );
    }

    #[test]
    fn other_alphabets_become_encoded_words_of_whole_characters() {
        assert_eq!(field("Müller"), "=?UTF-8?B?TcO8bGxlcg==?= <nps@example.com>");
        let name = "株式会社エヌピーエスループ顧客満足度調査部門";
        let field = field(name);
        let words: Vec<&str> = field.split(' ').filter(|word| word.starts_with("=?")).collect();
        assert!(words.len() > 1 && words.iter().all(|word| word.len() <= 75), "{field}");
        let decoded: String = words
            .iter()
            .map(|word| {
                let inner = word.strip_prefix("=?UTF-8?B?").and_then(|word| word.strip_suffix("?="));
                String::from_utf8(STANDARD.decode(inner.expect("framed")).expect("base64")).expect("whole characters")
            })
            .collect();
        assert_eq!(decoded, name);
    }
}
