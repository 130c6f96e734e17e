//! Seeing before sending: what is shown is what is sent, whoever looks at it changes nothing, and a test goes to nobody else.

use reqwest::Method;
use serde_json::{Value, json};
use tests::browser::{Browser as Chromium, Tab};
use tests::{Answer, Company, done};

use crate::sign_in::Browser;

/// Characters of a token in a link.
const TOKEN: usize = 59;

/// A text with every link of a letter, or of what stands for one in a preview, in one form.
fn without_links(text: &str) -> String {
    let mut rest = text.to_owned();
    for (path, name) in [
        ("/preview/ask/", "/r/…"),
        ("/preview/thanks/", "/r/…"),
        ("/preview/unsubscribe/", "/u/…"),
        ("/r/", "/r/…"),
        ("/u/", "/u/…"),
    ] {
        let mut out = String::new();
        let mut left = rest.as_str();
        while let Some((before, after)) = left.split_once(path) {
            out.push_str(before);
            match after
                .get(..TOKEN)
                .filter(|token| token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'))
            {
                Some(token) => {
                    out.push_str(name);
                    left = &after[token.len()..];
                }
                None => {
                    out.push_str(path);
                    left = after;
                }
            }
        }
        out.push_str(left);
        rest = out;
    }
    rest
}

async fn preview(company: &Company, query: &str) -> Answer {
    company.call(Method::GET, &format!("/v1/campaigns/default/preview?{query}"), None).await
}

async fn test(company: &Company, body: Value) -> Answer {
    let answer = company.call(Method::POST, "/v1/campaigns/default/test", Some(body)).await;
    company.settle().await;
    answer
}

fn own_words() -> Value {
    json!({
        "question": "Würden Sie {company} empfehlen?",
        "invite": "Guten Tag {name}, es geht um {subject}.",
        "remind_subject": "Noch einmal: {subject}",
        "thanks_promoter": "Danke, {name}!\n\nIhre {company}",
    })
}

#[tokio::test]
async fn what_is_shown_is_what_is_sent() {
    let company = Company::start().await;
    let thanks = json!({
        "promoter": "Thanks!", "passive": "Thanks.", "detractor": "Sorry.",
        "review_url": "https://reviews.example.com/acme",
    });
    let fields = json!({"texts": {"de": own_words()}, "thanks": thanks});
    company.campaign_with("default", fields).await;
    let trigger = done("a0X1", "ada@example.com")
        .set("contact_locale", "de")
        .set("contact_name", "Ada <b>& Söhne")
        .set("subject_name", "Relaunch \"2\"")
        .owner("sam@company.example")
        .set("owner_name", "Sam Owner");
    company.ask(trigger).await;
    company.advance_days(7).await;
    let reminder = company.inbox("ada@example.com").await.pop().unwrap();
    company.respond(&reminder.link(10), 10).await.ok();
    company.settle().await;
    company.advance("10m").await;

    let letters = company.inbox("ada@example.com").await;
    let names = "name=Ada+%3Cb%3E%26+S%C3%B6hne&subject=Relaunch+%222%22&owner=Sam+Owner&language=de";
    assert_eq!(letters.len(), 3);
    for (which, letter) in ["letter=invite", "letter=remind", "letter=thanks&group=promoter"].into_iter().zip(&letters)
    {
        let shown = preview(&company, &format!("{which}&{names}&format=json")).await.ok();
        assert_eq!(shown["subject"], letter.subject.as_str());
        assert_eq!(without_links(&shown.text("html")), without_links(&letter.html), "{which}");
        assert_eq!(without_links(&shown.text("text")), without_links(&letter.text), "{which}");
        let from =
            format!("{} <{}>", shown["from"]["name"].as_str().unwrap(), shown["from"]["email"].as_str().unwrap());
        assert_eq!(letter.from.replace('"', ""), from);
        for header in shown["headers"].as_array().unwrap() {
            let sent = &letter.headers[header["name"].as_str().unwrap()];
            assert_eq!(without_links(header["value"].as_str().unwrap()), without_links(sent));
        }
        let html = preview(&company, &format!("{which}&{names}")).await.ok();
        assert_eq!(without_links(&html.text), without_links(&letter.html));
        let policy = html.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; ") && policy.ends_with("; sandbox"), "{policy}");
        assert!(!policy.contains("script-src") && policy.contains("frame-ancestors 'self'"), "{policy}");
        let text = preview(&company, &format!("{which}&{names}&format=text")).await.ok();
        assert!(text.text.starts_with(&format!("Subject: {}\n\n", letter.subject)), "{}", text.text);
        // No link of it is one of a survey.
        assert!(!html.text.contains("/r/") && !html.text.contains("/u/"), "{}", html.text);
    }
    assert!(letters[0].html.contains("Guten Tag Ada") && letters[2].text.contains("Danke, Ada"), "{}", letters[2].text);
}

#[tokio::test]
async fn a_page_that_is_shown_is_the_very_page_and_records_nothing() {
    let company = Company::start().await;
    let own = json!({"texts": {"de": {"ask_detractor": "Was kann {company} tun?"}}});
    company.campaign_with("default", own).await;
    let letter = company.ask(done("a0X1", "ada@example.com").set("contact_locale", "de")).await;
    let shown =
        async |query: &str| preview(&company, &format!("{query}&language=de&format=json")).await.ok().text("url");
    let ask = format!("{}?score=3", shown("page=ask").await);
    let thanks = shown("page=thanks&group=detractor").await;
    let unsubscribe = shown("page=unsubscribe").await;
    let real = company.follow(&letter.link(3)).await;
    assert_eq!(without_links(&company.follow(&ask).await.html), without_links(&real.html));
    let gone = company.follow(&letter.unsubscribe_link()).await;
    assert_eq!(without_links(&company.follow(&unsubscribe).await.html), without_links(&gone.html));
    let page = company.follow(&ask).await;

    // Our own pages may show it in a frame, and nobody any other.
    assert!(page.headers["content-security-policy"].to_str().unwrap().contains("frame-ancestors 'self'"));
    assert!(real.headers["content-security-policy"].to_str().unwrap().contains("frame-ancestors 'none'"));
    assert_eq!(
        (&page.headers["x-frame-options"], &real.headers["x-frame-options"]),
        (&"SAMEORIGIN".parse().unwrap(), &"DENY".parse().unwrap())
    );

    let before = company.writes().await;
    let next = company.press(&page, &[]).await;
    assert!(next.status == 200 && next.seen().contains("This is a preview: nothing was recorded."), "{}", next.seen());
    assert!(next.seen().contains("Was kann Example Company tun?"), "{}", next.seen());
    let commented = company.press(&next, &[("comment", "Schön.")]).await;
    assert!(commented.seen().contains("nothing was recorded"), "{}", commented.seen());
    let kept = company.press(&company.follow(&unsubscribe).await, &[]).await;
    assert!(kept.status == 200 && kept.seen().contains("nothing was recorded"), "{}", kept.seen());
    assert_eq!(company.respond(&ask, 3).await.status, 409);
    assert_eq!(company.head(&ask).await.status, 200);
    company.settle().await;
    assert_eq!(company.writes().await, before, "nothing was written");

    // Neither link works in place of the other.
    for forged in [ask.replace("/preview/ask/", "/r/"), letter.link(3).replace("/r/", "/preview/ask/")] {
        assert_eq!(company.follow(&forged).await.status, 404, "{forged}");
    }
    assert_eq!(company.follow(&thanks.replace("/thanks/", "/nothing/")).await.status, 404);
    let real = company.confirm(&letter.link(3)).await;
    assert_eq!(
        without_links(&company.follow(&thanks).await.html),
        without_links(&real.html),
        "the page of thanks as well"
    );
    let led = preview(&company, "page=thanks&group=detractor&language=de").await;
    assert!(led.status == 303 && led.header("location").starts_with("/preview/thanks/"), "{led:?}");
    company.advance_days(7).await;
    assert_eq!(company.follow(&ask).await.status, 404, "its time is over");
}

#[tokio::test]
async fn a_draft_is_seen_and_not_saved() {
    let company = Company::start().await;
    preview(&company, "").await.ok();
    let before = (company.campaign("default").await.ok().body, company.writes().await);
    let draft = async |query: &str, body: Value| {
        company.call(Method::POST, &format!("/v1/campaigns/default/preview?{query}"), Some(body)).await
    };
    let shown = draft("letter=invite&format=json", json!({"company": "Acme", "question": "Would you?"})).await.ok();
    assert!(shown.text("html").contains("Would you?") && shown["from"]["name"] == "Acme", "{}", shown.text);
    let made = company.call(Method::POST, "/v1/campaigns/new_one/preview", Some(json!({"company": "Acme"}))).await.ok();
    assert!(made.text.contains("Acme"));
    let wrong = draft("letter=invite", json!({"threshold": 101, "texts": {"xx": {}}})).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.problem().1.contains(&"/threshold"), "{}", wrong.text);
    assert_eq!(draft("page=ask&format=json", json!({})).await.problem().1, ["?format"]);
    assert_eq!((company.campaign("default").await.ok().body, company.writes().await), before, "nothing was written");
    assert_eq!(company.campaign("new_one").await.status, 404);
}

