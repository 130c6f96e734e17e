//! A day as Parquet, for programs: every column has a type, times are instants, and what is not there is null.

use std::error::Error;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use model::Timestamp;
use parquet::basic::Compression;
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, Int32Type, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::parser::parse_message_type;
use serde_json::Value;

use super::What;
use super::columns::{ATTRIBUTES, Column, Kind, columns, joined};

/// Rows written together: a reader skips as many at once.
const GROUP: usize = 100_000;

type Failed = Box<dyn Error + Send + Sync>;

pub(super) fn write(path: &Path, what: What, rows: &[Value]) -> Result<(), Failed> {
    write_to(File::create(path)?, what, rows)
}

fn write_to(file: impl Write + Send, what: What, rows: &[Value]) -> Result<(), Failed> {
    let columns: Vec<Column> = columns(what).into_iter().chain([ATTRIBUTES]).collect();
    let schema = Arc::new(parse_message_type(&message(what, &columns))?);
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer = SerializedFileWriter::new(file, schema, Arc::new(properties))?;
    for rows in rows.chunks(GROUP) {
        let mut group = writer.next_row_group()?;
        for column in &columns {
            let mut into = group.next_column()?.ok_or("the file has fewer columns than were named")?;
            write_column(&mut into, column, rows)?;
            into.close()?;
        }
        group.close()?;
    }
    writer.close()?;
    Ok(())
}

/// The schema, as Parquet's own words have it.
fn message(what: What, columns: &[Column]) -> String {
    let fields = columns.iter().map(|column| {
        let (kind, meant) = match column.kind {
            Kind::Text | Kind::List => ("BYTE_ARRAY", " (STRING)"),
            Kind::Json => ("BYTE_ARRAY", " (JSON)"),
            Kind::Number => ("INT32", ""),
            Kind::Flag => ("BOOLEAN", ""),
            Kind::Time => ("INT64", " (TIMESTAMP(MILLIS,true))"),
        };
        format!("OPTIONAL {kind} {}{meant};", column.name)
    });
    format!("message {} {{ {} }}", what.as_str(), fields.collect::<Vec<_>>().join(" "))
}

fn write_column(into: &mut SerializedColumnWriter<'_>, column: &Column, rows: &[Value]) -> Result<(), Failed> {
    let cells = rows.iter().map(|row| column.of(row));
    match column.kind {
        Kind::Text => put::<ByteArrayType>(into, cells.map(|cell| cell.as_str().map(ByteArray::from))),
        Kind::List => put::<ByteArrayType>(into, cells.map(|cell| joined(cell).map(|text| text.into_bytes().into()))),
        Kind::Json => {
            let known = |cell: &Value| (!cell.is_null()).then(|| ByteArray::from(cell.to_string().into_bytes()));
            put::<ByteArrayType>(into, cells.map(known))
        }
        Kind::Number => put::<Int32Type>(into, cells.map(|cell| cell.as_i64().and_then(|n| i32::try_from(n).ok()))),
        Kind::Flag => put::<BoolType>(into, cells.map(Value::as_bool)),
        Kind::Time => {
            let millis = |cell: &Value| cell.as_str()?.parse::<Timestamp>().ok().map(Timestamp::as_millis);
            put::<Int64Type>(into, cells.map(millis))
        }
    }
}

/// Writes the cells of a column: those that are there, and for each whether it is.
fn put<T: DataType>(
    into: &mut SerializedColumnWriter<'_>,
    cells: impl Iterator<Item = Option<T::T>>,
) -> Result<(), Failed> {
    let (mut values, mut there) = (Vec::new(), Vec::new());
    for cell in cells {
        there.push(i16::from(cell.is_some()));
        values.extend(cell);
    }
    into.typed::<T>().write_batch(&values, Some(&there), None)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use parquet::file::reader::{FileReader as _, SerializedFileReader};
    use parquet::record::Field;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_written_is_read_back_with_its_types() {
        let rows = [
            json!({
                "survey_id": "a", "answered_at": "2027-03-15T10:00:00.25Z", "score": 9, "comment": "=1+1\nÜber", "follow_up": false,
                "contact": { "email": "ada@example.com", "name": null }, "owner": null, "attributes": { "region": "EMEA" },
            }),
            json!({ "survey_id": "b", "answered_at": null, "score": null, "comment": null, "attributes": {} }),
        ];
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("day.parquet");
        write(&path, What::Responses, &rows).unwrap();
        let reader = SerializedFileReader::new(File::open(&path).unwrap()).unwrap();
        assert_eq!(reader.metadata().file_metadata().num_rows(), 2);
        let read: Vec<Vec<(String, Field)>> = reader
            .get_row_iter(None)
            .unwrap()
            .map(|row| row.unwrap().get_column_iter().map(|(name, field)| (name.clone(), field.clone())).collect())
            .collect();
        let field = |row: usize, name: &str| read[row].iter().find(|(known, _)| known == name).unwrap().1.clone();
        let at: Timestamp = "2027-03-15T10:00:00.25Z".parse().unwrap();
        assert_eq!(field(0, "answered_at"), Field::TimestampMillis(at.as_millis()));
        assert_eq!(field(0, "score"), Field::Int(9));
        // What is read by programs is what was said: nothing is put before it.
        assert_eq!(field(0, "comment"), Field::Str("=1+1\nÜber".to_owned()));
        assert_eq!(field(0, "follow_up"), Field::Bool(false));
        assert_eq!(field(0, "attributes"), Field::Str(r#"{"region":"EMEA"}"#.to_owned()));
        for absent in ["answered_at", "score", "comment", "owner_email", "contact_name"] {
            assert_eq!(field(1, absent), Field::Null, "{absent}");
        }
        assert_eq!(field(1, "survey_id"), Field::Str("b".to_owned()));
    }

    #[test]
    fn a_day_without_rows_is_a_file_all_the_same() {
        let mut bytes = Vec::new();
        write_to(&mut bytes, What::Surveys, &[]).unwrap();
        assert_eq!(bytes[..4], *b"PAR1");
    }
}
