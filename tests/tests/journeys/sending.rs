//! A campaign's good name: it stops before SES would stop everybody, and a new sender begins slowly.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Company, done};

async fn sending(company: &Company) -> Value {
    company.call(Method::GET, "/v1/campaigns/default/sending", None).await.ok().body
}

async fn change(company: &Company, what: &str) -> Value {
    company.call(Method::POST, &format!("/v1/campaigns/default/{what}"), None).await.ok().body
}

/// Somebody whose mails come back, or who calls them spam.
fn simulator(what: &str, nth: usize) -> String {
    format!("{what}+{nth}@simulator.amazonses.com")
}

#[tokio::test]
async fn a_campaign_whose_mails_come_back_stops_by_itself_and_goes_on_when_somebody_says_so() {
    let company = Company::start().await;
    for nth in 0..9 {
        company.trigger(done(&format!("gone{nth}"), &simulator("bounce", nth))).await;
    }
    company.settle().await;
    let before = sending(&company).await;
    assert_eq!((&before["state"], &before["sent"], &before["bounced"]), (&json!("sending"), &json!(9), &json!(9)));
    assert_eq!((&before["why"], &before["bounce_rate"]), (&Value::Null, &json!(1.0)));

    // The tenth says something: it pauses, and who is asked from now on waits.
    company.trigger(done("gone9", &simulator("bounce", 9))).await;
    company.settle().await;
    let paused = sending(&company).await;
    assert_eq!(
        (&paused["state"], &paused["why"], &paused["bounced"]),
        (&json!("paused"), &json!("bounces"), &json!(10))
    );
    let waiting = company.trigger(done("a0X1", "ada@example.com")).await;
    assert_eq!(waiting["decision"], "scheduled", "asking goes on, mailing does not");
    company.advance("1d").await;
    assert_eq!(company.inbox("ada@example.com").await.len(), 0);
    // Nobody tries it again and again: a day's 24 sweeps leave a trace each, and its survey alone.
    let written = written_in_a_day(&company).await;
    assert!(written < 2 * 24, "{written}");
    let survey = company.survey(waiting["survey_id"].as_str().unwrap()).await;
    assert_eq!((&survey["state"], &survey["steps"][0]["state"]), (&json!("scheduled"), &json!("waiting")));

    let resumed = change(&company, "resume").await;
    assert_eq!(
        (&resumed["state"], &resumed["paused_at"], &resumed["bounced"]),
        (&json!("sending"), &Value::Null, &json!(0))
    );
    assert_eq!(change(&company, "resume").await, resumed, "a repeat changes nothing");
    company.advance("6h").await;
    assert_eq!(company.inbox("ada@example.com").await.len(), 1, "what waited goes out, once");

    // What was forgiven counts no more, what comes back from now on does.
    company.trigger(done("gone10", &simulator("bounce", 10))).await;
    company.settle().await;
    assert_eq!(sending(&company).await["state"], "sending");
    for nth in 11..20 {
        company.trigger(done(&format!("gone{nth}"), &simulator("bounce", nth))).await;
    }
    company.settle().await;
    assert_eq!(sending(&company).await["state"], "paused");
    company.finish().await;
}

#[tokio::test]
async fn three_people_who_call_it_spam_are_enough_and_by_hand_it_takes_none() {
    let company = Company::start().await;
    let by_hand = change(&company, "pause").await;
    assert_eq!((&by_hand["state"], &by_hand["why"]), (&json!("paused"), &json!("by_hand")));
    assert_eq!(change(&company, "pause").await, by_hand, "a repeat changes nothing");
    change(&company, "resume").await;
    for nth in 0..3 {
        assert_eq!(sending(&company).await["state"], "sending", "{nth}");
        company.trigger(done(&format!("angry{nth}"), &simulator("complaint", nth))).await;
        company.settle().await;
    }
    let paused = sending(&company).await;
    assert_eq!(
        (&paused["why"], &paused["complained"], &paused["bounced"]),
        (&json!("complaints"), &json!(3), &json!(0))
    );
    let nobody = company.call(Method::POST, "/v1/campaigns/nothing/pause", None).await;
    assert_eq!(nobody.status, 404);
    company.finish().await;
}

/// How often anything is written in a day in which nobody does anything.
async fn written_in_a_day(company: &Company) -> u64 {
    let before = company.writes().await;
    company.advance("1d").await;
    company.writes().await - before
}

/// Whoever got a mail, as often as they did.
async fn mailed(company: &Company) -> Vec<String> {
    company.mail().await.into_iter().map(|letter| letter.to).collect()
}

#[tokio::test]
async fn a_new_sender_sends_more_each_day() {
    let company = Company::start().await;
    let today = company.now().await.to_string()[..10].to_owned();
    let warm_up = json!({"from": today, "mails": 2, "growth": 50, "days": 4});
    let put = company.put_campaign("default", json!({ "warm_up": warm_up })).await.ok();
    assert_eq!(put["warm_up"], warm_up);
    assert_eq!(sending(&company).await["most_today"], 2);
    let people: Vec<String> = (0..12).map(|nth| format!("person{nth}@example.com")).collect();
    for person in &people {
        company.trigger(done(person, person)).await;
    }
    company.settle().await;
    // 2, 3, 4 and 6 more would be 15: everybody is asked by the fourth day, each once.
    let mut sent = Vec::new();
    for _ in 0..4 {
        sent.push(mailed(&company).await.len());
        company.advance("1d").await;
    }
    assert_eq!(sent, [2, 5, 9, 12]);
    assert_eq!(mailed(&company).await.into_iter().collect::<BTreeSet<_>>().len(), 12, "each once");
    assert_eq!(sending(&company).await["most_today"], Value::Null);

    for (wrong, pointer) in [
        (json!({}), "/warm_up/from"),
        (json!({"from": "soon"}), "/warm_up/from"),
        (json!({"from": "2027-01-01", "mails": 0}), "/warm_up/mails"),
        (json!({"from": "2027-01-01", "growth": 401}), "/warm_up/growth"),
        (json!({"from": "2027-01-01", "speed": 1}), "/warm_up/speed"),
    ] {
        let refused = company.put_campaign("default", json!({ "warm_up": wrong })).await;
        assert_eq!(refused.problem(), ("invalid", vec![pointer]));
    }
    company.finish().await;
}
