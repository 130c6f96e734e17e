//! What comes on the queue: SES's events as EventBridge delivers them, and what [`crate::text`] reads of texts. Only what is needed
//! of them is read.

use model::notice::NoticeId;
use model::{ClaimId, Email, Step, SurveyId, Timestamp, Who};
use serde::Deserialize;

use crate::text;

/// What is said of one mail or text of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The survey the mail is about.
    pub survey: SurveyId,
    /// Which of its mails.
    pub step: Step,
    /// The attempt that sent it; absent if the tag is missing.
    pub claim: Option<ClaimId>,
    /// Where it went.
    pub to: Option<Who>,
    /// What became of it.
    pub fate: Fate,
    /// When; absent if nobody says.
    pub at: Option<Timestamp>,
    /// When it was taken; absent if nobody says.
    pub sent_at: Option<Timestamp>,
}

/// What SES says of another letter of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterWord {
    /// The letter.
    pub id: NoticeId,
    /// Whether it went to a contact; otherwise to a colleague.
    pub to_contact: bool,
    /// The attempt that sent it; absent if the tag is missing.
    pub claim: Option<ClaimId>,
    /// Where it went.
    pub to: Option<Email>,
    /// What became of it.
    pub fate: Fate,
    /// When; absent if SES does not say.
    pub at: Option<Timestamp>,
    /// When SES took it; absent if it does not say.
    pub sent_at: Option<Timestamp>,
}

/// What became of a mail or a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// AWS took it.
    Sent,
    /// The contact's server or carrier took it.
    Delivered,
    /// The address or number does not exist, or SES itself no longer mails it.
    BouncedForGood,
    /// It came back for a reason that may pass.
    BouncedForNow,
    /// The contact called it spam.
    Complained,
    /// AWS took it and threw it away.
    Rejected,
}

/// What a message turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Read {
    /// A word about one of our mails.
    Word(Word),
    /// A word about a letter beside those that ask.
    Letter(LetterWord),
    /// Something else; why it is none of our business.
    NotOurs(&'static str),
}

/// A message that is no event.
#[derive(Debug, thiserror::Error)]
pub enum NotAnEvent {
    /// It is no JSON, or lacks what every event has.
    #[error("the body is not as aws writes it")]
    Malformed(#[from] serde_json::Error),
    /// Somebody wrote it back to a text: the number's two-way channel is at the wrong topic. Nobody else has it, so it is kept.
    #[error("it was written back to a text, by a number whose channel is not the topic for replies")]
    WrittenBack,
    /// What this type of event must say is missing.
    #[error("a {0} event says no more")]
    Empty(&'static str),
}

#[derive(Deserialize)]
struct Envelope {
    source: String,
    detail: serde_json::Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    event_type: String,
    mail: Mail,
    delivery: Option<Stamp>,
    bounce: Option<Bounce>,
    complaint: Option<Stamp>,
}

#[derive(Deserialize)]
struct Mail {
    timestamp: Option<String>,
    #[serde(default)]
    destination: Vec<String>,
    #[serde(default)]
    tags: Tags,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Tags {
    survey: Vec<String>,
    step: Vec<String>,
    claim: Vec<String>,
    letter: Vec<String>,
    shelf: Vec<String>,
    name: Vec<String>,
}

#[derive(Deserialize)]
struct Stamp {
    timestamp: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bounce {
    bounce_type: String,
    timestamp: Option<String>,
}

/// Reads the body of a message.
///
/// # Errors
/// When it is no event of SES or of texts; an event about somebody else's mail is no error.
pub fn read(body: &str) -> Result<Read, NotAnEvent> {
    let body: serde_json::Value = serde_json::from_str(body)?;
    if let Some(read) = text::read(&body) {
        return read;
    }
    let envelope: Envelope = serde_json::from_value(body)?;
    if envelope.source != "aws.ses" {
        return Ok(Read::NotOurs("it is not from ses"));
    }
    let Detail { event_type, mail, delivery, bounce, complaint } = serde_json::from_value(envelope.detail)?;
    let (fate, stamp) = match event_type.as_str() {
        "Send" => (Fate::Sent, None),
        "Delivery" => (Fate::Delivered, delivery.and_then(|delivery| delivery.timestamp)),
        "Bounce" => {
            let Bounce { bounce_type, timestamp } = bounce.ok_or(NotAnEvent::Empty("Bounce"))?;
            let for_good = bounce_type == "Permanent";
            (if for_good { Fate::BouncedForGood } else { Fate::BouncedForNow }, timestamp)
        }
        "Complaint" => (Fate::Complained, complaint.and_then(|complaint| complaint.timestamp)),
        "Reject" => (Fate::Rejected, None),
        _ => return Ok(Read::NotOurs("its type says nothing about a survey")),
    };
    let tag = |values: &[String]| values.first().cloned().unwrap_or_default();
    let sent_at = mail.timestamp.and_then(|text| text.parse().ok());
    let at = stamp.and_then(|text| text.parse().ok()).or(sent_at);
    let claim = mail.tags.claim.first().map(|claim| ClaimId::from_tag(claim));
    let to = mail.destination.first().and_then(|to| Email::parse(bare(to)).ok());
    let kind = tag(&mail.tags.letter);
    if !kind.is_empty() {
        let name = format!("{}/{}", tag(&mail.tags.shelf), tag(&mail.tags.name));
        let Ok(id) = name.parse() else { return Ok(Read::NotOurs("the mail is no letter of ours")) };
        return Ok(Read::Letter(LetterWord { id, to_contact: kind == "thanks", claim, to, fate, at, sent_at }));
    }
    let (Ok(survey), Ok(step)) = (tag(&mail.tags.survey).parse(), tag(&mail.tags.step).parse::<Step>()) else {
        return Ok(Read::NotOurs("the mail is about no survey"));
    };
    if !step.is_mail() {
        return Ok(Read::NotOurs("the mail is no step of a survey"));
    }
    Ok(Read::Word(Word { survey, step, claim, to: to.map(Who::Email), fate, at, sent_at }))
}

/// The address without the name that may stand before it.
fn bare(to: &str) -> &str {
    to.rsplit_once('<').and_then(|(_, rest)| rest.strip_suffix('>')).unwrap_or(to)
}

#[cfg(test)]
mod tests;
