//! An invitation, while the tables fail, and while others invite as well.

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
use tokio::sync::watch;
use tower::ServiceExt as _;

use crate::sign_in::{Browser, link};

/// What becomes of one of a function's calls to its tables, from 0 on.
#[derive(Clone, Copy)]
enum Meets {
    /// It fails, however often it is tried; it may take effect all the same.
    Failure { nth: usize, takes_effect: bool },
    /// It waits until another request is through.
    Another { nth: usize },
}

/// Stands between a function and its tables.
struct Between {
    cloud: Cloud,
    meets: Meets,
    calls: Mutex<Vec<String>>,
    /// Whether it came to that call.
    met: watch::Sender<bool>,
    /// Whether the other request is through.
    through: watch::Sender<bool>,
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
    let (mut bare, ()) = http::Request::post("/").body(()).unwrap().into_parts();
    bare.headers = parts.headers;
    let handled = || {
        let (parts, body) = between.cloud.handle(&bare, &body).into_parts();
        Response::from_parts(parts, Body::from(body))
    };
    match between.meets {
        Meets::Failure { nth: fails, takes_effect } if fails == nth => {
            between.met.send_replace(true);
            if takes_effect {
                handled();
            }
            let broken = json!({"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError", "message": "broken"});
            (StatusCode::INTERNAL_SERVER_ERROR, broken.to_string()).into_response()
        }
        Meets::Another { nth: waits } if waits == nth => {
            between.met.send_replace(true);
            between.through.subscribe().wait_for(|through| *through).await.unwrap();
            handled()
        }
        _ => handled(),
    }
}

const PERSON: &str = r#"{"name": "Sam", "role": "owner"}"#;

/// Puts a person the ordinary way, and lets the letter go out.
async fn put(company: &Company, email: &str) {
    let person = serde_json::from_str(PERSON).unwrap();
    company.call(Method::PUT, &format!("/v1/people/{email}"), Some(person)).await.ok();
    company.settle().await;
}

/// Puts a person by a `manage` of which one call to the tables meets something; says whether one did, and what it answered.
async fn put_through(company: &Company, email: &str, meets: Meets) -> (bool, StatusCode) {
    let world = company.world();
    let (met, through) = (watch::Sender::new(false), watch::Sender::new(false));
    let between = Arc::new(Between { cloud: world.cloud().clone(), meets, calls: Mutex::default(), met, through });
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
        .body(Body::from(PERSON))
        .unwrap();
    let mut answer = std::pin::pin!(manage::router(manage).oneshot(asked));
    let another = async {
        between.met.subscribe().wait_for(|met| *met).await.unwrap();
        if matches!(meets, Meets::Another { .. }) {
            put(company, email).await;
        }
        between.through.send_replace(true);
    };
    let answer = tokio::select! {
        answer = &mut answer => answer,
        () = another => answer.await,
    };
    serving.abort();
    let met = *between.met.borrow();
    (met, answer.unwrap().status())
}

#[tokio::test]
async fn whatever_call_fails_once_more_leads_to_one_invitation() {
    let company = Company::start().await;
    for takes_effect in [false, true] {
        for nth in 0.. {
            assert!(nth < 20, "there are not so many calls");
            let email = format!("sam{nth}-{takes_effect}@company.example");
            let (failed, status) = put_through(&company, &email, Meets::Failure { nth, takes_effect }).await;
            if !failed {
                assert_eq!(status, 200);
                assert!(nth > 2, "every call was tried");
                break;
            }
            assert_eq!(status, 503, "{nth}");
            put(&company, &email).await;
            // What nobody called for is found by the sweep.
            company.advance("3h").await;
            let letters = company.inbox(&email).await;
            assert_eq!(letters.len(), 1, "call {nth} failed, and took effect: {takes_effect}");
            assert!(letters[0].subject.contains("invited"));
        }
    }
}

#[tokio::test]
async fn of_two_who_invite_somebody_at_once_one_writes_and_the_link_lets_in() {
    let company = Company::start().await;
    for nth in 0.. {
        assert!(nth < 20, "there are not so many calls");
        let email = format!("sam{nth}@company.example");
        // Before one call or the other, the other one is through and their letter is out.
        let (met, status) = put_through(&company, &email, Meets::Another { nth }).await;
        assert_eq!(status, 200, "{nth}");
        company.advance("3h").await;
        let letters = company.inbox(&email).await;
        assert_eq!(letters.len(), 1, "the other one came before call {nth}");
        Browser::through(&company, &link(&letters[0])).await;
        if !met {
            assert!(nth > 2, "it was tried at every call");
            break;
        }
    }
}

#[tokio::test]
async fn who_is_invited_anew_after_they_were_let_go_gets_another_letter() {
    let company = Company::start().await;
    for times in 1..=2 {
        put(&company, "sam@company.example").await;
        assert_eq!(company.inbox("sam@company.example").await.len(), times);
        assert_eq!(company.call(Method::DELETE, "/v1/people/sam@company.example", None).await.status, 204);
    }
}

#[tokio::test]
async fn what_was_left_of_somebody_who_was_let_go_lets_nobody_in() {
    let company = Company::start().await;
    let sam = Browser::of(&company, "sam@company.example", "analyst").await;
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
