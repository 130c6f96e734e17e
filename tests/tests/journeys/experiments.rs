//! Trying out what makes more people answer.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Company, Letter, done};

async fn experiments(company: &Company) -> Value {
    company.call(Method::GET, "/v1/experiments?campaign=default", None).await.ok().body["experiments"].clone()
}

/// Asks so many people, and gives the letter each got.
async fn asked(company: &Company, people: std::ops::Range<usize>) -> Vec<Letter> {
    for nth in people.clone() {
        company
            .trigger(done(&format!("p{nth}"), &format!("person{nth}@example.com")).owner("sam@company.example"))
            .await;
    }
    company.settle().await;
    let mut letters = company.mail().await;
    letters.retain(|letter| letter.step == "invite");
    letters.split_off(letters.len() - people.len())
}

#[tokio::test]
async fn the_way_that_is_answered_more_is_found_and_not_before_that_is_sure() {
    let company = Company::start().await;
    let experiment = json!({"id": "scale-1", "variants": [
        {"name": "in-letter"}, {"name": "on-page", "scale": "page"}]});
    company.campaign_with("default", json!({ "experiment": experiment })).await;
    let letters = asked(&company, 0..60).await;
    let on_page = |letter: &Letter| !letter.html.contains("score=");
    let both = letters.iter().filter(|letter| on_page(letter)).count();
    assert!((15..=45).contains(&both), "{both} of 60");

    // Nobody has answered: nothing is known, and both ways are there.
    let found = experiments(&company).await;
    assert_eq!(
        (found.as_array().unwrap().len(), &found[0]["id"], &found[0]["running"]),
        (1, &json!("scale-1"), &json!(true))
    );
    assert_eq!(found[0]["verdict"], Value::Null);
    let delivered: u64 =
        found[0]["variants"].as_array().unwrap().iter().map(|way| way["delivered"].as_u64().unwrap()).sum();
    assert_eq!(delivered, 60);

    // Everybody who has the scale in the letter answers, and nobody else.
    for letter in letters.iter().filter(|letter| !on_page(letter)) {
        company.respond(&letter.link(9), 9).await.ok();
    }
    company.settle().await;
    let found = experiments(&company).await;
    let way =
        |name: &str| found[0]["variants"].as_array().unwrap().iter().find(|way| way["name"] == name).unwrap().clone();
    assert_eq!(found[0]["verdict"], "in-letter");
    assert_eq!((&way("in-letter")["p_behind_first"], &way("in-letter")["nps"]), (&Value::Null, &json!(100)));
    assert!(way("on-page")["p_behind_first"].as_f64().unwrap() < 0.05);
    assert_eq!((&way("on-page")["answered"], &way("on-page")["response_rate"]["share"]), (&json!(0), &json!(0.0)));
    assert_eq!(way("in-letter")["delivered"], 60 - both);

    // The reminder comes in the same way, and the way is a group like any other.
    company.advance_days(7).await;
    let silent = letters.iter().find(|letter| on_page(letter)).unwrap();
    let reminder = company.inbox(&silent.to).await.pop().unwrap();
    assert_eq!((reminder.step.as_str(), on_page(&reminder)), ("remind", true));
    let nps = company.nps("?group_by=variant").await;
    let groups: BTreeMap<&str, u64> = nps["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|group| (group["value"].as_str().unwrap(), group["n"].as_u64().unwrap()))
        .collect();
    assert_eq!(groups.get("scale-1: in-letter"), Some(&(60 - both as u64)));
    let fold = company.nps("?group_by=variant&per=contact").await;
    assert_eq!(fold["n"], nps["n"]);

    // Once it has ended, what it has shown stays, and everybody is asked alike.
    company.campaign_with("default", json!({})).await;
    let later = asked(&company, 60..70).await;
    assert!(later.iter().all(|letter| !on_page(letter)));
    let ended = experiments(&company).await;
    assert_eq!((&ended[0]["running"], &ended[0]["verdict"]), (&json!(false), &json!("in-letter")));
    company.finish().await;
}

#[tokio::test]
async fn subjects_and_senders_are_tried_out_on_whom_they_concern() {
    let company = Company::start().await;
    let subjects = json!({"id": "subject-1", "variants": [
        {"name": "ours"}, {"name": "short", "texts": {"en": {"invite_subject": "Briefly, {company}"}}}]});
    company.campaign_with("default", json!({ "experiment": subjects })).await;
    let letters = asked(&company, 0..30).await;
    let short = letters.iter().filter(|letter| letter.subject == "Briefly, Example Company").count();
    assert!((5..=25).contains(&short), "{short} of 30");
    // Who reads another language is asked as usual, and counts in neither.
    company.trigger(done("g1", "greta@example.com").set("contact_locale", "de")).await;
    company.settle().await;
    let found = experiments(&company).await;
    let delivered: u64 =
        found[0]["variants"].as_array().unwrap().iter().map(|way| way["delivered"].as_u64().unwrap()).sum();
    assert_eq!(delivered, 30);

    let senders = json!({"id": "sender-1", "variants": [
        {"name": "company"}, {"name": "owner", "sender": "{owner} at {company}"}]});
    company.campaign_with("default", json!({ "experiment": senders })).await;
    let sam = |nth: usize| done(&format!("s{nth}"), &format!("s{nth}@example.com")).set("owner_name", "Sam Owner");
    for nth in 0..20 {
        company.trigger(sam(nth).owner("sam@company.example")).await;
    }
    company.settle().await;
    let letters = company.mail().await;
    let by_sam = letters.iter().filter(|letter| letter.from.contains("Sam Owner at Example Company")).count();
    assert!((3..=17).contains(&by_sam), "{by_sam} of 20");

    let two = |one: Value, other: Value| json!({"id": "x", "variants": [one, other]});
    for (wrong, pointer) in [
        (json!({"variants": [{"name": "a"}, {"name": "b", "scale": "page"}]}), "/experiment/id"),
        (json!({"id": "X", "variants": [{"name": "a"}, {"name": "b", "scale": "page"}]}), "/experiment/id"),
        (json!({"id": "x", "variants": [{"name": "a"}]}), "/experiment/variants"),
        (two(json!({"name": "a"}), json!({"name": "b"})), "/experiment/variants"),
        (two(json!({"name": "a", "scale": "page"}), json!({"name": "b", "sender": "Sam"})), "/experiment/variants"),
        (two(json!({"name": "a"}), json!({"name": "a", "scale": "page"})), "/experiment/variants/1/name"),
        (two(json!({"name": "a"}), json!({"name": "b", "sender": "{boss}"})), "/experiment/variants/1/sender"),
        (
            two(json!({"name": "a"}), json!({"name": "b", "texts": {"en": {"low": "x"}}})),
            "/experiment/variants/1/texts/en/low",
        ),
    ] {
        let refused = company.put_campaign("default", json!({ "experiment": wrong })).await;
        assert_eq!(refused.problem().0, "invalid", "{wrong}");
        assert!(refused.problem().1.contains(&pointer), "{wrong}: {refused:?}");
    }
    company.finish().await;
}
