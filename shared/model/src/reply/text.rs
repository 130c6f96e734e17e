//! What a number or a word written back to a text makes of a survey.
//!
//! A reply names no survey, only a number. A score is about the latest one whose text had gone out by then: a contact names the
//! survey that took its turn last, and that may wait for months. Nor does a reply say when it was written: it counts at the
//! moment its queue took it, and nothing older takes the place of anything newer.

use crate::link::LIFE;
use crate::score::Score;
use crate::survey::{AnsweredBy, Channel, Survey};
use crate::time::Timestamp;

/// What a reply means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    /// They want no more texts.
    Stop,
    /// They answer the question.
    Score(Score),
}

/// What a reply makes of the survey it is about.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
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

/// Decides on the survey as it stands. A number alone is an answer for as long as the links of its text live: later nobody can
/// tell what it means.
#[must_use]
pub fn decide(survey: &Survey, says: Says, at: Timestamp) -> Verdict {
    match says {
        Says::Stop => survey.unsubscribed(at).map_or(Verdict::Suppress, |after| Verdict::Unsubscribe(Box::new(after))),
        Says::Score(score) => {
            if asked_at(survey).is_none_or(|asked| at.since(asked) > LIFE) {
                return Verdict::Nothing;
            }
            // One that failed comes again when another was given meanwhile.
            if survey.said_at().is_some_and(|said| at < said) {
                return Verdict::Nothing;
            }
            match survey.responded_by(score, None, AnsweredBy::Reply, at) {
                Ok(Some(after)) => Verdict::Save(Box::new(after)),
                Ok(None) | Err(_) => Verdict::Nothing,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;
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

    #[test]
    fn a_number_answers_what_was_asked_and_once() {
        let nine = Says::Score("9".parse().unwrap());
        let Verdict::Save(after) = decide(&asked(), nine, NOW) else { panic!("not taken") };
        assert_eq!((after.state, after.score().map(crate::Score::value)), (State::Answered, Some(9)));
        assert_eq!(decide(&after, nine, NOW), Verdict::Nothing, "a repeat changes nothing");
        assert!(matches!(decide(&after, Says::Score("7".parse().unwrap()), NOW), Verdict::Save(_)), "a change of mind");
        let (later, seven) = (NOW.after(Duration::from_secs(9)), Says::Score("7".parse().unwrap()));
        let pressed = asked().responded("10".parse().unwrap(), None, later).unwrap().unwrap();
        assert_eq!(decide(&pressed, seven, NOW), Verdict::Nothing, "one that was long on its way");
        let saved = asked().self_saved("10".parse().unwrap(), NOW).unwrap().unwrap();
        let pressed_too = saved.responded("10".parse().unwrap(), None, later).unwrap().unwrap();
        let between = later.before(Duration::from_secs(1));
        assert_eq!(decide(&pressed_too, seven, between), Verdict::Nothing, "one that came before the press");
        let Verdict::Save(after) = decide(&pressed, seven, later.after(Duration::from_secs(1))) else {
            panic!("not taken")
        };
        assert_eq!(after.score().map(crate::Score::value), Some(7));
        assert_eq!(decide(&waiting(), nine, NOW), Verdict::Nothing, "nobody was asked yet");
        let late = NOW.after(LIFE).after(Duration::from_millis(1));
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
        mailed.contact.who = crate::Who::Email(crate::Email::parse("ada@example.com").unwrap());
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
