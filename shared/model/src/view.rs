//! How a survey shows itself to people: its steps and its timeline, computed from what is stored.

use serde_json::{Value, json};

use crate::delivery::Delivery;
use crate::score::Standing;
use crate::survey::{PutOff, State, Step, Survey, UNKNOWN_AFTER};
use crate::task::Task;
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

/// Everything that happened to a survey and its tasks, oldest first.
#[must_use]
pub fn timeline(survey: &Survey, tasks: &[Task]) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut add = |at: Option<Timestamp>, what: &'static str, detail: Value| {
        entries.extend(at.map(|at| Entry { at, what, detail }));
    };
    let mut made = json!({ "milestone": survey.milestone });
    if let Some(imported) = &survey.imported {
        made["imported_from"] = json!(imported.from);
        made["imported_at"] = json!(imported.at.to_string());
    }
    if let Some(through) = &survey.through {
        made["door"] = json!(through.door);
    }
    // Of one that was asked elsewhere it is known when, and that may have been corrected since it was brought here.
    let made_at = if survey.imported.is_some() { survey.send_at } else { survey.created_at };
    add(Some(made_at), "created", made);
    if let Some(why) = survey.put_off {
        let reason = match why {
            PutOff::OutsideHours => "outside_hours",
            PutOff::AskedRecently => "asked_recently",
            PutOff::Spread => "spread",
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
    // Of thanks, or of a mail that had come back for the time being before.
    let known = [survey.invite.bounced_at, survey.remind.bounced_at];
    add(survey.undeliverable_at.filter(|at| !known.contains(&Some(*at))), "bounced", json!({ "for_good": true }));
    add(survey.seen_at, "opened", json!({}));
    for (nth, change) in survey.changes.iter().enumerate() {
        let score = change.score.value();
        let mut detail = json!({ "score": score, "changed": nth > 0 });
        if survey.imported.is_none() {
            detail["by"] = json!(change.by.as_str());
        }
        if change.self_saved {
            detail["standing"] = json!(Standing::SelfSaved.as_str());
            let confirmed = json!({ "score": score, "changed": false, "by": change.by.as_str(), "standing": Standing::Confirmed.as_str() });
            add(change.confirmed_at, "responded", confirmed);
        }
        add(Some(change.at), "responded", detail);
    }
    for task in tasks {
        let kind = task.kind.as_str();
        add(Some(task.opened_at), "task_opened", json!({ "kind": kind, "due_at": task.due_at.to_string() }));
        let detail = json!({ "kind": kind, "by": task.completed_by, "note": task.note });
        add(task.completed_at, "task_completed", detail);
    }
    add(survey.commented_at, "commented", said(survey));
    add(survey.unsubscribed_at, "unsubscribed", json!({}));
    add(survey.complained_at, "unsubscribed", json!({ "reason": "complained" }));
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

/// What a comment is about and how it sounds, as far as that is known, and since when a person has said so.
fn said(survey: &Survey) -> Value {
    let mut detail = json!({});
    if !survey.themes().is_empty() {
        detail["themes"] = json!(survey.themes());
    }
    if let Some(sentiment) = survey.sentiment() {
        detail["sentiment"] = json!(sentiment.as_str());
    }
    if let Some(corrected) = &survey.corrected {
        detail["corrected_at"] = json!(corrected.at.to_string());
    }
    detail
}

/// Everything that happened to a survey and its tasks, and what the systems outside said of it; oldest first.
#[must_use]
pub fn whole_timeline(survey: &Survey, tasks: &[Task], deliveries: &[Delivery]) -> Vec<Entry> {
    let mut entries = timeline(survey, tasks);
    // Who never answered was not told anything yet, or has nothing to hear.
    entries.extend(deliveries.iter().filter_map(|delivery| {
        let answer = delivery.last.as_ref()?;
        let detail = json!({
            "destination": delivery.destination,
            "status": delivery.state.as_str(),
            "attempts": delivery.attempts,
            "answer": { "status": answer.status, "text": answer.text },
        });
        Some(Entry { at: answer.at, what: "written_back", detail })
    }));
    entries.sort_by_key(|entry| entry.at);
    entries
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::{StepState, UNKNOWN_AFTER, steps, timeline};
    use crate::ask::{Decision, Facts, decide};
    use crate::campaign::{Campaign, Sender};
    use crate::contact::Contact;
    use crate::survey::{Step, Survey};
    use crate::task::{Task, kept};
    use crate::time::{DAY, Timestamp};
    use crate::trigger::{Addressee, Subject, Trigger};
    use crate::{CampaignId, ClaimId, Email, Score};

    fn start() -> Timestamp {
        Timestamp::from_millis(1_800_000_000_000)
    }

    fn campaign() -> Campaign {
        let email = Email::parse("nps@example.com").unwrap();
        let sender = Sender { name: "Example AG".to_owned(), email };
        Campaign::new(CampaignId::default_campaign(), "Example AG", sender)
    }

    fn made(contact: Option<Contact>) -> Survey {
        let email = Email::parse("ada@example.com").unwrap();
        let campaign = campaign();
        let trigger = Trigger {
            campaign: campaign.id.clone(),
            subject: Subject { kind: "project".to_owned(), id: "a0X1".to_owned(), name: None },
            completion_percent: Some(100),
            milestone: None,
            contact: Addressee::of(email),
            owner: None,
            agent: None,
            account: None,
            occurred_at: None,
            record_modified_at: None,
            attributes: BTreeMap::new(),
            dry_run: false,
        };
        match decide(&trigger, &campaign, &Facts { survey: None, contact }, start()) {
            Decision::Ask { survey, .. } => *survey,
            other => panic!("no survey was made: {other:?}"),
        }
    }

    fn sent(survey: &Survey) -> Survey {
        let claimed = survey.claimed(Step::Invite, &ClaimId::new(1), survey.send_at).unwrap();
        claimed.sent(Step::Invite, survey.send_at).unwrap()
    }

    fn states(survey: &Survey, now: Timestamp) -> Vec<&'static str> {
        steps(survey, now).into_iter().map(|step| step.state.as_str()).collect()
    }

    fn happened(survey: &Survey) -> Vec<&'static str> {
        happened_with(survey, &[])
    }

    fn happened_with(survey: &Survey, tasks: &[Task]) -> Vec<&'static str> {
        timeline(survey, tasks).into_iter().map(|entry| entry.what).collect()
    }

    fn score(score: u8) -> Score {
        Score::try_from(score).unwrap()
    }

    #[test]
    fn a_survey_without_an_answer_goes_through_every_step() {
        let survey = made(None);
        assert_eq!(states(&survey, start()), ["waiting"; 4]);
        let claimed = survey.claimed(Step::Invite, &ClaimId::new(1), start()).unwrap();
        assert_eq!(states(&claimed, start())[0], "claimed");
        assert_eq!(states(&claimed, start().after(UNKNOWN_AFTER))[0], "unknown");
        let survey = sent(&survey);
        assert_eq!(states(&survey, start().after(DAY))[0], "sent");
        let survey = survey.delivered(Step::Invite, start()).unwrap();
        let survey = survey.task_opened(start().after(DAY * 3)).unwrap();
        let at = start().after(DAY * 7);
        let survey = survey.claimed(Step::Remind, &ClaimId::new(2), at).unwrap();
        let survey = survey.sent(Step::Remind, at).unwrap();
        assert_eq!(states(&survey, at), ["delivered", "done", "sent", "waiting"]);
        let close = steps(&survey, at)[3];
        assert_eq!((close.state, close.at), (StepState::Waiting, Some(start().after(DAY * 14))));
        let survey = survey.closed(start().after(DAY * 14)).unwrap();
        assert_eq!(states(&survey, at), ["delivered", "done", "sent", "done"]);
        assert_eq!(happened(&survey), ["created", "sent", "delivered", "reminded", "closed"]);
    }

    #[test]
    fn an_answer_skips_what_had_not_come() {
        let survey = sent(&made(None));
        let survey = survey.responded(score(7), None, start().after(DAY)).unwrap().unwrap();
        let survey = survey.commented(Some(score(9)), None, start().after(DAY * 2)).unwrap();
        assert_eq!(states(&survey, start()), ["sent", "skipped", "skipped", "skipped"]);
        assert_eq!(happened(&survey), ["created", "sent", "responded", "responded", "commented"]);
        let told = timeline(&survey, &[]);
        assert_eq!(told[2].detail, json!({ "score": 7, "changed": false, "by": "page" }));
        assert_eq!(told[3].detail, json!({ "score": 9, "changed": true, "by": "page" }));
    }

    #[test]
    fn what_was_put_off_or_came_back_is_told() {
        let mut contact = Contact::new(&Email::parse("ada@example.com").unwrap().into());
        contact.asked_at = Some(start().before(DAY * 89));
        let survey = made(Some(contact));
        let put_off = &timeline(&survey, &[])[1];
        let until = start().after(DAY).to_string();
        assert_eq!(put_off.what, "deferred");
        assert_eq!(put_off.detail, json!({ "reason": "asked_recently", "send_at": until }));
        assert_eq!(steps(&survey, start())[0].at, Some(start().after(DAY)));
        let back = sent(&survey).bounced(Step::Invite, true, start().after(DAY * 2)).unwrap();
        assert_eq!(states(&back, start()), ["bounced", "skipped", "skipped", "skipped"]);
        assert_eq!(happened(&back), ["created", "deferred", "sent", "bounced", "closed"]);
        assert_eq!(timeline(&back, &[])[4].detail, json!({ "state": "failed" }));
        let refused = survey.refused(Step::Invite, start().after(DAY)).unwrap();
        assert_eq!(states(&refused, start())[0], "failed");
    }

    #[test]
    fn tasks_are_told_once_with_what_became_of_them() {
        let campaign = campaign();
        let survey = sent(&made(None)).task_opened(start().after(DAY * 3)).unwrap();
        assert_eq!(happened(&survey), ["created", "sent"], "the step itself is no task");
        let tasks = kept(&survey, &campaign, &[], start().after(DAY * 3));
        let survey = survey.responded(score(10), None, start().after(DAY * 4)).unwrap().unwrap();
        let tasks = kept(&survey, &campaign, &tasks, start().after(DAY * 4));
        let told = timeline(&survey, &tasks);
        let whats: Vec<_> = told.iter().map(|entry| entry.what).collect();
        assert_eq!(whats, ["created", "sent", "task_opened", "responded", "task_opened", "task_completed"]);
        assert_eq!(told[2].detail, json!({ "kind": "non_response", "due_at": tasks[1].due_at.to_string() }));
        assert_eq!(told[4].detail["kind"], "referral");
        let done = json!({ "kind": "non_response", "by": null, "note": "Answered: 10 (promoter)." });
        assert_eq!(told[5].detail, done);
    }
}
