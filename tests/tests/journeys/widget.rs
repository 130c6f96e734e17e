//! A widget in a real browser, within the page of a shop on another origin that lets nothing through but what it must.

use axum::Router;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use serde_json::json;
use tests::browser::{Browser, Tab};
use tests::{Company, signed};

use crate::doors::door;

/// A shop's server; each port is an origin of its own.
struct Shop {
    origin: String,
    page: tokio::sync::watch::Sender<(String, String)>,
}

impl Shop {
    async fn open() -> Self {
        let (page, shown) = tokio::sync::watch::channel(Default::default());
        async fn answer(State(shown): State<tokio::sync::watch::Receiver<(String, String)>>) -> Response {
            let (policy, page) = shown.borrow().clone();
            ([("content-security-policy", policy)], Html(page)).into_response()
        }
        let app = Router::new().route("/", get(answer)).with_state(shown);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { origin, page }
    }

    /// Shows the end of an order with these lines in it, under a policy as strict as one can be that takes a widget.
    fn shows(&self, npsloop: &str, lines: &str) {
        let policy = format!(
            "default-src 'none'; script-src {npsloop}; frame-src {npsloop}; require-trusted-types-for 'script'; trusted-types 'none'"
        );
        let page = format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
             <meta name=\"color-scheme\" content=\"light dark\"><title>Shop</title></head>\
             <body><main><h1>Thank you for your order</h1>{lines}</main></body></html>"
        );
        self.page.send_replace((policy, page));
    }
}

async fn checkout(company: &Company, shop: &Shop) -> (String, String, String) {
    let fields = json!({"name": "Checkout", "kind": "widget", "origins": [shop.origin]});
    let made = door(company, "checkout", fields).await;
    (made.text("url"), made.text("snippet"), made.text("secret"))
}

