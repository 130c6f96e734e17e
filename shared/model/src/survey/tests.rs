//! Tables of transitions, and laws that hold for every order of them.

use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::{prop_assert, prop_assert_eq, proptest};
use serde_json::json;

use super::*;
use crate::theme::{Say, Sentiment, ThemeId};

pub(super) const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
const HOUR: Duration = Duration::from_secs(3600);

fn claim(nth: u8) -> ClaimId {
    ClaimId::new(u64::from(nth))
}

pub(super) fn score(value: u8) -> Score {
    Score::try_from(value).unwrap()
}

/// Made now, its invite due at once.
pub(super) fn survey() -> Survey {
    serde_json::from_value(json!({
        "id": "0123456789abcdef0123456789abcdef", "ver": 1_800_000_000_000_u64, "cp": "default", "zn": "UTC",
        "ms": "completion", "sj": {"t": "project", "i": "a0X1"}, "ct": {"e": "ada@example.com"}, "lg": "en",
        "cr": NOW.as_millis(), "sa": NOW.as_millis(), "cd": {"t": 259_200, "r": 604_800, "c": 1_209_600},
        "st": "scheduled", "nx": {"s": "invite", "a": NOW.as_millis()}, "iv": {}, "re": {}, "rt": 400
    }))
    .unwrap()
}

fn claimed() -> Survey {
    survey().claimed(Step::Invite, &claim(1), NOW).unwrap()
}

pub(super) fn asked() -> Survey {
    claimed().sent(Step::Invite, NOW).unwrap()
}

/// The reminder's turn has come.
fn reminding() -> Survey {
    asked().task_opened(NOW.after(72 * HOUR)).unwrap()
}

fn due(step: Step, hours: u32) -> Option<Due> {
    Some(Due { step, at: NOW.after(HOUR * hours) })
}

#[test]
fn a_survey_runs_through_its_cadence() {
    let invited = asked();
    assert_eq!((invited.state, invited.next, invited.in_flight), (State::Asked, due(Step::Task, 72), None));
    assert_eq!(invited.task_opened(NOW.after(71 * HOUR)), None, "not before its time");
    let owner_told = reminding();
    assert_eq!((owner_told.state, owner_told.next), (State::Asked, due(Step::Remind, 168)));
    let at = NOW.after(169 * HOUR);
    let reminded = owner_told.claimed(Step::Remind, &claim(2), at).unwrap().sent(Step::Remind, at).unwrap();
    assert_eq!((reminded.state, reminded.next), (State::Reminded, due(Step::Close, 336)), "counted from the invite");
    let closed = reminded.closed(NOW.after(336 * HOUR)).unwrap();
    assert_eq!((closed.state, closed.next, closed.closed), (State::Closed, None, true));
}

#[test]
fn a_cadence_may_leave_steps_out() {
    let with = |task, remind| Survey { cadence: Cadence { task, remind, close: 3600 }, ..claimed() };
    let next = |survey: Survey| survey.sent(Step::Invite, NOW).and_then(|survey| survey.next).map(|due| due.step);
    assert_eq!(next(with(Some(60), Some(120))), Some(Step::Task));
    assert_eq!(next(with(None, Some(120))), Some(Step::Remind));
    assert_eq!(next(with(None, None)), Some(Step::Close));
}

#[test]
fn one_mail_is_claimed_at_a_time_and_only_when_due() {
    let before = NOW.before(Duration::from_millis(1));
    assert_eq!(survey().claimed(Step::Invite, &claim(1), before), Err(NotNow::Early));
    assert_eq!(survey().claimed(Step::Remind, &claim(1), NOW), Err(NotNow::Over));
    assert_eq!(survey().claimed(Step::Task, &claim(1), NOW), Err(NotNow::Over));
    assert_eq!(claimed().claimed(Step::Invite, &claim(2), NOW), Err(NotNow::InFlight));
    assert_eq!(asked().claimed(Step::Invite, &claim(2), NOW), Err(NotNow::Over));
    let answered = survey().responded(score(9), None, NOW).unwrap().unwrap();
    assert_eq!(answered.claimed(Step::Invite, &claim(1), NOW), Err(NotNow::Over));
}

