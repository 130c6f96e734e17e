//! What really happened, in the order in which it was committed, and what of it must never be.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use model::survey::{RETRY_UNKNOWN_AFTER, RETRY_UNKNOWN_TEXT_AFTER};
use model::{Contact, ContactKey, Email, Score, Step, Survey, SurveyId, Timestamp, Who};
use serde_json::{Value, json};

use super::letters::{Post, Posted};
use super::ways::Ways;

/// A claim that was committed.
#[derive(Clone, Debug)]
struct Claim {
    at_event: u64,
    at: Timestamp,
    /// When the survey was made: one that was erased and made anew is another one.
    born: Timestamp,
    /// When its step was due.
    due: Option<Timestamp>,
    /// Whether there was a response then.
    answered: bool,
}

/// What is known of one survey.
#[derive(Debug)]
pub(crate) struct Life {
    /// As it stands.
    pub(crate) now: Survey,
    confirmed: BTreeMap<Step, u64>,
}

/// A mail that SES took, or a text.
#[derive(Clone, Debug)]
pub(crate) struct Mail {
    pub(crate) survey: SurveyId,
    pub(crate) step: Step,
    pub(crate) claim: String,
    pub(crate) contact: ContactKey,
    /// The address it went to; nothing of a text.
    pub(crate) to: Option<Email>,
    /// The address a reply goes to.
    pub(crate) reply_to: Option<String>,
    born: Timestamp,
    /// The path of the page behind its links.
    pub(crate) page: String,
    /// The path of the page that unsubscribes; a text has no room for it.
    pub(crate) unsubscribe: Option<String>,
    task: u64,
    /// Whether whoever sent it did not come to hear, or to write down, that it was taken.
    unheard: bool,
    /// When an event of it reached the queue.
    arrived: Option<u64>,
    /// When an event of it was read.
    read: Option<u64>,
}

/// What a person or a CRM was told.
#[derive(Clone, Debug)]
pub(crate) enum Told {
    /// There is a survey.
    Asked(SurveyId),
    /// The score is recorded.
    Scored(SurveyId, Score),
    /// The comment is recorded.
    Commented(SurveyId),
    /// The contact will not be mailed.
    Unsubscribed(ContactKey),
}

/// Everything that happened.
#[derive(Debug, Default)]
pub(crate) struct History {
    events: u64,
    pub(crate) lives: BTreeMap<SurveyId, Life>,
    /// Surveys that were erased, as they last were.
    pub(crate) erased: Vec<Survey>,
    /// Contacts that were erased, or asked to be.
    erased_contacts: BTreeSet<String>,
    claims: BTreeMap<String, Claim>,
    pub(crate) contacts: BTreeMap<String, Contact>,
    suppressed: BTreeMap<String, u64>,
    pub(crate) mails: Vec<Mail>,
    /// Letters beside those that ask.
    pub(crate) post: Post,
    /// What people said in the ways there are.
    pub(crate) ways: Ways,
    /// The comments that are stored.
    comments: BTreeMap<SurveyId, String>,
    /// Mails that went out a second time as they may: nobody could know.
    pub(crate) twice: usize,
    pub(crate) told: Vec<Told>,
    /// When a task last saw how full the queue of SES's events is.
    looked: BTreeMap<u64, u64>,
    /// Steps that SES refuses for good.
    pub(crate) refused: BTreeSet<(SurveyId, Step)>,
    /// What the system outside holds of each survey: the last it was told.
    outside: BTreeMap<SurveyId, Value>,
    /// What must not have happened.
    pub(crate) wrong: Vec<String>,
}

impl History {
    /// The number of the next event.
    pub(crate) fn next(&mut self) -> u64 {
        self.events += 1;
        self.events
    }

    pub(crate) fn wrong(&mut self, what: impl Into<String>) {
        self.wrong.push(what.into());
    }

    /// The system outside took a report. It believes whatever comes last.
    pub(crate) fn told_outside(&mut self, report: &Value) {
        self.next();
        let Some(id) = report["survey_id"].as_str().and_then(|id| id.parse().ok()) else {
            return self.wrong(format!("outside: a report of nothing: {report}"));
        };
        let before = self.outside.insert(id, report.clone());
        let (was, is) = (before.and_then(|before| before["version"].as_u64()), report["version"].as_u64());
        if is.is_none() || was > is {
            self.wrong(format!("outside: {is:?} of {id} was told over {was:?}"));
        }
    }

