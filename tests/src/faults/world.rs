//! One world under one seed: people and CRMs who act, the functions, the cloud, and a scheduler that decides
//! which of them goes on next, and what goes wrong on the way.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use host::{Chance, Clock};
use local::cloud::{Cloud, Message, Queue};
use model::tally::{Changes, Counter, Row, add, contribution, tidied};
use model::{CampaignId, Contact, Email, Score, Standing, Step, Survey, SurveyId, Timestamp};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::fleet::{Environment, Fleet, Function, PUBLIC};
use super::history::{History, Mail, Told};
use super::network::{Broken, Call, Service, Wire, refusal};
use super::sabotage::Sabotage;
use super::tasks::{Ended, Tasks};

const START: i64 = 1_800_000_000_000;
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const KEY: &str = "the-key";
/// The time a message is hidden while somebody works on it.
const VISIBILITY: Duration = local::cloud::VISIBILITY;

/// What a task came to.
pub(crate) enum Done {
    /// A request's answer.
    Answer(u16, Value),
    /// The identifiers of what failed of a batch.
    Batch(Vec<String>),
    /// The whole batch failed.
    Failed(String),
}

/// What a person or a CRM does.
#[derive(Clone, Debug)]
enum Deed {
    SetUp,
    Trigger,
    Respond(SurveyId, Score, bool),
    Unsubscribe(model::ContactKey),
    /// A standing is decided.
    Judge(SurveyId),
    /// A question that promises nothing.
    Ask,
    Erase,
}

/// What a task works on.
enum Job {
    Http(Deed),
    /// Records of the stream from one position to another.
    Stream(usize, usize),
    Queue(Queue, Vec<Message>),
}

struct Work {
    function: Function,
    environment: Environment,
    job: Job,
}

/// What becomes of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Passed,
    Throttled,
    Conflicted,
    Unreachable,
    LostBefore(Broken),
    LostAfter(Broken),
    ServerFault,
    ServerFaultAfter,
    DiedBefore,
    DiedAfter,
}

/// An event of SES on its way through EventBridge.
struct Underway {
    body: String,
    claim: String,
    from: i64,
}

/// How rough a world is, out of a thousand.
#[derive(Clone, Copy, Debug)]
struct Weather {
    faults: u64,
    /// More of them at SES.
    at_ses: u64,
    /// Whether nobody reads the events of SES for a while.
    deaf: bool,
    lost_events: u64,
    late_events: u64,
}

pub(crate) struct World {
    seed: u64,
    dice: Chance,
    clock: Arc<AtomicI64>,
    cloud: Cloud,
    wire: Wire,
    fleet: Fleet,
    tasks: Tasks<Done>,
    works: BTreeMap<u64, Work>,
    calls: Vec<Call>,
    weather: Weather,
    calm: bool,
    sabotage: Sabotage,
    /// The stream of the surveys table so far.
    stream: Vec<Value>,
    last_record: Option<String>,
    /// How far each reader is.
    relayed: usize,
    counted: usize,
    underway: Vec<Underway>,
    known_events: i64,
    last_sweep: i64,
    limit: Duration,
    holds_unknown: bool,
    /// Whether contacts are erased here.
    erases: bool,
    pub(crate) history: History,
    pub(crate) trace: Vec<String>,
    pub(crate) calls_made: u64,
}

impl World {
    pub(crate) fn new(seed: u64, sabotage: Sabotage) -> Self {
        let dice = Chance::Seeded(Arc::new(AtomicU64::new(seed.wrapping_mul(0x5851_F42D_4C95_7F2D))));
        let clock = Arc::new(AtomicI64::new(START));
        let time = clock.clone();
        let cloud = Cloud::open(None, Arc::new(move || time.load(Ordering::SeqCst))).expect("a cloud");
        cloud.create_tables("surveys", "ledger").expect("tables");
        let wire = Wire::default();
        let chance = Chance::Seeded(Arc::new(AtomicU64::new(dice.bits())));
        let region = format!("local-{seed}-{sabotage:?}").to_ascii_lowercase();
        let fleet = Fleet::new(&region, wire.clone(), Clock::Manual(clock.clone()), chance);
        let rough = [0, 10, 30, 60, 120, 200];
        let pick = |from: &[u64]| from[usize::try_from(dice.below(from.len() as u64)).unwrap_or(0)];
        let weather = Weather {
            faults: pick(&rough),
            at_ses: pick(&[0, 0, 100, 500]),
            deaf: dice.below(5) == 0,
            lost_events: pick(&[0, 0, 20, 100, 300]),
            late_events: pick(&[0, 100, 500]),
        };
        Self {
            seed,
            dice,
            clock,
            cloud,
            wire,
            fleet,
            tasks: Tasks::new(),
            works: BTreeMap::new(),
            calls: Vec::new(),
            weather,
            calm: true,
            sabotage,
            stream: Vec::new(),
            last_record: None,
            relayed: 0,
            counted: 0,
            underway: Vec::new(),
            known_events: 0,
            last_sweep: START,
            limit: Duration::ZERO,
            holds_unknown: false,
            erases: false,
            history: History::default(),
            trace: Vec::new(),
            calls_made: 0,
        }
    }

    fn now(&self) -> i64 {
        self.clock.load(Ordering::SeqCst)
    }

    fn below(&self, end: u64) -> u64 {
        self.dice.below(end)
    }

    fn chance(&self, of_a_thousand: u64) -> bool {
        self.below(1000) < of_a_thousand
    }

    fn index(&self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap_or(0)
    }

    fn one_of<T: Copy>(&self, from: &[T]) -> T {
        from[self.index(from.len())]
    }

