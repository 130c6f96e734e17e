//! Where the page of thanks leads next, by group: a button with the company's own words.

use serde::{Deserialize, Serialize};

use crate::score::Group;

/// A way on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextStep {
    /// What stands on the button, in the campaign's language; `texts` may say it in others.
    pub text: String,
    /// Where it leads (`https`).
    pub url: String,
}

/// The ways on, by group; none where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextSteps {
    /// Of detractors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detractor: Option<NextStep>,
    /// Of passives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passive: Option<NextStep>,
    /// Of promoters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promoter: Option<NextStep>,
}

impl NextSteps {
    /// That of a group.
    #[must_use]
    pub const fn of(&self, group: Group) -> Option<&NextStep> {
        match group {
            Group::Detractor => self.detractor.as_ref(),
            Group::Passive => self.passive.as_ref(),
            Group::Promoter => self.promoter.as_ref(),
        }
    }

    /// The groups that are not led to where reviews are written while others are; nobody where all are or none is. To ask some
    /// alone is review gating, which review sites and consumer law forbid.
    #[must_use]
    pub fn kept_from_reviews(&self, review_url: Option<&str>) -> Vec<Group> {
        let Some(reviews) = review_url.map(place) else { return Vec::new() };
        let (led, kept): (Vec<_>, Vec<_>) =
            Group::ALL.into_iter().partition(|group| self.of(*group).is_some_and(|step| place(&step.url) == reviews));
        if led.is_empty() { Vec::new() } else { kept }
    }
}

/// An address without what may be written otherwise and leads to the same page.
fn place(url: &str) -> (String, String) {
    let url = url.split('#').next().unwrap_or_default();
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let at = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(at);
    let host = host.to_ascii_lowercase();
    (host.strip_suffix(":443").unwrap_or(&host).to_owned(), path.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::Group::{Detractor, Passive};

    const REVIEWS: &str = "https://reviews.example.com/acme";

    fn steps(urls: [Option<&str>; 3]) -> NextSteps {
        let [detractor, passive, promoter] =
            urls.map(|url| url.map(|url| NextStep { text: "Go on".to_owned(), url: url.to_owned() }));
        NextSteps { detractor, passive, promoter }
    }

    #[test]
    fn reviews_are_for_every_group_or_none() {
        let (other, all) = (Some("https://www.example.com/call"), Some(REVIEWS));
        for (urls, review_url, kept) in [
            ([None, None, None], all, &[][..]),
            ([other, None, other], all, &[]),
            ([all, all, all], all, &[]),
            ([None, None, all], None, &[]),
            ([None, None, all], all, &[Detractor, Passive]),
            ([other, all, all], all, &[Detractor]),
            ([None, None, Some("https://Reviews.example.com:443/acme/#write")], all, &[Detractor, Passive]),
            ([None, None, Some("https://reviews.example.com/acme?of=other")], all, &[]),
        ] {
            assert_eq!(steps(urls).kept_from_reviews(review_url), kept, "{urls:?}");
        }
    }
}
