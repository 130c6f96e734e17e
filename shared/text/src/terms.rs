//! What people write about that no theme covers yet: words and pairs of words that many comments have in common.
//!
//! Counted are comments, not words: who repeats themselves is one comment. Memory is bounded by lossy counting (Manku and
//! Motwani): whenever there are too many terms, those that were met in one comment only are forgotten, so a term's number
//! may be too small by as many as there were such moments, and never too large.

use std::collections::{BTreeMap, HashMap, HashSet};

use model::numbers::Counts;
use model::{Score, SurveyId};

use crate::language::Language;
use crate::lexicon::Lexicon;
use crate::words::Word;
use crate::{language, stems_in, words_of};

/// Most terms that are kept in memory.
const MOST_TERMS: usize = 20_000;

/// Words of one comment that are looked at.
const MOST_WORDS: usize = 300;

/// Letters a word must have.
const LEAST_LETTERS: usize = 3;

/// Different spellings of a term that are told apart.
const MOST_SPELLINGS: usize = 6;

/// Comments that are named for a term.
const MOST_EXAMPLES: usize = 2;

/// Characters of a comment around a term that are shown.
const AROUND: usize = 70;

/// A pair takes the place of a word that hardly ever stands without it.
const MOSTLY: f64 = 0.7;

/// A comment in which a term stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    /// Whose it is.
    pub survey: SurveyId,
    /// The words around the term.
    pub snippet: String,
}

#[derive(Clone, Debug, Default)]
struct Stat {
    scores: [u64; 11],
    spellings: BTreeMap<String, u32>,
    examples: Vec<Used>,
}

impl Stat {
    fn n(&self) -> u64 {
        self.scores.iter().sum()
    }
}

/// A word or pair of words that several comments have in common.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// As most of them write it.
    pub words: String,
    /// The language they are in.
    pub language: Option<Language>,
    /// The scores that came with them.
    pub counts: Counts,
    /// How much more often it stands with promoters (above zero) or detractors (below) than the other comments make one
    /// expect: the logarithm of the odds ratio over its standard error.
    pub lean: f64,
    /// Some of them.
    pub examples: Vec<Used>,
}

/// Gathers the terms of comments.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    terms: HashMap<(Option<Language>, String), Stat>,
    scores: [u64; 11],
    forgotten: u32,
}

impl Terms {
    /// Takes one comment.
    pub fn take(&mut self, survey: SurveyId, text: &str, locale: Option<&str>, score: Score) {
        let mut words = words_of(text);
        words.truncate(MOST_WORDS);
        let language = language::told(text, &words, locale.and_then(Language::of_tag));
        let stems = stems_in(&words, language);
        let lexicon = language.map(Lexicon::of);
        let tells = |word: &Word| {
            word.lower.chars().filter(|c| c.is_alphabetic()).take(LEAST_LETTERS).count() == LEAST_LETTERS
                && !lexicon
                    .is_some_and(|lexicon| lexicon.stop.contains(&word.folded) || lexicon.stop.contains(&word.lower))
        };
        // How somebody feels is no theme.
        let feels = |at: usize| lexicon.is_some_and(|lexicon| lexicon.feelings.contains_key(&stems[at]));
        let place = usize::from(score.value());
        self.scores[place] += 1;
        let mut seen: HashSet<String> = HashSet::new();
        for (at, word) in words.iter().enumerate() {
            if !tells(word) {
                continue;
            }
            let pair = words.get(at + 1).filter(|next| next.clause == word.clause && tells(next));
            let pair = pair.map(|next| (format!("{} {}", stems[at], stems[at + 1]), next.end, feels(at + 1)));
            let single = (stems[at].clone(), word.end, feels(at));
            for (term, end, feels_only) in [Some(single), pair].into_iter().flatten() {
                if feels_only || !seen.insert(term.clone()) {
                    continue;
                }
                let stat = self.terms.entry((language, term)).or_default();
                stat.scores[place] += 1;
                let spelling = text.get(word.start..end).unwrap_or_default().to_lowercase();
                if stat.spellings.len() < MOST_SPELLINGS || stat.spellings.contains_key(&spelling) {
                    *stat.spellings.entry(spelling).or_default() += 1;
                }
                if stat.examples.len() < MOST_EXAMPLES {
                    let snippet = around(text, word.start, end);
                    // Who says the same in the same words shows nothing new.
                    if !stat.examples.iter().any(|known| known.snippet == snippet) {
                        stat.examples.push(Used { survey, snippet });
                    }
                }
            }
        }
        if self.terms.len() > MOST_TERMS {
            self.forgotten += 1;
            let least = u64::from(self.forgotten);
            self.terms.retain(|_, stat| stat.n() > least);
        }
    }

