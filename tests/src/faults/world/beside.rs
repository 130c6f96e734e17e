//! What lies beside the surveys at the end: letters, places on the nurture list and score cards, each held against what
//! the surveys and contacts themselves say.

use std::collections::BTreeMap;
use std::time::Duration;

use local::cloud::Queue;
use model::card::Card;
use model::notice::{Notice, NoticeId, Says};
use model::task::{Task, TaskStatus};
use model::{Campaign, Nurture, Score, Standing, Survey, SurveyId, Timestamp};
use serde_json::{Value, json};
use store::keys;

use super::{HOUR, MINUTE, World};

/// What of an answer was new before the weather calmed down may be no news by the time somebody looks.
const NEWS: Duration = Duration::from_secs(12 * 86_400);

/// The same of an answer that is to be thanked for.
const THANKED: Duration = Duration::from_secs(12 * 3600);

/// A letter as it lies in the table.
struct Lying {
    notice: Option<Notice>,
    sent: bool,
    ended: Option<String>,
}

impl World {
    /// Who owns the records of a world with letters, whose task it is to look after them, and what contacts hear.
    pub(super) fn correspondence(&self) -> Value {
        json!({
            "tasks": {"manager": "mia@company.example", "recovery": "4h"},
            "thanks": {"detractor": "We are sorry.", "passive": "Thank you.", "promoter": "Hurray!"},
        })
    }

    /// When the next task is overdue of which the manager is to hear.
    pub(super) fn next_overdue(&self) -> Option<i64> {
        let lists = (0..keys::LIST_SHARDS).map(|shard| keys::task_list(TaskStatus::Open, shard));
        lists
            .filter_map(|list| self.cloud.listed("ledger", &list, 0, 1).expect("a list").first().map(|one| one.at))
            .min()
    }

    fn parsed<T: serde::de::DeserializeOwned>(&self, prefix: &str) -> Vec<(String, T)> {
        let items = self.cloud.items("ledger", prefix).expect("items").into_iter();
        items
            .map(|item| {
                let pk = item["pk"]["S"].as_str().unwrap_or_default().to_owned();
                let item: serde_dynamo::Item = serde_json::from_value(item).expect("an item");
                (pk, serde_dynamo::from_item(item).expect("it is as it was written"))
            })
            .collect()
    }

    /// The contacts on the nurture list are those whose surveys say so and who may be mailed.
    pub(super) fn judge_places(&mut self) {
        let mut held: BTreeMap<SurveyId, Nurture> = BTreeMap::new();
        for (pk, place) in self.parsed::<store::Place>("N#") {
            if pk != keys::nurture(&place.contact) {
                self.history.wrong(format!("nurture: a place of {} lies elsewhere", place.survey));
            }
            held.insert(place.survey, place.list);
        }
        let mut due: BTreeMap<SurveyId, Nurture> = BTreeMap::new();
        for (id, life) in &self.history.lives {
            let key = life.now.contact.key();
            let known = self.history.contacts.get(key.as_str());
            let silent = known.is_some_and(|contact| contact.suppressed.is_some());
            if silent && self.history.is_erased_contact(&key) {
                // A word about a mail of an erased survey concerns no survey that is there.
                held.remove(id);
                continue;
            }
            due.extend(Nurture::of(&life.now).filter(|_| !silent).map(|list| (*id, list)));
        }
        if held != due {
            self.history.wrong(format!("nurture: the list holds {held:?} and not {due:?}"));
        }
    }

    /// The score cards are those of what the contacts remember.
    pub(super) fn judge_cards(&mut self) {
        let held: BTreeMap<String, Card> = self.parsed("K#").into_iter().collect();
        let cards = self.history.contacts.values().filter_map(model::Contact::card);
        let due: BTreeMap<String, Card> = cards
            .flat_map(|card| card.names().into_iter().map(move |name| (keys::card(&name), card.clone())))
            .collect();
        if held != due {
            self.history.wrong(format!("cards: they are {held:#?} and not {due:#?}"));
        }
    }

    /// Every letter that should be there is, and something has become of each.
    pub(super) fn judge_letters(&mut self, campaign: &Campaign, tasks: &BTreeMap<SurveyId, Vec<Task>>) {
        let mut letters: BTreeMap<NoticeId, Lying> = BTreeMap::new();
        for item in self.cloud.items("ledger", "L#").expect("letters") {
            let text = |name: &str| item[name]["S"].as_str();
            let (Some(shelf), Some(name)) = (text("pk").and_then(keys::shelf_of), text("sk")) else { continue };
            let notice = text("doc").and_then(|doc| serde_json::from_str(doc).ok());
            let lying =
                Lying { notice, sent: item["sent_at"]["N"].is_string(), ended: text("ended").map(str::to_owned) };
            let id = NoticeId { shelf: shelf.to_owned(), name: name.to_owned() };
            if !id.is_mark() {
                letters.insert(id, lying);
            }
        }
        let mut wrong = Vec::new();
        for (id, letter) in &letters {
            wrong.extend(self.fate_of(id, letter).map(|what| format!("letters: {id} {what}")));
        }
        for survey in self.history.lives.values().map(|life| &life.now) {
            let about = |name: &str| letters.get(&NoticeId::about(survey.id, name));
            let alerts: Vec<(&str, &Lying)> = letters
                .iter()
                .filter(|(id, _)| id.survey() == Some(survey.id) && id.name.starts_with("alert-"))
                .map(|(id, letter)| (id.name.as_str(), letter))
                .collect();
            wrong
                .extend(self.alerts_of(survey, campaign, &alerts).map(|what| format!("letters: {what} {}", survey.id)));
            let fresh = survey.changes.last().filter(|last| self.calm_at().since(last.at) < THANKED);
            if fresh.is_some()
                && !self.late
                && survey.standing() != Some(Standing::Suspect)
                // Thanks are letters.
                && survey.contact.email().is_some()
                && about("thanks").is_none()
            {
                wrong.push(format!("letters: nobody thanked for {}", survey.id));
            }
            for task in tasks.get(&survey.id).into_iter().flatten() {
                let name = format!("escalation-{}-{}", task.kind.as_str(), task.due_at.as_millis());
                match (task.is_overdue(Timestamp::from_millis(self.now())), task.escalated_at) {
                    (true, None) => wrong.push(format!("letters: {} is overdue and nobody heard", task.id())),
                    (true, Some(_)) if about(&name).is_none() => {
                        wrong.push(format!("letters: {} is called escalated and is not", task.id()));
                    }
                    _ => {}
                }
            }
            wrong.extend(self.digest_of(survey, campaign).map(|what| format!("letters: {what} {}", survey.id)));
        }
        self.history.wrong.extend(wrong);
    }

