//! The page behind the link in a letter: a score, a comment, or no more letters.
//!
//! Woken by contacts, and by every scanner that opens links before them. So GET and HEAD record nothing: only a
//! pressed button does, and what is pressed twice finds its own trace. The link is the authority; it is checked
//! before anything is read.

mod answer;
mod door;
mod link;
mod page;
mod preview;
mod record;
mod sent;
mod widget;

use axum::Router;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::map_response;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use host::aws::{Reach, Service};
use host::problem::Kind;
use host::settings::{StoreSettings, Wrong};
use host::{Chance, Clock, Env, Problem};
use model::link::Purpose;
use model::survey::NotTaken;
use pages::{Ask, Unsubscribe};
use store::Store;

use crate::answer::Answer;
use crate::link::{Links, Reader, Token, Trouble};
use crate::page::page;
use crate::record::Recorded;

/// What this function needs.
#[derive(Clone)]
pub struct Deps {
    /// The tables.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// Where the names of visits come from.
    pub chance: Chance,
}

impl Deps {
    /// Everything from the environment, with the connection to the tables open and keys and campaigns read.
    ///
    /// # Errors
    /// When settings are missing or wrong.
    pub async fn connect(env: &Env) -> Result<Self, Wrong> {
        let settings: StoreSettings = env.read()?;
        let sdk = Reach::new(env)?.config(Service::DynamoDb);
        let store = Store::new(&sdk, settings.tables, settings.defaults);
        let deps = Self { store, clock: Clock::System, chance: Chance::System };
        if let Err(error) = deps.store.config(deps.clock.now()).await {
            tracing::warn!(error = host::telemetry::chain(&error), "not warmed up; the first request will read");
        }
        Ok(deps)
    }
}

/// The routes of contacts.
pub fn router(deps: Deps) -> Router {
    Router::new()
        .route("/r/{token}", get(open).post(respond))
        .route("/r/{token}/seen", post(seen))
        .route("/u/{token}", get(open_unsubscribe).post(unsubscribe))
        .route("/preview/{page}/{token}", get(preview::open).post(preview::press))
        .route("/d/{door}", get(door::open).post(door::enter))
        .route("/d/{door}/{token}", get(door::open_answer).post(door::answer_again))
        .fallback(async || Problem::not_found("there is nothing at this address; see /openapi.json"))
        .method_not_allowed_fallback(async || {
            Problem::new(Kind::MethodNotAllowed, "a link is opened with GET and answered with POST")
        })
        .layer(map_response(async |mut response: Response| {
            page::guard(response.headers_mut());
            response
        }))
        // A script that everybody may keep, and no page of anybody.
        .route("/widget.js", get(widget::script))
        .with_state(Links::new(deps))
}

async fn open(State(links): State<Links>, token: Token, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let reader = Reader::of(query.as_deref(), &headers);
    show(&links, token, &query.unwrap_or_default(), &reader, &headers).await
}

/// The page of a survey, for whoever reads it.
pub(crate) async fn show(links: &Links, token: Token, query: &str, reader: &Reader, headers: &HeaderMap) -> Response {
    match links.check(Purpose::Respond, token, reader).await {
        Ok(link) => {
            let saves = link.brand.self_saving;
            page(StatusCode::OK, &Ask { saves, ..Ask::new(&link.brand, &link.path, sent::proposed(query)) })
        }
        Err(trouble) => trouble.answer(answer::to_a_program(headers), reader),
    }
}

async fn respond(
    State(links): State<Links>,
    token: Token,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let reader = Reader::of(query.as_deref(), &headers);
    take(&links, token, &reader, &headers, body).await
}

