//! Which campaigns ask by text message whoever has no address. It is known before a trigger is read: whether an address must be there
//! depends on it, and everything that is wrong with a trigger is said at once.

use std::sync::Arc;
use std::time::Duration;

use host::Problem;
use model::{CampaignId, Timestamp};
use store::Config;

use crate::Deps;

/// What is configured, as far as it says who may be asked by text.
pub(crate) struct ByText(Arc<Config>);

impl ByText {
    /// Reads it; `lacking` says that an address is missing. Then it is read as it is now: a CRM never sends again what was called
    /// wrong, and the campaign may have just begun to send texts.
    ///
    /// # Errors
    /// `try-later` when the tables give no answer.
    pub(crate) async fn known(deps: &Deps, lacking: bool, now: Timestamp) -> Result<Self, Problem> {
        let config = if lacking {
            deps.store.config_within(Duration::from_secs(1), now).await?
        } else {
            deps.store.config(now).await?
        };
        Ok(Self(config))
    }

    /// Whether a campaign asks by text whoever has no address.
    pub(crate) fn asks(&self, campaign: &CampaignId) -> bool {
        self.0.campaign(campaign).is_some_and(|stored| stored.campaign.sms.is_some())
    }
}
