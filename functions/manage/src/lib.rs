//! Campaigns, API keys, the company's people and how they sign in, tasks, destinations, letters that did not arrive, and
//! what is held of a contact. Letters are shown here before they are sent, and tried out.
//!
//! Woken by HTTP, and by people who may invoke it through IAM: that is how the first API key and the first admin come
//! into being.
//! Surveys are not counted here: a recount and a reconciliation are written down, and `recount` is called for.
//!
//! A campaign is written only over the one it was decided on; the rest says what shall be so, whatever was
//! before. So a repeat is harmless, except that a key asked for twice is two keys, and a letter to sign in or to try out two letters.

pub mod direct;
pub mod doors;
pub mod keys;

mod campaigns;
mod contacts;
mod cursor;
mod deliveries;
mod destinations;
mod export;
mod held;
mod jobs;
mod letters;
mod nurture;
mod people;
mod preview;
mod prose;
mod sending;
mod settings;
mod sign_in;
mod sources;
mod span;
mod tasks;
mod templates;
mod trying;
mod wire;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::middleware::map_response;
use axum::routing::{get, post};
use host::access::Who;
use host::aws::{Reach, Service};
use host::body::read;
use host::problem::Kind;
use host::settings::{Loopback, Wrong};
use host::{Access, Chance, Clock, Env, Fields, Problem, Site};
use model::{Sees, Timestamp};
use queue::Queue;
use store::{Config, Defaults, Scope, Store};

pub use self::settings::{Oidc, Settings};

/// The routes, as the API description names them.
pub const ROUTES: [&str; 49] = [
    "/v1/campaigns",
    "/v1/campaigns/{id}",
    "/v1/campaigns/{id}/sending",
    "/v1/campaigns/{id}/preview",
    "/v1/campaigns/{id}/test",
    "/v1/campaigns/{id}/pause",
    "/v1/campaigns/{id}/resume",
    "/v1/campaigns/{id}/doors",
    "/v1/campaigns/{id}/doors/{door}",
    "/v1/campaigns/{id}/doors/{door}/renew",
    "/v1/campaigns/{id}/doors/{door}/qr.svg",
    "/v1/campaigns/{id}/doors/{door}/qr.png",
    "/v1/campaigns/{id}/templates",
    "/v1/campaigns/{id}/templates/{letter}",
    "/v1/templates/variables",
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
    "/v1/letters",
    "/v1/letters/{id}/retry",
    "/v1/people",
    "/v1/people/{email}",
    "/v1/me",
    "/v1/sign-in",
    "/v1/sign-in/company",
    "/v1/sign-out",
    "/sign-in/{token}",
    "/sign-in/company",
    "/sign-in/company/back",
    "/v1/export/surveys",
    "/v1/recounts",
    "/v1/recounts/{id}",
    "/v1/reconciliations",
    "/v1/reconciliations/{id}",
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
    /// Where browsers find us.
    pub site: Site,
    /// Where letters are called for.
    pub mail: Queue,
    /// Where jobs on all surveys are called for.
    pub recount: Queue,
    /// Where people sign in who have an account of their company.
    pub oidc: Option<Oidc>,
    /// Whether replies to letters are read.
    pub replies: bool,
}

impl Deps {
    /// Makes the handles from the environment; nothing is called yet.
    ///
    /// # Errors
    /// Everything that is wrong with the settings.
    pub fn connect(env: &Env) -> Result<Self, Wrong> {
        let settings: Settings = env.read()?;
        let aws = Reach::new(env)?;
        let defaults = settings.store.defaults;
        let store = Store::new(&aws.config(Service::DynamoDb), settings.store.tables, defaults.clone());
        let Loopback(loopback) = env.read()?;
        let mail = Queue::new(&aws.config(Service::Sqs), &settings.mail_queue);
        Ok(Self {
            store,
            defaults,
            clock: Clock::System,
            chance: Chance::System,
            loopback,
            site: Site::new(&settings.public_url),
            recount: mail.beside(&settings.recount_queue),
            mail,
            oidc: settings.oidc,
            replies: settings.reply_domain.is_some(),
        })
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
        sends,
        preview,
        test,
        pause,
        resume,
        all_doors,
        door,
        renew,
        svg,
        png,
        campaign_templates,
        template,
        variables,
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
        letters,
        letter_retry,
        people,
        person,
        me,
        sign_in,
        company,
        sign_out,
        link,
        company_start,
        company_back,
        export,
        recounts,
        recount,
        reconciliations,
        reconciliation,
    ] = ROUTES;
    Router::new()
        .route(campaigns, get(campaigns::list))
        .route(campaign, get(campaigns::show).put(campaigns::put).delete(campaigns::delete))
        .route(sends, get(sending::show))
        .route(preview, get(preview::show).post(preview::draft))
        .route(test, post(trying::send))
        .route(pause, post(sending::pause))
        .route(resume, post(sending::resume))
        .route(all_doors, get(doors::list))
        .route(door, get(doors::show).put(doors::put).delete(doors::delete))
        .route(renew, post(doors::renew))
        .route(svg, get(doors::svg))
        .route(png, get(doors::png))
        .route(campaign_templates, get(templates::list))
        .route(template, get(templates::show).put(templates::put).delete(templates::delete))
        .route(variables, get(templates::variables))
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
        .route(letters, get(letters::list))
        .route(letter_retry, post(letters::retry))
        .route(people, get(people::list))
        .route(person, get(people::show).put(people::put).delete(people::delete))
        .route(me, get(sign_in::me))
        .route(sign_in, get(sign_in::ways).post(sign_in::ask))
        .route(company, post(sign_in::company::finish))
        .route(sign_out, post(sign_in::out))
        .route(link, get(sign_in::open).post(sign_in::enter))
        .route(company_start, get(sign_in::company::start))
        .route(company_back, get(sign_in::company::back))
        .route(export, get(export::surveys))
        .route(recounts, get(jobs::recounts).post(jobs::recount))
        .route(recount, get(jobs::show_recount))
        .route(reconciliations, get(jobs::reconciliations).post(jobs::reconcile))
        .route(reconciliation, get(jobs::show_reconciliation))
        .fallback(async || Problem::not_found("there is nothing at this address; see /openapi.json"))
        .method_not_allowed_fallback(async || {
            Problem::new(Kind::MethodNotAllowed, "this address takes other methods; see /openapi.json")
        })
        .layer(map_response(host::private::private))
        .with_state(deps)
}

