//! Attributes: which there may be, where they lead, and which variables may stand in them.

use std::ops::Range;

use model::brand::{NotAPicture, PictureUrl};
use model::template::{Ours, Piece, Sort, Variable};

use super::{Cut, Tag, Walk, text};
use crate::template::clients::ATTRIBUTES;
use crate::template::css;
use crate::template::variables::Found;

/// Attributes that take somebody somewhere or load something past what is looked at.
const DANGERS: [&str; 12] = [
    "action",
    "formaction",
    "ping",
    "srcset",
    "srcdoc",
    "poster",
    "data",
    "code",
    "codebase",
    "xlink:href",
    "cite",
    "longdesc",
];

/// An attribute as it stands there.
struct Attribute<'a> {
    name: String,
    /// As it is read.
    value: String,
    at: Range<usize>,
    /// The value as it is written, without its quotes; nothing if it has none.
    quoted: Option<(Range<usize>, &'a str)>,
}

impl Walk<'_> {
    pub(super) fn attributes(&mut self, tag: &Tag<'_>, found: &[Found<'_>], outlook: bool) {
        let mut left: Vec<&Found<'_>> = found.iter().collect();
        let base = tag.at.start - tag.token.span.start;
        let html = self.html;
        for (name, value) in &tag.token.attributes {
            let at = base + value.span.start..base + value.span.end;
            let raw = html.get(at.clone()).unwrap_or_default();
            let attribute =
                Attribute { name: text(name), value: text(&value.value), quoted: quoted(raw, at.start), at };
            let inside: Vec<&Found<'_>> = left
                .iter()
                .copied()
                .filter(|one| attribute.at.start <= one.at.start && one.at.end <= attribute.at.end)
                .collect();
            left.retain(|one| !inside.iter().any(|other| other.at == one.at));
            self.attribute(tag, &attribute, &inside, outlook);
        }
        for one in left {
            let quote = html.get(one.at.clone()).unwrap_or_default();
            self.refuse(
                one.at.start,
                quote,
                format!("{quote} cannot stand in a tag, except in the value of an attribute"),
            );
        }
        self.language(tag);
    }

    fn attribute(&mut self, tag: &Tag<'_>, attribute: &Attribute<'_>, found: &[&Found<'_>], outlook: bool) {
        let Attribute { name, value, at, .. } = attribute;
        let drawn = outlook && tag.name.contains(':');
        if name.starts_with("on") {
            return self.refuse(at.start, name, format!("`{name}` cannot be in a letter: mail programs run nothing"));
        }
        if DANGERS.contains(&name.as_str()) {
            return self.refuse(at.start, name, format!("`{name}` cannot be in a letter"));
        }
        let free = ["aria-", "data-", "xmlns:"].iter().any(|mark| name.starts_with(mark));
        if !drawn && !free && !ATTRIBUTES.contains(&name.as_str()) {
            self.warn(at.start, name, format!("`{name}` is left out by mail programs"));
        }
        match name.as_str() {
            "style" => self.complain(at.start, css::inline(value)),
            // Where a variable stands in it is looked at below, and it stands at its beginning.
            "href" if !found.is_empty() => {}
            "href" => self.link(at.start, value),
            "src" | "background" => self.picture_at(at.start, value),
            _ => {}
        }
        if self.letter.is_some() {
            found.iter().for_each(|one| self.within(tag, attribute, one, outlook));
            self.change_sides(attribute);
        }
    }

    /// A variable in the value of an attribute.
    fn within(&mut self, tag: &Tag<'_>, attribute: &Attribute<'_>, found: &Found<'_>, outlook: bool) {
        let Some(Ok(variable)) = self.letter.map(|letter| found.of(letter)) else { return };
        let quote = self.html.get(found.at.clone()).unwrap_or_default().to_owned();
        let Some((value, raw)) = &attribute.quoted else {
            let what = match attribute.value.is_empty() {
                true => format!("{quote} cannot stand in a tag, except in the value of an attribute"),
                false => format!("put quotes around {quote}"),
            };
            return self.refuse(found.at.start, &quote, what);
        };
        let name = attribute.name.as_str();
        let fits = match variable.sort() {
            Sort::Text => ["alt", "title", "aria-label"].contains(&name),
            Sort::Address => {
                let rest = raw.get(found.at.end - value.start..).unwrap_or_default();
                let plain = rest.is_empty()
                    || rest.starts_with('?')
                        && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b"?=&;_-.%".contains(&b));
                name == "href" && found.at.start == value.start && plain
            }
            Sort::Inline | Sort::Block => false,
        };
        if !fits {
            let what = match variable.sort() {
                Sort::Address => {
                    format!("{quote} is a whole address: it stands alone in `href`, or with `?score=` behind it")
                }
                Sort::Text => format!("{quote} cannot stand in `{name}`: nobody knows what a name would make of it"),
                Sort::Inline | Sort::Block => format!("{quote} stands between tags, not in `{name}`"),
            };
            return self.refuse(found.at.start, &quote, what);
        }
        if variable == Variable::UnsubscribeUrl && tag.name == "a" && !outlook && !self.is_hidden() {
            self.seen.push(variable);
        }
        self.cuts.push(Cut { at: found.at.clone(), put: vec![Piece::Within(variable)] });
    }

    /// Where a link leads.
    fn link(&mut self, at: usize, to: &str) {
        // As browsers do before they look at what it begins with.
        let plain: String = to.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
        let lower = plain.to_ascii_lowercase();
        if lower.starts_with("http://") {
            self.warn(at, to, format!("`{to}` is not encrypted; https:// is safer, and spam filters prefer it"));
        } else if !["https://", "mailto:", "tel:", "#"].iter().any(|known| lower.starts_with(known)) {
            self.refuse(
                at,
                to,
                "a link begins with https://, mailto: or tel:, or is {{page_url}} or {{unsubscribe_url}}",
            );
        }
    }

    /// Where a picture is.
    fn picture_at(&mut self, at: usize, url: &str) {
        match PictureUrl::parse(url) {
            // Where a server makes pictures, the address does not tell what they are.
            Ok(_) | Err(NotAPicture::Ending) => {}
            Err(NotAPicture::Modern) => self.warn(at, url, NotAPicture::Modern.to_string()),
            Err(wrong) => self.refuse(at, url, format!("of a picture's address: {wrong}")),
        }
    }

    pub(super) fn picture(&mut self, tag: &Tag<'_>) {
        let has = |name: &str| tag.token.attributes.keys().any(|key| text(key) == name);
        let (alt, src, width) = (has("alt"), has("src"), has("width"));
        let quote = self.html.get(tag.at.clone()).unwrap_or_default().to_owned();
        let source =
            tag.token.attributes.iter().find(|(key, _)| text(key) == "src").map(|(_, value)| text(&value.value));
        let quote = source.unwrap_or(quote);
        if !src {
            self.refuse(tag.at.start, &quote, "this picture has no `src`");
        }
        if !alt {
            let what = "this picture has no `alt`: what is read where pictures are off, as in Outlook; alt=\"\" if it only decorates";
            self.refuse(tag.at.start, &quote, what);
        }
        if !width {
            self.warn(tag.at.start, &quote, "a picture without `width` has another size in Outlook");
        }
    }

    /// The language of the letter is npsloop's to say: on `html`, and wherever MJML says that it does not know.
    fn language(&mut self, tag: &Tag<'_>) {
        if self.letter.is_none() {
            return;
        }
        let base = tag.at.start - tag.token.span.start;
        let html = self.html;
        let frame = ["html", "body"].contains(&tag.name.as_str());
        let unknown =
            tag.token.attributes.iter().any(|(key, value)| text(key) == "lang" && text(&value.value) == "und");
        for (key, value) in &tag.token.attributes {
            let ours = match text(key).as_str() {
                "lang" => Ours::Lang,
                "dir" => Ours::Dir,
                _ => continue,
            };
            let at = base + value.span.start..base + value.span.end;
            let Some((inner, _)) = quoted(html.get(at.clone()).unwrap_or_default(), at.start) else {
                if frame {
                    self.refuse(at.start, "", "put quotes around the values of `lang` and `dir`");
                }
                continue;
            };
            if frame {
                self.cuts.push(Cut { at, put: Vec::new() });
            } else if unknown {
                self.cuts.push(Cut { at: inner, put: vec![Piece::Ours(ours)] });
            }
        }
    }

    /// Left and right change places where the language of the letter runs from the right.
    fn change_sides(&mut self, attribute: &Attribute<'_>) {
        let Some((at, raw)) = attribute.quoted.as_ref().filter(|_| self.mirrored) else { return };
        let mut put = |range: Range<usize>, ours: Ours| {
            let at = at.start + range.start..at.start + range.end;
            self.cuts.push(Cut { at, put: vec![Piece::Ours(ours)] });
        };
        match attribute.name.as_str() {
            "align" => {
                if let Some(side) = side(raw.trim()) {
                    put(0..raw.len(), side);
                }
            }
            "style" => {
                let mut from = 0;
                for one in raw.split(';') {
                    if let Some((property, value)) = one.split_once(':') {
                        let word = value.split_whitespace().next().unwrap_or_default();
                        let start = from + property.len() + 1 + (value.len() - value.trim_start().len());
                        let ours = match property.trim().to_ascii_lowercase().as_str() {
                            "text-align" => side(word),
                            // Whoever says `rtl` turns columns around on purpose.
                            "direction" if word.eq_ignore_ascii_case("ltr") => Some(Ours::Dir),
                            _ => None,
                        };
                        if let Some(ours) = ours {
                            put(start..start + word.len(), ours);
                        }
                    }
                    from += one.len() + 1;
                }
            }
            _ => {}
        }
    }
}

fn side(word: &str) -> Option<Ours> {
    match word.to_ascii_lowercase().as_str() {
        "left" => Some(Ours::Start),
        "right" => Some(Ours::End),
        _ => None,
    }
}

/// The value of an attribute as it is written, if it is in quotes.
fn quoted(raw: &str, at: usize) -> Option<(Range<usize>, &str)> {
    let (name, value) = raw.split_once('=')?;
    let trimmed = value.trim_start();
    let quote = trimmed.chars().next().filter(|first| ['"', '\''].contains(first))?;
    let inner = trimmed.strip_prefix(quote)?;
    let inner = inner.strip_suffix(quote)?;
    let start = at + name.len() + 1 + (value.len() - trimmed.len()) + 1;
    Some((start..start + inner.len(), inner))
}
