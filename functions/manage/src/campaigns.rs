//! Campaigns: what is asked of whom and when.
//!
//! A campaign is written over the very one it was decided on. Whoever comes second decides again on what the
//! first one left.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use host::Problem;
use host::problem::Kind;
use model::{Campaign, CampaignId, Timestamp};
use serde::Serialize;
use store::{Config, Defaults, StoredCampaign};

use crate::wire::{self, CampaignWire};
use crate::{Deps, Managed, doors, jobs, templates};

/// How often it is decided again because others wrote first.
const ROUNDS: usize = 8;

/// All campaigns.
#[derive(Serialize)]
pub(crate) struct Campaigns {
    campaigns: Vec<CampaignWire>,
}

/// `GET /v1/campaigns`
pub(crate) async fn list(State(deps): State<Deps>, managed: Managed) -> Result<Json<Campaigns>, Problem> {
    let config = deps.config(managed.now).await?;
    Ok(Json(Campaigns {
        campaigns: config.campaigns().into_iter().map(|stored| wire::show(&stored.campaign)).collect(),
    }))
}

/// `GET /v1/campaigns/{id}`
pub(crate) async fn show(
    State(deps): State<Deps>,
    Path(id): Path<String>,
    managed: Managed,
) -> Result<Json<CampaignWire>, Problem> {
    let config = deps.config(managed.now).await?;
    let id: CampaignId = id.parse().map_err(|_| no_such_campaign())?;
    let stored = config.campaign(&id).ok_or_else(no_such_campaign)?;
    Ok(Json(wire::show(&stored.campaign)))
}

/// `PUT /v1/campaigns/{id}`
pub(crate) async fn put(
    State(deps): State<Deps>,
    Path(id): Path<String>,
    managed: Managed,
) -> Result<Json<CampaignWire>, Problem> {
    let campaign = wire::read(managed.fields()?, &id, &deps.defaults)?;
    let shown = wire::show(&campaign);
    let now = managed.now;
    let after = save(&deps, now, &campaign.id.clone(), |seen| replaced(seen, &campaign, now).map(Some)).await?;
    tracing::info!(campaign.id = id, "a campaign was put");
    follow(&deps, after.as_ref(), now).await?;
    Ok(Json(shown))
}

