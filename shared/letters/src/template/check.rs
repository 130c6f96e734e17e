//! Reading a template once: what is wrong with it, and the pieces it is made of.
//!
//! One pass over the tokens a browser would see. What depends on where something stands (whether a cell is open, on which ground a
//! text is) is known by the elements that are open.

mod attributes;
mod elements;

use std::borrow::Cow;
use std::collections::VecDeque;
use std::ops::Range;

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{StartTag, Token, Tokenizer};
use model::template::{Body, Finding, Form, Ours, Piece, Sort, Variable};
use model::{Language, LetterKind};

use self::elements::Open;
use super::clients::VOID;
use super::css;
use super::variables::{Found, find, place, unknown};

/// Elements in one another. More is a mistake, or somebody who wants to see what happens.
const DEEPEST: usize = 100;

/// What is told at once; more helps nobody.
const MOST_FINDINGS: usize = 40;

/// What a template is, and what was found in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// What is filled.
    pub body: Body,
    /// Why it cannot be used; none if it can.
    pub errors: Vec<Finding>,
    /// What some mail programs leave out.
    pub warnings: Vec<Finding>,
}

/// Reads a template. `source` is what it was made of, where somebody wrote something else than this HTML: findings then say
/// where they are in that. One for no language in particular changes sides where a language runs from the right.
#[must_use]
pub fn check(html: &str, source: Option<&str>, letter: LetterKind, language: Option<Language>) -> Checked {
    let mut walk = Walk::new(html, source, Some(letter), language.is_none());
    walk.part(0..html.len(), false);
    walk.end(letter);
    let Walk { errors, warnings, dark, cuts, .. } = walk;
    Checked { body: Body { pieces: pieces(html, cuts), dark }, errors, warnings }
}

/// What is found in a letter that needs no variables: one of ours.
#[cfg(test)]
pub(crate) fn look(html: &str) -> Vec<Finding> {
    let mut walk = Walk::new(html, None, None, false);
    walk.part(0..html.len(), false);
    walk.left_open();
    walk.errors.into_iter().chain(walk.warnings).collect()
}

/// Whether elements stand in one another deeper than anybody means it: who reads them one in the other may run out of stack.
/// MJML is read by its own rules: what a comment says to Outlook is read as well, capitals end no element by themselves, and
/// names may begin with what is text to a browser.
#[must_use]
pub fn is_nested_too_deep(source: &str, form: Form) -> bool {
    let strict = form == Form::Mjml;
    let source = if strict { Cow::Owned(source.replace("<!--[if", "[if")) } else { Cow::Borrowed(source) };
    let mut depth = 0_usize;
    for (at, token) in tokens(&source, 0, false) {
        match token {
            Token::StartTag(tag) if tag.self_closing => {}
            Token::StartTag(tag) => {
                let name = text(&tag.name);
                let as_written = source.get(at.start + 1..).is_some_and(|rest| rest.starts_with(&name));
                let ends_itself = VOID.contains(&name.as_str()) && (as_written || !strict);
                depth += usize::from(!ends_itself);
            }
            Token::EndTag(_) => depth = depth.saturating_sub(1),
            Token::String(_) if strict => depth += source.get(at).unwrap_or_default().matches('<').count(),
            _ => {}
        }
        if depth > DEEPEST {
            return true;
        }
    }
    false
}

