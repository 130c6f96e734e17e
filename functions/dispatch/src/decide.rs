//! What may be sent, and what the end of an attempt makes of a survey. Nothing here waits or writes.

use model::survey::NotNow;
use model::{ClaimId, Contact, Step, Survey, Timestamp};

/// What to do with a hint whose mail could not be claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unclaimed {
    /// Nothing: it was done, will not be done, or somebody is at it.
    Drop(&'static str),
    /// It is too early: `remind` sees to it that it comes at its time.
    Later,
    /// The write was refused though the survey says yes.
    Unclear,
}

/// Why a claim was refused, by the survey that stood in its way.
pub(crate) fn unclaimed(found: Option<&Survey>, step: Step, claim: &ClaimId, now: Timestamp) -> Unclaimed {
    let Some(survey) = found else { return Unclaimed::Drop("no such survey") };
    match survey.claimed(step, claim, now) {
        Err(NotNow::Over) => Unclaimed::Drop("over"),
        // Its result settles it; if none ever comes, the sweep does.
        Err(NotNow::InFlight) => Unclaimed::Drop("in flight"),
        Err(NotNow::Early) => Unclaimed::Later,
        Ok(_) => Unclaimed::Unclear,
    }
}

/// Whether a contact may be written to: not if they, their address or their number said no, nor once they were erased.
pub(crate) fn may_be_mailed(contact: Option<&Contact>) -> bool {
    contact.is_some_and(|contact| contact.suppressed.is_none() && contact.is_known())
}

/// How an attempt ended, as far as the survey must know. An unknown end is no end: the claim stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// SES took the mail.
    Sent,
    /// SES did not take it and may later, or it was never handed over.
    Released,
    /// SES will never take it.
    Refused,
    /// The day has had its mails: this one is due from then on.
    PutOff(Timestamp),
    /// The contact is not to be mailed.
    Stopped,
    /// The contact had told the sender of texts to stop.
    OptedOut,
}

/// A survey to write.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Change {
    pub(crate) after: Survey,
    /// Whether the contact's turn goes back: the invite will never go out.
    pub(crate) give_back: bool,
    /// Whether the contact is never written to again.
    pub(crate) unsubscribed: bool,
}

/// What the end of an attempt makes of the survey as it stands; nothing if that is known, or another attempt
/// has taken its place.
pub(crate) fn settled(survey: &Survey, step: Step, claim: &ClaimId, end: End, now: Timestamp) -> Option<Change> {
    let after = match end {
        End::Sent => survey.sent(step, now),
        End::Released => survey.released(step, claim),
        End::PutOff(until) => survey.put_off(step, claim, until),
        End::Refused => survey.refused(step, now).filter(|_| survey.holds(step, claim)),
        // Another word may have settled the claim in between; the survey stops all the same.
        End::Stopped => survey.stopped_before_sending(step, claim, now).or_else(|| survey.stopped(now)),
        End::OptedOut => survey.opted_out(step, claim, now),
    }?;
    let never_goes_out = step == Step::Invite && survey.invite.sent_at.is_none() && !after.state.is_open();
    let give_back = matches!(end, End::Refused | End::Stopped) && never_goes_out;
    Some(Change { after, give_back, unsubscribed: end == End::OptedOut })
}

