//! What account managers are asked to do, and who is on the nurture list.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Company, done};

const SAM: &str = "sam@company.example";

/// A project that is done, of somebody with an account manager.
fn of_sam(record: &str, contact: &str) -> tests::Trigger {
    done(record, contact).owner(SAM).set("owner_name", "Sam Owner").set("owner_id", "0055gSAM")
}

fn listed(answer: &Answer) -> Vec<Value> {
    answer["tasks"].as_array().unwrap().clone()
}

fn kinds(answer: &Answer) -> Vec<String> {
    listed(answer).iter().map(|task| task["kind"].as_str().unwrap().to_owned()).collect()
}

async fn open(company: &Company) -> Vec<String> {
    company.settle().await;
    kinds(&company.tasks("").await)
}

async fn told(company: &Company, survey: &str) -> Vec<String> {
    let survey = company.survey(survey).await;
    let entries = survey["timeline"].as_array().unwrap().clone();
    let line = |entry: &Value| {
        let kind = entry["detail"]["kind"].as_str().unwrap_or_default();
        format!("{} {kind}", entry["what"].as_str().unwrap()).trim().to_owned()
    };
    entries.iter().map(line).filter(|line| line.starts_with("task")).collect()
}

#[tokio::test]
async fn silence_becomes_a_task_and_a_place_until_the_answer_comes() {
    let company = Company::start().await;
    let zones = json!({"zones": {SAM: "America/New_York"}});
    company.campaign_with("default", json!({"time_zone": "Europe/Berlin", "tasks": zones})).await;
    let letter = company.ask(of_sam("a0X1", "ada@example.com").set("contact_name", "Ada Lovelace")).await;
    assert_eq!(open(&company).await, Vec::<String>::new());
    assert_eq!(company.nurture("").await["contacts"], json!([]));

    // Thursday 10:00 in London is six o'clock in New York: two working days from nine o'clock there.
    company.advance_days(3).await;
    let tasks = listed(&company.tasks(&format!("?owner={SAM}")).await);
    assert_eq!(tasks.len(), 1);
    let task = &tasks[0];
    assert_eq!((&task["kind"], &task["due_at"]), (&json!("non_response"), &json!("2027-03-22T13:00:00Z")));
    assert_eq!((&task["overdue"], &task["score"], &task["comment"]), (&json!(false), &Value::Null, &Value::Null));
    assert_eq!((&task["contact"]["name"], &task["subject"]["id"]), (&json!("Ada Lovelace"), &json!("a0X1")));
    assert_eq!(task["links"]["survey"], format!("/v1/surveys/{}", letter.survey));
    assert_eq!(task["id"], format!("{}-non_response", letter.survey));
    let place = company.nurture("?list=reminding").await.ok()["contacts"][0].clone();
    assert_eq!((&place["contact"]["email"], &place["survey_id"]), (&json!("ada@example.com"), &json!(letter.survey)));
    assert_eq!(told(&company, &letter.survey).await, ["task_opened non_response"]);

    // The survey closes, the nurture campaign takes over, and the question why stays.
    company.advance_days(12).await;
    assert_eq!(company.nurture("?list=reminding").await["contacts"], json!([]));
    let places = company.nurture("").await;
    assert_eq!((&places["contacts"][0]["list"], places["contacts"].as_array().unwrap().len()), (&json!("campaign"), 1));
    assert_eq!(open(&company).await, ["non_response"]);

    company.confirm(&letter.link(9)).await;
    assert_eq!(open(&company).await, ["referral"]);
    assert_eq!(company.nurture("").await["contacts"], json!([]));
    let done = listed(&company.tasks("?status=done").await);
    assert_eq!((&done[0]["note"], &done[0]["completed_by"]), (&json!("Answered: 9 (promoter)."), &Value::Null));
    let told = told(&company, &letter.survey).await;
    assert!(
        told.contains(&"task_completed non_response".to_owned()) && told.contains(&"task_opened referral".to_owned())
    );
    assert_eq!(told.iter().filter(|line| *line == "task_opened non_response").count(), 1, "it is told once: {told:?}");
}

