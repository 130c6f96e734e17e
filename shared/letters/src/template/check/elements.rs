//! Elements: which there may be, which are open, and what can be read in them.

use std::ops::Range;

use html5gum::StartTag;
use model::Colour;
use model::colour::TEXT;
use model::template::{Ours, Piece, Variable};

use super::{Tag, Walk, around_the_body, text};
use crate::template::clients::{PLAIN, TAGS, VOID};
use crate::template::css::declarations;
use crate::template::variables::Found;

/// Elements that take their reader somewhere, run something or load something, and what to do instead.
const DANGERS: [(&str, &str); 17] = [
    ("script", "mail programs run nothing"),
    ("form", "mail programs warn of forms; {{scale}} has links"),
    ("input", "mail programs warn of forms; {{scale}} has links"),
    ("button", "mail programs warn of forms; a button is a link that looks like one"),
    ("select", "mail programs warn of forms"),
    ("textarea", "mail programs warn of forms"),
    ("iframe", "mail programs show nothing of others"),
    ("frame", "mail programs show nothing of others"),
    ("object", "mail programs show nothing of others"),
    ("embed", "mail programs show nothing of others"),
    ("link", "a letter loads no styles and no fonts from elsewhere; put styles into <style>"),
    ("base", "links are whole addresses"),
    ("svg", "Gmail and Outlook do not show SVG; use a PNG twice as wide as it is shown"),
    ("math", "mail programs do not show it"),
    ("video", "mail programs do not play it; use a picture that links to it"),
    ("audio", "mail programs do not play it"),
    ("noscript", "mail programs run no scripts, and show this or not"),
];

/// Elements before which a paragraph ends by itself.
const ENDS_PARAGRAPH: [&str; 15] =
    ["p", "div", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "center", "hr", "section"];

/// An element that is open.
pub(super) struct Open {
    pub(super) name: String,
    pub(super) at: usize,
    /// Whether nobody sees what is in it.
    pub(super) hidden: bool,
    ground: Option<Colour>,
    ink: Option<Colour>,
    /// Text so large that less contrast does.
    large: bool,
}

impl Open {
    /// Whether its end may be left out.
    pub(super) fn may_stay_open(&self) -> bool {
        ["p", "li", "html", "body", "head"].contains(&self.name.as_str())
    }
}

