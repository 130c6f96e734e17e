//! What a comment is about and how it sounds, by a method small enough to be explained.
//!
//! A theme is known by its keywords: each is compared with the words of a comment by their stems in the comment's language
//! (Snowball's, by `frostem`); where a language is written without blanks, by its letters. How a comment sounds is told by
//! lists of words ([`sentiment`]). No score is looked at: the point is to see the promoters who complain. Every reading can
//! say which words led to it, and they stand in the text.
//!
//! Nothing here knows a table, a clock or a network, and no text leaves it.

mod keywords;
mod language;
mod lexicon;
mod sentiment;
mod terms;
mod words;

use std::collections::{BTreeSet, HashMap};

use model::theme::{Heard, MOST_A_COMMENT, Sentiment, Theme, ThemeId};

pub use self::language::Language;
pub use self::terms::{Term, Terms, Used};

use self::keywords::Keywords;
use self::words::Word;

/// Most parts of a text that are named for one reading.
const MOST_REASONS: usize = 24;

/// Most words of a text that are looked at. A comment has 4,000 characters at most.
const MOST_WORDS: usize = 2_000;

/// What a part of a text led to.
#[derive(Clone, Debug, PartialEq)]
pub enum Says {
    /// It is about a theme.
    Theme(ThemeId),
    /// It sounds good or bad; a plain word weighs 1 or -1.
    Sounds(f64),
}

/// Why a comment was read so: a part of it and what that led to.
#[derive(Clone, Debug, PartialEq)]
pub struct Because {
    /// The words as they stand in the text.
    pub words: String,
    /// What they led to.
    pub says: Says,
}

/// What was made of a text, and why.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// The language it is in, if that could be told.
    pub language: Option<Language>,
    /// What is kept of it.
    pub heard: Heard,
    /// Why.
    pub because: Vec<Because>,
}

/// Reads comments by the themes of one campaign.
#[derive(Debug)]
pub struct Reader<'a> {
    themes: &'a [Theme],
    /// The keywords as they are looked for in a language; made when the first comment comes in it.
    known: HashMap<Option<Language>, Keywords>,
}

impl<'a> Reader<'a> {
    /// Somebody who knows these themes.
    #[must_use]
    pub fn new(themes: &'a [Theme]) -> Self {
        Self { themes, known: HashMap::new() }
    }

    fn keywords(&mut self, language: Option<Language>) -> &Keywords {
        let themes = self.themes;
        self.known.entry(language).or_insert_with(|| Keywords::new(themes, language))
    }

    /// Reads a comment. `locale` is the writer's own (`de-AT`); it decides where a text is too short to tell.
    pub fn read(&mut self, text: &str, locale: Option<&str>) -> Reading {
        let words = words_of(text);
        let language = language::told(text, &words, locale.and_then(Language::of_tag));
        let stems = stems_in(&words, language);
        let themes = self.themes;
        let mut found = self.keywords(language).found(text, &words, &stems);
        if language.is_none() {
            // It may be in any of those the themes have words in.
            for other in languages_of(themes) {
                let stems = stems_in(&words, Some(other));
                let more = self.keywords(Some(other)).found(text, &words, &stems);
                found.iter_mut().zip(more).for_each(|(found, more)| keywords::merge(found, more));
            }
        }
        let mut because = Vec::new();
        let mut heard = Heard::default();
        for (theme, parts) in themes.iter().zip(&found) {
            if parts.is_empty() || heard.themes.len() >= MOST_A_COMMENT {
                continue;
            }
            heard.themes.push(theme.id.clone());
            let part = |(from, to): &(usize, usize)| Because {
                words: text.get(*from..*to).unwrap_or_default().to_owned(),
                says: Says::Theme(theme.id.clone()),
            };
            because.extend(parts.iter().map(part));
        }
        let signs = sentiment::signs(text, &words, &stems, language);
        heard.sentiment = sentiment::verdict(&signs);
        let part = |sign: &sentiment::Sign| Because {
            words: text.get(sign.start..sign.end).unwrap_or_default().to_owned(),
            says: Says::Sounds(f64::from(sign.weight) / f64::from(lexicon::PLAIN)),
        };
        because.extend(signs.iter().map(part));
        because.truncate(MOST_REASONS);
        Reading { language, heard, because }
    }
}

/// Reads one comment by the themes of its campaign.
#[must_use]
pub fn heard(themes: &[Theme], text: &str, locale: Option<&str>) -> Heard {
    Reader::new(themes).read(text, locale).heard
}

/// The language of a text, if it can be told.
#[must_use]
pub fn language(text: &str, locale: Option<&str>) -> Option<Language> {
    language::told(text, &words_of(text), locale.and_then(Language::of_tag))
}

/// How a text sounds, if its words tell.
#[must_use]
pub fn sentiment(text: &str, locale: Option<&str>) -> Option<Sentiment> {
    heard(&[], text, locale).sentiment
}

fn words_of(text: &str) -> Vec<Word> {
    let mut words = words::words(text);
    words.truncate(MOST_WORDS);
    words
}

/// Each word by its stem: those of a language that has none, or is not known, as they are.
fn stems_in(words: &[Word], language: Option<Language>) -> Vec<String> {
    words.iter().map(|word| word.stem(language)).collect()
}

/// The languages in which these themes have words that are known by their stems.
fn languages_of(themes: &[Theme]) -> BTreeSet<Language> {
    let tags = themes.iter().flat_map(|theme| theme.keywords.keys());
    tags.filter_map(|tag| Language::of_tag(tag)).filter(|language| language.stemmer().is_some()).collect()
}

#[cfg(test)]
mod tests;
