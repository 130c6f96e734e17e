//! Proving that tallies equal the surveys: what was damaged is named, and mended only as it was found.

use std::time::Duration;

use local::cloud::Queue as Local;
use model::job::LEASE;
use model::tally::Changes;
use model::{JobId, JobKind};
use reqwest::Method;
use serde_json::json;
use tests::Company;

use super::{LEDGER, items, lose_calls, person, some_answers, surveys, table, tallies, turn, walker};

#[tokio::test]
async fn a_row_that_was_damaged_is_named_and_mended_once() {
    let company = Company::start().await;
    some_answers(&company).await;
    let good = tallies(&company).await;
    let row = items(&company, "Y#default#campaign#").remove(0);
    let add = |by: i64| {
        let update = json!({
            "TableName": LEDGER, "Key": {"pk": row["pk"], "sk": row["sk"]},
            "UpdateExpression": "ADD h9 :by", "ExpressionAttributeValues": {":by": {"N": by.to_string()}}
        });
        table(&company, "UpdateItem", &update)
    };
    let nine = row["h9"]["N"].as_str().unwrap().parse::<i64>().unwrap();
    add(3);
    let found = company.reconcile(false).await;
    assert_eq!(
        (&found["equal"], &found["wrong_numbers"], &found["wrong_surveys"]),
        (&json!(false), &json!(1), &json!(0))
    );
    let expected = json!([{"campaign": "default", "dimension": "campaign", "day": "2027-03-15", "value": "default", "counter": "h9",
                           "tally": nine + 3, "surveys": nine, "repaired": false}]);
    assert_eq!(found["wrong"], expected);
    assert_ne!(tallies(&company).await, good, "looking mends nothing");
    let mended = company.reconcile(true).await;
    assert_eq!((&mended["equal"], &mended["wrong"][0]["repaired"]), (&json!(false), &json!(true)));
    assert_eq!(tallies(&company).await, good);
    let after = company.reconcile(true).await;
    assert_eq!((&after["equal"], &after["wrong"]), (&json!(true), &json!([])));
    assert_eq!(tallies(&company).await, good);

    // A row that is gone, and one that has less.
    table(&company, "DeleteItem", &json!({"TableName": LEDGER, "Key": {"pk": row["pk"], "sk": row["sk"]}}));
    assert_eq!(company.reconcile(true).await["equal"], false);
    assert_eq!(tallies(&company).await, good);
    company.finish().await;
}

/// Two find a row wrong at the same time, and somebody answers: whoever comes second must not mend it again.
#[tokio::test]
async fn a_row_is_mended_only_as_it_was_found() {
    let company = Company::start().await;
    let letters = some_answers(&company).await;
    let store = company.world().store();
    let row = tallies(&company).await.into_keys().find(|row| row.dimension == "campaign").unwrap();
    let lacking = [(model::tally::Counter::Sent, 1)];
    let seen = store.parts_of(&row).await.unwrap();
    assert!(store.mend(&row, &seen, &lacking).await.unwrap());
    assert!(!store.mend(&row, &seen, &lacking).await.unwrap(), "it was mended");
    let seen = store.parts_of(&row).await.unwrap();
    company.respond(&letters[0].link(0), 0).await.ok();
    company.settle().await;
    assert!(!store.mend(&row, &seen, &lacking).await.unwrap(), "it was counted meanwhile");
    let undo = [(model::tally::Counter::Sent, -1)];
    assert!(store.mend(&row, &store.parts_of(&row).await.unwrap(), &undo).await.unwrap());
    assert_eq!(company.reconcile(false).await["equal"], true);
    company.finish().await;
}

#[tokio::test]
async fn a_survey_that_was_never_counted_is_found_and_counted() {
    let company = Company::start().await;
    let letters = some_answers(&company).await;
    let good = tallies(&company).await;
    // As if counting had given up all of it: no marker, and nothing in the rows.
    let survey: model::SurveyId = letters[0].survey.parse().unwrap();
    let marker = company.world().store().markers(&[survey]).await.unwrap().remove(&survey).unwrap();
    let without: Changes = marker
        .counted
        .rows()
        .into_iter()
        .map(|(row, counters)| (row, counters.into_iter().map(|(counter, by)| (counter, -by)).collect()))
        .collect();
    let now = company.now().await;
    assert!(company.world().store().count(&[], &[], &without, 0, now).await.unwrap());
    let key = json!({"pk": {"S": store::keys::marker(survey)}, "sk": {"S": store::keys::MARKER}});
    table(&company, "DeleteItem", &json!({"TableName": LEDGER, "Key": key}));
    let found = company.reconcile(false).await;
    assert_eq!(found["uncounted"], json!([{"survey_id": letters[0].survey, "marker": "missing", "repaired": false}]));
    assert_eq!((&found["equal"], &found["wrong_numbers"]), (&json!(false), &json!(0)));
    assert_eq!(company.reconcile(true).await["uncounted"][0]["repaired"], true);
    company.settle().await;
    assert_eq!(tallies(&company).await, good);
    assert_eq!(company.reconcile(false).await["equal"], true);
    company.finish().await;
}

