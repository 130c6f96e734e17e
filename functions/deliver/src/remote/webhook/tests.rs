use bytes::Bytes;
use insta::assert_json_snapshot;
use model::destination::Remote;

use super::super::Memory;
use super::super::tests::{SURVEY, answered, at, destination};
use super::*;

const CURRENT: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const FORMER: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

fn asked(keys: &[&str]) -> Result<Ask, Stop> {
    let settings = Webhook { url: "https://hooks.example.com/nps".to_owned(), secret: "hook".to_owned() };
    let to = destination(Remote::Webhook(settings.clone()));
    let report = answered(3, Some("Too slow."));
    let id = format!("{SURVEY}-there");
    let now = at("2027-03-04T10:00:05Z");
    let call = Call { destination: &to, report: &report, memory: &Memory::new(), id: &id, now };
    request(&settings, &call, keys)
}

fn header<'a>(ask: &'a Ask, name: &str) -> &'a str {
    &ask.headers.iter().find(|(known, _)| *known == name).unwrap().1
}

#[test]
fn a_message_is_the_whole_report() {
    let ask = asked(&[CURRENT]).unwrap();
    assert_json_snapshot!("message", serde_json::from_slice::<Value>(&ask.body).unwrap());
    assert_eq!(header(&ask, "webhook-id"), format!("{SURVEY}-there-1804000000003"));
    assert_eq!(header(&ask, "webhook-timestamp"), "1804154405");
}

#[test]
fn both_secrets_sign_while_they_are_changed_the_current_one_first() {
    let (current, former) = (asked(&[CURRENT]).unwrap(), asked(&[FORMER]).unwrap());
    let both = asked(&[CURRENT, FORMER]).unwrap();
    let expected = format!("{} {}", header(&current, "webhook-signature"), header(&former, "webhook-signature"));
    assert_eq!(header(&both, "webhook-signature"), expected);
}

/// The example of the specification.
#[test]
fn signs_as_the_specification_does() {
    let key = standardwebhooks::Webhook::new(CURRENT).unwrap();
    let signed = key.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#).unwrap();
    assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

#[test]
fn what_is_no_secret_is_mended_outside() {
    assert!(matches!(asked(&["whsec_no base64"]), Err(Stop::Later(..))));
}

#[test]
fn everything_but_gone_is_tried_again() {
    for (status, meaning) in [
        (200, "done"),
        (202, "done"),
        (204, "done"),
        (301, "later"),
        (400, "later"),
        (404, "later"),
        (410, "refused"),
        (429, "later"),
        (500, "later"),
    ] {
        let meant = match verdict(&Reply { status, after: None, body: Bytes::new() }) {
            Ok(_) => "done",
            Err(Stop::Later(..)) => "later",
            Err(Stop::Refused(_)) => "refused",
        };
        assert_eq!(meant, meaning, "{status}");
    }
}
