//! Load, decide, apply: one reply to a letter, and what is to be done about any.

use std::time::Duration;

use host::telemetry::chain;
use model::hint::Mailing;
use model::link::{Purpose, ReplyTo};
use model::notice::{Notice, NoticeId, REPLIED, Says};
use model::reply::{self, Came, Envelope, Said, Verdict, Why};
use model::{Campaign, Email, Suppression, Survey, Timestamp, Who};
use store::{Comment, Config, Error as StoreError, Saved, Written};

use crate::mime::{self, Opened};
use crate::wire::Mail;
use crate::{Deps, Error};

/// How often a reply is decided again when others write at the same time, or the tables give no answer.
const ROUNDS: u32 = 8;

/// The longest wait before the next round, in milliseconds.
const PAUSE: u64 = 100;

pub(crate) async fn apply(deps: &Deps, mail: &Mail, now: Timestamp) -> Result<(), Error> {
    let Some(to) = addressed(deps, mail, now).await? else {
        // A domain that takes mail gets such.
        tracing::info!(ses.message = mail.id, "a mail to no survey is ignored");
        return Ok(());
    };
    let id = to.survey;
    let opened = mime::open(&mail.raw);
    if let Some(why) = reply::machine(&envelope(mail, &opened)) {
        tracing::info!(survey.id = %id, ses.message = mail.id, why, "a mail no person wrote is ignored");
        return Ok(());
    }
    let text = reply::above(&opened.text);
    let from = opened.from.map(Who::Email);
    let came = Came { from, at: mail.at, late: to.is_over(mail.at), said: reply::read(&text) };
    let Some(survey) = deps.store.survey(id).await? else {
        tracing::info!(survey.id = %id, ses.message = mail.id, "a reply to a survey that is gone is ignored");
        return Ok(());
    };
    let config = deps.store.config(now).await?;
    let reply = Reply { deps, id: &mail.id, came, text: &text, config: &config };
    reply.take(survey, now).await
}

/// The survey of the first address of ours among those the mail came to.
async fn addressed(deps: &Deps, mail: &Mail, now: Timestamp) -> Result<Option<ReplyTo>, StoreError> {
    let names = || mail.recipients.iter().filter_map(|address| Some(address.rsplit_once('@')?.0));
    let read = |config: &Config| {
        let keys = config.keyring(Purpose::Reply)?;
        names().find_map(|name| keys.addressed(name))
    };
    let found = read(&*deps.store.config(now).await?);
    if found.is_some() || !names().any(ReplyTo::is_shaped) {
        return Ok(found);
    }
    // A letter may be younger than what we know of the keys: the first one ever, or the first after a rotation.
    deps.store.forget_config().await;
    Ok(read(&*deps.store.config(now).await?))
}

fn envelope<'a>(mail: &'a Mail, opened: &'a Opened) -> Envelope<'a> {
    Envelope {
        sender: &mail.sender,
        from: &opened.from_text,
        kind: &opened.kind,
        auto_submitted: opened.auto_submitted.as_deref(),
        auto_reply: opened.auto_reply.as_deref(),
        precedence: opened.precedence.as_deref(),
        list: opened.list.as_deref(),
        spam: mail.spam,
        virus: mail.virus,
    }
}

/// A reply a person wrote.
pub(crate) struct Reply<'a> {
    pub(crate) deps: &'a Deps,
    /// The name under which it came, however often.
    pub(crate) id: &'a str,
    pub(crate) came: Came,
    /// What they wrote.
    pub(crate) text: &'a str,
    pub(crate) config: &'a Config,
}

