//! Every end an attempt can have, against a stub that speaks (or breaks) TCP on loopback.

use std::time::Duration;

use super::{Doubt, Kind, NotSent, Outcome, Refusal, Terms, Text, Texter};
use crate::stub::{answer, config, never_answers, stub};

const TO: &str = "+4915112345678";

async fn send(endpoint: &str) -> Outcome {
    let terms =
        Terms { configuration_set: "npsloop".to_owned(), max_price: "0.50".to_owned(), kind: Kind::Promotional };
    let texter = Texter::with_limits(&config(endpoint), terms, Duration::from_millis(400), Duration::from_millis(800));
    let tags = [("survey", "00112233445566778899aabbccddeeff"), ("step", "invite"), ("claim", "c1")];
    texter.send(&Text { from: "ExampleAG", to: TO, body: "the secret body", tags: &tags }).await
}

/// What the outcome is when AWS answers so.
async fn outcome(status: &str, kind: &str, body: &str) -> Outcome {
    let body = if body.is_empty() {
        format!(r#"{{"__type":"{kind}","Message":"about {TO} and the secret body"}}"#)
    } else {
        format!(r#"{{"__type":"{kind}","Message":"about {TO}",{body}}}"#)
    };
    let (endpoint, served) = stub(answer(status, None, &body)).await;
    let outcome = send(&endpoint).await;
    served.await.expect("one attempt");
    let shown = match &outcome {
        Outcome::Sent { .. } => String::new(),
        Outcome::NotSent(why) => format!("{why} {outcome:?}"),
        Outcome::Refused(why) => format!("{why} {outcome:?} {}", why.word()),
        Outcome::Unknown(why) => format!("{why} {outcome:?}"),
    };
    assert!(!shown.contains("+49") && !shown.contains("secret"), "{shown}");
    outcome
}

#[tokio::test]
async fn what_is_sent_is_the_text_with_its_terms_and_its_tags() {
    let (endpoint, served) = stub(answer("200 OK", None, r#"{"MessageId":"0100-abc"}"#)).await;
    assert_eq!(send(&endpoint).await, Outcome::Sent { message_id: "0100-abc".to_owned() });
    let (head, body) = served.await.expect("one attempt");
    let head = head.to_ascii_lowercase();
    assert!(head.contains("x-amz-target: pinpointsmsvoicev2.sendtextmessage"), "{head}");
    let body: serde_json::Value = serde_json::from_str(&body).expect("JSON");
    let expected = serde_json::json!({
        "DestinationPhoneNumber": TO,
        "OriginationIdentity": "ExampleAG",
        "MessageBody": "the secret body",
        "MessageType": "PROMOTIONAL",
        "ConfigurationSetName": "npsloop",
        "MaxPrice": "0.50",
        "TimeToLive": 86_400,
        "Context": {"survey": "00112233445566778899aabbccddeeff", "step": "invite", "claim": "c1"},
    });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn definite_answers() {
    let refused = Outcome::Refused;
    let not_sent = Outcome::NotSent;
    let about = |field: &str| format!(r#""Reason":"INVALID_PARAMETER","Fields":[{{"Name":"{field}","Message":"no"}}]"#);
    let because = |reason: &str| format!(r#""Reason":"{reason}""#);
    for (kind, body, expected) in [
        ("ConflictException", because("DESTINATION_PHONE_NUMBER_OPTED_OUT"), refused(Refusal::OptedOut)),
        ("ConflictException", because("DESTINATION_PHONE_NUMBER_NOT_VERIFIED"), refused(Refusal::Sandbox)),
        (
            "ConflictException",
            because("DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION"),
            refused(Refusal::Country),
        ),
        ("ConflictException", because("MESSAGE_TYPE_MISMATCH"), not_sent(NotSent::Misconfigured)),
        ("ConflictException", because("NO_ORIGINATION_IDENTITIES_FOUND"), not_sent(NotSent::Misconfigured)),
        ("ConflictException", because("SOMETHING_NEW"), not_sent(NotSent::Misconfigured)),
        ("ValidationException", about("DestinationPhoneNumber"), refused(Refusal::Number)),
        ("ValidationException", about("MessageBody"), refused(Refusal::BadRequest)),
        ("ValidationException", because("DESTINATION_COUNTRY_BLOCKED"), refused(Refusal::Country)),
        ("ValidationException", because("SENDER_ID_NOT_SUPPORTED"), refused(Refusal::Country)),
        ("ValidationException", because("PRICE_OVER_THRESHOLD"), refused(Refusal::Price)),
        ("ValidationException", because("SENDER_ID_NOT_REGISTERED"), not_sent(NotSent::Misconfigured)),
        ("ValidationException", because("OTHER"), refused(Refusal::BadRequest)),
        ("ServiceQuotaExceededException", because("MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT"), not_sent(NotSent::Spent)),
        ("ThrottlingException", String::new(), not_sent(NotSent::Throttled)),
        ("ResourceNotFoundException", String::new(), not_sent(NotSent::Misconfigured)),
        ("AccessDeniedException", String::new(), not_sent(NotSent::Denied)),
        ("ExpiredTokenException", String::new(), not_sent(NotSent::Denied)),
    ] {
        assert_eq!(outcome("400 Bad Request", kind, &body).await, expected, "{kind} {body}");
    }
    assert_eq!(outcome("429 Too Many Requests", "Anything", "").await, not_sent(NotSent::Throttled));
}

#[tokio::test]
async fn answers_that_leave_it_open() {
    for (status, kind, expected) in [
        ("500 Internal Server Error", "InternalServerException", Doubt::ServerFault(500)),
        ("503 Service Unavailable", "ThrottlingException", Doubt::ServerFault(503)),
        ("408 Request Timeout", "Anything", Doubt::Unreadable),
        ("200 OK", "Anything", Doubt::Unreadable),
    ] {
        assert_eq!(outcome(status, kind, "").await, Outcome::Unknown(expected), "{status}");
    }
    assert_eq!(send(&never_answers().await).await, Outcome::Unknown(Doubt::TimedOut));
}

#[tokio::test]
async fn what_never_connected_is_not_sent() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    assert_eq!(send(&endpoint).await, Outcome::NotSent(NotSent::Unreachable));
}