/// The tokens of a text that begins at `base`, each with where it stands.
fn tokens(html: &str, base: usize, states: bool) -> impl Iterator<Item = (Range<usize>, Token<usize>)> {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    // `style` and `title` hold text; what is in a `script` is of no interest.
    emitter.naively_switch_states(states);
    Tokenizer::new_with_emitter(html, emitter).map(move |token| {
        let Ok(token) = token;
        let span = match &token {
            Token::StartTag(tag) => tag.span,
            Token::EndTag(tag) => tag.span,
            Token::String(text) | Token::Comment(text) => text.span,
            Token::Doctype(doctype) => doctype.span,
            Token::Error(error) => error.span,
        };
        (base + span.start..base + span.end, token)
    })
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A part of the HTML that goes, and what stands there instead.
struct Cut {
    at: Range<usize>,
    put: Vec<Piece>,
}

/// The pieces of a text of which parts go.
fn pieces(html: &str, mut cuts: Vec<Cut>) -> Vec<Piece> {
    cuts.sort_by_key(|cut| (cut.at.start, cut.at.end));
    let mut pieces: Vec<Piece> = Vec::new();
    let mut put = |piece: Piece| match (pieces.last_mut(), piece) {
        (_, Piece::Html(more)) if more.is_empty() => {}
        (Some(Piece::Html(text)), Piece::Html(more)) => text.push_str(&more),
        (_, piece) => pieces.push(piece),
    };
    let mut from = 0;
    for cut in cuts {
        put(Piece::Html(html.get(from..cut.at.start).unwrap_or_default().to_owned()));
        cut.put.into_iter().for_each(&mut put);
        from = from.max(cut.at.end);
    }
    put(Piece::Html(html.get(from..).unwrap_or_default().to_owned()));
    pieces
}

struct Walk<'a> {
    html: &'a str,
    source: Option<&'a str>,
    letter: Option<LetterKind>,
    mirrored: bool,
    open: Vec<Open>,
    cuts: Vec<Cut>,
    /// Variables where a contact sees them; addresses only in links.
    seen: Vec<Variable>,
    /// Elements a letter has once.
    once: Vec<&'static str>,
    viewport: bool,
    titled: bool,
    dark: bool,
    errors: Vec<Finding>,
    warnings: Vec<Finding>,
}

impl<'a> Walk<'a> {
    fn new(html: &'a str, source: Option<&'a str>, letter: Option<LetterKind>, mirrored: bool) -> Self {
        // Those of the source have places; found again in what was made of it, they would be told twice.
        let errors = letter.map(|letter| unknown(source.unwrap_or(html), letter, MOST_FINDINGS)).unwrap_or_default();
        Self {
            html,
            source,
            letter,
            mirrored,
            open: Vec::new(),
            cuts: Vec::new(),
            seen: Vec::new(),
            once: Vec::new(),
            viewport: false,
            titled: false,
            dark: false,
            errors,
            warnings: Vec::new(),
        }
    }

    /// Where something is in what somebody wrote: at that place, or where they have the same words.
    fn place(&self, at: usize, quote: &str) -> Option<(u32, u32)> {
        match self.source {
            None => Some(place(self.html, at)),
            Some(_) if quote.is_empty() => None,
            Some(source) => source.find(quote).map(|at| place(source, at)),
        }
    }

    fn refuse(&mut self, at: usize, quote: &str, what: impl Into<String>) {
        if self.errors.len() < MOST_FINDINGS {
            let finding = Finding { at: self.place(at, quote), what: what.into() };
            if !self.errors.contains(&finding) {
                self.errors.push(finding);
            }
        }
    }

    /// Says once what some programs leave out.
    fn warn(&mut self, at: usize, quote: &str, what: impl Into<String>) {
        let what = what.into();
        if self.warnings.len() < MOST_FINDINGS && !self.warnings.iter().any(|known| known.what == what) {
            self.warnings.push(Finding { at: self.place(at, quote), what });
        }
    }

    fn complain(&mut self, at: usize, complaints: Vec<css::Complaint>) {
        for complaint in complaints {
            if complaint.refused {
                self.refuse(at, &complaint.quote, complaint.what);
            } else {
                self.warn(at, &complaint.quote, complaint.what);
            }
        }
    }

