//! What a survey costs: write units and round trips, from the capacity that the table itself reports.

use futures_util::StreamExt as _;
use local::cloud::Bill;
use local::world::Options;
use serde_json::json;
use tests::{Company, Letter, Trigger, done};

use crate::{Scale, Zipf, print};

/// One survey's life, many times, with values as the world has them.
pub(crate) async fn measure(scale: Scale) {
    let surveys = scale.of(400, 4000);
    // What every night costs is no part of a survey.
    let offset = tests::MONDAY.parse::<model::Timestamp>().expect("an instant").as_millis()
        - host::Clock::System.now().as_millis();
    let company = Company::start_with(Options { background: false, nights: false, offset, ..Options::default() }).await;
    let cloud = company.world().cloud().clone();
    // Keys and campaigns are read once by whoever wakes up; that is no part of a survey.
    company.ask_and_hear(about(&mut draws(99), 1_000_000), 9).await;
    company.settle().await;

    cloud.bill();
    let mut random = draws(1);
    let triggers: Vec<_> = (0..surveys).map(|nth| about(&mut random, nth)).collect();
    let ids: Vec<_> = futures_util::stream::iter(
        triggers.into_iter().map(async |trigger: Trigger| company.trigger(trigger).await.ok().text("survey_id")),
    )
    .buffered(8)
    .collect()
    .await;
    let mut bills = vec![("making it", cloud.bill().unwrap_or_default())];
    company.settle().await;
    bills.push(("invite, delivery, schedule", cloud.bill().unwrap_or_default()));
    let letters = company.mail().await;
    let answer = async |part: std::ops::Range<usize>| {
        for id in &ids[part] {
            let letter = letters.iter().find(|letter| letter.survey == *id).expect("everybody got a letter");
            company.respond(&letter.link(0), (id.len() % 11) as u8).await.ok();
        }
        company.settle().await;
    };
    // A fifth answers at once, a twentieth after the reminder: 80 % reminded, 25 % answered.
    answer(0..surveys / 5).await;
    bills.push(("answers before the reminder", cloud.bill().unwrap_or_default()));
    company.advance_days(7).await;
    bills.push(("task and reminder", cloud.bill().unwrap_or_default()));
    answer(surveys / 5..surveys / 4).await;
    bills.push(("answers after it", cloud.bill().unwrap_or_default()));
    company.advance_days(8).await;
    bills.push(("close", cloud.bill().unwrap_or_default()));
    assert_eq!(company.nps("?window=30d").await["n"], surveys / 4 + 1);

    // A sum of nothing is -0.
    let each = |units: f64| format!("{:.2}", units / surveys as f64 + 0.0);
    let sum = |bill: &Bill, table: &str| {
        bill.iter().filter(|((name, _), _)| name == table).map(|(_, cost)| cost.write_units).sum::<f64>()
    };
    let reads = |bill: &Bill| bill.values().map(|cost| cost.read_units).sum::<f64>();
    let refused = |bill: &Bill| bill.values().map(|cost| cost.refused).sum::<u64>();
    let mut rows: Vec<_> = bills
        .iter()
        .map(|(what, bill)| {
            vec![
                (*what).to_owned(),
                each(sum(bill, "surveys")),
                each(sum(bill, "ledger")),
                each(reads(bill)),
                refused(bill).to_string(),
            ]
        })
        .collect();
    let total = |table: &str| bills.iter().map(|(_, bill)| sum(bill, table)).sum::<f64>();
    let all = total("surveys") + total("ledger");
    let read: f64 = bills.iter().map(|(_, bill)| reads(bill)).sum();
    rows.push(vec![
        "all of it".into(),
        each(total("surveys")),
        each(total("ledger")),
        each(read),
        bills.iter().map(|(_, bill)| refused(bill)).sum::<u64>().to_string(),
    ]);
    print(
        "Units a survey",
        &format!(
            "{surveys} surveys as a CRM asks for them, with Zipf-distributed values; 80 % reminded, 25 % answered. Batches are as full as one machine makes them."
        ),
        &["", "write units: surveys", "ledger", "read units", "refused writes in all"],
        &rows,
    );
    // eu-central-1, on demand: 0.7625 $ a million write units, 0.1525 $ a million read units.
    let dollars = (all * 0.7625 + read * 0.1525) / surveys as f64 / 1000.0;
    print(
        "Against the targets",
        "",
        &["", "measured", "target"],
        &[
            vec!["write units a survey beside counting".into(), each(total("surveys")), "20".into()],
            vec!["write units a survey in all".into(), each(all), "45".into()],
            vec!["tables, $ per 1,000 surveys".into(), format!("{dollars:.4}"), "0.05 with all but SES".into()],
        ],
    );
    let operations = bills.iter().flat_map(|(_, bill)| bill).fold(Bill::new(), |mut all, (key, cost)| {
        let sum = all.entry(key.clone()).or_default();
        sum.calls += cost.calls;
        sum.refused += cost.refused;
        sum.read_units += cost.read_units;
        sum.write_units += cost.write_units;
        all
    });
    let rows: Vec<_> = operations
        .iter()
        .map(|((table, operation), cost)| {
            vec![
                format!("{table} {operation}"),
                each(cost.calls as f64),
                each(cost.write_units),
                each(cost.read_units),
                cost.refused.to_string(),
            ]
        })
        .collect();
    print(
        "The same by operation, a survey",
        "",
        &["operation", "calls", "write units", "read units", "refused in all"],
        &rows,
    );
    comments(&company, &ids[..surveys / 5], &letters).await;
    trips(&company).await;
}

