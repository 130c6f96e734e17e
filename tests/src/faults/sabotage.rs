//! Guards taken out, one at a time, by changing requests on the wire: the functions know nothing of it. A
//! checker that does not notice proves nothing.

use std::collections::{HashMap, HashSet};

use local::cloud::{Message, Queue};
use serde_json::{Value, json};

use super::fleet::Function;
use super::network::{Call, Service};
use super::ways;

/// Which guard is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sabotage {
    /// None: everything is as it is deployed.
    #[default]
    None,
    /// A claim is written whatever stands there.
    ClaimWithoutCondition,
    /// After a claim the contact looks as if it had never been suppressed.
    ContactNotReadAfterClaim,
    /// Markers are moved whatever version they have.
    CountWithoutVersion,
    /// A survey is put whether it exists or not.
    IntakeWithoutPutCondition,
    /// A survey is put whether or not its contact's turn has come.
    IntakeWithoutTurnCondition,
    /// A changed survey is written over whatever stands there.
    SaveWithoutVersion,
    /// The queue of SES's events always looks empty.
    EventsLookRead,
    /// The client tries a mail again whose answer was lost.
    SesClientRetries,
    /// Nobody sees that somebody else is telling.
    LeaseUnseen,
    /// Whoever tells has read the survey before taking the lease, and not after.
    ReadBeforeTheLease,
    /// A letter is claimed whatever stands there.
    LetterClaimWithoutCondition,
    /// Scores are remembered, and no card is written.
    CardsLeftOut,
    /// Nobody hears that a campaign is paused.
    PauseUnheard,
    /// Whoever comes through a door is written down whatever stands there.
    EnterWithoutCondition,
    /// What a page saves by itself is written over whatever stands there.
    SelfSaveOverAnything,
    /// What a page saved by itself looks as if somebody had confirmed it.
    SelfSavedLooksPressed,
    /// A reply counts from when it is read on, and not from when it came.
    RepliesCountWhenRead,
    /// What is said beneath an earlier comment is said again by whoever reads it twice.
    CommentsLookOld,
    /// That somebody wants nothing more is written down with the survey alone.
    WishesForgotten,
}

/// The surveys as each invocation read them first, and what it holds the lease of since.
#[derive(Debug, Default)]
pub(crate) struct FirstReads {
    surveys: HashMap<(u64, String), Value>,
    leased: HashSet<(u64, String)>,
}

fn unconditional(write: &mut Value, only_there: &[&str]) {
    let Some(write) = write.as_object_mut() else { return };
    write.remove("ConditionExpression");
    if let Some(values) = write.get_mut("ExpressionAttributeValues").and_then(Value::as_object_mut) {
        only_there.iter().for_each(|name| drop(values.remove(*name)));
        if values.is_empty() {
            write.remove("ExpressionAttributeValues");
        }
    }
}

fn never_suppressed(body: &mut Value) {
    if let Some(contact) = body["Item"].as_object_mut() {
        contact.remove("suppressed");
        contact.remove("suppressed_at");
    }
}

fn without_leases(found: &mut Value) {
    match found {
        Value::Array(items) => items.iter_mut().for_each(without_leases),
        Value::Object(item) if item.contains_key("destination") => drop(item.remove("lease")),
        _ => {}
    }
}

fn key<'a>(item: &'a Value, name: &str) -> &'a str {
    item[name]["S"].as_str().unwrap_or_default()
}

/// Whether a survey is put that is answered as it is made: somebody came through a door.
fn enters(put: &Value) -> bool {
    put["ConditionExpression"] == "attribute_not_exists(pk)" && put["Item"].get("dr").is_some()
}

fn key_of_change(action: &Value) -> &str {
    action["Update"]["UpdateExpression"].as_str().unwrap_or_default()
}

impl Sabotage {
    /// Whether anybody does in that world what it spoils.
    #[must_use]
    pub const fn is_felt(self, seed: u64) -> bool {
        match self {
            Self::EnterWithoutCondition => ways::has_doors(seed),
            Self::SelfSaveOverAnything | Self::SelfSavedLooksPressed => ways::saves_itself(seed),
            Self::RepliesCountWhenRead | Self::CommentsLookOld | Self::WishesForgotten => ways::has_replies(seed),
            _ => true,
        }
    }

