//! The pages a contact sees. The only style is the one whose hash the policy names, and so is the only script: none has one
//! but the question of a campaign whose page may save by itself.

use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::texts::{Filling, Part};
use model::{Group, Language, ReasonId, Score};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;
use words::{Plain, Words};

use crate::Around;
use crate::brand::{Brand, Look, NextStep};

const STYLE: &str = include_str!("../templates/page.css");

/// What saves a score by itself. Words stand in the page: so it is the same everywhere, and has one hash.
const SCRIPT: &str = include_str!("../templates/page.js");

/// The hash of the style all pages share.
static HASH: LazyLock<String> = LazyLock::new(|| hash(STYLE));

/// Tells the page around how high this one is.
const FRAME: &str = include_str!("../templates/frame.js");

/// Its hash.
static FRAME_HASH: LazyLock<String> = LazyLock::new(|| hash(FRAME));

/// The hash of the script.
static SCRIPT_HASH: LazyLock<String> = LazyLock::new(|| hash(SCRIPT));

/// The policy of pages that look as npsloop does.
static POLICY: LazyLock<String> = LazyLock::new(|| policy(&Look::default(), None, false));

fn hash(style: &str) -> String {
    STANDARD.encode(Sha256::digest(style.as_bytes()))
}

/// Nothing but this page's own styles, its logo and its scripts, where it has any; it may only be sent back to where it came from,
/// and never framed, but by those sites that a door names.
fn policy(look: &Look, around: Option<&Around>, saves: bool) -> String {
    let own = look.style.as_ref().map(|style| format!(" 'sha256-{}'", hash(style))).unwrap_or_default();
    let logo = look.logo.as_ref().map(|logo| format!(" img-src {};", logo.url.source())).unwrap_or_default();
    let told = around.and_then(Around::host).map(|_| format!(" script-src 'sha256-{}';", *FRAME_HASH));
    // Behind a door nothing is saved by itself: one page has one script at most.
    let saving = saves.then(|| format!(" script-src 'sha256-{}'; connect-src 'self';", *SCRIPT_HASH));
    let script = told.or(saving).unwrap_or_default();
    let framed = around.map_or_else(|| "'none'".to_owned(), Around::framed_by);
    format!(
        "default-src 'none'; style-src 'sha256-{}'{own};{logo}{script} form-action 'self'; base-uri 'none'; frame-ancestors {framed}",
        *HASH
    )
}

/// A page of somebody who asks.
pub trait Branded: Template {
    /// Who asks.
    fn brand(&self) -> &Brand;

    /// Whether it saves by itself.
    fn saves(&self) -> bool {
        false
    }
}

impl Branded for Ask<'_> {
    fn brand(&self) -> &Brand {
        self.brand
    }

    fn saves(&self) -> bool {
        self.saves
    }
}

impl Branded for Thanks<'_> {
    fn brand(&self) -> &Brand {
        self.brand
    }
}

impl Branded for Unsubscribe<'_> {
    fn brand(&self) -> &Brand {
        self.brand
    }
}

impl Branded for Notice<'_> {
    fn brand(&self) -> &Brand {
        self.brand
    }
}

/// What somebody typed beside a score, to be shown again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Typed<'a> {
    /// The comment.
    pub comment: &'a str,
    /// The tick.
    pub follow_up: bool,
    /// The one that allows quoting.
    pub may_quote: bool,
    /// The reasons ticked.
    pub reasons: &'a [ReasonId],
}

impl Typed<'_> {
    /// Whether there is anything of it.
    fn is_something(&self) -> bool {
        *self != Typed::default()
    }
}

/// The question, with what was chosen and typed so far.
#[derive(Template)]
#[template(path = "ask.html")]
pub struct Ask<'a> {
    /// Who asks.
    pub brand: &'a Brand,
    /// In which words.
    pub words: Words<Plain>,
    /// Where the form goes.
    pub action: &'a str,
    /// What went wrong.
    pub alert: Option<&'a str>,
    /// The score chosen so far.
    pub chosen: Option<Score>,
    /// What was typed so far.
    pub typed: Typed<'a>,
    /// Whether it may save by itself: its address must take that, and that somebody has done something there (`…/seen`).
    pub saves: bool,
}

impl<'a> Ask<'a> {
    /// The question as a link opens it.
    pub fn new(brand: &'a Brand, action: &'a str, chosen: Option<Score>) -> Self {
        Self { brand, words: brand.words(), action, alert: None, chosen, typed: Typed::default(), saves: false }
    }

    fn is_chosen(&self, score: &Score) -> bool {
        self.chosen == Some(*score)
    }
}

