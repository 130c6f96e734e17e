//! What somebody sees when something goes wrong: nobody looks at an empty page, or at numbers of another question.

use reqwest::Method;
use serde_json::json;
use tests::browser::{Browser, Tab};

use super::{company, hear, open, press, shown, text};

const WORDS: &str = "document.getElementById('wait').hidden ? null : document.getElementById('wait-words').innerText";

async fn clean(tab: &Tab) {
    assert_eq!(tab.barriers().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_server_that_is_slow_or_gone_is_waited_for() {
    let company = company().await;
    let browser = Browser::start().await;
    let mut tab = browser.tab().await;
    // The way to the server is opened by hand.
    tab.before(
        "const real = fetch; window.way = 'slow'; let open_ = []; window.go = (how) => { way = how; open_.forEach(one => one()); open_ = []; };
         fetch = async (...all) => { if (way === 'slow') await new Promise(one => open_.push(one)); if (way === 'gone') throw new TypeError('gone'); return real(...all); };",
    )
    .await;
    tab.open(&format!("{}/dashboard#key=local", company.url())).await;
    tab.until(&format!("({WORDS}) === 'Reading the numbers\u{2026}'")).await;
    clean(&tab).await;
    tab.evaluate("go('gone')").await;
    tab.until(&format!("({WORDS}) === 'No answer from the server. Trying again.'")).await;
    clean(&tab).await;
    tab.evaluate("go('here')").await;
    shown(&tab).await;
    assert_eq!(tab.evaluate(WORDS).await, serde_json::Value::Null);
    // Later the numbers stay, and say that they are old.
    tab.evaluate("go('gone')").await;
    tab.until("document.getElementById('live').className.includes('stale')").await;
    assert!(text(&tab, "#live").await.contains("No answer from the server"));
    assert_eq!(tab.evaluate("document.getElementById('main').hidden").await, false);
    clean(&tab).await;
    hear(&company, 12, 9, "Superb handover.").await;
    tab.evaluate("go('here')").await;
    tab.until("document.getElementById('voices').innerText.includes('Superb handover.')").await;
    tab.until("!document.getElementById('live').className.includes('stale')").await;
    browser.close().await;
}

#[tokio::test]
async fn a_view_that_cannot_be_shown_says_so_and_leads_on() {
    let company = company().await;
    let browser = Browser::start().await;
    let mut tab = browser.tab().await;
    tab.open(&format!("{}/dashboard?campaign=nobodys#key=local", company.url())).await;
    tab.until("!document.getElementById('plain').hidden").await;
    assert_eq!(tab.evaluate("document.getElementById('main').hidden").await, true);
    clean(&tab).await;
    press(&tab, "#plain").await;
    shown(&tab).await;
    assert_eq!(tab.evaluate("location.search").await, "");
    browser.close().await;
}

#[tokio::test]
async fn an_owner_is_told_of_a_view_that_is_not_theirs_and_of_a_session_that_is_over() {
    let company = company().await;
    let sam = json!({"name": "Sam Owner", "role": "owner"});
    company.call(Method::PUT, "/v1/people/sam@company.example", Some(sam)).await.ok();
    company.settle().await;
    let letters = company.inbox("sam@company.example").await;
    let link = letters.iter().flat_map(tests::Letter::links).find(|link| link.contains("/sign-in/")).expect("a way in");
    let browser = Browser::start().await;
    let mut tab = browser.tab().await;
    tab.open(&link).await;
    press(&tab, "form button").await;
    tab.until("location.pathname === '/dashboard' && document.readyState === 'complete'").await;
    shown(&tab).await;
    tab.open(&format!("{}/dashboard?filter.owner=mina@company.example", company.url())).await;
    tab.until(&format!("({WORDS})?.includes('which you may not see')")).await;
    clean(&tab).await;
    press(&tab, "#plain").await;
    shown(&tab).await;
    assert!(text(&tab, "#groups").await.contains("Account"));
    assert_eq!(tab.evaluate("document.body.innerText.toLowerCase().includes('mina')").await, false);
    // Whoever is let go is out, and knows why the page asks again.
    company.call(Method::DELETE, "/v1/people/sam@company.example", None).await.ok();
    tab.until("document.getElementById('door').open").await;
    tab.until("document.getElementById('door-wrong').innerText === 'Your session is over. Please sign in again.'")
        .await;
    clean(&tab).await;
    assert_eq!(
        tab.evaluate("document.getElementById('main').hidden && document.getElementById('wait').hidden").await,
        true
    );
    browser.close().await;
}

#[tokio::test]
async fn a_company_that_begins_is_told_how() {
    let company = tests::Company::start_today().await;
    let browser = Browser::start().await;
    let tab = open(&browser, &company, "").await;
    assert!(text(&tab, "#score").await.contains("POST /v1/triggers"));
    // There is nothing to count or compare yet.
    let counted = "[...document.querySelectorAll('.counted')].filter(one => one.checkVisibility()).length";
    assert_eq!(tab.evaluate(counted).await, 0);
    clean(&tab).await;
    hear(&company, 0, 9, "").await;
    tab.until(&format!("{counted} >= 4 && document.querySelectorAll('.chart canvas').length >= 2")).await;
    browser.close().await;
}
