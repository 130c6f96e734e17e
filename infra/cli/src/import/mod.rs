//! `npsloop import`: the export of another service, row by row, so that a company keeps its trend.
//!
//! A row that is here already stays as it is, so the same file may be sent as often as one likes: what is missing is made,
//! and nothing twice. Rows nobody can take are written to a table of their own, with what is wrong with each; once they
//! are mended there, that table is imported.

mod formats;
mod report;
mod rows;
mod table;
mod times;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use model::CampaignId;
use serde_json::{Value, json};

use self::formats::{Layout, Service, is_field};
use self::report::{Refusal, Report};
use self::rows::{Reader, Unfit};
use self::table::Table;
pub use self::times::Order;
use crate::client::{Client, said};
use crate::{DONE, Done, Error, SOME_REFUSED};

/// Rows in one call. The API takes more; with fewer the bar moves, and a call that is repeated costs little.
const AT_ONCE: usize = 200;

/// Bytes in one call, roughly: the API takes four times as many.
const MOST_BYTES: usize = 1024 * 1024;

/// How often rows are sent again for which there was no time.
const ROUNDS: u32 = 8;

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The table.
    pub file: PathBuf,
    /// The campaign its rows count in.
    pub campaign: CampaignId,
    /// Write nothing.
    pub dry_run: bool,
    /// The service it comes from, if somebody says so.
    pub source: Option<String>,
    /// What columns are, as somebody says.
    pub map: Vec<(String, String)>,
    /// What every row says beside its columns.
    pub set: Vec<(String, String)>,
    /// How dates are meant, if somebody says so.
    pub dates: Option<Order>,
    /// The zone of times without one, if it is not the campaign's.
    pub zone: Option<String>,
    /// Where refused rows go, if not beside the table.
    pub refused: Option<PathBuf>,
}

/// What became of all rows.
#[derive(Debug, Default)]
struct Outcome {
    created: usize,
    known: usize,
    unanswered: usize,
    /// Attributes that could not be kept, and of how many rows.
    ignored: BTreeMap<String, usize>,
}

/// Brings a table of past responses here.
///
/// # Errors
/// When the table cannot be read, npsloop refuses all of it, or does not answer any more.
pub async fn run(client: &Client, wish: Wish) -> Result<Done, Error> {
    let bytes = std::fs::read(&wish.file).map_err(|source| Error::file(&wish.file, source))?;
    let name = wish.file.display();
    let wrong = |detail: String| Error::Wrong(format!("{name}: {detail}"));
    let table = Table::read(&bytes).map_err(wrong)?;
    let layout = Layout::of(&table, wish.source.as_deref(), &wish.map).map_err(wrong)?;
    for (field, _) in &wish.set {
        if !is_field(field) || ["score", "row_id", formats::KIND, formats::SKIP].contains(&field.as_str()) {
            return Err(Error::Wrong(format!("--set: `{field}` is nothing that can be the same for every row")));
        }
    }
    let campaign = client.get(&format!("/v1/campaigns/{}", wish.campaign), &[]).await?;
    let zone = wish.zone.clone().or_else(|| campaign["time_zone"].as_str().map(str::to_owned));
    let zone_name = zone.unwrap_or_else(|| "UTC".to_owned());
    let zone = model::time::zone(&zone_name);
    let order = order(&table, &layout, wish.dates).map_err(wrong)?;

    let mut reader = Reader::new(&layout, &wish.set, &zone, order.0);
    let mut report = Report::default();
    let mut outcome = Outcome::default();
    let mut ready: Vec<(usize, Value)> = Vec::new();
    let rows = table.rows.iter().enumerate().skip(layout.skip);
    let total = rows.len();
    for (nth, row) in rows {
        match reader.read(row) {
            Ok(body) => ready.push((nth, body)),
            Err(Unfit::Unanswered) => outcome.unanswered += 1,
            Err(Unfit::Refused { field, why }) => report.add(Refusal { row: nth, field, why }),
        }
    }
    let bar = bar(ready.len());
    let path = if wish.dry_run { "/v1/responses/import?dry_run=true" } else { "/v1/responses/import" };
    let sent = send_all(client, path, &wish, &layout.source, ready, &bar, &mut outcome, &mut report).await;
    bar.finish_and_clear();
    let refused = wish.refused.clone().unwrap_or_else(|| report::beside(&wish.file));
    report.write(&table, &refused)?;
    sent?;
    let code = if report.is_empty() { DONE } else { SOME_REFUSED };
    let told = Told { wish: &wish, layout: &layout, reader: &reader, zone: &zone_name, guessed: order.1, total };
    Ok(Done { said: told.summary(&outcome, &report, &refused), code })
}

