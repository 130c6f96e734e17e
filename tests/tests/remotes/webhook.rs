//! Standard Webhooks.

use deliver::remote::{Memory, Told};
use model::Destination;
use model::destination as settings;
use model::destination::Remote;
use serde_json::{Value, json};
use tests::outside::{Fault, Webhook};

use super::{Bench, FAULTS, SURVEY, answered, done, ended, later, refused, to, unanswered, whichever_call_goes_wrong};

const CURRENT: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const FORMER: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

async fn webhook(bench: &Bench) -> (Webhook, Destination) {
    let there = Webhook::start(bench.clock(), CURRENT).await;
    let settings = settings::Webhook { url: there.url(), secret: bench.secret(CURRENT) };
    (there, to(Remote::Webhook(settings)))
}

#[tokio::test]
async fn a_webhook_gets_each_message_once() {
    let bench = Bench::start().await;
    let ids = |there: &Webhook| {
        let received = there.received();
        received.iter().map(|message| json!([message.id, message.body["type"]])).collect::<Value>()
    };
    let state = whichever_call_goes_wrong(&bench, webhook, |there| &there.line, ids, FAULTS).await;
    assert_eq!(state.as_array().unwrap().len(), 7);
    assert_eq!(state[6], json!([format!("{SURVEY}-there-7"), "survey.answered"]));
    // A repeat is a repeat by its id, also an hour later.
    let (there, destination) = webhook(&bench).await;
    there.line.fail(1, Fault::Lost);
    let memory = Memory::new();
    later(&bench.tell(&destination, &unanswered(3), &memory).await);
    bench.advance(3600);
    done(&bench.tell(&destination, &unanswered(3), &memory).await);
    assert_eq!((there.received().len(), there.repeats()), (1, 1));
}

#[tokio::test]
async fn a_webhook_changes_its_secret_at_any_moment() {
    let bench = Bench::start().await;
    let there = Webhook::start(bench.clock(), FORMER).await;
    let settings = settings::Webhook { url: there.url(), secret: bench.secret(&format!("{CURRENT}\n{FORMER}")) };
    let destination = to(Remote::Webhook(settings));
    let memory = Memory::new();
    done(&bench.tell(&destination, &unanswered(3), &memory).await);
    there.change_secret(CURRENT);
    done(&bench.tell(&destination, &ended(4), &memory).await);
    there.change_secret("whsec_YW5vdGhlciBzZWNyZXQgYWx0b2dldGhlcg==");
    let told = bench.tell(&destination, &answered(5, 3, None), &memory).await;
    assert_eq!(later(&told).0, r#"{"error":"the signature is wrong"}"#);
}

#[tokio::test]
async fn a_webhook_may_be_gone() {
    let bench = Bench::start().await;
    let (there, destination) = webhook(&bench).await;
    for status in [400, 404, 500] {
        there.line.fail(1, Fault::Status(status));
        later(&bench.tell(&destination, &unanswered(3), &Memory::new()).await);
    }
    there.line.fail(1, Fault::Status(410));
    let told = bench.tell(&destination, &unanswered(3), &Memory::new()).await;
    assert_eq!(refused(&told), "the endpoint is gone and wants no more");
    assert!(matches!(told, Told::Refused { answer, .. } if answer.status == Some(410)));
}
