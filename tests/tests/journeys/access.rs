//! Who may do what; campaigns and keys; and every kind of problem.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Company, done, project};

#[tokio::test]
async fn a_key_may_do_what_its_scopes_say() {
    let company = Company::start().await;
    let trigger = || Some(done("a0X1", "ada@example.com").into_body());
    let id = "0".repeat(32);
    let calls: Vec<(&str, Method, String, Option<Value>)> = vec![
        ("trigger", Method::POST, "/v1/triggers".into(), trigger()),
        ("read", Method::GET, "/v1/nps".into(), None),
        ("read", Method::GET, "/v1/leaders?dimension=owner".into(), None),
        ("read", Method::GET, "/v1/coverage".into(), None),
        ("read", Method::GET, "/v1/dimensions".into(), None),
        ("read", Method::GET, "/v1/benchmarks".into(), None),
        ("read", Method::GET, "/v1/surveys?subject_id=a0X1".into(), None),
        ("read", Method::GET, format!("/v1/surveys/{id}"), None),
        ("read", Method::GET, "/v1/responses".into(), None),
        ("read", Method::PATCH, format!("/v1/responses/{id}"), Some(json!({"standing": "suspect"}))),
        ("read", Method::GET, "/v1/themes/suggestions".into(), None),
        ("manage", Method::POST, "/v1/themes/apply?dry_run=true".into(), None),
        ("read", Method::GET, "/v1/contacts/ada@example.com/score".into(), None),
        ("read", Method::GET, "/v1/contacts/ada@example.com/score.svg".into(), None),
        ("trigger", Method::POST, "/v1/triggers/batch".into(), Some(json!([]))),
        ("manage", Method::POST, "/v1/responses/import".into(), Some(json!({"source": "csv", "responses": []}))),
        ("manage", Method::GET, "/v1/export/surveys".into(), None),
        ("read", Method::GET, "/v1/responses.csv".into(), None),
        ("manage", Method::GET, "/v1/campaigns".into(), None),
        ("manage", Method::GET, "/v1/campaigns/default".into(), None),
        (
            "manage",
            Method::PUT,
            "/v1/campaigns/spring".into(),
            Some(json!({"company": "Example", "sender": {"name": "Example", "email": "a@company.example"}})),
        ),
        ("manage", Method::DELETE, "/v1/campaigns/spring".into(), None),
        ("manage", Method::GET, "/v1/keys".into(), None),
        ("manage", Method::POST, "/v1/keys".into(), Some(json!({"name": "more", "scopes": ["read"]}))),
        ("manage", Method::GET, "/v1/keys/none".into(), None),
        ("manage", Method::DELETE, "/v1/keys/none".into(), None),
        ("manage", Method::GET, "/v1/contacts/ada@example.com".into(), None),
        ("manage", Method::DELETE, "/v1/contacts/ada@example.com".into(), None),
        ("manage", Method::GET, "/v1/people".into(), None),
        ("manage", Method::PUT, "/v1/people/sam@company.example".into(), Some(json!({"name": "Sam", "role": "owner"}))),
        ("manage", Method::GET, "/v1/people/sam@company.example".into(), None),
        ("manage", Method::DELETE, "/v1/people/sam@company.example".into(), None),
    ];
    for scope in ["trigger", "read", "manage"] {
        let (_, key) = company.make_key(&[scope]).await;
        for (needed, method, path, body) in &calls {
            let answer = company.call_as(Some(&key), method.clone(), path, body.clone()).await;
            let refused = (answer.status, answer.problem().0) == (403, "wrong-scope");
            assert_eq!(refused, scope != *needed, "{scope}: {method} {path} {}", answer.text);
        }
    }
    let (_, all) = company.make_key(&["trigger", "read", "manage"]).await;
    for (_, method, path, body) in &calls {
        assert_ne!(
            company.call_as(Some(&all), method.clone(), path, body.clone()).await.status,
            403,
            "{method} {path}"
        );
        let nobody = company.call_as(None, method.clone(), path, body.clone()).await;
        assert_eq!(
            (nobody.status, nobody.problem().0, nobody.header("www-authenticate")),
            (401, "no-key", "Bearer"),
            "{method} {path}"
        );
        let stranger = company.call_as(Some("nl_stranger"), method.clone(), path, body.clone()).await;
        assert_eq!((stranger.status, stranger.problem().0), (401, "no-key"), "{method} {path}");
    }
}

