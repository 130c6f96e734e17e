//! From a survey to a letter in its envelope.

use std::sync::Arc;

use letters::{Ask, Composed, Letter, Links};
use mail::{Envelope, Mailbox};
use model::link::{Claims, Keyring, Purpose};
use model::notice::{Notice, Says};
use model::{Campaign, CampaignId, Step, Survey, Timestamp};
use store::Config;

use crate::{Deps, Error};

/// What every letter of a batch is written with. Read before the first claim, so that a failed read leaves
/// nothing in flight.
pub(crate) struct Stationery {
    config: Arc<Config>,
    respond: Keyring,
    unsubscribe: Keyring,
    public_url: String,
}

impl Stationery {
    pub(crate) async fn read(deps: &Deps, now: Timestamp) -> Result<Self, Error> {
        let keyring = |purpose| deps.store.keyring(purpose, now, || deps.chance.secret());
        let respond = keyring(Purpose::Respond).await?;
        let unsubscribe = keyring(Purpose::Unsubscribe).await?;
        let config = deps.store.config(now).await?;
        Ok(Self { config, respond, unsubscribe, public_url: deps.public_url.clone() })
    }

    /// The survey's campaign, also one that was deleted: its surveys run to their end.
    pub(crate) fn campaign(&self, survey: &Survey) -> Result<&Campaign, Error> {
        self.campaign_of(&survey.campaign)
    }

    /// The campaign of a letter, also one that was deleted.
    pub(crate) fn campaign_of(&self, id: &CampaignId) -> Result<&Campaign, Error> {
        let stored = self.config.linked_campaign(id.hash());
        stored.map(|stored| &stored.campaign).ok_or_else(|| Error::NoCampaign(id.clone()))
    }

    /// Whether the survey's campaign sends nothing for now.
    pub(crate) fn is_paused(&self, survey: &Survey) -> Result<bool, Error> {
        Ok(self.config.sending(&survey.campaign)?.paused.is_some())
    }

    /// The link in a letter to a contact that unsubscribes; signed now, since it lives from its mail on.
    pub(crate) fn unsubscribe(&self, notice: &Notice, now: Timestamp) -> Option<String> {
        let Says::Thanks { survey, language, .. } = notice.says else { return None };
        let claims = Claims::new(survey, &notice.campaign, language, now);
        Some(format!("{}/u/{}", self.public_url, self.unsubscribe.sign(&claims)))
    }

    pub(crate) fn compose(&self, survey: &Survey, step: Step, now: Timestamp) -> Result<Composed, Error> {
        let campaign = self.campaign(survey)?;
        let claims = Claims::new(survey.id, &survey.campaign, survey.language, now);
        let claims = if survey.speaks_its_language() { claims } else { claims.by_default() };
        let page = format!("{}/r/{}", self.public_url, self.respond.sign(&claims));
        let unsubscribe = format!("{}/u/{}", self.public_url, self.unsubscribe.sign(&claims));
        let question = campaign.own_question(survey.language);
        let ask = Ask {
            company: &campaign.company,
            sender: &campaign.sender.name,
            language: survey.language,
            question: question.as_ref().map(|(text, language)| (text.as_str(), *language)),
            texts: &campaign.texts,
            contact_name: survey.contact.name.as_deref(),
            subject_name: survey.subject.name.as_deref(),
            owner_name: owner(survey),
            links: Links { page: &page, unsubscribe: &unsubscribe },
        };
        let letter = if step == Step::Remind { Letter::Remind(ask) } else { Letter::Invite(ask) };
        Ok(letter.compose(&campaign.brand)?)
    }
}

/// The account manager, as the CRM calls them.
fn owner(survey: &Survey) -> Option<&str> {
    survey.owner.as_ref().and_then(|owner| owner.name.as_deref())
}

/// In whose name a letter comes.
pub(crate) fn from_name(campaign: &Campaign, survey: &Survey) -> String {
    letters::from_name(campaign, owner(survey))
}

/// Addresses a letter that comes in that name; its tags come back with every event of SES.
pub(crate) fn envelope<'a>(
    campaign: &'a Campaign,
    name: &'a str,
    survey: &'a Survey,
    tags: &'a [(&'a str, &'a str)],
) -> Envelope<'a> {
    Envelope {
        from: Mailbox { name, email: campaign.sender.email.expose() },
        to: survey.contact.email.expose(),
        reply_to: campaign.reply_to.as_ref().map(model::Email::expose),
        tags,
    }
}
