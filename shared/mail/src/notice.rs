//! What colleagues find in the inbox, to sign in by as well, and what a contact does after an answer.
//!
//! The same family as the letters that ask: plain inputs, no image, no script, nothing from a third party. A
//! colleague's letter leads with the score and what was said, and ends in one button; texts may hold anything and are
//! made harmless here.

#[cfg(test)]
mod tests;

use askama::Template;
use model::Language;
use words::{Html, Markup, Plain, Words};

use crate::letter::{Composed, LetterError, NAME, addresses_a_person};
use crate::line::{line, lines};

/// Characters of a comment in a letter about it; nobody can write more.
const COMMENT: usize = 4_000;
/// Characters of a comment in a digest: it lists many, and mail programs cut long letters.
const EXCERPT: usize = 280;
/// Characters of what a campaign says to thank.
const THANKS: usize = 4_000;

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
    /// A task is overdue.
    Escalation(Escalation<'a>),
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
    /// The person's name, or the address.
    pub contact: &'a str,
    /// The address, to write to.
    pub email: &'a str,
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
    /// Makes the letter.
    pub fn compose(&self) -> Result<Composed, LetterError> {
        let mut headers: Vec<(&'static str, String)> =
            MACHINE.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let (subject, html, text) = match self {
            Self::Alert(alert) => {
                let page = AlertPage::of(alert);
                (page.title.clone(), page.render()?, AlertText { page: &page }.render()?)
            }
            Self::Digest(digest) => {
                let page = DigestPage::of(digest);
                (page.title.clone(), page.render()?, DigestText { page: &page }.render()?)
            }
            Self::Escalation(escalation) => {
                let page = EscalationPage::of(escalation);
                (page.title.clone(), page.render()?, EscalationText { page: &page }.render()?)
            }
            Self::Thanks(thanks) => {
                let page = ThanksPage::of(thanks);
                headers.push(("List-Unsubscribe", format!("<{}>", thanks.unsubscribe)));
                // RFC 8058, as in the letters that ask.
                headers.push(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
                (
                    page.title.clone(),
                    page.render()?,
                    ThanksText { page: &page, say: Words::plain(thanks.language) }.render()?,
                )
            }
            Self::SignIn(sign_in) => {
                let page = SignInPage::of(sign_in);
                (page.title.clone(), page.render()?, SignInText { page: &page }.render()?)
            }
        };
        Ok(Composed { subject, html, text, headers })
    }
}

/// The group of a score, for its name and its colours.
struct Group {
    name: &'static str,
    /// The colour of the badge, dark enough for white figures on it.
    badge: &'static str,
}

impl Group {
    const DETRACTOR: Self = Self { name: "Detractor", badge: "#b42318" };
    const PASSIVE: Self = Self { name: "Passive", badge: "#8a5a00" };
    const PROMOTER: Self = Self { name: "Promoter", badge: "#1b7a43" };

    const fn of(score: u8) -> Self {
        match score {
            0..=6 => Self::DETRACTOR,
            7 | 8 => Self::PASSIVE,
            _ => Self::PROMOTER,
        }
    }
}

/// An answer, each part one harmless line or several.
struct Said {
    contact: String,
    /// The name without what could be taken for a site, to follow "Write to".
    who: String,
    /// The company and the record, as they stand under the name.
    about: Vec<String>,
    subject: Option<String>,
    score: u8,
    group: Group,
    comment: Vec<String>,
    follow_up: bool,
    at: String,
    /// The scores before the present one, oldest first.
    earlier: Vec<(u8, String)>,
    before: Option<(u8, String)>,
    email: String,
    mailto: String,
    phone: Option<(String, String)>,
    url: String,
}

impl Said {
    fn of(answer: &Answer<'_>, comment: usize) -> Self {
        let contact = shown(answer.contact).unwrap_or_else(|| line(answer.email, NAME));
        let subject = answer.subject.and_then(shown);
        let earlier = answer.changes.len().saturating_sub(1);
        Self {
            who: contact.clone(),
            about: [answer.account.and_then(shown), subject.clone()].into_iter().flatten().collect(),
            subject,
            score: answer.score,
            group: Group::of(answer.score),
            comment: answer.comment.map(|text| lines(text, comment)).unwrap_or_default(),
            follow_up: answer.follow_up,
            at: answer.at.clone(),
            earlier: answer.changes.get(..earlier).unwrap_or_default().to_vec(),
            before: answer.before.clone(),
            email: line(answer.email, 254),
            mailto: mailto(answer.email),
            phone: answer.phone.and_then(|phone| Some((shown(phone)?, tel(phone)?))),
            url: answer.url.to_owned(),
            contact,
        }
    }

    /// The end of a sentence about the answer: what it was about.
    fn for_subject(&self) -> String {
        self.subject.as_ref().map(|subject| format!(" for {subject}")).unwrap_or_default()
    }

    fn group_name(&self) -> String {
        self.group.name.to_lowercase()
    }
}

/// A name from a CRM as one harmless line; an empty one is none.
fn shown(text: &str) -> Option<String> {
    Some(line(text, NAME)).filter(|text| !text.is_empty())
}

/// A link that writes to an address. What is a letter, digit or plain mark stays; the rest is escaped, since an address
/// may hold what separates the parts of a link.
fn mailto(email: &str) -> String {
    let mut link = "mailto:".to_owned();
    for byte in email.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~@+".contains(&byte) {
            link.push(char::from(byte));
        } else {
            link.push_str(&format!("%{byte:02X}"));
        }
    }
    link
}

