//! Counting changes, and asking for the numbers.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use http::Request;
use jiff::ToSpan as _;
use local::world::Options;
use model::tally::{Changes, Counter, Row};
use model::{CampaignId, Score};
use serde_json::{Value, json};
use store::keys;
use tests::{Company, done};

use crate::{Scale, Zipf, ms, per_second, percentile, print, timed};

/// Changes that aggregate counts in a second, in batches as the stream has them.
pub(crate) async fn counting(scale: Scale) {
    let count = scale.of(1000, 10_000);
    let company = Company::start_with(Options { background: false, ..Options::default() }).await;
    let world = company.world();
    let (mut region, mut owner, mut team) = (Zipf::new(6, 1), Zipf::new(50, 2), Zipf::new(20, 3));
    let triggers: Vec<_> = (0..count)
        .map(|nth| {
            done(&format!("a0X{nth}"), &format!("person{nth}@example.com"))
                .attribute("region", format!("region {}", region.draw()))
                .attribute("team", format!("EMEA/DACH/team {}", team.draw()))
                .owner(&format!("owner{}@company.example", owner.draw()))
        })
        .collect();
    let store = world.store();
    let campaign = CampaignId::default_campaign();
    let make = async |(nth, trigger): (usize, tests::Trigger)| {
        let id = company.trigger(trigger).await.ok().text("survey_id").parse().expect("a survey id");
        let score = Score::try_from((nth % 11) as u8).expect("a score");
        store.respond(id, score, &campaign, "UTC", world.now()).await.expect("the tables answer");
    };
    futures_util::stream::iter(triggers.into_iter().enumerate().map(make))
        .buffer_unordered(8)
        .collect::<Vec<_>>()
        .await;

    let mut rows = Vec::new();
    let deps = aggregate::Deps::connect(world.env()).expect("the settings are right");
    let mut records = Vec::new();
    let mut last: Option<String> = None;
    loop {
        let part = world.cloud().records("surveys", last.as_deref(), 100).expect("the stream is read");
        let Some(newest) = part.last() else { break };
        last = newest["dynamodb"]["SequenceNumber"].as_str().map(str::to_owned);
        records.extend(part.into_iter().filter(|record| record["dynamodb"]["Keys"]["sk"]["S"] == "S"));
    }
    let changes = records.len();
    for (name, again) in [("first time", false), ("the same again", true)] {
        let start = Instant::now();
        let mut batches = Vec::new();
        for part in records.chunks(100) {
            let event = serde_json::from_value(json!({ "Records": part })).expect("a stream event");
            let start = Instant::now();
            let answer = aggregate::handle(&deps, event).await.expect("a batch is counted");
            assert!(answer.batch_item_failures.is_empty(), "a batch failed");
            batches.push(start.elapsed());
        }
        let all = start.elapsed();
        rows.push(vec![
            name.to_owned(),
            changes.to_string(),
            per_second(changes, all),
            ms(percentile(&mut batches, 50)),
            ms(percentile(&mut batches, 99)),
        ]);
        if again {
            break;
        }
    }
    print(
        "Counting",
        "Changes of surveys that aggregate counts, one batch of 100 after the other: markers and tallies in one transaction.",
        &["batches", "changes", "per second", "p50 of a batch", "p99 of a batch"],
        &rows,
    );
    company.settle().await;
    assert_eq!(company.nps("").await["n"], count, "everything was counted once");
}

/// How long `GET /v1/nps` takes, however many answered.
pub(crate) async fn asking(scale: Scale) {
    let company = Company::start_with(Options { background: false, ..Options::default() }).await;
    let mut rows = Vec::new();
    let quiet = 1;
    let mut least = [None; 2];
    for (name, responses, shards) in [
        ("1 k", 1_000, quiet),
        ("100 k", 100_000, quiet),
        ("1 M", 1_000_000, quiet),
        ("1 M, in bursts", 1_000_000, keys::TALLY_SHARDS),
    ] {
        let id = format!("n{responses}-{shards}");
        company.campaign_with(&id, json!({})).await;
        fill(&company, &id.parse().expect("a campaign id"), responses, shards).await;
        let questions = [("whole", "", &["campaign"][..]), ("by owner", "&group_by=owner", &["campaign", "owner"])];
        for ((question, query, dimensions), least) in questions.into_iter().zip(&mut least) {
            let path = format!("?window=90d&campaign={id}{query}");
            let ask = async |_| {
                assert_eq!(company.nps(&path).await.ok()["n"], responses);
            };
            let (mut times, _) = timed(scale.of(30, 300), 1, ask).await;
            let (table, read) = table_alone(&company, &id, dimensions, scale.of(10, 100));
            company.world().cloud().bill();
            company.nps(&path).await;
            let calls: u64 = company.world().cloud().bill().unwrap_or_default().values().map(|cost| cost.calls).sum();
            let median = percentile(&mut times, 50);
            let (first, few) = *least.get_or_insert((median, read.numbers));
            rows.push(vec![
                name.to_owned(),
                question.to_owned(),
                read.rows.to_string(),
                read.numbers.to_string(),
                format!("{:.1}", read.numbers as f64 / few as f64),
                ms(median),
                format!("{:.1}", median.as_secs_f64() / first.as_secs_f64()),
                ms(percentile(&mut times, 99)),
                ms(table),
                calls.to_string(),
            ]);
        }
    }
    print(
        "Asking for 90 days of numbers",
        "A window of 90 days, from the request to its answer, with Zipf-distributed groups. The answer is made from tallies alone: a row for each day and \
         value, in it a number for each score and for each lag from mail to answer that came up, about 27 at most. So what is read is bounded by \
         days and values, and grows with the answers only until every day has seen every value, score and lag. Changes that come one at \
         a time are all counted in the first shard; in bursts every one of the 8 shards has every row, which is the most there can be. Calls \
         to the tables are made side by side. How long the embedded table alone works on the same queries is told apart.",
        &[
            "responses",
            "question",
            "rows read",
            "numbers read",
            "numbers / 1 k's",
            "p50",
            "p50 / 1 k's",
            "p99",
            "of p50 the table",
            "calls",
        ],
        &rows,
    );
}

