//! Every end an attempt can have, against a stub that speaks (or breaks) TCP on loopback.

use std::time::Duration;

use tokio::net::TcpListener;

use super::{Doubt, Envelope, Mailer, NotSent, Outcome, Refusal};
use crate::mailbox::Mailbox;
use crate::stub::{answer, config, never_answers, request, stub};
use letters::Composed;

const TO: &str = "ada@example.com";

fn mailer(endpoint: &str) -> Mailer {
    let limits = (Duration::from_millis(400), Duration::from_millis(800));
    Mailer::with_limits(&config(endpoint), Some("npsloop".to_owned()), limits.0, limits.1)
}

fn letter() -> Composed {
    Composed {
        subject: "One question about Website relaunch".to_owned(),
        html: "<p>the secret body</p>".to_owned(),
        text: "the secret body".to_owned(),
        headers: vec![("List-Unsubscribe", "<https://nps.example.com/u/t>".to_owned())],
    }
}

async fn send(endpoint: &str) -> Outcome {
    let envelope = Envelope {
        from: Mailbox { name: "Müller & Söhne", email: "nps@example.com" },
        to: TO,
        reply_to: Some("sam@example.com"),
        tags: &[("survey", "00112233445566778899aabbccddeeff"), ("step", "invite"), ("claim", "c1")],
    };
    mailer(endpoint).send(&envelope, &letter()).await
}

/// What the outcome is when SES answers so.
async fn outcome(status: &str, kind: Option<&str>, body: &str) -> Outcome {
    let (endpoint, served) = stub(answer(status, kind, body)).await;
    let outcome = send(&endpoint).await;
    served.await.expect("one attempt");
    let shown = match &outcome {
        Outcome::Sent { .. } => String::new(),
        Outcome::NotSent(why) => format!("{why} {outcome:?}"),
        Outcome::Refused(why) => format!("{why} {outcome:?}"),
        Outcome::Unknown(why) => format!("{why} {outcome:?}"),
    };
    assert!(!shown.contains('@') && !shown.contains("secret"), "{shown}");
    outcome
}