/// Whether the survey found in place of the one an attempt was about is still that one: an erased survey may have
/// been made anew under the same name, and the end of this attempt says nothing of it.
pub(crate) fn is_same(attempted: &Survey, found: &Survey) -> bool {
    found.created_at == attempted.created_at
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use model::survey::Due;
    use model::{Email, Phone, State, Suppression, Who};
    use serde_json::json;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn claim(nth: u64) -> ClaimId {
        ClaimId::new(nth)
    }

    /// Due now, not claimed.
    fn survey() -> Survey {
        serde_json::from_value(json!({
            "id": "0123456789abcdef0123456789abcdef", "ver": 7, "cp": "default", "zn": "UTC", "ms": "completion",
            "sj": {"t": "project", "i": "a0X1"}, "ct": {"e": "ada@example.com"}, "lg": "en", "cr": 0,
            "sa": NOW.as_millis(), "cd": {"t": 259_200, "r": 604_800, "c": 1_209_600}, "st": "scheduled",
            "nx": {"s": "invite", "a": NOW.as_millis()}, "iv": {}, "re": {}, "rt": 400
        }))
        .unwrap()
    }

    fn in_flight() -> Survey {
        survey().claimed(Step::Invite, &claim(1), NOW).unwrap()
    }

    fn reminding() -> Survey {
        let asked = in_flight().sent(Step::Invite, NOW).unwrap();
        let due = Survey { next: Some(Due { step: Step::Remind, at: NOW }), ..asked };
        due.claimed(Step::Remind, &claim(1), NOW).unwrap()
    }

    #[test]
    fn a_refused_claim_is_explained_by_what_stood_there() {
        let early =
            Survey { next: Some(Due { step: Step::Invite, at: NOW.after(Duration::from_millis(1)) }), ..survey() };
        let drop = Unclaimed::Drop;
        let cases = [
            (None, Step::Invite, drop("no such survey")),
            (Some(survey()), Step::Remind, drop("over")),
            (Some(survey()), Step::Task, drop("over")),
            (survey().stopped(NOW), Step::Invite, drop("over")),
            (in_flight().sent(Step::Invite, NOW), Step::Invite, drop("over")),
            (Some(in_flight()), Step::Invite, drop("in flight")),
            (Some(early), Step::Invite, Unclaimed::Later),
            (Some(survey()), Step::Invite, Unclaimed::Unclear),
        ];
        for (found, step, expected) in cases {
            assert_eq!(unclaimed(found.as_ref(), step, &claim(2), NOW), expected, "{found:?}");
        }
    }

    #[test]
    fn only_a_contact_who_is_there_and_said_nothing_is_mailed() {
        let contact = Contact::new(&Email::parse("ada@example.com").unwrap().into());
        assert!(may_be_mailed(Some(&contact)));
        assert!(!may_be_mailed(None));
        assert!(!may_be_mailed(Some(&Contact { email: None, ..contact.clone() })));
        assert!(may_be_mailed(Some(&Contact::new(&Who::Phone(Phone::international("+4915112345678").unwrap())))));
        for why in [Suppression::Unsubscribed, Suppression::Bounced, Suppression::Complained] {
            assert!(!may_be_mailed(Some(&Contact { suppressed: Some(why), ..contact.clone() })));
        }
    }

    #[test]
    fn every_end_of_an_attempt_settles_its_claim() {
        // The survey, the end; then its state, whether a mail is in flight, and whether the turn goes back.
        let cases = [
            (in_flight(), End::Sent, State::Asked, false),
            (in_flight(), End::Released, State::Scheduled, false),
            (in_flight(), End::PutOff(NOW.after(Duration::from_secs(60))), State::Scheduled, false),
            (in_flight(), End::Refused, State::Failed, true),
            (in_flight(), End::Stopped, State::Stopped, true),
            (in_flight(), End::OptedOut, State::Stopped, false),
            (reminding(), End::Sent, State::Reminded, false),
            (reminding(), End::Released, State::Asked, false),
            (reminding(), End::PutOff(NOW.after(Duration::from_secs(60))), State::Asked, false),
            (reminding(), End::Refused, State::Asked, false),
            (reminding(), End::Stopped, State::Stopped, false),
            (reminding(), End::OptedOut, State::Stopped, false),
        ];
        for (survey, end, state, give_back) in cases {
            let step = survey.in_flight.unwrap();
            let change = settled(&survey, step, &claim(1), end, NOW).unwrap();
            assert_eq!((change.after.state, change.give_back), (state, give_back), "{step:?} {end:?}");
            assert_eq!(
                (change.unsubscribed, change.after.unsubscribed_at.is_some()),
                (end == End::OptedOut, end == End::OptedOut)
            );
            assert_eq!(change.after.in_flight, None);
            assert_eq!(change.after.ver, survey.ver + 1);
            assert_eq!(settled(&change.after, step, &claim(1), end, NOW), None, "a repeat changes nothing");
        }
    }

    #[test]
    fn a_mail_that_is_put_off_is_due_later_and_is_claimed_then() {
        let until = NOW.after(Duration::from_secs(3_600));
        for survey in [in_flight(), reminding()] {
            let step = survey.in_flight.unwrap();
            let after = settled(&survey, step, &claim(1), End::PutOff(until), NOW).unwrap().after;
            assert_eq!(after.next, Some(Due { step, at: until }), "an event: somebody schedules it");
            assert_eq!(after.claimed(step, &claim(2), NOW), Err(NotNow::Early));
            assert!(after.claimed(step, &claim(2), until).is_ok());
        }
    }

    #[test]
    fn a_survey_made_anew_is_another_one() {
        let answered = in_flight().responded(model::Score::try_from(9).unwrap(), None, NOW).unwrap().unwrap();
        assert!(is_same(&in_flight(), &answered), "whatever became of it");
        let anew = Survey { created_at: NOW, ..in_flight() };
        assert!(!is_same(&in_flight(), &anew), "whatever it looks like");
    }

    #[test]
    fn another_attempt_is_left_alone() {
        for end in [End::Released, End::PutOff(NOW), End::Refused] {
            assert_eq!(settled(&in_flight(), Step::Invite, &claim(2), end, NOW), None, "{end:?}");
        }
    }

    #[test]
    fn a_send_event_that_came_first_leaves_nothing_to_give_back() {
        let asked = in_flight().sent(Step::Invite, NOW).unwrap();
        assert_eq!(settled(&asked, Step::Invite, &claim(1), End::Sent, NOW), None);
        assert_eq!(settled(&asked, Step::Invite, &claim(1), End::Refused, NOW), None);
        let stopped = settled(&asked, Step::Invite, &claim(1), End::Stopped, NOW).unwrap();
        assert_eq!((stopped.after.state, stopped.give_back), (State::Stopped, false));
    }
}