/// A link that calls a number, if there is one in what the CRM wrote.
fn tel(phone: &str) -> Option<String> {
    let abroad = phone.trim_start().starts_with('+');
    let (start, said) = if abroad { ("+", phone.replace("(0)", "")) } else { ("", phone.to_owned()) };
    // What follows the number itself, such as an extension, is not dialled; nor is the 0 that is said only at home.
    let number: String = said
        .chars()
        .take_while(|c| !c.is_alphabetic() && !matches!(c, ',' | ';' | '#' | '*'))
        .filter(char::is_ascii_digit)
        .collect();
    (number.len() >= 3).then(|| format!("tel:{start}{number}"))
}

#[derive(Template)]
#[template(path = "notice/alert.html")]
struct AlertPage {
    title: String,
    lead: String,
    preview: String,
    language: Language,
    company: String,
    bar: &'static str,
    kicker: String,
    said: Said,
    task: Option<(String, String)>,
}

impl AlertPage {
    fn of(alert: &Alert<'_>) -> Self {
        let said = Said::of(&alert.answer, COMMENT);
        let (who, score, about) = (&said.contact, said.score, said.for_subject());
        let title = match alert.news {
            News::Answered => format!("{who} gave {score} of 10{about}"),
            News::Changed(from) => format!("{who} changed {from} to {score}{about}"),
            News::Commented => format!("{who} wrote about their {score} of 10{about}"),
        };
        let lead = match alert.news {
            News::Answered => format!("{who} gave {score} of 10"),
            News::Changed(from) => format!("{who} changed {from} to {score}"),
            News::Commented => format!("{who} wrote about their score"),
        };
        let preview = match said.comment.first() {
            Some(first) => format!("“{}”", line(first, 140)),
            None => "No comment yet.".to_owned(),
        };
        Self {
            title,
            lead,
            preview,
            language: Language::En,
            company: line(alert.company, NAME),
            bar: said.group.badge,
            kicker: match alert.news {
                News::Answered => said.group.name.to_owned(),
                News::Changed(_) => "Changed their mind".to_owned(),
                News::Commented => "A comment".to_owned(),
            },
            task: alert.task.as_ref().map(|task| (line(task.title, NAME), task.due.clone())),
            said,
        }
    }

    fn awaits_comment(&self) -> bool {
        self.said.comment.is_empty()
    }
}

#[derive(Template)]
#[template(path = "notice/alert.txt")]
struct AlertText<'a> {
    page: &'a AlertPage,
}

