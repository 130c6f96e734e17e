//! Load, decide, apply: carries out what `model::ask` makes of a trigger.
//!
//! Warm, a new survey takes one round trip: nothing is read, the write says what it expects, and a write that
//! is refused brings back what stands there, on which it is decided again.

use std::time::Duration;

use host::Problem;
use host::problem::Kind;
use model::ask::{self, Decision, Facts};
use model::{Campaign, CampaignId, Timestamp, Trigger};
use store::{Created, Saved, StoredCampaign};

use crate::Deps;

/// How often a trigger is decided anew because others wrote first. Each time one of them is done, so only a
/// crowd around one contact can use them up.
const ROUNDS: u32 = 32;

/// From this round on, whoever lost again steps aside for a moment, so that a crowd thins out.
const CROWDED: u32 = 3;

/// How often a busy table is asked again.
const PATIENCE: u32 = 3;

/// Decides a trigger and carries the decision out, unless it is a dry run.
///
/// # Errors
/// `invalid` for a campaign nobody knows, `try-later` when others kept writing or the tables gave no answer.
pub(crate) async fn carry_out(deps: &Deps, trigger: &Trigger, now: Timestamp) -> Result<Decision, Problem> {
    carry_out_by(ask::decide, deps, trigger, now).await
}

/// The same for a trigger of a batch.
///
/// # Errors
/// As for a single one.
pub(crate) async fn carry_out_in_batch(deps: &Deps, trigger: &Trigger, now: Timestamp) -> Result<Decision, Problem> {
    carry_out_by(ask::decide_in_batch, deps, trigger, now).await
}

/// By which rule a trigger is decided.
type Rule = fn(&Trigger, &Campaign, &Facts, Timestamp) -> Decision;

async fn carry_out_by(rule: Rule, deps: &Deps, trigger: &Trigger, now: Timestamp) -> Result<Decision, Problem> {
    let mut facts = Facts::default();
    let mut waited = 0;
    if trigger.dry_run {
        return dry_run(rule, deps, trigger, now).await;
    }
    for round in 0..ROUNDS {
        if round >= CROWDED {
            tokio::time::sleep(Duration::from_millis(deps.chance.below(40))).await;
        }
        match attempt(rule, deps, trigger, &mut facts, now).await {
            Ok(Some(decision)) => return Ok(decision),
            Ok(None) => {}
            Err(Trouble::Store(error)) if error.is_busy() && waited < PATIENCE => {
                waited += 1;
                let most = 25 << waited;
                tokio::time::sleep(Duration::from_millis(most / 2 + deps.chance.below(most))).await;
            }
            Err(Trouble::Store(error)) => return Err(error.into()),
            Err(Trouble::Problem(problem)) => return Err(problem),
        }
    }
    tracing::warn!(trigger.campaign = %trigger.campaign, "others kept writing first");
    Err(Problem::new(Kind::TryLater, "others wrote at the same time; nothing was lost, please send it again"))
}

/// Why an attempt came to nothing.
pub(crate) enum Trouble {
    Store(store::Error),
    Problem(Problem),
}

impl From<Trouble> for Problem {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Store(error) => error.into(),
            Trouble::Problem(problem) => problem,
        }
    }
}

impl From<store::Error> for Trouble {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

/// Decides on the facts as far as they are known and writes that; `None` if the write was refused and the
/// facts are better known now.
async fn attempt(
    rule: Rule,
    deps: &Deps,
    trigger: &Trigger,
    facts: &mut Facts,
    now: Timestamp,
) -> Result<Option<Decision>, Trouble> {
    let (config, stored) = campaign(deps, &trigger.campaign, now).await?;
    let decision = rule(trigger, &stored.campaign, facts, now);
    match &decision {
        Decision::Ask { survey, turn, .. } => {
            // From its first survey on a campaign's zone stands still: its days are counted in it. Whoever
            // changed the campaign meanwhile is heard first.
            if !stored.used && !deps.store.save_campaign(&config, &stored.in_use()).await? {
                return Ok(None);
            }
            match deps.store.create(survey, *turn).await? {
                Created::Made => Ok(Some(decision)),
                Created::Refused(found) => {
                    *facts = *found;
                    Ok(None)
                }
            }
        }
        Decision::Duplicate { survey, news: Some((after, _)) } => match deps.store.save(survey, after).await? {
            Saved::Done => Ok(Some(decision)),
            Saved::Conflict(found) => {
                facts.survey = found.map(|found| *found);
                Ok(None)
            }
        },
        Decision::Waiting { .. } | Decision::Duplicate { news: None, .. } | Decision::Suppressed { .. } => {
            Ok(Some(decision))
        }
    }
}

/// The same decision on all the facts, and nothing is written.
async fn dry_run(rule: Rule, deps: &Deps, trigger: &Trigger, now: Timestamp) -> Result<Decision, Problem> {
    let (_, stored) = campaign(deps, &trigger.campaign, now).await?;
    let facts = match ask::milestone(trigger, &stored.campaign) {
        Some(milestone) => deps.store.facts(ask::survey_id(trigger, &milestone), &trigger.contact.key()).await?,
        None => Facts::default(),
    };
    Ok(rule(trigger, &stored.campaign, &facts, now))
}

/// The campaign, and the configuration it was read from.
pub(crate) async fn campaign(
    deps: &Deps,
    id: &CampaignId,
    now: Timestamp,
) -> Result<(std::sync::Arc<store::Config>, StoredCampaign), Trouble> {
    let mut config = deps.store.config(now).await?;
    if config.campaign(id).is_none() {
        // It may be younger than what was read, and a CRM never sends again what was called wrong.
        config = deps.store.config_within(Duration::from_secs(1), now).await?;
    }
    match config.campaign(id).cloned() {
        Some(stored) => Ok((config, stored)),
        None => Err(Trouble::Problem(Problem::field("/campaign", "there is no campaign of that id"))),
    }
}
