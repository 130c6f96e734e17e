//! A company's own design for letters: what is saved is what is sent, in every language, and a name stays a name.

use model::template::Templates;
use model::{CampaignId, LetterKind};
use reqwest::Method;
use serde_json::json;
use tests::browser::Browser;
use tests::{Answer, Company, Letter, done};

/// A design in MJML, as the README sends it.
pub(crate) const INVITE: &str = include_str!("../../fixtures/templates/invite.mjml");

/// A design in HTML.
pub(crate) const THANKS: &str = include_str!("../../fixtures/templates/thanks.html");

/// What only the designs have.
const MARK: &str = "#0f4c4a";

fn path(letter: &str) -> String {
    format!("/v1/campaigns/default/templates/{letter}")
}

/// Saves a template as a file has it.
pub(crate) async fn put(company: &Company, letter: &str, source: &str) -> Answer {
    let key = [("authorization", format!("Bearer {}", tests::company::KEY))];
    company.send(Method::PUT, &path(letter), &key, source.as_bytes().to_vec()).await
}

async fn company() -> Company {
    let company = Company::start().await;
    let thanks = json!({"promoter": "Thank you, {name}!", "passive": "Thanks.", "detractor": "We are sorry.", "review_url": "https://reviews.example.com/acme"});
    company.campaign_with("default", json!({"thanks": thanks, "limit_days": 0})).await;
    company
}

#[tokio::test]
async fn letters_come_in_the_companys_own_design() {
    let company = company().await;
    let ours = company.ask(done("a0X0", "ada@example.com").set("contact_name", "Ada Example")).await;
    assert!(!ours.html.contains(MARK));
    let saved = put(&company, "invite", INVITE).await.ok();
    assert_eq!(
        (saved["kind"].as_str(), saved["language"].as_str(), &saved["warnings"]),
        (Some("mjml"), None, &json!([]))
    );
    assert_eq!(saved["source"], INVITE);
    let as_json = json!({"kind": "html", "source": THANKS});
    company.call(Method::PUT, &path("thanks"), Some(as_json)).await.ok();
    let again = put(&company, "invite", INVITE).await.ok();
    assert_eq!(
        (again["version"].clone(), again["saved_at"].clone()),
        (saved["version"].clone(), saved["saved_at"].clone())
    );
    let list = company.call(Method::GET, "/v1/campaigns/default/templates", None).await.ok();
    let listed: Vec<_> =
        list["templates"].as_array().unwrap().iter().map(|one| one["letter"].as_str().unwrap()).collect();
    assert_eq!(listed, ["invite", "thanks"]);

    let owned = |id: &str| {
        done(id, "ada@example.com")
            .set("contact_name", "Ada Example")
            .owner("sam@company.example")
            .set("owner_name", "Sam Owner")
    };
    let asked = company.ask(owned("a0X1")).await;
    assert!(
        asked.html.contains(MARK) && asked.html.contains("Hello <span dir=\"auto\">Ada Example</span>"),
        "{}",
        asked.html
    );
    assert_eq!(asked.scale().len(), 11);
    // The plain text says what it said.
    let shown = company
        .call(
            Method::GET,
            "/v1/campaigns/default/preview?format=json&names=none&name=Ada+Example&subject=a0X1&owner=Sam+Owner",
            None,
        )
        .await
        .ok();
    assert!(shown.text("html").contains(MARK));
    assert!(asked.text.contains("0 = ") && asked.text.contains("Sam Owner\nExample Company"), "{}", asked.text);
    let links = |letter: &Letter| letter.links().len();
    assert_eq!(links(&asked), 13, "eleven, the page and the way out");

    // The reminder has no design of its own.
    company.advance_days(7).await;
    let reminder = company.inbox("ada@example.com").await.pop().unwrap();
    assert!(reminder.step == "remind" && !reminder.html.contains(MARK));
    company.confirm(&asked.link(10)).await;
    company.settle().await;
    company.advance("1h").await;
    let thanks = company.inbox("ada@example.com").await.pop().unwrap();
    assert!(thanks.html.contains(MARK) && thanks.html.contains("Thank you, Ada Example!"), "{}", thanks.html);
    assert!(thanks.html.contains("https://reviews.example.com/acme"));
    assert_eq!(company.follow(&thanks.unsubscribe_link()).await.status, 200);

    // A test comes as contacts get it.
    let to = json!({"to": "sam@company.example", "letter": "invite"});
    company.call(Method::POST, "/v1/campaigns/default/test", Some(to)).await;
    company.settle().await;
    assert!(company.inbox("sam@company.example").await.pop().unwrap().html.contains(MARK));

    assert_eq!(company.call(Method::DELETE, &path("invite"), None).await.status, 204);
    assert_eq!(company.call(Method::DELETE, &path("invite"), None).await.status, 404);
    assert_eq!(company.call(Method::GET, &path("invite"), None).await.status, 404);
    company.advance("1m").await;
    assert!(!company.ask(owned("a0X2")).await.html.contains(MARK));
    company.finish().await;
}