    /// What is wrong with what became of a letter.
    fn fate_of(&self, id: &NoticeId, letter: &Lying) -> Option<&'static str> {
        let history = &self.history;
        if id.survey().is_some_and(|survey| !history.lives.contains_key(&survey)) {
            return Some("was not erased with its survey");
        }
        let went_out = history.post.went_out(id);
        let once = letter.notice.as_ref().is_some_and(Notice::once);
        let to = letter.notice.as_ref().map(|notice| notice.to.key());
        let suppressed =
            || to.is_some_and(|key| history.contacts.get(key.as_str()).is_some_and(|to| to.suppressed.is_some()));
        match (letter.sent, letter.ended.as_deref()) {
            (true, None) if !went_out => Some("is called sent and never was"),
            (true, None) => None,
            (false, Some("refused")) if !history.post.refused.contains(id) => Some("is called refused and was not"),
            (false, Some("suppressed")) if !once || !suppressed() => Some("was held back for no reason"),
            (false, Some("unknown")) if !once => Some("was given up"),
            (false, Some(_)) => None,
            _ => Some("was forgotten"),
        }
    }

    /// What the owner of a survey should have heard of its answer and did not.
    fn alerts_of(&self, survey: &Survey, campaign: &Campaign, alerts: &[(&str, &Lying)]) -> Option<&'static str> {
        let last = survey.changes.last()?;
        let named = |name: &str| name.strip_prefix("alert-")?.parse::<usize>().ok();
        let told = alerts.iter().filter_map(|(name, _)| named(name)).max();
        let known: Option<Score> = told.and_then(|nth| Some(survey.changes.get(nth.checked_sub(1)?)?.score));
        let wanted = !alerts.is_empty() || campaign.alerts.of(last.score.group()) == model::campaign::Alert::Instant;
        if !wanted || alerts.len() >= 10 || survey.standing() == Some(Standing::Suspect) {
            return None;
        }
        if known != Some(last.score) && self.calm_at().since(last.at) < NEWS {
            return Some("the owner does not know the score of");
        }
        survey.commented_at.filter(|at| self.calm_at().since(*at) < NEWS)?;
        let said = |letter: &&Lying| match letter.notice.as_ref().map(|notice| &notice.says) {
            Some(Says::Alert { answer, .. }) => answer.comment.is_some(),
            _ => false,
        };
        (!alerts.iter().any(|(_, letter)| said(letter))).then_some("the owner does not know the comment of")
    }

    /// What the owner should have read in the digest of a day and did not.
    fn digest_of(&self, survey: &Survey, campaign: &Campaign) -> Option<&'static str> {
        let (last, answered_at) = (survey.changes.last()?, survey.answered_at()?);
        let owner = survey.owner.as_ref()?.email.as_ref()?;
        let zone = model::time::zone(&campaign.time_zone);
        let day = answered_at.day_in(&zone);
        let written =
            zone.to_timestamp(jiff::civil::DateTime::from_parts(day.tomorrow().ok()?, campaign.alerts.digest_at));
        let written = Timestamp::from_jiff(written.ok()?);
        let waits = campaign.alerts.of(last.score.group()) == model::campaign::Alert::Digest;
        // Whatever was due before may have been missed, or been written of another score.
        if !waits || survey.standing() == Some(Standing::Suspect) || written <= self.calm_at() {
            return None;
        }
        let id = NoticeId::digest(&campaign.id, day, owner);
        let there = self.history.post.went_out(&id) || self.history.post.refused.contains(&id);
        (!there).then_some("no digest told of")
    }

    /// Whether an errand comes so late that what it would say is no news by then.
    pub(super) fn errands_are_late(&self) -> bool {
        let waiting = self.cloud.messages(Queue::Deliver).expect("messages");
        waiting.iter().any(|message| message.visible_at > self.now() + 8 * HOUR)
    }

    /// When the weather calmed down.
    fn calm_at(&self) -> Timestamp {
        Timestamp::from_millis(self.calm_since)
    }

    /// When somebody has to sweep, whether or not anything else is known to be due: a destination that was enabled again
    /// is believed within minutes, and two days later every digest was due.
    pub(super) fn last_sweeps(&self) -> Vec<i64> {
        let digests = self.writes.then(|| self.calm_since + 48 * HOUR);
        [self.calm_since, self.calm_since + 3 * MINUTE].into_iter().chain(digests).collect()
    }
}
