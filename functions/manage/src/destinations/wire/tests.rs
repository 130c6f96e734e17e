use model::delivery::Disabled;

use super::*;

fn reading(body: &Value) -> Result<Destination, Problem> {
    read(Fields::parse(body.to_string().as_bytes()).unwrap(), "crm", false)
}

fn shown(known: &Destination) -> Value {
    show(known, &Health::default())
}

/// The least that can be said of each kind.
fn least() -> Vec<Value> {
    vec![
        json!({ "kind": "salesforce", "url": "https://a.my.salesforce.com/", "client_id": "3MVG", "username": "nps@a.example", "secret": "sf.pem" }),
        json!({ "kind": "salesforce", "url": "https://a.my.salesforce.com", "flow": "client_credentials", "client_id": "3MVG", "secret": "sf" }),
        json!({ "kind": "hubspot", "secret": "hubspot" }),
        json!({ "kind": "pardot", "login": "https://a.my.salesforce.com", "client_id": "3MVG", "username": "nps@a.example", "secret": "sf.pem", "business_unit": "0Uv5g0000000001", "campaign_list": 17 }),
        json!({ "kind": "dataverse", "url": "https://a.crm4.dynamics.com", "login": "https://login.microsoftonline.com/t", "client_id": "c", "secret": "dv" }),
        json!({ "kind": "event_bus" }),
        json!({ "kind": "webhook", "url": "https://a.example/hook?team=1", "secret": "hook" }),
        json!({ "kind": "slack", "secret": "slack" }),
        json!({ "kind": "teams", "secret": "teams" }),
    ]
}

#[test]
fn every_kind_has_its_defaults_and_can_be_put_as_it_is_shown() {
    for body in least() {
        let known = reading(&body).unwrap_or_else(|problem| panic!("{body}: {problem:?}"));
        let shown = shown(&known);
        assert_eq!(reading(&shown).unwrap(), known, "{body}");
        assert_eq!((&shown["enabled"], &shown["campaigns"]), (&json!(true), &Value::Null), "{body}");
        assert_ne!(shown["rate"], Value::Null, "{body}");
    }
}

#[test]
fn what_was_said_is_shown() {
    let put = json!({
        "id": "crm", "kind": "salesforce", "enabled": false, "campaigns": ["default", "spring"], "rate": 100,
        "url": "https://a.my.salesforce.com", "flow": "jwt", "client_id": "3MVG", "username": "nps@a.example",
        "audience": "https://test.salesforce.com", "secret": "sf.pem", "version": "v60.0", "object": "Survey__c",
        "external_id": "Id__c", "fields": { "score": "S__c", "attributes.region": "R__c" },
        "subject_object": "Project__c", "subject_type": "project", "subject_fields": {},
        "task_external_id": "Npsloop_Id__c",
        "failing_since": null, "disabled_at": null, "disabled_for": null,
    });
    assert_eq!(shown(&reading(&put).unwrap()), put);
}

#[test]
fn why_it_is_disabled_is_said_only_while_it_is() {
    let at = Timestamp::from_millis(1_800_000_000_000);
    let health = Health {
        failing_since: Some(at),
        disabled_at: Some(at),
        disabled_for: Some(Disabled::Failing),
        reopened_at: None,
    };
    let mut known = reading(&json!({ "kind": "event_bus", "enabled": false })).unwrap();
    let told = show(&known, &health);
    assert_eq!((&told["disabled_for"], &told["failing_since"]), (&json!("failing"), &json!(at.to_string())));
    assert_eq!(told["disabled_at"], json!(at.to_string()));
    known.enabled = true;
    let told = show(&known, &health);
    assert_eq!((&told["disabled_for"], &told["disabled_at"]), (&Value::Null, &Value::Null));
}

