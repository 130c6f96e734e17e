//! The desk of the local host shows what was told to whom, and plays somebody outside who takes whatever is sent.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Company, done};

/// What the desk says, beside what the API promises.
async fn told(company: &Company, path: &str) -> Vec<Value> {
    reqwest::get(format!("{}{path}", company.url())).await.unwrap().json().await.unwrap()
}

async fn page(company: &Company) -> String {
    reqwest::get(format!("{}/local/deliveries", company.url())).await.unwrap().text().await.unwrap()
}

#[tokio::test]
async fn a_person_sees_the_loop_close() {
    let company = Company::start().await;
    // Before anything was told, the desk says how to be told.
    assert!(page(&company).await.contains("local_webhook"));
    let url = format!("{}/local/outside/demo", company.url());
    let demo = json!({"kind": "webhook", "url": url, "secret": "local_webhook"});
    company.call(Method::PUT, "/v1/destinations/demo", Some(demo)).await.ok();
    company
        .call(Method::PUT, "/v1/destinations/chat", Some(json!({"kind": "slack", "secret": "local_slack"})))
        .await
        .ok();
    company.call(Method::PUT, "/v1/destinations/bus", Some(json!({"kind": "event_bus"}))).await.ok();
    company.ask_and_hear(done("a0X1", "ada@example.com"), 3).await;
    company.settle().await;

    let arrived = told(&company, "/local/outside").await;
    let names: Vec<&str> = arrived.iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"demo") && names.contains(&"slack"), "{names:?}");
    let signed = arrived.iter().find(|one| one["name"] == "demo").unwrap();
    for header in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        assert!(signed["headers"][header].is_string(), "{header}: {signed}");
    }
    assert!(told(&company, "/local/events").await.iter().all(|event| event["bus"] == "local"));
    assert!(!told(&company, "/local/events").await.is_empty());

    // Every call is there, and no secret of it.
    let calls = told(&company, "/local/calls").await;
    let to = |name: &str| calls.iter().filter(|call| call["destination"] == name).cloned().collect::<Vec<_>>();
    assert_eq!(to("demo").len(), arrived.iter().filter(|one| one["name"] == "demo").count());
    assert!(to("demo").iter().all(|call| call["status"] == 200 && call["method"] == "POST"), "{calls:?}");
    assert_eq!(to("demo")[0]["place"], url);
    assert_eq!(to("chat")[0]["place"], format!("{}/…", company.url()), "where a chat is, is its secret");
    assert_eq!(to("bus").len(), told(&company, "/local/events").await.len());

    let page = page(&company).await;
    for shown in ["Every call", "PutEvents", "demo", "chat", "event bus local", "delivered", ">200<"] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
}

#[tokio::test]
async fn what_cannot_be_told_waits_where_it_can_be_seen() {
    let company = Company::start().await;
    // A port where nobody listens.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let dead = json!({"kind": "webhook", "url": format!("http://{free}/"), "secret": "local_webhook"});
    company.call(Method::PUT, "/v1/destinations/dead", Some(dead)).await.ok();
    company.ask(done("a0X1", "ada@example.com")).await;
    let idle = company.settle().await;
    let waiting = idle["waiting"].as_array().unwrap();
    assert!(waiting.iter().any(|one| one["what"] == "retry" && one["survey_id"].is_string()), "{waiting:?}");
    assert_eq!(idle["failed"], 0, "a remote that is down is no failed work");
    let calls = told(&company, "/local/calls").await;
    assert!(!calls.is_empty() && calls.iter().all(|call| call["status"].is_null() && call["error"].is_string()));
    let page = page(&company).await;
    assert!(page.contains("retrying") && page.contains("in "), "{page}");
}
