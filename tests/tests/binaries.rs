//! The programs as they are deployed, each behind a Runtime API: `main`, settings and the reading of events.

#![expect(clippy::unwrap_used, reason = "a test that fails may simply stop")]

use local::cloud::Queue;
use local::world::World;
use serde_json::{Value, json};
use tests::runtime_api::{Lambda, Outcome, http_event};
use tests::{Company, done, programs};

/// What each function is told beside region and credentials: all of it must be there, and nothing else is needed.
fn settings_of(function: &str) -> Vec<&'static str> {
    let tables = ["TABLE_SURVEYS", "TABLE_LEDGER"];
    let defaults = ["COMPANY", "SENDER_EMAIL"];
    let queues = ["MAIL_QUEUE_URL", "STEP_QUEUE_URL"];
    let ses = ["STEP_QUEUE_URL", "PUBLIC_URL", "SES_CONFIGURATION_SET", "SES_SEND_RATE", "MAIL_CONCURRENCY"];
    let schedules = ["MAIL_QUEUE_ARN", "STEP_QUEUE_ARN", "SCHEDULE_GROUP", "SCHEDULE_ROLE_ARN", "SCHEDULE_DLQ_ARN"];
    let events = ["MAIL_EVENTS_QUEUE_URL", "MAIL_EVENTS_DLQ_URL"];
    match function {
        "aggregate" | "capture" => [tables, defaults].concat(),
        "insight" => [&tables[..], &defaults, &["PUBLIC_URL"]].concat(),
        "manage" => [&tables[..], &defaults, &["PUBLIC_URL", "MAIL_QUEUE_URL", "RECOUNT_QUEUE_URL"]].concat(),
        "recount" => [&tables[..], &defaults, &["RECOUNT_QUEUE_URL"]].concat(),
        "intake" => [tables, defaults, ["PUBLIC_URL", "SECRETS_PATH"]].concat(),
        "deliver" => {
            let own = ["MAIL_QUEUE_URL", "DELIVER_QUEUE_URL", "PUBLIC_URL", "SECRETS_PATH"];
            [&tables[..], &defaults, &own].concat()
        }
        "mail-events" => tables.to_vec(),
        "replies" => [&tables[..], &defaults, &["MAIL_QUEUE_URL", "PUBLIC_URL"]].concat(),
        "relay" => [&queues[..], &["DELIVER_QUEUE_URL"]].concat(),
        "dispatch" => [&tables[..], &defaults, &ses].concat(),
        "remind" => [&tables[..], &defaults, &queues, &schedules, &events].concat(),
        other => panic!("{other} is no function"),
    }
}

/// What a function may do without.
fn options_of(function: &str) -> &'static [&'static str] {
    match function {
        "dispatch" => &["SMS_CONFIGURATION_SET", "SMS_SEND_RATE", "SMS_MAX_PRICE", "SMS_MESSAGE_TYPE"],
        _ => &[],
    }
}

const AWS: [&str; 10] = [
    "AWS_REGION",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_ENDPOINT_URL_DYNAMODB",
    "AWS_ENDPOINT_URL_SESV2",
    "AWS_ENDPOINT_URL_SQS",
    "AWS_ENDPOINT_URL_SCHEDULER",
    "AWS_ENDPOINT_URL_SSM",
    "AWS_ENDPOINT_URL_EVENTBRIDGE",
    "AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2",
];

fn settings(world: &World, function: &str) -> Vec<(String, String)> {
    let names = settings_of(function).into_iter().chain(options_of(function).iter().copied()).chain(AWS);
    names
        .map(|name| (name.to_owned(), world.env().get(name).unwrap_or_else(|| panic!("{name} is not set")).to_owned()))
        .collect()
}

async fn lambda(world: &World, function: &str) -> Lambda {
    Lambda::start(&programs::debug(function), &settings(world, function)).await
}

fn good(outcome: Outcome) -> Value {
    outcome.unwrap_or_else(|error| panic!("the function failed: {error}"))
}

/// The status and the JSON body of an answer to the HTTP API.
fn answered(outcome: Outcome) -> (u64, Value) {
    let answer = good(outcome);
    let body = answer["body"].as_str().unwrap_or_default();
    (answer["statusCode"].as_u64().unwrap(), serde_json::from_str(body).unwrap_or_else(|_| json!(body)))
}