/// How the dates of a table are meant, and whether that was guessed.
fn order(table: &Table, layout: &Layout, said: Option<Order>) -> Result<(Order, bool), String> {
    if let Some(order) = said {
        return Ok((order, false));
    }
    let columns: Vec<usize> = (0..layout.fields.len())
        .filter(|at| matches!(layout.fields[*at].as_deref(), Some("answered_at" | "sent_at")))
        .collect();
    let rows = table.rows.iter().skip(layout.skip);
    let cells = rows.flat_map(|row| columns.iter().map(move |at| row.cell(*at)));
    match times::told(cells) {
        times::Told::Nothing => Ok((Order::MonthFirst, false)),
        times::Told::Order(order) => Ok((order, false)),
        times::Told::Both => Err("some of its dates begin with the month, others with the day; mend them first, or \
                                  say how they are meant with --dates"
            .to_owned()),
        // These services write dates as Americans do.
        times::Told::Unclear if layout.service.is_some_and(|service| service != Service::Npsloop) => {
            Ok((Order::MonthFirst, true))
        }
        times::Told::Unclear => {
            Err("its dates can be meant both ways; say which with --dates mdy or --dates dmy".to_owned())
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "one step of one task, with all it has")]
async fn send_all(
    client: &Client,
    path: &str,
    wish: &Wish,
    source: &str,
    ready: Vec<(usize, Value)>,
    bar: &ProgressBar,
    outcome: &mut Outcome,
    report: &mut Report,
) -> Result<(), Error> {
    let mut waiting = ready;
    for round in 0..ROUNDS {
        if round > 0 {
            tokio::time::sleep(Duration::from_millis(250) * 2_u32.pow(round)).await;
        }
        let mut again = Vec::new();
        for part in parts(waiting) {
            let responses: Vec<&Value> = part.iter().map(|(_, body)| body).collect();
            let body = json!({ "campaign": wish.campaign.as_str(), "source": source, "responses": responses });
            let answer = client.post(path, &body).await?;
            let retry: BTreeSet<u64> =
                answer["retry"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
            let rows = answer["rows"].as_array().cloned().unwrap_or_default();
            for (place, (nth, body)) in part.into_iter().enumerate() {
                if retry.contains(&(place as u64)) || rows.len() <= place {
                    again.push((nth, body));
                    continue;
                }
                take(&rows[place], nth, outcome, report);
                bar.inc(1);
            }
        }
        waiting = again;
        if waiting.is_empty() {
            return Ok(());
        }
    }
    for (row, _) in waiting {
        let why = "npsloop had no time for this row; start the import again".to_owned();
        report.add(Refusal { row, field: String::new(), why });
    }
    Ok(())
}

/// Takes the answer to one row.
fn take(answer: &Value, row: usize, outcome: &mut Outcome, report: &mut Report) {
    match answer["outcome"].as_str() {
        Some("created") => outcome.created += 1,
        Some(_) => outcome.known += 1,
        None => {
            let problem = &answer["problem"];
            let pointer = problem["errors"][0]["pointer"].as_str().unwrap_or_default();
            report.add(Refusal { row, field: pointer.trim_start_matches('/').to_owned(), why: said(problem) });
        }
    }
    for name in answer["ignored"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        *outcome.ignored.entry(name.trim_start_matches("attributes.").to_owned()).or_default() += 1;
    }
}

/// Rows as they are sent together.
fn parts(rows: Vec<(usize, Value)>) -> Vec<Vec<(usize, Value)>> {
    let mut parts: Vec<Vec<(usize, Value)>> = Vec::new();
    let mut bytes = 0;
    for row in rows {
        let size = row.1.to_string().len();
        match parts.last_mut().filter(|part| part.len() < AT_ONCE && bytes + size <= MOST_BYTES) {
            Some(part) => {
                part.push(row);
                bytes += size;
            }
            None => {
                parts.push(vec![row]);
                bytes = size;
            }
        }
    }
    parts
}

/// A bar on the terminal; none where nobody sees it.
fn bar(rows: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} rows, {per_sec}, {eta} left");
    let bar = ProgressBar::new(rows as u64);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// What is told at the end.
struct Told<'a> {
    wish: &'a Wish,
    layout: &'a Layout,
    reader: &'a Reader<'a>,
    zone: &'a str,
    guessed: bool,
    total: usize,
}

impl Told<'_> {
    fn summary(&self, outcome: &Outcome, report: &Report, refused: &std::path::Path) -> String {
        let (wish, layout) = (self.wish, self.layout);
        let format =
            layout.service.map_or_else(|| "a plain table".to_owned(), |s| format!("an export of {}", s.title()));
        let made = if wish.dry_run { "would be imported" } else { "imported" };
        let mut lines = vec![
            format!("{}: {} rows of {format}, kept as `{}`", wish.file.display(), self.total, layout.source),
            format!("  {:>7} {made} into the campaign `{}`", outcome.created, wish.campaign),
        ];
        let mut add = |count: usize, what: String| {
            if count > 0 {
                lines.push(format!("  {count:>7} {what}"));
            }
        };
        add(outcome.known, "were here already, or stand in the table twice".to_owned());
        add(outcome.unanswered, "have no score: nobody answered".to_owned());
        add(report.len(), format!("refused; what is wrong with each is in {}", refused.display()));
        for (field, (count, why)) in report.by_field() {
            let field = if field.is_empty() { "the row" } else { field };
            lines.push(format!("          {count} for {field}, such as: {why}"));
        }
        let mut note = |text: String| lines.push(format!("  note: {text}"));
        if self.reader.without_zone {
            note(format!("times without a zone were read in {}", self.zone));
        }
        if self.guessed {
            note(
                "its dates can be meant both ways and were read as month/day/year; --dates dmy reads them otherwise"
                    .to_owned(),
            );
        }
        if self.reader.cut > 0 {
            note(format!("{} comments were longer than 4,000 characters and were cut", self.reader.cut));
        }
        if !layout.left_out.is_empty() {
            note(format!("left out: {}", layout.left_out.join(", ")));
        }
        if !self.reader.beyond.is_empty() {
            let beyond: Vec<&str> = self.reader.beyond.iter().map(String::as_str).collect();
            note(format!("a response keeps 16 attributes; not among them: {}", beyond.join(", ")));
        }
        for (name, count) in &outcome.ignored {
            note(format!("`{name}` could not be kept as an attribute of {count} rows"));
        }
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sent_in_parts_that_fit() {
        let small = |nth| (nth, json!({ "score": 9 }));
        let sizes = |rows| parts(rows).iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(sizes((0..450).map(small).collect()), [200, 200, 50]);
        let large = |nth| (nth, json!({ "comment": "x".repeat(600_000) }));
        assert_eq!(sizes((0..3).map(large).collect()), [1, 1, 1]);
        assert!(parts(Vec::new()).is_empty());
    }

    #[test]
    fn the_order_of_dates_is_found_told_or_asked_for() {
        let of = |head: &str, date: &str, said| {
            let table = Table::read(format!("{head}\na@example.com,9,{date}\n").as_bytes()).unwrap();
            let layout = Layout::of(&table, None, &[]).unwrap();
            order(&table, &layout, said)
        };
        let plain = "email,score,answered_at";
        assert_eq!(of(plain, "2021-03-04", None), Ok((Order::MonthFirst, false)));
        assert_eq!(of(plain, "13/3/2021", None), Ok((Order::DayFirst, false)));
        assert_eq!(of(plain, "3/4/2021", Some(Order::DayFirst)), Ok((Order::DayFirst, false)));
        assert!(of(plain, "3/4/2021", None).unwrap_err().contains("--dates"));
        assert_eq!(of("email,nps score,date", "3/4/2021", None), Ok((Order::MonthFirst, true)));
    }
}
