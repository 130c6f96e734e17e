//! The numbers, and the pages people look at.
//!
//! Woken by HTTP. Everything but one correction only reads, so a repeat is harmless; the correction writes
//! under the version it was decided on and changes nothing when made twice. Scores are computed from
//! tallies ([`model::numbers`]); surveys and answers are shown as they are stored ([`model::view`]).

mod icon;
mod nps;
mod page;
mod plan;
mod query;
mod responses;
mod scores;
mod sums;
mod surveys;
mod table;
mod wire;

use axum::Router;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::routing::{get, patch};
use host::aws::{Reach, Service};
use host::problem::Kind;
use host::settings::{StoreSettings, Wrong};
use host::{Access, Clock, Env, Problem};
use model::Timestamp;
use store::{Scope, Store};

/// The routes, as the API description names them.
pub const ROUTES: [&str; 13] = [
    "/",
    "/dashboard",
    "/phone",
    "/icons/{icon}",
    "/openapi.json",
    "/v1/nps",
    "/v1/surveys",
    "/v1/surveys/{id}",
    "/v1/responses",
    "/v1/responses.csv",
    "/v1/responses/{survey_id}",
    "/v1/contacts/{contact}/score",
    "/v1/contacts/{contact}/score.svg",
];

/// What this function works with.
#[derive(Clone)]
pub struct Deps {
    /// The tables.
    pub store: Store,
    /// The time.
    pub clock: Clock,
}

impl Deps {
    /// Makes the handles from the environment; nothing is called yet.
    ///
    /// # Errors
    /// Everything that is wrong with the settings.
    pub fn connect(env: &Env) -> Result<Self, Wrong> {
        let settings: StoreSettings = env.read()?;
        let sdk = Reach::new(env)?.config(Service::DynamoDb);
        Ok(Self { store: Store::new(&sdk, settings.tables, settings.defaults), clock: Clock::System })
    }

    /// Opens the connection and reads what every request needs, so that the first one does not wait for it.
    pub async fn warm(&self) {
        if let Err(error) = self.store.config(self.clock.now()).await {
            // The first request tries again, and answers for it.
            tracing::warn!(error = host::telemetry::chain(&error), "the tables gave no answer at the start");
        }
    }
}

/// Everything this function answers.
pub fn router(deps: Deps) -> Router {
    let [home, board, phone, icon, api, nps, surveys, survey, responses, csv, response, score, picture] = ROUTES;
    Router::new()
        .route(home, get(page::home))
        .route(board, get(page::dashboard))
        .route(phone, get(page::phone))
        .route(icon, get(icon::of_a_score))
        .route(api, get(page::openapi))
        .route(nps, get(nps::nps))
        .route(surveys, get(surveys::list))
        .route(survey, get(surveys::one))
        .route(responses, get(responses::list))
        .route(csv, get(responses::table))
        .route(response, patch(responses::correct))
        .route(score, get(scores::score))
        .route(picture, get(scores::picture))
        .fallback(async || Problem::not_found("there is nothing at this address; see /openapi.json"))
        .method_not_allowed_fallback(async || {
            Problem::new(Kind::MethodNotAllowed, "this address takes other methods; see /openapi.json")
        })
        .with_state(deps)
}

/// The instant of a request whose API key may read.
pub(crate) struct Reader {
    pub(crate) now: Timestamp,
}

impl FromRequestParts<Deps> for Reader {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, deps: &Deps) -> Result<Self, Problem> {
        let now = deps.clock.now();
        Access::check(&deps.store, &parts.headers, Scope::Read, now).await?;
        Ok(Self { now })
    }
}

/// The one part of a path that varies, decoded. What is no text names nothing.
pub(crate) struct Segment(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Segment {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(text) = Path::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::not_found("there is nothing at this address; see /openapi.json"))?;
        Ok(Self(text))
    }
}
