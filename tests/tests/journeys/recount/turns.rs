//! Reconciliations that take many turns: what one turn has found is said once, and nothing is said too early.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use model::job::LEASE;
use model::reconcile::{Check, LOOKS, Stage};
use model::tally::{Counter, Row};
use model::{Job, JobId, JobKind, SurveyId};
use reqwest::Method;
use serde_json::{Value, json};
use tests::Company;

use super::{LEDGER, items, lose_calls, person, some_answers, table, tallies, turn, walker};

/// A reconciliation whose turns nobody takes but the test.
async fn made(company: &Company, repair: bool) -> JobId {
    let made = company.call(Method::POST, "/v1/reconciliations", Some(json!({ "repair": repair }))).await;
    lose_calls(company);
    made.text("reconciliation_id").parse().unwrap()
}

async fn job(company: &Company, id: &JobId) -> Job {
    company.world().store().job(JobKind::Reconciliation, id).await.unwrap().unwrap()
}

async fn check(company: &Company, id: &JobId) -> Check {
    job(company, id).await.check.unwrap()
}

/// What the API says of it.
async fn shown(company: &Company, id: &JobId) -> Value {
    company.call(Method::GET, &format!("/v1/reconciliations/{id}"), None).await.ok().body
}

async fn wait(company: &Company, seconds: u64) {
    company.world().clock().move_to(company.now().await.after(Duration::from_secs(seconds)).as_millis());
}

/// All rows there are, however many parts they are kept in.
async fn rows_there(company: &Company) -> u64 {
    let (parts, more) = company.world().store().rows_behind(0, 1, None, 10_000).await.unwrap();
    assert_eq!(more, None);
    parts.into_iter().map(|part| part.row).collect::<BTreeSet<Row>>().len() as u64
}

/// A row has one too many.
async fn hurt(company: &Company, row: &Row) {
    let store = company.world().store();
    assert!(store.mend(row, &store.parts_of(row).await.unwrap(), &[(Counter::Sent, 1)]).await.unwrap());
}

/// Of those that are met first all but one are counted after all, so that there is room for more doubts.
#[tokio::test]
async fn no_survey_is_called_wrong_before_it_was_looked_at_three_times() {
    let company = Company::start().await;
    some_answers(&company).await;
    let markers = items(&company, "M#");
    let put = |marker: &Value| table(&company, "PutItem", &json!({"TableName": LEDGER, "Item": marker}));
    for marker in &markers {
        let key = json!({"pk": marker["pk"], "sk": marker["sk"]});
        table(&company, "DeleteItem", &json!({"TableName": LEDGER, "Key": key}));
    }
    let id = made(&company, false).await;
    let wary = recount::Deps { doubts: 2, turn: Duration::ZERO, ..walker(&company, 1) };
    let mut looks: BTreeMap<SurveyId, u8> = BTreeMap::new();
    let mut counted: BTreeSet<SurveyId> = BTreeSet::new();
    let mut turns = 0;
    while job(&company, &id).await.state.is_open() {
        turns += 1;
        assert!(turns < 100, "{:?}", job(&company, &id).await);
        let before = check(&company, &id).await;
        turn(&wary, JobKind::Reconciliation, &id).await;
        lose_calls(&company);
        let after = check(&company, &id).await;
        if after.looked_again != before.looked_again || after.wrong_surveys != before.wrong_surveys {
            before.suspects.iter().for_each(|survey| *looks.entry(*survey).or_default() += 1);
        }
        for found in &after.uncounted {
            assert_eq!(looks.get(&found.survey), Some(&LOOKS), "turn {turns}: {after:?}");
        }
        if counted.is_empty() && after.suspects.len() > 1 {
            counted.extend(&after.suspects[1..]);
            let keys: Vec<String> = counted.iter().map(|survey| store::keys::marker(*survey)).collect();
            let theirs = |marker: &&Value| keys.iter().any(|key| marker["pk"]["S"] == key.as_str());
            markers.iter().filter(theirs).for_each(|marker| {
                put(marker);
            });
        }
        wait(&company, 32).await;
    }
    let found = shown(&company, &id).await;
    assert!(!counted.is_empty());
    assert_eq!(
        (&found["state"], &found["wrong_surveys"]),
        (&json!("done"), &json!(markers.len() - counted.len())),
        "{found:?}"
    );
    markers.iter().for_each(|marker| {
        put(marker);
    });
    assert_eq!(company.reconcile(false).await["equal"], true);
    company.finish().await;
}

