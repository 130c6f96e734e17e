//! What is sent to harm, and how sources are managed.

use std::time::Duration;

use host::aws::{Reach, Service};
use host::settings::StoreSettings;
use model::Source;
use model::source::{Auth, Kind};
use reqwest::Method;
use serde_json::json;
use store::Store;
use tests::Company;

use super::{acknowledged, basic, fixture, key, outbound, post, put, salesforce, source};

#[tokio::test]
async fn hostile_bodies_are_refused_and_harm_nothing() {
    let company = Company::start().await;
    salesforce(&company).await;
    source(&company, "zapier", "zap", json!({"kind": "json", "auth": {"secret": "zapier"}})).await;
    source(&company, "website", "f", json!({"kind": "form", "auth": {"secret": "website"}})).await;
    let xml = fixture("salesforce_outbound.xml");
    let typed = |doctype: &str| xml.replacen("<soapenv:Envelope", &format!("{doctype}<soapenv:Envelope"), 1);
    let bomb: String = (1..10).map(|n| format!("<!ENTITY a{n} \"{}\">", format!("&a{};", n - 1).repeat(10))).collect();
    let bomb = typed(&format!("<!DOCTYPE a [<!ENTITY a0 \"ha\">{bomb}]>")).replace("Website", "&a9;");
    let file = typed("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>").replace("Website", "&x;");
    let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    let attributes = format!("<a {}/>", (0..60_000).map(|n| format!("a{n}='>' ")).collect::<String>());
    for (body, status) in [
        (String::new(), 400),
        ("{}".to_owned(), 400),
        (typed("<!DOCTYPE a>"), 400),
        (bomb, 400),
        (file, 400),
        (deep, 400),
        (attributes, 400),
        (xml.replace("Website", "&nbsp;"), 400),
        (xml[..xml.len() / 2].to_owned(), 400),
        (" ".repeat(10 * 1024 * 1024), 413),
    ] {
        let answer = outbound(&company, &body).await;
        assert_eq!(answer.status, status, "{:.80} {}", body, answer.text);
        assert!(!answer.text.contains("Ack") && !answer.text.contains("root:"), "{}", answer.text);
    }
    assert_eq!(outbound(&company, &xml.replace("Project__c", "\u{fffe}")).await.status, 400);
    let nested = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    for body in ["", "[]", "null", "{", "{\"a\":1e999}", nested.as_str(), &format!("{{\"a\":{nested}}}")] {
        let answer = post(&company, "/v1/triggers/zapier", &key("zap"), body).await;
        assert_eq!((answer.status, answer.problem().0), (400, "malformed"), "{body:.40}");
    }
    for body in [r#"{"subject_id":{"a":1},"contact_email":[],"milestone":{"x":[]},"attributes":7}"#, "{}"] {
        assert_eq!(post(&company, "/v1/triggers/zapier", &key("zap"), body).await.status, 422, "{body}");
    }
    for body in ["", "&&&=&=", "subject_id=1&subject_id=2&milestone=m&contact_email=a%40example.com", "%ff=%00"] {
        assert_eq!(post(&company, "/v1/triggers/website", &key("f"), body).await.status, 422, "{body}");
    }
    assert_eq!(company.surveys("?contact=a@example.com").await["surveys"], json!([]));
    assert!(acknowledged(&outbound(&company, &xml).await), "and the next one is taken");
}

