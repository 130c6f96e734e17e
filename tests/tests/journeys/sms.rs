//! Contacts with a number and no address: asked by text message, on the same way as everybody else.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use local::cloud::{Queue, WrittenBack, text_notification};
use model::Timestamp;
use serde_json::{Value, json};
use tests::company::{Answer, Company, Letter, Trigger, project};
use tests::weather::{Does, FAULTY, Weather};

const ADA: &str = "+4915112345678";
const OWNER: &str = "sam@company.example";

fn texts() -> Value {
    json!({ "sms": { "origination": "+4915199999999" } })
}

/// A project that is done, and whose contact has a number alone.
fn done(id: &str, number: &str) -> Trigger {
    project(id).completion(100).phone(number).owner(OWNER)
}

async fn company() -> Company {
    let company = Company::start().await;
    company.campaign_with("default", texts()).await;
    company
}

/// The text that asks.
async fn asked(company: &Company, trigger: Trigger) -> Letter {
    let answer = company.trigger(trigger).await;
    assert_eq!((answer.status, answer["decision"].as_str()), (202, Some("scheduled")), "{answer:?}");
    company.settle().await;
    company.inbox(ADA).await.pop().expect("the text arrived")
}

fn steps(survey: &Answer) -> Vec<(String, String)> {
    let text = |step: &Value, name: &str| step[name].as_str().unwrap_or_default().to_owned();
    let steps = survey["steps"].as_array().expect("steps").iter();
    steps
        .map(|step| (text(step, "step"), text(step, "state")))
        .filter(|(step, _)| step == "invite" || step == "remind")
        .collect()
}

