//! What SES says of a mail it received, as its topic brings it raw, and End User Messaging of a text somebody wrote back, in what
//! SNS writes around it: only what is needed of it is read.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::{Phone, Timestamp};
use serde::Deserialize;

/// A mail that SES received.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// SES's name for it.
    pub id: String,
    /// When SES took it.
    pub at: Timestamp,
    /// Where its envelope says that it came from; nothing where it may not be answered.
    pub sender: String,
    /// The addresses it was received for.
    pub recipients: Vec<String>,
    /// Whether SES takes it for spam.
    pub spam: bool,
    /// Whether SES found a virus in it.
    pub virus: bool,
    /// The mail as it came.
    pub raw: Vec<u8>,
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Who wrote what stays out of logs.
        f.debug_struct("Mail").field("id", &self.id).field("bytes", &self.raw.len()).finish_non_exhaustive()
    }
}

/// A text that somebody wrote back.
#[derive(Clone, PartialEq, Eq)]
pub struct Text {
    /// The service's name for it.
    pub id: String,
    /// When its topic took it.
    pub at: Timestamp,
    /// Who wrote.
    pub from: Phone,
    /// What.
    pub said: String,
}

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Text").field("id", &self.id).field("bytes", &self.said.len()).finish_non_exhaustive()
    }
}

/// What a message turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Read {
    /// A mail.
    Mail(Mail),
    /// A text.
    Text(Text),
    /// Something else; why it is none of our business.
    NotOurs(&'static str),
}

