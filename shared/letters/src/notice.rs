//! What colleagues find in the inbox, to sign in by as well, and what a contact does after an answer.
//!
//! The same family as the letters that ask: plain inputs, no image, no script, nothing from a third party. A
//! colleague's letter leads with the score and what was said, and ends in one button; texts may hold anything and are
//! made harmless here.

mod dropped;
mod pages;
#[cfg(test)]
pub(crate) mod tests;

use askama::Template;
use model::reply::Why;
use model::template::Body;
use model::{Brand, Language};
use words::Words;

use self::dropped::{DroppedPage, DroppedText};
pub(crate) use self::pages::ThanksPage;
use self::pages::{
    AlertPage, AlertText, DigestPage, DigestText, EscalationPage, EscalationText, ReplyPage, ReplyText, SignInPage,
    SignInText, ThanksText,
};
use crate::letter::{Composed, LetterError, NAME};
use crate::line::line;
use crate::look::Look;
use crate::template::{self, Contents};

/// Why no machine should answer: an out-of-office note would go to a customer.
const MACHINE: [(&str, &str); 2] =
    [("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "OOF, AutoReply")];

/// A letter beside those that ask.
#[derive(Clone)]
pub enum Notice<'a> {
    /// Somebody has answered.
    Alert(Alert<'a>),
    /// The answers of a day.
    Digest(Digest<'a>),
    /// The score has dropped.
    Dropped(Dropped<'a>),
    /// A task is overdue.
    Escalation(Escalation<'a>),
    /// Somebody replied to a letter.
    Reply(Reply<'a>),
    /// Thanks for an answer.
    Thanks(Thanks<'a>),
    /// The way in.
    SignIn(SignIn<'a>),
}

impl std::fmt::Debug for Notice<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // What people said and who they are stays out of logs.
        f.debug_struct("Notice").finish_non_exhaustive()
    }
}

/// An answer as a letter tells it. Times are written out already, in the reader's zone.
#[derive(Clone)]
pub struct Answer<'a> {
    /// What the person is called; empty of one who did not say who they are.
    pub contact: &'a str,
    /// The address, to write to.
    pub email: Option<&'a str>,
    /// The phone number.
    pub phone: Option<&'a str>,
    /// The contact's company.
    pub account: Option<&'a str>,
    /// The record.
    pub subject: Option<&'a str>,
    /// The score, 0 to 10.
    pub score: u8,
    /// What they wrote.
    pub comment: Option<&'a str>,
    /// Whether they said that they may be contacted about it.
    pub follow_up: bool,
    /// Whether they may be quoted with their name.
    pub may_quote: bool,
    /// The reasons they ticked, as the campaign calls them.
    pub reasons: &'a [String],
    /// When they answered.
    pub at: String,
    /// The scores given to this survey, oldest first, with their times.
    pub changes: Vec<(u8, String)>,
    /// The score they gave to an earlier survey, and when.
    pub before: Option<(u8, String)>,
    /// Where the survey is seen.
    pub url: &'a str,
}

/// What is new about an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// It is the first.
    Answered,
    /// The score was another one before.
    Changed(u8),
    /// They wrote something.
    Commented,
}

/// A task as a letter tells it.
#[derive(Clone)]
pub struct Todo<'a> {
    /// What it is about.
    pub title: &'a str,
    /// When it is due, written out.
    pub due: String,
}

/// Somebody has answered.
#[derive(Clone)]
pub struct Alert<'a> {
    /// Who asked.
    pub company: &'a str,
    /// What is new.
    pub news: News,
    /// The answer.
    pub answer: Answer<'a>,
    /// The task that was opened for it.
    pub task: Option<Todo<'a>>,
}

/// The answers of a day.
#[derive(Clone)]
pub struct Digest<'a> {
    /// Who asked.
    pub company: &'a str,
    /// The day, written out.
    pub day: String,
    /// The answers, lowest score first.
    pub answers: Vec<Answer<'a>>,
    /// How many more there were.
    pub more: u32,
    /// Where all answers are seen.
    pub url: &'a str,
}

/// A score and how sure it is.
#[derive(Clone)]
pub struct Side {
    /// The days, written out.
    pub days: String,
    /// How many answered.
    pub n: u64,
    /// The score.
    pub score: i64,
    /// The range it lies in with 95 % confidence, whole points.
    pub interval: (i64, i64),
}

/// The group in which most of a drop happened.
#[derive(Clone)]
pub struct Most<'a> {
    /// The dimension as the API names it.
    pub dimension: &'a str,
    /// The group.
    pub value: &'a str,
    /// Its score before and in the week, with how many answered.
    pub before: (i64, u64),
    /// The same of the week.
    pub last: (i64, u64),
    /// By how many points the whole would stand higher had it answered as before.
    pub points: i64,
}

/// The score has dropped.
#[derive(Clone)]
pub struct Dropped<'a> {
    /// Who asked.
    pub company: &'a str,
    /// The campaign.
    pub campaign: &'a str,
    /// The weeks before.
    pub before: Side,
    /// The week.
    pub last: Side,
    /// The score of the week minus that of the weeks before.
    pub points: i64,
    /// The range that lies in with 95 % confidence.
    pub interval: (i64, i64),
    /// How likely chance alone is to put the two so far apart.
    pub p: f64,
    /// Where most of it happened.
    pub most: Option<Most<'a>>,
    /// Where just these numbers are seen.
    pub url: &'a str,
}

