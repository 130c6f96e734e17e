//! Numbers after the fact: counted anew by other bands while answers come, and proven to equal the surveys.

mod proofs;
mod turns;

use std::collections::BTreeMap;
use std::time::Duration;

use host::aws::{Reach, Service};
use http::Request;
use local::cloud::Queue as Local;
use model::campaign::Bands;
use model::job::{Call, LEASE};
use model::tally::{Changes, Contribution, add, contribution, tidied};
use model::{CampaignId, JobId, JobKind, Survey};
use reqwest::Method;
use serde_json::{Value, json};
use tests::company::{KEY, Letter};
use tests::{Company, done, programs};

/// The table of markers, tallies and jobs.
const LEDGER: &str = "ledger";

const RAW: [(&str, u64); 6] = [("500", 9), ("700", 3), ("15000", 10), ("90000", 8), ("250000", 0), ("400000", 9)];

/// A person of that number, with a value that may stand for itself or lie in a band.
fn person(nth: usize, value: &str) -> tests::Trigger {
    done(&format!("a0X{nth}"), &format!("person{nth}@example.com")).attribute("lifetime_value", value)
}

/// Six people who answered, one who did not, each with a value of their own.
async fn some_answers(company: &Company) -> Vec<Letter> {
    let mut letters = Vec::new();
    for (nth, (value, score)) in RAW.into_iter().enumerate() {
        letters.push(company.ask_and_hear(person(nth, value), u8::try_from(score).unwrap()).await);
    }
    company.ask(person(99, "600")).await;
    company.settle().await;
    letters
}

async fn put_bands(company: &Company, bounds: &[i64]) {
    company.campaign_with("default", json!({ "bands": { "lifetime_value": bounds } })).await;
}

/// The groups by value, each with how many answered.
async fn by_value(company: &Company) -> BTreeMap<String, u64> {
    let nps = company.nps("?group_by=lifetime_value").await.ok();
    let groups = nps["groups"].as_array().unwrap().iter();
    groups.map(|group| (group["value"].as_str().unwrap().to_owned(), group["n"].as_u64().unwrap())).collect()
}

/// All surveys there are.
async fn surveys(company: &Company) -> Vec<Survey> {
    let (found, more) = company.world().store().every_survey(None, 10_000).await.unwrap();
    assert_eq!(more, None);
    found
}

/// All rows as they are.
async fn tallies(company: &Company) -> Changes {
    let mut rows = Changes::new();
    let mut behind = None;
    loop {
        let (parts, next) = company.world().store().rows_behind(0, 1, behind, 1_000).await.unwrap();
        for part in parts {
            add(&mut rows, Changes::from([(part.row, part.counters.into_iter().collect())]));
        }
        behind = next;
        if behind.is_none() {
            break;
        }
    }
    tidied(rows)
}

/// What the surveys add up to by some bands.
async fn fold(company: &Company, bounds: &[i64]) -> Changes {
    let bands = if bounds.is_empty() { Bands::default() } else { Bands::new([("lifetime_value", bounds.to_vec())]) };
    let mut rows = Changes::new();
    surveys(company).await.iter().for_each(|survey| add(&mut rows, contribution(survey, &bands).rows()));
    tidied(rows)
}

/// Speaks to the table itself, past everything of ours.
fn table(company: &Company, operation: &str, body: &Value) -> Value {
    let target = format!("DynamoDB_20120810.{operation}");
    let (parts, ()) = Request::builder().method("POST").header("x-amz-target", target).body(()).unwrap().into_parts();
    let answer = company.world().cloud().handle(&parts, body.to_string().as_bytes());
    let text = String::from_utf8_lossy(answer.body()).into_owned();
    assert_eq!(answer.status(), 200, "{text}");
    serde_json::from_str(&text).unwrap()
}

fn items(company: &Company, prefix: &str) -> Vec<Value> {
    company.world().cloud().items(LEDGER, prefix).unwrap()
}

/// A walk with pages of its own size, as another environment of the function would take it.
fn walker(company: &Company, page: i32) -> recount::Deps {
    let world = company.world();
    let sqs = Reach::new(world.env()).unwrap().config(Service::Sqs);
    let queue = queue::Queue::new(&sqs, &Local::Recount.url());
    recount::Deps { page, ..recount::Deps::new(world.store().clone(), queue, world.clock().for_functions()) }
}