    /// Whether the system outside holds every survey as it is.
    fn judge_outside(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for (id, life) in &self.lives {
            let survey = &life.now;
            let Some(told) = self.outside.get(id) else {
                wrong.push(format!("outside: {id} was never told"));
                continue;
            };
            let is = json!({
                "state": survey.state.as_str(),
                "score": survey.score(),
                "standing": survey.standing().map(model::Standing::as_str),
                "owner_id": survey.owner.as_ref().and_then(|owner| owner.id.as_ref()),
                "attributes": survey.attributes,
            });
            let fields = is.as_object().into_iter().flatten();
            let off: Vec<String> = fields
                .filter(|(name, value)| told[name.as_str()] != **value)
                .map(|(name, value)| format!("{name} {} and not {value}", told[name.as_str()]))
                .collect();
            if !off.is_empty() || told["comment"].is_null() != survey.commented_at.is_none() {
                wrong.push(format!("outside: {id} stands there as it was: {off:?}"));
            }
        }
        wrong
    }

    /// The tasks that the system outside was told of, as `<kind> <status>`.
    pub(crate) fn tasks_outside(&self, survey: SurveyId) -> BTreeSet<String> {
        let told = self.outside.get(&survey).and_then(|told| told["tasks"].as_array());
        let words = |task: &Value| format!("{} {}", task["kind"], task["status"]).replace('"', "");
        told.into_iter().flatten().map(words).collect()
    }

    /// A survey was written.
    pub(crate) fn survey(
        &mut self,
        task: u64,
        before: Option<&Survey>,
        after: &Survey,
        now: Timestamp,
        by_sweep: bool,
    ) {
        let event = self.next();
        let id = after.id;
        if before.is_some_and(|before| before.created_at != after.created_at) {
            self.wrong(format!("G1: the survey {id} was made twice"));
        }
        if before.is_some_and(|before| before.ver + 1 != after.ver || before.changes.len() > after.changes.len()) {
            self.wrong(format!("the survey {id} lost what was written before"));
        }
        let wrong = self.ways.changed(before, after);
        self.wrong.extend(wrong);
        let life = self.lives.entry(id).or_insert_with(|| Life { now: after.clone(), confirmed: BTreeMap::new() });
        life.now = after.clone();
        for step in [Step::Invite, Step::Remind] {
            let (Some(is), was) = (after.mail(step), before.and_then(|before| before.mail(step))) else { continue };
            if is.sent_at.is_some() {
                life.confirmed.entry(step).or_insert(event);
            }
            if let Some(claim) =
                is.claim.as_ref().filter(|claim| was.and_then(|was| was.claim.as_ref()) != Some(*claim))
            {
                let due = if step == Step::Invite { Some(after.send_at) } else { after.due(step) };
                let answered = !after.changes.is_empty();
                let claimed = Claim { at_event: event, at: now, born: after.created_at, due, answered };
                self.claims.insert(claim.as_str().to_owned(), claimed);
            }
        }
        let released = before.and_then(|before| before.in_flight).filter(|_| after.in_flight.is_none());
        if let Some(step) =
            released.filter(|step| by_sweep && after.mail(*step).is_some_and(|mail| mail.sent_at.is_none()))
        {
            self.released_by_the_sweep(task, id, step);
        }
    }

    /// The sweep may do so only once it saw that all events were read.
    fn released_by_the_sweep(&mut self, task: u64, survey: SurveyId, step: Step) {
        let looked = self.looked.get(&task).copied().unwrap_or(0);
        let unread = |mail: &&Mail| {
            mail.survey == survey
                && mail.step == step
                && mail.arrived.is_some_and(|arrived| arrived < looked)
                && mail.read.is_none_or(|read| read > looked)
        };
        if looked == 0 {
            self.wrong(format!("G2: the sweep released {} of {survey} without asking for events", step.as_str()));
        } else if self.mails.iter().any(|mail| unread(&mail)) {
            self.wrong(format!("G2: the sweep released {} of {survey} with its event unread", step.as_str()));
        }
    }

    /// A comment is there, or not any more.
    pub(crate) fn comment(&mut self, id: SurveyId, text: Option<&str>) {
        match text {
            Some(text) => drop(self.comments.insert(id, text.to_owned())),
            None => drop(self.comments.remove(&id)),
        }
    }

