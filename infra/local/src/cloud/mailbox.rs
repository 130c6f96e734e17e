//! SES v2: takes a mail like SES, keeps it, and says what became of it.
//!
//! What SES refuses is refused here, so that a letter that works on this machine works in the cloud. The addresses of
//! the SES mailbox simulator behave as they do there.

use std::collections::BTreeMap;

use rusqlite::params;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Cloud, Error, Queue, Refusal, queues, rfc3339};

const MAX_HEADERS: usize = 15;
const MAX_HEADER_NAME: usize = 126;
const MAX_HEADER_VALUE: usize = 870;
const MAX_RECIPIENTS: usize = 50;
const MAX_TAG: usize = 256;

/// A mail in the local mailbox, or a text: that has a number in place of addresses, no subject and no HTML.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// The message id SES answered with.
    pub id: String,
    /// When it was accepted, RFC 3339.
    pub at: String,
    /// The bare address it goes to, or the number with its country code.
    pub to: String,
    /// The sender as written.
    pub from: String,
    /// The subject.
    pub subject: String,
    /// The HTML part; empty if there is none.
    pub html: String,
    /// The plain part; empty if there is none.
    pub text: String,
    /// The headers beside those every mail has.
    pub headers: BTreeMap<String, String>,
    /// The survey it belongs to.
    pub survey_id: Option<String>,
    /// The step of the cadence it carries out.
    pub step: Option<String>,
    /// Which letter it is.
    pub letter: Option<String>,
}

/// What became of a mail, told by its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Delivered,
    Bounced,
    Complained,
    Suppressed,
}

impl Fate {
    fn of(address: &str) -> Self {
        let Some((name, "simulator.amazonses.com")) = address.rsplit_once('@') else {
            return Self::Delivered;
        };
        match name.split('+').next().unwrap_or_default() {
            "bounce" => Self::Bounced,
            "complaint" => Self::Complained,
            "suppressionlist" => Self::Suppressed,
            _ => Self::Delivered,
        }
    }
}

impl Cloud {
    /// Every mail that was accepted, oldest first.
    pub fn mails(&self) -> Result<Vec<Mail>, Error> {
        let connection = self.inner.disk.lock();
        let mut statement = connection.prepare_cached("SELECT mail FROM mails ORDER BY seq")?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
        rows.map(|mail| Ok(serde_json::from_str(&mail?)?)).collect()
    }

    /// The mails of one survey (its id as 32 hex digits), oldest first.
    pub fn mails_of(&self, survey: &str) -> Result<Vec<Mail>, Error> {
        let connection = self.inner.disk.lock();
        let mut statement = connection.prepare_cached("SELECT mail FROM mails WHERE survey = ?1 ORDER BY seq")?;
        let rows = statement.query_map([survey], |row| row.get::<_, String>(0))?;
        rows.map(|mail| Ok(serde_json::from_str(&mail?)?)).collect()
    }

    /// How many mails were accepted.
    pub fn mail_count(&self) -> Result<usize, Error> {
        Ok(self.inner.disk.lock().prepare_cached("SELECT COUNT(*) FROM mails")?.query_row([], |row| row.get(0))?)
    }

    /// One mail by its message id.
    pub fn mail(&self, id: &str) -> Result<Option<Mail>, Error> {
        let connection = self.inner.disk.lock();
        let mut statement = connection.prepare_cached("SELECT mail FROM mails WHERE id = ?1")?;
        let mut rows = statement.query_map([id], |row| row.get::<_, String>(0))?;
        rows.next().map(|mail| Ok(serde_json::from_str(&mail?)?)).transpose()
    }

