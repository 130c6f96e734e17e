//! What people really said, in all the ways there are to answer, and what of it must never be.
//!
//! A press of the button lies somewhere between its sending and its answer; a reply came when it came. So of some words nobody
//! can say which was the last. Of all others this knows what must stand in the end.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use model::survey::{Change, MAX_CHANGES, Mail};
use model::{ContactKey, Score, Standing, Survey, SurveyId, Timestamp};

/// Whether there are doors in that world.
pub(crate) const fn has_doors(seed: u64) -> bool {
    seed % 3 == 1
}

/// Whether people may reply to letters.
pub(crate) const fn has_replies(seed: u64) -> bool {
    seed % 3 == 2
}

/// Whether pages save by themselves.
pub(crate) const fn saves_itself(seed: u64) -> bool {
    seed % 4 == 2
}

/// Whether people without an address are asked by text.
pub(crate) const fn has_texts(seed: u64) -> bool {
    seed % 4 == 1
}

/// Whether anything comes to the queue of what people write back.
pub(crate) const fn is_replied(seed: u64) -> bool {
    has_replies(seed) || has_texts(seed)
}

/// Machines are that fast.
const AT_ONCE: Duration = Duration::from_secs(10);

/// Nobody has read a mail by then.
const UNREAD: Duration = Duration::from_secs(60);

/// A score somebody gave.
#[derive(Clone, Copy, Debug)]
struct Word {
    score: Score,
    /// When it was sent.
    from: Timestamp,
    /// When whoever sent it had heard of its end, or will never hear.
    until: Option<Timestamp>,
    /// Whether it was recorded for certain.
    certain: bool,
}

/// A press of the button: what was told of it later is told of this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Press(usize);

/// What people said.
#[derive(Debug, Default)]
pub(crate) struct Ways {
    words: BTreeMap<SurveyId, Vec<Word>>,
    presses: Vec<(SurveyId, usize)>,
    /// Surveys of which nobody can say to the end when what was said: texts are written back to a number, not to a survey.
    loose: BTreeSet<SurveyId>,
    /// Scores written back by text, by number.
    texted: BTreeMap<ContactKey, BTreeSet<Score>>,
    /// Scores that pages saved by themselves.
    saved: BTreeMap<SurveyId, BTreeSet<Score>>,
    /// Surveys that came of visits, and whether somebody was told that theirs is recorded.
    visits: BTreeMap<SurveyId, bool>,
    /// Who wants nothing more, by a reply or a text.
    wishes: BTreeSet<ContactKey>,
    /// How many replies gave a score.
    replies: usize,
    /// What was written in replies, word by word.
    remarks: BTreeMap<SurveyId, Vec<String>>,
}

impl Ways {
    /// Somebody presses the button.
    pub(crate) fn pressed(&mut self, survey: SurveyId, score: Score, now: Timestamp) -> Press {
        let words = self.words.entry(survey).or_default();
        words.push(Word { score, from: now, until: None, certain: false });
        self.presses.push((survey, words.len() - 1));
        Press(self.presses.len() - 1)
    }

    /// A press came to its end: it is recorded, or nobody knows.
    pub(crate) fn heard(&mut self, press: Press, recorded: bool, now: Timestamp) {
        let Some((survey, nth)) = self.presses.get(press.0) else { return };
        let word = self.words.get_mut(survey).and_then(|words| words.get_mut(*nth));
        if let Some(word) = word {
            (word.until, word.certain) = (Some(now), recorded);
        }
        if let Some(told) = self.visits.get_mut(survey).filter(|_| recorded) {
            *told = true;
        }
    }

    /// Somebody replies to a letter of a survey with a score. `false` if they did in this very moment: nobody types that fast.
    pub(crate) fn replied(&mut self, survey: SurveyId, score: Score, now: Timestamp) -> bool {
        let words = self.words.entry(survey).or_default();
        if words.iter().any(|word| word.from == now) {
            return false;
        }
        words.push(Word { score, from: now, until: Some(now), certain: true });
        self.replies += 1;
        true
    }

    /// What somebody wrote beside, or instead.
    pub(crate) fn remarked(&mut self, survey: SurveyId, remark: String) {
        self.remarks.entry(survey).or_default().push(remark);
    }

    /// Somebody writes a score back to a text.
    pub(crate) fn texted(&mut self, who: ContactKey, score: Score) {
        self.texted.entry(who).or_default().insert(score);
    }

    /// A page saves a score by itself.
    pub(crate) fn saving(&mut self, survey: SurveyId, score: Score) {
        self.saved.entry(survey).or_default().insert(score);
    }

    /// Somebody comes in who did not say who they are.
    pub(crate) fn visiting(&mut self, survey: SurveyId) {
        self.visits.entry(survey).or_default();
    }

    /// Somebody wants nothing more.
    pub(crate) fn wish(&mut self, who: ContactKey) {
        self.wishes.insert(who);
    }

    /// What a change of a survey must not do.
    pub(crate) fn changed(&mut self, before: Option<&Survey>, after: &Survey) -> Option<String> {
        if after.contact.who.phone().is_some() {
            self.loose.insert(after.id);
        }
        let before = before?;
        let (was, is) = (before.changes.last()?, after.changes.last()?);
        let itself = after.changes.len() > before.changes.len() && is.self_saved;
        (itself && was.pressed_at().is_some())
            .then(|| format!("self-saved: {} of {} took the place of a score that was confirmed", is.score, after.id))
    }

