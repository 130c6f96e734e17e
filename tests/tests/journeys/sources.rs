//! CRMs that call in their own language. The payloads are those of the recipes in `infra/README.md`.

mod hostile;

use std::path::Path;

use aws_lc_rs::{digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};
use tests::Company;
use tests::company::Answer;

const SALESFORCE: &str = "/v1/triggers/salesforce?key=sf-key";
const WHSEC: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/sources").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The body of a source as `infra/README.md` has it: what is recommended there is what is tried here.
fn recipe(id: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/README.md");
    let text = std::fs::read_to_string(path).unwrap();
    let start = format!("    PUT /v1/sources/{id}\n");
    let (_, rest) = text.split_once(&start).unwrap_or_else(|| panic!("there is no recipe for {id}"));
    let body: String = rest.lines().take_while(|line| line.starts_with("    ")).collect();
    serde_json::from_str(&body).unwrap_or_else(|error| panic!("the recipe for {id}: {error}"))
}

/// A company with a source whose secret has that value.
async fn source(company: &Company, id: &str, secret: &str, body: Value) {
    company.world().cloud().set_secret(id, secret);
    put(company, id, body).await.ok();
}

async fn put(company: &Company, id: &str, body: Value) -> Answer {
    company.call(Method::PUT, &format!("/v1/sources/{id}"), Some(body)).await
}

async fn post(company: &Company, path: &str, headers: &[(&str, String)], body: impl Into<Vec<u8>>) -> Answer {
    company.send(Method::POST, path, headers, body.into()).await
}

async fn salesforce(company: &Company) {
    source(company, "salesforce", "sf-key", recipe("salesforce")).await;
}

async fn outbound(company: &Company, xml: &str) -> Answer {
    let headers = [("content-type", "text/xml; charset=utf-8".to_owned()), ("soapaction", "\"\"".to_owned())];
    post(company, SALESFORCE, &headers, xml).await
}

#[track_caller]
fn acknowledged(answer: &Answer) -> bool {
    let taken = answer.text.contains("<Ack>true</Ack>");
    assert_eq!(answer.text.matches("<Ack>").count(), 1, "{answer:?}");
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (if taken { 200 } else { 503 }, "text/xml; charset=utf-8")
    );
    taken
}

/// The notification of the fixture's first record, with these changes, `count` times.
fn envelope(records: &[&[(&str, &str)]]) -> String {
    let whole = fixture("salesforce_outbound.xml");
    let end = "</Notification>";
    let (start, stop) = (whole.find("<Notification>").unwrap(), whole.rfind(end).unwrap() + end.len());
    let one = &whole[start..whole.find(end).unwrap() + end.len()];
    let changed = records.iter().map(|changes| {
        changes.iter().fold(one.to_owned(), |record, (from, to)| {
            assert!(record.contains(from), "{from}");
            record.replace(from, to)
        })
    });
    format!("{}{}{}", &whole[..start], changed.collect::<String>(), &whole[stop..])
}

async fn headers_v3(company: &Company, path: &str, secret: &str, off: i64, body: &str) -> Vec<(&'static str, String)> {
    let time = (company.now().await.as_millis() + off).to_string();
    let signed = format!("POST{}{path}{body}{time}", company.url());
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), signed.as_bytes());
    vec![
        ("content-type", "application/json".to_owned()),
        ("x-hubspot-signature-v3", STANDARD.encode(tag)),
        ("x-hubspot-request-timestamp", time),
    ]
}

fn hashed(parts: &[&str]) -> String {
    let hash = digest::digest(&digest::SHA256, parts.concat().as_bytes());
    hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn headers_webhook(company: &Company, secret: &str, off: i64, body: &str) -> Vec<(&'static str, String)> {
    let seconds = company.now().await.as_seconds() + off;
    let signature = standardwebhooks::Webhook::new(secret).unwrap().sign("msg_1", seconds, body.as_bytes()).unwrap();
    vec![
        ("content-type", "application/json".to_owned()),
        ("webhook-id", "msg_1".to_owned()),
        ("webhook-timestamp", seconds.to_string()),
        ("webhook-signature", signature),
    ]
}

fn basic(user: &str, password: &str) -> Vec<(&'static str, String)> {
    vec![("authorization", format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))]
}