/// `DELETE /v1/campaigns/{id}`
pub(crate) async fn delete(
    State(deps): State<Deps>,
    Path(id): Path<String>,
    managed: Managed,
) -> Result<StatusCode, Problem> {
    let id: CampaignId = id.parse().map_err(|_| no_such_campaign())?;
    let now = managed.now;
    let after = save(&deps, now, &id, |seen| deleted(seen, &id, &deps.defaults, now)).await?;
    // Last: a campaign that is gone gets no new one.
    templates::clear(&deps, &id, now).await?;
    // `default` is never gone: it is again as it was made, and so are the links of its doors.
    if id != deps.defaults.campaign().id {
        doors::clear(&deps, &id).await?;
    }
    tracing::info!(campaign.id = %id, "a campaign was deleted");
    follow(&deps, after.as_ref(), now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Has the surveys of a campaign counted by its bands, if it was this request that changed them. One that is stopped before
/// that is made good by the sweep of `recount`.
async fn follow(deps: &Deps, after: Option<&StoredCampaign>, now: Timestamp) -> Result<(), Problem> {
    match after.filter(|after| after.used && after.bands_at == Some(now)) {
        Some(after) => jobs::after_bands(deps, &after.campaign.id, now).await,
        None => Ok(()),
    }
}

/// Decides on what stands there and writes that, until nobody else has written in between; gives what was written.
async fn save(
    deps: &Deps,
    now: Timestamp,
    id: &CampaignId,
    decide: impl Fn(Option<&StoredCampaign>) -> Result<Option<StoredCampaign>, Problem>,
) -> Result<Option<StoredCampaign>, Problem> {
    for _ in 0..ROUNDS {
        let config: std::sync::Arc<Config> = deps.config(now).await?;
        let Some(after) = decide(config.linked_campaign(id.hash()))? else { return Ok(None) };
        if deps.store.save_campaign(&config, &after).await? {
            return Ok(Some(after));
        }
    }
    Err(Problem::new(Kind::TryLater, "others changed this campaign at the same time; please send it again"))
}

/// What a campaign put over another one becomes.
fn replaced(seen: Option<&StoredCampaign>, campaign: &Campaign, now: Timestamp) -> Result<StoredCampaign, Problem> {
    let before = match seen {
        // Letters and pages know a campaign by four bytes of its id.
        Some(seen) if seen.campaign.id != campaign.id && (seen.used || !seen.deleted) => {
            let detail = format!("this id cannot be told from `{}` in links; choose another one", seen.campaign.id);
            return Err(Problem::new(Kind::Conflict, detail));
        }
        Some(seen) if seen.campaign.id == campaign.id => {
            same_zone(seen, &campaign.time_zone)?;
            Some(seen)
        }
        _ => None,
    };
    let after = StoredCampaign::new(campaign.clone());
    let Some(before) = before else { return Ok(after) };
    let (used, least) = (before.used, before.campaign.retention_days.min(campaign.retention_days));
    Ok(StoredCampaign {
        used,
        bands_at: if before.campaign.bands == campaign.bands { before.bands_at } else { Some(now) },
        least_retention: used.then(|| before.least_retention.unwrap_or(least).min(least)),
        ..after
    })
}

/// What a deleted campaign becomes: it asks nobody any more, but what was asked still needs it. `default`
/// becomes what the settings make of it; nothing is written if it is that already.
fn deleted(
    seen: Option<&StoredCampaign>,
    id: &CampaignId,
    defaults: &Defaults,
    now: Timestamp,
) -> Result<Option<StoredCampaign>, Problem> {
    let seen = seen.filter(|seen| seen.campaign.id == *id && !seen.deleted).ok_or_else(no_such_campaign)?;
    if seen.built_in {
        return Ok(None);
    }
    let (built_in, mut after) = (defaults.campaign(), StoredCampaign { deleted: true, ..seen.clone() });
    if *id == built_in.id {
        same_zone(seen, &built_in.time_zone)?;
        if seen.campaign.bands != built_in.bands {
            after.bands_at = Some(now);
        }
        let least = seen.campaign.retention_days.min(built_in.retention_days);
        after.least_retention = seen.used.then(|| seen.least_retention.unwrap_or(least).min(least));
    }
    Ok(Some(after))
}

/// Days are counted in a campaign's zone: from its first survey on it stands still.
fn same_zone(seen: &StoredCampaign, zone: &str) -> Result<(), Problem> {
    if !seen.used || seen.campaign.time_zone == zone {
        return Ok(());
    }
    let kept = &seen.campaign.time_zone;
    let detail =
        format!("this campaign has surveys whose days are counted in {kept}; its time_zone cannot become {zone}");
    Err(Problem::new(Kind::Conflict, detail))
}

fn no_such_campaign() -> Problem {
    Problem::not_found("there is no campaign of that id")
}

#[cfg(test)]
mod tests {
    use model::Email;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn defaults() -> Defaults {
        Defaults { company: "Example".to_owned(), sender: Email::parse("nps@example.com").unwrap() }
    }

    fn campaign(id: &str, zone: &str) -> Campaign {
        Campaign { id: id.parse().unwrap(), time_zone: zone.to_owned(), ..defaults().campaign() }
    }

    fn stored(id: &str, zone: &str, used: bool, deleted: bool) -> StoredCampaign {
        StoredCampaign { used, deleted, ..StoredCampaign::new(campaign(id, zone)) }
    }

    fn kind<T>(result: Result<T, Problem>) -> Option<Kind> {
        result.err().map(|problem| problem.kind())
    }

    #[test]
    fn the_zone_of_a_used_campaign_stands_still() {
        for (seen, zone, refused) in [
            (None, "UTC", false),
            (Some(stored("a", "UTC", false, false)), "Europe/Berlin", false),
            (Some(stored("a", "UTC", true, false)), "UTC", false),
            (Some(stored("a", "UTC", true, false)), "Europe/Berlin", true),
            (Some(stored("a", "UTC", true, true)), "Europe/Berlin", true),
            (Some(stored("a", "UTC", false, true)), "Europe/Berlin", false),
        ] {
            let after = replaced(seen.as_ref(), &campaign("a", zone), NOW);
            if refused {
                assert_eq!(kind(after), Some(Kind::Conflict));
            } else {
                let after = after.unwrap();
                assert_eq!(after.used, seen.is_some_and(|seen| seen.used), "what was used stays so");
                assert!(!after.deleted);
            }
        }
    }

    #[test]
    fn two_campaigns_with_one_hash_cannot_be() {
        let new = campaign("b", "UTC");
        assert_eq!(kind(replaced(Some(&stored("a", "UTC", false, false)), &new, NOW)), Some(Kind::Conflict));
        assert_eq!(kind(replaced(Some(&stored("a", "UTC", true, true)), &new, NOW)), Some(Kind::Conflict));
        assert!(!replaced(Some(&stored("a", "UTC", false, true)), &new, NOW).unwrap().used);
        assert_eq!(
            kind(deleted(Some(&stored("a", "UTC", false, false)), &new.id, &defaults(), NOW)),
            Some(Kind::NotFound)
        );
    }

    #[test]
    fn a_deleted_campaign_is_kept_for_its_letters() {
        let (a, default) = ("a".parse().unwrap(), CampaignId::default_campaign());
        let after = deleted(Some(&stored("a", "UTC", true, false)), &a, &defaults(), NOW).unwrap().unwrap();
        assert!(after.deleted && after.used);
        assert_eq!(kind(deleted(Some(&after), &a, &defaults(), NOW)), Some(Kind::NotFound));
        assert_eq!(kind(deleted(None, &a, &defaults(), NOW)), Some(Kind::NotFound));
        let built_in = StoredCampaign { built_in: true, ..stored("default", "UTC", true, false) };
        assert_eq!(deleted(Some(&built_in), &default, &defaults(), NOW), Ok(None));
        let moved = |used| stored("default", "Asia/Tokyo", used, false);
        assert_eq!(kind(deleted(Some(&moved(true)), &default, &defaults(), NOW)), Some(Kind::Conflict));
        assert!(deleted(Some(&moved(false)), &default, &defaults(), NOW).unwrap().unwrap().deleted);
    }

    #[test]
    fn a_change_of_bands_is_noted_and_the_fewest_days_of_keeping_too() {
        let bands = |bounds: &[i64]| model::campaign::Bands::new([("value", bounds.to_vec())]);
        let with =
            |bounds: &[i64], retention_days| Campaign { bands: bands(bounds), retention_days, ..campaign("a", "UTC") };
        let seen = StoredCampaign { used: true, ..StoredCampaign::new(with(&[1], 100)) };
        let later = NOW.after(std::time::Duration::from_secs(1));
        let same = replaced(Some(&seen), &with(&[1], 400), NOW).unwrap();
        assert_eq!((same.bands_at, same.least_retention), (None, Some(100)));
        let changed = replaced(Some(&same), &with(&[1, 2], 200), later).unwrap();
        assert_eq!((changed.bands_at, changed.least_retention), (Some(later), Some(100)));
        assert_eq!(
            replaced(Some(&changed), &with(&[1, 2], 400), NOW).unwrap(),
            StoredCampaign { campaign: with(&[1, 2], 400), ..changed }
        );
        let other = Campaign { bands: bands(&[1]), ..campaign("default", "UTC") };
        let default = StoredCampaign { used: true, ..StoredCampaign::new(other) };
        let after = deleted(Some(&default), &CampaignId::default_campaign(), &defaults(), NOW).unwrap().unwrap();
        assert_eq!(after.bands_at, Some(NOW), "the built-in one has no bands");
    }
}