/// Records what somebody sent to a survey, and shows what follows.
pub(crate) async fn take(links: &Links, token: Token, reader: &Reader, headers: &HeaderMap, body: Body) -> Response {
    let program = answer::to_a_program(headers);
    let path = link::path(Purpose::Respond, &token).map(|path| reader.path(path));
    let link = links.check(Purpose::Respond, token, reader).await;
    let brand = match &link {
        Ok(link) => link.brand.clone(),
        Err(Trouble::TryLater(_)) => reader.unnamed(),
        Err(trouble) => return trouble.clone().answer(program, reader),
    };
    let form = match host::body::read(body).await.and_then(|body| answer::read(headers, &body)) {
        Ok(form) => form,
        Err(problem) => return answer::refused(problem, program, &brand),
    };
    let answer = Answer { brand: &brand, path: path.as_deref().unwrap_or_default(), form: &form, program };
    let link = match link {
        Ok(link) => link,
        // Nobody knows yet whether the link is good, but what was typed must not be lost.
        Err(Trouble::TryLater(problem)) => return answer.not_recorded(problem),
        Err(trouble) => return trouble.answer(program, reader),
    };
    let sent = match &form.sent {
        Ok(sent) => sent,
        Err(flaw) => return answer.flawed(flaw),
    };
    // Who had the page open while that was switched off is asked to press the button.
    if sent.self_saved && !link.brand.self_saving {
        return answer
            .not_recorded(Problem::new(Kind::Conflict, "this campaign records what is confirmed, and nothing else"));
    }
    let id = link.claims.survey;
    match record::respond(&links.deps.store, id, link.campaign(), sent, link.now).await {
        Ok(Recorded::Yes(survey)) => {
            tracing::info!(survey.id = %id, "a response was recorded");
            answer.recorded(&survey)
        }
        Ok(Recorded::No(NotTaken::TooManyChanges, survey)) => answer.changed_too_often(&survey),
        Ok(Recorded::No(NotTaken::NoScore, _)) => answer.flawed(&sent::no_score()),
        Ok(Recorded::No(NotTaken::NoSuchReason, _)) => answer.flawed(&sent::no_such_reason()),
        Ok(Recorded::Gone) => Trouble::NotKept(link.brand.language).answer(program, reader),
        Ok(Recorded::Busy) => answer.not_recorded(record::busy()),
        Err(error) => answer.not_recorded(error.into()),
    }
}

/// A page that may save by itself says that a person has done something on it.
async fn seen(State(links): State<Links>, token: Token, headers: HeaderMap, body: Body) -> Response {
    let reader = Reader::of(None, &headers);
    let link = match links.check(Purpose::Respond, token, &reader).await {
        Ok(link) => link,
        Err(trouble) => return trouble.answer(true, &reader),
    };
    // Read all the same: a caller cut off while writing would not see the answer.
    if let Err(problem) = host::body::read(body).await {
        return problem.into_response();
    }
    // Other campaigns' pages promise that nothing is recorded before the button is pressed.
    if !link.brand.self_saving {
        return StatusCode::NO_CONTENT.into_response();
    }
    match links.deps.store.seen(link.claims.survey, link.now).await {
        Ok(first) => {
            if first {
                tracing::info!(survey.id = %link.claims.survey, "a page was opened");
            }
            StatusCode::NO_CONTENT.into_response()
        }
        Err(error) => Problem::from(error).into_response(),
    }
}

async fn open_unsubscribe(
    State(links): State<Links>,
    token: Token,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let reader = Reader::of(query.as_deref(), &headers);
    match links.check(Purpose::Unsubscribe, token, &reader).await {
        Ok(link) => page(StatusCode::OK, &Unsubscribe::new(&link.brand, &link.path, false)),
        Err(trouble) => trouble.answer(answer::to_a_program(&headers), &reader),
    }
}

/// The button of our page, or a mail program's one click (RFC 8058): the body says nothing the link does not.
async fn unsubscribe(
    State(links): State<Links>,
    token: Token,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let program = answer::to_a_program(&headers);
    let reader = Reader::of(query.as_deref(), &headers);
    let link = match links.check(Purpose::Unsubscribe, token, &reader).await {
        Ok(link) => link,
        Err(trouble) => return trouble.answer(program, &reader),
    };
    // Read all the same: a caller cut off while writing would not see the answer.
    if let Err(problem) = host::body::read(body).await {
        return answer::refused(problem, program, &link.brand);
    }
    let id = link.claims.survey;
    let problem = match record::unsubscribe(&links.deps.store, id, link.now).await {
        Ok(Recorded::Yes(_)) => {
            tracing::info!(survey.id = %id, "a contact unsubscribed");
            return answer::unsubscribed(&link, program);
        }
        Ok(Recorded::Gone) => return Trouble::NotKept(link.brand.language).answer(program, &reader),
        Ok(Recorded::No(..) | Recorded::Busy) => record::busy(),
        Err(error) => error.into(),
    };
    answer::not_unsubscribed(&link, problem, program)
}