#[tokio::test]
async fn a_design_is_in_the_language_of_whoever_reads_it() {
    let company = company().await;
    put(&company, "invite", INVITE).await.ok();
    let german = INVITE.replace(MARK, "#7a1f1f").replace("{{lead}}", "Wie war es?");
    put(&company, "invite?language=de", &german).await.ok();
    let ask = async |locale: &str, id: &str| {
        company.ask(done(id, &format!("{locale}@example.com")).set("contact_locale", locale)).await
    };
    let arabic = ask("ar", "a0X1").await;
    assert!(arabic.html.contains("<html lang=\"ar\" dir=\"rtl\"") && arabic.html.contains(MARK), "{}", arabic.html);
    assert!(arabic.html.contains("text-align:right") && !arabic.html.contains("text-align:left"), "{}", arabic.html);
    let in_german = ask("de", "a0X2").await;
    assert!(
        in_german.html.contains("#7a1f1f")
            && in_german.html.contains("Wie war es?")
            && in_german.html.contains("dir=\"ltr\"")
    );
    assert!(ask("fr", "a0X3").await.html.contains("lang=\"fr\""));
    let list = company.call(Method::GET, "/v1/campaigns/default/templates", None).await.ok();
    assert_eq!(list["templates"][1]["language"], "de");
    assert_eq!(company.call(Method::GET, &path("invite?language=xx"), None).await.status, 422);
    company.finish().await;
}

