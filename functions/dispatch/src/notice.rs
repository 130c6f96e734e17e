//! One attempt to send a letter that was written down: claim, look at the contact if it goes to one, hand it to SES,
//! confirm.
//!
//! A letter is tried again by the sweep of `deliver`, which looks after those nothing was heard of; so an attempt that
//! came to nothing leaves no message behind. What nobody knows may go out a second time if it goes to a colleague, and
//! stays as it is if it goes to a contact.

use std::time::Duration;

use host::telemetry::chain;
use jiff::tz::TimeZone;
use letters::fill::{self, Thanked};
use letters::notice::{self as letter, News};
use letters::{Composed, LetterError};
use mail::{Envelope, Mailbox, Outcome};
use model::dropped::{Both, Part, Period};
use model::hint::Mailing;
use model::notice::{Answer, Notice, NoticeId, Occasion, Says, Todo};
use model::numbers::{self, Counts};
use model::survey::UNKNOWN_AFTER;
use model::template::Body;
use model::{Campaign, ClaimId, LetterKind, Person, Phone, Ticket, Timestamp, person};
use store::{Ended, Letter, Taken};

use crate::decide::may_be_mailed;
use crate::letter::{Stationery, in_own};
use crate::{Deps, Error};

/// How often a write is tried that gets no answer; the SDK has tried before.
const TRIES: u32 = 3;

/// The longest wait before the next try, in milliseconds.
const PAUSE: u64 = 100;

/// The shortest time after which a letter is tried again that SES did not take; it doubles up to an hour.
const AGAIN: Duration = Duration::from_secs(300);

pub(crate) async fn send(deps: &Deps, stationery: &Stationery, id: NoticeId, now: Timestamp) -> Result<(), Error> {
    let reader = match id.person() {
        Some(key) => match deps.store.person(&key).await? {
            Some(person) => Some(person),
            None => {
                // Whoever asks is answered alike, whoever they are: who may sign in is decided here. A stranger takes
                // no customer's turn.
                let stranger = Attempt { deps, id, claim: ClaimId::new(0), now };
                return stranger.end(Ended::Stranger, None, "somebody unknown wants to sign in").await;
            }
        },
        None => None,
    };
    // As for a mail that asks: nobody should lose time between claim and SES.
    deps.pace.turn().await;
    let attempt = Attempt { deps, id, claim: ClaimId::new(deps.chance.bits()), now };
    let letter = match attempt.claim().await? {
        Taken::Yes(letter) => *letter,
        Taken::No(found) => return attempt.unclaimed(found.as_deref()).await,
    };
    let Some(notice) = &letter.notice else {
        return attempt.end(Ended::Refused, None, "a letter that says nothing is not sent").await;
    };
    if notice.is_late(now) {
        return attempt.end(Ended::Late, None, "who wanted to sign in has given up").await;
    }
    match attempt.hand_over(stationery, notice, reader.as_ref()).await {
        Ok(HandedOver::No) => attempt.end(Ended::Suppressed, None, "the contact is not to be mailed").await,
        Ok(HandedOver::Nothing) => attempt.end(Ended::Late, None, "the campaign sends no such letter any more").await,
        Ok(HandedOver::Yes(outcome)) => attempt.conclude(&letter, notice, outcome).await,
        Err(error) => {
            attempt.release(now).await;
            Err(error)
        }
    }
}

struct Attempt<'a> {
    deps: &'a Deps,
    id: NoticeId,
    claim: ClaimId,
    now: Timestamp,
}

/// Whether SES was asked at all.
enum HandedOver {
    Yes(Outcome),
    /// The contact is not to be mailed.
    No,
    /// There is no such letter any more.
    Nothing,
}

