//! Load, decide, apply: one word of SES.

use std::time::Duration;

use host::telemetry::chain;
use model::{ClaimId, ContactKey, Email, Survey, SurveyId, Timestamp, Who};
use store::{Ended, Error as StoreError, Saved};

use crate::decide::{Verdict, decide, decide_letter, suppression};
use crate::wire::{Fate, LetterWord, Word};
use crate::{Deps, Error};

/// How often a word is decided again when others write at the same time, or the tables give no answer.
const ROUNDS: u32 = 8;

/// The longest wait before the next round, in milliseconds.
const PAUSE: u64 = 100;

/// A word that concerns a survey, of whichever mail.
#[derive(Clone, Copy)]
enum Said<'a> {
    /// Of one of the two mails that ask.
    Mail(&'a Word),
    /// Of thanks for the answer.
    Letter(&'a LetterWord),
}

impl Said<'_> {
    fn decide(self, survey: &Survey, now: Timestamp) -> Verdict {
        match self {
            Self::Mail(word) => decide(survey, word, now),
            Self::Letter(word) => decide_letter(survey, word, now),
        }
    }

    const fn fate(self) -> Fate {
        match self {
            Self::Mail(word) => word.fate,
            Self::Letter(word) => word.fate,
        }
    }

    /// The contact it went to.
    fn to(self) -> Option<ContactKey> {
        match self {
            Self::Mail(word) => word.to.as_ref().map(Who::key),
            Self::Letter(word) => word.to.as_ref().map(Email::key),
        }
    }

    /// What the mail is called in the log.
    const fn mail(self) -> &'static str {
        match self {
            Self::Mail(word) => word.step.as_str(),
            Self::Letter(_) => "thanks",
        }
    }
}

pub(crate) async fn apply(deps: &Deps, word: &Word, now: Timestamp) -> Result<(), Error> {
    concerning(deps, word.survey, Said::Mail(word), now).await
}

async fn concerning(deps: &Deps, id: SurveyId, said: Said<'_>, now: Timestamp) -> Result<(), Error> {
    let mut survey = deps.store.survey(id).await?;
    for _ in 0..ROUNDS {
        let Some(before) = &survey else { return gone(deps, id, said, now).await };
        match write(deps, before, said, now).await {
            Ok(Saved::Done) => return Ok(()),
            Ok(Saved::Conflict(found)) => survey = found.map(|found| *found),
            Err(error) if error.is_busy() => {
                tracing::debug!(survey.id = %id, error = chain(&error), "the tables are busy; once more");
                tokio::time::sleep(Duration::from_millis(deps.chance.below(PAUSE))).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::Contended)
}

async fn write(deps: &Deps, before: &Survey, said: Said<'_>, now: Timestamp) -> Result<Saved, StoreError> {
    let verdict = said.decide(before, now);
    if verdict != Verdict::Nothing {
        tracing::info!(survey.id = %before.id, step = said.mail(), fate = ?said.fate(), "aws said what became of a mail");
    }
    match verdict {
        Verdict::Nothing => Ok(Saved::Done),
        Verdict::Save(after) => deps.store.save(before, &after).await,
        Verdict::SaveAndGiveBack(after) => deps.store.save_and_give_back(before, &after).await,
        Verdict::SaveAndSuppress(after, why) => deps.store.save_and_suppress(before, &after, why, now).await,
        Verdict::Suppress(why) => deps.store.suppress(&before.contact.key(), why, now).await.map(|()| Saved::Done),
    }
}

/// The survey was erased or has expired. Whether its contact may be mailed outlives it.
async fn gone(deps: &Deps, id: SurveyId, said: Said<'_>, now: Timestamp) -> Result<(), Error> {
    match (suppression(said.fate()), said.to()) {
        (Some(why), Some(to)) => Ok(deps.store.suppress(&to, why, now).await?),
        (Some(_), None) => {
            tracing::warn!(survey.id = %id, "a mail came back from an address that cannot be read");
            Ok(())
        }
        (None, _) => Ok(()),
    }
}

/// A word about a letter. That it went out settles what an attempt may have left open; that a contact's came back
/// concerns the contact; that a colleague's did not arrive is noted down, so that somebody sees it.
pub(crate) async fn letter(deps: &Deps, word: &LetterWord, now: Timestamp) -> Result<(), Error> {
    tracing::info!(letter.id = %word.id, fate = ?word.fate, "ses said what became of a letter");
    let concerns = word.id.survey().filter(|_| word.to_contact && suppression(word.fate).is_some());
    if let Some(survey) = concerns {
        return concerning(deps, survey, Said::Letter(word), now).await;
    }
    if word.fate == Fate::Complained {
        tracing::warn!(letter.id = %word.id, "a colleague called a letter spam");
    }
    match (word.fate, &word.claim) {
        // Events come in any order: what arrived was sent, too.
        (Fate::Sent | Fate::Delivered | Fate::BouncedForNow | Fate::Complained, _) => {
            Ok(deps.store.letter_sent(&word.id, word.sent_at.unwrap_or(now)).await?)
        }
        (Fate::BouncedForGood, Some(claim)) => returned(deps, word, claim, Ended::Bounced, now).await,
        (Fate::Rejected, Some(claim)) => returned(deps, word, claim, Ended::Refused, now).await,
        _ => Ok(()),
    }
}

async fn returned(deps: &Deps, word: &LetterWord, claim: &ClaimId, why: Ended, now: Timestamp) -> Result<(), Error> {
    if deps.store.letter_returned(&word.id, claim, why, word.at.unwrap_or(now)).await? {
        // Counted by a metric with an alarm.
        tracing::error!(letter.id = %word.id, why = why.as_str(), "a letter did not arrive");
    }
    Ok(())
}
