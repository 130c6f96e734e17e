//! Whoever the company's server signs for.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Company, done, signed};

use super::{DOORS, about, at, door, post, widget};

#[tokio::test]
async fn whoever_the_company_signs_for_answers_their_own_survey() {
    let company = Company::start().await;
    let (url, secret) = widget(&company, json!(["https://shop.example"])).await;
    let ada = about(&company, "ada@example.com", "4711").await;
    let link = at(&url, &format!("signed={}&embed=1", signed(&secret, &ada)));
    let page = company.follow(&link).await;
    assert_eq!(page.status, 200, "{}", page.html);
    let thanks = company.press(&page, &[("score", "9")]).await;
    assert_eq!(thanks.status, 200, "{}", thanks.html);
    assert_eq!(company.press(&thanks, &[("comment", "Quick delivery.")]).await.status, 200);
    company.settle().await;
    let found = company.surveys("?subject_type=order&subject_id=4711").await.ok();
    let survey = &found["surveys"][0];
    assert_eq!((&survey["contact"]["email"], &survey["contact"]["name"]), (&json!("ada@example.com"), &json!("Ada")));
    assert_eq!((&survey["score"], &survey["comment"]), (&json!(9), &json!("Quick delivery.")));
    assert_eq!(company.score_of("ada@example.com").await.ok()["score"], 9);
    let channels = company.nps("?group_by=channel").await;
    assert_eq!((&channels["groups"][0]["value"], &company.nps("").await["sent"]), (&json!("widget"), &json!(0)));
    // The same order once more, from another page: it is the same survey.
    let again = company.follow(&link).await;
    assert_eq!(company.press(&again, &[("score", "10")]).await.status, 200);
    company.settle().await;
    assert_eq!(company.nps("").await["counts"][10], 1);
    assert_eq!(company.nps("").await["n"], 1);
    // A shown widget is no ask, an answer counts as one: the next mail waits its turn.
    let next = company.trigger(done("a0X1", "ada@example.com")).await;
    assert_eq!((&next["decision"], &next["reason"]), (&json!("deferred"), &json!("asked_recently")));
    // The trigger of that order finds it, too.
    let same = done("4711", "ada@example.com").set("subject_type", "order").milestone("visit");
    assert_eq!(company.trigger(same).await["decision"], "duplicate");
    let erased = company.erase("ada@example.com").await;
    assert_eq!(erased.status, 204, "{erased:?}");
    assert_eq!(company.surveys("?subject_type=order&subject_id=4711").await.ok()["surveys"], json!([]));
}

#[tokio::test]
async fn a_survey_that_was_asked_by_mail_is_answered_where_its_contact_meets_the_question() {
    let company = Company::start().await;
    let (url, secret) = widget(&company, json!(["https://shop.example"])).await;
    let letter = company.ask(done("4711", "ada@example.com").set("subject_type", "order")).await;
    let mut ada = about(&company, "ada@example.com", "4711").await;
    ada["milestone"] = json!("completion");
    let link = at(&url, &format!("signed={}", signed(&secret, &ada)));
    assert_eq!(company.confirm(&at(&link, "score=6").replace("?score", "&score")).await.status, 200);
    company.settle().await;
    let survey = company.survey(&letter.survey).await;
    assert_eq!((&survey["state"], &survey["score"]), (&json!("answered"), &json!(6)));
    let channels = company.nps("?group_by=channel").await;
    let numbers = company.nps("").await;
    assert_eq!((&numbers["n"], &numbers["sent"]), (&json!(1), &json!(1)));
    assert_eq!(channels["groups"][0]["value"], "mail");
    company.advance_days(8).await;
    assert_eq!(company.inbox("ada@example.com").await.len(), 1, "no reminder after an answer");
}

