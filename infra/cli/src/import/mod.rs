//! `npsloop import`: the export of another service, row by row, so that a company keeps its trend.
//!
//! The same file may be sent as often as one likes: what is missing is made, what says something else is changed, and nothing is
//! made twice. Of rows of one name the first counts that can be taken. Rows nobody can take are written to a table of their own, with what is wrong with each; once they
//! are mended there, that table is imported.

mod formats;
mod names;
mod report;
mod rows;
mod summary;
mod table;
mod times;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::PathBuf;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use model::CampaignId;
use serde_json::{Value, json};

use self::formats::{Layout, Service, is_field};
use self::names::{Met, Named, Names, is_drawn, says};
use self::report::{Refusal, Report};
use self::rows::{Reader, Unfit};
use self::summary::{Outcome, Told};
pub use self::table::Encoding;
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
    /// What the table is saved in, where it is not UTF-8 or marked.
    pub encoding: Option<Encoding>,
    /// It is fine that no column says who answered.
    pub anonymous: bool,
    /// Its scores are of ten, also where none of them is above five.
    pub of_ten: bool,
}

/// Brings a table of past responses here.
///
/// # Errors
/// When the table cannot be read, npsloop refuses all of it, or does not answer any more.
pub async fn run(client: &Client, wish: Wish) -> Result<Done, Error> {
    let bytes = std::fs::read(&wish.file).map_err(|source| Error::file(&wish.file, source))?;
    let name = wish.file.display();
    let wrong = |detail: String| Error::Wrong(format!("{name}: {detail}"));
    let table = Table::read(&bytes, wish.encoding).map_err(wrong)?;
    drop(bytes);
    let layout = Layout::of(&table, wish.source.as_deref(), &wish.map, wish.anonymous).map_err(wrong)?;
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

    let of_five = of_five(&table, &layout).filter(|_| !wish.of_ten);
    if of_five.is_some_and(|scores| scores >= ENOUGH) {
        return Err(wrong(
            "none of its scores is above 5, as where the scale ends there, which asks another question; if they are of ten \
             all the same, say --of-ten"
                .to_owned(),
        ));
    }
    let mut reader = Reader::new(&layout, &wish.set, &zone, order.0);
    let total = table.rows.len().saturating_sub(layout.skip);
    let mut sender = Sender::new(client, &wish, &layout.source, total);
    let sent = sender.send_all(&table, layout.skip, &mut reader).await;
    sender.bar.finish_and_clear();
    let refused = wish.refused.clone().unwrap_or_else(|| report::beside(&wish.file));
    sender.report.write(&table, layout.skip, &refused)?;
    sent?;
    let Sender { outcome, report, .. } = sender;
    let code = if report.is_empty() { DONE } else { SOME_REFUSED };
    let told =
        Told { wish: &wish, layout: &layout, reader: &reader, zone: &zone_name, guessed: order.1, of_five, total };
    Ok(Done { said: told.summary(&outcome, &report, &refused), code })
}

/// Scores from which on it is no chance that none is above five.
const ENOUGH: usize = 30;

/// How many scores there are that look as if they were of five, none of them above it: no service's own mark says what was asked.
fn of_five(table: &Table, layout: &Layout) -> Option<usize> {
    let column = layout.fields.iter().position(|field| field.as_deref() == Some("score"))?;
    let rows = table.rows.iter().skip(layout.skip);
    let scores: Vec<u8> = rows.filter_map(|row| rows::score(row.cell(column))).collect();
    (!scores.is_empty() && scores.iter().all(|score| *score <= 5)).then_some(scores.len())
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

/// Rows that are sent together.
#[derive(Debug, Default)]
struct Part {
    rows: Vec<(usize, Value)>,
    bytes: usize,
}

impl Part {
    fn has_room_for(&self, bytes: usize) -> bool {
        self.rows.is_empty() || self.rows.len() < AT_ONCE && self.bytes + bytes <= MOST_BYTES
    }
}

/// A row that has the name of another.
#[derive(Debug)]
struct Twin {
    row: usize,
    /// The one before it that counts, unless it is refused.
    first: Met,
    said: u64,
    body: Value,
}

impl Twin {
    /// Nothing is kept of it, and whoever brings it decides.
    fn refusal(&self, line: u64) -> Refusal {
        let (field, same) = match self.body["row_id"].is_string() {
            true => ("row_id", "has the same name"),
            false => ("answered_at", "is the same person's, of the same moment,"),
        };
        let why = format!("line {line} {same} and says something else: that one counts");
        Refusal { row: self.row, field: field.to_owned(), why, name: None }
    }
}

/// Sends rows as they are read, so that no more of them are held than one call takes.
struct Sender<'a> {
    client: &'a Client,
    wish: &'a Wish,
    source: &'a str,
    bar: ProgressBar,
    part: Part,
    /// Those for which there was no time.
    again: Vec<(usize, Value)>,
    twins: Vec<Twin>,
    /// Those something is wrong with.
    refused: HashSet<usize>,
    outcome: Outcome,
    report: Report,
}

