//! Every letter and every page is HTML: the parser of a browser engine finds nothing to mend in it.

use html5ever::tendril::TendrilSink as _;
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::RcDom;
use model::Language;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Company, done};
use words::Words;

use crate::templates::{INVITE, THANKS, put};

/// What a browser would have to mend.
fn mended(html: &str) -> Vec<String> {
    let strict = TreeBuilderOpts { exact_errors: true, ..TreeBuilderOpts::default() };
    let options = ParseOpts { tree_builder: strict, ..ParseOpts::default() };
    let parsed = parse_document(RcDom::default(), options).one(html);
    let errors = parsed.errors.borrow();
    // As `html` has it in the eyes of MJML; harmless, and known to the standard as such.
    errors.iter().map(ToString::to_string).collect()
}

/// Every letter and page of the campaign, in every language.
async fn everything(company: &Company, what: &str) {
    for language in Language::ALL {
        for shown in [
            "letter=invite",
            "letter=remind",
            "letter=thanks&group=promoter",
            "page=ask",
            "page=thanks&group=detractor",
            "page=unsubscribe",
        ] {
            let path =
                format!("/v1/campaigns/default/preview?{shown}&language={}&format=json&names=long", language.tag());
            let answer = company.call(Method::GET, &path, None).await.ok();
            let html = match answer["url"].as_str() {
                Some(url) => {
                    company.follow(&format!("{url}{}", if shown == "page=ask" { "?score=3" } else { "" })).await.html
                }
                None => answer.text("html"),
            };
            assert_eq!(mended(&html), Vec::<String>::new(), "{what}, {shown} in {}:\n{html}", language.tag());
        }
    }
}

#[tokio::test]
async fn every_letter_and_page_is_html_in_every_language() {
    let company = Company::start().await;
    let thanks = |language: Language| json!({"thanks_promoter": format!("{}\n\nA & B <b>", Words::plain(language).thanks_answer())});
    let texts: serde_json::Map<String, Value> =
        Language::ALL.into_iter().map(|language| (language.tag().to_owned(), thanks(language))).collect();
    let logo = json!({"url": "https://www.company.example/logo.png?a=1&b=2", "width": 160});
    let brand = json!({"logo": logo, "colors": {"accent": "#d9480f"}});
    let thanks = json!({"promoter": "a", "passive": "b", "detractor": "c", "review_url": "https://reviews.example.com/?a=1&b=2"});
    company.campaign_with("default", json!({"texts": texts, "brand": brand, "thanks": thanks})).await;
    everything(&company, "our own").await;
    put(&company, "invite", INVITE).await.ok();
    put(&company, "remind", INVITE).await.ok();
    put(&company, "thanks", THANKS).await.ok();
    everything(&company, "the company's").await;

    // What colleagues get and see.
    let tasks = json!({"manager": "mia@company.example"});
    company.campaign_with("default", json!({"tasks": tasks})).await;
    let asked = company.ask_and_hear(done("a0X1", "ada@example.com").owner("sam@company.example"), 3).await;
    company.respond_with(&asked.link(3), json!({"comment": "A & B\n<b>", "follow_up": true})).await.ok();
    company.advance_days(8).await;
    let letters = company.mail().await;
    let to_colleagues = letters.iter().filter(|letter| letter.to.ends_with("@company.example")).count();
    assert!(to_colleagues >= 2, "{to_colleagues}");
    for letter in letters {
        assert_eq!(mended(&letter.html), Vec::<String>::new(), "{}:\n{}", letter.subject, letter.html);
    }
    for page in [
        "/dashboard",
        "/phone",
        "/r/nothing",
        "/u/nothing",
        "/sign-in/nothing",
        "/local/",
        "/local/gallery",
        "/local/deliveries",
    ] {
        let url = format!("{}{page}", company.url());
        let got = reqwest::Client::new().get(url).header("accept", "text/html").send().await.unwrap();
        let html = got.text().await.unwrap();
        if html.starts_with('{') {
            continue;
        }
        assert_eq!(mended(&html), Vec::<String>::new(), "{page}:\n{html}");
    }
}

#[test]
fn what_is_not_html_is_found() {
    let page = |body: &str| format!("<!DOCTYPE html><html><head><title>a</title></head><body>{body}</body></html>");
    assert_eq!(mended(&page("<p>a</p>")), Vec::<String>::new());
    for wrong in [
        "<table><div>a</div></table>",
        "<b><p>a</b></p>",
        "<a href=\"a\"href=\"b\">a</a>",
        "a &nosuch; b",
        "<p>a</div>",
    ] {
        assert!(!mended(&page(wrong)).is_empty(), "{wrong}");
    }
}
