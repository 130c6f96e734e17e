//! Each remote against the system it speaks to, played by a server as strict as the real one: what arrives, what is
//! said no to, and that nothing is there twice, whichever answer is lost.

#![expect(clippy::unwrap_used, reason = "a test that fails may simply stop")]

mod bus;
mod chat;
mod dataverse;
mod everybody;
mod hubspot;
mod pardot;
mod salesforce;
mod webhook;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::Duration;

use deliver::remote::{self, Call, Memory, Remotes, Told};
use host::{Clock, Env};
use local::cloud::Cloud;
use model::destination::Remote;
use model::report::{FIELDS, Nurture, Stage};
use model::survey::Change;
use model::task::{Task, TaskKind, TaskStatus};
use model::{Destination, Group, Report, Score, Timestamp};
use serde_json::{Value, json};
use tests::outside::{Fault, Line};

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
    report.changes = vec![Change::confirmed(score, Timestamp::from_millis(NOON))];
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
