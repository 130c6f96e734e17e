//! Calls on the wire: which goes on next, what becomes of it, and what it changed.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use host::Chance;
use local::cloud::Queue;
use model::notice::NoticeId;
use model::{Contact, Email, Phone, Step, Survey, SurveyId, Timestamp, Who};
use serde_json::Value;

use super::{Fate, HOUR, MINUTE, Underway, World};
use crate::faults::fleet::{Function, PUBLIC};
use crate::faults::history::Mail;
use crate::faults::letters::Posted;
use crate::faults::network::{Broken, Call, Service, refusal};
use crate::faults::sabotage::Sabotage;

impl World {
    /// One call goes on, with its fate.
    pub(super) fn go_on(&mut self) {
        // Mostly in an order of the tasks that stays: so one may fall far behind the others, and most of all who tells.
        let nth = if self.chance(600) {
            let last = |nth: &usize| (!self.calls[*nth].is_on_the_bus(), self.rank(self.calls[*nth].task));
            (0..self.calls.len()).max_by_key(last).unwrap_or(0)
        } else {
            self.index(self.calls.len())
        };
        let call = self.calls.remove(nth);
        let fate = self.fate(&call);
        self.carry_out(call, fate);
    }

    pub(super) fn rank(&self, task: u64) -> u64 {
        Chance::Seeded(Arc::new(AtomicU64::new(self.seed ^ task.wrapping_mul(0x9E37_79B9)))).bits()
    }

    pub(super) fn fate(&self, call: &Call) -> Fate {
        // The company's bus has the weather of SES: what the SDK itself tries again would hide milder faults.
        let outside = call.is_written() || call.service == Service::EventBridge;
        let more = if outside { self.weather.at_ses } else { 0 };
        if self.calm || !self.chance(self.weather.faults + more) {
            return Fate::Passed;
        }
        let lost = [Fate::LostBefore(Broken::Reset), Fate::LostBefore(Broken::TimedOut)];
        let unheard = [Fate::LostAfter(Broken::Reset), Fate::LostAfter(Broken::TimedOut), Fate::ServerFaultAfter];
        // Outside the worst is common: it took what it was sent, and nobody heard of it.
        match self.below(if outside { 20 } else { 10 }) {
            0 | 1 => Fate::Throttled,
            2 if call.may_conflict() && call.service == Service::DynamoDb => Fate::Conflicted,
            2 => Fate::Unreachable,
            3 => self.one_of(&lost),
            4 => Fate::ServerFault,
            5 | 6 | 10..=16 => self.one_of(&unheard),
            7 => Fate::DiedBefore,
            _ => Fate::DiedAfter,
        }
    }

    pub(super) fn carry_out(&mut self, mut call: Call, fate: Fate) {
        self.calls_made += 1;
        let name = self.tasks.name(call.task);
        self.note(format!("{name} {} {} {}", call.operation, subject(&call), word(fate)));
        let task = call.task;
        let reply = match fate {
            Fate::Throttled | Fate::Conflicted | Fate::ServerFault | Fate::Unreachable | Fate::LostBefore(_) => {
                if call.is_written() && fate != Fate::Unreachable {
                    self.hand_over(&call);
                }
                match fate {
                    Fate::Throttled => Ok(call.throttled()),
                    Fate::Conflicted => Ok(call.conflicted()),
                    Fate::ServerFault => Ok(refusal(500, "InternalServerError", "nobody knows", None)),
                    Fate::LostBefore(how) => Err(how),
                    _ => Err(Broken::Refused),
                }
            }
            Fate::DiedBefore => {
                self.kill(task);
                return;
            }
            Fate::Passed | Fate::LostAfter(_) | Fate::ServerFaultAfter | Fate::DiedAfter => {
                let response = self.execute(&mut call);
                match fate {
                    Fate::LostAfter(how) => {
                        if call.service == Service::Ses && self.sabotage.sends_again() {
                            let again = self.execute(&mut call);
                            call.answer(Ok(again));
                            return;
                        }
                        Err(how)
                    }
                    Fate::ServerFaultAfter => Ok(refusal(500, "InternalServerError", "nobody knows", None)),
                    _ => Ok(response),
                }
            }
        };
        if fate != Fate::Passed {
            self.history.trouble(task);
        }
        if fate == Fate::DiedAfter {
            self.kill(task);
            return;
        }
        call.answer(reply);
    }