impl Attempt<'_> {
    async fn claim(&self) -> Result<Taken, Error> {
        let mut tries = 1;
        loop {
            match self.deps.store.claim_letter(&self.id, &self.claim, self.now).await {
                Ok(taken) => return Ok(taken),
                Err(error) if tries == TRIES => return Err(error.into()),
                Err(error) => self.pause(&error).await,
            }
            tries += 1;
        }
    }

    async fn unclaimed(&self, found: Option<&Letter>) -> Result<(), Error> {
        match unclaimed(found, self.now) {
            Unclaimed::Drop(why) => {
                tracing::info!(letter.id = %self.id, why, "nothing to send");
                Ok(())
            }
            Unclaimed::Hold => {
                self.end(Ended::Unknown, None, "nobody knows whether a letter was sent; it is held").await
            }
        }
    }

    async fn hand_over(
        &self,
        stationery: &Stationery,
        notice: &Notice,
        reader: Option<&Person>,
    ) -> Result<HandedOver, Error> {
        let campaign = stationery.campaign_of(&notice.campaign)?;
        let unsubscribe = stationery.unsubscribe(notice, self.now);
        let composed = match (&notice.says, reader) {
            (Says::SignIn, Some(reader)) => self.let_in(campaign, reader, None).await?,
            (Says::Invitation { by }, Some(reader)) => self.let_in(campaign, reader, Some(by.as_deref())).await?,
            (Says::Test { sample }, _) => match stationery.sample(self.deps, campaign, sample, self.now).await? {
                Some(composed) => composed,
                None => return Ok(HandedOver::Nothing),
            },
            (Says::Thanks { language, words, .. }, _) => {
                let language = words.unwrap_or(*language);
                let own = stationery.template(self.deps, &campaign.id, LetterKind::Thanks, language, self.now).await?;
                in_own(own.as_deref(), |own| thanks(notice, campaign, own, unsubscribe.as_deref()))?
                    .ok_or(Error::NoReader)?
            }
            _ => compose(notice, campaign)?,
        };
        if notice.once() {
            let contact = self.deps.store.contact(&notice.to.key()).await?;
            if !may_be_mailed(contact.as_ref()) {
                return Ok(HandedOver::No);
            }
        }
        let survey = notice.survey().map(|survey| survey.to_string());
        let mut tags = vec![
            ("letter", notice.kind()),
            ("shelf", &self.id.shelf),
            ("name", &self.id.name),
            ("claim", self.claim.as_str()),
        ];
        tags.extend(survey.as_deref().map(|survey| ("survey", survey)));
        // A customer hears from whom the campaign lets speak; colleagues hear from the campaign.
        let name = match &notice.says {
            Says::Thanks { owner, .. } => letters::from_name(campaign, owner.as_deref()),
            Says::Test { sample } => letters::from_name(campaign, sample.names.owner.as_deref()),
            _ => campaign.sender.name.clone(),
        };
        let envelope = Envelope {
            from: Mailbox { name: &name, email: campaign.sender.email.expose() },
            to: notice.to.expose(),
            reply_to: notice.reply_to().or(campaign.reply_to.as_ref()).map(model::Email::expose),
            tags: &tags,
        };
        Ok(HandedOver::Yes(self.deps.mailer.send(&envelope, &composed).await))
    }

    /// Writes a letter that signs its reader in. The pass is made now: it stands in the letter and nowhere else, and
    /// lives from its sending on.
    async fn let_in(
        &self,
        campaign: &Campaign,
        reader: &Person,
        invited: Option<Option<&str>>,
    ) -> Result<Composed, Error> {
        let (pass, text) = Ticket::new(&reader.email.key(), self.deps.chance.secret());
        let life = if invited.is_some() { person::INVITATION } else { person::PASS };
        self.deps.store.keep_pass(&pass, self.now.after(life)).await?;
        let site = self.deps.public_url.as_str();
        let letter = letter::SignIn {
            company: &campaign.company,
            name: &reader.name,
            invited,
            life,
            site,
            url: &format!("{site}/sign-in/{text}"),
        };
        Ok(letter::Notice::SignIn(letter).compose(&campaign.brand)?)
    }

    async fn conclude(&self, letter: &Letter, notice: &Notice, outcome: Outcome) -> Result<(), Error> {
        let (id, claim, kind) = (&self.id, self.claim.as_str(), notice.kind());
        match outcome {
            Outcome::Sent { message_id } => {
                tracing::info!(letter.id = %id, letter.kind = kind, claim, ses.message = message_id, "a letter was sent");
                self.confirm().await;
                Ok(())
            }
            Outcome::NotSent(why) => {
                tracing::warn!(letter.id = %id, letter.kind = kind, error = %why, "a letter was not sent; it is tried again");
                self.release(self.now.after(backoff(letter.tries))).await;
                Ok(())
            }
            Outcome::Refused(why) => {
                tracing::error!(letter.id = %id, letter.kind = kind, claim, why = why.word(), error = %why, "ses refused a letter");
                self.end(Ended::Refused, Some(&why.to_string()), "a letter was refused").await
            }
            Outcome::Unknown(why) if notice.once() => {
                tracing::warn!(letter.id = %id, letter.kind = kind, claim, error = %why, "a letter has an unknown end");
                let said = why.to_string();
                self.end(Ended::Unknown, Some(&said), "nobody knows whether a letter was sent; it is held").await
            }
            Outcome::Unknown(why) => {
                tracing::warn!(letter.id = %id, letter.kind = kind, claim, error = %why, "nobody knows whether a letter was sent");
                Ok(())
            }
        }
    }

    async fn confirm(&self) {
        for nth in 1..=TRIES {
            match self.deps.store.letter_sent(&self.id, self.now).await {
                Ok(()) => return,
                // The Send event will say it again; sending again would not help.
                Err(error) if nth == TRIES => {
                    tracing::error!(letter.id = %self.id, error = chain(&error), "a sent letter is not confirmed");
                }
                Err(error) => self.pause(&error).await,
            }
        }
    }

    /// Gives the claim back. Where that fails, the letter waits until nothing was heard of this attempt for long.
    async fn release(&self, again: Timestamp) {
        for nth in 1..=TRIES {
            match self.deps.store.release_letter(&self.id, &self.claim, again).await {
                Ok(()) => return,
                Err(error) if nth == TRIES => {
                    tracing::error!(letter.id = %self.id, error = chain(&error), "a claim is not given back");
                }
                Err(error) => self.pause(&error).await,
            }
        }
    }

    async fn end(&self, why: Ended, said: Option<&str>, what: &'static str) -> Result<(), Error> {
        if self.deps.store.letter_ended(&self.id, why, said, self.now).await? {
            tracing::warn!(letter.id = %self.id, why = why.as_str(), "{what}");
        }
        Ok(())
    }

    async fn pause(&self, error: &store::Error) {
        tracing::debug!(letter.id = %self.id, error = chain(error), "the tables gave no answer; once more");
        tokio::time::sleep(Duration::from_millis(self.deps.chance.below(PAUSE))).await;
    }
}

