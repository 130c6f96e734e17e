//! How a campaign's letters look, and in whose name they come.

use model::brand::{Brand, Palette, Tone, Voice};
use model::campaign::Campaign;

use crate::letter::{NAME, addresses_a_person};
use crate::line::line;

/// The look of a letter as templates see it.
pub(crate) struct Look {
    /// The colours in a light room.
    pub light: Tone,
    /// The colours on a dark screen.
    pub dark: Tone,
    /// The logo, if there is one.
    pub logo: Option<Picture>,
}

/// A logo as templates see it.
pub(crate) struct Picture {
    /// Where it is.
    pub url: String,
    /// What stands there where pictures are off.
    pub alt: String,
    /// Its width in pixels.
    pub width: u16,
}

impl Look {
    /// The look of a brand; `company` is a harmless line already.
    pub(crate) fn of(brand: &Brand, company: &str) -> Self {
        let Palette { light, dark } = Palette::of(brand.colours.as_ref());
        let logo = brand.logo.as_ref().map(|logo| Picture {
            url: logo.url.as_str().to_owned(),
            alt: logo.alt.as_deref().map(|alt| line(alt, NAME)).unwrap_or_else(|| company.to_owned()),
            width: logo.width,
        });
        Self { light, dark, logo }
    }
}

/// The name in the From of a letter to a contact: the sender's, or the owner's with the company where the campaign speaks
/// in the owner's voice.
///
/// An owner called like an address or a site is none: readers would take it for the real one.
#[must_use]
pub fn from_name(campaign: &Campaign, owner: Option<&str>) -> String {
    let owner = owner.map(|name| line(name, NAME)).filter(|name| !name.is_empty() && addresses_a_person(name));
    match (campaign.brand.voice, owner) {
        (Voice::Owner, Some(owner)) if owner == campaign.company => owner,
        (Voice::Owner, Some(owner)) => format!("{owner}, {}", line(&campaign.company, NAME)),
        _ => campaign.sender.name.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::from_name;
    use model::brand::Voice;
    use model::campaign::{Campaign, Sender};
    use model::{CampaignId, Email};

    #[test]
    fn a_letter_comes_in_the_owners_name_where_the_campaign_speaks_so() {
        let sender = Sender { name: "Example Feedback".to_owned(), email: Email::parse("nps@example.com").unwrap() };
        let mut campaign = Campaign::new(CampaignId::default_campaign(), "Example AG", sender);
        assert_eq!(from_name(&campaign, Some("Sam Owner")), "Example Feedback");
        campaign.brand.voice = Voice::Owner;
        for (owner, name) in [
            (Some("Sam Owner"), "Sam Owner, Example AG"),
            (Some(" Sam\r\nBcc: eve@example.com"), "Example Feedback"),
            (Some("Sam\u{202e}\tOwner"), "Sam Owner, Example AG"),
            (Some("sam@company.example"), "Example Feedback"),
            (Some("www.evil.example"), "Example Feedback"),
            (Some("Example AG"), "Example AG"),
            (Some("  "), "Example Feedback"),
            (None, "Example Feedback"),
        ] {
            assert_eq!(from_name(&campaign, owner), name, "{owner:?}");
        }
    }
}
