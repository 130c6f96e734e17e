//! JSON bodies, field by field: every field that is wrong is named by its pointer, all of them at once.
//!
//! An object is taken apart: whoever reads a field takes it out, so what is left at the end is what nobody
//! knows. `null` and an empty text mean that a field is absent. A field that is there twice is wrong, since
//! nobody can tell which of the two was meant.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::RangeInclusive;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::problem::{FieldError, Kind, Problem};

/// A JSON value with the fields of its objects as they were sent: in their order, and twice if sent twice.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Flag(bool),
    /// A whole number.
    Whole(i128),
    /// Any other number.
    Fraction(f64),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object.
    Object(Vec<(String, Json)>),
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reading)
    }
}

struct Reading;

impl<'de> Visitor<'de> for Reading {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Json, E> {
        Ok(Json::Flag(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json, E> {
        Ok(Json::Whole(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json, E> {
        Ok(Json::Whole(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Json, E> {
        Ok(Json::Fraction(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = values.next_element()? {
            list.push(value);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut object = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            object.push(entry);
        }
        Ok(Json::Object(object))
    }
}

/// The fields of one object that nobody has taken yet, and what was wrong with the others.
#[derive(Debug)]
pub struct Fields {
    at: String,
    left: Vec<(String, Json)>,
    wrong: Vec<FieldError>,
}

impl Fields {
    /// The fields of a body that is one JSON object.
    ///
    /// # Errors
    /// `malformed` for anything else, with the place where reading stopped.
    pub fn parse(bytes: &[u8]) -> Result<Self, Problem> {
        match crate::body::json(bytes)? {
            Json::Object(object) => Ok(Self::new(String::new(), object)),
            _ => Err(Problem::new(Kind::Malformed, "the body must be one JSON object: { … }")),
        }
    }

    /// The fields of an object that was put together from something else.
    #[must_use]
    pub fn of(object: Vec<(String, Json)>) -> Self {
        Self::new(String::new(), object)
    }

    fn new(at: String, object: Vec<(String, Json)>) -> Self {
        let mut fields = Self { at, left: Vec::with_capacity(object.len()), wrong: Vec::new() };
        let mut seen = BTreeSet::new();
        let mut twice = BTreeSet::new();
        for (name, value) in object {
            if seen.insert(name.clone()) {
                fields.left.push((name, value));
            } else {
                twice.insert(name);
            }
        }
        for name in twice {
            fields.wrong(&name, "this field is there twice");
        }
        fields
    }

    /// The JSON pointer of a field (RFC 6901).
    #[must_use]
    pub fn pointer(&self, name: &str) -> String {
        format!("{}/{}", self.at, name.replace('~', "~0").replace('/', "~1"))
    }

    /// Complains about a field.
    pub fn wrong(&mut self, name: &str, detail: impl Into<String>) {
        let pointer = self.pointer(name);
        self.wrong.push(FieldError::new(pointer, detail));
    }

    /// Complains about an entry of an array.
    pub fn wrong_within(&mut self, name: &str, nth: usize, detail: impl Into<String>) {
        let pointer = format!("{}/{nth}", self.pointer(name));
        self.wrong.push(FieldError::new(pointer, detail));
    }

    /// Complains about a field that must be there, unless something was wrong with it already.
    pub fn missing(&mut self, name: &str, detail: impl Into<String>) {
        let pointer = self.pointer(name);
        let within = format!("{pointer}/");
        if !self.wrong.iter().any(|error| error.pointer == pointer || error.pointer.starts_with(&within)) {
            self.wrong(name, detail);
        }
    }

    /// Whether a field says nothing: it is absent, `null`, or a blank text.
    #[must_use]
    pub fn lacks(&self, name: &str) -> bool {
        let said = self.left.iter().find(|(known, _)| known == name).map(|(_, value)| value);
        match said {
            None | Some(Json::Null) => true,
            Some(Json::Text(text)) => text.trim().is_empty(),
            Some(_) => false,
        }
    }

    /// Takes a field as it is, `null` included.
    pub fn take_any(&mut self, name: &str) -> Option<Json> {
        let nth = self.left.iter().position(|(known, _)| known == name)?;
        Some(self.left.remove(nth).1)
    }

    /// Takes a field; `null` is as good as none.
    pub fn take(&mut self, name: &str) -> Option<Json> {
        self.take_any(name).filter(|value| *value != Json::Null)
    }

    /// Takes a text of one line with at most `most` characters. A whole number is taken as its digits, since
    /// CRMs send ids that way.
    pub fn text(&mut self, name: &str, most: usize) -> Option<String> {
        let text = match self.take(name)? {
            Json::Text(text) => text,
            Json::Whole(number) => number.to_string(),
            _ => {
                self.wrong(name, "this must be a string");
                return None;
            }
        };
        match line(&text, most) {
            Ok(line) => line,
            Err(detail) => {
                self.wrong(name, detail);
                None
            }
        }
    }

    /// Takes a text and reads it. `expected` is a whole sentence.
    pub fn parsed<T>(
        &mut self,
        name: &str,
        most: usize,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(name, most)?;
        let parsed = parse(&text);
        if parsed.is_none() {
            self.wrong(name, expected);
        }
        parsed
    }

    /// Takes an e-mail address.
    pub fn email(&mut self, name: &str) -> Option<model::Email> {
        // Longer ones go on to where it is said why they are too long.
        let text = self.text(name, 1000)?;
        match model::Email::parse(&text) {
            Ok(email) => Some(email),
            Err(why) => {
                self.wrong(name, why.to_string());
                None
            }
        }
    }

    /// Takes the IANA name of a time zone; its spelling becomes the usual one.
    pub fn time_zone(&mut self, name: &str) -> Option<String> {
        let expected = "this must be the IANA name of a time zone, such as Europe/Berlin";
        self.parsed(name, 64, expected, |text| {
            let zone = model::time::zone_named(text)?;
            Some(zone.iana_name().unwrap_or(text).to_owned())
        })
    }

    /// Takes a whole number: as such, as `85.0`, or as a string of it, and nothing else.
    pub fn whole<N: TryFrom<i128>>(&mut self, name: &str, range: RangeInclusive<i128>) -> Option<N> {
        let value = self.take(name)?;
        if value == Json::Text(String::new()) {
            return None;
        }
        let number = whole(&value).filter(|number| range.contains(number)).and_then(|number| N::try_from(number).ok());
        if number.is_none() {
            self.wrong(name, format!("this must be a whole number from {} to {}", range.start(), range.end()));
        }
        number
    }

    /// Takes `true` or `false`, also as strings.
    pub fn flag(&mut self, name: &str) -> Option<bool> {
        match self.take(name)? {
            Json::Flag(flag) => Some(flag),
            Json::Text(text) if text.is_empty() => None,
            Json::Text(text) if text == "true" || text == "false" => Some(text == "true"),
            _ => {
                self.wrong(name, "this must be true or false");
                None
            }
        }
    }

    /// Takes an array.
    pub fn list(&mut self, name: &str) -> Option<Vec<Json>> {
        match self.take(name)? {
            Json::List(list) => Some(list),
            _ => {
                self.wrong(name, "this must be an array: [ … ]");
                None
            }
        }
    }

    /// Takes an object apart as well; give it back to [`Fields::close`] when it was read.
    pub fn object(&mut self, name: &str) -> Option<Self> {
        match self.take(name)? {
            Json::Object(object) => Some(Self::new(self.pointer(name), object)),
            _ => {
                self.wrong(name, "this must be an object: { … }");
                None
            }
        }
    }

    /// Takes an array of objects apart; give each back to [`Fields::close`] when it was read.
    pub fn objects(&mut self, name: &str) -> Option<Vec<Self>> {
        let mut objects = Vec::new();
        for (nth, value) in self.list(name)?.into_iter().enumerate() {
            match value {
                Json::Object(object) => objects.push(Self::new(format!("{}/{nth}", self.pointer(name)), object)),
                _ => self.wrong_within(name, nth, "this must be an object: { … }"),
            }
        }
        Some(objects)
    }

    /// Whether nothing was wrong so far.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        self.wrong.is_empty()
    }

    /// Ends the reading of an object within: what is left there is wrong.
    pub fn close(&mut self, mut inner: Self) {
        inner.refuse_the_rest();
        self.wrong.append(&mut inner.wrong);
    }

    /// The names nobody has taken yet, in their order; for objects whose names are data.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.left.iter().map(|(name, _)| name.clone()).collect()
    }

    /// Takes the names nobody has asked for, in their order.
    pub fn rest(&mut self) -> Vec<String> {
        self.left.drain(..).map(|(name, _)| name).collect()
    }

    fn refuse_the_rest(&mut self) {
        for name in self.rest() {
            self.wrong(&name, "nobody knows this field; see /openapi.json");
        }
    }

    /// Ends the reading: what is left is wrong.
    ///
    /// # Errors
    /// Every field that is wrong.
    pub fn finish(mut self) -> Result<(), Problem> {
        self.refuse_the_rest();
        if self.wrong.is_empty() { Ok(()) } else { Err(Problem::invalid(self.wrong)) }
    }
}

/// A text without the blanks around it, `None` if nothing is left, or what is wrong with it: it must be one
/// line without control characters. A line break is refused even at an end: in a name or an address somebody
/// may hope that it gets into the head of a mail.
///
/// # Errors
/// A sentence that says what is wrong.
pub fn line(text: &str, most: usize) -> Result<Option<String>, String> {
    let breaks = |c: char| matches!(c, '\r' | '\n' | '\u{2028}' | '\u{2029}');
    if text.contains(breaks) {
        return Err("this must be one line: it contains a line break".to_owned());
    }
    if let Some(control) = text.chars().find(|c| c.is_control()) {
        return Err(format!("this must be plain text: it contains the control character U+{:04X}", u32::from(control)));
    }
    let text = text.trim();
    if text.chars().count() > most {
        return Err(format!("this must have at most {most} characters"));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// The whole number a value stands for, if it does so without doubt: as such, as `85.0`, or as a string of it.
#[must_use]
pub fn whole(value: &Json) -> Option<i128> {
    match value {
        Json::Whole(number) => Some(*number),
        // Beyond 2^53 a fraction does not tell neighbours apart; nothing here is nearly as large.
        #[expect(clippy::cast_possible_truncation, reason = "it is whole and small")]
        Json::Fraction(number) => (number.fract() == 0.0 && number.abs() < 1e15).then_some(*number as i128),
        Json::Text(text) => {
            let (digits, zeros) = text.trim().split_once('.').unwrap_or((text.trim(), "0"));
            let plain = |part: &str| !part.is_empty() && part.len() <= 15 && part.bytes().all(|b| b.is_ascii_digit());
            (plain(digits) && plain(zeros) && zeros.bytes().all(|b| b == b'0')).then(|| digits.parse().ok()).flatten()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointers(problem: &Problem) -> Vec<&str> {
        problem.errors().iter().map(|error| error.pointer.as_str()).collect()
    }

    #[test]
    fn names_everything_that_is_wrong_at_once() {
        let body = br#"{"a":1,"a":2,"in~/ner":{"b":"x","c":"y"},"d":[],"e":"\u0000"}"#;
        let mut fields = Fields::parse(body).unwrap();
        assert_eq!(fields.whole::<u8>("a", 0..=5), Some(1));
        let mut inner = fields.object("in~/ner").unwrap();
        assert_eq!(inner.text("b", 5).as_deref(), Some("x"));
        fields.close(inner);
        assert_eq!(fields.text("d", 5), None);
        assert_eq!(fields.text("e", 5), None);
        fields.missing("e", "not said twice");
        fields.missing("f", "it is needed");
        let problem = fields.finish().unwrap_err();
        assert_eq!(pointers(&problem), ["/a", "/in~0~1ner/c", "/d", "/e", "/f"]);
    }

    #[test]
    fn only_one_object_is_a_body() {
        let deep = "[".repeat(1000) + &"]".repeat(1000);
        let deep = format!("{{\"a\":{deep}}}");
        for wrong in ["", "{", "[]", "null", "\"{}\"", "{} {}", "{\"a\":1e999}", "{'a':1}", "\u{feff}{}", &deep] {
            assert_eq!(Fields::parse(wrong.as_bytes()).unwrap_err().kind(), Kind::Malformed, "{wrong}");
        }
        assert_eq!(Fields::parse(b"{\"a\":\"\xff\"}").unwrap_err().kind(), Kind::Malformed);
    }

    #[test]
    fn whole_numbers_come_in_unambiguous_spellings_only() {
        let read = |text: &str| {
            let mut fields = Fields::parse(format!("{{\"n\":{text}}}").as_bytes()).unwrap();
            let number = fields.whole::<u8>("n", 0..=100);
            (number, fields.finish().is_ok())
        };
        for (text, number) in
            [("85", 85), ("85.0", 85), ("\"85\"", 85), ("\" 85.00 \"", 85), ("0", 0), ("-0", 0), ("1e2", 100)]
        {
            assert_eq!(read(text), (Some(number), true), "{text}");
        }
        for wrong in [
            "85.5", "\"85.5\"", "\"85%\"", "\"85,0\"", "\"85.\"", "-1", "101", "true", "\"0x10\"", "1e300", "[85]",
            "{}", "\"٨\"",
        ] {
            assert_eq!(read(wrong), (None, false), "{wrong}");
        }
        for absent in ["null", "\"\""] {
            assert_eq!(read(absent), (None, true), "{absent}");
        }
    }

    #[test]
    fn a_line_is_one_line() {
        assert_eq!(line("  <script>alert(1)</script> ", 100), Ok(Some("<script>alert(1)</script>".to_owned())));
        assert_eq!(line(" \u{a0} ", 5), Ok(None));
        assert_eq!(line("äöü", 3), Ok(Some("äöü".to_owned())));
        for wrong in ["a\r\nb", "a\n", "a\u{0}b", "a\tb", "a\u{7f}", "a\u{85}b", "a\u{2028}b", "abcdef"] {
            assert!(line(wrong, 5).is_err(), "{wrong:?}");
        }
    }
}
