//! SQS: messages that are hidden while somebody works on them, come back when that failed, and die after too many tries.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Deserialize;
use serde_json::json;

use super::{Cloud, Error, Refusal};

/// The shortest time for which any queue hides a received message from others.
pub const VISIBILITY: Duration = Duration::from_secs(180);

const ACCOUNT: &str = "000000000000";
const MAX_BODY: usize = 1 << 20;

/// The queues, each followed by the one its dead letters go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Queue {
    /// Surveys with a letter to send; read by dispatch.
    Mail,
    /// What dispatch could not do.
    MailDead,
    /// Surveys whose next step changed or is due, and the hourly sweep; read by remind.
    Step,
    /// What remind could not do.
    StepDead,
    /// What SES says became of a mail; read by mail-events.
    MailEvents,
    /// What mail-events could not do.
    MailEventsDead,
    /// What SES received for the reply domain; read by replies.
    Replies,
    /// What replies could not do.
    RepliesDead,
    /// Surveys others must hear of, and the sweep; read by deliver.
    Deliver,
    /// What deliver could not do.
    DeliverDead,
    /// Jobs on all surveys, and their sweep; read by recount.
    Recount,
    /// What recount could not do.
    RecountDead,
    /// What the Scheduler could not hand over.
    ScheduleDead,
}

impl Queue {
    /// Every queue.
    pub const ALL: [Self; 13] = [
        Self::Mail,
        Self::MailDead,
        Self::Step,
        Self::StepDead,
        Self::MailEvents,
        Self::MailEventsDead,
        Self::Replies,
        Self::RepliesDead,
        Self::Deliver,
        Self::DeliverDead,
        Self::Recount,
        Self::RecountDead,
        Self::ScheduleDead,
    ];

    /// The queues a function reads.
    pub const WORK: [Self; 6] = [Self::Mail, Self::Step, Self::MailEvents, Self::Replies, Self::Deliver, Self::Recount];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::MailDead => "mail-dead",
            Self::Step => "step",
            Self::StepDead => "step-dead",
            Self::MailEvents => "mail-events",
            Self::MailEventsDead => "mail-events-dead",
            Self::Replies => "replies",
            Self::RepliesDead => "replies-dead",
            Self::Deliver => "deliver",
            Self::DeliverDead => "deliver-dead",
            Self::Recount => "recount",
            Self::RecountDead => "recount-dead",
            Self::ScheduleDead => "schedule-dead",
        }
    }

    /// The queue its dead letters go to.
    pub fn dead(self) -> Option<Self> {
        match self {
            Self::Mail => Some(Self::MailDead),
            Self::Step => Some(Self::StepDead),
            Self::MailEvents => Some(Self::MailEventsDead),
            Self::Replies => Some(Self::RepliesDead),
            Self::Deliver => Some(Self::DeliverDead),
            Self::Recount => Some(Self::RecountDead),
            Self::MailDead
            | Self::StepDead
            | Self::MailEventsDead
            | Self::RepliesDead
            | Self::DeliverDead
            | Self::RecountDead
            | Self::ScheduleDead => None,
        }
    }

    /// How long a received message is hidden from others; the template says the same.
    pub fn visibility(self) -> Duration {
        match self {
            Self::Mail => Duration::from_secs(360),
            Self::Step => Duration::from_secs(720),
            Self::Deliver => Duration::from_secs(1440),
            Self::Recount => Duration::from_secs(5400),
            _ => VISIBILITY,
        }
    }

    /// How often a message is received before it moves to the dead-letter queue; the template says the same.
    pub fn max_receives(self) -> u32 {
        match self {
            Self::Step | Self::Recount => 5,
            _ => 10,
        }
    }

    /// How many messages its function gets at once; the template says the same.
    pub fn batch(self) -> usize {
        match self {
            Self::Mail => 5,
            Self::Deliver => 3,
            Self::Recount => 1,
            _ => 10,
        }
    }

    /// The function that reads it.
    pub fn reader(self) -> Option<&'static str> {
        match self {
            Self::Mail => Some("dispatch"),
            Self::Step => Some("remind"),
            Self::MailEvents => Some("mail-events"),
            Self::Replies => Some("replies"),
            Self::Deliver => Some("deliver"),
            Self::Recount => Some("recount"),
            Self::MailDead
            | Self::StepDead
            | Self::MailEventsDead
            | Self::RepliesDead
            | Self::DeliverDead
            | Self::RecountDead
            | Self::ScheduleDead => None,
        }
    }

    /// Whether it holds what somebody gave up on.
    pub fn is_dead(self) -> bool {
        self.dead().is_none()
    }

    /// Its address for the SDK.
    pub fn url(self) -> String {
        format!("http://sqs.local/{ACCOUNT}/{}", self.name())
    }

    /// Its name for the Scheduler.
    pub fn arn(self) -> String {
        format!("arn:aws:sqs:local:{ACCOUNT}:{}", self.name())
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|queue| queue.name() == name)
    }

    pub(super) fn from_arn(arn: &str) -> Option<Self> {
        arn.rsplit(':').next().and_then(Self::from_name)
    }

    fn from_url(url: &str) -> Result<Self, Refusal> {
        url.rsplit('/')
            .next()
            .and_then(Self::from_name)
            .ok_or_else(|| Refusal::bad("QueueDoesNotExist", "The specified queue does not exist."))
    }
}

