//! Texts: what AWS End User Messaging says became of one. It comes by a topic of SNS whose subscription adds nothing around it.

use model::{ClaimId, Phone, Step, Timestamp, Who};
use serde::Deserialize;
use serde_json::Value;

use crate::wire::{Fate, NotAnEvent, Read, Word};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    event_type: String,
    event_timestamp: Option<i64>,
    message_request_timestamp: Option<i64>,
    destination_phone_number: Option<String>,
    #[serde(default)]
    context: Context,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Context {
    survey: String,
    step: String,
    claim: Option<String>,
}

/// Reads a message about texts; nothing if it is about something else.
pub(crate) fn read(body: &Value) -> Option<Result<Read, NotAnEvent>> {
    if body.get("inboundMessageId").is_some() {
        return Some(Err(NotAnEvent::WrittenBack));
    }
    body.get("eventType").is_some().then(|| Event::deserialize(body).map(event).map_err(NotAnEvent::from))
}

fn event(event: Event) -> Read {
    let fate = match event.event_type.as_str() {
        // That nobody knows after all is the end of hearing; it had been taken.
        "TEXT_QUEUED" | "TEXT_PENDING" | "TEXT_SENT" | "TEXT_UNKNOWN" => Fate::Sent,
        // Which of the two a carrier says depends on the country.
        "TEXT_SUCCESSFUL" | "TEXT_DELIVERED" => Fate::Delivered,
        "TEXT_INVALID" => Fate::BouncedForGood,
        // A telephone that is off, a carrier that has trouble or did not like this text: the next one may arrive.
        "TEXT_UNREACHABLE"
        | "TEXT_CARRIER_UNREACHABLE"
        | "TEXT_BLOCKED"
        | "TEXT_CARRIER_BLOCKED"
        | "TEXT_SPAM"
        | "TEXT_TTL_EXPIRED" => Fate::BouncedForNow,
        "TEXT_INVALID_MESSAGE" | "TEXT_PROTECT_BLOCKED" => Fate::Rejected,
        _ => return Read::NotOurs("its type says nothing about a survey"),
    };
    let Event { context, destination_phone_number, .. } = event;
    let (Ok(survey), Ok(step)) = (context.survey.parse(), context.step.parse::<Step>()) else {
        return Read::NotOurs("the text is about no survey");
    };
    if !step.is_mail() {
        return Read::NotOurs("the text is no step of a survey");
    }
    let sent_at = event.message_request_timestamp.map(Timestamp::from_millis);
    Read::Word(Word {
        survey,
        step,
        claim: context.claim.as_deref().map(ClaimId::from_tag),
        to: destination_phone_number.as_deref().and_then(Phone::international).map(Who::Phone),
        fate,
        at: event.event_timestamp.map(Timestamp::from_millis).or(sent_at),
        sent_at,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SURVEY: &str = "0123456789abcdef0123456789abcdef";

    /// An event as its topic delivers it.
    fn event(kind: &str) -> Value {
        json!({
            "eventType": kind, "eventVersion": "1.0", "eventTimestamp": 1_800_000_003_470_i64, "isFinal": true,
            "originationPhoneNumber": "+12065550152", "destinationPhoneNumber": "+4915112345678",
            "isInternationalSend": false, "isoCountryCode": "DE", "mcc": "262", "mnc": "01",
            "messageId": "862a8790-60c0-4430-9b2b-658bdexample", "messageRequestTimestamp": 1_800_000_000_170_i64,
            "messageEncoding": "GSM", "messageType": "PROMOTIONAL", "messageStatus": "SUCCESSFUL",
            "messageStatusDescription": "Message has been accepted by phone carrier",
            "context": {"survey": SURVEY, "step": "invite", "claim": "00000000deadbeef"},
            "totalMessageParts": 1, "totalMessagePrice": 0.09582, "totalCarrierFee": 0.0
        })
    }

    fn read(body: &Value) -> Read {
        crate::wire::read(&body.to_string()).unwrap()
    }

    fn phone() -> Phone {
        Phone::international("+4915112345678").unwrap()
    }

    #[test]
    fn every_event_says_what_became_of_which_text_and_when() {
        for (kind, fate) in [
            ("TEXT_QUEUED", Fate::Sent),
            ("TEXT_SENT", Fate::Sent),
            ("TEXT_PENDING", Fate::Sent),
            ("TEXT_UNKNOWN", Fate::Sent),
            ("TEXT_SUCCESSFUL", Fate::Delivered),
            ("TEXT_DELIVERED", Fate::Delivered),
            ("TEXT_INVALID", Fate::BouncedForGood),
            ("TEXT_UNREACHABLE", Fate::BouncedForNow),
            ("TEXT_CARRIER_UNREACHABLE", Fate::BouncedForNow),
            ("TEXT_BLOCKED", Fate::BouncedForNow),
            ("TEXT_CARRIER_BLOCKED", Fate::BouncedForNow),
            ("TEXT_SPAM", Fate::BouncedForNow),
            ("TEXT_TTL_EXPIRED", Fate::BouncedForNow),
            ("TEXT_INVALID_MESSAGE", Fate::Rejected),
            ("TEXT_PROTECT_BLOCKED", Fate::Rejected),
        ] {
            let expected = Word {
                survey: SURVEY.parse().unwrap(),
                step: Step::Invite,
                claim: Some(ClaimId::new(0xdead_beef)),
                to: Some(Who::Phone(phone())),
                fate,
                at: Some(Timestamp::from_millis(1_800_000_003_470)),
                sent_at: Some(Timestamp::from_millis(1_800_000_000_170)),
            };
            assert_eq!(read(&event(kind)), Read::Word(expected), "{kind}");
        }
    }

    #[test]
    fn what_came_by_the_wrong_topic_is_not_lost() {
        let inbound = json!({
            "originationNumber": "+4915112345678", "destinationNumber": "+12065550152", "messageKeyword": "KEYWORD",
            "messageBody": "STOP", "inboundMessageId": "cae173d2-66b9-564c-8309-21f858e9fb84"
        });
        let read = crate::wire::read(&inbound.to_string());
        assert!(matches!(read, Err(NotAnEvent::WrittenBack)), "it stays on the queue, and is found there: {read:?}");
    }

    #[test]
    fn events_about_other_things_are_none_of_our_business() {
        let with = |pointer: &str, value: Value| {
            let mut event = event("TEXT_DELIVERED");
            *event.pointer_mut(pointer).unwrap() = value;
            event
        };
        for other in [
            with("/eventType", json!("VOICE_ANSWERED")),
            with("/eventType", json!("TEXT_SOMETHING_NEW")),
            with("/context", json!({})),
            with("/context/survey", json!("../../etc")),
            with("/context/step", json!("task")),
            with("/context", json!({"account": "bar"})),
        ] {
            assert!(matches!(read(&other), Read::NotOurs(_)), "{other}");
        }
        for wrong in [with("/eventTimestamp", json!("soon")), with("/context", json!("x"))] {
            assert!(crate::wire::read(&wrong.to_string()).is_err(), "{wrong}");
        }
    }
}