impl Walk<'_> {
    pub(super) fn start(&mut self, at: &Range<usize>, token: &StartTag<usize>, found: &[Found<'_>], outlook: bool) {
        let tag = Tag { at: at.clone(), name: text(&token.name), token };
        let name = tag.name.as_str();
        let quote = format!("<{name}");
        // Outlook's own, and what MJML says to it.
        let drawn = outlook
            && (["v:", "o:", "w:"].iter().any(|mark| name.starts_with(mark)) || ["xml", "noscript"].contains(&name));
        if let Some((_, why)) = DANGERS.iter().find(|(danger, _)| *danger == name && !drawn) {
            self.refuse(at.start, &quote, format!("<{name}> cannot be in a letter: {why}"));
        } else if PLAIN.contains(&name) {
            self.warn(at.start, &quote, format!("<{name}> is left out by some mail programs; what is in it is shown"));
        } else if !drawn && !TAGS.contains(&name) {
            self.refuse(at.start, &quote, format!("<{name}> is nothing mail programs know"));
        }
        self.attributes(&tag, found, outlook);
        match name {
            "img" => self.picture(&tag),
            "meta" => self.meta(&tag),
            "html" | "head" | "body" => self.frame(&tag),
            _ => {}
        }
        if outlook || VOID.contains(&name) {
            return;
        }
        if ENDS_PARAGRAPH.contains(&name) && self.open.last().is_some_and(|open| open.name == "p") {
            self.open.pop();
        }
        if name == "li" && self.open.last().is_some_and(|open| open.name == "li") {
            self.open.pop();
        }
        let open = self.opened(&tag);
        self.open.push(open);
    }

    /// The parts of a letter that are there once.
    fn frame(&mut self, tag: &Tag<'_>) {
        let known = match tag.name.as_str() {
            "html" => "html",
            "head" => "head",
            _ => "body",
        };
        if self.once.contains(&known) {
            return self.refuse(tag.at.start, &format!("<{known}"), format!("there are two <{known}>"));
        }
        self.once.push(known);
        match known {
            "html" => {
                let end = tag.at.start + "<html".len();
                let put = vec![
                    Piece::Html(" lang=\"".to_owned()),
                    Piece::Ours(Ours::Lang),
                    Piece::Html("\" dir=\"".to_owned()),
                    Piece::Ours(Ours::Dir),
                    Piece::Html("\"".to_owned()),
                ];
                self.framed(end, put);
            }
            // Many programs drop what these two say.
            "body" => self.framed(tag.at.end, around_the_body()),
            _ => {}
        }
    }

    fn meta(&mut self, tag: &Tag<'_>) {
        let value = |name: &str| {
            tag.token.attributes.iter().find(|(key, _)| text(key) == name).map(|(_, value)| text(&value.value))
        };
        if let Some(equivalent) = value("http-equiv") {
            let harmless = ["content-type", "x-ua-compatible"].contains(&equivalent.to_ascii_lowercase().as_str());
            if !harmless {
                self.refuse(
                    tag.at.start,
                    &equivalent,
                    format!("<meta http-equiv=\"{equivalent}\"> cannot be in a letter"),
                );
            }
        }
        self.viewport |= value("name").is_some_and(|name| name.eq_ignore_ascii_case("viewport"));
    }

    /// What an element that begins says of what is in it.
    fn opened(&self, tag: &Tag<'_>) -> Open {
        let around = self.open.last();
        let (mut ground, mut ink, mut large, mut hidden) = match around {
            Some(open) => (open.ground, open.ink, open.large, open.hidden),
            None => (Some(Colour::WHITE), Some(Colour::BLACK), false, false),
        };
        if tag.name == "a" {
            // The program's own colour, unless it is said.
            ink = None;
        }
        for (key, value) in &tag.token.attributes {
            let (key, value) = (text(key), text(&value.value));
            match key.as_str() {
                "bgcolor" => ground = colour(&value),
                "background" => ground = None,
                "color" => ink = colour(&value),
                "style" => {
                    for (property, value) in declarations(&value) {
                        match property.as_str() {
                            "background-color" | "background" if value == "transparent" || value == "none" => {}
                            "background-color" | "background" => ground = colour(&value),
                            "background-image" => ground = None,
                            "color" if value == "inherit" => ink = around.and_then(|open| open.ink),
                            "color" => ink = colour(&value),
                            "font-size" => {
                                let pixels = value.strip_suffix("px").and_then(|size| size.trim().parse::<f64>().ok());
                                large = pixels.is_some_and(|size| size >= 24.0);
                                hidden |=
                                    pixels.is_some_and(|size| size <= 1.0) && tag.name != "td" && tag.name != "div";
                            }
                            "display" => hidden |= value == "none",
                            "visibility" => hidden |= value == "hidden",
                            "opacity" => hidden |= value == "0",
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        Open { name: tag.name.clone(), at: tag.at.start, hidden, ground, ink, large }
    }

    pub(super) fn finish(&mut self, at: &Range<usize>, name: &str, outlook: bool) {
        match name {
            "head" => {
                // An empty title was filled where it stands.
                let mut put = vec![Piece::Ours(Ours::Styles)];
                if !self.titled && !self.once.contains(&"title") {
                    put.push(Piece::Html("<title>".to_owned()));
                    put.push(Piece::Within(Variable::Subject));
                    put.push(Piece::Html("</title>".to_owned()));
                }
                self.framed(at.start, put);
            }
            "title" if !self.titled => {
                self.once.push("title");
                self.framed(at.start, vec![Piece::Within(Variable::Subject)]);
            }
            "body" => self.framed(at.start, vec![Piece::Html("</div>".to_owned())]),
            _ => {}
        }
        // To Outlook a comment may say that something ends which another one began.
        if outlook {
            return;
        }
        let Some(depth) = self.open.iter().rposition(|open| open.name == name) else {
            return self.refuse(at.start, &format!("</{name}>"), format!("this </{name}> ends nothing"));
        };
        let inner: Vec<Open> = self.open.drain(depth..).skip(1).collect();
        for open in inner {
            if !open.may_stay_open() {
                let what = format!("this <{}> has no end before </{name}>", open.name);
                self.refuse(open.at, &format!("<{}", open.name), what);
            }
        }
    }

    /// Text between tags: whether it can be read on its ground, where both are known.
    pub(super) fn said(&mut self, at: &Range<usize>, said: &str, outlook: bool) {
        let words = said.trim();
        if words.is_empty() || outlook {
            return;
        }
        let Some(open) = self.open.last() else { return };
        if open.name == "title" {
            self.titled = true;
            return;
        }
        if let (Some(ground), Some(ink), false) = (open.ground, open.ink, open.hidden) {
            let (contrast, least) = (ink.contrast(ground), if open.large { model::colour::SHAPE } else { TEXT });
            if contrast < least {
                let contrast = (contrast * 100.0).floor() / 100.0;
                let shown: String = words.chars().take(30).collect();
                let what = format!(
                    "\u{201c}{shown}\u{201d} is hard to read: {ink} on {ground} has a contrast of {contrast:.2}:1, and {least}:1 is needed"
                );
                self.warn(at.start, words.lines().next().unwrap_or_default(), what);
            }
        }
    }
}

/// A colour, where it is one for certain.
fn colour(text: &str) -> Option<Colour> {
    let text = text.trim().to_ascii_lowercase();
    match text.as_str() {
        "white" => return Some(Colour::WHITE),
        "black" => return Some(Colour::BLACK),
        _ => {}
    }
    let digits = text.strip_prefix('#')?;
    if digits.len() == 3 && digits.is_ascii() {
        let twice: String = digits.chars().flat_map(|digit| [digit, digit]).collect();
        return Colour::parse(&format!("#{twice}")).ok();
    }
    Colour::parse(&text).ok()
}