#[tokio::test]
async fn a_source_that_another_function_just_wrote_is_known() {
    let company = Company::start().await;
    company.world().cloud().set_secret("crm", "k");
    let taken = async |header: &str| {
        // What is not known is looked for once a second at most.
        tokio::time::sleep(Duration::from_millis(1100)).await;
        let key = [(header, "k".to_owned())];
        post(&company, "/v1/triggers/crm", &key, fixture("zapier.json")).await.status
    };
    assert_eq!(taken("x-api-key").await, 404);
    // `manage` in another process: nothing tells `intake` of it.
    let env = company.world().env();
    let settings: StoreSettings = env.read().unwrap();
    let manage = Store::new(&Reach::new(env).unwrap().config(Service::DynamoDb), settings.tables, settings.defaults);
    for (header, status) in [("x-api-key", 202), ("x-other", 200)] {
        let source = Source {
            id: "crm".parse().unwrap(),
            kind: Kind::Json,
            campaign: None,
            auth: Auth::Header { name: header.to_owned() },
            secret: "crm".to_owned(),
            organization_id: None,
            map: Kind::Json.usual_map(),
            when: Vec::new(),
        };
        let seen = manage.config(company.now().await).await.unwrap();
        assert!(manage.save_document(&seen, &source).await.unwrap());
        assert_eq!(taken(header).await, status, "{header}");
    }
}

#[tokio::test]
async fn a_source_is_managed_whole() {
    let company = Company::start().await;
    let all = async || company.call(Method::GET, "/v1/sources", None).await.ok().body;
    assert_eq!(all().await, json!({"sources": []}));
    let made = put(&company, "crm", json!({"kind": "pipedrive", "auth": {"secret": "crm"}})).await.ok();
    assert_eq!(
        (&made["campaign"], &made["auth"]["user"], &made["when"]),
        (&json!(null), &json!("npsloop"), &json!({"meta.action": ["create", "change"]}))
    );
    assert_eq!(put(&company, "crm", made.body.clone()).await.ok().body, made.body, "what is shown can be put");
    assert_eq!(company.call(Method::GET, "/v1/sources/crm", None).await.ok().body, made.body);
    put(&company, "a", json!({"kind": "json", "auth": {"secret": "a"}})).await.ok();
    let ids: Vec<_> = all().await["sources"].as_array().unwrap().iter().map(|source| source["id"].clone()).collect();
    assert_eq!(ids, ["a", "crm"]);

    for (id, body, pointer) in [
        ("crm", json!({}), "/kind"),
        ("crm", json!({"kind": "json", "auth": {"secret": "a"}, "map": {"subject": "x"}}), "/map/subject"),
        ("batch", json!({"kind": "json", "auth": {"secret": "a"}}), "/id"),
        ("A", json!({"kind": "json", "auth": {"secret": "a"}}), "/id"),
    ] {
        let answer = put(&company, id, body.clone()).await;
        assert_eq!((answer.status, answer.problem().0), (422, "invalid"), "{body}");
        assert!(answer.problem().1.contains(&pointer), "{:?}", answer.problem());
    }
    assert_eq!(company.call(Method::GET, "/v1/sources/crm", None).await.ok().body, made.body, "nothing was written");

    let (_, sender) = company.make_key(&["trigger", "read"]).await;
    for (method, path) in [
        (Method::GET, "/v1/sources"),
        (Method::GET, "/v1/sources/crm"),
        (Method::PUT, "/v1/sources/crm"),
        (Method::DELETE, "/v1/sources/crm"),
        (Method::GET, "/v1/sources/crm/refused"),
    ] {
        assert_eq!(
            company.call_as(Some(&sender), method.clone(), path, None).await.problem().0,
            "wrong-scope",
            "{method} {path}"
        );
        assert_eq!(company.call_as(None, method.clone(), path, None).await.problem().0, "no-key", "{method} {path}");
    }
    assert_eq!(company.call(Method::GET, "/v1/sources/crm/refused?page=2", None).await.problem().1, ["?page"]);
    assert_eq!(company.call(Method::DELETE, "/v1/sources/crm", None).await.status, 204);
    for (method, path) in [
        (Method::GET, "/v1/sources/crm"),
        (Method::DELETE, "/v1/sources/crm"),
        (Method::GET, "/v1/sources/crm/refused"),
        (Method::DELETE, "/v1/sources/%20"),
    ] {
        assert_eq!(company.call(method.clone(), path, None).await.problem().0, "not-found", "{method} {path}");
    }
    assert_eq!(post(&company, "/v1/triggers/crm", &basic("npsloop", "x"), "{}").await.status, 404);
}
