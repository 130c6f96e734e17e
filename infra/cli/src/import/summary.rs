//! What is told of a table at the end.

use std::collections::BTreeMap;
use std::path::Path;

use super::Wish;
use super::formats::Layout;
use super::report::Report;
use super::rows::Reader;

/// What became of all rows.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// Rows that are responses here from now on.
    pub(super) created: usize,
    /// Those that were here, said something else, and say it now.
    pub(super) changed: usize,
    /// Those that were here and say the same.
    pub(super) known: usize,
    /// Those of them that only say what is here, since nobody knows whose they are.
    pub(super) alike: usize,
    /// Those without a score.
    pub(super) unanswered: usize,
    /// Rows that have the name of one before them.
    pub(super) twice: usize,
    /// Rows that are known by who answered when.
    pub(super) by_time: usize,
    /// Rows of which nobody knows who answered.
    pub(super) nobody: usize,
    /// What could not be kept, and of how many rows.
    pub(super) ignored: BTreeMap<String, usize>,
}

/// What is told at the end.
pub(super) struct Told<'a> {
    /// What was wanted.
    pub(super) wish: &'a Wish,
    /// What the columns are.
    pub(super) layout: &'a Layout,
    /// What was noted of all rows.
    pub(super) reader: &'a Reader<'a>,
    /// The zone of times without one.
    pub(super) zone: &'a str,
    /// Whether the order of dates was guessed.
    pub(super) guessed: bool,
    /// How many scores there are, if none is above five.
    pub(super) of_five: Option<usize>,
    /// How many rows there are.
    pub(super) total: usize,
}

impl Told<'_> {
    /// All of it.
    pub(super) fn summary(&self, outcome: &Outcome, report: &Report, refused: &Path) -> String {
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
        let changed = if wish.dry_run { "would be changed" } else { "changed" };
        add(outcome.changed, format!("{changed}: they were here and say something else now"));
        add(outcome.known, "were here already".to_owned());
        add(outcome.twice, "stand in the table twice: the first of each counts that can be taken".to_owned());
        add(outcome.unanswered, "have no score: nobody answered".to_owned());
        add(report.len(), format!("refused; what is wrong with each is in {}", refused.display()));
        for (field, (count, why)) in report.by_field() {
            let field = if field.is_empty() { "the row" } else { field };
            lines.push(format!("          {count} for {field}, such as: {why}"));
        }
        let mut note = |text: String| lines.push(format!("  note: {text}"));
        if outcome.nobody > 0 {
            note(format!(
                "{} have neither an address nor a number: they are nobody's, and count all the same",
                outcome.nobody
            ));
        }
        if outcome.alike > 0 {
            note(format!(
                "{} of those that were here already are nobody's and known by nothing but what they say: if this table is of \
                 another place than the one before, import it with a --source of its own",
                outcome.alike
            ));
        }
        if let Some(scores) = self.of_five {
            note(format!(
                "none of its {scores} scores is above 5: where the scale ends there, it asked another question, and all of them \
                 count as detractors here; --of-ten says that they are of ten"
            ));
        }
        let is_read = self.reader.without_zone || self.guessed || wish.dates.is_some();
        if outcome.by_time > 0 && is_read {
            note(format!(
                "{} have no row_id and are known by who answered when: with another --time-zone or --dates each is a second \
                 response",
                outcome.by_time
            ));
        }
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
            note(match name.strip_prefix("attributes.") {
                Some(name) => format!("`{name}` could not be kept as an attribute of {count} rows"),
                None => format!(
                    "`{name}` was not kept of {count} rows: without an address or a number they are nobody's, and nobody \
                     could have it erased"
                ),
            });
        }
        lines.join("\n")
    }
}
