//! Many triggers in one call.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use tests::company::MONDAY;
use tests::{Answer, Company, Trigger, done};

async fn send(company: &Company, path: &str, kind: &str, body: impl Into<Vec<u8>>) -> Answer {
    let headers = [("authorization", "Bearer local".to_owned()), ("content-type", kind.to_owned())];
    company.send(Method::POST, path, &headers, body.into()).await
}

async fn batch(company: &Company, triggers: impl IntoIterator<Item = Trigger>) -> Answer {
    let triggers: Vec<Value> = triggers.into_iter().map(Trigger::into_body).collect();
    send(company, "/v1/triggers/batch", "application/json", json!(triggers).to_string()).await
}

/// What was decided of each row, or what kind of problem there was.
fn decisions(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{}", answer.text);
    let rows = answer["rows"].as_array().unwrap();
    let what = |(nth, row): (usize, &Value)| {
        assert_eq!(row["index"], nth, "rows are answered in order");
        match (&row["decision"], &row["problem"]) {
            (decision, Value::Null) => decision["decision"].as_str().unwrap().to_owned(),
            (Value::Null, problem) => problem["type"].as_str().unwrap().to_owned(),
            both => panic!("{both:?}"),
        }
    };
    rows.iter().enumerate().map(what).collect()
}

fn person(nth: usize) -> Trigger {
    done(&format!("a0X{nth}"), &format!("person{nth}@example.com"))
}

#[tokio::test]
async fn each_row_is_answered_and_none_stops_another() {
    let company = Company::start().await;
    let rows = [
        person(1),
        person(2).completion(10),
        person(3).contact("nobody"),
        person(1),
        done("a0X9", "person1@example.com"),
        person(4).campaign("unknown"),
        person(5).dry_run(),
        person(6).set("flow_guid", "x"),
    ];
    let answer = batch(&company, rows).await;
    assert_eq!(
        decisions(&answer),
        [
            "scheduled",
            "waiting",
            "/problems/invalid",
            "duplicate",
            "deferred",
            "/problems/invalid",
            "scheduled",
            "scheduled"
        ]
    );
    assert_eq!(answer["retry"], json!([]));
    assert_eq!(answer["rows"][2]["problem"]["errors"][0]["pointer"], "/contact_email");
    assert_eq!(answer["rows"][5]["problem"]["errors"][0]["pointer"], "/campaign");
    assert_eq!(answer["rows"][7]["decision"]["ignored"], json!(["flow_guid"]));
    company.settle().await;
    assert_eq!(company.mail().await.len(), 2, "the dry run and the deferred one wait");

    // The same answer as one by one.
    let alone = company.trigger(person(1)).await;
    assert_eq!(alone["survey_id"], answer["rows"][0]["decision"]["survey_id"]);
    assert_eq!(alone["decision"], "duplicate");
    // And all of it again makes nothing twice.
    let again = batch(&company, [person(1), person(6)]).await;
    assert_eq!(decisions(&again), ["duplicate", "duplicate"]);
}

#[tokio::test]
async fn a_table_says_the_same_as_json() {
    let company = Company::start().await;
    let german = "\u{feff}subject_id;completion_percent;contact_email;contact_name;attributes.region;note\r\n\
                  a0X1;100;ada@example.com;\"Löw; Ada\";EMEA;\r\na0X2;100;bob@example.com;;;7\r\n;;;;;\r\n\
                  a0X3;viel;cy@example.com;;;\r\na0X4;100;dee@example.com;;;;zu viel\r\n";
    let answer = send(&company, "/v1/triggers/batch", "text/csv; charset=utf-8", german).await;
    assert_eq!(decisions(&answer), ["scheduled", "scheduled", "/problems/invalid", "/problems/malformed"]);
    assert_eq!(answer["rows"][1]["decision"]["ignored"], json!(["note"]));
    assert_eq!(answer["rows"][2]["problem"]["errors"][0]["pointer"], "/completion_percent");
    let survey = company.survey(answer["rows"][0]["decision"]["survey_id"].as_str().unwrap()).await;
    assert_eq!((&survey["contact"]["name"], &survey["attributes"]), (&json!("Löw; Ada"), &json!({"region": "EMEA"})));

    let comma = "subject_id,milestone,contact_email\na0X5,renewal,eve@example.com\n";
    let dry = send(&company, "/v1/triggers/batch?dry_run=true", "text/csv", comma).await;
    assert_eq!(decisions(&dry), ["scheduled"]);
    assert_eq!(company.surveys("?contact=eve@example.com").await["surveys"], json!([]), "nothing is written");
}