/// What to do with a letter that could not be claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unclaimed {
    /// Nothing: it went out, never will, or somebody is at it.
    Drop(&'static str),
    /// Nothing was heard of its only attempt: nobody will know.
    Hold,
}

fn unclaimed(found: Option<&Letter>, now: Timestamp) -> Unclaimed {
    match found {
        None => Unclaimed::Drop("no such letter"),
        Some(letter) if letter.is_over() => Unclaimed::Drop("over"),
        Some(letter) => {
            let once = letter.notice.as_ref().is_some_and(Notice::once);
            let silent = letter.claimed_at.is_some_and(|at| now.since(at) >= UNKNOWN_AFTER);
            if once && silent { Unclaimed::Hold } else { Unclaimed::Drop("in flight") }
        }
    }
}

/// How long after so many tries the next one comes.
fn backoff(tries: u32) -> Duration {
    AGAIN * 2_u32.pow(tries.saturating_sub(1).min(4)).min(12)
}

/// Writes the thanks that were written down; nothing of another letter.
fn thanks(
    notice: &Notice,
    campaign: &Campaign,
    own: Option<&Body>,
    unsubscribe: Option<&str>,
) -> Result<Option<Composed>, LetterError> {
    let Says::Thanks { language, words, text, review_url, owner, .. } = &notice.says else { return Ok(None) };
    let said = Thanked {
        language: words.unwrap_or(*language),
        contact: notice.to_name.as_deref(),
        text,
        review_url: review_url.as_deref(),
        owner: owner.as_deref(),
    };
    fill::thanks(campaign, own, &said, unsubscribe.unwrap_or_default()).map(Some)
}

