//! What SES says of a mail it received, as the topic brings it (raw delivery): only what is needed of it is read.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::Timestamp;
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

/// What a message turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Read {
    /// A mail.
    Mail(Mail),
    /// Something else; why it is none of our business.
    NotOurs(&'static str),
}

/// A message that SES did not write, or lacks what it always has.
#[derive(Debug, thiserror::Error)]
pub enum NotAMail {
    /// It is no JSON, or lacks what every notification has.
    #[error("the body is not as ses writes it")]
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

/// What a topic sends once, when it is connected.
const HELLO: &str = "Successfully validated SNS topic";

/// Reads the body of a message.
///
/// # Errors
/// When it is no notification of SES, or lacks the mail.
pub fn read(body: &str) -> Result<Read, NotAMail> {
    if body.starts_with(HELLO) {
        return Ok(Read::NotOurs("it only says that the topic is there"));
    }
    let Notification { notification_type, mail, receipt, content } =
        serde_json::from_str(body).map_err(NotAMail::Malformed)?;
    if notification_type != "Received" {
        return Ok(Read::NotOurs("it says nothing of a mail that came"));
    }
    let content = content.ok_or(NotAMail::Empty)?;
    let base64 = receipt.action.and_then(|action| action.encoding).is_some_and(|it| it.eq_ignore_ascii_case("base64"));
    let raw = if base64 {
        let plain: String = content.split_ascii_whitespace().collect();
        STANDARD.decode(plain).map_err(NotAMail::NotBase64)?
    } else {
        content.into_bytes()
    };
    Ok(Read::Mail(Mail {
        id: mail.message_id,
        at: mail.timestamp.parse().map_err(|_| NotAMail::Undated)?,
        sender: mail.source.unwrap_or_default(),
        recipients: receipt.recipients,
        spam: receipt.spam_verdict.is_fail(),
        virus: receipt.virus_verdict.is_fail(),
        raw,
    }))
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
        for broken in ["", "{", "[]", "{}", "null"] {
            assert!(matches!(read(broken), Err(NotAMail::Malformed(_))), "{broken}");
        }
        assert!(matches!(read(&with("/content", Value::Null).to_string()), Err(NotAMail::Empty)));
        assert!(matches!(read(&with("/content", json!("ü")).to_string()), Err(NotAMail::NotBase64(_))));
        assert!(matches!(read(&with("/mail/timestamp", json!("today")).to_string()), Err(NotAMail::Undated)));
    }
}