/// Waits until the frame is as high as the page in it.
async fn fits(tab: &Tab, frame: &str) {
    let high = "Math.ceil(document.body.getBoundingClientRect().height)";
    let start = tokio::time::Instant::now();
    loop {
        let inner = tab.evaluate_in(frame, high).await;
        let outer = tab.evaluate("document.querySelector('iframe')?.getBoundingClientRect().height").await;
        if inner.as_f64().is_some_and(|inner| outer.as_f64() == Some(inner) && inner > 100.0) {
            return;
        }
        assert!(start.elapsed().as_secs() < 30, "the frame is {outer} high, its page {inner}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_shop_asks_in_its_own_page() {
    let company = Company::start().await;
    let shop = Shop::open().await;
    let (url, snippet, _) = checkout(&company, &shop).await;
    shop.shows(company.url(), &snippet);
    let browser = Browser::start().await;
    let mut tab = browser.tab().await;
    let frame = url.clone();
    for (nth, (size, scheme)) in
        [((360, 740), "light"), ((360, 740), "dark"), ((1280, 900), "light"), ((1280, 900), "dark")]
            .into_iter()
            .enumerate()
    {
        tab.look(size, scheme).await;
        tab.open(&shop.origin).await;
        tab.until_in(&frame, "document.querySelector('button')").await;
        fits(&tab, &frame).await;
        let wide = tab.evaluate("document.documentElement.scrollWidth").await;
        assert!(wide.as_u64().is_some_and(|wide| wide <= u64::from(size.0)), "{wide}");
        assert_eq!(tab.evaluate_in(&frame, "document.documentElement.scrollWidth > innerWidth").await, false);
        assert_eq!(
            tab.evaluate_in(&frame, "matchMedia('(prefers-color-scheme: dark)').matches").await,
            scheme == "dark"
        );
        assert_eq!(tab.barriers().await, Vec::<String>::new(), "{size:?} {scheme}");
        assert_eq!(tab.barriers_in(&frame).await, Vec::<String>::new(), "{size:?} {scheme}");
        let title = tab.evaluate("document.querySelector('iframe').title").await;
        assert!(title.as_str().is_some_and(|title| title.starts_with("How likely are you")), "{title}");
        // By keyboard alone, through the shop's page into the frame.
        for _ in 0..5 {
            tab.press("Tab").await;
            if tab.evaluate_in(&frame, "document.activeElement.name").await == "score" {
                break;
            }
        }
        tab.press(" ").await;
        tab.press("ArrowRight").await;
        tab.press("Tab").await;
        assert_eq!(tab.evaluate_in(&frame, "document.activeElement.tagName").await, "BUTTON");
        tab.press("Enter").await;
        tab.until_in(&frame, "document.querySelector('textarea')").await;
        fits(&tab, &frame).await;
        assert_eq!(tab.barriers_in(&frame).await, Vec::<String>::new(), "{size:?} {scheme}");
        tab.evaluate_in(
            &frame,
            "document.querySelector('textarea').value = 'From the shop'; document.querySelector('button').click(); 0",
        )
        .await;
        tab.until_in(&frame, "document.body.innerText.includes('we have your comment')").await;
        company.settle().await;
        let heard = company.responses("").await.ok();
        assert_eq!(heard["responses"].as_array().map(Vec::len), Some(nth + 1));
        assert_eq!(heard["responses"][0]["comment"], "From the shop");
        assert_eq!(tab.evaluate("document.cookie").await, "");
        assert_eq!(tab.evaluate("Object.keys(window).filter(name => /nps/i.test(name)).length").await, 0);
    }
    assert_eq!(company.nps("?filter.channel=widget").await["n"], 4);
    browser.close().await;
}

#[tokio::test]
async fn another_site_shows_nothing_and_whoever_only_looks_leaves_nothing() {
    let company = Company::start().await;
    let (shop, thief) = (Shop::open().await, Shop::open().await);
    let (url, snippet, secret) = checkout(&company, &shop).await;
    // Somebody the shop knows, and a second place that comes later, as in a shop that never loads a page.
    let exp = company.now().await.as_seconds() + 600;
    let ada = signed(&secret, &json!({"contact_email": "ada@example.com", "subject_id": "4711", "exp": exp}));
    let known = snippet.replacen("<div ", &format!("<div data-lang=\"fr\" data-signed=\"{ada}\" "), 1);
    shop.shows(company.url(), &known);
    thief.shows(company.url(), &snippet);
    let browser = Browser::start().await;
    let mut tab = browser.tab().await;
    tab.look((1000, 800), "light").await;
    let frame = url.clone();
    company.follow(&url).await;
    company.settle().await;
    let before = company.writes().await;
    tab.open(&shop.origin).await;
    tab.until_in(&frame, "document.querySelector('button')").await;
    assert_eq!(tab.evaluate_in(&frame, "document.documentElement.lang").await, "fr");
    // What others say of heights moves nothing.
    fits(&tab, &frame).await;
    tab.evaluate("postMessage({npsloop: {height: 7}}, '*'); 0").await;
    fits(&tab, &frame).await;
    tab.evaluate(&format!(
        "const later = document.createElement('div'); later.dataset.npsloop = '{url}'; document.querySelector('main').append(later); 0"
    ))
    .await;
    tab.until("document.querySelectorAll('iframe').length === 2").await;
    tab.open(&thief.origin).await;
    tab.until("document.querySelector('iframe')").await;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert_eq!(tab.evaluate_in(&frame, "document.querySelector('form')?.action").await, serde_json::Value::Null);
    company.settle().await;
    assert_eq!(company.writes().await, before, "not one write");

    // Signed for nobody else: Ada's own survey.
    tab.open(&shop.origin).await;
    tab.until_in(&frame, "document.querySelector('button')").await;
    tab.evaluate_in(
        &frame,
        "document.querySelector('[value=\"10\"]').click(); document.querySelector('button').click(); 0",
    )
    .await;
    tab.until_in(&frame, "document.querySelector('textarea')").await;
    company.settle().await;
    assert_eq!(company.score_of("ada@example.com").await.ok()["score"], 10);
    // Whoever runs no script finds a link.
    tab.scripts(false).await;
    tab.open(&shop.origin).await;
    tab.press("Tab").await;
    tab.press("Enter").await;
    tab.loaded().await;
    assert_eq!(tab.evaluate("location.href").await, url.as_str());
    browser.close().await;
}

#[tokio::test]
async fn the_desk_shows_its_doors_and_a_shop_with_a_widget() {
    let company = Company::start().await;
    let get = async |path: &str| reqwest::get(format!("{}{path}", company.url())).await.unwrap().text().await.unwrap();
    assert!(get("/local/doors").await.contains("No doors yet") && get("/local/shop").await.contains("curl -X PUT"));
    let made =
        door(&company, "checkout", json!({"name": "Checkout", "kind": "widget", "origins": [company.url()]})).await;
    door(&company, "sign", json!({"name": "Sign <b>", "kind": "link", "attributes": {"shop": "Berlin"}})).await;
    let listed = get("/local/doors").await;
    for shown in [&made.text("url"), "<title id=\"title\">Checkout</title>", "Sign &#60;b&#62;", "shop: Berlin"] {
        assert!(listed.contains(shown), "{shown}: {listed}");
    }
    let browser = Browser::start().await;
    let mut tab = browser.tab().await;
    tab.look((1280, 900), "light").await;
    tab.open(&format!("{}/local/shop", company.url())).await;
    let frame = made.text("url");
    tab.until_in(&frame, "document.querySelector('button')").await;
    fits(&tab, &frame).await;
    assert_eq!(tab.barriers().await, Vec::<String>::new());
    tab.open(&format!("{}/local/doors", company.url())).await;
    assert_eq!(tab.barriers().await, Vec::<String>::new());
    browser.close().await;
}