#[tokio::test]
async fn a_key_is_shown_once_and_gone_within_a_minute() {
    let company = Company::start().await;
    let (id, key) = company.make_key(&["read"]).await;
    assert!(key.len() >= 32, "a key cannot be guessed");
    assert_eq!(company.call_as(Some(&key), Method::GET, "/v1/nps", None).await.status, 200);
    let (list, one) = (
        company.call(Method::GET, "/v1/keys", None).await.ok(),
        company.call(Method::GET, &format!("/v1/keys/{id}"), None).await.ok(),
    );
    assert_eq!((&one["id"], &one["scopes"], &one["name"]), (&json!(id), &json!(["read"]), &json!("a test")));
    assert!(list["keys"].as_array().unwrap().contains(&one.body));
    assert!(!list.text.contains(&key) && !one.text.contains(&key));
    assert_eq!(company.call(Method::DELETE, &format!("/v1/keys/{id}"), None).await.status, 204);
    company.advance("1m").await;
    assert_eq!(company.call_as(Some(&key), Method::GET, "/v1/nps", None).await.status, 401);
    assert_eq!(company.call(Method::DELETE, &format!("/v1/keys/{id}"), None).await.status, 404);
    for (body, pointer) in [
        (json!({"scopes": ["read"]}), "/name"),
        (json!({"name": "x", "scopes": []}), "/scopes"),
        (json!({"name": "x", "scopes": ["everything"]}), "/scopes"),
        (json!({"name": "x", "scopes": ["read"], "admin": true}), "/admin"),
        (json!({"name": ["x"], "scopes": ["read"]}), "/name"),
    ] {
        let answer = company.call(Method::POST, "/v1/keys", Some(body.clone())).await;
        assert_eq!((answer.status, answer.problem().0), (422, "invalid"), "{body}");
        assert!(answer.problem().1.iter().any(|at| at.starts_with(pointer)), "{body} {:?}", answer.problem());
    }
}

