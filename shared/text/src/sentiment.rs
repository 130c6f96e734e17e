//! How a text sounds: words that tell it, each with a weight, and whether they are denied.
//!
//! | what | weight |
//! |---|---|
//! | a good or bad word | 1, a strong one 2 |
//! | behind *very* | half as much again |
//! | behind *a bit* | a quarter less: people say it to be kind |
//! | a good word that is denied (*not helpful*) | the same, as bad |
//! | a bad word that is denied (*no problems*) | half, as good |

use model::theme::Sentiment;

use crate::language::Language;
use crate::lexicon::{Feeling, Lexicon, PLAIN, sign};
use crate::words::Word;

/// Words before one that may deny it, small ones not counted.
const DENIED_WITHIN: usize = 3;

/// The same with the small ones.
const DENIED_WITHIN_ALL: usize = 6;

/// Words behind one that may deny it, where the language puts them there.
const DENIED_BEHIND: usize = 5;

/// A part of a text that tells how it sounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sign {
    /// Where it begins.
    pub(crate) start: usize,
    /// Where it ends.
    pub(crate) end: usize,
    /// In quarters of a plain word.
    pub(crate) weight: i32,
}

/// The parts of a text that tell how it sounds, in their order.
pub(crate) fn signs(text: &str, words: &[Word], stems: &[String], language: Option<Language>) -> Vec<Sign> {
    let mut signs = Vec::new();
    for (start, c) in text.char_indices() {
        signs.extend(sign(c).map(|weight| Sign { start, end: start + c.len_utf8(), weight }));
    }
    if let Some(lexicon) = language.map(Lexicon::of).filter(|lexicon| lexicon.feels()) {
        in_words(&Clauses { words: &clauses(words, lexicon), stems, lexicon }, &mut signs);
        signs.sort_by_key(|sign| sign.start);
    }
    signs
}

/// What it all comes to.
pub(crate) fn verdict(signs: &[Sign]) -> Option<Sentiment> {
    let good: i32 = signs.iter().map(|sign| sign.weight.max(0)).sum();
    let bad: i32 = signs.iter().map(|sign| sign.weight.min(0).abs()).sum();
    match (good, bad) {
        (0, 0) => None,
        (good, bad) if good > 2 * bad => Some(Sentiment::Positive),
        (good, bad) if bad > 2 * good => Some(Sentiment::Negative),
        _ => Some(Sentiment::Mixed),
    }
}

/// The words, each in its clause: one that begins with *but* is another one.
fn clauses(words: &[Word], lexicon: &Lexicon) -> Vec<Word> {
    let mut turns = 0;
    let mut turned = |word: &Word| {
        turns += usize::from(lexicon.turn.contains(&word.folded));
        Word { clause: word.clause * (words.len() + 1) + turns, ..word.clone() }
    };
    words.iter().map(&mut turned).collect()
}

struct Clauses<'a> {
    words: &'a [Word],
    stems: &'a [String],
    lexicon: &'a Lexicon,
}

fn in_words(text: &Clauses<'_>, signs: &mut Vec<Sign>) {
    let mut at = 0;
    while at < text.words.len() {
        let (length, weight) = match text.feeling(at) {
            Some(feeling) => (1 + feeling.rest.len(), text.weighed(at, 1 + feeling.rest.len(), feeling.weight)),
            None if text.is_excess(at) => (2, -PLAIN),
            None => {
                at += 1;
                continue;
            }
        };
        let from = text.begins(at);
        if let Some(last) = text.words.get(at + length - 1).filter(|_| weight != 0) {
            signs.push(Sign { start: text.words[from].start, end: last.end, weight });
        }
        at += length;
    }
}

impl Clauses<'_> {
    /// What begins here and tells how somebody feels.
    fn feeling(&self, at: usize) -> Option<&Feeling> {
        let fits = |feeling: &&Feeling| {
            let behind = self.stems.get(at + 1..at + 1 + feeling.rest.len());
            behind.is_some_and(|behind| behind == feeling.rest)
        };
        let feeling = self.lexicon.feelings.get(self.stems.get(at)?)?.iter().find(fits)?;
        let word = &self.words.get(at)?.lower;
        let small = self.lexicon.stop.contains(word) && !self.lexicon.listed.contains(word);
        (!small || !feeling.rest.is_empty()).then_some(feeling)
    }

    /// *Too* and what follows it, unless that speaks for itself.
    fn is_excess(&self, at: usize) -> bool {
        let next = self.words.get(at + 1).filter(|next| next.clause == self.words[at].clause);
        self.lexicon.excess.contains(&self.words[at].folded) && next.is_some() && self.feeling(at + 1).is_none()
    }

    fn weighed(&self, at: usize, length: usize, weight: i32) -> i32 {
        let before = at.checked_sub(1).map(|before| &self.words[before]);
        let before = before.filter(|before| before.clause == self.words[at].clause).map(|before| &before.folded);
        let is = |kind: &std::collections::HashSet<String>| before.is_some_and(|before| kind.contains(before));
        let weight = if is(&self.lexicon.more) || is(&self.lexicon.excess) {
            weight * 3 / 2
        } else if is(&self.lexicon.less) {
            weight * 3 / 4
        } else {
            weight
        };
        match self.denied_from(at).is_some() || self.denied_behind(at + length) {
            true if weight > 0 => -weight,
            true => -weight / 2,
            // Too good is no praise.
            false if is(&self.lexicon.excess) && weight > 0 => -weight,
            false => weight,
        }
    }

    /// The word before that denies this one.
    fn denied_from(&self, at: usize) -> Option<usize> {
        let mut counted = 0;
        for before in (at.saturating_sub(DENIED_WITHIN_ALL)..at).rev() {
            let word = &self.words[before];
            if word.clause != self.words[at].clause {
                return None;
            }
            let only = self.words.get(before + 1).is_some_and(|next| self.lexicon.only.contains(&next.folded));
            if self.lexicon.not.contains(&word.folded) && !(only && before + 1 < at) {
                return Some(before);
            }
            counted += usize::from(!self.lexicon.stop.contains(&word.folded));
            if counted >= DENIED_WITHIN {
                return None;
            }
        }
        None
    }

    /// Whether a word behind denies it: *gefällt mir nicht*, *marche pas*.
    fn denied_behind(&self, from: usize) -> bool {
        let clause = from.checked_sub(1).map(|last| self.words[last].clause);
        for (nth, word) in self.words.iter().skip(from).take(DENIED_BEHIND).enumerate() {
            if Some(word.clause) != clause || self.lexicon.join.contains(&word.folded) {
                return false;
            }
            // What it denies may be another one that stands behind it.
            let denies_next = self.feeling(from + nth + 1).is_some();
            if self.lexicon.after.contains(&word.folded) {
                return !denies_next;
            }
            if nth == 0 && self.lexicon.near.contains(&word.folded) {
                return !denies_next;
            }
        }
        false
    }

    /// Where the part begins that is shown for a word: with what denies it, or makes it weigh more or less.
    fn begins(&self, at: usize) -> usize {
        let before = at.checked_sub(1).filter(|before| self.words[*before].clause == self.words[at].clause);
        let weighs = before.filter(|before| {
            let word = &self.words[*before].folded;
            [&self.lexicon.more, &self.lexicon.less, &self.lexicon.excess].iter().any(|kind| kind.contains(word))
        });
        self.denied_from(at).or(weighs).unwrap_or(at)
    }
}
