//! The page behind the link in a letter: a score, a comment, or no more letters.
//!
//! Woken by contacts, and by every scanner that opens links before them. So GET and HEAD record nothing: only a
//! pressed button does, and what is pressed twice finds its own trace. The link is the authority; it is checked
//! before anything is read.

mod page;
mod record;
mod sent;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use host::problem::{FieldError, Kind};
use host::settings::{StoreSettings, Wrong};
use host::{Clock, Env, Problem};
use model::link::{Claims, NotALink, Purpose};
use model::survey::{MAX_CHANGES, NotTaken};
use model::{Survey, Timestamp};
use serde::Serialize;
use store::{Config, Store, StoredCampaign};

use crate::page::{Ask, Brand, Notice, Thanks, Unsubscribe, page};
use crate::record::Recorded;
use crate::sent::{Flaw, NotRead, Sent};

/// The length of every token there is.
const TOKEN: usize = 59;

/// How often a link nobody knows may make us look for newer keys.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// What this function needs.
#[derive(Clone)]
pub struct Deps {
    /// The tables.
    pub store: Store,
    /// The time.
    pub clock: Clock,
}

impl Deps {
    /// Everything from the environment, with the connection to the tables open and keys and campaigns read.
    ///
    /// # Errors
    /// When settings are missing or wrong.
    pub async fn connect(env: &Env) -> Result<Self, Wrong> {
        let settings: StoreSettings = env.read()?;
        let sdk = host::aws::config(env, host::aws::Service::DynamoDb)?;
        let deps = Self { store: Store::new(&sdk, settings.tables, settings.defaults), clock: Clock::System };
        if let Err(error) = deps.store.config(deps.clock.now()).await {
            tracing::warn!(error = host::telemetry::chain(&error), "not warmed up; the first request will read");
        }
        Ok(deps)
    }
}

/// The routes of contacts.
pub fn router(deps: Deps) -> Router {
    let capture = Capture { deps, looked_again: Arc::default() };
    Router::new()
        .route("/r/{token}", get(open).post(respond))
        .route("/u/{token}", get(open_unsubscribe).post(unsubscribe))
        .method_not_allowed_fallback(|| async {
            Problem::new(Kind::MethodNotAllowed, "a link is opened with GET and answered with POST")
        })
        .layer(map_response(async |mut response: Response| {
            page::guard(response.headers_mut());
            response
        }))
        .with_state(capture)
}

type Token = Result<Path<String>, PathRejection>;

async fn open(State(capture): State<Capture>, token: Token, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let link = match capture.link(Purpose::Respond, token).await {
        Ok(link) => link,
        Err(trouble) => return trouble.answer(program(&headers)),
    };
    let chosen = sent::proposed(query.as_deref().unwrap_or_default());
    page(StatusCode::OK, &Ask::new(&link.brand, &link.path, chosen))
}

async fn respond(State(capture): State<Capture>, token: Token, headers: HeaderMap, body: Body) -> Response {
    let program = program(&headers);
    let link = match capture.link(Purpose::Respond, token).await {
        Ok(link) => link,
        Err(trouble) => return trouble.answer(program),
    };
    let bytes = match host::body::read(body).await {
        Ok(bytes) => bytes,
        Err(problem) => return refuse(problem, program, &link.brand),
    };
    let typed = match read(&headers, &bytes) {
        Ok(typed) => typed,
        Err(problem) => return refuse(problem, program, &link.brand),
    };
    let view = View { link: &link, typed: &typed, program };
    let sent = match &typed.sent {
        Ok(sent) => sent,
        Err(flaw) => return view.flawed(flaw),
    };
    let id = link.claims.survey;
    match record::respond(&capture.deps.store, id, link.campaign(), sent, link.now).await {
        Ok(Recorded::Yes(survey)) => {
            tracing::info!(survey.id = %id, "a response was recorded");
            view.thanks(&survey)
        }
        Ok(Recorded::No(NotTaken::TooManyChanges, survey)) => view.too_many(&survey),
        Ok(Recorded::No(NotTaken::NoScore, _)) => view.flawed(&sent::no_score()),
        Ok(Recorded::Gone) => Trouble::NotKept.answer(program),
        Ok(Recorded::Busy) => view.try_later(Problem::new(Kind::TryLater, "others wrote at the same time; please send it again")),
        Err(error) => view.try_later(error.into()),
    }
}

async fn open_unsubscribe(State(capture): State<Capture>, token: Token, headers: HeaderMap) -> Response {
    match capture.link(Purpose::Unsubscribe, token).await {
        Ok(link) => page(StatusCode::OK, &Unsubscribe::new(&link.brand, &link.path, false)),
        Err(trouble) => trouble.answer(program(&headers)),
    }
}

