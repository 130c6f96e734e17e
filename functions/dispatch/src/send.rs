//! One attempt: claim, look at the contact, hand the letter to SES, confirm.

use std::time::Duration;

use host::telemetry::chain;
use letters::fill::About;
use mail::Outcome;
use model::{Campaign, ClaimId, Hint, LetterKind, Step, Survey, Timestamp, time};
use store::{Claimed, Saved};

use crate::decide::{End, Unclaimed, is_same, may_be_mailed, settled, unclaimed};
use crate::letter::{Stationery, envelope};
use crate::{Deps, Error};

/// How often an end is decided again on what others wrote.
const ROUNDS: u32 = 8;

/// How often a write is tried that gets no answer; the SDK has tried before.
const TRIES: u32 = 3;

/// The longest wait before the next try, in milliseconds.
const PAUSE: u64 = 100;

pub(crate) async fn send(deps: &Deps, stationery: &Stationery, hint: Hint, now: Timestamp) -> Result<(), Error> {
    // Waiting for a turn comes first: between claim and SES nobody should lose time, or die of a time-out.
    deps.pace.turn().await;
    let attempt = Attempt { deps, hint, claim: ClaimId::new(deps.chance.bits()), now };
    let survey = match attempt.claim().await? {
        Claimed::Yes(survey) => *survey,
        Claimed::No(found) => return attempt.unclaimed(found.as_deref()).await,
    };
    match attempt.hand_over(stationery, &survey).await {
        Ok(HandedOver::No) => attempt.settle(survey, End::Stopped).await,
        // Left due without a message: the sweep sends it once the campaign goes on.
        Ok(HandedOver::Paused) => attempt.settle(survey, End::Released).await,
        Ok(HandedOver::Later(until)) => attempt.settle(survey, End::PutOff(until)).await,
        Ok(HandedOver::Yes(outcome)) => attempt.conclude(survey, outcome).await,
        Err(error) => {
            // Nothing reached SES, so the next attempt need not wait for the sweep.
            attempt.settle(survey, End::Released).await?;
            Err(error)
        }
    }
}

struct Attempt<'a> {
    deps: &'a Deps,
    hint: Hint,
    claim: ClaimId,
    now: Timestamp,
}

/// Whether SES was asked at all.
enum HandedOver {
    Yes(Outcome),
    /// The contact is not to be mailed.
    No,
    /// The campaign sends nothing for now.
    Paused,
    /// The campaign has sent the mails of this day; the next one begins then.
    Later(Timestamp),
}

