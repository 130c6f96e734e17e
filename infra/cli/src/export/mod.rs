//! `npsloop export`: what was answered, or asked, as a file of each day.
//!
//! Responses are asked for day by day. Surveys come in no order, since the whole table is read for them: each is put with
//! others of its day first, and the days are written at the end. A day's file is there whole or not at all.

mod columnar;
mod columns;
mod sheet;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;
use model::CampaignId;
use serde_json::Value;
use tempfile::TempDir;

use crate::client::Client;
use crate::{DONE, Done, Error};

/// What goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Scores with what was said, by the day of the answer.
    Responses,
    /// Everything that was asked, by the day of its sending.
    Surveys,
}

impl What {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Responses => "responses",
            Self::Surveys => "surveys",
        }
    }

    /// When something of a row happened that puts it in order.
    const fn time(self) -> &'static str {
        match self {
            Self::Responses => "answered_at",
            Self::Surveys => "send_at",
        }
    }
}

/// How files are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people and spreadsheets.
    Csv,
    /// For programs.
    Parquet,
}

impl Format {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }
}

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// What goes out.
    pub what: What,
    /// Of one campaign, or of all.
    pub campaign: Option<CampaignId>,
    /// The first day.
    pub from: Date,
    /// The last day, included.
    pub to: Date,
    /// How files are written.
    pub format: Format,
    /// The folder they go to.
    pub out: PathBuf,
}

/// Writes a file of each day.
///
/// # Errors
/// When npsloop refuses or does not answer any more, or a file cannot be written.
pub async fn run(client: &Client, wish: Wish) -> Result<Done, Error> {
    fs::create_dir_all(&wish.out).map_err(|source| Error::file(&wish.out, source))?;
    let mut days = Days::new(&wish.out)?;
    let bar = bar(&wish);
    match wish.what {
        What::Responses => responses(client, &wish, &mut days, &bar).await?,
        What::Surveys => surveys(client, &wish, &mut days, &bar).await?,
    }
    bar.finish_and_clear();
    let (files, rows) = days.write(&wish)?;
    let (what, format, out) = (wish.what.as_str(), wish.format.as_str(), wish.out.display());
    let said = format!("{rows} {what} from {} to {} in {files} files ({format}) in {out}", wish.from, wish.to);
    Ok(Done { said, code: DONE })
}

async fn responses(client: &Client, wish: &Wish, days: &mut Days, bar: &ProgressBar) -> Result<(), Error> {
    let all = std::iter::successors(Some(wish.from), |day| day.tomorrow().ok()).take_while(|day| *day <= wish.to);
    for day in all {
        let mut cursor = None;
        loop {
            let mut query = vec![("from", day.to_string()), ("to", day.to_string()), ("limit", "200".to_owned())];
            query.extend(wish.campaign.as_ref().map(|campaign| ("campaign", campaign.to_string())));
            query.extend(cursor.map(|cursor| ("cursor", cursor)));
            let page = client.get("/v1/responses", &query).await?;
            for row in page["responses"].as_array().into_iter().flatten() {
                days.add(day, row)?;
            }
            cursor = page["cursor"].as_str().map(str::to_owned);
            if cursor.is_none() {
                break;
            }
        }
        bar.inc(1);
    }
    Ok(())
}

async fn surveys(client: &Client, wish: &Wish, days: &mut Days, bar: &ProgressBar) -> Result<(), Error> {
    let mut cursor = None;
    loop {
        let mut query = vec![("from", wish.from.to_string()), ("to", wish.to.to_string())];
        query.extend(wish.campaign.as_ref().map(|campaign| ("campaign", campaign.to_string())));
        query.extend(cursor.map(|cursor| ("cursor", cursor)));
        let page = client.get("/v1/export/surveys", &query).await?;
        for row in page["surveys"].as_array().into_iter().flatten() {
            let day = row["day"].as_str().and_then(|day| day.parse().ok());
            let day: Date = day.ok_or_else(|| Error::Wrong("npsloop sent a survey without a day".to_owned()))?;
            days.add(day, row)?;
            bar.inc(1);
        }
        cursor = page["cursor"].as_str().map(str::to_owned);
        if cursor.is_none() {
            return Ok(());
        }
    }
}

