use host::problem::Kind;
use serde_json::{Value, json};

use super::*;

/// Reads a trigger of a campaign that asks by mail alone.
fn read(bytes: &[u8]) -> Result<Read, Problem> {
    read_fields(Fields::parse(bytes)?, |_| false)
}

#[test]
fn who_has_no_address_is_asked_by_a_number_that_names_its_country() {
    let by_text = |changes: Value| {
        let wrong = |problem: Problem| problem.errors().iter().map(|error| error.pointer.clone()).collect::<Vec<_>>();
        let read = Fields::parse(&body(changes)).and_then(|fields| read_fields(fields, |id| id.as_str() == "texts"));
        read.map(|read| read.trigger.contact.who).map_err(wrong)
    };
    let number = Who::Phone(Phone::international("+4915112345678").unwrap());
    for written in ["+49 1511 2345678", "0049 (0)1511/2345678", "tel:+49-1511-2345678"] {
        let none = json!({ "campaign": "texts", "contact_email": "", "contact_phone": written });
        assert_eq!(by_text(none), Ok(number.clone()), "{written}");
    }
    let both = json!({ "campaign": "texts", "contact_phone": "+49 1511 2345678" });
    assert_eq!(by_text(both).unwrap().email().unwrap().expose(), "ada@example.com");
    let wrong = |pointer: &str| Err(vec![pointer.to_owned()]);
    for (campaign, email, phone, pointer) in [
        ("texts", json!(null), json!("0151 12345678"), "/contact_phone"),
        ("texts", json!(null), json!("+0151 12345678"), "/contact_phone"),
        ("texts", json!(null), json!("call me"), "/contact_phone"),
        ("texts", json!(null), json!(null), "/contact_email"),
        // Who has an address has it wrong: nobody guesses that a text was meant.
        ("texts", json!("ada"), json!("+4915112345678"), "/contact_email"),
        ("mails", json!(null), json!("+4915112345678"), "/contact_email"),
    ] {
        let trigger = json!({ "campaign": campaign, "contact_email": email, "contact_phone": phone });
        assert_eq!(by_text(trigger.clone()), wrong(pointer), "{trigger}");
    }
}

/// A body that is fine, with some fields changed.
fn body(changes: Value) -> Vec<u8> {
    let mut body = json!({ "subject_id": "a0X1", "contact_email": "ada@example.com", "completion_percent": 85 });
    for (name, value) in changes.as_object().unwrap() {
        body[name] = value.clone();
    }
    serde_json::to_vec(&body).unwrap()
}

fn pointers(changes: Value) -> Vec<String> {
    let problem = read(&body(changes.clone())).expect_err(&changes.to_string());
    assert_eq!(problem.kind(), Kind::Invalid);
    assert!(problem.errors().iter().all(|error| !error.detail.is_empty()));
    problem.errors().iter().map(|error| error.pointer.clone()).collect()
}

fn fine(changes: Value) -> Read {
    read(&body(changes.clone())).unwrap_or_else(|problem| panic!("{changes}: {problem:?}"))
}

