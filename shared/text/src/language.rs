//! Languages, and which one a text is in.
//!
//! The script tells some apart; the others are told by the small words every sentence is full of. Whoever wrote has a
//! language of their own, which decides where the words do not.

use std::collections::HashMap;
use std::sync::LazyLock;

use frostem::{Algorithm, Stemmer};

use crate::lexicon::Lexicon;
use crate::words::Word;

/// A language whose words are known by their stems, or that is written without blanks or endings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// English.
    En,
    /// German.
    De,
    /// French.
    Fr,
    /// Spanish.
    Es,
    /// Italian.
    It,
    /// Dutch.
    Nl,
    /// Portuguese.
    Pt,
    /// Swedish.
    Sv,
    /// Danish.
    Da,
    /// Norwegian.
    No,
    /// Finnish.
    Fi,
    /// Polish.
    Pl,
    /// Turkish.
    Tr,
    /// Russian.
    Ru,
    /// Japanese.
    Ja,
    /// Chinese.
    Zh,
    /// Korean.
    Ko,
    /// Thai.
    Th,
}

impl Language {
    /// All of them, in the order of [`model::theme::LANGUAGES`].
    pub const ALL: [Self; 18] = [
        Self::En,
        Self::De,
        Self::Fr,
        Self::Es,
        Self::It,
        Self::Nl,
        Self::Pt,
        Self::Sv,
        Self::Da,
        Self::No,
        Self::Fi,
        Self::Pl,
        Self::Tr,
        Self::Ru,
        Self::Ja,
        Self::Zh,
        Self::Ko,
        Self::Th,
    ];

    /// The BCP 47 tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Fr => "fr",
            Self::Es => "es",
            Self::It => "it",
            Self::Nl => "nl",
            Self::Pt => "pt",
            Self::Sv => "sv",
            Self::Da => "da",
            Self::No => "no",
            Self::Fi => "fi",
            Self::Pl => "pl",
            Self::Tr => "tr",
            Self::Ru => "ru",
            Self::Ja => "ja",
            Self::Zh => "zh",
            Self::Ko => "ko",
            Self::Th => "th",
        }
    }

    /// The language of a BCP 47 tag such as `de-AT`, if it is one of these.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        let primary = match primary.as_str() {
            "nb" | "nn" => "no",
            primary => primary,
        };
        Self::ALL.into_iter().find(|language| language.tag() == primary)
    }

    /// Whether the marks on its letters make other letters of them, which nobody leaves out.
    pub(crate) const fn has_letters_of_its_own(self) -> bool {
        matches!(self, Self::De | Self::Sv | Self::Da | Self::No | Self::Fi | Self::Tr)
    }

    pub(crate) fn stemmer(self) -> Option<Stemmer> {
        let algorithm = match self {
            Self::En => Algorithm::English,
            Self::De => Algorithm::German,
            Self::Fr => Algorithm::French,
            Self::Es => Algorithm::Spanish,
            Self::It => Algorithm::Italian,
            Self::Nl => Algorithm::Dutch,
            Self::Pt => Algorithm::Portuguese,
            Self::Sv => Algorithm::Swedish,
            Self::Da => Algorithm::Danish,
            Self::No => Algorithm::Norwegian,
            Self::Fi => Algorithm::Finnish,
            Self::Pl => Algorithm::Polish,
            Self::Tr => Algorithm::Turkish,
            Self::Ru => Algorithm::Russian,
            Self::Ja | Self::Zh | Self::Ko | Self::Th => return None,
        };
        Some(Stemmer::new(algorithm))
    }
}

/// Whether a letter belongs to a script that is written without blanks, or whose endings hang on the word: there a keyword
/// is looked for among the letters.
pub(crate) fn is_unspaced(c: char) -> bool {
    script(c).is_some_and(|script| script != Script::Cyrillic)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Script {
    Kana,
    Han,
    Hangul,
    Thai,
    Cyrillic,
}

const fn script(c: char) -> Option<Script> {
    match c {
        '\u{3041}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9d}' => Some(Script::Kana),
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' => {
            Some(Script::Han)
        }
        '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7af}' => Some(Script::Hangul),
        // Lao, Burmese and Khmer are written without blanks as well; nobody asks which of them it is.
        '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' => Some(Script::Thai),
        '\u{0400}'..='\u{052f}' => Some(Script::Cyrillic),
        _ => None,
    }
}