/// A message, as it is in a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its place in the order of sending; also its id.
    pub id: i64,
    /// What was sent.
    pub body: String,
    /// When it was sent, in milliseconds.
    pub sent_at: i64,
    /// When it may be received (again), in milliseconds.
    pub visible_at: i64,
    /// How often it was received.
    pub received: u32,
    /// When it was received first, in milliseconds.
    pub first_received_at: Option<i64>,
    /// Why its last attempt failed, for dead letters.
    pub died_of: Option<String>,
}

impl Message {
    /// The record Lambda hands to a function for this message.
    pub fn record(&self, queue: Queue) -> serde_json::Value {
        json!({
            "messageId": self.message_id(),
            "receiptHandle": format!("{}:{}", self.id, self.received),
            "body": self.body,
            "attributes": {
                "ApproximateReceiveCount": self.received.to_string(),
                "SentTimestamp": self.sent_at.to_string(),
                "SenderId": "local",
                "ApproximateFirstReceiveTimestamp": self.first_received_at.unwrap_or(self.sent_at).to_string(),
            },
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": queue.arn(),
            "awsRegion": "local",
        })
    }

    /// The id that SQS gave it.
    pub fn message_id(&self) -> String {
        message_id(self.id)
    }

    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            body: row.get(1)?,
            sent_at: row.get(2)?,
            visible_at: row.get(3)?,
            received: row.get(4)?,
            first_received_at: row.get(5)?,
            died_of: row.get(6)?,
        })
    }
}

const COLUMNS: &str = "seq, body, sent_at, visible_at, received, first_received_at, died_of";

/// How many messages a queue holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Depth {
    /// Ready to be received.
    pub visible: u64,
    /// Received and not deleted yet.
    pub in_flight: u64,
    /// Sent with a delay that has not passed.
    pub delayed: u64,
}

pub(super) fn insert(
    connection: &Connection,
    queue: Queue,
    body: &str,
    sent_at: i64,
    visible_at: i64,
) -> rusqlite::Result<i64> {
    connection
        .prepare_cached("INSERT INTO messages (queue, body, sent_at, visible_at) VALUES (?1, ?2, ?3, ?4)")?
        .insert(params![queue.name(), body, sent_at, visible_at])
}

impl Cloud {
    /// Puts a message on a queue; `delay` hides it at first.
    pub fn send(&self, queue: Queue, body: &str, delay: Duration) -> Result<(), Error> {
        let now = self.now();
        insert(&self.inner.disk.lock(), queue, body, now, now.saturating_add(millis(delay)))?;
        self.changed();
        Ok(())
    }

