//! What a contact sent, read once into what can be recorded.
//!
//! A form comes from a person, who gets everything typed back with what is wrong; JSON comes from a program, which
//! gets a problem that points at the field.

use model::Score;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

/// The longest comment, in characters; a line break counts as one.
pub(crate) const COMMENT: usize = 4_000;

/// A response that can be recorded: at least one of its parts is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sent {
    /// The score.
    pub score: Option<Score>,
    /// The comment, never blank.
    pub comment: Option<String>,
    /// Whether the contact may be followed up.
    pub follow_up: Option<bool>,
}

/// One thing wrong with what was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Flaw {
    /// The field, as a JSON pointer.
    pub pointer: String,
    /// What was expected.
    pub detail: &'static str,
}

/// Why JSON is not a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NotRead {
    /// It is no JSON.
    Malformed,
    /// It is JSON, but these fields are wrong.
    Invalid(Vec<Flaw>),
}

/// A form as it was typed, to be shown again, and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    /// The score, if it was one.
    pub score: Option<Score>,
    /// The comment as it was typed.
    pub comment: String,
    /// The tick.
    pub follow_up: bool,
    /// What can be recorded, or what is wrong.
    pub sent: Result<Sent, Flaw>,
}

const NOT_A_SCORE: &str = "a whole number from 0 to 10, once";
const NOTHING: &str = "a score, or a comment once there is a score";
const TOO_LONG: &str = "at most 4,000 characters";
const NOT_TEXT: &str = "a text or null";
const NOT_A_BOOLEAN: &str = "true, false or null";

/// The score a link proposes: `?score=9`, if it is one and there once.
pub(crate) fn proposed(query: &str) -> Option<Score> {
    let mut scores = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "score");
    let (_, score) = scores.next()?;
    if scores.next().is_some() { None } else { score.parse().ok() }
}

/// Reads a form. Fields it does not have are let pass: a person cannot help what a browser adds.
pub(crate) fn form(body: &[u8]) -> Form {
    let mut scores = Vec::new();
    let mut comment = String::new();
    let mut follow_up = None;
    for (name, value) in form_urlencoded::parse(body) {
        match name.as_ref() {
            "score" => scores.push(value.parse::<Score>().ok()),
            "comment" => comment = tidy(&value),
            // The box comes with a hidden `false` before it, since an empty box sends nothing.
            "follow_up" => follow_up = Some(matches!(value.as_ref(), "true" | "on" | "1")),
            _ => {}
        }
    }
    let score = match scores.as_slice() {
        [] => Ok(None),
        [Some(score)] => Ok(Some(*score)),
        _ => Err(flaw("/score", NOT_A_SCORE)),
    };
    let sent = score.clone().and_then(|score| complete(score, Some(comment.clone()), follow_up));
    Form { score: score.ok().flatten(), comment, follow_up: follow_up.unwrap_or(false), sent }
}

/// Reads JSON. Every field may be there once, and no other.
pub(crate) fn json(body: &[u8]) -> Result<Sent, NotRead> {
    let fields = match serde_json::from_slice::<Fields>(body) {
        Ok(fields) => fields.0,
        Err(error) if error.is_data() => return Err(NotRead::Invalid(vec![flaw("", "an object")])),
        Err(_) => return Err(NotRead::Malformed),
    };
    let mut flaws = Vec::new();
    let (mut score, mut comment, mut follow_up) = (None, None, None);
    for (at, (name, value)) in fields.iter().enumerate() {
        let again = fields.iter().take(at).any(|(earlier, _)| earlier == name);
        match (name.as_str(), value) {
            ("score", _) if again => flaws.push(flaw("/score", NOT_A_SCORE)),
            ("score", Value::Null) => {}
            ("score", value) => {
                match value.as_u64().and_then(|n| u8::try_from(n).ok()).and_then(|n| Score::try_from(n).ok()) {
                    Some(given) => score = Some(given),
                    None => flaws.push(flaw("/score", NOT_A_SCORE)),
                }
            }
            ("comment" | "follow_up", _) if again => flaws.push(flaw(format!("/{name}"), "once")),
            ("comment", Value::String(text)) => comment = Some(tidy(text)),
            ("comment", Value::Null) | ("follow_up", Value::Null) => {}
            ("comment", _) => flaws.push(flaw("/comment", NOT_TEXT)),
            ("follow_up", Value::Bool(wish)) => follow_up = Some(*wish),
            ("follow_up", _) => flaws.push(flaw("/follow_up", NOT_A_BOOLEAN)),
            _ => flaws.push(flaw(format!("/{}", name.replace('~', "~0").replace('/', "~1")), "no such field")),
        }
    }
    if !flaws.is_empty() {
        return Err(NotRead::Invalid(flaws));
    }
    complete(score, comment, follow_up).map_err(|flaw| NotRead::Invalid(vec![flaw]))
}

