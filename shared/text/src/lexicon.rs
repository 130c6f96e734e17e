//! The words of a language: small ones, good ones and bad ones. Lists of our own, in `words/`, one line of each kind; a
//! phrase has `_` where a blank stands. They are short, so that anybody can read them through and mend them.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{LazyLock, OnceLock};

use crate::language::Language;
use crate::words::{folded, stem};

/// Quarters of a plain word's weight: halves of halves are whole numbers then.
pub(crate) const PLAIN: i32 = 4;

/// A word that tells how somebody feels, or a phrase of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Feeling {
    /// The stems behind the first one.
    pub(crate) rest: Vec<String>,
    /// In quarters of a plain word, below zero if it is bad, zero where its words would mislead (*as well*).
    pub(crate) weight: i32,
}

/// What is known of a language.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    /// By their first stem, the longest first.
    pub(crate) feelings: HashMap<String, Vec<Feeling>>,
    /// Those that are one word, as they are written: *schon* has the stem of *schön*, and is a small word.
    pub(crate) listed: HashSet<String>,
    /// Words that deny what stands behind them in the same clause.
    pub(crate) not: HashSet<String>,
    /// Those that deny what stands before them, too.
    pub(crate) after: HashSet<String>,
    /// Those that do so only right behind it.
    pub(crate) near: HashSet<String>,
    /// Words that make the next one weigh more.
    pub(crate) more: HashSet<String>,
    /// Words that make the next one weigh less.
    pub(crate) less: HashSet<String>,
    /// Words that make whatever follows bad, such as *too*.
    pub(crate) excess: HashSet<String>,
    /// Words with which a clause begins.
    pub(crate) turn: HashSet<String>,
    /// Words up to which something is denied that stands before.
    pub(crate) join: HashSet<String>,
    /// *Not only* denies nothing.
    pub(crate) only: HashSet<String>,
    /// Small words, which tell nothing of what a text is about.
    pub(crate) stop: HashSet<String>,
}

fn source(language: Language) -> &'static str {
    match language {
        Language::En => include_str!("words/en.txt"),
        Language::De => include_str!("words/de.txt"),
        Language::Fr => include_str!("words/fr.txt"),
        Language::Es => include_str!("words/es.txt"),
        Language::It => include_str!("words/it.txt"),
        Language::Nl => include_str!("words/nl.txt"),
        Language::Pt => include_str!("words/pt.txt"),
        Language::Sv => include_str!("words/sv.txt"),
        Language::Da => include_str!("words/da.txt"),
        Language::No => include_str!("words/no.txt"),
        Language::Fi => include_str!("words/fi.txt"),
        Language::Pl => include_str!("words/pl.txt"),
        Language::Tr => include_str!("words/tr.txt"),
        Language::Ru => include_str!("words/ru.txt"),
        Language::Ja | Language::Zh | Language::Ko | Language::Th => "",
    }
}

fn lines(language: Language) -> impl Iterator<Item = (&'static str, &'static str)> {
    source(language).lines().filter_map(|line| line.split_once(": "))
}

fn entries(language: Language, kind: &'static str) -> impl Iterator<Item = &'static str> {
    lines(language).filter(move |(name, _)| *name == kind).flat_map(|(_, words)| words.split_whitespace())
}

/// In which languages a word as it is written tells how somebody feels.
static FEELING: LazyLock<HashMap<&'static str, Vec<Language>>> = LazyLock::new(|| {
    let mut feeling: HashMap<&'static str, Vec<Language>> = HashMap::new();
    for language in Language::ALL {
        let words: BTreeSet<&str> =
            ["good", "great", "bad", "awful"].into_iter().flat_map(|kind| entries(language, kind)).collect();
        for word in words {
            feeling.entry(word).or_default().push(language);
        }
    }
    feeling
});

