//! Chat: Slack and Teams.

use std::time::Duration;

use deliver::remote::{Memory, Told};
use model::Group;
use model::destination as settings;
use model::destination::Remote;
use tests::outside::{Fault, Slack, Teams};

use super::{Bench, answered, done, later, to};

pub(crate) fn chat(secret: String) -> settings::Chat {
    settings::Chat { secret, groups: vec![Group::Detractor] }
}

#[tokio::test]
async fn slack_hears_of_detractors_and_how_it_goes_on() {
    let bench = Bench::start().await;
    let there = Slack::start().await;
    let destination = to(Remote::Slack(chat(bench.secret(&there.secret()))));
    bench.play(&destination).await;
    let headlines: Vec<_> = there.said().iter().map(|said| said["text"].as_str().unwrap().to_owned()).collect();
    assert_eq!(
        headlines,
        ["🔴 3 of 10: Ada Example", "🔴 3 of 10: Ada Example has written more", "🟢 9 of 10, was 3: Ada Example"]
    );
    assert_eq!(bench.tell(&destination, &answered(5, 9, None), &Memory::new()).await, Told::Nothing);
    there.line.fail(1, Fault::Busy(30));
    let told = bench.tell(&destination, &answered(5, 2, None), &Memory::new()).await;
    assert_eq!(later(&told).1, Some(Duration::from_secs(30)));
}

#[tokio::test]
async fn teams_hears_of_detractors_and_how_it_goes_on() {
    let bench = Bench::start().await;
    let there = Teams::start().await;
    let destination = to(Remote::Teams(chat(bench.secret(&there.secret()))));
    bench.play(&destination).await;
    let colors: Vec<_> = there.said().iter().map(|card| card["body"][0]["inlines"][0]["color"].clone()).collect();
    assert_eq!(colors, ["Attention", "Attention", "Good"]);
    let long = "long ".repeat(800);
    done(&bench.tell(&destination, &answered(5, 2, Some(&long)), &Memory::new()).await);
}