#[tokio::test]
async fn a_body_that_is_no_batch_is_refused_whole() {
    let company = Company::start().await;
    company.settle().await;
    let before = company.writes().await;
    let path = "/v1/triggers/batch";
    for (kind, body, status, pointer) in [
        ("application/json", "{", 400, None),
        ("application/json", "7", 400, None),
        ("application/json", r#"{"rows":[]}"#, 422, Some("/triggers")),
        ("text/csv", "", 400, None),
        ("text/csv", "id,mail\n1,2\n", 400, None),
        ("text/csv", "subject_id,subject_id\n1,2\n", 400, None),
    ] {
        let answer = send(&company, path, kind, body).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.text);
        assert_eq!(answer.problem().1.first().copied(), pointer, "{body}");
    }
    assert_eq!(send(&company, path, "text/csv", b"subject_id\n\xff\n".to_vec()).await.status, 400);
    let many: Vec<Value> = (0..1_001).map(|nth| person(nth).into_body()).collect();
    assert_eq!(
        send(&company, path, "application/json", json!(many).to_string()).await.problem(),
        ("invalid", vec!["/triggers"])
    );
    let large = format!("[{}]", " ".repeat(4 * 1024 * 1024));
    assert_eq!(send(&company, path, "application/json", large).await.status, 413);
    for query in ["?dry_run=maybe", "?sample=3"] {
        let answer = send(&company, &format!("{path}{query}"), "application/json", "[]").await;
        assert_eq!(answer.problem().0, "invalid");
    }
    let nobody = company.call_as(None, Method::POST, path, Some(json!([]))).await;
    assert_eq!(nobody.problem().0, "no-key");
    let (_, key) = company.make_key(&["read"]).await;
    assert_eq!(company.call_as(Some(&key), Method::POST, path, Some(json!([]))).await.status, 403);
    // More than a single trigger may have, and an empty one.
    let note = "x".repeat(70_000);
    assert_eq!(decisions(&batch(&company, [person(1).set("note", note).dry_run()]).await), ["scheduled"]);
    assert_eq!(decisions(&batch(&company, []).await), Vec::<String>::new());
    company.settle().await;
    assert_eq!(company.writes().await, before + 1, "the API key, and nothing else");
}

#[tokio::test]
async fn a_campaign_spreads_a_batch_and_asks_a_share_of_it() {
    let company = Company::start().await;
    company.campaign_with("spring", json!({"batch": {"spread": "10h", "share": 50}})).await;
    let rows = || (0..60).map(|nth| person(nth).campaign("spring"));
    let answer = batch(&company, rows()).await;
    let start: model::Timestamp = MONDAY.parse().unwrap();
    let mut sent = BTreeSet::new();
    let mut left_out = Vec::new();
    for row in answer["rows"].as_array().unwrap() {
        let decision = &row["decision"];
        if decision["decision"] == "suppressed" {
            assert_eq!((&decision["reason"], &decision["survey_id"]), (&json!("not_sampled"), &json!(null)));
            left_out.push(row["index"].as_u64().unwrap());
            continue;
        }
        assert_eq!((&decision["decision"], &decision["reason"]), (&json!("scheduled"), &json!("spread")));
        let at: model::Timestamp = decision["send_at"].as_str().unwrap().parse().unwrap();
        sent.insert(at.since(start).as_secs());
    }
    assert!((15..=45).contains(&left_out.len()), "{}", left_out.len());
    assert!(sent.last().unwrap() - sent.first().unwrap() > 5 * 3_600, "{sent:?}");
    assert!(*sent.last().unwrap() < 10 * 3_600 + 60);
    company.settle().await;
    assert!(company.mail().await.len() < 5, "most of it waits");
    company.advance("5h").await;
    let half = company.mail().await.len();
    assert!(half > 5 && half < 60 - left_out.len(), "{half}");
    // Again: who was asked stays asked, at the same time, and who was left out stays left out.
    let again = batch(&company, rows()).await;
    for (before, after) in answer["rows"].as_array().unwrap().iter().zip(again["rows"].as_array().unwrap()) {
        assert_eq!(before["decision"]["send_at"], after["decision"]["send_at"]);
        let expected = if before["decision"]["survey_id"].is_null() { "suppressed" } else { "duplicate" };
        assert_eq!(after["decision"]["decision"], expected);
    }
    company.advance("6h").await;
    assert_eq!(company.mail().await.len(), 60 - left_out.len());
    // Outside batches nothing waits and nobody is left out.
    let nth = usize::try_from(left_out[0]).unwrap();
    let alone = company.trigger(person(nth).campaign("spring")).await;
    assert_eq!((&alone["decision"], &alone["reason"]), (&json!("scheduled"), &json!(null)));
}

/// As many as there may be, in the time API Gateway waits. Tables of this machine, which are slower than the real ones.
#[tokio::test]
async fn a_thousand_rows_are_done_before_anybody_gives_up() {
    let company = Company::start().await;
    // What is sent at once, and all that follows from it, would only take the test longer.
    company.campaign_with("default", json!({"batch": {"spread": "30d"}})).await;
    let begun = std::time::Instant::now();
    let answer = batch(&company, (0..1_000).map(person)).await;
    let took = begun.elapsed();
    println!("1,000 rows took {took:?}");
    assert!(took < std::time::Duration::from_secs(29), "{took:?}");
    let mut done = decisions(&answer);
    let retry = answer["retry"].as_array().unwrap();
    // On a machine that is busy with other things some are left over, and said to be.
    assert_eq!(retry.len(), done.iter().filter(|what| *what == "/problems/try-later").count());
    let left = retry.iter().map(|nth| person(usize::try_from(nth.as_u64().unwrap()).unwrap()));
    if !retry.is_empty() {
        done.retain(|what| what != "/problems/try-later");
        done.extend(decisions(&batch(&company, left).await));
    }
    assert_eq!(done.len(), 1_000);
    assert!(done.iter().all(|what| what == "scheduled" || what == "duplicate"), "{done:?}");
    assert_eq!(company.surveys("?contact=person999@example.com").await["surveys"].as_array().unwrap().len(), 1);
}
