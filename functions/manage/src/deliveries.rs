//! Deliveries: what was told to whom, and having it told again.
//!
//! Nothing is called from here. A delivery that is wanted again is written down as due, and `deliver` finds it: at once
//! where its survey is touched as well, whose change it hears of, and with its next sweep otherwise.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use host::problem::Kind;
use host::query::Parameters;
use host::{Fields, Problem};
use model::delivery::{Delivery, DeliveryId, DeliveryState, told_at};
use model::{Destination, DestinationId, Survey, SurveyId, Timestamp};
use serde::Serialize;
use store::{Kept, Listed, Saved, Store};

use crate::destinations::no_such_destination;
use crate::{Deps, Managed, cursor};

/// Deliveries on one page.
const PAGE: usize = 50;

/// Entries of a list that are looked at for one page, at most: what does not fit a filter is passed over.
const LOOKED_AT: usize = 500;

/// Deliveries that one request makes due, roughly.
const MOST: usize = 500;

/// Items of the table that are read at once, and how often, for one request.
const READ_AT_ONCE: i32 = 500;
const READS: usize = 20;

/// Deliveries that are written at the same time.
const AT_ONCE: usize = 16;

/// How often it is decided again because others wrote first.
const ROUNDS: usize = 8;

/// A delivery as the API shows it. Every field is always there.
#[derive(Serialize)]
pub(crate) struct DeliveryWire {
    delivery_id: String,
    survey_id: String,
    destination: String,
    state: &'static str,
    attempts: u32,
    first_failed_at: Option<String>,
    next_at: Option<String>,
    delivered_at: Option<String>,
    version: Option<u64>,
    answer: Option<AnswerWire>,
    updated_at: String,
}

#[derive(Serialize)]
struct AnswerWire {
    status: Option<u16>,
    text: String,
    at: String,
}

/// Shows a delivery.
pub(crate) fn shown(delivery: &Delivery) -> DeliveryWire {
    let time = |at: Timestamp| at.to_string();
    DeliveryWire {
        delivery_id: delivery.id().to_string(),
        survey_id: delivery.survey.to_string(),
        destination: delivery.destination.to_string(),
        state: delivery.state.as_str(),
        attempts: delivery.attempts,
        first_failed_at: delivery.first_failed_at.map(time),
        next_at: delivery.next_at.map(time),
        delivered_at: delivery.known.as_ref().map(|known| time(known.at)),
        version: delivery.known.as_ref().map(|known| known.ver),
        answer: delivery.last.as_ref().map(|answer| AnswerWire {
            status: answer.status,
            text: answer.text.clone(),
            at: time(answer.at),
        }),
        updated_at: time(delivery.updated_at),
    }
}

/// One page of deliveries.
#[derive(Serialize)]
pub(crate) struct Deliveries {
    deliveries: Vec<DeliveryWire>,
    cursor: Option<String>,
}

/// What is asked for.
struct Wanted {
    survey: Option<SurveyId>,
    destination: Option<DestinationId>,
    state: Option<DeliveryState>,
    cursor: Option<String>,
}

impl Wanted {
    fn read(pairs: Vec<(String, String)>) -> Result<Self, Problem> {
        const STATES: &str = "this must be pending, delivered, retrying, failed or held";
        const LISTED: &str = "name a survey, or a state other than delivered: what is delivered is found by its survey";
        let mut parameters = Parameters::new(pairs);
        let survey = parameters.read("survey", "this must be the id of a survey", |text| text.parse().ok());
        let destination =
            parameters.read("destination", "this must be the id of a destination", |text| text.parse().ok());
        let state = parameters.read("state", STATES, |text| text.parse().ok());
        let cursor = parameters.read("cursor", "not a cursor of this list", cursor::read::<DeliveryId>);
        if survey.is_none() && parameters.is_fine() && matches!(state, None | Some(DeliveryState::Delivered)) {
            parameters.wrong("state", LISTED);
        }
        parameters.finish()?;
        Ok(Self { survey, destination, state, cursor })
    }

    fn fits(&self, delivery: &Delivery) -> bool {
        self.destination.as_ref().is_none_or(|wanted| *wanted == delivery.destination)
            && self.state.is_none_or(|wanted| wanted == delivery.state)
    }
}

