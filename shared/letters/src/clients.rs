//! Every letter holds to what mail programs show.
//!
//! What may be used is listed here, each with what becomes of a letter where it does not work. The lists were held against the
//! data of caniemail.com for Outlook, Gmail, Apple Mail and Yahoo; whoever uses more looks there first.

use std::collections::BTreeMap;

use model::brand::{Colours, Logo, PictureUrl};
use model::{Brand, Colour};

use crate::Composed;
use crate::letter::tests::{PAGE, ask, branded};
use crate::notice::tests::all;

/// Known everywhere, or harmless where it is not.
const TAGS: [&str; 19] = [
    "html", "head", "meta", "title", "style", "body", "div", "table", "tr", "td", "p", "h1", "a", "br", "span",
    "strong", "b", "i", "img",
];

const ATTRIBUTES: [&str; 26] = [
    "lang",
    "dir",
    "charset",
    "name",
    "content",
    "class",
    "style",
    "role",
    "width",
    "height",
    "align",
    "valign",
    "bgcolor",
    "cellpadding",
    "cellspacing",
    "border",
    "colspan",
    "href",
    "src",
    "alt",
    "title",
    "aria-label",
    "aria-hidden",
    "rel",
    "target",
    "id",
];

/// Properties of styles beside a tag that every program knows in tables and text.
const EVERYWHERE: [&str; 22] = [
    "background-color",
    "border",
    "border-bottom",
    "border-collapse",
    "border-left",
    "border-top",
    "color",
    "font-family",
    "font-size",
    "font-weight",
    "height",
    "line-height",
    "margin",
    "margin-right",
    "padding",
    "padding-left",
    "text-align",
    "text-decoration",
    "vertical-align",
    "width",
    "mso-hide",
    "mso-line-height-rule",
];

/// Properties some programs leave out, and what is seen then.
const SOMEWHERE: [(&str, &str); 9] = [
    ("border-radius", "Outlook on Windows: square corners"),
    (
        "display",
        "Outlook on Windows: a link is as wide as its text, which spaces widen there; a table cell gives the ground",
    ),
    ("max-width", "Outlook on Windows: a table of its own gives the width"),
    ("max-height", "the preheader: display and mso-hide do it as well"),
    ("opacity", "the preheader: display and mso-hide do it as well"),
    ("overflow", "square corners of the bar, and the preheader as above"),
    ("text-size-adjust", "letters on a turned phone grow"),
    ("white-space", "a short line may break"),
    ("word-break", "a long name may widen the letter"),
];

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
                    assert!(ATTRIBUTES.contains(key), "{name}: {key} in <{}>", tag.name);
                    let styles = (*key == "style").then_some(*value).into_iter().flat_map(|style| style.split(';'));
                    for style in styles.map(str::trim).filter(|style| !style.is_empty()) {
                        let (property, _) = style.split_once(':').expect("a property has a value");
                        let property = property.trim_start_matches("-webkit-");
                        let known =
                            EVERYWHERE.contains(&property) || SOMEWHERE.iter().any(|(known, _)| *known == property);
                        assert!(known, "{name}: {style}");
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
