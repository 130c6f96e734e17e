//! A table as spreadsheets and services save it: rows with their line numbers under the names of their columns.

use csv::{ReaderBuilder, StringRecord, Trim};
use encoding_rs::{Encoding as Known, UTF_8, UTF_16BE, UTF_16LE};
use model::sheet;

/// What the columns of a report of ours begin with.
pub(super) const OURS: &str = "npsloop_";

/// The column of a report of ours in which rows keep the names that were drawn for them.
pub(super) const ROW_ID: &str = "npsloop_row_id";

/// What a table is saved in, as a person says: a name browsers know, such as `windows-1252` or `shift_jis`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding(&'static Known);

impl Encoding {
    /// The encoding of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Known::for_label_no_replacement(name.as_bytes()).map(Self)
    }
}

/// A table.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// The names of the columns, as they stand there.
    pub(super) columns: Vec<String>,
    /// The rows that are not empty.
    pub(super) rows: Vec<Row>,
}

/// A row.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// The line it begins on, from 1.
    pub(super) line: u64,
    /// Its cells; as many as there are columns, or a few more.
    pub(super) cells: Vec<String>,
}

impl Row {
    /// The cell of a column.
    pub(super) fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map(String::as_str).unwrap_or_default()
    }
}

impl Table {
    /// Reads a table. What it is saved in is told by its mark, else by `encoding`, else it is UTF-8.
    ///
    /// # Errors
    /// Why it is none, in a sentence.
    pub(super) fn read(bytes: &[u8], encoding: Option<Encoding>) -> Result<Self, String> {
        let text = text(bytes, encoding)?;
        let separator = separator(&text);
        let mut reader = ReaderBuilder::new()
            .delimiter(separator)
            .has_headers(false)
            .flexible(true)
            .trim(Trim::All)
            .from_reader(text.as_bytes());
        let mut record = StringRecord::new();
        let mut columns: Option<Vec<String>> = None;
        let mut rows = Vec::new();
        loop {
            let more = reader.read_record(&mut record).map_err(|error| match error.position() {
                Some(at) => format!("the table cannot be read from line {} on", at.line()),
                None => "the table cannot be read".to_owned(),
            })?;
            if !more {
                break;
            }
            if record.iter().all(str::is_empty) {
                continue;
            }
            let cells: Vec<String> = record.iter().map(str::to_owned).collect();
            match &mut columns {
                None => columns = Some(cells),
                Some(columns) => {
                    let line = record.position().map_or(0, |at| line(&text, at));
                    rows.push(Row { line, cells: padded(cells, columns.len()) });
                }
            }
        }
        let columns = columns.ok_or("the table is empty; its first row names the columns")?;
        let mut table = Self { columns, rows };
        table.unmark();
        Ok(table)
    }

    /// A table we wrote has marks before texts that would run in a spreadsheet: they are no part of what was said.
    fn unmark(&mut self) {
        let ours = self.columns.iter().any(|name| name.starts_with(OURS) || name == "survey_id");
        if ours {
            let cells = self.rows.iter_mut().flat_map(|row| &mut row.cells).chain(&mut self.columns);
            cells.for_each(|cell| {
                let original = sheet::original(cell);
                if original.len() < cell.len() {
                    *cell = original.to_owned();
                }
            });
        }
    }
}

/// The line a row begins on. The reader counts from where it went on, which may be some empty lines before.
fn line(text: &str, at: &csv::Position) -> u64 {
    let begun = usize::try_from(at.byte()).ok().and_then(|byte| text.as_bytes().get(byte..)).unwrap_or_default();
    let empty = begun.iter().take_while(|byte| matches!(**byte, b'\r' | b'\n')).filter(|byte| **byte == b'\n');
    at.line() + empty.count() as u64
}

/// A row that ends early has nothing in its other columns.
fn padded(mut cells: Vec<String>, columns: usize) -> Vec<String> {
    if cells.len() < columns {
        cells.resize(columns, String::new());
    }
    cells
}

