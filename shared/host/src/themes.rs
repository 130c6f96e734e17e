//! The field `themes` of a campaign, as the API takes it: `manage` keeps it, `insight` tries it on what was said.

use std::collections::{BTreeMap, BTreeSet};

use model::theme::{ANY_LANGUAGE, LANGUAGES, MOST_KEYWORD_CHARS, MOST_KEYWORD_WORDS, MOST_KEYWORDS, MOST_THEMES};
use model::{Theme, ThemeId};

use crate::fields::{Fields, Json};

/// Characters of a theme's name.
const MOST_NAME: usize = 60;

/// Letters a keyword must have around its `*`: `a*` would find nearly everything.
const LEAST_OF_A_PART: usize = 3;

/// Reads the field `themes`; what is absent has none.
pub fn read(fields: &mut Fields) -> Vec<Theme> {
    let Some(objects) = fields.objects("themes") else { return Vec::new() };
    if objects.len() > MOST_THEMES {
        fields.wrong("themes", format!("a campaign has at most {MOST_THEMES} themes"));
        return Vec::new();
    }
    let mut seen = BTreeSet::new();
    let mut themes = Vec::with_capacity(objects.len());
    for mut object in objects {
        let id = object.text("id", 1000).and_then(|text| match text.parse::<ThemeId>() {
            Ok(id) => Some(id),
            Err(wrong) => {
                object.wrong("id", wrong.to_string());
                None
            }
        });
        if id.is_none() {
            object.missing("id", "a theme needs an id, such as support");
        }
        if id.as_ref().is_some_and(|id| !seen.insert(id.clone())) {
            object.wrong("id", "another theme has this id");
        }
        let name = object.text("name", MOST_NAME);
        let keywords = keywords(&mut object);
        fields.close(object);
        if let Some(id) = id {
            themes.push(Theme { name: name.unwrap_or_else(|| id.to_string()), id, keywords });
        }
    }
    let all: usize = themes.iter().flat_map(|theme| theme.keywords.values()).map(Vec::len).sum();
    if all > MOST_KEYWORDS {
        fields.wrong("themes", format!("all themes together have at most {MOST_KEYWORDS} keywords"));
    }
    themes
}

