//! What the systems outside hear: every state of a survey, in order, whatever fails on the way.

use std::time::{Duration, Instant};

use local::world::Options;
use reqwest::Method;
use serde_json::{Value, json};
use tests::outside::{Fault, Salesforce, Slack, Webhook};
use tests::{Answer, Company, MONDAY, done};

const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const PROJECT: &str = "a0X5g00000B1xYz";

async fn put(company: &Company, id: &str, destination: Value) -> Answer {
    company.call(Method::PUT, &format!("/v1/destinations/{id}"), Some(destination)).await
}

async fn destination(company: &Company, id: &str) -> Answer {
    company.call(Method::GET, &format!("/v1/destinations/{id}"), None).await
}

async fn deliveries(company: &Company, query: &str) -> Answer {
    company.call(Method::GET, &format!("/v1/deliveries{query}"), None).await
}

/// How far the deliveries of a survey have come, by destination.
async fn states(company: &Company, survey: &str) -> Vec<String> {
    let found = deliveries(company, &format!("?survey={survey}")).await.ok();
    let found = found["deliveries"].as_array().unwrap().clone();
    found.iter().map(|one| format!("{} {}", one["destination"], one["state"]).replace('"', "")).collect()
}

/// Somebody who listens, and is told of everything.
async fn listener(company: &Company) -> Webhook {
    let hook = Webhook::start(company.world().clock().for_functions(), SECRET).await;
    company.world().cloud().set_secret("hook", SECRET);
    put(company, "hook", json!({ "kind": "webhook", "url": hook.url(), "secret": "hook" })).await.ok();
    hook
}

/// What a listener was told of a survey: stage and version.
fn told(hook: &Webhook, survey: &str) -> Vec<(String, u64)> {
    let all = hook.received();
    let mine = all.iter().filter(|message| message.body["data"]["survey_id"] == survey);
    let stage = |body: &Value| body["data"]["stage"].as_str().unwrap().to_owned();
    mine.map(|message| (stage(&message.body), message.body["data"]["version"].as_u64().unwrap())).collect()
}

#[tokio::test]
async fn a_crm_and_a_listener_see_the_whole_loop() {
    let company = Company::start().await;
    let hook = listener(&company).await;
    let org = Salesforce::start(company.world().clock().for_functions(), PROJECT).await;
    let (_, secret) = org.client_credentials("sf");
    company.world().cloud().set_secret("sf", &secret);
    let (auth, _) = org.client_credentials("sf");
    let auth = serde_json::to_value(auth).unwrap();
    let crm = json!({
        "kind": "salesforce", "url": org.line.url(), "flow": "client_credentials", "client_id": auth["client_id"],
        "secret": "sf", "subject_object": "Project__c", "task_external_id": "Npsloop_Id__c",
    });
    put(&company, "crm", crm).await.ok();
    company.campaign_with("default", json!({ "hours": { "from": "14:00", "to": "17:00" } })).await;

    let asked = company.trigger(done(PROJECT, "ada@example.com").owner("sam@company.example")).await.ok();
    let survey = asked.text("survey_id");
    company.settle().await;
    assert_eq!(org.records("NPS_Survey__c")[0]["Stage__c"], "created", "the denominator");
    company.advance("5h").await;
    assert_eq!(org.records("NPS_Survey__c")[0]["Stage__c"], "sent");
    company.advance("4d").await;
    assert_eq!(org.records("NPS_Survey__c")[0]["Stage__c"], "unanswered");
    assert_eq!(org.records("Task")[0]["Status"], "Not Started");
    let letter = company.inbox("ada@example.com").await.pop().unwrap();
    company.respond(&letter.link(9), 9).await.ok();
    company.settle().await;

    let record = &org.records("NPS_Survey__c")[0];
    assert_eq!((&record["Stage__c"], &record["Score__c"]), (&json!("answered"), &json!(9)), "{record}");
    assert_eq!(org.records("Project__c")[0]["NPS_Score__c"], 9);
    let done: Vec<Value> = org.records("Task").iter().map(|task| task["Status"].clone()).collect();
    assert!(done.contains(&json!("Completed")), "the task is closed where it was opened: {done:?}");

    let told = told(&hook, &survey);
    let mut stages: Vec<&str> = told.iter().map(|(stage, _)| stage.as_str()).collect();
    stages.dedup();
    assert_eq!(stages, ["created", "sent", "unanswered", "answered"]);
    assert!(told.is_sorted_by(|a, b| a.1 < b.1), "{told:?}");

    assert_eq!(states(&company, &survey).await, ["crm delivered", "hook delivered"]);
    let timeline = company.survey(&survey).await.body["timeline"].clone();
    let back: Vec<_> = timeline.as_array().unwrap().iter().filter(|entry| entry["what"] == "written_back").collect();
    assert_eq!(back.len(), 2, "{timeline}");
    let hooked = back.iter().find(|entry| entry["detail"]["destination"] == "hook").unwrap();
    assert_eq!(hooked["detail"]["status"], "delivered");
    assert_eq!(hooked["detail"]["answer"]["status"], 204);
}

