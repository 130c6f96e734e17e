//! Load, decide, apply: one word of SES.

use std::time::Duration;

use host::telemetry::chain;
use model::{Survey, Timestamp};
use store::{Error as StoreError, Saved};

use crate::decide::{Verdict, decide, suppression};
use crate::wire::{Fate, LetterWord, Word};
use crate::{Deps, Error};

/// How often a word is decided again when others write at the same time, or the tables give no answer.
const ROUNDS: u32 = 8;

/// The longest wait before the next round, in milliseconds.
const PAUSE: u64 = 100;

pub(crate) async fn apply(deps: &Deps, word: &Word, now: Timestamp) -> Result<(), Error> {
    let mut survey = deps.store.survey(word.survey).await?;
    for _ in 0..ROUNDS {
        let Some(before) = &survey else { return gone(deps, word, now).await };
        match write(deps, before, word, now).await {
            Ok(Saved::Done) => return Ok(()),
            Ok(Saved::Conflict(found)) => survey = found.map(|found| *found),
            Err(error) if error.is_busy() => {
                tracing::debug!(survey.id = %word.survey, error = chain(&error), "the tables are busy; once more");
                tokio::time::sleep(Duration::from_millis(deps.chance.below(PAUSE))).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::Contended)
}

async fn write(deps: &Deps, before: &Survey, word: &Word, now: Timestamp) -> Result<Saved, StoreError> {
    let verdict = decide(before, word, now);
    if verdict != Verdict::Nothing {
        tracing::info!(survey.id = %word.survey, step = word.step.as_str(), fate = ?word.fate, "ses said what became of a mail");
    }
    match verdict {
        Verdict::Nothing => Ok(Saved::Done),
        Verdict::Save(after) => deps.store.save(before, &after).await,
        Verdict::SaveAndGiveBack(after) => deps.store.save_and_give_back(before, &after).await,
        Verdict::SaveAndSuppress(after, why) => deps.store.save_and_suppress(before, &after, why, now).await,
        Verdict::Suppress(why) => {
            deps.store.suppress(&before.contact.email.key(), why, now).await.map(|()| Saved::Done)
        }
    }
}

/// The survey was erased or has expired. Whether its contact may be mailed outlives it.
async fn gone(deps: &Deps, word: &Word, now: Timestamp) -> Result<(), Error> {
    match (suppression(word.fate), &word.to) {
        (Some(why), Some(to)) => Ok(deps.store.suppress(&to.key(), why, now).await?),
        (Some(_), None) => {
            tracing::warn!(survey.id = %word.survey, "a mail came back from an address that cannot be read");
            Ok(())
        }
        (None, _) => Ok(()),
    }
}

/// A word about a letter. That it went out settles what an attempt may have left open; that a contact's came back
/// concerns the contact, whose survey was answered long since.
pub(crate) async fn letter(deps: &Deps, word: &LetterWord, now: Timestamp) -> Result<(), Error> {
    tracing::info!(letter.id = %word.id, fate = ?word.fate, "ses said what became of a letter");
    match (word.fate, suppression(word.fate), &word.to) {
        (Fate::Sent, _, _) => Ok(deps.store.letter_sent(&word.id, word.sent_at.unwrap_or(now)).await?),
        (_, Some(why), Some(to)) if word.to_contact => Ok(deps.store.suppress(&to.key(), why, now).await?),
        (_, Some(_), _) => {
            tracing::warn!(letter.id = %word.id, "a letter came back");
            Ok(())
        }
        (_, None, _) => Ok(()),
    }
}