    /// Reads a part: the whole, or what a comment says to Outlook alone.
    fn part(&mut self, range: Range<usize>, outlook: bool) {
        let (html, base) = (self.html, range.start);
        let part = html.get(range).unwrap_or_default();
        let mut found: VecDeque<Found<'a>> = find(part)
            .into_iter()
            .map(|found| Found { at: base + found.at.start..base + found.at.end, ..found })
            .collect();
        let mut style: Option<(usize, String)> = None;
        for (at, token) in tokens(part, base, true) {
            if !matches!(token, Token::String(_) | Token::Error(_)) {
                while found.front().is_some_and(|one| one.at.start < at.start) {
                    if let Some(one) = found.pop_front() {
                        self.between(&one, outlook, style.is_some());
                    }
                }
            }
            let mut inside = Vec::new();
            if !matches!(token, Token::String(_) | Token::Error(_)) {
                while found.front().is_some_and(|one| one.at.start < at.end) {
                    inside.extend(found.pop_front());
                }
            }
            match token {
                Token::StartTag(tag) => {
                    if text(&tag.name) == "style" {
                        style = Some((at.start, String::new()));
                    }
                    self.start(&at, &tag, &inside, outlook);
                }
                Token::EndTag(tag) => {
                    self.nowhere(&inside);
                    if let Some((at, css)) = style.take() {
                        self.style(at, &css, outlook);
                    }
                    self.finish(&at, &text(&tag.name), outlook);
                }
                Token::String(said) => {
                    let said = text(&said.value);
                    match &mut style {
                        Some((_, css)) => css.push_str(&said),
                        None => self.said(&at, &said, outlook),
                    }
                }
                Token::Comment(comment) => self.comment(&at, &text(&comment.value), outlook),
                Token::Doctype(_) => self.nowhere(&inside),
                Token::Error(error) => {
                    let what =
                        format!("this is not quite HTML ({}); mail programs may read it differently", error.value);
                    self.warn(at.start, "", what);
                }
            }
        }
        while let Some(one) = found.pop_front() {
            self.between(&one, outlook, style.is_some());
        }
        if let Some((at, _)) = style {
            self.refuse(at, "<style", "this <style> has no end");
        }
    }

