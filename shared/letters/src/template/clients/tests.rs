//! Every letter of ours holds to what mail programs show.

use std::collections::BTreeMap;

use model::brand::{Colours, Logo, PictureUrl};
use model::{Brand, Colour};

use super::{ATTRIBUTES, TAGS, knows};
use crate::Composed;
use crate::letter::tests::{PAGE, ask, branded};
use crate::notice::tests::all;
use crate::template::check::look;

struct Tag<'a> {
    name: String,
    attributes: BTreeMap<&'a str, &'a str>,
}

/// The tags of a letter that programs other than Outlook read, in their order; those that end something are left out.
fn tags(html: &str) -> Vec<Tag<'_>> {
    let mut rest = html;
    let mut tags = Vec::new();
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = &comment[comment.find("-->").expect("comments end")..];
        } else if !rest.starts_with('/') && !rest.starts_with('!') {
            let end = rest.find('>').expect("tags end");
            let (inner, after) = rest.split_at(end);
            let (name, mut left) = inner.split_once(' ').unwrap_or((inner, ""));
            let mut attributes = BTreeMap::new();
            while let Some((key, value)) = left.split_once("=\"") {
                let (value, next) = value.split_once('"').expect("values are quoted");
                assert!(attributes.insert(key.trim(), value).is_none(), "{key} is there twice in {inner}");
                left = next;
            }
            assert!(left.trim().is_empty(), "{left} is no attribute in {inner}");
            tags.push(Tag { name: name.to_owned(), attributes });
            rest = after;
        }
    }
    tags
}

fn without(html: &str, from: &str, to: &str) -> String {
    let mut kept = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once(from) {
        kept.push_str(before);
        rest = after.split_once(to).expect("it ends").1;
    }
    kept + rest
}

fn orange() -> Brand {
    let url = PictureUrl::parse("https://www.example.com/logo.png").expect("a picture");
    Brand {
        logo: Some(Logo { url, width: 160, alt: None }),
        colours: Some(Colours { accent: Colour::hex(0x00d9_480f), accent_dark: None }),
        ..Brand::default()
    }
}

/// Letters of every kind, bare and in a brand.
fn letters() -> Vec<(String, Composed)> {
    let mut letters = Vec::new();
    for (look, brand) in [("ours", Brand::default()), ("orange", orange())] {
        let asks = ["invite", "remind"].into_iter().zip(branded(ask(), &brand));
        letters.extend(asks.chain(all(&brand)).map(|(name, letter)| (format!("{name} in {look}"), letter)));
    }
    letters
}

#[test]
fn letters_use_what_mail_programs_know() {
    for (name, letter) in letters() {
        // What stands in a comment for Outlook is held to the same lists.
        for html in [letter.html.clone(), letter.html.replace("<!--[if mso]>", "").replace("<![endif]-->", "")] {
            for tag in tags(&html) {
                assert!(TAGS.contains(&tag.name.as_str()), "{name}: <{}>", tag.name);
                for (key, value) in &tag.attributes {
                    let known = ATTRIBUTES.contains(key) || key.starts_with("aria-");
                    assert!(known, "{name}: {key} in <{}>", tag.name);
                    let styles = (*key == "style").then_some(*value).into_iter().flat_map(|style| style.split(';'));
                    for style in styles.map(str::trim).filter(|style| !style.is_empty()) {
                        let (property, _) = style.split_once(':').expect("a property has a value");
                        assert!(knows(property), "{name}: {style}");
                    }
                }
                let has = |key: &str| tag.attributes.get(key).is_some_and(|value| !value.is_empty());
                match tag.name.as_str() {
                    "html" => assert!(has("lang") && has("dir"), "{name}"),
                    "table" => {
                        assert_eq!(tag.attributes.get("role"), Some(&"presentation"), "{name}");
                        assert!(["cellpadding", "cellspacing", "border"].iter().all(|key| has(key)), "{name}");
                    }
                    "img" => assert!(["alt", "width", "src"].iter().all(|key| has(key)), "{name}"),
                    "a" => assert!(has("href"), "{name}"),
                    _ => {}
                }
            }
            let lower = html.to_lowercase();
            for never in
                ["<svg", "@font-face", "@import", "url(", "<link", "var(--", "position:", "float:", "flex", "grid"]
            {
                assert!(!lower.contains(never), "{name}: {never}");
            }
            for element in ["table", "tr", "td", "div", "a", "span"] {
                let opened =
                    html.matches(&format!("<{element} ")).count() + html.matches(&format!("<{element}>")).count();
                assert_eq!(opened, html.matches(&format!("</{element}>")).count(), "{name}: {element}");
            }
        }
        assert_eq!(look(&letter.html), Vec::new(), "{name}");
        assert_eq!(letter.html.matches("<!--[if mso]>").count(), letter.html.matches("<![endif]-->").count(), "{name}");
        assert!(letter.html.len() < 102_000, "{name}: {} bytes", letter.html.len());
    }
}

/// Gmail shows a letter without its style to those who read another account with it, and so do some Androids.
#[test]
fn the_scale_needs_no_style_no_picture_and_no_comment() {
    for brand in [Brand::default(), orange()] {
        for letter in branded(ask(), &brand) {
            let bare = without(&without(&letter.html, "<!--", "-->"), "<style>", "</style>");
            let bare = without(&bare, "<img", ">");
            let links: Vec<_> = bare
                .split("<a ")
                .skip(1)
                .filter_map(|link| {
                    let (tag, rest) = link.split_once('>')?;
                    let href = tag.split_once("href=\"")?.1.split('"').next()?;
                    let score = href.strip_prefix(PAGE)?.strip_prefix("?score=")?;
                    let styled =
                        ["display:block", "color:#", "background-color:#", "border:1px", "text-decoration:none"];
                    assert!(styled.iter().all(|style| tag.contains(style)), "{tag}");
                    Some((score.to_owned(), rest.split("</a>").next()?.to_owned()))
                })
                .collect();
            let expected: Vec<_> = (0..=10).map(|score| (score.to_string(), score.to_string())).collect();
            assert_eq!(links, expected);
        }
    }
}
