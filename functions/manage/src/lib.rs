//! Campaigns, API keys, tasks, destinations, and what is held of a contact.
//!
//! Woken by HTTP, and by people who may invoke it through IAM: that is how the first API key comes into being.
//! A campaign is written only over the one it was decided on; the rest says what shall be so, whatever was
//! before. So a repeat is harmless, except that a key asked for twice is two keys.

pub mod direct;
pub mod keys;

mod campaigns;
mod contacts;
mod cursor;
mod deliveries;
mod destinations;
mod export;
mod held;
mod nurture;
mod prose;
mod sources;
mod span;
mod tasks;
mod wire;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::routing::{get, post};
use host::aws::{Reach, Service};
use host::body::read;
use host::problem::Kind;
use host::settings::{Loopback, StoreSettings, Wrong};
use host::{Access, Chance, Clock, Env, Fields, Problem};
use model::Timestamp;
use store::{Config, Defaults, Scope, Store};

/// The routes, as the API description names them.
pub const ROUTES: [&str; 21] = [
    "/v1/campaigns",
    "/v1/campaigns/{id}",
    "/v1/keys",
    "/v1/keys/{id}",
    "/v1/contacts/{contact}",
    "/v1/sources",
    "/v1/sources/{id}",
    "/v1/sources/{id}/refused",
    "/v1/tasks",
    "/v1/tasks/{id}",
    "/v1/tasks/{id}/complete",
    "/v1/tasks/{id}/reopen",
    "/v1/tasks/{id}/reassign",
    "/v1/tasks/{id}/comment",
    "/v1/nurture",
    "/v1/destinations",
    "/v1/destinations/{id}",
    "/v1/deliveries",
    "/v1/deliveries/retry",
    "/v1/deliveries/{id}/retry",
    "/v1/export/surveys",
];

/// What this function works with.
#[derive(Clone)]
pub struct Deps {
    /// The tables.
    pub store: Store,
    /// What a campaign takes that does not say it.
    pub defaults: Defaults,
    /// The time.
    pub clock: Clock,
    /// Where keys come from.
    pub chance: Chance,
    /// Whether a destination may be this machine.
    pub loopback: bool,
}

impl Deps {
    /// Makes the handles from the environment; nothing is called yet.
    ///
    /// # Errors
    /// Everything that is wrong with the settings.
    pub fn connect(env: &Env) -> Result<Self, Wrong> {
        let settings: StoreSettings = env.read()?;
        let sdk = Reach::new(env)?.config(Service::DynamoDb);
        let store = Store::new(&sdk, settings.tables, settings.defaults.clone());
        let Loopback(loopback) = env.read()?;
        Ok(Self { store, defaults: settings.defaults, clock: Clock::System, chance: Chance::System, loopback })
    }

    /// Opens the connection and reads what every request needs, so that the first one does not wait for it.
    pub async fn warm(&self) {
        if let Err(error) = self.store.config(self.clock.now()).await {
            // The first request tries again, and answers for it.
            tracing::warn!(error = host::telemetry::chain(&error), "the tables gave no answer at the start");
        }
    }

    /// What is configured at this moment: whoever changes it must not build on what was half a minute ago.
    async fn config(&self, now: Timestamp) -> Result<Arc<Config>, store::Error> {
        self.store.forget_config().await;
        self.store.config(now).await
    }
}

/// Everything this function answers.
pub fn router(deps: Deps) -> Router {
    let [
        campaigns,
        campaign,
        keys,
        key,
        contact,
        sources,
        source,
        refused,
        tasks,
        task,
        complete,
        reopen,
        reassign,
        comment,
        nurture,
        destinations,
        destination,
        deliveries,
        retry_since,
        retry,
        export,
    ] = ROUTES;
    Router::new()
        .route(campaigns, get(campaigns::list))
        .route(campaign, get(campaigns::show).put(campaigns::put).delete(campaigns::delete))
        .route(keys, get(keys::list).post(keys::create))
        .route(key, get(keys::show).delete(keys::delete))
        .route(contact, get(contacts::show).delete(contacts::erase))
        .route(sources, get(sources::list))
        .route(source, get(sources::show).put(sources::put).delete(sources::delete))
        .route(refused, get(sources::refused))
        .route(tasks, get(tasks::list))
        .route(task, get(tasks::show))
        .route(complete, post(tasks::complete))
        .route(reopen, post(tasks::reopen))
        .route(reassign, post(tasks::reassign))
        .route(comment, post(tasks::comment))
        .route(nurture, get(nurture::list))
        .route(destinations, get(destinations::list))
        .route(destination, get(destinations::show).put(destinations::put).delete(destinations::delete))
        .route(deliveries, get(deliveries::list))
        .route(retry_since, post(deliveries::retry_since))
        .route(retry, post(deliveries::retry))
        .route(export, get(export::surveys))
        .fallback(async || Problem::not_found("there is nothing at this address; see /openapi.json"))
        .method_not_allowed_fallback(async || {
            Problem::new(Kind::MethodNotAllowed, "this address takes other methods; see /openapi.json")
        })
        .with_state(deps)
}

/// The instant of a request whose API key may read or manage.
pub(crate) struct Looking {
    pub(crate) now: Timestamp,
}

impl FromRequestParts<Deps> for Looking {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, deps: &Deps) -> Result<Self, Problem> {
        let now = deps.clock.now();
        Access::check_any(&deps.store, &parts.headers, &[Scope::Read, Scope::Manage], now).await?;
        Ok(Self { now })
    }
}

/// A request whose API key may manage: its instant, the name of the key, and its body.
pub(crate) struct Managed {
    pub(crate) now: Timestamp,
    pub(crate) by: String,
    body: axum::body::Bytes,
}

impl Managed {
    /// The fields of its body.
    pub(crate) fn fields(&self) -> Result<Fields, Problem> {
        Fields::parse(&self.body)
    }

    /// The same where the body may be left out.
    pub(crate) fn fields_if_any(&self) -> Result<Fields, Problem> {
        Fields::parse(if self.body.is_empty() { b"{}" } else { &self.body })
    }
}

impl FromRequest<Deps> for Managed {
    type Rejection = Problem;

    async fn from_request(request: Request<Body>, deps: &Deps) -> Result<Self, Problem> {
        let now = deps.clock.now();
        let (parts, body) = request.into_parts();
        // Read before anything is refused: who is cut off while sending never sees why.
        let body = read(body).await;
        let access = Access::check(&deps.store, &parts.headers, Scope::Manage, now).await?;
        Ok(Self { now, by: access.name, body: body? })
    }
}
