//! A text as words: where each stands, in which clause, and how it is compared.

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

use crate::language::Language;

/// Bytes of the longest word of which a stem is made: no language has endings on longer ones.
const MOST_STEMMED: usize = 48;

/// Characters of a word that are looked at.
const MOST_CHARS: usize = 200;

/// One word of a text.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    /// The byte behind its last one.
    pub(crate) end: usize,
    /// The byte at which it begins.
    pub(crate) start: usize,
    /// The clause it is in: words of two clauses are no phrase, and nothing is denied from one to the other.
    pub(crate) clause: usize,
    /// In small letters, each composed of as few characters as can be.
    pub(crate) lower: String,
    /// The same without the marks on its letters.
    pub(crate) folded: String,
}

const fn joins(c: char) -> bool {
    // Marks that combine with the letter before them, which are letters to nobody else.
    matches!(c, '\u{0300}'..='\u{036f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}' | '\u{200d}')
}

const fn ends_a_clause(c: char) -> bool {
    matches!(
        c,
        '.' | ','
            | ';'
            | ':'
            | '!'
            | '?'
            | '('
            | ')'
            | '\n'
            | '\u{2013}'
            | '\u{2014}'
            | '\u{2026}'
            | '\u{3001}'
            | '\u{3002}'
            | '\u{ff01}'
            | '\u{ff0c}'
            | '\u{ff1a}'
            | '\u{ff1b}'
            | '\u{ff1f}'
            | '¿'
            | '¡'
    )
}

/// The words of a text, in their order.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let (mut clause, mut start) = (0, None);
    let mut close = |start: &mut Option<usize>, end: usize, clause: usize| {
        let Some(start) = start.take() else { return };
        let word = &text[start..end];
        let cut = word.char_indices().nth(MOST_CHARS).map_or(word, |(at, _)| &word[..at]);
        let lower = lowered(cut);
        let folded = folded(&lower);
        words.push(Word { start, end, clause, lower, folded });
    };
    for (at, c) in text.char_indices() {
        if c.is_alphanumeric() || (joins(c) && start.is_some()) {
            start.get_or_insert(at);
            continue;
        }
        close(&mut start, at, clause);
        clause += usize::from(ends_a_clause(c));
    }
    close(&mut start, text.len(), clause);
    words
}

/// In small letters, composed.
pub(crate) fn lowered(text: &str) -> String {
    let lower = text.to_lowercase();
    // Turkish `İ` becomes an i with a dot of its own; nobody writes the dot in a keyword.
    let lower = if lower.contains('\u{307}') { lower.replace('\u{307}', "") } else { lower };
    ComposingNormalizerBorrowed::new_nfc().normalize(&lower).into_owned()
}

/// The same without the marks on Latin letters: people leave them out, and mean the same word.
pub(crate) fn folded(lower: &str) -> String {
    if lower.is_ascii() {
        return lower.to_owned();
    }
    let apart = DecomposingNormalizerBorrowed::new_nfd().normalize(lower);
    let mut folded = String::with_capacity(lower.len());
    let mut latin = false;
    for c in apart.chars() {
        match c {
            '\u{0300}'..='\u{036f}' if latin => {}
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' => folded.push('d'),
            'ı' => folded.push('i'),
            c => {
                latin = c.is_ascii_alphabetic();
                folded.push(c);
            }
        }
    }
    // Letters of other scripts stay as they were composed.
    ComposingNormalizerBorrowed::new_nfc().normalize(&folded).into_owned()
}

impl Word {
    /// What it is compared by in a language, or as it is.
    pub(crate) fn stem(&self, language: Option<Language>) -> String {
        stem(&self.lower, language)
    }
}

/// What a word in small letters is compared by.
pub(crate) fn stem(lower: &str, language: Option<Language>) -> String {
    match language.and_then(Language::stemmer).filter(|_| lower.len() <= MOST_STEMMED) {
        Some(stemmer) => plain(&stemmer.stem(lower), language),
        None => plain(lower, language),
    }
}

/// A word without its marks, where those are left out by people in a hurry; where they make another letter of it (*schon*,
/// *schön*), they stay.
pub(crate) fn plain(lower: &str, language: Option<Language>) -> String {
    if language.is_some_and(Language::has_letters_of_its_own) { lower.to_owned() } else { folded(lower) }
}
