//! The rows nobody could take, each with what is wrong with it, as a table that is mended and imported.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use csv::Writer;
use model::sheet::harmless;

use super::table::{OURS, ROW_ID, Table};
use crate::Error;

/// A row that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// Its place among the rows of the table.
    pub(super) row: usize,
    /// The field that is wrong; empty where it is the row.
    pub(super) field: String,
    /// What is wrong with it.
    pub(super) why: String,
    /// The name that was drawn for it: it keeps that, whatever is mended.
    pub(super) name: Option<String>,
}

/// All that were.
#[derive(Debug, Default)]
pub(super) struct Report(Vec<Refusal>);

/// Where a report goes that nobody names a place for.
pub(super) fn beside(file: &Path) -> PathBuf {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    file.with_file_name(format!("{stem}.refused.csv"))
}

impl Report {
    pub(super) fn add(&mut self, refusal: Refusal) {
        self.0.push(refusal);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// How often each field was wrong, and the first reason.
    pub(super) fn by_field(&self) -> BTreeMap<&str, (usize, &str)> {
        let mut fields = BTreeMap::new();
        for refusal in &self.0 {
            fields.entry(refusal.field.as_str()).or_insert((0, refusal.why.as_str())).0 += 1;
        }
        fields
    }

    /// Writes the report, if there is anything to report. The first rows of the table may be no responses, and say what the columns
    /// are: those are in it as well.
    pub(super) fn write(&mut self, table: &Table, skipped: usize, path: &Path) -> Result<(), Error> {
        if self.0.is_empty() {
            return Ok(());
        }
        self.0.sort_by_key(|refusal| refusal.row);
        let written = self.table(table, skipped).map_err(|error| Error::table(path, error))?;
        std::fs::write(path, written).map_err(|source| Error::file(path, source))
    }

    fn table(&self, table: &Table, skipped: usize) -> Result<Vec<u8>, csv::Error> {
        // A report of a report has these columns once.
        let kept: Vec<usize> = (0..table.columns.len()).filter(|at| !table.columns[*at].starts_with(OURS)).collect();
        let mut writer = Writer::from_writer(Vec::new());
        let any_drawn = self.0.iter().any(|refusal| refusal.name.is_some());
        let ours = ["line", "field", "why"].map(|name| format!("{OURS}{name}"));
        let ours = ours.iter().map(String::as_str).chain(any_drawn.then_some(ROW_ID));
        let names = kept.iter().map(|at| table.columns[*at].as_str());
        writer.write_record(ours.chain(names).map(|cell| harmless(cell).into_owned()))?;
        for row in table.rows.iter().take(skipped) {
            let ours = std::iter::repeat_n("", if any_drawn { 4 } else { 3 });
            let cells = kept.iter().map(|at| row.cell(*at));
            writer.write_record(ours.chain(cells).map(|cell| harmless(cell).into_owned()))?;
        }
        for refusal in &self.0 {
            let row = &table.rows[refusal.row];
            let line = row.line.to_string();
            let ours = [line.as_str(), refusal.field.as_str(), refusal.why.as_str()];
            let ours = ours.into_iter().chain(any_drawn.then(|| refusal.name.as_deref().unwrap_or_default()));
            let cells = kept.iter().map(|at| row.cell(*at));
            writer.write_record(ours.chain(cells).map(|cell| harmless(cell).into_owned()))?;
        }
        writer.into_inner().map_err(|error| error.into_error().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_a_table_that_is_read_again() {
        let table = Table::read("email,comment\na@example.com,fine\nnobody,\"=1+1\nx\"\n".as_bytes(), None).unwrap();
        let mut report = Report::default();
        let why = "this is no address".to_owned();
        report.add(Refusal { row: 1, field: "contact_email".to_owned(), why, name: None });
        let written = report.table(&table, 0).unwrap();
        let text = String::from_utf8(written.clone()).unwrap();
        assert!(text.starts_with("npsloop_line,npsloop_field,npsloop_why,email,comment\n3,contact_email,"), "{text}");
        assert!(text.contains("\"'=1+1\nx\""), "{text}");
        let again = Table::read(&written, None).unwrap();
        assert_eq!(again.rows[0].cells[3..], ["nobody", "=1+1\nx"]);
        let mut once = Report::default();
        once.add(Refusal { row: 0, field: String::new(), why: "=x".to_owned(), name: None });
        let text = String::from_utf8(once.table(&again, 0).unwrap()).unwrap();
        assert!(text.starts_with("npsloop_line,npsloop_field,npsloop_why,email,comment\n2,,'=x,nobody,"), "{text}");
        let text = String::from_utf8(once.table(&again, 1).unwrap()).unwrap();
        assert!(text.contains("email,comment\n,,,nobody,"), "{text}");
        assert_eq!(report.by_field()["contact_email"], (1, "this is no address"));
        once.add(Refusal { row: 0, field: String::new(), why: "y".to_owned(), name: Some("nobody-1".to_owned()) });
        let text = String::from_utf8(once.table(&again, 0).unwrap()).unwrap();
        assert!(
            text.starts_with("npsloop_line,npsloop_field,npsloop_why,npsloop_row_id,email,comment\n2,,'=x,,"),
            "{text}"
        );
        assert!(text.contains("\n2,,y,nobody-1,nobody,"), "{text}");
        assert_eq!(beside(Path::new("d/a.csv")), Path::new("d/a.refused.csv"));
    }
}