#[test]
fn reads_everything_a_crm_can_say() {
    let read = fine(json!({
        "campaign": "spring", "subject_type": "case", "subject_id": 15938274610_u64, "subject_name": " Relaunch ",
        "completion_percent": "85.0", "milestone": "", "contact_email": " Ada@Example.com ",
        "contact_name": "<script>alert(1)</script>", "contact_id": "c1", "contact_phone": "+49 30 1",
        "contact_locale": "de_DE", "contact_time_zone": "europe/berlin", "owner_email": "sam@company.example",
        "owner_name": "Sam \"O\" Owner", "owner_id": "o1", "agent_id": "", "agent_name": "Lee", "account_id": null,
        "account_name": null, "occurred_at": "2026-11-20T22:00:00+01:00",
        "record_modified_at": "2026-11-20T16:45:12.000+0000",
        "attributes": { "product": "Web", "value": 120000, "share": 0.5, "vip": true, "none": null, "blank": " ",
                        "place": { "region": "EMEA", "more": { "town": "Ulm" } } },
        "dry_run": true,
    }));
    let trigger = read.trigger;
    assert!(read.ignored.is_empty(), "{:?}", read.ignored);
    assert_eq!((trigger.campaign.as_str(), trigger.subject.id.as_str()), ("spring", "15938274610"));
    assert_eq!(trigger.subject.name.as_deref(), Some("Relaunch"));
    assert_eq!((trigger.completion_percent, trigger.milestone), (Some(85), None));
    assert_eq!(trigger.contact.email().unwrap().expose(), "ada@example.com");
    assert_eq!(trigger.contact.name.as_deref(), Some("<script>alert(1)</script>"));
    assert_eq!(trigger.contact.time_zone.as_deref(), Some("Europe/Berlin"));
    assert_eq!(trigger.agent, Some(Named { id: None, name: Some("Lee".to_owned()) }));
    assert_eq!(trigger.account, None);
    assert_eq!(trigger.occurred_at.unwrap().to_string(), "2026-11-20T21:00:00Z");
    assert_eq!(trigger.record_modified_at.unwrap().to_string(), "2026-11-20T16:45:12Z");
    let attributes: Vec<_> = trigger.attributes.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(
        attributes,
        ["place.more.town=Ulm", "place.region=EMEA", "product=Web", "share=0.5", "value=120000", "vip=true"]
    );
    assert!(trigger.dry_run);
}

#[test]
fn what_is_absent_takes_its_default() {
    let trigger = fine(json!({ "campaign": null, "subject_type": "", "attributes": null, "dry_run": null })).trigger;
    assert_eq!((trigger.campaign.as_str(), trigger.subject.kind.as_str()), ("default", "project"));
    assert!(!trigger.dry_run && trigger.attributes.is_empty() && trigger.owner.is_none());
}

#[test]
fn every_wrong_way_is_said_at_its_field() {
    let long = "x".repeat(256);
    for (name, wrongs) in [
        (
            "subject_id",
            vec![json!(null), json!("  "), json!(true), json!(1.5), json!({}), json!(long), json!("a\u{0}b")],
        ),
        (
            "contact_email",
            vec![
                json!(null),
                json!(""),
                json!("ada"),
                json!("ada@localhost"),
                json!(7),
                json!("Ada <ada@example.com>"),
                json!("ada@example.com\r\nBcc: eve@example.com"),
                json!("ada@example.com\n"),
                json!("ada@exämple.com"),
                json!("ada@example.com\u{0}"),
                json!(format!("{long}@example.com")),
                json!(["ada@example.com"]),
            ],
        ),
        (
            "completion_percent",
            vec![
                json!(null),
                json!(""),
                json!(85.5),
                json!("85.5"),
                json!("85%"),
                json!(101),
                json!(-1),
                json!("many"),
                json!(true),
                json!(1e300),
                json!([85]),
            ],
        ),
        (
            "contact_name",
            vec![json!("Ada\r\nBcc: eve@example.com"), json!("Ada\u{0}"), json!(long), json!({}), json!("Ada\u{2028}")],
        ),
        ("subject_name", vec![json!("a\tb"), json!("a\u{7f}b"), json!(false)]),
        ("contact_locale", vec![json!("d"), json!("deutsch bitte"), json!("de-"), json!("*"), json!(1)]),
        (
            "contact_time_zone",
            vec![json!("Europe/Atlantis"), json!("W. Europe Standard Time"), json!("+01:00"), json!("Etc/Unknown")],
        ),
        ("owner_email", vec![json!("sam"), json!("sam@company.example\r\n")]),
        (
            "occurred_at",
            vec![json!("yesterday"), json!("2026-11-20"), json!("2026-11-20T22:00:00"), json!(1_795_262_400_000_i64)],
        ),
        ("record_modified_at", vec![json!("2026-02-30T00:00:00Z"), json!("2026-11-20T25:00:00Z")]),
        ("campaign", vec![json!("a b"), json!("a/b"), json!(true), json!(long)]),
        ("subject_type", vec![json!("x".repeat(65))]),
        ("attributes", vec![json!([]), json!("product=Web"), json!(1)]),
        ("dry_run", vec![json!("yes"), json!(1)]),
    ] {
        for wrong in wrongs {
            assert_eq!(pointers(json!({ name: wrong })), [format!("/{name}")], "{name}: {wrong}");
        }
    }
}