#[test]
fn every_wrong_way_is_said_at_its_field() {
    let with = |nth: usize, name: &str, value: Value| {
        let mut body = least().swap_remove(nth);
        body[name] = value;
        body
    };
    let (salesforce, hubspot, pardot, webhook, slack) = (0, 2, 3, 6, 7);
    for (body, pointer) in [
        (json!({}), "/kind"),
        (json!({ "kind": "sugar" }), "/kind"),
        (json!({ "kind": 1 }), "/kind"),
        (with(salesforce, "id", json!("other")), "/id"),
        (with(salesforce, "enabled", json!("maybe")), "/enabled"),
        (with(salesforce, "campaigns", json!([])), "/campaigns"),
        (with(salesforce, "campaigns", json!(["a", "a b"])), "/campaigns/1"),
        (with(salesforce, "campaigns", json!(["a", "a"])), "/campaigns/1"),
        (with(salesforce, "rate", json!(0)), "/rate"),
        (with(salesforce, "rate", json!(101)), "/rate"),
        (with(salesforce, "url", json!("http://a.my.salesforce.com")), "/url"),
        (with(salesforce, "url", json!("https://me:pw@a.my.salesforce.com")), "/url"),
        (with(salesforce, "url", json!("a.my.salesforce.com")), "/url"),
        (with(salesforce, "url", json!("https://a.example/?x=1")), "/url"),
        (with(salesforce, "url", json!(null)), "/url"),
        (with(salesforce, "flow", json!("password")), "/flow"),
        (with(salesforce, "client_id", json!(null)), "/client_id"),
        (with(salesforce, "username", json!(null)), "/username"),
        (with(salesforce, "audience", json!("login.salesforce.com")), "/audience"),
        (with(salesforce, "secret", json!("-----BEGIN PRIVATE KEY-----MII=")), "/secret"),
        (with(salesforce, "secret", json!(null)), "/secret"),
        (with(salesforce, "version", json!("62")), "/version"),
        (with(salesforce, "object", json!("a b")), "/object"),
        (with(salesforce, "external_id", json!("../x")), "/external_id"),
        (with(salesforce, "fields", json!({ "scoer": "Score__c" })), "/fields/scoer"),
        (with(salesforce, "fields", json!({ "attributes.": "Score__c" })), "/fields/attributes."),
        (with(salesforce, "fields", json!({ "score": "a-b" })), "/fields/score"),
        (with(salesforce, "fields", json!(["score"])), "/fields"),
        (with(salesforce, "subject_fields", json!({ "score": "S__c" })), "/subject_object"),
        (with(salesforce, "properties", json!({})), "/properties"),
        (with(salesforce, "password", json!("x")), "/password"),
        (with(hubspot, "task_key", json!("a/b")), "/task_key"),
        (with(hubspot, "properties", json!({ "score": 7, "stage": "a-b" })), "/properties/stage"),
        (with(pardot, "business_unit", json!(null)), "/business_unit"),
        (with(pardot, "campaign_list", json!(null)), "/campaign_list"),
        (with(pardot, "campaign_list", json!(-1)), "/campaign_list"),
        (with(webhook, "url", json!("http://127.0.0.1:80/")), "/url"),
        (with(webhook, "url", json!(null)), "/url"),
        (with(slack, "groups", json!([])), "/groups"),
        (with(slack, "groups", json!(["detractor", "detractor"])), "/groups/1"),
        (with(slack, "groups", json!(["everybody"])), "/groups/0"),
        (with(slack, "url", json!("https://hooks.slack.com/x")), "/url"),
    ] {
        let problem = reading(&body).expect_err(&body.to_string());
        let pointers: Vec<_> = problem.errors().iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, [pointer], "{body}");
    }
    let problem = read(Fields::parse(br#"{"kind":"event_bus"}"#).unwrap(), "A b", false).unwrap_err();
    assert_eq!(problem.errors()[0].pointer, "/id");
}

#[test]
fn this_machine_is_called_only_where_somebody_sits_before_it() {
    assert_eq!(address("http://127.0.0.1:8080/hook", true), Ok(()));
    assert_eq!(address("http://localhost/hook", true), Ok(()));
    for (url, loopback) in [
        ("http://127.0.0.1:8080/hook", false),
        ("http://127.0.0.1@evil.example/", true),
        ("http://127.0.0.1.evil.example/", true),
        ("http://a.example/", true),
        ("ftp://a.example/", true),
        ("https:///path", false),
        ("/path", true),
        ("https://a b.example/", false),
    ] {
        assert!(address(url, loopback).is_err(), "{url}");
    }
}