/// Between two looks nobody goes on for so long that what was added up is gone: the reading begins anew, and what its first look
/// said of rows and of what is kept is not said twice.
#[tokio::test]
async fn what_was_added_up_and_is_forgotten_is_added_up_again() {
    let company = Company::start().await;
    company.campaign_with("default", json!({"limit_days": 0, "retention_days": 30})).await;
    some_answers(&company).await;
    company.advance_days(80).await;
    company.ask_and_hear(person(0, "500"), 2).await;
    company.settle().await;
    let good = tallies(&company).await;
    let row = good.keys().filter(|row| row.dimension == "hour").max_by_key(|row| row.day).unwrap();
    hurt(&company, row).await;
    let id = made(&company, false).await;
    let slow = recount::Deps { reading: Duration::ZERO, items: 10, ..walker(&company, 250) };
    let (mut turns, mut forgotten) = (0, false);
    while job(&company, &id).await.state.is_open() {
        turns += 1;
        assert!(turns < 300, "{:?}", job(&company, &id).await);
        turn(&slow, JobKind::Reconciliation, &id).await;
        lose_calls(&company);
        let reading = check(&company, &id).await.reading;
        if !forgotten && reading.is_some_and(|reading| reading.look == 1) {
            forgotten = true;
            for piece in items(&company, "job#sums#") {
                let key = json!({"pk": piece["pk"], "sk": piece["sk"]});
                table(&company, "DeleteItem", &json!({"TableName": LEDGER, "Key": key}));
            }
        }
    }
    assert!(forgotten, "there is a second look");
    let found = shown(&company, &id).await;
    assert_eq!(
        (&found["rows"], &found["kept"], &found["busy"], &found["wrong_numbers"]),
        (&json!(rows_there(&company).await), &json!(6), &json!(0), &json!(1)),
        "{found:?}"
    );
    assert_eq!(company.reconcile(true).await["wrong"][0]["repaired"], true);
    assert_eq!(tallies(&company).await, good);
    company.finish().await;
}

/// More rows are wrong than one turn can mend. One turn dies over it.
#[tokio::test]
async fn rows_are_mended_in_as_many_turns_as_it_takes() {
    let company = Company::start().await;
    some_answers(&company).await;
    let good = tallies(&company).await;
    for row in good.keys().step_by(good.len() / 6).take(6) {
        hurt(&company, row).await;
    }
    let id = made(&company, true).await;
    let slow = recount::Deps { reading: Duration::ZERO, mends: 2, ..walker(&company, 250) };
    let (mut turns, mut mended, mut died) = (0, Vec::new(), false);
    while job(&company, &id).await.state.is_open() {
        turns += 1;
        assert!(turns < 60, "{:?}", job(&company, &id).await);
        turn(&slow, JobKind::Reconciliation, &id).await;
        lose_calls(&company);
        let now = job(&company, &id).await;
        let found = now.check.clone().unwrap();
        let Some(reading) = found.reading.filter(|reading| reading.stage == Stage::Mending) else { continue };
        assert_eq!(found.wrong_numbers, reading.mended, "what became of each is written down");
        mended.push(reading.mended);
        if !died {
            died = true;
            let dead = now.taken(company.now().await).unwrap();
            assert!(company.world().store().save_job(Some(&now), &dead).await.unwrap());
            company.world().clock().move_to(company.now().await.after(LEASE).as_millis());
        }
    }
    assert_eq!(mended, [2, 4], "two a turn, and the last two end it");
    let found = shown(&company, &id).await;
    let wrong = found["wrong"].as_array().unwrap();
    assert!(wrong.len() == 6 && wrong.iter().all(|number| number["repaired"] == true), "{found:?}");
    assert_eq!(
        (&found["state"], &found["wrong_numbers"], &found["rows"]),
        (&json!("done"), &json!(6), &json!(rows_there(&company).await))
    );
    assert_eq!(tallies(&company).await, good);
    assert_eq!(company.reconcile(false).await["equal"], true);
    company.finish().await;
}