#[test]
fn only_its_holder_releases_a_claim() {
    assert_eq!(claimed().released(Step::Invite, &claim(2)), None);
    assert_eq!(claimed().released(Step::Remind, &claim(1)), None);
    let released = claimed().released(Step::Invite, &claim(1)).unwrap();
    assert_eq!((released.in_flight, released.next), (None, survey().next));
    assert_eq!(released.invite.claim, Some(claim(1)), "a late event can still be told from others");
    assert!(released.claimed(Step::Invite, &claim(2), NOW).is_ok());
}

#[test]
fn the_send_event_of_an_older_attempt_settles_the_newer() {
    let again = claimed().released(Step::Invite, &claim(1)).unwrap().claimed(Step::Invite, &claim(2), NOW).unwrap();
    let sent = again.sent(Step::Invite, NOW).unwrap();
    assert_eq!((sent.in_flight, sent.state), (None, State::Asked));
    assert_eq!(sent.released(Step::Invite, &claim(2)), None);
}

#[test]
fn a_refused_invite_ends_the_survey_and_a_refused_reminder_does_not() {
    let failed = claimed().refused(Step::Invite, NOW).unwrap();
    assert_eq!((failed.state, failed.next, failed.in_flight), (State::Failed, None, None));
    let at = NOW.after(168 * HOUR);
    let remind = reminding().claimed(Step::Remind, &claim(2), at).unwrap();
    let refused = remind.refused(Step::Remind, at).unwrap();
    assert_eq!((refused.state, refused.next, refused.in_flight), (State::Asked, due(Step::Close, 336), None));
    let delivered = asked().delivered(Step::Invite, NOW).unwrap();
    assert_eq!(delivered.refused(Step::Invite, NOW), None, "it arrived");
}

#[test]
fn a_bounce_for_good_ends_what_a_bounce_for_now_leaves_open() {
    let for_now = asked().bounced(Step::Invite, false, NOW).unwrap();
    assert_eq!(for_now.state, State::Asked);
    assert_eq!(for_now.bounced(Step::Invite, false, NOW), None);
    let for_good = for_now.bounced(Step::Invite, true, NOW.after(HOUR)).unwrap();
    assert_eq!((for_good.state, for_good.invite.bounced_at), (State::Failed, Some(NOW)));
    assert_eq!(for_good.bounced(Step::Invite, true, NOW.after(HOUR)), None);
    let later = reminding().bounced(Step::Remind, true, NOW).unwrap();
    assert_eq!(later.state, State::Stopped, "the invite had arrived");
}

#[test]
fn what_a_contact_says_after_the_end_is_news() {
    let closed = Survey { next: due(Step::Close, 336), ..asked() }.closed(NOW.after(336 * HOUR)).unwrap();
    let answered = asked().responded(score(9), None, NOW).unwrap().unwrap();
    let later = NOW.after(400 * HOUR);
    for ended in [closed, answered] {
        let bounced = ended.bounced(Step::Invite, false, NOW).unwrap();
        for after in [
            ended.unsubscribed(later),
            ended.complained(later),
            ended.undeliverable(later),
            ended.bounced(Step::Invite, true, later),
            // It had come back for the time being before.
            bounced.bounced(Step::Invite, true, later),
        ] {
            let after = after.unwrap();
            assert_eq!((after.state, after.ended_at), (ended.state, ended.ended_at), "it stays as it ended");
            assert!(after.is_unwelcome() && !ended.is_unwelcome() && !bounced.is_unwelcome());
            let events = crate::events(Some(&bounced), Some(&Survey { invite: bounced.invite.clone(), ..after }));
            assert_eq!(events, [crate::Event::News { survey: ended.id }]);
        }
    }
}

#[test]
fn a_response_to_a_bounced_or_closed_survey_counts() {
    let ended = [
        asked().bounced(Step::Invite, true, NOW).unwrap(),
        asked().stopped(NOW).unwrap(),
        asked().unsubscribed(NOW).unwrap(),
        claimed().refused(Step::Invite, NOW).unwrap(),
    ];
    for survey in ended {
        let answered = survey.responded(score(3), None, NOW).unwrap().unwrap();
        assert_eq!((answered.state, answered.next, answered.score()), (State::Answered, None, Some(score(3))));
    }
}