#[tokio::test]
async fn what_nobody_signed_is_refused_and_never_taken_for_nobody() {
    let company = Company::start().await;
    let (url, secret) = widget(&company, json!(["https://shop.example"])).await;
    let other = door(&company, "other", json!({"name": "O", "kind": "widget", "origins": ["https://shop.example"]}))
        .await
        .text("secret");
    let ada = about(&company, "ada@example.com", "4711").await;
    let mut over = ada.clone();
    over["exp"] = json!(company.now().await.as_seconds() - 1);
    let good = signed(&secret, &ada);
    let none = format!(
        "{}.",
        signed(&secret, &ada).rsplit_once('.').unwrap().0.replacen(
            &URL_SAFE_NO_PAD.encode(json!({"alg": "HS256", "typ": "JWT"}).to_string()),
            &URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#),
            1,
        )
    );
    for wrong in
        [signed("guess", &ada), signed(&other, &ada), signed(&secret, &over), none, "x".to_owned(), format!("{good}x")]
    {
        let link = at(&url, &format!("embed=1&signed={wrong}"));
        let page = company.follow(&link).await;
        assert_eq!(page.status, 422, "{wrong}");
        assert!(page.seen().contains("signed:"), "{}", page.html);
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.ends_with("frame-ancestors https://shop.example"), "it is seen where it was made: {policy}");
    }
    let before = company.writes().await;
    let forged = at(&url, &format!("signed={}", signed("guess", &ada)));
    assert_eq!(post(&company, &forged, json!({"score": 9})).await.problem(), ("invalid", vec!["?signed"]));
    assert_eq!(company.writes().await, before, "not one write");
    // A page that stayed open is heard for a while.
    let page = company.follow(&at(&url, &format!("signed={good}"))).await;
    company.advance("90m").await;
    assert_eq!(company.follow(&at(&url, &format!("signed={good}"))).await.status, 422);
    assert_eq!(company.press(&page, &[("score", "9")]).await.status, 200);
    company.advance("1h").await;
    assert_eq!(company.press(&page, &[("score", "8")]).await.status, 422);
    // Two secrets while one is changed, and no third.
    let renew = async || {
        company
            .call(Method::POST, &format!("{DOORS}/checkout/renew"), Some(json!({"secret": true})))
            .await
            .ok()
            .text("secret")
    };
    let second = renew().await;
    company.advance("1m").await;
    let fresh = about(&company, "ada@example.com", "4712").await;
    for secret in [&secret, &second] {
        assert_eq!(company.follow(&at(&url, &format!("signed={}", signed(secret, &fresh)))).await.status, 200);
    }
    renew().await;
    company.advance("1m").await;
    assert_eq!(company.follow(&at(&url, &format!("signed={}", signed(&secret, &fresh)))).await.status, 422);
    assert_eq!(company.follow(&at(&url, &format!("signed={}", signed(&second, &fresh)))).await.status, 200);
    let shown = company.call(Method::GET, &format!("{DOORS}/checkout"), None).await;
    assert_eq!(shown["secret"], Value::Null, "it was shown once");
    // A link is for anybody: what was signed for the widget it was says nothing there, nor once it is a widget again.
    door(&company, "checkout", json!({"name": "Checkout", "kind": "link"})).await;
    company.advance("1m").await;
    assert_eq!(company.follow(&at(&url, &format!("signed={}", signed(&second, &fresh)))).await.status, 422);
    let (_, third) = widget(&company, json!(["https://shop.example"])).await;
    company.advance("1m").await;
    for (secret, status) in [(&second, 422), (&third, 200)] {
        assert_eq!(company.follow(&at(&url, &format!("signed={}", signed(secret, &fresh)))).await.status, status);
    }
}

#[tokio::test]
async fn who_wants_no_mail_may_answer_and_still_gets_none() {
    let company = Company::start().await;
    company.campaign_with("default", json!({"retention_days": 30, "limit_days": 20})).await;
    let (url, secret) = widget(&company, json!(["https://shop.example"])).await;
    let letter = company.ask(done("a0X1", "ada@example.com")).await;
    company.confirm(&letter.unsubscribe_link()).await;
    company.settle().await;
    let ada = about(&company, "ada@example.com", "4711").await;
    let link = at(&url, &format!("signed={}", signed(&secret, &ada)));
    assert_eq!(post(&company, &link, json!({"score": 10, "comment": "Hello again"})).await.status, 200);
    company.settle().await;
    assert_eq!(company.score_of("ada@example.com").await.ok()["score"], 10);
    let next = company.trigger(done("a0X2", "ada@example.com")).await;
    assert_eq!((&next["decision"], &next["reason"]), (&json!("suppressed"), &json!("unsubscribed")));
    company.advance_days(40).await;
    assert_eq!(
        company.trigger(done("a0X3", "ada@example.com")).await["reason"],
        "unsubscribed",
        "the wish outlives all"
    );
}