    /// A survey was erased.
    pub(crate) fn survey_erased(&mut self, id: SurveyId) {
        self.next();
        match self.lives.remove(&id) {
            Some(life) => {
                self.erased_contacts.insert(life.now.contact.key().as_str().to_owned());
                self.erased.push(life.now);
            }
            None => self.wrong(format!("{id} was erased and never was")),
        }
    }

    /// A contact is about to be erased.
    pub(crate) fn erasing(&mut self, key: &ContactKey) {
        self.erased_contacts.insert(key.as_str().to_owned());
    }

    /// A contact was erased altogether.
    pub(crate) fn contact_erased(&mut self, key: &str) {
        self.next();
        self.contacts.remove(key);
        if self.suppressed.contains_key(key) {
            self.wrong(format!("the suppression of {key} was erased"));
        }
    }

    /// Whether a contact was erased, or is about to be.
    pub(crate) fn is_erased_contact(&self, key: &ContactKey) -> bool {
        self.erased_contacts.contains(key.as_str())
    }

    fn is_erased(&self, survey: SurveyId) -> bool {
        self.erased.iter().any(|erased| erased.id == survey)
    }

    /// Whether a link or a name of this survey may lead nowhere.
    pub(crate) fn may_be_gone(&self, survey: SurveyId) -> bool {
        let contact = self.lives.get(&survey).map(|life| life.now.contact.key());
        self.is_erased(survey) || contact.is_some_and(|key| self.erased_contacts.contains(key.as_str()))
    }

    /// A contact was written.
    pub(crate) fn contact(&mut self, after: &Contact) {
        let event = self.next();
        let key = after.key.as_str().to_owned();
        if after.suppressed.is_some() {
            self.suppressed.entry(key.clone()).or_insert(event);
        } else if self.suppressed.contains_key(&key) {
            self.wrong(format!("the suppression of {key} was lifted"));
        }
        self.contacts.insert(key, after.clone());
    }

    /// A task saw how full the queue of SES's events is.
    pub(crate) fn looked_at_events(&mut self, task: u64) {
        let event = self.next();
        self.looked.insert(task, event);
    }

    /// Something went wrong for a task: what it did not write down so far, it may never.
    pub(crate) fn trouble(&mut self, task: u64) {
        for mail in self.mails.iter_mut().filter(|mail| mail.task == task) {
            let life = self.lives.get(&mail.survey);
            mail.unheard |= life.is_none_or(|life| !life.confirmed.contains_key(&mail.step));
        }
        self.post.trouble(task);
    }

    /// A letter was claimed.
    pub(crate) fn letter_claimed(&mut self, claim: &str, now: Timestamp) {
        let event = self.next();
        self.post.claimed(claim, event, now);
    }

    /// A letter was handed to SES, whatever SES made of it.
    pub(crate) fn letter_handed_over(&mut self, letter: &Posted) {
        let suppressed = self.suppressed.get(letter.to.as_str()).copied();
        if letter.once && suppressed.is_some_and(|at| self.post.claim_of(letter).is_some_and(|claim| at < claim)) {
            self.wrong(format!("G3: {} was claimed after its contact was suppressed", letter.id));
        }
    }

    /// SES took a letter.
    pub(crate) fn letter_taken(&mut self, task: u64, letter: Posted) {
        self.next();
        let born = letter.id.survey().and_then(|survey| Some(self.lives.get(&survey)?.now.created_at));
        let wrong = self.post.taken(task, born, letter);
        self.wrong.extend(wrong);
    }

    /// A mail was handed to SES, whatever SES made of it.
    pub(crate) fn handed_over(&mut self, survey: SurveyId, step: Step, claim: &str, contact: &ContactKey) {
        let Some(claim) = self.claims.get(claim).cloned() else {
            return self.wrong(format!("G2: a mail of {survey} went out without a claim"));
        };
        let step_name = step.as_str();
        if claim.due.is_none_or(|due| claim.at < due) {
            self.wrong(format!("{step_name} of {survey} went out before its time"));
        }
        if claim.answered {
            self.wrong(format!("G3: {step_name} of {survey} was claimed after a response"));
        }
        if self.suppressed.get(contact.as_str()).is_some_and(|suppressed| *suppressed < claim.at_event) {
            self.wrong(format!("G3: {step_name} of {survey} was claimed after its contact was suppressed"));
        }
    }

