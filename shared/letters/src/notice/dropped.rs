//! The letter about a sudden drop.

use askama::Template;
use model::Language;

use super::pages::Group;
use super::{Dropped, Most, Side};
use crate::letter::NAME;
use crate::line::line;
use crate::look::Look;

/// One of the two times of a drop, as it stands in the table.
struct SidePage {
    name: &'static str,
    days: String,
    answers: String,
    score: String,
    interval: String,
}

impl SidePage {
    fn of(name: &'static str, side: &Side) -> Self {
        let (low, high) = side.interval;
        Self {
            name,
            days: side.days.clone(),
            answers: format!("{} answers", side.n),
            score: signed(side.score),
            interval: format!("{} to {}", signed(low), signed(high)),
        }
    }
}

#[derive(Template)]
#[template(path = "notice/dropped.html")]
pub(super) struct DroppedPage {
    pub(super) title: String,
    preview: String,
    language: Language,
    company: String,
    bar: String,
    look: Look,
    kicker: String,
    lead: String,
    sides: [SidePage; 2],
    change: String,
    sure: String,
    /// Sentences about where most of it happened.
    most: Vec<String>,
    foot: String,
    url: String,
}

impl DroppedPage {
    pub(super) fn of(dropped: &Dropped<'_>, look: Look) -> Self {
        let (before, last) = (signed(dropped.before.score), signed(dropped.last.score));
        let campaign = line(dropped.campaign, NAME);
        let (low, high) = dropped.interval;
        Self {
            title: format!("The score of {campaign} fell from {before} to {last}"),
            preview: "In the last seven days, compared with the four weeks before.".to_owned(),
            language: Language::En,
            company: line(dropped.company, NAME),
            bar: Group::DETRACTOR.badge.to_owned(),
            look,
            kicker: "Sudden drop".to_owned(),
            lead: format!("The score of {campaign} fell from {before} to {last}"),
            sides: [SidePage::of("Last 7 days", &dropped.last), SidePage::of("The 28 days before", &dropped.before)],
            change: format!("That is {} less,", points(-dropped.points)),
            // Only what surely fell is told, so both ends are below zero.
            sure: format!(
                "with 95 % confidence between {} and {}. {}",
                signed(-high),
                signed(-low),
                unlikely(dropped.p)
            ),
            most: dropped.most.as_ref().map(most).unwrap_or_default(),
            foot: format!(
                "You get this because you are named as the manager of the campaign {campaign}. At most once a week, and \
                 only where chance is no explanation."
            ),
            url: dropped.url.to_owned(),
        }
    }
}

/// Where most of a drop happened, in sentences.
fn most(most: &Most<'_>) -> Vec<String> {
    let who = match most.dimension {
        "owner" => "the account manager".to_owned(),
        "agent" => "the agent".to_owned(),
        other => line(&other.replace('_', " "), NAME),
    };
    let value = line(most.value, NAME);
    let ((then, of_then), (now, of_now)) = (most.before, most.last);
    vec![
        format!("Most of it happened in the answers of {who} {value}:"),
        format!("from {} ({of_then} answers) to {} ({of_now} answers).", signed(then), signed(now)),
        format!("Had they answered as before, the score would be {} higher.", points(most.points)),
    ]
}

fn points(points: i64) -> String {
    if points == 1 { "1 point".to_owned() } else { format!("{} points", signed(points)) }
}

/// A whole number with the sign of mathematics.
fn signed(number: i64) -> String {
    number.to_string().replace('-', "\u{2212}")
}

/// A p-value in words. The bounds are round, so that nobody takes them for exact.
fn unlikely(p: f64) -> String {
    let bound = [1_000_000_u64, 100_000, 10_000, 1_000, 500, 200];
    let times = bound.into_iter().find(|times| p * *times as f64 <= 1.0).unwrap_or(100);
    let value = if p < 0.001 { "p < 0.001".to_owned() } else { format!("p = {p:.3}") };
    let times = match times {
        1_000_000 => "a million".to_owned(),
        100_000 | 10_000 | 1_000 => format!("{},000", times / 1_000),
        times => times.to_string(),
    };
    format!(
        "If nothing had changed, chance alone would put the two so far apart less than once in {times} times ({value})."
    )
}

#[derive(Template)]
#[template(path = "notice/dropped.txt")]
pub(super) struct DroppedText<'a> {
    pub(super) page: &'a DroppedPage,
}
