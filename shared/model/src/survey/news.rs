//! News of the record: what a later trigger changes while there is no answer.

use super::{Survey, TakenOver};
use crate::time::Timestamp;
use crate::trigger::{MAX_ATTRIBUTES, Named, Owner};

/// How many of the latest takeovers are remembered.
const REMEMBERED: usize = 8;

impl Survey {
    /// A later trigger about the same ask, while there is no score: what it changes is taken over, unless
    /// it is older than what is known. With it come the names of the changed fields; there are none if only
    /// the record's time is news, which is kept so that a trigger in between is known to be late.
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
            owner(&mut after.owner, fresh.owner.as_ref(), &mut fields);
            named(["agent_id", "agent_name"], &mut after.agent, fresh.agent.as_ref(), &mut fields);
            named(["account_id", "account_name"], &mut after.account, fresh.account.as_ref(), &mut fields);
            take("subject_name", &mut after.subject.name, &fresh.subject.name, &mut fields);
            take("contact_name", &mut after.contact.name, &fresh.contact.name, &mut fields);
            for (name, value) in &fresh.attributes {
                let known = after.attributes.get(name);
                if known != Some(value) && (known.is_some() || after.attributes.len() < MAX_ATTRIBUTES) {
                    after.attributes.insert(name.clone(), value.clone());
                    fields.push(format!("attributes.{name}"));
                }
            }
            after.record_modified_at = fresh.record_modified_at.or(after.record_modified_at);
            if !fields.is_empty() {
                after.taken_over.push(TakenOver { at: now, fields: fields.clone() });
                let old = after.taken_over.len().saturating_sub(REMEMBERED);
                after.taken_over.drain(..old);
            }
        });
        let news = !fields.is_empty() || after.record_modified_at != self.record_modified_at;
        news.then_some((after, fields))
    }
}

/// Takes a field over; one the CRM did not send is no news.
fn take<T: Clone + PartialEq>(name: &str, ours: &mut Option<T>, theirs: &Option<T>, fields: &mut Vec<String>) {
    if theirs.is_some() && ours != theirs {
        ours.clone_from(theirs);
        fields.push(name.to_owned());
    }
}

/// Another account manager takes the place of the one before with everything; of the same one, what was not
/// sent stays.
fn owner(ours: &mut Option<Owner>, theirs: Option<&Owner>, fields: &mut Vec<String>) {
    let Some(theirs) = theirs else { return };
    let mut known = ours.clone().unwrap_or(Owner { email: None, name: None, id: None });
    let after = known.then(theirs);
    take("owner_email", &mut known.email, &theirs.email, fields);
    take("owner_name", &mut known.name, &theirs.name, fields);
    take("owner_id", &mut known.id, &theirs.id, fields);
    *ours = Some(after);
}

/// The same for what has an id and a name.
fn named([id, name]: [&str; 2], ours: &mut Option<Named>, theirs: Option<&Named>, fields: &mut Vec<String>) {
    let Some(theirs) = theirs else { return };
    let mut known = ours.clone().unwrap_or(Named { id: None, name: None });
    let after = known.then(theirs);
    take(id, &mut known.id, &theirs.id, fields);
    take(name, &mut known.name, &theirs.name, fields);
    *ours = Some(after);
}