#[tokio::test]
async fn a_campaign_is_written_whole() {
    let company = Company::start().await;
    let default = company.campaign("default").await.ok();
    assert_eq!(
        default.body,
        json!({"id": "default", "company": "Example Company", "sender": {"name": "Example Company", "email": "hello@company.example"},
               "reply_to": null, "replies": null, "question": default["question"], "language": "en", "time_zone": "UTC", "milestone": "completion",
               "threshold": 100, "hours": null, "limit_days": 90, "max_defer_days": 180,
               "cadence": {"task": "3d", "remind": "7d", "close": "14d"}, "on_unknown": "retry", "retention_days": 400,
               "tasks": default["tasks"], "alerts": default["alerts"], "thanks": default["thanks"],
               "batch": {"spread": null, "share": 100}, "bands": {}, "warm_up": null, "experiment": null, "texts": {}, "themes": [],
               "brand": {"logo": null, "colors": null, "voice": "company"},
               "reasons": {"detractor": [], "passive": [], "promoter": []}, "ask_to_quote": false,
               "next_step": {"detractor": null, "passive": null, "promoter": null}, "self_saving": false, "sms": null})
    );
    assert!(["tasks", "alerts", "thanks"].iter().all(|part| default[*part].is_object()));
    let full = json!({"id": "spring", "company": "Spring & Sons", "sender": {"name": "Spring", "email": "spring@company.example"},
        "reply_to": "help@company.example", "replies": true, "question": "Would you recommend our garden?", "language": "en", "time_zone": "Europe/Berlin",
        "milestone": "bloom", "threshold": 85, "hours": {"from": "09:30", "to": "16:00", "days": ["mon", "wed"]}, "limit_days": 30, "max_defer_days": 60,
        "cadence": {"task": "36h", "remind": "5d", "close": "10d"}, "on_unknown": "hold", "retention_days": 30,
        "tasks": default["tasks"], "alerts": default["alerts"], "thanks": default["thanks"], "batch": {"spread": "36h", "share": 25},
        "bands": {"lifetime_value": [0, 10000, 100_000]},
        "experiment": {"id": "sender-1", "variants": [
            {"name": "company", "texts": {}, "sender": null, "scale": "letter"},
            {"name": "owner", "texts": {}, "sender": "{owner}", "scale": "letter"}]},
        "warm_up": {"from": "2027-03-01", "mails": 20, "growth": 100, "days": 7},
        "texts": {"de": {"low": "Nie"}, "ja": {"question": "{company}?"}},
        "themes": [{"id": "price", "name": "Price", "keywords": {"de": ["preis*"], "en": ["price"]}}],
        "brand": {"logo": {"url": "https://www.spring.example/logo.png", "width": 160, "alt": null},
            "colors": {"accent": "#d9480f", "accent_dark": null}, "voice": "owner"},
        "reasons": {"detractor": [{"id": "slow", "label": "Too slow", "labels": {"de": "Zu langsam"}}], "passive": [], "promoter": []},
        "ask_to_quote": true, "self_saving": true,
        "sms": {"origination": "Spring", "message": null, "opt_out": false},
        "next_step": {"detractor": {"text": "Book a call", "url": "https://www.spring.example/call"}, "passive": null, "promoter": null}});
    let put = company.put_campaign("spring", full.clone()).await.ok();
    assert_eq!(put.body, full);
    assert_eq!(company.campaign("spring").await.body, full);
    let all = company.call(Method::GET, "/v1/campaigns", None).await.ok();
    let ids: Vec<_> = all["campaigns"].as_array().unwrap().iter().map(|campaign| campaign["id"].clone()).collect();
    assert_eq!(ids, ["default", "spring"]);
    // What is absent takes its default.
    let bare = json!({"company": "Spring", "sender": {"name": "Spring", "email": "spring@company.example"}});
    company.put_campaign("spring", bare).await.ok();
    let spring = company.campaign("spring").await;
    assert_eq!(
        (&spring["threshold"], &spring["hours"], &spring["milestone"], &spring["reply_to"]),
        (&json!(100), &json!(null), &json!("completion"), &json!(null))
    );

    assert_eq!(company.call(Method::DELETE, "/v1/campaigns/spring", None).await.status, 204);
    assert_eq!(company.campaign("spring").await.status, 404);
    assert_eq!(company.trigger(done("a0X1", "ada@example.com").campaign("spring")).await.problem().1, ["/campaign"]);
    assert_eq!(company.call(Method::DELETE, "/v1/campaigns/spring", None).await.status, 404);
}

#[tokio::test]
async fn a_campaign_speaks_for_its_company() {
    let company = Company::start().await;
    company
        .campaign_with("spring", json!({"company": "Spring & Sons", "sender": {"name": "Spring", "email": "spring@company.example"},
            "reply_to": "help@company.example", "question": "Would you recommend our garden?", "milestone": "bloom", "threshold": 85}))
        .await;
    let letter = company.ask(project("a0X1").completion(85).contact("ada@example.com").campaign("spring")).await;
    assert!(
        letter.from.contains("spring@company.example") && letter.headers["Reply-To"].contains("help@company.example"),
        "{letter:?}"
    );
    assert!(
        letter.html.contains("Would you recommend our garden?")
            && letter.text.contains("Would you recommend our garden?")
    );
    let page = company.follow(&letter.link(9)).await;
    assert!(
        page.seen().contains("Would you recommend our garden?") && page.seen().contains("Spring & Sons"),
        "{}",
        page.seen()
    );
    assert_eq!(company.survey(&letter.survey).await["milestone"], "bloom");
    // A deleted campaign asks nobody any more; who was asked may still answer.
    company.call(Method::DELETE, "/v1/campaigns/spring", None).await.ok();
    company.advance("2m").await;
    company.confirm(&letter.link(9)).await;
    company.settle().await;
    assert_eq!(company.nps("").await["n"], 1);
}

#[tokio::test]
async fn the_zone_of_a_campaign_with_surveys_stays() {
    let company = Company::start().await;
    company.campaign_with("default", json!({"time_zone": "Europe/Berlin"})).await;
    company.campaign_with("default", json!({"time_zone": "Europe/Paris"})).await;
    company.ask(done("a0X1", "ada@example.com")).await;
    let body = json!({"company": "Example Company", "sender": {"name": "E", "email": "hello@company.example"}, "time_zone": "Europe/Berlin"});
    let answer = company.put_campaign("default", body).await;
    assert_eq!((answer.status, answer.problem().0), (409, "conflict"));
    insta::assert_json_snapshot!("zone_stays", answer.body);
    company.campaign_with("default", json!({"time_zone": "Europe/Paris", "threshold": 50})).await;
    assert_eq!(company.campaign("default").await["time_zone"], "Europe/Paris");
}