impl<'a> Sender<'a> {
    fn new(client: &'a Client, wish: &'a Wish, source: &'a str, total: usize) -> Self {
        Self {
            client,
            wish,
            source,
            bar: bar(total),
            part: Part::default(),
            again: Vec::new(),
            twins: Vec::new(),
            refused: HashSet::new(),
            outcome: Outcome::default(),
            report: Report::default(),
        }
    }

    async fn send_all(&mut self, table: &Table, skip: usize, reader: &mut Reader<'_>) -> Result<(), Error> {
        let mut names = Names::default();
        for (nth, row) in table.rows.iter().enumerate().skip(skip) {
            let cells = reader.cells(row);
            let drawn = names.draw(&cells);
            match reader.read(row) {
                Ok(mut body) => {
                    if let Some(name) = drawn {
                        body["row_id"] = name.into();
                    }
                    match names.name(nth, &body) {
                        Named::Again(first) => {
                            let said = says(&body);
                            self.twins.push(Twin { row: nth, first, said, body });
                        }
                        named => {
                            self.outcome.nobody += usize::from(named == Named::Nobody);
                            self.outcome.by_time += usize::from(named == Named::ByTime);
                            self.add(nth, body).await?;
                        }
                    }
                    continue;
                }
                Err(Unfit::Unanswered) => self.outcome.unanswered += 1,
                Err(Unfit::Refused { field, why }) => {
                    let kept = cells.iter().find(|(field, name)| *field == "row_id" && is_drawn(name));
                    let name = drawn.or_else(|| kept.map(|(_, name)| (*name).to_owned()));
                    self.report.add(Refusal { row: nth, field, why, name });
                }
            }
            self.bar.inc(1);
        }
        self.finish().await?;
        while !self.twins.is_empty() {
            self.send_twins(table).await?;
        }
        Ok(())
    }

    /// Of each name whose row was refused, sends the next one. All others count once; one that says something else is for people.
    async fn send_twins(&mut self, table: &Table) -> Result<(), Error> {
        let mut next: HashMap<usize, Met> = HashMap::new();
        for mut twin in std::mem::take(&mut self.twins) {
            if self.refused.contains(&twin.first.row) {
                if let Some(first) = next.get(&twin.first.row) {
                    twin.first = *first;
                    self.twins.push(twin);
                } else {
                    next.insert(twin.first.row, Met { row: twin.row, said: twin.said });
                    self.add(twin.row, twin.body).await?;
                }
                continue;
            }
            if twin.said == twin.first.said {
                self.outcome.twice += 1;
            } else {
                let line = table.rows.get(twin.first.row).map_or(0, |row| row.line);
                self.report.add(twin.refusal(line));
            }
            self.bar.inc(1);
        }
        self.finish().await
    }