fn key(value: &str) -> Vec<(&'static str, String)> {
    vec![("x-api-key", value.to_owned())]
}

async fn survey_of(company: &Company, kind: &str, id: &str) -> Value {
    let found = company.surveys(&format!("?subject_type={kind}&subject_id={id}")).await.ok();
    let surveys = found["surveys"].as_array().unwrap();
    assert_eq!(surveys.len(), 1, "{found:?}");
    surveys[0].clone()
}

#[tokio::test]
async fn every_crm_asks_in_its_own_words() {
    let company = Company::start().await;
    let json_header = || ("content-type", "application/json".to_owned());

    source(&company, "hubspot", "hs-secret", recipe("hubspot")).await;
    let deal = fixture("hubspot_deal.json");
    let signed = headers_v3(&company, "/v1/triggers/hubspot", "hs-secret", 0, &deal).await;
    let answer = post(&company, "/v1/triggers/hubspot", &signed, deal.clone()).await;
    assert_eq!((answer.status, &answer["decision"]), (202, &json!("scheduled")), "{answer:?}");
    let survey = survey_of(&company, "deal", "15938274610").await;
    assert_eq!(survey["milestone"], "onboarding");
    assert_eq!(survey["contact"], json!({"email": "grace@example.com", "name": "Grace Example", "id": "401250"}));
    assert_eq!(survey["attributes"], json!({"pipeline": "default", "region": "AMER"}));
    // The same call again, by the signature that HubSpot sent before.
    let address = format!("{}/v1/triggers/hubspot?a=1&b=%2F", company.url());
    let v2 = [
        json_header(),
        ("x-hubspot-signature-version", "v2".to_owned()),
        ("x-hubspot-signature", hashed(&["hs-secret", "POST", &address, &deal])),
    ];
    let again = post(&company, "/v1/triggers/hubspot?a=1&b=%2F", &v2, deal.clone()).await;
    assert_eq!((again.status, &again["decision"]), (200, &json!("duplicate")), "{again:?}");
    let v1 = [json_header(), ("x-hubspot-signature", hashed(&["hs-secret", &deal]))];
    assert_eq!(post(&company, "/v1/triggers/hubspot", &v1, deal).await["decision"], "duplicate");

    source(&company, "contacts", "a key", recipe("contacts")).await;
    let sent = [json_header(), ("x-npsloop-key", "a key".to_owned())];
    let answer = post(&company, "/v1/triggers/contacts", &sent, fixture("hubspot_contact.json")).await;
    // The same person was asked a moment ago.
    assert_eq!((answer.status, &answer["decision"]), (202, &json!("deferred")), "{answer:?}");
    let survey = survey_of(&company, "onboarding", "401250").await;
    assert_eq!(
        (&survey["owner"]["email"], &survey["owner"]["name"]),
        (&json!("kim@company.example"), &json!("Kim Owner"))
    );

    source(&company, "dataverse", "dv+key", recipe("dataverse")).await;
    let context = fixture("dataverse_update.json");
    let answer = post(&company, "/v1/triggers/dataverse?code=dv%2Bkey", &[json_header()], context).await;
    assert_eq!((answer.status, &answer["decision"]), (202, &json!("scheduled")), "{answer:?}");
    let survey = survey_of(&company, "msdyn_project", "d3a7c2f4-51c9-ee11-9079-000d3a2b6c01").await;
    assert_eq!(
        (&survey["subject"]["name"], &survey["owner"]["name"]),
        (&json!("Warehouse rollout"), &json!("Sam Owner"))
    );

    source(&company, "pipedrive", "pd-password", recipe("pipedrive")).await;
    let answer =
        post(&company, "/v1/triggers/pipedrive", &basic("npsloop", "pd-password"), fixture("pipedrive_deal.json"))
            .await;
    assert_eq!((answer.status, &answer["decision"]), (202, &json!("scheduled")), "{answer:?}");
    let survey = survey_of(&company, "deal", "4711").await;
    assert_eq!(
        (&survey["contact"]["email"], &survey["subject"]["name"]),
        (&json!("kai@example.com"), &json!("Fleet renewal"))
    );

    source(&company, "webhook", WHSEC, recipe("webhook")).await;
    let event = fixture("standard_webhook.json");
    let signed = headers_webhook(&company, WHSEC, 0, &event).await;
    let answer = post(&company, "/v1/triggers/webhook", &signed, event).await;
    assert_eq!((answer.status, &answer["decision"]), (202, &json!("scheduled")), "{answer:?}");
    assert_eq!(survey_of(&company, "project", "P-2041").await["attributes"]["product"], "Payroll");

    source(&company, "zapier", "zap", recipe("zapier")).await;
    let sent = [json_header(), ("x-api-key", "zap".to_owned())];
    let answer = post(&company, "/v1/triggers/zapier", &sent, fixture("zapier.json")).await;
    assert_eq!((answer.status, &answer["ignored"]), (202, &json!(["zap_meta_human_now"])), "{answer:?}");
    assert_eq!(
        survey_of(&company, "order", "10042").await["attributes"],
        json!({"product": "Chair", "region": "EMEA"})
    );

    source(&company, "website", "form-key", recipe("website")).await;
    let form = [("content-type", "application/x-www-form-urlencoded".to_owned())];
    let answer = post(&company, "/v1/triggers/website?key=form-key", &form, fixture("form.txt")).await;
    assert_eq!((answer.status, &answer["ignored"]), (202, &json!(["submit"])), "{answer:?}");
    let survey = survey_of(&company, "event", "open-day-7").await;
    assert_eq!((&survey["contact"]["name"], &survey["attributes"]["city"]), (&json!("Zoë Example"), &json!("Köln")));

    company.settle().await;
    for contact in ["grace", "lin", "kai", "mia", "noa", "zoe"] {
        assert_eq!(company.inbox(&format!("{contact}@example.com")).await.len(), 1, "{contact}");
    }
}