/// The small words of all languages in Latin letters: in which of them each is one.
static SMALL: LazyLock<HashMap<&'static str, Vec<Language>>> = LazyLock::new(|| {
    let mut small: HashMap<&'static str, Vec<Language>> = HashMap::new();
    for language in Language::ALL {
        for word in Lexicon::small_words(language) {
            small.entry(word).or_default().push(language);
        }
    }
    small
});

/// Letters that few languages have.
const fn letters(c: char) -> &'static [Language] {
    match c {
        'ß' => &[Language::De],
        'ñ' | '¿' | '¡' => &[Language::Es],
        'ã' | 'õ' => &[Language::Pt],
        'ç' => &[Language::Fr, Language::Pt, Language::Tr],
        'œ' | 'ê' | 'è' | 'û' => &[Language::Fr],
        'ø' | 'æ' => &[Language::Da, Language::No],
        'å' => &[Language::Sv, Language::Da, Language::No],
        'ä' => &[Language::De, Language::Sv, Language::Fi],
        'ö' => &[Language::De, Language::Sv, Language::Fi, Language::Tr],
        'ü' => &[Language::De, Language::Tr],
        'ł' | 'ą' | 'ę' | 'ż' | 'ś' | 'ć' | 'ń' => &[Language::Pl],
        'ğ' | 'ş' | 'ı' => &[Language::Tr],
        _ => &[],
    }
}

/// The language of a text, if it can be told. `home` is the writer's own: it decides between languages that are as likely,
/// and alone where no word tells anything.
pub(crate) fn told(text: &str, words: &[Word], home: Option<Language>) -> Option<Language> {
    let mut scripts = [0_usize; 5];
    let mut latin = 0_usize;
    for c in text.chars() {
        match script(c) {
            Some(script) => scripts[script as usize] += 1,
            None => latin += usize::from(c.is_alphabetic()),
        }
    }
    let of = |script: Script| scripts[script as usize];
    // One such letter says as much as several of ours.
    if scripts.iter().sum::<usize>() * 2 > latin {
        return match () {
            () if of(Script::Kana) > 0 => Some(Language::Ja),
            () if of(Script::Hangul) > 0 => Some(Language::Ko),
            () if of(Script::Han) > 0 => Some(home.filter(|home| *home == Language::Ja).unwrap_or(Language::Zh)),
            () if of(Script::Cyrillic) > 0 => Some(Language::Ru),
            // Of the scripts like Thai, only Thai has a language here.
            () => text.chars().any(|c| ('\u{0e00}'..='\u{0e7f}').contains(&c)).then_some(Language::Th),
        };
    }
    let mut votes: HashMap<Language, f64> = HashMap::new();
    for word in words {
        if let Some(languages) = SMALL.get(word.lower.as_str()) {
            let each = 1.0 / languages.len() as f64;
            languages.iter().for_each(|language| *votes.entry(*language).or_default() += each);
        }
        // What somebody is glad or sorry about is as telling, though rarer.
        let feeling = Lexicon::languages_feeling(&word.lower);
        feeling.iter().for_each(|language| *votes.entry(*language).or_default() += 0.4 / feeling.len() as f64);
    }
    for c in text.chars().flat_map(char::to_lowercase) {
        let languages = letters(c);
        languages.iter().for_each(|language| *votes.entry(*language).or_default() += 0.5 / languages.len() as f64);
    }
    if let Some(own) = home.and_then(|home| votes.get_mut(&home)) {
        *own += 0.75;
    }
    let best = votes.iter().max_by(|(a, x), (b, y)| x.total_cmp(y).then_with(|| b.cmp(a)));
    match best {
        // A single word that several languages share is no sign of a foreign one.
        Some((language, votes)) if *votes >= 0.35 => Some(*language),
        _ => home.filter(|home| home.stemmer().is_some()),
    }
}
