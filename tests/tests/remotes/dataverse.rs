//! Dataverse: one row.

use std::time::Duration;

use deliver::remote::Memory;
use model::Destination;
use model::destination as settings;
use model::destination::Remote;
use serde_json::json;
use tests::outside::{Dataverse, Fault};

use super::{
    Bench, FAULTS, SURVEY, answered, done, later, mapping, refused, to, unanswered, whichever_call_goes_wrong,
};

pub(crate) async fn dataverse(bench: &Bench) -> (Dataverse, Destination) {
    let there = Dataverse::start(bench.clock()).await;
    let settings = settings::Dataverse {
        url: there.line.url().to_owned(),
        login: there.login(),
        client_id: there.client_id().to_owned(),
        secret: bench.secret(there.secret()),
        entity_set: "new_npssurveys".to_owned(),
        key: "new_npsloopid".to_owned(),
        fields: mapping(&[
            ("survey_id", "new_npsloopid"),
            ("score", "new_score"),
            ("stage", "new_stage"),
            ("comment", "new_comment"),
        ]),
    };
    (there, to(Remote::Dataverse(settings)))
}

#[tokio::test]
async fn dataverse_holds_one_row() {
    let bench = Bench::start().await;
    let state = whichever_call_goes_wrong(&bench, dataverse, |there| &there.line, Dataverse::rows, FAULTS).await;
    let row = json!({ "new_score": 9, "new_stage": "answered", "new_comment": "Too slow. But you called!" });
    assert_eq!(state, json!({ SURVEY: row }));
}

#[tokio::test]
async fn dataverse_limits_and_ends_tokens() {
    let bench = Bench::start().await;
    let (there, destination) = dataverse(&bench).await;
    let memory = Memory::new();
    there.line.fail(1, Fault::Busy(42));
    let told = bench.tell(&destination, &unanswered(3), &memory).await;
    assert_eq!(later(&told).1, Some(Duration::from_secs(42)));
    done(&bench.tell(&destination, &unanswered(3), &memory).await);
    assert_eq!(there.tokens(), 1);
    bench.advance(3600);
    done(&bench.tell(&destination, &unanswered(3), &memory).await);
    assert_eq!(there.tokens(), 2, "its time was over");
    there.expire();
    done(&bench.tell(&destination, &unanswered(3), &memory).await);
    assert_eq!(there.tokens(), 3, "it was refused");
    let Remote::Dataverse(mut settings) = destination.remote else { unreachable!() };
    settings.fields.insert("group".to_owned(), "new_group".to_owned());
    let told = bench.tell(&to(Remote::Dataverse(settings)), &answered(5, 3, None), &memory).await;
    assert!(refused(&told).contains("Invalid property 'new_group'"), "{told:?}");
}