#[tokio::test]
async fn who_cannot_prove_who_they_are_is_told_so_and_changes_nothing() {
    let company = Company::start().await;
    salesforce(&company).await;
    source(
        &company,
        "hubspot",
        "hs-secret",
        json!({"kind": "hubspot", "auth": {"secret": "hubspot", "oldest_signature": "v3"}}),
    )
    .await;
    source(
        &company,
        "dataverse",
        "dv",
        json!({"kind": "dataverse", "auth": {"secret": "dataverse", "header": "x-dv"}}),
    )
    .await;
    source(&company, "pipedrive", "pd", recipe("pipedrive")).await;
    source(&company, "webhook", WHSEC, json!({"kind": "standard_webhooks", "auth": {"secret": "webhook"}})).await;
    source(&company, "zapier", "zap", json!({"kind": "json", "auth": {"secret": "zapier"}})).await;
    let (deal, event, xml) =
        (fixture("hubspot_deal.json"), fixture("standard_webhook.json"), fixture("salesforce_outbound.xml"));
    let before = company.writes().await;

    let hubspot = "/v1/triggers/hubspot";
    let minute = 60_000;
    let five = 5 * minute;
    let old = vec![("x-hubspot-signature", hashed(&["hs-secret", &deal]))];
    let other = xml.replace("00D5g000004abcDEAQ", "00D000000000000EAA");
    let bearer = vec![("authorization", "Bearer local".to_owned())];
    for (path, headers, body) in [
        (hubspot, vec![], &deal),
        (hubspot, headers_v3(&company, hubspot, "another", 0, &deal).await, &deal),
        (hubspot, headers_v3(&company, "/v1/triggers/zapier", "hs-secret", 0, &deal).await, &deal),
        (hubspot, headers_v3(&company, hubspot, "hs-secret", 0, "{}").await, &deal),
        (hubspot, headers_v3(&company, hubspot, "hs-secret", -five - minute, &deal).await, &deal),
        (hubspot, headers_v3(&company, hubspot, "hs-secret", five + minute, &deal).await, &deal),
        (hubspot, old, &deal),
        // A key of the API is none of a source, unless it only tries.
        (hubspot, bearer.clone(), &deal),
        ("/v1/triggers/webhook", vec![], &event),
        ("/v1/triggers/webhook", headers_webhook(&company, WHSEC, -301, &event).await, &event),
        ("/v1/triggers/webhook", headers_webhook(&company, WHSEC, 400, &event).await, &event),
        ("/v1/triggers/webhook", headers_webhook(&company, "whsec_bmV3", 0, &event).await, &event),
        ("/v1/triggers/dataverse?code=dv", vec![], &deal),
        ("/v1/triggers/pipedrive", vec![], &deal),
        ("/v1/triggers/pipedrive", basic("npsloop", "wrong"), &deal),
        ("/v1/triggers/pipedrive", basic("admin", "pd"), &deal),
        ("/v1/triggers/zapier", key("zapier"), &deal),
        ("/v1/triggers/zapier?x-api-key=zap", vec![], &deal),
        ("/v1/triggers/salesforce", vec![], &xml),
        ("/v1/triggers/salesforce?key=wrong", vec![], &xml),
        (SALESFORCE, vec![], &other),
    ] {
        let answer = post(&company, path, &headers, body.as_str()).await;
        assert_eq!((answer.status, answer.problem().0), (401, "no-key"), "{path} {headers:?} {}", answer.text);
        for secret in ["hs-secret", "sf-key", "zap\"", "wrong"] {
            assert!(!answer.text.contains(secret), "{}", answer.text);
        }
    }
    for path in ["/v1/triggers/nobody", "/v1/triggers/NOBODY", "/v1/triggers/%00"] {
        assert_eq!(post(&company, path, &bearer, "{}").await.problem().0, "not-found", "{path}");
    }
    assert_eq!(company.writes().await, before, "nothing was written");
    // Proof comes before sense: a body that is none is looked at only then.
    assert_eq!(post(&company, hubspot, &[], "{").await.status, 401);
    let signed = headers_v3(&company, hubspot, "hs-secret", 0, "{").await;
    assert_eq!(post(&company, hubspot, &signed, "{").await.problem().0, "malformed");
}

