//! HubSpot: a contact and its tasks.

use std::time::Duration;

use deliver::remote::{Memory, Told};
use model::Destination;
use model::destination as settings;
use model::destination::Remote;
use serde_json::{Value, json};
use tests::outside::{Fault, Hubspot};

use super::{
    ADA, Bench, MOST, answered, done, ended, later, mapping, refused, to, unanswered, whichever_call_goes_wrong,
};

fn hubspot_settings(there: &Hubspot, secret: String) -> settings::Hubspot {
    settings::Hubspot {
        url: there.line.url().to_owned(),
        secret,
        properties: mapping(&[
            ("score", "nps_score"),
            ("stage", "nps_stage"),
            ("comment", "nps_comment"),
            ("survey_url", "nps_survey_url"),
        ]),
        task_key: Some("npsloop_task_id".to_owned()),
    }
}

async fn hubspot_of(bench: &Bench, limit: usize, contact: Option<&str>) -> (Hubspot, Destination) {
    let there = Hubspot::start(bench.clock(), limit, contact).await;
    let settings = hubspot_settings(&there, bench.secret(there.secret()));
    (there, to(Remote::Hubspot(settings)))
}

async fn hubspot(bench: &Bench) -> (Hubspot, Destination) {
    hubspot_of(bench, 1000, Some(ADA)).await
}

fn hubspot_state(there: &Hubspot) -> Value {
    json!([there.contacts(), there.tasks()])
}

#[tokio::test]
async fn hubspot_holds_one_contact_and_one_task_of_a_kind() {
    let bench = Bench::start().await;
    let state = whichever_call_goes_wrong(&bench, hubspot, |there| &there.line, hubspot_state, MOST).await;
    insta::assert_json_snapshot!(state);
}

#[tokio::test]
async fn hubspot_makes_a_contact_it_does_not_know() {
    let bench = Bench::start().await;
    let start = async |bench: &Bench| hubspot_of(bench, 1000, None).await;
    let state = whichever_call_goes_wrong(&bench, start, |there| &there.line, hubspot_state, &[Fault::Lost]).await;
    assert_eq!(state[0].as_array().unwrap().len(), 1);
    assert_eq!(state[0][0]["email"], ADA);
}

#[tokio::test]
async fn hubspot_is_left_alone_when_it_wants_to_be() {
    let bench = Bench::start().await;
    let (there, destination) = hubspot_of(&bench, 3, Some(ADA)).await;
    let mut memory = Memory::new();
    // Contact, tasks, and one of the two associations; the next call is one too many.
    let told = bench.tell(&destination, &answered(5, 3, None), &memory).await;
    assert_eq!(later(&told), ("You have reached your ten_secondly_rolling limit.", Some(Duration::from_secs(10))));
    if let Told::Later { memory: kept, .. } = told {
        memory = kept;
    }
    bench.advance(10);
    assert_eq!(done(&bench.tell(&destination, &answered(5, 3, None), &memory).await), "contact and 2 tasks updated");
    assert!(there.tasks().iter().all(|task| task["contacts"] == 1), "{:?}", there.tasks());
}

#[tokio::test]
async fn hubspot_says_which_property_it_does_not_have() {
    let bench = Bench::start().await;
    let (there, destination) = hubspot(&bench).await;
    let Remote::Hubspot(mut settings) = destination.remote else { unreachable!() };
    settings.properties.insert("group".to_owned(), "nps_group".to_owned());
    let told = bench.tell(&to(Remote::Hubspot(settings.clone())), &answered(5, 3, None), &Memory::new()).await;
    assert!(refused(&told).contains("\"nps_group\" does not exist"), "{told:?}");
    settings.secret = bench.secret("pat-of-somebody-else");
    let told = bench.tell(&to(Remote::Hubspot(settings)), &answered(5, 3, None), &Memory::new()).await;
    assert_eq!(later(&told).0, "Authentication credentials not found");
    assert_eq!(there.tasks(), [Value::Null; 0]);
}

#[tokio::test]
async fn hubspot_keeps_what_people_did_to_a_task() {
    let bench = Bench::start().await;
    let (there, destination) = hubspot(&bench).await;
    let mut memory = Memory::new();
    let status = |there: &Hubspot| there.tasks()[0]["properties"]["hs_task_status"].as_str().unwrap().to_owned();
    bench.tell_until_done(&destination, &unanswered(3), &mut memory).await;
    assert_eq!(status(&there), "NOT_STARTED");
    there.set_status("WAITING");
    bench.tell_until_done(&destination, &ended(4), &mut memory).await;
    assert_eq!(status(&there), "WAITING");
    bench.tell_until_done(&destination, &answered(5, 9, None), &mut memory).await;
    assert_eq!(status(&there), "COMPLETED");
    assert_eq!(there.contacts()[0]["nps_score"], "9");
}