fn complete(score: Option<Score>, comment: Option<String>, follow_up: Option<bool>) -> Result<Sent, Flaw> {
    let comment = comment.filter(|text| !text.trim().is_empty());
    if comment.as_ref().is_some_and(|text| text.chars().count() > COMMENT) {
        return Err(flaw("/comment", TOO_LONG));
    }
    if score.is_none() && comment.is_none() && follow_up.is_none() {
        return Err(flaw("/score", NOTHING));
    }
    Ok(Sent { score, comment, follow_up })
}

/// A text with line breaks as one character each, and without other control characters, which no person typed.
fn tidy(text: &str) -> String {
    text.replace("\r\n", "\n")
        .replace('\r', "\n")
        .chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect()
}

/// What is wrong with a comment that came before any score.
pub(crate) fn no_score() -> Flaw {
    flaw("/score", NOTHING)
}

fn flaw(pointer: impl Into<String>, detail: &'static str) -> Flaw {
    Flaw { pointer: pointer.into(), detail }
}

/// An object's fields as they came, also those that came twice.
struct Fields(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Fields;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

#[cfg(test)]
mod tests {
    use super::{COMMENT, Flaw, NOT_A_SCORE, NOTHING, NotRead, Sent, TOO_LONG, form, json, proposed};
    use model::Score;

    fn score(value: u8) -> Option<Score> {
        Score::try_from(value).ok()
    }

    fn pointers(body: &str) -> Vec<String> {
        match json(body.as_bytes()) {
            Err(NotRead::Invalid(flaws)) => flaws.into_iter().map(|flaw| flaw.pointer).collect(),
            other => panic!("{body}: {other:?}"),
        }
    }

    #[test]
    fn a_link_proposes_a_score_or_none() {
        for value in 0..=10 {
            assert_eq!(proposed(&format!("score={value}")), score(value));
        }
        assert_eq!(proposed("utm_source=x&score=9&y"), score(9));
        for query in [
            "",
            "score",
            "score=",
            "score=11",
            "score=-1",
            "score=7.5",
            "score=07",
            "score=9&score=9",
            "score=%00",
            "Score=9",
            "score[]=9",
        ] {
            assert_eq!(proposed(query), None, "{query}");
        }
    }

    #[test]
    fn a_form_with_a_score() {
        assert_eq!(form(b"score=9").sent, Ok(Sent { score: score(9), ..Sent::default() }));
        let full = form("score=0&comment=Sch%C3%B6n%21%0D%0AUnd+gut&follow_up=false&follow_up=true".as_bytes());
        let sent = Sent { score: score(0), comment: Some("Schön!\nUnd gut".to_owned()), follow_up: Some(true) };
        assert_eq!(full.sent, Ok(sent));
    }

    #[test]
    fn a_form_without_a_score_may_bring_a_comment_or_a_wish() {
        let comment = form(b"comment=Fine&follow_up=false").sent;
        assert_eq!(comment, Ok(Sent { score: None, comment: Some("Fine".to_owned()), follow_up: Some(false) }));
        assert_eq!(form(b"comment=&follow_up=true").sent, Ok(Sent { follow_up: Some(true), ..Sent::default() }));
        for nothing in ["", "comment=", "comment=+%0D%0A+", "other=1", "&&=&"] {
            let flaw = Flaw { pointer: "/score".to_owned(), detail: NOTHING };
            assert_eq!(form(nothing.as_bytes()).sent, Err(flaw), "{nothing}");
        }
    }

    #[test]
    fn a_wrong_score_keeps_what_was_typed() {
        for wrong in [
            "score=",
            "score=11",
            "score=-1",
            "score=7.5",
            "score=9&score=9",
            "score=9&score=8",
            "score=%00",
            "score=nine",
            "score=+9",
        ] {
            let form = form(format!("{wrong}&comment=My+words&follow_up=true").as_bytes());
            assert_eq!(form.sent, Err(Flaw { pointer: "/score".to_owned(), detail: NOT_A_SCORE }), "{wrong}");
            assert_eq!((form.score, form.comment.as_str(), form.follow_up), (None, "My words", true), "{wrong}");
        }
    }

    #[test]
    fn a_comment_has_a_length_in_characters() {
        let longest = "ü\r\n".repeat(COMMENT / 2);
        let encoded: String = form_urlencoded::Serializer::new(String::new()).append_pair("comment", &longest).finish();
        assert_eq!(form(encoded.as_bytes()).sent.map(|sent| sent.comment), Ok(Some("ü\n".repeat(COMMENT / 2))));
        let form = form(format!("score=3&comment={}", "x".repeat(COMMENT + 1)).as_bytes());
        assert_eq!(form.sent, Err(Flaw { pointer: "/comment".to_owned(), detail: TOO_LONG }));
        assert_eq!((form.score, form.comment.len()), (score(3), COMMENT + 1));
    }

    #[test]
    fn control_characters_go_and_bytes_that_are_no_text_are_replaced() {
        assert_eq!(form(b"comment=a%00b%1Bc%09d%0De").comment, "abc\td\ne");
        assert_eq!(form(b"comment=%FF%FE").comment, "\u{fffd}\u{fffd}");
    }

    #[test]
    fn json_with_a_score() {
        assert_eq!(json(br#"{"score":10}"#), Ok(Sent { score: score(10), ..Sent::default() }));
        let full = json(br#"{"score":0,"comment":" So so\r\n","follow_up":true}"#);
        assert_eq!(full, Ok(Sent { score: score(0), comment: Some(" So so\n".to_owned()), follow_up: Some(true) }));
        let comment = json(br#"{"score":null,"comment":"Fine","follow_up":null}"#);
        assert_eq!(comment, Ok(Sent { comment: Some("Fine".to_owned()), ..Sent::default() }));
    }

    #[test]
    fn json_points_at_what_is_wrong() {
        for wrong in ["11", "-1", "7.5", "7.0", "1e1", "\"7\"", "true", "[7]", "{}", "18446744073709551615"] {
            assert_eq!(pointers(&format!("{{\"score\":{wrong}}}")), ["/score"], "{wrong}");
        }
        assert_eq!(pointers(r#"{"score":9,"score":9}"#), ["/score"]);
        assert_eq!(pointers(r#"{"score":9,"comment":"a","comment":"b"}"#), ["/comment"]);
        assert_eq!(
            pointers(r#"{"score":9,"comment":7,"follow_up":"yes","a/b~c":1}"#),
            ["/comment", "/follow_up", "/a~1b~0c"]
        );
        assert_eq!(pointers("{}"), ["/score"]);
        assert_eq!(pointers(r#"{"comment":"  "}"#), ["/score"]);
        assert_eq!(pointers(&format!(r#"{{"comment":"{}"}}"#, "x".repeat(COMMENT + 1))), ["/comment"]);
        assert_eq!(pointers("[]"), [""]);
        assert_eq!(pointers("9"), [""]);
    }

    #[test]
    fn what_is_no_json_is_malformed() {
        let deep = format!("{{\"score\":{}", "[".repeat(10_000));
        for wrong in ["", "{", "score=9", "{\"score\":9}x", "{\"score\":9,}", "\u{feff}{}", deep.as_str()] {
            assert_eq!(
                json(wrong.as_bytes()),
                Err(NotRead::Malformed),
                "{}",
                wrong.get(..20.min(wrong.len())).unwrap_or_default()
            );
        }
        assert_eq!(json(b"{\"comment\":\"\xff\"}"), Err(NotRead::Malformed));
    }
}