    /// Changes a request before it is carried out.
    pub(crate) fn on_the_way_out(self, call: &mut Call) {
        if call.service != Service::DynamoDb {
            return;
        }
        let condition = |write: &Value| write["ConditionExpression"].as_str().unwrap_or_default().to_owned();
        let claims = condition(&call.body).starts_with("nx.s = :step");
        if self == Self::ClaimWithoutCondition && claims {
            unconditional(&mut call.body, &[]);
        }
        let saves = call.operation == "PutItem" && condition(&call.body) == "ver = :before";
        if self == Self::SaveWithoutVersion && saves {
            unconditional(&mut call.body, &[":before"]);
        }
        if self == Self::EnterWithoutCondition && call.operation == "PutItem" && enters(&call.body) {
            unconditional(&mut call.body, &[]);
        }
        let change = call.body["UpdateExpression"].as_str().unwrap_or_default();
        if change.starts_with("SET ch = list_append") && condition(&call.body).ends_with("AND attribute_not_exists(sc)")
        {
            self.on_a_self_saved_score(&mut call.body);
        }
        let change = call.body["UpdateExpression"].as_str().unwrap_or_default();
        if self == Self::LetterClaimWithoutCondition && change.starts_with("SET claim = :claim") {
            unconditional(&mut call.body, &[":silent"]);
        }
        let Some(actions) = call.body["TransactItems"].as_array_mut() else { return };
        if self == Self::CardsLeftOut {
            actions.retain(|action| !key(&action["Put"]["Item"], "pk").starts_with("K#"));
        }
        if self == Self::IntakeWithoutTurnCondition {
            let turns = actions.iter_mut().filter_map(|action| action.get_mut("Update"));
            for turn in turns.filter(|turn| condition(turn).contains("asked_at")) {
                unconditional(turn, &[":turn"]);
            }
        }
        if self == Self::WishesForgotten {
            let suppresses = |action: &Value| key_of_change(action).starts_with("SET suppressed");
            actions.retain(|action| !suppresses(action));
        }
        for put in actions.iter_mut().filter_map(|action| action.get_mut("Put")) {
            let pk = key(&put["Item"], "pk").to_owned();
            match self {
                Self::CountWithoutVersion if pk.starts_with("M#") => unconditional(put, &[":seen"]),
                Self::IntakeWithoutPutCondition
                    if pk.starts_with("S#") && condition(put) == "attribute_not_exists(pk)" =>
                {
                    unconditional(put, &[]);
                }
                Self::EnterWithoutCondition if enters(put) => unconditional(put, &[]),
                _ => {}
            }
        }
    }

    fn on_a_self_saved_score(self, update: &mut Value) {
        match self {
            Self::SelfSaveOverAnything => {
                update["ConditionExpression"] = json!("attribute_exists(pk)");
            }
            Self::SelfSavedLooksPressed => {
                let given = update["ExpressionAttributeValues"][":change"]["L"][0]["M"].as_object_mut();
                given.into_iter().for_each(|change| drop(change.remove("p")));
            }
            _ => {}
        }
    }

    /// Changes a message before it is read.
    pub(crate) fn on_a_queue(self, queue: Queue, message: &mut Message, now: i64) {
        if self == Self::RepliesCountWhenRead && queue == Queue::Replies {
            let mut body: Value = serde_json::from_str(&message.body).unwrap_or_default();
            let when = json!(model::Timestamp::from_millis(now).to_string());
            match body.get_mut("mail") {
                Some(mail) => mail["timestamp"] = when,
                None => body["Timestamp"] = when,
            }
            message.body = body.to_string();
        }
    }

    /// Changes an answer on its way back.
    pub(crate) fn on_the_way_back(self, call: &Call, by: Option<Function>, first: &mut FirstReads, body: &mut Value) {
        let pk = |item: &Value| key(item, "pk").to_owned();
        match (self, call.operation.as_str()) {
            (Self::ContactNotReadAfterClaim, "GetItem")
                if by == Some(Function::Dispatch) && pk(&call.body["Key"]).starts_with("C#") =>
            {
                never_suppressed(body);
            }
            (Self::LeaseUnseen, "Query" | "PutItem") => {
                // A refused write brings back what stands there.
                for found in ["Item", "Items"] {
                    without_leases(&mut body[found]);
                }
            }
            (Self::ReadBeforeTheLease, "PutItem") if pk(&call.body["Item"]).starts_with("D#") => {
                let survey = pk(&call.body["Item"]).replacen("D#", "S#", 1);
                first.leased.insert((call.task, survey));
            }
            (Self::ReadBeforeTheLease, "GetItem")
                if by == Some(Function::Deliver) && key(&call.body["Key"], "sk") == store::keys::SURVEY =>
            {
                let read = (call.task, pk(&call.body["Key"]));
                let earlier = first.surveys.entry(read.clone()).or_insert_with(|| body.clone());
                if first.leased.contains(&read) {
                    *body = earlier.clone();
                }
            }
            (Self::PauseUnheard, "Query") if by == Some(Function::Dispatch) => {
                let items = body["Items"].as_array_mut();
                items.into_iter().for_each(|items| items.retain(|item| !key(item, "sk").starts_with("sending")));
            }
            (Self::CommentsLookOld, "GetItem") if by == Some(Function::Replies) => {
                let item = body["Item"].as_object_mut().filter(|item| item.contains_key("cm"));
                item.into_iter().for_each(|item| drop(item.insert("cm".to_owned(), json!({"N": "1"}))));
            }
            // Nor are its words known again.
            (Self::CommentsLookOld, "BatchGetItem") if by == Some(Function::Replies) => {
                let tables = body["Responses"].as_object_mut().into_iter().flat_map(|tables| tables.values_mut());
                for item in tables.filter_map(Value::as_array_mut).flatten() {
                    if let Some(text) = item["text"]["S"].as_str() {
                        item["text"] = json!({"S": format!("{}.", text.replace("\n\n", ".\n\n"))});
                    }
                }
            }
            (Self::EventsLookRead, "GetQueueAttributes") => {
                let counts = body["Attributes"].as_object_mut().into_iter().flat_map(|counts| counts.values_mut());
                counts.for_each(|count| *count = json!("0"));
            }
            (Self::CountWithoutVersion, "BatchGetItem") => {
                let tables = body["Responses"].as_object_mut().into_iter().flat_map(|tables| tables.values_mut());
                let items = tables.filter_map(Value::as_array_mut).flatten();
                for marker in items.filter(|item| key(item, "pk").starts_with("M#")) {
                    marker["ver"] = json!({"N": "0"});
                }
            }
            _ => {}
        }
    }

    /// Whether a mail whose answer was lost goes out again at once, as from a client with its own retries.
    pub(crate) fn sends_again(self) -> bool {
        self == Self::SesClientRetries
    }
}
