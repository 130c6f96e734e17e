//! The answers, newest first, with what people said, also as a table.
//!
//! Answers are found by campaign and day. The tallies say on which days there are any, so that a quiet
//! year costs no more than a busy week.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::future::{try_join, try_join_all};
use host::Problem;
use jiff::civil::Date;
use model::dimension::{self, Answer};
use model::tally::{Counter, OTHER};
use model::{Campaign, Survey, SurveyId, Timestamp};
use serde::Serialize;
use store::TallyRow;

use crate::ask::chosen;
use crate::plan::TOTAL;
use crate::query::{Days, Parameters, Selection};
use crate::wire::{self, ResponseWire};
use crate::{Deps, Viewer, table};

/// Answers on one page, unless a number is asked for.
const PAGE: usize = 25;

/// The most that can be asked for: with the longest comments they still fit what a function may answer.
const MOST: usize = 200;

/// Answers of one campaign that are looked at for one page; a rare value may need several.
const LOOKED_AT: usize = 300;

/// Days that are read at the same time.
const AT_ONCE: usize = 14;

/// The same where every survey has to be looked into.
const FILTERED_AT_ONCE: usize = 3;

/// One page of answers.
#[derive(Serialize)]
pub(crate) struct Responses {
    responses: Vec<ResponseWire>,
    cursor: Option<String>,
}

/// `GET /v1/responses`
pub(crate) async fn list(
    State(deps): State<Deps>,
    viewer: Viewer,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<Responses>, Problem> {
    let (responses, cursor) = page(&deps, viewer, pairs, PAGE).await?;
    Ok(Json(Responses { responses, cursor: cursor.map(|place| place.to_string()) }))
}

/// `GET /v1/responses.csv`
pub(crate) async fn table(
    State(deps): State<Deps>,
    viewer: Viewer,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let asked = pairs.clone();
    let (responses, cursor) = page(&deps, viewer, pairs, MOST).await?;
    let text = table::written(&responses);
    let mut response = ([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], text).into_response();
    if let Some(next) = cursor.and_then(|place| HeaderValue::from_str(&next_link(asked, &place)).ok()) {
        response.headers_mut().insert(header::LINK, next);
    }
    Ok(response)
}

/// Where the table goes on (RFC 8288): the same question from that place on.
fn next_link(asked: Vec<(String, String)>, place: &Place) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in asked.iter().filter(|(name, _)| name != "cursor") {
        query.append_pair(name, value);
    }
    query.append_pair("cursor", &place.to_string());
    format!("</v1/responses.csv?{}>; rel=\"next\"", query.finish())
}

/// One page of answers, and the place to go on behind if there may be more.
async fn page(
    deps: &Deps,
    Viewer { now, sees }: Viewer,
    pairs: Vec<(String, String)>,
    usual: usize,
) -> Result<(Vec<ResponseWire>, Option<Place>), Problem> {
    let mut parameters = Parameters::new(pairs);
    let mut selection = Selection::take(&mut parameters);
    selection.narrow(&sees)?;
    let cursor = parameters.read("cursor", "not a cursor of this list", Place::read);
    let limit = parameters.read("limit", "a whole number from 1 to 200", |text| {
        text.parse().ok().filter(|limit| (1..=MOST).contains(limit))
    });
    let page = limit.unwrap_or(usual);
    let config = deps.store.config(now).await?;
    let campaigns = chosen(&config, &selection, &mut parameters);
    parameters.finish()?;
    selection.is_told_by_surveys()?;

    let walks = campaigns.iter().map(|campaign| {
        let walk = Walk { deps, campaign, selection: &selection, page, now };
        async move { walk.newest(cursor.as_ref()).await }
    });
    let found = try_join_all(walks).await?;
    let (page, cursor) = merged(found, page);
    let ids: Vec<_> = page.iter().map(|place| place.survey).collect();
    let (surveys, comments) = try_join(deps.store.surveys(&ids), deps.store.comments(&ids)).await?;
    let surveys: BTreeMap<SurveyId, Survey> = surveys.into_iter().map(|survey| (survey.id, survey)).collect();
    // Since it was found, it may have become another owner's.
    let seen = |id: &SurveyId| surveys.get(id).filter(|survey| sees.survey(survey));
    let shown = |id: &SurveyId| wire::response(seen(id)?, comments.get(id));
    Ok((ids.iter().filter_map(shown).collect(), cursor))
}

