//! Tables of what a survey asks for, and laws over any of its histories.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::campaign::{Sender, WorkingTime};
use crate::email::Email;
use crate::score::Standing;
use crate::survey::{Step, Survey};
use crate::time::DAY;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
const HOUR: Duration = Duration::from_secs(3600);

fn campaign() -> Campaign {
    let sender = Sender { name: "Example".to_owned(), email: Email::parse("nps@example.com").unwrap() };
    let mut campaign = Campaign::new(CampaignId::default_campaign(), "Example", sender);
    campaign.tasks.improve = Some(WorkingTime::Days(5));
    campaign.tasks.manager = Some(Email::parse("lead@company.example").unwrap());
    campaign
}

fn asked() -> Survey {
    let survey: Survey = serde_json::from_value(serde_json::json!({
        "id": "0123456789abcdef0123456789abcdef", "ver": 7, "cp": "default", "zn": "UTC", "ms": "completion",
        "sj": {"t": "project", "i": "a0X1"}, "ct": {"e": "ada@example.com"}, "lg": "en", "cr": NOW.as_millis(),
        "ow": {"e": "sam@company.example", "n": "Sam", "i": "S1"}, "sa": NOW.as_millis(),
        "cd": {"t": 259_200, "r": 604_800, "c": 1_209_600}, "st": "scheduled",
        "nx": {"s": "invite", "a": NOW.as_millis()}, "iv": {}, "re": {}, "rt": 400
    }))
    .unwrap();
    survey.sent(Step::Invite, NOW).unwrap()
}

fn score(value: u8) -> Score {
    Score::try_from(value).unwrap()
}

fn answered(survey: &Survey, value: u8, at: Timestamp) -> Survey {
    survey.responded(score(value), None, at).unwrap().unwrap()
}

fn day(days: u32) -> Timestamp {
    NOW.after(DAY * days)
}

fn keep(survey: &Survey, tasks: &[Task], now: Timestamp) -> Vec<Task> {
    kept(survey, &campaign(), tasks, now)
}

fn open(tasks: &[Task]) -> Vec<&'static str> {
    tasks.iter().filter(|task| task.status == TaskStatus::Open).map(|task| task.kind.as_str()).collect()
}

fn of(tasks: &[Task], kind: TaskKind) -> &Task {
    tasks.iter().find(|task| task.kind == kind).unwrap()
}

fn sam(name: &str) -> Owner {
    Owner { email: Email::parse(&format!("{name}@company.example")).ok(), name: None, id: None }
}

#[test]
fn a_survey_asks_for_what_its_state_calls_for() {
    let asked = asked();
    let silent = asked.task_opened(day(3)).unwrap();
    let suspect = |survey: &Survey| survey.judged(Standing::Suspect).unwrap();
    let reminded = {
        let mut survey = silent.clone();
        survey.remind.sent_at = Some(day(7));
        survey
    };
    let closed = Survey { next: Some(crate::survey::Due { step: Step::Close, at: day(14) }), ..silent.clone() };
    let closed = closed.closed(day(14)).unwrap();
    for (survey, kinds, why) in [
        (asked.clone(), vec![], "there is nothing to do"),
        (silent.clone(), vec!["non_response"], "nobody has answered"),
        (answered(&asked, 0, day(1)), vec!["recovery"], "a detractor"),
        (answered(&asked, 6, day(1)), vec!["recovery"], "a detractor"),
        (answered(&asked, 7, day(1)), vec!["improve"], "a passive"),
        (answered(&asked, 8, day(1)), vec!["improve"], "a passive"),
        (answered(&asked, 9, day(1)), vec!["referral"], "a promoter"),
        (answered(&silent, 3, day(4)), vec!["recovery"], "an answer is no silence"),
        (suspect(&answered(&asked, 3, day(1))), vec![], "a machine's answer"),
        (suspect(&answered(&silent, 3, day(4))), vec!["non_response"], "a machine's answer is none"),
        (asked.bounced(Step::Invite, true, day(1)).unwrap(), vec!["bounced"], "the address does not exist"),
        (asked.bounced(Step::Invite, false, day(1)).unwrap(), vec![], "for the time being"),
        (silent.bounced(Step::Invite, true, day(4)).unwrap(), vec!["bounced"], "nobody can answer there"),
        (reminded.bounced(Step::Remind, true, day(7)).unwrap(), vec!["bounced"], "the reminder came back"),
        (silent.unsubscribed(day(4)).unwrap(), vec![], "nobody is followed up who unsubscribed"),
        (silent.stopped(day(4)).unwrap(), vec![], "nor who is not to be mailed"),
        (silent.complained(day(4)).unwrap(), vec![], "nor who complained"),
        (closed.clone(), vec!["non_response"], "closing does not say why"),
        (closed.unsubscribed(day(15)).unwrap(), vec![], "after the end as before it"),
        (closed.complained(day(15)).unwrap(), vec![], "after the end as before it"),
        (closed.bounced(Step::Remind, true, day(15)).unwrap(), vec!["bounced"], "that is why nobody answered"),
    ] {
        assert_eq!(open(&keep(&survey, &[], day(20))), kinds, "{why}");
    }
}