/// The text of a file. Spreadsheets mark the encodings they save in, but for the old ones of one byte, which nobody can tell
/// from each other.
fn text(bytes: &[u8], encoding: Option<Encoding>) -> Result<String, String> {
    let (encoding, bytes) = match (Known::for_bom(bytes), encoding) {
        (Some((marked, length)), _) => (marked, bytes.get(length..).unwrap_or_default()),
        (None, Some(Encoding(said))) => (said, bytes),
        // Unmarked, it has a zero beside each of the first letters.
        (None, None) => match bytes {
            [a, 0, b, 0, ..] if *a != 0 && *b != 0 => (UTF_16LE, bytes),
            [0, a, 0, b, ..] if *a != 0 && *b != 0 => (UTF_16BE, bytes),
            _ => (UTF_8, bytes),
        },
    };
    if encoding == UTF_8 {
        return std::str::from_utf8(bytes).map(str::to_owned).map_err(|error| {
            let line = 1 + bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
            format!(
                "the table is not in UTF-8 (line {line}): save it as `CSV UTF-8`, or name what it is in, such as --encoding \
                 windows-1252"
            )
        });
    }
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
    text.map(std::borrow::Cow::into_owned).ok_or_else(|| format!("the table is not in {}", encoding.name()))
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
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(separator, _)| separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Vec<Vec<String>> {
        let table = Table::read(bytes, None).unwrap();
        let rows = table.rows.into_iter().map(|row| row.cells);
        std::iter::once(table.columns).chain(rows).collect()
    }

    #[test]
    fn tables_of_all_spreadsheets_say_the_same() {
        let comma =
            "email,comment,score\r\nada@example.com,\"two\nlines, \"\"quoted\"\"\",9\r\n,,\r\nbob@example.com\r\n";
        let expected = [
            vec!["email", "comment", "score"],
            vec!["ada@example.com", "two\nlines, \"quoted\"", "9"],
            vec!["bob@example.com", "", ""],
        ];
        let semicolons = comma.replace("email,comment,score", "email;comment;score");
        let semicolons = semicolons.replace("com,\"", "com;\"").replace("\",9", "\";9").replace(",,", ";;");
        let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(comma.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let tabs = semicolons.replace(';', "\t");
        let marked = format!("\u{feff}{comma}");
        for table in [comma.as_bytes(), semicolons.as_bytes(), tabs.as_bytes(), &wide, marked.as_bytes()] {
            assert_eq!(read(table), expected, "{}", String::from_utf8_lossy(table));
        }
    }

    #[test]
    fn what_has_no_mark_is_read_as_a_person_says() {
        let cell = |bytes: &[u8], name: &str| {
            let encoding = Encoding::named(name);
            assert!(encoding.is_some(), "{name}");
            Table::read(bytes, encoding).map(|table| table.rows[0].cell(0).to_owned())
        };
        for (bytes, name, text) in [
            (&b"x\nGr\xfc\xdfe \x80\n"[..], "windows-1252", "Grüße €"),
            (b"x\nGr\xfc\xdfe\n", "latin1", "Grüße"),
            (b"x\n\x93\xfa\x96{\n", "Shift_JIS", "日本"),
            // Its own mark knows better.
            ("\u{feff}x\nGrüße\n".as_bytes(), "windows-1252", "Grüße"),
        ] {
            assert_eq!(cell(bytes, name).as_deref(), Ok(text), "{name}");
        }
        assert!(cell(b"x\n\x93", "shift_jis").unwrap_err().contains("Shift_JIS"));
        assert_eq!(Encoding::named("klingon"), None);
        let unmarked: Vec<u8> = "x\nü\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&unmarked)[1], ["ü"]);
    }

    #[test]
    fn rows_know_their_lines() {
        let table = Table::read(b"email,comment\n\na,\"1\n2\"\nb,3\n", None).unwrap();
        assert_eq!(table.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [3, 5]);
    }

    #[test]
    fn what_is_no_table_is_said() {
        for (bytes, said) in [
            (&b""[..], "empty"),
            (b"\n\n", "empty"),
            (b"email\nL\xf6w\n", "line 2"),
            (b"\xff\xfea\x00\x00\xd8", "UTF-16LE"),
        ] {
            let error = Table::read(bytes, None).unwrap_err();
            assert!(error.contains(said), "{error}");
        }
    }

    #[test]
    fn only_our_own_marks_are_taken_away() {
        assert_eq!(read(b"email,comment\na,'=1+1\n")[1][1], "'=1+1");
        assert_eq!(read(b"npsloop_line,email,comment\n2,a,'=1+1\n")[1][2], "=1+1");
        assert_eq!(read(b"survey_id,email,comment\n2,a,'tis\n")[1][2], "'tis");
    }
}
