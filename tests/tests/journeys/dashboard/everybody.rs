//! The page is for everybody: whoever reads it by ear, by keyboard, on a phone, magnified, in the dark or on paper.

use serde_json::json;
use tests::browser::{Browser, Tab};

use super::{company, hear, open, press, shown, text};

/// Nothing that a program can find is in anybody's way, and nothing is wider than the page.
async fn clean(tab: &Tab, what: &str) {
    let barriers = tab.barriers().await;
    assert!(barriers.is_empty(), "{what}:\n{}", barriers.join("\n"));
    let wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
    assert_eq!(tab.evaluate(wide).await, 0, "{what} is wider than the page");
}

/// What stands out of its card, where nobody can scroll to it.
const CUT_OFF: &str = "[...document.querySelectorAll('main .card :is(select, input, button, p, h2, b, canvas, time)')]
    .filter(one => !one.closest('.scroll, .chart, .unseen, pre') && one.checkVisibility())
    .filter(one => { const card = one.closest('.card').getBoundingClientRect(), box = one.getBoundingClientRect(); return box.width > 1 && (box.right > card.right + 1 || box.left < card.left - 1); })
    .map(one => one.outerHTML.slice(0, 120))";

#[tokio::test]
async fn nobody_is_kept_out() {
    let company = company().await;
    hear(&company, 12, 4, "The import lost attachments.").await;
    let door = json!({"name": "Shop Berlin", "kind": "link", "attributes": {"shop": "Berlin"}});
    company.call(reqwest::Method::PUT, "/v1/campaigns/default/doors/shop-berlin", Some(door)).await.ok();
    let browser = Browser::start().await;
    for scheme in ["light", "dark"] {
        // At 1440 pixels and twice the size, 720 are left.
        for size in [(1440, 900), (720, 450), (390, 800), (320, 640)] {
            let at = |what: &str| format!("{what}, {scheme}, {size:?}");
            let mut tab = browser.tab().await;
            tab.look(size, scheme).await;
            tab.open(&format!("{}/dashboard", company.url())).await;
            tab.until("document.getElementById('door').open").await;
            clean(&tab, &at("the door")).await;
            tab.open(&format!("{}/dashboard?mark=2026-01-01%20New%20team#key=local&q=import", company.url())).await;
            shown(&tab).await;
            tab.until("!document.getElementById('doors-card').hidden").await;
            tab.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })").await;
            tab.until("document.querySelector('#doors img[src]') !== null && document.querySelector('#coverage table') !== null").await;
            clean(&tab, &at("the numbers")).await;
            tab.evaluate("document.querySelectorAll('.menu').forEach(one => { one.open = false })").await;
            assert_eq!(tab.evaluate(CUT_OFF).await, json!([]), "{}", at("cut off"));
            press(&tab, "#voices [data-key^='v:']").await;
            tab.until("document.getElementById('detail').open").await;
            clean(&tab, &at("a survey")).await;
            press(&tab, "#detail-body [data-key^='a:']").await;
            tab.until("document.querySelector('#detail .chart canvas') !== null").await;
            clean(&tab, &at("an account")).await;
            press(&tab, "#detail form button").await;
            press(&tab, "#doors [data-key^='door:']").await;
            tab.until("document.querySelector('#detail.poster img[src]') !== null").await;
            clean(&tab, &at("a door's poster")).await;
            press(&tab, "#detail form button").await;
            tab.evaluate("document.getElementById('copy').click(); 0").await;
            tab.until("!document.getElementById('toast').hidden").await;
            clean(&tab, &at("a line below everything")).await;
        }
    }
    browser.close().await;
}

#[tokio::test]
async fn a_keyboard_reads_the_charts() {
    let company = company().await;
    let browser = Browser::start().await;
    let tab = open(&browser, &company, "").await;
    tab.press("Tab").await;
    assert_eq!(tab.evaluate("document.activeElement.className").await, "skip");
    tab.evaluate("document.querySelector('[data-chart=spread]').focus()").await;
    tab.until("document.activeElement.getAttribute('aria-valuetext')?.startsWith('10, promoter')").await;
    tab.press("ArrowLeft").await;
    let said = tab.evaluate("document.activeElement.getAttribute('aria-valuetext')").await;
    assert_eq!(said, "9, promoter, 4 answers, 33%");
    browser.close().await;
}

#[tokio::test]
async fn paper_shows_numbers_and_no_controls() {
    let company = company().await;
    let browser = Browser::start().await;
    let tab = open(&browser, &company, "?campaign=default&open=coverage").await;
    tab.look((1280, 900), "dark").await;
    let ink = "getComputedStyle(document.body).color";
    let dark = tab.evaluate(ink).await;
    tab.until("document.querySelector('#coverage table') !== null").await;
    tab.evaluate("dispatchEvent(new Event('beforeprint'))").await;
    assert_eq!(tab.evaluate("getComputedStyle(document.getElementById('controls')).display").await, "none");
    assert_ne!(tab.evaluate(ink).await, dark, "paper is white");
    let broad = "[...document.querySelectorAll('.chart canvas')].every(one => one.getBoundingClientRect().right <= document.body.getBoundingClientRect().right + 1)";
    assert_eq!(tab.evaluate(broad).await, true);
    // Paper says what the controls said, and a long table has all of its width.
    assert!(text(&tab, "#period").await.starts_with("default \u{b7} "), "{}", text(&tab, "#period").await);
    let wide = "document.getElementById('coverage-card').offsetWidth / document.getElementById('main').offsetWidth";
    assert!(tab.evaluate(wide).await.as_f64().is_some_and(|share| share > 0.99));
    tab.evaluate("dispatchEvent(new Event('afterprint'))").await;
    assert_eq!(tab.evaluate(ink).await, dark);
    // Whoever prints what is open gets that alone.
    press(&tab, "#voices [data-key^='v:']").await;
    tab.until("document.getElementById('detail').open").await;
    tab.evaluate("dispatchEvent(new Event('beforeprint'))").await;
    assert_eq!(tab.evaluate("document.getElementById('main').checkVisibility()").await, false);
    assert_eq!(tab.evaluate("document.querySelector('#detail .timeline').checkVisibility()").await, true);
    browser.close().await;
}

#[tokio::test]
async fn words_from_right_to_left_run_so() {
    let company = company().await;
    hear(&company, 12, 9, "\u{634}\u{643}\u{631}\u{627} \u{62c}\u{632}\u{64a}\u{644}\u{627}!").await;
    let browser = Browser::start().await;
    let tab = open(&browser, &company, "").await;
    let way = "getComputedStyle(document.querySelector('#voices .voice:first-child blockquote')).direction";
    tab.until(&format!("{way} === 'rtl'")).await;
    let others = "getComputedStyle(document.querySelector('#voices .voice:first-child p')).direction";
    assert_eq!(tab.evaluate(others).await, "ltr");
    browser.close().await;
}