/// `GET /v1/deliveries`
pub(crate) async fn list(
    State(deps): State<Deps>,
    Query(pairs): Query<Vec<(String, String)>>,
    _: Managed,
) -> Result<Json<Deliveries>, Problem> {
    let wanted = Wanted::read(pairs)?;
    if let Some(survey) = wanted.survey {
        let all = deps.store.deliveries(survey).await?;
        let deliveries = all.iter().filter(|delivery| wanted.fits(delivery)).map(shown).collect();
        return Ok(Json(Deliveries { deliveries, cursor: None }));
    }
    let list = match wanted.state {
        Some(DeliveryState::Failed | DeliveryState::Held) => Listed::Left,
        _ => Listed::ToCome,
    };
    let mut cursor = wanted.cursor.clone();
    let mut deliveries = Vec::new();
    for _ in 0..LOOKED_AT / PAGE {
        let page = deps.store.listed_deliveries(list, cursor.as_deref(), None, PAGE - deliveries.len()).await?;
        cursor = page.last().map(|entry| entry.at.clone());
        if cursor.is_none() {
            break;
        }
        let ids: Vec<DeliveryId> = page.into_iter().map(|entry| entry.id).collect();
        let mut found = deps.store.deliveries_named(&ids).await?;
        found.sort_by_key(|delivery| ids.iter().position(|id| *id == delivery.id()));
        deliveries.extend(found.iter().filter(|delivery| wanted.fits(delivery)).map(shown));
        if deliveries.len() >= PAGE {
            break;
        }
    }
    Ok(Json(Deliveries { deliveries, cursor: cursor.as_deref().map(cursor::show) }))
}

/// `POST /v1/deliveries/{id}/retry`
pub(crate) async fn retry(
    State(deps): State<Deps>,
    Path(id): Path<String>,
    managed: Managed,
) -> Result<(StatusCode, Json<DeliveryWire>), Problem> {
    let id: DeliveryId = id.parse().map_err(|_| Problem::not_found("there is no delivery of that id"))?;
    let config = deps.config(managed.now).await?;
    let to: Destination = config.document(id.destination.as_str())?.ok_or_else(no_such_destination)?;
    if !to.enabled {
        let detail = "this destination is disabled; enable it, and it is told everything it missed";
        return Err(Problem::new(Kind::Conflict, detail));
    }
    let survey = deps.store.survey(id.survey).await?;
    let survey = survey.filter(|survey| survey.imported.is_none() && to.hears_of(&survey.campaign));
    let survey = survey.ok_or_else(|| Problem::not_found("there is no survey of that id that it hears of"))?;
    let known = deps.store.deliveries_named(std::slice::from_ref(&id)).await?.pop();
    let delivery = want(&deps.store, &survey, &to, known, managed.now).await?;
    touch(&deps.store, survey, managed.now).await?;
    tracing::info!(survey.id = %id.survey, destination.id = %id.destination, "a delivery is wanted again");
    Ok((StatusCode::ACCEPTED, Json(shown(&delivery))))
}

/// What many deliveries made due come to.
#[derive(Serialize)]
pub(crate) struct Again {
    deliveries: usize,
    cursor: Option<String>,
}

/// `POST /v1/deliveries/retry`
pub(crate) async fn retry_since(
    State(deps): State<Deps>,
    managed: Managed,
) -> Result<(StatusCode, Json<Again>), Problem> {
    let (since, destination, cursor) = since(managed.fields()?)?;
    let config = deps.config(managed.now).await?;
    let mut to: Vec<Destination> = config.documents()?;
    if let Some(named) = destination {
        to.retain(|known| known.id == named);
        if to.is_empty() {
            return Err(Problem::field("/destination", "there is no destination of that id"));
        }
    }
    let (mut from, mut deliveries) = (cursor, 0);
    for _ in 0..READS {
        let (surveys, next) = deps.store.every_survey(from, READ_AT_ONCE).await?;
        // What was answered elsewhere is nothing that anybody was to be told.
        let own = surveys.iter().filter(|survey| survey.imported.is_none());
        let told: Vec<&Survey> = own.filter(|survey| told_at(survey) >= since).collect();
        deliveries += want_all(&deps.store, &told, &to, managed.now).await?;
        from = next;
        if from.is_none() || deliveries >= MOST {
            break;
        }
    }
    tracing::info!(deliveries, more = from.is_some(), "deliveries are wanted again");
    let cursor = from.map(cursor::show_key);
    Ok((StatusCode::ACCEPTED, Json(Again { deliveries, cursor })))
}

type Since = (Timestamp, Option<DestinationId>, Option<(String, String)>);

fn since(mut fields: Fields) -> Result<Since, Problem> {
    const TIME: &str = "this must be a time such as 2027-03-15T10:00:00Z";
    let since = fields.parsed("since", 64, TIME, |text| text.parse::<Timestamp>().ok());
    if since.is_none() {
        fields.missing("since", "this is needed: since when everything is sent again");
    }
    let destination =
        fields.parsed("destination", 64, "this must be the id of a destination", |text| text.parse().ok());
    let cursor = fields.parsed("cursor", 500, "this must be the cursor of the answer before", cursor::read_key);
    fields.finish()?;
    since.map(|since| (since, destination, cursor)).ok_or_else(|| Problem::invalid(Vec::new()))
}