    fn note(&mut self, line: impl Into<String>) {
        let at = Timestamp::from_millis(self.now());
        self.trace.push(format!("{at} {}", line.into()));
    }

    /// Lets the world run: first in its weather, then in calm, until nothing is left to do.
    pub(crate) async fn run(&mut self) {
        self.set_up().await;
        self.calm = false;
        self.note(format!("the weather is {:?}", self.weather));
        let mut starts = 80 + self.below(80);
        let mut idle = 0;
        while self.history.wrong.is_empty() && (starts > 0 || self.tasks.len() > 0) {
            self.settle().await;
            let open = starts > 0 && self.tasks.len() < 5;
            if !self.calls.is_empty() && (!open || self.chance(750)) {
                self.go_on();
            } else if open {
                idle += 1;
                if self.something().await || idle > 30 {
                    (starts, idle) = (starts - 1, 0);
                }
            } else if self.tasks.len() > 0 {
                self.wait(Duration::from_millis(1000)).await;
            }
            // Whoever sleeps and nobody calls: time has to pass for them.
            if self.calls.is_empty() && self.tasks.len() > 0 && self.chance(300) {
                self.wait(Duration::from_millis(1000)).await;
            }
        }
        self.come_to_rest().await;
    }

    async fn set_up(&mut self) {
        let store = self.fleet.store();
        let key = store::ApiKey {
            id: "key".to_owned(),
            name: "test".to_owned(),
            hash: host::access::hash(KEY),
            scopes: store::Scope::ALL.to_vec(),
            created_at: Timestamp::from_millis(START),
        };
        self.tasks.start("set-up", async move {
            store
                .save_api_key(&key)
                .await
                .map_or_else(|error| Done::Failed(error.to_string()), |()| Done::Batch(vec![]))
        });
        self.finish_all().await;
        let limit = self.one_of(&[0, 2, 5]);
        self.limit = Duration::from_hours(24 * limit);
        self.holds_unknown = self.chance(200);
        self.erases = self.chance(250);
        let cadence = self
            .one_of(
                &[
                    json!({"task": "1d", "remind": "2d", "close": "4d"}),
                    json!({"task": null, "remind": "1d", "close": "2d"}),
                    json!({"task": "1d", "remind": null, "close": "2d"}).clone(),
                    json!({"task": "1h", "remind": "3h", "close": "1d"}),
                ]
                .each_ref(),
            )
            .clone();
        let hours = self.chance(200).then(
            || json!({"from": "09:00", "to": "17:00", "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}),
        );
        let campaign = json!({
            "limit_days": limit, "max_defer_days": 3 * limit, "cadence": cadence, "hours": hours,
            "time_zone": self.one_of(&["UTC", "Europe/Berlin", "Pacific/Kiritimati"]),
            "on_unknown": if self.holds_unknown { "hold" } else { "retry" },
        });
        self.request(Function::Manage, "PUT", "/v1/campaigns/default", Some(campaign), Deed::SetUp);
        self.finish_all().await;
    }

    // Tasks.

    /// Lets every task go on until it waits for the wire or for time.
    async fn settle(&mut self) {
        // Tasks of the runtime, if a function has any, get their turn, too.
        for _ in 0..2 {
            tokio::task::yield_now().await;
            for (id, name, ended) in self.tasks.run() {
                self.ended(id, &name, ended);
            }
        }
        self.calls.extend(self.wire.take());
        let given_up: Vec<usize> = (0..self.calls.len()).rev().filter(|nth| self.calls[*nth].is_given_up()).collect();
        for nth in given_up {
            let call = self.calls.remove(nth);
            // Its maker did not wait; on the wire it may still have gone through.
            if self.chance(500) {
                self.carry_out(call, Fate::LostAfter(Broken::TimedOut));
            }
        }
    }

    async fn wait(&mut self, time: Duration) {
        self.clock.fetch_add(i64::try_from(time.as_millis()).unwrap_or(0), Ordering::SeqCst);
        tokio::time::advance(time).await;
        tokio::task::yield_now().await;
    }

    /// Runs everything that is alive to its end, without faults.
    async fn finish_all(&mut self) {
        let before = std::mem::replace(&mut self.calm, true);
        for round in 0.. {
            self.settle().await;
            if self.tasks.len() == 0 {
                break;
            }
            if round > 20_000 {
                let who: Vec<_> = self.tasks.ids().into_iter().map(|id| self.tasks.name(id)).collect();
                self.history.wrong(format!("{who:?} never end"));
                break;
            }
            if self.calls.is_empty() {
                self.wait(Duration::from_millis(500)).await;
            } else {
                self.go_on();
            }
        }
        self.calm = before;
    }

    fn start(&mut self, function: Function, job: Job, work: impl FnOnce(Environment) -> LocalWork) {
        let environment = self.fleet.take(function);
        let id = self.tasks.start(function.name(), work(environment.clone()));
        self.works.insert(id, Work { function, environment, job });
    }

    fn kill(&mut self, id: u64) {
        let name = self.tasks.name(id);
        self.note(format!("{name} dies"));
        self.history.trouble(id);
        self.tasks.kill(id);
        self.works.remove(&id);
        // Its other calls may be on their way.
        self.calls.retain(|call| !call.is_given_up());
    }

    fn ended(&mut self, id: u64, name: &str, ended: Ended<Done>) {
        let done = match ended {
            Ended::With(done) => done,
            Ended::Panicked(text) => {
                self.works.remove(&id);
                return self.history.wrong(format!("{name} panicked: {text}"));
            }
        };
        let Some(Work { function, environment, job }) = self.works.remove(&id) else { return };
        self.fleet.give_back(function, environment);
        match (job, done) {
            (Job::Http(deed), Done::Answer(status, body)) => self.answered(name, deed, status, &body),
            (Job::Stream(from, to), done) => {
                let failed = match done {
                    Done::Batch(failed) if failed.is_empty() => None,
                    Done::Batch(failed) => {
                        let number =
                            |nth: &usize| self.stream[*nth]["dynamodb"]["SequenceNumber"] == failed[0].as_str();
                        Some((from..to).find(number).unwrap_or(from))
                    }
                    _ => Some(from),
                };
                let until = failed.unwrap_or(to);
                self.note(format!("{name} read {from}..{to}, done until {until}"));
                if self.calm && failed.is_some() {
                    self.history.wrong(format!("{name} fails in calm weather at record {until}"));
                }
                let reader = if function == Function::Relay { &mut self.relayed } else { &mut self.counted };
                // An old batch that came again moves nothing.
                if from <= *reader {
                    *reader = until.max(*reader);
                }
            }
            (Job::Queue(queue, messages), done) => {
                let failed = match done {
                    Done::Batch(failed) => failed,
                    Done::Failed(why) => {
                        self.note(format!("{name} failed as a whole: {why}"));
                        messages.iter().map(Message::message_id).collect()
                    }
                    Done::Answer(..) => Vec::new(),
                };
                let known = |id: &String| messages.iter().any(|message| message.message_id() == *id);
                if !failed.iter().all(known) {
                    self.history.wrong(format!("{name} reports messages it never got: {failed:?}"));
                }
                let done: Vec<Message> =
                    messages.iter().filter(|message| !failed.contains(&message.message_id())).cloned().collect();
                self.note(format!("{name} did {} of {} messages", done.len(), messages.len()));
                self.cloud.delete(&done).expect("messages are deleted");
                if queue == Queue::MailEvents {
                    done.iter()
                        .filter_map(|message| claim_of(&message.body))
                        .for_each(|claim| self.history.event_read(&claim));
                }
            }
            (Job::Http(_), _) => {}
        }
    }

    fn answered(&mut self, name: &str, deed: Deed, status: u16, body: &Value) {
        self.note(format!("{name} answers {status} {} to {deed:?}", body["decision"].as_str().unwrap_or_default()));
        match (deed, status) {
            (_, 503) => {}
            (Deed::SetUp, 200 | 201) => {}
            (Deed::Trigger, 200 | 202) => {
                let id = body["survey_id"].as_str().and_then(|id| id.parse().ok());
                let exists = matches!(body["decision"].as_str(), Some("scheduled" | "deferred" | "duplicate"));
                self.history.told.extend(id.filter(|_| exists).map(Told::Asked));
            }
            (Deed::Respond(id, score, comment), 200) => {
                self.history.told.push(Told::Scored(id, score));
                if comment {
                    self.history.told.push(Told::Commented(id));
                }
            }
            (Deed::Respond(..), 429) => {}
            (Deed::Judge(_), 200) | (Deed::Erase, 204 | 404) => {}
            // Not so much gone as about to be.
            (Deed::Respond(id, ..) | Deed::Judge(id), 404 | 410) if self.history.may_be_gone(id) => {}
            (Deed::Unsubscribe(key), 410) if self.history.is_erased_contact(&key) => {}
            (Deed::Unsubscribe(key), 200) => self.history.told.push(Told::Unsubscribed(key)),
            (Deed::Ask, 200 | 202) => {}
            (deed, status) => self.history.wrong(format!("{name} answers {status} {body} to {deed:?}")),
        }
    }

    // Calls.

    /// One call goes on, with its fate.
    fn go_on(&mut self) {
        // Mostly in an order of the tasks that stays: so one may fall far behind the others.
        let nth = if self.chance(600) {
            let last = |nth: &usize| self.rank(self.calls[*nth].task);
            (0..self.calls.len()).max_by_key(last).unwrap_or(0)
        } else {
            self.index(self.calls.len())
        };
        let call = self.calls.remove(nth);
        let fate = self.fate(&call);
        self.carry_out(call, fate);
    }

    fn rank(&self, task: u64) -> u64 {
        Chance::Seeded(Arc::new(AtomicU64::new(self.seed ^ task.wrapping_mul(0x9E37_79B9)))).bits()
    }

    fn fate(&self, call: &Call) -> Fate {
        let more = if call.service == Service::Ses { self.weather.at_ses } else { 0 };
        if self.calm || !self.chance(self.weather.faults + more) {
            return Fate::Passed;
        }
        let lost = [Fate::LostBefore(Broken::Reset), Fate::LostBefore(Broken::TimedOut)];
        let unheard = [Fate::LostAfter(Broken::Reset), Fate::LostAfter(Broken::TimedOut), Fate::ServerFaultAfter];
        // At SES the worst is common: it took the mail, and nobody heard of it.
        match self.below(if call.service == Service::Ses { 20 } else { 10 }) {
            0 | 1 => Fate::Throttled,
            2 if call.may_conflict() && call.service == Service::DynamoDb => Fate::Conflicted,
            2 => Fate::Unreachable,
            3 => self.one_of(&lost),
            4 => Fate::ServerFault,
            5 | 6 | 10..=16 => self.one_of(&unheard),
            7 => Fate::DiedBefore,
            _ => Fate::DiedAfter,
        }
    }

    fn carry_out(&mut self, mut call: Call, fate: Fate) {
        self.calls_made += 1;
        let name = self.tasks.name(call.task);
        self.note(format!("{name} {} {} {}", call.operation, subject(&call), word(fate)));
        let task = call.task;
        let reply = match fate {
            Fate::Throttled | Fate::Conflicted | Fate::ServerFault | Fate::Unreachable | Fate::LostBefore(_) => {
                if call.service == Service::Ses && fate != Fate::Unreachable {
                    self.hand_over(&call);
                }
                match fate {
                    Fate::Throttled => Ok(call.throttled()),
                    Fate::Conflicted => Ok(call.conflicted()),
                    Fate::ServerFault => Ok(refusal(500, "InternalServerError", "nobody knows", None)),
                    Fate::LostBefore(how) => Err(how),
                    _ => Err(Broken::Refused),
                }
            }
            Fate::DiedBefore => {
                self.kill(task);
                return;
            }
            Fate::Passed | Fate::LostAfter(_) | Fate::ServerFaultAfter | Fate::DiedAfter => {
                let response = self.execute(&mut call);
                match fate {
                    Fate::LostAfter(how) => {
                        if call.service == Service::Ses && self.sabotage.sends_again() {
                            let again = self.execute(&mut call);
                            call.answer(Ok(again));
                            return;
                        }
                        Err(how)
                    }
                    Fate::ServerFaultAfter => Ok(refusal(500, "InternalServerError", "nobody knows", None)),
                    _ => Ok(response),
                }
            }
        };
        if fate != Fate::Passed {
            self.history.trouble(task);
        }
        if fate == Fate::DiedAfter {
            self.kill(task);
            return;
        }
        call.answer(reply);
    }

    /// The cloud does what a call says.
    fn execute(&mut self, call: &mut Call) -> http::Response<Vec<u8>> {
        self.sabotage.on_the_way_out(call);
        if call.service == Service::Ses {
            return self.send(call);
        }
        let body = if call.body.is_null() { Vec::new() } else { call.body.to_string().into_bytes() };
        let response = self.cloud.handle(&call.parts, &body);
        let by = self.works.get(&call.task).map(|work| work.function);
        if call.operation == "GetQueueAttributes" {
            self.history.looked_at_events(call.task);
        }
        if call.service == Service::DynamoDb && response.status() == 200 && !is_read(&call.operation) {
            self.look_at_the_stream(call.task, by);
        }
        if self.sabotage == Sabotage::None {
            return response;
        }
        let (parts, body) = response.into_parts();
        let mut body: Value = serde_json::from_slice(&body).unwrap_or_default();
        self.sabotage.on_the_way_back(call, by == Some(Function::Dispatch), &mut body);
        http::Response::from_parts(parts, body.to_string().into_bytes())
    }

    /// Whatever was committed is in the stream, in its order.
    fn look_at_the_stream(&mut self, task: u64, by: Option<Function>) {
        let records = self.cloud.records("surveys", self.last_record.as_deref(), 100).expect("the stream");
        for record in records {
            self.last_record = record["dynamodb"]["SequenceNumber"].as_str().map(str::to_owned);
            let image = |name: &str| -> Option<serde_dynamo::Item> {
                serde_json::from_value(record["dynamodb"][name].clone()).ok()
            };
            let pk = record["dynamodb"]["Keys"]["pk"]["S"].as_str().unwrap_or_default();
            let sk = record["dynamodb"]["Keys"]["sk"]["S"].as_str().unwrap_or_default();
            let now = Timestamp::from_millis(self.now());
            if record["eventName"] == "REMOVE" {
                match (pk.strip_prefix("C#"), store::keys::survey_of(pk)) {
                    (Some(key), _) => self.history.contact_erased(key),
                    (_, Some(id)) if sk == "S" => self.history.survey_erased(id),
                    (_, Some(id)) => self.history.comment(id, false),
                    _ => {}
                }
            } else if pk.starts_with("C#") {
                let after: Option<Contact> = image("NewImage").and_then(|item| serde_dynamo::from_item(item).ok());
                match after {
                    Some(after) => self.history.contact(&after),
                    None => self.history.wrong("a contact nobody can read"),
                }
            } else if sk == "S" {
                let read = |name: &str| image(name).and_then(|item| serde_dynamo::from_item::<_, Survey>(item).ok());
                match read("NewImage") {
                    Some(after) => {
                        self.history.survey(task, read("OldImage").as_ref(), &after, now, by == Some(Function::Remind));
                    }
                    None => self.history.wrong("a survey nobody can read"),
                }
            } else if let Some(id) = store::keys::survey_of(pk) {
                self.history.comment(id, true);
            }
            self.stream.push(record);
        }
    }

    /// SES sees a mail, whatever it makes of it.
    fn hand_over(&mut self, call: &Call) -> Option<Mail> {
        let mail = mail_of(&call.body)?;
        self.history.handed_over(mail.survey, mail.step, &mail.claim, &mail.contact);
        Some(mail)
    }

    fn send(&mut self, call: &Call) -> http::Response<Vec<u8>> {
        let Some(mail) = self.hand_over(call) else {
            self.history.wrong(format!("a mail nobody can read: {}", call.body));
            return refusal(400, "BadRequestException", "no", None);
        };
        let refused = mail.survey.bytes()[3] < 10;
        if refused {
            self.history.refused.insert((mail.survey, mail.step));
            return refusal(400, "MessageRejected", "it looks like spam", None);
        }
        let response = self.cloud.handle(&call.parts, call.body.to_string().as_bytes());
        if response.status() != 200 {
            let text = String::from_utf8_lossy(response.body()).into_owned();
            self.history.wrong(format!("SES does not take {}: {text}", call.body));
            return response;
        }
        self.history.taken(call.task, mail);
        self.take_events();
        response
    }

    /// The events of a mail go through EventBridge, which may lose them, or keep them for hours.
    fn take_events(&mut self) {
        let fresh = self.cloud.messages(Queue::MailEvents).expect("messages");
        let fresh: Vec<_> = fresh.into_iter().filter(|message| message.id > self.known_events).collect();
        self.cloud.delete(&fresh).expect("messages");
        for message in fresh {
            self.known_events = self.known_events.max(message.id);
            let claim = claim_of(&message.body).unwrap_or_default();
            if !self.calm && self.chance(self.weather.lost_events) {
                self.note(format!("an event of {claim} is lost"));
                continue;
            }
            let late = if !self.calm && self.chance(self.weather.late_events) {
                self.one_of(&[MINUTE, 40 * MINUTE, 3 * HOUR, 26 * HOUR])
            } else {
                0
            };
            let from = self.now() + late;
            if !self.calm && self.chance(50) {
                self.underway.push(Underway { body: message.body.clone(), claim: claim.clone(), from: from + HOUR });
            }
            self.underway.push(Underway { body: message.body, claim, from });
        }
    }

    fn deliver_events(&mut self, all: bool) -> bool {
        let now = self.now();
        let due: Vec<usize> = (0..self.underway.len()).filter(|nth| self.underway[*nth].from <= now).collect();
        let due = if all || due.is_empty() { due } else { vec![due[self.index(due.len())]] };
        for nth in due.iter().rev() {
            let event = self.underway.swap_remove(*nth);
            self.cloud.send(Queue::MailEvents, &event.body, Duration::ZERO).expect("a message");
            let last = self.cloud.messages(Queue::MailEvents).expect("messages").iter().map(|message| message.id).max();
            self.known_events = self.known_events.max(last.unwrap_or(0));
            self.history.event_arrived(&event.claim);
        }
        !due.is_empty()
    }

    // What may happen next.

    /// Something new happens, if it can.
    async fn something(&mut self) -> bool {
        match self.below(40) {
            0..=3 => self.trigger(),
            4..=7 => return self.respond(),
            8 => return self.unsubscribe(),
            9 => return self.judge(),
            10..=12 => return self.read_stream(Function::Relay),
            13..=15 => return self.read_stream(Function::Aggregate),
            16..=19 => return self.read_queue(Queue::Mail),
            20..=23 => return self.read_queue(Queue::Step),
            24..=26 if !self.weather.deaf => return self.read_queue(Queue::MailEvents),
            27..=28 => return self.deliver_events(false),
            29..=30 => return self.fire(),
            31 => self.sweep(),
            32 => return self.shuffle(),
            33 => return self.erase(),
            34..=35 => self.wait(Duration::from_millis(self.one_of(&[100, 1000, 3000]))).await,
            36..=37 => self.pass(self.one_of(&[MINUTE, 20 * MINUTE, 61 * MINUTE, 65 * MINUTE])).await,
            38 if self.chance(500) => self.pass(self.one_of(&[3 * HOUR, 8 * HOUR, 25 * HOUR])).await,
            _ => {
                let next = self.cloud.next_schedule().expect("schedules").map_or(0, |next| next - self.now());
                if !(1..40 * 24 * HOUR).contains(&next) || self.tasks.len() > 0 {
                    return false;
                }
                self.pass(next).await;
            }
        }
        true
    }

    /// Time passes for all: nobody's invocation lasts that long.
    async fn pass(&mut self, time: i64) {
        if self.chance(700) {
            for _ in 0..400 {
                self.settle().await;
                if self.tasks.len() == 0 {
                    break;
                }
                if self.calls.is_empty() { self.wait(Duration::from_millis(300)).await } else { self.go_on() }
            }
        }
        for id in self.tasks.ids() {
            self.kill(id);
        }
        self.calls.extend(self.wire.take());
        self.calls.clear();
        self.clock.fetch_add(time, Ordering::SeqCst);
        self.note(format!("{} minutes later", time / MINUTE));
        if self.now() - self.last_sweep >= HOUR && self.chance(800) {
            self.sweep();
        }
    }

    fn sweep(&mut self) {
        self.last_sweep = self.now();
        self.note("the hourly rule fires");
        self.cloud.send(Queue::Step, r#"{"sweep":true}"#, Duration::ZERO).expect("a message");
    }

    /// A schedule fires: once, twice, late, or never.
    fn fire(&mut self) -> bool {
        let now = self.now();
        let due: Vec<_> = self.cloud.schedules().expect("schedules").into_iter().filter(|due| due.at <= now).collect();
        if due.is_empty() {
            return false;
        }
        let schedule = due[self.index(due.len())].clone();
        let what = self.below(20);
        self.note(format!(
            "the schedule {} {}",
            schedule.name,
            ["is lost", "fires twice", "is late", "fires"][usize::try_from(what.min(3)).unwrap_or(3)]
        ));
        match what {
            0 => self.cloud.postpone(&schedule, Duration::from_hours(24 * 10_000)).expect("a schedule"),
            1 => {
                self.cloud.fire(&schedule, false).expect("a schedule");
                self.cloud.fire(&schedule, true).expect("a schedule");
            }
            2 => self.cloud.postpone(&schedule, Duration::from_hours(5)).expect("a schedule"),
            _ => self.cloud.fire(&schedule, true).expect("a schedule"),
        }
        true
    }

    /// A message comes twice, out of order, or hours later.
    fn shuffle(&mut self) -> bool {
        let queue = self.one_of(&Queue::WORK);
        let waiting: Vec<_> =
            self.cloud.messages(queue).expect("messages").into_iter().filter(|message| message.received == 0).collect();
        if waiting.is_empty() {
            return false;
        }
        let message = waiting[self.index(waiting.len())].clone();
        let late = self.one_of(&[0, 1, 30, 180, 1500]);
        self.note(format!("{} comes {late} minutes late", message.body.chars().take(80).collect::<String>()));
        if queue == Queue::MailEvents {
            // It must stay on its queue: that it is there is what the sweep asks.
            self.cloud.send(queue, &message.body, Duration::ZERO).expect("a message");
            let last = self.cloud.messages(queue).expect("messages").iter().map(|message| message.id).max();
            self.known_events = self.known_events.max(last.unwrap_or(0));
            return true;
        }
        self.cloud.send(queue, &message.body, Duration::from_mins(late)).expect("a message");
        if self.chance(500) {
            self.cloud.delete(&[message]).expect("a message");
        }
        true
    }

    fn request(&mut self, function: Function, method: &str, path: &str, body: Option<Value>, deed: Deed) {
        let mut request = Request::builder().method(method).uri(format!("{PUBLIC}{path}"));
        request = request.header("authorization", format!("Bearer {KEY}")).header("content-type", "application/json");
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let request = request.body(body).expect("a request");
        self.start(function, Job::Http(deed), |environment| {
            Box::pin(async move {
                let Environment::Http(router) = environment else { return Done::Failed("no router".to_owned()) };
                let Ok(response) = router.oneshot(request).await;
                let status = response.status().as_u16();
                match axum::body::to_bytes(response.into_body(), 1 << 20).await {
                    Ok(bytes) => Done::Answer(status, serde_json::from_slice(&bytes).unwrap_or_default()),
                    Err(error) => Done::Failed(error.to_string()),
                }
            })
        });
    }

    fn trigger(&mut self) {
        let subject = self.below(5);
        // A record has its champion; now and then another one.
        let who = if self.chance(900) { subject % 3 } else { self.below(4) };
        let email = match who {
            0 => "ada@example.com".to_owned(),
            1 => "Bob@Example.com".to_owned(),
            2 if self.seed.is_multiple_of(3) => format!("bounce+{}@simulator.amazonses.com", self.seed),
            2 if self.seed.is_multiple_of(5) => format!("complaint+{}@simulator.amazonses.com", self.seed),
            2 => "cleo@example.com".to_owned(),
            _ => "dan@example.com".to_owned(),
        };
        let modified = self
            .chance(300)
            .then(|| Timestamp::from_millis(self.now() - self.one_of(&[0, HOUR, 50 * HOUR])).to_string());
        let body = json!({
            "subject_id": format!("a0X{subject}"), "contact_email": email,
            "completion_percent": self.one_of(&[100, 100, 100, 60]),
            "milestone": self.chance(200).then_some("renewal"),
            "owner_id": self.one_of(&["sam", "kim"]),
            "record_modified_at": modified,
            "contact_time_zone": self.chance(300).then_some("America/New_York"),
            "attributes": {"team": self.one_of(&["EMEA/DACH", "EMEA/UK", "US"])},
            "dry_run": self.chance(20),
        });
        // What a dry run says is no promise.
        let deed = if body["dry_run"] == true { Deed::Ask } else { Deed::Trigger };
        self.request(Function::Intake, "POST", "/v1/triggers", Some(body), deed);
    }

    fn some_mail(&self) -> Option<Mail> {
        let mails = &self.history.mails;
        (!mails.is_empty()).then(|| mails[self.index(mails.len())].clone())
    }

    fn respond(&mut self) -> bool {
        let Some(mail) = self.some_mail() else { return false };
        let score = Score::try_from(u8::try_from(self.below(11)).unwrap_or(0)).expect("a score");
        let comment = self.chance(300).then_some("It was fine.");
        let mut body = json!({"score": score.value()});
        if let Some(comment) = comment {
            body["comment"] = json!(comment);
        }
        if self.chance(200) {
            body["follow_up"] = json!(self.chance(500));
        }
        self.request(
            Function::Capture,
            "POST",
            &mail.page,
            Some(body),
            Deed::Respond(mail.survey, score, comment.is_some()),
        );
        true
    }

    fn unsubscribe(&mut self) -> bool {
        let Some(mail) = self.some_mail().filter(|_| self.chance(400)) else { return false };
        self.request(Function::Capture, "POST", &mail.unsubscribe, None, Deed::Unsubscribe(mail.contact));
        true
    }

    fn judge(&mut self) -> bool {
        let answered: Vec<SurveyId> =
            self.history.lives.iter().filter(|(_, life)| life.now.score().is_some()).map(|(id, _)| *id).collect();
        if answered.is_empty() || !self.chance(300) {
            return false;
        }
        let id = answered[self.index(answered.len())];
        let standing = self.one_of(&["suspect", "confirmed"]);
        let path = format!("/v1/responses/{id}");
        self.request(Function::Insight, "PATCH", &path, Some(json!({"standing": standing})), Deed::Judge(id));
        true
    }

    fn erase(&mut self) -> bool {
        if !self.erases || !self.chance(250) {
            return false;
        }
        let email = self.one_of(&["ada@example.com", "bob@example.com", "cleo@example.com"]);
        self.history.erasing(&Email::parse(email).expect("an address").key());
        self.request(Function::Manage, "DELETE", &format!("/v1/contacts/{email}"), None, Deed::Erase);
        true
    }

    /// A batch of the stream: on from the checkpoint, or once more from behind it; cut anywhere.
    fn read_stream(&mut self, function: Function) -> bool {
        let busy = self.works.values().any(|work| work.function == function);
        let reader = if function == Function::Relay { self.relayed } else { self.counted };
        let again = self.chance(100);
        let from = if again { reader.saturating_sub(self.index(12)) } else { reader };
        // A shard has one reader at a time; what comes again may meet it.
        if from >= self.stream.len() || (busy && !again) {
            return false;
        }
        let to = (from + 1 + self.index(20)).min(self.stream.len());
        self.stream_batch(function, from, to);
        true
    }

    fn stream_batch(&mut self, function: Function, from: usize, to: usize) {
        let event = json!({"Records": self.stream[from..to]});
        let event = serde_json::from_value(event).expect("a stream event");
        self.start(function, Job::Stream(from, to), |environment| {
            Box::pin(async move {
                let answer = match environment {
                    Environment::Relay(deps) => relay::handle(&deps, event).await.map_err(|never| match never {}),
                    Environment::Aggregate(deps) => {
                        aggregate::handle(&deps, event).await.map_err(|error| error.to_string())
                    }
                    _ => Err("no reader of the stream".to_owned()),
                };
                match answer {
                    Ok(answer) => Done::Batch(
                        answer.batch_item_failures.into_iter().filter_map(|item| item.item_identifier).collect(),
                    ),
                    Err(why) => Done::Failed(why),
                }
            })
        });
    }

    fn read_queue(&mut self, queue: Queue) -> bool {
        let most = 1 + self.index(5);
        self.queue_batch(queue, most)
    }

    fn queue_batch(&mut self, queue: Queue, most: usize) -> bool {
        let messages = self.cloud.receive(queue, most, VISIBILITY).expect("messages");
        if messages.is_empty() {
            return false;
        }
        let records: Vec<Value> = messages.iter().map(|message| message.record(queue)).collect();
        let event: aws_lambda_events::sqs::SqsEvent =
            serde_json::from_value(json!({"Records": records})).expect("an event");
        let function = match queue {
            Queue::Mail => Function::Dispatch,
            Queue::Step => Function::Remind,
            _ => Function::MailEvents,
        };
        self.start(function, Job::Queue(queue, messages), |environment| {
            Box::pin(async move {
                let answer = match environment {
                    Environment::Dispatch(deps) => {
                        dispatch::handle(&deps, event).await.map_err(|error| error.to_string())
                    }
                    Environment::Remind(deps) => remind::handle(&deps, event).await.map_err(|error| error.to_string()),
                    Environment::MailEvents(deps) => {
                        mail_events::handle(&deps, event).await.map_err(|error| error.to_string())
                    }
                    _ => Err("no reader of a queue".to_owned()),
                };
                match answer {
                    Ok(answer) => {
                        Done::Batch(answer.batch_item_failures.into_iter().map(|item| item.item_identifier).collect())
                    }
                    Err(why) => Done::Failed(why),
                }
            })
        });
        true
    }

    // The end.

    /// No more faults: what is due is done, what comes again comes again, until nothing is left. Then the
    /// world is judged.
    async fn come_to_rest(&mut self) {
        self.calm = true;
        self.note("calm from here on");
        for _ in 0..600 {
            if !self.history.wrong.is_empty() {
                return;
            }
            self.work_off().await;
            // Worn out in bad weather; what fails in calm comes back here until the rounds are used up.
            let dead: usize =
                Queue::WORK.into_iter().map(|queue| self.cloud.redrive(queue).expect("dead letters")).sum();
            if dead > 0 {
                continue;
            }
            let open = self
                .history
                .lives
                .values()
                .any(|life| life.now.state.is_open() && !(self.holds_unknown && life.now.in_flight.is_some()));
            let now = self.now();
            let next = [
                self.cloud.next_visible().expect("messages"),
                self.cloud.next_schedule().expect("schedules").filter(|_| open),
                self.underway.iter().map(|event| event.from).min(),
                // Of the hourly sweeps the one at midnight is enough: it looks at everything.
                open.then_some(now - now.rem_euclid(24 * HOUR) + 24 * HOUR),
            ];
            let Some(next) = next.into_iter().flatten().min() else {
                return self.judge_all();
            };
            self.clock.store(next.max(now + 1), Ordering::SeqCst);
            if self.now().rem_euclid(24 * HOUR) == 0 {
                self.sweep();
            }
        }
        let open: Vec<_> =
            self.history.lives.values().filter(|life| life.now.state.is_open()).map(|life| life.now.clone()).collect();
        self.history.wrong(format!("it never comes to rest: {open:#?}"));
    }

    /// Does everything that can be done now.
    async fn work_off(&mut self) {
        loop {
            self.finish_all().await;
            if !self.history.wrong.is_empty() {
                return;
            }
            let mut worked = self.deliver_events(true);
            worked |= self.cloud.fire_due().expect("schedules") > 0;
            for function in [Function::Relay, Function::Aggregate] {
                let from = if function == Function::Relay { self.relayed } else { self.counted };
                let to = self.stream.len().min(from + 100);
                if from < to {
                    self.stream_batch(function, from, to);
                    worked = true;
                }
            }
            for queue in Queue::WORK {
                worked |= self.queue_batch(queue, 10);
            }
            if !worked {
                return;
            }
        }
    }

    fn judge_all(&mut self) {
        for queue in Queue::ALL {
            let left = self.cloud.messages(queue).expect("messages");
            if let Some(message) = left.first() {
                self.history.wrong(format!("{} messages are left on {}: {}", left.len(), queue.name(), message.body));
            }
        }
        self.history.judge(self.limit, self.holds_unknown);
        let counted = self.tallies();
        let mut expected = Changes::new();
        let mut scores: BTreeMap<u8, i64> = BTreeMap::new();
        for survey in self.history.lives.values().map(|life| &life.now).chain(&self.history.erased) {
            add(&mut expected, contribution(survey).rows());
            if let Some(score) = survey.score().filter(|_| survey.standing() != Some(Standing::Suspect)) {
                *scores.entry(score.value()).or_default() += 1;
            }
        }
        let expected = tidied(expected);
        if counted != expected {
            let off: BTreeSet<&Row> =
                counted.keys().chain(expected.keys()).filter(|row| counted.get(row) != expected.get(row)).collect();
            let off: Vec<String> = off
                .into_iter()
                .take(5)
                .map(|row| format!("{row:?}: {:?} and not {:?}", counted.get(row), expected.get(row)))
                .collect();
            self.history.wrong(format!("G4: the tallies are not what the surveys say: {off:#?}"));
        }
        let mut tallied: BTreeMap<u8, i64> = BTreeMap::new();
        for (_, counters) in counted.iter().filter(|(row, _)| row.dimension == "campaign") {
            for (counter, by) in counters {
                if let Counter::Score(score) = counter {
                    *tallied.entry(score.value()).or_default() += by;
                }
            }
        }
        tallied.retain(|_, count| *count != 0);
        if tallied != scores {
            self.history.wrong(format!("G4: {tallied:?} were counted where people said {scores:?}"));
        }
    }

    /// The sums of the ledger, straight from the table.
    fn tallies(&self) -> Changes {
        let mut rows = Changes::new();
        let mut from = Value::Null;
        loop {
            let (parts, ()) = Request::builder()
                .method("POST")
                .header("x-amz-target", "DynamoDB_20120810.Scan")
                .body(())
                .expect("a request")
                .into_parts();
            let mut body = json!({"TableName": "ledger"});
            if !from.is_null() {
                body["ExclusiveStartKey"] = from;
            }
            let answer = self.cloud.handle(&parts, body.to_string().as_bytes());
            let answer: Value = serde_json::from_slice(answer.body()).expect("an answer");
            for item in answer["Items"].as_array().into_iter().flatten() {
                let Some((row, counters)) = row(item) else { continue };
                add(&mut rows, Changes::from([(row, counters)]));
            }
            from = answer["LastEvaluatedKey"].clone();
            if from.is_null() {
                return tidied(rows);
            }
        }
    }
}

type LocalWork = std::pin::Pin<Box<dyn Future<Output = Done>>>;

fn row(item: &Value) -> Option<(Row, BTreeMap<Counter, i64>)> {
    let (campaign, rest) = item["pk"]["S"].as_str()?.strip_prefix("Y#")?.split_once('#')?;
    let (dimension, _shard) = rest.rsplit_once('#')?;
    let (day, value) = item["sk"]["S"].as_str()?.split_once('#')?;
    let campaign: CampaignId = campaign.parse().ok()?;
    let row = Row { campaign, dimension: dimension.to_owned(), day: day.parse().ok()?, value: value.to_owned() };
    let number = |value: &Value| value["N"].as_str().and_then(|number| number.parse().ok());
    let counters = item.as_object()?.iter().filter_map(|(name, value)| Some((Counter::named(name)?, number(value)?)));
    Some((row, counters.collect()))
}

fn is_read(operation: &str) -> bool {
    matches!(operation, "GetItem" | "BatchGetItem" | "Query" | "Scan" | "TransactGetItems")
}

/// What a call is about, in a few words.
fn subject(call: &Call) -> String {
    let body = &call.body;
    let key = |value: &Value| value["pk"]["S"].as_str().unwrap_or_default().chars().take(12).collect::<String>();
    match call.operation.as_str() {
        "TransactWriteItems" => {
            let actions = body["TransactItems"].as_array().into_iter().flatten();
            let keys = actions
                .filter_map(|action| action.as_object()?.values().next())
                .map(|action| if action.get("Item").is_some() { key(&action["Item"]) } else { key(&action["Key"]) });
            keys.take(4).collect::<Vec<_>>().join(" ")
        }
        "PutItem" => key(&body["Item"]),
        "SendEmail" => mail_of(body)
            .map_or_else(String::new, |mail| format!("{} {} {}", mail.survey, mail.step.as_str(), mail.claim)),
        "SendMessageBatch" => body["Entries"].as_array().map_or(0, Vec::len).to_string(),
        "Query" => body["ExpressionAttributeValues"].to_string().chars().take(60).collect(),
        "CreateSchedule" | "DeleteSchedule" => call.parts.uri.path().to_owned(),
        _ => format!(
            "{} {}",
            key(&body["Key"]),
            body["UpdateExpression"].as_str().unwrap_or_default().chars().take(40).collect::<String>()
        ),
    }
}

fn word(fate: Fate) -> String {
    if fate == Fate::Passed { "passes".to_owned() } else { format!("!! {fate:?}") }
}

fn claim_of(event: &str) -> Option<String> {
    let event: Value = serde_json::from_str(event).ok()?;
    event["detail"]["mail"]["tags"]["claim"][0].as_str().map(str::to_owned)
}

/// A mail as SES gets it.
fn mail_of(body: &Value) -> Option<Mail> {
    let tag = |name: &str| {
        body["EmailTags"].as_array()?.iter().find(|tag| tag["Name"] == name)?["Value"].as_str().map(str::to_owned)
    };
    let survey: SurveyId = tag("survey")?.parse().ok()?;
    let step: Step = tag("step")?.parse().ok()?;
    let to = body["Destination"]["ToAddresses"][0].as_str()?;
    let to = Email::parse(to).ok()?;
    let text = body["Content"]["Simple"]["Body"]["Text"]["Data"].as_str()?;
    let path = |kind: &str| {
        let start = text.find(&format!("{PUBLIC}/{kind}/"))? + PUBLIC.len();
        let rest = &text[start..];
        let end =
            rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_'))).unwrap_or(rest.len());
        Some(rest[..end].to_owned())
    };
    Some(Mail::new(survey, step, &tag("claim")?, to.key(), path("r")?, path("u")?))
}
