//! Counting anew, and proving that tallies equal surveys.

use std::time::{Duration, Instant};

use jiff::civil::date;
use local::cloud::Bill;
use local::world::Options;
use model::reconcile::Sums;
use model::tally::{Contribution, Counted};
use model::{CampaignId, Score, Standing, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};
use tests::Company;

use crate::{Scale, Zipf, per_second, print};

/// A company with so many answers of the past, each with a value, a team and an owner.
async fn company_with(count: usize) -> Company {
    let company = Company::start_with(Options { background: false, nights: false, ..Options::default() }).await;
    let (mut value, mut team, mut owner) = (Zipf::new(300, 1), Zipf::new(40, 2), Zipf::new(60, 3));
    let start: Timestamp = "2026-01-05T09:00:00Z".parse().expect("an instant");
    let rows: Vec<Value> = (0..count)
        .map(|nth| {
            json!({
                "row_id": nth.to_string(), "contact_email": format!("person{nth}@example.com"), "score": nth % 11,
                "answered_at": start.after(Duration::from_secs(nth as u64 * 1_800 % (200 * 86_400))).to_string(),
                "owner_email": format!("owner{}@company.example", owner.draw()),
                "attributes": {"lifetime_value": value.draw() * 1000, "team": format!("EMEA/Team {}", team.draw())}
            })
        })
        .collect();
    for part in rows.chunks(500) {
        let mut left = part.to_vec();
        while !left.is_empty() {
            let body = json!({"campaign": "default", "source": "past", "responses": left});
            let answer = company.call(Method::POST, "/v1/responses/import", Some(body)).await.ok();
            let retry: Vec<usize> = answer["retry"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_u64)
                .map(|nth| nth as usize)
                .collect();
            left = retry.into_iter().map(|nth| left[nth].clone()).collect();
        }
        company.settle().await;
    }
    company
}

fn units(bill: &Bill, table: &str, write: bool) -> f64 {
    let of = bill.iter().filter(|((name, _), _)| name == table);
    of.map(|(_, cost)| if write { cost.write_units } else { cost.read_units }).sum()
}

/// Walks, and what they cost.
pub(crate) async fn measure(scale: Scale) {
    let count = scale.of(2_000, 20_000);
    let company = company_with(count).await;
    let cloud = company.world().cloud().clone();
    let mut rows = Vec::new();
    let mut row = |what: &str, time: Duration, bill: &Bill, found: String| {
        let each = |units: f64| format!("{:.2}", units / count as f64 + 0.0);
        rows.push(vec![
            what.to_owned(),
            per_second(count, time),
            each(units(bill, "surveys", true)),
            each(units(bill, "ledger", true)),
            each(units(bill, "surveys", false) + units(bill, "ledger", false)),
            found,
        ]);
    };
    cloud.bill();
    let start = Instant::now();
    let proof = company.reconcile(false).await;
    row(
        "reconcile",
        start.elapsed(),
        &cloud.bill().unwrap_or_default(),
        format!("equal: {}, {} rows", proof["equal"], proof["rows"]),
    );
    company.campaign_with("default", json!({"bands": {"lifetime_value": [10_000, 50_000, 100_000]}})).await;
    company.settle().await;
    cloud.bill();
    let start = Instant::now();
    company.advance("2h").await;
    let recount = company.latest_recount().await;
    let found = format!("{}, {} changed", recount["state"], recount["changed"]);
    row("recount by other bands", start.elapsed(), &cloud.bill().unwrap_or_default(), found);
    let start = Instant::now();
    company.recount(None).await.ok();
    company.settle().await;
    let recount = company.latest_recount().await;
    let found = format!("{}, {} changed", recount["state"], recount["changed"]);
    row("recount where all is right", start.elapsed(), &cloud.bill().unwrap_or_default(), found);
    print(
        "Counting anew, and proving",
        &format!(
            "{count} answers of 200 days, with Zipf-distributed values; client, functions and tables on one machine."
        ),
        &["", "surveys a second", "write units a survey: surveys", "ledger", "read units", "found"],
        &rows,
    );
    memory(scale);
}

/// What rows take in memory, and how fast markers are added up.
fn memory(scale: Scale) {
    let count = scale.of(20_000, 200_000);
    let markers: Vec<Contribution> = (0..count).map(marker).collect();
    let before = resident();
    let start = Instant::now();
    let mut sums = Sums::new(0, 1);
    markers.iter().for_each(|marker| sums.marker(marker));
    let time = start.elapsed();
    let (len, grown) = (sums.len(), resident().saturating_sub(before));
    print(
        "Adding up markers",
        "",
        &["markers", "a second", "rows", "bytes a row"],
        &[vec![count.to_string(), per_second(count, time), len.to_string(), (grown / len.max(1)).to_string()]],
    );
}

fn marker(nth: usize) -> Contribution {
    let day = date(2026, 1, 1).saturating_add(jiff::Span::new().days((nth % 365) as i64));
    Contribution {
        born: Timestamp::from_millis(nth as i64),
        campaign: CampaignId::default_campaign(),
        sent_on: Some(day),
        delivered: true,
        bounced: false,
        complained: false,
        said: Vec::new(),
        response: nth.is_multiple_of(4).then(|| Counted {
            day,
            lag: Some(0),
            hour: (nth % 24) as u8,
            score: Score::try_from((nth % 11) as u8).expect("a score"),
            standing: Standing::Confirmed,
            after: None,
            commented: false,
        }),
        values: (0..8).map(|dimension| (format!("dimension {dimension}"), format!("value {}", nth % 97))).collect(),
    }
}

/// Bytes of this process that are in memory, where the system tells.
fn resident() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    text.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok()).unwrap_or(0) * 4096
}