/// A bar of days, or of surveys, of which nobody knows how many there are.
fn bar(wish: &Wish) -> ProgressBar {
    let (bar, template) = match wish.what {
        What::Responses => {
            let days = u64::try_from((wish.to - wish.from).get_days()).unwrap_or(0) + 1;
            (ProgressBar::new(days), "{bar:40} {pos}/{len} days, {eta} left")
        }
        What::Surveys => (ProgressBar::new_spinner(), "{spinner} {pos} surveys, {elapsed}"),
    };
    bar.enable_steady_tick(Duration::from_millis(200));
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Rows by day, in files of their own until all are there: only one day need fit into memory.
struct Days {
    folder: TempDir,
    counts: BTreeMap<Date, usize>,
    /// The day that is being written to, since most rows follow one of the same day.
    open: Option<(Date, BufWriter<File>)>,
}

impl Days {
    fn new(out: &Path) -> Result<Self, Error> {
        let folder = tempfile::Builder::new().prefix(".npsloop-").tempdir_in(out);
        let folder = folder.map_err(|source| Error::file(out, source))?;
        Ok(Self { folder, counts: BTreeMap::new(), open: None })
    }

    fn path(&self, day: Date) -> PathBuf {
        self.folder.path().join(day.to_string())
    }

    fn add(&mut self, day: Date, row: &Value) -> Result<(), Error> {
        let path = self.path(day);
        let failed = |source| Error::file(&path, source);
        if self.open.as_ref().is_none_or(|(open, _)| *open != day) {
            self.close()?;
            let file = File::options().create(true).append(true).open(&path).map_err(failed)?;
            self.open = Some((day, BufWriter::new(file)));
        }
        if let Some((_, file)) = &mut self.open {
            writeln!(file, "{row}").map_err(failed)?;
        }
        *self.counts.entry(day).or_default() += 1;
        Ok(())
    }

    fn close(&mut self) -> Result<(), Error> {
        match self.open.take() {
            Some((day, mut file)) => file.flush().map_err(|source| Error::file(&self.path(day), source)),
            None => Ok(()),
        }
    }

    fn rows(&self, day: Date) -> Result<Vec<Value>, Error> {
        let path = self.path(day);
        let file = File::open(&path).map_err(|source| Error::file(&path, source))?;
        let lines = BufReader::new(file).lines();
        lines
            .map(|line| {
                let line = line.map_err(|source| Error::file(&path, source))?;
                serde_json::from_str(&line).map_err(|error| Error::table(&path, error))
            })
            .collect()
    }

    /// Writes the days; how many files that makes, and of how many rows.
    fn write(mut self, wish: &Wish) -> Result<(usize, usize), Error> {
        self.close()?;
        let mut total = 0;
        for day in self.counts.keys().copied() {
            let mut rows = self.rows(day)?;
            tidy(&mut rows, wish.what);
            total += rows.len();
            let name = format!("{}-{day}.{}", wish.what.as_str(), wish.format.as_str());
            let path = wish.out.join(&name);
            let part = self.folder.path().join(name);
            let written = match wish.format {
                Format::Csv => sheet::write(&part, wish.what, &rows),
                Format::Parquet => columnar::write(&part, wish.what, &rows),
            };
            written.map_err(|error| Error::Table { path: path.display().to_string(), source: error })?;
            fs::rename(&part, &path).map_err(|source| Error::file(&path, source))?;
        }
        Ok((self.counts.len(), total))
    }
}

/// Rows in the order of their times. While a table is read, a survey may be met twice.
fn tidy(rows: &mut Vec<Value>, what: What) {
    let key = |row: &Value| {
        let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let at = text(what.time()).parse::<model::Timestamp>().unwrap_or_default();
        (at, text("survey_id"))
    };
    rows.sort_by_cached_key(key);
    let mut seen = BTreeSet::new();
    rows.retain(|row| seen.insert(row["survey_id"].as_str().unwrap_or_default().to_owned()));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn row(id: &str, at: &str) -> Value {
        json!({ "survey_id": id, "answered_at": at })
    }

    #[test]
    fn a_day_is_in_order_and_names_nothing_twice() {
        let folder = tempfile::tempdir().unwrap();
        let mut days = Days::new(folder.path()).unwrap();
        let (monday, tuesday) = (Date::constant(2027, 3, 15), Date::constant(2027, 3, 16));
        for (day, id, at) in [
            (monday, "b", "2027-03-15T10:00:00.5Z"),
            (tuesday, "d", "2027-03-16T10:00:00Z"),
            (monday, "a", "2027-03-15T10:00:00Z"),
            (monday, "b", "2027-03-15T10:00:00.5Z"),
        ] {
            days.add(day, &row(id, at)).unwrap();
        }
        days.close().unwrap();
        let mut rows = days.rows(monday).unwrap();
        tidy(&mut rows, What::Responses);
        assert_eq!(rows.iter().map(|row| &row["survey_id"]).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(days.rows(tuesday).unwrap().len(), 1);
    }
}