    /// Sends what is left, and again those for which there was no time.
    async fn finish(&mut self) -> Result<(), Error> {
        self.send().await?;
        for round in 1..ROUNDS {
            if self.again.is_empty() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(250) * 2_u32.pow(round)).await;
            for (nth, body) in std::mem::take(&mut self.again) {
                self.add(nth, body).await?;
            }
            self.send().await?;
        }
        for (row, body) in std::mem::take(&mut self.again) {
            let why = "npsloop had no time for this row; start the import again".to_owned();
            self.report.add(Refusal { row, field: String::new(), why, name: drawn_for(&body) });
        }
        Ok(())
    }

    async fn add(&mut self, row: usize, body: Value) -> Result<(), Error> {
        let bytes = body.to_string().len();
        if !self.part.has_room_for(bytes) {
            self.send().await?;
        }
        self.part.bytes += bytes;
        self.part.rows.push((row, body));
        Ok(())
    }

    /// Sends what is there.
    async fn send(&mut self) -> Result<(), Error> {
        let part = std::mem::take(&mut self.part).rows;
        if part.is_empty() {
            return Ok(());
        }
        let responses: Vec<&Value> = part.iter().map(|(_, body)| body).collect();
        let body = json!({ "campaign": self.wish.campaign.as_str(), "source": self.source, "responses": responses });
        let path = if self.wish.dry_run { "/v1/responses/import?dry_run=true" } else { "/v1/responses/import" };
        let answer = self.client.post(path, &body).await?;
        let retry: BTreeSet<u64> = answer["retry"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
        let rows = answer["rows"].as_array().map(Vec::as_slice).unwrap_or_default();
        for (place, (nth, body)) in part.into_iter().enumerate() {
            match rows.get(place).filter(|_| !retry.contains(&(place as u64))) {
                Some(row) => {
                    self.take(row, nth, &body);
                    self.bar.inc(1);
                }
                None => self.again.push((nth, body)),
            }
        }
        Ok(())
    }

    /// Takes the answer to one row.
    fn take(&mut self, answer: &Value, row: usize, body: &Value) {
        let (outcome, name) = (&mut self.outcome, drawn_for(body));
        match answer["outcome"].as_str() {
            Some("created") => outcome.created += 1,
            Some("changed") => outcome.changed += 1,
            Some(_) => {
                outcome.known += 1;
                outcome.alike += usize::from(name.is_some());
            }
            None => {
                let problem = &answer["problem"];
                let pointer = problem["errors"][0]["pointer"].as_str().unwrap_or_default();
                let field = pointer.trim_start_matches('/').to_owned();
                self.refused.insert(row);
                self.report.add(Refusal { row, field, why: said(problem), name });
            }
        }
        for name in answer["ignored"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            *outcome.ignored.entry(name.to_owned()).or_default() += 1;
        }
    }
}

/// The name that was drawn for a row, if it has none of its own.
fn drawn_for(body: &Value) -> Option<String> {
    body["row_id"].as_str().filter(|name| is_drawn(name)).map(str::to_owned)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sent_in_parts_that_fit() {
        let part = |rows: usize, bytes: usize| Part { rows: vec![(0, Value::Null); rows], bytes };
        assert!(part(AT_ONCE - 1, 0).has_room_for(10) && !part(AT_ONCE, 0).has_room_for(10));
        assert!(part(1, MOST_BYTES - 10).has_room_for(10) && !part(1, MOST_BYTES - 10).has_room_for(11));
        assert!(part(0, 0).has_room_for(MOST_BYTES * 2), "one that is too large is refused there, and by its name");
    }

    #[test]
    fn a_scale_of_five_is_seen() {
        let of_five = |scores: &[u8]| {
            let rows: String = scores.iter().map(|score| format!("a@example.com,{score},2021-03-04\n")).collect();
            let table = Table::read(format!("email,score,answered_at\n{rows}").as_bytes(), None).unwrap();
            super::of_five(&table, &Layout::of(&table, None, &[], false).unwrap())
        };
        assert_eq!(of_five(&[1, 2, 3, 4, 5].repeat(6)), Some(ENOUGH));
        assert_eq!(of_five(&[&[5; 29][..], &[6]].concat()), None);
        assert_eq!(of_five(&[5; 29]), Some(29), "perhaps a few who are all unhappy");
        assert_eq!(of_five(&[]), None);
    }

    #[test]
    fn the_order_of_dates_is_found_told_or_asked_for() {
        let of = |head: &str, date: &str, said| {
            let table = Table::read(format!("{head}\na@example.com,9,{date}\n").as_bytes(), None).unwrap();
            let layout = Layout::of(&table, None, &[], false).unwrap();
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
