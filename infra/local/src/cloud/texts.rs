//! AWS End User Messaging: takes a text like the real one, keeps it beside the mails, and says what became of it.
//!
//! What the real one refuses is refused here. Whoever writes STOP back is on its list of those who opted out, as there, and gets
//! nothing more from anybody.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, params};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Cloud, Error, Mail, Queue, Refusal, queues, rfc3339};

/// The longest text, in characters.
const MAX_BODY: usize = 1600;

/// The most entries of a context.
const MAX_CONTEXT: usize = 5;

/// Numbers of the SMS simulator whose texts fail; here the number is none.
const FAILING: [&str; 10] = [
    "+61455944039",
    "+43676800442032",
    "+32460213923",
    "+56229140631",
    "+420790542287",
    "+4525919215",
    "+37282720793",
    "+3584573979111",
    "+33755512502",
    "+85257048854",
];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendTextMessage {
    destination_phone_number: String,
    origination_identity: Option<String>,
    message_body: Option<String>,
    message_type: Option<String>,
    configuration_set_name: Option<String>,
    max_price: Option<String>,
    time_to_live: Option<i64>,
    #[serde(default)]
    context: BTreeMap<String, String>,
}

/// A text that came.
#[derive(Clone, Copy, Debug)]
pub struct WrittenBack<'a> {
    /// The service's name for it.
    pub id: &'a str,
    /// When its topic took it, in milliseconds.
    pub at: i64,
    /// The number it is from.
    pub from: &'a str,
    /// What it says.
    pub said: &'a str,
}

/// What the topic brings the queue, with what SNS writes around it.
#[must_use]
pub fn text_notification(text: &WrittenBack<'_>) -> String {
    let message = json!({
        "originationNumber": text.from,
        "destinationNumber": "+15550100",
        "messageKeyword": "KEYWORD",
        "messageBody": text.said,
        "inboundMessageId": text.id,
    });
    json!({
        "Type": "Notification",
        "MessageId": text.id,
        "TopicArn": "arn:aws:sns:local:000000000000:npsloop-text-replies",
        "Message": message.to_string(),
        "Timestamp": rfc3339(text.at),
    })
    .to_string()
}

/// A refusal of a field, as the real one words it.
fn invalid(field: &'static str, message: &str) -> Refusal {
    Refusal::bad("ValidationException", message)
        .with(json!({"Reason": "INVALID_PARAMETER", "Fields": [{"Name": field, "Message": message}]}))
}

impl SendTextMessage {
    fn check(&self) -> Result<(), Refusal> {
        let digits = self.destination_phone_number.strip_prefix('+').unwrap_or_default();
        // No country has the code 999.
        let is_number = (7..=15).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0')
            && !digits.starts_with("999");
        if !is_number {
            return Err(invalid("DestinationPhoneNumber", "The phone number is not valid."));
        }
        if self.origination_identity.as_deref().is_none_or(str::is_empty) {
            return Err(invalid("OriginationIdentity", "An origination identity is needed."));
        }
        let length = self.message_body.as_deref().unwrap_or_default().chars().count();
        if !(1..=MAX_BODY).contains(&length) {
            return Err(invalid("MessageBody", "A message has 1 to 1600 characters."));
        }
        if self.message_type.as_deref().is_some_and(|kind| !["PROMOTIONAL", "TRANSACTIONAL"].contains(&kind)) {
            return Err(invalid("MessageType", "The message type is not valid."));
        }
        if self.max_price.as_deref().is_some_and(|price| !is_price(price)) {
            return Err(invalid("MaxPrice", "MaxPrice must match [0-9]{0,2}\\.[0-9]{1,5}."));
        }
        if self.time_to_live.is_some_and(|seconds| !(5..=259_200).contains(&seconds)) {
            return Err(invalid("TimeToLive", "TimeToLive is 5 to 259200 seconds."));
        }
        if self.context.len() > MAX_CONTEXT {
            return Err(invalid("Context", "A context has at most 5 entries."));
        }
        Ok(())
    }
}

fn is_price(text: &str) -> bool {
    text.split_once('.').is_some_and(|(dollars, rest)| {
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        dollars.len() <= 2 && (1..=5).contains(&rest.len()) && digits(dollars) && digits(rest)
    })
}

