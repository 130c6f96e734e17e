use std::pin::Pin;
use std::sync::Mutex as Plain;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use super::*;

static NOW: AtomicI64 = AtomicI64::new(1_800_000_000_000);

fn real() -> i64 {
    NOW.load(Ordering::SeqCst)
}

fn deaf() -> Worker {
    Arc::new(|_| Box::pin(async { Ok(Vec::new()) }))
}

fn workers() -> Workers {
    // One survey that always needs looking after.
    let load = || -> Pin<Box<dyn Future<Output = Result<Open, String>> + Send>> {
        Box::pin(async { Ok(Open::from([(String::new(), 0)])) })
    };
    let digests =
        |_| -> Pin<Box<dyn Future<Output = Result<Option<i64>, String>> + Send>> { Box::pin(async { Ok(None) }) };
    let watch = Watch { digests: Arc::new(digests), load: Arc::new(load), note: |_| None };
    Workers {
        watch,
        relay: deaf(),
        aggregate: deaf(),
        dispatch: deaf(),
        remind: deaf(),
        mail_events: deaf(),
        replies: deaf(),
        deliver: deaf(),
        recount: deaf(),
    }
}

fn open(workers: Workers) -> (Cloud, Pump) {
    let clock = LocalClock::new(real, 0);
    let time = clock.clone();
    let cloud = Cloud::open(None, Arc::new(move || time.now())).unwrap();
    cloud.create_tables("surveys", "ledger").unwrap();
    let pump = Pump::new(cloud.clone(), clock, workers, "surveys", "ledger").unwrap();
    (cloud, pump)
}

fn put(cloud: &Cloud, key: &str) {
    put_item(cloud, "surveys", &json!({"pk": {"S": key}, "sk": {"S": "S"}}));
}

fn put_item(cloud: &Cloud, table: &str, item: &Value) {
    let (parts, ()) = http::Request::builder()
        .method("POST")
        .header("x-amz-target", "DynamoDB_20120810.PutItem")
        .body(())
        .unwrap()
        .into_parts();
    let body = json!({"TableName": table, "Item": item});
    assert_eq!(cloud.handle(&parts, body.to_string().as_bytes()).status(), 200);
}

fn key(record: &Value) -> String {
    record["dynamodb"]["Keys"]["pk"]["S"].as_str().unwrap().to_owned()
}

/// A reader that notes what it has done and stops at `poison` while `sick`.
fn reader(seen: &Arc<Plain<Vec<String>>>, poison: &'static str, sick: &Arc<AtomicBool>, partial: bool) -> Worker {
    let (seen, sick) = (seen.clone(), sick.clone());
    Arc::new(move |event| {
        let (seen, sick) = (seen.clone(), sick.clone());
        Box::pin(async move {
            let records = event["Records"].as_array().unwrap();
            for record in records {
                if key(record) == poison && sick.load(Ordering::SeqCst) {
                    if partial {
                        return Ok(vec![sequence_number(record).to_owned()]);
                    }
                    panic!("poison");
                }
                seen.lock().unwrap().push(key(record));
            }
            Ok(Vec::new())
        })
    })
}

#[tokio::test]
async fn a_poisoned_record_is_set_aside_and_the_rest_goes_on() {
    for partial in [true, false] {
        let seen = Arc::new(Plain::new(Vec::new()));
        let sick = Arc::new(AtomicBool::new(true));
        let (cloud, pump) = open(Workers { relay: reader(&seen, "c", &sick, partial), ..workers() });
        for key in ["a", "b", "c", "d", "e"] {
            put(&cloud, key);
        }
        pump.settle().await.unwrap();
        pump.advance(Duration::from_secs(60)).await.unwrap();
        let mut done = seen.lock().unwrap().clone();
        done.sort();
        done.dedup();
        assert_eq!(done, ["a", "b", "d", "e"]);
        assert_eq!(pump.idle().await.unwrap().failed, 1);
        // Sick still: it stays where it is. Well again: the way back.
        pump.retry_failed().await.unwrap();
        assert_eq!(pump.idle().await.unwrap().failed, 1);
        sick.store(false, Ordering::SeqCst);
        assert_eq!(pump.retry_failed().await.unwrap(), 1);
        assert_eq!(pump.idle().await.unwrap().failed, 0);
        assert!(seen.lock().unwrap().contains(&"c".to_owned()));
    }
}

#[tokio::test]
async fn a_message_that_fails_comes_again_by_the_clock_and_dies_in_the_end() {
    let tries = Arc::new(AtomicI64::new(0));
    let counter = tries.clone();
    let remind: Worker = Arc::new(move |event| {
        let counter = counter.clone();
        Box::pin(async move {
            let bad = event["Records"].as_array().unwrap().iter().filter(|record| record["body"] == "bad");
            let bad: Vec<String> = bad.map(|record| record["messageId"].as_str().unwrap().to_owned()).collect();
            counter.fetch_add(i64::try_from(bad.len()).unwrap(), Ordering::SeqCst);
            Ok(bad)
        })
    });
    let (cloud, pump) = open(Workers { remind, ..workers() });
    cloud.send(Queue::Step, "bad", Duration::ZERO).unwrap();
    cloud.send(Queue::Step, "good", Duration::ZERO).unwrap();
    let idle = pump.idle().await.unwrap();
    assert_eq!(tries.load(Ordering::SeqCst), 1);
    assert_eq!((idle.waiting.len(), idle.failed), (1, 0));
    pump.advance(Queue::Step.visibility() * (Queue::Step.max_receives() + 1)).await.unwrap();
    assert_eq!(tries.load(Ordering::SeqCst), i64::from(Queue::Step.max_receives()));
    assert_eq!(pump.idle().await.unwrap(), Idle { idle: true, waiting: Vec::new(), failed: 1 });
    assert_eq!(cloud.messages(Queue::StepDead).unwrap()[0].died_of.as_deref(), Some("reported as failed"));
}

