//! What the contact gives: scores and comments.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Change, MAX_CHANGES, NotTaken, State, Survey};
use crate::score::{Score, Standing};
use crate::time::Timestamp;

impl Survey {
    /// The latest score.
    #[must_use]
    pub fn score(&self) -> Option<Score> {
        self.changes.last().map(|change| change.score)
    }

    /// When the first score came.
    #[must_use]
    pub fn answered_at(&self) -> Option<Timestamp> {
        self.changes.first().map(|change| change.at)
    }

    /// How sure we are that a person gave the score: what somebody decided by hand, else `suspect` where
    /// five or more different scores were confirmed within ten seconds.
    #[must_use]
    pub fn standing(&self) -> Option<Standing> {
        self.score()?;
        let machine = self.changes.iter().any(|first| {
            let within =
                |change: &&Change| change.at >= first.at && change.at.since(first.at) <= Duration::from_secs(10);
            self.changes.iter().filter(within).map(|change| change.score).collect::<BTreeSet<_>>().len() >= 5
        });
        Some(self.decided.unwrap_or(if machine { Standing::Suspect } else { Standing::Confirmed }))
    }

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
    pub fn commented(&self, score: Option<Score>, follow_up: Option<bool>, now: Timestamp) -> Result<Self, NotTaken> {
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
}