    pub(super) fn send_email(&self, body: &[u8]) -> Result<serde_json::Value, Refusal> {
        let request: SendEmail = serde_json::from_slice(body).map_err(|error| bad(error.to_string()))?;
        let (mut mail, tags) = request.check()?;
        let now = self.now();
        mail.at = rfc3339(now);
        let mut connection = self.inner.disk.lock();
        let transaction = connection.transaction()?;
        let next: i64 = transaction
            .prepare_cached("SELECT COALESCE(MAX(seq), 0) + 1 FROM mails")?
            .query_row([], |row| row.get(0))?;
        mail.id = format!("{now:016x}-{next:08x}-local");
        let stored = serde_json::to_string(&mail).map_err(Error::from)?;
        transaction
            .prepare_cached("INSERT INTO mails (seq, id, survey, mail) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![next, mail.id, mail.survey_id, stored])?;
        for (number, event) in events(&mail, &tags).into_iter().enumerate() {
            let envelope = json!({
                "version": "0",
                "id": format!("{next:08x}-0000-4000-8000-{number:012x}"),
                "detail-type": event.title,
                "source": "aws.ses",
                "account": "000000000000",
                "time": mail.at,
                "region": "local",
                "resources": [],
                "detail": event.detail,
            });
            queues::insert(&transaction, Queue::MailEvents, &envelope.to_string(), now, now)?;
        }
        transaction.commit()?;
        drop(connection);
        self.changed();
        Ok(json!({"MessageId": mail.id}))
    }
}

struct Event {
    title: &'static str,
    detail: serde_json::Value,
}

fn events(mail: &Mail, tags: &BTreeMap<String, Vec<String>>) -> Vec<Event> {
    let event = |kind: &str, title: &'static str, key: &str, more: serde_json::Value| Event {
        title,
        detail: json!({
            "eventType": kind,
            "mail": {
                "timestamp": mail.at,
                "source": mail.from,
                "messageId": mail.id,
                "destination": [mail.to],
                "tags": tags,
            },
            key: more,
        }),
    };
    let send = || event("Send", "Email Sent", "send", json!({}));
    let delivery = || {
        event(
            "Delivery",
            "Email Delivered",
            "delivery",
            json!({"timestamp": mail.at, "processingTimeMillis": 0, "recipients": [mail.to], "smtpResponse": "250 OK"}),
        )
    };
    let bounce = |sub_type: &str| {
        event(
            "Bounce",
            "Email Bounced",
            "bounce",
            json!({
                "bounceType": "Permanent",
                "bounceSubType": sub_type,
                "bouncedRecipients": [{"emailAddress": mail.to, "action": "failed", "status": "5.1.1"}],
                "timestamp": mail.at,
            }),
        )
    };
    let complaint = || {
        event(
            "Complaint",
            "Email Complaint Received",
            "complaint",
            json!({
                "complainedRecipients": [{"emailAddress": mail.to}],
                "complaintFeedbackType": "abuse",
                "timestamp": mail.at,
            }),
        )
    };
    match Fate::of(&mail.to) {
        Fate::Delivered => vec![send(), delivery()],
        Fate::Bounced => vec![send(), bounce("General")],
        Fate::Complained => vec![send(), delivery(), complaint()],
        Fate::Suppressed => vec![send(), bounce("OnAccountSuppressionList")],
    }
}