impl Lexicon {
    /// The words of a language.
    pub(crate) fn of(language: Language) -> &'static Self {
        static ALL: [OnceLock<Lexicon>; Language::ALL.len()] = [const { OnceLock::new() }; Language::ALL.len()];
        ALL[language as usize].get_or_init(|| Self::read(language))
    }

    /// The small words of a language as they are written.
    pub(crate) fn small_words(language: Language) -> impl Iterator<Item = &'static str> {
        let words: BTreeSet<&str> = entries(language, "stop").collect();
        words.into_iter()
    }

    /// The languages in which a word tells how somebody feels.
    pub(crate) fn languages_feeling(word: &str) -> &'static [Language] {
        FEELING.get(word).map(Vec::as_slice).unwrap_or_default()
    }

    fn read(language: Language) -> Self {
        let plain = |kind: &'static str| -> HashSet<String> { entries(language, kind).map(folded).collect() };
        let mut feelings: HashMap<String, Vec<Feeling>> = HashMap::new();
        let weights = [("good", PLAIN), ("great", 2 * PLAIN), ("bad", -PLAIN), ("awful", -2 * PLAIN), ("plain", 0)];
        for (kind, weight) in weights {
            for entry in entries(language, kind) {
                let mut stems = entry.split('_').map(|word| stem(word, Some(language)));
                let first = stems.next().unwrap_or_default();
                let feeling = Feeling { rest: stems.collect(), weight };
                let known = feelings.entry(first).or_default();
                if !known.iter().any(|known| known.rest == feeling.rest) {
                    known.push(feeling);
                }
            }
        }
        feelings.values_mut().for_each(|known| known.sort_by_key(|feeling| std::cmp::Reverse(feeling.rest.len())));
        Self {
            feelings,
            listed: weights.iter().flat_map(|(kind, _)| entries(language, kind)).map(str::to_owned).collect(),
            not: plain("not"),
            after: plain("after"),
            near: plain("near"),
            more: plain("more"),
            less: plain("less"),
            excess: plain("excess"),
            turn: plain("turn"),
            join: plain("join"),
            only: plain("only"),
            stop: plain("stop"),
        }
    }

    /// Whether it can tell how a text sounds.
    pub(crate) fn feels(&self) -> bool {
        !self.feelings.is_empty()
    }
}

/// Signs that mean the same in every language.
pub(crate) const fn sign(c: char) -> Option<i32> {
    match c {
        '👍' | '👏' | '🙂' | '😊' | '😀' | '😃' | '😄' | '🤩' | '😍' | '🥰' | '🎉' | '❤' | '💚' | '💯' | '⭐' => {
            Some(PLAIN)
        }
        '👎' | '😞' | '😟' | '😠' | '😡' | '🤬' | '😢' | '😭' | '😤' | '🙁' | '☹' | '💩' | '🤮' => {
            Some(-PLAIN)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Language, Lexicon, entries, lines};
    use crate::words::stem;

    #[test]
    fn a_list_has_lines_of_known_kinds_and_no_word_twice() {
        const KINDS: [&str; 14] = [
            "stop", "good", "great", "bad", "awful", "not", "after", "near", "more", "less", "excess", "turn", "join",
            "plain",
        ];
        for language in Language::ALL {
            for (kind, words) in lines(language) {
                assert!(KINDS.contains(&kind) || kind == "only", "{language:?} {kind}");
                assert!(!words.contains(char::is_uppercase), "{language:?} {kind}");
            }
            assert_eq!(super::source(language).lines().count(), lines(language).count(), "{language:?}");
        }
    }

    /// A stem that is both would be whichever list comes first.
    #[test]
    fn nothing_is_good_and_bad() {
        for language in Language::ALL {
            let stems = |kinds: [&'static str; 2]| -> Vec<(Vec<String>, &'static str)> {
                let words = kinds.into_iter().flat_map(|kind| entries(language, kind));
                words.map(|word| (word.split('_').map(|w| stem(w, Some(language))).collect(), word)).collect()
            };
            let (good, bad) = (stems(["good", "great"]), stems(["bad", "awful"]));
            for (stems, word) in good {
                let other = bad.iter().find(|(other, _)| *other == stems);
                assert!(other.is_none(), "{language:?}: {word} and {other:?}");
            }
        }
    }

    #[test]
    fn seven_languages_tell_how_a_text_sounds() {
        let feeling: Vec<_> =
            Language::ALL.into_iter().filter(|language| Lexicon::of(*language).feels()).map(Language::tag).collect();
        assert_eq!(feeling, ["en", "de", "fr", "es", "it", "nl", "pt"]);
    }
}
