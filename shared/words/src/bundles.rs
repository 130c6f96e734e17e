//! The files, parsed when they are first asked for.

use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralRules};
use model::Language;

type Bundle = FluentBundle<FluentResource>;

static BUNDLES: [OnceLock<Bundle>; Language::ALL.len()] = [const { OnceLock::new() }; Language::ALL.len()];

/// Every language's file.
macro_rules! files {
    ($($variant:ident $tag:literal)+) => {
        /// The file of a language, as it was written.
        pub(crate) const fn file(language: Language) -> &'static str {
            match language {
                $(Language::$variant => include_str!(concat!("../languages/", $tag, ".ftl")),)+
            }
        }
    };
}

files! {
    En "en"
    De "de"
    Fr "fr"
    Es "es"
    PtBr "pt-BR"
    PtPt "pt-PT"
    It "it"
    Nl "nl"
    Pl "pl"
    Cs "cs"
    Sk "sk"
    Hu "hu"
    Ro "ro"
    Bg "bg"
    Hr "hr"
    Sr "sr"
    SrLatn "sr-Latn"
    Sl "sl"
    El "el"
    Tr "tr"
    Ru "ru"
    Uk "uk"
    Lt "lt"
    Lv "lv"
    Et "et"
    Fi "fi"
    Sv "sv"
    Da "da"
    Nb "nb"
    Is "is"
    Ca "ca"
    Ar "ar"
    He "he"
    Fa "fa"
    Ur "ur"
    Hi "hi"
    Bn "bn"
    Ta "ta"
    Mr "mr"
    Th "th"
    Vi "vi"
    Id "id"
    Ms "ms"
    Fil "fil"
    Ja "ja"
    Ko "ko"
    ZhHans "zh-Hans"
    ZhHant "zh-Hant"
    Af "af"
}

/// How a language counts.
pub(crate) fn rules(language: Language) -> Option<PluralRules> {
    // Serbian counts alike in both of its scripts, and is known by the first.
    let counts = if language == Language::SrLatn { Language::Sr } else { language };
    let locale = Locale::try_from_str(counts.tag()).ok()?;
    PluralRules::try_new_cardinal(locale.into()).ok()
}

/// The plural of a number, as files name it.
fn plural(language: Language, number: usize) -> &'static str {
    match rules(language).map_or(PluralCategory::Other, |rules| rules.category_for(number)) {
        PluralCategory::Zero => "zero",
        PluralCategory::One => "one",
        PluralCategory::Two => "two",
        PluralCategory::Few => "few",
        PluralCategory::Many => "many",
        PluralCategory::Other => "other",
    }
}

fn plural_of(language: Language, arguments: &[FluentValue<'_>]) -> FluentValue<'static> {
    match arguments {
        [FluentValue::Number(number)] => plural(language, number.value.max(0.0) as usize).into(),
        _ => FluentValue::Error,
    }
}

fn bundle(language: Language) -> &'static Bundle {
    let read = || {
        // Named by no locale: the bundle's own way of counting is not asked; see `rules`.
        let mut bundle = Bundle::new_concurrent(Vec::new());
        bundle.set_use_isolating(false);
        // There is no other of that name.
        bundle.add_function("PLURAL", move |arguments, _| plural_of(language, arguments)).ok();
        // That every file is without a mistake is tested: nothing of one is left out here.
        let file = FluentResource::try_new(file(language).to_owned()).unwrap_or_else(|(sound, _)| sound);
        bundle.add_resource_overriding(file);
        bundle
    };
    // A language is found by its number, and there are as many bundles as languages.
    BUNDLES[usize::from(language.number())].get_or_init(read)
}

/// Says a message; nothing where there is none, which is tested for.
pub(crate) fn say(language: Language, id: &str, args: Option<&FluentArgs<'_>>) -> String {
    let bundle = bundle(language);
    let Some(pattern) = bundle.get_message(id).and_then(|message| message.value()) else { return String::new() };
    bundle.format_pattern(pattern, args, &mut Vec::new()).into_owned()
}