    /// Variables where none may stand.
    fn nowhere(&mut self, found: &[Found<'_>]) {
        for one in found {
            let quote = self.html.get(one.at.clone()).unwrap_or_default();
            self.refuse(one.at.start, quote, format!("{quote} cannot stand here"));
        }
    }

    /// A variable between tags.
    fn between(&mut self, found: &Found<'_>, outlook: bool, in_style: bool) {
        let Some(letter) = self.letter else { return };
        // Who is not known was named already.
        let Ok(variable) = found.of(letter) else { return };
        let (at, quote) = (found.at.clone(), self.html.get(found.at.clone()).unwrap_or_default());
        let name = variable.as_str();
        if in_style {
            return self.refuse(at.start, quote, format!("{{{{{name}}}}} cannot stand in a style"));
        }
        if self.is_open("title") {
            if variable.sort() != Sort::Text {
                return self.refuse(at.start, quote, format!("{{{{{name}}}}} cannot stand in the title"));
            }
            self.titled = true;
            return self.cuts.push(Cut { at, put: vec![Piece::Within(variable)] });
        }
        if !outlook && !self.is_open("body") {
            return self.refuse(at.start, quote, format!("{{{{{name}}}}} stands outside of <body>"));
        }
        let in_link = self.is_open("a");
        let in_line = ["p", "h1", "h2", "h3", "h4", "h5", "h6", "span", "b", "strong", "i", "em", "font", "small"];
        match variable.sort() {
            Sort::Inline if in_link && variable != Variable::Logo && variable != Variable::Signature => {
                let what = format!("{{{{{name}}}}} has a link in it and cannot stand in another one");
                return self.refuse(at.start, quote, what);
            }
            Sort::Block if in_link || in_line.iter().any(|line| self.is_open(line)) => {
                let what = format!(
                    "{{{{{name}}}}} is a table or paragraphs: put it into a cell or a <div>, outside of lines of text"
                );
                return self.refuse(at.start, quote, what);
            }
            _ => {}
        }
        if variable == Variable::Scale && self.seen.contains(&Variable::Scale) {
            return self.refuse(at.start, quote, "{{scale}} is there already; a letter has one");
        }
        if !outlook && !self.is_hidden() && variable.sort() != Sort::Address {
            self.seen.push(variable);
        }
        self.cuts.push(Cut { at, put: vec![Piece::Between(variable)] });
    }

    /// A comment: those that speak to Outlook stay and are read as well, all others go.
    fn comment(&mut self, at: &Range<usize>, inner: &str, outlook: bool) {
        let raw = self.html.get(at.clone()).unwrap_or_default();
        let is_condition = |text: &str| {
            text.len() < 60
                && text.starts_with("[if ")
                && text.ends_with(']')
                && text.bytes().all(|b| b.is_ascii_alphanumeric() || b" []|&()!".contains(&b))
        };
        // `<!--[if !mso]><!-->` … `<!--<![endif]-->`: everybody but Outlook reads what is between.
        if inner == "<![endif]" || inner.strip_suffix("><!").is_some_and(is_condition) {
            return;
        }
        if let Some((condition, _)) = inner.split_once('>')
            && is_condition(condition)
            && inner.ends_with("<![endif]")
            && raw.ends_with("<![endif]-->")
            && !outlook
        {
            let start = at.start + "<!--".len() + condition.len() + 1;
            let end = at.end - "<![endif]-->".len();
            if start <= end {
                return self.part(start..end, true);
            }
        }
        self.cuts.push(Cut { at: at.clone(), put: Vec::new() });
    }

    fn style(&mut self, at: usize, css: &str, outlook: bool) {
        let lower = css.to_ascii_lowercase();
        self.dark |= !outlook && lower.contains("prefers-color-scheme");
        // How Outlook is told that it draws shapes.
        let shapes = ["v\\:*", "o\\:*", "w\\:*", "behavior:url(#default#VML)", "behavior: url(#default#VML)"];
        let css = if outlook {
            shapes.iter().fold(css.to_owned(), |css, shape| css.replace(shape, ""))
        } else {
            css.to_owned()
        };
        self.complain(at, css::sheet(&css));
    }

    /// What must be there, once everything was read.
    fn end(&mut self, letter: LetterKind) {
        self.left_open();
        for one in ["html", "head", "body"] {
            if !self.once.contains(&one) {
                self.errors
                    .push(Finding { at: None, what: format!("there is no <{one}>; a template is a whole letter") });
            }
        }
        for any in Variable::obligatory(letter) {
            if !any.iter().any(|variable| self.seen.contains(variable)) {
                let names: Vec<_> = any.iter().map(|variable| format!("{{{{{}}}}}", variable.as_str())).collect();
                let where_to = if any.contains(&Variable::UnsubscribeUrl) { " in a link" } else { "" };
                let what = match names.as_slice() {
                    [first, second] => {
                        format!("{first}{where_to}, or {second}, must be in this letter where everybody sees it")
                    }
                    _ => format!("{} must be in this letter where everybody sees it", names.join(", ")),
                };
                self.errors.push(Finding { at: None, what });
            }
        }
        let asks = letter != LetterKind::Thanks;
        if asks && !self.seen.contains(&Variable::Question) {
            let what = "{{question}} is not there: who reads this letter does not know what the numbers answer, \
                        unless you say it in other words";
            self.warnings.push(Finding { at: None, what: what.to_owned() });
        }
        if letter == LetterKind::Thanks && !self.seen.contains(&Variable::Review) {
            let what = "{{review}} is not there: a `review_url` of the campaign is seen in the plain text alone";
            self.warnings.push(Finding { at: None, what: what.to_owned() });
        }
        if !self.viewport {
            let what = "there is no <meta name=\"viewport\">: phones show the letter small";
            self.warnings.push(Finding { at: None, what: what.to_owned() });
        }
    }

    fn left_open(&mut self) {
        for open in std::mem::take(&mut self.open) {
            if !open.may_stay_open() {
                self.refuse(open.at, &format!("<{}", open.name), format!("this <{}> has no end", open.name));
            }
        }
    }

    fn is_open(&self, name: &str) -> bool {
        self.open.iter().any(|open| open.name == name)
    }

    fn is_hidden(&self) -> bool {
        self.open.last().is_some_and(|open| open.hidden)
    }

    /// What npsloop puts where an element of the frame begins.
    fn framed(&mut self, at: usize, put: Vec<Piece>) {
        self.cuts.push(Cut { at: at..at, put });
    }
}

/// A tag that begins, with what is needed of it again and again.
struct Tag<'t> {
    at: Range<usize>,
    name: String,
    token: &'t StartTag<usize>,
}

/// The words that put npsloop's own things in.
fn around_the_body() -> Vec<Piece> {
    vec![
        Piece::Html("<div lang=\"".to_owned()),
        Piece::Ours(Ours::Lang),
        Piece::Html("\" dir=\"".to_owned()),
        Piece::Ours(Ours::Dir),
        Piece::Html("\">".to_owned()),
    ]
}
