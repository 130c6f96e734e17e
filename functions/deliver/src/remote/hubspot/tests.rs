use bytes::Bytes;
use insta::assert_json_snapshot;

use super::super::tests::{answered, created, hubspot, mapping, unanswered};
use super::*;

fn shown(ask: &Ask) -> Value {
    let body: Value = serde_json::from_slice(&ask.body).unwrap_or(Value::Null);
    json!({ "request": format!("{} {}", ask.method, ask.url), "body": body })
}

#[test]
fn a_contact_is_updated_or_made() {
    let (known, unknown) = contact(&hubspot(), &answered(3, None)).unwrap();
    assert_json_snapshot!("contact", [shown(&known), shown(&unknown.unwrap())]);
    let nothing = Hubspot { properties: mapping(&[]), ..hubspot() };
    let (known, unknown) = contact(&nothing, &answered(3, None)).unwrap();
    assert_json_snapshot!("contact_found", [shown(&known), shown(&unknown.unwrap())]);
}

#[test]
fn who_has_no_address_is_known_by_their_id() {
    let by = |id: Value| {
        let mut report = answered(3, None);
        report.fields.insert("contact_email", Value::Null);
        report.fields.insert("contact_id", id);
        report
    };
    let (known, unknown) = contact(&hubspot(), &by("501".into())).unwrap();
    assert!(known.url.ends_with("/crm/v3/objects/contacts/501"), "{}", known.url);
    assert_eq!((known.method, unknown.is_some()), (Method::PATCH, false), "nobody is made without an address");
    assert_eq!(content(&hubspot(), &by("501".into())).unwrap()["id"], "501");
    assert!(contact(&hubspot(), &by(Value::Null)).is_none());
    assert!(content(&hubspot(), &by(Value::Null)).is_none());
}

#[test]
fn tasks_are_upserted_by_their_name() {
    let batch = |memory: &Memory| task_batch(&hubspot(), "npsloop_task_id", &answered(3, Some("<b>slow")), memory);
    assert_json_snapshot!("tasks", shown(&batch(&Memory::new()).unwrap()));
    let known = Memory::from([("task.recovery".to_owned(), "7".to_owned())]);
    let body = shown(&batch(&known).unwrap())["body"].clone();
    assert_eq!(body["inputs"][1]["properties"]["hs_task_status"], Value::Null, "somebody may have begun it");
    assert!(task_batch(&hubspot(), "npsloop_task_id", &created(), &Memory::new()).is_none());
}

#[test]
fn an_unanswered_survey_blanks_nothing() {
    assert_eq!(properties(&hubspot(), &unanswered()).keys().collect::<Vec<_>>(), ["nps_stage"]);
    assert_eq!(properties(&hubspot(), &answered(3, None))["nps_comment"], "");
}

#[test]
fn there_may_be_nothing_to_tell() {
    let nothing = Hubspot { properties: mapping(&[]), ..hubspot() };
    assert!(content(&nothing, &created()).is_none());
    assert!(content(&nothing, &unanswered()).is_some());
    assert!(content(&Hubspot { task_key: None, ..nothing }, &unanswered()).is_none());
}

#[test]
fn every_answer_has_a_meaning() {
    let error = |name: &str, value: &str| json!({ "message": "says HubSpot", name: value });
    let cases = [
        (200, json!({ "id": "1" }), "done"),
        (201, json!({ "status": "COMPLETE", "results": [] }), "done"),
        (207, json!({ "numErrors": 1, "errors": [{ "message": "says HubSpot" }] }), "refused"),
        (200, json!({ "numErrors": 1, "errors": [{ "message": "says HubSpot" }] }), "refused"),
        (400, error("category", "VALIDATION_ERROR"), "refused"),
        (404, error("category", "OBJECT_NOT_FOUND"), "refused"),
        (401, error("category", "INVALID_AUTHENTICATION"), "later"),
        (403, error("category", "MISSING_SCOPES"), "later"),
        (409, error("category", "CONFLICT"), "later"),
        (423, error("category", "LOCKED"), "later"),
        (429, error("policyName", "TEN_SECONDLY_ROLLING"), "later 10"),
        (429, error("policyName", "DAILY"), "later 3600"),
        (477, error("category", "MIGRATION"), "later"),
        (502, Value::Null, "later"),
    ];
    for (status, body, meaning) in cases {
        let reply = Reply { status, after: None, body: Bytes::from(body.to_string()) };
        let meant = match succeeded(&reply, "") {
            Ok(_) => "done".to_owned(),
            Err(Stop::Later(_, None)) => "later".to_owned(),
            Err(Stop::Later(_, Some(after))) => format!("later {}", after.as_secs()),
            Err(Stop::Refused(answer)) => {
                assert_eq!(answer.text, "says HubSpot");
                "refused".to_owned()
            }
        };
        assert_eq!(meant, meaning, "{status} {body}");
    }
    let said = Reply { status: 429, after: Some(Duration::from_secs(3)), body: Bytes::new() };
    assert!(matches!(succeeded(&said, ""), Err(Stop::Later(_, Some(after))) if after.as_secs() == 3));
}