    /// SES took a mail.
    pub(crate) fn taken(&mut self, task: u64, mut mail: Mail) {
        self.next();
        mail.task = task;
        let Some(claim) = self.claims.get(&mail.claim) else { return };
        mail.born = claim.born;
        let mut wrong = Vec::new();
        let same =
            |earlier: &&Mail| earlier.survey == mail.survey && earlier.step == mail.step && earlier.born == mail.born;
        for earlier in self.mails.iter().filter(same) {
            let what = format!("G2: {} of {} went out twice,", mail.step.as_str(), mail.survey);
            let first = self.claims.get(&earlier.claim).map_or(Timestamp::default(), |claim| claim.at);
            let unknown = if mail.to.is_some() { RETRY_UNKNOWN_AFTER } else { RETRY_UNKNOWN_TEXT_AFTER };
            if earlier.claim == mail.claim {
                wrong.push(format!("{what} under one claim"));
            } else if !earlier.unheard {
                wrong.push(format!("{what} though the first answer was heard"));
            } else if earlier.read.is_some_and(|read| read < claim.at_event) {
                wrong.push(format!("{what} though the first one's event had been read"));
            } else if claim.at.since(first) < unknown {
                wrong.push(format!("{what} within {:?}", claim.at.since(first)));
            }
        }
        self.twice += usize::from(self.mails.iter().any(|earlier| same(&earlier)));
        self.wrong.extend(wrong);
        self.mails.push(mail);
    }

    /// An event of a mail reached the queue.
    pub(crate) fn event_arrived(&mut self, claim: &str) {
        let event = self.next();
        for mail in self.mails.iter_mut().filter(|mail| mail.claim == claim) {
            mail.arrived.get_or_insert(event);
        }
    }

    /// An event of a mail was read, and its message deleted.
    pub(crate) fn event_read(&mut self, claim: &str) {
        let event = self.next();
        for mail in self.mails.iter_mut().filter(|mail| mail.claim == claim) {
            mail.read.get_or_insert(event);
        }
        self.post.read(claim, event);
    }

    /// How often SES took a mail of a step.
    fn times(&self, survey: &Survey, step: Step) -> usize {
        let of_it = |mail: &&Mail| mail.survey == survey.id && mail.step == step && mail.born == survey.created_at;
        self.mails.iter().filter(of_it).count()
    }

