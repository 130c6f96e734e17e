use model::source::{Auth, Condition};

use super::*;

fn json(text: &str) -> Json {
    serde_json::from_str(text).unwrap()
}

fn source(kind: Kind, map: &[(&str, &[&str])]) -> Source {
    let mut source = Source {
        id: "crm".parse().unwrap(),
        kind,
        campaign: None,
        auth: Auth::StandardWebhooks,
        secret: "s".to_owned(),
        organization_id: None,
        map: kind.usual_map(),
        when: kind.usual_conditions(),
    };
    for (field, places) in map {
        let places = places.iter().map(|place| place.parse().unwrap()).collect();
        source.map.insert((*field).to_owned(), places);
    }
    source
}

fn shown(source: &Source, payload: &Json) -> String {
    let flat = flat(source, payload);
    let mut lines: Vec<String> = Vec::new();
    fn line(lines: &mut Vec<String>, name: &str, value: &Json) {
        match value {
            Json::Object(fields) => {
                fields.iter().for_each(|(inner, value)| line(lines, &format!("{name}.{inner}"), value))
            }
            value => lines.push(format!("{name} = {value:?}")),
        }
    }
    flat.fields.iter().for_each(|(name, value)| line(&mut lines, name, value));
    if !flat.ignored.is_empty() {
        lines.push(format!("ignored: {}", flat.ignored.join(", ")));
    }
    lines.join("\n")
}

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../../../../../tests/fixtures/sources/", $name))
    };
}

#[test]
fn every_crms_payload_becomes_a_trigger() {
    let deal = source(Kind::Hubspot, &[]);
    insta::assert_snapshot!("hubspot_deal", shown(&deal, &json(fixture!("hubspot_deal.json"))));
    let contact = source(
        Kind::Hubspot,
        &[("subject_type", &["=onboarding"]), ("completion_percent", &["properties.onboarding_progress"])],
    );
    insta::assert_snapshot!("hubspot_contact", shown(&contact, &json(fixture!("hubspot_contact.json"))));
    let dataverse = source(
        Kind::Dataverse,
        &[
            ("contact_email", &["new_champion_email"]),
            ("contact_name", &["new_champion_name"]),
            ("attributes.status", &["statuscode"]),
        ],
    );
    insta::assert_snapshot!("dataverse", shown(&dataverse, &json(fixture!("dataverse_update.json"))));
    let email = "data.custom_fields.8b1f0f7b3c2d4e5f60718293a4b5c6d7e8f90a1b";
    let name = "/data/custom_fields/1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b9c0d/value";
    let pipedrive =
        source(Kind::Pipedrive, &[("milestone", &["=won"]), ("contact_email", &[email]), ("contact_name", &[name])]);
    insta::assert_snapshot!("pipedrive", shown(&pipedrive, &json(fixture!("pipedrive_deal.json"))));
    let webhook = source(Kind::StandardWebhooks, &[]);
    insta::assert_snapshot!("standard_webhook", shown(&webhook, &json(fixture!("standard_webhook.json"))));
    let zapier = source(Kind::Json, &[]);
    insta::assert_snapshot!("zapier", shown(&zapier, &json(fixture!("zapier.json"))));
    let message = crate::source::soap::read(fixture!("salesforce_outbound.xml").as_bytes()).unwrap();
    let salesforce = source(Kind::SalesforceOutbound, &[("attributes.product", &["Product__c"])]);
    insta::assert_snapshot!("salesforce", shown(&salesforce, &message.records[0]));
    insta::assert_snapshot!("salesforce_second", shown(&salesforce, &message.records[1]));
}

fn at(payload: &str, place: &str) -> Option<String> {
    let payload = json(payload);
    let read = Payload::new(Kind::Json, &payload);
    read.value(&place.parse().unwrap()).map(|value| text(&value).unwrap_or_else(|| format!("{value:?}")))
}