/// Where an answer stands among all others: by time, then by survey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    at: Timestamp,
    survey: SurveyId,
}

impl Place {
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (at, survey) = text.split_once('-')?;
        let plain = at.len() == 13 && at.bytes().all(|b| b.is_ascii_digit());
        let at = Timestamp::from_millis(at.parse().ok().filter(|_| plain)?);
        Some(Self { at, survey: survey.parse().ok()? })
    }

    /// Reads the sort key of the index.
    pub(crate) fn of_key(key: &str) -> Option<Self> {
        Self::read(&key.replace('#', "-"))
    }

    pub(crate) fn key(&self) -> String {
        store::keys::answered_key(self.at, self.survey)
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:013}-{}", self.at.as_millis(), self.survey)
    }
}

/// What was found of one campaign.
#[derive(Debug, Default)]
struct Found {
    /// The newest, in order; one more than a page if there are.
    places: Vec<Place>,
    /// Where the looking stopped, if there may be more behind.
    stopped: Option<Place>,
}

/// Merges what was found into one page, and says where the next one begins.
fn merged(found: Vec<Found>, page: usize) -> (Vec<Place>, Option<Place>) {
    // Behind the point where one campaign was not looked at any more, the order is not known.
    let known_to = found.iter().filter_map(|found| found.stopped).max();
    let mut places: Vec<_> = found.into_iter().flat_map(|found| found.places).collect();
    places.retain(|place| known_to.is_none_or(|end| *place >= end));
    places.sort_by(|a, b| b.cmp(a));
    if places.len() > page {
        places.truncate(page);
        let last = places.last().copied();
        (places, last)
    } else {
        (places, known_to)
    }
}

/// The way through the answers of one campaign, back in time.
struct Walk<'a> {
    deps: &'a Deps,
    campaign: &'a Campaign,
    selection: &'a Selection,
    /// Answers on one page.
    page: usize,
    now: Timestamp,
}

impl Walk<'_> {
    async fn newest(&self, before: Option<&Place>) -> Result<Found, store::Error> {
        let zone = model::time::zone(&self.campaign.time_zone);
        let today = self.now.day_in(&zone);
        let mut days = self.selection.span.days(today);
        if let Some(before) = before {
            days.to = days.to.min(before.at.day_in(&zone));
        }
        if days.to < days.from {
            return Ok(Found::default());
        }
        let waiting = self.days_with_answers(days, today).await?;
        let mut found = Found::default();
        let mut looked_at = 0;
        let mut waiting = waiting.as_slice();
        while !waiting.is_empty() {
            let (now, later) = waiting.split_at(self.enough(waiting, self.page + 1 - found.places.len()));
            waiting = later;
            for place in self.on(now, before).await? {
                looked_at += 1;
                found.places.extend(place.1.then_some(place.0));
                if found.places.len() > self.page {
                    return Ok(found);
                }
                if looked_at >= LOOKED_AT {
                    found.stopped = Some(place.0);
                    return Ok(found);
                }
            }
        }
        Ok(found)
    }

    /// The days on which there are answers, newest first, and how many. Today is among them in any case:
    /// an answer is there a moment before it is counted.
    async fn days_with_answers(&self, days: Days, today: Date) -> Result<Vec<(Date, u64)>, store::Error> {
        let filter = self.selection.values.iter().find(|(dimension, _)| dimension::is_counted(dimension));
        let dimension = filter.map_or(TOTAL, |(dimension, _)| dimension);
        let rows = self.deps.store.tallies(&self.campaign.id, dimension, days.from, days.to).await?;
        let mut by_day: BTreeMap<Date, u64> = BTreeMap::new();
        for row in rows {
            // Values a day had no room for stand together.
            if filter.is_none_or(|(_, value)| *value == row.value || row.value == OTHER) {
                *by_day.entry(row.day).or_default() += answers(&row);
            }
        }
        if days.contains(today) {
            *by_day.entry(today).or_default() += 1;
        }
        by_day.retain(|day, n| *n > 0 && self.selection.takes_weekday(*day));
        Ok(by_day.into_iter().rev().collect())
    }

    /// The answers of some days, newest first, and whether they are among those asked for.
    async fn on(&self, days: &[(Date, u64)], before: Option<&Place>) -> Result<Vec<(Place, bool)>, store::Error> {
        let places = try_join_all(days.iter().map(|(day, _)| self.of_day(*day, before))).await?.concat();
        if self.selection.values.is_empty() {
            return Ok(places.into_iter().map(|place| (place, true)).collect());
        }
        let ids: Vec<_> = places.iter().map(|place| place.survey).collect();
        let surveys = self.deps.store.surveys(&ids).await?;
        let fitting: Vec<SurveyId> =
            surveys.iter().filter(|survey| self.fits(survey)).map(|survey| survey.id).collect();
        Ok(places.into_iter().map(|place| (place, fitting.contains(&place.survey))).collect())
    }

    async fn of_day(&self, day: Date, before: Option<&Place>) -> Result<Vec<Place>, store::Error> {
        // Without a filter a page is enough; with one it takes more to fill it.
        let most = if self.selection.values.is_empty() { self.page + 1 } else { LOOKED_AT };
        let most = i32::try_from(most).unwrap_or(i32::MAX);
        let before = before.map(Place::key);
        let rows = self.deps.store.answered_on(&self.campaign.id, day, before.as_deref(), most).await?;
        Ok(rows.iter().filter_map(|(key, _)| Place::of_key(key)).collect())
    }

    /// How many of the next days are read at the same time: those that hold so many answers.
    fn enough(&self, days: &[(Date, u64)], wanted: usize) -> usize {
        let most = if self.selection.values.is_empty() { AT_ONCE } else { FILTERED_AT_ONCE };
        let mut answers = 0;
        let last = days.iter().take(most).position(|(_, n)| {
            answers += n;
            usize::try_from(answers).is_ok_and(|answers| answers >= wanted)
        });
        last.map_or(days.len().min(most), |last| last + 1)
    }

    /// Whether a survey has every value that is asked for; it may have several of a dimension.
    fn fits(&self, survey: &Survey) -> bool {
        let answer = Answer::of(survey, &self.campaign.bands);
        answer.is_some_and(|answer| self.selection.fits(&answer, answer.counted.day))
    }
}

