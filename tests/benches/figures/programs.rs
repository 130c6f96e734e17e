//! The programs as they are deployed: how large, and how long from the start to the first answer.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::runtime_api::{Lambda, http_event};
use tests::{Company, programs};

use crate::{Scale, ms, percentile, print};

/// Every function beside one that does nothing.
pub(crate) async fn measure(scale: Scale) {
    let company = Company::start_today().await;
    let env = company.world().env();
    let names = [
        "TABLE_SURVEYS",
        "TABLE_LEDGER",
        "MAIL_QUEUE_URL",
        "STEP_QUEUE_URL",
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
        "SENDER_EMAIL",
        "COMPANY",
        "AWS_REGION",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_ENDPOINT_URL_DYNAMODB",
        "AWS_ENDPOINT_URL_SESV2",
        "AWS_ENDPOINT_URL_SQS",
        "AWS_ENDPOINT_URL_SCHEDULER",
    ];
    let settings: Vec<_> =
        names.iter().filter_map(|name| Some(((*name).to_owned(), env.get(name)?.to_owned()))).collect();
    let empty = first_answer("empty", &http_event("GET", "/", &[], None), &settings, scale).await;
    let size = |name: &str| std::fs::metadata(program(name)).map_or(0, |file| file.len());
    let ratio = |time: Duration| format!("{:.2}", time.as_secs_f64() / empty.as_secs_f64());
    let mut rows =
        vec![vec!["empty".to_owned(), format!("{:.2} MB", size("empty") as f64 / 1e6), ms(empty), "1.00".to_owned()]];
    for name in programs::FUNCTIONS {
        let event = match name {
            "intake" => http_event("POST", "/v1/triggers", &[], Some("{}")),
            "capture" => http_event("GET", &format!("/r/{}", "A".repeat(59)), &[], None),
            "insight" => http_event("GET", "/v1/nps", &[("authorization", "Bearer local")], None),
            "manage" => http_event("GET", "/v1/campaigns", &[("authorization", "Bearer local")], None),
            _ => json!({"Records": []}),
        };
        let time = first_answer(name, &event, &settings, scale).await;
        rows.push(vec![name.to_owned(), format!("{:.2} MB", size(name) as f64 / 1e6), ms(time), ratio(time)]);
    }
    print(
        "Programs",
        "Built for release; from the start of the process to its first answer behind a Runtime API on this machine, median. The target is 1.5 \
         times the function that does nothing.",
        &["program", "size", "start to first answer", "times the empty one"],
        &rows,
    );
}

async fn first_answer(name: &str, event: &Value, settings: &[(String, String)], scale: Scale) -> Duration {
    let program = program(name);
    let mut times = Vec::new();
    for _ in 0..scale.of(15, 60) {
        let start = Instant::now();
        let mut lambda = Lambda::start(&program, settings).await;
        lambda.invoke(event).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        times.push(start.elapsed());
        lambda.stop().await;
    }
    percentile(&mut times, 50)
}

/// A program built as this one was: a run without optimisation is not made to wait for a release.
fn program(name: &str) -> PathBuf {
    if cfg!(debug_assertions) { programs::debug(name) } else { programs::release(name) }
}