/// What a comment adds that is about two themes and sounds like something, and what it costs to read it again.
async fn comments(company: &Company, ids: &[String], letters: &[Letter]) {
    let cloud = company.world().cloud().clone();
    let sum = |bill: &Bill, table: &str| {
        bill.iter().filter(|((name, _), _)| name == table).map(|(_, cost)| cost.write_units).sum::<f64>()
    };
    let mut rows = Vec::new();
    let mut row = |what: &str, bill: &Bill| {
        let each = |units: f64| format!("{:.2}", units / ids.len() as f64 + 0.0);
        rows.push(vec![what.to_owned(), each(sum(bill, "surveys")), each(sum(bill, "ledger"))]);
    };
    let send = async |path: &str, body: serde_json::Value| {
        for id in ids {
            let letter = letters.iter().find(|letter| letter.survey == *id).expect("everybody got a letter");
            let link = letter.link(0);
            let link = format!("{}{path}", link.split('?').next().unwrap_or_default());
            assert!(company.respond_with(&link, body.clone()).await.status < 300, "{body}");
        }
        company.settle().await;
        cloud.bill().unwrap_or_default()
    };
    let say = async |comment: &str| send("", json!({ "comment": comment })).await;
    cloud.bill();
    let comment = "The support team was fantastic, though the price is too high.";
    row("a comment without themes: its words tell nothing", &say("We started in March.").await);
    let themes = json!([
        {"id": "support", "keywords": {"en": ["support"]}},
        {"id": "price", "keywords": {"en": ["price"]}},
    ]);
    company.campaign_with("default", json!({"themes": themes})).await;
    company.advance("1m").await;
    cloud.bill();
    row("another one, about two themes", &say(comment).await);
    company.campaign_with("default", json!({"themes": []})).await;
    cloud.bill();
    company.apply_themes("", None).await.ok();
    company.settle().await;
    row("the same read again, without themes", &cloud.bill().unwrap_or_default());
    let two = json!([{"id": "slow", "label": "Too slow"}, {"id": "price", "label": "The price"}]);
    let reasons = json!({"detractor": two, "passive": two, "promoter": two});
    company.campaign_with("default", json!({"reasons": reasons, "self_saving": true})).await;
    company.advance("1m").await;
    cloud.bill();
    row("two reasons ticked, without a comment", &send("", json!({"reasons": ["slow", "price"]})).await);
    row("a page that says it was opened", &send("/seen", json!({})).await);
    print(
        "Write units a comment",
        "Everything that follows from it: the survey, the comment, letters and deliveries, and counting.",
        &["", "surveys", "ledger"],
        &rows,
    );
}

