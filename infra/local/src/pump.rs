//! Feeds the functions, as Lambda's event sources and EventBridge do in the cloud.
//!
//! It reads the stream of the surveys table for relay and for aggregate, each with its own checkpoint; hands the
//! messages of the queues over in batches and honours partial failures; fires schedules, the sweeps and the
//! deletion of what expired. What it knows is stored, so that a killed process goes on where it was; what was under way
//! then comes again.

mod workers;

use std::sync::Arc;
use std::time::Duration;

use model::task::TaskStatus;
use model::{JobKind, JobState};
use serde_json::{Value, json};
use store::keys;
use tokio::sync::Mutex;

pub use self::workers::{Digests, Loader, Note, Open, Outcome, Watch, Worker, Workers};
use crate::clock::LocalClock;
use crate::cloud::{Cloud, Error, Failed, Message, Queue, rfc3339};

/// How many stream records a function gets at once; the template says the same.
const STREAM_BATCH: usize = 100;
/// How often a stream record is tried before its reader gives up on it: fewer times than in the cloud, since somebody may
/// be looking.
const STREAM_ATTEMPTS: u32 = 5;
/// How often deliver looks after what is overdue; the template says the same.
const ERRANDS: i64 = 300_000;
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// The hour, UTC, at which tallies are held against surveys every night; the template says the same.
const NIGHT: i64 = 3 * HOUR;

/// Something that will be done later.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Waiting {
    /// When, RFC 3339.
    pub at: String,
    /// What: a step, or the queue or function that tries again.
    pub what: String,
    /// The survey it is about.
    pub survey_id: Option<String>,
}

/// What is left once nothing can be done now.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Idle {
    /// Always true: the question is answered only then.
    pub idle: bool,
    /// What waits for its time, soonest first.
    pub waiting: Vec<Waiting>,
    /// How much work failed for good.
    pub failed: u64,
}

/// Moves work through the cloud, only one thing at a time.
pub struct Pump {
    cloud: Cloud,
    clock: LocalClock,
    workers: Workers,
    surveys: String,
    ledger: String,
    progress: Mutex<Progress>,
}

struct Progress {
    relay: Reader,
    aggregate: Reader,
    next_sweep: i64,
    next_expiry: i64,
    /// When tallies are held against surveys next.
    next_night: i64,
    /// Whether time is being moved: of the nights that are passed over, the last one is enough.
    moving: bool,
    /// What is open, once somebody had to know.
    open: Option<Open>,
    errands: Errands,
    trimmed: Option<String>,
}

/// When deliver is to look after what is overdue.
struct Errands {
    /// The last time it was told to, and the state of the tables then.
    last: i64,
    seen: Option<u64>,
    next: i64,
    /// What was found out for the next time, and the state of the tables then.
    found: Option<(u64, i64)>,
}

/// The first moment from `at` on that is a whole number of `step`s.
fn mark(at: i64, step: i64) -> i64 {
    at.saturating_add(step - 1).div_euclid(step).saturating_mul(step)
}

/// The next time at which tallies are held against surveys.
fn night_after(now: i64) -> i64 {
    mark(now + 1 - NIGHT, DAY) + NIGHT
}

/// Where one function is in the stream.
struct Reader {
    name: &'static str,
    checkpoint: Option<String>,
    batch: usize,
    attempts: u32,
    retry_at: i64,
    /// The state of the tables in which nothing was left to read.
    exhausted_at: Option<u64>,
}

impl Reader {
    fn load(name: &'static str, cloud: &Cloud) -> Result<Self, Error> {
        let checkpoint = cloud.value(&format!("checkpoint.{name}"))?;
        Ok(Self { name, checkpoint, batch: STREAM_BATCH, attempts: 0, retry_at: 0, exhausted_at: None })
    }

    fn pass(&mut self, cloud: &Cloud, record: &Value) -> Result<(), Error> {
        let number = sequence_number(record).to_owned();
        cloud.set_value(&format!("checkpoint.{}", self.name), &number)?;
        self.checkpoint = Some(number);
        self.attempts = 0;
        Ok(())
    }
}

fn sequence_number(record: &Value) -> &str {
    record["dynamodb"]["SequenceNumber"].as_str().unwrap_or_default()
}

