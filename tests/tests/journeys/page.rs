//! What the page has after the score, and what becomes of it: reasons, the permission to quote, the way on, and scores that a
//! page saves by itself.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Company, Letter, done};

/// Reasons of two groups; one of them has the price as well.
pub(crate) fn reasons() -> Value {
    json!({
        "detractor": [
            {"id": "slow", "label": "Too slow", "labels": {"de": "Zu langsam"}},
            {"id": "price", "label": "Too expensive", "labels": {}},
        ],
        "passive": [],
        "promoter": [{"id": "people", "label": "The people", "labels": {}}, {"id": "price", "label": "A fair price", "labels": {}}],
    })
}

async fn company_with(fields: Value) -> (Company, Letter) {
    let company = Company::start().await;
    company.campaign_with("default", fields).await;
    let letter = company.ask(done("a0X1", "ada@example.com").owner("sam@company.example")).await;
    (company, letter)
}

fn form(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

async fn by_reason(company: &Company) -> Vec<(String, u64)> {
    company.settle().await;
    let nps = company.nps("?group_by=reason").await.ok();
    let count = |group: &Value| (group["value"].as_str().unwrap().to_owned(), group["n"].as_u64().unwrap());
    nps["groups"].as_array().unwrap().iter().map(count).collect()
}

fn whats(survey: &Answer) -> Vec<&str> {
    survey["timeline"].as_array().unwrap().iter().map(|entry| entry["what"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn reasons_are_ticked_by_group_and_counted() {
    let (company, letter) = company_with(json!({"reasons": reasons(), "limit_days": 0})).await;
    let link = letter.link(3);
    let thanks = company.confirm(&link).await;
    for (seen, is) in
        [("Too slow", true), ("Too expensive", true), ("The people", false), ("Tick all that apply", true)]
    {
        assert_eq!(thanks.seen().contains(seen), is, "{seen}: {}", thanks.seen());
    }
    assert!(by_reason(&company).await.is_empty());
    // Alone, without a comment; in the campaign's order; what nobody offers is let pass.
    let fields = form(&[
        ("reasons", ""),
        ("reasons", "price"),
        ("reasons", "slow"),
        ("reasons", "people"),
        ("follow_up", "false"),
    ]);
    let saved = company.post_form(&link, &fields).await;
    assert_eq!(saved.status, 200);
    assert_eq!(saved.html.matches(" checked>").count(), 2, "{}", saved.html);
    let survey = company.survey(&letter.survey).await;
    assert_eq!((&survey["reasons"], &survey["score"]), (&json!(["slow", "price"]), &json!(3)));
    assert_eq!(by_reason(&company).await, [("price".to_owned(), 1), ("slow".to_owned(), 1)]);
    assert_eq!(company.nps("?filter.reason=slow").await["n"], 1);
    assert_eq!(company.nps("?group_by=reason&cross_by=owner").await.ok()["groups"].as_array().unwrap().len(), 2);
    let response = &company.responses("?filter.reason=price").await.ok()["responses"][0].clone();
    assert_eq!(response["reasons"], json!(["slow", "price"]));
    let table = company.call(Method::GET, "/v1/responses.csv", None).await.ok();
    assert!(table.text.contains(",slow;price,"), "{}", table.text);
    let named = company.call(Method::GET, "/v1/dimensions", None).await.ok();
    assert_eq!(named["reasons"][0], json!({"campaign": "default", "id": "slow", "label": "Too slow"}));

    // Another score of the group keeps them, one of another group what that has as well.
    company.respond(&link, 5).await.ok();
    assert_eq!(company.survey(&letter.survey).await["reasons"], json!(["slow", "price"]));
    company.respond(&link, 9).await.ok();
    assert_eq!(company.survey(&letter.survey).await["reasons"], json!(["price"]));
    assert_eq!(by_reason(&company).await, [("price".to_owned(), 1)]);
    company.respond(&link, 8).await.ok();
    assert_eq!(company.survey(&letter.survey).await["reasons"], json!([]));
    assert!(by_reason(&company).await.is_empty());
    let reconciled = company.reconcile(false).await;
    assert_eq!(reconciled["state"], "done", "{}", reconciled.text);

    // A program is told what is wrong; none ticked is said by an empty array.
    for (body, pointer) in [
        (json!({"score": 3, "reasons": ["people"]}), "/reasons"),
        (json!({"reasons": ["slow"]}), "/reasons"),
        (json!({"score": 3, "reasons": ["nobody-knows"]}), "/reasons"),
        (json!({"score": 3, "reasons": "slow"}), "/reasons"),
    ] {
        let wrong = company.respond_with(&link, body.clone()).await;
        assert_eq!((wrong.status, wrong.problem()), (422, ("invalid", vec![pointer])), "{body}");
    }
    company.respond_with(&link, json!({"score": 3, "reasons": ["price"], "comment": "Too much."})).await.ok();
    assert_eq!(company.survey(&letter.survey).await["reasons"], json!(["price"]));
    company.respond_with(&link, json!({"reasons": []})).await.ok();
    let survey = company.survey(&letter.survey).await;
    assert_eq!((&survey["reasons"], &survey["comment"]), (&json!([]), &json!("Too much.")));
}

#[tokio::test]
async fn reasons_reach_whoever_hears_of_the_answer() {
    let (company, letter) = company_with(json!({"reasons": reasons(), "ask_to_quote": true})).await;
    let said = json!({"score": 2, "comment": "It was late.", "reasons": ["slow"], "may_quote": true});
    company.respond_with(&letter.link(2), said).await.ok();
    company.settle().await;
    let alert = company.inbox("sam@company.example").await.pop().unwrap();
    for part in ["Ticked: ", "Too slow", "May be quoted by name."] {
        assert!(alert.html.contains(part) && alert.text.contains(part), "{part}: {}", alert.text);
    }
    let task = &company.tasks("").await.ok()["tasks"][0].clone();
    assert_eq!((&task["reasons"], &task["may_quote"]), (&json!(["slow"]), &json!(true)));
    let held = company.contact("ada@example.com").await.ok();
    assert_eq!((&held["surveys"][0]["reasons"], &held["surveys"][0]["may_quote"]), (&json!(["slow"]), &json!(true)));
    let exported = company.call(Method::GET, "/v1/export/surveys?from=2027-03-01&to=2027-03-31", None).await.ok();
    assert_eq!(exported["surveys"][0]["reasons"], json!(["slow"]));
    assert_eq!(exported["surveys"][0]["may_quote"], json!(true));
}

#[tokio::test]
async fn a_permission_to_quote_is_asked_for_where_the_campaign_does_and_can_be_taken_back() {
    let (company, letter) = company_with(json!({})).await;
    let link = letter.link(10);
    let thanks = company.confirm(&link).await;
    assert!(!thanks.html.contains("may_quote"), "nobody is asked by default");
    company.campaign_with("default", json!({"ask_to_quote": true})).await;
    company.advance("1m").await;
    let thanks = company.follow(&link).await;
    let thanks = company.press(&thanks, &[]).await;
    assert!(thanks.seen().contains("You may quote me, with my name."), "{}", thanks.seen());
    assert_eq!(company.survey(&letter.survey).await["may_quote"], json!(false));
    let ticked = company.press(&thanks, &[("may_quote", "true"), ("comment", "Great people.")]).await;
    assert_eq!(ticked.html.matches(" checked>").count(), 1);
    assert_eq!(company.survey(&letter.survey).await["may_quote"], json!(true));
    assert_eq!(company.responses("").await["responses"][0]["may_quote"], json!(true));
    // A later score says nothing of it; a form without the tick takes it back.
    company.respond(&link, 9).await.ok();
    assert_eq!(company.survey(&letter.survey).await["may_quote"], json!(true));
    company.press(&thanks, &[]).await;
    assert_eq!(company.survey(&letter.survey).await["may_quote"], json!(false));
    company.respond_with(&link, json!({"may_quote": true})).await.ok();
    company.respond_with(&link, json!({"may_quote": false})).await.ok();
    assert_eq!(company.survey(&letter.survey).await["may_quote"], json!(false));
}

#[tokio::test]
async fn each_group_is_led_on_where_the_campaign_says() {
    let step = |text: &str, url: &str| json!({"text": text, "url": url});
    let (company, letter) = company_with(json!({
        "next_step": {"detractor": step("Talk to {company}", "https://www.example.com/call?a=1&b=2"), "promoter": step("Read on", "https://www.example.com/news")},
        "texts": {"de": {"next_step_promoter": "Weiterlesen"}},
    }))
    .await;
    let low = company.confirm(&letter.link(1)).await;
    let link = "<a href=\"https://www.example.com/call?a=1&#38;b=2\" target=\"_blank\" rel=\"noopener\">Talk to Example Company</a>";
    assert!(low.html.contains(link), "{}", low.html);
    assert!(!company.confirm(&letter.link(7)).await.html.contains("rel=\"noopener\""));
    assert!(company.confirm(&letter.link(9)).await.html.contains(">Read on</a>"));
    let german = company.follow(&format!("{}&lang=de", letter.link(9))).await;
    assert!(company.press(&german, &[]).await.html.contains(" rel=\"noopener\">Weiterlesen</a>"));
    let german = company.follow(&format!("{}&lang=de", letter.link(2))).await;
    let thanks = company.press(&german, &[]).await;
    assert!(thanks.html.contains(" lang=\"en\" dir=\"ltr\">Talk to Example Company</a>"), "{}", thanks.html);

    // Reviews are for every group or none.
    let reviews = step("Review us", "https://reviews.example.com/acme");
    let words =
        json!({"detractor": "a", "passive": "b", "promoter": "c", "review_url": "https://reviews.example.com/acme"});
    let wrong = company.put_campaign("default", json!({"thanks": words, "next_step": {"promoter": reviews}})).await;
    assert_eq!((wrong.status, wrong.problem().1), (422, vec!["/next_step/detractor", "/next_step/passive"]));
}

async fn seen(company: &Company, link: &str) -> u16 {
    let token = link.split('?').next().unwrap().strip_prefix(company.url()).unwrap();
    company.send(Method::POST, &format!("{token}/seen"), &[], Vec::new()).await.status
}

#[tokio::test]
async fn a_page_saves_by_itself_only_where_the_campaign_lets_it() {
    let (company, letter) = company_with(json!({})).await;
    let link = letter.link(9);
    let page = company.follow(&link).await;
    assert!(!page.html.contains("<script") && page.seen().contains("Nothing is recorded until you press the button"));
    let policy = page.headers["content-security-policy"].to_str().unwrap().to_owned();
    assert!(!policy.contains("script-src") && !policy.contains("connect-src"), "{policy}");
    assert!(letter.text.contains("nothing is recorded before you do"));
    company.settle().await;
    let before = company.writes().await;
    let refused = company.respond_with(&link, json!({"score": 9, "self_saved": true})).await;
    assert_eq!((refused.status, refused.problem().0), (409, "conflict"));
    assert_eq!(seen(&company, &link).await, 204);
    company.settle().await;
    assert_eq!(company.writes().await, before, "pages that promise nothing is recorded record nothing");

    company.campaign_with("default", json!({"self_saving": true, "limit_days": 0})).await;
    company.advance("2m").await;
    let page = company.follow(&link).await;
    assert!(page.html.contains("<script>") && page.html.contains("or by itself a few seconds after"), "{}", page.html);
    let policy = page.headers["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("script-src 'sha256-") && policy.contains("connect-src 'self';"), "{policy}");
    assert!(!policy.contains("unsafe") && page.html.len() < 30_000);
    let other = company.ask(done("a0X2", "bo@example.com")).await;
    assert!(!other.text.contains("nothing is recorded before you do"), "{}", other.text);
    assert!(!other.html.contains("nothing is recorded before you do"));
}

#[tokio::test]
async fn what_a_page_saves_counts_until_somebody_confirms_and_never_over_that() {
    let (company, letter) = company_with(json!({"self_saving": true, "limit_days": 0})).await;
    let link = letter.link(9);
    let save = async |score: u8| company.respond_with(&link, json!({"score": score, "self_saved": true})).await.ok();
    company.advance("1h").await;
    assert_eq!(save(9).await["standing"], "self_saved");
    company.settle().await;
    let nps = company.nps("").await;
    assert_eq!((&nps["n"], &nps["self_saved"], &nps["suspect"]), (&json!(1), &json!(1), &json!(0)));
    let before = company.writes().await;
    assert_eq!(save(9).await["standing"], "self_saved");
    assert_eq!(company.writes().await, before, "a repeat changes nothing");
    assert_eq!(company.survey(&letter.survey).await["state"], "answered");

    // The button confirms the very score, and tells nobody of another one.
    company.settle().await;
    let letters = company.mail().await.len();
    assert_eq!(company.respond(&link, 9).await.ok()["standing"], "confirmed");
    company.settle().await;
    let nps = company.nps("").await;
    assert_eq!((&nps["n"], &nps["self_saved"], &nps["counts"][9]), (&json!(1), &json!(0), &json!(1)));
    assert_eq!(company.mail().await.len(), letters);
    let after = save(2).await;
    assert_eq!((&after["score"], &after["standing"]), (&json!(9), &json!("confirmed")));
    let survey = company.survey(&letter.survey).await;
    assert_eq!(whats(&survey).iter().filter(|what| **what == "responded").count(), 2, "{}", survey["timeline"]);
    company.advance_days(60).await;
    let steps: Vec<_> = company.inbox("ada@example.com").await.into_iter().map(|letter| letter.step).collect();
    assert_eq!(steps, ["invite"], "nobody who has answered is reminded");
}

#[tokio::test]
async fn what_was_saved_too_soon_or_twice_is_suspect() {
    let (company, letter) = company_with(json!({"self_saving": true, "limit_days": 0})).await;
    let save = async |letter: &Letter, score: u8| {
        let body = json!({"score": score, "self_saved": true});
        company.respond_with(&letter.link(score), body).await.ok().text("standing")
    };
    assert_eq!(save(&letter, 9).await, "suspect", "within a minute of its mail");
    assert_eq!(company.respond(&letter.link(9), 9).await["standing"], "confirmed", "a person pressed the button");

    let other = company.ask(done("a0X2", "bo@example.com")).await;
    company.advance("2h").await;
    assert_eq!(save(&other, 9).await, "self_saved");
    assert_eq!(save(&other, 3).await, "suspect", "two scores within ten seconds");
    company.settle().await;
    let nps = company.nps("").await;
    assert_eq!((&nps["n"], &nps["suspect"]), (&json!(1), &json!(1)));
    company.judge(&other.survey, "self_saved").await.ok();
    company.settle().await;
    assert_eq!(company.nps("").await["self_saved"], 1, "every standing can be corrected by hand");
}

#[tokio::test]
async fn that_a_page_was_opened_is_written_once() {
    let (company, letter) = company_with(json!({"self_saving": true})).await;
    let link = letter.link(9);
    company.settle().await;
    let survey = company.survey(&letter.survey).await;
    assert_eq!(survey["opened_at"], json!(null));
    let told = company.mail().await.len();
    company.advance("5m").await;
    let before = company.writes().await;
    assert_eq!(seen(&company, &link).await, 204);
    company.settle().await;
    assert_eq!(company.writes().await, before + 1, "one write, and nothing is counted anew");
    let opened = company.survey(&letter.survey).await;
    assert_eq!(whats(&opened), ["created", "sent", "delivered", "opened"]);
    assert_eq!(opened["opened_at"], opened["timeline"][3]["at"]);
    company.advance("5m").await;
    let before = company.writes().await;
    assert_eq!(seen(&company, &link).await, 204);
    company.settle().await;
    assert_eq!(
        (company.writes().await, company.mail().await.len()),
        (before, told),
        "nobody hears of it, and once is enough"
    );
    assert_eq!(company.survey(&letter.survey).await.body, opened.body);
    assert_eq!(company.nps("").await["n"], 0);
    // It is no answer: the reminder goes out.
    company.advance_days(8).await;
    assert_eq!(company.inbox("ada@example.com").await.len(), 2);
    let forged = link.replace("/r/A", "/r/B");
    assert_eq!(seen(&company, &forged).await, 404);
    let token = link.split('?').next().unwrap().strip_prefix(company.url()).unwrap().to_owned();
    assert_eq!(company.call(Method::GET, &format!("{token}/seen"), None).await.status, 405);
}

#[tokio::test]
async fn the_pages_of_a_draft_are_seen_before_anybody_puts_it() {
    let company = Company::start().await;
    company.settle().await;
    let before = company.writes().await;
    let draft = json!({
        "question": "Would you visit our garden again?", "reasons": reasons(), "ask_to_quote": true,
        "next_step": {"detractor": {"text": "Talk to us", "url": "https://www.example.com/call"}},
    });
    let shown = async |query: &str| {
        company.call(Method::POST, &format!("/v1/campaigns/garden/preview?{query}"), Some(draft.clone())).await
    };
    let ask = shown("page=ask").await.ok();
    assert!(ask.text.contains("Would you visit our garden again?") && ask.text.starts_with("<!DOCTYPE html>"));
    let policy = ask.header("content-security-policy");
    for part in ["default-src 'none'", "form-action 'none'", "frame-ancestors 'self'", "; sandbox"] {
        assert!(policy.contains(part), "{part}: {policy}");
    }
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        ("x-frame-options", "SAMEORIGIN"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("x-robots-tag", "noindex, nofollow"),
    ] {
        assert_eq!(ask.header(name), value, "{name}");
    }
    let thanks = shown("page=thanks&group=detractor&language=de").await.ok();
    for part in ["Zu langsam", "Too expensive", "Sie dürfen mich mit meinem Namen zitieren.", "Talk to us"] {
        assert!(thanks.text.contains(part), "{part}: {}", thanks.text);
    }
    assert!(shown("page=unsubscribe").await.ok().text.contains("Unsubscribe from surveys?"));
    assert_eq!(shown("page=ask&format=json").await.problem(), ("invalid", vec!["?format"]));
    let wrong = company.call(Method::POST, "/v1/campaigns/garden/preview?page=ask", Some(json!({"reasons": 7}))).await;
    assert_eq!(wrong.problem(), ("invalid", vec!["/reasons"]));
    company.settle().await;
    assert_eq!(company.writes().await, before, "nothing is written");
    assert_eq!(company.campaign("garden").await.status, 404);
}

#[tokio::test]
async fn what_was_ticked_elsewhere_comes_along() {
    let company = Company::start().await;
    company.campaign_with("default", json!({"reasons": reasons()})).await;
    let response = json!({
        "contact_email": "ada@example.com", "score": 3, "answered_at": "2027-01-10T09:00:00Z", "row_id": "1",
        "may_quote": true, "reasons": ["price", "people", "slow"],
    });
    let batch = json!({"source": "elsewhere", "responses": [response]});
    let made = company.call(Method::POST, "/v1/responses/import", Some(batch)).await.ok();
    company.settle().await;
    let survey = company.survey(made["rows"][0]["survey_id"].as_str().unwrap()).await;
    assert_eq!((&survey["reasons"], &survey["may_quote"]), (&json!(["slow", "price"]), &json!(true)));
    assert_eq!(by_reason(&company).await, [("price".to_owned(), 1), ("slow".to_owned(), 1)]);
}
