//! Whether a campaign may send, and how many mails it has sent today.

use std::time::Duration;

use jiff::civil::Date;
use model::sending::{Post, Sending};
use model::tally::Counter;
use model::{CampaignId, Timestamp};

use crate::documents::Document;
use crate::error::Error;
use crate::tallies::TallyRow;
use crate::{Config, Store, keys};

/// How long a day's count is kept: longer than any day is somewhere.
const KEPT: Duration = Duration::from_secs(3 * 86_400);

impl Document for Sending {
    const KIND: &'static str = keys::SENDING;

    fn id(&self) -> &str {
        self.campaign.as_str()
    }
}

impl Config {
    /// Whether a campaign may send.
    ///
    /// # Errors
    /// When this version cannot read what stands there.
    pub fn sending(&self, campaign: &CampaignId) -> Result<Sending, Error> {
        Ok(self.document(campaign.as_str())?.unwrap_or_else(|| Sending::new(campaign.clone())))
    }
}

impl Store {
    /// What became of a campaign's mails, by the day they were sent, from one day to another.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn post(&self, campaign: &CampaignId, from: Date, to: Date) -> Result<Vec<(Date, Post)>, Error> {
        let rows = self.tallies(campaign, "campaign", from, to).await?;
        Ok(rows.into_iter().map(|row| (row.day, post(&row))).collect())
    }

    /// Counts one more mail of a campaign on a day of which it may send so many. `false` if that day has them already.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn may_mail(&self, campaign: &CampaignId, day: Date, most: u64, now: Timestamp) -> Result<bool, Error> {
        self.counted(Self::key(keys::mails_on(campaign, day), keys::ONLY), most, now.after(KEPT)).await
    }
}

fn post(row: &TallyRow) -> Post {
    row.counters.iter().fold(Post::default(), |sum, (counter, by)| match counter {
        Counter::Sent => Post { sent: *by, ..sum },
        Counter::Bounced => Post { bounced: *by, ..sum },
        Counter::Complained => Post { complained: *by, ..sum },
        _ => sum,
    })
}
