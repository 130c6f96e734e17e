//! What people write about, on the dashboard.

use serde_json::json;
use tests::browser::Browser;
use tests::{Company, Letter};

use super::{choose, hear, open, press, shown, text};

/// A company whose comments have themes, and some that have none yet.
async fn company_with_themes() -> (Company, Vec<Letter>) {
    let company = Company::start_today().await;
    let themes = json!([{"id": "support", "name": "Our support", "keywords": {"en": ["support"]}}]);
    company.campaign_with("default", json!({"themes": themes})).await;
    company.advance("1m").await;
    let said = [
        (2, "The support is not helpful."),
        (10, "Great support!"),
        (3, "The mobile app logs me out."),
        (4, "Your mobile app is slow."),
        (9, "We use the mobile apps every day."),
    ];
    let mut letters = Vec::new();
    for (nth, (score, comment)) in said.into_iter().enumerate() {
        letters.push(hear(&company, nth, score, comment).await);
    }
    (company, letters)
}

#[tokio::test]
async fn a_theme_is_seen_corrected_and_added() {
    let (company, letters) = company_with_themes().await;
    let browser = Browser::start().await;
    let tab = open(&browser, &company, "?group_by=theme").await;
    tab.until("document.getElementById('groups').innerText.includes('Our support')").await;
    tab.until("document.getElementById('groups').innerText.includes('1 positive, 0 mixed, 1 negative')").await;
    // What a comment is about leads to all that are.
    press(&tab, &format!("[data-key='tag:{}:support']", letters[0].survey)).await;
    tab.until("document.querySelectorAll('#voices .voice').length === 2").await;
    assert!(text(&tab, "#filters").await.contains("Theme: Our support"));
    choose(&tab, "sounds", "negative").await;
    tab.until("document.querySelectorAll('#voices .voice').length === 1").await;
    assert_eq!(tab.evaluate("location.search").await, "?group_by=theme&filter.theme=support&filter.sentiment=negative");
    choose(&tab, "about", "").await;
    choose(&tab, "sounds", "").await;

    // One comment says why, and a person says otherwise.
    press(&tab, &format!("[data-key='v:{}']", letters[0].survey)).await;
    tab.until("document.querySelector('#detail .why') !== null").await;
    let why = "document.querySelector('#detail .why').textContent";
    assert_eq!(tab.evaluate(why).await, "support Our supportnot helpful bad, \u{2212}1");
    press(&tab, "#detail .correcting summary").await;
    press(&tab, "#detail .correct input[value=support]").await;
    tab.evaluate("document.querySelector('#detail .correct select').value = 'mixed'; 0").await;
    let barriers = tab.barriers().await;
    assert!(barriers.is_empty(), "{}", barriers.join("\n"));
    press(&tab, "#detail .correct button[type=submit]").await;
    tab.until("document.querySelector('#detail .tags')?.innerText === 'Mixed'").await;
    let survey = company.survey(&letters[0].survey).await.ok();
    assert_eq!((&survey["themes"], &survey["sentiment"]), (&json!([]), &json!("mixed")));
    press(&tab, "#detail .correcting summary").await;
    press(&tab, "#detail .correct button.plain").await;
    tab.until("document.querySelector('#detail .tags')?.innerText.includes('Our support')").await;
    assert_eq!(company.survey(&letters[0].survey).await.ok()["corrected"], json!([]));
    press(&tab, "#detail form button").await;

    // What no theme covers is found, named, and counted.
    press(&tab, "#topics-ask").await;
    tab.until("document.getElementById('topics').innerText.includes('mobile app')").await;
    press(&tab, "[data-key='add:mobile app']").await;
    tab.until("document.getElementById('detail').open").await;
    let barriers = tab.barriers().await;
    assert!(barriers.is_empty(), "{}", barriers.join("\n"));
    press(&tab, "#detail .correct button[type=submit]").await;
    press(&tab, "#detail-body [role=status] button").await;
    tab.until("document.getElementById('detail-body').innerText.includes('3 are counted differently')").await;
    company.settle().await;
    assert_eq!(company.campaign("default").await.ok()["themes"][1]["name"], "Mobile app");
    assert_eq!(company.nps("?filter.theme=mobile-app").await["n"], 3);
    company.settle().await;
    browser.close().await;
}

#[tokio::test]
async fn who_may_not_add_a_theme_is_given_it_to_pass_on() {
    let (company, _) = company_with_themes().await;
    let (_, reads) = company.make_key(&["read"]).await;
    let browser = Browser::start().await;
    for (scheme, size) in [("light", (1280, 900)), ("dark", (390, 800))] {
        let mut tab = browser.tab().await;
        tab.look(size, scheme).await;
        tab.open(&format!("{}/dashboard?group_by=theme#key={reads}", company.url())).await;
        shown(&tab).await;
        press(&tab, "#topics-ask").await;
        press(&tab, "[data-key='add:mobile app']").await;
        press(&tab, "#detail .correct button[type=submit]").await;
        tab.until("document.querySelector('#detail pre')?.textContent.includes('\"mobile app\"')").await;
        let barriers = tab.barriers().await;
        assert!(barriers.is_empty(), "{}", barriers.join("\n"));
        press(&tab, "#detail form button").await;
        tab.until("!document.getElementById('detail').open").await;
        let barriers = tab.barriers().await;
        assert!(barriers.is_empty(), "{}", barriers.join("\n"));
        let wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth";
        assert_eq!(tab.evaluate(wide).await, true, "nothing is wider than the page");
    }
    browser.close().await;
}