fn whats(survey: &Answer) -> Vec<String> {
    let timeline = survey["timeline"].as_array().expect("a timeline").iter();
    timeline.map(|entry| entry["what"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn a_number_is_asked_by_text_and_answers_on_the_page() {
    let company = company().await;
    company
        .campaign_with("default", {
            let mut words = texts();
            words["thanks"] = json!({ "promoter": "Hurray!" });
            words
        })
        .await;
    let text = asked(&company, done("a0X1", "+49 (0)1511 2345678").set("contact_name", "Ada")).await;
    assert_eq!((text.subject.as_str(), text.html.as_str(), text.step.as_str()), ("", "", "invite"));
    assert_eq!(text.from, "+4915199999999");
    assert!(text.text.starts_with("Example Company: "), "{}", text.text);
    let page = company.follow(&text.text_link()).await;
    assert_eq!(page.status, 200);
    let thanks = company.press(&page, &[("score", "9")]).await;
    assert_eq!(thanks.status, 200, "{}", thanks.html);
    company.settle().await;
    let survey = company.survey(&text.survey).await;
    assert_eq!((&survey["state"], &survey["score"]), (&json!("answered"), &json!(9)));
    assert_eq!(survey["contact"]["email"], json!(null));
    let whats = whats(&survey);
    for what in ["created", "sent", "delivered", "responded"] {
        assert!(whats.iter().any(|one| one == what), "{what}: {whats:?}");
    }
    let numbers = company.nps("?group_by=channel").await.ok();
    assert_eq!(numbers["groups"][0]["value"], json!("sms"), "{numbers:?}");
    assert_eq!((&numbers["groups"][0]["n"], &numbers["n"]), (&json!(1), &json!(1)));
    // Thanks are letters, and there is nowhere to send one.
    assert_eq!(company.inbox(ADA).await.len(), 1);
    let score = company.score_of("%2B49%201511%202345678").await.ok();
    assert_eq!((&score["score"], &score["contact"]["name"]), (&json!(9), &json!("Ada")));
}

#[tokio::test]
async fn a_number_written_three_ways_is_one_contact() {
    let company = company().await;
    let text = asked(&company, done("a0X1", "+49 1511 2345678")).await;
    for written in ["0049 1511 2345678", "tel:+49-1511-2345678"] {
        let again = company.trigger(done("a0X1", written)).await.ok();
        assert_eq!((again.text("decision"), again.text("survey_id")), ("duplicate".to_owned(), text.survey.clone()));
    }
    let other = company.trigger(done("a0X2", "+49 (0)1511/2345678")).await.ok();
    assert_eq!((other.text("decision"), other.text("reason")), ("deferred".to_owned(), "asked_recently".to_owned()));
    let held = company.contact("+4915112345678").await.ok();
    assert_eq!(held["surveys"].as_array().map(Vec::len), Some(2), "{held:?}");
    assert_eq!(held["contact"]["phone"], json!(ADA), "{held:?}");
}

#[tokio::test]
async fn only_a_campaign_that_says_so_asks_by_text() {
    let company = Company::start().await;
    let refused = company.trigger(done("a0X1", ADA)).await;
    assert_eq!(refused.problem(), ("invalid", vec!["/contact_email"]));
    company.campaign_with("default", texts()).await;
    // At once: a CRM never sends again what was called wrong.
    assert_eq!(company.trigger(done("a0X1", ADA)).await.status, 202);
    let national = company.trigger(done("a0X2", "01511 2345678")).await;
    assert_eq!(national.problem(), ("invalid", vec!["/contact_phone"]));
    let neither = company.trigger(project("a0X3").completion(100)).await;
    assert_eq!(neither.problem(), ("invalid", vec!["/contact_email"]));
    let both = company.ask(done("a0X4", ADA).contact("bob@example.com")).await;
    assert_eq!(both.to, "bob@example.com", "whoever has an address gets a mail");
    let rows = json!({ "triggers": [done("a0X5", "+4915100000001").into_body(), done("a0X6", "0151").into_body()] });
    let batch = company.call(reqwest::Method::POST, "/v1/triggers/batch", Some(rows)).await.ok();
    assert_eq!(batch["rows"][0]["decision"]["decision"], json!("scheduled"), "{batch:?}");
    assert_eq!(batch["rows"][1]["problem"]["errors"][0]["pointer"], json!("/contact_phone"));
    company.settle().await;
    assert_eq!(company.inbox("+4915100000001").await.len(), 1);
}

#[tokio::test]
async fn silence_brings_a_task_with_the_number_and_one_reminder_by_text() {
    let company = company().await;
    let text = asked(&company, done("a0X1", "+49 1511 2345678")).await;
    company.advance_days(3).await;
    let tasks = company.tasks("?status=open").await.ok();
    let task = &tasks["tasks"][0];
    assert_eq!((&task["kind"], &task["contact"]["email"]), (&json!("non_response"), &json!(null)), "{task}");
    assert_eq!(task["contact"]["phone"], json!("+49 1511 2345678"), "the account manager can call");
    let list = company.nurture("").await.ok();
    assert_eq!(list["contacts"].as_array().map(Vec::len), Some(1), "{list:?}");
    company.advance_days(4).await;
    let texts = company.inbox(ADA).await;
    assert_eq!(texts.iter().map(|text| text.step.as_str()).collect::<Vec<_>>(), ["invite", "remind"]);
    assert_ne!(texts[0].text.lines().next(), texts[1].text.lines().next(), "a reminder says that it is one");
    company.advance_days(30).await;
    assert_eq!(company.inbox(ADA).await.len(), 2);
    assert_eq!(company.survey(&text.survey).await["state"], "closed");
}

#[tokio::test]
async fn whoever_writes_stop_is_asked_nothing_more() {
    let company = company().await;
    let text = asked(&company, done("a0X1", ADA)).await;
    company.write_back(ADA, "Stop").await;
    let survey = company.survey(&text.survey).await;
    assert_eq!(survey["state"], "stopped");
    assert!(whats(&survey).iter().any(|what| what == "unsubscribed"));
    company.advance_days(30).await;
    assert_eq!(company.inbox(ADA).await.len(), 1);
    let again = company.trigger(done("a0X2", ADA).milestone("renewal")).await.ok();
    assert_eq!((again.text("decision"), again.text("reason")), ("suppressed".to_owned(), "unsubscribed".to_owned()));
    // A stranger's wish stands as well.
    company.write_back("+4915100000002", "STOP").await;
    let stranger = company.trigger(done("a0X3", "+49 151 00000002")).await.ok();
    assert_eq!(stranger.text("reason"), "unsubscribed");
}

#[tokio::test]
async fn a_campaign_that_stops_texting_loses_nobody() {
    let company = company().await;
    let text = asked(&company, done("a0X1", ADA)).await;
    company.campaign_with("default", json!({})).await;
    company.advance_days(8).await;
    assert_eq!(company.inbox(ADA).await.len(), 1);
    assert_eq!(company.survey(&text.survey).await["state"], "asked");
    company.campaign_with("default", texts()).await;
    company.advance("7h").await;
    assert_eq!(company.inbox(ADA).await.len(), 2, "the reminder goes out once it may");
}

#[tokio::test]
async fn a_number_written_back_is_an_answer() {
    let company = company().await;
    let text = asked(&company, done("a0X1", ADA)).await;
    company.write_back(ADA, "11").await;
    company.write_back("+4915100000002", "9").await;
    assert_eq!(company.survey(&text.survey).await["state"], "asked");
    company.write_back(ADA, " 10\n").await;
    let survey = company.survey(&text.survey).await;
    assert_eq!(
        (&survey["state"], &survey["score"], &survey["standing"]),
        (&json!("answered"), &json!(10), &json!("confirmed"))
    );
    assert_eq!(survey["answered_by"], json!("reply"));
    assert_eq!(company.nps("").await["n"], json!(1));
}

#[tokio::test]
async fn a_number_answers_the_text_that_came_whatever_waits_behind_it() {
    let company = company().await;
    let text = asked(&company, done("a0X1", ADA)).await;
    let waits = company.trigger(done("a0X2", ADA)).await.ok();
    assert_eq!(waits.text("decision"), "deferred");
    company.settle().await;
    company.write_back(ADA, "9 great").await;
    let survey = company.survey(&text.survey).await;
    assert_eq!((&survey["state"], &survey["score"]), (&json!("answered"), &json!(9)), "{survey:?}");
    let waits = waits.text("survey_id");
    assert_eq!(company.survey(&waits).await["score"], json!(null), "it has asked nothing yet");
    company.advance_days(95).await;
    assert_eq!(company.inbox(ADA).await.last().map(|text| text.survey.clone()).as_ref(), Some(&waits));
    company.write_back(ADA, "3!").await;
    assert_eq!(company.survey(&waits).await["score"], json!(3));
    assert_eq!(company.survey(&text.survey).await["score"], json!(9));
}

#[tokio::test]
async fn words_written_back_are_a_comment_like_any_other() {
    let company = company().await;
    let mut fields = texts();
    fields["themes"] = json!([{ "id": "support", "name": "Support", "keywords": { "en": ["call"] } }]);
    company.campaign_with("default", fields).await;
    let text = asked(&company, done("a0X1", ADA).set("contact_name", "Ada")).await;
    company.write_back(ADA, "3 - too slow, nobody called").await;
    let survey = company.survey(&text.survey).await;
    assert_eq!((&survey["score"], &survey["comment"]), (&json!(3), &json!("too slow, nobody called")));
    assert_eq!((&survey["themes"], &survey["sentiment"]), (&json!(["support"]), &json!("negative")), "{survey:?}");
    let [told] = &company.inbox(OWNER).await[..] else { panic!("one alert") };
    assert!(told.text.contains("too slow, nobody called"), "{}", told.text);
    // People write the reason in a text of its own.
    company.write_back(ADA, "And the\u{7} parcel was open").await;
    let survey = company.survey(&text.survey).await;
    assert_eq!(survey["comment"], "too slow, nobody called\n\nAnd the parcel was open");
    company.write_back(ADA, "9 great now").await;
    let survey = company.survey(&text.survey).await;
    assert_eq!((&survey["score"], &survey["comment"]), (&json!(9), &json!("great now")));
    assert_eq!(company.nps("?group_by=theme").await["groups"], json!([]), "the latest comment is about something else");
}

/// Brings a text as its topic does, under a name and at a time of one's choice.
async fn bring(company: &Company, id: &str, at: Timestamp, said: &str) {
    let text = WrittenBack { id, at: at.as_millis(), from: ADA, said };
    company.world().cloud().send(Queue::Replies, &text_notification(&text), Duration::ZERO).unwrap();
    company.settle().await;
}

/// The letters about replies that the owner got.
async fn told(company: &Company) -> Vec<String> {
    let letters = company.inbox(OWNER).await.into_iter().map(|letter| letter.subject);
    letters.filter(|subject| subject.contains("replied")).collect()
}

/// Topics bring a text twice, and what was a dead letter comes days later: to the queue both are new.
#[tokio::test]
async fn a_text_that_comes_again_is_as_old_as_it_was() {
    let company = company().await;
    let text = asked(&company, done("a0X1", ADA).set("contact_name", "Ada")).await;
    let mut all = Vec::new();
    for (id, said) in [("monday", "3 - too slow"), ("thursday", "9 great"), ("friday", "And kind.")] {
        company.advance_days(1).await;
        let at = company.now().await;
        bring(&company, id, at, said).await;
        all.push((id, at, said));
    }
    company.correct(&text.survey, json!({"sentiment": "mixed"})).await.ok();
    company.advance_days(1).await;
    let items = company.world().cloud().items("surveys", "S#").unwrap();
    for (id, at, said) in all.clone() {
        bring(&company, id, at, said).await;
    }
    assert_eq!(company.world().cloud().items("surveys", "S#").unwrap(), items, "nothing is written");
    assert_eq!(told(&company).await, [""; 0]);
    // Under another name, too, in case somebody sends it once more.
    for (id, said) in [("again", "And kind."), ("once more", "9 great")] {
        bring(&company, id, company.now().await, said).await;
    }
    let survey = company.survey(&text.survey).await;
    assert_eq!((&survey["score"], &survey["comment"]), (&json!(9), &json!("great\n\nAnd kind.")));
    assert_eq!((&survey["sentiment"], &survey["corrected"]), (&json!("mixed"), &json!(["sentiment"])));
    assert_eq!(told(&company).await, [""; 0]);
    // What nobody had read on Monday is no news by now.
    bring(&company, "long on its way", all[0].1.before(Duration::from_secs(60)), "2 - nobody called").await;
    assert_eq!(company.survey(&text.survey).await["score"], json!(9));
    assert_eq!(told(&company).await, ["Ada replied: 2 - nobody called"]);
}

/// The tables of a company whose contact is erased in the very moment in which a survey is to be written.
async fn erasing(company: &Company) -> String {
    let real = company.world().env().get("AWS_ENDPOINT_URL_DYNAMODB").expect("the tables").to_owned();
    let contact = format!("{}/v1/contacts/%2B4915112345678", company.url());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let erased = Arc::new(AtomicBool::new(false));
    let pass_on = move |request: axum::extract::Request| {
        let (real, contact, erased) = (real.clone(), contact.clone(), erased.clone());
        async move {
            let (parts, body) = request.into_parts();
            let body = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
            let writes = parts.headers.values().any(|value| value.as_bytes().ends_with(b"TransactWriteItems"));
            if writes && !erased.swap(true, Ordering::SeqCst) {
                let call = tests::company::client().delete(contact).header("authorization", "Bearer local");
                assert!(call.send().await.expect("an answer").status().is_success());
            }
            let call = tests::company::client().request(parts.method, &real).headers(parts.headers).body(body);
            let answer = call.send().await.expect("an answer of the tables");
            (answer.status(), answer.bytes().await.expect("its body"))
        }
    };
    let router = axum::Router::new().fallback(pass_on);
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

#[tokio::test]
async fn a_wish_for_no_more_outlives_what_is_erased_meanwhile() {
    let company = company().await;
    let text = asked(&company, done("a0X1", ADA)).await;
    let cloud = company.world().cloud();
    cloud.reply_by_text(ADA, "STOP").unwrap();
    let messages = cloud.receive(Queue::Replies, 10, Queue::Replies.visibility()).unwrap();
    cloud.delete(&messages).unwrap();
    let records: Vec<_> = messages.iter().map(|message| message.record(Queue::Replies)).collect();
    let env = company.world().env().clone().with("AWS_ENDPOINT_URL_DYNAMODB", &erasing(&company).await);
    let deps = replies::Deps::connect(&env).unwrap();
    let event = serde_json::from_value(json!({ "Records": records })).unwrap();
    assert!(replies::handle(&deps, event).await.unwrap().batch_item_failures.is_empty());
    let survey = company.call(reqwest::Method::GET, &format!("/v1/surveys/{}", text.survey), None).await;
    assert_eq!(survey.status, 404, "it went before the wish was written");
    let again = company.trigger(done("a0X2", ADA)).await.ok();
    assert_eq!((again.text("decision"), again.text("reason")), ("suppressed".to_owned(), "unsubscribed".to_owned()));
}

#[tokio::test]
async fn words_without_a_score_are_read_by_the_owner_who_can_call() {
    let company = company().await;
    let text = asked(&company, done("a0X1", ADA).set("contact_name", "Ada")).await;
    company.write_back("+4915100000002", "Who is this?").await;
    assert!(company.inbox(OWNER).await.is_empty(), "nobody asked a stranger");
    company.write_back(ADA, "I waited 10 days").await;
    let survey = company.survey(&text.survey).await;
    assert_eq!((&survey["state"], &survey["comment"]), (&json!("asked"), &json!(null)));
    let [told] = &company.inbox(OWNER).await[..] else { panic!("one letter to the owner") };
    assert_eq!(told.subject, "Ada replied: I waited 10 days");
    assert!(told.html.contains(&format!("tel:{ADA}")) && told.text.contains(ADA), "{}", told.text);
    assert!(!told.text.contains("Your answer to this mail"), "{}", told.text);
    company.write_back(ADA, "Stop\nYour invoices are wrong, too.").await;
    assert_eq!(company.survey(&text.survey).await["state"], "stopped");
    let told = company.inbox(OWNER).await.pop().expect("what else they wrote is read");
    assert!(told.text.contains("Your invoices are wrong, too."), "{}", told.text);
}

#[tokio::test]
async fn the_page_leads_to_unsubscribing() {
    let company = company().await;
    let text = asked(&company, done("a0X1", ADA)).await;
    let page = company.follow(&text.text_link()).await;
    let way_out =
        page.html.split("href=\"").find(|rest| rest.starts_with("/u/")).and_then(|rest| rest.split('"').next());
    let asks = company.follow(way_out.expect("a link to unsubscribe")).await;
    assert_eq!(company.survey(&text.survey).await["state"], "asked", "opening it records nothing");
    let done = company.press(&asks, &[]).await;
    assert_eq!(done.status, 200, "{}", done.html);
    company.settle().await;
    assert_eq!(company.survey(&text.survey).await["state"], "stopped");
}

#[tokio::test]
async fn a_number_that_is_none_is_not_asked_again() {
    let company = company().await;
    // Of the simulator of AWS: its texts fail.
    let nobody = "+43676800442032";
    let answer = company.trigger(done("a0X1", nobody)).await.ok();
    company.settle().await;
    let survey = company.survey(&answer.text("survey_id")).await;
    assert_eq!((&survey["state"], steps(&survey)[0].1.as_str()), (&json!("failed"), "bounced"));
    let tasks = company.tasks("").await;
    let task = &tasks["tasks"][0];
    assert_eq!((&task["kind"], &task["title"]), (&json!("bounced"), &json!("The number does not work")));
    let again = company.trigger(done("a0X2", nobody)).await.ok();
    assert_eq!(again.text("reason"), "bounced");
    // A number of no country is refused before it is sent.
    let refused = company.trigger(done("a0X3", "+999 1234567")).await.ok();
    company.settle().await;
    let survey = company.survey(&refused.text("survey_id")).await;
    assert_eq!((&survey["state"], steps(&survey)[0].1.as_str()), (&json!("failed"), "failed"));
}

#[tokio::test]
async fn nothing_is_left_of_who_is_erased() {
    let company = company().await;
    let text = asked(&company, done("a0X1", ADA).set("contact_name", "Ada")).await;
    company.respond(&text.text_link(), 9).await.ok();
    company.settle().await;
    let erased = company.erase("%2B4915112345678").await;
    assert!(erased.status < 300, "{erased:?}");
    company.settle().await;
    assert_eq!(company.call(reqwest::Method::GET, &format!("/v1/surveys/{}", text.survey), None).await.status, 404);
    assert_eq!(company.contact("%2B4915112345678").await.status, 404);
    assert_eq!(company.score_of("%2B4915112345678").await.status, 404);
    assert_eq!(company.nps("").await["n"], json!(1), "counts stay");
}

#[tokio::test]
async fn a_text_is_seen_with_its_segments_before_it_is_sent() {
    let company = company().await;
    let seen = |query: &'static str| {
        let company = &company;
        async move { company.call(reqwest::Method::GET, &format!("/v1/campaigns/default/preview{query}"), None).await.ok() }
    };
    let short = seen("?letter=sms&format=json&language=de").await;
    assert_eq!((&short["sms"]["encoding"], &short["sms"]["warning"]), (&json!("gsm"), &json!(null)), "{short:?}");
    assert_eq!((&short["from"], &short["sms"]["origination"]), (&json!(null), &json!("+4915199999999")));
    assert!(seen("?letter=sms_remind&format=text&language=ja").await.text.contains("Example Company"));
    assert!(seen("?letter=sms").await.text.contains("segment"));
    let gallery = tests::client().get(format!("{}/local/gallery?show=sms", company.url())).send().await.unwrap();
    assert_eq!(gallery.text().await.unwrap().matches("<iframe").count(), model::Language::ALL.len());
    let mut long = texts();
    long["sms"]["message"] = json!("{company} ".repeat(30).trim());
    company.campaign_with("default", long).await;
    let long = seen("?letter=sms&format=json").await;
    assert!(long["sms"]["segments"].as_u64() > Some(2) && long["sms"]["warning"].is_string(), "{long:?}");
}

const JSON: (&str, &str) = ("content-type", "application/x-amz-json-1.0");
/// The number has opted out.
const OPTED_OUT: Does = Does::Say(
    400,
    JSON,
    r#"{"__type":"ConflictException","Message":"no","Reason":"DESTINATION_PHONE_NUMBER_OPTED_OUT"}"#,
);
/// It asks for fewer texts.
const BUSY: Does = Does::Say(400, JSON, r#"{"__type":"ThrottlingException","Message":"no","Reason":""}"#);

/// A company whose way to telephones has its weather.
async fn under(weather: &Weather) -> Company {
    let company = weather.company("AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2").await;
    company.campaign_with("default", texts()).await;
    company
}

#[tokio::test]
async fn who_had_opted_out_is_unsubscribed_here_as_well() {
    let weather = Weather::default();
    let company = under(&weather).await;
    weather.set(OPTED_OUT);
    let answer = company.trigger(done("a0X1", ADA)).await.ok();
    company.settle().await;
    let survey = company.survey(&answer.text("survey_id")).await;
    assert_eq!(survey["state"], "stopped", "{survey:?}");
    assert!(whats(&survey).iter().any(|what| what == "unsubscribed"));
    weather.set(Does::Work);
    let again = company.trigger(done("a0X2", ADA)).await.ok();
    assert_eq!(again.text("reason"), "unsubscribed");
    assert!(company.mail().await.is_empty());
}

#[tokio::test]
async fn a_text_whose_answer_was_lost_is_settled_by_its_events() {
    let weather = Weather::default();
    let company = under(&weather).await;
    weather.set(Does::Lose);
    let answer = company.trigger(done("a0X1", ADA)).await.ok();
    company.settle().await;
    weather.set(Does::Work);
    let survey = company.survey(&answer.text("survey_id")).await;
    assert_eq!(steps(&survey)[0].1, "delivered");
    company.advance_days(5).await;
    assert_eq!(company.inbox(ADA).await.len(), 1);
}

#[tokio::test]
async fn a_text_of_unknown_fate_waits_until_carriers_have_said_what_they_know() {
    let weather = Weather::default();
    let company = under(&weather).await;
    weather.set(FAULTY);
    let answer = company.trigger(done("a0X1", ADA)).await.ok();
    company.settle().await;
    weather.set(Does::Work);
    company.advance("20m").await;
    let survey = company.survey(&answer.text("survey_id")).await;
    assert_eq!(steps(&survey)[0].1, "unknown");
    company.advance("71h").await;
    assert_eq!(company.inbox(ADA).await.len(), 0, "its event may still come");
    company.advance("9h").await;
    assert_eq!(company.inbox(ADA).await.len(), 1);
    company.advance("9h").await;
    assert_eq!(company.inbox(ADA).await.len(), 1);
}

#[tokio::test]
async fn a_text_that_was_not_taken_comes_again() {
    let weather = Weather::default();
    let company = under(&weather).await;
    weather.set(BUSY);
    company.trigger(done("a0X1", ADA)).await.ok();
    company.settle().await;
    assert_eq!(company.inbox(ADA).await.len(), 0);
    weather.set(Does::Work);
    company.advance("2h").await;
    assert_eq!(company.inbox(ADA).await.len(), 1);
}
