use bytes::Bytes;
use insta::assert_json_snapshot;
use serde_json::json;

use super::super::tests::{answered, dataverse};
use super::*;

#[test]
fn a_record_is_written_by_its_key() {
    let ask = request(&dataverse(), &answered(3, None));
    let body: Value = serde_json::from_slice(&ask.body).unwrap();
    let request = format!("{} {}", ask.method, ask.url);
    assert_json_snapshot!("record", json!({ "request": request, "headers": ask.headers, "body": body }));
}

#[test]
fn every_answer_has_a_meaning() {
    let error = json!({ "error": { "code": "0x80060888", "message": "says Dataverse" } }).to_string();
    for (status, meaning) in [
        (204, "done"),
        (400, "refused"),
        (401, "later"),
        (403, "later"),
        (404, "refused"),
        (412, "later"),
        (429, "later"),
        (503, "later"),
    ] {
        let meant = match verdict(&Reply { status, after: None, body: Bytes::from(error.clone()) }) {
            Ok(_) => "done",
            Err(Stop::Later(answer, _)) => {
                assert_eq!(answer.text, "0x80060888 says Dataverse");
                "later"
            }
            Err(Stop::Refused(_)) => "refused",
        };
        assert_eq!(meant, meaning, "{status}");
    }
}
