//! One survey and one destination.
//!
//! Whoever tells takes the lease first and reads the survey after that; so whoever tells later tells nothing older. A
//! crash on the way leaves a lease that runs out, and a message that comes again. The schedule of attempts stands in
//! the delivery: a message that wakes us for it may get lost, and the sweep finds what is overdue.

use std::time::Duration;

use model::delivery::{Answer, Delivery, Disabled, Due, TELL_WITHIN, decide};
use model::{Destination, DestinationId, Errand, Timestamp};
use queue::LONGEST_DELAY;
use store::Kept;

use crate::reconcile::View;
use crate::remote::{self, Call, Told};
use crate::{Deps, Error};

/// How often it is decided again because others wrote first.
const ROUNDS: usize = 8;

/// Brings a destination to what it should know.
pub(crate) async fn bring(
    deps: &Deps,
    view: &View,
    to: &Destination,
    mut known: Option<Delivery>,
) -> Result<(), Error> {
    for _ in 0..ROUNDS {
        // Not the errand's: others may have taken their time, and a lease holds from now on.
        let now = deps.clock.now();
        let fingerprint = remote::fingerprint(to, &view.report);
        let Some(due) = due(known.as_ref(), fingerprint.as_deref(), to.enabled, now) else { return Ok(()) };
        let fresh = || Delivery::new(view.survey.id, to.id.clone(), view.survey.expires(), now);
        let before = known.clone().unwrap_or_else(fresh);
        let lease = format!("{:016x}", deps.chance.bits());
        let after = match due {
            Due::Nothing | Due::At(_) => return Ok(()),
            Due::Busy(until) => {
                return later(deps, &before, until.since(now)).await;
            }
            Due::Hold => before.held(now),
            Due::Now if fingerprint.is_none() => before.needless(view.report.ver, None, now),
            Due::Now => before.leased(&lease, now),
        };
        match deps.store.save_delivery(known.as_ref(), &after).await? {
            Kept::Done if after.is_leased_to(&lease) => return tell(deps, to, after, &lease).await,
            Kept::Done => return Ok(()),
            Kept::Conflict(found) => known = found.map(|found| *found),
        }
    }
    Err(Error::Contended)
}

/// What is to be done. Where there is nothing to tell, only what is still to be tried is settled.
fn due(known: Option<&Delivery>, fingerprint: Option<&str>, enabled: bool, now: Timestamp) -> Option<Due> {
    let Some(fingerprint) = fingerprint else {
        let known = known?;
        // Nothing is like nothing else, so a delivery that knows something is told again; only leases count here.
        return match decide(Some(known), "", true, now) {
            Due::Busy(until) => Some(Due::Busy(until)),
            _ if known.lease.is_some() || !known.is_settled() => Some(Due::Now),
            _ => None,
        };
    };
    Some(decide(known, fingerprint, enabled, now))
}

/// Tells, under the lease.
async fn tell(deps: &Deps, to: &Destination, leased: Delivery, lease: &str) -> Result<(), Error> {
    let id = leased.id();
    let Some(view) = View::of(deps, id.survey, deps.clock.now()).await? else {
        return Ok(deps.store.forget_delivery(&id).await?);
    };
    let ver = view.report.ver;
    let Some(fingerprint) = remote::fingerprint(to, &view.report) else {
        let now = deps.clock.now();
        return confirm(deps, leased, lease, |leased| leased.needless(ver, None, now)).await.map(drop);
    };
    let name = id.to_string();
    let now = deps.clock.now();
    // Writing and reading took too long for the lease to cover what follows: whoever comes once it is over tells.
    let until = leased.lease.as_ref().map_or(now, |lease| lease.until);
    if until.since(now) <= TELL_WITHIN {
        return later(deps, &leased, until.since(now)).await;
    }
    let call = Call { destination: to, report: &view.report, memory: &leased.memory, id: &name, now };
    let told = tokio::time::timeout(TELL_WITHIN, Box::pin(remote::tell(&deps.remotes, call))).await;
    let told = told.unwrap_or_else(|_| Told::Later {
        answer: remote::Answer { status: None, text: "no answer came in time".to_owned() },
        after: None,
        memory: leased.memory.clone(),
    });
    let now = deps.clock.now();
    let jitter = deps.chance.bits();
    let after = confirm(deps, leased, lease, |leased| settled(leased, ver, &fingerprint, &told, jitter, now)).await?;
    let Some(after) = after else {
        tracing::warn!(destination.id = %to.id, survey.id = %id.survey, "the lease ran out while telling");
        return Ok(());
    };
    say(&after, &told);
    fared(deps, &to.id, &told, now).await?;
    match after.next_at {
        Some(at) => later(deps, &after, at.since(now)).await,
        None => Ok(()),
    }
}

