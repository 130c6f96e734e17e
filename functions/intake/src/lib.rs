//! A CRM's call becomes a survey, or the reason there is none.
//!
//! Woken by HTTP, as often as a record changes and again whenever an answer was lost. A survey's name is drawn
//! from what it is about, and it is written only if no survey of that name is there: so a repeat finds the
//! first one and says `duplicate`.
//!
//! A trigger comes alone, in a batch, or in a CRM's own words, which a source translates. What was answered elsewhere
//! comes as a batch of past responses.

mod answer;
mod batch;
mod body;
mod by_text;
mod decide;
mod import;
mod source;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use host::aws::{Reach, Service};
use host::problem::Kind;
use host::secrets::{self, Secrets};
use host::settings::{Reader, StoreSettings, Wrong};
use host::{Access, Chance, Clock, Env, Fields, Problem};
use store::{Scope, Store};

use crate::answer::Answer;
use crate::by_text::ByText;

/// The routes, as the API description names them.
pub const ROUTES: [&str; 4] = ["/v1/triggers", "/v1/triggers/batch", "/v1/triggers/{source}", "/v1/responses/import"];

/// The settings of this function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The tables and the campaign that is there from the first moment.
    pub store: StoreSettings,
    /// `PUBLIC_URL`: the address callers write to, without a slash at its end; some sign it.
    pub public_url: String,
    /// `SECRETS_PATH`: where in SSM the secrets of sources are.
    pub secrets: String,
}

impl host::settings::Settings for Settings {
    const NAMES: &'static [&'static str] =
        &["TABLE_SURVEYS", "TABLE_LEDGER", "SENDER_EMAIL", "COMPANY", "PUBLIC_URL", "SECRETS_PATH"];

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let store = StoreSettings::read(reader);
        let public_url = reader.url("PUBLIC_URL", "the address callers write to, such as https://nps.example.com");
        let secrets = secrets::path(reader);
        Some(Self { store: store?, public_url: public_url?, secrets: secrets? })
    }
}

/// What this function works with.
#[derive(Clone)]
pub struct Deps {
    /// The tables.
    pub store: Store,
    /// What proves that a call is from a source.
    pub secrets: Secrets,
    /// The address callers write to.
    pub public_url: String,
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
        let settings: Settings = env.read()?;
        let aws = Reach::new(env)?;
        let StoreSettings { tables, defaults } = settings.store;
        Ok(Self {
            store: Store::new(&aws.config(Service::DynamoDb), tables, defaults),
            secrets: Secrets::new(&aws.config(Service::Ssm), &settings.secrets),
            public_url: settings.public_url,
            clock: Clock::System,
            chance: Chance::System,
        })
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
    let [triggers, batch, source, import] = ROUTES;
    Router::new()
        .route(triggers, post(trigger))
        .route(batch, post(batch::receive))
        .route(source, post(source::receive))
        .route(import, post(import::receive))
        .fallback(async || Problem::not_found("there is nothing at this address; see /openapi.json"))
        .method_not_allowed_fallback(async || {
            Problem::new(Kind::MethodNotAllowed, "this is sent with POST; see /openapi.json")
        })
        .with_state(deps)
}

/// `POST /v1/triggers`
async fn trigger(State(deps): State<Deps>, headers: HeaderMap, body: Body) -> Result<Answer, Problem> {
    let now = deps.clock.now();
    // Read before anything is refused: who is cut off while sending never sees why.
    let bytes = host::body::read(body).await;
    Access::check(&deps.store, &headers, Scope::Trigger, now).await?;
    let fields = Fields::parse(&bytes?)?;
    let by_text = ByText::known(&deps, fields.lacks("contact_email"), now).await?;
    let read = body::read_fields(fields, |campaign| by_text.asks(campaign))?;
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