#[tokio::test]
async fn what_is_erased_or_long_gone_stays_counted_and_is_no_error() {
    let company = Company::start().await;
    company.campaign_with("default", json!({"limit_days": 0, "retention_days": 30})).await;
    some_answers(&company).await;
    company.erase("person0@example.com").await.ok();
    let proof = company.reconcile(false).await;
    assert_eq!((&proof["equal"], &proof["surveys"], &proof["markers"]), (&json!(true), &json!(6), &json!(7)));
    // Asked anew, the same survey begins a second life; the first one stays counted.
    company.ask_and_hear(person(0, "500"), 2).await;
    company.settle().await;
    let proof = company.reconcile(false).await;
    assert_eq!((&proof["equal"], &proof["surveys"], &proof["markers"]), (&json!(true), &json!(7), &json!(8)));
    let before = tallies(&company).await;
    put_bands_and_keep(&company, &[1_000]).await;
    company.advance_days(40).await;
    assert_eq!(surveys(&company).await.len(), 0);
    assert!(!items(&company, "M#").is_empty(), "markers outlive their surveys");
    assert_eq!(company.reconcile(false).await["equal"], true);
    company.advance_days(40).await;
    assert!(items(&company, "M#").is_empty());
    let proof = company.reconcile(false).await;
    assert_eq!((&proof["equal"], &proof["kept"], &proof["markers"]), (&json!(true), &json!(7), &json!(0)), "{proof:?}");
    let nps = company.nps("?window=365d").await.ok();
    assert_eq!(nps["n"], 7);
    assert_ne!(tallies(&company).await, before, "by bands what was there when they came");
    company.finish().await;
}

async fn put_bands_and_keep(company: &Company, bounds: &[i64]) {
    let fields = json!({"limit_days": 0, "retention_days": 30, "bands": {"lifetime_value": bounds}});
    company.campaign_with("default", fields).await;
}