/// A task is overdue.
#[derive(Clone)]
pub struct Escalation<'a> {
    /// Who asked.
    pub company: &'a str,
    /// The task, and when it was due.
    pub task: Todo<'a>,
    /// Whose task it is.
    pub owner: Option<&'a str>,
    /// The owner's address, to write to.
    pub owner_email: Option<&'a str>,
    /// The person it is about.
    pub contact: &'a str,
    /// The contact's company.
    pub account: Option<&'a str>,
    /// The record.
    pub subject: Option<&'a str>,
    /// The answer, where there is one.
    pub answer: Option<Answer<'a>>,
    /// Where the survey is seen.
    pub url: &'a str,
}

/// Somebody replied to a letter, and it takes a person to know what to do about it.
#[derive(Clone)]
pub struct Reply<'a> {
    /// Who asked.
    pub company: &'a str,
    /// Why it takes one.
    pub why: Why,
    /// Whom it says it is from; nobody where that is no address.
    pub from: Option<&'a str>,
    /// The number it came from, if it was a text.
    pub phone: Option<String>,
    /// The person asked.
    pub contact: &'a str,
    /// The contact's company.
    pub account: Option<&'a str>,
    /// The record.
    pub subject: Option<&'a str>,
    /// The score, where there is one.
    pub score: Option<u8>,
    /// What they wrote.
    pub text: &'a str,
    /// When it came, written out.
    pub at: String,
    /// Where the survey is seen.
    pub url: &'a str,
}

/// Thanks for an answer.
#[derive(Clone)]
pub struct Thanks<'a> {
    /// Who asked.
    pub company: &'a str,
    /// The sender's name, who signs.
    pub sender: &'a str,
    /// The language of the campaign's words, and so of the letter.
    pub language: Language,
    /// The person who answered.
    pub contact_name: Option<&'a str>,
    /// The campaign's words, with paragraphs.
    pub text: &'a str,
    /// Where reviews are written.
    pub review_url: Option<&'a str>,
    /// Where unsubscribing is asked (GET) and done (POST).
    pub unsubscribe: &'a str,
}

/// The way in for one of the company's people.
#[derive(Clone)]
pub struct SignIn<'a> {
    /// Whose people they are.
    pub company: &'a str,
    /// What people call the reader.
    pub name: &'a str,
    /// Who invited them, if they are new; nobody by name where nobody is known.
    pub invited: Option<Option<&'a str>>,
    /// How long the link works.
    pub life: std::time::Duration,
    /// Where npsloop is, to tell it from others.
    pub site: &'a str,
    /// The link that signs in, once.
    pub url: &'a str,
}

impl Notice<'_> {
    /// Makes the letter, in the campaign's look.
    ///
    /// # Errors
    /// When a template fails.
    pub fn compose(&self, brand: &Brand) -> Result<Composed, LetterError> {
        self.compose_in(brand, None)
    }

    /// The same; thanks in a company's own design, if there is one.
    pub(crate) fn compose_in(&self, brand: &Brand, own: Option<&Body>) -> Result<Composed, LetterError> {
        let look = Look::of(brand, &line(self.company(), NAME));
        let mut headers: Vec<(&'static str, String)> =
            MACHINE.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let (subject, html, text) = match self {
            Self::Alert(alert) => {
                let page = AlertPage::of(alert, look);
                (page.title.clone(), page.render()?, AlertText { page: &page }.render()?)
            }
            Self::Digest(digest) => {
                let page = DigestPage::of(digest, look);
                (page.title.clone(), page.render()?, DigestText { page: &page }.render()?)
            }
            Self::Dropped(dropped) => {
                let page = DroppedPage::of(dropped, look);
                (page.title.clone(), page.render()?, DroppedText { page: &page }.render()?)
            }
            Self::Escalation(escalation) => {
                let page = EscalationPage::of(escalation, look);
                (page.title.clone(), page.render()?, EscalationText { page: &page }.render()?)
            }
            Self::Reply(reply) => {
                let page = ReplyPage::of(reply, look);
                (page.title.clone(), page.render()?, ReplyText { page: &page }.render()?)
            }
            Self::Thanks(thanks) => {
                let page = ThanksPage::of(thanks, look);
                headers.push(("List-Unsubscribe", format!("<{}>", thanks.unsubscribe)));
                // RFC 8058, as in the letters that ask.
                headers.push(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
                let say = Words::plain(thanks.language);
                let html = match own {
                    Some(body) => {
                        template::fill(body, &Contents::Thanks { page: &page, say }, &page.look, &page.title)?
                    }
                    None => page.render()?,
                };
                (page.title.clone(), html, ThanksText { page: &page, say }.render()?)
            }
            Self::SignIn(sign_in) => {
                let page = SignInPage::of(sign_in, look);
                (page.title.clone(), page.render()?, SignInText { page: &page }.render()?)
            }
        };
        Ok(Composed { subject, html, text, headers })
    }

    /// Who asked.
    const fn company(&self) -> &str {
        match self {
            Self::Alert(alert) => alert.company,
            Self::Digest(digest) => digest.company,
            Self::Dropped(dropped) => dropped.company,
            Self::Escalation(escalation) => escalation.company,
            Self::Reply(reply) => reply.company,
            Self::Thanks(thanks) => thanks.company,
            Self::SignIn(sign_in) => sign_in.company,
        }
    }
}
