//! The dashboard: what it weighs, and how long somebody waits for the first chart.

use std::time::Duration;

use reqwest::Method;
use reqwest::header::ACCEPT_ENCODING;
use tests::browser::Browser;
use tests::{Company, done};

use crate::{Scale, ms, percentile, print};

/// Notes when the first chart stands on the page, in milliseconds since the address was entered.
const WATCH: &str = "new MutationObserver((_, watch) => {
  if (document.querySelector('.chart canvas')) { window.drawn = performance.now(); watch.disconnect(); }
}).observe(document, {childList: true, subtree: true})";

/// Opens it again and again in a fresh tab, with nothing kept from before.
pub(crate) async fn measure(scale: Scale) {
    let company = Company::start_today().await;
    let answers = scale.of(60, 400);
    for nth in 0..answers {
        let about = done(&format!("P-{nth}"), &format!("person{nth}@example.com"));
        let owner = format!("owner{}@company.example", nth % 6);
        company.ask_and_hear(about.owner(&owner), [10, 9, 9, 8, 7, 10, 3][nth % 7]).await;
    }
    company.settle().await;

    let mut rows = Vec::new();
    for page in ["/dashboard", "/phone"] {
        let whole = company.call_as(None, Method::GET, page, None).await.text.len();
        let asked = [(ACCEPT_ENCODING.as_str(), "gzip".to_owned())];
        let short = company.send(Method::GET, page, &asked, Vec::new()).await;
        assert_eq!(short.header("content-encoding"), "gzip");
        rows.push(vec![page.to_owned(), whole.to_string(), short.header("content-length").to_owned(), "1".to_owned()]);
    }
    print(
        "Pages: weight",
        "Style, charts and script are in the page.",
        &["page", "bytes", "compressed", "requests"],
        &rows,
    );

    let browser = Browser::start().await;
    let mut times = Vec::new();
    for _ in 0..scale.of(10, 50) {
        let mut tab = browser.tab().await;
        tab.before(WATCH).await;
        tab.open(&format!("{}/dashboard#key=local", company.url())).await;
        let drawn = tab.until("window.drawn").await;
        times.push(Duration::from_secs_f64(drawn.as_f64().unwrap_or_default() / 1000.0));
    }
    browser.close().await;
    let count = times.len().to_string();
    let row = vec![count, ms(percentile(&mut times, 50)), ms(percentile(&mut times, 99))];
    let note = format!("In Chromium on this machine, {answers} answers, server and browser on the same processors.");
    print("Dashboard: time to the first chart", &note, &["loads", "median", "p99"], &[row]);
}
