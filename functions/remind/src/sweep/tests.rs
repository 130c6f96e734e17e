use model::ClaimId;
use serde_json::json;

use super::*;

const MINUTE: Duration = Duration::from_secs(60);
const DAY: u32 = 86_400;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn survey(step: Step, due: Timestamp) -> Survey {
    serde_json::from_value(json!({
        "id": "0123456789abcdef0123456789abcdef", "ver": 7, "cp": "default", "zn": "UTC", "ms": "completion",
        "sj": {"t": "project", "i": "a0X1"}, "ct": {"e": "ada@example.com"}, "lg": "en", "cr": 0,
        "sa": due.as_millis(), "cd": {"t": 259_200, "r": 604_800, "c": 1_209_600}, "st": "asked",
        "nx": {"s": step.as_str(), "a": due.as_millis()}, "iv": {}, "re": {}, "rt": 400
    }))
    .unwrap()
}

#[test]
fn a_sweep_looks_at_the_days_on_which_a_step_may_be_due() {
    let cadence = Cadence { task: Some(3 * DAY), remind: Some(7 * DAY), close: 14 * DAY };
    let days = Days::of([cadence], at("2027-01-20T15:00:00Z"));
    for (day, looked_at) in [
        ("2027-01-21", false),
        ("2027-01-20", true), // invites
        ("2027-01-18", true),
        ("2027-01-17", true), // tasks
        ("2027-01-15", true),
        ("2027-01-14", false),
        ("2027-01-13", true), // reminders
        ("2027-01-11", true),
        ("2027-01-10", false),
        ("2027-01-06", true), // ends
        ("2027-01-04", true),
        ("2027-01-03", false),
        ("2026-12-01", false),
    ] {
        assert_eq!(days.contain(day.parse().unwrap()), looked_at, "{day}");
    }
}

#[test]
fn what_is_due_just_after_midnight_is_seen_before() {
    let cadence = Cadence { task: None, remind: None, close: 14 * DAY };
    let days = Days::of([cadence], at("2027-01-20T23:00:00Z"));
    assert!(days.contain("2027-01-21".parse().unwrap()), "a deferred invite");
    assert!(days.contain("2027-01-07".parse().unwrap()), "an end");
}

#[test]
fn four_sweeps_a_day_look_at_everything() {
    for hour in [0, 6, 12, 18] {
        assert_eq!(Days::of([], at(&format!("2027-01-20T{hour:02}:00:07Z"))), Days::All);
    }
    assert!(Days::All.contain("2020-02-29".parse().unwrap()));
    assert_ne!(Days::of([], at("2027-01-20T01:00:00Z")), Days::All);
}

#[test]
fn a_step_is_scheduled_before_its_time_and_overdue_after_it() {
    let now = at("2027-01-20T15:00:00Z");
    for step in Step::ALL {
        for (due, expected) in [
            (now.after(71 * MINUTE), Finding::Fine),
            (now.after(70 * MINUTE), Finding::Soon(Due { step, at: now.after(70 * MINUTE) })),
            (now.after(MINUTE), Finding::Soon(Due { step, at: now.after(MINUTE) })),
            (now, Finding::Fine),
            (now.before(9 * MINUTE), Finding::Fine),
            (now.before(10 * MINUTE), Finding::Overdue(step)),
            (now.before(MINUTE * 9_000), Finding::Overdue(step)),
        ] {
            assert_eq!(find(&survey(step, due), OnUnknown::Retry, now), expected, "{step:?} {due}");
        }
    }
}

#[test]
fn a_silent_text_is_sent_again_only_after_carriers_have_had_their_time() {
    let now = at("2027-01-20T15:00:00Z");
    let in_flight_for = |hours: u32| {
        let claimed_at = now.before(MINUTE * 60 * hours);
        let by_text = Survey { contact: asked_by_text(), ..survey(Step::Invite, claimed_at) };
        by_text.claimed(Step::Invite, &ClaimId::new(1), claimed_at).unwrap()
    };
    for hours in [1, 24, 72] {
        assert_eq!(find(&in_flight_for(hours), OnUnknown::Retry, now), Finding::Unknown, "{hours}");
    }
    assert!(matches!(find(&in_flight_for(73), OnUnknown::Retry, now), Finding::Retry(Step::Invite, _)));
}

fn asked_by_text() -> model::trigger::Addressee {
    serde_json::from_value(json!({ "t": "4915112345678" })).unwrap()
}

#[test]
fn a_survey_that_ended_needs_nobody() {
    let now = at("2027-01-20T15:00:00Z");
    let ended = survey(Step::Task, now.before(60 * MINUTE)).stopped(now).unwrap();
    assert_eq!(find(&ended, OnUnknown::Retry, now), Finding::Fine);
}

#[test]
fn a_silent_mail_is_unknown_and_after_an_hour_it_may_be_sent_again() {
    let now = at("2027-01-20T15:00:00Z");
    for step in [Step::Invite, Step::Remind] {
        let in_flight_for = |time: Duration| {
            let claimed_at = now.before(time);
            survey(step, claimed_at).claimed(step, &ClaimId::new(1), claimed_at).unwrap()
        };
        for (minutes, retry, hold) in
            [(14, 'f', 'f'), (15, 'u', 'u'), (59, 'u', 'u'), (60, 'r', 'u'), (9_000, 'r', 'u')]
        {
            let survey = in_flight_for(minutes * MINUTE);
            for (on_unknown, expected) in [(OnUnknown::Retry, retry), (OnUnknown::Hold, hold)] {
                let expected = match expected {
                    'f' => Finding::Fine,
                    'u' => Finding::Unknown,
                    _ => Finding::Retry(step, Box::new(survey.released(step, &ClaimId::new(1)).unwrap())),
                };
                assert_eq!(find(&survey, on_unknown, now), expected, "{step:?} {minutes} {on_unknown:?}");
            }
        }
    }
}