/// The night begins a reconciliation by itself, once however often it is called for.
#[tokio::test]
async fn every_night_numbers_are_proven() {
    let company = Company::start().await;
    some_answers(&company).await;
    company.advance_days(3).await;
    let nights = company.call(Method::GET, "/v1/reconciliations", None).await.ok();
    let nights = nights["reconciliations"].as_array().unwrap();
    assert!(!nights.is_empty() && nights.iter().all(|night| night["equal"] == true), "{nights:?}");
    let calls = [r#"{"reconcile":true}"#; 3];
    calls.iter().for_each(|call| company.world().cloud().send(Local::Recount, call, Duration::ZERO).unwrap());
    company.settle().await;
    company.finish().await;
}

#[tokio::test]
async fn rows_that_do_not_fit_into_memory_are_proven_in_parts() {
    let company = Company::start().await;
    some_answers(&company).await;
    let made = company.call(Method::POST, "/v1/reconciliations", None).await;
    let id: JobId = made.text("reconciliation_id").parse().unwrap();
    lose_calls(&company);
    let narrow = recount::Deps { most_rows: 8, ..walker(&company, 250) };
    for _ in 0..40 {
        turn(&narrow, JobKind::Reconciliation, &id).await;
    }
    let job = company.world().store().job(JobKind::Reconciliation, &id).await.unwrap().unwrap();
    let check = job.check.unwrap();
    assert!(check.parts > 1 && check.part == check.parts && check.is_equal(), "{check:?}");
    let rows = items(&company, "Y#").len() as u64;
    assert_eq!((check.rows, check.markers), (rows, 7), "every row once");
    company.finish().await;
}

/// Much is under way to the counting when surveys are read: that is no finding, however much it is.
#[tokio::test]
async fn what_is_still_to_be_counted_is_waited_for() {
    let company = Company::start().await;
    let letters = some_answers(&company).await;
    let made = company.call(Method::POST, "/v1/reconciliations", None).await;
    let id: JobId = made.text("reconciliation_id").parse().unwrap();
    lose_calls(&company);
    for letter in &letters {
        company.respond(&letter.link(5), 5).await.ok();
    }
    let store = company.world().store();
    let check = async || store.job(JobKind::Reconciliation, &id).await.unwrap().unwrap().check.unwrap();
    let wary = recount::Deps { doubts: 2, turn: Duration::ZERO, ..walker(&company, 2) };
    for _ in 0..20 {
        if check().await.suspects.len() < 2 {
            turn(&wary, JobKind::Reconciliation, &id).await;
        }
    }
    let shown = async || company.call(Method::GET, &format!("/v1/reconciliations/{id}"), None).await.ok();
    let read = shown().await["read"].clone();
    turn(&wary, JobKind::Reconciliation, &id).await;
    let waits = shown().await;
    assert_eq!(
        (&waits["read"], &waits["state"]),
        (&read, &json!("running")),
        "it goes on once it is known what they are"
    );
    lose_calls(&company);
    company.settle().await;
    for _ in 0..60 {
        company.world().clock().move_to(company.now().await.after(Duration::from_secs(32)).as_millis());
        turn(&wary, JobKind::Reconciliation, &id).await;
    }
    let proof = shown().await;
    assert_eq!(
        (&proof["state"], &proof["equal"], &proof["surveys"]),
        (&json!("done"), &json!(true), &json!(7)),
        "{proof:?}"
    );
    lose_calls(&company);
    company.finish().await;
}

/// A company so large that no turn reads all markers: each reads a page, and somebody else goes on, while answers come. One
/// turn dies over it.
#[tokio::test]
async fn a_proof_that_takes_many_turns_is_one_proof() {
    let company = Company::start().await;
    let letters = some_answers(&company).await;
    let row = items(&company, "Y#default#hour#").remove(0);
    let hurt = json!({
        "TableName": LEDGER, "Key": {"pk": row["pk"], "sk": row["sk"]},
        "UpdateExpression": "ADD h0 :by", "ExpressionAttributeValues": {":by": {"N": "5"}}
    });
    table(&company, "UpdateItem", &hurt);
    let made = company.call(Method::POST, "/v1/reconciliations", Some(json!({"repair": true}))).await;
    let id: JobId = made.text("reconciliation_id").parse().unwrap();
    lose_calls(&company);
    let store = company.world().store();
    let job = async || store.job(JobKind::Reconciliation, &id).await.unwrap().unwrap();
    let (mut turns, mut looks, mut stages, mut died) = (0, Vec::new(), Vec::new(), false);
    while job().await.state.is_open() {
        turns += 1;
        assert!(turns < 200, "{:?}", job().await);
        // Each time another environment.
        let slow = recount::Deps { reading: Duration::ZERO, items: 4, ..walker(&company, 1) };
        turn(&slow, JobKind::Reconciliation, &id).await;
        lose_calls(&company);
        let now = job().await;
        let Some(reading) = now.check.as_ref().and_then(|check| check.reading.clone()) else { continue };
        assert!(reading.kept.is_some(), "{reading:?}");
        looks.push(reading.look);
        stages.push(reading.stage);
        if reading.stage == model::reconcile::Stage::Markers && !died {
            died = true;
            // Counted while markers are read: today's rows move.
            company.respond(&letters[2].link(0), 0).await.ok();
            company.settle().await;
            let dead = now.taken(company.now().await).unwrap();
            assert!(store.save_job(Some(&now), &dead).await.unwrap());
            store
                .keep_pieces(&dead, vec!["whoever is thought dead writes elsewhere".to_owned()], dead.made_at)
                .await
                .unwrap();
            company.world().clock().move_to(company.now().await.after(LEASE).as_millis());
        }
    }
    let found = company.call(Method::GET, &format!("/v1/reconciliations/{id}"), None).await.ok();
    assert!(turns > 12 && looks.contains(&0) && looks.contains(&1), "{turns} {looks:?}");
    for stage in [model::reconcile::Stage::Before, model::reconcile::Stage::Markers, model::reconcile::Stage::After] {
        assert!(stages.contains(&stage), "{stage:?} of {stages:?}");
    }
    let wrong = &found["wrong"];
    assert_eq!(
        (&found["state"], &found["wrong_numbers"], &found["markers"]),
        (&json!("done"), &json!(1), &json!(7)),
        "{found:?}"
    );
    assert_eq!(
        (&wrong[0]["dimension"], &wrong[0]["counter"], &wrong[0]["repaired"]),
        (&json!("hour"), &json!("h0"), &json!(true))
    );
    // What is written in between goes by itself.
    let pieces = items(&company, "job#sums#");
    assert!(!pieces.is_empty() && pieces.iter().all(|piece| piece["expires"]["N"].is_string()));
    let proof = company.reconcile(false).await;
    assert_eq!(
        (&proof["equal"], &proof["busy"], &proof["rows"]),
        (&json!(true), &json!(0), &json!(items(&company, "Y#").len()))
    );
    company.finish().await;
}
