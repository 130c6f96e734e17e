//! A mail, opened: who wrote it, what its head says, and what stands in it.

use mail_parser::{Message, MessageParser, MimeHeaders as _, PartType};
use model::Email;

use crate::html;

/// The most text that is looked at, in bytes: nobody types more.
const MOST: usize = 256 * 1024;

/// What is needed of a mail.
#[derive(Clone, Default)]
pub struct Opened {
    /// The address in its `From`, if it is one.
    pub from: Option<Email>,
    /// The same as it is written.
    pub from_text: String,
    /// The type of its body, as `multipart/report`.
    pub kind: String,
    /// `Auto-Submitted`.
    pub auto_submitted: Option<String>,
    /// `X-Autoreply` or `X-Autorespond`.
    pub auto_reply: Option<String>,
    /// `Precedence`.
    pub precedence: Option<String>,
    /// `List-Id`.
    pub list: Option<String>,
    /// What was written: the plain part, else the other one without its tags.
    pub text: String,
}

/// Opens a mail, whatever it is. What can be read of it is read.
#[must_use]
pub fn open(raw: &[u8]) -> Opened {
    let Some(message) = MessageParser::default().parse(raw) else { return Opened::default() };
    let header = |name: &'static str| message.header_raw(name).map(|value| value.trim().to_owned());
    let from = message.from().and_then(|from| from.first()).and_then(|first| first.address()).unwrap_or_default();
    let kind = message.content_type().map(|kind| match kind.subtype() {
        Some(subtype) => format!("{}/{subtype}", kind.ctype()),
        None => kind.ctype().to_owned(),
    });
    Opened {
        from: Email::parse(from).ok(),
        from_text: from.to_owned(),
        kind: kind.unwrap_or_default(),
        auto_submitted: header("Auto-Submitted"),
        auto_reply: header("X-Autoreply").or_else(|| header("X-Autorespond")),
        precedence: header("Precedence"),
        list: header("List-Id"),
        text: text(&message),
    }
}

/// The plain parts one after the other, as a picture between them splits them; else what the others say.
fn text(message: &Message<'_>) -> String {
    let mut plain = String::new();
    for part in message.text_bodies() {
        if let PartType::Text(text) = &part.body
            && plain.len() < MOST
        {
            plain.push_str(cut(text));
            plain.push('\n');
        }
    }
    if !plain.trim().is_empty() {
        return plain;
    }
    let mut marked = String::new();
    for part in message.html_bodies() {
        if let PartType::Html(text) = &part.body
            && marked.len() < MOST
        {
            marked.push_str(cut(text));
        }
    }
    if marked.trim().is_empty() {
        // A mail that was cut off on its way has parts that belong nowhere.
        let mut parts = message.parts.iter().filter_map(|part| match &part.body {
            PartType::Text(text) | PartType::Html(text) if text.contains("</") => Some(html::own(cut(text))),
            PartType::Text(text) => Some(cut(text).to_owned()),
            _ => None,
        });
        return parts.find(|text| !text.trim().is_empty()).unwrap_or_default();
    }
    html::own(&marked)
}

/// The beginning of a text, up to where nobody types any more.
fn cut(text: &str) -> &str {
    text.get(..text.floor_char_boundary(MOST)).unwrap_or(text)
}

#[cfg(test)]
mod tests;