/// What a delivery becomes by an outcome.
fn settled(leased: &Delivery, ver: u64, fingerprint: &str, told: &Told, jitter: u64, now: Timestamp) -> Delivery {
    let kept = |answer: &remote::Answer| Answer::new(answer.status, &answer.text, now);
    let with = |memory: &remote::Memory| Delivery { memory: memory.clone(), ..leased.clone() };
    match told {
        Told::Done { answer, memory } => with(memory).delivered(ver, fingerprint, kept(answer), now),
        Told::Nothing => leased.needless(ver, Some(fingerprint), now),
        Told::Later { answer: answer @ remote::Answer { status: None, .. }, after: Some(wait), memory } => {
            with(memory).postponed(*wait, kept(answer), jitter, now)
        }
        Told::Later { answer, after, memory } => with(memory).failed(fingerprint, kept(answer), *after, jitter, now),
        Told::Refused { answer, memory } => with(memory).refused(fingerprint, kept(answer), now),
    }
}

/// Writes what became of it, if the lease still holds; nothing otherwise. What others wrote meanwhile stays true.
async fn confirm(
    deps: &Deps,
    mut leased: Delivery,
    lease: &str,
    outcome: impl Fn(&Delivery) -> Delivery,
) -> Result<Option<Delivery>, Error> {
    let first = leased.clone();
    for _ in 0..ROUNDS {
        let after = outcome(&first).over(&leased);
        match deps.store.save_delivery(Some(&leased), &after).await? {
            Kept::Done => return Ok(Some(after)),
            Kept::Conflict(Some(found)) if found.is_leased_to(lease) => leased = *found,
            Kept::Conflict(_) => return Ok(None),
        }
    }
    Err(Error::Contended)
}

/// Sees to it that somebody looks again then, if the queue can wait so long; if not, the sweep will.
async fn later(deps: &Deps, delivery: &Delivery, wait: Duration) -> Result<(), Error> {
    // The queue counts whole seconds, and whoever comes too early comes in vain.
    let wait = Duration::from_secs(wait.as_secs() + 1);
    if wait > LONGEST_DELAY {
        return Ok(());
    }
    let again = Errand::Again(delivery.survey, delivery.destination.clone());
    Ok(deps.deliver.send_after(&[again], wait).await?)
}

/// What nobody is to be told any more is not looked for.
pub(crate) async fn leave(deps: &Deps, mut known: Option<Delivery>) -> Result<(), Error> {
    for _ in 0..ROUNDS {
        let Some(before) = known.filter(|known| !known.is_settled()) else { return Ok(()) };
        match deps.store.save_delivery(Some(&before), &before.held(deps.clock.now())).await? {
            Kept::Done => return Ok(()),
            Kept::Conflict(found) => known = found.map(|found| *found),
        }
    }
    Err(Error::Contended)
}

fn say(after: &Delivery, told: &Told) {
    let (survey, destination, state) = (after.survey, &after.destination, after.state.as_str());
    let status = after.last.as_ref().and_then(|answer| answer.status);
    match told {
        Told::Done { .. } | Told::Nothing => {
            tracing::info!(survey.id = %survey, destination.id = %destination, answer.status = status, "told");
        }
        _ if after.is_given_up() => {
            // Counted by a metric with an alarm.
            tracing::error!(
                survey.id = %survey,
                destination.id = %destination,
                delivery.attempts = after.attempts,
                answer.status = status,
                "a delivery was given up"
            );
        }
        _ => tracing::warn!(
            survey.id = %survey,
            destination.id = %destination,
            delivery.state = state,
            delivery.attempts = after.attempts,
            delivery.next_at = after.next_at.map(|at| at.to_string()),
            answer.status = status,
            "a destination could not be told"
        ),
    }
}

/// Keeps account of how a destination fares as a whole. That it asks for patience, or that we wait for a turn, says
/// nothing about that.
async fn fared(deps: &Deps, id: &DestinationId, told: &Told, now: Timestamp) -> Result<(), Error> {
    let store = &deps.store;
    match told {
        Told::Done { .. } => {
            if store.health(id).await?.failing_since.is_some() {
                store.destination_works(id).await?;
            }
        }
        Told::Refused { answer, .. } if answer.status == Some(410) => disable(deps, id, Disabled::Gone, now).await?,
        Told::Later { answer, after, .. }
            if answer.status != Some(429) && (answer.status.is_some() || after.is_none()) =>
        {
            if store.destination_failed(id, None, now).await?.is_hopeless(now) {
                disable(deps, id, Disabled::Failing, now).await?;
            }
        }
        Told::Nothing | Told::Later { .. } | Told::Refused { .. } => {}
    }
    Ok(())
}

/// Tells a destination nothing more, until somebody enables it again.
async fn disable(deps: &Deps, id: &DestinationId, why: Disabled, now: Timestamp) -> Result<(), Error> {
    let store = &deps.store;
    for _ in 0..ROUNDS {
        store.forget_config().await;
        let config = store.config(now).await?;
        let known = config.document::<Destination>(id.as_str())?.filter(|known| known.enabled);
        let Some(known) = known else { return Ok(()) };
        // Somebody may have enabled it anew since it failed.
        if why == Disabled::Failing && !store.health(id).await?.is_hopeless(now) {
            return Ok(());
        }
        store.destination_failed(id, Some(why), now).await?;
        if store.save_document(&config, &Destination { enabled: false, ..known }).await? {
            tracing::error!(destination.id = %id, reason = why.as_str(), "a destination was disabled");
            return Ok(());
        }
    }
    Err(Error::Contended)
}
