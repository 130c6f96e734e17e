use bytes::Bytes;

use super::super::tests::{answered, created, pardot, unanswered};
use super::*;

#[test]
fn a_contact_is_on_one_list_or_on_none() {
    let mut ended = unanswered();
    ended.stage = Stage::Ended;
    ended.nurture = Some(Nurture::Campaign);
    let mut stopped = ended.clone();
    stopped.nurture = None;
    let mut sent = created();
    sent.stage = Stage::Sent;
    assert_eq!(places(&pardot(), &created()), None);
    assert_eq!(places(&pardot(), &sent), None);
    assert_eq!(places(&pardot(), &unanswered()), Some(vec![(22, false), (11, true)]));
    assert_eq!(places(&pardot(), &ended), Some(vec![(11, false), (22, true)]));
    assert_eq!(places(&pardot(), &stopped), Some(vec![(11, false), (22, false)]));
    assert_eq!(places(&pardot(), &answered(9, None)), Some(vec![(11, false), (22, false)]));
    let one = Pardot { campaign_list: None, ..pardot() };
    assert_eq!(places(&one, &ended), Some(vec![(11, false)]));
    assert_eq!(places(&Pardot { reminding_list: None, ..one }, &ended), None);
}

#[test]
fn what_is_asked_is_escaped() {
    let mut report = unanswered();
    super::super::tests::set(&mut report, "contact_email", "a+b&c@example.com");
    assert_eq!(
        prospects(&pardot(), &report),
        "https://pi.pardot.com/api/v5/objects/prospects?fields=id%2Cemail&email=a%2Bb%26c%40example.com"
    );
    assert_eq!(
        memberships(&pardot(), 5, 11),
        "https://pi.pardot.com/api/v5/objects/list-memberships?fields=id%2ClistId%2CprospectId&listId=11&prospectId=5"
    );
    assert_eq!(
        objects(&pardot(), "list-memberships/7", &[]),
        "https://pi.pardot.com/api/v5/objects/list-memberships/7"
    );
}

#[test]
fn every_answer_has_a_meaning() {
    let error = |code: u64| json!({ "code": code, "message": "says Pardot" });
    let cases = [
        (200, json!({ "values": [] }), "done"),
        (204, Value::Null, "done"),
        (400, error(122), "later"),
        (429, error(66), "later"),
        (401, error(184), "later"),
        (403, error(49), "later"),
        (400, error(181), "refused"),
        (500, Value::Null, "later"),
    ];
    for (status, body, meaning) in cases {
        let reply = Reply { status, after: None, body: Bytes::from(body.to_string()) };
        let meant = match succeeded(&reply) {
            Ok(_) => "done",
            Err(Stop::Later(..)) => "later",
            Err(Stop::Refused(_)) => "refused",
        };
        assert_eq!(meant, meaning, "{status} {body}");
    }
}
