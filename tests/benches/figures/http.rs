//! Requests over HTTP.

use std::time::Instant;

use local::world::Options;
use tests::{Company, done};

use crate::{Scale, ms, per_second, percentile, print, timed};

/// Trigger, page and response, one at a time and sixteen at once; and what the loop behind them takes.
pub(crate) async fn measure(scale: Scale) {
    let company = Company::start_with(Options { background: false, ..Options::default() }).await;
    let mut rows = Vec::new();
    let mut row = |name: &str, at_once: usize, (mut times, all): (Vec<_>, _)| {
        let count = times.len();
        rows.push(vec![
            name.to_owned(),
            at_once.to_string(),
            count.to_string(),
            per_second(count, all),
            ms(percentile(&mut times, 50)),
            ms(percentile(&mut times, 99)),
        ]);
    };
    let count = scale.of(400, 4000);
    for at_once in [1, 16] {
        let trigger = async |nth: usize| {
            let about = done(&format!("a0X{at_once}-{nth}"), &format!("person{at_once}-{nth}@example.com"));
            company
                .trigger(about.attribute("region", "EMEA").attribute("product", "Web").owner("sam@company.example"))
                .await
                .ok();
        };
        row("trigger: a survey is made", at_once, timed(count, at_once, trigger).await);
        let again = async |nth: usize| {
            company
                .trigger(done(&format!("a0X{at_once}-{nth}"), &format!("person{at_once}-{nth}@example.com")))
                .await
                .ok();
        };
        row("trigger: a duplicate", at_once, timed(count, at_once, again).await);
    }
    let start = Instant::now();
    company.settle().await;
    let sent = start.elapsed();
    let letters = company.mail().await;
    let links: Vec<_> = letters.iter().map(|letter| letter.link(9)).collect();
    for at_once in [1, 16] {
        let page = async |nth: usize| {
            assert_eq!(company.follow(&links[nth % links.len()]).await.status, 200);
        };
        row("page", at_once, timed(scale.of(2000, 20_000), at_once, page).await);
    }
    for (part, at_once) in [1, 16].into_iter().enumerate() {
        let links = &links[part * count..];
        let respond = async |nth: usize| {
            company.respond(&links[nth], (nth % 11) as u8).await.ok();
        };
        row("response", at_once, timed(count, at_once, respond).await);
    }
    let start = Instant::now();
    company.settle().await;
    let counted = start.elapsed();
    print(
        "Requests over HTTP on the local host",
        "Client, functions and tables in one process on one machine; the functions behind wait meanwhile.",
        &["request", "at once", "requests", "per second", "p50", "p99"],
        &rows,
    );
    print(
        "The loop behind them",
        "From the first stream record to an idle world: relay, queues, dispatch, mail, its events, schedules and counting.",
        &["work", "surveys", "time", "surveys per second"],
        &[
            vec![
                "sent, delivered, scheduled, counted".into(),
                letters.len().to_string(),
                ms(sent),
                per_second(letters.len(), sent),
            ],
            vec![
                "answers counted, schedules deleted".into(),
                letters.len().to_string(),
                ms(counted),
                per_second(letters.len(), counted),
            ],
        ],
    );
}
