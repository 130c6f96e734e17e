//! One attempt: claim, look at the contact, hand the letter to SES or the text to AWS End User Messaging, confirm.

use std::time::Duration;

use host::telemetry::chain;
use letters::fill::About;
use letters::sms;
use mail::{Outcome, Refusal, Text};
use model::survey::Channel;
use model::{Campaign, ClaimId, Email, Hint, Phone, Step, Suppression, Survey, Timestamp, Who, time};
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

/// Whether AWS was asked at all.
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
        let campaign = stationery.campaign(survey)?;
        match &survey.contact.who {
            Who::Email(to) => self.mail(stationery, campaign, survey, to).await,
            Who::Phone(to) => self.text(stationery, campaign, survey, to).await,
            // Nobody knows where.
            Who::Visitor(_) => Ok(HandedOver::No),
        }
    }

    async fn mail(
        &self,
        stationery: &Stationery,
        campaign: &Campaign,
        survey: &Survey,
        to: &Email,
    ) -> Result<HandedOver, Error> {
        let letter = stationery.compose(survey, self.hint.step, self.now)?;
        if let Some(until) = self.too_many(campaign).await? {
            return Ok(HandedOver::Later(until));
        }
        if !self.may_be_asked(survey).await? {
            return Ok(HandedOver::No);
        }
        let id = survey.id.to_string();
        let sender = About::survey(campaign, survey).sender(campaign);
        let reply_to = stationery.reply_to(survey, self.now)?;
        let tags = self.tags(&id);
        let envelope = envelope(campaign, &sender, to, reply_to.as_deref(), &tags);
        Ok(HandedOver::Yes(self.deps.mailer.send(&envelope, &letter).await))
    }

    async fn text(
        &self,
        stationery: &Stationery,
        campaign: &Campaign,
        survey: &Survey,
        to: &Phone,
    ) -> Result<HandedOver, Error> {
        let Some(settings) = &campaign.sms else {
            // Put without it, perhaps by mistake: as in a pause, nothing is lost.
            tracing::warn!(survey.id = %survey.id, campaign.id = %campaign.id, "the campaign sends no texts any more");
            return Ok(HandedOver::Paused);
        };
        let texts = self.deps.texts.as_ref().ok_or(Error::NoTexts)?;
        if let Err(why) = texts.turn().await {
            return Ok(HandedOver::Yes(Outcome::NotSent(why)));
        }
        let reminder = self.hint.step == Step::Remind;
        let page = stationery.page(survey, self.now);
        let text = sms::ask(campaign, &About::survey(campaign, survey), reminder, &page);
        if !self.may_be_asked(survey).await? {
            return Ok(HandedOver::No);
        }
        let id = survey.id.to_string();
        let (from, to) = (settings.origination.as_str(), to.e164());
        let text = Text { from, to: &to, body: &text.body, tags: &self.tags(&id) };
        Ok(HandedOver::Yes(texts.texter.send(&text).await))
    }

    /// What comes back with every event of what is sent.
    fn tags<'a>(&'a self, survey: &'a str) -> [(&'a str, &'a str); 3] {
        [("survey", survey), ("step", self.hint.step.as_str()), ("claim", self.claim.as_str())]
    }

    /// The last thing that is asked before AWS is: whoever said no meanwhile is heard.
    async fn may_be_asked(&self, survey: &Survey) -> Result<bool, Error> {
        Ok(may_be_mailed(self.deps.store.contact(&survey.contact.key()).await?.as_ref()))
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
                let channel = survey.channel().as_str();
                tracing::info!(survey.id = %id, step, claim, channel, ses.message = message_id, "a mail was sent");
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
            Outcome::Refused(Refusal::OptedOut) => {
                tracing::info!(survey.id = %id, step, claim, "the contact has opted out of texts");
                self.settle(survey, End::OptedOut).await
            }
            Outcome::Refused(why) if survey.channel() == Channel::Sms => {
                // Counted by a metric with an alarm.
                tracing::error!(survey.id = %id, step, claim, why = why.word(), error = %why, "a text was refused");
                self.settle(survey, End::Refused).await
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
            let saved = if change.unsubscribed {
                let why = Suppression::Unsubscribed;
                self.deps.store.save_and_suppress(&survey, &change.after, why, self.now).await
            } else if change.give_back {
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
