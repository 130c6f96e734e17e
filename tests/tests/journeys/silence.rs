//! What a contact says after the end of a survey: that they want no mail, or that none reaches them. Whoever has them
//! on a list hears of it at once.

use std::time::Duration;

use local::cloud::Queue;
use model::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};
use tests::outside::Pardot;
use tests::{Company, Letter, done};

const ADA: &str = "ada@example.com";
const SAM: &str = "sam@company.example";
/// The list of those who are reminded, and that of the nurture campaign.
const LISTS: [u64; 2] = [11, 22];

/// Account Engagement, which has Ada as a prospect.
async fn pardot(company: &Company) -> Pardot {
    let there = Pardot::start(company.world().clock().for_functions(), &LISTS, &[ADA]).await;
    let (auth, secret) = there.client_credentials("pardot");
    company.world().cloud().set_secret("pardot", &secret);
    let client = serde_json::to_value(auth).unwrap()["client_id"].clone();
    let destination = json!({
        "kind": "pardot", "url": there.line.url(), "login": there.line.url(), "flow": "client_credentials",
        "client_id": client, "secret": "pardot", "business_unit": there.business_unit(),
        "reminding_list": LISTS[0], "campaign_list": LISTS[1],
    });
    company.call(Method::PUT, "/v1/destinations/pardot", Some(destination)).await.ok();
    there
}

/// SES says something of a mail that went out long ago.
fn ses_says(company: &Company, tags: Value, event: &str, about: Value) {
    let now = company.world().now().to_string();
    let mut detail = json!({
        "eventType": event,
        "mail": {"timestamp": now, "destination": [ADA], "tags": tags},
    });
    detail[event.to_lowercase()] = about;
    detail[event.to_lowercase()]["timestamp"] = json!(now);
    let event = json!({"version": "0", "source": "aws.ses", "detail": detail});
    company.world().cloud().send(Queue::MailEvents, &event.to_string(), Duration::ZERO).unwrap();
}

fn of_the_invite(letter: &Letter) -> Value {
    json!({"survey": [letter.survey], "step": ["invite"], "claim": ["00000000deadbeef"]})
}

/// A survey that closed without an answer: its contact is with the nurture campaign, here and outside.
async fn closed(company: &Company, there: &Pardot) -> Letter {
    let letter = company.ask(done("a0X1", ADA).owner(SAM)).await;
    company.advance_days(15).await;
    assert_eq!(company.survey(&letter.survey).await["state"], "closed");
    assert_eq!(company.nurture("").await["contacts"].as_array().unwrap().len(), 1);
    assert_eq!(there.lists_of(ADA), [LISTS[1]]);
    letter
}

/// Nobody has the contact on a list any more, and no time has passed since `at`.
async fn nobody_asks(company: &Company, there: &Pardot, letter: &Letter, at: Timestamp) {
    company.settle().await;
    assert!(company.now().await.since(at) < Duration::from_secs(60), "nothing else had to fall due");
    assert_eq!(there.lists_of(ADA), Vec::<u64>::new());
    assert_eq!(company.nurture("").await["contacts"], json!([]));
    assert_eq!(company.world().store().places(&model::Email::parse(ADA).unwrap().key()).await.unwrap(), []);
    assert_eq!(company.survey(&letter.survey).await["state"], "closed", "it ended as it did");
}

/// The last that is told of a survey itself.
async fn last(company: &Company, survey: &str) -> (String, Value) {
    let timeline = company.survey(survey).await.body["timeline"].clone();
    let told =
        |entry: &&Value| !["written_back", "task_completed", "task_opened"].contains(&entry["what"].as_str().unwrap());
    let last = timeline.as_array().unwrap().iter().rfind(told).unwrap().clone();
    (last["what"].as_str().unwrap().to_owned(), last["detail"].clone())
}