/// A function that notes when it was called, in minutes since the beginning.
fn noting(times: &Arc<Plain<Vec<i64>>>, clock: &LocalClock) -> Worker {
    let (times, clock) = (times.clone(), clock.clone());
    Arc::new(move |event| {
        for record in event["Records"].as_array().unwrap() {
            assert_eq!(record["body"], r#"{"sweep":true}"#);
            times.lock().unwrap().push((clock.now() - real()) / 60_000);
        }
        Box::pin(async { Ok(Vec::new()) })
    })
}

#[tokio::test]
async fn deliver_is_woken_when_something_is_due_and_not_288_times_a_day() {
    let clock = LocalClock::new(real, 0);
    let times = Arc::new(Plain::new(Vec::new()));
    let time = clock.clone();
    let cloud = Cloud::open(None, Arc::new(move || time.now())).unwrap();
    cloud.create_tables("surveys", "ledger").unwrap();
    let mut all = Workers { deliver: noting(&times, &clock), ..workers() };
    // A digest at the same time every day: 700 minutes after the beginning, to begin with.
    all.watch.digests = Arc::new(|last| {
        Box::pin(async move { Ok(Some(mark(last + 1 - real() - 700 * 60_000, DAY) + real() + 700 * 60_000)) })
    });
    let pump = Pump::new(cloud.clone(), clock.clone(), all, "surveys", "ledger").unwrap();
    // The beginning is on the hour, and nobody knows what happened before: it is looked at once, an hour later.
    assert_eq!(real() % HOUR, 0);
    pump.advance(Duration::from_hours(24)).await.unwrap();
    assert_eq!(std::mem::take(&mut *times.lock().unwrap()), [60, 700]);
    // A day later, something to send again in 62 minutes, and a task that is due in 122.
    let survey: model::SurveyId = "0".repeat(32).parse().unwrap();
    let list = |pk: String, sk: &str, list: String, minutes: i64| {
        let at = model::Timestamp::from_millis(clock.now() + minutes * 60_000);
        let item = json!({
            "pk": {"S": pk}, "sk": {"S": sk}, "list": {"S": list}, "list_at": {"S": keys::listed_at(at, "x")}
        });
        put_item(&cloud, "ledger", &item);
    };
    list(keys::deliveries(survey), "crm", keys::retry_list(1), 62);
    list(keys::tasks(survey), "recovery", keys::task_list(TaskStatus::Open, 3), 122);
    let waiting = pump.idle().await.unwrap().waiting;
    assert_eq!(waiting.len(), 1, "{waiting:?}");
    assert_eq!(
        (waiting[0].what.as_str(), waiting[0].survey_id.as_deref()),
        ("retry", Some(survey.to_string().as_str()))
    );
    pump.advance(Duration::from_hours(4)).await.unwrap();
    // What was written is looked at within the hour, what was not sent again every hour, the rest when it is due.
    let day = 24 * 60;
    assert_eq!(times.lock().unwrap()[..4], [day, day + 65, day + 120, day + 125]);
    assert!(times.lock().unwrap().len() < 10, "{times:?}");
}

/// Time goes on while it is found out what is due next; whatever falls due then must not wait for something else.
#[tokio::test]
async fn what_falls_due_meanwhile_is_not_missed() {
    static SLOW: AtomicI64 = AtomicI64::new(0);
    SLOW.store(real(), Ordering::SeqCst);
    let clock = LocalClock::new(|| SLOW.load(Ordering::SeqCst), 0);
    let (beginning, time) = (clock.now(), clock.clone());
    let cloud = Cloud::open(None, Arc::new(move || time.now())).unwrap();
    cloud.create_tables("surveys", "ledger").unwrap();
    let mut all = workers();
    all.watch.digests = Arc::new(|_| {
        SLOW.fetch_add(20, Ordering::SeqCst);
        Box::pin(async { Ok(None) })
    });
    let seen = Arc::new(AtomicI64::new(0));
    let (noted, time) = (seen.clone(), clock.clone());
    all.remind = Arc::new(move |event| {
        if event["Records"].as_array().unwrap().iter().any(|record| record["body"] == "late") {
            noted.store(time.now(), Ordering::SeqCst);
        }
        Box::pin(async { Ok(Vec::new()) })
    });
    let pump = Pump::new(cloud.clone(), clock, all, "surveys", "ledger").unwrap();
    // Five milliseconds after the hourly sweep, and nothing else for an hour.
    cloud.send(Queue::Step, "late", Duration::from_millis(3_600_005)).unwrap();
    pump.advance(Duration::from_hours(3)).await.unwrap();
    assert!(seen.load(Ordering::SeqCst) - beginning < HOUR + 1_000, "{seen:?} from {beginning} on");
}

#[tokio::test]
async fn a_long_advance_stops_at_every_hour_and_is_quick() {
    let sweeps = Arc::new(AtomicI64::new(0));
    let counter = sweeps.clone();
    let remind: Worker = Arc::new(move |event| {
        counter.fetch_add(i64::try_from(event["Records"].as_array().unwrap().len()).unwrap(), Ordering::SeqCst);
        Box::pin(async { Ok(Vec::new()) })
    });
    let (_cloud, pump) = open(Workers { remind, ..workers() });
    let start = std::time::Instant::now();
    pump.advance(Duration::from_hours(24 * 14)).await.unwrap();
    assert_eq!(sweeps.load(Ordering::SeqCst), 24 * 14);
    println!("14 days took {:?}", start.elapsed());
}