/// Takes a turn of a job with that walker.
async fn turn(walker: &recount::Deps, kind: JobKind, id: &JobId) {
    let call = serde_json::to_string(&Call::Turn(kind, id.clone())).unwrap();
    let event = json!({"Records": [{"messageId": "1", "body": call, "attributes": {}, "messageAttributes": {}}]});
    let answer = recount::handle(walker, serde_json::from_value(event).unwrap()).await.unwrap();
    assert!(answer.batch_item_failures.is_empty(), "{answer:?}");
}

/// Takes every call for a turn away, as if it had been lost.
fn lose_calls(company: &Company) -> usize {
    let cloud = company.world().cloud();
    let calls = cloud.messages(Local::Recount).unwrap();
    cloud.delete(&calls).unwrap();
    calls.len()
}

fn the_job(recount: &Value) -> JobId {
    recount["recount_id"].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn bands_that_change_hold_for_the_past() {
    let company = Company::start().await;
    company.call(Method::PUT, "/v1/destinations/bus", Some(json!({"kind": "event_bus"}))).await.ok();
    some_answers(&company).await;
    assert_eq!(by_value(&company).await.len(), 7);
    let (told, mailed) = (company.world().cloud().events().unwrap().len(), company.mail().await.len());
    let nothing = company.call(Method::GET, "/v1/recounts", None).await.ok();
    assert_eq!(nothing["recounts"], json!([]));

    put_bands(&company, &[1_000, 100_000]).await;
    company.settle().await;
    // Somebody may still count by the former bands: a survey touched now might be counted by them once more.
    let waiting = company.latest_recount().await;
    assert_eq!(
        (&waiting["state"], &waiting["seen"], &waiting["campaign"]),
        (&json!("waiting"), &json!(0), &json!("default"))
    );
    assert!(surveys(&company).await.iter().all(|survey| survey.recounted_at.is_none()));
    company.advance("3m").await;
    let recount = company.latest_recount().await;
    assert_eq!(
        (&recount["state"], &recount["seen"], &recount["changed"]),
        (&json!("done"), &json!(7), &json!(7)),
        "{recount}"
    );
    let bands = BTreeMap::from([("under 1000", 2), ("1000 to under 100000", 2), ("100000 and over", 2)]);
    assert_eq!(by_value(&company).await, bands.iter().map(|(band, n)| ((*band).to_owned(), *n)).collect());
    assert_eq!(tallies(&company).await, fold(&company, &[1_000, 100_000]).await);
    assert_eq!(company.world().cloud().events().unwrap().len(), told, "nobody is told of it");
    assert_eq!(company.mail().await.len(), mailed);

    // Once more, and nothing is left to do; and what is there is proven.
    let again = company.recount(None).await;
    assert_eq!(again.status, 202);
    company.advance("3m").await;
    let again = company.call(Method::GET, &format!("/v1/recounts/{}", again.text("recount_id")), None).await.ok();
    assert_eq!((&again["state"], &again["seen"], &again["changed"]), (&json!("done"), &json!(7), &json!(0)));
    let proof = company.reconcile(false).await;
    assert_eq!(
        (&proof["equal"], &proof["surveys"], &proof["markers"], &proof["busy"]),
        (&json!(true), &json!(7), &json!(7), &json!(0))
    );

    // And back: bands that go are no bands.
    company.campaign_with("default", json!({})).await;
    company.advance("3m").await;
    assert_eq!(by_value(&company).await.len(), 7);
    assert_eq!(tallies(&company).await, fold(&company, &[]).await);
    // A campaign that is put as it is starts nothing.
    let before = company.call(Method::GET, "/v1/recounts", None).await.ok()["recounts"].as_array().unwrap().len();
    company.campaign_with("default", json!({ "question": "Would you?" })).await;
    let after = company.call(Method::GET, "/v1/recounts", None).await.ok()["recounts"].as_array().unwrap().len();
    assert_eq!((before, after), (3, 3));
    company.finish().await;
}

#[tokio::test]
async fn who_may_have_surveys_counted_and_of_what() {
    let company = Company::start().await;
    let (_, reader) = company.make_key(&["read"]).await;
    for (method, path) in [
        (Method::GET, "/v1/recounts"),
        (Method::POST, "/v1/recounts"),
        (Method::GET, "/v1/reconciliations"),
        (Method::POST, "/v1/reconciliations"),
    ] {
        assert_eq!(company.call_as(Some(&reader), method.clone(), path, None).await.status, 403, "{method} {path}");
    }
    let wrong = company.recount(Some("nobody")).await;
    assert_eq!((wrong.status, wrong.problem()), (422, ("invalid", vec!["/campaign"])));
    let wrong = company.call(Method::POST, "/v1/reconciliations", Some(json!({"repair": "yes"}))).await;
    assert_eq!((wrong.status, wrong.problem().1), (422, vec!["/repair"]));
    for none in ["/v1/recounts/1800000000000-00000000", "/v1/recounts/x", "/v1/reconciliations/x"] {
        assert_eq!(company.call(Method::GET, none, None).await.status, 404, "{none}");
    }
    assert_eq!(company.call(Method::POST, "/v1/recounts", None).await.status, 202, "without a body it is all of them");
    company.finish().await;
}

/// One page, then somebody answers, somebody new is asked, somebody changes their mind; then the walker is dead, and
/// another one goes on.
#[tokio::test]
async fn answers_come_while_surveys_are_counted_anew() {
    let company = Company::start().await;
    let letters = some_answers(&company).await;
    put_bands(&company, &[1_000]).await;
    let id = the_job(&company.latest_recount().await);
    let world = company.world();
    world.clock().move_to(company.now().await.after(Duration::from_secs(180)).as_millis());
    let small = walker(&company, 1);
    turn(&small, JobKind::Recount, &id).await;
    let touched = surveys(&company).await.iter().filter(|survey| survey.recounted_at.is_some()).count();
    assert!((1..7).contains(&touched), "one page of each part: {touched}");
    company.respond(&letters[1].link(10), 10).await.ok();
    company.trigger(person(100, "50").contact("new@example.com")).await.ok();
    // The next turn meets what is not counted yet, and leaves it alone.
    world.clock().move_to(company.now().await.after(Duration::from_secs(5)).as_millis());
    turn(&small, JobKind::Recount, &id).await;
    let held = surveys(&company).await.iter().filter(|survey| survey.recounted_at.is_some()).count();
    assert_eq!(held, touched, "others' answers would wait behind it");
    company.settle().await;
    company.respond(&letters[4].link(7), 7).await.ok();
    // The calls of both were lost; the sweep misses the job.
    lose_calls(&company);
    company.advance("2h").await;
    assert_eq!(company.latest_recount().await["state"], "done");
    assert_eq!(tallies(&company).await, fold(&company, &[1_000]).await);
    assert_eq!(company.reconcile(false).await["equal"], true);
    company.finish().await;
}

#[tokio::test]
async fn a_job_goes_on_whatever_dies() {
    let company = Company::start().await;
    some_answers(&company).await;
    put_bands(&company, &[1_000]).await;
    // Its call is lost before anybody has heard it.
    assert_eq!(lose_calls(&company), 1);
    company.settle().await;
    assert_eq!(company.latest_recount().await["state"], "waiting");
    company.advance("2h").await;
    assert_eq!(company.latest_recount().await["state"], "done");

    // Somebody takes a turn and dies over it.
    put_bands(&company, &[2_000]).await;
    let id = the_job(&company.latest_recount().await);
    lose_calls(&company);
    let store = company.world().store();
    company.world().clock().move_to(company.now().await.after(Duration::from_secs(180)).as_millis());
    let job = store.job(JobKind::Recount, &id).await.unwrap().unwrap();
    let dead = job.taken(company.now().await).unwrap();
    assert!(store.save_job(Some(&job), &dead).await.unwrap());
    // Two others come, too late and twice: it is held.
    let other = walker(&company, 250);
    turn(&other, JobKind::Recount, &id).await;
    assert_eq!(company.latest_recount().await["seen"], 0);
    company.world().clock().move_to(company.now().await.after(LEASE).as_millis());
    turn(&other, JobKind::Recount, &id).await;
    assert_eq!(company.latest_recount().await["seen"], 7);
    // Who was thought dead cannot write over what others did.
    assert!(!store.save_job(Some(&dead), &dead.done(company.now().await)).await.unwrap());
    company.advance("1h").await;
    assert_eq!(company.latest_recount().await["state"], "done");

    // The campaign was written, and whoever wrote it died before the recount was made: the sweep makes it.
    put_bands(&company, &[3_000]).await;
    let id = the_job(&company.latest_recount().await);
    lose_calls(&company);
    let key = json!({"pk": {"S": store::keys::jobs(JobKind::Recount)}, "sk": {"S": id.to_string()}});
    table(&company, "DeleteItem", &json!({"TableName": LEDGER, "Key": key}));
    company.world().cloud().send(Local::Recount, r#"{"sweep":true}"#, Duration::ZERO).unwrap();
    company.settle().await;
    assert_eq!(the_job(&company.latest_recount().await), id);
    company.advance("3m").await;
    assert_eq!(tallies(&company).await, fold(&company, &[3_000]).await);
    company.finish().await;
}

/// What was counted before anybody counted by the mail an answer came after: markers that know nothing of it, and no rows.
#[tokio::test]
async fn a_dimension_that_is_new_is_counted_for_the_past() {
    let company = Company::start().await;
    some_answers(&company).await;
    let now = tallies(&company).await;
    assert!(now.keys().any(|row| row.dimension == "mail"));
    for row in items(&company, "Y#default#mail#") {
        let key = json!({"pk": row["pk"], "sk": row["sk"]});
        table(&company, "DeleteItem", &json!({"TableName": LEDGER, "Key": key}));
    }
    for mut marker in items(&company, "M#") {
        if let Some(counted) = marker["counted"]["M"]["r"]["M"].as_object_mut() {
            counted.remove("m");
        }
        table(&company, "PutItem", &json!({"TableName": LEDGER, "Item": marker}));
    }
    let before = company.reconcile(false).await;
    assert_eq!(
        (&before["equal"], &before["wrong_numbers"], &before["wrong_surveys"]),
        (&json!(false), &json!(0), &json!(6))
    );
    assert_eq!(before["uncounted"][0]["marker"], "differs");
    company.recount(Some("default")).await.ok();
    company.advance("1m").await;
    let recount = company.latest_recount().await;
    assert_eq!((&recount["state"], &recount["changed"]), (&json!("done"), &json!(6)));
    assert_eq!(tallies(&company).await, now);
    assert_eq!(company.reconcile(false).await["equal"], true);
    company.finish().await;
}

/// The program at a desk: a job is made, watched to its end, and told to a script.
#[tokio::test]
async fn somebody_at_a_desk_recounts_and_reconciles() {
    let options = local::world::Options { background: true, ..local::world::Options::default() };
    let company = Company::start_with(options).await;
    some_answers(&company).await;
    let run = async |arguments: &[&str]| {
        let program = tokio::task::spawn_blocking(|| programs::debug("npsloop")).await.unwrap();
        let output = tokio::process::Command::new(program)
            .args(arguments)
            .env_clear()
            .env("NPSLOOP_URL", company.url())
            .env("NPSLOOP_API_KEY", KEY)
            .output()
            .await
            .unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    let (code, said) = run(&["recount", "--campaign", "default"]).await;
    assert_eq!((code, said.trim()), (0, "7 surveys looked at, 0 counted anew"));
    let (code, said) = run(&["reconcile"]).await;
    assert!(code == 0 && said.contains("tallies equal surveys"), "{code} {said}");
    let row = items(&company, "Y#default#hour#").remove(0);
    let hurt = json!({
        "TableName": LEDGER, "Key": {"pk": row["pk"], "sk": row["sk"]},
        "UpdateExpression": "ADD h0 :by", "ExpressionAttributeValues": {":by": {"N": "5"}}
    });
    table(&company, "UpdateItem", &hurt);
    let (code, said) = run(&["reconcile", "--repair"]).await;
    assert!(code == 1 && said.contains("hour") && said.contains("; mended"), "{code} {said}");
    assert_eq!(run(&["reconcile"]).await.0, 0);
    assert_eq!(run(&["recount", "--campaign", "nobody"]).await.0, 2);
    company.finish().await;
}

/// While surveys go from value to band, their day is full of values: no band may go into `…other` for that.
#[test]
fn what_was_counted_as_other_is_no_excuse_for_a_band() {
    let of = |values: &[(&str, &str)]| Contribution {
        born: model::Timestamp::from_millis(1),
        campaign: CampaignId::default_campaign(),
        sent_on: Some("2027-03-15".parse().unwrap()),
        delivered: true,
        bounced: false,
        complained: false,
        said: Vec::new(),
        response: None,
        values: values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
    };
    let bands = Bands::new([("value", vec![0])]);
    for (counted, counts, bands, right) in [
        (of(&[("value", "…other")]), of(&[("value", "17")]), &Bands::default(), true),
        (of(&[("value", "…other")]), of(&[("value", "0 and over")]), &bands, false),
        (of(&[("value", "17")]), of(&[("value", "0 and over")]), &bands, false),
        (of(&[("value", "…other"), ("value", "17")]), of(&[("value", "17")]), &Bands::default(), false),
    ] {
        assert_eq!(model::tally::is_right(Some(&counted), &counts, bands), right, "{counted:?}");
    }
    assert!(!model::tally::is_right(None, &of(&[]), &bands));
}
