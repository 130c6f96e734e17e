//! Text messages: who sends them for a campaign, and in how many pieces one is sent.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::phone::Phone;

/// How a campaign asks contacts who have a phone number and no address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sms {
    /// Who sends.
    pub origination: Origination,
    /// What it says above the link, if not the standard words: for every language `texts` has no other for.
    #[serde(default)]
    pub message: Option<String>,
    /// Whether it says how to opt out, as carriers of the United States ask for.
    #[serde(default)]
    pub opt_out: bool,
}

/// Who a text comes from: a number, a pool of them, a name, or the ARN of one of these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Origination(String);

/// A text that names no origination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "this must be a number such as +4915112345678, a sender id of at most 11 letters and digits, pool-…, or an ARN"
)]
pub struct NotAnOrigination;

/// Most characters of a sender's name.
const SENDER_ID: usize = 11;

/// Most characters of an ARN.
const ARN: usize = 256;

impl Origination {
    /// Reads who a text comes from.
    ///
    /// # Errors
    /// When it can be none of them.
    pub fn parse(text: &str) -> Result<Self, NotAnOrigination> {
        let named = |extra: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || extra.as_bytes().contains(&b));
        if text.starts_with('+') {
            let phone = Phone::international(text).ok_or(NotAnOrigination)?;
            return Ok(Self(phone.e164()));
        }
        let is_resource = ["pool-", "phone-", "sender-"].iter().any(|kind| text.starts_with(kind));
        let fits = if text.starts_with("arn:") {
            text.len() <= ARN && named(":/_-+")
        } else if is_resource {
            text.len() <= ARN && named("_-")
        } else {
            (1..=SENDER_ID).contains(&text.len()) && named("_-") && text.bytes().any(|b| b.is_ascii_alphabetic())
        };
        if fits { Ok(Self(text.to_owned())) } else { Err(NotAnOrigination) }
    }

    /// As AWS takes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether somebody can answer: a name has no number.
    #[must_use]
    pub fn can_be_answered(&self) -> bool {
        let is_name = self.0.starts_with("sender-") || self.0.contains(":sender-id/");
        !is_name && (self.0.starts_with(['+']) || self.0.contains("pool") || self.0.contains("phone"))
    }
}

impl fmt::Display for Origination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How the characters of a text are written on the air.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Seven bits each: the Latin and capital Greek letters of GSM 03.38.
    Gsm,
    /// Sixteen bits each, as soon as one character is none of these.
    Unicode,
}

impl Encoding {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gsm => "gsm",
            Self::Unicode => "unicode",
        }
    }

    /// The units that fit where all of a text is in one segment, and into each of several, which have a header.
    const fn room(self) -> (usize, usize) {
        match self {
            Self::Gsm => (160, 153),
            Self::Unicode => (70, 67),
        }
    }
}

/// What a text is sent as. Each segment is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segments {
    /// How its characters are written.
    pub encoding: Encoding,
    /// How much room they take.
    pub units: usize,
    /// How many segments that makes.
    pub count: usize,
}

/// The most segments of a text that is not long.
const FEW: usize = 2;

impl Segments {
    /// Whether the text is long: it costs three times what one segment does, or more, and some telephones show it in pieces.
    #[must_use]
    pub const fn is_long(&self) -> bool {
        self.count > FEW
    }
}

/// The letters of seven bits.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿\
                     abcdefghijklmnopqrstuvwxyzäöñüà";

/// Those that take two places: an escape, and a letter.
const EXTENDED: &str = "\u{c}^{}\\[~]|€";

/// Counts the segments of a text.
#[must_use]
pub fn segments(text: &str) -> Segments {
    let seven = |c: char| {
        if BASIC.contains(c) {
            Some(1)
        } else if EXTENDED.contains(c) {
            Some(2)
        } else {
            None
        }
    };
    let encoding = if text.chars().all(|c| seven(c).is_some()) { Encoding::Gsm } else { Encoding::Unicode };
    let width = |c: char| match encoding {
        Encoding::Gsm => seven(c).unwrap_or(1),
        Encoding::Unicode => c.len_utf16(),
    };
    let units = text.chars().map(width).sum();
    let (alone, each) = encoding.room();
    if units <= alone {
        return Segments { encoding, units, count: 1 };
    }
    // What takes two places is not cut in two: it begins the next segment.
    let (mut count, mut filled) = (1, 0);
    for width in text.chars().map(width) {
        if filled + width > each {
            count += 1;
            filled = 0;
        }
        filled += width;
    }
    Segments { encoding, units, count }
}

/// Whether somebody who writes this wants no more texts: the words that AWS and carriers take as such.
#[must_use]
pub fn is_stop(text: &str) -> bool {
    const STOP: [&str; 12] = [
        "ARRET",
        "ARRÊT",
        "BAJA",
        "CANCEL",
        "END",
        "OPT-OUT",
        "OPTOUT",
        "QUIT",
        "REMOVE",
        "STOP",
        "STOPALL",
        "UNSUBSCRIBE",
    ];
    let said = text.trim_matches(|c: char| c.is_whitespace() || ".!?,;:\"'«»“”".contains(c)).to_uppercase();
    STOP.contains(&said.as_str())
}

#[cfg(test)]
mod tests;
