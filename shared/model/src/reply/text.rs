//! Which survey a text is about that somebody wrote back, and what it says. What that makes of the survey decides
//! [`super::decide`], as of a reply to a letter.
//!
//! A reply names no survey, only a number. It is about the latest one whose text had gone out by then: a contact names the
//! survey that took its turn last, and that may wait for months. Nor does a reply say when it was written: it counts at the
//! moment its topic took it.

use super::{Came, Said, read};
use crate::link::LIFE;
use crate::phone::Phone;
use crate::sms;
use crate::survey::{Channel, Survey};
use crate::time::Timestamp;
use crate::who::Who;

/// Reads what somebody wrote back to a text: the words by which carriers let people stop, or else what a reply to a letter would
/// say.
#[must_use]
pub fn said(text: &str) -> Said {
    if sms::is_stop(text) { Said::NoMore { rest: None } } else { read(text) }
}

/// A text that came from a number, as a reply to a survey. An answer is one for as long as the link of its text lives: later
/// nobody can tell what it means.
#[must_use]
pub fn came(survey: &Survey, from: &Phone, said: Said, at: Timestamp) -> Came {
    let late = asked_at(survey).is_none_or(|asked| at.since(asked) > LIFE);
    Came { from: Some(Who::Phone(from.clone())), at, late, said }
}

/// When a survey's text went out, or may have.
fn asked_at(survey: &Survey) -> Option<Timestamp> {
    let invite = &survey.invite;
    let sent = invite.sent_at.or(invite.claimed_at.filter(|_| invite.failed_at.is_none()));
    sent.filter(|_| survey.channel() == Channel::Sms)
}

/// When a survey's text went out, or may have, if that was by then.
#[must_use]
pub fn asked_by(survey: &Survey, at: Timestamp) -> Option<Timestamp> {
    asked_at(survey).filter(|asked| *asked <= at)
}

/// The latest of these that had asked by then.
#[must_use]
pub fn latest(surveys: impl IntoIterator<Item = Survey>, at: Timestamp) -> Option<Survey> {
    surveys.into_iter().filter(|survey| asked_by(survey, at).is_some()).max_by_key(asked_at)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;
    use crate::reply::{Verdict, Why, decide};
    use crate::{ClaimId, State, Step};

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

    fn verdict(survey: &Survey, text: &str, at: Timestamp) -> Verdict {
        verdict_on(survey, None, text, at)
    }

    fn verdict_on(survey: &Survey, earlier: Option<&str>, text: &str, at: Timestamp) -> Verdict {
        let from = Phone::international("+4915112345678").unwrap();
        decide(survey, &came(survey, &from, said(text), at), earlier)
    }

    fn after(verdict: Verdict) -> (Survey, Option<String>) {
        match verdict {
            Verdict::Record { after, comment, .. } => (*after, comment),
            other => panic!("nothing to write: {other:?}"),
        }
    }

    fn later(seconds: u64) -> Timestamp {
        NOW.after(Duration::from_secs(seconds))
    }

    #[test]
    fn a_number_answers_what_was_asked_and_once() {
        let (answered, comment) = after(verdict(&asked(), "9", later(1)));
        assert_eq!((answered.state, answered.score().map(crate::Score::value)), (State::Answered, Some(9)));
        assert_eq!(comment, None);
        assert_eq!(verdict(&answered, "9", later(1)), Verdict::Nothing, "a repeat changes nothing");
        assert_eq!(after(verdict(&answered, "7", later(2))).0.changes.len(), 2, "a change of mind");
        let pressed = asked().responded("10".parse().unwrap(), None, later(9)).unwrap().unwrap();
        assert_eq!(verdict(&pressed, "7", later(1)), Verdict::Nothing, "one that was long on its way");
        let (changed, _) = after(verdict(&pressed, "7", later(10)));
        assert_eq!(changed.score().map(crate::Score::value), Some(7));
        let late = NOW.after(LIFE).after(Duration::from_millis(1));
        assert_eq!(verdict(&asked(), "9", late), Verdict::HandOver(Why::Late));
    }

    #[test]
    fn words_are_the_comment_or_for_people() {
        for (text, value, words) in
            [("9 great service", 9, "great service"), ("3 - too slow, nobody called", 3, "too slow, nobody called")]
        {
            let (answered, comment) = after(verdict(&asked(), text, later(1)));
            assert_eq!(answered.score().map(crate::Score::value), Some(value), "{text}");
            assert_eq!((comment.as_deref(), answered.commented_at), (Some(words), Some(later(1))));
            assert_eq!(verdict(&answered, text, later(1)), Verdict::Nothing, "a repeat changes nothing");
            // The reason in a text of its own, as people write it.
            let (_, comment) = after(verdict_on(&answered, Some(words), "Sam was kind", later(5)));
            assert_eq!(comment, Some(format!("{words}\n\nSam was kind")));
        }
        for words in ["I waited 10 days", "10 years we work with you", "nine", "9 or 10", "Who is this?"] {
            assert_eq!(verdict(&asked(), words, later(1)), Verdict::HandOver(Why::NoScore), "{words}");
        }
    }

    #[test]
    fn a_text_is_about_the_latest_that_had_gone_out() {
        let minute = Duration::from_secs(60);
        let sent = |id: &str, at: Timestamp| {
            let waiting = Survey { id: id.repeat(32).parse().unwrap(), ..waiting() };
            waiting.claimed(Step::Invite, &ClaimId::new(1), at).unwrap().sent(Step::Invite, at).unwrap()
        };
        let (first, second) = (sent("1", NOW), sent("2", NOW.after(minute * 2)));
        let mut mailed = sent("3", NOW.after(minute));
        mailed.contact.who = Who::Email(crate::Email::parse("ada@example.com").unwrap());
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
            for stop in ["STOP", " arret. ", "Abmelden", "Stop\nYour invoices are wrong, too."] {
                let Verdict::Unsubscribe(Some(after)) = verdict(&survey, stop, NOW) else {
                    panic!("not taken: {stop}")
                };
                assert_eq!((after.state, after.unsubscribed_at), (state, Some(NOW)));
                assert_eq!(verdict(&after, stop, NOW), Verdict::Unsubscribe(None));
            }
        }
    }
}
