//! The field `texts` of a campaign: its own words in place of ours, by language.

use std::collections::BTreeMap;

use host::Fields;
use model::notice::variables;
use model::texts::Part;
use model::{Language, Texts};

use crate::prose;

/// The texts as the API shows them.
pub(super) fn show(texts: &Texts) -> BTreeMap<&'static str, BTreeMap<&'static str, String>> {
    let of = |(part, text): (Part, &str)| (part.as_str(), text.to_owned());
    texts.iter().map(|(language, texts)| (language.tag(), texts.map(of).collect())).collect()
}

/// Reads the field `texts`; what is absent is said in our words.
pub(super) fn read(fields: &mut Fields) -> Texts {
    of_parts(fields, &Part::ALL)
}

/// The same where only some may be said otherwise.
pub(super) fn of_parts(fields: &mut Fields, parts: &[Part]) -> Texts {
    let mut texts = Texts::default();
    let Some(mut inner) = fields.object("texts") else { return texts };
    for tag in inner.names() {
        let Some(language) = Language::tagged(&tag) else {
            inner.take(&tag);
            inner.wrong(&tag, spoken());
            continue;
        };
        let Some(mut within) = inner.object(&tag) else { continue };
        for part in parts {
            if let Some(text) = text(&mut within, *part) {
                texts.put(language, *part, text);
            }
        }
        inner.close(within);
    }
    fields.close(inner);
    texts
}

/// What is said of a tag that is none of ours.
pub(crate) fn spoken() -> String {
    let mut tags = Language::ALL.map(Language::tag);
    tags.sort_unstable();
    format!("npsloop speaks {}", tags.join(", "))
}

fn text(fields: &mut Fields, part: Part) -> Option<String> {
    let name = part.as_str();
    let text = if part.is_line() { fields.text(name, part.most()) } else { prose::take(fields, name, part.most()) }?;
    if let Some(unknown) = unknown(&text, part.variables()) {
        fields.wrong(name, unknown);
    }
    Some(text)
}

/// What is wrong with the variables of a text, if anything is.
pub(super) fn unknown(text: &str, known: &[&str]) -> Option<String> {
    let used = variables(text);
    let unknown = used.iter().find(|variable| !known.contains(variable))?;
    let known: Vec<_> = known.iter().map(|known| format!("{{{known}}}")).collect();
    let known =
        if known.is_empty() { "there are none here".to_owned() } else { format!("there are {}", known.join(", ")) };
    Some(format!("nobody knows {{{unknown}}}; {known}"))
}