#[tokio::test]
async fn after_two_days_of_silence_everything_arrives_once_and_as_it_is_now() {
    let company = Company::start().await;
    let hook = listener(&company).await;
    hook.line.down();
    let mut surveys = Vec::new();
    for (nth, contact) in ["ada@example.com", "bob@example.com", "cleo@example.com"].into_iter().enumerate() {
        let letter = company.ask(done(&format!("a0X{nth}"), contact)).await;
        company.respond(&letter.link(3), 3).await.ok();
        company.settle().await;
        company.respond(&letter.link(8), 8).await.ok();
        surveys.push(letter.survey.clone());
    }
    company.advance("2d").await;
    assert_eq!(states(&company, &surveys[0]).await, ["hook retrying"]);
    let waiting = deliveries(&company, "?state=retrying").await.ok();
    assert_eq!(waiting["deliveries"].as_array().unwrap().len(), 3, "{waiting:?}");
    assert_eq!(waiting["deliveries"][0]["answer"]["status"], Value::Null);
    assert_ne!(destination(&company, "hook").await["failing_since"], Value::Null);

    hook.line.up();
    let before = hook.line.calls();
    company.advance("1d").await;
    assert_eq!(hook.line.calls() - before, 3, "one call for each, not one for each version");
    for survey in &surveys {
        let told = told(&hook, survey);
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(states(&company, survey).await, ["hook delivered"]);
    }
    assert!(hook.received().iter().all(|message| message.body["data"]["score"] == 8));
    let fares = destination(&company, "hook").await;
    assert_eq!((&fares["failing_since"], &fares["enabled"]), (&Value::Null, &json!(true)));
}

#[tokio::test]
async fn whoever_asks_for_patience_is_given_it() {
    let company = Company::start().await;
    let hook = listener(&company).await;
    // As often as there is news by then.
    hook.line.fail(2, Fault::Busy(120));
    let survey = company.ask(done("a0X1", "ada@example.com")).await.survey;
    let waits = deliveries(&company, "?state=retrying").await.ok();
    assert_eq!((&waits["deliveries"][0]["answer"]["status"], &waits["cursor"]), (&json!(429), &Value::Null));
    let next: model::Timestamp = waits["deliveries"][0]["next_at"].as_str().unwrap().parse().unwrap();
    assert!(next.since(company.now().await) > Duration::from_secs(100), "{waits:?}");
    company.advance("10m").await;
    assert_eq!(states(&company, &survey).await, ["hook delivered"]);
    assert_eq!(told(&hook, &survey).last().unwrap().0, "sent");
    assert_eq!(destination(&company, "hook").await["failing_since"], Value::Null, "that is no failure");
}

