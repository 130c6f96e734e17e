//! Filling letters to contacts from their campaign. There is one way to fill one, whether it is sent to a contact, tried out or
//! only shown: what somebody has seen before is what is sent.

use model::brand::Voice;
use model::experiment::Variant;
use model::sample::{Sample, Which};
use model::{Campaign, Language, Survey, Texts};

use crate::letter::{Ask, Composed, Letter, LetterError, Links, NAME, addresses_a_person};
use crate::line::line;
use crate::look::from_name;
use crate::notice::{Notice, Thanks};
use crate::sms;

/// What a letter that asks says of whom, beside what its campaign says.
#[derive(Clone, Copy)]
pub struct About<'a> {
    /// The language of the letter.
    pub language: Language,
    /// The person asked.
    pub contact: Option<&'a str>,
    /// The record.
    pub subject: Option<&'a str>,
    /// The account manager.
    pub owner: Option<&'a str>,
    /// The way it is asked in, where the campaign tries out several.
    pub variant: Option<&'a Variant>,
}

impl<'a> About<'a> {
    /// What a letter about a survey says. A way its campaign tries out no more is none.
    #[must_use]
    pub fn survey(campaign: &'a Campaign, survey: &'a Survey) -> Self {
        let drawn = campaign.experiment.as_ref().zip(survey.drawn.as_ref());
        Self {
            variant: drawn.and_then(|(experiment, drawn)| experiment.variant(drawn)),
            language: survey.language,
            contact: survey.contact.name.as_deref(),
            subject: survey.subject.name.as_deref(),
            owner: survey.owner.as_ref().and_then(|owner| owner.name.as_deref()),
        }
    }

    /// What a letter with made-up names says.
    #[must_use]
    pub fn sample(sample: &'a Sample) -> Self {
        Self {
            language: sample.language,
            contact: sample.names.contact.as_deref(),
            subject: sample.names.subject.as_deref(),
            owner: sample.names.owner.as_deref(),
            variant: None,
        }
    }

    /// In whose name the letter comes: the campaign's, or that of the way that is tried out.
    #[must_use]
    pub fn sender(&self, campaign: &Campaign) -> String {
        let usual = from_name(campaign, self.owner);
        let owner = self.owner.map(|name| line(name, NAME)).filter(|name| addresses_a_person(name));
        match self.variant {
            Some(variant) => variant.sender(owner.as_deref(), &campaign.company, &usual),
            None => usual,
        }
    }
}

/// The letter that asks, or reminds of it.
///
/// # Errors
/// When it cannot be rendered.
pub fn ask(campaign: &Campaign, about: &About<'_>, reminder: bool, links: Links<'_>) -> Result<Composed, LetterError> {
    let question = campaign.own_question(about.language);
    let texts = campaign.texts.under(about.variant.map_or(&Texts::NONE, |variant| &variant.texts));
    // Who signs where there is no owner.
    let usual = &campaign.sender.name;
    let sender = about.variant.map_or_else(|| usual.clone(), |way| way.sender(about.owner, &campaign.company, usual));
    let ask = Ask {
        company: &campaign.company,
        sender: &sender,
        language: about.language,
        question: question.as_ref().map(|(text, language)| (text.as_str(), *language)),
        texts: &texts,
        contact_name: about.contact,
        subject_name: about.subject,
        owner_name: about.owner,
        scale: about.variant.map(|variant| variant.scale).unwrap_or_default(),
        saves: campaign.self_saving,
        links,
    };
    let letter = if reminder { Letter::Remind(ask) } else { Letter::Invite(ask) };
    letter.compose(&campaign.brand)
}

/// What a letter of thanks says beside what its campaign says.
#[derive(Clone, Copy)]
pub struct Thanked<'a> {
    /// The language of the words.
    pub language: Language,
    /// The person who answered.
    pub contact: Option<&'a str>,
    /// The campaign's words, filled in.
    pub text: &'a str,
    /// Where reviews are written.
    pub review_url: Option<&'a str>,
    /// The account manager, who signs where the campaign speaks in their voice.
    pub owner: Option<&'a str>,
}

/// The letter that thanks.
///
/// # Errors
/// When it cannot be rendered.
pub fn thanks(campaign: &Campaign, said: &Thanked<'_>, unsubscribe: &str) -> Result<Composed, LetterError> {
    let letter = Notice::Thanks(Thanks {
        company: &campaign.company,
        sender: signer(campaign, said.owner),
        language: said.language,
        contact_name: said.contact,
        text: said.text,
        review_url: said.review_url,
        unsubscribe,
    });
    letter.compose(&campaign.brand)
}

/// Who signs thanks: the owner where the campaign speaks in the owner's voice, else the sender.
fn signer<'a>(campaign: &'a Campaign, owner: Option<&'a str>) -> &'a str {
    match campaign.brand.voice {
        Voice::Owner => owner.unwrap_or(&campaign.sender.name),
        Voice::Company => &campaign.sender.name,
    }
}

/// The letter a sample is of. Nothing where the campaign does not thank that group.
///
/// # Errors
/// When it cannot be rendered.
pub fn sample(campaign: &Campaign, sample: &Sample, links: Links<'_>) -> Result<Option<Composed>, LetterError> {
    let about = About::sample(sample);
    match sample.which {
        Which::Invite => ask(campaign, &about, false, links).map(Some),
        Which::Remind => ask(campaign, &about, true, links).map(Some),
        Which::Thanks(group) => {
            let Some((text, language)) = campaign.thanks_to(about.contact, group, about.language) else {
                return Ok(None);
            };
            let review_url = campaign.thanks.review_url.as_deref();
            let said = Thanked { language, contact: about.contact, text: &text, review_url, owner: about.owner };
            thanks(campaign, &said, links.unsubscribe).map(Some)
        }
        Which::Sms => sms::shown(&sms::ask(campaign, &about, false, links.page)).map(Some),
        Which::SmsRemind => sms::shown(&sms::ask(campaign, &about, true, links.page)).map(Some),
    }
}
