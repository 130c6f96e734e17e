//! What the contact gives: scores and comments.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{AnsweredBy, Change, MAX_CHANGES, Mail, NotTaken, State, Survey};
use crate::reason::{ReasonId, Reasons};
use crate::score::{Score, Standing};
use crate::theme::{Corrected, Heard, Say, Sentiment, ThemeId};
use crate::time::Timestamp;

/// Scores that come within so long came from a machine, if they are many.
const AT_ONCE: Duration = Duration::from_secs(10);

/// So long after a mail went out no person has read it.
const READ_BY: Duration = Duration::from_secs(60);

/// What a contact sent: what is not there says nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Said<'a> {
    /// A score they confirmed.
    pub score: Option<Score>,
    /// What is heard in the comment they wrote.
    pub heard: Option<&'a Heard>,
    /// Whether they may be followed up.
    pub follow_up: Option<bool>,
    /// Whether they may be quoted.
    pub may_quote: Option<bool>,
    /// Every reason they ticked.
    pub reasons: Option<&'a [ReasonId]>,
}

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

    /// When the contact last said so: gave the score, gave it again, or confirmed one that the page had saved; nothing where the
    /// page alone did.
    #[must_use]
    pub fn said_at(&self) -> Option<Timestamp> {
        let last = self.changes.last()?;
        last.pressed_at().max(last.again_at)
    }

    /// How sure we are that a person gave the score: what somebody decided by hand, else `confirmed` where they pressed the button
    /// for it and `self_saved` where the page saved it while they used it; `suspect` where a machine did so.
    #[must_use]
    pub fn standing(&self) -> Option<Standing> {
        let last = self.changes.last()?;
        let suspect =
            if last.pressed_at().is_some() { self.pressed_by_a_machine() } else { self.saved_by_a_machine(last) };
        let standing = match (suspect, last.pressed_at()) {
            (true, _) => Standing::Suspect,
            (false, Some(_)) => Standing::Confirmed,
            (false, None) => Standing::SelfSaved,
        };
        Some(self.decided.unwrap_or(standing))
    }

    /// Whether five or more different scores were confirmed within ten seconds.
    fn pressed_by_a_machine(&self) -> bool {
        let pressed = || self.changes.iter().filter_map(|change| Some((change.pressed_at()?, change.score)));
        pressed().any(|(first, _)| {
            let within = |(at, _): &(Timestamp, Score)| *at >= first && at.since(first) <= AT_ONCE;
            pressed().filter(within).map(|(_, score)| score).collect::<BTreeSet<_>>().len() >= 5
        })
    }

    /// Whether a score that nobody has confirmed was saved before a person can have read its mail, or came with another one
    /// within ten seconds. A survey without a mail was opened by whoever stood before it.
    fn saved_by_a_machine(&self, last: &Change) -> bool {
        let went_out = |mail: &Mail| mail.sent_at.or(mail.claimed_at);
        let soon = |sent: Timestamp| last.at >= sent && last.at.since(sent) < READ_BY;
        let before_its_mail = went_out(&self.invite).is_some_and(|sent| last.at < sent);
        let at_once = |pair: &[Change]| matches!(pair, [one, other] if other.at.since(one.at) <= AT_ONCE);
        before_its_mail
            || [&self.invite, &self.remind].into_iter().filter_map(went_out).any(soon)
            // Two in a row always differ: the same score again is no change.
            || self.changes.windows(2).any(at_once)
    }

    /// The contact confirmed a score. Of the same score again only the moment is kept: a reply may still be on its way that came
    /// before it.
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
            let said = self.said_at();
            return Ok((said < Some(now) || !same_follow_up).then(|| {
                self.changed(|after| {
                    if let Some(last) = after.changes.last_mut() {
                        match said {
                            None => last.confirmed_at = Some(now),
                            Some(at) if at < now => last.again_at = Some(now),
                            Some(_) => {}
                        }
                    }
                    after.follow_up = follow_up.unwrap_or(after.follow_up);
                })
            }));
        }
        let after = self.given(Change { by, ..Change::confirmed(score, now) })?;
        Ok(Some(Self { follow_up: follow_up.unwrap_or(after.follow_up), ..after }))
    }

    /// The page saved a score by itself. One that the contact has confirmed stays.
    ///
    /// # Errors
    /// When the score was changed too often.
    pub fn self_saved(&self, score: Score, now: Timestamp) -> Result<Option<Self>, NotTaken> {
        match self.changes.last() {
            Some(last) if last.pressed_at().is_some() || last.score == score => Ok(None),
            _ => self.given(Change::self_saved(score, now)).map(Some),
        }
    }

    fn given(&self, change: Change) -> Result<Self, NotTaken> {
        if self.changes.len() > MAX_CHANGES {
            return Err(NotTaken::TooManyChanges);
        }
        // Reasons are those of a group; whoever knows which of them the other has as well keeps those.
        let other_group = self.score().is_some_and(|score| score.group() != change.score.group());
        Ok(self.changed(|after| {
            if other_group {
                after.reasons.clear();
            }
            after.changes.push(change);
            after.state = State::Answered;
            after.next = None;
        }))
    }

    /// Somebody did something on the page for the first time.
    #[must_use]
    pub fn seen(&self, now: Timestamp) -> Option<Self> {
        self.seen_at.is_none().then(|| self.changed(|after| after.seen_at = Some(now)))
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
        let scored = match score {
            Some(score) => self.responded_by(score, follow_up, by, now)?,
            None if self.changes.is_empty() => return Err(NotTaken::NoScore),
            None => Some(Self { follow_up: follow_up.unwrap_or(self.follow_up), ..self.clone() }),
        };
        let after = scored.unwrap_or_else(|| self.clone());
        let (heard, corrected) = (Heard::default(), None);
        Ok(Self { ver: self.ver + 1, commented_at: Some(now), heard, corrected, ..after })
    }

    /// What the contact sent, whichever parts of it there are; nothing if it says what is known. `offered` are the reasons of
    /// the campaign: a score of another group leaves those behind that its group does not have.
    ///
    /// # Errors
    /// When there is no score yet, it was changed too often, or its group has no such reason.
    pub fn said(&self, said: Said<'_>, offered: &Reasons, now: Timestamp) -> Result<Option<Self>, NotTaken> {
        let group = said.score.or(self.score()).ok_or(NotTaken::NoScore)?.group();
        if said.reasons.is_some_and(|ticked| !offered.has_all(group, ticked)) {
            return Err(NotTaken::NoSuchReason);
        }
        let scored = match (said.heard, said.score) {
            (Some(heard), score) => Some(self.commented(score, said.follow_up, now)?.hearing(heard.clone())),
            (None, Some(score)) => self.responded(score, said.follow_up, now)?,
            (None, None) => Some(Self { follow_up: said.follow_up.unwrap_or(self.follow_up), ..self.clone() }),
        };
        let mut after = scored.unwrap_or_else(|| self.clone());
        after.may_quote = said.may_quote.unwrap_or(after.may_quote);
        if let Some(ticked) = said.reasons {
            after.reasons = offered.offered(group, ticked);
        } else if self.score().map(Score::group) != Some(group) {
            after.reasons = offered.offered(group, &self.reasons);
        }
        after.ver = self.ver;
        Ok((after != *self).then(|| Self { ver: self.ver + 1, ..after }))
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::{prop_assert, prop_assert_eq, proptest};

    use super::super::tests::{NOW, asked, score, survey};
    use super::super::{Mail, NotTaken, Survey};
    use super::{READ_BY, Said};
    use crate::reason::{Reason, ReasonId, Reasons};
    use crate::score::Standing::{self, Confirmed, SelfSaved, Suspect};
    use crate::theme::Heard;
    use crate::time::Timestamp;

    /// A score that came by itself or by the button, so many seconds after the mail.
    type Came = (u64, u8, bool);

    fn lived(survey: &Survey, all: &[Came]) -> Survey {
        all.iter().fold(survey.clone(), |survey, (seconds, value, by_itself)| {
            let at = NOW.after(Duration::from_secs(*seconds));
            let came = if *by_itself {
                survey.self_saved(score(*value), at)
            } else {
                survey.responded(score(*value), None, at)
            };
            came.unwrap().unwrap_or(survey)
        })
    }

    #[test]
    fn what_the_page_saved_stands_until_somebody_confirms() {
        for (came, value, standing) in [
            (&[(3600, 9, true)][..], 9, SelfSaved),
            // Within a minute of the mail nobody has read it.
            (&[(59, 9, true)], 9, Suspect),
            (&[(60, 9, true)], 9, SelfSaved),
            // Whoever opens every link of the scale.
            (&[(3600, 9, true), (3605, 3, true)], 3, Suspect),
            (&[(3600, 9, true), (3610, 3, true)], 3, Suspect),
            (&[(3600, 9, true), (3611, 3, true)], 3, SelfSaved),
            (&[(3600, 9, true), (3605, 3, true), (9000, 5, true)], 5, Suspect),
            (&[(3600, 9, true), (3605, 9, true)], 9, SelfSaved),
            // The button is a person's, whatever came before, and nothing comes by itself after it.
            (&[(10, 9, true), (20, 9, false)], 9, Confirmed),
            (&[(3600, 9, true), (3605, 3, true), (3606, 3, false)], 3, Confirmed),
            (&[(3600, 9, true), (3700, 4, false)], 4, Confirmed),
            (&[(3600, 9, false), (3700, 4, true)], 9, Confirmed),
            (&[(3600, 9, true), (3610, 9, false), (3700, 4, true)], 9, Confirmed),
            // Five scores confirmed at once are still a machine's.
            (&[(1, 0, false), (2, 1, false), (3, 2, false), (4, 3, false), (5, 4, false)], 4, Suspect),
            (&[(1, 0, true), (2, 0, false), (3, 1, false), (4, 2, false), (5, 3, false)], 3, Confirmed),
            (&[(1, 0, true), (2, 0, false), (3, 1, false), (4, 2, false), (5, 3, false), (6, 4, false)], 4, Suspect),
        ] {
            let survey = lived(&asked(), came);
            assert_eq!((survey.score(), survey.standing()), (Some(score(value)), Some(standing)), "{came:?}");
        }
    }

    #[test]
    fn a_score_is_suspect_so_soon_after_either_mail_and_before_the_first() {
        let sent = |mail: &mut Mail, at: Timestamp| mail.sent_at = Some(at);
        let saved = lived(&survey(), &[(3600, 9, true)]);
        assert_eq!(saved.standing(), Some(SelfSaved), "no mail went out: whoever is asked stands before it");
        let at = NOW.after(Duration::from_secs(3600));
        for (invite, remind, standing) in [
            (at.before(READ_BY), None, SelfSaved),
            (at.before(Duration::from_secs(59)), None, Suspect),
            (at.after(Duration::from_secs(1)), None, Suspect),
            (NOW, Some(at.before(Duration::from_secs(59))), Suspect),
            (NOW, Some(at.before(READ_BY)), SelfSaved),
            // It came by the first mail.
            (NOW, Some(at.after(Duration::from_secs(1))), SelfSaved),
        ] {
            let mut survey = saved.clone();
            sent(&mut survey.invite, invite);
            remind.into_iter().for_each(|remind| sent(&mut survey.remind, remind));
            assert_eq!(survey.standing(), Some(standing), "{invite} {remind:?}");
        }
        let claimed = Survey { invite: Mail { claimed_at: Some(at), ..Mail::default() }, ..saved };
        assert_eq!(claimed.standing(), Some(Suspect), "nobody knows yet that it went out");
        assert_eq!(claimed.judged(SelfSaved).unwrap().standing(), Some(SelfSaved), "a person knows better");
    }

    fn offered() -> Reasons {
        let reason = |id: &str| Reason { id: id.parse().unwrap(), label: id.to_owned(), labels: [].into() };
        Reasons {
            detractor: ["slow", "price", "rude"].map(reason).into(),
            passive: Vec::new(),
            promoter: ["fast", "price"].map(reason).into(),
        }
    }

    fn ids(all: &[&str]) -> Vec<ReasonId> {
        all.iter().map(|id| id.parse().unwrap()).collect()
    }

    #[test]
    fn reasons_are_those_of_the_scores_group() {
        let offered = offered();
        let says = |survey: &Survey, value: Option<u8>, ticked: Option<&[&str]>| {
            let reasons = ticked.map(ids);
            let said = Said { score: value.map(score), reasons: reasons.as_deref(), ..Said::default() };
            survey.said(said, &offered, NOW)
        };
        assert_eq!(says(&asked(), None, Some(&["slow"])), Err(NotTaken::NoScore));
        let low = says(&asked(), Some(3), Some(&["price", "slow", "price"])).unwrap().unwrap();
        assert_eq!((&low.reasons, low.ver), (&ids(&["slow", "price"]), asked().ver + 1));
        assert_eq!(says(&low, None, Some(&["slow", "price"])), Ok(None), "a repeat changes nothing");
        assert_eq!(says(&low, None, Some(&["fast"])), Err(NotTaken::NoSuchReason));
        assert_eq!(says(&low, Some(7), Some(&["slow"])), Err(NotTaken::NoSuchReason));
        assert_eq!(says(&low, Some(5), None).unwrap().unwrap().reasons, ids(&["slow", "price"]), "the same group");
        let high = says(&low, Some(9), None).unwrap().unwrap();
        assert_eq!(high.reasons, ids(&["price"]), "what promoters do not have is left behind");
        assert_eq!(says(&high, Some(8), None).unwrap().unwrap().reasons, []);
        assert_eq!(says(&low, None, Some(&[])).unwrap().unwrap().reasons, []);
        assert_eq!(says(&low, None, None), Ok(None));
    }

    #[test]
    fn a_wish_may_be_taken_back_and_what_is_not_said_stays() {
        let answered = asked().responded(score(9), None, NOW).unwrap().unwrap();
        let says = |survey: &Survey, follow_up, may_quote| {
            survey.said(Said { follow_up, may_quote, ..Said::default() }, &Reasons::default(), NOW).unwrap()
        };
        let both = says(&answered, Some(true), Some(true)).unwrap();
        assert_eq!((both.follow_up, both.may_quote, both.ver), (true, true, answered.ver + 1));
        assert_eq!(says(&both, None, Some(true)), None);
        let back = says(&both, None, Some(false)).unwrap();
        assert_eq!((back.follow_up, back.may_quote), (true, false));
        let heard = Heard::default();
        let said = Said { heard: Some(&heard), ..Said::default() };
        let commented = both.said(said, &Reasons::default(), NOW).unwrap().unwrap();
        assert_eq!((commented.follow_up, commented.may_quote, commented.ver), (true, true, both.ver + 1));
        // A comment alone confirms no score that the page saved.
        let saved = asked().self_saved(score(9), NOW.after(READ_BY)).unwrap().unwrap();
        let commented = saved.said(said, &Reasons::default(), NOW).unwrap().unwrap();
        assert_eq!(commented.standing(), Some(SelfSaved));
    }

    #[test]
    fn a_page_is_seen_once() {
        let seen = asked().seen(NOW).unwrap();
        assert_eq!((seen.seen_at, seen.ver, seen.state), (Some(NOW), asked().ver + 1, asked().state));
        assert_eq!(seen.seen(NOW.after(READ_BY)), None);
    }

    proptest! {
        /// Whatever comes in whichever order: what a person confirmed last stands, and nothing by itself touches it.
        #[test]
        fn nothing_comes_by_itself_over_what_was_confirmed(
            came in proptest::collection::vec((0..40_u64, 0..11_u8, proptest::bool::ANY), 0..18),
        ) {
            let (mut survey, mut now, mut confirmed) = (asked(), NOW, None);
            for (seconds, value, by_itself) in came {
                now = now.after(Duration::from_secs(seconds));
                let (before, given) = (survey.clone(), score(value));
                let after = if by_itself { survey.self_saved(given, now) } else { survey.responded(given, None, now) };
                if !by_itself {
                    confirmed = Some(given);
                }
                if let Some(after) = after.unwrap() {
                    prop_assert_eq!(after.ver, before.ver + 1);
                    prop_assert!(!by_itself || confirmed.is_none(), "a confirmed score stays");
                    survey = after;
                }
                match confirmed {
                    Some(confirmed) => {
                        prop_assert_eq!(survey.score(), Some(confirmed));
                        prop_assert!(survey.standing() != Some(Standing::SelfSaved));
                    }
                    None => prop_assert!(survey.standing() != Some(Standing::Confirmed)),
                }
                // Where the same comes again at once, nothing changes.
                let again = if by_itself { survey.self_saved(given, now) } else { survey.responded(given, None, now) };
                prop_assert_eq!(again, Ok(None));
            }
        }
    }
}
