//! Whole batches of triggers, and the question that is asked while a phone rings.

use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use local::world::Options;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Company, done};

use crate::{Scale, ms, per_second, percentile, print, timed};

/// Rows of a batch in a second, and how long the last score of a caller takes.
pub(crate) async fn measure(scale: Scale) {
    let company = Company::start_with(Options { background: false, ..Options::default() }).await;
    let cloud = company.world().cloud().clone();
    let count = scale.of(1_000, 10_000);
    let person = |nth: usize| {
        done(&format!("a0X{nth}"), &format!("person{nth}@example.com"))
            .set("contact_id", format!("003{nth:07}"))
            .set("contact_phone", format!("+49 30 {nth:07}"))
    };
    let rows: Vec<Value> = (0..count).map(|nth| person(nth).into_body()).collect();
    let mut table = Vec::new();
    for (name, again) in [("surveys are made", false), ("duplicates", true)] {
        let mut batches = Vec::new();
        let mut left = 0;
        for part in rows.chunks(1_000) {
            let start = Instant::now();
            let answer = company.call(Method::POST, "/v1/triggers/batch", Some(json!(part))).await.ok();
            batches.push(start.elapsed());
            left += answer["retry"].as_array().map_or(0, Vec::len);
            assert!(again || left == 0, "the machine is too busy to measure anything");
        }
        let all: Duration = batches.iter().sum();
        table.push(vec![
            name.to_owned(),
            rows.len().to_string(),
            per_second(rows.len(), all),
            ms(percentile(&mut batches, 50)),
            ms(percentile(&mut batches, 100)),
        ]);
    }
    print(
        "Batches of 1,000 triggers",
        "One call after the other; API Gateway gives up after 30 seconds, and a batch stops by itself after 22.",
        &["batch", "rows", "rows per second", "p50 of a batch", "slowest batch"],
        &table,
    );

    company.settle().await;
    let letters = company.mail().await;
    let respond = |letter: tests::Letter| {
        let company = &company;
        async move {
            company.respond(&letter.link(9), 9).await.ok();
        }
    };
    futures_util::stream::iter(letters).map(respond).buffer_unordered(8).collect::<Vec<()>>().await;
    company.settle().await;
    let mut table = Vec::new();
    let lookups = scale.of(1_000, 10_000);
    for (name, at_once) in [("number", 1), ("CRM id", 1), ("e-mail address", 1), ("number", 16)] {
        let lookup = |nth: usize| {
            let (company, nth) = (&company, nth % count);
            let asked = match name {
                "number" => format!("+4930{nth:07}"),
                "CRM id" => format!("003{nth:07}"),
                _ => format!("person{nth}@example.com"),
            };
            async move {
                company.score_of(&asked).await.ok();
            }
        };
        cloud.bill();
        let (mut times, all) = timed(lookups, at_once, lookup).await;
        let bill = cloud.bill().unwrap_or_default();
        let calls: u64 = bill.values().map(|cost| cost.calls).sum();
        let read: f64 = bill.values().map(|cost| cost.read_units).sum();
        table.push(vec![
            name.to_owned(),
            at_once.to_string(),
            per_second(lookups, all),
            ms(percentile(&mut times, 50)),
            ms(percentile(&mut times, 99)),
            format!("{:.2}", calls as f64 / lookups as f64),
            format!("{:.2}", read / lookups as f64),
        ]);
    }
    print(
        "The ringing phone",
        "GET /v1/contacts/{…}/score over HTTP, with the calls to the tables and the read units of each.",
        &["asked by", "at once", "per second", "p50", "p99", "calls", "read units"],
        &table,
    );
}