#[test]
fn five_clicks_of_a_machine_call_nobody() {
    let survey = (0..5).fold(asked(), |survey, value| answered(&survey, value, day(1)));
    assert_eq!(survey.standing(), Some(Standing::Suspect));
    assert_eq!(keep(&survey, &[], day(1)), []);
    let judged = survey.judged(Standing::Confirmed).unwrap();
    assert_eq!(open(&keep(&judged, &[], day(2))), ["recovery"]);
}

#[test]
fn a_kind_without_a_time_is_not_opened_and_an_open_one_stays() {
    let low = answered(&asked(), 2, day(1));
    let mut without = campaign();
    without.tasks.recovery = None;
    assert_eq!(kept(&low, &without, &[], day(1)), []);
    let tasks = keep(&low, &[], day(1));
    assert_eq!(kept(&low, &without, &tasks, day(2)), tasks);
    let away = kept(&answered(&low, 9, day(2)), &without, &tasks, day(2));
    assert_eq!(open(&away), ["referral"], "what ends still ends");
    assert_eq!(open(&kept(&answered(&low, 3, day(3)), &without, &away, day(3))), ["referral"; 0]);
}

#[test]
fn a_late_answer_completes_the_non_response_task_and_says_the_score() {
    let silent = asked().task_opened(day(3)).unwrap();
    let tasks = keep(&silent, &[], day(3));
    let after = keep(&answered(&silent, 9, day(4)), &tasks, day(4));
    let done = of(&after, TaskKind::NonResponse);
    assert_eq!((done.status, done.completed_at, done.completed_by.as_deref()), (TaskStatus::Done, Some(day(4)), None));
    assert_eq!(done.note.as_deref(), Some("Answered: 9 (promoter)."));
    assert_eq!(open(&after), ["referral"]);
}

#[test]
fn a_changed_score_moves_the_work_and_back_again() {
    let low = answered(&asked(), 3, day(1));
    let first = keep(&low, &[], day(1));
    let high = answered(&low, 9, day(2));
    let moved = keep(&high, &first, day(2));
    assert_eq!(open(&moved), ["referral"]);
    assert_eq!(of(&moved, TaskKind::Recovery).note.as_deref(), Some("The score has changed: 9 (promoter)."));
    let back = keep(&answered(&high, 4, day(3)), &moved, day(3));
    assert_eq!(back.len(), 2, "one task of a kind");
    assert_eq!(open(&back), ["recovery"]);
    let again = of(&back, TaskKind::Recovery);
    assert_eq!((again.opened_at, again.completed_at, again.note.as_deref()), (day(3), None, None));
    assert!(again.due_at > day(3));
    assert_eq!(of(&back, TaskKind::Referral).note.as_deref(), Some("The score has changed: 4 (detractor)."));
    // Who hears of it only now makes no task for what has passed.
    assert_eq!(open(&keep(&high, &[], day(2))), ["referral"]);
    assert_eq!(keep(&high, &[], day(2)).len(), 1);
}

#[test]
fn what_a_person_completed_opens_again_only_for_a_new_reason() {
    let low = answered(&asked(), 3, day(1));
    let tasks = keep(&low, &[], day(1));
    let called = vec![tasks[0].completed("desk", Some("Called".to_owned()), day(2)).unwrap()];
    assert_eq!(keep(&low, &called, day(3)), called);
    let lower = answered(&low, 1, day(4));
    assert_eq!(keep(&lower, &called, day(4)), called, "still the same detractor");
    let high = answered(&lower, 10, day(5));
    let after = keep(&high, &called, day(5));
    assert_eq!(of(&after, TaskKind::Recovery), &called[0], "what a person wrote stays");
    let back = keep(&answered(&high, 2, day(6)), &after, day(6));
    assert_eq!(open(&back), ["recovery"], "a new reason");
}

#[test]
fn what_was_done_in_the_instant_of_its_opening_stays_done() {
    let low = answered(&asked(), 3, day(1));
    let tasks = keep(&low, &[], day(1));
    let called = vec![tasks[0].completed("desk", None, day(1)).unwrap()];
    assert_eq!(keep(&low, &called, day(1)), called);
}

