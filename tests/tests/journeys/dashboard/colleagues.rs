//! Whom an admin lets look, without leaving the page.

use reqwest::Method;
use serde_json::{Value, json};
use tests::Company;
use tests::browser::{Browser, Tab};

use super::{press, shown, text};

const MINA: &str = "mina@company.example";

/// Signs somebody in by the button of their invitation.
async fn enter(company: &Company, tab: &mut Tab, email: &str, role: &str) {
    let person = json!({"name": email.split('@').next(), "role": role});
    company.call(Method::PUT, &format!("/v1/people/{email}"), Some(person)).await.ok();
    company.settle().await;
    let letter = company.inbox(email).await.pop().expect("an invitation");
    let link = letter.links().into_iter().find(|link| link.contains("/sign-in/")).expect("a way in");
    tab.open(&link).await;
    press(tab, "form button").await;
    tab.until("location.pathname === '/dashboard' && document.readyState === 'complete'").await;
    shown(tab).await;
}

#[tokio::test]
async fn an_admin_invites_a_colleague_and_lets_them_go() {
    let company = Company::start_today().await;
    let browser = Browser::start().await;
    let mut tab = browser.tab().await;
    tab.look((1280, 900), "light").await;
    enter(&company, &mut tab, "ruth@company.example", "admin").await;
    tab.until("!document.getElementById('people-card').hidden").await;
    let people = text(&tab, "#people tbody").await;
    assert!(
        people.contains("ruth@company.example") && people.contains("you") && !people.contains("Let go"),
        "{people}"
    );

    for (id, value) in [("people-name", "Mina Owner"), ("people-email", MINA)] {
        tab.evaluate(&format!("document.getElementById('{id}').value = {}; 0", json!(value))).await;
    }
    press(&tab, "#invite button").await;
    tab.until("document.querySelectorAll('#people tbody tr').length === 2").await;
    assert!(text(&tab, "#toast").await.contains("An invitation is on its way"));
    company.settle().await;
    let invited = company.inbox(MINA).await.pop().expect("an invitation");
    assert_eq!(invited.subject, "ruth invites you to npsloop of Example Company");
    let role = async || company.call(Method::GET, &format!("/v1/people/{MINA}"), None).await.ok()["role"].clone();
    assert_eq!(role().await, "owner", "what is chosen is the least");
    assert_eq!(tab.barriers().await, Vec::<String>::new());

    let select = format!("document.querySelector('[data-key=\"role:{MINA}\"]')");
    tab.evaluate(&format!("{select}.value = 'analyst'; {select}.dispatchEvent(new Event('change')); 0")).await;
    tab.until("document.getElementById('toast').textContent.includes('is now an analyst')").await;
    assert_eq!(role().await, "analyst");

    // Whoever is there is not invited again, and keeps the role.
    for (id, value) in [("people-name", "Mina"), ("people-email", "Mina@Company.example")] {
        tab.evaluate(&format!("document.getElementById('{id}').value = {}; 0", json!(value))).await;
    }
    press(&tab, "#invite button").await;
    tab.until("document.getElementById('toast').textContent.includes('is in the list below')").await;
    assert_eq!(role().await, "analyst");

    press(&tab, &format!("[data-key=\"go:{MINA}\"]")).await;
    tab.until("document.querySelectorAll('#people tbody tr').length === 1").await;
    assert_eq!(company.call(Method::GET, &format!("/v1/people/{MINA}"), None).await.status, 404);

    // Out everywhere, and somebody without the role has none of it.
    press(&tab, "#forget-all").await;
    tab.until("document.getElementById('door').open").await;
    enter(&company, &mut tab, "ivo@company.example", "analyst").await;
    assert_eq!(tab.evaluate("document.getElementById('people-card').hidden").await, Value::Bool(true));
    browser.close().await;
}