#[test]
fn says_everything_that_is_wrong_at_once() {
    let problem = read(b"{\"owner_email\":\"x\",\"contact_time_zone\":\"y\"}").unwrap_err();
    let all: Vec<_> = problem.errors().iter().map(|error| error.pointer.as_str()).collect();
    assert_eq!(all, ["/subject_id", "/completion_percent", "/contact_email", "/contact_time_zone", "/owner_email"]);
}

#[test]
fn a_field_that_is_there_twice_is_wrong() {
    let body = br#"{"subject_id":"a","contact_email":"ada@example.com","milestone":"m","subject_id":"b"}"#;
    let problem = read(body).unwrap_err();
    assert_eq!(problem.errors()[0].pointer, "/subject_id");
}

#[test]
fn what_is_no_object_is_malformed() {
    let deep = format!("{{\"attributes\":{}1{}}}", "{\"a\":".repeat(200), "}".repeat(200));
    for wrong in ["", "nonsense", "[]", "\"text\"", "null", "{\"subject_id\":}", "<xml/>", "a=b", &deep] {
        assert_eq!(read(wrong.as_bytes()).unwrap_err().kind(), Kind::Malformed, "{wrong}");
    }
}

#[test]
fn a_milestone_ignores_the_percentage() {
    let trigger = fine(json!({ "milestone": " renewal ", "completion_percent": 10 })).trigger;
    assert_eq!((trigger.milestone.as_deref(), trigger.completion_percent), (Some("renewal"), None));
    let read = fine(json!({ "milestone": "renewal", "completion_percent": 85.5 }));
    assert_eq!(read.ignored, ["completion_percent"]);
    for wrong in [json!("a\nb"), json!("x".repeat(65)), json!(true), json!([])] {
        assert_eq!(pointers(json!({ "milestone": wrong })), ["/milestone"]);
    }
}

#[test]
fn what_cannot_be_kept_is_named() {
    let read = fine(json!({
        "flow_guid": "8d51", "another": { "deep": [1] },
        "attributes": { "list": [1, 2], "owner": "me", "long": "x".repeat(101), "x".repeat(101): "long", "nul": "a\u{0}",
                        "lines": "a\nb", "": "empty", "fine": "yes", "deep": { "hour": 9, "list": [] } },
    }));
    let mut ignored = read.ignored;
    ignored.sort();
    let long = format!("attributes.{}", "x".repeat(101));
    let mut expected = [
        "another",
        "attributes.",
        "attributes.deep.list",
        "attributes.lines",
        "attributes.list",
        "attributes.long",
        "attributes.nul",
        "attributes.owner",
        "flow_guid",
        &long,
    ];
    expected.sort_unstable();
    assert_eq!(ignored, expected);
    let kept: Vec<_> = read.trigger.attributes.keys().map(String::as_str).collect();
    assert_eq!(kept, ["deep.hour", "fine"]);
}

#[test]
fn the_first_sixteen_attributes_are_kept() {
    let all: Vec<_> = (1..=20).map(|nth| format!("\"a{nth}\":\"v\"")).collect();
    let body = format!(
        "{{\"subject_id\":\"a\",\"contact_email\":\"ada@example.com\",\"milestone\":\"m\",\"attributes\":{{{}}}}}",
        all.join(",")
    );
    let read = read(body.as_bytes()).unwrap();
    assert_eq!(read.trigger.attributes.len(), 16);
    assert_eq!(read.ignored, ["attributes.a17", "attributes.a18", "attributes.a19", "attributes.a20"]);
}

#[test]
fn a_deep_payload_is_not_answered_with_more_than_was_sent() {
    let mut inner = json!({ "x".repeat(2_000): { "a": { "b": 1 }, "c": 2 } });
    for _ in 0..40 {
        inner = json!({ "level": inner, "list": [] });
    }
    let body = json!({ "attributes": inner });
    let sent = body.to_string().len();
    let ignored = fine(body).ignored;
    let named: usize = ignored.iter().map(String::len).sum();
    assert!(named < 2 * sent, "{named} bytes for {sent}");
    assert!(ignored.iter().all(|name| name.len() < 200), "{ignored:?}");
}
