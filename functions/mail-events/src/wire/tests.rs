use serde_json::{Value, json};

use super::*;

const SURVEY: &str = "0123456789abcdef0123456789abcdef";

/// An event as EventBridge puts it on the queue, with everything SES writes around what we need.
fn event(kind: &str, detail_type: &str, name: &str, about: Value) -> Value {
    let mut detail = json!({
        "eventType": kind,
        "mail": {
            "timestamp": "2027-01-20T15:00:00.250Z",
            "source": "Example AG <nps@company.example>",
            "sourceArn": "arn:aws:ses:eu-central-1:123456789012:identity/company.example",
            "sendingAccountId": "123456789012",
            "messageId": "0107018d2f6c4a11-7c1e0b7e-5a55-4a35-9a34-1a2b3c4d5e6f-000000",
            "destination": ["ada@example.com"],
            "headersTruncated": false,
            "headers": [
                {"name": "From", "value": "Example AG <nps@company.example>"},
                {"name": "To", "value": "ada@example.com"},
                {"name": "Subject", "value": "One question about Website relaunch"},
                {"name": "MIME-Version", "value": "1.0"}
            ],
            "commonHeaders": {
                "from": ["Example AG <nps@company.example>"], "to": ["ada@example.com"],
                "messageId": "0107018d2f6c4a11-7c1e0b7e-5a55-4a35-9a34-1a2b3c4d5e6f-000000",
                "subject": "One question about Website relaunch"
            },
            "tags": {
                "ses:source-tls-version": ["TLSv1.3"],
                "ses:operation": ["SendEmail"],
                "ses:configuration-set": ["npsloop"],
                "ses:source-ip": ["203.0.113.7"],
                "ses:from-domain": ["company.example"],
                "ses:caller-identity": ["npsloop-dispatch"],
                "survey": [SURVEY],
                "step": ["invite"],
                "claim": ["00000000deadbeef"]
            }
        }
    });
    detail[name] = about;
    json!({
        "version": "0",
        "id": "4a1c8f0e-7d0b-4a52-8f0b-7c7d6d1c2b3a",
        "detail-type": detail_type,
        "source": "aws.ses",
        "account": "123456789012",
        "time": "2027-01-20T15:00:02Z",
        "region": "eu-central-1",
        "resources": ["arn:aws:ses:eu-central-1:123456789012:configuration-set/npsloop"],
        "detail": detail
    })
}

fn send() -> Value {
    event("Send", "Email Sent", "send", json!({}))
}

fn delivery() -> Value {
    let about = json!({
        "timestamp": "2027-01-20T15:00:01.900Z", "processingTimeMillis": 1650, "recipients": ["ada@example.com"],
        "smtpResponse": "250 2.0.0 OK  1611154801 a1si123456wrt.42 - gsmtp", "reportingMTA": "b232-131.smtp-out.eu-central-1.amazonses.com"
    });
    event("Delivery", "Email Delivered", "delivery", about)
}

fn bounce(kind: &str, sub: &str) -> Value {
    let about = json!({
        "feedbackId": "0107018d2f6c5b22-1b2c3d4e-0000-4000-8000-000000000000-000000",
        "bounceType": kind, "bounceSubType": sub,
        "bouncedRecipients": [{
            "emailAddress": "ada@example.com", "action": "failed", "status": "5.1.1",
            "diagnosticCode": "smtp; 550 5.1.1 user unknown"
        }],
        "timestamp": "2027-01-20T15:00:03.000Z", "reportingMTA": "dns; b232-131.smtp-out.eu-central-1.amazonses.com"
    });
    event("Bounce", "Email Bounced", "bounce", about)
}

fn complaint() -> Value {
    let about = json!({
        "feedbackId": "0107018d2f6c6c33-00000000-0000-4000-8000-000000000000-000000", "complaintSubType": null,
        "complainedRecipients": [{"emailAddress": "ada@example.com"}],
        "timestamp": "2027-01-20T16:00:00.000Z", "userAgent": "Yahoo!-Mail-Feedback/2.0",
        "complaintFeedbackType": "abuse", "arrivalDate": "2027-01-20T15:59:00.000Z"
    });
    event("Complaint", "Email Complaint Received", "complaint", about)
}

fn reject() -> Value {
    event("Reject", "Email Rejected", "reject", json!({"reason": "Bad content"}))
}

