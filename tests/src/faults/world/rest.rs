//! The end: everything that is left is done in calm weather, and then the world is judged.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::http::Request;
use local::cloud::Queue;
use model::campaign::Bands;
use model::tally::{Changes, Counter, Row, add, contribution, tidied};
use model::task::{Task, kept};
use model::{Campaign, CampaignId, JobKind, JobState, Standing, SurveyId, Timestamp};
use serde_json::{Value, json};
use store::{StoredCampaign, keys};

use super::{HOUR, MINUTE, World};
use crate::faults::fleet::Function;

impl World {
    /// No more faults: what is due is done, what comes again comes again, until nothing is left. Then the
    /// world is judged.
    pub(super) async fn come_to_rest(&mut self) {
        self.calm = true;
        self.calm_since = self.now();
        self.note("calm from here on");
        // It may have failed for so long that it was disabled: somebody sees that, and enables it again.
        self.enable_the_bus().await;
        // What was under way may end after it.
        self.finish_all().await;
        self.resume();
        for email in self.to_erase.clone() {
            self.ask_to_erase(email);
        }
        self.late = self.errands_are_late();
        let mut sweeps = self.last_sweeps();
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
                self.cloud.next_visible(now).expect("messages"),
                self.cloud.next_schedule().expect("schedules").filter(|_| open),
                self.underway.iter().map(|event| event.from).min(),
                self.next_errand(),
                sweeps.first().copied(),
                // Of the hourly sweeps the one at midnight is enough: it looks at everything.
                open.then_some(now - now.rem_euclid(24 * HOUR) + 24 * HOUR),
            ];
            let Some(next) = next.into_iter().flatten().min() else {
                if self.recounts() && self.proves() {
                    continue;
                }
                return self.judge_all();
            };
            // What is due and cannot be done yet is not looked at a thousand times within a second.
            self.clock.store(next.max(now + 1_000), Ordering::SeqCst);
            let swept = sweeps.len();
            sweeps.retain(|at| *at > self.now());
            if sweeps.len() < swept || self.next_errand().is_some_and(|due| due <= self.now()) {
                self.sweep_errands();
            }
            if self.now().rem_euclid(24 * HOUR) == 0 {
                self.sweep();
            }
        }
        let open: Vec<_> =
            self.history.lives.values().filter(|life| life.now.state.is_open()).map(|life| life.now.clone()).collect();
        self.history.wrong(format!("it never comes to rest: {open:#?}"));
    }

    /// When the sweep of every five minutes finds a delivery, a letter or an overdue task to look after.
    fn next_errand(&self) -> Option<i64> {
        let lists = (0..keys::LIST_SHARDS).flat_map(|shard| [keys::retry_list(shard), keys::letter_shard(shard)]);
        let due = lists
            .filter_map(|list| self.cloud.listed("ledger", &list, 0, 1).expect("a list").first().map(|one| one.at));
        let due = due.chain(self.next_overdue());
        due.min().map(|at| (at + 5 * MINUTE - 1).div_euclid(5 * MINUTE) * 5 * MINUTE)
    }

    /// Has everything counted anew that bad weather kept from it, and then proven, as a night does. `false` once that is done.
    fn proves(&mut self) -> bool {
        let jobs = |kind| self.cloud.items("ledger", &keys::jobs(kind)).expect("jobs");
        let open = |job: &Value| job["state"]["S"] == "waiting" || job["state"]["S"] == "running";
        if JobKind::ALL.into_iter().any(|kind| jobs(kind).iter().any(open)) {
            self.clock.fetch_add(16 * MINUTE, Ordering::SeqCst);
            self.sweep_recounts();
            return true;
        }
        self.proof += 1;
        match self.proof {
            1 => self.recount(),
            2 => self.cloud.send(Queue::Recount, r#"{"reconcile":true}"#, Duration::ZERO).expect("a message"),
            _ => {
                let last = jobs(JobKind::Reconciliation).into_iter().max_by_key(|job| job["sk"]["S"].to_string());
                let job: Option<serde_dynamo::Item> = last.and_then(|job| serde_json::from_value(job).ok());
                let job: Option<model::Job> = job.and_then(|job| serde_dynamo::from_item(job).ok());
                let proven = job.as_ref().is_some_and(|job| {
                    job.state == JobState::Done
                        && job.check.as_ref().is_some_and(|check| check.is_equal() && check.busy == 0)
                });
                if !proven {
                    self.history
                        .wrong(format!("G4: the reconciliation does not find tallies and surveys equal: {job:#?}"));
                }
                return false;
            }
        }
        true
    }

    /// Does everything that can be done now.
    pub(super) async fn work_off(&mut self) {
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

    pub(super) fn judge_all(&mut self) {
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
        let bands = self.put_campaign().bands;
        let gone = self.history.erased.iter().map(|survey| (survey, Bands::default()));
        let all = self.history.lives.values().map(|life| (&life.now, bands.clone())).chain(gone);
        for (survey, bands) in all {
            add(&mut expected, contribution(survey, &bands).rows());
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
        self.judge_tasks();
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

    /// The campaign as it is now.
    fn put_campaign(&self) -> Campaign {
        let doc = |item: &Value| serde_json::from_str::<StoredCampaign>(item["doc"]["S"].as_str()?).ok();
        let config = self.cloud.items("ledger", keys::CONFIG).expect("the configuration");
        config.iter().find_map(doc).expect("a campaign was put").campaign
    }

    /// The tasks of each survey are those its state asks for, and the system outside knows them.
    fn judge_tasks(&mut self) {
        let now = Timestamp::from_millis(self.now());
        let campaign = self.put_campaign();
        let mut tasks: BTreeMap<SurveyId, Vec<Task>> = BTreeMap::new();
        for item in self.cloud.items("ledger", "T#").expect("tasks") {
            let item: serde_dynamo::Item = serde_json::from_value(item).expect("an item");
            let task: Task = serde_dynamo::from_item(item).expect("a task");
            tasks.entry(task.survey).or_default().push(task);
        }
        self.judge_places();
        self.judge_cards();
        if self.writes {
            self.judge_letters(&campaign, &tasks);
        }
        let mut wrong = Vec::new();
        for (id, life) in &self.history.lives {
            let held = tasks.remove(id).unwrap_or_default();
            let mut due = kept(&life.now, &campaign, &held, now);
            // As they lie in the table.
            due.sort_by_key(|task| task.kind.as_str());
            if due != held {
                wrong.push(format!("tasks: {id} has {held:#?} and not {due:#?}"));
            }
            let words = |task: &Task| format!("{} {}", task.kind.as_str(), task.status.as_str());
            let held: BTreeSet<String> = held.iter().map(words).collect();
            let told = self.history.tasks_outside(*id);
            if held != told {
                wrong.push(format!("tasks: {id} has {held:?}, and outside they are {told:?}"));
            }
        }
        wrong.extend(tasks.into_keys().map(|id| format!("tasks: {id} was erased, and its tasks were not")));
        self.history.wrong.extend(wrong);
    }

    /// The sums of the ledger, straight from the table.
    pub(super) fn tallies(&self) -> Changes {
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