    /// The cloud does what a call says.
    pub(super) fn execute(&mut self, call: &mut Call) -> http::Response<Vec<u8>> {
        self.sabotage.on_the_way_out(call);
        match call.service {
            Service::Ses => return self.send(call),
            Service::Sms => return self.send_text(call),
            _ => {}
        }
        let body = if call.body.is_null() { Vec::new() } else { call.body.to_string().into_bytes() };
        let response = self.cloud.handle(&call.parts, &body);
        let by = self.works.get(&call.task).map(|work| work.function);
        if call.operation == "GetQueueAttributes" {
            self.history.looked_at_events(call.task);
        }
        if call.service == Service::EventBridge && response.status() == 200 {
            self.put_on_the_bus(call);
        }
        if call.service == Service::DynamoDb && response.status() == 200 && !is_read(&call.operation) {
            self.look_at_the_stream(call.task, by);
            self.look_at_a_letter(call);
        }
        if self.sabotage == Sabotage::None {
            return response;
        }
        let (parts, body) = response.into_parts();
        let mut body: Value = serde_json::from_slice(&body).unwrap_or_default();
        self.sabotage.on_the_way_back(call, by, &mut self.first_reads, &mut body);
        http::Response::from_parts(parts, body.to_string().into_bytes())
    }

    /// A letter was claimed, or written down as sent: that is in no stream.
    fn look_at_a_letter(&mut self, call: &Call) {
        let Some(shelf) = call.body["Key"]["pk"]["S"].as_str().and_then(store::keys::shelf_of) else { return };
        let change = call.body["UpdateExpression"].as_str().unwrap_or_default();
        let claim = call.body["ExpressionAttributeValues"][":claim"]["S"].as_str();
        if let Some(claim) = claim.filter(|_| change.starts_with("SET claim = :claim")) {
            self.history.letter_claimed(claim, Timestamp::from_millis(self.now()));
        } else if change.starts_with("SET sent_at") {
            let name = call.body["Key"]["sk"]["S"].as_str().unwrap_or_default().to_owned();
            self.history.post.confirmed(NoticeId { shelf: shelf.to_owned(), name });
        }
    }

    /// Whatever was committed is in the stream, in its order.
    pub(super) fn look_at_the_stream(&mut self, task: u64, by: Option<Function>) {
        let records = self.cloud.records("surveys", self.last_record.as_deref(), 100).expect("the stream");
        for record in records {
            self.last_record = record["dynamodb"]["SequenceNumber"].as_str().map(str::to_owned);
            let image = |name: &str| -> Option<serde_dynamo::Item> {
                serde_json::from_value(record["dynamodb"][name].clone()).ok()
            };
            let pk = record["dynamodb"]["Keys"]["pk"]["S"].as_str().unwrap_or_default();
            let sk = record["dynamodb"]["Keys"]["sk"]["S"].as_str().unwrap_or_default();
            let now = Timestamp::from_millis(self.now());
            if record["eventName"] == "REMOVE" {
                match (pk.strip_prefix("C#"), store::keys::survey_of(pk)) {
                    (Some(key), _) => self.history.contact_erased(key),
                    (_, Some(id)) if sk == "S" => self.history.survey_erased(id),
                    (_, Some(id)) => self.history.comment(id, None),
                    _ => {}
                }
            } else if pk.starts_with("C#") {
                let after: Option<Contact> = image("NewImage").and_then(|item| serde_dynamo::from_item(item).ok());
                match after {
                    Some(after) => self.history.contact(&after),
                    None => self.history.wrong("a contact nobody can read"),
                }
            } else if sk == "S" {
                let read = |name: &str| image(name).and_then(|item| serde_dynamo::from_item::<_, Survey>(item).ok());
                match read("NewImage") {
                    Some(after) => {
                        self.history.survey(task, read("OldImage").as_ref(), &after, now, by == Some(Function::Remind));
                    }
                    None => self.history.wrong("a survey nobody can read"),
                }
            } else if let Some(id) = store::keys::survey_of(pk) {
                let text = record["dynamodb"]["NewImage"]["text"]["S"].as_str();
                self.history.comment(id, text.or(Some("")));
            }
            self.stream.push(record);
        }
    }

    /// The company's bus took what was put on it, whether or not anybody hears of that.
    pub(super) fn put_on_the_bus(&mut self, call: &Call) {
        for entry in call.body["Entries"].as_array().into_iter().flatten() {
            let detail = entry["Detail"].as_str().and_then(|detail| serde_json::from_str(detail).ok());
            match detail {
                Some(detail) => self.history.told_outside(&detail),
                None => self.history.wrong(format!("an event nobody can read: {entry}")),
            }
        }
    }