#[tokio::test]
async fn a_wrong_campaign_is_told_where() {
    let company = Company::start().await;
    for (fields, pointer) in [
        (json!({"company": "a\nb"}), "/company"),
        (json!({"company": ["Example"]}), "/company"),
        (json!({"sender": {"name": "x", "email": "nobody"}}), "/sender/email"),
        (json!({"sender": {"name": "a\r\nBcc: b@example.com", "email": "a@company.example"}}), "/sender/name"),
        (json!({"reply_to": "nobody"}), "/reply_to"),
        (json!({"language": "tlh"}), "/language"),
        (json!({"time_zone": "Mars/Olympus"}), "/time_zone"),
        (json!({"threshold": 101}), "/threshold"),
        (json!({"threshold": -1}), "/threshold"),
        (json!({"threshold": 50.5}), "/threshold"),
        (json!({"hours": {"from": "17:00", "to": "09:00", "days": ["mon"]}}), "/hours"),
        (json!({"hours": {"from": "9", "to": "17:00", "days": ["mon"]}}), "/hours/from"),
        (json!({"hours": {"from": "09:00", "to": "17:00", "days": []}}), "/hours/days"),
        (json!({"hours": {"from": "09:00", "to": "17:00", "days": ["funday"]}}), "/hours/days"),
        (json!({"limit_days": -1}), "/limit_days"),
        (json!({"cadence": {"remind": "soon"}}), "/cadence/remind"),
        (json!({"cadence": {"task": "9d", "remind": "7d", "close": "14d"}}), "/cadence"),
        (json!({"on_unknown": "panic"}), "/on_unknown"),
        (json!({"retention_days": 0}), "/retention_days"),
        (json!({"colour": "blue"}), "/colour"),
        (json!({"id": "other"}), "/id"),
    ] {
        let mut body = json!({"company": "Example", "sender": {"name": "Example", "email": "a@company.example"}});
        tests::company::merge(&mut body, fields.clone());
        let answer = company.put_campaign("spring", body).await;
        assert_eq!((answer.status, answer.problem().0), (422, "invalid"), "{fields} {}", answer.text);
        assert!(answer.problem().1.iter().any(|at| at.starts_with(pointer)), "{fields} {:?}", answer.problem());
    }
    let named = company
        .put_campaign("a b", json!({"company": "Example", "sender": {"name": "E", "email": "a@company.example"}}))
        .await;
    assert!(matches!(named.status, 404 | 422), "{named:?}");
    assert_eq!(company.campaign("spring").await.status, 404, "nothing was written");
}

#[tokio::test]
async fn every_problem_says_what_to_do() {
    let company = Company::start().await;
    let raw = async |path: &str, body: &[u8]| {
        let headers = [("authorization", "Bearer local".to_owned()), ("content-type", "application/json".to_owned())];
        company.send(Method::POST, path, &headers, body.to_vec()).await
    };
    let (_, reader) = company.make_key(&["read"]).await;
    let problems = [
        ("malformed", 400, raw("/v1/triggers", b"{\"subject_id\":").await),
        ("no_key", 401, company.call_as(None, Method::GET, "/v1/nps", None).await),
        (
            "no_bearer",
            401,
            company.send(Method::GET, "/v1/nps", &[("authorization", "Basic bG9jYWw6".to_owned())], Vec::new()).await,
        ),
        ("unknown_key", 401, company.call_as(Some("nobody"), Method::GET, "/v1/nps", None).await),
        ("wrong_scope", 403, company.call_as(Some(&reader), Method::POST, "/v1/triggers", Some(json!({}))).await),
        ("not_found", 404, company.call(Method::GET, &format!("/v1/surveys/{}", "0".repeat(32)), None).await),
        ("nowhere", 404, company.call(Method::GET, "/v1/nothing", None).await),
        ("method_not_allowed", 405, company.call(Method::DELETE, "/v1/triggers", None).await),
        ("too_large", 413, raw("/v1/triggers", &vec![b' '; 65_537]).await),
        ("invalid", 422, raw("/v1/triggers", b"{}").await),
    ];
    for (name, status, answer) in problems {
        assert_eq!(answer.status, status, "{name} {}", answer.text);
        assert_eq!(answer.header("content-type"), "application/problem+json", "{name}");
        insta::assert_json_snapshot!(format!("problem_{name}"), answer.body);
        if status == 405 {
            assert!(answer.header("allow").contains("POST"), "{name}: {}", answer.header("allow"));
        }
    }
}