#[test]
fn a_place_is_followed_step_by_step() {
    let payload = r#"{"a":{"b":"1","c.d":"2","e":{"value":"3"}},"f.g":"4","l":[{"label":"x","value":"5"},{"primary":true,"value":"6"}],
        "p":[{"key":"k","value":{"Value":7}}],"n":null,"blank":" ","first":"Ada","last":"Example","ref":{"Id":"8","Name":"N"},"t":true}"#;
    for (place, found) in [
        ("a.b", Some("1")),
        ("/a/b", Some("1")),
        ("a.c.d", Some("2")),
        ("/a/c.d", Some("2")),
        ("a.e", Some("3")),
        ("a.e.value", Some("3")),
        ("f.g", Some("4")),
        ("l.0.value", Some("5")),
        ("l.0", Some("5")),
        ("l.primary.value", Some("6")),
        ("l.2", None),
        ("p.k", Some("7")),
        ("p.other", None),
        ("n", None),
        ("blank", None),
        ("missing", None),
        ("a.b.c", None),
        ("ref", Some("8")),
        ("ref.Name", Some("N")),
        ("t", Some("true")),
        ("first + last", Some("Ada Example")),
        ("first + missing + n", Some("Ada")),
        ("missing + n", None),
        ("=x", Some("x")),
    ] {
        assert_eq!(at(payload, place).as_deref(), found, "{place}");
    }
    assert_eq!(at(r#"{"l":[{"value":"first"}]}"#, "l.primary.value").as_deref(), Some("first"));
    assert_eq!(at("[]", "a"), None);
}

#[test]
fn percentages_lose_what_is_behind_the_point() {
    let of = |value: &str| text(&whole_percent(json(value))).unwrap();
    for (value, percent) in
        [("99.6", "99"), ("\"99.99\"", "99"), ("\"100.0\"", "100"), ("0.4", "0"), ("85", "85"), ("\"85\"", "85")]
    {
        assert_eq!(of(value), percent, "{value}");
    }
    // Left as they are, to be refused.
    for wrong in ["\"85 %\"", "100.5", "-0.5", "\"NaN\"", "\"inf\"", "true"] {
        assert_eq!(whole_percent(json(wrong)), json(wrong), "{wrong}");
    }
}

#[test]
fn times_are_read_as_crms_write_them() {
    for (value, time) in [
        ("1805103933482", "2027-03-15T09:45:33.482Z"),
        ("\"1805103933482\"", "2027-03-15T09:45:33.482Z"),
        ("1805103933", "2027-03-15T09:45:33Z"),
        ("\"/Date(1805103912000)/\"", "2027-03-15T09:45:12Z"),
        ("\"/Date(1805103912000+0200)/\"", "2027-03-15T09:45:12Z"),
        ("\"/Date(-1000-0500)/\"", "1969-12-31T23:59:59Z"),
        ("\"2027-03-15\"", "2027-03-15T00:00:00Z"),
        ("\"2027-03-15 09:58:28\"", "2027-03-15T09:58:28Z"),
        ("\"2027-03-15T09:58:28\"", "2027-03-15T09:58:28Z"),
        ("\"2027-03-15T09:58:28+01:00\"", "2027-03-15T09:58:28+01:00"),
        // Left as they are, to be refused.
        ("\"yesterday\"", "yesterday"),
        ("\"2027-02-30\"", "2027-02-30"),
        ("\"/Date(x)/\"", "/Date(x)/"),
    ] {
        assert_eq!(text(&instant(json(value))).unwrap(), time, "{value}");
    }
    assert_eq!(instant(json("[]")), json("[]"));
    assert!(instant(json("9223372036854775807")).ne(&json("null")), "nothing overflows");
}

#[test]
fn a_payload_is_meant_if_every_condition_holds() {
    let with = |when: &[(&str, &[&str])]| {
        let when = when.iter().map(|(path, is)| Condition {
            path: path.parse().unwrap(),
            is: is.iter().map(|text| (*text).to_owned()).collect(),
        });
        Source { when: when.collect(), ..source(Kind::Json, &[]) }
    };
    let payload = json(r#"{"data":{"status":"Won","n":1,"open":false},"meta":{"action":"change"}}"#);
    for (when, meant) in [
        (&[][..], true),
        (&[("data.status", &["won"][..])][..], true),
        (&[("data.status", &["lost", "won"][..]), ("meta.action", &["change"])], true),
        (&[("data.status", &["won"][..]), ("meta.action", &["delete"])], false),
        (&[("data.status", &["wo"][..])], false),
        (&[("data.n", &["1"][..]), ("data.open", &["false"])], true),
        (&[("data.missing", &["won"][..])], false),
        (&[("data", &["won"][..])], false),
    ] {
        assert_eq!(is_meant(&with(when), &payload), meant, "{when:?}");
    }
    let deleted = json(r#"{"data":null,"previous":{"id":1},"meta":{"action":"delete","entity":"deal"}}"#);
    assert!(!is_meant(&source(Kind::Pipedrive, &[]), &deleted));
    assert!(is_meant(&source(Kind::Dataverse, &[]), &json(r#"{"MessageName":"Create"}"#)));
}

#[test]
fn a_problem_says_where_in_the_payload_it_comes_from() {
    let source = source(Kind::Json, &[("contact_email", &["person.mail", "mail"]), ("owner_id", &[])]);
    let flat = flat(&source, &json(r#"{"subject_id":"1","milestone":"m","mail":"nobody"}"#));
    let problem = Problem::invalid(vec![
        FieldError::new("/contact_email", "wrong"),
        FieldError::new("/contact_name", "missing"),
        FieldError::new("/owner_id", "missing"),
    ]);
    let problem = flat.pointed_out(&source, &problem);
    let details: Vec<_> = problem.errors().iter().map(|error| error.detail.as_str()).collect();
    assert_eq!(
        details,
        ["wrong (from mail)", "missing (looked for at contact_name)", "missing (the source's map has no place for it)",]
    );
}

#[test]
fn the_campaign_of_the_source_asks_unless_the_payload_names_one() {
    let mut source = source(Kind::Json, &[]);
    let campaign = |source: &Source, payload: &str| {
        let flat = flat(source, &json(payload));
        flat.fields.iter().find(|(name, _)| name == "campaign").and_then(|(_, value)| text(value))
    };
    assert_eq!(campaign(&source, "{}"), None);
    source.campaign = Some("spring".parse().unwrap());
    assert_eq!(campaign(&source, "{}").as_deref(), Some("spring"));
    assert_eq!(campaign(&source, r#"{"campaign":"autumn"}"#).as_deref(), Some("autumn"));
}

#[test]
fn attributes_that_are_mapped_come_first() {
    let source = source(Kind::Json, &[("attributes.team", &["crew"]), ("attributes.size", &["missing"])]);
    let flat = flat(
        &source,
        &json(r#"{"attributes":{"team":"x","region":{"value":"EMEA"}},"attributes.city":"Köln","crew":"A"}"#),
    );
    let (_, attributes) = flat.fields.iter().find(|(name, _)| name == "attributes").unwrap();
    assert_eq!(*attributes, json(r#"{"team":"A","region":"EMEA","city":"Köln"}"#));
    let none = source_without_attributes();
    assert!(super::flat(&none, &json(r#"{"attributes":{"a":"b"}}"#)).fields.is_empty());
    let wrong = super::flat(&source, &json(r#"{"attributes":"x"}"#));
    assert_eq!(wrong.fields, [("attributes".to_owned(), Json::Text("x".to_owned()))]);
}

fn source_without_attributes() -> Source {
    source(Kind::Json, &[("attributes", &[])])
}
