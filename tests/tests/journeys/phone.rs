//! The phone rings: who is it, and what did they say last?

use reqwest::Method;
use serde_json::{Value, json};
use tests::browser::Browser;
use tests::{Answer, Company, Letter, Trigger, done};

use crate::people::everything;

const NUMBER: &str = "+49 (30) 12-34";

fn ada(record: &str) -> Trigger {
    done(record, "ada@example.com")
        .set("contact_name", "Ada Lovelace")
        .set("contact_id", "003A-CRM")
        .set("contact_phone", NUMBER)
}

/// A company that may ask anybody at any time.
async fn company() -> Company {
    let company = Company::start().await;
    company.campaign_with("default", json!({"limit_days": 0})).await;
    company
}

/// Asks, hears and lets a day pass.
async fn hear(company: &Company, trigger: Trigger, score: u8) -> Letter {
    let letter = company.ask_and_hear(trigger, score).await;
    company.settle().await;
    company.advance_days(1).await;
    letter
}

async fn picture(company: &Company, contact: &str) -> Answer {
    company.call(Method::GET, &format!("/v1/contacts/{contact}/score.svg"), None).await
}

#[tokio::test]
async fn one_read_finds_the_caller_by_address_id_or_number() {
    let company = company().await;
    let first = hear(&company, ada("a0X1"), 6).await;
    let last = hear(&company, ada("a0X2"), 9).await;
    let expected = company.score_of("ada@example.com").await.ok();
    assert_eq!(
        (&expected["score"], &expected["group"], &expected["trend"], &expected["survey_id"]),
        (&json!(9), &json!("promoter"), &json!("up"), &json!(last.survey))
    );
    assert_eq!(expected["contact"], json!({"email": "ada@example.com", "name": "Ada Lovelace", "id": "003A-CRM"}));
    assert_eq!(expected["previous"]["score"], 6);
    for asked in [
        "Ada@Example.com",
        "003A-CRM",
        "+49301234",
        "+49%20(30)%2012-34",
        "%2B4930%201234",
        "0049301234",
        "0049%20(0)30%2F1234",
        "49301234",
        "tel:+49-30-1234",
    ] {
        company.world().cloud().bill();
        let found = company.score_of(asked).await.ok();
        assert_eq!(found.body, expected.body, "{asked}");
        let bill = company.world().cloud().bill().unwrap();
        let calls: Vec<_> =
            bill.iter().map(|((table, call), cost)| (table.as_str(), call.as_str(), cost.calls)).collect();
        assert_eq!(calls, [("ledger", "BatchGetItem", 1)], "{asked}");
    }
    for nobody in ["0301234", "+49301235", "003A", "bob@example.com", "ada@example", "%20"] {
        assert_eq!(company.score_of(nobody).await.status, 404, "{nobody}");
    }
    // What else is asked for by a contact takes the number as well.
    let held = company.contact("+49301234").await.ok();
    assert!(held.text.contains(&first.survey) && held.text.contains(&last.survey));
    assert_eq!(company.surveys("?contact=%2B49301234").await["surveys"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_score_is_shown_as_soon_as_it_counts_and_never_longer() {
    let company = company().await;
    let letters = [
        hear(&company, ada("a0X1"), 3).await,
        hear(&company, ada("a0X2"), 7).await,
        hear(&company, ada("a0X3"), 10).await,
    ];
    let shown = async || {
        let mut answers = Vec::new();
        for asked in ["ada@example.com", "003A-CRM", "+49301234"] {
            let answer = company.score_of(asked).await;
            answers.push(if answer.status == 404 {
                (Value::Null, Value::Null, Value::Null)
            } else {
                (answer["score"].clone(), answer["previous"]["score"].clone(), answer["trend"].clone())
            });
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "all names tell the same: {answers:?}");
        answers.remove(0)
    };
    assert_eq!(shown().await, (json!(10), json!(7), json!("up")));
    company.respond(&letters[2].link(5), 5).await.ok();
    company.settle().await;
    assert_eq!(shown().await, (json!(5), json!(7), json!("down")), "a score that moved moves there too");
    // What is taken back makes room for what was said before it.
    for (survey, standing, expected) in [
        (2, "suspect", (json!(7), json!(3), json!("up"))),
        (1, "suspect", (json!(3), json!(null), json!(null))),
        (0, "suspect", (json!(null), json!(null), json!(null))),
        (1, "confirmed", (json!(7), json!(null), json!(null))),
        (0, "confirmed", (json!(7), json!(3), json!("up"))),
        (2, "confirmed", (json!(5), json!(7), json!("down"))),
    ] {
        company.judge(&letters[survey].survey, standing).await.ok();
        company.settle().await;
        assert_eq!(shown().await, expected, "{survey} {standing}");
    }
}

#[tokio::test]
async fn a_name_leads_to_one_person_only() {
    let company = company().await;
    hear(&company, ada("a0X1"), 9).await;
    // A new number takes the place of the old one, with the next answer.
    hear(&company, ada("a0X2").set("contact_phone", "+49 30 99"), 8).await;
    assert_eq!(company.score_of("+49301234").await.status, 404, "it is nobody's number any more");
    assert_eq!(company.score_of("+493099").await["score"], 8);
    // The number of an office: whoever answered last, and nobody is erased with them.
    let bob = |record: &str| done(record, "bob@example.com").set("contact_phone", "0049 30 99");
    let letter = hear(&company, bob("b0X1"), 2).await;
    assert_eq!(company.score_of("+493099").await["contact"]["email"], "bob@example.com");
    hear(&company, ada("a0X3").set("contact_phone", "+49 30 99"), 7).await;
    assert_eq!(company.score_of("+493099").await["contact"]["email"], "ada@example.com");
    company.respond(&letter.link(3), 3).await.ok();
    company.settle().await;
    assert_eq!(company.score_of("+493099").await["score"], 7, "an older answer that changes is still older");
    assert_eq!(company.score_of("bob@example.com").await["score"], 3);
    assert_eq!(company.erase("bob@example.com").await.status, 204);
    assert_eq!(company.score_of("+493099").await["contact"]["email"], "ada@example.com");
    // Digits that are somebody's id are that, even where they are somebody's number as well.
    hear(&company, done("c0X1", "cy@example.com").set("contact_id", "493099"), 0).await;
    assert_eq!(company.score_of("493099").await["contact"]["email"], "cy@example.com");
    assert_eq!(company.erase("493099").await.status, 204);
    assert_eq!(company.score_of("ada@example.com").await.status, 200, "a number that was an id erases nobody else");
    assert_eq!(company.contact("ada@example.com").await.status, 200);
}

#[tokio::test]
async fn nothing_of_an_erased_caller_remains() {
    const PERSONAL: [&str; 5] = ["ada@example.com", "Ada Lovelace", "49301234", "003A-CRM", "K#"];
    let company = company().await;
    for (nth, asked) in ["+49301234", "ada@example.com", "003A-CRM"].into_iter().enumerate() {
        hear(&company, ada(&format!("a0X{nth}")), 4).await;
        let held = everything(&company);
        assert!(PERSONAL.iter().all(|personal| held.contains(personal)));
        assert_eq!(company.erase(asked).await.status, 204);
        company.settle().await;
        let rest = everything(&company);
        for personal in PERSONAL {
            assert!(!rest.contains(personal), "erased by {asked}, and {personal} is still there");
        }
        for name in ["+49301234", "ada@example.com", "003A-CRM"] {
            assert_eq!(company.score_of(name).await.status, 404);
            assert_eq!(company.erase(name).await.status, 404, "there is nobody of that name");
        }
    }
}

#[tokio::test]
async fn a_card_is_forgotten_with_its_survey() {
    let company = company().await;
    company.campaign_with("default", json!({"retention_days": 30, "limit_days": 0})).await;
    hear(&company, ada("a0X1"), 9).await;
    company.advance_days(28).await;
    assert_eq!(company.score_of("+49301234").await["score"], 9);
    company.advance_days(4).await;
    assert_eq!(company.score_of("+49301234").await.status, 404);
    assert!(!everything(&company).contains("49301234"));
}

#[tokio::test]
async fn the_icon_shows_the_group_and_needs_a_key_only_where_it_is_somebodys() {
    let company = company().await;
    for (nth, score, title) in [(1, 4, "Detractor: 4 of 10"), (2, 8, "Passive: 8 of 10"), (3, 10, "Promoter: 10 of 10")]
    {
        hear(&company, ada(&format!("a0X{nth}")), score).await;
        let icon = picture(&company, "+49301234").await.ok();
        assert!(icon.text.contains(&format!("<title>{title}</title>")), "{}", icon.text);
        assert!(icon.text.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 24 24\""));
        assert_eq!(icon.header("content-type"), "image/svg+xml");
        assert_eq!(icon.header("content-security-policy"), "default-src 'none'; sandbox");
        assert_eq!(icon.header("cache-control"), "private, max-age=60");
        assert_eq!((icon.header("vary"), icon.header("x-content-type-options")), ("authorization, cookie", "nosniff"));
        // The same picture by the score alone, for whoever may know it.
        let open = company.call_as(None, Method::GET, &format!("/icons/{score}.svg"), None).await.ok();
        assert_eq!(open.text, icon.text);
        assert_eq!(open.header("cache-control"), "public, max-age=86400");
    }
    let nobody = picture(&company, "+49301235").await;
    assert_eq!(nobody.status, 200);
    assert!(nobody.text.contains("<title>No score</title>"));
    for path in ["/v1/contacts/+49301234/score.svg", "/v1/contacts/+49301234/score.svg?key=local"] {
        let refused = company.call_as(None, Method::GET, path, None).await;
        assert_eq!((refused.status, refused.problem().0), (401, "no-key"), "a key does not belong in an address");
    }
    for name in ["none", "promoter", "passive", "detractor"] {
        let icon = company.call_as(None, Method::GET, &format!("/icons/{name}.svg"), None).await.ok();
        assert_eq!(icon.text.matches("<text").count(), 0);
    }
    for wrong in ["11.svg", "-1.svg", "07.svg", "9.png", "9", "nobody.svg"] {
        assert_eq!(company.call_as(None, Method::GET, &format!("/icons/{wrong}"), None).await.status, 404, "{wrong}");
    }
}

#[tokio::test]
async fn the_page_of_a_softphone_shows_who_is_calling() {
    let company = company().await;
    hear(&company, ada("a0X1").set("subject_name", "Website relaunch"), 9).await;
    let letter = company.ask(ada("a0X2").set("owner_name", "Sam Owner")).await;
    company
        .respond_with(&letter.link(3), json!({"score": 3, "comment": "<b>It broke</b>\non day two", "follow_up": true}))
        .await
        .ok();
    company.settle().await;

    let page = company.follow("/phone").await;
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(
        !page.html.contains("http://")
            || page.html.matches("http://").count() == page.html.matches("http://www.w3.org").count()
    );

    let browser = Browser::start().await;
    let mut tab = browser.tab().await;
    tab.open(&format!("{}/phone?number=%2B49%2030%201234#key=local", company.url())).await;
    let text = async |tab: &mut tests::browser::Tab, wanted: &str| {
        for _ in 0..100 {
            let seen = tab.evaluate("document.querySelector('main').innerText").await;
            if seen.as_str().is_some_and(|seen| seen.contains(wanted)) {
                return seen.as_str().unwrap_or_default().to_owned();
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("{wanted} is not there: {}", tab.evaluate("document.body.innerText").await);
    };
    let seen = text(&mut tab, "<b>It broke</b>").await;
    for wanted in
        ["Ada Lovelace", "ada@example.com", "Detractor", "down from 9", "Sam Owner", "default", "Wants a call"]
    {
        assert!(seen.contains(wanted), "{wanted} is not in {seen}");
    }
    assert_eq!(tab.evaluate("location.hash").await, "", "the key leaves the address");
    let link = tab.evaluate("document.querySelector('main a').getAttribute('href')").await;
    assert_eq!(link, format!("/dashboard#survey={}", letter.survey));
    assert_eq!(tab.evaluate("document.title").await, "3 · Ada Lovelace · npsloop");
    // On the smallest of screens nothing sticks out.
    tab.narrow(320).await;
    assert_eq!(tab.evaluate("[...document.querySelectorAll('body *')].filter(part => part.getBoundingClientRect().right > 320).map(part => part.outerHTML.slice(0, 80))").await, json!([]));
    // By keyboard: somebody else.
    tab.evaluate("document.getElementById('who').focus(); document.getElementById('who').value = '+49 30 555'; 0")
        .await;
    tab.press("Enter").await;
    let seen = text(&mut tab, "Nobody known").await;
    assert!(seen.contains("+49 30 555"), "{seen}");
    browser.close().await;
}