    /// What is wrong with a survey at the end of everything. `erased` is one whose contact was, so that it may be another one.
    pub(crate) fn judge(&self, survey: &Survey, comment: Option<&str>, erased: bool) -> Vec<String> {
        let mut wrong = Vec::new();
        let none = BTreeSet::new();
        let of_text = self.texted.get(&survey.contact.key()).unwrap_or(&none);
        let words = self.words.get(&survey.id).map(Vec::as_slice).unwrap_or_default();
        for change in &survey.changes {
            let said = words.iter().any(|word| word.score == change.score) || of_text.contains(&change.score);
            let saved = self.saved.get(&survey.id).is_some_and(|saved| saved.contains(&change.score));
            if !(if change.pressed_at().is_some() { said } else { saved }) {
                wrong.push(format!("pressed: nobody gave the {} of {}", change.score, survey.id));
            }
        }
        let standing = survey.decided.or_else(|| standing(survey));
        if survey.standing() != standing {
            wrong.push(format!("suspect: {} is {:?} and not {standing:?}", survey.id, survey.standing()));
        }
        if !erased
            && let Some(last) = self.last_word(survey)
            && survey.score() != Some(last)
        {
            wrong.push(format!("newest: {last} was the last word on {}, which says {:?}", survey.id, survey.score()));
        }
        if let Some(text) = comment {
            let twice = |remark: &&String| text.matches(remark.as_str()).count() > 1;
            let remarks = self.remarks.get(&survey.id).into_iter().flatten();
            wrong.extend(remarks.filter(twice).map(|it| format!("replies: {it} stands twice on {}", survey.id)));
        }
        wrong
    }

    /// The score that came last for certain: after every other one that may have come.
    fn last_word(&self, survey: &Survey) -> Option<Score> {
        // Who changed their mind too often is not heard any more.
        if self.loose.contains(&survey.id) || survey.changes.len() > MAX_CHANGES {
            return None;
        }
        let words = self.words.get(&survey.id)?;
        let (nth, last) = words.iter().enumerate().max_by_key(|(_, word)| word.from)?;
        let mut others = words.iter().enumerate().filter(|(other, _)| *other != nth);
        let behind = others.all(|(_, word)| word.until.is_some_and(|until| until < last.from));
        (last.certain && behind).then_some(last.score)
    }

    /// What is wrong with visits and wishes at the end.
    pub(crate) fn judge_all(
        &self,
        is_there: impl Fn(SurveyId) -> bool,
        of_visits: usize,
        is_suppressed: impl Fn(&ContactKey) -> bool,
    ) -> Vec<String> {
        let lost = self.visits.iter().filter(|(survey, told)| **told && !is_there(**survey));
        let mut wrong: Vec<String> =
            lost.map(|(survey, _)| format!("doors: the answer of the visit {survey} is not there")).collect();
        if of_visits > self.visits.len() {
            wrong.push(format!("doors: {} visits made {of_visits} surveys", self.visits.len()));
        }
        let forgotten = self.wishes.iter().filter(|who| !is_suppressed(who));
        wrong.extend(forgotten.map(|who| format!("wish: {who:?} wants nothing more, and may be written to")));
        wrong
    }

    /// How many replies there were with a score, how many visits, and how many scores that pages saved.
    pub(crate) fn counts(&self) -> [usize; 3] {
        [self.replies, self.visits.len(), self.saved.values().map(BTreeSet::len).sum()]
    }
}

/// Whether a person gave the score, as the rules say it: worked out once more from what the survey keeps.
fn standing(survey: &Survey) -> Option<Standing> {
    let last = survey.changes.last()?;
    let close = |one: Timestamp, other: Timestamp| one.since(other).max(other.since(one)) <= AT_ONCE;
    if last.self_saved && last.confirmed_at.is_none() {
        let mails = || [&survey.invite, &survey.remind].into_iter();
        let went_out = |mail: &Mail| mail.sent_at.or(mail.claimed_at);
        let unread = |at: &Timestamp| (*at..at.after(UNREAD)).contains(&last.at);
        let before_any = went_out(&survey.invite).is_some_and(|at| last.at < at);
        let pairs = survey.changes.iter().zip(survey.changes.iter().skip(1));
        let in_a_row = pairs.into_iter().any(|(one, other)| close(one.at, other.at));
        let machine = before_any || mails().filter_map(went_out).any(|at| unread(&at)) || in_a_row;
        return Some(if machine { Standing::Suspect } else { Standing::SelfSaved });
    }
    let pressed: Vec<(Timestamp, Score)> =
        survey.changes.iter().filter_map(|change: &Change| Some((change.pressed_at()?, change.score))).collect();
    let burst = pressed.iter().any(|(first, _)| {
        let within = pressed.iter().filter(|(at, _)| at >= first && close(*at, *first));
        within.map(|(_, score)| score).collect::<BTreeSet<_>>().len() > 4
    });
    Some(if burst { Standing::Suspect } else { Standing::Confirmed })
}
