//! The tables hold what the rules say: every write that decides without reading first comes to the same as the
//! rule in `model`, and every condition that fails brings back what stands there.

#![expect(clippy::unwrap_used, reason = "a test that fails may simply stop")]

#[path = "store/cards.rs"]
mod cards;
#[path = "store/documents.rs"]
mod documents;
#[path = "store/people.rs"]
mod people;
#[path = "store/templates.rs"]
mod templates;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use host::aws::{Reach, Service};
use host::{Clock, Env};
use local::cloud::Cloud;
use model::ask::{Decision, Facts, decide};
use model::task::kept;
use model::trigger::{Addressee, Named, Owner, Subject};
use model::{Campaign, CampaignId, ClaimId, Email, Score, State, Step, Suppression, Survey, Timestamp, Trigger};
use proptest::prelude::*;
use store::{Claimed, Comment, Created, Defaults, Marker, Responded, Saved, Store, Tables, TaskQuery, TaskSaved};

const NOON: i64 = 1_795_262_400_000;

struct Bench {
    store: Store,
    clock: Clock,
    cloud: Cloud,
    _server: tokio::task::JoinHandle<()>,
}

impl Bench {
    async fn start() -> Self {
        let now = Arc::new(AtomicI64::new(NOON));
        let clock = Clock::Manual(now.clone());
        let cloud = Cloud::open(None, Arc::new(move || now.load(Ordering::SeqCst))).unwrap();
        cloud.create_tables("surveys", "ledger").unwrap();
        let (address, server) = cloud.serve().await.unwrap();
        let env = Env::from([
            ("AWS_REGION", "eu-central-1"),
            ("AWS_ACCESS_KEY_ID", "local"),
            ("AWS_SECRET_ACCESS_KEY", "local"),
            ("AWS_ENDPOINT_URL", &address),
        ]);
        let tables = Tables { surveys: "surveys".to_owned(), ledger: "ledger".to_owned() };
        let defaults = Defaults { company: "Example".to_owned(), sender: email("nps@example.com") };
        let store = Store::new(&Reach::new(&env).unwrap().config(Service::DynamoDb), tables, defaults);
        Self { store, clock, cloud, _server: server }
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    async fn ask(&self, subject: &str) -> Survey {
        let campaign = self
            .store
            .config(self.now())
            .await
            .unwrap()
            .campaign(&CampaignId::default_campaign())
            .unwrap()
            .campaign
            .clone();
        let trigger = trigger(subject);
        let Decision::Ask { survey, turn, .. } = decide(&trigger, &campaign, &Facts::default(), self.now()) else {
            panic!("nothing stands in the way")
        };
        match self.store.create(&survey, turn).await.unwrap() {
            Created::Made => *survey,
            Created::Refused(facts) => panic!("{facts:?}"),
        }
    }
}

fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

fn score(value: u8) -> Score {
    Score::try_from(value).unwrap()
}

/// The trigger of the contract.
fn trigger(subject: &str) -> Trigger {
    let text = |text: &str| Some(text.to_owned());
    Trigger {
        campaign: CampaignId::default_campaign(),
        subject: Subject { kind: "project".to_owned(), id: subject.to_owned(), name: text("Website relaunch") },
        completion_percent: Some(100),
        milestone: None,
        contact: Addressee {
            who: email(&format!("ada.{subject}@example.com").to_lowercase()).into(),
            name: text("Ada Example"),
            id: text("0035g00000C2"),
            phone: None,
            locale: text("de"),
            time_zone: text("Europe/Berlin"),
        },
        owner: Some(Owner {
            email: Some(email("sam@company.example")),
            name: text("Sam Owner"),
            id: text("0055g00000D3"),
        }),
        agent: None,
        account: Some(Named { id: text("0015g00000E4"), name: text("Example AG") }),
        occurred_at: None,
        record_modified_at: None,
        attributes: [
            ("product", "Web"),
            ("region", "EMEA"),
            ("team", "EMEA/DACH/Delivery"),
            ("lifetime_value", "120000"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into(),
        dry_run: false,
    }
}

#[tokio::test]
async fn a_survey_reads_as_it_was_written() {
    let bench = Bench::start().await;
    let survey = bench.ask("a0X5g00000B1xYz").await;
    assert_eq!(bench.store.survey(survey.id).await.unwrap().as_ref(), Some(&survey));
    let contact = bench.store.contact(&survey.contact.key()).await.unwrap().unwrap();
    assert_eq!(contact.asked_at, Some(survey.send_at));
    assert_eq!(contact.asked_by, Some(survey.id));
    assert_eq!(contact.email.as_ref(), survey.contact.email());
}

#[tokio::test]
async fn a_claim_is_what_the_rule_says_and_is_had_once() {
    let bench = Bench::start().await;
    let survey = bench.ask("p1").await;
    let (ours, theirs) = (ClaimId::new(1), ClaimId::new(2));
    let early = survey.send_at.before(std::time::Duration::from_millis(1));
    assert!(matches!(bench.store.claim(survey.id, Step::Invite, &ours, early).await.unwrap(), Claimed::No(Some(_))));
    assert!(matches!(
        bench.store.claim(survey.id, Step::Remind, &ours, bench.now()).await.unwrap(),
        Claimed::No(Some(_))
    ));
    let Claimed::Yes(claimed) = bench.store.claim(survey.id, Step::Invite, &ours, bench.now()).await.unwrap() else {
        panic!("it was due")
    };
    assert_eq!(*claimed, survey.claimed(Step::Invite, &ours, bench.now()).unwrap());
    assert!(matches!(
        bench.store.claim(survey.id, Step::Invite, &theirs, bench.now()).await.unwrap(),
        Claimed::No(Some(_))
    ));
    // The SDK may repeat a write that went through: its own claim is no obstacle.
    assert!(matches!(bench.store.claim(survey.id, Step::Invite, &ours, bench.now()).await.unwrap(), Claimed::Yes(_)));
    // Nobody claims what is answered.
    let other = bench.ask("p2").await;
    bench.store.respond(other.id, score(9), &other.campaign, &other.zone, bench.now()).await.unwrap();
    assert!(matches!(
        bench.store.claim(other.id, Step::Invite, &ours, bench.now()).await.unwrap(),
        Claimed::No(Some(_))
    ));
}

#[tokio::test]
async fn a_response_is_what_the_rule_says() {
    let bench = Bench::start().await;
    let mut expected = bench.ask("p1").await;
    let mut taken = 0;
    for given in [7, 9, 9, 0, 10].into_iter().chain((0..40).map(|nth| nth % 2)) {
        let rule = expected.responded(score(given), None, bench.now());
        let got = bench
            .store
            .respond(expected.id, score(given), &expected.campaign, &expected.zone, bench.now())
            .await
            .unwrap();
        match (rule, got) {
            (Ok(Some(after)), Responded::Yes(got)) => {
                assert_eq!(*got, after);
                taken += 1;
                expected = after;
            }
            (Ok(None) | Err(_), Responded::No(Some(found))) => assert_eq!(*found, expected),
            (rule, got) => panic!("the rule says {rule:?} and the table {got:?}"),
        }
    }
    assert_eq!(taken, 1 + model::survey::MAX_CHANGES);
    let stored = bench.store.survey(expected.id).await.unwrap().unwrap();
    assert_eq!((stored.state, stored.next), (State::Answered, None));
    // Five scores in one moment: nobody presses that fast.
    assert_eq!(stored.standing(), Some(model::Standing::Suspect));
    // Written whole or in one stroke, a survey stands in the same lists.
    let listed = bench
        .store
        .answered_on(&expected.campaign, bench.now().day_in(&jiff::tz::TimeZone::UTC), None, 10)
        .await
        .unwrap();
    assert_eq!(listed.iter().map(|(_, id)| *id).collect::<Vec<_>>(), [expected.id]);
    assert!(bench.store.open_page(0, 1, None).await.unwrap().surveys.is_empty());
    let judged = stored.judged(model::Standing::Confirmed).unwrap();
    assert!(matches!(bench.store.save(&stored, &judged).await.unwrap(), Saved::Done));
    assert_eq!(
        bench
            .store
            .answered_on(&expected.campaign, bench.now().day_in(&jiff::tz::TimeZone::UTC), None, 10)
            .await
            .unwrap(),
        listed
    );
}

#[tokio::test]
async fn what_a_page_does_by_itself_is_what_the_rule_says() {
    let bench = Bench::start().await;
    let survey = bench.ask("p1").await;
    let Survey { id, campaign, zone, .. } = survey.clone();
    let now = bench.now();
    assert!(bench.store.seen(id, now).await.unwrap());
    assert!(!bench.store.seen(id, now).await.unwrap(), "once");
    let seen = survey.seen(now).unwrap();
    assert_eq!(bench.store.survey(id).await.unwrap(), Some(seen.clone()));
    let saved = seen.self_saved(score(9), now).unwrap().unwrap();
    let Responded::Yes(got) = bench.store.self_save(id, score(9), &campaign, &zone, now).await.unwrap() else {
        panic!("there was no score")
    };
    assert_eq!(*got, saved);
    // Over any score it is decided by the rule, which is given what stands there.
    for given in [9, 3] {
        let got = bench.store.self_save(id, score(given), &campaign, &zone, now).await.unwrap();
        assert!(matches!(got, Responded::No(Some(found)) if *found == saved), "{given}");
    }
    // The button takes the place of another score in one stroke, and confirms the same one by the rule.
    let got = bench.store.respond(id, score(9), &campaign, &zone, now).await.unwrap();
    assert!(matches!(got, Responded::No(Some(found)) if *found == saved));
    let Responded::Yes(got) = bench.store.respond(id, score(4), &campaign, &zone, now).await.unwrap() else {
        panic!("another score")
    };
    assert_eq!(*got, saved.responded(score(4), None, now).unwrap().unwrap());
    // Who has ticked reasons is looked at first: another score may leave some behind.
    let ticked = Survey { ver: got.ver + 1, reasons: vec!["slow".parse().unwrap()], ..(*got).clone() };
    assert!(matches!(bench.store.save(&got, &ticked).await.unwrap(), Saved::Done));
    let got = bench.store.respond(id, score(9), &campaign, &zone, now).await.unwrap();
    assert!(matches!(got, Responded::No(Some(found)) if *found == ticked));
    bench.store.delete_survey(id).await.unwrap();
    assert!(!bench.store.seen(id, now).await.unwrap());
    assert!(matches!(bench.store.self_save(id, score(9), &campaign, &zone, now).await.unwrap(), Responded::No(None)));
    assert_eq!(bench.store.survey(id).await.unwrap(), None, "nothing comes back");
}

#[tokio::test]
async fn nobody_responds_to_what_does_not_exist() {
    let bench = Bench::start().await;
    let survey = bench.ask("p1").await;
    bench.store.delete_survey(survey.id).await.unwrap();
    let got = bench.store.respond(survey.id, score(9), &survey.campaign, &survey.zone, bench.now()).await.unwrap();
    assert!(matches!(got, Responded::No(None)));
    assert_eq!(bench.store.survey(survey.id).await.unwrap(), None);
}

#[tokio::test]
async fn a_refused_survey_brings_back_what_stands_there() {
    let bench = Bench::start().await;
    let survey = bench.ask("p1").await;
    let campaign = bench.store.config(bench.now()).await.unwrap().campaign(&survey.campaign).unwrap().campaign.clone();
    // The same again.
    let Decision::Ask { survey: same, turn, .. } = decide(&trigger("p1"), &campaign, &Facts::default(), bench.now())
    else {
        panic!()
    };
    let Created::Refused(facts) = bench.store.create(&same, turn).await.unwrap() else { panic!("made twice") };
    assert_eq!(facts.survey, Some(survey.clone()));
    // Another survey of the same contact.
    let mut other = trigger("p2");
    other.contact = trigger("p1").contact;
    let Decision::Ask { survey: early, turn, .. } = decide(&other, &campaign, &Facts::default(), bench.now()) else {
        panic!()
    };
    let Created::Refused(facts) = bench.store.create(&early, turn).await.unwrap() else { panic!("asked twice") };
    assert_eq!(facts.contact.as_ref().and_then(|contact| contact.asked_by), Some(survey.id));
    assert_eq!(bench.store.survey(early.id).await.unwrap(), None, "half done");
    // Decided on what came back, it queues up; and who decided on the same gets the turn after.
    let Decision::Ask { survey: deferred, turn, .. } = decide(&other, &campaign, &facts, bench.now()) else { panic!() };
    assert_eq!(deferred.state, State::Deferred);
    assert!(matches!(bench.store.create(&deferred, turn).await.unwrap(), Created::Made));
    let mut third = other.clone();
    third.subject.id = "p3".to_owned();
    let Decision::Ask { survey: stale, turn, .. } = decide(&third, &campaign, &facts, bench.now()) else { panic!() };
    assert!(matches!(bench.store.create(&stale, turn).await.unwrap(), Created::Refused(_)), "two surveys in one turn");
}

#[tokio::test]
async fn a_turn_is_given_back_only_by_its_own_survey() {
    let bench = Bench::start().await;
    let survey = bench.ask("p1").await;
    let key = survey.contact.key();
    let failed = survey.refused(Step::Invite, bench.now()).unwrap();
    assert!(matches!(bench.store.save_and_give_back(&survey, &failed).await.unwrap(), Saved::Done));
    let contact = bench.store.contact(&key).await.unwrap().unwrap();
    assert_eq!((contact.asked_at, contact.asked_by), (Some(Timestamp::from_millis(0)), None));
    // Again, with a newer version: nothing to give back any more, and the survey is written all the same.
    let again = Survey { ver: failed.ver + 1, ..failed.clone() };
    assert!(matches!(bench.store.save_and_give_back(&failed, &again).await.unwrap(), Saved::Done));
    assert_eq!(bench.store.survey(survey.id).await.unwrap(), Some(again));
}

#[tokio::test]
async fn the_first_suppression_stays_and_nobody_suppressed_is_asked() {
    let bench = Bench::start().await;
    let survey = bench.ask("p1").await;
    let key = survey.contact.key();
    let stopped = survey.unsubscribed(bench.now()).unwrap();
    assert!(matches!(
        bench.store.save_and_suppress(&survey, &stopped, Suppression::Unsubscribed, bench.now()).await.unwrap(),
        Saved::Done
    ));
    bench.store.suppress(&key, Suppression::Bounced, bench.now()).await.unwrap();
    let contact = bench.store.contact(&key).await.unwrap().unwrap();
    assert_eq!(contact.suppressed, Some(Suppression::Unsubscribed));
    // Erased, the wish stays; and it is all that stays.
    bench.store.erase_contact(&contact).await.unwrap();
    let rest = bench.store.contact(&key).await.unwrap().unwrap();
    assert_eq!((rest.suppressed, rest.email, rest.asked_by), (Some(Suppression::Unsubscribed), None, None));
    let campaign = bench.store.config(bench.now()).await.unwrap().campaign(&survey.campaign).unwrap().campaign.clone();
    let mut other = trigger("p2");
    other.contact = trigger("p1").contact;
    let Decision::Ask { survey: fresh, turn, .. } = decide(&other, &campaign, &Facts::default(), bench.now()) else {
        panic!()
    };
    let Created::Refused(facts) = bench.store.create(&fresh, turn).await.unwrap() else { panic!("asked after all") };
    assert_eq!(facts.contact.unwrap().suppressed, Some(Suppression::Unsubscribed));
}

#[tokio::test]
async fn a_stale_save_brings_back_the_newer_survey_and_leaves_no_comment() {
    let bench = Bench::start().await;
    let survey = bench.ask("p1").await;
    let Responded::Yes(answered) =
        bench.store.respond(survey.id, score(9), &survey.campaign, &survey.zone, bench.now()).await.unwrap()
    else {
        panic!()
    };
    let stale = survey.stopped(bench.now()).unwrap();
    let Saved::Conflict(Some(found)) = bench.store.save(&survey, &stale).await.unwrap() else { panic!("overwritten") };
    assert_eq!(found, answered);
    let comment = Comment { text: "Lovely".to_owned(), at: bench.now() };
    let commented = survey.commented(Some(score(3)), None, bench.now()).unwrap();
    assert!(matches!(
        bench.store.save_with_comment(&survey, &commented, &comment).await.unwrap(),
        Saved::Conflict(Some(_))
    ));
    assert_eq!(bench.store.comment(survey.id).await.unwrap(), None);
    let commented = answered.commented(None, Some(true), bench.now()).unwrap();
    assert!(matches!(bench.store.save_with_comment(&answered, &commented, &comment).await.unwrap(), Saved::Done));
    assert_eq!(bench.store.comment(survey.id).await.unwrap(), Some(comment));
}

#[tokio::test]
async fn a_marker_that_moved_stops_the_count() {
    let bench = Bench::start().await;
    let survey = bench.ask("p1").await;
    let answered = survey.responded(score(9), None, bench.now()).unwrap().unwrap();
    let counted = model::tally::contribution(&answered, &model::campaign::Bands::default());
    let changes = model::tally::moved(None, &counted);
    let marker = Marker { survey: survey.id, ver: answered.ver, counted };
    for (seen, shard, done) in [(None, 3, true), (None, 3, false), (Some(answered.ver - 1), 5, false)] {
        let moves = [(seen, marker.clone())];
        assert_eq!(
            bench.store.count(&moves, &[], &changes, shard, answered.expires()).await.unwrap(),
            done,
            "{seen:?}"
        );
    }
    assert_eq!(bench.store.markers(&[survey.id]).await.unwrap().remove(&survey.id), Some(marker.clone()));
    let day = bench.now().day_in(&jiff::tz::TimeZone::UTC);
    let rows = bench.store.tallies(&survey.campaign, "team", day, day).await.unwrap();
    let values: Vec<_> = rows.iter().map(|row| row.value.as_str()).collect();
    assert_eq!(values, ["EMEA", "EMEA/DACH", "EMEA/DACH/Delivery"]);
    let nine = model::tally::Counter::Score(score(9));
    assert!(rows.iter().all(|row| row.counters.contains(&(nine, 1))));

    // Every transaction that touches a row leaves a trace in it, also one that adds nothing to it.
    let before = bench.store.row_parts(&survey.campaign, "team").await.unwrap();
    assert!(before.iter().all(|part| (part.shard, part.rev) == (3, 1)), "{before:?}");
    let touched = changes.keys().map(|row| (row.clone(), std::collections::BTreeMap::new())).collect();
    assert!(bench.store.count(&[], &[], &touched, 3, answered.expires()).await.unwrap());
    let after = bench.store.row_parts(&survey.campaign, "team").await.unwrap();
    assert!(after.iter().zip(&before).all(|(after, before)| (after.rev, &after.counters) == (2, &before.counters)));

    // What other shards have of the same days and values is in the same rows, in their order.
    let again: model::tally::Changes =
        changes.into_keys().map(|row| (row, [(nine, -1), (model::tally::Counter::Delivered, 2)].into())).collect();
    assert!(bench.store.count(&[], &[], &again, 0, answered.expires()).await.unwrap());
    let sums = bench.store.tallies(&survey.campaign, "team", day, day).await.unwrap();
    assert_eq!(sums.iter().map(|row| row.value.as_str()).collect::<Vec<_>>(), values);
    for (sum, row) in sums.iter().zip(&rows) {
        let counted = |row: &store::TallyRow, counter| {
            row.counters.iter().filter(|(of, _)| *of == counter).map(|(_, by)| *by).collect::<Vec<_>>()
        };
        assert!(counted(sum, nine).is_empty(), "what adds up to nothing is not there");
        let delivered: i64 = counted(row, model::tally::Counter::Delivered).into_iter().sum();
        assert_eq!(counted(sum, model::tally::Counter::Delivered), [delivered + 2]);
    }
}

/// A write costs by the kilobyte, so what changes must stay under one.
#[tokio::test]
async fn a_survey_stays_under_a_kilobyte_to_its_end() {
    let bench = Bench::start().await;
    let mut survey = bench.ask("a0X5g00000B1xYz").await;
    let claim = ClaimId::new(u64::MAX);
    let later = |seconds| bench.now().after(std::time::Duration::from_secs(seconds));
    survey = survey.claimed(Step::Invite, &claim, later(0)).unwrap();
    survey = survey.sent(Step::Invite, later(1)).unwrap();
    survey = survey.delivered(Step::Invite, later(2)).unwrap();
    survey = survey.task_opened(later(3 * 86_400 + 1)).unwrap();
    survey = survey.claimed(Step::Remind, &claim, later(7 * 86_400 + 1)).unwrap();
    survey = survey.sent(Step::Remind, later(7 * 86_400 + 2)).unwrap();
    survey = survey.delivered(Step::Remind, later(7 * 86_400 + 3)).unwrap();
    survey = survey.responded(score(7), None, later(7 * 86_400 + 4)).unwrap().unwrap();
    survey = survey.responded(score(9), None, later(7 * 86_400 + 5)).unwrap().unwrap();
    survey = survey.commented(None, Some(true), later(7 * 86_400 + 6)).unwrap();
    let before = bench.store.survey(survey.id).await.unwrap().unwrap();
    assert!(matches!(bench.store.save(&before, &survey).await.unwrap(), Saved::Done));
    assert_eq!(bench.store.survey(survey.id).await.unwrap().as_ref(), Some(&survey));
    let record = bench.cloud.records("surveys", None, 100).unwrap().pop().unwrap();
    let size = record["dynamodb"]["SizeBytes"].as_u64().unwrap();
    println!("keys, both images: {size} bytes");
    let after = item_bytes(&record["dynamodb"]["NewImage"]);
    println!("the survey at its end: {after} bytes");
    assert!(after <= 1024, "{after}");
}

/// The size of an item as DynamoDB counts it: names and values in UTF-8, numbers about a byte for two digits and one
/// more, three bytes for a map or list and one for each of its entries.
fn item_bytes(item: &serde_json::Value) -> usize {
    fn value(of: &serde_json::Value) -> usize {
        let (kind, inner) = of.as_object().unwrap().iter().next().unwrap();
        match kind.as_str() {
            "S" => inner.as_str().unwrap().len(),
            "N" => inner.as_str().unwrap().len().div_ceil(2) + 1,
            "L" => 3 + inner.as_array().unwrap().iter().map(|entry| 1 + value(entry)).sum::<usize>(),
            "M" => {
                3 + inner.as_object().unwrap().iter().map(|(name, entry)| 1 + name.len() + value(entry)).sum::<usize>()
            }
            _ => 1,
        }
    }
    item.as_object().unwrap().iter().map(|(name, entry)| name.len() + value(entry)).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    /// Whatever scores come in whatever order, table and rule agree to the letter.
    #[test]
    fn any_row_of_scores_is_taken_as_the_rule_says(scores in proptest::collection::vec(0_u8..=10, 1..30)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let bench = Bench::start().await;
            let mut expected = bench.ask("p1").await;
            for given in scores {
                if let Ok(Some(after)) = expected.responded(score(given), None, bench.now()) {
                    expected = after;
                }
                bench.store.respond(expected.id, score(given), &expected.campaign, &expected.zone, bench.now()).await.unwrap();
            }
            let stored = bench.store.survey(expected.id).await.unwrap();
            assert_eq!(stored, Some(expected));
        });
    }
}

#[tokio::test]
async fn a_task_is_written_over_the_one_it_was_made_from() {
    let bench = Bench::start().await;
    let survey = bench.ask("p1").await;
    let answered = survey.responded(score(2), None, bench.now()).unwrap().unwrap();
    assert!(matches!(bench.store.save(&survey, &answered).await.unwrap(), Saved::Done));
    let campaign = managed(&bench).await;
    let task = kept(&answered, &campaign, &[], bench.now()).remove(0);
    for _ in 0..2 {
        // Also where the SDK repeats what had gone through.
        assert_eq!(bench.store.save_task(None, &task).await.unwrap(), TaskSaved::Done);
    }
    assert_eq!(bench.store.tasks(survey.id).await.unwrap(), std::slice::from_ref(&task));
    let late = task.escalated(task.due_at).unwrap();
    assert_eq!(bench.store.save_task(Some(&task), &late).await.unwrap(), TaskSaved::Done);
    let other = task.remarked("desk", "Called".to_owned(), bench.now()).unwrap();
    assert_eq!(bench.store.save_task(Some(&task), &other).await.unwrap(), TaskSaved::Conflict);
    assert_eq!(bench.store.save_task(None, &other).await.unwrap(), TaskSaved::Conflict);

    // What a person does is written with the survey, both or neither.
    let done = late.completed("desk", None, bench.now()).unwrap();
    let told = answered.task_changed(bench.now());
    let by_hand = async |task, survey| bench.store.save_task_by_hand(task, survey).await.unwrap();
    assert_eq!(by_hand((&late, &done), (&survey, &told)).await, TaskSaved::Conflict, "the survey is another one");
    assert_eq!(by_hand((&task, &done), (&answered, &told)).await, TaskSaved::Conflict, "the task is another one");
    assert_eq!(bench.store.task(task.id()).await.unwrap().as_ref(), Some(&late));
    assert_eq!(bench.store.survey(survey.id).await.unwrap().as_ref(), Some(&answered));
    assert_eq!(by_hand((&late, &done), (&answered, &told)).await, TaskSaved::Done);
    assert_eq!(bench.store.task(task.id()).await.unwrap().as_ref(), Some(&done));
    assert_eq!(bench.store.survey(survey.id).await.unwrap().as_ref(), Some(&told));
    assert!(!model::events(Some(&answered), Some(&told)).is_empty(), "others hear of it");
}

/// The default campaign, with somebody who hears of what is overdue.
async fn managed(bench: &Bench) -> Campaign {
    let config = bench.store.config(bench.now()).await.unwrap();
    let mut campaign = config.campaign(&CampaignId::default_campaign()).unwrap().campaign.clone();
    campaign.tasks.manager = Some(Email::parse("lead@company.example").unwrap());
    campaign
}

#[tokio::test]
async fn overdue_tasks_are_found_once() {
    let bench = Bench::start().await;
    let campaign = managed(&bench).await;
    let mut tasks = Vec::new();
    for nth in 0_u32..5 {
        let survey = bench.ask(&format!("p{nth}")).await.responded(score(2), None, bench.now()).unwrap().unwrap();
        let mut task = kept(&survey, &campaign, &[], bench.now()).remove(0);
        task.due_at = bench.now().after(std::time::Duration::from_secs(60) * nth);
        assert_eq!(bench.store.save_task(None, &task).await.unwrap(), TaskSaved::Done);
        tasks.push(task);
    }
    let now = bench.now().after(std::time::Duration::from_secs(180));
    let first = bench.store.overdue_tasks(now, None, 3).await.unwrap();
    assert_eq!(first.tasks, tasks[..3]);
    let second = bench.store.overdue_tasks(now, first.next.as_deref(), 3).await.unwrap();
    assert_eq!((second.tasks, second.next), (vec![tasks[3].clone()], None), "due now is due");
    let late = tasks[0].escalated(now).unwrap();
    bench.store.save_task(Some(&tasks[0]), &late).await.unwrap();
    assert_eq!(bench.store.overdue_tasks(now, None, 9).await.unwrap().tasks, tasks[1..4]);
    // One of which nobody hears is not among them.
    let quiet = model::Task { watched: false, ver: tasks[1].ver + 1, ..tasks[1].clone() };
    bench.store.save_task(Some(&tasks[1]), &quiet).await.unwrap();
    assert_eq!(bench.store.overdue_tasks(now, None, 9).await.unwrap().tasks, tasks[2..4]);
    // They are still among the open ones, in their places.
    let all = TaskQuery { status: model::TaskStatus::Open, owner: None, kind: None };
    let page = bench.store.task_page(&all, None, 25).await.unwrap();
    assert_eq!(page.tasks[..2], [late, quiet]);
    assert_eq!((page.tasks.len(), page.next), (5, None));
}