    /// Receives up to `max` visible messages and hides them for `visibility`.
    ///
    /// A message that was received [`Queue::max_receives`] times moves to the dead-letter queue instead.
    pub fn receive(&self, queue: Queue, max: usize, visibility: Duration) -> Result<Vec<Message>, Error> {
        let now = self.now();
        let mut connection = self.inner.disk.lock();
        let mut messages = connection
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM messages WHERE queue = ?1 AND visible_at <= ?2 ORDER BY visible_at, seq LIMIT ?3"
            ))?
            .query_map(params![queue.name(), now, i64::try_from(max).unwrap_or(i64::MAX)], Message::from_row)?
            .collect::<Result<Vec<_>, _>>()?;
        if messages.is_empty() {
            return Ok(messages);
        }
        let transaction = connection.transaction()?;
        if let Some(dead) = queue.dead() {
            let (worn, fresh): (Vec<_>, Vec<_>) =
                messages.into_iter().partition(|message| message.received >= queue.max_receives());
            for message in worn {
                transaction
                    .prepare_cached("UPDATE messages SET queue = ?2, visible_at = ?3 WHERE seq = ?1")?
                    .execute(params![message.id, dead.name(), now])?;
            }
            messages = fresh;
        }
        for message in &mut messages {
            message.visible_at = now.saturating_add(millis(visibility));
            message.received = message.received.saturating_add(1);
            message.first_received_at.get_or_insert(now);
            transaction
                .prepare_cached(
                    "UPDATE messages SET visible_at = ?2, received = ?3, first_received_at = ?4 WHERE seq = ?1",
                )?
                .execute(params![message.id, message.visible_at, message.received, message.first_received_at])?;
        }
        transaction.commit()?;
        Ok(messages)
    }

    /// Deletes messages that are done, unless somebody received them again meanwhile.
    pub fn delete(&self, done: &[Message]) -> Result<(), Error> {
        let mut connection = self.inner.disk.lock();
        let transaction = connection.transaction()?;
        for message in done {
            transaction
                .prepare_cached("DELETE FROM messages WHERE seq = ?1 AND received = ?2")?
                .execute(params![message.id, message.received])?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// Makes a received message visible again after `after`, and notes why it failed: back-off.
    pub fn release(&self, message: &Message, after: Duration, why: &str) -> Result<(), Error> {
        let visible_at = self.now().saturating_add(millis(after));
        self.inner
            .disk
            .lock()
            .prepare_cached("UPDATE messages SET visible_at = ?3, died_of = ?4 WHERE seq = ?1 AND received = ?2")?
            .execute(params![message.id, message.received, visible_at, why])?;
        self.changed();
        Ok(())
    }

    /// Makes everything received visible again at once: whoever worked on it is gone.
    pub fn release_all(&self) -> Result<(), Error> {
        let now = self.now();
        self.inner
            .disk
            .lock()
            .execute("UPDATE messages SET visible_at = ?1 WHERE received > 0 AND visible_at > ?1", params![now])?;
        self.changed();
        Ok(())
    }

    /// The messages of a queue in the order they become visible.
    pub fn messages(&self, queue: Queue) -> Result<Vec<Message>, Error> {
        Ok(self
            .inner
            .disk
            .lock()
            .prepare_cached(&format!("SELECT {COLUMNS} FROM messages WHERE queue = ?1 ORDER BY visible_at, seq"))?
            .query_map([queue.name()], Message::from_row)?
            .collect::<Result<_, _>>()?)
    }

    /// How many messages a queue holds.
    pub fn depth(&self, queue: Queue) -> Result<Depth, Error> {
        let now = self.now();
        Ok(self
            .inner
            .disk
            .lock()
            .prepare_cached(
                "SELECT COUNT(*) FILTER (WHERE visible_at <= ?2), COUNT(*) FILTER (WHERE visible_at > ?2 AND received > 0),
                 COUNT(*) FILTER (WHERE visible_at > ?2 AND received = 0) FROM messages WHERE queue = ?1",
            )?
            .query_row(params![queue.name(), now], |row| {
                Ok(Depth { visible: row.get(0)?, in_flight: row.get(1)?, delayed: row.get(2)? })
            })?)
    }

    /// Sends dead letters back to the queue they came from; returns how many that were.
    pub fn redrive(&self, queue: Queue) -> Result<usize, Error> {
        let Some(dead) = queue.dead() else { return Ok(0) };
        let moved = self
            .inner
            .disk
            .lock()
            .prepare_cached("UPDATE messages SET queue = ?1, visible_at = ?2, received = 0, first_received_at = NULL WHERE queue = ?3")?
            .execute(params![queue.name(), self.now(), dead.name()])?;
        self.changed();
        Ok(moved)
    }

    /// When the first message that was hidden at `since` becomes visible on a queue that a function reads, in milliseconds.
    pub fn next_visible(&self, since: i64) -> Result<Option<i64>, Error> {
        Ok(self
            .inner
            .disk
            .lock()
            .prepare_cached(
                "SELECT MIN(visible_at) FROM messages
                 WHERE queue IN ('mail', 'step', 'mail-events', 'replies', 'deliver', 'recount') AND visible_at > ?1",
            )?
            .query_row([since], |row| row.get(0))
            .optional()?
            .flatten())
    }

    pub(super) fn sqs(&self, operation: &str, body: &[u8]) -> Result<serde_json::Value, Refusal> {
        match operation {
            "SendMessage" => self.sqs_send(read(body)?),
            "SendMessageBatch" => self.sqs_send_batch(read(body)?),
            "GetQueueAttributes" => self.sqs_attributes(&read(body)?),
            _ => Err(Refusal::bad("UnsupportedOperation", format!("the local cloud does not know {operation}"))),
        }
    }

    fn sqs_send(&self, request: SendMessage) -> Result<serde_json::Value, Refusal> {
        let queue = Queue::from_url(&request.queue_url)?;
        check_body(&request.message_body)?;
        let delay = check_delay(request.delay_seconds)?;
        let now = self.now();
        let id = insert(&self.inner.disk.lock(), queue, &request.message_body, now, now + delay)?;
        self.changed();
        // The MD5 of the body is left out: the SDK does not look at it.
        Ok(json!({"MessageId": message_id(id)}))
    }

    fn sqs_send_batch(&self, request: SendMessageBatch) -> Result<serde_json::Value, Refusal> {
        let queue = Queue::from_url(&request.queue_url)?;
        if request.entries.is_empty() {
            return Err(Refusal::bad("EmptyBatchRequest", "There should be at least one entry in the request."));
        }
        if request.entries.len() > 10 {
            return Err(Refusal::bad(
                "TooManyEntriesInBatchRequest",
                format!("Maximum number of entries per request are 10. You have sent {}.", request.entries.len()),
            ));
        }
        let ids: HashSet<&str> = request.entries.iter().map(|entry| entry.id.as_str()).collect();
        if ids.len() != request.entries.len() {
            return Err(Refusal::bad("BatchEntryIdsNotDistinct", "Two or more batch entries have the same id."));
        }
        if request.entries.iter().map(|entry| entry.message_body.len()).sum::<usize>() > MAX_BODY {
            return Err(Refusal::bad("BatchRequestTooLong", "The batch is longer than 1048576 bytes."));
        }
        let now = self.now();
        let mut successful = Vec::new();
        let mut failed = Vec::new();
        let mut connection = self.inner.disk.lock();
        let transaction = connection.transaction()?;
        for entry in &request.entries {
            let delay = check_body(&entry.message_body).and_then(|()| check_delay(entry.delay_seconds));
            match delay {
                Ok(delay) => {
                    let id = insert(&transaction, queue, &entry.message_body, now, now + delay)?;
                    successful.push(json!({"Id": entry.id, "MessageId": message_id(id), "MD5OfMessageBody": ""}));
                }
                Err(refusal) => failed.push(json!({
                    "Id": entry.id, "SenderFault": true, "Code": refusal.kind, "Message": refusal.message,
                })),
            }
        }
        transaction.commit()?;
        drop(connection);
        self.changed();
        Ok(json!({"Successful": successful, "Failed": failed}))
    }

    fn sqs_attributes(&self, request: &GetQueueAttributes) -> Result<serde_json::Value, Refusal> {
        let queue = Queue::from_url(&request.queue_url)?;
        let depth = self.depth(queue)?;
        let wanted = |name: &str| request.attribute_names.iter().any(|wanted| wanted == name || wanted == "All");
        let attributes: HashMap<&str, String> = [
            ("ApproximateNumberOfMessages", depth.visible.to_string()),
            ("ApproximateNumberOfMessagesNotVisible", depth.in_flight.to_string()),
            ("ApproximateNumberOfMessagesDelayed", depth.delayed.to_string()),
            ("QueueArn", queue.arn()),
        ]
        .into_iter()
        .filter(|(name, _)| wanted(name))
        .collect();
        Ok(json!({"Attributes": attributes}))
    }
}

/// The public form of a message's id.
fn message_id(id: i64) -> String {
    format!("00000000-0000-4000-8000-{id:012x}")
}

pub(super) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

fn read<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| Refusal::bad("InvalidParameterValueException", error.to_string()))
}

fn check_body(body: &str) -> Result<(), Refusal> {
    if body.is_empty() {
        return Err(Refusal::bad("MissingParameter", "The request must contain the parameter MessageBody."));
    }
    if body.len() > MAX_BODY {
        return Err(Refusal::bad(
            "InvalidParameterValue",
            "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.",
        ));
    }
    if body
        .chars()
        .any(|c| !matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..))
    {
        return Err(Refusal::bad("InvalidMessageContents", "Invalid characters found in the message body."));
    }
    Ok(())
}

fn check_delay(seconds: Option<i64>) -> Result<i64, Refusal> {
    match seconds.unwrap_or(0) {
        seconds @ 0..=900 => Ok(seconds * 1000),
        other => Err(Refusal::bad(
            "InvalidParameterValue",
            format!(
                "Value {other} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900."
            ),
        )),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendMessage {
    queue_url: String,
    message_body: String,
    delay_seconds: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendMessageBatch {
    queue_url: String,
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    id: String,
    message_body: String,
    delay_seconds: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetQueueAttributes {
    queue_url: String,
    #[serde(default)]
    attribute_names: Vec<String>,
}