fn keywords(theme: &mut Fields) -> BTreeMap<String, Vec<String>> {
    let mut keywords = BTreeMap::new();
    if let Some(mut inner) = theme.object("keywords") {
        for language in inner.names() {
            if language != ANY_LANGUAGE && !LANGUAGES.contains(&language.as_str()) {
                inner.wrong(&language, format!("this must be {ANY_LANGUAGE} or one of {}", LANGUAGES.join(", ")));
                inner.take_any(&language);
                continue;
            }
            let list = inner.list(&language).unwrap_or_default();
            let mut seen = BTreeSet::new();
            let mut all = Vec::with_capacity(list.len());
            for (nth, value) in list.into_iter().enumerate() {
                match keyword(&value) {
                    Ok(keyword) if seen.insert(keyword.to_lowercase()) => all.push(keyword),
                    Ok(_) => inner.wrong_within(&language, nth, "this keyword is there twice"),
                    Err(detail) => inner.wrong_within(&language, nth, detail),
                }
            }
            if !all.is_empty() {
                keywords.insert(language, all);
            }
        }
        theme.close(inner);
    }
    if keywords.is_empty() {
        theme.missing("keywords", r#"a theme is known by its words, such as {"en": ["support", "help desk"]}"#);
    }
    keywords
}

fn keyword(value: &Json) -> Result<String, String> {
    let Json::Text(text) = value else { return Err("a keyword is a string".to_owned()) };
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() > MOST_KEYWORD_CHARS || text.split(' ').count() > MOST_KEYWORD_WORDS {
        return Err(format!("a keyword has at most {MOST_KEYWORD_CHARS} characters and {MOST_KEYWORD_WORDS} words"));
    }
    let part = text.trim_matches('*');
    if text.contains('*') {
        let plain = part.chars().all(char::is_alphanumeric) && part.chars().count() >= LEAST_OF_A_PART;
        let stars = [text.starts_with('*'), text.ends_with('*')].into_iter().filter(|star| *star).count();
        if !plain || text.len() - part.len() != stars {
            return Err("`*` stands at the end or the beginning of one word of at least three letters".to_owned());
        }
    } else if text.chars().any(char::is_control) || !text.chars().any(char::is_alphanumeric) {
        return Err("a keyword has letters, and no others than people write".to_owned());
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(body: &str) -> Vec<String> {
        let mut fields = Fields::parse(body.as_bytes()).unwrap();
        read(&mut fields);
        match fields.finish() {
            Ok(()) => Vec::new(),
            Err(problem) => problem.errors().iter().map(|error| error.pointer.clone()).collect(),
        }
    }

    #[test]
    fn themes_are_read_as_they_are_written() {
        let body = r#"{"themes":[{"id":"support","name":"Support","keywords":{"any":["SAP"],"de":[" Kunden  dienst ","preis*","*support*"]}},{"id":"x","keywords":{"zh":["客服"]}}]}"#;
        let mut fields = Fields::parse(body.as_bytes()).unwrap();
        let themes = read(&mut fields);
        fields.finish().unwrap();
        assert_eq!(themes[0].keywords["de"], ["Kunden dienst", "preis*", "*support*"]);
        assert_eq!((themes[1].name.as_str(), themes.len()), ("x", 2));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let many = |n: usize| (0..n).map(|nth| format!("\"w{nth}\"")).collect::<Vec<_>>().join(",");
        let with = |keywords: &str| format!(r#"{{"themes":[{{"id":"a","keywords":{keywords}}}]}}"#);
        for (body, pointer) in [
            (r#"{"themes":{}}"#.to_owned(), "/themes"),
            (r#"{"themes":["support"]}"#.to_owned(), "/themes/0"),
            (r#"{"themes":[{"keywords":{"en":["a b"]}}]}"#.to_owned(), "/themes/0/id"),
            (r#"{"themes":[{"id":"A b","keywords":{"en":["ab"]}}]}"#.to_owned(), "/themes/0/id"),
            (r#"{"themes":[{"id":"a"}]}"#.to_owned(), "/themes/0/keywords"),
            (with("{}"), "/themes/0/keywords"),
            (with(r#"{"en":[]}"#), "/themes/0/keywords"),
            (with(r#"{"xx":["ab"],"en":["ab"]}"#), "/themes/0/keywords/xx"),
            (with(r#"{"en":["ok",7]}"#), "/themes/0/keywords/en/1"),
            (with(r#"{"en":["ok","OK"]}"#), "/themes/0/keywords/en/1"),
            (with(r#"{"en":["ok","ab*"]}"#), "/themes/0/keywords/en/1"),
            (with(r#"{"en":["ok","help*desk"]}"#), "/themes/0/keywords/en/1"),
            (with(r#"{"en":["ok","help desk*"]}"#), "/themes/0/keywords/en/1"),
            (with(r#"{"en":["ok","…"]}"#), "/themes/0/keywords/en/1"),
            (with(r#"{"en":["ok","a b c d e f g"]}"#), "/themes/0/keywords/en/1"),
            (with(&format!(r#"{{"en":["ok","{}"]}}"#, "x".repeat(61))), "/themes/0/keywords/en/1"),
            (with(&format!(r#"{{"en":[{}]}}"#, many(501))), "/themes"),
            (r#"{"themes":[{"id":"a","keywords":{"en":["ab"]},"colour":1}]}"#.to_owned(), "/themes/0/colour"),
            (
                r#"{"themes":[{"id":"a","keywords":{"en":["ab"]}},{"id":"a","keywords":{"en":["ab"]}}]}"#.to_owned(),
                "/themes/1/id",
            ),
        ] {
            assert!(wrong(&body).contains(&pointer.to_owned()), "{body}: {:?}", wrong(&body));
        }
        let all = (0..41).map(|nth| format!(r#"{{"id":"t{nth}","keywords":{{"en":["ab"]}}}}"#)).collect::<Vec<_>>();
        assert_eq!(wrong(&format!(r#"{{"themes":[{}]}}"#, all.join(","))), ["/themes"]);
    }
}
