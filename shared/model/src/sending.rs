//! How much a campaign may send: its good name with those who take mail, and the days in which a new sender earns one.
//!
//! SES reviews an account at 5 % bounces or 0.1 % complaints and stops its mails at 10 % and 0.5 %; Gmail and Yahoo want
//! complaints under 0.1 %. A campaign stops by itself before any of them does. Rates are of the people asked in the last
//! [`DAYS`] days, since those who take mail forget as well.

use jiff::Span;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::id::CampaignId;
use crate::time::Timestamp;

/// Days that are looked at, today included.
pub const DAYS: i32 = 7;

/// From how many bounces on a rate says something, and the share (of 1) that is too much.
const BOUNCES: (i64, f64) = (10, 0.04);

/// The same of complaints.
const COMPLAINTS: (i64, f64) = (3, 0.0008);

/// The first of the days that are looked at.
#[must_use]
pub fn first_day(today: Date) -> Date {
    today.saturating_sub(Span::new().days(DAYS - 1))
}

/// What became of what was sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// Surveys sent.
    #[serde(rename = "s")]
    pub sent: i64,
    /// Of which a mail came back for good.
    #[serde(rename = "b")]
    pub bounced: i64,
    /// Whose contact called a mail spam.
    #[serde(rename = "p")]
    pub complained: i64,
}

impl Post {
    /// The sum of both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            sent: self.sent + other.sent,
            bounced: self.bounced + other.bounced,
            complained: self.complained + other.complained,
        }
    }

    const fn without(self, other: Self) -> Self {
        Self {
            sent: self.sent - other.sent,
            bounced: self.bounced - other.bounced,
            complained: self.complained - other.complained,
        }
    }

    /// What of it is too much, if anything is.
    #[must_use]
    pub fn too_much(self) -> Option<Why> {
        let is_too_much = |count: i64, (least, share): (i64, f64)| {
            // A share of nobody is too much as well: what came back was sent.
            count >= least && count as f64 >= share * self.sent.max(count) as f64
        };
        if is_too_much(self.complained, COMPLAINTS) {
            Some(Why::Complaints)
        } else if is_too_much(self.bounced, BOUNCES) {
            Some(Why::Bounces)
        } else {
            None
        }
    }
}

/// Why a campaign sends nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Too many mails came back for good.
    Bounces,
    /// Too many people called them spam.
    Complaints,
    /// Somebody said so.
    ByHand,
}

impl Why {
    /// The word in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bounces => "bounces",
            Self::Complaints => "complaints",
            Self::ByHand => "by_hand",
        }
    }
}

/// Whether a campaign may send, and from when on its good name is judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sending {
    /// The campaign.
    #[serde(rename = "c")]
    pub campaign: CampaignId,
    /// Since when it sends nothing, and why.
    #[serde(rename = "p")]
    pub paused: Option<Paused>,
    /// What somebody has looked at and forgiven.
    #[serde(rename = "f")]
    pub forgiven: Option<Forgiven>,
}

/// A pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paused {
    /// Since when.
    #[serde(rename = "a")]
    pub at: Timestamp,
    /// Why.
    #[serde(rename = "w")]
    pub why: Why,
    /// What had become of the last days' mails.
    #[serde(rename = "o")]
    pub post: Post,
}

/// What a campaign is not judged by any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forgiven {
    /// Everything before this day, in the campaign's zone.
    #[serde(rename = "d")]
    pub before: Date,
    /// And this of the day itself.
    #[serde(rename = "o")]
    pub of_it: Post,
}

impl Sending {
    /// A campaign of which nothing is known.
    #[must_use]
    pub const fn new(campaign: CampaignId) -> Self {
        Self { campaign, paused: None, forgiven: None }
    }

    /// What is forgiven of the days that are looked at.
    fn forgiven_of(&self, today: Date) -> Option<Forgiven> {
        self.forgiven.filter(|forgiven| forgiven.before >= first_day(today))
    }

    /// The first of the days it is judged by.
    #[must_use]
    pub fn first_day(&self, today: Date) -> Date {
        self.forgiven_of(today).map_or_else(|| first_day(today), |forgiven| forgiven.before)
    }

    /// Adds up the days it is judged by; `days` are any, each with what became of its mails.
    #[must_use]
    pub fn post(&self, days: impl IntoIterator<Item = (Date, Post)>, today: Date) -> Post {
        let (first, forgiven) = (self.first_day(today), self.forgiven_of(today));
        let looked_at = days.into_iter().filter(|(day, _)| (first..=today).contains(day));
        let sum = looked_at.fold(Post::default(), |sum, (_, post)| sum.and(post));
        forgiven.map_or(sum, |forgiven| sum.without(forgiven.of_it))
    }

    /// The same, paused if its mails ask for it; nothing if it stays as it is.
    #[must_use]
    pub fn judged(&self, post: Post, now: Timestamp) -> Option<Self> {
        let why = post.too_much().filter(|_| self.paused.is_none())?;
        Some(self.paused_for(why, post, now))
    }