impl Pump {
    /// A pump that goes on where the one before it stopped.
    pub fn new(cloud: Cloud, clock: LocalClock, workers: Workers, surveys: &str, ledger: &str) -> Result<Self, Error> {
        let stored =
            |name: &str| -> Result<Option<i64>, Error> { Ok(cloud.value(name)?.and_then(|value| value.parse().ok())) };
        let now = clock.now();
        let progress = Progress {
            relay: Reader::load("relay", &cloud)?,
            aggregate: Reader::load("aggregate", &cloud)?,
            next_sweep: stored("next.sweep")?.unwrap_or(now - now.rem_euclid(HOUR) + HOUR),
            next_expiry: stored("next.expiry")?.unwrap_or(now - now.rem_euclid(DAY) + DAY),
            next_night: stored("next.night")?.unwrap_or_else(|| night_after(now)),
            moving: false,
            open: None,
            errands: Errands { last: now, seen: None, next: mark(now + 1, ERRANDS), found: None },
            trimmed: None,
        };
        // Whoever worked on a message when the process ended works no more.
        cloud.release_all()?;
        let progress = Mutex::new(progress);
        Ok(Self { cloud, clock, workers, surveys: surveys.to_owned(), ledger: ledger.to_owned(), progress })
    }

    /// The same, and nobody holds tallies against surveys at night.
    pub fn without_nights(self) -> Self {
        let mut progress = self.progress.into_inner();
        progress.next_night = i64::MAX;
        Self { progress: Mutex::new(progress), ..self }
    }

    /// Works until nothing can be done now.
    pub async fn settle(&self) -> Result<(), Error> {
        let mut progress = self.progress.lock().await;
        self.settle_now(&mut progress).await
    }

    /// Works until nothing can be done now, and says what waits.
    pub async fn idle(&self) -> Result<Idle, Error> {
        let mut progress = self.progress.lock().await;
        self.settle_now(&mut progress).await?;
        let mut waiting = Vec::new();
        for schedule in self.cloud.schedules()? {
            waiting.push((schedule.at, describe(&schedule.input, schedule.target.name())));
        }
        let now = self.clock.now();
        for queue in Queue::WORK {
            for message in self.cloud.messages(queue)?.iter().filter(|message| message.visible_at > now) {
                waiting.push((message.visible_at, describe(&message.body, queue.name())));
            }
        }
        for list in (0..keys::LIST_SHARDS).map(keys::retry_list) {
            for delivery in self.cloud.listed(&self.ledger, &list, now, usize::from(u8::MAX))? {
                let survey = keys::deliveries_of(&delivery.pk).map(|survey| survey.to_string());
                waiting.push((delivery.at, (RETRY.to_owned(), survey)));
            }
        }
        for reader in [&progress.relay, &progress.aggregate] {
            if reader.retry_at > now {
                waiting.push((reader.retry_at, (reader.name.to_owned(), None)));
            }
        }
        waiting.sort();
        Ok(Idle {
            idle: true,
            waiting: waiting
                .into_iter()
                .map(|(at, (what, survey_id))| Waiting { at: rfc3339(at), what, survey_id })
                .collect(),
            failed: self.cloud.failed_count()?,
        })
    }

    /// Moves the clock by `by`, with a stop wherever something is due; returns once all of it is done.
    pub async fn advance(&self, by: Duration) -> Result<(), Error> {
        self.advance_until(by, true).await
    }

    /// The same without the hourly sweep and what comes at night, which find only what was lost: for stories in which
    /// nothing is.
    pub async fn advance_unswept(&self, by: Duration) -> Result<(), Error> {
        self.advance_until(by, false).await
    }

