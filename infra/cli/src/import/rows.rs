//! From the cells of a row to what the API takes.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use model::survey::MAX_COMMENT_CHARS;
use model::trigger::MAX_ATTRIBUTES;
use serde_json::{Map, Value};

use super::formats::{KIND, Layout};
use super::table::Row;
use super::times::{self, Order};

/// Why a row is not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unfit {
    /// Nobody answered: there is no score.
    Unanswered,
    /// Something is wrong with it.
    Refused {
        /// The field.
        field: String,
        /// What is wrong with it.
        why: String,
    },
}

/// Reads rows, and notes what is to be told of all of them.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    layout: &'a Layout,
    set: &'a [(String, String)],
    zone: &'a TimeZone,
    order: Order,
    /// Comments that were cut.
    pub(super) cut: usize,
    /// Attributes that are too many.
    pub(super) beyond: BTreeSet<String>,
    /// Whether a time had no zone of its own.
    pub(super) without_zone: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(layout: &'a Layout, set: &'a [(String, String)], zone: &'a TimeZone, order: Order) -> Self {
        Self { layout, set, zone, order, cut: 0, beyond: BTreeSet::new(), without_zone: false }
    }

    /// What a row says of each field, as it stands there, in the order of its columns.
    pub(super) fn cells<'r>(&self, row: &'r Row) -> Vec<(&'r str, &'r str)>
    where
        'a: 'r,
    {
        let given = self.layout.fields.iter().enumerate();
        let given = given.filter_map(|(at, field)| Some((field.as_deref()?, row.cell(at))));
        // What is said of every row holds where a row itself says nothing.
        let of_all = self.set.iter().map(|(field, value)| (field.as_str(), value.as_str()));
        let mut cells: Vec<(&str, &str)> = Vec::new();
        for (field, text) in given.chain(of_all) {
            if !text.is_empty() && cells.iter().all(|(known, _)| *known != field) {
                cells.push((field, text));
            }
        }
        cells
    }

    /// Reads a row.
    ///
    /// # Errors
    /// Why it is not sent.
    pub(super) fn read(&mut self, row: &Row) -> Result<Value, Unfit> {
        let cells = self.cells(row);
        let cell = |wanted: &str| cells.iter().find(|(field, _)| *field == wanted).map(|(_, text)| *text);
        let refused = |field: &str, why: String| Unfit::Refused { field: field.to_owned(), why };
        let Some(mark) = cell("score") else { return Err(Unfit::Unanswered) };
        if let Some(kind) = cell(KIND).filter(|kind| !kind.to_lowercase().contains("nps")) {
            return Err(refused(
                "score",
                format!("this answers another question ({kind}), not how likely a recommendation is"),
            ));
        }
        let mark = score(mark).ok_or_else(|| {
            let satisfied = ["good", "bad", "offered", "unoffered"].contains(&mark.to_lowercase().as_str());
            let why =
                if satisfied { ": it says whether somebody was satisfied, which is another question" } else { "" };
            refused("score", format!("`{mark}` is no whole number from 0 to 10{why}"))
        })?;

        let mut body = Map::new();
        // In the order of their columns: the first of them stay, whatever they are called.
        let mut attributes: Vec<(String, Value)> = Vec::new();
        body.insert("score".to_owned(), mark.into());
        let mut names = [None, None];
        for (field, text) in cells {
            let value: Value = match field {
                "score" | KIND => continue,
                "first_name" => {
                    names[0] = Some(text);
                    continue;
                }
                "last_name" => {
                    names[1] = Some(text);
                    continue;
                }
                "answered_at" | "sent_at" => {
                    let at = times::read(text, self.zone, self.order).map_err(|why| refused(field, why))?;
                    // If it is another moment when read elsewhere, it names no zone of its own.
                    let elsewhere = times::read(text, &TimeZone::fixed(jiff::tz::offset(-11)), self.order);
                    self.without_zone |= elsewhere != Ok(at);
                    at.to_string().into()
                }
                "comment" => {
                    let long = text.chars().count() > MAX_COMMENT_CHARS;
                    self.cut += usize::from(long);
                    if long {
                        text.chars().take(MAX_COMMENT_CHARS - 1).chain(['…']).collect::<String>().into()
                    } else {
                        text.into()
                    }
                }
                "follow_up" | "may_quote" => match text.to_lowercase().as_str() {
                    "true" | "yes" | "y" | "1" | "ja" | "oui" => true.into(),
                    "false" | "no" | "n" | "0" | "nein" | "non" => false.into(),
                    _ => return Err(refused(field, format!("`{text}` is neither yes nor no"))),
                },
                "reasons" => text.split(';').map(str::trim).filter(|id| !id.is_empty()).collect(),
                // Some services write underscores.
                "contact_locale" => text.replace('_', "-").into(),
                "attributes" => {
                    let known: Option<Map<String, Value>> = serde_json::from_str(text).ok();
                    let known = known.ok_or_else(|| refused(field, "this is no JSON object: { … }".to_owned()))?;
                    attributes.extend(known);
                    continue;
                }
                _ => match field.strip_prefix("attributes.") {
                    Some(name) => {
                        attributes.push((name.to_owned(), text.into()));
                        continue;
                    }
                    None => text.into(),
                },
            };
            body.insert(field.to_owned(), value);
        }
        let names: Vec<&str> = names.into_iter().flatten().collect();
        if !names.is_empty() && !body.contains_key("contact_name") {
            body.insert("contact_name".to_owned(), names.join(" ").into());
        }
        let beyond = attributes.split_off(attributes.len().min(MAX_ATTRIBUTES));
        self.beyond.extend(beyond.into_iter().map(|(name, _)| name));
        if !attributes.is_empty() {
            body.insert("attributes".to_owned(), Value::Object(attributes.into_iter().collect()));
        }
        Ok(Value::Object(body))
    }
}

