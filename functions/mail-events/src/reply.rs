//! What somebody wrote back to a text: that they want no more, or their score.
//!
//! A reply names no survey, only a number. A score is about the latest one whose text had gone out by then: a contact names the
//! survey that took its turn last, and that may wait for months. Nor does a reply say when it was written: it counts at the
//! moment its queue took it, and nothing older takes the place of anything newer.

use std::time::Duration;

use host::telemetry::chain;
use model::survey::{AnsweredBy, Channel};
use model::{Contact, Suppression, Survey, Timestamp, Who};
use store::{Error as StoreError, Saved};

use crate::text::{Reply, Says};
use crate::{Deps, Error};

/// How often a reply is decided again when others write at the same time, or the tables give no answer.
const ROUNDS: u32 = 8;

/// The longest wait before the next round, in milliseconds.
const PAUSE: u64 = 100;

/// How long a number alone is an answer: as long as the links of the text live. Later nobody can tell what it means.
const ANSWERS: Duration = Duration::from_secs(180 * 86_400);

/// Surveys on one page of the index.
const PAGE: i32 = 100;

/// What a reply makes of the survey it is about.
#[derive(Clone, Debug, PartialEq)]
enum Verdict {
    /// Nothing: it is known, or comes too late, or was changed too often.
    Nothing,
    /// The changed survey.
    Save(Box<Survey>),
    /// The changed survey, and the contact is never written to again.
    Unsubscribe(Box<Survey>),
    /// The contact is never written to again; the survey says so already.
    Suppress,
}

/// When a survey's text went out, or may have.
fn asked_at(survey: &Survey) -> Option<Timestamp> {
    let invite = &survey.invite;
    let sent = invite.sent_at.or(invite.claimed_at.filter(|_| invite.failed_at.is_none()));
    sent.filter(|_| survey.channel() == Channel::Sms)
}

/// The same, if it was by then.
fn asked_by(survey: &Survey, at: Timestamp) -> Option<Timestamp> {
    asked_at(survey).filter(|asked| *asked <= at)
}

/// The latest of these that had asked by then.
fn latest(surveys: impl IntoIterator<Item = Survey>, at: Timestamp) -> Option<Survey> {
    surveys.into_iter().filter(|survey| asked_by(survey, at).is_some()).max_by_key(asked_at)
}

fn decide(survey: &Survey, says: Says, at: Timestamp) -> Verdict {
    match says {
        Says::Stop => survey.unsubscribed(at).map_or(Verdict::Suppress, |after| Verdict::Unsubscribe(Box::new(after))),
        Says::Score(score) => {
            if asked_at(survey).is_none_or(|asked| at.since(asked) > ANSWERS) {
                return Verdict::Nothing;
            }
            // One that failed comes again when another was given meanwhile.
            if survey.changes.last().is_some_and(|change| at < change.at) {
                return Verdict::Nothing;
            }
            match survey.responded_by(score, None, AnsweredBy::Reply, at) {
                Ok(Some(after)) => Verdict::Save(Box::new(after)),
                Ok(None) | Err(_) => Verdict::Nothing,
            }
        }
    }
}

/// The survey a reply is about.
async fn about(deps: &Deps, contact: &Contact, says: Says, at: Timestamp) -> Result<Option<Survey>, Error> {
    let last = match contact.asked_by {
        Some(id) => deps.store.survey(id).await?,
        None => None,
    };
    // A wish is about the contact, whichever survey shows it.
    if says == Says::Stop || last.as_ref().is_some_and(|last| asked_by(last, at).is_some()) {
        return Ok(last);
    }
    let (mut asked, mut from) = (None, None);
    loop {
        let page = deps.store.surveys_of_contact(&contact.key, from, PAGE).await?;
        asked = latest(deps.store.surveys(&page.ids).await?.into_iter().chain(asked), at);
        from = page.next;
        if from.is_none() {
            return Ok(asked.or(last));
        }
    }
}