/// Both the button of our page and a mail program's one click (RFC 8058): the body says nothing the link does not.
async fn unsubscribe(State(capture): State<Capture>, token: Token, headers: HeaderMap) -> Response {
    let program = program(&headers);
    let link = match capture.link(Purpose::Unsubscribe, token).await {
        Ok(link) => link,
        Err(trouble) => return trouble.answer(program),
    };
    let id = link.claims.survey;
    let problem = match record::unsubscribe(&capture.deps.store, id, link.now).await {
        Ok(Recorded::Yes(_)) if program => return axum::Json(Unsubscribed { unsubscribed: true }).into_response(),
        Ok(Recorded::Yes(_)) => {
            tracing::info!(survey.id = %id, "a contact unsubscribed");
            return page(StatusCode::OK, &Unsubscribe::new(&link.brand, &link.path, true));
        }
        Ok(Recorded::Gone) => return Trouble::NotKept.answer(program),
        Ok(Recorded::No(..) | Recorded::Busy) => {
            Problem::new(Kind::TryLater, "others wrote at the same time; please send it again")
        }
        Err(error) => error.into(),
    };
    if program {
        return problem.into_response();
    }
    let alert = Some("We could not do that just now. Please press the button again in a moment.");
    later(page(problem.kind().status(), &Unsubscribe { alert, ..Unsubscribe::new(&link.brand, &link.path, false) }))
}

/// The dependencies, and when a link last made us look for newer keys.
#[derive(Clone)]
struct Capture {
    deps: Deps,
    looked_again: Arc<Mutex<Option<Timestamp>>>,
}

/// A link that was checked.
struct Link {
    claims: Claims,
    config: Arc<Config>,
    brand: Brand,
    /// Where forms go.
    path: String,
    now: Timestamp,
}

impl Link {
    fn campaign(&self) -> Option<&StoredCampaign> {
        self.config.linked_campaign(self.claims.campaign)
    }
}

impl Capture {
    async fn link(&self, purpose: Purpose, token: Token) -> Result<Link, Trouble> {
        let now = self.deps.clock.now();
        let Ok(Path(token)) = token else { return Err(Trouble::Forged) };
        let mut config = self.config(now).await?;
        let mut claims = claims(&config, purpose, &token, now);
        // A letter may be younger than what we know of the keys: the first one ever, or the first after a rotation.
        if claims == Err(Trouble::Forged) && token.len() == TOKEN && self.may_look_again(now) {
            self.deps.store.forget_config().await;
            config = self.config(now).await?;
            claims = self::claims(&config, purpose, &token, now);
        }
        let claims = claims?;
        let brand = match config.linked_campaign(claims.campaign) {
            Some(stored) => Brand::of(&stored.campaign, claims.language),
            None => Brand::unnamed(claims.language),
        };
        let path = match purpose {
            Purpose::Respond => format!("/r/{token}"),
            Purpose::Unsubscribe => format!("/u/{token}"),
        };
        Ok(Link { claims, config, brand, path, now })
    }

    async fn config(&self, now: Timestamp) -> Result<Arc<Config>, Trouble> {
        self.deps.store.config(now).await.map_err(|error| Trouble::TryLater(error.into()))
    }

    /// Forged links must not become a way to make us read.
    fn may_look_again(&self, now: Timestamp) -> bool {
        let mut looked = self.looked_again.lock().unwrap_or_else(PoisonError::into_inner);
        let may = looked.is_none_or(|at| now < at || now.since(at) >= LOOK_AGAIN);
        if may {
            *looked = Some(now);
        }
        may
    }
}

fn claims(config: &Config, purpose: Purpose, token: &str, now: Timestamp) -> Result<Claims, Trouble> {
    let keys = config.keyring(purpose).ok_or(Trouble::Forged)?;
    keys.read(token, now).map_err(|why| match why {
        NotALink::Forged => Trouble::Forged,
        NotALink::Expired => Trouble::Expired,
    })
}

/// Why a link leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Trouble {
    Forged,
    Expired,
    NotKept,
    TryLater(Problem),
}

impl Trouble {
    fn answer(self, program: bool) -> Response {
        let (problem, heading, text) = match self {
            Self::Forged => (
                Problem::not_found("this link is not one of ours"),
                "This link does not work",
                "It may have been cut off on its way. Please open it from the e-mail again.",
            ),
            Self::Expired => (
                Problem::new(Kind::Gone, "this link has expired; links live 180 days"),
                "This link has expired",
                "It was made half a year ago or earlier. You need not do anything.",
            ),
            Self::NotKept => (
                Problem::new(Kind::Gone, "this survey is no longer kept"),
                "This survey is over",
                "What belonged to it has been deleted. You need not do anything.",
            ),
            Self::TryLater(problem) => (
                problem,
                "Please try again in a moment",
                "We cannot show this page just now. Your link still works: reload the page in a few seconds.",
            ),
        };
        if program {
            return problem.into_response();
        }
        let status = problem.kind().status();
        let notice = page(status, &Notice::new(&Brand::unnamed(model::Language::En), heading, text));
        if status == StatusCode::SERVICE_UNAVAILABLE { later(notice) } else { notice }
    }
}

/// What came with a POST, form or JSON, as far as it can be shown again.
struct Typed {
    form: sent::Form,
    sent: Result<Sent, Vec<Flaw>>,
}