#[test]
fn a_contact_who_said_no_after_the_claim_gets_nothing() {
    let stopped = claimed().stopped_before_sending(Step::Invite, &claim(1), NOW).unwrap();
    assert_eq!((stopped.state, stopped.in_flight, stopped.ver), (State::Stopped, None, claimed().ver + 1));
    assert_eq!(claimed().stopped_before_sending(Step::Invite, &claim(2), NOW), None);
    let answered = claimed().responded(score(9), None, NOW).unwrap().unwrap();
    let released = answered.stopped_before_sending(Step::Invite, &claim(1), NOW).unwrap();
    assert_eq!((released.state, released.in_flight), (State::Answered, None));
}

#[test]
fn a_score_may_change_twenty_times() {
    let mut survey = asked();
    for nth in 0..=MAX_CHANGES {
        survey = survey.responded(score(u8::try_from(nth % 11).unwrap()), None, NOW).unwrap().unwrap();
    }
    assert_eq!(survey.responded(score(10), None, NOW), Err(NotTaken::TooManyChanges));
    assert_eq!(survey.responded(survey.score().unwrap(), None, NOW), Ok(None), "the same again is no change");
    assert_eq!(survey.answered_at(), Some(NOW));
}

#[test]
fn five_scores_in_ten_seconds_are_no_person() {
    let tapped = |count: u8, gap: u64| {
        let taps = (0..count).map(|nth| (nth, NOW.after(Duration::from_millis(gap) * u32::from(nth))));
        taps.fold(asked(), |survey, (value, at)| survey.responded(score(value), None, at).unwrap().unwrap())
    };
    assert_eq!(asked().standing(), None);
    assert_eq!(tapped(4, 0).standing(), Some(Standing::Confirmed));
    assert_eq!(tapped(5, 2500).standing(), Some(Standing::Suspect));
    assert_eq!(tapped(5, 2501).standing(), Some(Standing::Confirmed));
    let judged = tapped(5, 0).judged(Standing::Confirmed).unwrap();
    assert_eq!(judged.standing(), Some(Standing::Confirmed));
    assert_eq!(judged.judged(Standing::Confirmed), None);
}

#[test]
fn a_person_outranks_the_method_until_the_contact_writes_again() {
    let ids = |all: &[&str]| all.iter().map(|id| id.parse().unwrap()).collect::<Vec<ThemeId>>();
    let heard = Heard { themes: ids(&["price"]), sentiment: Some(Sentiment::Negative) };
    let answered = survey().responded(score(9), None, NOW).unwrap().unwrap();
    assert_eq!(answered.corrected(Say::So(ids(&["price"])), Say::Nothing, NOW), None, "there is no comment");
    assert_eq!(answered.heard_again(NOW, &heard), None);
    let commented = answered.commented(None, None, NOW).unwrap().hearing(heard.clone());
    assert_eq!((commented.themes(), commented.sentiment()), (&ids(&["price"])[..], Some(Sentiment::Negative)));

    let said = commented.corrected(Say::So(Vec::new()), Say::Nothing, NOW).unwrap();
    assert_eq!((said.themes().len(), said.sentiment(), said.ver), (0, Some(Sentiment::Negative), commented.ver + 1));
    assert_eq!(said.corrected(Say::So(Vec::new()), Say::Nothing, NOW), None, "it is so already");
    let both = said.corrected(Say::Nothing, Say::So(Sentiment::Mixed), NOW).unwrap();
    assert_eq!((both.themes().len(), both.sentiment()), (0, Some(Sentiment::Mixed)));

    // The method is heard again underneath.
    let other = Heard { themes: ids(&["support"]), sentiment: None };
    assert_eq!(both.heard_again(NOW.before(HOUR), &other), None, "that was another comment");
    let again = both.heard_again(NOW, &other).unwrap();
    assert_eq!((again.themes().len(), again.sentiment()), (0, Some(Sentiment::Mixed)));
    let back = again.corrected(Say::Back, Say::Back, NOW).unwrap();
    assert_eq!((back.themes(), back.sentiment(), &back.corrected), (&ids(&["support"])[..], None, &None));
    assert_eq!(back.corrected(Say::Back, Say::Back, NOW), None);

    // Another score leaves it; another comment was read by nobody.
    assert!(both.responded(score(2), None, NOW).unwrap().unwrap().corrected.is_some());
    let other = both.commented(None, None, NOW).unwrap();
    assert_eq!((other.corrected, other.heard), (None, Heard::default()));
}