#[tokio::test]
async fn a_test_goes_to_the_company_and_counts_nowhere() {
    let company = Company::start().await;
    company.campaign_with("default", json!({"texts": {"de": own_words()}})).await;
    let campaign = company.campaign("default").await.ok();
    let domain = campaign["sender"]["email"].as_str().unwrap().rsplit_once('@').unwrap().1.to_owned();
    let (mia, guest) = (format!("mia@{domain}"), "guest@partner.example");
    let sent = test(&company, json!({"to": mia, "letter": "thanks", "group": "promoter", "language": "de"})).await;
    assert_eq!(sent.status, 202, "{}", sent.text);
    assert!(sent.text("letter_id").starts_with("test-") && !sent.text.contains("mia"), "{}", sent.text);
    test(&company, json!({"to": mia, "language": "de"})).await.ok();
    let [thanks, invite] = &company.inbox(&mia).await[..] else { panic!("two letters") };
    assert!(thanks.subject.starts_with("[Test] ") && thanks.text.contains("Danke, Ada Example!"), "{}", thanks.text);
    assert_eq!(invite.subject, "[Test] Eine Frage zu Website relaunch");
    let shown = preview(&company, "language=de&format=json").await.ok();
    assert_eq!(without_links(&invite.html), without_links(&shown.text("html")));
    assert!(!invite.html.contains("/r/"), "{}", invite.html);

    let link = invite.links().into_iter().find(|link| link.ends_with("?score=9")).unwrap();
    let page = company.confirm(&link).await;
    assert!(page.seen().contains("nothing was recorded"), "{}", page.seen());
    let form = "application/x-www-form-urlencoded";
    let one_click = company.post_raw(&invite.unsubscribe_link(), form, b"List-Unsubscribe=One-Click".to_vec()).await;
    assert_eq!(one_click.status, 200);
    company.settle().await;
    let nps = company.nps("").await.ok();
    assert_eq!((&nps["n"], &nps["sent"], &nps["delivered"]), (&json!(0), &json!(0), &json!(0)));
    assert_eq!(company.surveys(&format!("?contact={mia}")).await["surveys"], json!([]));
    company.ask(done("a0X1", &mia)).await;

    // Nobody else gets one, unless they can sign in.
    let stranger = test(&company, json!({"to": guest})).await;
    assert_eq!((stranger.status, stranger.problem().1), (422, vec!["/to"]), "{}", stranger.text);
    company.call(Method::PUT, &format!("/v1/people/{guest}"), Some(json!({"name": "G", "role": "owner"}))).await.ok();
    assert_eq!(test(&company, json!({"to": guest, "letter": "remind"})).await.status, 202);
    assert!(company.inbox(guest).await.pop().unwrap().subject.starts_with("[Test] "));
    let near = test(&company, json!({"to": format!("mia@x{domain}")})).await;
    assert_eq!(near.problem().1, ["/to"]);
}