impl Attempt<'_> {
    /// A claim whose answer was lost may stand there: the same claim is tried again and knows itself.
    async fn claim(&self) -> Result<Claimed, Error> {
        let mut tries = 1;
        loop {
            match self.deps.store.claim(self.hint.survey, self.hint.step, &self.claim, self.now).await {
                Ok(claimed) => return Ok(claimed),
                Err(error) if tries == TRIES => return Err(error.into()),
                Err(error) => self.pause(&error).await,
            }
            tries += 1;
        }
    }

    async fn unclaimed(&self, found: Option<&Survey>) -> Result<(), Error> {
        match unclaimed(found, self.hint.step, &self.claim, self.now) {
            Unclaimed::Drop(why) => {
                tracing::info!(survey.id = %self.hint.survey, step = self.hint.step.as_str(), why, "nothing to send");
                Ok(())
            }
            Unclaimed::Later => Ok(self.deps.step.send(&[self.hint]).await?),
            Unclaimed::Unclear => Err(Error::Unclear),
        }
    }

    async fn hand_over(&self, stationery: &Stationery, survey: &Survey) -> Result<HandedOver, Error> {
        if stationery.is_paused(survey)? {
            tracing::info!(survey.id = %survey.id, campaign.id = %survey.campaign, "the campaign sends nothing for now");
            return Ok(HandedOver::Paused);
        }
        let kind = if self.hint.step == Step::Remind { LetterKind::Remind } else { LetterKind::Invite };
        let own = stationery.template(self.deps, &survey.campaign, kind, survey.language, self.now).await?;
        let letter = stationery.compose(survey, own.as_deref(), self.hint.step, self.now)?;
        let campaign = stationery.campaign(survey)?;
        if let Some(until) = self.too_many(campaign).await? {
            return Ok(HandedOver::Later(until));
        }
        // The last thing that is asked before SES is: whoever said no meanwhile is heard.
        let contact = self.deps.store.contact(&survey.contact.email.key()).await?;
        if !may_be_mailed(contact.as_ref()) {
            return Ok(HandedOver::No);
        }
        let id = survey.id.to_string();
        let tags = [("survey", id.as_str()), ("step", self.hint.step.as_str()), ("claim", self.claim.as_str())];
        let sender = About::survey(campaign, survey).sender(campaign);
        let envelope = envelope(campaign, &sender, survey, &tags);
        Ok(HandedOver::Yes(self.deps.mailer.send(&envelope, &letter).await))
    }

    /// When the next day begins, if the campaign has sent this day's mails.
    async fn too_many(&self, campaign: &Campaign) -> Result<Option<Timestamp>, Error> {
        let Some(warm_up) = campaign.warm_up else { return Ok(None) };
        let zone = time::zone(&campaign.time_zone);
        let today = self.now.day_in(&zone);
        let Some(most) = warm_up.most(today) else { return Ok(None) };
        let may = self.deps.store.may_mail(&campaign.id, today, most, self.now).await?;
        Ok((!may).then(|| self.now.next_day_in(&zone)))
    }

    async fn conclude(&self, survey: Survey, outcome: Outcome) -> Result<(), Error> {
        let (id, step, claim) = (self.hint.survey, self.hint.step.as_str(), self.claim.as_str());
        match outcome {
            Outcome::Sent { message_id } => {
                tracing::info!(survey.id = %id, step, claim, ses.message = message_id, "a mail was sent");
                if let Err(error) = self.settle(survey, End::Sent).await {
                    // The Send event will say it again; sending again would not help.
                    tracing::error!(survey.id = %id, step, claim, error = chain(&error), "a sent mail is not confirmed");
                }
                Ok(())
            }
            Outcome::NotSent(why) => {
                self.settle(survey, End::Released).await?;
                Err(Error::NotSent(why))
            }
            Outcome::Refused(why) => {
                tracing::error!(survey.id = %id, step, claim, why = why.word(), error = %why, "a mail was refused");
                self.settle(survey, End::Refused).await
            }
            Outcome::Unknown(why) => {
                tracing::warn!(survey.id = %id, step, claim, error = %why, "nobody knows whether a mail was sent");
                Ok(())
            }
        }
    }

    /// Writes what the end of the attempt makes of the survey, whoever else writes at the same time.
    async fn settle(&self, mut survey: Survey, end: End) -> Result<(), Error> {
        let mut tries = 1;
        for _ in 0..ROUNDS {
            let Some(change) = settled(&survey, self.hint.step, &self.claim, end, self.now) else { return Ok(()) };
            if end == End::Stopped {
                let Hint { survey: id, step } = self.hint;
                tracing::info!(survey.id = %id, step = step.as_str(), "the contact is not to be mailed");
            }
            let saved = if change.give_back {
                self.deps.store.save_and_give_back(&survey, &change.after).await
            } else {
                self.deps.store.save(&survey, &change.after).await
            };
            match saved {
                // Whoever was erased in between has no survey to write.
                Ok(Saved::Done | Saved::Conflict(None)) => return Ok(()),
                // Nor is the one that was made anew since the one this attempt was about.
                Ok(Saved::Conflict(Some(found))) if !is_same(&survey, &found) => return Ok(()),
                Ok(Saved::Conflict(Some(found))) => survey = *found,
                Err(error) if tries == TRIES => return Err(error.into()),
                Err(error) => {
                    tries += 1;
                    self.pause(&error).await;
                }
            }
        }
        Err(Error::Contended)
    }

    async fn pause(&self, error: &store::Error) {
        tracing::debug!(survey.id = %self.hint.survey, error = chain(error), "the tables gave no answer; once more");
        tokio::time::sleep(Duration::from_millis(self.deps.chance.below(PAUSE))).await;
    }
}
