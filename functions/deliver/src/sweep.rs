//! Looks after what is overdue, every five minutes.

use std::time::Duration;

use host::telemetry::chain;
use model::delivery::{Delivery, DeliveryId, DeliveryState};
use model::{Destination, DestinationId, Errand, Timestamp};
use store::{Entry, Kept, Listed};

use crate::{Deps, Error, letters, tasks};

/// Entries of a list that are read at once.
const PAGE: usize = 100;

/// Errands one sweep puts on the queue for each of its reasons: what is left is found by the next ones, so that a long
/// outage does not come back as one flood.
const MOST: usize = 2_000;

/// How long after a destination was enabled somebody may still think that it is not.
const BELIEVED: Duration = Duration::from_secs(120);

/// Looks after what is overdue. What cannot be looked after does not keep it from the rest.
pub(crate) async fn sweep(deps: &Deps, now: Timestamp) -> Result<(), Error> {
    let all = [
        overdue(deps, now).await,
        every_missed(deps, now).await,
        tasks::overdue(deps, now).await,
        letters::sweep(deps, now).await,
    ];
    let mut errors = all.into_iter().filter_map(Result::err);
    let first = errors.next();
    for error in errors {
        tracing::error!(error = chain(&error), "another part of the sweep failed, too");
    }
    first.map_or(Ok(()), Err)
}

/// Enabled destinations that were not.
async fn every_missed(deps: &Deps, now: Timestamp) -> Result<(), Error> {
    for to in deps.store.config(now).await?.documents::<Destination>()?.into_iter().filter(|to| to.enabled) {
        missed(deps, &to.id, now).await?;
    }
    Ok(())
}

/// Deliveries whose next attempt is due.
async fn overdue(deps: &Deps, now: Timestamp) -> Result<(), Error> {
    let mut from: Option<String> = None;
    let mut found = 0;
    while found < MOST {
        let page = deps.store.listed_deliveries(Listed::ToCome, from.as_deref(), Some(now), PAGE).await?;
        again(deps, page.iter().map(|entry| &entry.id)).await?;
        found += page.len();
        match page.last() {
            Some(Entry { at, .. }) => from = Some(at.clone()),
            None => break,
        }
    }
    if found > 0 {
        tracing::info!(sweep.deliveries = found, "deliveries are tried again");
    }
    Ok(())
}

/// What a destination missed that was enabled again: all that was left, until it is done and nobody can add to it.
async fn missed(deps: &Deps, to: &DestinationId, now: Timestamp) -> Result<(), Error> {
    let Some(reopened) = deps.store.health(to).await?.reopened_at else { return Ok(()) };
    let mut from: Option<String> = None;
    let mut found = 0;
    loop {
        let page = deps.store.listed_deliveries(Listed::Left, from.as_deref(), None, PAGE).await?;
        let ids: Vec<DeliveryId> =
            page.iter().map(|entry| &entry.id).filter(|id| id.destination == *to).cloned().collect();
        let mut wanted = Vec::new();
        for delivery in deps.store.deliveries_named(&ids).await? {
            if was_missed(&delivery, reopened) && want(deps, &delivery, now).await? {
                wanted.push(delivery.id());
            }
        }
        again(deps, wanted.iter()).await?;
        found += wanted.len();
        match page.last() {
            Some(Entry { at, .. }) if found < MOST => from = Some(at.clone()),
            Some(_) => break,
            None => {
                if now.since(reopened) >= BELIEVED {
                    deps.store.destination_caught_up(to, reopened).await?;
                }
                break;
            }
        }
    }
    if found > 0 {
        tracing::info!(destination.id = %to, sweep.deliveries = found, "a destination is told what it missed");
    }
    Ok(())
}

/// Whether a delivery was left before its destination was enabled again. What was refused after that is no miss.
fn was_missed(delivery: &Delivery, reopened: Timestamp) -> bool {
    match delivery.state {
        DeliveryState::Held => true,
        DeliveryState::Failed => delivery.updated_at <= reopened,
        _ => false,
    }
}

/// Makes a delivery due now. If somebody else wrote in between, they know better.
async fn want(deps: &Deps, delivery: &Delivery, now: Timestamp) -> Result<bool, Error> {
    Ok(matches!(deps.store.save_delivery(Some(delivery), &delivery.wanted(now)).await?, Kept::Done))
}

async fn again(deps: &Deps, ids: impl Iterator<Item = &DeliveryId>) -> Result<(), Error> {
    let errands: Vec<Errand> = ids.map(|id| Errand::Again(id.survey, id.destination.clone())).collect();
    Ok(deps.deliver.send(&errands).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_left_before_is_missed() {
        let at = Timestamp::from_millis(1_800_000_000_000);
        let fresh = Delivery::new("0123456789abcdef0123456789abcdef".parse().unwrap(), "crm".parse().unwrap(), at, at);
        let answer = model::delivery::Answer::new(Some(400), "", at);
        let refused = |at| fresh.refused("a", answer.clone(), at);
        let later = at.after(Duration::from_secs(1));
        assert!(was_missed(&refused(at), at));
        assert!(!was_missed(&refused(later), at), "it was refused since");
        assert!(was_missed(&fresh.held(later), at), "somebody still thought it was disabled");
        assert!(!was_missed(&fresh, at));
    }
}