impl Deps {
    /// Who sent a request, if they may do one of these.
    async fn access(&self, parts: &Parts, scopes: &[Scope], now: Timestamp) -> Result<Access, Problem> {
        Access::of(&self.store, &self.site, (&parts.method, &parts.headers), now).await?.may(scopes)
    }
}

/// Somebody who may look at everything asks, at this instant.
pub(crate) struct Looking {
    pub(crate) now: Timestamp,
}

impl FromRequestParts<Deps> for Looking {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, deps: &Deps) -> Result<Self, Problem> {
        let now = deps.clock.now();
        deps.access(parts, &[Scope::Read, Scope::Manage], now).await?.to_all()?;
        Ok(Self { now })
    }
}

/// The instant of a request of somebody who may look, perhaps only at what is their own: whoever takes this cuts it out.
pub(crate) struct LookingAt {
    pub(crate) now: Timestamp,
    pub(crate) sees: Sees,
}

impl FromRequestParts<Deps> for LookingAt {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, deps: &Deps) -> Result<Self, Problem> {
        let now = deps.clock.now();
        let access = deps.access(parts, &[Scope::Read, Scope::Manage], now).await?;
        Ok(Self { now, sees: access.sees() })
    }
}

/// A request of somebody who may manage: its instant, what they are called if it is a person, and its body.
pub(crate) struct Managed {
    pub(crate) now: Timestamp,
    pub(crate) person: Option<String>,
    body: axum::body::Bytes,
}

impl Managed {
    /// The fields of its body.
    pub(crate) fn fields(&self) -> Result<Fields, Problem> {
        Fields::parse(&self.body)
    }

    /// Its body, which may be something else than JSON.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.body
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
        let access = deps.access(&parts, &[Scope::Manage], now).await?.to_all()?;
        let person = match access.who {
            Who::Person(person) => Some(person.name),
            Who::Key { .. } => None,
        };
        Ok(Self { now, person, body: body? })
    }
}

/// A request of somebody who acts on tasks: any, if they may manage, or their own.
pub(crate) struct Acting {
    pub(crate) now: Timestamp,
    pub(crate) by: String,
    pub(crate) on: Sees,
    body: axum::body::Bytes,
}

impl Acting {
    /// The fields of its body.
    pub(crate) fn fields(&self) -> Result<Fields, Problem> {
        Fields::parse(&self.body)
    }

    /// The same where the body may be left out.
    pub(crate) fn fields_if_any(&self) -> Result<Fields, Problem> {
        Fields::parse(if self.body.is_empty() { b"{}" } else { &self.body })
    }

    /// The same, if it is about any task there is.
    pub(crate) fn on_all(self) -> Result<Self, Problem> {
        match self.on {
            Sees::All => Ok(self),
            Sees::Owned(_) => Err(Problem::new(Kind::WrongScope, "an owner keeps their tasks, or asks an admin")),
        }
    }
}

impl FromRequest<Deps> for Acting {
    type Rejection = Problem;

    async fn from_request(request: Request<Body>, deps: &Deps) -> Result<Self, Problem> {
        let now = deps.clock.now();
        let (parts, body) = request.into_parts();
        // As above.
        let body = read(body).await;
        let access = Access::of(&deps.store, &deps.site, (&parts.method, &parts.headers), now).await?;
        let access = match access.sees() {
            Sees::Owned(_) => access,
            Sees::All => access.may(&[Scope::Manage])?,
        };
        Ok(Self { now, by: access.name().to_owned(), on: access.sees(), body: body? })
    }
}
