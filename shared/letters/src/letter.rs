//! What a contact finds in the inbox.
//!
//! A letter is made from plain inputs alone, so the same survey always makes the same letter. The scale is eleven
//! plain links: no image, no script, nothing from a third party, and the answer is one tap away on any device. A campaign
//! may have a logo above it, which nothing depends on.
//!
//! It speaks the contact's language (see [`words`]), or says what the campaign has in its own words for it. Where a
//! language runs from the right, so does the scale, as in every printed questionnaire of those countries: 0 stands where
//! reading begins. Tables say so themselves, since mail programs drop what `html` and `body` say.

use askama::Template;
use model::experiment::Scale;
use model::template::Body;
use model::texts::{Filling, Part};
use model::{Brand, Language, Texts};
use words::{Html as ForHtml, Markup, Plain, Words as Say};

use crate::line::line;
use crate::look::Look;
use crate::template::{self, Contents};

/// Characters of a name that a letter shows; a longer one is cut with an ellipsis.
pub(crate) const NAME: usize = 80;
/// Characters of the question; more than anyone reads.
const QUESTION: usize = 400;
/// Characters of a campaign's own words above it.
const INTRO: usize = 1200;
/// Characters of a subject in a campaign's own words, names and all.
const SUBJECT: usize = 150;

/// A letter npsloop sends to a contact.
#[derive(Clone, Copy, Debug)]
pub enum Letter<'a> {
    /// The first ask.
    Invite(Ask<'a>),
    /// The one reminder.
    Remind(Ask<'a>),
}

/// What a letter about a survey needs to know.
///
/// Texts may hold anything: they are put on one line and escaped here.
#[derive(Clone, Copy)]
pub struct Ask<'a> {
    /// Whom the contact would recommend.
    pub company: &'a str,
    /// The sender's name, who signs where there is no owner.
    pub sender: &'a str,
    /// The language of the letter.
    pub language: Language,
    /// The campaign's own question and the language it is in, if it does not ask the measure's own.
    pub question: Option<(&'a str, Language)>,
    /// The campaign's own words.
    pub texts: &'a Texts,
    /// The person asked.
    pub contact_name: Option<&'a str>,
    /// The record the survey is about.
    pub subject_name: Option<&'a str>,
    /// The account manager, who signs.
    pub owner_name: Option<&'a str>,
    /// Where the scale is.
    pub scale: Scale,
    /// Whether the page may save by itself: then the letter does not promise that it does not.
    pub saves: bool,
    /// Where the letter leads.
    pub links: Links<'a>,
}

/// Where a letter leads: `https` addresses made from the settings and a signed token.
#[derive(Clone, Copy)]
pub struct Links<'a> {
    /// The survey's page, without a query; the scale adds `?score=`.
    pub page: &'a str,
    /// Where unsubscribing is asked (GET) and done (POST).
    pub unsubscribe: &'a str,
    /// Whether a reply with a number is an answer, too; then the letter says so.
    pub replies: bool,
}

impl std::fmt::Debug for Ask<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Names and tokens stay out of logs.
        f.debug_struct("Ask").finish_non_exhaustive()
    }
}

/// A letter ready to be handed to SES.
#[derive(Clone, PartialEq, Eq)]
pub struct Composed {
    /// The subject, one line.
    pub subject: String,
    /// The part mail programs show.
    pub html: String,
    /// The part for those that show plain text.
    pub text: String,
    /// Header fields beside the usual ones.
    pub headers: Vec<(&'static str, String)>,
}

impl std::fmt::Debug for Composed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Composed").field("bytes", &(self.html.len() + self.text.len())).finish_non_exhaustive()
    }
}