#[tokio::test]
async fn a_low_score_is_somebodys_call_at_once_and_a_better_one_ends_it() {
    let company = Company::start().await;
    company.campaign_with("default", json!({"tasks": {"holidays": ["2027-03-16"]}})).await;
    let letter = company.ask(of_sam("a0X1", "ada@example.com")).await;
    let said = json!({"score": 3, "comment": "It broke on the second day", "follow_up": true});
    company.respond_with(&letter.link(3), said).await.ok();
    company.settle().await;
    let tasks = listed(&company.tasks("?kind=recovery").await);
    let task = &tasks[0];
    assert_eq!((&task["score"], &task["group"], &task["follow_up"]), (&json!(3), &json!("detractor"), &json!(true)));
    assert_eq!(task["comment"], "It broke on the second day");
    // Monday a little after ten: the eight hours end on Wednesday, since Tuesday is a holiday.
    let due = task["due_at"].as_str().unwrap();
    assert!(due.starts_with("2027-03-17T10:0"), "{due}");

    company.respond(&letter.link(9), 9).await.ok();
    assert_eq!(open(&company).await, ["referral"]);
    let call = listed(&company.tasks("?status=done").await).remove(0);
    assert_eq!((&call["kind"], &call["note"]), (&json!("recovery"), &json!("The score has changed: 9 (promoter).")));
    company.respond(&letter.link(2), 2).await.ok();
    assert_eq!(open(&company).await, ["recovery"], "opened again, not doubled");
    assert_eq!(kinds(&company.tasks("?status=done").await), ["referral"]);

    // A response that is nobody's calls nobody.
    company.judge(&letter.survey, "suspect").await.ok();
    assert_eq!(open(&company).await, Vec::<String>::new());
    company.judge(&letter.survey, "confirmed").await.ok();
    assert_eq!(open(&company).await, ["recovery"]);
}

#[tokio::test]
async fn a_task_reaches_todays_account_manager_unless_somebody_chose_one() {
    let company = Company::start().await;
    let letter = company.ask(of_sam("a0X1", "ada@example.com")).await;
    company.advance_days(3).await;
    let mine = async |owner: &str| listed(&company.tasks(&format!("?owner={owner}")).await).len();
    assert_eq!((mine(SAM).await, mine("0055gSAM").await, mine("Sam@Company.Example").await), (1, 1, 1));
    assert_eq!((mine("0055gsam").await, mine("kim@company.example").await), (0, 0));

    let of_kim = done("a0X1", "ada@example.com").owner("kim@company.example").set("owner_id", "0055gKIM");
    assert_eq!(company.trigger(of_kim).await["decision"], "duplicate");
    company.settle().await;
    assert_eq!((mine(SAM).await, mine("kim@company.example").await, mine("0055gKIM").await), (0, 1, 1));

    let id = format!("{}-non_response", letter.survey);
    let lou = json!({"owner_email": "lou@company.example", "owner_name": "Lou"});
    let task = company.act(&id, "reassign", Some(lou.clone())).await.ok();
    assert_eq!((&task["owner"]["name"], &task["reassigned"]), (&json!("Lou"), &json!(true)));
    assert_eq!(company.act(&id, "reassign", Some(lou)).await.ok().body, task.body, "a repeat changes nothing");
    company.trigger(of_sam("a0X1", "ada@example.com").set("owner_email", "ann@company.example")).await.ok();
    company.settle().await;
    assert_eq!(
        (mine("lou@company.example").await, mine("ann@company.example").await, mine("kim@company.example").await),
        (1, 0, 0)
    );
    assert_eq!(company.survey(&letter.survey).await["owner"]["email"], "ann@company.example");
}

