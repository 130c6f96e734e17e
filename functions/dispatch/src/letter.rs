//! From a survey to a letter in its envelope.

use std::sync::Arc;

use host::telemetry::chain;
use letters::fill::{self, About};
use letters::{Composed, LetterError, Links};
use mail::{Envelope, Mailbox};
use model::link::{Claims, Keyring, Purpose};
use model::notice::{Notice, Says};
use model::sample::{self, Sample, Shown, Way};
use model::template::Body;
use model::{Campaign, CampaignId, Language, LetterKind, Step, Survey, Template, Timestamp};
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
        let links = Links { page: &link(Shown::Ask), unsubscribe: &link(Shown::Unsubscribe) };
        let (letter, language) = (sample.which.into(), fill::language(campaign, sample));
        let own = self.template(deps, &campaign.id, letter, language, now).await?;
        let composed = in_own(own.as_deref(), |own| fill::sample(campaign, own, sample, links))?;
        Ok(composed.map(|letter| Composed { subject: format!("{}{}", sample::MARK, letter.subject), ..letter }))
    }

    /// The company's own design of a letter, if there is one. One that cannot be read keeps nobody's letter back: it comes in
    /// ours, and somebody is told.
    pub(crate) async fn template(
        &self,
        deps: &Deps,
        campaign: &CampaignId,
        letter: LetterKind,
        language: Language,
        now: Timestamp,
    ) -> Result<Option<Arc<Template>>, Error> {
        match deps.store.template(&self.config, campaign, letter, language).await {
            // Deleted since the configuration was read, or unreadable: the newest tells which.
            Err(store::Error::Item { .. }) => deps.store.forget_config().await,
            read => return Ok(read?),
        }
        let config = deps.store.config(now).await?;
        match deps.store.template(&config, campaign, letter, language).await {
            Err(error @ store::Error::Item { .. }) => {
                not_used(&error);
                Ok(None)
            }
            read => Ok(read?),
        }
    }

    pub(crate) fn compose(
        &self,
        survey: &Survey,
        own: Option<&Template>,
        step: Step,
        now: Timestamp,
    ) -> Result<Composed, Error> {
        let campaign = self.campaign(survey)?;
        let claims = Claims::new(survey.id, &survey.campaign, survey.language, now);
        let claims = if survey.speaks_its_language() { claims } else { claims.by_default() };
        let page = format!("{}/r/{}", self.public_url, self.respond.sign(&claims));
        let unsubscribe = format!("{}/u/{}", self.public_url, self.unsubscribe.sign(&claims));
        let links = Links { page: &page, unsubscribe: &unsubscribe };
        let about = About::survey(campaign, survey);
        Ok(in_own(own, |own| fill::ask(campaign, own, &about, step == Step::Remind, links))?)
    }
}

/// Makes a letter in the company's own design, or in ours where that cannot be: what cannot be, and happens all the same, keeps
/// nobody's letter back.
pub(crate) fn in_own<T>(
    own: Option<&Template>,
    make: impl Fn(Option<&Body>) -> Result<T, LetterError>,
) -> Result<T, LetterError> {
    match own {
        Some(template) => make(Some(&template.body)).or_else(|error| {
            not_used(&error);
            make(None)
        }),
        None => make(None),
    }
}

fn not_used(error: &dyn std::error::Error) {
    // Counted by a metric with an alarm.
    tracing::error!(error = chain(error), "a template could not be used");
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
