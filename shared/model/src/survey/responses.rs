//! What the contact gives: scores and comments.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{AnsweredBy, Change, MAX_CHANGES, NotTaken, State, Survey};
use crate::score::{Score, Standing};
use crate::theme::{Corrected, Heard, Say, Sentiment, ThemeId};
use crate::time::Timestamp;

impl Survey {
    /// The latest score.
    #[must_use]
    pub fn score(&self) -> Option<Score> {
        self.changes.last().map(|change| change.score)
    }

    /// How the contact gave it; nothing where it was given elsewhere.
    #[must_use]
    pub fn answered_by(&self) -> Option<AnsweredBy> {
        self.changes.last().filter(|_| self.imported.is_none()).map(|change| change.by)
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
        self.responded_by(score, follow_up, AnsweredBy::Page, now)
    }

    /// The same, in any way there is.
    ///
    /// # Errors
    /// When the score was changed too often.
    pub fn responded_by(
        &self,
        score: Score,
        follow_up: Option<bool>,
        by: AnsweredBy,
        now: Timestamp,
    ) -> Result<Option<Self>, NotTaken> {
        let same_follow_up = follow_up.is_none_or(|wish| wish == self.follow_up);
        if self.score() == Some(score) {
            return Ok((!same_follow_up).then(|| self.changed(|after| after.follow_up = !after.follow_up)));
        }
        if self.changes.len() > MAX_CHANGES {
            return Err(NotTaken::TooManyChanges);
        }
        Ok(Some(self.changed(|after| {
            after.changes.push(Change { at: now, score, by });
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
        self.commented_by(score, follow_up, AnsweredBy::Page, now)
    }

    /// The same, in any way there is.
    ///
    /// # Errors
    /// When there is no score, or it was changed too often.
    pub fn commented_by(
        &self,
        score: Option<Score>,
        follow_up: Option<bool>,
        by: AnsweredBy,
        now: Timestamp,
    ) -> Result<Self, NotTaken> {
        let scored = match score.or(self.score()) {
            Some(score) => self.responded_by(score, follow_up, by, now)?,
            None => return Err(NotTaken::NoScore),
        };
        let after = scored.unwrap_or_else(|| self.clone());
        let (heard, corrected) = (Heard::default(), None);
        Ok(Self { ver: self.ver + 1, commented_at: Some(now), heard, corrected, ..after })
    }

    /// What was made of the comment that has just come.
    #[must_use]
    pub fn hearing(self, heard: Heard) -> Self {
        Self { heard, ..self }
    }

    /// The comment of that instant was read again, by themes that have changed. What a person made of it stays; a comment
    /// that came since was read when it came.
    #[must_use]
    pub fn heard_again(&self, commented_at: Timestamp, heard: &Heard) -> Option<Self> {
        (self.commented_at == Some(commented_at) && self.heard != *heard)
            .then(|| self.changed(|after| after.heard.clone_from(heard)))
    }

    /// A person who read the comment says what it is about, or how it sounds. That outranks the method until the contact
    /// writes another comment, which they have not read.
    #[must_use]
    pub fn corrected(&self, themes: Say<Vec<ThemeId>>, sentiment: Say<Sentiment>, now: Timestamp) -> Option<Self> {
        self.commented_at?;
        let before = self.corrected.clone();
        let (said, sounds) = before.map_or((None, None), |before| (before.themes, before.sentiment));
        let (themes, sentiment) = (themes.over(said.clone()), sentiment.over(sounds));
        if (&themes, sentiment) == (&said, sounds) {
            return None;
        }
        let some = themes.is_some() || sentiment.is_some();
        Some(self.changed(|after| after.corrected = some.then_some(Corrected { themes, sentiment, at: now })))
    }

    /// What the comment is about.
    #[must_use]
    pub fn themes(&self) -> &[ThemeId] {
        let said = self.corrected.as_ref().and_then(|corrected| corrected.themes.as_ref());
        said.unwrap_or(&self.heard.themes)
    }

    /// How the comment sounds, if that is known.
    #[must_use]
    pub fn sentiment(&self) -> Option<Sentiment> {
        self.corrected.as_ref().and_then(|corrected| corrected.sentiment).or(self.heard.sentiment)
    }

    /// Somebody decided the standing by hand.
    #[must_use]
    pub fn judged(&self, standing: Standing) -> Option<Self> {
        (self.score().is_some() && self.standing() != Some(standing))
            .then(|| self.changed(|after| after.decided = Some(standing)))
    }
}