    /// The same, paused.
    #[must_use]
    pub fn paused_for(&self, why: Why, post: Post, now: Timestamp) -> Self {
        Self { paused: Some(Paused { at: now, why, post }), ..self.clone() }
    }

    /// The same, sending again: what became of mails until now, of which `today` counts the day's, is forgiven.
    #[must_use]
    pub fn resumed(&self, today: Date, of_it: Post) -> Self {
        Self { paused: None, forgiven: Some(Forgiven { before: today, of_it }), ..self.clone() }
    }
}

/// The days in which a sender nobody knows earns a good name: few mails a day at first, and more each day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WarmUp {
    /// The first day, in the campaign's zone.
    #[serde(rename = "f")]
    pub from: Date,
    /// Mails on the first day.
    #[serde(rename = "m")]
    pub mails: u32,
    /// Percent that each day may have more than the one before.
    #[serde(rename = "g")]
    pub growth: u16,
    /// Days after which there is no limit any more.
    #[serde(rename = "d")]
    pub days: u16,
}

impl WarmUp {
    /// Most mails of a day; no limit once it is over. Before its first day the first day's limit holds.
    #[must_use]
    pub fn most(&self, day: Date) -> Option<u64> {
        let nth = self.from.until(day).map_or(0, |span| span.get_days()).max(0);
        if nth >= i32::from(self.days) {
            return None;
        }
        let most = f64::from(self.mails) * (1.0 + f64::from(self.growth) / 100.0).powi(nth);
        // Written so that no number is too large: such a day has no limit worth the name.
        Some(if most < 1e15 { most as u64 } else { u64::MAX })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn post(sent: i64, bounced: i64, complained: i64) -> Post {
        Post { sent, bounced, complained }
    }

    fn sending() -> Sending {
        Sending::new(CampaignId::default_campaign())
    }

    #[test]
    fn a_rate_is_too_much_once_it_says_something() {
        for (what, why) in [
            (post(0, 0, 0), None),
            (post(20, 9, 0), None),
            (post(20, 10, 0), Some(Why::Bounces)),
            (post(250, 10, 0), Some(Why::Bounces)),
            (post(251, 10, 0), None),
            (post(100_000, 3_999, 0), None),
            (post(100_000, 4_000, 0), Some(Why::Bounces)),
            (post(100, 0, 2), None),
            (post(100, 0, 3), Some(Why::Complaints)),
            (post(3_750, 0, 3), Some(Why::Complaints)),
            (post(3_751, 0, 3), None),
            (post(100, 50, 3), Some(Why::Complaints)),
            // What came back is known before anybody counted that it was sent.
            (post(0, 10, 0), Some(Why::Bounces)),
        ] {
            assert_eq!(what.too_much(), why, "{what:?}");
        }
    }

    #[test]
    fn seven_days_are_looked_at() {
        let days = [
            (day("2027-01-03"), post(100, 50, 0)),
            (day("2027-01-04"), post(10, 1, 0)),
            (day("2027-01-10"), post(20, 2, 1)),
            (day("2027-01-11"), post(1_000, 0, 0)),
        ];
        assert_eq!(sending().post(days, day("2027-01-10")), post(30, 3, 1));
    }

    #[test]
    fn a_campaign_pauses_once_and_is_judged_anew_when_it_goes_on() {
        let paused = sending().judged(post(100, 20, 0), NOW).unwrap();
        assert_eq!(paused.paused, Some(Paused { at: NOW, why: Why::Bounces, post: post(100, 20, 0) }));
        assert_eq!(paused.judged(post(100, 20, 5), NOW), None, "it stays as it was paused");
        assert_eq!(sending().judged(post(100, 1, 0), NOW), None);

        let today = day("2027-01-10");
        let resumed = paused.resumed(today, post(40, 8, 0));
        assert_eq!(resumed.paused, None);
        let days = [(day("2027-01-09"), post(60, 12, 0)), (today, post(45, 9, 1)), (day("2027-01-11"), post(5, 1, 0))];
        assert_eq!(resumed.post(days, day("2027-01-11")), post(10, 2, 1));
        // Once that day is out of sight, nothing is taken off any more.
        assert_eq!(resumed.post([(day("2027-01-20"), post(5, 1, 0))], day("2027-01-20")), post(5, 1, 0));
    }

    #[test]
    fn a_warm_up_grows_and_ends() {
        let warm_up = WarmUp { from: day("2027-01-01"), mails: 50, growth: 50, days: 14 };
        for (at, most) in [
            ("2026-12-24", Some(50)),
            ("2027-01-01", Some(50)),
            ("2027-01-02", Some(75)),
            ("2027-01-03", Some(112)),
            ("2027-01-14", Some(9_730)),
            ("2027-01-15", None),
        ] {
            assert_eq!(warm_up.most(day(at)), most, "{at}");
        }
        let steep = WarmUp { growth: 900, days: 365, ..warm_up };
        assert_eq!(steep.most(day("2027-06-01")), Some(u64::MAX));
    }
}