/// Why a letter could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the letter could not be rendered")]
pub struct LetterError(#[from] askama::Error);

impl Letter<'_> {
    /// Makes the letter, in the campaign's look.
    ///
    /// # Errors
    /// When a template fails.
    pub fn compose(&self, brand: &Brand) -> Result<Composed, LetterError> {
        self.compose_in(brand, None)
    }

    /// The same in a company's own design, if there is one. The plain text is ours either way.
    pub(crate) fn compose_in(&self, brand: &Brand, own: Option<&Body>) -> Result<Composed, LetterError> {
        let (ask, reminder) = match self {
            Self::Invite(ask) => (ask, false),
            Self::Remind(ask) => (ask, true),
        };
        let html = Sheet::of(ask, reminder, Say::html(ask.language));
        let text = Sheet::of(ask, reminder, Say::plain(ask.language));
        let subject = text.title(ask);
        let look = Look::of(brand, &html.company);
        let html = match own {
            Some(body) => template::fill(body, &Contents::Ask { ask, html: &html, text: &text }, &look, &subject)?,
            None => Html { sheet: &html, look: &look, title: &subject, own: "" }.render()?,
        };
        let text = Text { sheet: &text }.render()?;
        let headers = vec![
            ("List-Unsubscribe", format!("<{}>", ask.links.unsubscribe)),
            // RFC 8058: the mail program may unsubscribe for its user with one POST, without showing a page.
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()),
        ];
        Ok(Composed { subject, html, text, headers })
    }
}

/// The inputs, each one harmless line, and the words to put them in; an empty one is none.
pub(crate) struct Sheet<F> {
    pub(crate) say: Say<F>,
    pub(crate) reminder: bool,
    pub(crate) company: String,
    pub(crate) question: String,
    /// Where it is in another language than the letter.
    pub(crate) foreign: Option<Language>,
    /// The campaign's own words above the question.
    pub(crate) intro: Option<String>,
    pub(crate) low: String,
    pub(crate) high: String,
    pub(crate) contact: Option<String>,
    pub(crate) subject: Option<String>,
    pub(crate) signer: Option<String>,
    /// Empty where the scale is on the page.
    pub(crate) scale: Vec<Step>,
    /// Whether the page may save by itself.
    pub(crate) saves: bool,
    pub(crate) page: String,
    pub(crate) unsubscribe: String,
    /// Whether a reply with a number is an answer, too.
    pub(crate) replies: bool,
}

/// One link of the scale.
pub(crate) struct Step {
    pub(crate) score: u8,
    pub(crate) href: String,
    /// What a screen reader says.
    pub(crate) name: String,
}

/// Titles are plain text in either part of a letter.
const fn plain<F>(say: &Say<F>) -> Say<Plain> {
    Say::plain(say.language())
}

impl<F: words::Form> Sheet<F> {
    fn of(ask: &Ask<'_>, reminder: bool, say: Say<F>) -> Self {
        let name = |text: &str| Some(line(text, NAME)).filter(|text| !text.is_empty());
        let company = line(ask.company, NAME);
        let signer = ask.owner_name.and_then(name).or_else(|| name(ask.sender)).filter(|signer| *signer != company);
        let contact = ask.contact_name.and_then(name).filter(|name| addresses_a_person(name));
        let subject = ask.subject_name.and_then(name);
        let with = Filling { name: contact.as_deref(), company: &company, subject: subject.as_deref() };
        let own = |part, most| ask.texts.filled(ask.language, part, &with).map(|text| line(&text, most));
        let words = plain(&say);
        let low = own(Part::Low, NAME).unwrap_or_else(|| words.low());
        let high = own(Part::High, NAME).unwrap_or_else(|| words.high());
        Self {
            reminder,
            question: match ask.question {
                Some((own, _)) => line(own, QUESTION),
                None => words.question(&company),
            },
            foreign: ask.question.map(|(_, language)| language).filter(|language| *language != ask.language),
            intro: own(if reminder { Part::Remind } else { Part::Invite }, INTRO),
            scale: match ask.scale {
                Scale::Letter => (0..=10).map(|score| Step::of(score, ask.links.page, &words, &low, &high)).collect(),
                Scale::Page => Vec::new(),
            },
            low,
            high,
            saves: ask.saves,
            page: ask.links.page.to_owned(),
            unsubscribe: ask.links.unsubscribe.to_owned(),
            replies: ask.links.replies,
            signer,
            contact,
            subject,
            company,
            say,
        }
    }