async fn want_all(store: &Store, surveys: &[&Survey], to: &[Destination], now: Timestamp) -> Result<usize, Problem> {
    let pairs: Vec<(&Survey, &Destination)> = surveys
        .iter()
        .flat_map(|survey| to.iter().filter(|to| to.hears_of(&survey.campaign)).map(|to| (*survey, to)))
        .collect();
    let ids: Vec<DeliveryId> =
        pairs.iter().map(|(survey, to)| DeliveryId { survey: survey.id, destination: to.id.clone() }).collect();
    let known = store.deliveries_named(&ids).await?;
    let each = pairs.iter().zip(&ids).map(|((survey, to), id)| {
        let known = known.iter().find(|known| known.survey == id.survey && known.destination == id.destination);
        want(store, survey, to, known.cloned(), now)
    });
    let each: Vec<_> = each.collect();
    stream::iter(each).buffer_unordered(AT_ONCE).try_fold(0, async |count, _| Ok(count + 1)).await
}

/// Makes a delivery due, whatever its destination knows.
async fn want(
    store: &Store,
    survey: &Survey,
    to: &Destination,
    mut known: Option<Delivery>,
    now: Timestamp,
) -> Result<Delivery, Problem> {
    for _ in 0..ROUNDS {
        let fresh = || Delivery::new(survey.id, to.id.clone(), survey.expires(), now);
        let after = known.clone().unwrap_or_else(fresh).wanted(now);
        match store.save_delivery(known.as_ref(), &after).await? {
            Kept::Done => return Ok(after),
            Kept::Conflict(found) => known = found.map(|found| *found),
        }
    }
    Err(Problem::new(Kind::TryLater, "this is being told right now; please send it again"))
}

/// Changes a survey in nothing but that it was changed. If it is changed by somebody else, that does as well.
pub(crate) async fn touch(store: &Store, survey: Survey, now: Timestamp) -> Result<(), Problem> {
    let mut before = survey;
    for _ in 0..ROUNDS {
        match store.save(&before, &before.task_changed(now)).await? {
            Saved::Done | Saved::Conflict(None) => break,
            Saved::Conflict(Some(found)) => before = *found,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn wanted(query: &[(&str, &str)]) -> Result<Wanted, Problem> {
        Wanted::read(query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    fn pointers<T>(read: Result<T, Problem>) -> Vec<String> {
        let errors = |problem: Problem| problem.errors().iter().map(|error| error.pointer.clone()).collect();
        read.err().map_or_else(Vec::new, errors)
    }

    #[test]
    fn a_list_is_of_a_survey_or_of_what_is_not_delivered() {
        const SURVEY: (&str, &str) = ("survey", "0123456789abcdef0123456789abcdef");
        let cursor = "1800000000000-0123456789abcdef0123456789abcdef-crm";
        for fine in [
            vec![SURVEY],
            vec![SURVEY, ("state", "delivered"), ("destination", "crm")],
            vec![("state", "failed"), ("destination", "crm"), ("cursor", cursor)],
            vec![("state", "retrying")],
        ] {
            assert!(wanted(&fine).is_ok(), "{fine:?}");
        }
        for (wrong, pointer) in [
            (vec![], "?state"),
            (vec![("destination", "crm")], "?state"),
            (vec![("state", "delivered")], "?state"),
            (vec![("state", "lost")], "?state"),
            (vec![("survey", "x")], "?survey"),
            (vec![SURVEY, ("destination", "C R M")], "?destination"),
            (vec![("state", "failed"), ("cursor", "1")], "?cursor"),
            (vec![SURVEY, ("owner", "x")], "?owner"),
        ] {
            assert_eq!(pointers(wanted(&wrong)), [pointer], "{wrong:?}");
        }
    }

    #[test]
    fn since_when_must_be_said() {
        let read = |text: &str| since(Fields::parse(text.as_bytes()).unwrap());
        let cursor = URL_SAFE_NO_PAD.encode("S#0123 S");
        let fine = format!(r#"{{"since":"2027-03-15T10:00:00Z","destination":null,"cursor":"{cursor}"}}"#);
        assert_eq!(read(&fine).unwrap().2, Some(("S#0123".to_owned(), "S".to_owned())));
        for (wrong, pointer) in [
            ("{}", "/since"),
            (r#"{"since":"yesterday"}"#, "/since"),
            (r#"{"since":"2027-03-15T10:00:00Z","destination":"C R M"}"#, "/destination"),
            (r#"{"since":"2027-03-15T10:00:00Z","cursor":"config campaign"}"#, "/cursor"),
            (r#"{"since":"2027-03-15T10:00:00Z","until":"2027-03-15T10:00:00Z"}"#, "/until"),
        ] {
            assert_eq!(pointers(read(wrong)), [pointer], "{wrong}");
        }
    }
}
