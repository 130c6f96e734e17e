use std::collections::BTreeMap;

use jiff::civil::time;
use proptest::prelude::*;

use super::*;
use crate::campaign::{Day, Hours, Sender};
use crate::email::Email;
use crate::id::CampaignId;
use crate::survey::Change;
use crate::time::DAY;
use crate::trigger::{Addressee, Owner, Subject};

/// A Friday noon in UTC.
const NOW: Timestamp = Timestamp::from_millis(1_795_176_000_250);

fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

fn campaign() -> Campaign {
    let sender = Sender { name: "Example".to_owned(), email: email("nps@example.com") };
    Campaign::new(CampaignId::default_campaign(), "Example", sender)
}

fn trigger(subject: &str) -> Trigger {
    let contact = Addressee::of(email("ada@example.com"));
    Trigger {
        campaign: CampaignId::default_campaign(),
        subject: Subject { kind: "project".to_owned(), id: subject.to_owned(), name: None },
        completion_percent: Some(100),
        milestone: None,
        contact,
        owner: None,
        agent: None,
        account: None,
        occurred_at: None,
        record_modified_at: None,
        attributes: BTreeMap::new(),
        dry_run: false,
    }
}

fn asked_at(at: Timestamp) -> Facts {
    let contact = Contact { asked_at: Some(at), ..Contact::new(&email("ada@example.com").into()) };
    Facts { survey: None, contact: Some(contact) }
}

fn made(decision: Decision) -> Survey {
    match decision {
        Decision::Ask { survey, .. } => *survey,
        other => panic!("no survey: {other:?}"),
    }
}

