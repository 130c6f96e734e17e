//! An invitation, while the tables fail.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use host::aws::{Reach, Service};
use local::cloud::Cloud;
use reqwest::Method;
use serde_json::{Value, json};
use store::{Defaults, Store, Tables};
use tests::Company;
use tokio::net::TcpListener;
use tower::ServiceExt as _;

/// Stands between a function and its tables, and lets one of its calls fail, however often that is tried.
struct Between {
    cloud: Cloud,
    /// Which, from 0 on, and whether it takes effect all the same.
    fails: (usize, bool),
    calls: Mutex<Vec<String>>,
    failed: AtomicUsize,
}

async fn pass(State(between): State<Arc<Between>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let call = parts.headers["amz-sdk-invocation-id"].to_str().unwrap().to_owned();
    let nth = {
        let mut calls = between.calls.lock().unwrap();
        calls.iter().position(|known| *known == call).unwrap_or_else(|| {
            calls.push(call);
            calls.len() - 1
        })
    };
    let fails = nth == between.fails.0;
    if !fails || between.fails.1 {
        let (mut bare, ()) = http::Request::post("/").body(()).unwrap().into_parts();
        bare.headers = parts.headers;
        let (parts, body) = between.cloud.handle(&bare, &body).into_parts();
        if !fails {
            return Response::from_parts(parts, Body::from(body));
        }
    }
    between.failed.fetch_add(1, Ordering::SeqCst);
    let broken = json!({"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError", "message": "broken"});
    (StatusCode::INTERNAL_SERVER_ERROR, broken.to_string()).into_response()
}

/// Puts a person by a `manage` of which one call to the tables fails; says whether one did, and what it answered.
async fn put(company: &Company, email: &str, fails: (usize, bool)) -> (bool, StatusCode) {
    let world = company.world();
    let (calls, failed) = Default::default();
    let between = Arc::new(Between { cloud: world.cloud().clone(), fails, calls, failed });
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let env = world.env().clone();
    let env = env.with("AWS_ENDPOINT_URL_DYNAMODB", &format!("http://{}", listener.local_addr().unwrap()));
    let app = Router::new().fallback(pass).with_state(between.clone());
    let serving = tokio::spawn(async move { axum::serve(listener, app).await });

    let tables = Tables { surveys: "surveys".to_owned(), ledger: "ledger".to_owned() };
    let sender = model::Email::parse("hello@company.example").unwrap();
    let defaults = Defaults { company: "Example Company".to_owned(), sender };
    let store = Store::new(&Reach::new(&env).unwrap().config(Service::DynamoDb), tables, defaults);
    let manage = manage::Deps::connect(&env).unwrap();
    let manage = manage::Deps { store, clock: world.clock().for_functions(), ..manage };
    let asked = http::Request::put(format!("/v1/people/{email}"))
        .header("authorization", "Bearer local")
        .body(Body::from(json!({"name": "Sam", "role": "owner"}).to_string()))
        .unwrap();
    let answer = manage::router(manage).oneshot(asked).await.unwrap();
    serving.abort();
    (between.failed.load(Ordering::SeqCst) > 0, answer.status())
}

#[tokio::test]
async fn whatever_call_fails_once_more_leads_to_an_invitation() {
    let company = Company::start().await;
    for takes_effect in [false, true] {
        for nth in 0.. {
            assert!(nth < 20, "there are not so many calls");
            let email = format!("sam{nth}-{takes_effect}@company.example");
            let (failed, status) = put(&company, &email, (nth, takes_effect)).await;
            if !failed {
                assert_eq!(status, 200);
                assert!(nth > 3, "every call was tried");
                break;
            }
            assert_eq!(status, 503, "{nth}");
            let person = Some(json!({"name": "Sam", "role": "owner"}));
            company.call(Method::PUT, &format!("/v1/people/{email}"), person).await.ok();
            // What nobody called for is found by the sweep.
            company.advance("3h").await;
            let letters = company.inbox(&email).await;
            assert!(!letters.is_empty(), "call {nth} failed, and took effect: {takes_effect}");
            assert!(letters.iter().all(|letter| letter.subject.contains("invited")));
        }
    }
}

#[tokio::test]
async fn what_was_left_of_somebody_who_was_let_go_lets_nobody_in() {
    let company = Company::start().await;
    let sam = crate::sign_in::Browser::of(&company, "sam@company.example", "analyst").await;
    // The process dies behind the first of the deletes.
    let key = model::Email::parse("sam@company.example").unwrap().key();
    let item =
        json!({"TableName": "ledger", "Key": {"pk": {"S": store::keys::person(&key)}, "sk": {"S": store::keys::ONLY}}});
    let (parts, ()) =
        http::Request::post("/").header("x-amz-target", "DynamoDB_20120810.DeleteItem").body(()).unwrap().into_parts();
    assert_eq!(company.world().cloud().handle(&parts, item.to_string().as_bytes()).status(), 200);
    company.advance("1m").await;
    assert_eq!(sam.get("/v1/me").await.status, 401);

    let person = json!({"name": "Sam", "role": "analyst"});
    company.call(Method::PUT, "/v1/people/sam@company.example", Some(person)).await.ok();
    company.advance("1m").await;
    assert_eq!(sam.get("/v1/me").await.status, 401, "the former session is no way into the new life");
    let people = company.call(Method::GET, "/v1/people", None).await.ok();
    assert_eq!(people["people"].as_array().map(Vec::len), Some(1), "{}", people.text);
    assert_ne!(people["people"][0]["email"], Value::Null);
}
