//! What a contact sent, read once into what can be recorded.
//!
//! A form comes from a person, who gets everything typed back with what is wrong; JSON comes from a program, which
//! gets a problem that points at the field.

use model::survey::MAX_COMMENT_CHARS;
use model::{Group, ReasonId, Score};
use pages::Typed;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

/// A response that can be recorded: at least one of its parts is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sent {
    /// The score.
    pub score: Option<Score>,
    /// The comment, never blank.
    pub comment: Option<String>,
    /// Whether the contact may be followed up.
    pub follow_up: Option<bool>,
    /// Whether the contact may be quoted.
    pub may_quote: Option<bool>,
    /// Every reason they ticked.
    pub reasons: Option<Ticked>,
    /// Whether the page saved the score by itself; it comes with nothing else then.
    pub self_saved: bool,
}

/// The reasons that were ticked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ticked {
    /// Which.
    pub ids: Vec<ReasonId>,
    /// Whether one that is not known is wrong. A person cannot help it if the campaign has changed meanwhile.
    pub strict: bool,
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
    /// The one that allows quoting.
    pub may_quote: bool,
    /// Those of the reasons.
    pub reasons: Vec<ReasonId>,
    /// The group whose reasons were shown.
    pub group: Option<Group>,
    /// What can be recorded, or what is wrong.
    pub sent: Result<Sent, Flaw>,
}

impl Form {
    /// What was typed beside the score.
    pub(crate) fn typed(&self) -> Typed<'_> {
        Typed { comment: &self.comment, follow_up: self.follow_up, may_quote: self.may_quote, reasons: &self.reasons }
    }
}

const NOT_A_SCORE: &str = "a whole number from 0 to 10, once";
const NOTHING: &str = "a score, or a comment once there is a score";
const TOO_LONG: &str = "at most 4,000 characters";
const NOT_TEXT: &str = "a text or null";
const NOT_A_BOOLEAN: &str = "true, false or null";
const NOT_REASONS: &str = "an array of reasons' ids that the campaign has for this group, or null";
const NOT_SELF_SAVED: &str = "true only with a score and nothing else";

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
    let (mut follow_up, mut may_quote, mut ticked, mut group) = (None, None, None, None);
    for (name, value) in form_urlencoded::parse(body) {
        match name.as_ref() {
            "score" => scores.push(value.parse::<Score>().ok()),
            "comment" => comment = tidy(&value),
            // The box comes with a hidden `false` before it, since an empty box sends nothing.
            "follow_up" => follow_up = Some(is_ticked(&value)),
            "may_quote" => may_quote = Some(is_ticked(&value)),
            "reasons" => ticked.get_or_insert_with(Vec::new).extend(value.parse::<ReasonId>()),
            "group" => group = value.parse().ok(),
            _ => {}
        }
    }
    let score = match scores.as_slice() {
        [] => Ok(None),
        [Some(score)] => Ok(Some(*score)),
        _ => Err(flaw("/score", NOT_A_SCORE)),
    };
    let reasons = ticked.clone().unwrap_or_default();
    let ticked = ticked.map(|ids| Ticked { ids, strict: false });
    let rest = Sent { follow_up, may_quote, reasons: ticked, ..Sent::default() };
    let sent = score.clone().and_then(|score| complete(Sent { score, comment: Some(comment.clone()), ..rest }));
    Form {
        score: score.ok().flatten(),
        comment,
        follow_up: follow_up.unwrap_or(false),
        may_quote: may_quote.unwrap_or(false),
        reasons,
        group,
        sent,
    }
}

fn is_ticked(value: &str) -> bool {
    matches!(value, "true" | "on" | "1")
}

