//! The programs as they are deployed: how large, and how long from the start to the first answer.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use http::Request;
use serde_json::{Value, json};
use tests::runtime_api::{Lambda, http_event};
use tests::{Company, done, programs};

use crate::{Scale, ms, percentile, print};

/// Every function beside one that does nothing, and one that opens its connection and does nothing.
pub(crate) async fn measure(scale: Scale) {
    let company = Company::start_today().await;
    let env = company.world().env();
    let names = [
        "TABLE_SURVEYS",
        "TABLE_LEDGER",
        "MAIL_QUEUE_URL",
        "STEP_QUEUE_URL",
        "DELIVER_QUEUE_URL",
        "MAIL_QUEUE_ARN",
        "STEP_QUEUE_ARN",
        "SCHEDULE_GROUP",
        "SCHEDULE_ROLE_ARN",
        "SCHEDULE_DLQ_ARN",
        "MAIL_EVENTS_QUEUE_URL",
        "MAIL_EVENTS_DLQ_URL",
        "PUBLIC_URL",
        "SES_CONFIGURATION_SET",
        "SES_SEND_RATE",
        "MAIL_CONCURRENCY",
        "SMS_CONFIGURATION_SET",
        "SMS_SEND_RATE",
        "SMS_MAX_PRICE",
        "SMS_MESSAGE_TYPE",
        "SENDER_EMAIL",
        "COMPANY",
        "SECRETS_PATH",
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
    let settings: Vec<_> =
        names.iter().filter_map(|name| Some(((*name).to_owned(), env.get(name)?.to_owned()))).collect();
    company.trigger(done("start", "start@example.com")).await.ok();
    company.settle().await;
    let link = company.inbox("start@example.com").await[0].link(9);
    let page = link.strip_prefix(company.world().url()).unwrap_or(&link);
    let started: Vec<_> =
        programs::MEASURES.into_iter().chain(programs::FUNCTIONS).map(|name| (name, event(name, page))).collect();
    let mut times = vec![(Vec::new(), Vec::new()); started.len()];
    // In turns, so that whatever else the machine does hits all of them alike.
    for _ in 0..scale.of(40, 200) {
        for ((name, event), (ready, answered)) in started.iter().zip(&mut times) {
            let (first, then) = first_answer(name, event, &settings).await;
            ready.push(first);
            answered.push(then);
        }
    }
    let mut rows = Vec::new();
    let mut measures = Vec::new();
    for ((name, _), (ready, answered)) in started.iter().zip(&mut times) {
        let (median, fastest) = (percentile(answered, 50), percentile(answered, 0));
        if programs::MEASURES.contains(name) {
            measures.push((median, fastest));
        }
        let ratios = |of: Option<&(Duration, Duration)>| {
            let ratio = |time: Duration, of: Duration| format!("{:.2}", time.as_secs_f64() / of.as_secs_f64());
            of.map_or_else(Default::default, |of| (ratio(median, of.0), ratio(fastest, of.1)))
        };
        let (median_of_empty, fastest_of_empty) = ratios(measures.first());
        let (median_of_floor, fastest_of_floor) = ratios(measures.get(1));
        let size = std::fs::metadata(program(name)).map_or(0, |file| file.len());
        rows.push(vec![
            (*name).to_owned(),
            format!("{:.2} MB", size as f64 / 1e6),
            ms(percentile(ready, 50)),
            ms(median),
            median_of_empty,
            median_of_floor,
            ms(fastest),
            fastest_of_empty,
            fastest_of_floor,
        ]);
    }
    print(
        "Programs",
        &format!(
            "From the start of the process until it asks for work (median) and to its first answer (median and fastest), behind a Runtime API and on \
             tables on this machine. All but mail-events and relay have opened their connection and read the configuration by then. The target is \
             1.5 times the function that does nothing. `floor` does nothing, too, but reads one item through the same SDK and client while it starts: \
             what it takes over the empty one is the price of a connection to DynamoDB, and what a function takes over it is ours. The \
             table itself works {} on the configuration (median).",
            ms(table_alone(&company, scale.of(100, 1000))),
        ),
        &["program", "size", "ready", "first answer", "of empty", "of floor", "fastest", "of empty", "of floor"],
        &rows,
    );
}

/// How long the embedded table works on what a function reads while it starts.
fn table_alone(company: &Company, count: usize) -> Duration {
    let query = Request::post("/").header("x-amz-target", "DynamoDB_20120810.Query").body(()).expect("a request");
    let (query, ()) = query.into_parts();
    let body = json!({
        "TableName": "ledger",
        "KeyConditionExpression": "pk = :config",
        "ExpressionAttributeValues": {":config": {"S": store::keys::CONFIG}},
        "ConsistentRead": true,
    });
    let body = body.to_string();
    let once = |_| {
        let start = Instant::now();
        assert!(company.world().cloud().handle(&query, body.as_bytes()).status().is_success());
        start.elapsed()
    };
    percentile(&mut (0..count).map(once).collect::<Vec<_>>(), 50)
}

/// What a function is first asked: little, so that the start is most of it.
fn event(name: &str, page: &str) -> Value {
    match name {
        "empty" | "floor" => http_event("GET", "/", &[], None),
        "intake" => http_event("POST", "/v1/triggers", &[], Some("{}")),
        "capture" => http_event("GET", page, &[], None),
        "insight" => http_event("GET", "/dashboard", &[], None),
        "manage" => http_event("GET", "/v1/campaigns", &[("authorization", "Bearer local")], None),
        _ => json!({"Records": []}),
    }
}

/// How long after its start a program asked for work, and how long after it the first was done.
async fn first_answer(name: &str, event: &Value, settings: &[(String, String)]) -> (Duration, Duration) {
    let program = program(name);
    let start = Instant::now();
    let mut lambda = Lambda::start(&program, settings).await;
    lambda.invoke(event).await.unwrap_or_else(|error| panic!("{name}: {error}"));
    let answered = start.elapsed();
    let ready = lambda.ready().map_or(answered, |ready| ready.duration_since(start));
    lambda.stop().await;
    (ready, answered)
}

/// A program built as this one was: a run without optimisation is not made to wait for a release.
fn program(name: &str) -> PathBuf {
    if cfg!(debug_assertions) { programs::debug(name) } else { programs::release(name) }
}
