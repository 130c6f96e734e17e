//! What a word of SES makes of a survey and its contact. Nothing here waits or writes.
//!
//! That a contact is not to be mailed is written on the survey whatever has become of it since: its change is the
//! event by which lists and systems outside hear of it.

use model::{Step, Suppression, Survey, Timestamp};

use crate::wire::{Fate, LetterWord, Word};

/// What is to be written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Verdict {
    /// Nothing: it is known, or a later attempt counts.
    Nothing,
    /// The changed survey.
    Save(Box<Survey>),
    /// The changed survey, and the contact's turn goes back: the invite never goes out.
    SaveAndGiveBack(Box<Survey>),
    /// The changed survey, and the contact is never mailed again.
    SaveAndSuppress(Box<Survey>, Suppression),
    /// The contact is never mailed again; the survey stays as it is.
    Suppress(Suppression),
}

/// Why a contact is never mailed again after this.
pub(crate) fn suppression(fate: Fate) -> Option<Suppression> {
    match fate {
        Fate::BouncedForGood => Some(Suppression::Bounced),
        Fate::Complained => Some(Suppression::Complained),
        Fate::Sent | Fate::Delivered | Fate::BouncedForNow | Fate::Rejected => None,
    }
}

/// Decides on the survey as it stands.
pub(crate) fn decide(survey: &Survey, word: &Word, now: Timestamp) -> Verdict {
    let at = word.at.unwrap_or(now);
    let step = word.step;
    let after = match word.fate {
        _ if of_an_earlier_life(survey, word) => None,
        Fate::Sent => survey.sent(step, at),
        Fate::Delivered => survey.delivered(step, at),
        Fate::BouncedForGood => survey.bounced(step, true, at),
        Fate::BouncedForNow => survey.bounced(step, false, at),
        Fate::Complained => survey.complained(at),
        Fate::Rejected => latest(survey, word).then(|| survey.refused(step, at)).flatten(),
    };
    match (after.map(Box::new), suppression(word.fate)) {
        (Some(after), Some(why)) => Verdict::SaveAndSuppress(after, why),
        // A repeat makes sure all the same: the suppression may have been lifted by an erasure.
        (None, Some(why)) => Verdict::Suppress(why),
        (Some(after), None) if word.fate == Fate::Rejected && step == Step::Invite => Verdict::SaveAndGiveBack(after),
        (Some(after), None) => Verdict::Save(after),
        (None, None) => Verdict::Nothing,
    }
}

/// Decides on the survey that a letter to its contact was about: thanks, which may come back or be called spam. Nothing
/// where that says nothing of the contact.
pub(crate) fn decide_letter(survey: &Survey, word: &LetterWord, now: Timestamp) -> Verdict {
    let Some(why) = suppression(word.fate) else { return Verdict::Nothing };
    let at = word.at.unwrap_or(now);
    let after = match why {
        _ if before(survey, word.sent_at) => None,
        Suppression::Complained => survey.complained(at),
        Suppression::Bounced | Suppression::Unsubscribed => survey.undeliverable(at),
    };
    match after.map(Box::new) {
        Some(after) => Verdict::SaveAndSuppress(after, why),
        None => Verdict::Suppress(why),
    }
}

/// Whether something was sent before this survey was made.
fn before(survey: &Survey, sent_at: Option<Timestamp>) -> bool {
    sent_at.is_some_and(|sent_at| sent_at < survey.created_at)
}

/// Whether the word is about a mail of a survey that was erased, and made anew under the same name: then it
/// says nothing of this one, whatever it says of the contact.
fn of_an_earlier_life(survey: &Survey, word: &Word) -> bool {
    let before = before(survey, word.sent_at);
    // SES has a clock of its own: the latest attempt is known by its claim.
    before && !(word.claim.is_some() && latest(survey, word))
}

/// Whether the word is about the latest attempt: the rejection of an older one says nothing of the one after it.
fn latest(survey: &Survey, word: &Word) -> bool {
    survey.mail(word.step).is_some_and(|mail| mail.claim == word.claim)
}

#[cfg(test)]
mod tests {
    use model::notice::NoticeId;
    use model::{ClaimId, State};
    use serde_json::json;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
    const AT: Timestamp = Timestamp::from_millis(1_799_999_999_000);

    /// Claimed, and nothing heard yet.
    fn in_flight() -> Survey {
        let survey: Survey = serde_json::from_value(json!({
            "id": "0123456789abcdef0123456789abcdef", "ver": 7, "cp": "default", "zn": "UTC", "ms": "completion",
            "sj": {"t": "project", "i": "a0X1"}, "ct": {"e": "ada@example.com"}, "lg": "en", "cr": 0,
            "sa": AT.as_millis(), "cd": {"t": 259_200, "r": 604_800, "c": 1_209_600}, "st": "scheduled",
            "nx": {"s": "invite", "a": AT.as_millis()}, "iv": {}, "re": {}, "rt": 400
        }))
        .unwrap();
        survey.claimed(Step::Invite, &ClaimId::new(1), AT).unwrap()
    }

    fn word(fate: Fate) -> Word {
        let claim = Some(ClaimId::new(1));
        Word { survey: in_flight().id, step: Step::Invite, claim, to: None, fate, at: Some(AT), sent_at: Some(AT) }
    }

    fn after(verdict: Verdict) -> Survey {
        match verdict {
            Verdict::Save(after) | Verdict::SaveAndGiveBack(after) | Verdict::SaveAndSuppress(after, _) => *after,
            other => panic!("nothing to write: {other:?}"),
        }
    }

