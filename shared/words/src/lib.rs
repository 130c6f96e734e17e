//! What npsloop says to contacts, in every language it speaks.
//!
//! One Fluent file a language, in `languages/`. They are part of the program as text, and only the language somebody
//! asks for is parsed, once: a cold start that sends a German letter reads one file of forty-nine. Each message is a
//! function of what it needs to be said, so a message that is missing, or is told too little, does not compile; that
//! the files agree with each other is a test.

mod bundles;
mod messages;
#[cfg(test)]
mod tests;

use std::fmt;
use std::marker::PhantomData;

use model::Language;

pub use messages::MESSAGES;

/// The words of a language, for HTML or for plain text.
#[derive(Clone, Copy, Debug)]
pub struct Words<F> {
    language: Language,
    form: PhantomData<F>,
}

/// What words are put into.
pub trait Form {
    /// What is said.
    type Said;

    /// A name or a text of somebody else's, as it can stand among our words.
    fn theirs(text: &str) -> String;

    /// A whole message.
    fn said(text: String) -> Self::Said;
}

/// Plain text, and whatever is escaped later: subjects, titles, attributes.
///
/// No marks isolate names here. They would be read as odd characters by old mail programs, and our messages have no
/// name at either end of a line that runs the other way.
#[derive(Clone, Copy, Debug)]
pub struct Plain;

/// HTML. Names are escaped, and isolated: a name in Latin letters does not turn the full stop of an Arabic sentence.
#[derive(Clone, Copy, Debug)]
pub struct Html;

impl Form for Plain {
    type Said = String;

    fn theirs(text: &str) -> String {
        text.to_owned()
    }

    fn said(text: String) -> String {
        text
    }
}

impl Form for Html {
    type Said = Markup;

    fn theirs(text: &str) -> String {
        format!("<span dir=\"auto\">{}</span>", Markup::of(text))
    }

    fn said(text: String) -> Markup {
        Markup(text)
    }
}

/// A piece of HTML: what others wrote is escaped already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Markup(String);

impl Markup {
    /// A text of somebody else's, escaped.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut escaped = String::with_capacity(text.len());
        for character in text.chars() {
            match character {
                '&' => escaped.push_str("&#38;"),
                '<' => escaped.push_str("&#60;"),
                '>' => escaped.push_str("&#62;"),
                '"' => escaped.push_str("&#34;"),
                '\'' => escaped.push_str("&#39;"),
                plain => escaped.push(plain),
            }
        }
        Self(escaped)
    }
}

impl Markup {
    /// A name as it stands alone: escaped, and isolated from what is around it.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self(Html::theirs(name))
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::FastWritable for Markup {
    fn write_into(&self, to: &mut dyn fmt::Write, _: &dyn askama::Values) -> askama::Result<()> {
        Ok(to.write_str(&self.0)?)
    }
}

impl askama::filters::HtmlSafe for Markup {}

impl Words<Plain> {
    /// The words of a language for plain text.
    #[must_use]
    pub const fn plain(language: Language) -> Self {
        Self { language, form: PhantomData }
    }
}

impl Words<Html> {
    /// The words of a language for HTML.
    #[must_use]
    pub const fn html(language: Language) -> Self {
        Self { language, form: PhantomData }
    }
}

impl<F> Words<F> {
    /// The language.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }
}