/// A message that AWS did not write, or lacks what it always has.
#[derive(Debug, thiserror::Error)]
pub enum NotAReply {
    /// It is no JSON, or lacks what every notification has.
    #[error("the body is not as aws writes it")]
    Malformed(#[source] serde_json::Error),
    /// The mail itself is missing: the rule is to send it along.
    #[error("the mail itself is not in it")]
    Empty,
    /// The mail is not in the encoding it is said to be in.
    #[error("the mail is not in base64")]
    NotBase64(#[source] base64::DecodeError),
    /// Nobody can say when it came.
    #[error("it does not say when it came")]
    Undated,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Notification {
    notification_type: String,
    mail: Head,
    receipt: Receipt,
    content: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    timestamp: String,
    message_id: String,
    source: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Receipt {
    #[serde(default)]
    recipients: Vec<String>,
    #[serde(default)]
    spam_verdict: Verdict,
    #[serde(default)]
    virus_verdict: Verdict,
    action: Option<Action>,
}

#[derive(Default, Deserialize)]
struct Verdict {
    #[serde(default)]
    status: String,
}

impl Verdict {
    fn is_fail(&self) -> bool {
        self.status == "FAIL"
    }
}

#[derive(Deserialize)]
struct Action {
    encoding: Option<String>,
}

/// What SNS writes around a text. The text itself does not say when it came, and a queue tells it anew of each repeat.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Envelope {
    message: String,
    timestamp: String,
}

/// What came by a text.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Inbound {
    inbound_message_id: String,
    origination_number: String,
    #[serde(default)]
    message_body: String,
}

/// What a topic sends once, when it is connected.
const HELLO: &str = "Successfully validated SNS topic";

/// Reads the body of a message.
///
/// # Errors
/// When it is no notification of a mail or a text, or lacks the mail.
pub fn read(body: &str) -> Result<Read, NotAReply> {
    if body.starts_with(HELLO) {
        return Ok(Read::NotOurs("it only says that the topic is there"));
    }
    let body: serde_json::Value = serde_json::from_str(body).map_err(NotAReply::Malformed)?;
    if body.get("Type").is_some_and(|kind| kind == "Notification") {
        return Envelope::deserialize(body).map_err(NotAReply::Malformed).and_then(|envelope| text(&envelope));
    }
    let Notification { notification_type, mail, receipt, content } =
        Notification::deserialize(body).map_err(NotAReply::Malformed)?;
    if notification_type != "Received" {
        return Ok(Read::NotOurs("it says nothing of a mail that came"));
    }
    let content = content.ok_or(NotAReply::Empty)?;
    let base64 = receipt.action.and_then(|action| action.encoding).is_some_and(|it| it.eq_ignore_ascii_case("base64"));
    let raw = if base64 {
        let plain: String = content.split_ascii_whitespace().collect();
        STANDARD.decode(plain).map_err(NotAReply::NotBase64)?
    } else {
        content.into_bytes()
    };
    Ok(Read::Mail(Mail {
        id: mail.message_id,
        at: mail.timestamp.parse().map_err(|_| NotAReply::Undated)?,
        sender: mail.source.unwrap_or_default(),
        recipients: receipt.recipients,
        spam: receipt.spam_verdict.is_fail(),
        virus: receipt.virus_verdict.is_fail(),
        raw,
    }))
}

fn text(envelope: &Envelope) -> Result<Read, NotAReply> {
    let Inbound { inbound_message_id, origination_number, message_body } =
        serde_json::from_str(&envelope.message).map_err(NotAReply::Malformed)?;
    let at = envelope.timestamp.parse().map_err(|_| NotAReply::Undated)?;
    Ok(match Phone::international(&origination_number) {
        Some(from) => Read::Text(Text { id: inbound_message_id, at, from, said: message_body }),
        None => Read::NotOurs("nobody can tell who wrote"),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn notification() -> Value {
        json!({
            "notificationType": "Received",
            "mail": {
                "timestamp": "2026-11-29T10:00:00.123Z", "source": "ada@example.com", "messageId": "o3vrnil0e2ic28",
                "destination": ["x@reply.example.com"], "headersTruncated": false, "headers": [], "commonHeaders": {}
            },
            "receipt": {
                "timestamp": "2026-11-29T10:00:00.123Z", "processingTimeMillis": 574, "recipients": ["x@reply.example.com"],
                "spamVerdict": {"status": "PASS"}, "virusVerdict": {"status": "PASS"}, "spfVerdict": {"status": "PASS"},
                "dkimVerdict": {"status": "PASS"}, "dmarcVerdict": {"status": "PASS"},
                "action": {"type": "SNS", "topicArn": "arn:aws:sns:eu-west-1:000000000000:replies", "encoding": "BASE64"}
            },
            "content": STANDARD.encode(b"From: ada@example.com\r\n\r\n9\r\n")
        })
    }

    fn with(pointer: &str, value: Value) -> Value {
        let mut notification = notification();
        *notification.pointer_mut(pointer).unwrap() = value;
        notification
    }

    fn mail(notification: &Value) -> Mail {
        match read(&notification.to_string()).unwrap() {
            Read::Mail(mail) => mail,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_mail_is_read_as_ses_brings_it() {
        let mail = mail(&notification());
        assert_eq!((mail.id.as_str(), mail.sender.as_str()), ("o3vrnil0e2ic28", "ada@example.com"));
        assert_eq!(mail.at.to_string(), "2026-11-29T10:00:00.123Z");
        assert_eq!(mail.recipients, ["x@reply.example.com"]);
        assert_eq!(mail.raw, b"From: ada@example.com\r\n\r\n9\r\n");
        assert!(!mail.spam && !mail.virus);
        assert!(!format!("{mail:?}").contains("ada"));
    }

    #[test]
    fn what_ses_thinks_of_it_is_read() {
        assert!(mail(&with("/receipt/spamVerdict/status", json!("FAIL"))).spam);
        assert!(mail(&with("/receipt/virusVerdict/status", json!("FAIL"))).virus);
        for status in ["GRAY", "PROCESSING_FAILED", "DISABLED"] {
            assert!(!mail(&with("/receipt/spamVerdict/status", json!(status))).spam, "{status}");
        }
        let plain = with("/receipt/action/encoding", json!("UTF8"));
        assert!(mail(&plain).raw.starts_with(b"RnJvbT"), "as it stands");
    }

    #[test]
    fn what_is_no_mail_is_told_from_what_is_broken() {
        assert!(matches!(read("Successfully validated SNS topic for Amazon SES"), Ok(Read::NotOurs(_))));
        assert!(matches!(read(&with("/notificationType", json!("Bounce")).to_string()), Ok(Read::NotOurs(_))));
        for broken in ["", "{", "[]", "{}", "null", r#"{"inboundMessageId":"1"}"#] {
            assert!(matches!(read(broken), Err(NotAReply::Malformed(_))), "{broken}");
        }
        assert!(matches!(read(&with("/content", Value::Null).to_string()), Err(NotAReply::Empty)));
        assert!(matches!(read(&with("/content", json!("ü")).to_string()), Err(NotAReply::NotBase64(_))));
        assert!(matches!(read(&with("/mail/timestamp", json!("today")).to_string()), Err(NotAReply::Undated)));
    }

    #[test]
    fn a_text_is_read_as_its_topic_brings_it() {
        let inbound = |from: &str| {
            let message = json!({
                "originationNumber": from, "destinationNumber": "+12125550101", "messageKeyword": "KEYWORD",
                "messageBody": "9 great", "inboundMessageId": "cae173d2-66b9-564c-8309-21f858e9fb84",
                "previousPublishedMessageId": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
            });
            json!({
                "Type": "Notification", "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
                "TopicArn": "arn:aws:sns:eu-west-1:000000000000:npsloop-text-replies", "Message": message.to_string(),
                "Timestamp": "2026-11-29T10:00:00.123Z", "SignatureVersion": "1", "Signature": "EXAMPLE==",
                "SigningCertURL": "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0000.pem",
                "UnsubscribeURL": "https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe"
            })
        };
        let read = |body: &Value| super::read(&body.to_string());
        let Read::Text(text) = read(&inbound("+4915112345678")).unwrap() else { panic!("no text") };
        assert_eq!((text.id.as_str(), text.said.as_str()), ("cae173d2-66b9-564c-8309-21f858e9fb84", "9 great"));
        assert_eq!(text.from, Phone::international("+4915112345678").unwrap());
        assert_eq!(text.at.to_string(), "2026-11-29T10:00:00.123Z");
        assert!(!format!("{text:?}").contains("great"));
        assert!(matches!(read(&inbound("12345")), Ok(Read::NotOurs(_))));
        let with = |name: &str, value: Value| {
            let mut notification = inbound("+4915112345678");
            notification[name] = value;
            notification
        };
        assert!(matches!(read(&with("Timestamp", json!("today"))), Err(NotAReply::Undated)));
        // One without what is written around it says no more when it came: somebody has to see it.
        let bare = inbound("+4915112345678")["Message"].as_str().map(super::read);
        assert!(matches!(bare, Some(Err(NotAReply::Malformed(_)))), "{bare:?}");
        for broken in [json!("{}"), json!("9"), json!(9), json!(r#"{"inboundMessageId":"1"}"#), Value::Null] {
            assert!(matches!(read(&with("Message", broken.clone())), Err(NotAReply::Malformed(_))), "{broken}");
        }
    }
}