/// Writes the letter to colleagues that was written down.
fn compose(notice: &Notice, campaign: &Campaign) -> Result<Composed, Error> {
    let company = campaign.company.as_str();
    let letter = match &notice.says {
        Says::Alert { occasion, answer, task, zone } => {
            let zone = model::time::zone(zone);
            letter::Notice::Alert(letter::Alert {
                company,
                news: match occasion {
                    Occasion::Answered => News::Answered,
                    Occasion::Changed { from } => News::Changed(from.value()),
                    Occasion::Commented => News::Commented,
                },
                answer: said(answer, &zone),
                task: task.as_ref().map(|task| todo(task, &zone)),
            })
        }
        Says::Digest { day, answers, more, url } => {
            let zone = model::time::zone(&campaign.time_zone);
            letter::Notice::Digest(letter::Digest {
                company,
                day: day.strftime("%A %-d %B").to_string(),
                answers: answers.iter().map(|answer| said(answer, &zone)).collect(),
                more: *more,
                url,
            })
        }
        Says::Drop { before, last, both, most, url } => {
            let apart = numbers::difference(&both.last, &both.before).ok_or(Error::NoNumbers)?;
            letter::Notice::Dropped(letter::Dropped {
                company,
                campaign: notice.campaign.as_str(),
                before: side(before, &both.before)?,
                last: side(last, &both.last)?,
                points: whole(apart.points),
                interval: (whole(apart.interval.low), whole(apart.interval.high)),
                p: apart.p,
                most: most.as_ref().and_then(|part| group(part, both)),
                url,
            })
        }
        Says::Escalation { task, owner, owner_email, contact, account, subject, answer, url, zone } => {
            let zone = model::time::zone(zone);
            letter::Notice::Escalation(letter::Escalation {
                company,
                task: todo(task, &zone),
                owner: owner.as_deref(),
                owner_email: owner_email.as_ref().map(model::Email::expose),
                contact,
                account: account.as_deref(),
                subject: subject.as_deref(),
                answer: answer.as_ref().map(|answer| said(answer, &zone)),
                url,
            })
        }
        Says::Reply { why, from, phone, contact, account, subject, score, text, at, url, zone } => {
            let zone = model::time::zone(zone);
            letter::Notice::Reply(letter::Reply {
                company,
                why: *why,
                from: from.as_ref().map(model::Email::expose),
                phone: phone.as_ref().map(Phone::e164),
                contact,
                account: account.as_deref(),
                subject: subject.as_deref(),
                score: score.map(model::Score::value),
                text,
                at: moment(*at, &zone),
                url,
            })
        }
        // Written by whoever knows the reader, the design, or the way to pages that are only shown.
        Says::Thanks { .. } | Says::SignIn | Says::Invitation { .. } | Says::Test { .. } => {
            return Err(Error::NoReader);
        }
    };
    Ok(letter.compose(&campaign.brand)?)
}

/// The answers of a time and their score.
fn side(period: &Period, counts: &Counts) -> Result<letter::Side, Error> {
    let (score, interval) = counts.nps().zip(counts.interval()).ok_or(Error::NoNumbers)?;
    let (from, to) = (period.from, period.to);
    let first = match (from.year() == to.year(), from.month() == to.month()) {
        (true, true) => "%-d",
        (true, false) => "%-d %B",
        (false, _) => "%-d %B %Y",
    };
    Ok(letter::Side {
        days: format!("{} to {}", from.strftime(first), to.strftime("%-d %B %Y")),
        n: counts.n(),
        score,
        interval: (whole(interval.low), whole(interval.high)),
    })
}

fn group<'a>(part: &'a Part, all: &Both) -> Option<letter::Most<'a>> {
    let short = |counts: &Counts| Some((counts.nps()?, counts.n()));
    Some(letter::Most {
        dimension: &part.dimension,
        value: &part.value,
        before: short(&part.both.before)?,
        last: short(&part.both.last)?,
        points: whole(part.weight(all)),
    })
}

/// Points as a letter tells them: rounded once, half away from zero.
fn whole(points: f64) -> i64 {
    points.round() as i64
}

