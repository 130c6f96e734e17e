//! The rows nobody could take, each with what is wrong with it, as a table that is mended and imported.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use csv::Writer;
use model::sheet::harmless;

use super::table::{OURS, Table};
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

    /// Writes the report, if there is anything to report.
    pub(super) fn write(&mut self, table: &Table, path: &Path) -> Result<(), Error> {
        if self.0.is_empty() {
            return Ok(());
        }
        self.0.sort_by_key(|refusal| refusal.row);
        let written = self.table(table).map_err(|error| Error::table(path, error))?;
        std::fs::write(path, written).map_err(|source| Error::file(path, source))
    }

    fn table(&self, table: &Table) -> Result<Vec<u8>, csv::Error> {
        // A report of a report has these columns once.
        let kept: Vec<usize> = (0..table.columns.len()).filter(|at| !table.columns[*at].starts_with(OURS)).collect();
        let mut writer = Writer::from_writer(Vec::new());
        let ours = ["line", "field", "why"].map(|name| format!("{OURS}{name}"));
        let names = kept.iter().map(|at| table.columns[*at].as_str());
        writer.write_record(ours.iter().map(String::as_str).chain(names).map(|cell| harmless(cell).into_owned()))?;
        for refusal in &self.0 {
            let row = &table.rows[refusal.row];
            let line = row.line.to_string();
            let ours = [line.as_str(), refusal.field.as_str(), refusal.why.as_str()];
            let cells = kept.iter().map(|at| row.cell(*at));
            writer.write_record(ours.into_iter().chain(cells).map(|cell| harmless(cell).into_owned()))?;
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
        report.add(Refusal { row: 1, field: "contact_email".to_owned(), why: "this is no address".to_owned() });
        let written = report.table(&table).unwrap();
        let text = String::from_utf8(written.clone()).unwrap();
        assert!(text.starts_with("npsloop_line,npsloop_field,npsloop_why,email,comment\n3,contact_email,"), "{text}");
        assert!(text.contains("\"'=1+1\nx\""), "{text}");
        let again = Table::read(&written, None).unwrap();
        assert_eq!(again.rows[0].cells[3..], ["nobody", "=1+1\nx"]);
        let mut once = Report::default();
        once.add(Refusal { row: 0, field: String::new(), why: "=x".to_owned() });
        let text = String::from_utf8(once.table(&again).unwrap()).unwrap();
        assert!(text.starts_with("npsloop_line,npsloop_field,npsloop_why,email,comment\n2,,'=x,nobody,"), "{text}");
        assert_eq!(report.by_field()["contact_email"], (1, "this is no address"));
        assert_eq!(beside(Path::new("d/a.csv")), Path::new("d/a.refused.csv"));
    }
}