#[tokio::test]
async fn people_work_on_a_task() {
    let company = Company::start().await;
    let letter = company.ask_and_hear(of_sam("a0X1", "ada@example.com"), 4).await;
    company.settle().await;
    let id = format!("{}-recovery", letter.survey);
    let remarked = company.act(&id, "comment", Some(json!({"text": "Called twice.\nNobody there."}))).await.ok();
    let remark = &remarked["remarks"][0];
    assert_eq!((&remark["text"], &remark["by"]), (&json!("Called twice.\nNobody there."), &json!("this machine")));
    let done = company.act(&id, "complete", Some(json!({"note": "Sent a new one"}))).await.ok();
    assert_eq!(
        (&done["status"], &done["note"], &done["completed_by"]),
        (&json!("done"), &json!("Sent a new one"), &json!("this machine"))
    );
    let again = company.act(&id, "complete", Some(json!({"note": "Once more"}))).await.ok();
    assert_eq!(again.body, done.body, "done is done");
    assert_eq!(open(&company).await, Vec::<String>::new(), "what is done stays done");
    assert_eq!(told(&company, &letter.survey).await, ["task_opened recovery", "task_completed recovery"]);

    let reopened = company.act(&id, "reopen", None).await.ok();
    assert_eq!(
        (&reopened["status"], &reopened["note"], &reopened["remarks"][1]),
        (&json!("open"), &Value::Null, &Value::Null)
    );
    company.respond(&letter.link(10), 10).await.ok();
    assert_eq!(open(&company).await, ["recovery", "referral"], "only a person completes what a person opened");
    let done = company.act(&id, "complete", None).await.ok();
    assert_eq!((&done["status"], &done["note"]), (&json!("done"), &Value::Null));
    assert_eq!(company.task(&id).await.ok().body, done.body);
    assert_eq!(open(&company).await, ["referral"]);
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_place() {
    let company = Company::start().await;
    let letter = company.ask_and_hear(of_sam("a0X1", "ada@example.com"), 4).await;
    company.settle().await;
    let id = format!("{}-recovery", letter.survey);
    let long = "x".repeat(2001);
    for (what, body, pointer) in [
        ("complete", json!({"note": long}), "/note"),
        ("complete", json!({"note": 7}), "/note"),
        ("complete", json!({"by": "me"}), "/by"),
        ("reopen", json!({"note": "again"}), "/note"),
        ("comment", json!({}), "/text"),
        ("comment", json!({"text": " \n "}), "/text"),
        ("comment", json!({"text": "a\u{0}b"}), "/text"),
        ("reassign", json!({}), "/owner_email"),
        ("reassign", json!({"owner_name": "Lou"}), "/owner_email"),
        ("reassign", json!({"owner_email": "lou"}), "/owner_email"),
        ("reassign", json!({"owner_id": "a\nb"}), "/owner_id"),
    ] {
        let answer = company.act(&id, what, Some(body.clone())).await;
        assert_eq!((answer.status, answer.problem()), (422, ("invalid", vec![pointer])), "{what} {body}");
    }
    assert_eq!(company.act(&id, "comment", None).await.problem().0, "malformed");
    for query in ["?status=late", "?kind=call", "?owner=", "?cursor=x", "?colour=red", "?status=open&status=done"] {
        assert_eq!(company.tasks(query).await.problem().0, "invalid", "{query}");
    }
    for query in ["?list=all", "?cursor=1", "?owner=x"] {
        assert_eq!(company.nurture(query).await.problem().0, "invalid", "{query}");
    }
    let unknown = format!("{}-bounced", letter.survey);
    assert_eq!(company.task(&unknown).await.status, 404);
    assert_eq!(company.act(&unknown, "complete", None).await.status, 404);
    assert_eq!(company.task("recovery").await.problem(), ("invalid", vec!["/task_id"]));
    assert_eq!(company.task(&id).await.ok()["status"], "open", "nothing of it did anything");

    for (scopes, read, write) in [(["read"], 200, 403), (["manage"], 200, 200), (["trigger"], 403, 403)] {
        let (_, key) = company.make_key(&scopes).await;
        let get = async |path: &str| company.call_as(Some(&key), Method::GET, path, None).await.status;
        assert_eq!((get("/v1/tasks").await, get("/v1/nurture").await), (read, read), "{scopes:?}");
        assert_eq!(get(&format!("/v1/tasks/{id}")).await, read, "{scopes:?}");
        let text = Some(json!({"text": "a test"}));
        let path = format!("/v1/tasks/{id}/comment");
        assert_eq!(company.call_as(Some(&key), Method::POST, &path, text).await.status, write, "{scopes:?}");
    }
    assert_eq!(company.call_as(None, Method::GET, "/v1/tasks", None).await.status, 401);
}

#[tokio::test]
async fn what_is_overdue_reaches_the_manager_once() {
    let company = Company::start().await;
    company.campaign_with("default", json!({"tasks": {"recovery": "2h", "manager": "mia@company.example"}})).await;
    company.campaign_with("quiet", json!({"tasks": {"recovery": "2h"}})).await;
    let letter = company.ask_and_hear(of_sam("a0X1", "ada@example.com"), 4).await;
    let quiet = company.ask_and_hear(of_sam("a0X2", "bob@example.com").campaign("quiet"), 4).await;
    let id = |survey: &str| format!("{survey}-recovery");
    company.advance("115m").await;
    assert_eq!(company.task(&id(&letter.survey)).await["escalated_at"], Value::Null);
    company.advance("15m").await;
    for (survey, told) in [(&letter.survey, true), (&quiet.survey, false)] {
        let task = company.task(&id(survey)).await;
        assert_eq!((&task["overdue"], task["escalated_at"] != Value::Null), (&json!(true), told));
    }
    assert_eq!(company.inbox("mia@company.example").await.len(), 1, "without a manager it is only overdue");
    company.advance_days(2).await;
    assert_eq!(company.inbox("mia@company.example").await.len(), 1);
    assert_eq!(open(&company).await, ["recovery", "recovery"], "it is still to be done");
    company.act(&id(&letter.survey), "complete", None).await.ok();
    assert_eq!(company.task(&id(&letter.survey)).await["overdue"], false);
}

#[tokio::test]
async fn a_dead_address_is_a_task_and_no_place_on_the_list() {
    let company = Company::start().await;
    company.campaign_with("default", json!({"limit_days": 0})).await;
    let first = company.ask(of_sam("a0X1", "ada@example.com")).await;
    let second = company.ask(of_sam("a0X2", "ada@example.com")).await;
    company.advance_days(3).await;
    assert_eq!(open(&company).await, ["non_response", "non_response"]);
    assert_eq!(company.nurture("").await["contacts"].as_array().unwrap().len(), 2);

    // Whoever unsubscribes through one letter is off the list for the other one, too.
    company.press(&company.follow(&second.unsubscribe_link()).await, &[]).await;
    company.settle().await;
    assert_eq!(company.nurture("").await["contacts"], json!([]));
    let task = company.task(&format!("{}-non_response", second.survey)).await;
    assert_eq!((&task["status"], &task["note"]), (&json!("done"), &json!("The contact unsubscribed: no follow-up.")));
    company.advance_days(12).await;
    assert_eq!(company.nurture("").await["contacts"], json!([]), "{}", first.survey);
}

#[tokio::test]
async fn long_lists_come_in_pages() {
    let company = Company::start().await;
    let mut expected = Vec::new();
    for nth in 0..30 {
        let letter = company.ask_and_hear(of_sam(&format!("a0X{nth}"), &format!("person{nth}@example.com")), 2).await;
        expected.push(format!("{}-recovery", letter.survey));
        company.settle().await;
    }
    company.ask_and_hear(of_sam("a0Y", "eve@example.com"), 10).await;
    company.settle().await;
    for query in [format!("?owner={SAM}&kind=recovery"), "?kind=recovery&status=open".to_owned(), String::new()] {
        let mut found = Vec::new();
        let mut cursor = String::new();
        for page in 0.. {
            assert!(page < 4, "the pages end");
            let join = if query.is_empty() { "?" } else { "&" };
            let answer = company.tasks(&format!("{query}{}", cursor)).await.ok();
            assert!(listed(&answer).len() <= 25);
            found.extend(listed(&answer).iter().map(|task| task["id"].as_str().unwrap().to_owned()));
            let Some(next) = answer["cursor"].as_str() else { break };
            cursor = format!("{join}cursor={next}");
        }
        let recoveries: Vec<_> = found.iter().filter(|id| id.ends_with("-recovery")).cloned().collect();
        assert_eq!(recoveries, expected, "the soonest due first: {query}");
        assert_eq!(found.len(), expected.len() + usize::from(query.is_empty()));
    }
}

#[tokio::test]
async fn who_is_erased_leaves_no_task_and_no_place() {
    let company = Company::start().await;
    company.campaign_with("default", json!({"limit_days": 0})).await;
    let ada = |record: &str| of_sam(record, "ada@example.com").set("contact_name", "Ada Lovelace");
    let low = company.ask_and_hear(ada("a0X1"), 2).await;
    company.ask(ada("a0X2")).await;
    company.advance_days(3).await;
    assert_eq!(open(&company).await, ["recovery", "non_response"]);
    let held = company.contact("ada@example.com").await.ok();
    let surveys = held["surveys"].as_array().unwrap();
    assert_eq!(
        (&surveys[0]["nurture"]["list"], &surveys[0]["tasks"][0]["kind"]),
        (&json!("reminding"), &json!("non_response"))
    );
    assert_eq!((&surveys[1]["nurture"], &surveys[1]["tasks"][0]["kind"]), (&Value::Null, &json!("recovery")));

    assert_eq!(company.erase("ada@example.com").await.status, 204);
    assert_eq!(open(&company).await, Vec::<String>::new());
    assert_eq!(company.task(&format!("{}-recovery", low.survey)).await.status, 404);
    assert_eq!(company.nurture("").await["contacts"], json!([]));
    company.advance_days(30).await;
    assert_eq!(open(&company).await, Vec::<String>::new());
}
