//! The keywords of a campaign's themes, ready to be found in comments of one language.
//!
//! A keyword is a word or several (`help desk`). With `*` at its end or beginning it is a part of a word: `preis*` finds
//! *Preisgestaltung*, `*support` finds *Kundensupport*. One in a script without blanks is looked for among the letters.

use std::collections::HashMap;

use model::theme::{ANY_LANGUAGE, Theme};

use crate::language::{Language, is_unspaced};
use crate::words::{Word, folded, lowered, stem, words};

/// Parts of a text that are named for one theme.
const MOST_PARTS: usize = 3;

/// Where something stands in a text: from one byte up to another.
pub(crate) type Part = (usize, usize);

/// A word that is given in part.
#[derive(Debug)]
struct Wild {
    theme: usize,
    begins: bool,
    ends: bool,
    part: String,
}

/// The keywords as they are looked for.
#[derive(Debug, Default)]
pub(crate) struct Keywords {
    themes: usize,
    /// By the stem of the first word: the theme, and the stems behind it.
    phrases: HashMap<String, Vec<(usize, Vec<String>)>>,
    wild: Vec<Wild>,
    /// Letters, in the script they are written in.
    letters: Vec<(usize, String)>,
}

impl Keywords {
    /// The keywords that are looked for in comments of that language: its own and those of every language.
    pub(crate) fn new(themes: &[Theme], language: Option<Language>) -> Self {
        let mut keywords = Self { themes: themes.len(), ..Self::default() };
        for (nth, theme) in themes.iter().enumerate() {
            for (tag, all) in &theme.keywords {
                let own = Language::of_tag(tag);
                let any = tag == ANY_LANGUAGE;
                for keyword in all {
                    if keyword.chars().any(is_unspaced) {
                        keywords.letters.push((nth, lowered(keyword)));
                    } else if any || (own.is_some() && own == language) {
                        keywords.take(nth, keyword, language);
                    }
                }
            }
        }
        keywords
    }

    fn take(&mut self, theme: usize, keyword: &str, language: Option<Language>) {
        let bare = keyword.trim();
        let (ends, begins) = (bare.starts_with('*'), bare.ends_with('*'));
        if ends || begins {
            let part = folded(&lowered(bare.trim_matches('*').trim()));
            if !part.is_empty() {
                self.wild.push(Wild { theme, begins, ends, part });
            }
            return;
        }
        let mut stems = words(keyword).into_iter().map(|word| stem(&word.lower, language));
        if let Some(first) = stems.next() {
            self.phrases.entry(first).or_default().push((theme, stems.collect()));
        }
    }

    /// Where each theme is found, by its place among them.
    pub(crate) fn found(&self, text: &str, words: &[Word], stems: &[String]) -> Vec<Vec<Part>> {
        let mut found: Vec<Vec<Part>> = vec![Vec::new(); self.themes];
        for (at, word) in words.iter().enumerate() {
            for (theme, rest) in stems.get(at).and_then(|stem| self.phrases.get(stem)).into_iter().flatten() {
                let last = at + rest.len();
                let follows = stems.get(at + 1..=last).is_some_and(|behind| behind == rest.as_slice());
                if let Some(last) = words.get(last).filter(|last| follows && last.clause == word.clause) {
                    add(&mut found, *theme, (word.start, last.end));
                }
            }
            for Wild { theme, begins, ends, part } in &self.wild {
                let fits = match (begins, ends) {
                    (true, true) => word.folded.contains(part),
                    (true, false) => word.folded.starts_with(part),
                    _ => word.folded.ends_with(part),
                };
                if fits {
                    add(&mut found, *theme, (word.start, word.end));
                }
            }
        }
        for (theme, letters) in &self.letters {
            // As they stand in the text, or as nobody could show them.
            for (start, part) in text.match_indices(letters.as_str()).take(MOST_PARTS) {
                add(&mut found, *theme, (start, start + part.len()));
            }
        }
        found
    }
}

/// Adds the parts that were found in another way.
pub(crate) fn merge(parts: &mut Vec<Part>, more: Vec<Part>) {
    for part in more {
        if parts.len() < MOST_PARTS && !parts.contains(&part) {
            parts.push(part);
        }
    }
}

fn add(found: &mut [Vec<Part>], theme: usize, part: Part) {
    if let Some(parts) = found.get_mut(theme) {
        merge(parts, vec![part]);
    }
}