fn bad(message: impl Into<String>) -> Refusal {
    Refusal::bad("BadRequestException", message)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendEmail {
    from_email_address: Option<String>,
    destination: Option<Destination>,
    #[serde(default)]
    reply_to_addresses: Vec<String>,
    content: Option<Content>,
    #[serde(default)]
    email_tags: Vec<Pair>,
    configuration_set_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Destination {
    #[serde(default)]
    to_addresses: Vec<String>,
    #[serde(default)]
    cc_addresses: Vec<String>,
    #[serde(default)]
    bcc_addresses: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Content {
    simple: Option<Simple>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Simple {
    subject: Option<Part>,
    body: Option<Body>,
    #[serde(default)]
    headers: Vec<Pair>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    text: Option<Part>,
    html: Option<Part>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Part {
    data: String,
    charset: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Pair {
    name: String,
    value: String,
}

/// Headers that SES writes itself.
const RESERVED: [&str; 14] = [
    "from",
    "to",
    "cc",
    "bcc",
    "subject",
    "reply-to",
    "sender",
    "return-path",
    "date",
    "message-id",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "dkim-signature",
];

impl SendEmail {
    /// The mail and its tags, or why SES would not take it.
    fn check(self) -> Result<(Mail, BTreeMap<String, Vec<String>>), Refusal> {
        let from = self.from_email_address.ok_or_else(|| bad("FromEmailAddress is required."))?;
        bare_address(&from)?;
        let destination = self.destination.ok_or_else(|| bad("Destination is required."))?;
        let recipients: Vec<&String> = destination
            .to_addresses
            .iter()
            .chain(&destination.cc_addresses)
            .chain(&destination.bcc_addresses)
            .collect();
        if recipients.len() > MAX_RECIPIENTS {
            return Err(bad("Recipient count exceeds 50."));
        }
        let to = recipients.first().ok_or_else(|| bad("Destination must have at least one recipient."))?;
        let to = bare_address(to)?;
        for other in recipients.iter().skip(1).copied().chain(&self.reply_to_addresses) {
            bare_address(other)?;
        }
        let simple =
            self.content.and_then(|content| content.simple).ok_or_else(|| bad("Content.Simple is required here."))?;
        let subject = simple.subject.ok_or_else(|| bad("Subject is required."))?.text()?;
        if subject.contains(['\r', '\n', '\0']) {
            return Err(bad("Subject must be one line."));
        }
        let body = simple.body.ok_or_else(|| bad("Body is required."))?;
        let text = body.text.map(Part::text).transpose()?.unwrap_or_default();
        let html = body.html.map(Part::text).transpose()?.unwrap_or_default();
        if text.is_empty() && html.is_empty() {
            return Err(bad("Body must have a text or an HTML part."));
        }
        if simple.headers.len() > MAX_HEADERS {
            return Err(bad("There are at most 15 headers."));
        }
        let mut headers = BTreeMap::new();
        for Pair { name, value } in simple.headers {
            check_header(&name, &value)?;
            if headers.insert(name.clone(), value).is_some() {
                return Err(bad(format!("Header {name} is there twice.")));
            }
        }
        if !self.reply_to_addresses.is_empty() {
            headers.insert("Reply-To".to_owned(), self.reply_to_addresses.join(", "));
        }
        let mut tags = BTreeMap::new();
        for Pair { name, value } in self.email_tags {
            check_tag(&name)?;
            check_tag(&value)?;
            if tags.insert(name.clone(), vec![value]).is_some() {
                return Err(bad(format!("Duplicate tag {name}.")));
            }
        }
        let tag = |name: &str| tags.get(name).and_then(|values| values.first()).cloned();
        let step = tag("step");
        let mail = Mail {
            id: String::new(),
            at: String::new(),
            to,
            from,
            subject,
            html,
            text,
            headers,
            survey_id: tag("survey"),
            letter: tag("letter").or_else(|| step.clone()),
            step,
        };
        if let Some(name) = self.configuration_set_name {
            tags.insert("ses:configuration-set".to_owned(), vec![name]);
        }
        Ok((mail, tags))
    }
}

impl Part {
    fn text(self) -> Result<String, Refusal> {
        match self.charset.as_deref() {
            // Without a charset SES takes 7-bit ASCII only.
            None if !self.data.is_ascii() => Err(bad("Non-ASCII text needs a charset.")),
            _ => Ok(self.data),
        }
    }
}

fn check_header(name: &str, value: &str) -> Result<(), Refusal> {
    if name.is_empty() || name.len() > MAX_HEADER_NAME || !name.bytes().all(|b| b.is_ascii_graphic() && b != b':') {
        return Err(bad("A header name must have 1 to 126 printable ASCII characters and no colon."));
    }
    if RESERVED.contains(&name.to_ascii_lowercase().as_str()) {
        return Err(bad(format!("Header {name} cannot be set.")));
    }
    if value.is_empty() || value.len() > MAX_HEADER_VALUE || !value.bytes().all(|b| b.is_ascii_graphic() || b == b' ') {
        return Err(bad(format!("The value of header {name} must have 1 to 870 printable ASCII characters.")));
    }
    Ok(())
}

fn check_tag(text: &str) -> Result<(), Refusal> {
    let good = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    if text.is_empty() || text.len() > MAX_TAG || !text.bytes().all(good) {
        return Err(bad("Tag names and values must have 1 to 256 characters of A-Z, a-z, 0-9, _ and -."));
    }
    Ok(())
}

/// The address inside `Name <address>`, or the whole text.
fn bare_address(text: &str) -> Result<String, Refusal> {
    if !text.is_ascii() {
        return Err(bad("Addresses must be ASCII; encode the name."));
    }
    if text.bytes().any(|b| b.is_ascii_control()) {
        return Err(bad("Addresses must not hold control characters."));
    }
    let address = match (text.rfind('<'), text.strip_suffix('>')) {
        (Some(start), Some(rest)) => rest.get(start + 1..).unwrap_or_default(),
        (None, None) => text,
        _ => return Err(bad("Illegal address.")),
    };
    let address = address.trim();
    match address.rsplit_once('@') {
        None => Err(bad("Missing final '@domain'.")),
        Some((local, domain))
            if local.is_empty() || domain.is_empty() || address.contains([' ', ',', ';', '<', '>']) =>
        {
            Err(bad("Illegal address."))
        }
        Some(_) => Ok(address.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Fate, bare_address};

    #[test]
    fn addresses_are_read_with_and_without_a_name() {
        assert_eq!(bare_address("ada@example.com").ok().as_deref(), Some("ada@example.com"));
        assert_eq!(bare_address("\"Ada <3\" <ada@example.com>").ok().as_deref(), Some("ada@example.com"));
        for wrong in [
            "",
            "ada",
            "ada@",
            "@example.com",
            "a b@example.com",
            "Ada <ada@example.com",
            "ada@x.org\r\nBcc: b@x.org",
            "ä@x.org",
        ] {
            assert!(bare_address(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn the_simulator_addresses_have_their_fate() {
        assert_eq!(Fate::of("bounce+1@simulator.amazonses.com"), Fate::Bounced);
        assert_eq!(Fate::of("complaint@simulator.amazonses.com"), Fate::Complained);
        assert_eq!(Fate::of("suppressionlist@simulator.amazonses.com"), Fate::Suppressed);
        assert_eq!(Fate::of("success@simulator.amazonses.com"), Fate::Delivered);
        assert_eq!(Fate::of("bounce@example.com"), Fate::Delivered);
    }
}
