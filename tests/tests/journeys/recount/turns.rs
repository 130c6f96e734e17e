//! Reconciliations that take many turns: what one turn has found is said once, and nothing is said too early.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use model::reconcile::{Check, LOOKS};
use model::{Job, JobId, JobKind, SurveyId};
use reqwest::Method;
use serde_json::{Value, json};
use tests::Company;

use super::{LEDGER, items, lose_calls, some_answers, table, turn, walker};

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
    company.call(Method::GET, &format!("/v1/reconciliations/{id}"), None).await.ok()
}

async fn wait(company: &Company, seconds: u64) {
    company.world().clock().move_to(company.now().await.after(Duration::from_secs(seconds)).as_millis());
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
