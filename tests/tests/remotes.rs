//! Each remote against the system it speaks to, played by a server as strict as the real one: what arrives, what is
//! said no to, and that nothing is there twice, whichever answer is lost.

#![expect(clippy::unwrap_used, reason = "a test that fails may simply stop")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use deliver::remote::{self, Call, Memory, Remotes, Told};
use host::{Clock, Env};
use local::cloud::Cloud;
use model::destination::{self as settings, Remote, SalesforceAuth, SubjectFields};
use model::report::{FIELDS, Nurture, Stage};
use model::survey::{AnsweredBy, Change};
use model::task::{Task, TaskKind, TaskStatus};
use model::{Destination, Group, Report, Score, Timestamp};
use serde_json::{Value, json};
use tests::outside::{Dataverse, Fault, Hubspot, Line, Pardot, Salesforce, Slack, Teams, Webhook};

const SURVEY: &str = "00112233445566778899aabbccddeeff";
const PROJECT: &str = "a0X5g00000B1xYzEAB";
const ADA: &str = "ada@example.com";
const NOON: i64 = 1_804_075_200_000;

/// `deliver`'s way to others, on a clock that stands still.
struct Bench {
    cloud: Cloud,
    remotes: Remotes,
    now: Arc<AtomicI64>,
    named: AtomicU32,
    _server: tokio::task::JoinHandle<()>,
}

impl Bench {
    async fn start() -> Self {
        let now = Arc::new(AtomicI64::new(NOON));
        let clock = Arc::clone(&now);
        let cloud = Cloud::open(None, Arc::new(move || clock.load(Ordering::SeqCst))).unwrap();
        cloud.create_tables("surveys", "ledger").unwrap();
        let (address, server) = cloud.serve().await.unwrap();
        let env = Env::from([
            ("AWS_REGION", "eu-central-1"),
            ("AWS_ACCESS_KEY_ID", "local"),
            ("AWS_SECRET_ACCESS_KEY", "local"),
            ("AWS_ENDPOINT_URL", address.as_str()),
            ("TABLE_SURVEYS", "surveys"),
            ("TABLE_LEDGER", "ledger"),
            ("COMPANY", "Example AG"),
            ("SENDER_EMAIL", "nps@company.example"),
            ("MAIL_QUEUE_URL", "https://sqs/mail"),
            ("DELIVER_QUEUE_URL", "https://sqs/deliver"),
            ("PUBLIC_URL", "https://nps.company.example"),
            ("SECRETS_PATH", "/npsloop"),
            ("EVENT_BUS_NAME", "company"),
            ("OUTSIDE_LOOPBACK", "allowed"),
        ]);
        let remotes = deliver::Deps::connect(&env).unwrap().remotes;
        Self { cloud, remotes, now, named: AtomicU32::new(0), _server: server }
    }

    fn clock(&self) -> Clock {
        Clock::Manual(Arc::clone(&self.now))
    }