#[test]
fn the_percentage_asks_from_the_threshold_on() {
    for (threshold, percent, stated, asks) in [
        (100, Some(99), None, None),
        (100, Some(100), None, Some("completion")),
        (80, Some(79), None, None),
        (80, Some(80), None, Some("completion")),
        (80, Some(81), None, Some("completion")),
        (0, Some(0), None, Some("completion")),
        (100, None, Some("renewal"), Some("renewal")),
        (100, Some(10), Some("renewal"), Some("renewal")),
        (0, Some(100), Some("renewal"), Some("renewal")),
    ] {
        let campaign = Campaign { threshold, ..campaign() };
        let trigger =
            Trigger { completion_percent: percent, milestone: stated.map(ToOwned::to_owned), ..trigger("p1") };
        assert_eq!(milestone(&trigger, &campaign).as_deref(), asks, "{threshold} {percent:?} {stated:?}");
        match decide(&trigger, &campaign, &Facts::default(), NOW) {
            Decision::Ask { survey, turn, next_eligible_at } => {
                assert_eq!(Some(survey.milestone.as_str()), asks);
                assert_eq!(
                    (survey.state, survey.send_at, survey.put_off),
                    (State::Scheduled, NOW.whole_second(), None)
                );
                assert_eq!(survey.next, Some(Due { step: Step::Invite, at: NOW.whole_second() }));
                assert_eq!(turn, Turn::Free { asked_by: NOW.before(DAY * 90) });
                assert_eq!(next_eligible_at, None);
            }
            Decision::Waiting { milestone } => assert_eq!((asks, milestone.as_str()), (None, "completion")),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn moving_the_threshold_asks_nobody_twice() {
    let first = made(decide(&trigger("p1"), &campaign(), &Facts::default(), NOW));
    let moved = Campaign { threshold: 50, ..campaign() };
    let trigger = Trigger { completion_percent: Some(60), ..trigger("p1") };
    let facts = Facts { survey: Some(first.clone()), contact: None };
    let Decision::Duplicate { survey, news: None } = decide(&trigger, &moved, &facts, NOW.after(DAY)) else {
        panic!("asked twice")
    };
    assert_eq!(*survey, first);
}

#[test]
fn who_was_asked_recently_is_put_off_or_left_alone() {
    let limit = DAY * 90;
    for (seen, expected) in [
        (NOW.before(limit), Ok(None)),
        (NOW.before(limit).after(std::time::Duration::from_millis(1)), Ok(Some(DAY * 90))),
        (NOW, Ok(Some(DAY * 90))),
        (NOW.after(DAY * 89), Ok(Some(DAY * 90))),
        (NOW.after(DAY * 90), Ok(Some(DAY * 90))),
        (NOW.after(DAY * 91), Err(NOW.after(DAY * 181))),
    ] {
        match (decide(&trigger("p1"), &campaign(), &asked_at(seen), NOW), expected) {
            (Decision::Ask { survey, turn, next_eligible_at: None }, Ok(None)) => {
                assert_eq!((survey.state, survey.send_at), (State::Scheduled, NOW.whole_second()));
                assert!(matches!(turn, Turn::Free { .. }));
            }
            (Decision::Ask { survey, turn, next_eligible_at: Some(at) }, Ok(Some(limit))) => {
                assert_eq!((survey.state, survey.put_off), (State::Deferred, Some(PutOff::AskedRecently)));
                assert_eq!((survey.send_at, at), (seen.after(limit), survey.send_at));
                assert_eq!(turn, Turn::After { seen });
            }
            (Decision::Suppressed { why: NotAsked::AskedTooOften, next_eligible_at: Some(at), .. }, Err(expected)) => {
                assert_eq!(at, expected);
            }
            (other, _) => panic!("{seen}: {other:?}"),
        }
    }
}

#[test]
fn who_does_not_want_it_is_not_asked() {
    for (why, reason) in [
        (Suppression::Unsubscribed, "unsubscribed"),
        (Suppression::Bounced, "bounced"),
        (Suppression::Complained, "complained"),
    ] {
        let contact = Contact { suppressed: Some(why), ..Contact::new(&email("ada@example.com").into()) };
        let facts = Facts { survey: None, contact: Some(contact) };
        let Decision::Suppressed { milestone, why, next_eligible_at: None } =
            decide(&trigger("p1"), &campaign(), &facts, NOW)
        else {
            panic!("asked after all")
        };
        assert_eq!((milestone.as_str(), why.as_str()), ("completion", reason));
        // What was asked before is still what it is.
        let survey = made(decide(&trigger("p1"), &campaign(), &Facts::default(), NOW));
        let facts = Facts { survey: Some(survey), ..facts };
        assert!(matches!(decide(&trigger("p1"), &campaign(), &facts, NOW), Decision::Duplicate { .. }));
    }
}

#[test]
fn mails_wait_for_the_contacts_morning() {
    let hours = Hours { from: time(9, 0, 0, 0), to: time(17, 0, 0, 0), days: Day::ALL[..5].to_vec() };
    let campaign = Campaign { hours: Some(hours), time_zone: "Asia/Tokyo".to_owned(), ..campaign() };
    for (zone, send_at, put_off) in [
        (Some("Europe/Berlin"), NOW.whole_second().to_string(), None),
        (Some("America/Los_Angeles"), "2026-11-20T17:00:00Z".to_owned(), Some(PutOff::OutsideHours)),
        // Without a zone of the contact it is the campaign's: Friday evening there.
        (None, "2026-11-23T00:00:00Z".to_owned(), Some(PutOff::OutsideHours)),
    ] {
        let mut trigger = trigger("p1");
        trigger.contact.time_zone = zone.map(ToOwned::to_owned);
        let survey = made(decide(&trigger, &campaign, &Facts::default(), NOW));
        assert_eq!((survey.send_at.to_string(), survey.put_off, survey.state), (send_at, put_off, State::Scheduled));
        assert_eq!(survey.zone, "Asia/Tokyo", "days are counted in the campaign's zone");
    }
}

fn owned(by: &str, modified: i64) -> Trigger {
    let owner = Owner { email: Some(email(by)), name: None, id: None };
    let record_modified_at = Some(Timestamp::from_millis(modified));
    Trigger { owner: Some(owner), record_modified_at, ..trigger("p1") }
}

fn take(known: &Survey, trigger: &Trigger) -> Option<(Survey, Vec<String>)> {
    let facts = Facts { survey: Some(known.clone()), contact: None };
    match decide(trigger, &campaign(), &facts, NOW) {
        Decision::Duplicate { news, .. } => news.map(|(after, fields)| (*after, fields)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn news_are_taken_over_until_there_is_a_score() {
    let mut first = owned("sam@example.com", 10);
    first.owner = first.owner.map(|owner| Owner { name: Some("Sam".to_owned()), ..owner });
    first.attributes.insert("region".to_owned(), "EMEA".to_owned());
    let known = made(decide(&first, &campaign(), &Facts::default(), NOW));
    assert_eq!(take(&known, &first), None, "a repeat is no news");

    let mut again = owned("sam@example.com", 20);
    again.attributes.insert("region".to_owned(), "APAC".to_owned());
    again.subject.name = Some("Relaunch".to_owned());
    let (after, fields) = take(&known, &again).unwrap();
    assert_eq!(fields, ["subject_name", "attributes.region"]);
    assert_eq!(after.owner.as_ref().and_then(|owner| owner.name.as_deref()), Some("Sam"), "what was not sent stays");
    assert_eq!(after.ver, known.ver + 1);

    let (after, fields) = take(&after, &owned("eve@example.com", 30)).unwrap();
    assert_eq!(fields, ["owner_email"]);
    assert_eq!(after.owner.as_ref().and_then(|owner| owner.name.as_deref()), None, "the name was another person's");

    let unordered = Trigger { record_modified_at: None, ..owned("kim@example.com", 0) };
    assert_eq!(take(&after, &unordered).unwrap().1, ["owner_email"], "without a time the last call wins");

    let answered = Survey { changes: vec![Change::confirmed(crate::Score::try_from(9).unwrap(), NOW)], ..after };
    assert_eq!(take(&answered, &owned("kim@example.com", 40)), None);
}

proptest! {
    /// Whatever the order of calls: the owner is the one of the latest state of the record, and what only
    /// confirmed it counts as well.
    #[test]
    fn the_newest_owner_wins(calls in prop::collection::vec((0_u8..3, 1_i64..50), 1..8)) {
        let mut calls: Vec<_> = calls.into_iter().map(|(owner, at)| (format!("o{owner}@example.com"), at)).collect();
        calls.sort_by_key(|(_, at)| *at);
        calls.dedup_by_key(|(_, at)| *at);
        let newest = calls.last().unwrap().0.clone();
        let mut order = calls.clone();
        // Any order will do; the reverse and a rotation reach every pair both ways.
        order.rotate_left(calls.len() / 2);
        for order in [calls.clone(), calls.into_iter().rev().collect(), order] {
            let first = owned(&order[0].0, order[0].1);
            let mut survey = made(decide(&first, &campaign(), &Facts::default(), NOW));
            for (owner, at) in &order[1..] {
                if let Some((after, _)) = take(&survey, &owned(owner, *at)) {
                    survey = after;
                }
            }
            let owner = survey.owner.and_then(|owner| owner.email).unwrap();
            prop_assert_eq!(owner.expose(), &newest);
        }
    }

    /// However many subjects of one contact come at whatever times: asks are a limit apart, none is put off for
    /// longer than the campaign waits, and none is dropped without a word.
    #[test]
    fn surveys_of_one_contact_queue_up(
        waits in prop::collection::vec(0_u64..40_000_000, 1..12),
        limit_days in 0_u16..60,
        max_defer_days in 0_u16..200,
        office in any::<bool>(),
    ) {
        let hours = Hours { from: time(9, 0, 0, 0), to: time(17, 0, 0, 0), days: Day::ALL[..5].to_vec() };
        let campaign = Campaign { limit_days, max_defer_days, hours: office.then_some(hours), ..campaign() };
        let mut facts = Facts::default();
        let mut now = NOW;
        for (nth, wait) in waits.into_iter().enumerate() {
            now = now.after(std::time::Duration::from_millis(wait * 100));
            let before = facts.contact.as_ref().and_then(|contact| contact.asked_at);
            match decide(&trigger(&nth.to_string()), &campaign, &facts, now) {
                Decision::Ask { survey, turn, next_eligible_at } => {
                    prop_assert!(survey.send_at >= now.whole_second());
                    if let Some(before) = before {
                        prop_assert!(survey.send_at >= before.after(campaign.limit()));
                    }
                    let deferred = survey.state == State::Deferred;
                    prop_assert_eq!(deferred, matches!(turn, Turn::After { seen } if Some(seen) == before));
                    prop_assert_eq!(next_eligible_at, deferred.then_some(survey.send_at));
                    let longest = campaign.max_defer() + if office { DAY * 3 } else { std::time::Duration::ZERO };
                    prop_assert!(!deferred || survey.send_at <= now.after(longest));
                    facts = asked_at(survey.send_at);
                }
                Decision::Suppressed { why, next_eligible_at, .. } => {
                    prop_assert!(next_eligible_at > Some(now.after(campaign.max_defer())));
                    prop_assert_eq!(why, NotAsked::AskedTooOften);
                    prop_assert_eq!(next_eligible_at, before.map(|before| before.after(campaign.limit())));
                }
                other => prop_assert!(false, "{:?}", other),
            }
        }
    }
}

fn in_batch(spread: Option<u32>, share: u8) -> Campaign {
    Campaign { batch: crate::campaign::Batch { spread, share }, ..campaign() }
}

fn of_contact(nth: u32) -> Trigger {
    let mut trigger = trigger("p1");
    trigger.contact.who = email(&format!("person{nth}@example.com")).into();
    trigger
}

#[test]
fn a_batch_is_spread_evenly_and_a_repeat_falls_on_the_same_places() {
    const SPREAD: u32 = 36 * 3_600;
    let campaign = in_batch(Some(SPREAD), 100);
    let sent = |nth: u32, at: Timestamp| made(decide_in_batch(&of_contact(nth), &campaign, &Facts::default(), at));
    let mut quarters = [0; 4];
    for nth in 0..400 {
        let survey = sent(nth, NOW);
        let wait = survey.send_at.since(NOW.whole_second()).as_secs();
        assert!(wait < u64::from(SPREAD), "{wait}");
        assert_eq!(survey.send_at, survey.send_at.whole_second());
        assert_eq!(survey.state, State::Scheduled);
        assert_eq!(survey.put_off, (wait > 0).then_some(PutOff::Spread));
        quarters[usize::try_from(wait * 4 / u64::from(SPREAD)).unwrap()] += 1;
        let later = sent(nth, NOW.after(DAY));
        assert_eq!(later.send_at.since(NOW.after(DAY).whole_second()).as_secs(), wait, "the place is the survey's");
    }
    assert!(quarters.iter().all(|mails| (70..=130).contains(mails)), "{quarters:?}");
    // Outside batches nothing waits.
    let alone = made(decide(&of_contact(1), &campaign, &Facts::default(), NOW));
    assert_eq!((alone.send_at, alone.put_off), (NOW.whole_second(), None));
}

#[test]
fn limits_and_hours_hold_at_the_place_in_the_spread() {
    let spread = 7 * 86_400;
    let free = made(decide_in_batch(&trigger("p1"), &in_batch(Some(spread), 100), &Facts::default(), NOW));
    assert!(free.send_at > NOW);
    let campaign = in_batch(Some(spread), 100);
    // Asked so long ago that the limit is over by the time the mail goes out, and a moment less.
    let just = free.send_at.before(campaign.limit());
    let survey = made(decide_in_batch(&trigger("p1"), &campaign, &asked_at(just), NOW));
    assert_eq!((survey.send_at, survey.put_off), (free.send_at, Some(PutOff::Spread)));
    let less = just.after(std::time::Duration::from_secs(1));
    let survey = made(decide_in_batch(&trigger("p1"), &campaign, &asked_at(less), NOW));
    assert_eq!((survey.state, survey.put_off), (State::Deferred, Some(PutOff::AskedRecently)));
    assert_eq!(survey.send_at, less.after(campaign.limit()));
    // The mail waits for the hours from its place on.
    let hours = Hours { from: time(9, 0, 0, 0), to: time(9, 1, 0, 0), days: vec![Day::Wed] };
    let open = Campaign { hours: Some(hours), ..in_batch(Some(spread), 100) };
    let survey = made(decide_in_batch(&trigger("p1"), &open, &Facts::default(), NOW));
    assert!(survey.send_at > free.send_at);
    assert_eq!((survey.state, survey.put_off), (State::Scheduled, Some(PutOff::OutsideHours)));
}

#[test]
fn a_share_of_the_contacts_is_asked_and_always_the_same_one() {
    for share in [1, 25, 99, 100] {
        let campaign = in_batch(None, share);
        let asked = |nth: u32| match decide_in_batch(&of_contact(nth), &campaign, &Facts::default(), NOW) {
            Decision::Ask { .. } => true,
            Decision::Suppressed { why: NotAsked::NotSampled, next_eligible_at: None, .. } => false,
            other => panic!("{other:?}"),
        };
        let drawn: Vec<u32> = (0..1_000).filter(|nth| asked(*nth)).collect();
        let expected = usize::from(share) * 10;
        assert!(drawn.len().abs_diff(expected) <= 45, "{share} %: {}", drawn.len());
        assert!(share < 100 || drawn.len() == 1_000);
        assert!(drawn.iter().all(|nth| asked(*nth)));
        // Whoever is asked of few is asked of more as well, and outside batches everybody is.
        let more = in_batch(None, 100);
        assert!(drawn.iter().all(|nth| matches!(
            decide_in_batch(&of_contact(*nth), &more, &Facts::default(), NOW),
            Decision::Ask { .. }
        )));
        assert!(matches!(decide(&of_contact(0), &campaign, &Facts::default(), NOW), Decision::Ask { .. }));
    }
    let waiting = Trigger { completion_percent: Some(1), ..of_contact(0) };
    let campaign = in_batch(None, 1);
    assert!(matches!(decide_in_batch(&waiting, &campaign, &Facts::default(), NOW), Decision::Waiting { .. }));
}
