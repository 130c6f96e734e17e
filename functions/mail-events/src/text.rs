//! Texts: what AWS End User Messaging says became of one, and what somebody wrote back to it. Both come by a topic of SNS whose
//! subscription adds nothing around them.

use model::reply::Said;
use model::reply::text::Says;
use model::{ClaimId, Phone, Step, Timestamp, Who, sms};
use serde::Deserialize;
use serde_json::Value;

use crate::wire::{Fate, NotAnEvent, Read, Word};

/// What somebody wrote back to a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Who wrote.
    pub from: Phone,
    /// What it means.
    pub says: Says,
}

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

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Inbound {
    origination_number: String,
    #[serde(default)]
    message_body: String,
}

/// Reads a message about texts; nothing if it is about something else.
pub(crate) fn read(body: &Value) -> Option<Result<Read, NotAnEvent>> {
    if body.get("inboundMessageId").is_some() {
        Some(Inbound::deserialize(body).map(reply).map_err(NotAnEvent::from))
    } else if body.get("eventType").is_some() {
        Some(Event::deserialize(body).map(event).map_err(NotAnEvent::from))
    } else {
        None
    }
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

fn reply(inbound: Inbound) -> Read {
    let Some(from) = Phone::international(&inbound.origination_number) else {
        return Read::NotOurs("nobody can tell who wrote");
    };
    let text = inbound.message_body.trim();
    let says = if sms::is_stop(text) {
        Some(Says::Stop)
    } else {
        // Read as a reply to a letter is: whatever is in doubt is no score.
        match model::reply::read(text) {
            Said::Score { score, .. } => Some(Says::Score(score)),
            Said::NoMore { .. } => Some(Says::Stop),
            Said::Words(_) | Said::Nothing => None,
        }
    };
    says.map_or(Read::NotOurs("the reply is neither a score nor a wish"), |says| Read::Reply(Reply { from, says }))
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

    #[test]
    fn a_reply_is_a_wish_or_a_score() {
        let inbound = |text: &str| {
            json!({
                "originationNumber": "+4915112345678", "destinationNumber": "+12125550101", "messageKeyword": "KEYWORD",
                "messageBody": text, "inboundMessageId": "cae173d2-66b9-564c-8309-21f858e9fb84",
                "previousPublishedMessageId": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
            })
        };
        let reply = |says| Read::Reply(Reply { from: phone(), says });
        for (text, says) in [
            ("STOP", Says::Stop),
            (" stop. ", Says::Stop),
            ("Please stop", Says::Stop),
            ("9", Says::Score("9".parse().unwrap())),
            (" 10\n", Says::Score("10".parse().unwrap())),
            ("9!", Says::Score("9".parse().unwrap())),
            ("9 great", Says::Score("9".parse().unwrap())),
            ("9 out of 10", Says::Score("9".parse().unwrap())),
        ] {
            assert_eq!(read(&inbound(text)), reply(says), "{text}");
        }
        for other in ["", "11", "-1", "nine", "9 or 10", "9 days late", "9:30?", "please stop asking"] {
            assert!(matches!(read(&inbound(other)), Read::NotOurs(_)), "{other}");
        }
        let mut nobody = inbound("STOP");
        nobody["originationNumber"] = json!("12345");
        assert!(matches!(read(&nobody), Read::NotOurs(_)));
    }
}
