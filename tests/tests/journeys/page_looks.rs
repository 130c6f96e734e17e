//! The answering page in a real browser, in every state it has: nobody stumbles over it, whatever they read it with.

use serde_json::{Value, json};
use tests::browser::{Browser, Tab};
use tests::{Company, done};

use crate::dashboard::{open, press, text};
use crate::page::reasons;

/// What a page may weigh, in bytes.
const MOST: u64 = 30_000;

fn everything() -> Value {
    let step = |text: &str| json!({"text": text, "url": "https://www.example.com/next"});
    json!({
        "reasons": reasons(), "ask_to_quote": true, "self_saving": true, "limit_days": 0,
        "next_step": {"detractor": step("Book a call with us"), "passive": step("See what is new"), "promoter": step("Read on")},
        "brand": {"colors": {"accent": "#d9480f"}},
    })
}

/// The addresses of the page in each state it can be opened in, by name.
async fn states(company: &Company, language: &str) -> Vec<(String, String)> {
    let mut states = Vec::new();
    for (name, query) in [
        ("ask", "page=ask"),
        ("promoter", "page=thanks&group=promoter"),
        ("passive", "page=thanks&group=passive"),
        ("detractor", "page=thanks&group=detractor"),
        ("unsubscribe", "page=unsubscribe"),
    ] {
        let path = format!("/v1/campaigns/default/preview?{query}&language={language}&format=json");
        let shown = company.call(reqwest::Method::GET, &path, None).await.ok().text("url");
        if name == "ask" {
            states.push(("chosen".to_owned(), format!("{shown}?score=9")));
        }
        states.push((name.to_owned(), shown));
    }
    states.push(("forged".to_owned(), format!("{}/r/{}", company.url(), "A".repeat(59))));
    states
}

/// What is wrong with the page as it stands, in this width.
async fn flaws(tab: &Tab, name: &str) -> Vec<String> {
    let mut flaws = tab.barriers().await;
    let wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
    let more = tab.evaluate(wide).await;
    if more != 0 {
        flaws.push(format!("it scrolls sideways by {more}"));
    }
    if tab.evaluate("document.getAnimations().length").await != 0 {
        flaws.push("something moves".to_owned());
    }
    let small = "[...document.querySelectorAll('button, .scale label, .ticks label, .next a')].filter(e => e.getBoundingClientRect().height < 44).length";
    if tab.evaluate(small).await != 0 {
        flaws.push("a target is too small for a thumb".to_owned());
    }
    flaws.into_iter().map(|flaw| format!("{name}: {flaw}")).collect()
}

#[tokio::test]
async fn every_state_of_the_page_is_for_everybody() {
    let company = Company::start().await;
    company.campaign_with("default", everything()).await;
    let browser = Browser::start().await;
    let mut found = Vec::new();
    // The last one has the longest words, and Arabic runs from the right.
    for language in ["en", "ar", "de"] {
        for (name, url) in states(&company, language).await {
            let mut tab = browser.tab().await;
            for scheme in ["light", "dark"] {
                tab.calm(scheme).await;
                tab.narrow(320).await;
                tab.open(&url).await;
                found.extend(flaws(&tab, &format!("{language} {name} {scheme} narrow")).await);
                // Everything twice as large: half as much room.
                tab.look((640, 480), scheme).await;
                found.extend(flaws(&tab, &format!("{language} {name} {scheme} zoomed")).await);
            }
            // Text alone twice as large, on a phone.
            tab.narrow(360).await;
            tab.evaluate("document.documentElement.style.fontSize = '200%'; 0").await;
            found.extend(flaws(&tab, &format!("{language} {name} large text")).await);
            assert_eq!(tab.evaluate("performance.getEntriesByType('resource').length").await, 0, "one request: {name}");
            let bytes = tab.evaluate("performance.getEntriesByType('navigation')[0].decodedBodySize").await;
            assert!(bytes.as_u64().is_some_and(|bytes| (500..MOST).contains(&bytes)), "{name}: {bytes}");
        }
    }
    assert_eq!(found, Vec::<String>::new());
    browser.close().await;
}

#[tokio::test]
async fn all_of_it_is_answered_by_keyboard() {
    let company = Company::start().await;
    company.campaign_with("default", everything()).await;
    let letter = company.ask(done("a0X1", "ada@example.com")).await;
    company.advance("1h").await;
    let browser = Browser::start().await;
    let mut tab = browser.tab().await;
    tab.open(&letter.link(3)).await;
    let reach = async |tab: &Tab, what: &str| {
        for _ in 0..20 {
            tab.press("Tab").await;
            if tab.evaluate(&format!("document.activeElement.matches({})", Value::from(what))).await == true {
                // Where one is, is seen.
                assert_ne!(
                    tab.evaluate("getComputedStyle(document.activeElement).outlineStyle").await,
                    "none",
                    "{what}"
                );
                return;
            }
        }
        panic!("no way leads to {what}");
    };
    reach(&tab, "button").await;
    tab.press("Enter").await;
    tab.loaded().await;
    reach(&tab, "[value=slow]").await;
    tab.press(" ").await;
    reach(&tab, "textarea").await;
    tab.write("By keyboard alone.").await;
    reach(&tab, "[name=follow_up]").await;
    reach(&tab, "[name=may_quote]").await;
    tab.press(" ").await;
    reach(&tab, "button").await;
    tab.press("Enter").await;
    tab.loaded().await;
    assert_eq!(tab.barriers().await, Vec::<String>::new());
    reach(&tab, ".next a").await;
    let survey = company.survey(&letter.survey).await;
    assert_eq!(
        (&survey["reasons"], &survey["may_quote"], &survey["follow_up"], &survey["comment"]),
        (&json!(["slow"]), &json!(true), &json!(false), &json!("By keyboard alone."))
    );
    browser.close().await;
}

#[tokio::test]
async fn what_was_ticked_is_seen_on_the_dashboard() {
    let company = Company::start().await;
    company.campaign_with("default", everything()).await;
    let mut letters = Vec::new();
    for (nth, (score, said)) in [
        (3, json!({"reasons": ["slow"], "comment": "It took too long."})),
        (2, json!({"reasons": ["slow", "price"]})),
        (9, json!({"comment": "Great people.", "may_quote": true, "reasons": ["people"]})),
    ]
    .into_iter()
    .enumerate()
    {
        let letter = company.ask(done(&format!("a0X{nth}"), &format!("person{nth}@example.com"))).await;
        company.respond(&letter.link(score), score).await.ok();
        company.respond_with(&letter.link(score), said).await.ok();
        letters.push(letter);
    }
    company.settle().await;
    let browser = Browser::start().await;
    let tab = open(&browser, &company, "?group_by=reason").await;
    tab.until("document.getElementById('groups').innerText.includes('Too slow')").await;
    tab.until("document.querySelectorAll('#voices .voice').length === 3").await;
    assert!(text(&tab, "#voices").await.contains("may be quoted"));
    assert_eq!(tab.barriers().await, Vec::<String>::new());
    press(&tab, "#quotable").await;
    tab.until("document.querySelectorAll('#voices .voice').length === 1").await;
    assert!(tab.evaluate("location.search").await.as_str().is_some_and(|query| query.contains("quotable=yes")));
    press(&tab, "#quotable").await;
    // A reason leads to all that have it.
    press(&tab, &format!("[data-key='tag:{}:slow']", letters[1].survey)).await;
    tab.until("document.querySelectorAll('#voices .voice').length === 2").await;
    assert!(text(&tab, "#filters").await.contains("Reason: Too slow"));
    browser.close().await;
}