/// Everything that can happen to a survey.
#[derive(Clone, Copy, Debug)]
enum Happens {
    Claimed(Step, u8),
    Released(Step, u8),
    StoppedBeforeSending(Step, u8),
    Sent(Step),
    Refused(Step),
    Delivered(Step),
    Bounced(Step, bool),
    TaskOpened,
    Closed,
    Stopped,
    Unsubscribed,
    Complained,
    Undeliverable,
    Responded(u8),
    SelfSaved(u8),
    Seen,
    Commented(Option<u8>),
    Judged,
}

impl Happens {
    fn to(self, survey: &Survey, now: Timestamp) -> Option<Survey> {
        // Nobody says anything of a mail that was never handed over.
        if let Self::Sent(step) | Self::Refused(step) | Self::Delivered(step) | Self::Bounced(step, _) = self {
            survey.mail(step)?.claim.as_ref()?;
        }
        match self {
            Self::Claimed(step, by) => survey.claimed(step, &claim(by), now).ok(),
            Self::Released(step, by) => survey.released(step, &claim(by)),
            Self::StoppedBeforeSending(step, by) => survey.stopped_before_sending(step, &claim(by), now),
            Self::Sent(step) => survey.sent(step, now),
            Self::Refused(step) => survey.refused(step, now),
            Self::Delivered(step) => survey.delivered(step, now),
            Self::Bounced(step, for_good) => survey.bounced(step, for_good, now),
            Self::TaskOpened => survey.task_opened(now),
            Self::Closed => survey.closed(now),
            Self::Stopped => survey.stopped(now),
            Self::Unsubscribed => survey.unsubscribed(now),
            Self::Complained => survey.complained(now),
            Self::Undeliverable => survey.undeliverable(now),
            Self::Responded(value) => survey.responded(score(value), None, now).ok().flatten(),
            Self::SelfSaved(value) => survey.self_saved(score(value), now).ok().flatten(),
            Self::Seen => survey.seen(now),
            Self::Commented(value) => survey.commented(value.map(score), None, now).ok(),
            Self::Judged => survey.judged(Standing::Suspect),
        }
    }
}

fn happens() -> impl Strategy<Value = Happens> {
    let step = || proptest::sample::select(Step::ALL.to_vec());
    let mail = || prop_oneof![Just(Step::Invite), Just(Step::Remind)];
    prop_oneof![
        4 => (step(), 0..3_u8).prop_map(|(step, by)| Happens::Claimed(step, by)),
        2 => (mail(), 0..3_u8).prop_map(|(step, by)| Happens::Released(step, by)),
        1 => (mail(), 0..3_u8).prop_map(|(step, by)| Happens::StoppedBeforeSending(step, by)),
        4 => mail().prop_map(Happens::Sent),
        1 => mail().prop_map(Happens::Refused),
        2 => mail().prop_map(Happens::Delivered),
        1 => (mail(), any::<bool>()).prop_map(|(step, for_good)| Happens::Bounced(step, for_good)),
        3 => Just(Happens::TaskOpened),
        2 => Just(Happens::Closed),
        1 => Just(Happens::Stopped),
        1 => Just(Happens::Unsubscribed),
        1 => Just(Happens::Complained),
        1 => Just(Happens::Undeliverable),
        1 => (0..11_u8).prop_map(Happens::Responded),
        1 => (0..11_u8).prop_map(Happens::SelfSaved),
        1 => Just(Happens::Seen),
        1 => proptest::option::of(0..11_u8).prop_map(Happens::Commented),
        1 => Just(Happens::Judged),
    ]
}

/// The words about one attempt that can all be true.
fn words() -> impl Strategy<Value = Vec<Happens>> {
    use Happens::{Bounced, Complained, Delivered, Refused, Sent};
    let about = |step| {
        let truths = [
            vec![Sent(step), Delivered(step), Complained],
            vec![Sent(step), Bounced(step, false), Delivered(step), Complained],
            vec![Sent(step), Delivered(step)],
            vec![Sent(step), Bounced(step, false), Delivered(step)],
            vec![Sent(step), Bounced(step, true)],
            vec![Sent(step), Bounced(step, false), Bounced(step, true)],
            vec![Sent(step), Delivered(step), Bounced(step, true)],
            vec![Sent(step), Refused(step)],
        ];
        // Each comes at least once, and any of them again.
        truths.map(|truth| truth.iter().chain(&truth).copied().collect::<Vec<_>>())
    };
    let all: Vec<_> = [Step::Invite, Step::Remind].into_iter().flat_map(about).collect();
    proptest::sample::select(all).prop_shuffle()
}

