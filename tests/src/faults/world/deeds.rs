//! What may happen next: people and CRMs act, work is handed out, time passes.

use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use local::cloud::Queue;
use model::{Email, Score, SurveyId, Timestamp};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::ways::PHONE;
use super::{Answer, Deed, Done, HOUR, Job, KEY, MINUTE, VISIBILITY, Work, World};
use crate::faults::fleet::{Environment, Function, PUBLIC};
use crate::faults::history::Mail;
use crate::faults::network::Call;
use crate::faults::ways::has_texts;

impl World {
    /// Something new happens, if it can.
    pub(super) async fn something(&mut self) -> bool {
        // While somebody tells there is news, more often than not: that is what a lease is for.
        if self.calls.iter().any(Call::is_on_the_bus) && self.chance(600) {
            return match self.below(5) {
                0 | 1 => self.respond(),
                2 => self.read_stream(Function::Relay),
                _ => self.read_queue(Queue::Deliver),
            };
        }
        if self.pauses() && self.chance(60) {
            return self.pause_or_resume();
        }
        if self.chance(200) && self.another_way() {
            return true;
        }
        match self.below(if self.recounts() { 52 } else { 46 }) {
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
            40..=43 => return self.read_queue(Queue::Deliver),
            44 => self.sweep_errands(),
            46 => self.recount(),
            // Nobody knows by which bands what is gone was counted last.
            47 if !self.erases => self.change_bands(),
            47..=50 => return self.read_queue(Queue::Recount),
            51 => self.sweep_recounts(),
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
    pub(super) async fn pass(&mut self, time: i64) {
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
        if self.chance(800) {
            self.sweep_errands();
        }
    }

    /// The rule of every five minutes fires.
    pub(super) fn sweep_errands(&mut self) {
        self.note("the rule of every five minutes fires");
        self.cloud.send(Queue::Deliver, r#"{"sweep":true}"#, Duration::ZERO).expect("a message");
    }

    /// Whether surveys are counted anew here, and numbers proven in the end.
    pub(super) fn recounts(&self) -> bool {
        self.seed % 4 == 3
    }

    /// Whether the campaign begins with few mails a day here.
    pub(super) fn warms_up(&self) -> bool {
        self.seed % 6 == 5
    }

    /// Whether somebody pauses the campaign here, and lets it go on.
    fn pauses(&self) -> bool {
        self.seed % 5 == 2
    }

    /// Somebody pauses the campaign or lets it go on, one after the other: of two at once nobody knows which was last.
    fn pause_or_resume(&mut self) -> bool {
        let switching = |work: &Work| matches!(work.job, Job::Http(Deed::Pause | Deed::Resume));
        if self.works.values().any(switching) {
            return false;
        }
        if self.chance(400) {
            self.request(Function::Manage, "POST", "/v1/campaigns/default/pause", None, Deed::Pause);
        } else {
            self.resume();
        }
        true
    }

    /// Somebody lets the campaign go on.
    pub(super) fn resume(&mut self) {
        self.paused_since = None;
        self.request(Function::Manage, "POST", "/v1/campaigns/default/resume", None, Deed::Resume);
    }

    /// Somebody has everything counted anew.
    pub(super) fn recount(&mut self) {
        self.note("everything is to be counted anew");
        self.request(Function::Manage, "POST", "/v1/recounts", None, Deed::Ask);
    }

    /// Somebody changes the bands, for what was answered and for what will be.
    fn change_bands(&mut self) {
        let mut campaign = self.campaign.clone();
        campaign["bands"] = if self.chance(500) { json!({"team": [0]}) } else { json!({}) };
        self.note(format!("the bands become {}", campaign["bands"]));
        self.request(Function::Manage, "PUT", "/v1/campaigns/default", Some(campaign), Deed::Ask);
    }

    /// The rule of every quarter of an hour fires.
    pub(super) fn sweep_recounts(&mut self) {
        self.note("the rule of every quarter of an hour fires");
        self.cloud.send(Queue::Recount, r#"{"sweep":true}"#, Duration::ZERO).expect("a message");
    }

    pub(super) fn sweep(&mut self) {
        self.last_sweep = self.now();
        self.note("the hourly rule fires");
        self.cloud.send(Queue::Step, r#"{"sweep":true}"#, Duration::ZERO).expect("a message");
    }

    /// A schedule fires: once, twice, late, or never.
    pub(super) fn fire(&mut self) -> bool {
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
    pub(super) fn shuffle(&mut self) -> bool {
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

    pub(super) fn request(&mut self, function: Function, method: &str, path: &str, body: Option<Value>, deed: Deed) {
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

    pub(super) fn trigger(&mut self) {
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
        // Dan has no address where texts are sent.
        let by_text = who == 3 && has_texts(self.seed);
        let owner = self.one_of(&["sam", "kim"]);
        let modified = self
            .chance(300)
            .then(|| Timestamp::from_millis(self.now() - self.one_of(&[0, HOUR, 50 * HOUR])).to_string());
        let body = json!({
            "subject_id": format!("a0X{subject}"), "contact_email": (!by_text).then_some(email),
            "completion_percent": self.one_of(&[100, 100, 100, 60]),
            "milestone": self.chance(200).then_some("renewal"),
            "owner_id": owner,
            "owner_email": self.writes.then(|| format!("{owner}@company.example")),
            "contact_id": (who < 2).then(|| format!("0035g{who}")),
            "contact_phone": if by_text { Some(PHONE) } else { (who == 1).then_some("+49 30 1234") },
            "record_modified_at": modified,
            "contact_time_zone": self.chance(300).then_some("America/New_York"),
            "attributes": {"team": self.one_of(&["EMEA/DACH", "EMEA/UK", "US"])},
            "dry_run": self.chance(20),
        });
        // What a dry run says is no promise.
        let deed = if body["dry_run"] == true { Deed::Ask } else { Deed::Trigger };
        self.request(Function::Intake, "POST", "/v1/triggers", Some(body), deed);
    }

    pub(super) fn some_mail(&self) -> Option<Mail> {
        let mails = &self.history.mails;
        (!mails.is_empty()).then(|| mails[self.index(mails.len())].clone())
    }

    pub(super) fn respond(&mut self) -> bool {
        let Some(mail) = self.some_mail() else { return false };
        self.answer(&mail.page, mail.survey);
        true
    }

    /// Somebody confirms a score on a page, and says more, or does not.
    pub(super) fn answer(&mut self, page: &str, survey: SurveyId) {
        let score = self.some_score();
        let comment = self.chance(300);
        let mut body = json!({"score": score});
        if comment {
            body["comment"] = json!("It was fine.");
        }
        if self.chance(200) {
            body["follow_up"] = json!(self.chance(500));
        }
        if self.gives_reasons() && self.chance(300) {
            body["reasons"] = self.one_of(&[json!([]), json!(["slow"]), json!(["slow", "price"])].each_ref()).clone();
        }
        let press = self.history.ways.pressed(survey, score, Timestamp::from_millis(self.now()));
        let answer = Answer { survey, score, comment, press };
        self.request(Function::Capture, "POST", page, Some(body), Deed::Respond(answer));
    }

    pub(super) fn some_score(&self) -> Score {
        Score::try_from(u8::try_from(self.below(11)).unwrap_or(0)).expect("a score")
    }

    pub(super) fn unsubscribe(&mut self) -> bool {
        let Some(mail) = self.some_mail().filter(|_| self.chance(400)) else { return false };
        let Some(path) = mail.unsubscribe else { return false };
        self.request(Function::Capture, "POST", &path, None, Deed::Unsubscribe(mail.contact));
        true
    }

    pub(super) fn judge(&mut self) -> bool {
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

    pub(super) fn erase(&mut self) -> bool {
        if !self.erases || !self.chance(250) {
            return false;
        }
        let email = self.one_of(&["ada@example.com", "bob@example.com", "cleo@example.com"]);
        self.ask_to_erase(email);
        true
    }

    pub(super) fn ask_to_erase(&mut self, email: &'static str) {
        self.to_erase.insert(email);
        self.history.erasing(&Email::parse(email).expect("an address").key());
        self.request(Function::Manage, "DELETE", &format!("/v1/contacts/{email}"), None, Deed::Erase(email));
    }

    /// A batch of the stream: on from the checkpoint, or once more from behind it; cut anywhere.
    pub(super) fn read_stream(&mut self, function: Function) -> bool {
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

    pub(super) fn stream_batch(&mut self, function: Function, from: usize, to: usize) {
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

    pub(super) fn read_queue(&mut self, queue: Queue) -> bool {
        let most = 1 + self.index(5);
        self.queue_batch(queue, most)
    }

    pub(super) fn queue_batch(&mut self, queue: Queue, most: usize) -> bool {
        let mut messages = self.cloud.receive(queue, most, VISIBILITY).expect("messages");
        messages.iter_mut().for_each(|message| self.sabotage.on_a_queue(queue, message, self.now()));
        if messages.is_empty() {
            return false;
        }
        let records: Vec<Value> = messages.iter().map(|message| message.record(queue)).collect();
        let event: aws_lambda_events::sqs::SqsEvent =
            serde_json::from_value(json!({"Records": records})).expect("an event");
        let function = match queue {
            Queue::Mail => Function::Dispatch,
            Queue::Step => Function::Remind,
            Queue::Deliver => Function::Deliver,
            Queue::Recount => Function::Recount,
            Queue::Replies => Function::Replies,
            _ => Function::MailEvents,
        };
        self.start(function, Job::Queue(queue, messages), |environment| {
            Box::pin(async move {
                let answer = match environment {
                    Environment::Dispatch(deps) => {
                        dispatch::handle(&deps, event).await.map_err(|error| error.to_string())
                    }
                    Environment::Remind(deps) => remind::handle(&deps, event).await.map_err(|error| error.to_string()),
                    Environment::Deliver(deps) => {
                        deliver::handle(&deps, event).await.map_err(|error| error.to_string())
                    }
                    Environment::Recount(deps) => {
                        recount::handle(&deps, event).await.map_err(|error| error.to_string())
                    }
                    Environment::Replies(deps) => {
                        replies::handle(&deps, event).await.map_err(|error| error.to_string())
                    }
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
}