fn word(event: &Value) -> Word {
    match read(&event.to_string()).unwrap() {
        Read::Word(word) => word,
        Read::NotOurs(why) => panic!("{why}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_event_says_what_became_of_which_mail_and_when() {
    let mail = "2027-01-20T15:00:00.250Z";
    for (event, fate, at) in [
        (send(), Fate::Sent, mail),
        (delivery(), Fate::Delivered, "2027-01-20T15:00:01.900Z"),
        (bounce("Permanent", "General"), Fate::BouncedForGood, "2027-01-20T15:00:03Z"),
        (bounce("Permanent", "OnAccountSuppressionList"), Fate::BouncedForGood, "2027-01-20T15:00:03Z"),
        (bounce("Transient", "MailboxFull"), Fate::BouncedForNow, "2027-01-20T15:00:03Z"),
        (bounce("Undetermined", "Undetermined"), Fate::BouncedForNow, "2027-01-20T15:00:03Z"),
        (complaint(), Fate::Complained, "2027-01-20T16:00:00Z"),
        (reject(), Fate::Rejected, mail),
    ] {
        let expected = Word {
            survey: SURVEY.parse().unwrap(),
            step: Step::Invite,
            claim: Some(ClaimId::new(0xdead_beef)),
            to: Some(Email::parse("ada@example.com").unwrap().into()),
            fate,
            at: Some(at.parse().unwrap()),
            sent_at: Some(mail.parse().unwrap()),
        };
        assert_eq!(word(&event), expected);
    }
}

#[test]
fn a_name_before_the_address_and_missing_dates_do_no_harm() {
    let mut event = send();
    event["detail"]["mail"]["destination"] = json!(["\"Ada <the first>\" <Ada@Example.com>"]);
    event["detail"]["mail"]["timestamp"] = json!("soon");
    let word = word(&event);
    assert_eq!(word.to.map(|to| to.key()), Some(Email::parse("ada@example.com").unwrap().key()));
    assert_eq!(word.at, None);
}

#[test]
fn events_about_other_things_are_none_of_our_business() {
    let with = |pointer: &str, value: Value| {
        let mut event = send();
        *event.pointer_mut(pointer).unwrap() = value;
        event
    };
    for event in [
        with("/source", json!("aws.s3")),
        with("/detail/eventType", json!("Open")),
        with("/detail/eventType", json!("DeliveryDelay")),
        with("/detail/mail/tags", json!({"ses:operation": ["SendEmail"]})),
        with("/detail/mail/tags/survey", json!([])),
        with("/detail/mail/tags/survey", json!(["../../etc"])),
        with("/detail/mail/tags/step", json!(["task"])),
        with("/detail/mail/tags/step", json!(["welcome"])),
    ] {
        assert!(matches!(read(&event.to_string()), Ok(Read::NotOurs(_))), "{event}");
    }
}

#[test]
fn what_is_no_event_fails() {
    let mut without_mail = send();
    without_mail["detail"].as_object_mut().unwrap().remove("mail");
    let mut bounce = bounce("Permanent", "General");
    bounce["detail"].as_object_mut().unwrap().remove("bounce");
    let mut tags = send();
    tags["detail"]["mail"]["tags"]["survey"] = json!(SURVEY);
    for wrong in [
        String::new(),
        "{}".into(),
        "[]".into(),
        "null".into(),
        without_mail.to_string(),
        bounce.to_string(),
        tags.to_string(),
    ] {
        assert!(read(&wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_word_about_a_letter_is_no_word_about_a_step() {
    let mut event = send();
    event["detail"]["mail"]["tags"] = json!({
        "letter": ["thanks"], "shelf": [SURVEY], "name": ["thanks"], "claim": ["00000000deadbeef"], "survey": [SURVEY]
    });
    let read_as = |event: &Value| match read(&event.to_string()).unwrap() {
        Read::Letter(word) => word,
        other => panic!("{other:?}"),
    };
    let word = read_as(&event);
    assert_eq!((word.id.to_string(), word.to_contact), (format!("{SURVEY}/thanks"), true));
    assert_eq!((word.fate, word.to.is_some(), word.sent_at.is_some()), (Fate::Sent, true, true));
    event["detail"]["mail"]["tags"]["letter"] = json!(["alert"]);
    assert!(!read_as(&event).to_contact, "a colleague is no contact");
    event["detail"]["mail"]["tags"]["shelf"] = json!(["../x"]);
    assert!(matches!(read(&event.to_string()).unwrap(), Read::NotOurs(_)));
}
