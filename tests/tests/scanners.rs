//! Mail scanners open every link, run what is on it and submit forms; people have no script, a phone, or only a keyboard.

use tests::browser::Browser;
use tests::{Company, done};

#[tokio::test]
async fn a_scanner_with_scripts_records_nothing() {
    let company = Company::start().await;
    let letter = company.ask(done("a0X1", "ada@example.com")).await;
    company.advance_days(7).await;
    let reminder = company.inbox("ada@example.com").await.pop().unwrap();
    company.settle().await;
    let (before, survey) = (company.writes().await, company.survey(&letter.survey).await);

    let browser = Browser::start().await;
    let mut tab = browser.tab().await;
    let mut links = letter.links();
    links.extend(reminder.links());
    links.extend([letter.unsubscribe_link(), reminder.unsubscribe_link()]);
    assert!(links.len() >= 26, "the scale, the way out, in two letters: {}", links.len());
    for link in links.iter().filter(|link| link.starts_with(company.url())) {
        assert_eq!(company.head(link).await.status, 200, "{link}");
        tab.open(link).await;
        assert!(tab.evaluate("document.body.innerText").await.as_str().is_some_and(|text| !text.is_empty()), "{link}");
        // Looking about, scrolling, touching everything but the button.
        tab.evaluate("window.scrollTo(0, document.body.scrollHeight); document.querySelectorAll('input').forEach(input => input.focus()); 0").await;
    }
    tokio::time::sleep(std::time::Duration::from_secs(4)).await;
    company.settle().await;
    assert_eq!(company.writes().await, before, "not one write");
    assert_eq!(company.survey(&letter.survey).await.body, survey.body);
    assert_eq!(company.nps("").await["n"], 0);
    browser.close().await;
}

#[tokio::test]
async fn one_press_without_scripts_is_an_answer() {
    let company = Company::start().await;
    let letter = company.ask(done("a0X1", "ada@example.com")).await;
    let browser = Browser::start().await;
    let mut tab = browser.tab().await;
    tab.scripts(false).await;
    tab.phone().await;
    tab.open(&letter.link(9)).await;
    // The score of the link is chosen already. From the chosen score, one Tab leads to the button.
    tab.press("Tab").await;
    tab.press("Tab").await;
    tab.press("Enter").await;
    tab.loaded().await;
    company.settle().await;
    assert_eq!(company.survey(&letter.survey).await["score"], 9);
    browser.close().await;
}

#[tokio::test]
async fn everything_can_be_done_by_keyboard() {
    let company = Company::start().await;
    let letter = company.ask(done("a0X1", "ada@example.com")).await;
    let browser = Browser::start().await;
    let mut tab = browser.tab().await;
    tab.open(&letter.link(3)).await;
    // Onto the scale, two to the right, onto the button.
    tab.press("Tab").await;
    assert_eq!(tab.evaluate("document.activeElement.value").await, "3");
    tab.press("ArrowRight").await;
    tab.press("ArrowRight").await;
    assert_eq!(tab.evaluate("document.querySelector('input[name=score]:checked').value").await, "5");
    tab.press("Tab").await;
    assert_eq!(tab.evaluate("document.activeElement.tagName").await, "BUTTON");
    tab.press(" ").await;
    tab.loaded().await;
    assert_eq!(company.survey(&letter.survey).await["score"], 5);

    // On to the comment, wherever the link to change one's mind stands.
    for _ in 0..4 {
        tab.press("Tab").await;
        if tab.evaluate("document.activeElement.tagName").await == "TEXTAREA" {
            break;
        }
    }
    tab.write("By keyboard alone.").await;
    for _ in 0..4 {
        tab.press("Tab").await;
        if tab.evaluate("document.activeElement.tagName").await == "BUTTON" {
            break;
        }
    }
    tab.press("Enter").await;
    tab.loaded().await;
    assert_eq!(company.survey(&letter.survey).await["comment"], "By keyboard alone.");
    browser.close().await;
}

#[tokio::test]
async fn the_page_fits_a_phone() {
    let company = Company::start().await;
    let letter = company.ask(done("a0X1", "ada@example.com")).await;
    let browser = Browser::start().await;
    let mut tab = browser.tab().await;
    tab.phone().await;
    for link in [letter.link(7), letter.unsubscribe_link()] {
        tab.open(&link).await;
        let wide = tab.evaluate("document.documentElement.scrollWidth").await;
        assert!(wide.as_u64().is_some_and(|wide| wide <= 360), "{link} is {wide} wide");
        let small = tab.evaluate("[...document.querySelectorAll('button, .scale label')].filter(e => e.getBoundingClientRect().height < 40).length").await;
        assert_eq!(small, 0, "every target is large enough for a thumb");
    }
    browser.close().await;
}

#[tokio::test]
async fn a_press_signs_somebody_in_and_a_look_does_not() {
    let company = Company::start().await;
    let person = serde_json::json!({"name": "Sam Owner", "role": "owner"});
    company.call(reqwest::Method::PUT, "/v1/people/sam@company.example", Some(person)).await.ok();
    company.settle().await;
    let letter = company.inbox("sam@company.example").await.pop().unwrap();
    let (_, token) = letter.text.split_once("/sign-in/").unwrap();
    let link = format!("{}/sign-in/{}", company.url(), token.split_whitespace().next().unwrap());

    let browser = Browser::start().await;
    let mut tab = browser.tab().await;
    let before = company.writes().await;
    tab.open(&link).await;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert_eq!(company.writes().await, before, "not one write");
    tab.press("Tab").await;
    tab.press("Enter").await;
    tab.loaded().await;
    assert_eq!(tab.evaluate("location.pathname").await, "/dashboard");
    let me = "fetch('/v1/me').then(answer => answer.json()).then(me => me.email)";
    assert_eq!(tab.evaluate(me).await, "sam@company.example");
    assert_eq!(tab.evaluate("document.cookie").await, "", "no script reads it");
    let out = |headers: &str| {
        format!("fetch('/v1/sign-out', {{ method: 'POST', headers: {headers} }}).then(answer => answer.status)")
    };
    assert_eq!(tab.evaluate(&out("{}")).await, 403);
    assert_eq!(tab.evaluate(&out("{ 'X-Requested-With': 'npsloop' }")).await, 204);
    assert_eq!(tab.evaluate("fetch('/v1/me').then(answer => answer.status)").await, 401);
    tab.open(&link).await;
    let text = tab.evaluate("document.body.innerText").await;
    assert!(text.as_str().is_some_and(|text| text.contains("does not work any more")), "{text}");
    browser.close().await;
}
