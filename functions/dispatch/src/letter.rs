//! From a survey to a letter in its envelope.

use std::sync::Arc;

use letters::{Ask, Composed, Letter, Links};
use mail::{Envelope, Mailbox};
use model::experiment::Variant;
use model::link::{Claims, Keyring, Purpose};
use model::notice::{Notice, Says};
use model::{Campaign, CampaignId, Step, Survey, Texts, Timestamp};
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
        let variant = variant(campaign, survey);
        let texts = campaign.texts.under(variant.map_or(&Texts::NONE, |variant| &variant.texts));
        let sender = sender(campaign, survey);
        let ask = Ask {
            company: &campaign.company,
            sender: &sender,
            language: survey.language,
            question: question.as_ref().map(|(text, language)| (text.as_str(), *language)),
            texts: &texts,
            contact_name: survey.contact.name.as_deref(),
            subject_name: survey.subject.name.as_deref(),
            owner_name: survey.owner.as_ref().and_then(|owner| owner.name.as_deref()),
            scale: variant.map(|variant| variant.scale).unwrap_or_default(),
            links: Links { page: &page, unsubscribe: &unsubscribe },
        };
        let letter = if step == Step::Remind { Letter::Remind(ask) } else { Letter::Invite(ask) };
        Ok(letter.compose()?)
    }
}

/// The way the survey is asked in, as its campaign has it today: one that is tried out no more is asked as usual.
fn variant<'a>(campaign: &'a Campaign, survey: &Survey) -> Option<&'a Variant> {
    campaign.experiment.as_ref().zip(survey.drawn.as_ref()).and_then(|(experiment, drawn)| experiment.variant(drawn))
}

/// The sender's name in a letter about the survey.
pub(crate) fn sender(campaign: &Campaign, survey: &Survey) -> String {
    let (usual, owner) = (&campaign.sender.name, survey.owner.as_ref().and_then(|owner| owner.name.as_deref()));
    variant(campaign, survey).map_or_else(|| usual.clone(), |variant| variant.sender(owner, &campaign.company, usual))
}

/// Addresses a letter; its tags come back with every event of SES.
pub(crate) fn envelope<'a>(
    campaign: &'a Campaign,
    sender: &'a str,
    survey: &'a Survey,
    tags: &'a [(&'a str, &'a str)],
) -> Envelope<'a> {
    Envelope {
        from: Mailbox { name: sender, email: campaign.sender.email.expose() },
        to: survey.contact.email.expose(),
        reply_to: campaign.reply_to.as_ref().map(model::Email::expose),
        tags,
    }
}