#[tokio::test]
async fn an_answer_that_was_lost_does_no_harm() {
    let company = Company::start().await;
    let hook = listener(&company).await;
    hook.line.fail(2, Fault::Lost);
    let letter = company.ask(done("a0X1", "ada@example.com")).await;
    company.advance("10m").await;
    let survey = letter.survey;
    assert_eq!(states(&company, &survey).await, ["hook delivered"]);
    assert!(told(&hook, &survey).is_sorted_by(|a, b| a.1 <= b.1));
    assert_eq!(told(&hook, &survey).last().unwrap().0, "sent");
}

#[tokio::test]
async fn what_was_lost_outside_is_sent_again() {
    let company = Company::start().await;
    let hook = listener(&company).await;
    let first = company.ask(done("a0X1", "ada@example.com")).await.survey;
    company.advance("1d").await;
    let second = company.ask(done("a0X2", "bob@example.com")).await.survey;
    company.settle().await;
    let retry = async |path: &str, body: Option<Value>| company.call(Method::POST, path, body).await;

    // One of them, at once.
    let before = told(&hook, &first).len();
    let again = retry(&format!("/v1/deliveries/{first}-hook/retry"), None).await;
    assert_eq!((again.status, again.text("state").as_str()), (202, "pending"));
    company.settle().await;
    assert_eq!(told(&hook, &first).len(), before + 1);

    // Everything since a time.
    let (before, calls) = (told(&hook, &second).len(), hook.line.calls());
    let since = company.now().await.before(Duration::from_secs(3600)).to_string();
    let again = retry("/v1/deliveries/retry", Some(json!({ "since": since }))).await;
    // The first one as well: somebody touched it just now.
    assert_eq!((again.status, &again["deliveries"], &again["cursor"]), (202, &json!(2), &Value::Null));
    company.advance("10m").await;
    assert_eq!(hook.line.calls() - calls, 2);
    assert_eq!(told(&hook, &second).len() + hook.repeats(), before + 2, "the same versions, once more");

    // All of it, to somebody who is new.
    let late = Webhook::start(company.world().clock().for_functions(), SECRET).await;
    put(&company, "late", json!({ "kind": "webhook", "url": late.url(), "secret": "hook" })).await.ok();
    let again = retry("/v1/deliveries/retry", Some(json!({ "since": MONDAY, "destination": "late" }))).await;
    assert_eq!(again["deliveries"], 2);
    company.advance("10m").await;
    assert_eq!((told(&late, &first).len(), told(&late, &second).len()), (1, 1));

    for (path, status) in [
        (format!("/v1/deliveries/{first}-nobody/retry"), 404),
        ("/v1/deliveries/00000000000000000000000000000000-hook/retry".to_owned(), 404),
        ("/v1/deliveries/x/retry".to_owned(), 404),
    ] {
        assert_eq!(retry(&path, None).await.status, status, "{path}");
    }
    let wrong = retry("/v1/deliveries/retry", Some(json!({ "since": MONDAY, "destination": "nobody" }))).await;
    assert_eq!(wrong.problem(), ("invalid", vec!["/destination"]));
    put(&company, "late", json!({ "kind": "webhook", "url": late.url(), "secret": "hook", "enabled": false }))
        .await
        .ok();
    assert_eq!(retry(&format!("/v1/deliveries/{first}-late/retry"), None).await.status, 409);
}

