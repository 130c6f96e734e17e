//! Who does best, without mistaking luck for merit.
//!
//! Scores are drawn towards the mean of all, the more so the fewer answers they rest on ([`model::numbers::shrink`]), and the
//! board is in the order of what is left. Nobody stands on top for six answers of 10.

use axum::Json;
use axum::extract::{Query, State};
use host::Problem;
use host::problem::Kind;
use jiff::civil::Date;
use model::dimension;
use model::numbers::{self, Interval, Mark};
use model::tally::OTHER;
use serde::Serialize;

use crate::ask::{ask, chosen, common_zone, latest_day};
use crate::query::{self, Parameters, Question, Selection};
use crate::sums::Ranks;
use crate::trust::{Short, rests, rounded};
use crate::{Deps, Reader};

/// The answers a group must have to be on the board, unless the reader says so.
const LEAST: u64 = 5;

/// `GET /v1/leaders`
pub(crate) async fn leaders(
    State(deps): State<Deps>,
    Reader { now }: Reader,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<Leaders>, Problem> {
    let mut parameters = Parameters::new(pairs);
    let mut question = Question::of(Selection::take(&mut parameters));
    let named = parameters.names().any(|name| name == "dimension");
    question.group_by = query::dimension(&mut parameters, "dimension");
    if !named {
        parameters.wrong("dimension", "say who is compared, such as `owner` or `team`");
    }
    let least = parameters.read("least", "a number of answers from 1 to 1000000", |text| {
        text.parse().ok().filter(|least| (1..=1_000_000).contains(least))
    });
    let level = parameters
        .read("level", "a number from 1 to 50", |text| text.parse().ok().filter(|level| (1..=50).contains(level)));
    // Only attributes have paths; an id may have a slash in it and be one value all the same.
    let levelled = question.group_by.as_deref().is_some_and(|dimension| dimension::attribute(dimension).is_some());
    if level.is_some() && !levelled {
        parameters.wrong("level", "only attributes have levels");
    }
    question.take_basis(&mut parameters);
    question.scan = query::scan(&mut parameters);
    let config = deps.store.config(now).await?;
    let campaigns = chosen(&config, &question.selection, &mut parameters);
    parameters.finish()?;
    let found = ask(&deps.store, &question, &campaigns, now, None).await?;
    if found.cursor.is_some() {
        let detail =
            "there are more answers in this window than one request looks at; choose fewer days or one campaign";
        return Err(Problem::new(Kind::Crossing, detail));
    }
    let mut groups: Vec<_> =
        found.sums.groups(&Ranks::BySize).into_iter().filter(|(value, _)| *value != OTHER).collect();
    let levels = groups.iter().map(|(value, _)| dimension::depth(value)).max().unwrap_or(1);
    let level = levelled.then(|| {
        let chosen = question.group_by.as_ref().and_then(|dimension| question.selection.values.get(dimension));
        level.unwrap_or_else(|| chosen.map_or(1, |value| dimension::depth(value) + 1).min(levels))
    });
    if let Some(level) = level {
        // A group and what it is part of are no two candidates, and their answers would be shrunk as if they were twice as many.
        groups.retain(|(value, _)| dimension::depth(value) == level);
    }
    let counts: Vec<_> = groups.iter().map(|(_, sum)| sum.counts()).collect();
    let whole = found.sums.total().counts();
    let (prior, shrunk) = numbers::shrink(&counts);
    let least = least.unwrap_or(LEAST);
    let on_board: Vec<usize> = (0..counts.len()).filter(|nth| counts[*nth].n() >= least).collect();
    let compared: Vec<_> = on_board.iter().map(|nth| counts[*nth]).collect();
    let mut board: Vec<(f64, Leader)> = on_board
        .iter()
        .zip(rests(&whole, &compared))
        .filter_map(|(nth, rest)| {
            let (counts, guess) = (counts[*nth], shrunk[*nth]?);
            let leader = Leader {
                value: groups[*nth].0.to_owned(),
                rank: 0,
                n: counts.n(),
                promoters: counts.promoters(),
                passives: counts.passives(),
                detractors: counts.detractors(),
                nps: counts.nps(),
                nps_exact: counts.nps_exact(),
                interval: counts.interval(),
                mark: counts.mark(),
                shrunk: rounded(guess.score, 1),
                shrunk_interval: Interval { low: rounded(guess.low, 2), high: rounded(guess.high, 2) },
                differs: rest.is_some_and(|rest| rest.differs),
            };
            Some((guess.score, leader))
        })
        .collect();
    board.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    let left_out = counts.iter().filter(|counts| (1..least).contains(&counts.n())).count();
    let days = question.selection.span.days(latest_day(&campaigns, now));
    Ok(Json(Leaders {
        dimension: question.group_by.unwrap_or_default(),
        level,
        levels: level.map(|_| levels),
        campaign: question.selection.campaign.map(|campaign| campaign.to_string()),
        from: days.from,
        to: days.to,
        time_zone: common_zone(&campaigns),
        by: question.by.as_str(),
        per: question.per.as_str(),
        whole: whole.into(),
        prior: prior
            .map(|prior| Prior { mean: rounded(prior.mean, 1), weight: prior.weight.map(|weight| rounded(weight, 1)) }),
        leaders: ranked(board),
        left_out,
    }))
}

/// Numbers the board; whoever stands level shares a place.
fn ranked(board: Vec<(f64, Leader)>) -> Vec<Leader> {
    let mut leaders: Vec<Leader> = Vec::with_capacity(board.len());
    let mut last = None;
    for (nth, (score, leader)) in board.into_iter().enumerate() {
        let level = leaders.last().filter(|_| last == Some(score)).map(|above| above.rank);
        leaders.push(Leader { rank: level.unwrap_or(nth + 1), ..leader });
        last = Some(score);
    }
    leaders
}

/// The board.
#[derive(Serialize)]
pub(crate) struct Leaders {
    dimension: String,
    /// The level of a path that is compared, and how many there are.
    level: Option<usize>,
    levels: Option<usize>,
    campaign: Option<String>,
    from: Date,
    to: Date,
    time_zone: Option<String>,
    by: &'static str,
    per: &'static str,
    whole: Short,
    prior: Option<Prior>,
    leaders: Vec<Leader>,
    left_out: usize,
}

#[derive(Serialize)]
struct Prior {
    mean: f64,
    weight: Option<f64>,
}

#[derive(Serialize)]
struct Leader {
    value: String,
    rank: usize,
    n: u64,
    promoters: u64,
    passives: u64,
    detractors: u64,
    nps: Option<i64>,
    nps_exact: Option<f64>,
    interval: Option<Interval>,
    mark: Option<Mark>,
    shrunk: f64,
    shrunk_interval: Interval,
    differs: bool,
}