/// Thanks, and the question that follows the score.
#[derive(Template)]
#[template(path = "thanks.html")]
pub struct Thanks<'a> {
    /// Who asked.
    pub brand: &'a Brand,
    /// In which words.
    pub words: Words<Plain>,
    /// Where the form goes.
    pub action: &'a str,
    /// What went wrong.
    pub alert: Option<&'a str>,
    /// The score, if it is known.
    pub score: Option<Score>,
    /// What was typed so far.
    pub typed: Typed<'a>,
    /// The group whose reasons were shown, where the score is not known.
    pub group: Option<Group>,
    /// Whether that comment is recorded.
    pub commented: bool,
    /// Whether all else that was sent is.
    pub saved: bool,
    /// Whether another comment was recorded earlier.
    pub replaces: bool,
}

impl<'a> Thanks<'a> {
    /// Thanks for a score.
    pub fn new(brand: &'a Brand, action: &'a str, score: Option<Score>) -> Self {
        Self {
            brand,
            words: brand.words(),
            action,
            alert: None,
            score,
            typed: Typed::default(),
            group: None,
            commented: false,
            saved: false,
            replaces: false,
        }
    }

    /// The group of the score, as far as it is known.
    fn group(&self) -> Option<Group> {
        self.score.map(Score::group).or(self.group)
    }

    fn group_shown(&self) -> &'static str {
        self.group().map_or("", Group::as_str)
    }

    /// What can be ticked.
    fn offered(&self) -> Vec<Offered<'a>> {
        let brand = self.brand;
        let reasons = self.group().map(|group| brand.reasons.of(group)).unwrap_or_default();
        let one = |reason: &'a model::Reason| {
            let (label, language) = reason.label(brand.language, brand.usual);
            Offered { id: &reason.id, label, language }
        };
        reasons.iter().map(one).collect()
    }

    fn next_step(&self) -> Option<&'a NextStep> {
        let group = self.group()?;
        self.brand.next_steps.iter().find(|(of, _)| *of == group).map(|(_, next)| next)
    }

    /// What a tag says of words that may be in another language than the page.
    fn tongue(&self, language: &Language) -> String {
        if *language == self.brand.language {
            return String::new();
        }
        format!(" lang=\"{}\" dir=\"{}\"", language.tag(), language.direction().as_str())
    }

    /// Where a score is changed, up to the score.
    fn change(&self) -> String {
        format!("{}{}score=", self.action, if self.action.contains('?') { '&' } else { '?' })
    }

    fn follow_up_question(&self) -> String {
        let Some(group) = self.group() else { return self.words.ask_open() };
        let own = &self.brand.texts;
        own.filled(self.brand.language, Part::ask(group), &Filling::of(&self.brand.company)).unwrap_or_else(|| {
            match group {
                Group::Detractor => self.words.ask_detractor(),
                Group::Passive => self.words.ask_passive(),
                Group::Promoter => self.words.ask_promoter(),
            }
        })
    }
}

/// A reason as it is shown.
struct Offered<'a> {
    id: &'a ReasonId,
    label: &'a str,
    language: Language,
}

/// Unsubscribing: asked, or done.
#[derive(Template)]
#[template(path = "unsubscribe.html")]
pub struct Unsubscribe<'a> {
    /// Who asked.
    pub brand: &'a Brand,
    /// In which words.
    pub words: Words<Plain>,
    /// For the list of languages: nothing is chosen here.
    pub chosen: Option<Score>,
    /// Where the form goes.
    pub action: &'a str,
    /// What went wrong.
    pub alert: Option<&'a str>,
    /// Whether it is done.
    pub done: bool,
}

impl<'a> Unsubscribe<'a> {
    /// The page with the button, or the one after it.
    pub fn new(brand: &'a Brand, action: &'a str, done: bool) -> Self {
        Self { brand, words: brand.words(), chosen: None, action, alert: None, done }
    }
}

/// A page that only says something.
#[derive(Template)]
#[template(path = "notice.html")]
pub struct Notice<'a> {
    /// Who speaks.
    pub brand: &'a Brand,
    /// In short.
    pub heading: String,
    /// What it means for the reader.
    pub text: String,
}

impl<'a> Notice<'a> {
    /// A notice.
    pub const fn new(brand: &'a Brand, heading: String, text: String) -> Self {
        Self { brand, heading, text }
    }
}

/// A page as a browser gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The document.
    pub html: String,
    /// Its `Content-Security-Policy`.
    pub policy: String,
}

impl Page {
    /// Renders a page.
    ///
    /// # Errors
    /// When the template does.
    pub fn of(page: &impl Branded) -> Result<Self, askama::Error> {
        let html = page.render()?;
        let Brand { look, around, .. } = page.brand();
        let saves = page.saves();
        let plain = *look == Look::default() && around.is_none() && !saves;
        let policy = if plain { POLICY.clone() } else { policy(look, around.as_deref(), saves) };
        Ok(Self { html, policy })
    }
}

/// The policy of pages that look as npsloop does, for what is answered beside pages.
pub fn usual_policy() -> &'static str {
    &POLICY
}

/// The policy of a page that our own pages may show in a frame, made from its own.
pub fn framed_by_ours(policy: &str) -> String {
    policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
}

#[cfg(test)]
mod tests;