/// A score as spreadsheets and questionnaires write it: `9`, `9.0`, `9,0`, `9/10`, `10 - Extremely likely`.
pub(super) fn score(text: &str) -> Option<u8> {
    let text = text.trim();
    let whole = |text: &str| text.parse::<u8>().ok().filter(|score| *score <= 10);
    let (digits, zeros) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    if !zeros.is_empty() && zeros.bytes().all(|b| b == b'0') && digits.bytes().all(|b| b.is_ascii_digit()) {
        return whole(digits);
    }
    if let Some(of_ten) = text.strip_suffix("/10") {
        return whole(of_ten.trim());
    }
    // The ends of a scale have words beside them; one number among them, before or behind, is the score.
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || matches!(c, '-' | '–' | '—' | ':' | '(' | ')')).collect();
    let mut numbers = words.iter().filter(|word| word.chars().any(|c| c.is_ascii_digit()));
    let number = numbers.next().filter(|_| numbers.next().is_none())?;
    let outside = words.iter().find(|word| !word.is_empty()) == Some(number)
        || words.iter().rev().find(|word| !word.is_empty()) == Some(number);
    // A minus before it is no dash.
    let negative = text.contains(&format!("-{number}")) && text.starts_with('-');
    (outside && !negative).then(|| whole(number)).flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::table::Table;
    use super::*;

    fn read(table: &str, set: &[(&str, &str)]) -> Result<Value, Unfit> {
        let table = Table::read(table.as_bytes(), None).unwrap();
        let layout = Layout::of(&table, None, &[], false).unwrap();
        let set: Vec<_> = set.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let zone = model::time::zone("Europe/Berlin");
        Reader::new(&layout, &set, &zone, Order::MonthFirst).read(&table.rows[0])
    }

    #[test]
    fn a_row_becomes_what_the_api_takes() {
        let table = "email,first name,last name,score,date,locale,follow up,plan,empty\n\
                     ada@example.com,Ada,Example,10.0,2021-03-04 18:00,de_DE,Yes,Gold,\n";
        let body =
            read(table, &[("milestone", "onboarding"), ("attributes.plan", "Silver"), ("attributes.empty", "x")]);
        assert_eq!(
            body.unwrap(),
            json!({
                "contact_email": "ada@example.com", "contact_name": "Ada Example", "score": 10,
                "answered_at": "2021-03-04T17:00:00Z", "contact_locale": "de-DE", "follow_up": true,
                "milestone": "onboarding", "attributes": { "plan": "Gold", "empty": "x" },
            })
        );
    }

    #[test]
    fn what_is_no_response_says_why() {
        let row = |score: &str, date: &str, kind: &str| {
            read(&format!("email,score,created at,survey type\na@example.com,{score},{date},{kind}\n"), &[])
        };
        assert!(row("9", "2021-03-04", "NPS").is_ok());
        assert_eq!(row("", "2021-03-04", "nps"), Err(Unfit::Unanswered));
        for (row, field, said) in [
            (row("eleven", "2021-03-04", "nps"), "score", "eleven"),
            (row("11", "2021-03-04", "nps"), "score", "11"),
            (row("Good", "2021-03-04", "nps"), "score", "another question"),
            (row("4", "2021-03-04", "CSAT"), "score", "CSAT"),
            (row("4", "soon", "nps"), "answered_at", "soon"),
        ] {
            let Err(Unfit::Refused { field: named, why }) = row else { panic!("{row:?}") };
            assert!(named == field && why.contains(said), "{named}: {why}");
        }
    }

    #[test]
    fn scores_are_read_as_they_are_written_and_not_guessed() {
        for (text, known) in [
            ("0", 0),
            (" 9 ", 9),
            ("9.0", 9),
            ("10,00", 10),
            ("9/10", 9),
            ("10 - Extremely likely", 10),
            ("Not at all likely - 0", 0),
            ("Extremely likely (10)", 10),
        ] {
            assert_eq!(score(text), Some(known), "{text}");
        }
        for wrong in ["", "7.5", "11", "-1", "7-8", "promoter", "2021", "9.", "1e1", "top 5 of", "9 of 10", "٣"] {
            assert_eq!(score(wrong), None, "{wrong}");
        }
    }
}