    async fn advance_until(&self, by: Duration, sweeps: bool) -> Result<(), Error> {
        let mut progress = self.progress.lock().await;
        let target = self.clock.now().saturating_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX));
        if !sweeps {
            progress.next_sweep = progress.next_sweep.max(target - target.rem_euclid(HOUR) + HOUR);
            progress.next_night = progress.next_night.max(night_after(target));
        }
        loop {
            let since = self.clock.now();
            progress.moving = true;
            let settled = self.settle_now(&mut progress).await;
            progress.moving = false;
            settled?;
            let next = self.next_due(&mut progress, since, true).await?.min(target);
            self.clock.move_to(next);
            // Stored before the work at that time, so that a killed process does not come back in its own past.
            self.cloud.set_value("clock.offset", &self.clock.offset().to_string())?;
            if next >= target {
                self.settle_now(&mut progress).await?;
                break;
            }
        }
        self.cloud.changed();
        Ok(())
    }

    /// Works in the background whenever something changes or falls due.
    pub async fn run(self: Arc<Self>) {
        let mut changes = self.cloud.changes();
        loop {
            changes.borrow_and_update();
            let since = self.clock.now();
            if let Err(error) = self.settle().await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the pump failed and tries again in a second"
                );
                tokio::time::sleep(Duration::from_secs(1)).await;
                continue;
            }
            let next = {
                let mut progress = self.progress.lock().await;
                self.next_due(&mut progress, since, false).await.unwrap_or(i64::MAX)
            };
            let pause = u64::try_from(next.saturating_sub(self.clock.now())).unwrap_or(0).clamp(10, 3_600_000);
            tokio::select! {
                changed = changes.changed() => if changed.is_err() { return },
                () = tokio::time::sleep(Duration::from_millis(pause)) => {}
            }
        }
    }

    /// Tries everything again that failed for good; returns how much that was.
    pub async fn retry_failed(&self) -> Result<usize, Error> {
        let mut progress = self.progress.lock().await;
        let mut count = 0;
        for queue in Queue::WORK {
            count += self.cloud.redrive(queue)?;
        }
        for failed in self.cloud.given_up()? {
            count += 1;
            self.retry_record(&failed).await?;
        }
        self.settle_now(&mut progress).await?;
        Ok(count)
    }

    async fn retry_record(&self, failed: &Failed) -> Result<(), Error> {
        let worker = if failed.reader == "relay" { &self.workers.relay } else { &self.workers.aggregate };
        match call(worker, json!({"Records": [failed.record]})).await {
            Ok(again) if again.is_empty() => self.cloud.done_after_all(failed),
            Ok(_) => Ok(()),
            Err(why) => {
                tracing::warn!(reader = failed.reader, why, "a stream record failed again");
                Ok(())
            }
        }
    }

    async fn settle_now(&self, progress: &mut Progress) -> Result<(), Error> {
        while self.round(progress).await? {}
        self.trim(progress)
    }

    /// One batch for everybody who has work; says whether anybody had.
    async fn round(&self, progress: &mut Progress) -> Result<bool, Error> {
        let mut worked = self.cloud.fire_due()? > 0;
        let now = self.clock.now();
        if now >= progress.next_sweep {
            progress.next_sweep = now - now.rem_euclid(HOUR) + HOUR;
            self.cloud.set_value("next.sweep", &progress.next_sweep.to_string())?;
            if self.sweep_may_find(progress, now).await {
                self.cloud.send(Queue::Step, r#"{"sweep":true}"#, Duration::ZERO)?;
                worked = true;
            }
            if self.jobs_may_be_lost()? {
                self.cloud.send(Queue::Recount, r#"{"sweep":true}"#, Duration::ZERO)?;
                worked = true;
            }
        }
        if now >= progress.next_night && !progress.moving {
            progress.next_night = night_after(now);
            self.cloud.set_value("next.night", &progress.next_night.to_string())?;
            self.cloud.send(Queue::Recount, r#"{"reconcile":true}"#, Duration::ZERO)?;
            worked = true;
        }
        if now >= progress.errands.next {
            let seen = Some(self.cloud.table_writes());
            progress.errands = Errands { last: now, seen, next: mark(now + 1, ERRANDS), found: None };
            self.cloud.send(Queue::Deliver, r#"{"sweep":true}"#, Duration::ZERO)?;
            worked = true;
        }
        if now >= progress.next_expiry {
            progress.next_expiry = now - now.rem_euclid(DAY) + DAY;
            self.cloud.set_value("next.expiry", &progress.next_expiry.to_string())?;
            worked |= self.cloud.sweep_expired()? > 0;
        }
        let Progress { relay, aggregate, open, .. } = progress;
        let (relayed, counted, mailed, stepped, heard, replied, told, recounted) = tokio::join!(
            self.read(relay, &self.workers.relay, open.as_mut()),
            self.read(aggregate, &self.workers.aggregate, None),
            self.drain(Queue::Mail, &self.workers.dispatch),
            self.drain(Queue::Step, &self.workers.remind),
            self.drain(Queue::MailEvents, &self.workers.mail_events),
            self.drain(Queue::Replies, &self.workers.replies),
            self.drain(Queue::Deliver, &self.workers.deliver),
            self.drain(Queue::Recount, &self.workers.recount),
        );
        worked |= relayed? | counted? | mailed? | stepped? | heard? | replied? | told? | recounted?;
        Ok(worked)
    }

    /// Whether the hourly sweep would look at anything but what it saw before.
    async fn sweep_may_find(&self, progress: &mut Progress, now: i64) -> bool {
        if progress.open.is_none() {
            match tokio::spawn((self.workers.watch.load)()).await.map_err(|error| error.to_string()).flatten() {
                Ok(open) => progress.open = Some(open),
                Err(why) => tracing::warn!(why, "nobody knows what is open, so the sweep is woken"),
            }
        }
        progress.open.as_ref().is_none_or(|open| open.values().any(|from| now >= *from))
    }

    /// Whether there is a job on all surveys that is not over: the sweep would find nothing else.
    fn jobs_may_be_lost(&self) -> Result<bool, Error> {
        let open = |item: &Value| {
            [JobState::Waiting, JobState::Running].iter().any(|state| item["state"]["S"] == state.as_str())
        };
        for kind in JobKind::ALL {
            if self.cloud.items(&self.ledger, &keys::jobs(kind))?.iter().any(open) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Gives a reader its next batch of the stream.
    async fn read(&self, reader: &mut Reader, worker: &Worker, open: Option<&mut Open>) -> Result<bool, Error> {
        if self.clock.now() < reader.retry_at {
            return Ok(false);
        }
        let writes = self.cloud.table_writes();
        if reader.exhausted_at == Some(writes) {
            return Ok(false);
        }
        let records = self.cloud.records(&self.surveys, reader.checkpoint.as_deref(), reader.batch)?;
        let Some(last) = records.last() else {
            reader.exhausted_at = Some(writes);
            return Ok(false);
        };
        if let Some(open) = open {
            for (survey, from) in records.iter().filter_map(self.workers.watch.note) {
                match from {
                    Some(from) => open.insert(survey, from),
                    None => open.remove(&survey),
                };
            }
        }
        let outcome = call(worker, json!({"Records": records})).await;
        let (failed_at, why) = match outcome {
            Ok(failed) if failed.is_empty() => {
                reader.pass(&self.cloud, last)?;
                reader.batch = STREAM_BATCH;
                return Ok(true);
            }
            // The lowest number is the checkpoint; a number that is not in the batch fails all of it.
            Ok(failed) => {
                let first =
                    records.iter().position(|record| failed.iter().any(|number| number == sequence_number(record)));
                (first.unwrap_or(0), "reported as failed".to_owned())
            }
            Err(why) if records.len() > 1 => {
                tracing::warn!(reader = reader.name, records = records.len(), why, "a batch failed and is cut in two");
                reader.batch = records.len() / 2;
                return Ok(true);
            }
            Err(why) => (0, why),
        };
        if let Some(before) = failed_at.checked_sub(1).and_then(|before| records.get(before)) {
            reader.pass(&self.cloud, before)?;
        }
        reader.batch = 1;
        reader.attempts += 1;
        if reader.attempts >= STREAM_ATTEMPTS {
            if let Some(record) = records.get(failed_at) {
                tracing::error!(reader = reader.name, why, "a stream record was given up");
                self.cloud.give_up(reader.name, record, &why)?;
                reader.pass(&self.cloud, record)?;
            }
            reader.batch = STREAM_BATCH;
            return Ok(true);
        }
        tracing::warn!(reader = reader.name, attempts = reader.attempts, why, "a stream record failed");
        reader.retry_at = self.clock.now().saturating_add(500 << reader.attempts);
        Ok(true)
    }

    /// Gives the reader of a queue its next batch of messages.
    async fn drain(&self, queue: Queue, worker: &Worker) -> Result<bool, Error> {
        let messages = self.cloud.receive(queue, queue.batch(), queue.visibility())?;
        if messages.is_empty() {
            return Ok(false);
        }
        let records: Vec<Value> = messages.iter().map(|message| message.record(queue)).collect();
        let (failed, why) = match call(worker, json!({"Records": records})).await {
            Ok(failed) => (failed, "reported as failed".to_owned()),
            Err(why) => (messages.iter().map(Message::message_id).collect(), why),
        };
        // An identifier that is not in the batch fails all of it, as on Lambda.
        let known = |id: &String| messages.iter().any(|message| message.message_id() == *id);
        let all = !failed.iter().all(known);
        let (again, done): (Vec<Message>, Vec<Message>) =
            messages.iter().cloned().partition(|message| all || failed.contains(&message.message_id()));
        self.cloud.delete(&done)?;
        for message in &again {
            tracing::warn!(queue = queue.name(), received = message.received, why, "a message comes again");
            self.cloud.release(message, queue.visibility(), &why)?;
        }
        Ok(true)
    }

    /// When deliver is to look after what is overdue next. With `skip`, moments at which it would find nothing are left
    /// out: there are 288 a day.
    async fn next_errands(&self, errands: &mut Errands, skip: bool) -> Result<i64, Error> {
        let writes = self.cloud.table_writes();
        if !skip {
            return Ok(mark(errands.last + 1, ERRANDS));
        }
        if let Some((_, next)) = errands.found.filter(|(seen, _)| *seen == writes) {
            return Ok(next);
        }
        let mut next = i64::MAX;
        // Who opened a destination again, or wrote anything else that is on no list, is met within the hour.
        if errands.seen != Some(writes) {
            next = mark(errands.last + 1, HOUR);
        }
        let first = |list: &str, after: i64| -> Result<Option<i64>, Error> {
            Ok(self.cloud.listed(&self.ledger, list, after, 1)?.first().map(|found| found.at))
        };
        for shard in 0..keys::LIST_SHARDS {
            for list in [keys::retry_list(shard), keys::task_list(TaskStatus::Open, shard), keys::letter_shard(shard)] {
                if let Some(at) = first(&list, errands.last)? {
                    next = next.min(mark(at, ERRANDS));
                }
            }
            // What was overdue when it was looked at last has had its turn, and gets another one in a while.
            if first(&keys::retry_list(shard), 0)?.is_some_and(|at| at <= errands.last) {
                next = next.min(mark(errands.last + 1, HOUR));
            }
        }
        match tokio::spawn((self.workers.watch.digests)(errands.last))
            .await
            .map_err(|error| error.to_string())
            .flatten()
        {
            Ok(Some(at)) => next = next.min(mark(at, ERRANDS)),
            Ok(None) => {}
            Err(why) => {
                tracing::warn!(why, "nobody knows when digests go out, so deliver is woken");
                next = next.min(mark(errands.last + 1, HOUR));
            }
        }
        errands.found = Some((writes, next));
        Ok(next)
    }

    /// When the next thing happens by itself, in milliseconds, after what was settled from `since` on: time goes on while
    /// that is done, and what fell due meanwhile may have been missed. With `skip`, without what would find nothing.
    async fn next_due(&self, progress: &mut Progress, since: i64, skip: bool) -> Result<i64, Error> {
        progress.errands.next = self.next_errands(&mut progress.errands, skip).await?;
        let retries =
            [&progress.relay, &progress.aggregate].map(|reader| (reader.retry_at > since).then_some(reader.retry_at));
        let due = [
            Some(progress.next_sweep),
            Some(progress.next_expiry),
            Some(progress.errands.next),
            Some(progress.next_night).filter(|_| !skip),
            self.cloud.next_schedule()?,
            self.cloud.next_visible(since)?,
        ];
        Ok(due.into_iter().chain(retries).flatten().min().unwrap_or(i64::MAX))
    }

    /// Forgets the stream records that both readers have passed.
    fn trim(&self, progress: &mut Progress) -> Result<(), Error> {
        // Sequence numbers all have the same length, so their text sorts as they do.
        let passed = progress.relay.checkpoint.as_ref().min(progress.aggregate.checkpoint.as_ref());
        if passed > progress.trimmed.as_ref() {
            if let Some(passed) = passed {
                self.cloud.trim(&self.surveys, passed)?;
            }
            progress.trimmed = passed.cloned();
        }
        Ok(())
    }
}

/// Calls a function in a task of its own, so that a panic fails this event and nothing else.
async fn call(worker: &Worker, event: Value) -> Outcome {
    match tokio::spawn(worker(event)).await {
        Ok(outcome) => outcome,
        Err(error) => Err(error.to_string()),
    }
}

/// What waits for a destination that could not be told: no failed work, since its turn will come.
const RETRY: &str = "retry";

/// The next turn of a job on all surveys.
const JOB: &str = "job";

/// The step and the survey a message speaks of, or the queue it is on. A letter is named by its name, and so are thanks
/// that are yet to be written.
pub(crate) fn describe(body: &str, queue: &str) -> (String, Option<String>) {
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let letter = text("/letter")
        .and_then(|letter| letter.split_once('/').map(|(shelf, name)| (shelf.to_owned(), name.to_owned())));
    let (shelf, name) = letter.unzip();
    let survey = text("/survey").or_else(|| text("/detail/mail/tags/survey/0")).or(shelf);
    let thanks = (body["thanks"] == true).then(|| "thanks".to_owned());
    let retry = text("/destination").map(|_| RETRY.to_owned());
    let job = text("/job").map(|_| JOB.to_owned());
    (text("/step").or(name).or(thanks).or(retry).or(job).unwrap_or_else(|| queue.to_owned()), survey)
}

#[cfg(test)]
mod tests;
