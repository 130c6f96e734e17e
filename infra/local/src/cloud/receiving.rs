//! SES's other half: takes mail for the reply domain, and tells of it as a receipt rule with a topic does.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::{Cloud, Error, Queue, queues, rfc3339};

/// The largest mail a topic carries, in bytes; SES sends a larger one back.
pub(crate) const MOST: usize = 150 * 1024;

/// A mail that came.
#[derive(Clone, Debug)]
pub struct Received<'a> {
    /// SES's name for it.
    pub id: &'a str,
    /// When it came, in milliseconds.
    pub at: i64,
    /// Whom its envelope says it is from; empty for one that may not be answered.
    pub from: &'a str,
    /// The addresses it came to.
    pub to: &'a [String],
    /// The mail itself.
    pub raw: &'a [u8],
    /// What SES thinks: `PASS` or `FAIL`.
    pub spam: &'a str,
}

/// What the topic brings the queue, delivered raw.
#[must_use]
pub fn notification(mail: &Received<'_>) -> String {
    let pass = json!({"status": "PASS"});
    json!({
        "notificationType": "Received",
        "mail": {
            "timestamp": rfc3339(mail.at),
            "source": mail.from,
            "messageId": mail.id,
            "destination": mail.to,
            "headersTruncated": false,
            "headers": [],
            "commonHeaders": {},
        },
        "receipt": {
            "timestamp": rfc3339(mail.at),
            "processingTimeMillis": 0,
            "recipients": mail.to,
            "spamVerdict": {"status": mail.spam},
            "virusVerdict": pass,
            "spfVerdict": pass,
            "dkimVerdict": pass,
            "dmarcVerdict": pass,
            "action": {
                "type": "SNS",
                "topicArn": "arn:aws:sns:local:000000000000:npsloop-replies",
                "encoding": "BASE64",
            },
        },
        "content": STANDARD.encode(mail.raw),
    })
    .to_string()
}

impl Cloud {
    /// Takes a mail for an address of the reply domain; its name, or nothing where SES would send it back for its size.
    ///
    /// # Errors
    /// When the local file fails.
    pub fn receive_mail(&self, from: &str, to: &str, raw: &[u8]) -> Result<Option<String>, Error> {
        if raw.len() > MOST {
            return Ok(None);
        }
        let (nth, now) = (self.next_received()?, self.now());
        let id = format!("{now:016x}{nth:08x}local");
        let to = [to.to_owned()];
        let mail = Received { id: &id, at: now, from, to: &to, raw, spam: "PASS" };
        queues::insert(&self.inner.disk.lock(), Queue::Replies, &notification(&mail), now, now)?;
        self.changed();
        Ok(Some(id))
    }

    /// The how manyth mail or text it is that comes.
    pub(super) fn next_received(&self) -> Result<u64, Error> {
        let nth = self.value("received")?.and_then(|count| count.parse::<u64>().ok()).unwrap_or_default() + 1;
        self.set_value("received", &nth.to_string())?;
        Ok(nth)
    }
}
