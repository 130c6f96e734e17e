//! A CRM's call becomes a survey, or the reason there is none.
//!
//! Woken by HTTP, as often as a record changes and again whenever an answer was lost. A survey's name is drawn
//! from what it is about, and it is written only if no survey of that name is there: so a repeat finds the
//! first one and says `duplicate`.

mod answer;
mod body;
mod decide;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use host::problem::Kind;
use host::settings::{StoreSettings, Wrong};
use host::{Access, Chance, Clock, Env, Problem, aws};
use store::{Scope, Store};

use crate::answer::Answer;

/// The routes, as the API description names them.
pub const ROUTES: [&str; 1] = ["/v1/triggers"];

/// What this function works with.
#[derive(Clone)]
pub struct Deps {
    /// The tables.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// How long to wait before a busy table is asked again.
    pub chance: Chance,
}

impl Deps {
    /// Makes the handles from the environment; nothing is called yet.
    ///
    /// # Errors
    /// Everything that is wrong with the settings.
    pub fn connect(env: &Env) -> Result<Self, Wrong> {
        let settings: StoreSettings = env.read()?;
        let sdk = aws::config(env, aws::Service::DynamoDb)?;
        let store = Store::new(&sdk, settings.tables, settings.defaults);
        Ok(Self { store, clock: Clock::System, chance: Chance::System })
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
    let [triggers] = ROUTES;
    Router::new()
        .route(triggers, post(trigger))
        .fallback(async || Problem::not_found("there is nothing at this address; see /openapi.json"))
        .method_not_allowed_fallback(async || {
            Problem::new(Kind::MethodNotAllowed, "a trigger is sent with POST; see /openapi.json")
        })
        .with_state(deps)
}

/// `POST /v1/triggers`
async fn trigger(State(deps): State<Deps>, headers: HeaderMap, body: Body) -> Result<Answer, Problem> {
    let now = deps.clock.now();
    // Read before anything is refused: who is cut off while sending never sees why.
    let bytes = host::body::read(body).await;
    Access::check(&deps.store, &headers, Scope::Trigger, now).await?;
    let read = body::read(&bytes?)?;
    let decision = decide::carry_out(&deps, &read.trigger, now).await?;
    let answer = Answer::new(decision, read.ignored);
    tracing::info!(
        trigger.campaign = %read.trigger.campaign,
        trigger.decision = answer.decision,
        trigger.reason = answer.reason,
        trigger.dry_run = read.trigger.dry_run,
        survey.id = answer.survey_id,
        "a trigger was decided"
    );
    Ok(answer)
}