#[tokio::test]
async fn who_fails_for_five_days_is_told_nothing_more_until_somebody_says_so() {
    let company = Company::start().await;
    company.campaign_with("default", json!({ "limit_days": 0 })).await;
    let hook = listener(&company).await;
    hook.line.down();
    let mut surveys = vec![company.ask(done("a0X1", "ada@example.com")).await.survey];
    company.advance("4d").await;
    let first = deliveries(&company, &format!("?survey={}", surveys[0])).await.ok();
    // The task of the third day was news, which begins anew.
    assert_eq!(first["deliveries"][0]["state"], "retrying", "{first:?}");
    surveys.push(company.ask(done("a0X2", "bob@example.com")).await.survey);
    company.advance("2d").await;
    let off = destination(&company, "hook").await;
    assert_eq!((&off["enabled"], &off["disabled_for"]), (&json!(false), &json!("failing")), "{off:?}");
    assert_ne!(off["disabled_at"], Value::Null);

    surveys.push(company.ask(done("a0X3", "cleo@example.com")).await.survey);
    company.settle().await;
    assert_eq!(states(&company, &surveys[2]).await, ["hook held"]);
    let calls = hook.line.calls();
    company.advance("1d").await;
    assert_eq!(hook.line.calls(), calls, "it is left alone");
    assert_eq!(deliveries(&company, "?state=held").await.ok()["deliveries"].as_array().unwrap().len(), 3);

    hook.line.up();
    // As it is shown it can be put.
    let mut on = off.body.clone();
    on["enabled"] = json!(true);
    let on = put(&company, "hook", on).await.ok();
    assert_eq!((&on["failing_since"], &on["disabled_at"], &on["enabled"]), (&Value::Null, &Value::Null, &json!(true)));
    company.advance("2h").await;
    for survey in &surveys {
        assert_eq!(states(&company, survey).await, ["hook delivered"]);
        assert!(!told(&hook, survey).is_empty());
    }
}

#[tokio::test]
async fn what_is_refused_is_left_until_there_is_news() {
    let company = Company::start().await;
    let org = Salesforce::start(company.world().clock().for_functions(), PROJECT).await;
    let (auth, secret) = org.client_credentials("sf");
    company.world().cloud().set_secret("sf", &secret);
    let client = serde_json::to_value(auth).unwrap()["client_id"].clone();
    let crm = |fields: Value| {
        json!({
            "kind": "salesforce", "url": org.line.url(), "flow": "client_credentials", "client_id": client,
            "secret": "sf", "fields": fields,
        })
    };
    put(&company, "crm", crm(json!({ "stage": "Stgae__c" }))).await.ok();
    let letter = company.ask(done(PROJECT, "ada@example.com")).await;
    company.settle().await;
    let survey = letter.survey.clone();
    assert_eq!(states(&company, &survey).await, ["crm failed"]);
    let failed = deliveries(&company, "?state=failed&destination=crm").await.ok();
    let failed = &failed["deliveries"][0];
    assert!(failed["answer"]["text"].as_str().unwrap().contains("Stgae__c"), "{failed}");
    let calls = org.line.calls();
    company.advance("1d").await;
    assert_eq!(org.line.calls(), calls, "it would be refused again");

    put(&company, "crm", crm(json!({ "stage": "Stage__c", "score": "Score__c" }))).await.ok();
    company.advance("1m").await;
    company.respond(&letter.link(7), 7).await.ok();
    company.settle().await;
    assert_eq!(states(&company, &survey).await, ["crm delivered"]);
    assert_eq!(org.records("NPS_Survey__c")[0]["Score__c"], 7);
    assert_eq!(deliveries(&company, "?state=failed").await.ok()["deliveries"], json!([]));
}

#[tokio::test]
async fn who_is_gone_is_not_called_again() {
    let company = Company::start().await;
    let hook = listener(&company).await;
    hook.line.fail(10, Fault::Status(410));
    let survey = company.ask(done("a0X1", "ada@example.com")).await.survey;
    company.settle().await;
    let off = destination(&company, "hook").await;
    assert_eq!((&off["enabled"], &off["disabled_for"]), (&json!(false), &json!("gone")));
    let calls = hook.line.calls();
    company.advance("2d").await;
    assert_eq!(hook.line.calls(), calls);
    assert!(!states(&company, &survey).await.contains(&"hook delivered".to_owned()));
}

