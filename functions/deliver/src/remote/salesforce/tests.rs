use bytes::Bytes;
use insta::assert_json_snapshot;

use super::super::tests::{answered, created, salesforce, set, task, unanswered};
use super::*;

#[test]
fn a_call_says_everything_at_once() {
    assert_json_snapshot!("created", composite(&salesforce(), &created(), &Memory::new()));
    assert_json_snapshot!("answered", composite(&salesforce(), &answered(3, Some("Too slow.")), &Memory::new()));
}

fn references(settings: &Salesforce, report: &Report) -> Vec<String> {
    let body = composite(settings, report, &Memory::new());
    let requests = body["compositeRequest"].as_array().unwrap();
    requests.iter().map(|request| request["referenceId"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn only_a_record_of_theirs_is_updated() {
    let with = |name, value: &str| {
        let mut report = answered(3, None);
        set(&mut report, name, value);
        references(&salesforce(), &report)
    };
    let all = ["survey", "subject", "task_non_response", "task_recovery"];
    let without = ["survey", "task_non_response", "task_recovery"];
    assert_eq!(with("subject_id", "a0X5g00000B1xYz"), all);
    for other in ["4711", "a0X5g00000B1x/z", "a0X5g00000B1xYzEABx"] {
        assert_eq!(with("subject_id", other), without, "{other}");
    }
    assert_eq!(with("subject_type", "case"), without);
    let settings = Salesforce { task_external_id: None, subject: None, ..salesforce() };
    assert_eq!(references(&settings, &answered(3, None)), ["survey"]);
}

#[test]
fn an_unanswered_survey_blanks_nothing_on_the_record() {
    let body = composite(&salesforce(), &unanswered(), &Memory::new());
    let record = &body["compositeRequest"][1]["body"];
    assert_eq!(record.as_object().unwrap().keys().collect::<Vec<_>>(), ["NPS_Survey__c"]);
}

#[test]
fn a_task_names_whom_salesforce_knows() {
    let ids = |contact: &str, subject: &str, owner: &str| {
        let mut task = task(TaskKind::Recovery, TaskStatus::Open);
        task.contact.id = Some(contact.to_owned());
        task.subject.id = subject.to_owned();
        task.owner.as_mut().unwrap().id = Some(owner.to_owned());
        let body = activity(&task, &answered(3, None), &Memory::new());
        ["WhoId", "WhatId", "OwnerId"].into_iter().filter(|name| body.contains_key(*name)).collect::<Vec<_>>()
    };
    let (contact, project, user) = ("0035g00000C2aaaAAA", "a0X5g00000B1xYzEAB", "0055g00000D3aaaAAA");
    assert_eq!(ids(contact, project, user), ["WhoId", "WhatId", "OwnerId"]);
    assert_eq!(ids("00Q5g00000C2aaaAAA", project, user), ["WhoId", "OwnerId"]);
    assert_eq!(ids("4711", "4711", "sam"), [""; 0]);
    assert_eq!(ids(project, contact, contact), ["WhatId"]);
}

#[test]
fn an_open_task_says_its_status_only_when_it_was_told_as_done() {
    let status = |status, memory: &Memory| {
        let task = task(TaskKind::Recovery, status);
        activity(&task, &answered(3, None), memory).get("Status").cloned()
    };
    let mut told = Memory::new();
    let mut report = answered(3, None);
    report.tasks = vec![task(TaskKind::Recovery, TaskStatus::Done)];
    assert_eq!(status(TaskStatus::Open, &told), None);
    assert_eq!(status(TaskStatus::Done, &told), Some(Value::from("Completed")));
    tasks::remember(&report, &mut told);
    assert_eq!(status(TaskStatus::Open, &told), Some(Value::from("Not Started")));
    report.tasks = vec![task(TaskKind::Recovery, TaskStatus::Open)];
    tasks::remember(&report, &mut told);
    assert_eq!(status(TaskStatus::Open, &told), None);
}

#[test]
fn an_owner_is_told_once() {
    let mut report = answered(3, None);
    report.tasks = vec![task(TaskKind::Recovery, TaskStatus::Open)];
    let owner = |report: &Report, memory: &Memory| activity(&report.tasks[0], report, memory).get("OwnerId").cloned();
    let mut told = Memory::new();
    tasks::remember(&report, &mut told);
    assert_eq!(owner(&report, &told), None, "somebody there may have handed it on");
    report.tasks[0].owner.as_mut().unwrap().id = Some("0055g00000D4aaaAAA".to_owned());
    assert_eq!(owner(&report, &told), Some(Value::from("0055g00000D4aaaAAA")));
}

#[test]
fn every_answer_has_a_meaning() {
    let part = |reference: &str, status: u16, code: &str| match code {
        "" => json!({ "referenceId": reference, "httpStatusCode": status, "body": { "success": true } }),
        _ => json!({
            "referenceId": reference,
            "httpStatusCode": status,
            "body": [{ "errorCode": code, "message": "says Salesforce", "fields": [] }],
        }),
    };
    let parts = |parts: &[Value]| json!({ "compositeResponse": parts });
    let error = |code: &str| json!([{ "errorCode": code, "message": "says Salesforce" }]);
    let cases = [
        (200, parts(&[part("survey", 201, ""), part("subject", 204, "")]), "done: survey created, subject updated"),
        (
            200,
            parts(&[part("survey", 400, HALTED), part("subject", 400, "INVALID_FIELD")]),
            "refused: subject: INVALID_FIELD says Salesforce",
        ),
        (200, parts(&[part("survey", 400, HALTED)]), "refused: survey: PROCESSING_HALTED says Salesforce"),
        (
            200,
            parts(&[part("survey", 400, "UNABLE_TO_LOCK_ROW"), part("subject", 400, HALTED)]),
            "later: survey: UNABLE_TO_LOCK_ROW says Salesforce",
        ),
        (200, parts(&[part("survey", 503, "SOMETHING")]), "later: survey: SOMETHING says Salesforce"),
        (200, parts(&[]), "later: the answer is none of a composite call"),
        (200, Value::Null, "later: the answer is none of a composite call"),
        (401, error("INVALID_SESSION_ID"), "later: INVALID_SESSION_ID says Salesforce"),
        (403, error("REQUEST_LIMIT_EXCEEDED"), "later: REQUEST_LIMIT_EXCEEDED says Salesforce"),
        (400, error("REQUEST_LIMIT_EXCEEDED"), "later: REQUEST_LIMIT_EXCEEDED says Salesforce"),
        (400, error("JSON_PARSER_ERROR"), "refused: JSON_PARSER_ERROR says Salesforce"),
        (404, error("NOT_FOUND"), "refused: NOT_FOUND says Salesforce"),
        (503, Value::Null, "later: the answer does not say why"),
        (429, Value::Null, "later: the answer does not say why"),
    ];
    for (status, body, meaning) in cases {
        let reply = Reply { status, after: None, body: Bytes::from(body.to_string()) };
        let meant = match verdict(&reply) {
            Ok(answer) => format!("done: {}", answer.text),
            Err(Stop::Later(answer, _)) => format!("later: {}", answer.text),
            Err(Stop::Refused(answer)) => format!("refused: {}", answer.text),
        };
        assert_eq!(meant, meaning, "{status} {body}");
    }
}