/// What a question reads.
#[derive(Clone, Copy, Default)]
struct Read {
    rows: usize,
    numbers: usize,
}

/// How long the embedded table alone works on the queries of a question, as it gets and answers them (median), and what
/// it answers.
fn table_alone(company: &Company, campaign: &str, dimensions: &[&str], count: usize) -> (Duration, Read) {
    let campaign = campaign.parse().expect("a campaign id");
    let query = Request::post("/").header("x-amz-target", "DynamoDB_20120810.Query").body(()).expect("a request");
    let (query, ()) = query.into_parts();
    let mut read = Read::default();
    let once = |_| {
        let mut time = Duration::ZERO;
        read = Read::default();
        for dimension in dimensions {
            for shard in 0..keys::TALLY_SHARDS {
                let mut body = json!({
                    "TableName": "ledger",
                    "KeyConditionExpression": "pk = :pk AND sk BETWEEN :from AND :to",
                    "ExpressionAttributeValues": {
                        ":pk": {"S": keys::tally(&campaign, dimension, shard)}, ":from": {"S": "0"}, ":to": {"S": "9"},
                    },
                });
                loop {
                    let text = body.to_string();
                    let start = Instant::now();
                    let answer = company.world().cloud().handle(&query, text.as_bytes());
                    time += start.elapsed();
                    let mut answer: Value = serde_json::from_slice(answer.body()).expect("an answer");
                    let items = answer["Items"].as_array().expect("items");
                    read.rows += items.len();
                    // All attributes but the two keys.
                    read.numbers += items.iter().filter_map(Value::as_object).map(|item| item.len() - 2).sum::<usize>();
                    if answer["LastEvaluatedKey"].is_null() {
                        break;
                    }
                    body["ExclusiveStartKey"] = answer["LastEvaluatedKey"].take();
                }
            }
        }
        time
    };
    let mut times: Vec<_> = (0..count).map(once).collect();
    (percentile(&mut times, 50), read)
}

/// Tallies as they stand after so many responses, spread over 90 days and drawn among so many shards.
async fn fill(company: &Company, campaign: &CampaignId, responses: usize, among: u8) {
    let store = company.world().store();
    let today = company.world().now().day_in(&jiff::tz::TimeZone::UTC);
    let dimensions = [("owner", 12), ("region", 6), ("team", 12)];
    let mut groups: Vec<_> = dimensions.iter().map(|(_, values)| Zipf::new(*values, 7)).collect();
    let (mut chance, mut lag) = (Zipf::new(8, 11), Zipf::new(14, 13));
    let mut shards: BTreeMap<u8, Changes> = BTreeMap::new();
    for nth in 0..responses {
        let day = today.saturating_sub(i64::try_from(nth % 90).unwrap_or(0).days());
        let score = Score::try_from((chance.chance() * 11.0) as u8).expect("a score");
        let shard = (chance.chance() * f64::from(among)) as u8;
        let lag = u16::try_from(lag.draw()).unwrap_or(0);
        let rows = shards.entry(shard).or_default();
        let mut add = |dimension: &str, value: String| {
            let row = Row { campaign: campaign.clone(), dimension: dimension.to_owned(), day, value };
            let counters = rows.entry(row).or_default();
            for counter in [Counter::Score(score), Counter::Delivered, Counter::AnsweredAfter(lag)] {
                *counters.entry(counter).or_default() += 1;
            }
        };
        add("campaign", campaign.to_string());
        for ((dimension, _), group) in dimensions.iter().zip(&mut groups) {
            add(dimension, format!("{dimension} {}", group.draw()));
        }
    }
    for (shard, rows) in shards {
        let rows: Vec<_> = rows.into_iter().collect();
        let parts = rows.chunks(100).map(|part| part.iter().cloned().collect::<Changes>());
        let write = async |part: Changes| {
            let expires = company.world().now().after(Duration::from_secs(86_400));
            assert!(store.count(&[], &[], &part, shard, expires).await.expect("the tables answer"));
        };
        futures_util::stream::iter(parts.map(write)).buffer_unordered(4).collect::<Vec<_>>().await;
    }
}