    #[test]
    fn every_fate_is_written_once() {
        use Suppression::{Bounced, Complained};
        // The fate; then the survey's state, whether the contact is suppressed, and the verdict on a repeat.
        let cases = [
            (Fate::Sent, State::Asked, None, Verdict::Nothing),
            (Fate::Delivered, State::Asked, None, Verdict::Nothing),
            (Fate::BouncedForNow, State::Asked, None, Verdict::Nothing),
            (Fate::BouncedForGood, State::Failed, Some(Bounced), Verdict::Suppress(Bounced)),
            (Fate::Complained, State::Stopped, Some(Complained), Verdict::Suppress(Complained)),
            (Fate::Rejected, State::Failed, None, Verdict::Nothing),
        ];
        for (fate, state, suppressed, repeat) in cases {
            let verdict = decide(&in_flight(), &word(fate), NOW);
            match &verdict {
                Verdict::SaveAndSuppress(_, why) => assert_eq!(Some(*why), suppressed, "{fate:?}"),
                Verdict::SaveAndGiveBack(_) => assert_eq!(fate, Fate::Rejected),
                _ => assert_eq!(suppressed, None, "{fate:?}"),
            }
            let after = after(verdict);
            assert_eq!(after.state, state, "{fate:?}");
            assert_eq!(decide(&after, &word(fate), NOW), repeat, "{fate:?}");
        }
    }

    #[test]
    fn a_fate_is_dated_by_ses() {
        assert_eq!(after(decide(&in_flight(), &word(Fate::Sent), NOW)).invite.sent_at, Some(AT));
        let undated = Word { at: None, ..word(Fate::Sent) };
        assert_eq!(after(decide(&in_flight(), &undated, NOW)).invite.sent_at, Some(NOW));
    }

    #[test]
    fn a_late_send_event_settles_an_older_attempt() {
        let again = in_flight().released(Step::Invite, &ClaimId::new(1)).unwrap();
        let again = again.claimed(Step::Invite, &ClaimId::new(2), NOW).unwrap();
        let settled = after(decide(&again, &word(Fate::Sent), NOW));
        assert_eq!((settled.state, settled.in_flight), (State::Asked, None));
    }

    #[test]
    fn the_rejection_of_an_older_attempt_says_nothing_of_the_newer() {
        let again = in_flight().released(Step::Invite, &ClaimId::new(1)).unwrap();
        let again = again.claimed(Step::Invite, &ClaimId::new(2), NOW).unwrap();
        assert_eq!(decide(&again, &word(Fate::Rejected), NOW), Verdict::Nothing);
    }

    #[test]
    fn a_mail_of_an_erased_survey_says_nothing_of_the_one_made_anew() {
        let anew = Survey { created_at: NOW, ..in_flight().released(Step::Invite, &ClaimId::new(1)).unwrap() };
        let older = |fate| Word { claim: Some(ClaimId::new(7)), ..word(fate) };
        for fate in [Fate::Sent, Fate::Delivered, Fate::BouncedForNow, Fate::Rejected] {
            assert_eq!(decide(&anew, &older(fate), NOW), Verdict::Nothing, "{fate:?}");
        }
        let bounced = decide(&anew, &older(Fate::BouncedForGood), NOW);
        assert_eq!(bounced, Verdict::Suppress(Suppression::Bounced), "the contact is the same");
        // A clock that is behind ours does not hide the mail of the latest attempt.
        assert!(matches!(decide(&anew, &word(Fate::Sent), NOW), Verdict::Save(_)));
    }

    #[test]
    fn after_the_end_a_complaint_is_an_event_of_the_survey_all_the_same() {
        let asked = in_flight().sent(Step::Invite, AT).unwrap();
        let answered = asked.responded(model::Score::try_from(9).unwrap(), None, AT).unwrap().unwrap();
        let letter = |fate| LetterWord {
            id: NoticeId::about(answered.id, "thanks"),
            to_contact: true,
            claim: None,
            to: None,
            fate,
            at: Some(AT),
            sent_at: Some(AT),
        };
        for (fate, why) in [(Fate::Complained, Suppression::Complained), (Fate::BouncedForGood, Suppression::Bounced)] {
            for verdict in [decide(&answered, &word(fate), NOW), decide_letter(&answered, &letter(fate), NOW)] {
                let Verdict::SaveAndSuppress(after, said) = verdict else { panic!("{fate:?}: {verdict:?}") };
                assert_eq!((said, after.state), (why, State::Answered), "{fate:?}");
                assert_eq!(model::events(Some(&answered), Some(&after)).len(), 1, "{fate:?}");
                assert_eq!(decide_letter(&after, &letter(fate), NOW), Verdict::Suppress(why), "a repeat");
            }
            let anew = Survey { created_at: NOW, ..answered.clone() };
            assert_eq!(decide_letter(&anew, &letter(fate), NOW), Verdict::Suppress(why), "an earlier life");
        }
        for fate in [Fate::Sent, Fate::Delivered, Fate::BouncedForNow, Fate::Rejected] {
            assert_eq!(decide_letter(&answered, &letter(fate), NOW), Verdict::Nothing, "{fate:?}");
        }
    }

    #[test]
    fn a_rejected_reminder_keeps_the_contacts_turn() {
        let reminder = Word { step: Step::Remind, claim: None, ..word(Fate::Rejected) };
        assert!(matches!(decide(&in_flight(), &reminder, NOW), Verdict::Save(_)));
    }
}