fn said<'a>(answer: &'a Answer, zone: &TimeZone) -> letter::Answer<'a> {
    letter::Answer {
        contact: &answer.contact,
        email: answer.email.as_ref().map(model::Email::expose),
        phone: answer.phone.as_deref(),
        account: answer.account.as_deref(),
        subject: answer.subject.as_deref(),
        score: answer.score.value(),
        comment: answer.comment.as_deref(),
        follow_up: answer.follow_up,
        may_quote: answer.may_quote,
        reasons: &answer.reasons,
        at: moment(answer.at, zone),
        changes: answer.changes.iter().map(|change| (change.score.value(), moment(change.at, zone))).collect(),
        before: answer.before.map(|(score, at)| (score.value(), day(at, zone))),
        url: &answer.url,
    }
}

fn todo(task: &Todo, zone: &TimeZone) -> letter::Todo<'static> {
    letter::Todo { title: task.kind.title(), due: moment(task.due_at, zone) }
}

/// A time as people in a zone read it.
fn moment(at: Timestamp, zone: &TimeZone) -> String {
    at.to_jiff().to_zoned(zone.clone()).strftime("%A %-d %B %Y, %H:%M %Z").to_string()
}

fn day(at: Timestamp, zone: &TimeZone) -> String {
    at.to_jiff().to_zoned(zone.clone()).strftime("%-d %B %Y").to_string()
}

/// A message of the mail queue, whichever it is.
pub(crate) async fn carry_out(
    deps: &Deps,
    stationery: &Stationery,
    mailing: Mailing,
    now: Timestamp,
) -> Result<(), Error> {
    match mailing {
        Mailing::Step(hint) => crate::send::send(deps, stationery, hint, now).await,
        Mailing::Letter(id) => send(deps, stationery, id, now).await,
    }
}

#[cfg(test)]
mod tests {
    use model::{Email, SurveyId};

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn thanks() -> Notice {
        let survey = SurveyId::from_bytes([1; 16]);
        Notice {
            id: NoticeId::about(survey, "thanks"),
            campaign: model::CampaignId::default_campaign(),
            to: Email::parse("ada@example.com").unwrap(),
            to_name: None,
            created_at: NOW,
            says: Says::Thanks {
                survey,
                language: model::Language::En,
                words: None,
                text: "Thank you.".to_owned(),
                review_url: None,
                owner: None,
            },
        }
    }

    fn digest() -> Notice {
        let says =
            Says::Digest { day: jiff::civil::date(2027, 3, 15), answers: Vec::new(), more: 0, url: String::new() };
        Notice { says, ..thanks() }
    }

    fn letter(notice: Notice, claimed_at: Option<Timestamp>) -> Letter {
        Letter { claimed_at, tries: 1, ..Letter::new(notice) }
    }

    #[test]
    fn a_refused_claim_is_explained_by_what_stood_there() {
        let long_ago = NOW.before(UNKNOWN_AFTER);
        let sent = Letter { sent_at: Some(NOW), ..letter(thanks(), Some(long_ago)) };
        let ended = Letter { ended: Some(Ended::Refused), ..letter(digest(), Some(long_ago)) };
        for (found, expected) in [
            (None, Unclaimed::Drop("no such letter")),
            (Some(sent), Unclaimed::Drop("over")),
            (Some(ended), Unclaimed::Drop("over")),
            (Some(letter(thanks(), Some(NOW))), Unclaimed::Drop("in flight")),
            (Some(letter(thanks(), Some(long_ago))), Unclaimed::Hold),
            (Some(letter(digest(), Some(long_ago))), Unclaimed::Drop("in flight")),
        ] {
            assert_eq!(unclaimed(found.as_ref(), NOW), expected, "{found:?}");
        }
    }

    #[test]
    fn tries_grow_rare_up_to_one_an_hour() {
        let minutes: Vec<_> = (0..8).map(|tries| backoff(tries).as_secs() / 60).collect();
        assert_eq!(minutes, [5, 5, 10, 20, 40, 60, 60, 60]);
    }

    #[test]
    fn times_are_told_as_people_read_them() {
        let at: Timestamp = "2027-03-28T10:04:59Z".parse().unwrap();
        let berlin = model::time::zone("Europe/Berlin");
        assert_eq!(moment(at, &berlin), "Sunday 28 March 2027, 12:04 CEST");
        assert_eq!(moment(at.before(model::time::DAY), &berlin), "Saturday 27 March 2027, 11:04 CET");
        assert_eq!(day(at, &model::time::zone("Pacific/Auckland")), "28 March 2027");
    }
}