    fn title(&self, ask: &Ask<'_>) -> String {
        let with = Filling { name: self.contact.as_deref(), company: &self.company, subject: self.subject.as_deref() };
        let part = if self.reminder { Part::RemindSubject } else { Part::InviteSubject };
        if let Some(own) = ask.texts.filled(ask.language, part, &with) {
            return line(&own, SUBJECT);
        }
        let say = plain(&self.say);
        match (&self.subject, self.reminder) {
            (Some(subject), false) => say.invite_subject_about(subject),
            (Some(subject), true) => say.remind_subject_about(subject),
            (None, false) => say.invite_subject(&self.company),
            (None, true) => say.remind_subject(&self.company),
        }
    }

    pub(crate) fn hello(&self) -> F::Said {
        self.contact.as_ref().map_or_else(|| self.say.hello(), |name| self.say.hello_name(name))
    }

    /// Our own words above the question.
    pub(crate) fn lead(&self) -> F::Said {
        match (&self.subject, self.reminder) {
            (Some(subject), false) => self.say.invite_about(subject),
            (Some(subject), true) => self.say.remind_about(subject),
            (None, false) => self.say.invite(),
            (None, true) => self.say.remind(),
        }
    }

    fn lang(&self) -> &'static str {
        self.say.language().tag()
    }

    pub(crate) fn dir(&self) -> &'static str {
        self.say.language().direction().as_str()
    }

    /// Which side lines begin at.
    pub(crate) fn start(&self) -> &'static str {
        if self.dir() == "rtl" { "right" } else { "left" }
    }

    /// Which side they end at.
    pub(crate) fn end(&self) -> &'static str {
        if self.dir() == "rtl" { "left" } else { "right" }
    }

    /// The first six steps, which a narrow screen shows in a row of their own.
    pub(crate) fn low_steps(&self) -> &[Step] {
        self.scale.get(..6).unwrap_or_default()
    }

    pub(crate) fn high_steps(&self) -> &[Step] {
        self.scale.get(6..).unwrap_or_default()
    }
}

impl Sheet<ForHtml> {
    /// A name as it stands alone.
    pub(crate) fn name(&self, name: &str) -> Markup {
        Markup::named(name)
    }
}

impl Step {
    fn of(score: u8, page: &str, words: &Say<Plain>, low: &str, high: &str) -> Self {
        let name = words.step(usize::from(score));
        let name = match score {
            0 => format!("{name} – {low}"),
            10 => format!("{name} – {high}"),
            _ => name,
        };
        Self { score, href: format!("{page}?score={score}"), name }
    }
}

/// Who signs, and below the company, each as it stands alone.
pub(crate) fn signature(signer: Option<&str>, company: &str) -> String {
    let company = Markup::named(company);
    signer.map_or_else(|| company.to_string(), |signer| format!("{}<br>{company}", Markup::named(signer)))
}

/// Whether a name can follow "Hello". Forms on the web get addresses of sites typed into the name, and mail programs
/// would make links of them.
pub(crate) fn addresses_a_person(name: &str) -> bool {
    !["://", "www.", "@"].iter().any(|mark| name.to_ascii_lowercase().contains(mark))
}

#[derive(Template)]
#[template(path = "letter.html")]
struct Html<'a> {
    sheet: &'a Sheet<ForHtml>,
    look: &'a Look,
    title: &'a str,
    /// What stands before our classes in somebody else's letter; nothing in ours.
    own: &'static str,
}

#[derive(Template)]
#[template(path = "letter.txt")]
struct Text<'a> {
    sheet: &'a Sheet<Plain>,
}

#[cfg(test)]
pub(crate) mod tests;