const KEY: (&str, &str) = ("authorization", "Bearer local");
const JSON: (&str, &str) = ("content-type", "application/json");

fn stream(world: &World, after: Option<&str>) -> Vec<Value> {
    let mut records = world.cloud().records("surveys", after, 100).unwrap();
    for record in &mut records {
        record["eventSourceARN"] =
            json!("arn:aws:dynamodb:us-east-1:000000000000:table/surveys/stream/2027-03-15T00:00:00.000");
        record["awsRegion"] = json!("us-east-1");
    }
    records
}

/// Takes a batch off a queue for a function; what it has done is deleted.
async fn hand_over(world: &World, queue: Queue, function: &mut Lambda) -> usize {
    let messages = world.cloud().receive(queue, 10, std::time::Duration::from_secs(180)).unwrap();
    let records: Vec<_> = messages.iter().map(|message| message.record(queue)).collect();
    let outcome = good(function.invoke(&json!({ "Records": records })).await);
    assert_eq!(outcome["batchItemFailures"], json!([]), "{outcome}");
    world.cloud().delete(&messages).unwrap();
    messages.len()
}

/// From the CRM's call to the counted score, on nothing but the programs that are deployed.
#[tokio::test]
async fn the_loop_runs_on_the_programs_that_are_deployed() {
    // The programs ask the machine for the time.
    let company = Company::start_today().await;
    let world = company.world();

    let mut manage = lambda(world, "manage").await;
    let bus = http_event("PUT", "/v1/destinations/bus", &[KEY, JSON], Some(r#"{"kind":"event_bus"}"#));
    let (status, told) = answered(manage.invoke(&bus).await);
    assert!((200..300).contains(&status), "{told}");

    let mut intake = lambda(world, "intake").await;
    let body = done("a0X1", "ada@example.com").attribute("region", "EMEA").into_body().to_string();
    let (status, made) = answered(intake.invoke(&http_event("POST", "/v1/triggers", &[KEY, JSON], Some(&body))).await);
    assert_eq!((status, &made["decision"]), (202, &json!("scheduled")), "{made}");
    let (status, again) = answered(intake.invoke(&http_event("POST", "/v1/triggers", &[KEY, JSON], Some(&body))).await);
    assert_eq!((status, &again["decision"]), (200, &json!("duplicate")));
    let (status, nobody) = answered(intake.invoke(&http_event("POST", "/v1/triggers", &[JSON], Some(&body))).await);
    assert_eq!((status, &nobody["type"]), (401, &json!("/problems/no-key")));

    let mut relay = lambda(world, "relay").await;
    let mut aggregate = lambda(world, "aggregate").await;
    let mut last: Option<String> = None;
    let mut read = async |relay: &mut Lambda, aggregate: &mut Lambda| {
        let records = stream(world, last.as_deref());
        last = records
            .last()
            .map(|record| record["dynamodb"]["SequenceNumber"].as_str().unwrap().to_owned())
            .or(last.take());
        for reader in [relay, aggregate] {
            let outcome = good(reader.invoke(&json!({ "Records": records })).await);
            assert_eq!(outcome["batchItemFailures"], json!([]), "{outcome}");
        }
        records.len()
    };
    assert!(read(&mut relay, &mut aggregate).await >= 1);
    assert_eq!(world.cloud().depth(Queue::Mail).unwrap().visible, 1);

    let mut dispatch = Lambda::start(&programs::debug("dispatch"), &{
        let mut settings = settings(world, "dispatch");
        settings.push(("REPLY_DOMAIN".to_owned(), local::world::REPLY_DOMAIN.to_owned()));
        settings
    })
    .await;
    assert_eq!(hand_over(world, Queue::Mail, &mut dispatch).await, 1);
    let letter = company.inbox("ada@example.com").await.pop().expect("the mail was sent");

    let mut mail_events = lambda(world, "mail-events").await;
    assert_eq!(hand_over(world, Queue::MailEvents, &mut mail_events).await, 2);
    read(&mut relay, &mut aggregate).await;

    let mut remind = lambda(world, "remind").await;
    assert!(hand_over(world, Queue::Step, &mut remind).await >= 1);
    assert_eq!(world.cloud().schedules().unwrap().len(), 1, "the task is planned");

    let mut capture = lambda(world, "capture").await;
    let path = letter.link(9).replace(company.url(), "");
    let page = good(capture.invoke(&http_event("GET", &path, &[], None)).await);
    assert_eq!(page["statusCode"], 200);
    assert!(page["body"].as_str().is_some_and(|html| html.contains("<form")), "{page}");
    let bare = path.split('?').next().unwrap();
    let (status, recorded) =
        answered(capture.invoke(&http_event("POST", bare, &[JSON], Some(r#"{"score":9,"comment":"Fine."}"#))).await);
    assert_eq!((status, &recorded["group"]), (200, &json!("promoter")), "{recorded}");
    read(&mut relay, &mut aggregate).await;
    assert!(hand_over(world, Queue::Step, &mut remind).await >= 1);
    assert_eq!(world.cloud().schedules().unwrap().len(), 0, "nothing is planned any more");
    world.cloud().send(Queue::Step, r#"{"sweep":true}"#, std::time::Duration::ZERO).unwrap();
    assert_eq!(hand_over(world, Queue::Step, &mut remind).await, 1, "the hourly sweep");

    // The same once more, as a reply to the letter.
    let mut replies = lambda(world, "replies").await;
    let address = &letter.headers["Reply-To"];
    let reply = b"From: Ada Example <ada@example.com>\r\n\r\n9 - Fine.\r\n";
    assert!(world.cloud().receive_mail("ada@example.com", address, reply).unwrap().is_some());
    assert_eq!(hand_over(world, Queue::Replies, &mut replies).await, 1);
    read(&mut relay, &mut aggregate).await;

    // The same program tells others, here the event bus of the settings.
    let mut deliver = Lambda::start(&programs::debug("deliver"), &{
        let mut settings = settings(world, "deliver");
        settings.push(("EVENT_BUS_NAME".to_owned(), "local".to_owned()));
        settings
    })
    .await;
    while world.cloud().depth(Queue::Deliver).unwrap().visible > 0 {
        hand_over(world, Queue::Deliver, &mut deliver).await;
    }
    assert!(world.cloud().events().unwrap().iter().any(|event| event.detail.to_string().contains("Fine.")));

    let mut insight = lambda(world, "insight").await;
    let (status, nps) = answered(insight.invoke(&http_event("GET", "/v1/nps?group_by=region", &[KEY], None)).await);
    assert_eq!((status, &nps["n"], &nps["nps"], &nps["delivered"]), (200, &json!(1), &json!(100), &json!(1)), "{nps}");
    assert_eq!(nps["groups"][0]["value"], "EMEA");
    let (_, responses) = answered(insight.invoke(&http_event("GET", "/v1/responses", &[KEY], None)).await);
    assert_eq!(responses["responses"][0]["comment"], "Fine.");

    // Numbers are proven by the same programs.
    let mut recount = lambda(world, "recount").await;
    let (status, made) = answered(manage.invoke(&http_event("POST", "/v1/reconciliations", &[KEY], None)).await);
    assert_eq!(status, 202, "{made}");
    while world.cloud().depth(Queue::Recount).unwrap().visible > 0 {
        hand_over(world, Queue::Recount, &mut recount).await;
    }
    let one = format!("/v1/reconciliations/{}", made["reconciliation_id"].as_str().unwrap());
    let (_, proof) = answered(manage.invoke(&http_event("GET", &one, &[KEY], None)).await);
    assert_eq!(
        (&proof["state"], &proof["equal"], &proof["surveys"]),
        (&json!("done"), &json!(true), &json!(1)),
        "{proof}"
    );

    let (status, campaigns) = answered(manage.invoke(&http_event("GET", "/v1/campaigns", &[KEY], None)).await);
    assert_eq!((status, &campaigns["campaigns"][0]["id"]), (200, &json!("default")));
    let (status, _) =
        answered(manage.invoke(&http_event("DELETE", "/v1/contacts/ada@example.com", &[KEY], None)).await);
    assert_eq!(status, 204);

    // No address, no token and no comment in any log.
    let token = bare.rsplit('/').next().unwrap().to_owned();
    for (name, program) in [
        ("intake", intake),
        ("relay", relay),
        ("aggregate", aggregate),
        ("dispatch", dispatch),
        ("mail-events", mail_events),
        ("remind", remind),
        ("capture", capture),
        ("insight", insight),
        ("manage", manage),
        ("deliver", deliver),
        ("recount", recount),
        ("replies", replies),
    ] {
        let log = program.stop().await;
        for secret in ["ada@example.com", "Fine.", &token, "Bearer local", address] {
            assert!(!log.contains(secret), "{name} logs {secret}: {log}");
        }
    }
}

/// A header of an answer, and the cookies it sets, as API Gateway gets them.
fn cookies(answer: &Value) -> Vec<String> {
    let set = answer["cookies"].as_array().into_iter().flatten();
    set.map(|cookie| cookie.as_str().unwrap().to_owned()).collect()
}

fn value<'a>(cookies: &'a [String], name: &str) -> &'a str {
    let cookie = cookies.iter().find_map(|cookie| cookie.strip_prefix(&format!("{name}=")));
    cookie.unwrap_or_else(|| panic!("no {name} in {cookies:?}")).split(';').next().unwrap()
}

/// On https, through API Gateway: the first admin, invited through IAM, signs in with an account of the company.
#[tokio::test]
async fn an_account_of_the_company_signs_in() {
    let company = Company::start_today().await;
    let world = company.world();
    let mut settings = settings(world, "manage");
    settings.retain(|(name, _)| name != "PUBLIC_URL");
    for (name, value) in [
        ("PUBLIC_URL", "https://nps.example.com"),
        ("OIDC_CLIENT_ID", "npsloop at example"),
        ("OIDC_AUTHORIZATION_URL", "https://issuer.example/authorize?tenant=1"),
    ] {
        settings.push((name.to_owned(), value.to_owned()));
    }
    let mut manage = Lambda::start(&programs::debug("manage"), &settings).await;
    let person = json!({"person": {"email": "ruth@company.example", "name": "Ruth", "role": "admin"}});
    let made = good(manage.invoke(&person).await);
    assert_eq!((&made["role"], &made["signed_in_at"]), (&json!("admin"), &Value::Null), "{made}");
    let mut dispatch = lambda(world, "dispatch").await;
    assert_eq!(hand_over(world, Queue::Mail, &mut dispatch).await, 1);
    let letter = company.inbox("ruth@company.example").await.pop().expect("an invitation");
    let token = letter.text.split("/sign-in/").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();

    let start = good(manage.invoke(&http_event("GET", "/sign-in/company", &[], None)).await);
    let to = start["headers"]["location"].as_str().unwrap();
    assert!(to.starts_with("https://issuer.example/authorize?tenant=1&response_type=id_token&"), "{to}");
    assert!(to.contains("client_id=npsloop+at+example&"), "{to}");
    assert!(to.contains("redirect_uri=https%3A%2F%2Fnps.example.com%2Fsign-in%2Fcompany%2Fback"), "{to}");
    let nonce = to.split("nonce=").nth(1).unwrap().to_owned();
    let set = cookies(&start);
    let browser = value(&set, "__Host-company").to_owned();
    assert!(set[0].ends_with("; HttpOnly; SameSite=Lax; Secure") && !to.contains(&browser), "{set:?}");
    let page = good(manage.invoke(&http_event("GET", "/sign-in/company/back", &[], None)).await);
    assert_eq!(page["statusCode"], 200);

    // What API Gateway hands on once it has checked a token, and the cookie of the browser that asked for it.
    let finish = |claims: Value, cookie: &str| {
        let asked =
            [("x-requested-with", "npsloop"), ("origin", "https://nps.example.com"), ("authorization", "Bearer eyJ")];
        let mut event = http_event("POST", "/v1/sign-in/company", &asked, None);
        event["cookies"] = json!([format!("__Host-company={cookie}")]);
        if !claims.is_null() {
            event["requestContext"]["authorizer"] = json!({"jwt": {"claims": claims, "scopes": null}});
        }
        event
    };
    let claims = |email: &str, verified: &str, nonce: &str| json!({"email": email, "email_verified": verified, "nonce": nonce, "aud": "npsloop at example"});
    let ruth = claims("Ruth@Company.example", "true", &nonce);
    for (what, claims, cookie) in [
        ("nothing was checked", Value::Null, browser.as_str()),
        ("another browser", ruth.clone(), "other"),
        ("no nonce", json!({"email": "ruth@company.example", "email_verified": "true"}), ""),
        ("not verified", claims("ruth@company.example", "false", &nonce), &browser),
        ("nobody known", claims("eve@company.example", "true", &nonce), &browser),
    ] {
        let (status, problem) = answered(manage.invoke(&finish(claims, cookie)).await);
        assert_eq!((status, &problem["type"]), (401, &json!("/problems/no-key")), "{what}: {problem}");
    }
    let mut foreign = finish(ruth.clone(), &browser);
    foreign["headers"]["origin"] = json!("https://evil.example");
    assert_eq!(answered(manage.invoke(&foreign).await).0, 403);

    let entered = good(manage.invoke(&finish(ruth, &browser)).await);
    assert_eq!(entered["statusCode"], 204, "{entered}");
    let set = cookies(&entered);
    let session = value(&set, "__Host-session").to_owned();
    assert!(set.iter().any(|cookie| cookie.starts_with("__Host-company=; ")), "{set:?}");
    let mut me = http_event("GET", "/v1/me", &[], None);
    me["cookies"] = json!(["other=1", format!("__Host-session={session}")]);
    let (status, told) = answered(manage.invoke(&me).await);
    assert_eq!((status, &told["email"], &told["role"]), (200, &json!("ruth@company.example"), &json!("admin")));
    // Without the prefix, which browsers take from this very host alone, it is nobody's.
    me["cookies"] = json!([format!("session={session}")]);
    assert_eq!(answered(manage.invoke(&me).await).0, 401);
    let (_, ways) = answered(manage.invoke(&http_event("GET", "/v1/sign-in", &[], None)).await);
    assert_eq!(ways["company_account"], "/sign-in/company");

    // The link of the letter, as the program answers it.
    let link = format!("/sign-in/{token}");
    let page = good(manage.invoke(&http_event("GET", &link, &[], None)).await);
    assert!(page["body"].as_str().is_some_and(|html| html.contains("<form method=\"post\">")), "{page}");
    assert_eq!(page["headers"]["referrer-policy"], "same-origin", "or browsers call the button's origin null");
    let entered = good(
        manage.invoke(&http_event("POST", &link, &[("origin", "https://nps.example.com")], Some("pressed=yes"))).await,
    );
    assert_eq!(entered["statusCode"], 303);
    let other = value(&cookies(&entered), "__Host-session").to_owned();

    for (name, program) in [("manage", manage), ("dispatch", dispatch)] {
        let log = program.stop().await;
        for secret in ["ruth@company.example", "eve@company.example", &token, &session, &other, &browser] {
            assert!(!log.contains(secret), "{name} logs {secret}: {log}");
        }
    }
}

#[tokio::test]
async fn a_missing_setting_stops_the_start_and_is_named() {
    let company = Company::start().await;
    for function in programs::FUNCTIONS {
        let whole = settings(company.world(), function);
        let needed = [settings_of(function), vec!["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]].concat();
        let without: Vec<_> = whole.iter().filter(|(name, _)| !needed.contains(&name.as_str())).cloned().collect();
        let mut program = Lambda::start(&programs::debug(function), &without).await;
        let (status, said) = program.ended().await;
        assert!(!status.success(), "{function} started without settings: {said}");
        for name in settings_of(function) {
            assert!(said.contains(&format!("{name} is missing")), "{function} does not miss {name}: {said}");
        }
        // Each alone.
        for name in needed {
            let without: Vec<_> = whole.iter().filter(|(known, _)| known != name).cloned().collect();
            let (status, said) = Lambda::start(&programs::debug(function), &without).await.ended().await;
            assert!(!status.success() && said.contains(name), "{function} without {name}: {said}");
        }
    }
}

#[tokio::test]
async fn a_wrong_setting_is_named_and_not_shown() {
    let company = Company::start().await;
    for (function, name, value) in [
        ("intake", "SENDER_EMAIL", "s3cret-in-the-wrong-place"),
        ("dispatch", "PUBLIC_URL", "s3cret-in-the-wrong-place"),
        ("dispatch", "SES_SEND_RATE", "s3cret-in-the-wrong-place"),
    ] {
        let mut settings = settings(company.world(), function);
        settings.retain(|(known, _)| known != name);
        settings.push((name.to_owned(), value.to_owned()));
        let (status, said) = Lambda::start(&programs::debug(function), &settings).await.ended().await;
        assert!(!status.success() && said.contains(name) && !said.contains(value), "{function} {name}: {said}");
    }
}

#[tokio::test]
async fn an_event_that_makes_no_sense_is_an_error_and_the_next_one_is_served() {
    let company = Company::start().await;
    let world = company.world();
    for function in ["intake", "capture", "insight", "manage"] {
        let mut program = lambda(world, function).await;
        for event in [json!({"no": "event"}), json!([]), json!("hello"), Value::Null] {
            assert!(program.invoke(&event).await.is_err(), "{function} {event}");
        }
        assert!(program.invoke_raw(b"{".to_vec()).await.is_err(), "{function}");
        let (status, problem) = answered(program.invoke(&http_event("GET", "/nowhere", &[KEY], None)).await);
        assert_eq!((status, &problem["type"]), (404, &json!("/problems/not-found")), "{function}");
    }
    for function in ["deliver", "dispatch", "remind", "mail-events", "recount", "relay", "replies", "aggregate"] {
        let mut program = lambda(world, function).await;
        for event in [
            json!([]),
            json!("hello"),
            json!({"Records": "none"}),
            json!({"Records": [{"nothing": true, "eventSource": 5}]}),
        ] {
            if let Ok(answer) = program.invoke(&event).await {
                // A record without what names it cannot be reported alone; then the whole batch must fail.
                panic!("{function} takes {event}: {answer}");
            }
        }
        let nothing = good(program.invoke(&json!({"Records": []})).await);
        assert_eq!(nothing["batchItemFailures"], json!([]), "{function}");
    }
}

#[tokio::test]
async fn a_message_that_makes_no_sense_fails_alone() {
    let company = Company::start().await;
    let world = company.world();
    let record = |id: &str, body: &str| {
        json!({"messageId": id, "receiptHandle": "h", "body": body, "attributes": {"ApproximateReceiveCount": "1"}, "messageAttributes": {},
               "md5OfBody": "", "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:q", "awsRegion": "us-east-1"})
    };
    let nobody = json!({"survey": "0".repeat(32), "step": "invite"}).to_string();
    for function in ["deliver", "dispatch", "remind", "mail-events", "recount", "replies"] {
        let mut program = lambda(world, function).await;
        let mut records = vec![
            record("bad-1", "no JSON"),
            record("bad-2", r#"{"survey":"short","step":"invite"}"#),
            record("bad-3", "{}"),
        ];
        match function {
            "mail-events" | "replies" => {}
            "recount" => {
                let job = json!({"job": "recount/1800000000000-00000000"}).to_string();
                records.insert(1, record("good", &job));
            }
            "deliver" => records.insert(1, record("good", &json!({"survey": "0".repeat(32)}).to_string())),
            _ => records.insert(1, record("good", &nobody)),
        }
        let outcome = good(program.invoke(&json!({ "Records": records })).await);
        let failed: Vec<_> = outcome["batchItemFailures"]
            .as_array()
            .unwrap()
            .iter()
            .map(|failure| failure["itemIdentifier"].as_str().unwrap())
            .collect();
        assert!(!failed.contains(&"good"), "{function}: a survey that is gone is nobody's fault: {failed:?}");
        assert!(failed.contains(&"bad-1"), "{function}: {failed:?}");
    }
}

#[tokio::test]
async fn a_body_in_base64_is_a_body() {
    let company = Company::start().await;
    let mut intake = lambda(company.world(), "intake").await;
    let body = done("a0X1", "ada@example.com").into_body().to_string();
    let mut event = http_event("POST", "/v1/triggers", &[KEY, JSON], None);
    event["body"] = json!(base64(body.as_bytes()));
    event["isBase64Encoded"] = json!(true);
    assert_eq!(answered(intake.invoke(&event).await).0, 202);
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for part in bytes.chunks(3) {
        let bits = part.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - part.len()));
        for nth in 0..4 {
            let sign = ALPHABET[(bits >> (18 - 6 * nth)) as usize & 63] as char;
            text.push(if nth <= part.len() { sign } else { '=' });
        }
    }
    text
}