#[derive(Template)]
#[template(path = "notice/digest.html")]
struct DigestPage {
    title: String,
    preview: String,
    language: Language,
    company: String,
    bar: &'static str,
    kicker: String,
    lead: String,
    /// How many there are of each group, with the group; not told where not all are listed.
    groups: Vec<(usize, String, &'static str)>,
    answers: Vec<Said>,
    more: u32,
    url: String,
}

impl DigestPage {
    fn of(digest: &Digest<'_>) -> Self {
        let answers: Vec<_> = digest.answers.iter().map(|answer| Said::of(answer, EXCERPT)).collect();
        let count = answers.len() + usize::try_from(digest.more).unwrap_or_default();
        let answered = if count == 1 { "1 answer".to_owned() } else { format!("{count} answers") };
        let lowest = answers.first().map(|said| format!(", the lowest {}", said.score)).unwrap_or_default();
        let groups: Vec<_> = [Group::DETRACTOR, Group::PASSIVE, Group::PROMOTER]
            .into_iter()
            .filter_map(|group| {
                let of = answers.iter().filter(|said| said.group.name == group.name).count();
                let name = group.name.to_lowercase();
                (of > 0 && digest.more == 0).then(|| (of, if of == 1 { name } else { format!("{name}s") }, group.badge))
            })
            .collect();
        Self {
            title: format!("{answered} on {}{}", digest.day, if count > 1 { lowest.as_str() } else { "" }),
            preview: match digest.more {
                0 => groups.iter().map(|(of, name, _)| format!("{of} {name}")).collect::<Vec<_>>().join(", "),
                _ => format!("The lowest {} of them.", answers.len()),
            },
            language: Language::En,
            company: line(digest.company, NAME),
            bar: "#3b4cca",
            kicker: "Answers of a day".to_owned(),
            lead: format!("{answered} on {}", digest.day),
            groups,
            answers,
            more: digest.more,
            url: digest.url.to_owned(),
        }
    }
}

#[derive(Template)]
#[template(path = "notice/digest.txt")]
struct DigestText<'a> {
    page: &'a DigestPage,
}

#[derive(Template)]
#[template(path = "notice/escalation.html")]
struct EscalationPage {
    title: String,
    preview: String,
    language: Language,
    company: String,
    bar: &'static str,
    kicker: String,
    task: String,
    due: String,
    owner: Option<String>,
    /// The owner's address, and the link that writes to it.
    owner_email: Option<(String, String)>,
    contact: String,
    about: Vec<String>,
    said: Option<Said>,
    url: String,
}

impl EscalationPage {
    fn of(escalation: &Escalation<'_>) -> Self {
        let contact = shown(escalation.contact).unwrap_or_else(|| "a contact".to_owned());
        let said = escalation.answer.as_ref().map(|answer| Said::of(answer, COMMENT));
        let gave = said.as_ref().map(|said| format!(", {} of 10", said.score)).unwrap_or_default();
        let owner = escalation.owner.and_then(shown);
        let owner_email = escalation.owner_email.map(|email| (line(email, 254), mailto(email)));
        let whose = owner.clone().or_else(|| owner_email.as_ref().map(|(email, _)| email.clone()));
        Self {
            title: format!("Overdue: {} ({contact}{gave})", line(escalation.task.title, NAME)),
            preview: match &whose {
                Some(owner) => format!("{owner} was to do it by {}.", escalation.task.due),
                None => format!("It was due {}, and it is nobody's.", escalation.task.due),
            },
            language: Language::En,
            company: line(escalation.company, NAME),
            bar: "#8a5a00",
            kicker: "Overdue".to_owned(),
            task: line(escalation.task.title, NAME),
            due: escalation.task.due.clone(),
            owner: whose,
            owner_email,
            about: [escalation.account.and_then(shown), escalation.subject.and_then(shown)]
                .into_iter()
                .flatten()
                .collect(),
            contact,
            said,
            url: escalation.url.to_owned(),
        }
    }
}

