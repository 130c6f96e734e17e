//! A campaign's good name: whoever counts that a mail came back looks at how many did.

use std::collections::BTreeSet;

use host::telemetry::chain;
use model::{CampaignId, Timestamp, sending, time};
use store::Error;

use crate::Deps;
use crate::batch::Life;

/// How often it is decided anew because others wrote first.
const ROUNDS: u32 = 8;

/// Pauses the campaigns of which too many mails came back or were called spam. One that cannot be judged now is judged with
/// the next mail that comes back.
pub(crate) async fn judge(deps: &Deps, lives: &[Life]) {
    let came_back = lives.iter().map(|life| &life.contribution).filter(|counts| counts.bounced || counts.complained);
    let campaigns: BTreeSet<&CampaignId> = came_back.map(|counts| &counts.campaign).collect();
    for campaign in campaigns {
        if let Err(error) = look(deps, campaign, deps.clock.now()).await {
            tracing::warn!(campaign.id = %campaign, error = chain(&error), "a campaign's good name was not looked at");
        }
    }
}

async fn look(deps: &Deps, campaign: &CampaignId, now: Timestamp) -> Result<(), Error> {
    for _ in 0..ROUNDS {
        let config = deps.store.config(now).await?;
        let Some(stored) = config.linked_campaign(campaign.hash()) else { return Ok(()) };
        let known = config.sending(campaign)?;
        if known.paused.is_some() {
            return Ok(());
        }
        let today = now.day_in(&time::zone(&stored.campaign.time_zone));
        let post = known.post(deps.store.post(campaign, sending::first_day(today), today).await?, today);
        let Some(after) = known.judged(post, now) else { return Ok(()) };
        if deps.store.save_document(&config, &after).await? {
            // Counted by a metric with an alarm.
            tracing::error!(
                campaign.id = %campaign,
                why = after.paused.map(|paused| paused.why.as_str()),
                post.sent = post.sent,
                post.bounced = post.bounced,
                post.complained = post.complained,
                "a campaign was paused"
            );
            return Ok(());
        }
    }
    Ok(())
}
