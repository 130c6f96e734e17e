//! A batch as a table: the first row names the fields of a trigger, every further row is one.
//!
//! Tables come from spreadsheets. Where commas separate decimals, they write semicolons between fields; some put a mark
//! before the first character, and rows of nothing behind the last.

use csv::{ByteRecord, ReaderBuilder, Trim};
use host::Problem;
use host::fields::Json;
use host::problem::Kind;

use super::Row;

/// What the names of columns begin with that are attributes.
const ATTRIBUTE: &str = "attributes.";

/// Reads a table.
///
/// # Errors
/// `malformed` where it is none, or its columns cannot be told apart.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Row>, Problem> {
    let wrong = |detail: String| Problem::new(Kind::Malformed, detail);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = 1 + bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
        wrong(format!("the table is not in UTF-8 (line {line}); save it as `CSV UTF-8`"))
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = ReaderBuilder::new()
        .delimiter(separator(text))
        .has_headers(false)
        .flexible(true)
        .trim(Trim::All)
        .from_reader(text.as_bytes());
    let mut records = reader.byte_records();
    let broken = |error: csv::Error| wrong(format!("the table cannot be read: {}", reason(&error)));
    let head = records.next().ok_or_else(|| wrong("the table is empty; its first row names the fields".to_owned()))?;
    let columns = columns(&head.map_err(broken)?)?;
    let mut rows = Vec::new();
    for record in records {
        let record = record.map_err(broken)?;
        // What a spreadsheet writes for a row that was cleared.
        if record.iter().all(<[u8]>::is_empty) {
            continue;
        }
        rows.push(row(&columns, &record));
    }
    Ok(rows)
}

/// What stands between the columns: whatever is there most often in the first row, outside of quotes.
fn separator(text: &str) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0)];
    for byte in text.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if !quoted => {
                if let Some((_, count)) = counts.iter_mut().find(|(separator, _)| *separator == byte) {
                    *count += 1;
                }
            }
            _ => {}
        }
    }
    // The first of equals: a table of one column is separated by nothing.
    let mut best = counts[0];
    for other in counts {
        if other.1 > best.1 {
            best = other;
        }
    }
    best.0
}

/// The names of the columns.
fn columns(head: &ByteRecord) -> Result<Vec<String>, Problem> {
    let columns: Vec<String> = head.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
    for (nth, name) in columns.iter().enumerate() {
        if !name.is_empty() && columns[..nth].contains(name) {
            let name: String = name.chars().take(100).collect();
            return Err(Problem::new(Kind::Malformed, format!("the column `{name}` is there twice")));
        }
    }
    if !columns.iter().any(|name| name == "subject_id") {
        let detail = "the first row names the fields of a trigger, and `subject_id` is not among them";
        return Err(Problem::new(Kind::Malformed, detail));
    }
    Ok(columns)
}

fn row(columns: &[String], record: &ByteRecord) -> Row {
    let cells = record.len();
    if cells != columns.len() && record.iter().skip(columns.len()).any(|cell| !cell.is_empty()) {
        let detail = format!("this row has {cells} fields, and the first row names {}", columns.len());
        return Err(Problem::new(Kind::Malformed, detail));
    }
    let mut fields = Vec::new();
    let mut attributes = Vec::new();
    for (name, cell) in columns.iter().zip(record) {
        // An empty field says nothing, as an empty text does in JSON; nobody knows what one without a name says.
        if cell.is_empty() || name.is_empty() {
            continue;
        }
        let value = Json::Text(String::from_utf8_lossy(cell).into_owned());
        match name.strip_prefix(ATTRIBUTE) {
            Some(name) => attributes.push((name.to_owned(), value)),
            None => fields.push((name.clone(), value)),
        }
    }
    if !attributes.is_empty() && fields.iter().all(|(name, _)| name != "attributes") {
        fields.push(("attributes".to_owned(), Json::Object(attributes)));
    }
    Ok(fields)
}

/// What is wrong, without what was sent.
fn reason(error: &csv::Error) -> String {
    match error.position() {
        Some(at) => format!("line {}", at.line()),
        None => "it breaks off".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Vec<Vec<(String, String)>> {
        let rows = read(text.as_bytes()).unwrap();
        rows.into_iter()
            .map(|row| {
                let mut flat = Vec::new();
                for (name, value) in row.unwrap() {
                    match value {
                        Json::Text(text) => flat.push((name, text)),
                        Json::Object(inner) => {
                            for (inside, value) in inner {
                                let Json::Text(text) = value else { panic!("{value:?}") };
                                flat.push((format!("{name}>{inside}"), text));
                            }
                        }
                        other => panic!("{other:?}"),
                    }
                }
                flat
            })
            .collect()
    }

    fn pairs(row: &[(&str, &str)]) -> Vec<(String, String)> {
        row.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn tables_of_all_spreadsheets_say_the_same() {
        let expected = vec![
            pairs(&[("subject_id", "a0X1"), ("contact_name", "Löw, \"Ada\""), ("attributes>team", "EMEA/DACH")]),
            pairs(&[("subject_id", "a0X2")]),
        ];
        for text in [
            "subject_id,contact_name,attributes.team\na0X1,\"Löw, \"\"Ada\"\"\",EMEA/DACH\na0X2,,\n",
            "\u{feff}subject_id;contact_name;attributes.team\r\na0X1;\"Löw, \"\"Ada\"\"\";EMEA/DACH\r\na0X2;;\r\n;;\r\n",
            "subject_id\tcontact_name\tattributes.team\na0X1\t\"Löw, \"\"Ada\"\"\"\tEMEA/DACH\n\na0X2",
            " subject_id , contact_name , attributes.team ,,\n a0X1 ,\"Löw, \"\"Ada\"\"\", EMEA/DACH ,,a note\na0X2,,,,,",
        ] {
            assert_eq!(table(text), expected, "{text}");
        }
        assert_eq!(table("subject_id\n\"two\nlines\"\n"), [pairs(&[("subject_id", "two\nlines")])]);
        assert_eq!(table("subject_id\n"), Vec::<Vec<_>>::new());
    }

    #[test]
    fn what_is_no_table_is_refused_and_what_is_no_row_is_said_there() {
        for (text, detail) in [
            (&b""[..], "empty"),
            (b"subject_id,a,a\n", "there twice"),
            (b"id,contact\n1,2\n", "subject_id"),
            (b"[{\"subject_id\":\"a0X1\"}]", "subject_id"),
            (b"subject_id,contact_name\na0X1,L\xf6w\n", "line 2"),
        ] {
            let problem = read(text).unwrap_err();
            assert_eq!(problem.kind(), Kind::Malformed);
            assert!(problem.detail().contains(detail), "{}", problem.detail());
        }
        let rows = read(b"subject_id,milestone\na,b,c\nd,e\nf\n").unwrap();
        assert!(rows[0].as_ref().unwrap_err().detail().contains("3 fields"));
        assert!(rows[1].is_ok() && rows[2].is_ok(), "a row may end early");
    }
}