/// Calls to the tables that one request makes, on warm functions. Those of one request follow one another unless noted.
async fn trips(company: &Company) {
    let cloud = company.world().cloud().clone();
    let calls = || cloud.bill().unwrap_or_default().values().map(|cost| cost.calls).sum::<u64>();
    let mut rows = Vec::new();
    let mut row =
        |what: &str, calls: u64, target: &str| rows.push(vec![what.to_owned(), calls.to_string(), target.to_owned()]);
    // Whoever wakes up reads keys and campaigns; those stay for half a minute.
    company.nps("").await;
    calls();
    company.trigger(done("trip-1", "trip@example.com")).await.ok();
    row("intake: a survey is made", calls(), "1");
    company.trigger(done("trip-1", "trip@example.com")).await.ok();
    row("intake: a duplicate", calls(), "1");
    company.trigger(done("trip-2", "trip@example.com")).await.ok();
    row("intake: deferred", calls(), "2");
    company.settle().await;
    let link = company.inbox("trip@example.com").await[0].link(9);
    company.follow(&link).await;
    calls();
    company.follow(&link).await;
    row("page", calls(), "0");
    company.respond(&link, 9).await.ok();
    row("response", calls(), "1");
    company.respond(&link, 10).await.ok();
    row("response: another score", calls(), "1");
    company.respond_with(&link, json!({"score": 10, "comment": "Fine."})).await.ok();
    row("response with a comment", calls(), "–");
    company.settle().await;
    calls();
    company.nps("?window=365d&campaign=default").await;
    row("NPS of a year (side by side)", calls(), "1 in parallel");
    company.nps("?window=365d&campaign=default&group_by=owner").await;
    row("NPS by group (side by side)", calls(), "1 in parallel");
    print("Calls to the tables", "", &["request", "calls", "target: round trips"], &rows);
}

struct Draws {
    product: Zipf,
    region: Zipf,
    team: Zipf,
    value: Zipf,
    owner: Zipf,
}

fn draws(seed: u64) -> Draws {
    Draws {
        product: Zipf::new(8, seed),
        region: Zipf::new(4, seed + 1),
        team: Zipf::new(40, seed + 2),
        value: Zipf::new(300, seed + 3),
        owner: Zipf::new(60, seed + 4),
    }
}

/// The trigger of the contract, filled in as a company would.
fn about(draws: &mut Draws, nth: usize) -> Trigger {
    let region = ["EMEA", "AMER", "APAC", "LATAM"][draws.region.draw()];
    let owner = draws.owner.draw();
    let mut trigger = Trigger::fixture("salesforce_flow.json").without("flow_interview_guid");
    for (field, value) in [
        ("subject_id", format!("a0X5g00000B{nth:07}")),
        ("contact_email", format!("person{nth}@customer{}.example", nth % 50)),
        ("contact_id", format!("0035g0000{nth:09}")),
        ("contact_phone", format!("+4930{nth:07}")),
        ("owner_email", format!("owner{owner}@company.example")),
        ("owner_id", format!("0055g0000{owner:09}")),
    ] {
        trigger = trigger.set(field, value);
    }
    trigger
        .attribute("product", format!("Product {}", draws.product.draw()))
        .attribute("region", region)
        .attribute("team", format!("{region}/Country {}/Team {}", draws.team.draw() % 7, draws.team.draw()))
        .attribute("lifetime_value", draws.value.draw() * 1000)
}