proptest! {
    #[test]
    fn laws_hold_after_whatever_happens(story in proptest::collection::vec((happens(), 0..96_u32), 0..40)) {
        let (mut survey, mut now) = (survey(), NOW);
        for (what, hours) in story {
            now = now.after(HOUR * hours);
            let Some(after) = what.to(&survey, now) else { continue };
            prop_assert_eq!(after.ver, survey.ver + 1, "every write has a version of its own");
            prop_assert!(survey.state.is_open() || !after.state.is_open(), "nothing revives an ended survey");
            prop_assert_eq!(after.state.is_open(), after.next.is_some(), "what is open goes on, what ended does not");
            prop_assert_eq!(after.score().is_some(), after.state == State::Answered);
            if let Some(step) = after.in_flight {
                let mail = after.mail(step).unwrap();
                prop_assert!(mail.claim.is_some() && mail.claimed_at.is_some());
                prop_assert!(mail.sent_at.is_none(), "what was sent is not in flight");
                prop_assert!(after.claimed(step, &claim(9), now).is_err(), "one claim at a time");
            }
            if survey.in_flight.is_some() {
                prop_assert!(after.in_flight.is_none() || after.in_flight == survey.in_flight);
            }
            for step in [Step::Invite, Step::Remind] {
                let (was, is) = (survey.mail(step).unwrap(), after.mail(step).unwrap());
                prop_assert!(was.sent_at.is_none() || was.sent_at == is.sent_at, "sent once, and for ever");
                prop_assert!(is.sent_at.is_some() || is.delivered_at.or(is.bounced_at).is_none());
            }
            if !matches!(what, Happens::Commented(_)) {
                prop_assert_eq!(what.to(&after, now), None, "a repeat changes nothing");
            }
            survey = after;
        }
    }

    #[test]
    fn words_about_a_mail_lead_to_one_end_in_any_order(heard in words()) {
        let hear = |words: &[Happens], step: Step| {
            let start = if step == Step::Invite {
                claimed()
            } else {
                reminding().claimed(Step::Remind, &claim(2), NOW.after(168 * HOUR)).unwrap()
            };
            let end = words.iter().fold(start, |survey, word| word.to(&survey, NOW).unwrap_or(survey));
            Survey { ver: 0, ..end }
        };
        let step = heard.iter().find_map(|word| match word {
            Happens::Sent(step) => Some(*step),
            _ => None,
        });
        let step = step.expect("words are about mails");
        let mut sorted = heard.clone();
        sorted.sort_by_key(|word| format!("{word:?}"));
        prop_assert_eq!(hear(&heard, step), hear(&sorted, step));
    }
}

#[test]
fn a_reminder_waits_for_the_contacts_hours() {
    use crate::campaign::{Day, Hours};
    use jiff::civil::time;
    // Friday morning in Berlin; a week later at that time it is morning there, too, and in Auckland night.
    let hours = Hours { from: time(9, 0, 0, 0), to: time(17, 0, 0, 0), days: Day::ALL[..5].to_vec() };
    let remind_at = |place: &str| {
        let mut survey = Survey { hours: Some(hours.clone()), ..claimed() };
        survey.contact.time_zone = Some(place.to_owned());
        let asked = survey.sent(Step::Invite, NOW).unwrap();
        let reminding = asked.task_opened(NOW.after(72 * HOUR)).unwrap();
        assert_eq!(reminding.due(Step::Remind), reminding.next.map(|due| due.at));
        reminding.next.unwrap().at.to_string()
    };
    assert_eq!(NOW.to_string(), "2027-01-15T08:00:00Z");
    assert_eq!(remind_at("Europe/Berlin"), "2027-01-22T08:00:00Z");
    assert_eq!(remind_at("Pacific/Auckland"), "2027-01-24T20:00:00Z");
}