#[tokio::test]
async fn what_cannot_be_seen_or_tried_is_named() {
    let company = Company::start().await;
    for (query, pointer) in [
        ("letter=alert", "?letter"),
        ("letter=thanks", "?group"),
        ("letter=thanks&group=happy", "?group"),
        ("letter=thanks&group=promoter", "?group"),
        ("page=home", "?page"),
        ("page=ask&letter=invite", "?page"),
        ("language=xx", "?language"),
        ("format=pdf", "?format"),
        ("name=a%0Ab", "?name"),
        ("width=320", "?width"),
    ] {
        let answer = preview(&company, query).await;
        assert_eq!((answer.status, answer.problem().1), (422, vec![pointer]), "{query}: {}", answer.text);
    }
    let to = "mia@company.example";
    for (body, pointer) in [
        (json!({}), "/to"),
        (json!({"to": "x"}), "/to"),
        (json!({"to": to, "letter": "alert"}), "/letter"),
        (json!({"to": to, "letter": "thanks"}), "/group"),
        (json!({"to": to, "letter": "thanks", "group": "happy"}), "/group"),
        (json!({"to": to, "letter": "thanks", "group": "promoter"}), "/group"),
        (json!({"to": to, "language": "xx"}), "/language"),
        (json!({"to": to, "format": "html"}), "/format"),
    ] {
        let answer = test(&company, body.clone()).await;
        assert!(answer.status == 422 && answer.problem().1.contains(&pointer), "{body}: {}", answer.text);
    }
    for (method, what) in [(Method::GET, "preview"), (Method::POST, "test")] {
        let body = (method == Method::POST).then(|| json!({"to": to}));
        let path = format!("/v1/campaigns/nobody/{what}");
        assert_eq!(company.call(method, &path, body).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn who_may_look_and_who_may_try() {
    let company = Company::start().await;
    let look = "/v1/campaigns/default/preview";
    let (_, caller) = company.make_key(&["trigger"]).await;
    let (_, reader) = company.make_key(&["read"]).await;
    let body = || Some(json!({"to": "sam@company.example"}));
    for (key, looks, tries) in [(None, 401, 401), (Some(caller.as_str()), 403, 403), (Some(reader.as_str()), 200, 403)]
    {
        assert_eq!(company.call_as(key, Method::GET, look, None).await.status, looks);
        assert_eq!(company.call_as(key, Method::POST, "/v1/campaigns/default/test", body()).await.status, tries);
        assert_eq!(company.call_as(key, Method::POST, look, Some(json!({}))).await.status, tries);
    }
    for (email, role, looks, tries) in [
        ("ruth@company.example", "admin", 200, 202),
        ("mina@company.example", "analyst", 200, 403),
        ("sam@company.example", "owner", 403, 403),
    ] {
        let browser = Browser::of(&company, email, role).await;
        assert_eq!(browser.get(look).await.status, looks, "{role}");
        let tried = browser.change(Method::POST, "/v1/campaigns/default/test", json!({"to": email})).await;
        assert_eq!(tried.status, tries, "{role}: {}", tried.text);
    }
    company.settle().await;
}

#[tokio::test]
async fn nobody_gets_tests_without_end() {
    let company = Company::start().await;
    let campaign = company.campaign("default").await.ok();
    let domain = campaign["sender"]["email"].as_str().unwrap().rsplit_once('@').unwrap().1.to_owned();
    let one = async |to: String| {
        company.call(Method::POST, "/v1/campaigns/default/test", Some(json!({"to": to}))).await.status
    };
    for _ in 0..20 {
        assert_eq!(one(format!("mia@{domain}")).await, 202);
    }
    assert_eq!(one(format!("Mia@{domain}")).await, 429);
    assert_eq!(one(format!("ruth@{domain}")).await, 202);
    company.settle().await;
    company.advance("15m").await;
    assert_eq!(one(format!("mia@{domain}")).await, 202);
    company.settle().await;
    assert_eq!(company.inbox(&format!("mia@{domain}")).await.len(), 21);
}

async fn choose(tab: &Tab, id: &str, value: &str) {
    let select = format!("document.getElementById('{id}')");
    tab.evaluate(&format!("{select}.value = '{value}'; {select}.dispatchEvent(new Event('change')); 0")).await;
}

#[tokio::test]
async fn an_admin_sees_on_the_dashboard_what_contacts_get() {
    let company = Company::start_today().await;
    let asks = json!({"language": "de", "texts": {"de": {"remind_subject": "Noch einmal: {subject}"}}});
    company.campaign_with("default", asks).await;
    let link = company.world().sign_in_link().await.unwrap();
    let browser = Chromium::start().await;
    let mut tab = browser.tab().await;
    tab.look((1280, 900), "light").await;
    tab.open(&link).await;
    tab.evaluate("document.querySelector('form button').click(); 0").await;
    tab.loaded().await;
    let subject = |said: &str| format!("document.getElementById('letters-note')?.textContent === '{said}'");
    tab.until(&subject("Eine Frage zu Website relaunch")).await;
    tab.until("document.getElementById('letters-card').hidden === false").await;
    choose(&tab, "letters-what", "letter=remind").await;
    tab.until(&subject("Noch einmal: Website relaunch")).await;
    choose(&tab, "letters-in", "ar").await;
    choose(&tab, "letters-scheme", "dark").await;
    let source = "document.getElementById('letters-frame').src";
    let path = "/v1/campaigns/default/preview?letter=remind&language=ar";
    tab.until(&format!("{source}.endsWith('{path}')")).await;
    // What is in the frame can reach nothing of this page.
    assert_eq!(tab.evaluate("document.getElementById('letters-frame').contentDocument").await, Value::Null);
    let barriers = tab.barriers().await;
    assert!(barriers.is_empty(), "{}", barriers.join("\n"));
    tab.evaluate("document.getElementById('letters-test').click(); 0").await;
    tab.until("document.getElementById('toast').innerText.includes('A test is on its way')").await;
    company.settle().await;
    let mails = company.mail().await;
    assert!(mails.len() == 1 && mails[0].subject.starts_with("[Test] ") && mails[0].html.contains("dir=\"rtl\""));
    choose(&tab, "letters-what", "letter=thanks&group=promoter").await;
    tab.until("document.getElementById('letters-note').textContent.includes('no letter of thanks to a promoter')")
        .await;
    assert_eq!(tab.evaluate("document.getElementById('letters-frame').hidden").await, true);
    browser.close().await;
}

#[tokio::test]
async fn the_desk_shows_everything_in_every_language() {
    let company = Company::start().await;
    company.campaign_with("default", json!({"thanks": {"promoter": "Thank you, {name}!"}})).await;
    let seen = async |path: &str| {
        let answer = tests::client().get(format!("{}/local/gallery{path}", company.url())).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let (status, page) = seen("?scheme=dark&names=long").await;
    assert_eq!(status, 200);
    assert_eq!(page.matches("<iframe loading=\"lazy\"").count(), model::Language::ALL.len() * 3);
    assert_eq!(page.matches("dir=\"rtl\"").count(), 4);
    let (_, letter) = seen("/letter?campaign=default&show=thanks-promoter&language=ja").await;
    let shown = preview(&company, "letter=thanks&group=promoter&language=ja").await.ok();
    assert_eq!(without_links(&letter), without_links(&shown.text), "the very letter");
    let (_, pages) = seen("?show=pages").await;
    let first = pages.split("src=\"/preview/").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
    assert_eq!(company.follow(&format!("/preview/{first}")).await.status, 200);
    for wrong in [
        "campaign=nobody&show=invite&language=en",
        "campaign=default&show=x&language=en",
        "campaign=default&show=invite",
    ] {
        assert_eq!(seen(&format!("/letter?{wrong}")).await.0, 404, "{wrong}");
    }
}