    /// The comments that were taken.
    #[must_use]
    pub fn comments(&self) -> u64 {
        self.scores.iter().sum()
    }

    /// The terms that stand in `least` comments or more, at most `most` of them. First come those that many use, the more so
    /// if promoters and detractors use them differently: the number of comments times one more than the size of `lean`.
    #[must_use]
    pub fn common(&self, least: u64, most: usize) -> Vec<Term> {
        let mut found: Vec<(&(Option<Language>, String), &Stat)> =
            self.terms.iter().filter(|(_, stat)| stat.n() >= least).collect();
        let said: HashMap<(Option<Language>, &str), u64> = {
            let pairs = found.iter().filter(|((_, term), _)| term.contains(' '));
            let mut said = HashMap::new();
            for ((language, pair), stat) in pairs {
                for word in pair.split(' ') {
                    let most: &mut u64 = said.entry((*language, word)).or_default();
                    *most = (*most).max(stat.n());
                }
            }
            said
        };
        found.retain(|((language, term), stat)| {
            let with = said.get(&(*language, term.as_str())).copied().unwrap_or_default();
            term.contains(' ') || (with as f64) < MOSTLY * stat.n() as f64
        });
        let all = Counts::new(self.scores);
        let mut terms: Vec<Term> = found
            .into_iter()
            .map(|((language, _), stat)| {
                let counts = Counts::new(stat.scores);
                let most = stat.spellings.iter().max_by_key(|(_, n)| **n);
                let words = most.map(|(spelling, _)| spelling.clone()).unwrap_or_default();
                Term { words, language: *language, counts, lean: lean(&counts, &all), examples: stat.examples.clone() }
            })
            .collect();
        let rank = |term: &Term| term.counts.n() as f64 * (1.0 + term.lean.abs());
        terms.sort_by(|a, b| rank(b).total_cmp(&rank(a)).then_with(|| a.words.cmp(&b.words)));
        terms.truncate(most);
        terms
    }
}

/// The logarithm of the odds ratio of promoters to detractors, with and without the term, over its standard error. Half a
/// comment is added to each of the four numbers (Haldane), so that none is divided by nothing.
fn lean(with: &Counts, all: &Counts) -> f64 {
    let cell = |n: u64| n as f64 + 0.5;
    let (a, b) = (cell(with.promoters()), cell(with.detractors()));
    let (c, d) = (
        cell(all.promoters().saturating_sub(with.promoters())),
        cell(all.detractors().saturating_sub(with.detractors())),
    );
    (a * d / (b * c)).ln() / (1.0 / a + 1.0 / b + 1.0 / c + 1.0 / d).sqrt()
}

/// A part of a text with some of what stands around it.
fn around(text: &str, start: usize, end: usize) -> String {
    let (before, behind) = (text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default());
    let from = before.char_indices().rev().nth(AROUND - 1).map_or(0, |(at, _)| at);
    let to = behind.char_indices().nth(AROUND).map_or(text.len(), |(at, _)| end + at);
    let cut = |cut: bool| if cut { "…" } else { "" };
    let part = text.get(from..to).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    format!("{}{part}{}", cut(from > 0), cut(to < text.len()))
}

#[cfg(test)]
impl Terms {
    pub(crate) fn terms_kept(&self) -> usize {
        self.terms.len()
    }
}
