//! One world under one seed: people and CRMs who act, the functions, the cloud, and a scheduler that decides
//! which of them goes on next, and what goes wrong on the way.

mod beside;
mod calls;
mod deeds;
mod rest;
mod ways;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use host::{Chance, Clock};
use local::cloud::{Cloud, Message, Queue};
use model::{Score, SurveyId, Timestamp};
use serde_json::{Value, json};

use super::fleet::{Environment, Fleet, Function};
use super::history::{History, Told};
use super::network::{Broken, Call, Wire};
use super::sabotage::{FirstReads, Sabotage};
use super::tasks::{Ended, Tasks};
use super::ways::Press;
use calls::claim_of;

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

/// A score that somebody confirms.
#[derive(Clone, Copy, Debug)]
struct Answer {
    survey: SurveyId,
    score: Score,
    /// Whether a comment comes with it.
    comment: bool,
    press: Press,
}

/// What a person or a CRM does.
#[derive(Clone, Debug)]
enum Deed {
    SetUp,
    Trigger,
    Respond(Answer),
    /// A page saves a score by itself.
    SelfSave(SurveyId),
    /// A page says that somebody did something on it.
    See(SurveyId),
    /// A door is put.
    Door,
    Unsubscribe(model::ContactKey),
    /// A standing is decided.
    Judge(SurveyId),
    /// The campaign sends nothing from now on.
    Pause,
    /// The campaign goes on.
    Resume,
    /// A question that promises nothing.
    Ask,
    /// A contact is erased, by address.
    Erase(&'static str),
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
    /// Since when it is calm for good.
    calm_since: i64,
    /// Whether an errand was on its way for hours then.
    late: bool,
    sabotage: Sabotage,
    /// What sabotage remembers of earlier reads.
    first_reads: FirstReads,
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
    /// Who is to be erased, and nobody has heard yet that they are: whoever wants it asks again.
    to_erase: BTreeSet<&'static str>,
    /// Whether owners have addresses, so that letters are written.
    writes: bool,
    /// The campaign as it was put first.
    campaign: Value,
    /// Since when everybody must have heard that the campaign sends nothing, if nobody has said otherwise.
    paused_since: Option<i64>,
    /// How far the proof at the end has come.
    proof: u8,
    /// The doors of the campaign.
    doors: Vec<ways::Door>,
    /// Who came through them.
    visits: Vec<ways::Visit>,
    /// What SES received for the reply domain, as its topic told of it.
    received: Vec<String>,
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
        let fleet = Fleet::new(&region, wire.clone(), Clock::Manual(clock.clone()), chance, seed);
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
            calm_since: START,
            late: false,
            sabotage,
            first_reads: FirstReads::default(),
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
            to_erase: BTreeSet::new(),
            writes: false,
            campaign: Value::Null,
            paused_since: None,
            proof: 0,
            doors: Vec::new(),
            visits: Vec::new(),
            received: Vec::new(),
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
            // The bus is slow: meanwhile there is news.
            let go_on = if self.calls.iter().all(Call::is_on_the_bus) { 100 } else { 750 };
            if !self.calls.is_empty() && (!open || self.chance(go_on)) {
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
        self.writes = self.chance(500);
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
        let mut campaign = json!({
            "limit_days": limit, "max_defer_days": 3 * limit, "cadence": cadence, "hours": hours,
            "time_zone": self.one_of(&["UTC", "Europe/Berlin", "Pacific/Kiritimati"]),
            "on_unknown": if self.holds_unknown { "hold" } else { "retry" },
            // What everybody writes here is about it.
            "themes": [{"id": "fine", "name": "Fine", "keywords": {"any": ["fine"]}}],
        });
        if self.writes {
            crate::company::merge(&mut campaign, self.correspondence());
        }
        if self.warms_up() {
            // Fewer than there are: what a day has no room for waits for the next.
            campaign["warm_up"] = json!({"from": "2027-01-15", "mails": 2, "growth": 50, "days": 5});
        }
        crate::company::merge(&mut campaign, self.ways());
        self.campaign = campaign.clone();
        self.request(Function::Manage, "PUT", "/v1/campaigns/default", Some(campaign), Deed::SetUp);
        self.finish_all().await;
        self.enable_the_bus().await;
        self.put_doors().await;
    }

    /// Names the company's bus; it is told what it missed if it was disabled.
    async fn enable_the_bus(&mut self) {
        let bus = json!({"kind": "event_bus", "rate": 100});
        self.request(Function::Manage, "PUT", "/v1/destinations/bus", Some(bus), Deed::SetUp);
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
        if let Some(Work { job: Job::Http(Deed::Respond(answer)), .. }) = self.works.remove(&id) {
            self.history.ways.heard(answer.press, false, Timestamp::from_millis(self.now()));
        }
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
        if let Deed::Respond(answer) = &deed {
            self.history.ways.heard(answer.press, status == 200, Timestamp::from_millis(self.now()));
        }
        match (deed, status) {
            (_, 503) => {}
            (Deed::SetUp, 200 | 201) => {}
            (Deed::Trigger, 200 | 202) => {
                let id = body["survey_id"].as_str().and_then(|id| id.parse().ok());
                let exists = matches!(body["decision"].as_str(), Some("scheduled" | "deferred" | "duplicate"));
                self.history.told.extend(id.filter(|_| exists).map(Told::Asked));
            }
            (Deed::Respond(Answer { survey, .. }), 200) if body["survey_id"] != survey.to_string() => {
                self.history.wrong(format!("doors: {name} answers of {} and not of {survey}", body["survey_id"]));
            }
            (Deed::Respond(Answer { survey, score, comment, .. }), 200) => {
                self.history.told.push(Told::Scored(survey, score));
                if comment {
                    self.history.told.push(Told::Commented(survey));
                }
            }
            (Deed::Door, 200) => self.put_up(body),
            (Deed::SelfSave(_), 200) | (Deed::See(_), 204) => {}
            (Deed::Respond(_) | Deed::SelfSave(_), 429) => {}
            (Deed::Judge(_), 200) => {}
            (Deed::Erase(email), 204 | 404) => {
                self.to_erase.remove(email);
            }
            // Not so much gone as about to be.
            (
                Deed::Respond(Answer { survey: id, .. }) | Deed::SelfSave(id) | Deed::See(id) | Deed::Judge(id),
                404 | 410,
            ) if self.history.may_be_gone(id) => {}
            (Deed::Unsubscribe(key), 410) if self.history.is_erased_contact(&key) => {}
            (Deed::Unsubscribe(key), 200) => self.history.told.push(Told::Unsubscribed(key)),
            (Deed::Pause, 200) => self.paused_since = Some(self.now()),
            (Deed::Ask | Deed::Resume, 200 | 202) => {}
            (deed, status) => self.history.wrong(format!("{name} answers {status} {body} to {deed:?}")),
        }
    }
}

type LocalWork = std::pin::Pin<Box<dyn Future<Output = Done>>>;
