//! How a survey shows itself to people: its steps and its timeline, computed from what is stored.

use serde_json::{Value, json};

use crate::survey::{PutOff, State, Step, Survey, UNKNOWN_AFTER};
use crate::time::Timestamp;

/// What became of a step so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// Its time has not come, or it is being worked on.
    Waiting,
    /// A mail is on its way to SES.
    Claimed,
    /// SES took the mail.
    Sent,
    /// The contact's server took the mail.
    Delivered,
    /// The mail came back.
    Bounced,
    /// A mail may or may not have reached SES.
    Unknown,
    /// SES refused the mail.
    Failed,
    /// It is not needed any more, or no part of the cadence.
    Skipped,
    /// Done.
    Done,
}

impl StepState {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Claimed => "claimed",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Bounced => "bounced",
            Self::Unknown => "unknown",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Done => "done",
        }
    }
}

/// A step as people see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepView {
    /// Which.
    pub step: Step,
    /// What became of it.
    pub state: StepState,
    /// When that was, or when it is due; nothing for a step that does not come.
    pub at: Option<Timestamp>,
}

/// The four steps of a survey as they stand.
#[must_use]
pub fn steps(survey: &Survey, now: Timestamp) -> Vec<StepView> {
    Step::ALL.into_iter().map(|step| view(survey, step, now)).collect()
}

fn view(survey: &Survey, step: Step, now: Timestamp) -> StepView {
    let done = match step {
        Step::Invite | Step::Remind => survey.mail(step).and_then(|mail| {
            let in_flight = (survey.in_flight == Some(step)).then_some(mail.claimed_at).flatten();
            let fate = [
                (StepState::Bounced, mail.bounced_at),
                (StepState::Failed, mail.failed_at),
                (StepState::Delivered, mail.delivered_at),
                (StepState::Sent, mail.sent_at),
            ];
            let in_flight = in_flight.map(|at| {
                let silent = survey.silent_for(step, now, UNKNOWN_AFTER);
                (if silent { StepState::Unknown } else { StepState::Claimed }, at)
            });
            fate.into_iter().find_map(|(state, at)| Some((state, at?))).or(in_flight)
        }),
        Step::Task => survey.task_at.map(|at| (StepState::Done, at)),
        Step::Close => survey.ended_at.filter(|_| survey.closed).map(|at| (StepState::Done, at)),
    };
    if let Some((state, at)) = done {
        return StepView { step, state, at: Some(at) };
    }
    // What is next, and what comes after it, is still to come; the rest was passed over.
    let to_come = survey.next.filter(|due| due.step <= step).and(survey.due(step));
    match to_come {
        Some(planned) => {
            let at = survey.next.filter(|due| due.step == step).map_or(planned, |due| due.at);
            StepView { step, state: StepState::Waiting, at: Some(at) }
        }
        None => StepView { step, state: StepState::Skipped, at: None },
    }
}

/// One entry of a timeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// What, in the words of the contract.
    pub what: &'static str,
    /// More about it; an object.
    pub detail: Value,
}

/// Everything that happened to a survey, oldest first.
#[must_use]
pub fn timeline(survey: &Survey) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut add = |at: Option<Timestamp>, what: &'static str, detail: Value| {
        entries.extend(at.map(|at| Entry { at, what, detail }));
    };
    add(Some(survey.created_at), "created", json!({ "milestone": survey.milestone }));
    if let Some(why) = survey.put_off {
        let reason = match why {
            PutOff::OutsideHours => "outside_hours",
            PutOff::AskedRecently => "asked_recently",
        };
        let detail = json!({ "reason": reason, "send_at": survey.send_at.to_string() });
        add(Some(survey.created_at), "deferred", detail);
    }
    for news in &survey.taken_over {
        add(Some(news.at), "taken_over", json!({ "fields": news.fields }));
    }
    for (step, mail) in [(Step::Invite, &survey.invite), (Step::Remind, &survey.remind)] {
        let detail = json!({ "step": step.as_str() });
        let sent = if step == Step::Invite { "sent" } else { "reminded" };
        add(mail.sent_at, sent, detail.clone());
        add(mail.delivered_at, "delivered", detail.clone());
        add(mail.bounced_at, "bounced", detail);
    }
    add(survey.task_at, "task_opened", json!({ "kind": "non_response" }));
    // The task asks for an answer: the first one completes it.
    let completed = survey.task_at.and(survey.answered_at());
    for (nth, change) in survey.changes.iter().enumerate() {
        let detail = json!({ "score": change.score.value(), "changed": nth > 0 });
        add(Some(change.at), "responded", detail);
    }
    add(completed, "task_completed", json!({ "kind": "non_response" }));
    add(survey.commented_at, "commented", json!({}));
    add(survey.unsubscribed_at, "unsubscribed", json!({}));
    let ended = match survey.state {
        State::Stopped | State::Failed => Some(survey.state.as_str()),
        _ => survey.closed.then_some("closed"),
    };
    if let Some(how) = ended {
        add(survey.ended_at, "closed", json!({ "state": how }));
    }
    entries.sort_by_key(|entry| entry.at);
    entries
}