#[test]
fn what_a_person_opened_again_only_a_person_completes() {
    let low = answered(&asked(), 3, day(1));
    let tasks = keep(&answered(&low, 9, day(2)), &keep(&low, &[], day(1)), day(2));
    let mut tasks: Vec<_> =
        tasks.iter().map(|task| task.reopened(&campaign(), day(3)).unwrap_or(task.clone())).collect();
    assert_eq!(open(&tasks), ["recovery", "referral"]);
    let after = keep(&answered(&low, 10, day(4)), &tasks, day(4));
    assert_eq!(open(&after), ["recovery", "referral"]);
    tasks[0] = tasks[0].completed("desk", None, day(5)).unwrap();
    assert!(!tasks[0].reopened);
    assert_eq!(tasks[0].completed("desk", Some("again".to_owned()), day(6)), None, "done is done");
    assert_eq!(after[1].reopened(&campaign(), day(6)), None, "open is open");
}

#[test]
fn the_owner_follows_the_crm_unless_chosen_by_hand() {
    let silent = asked().task_opened(day(3)).unwrap();
    let tasks = keep(&silent, &[], day(3));
    let mut moved = silent.clone();
    moved.owner = Some(sam("kim"));
    let after = keep(&moved, &tasks, day(4));
    assert_eq!(after[0].owner, Some(sam("kim")));
    assert_eq!((after[0].due_at, after[0].ver), (tasks[0].due_at, tasks[0].ver + 1));
    assert!(after[0].is_owned_by("KIM@company.example") && !after[0].is_owned_by("sam@company.example"));

    let by_hand = vec![tasks[0].reassigned(sam("lou")).unwrap()];
    assert_eq!(keep(&moved, &by_hand, day(4)), by_hand);
    assert_eq!(by_hand[0].reassigned(sam("lou")), None, "a repeat changes nothing");
    // Chosen by hand, also the owner of today stays.
    let stays = vec![tasks[0].reassigned(silent.owner.clone().unwrap()).unwrap()];
    assert_eq!(keep(&moved, &stays, day(4)), stays);
    // What is done tells how it was.
    let done = vec![tasks[0].completed("desk", None, day(4)).unwrap()];
    assert_eq!(keep(&moved, &done, day(5)), done);
}

#[test]
fn tasks_are_due_in_the_zone_of_their_owner() {
    let mut campaign = campaign();
    campaign.time_zone = "Europe/Berlin".to_owned();
    campaign.tasks.zones = BTreeMap::from([("sam@company.example".to_owned(), "America/New_York".to_owned())]);
    // A Monday, 13:00 in Berlin and 7:00 in New York.
    let now: Timestamp = "2026-11-16T12:00:00Z".parse().unwrap();
    let due = |owner: Option<Owner>| due(&campaign, TaskKind::Recovery, owner.as_ref(), now).to_string();
    assert_eq!(due(Some(sam("sam"))), "2026-11-16T22:00:00Z", "eight hours from nine o'clock there");
    assert_eq!(due(Some(sam("kim"))), "2026-11-17T12:00:00Z");
    assert_eq!(due(None), "2026-11-17T12:00:00Z");
}

#[test]
fn a_task_is_found_overdue_once() {
    let tasks = keep(&answered(&asked(), 3, day(1)), &[], day(1));
    let task = &tasks[0];
    assert_eq!(task.escalated(task.due_at.before(Duration::from_millis(1))), None);
    let late = task.escalated(task.due_at).unwrap();
    assert_eq!(late.escalated(day(30)), None);
    let done = late.completed("desk", None, day(30)).unwrap();
    assert_eq!((done.is_overdue(day(31)), done.escalated(day(31))), (false, None));
    let again = done.reopened(&campaign(), day(32)).unwrap();
    assert!(again.escalated(day(60)).is_some(), "a new time can be missed anew");
    // Without a manager there is nobody to tell, and nothing to write.
    let mut alone = campaign();
    alone.tasks.manager = None;
    let task = kept(&answered(&asked(), 3, day(1)), &alone, &[], day(1)).remove(0);
    assert_eq!((task.is_overdue(day(30)), task.escalated(day(30))), (true, None));
}

#[test]
fn a_task_holds_so_many_remarks() {
    let mut task = keep(&answered(&asked(), 3, day(1)), &[], day(1)).remove(0);
    for _ in 0..MAX_REMARKS {
        task = task.remarked("desk", "Called, nobody there".to_owned(), day(2)).unwrap();
    }
    assert_eq!(task.remarked("desk", "Again".to_owned(), day(2)), None);
}

#[test]
fn names_are_read_back() {
    for kind in TaskKind::ALL {
        let id = TaskId { survey: asked().id, kind };
        assert_eq!(id.to_string().parse(), Ok(id));
    }
    for wrong in ["", "x", "0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef-call", "-recovery"] {
        assert!(wrong.parse::<TaskId>().is_err(), "{wrong}");
    }
}

