//! Salesforce: one record, and its tasks.

use deliver::remote::Memory;
use model::Destination;
use model::destination as settings;
use model::destination::{Remote, SalesforceAuth, SubjectFields};
use model::report::Stage;
use model::task::{TaskKind, TaskStatus};
use serde_json::{Value, json};
use tests::outside::Salesforce;

use super::{
    Bench, FAULTS, PROJECT, SURVEY, answered, done, journey, later, mapping, refused, report, task, to, unanswered,
    whichever_call_goes_wrong,
};

fn salesforce_settings(url: &str, auth: SalesforceAuth) -> settings::Salesforce {
    settings::Salesforce {
        url: url.to_owned(),
        auth,
        version: "v62.0".to_owned(),
        object: "NPS_Survey__c".to_owned(),
        external_id: "Npsloop_Id__c".to_owned(),
        fields: mapping(&[
            ("stage", "Stage__c"),
            ("score", "Score__c"),
            ("group", "Group__c"),
            ("comment", "Comment__c"),
            ("follow_up", "Follow_Up__c"),
            ("answered_at", "Answered_At__c"),
            ("contact_email", "Email__c"),
            ("survey_url", "Url__c"),
        ]),
        subject: Some(SubjectFields {
            object: "Project__c".to_owned(),
            subject_type: Some("project".to_owned()),
            fields: mapping(&[("score", "NPS_Score__c"), ("stage", "NPS_Stage__c")]),
        }),
        task_external_id: Some("Npsloop_Id__c".to_owned()),
    }
}

async fn salesforce(bench: &Bench) -> (Salesforce, Destination) {
    let there = Salesforce::start(bench.clock(), PROJECT).await;
    let name = bench.name();
    let (auth, key) = there.jwt(&name);
    bench.cloud.set_secret(&name, &key);
    let settings = salesforce_settings(there.line.url(), auth);
    (there, to(Remote::Salesforce(settings)))
}

fn salesforce_state(there: &Salesforce) -> Value {
    json!([there.records("NPS_Survey__c"), there.records("Project__c"), there.records("Task")])
}

#[tokio::test]
async fn salesforce_holds_one_record_of_each() {
    let bench = Bench::start().await;
    let state = whichever_call_goes_wrong(&bench, salesforce, |there| &there.line, salesforce_state, FAULTS).await;
    insta::assert_json_snapshot!(state);
}

#[tokio::test]
async fn salesforce_takes_all_of_a_report_or_none() {
    let bench = Bench::start().await;
    let (there, destination) = salesforce(&bench).await;
    let Remote::Salesforce(mut settings) = destination.remote else { unreachable!() };
    settings.subject.as_mut().unwrap().fields.insert("comment".to_owned(), "No_Such__c".to_owned());
    let told = bench.tell(&to(Remote::Salesforce(settings)), &answered(5, 3, Some("slow")), &Memory::new()).await;
    assert_eq!(refused(&told), "subject: INVALID_FIELD No such column 'No_Such__c' on sobject of type Project__c");
    assert_eq!(salesforce_state(&there), json!([[], [{}], []]));
}

#[tokio::test]
async fn salesforce_gives_a_new_token_when_the_session_is_over() {
    let bench = Bench::start().await;
    let (there, destination) = salesforce(&bench).await;
    let memory = Memory::new();
    let [made, sent, ..] = journey();
    done(&bench.tell(&destination, &made, &memory).await);
    done(&bench.tell(&destination, &sent, &memory).await);
    assert_eq!(there.tokens(), 1);
    there.expire();
    done(&bench.tell(&destination, &unanswered(3), &memory).await);
    assert_eq!(there.tokens(), 2);
    // A token is not used for ever, either.
    bench.advance(31 * 60);
    done(&bench.tell(&destination, &unanswered(3), &memory).await);
    assert_eq!(there.tokens(), 3);
}

#[tokio::test]
async fn salesforce_knows_us_by_a_secret_too() {
    let bench = Bench::start().await;
    let there = Salesforce::start(bench.clock(), PROJECT).await;
    let name = bench.name();
    let (auth, secret) = there.client_credentials(&name);
    let destination = to(Remote::Salesforce(salesforce_settings(there.line.url(), auth)));
    let told = bench.tell(&destination, &unanswered(3), &Memory::new()).await;
    assert_eq!(later(&told), (format!("there is no secret `{name}`").as_str(), None));
    bench.cloud.set_secret(&name, "another secret");
    bench.advance(10 * 60);
    let told = bench.tell(&destination, &unanswered(3), &Memory::new()).await;
    assert_eq!(later(&told).0, "no token was given: invalid client credentials");
    bench.cloud.set_secret(&name, &secret);
    bench.advance(10 * 60);
    let told = bench.tell(&destination, &unanswered(3), &Memory::new()).await;
    assert_eq!(done(&told), "survey created, subject updated, task_non_response created");
}

#[tokio::test]
async fn salesforce_may_have_a_row_locked_or_be_away() {
    let bench = Bench::start().await;
    let (there, destination) = salesforce(&bench).await;
    let memory = Memory::new();
    there.lock_rows(1);
    let told = bench.tell(&destination, &unanswered(3), &memory).await;
    assert!(later(&told).0.starts_with("survey: UNABLE_TO_LOCK_ROW"), "{told:?}");
    assert_eq!(there.records("Task"), [Value::Null; 0]);
    there.line.down();
    assert_eq!(
        later(&bench.tell(&destination, &unanswered(3), &memory).await).0,
        "the connection broke before the answer"
    );
    there.line.up();
    done(&bench.tell(&destination, &unanswered(3), &memory).await);
}

#[tokio::test]
async fn salesforce_keeps_what_people_did_to_a_task() {
    let bench = Bench::start().await;
    let (there, destination) = salesforce(&bench).await;
    let mut memory = Memory::new();
    let status = |there: &Salesforce| there.records("Task")[0]["Status"].as_str().unwrap().to_owned();
    let with = |ver, status| report(ver, Stage::Unanswered, None, vec![task(TaskKind::NonResponse, status)]);
    bench.tell_until_done(&destination, &with(1, TaskStatus::Open), &mut memory).await;
    assert_eq!(status(&there), "Not Started");
    there.edit("Task", ("Npsloop_Id__c", &format!("{SURVEY}-non_response")), "Status", "In Progress");
    bench.tell_until_done(&destination, &with(2, TaskStatus::Open), &mut memory).await;
    assert_eq!(status(&there), "In Progress");
    bench.tell_until_done(&destination, &with(3, TaskStatus::Done), &mut memory).await;
    assert_eq!(status(&there), "Completed");
    bench.tell_until_done(&destination, &with(4, TaskStatus::Open), &mut memory).await;
    assert_eq!(status(&there), "Not Started");
}