    /// SES sees a letter that asks for nothing.
    fn send_letter(&mut self, call: &Call, letter: Posted) -> http::Response<Vec<u8>> {
        self.history.letter_handed_over(&letter);
        if letter.id.to_string().bytes().map(u32::from).sum::<u32>().is_multiple_of(25) {
            self.history.post.refused.insert(letter.id);
            return refusal(400, "MessageRejected", "it looks like spam", None);
        }
        let response = self.cloud.handle(&call.parts, call.body.to_string().as_bytes());
        if response.status() != 200 {
            self.history.wrong(format!("SES does not take {}", call.body));
            return response;
        }
        self.history.letter_taken(call.task, letter);
        self.take_events();
        response
    }

    /// SES sees a mail, whatever it makes of it.
    pub(super) fn hand_over(&mut self, call: &Call) -> Option<Mail> {
        if let Some(letter) = Posted::read(&call.body) {
            self.history.letter_handed_over(&letter);
            return None;
        }
        let mail = mail_of(&call.body).or_else(|| text_of(&call.body))?;
        self.history.handed_over(mail.survey, mail.step, &mail.claim, &mail.contact);
        // A minute until all have heard of it, and one for whoever had begun.
        if self.paused_since.is_some_and(|since| self.now() - since > 2 * MINUTE) {
            self.history.wrong(format!("pause: a mail about {} goes out though the campaign is paused", mail.survey));
        }
        Some(mail)
    }

    pub(super) fn send(&mut self, call: &Call) -> http::Response<Vec<u8>> {
        if let Some(letter) = Posted::read(&call.body) {
            return self.send_letter(call, letter);
        }
        let Some(mail) = self.hand_over(call) else {
            self.history.wrong(format!("a mail nobody can read: {}", call.body));
            return refusal(400, "BadRequestException", "no", None);
        };
        let refused = mail.survey.bytes()[3] < 10;
        if refused {
            self.history.refused.insert((mail.survey, mail.step));
            return refusal(400, "MessageRejected", "it looks like spam", None);
        }
        let response = self.cloud.handle(&call.parts, call.body.to_string().as_bytes());
        if response.status() != 200 {
            let text = String::from_utf8_lossy(response.body()).into_owned();
            self.history.wrong(format!("SES does not take {}: {text}", call.body));
            return response;
        }
        self.history.taken(call.task, mail);
        self.take_events();
        response
    }

    /// End User Messaging sees a text, whatever it makes of it.
    fn send_text(&mut self, call: &Call) -> http::Response<Vec<u8>> {
        let Some(text) = self.hand_over(call) else {
            self.history.wrong(format!("a text nobody can read: {}", call.body));
            return refusal(400, "ValidationException", "no", None);
        };
        let response = self.cloud.handle(&call.parts, call.body.to_string().as_bytes());
        if response.status() == 200 {
            self.history.taken(call.task, text);
            self.take_events();
        } else if !String::from_utf8_lossy(response.body()).contains("OPTED_OUT") {
            self.history.wrong(format!("nobody takes the text {}", call.body));
        }
        response
    }

    /// The events of a mail go through EventBridge, which may lose them, or keep them for hours.
    pub(super) fn take_events(&mut self) {
        let fresh = self.cloud.messages(Queue::MailEvents).expect("messages");
        let fresh: Vec<_> = fresh.into_iter().filter(|message| message.id > self.known_events).collect();
        self.cloud.delete(&fresh).expect("messages");
        for message in fresh {
            self.known_events = self.known_events.max(message.id);
            let claim = claim_of(&message.body).unwrap_or_default();
            if !self.calm && self.chance(self.weather.lost_events) {
                self.note(format!("an event of {claim} is lost"));
                continue;
            }
            let late = if !self.calm && self.chance(self.weather.late_events) {
                self.one_of(&[MINUTE, 40 * MINUTE, 3 * HOUR, 26 * HOUR])
            } else {
                0
            };
            let from = self.now() + late;
            if !self.calm && self.chance(50) {
                self.underway.push(Underway { body: message.body.clone(), claim: claim.clone(), from: from + HOUR });
            }
            self.underway.push(Underway { body: message.body, claim, from });
        }
    }

