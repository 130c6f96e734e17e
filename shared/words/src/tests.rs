//! Every file says the same, in its own words.

use std::collections::{BTreeMap, BTreeSet};

use fluent_bundle::FluentArgs;
use fluent_syntax::ast;
use fluent_syntax::parser::parse;
use model::Language;

use crate::bundles::{file, rules, say};
use crate::{MESSAGES, Markup, Words};

type Message = ast::Message<&'static str>;

/// The messages of a file, in its order. Nothing else may be in it but comments.
fn messages(language: Language) -> Vec<Message> {
    let resource = parse(file(language)).unwrap_or_else(|(_, errors)| panic!("{}: {errors:?}", language.tag()));
    let entries = resource.body.into_iter().filter_map(|entry| match entry {
        ast::Entry::Message(message) => Some(message),
        ast::Entry::Comment(_) | ast::Entry::GroupComment(_) | ast::Entry::ResourceComment(_) => None,
        other => panic!("{}: {other:?}", language.tag()),
    });
    entries.collect()
}

/// What a pattern is made of: its texts, its variables, and the choices it makes by number.
#[derive(Default)]
struct Made {
    texts: Vec<&'static str>,
    variables: BTreeSet<&'static str>,
    choices: Vec<(&'static str, BTreeSet<String>)>,
}

impl Made {
    fn of(message: &Message) -> Self {
        let mut made = Self::default();
        assert!(message.attributes.is_empty(), "{}", message.id.name);
        made.pattern(message.value.as_ref().unwrap_or_else(|| panic!("{} says nothing", message.id.name)));
        made
    }

    fn pattern(&mut self, pattern: &ast::Pattern<&'static str>) {
        for element in &pattern.elements {
            match element {
                ast::PatternElement::TextElement { value } => self.texts.push(value),
                ast::PatternElement::Placeable { expression: ast::Expression::Inline(inline) } => {
                    self.variable(inline);
                }
                ast::PatternElement::Placeable { expression: ast::Expression::Select { selector, variants } } => {
                    let ast::InlineExpression::FunctionReference { id, arguments } = selector else {
                        panic!("choices are made by PLURAL: {selector:?}")
                    };
                    assert_eq!((id.name, arguments.positional.len(), arguments.named.len()), ("PLURAL", 1, 0));
                    let by = self.variable(&arguments.positional[0]);
                    let keys = variants.iter().map(|variant| match &variant.key {
                        ast::VariantKey::Identifier { name } => (*name).to_owned(),
                        ast::VariantKey::NumberLiteral { value } => panic!("a category, not {value}"),
                    });
                    self.choices.push((by, keys.collect()));
                    variants.iter().for_each(|variant| self.pattern(&variant.value));
                }
            }
        }
    }