/// Something that happens to a survey or to its tasks.
#[derive(Clone, Debug)]
enum Deed {
    Wait(u8),
    Step,
    Score(u8),
    Bounce(bool),
    Unsubscribe,
    Complain,
    Stop,
    Judge(Standing),
    Owner(u8),
    Keep,
    Complete(usize),
    Reopen(usize),
    Reassign(usize, u8),
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        2 => (1_u8..100).prop_map(Deed::Wait),
        3 => Just(Deed::Step),
        4 => (0_u8..=10).prop_map(Deed::Score),
        1 => any::<bool>().prop_map(Deed::Bounce),
        1 => Just(Deed::Unsubscribe),
        1 => Just(Deed::Complain),
        1 => Just(Deed::Stop),
        1 => prop::sample::select(vec![Standing::Suspect, Standing::Confirmed]).prop_map(Deed::Judge),
        1 => (0_u8..3).prop_map(Deed::Owner),
        4 => Just(Deed::Keep),
        1 => (0_usize..5).prop_map(Deed::Complete),
        1 => (0_usize..5).prop_map(Deed::Reopen),
        1 => ((0_usize..5), (0_u8..3)).prop_map(|(nth, owner)| Deed::Reassign(nth, owner)),
    ]
}

fn name(nth: u8) -> Owner {
    sam(["sam", "kim", "lou"][usize::from(nth)])
}

fn next(survey: &Survey, deed: &Deed, now: Timestamp) -> Option<Survey> {
    match deed {
        Deed::Step => survey.task_opened(now).or_else(|| survey.closed(now)).or_else(|| survey.sent(Step::Remind, now)),
        Deed::Score(value) => survey.responded(score(*value), None, now).ok().flatten(),
        Deed::Bounce(first) => survey.bounced(if *first { Step::Invite } else { Step::Remind }, true, now),
        Deed::Unsubscribe => survey.unsubscribed(now),
        Deed::Complain => survey.complained(now),
        Deed::Stop => survey.stopped(now),
        Deed::Judge(standing) => survey.judged(*standing),
        Deed::Owner(nth) => Some(Survey { owner: Some(name(*nth)), ..survey.clone() }),
        _ => None,
    }
}

proptest! {
    /// Whatever happened, and however often deliver looked: looking again changes nothing, there is one task of a
    /// kind, and what is open is what the survey asks for, or what a person opened.
    #[test]
    fn any_history_ends_with_the_work_there_is(deeds in prop::collection::vec(deed(), 0..40)) {
        let (mut survey, mut tasks, mut now) = (asked(), Vec::new(), NOW);
        for deed in &deeds {
            now = now.after(Duration::from_secs(1));
            if let Some(after) = next(&survey, deed, now) {
                survey = after;
            }
            let change = |tasks: &mut Vec<Task>, nth: &usize, change: &dyn Fn(&Task) -> Option<Task>| {
                if let Some(task) = tasks.get_mut(*nth) && let Some(after) = change(task) {
                    assert_eq!(after.ver, task.ver + 1);
                    *task = after;
                }
            };
            match deed {
                Deed::Wait(hours) => now = now.after(HOUR * u32::from(*hours)),
                Deed::Keep => tasks = keep(&survey, &tasks, now),
                Deed::Complete(nth) => change(&mut tasks, nth, &|task| task.completed("desk", None, now)),
                Deed::Reopen(nth) => change(&mut tasks, nth, &|task| task.reopened(&campaign(), now)),
                Deed::Reassign(nth, owner) => change(&mut tasks, nth, &|task| task.reassigned(name(*owner))),
                _ => {}
            }
        }
        let before = tasks.clone();
        let tasks = keep(&survey, &tasks, now);
        prop_assert_eq!(&keep(&survey, &tasks, now.after(HOUR)), &tasks, "looking again changes nothing");
        for (nth, task) in tasks.iter().enumerate() {
            prop_assert!(tasks[..nth].iter().all(|other| other.kind < task.kind), "one of a kind, in order");
            let was = before.iter().find(|was| was.kind == task.kind);
            prop_assert_eq!(task.ver, was.map_or(1, |was| was.ver + u64::from(was != task)), "a version a change");
            prop_assert_eq!(task.completed_at.is_some(), task.status == TaskStatus::Done);
            if task.status == TaskStatus::Open {
                prop_assert!(task.reopened || wanted(&survey, task.kind).is_some());
                prop_assert!(task.opened_at <= task.due_at);
                if !task.reassigned {
                    prop_assert_eq!(&task.owner, &survey.owner);
                }
            } else if wanted(&survey, task.kind).is_some() {
                prop_assert!(task.completed_by.is_some(), "only a person has done what is still asked for");
            }
        }
        for kind in TaskKind::ALL {
            if wanted(&survey, kind).is_some() {
                prop_assert!(tasks.iter().any(|task| task.kind == kind), "{kind:?} is asked for");
            }
        }
    }
}
