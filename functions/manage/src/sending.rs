//! Whether a campaign sends: what became of its mails, pausing it, and letting it go on.

use axum::Json;
use axum::extract::{Path, State};
use host::Problem;
use host::problem::Kind;
use jiff::civil::Date;
use model::sending::{Post, Sending, Why, first_day};
use model::{Campaign, CampaignId, Timestamp, time};
use serde::Serialize;
use store::Config;

use crate::{Deps, Managed};

/// How often it is decided again because others wrote first.
const ROUNDS: usize = 8;

/// How a campaign sends, as the API shows it.
#[derive(Serialize)]
pub(crate) struct SendingWire {
    campaign: String,
    state: &'static str,
    why: Option<&'static str>,
    paused_at: Option<String>,
    /// Most mails of today; no limit if absent.
    most_today: Option<u64>,
    /// The days the rest is about.
    from: Date,
    to: Date,
    sent: i64,
    bounced: i64,
    complained: i64,
    bounce_rate: Option<f64>,
    complaint_rate: Option<f64>,
}

/// What is known of a campaign at a moment.
struct Known<'a> {
    campaign: &'a Campaign,
    sending: Sending,
    today: Date,
    days: Vec<(Date, Post)>,
}

impl<'a> Known<'a> {
    async fn of(deps: &Deps, config: &'a Config, id: &CampaignId, now: Timestamp) -> Result<Self, Problem> {
        let stored = config.campaign(id).ok_or_else(no_such_campaign)?;
        let campaign = &stored.campaign;
        let today = now.day_in(&time::zone(&campaign.time_zone));
        let days = deps.store.post(id, first_day(today), today).await?;
        Ok(Self { campaign, sending: config.sending(id)?, today, days })
    }

    fn post(&self) -> Post {
        self.sending.post(self.days.iter().copied(), self.today)
    }

    fn of_today(&self) -> Post {
        let of_today = self.days.iter().filter(|(day, _)| *day == self.today);
        of_today.fold(Post::default(), |sum, (_, post)| sum.and(*post))
    }

    fn show(&self) -> SendingWire {
        let post = self.post();
        let rate = |count: i64| (post.sent > 0).then(|| count as f64 / post.sent as f64);
        let paused = self.sending.paused;
        SendingWire {
            campaign: self.campaign.id.to_string(),
            state: if paused.is_some() { "paused" } else { "sending" },
            why: paused.map(|paused| paused.why.as_str()),
            paused_at: paused.map(|paused| paused.at.to_string()),
            most_today: self.campaign.warm_up.and_then(|warm_up| warm_up.most(self.today)),
            from: self.sending.first_day(self.today),
            to: self.today,
            sent: post.sent,
            bounced: post.bounced,
            complained: post.complained,
            bounce_rate: rate(post.bounced),
            complaint_rate: rate(post.complained),
        }
    }
}

/// `GET /v1/campaigns/{id}/sending`
pub(crate) async fn show(
    State(deps): State<Deps>,
    Path(id): Path<String>,
    managed: Managed,
) -> Result<Json<SendingWire>, Problem> {
    let id = parsed(&id)?;
    let config = deps.config(managed.now).await?;
    Ok(Json(Known::of(&deps, &config, &id, managed.now).await?.show()))
}

/// `POST /v1/campaigns/{id}/pause`
pub(crate) async fn pause(
    State(deps): State<Deps>,
    Path(id): Path<String>,
    managed: Managed,
) -> Result<Json<SendingWire>, Problem> {
    let now = managed.now;
    change(&deps, &id, now, |known| {
        let paused = known.sending.paused.is_some();
        (!paused).then(|| known.sending.paused_for(Why::ByHand, known.post(), now))
    })
    .await
}

/// `POST /v1/campaigns/{id}/resume`
pub(crate) async fn resume(
    State(deps): State<Deps>,
    Path(id): Path<String>,
    managed: Managed,
) -> Result<Json<SendingWire>, Problem> {
    change(&deps, &id, managed.now, |known| {
        known.sending.paused.map(|_| known.sending.resumed(known.today, known.of_today()))
    })
    .await
}

/// Decides on what stands there and writes that, until nobody else has written in between. Who asks for what is so already
/// gets the same answer.
async fn change(
    deps: &Deps,
    id: &str,
    now: Timestamp,
    decide: impl Fn(&Known<'_>) -> Option<Sending>,
) -> Result<Json<SendingWire>, Problem> {
    let id = parsed(id)?;
    for _ in 0..ROUNDS {
        let config = deps.config(now).await?;
        let mut known = Known::of(deps, &config, &id, now).await?;
        let Some(after) = decide(&known) else { return Ok(Json(known.show())) };
        if deps.store.save_document(&config, &after).await? {
            tracing::info!(campaign.id = %id, paused = after.paused.is_some(), "a campaign was paused or goes on");
            known.sending = after;
            return Ok(Json(known.show()));
        }
    }
    Err(Problem::new(Kind::TryLater, "others changed this campaign at the same time; please send it again"))
}

fn parsed(id: &str) -> Result<CampaignId, Problem> {
    id.parse().map_err(|_| no_such_campaign())
}

fn no_such_campaign() -> Problem {
    Problem::not_found("there is no campaign of that id")
}
