//! From a survey to a letter in its envelope.

use std::sync::Arc;

use letters::fill::{self, About};
use letters::{Composed, Links};
use mail::{Envelope, Mailbox};
use model::link::{Claims, Keyring, Purpose, ReplyTo};
use model::notice::{Notice, Says};
use model::sample::{self, Sample, Shown, Way};
use model::{Campaign, CampaignId, Step, Survey, Timestamp};
use store::Config;

use crate::{Deps, Error};

/// What every letter of a batch is written with. Read before the first claim, so that a failed read leaves
/// nothing in flight.
pub(crate) struct Stationery {
    config: Arc<Config>,
    respond: Keyring,
    unsubscribe: Keyring,
    /// What addresses to reply to are signed with, and their domain; none where replies are not read.
    reply: Option<(Keyring, String)>,
    public_url: String,
}

impl Stationery {
    pub(crate) async fn read(deps: &Deps, now: Timestamp) -> Result<Self, Error> {
        let keyring = |purpose| deps.store.keyring(purpose, now, || deps.chance.secret());
        let respond = keyring(Purpose::Respond).await?;
        let unsubscribe = keyring(Purpose::Unsubscribe).await?;
        let reply = match &deps.reply_domain {
            Some(domain) => Some((keyring(Purpose::Reply).await?, domain.clone())),
            None => None,
        };
        let config = deps.store.config(now).await?;
        Ok(Self { config, respond, unsubscribe, reply, public_url: deps.public_url.clone() })
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

    /// Whether a reply to a mail of the campaign is an answer.
    fn takes_replies(&self, campaign: &Campaign) -> bool {
        self.reply.is_some() && campaign.takes_replies()
    }

    /// Where a reply to a mail about the survey goes: to the survey itself, or to whom the campaign says.
    pub(crate) fn reply_to(&self, survey: &Survey, now: Timestamp) -> Result<Option<String>, Error> {
        let campaign = self.campaign(survey)?;
        let own = self.reply.as_ref().filter(|_| campaign.takes_replies());
        let own = own.map(|(keys, domain)| format!("{}@{domain}", keys.address(&ReplyTo::new(survey.id, now))));
        Ok(own.or_else(|| campaign.reply_to.as_ref().map(|email| email.expose().to_owned())))
    }

    /// The link in a letter to a contact that unsubscribes; signed now, since it lives from its mail on.
    pub(crate) fn unsubscribe(&self, notice: &Notice, now: Timestamp) -> Option<String> {
        let Says::Thanks { survey, language, .. } = notice.says else { return None };
        let claims = Claims::new(survey, &notice.campaign, language, now);
        Some(format!("{}/u/{}", self.public_url, self.unsubscribe.sign(&claims)))
    }

    /// A letter as contacts get it, for one of the company's people: marked in its subject, and with links that only show
    /// pages. Nothing where the campaign has come to thank that group no more.
    pub(crate) async fn sample(
        &self,
        deps: &Deps,
        campaign: &Campaign,
        sample: &Sample,
        now: Timestamp,
    ) -> Result<Option<Composed>, Error> {
        let keys = deps.store.keyring(Purpose::Preview, now, || deps.chance.secret()).await?;
        let way = Way::new(&keys, &campaign.id, sample.language, now);
        let link = |shown| format!("{}{}", self.public_url, way.to(shown));
        let replies = self.takes_replies(campaign);
        let links = Links { page: &link(Shown::Ask), unsubscribe: &link(Shown::Unsubscribe), replies };
        let composed = fill::sample(campaign, sample, links)?;
        Ok(composed.map(|letter| Composed { subject: format!("{}{}", sample::MARK, letter.subject), ..letter }))
    }

    /// What a link to a survey says.
    fn claims(survey: &Survey, now: Timestamp) -> Claims {
        let claims = Claims::new(survey.id, &survey.campaign, survey.language, now);
        if survey.speaks_its_language() { claims } else { claims.by_default() }
    }

    /// The link to the survey's page.
    pub(crate) fn page(&self, survey: &Survey, now: Timestamp) -> String {
        format!("{}/r/{}", self.public_url, self.respond.sign(&Self::claims(survey, now)))
    }

    pub(crate) fn compose(&self, survey: &Survey, step: Step, now: Timestamp) -> Result<Composed, Error> {
        let campaign = self.campaign(survey)?;
        let claims = Self::claims(survey, now);
        let page = self.page(survey, now);
        let unsubscribe = format!("{}/u/{}", self.public_url, self.unsubscribe.sign(&claims));
        let links = Links { page: &page, unsubscribe: &unsubscribe, replies: self.takes_replies(campaign) };
        Ok(fill::ask(campaign, &About::survey(campaign, survey), step == Step::Remind, links)?)
    }
}

/// Addresses a letter; its tags come back with every event of SES.
pub(crate) fn envelope<'a>(
    campaign: &'a Campaign,
    sender: &'a str,
    to: &'a model::Email,
    reply_to: Option<&'a str>,
    tags: &'a [(&'a str, &'a str)],
) -> Envelope<'a> {
    Envelope { from: Mailbox { name: sender, email: campaign.sender.email.expose() }, to: to.expose(), reply_to, tags }
}