/// Reads JSON. Every field may be there once, and no other.
pub(crate) fn json(body: &[u8]) -> Result<Sent, NotRead> {
    let fields = match serde_json::from_slice::<Fields>(body) {
        Ok(fields) => fields.0,
        Err(error) if error.is_data() => return Err(NotRead::Invalid(vec![flaw("", "an object")])),
        Err(_) => return Err(NotRead::Malformed),
    };
    let mut flaws = Vec::new();
    let mut sent = Sent::default();
    for (at, (name, value)) in fields.iter().enumerate() {
        let again = fields.iter().take(at).any(|(earlier, _)| earlier == name);
        match (name.as_str(), value) {
            ("score", _) if again => flaws.push(flaw("/score", NOT_A_SCORE)),
            ("score", Value::Null) => {}
            ("score", value) => {
                match value.as_u64().and_then(|n| u8::try_from(n).ok()).and_then(|n| Score::try_from(n).ok()) {
                    Some(given) => sent.score = Some(given),
                    None => flaws.push(flaw("/score", NOT_A_SCORE)),
                }
            }
            ("comment" | "follow_up" | "may_quote" | "reasons" | "self_saved", _) if again => {
                flaws.push(flaw(format!("/{name}"), "once"));
            }
            ("comment" | "follow_up" | "may_quote" | "reasons" | "self_saved", Value::Null) => {}
            ("comment", Value::String(text)) => sent.comment = Some(tidy(text)),
            ("comment", _) => flaws.push(flaw("/comment", NOT_TEXT)),
            ("follow_up", Value::Bool(wish)) => sent.follow_up = Some(*wish),
            ("may_quote", Value::Bool(wish)) => sent.may_quote = Some(*wish),
            ("self_saved", Value::Bool(itself)) => sent.self_saved = *itself,
            ("follow_up" | "may_quote" | "self_saved", _) => flaws.push(flaw(format!("/{name}"), NOT_A_BOOLEAN)),
            ("reasons", value) => match ids(value) {
                Some(ids) => sent.reasons = Some(Ticked { ids, strict: true }),
                None => flaws.push(no_such_reason()),
            },
            _ => flaws.push(flaw(format!("/{}", name.replace('~', "~0").replace('/', "~1")), "no such field")),
        }
    }
    if !flaws.is_empty() {
        return Err(NotRead::Invalid(flaws));
    }
    complete(sent).map_err(|flaw| NotRead::Invalid(vec![flaw]))
}

/// An array of ids.
fn ids(value: &Value) -> Option<Vec<ReasonId>> {
    value.as_array()?.iter().map(|id| id.as_str()?.parse().ok()).collect()
}