impl Reply<'_> {
    /// Does what is to be done about the reply to a survey, also where others write at the same time.
    pub(crate) async fn take(&self, survey: Survey, now: Timestamp) -> Result<(), Error> {
        let mut before = survey;
        for _ in 0..ROUNDS {
            match self.carry_out(&before, now).await {
                Ok(Saved::Done) => return Ok(()),
                Ok(Saved::Conflict(Some(found))) => before = *found,
                Ok(Saved::Conflict(None)) => return self.gone(&before).await,
                Err(Error::Store(error)) if error.is_busy() => {
                    tracing::debug!(survey.id = %before.id, error = chain(&error), "the tables are busy; once more");
                    tokio::time::sleep(Duration::from_millis(self.deps.chance.below(PAUSE))).await;
                }
                Err(error) => return Err(error),
            }
        }
        Err(Error::Contended)
    }

    /// The survey went while its reply was read. Whether its contact may be mailed outlives it: this one has asked not to be.
    async fn gone(&self, before: &Survey) -> Result<(), Error> {
        if matches!(self.came.said, Said::NoMore { .. }) && self.came.from.as_ref() == Some(&before.contact.who) {
            tracing::info!(survey.id = %before.id, "a reply unsubscribes the contact of a survey that is gone");
            let key = before.contact.key();
            return Ok(self.deps.store.suppress(&key, Suppression::Unsubscribed, self.came.at).await?);
        }
        tracing::info!(survey.id = %before.id, "a reply to a survey that is gone is ignored");
        Ok(())
    }

    /// Does what is to be done about the reply as the survey stands.
    async fn carry_out(&self, before: &Survey, now: Timestamp) -> Result<Saved, Error> {
        let store = &self.deps.store;
        let earlier = match before.commented_at {
            Some(_) if self.came.words().is_some() => store.comment(before.id).await?.map(|comment| comment.text),
            _ => None,
        };
        match reply::decide(before, &self.came, earlier.as_deref()) {
            Verdict::Nothing => {
                tracing::info!(survey.id = %before.id, "a reply says nothing new");
                Ok(Saved::Done)
            }
            Verdict::Record { after, comment: None, .. } => {
                tracing::info!(survey.id = %before.id, "a reply answers a survey");
                Ok(store.save(before, &after).await?)
            }
            Verdict::Record { after, comment: Some(text), cut } => {
                tracing::info!(survey.id = %before.id, "a reply comments on a survey");
                let themes = self.campaign(before).map(|campaign| campaign.themes.as_slice()).unwrap_or_default();
                let heard = text::heard(themes, &text, before.contact.locale.as_deref());
                if cut {
                    // Before the comment is there: from then on a repeat says nothing new.
                    self.hand_over(before, Why::Long, now).await?;
                }
                let comment = Comment { text, at: self.came.at };
                Ok(store.save_with_comment(before, &after.hearing(heard), &comment).await?)
            }
            Verdict::Unsubscribe(after) => {
                tracing::info!(survey.id = %before.id, "a reply unsubscribes its contact");
                let saved = match after {
                    Some(after) => {
                        store.save_and_suppress(before, &after, Suppression::Unsubscribed, self.came.at).await?
                    }
                    // Somebody may have lifted the suppression since; the wish stands.
                    None => {
                        store.suppress(&before.contact.key(), Suppression::Unsubscribed, self.came.at).await?;
                        Saved::Done
                    }
                };
                match (&saved, &self.came.said) {
                    (Saved::Done, Said::NoMore { rest: Some(_) }) => {
                        self.hand_over(before, Why::Unsubscribed, now).await
                    }
                    _ => Ok(saved),
                }
            }
            Verdict::Overtaken(after) => {
                // Before the score is there: from then on a repeat says nothing new.
                self.hand_over(after.as_deref().unwrap_or(before), Why::Overtaken, now).await?;
                match after {
                    Some(after) => {
                        tracing::info!(survey.id = %before.id, "a reply answers a survey");
                        Ok(store.save(before, &after).await?)
                    }
                    None => Ok(Saved::Done),
                }
            }
            Verdict::HandOver(why) => self.hand_over(before, why, now).await,
        }
    }

    /// The campaign, also one that was deleted.
    fn campaign(&self, survey: &Survey) -> Option<&Campaign> {
        self.config.linked_campaign(survey.campaign.hash()).map(|stored| &stored.campaign)
    }

    /// Writes a letter to whoever reads mail for the survey, and calls for it.
    async fn hand_over(&self, survey: &Survey, why: Why, now: Timestamp) -> Result<Saved, Error> {
        tracing::info!(survey.id = %survey.id, why = why.as_str(), "a reply is handed to people");
        let Some(notice) = self.notice(survey, why, now) else {
            tracing::error!(survey.id = %survey.id, "nobody knows the campaign of a reply");
            return Ok(Saved::Done);
        };
        let waits = match self.deps.store.write_letter(&notice).await? {
            Written::Made => true,
            // Whoever wrote it may not have come to call for it.
            Written::Already(letter) => letter.is_waiting(),
            Written::NoSurvey => false,
        };
        if waits {
            self.deps.mail.send(&[Mailing::Letter(notice.id)]).await?;
        }
        Ok(Saved::Done)
    }

    /// The address it came from.
    fn email(&self) -> Option<&Email> {
        self.came.from.as_ref().and_then(Who::email)
    }

    fn notice(&self, survey: &Survey, why: Why, now: Timestamp) -> Option<Notice> {
        let campaign = self.campaign(survey)?;
        let owner = survey.owner.as_ref().filter(|owner| owner.email.is_some());
        let owners = owner.and_then(|owner| owner.email.clone());
        let others = campaign.reply_to.as_ref().or(campaign.tasks.manager.as_ref()).unwrap_or(&campaign.sender.email);
        let to = owners.unwrap_or_else(|| others.clone());
        let zone = campaign.tasks.zones.get(to.expose()).unwrap_or(&campaign.time_zone).clone();
        Some(Notice {
            id: NoticeId::reply(survey.id, self.id),
            campaign: survey.campaign.clone(),
            to,
            to_name: owner.and_then(|owner| owner.name.clone()),
            created_at: now,
            says: Says::Reply {
                why,
                from: self.email().cloned(),
                phone: self.came.from.as_ref().and_then(Who::phone).cloned(),
                contact: survey.contact.called().unwrap_or_default().to_owned(),
                account: survey.account.as_ref().and_then(|account| account.name.clone()),
                subject: survey.subject.name.clone(),
                score: survey.score(),
                text: reply::beginning(self.text, REPLIED).to_owned(),
                at: self.came.at,
                url: format!("{}/dashboard#survey={}", self.deps.public_url, survey.id),
                zone,
            },
        })
    }
}