#[tokio::test]
async fn wrong_methods_and_strange_paths_are_answered_everywhere() {
    let company = Company::start().await;
    let letter = company.ask(done("a0X1", "ada@example.com")).await;
    let token = letter.link(3).split("/r/").nth(1).unwrap().split('?').next().unwrap().to_owned();
    for (method, path, status) in [
        (Method::GET, "/v1/triggers".to_owned(), 405),
        (Method::POST, "/v1/nps".to_owned(), 405),
        (Method::PUT, "/v1/responses".to_owned(), 405),
        (Method::DELETE, format!("/v1/surveys/{}", letter.survey), 405),
        (Method::PUT, format!("/r/{token}"), 405),
        (Method::DELETE, format!("/u/{token}"), 405),
        (Method::GET, "/v1".to_owned(), 404),
        (Method::GET, "/v1/triggers/".to_owned(), 404),
        (Method::GET, "/r/".to_owned(), 404),
        (Method::GET, "/favicon.ico".to_owned(), 404),
        (Method::GET, "/v1/surveys/short".to_owned(), 422),
        (Method::GET, "/v1/contacts/%00/score".to_owned(), 404),
    ] {
        let answer = company.call(method.clone(), &path, None).await;
        assert_eq!(answer.status, status, "{method} {path} {}", answer.text);
    }
    let home = company.call(Method::GET, "/", None).await;
    assert_eq!((home.status, home.header("location")), (307, "/dashboard"));
    let dashboard = company.call_as(None, Method::GET, "/dashboard", None).await;
    assert!(dashboard.status == 200 && dashboard.header("content-type").starts_with("text/html"));
}

#[tokio::test]
async fn the_description_names_every_operation_of_the_contract() {
    let company = Company::start().await;
    let operations = company.contract().operations();
    for wanted in [
        "POST /v1/triggers",
        "POST /v1/triggers/{source}",
        "POST /v1/triggers/batch",
        "POST /v1/responses/import",
        "GET /v1/responses.csv",
        "GET /v1/export/surveys",
        "GET /v1/contacts/{contact}/score.svg",
        "GET /icons/{icon}",
        "GET /phone",
        "GET /v1/sources",
        "GET /v1/sources/{id}",
        "PUT /v1/sources/{id}",
        "DELETE /v1/sources/{id}",
        "GET /v1/sources/{id}/refused",
        "GET /v1/campaigns",
        "GET /v1/campaigns/{id}",
        "PUT /v1/campaigns/{id}",
        "DELETE /v1/campaigns/{id}",
        "POST /v1/keys",
        "GET /v1/keys/{id}",
        "DELETE /v1/keys/{id}",
        "GET /v1/surveys",
        "GET /v1/surveys/{id}",
        "GET /v1/nps",
        "GET /v1/leaders",
        "GET /v1/coverage",
        "GET /v1/dimensions",
        "GET /v1/benchmarks",
        "GET /v1/responses",
        "PATCH /v1/responses/{survey_id}",
        "GET /v1/contacts/{contact}/score",
        "GET /v1/contacts/{contact}",
        "DELETE /v1/contacts/{contact}",
        "GET /v1/people",
        "GET /v1/people/{email}",
        "PUT /v1/people/{email}",
        "DELETE /v1/people/{email}",
        "GET /v1/me",
        "POST /v1/sign-in",
        "POST /v1/sign-out",
        "GET /sign-in/{token}",
        "HEAD /sign-in/{token}",
        "POST /sign-in/{token}",
        "GET /r/{token}",
        "HEAD /r/{token}",
        "POST /r/{token}",
        "POST /r/{token}/seen",
        "GET /u/{token}",
        "POST /u/{token}",
        "GET /openapi.json",
        "GET /dashboard",
    ] {
        assert!(operations.contains(&wanted.to_owned()), "{wanted} is missing");
    }
}