fn complete(mut sent: Sent) -> Result<Sent, Flaw> {
    sent.comment = sent.comment.filter(|text| !text.trim().is_empty());
    if sent.comment.as_ref().is_some_and(|text| text.chars().count() > MAX_COMMENT_CHARS) {
        return Err(flaw("/comment", TOO_LONG));
    }
    let wishes = sent.follow_up.is_some() || sent.may_quote.is_some() || sent.reasons.is_some();
    if sent.self_saved && (sent.score.is_none() || sent.comment.is_some() || wishes) {
        return Err(flaw("/self_saved", NOT_SELF_SAVED));
    }
    if sent.score.is_none() && sent.comment.is_none() && !wishes {
        return Err(flaw("/score", NOTHING));
    }
    Ok(sent)
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

/// What is wrong with a reason that the group does not have.
pub(crate) fn no_such_reason() -> Flaw {
    flaw("/reasons", NOT_REASONS)
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
    use super::{Flaw, NOT_A_SCORE, NOTHING, NotRead, Sent, TOO_LONG, Ticked, form, json, proposed};
    use model::survey::MAX_COMMENT_CHARS;
    use model::{Group, Score};

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
        let comment = Some("Schön!\nUnd gut".to_owned());
        assert_eq!(full.sent, Ok(Sent { score: score(0), comment, follow_up: Some(true), ..Sent::default() }));
    }

    #[test]
    fn boxes_come_with_something_hidden_so_that_none_ticked_is_known() {
        let ticked = |ids: &[&str], strict| {
            let ids = ids.iter().map(|id| id.parse().unwrap()).collect();
            Some(Ticked { ids, strict })
        };
        let all =
            form(b"group=detractor&reasons=&reasons=slow&reasons=Not+one&reasons=price&may_quote=false&may_quote=true");
        assert_eq!((all.may_quote, all.group, all.reasons.len()), (true, Some(Group::Detractor), 2));
        let sent = Sent { reasons: ticked(&["slow", "price"], false), may_quote: Some(true), ..Sent::default() };
        assert_eq!(all.sent, Ok(sent));
        assert_eq!(form(b"reasons=").sent.map(|sent| sent.reasons), Ok(ticked(&[], false)));
        let sent = json(br#"{"reasons":["slow"],"may_quote":false}"#);
        assert_eq!(sent, Ok(Sent { reasons: ticked(&["slow"], true), may_quote: Some(false), ..Sent::default() }));
        assert_eq!(json(br#"{"score":9,"reasons":[]}"#).map(|sent| sent.reasons), Ok(ticked(&[], true)));
    }

    #[test]
    fn a_page_saves_a_score_and_nothing_else() {
        let saved = json(br#"{"score":9,"self_saved":true}"#);
        assert_eq!(saved, Ok(Sent { score: score(9), self_saved: true, ..Sent::default() }));
        assert_eq!(json(br#"{"score":9,"self_saved":false,"comment":"x"}"#).map(|sent| sent.self_saved), Ok(false));
        for more in [r#""comment":"x""#, r#""follow_up":true"#, r#""reasons":[]"#, r#""may_quote":false"#] {
            assert_eq!(pointers(&format!(r#"{{"score":9,"self_saved":true,{more}}}"#)), ["/self_saved"], "{more}");
        }
        assert_eq!(pointers(r#"{"comment":"x","self_saved":true}"#), ["/self_saved"]);
    }

    #[test]
    fn a_form_without_a_score_may_bring_a_comment_or_a_wish() {
        let comment = form(b"comment=Fine&follow_up=false").sent;
        let fine = Some("Fine".to_owned());
        assert_eq!(comment, Ok(Sent { comment: fine, follow_up: Some(false), ..Sent::default() }));
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
        let longest = "ü\r\n".repeat(MAX_COMMENT_CHARS / 2);
        let encoded: String = form_urlencoded::Serializer::new(String::new()).append_pair("comment", &longest).finish();
        assert_eq!(
            form(encoded.as_bytes()).sent.map(|sent| sent.comment),
            Ok(Some("ü\n".repeat(MAX_COMMENT_CHARS / 2)))
        );
        let form = form(format!("score=3&comment={}", "x".repeat(MAX_COMMENT_CHARS + 1)).as_bytes());
        assert_eq!(form.sent, Err(Flaw { pointer: "/comment".to_owned(), detail: TOO_LONG }));
        assert_eq!((form.score, form.comment.len()), (score(3), MAX_COMMENT_CHARS + 1));
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
        let comment = Some(" So so\n".to_owned());
        assert_eq!(full, Ok(Sent { score: score(0), comment, follow_up: Some(true), ..Sent::default() }));
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
        assert_eq!(
            pointers(r#"{"score":9,"may_quote":1,"self_saved":"no","reasons":["slow",7]}"#),
            ["/may_quote", "/self_saved", "/reasons"]
        );
        for wrong in [r#""slow""#, r#"["Too slow"]"#, r#"[[]]"#, "{}"] {
            assert_eq!(pointers(&format!(r#"{{"score":9,"reasons":{wrong}}}"#)), ["/reasons"], "{wrong}");
        }
        assert_eq!(pointers("{}"), ["/score"]);
        assert_eq!(pointers(r#"{"comment":"  "}"#), ["/score"]);
        assert_eq!(pointers(&format!(r#"{{"comment":"{}"}}"#, "x".repeat(MAX_COMMENT_CHARS + 1))), ["/comment"]);
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
