//! A campaign in the company's own look: its colours and logo in every letter and page, and in whose name letters come.

use serde_json::{Value, json};
use tests::browser::{Browser, Tab};
use tests::company::{Company, Letter, Trigger, done};

const LOGO: &str = "https://www.company.example/logo.png";

fn owned(id: &str, contact: &str) -> Trigger {
    done(id, contact).owner("sam@company.example").set("owner_name", "Sam Owner").set("contact_name", "Ada Example")
}

async fn company(brand: Value) -> Company {
    let company = Company::start().await;
    let thanks = json!({"detractor": "We are sorry, {name}.", "passive": "Thank you.", "promoter": "Thank you, {name}!",
        "review_url": "https://reviews.example.com/acme"});
    company.campaign_with("default", json!({"brand": brand, "thanks": thanks, "limit_days": 0})).await;
    company
}

/// The letters of a survey that was answered with 3: what asked, what thanked, and what the owner got.
async fn letters(company: &Company) -> [Letter; 3] {
    let asked = company.ask_and_hear(owned("a0X1", "ada@example.com"), 3).await;
    company.advance("1h").await;
    let thanks = company.inbox("ada@example.com").await.pop().unwrap();
    let alert = company.inbox("sam@company.example").await.pop().unwrap();
    [asked, thanks, alert]
}

#[tokio::test]
async fn letters_and_pages_wear_the_campaigns_look() {
    let colors = json!({"accent": "#d9480f", "accent_dark": "#ffa94d"});
    let logo = json!({"url": format!("{LOGO}?v=2"), "width": 160, "alt": "The Company"});
    let company = company(json!({"logo": logo, "colors": colors, "voice": "owner"})).await;
    let [asked, thanks, alert] = letters(&company).await;
    for letter in [&asked, &thanks, &alert] {
        let (subject, html) = (&letter.subject, &letter.html);
        let logo = format!("<img class=\"logo\" src=\"{LOGO}?v=2\" alt=\"The Company\" width=\"160\"");
        assert_eq!((html.matches("<img").count(), html.matches(&logo).count()), (1, 1), "{subject}");
        assert!(html.contains("#d9480f") && html.contains("#ffa94d") && !html.contains("#3b4cca"), "{subject}");
        assert!(html.len() + letter.text.len() < 102_000, "{subject}");
    }
    assert_eq!(asked.scale().len(), 11);
    for letter in [&asked, &thanks] {
        assert_eq!(letter.from, "\"Sam Owner, Example Company\" <hello@company.example>", "{}", letter.subject);
        assert!(letter.text.contains("\nSam Owner\nExample Company"), "{}", letter.text);
    }
    assert_eq!(alert.from, "\"Example Company\" <hello@company.example>");
    let page = company.follow(&asked.link(3)).await;
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains(&format!("; img-src {LOGO}; ")) && !policy.contains("unsafe"), "{policy}");
    assert_eq!(policy.matches("'sha256-").count(), 2, "{policy}");
    assert!(
        page.html.contains("--act:#d9480f") && page.html.contains(&format!("src=\"{LOGO}?v=2\" alt=\"The Company\""))
    );
    assert_eq!(page.html.matches("<img").count(), 1);
    // Without an owner it is the sender who speaks.
    let unowned = company.ask(done("a0X2", "bob@example.com")).await;
    assert_eq!(unowned.from, "\"Example Company\" <hello@company.example>");
    company.finish().await;
}

#[tokio::test]
async fn a_look_nobody_could_read_is_refused_and_a_better_one_named() {
    let company = Company::start().await;
    let put = async |brand: Value| {
        let sender = json!({"name": "Example Company", "email": "hello@company.example"});
        company.put_campaign("default", json!({"company": "Example Company", "sender": sender, "brand": brand})).await
    };
    let colors = json!({"accent": "#ffd43b", "accent_dark": "#3b4cca"});
    let logo = json!({"url": "https://sam:secret@company.example/logo.svg", "width": 500});
    let answer = put(json!({"colors": colors, "logo": logo})).await;
    let (kind, mut at) = answer.problem();
    at.sort_unstable();
    let pointers = ["/brand/colors/accent", "/brand/colors/accent_dark", "/brand/logo/url", "/brand/logo/width"];
    assert_eq!((answer.status, kind, at), (422, "invalid", pointers.to_vec()));
    assert!(
        answer.text.contains("1.42:1 on #ffffff, and 3:1 is needed; the nearest darker shade is #b09229"),
        "{}",
        answer.text
    );
    assert!(answer.text.contains("2.38:1 on #1c2029, and 4.5:1 is needed; the nearest lighter shade is #7480d9"));
    put(json!({"colors": {"accent": "#b09229", "accent_dark": "#7480d9"}})).await.ok();
    assert_eq!(company.campaign("default").await.ok()["brand"]["colors"]["accent"], "#b09229");
}

/// Looks at what is open in both lights, on a small phone and on a desk.
async fn everybody_can_read(tab: &mut Tab, what: &str, url: &str) {
    for scheme in ["light", "dark"] {
        for width in [320, 1200] {
            tab.look((width, 900), scheme).await;
            tab.open(url).await;
            let wide = tab.evaluate("document.documentElement.scrollWidth").await;
            assert!(wide.as_u64().is_some_and(|wide| wide <= u64::from(width)), "{what} is {wide} wide at {width}");
            let barriers = tab.barriers().await;
            assert!(barriers.is_empty(), "{what}, {scheme}, {width}:\n{}", barriers.join("\n"));
        }
    }
}

#[tokio::test]
async fn everybody_can_read_letters_and_pages_in_any_look() {
    let browser = Browser::start().await;
    let mut tab = browser.tab().await;
    let folder = tempfile::tempdir().unwrap();
    let logo = json!({"url": LOGO, "width": 160});
    for (look, brand, button) in [
        ("ours", json!({}), "rgb(185, 195, 255)"),
        ("orange", json!({"logo": logo, "colors": {"accent": "#d9480f"}}), "rgb(233, 151, 118)"),
        ("black", json!({"colors": {"accent": "#000000", "accent_dark": "#ffffff"}}), "rgb(255, 255, 255)"),
        // The faintest there is.
        ("grey", json!({"colors": {"accent": "#949494", "accent_dark": "#888888"}}), "rgb(136, 136, 136)"),
    ] {
        let company = company(brand).await;
        let [asked, thanks, alert] = letters(&company).await;
        for (what, letter) in [("the letter", &asked), ("thanks", &thanks), ("the alert", &alert)] {
            let file = folder.path().join(format!("{look}.html"));
            std::fs::write(&file, &letter.html).unwrap();
            everybody_can_read(&mut tab, &format!("{what} in {look}"), &format!("file://{}", file.display())).await;
        }
        everybody_can_read(&mut tab, &format!("the page in {look}"), &asked.link(3)).await;
        // The browser took the style: a hash that does not fit would leave the page in our colours, and readable.
        let shown = tab.evaluate("getComputedStyle(document.querySelector('button')).backgroundColor").await;
        assert_eq!(shown, button, "{look}");
        everybody_can_read(&mut tab, &format!("the other page in {look}"), &asked.unsubscribe_link()).await;
    }
    browser.close().await;
}
