//! What really happened to letters beside those that ask, and what of it must never be.

use std::collections::{BTreeMap, BTreeSet};

use model::notice::NoticeId;
use model::survey::UNKNOWN_AFTER;
use model::{ContactKey, Timestamp};
use serde_json::Value;

/// A letter that SES took.
#[derive(Clone, Debug)]
pub(crate) struct Posted {
    pub(crate) id: NoticeId,
    pub(crate) claim: String,
    pub(crate) to: ContactKey,
    /// Whether it went to the contact: then once at most.
    pub(crate) once: bool,
    /// When its survey was made: one that was erased and made anew is another one.
    born: Option<Timestamp>,
    task: u64,
    /// Whether whoever sent it did not come to hear, or to write down, that it was taken.
    unheard: bool,
    /// When an event of it was read.
    read: Option<u64>,
}

/// A claim that was committed.
#[derive(Clone, Copy, Debug)]
struct Claim {
    at_event: u64,
    at: Timestamp,
}

/// Everything that happened to letters.
#[derive(Debug, Default)]
pub(crate) struct Post {
    claims: BTreeMap<String, Claim>,
    /// Those that are written down as sent.
    confirmed: BTreeSet<NoticeId>,
    pub(crate) posted: Vec<Posted>,
    /// Those that SES refuses for good.
    pub(crate) refused: BTreeSet<NoticeId>,
}

impl Posted {
    /// A letter as SES gets it, if it is one.
    pub(crate) fn read(body: &Value) -> Option<Self> {
        let tags = body["EmailTags"].as_array()?;
        let tag = |name: &str| tags.iter().find(|tag| tag["Name"] == name)?["Value"].as_str().map(str::to_owned);
        let to = body["Destination"]["ToAddresses"][0].as_str()?;
        Some(Self {
            once: tag("letter")? == "thanks",
            id: format!("{}/{}", tag("shelf")?, tag("name")?).parse().ok()?,
            claim: tag("claim")?,
            to: model::Email::parse(to).ok()?.key(),
            born: None,
            task: 0,
            unheard: false,
            read: None,
        })
    }
}

impl Post {
    /// A claim was committed.
    pub(crate) fn claimed(&mut self, claim: &str, at_event: u64, at: Timestamp) {
        self.claims.insert(claim.to_owned(), Claim { at_event, at });
    }

    /// A letter was written down as sent.
    pub(crate) fn confirmed(&mut self, id: NoticeId) {
        self.confirmed.insert(id);
    }

    /// When a letter's claim was committed, as a number of an event.
    pub(crate) fn claim_of(&self, letter: &Posted) -> Option<u64> {
        Some(self.claims.get(&letter.claim)?.at_event)
    }

    /// Something went wrong for a task: what it did not write down so far, it may never.
    pub(crate) fn trouble(&mut self, task: u64) {
        for letter in self.posted.iter_mut().filter(|letter| letter.task == task) {
            letter.unheard |= !self.confirmed.contains(&letter.id);
        }
    }

    /// An event of a mail was read.
    pub(crate) fn read(&mut self, claim: &str, event: u64) {
        for letter in self.posted.iter_mut().filter(|letter| letter.claim == claim) {
            letter.read.get_or_insert(event);
        }
    }

    /// SES took a letter; what is wrong with that.
    pub(crate) fn taken(&mut self, task: u64, born: Option<Timestamp>, letter: Posted) -> Vec<String> {
        let Some(claim) = self.claims.get(&letter.claim).copied() else {
            return vec![format!("letters: {} went out without a claim", letter.id)];
        };
        // It may be about a survey that was erased, and made anew since.
        let born = born.filter(|born| *born <= claim.at);
        let letter = Posted { task, born, ..letter };
        let mut wrong = Vec::new();
        for earlier in self.posted.iter().filter(|earlier| earlier.id == letter.id && earlier.born == born) {
            let what = format!("letters: {} went out twice,", letter.id);
            let first = self.claims.get(&earlier.claim).map_or(Timestamp::default(), |claim| claim.at);
            if earlier.claim == letter.claim {
                wrong.push(format!("{what} under one claim"));
            } else if letter.once {
                wrong.push(format!("{what} and to a contact"));
            } else if !earlier.unheard {
                wrong.push(format!("{what} though the first answer was heard"));
            } else if earlier.read.is_some_and(|read| read < claim.at_event) {
                wrong.push(format!("{what} though the first one's event had been read"));
            } else if claim.at.since(first) < UNKNOWN_AFTER {
                wrong.push(format!("{what} within {:?}", claim.at.since(first)));
            }
        }
        self.posted.push(letter);
        wrong
    }

    /// Whether SES took a letter of that name.
    pub(crate) fn went_out(&self, id: &NoticeId) -> bool {
        self.posted.iter().any(|letter| letter.id == *id)
    }
}