#[tokio::test]
async fn a_low_score_is_in_the_chat_within_seconds() {
    let company = Company::start_with(Options::default()).await;
    let slack = Slack::start().await;
    company.world().cloud().set_secret("slack", &slack.secret());
    put(&company, "chat", json!({ "kind": "slack", "secret": "slack" })).await.ok();
    company.trigger(done("a0X1", "ada@example.com")).await.ok();
    let mut letter = None;
    for _ in 0..500 {
        letter = company.inbox("ada@example.com").await.pop();
        if letter.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let letter = letter.unwrap();
    let answered = Instant::now();
    company.respond(&letter.link(2), 2).await.ok();
    while slack.said().is_empty() {
        assert!(answered.elapsed() < Duration::from_secs(5), "it took too long");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(slack.said()[0].to_string().contains("2 of 10"));
}

#[tokio::test]
async fn a_chat_hears_what_was_said_to_the_survey_before() {
    let company = Company::start().await;
    company.campaign_with("default", json!({ "limit_days": 0 })).await;
    let slack = Slack::start().await;
    company.world().cloud().set_secret("slack", &slack.secret());
    put(&company, "chat", json!({ "kind": "slack", "secret": "slack" })).await.ok();
    company.ask_and_hear(done("a0X1", "ada@example.com"), 9).await;
    company.advance("30d").await;
    company.ask_and_hear(done("a0X2", "ada@example.com"), 2).await;
    company.settle().await;
    let said = slack.said().pop().unwrap().to_string();
    assert!(said.contains("9 of 10 on 15 March 2027"), "{said}");
}

#[tokio::test]
async fn what_was_told_of_an_erased_person_is_forgotten() {
    let company = Company::start().await;
    let hook = listener(&company).await;
    let survey = company.ask(done("a0X1", "ada@example.com")).await.survey;
    company.settle().await;
    assert_eq!(states(&company, &survey).await, ["hook delivered"]);
    let held = company.contact("ada@example.com").await.ok();
    assert!(held.text.contains("written_back"), "{}", held.text);
    assert_eq!(company.erase("ada@example.com").await.status, 204);
    company.settle().await;
    assert!(states(&company, &survey).await.is_empty());
    let calls = hook.line.calls();
    company.advance("1d").await;
    assert_eq!(hook.line.calls(), calls, "what was made outside is not ours");
}

#[tokio::test]
async fn destinations_are_managed_whole() {
    let company = Company::start().await;
    let hook = json!({ "kind": "webhook", "url": "https://company.example/nps", "secret": "hook" });
    let made = put(&company, "hook", hook.clone()).await;
    assert_eq!((made.status, &made["rate"], &made["enabled"]), (200, &json!(10), &json!(true)));
    assert_eq!(destination(&company, "hook").await.body, made.body);
    put(&company, "bus", json!({ "kind": "event_bus" })).await.ok();
    let all = company.call(Method::GET, "/v1/destinations", None).await.ok();
    let ids: Vec<_> = all["destinations"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
    assert_eq!(ids, ["bus", "hook"]);
    let wrong = put(&company, "hook", json!({ "kind": "webhook", "url": "ftp://x", "secret": "a b" })).await;
    assert_eq!(wrong.problem(), ("invalid", vec!["/url", "/secret"]));
    assert_eq!(put(&company, "Hook", hook.clone()).await.problem(), ("invalid", vec!["/id"]));

    let gone = company.call(Method::DELETE, "/v1/destinations/hook", None).await;
    assert_eq!(gone.status, 204);
    assert_eq!(company.call(Method::DELETE, "/v1/destinations/hook", None).await.status, 404);
    assert_eq!(destination(&company, "hook").await.status, 404);
    let (_, key) = company.make_key(&["read", "trigger"]).await;
    for (method, path) in [
        (Method::GET, "/v1/destinations"),
        (Method::PUT, "/v1/destinations/hook"),
        (Method::DELETE, "/v1/destinations/hook"),
        (Method::GET, "/v1/deliveries?state=failed"),
        (Method::POST, "/v1/deliveries/retry"),
    ] {
        assert_eq!(company.call_as(Some(&key), method, path, None).await.status, 403, "{path}");
    }
}
