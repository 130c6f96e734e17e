//! The numbers, and the pages people look at.
//!
//! Woken by HTTP. Everything but corrections only reads, so a repeat is harmless; a correction, by hand or by themes that
//! are applied again, writes under the version it was decided on and changes nothing when made twice. Scores are computed from
//! tallies, or from the answers where those do not know ([`model::numbers`], [`model::dimension`]); surveys and answers are shown as they are stored ([`model::view`]).

mod answers;
mod ask;
mod correct;
mod coverage;
mod dimensions;
mod experiments;
mod icon;
mod leaders;
mod nps;
mod page;
mod plan;
mod query;
mod responses;
mod scores;
mod sums;
mod surveys;
mod table;
mod themes;
mod trust;
mod wire;

use axum::Router;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::middleware::map_response;
use axum::routing::{get, patch, post};
use host::aws::{Reach, Service};
use host::problem::Kind;
use host::settings::{StoreSettings, Wrong};
use host::{Access, Clock, Env, Problem, Site};
use model::{Sees, Timestamp};
use store::{Scope, Store};

/// The routes, as the API description names them.
pub const ROUTES: [&str; 20] = [
    "/",
    "/dashboard",
    "/phone",
    "/icons/{icon}",
    "/openapi.json",
    "/v1/nps",
    "/v1/leaders",
    "/v1/coverage",
    "/v1/dimensions",
    "/v1/benchmarks",
    "/v1/experiments",
    "/v1/surveys",
    "/v1/surveys/{id}",
    "/v1/responses",
    "/v1/responses.csv",
    "/v1/responses/{survey_id}",
    "/v1/themes/suggestions",
    "/v1/themes/apply",
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
    /// Where browsers find us.
    pub site: Site,
}

/// What this function is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The tables, and the first campaign.
    pub store: StoreSettings,
    /// `PUBLIC_URL`.
    pub public_url: String,
}

impl host::settings::Settings for Settings {
    const NAMES: &'static [&'static str] = &["TABLE_SURVEYS", "TABLE_LEDGER", "COMPANY", "SENDER_EMAIL", "PUBLIC_URL"];

    fn read(reader: &mut host::settings::Reader<'_>) -> Option<Self> {
        let store = StoreSettings::read(reader);
        let public_url = reader.url("PUBLIC_URL", "the address people use, such as https://nps.example.com");
        Some(Self { store: store?, public_url: public_url? })
    }
}

impl Deps {
    /// Makes the handles from the environment; nothing is called yet.
    ///
    /// # Errors
    /// Everything that is wrong with the settings.
    pub fn connect(env: &Env) -> Result<Self, Wrong> {
        let settings: Settings = env.read()?;
        let StoreSettings { tables, defaults } = settings.store;
        let sdk = Reach::new(env)?.config(Service::DynamoDb);
        let site = Site::new(&settings.public_url);
        Ok(Self { store: Store::new(&sdk, tables, defaults), clock: Clock::System, site })
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
    let [
        home,
        dashboard,
        phone,
        icon,
        openapi,
        nps,
        leaders,
        coverage,
        dimensions,
        benchmarks,
        experiments,
        surveys,
        survey,
        responses,
        csv,
        response,
        suggestions,
        apply,
        score,
        picture,
    ] = ROUTES;
    Router::new()
        .route(home, get(page::home))
        .route(dashboard, get(page::dashboard))
        .route(phone, get(page::phone))
        .route(icon, get(icon::of_a_score))
        .route(openapi, get(page::openapi))
        .route(nps, get(nps::nps))
        .route(leaders, get(leaders::leaders))
        .route(coverage, get(coverage::coverage))
        .route(dimensions, get(dimensions::dimensions))
        .route(benchmarks, get(dimensions::benchmarks))
        .route(experiments, get(experiments::experiments))
        .route(surveys, get(surveys::list))
        .route(survey, get(surveys::one))
        .route(responses, get(responses::list))
        .route(csv, get(responses::table))
        .route(response, patch(correct::correct))
        .route(suggestions, get(themes::suggestions))
        .route(apply, post(themes::apply))
        .route(score, get(scores::score))
        .route(picture, get(scores::picture))
        .fallback(async || Problem::not_found("there is nothing at this address; see /openapi.json"))
        .method_not_allowed_fallback(async || {
            Problem::new(Kind::MethodNotAllowed, "this address takes other methods; see /openapi.json")
        })
        .layer(map_response(host::private::private))
        .with_state(deps)
}

impl Deps {
    async fn reader(&self, parts: &Parts, now: Timestamp) -> Result<Access, Problem> {
        Access::of(&self.store, &self.site, (&parts.method, &parts.headers), now).await?.may(&[Scope::Read])
    }
}

/// The instant of a request of somebody who may read everything. An answer that takes this is refused to owners, so that
/// nobody forgets them.
pub(crate) struct Reader {
    pub(crate) now: Timestamp,
}

impl FromRequestParts<Deps> for Reader {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, deps: &Deps) -> Result<Self, Problem> {
        let now = deps.clock.now();
        deps.reader(parts, now).await?.to_all()?;
        Ok(Self { now })
    }
}

/// The instant of a request of somebody who may change what counts for all.
pub(crate) struct Manager {
    pub(crate) now: Timestamp,
}

impl FromRequestParts<Deps> for Manager {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, deps: &Deps) -> Result<Self, Problem> {
        let now = deps.clock.now();
        let access = Access::of(&deps.store, &deps.site, (&parts.method, &parts.headers), now).await?;
        access.may(&[Scope::Manage])?.to_all()?;
        Ok(Self { now })
    }
}

/// The instant of a request of somebody who may read, perhaps only what is their own: whoever takes this cuts it out.
pub(crate) struct Viewer {
    pub(crate) now: Timestamp,
    pub(crate) sees: Sees,
}

impl FromRequestParts<Deps> for Viewer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, deps: &Deps) -> Result<Self, Problem> {
        let now = deps.clock.now();
        Ok(Self { now, sees: deps.reader(parts, now).await?.sees() })
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
