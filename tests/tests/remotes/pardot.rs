//! Account Engagement: who is on which list.

use deliver::remote::Memory;
use model::Destination;
use model::destination as settings;
use model::destination::{Remote, SalesforceAuth};
use serde_json::{Value, json};
use tests::outside::{Fault, Pardot};

use super::{ADA, Bench, MOST, answered, done, journey, later, refused, to, unanswered, whichever_call_goes_wrong};

async fn pardot_of(bench: &Bench, prospects: &[&str]) -> (Pardot, Destination) {
    let there = Pardot::start(bench.clock(), &[11, 22], prospects).await;
    let name = bench.name();
    let (auth, secret) = there.client_credentials(&name);
    bench.cloud.set_secret(&name, &secret);
    let settings = settings::Pardot {
        url: there.line.url().to_owned(),
        login: there.line.url().to_owned(),
        auth,
        business_unit: there.business_unit().to_owned(),
        reminding_list: Some(11),
        campaign_list: Some(22),
    };
    (there, to(Remote::Pardot(settings)))
}

async fn pardot(bench: &Bench) -> (Pardot, Destination) {
    pardot_of(bench, &[ADA, "eve@example.com"]).await
}

#[tokio::test]
async fn pardot_has_a_contact_on_one_list_once() {
    let bench = Bench::start().await;
    let (there, destination) = pardot(&bench).await;
    let mut memory = Memory::new();
    for (report, lists) in journey().into_iter().zip([&[][..], &[], &[11], &[22], &[], &[], &[]]) {
        bench.tell_until_done(&destination, &report, &mut memory).await;
        assert_eq!(there.lists_of(ADA), lists, "{:?}", report.stage);
        // Telling it again makes no second one.
        bench.tell_until_done(&destination, &report, &mut memory).await;
        assert_eq!(there.lists_of(ADA), lists, "{:?}", report.stage);
    }
    let lists = |there: &Pardot| json!([there.lists_of(ADA), there.lists_of("eve@example.com")]);
    whichever_call_goes_wrong(&bench, pardot, |there| &there.line, lists, MOST).await;
}

#[tokio::test]
async fn pardot_has_a_contact_on_the_list_once_though_the_answer_was_lost() {
    let bench = Bench::start().await;
    let (there, destination) = pardot(&bench).await;
    let mut memory = Memory::new();
    // The prospect, whether it is on the one list, whether it is on the other: the fourth call joins.
    there.line.pass(3);
    there.line.fail(1, Fault::Lost);
    assert_eq!(bench.tell_until_done(&destination, &unanswered(3), &mut memory).await, 1);
    assert_eq!(there.lists_of(ADA), [11]);
}

/// What the look-up is for: whoever only posts is there twice.
#[tokio::test]
async fn pardot_itself_keeps_a_membership_as_often_as_it_is_posted() {
    let bench = Bench::start().await;
    let (there, _) = pardot(&bench).await;
    let (auth, secret) = there.client_credentials("unused");
    let SalesforceAuth::ClientCredentials { client_id, .. } = auth else { unreachable!() };
    let client = tests::client();
    let url = there.line.url();
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("grant_type", "client_credentials"), ("client_id", &client_id), ("client_secret", &secret)])
        .finish();
    let token: Value =
        client.post(format!("{url}/services/oauth2/token")).body(form).send().await.unwrap().json().await.unwrap();
    for _ in 0..2 {
        let posted = client
            .post(format!("{url}/api/v5/objects/list-memberships?fields=id"))
            .bearer_auth(token["access_token"].as_str().unwrap())
            .header("pardot-business-unit-id", there.business_unit())
            .json(&json!({ "listId": 11, "prospectId": 500 }))
            .send()
            .await
            .unwrap();
        assert_eq!(posted.status(), 201);
    }
    assert_eq!(there.lists_of(ADA), [11, 11]);
}

#[tokio::test]
async fn pardot_is_told_of_prospects_alone() {
    let bench = Bench::start().await;
    let (there, destination) = pardot_of(&bench, &["eve@example.com"]).await;
    let memory = Memory::new();
    let told = bench.tell(&destination, &unanswered(3), &memory).await;
    assert_eq!(refused(&told), "no prospect has the contact's address");
    done(&bench.tell(&destination, &answered(5, 3, None), &memory).await);
    let Remote::Pardot(mut settings) = destination.remote.clone() else { unreachable!() };
    settings.business_unit = "0Uv5g000000000000A".to_owned();
    let told = bench.tell(&to(Remote::Pardot(settings)), &unanswered(3), &memory).await;
    assert_eq!(later(&told).0, "181 Business Unit ID not found");
    there.expire();
    done(&bench.tell(&destination, &answered(5, 3, None), &memory).await);
}