/// Takes in a reply that came at a moment.
pub(crate) async fn take(deps: &Deps, reply: &Reply, at: Timestamp, now: Timestamp) -> Result<(), Error> {
    let key = Who::Phone(reply.from.clone()).key();
    let contact = deps.store.contact(&key).await?;
    let mut survey = match contact {
        Some(contact) => about(deps, &contact, reply.says, at).await?,
        None => None,
    };
    for _ in 0..ROUNDS {
        let Some(before) = &survey else {
            // Nobody we asked, or erased since. The wish stands all the same.
            return match reply.says {
                Says::Stop => Ok(deps.store.suppress(&key, Suppression::Unsubscribed, now).await?),
                Says::Score(_) => Ok(()),
            };
        };
        let saved: Result<Saved, StoreError> = match decide(before, reply.says, at) {
            Verdict::Nothing => return Ok(()),
            Verdict::Suppress => return Ok(deps.store.suppress(&key, Suppression::Unsubscribed, now).await?),
            Verdict::Save(after) => deps.store.save(before, &after).await,
            Verdict::Unsubscribe(after) => {
                deps.store.save_and_suppress(before, &after, Suppression::Unsubscribed, now).await
            }
        };
        match saved {
            Ok(Saved::Done) => {
                tracing::info!(survey.id = %before.id, "somebody wrote back to a text");
                return Ok(());
            }
            Ok(Saved::Conflict(found)) => survey = found.map(|found| *found),
            Err(error) if error.is_busy() => {
                tracing::debug!(error = chain(&error), "the tables are busy; once more");
                tokio::time::sleep(Duration::from_millis(deps.chance.below(PAUSE))).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::Contended)
}

#[cfg(test)]
mod tests {
    use model::{ClaimId, State, Step};
    use serde_json::json;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn waiting() -> Survey {
        serde_json::from_value(json!({
            "id": "0123456789abcdef0123456789abcdef", "ver": 7, "cp": "default", "zn": "UTC", "ms": "completion",
            "sj": {"t": "project", "i": "a0X1"}, "ct": {"t": "4915112345678"}, "lg": "en", "cr": 0,
            "sa": NOW.as_millis(), "cd": {"t": 259_200, "r": 604_800, "c": 1_209_600}, "st": "scheduled",
            "nx": {"s": "invite", "a": NOW.as_millis()}, "iv": {}, "re": {}, "rt": 400
        }))
        .unwrap()
    }

    fn asked() -> Survey {
        waiting().claimed(Step::Invite, &ClaimId::new(1), NOW).unwrap().sent(Step::Invite, NOW).unwrap()
    }

    #[test]
    fn a_number_answers_what_was_asked_and_once() {
        let nine = Says::Score("9".parse().unwrap());
        let Verdict::Save(after) = decide(&asked(), nine, NOW) else { panic!("not taken") };
        assert_eq!((after.state, after.score().map(model::Score::value)), (State::Answered, Some(9)));
        assert_eq!(decide(&after, nine, NOW), Verdict::Nothing, "a repeat changes nothing");
        assert!(matches!(decide(&after, Says::Score("7".parse().unwrap()), NOW), Verdict::Save(_)), "a change of mind");
        let (later, seven) = (NOW.after(Duration::from_secs(9)), Says::Score("7".parse().unwrap()));
        let pressed = asked().responded("10".parse().unwrap(), None, later).unwrap().unwrap();
        assert_eq!(decide(&pressed, seven, NOW), Verdict::Nothing, "one that was long on its way");
        let Verdict::Save(after) = decide(&pressed, seven, later.after(Duration::from_secs(1))) else {
            panic!("not taken")
        };
        assert_eq!(after.score().map(model::Score::value), Some(7));
        assert_eq!(decide(&waiting(), nine, NOW), Verdict::Nothing, "nobody was asked yet");
        let late = NOW.after(ANSWERS).after(Duration::from_millis(1));
        assert_eq!(decide(&asked(), nine, late), Verdict::Nothing);
    }

    #[test]
    fn a_number_is_about_the_latest_text_that_had_gone_out() {
        let minute = Duration::from_secs(60);
        let sent = |id: &str, at: Timestamp| {
            let waiting = Survey { id: id.repeat(32).parse().unwrap(), ..waiting() };
            waiting.claimed(Step::Invite, &ClaimId::new(1), at).unwrap().sent(Step::Invite, at).unwrap()
        };
        let (first, second) = (sent("1", NOW), sent("2", NOW.after(minute * 2)));
        let mut mailed = sent("3", NOW.after(minute));
        mailed.contact.who = Who::Email(model::Email::parse("ada@example.com").unwrap());
        let mut refused = sent("4", NOW.after(minute));
        (refused.invite.sent_at, refused.invite.failed_at) = (None, Some(NOW.after(minute)));
        let all = [second.clone(), waiting(), mailed, first.clone(), refused];
        let at = |at: Timestamp| latest(all.clone(), at).map(|survey| survey.id);
        assert_eq!(at(NOW.before(minute)), None, "nobody was asked yet");
        assert_eq!(at(NOW.after(minute)), Some(first.id), "a repeat that comes late is not about the next one");
        assert_eq!(at(NOW.after(minute * 2)), Some(second.id));
    }

    #[test]
    fn whoever_says_stop_is_unsubscribed_whatever_has_become_of_the_survey() {
        let answered = asked().responded("9".parse().unwrap(), None, NOW).unwrap().unwrap();
        for (survey, state) in [(waiting(), State::Stopped), (asked(), State::Stopped), (answered, State::Answered)] {
            let Verdict::Unsubscribe(after) = decide(&survey, Says::Stop, NOW) else { panic!("not taken") };
            assert_eq!((after.state, after.unsubscribed_at), (state, Some(NOW)));
            assert_eq!(decide(&after, Says::Stop, NOW), Verdict::Suppress);
        }
    }
}
