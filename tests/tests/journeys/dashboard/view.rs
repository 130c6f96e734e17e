//! A link carries the exact view: every control, through reload, back and forward, and in another tab.

use serde_json::{Value, json};
use tests::browser::{Browser, Tab};

use super::{choose, company, open, press, shown, text};

/// What every control of the page says.
const CONTROLS: &str = "Object.fromEntries([...document.querySelectorAll('#controls select, main select, main input, #controls input')].filter(one => one.id !== 'theme' && !one.id.startsWith('mark-') && one.id !== 'other-name')
    .map(one => [one.id || one.value, /radio|checkbox/.test(one.type) ? one.checked : one.value]))";

const UNFOLDED: &str =
    "[...document.querySelectorAll('details[data-open][open]')].map(one => one.dataset.open).sort().join()";

async fn settled(tab: &Tab) {
    shown(tab).await;
    tab.until("document.getElementById('main').ariaBusy === null && !document.getElementById('letters-card').hidden")
        .await;
}

async fn seen(tab: &Tab) -> (Value, Value, Value) {
    (tab.evaluate(CONTROLS).await, tab.evaluate(UNFOLDED).await, tab.evaluate("location.search + location.hash").await)
}

#[tokio::test]
async fn every_control_is_in_the_link() {
    let company = company().await;
    let browser = Browser::start().await;
    let mut tab = open(&browser, &company, "").await;
    settled(&tab).await;
    let plain = seen(&tab).await;
    let choices = [
        ("campaign", "default"),
        ("calendar", "this_year"),
        ("by", "sending"),
        ("per", "contact"),
        ("compare", "year_before"),
        ("step", "month"),
        ("board", "region"),
        ("industry", "software"),
        ("kind", "referral"),
        ("said", "promoter"),
        ("dimension", "account"),
        ("cross", "region"),
        ("letters-of", "default"),
        ("letters-what", "letter=remind"),
        ("letters-in", "de"),
        ("letters-width", "760"),
        ("letters-scheme", "dark"),
    ];
    let has = tab.evaluate("[...document.getElementById('industry').options].map(one => one.value)").await;
    let industry = has.as_array().unwrap().last().unwrap().as_str().unwrap().to_owned();
    for (id, value) in choices {
        choose(&tab, id, if id == "industry" { &industry } else { value }).await;
    }
    press(&tab, "#commented").await;
    tab.evaluate("document.getElementById('q').focus()").await;
    tab.write("handover").await;
    for name in ["scores", "trend"] {
        press(&tab, &format!("[data-open='{name}'] > summary")).await;
    }
    press(&tab, "#coverage-card > summary").await;
    press(&tab, "#coverage [data-key='sort:sent']").await;
    press(&tab, "#groups [data-key='sort:value']").await;
    settled(&tab).await;
    tab.until(&format!("{UNFOLDED} === 'coverage,scores,trend'")).await;
    let chosen = seen(&tab).await;
    // Each of them is another than before, so none is left out of the comparison below.
    for (id, _) in choices.iter().filter(|(id, _)| !["campaign", "letters-of"].contains(id)) {
        assert_ne!(chosen.0[id], plain.0[id], "{id}");
    }
    let address = chosen.2.as_str().unwrap().to_owned();
    for part in
        ["coverage=sent", "open=coverage.scores.trend", "sort=", "cross_by=region", "letter_scheme=dark", "#q=handover"]
    {
        assert!(address.contains(part), "{part}: {address}");
    }

    // Again, by the same person and by another.
    tab.evaluate("setTimeout(() => location.reload()); 0").await;
    tab.loaded().await;
    settled(&tab).await;
    tab.until("document.querySelector('#coverage th[aria-sort]') !== null").await;
    assert_eq!(seen(&tab).await, chosen);
    let mut other = browser.tab().await;
    other.look((1280, 900), "light").await;
    other.open(&format!("{}/dashboard{}", company.url(), address.replace("#q", "#key=local&q"))).await;
    settled(&other).await;
    assert_eq!(seen(&other).await, chosen);
    assert_eq!(text(&other, "#groups").await, text(&tab, "#groups").await);
    // What one does the other does not see.
    choose(&other, "said", "").await;
    assert_eq!(tab.evaluate("document.getElementById('said').value").await, "promoter");

    // All the way back, and all the way forward.
    let mut tab = open(&browser, &company, "").await;
    settled(&tab).await;
    for (id, value) in [("said", "promoter"), ("dimension", "region"), ("letters-in", "de")] {
        choose(&tab, id, value).await;
    }
    press(&tab, "[data-open='scores'] > summary").await;
    tab.until("location.search.includes('open=scores')").await;
    let last = seen(&tab).await;
    for gone in ["letters-in", "dimension", "said"] {
        let before = tab.evaluate(&format!("document.getElementById('{gone}').value")).await;
        tab.evaluate("history.back(); 0").await;
        tab.until(&format!("document.getElementById('{gone}').value !== {before}")).await;
    }
    settled(&tab).await;
    assert_eq!(seen(&tab).await, plain);
    tab.evaluate("history.go(3); 0").await;
    tab.until("document.getElementById('letters-in').value === 'de'").await;
    settled(&tab).await;
    tab.until(&format!("{UNFOLDED} === 'scores'")).await;
    assert_eq!(seen(&tab).await, last);
    tab.open("about:blank").await;
    browser.close().await;
}

#[tokio::test]
async fn long_lists_are_short_until_somebody_wants_more() {
    let company = company().await;
    for nth in 12..24 {
        super::hear(&company, nth, 2, &"A long story. ".repeat(60)).await;
    }
    let browser = Browser::start().await;
    let tab = open(&browser, &company, "").await;
    tab.until("document.querySelectorAll('#tasks .task').length === 10").await;
    assert!(text(&tab, "#tasks").await.contains("the 10 due first"));
    press(&tab, "#tasks [data-key=later]").await;
    tab.until("document.querySelectorAll('#tasks .task').length > 10").await;
    // A whole letter begins here, and is read where the survey is.
    let said = text(&tab, "#voices blockquote").await;
    assert!(said.len() < 450 && said.ends_with("Read all"), "{said}");
    press(&tab, "#voices [data-key^='all:']").await;
    tab.until("document.querySelector('#detail-body > blockquote')?.innerText.length > 800").await;
    assert_eq!(
        json!(tab.evaluate("location.hash").await.as_str().is_some_and(|hash| hash.starts_with("#survey="))),
        true
    );
    browser.close().await;
}
