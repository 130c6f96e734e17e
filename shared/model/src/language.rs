//! The languages letters and pages are written in, and how one is chosen.
//!
//! A letter is in the language the CRM says its contact speaks, else in the campaign's. The page behind it is in the
//! letter's language; but where the CRM said nothing, the browser knows better than the campaign.

use serde::{Deserialize, Serialize};

/// Which side a language's lines begin at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// At the left.
    Ltr,
    /// At the right, and so does the scale: 0 stands where reading begins.
    Rtl,
}

impl Direction {
    /// As `dir` has it in HTML.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ltr => "ltr",
            Self::Rtl => "rtl",
        }
    }
}

/// Names every language once: its number in links, its BCP 47 tag, its own name, where its lines begin.
macro_rules! languages {
    ($($(#[$default:ident])? $variant:ident = $number:literal, $tag:literal, $name:literal, $direction:ident;)+) => {
        /// A language npsloop has texts for. Its number stands in links: numbers are never reused, and follow each other.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "&'static str")]
        pub enum Language {
            $(
                $(#[$default])?
                #[doc = $name]
                #[doc = concat!("(`", $tag, "`).")]
                $variant = $number,
            )+
        }

        impl Language {
            /// Every language, by its number.
            pub const ALL: [Self; [$($number),+].len()] = [$(Self::$variant),+];

            /// The BCP 47 tag.
            #[must_use]
            pub const fn tag(self) -> &'static str {
                match self {
                    $(Self::$variant => $tag,)+
                }
            }

            /// What those who speak it call it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// Which side its lines begin at.
            #[must_use]
            pub const fn direction(self) -> Direction {
                match self {
                    $(Self::$variant => Direction::$direction,)+
                }
            }
        }
    };
}

languages! {
    // What is spoken where nobody says anything.
    #[default]
    En = 0, "en", "English", Ltr;
    De = 1, "de", "Deutsch", Ltr;
    Fr = 2, "fr", "Français", Ltr;
    Es = 3, "es", "Español", Ltr;
    PtBr = 4, "pt-BR", "Português (Brasil)", Ltr;
    PtPt = 5, "pt-PT", "Português (Portugal)", Ltr;
    It = 6, "it", "Italiano", Ltr;
    Nl = 7, "nl", "Nederlands", Ltr;
    Pl = 8, "pl", "Polski", Ltr;
    Cs = 9, "cs", "Čeština", Ltr;
    Sk = 10, "sk", "Slovenčina", Ltr;
    Hu = 11, "hu", "Magyar", Ltr;
    Ro = 12, "ro", "Română", Ltr;
    Bg = 13, "bg", "Български", Ltr;
    Hr = 14, "hr", "Hrvatski", Ltr;
    Sr = 15, "sr", "Српски", Ltr;
    SrLatn = 16, "sr-Latn", "Srpski", Ltr;
    Sl = 17, "sl", "Slovenščina", Ltr;
    El = 18, "el", "Ελληνικά", Ltr;
    Tr = 19, "tr", "Türkçe", Ltr;
    Ru = 20, "ru", "Русский", Ltr;
    Uk = 21, "uk", "Українська", Ltr;
    Lt = 22, "lt", "Lietuvių", Ltr;
    Lv = 23, "lv", "Latviešu", Ltr;
    Et = 24, "et", "Eesti", Ltr;
    Fi = 25, "fi", "Suomi", Ltr;
    Sv = 26, "sv", "Svenska", Ltr;
    Da = 27, "da", "Dansk", Ltr;
    Nb = 28, "nb", "Norsk", Ltr;
    Is = 29, "is", "Íslenska", Ltr;
    Ca = 30, "ca", "Català", Ltr;
    Ar = 31, "ar", "العربية", Rtl;
    He = 32, "he", "עברית", Rtl;
    Fa = 33, "fa", "فارسی", Rtl;
    Ur = 34, "ur", "اردو", Rtl;
    Hi = 35, "hi", "हिन्दी", Ltr;
    Bn = 36, "bn", "বাংলা", Ltr;
    Ta = 37, "ta", "தமிழ்", Ltr;
    Mr = 38, "mr", "मराठी", Ltr;
    Th = 39, "th", "ไทย", Ltr;
    Vi = 40, "vi", "Tiếng Việt", Ltr;
    Id = 41, "id", "Bahasa Indonesia", Ltr;
    Ms = 42, "ms", "Bahasa Melayu", Ltr;
    Fil = 43, "fil", "Filipino", Ltr;
    Ja = 44, "ja", "日本語", Ltr;
    Ko = 45, "ko", "한국어", Ltr;
    ZhHans = 46, "zh-Hans", "简体中文", Ltr;
    ZhHant = 47, "zh-Hant", "繁體中文", Ltr;
    Af = 48, "af", "Afrikaans", Ltr;
}

/// Languages of an `Accept-Language` that are looked at; no person has more.
const MOST: usize = 30;

impl Language {
    /// The best language for a BCP 47 tag such as `de-AT`, or for the same as CRMs write it (`de_AT`), if npsloop speaks it.
    #[must_use]
    pub fn matching(tag: &str) -> Option<Self> {
        let mut parts = tag.trim().split(['-', '_']);
        let primary = parts.next().unwrap_or_default().to_ascii_lowercase();
        // Extensions begin with a single letter or digit, and say nothing of which language it is.
        let parts: Vec<_> = parts.take_while(|part| part.len() > 1).map(str::to_ascii_lowercase).collect();
        let script = parts.iter().find(|part| part.len() == 4 && part.bytes().all(|b| b.is_ascii_alphabetic()));
        let script = script.map(String::as_str);
        let region =
            parts.iter().find(|part| part.len() == 2 || part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit()));
        let region = region.map(String::as_str);
        match primary.as_str() {
            "zh" | "cmn" | "yue" => Some(match (script, region) {
                (Some("hant"), _) | (None, Some("tw" | "hk" | "mo")) => Self::ZhHant,
                (None, None) if primary == "yue" => Self::ZhHant,
                _ => Self::ZhHans,
            }),
            // Without a country it is Brazil's, as Unicode has it; the other countries write as Portugal does.
            "pt" => Some(if matches!(region, None | Some("br" | "419")) { Self::PtBr } else { Self::PtPt }),
            "sr" => Some(if script == Some("latn") || script.is_none() && region == Some("me") {
                Self::SrLatn
            } else {
                Self::Sr
            }),
            // Codes that were replaced, and that CRMs still write.
            "sh" => Some(Self::SrLatn),
            "no" | "nn" => Some(Self::Nb),
            "iw" => Some(Self::He),
            "in" => Some(Self::Id),
            "tl" => Some(Self::Fil),
            "mo" => Some(Self::Ro),
            primary => Self::ALL.into_iter().find(|language| language.tag() == primary),
        }
    }

    /// The language with just that tag.
    #[must_use]
    pub fn tagged(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }

    /// The language a browser asks for by `Accept-Language`: of those npsloop speaks the one it likes best.
    #[must_use]
    pub fn preferred(accepted: &str) -> Option<Self> {
        let mut best: Option<(u16, Self)> = None;
        for range in accepted.split(',').take(MOST) {
            let mut parts = range.split(';');
            let Some(language) = parts.next().and_then(Self::matching) else { continue };
            let weight = parts.find_map(|part| part.trim().strip_prefix("q=").map(thousandths)).unwrap_or(1000);
            if weight > 0 && best.is_none_or(|(before, _)| weight > before) {
                best = Some((weight, language));
            }
        }
        best.map(|(_, language)| language)
    }

    /// The number that stands for it in a link.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The language with that number; none for a number from the future.
    #[must_use]
    pub fn numbered(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }
}

/// A weight of `Accept-Language` in thousandths; what is no weight wishes nothing.
fn thousandths(weight: &str) -> u16 {
    let weight = weight.trim().parse::<f32>().unwrap_or(0.0);
    if (0.0..=1.0).contains(&weight) { (weight * 1000.0).round() as u16 } else { 0 }
}

/// A tag of no language npsloop speaks.
#[derive(Debug, thiserror::Error)]
#[error("npsloop does not speak {0}")]
pub struct NotSpoken(String);

impl TryFrom<String> for Language {
    type Error = NotSpoken;

    fn try_from(tag: String) -> Result<Self, NotSpoken> {
        Self::tagged(&tag).ok_or(NotSpoken(tag))
    }
}

impl From<Language> for &'static str {
    fn from(language: Language) -> Self {
        language.tag()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Direction, Language};

    #[test]
    fn numbers_stand_in_links_and_never_change() {
        assert!(Language::ALL.len() >= 40);
        for (at, language) in Language::ALL.into_iter().enumerate() {
            assert_eq!(usize::from(language.number()), at, "{language:?}");
            assert_eq!(Language::numbered(language.number()), Some(language));
            assert_eq!(Language::tagged(language.tag()), Some(language));
            assert_eq!(Language::matching(language.tag()), Some(language));
            let text = serde_json::to_string(&language).unwrap();
            assert_eq!(text, format!("\"{}\"", language.tag()));
            assert_eq!(serde_json::from_str::<Language>(&text).unwrap(), language);
        }
        // Half of the byte is left for them; see `link`.
        assert!(Language::ALL.len() < 128);
        assert_eq!(Language::numbered(127), None);
        let some = [(Language::En, 0), (Language::De, 1), (Language::Ar, 31), (Language::Th, 39), (Language::Af, 48)];
        assert!(some.iter().all(|(language, number)| language.number() == *number));
        let names: BTreeSet<_> = Language::ALL.map(Language::name).into();
        assert_eq!(names.len(), Language::ALL.len());
    }

    #[test]
    fn a_tag_finds_the_language_its_reader_reads() {
        for (tag, expected) in [
            ("de-AT", Some(Language::De)),
            ("DE_ch", Some(Language::De)),
            (" en-GB ", Some(Language::En)),
            ("es-MX", Some(Language::Es)),
            ("es-419", Some(Language::Es)),
            ("fr-CA-x-private", Some(Language::Fr)),
            ("zh", Some(Language::ZhHans)),
            ("zh-CN", Some(Language::ZhHans)),
            ("zh_SG", Some(Language::ZhHans)),
            ("zh-Hans-HK", Some(Language::ZhHans)),
            ("zh-TW", Some(Language::ZhHant)),
            ("zh_HK", Some(Language::ZhHant)),
            ("zh-MO", Some(Language::ZhHant)),
            ("zh-Hant", Some(Language::ZhHant)),
            ("zh-hant-cn", Some(Language::ZhHant)),
            ("yue", Some(Language::ZhHant)),
            ("cmn-Hans", Some(Language::ZhHans)),
            ("pt", Some(Language::PtBr)),
            ("pt-BR", Some(Language::PtBr)),
            ("pt_PT", Some(Language::PtPt)),
            ("pt-AO", Some(Language::PtPt)),
            ("nb-NO", Some(Language::Nb)),
            ("no", Some(Language::Nb)),
            ("nn", Some(Language::Nb)),
            ("iw", Some(Language::He)),
            ("he-IL", Some(Language::He)),
            ("in_ID", Some(Language::Id)),
            ("id", Some(Language::Id)),
            ("tl-PH", Some(Language::Fil)),
            ("fil", Some(Language::Fil)),
            ("sr", Some(Language::Sr)),
            ("sr-RS", Some(Language::Sr)),
            ("sr-Cyrl-ME", Some(Language::Sr)),
            ("sr-Latn-RS", Some(Language::SrLatn)),
            ("sr_ME", Some(Language::SrLatn)),
            ("sh", Some(Language::SrLatn)),
            ("ro-MD", Some(Language::Ro)),
            ("de-u-co-phonebk", Some(Language::De)),
            // Hant would be a script, but stands in an extension.
            ("zh-x-hant", Some(Language::ZhHans)),
            ("xx", None),
            ("tlh", None),
            ("deu", None),
            ("d", None),
            ("", None),
            ("*", None),
            ("den", None),
        ] {
            assert_eq!(Language::matching(tag), expected, "{tag}");
        }
    }

    #[test]
    fn a_browser_gets_what_it_likes_best_of_what_is_spoken() {
        for (accepted, expected) in [
            ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", Some(Language::Fr)),
            ("xx, de;q=0.7, en;q=0.9", Some(Language::En)),
            ("en;q=0.1,ja", Some(Language::Ja)),
            ("de;q=0.5,fr;q=0.5", Some(Language::De)),
            ("de;q=0, xx", None),
            ("de;q=nonsense, it;q=0.001", Some(Language::It)),
            ("de;q=7, it", Some(Language::It)),
            ("zh-TW,zh;q=0.9", Some(Language::ZhHant)),
            ("*", None),
            ("", None),
            (",;,;q=1,", None),
        ] {
            assert_eq!(Language::preferred(accepted), expected, "{accepted}");
        }
        let endless = format!("{}de", "xx,".repeat(100_000));
        assert_eq!(Language::preferred(&endless), None);
    }

    #[test]
    fn four_begin_at_the_right() {
        let right: Vec<_> = Language::ALL
            .into_iter()
            .filter(|language| language.direction() == Direction::Rtl)
            .map(Language::tag)
            .collect();
        assert_eq!(right, ["ar", "he", "fa", "ur"]);
    }
}
