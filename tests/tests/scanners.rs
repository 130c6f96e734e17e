//! Mail scanners open every link, run what is on it and submit forms; people have no script, a phone, or only a keyboard.

use serde_json::json;
use tests::browser::Browser;
use tests::{Company, Letter, done};

#[tokio::test]
async fn a_scanner_with_scripts_records_nothing() {
    records_nothing(json!({})).await;
}

#[tokio::test]
async fn a_scanner_with_scripts_records_nothing_where_pages_save_by_themselves() {
    records_nothing(json!({"self_saving": true})).await;
}

async fn records_nothing(campaign: serde_json::Value) {
    let company = Company::start().await;
    company.campaign_with("default", campaign).await;
    let letter = company.ask(done("a0X1", "ada@example.com")).await;
    company.advance_days(7).await;
    let reminder = company.inbox("ada@example.com").await.pop().expect("a reminder");
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
        // And playing a person, as far as a script can.
        tab.evaluate(
            "for (const input of document.querySelectorAll('input')) {
               for (const type of ['pointerdown', 'touchstart', 'keydown', 'click', 'change'])
                 input.dispatchEvent(type === 'keydown' ? new KeyboardEvent(type, {key: 'Tab', bubbles: true}) : new Event(type, {bubbles: true}));
               if (input.type === 'radio') input.click();
             }
             document.body.dispatchEvent(new PointerEvent('pointerdown', {bubbles: true})); 0",
        )
        .await;
        // Long enough for a page that would save what it is shown.
        if link.contains("score=9") || link.contains("score=0") {
            tokio::time::sleep(std::time::Duration::from_millis(3_500)).await;
        }
    }
    tokio::time::sleep(std::time::Duration::from_secs(4)).await;
    company.settle().await;
    assert_eq!(company.writes().await, before, "not one write");
    assert_eq!(company.survey(&letter.survey).await.body, survey.body);
    assert_eq!(company.nps("").await["n"], 0);
    browser.close().await;
}

/// Whether the page says that it has saved.
const SAVED: &str = "saved.textContent === saved.dataset.saved";

/// Whether it says that it could not.
const UNSAVED: &str = "saved.textContent === saved.dataset.unsaved";

async fn saving_company() -> (Company, Letter) {
    let company = Company::start().await;
    company.campaign_with("default", json!({"self_saving": true})).await;
    let letter = company.ask(done("a0X1", "ada@example.com")).await;
    company.advance("1h").await;
    (company, letter)
}

#[tokio::test]
async fn a_person_who_touches_the_page_is_saved_after_three_seconds() {
    let (company, letter) = saving_company().await;
    let browser = Browser::start().await;
    let mut tab = browser.tab().await;
    tab.open(&letter.link(9)).await;
    tokio::time::sleep(std::time::Duration::from_secs(4)).await;
    company.settle().await;
    let survey = company.survey(&letter.survey).await;
    assert_eq!((&survey["score"], &survey["opened_at"]), (&json!(null), &json!(null)), "nobody has touched it");

    let said = tab.evaluate("saved.textContent").await;
    assert!(said.as_str().is_some_and(|said| said.contains("or by itself") && !said.contains("Nothing is")), "{said}");
    let touched = tokio::time::Instant::now();
    tab.click("h1").await;
    tab.until(SAVED).await;
    assert!(touched.elapsed() >= std::time::Duration::from_secs(3), "{:?}", touched.elapsed());
    assert_eq!(tab.barriers().await, Vec::<String>::new());
    company.settle().await;
    let survey = company.survey(&letter.survey).await;
    assert_eq!((&survey["score"], &survey["standing"]), (&json!(9), &json!("self_saved")));
    assert!(survey["opened_at"].is_string());
    assert_eq!(company.nps("").await["self_saved"], 1);

    // The button confirms it.
    tab.click("button").await;
    tab.loaded().await;
    assert_eq!(company.survey(&letter.survey).await["standing"], "confirmed");
    // And nothing comes by itself over that: the page says that the other score is not saved.
    tab.open(&letter.link(2)).await;
    tab.press("Tab").await;
    tab.until(UNSAVED).await;
    let survey = company.survey(&letter.survey).await;
    assert_eq!((&survey["score"], &survey["standing"]), (&json!(9), &json!("confirmed")));
    browser.close().await;
}

#[tokio::test]
async fn what_somebody_chooses_on_the_page_is_what_is_saved() {
    let (company, letter) = saving_company().await;
    let browser = Browser::start().await;
    let mut tab = browser.tab().await;
    // Without a number in the link, and without one chosen, nothing is saved.
    tab.open(letter.link(9).split('?').next().unwrap()).await;
    tab.click("h1").await;
    tokio::time::sleep(std::time::Duration::from_secs(4)).await;
    let survey = company.survey(&letter.survey).await;
    assert!(survey["score"].is_null() && survey["opened_at"].is_string(), "{}", survey.text);
    tab.click("[value='4']").await;
    tab.until(SAVED).await;
    let survey = company.survey(&letter.survey).await;
    assert_eq!((&survey["score"], &survey["standing"]), (&json!(4), &json!("self_saved")));
    browser.close().await;
}

#[tokio::test]
async fn a_page_that_cannot_save_says_so_and_keeps_what_was_chosen() {
    let (company, letter) = saving_company().await;
    let browser = Browser::start().await;
    let mut tab = browser.tab().await;
    tab.open(&letter.link(9)).await;
    tab.offline(true).await;
    tab.click("[value='7']").await;
    tab.until(UNSAVED).await;
    assert_eq!(tab.evaluate("document.getElementById('saved').className").await, "alert");
    assert_eq!(tab.evaluate("document.forms[0].elements.score.value").await, "7");
    assert_eq!(tab.barriers().await, Vec::<String>::new());
    assert!(company.survey(&letter.survey).await["score"].is_null());
    tab.offline(false).await;
    tab.click("button").await;
    tab.loaded().await;
    assert_eq!(company.survey(&letter.survey).await["score"], 7);
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
    // As scanners do when a page has loaded.
    tab.evaluate("document.querySelector('form').submit(); 0").await;
    tab.loaded().await;
    assert_eq!(company.writes().await, before, "a form without its button signs nobody in");
    assert_eq!(tab.evaluate("fetch('/v1/me').then(answer => answer.status)").await, 401);
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
