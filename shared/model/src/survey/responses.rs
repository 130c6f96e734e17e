//! What the contact gives, and news of the record while there is no answer.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Change, MAX_CHANGES, NotTaken, State, Survey, TakenOver};
use crate::score::{Score, Standing};
use crate::time::Timestamp;

impl Survey {
    /// The contact gave a score. The same score again changes nothing.
    ///
    /// # Errors
    /// When the score was changed too often.
    pub fn responded(&self, score: Score, follow_up: Option<bool>, now: Timestamp) -> Result<Option<Self>, NotTaken> {
        let same_follow_up = follow_up.is_none_or(|wish| wish == self.follow_up);
        if self.score() == Some(score) {
            return Ok((!same_follow_up).then(|| self.changed(|after| after.follow_up = !after.follow_up)));
        }
        if self.changes.len() > MAX_CHANGES {
            return Err(NotTaken::TooManyChanges);
        }
        Ok(Some(self.changed(|after| {
            after.changes.push(Change { at: now, score });
            after.state = State::Answered;
            after.next = None;
            after.follow_up = follow_up.unwrap_or(after.follow_up);
        })))
    }

    /// The contact wrote a comment, with a score or to the one that is there.
    ///
    /// # Errors
    /// When there is no score, or it was changed too often.
    pub fn commented(
        &self,
        score: Option<Score>,
        follow_up: Option<bool>,
        now: Timestamp,
    ) -> Result<Self, NotTaken> {
        let scored = match score.or(self.score()) {
            Some(score) => self.responded(score, follow_up, now)?,
            None => return Err(NotTaken::NoScore),
        };
        let after = scored.unwrap_or_else(|| self.clone());
        Ok(Self { ver: self.ver + 1, commented_at: Some(now), ..after })
    }

    /// Somebody decided the standing by hand.
    #[must_use]
    pub fn judged(&self, standing: Standing) -> Option<Self> {
        (self.score().is_some() && self.standing() != Some(standing))
            .then(|| self.changed(|after| after.decided = Some(standing)))
    }

    /// A later trigger about the same ask, while there is no score: what it changes is taken over, unless
    /// it is older than what is known.
    #[must_use]
    pub fn taken_over(&self, fresh: &Self, now: Timestamp) -> Option<(Self, Vec<String>)> {
        let stale = match (fresh.record_modified_at, self.record_modified_at) {
            (Some(theirs), Some(ours)) => theirs <= ours,
            _ => false,
        };
        if stale || self.score().is_some() {
            return None;
        }
        let mut fields = Vec::new();
        let after = self.changed(|after| {
            fn take<T: Clone + PartialEq>(name: &str, ours: &mut Option<T>, theirs: &Option<T>, fields: &mut Vec<String>) {
                // A field the CRM did not send is no news.
                if theirs.is_some() && ours != theirs {
                    ours.clone_from(theirs);
                    fields.push(name.to_owned());
                }
            }
            take("owner", &mut after.owner, &fresh.owner, &mut fields);
            take("agent", &mut after.agent, &fresh.agent, &mut fields);
            take("account", &mut after.account, &fresh.account, &mut fields);
            take("subject_name", &mut after.subject.name, &fresh.subject.name, &mut fields);
            take("contact_name", &mut after.contact.name, &fresh.contact.name, &mut fields);
            for (name, value) in &fresh.attributes {
                let known = after.attributes.get(name);
                if known != Some(value) && (known.is_some() || after.attributes.len() < crate::trigger::MAX_ATTRIBUTES) {
                    after.attributes.insert(name.clone(), value.clone());
                    fields.push(format!("attributes.{name}"));
                }
            }
            after.record_modified_at = fresh.record_modified_at.or(after.record_modified_at);
            after.taken_over.push(TakenOver { at: now, fields: fields.clone() });
            if after.taken_over.len() > 8 {
                after.taken_over.remove(0);
            }
        });
        (!fields.is_empty()).then_some((after, fields))
    }
}