#[tokio::test]
async fn a_name_stays_a_name() {
    let company = company().await;
    put(
        &company,
        "invite",
        &INVITE.replace("{{lead}}", "<b title=\"{{name}}\">{{name}} {{subject_name}} {{owner_name}}</b>"),
    )
    .await
    .ok();
    let plain = company
        .ask(
            done("a0X1", "ada@example.com")
                .set("contact_name", "Ada")
                .set("subject_name", "Launch")
                .owner("sam@company.example")
                .set("owner_name", "Sam Owner"),
        )
        .await;
    let wicked = "\"><a href=//evil.example>x</a><script>alert(1)</script>";
    let asked = company
        .ask(
            done("a0X2", "eve@example.com")
                .set("contact_name", wicked)
                .set("subject_name", wicked)
                .owner("sam@company.example")
                .set("owner_name", wicked),
        )
        .await;
    let tags = |letter: &Letter| letter.html.matches('<').count();
    assert_eq!(tags(&asked), tags(&plain));
    assert_eq!(asked.links().len(), plain.links().len());
    assert!(!asked.html.contains("<script"), "{}", asked.html);
    company.finish().await;
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_and_nothing_is_kept() {
    let company = company().await;
    let refused = async |letter: &str, source: &str| {
        let answer = put(&company, letter, source).await;
        let (kind, at) = answer.problem();
        assert_eq!((answer.status, kind), (422, "invalid"), "{answer:?}");
        assert!(at.iter().all(|at| *at == "/source"), "{at:?}");
        answer.text.clone()
    };
    let wrong = refused("invite", &INVITE.replace("{{greeting}}", "{{greting}}<script>a</script>")).await;
    assert!(
        wrong.contains("line 26, column 34: there is no variable {{greting}}")
            && wrong.contains("<script> cannot be in a letter"),
        "{wrong}"
    );
    assert!(refused("thanks", INVITE).await.contains("is no variable of this letter"));
    assert!(refused("invite", "<mjml><mj-body>").await.contains("no end"));
    let large = THANKS.replace("{{thanks}}", &format!("{{{{thanks}}}}{}", "<div>0123456789</div>".repeat(2_900)));
    assert!(refused("thanks", &large.replace("{{company}}", &"{{thanks}}".repeat(20))).await.contains("Gmail cuts"));
    let huge = "<p>".repeat(30_000);
    assert_eq!(put(&company, "invite", &huge).await.status, 413);
    for body in [
        json!({"kind": "markdown", "source": "a"}),
        json!({"kind": "html"}),
        json!({"kind": "html", "source": 1}),
        json!({"kind": "html", "source": "<p>", "size": 1}),
    ] {
        assert_eq!(company.call(Method::PUT, &path("invite"), Some(body)).await.status, 422);
    }
    assert_eq!(put(&company, "alert", INVITE).await.status, 404);
    assert_eq!(
        company
            .call(Method::PUT, "/v1/campaigns/none/templates/invite", Some(json!({"kind": "mjml", "source": INVITE})))
            .await
            .status,
        404
    );
    let (_, key) = company.make_key(&["read", "trigger"]).await;
    for path in ["/v1/campaigns/default/templates", "/v1/templates/variables"] {
        assert_eq!(company.call_as(Some(&key), Method::GET, path, None).await.status, 403);
    }
    let list = company.call(Method::GET, "/v1/campaigns/default/templates", None).await.ok();
    assert_eq!(list["templates"], json!([]));
    let variables = company.call(Method::GET, "/v1/templates/variables", None).await.ok();
    let obligatory: Vec<_> = variables["variables"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["obligatory"] != json!([]))
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(obligatory, ["scale", "thanks", "unsubscribe_url", "unsubscribe"]);
    company.finish().await;
}

#[tokio::test]
async fn a_design_is_seen_before_it_is_saved() {
    let company = company().await;
    let draft = json!({"template": {"kind": "mjml", "source": INVITE}});
    let preview = "/v1/campaigns/default/preview?letter=invite&language=ar";
    let shown = company.call(Method::POST, preview, Some(draft.clone())).await.ok();
    assert!(shown.text.contains(MARK) && shown.text.contains("dir=\"rtl\"") && shown.text.contains("/preview/ask/"));
    assert!(!company.call(Method::GET, preview, None).await.ok().text.contains(MARK), "nothing was saved");
    let wrong = json!({"template": {"kind": "mjml", "source": "<mjml>"}});
    let answer = company.call(Method::POST, preview, Some(wrong)).await;
    assert_eq!((answer.status, answer.problem().1), (422, vec!["/template/source"]));
    for wrong in [
        json!({"template": null}),
        json!({"template": {"kind": "mjml"}}),
        json!({"template": {"kind": "mjml", "source": INVITE}, "company": "a"}),
    ] {
        assert_eq!(company.call(Method::POST, preview, Some(wrong)).await.status, 422);
    }
    put(&company, "invite", INVITE).await.ok();
    let gallery = format!("{}/local/gallery/letter?campaign=default&show=invite&language=fr", company.url());
    assert!(reqwest::get(gallery).await.unwrap().text().await.unwrap().contains(MARK));
    company.finish().await;
}

#[tokio::test]
async fn an_experiment_goes_on_in_the_companys_design() {
    let company = company().await;
    let experiment =
        json!({"id": "scale-1", "variants": [{"name": "in-letter"}, {"name": "on-page", "scale": "page"}]});
    company.campaign_with("default", json!({ "experiment": experiment })).await;
    put(&company, "invite", INVITE).await.ok();
    let mut ways = std::collections::BTreeMap::new();
    for nth in 0..12 {
        let letter = company.ask(done(&format!("p{nth}"), &format!("person{nth}@example.com"))).await;
        assert!(letter.html.contains(MARK) && (letter.scale().len() == 11 || letter.scale().is_empty()));
        assert!(letter.links().iter().any(|link| link.contains("/r/")));
        *ways.entry(letter.scale().len()).or_insert(0) += 1;
    }
    assert_eq!(ways.len(), 2, "{ways:?}");
    company.finish().await;
}

#[tokio::test]
async fn a_design_that_cannot_be_read_keeps_nobodys_letter_back() {
    let company = company().await;
    put(&company, "invite", INVITE).await.ok();
    let store = company.world().store();
    let config = store.config(company.world().now()).await.unwrap();
    let id = CampaignId::default_campaign();
    assert!(store.template(&config, &id, LetterKind::Invite, model::Language::En).await.unwrap().is_some());
    // Everybody is told of a template that nobody saved.
    let mut lost = Templates::none(id);
    lost.versions.insert("invite".to_owned(), "0123456789abcdef".to_owned());
    lost.versions.insert("remind".to_owned(), "0123456789abcdef".to_owned());
    store.forget_config().await;
    let config = store.config(company.world().now()).await.unwrap();
    assert!(store.save_document(&config, &lost).await.unwrap());
    company.advance("1m").await;
    let asked = company.ask(done("a0X1", "ada@example.com")).await;
    assert!(asked.html.contains(MARK), "the one of another version is as good");
    company.advance_days(7).await;
    let reminder = company.inbox("ada@example.com").await.pop().unwrap();
    assert!(reminder.step == "remind" && !reminder.html.contains(MARK) && reminder.scale().len() == 11);
    company.finish().await;
}

#[tokio::test]
async fn a_campaign_takes_its_designs_with_it() {
    let company = company().await;
    company.campaign_with("spring", json!({})).await;
    let at = "/v1/campaigns/spring/templates/invite";
    let body = json!({"kind": "mjml", "source": INVITE});
    company.call(Method::PUT, at, Some(body)).await.ok();
    assert_eq!(company.call(Method::DELETE, "/v1/campaigns/spring", None).await.status, 204);
    assert_eq!(company.call(Method::GET, at, None).await.status, 404);
    company.campaign_with("spring", json!({})).await;
    assert_eq!(company.call(Method::GET, at, None).await.status, 404);
    let list = company.call(Method::GET, "/v1/campaigns/spring/templates", None).await.ok();
    assert_eq!(list["templates"], json!([]));
    company.finish().await;
}

#[tokio::test]
async fn everybody_can_read_a_letter_in_the_companys_design() {
    let company = company().await;
    put(&company, "invite", INVITE).await.ok();
    put(&company, "thanks", THANKS).await.ok();
    let browser = Browser::start().await;
    let mut tab = browser.tab().await;
    let folder = tempfile::tempdir().unwrap();
    for (letter, language) in [("invite", "en"), ("invite", "ar"), ("invite", "de"), ("thanks&group=promoter", "en")] {
        let path = format!("/v1/campaigns/default/preview?letter={letter}&language={language}");
        let html = company.call(Method::GET, &path, None).await.ok().text;
        let file = folder.path().join("letter.html");
        std::fs::write(&file, html).unwrap();
        for scheme in ["light", "dark"] {
            for width in [320, 1200] {
                tab.look((width, 900), scheme).await;
                tab.open(&format!("file://{}", file.display())).await;
                let wide = tab.evaluate("document.documentElement.scrollWidth").await;
                assert!(
                    wide.as_u64().is_some_and(|wide| wide <= u64::from(width)),
                    "{letter} in {language} is {wide} wide at {width}"
                );
                let barriers = tab.barriers().await;
                assert!(barriers.is_empty(), "{letter}, {language}, {scheme}, {width}:\n{}", barriers.join("\n"));
            }
        }
    }
    browser.close().await;
    company.finish().await;
}