#[tokio::test]
async fn a_complaint_after_the_end_is_heard_at_once() {
    let company = Company::start().await;
    let there = pardot(&company).await;
    let letter = closed(&company, &there).await;
    let at = company.now().await;
    for _ in 0..2 {
        ses_says(&company, of_the_invite(&letter), "Complaint", json!({}));
    }
    nobody_asks(&company, &there, &letter, at).await;
    let task = company.task(&format!("{}-non_response", letter.survey)).await;
    let note = "The contact called our mail spam: no follow-up.";
    assert_eq!((&task["status"], &task["note"]), (&json!("done"), &json!(note)));
    assert_eq!(last(&company, &letter.survey).await, ("unsubscribed".to_owned(), json!({"reason": "complained"})));
    let again = company.trigger(done("a0X2", ADA)).await;
    assert_eq!((&again["decision"], &again["reason"]), (&json!("suppressed"), &json!("complained")));
}

#[tokio::test]
async fn an_address_that_dies_after_the_end_is_heard_of_at_once() {
    let company = Company::start().await;
    let there = pardot(&company).await;
    let letter = closed(&company, &there).await;
    // It came back for the time being before, and that was no news for anybody's list.
    ses_says(&company, of_the_invite(&letter), "Bounce", json!({"bounceType": "Transient"}));
    company.settle().await;
    assert_eq!(there.lists_of(ADA), [LISTS[1]]);
    company.advance("1h").await;
    let at = company.now().await;
    ses_says(&company, of_the_invite(&letter), "Bounce", json!({"bounceType": "Permanent"}));
    nobody_asks(&company, &there, &letter, at).await;
    assert_eq!(last(&company, &letter.survey).await, ("bounced".to_owned(), json!({"for_good": true})));
    let task = company.task(&format!("{}-bounced", letter.survey)).await.ok();
    assert_eq!(task["status"], "open", "somebody should look for another address");
    let task = company.task(&format!("{}-non_response", letter.survey)).await;
    assert_eq!((&task["status"], &task["note"]), (&json!("done"), &json!("The address does not work.")));
}

#[tokio::test]
async fn unsubscribing_after_the_end_is_heard_at_once() {
    let company = Company::start().await;
    let there = pardot(&company).await;
    let letter = closed(&company, &there).await;
    let at = company.now().await;
    company.press(&company.follow(&letter.unsubscribe_link()).await, &[]).await;
    nobody_asks(&company, &there, &letter, at).await;
    let task = company.task(&format!("{}-non_response", letter.survey)).await;
    assert_eq!((&task["status"], &task["note"]), (&json!("done"), &json!("The contact unsubscribed: no follow-up.")));
}

#[tokio::test]
async fn what_is_said_of_thanks_takes_the_contact_off_every_list() {
    for (event, about, reason) in
        [("Complaint", json!({}), "complained"), ("Bounce", json!({"bounceType": "Permanent"}), "bounced")]
    {
        let company = Company::start().await;
        let thanks = json!({"detractor": "Sorry.", "passive": "Thanks.", "promoter": "Hurray!"});
        company.campaign_with("default", json!({"limit_days": 0, "thanks": thanks})).await;
        let there = pardot(&company).await;
        let silent = closed(&company, &there).await;
        let answered = company.ask_and_hear(done("a0X2", ADA).owner(SAM), 9).await;
        company.advance("1h").await;
        assert_eq!(there.lists_of(ADA), Vec::<u64>::new(), "the later survey knows no list");
        let again = format!("/v1/deliveries/{}-pardot/retry", silent.survey);
        company.call(Method::POST, &again, None).await.ok();
        company.settle().await;
        assert_eq!(there.lists_of(ADA), [LISTS[1]], "the first one does");
        let tags = json!({
            "letter": ["thanks"], "shelf": [answered.survey], "name": ["thanks"], "claim": ["00000000deadbeef"],
        });
        let at = company.now().await;
        ses_says(&company, tags, event, about);
        nobody_asks(&company, &there, &silent, at).await;
        assert_eq!(company.survey(&answered.survey).await["state"], "answered");
        assert_eq!(company.trigger(done("a0X3", ADA)).await["reason"], reason);
    }
}