    fn variable(&mut self, inline: &ast::InlineExpression<&'static str>) -> &'static str {
        let ast::InlineExpression::VariableReference { id } = inline else { panic!("only variables: {inline:?}") };
        self.variables.insert(id.name);
        id.name
    }
}

fn args(variables: &[&'static str]) -> FluentArgs<'static> {
    let mut args = FluentArgs::new();
    for name in variables {
        if is_count(name) {
            args.set(*name, 7);
        } else {
            args.set(*name, "Ωmega");
        }
    }
    args
}

fn is_count(variable: &str) -> bool {
    ["score", "most", "typed"].contains(&variable)
}

#[test]
fn no_message_is_missing_and_none_has_other_variables() {
    for language in Language::ALL {
        let found = messages(language);
        let ids: Vec<_> = found.iter().map(|message| message.id.name).collect();
        let expected: Vec<_> = MESSAGES.iter().map(|(id, _)| *id).collect();
        assert_eq!(ids, expected, "{}", language.tag());
        for (message, (id, variables)) in found.iter().zip(MESSAGES) {
            let expected: BTreeSet<_> = variables.iter().copied().collect();
            assert_eq!(Made::of(message).variables, expected, "{} {id}", language.tag());
            let said = say(language, id, Some(&args(variables)));
            assert!(!said.trim().is_empty() && !said.contains(['{', '}']), "{} {id}: {said}", language.tag());
            for variable in *variables {
                let shown = if is_count(variable) { "7" } else { "Ωmega" };
                assert!(said.contains(shown), "{} {id}: {said}", language.tag());
            }
        }
    }
}

#[test]
fn every_message_is_in_its_own_language() {
    // What is the same word in both.
    const SAME: [(&str, &str); 2] = [("da", "send"), ("nb", "send")];
    let english: BTreeMap<_, _> =
        MESSAGES.iter().map(|(id, variables)| (*id, say(Language::En, id, Some(&args(variables))))).collect();
    for language in Language::ALL.into_iter().filter(|language| *language != Language::En) {
        for (id, variables) in MESSAGES {
            let same = say(language, id, Some(&args(variables))) == english[id];
            assert_eq!(same, SAME.contains(&(language.tag(), *id)), "{} {id}", language.tag());
        }
    }
}

#[test]
fn no_two_languages_say_all_the_same() {
    let all: BTreeSet<_> = Language::ALL.map(|language| Words::plain(language).invite()).into();
    assert_eq!(all.len(), Language::ALL.len());
}

#[test]
fn every_number_has_its_plural() {
    for language in Language::ALL {
        let rules = rules(language).unwrap_or_else(|| panic!("nobody knows how {} counts", language.tag()));
        let needed: BTreeSet<_> = rules.categories().map(|category| format!("{category:?}").to_lowercase()).collect();
        for message in messages(language) {
            for (by, categories) in Made::of(&message).choices {
                assert_eq!(categories, needed, "{} {} by {by}", language.tag(), message.id.name);
            }
        }
        // And the bundle counts by those rules, not by another language's.
        for typed in [4001_usize, 4002, 4003, 4005, 4011, 4021, 4100, 4111, 5000] {
            let said = Words::plain(language).too_long(typed, 4000);
            assert!(said.contains(&typed.to_string()) && said.contains("4000"), "{said}");
        }
    }
    let typed = |language, typed| Words::plain(language).too_long(typed, 4000);
    assert!(typed(Language::Ru, 4001).contains("4001 знак,") && typed(Language::Ru, 4003).contains("4003 знака,"));
    assert!(typed(Language::Ru, 4005).contains("4005 знаков,") && typed(Language::Ru, 4011).contains("4011 знаков,"));
    assert!(typed(Language::Pl, 4001).contains("4001 znaków,") && typed(Language::Pl, 4002).contains("4002 znaki,"));
    assert!(typed(Language::Sl, 4001).contains("4001 znak,") && typed(Language::Sl, 4002).contains("4002 znaka,"));
    assert!(typed(Language::SrLatn, 4021).contains("4021 znak,") && typed(Language::Sr, 4022).contains("4022 знака,"));
    assert!(typed(Language::Ar, 4003).contains("4003 أحرف") && typed(Language::Ar, 4011).contains("4011 حرفًا"));
    assert!(
        typed(Language::Lv, 4010).contains("4010 rakstzīmju") && typed(Language::Lv, 4021).contains("4021 rakstzīme,")
    );
}

#[test]
fn our_own_words_are_html_as_they_are_and_hold_nothing_odd() {
    for language in Language::ALL {
        for message in messages(language) {
            for text in Made::of(&message).texts {
                let odd = |c: char| {
                    c.is_control() && c != '\n'
                        || matches!(c, '<' | '>' | '&' | '"' | '\'')
                        || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
                        // Persian joins no letters there; nobody else needs it.
                        || c == '\u{200c}' && language != Language::Fa
                };
                assert!(!text.contains(odd), "{} {}: {text:?}", language.tag(), message.id.name);
            }
        }
    }
}

#[test]
fn names_are_escaped_and_isolated_in_html_and_bare_in_text() {
    let hostile = "<b>\"O'Neill\" & Co";
    let safe = "<span dir=\"auto\">&#60;b&#62;&#34;O&#39;Neill&#34; &#38; Co</span>";
    for language in Language::ALL {
        let html = Words::html(language).unsubscribe_from(hostile).to_string();
        assert!(html.contains(safe) && html.matches('<').count() == 2, "{html}");
        let plain = Words::plain(language).unsubscribe_from(hostile);
        assert_eq!(html.replace(safe, hostile), plain);
        assert!(!plain.contains(['\u{2068}', '\u{2069}']), "{plain}");
    }
    assert_eq!(Markup::of("a < b").to_string(), "a &#60; b");
}

#[test]
fn every_message_is_said_somewhere() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let mut sources = String::new();
    let mut folders: Vec<std::path::PathBuf> = [
        "shared/letters/src",
        "shared/letters/templates",
        "shared/pages/src",
        "shared/pages/templates",
        "functions/capture/src",
    ]
    .iter()
    .map(|folder| format!("{root}/{folder}").into())
    .collect();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.extension().and_then(|end| end.to_str()) {
                Some("rs" | "html" | "txt") => sources.push_str(&std::fs::read_to_string(&path).expect("a text")),
                _ if path.is_dir() => folders.push(path),
                _ => {}
            }
        }
    }
    for (id, _) in MESSAGES {
        assert!(sources.contains(&format!(".{id}(")), "nobody says {id}");
    }
}