impl Cloud {
    pub(super) fn sms_api(&self, operation: &str, body: &[u8]) -> Result<Value, Refusal> {
        if operation != "SendTextMessage" {
            return Err(Refusal::bad("ValidationException", format!("the local cloud does not know {operation}")));
        }
        let request: SendTextMessage =
            serde_json::from_slice(body).map_err(|error| Refusal::bad("ValidationException", error.to_string()))?;
        request.check()?;
        let now = self.now();
        let to = request.destination_phone_number;
        let mut connection = self.inner.disk.lock();
        let transaction = connection.transaction()?;
        let opted_out: Option<i64> = transaction
            .prepare_cached("SELECT 1 FROM opted_out WHERE number = ?1")?
            .query_row([&to], |row| row.get(0))
            .optional()?;
        if opted_out.is_some() {
            return Err(Refusal::bad("ConflictException", "The destination phone number has opted out.")
                .with(json!({"Reason": "DESTINATION_PHONE_NUMBER_OPTED_OUT"})));
        }
        let next: i64 = transaction
            .prepare_cached("SELECT COALESCE(MAX(seq), 0) + 1 FROM mails")?
            .query_row([], |row| row.get(0))?;
        let id = format!("{next:08x}-0000-4000-8000-{now:012x}");
        let step = request.context.get("step").cloned();
        let text = Mail {
            id: id.clone(),
            at: rfc3339(now),
            to: to.clone(),
            from: request.origination_identity.unwrap_or_default(),
            subject: String::new(),
            html: String::new(),
            text: request.message_body.unwrap_or_default(),
            headers: BTreeMap::new(),
            survey_id: request.context.get("survey").cloned(),
            letter: step.clone(),
            step,
        };
        let stored = serde_json::to_string(&text).map_err(Error::from)?;
        transaction
            .prepare_cached("INSERT INTO mails (seq, id, survey, mail) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![next, id, text.survey_id, stored])?;
        // Without a configuration set nobody hears of it.
        if request.configuration_set_name.is_some() {
            let last = if FAILING.contains(&to.as_str()) { "TEXT_INVALID" } else { "TEXT_DELIVERED" };
            for kind in ["TEXT_SENT", last] {
                let event = json!({
                    "eventType": kind,
                    "eventVersion": "1.0",
                    "eventTimestamp": now,
                    "isFinal": kind == last,
                    "originationPhoneNumber": text.from,
                    "destinationPhoneNumber": to,
                    "messageId": id,
                    "messageRequestTimestamp": now,
                    "messageType": request.message_type,
                    "context": request.context,
                });
                queues::insert(&transaction, Queue::MailEvents, &event.to_string(), now, now)?;
            }
        }
        transaction.commit()?;
        drop(connection);
        self.changed();
        Ok(json!({"MessageId": id}))
    }

    /// Somebody writes back to a text: the message goes the way the real one sends it, and STOP opts them out.
    pub fn reply_by_text(&self, from: &str, said: &str) -> Result<(), Error> {
        let (nth, now) = (self.next_received()?, self.now());
        let mut connection = self.inner.disk.lock();
        let transaction = connection.transaction()?;
        if said.trim().eq_ignore_ascii_case("stop") {
            transaction.prepare_cached("INSERT OR IGNORE INTO opted_out (number) VALUES (?1)")?.execute([from])?;
        }
        let id = format!("{nth:08x}-0000-4000-a000-{now:012x}");
        let message = text_notification(&WrittenBack { id: &id, at: now, from, said });
        queues::insert(&transaction, Queue::Replies, &message, now, now)?;
        transaction.commit()?;
        drop(connection);
        self.changed();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::is_price;

    #[test]
    fn a_price_is_written_as_the_real_one_wants_it() {
        for good in ["0.5", "0.50", "10.00000", ".05"] {
            assert!(is_price(good), "{good}");
        }
        for bad in ["", "1", "100.0", "0.", "0.123456", "-1.0", "1,0"] {
            assert!(!is_price(bad), "{bad}");
        }
    }
}
