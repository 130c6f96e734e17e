//! What holds for every remote.

use std::time::{Duration, Instant};

use deliver::remote::Memory;
use model::Destination;
use model::destination::Remote;
use tests::outside::Slack;

use super::{Bench, answered, done, later, refused, to, unanswered};
use crate::chat::chat;
use crate::dataverse::dataverse;

#[tokio::test]
async fn nobody_is_called_faster_than_agreed() {
    let bench = Bench::start().await;
    let (there, destination) = dataverse(&bench).await;
    let slow = Destination { rate: 10, ..destination };
    let memory = Memory::new();
    let began = Instant::now();
    let report = unanswered(3);
    let all = futures_util::future::join_all((0..5).map(|_| bench.tell(&slow, &report, &memory))).await;
    for told in &all {
        done(told);
    }
    assert!(began.elapsed() >= Duration::from_millis(400), "{:?}", began.elapsed());
    assert_eq!(there.line.calls(), 5);
}

#[tokio::test]
async fn no_answer_holds_a_secret() {
    let bench = Bench::start().await;
    let there = Slack::start().await;
    let destination = to(Remote::Slack(chat(bench.secret(&there.secret()))));
    there.line.down();
    let told = bench.tell(&destination, &answered(5, 3, None), &Memory::new()).await;
    assert_eq!(later(&told).0, "the connection broke before the answer");
    let malformed = to(Remote::Slack(chat(bench.secret("no address, but a secret"))));
    let told = bench.tell(&malformed, &answered(5, 3, None), &Memory::new()).await;
    assert!(!refused(&told).contains("but a secret"), "{told:?}");
}