#[derive(Template)]
#[template(path = "notice/escalation.txt")]
struct EscalationText<'a> {
    page: &'a EscalationPage,
}

#[derive(Template)]
#[template(path = "notice/thanks.html")]
struct ThanksPage {
    title: String,
    preview: String,
    language: Language,
    say: Words<Html>,
    company: String,
    bar: &'static str,
    kicker: String,
    contact: Option<String>,
    signer: Option<String>,
    /// Lines of each paragraph.
    paragraphs: Vec<Vec<String>>,
    review_url: Option<String>,
    unsubscribe: String,
}

impl ThanksPage {
    fn of(thanks: &Thanks<'_>) -> Self {
        let company = line(thanks.company, NAME);
        let text = lines(thanks.text, THANKS);
        Self {
            title: Words::plain(thanks.language).thanks_subject(&company),
            preview: line(text.first().map_or("", String::as_str), 140),
            language: thanks.language,
            say: Words::html(thanks.language),
            bar: "#3b4cca",
            kicker: String::new(),
            contact: thanks.contact_name.and_then(shown).filter(|name| addresses_a_person(name)),
            signer: shown(thanks.sender).filter(|sender| *sender != company),
            paragraphs: text.split(String::is_empty).filter(|lines| !lines.is_empty()).map(<[_]>::to_vec).collect(),
            review_url: thanks.review_url.map(str::to_owned),
            unsubscribe: thanks.unsubscribe.to_owned(),
            company,
        }
    }
}

impl ThanksPage {
    fn hello(&self) -> Markup {
        self.contact.as_ref().map_or_else(|| self.say.hello(), |name| self.say.hello_name(name))
    }
}

#[derive(Template)]
#[template(path = "notice/thanks.txt")]
struct ThanksText<'a> {
    page: &'a ThanksPage,
    say: Words<Plain>,
}

impl ThanksText<'_> {
    fn hello(&self) -> String {
        self.page.contact.as_ref().map_or_else(|| self.say.hello(), |name| self.say.hello_name(name))
    }
}

#[derive(Template)]
#[template(path = "notice/sign_in.html")]
struct SignInPage {
    title: String,
    preview: String,
    language: Language,
    company: String,
    bar: &'static str,
    kicker: String,
    lead: String,
    name: Option<String>,
    /// What the reader may do with npsloop, for one who is new.
    about: Option<String>,
    life: String,
    site: String,
    button: &'static str,
    url: String,
}

impl SignInPage {
    fn of(sign_in: &SignIn<'_>) -> Self {
        let company = line(sign_in.company, NAME);
        let life = match sign_in.life.as_secs() / 60 {
            minutes if minutes < 120 => format!("{minutes} minutes"),
            minutes if minutes < 2 * 1_440 => format!("{} hours", minutes / 60),
            minutes => format!("{} days", minutes / 1_440),
        };
        let invited = sign_in.invited.map(|by| by.and_then(shown));
        let lead = match &invited {
            None => "Sign in to npsloop".to_owned(),
            Some(Some(by)) => format!("{by} invites you to npsloop"),
            Some(None) => "You are invited to npsloop".to_owned(),
        };
        Self {
            title: match &invited {
                None => format!("Sign in to npsloop of {company}"),
                Some(_) => format!("{lead} of {company}"),
            },
            preview: format!("The link works once, for {life}."),
            language: Language::En,
            bar: "#3b4cca",
            kicker: if invited.is_some() { "Invitation" } else { "Sign in" }.to_owned(),
            about: invited
                .is_some()
                .then(|| format!("npsloop asks the customers of {company} whether they would recommend it, and shows what they answer.")),
            lead,
            name: shown(sign_in.name),
            life,
            site: line(sign_in.site, 254),
            button: "Sign in",
            url: sign_in.url.to_owned(),
            company,
        }
    }
}

#[derive(Template)]
#[template(path = "notice/sign_in.txt")]
struct SignInText<'a> {
    page: &'a SignInPage,
}