    pub(super) fn deliver_events(&mut self, all: bool) -> bool {
        let now = self.now();
        let due: Vec<usize> = (0..self.underway.len()).filter(|nth| self.underway[*nth].from <= now).collect();
        let due = if all || due.is_empty() { due } else { vec![due[self.index(due.len())]] };
        for nth in due.iter().rev() {
            let event = self.underway.swap_remove(*nth);
            self.cloud.send(Queue::MailEvents, &event.body, Duration::ZERO).expect("a message");
            let last = self.cloud.messages(Queue::MailEvents).expect("messages").iter().map(|message| message.id).max();
            self.known_events = self.known_events.max(last.unwrap_or(0));
            self.history.event_arrived(&event.claim);
        }
        !due.is_empty()
    }
}

fn is_read(operation: &str) -> bool {
    matches!(operation, "GetItem" | "BatchGetItem" | "Query" | "Scan" | "TransactGetItems" | "DescribeTable")
}

/// What a call is about, in a few words.
fn subject(call: &Call) -> String {
    let body = &call.body;
    let key = |value: &Value| value["pk"]["S"].as_str().unwrap_or_default().chars().take(12).collect::<String>();
    match call.operation.as_str() {
        "TransactWriteItems" => {
            let actions = body["TransactItems"].as_array().into_iter().flatten();
            let keys = actions
                .filter_map(|action| action.as_object()?.values().next())
                .map(|action| if action.get("Item").is_some() { key(&action["Item"]) } else { key(&action["Key"]) });
            keys.take(4).collect::<Vec<_>>().join(" ")
        }
        "PutItem" => key(&body["Item"]),
        "SendEmail" => match (Posted::read(body), mail_of(body)) {
            (Some(letter), _) => format!("{} {}", letter.id, letter.claim),
            (None, Some(mail)) => format!("{} {} {}", mail.survey, mail.step.as_str(), mail.claim),
            (None, None) => String::new(),
        },
        "SendTextMessage" => format!("{} {}", body["Context"]["survey"], body["Context"]["claim"]),
        "SendMessageBatch" => body["Entries"].as_array().map_or(0, Vec::len).to_string(),
        "Query" => body["ExpressionAttributeValues"].to_string().chars().take(60).collect(),
        "CreateSchedule" | "DeleteSchedule" => call.parts.uri.path().to_owned(),
        _ => format!(
            "{} {}",
            key(&body["Key"]),
            body["UpdateExpression"].as_str().unwrap_or_default().chars().take(40).collect::<String>()
        ),
    }
}

fn word(fate: Fate) -> String {
    if fate == Fate::Passed { "passes".to_owned() } else { format!("!! {fate:?}") }
}

pub(super) fn claim_of(event: &str) -> Option<String> {
    let event: Value = serde_json::from_str(event).ok()?;
    let of_a_mail = event["detail"]["mail"]["tags"]["claim"][0].as_str();
    of_a_mail.or(event["context"]["claim"].as_str()).map(str::to_owned)
}

/// A mail as SES gets it.
fn mail_of(body: &Value) -> Option<Mail> {
    let tag = |name: &str| {
        body["EmailTags"].as_array()?.iter().find(|tag| tag["Name"] == name)?["Value"].as_str().map(str::to_owned)
    };
    let survey: SurveyId = tag("survey")?.parse().ok()?;
    let step: Step = tag("step")?.parse().ok()?;
    let to = body["Destination"]["ToAddresses"][0].as_str()?;
    let to = Email::parse(to).ok()?;
    let text = body["Content"]["Simple"]["Body"]["Text"]["Data"].as_str()?;
    let mut mail = Mail::new(survey, step, &tag("claim")?, to.key(), path_of(text, "r")?);
    mail.unsubscribe = Some(path_of(text, "u")?);
    mail.reply_to = body["ReplyToAddresses"][0].as_str().map(str::to_owned);
    mail.to = Some(to);
    Some(mail)
}

/// A text as End User Messaging gets it.
fn text_of(body: &Value) -> Option<Mail> {
    let tag = |name: &str| body["Context"][name].as_str();
    let to = Phone::international(body["DestinationPhoneNumber"].as_str()?)?;
    let page = path_of(body["MessageBody"].as_str()?, "r")?;
    Some(Mail::new(tag("survey")?.parse().ok()?, tag("step")?.parse().ok()?, tag("claim")?, Who::Phone(to).key(), page))
}

/// The path of the first link of that kind.
fn path_of(text: &str, kind: &str) -> Option<String> {
    let start = text.find(&format!("{PUBLIC}/{kind}/"))? + PUBLIC.len();
    let rest = &text[start..];
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_'))).unwrap_or(rest.len());
    Some(rest[..end].to_owned())
}