#[tokio::test]
async fn what_is_sent_is_the_letter_with_headers_tags_and_an_encoded_sender() {
    let (endpoint, served) = stub(answer("200 OK", None, r#"{"MessageId":"0100-abc"}"#)).await;
    assert_eq!(send(&endpoint).await, Outcome::Sent { message_id: "0100-abc".to_owned() });
    let (head, body) = served.await.expect("one attempt");
    assert!(head.starts_with("POST /v2/email/outbound-emails "), "{head}");
    let body: serde_json::Value = serde_json::from_str(&body).expect("JSON");
    insta::assert_json_snapshot!("send_email", body);
}

#[tokio::test]
async fn definite_answers() {
    let refused = |why| Outcome::Refused(why);
    let not_sent = |why| Outcome::NotSent(why);
    let message = r#"{"message":"about ada@example.com and the secret body"}"#;
    let sandbox = r#"{"message":"Email address is not verified. The following identities failed the check in region EU-CENTRAL-1: ada@example.com"}"#;
    for (status, kind, body, expected) in [
        ("429 Too Many Requests", Some("TooManyRequestsException"), message, not_sent(NotSent::Throttled)),
        ("429 Too Many Requests", None, "<html>slow down</html>", not_sent(NotSent::Throttled)),
        ("400 Bad Request", Some("LimitExceededException"), message, not_sent(NotSent::Throttled)),
        ("400 Bad Request", Some("ThrottlingException"), message, not_sent(NotSent::Throttled)),
        ("400 Bad Request", Some("SendingPausedException"), message, not_sent(NotSent::Paused)),
        ("400 Bad Request", Some("AccountSuspendedException"), message, not_sent(NotSent::Paused)),
        ("400 Bad Request", Some("ExpiredTokenException"), message, not_sent(NotSent::Denied)),
        ("403 Forbidden", Some("AccessDeniedException"), message, not_sent(NotSent::Denied)),
        ("403 Forbidden", None, "", not_sent(NotSent::Denied)),
        ("404 Not Found", Some("NotFoundException"), message, not_sent(NotSent::Misconfigured)),
        ("400 Bad Request", Some("MessageRejected"), message, refused(Refusal::Rejected)),
        ("400 Bad Request", Some("MessageRejected"), sandbox, refused(Refusal::Unverified)),
        ("400 Bad Request", Some("MailFromDomainNotVerifiedException"), message, refused(Refusal::MailFromDomain)),
        ("400 Bad Request", Some("BadRequestException"), message, refused(Refusal::BadRequest)),
        ("400 Bad Request", Some("ValidationException"), message, refused(Refusal::BadRequest)),
        ("400 Bad Request", None, "not JSON", refused(Refusal::BadRequest)),
    ] {
        assert_eq!(outcome(status, kind, body).await, expected, "{status} {kind:?}");
    }
}

#[tokio::test]
async fn answers_that_leave_it_open() {
    let fault = r#"{"message":"about ada@example.com"}"#;
    for (status, kind, body, expected) in [
        ("500 Internal Server Error", Some("InternalFailure"), fault, Doubt::ServerFault(500)),
        ("502 Bad Gateway", None, "<html></html>", Doubt::ServerFault(502)),
        ("503 Service Unavailable", Some("ServiceUnavailable"), fault, Doubt::ServerFault(503)),
        ("503 Service Unavailable", Some("ThrottlingException"), fault, Doubt::ServerFault(503)),
        ("504 Gateway Timeout", None, "", Doubt::ServerFault(504)),
        ("408 Request Timeout", None, "", Doubt::Unreadable),
        ("200 OK", None, "<html>hotel wifi</html>", Doubt::Unreadable),
        ("200 OK", None, "{}", Doubt::Unreadable),
        ("200 OK", None, r#"{"MessageId":""}"#, Doubt::Unreadable),
        ("302 Found", None, "", Doubt::Unreadable),
    ] {
        assert_eq!(outcome(status, kind, body).await, Outcome::Unknown(expected), "{status} {kind:?}");
    }
}

#[tokio::test]
async fn a_truncated_answer_leaves_it_open() {
    for cut in [
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 400\r\n\r\n{\"MessageId\":\"0100",
        "HTTP/1.1 200 OK\r\ncontent-ty",
        "garbage\r\n\r\n",
        "",
    ] {
        let (endpoint, served) = stub(cut.to_owned()).await;
        let outcome = send(&endpoint).await;
        assert!(matches!(outcome, Outcome::Unknown(_)), "{cut:?}: {outcome:?}");
        served.await.expect("one attempt");
    }
}

#[tokio::test]
async fn a_refused_connection_is_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    assert_eq!(send(&endpoint).await, Outcome::NotSent(NotSent::Unreachable));
}

#[tokio::test]
async fn an_unknown_host_is_not_sent() {
    assert_eq!(send("http://ses.invalid:8080").await, Outcome::NotSent(NotSent::Unreachable));
}

#[tokio::test]
async fn a_failed_handshake_is_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let endpoint = format!("https://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a connection");
        drop(stream);
    });
    assert_eq!(send(&endpoint).await, Outcome::NotSent(NotSent::Unreachable));
}

#[tokio::test]
async fn a_connection_that_does_not_come_about_in_time_is_not_sent() {
    // The TLS handshake belongs to connecting: this server accepts and then says nothing.
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let endpoint = format!("https://{}", listener.local_addr().expect("an address"));
    let held = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a connection");
        tokio::time::sleep(Duration::from_secs(5)).await;
        drop(stream);
    });
    assert_eq!(send(&endpoint).await, Outcome::NotSent(NotSent::Unreachable));
    held.abort();
}

#[tokio::test]
async fn a_reset_after_the_mail_was_written_leaves_it_open() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    let served = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        request(&mut stream).await;
        // Closing with linger 0 sends RST instead of FIN.
        stream.set_zero_linger().expect("linger");
        drop(stream);
        let second = tokio::time::timeout(Duration::from_millis(60), listener.accept()).await;
        assert!(second.is_err(), "the client tried again");
    });
    assert_eq!(send(&endpoint).await, Outcome::Unknown(Doubt::Broken));
    served.await.expect("one attempt");
}

#[tokio::test]
async fn silence_after_the_mail_was_written_leaves_it_open() {
    assert_eq!(send(&never_answers().await).await, Outcome::Unknown(Doubt::TimedOut));
}

#[test]
fn the_sandbox_is_named() {
    let text = Refusal::Unverified.to_string();
    assert!(text.contains("sandbox") && text.contains("production access"), "{text}");
}