/// How many answers a row counts, suspect ones among them.
pub(crate) fn answers(row: &TallyRow) -> u64 {
    let counted = row.counters.iter().filter(|(counter, _)| matches!(counter, Counter::Score(_) | Counter::Suspect));
    u64::try_from(counted.map(|(_, n)| *n).sum::<i64>()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{Found, PAGE, Place, merged};
    use model::{SurveyId, Timestamp};

    fn place(at: i64) -> Place {
        Place { at: Timestamp::from_millis(1_800_000_000_000 + at), survey: SurveyId::from_bytes([1; 16]) }
    }

    fn found(places: &[i64], stopped: Option<i64>) -> Found {
        Found { places: places.iter().copied().map(place).collect(), stopped: stopped.map(place) }
    }

    #[test]
    fn a_cursor_is_the_place_of_the_last_answer() {
        let some = place(5);
        assert_eq!(Place::read(&some.to_string()), Some(some));
        assert_eq!(Place::of_key(&some.key()), Some(some));
        for wrong in ["", "1", "1800000000005", "180000000000-01", "+800000000005-01010101010101010101010101010101"] {
            assert_eq!(Place::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn campaigns_are_merged_by_time() {
        let (page, next) = merged(vec![found(&[9, 4, 1], None), found(&[8, 5], None)], PAGE);
        assert_eq!(page, [9, 8, 5, 4, 1].map(place));
        assert_eq!(next, None);
    }

    #[test]
    fn a_page_ends_where_one_campaign_was_not_looked_at_any_more() {
        let (page, next) = merged(vec![found(&[9, 4, 1], None), found(&[8], Some(3))], PAGE);
        assert_eq!(page, [9, 8, 4].map(place));
        assert_eq!(next, Some(place(3)));
    }

    #[test]
    fn a_full_page_goes_on_behind_its_last_answer() {
        let many: Vec<_> = (0..=i64::try_from(PAGE).unwrap()).rev().collect();
        let (page, next) = merged(vec![found(&many, None)], PAGE);
        assert_eq!((page.len(), next), (PAGE, Some(place(1))));
    }
}