    /// Looks at the end of everything, once nothing is left to do.
    pub(crate) fn judge(&mut self, limit: Duration, holds_unknown: bool) {
        let mut wrong = Vec::new();
        for (id, life) in &self.lives {
            let survey = &life.now;
            let key = survey.contact.key();
            let key = key.as_str();
            // Whose contact was erased may stop at any time.
            let suppressed = self.suppressed.contains_key(key) || self.erased_contacts.contains(key);
            let (invited, reminded) = (self.times(survey, Step::Invite), self.times(survey, Step::Remind));
            let state = survey.state.as_str();
            match survey.state {
                open if open.is_open() && holds_unknown && survey.in_flight.is_some() => {}
                open if open.is_open() => {
                    wrong.push(format!("G2: {id} was forgotten: it is still {state}, next {:?}", survey.next));
                }
                model::State::Closed => {
                    let refused = self.refused.contains(&(*id, Step::Remind));
                    if invited == 0 {
                        wrong.push(format!("G2: {id} closed and was never sent"));
                    }
                    if survey.cadence.remind.is_some() && reminded == 0 && !refused {
                        wrong.push(format!("G2: {id} closed and was never reminded"));
                    }
                    if survey.cadence.task.is_some() && survey.task_at.is_none() {
                        wrong.push(format!("{id} closed and nobody got a task"));
                    }
                }
                model::State::Stopped if !suppressed => wrong.push(format!("{id} stopped for no reason")),
                model::State::Failed if !suppressed && !self.refused.contains(&(*id, Step::Invite)) => {
                    wrong.push(format!("{id} failed for no reason"));
                }
                _ => {}
            }
            if survey.commented_at.is_some() != self.comments.contains_key(id) {
                wrong.push(format!("G6: {id} says it has a comment, or has one and does not say so"));
            }
            let turn = self.contacts.get(key).filter(|contact| contact.asked_by == Some(*id));
            if survey.state == model::State::Failed && invited == 0 && !suppressed && turn.is_some() {
                wrong.push(format!("{id} never went out and did not give its turn back"));
            }
            let comment = self.comments.get(id).map(String::as_str);
            wrong.extend(self.ways.judge(survey, comment, self.erased_contacts.contains(key)));
            let sent = |step: Step| survey.mail(step).is_some_and(|mail| mail.sent_at.is_some());
            for (step, times) in [(Step::Invite, invited), (Step::Remind, reminded)] {
                if sent(step) && times == 0 {
                    wrong.push(format!("{} of {id} is called sent and never was", step.as_str()));
                }
            }
        }
        // One ask within the limit, among those that went out.
        let mut asks: BTreeMap<String, Vec<(Timestamp, SurveyId)>> = BTreeMap::new();
        for (id, life) in self.lives.iter().filter(|(_, life)| self.times(&life.now, Step::Invite) > 0) {
            let contact = life.now.contact.key().as_str().to_owned();
            if self.erased_contacts.contains(&contact) {
                continue;
            }
            asks.entry(contact).or_default().push((life.now.send_at, *id));
        }
        for asks in asks.values_mut() {
            asks.sort();
            for pair in asks.windows(2) {
                if pair[1].0.since(pair[0].0) < limit {
                    wrong.push(format!("G1: {} and {} asked one contact within the limit", pair[0].1, pair[1].1));
                }
            }
        }
        for told in &self.told {
            let kept = match told {
                Told::Asked(id) | Told::Scored(id, _) | Told::Commented(id) if self.is_erased(*id) => true,
                Told::Asked(id) => self.lives.contains_key(id),
                Told::Scored(id, score) => {
                    self.lives.get(id).is_some_and(|life| life.now.changes.iter().any(|change| change.score == *score))
                }
                Told::Commented(id) => self.lives.get(id).is_some_and(|life| life.now.commented_at.is_some()),
                Told::Unsubscribed(key) => self.suppressed.contains_key(key.as_str()),
            };
            if !kept {
                wrong.push(format!("G6: {told:?} was promised and is not so"));
            }
        }
        let visitors = self.lives.values().filter(|life| matches!(life.now.contact.who, Who::Visitor(_))).count();
        let is_there = |id| self.lives.contains_key(&id);
        let is_suppressed = |who: &ContactKey| self.suppressed.contains_key(who.as_str());
        wrong.extend(self.ways.judge_all(is_there, visitors, is_suppressed));
        wrong.extend(self.last_scores());
        wrong.extend(self.judge_outside());
        self.wrong.extend(wrong);
    }

    /// Contacts remember their latest response. One whose response was taken back may remember less.
    fn last_scores(&self) -> Vec<String> {
        let mut latest: BTreeMap<String, (Timestamp, SurveyId, Score)> = BTreeMap::new();
        let mut taken_back = BTreeSet::new();
        for (id, life) in &self.lives {
            let key = life.now.contact.key().as_str().to_owned();
            let visitor = matches!(life.now.contact.who, Who::Visitor(_));
            if visitor || self.erased_contacts.contains(&key) {
                continue;
            }
            if life.now.decided.is_some() || life.now.standing() == Some(model::Standing::Suspect) {
                taken_back.insert(key);
            } else if let (Some(score), Some(at)) = (life.now.score(), life.now.answered_at()) {
                let response = (at, *id, score);
                latest.entry(key).and_modify(|known| *known = (*known).max(response)).or_insert(response);
            }
        }
        let mut wrong = Vec::new();
        for (key, (at, id, score)) in latest.into_iter().filter(|(key, _)| !taken_back.contains(key)) {
            let known = self.contacts.get(&key).and_then(|contact| contact.last.as_ref());
            if known.map(|last| (last.answered_at, last.survey, last.score)) != Some((at, id, score)) {
                wrong.push(format!("the contact of {id} remembers {known:?} and not {score}"));
            }
        }
        wrong
    }
}

impl Mail {
    pub(crate) fn new(survey: SurveyId, step: Step, claim: &str, contact: ContactKey, page: String) -> Self {
        Self {
            survey,
            step,
            claim: claim.to_owned(),
            contact,
            to: None,
            reply_to: None,
            born: Timestamp::default(),
            page,
            unsubscribe: None,
            task: 0,
            unheard: false,
            arrived: None,
            read: None,
        }
    }
}