#[tokio::test]
async fn a_secret_is_changed_without_losing_a_call() {
    let company = Company::start().await;
    source(&company, "zapier", "old", json!({"kind": "json", "auth": {"secret": "zapier"}})).await;
    source(&company, "webhook", WHSEC, json!({"kind": "standard_webhooks", "auth": {"secret": "webhook"}})).await;
    let zap = fixture("zapier.json");
    let taken = async |value: &str| post(&company, "/v1/triggers/zapier", &key(value), zap.clone()).await.status < 300;
    assert!(taken("old").await && !taken("new").await);
    company.world().cloud().set_secret("zapier", "new\nold");
    company.world().cloud().set_secret("webhook", &format!("whsec_bmV3\n{WHSEC}"));
    company.advance("6m").await;
    assert!(taken("old").await && taken("new").await);
    let event = fixture("standard_webhook.json");
    for secret in [WHSEC, "whsec_bmV3"] {
        let signed = headers_webhook(&company, secret, 0, &event).await;
        post(&company, "/v1/triggers/webhook", &signed, event.clone()).await.ok();
    }
    company.world().cloud().set_secret("zapier", "new");
    company.advance("6m").await;
    assert!(!taken("old").await && taken("new").await);
}

#[tokio::test]
async fn an_outbound_message_is_acknowledged_once_every_record_is_safe() {
    let company = Company::start().await;
    salesforce(&company).await;
    let xml = fixture("salesforce_outbound.xml");
    assert!(acknowledged(&outbound(&company, &xml).await));
    let survey = survey_of(&company, "project", "a0X5g00000B1xYzEAJ").await;
    assert_eq!(survey["subject"]["name"], "Website relaunch");
    assert_eq!(survey["attributes"], json!({"product": "Web"}));
    assert_eq!(survey["owner"]["email"], "sam@company.example");
    let waiting = company.surveys("?subject_type=project&subject_id=a0X5g00000B1xZ0EAJ").await;
    assert_eq!(waiting["surveys"], json!([]), "the second record is at 42 percent");
    // Salesforce repeats, late and out of order: what is older than what is known changes nothing.
    company.settle().await;
    let newer = [("09:45:12", "09:50:00"), ("sam@company.example", "kim@company.example")];
    let older = [("09:45:12", "09:40:00"), ("sam@company.example", "lee@company.example")];
    for changes in [&newer[..], &older[..], &[]] {
        assert!(acknowledged(&outbound(&company, &envelope(&[changes])).await));
    }
    let survey = survey_of(&company, "project", "a0X5g00000B1xYzEAJ").await;
    assert_eq!(survey["owner"]["email"], "kim@company.example");
    // Two states of one record in one envelope are decided in their order.
    let both = envelope(&[
        &[("09:45:12", "09:55:00"), ("sam@company.example", "max@company.example")],
        &[("09:45:12", "09:56:00"), ("sam@company.example", "pat@company.example")],
    ]);
    assert!(acknowledged(&outbound(&company, &both).await));
    assert_eq!(survey_of(&company, "project", "a0X5g00000B1xYzEAJ").await["owner"]["email"], "pat@company.example");
    company.settle().await;
    assert_eq!(company.mail().await.len(), 1);
}