    fn advance(&self, seconds: i64) {
        self.now.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    /// Puts a secret where secrets are, under a name of its own: secrets are kept for five minutes.
    fn secret(&self, value: &str) -> String {
        let name = self.name();
        self.cloud.set_secret(&name, value);
        name
    }

    fn name(&self) -> String {
        format!("secret{}", self.named.fetch_add(1, Ordering::SeqCst))
    }

    /// Tells a report once.
    async fn tell(&self, to: &Destination, report: &Report, memory: &Memory) -> Told {
        let id = format!("{SURVEY}-{}", to.id);
        let now = self.clock().now();
        remote::tell(&self.remotes, Call { destination: to, report, memory, id: &id, now }).await
    }

    /// Tells a report as often as it takes, and keeps what is to be remembered.
    async fn tell_until_done(&self, to: &Destination, report: &Report, memory: &mut Memory) -> u32 {
        if remote::fingerprint(to, report).is_none() {
            return 0;
        }
        for attempt in 0..10 {
            match self.tell(to, report, memory).await {
                Told::Done { memory: kept, .. } => {
                    *memory = kept;
                    return attempt;
                }
                Told::Nothing => return attempt,
                Told::Later { memory: kept, .. } => *memory = kept,
                Told::Refused { answer, .. } => panic!("refused: {answer:?}"),
            }
        }
        panic!("it was never told")
    }

    /// Tells every report of a survey in its order.
    async fn play(&self, to: &Destination) -> u32 {
        let mut memory = Memory::new();
        let mut attempts = 0;
        for report in journey() {
            attempts += self.tell_until_done(to, &report, &mut memory).await;
        }
        attempts
    }
}

fn to(remote: Remote) -> Destination {
    Destination { id: "there".parse().unwrap(), enabled: true, campaigns: None, rate: u8::MAX, remote }
}

fn mapping(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect()
}

fn task(kind: TaskKind, status: TaskStatus) -> Task {
    serde_json::from_value(json!({
        "survey": SURVEY,
        "kind": kind.as_str(),
        "ver": 1,
        "campaign": "default",
        "subject": { "t": "project", "i": PROJECT, "n": "Website relaunch" },
        "contact": { "e": ADA, "n": "Ada Example", "i": "0035g00000C2aaaAAA" },
        "account": { "n": "Client AG" },
        "owner": { "e": "sam@company.example", "n": "Sam Owner", "i": "0055g00000D3aaaAAA" },
        "reassigned": false,
        "opened_at": NOON,
        "due_at": NOON + 86_400_000,
        "status": status.as_str(),
        "remarks": [],
        "kept_until": NOON * 2,
    }))
    .unwrap()
}

/// A survey as it stands at that stage.
fn report(ver: u64, stage: Stage, nurture: Option<Nurture>, tasks: Vec<Task>) -> Report {
    let values = json!({
        "survey_id": SURVEY,
        "campaign": "default",
        "company": "Example AG",
        "milestone": "completion",
        "stage": stage.as_str(),
        "subject_type": "project",
        "subject_id": PROJECT,
        "subject_name": "Website relaunch",
        "contact_email": ADA,
        "contact_name": "Ada Example",
        "contact_id": "0035g00000C2aaaAAA",
        "owner_email": "sam@company.example",
        "created_at": "2027-03-03T12:00:00Z",
        "nurture": nurture.map(Nurture::as_str),
        "survey_url": format!("https://nps.company.example/dashboard#survey={SURVEY}"),
    });
    Report {
        survey: SURVEY.parse().unwrap(),
        ver,
        stage,
        nurture,
        tasks,
        fields: FIELDS.into_iter().map(|name| (name, values[name].clone())).collect(),
        attributes: BTreeMap::new(),
        changes: Vec::new(),
        before: None,
    }
}

fn answered(ver: u64, score: u8, comment: Option<&str>) -> Report {
    let score = Score::try_from(score).unwrap();
    let tasks = match score.group() {
        Group::Detractor => vec![task(TaskKind::Recovery, TaskStatus::Open)],
        _ => vec![task(TaskKind::Recovery, TaskStatus::Done), task(TaskKind::Referral, TaskStatus::Open)],
    };
    let done = task(TaskKind::NonResponse, TaskStatus::Done);
    let mut report = report(ver, Stage::Answered, None, [vec![done], tasks].concat());
    report.changes = vec![Change { at: Timestamp::from_millis(NOON), score, by: AnsweredBy::Page }];
    for (name, value) in [
        ("answered_at", json!("2027-03-04T10:00:00Z")),
        ("score", json!(score.value())),
        ("group", json!(score.group().as_str())),
        ("standing", json!("confirmed")),
        ("comment", json!(comment)),
        ("follow_up", json!(true)),
    ] {
        report.fields.insert(name, value);
    }
    report
}

fn unanswered(ver: u64) -> Report {
    let open = vec![task(TaskKind::NonResponse, TaskStatus::Open)];
    report(ver, Stage::Unanswered, Some(Nurture::Reminding), open)
}

fn ended(ver: u64) -> Report {
    report(ver, Stage::Ended, Some(Nurture::Campaign), vec![task(TaskKind::NonResponse, TaskStatus::Open)])
}

/// Made, sent, unanswered, closed, answered with 3, commented, changed to 9.
fn journey() -> [Report; 7] {
    [
        report(1, Stage::Created, None, Vec::new()),
        report(2, Stage::Sent, None, Vec::new()),
        unanswered(3),
        ended(4),
        answered(5, 3, None),
        answered(6, 3, Some("Too slow.")),
        answered(7, 9, Some("Too slow. But you called!")),
    ]
}

/// Lets each call of a journey go wrong in each way, one at a time. What stands there in the end is the same as if
/// nothing had.
async fn whichever_call_goes_wrong<S>(
    bench: &Bench,
    start: impl AsyncFn(&Bench) -> (S, Destination),
    line: fn(&S) -> &Line,
    state: fn(&S) -> Value,
    faults: &[Fault],
) -> Value {
    let (undisturbed, there) = start(bench).await;
    assert_eq!(bench.play(&there).await, 0, "{:?}", line(&undisturbed).seen());
    let expected = state(&undisturbed);
    let calls = line(&undisturbed).calls();
    assert!(calls > 0);
    for fault in faults {
        for nth in 0..calls {
            let (there, destination) = start(bench).await;
            line(&there).pass(nth);
            line(&there).fail(1, *fault);
            assert_eq!(bench.play(&destination).await, 1, "{fault:?} at call {nth}: it is told once more");
            assert_eq!(state(&there), expected, "{fault:?} at call {nth}");
        }
    }
    expected
}

const FAULTS: &[Fault] = &[Fault::Lost, Fault::Cut, Fault::Status(503), Fault::Busy(7)];

/// For those that are called many times in a journey.
const MOST: &[Fault] = &[Fault::Lost, Fault::Busy(7)];

#[track_caller]
fn done(told: &Told) -> &str {
    match told {
        Told::Done { answer, .. } => &answer.text,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn later(told: &Told) -> (&str, Option<Duration>) {
    match told {
        Told::Later { answer, after, .. } => (&answer.text, *after),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn refused(told: &Told) -> &str {
    match told {
        Told::Refused { answer, .. } => &answer.text,
        other => panic!("{other:?}"),
    }
}

// Salesforce

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

// HubSpot

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

// Account Engagement

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

// Dataverse

async fn dataverse(bench: &Bench) -> (Dataverse, Destination) {
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

// The event bus

#[tokio::test]
async fn the_event_bus_hears_everything() {
    let bench = Bench::start().await;
    assert_eq!(bench.play(&to(Remote::EventBus)).await, 0);
    let events = bench.cloud.events().unwrap();
    let kinds: Vec<_> = events.iter().map(|event| event.detail_type.as_str()).collect();
    let expected = ["created", "sent", "unanswered", "ended", "answered", "answered", "answered"];
    assert_eq!(kinds, expected.map(|stage| format!("Survey {stage}")));
    let last = events.last().unwrap();
    assert_eq!((last.bus.as_str(), last.source.as_str()), ("company", "npsloop"));
    assert_eq!((&last.detail["score"], &last.detail["version"]), (&json!(9), &json!(7)));
}

// Standard Webhooks

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

// Chat

fn chat(secret: String) -> settings::Chat {
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

// Everybody

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