#[tokio::test]
async fn a_hundred_records_in_one_message_are_each_decided() {
    let company = Company::start().await;
    salesforce(&company).await;
    let changes: Vec<Vec<(String, String)>> = (0..100)
        .map(|n| {
            vec![
                ("a0X5g00000B1xYzEAJ".to_owned(), format!("a0X5g000{n:05}zEAJ")),
                ("ada@example.com".to_owned(), format!("ada{}@example.com", n % 98)),
            ]
        })
        .collect();
    let changes: Vec<Vec<(&str, &str)>> =
        changes.iter().map(|one| one.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect()).collect();
    let xml = envelope(&changes.iter().map(Vec::as_slice).collect::<Vec<_>>());
    assert!(xml.len() > 65_536, "more than other bodies may have");
    for _ in 0..2 {
        assert!(acknowledged(&outbound(&company, &xml).await));
    }
    company.settle().await;
    assert_eq!(company.mail().await.len(), 98, "two of them stand for somebody who is asked anyway");
    for n in [0, 50, 98, 99] {
        survey_of(&company, "project", &format!("a0X5g000{n:05}zEAJ")).await;
    }
}

#[tokio::test]
async fn a_record_nobody_can_be_asked_about_is_seen_by_a_person_and_stops_no_other() {
    let company = Company::start().await;
    salesforce(&company).await;
    let two = envelope(&[
        &[("ada@example.com", "nobody"), ("100.0", "100.1")],
        &[("a0X5g00000B1xYzEAJ", "a0X5g00000B1xZ9EAJ"), ("ada@example.com", "eve@example.com")],
    ]);
    for _ in 0..2 {
        assert!(acknowledged(&outbound(&company, &two).await));
    }
    survey_of(&company, "project", "a0X5g00000B1xZ9EAJ").await;
    let refused = company.call(Method::GET, "/v1/sources/salesforce/refused", None).await.ok();
    let refused = refused["refused"].as_array().unwrap();
    assert_eq!(refused.len(), 1, "a repeat is the same record");
    assert_eq!(refused[0]["record"], "a0X5g00000B1xYzEAJ");
    let errors = refused[0]["errors"].as_array().unwrap();
    let pointers: Vec<_> = errors.iter().map(|error| error["pointer"].as_str().unwrap()).collect();
    assert_eq!(pointers, ["/completion_percent", "/contact_email"]);
    assert!(errors[1]["detail"].as_str().unwrap().ends_with("(from Contact_Email__c)"), "{errors:?}");
    assert!(!refused[0].to_string().contains("nobody"), "what the record says stays in the CRM");

    // Pipedrive hears of it as little.
    source(&company, "pipedrive", "pd", recipe("pipedrive")).await;
    let nobody = fixture("pipedrive_deal.json").replace("kai@example.com", "kai");
    let answer = post(&company, "/v1/triggers/pipedrive", &basic("npsloop", "pd"), nobody).await;
    assert_eq!((answer.status, &answer["decision"], &answer["reason"]), (200, &json!("refused"), &json!("invalid")));
    let refused = company.call(Method::GET, "/v1/sources/pipedrive/refused", None).await.ok();
    assert_eq!(refused["refused"][0]["record"], "4711");
    // Whoever reads the answer is told where to look.
    source(
        &company,
        "zapier",
        "zap",
        json!({"kind": "json", "auth": {"secret": "zapier"}, "map": {"contact_email": ["mail", "email"]}}),
    )
    .await;
    let answer = post(&company, "/v1/triggers/zapier", &key("zap"), r#"{"subject_id":"1","mail":"nobody"}"#).await;
    assert_eq!((answer.status, answer.problem()), (422, ("invalid", vec!["/completion_percent", "/contact_email"])));
    assert!(
        answer.text.contains("(from mail)") && answer.text.contains("(looked for at completion_percent)"),
        "{}",
        answer.text
    );
    let refused = company.call(Method::GET, "/v1/sources/zapier/refused", None).await.ok();
    assert_eq!(refused["refused"][0]["record"], "1");
}

#[tokio::test]
async fn what_may_pass_later_comes_again() {
    let company = Company::start().await;
    salesforce(&company).await;
    let mut spring = company.call(Method::GET, "/v1/sources/salesforce", None).await.ok().body;
    spring["campaign"] = json!("spring");
    put(&company, "salesforce", spring).await.ok();
    source(
        &company,
        "hubspot",
        "hs",
        json!({"kind": "hubspot", "campaign": "spring", "auth": {"secret": "hubspot", "query": "key"}}),
    )
    .await;
    source(&company, "zapier", "zap", json!({"kind": "json", "campaign": "spring", "auth": {"secret": "zapier"}}))
        .await;
    let xml = fixture("salesforce_outbound.xml");
    let (deal, zap) = (fixture("hubspot_deal.json"), fixture("zapier.json"));

    assert!(!acknowledged(&outbound(&company, &xml).await), "nobody has made the campaign yet");
    let answer = post(&company, "/v1/triggers/hubspot?key=hs", &[], deal.clone()).await;
    assert_eq!((answer.status, answer.problem().0), (503, "try-later"), "HubSpot never comes again after a 4xx");
    let answer = post(&company, "/v1/triggers/zapier", &key("zap"), zap).await;
    assert_eq!((answer.status, answer.problem()), (422, ("invalid", vec!["/campaign"])));
    let refused = company.call(Method::GET, "/v1/sources/hubspot/refused", None).await.ok();
    assert_eq!(refused["refused"][0]["errors"][0]["pointer"], "/campaign", "somebody sees it meanwhile");

    company.campaign_with("spring", json!({"threshold": 40})).await;
    company.advance("2m").await;
    assert!(acknowledged(&outbound(&company, &xml).await));
    assert_eq!(survey_of(&company, "project", "a0X5g00000B1xYzEAJ").await["campaign"], "spring");
    assert_eq!(survey_of(&company, "project", "a0X5g00000B1xZ0EAJ").await["campaign"], "spring");
    assert_eq!(post(&company, "/v1/triggers/hubspot?key=hs", &[], deal.clone()).await.status, 202);

    // A secret nobody has put there may be there later, too.
    let unset = json!({"kind": "hubspot", "auth": {"secret": "unset"}});
    put(&company, "unset", unset).await.ok();
    let answer = post(&company, "/v1/triggers/unset", &[("x-hubspot-signature", "x".to_owned())], deal).await;
    assert_eq!((answer.status, answer.problem().0), (503, "try-later"));
    assert!(!answer.header("retry-after").is_empty());
}

#[tokio::test]
async fn what_is_not_meant_is_left_alone() {
    let company = Company::start().await;
    source(&company, "pipedrive", "pd", recipe("pipedrive")).await;
    let deal = fixture("pipedrive_deal.json");
    let before = company.writes().await;
    let open = deal.replacen("\"status\": \"won\"", "\"status\": \"open\"", 1);
    let deleted = json!({
        "data": null, "previous": {"id": 4711, "status": "won"},
        "meta": {"action": "delete", "entity": "deal", "entity_id": "4711"},
    });
    for body in [open, deal.replace("\"change\"", "\"delete\""), deleted.to_string()] {
        let answer = post(&company, "/v1/triggers/pipedrive", &basic("npsloop", "pd"), body).await;
        assert_eq!(
            (answer.status, &answer["decision"], &answer["reason"]),
            (200, &json!("waiting"), &json!("not_meant"))
        );
    }
    assert_eq!(company.writes().await, before, "nothing was written");
    assert_eq!(post(&company, "/v1/triggers/pipedrive", &basic("npsloop", "pd"), deal).await.status, 202);
}

#[tokio::test]
async fn a_payload_can_be_tried_out() {
    let company = Company::start().await;
    salesforce(&company).await;
    source(&company, "hubspot", "hs", json!({"kind": "hubspot", "auth": {"secret": "hubspot"}})).await;
    let before = company.writes().await;
    let tried = outbound_try(&company, &fixture("salesforce_outbound.xml")).await;
    let triggers = tried["triggers"].as_array().unwrap();
    let told: Vec<_> = triggers.iter().map(|one| (&one["decision"]["decision"], &one["problem"])).collect();
    assert_eq!(told, [(&json!("scheduled"), &json!(null)), (&json!("waiting"), &json!(null))]);
    insta::assert_json_snapshot!("tried_salesforce", triggers[0]["trigger"]);

    let path = "/v1/triggers/hubspot?dry_run=true";
    let with = |key: &str| vec![("authorization", format!("Bearer {key}"))];
    let deal = fixture("hubspot_deal.json").replace("grace@example.com", "grace");
    assert_eq!(post(&company, path, &[], deal.clone()).await.status, 401);
    let (_, reader) = company.make_key(&["read"]).await;
    assert_eq!(post(&company, path, &with(&reader), deal.clone()).await.problem().0, "wrong-scope");
    let (_, sender) = company.make_key(&["trigger"]).await;
    let tried = post(&company, path, &with(&sender), deal.clone()).await.ok();
    assert_eq!(tried["triggers"][0]["decision"], json!(null));
    assert_eq!(tried["triggers"][0]["problem"]["errors"][0]["pointer"], "/contact_email");
    assert_eq!(tried["triggers"][0]["trigger"]["contact_email"], "grace");
    // Signed, it may be tried as well.
    let signed = headers_v3(&company, path, "hs", 0, &deal).await;
    assert_eq!(post(&company, path, &signed, deal).await.status, 200);
    assert_eq!(company.writes().await, before + 2, "the two keys and nothing else");
    let refused = company.call(Method::GET, "/v1/sources/hubspot/refused", None).await.ok();
    assert_eq!(refused.body, json!({"refused": [], "cursor": null}));
}

async fn outbound_try(company: &Company, xml: &str) -> Answer {
    post(company, &format!("{SALESFORCE}&dry_run=true"), &[("content-type", "text/xml".to_owned())], xml).await.ok()
}
