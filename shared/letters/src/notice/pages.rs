//! The letters as their templates see them: every text a harmless line, every choice made.

use askama::Template;
use model::Language;
use model::notice::REPLIED;
use model::reply::Why;
use model::survey::MAX_COMMENT_CHARS;
use words::{Html, Markup, Plain, Words};

use super::{Alert, Answer, Digest, Escalation, News, Reply, SignIn, Thanks};
use crate::letter::{NAME, addresses_a_person};
use crate::line::{line, lines};
use crate::look::Look;

/// Characters of a comment in a letter about it; nobody can write more.
const COMMENT: usize = MAX_COMMENT_CHARS;
/// Characters of a comment in a digest: it lists many, and mail programs cut long letters.
const EXCERPT: usize = 280;
/// Characters of what a campaign says to thank.
const THANKS: usize = 4_000;

/// The group of a score, for its name and its colours.
pub(super) struct Group {
    name: &'static str,
    /// The colour of the badge, dark enough for white figures on it.
    pub(super) badge: &'static str,
}

impl Group {
    pub(super) const DETRACTOR: Self = Self { name: "Detractor", badge: "#b42318" };
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

/// Characters of all reasons together: eight of sixty.
const REASONS: usize = 500;

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
    may_quote: bool,
    /// What they ticked, in one line.
    reasons: Option<String>,
    at: String,
    /// The scores before the present one, oldest first.
    earlier: Vec<(u8, String)>,
    before: Option<(u8, String)>,
    email: Option<String>,
    /// How to reach them, each with its link.
    reach: Vec<(String, String)>,
    url: String,
}

/// What one is called who did not say who they are.
const NOBODY: &str = "A visitor";

impl Said {
    fn of(answer: &Answer<'_>, comment: usize) -> Self {
        let contact = shown(answer.contact).or_else(|| answer.email.map(|email| line(email, NAME)));
        let contact = contact.unwrap_or_else(|| NOBODY.to_owned());
        let email = answer.email.map(|email| (line(email, 254), mailto(email)));
        let phone = answer.phone.and_then(|phone| Some((shown(phone)?, tel(phone)?)));
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
            may_quote: answer.may_quote,
            reasons: Some(line(&answer.reasons.join(", "), REASONS)).filter(|reasons| !reasons.is_empty()),
            at: answer.at.clone(),
            earlier: answer.changes.get(..earlier).unwrap_or_default().to_vec(),
            before: answer.before.clone(),
            email: email.as_ref().map(|(email, _)| email.clone()),
            reach: email.into_iter().chain(phone).collect(),
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
pub(super) fn mailto(email: &str) -> String {
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
pub(super) fn tel(phone: &str) -> Option<String> {
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
pub(super) struct AlertPage {
    pub(super) title: String,
    lead: String,
    preview: String,
    language: Language,
    company: String,
    bar: String,
    look: Look,
    kicker: String,
    said: Said,
    task: Option<(String, String)>,
}

impl AlertPage {
    pub(super) fn of(alert: &Alert<'_>, look: Look) -> Self {
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
            bar: said.group.badge.to_owned(),
            look,
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
pub(super) struct AlertText<'a> {
    pub(super) page: &'a AlertPage,
}

#[derive(Template)]
#[template(path = "notice/digest.html")]
pub(super) struct DigestPage {
    pub(super) title: String,
    preview: String,
    language: Language,
    company: String,
    bar: String,
    look: Look,
    kicker: String,
    lead: String,
    /// How many there are of each group, with the group; not told where not all are listed.
    groups: Vec<(usize, String, &'static str)>,
    answers: Vec<Said>,
    more: u32,
    url: String,
}

impl DigestPage {
    pub(super) fn of(digest: &Digest<'_>, look: Look) -> Self {
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
            bar: look.light.bar.to_string(),
            look,
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
pub(super) struct DigestText<'a> {
    pub(super) page: &'a DigestPage,
}

#[derive(Template)]
#[template(path = "notice/escalation.html")]
pub(super) struct EscalationPage {
    pub(super) title: String,
    preview: String,
    language: Language,
    company: String,
    bar: String,
    look: Look,
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
    pub(super) fn of(escalation: &Escalation<'_>, look: Look) -> Self {
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
            bar: "#8a5a00".to_owned(),
            look,
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
pub(super) struct EscalationText<'a> {
    pub(super) page: &'a EscalationPage,
}

#[derive(Template)]
#[template(path = "notice/reply.html")]
pub(super) struct ReplyPage {
    pub(super) title: String,
    preview: String,
    language: Language,
    company: String,
    bar: String,
    look: Look,
    kicker: String,
    lead: String,
    why: String,
    contact: String,
    about: Vec<String>,
    score: Option<u8>,
    at: String,
    text: Vec<String>,
    /// Who wrote it, and the link that writes back.
    from: Option<(String, String)>,
    /// The number a text came from, and the link that calls it.
    phone: Option<(String, String)>,
    /// Whether that is somebody else than the person asked.
    other: bool,
    url: String,
}

impl ReplyPage {
    pub(super) fn of(reply: &Reply<'_>, look: Look) -> Self {
        let contact = shown(reply.contact).unwrap_or_else(|| "a contact".to_owned());
        let from = reply.from.map(|email| (line(email, 254), mailto(email)));
        let phone = reply.phone.as_deref().and_then(|phone| Some((shown(phone)?, tel(phone)?)));
        let writer = from.as_ref().map_or("somebody unknown", |(email, _)| email.as_str());
        let ours = if phone.is_some() { "text" } else { "letter" };
        let text = lines(reply.text, REPLIED);
        let first = text.first().map(|first| line(first, 70));
        let who = if reply.why == Why::NotTheContact { writer } else { contact.as_str() };
        let title = match &first {
            Some(first) => format!("{who} replied: {first}"),
            None => format!("{who} replied without a word"),
        };
        let why = match reply.why {
            Why::NoScore => "No number from 0 to 10 could be read from it, so it is not counted.".to_owned(),
            Why::NotTheContact => {
                format!("We asked {contact}. This came from {writer} to the same address, so it is not counted.")
            }
            Why::TooManyChanges => {
                "The score was changed so often that it stays as it is; this is not counted.".to_owned()
            }
            Why::Late => format!("It came half a year after our {ours}, so it is not counted."),
            Why::Long => "It is longer than a comment may be, so this is all of it.".to_owned(),
            Why::Unsubscribed => "They are unsubscribed, as they asked, and wrote this beside it.".to_owned(),
            Why::Overtaken => {
                "It was long on its way, and they said something else meanwhile, so its words stand nowhere but here."
                    .to_owned()
            }
        };
        Self {
            title,
            preview: why.clone(),
            language: Language::En,
            company: line(reply.company, NAME),
            bar: look.light.bar.to_string(),
            look,
            kicker: "A reply".to_owned(),
            lead: format!("{who} replied"),
            why,
            about: [reply.account.and_then(shown), reply.subject.and_then(shown)].into_iter().flatten().collect(),
            contact,
            score: reply.score,
            at: reply.at.clone(),
            text,
            from,
            phone,
            other: reply.why == Why::NotTheContact,
            url: reply.url.to_owned(),
        }
    }
}

#[derive(Template)]
#[template(path = "notice/reply.txt")]
pub(super) struct ReplyText<'a> {
    pub(super) page: &'a ReplyPage,
}

#[derive(Template)]
#[template(path = "notice/thanks.html")]
pub(crate) struct ThanksPage {
    pub(crate) title: String,
    pub(crate) preview: String,
    pub(crate) language: Language,
    pub(crate) say: Words<Html>,
    pub(crate) company: String,
    pub(crate) bar: String,
    pub(crate) look: Look,
    pub(crate) kicker: String,
    pub(crate) contact: Option<String>,
    pub(crate) signer: Option<String>,
    /// Lines of each paragraph.
    pub(crate) paragraphs: Vec<Vec<String>>,
    pub(crate) review_url: Option<String>,
    pub(crate) unsubscribe: String,
}

impl ThanksPage {
    pub(super) fn of(thanks: &Thanks<'_>, look: Look) -> Self {
        let company = line(thanks.company, NAME);
        let text = lines(thanks.text, THANKS);
        Self {
            title: Words::plain(thanks.language).thanks_subject(&company),
            preview: line(text.first().map_or("", String::as_str), 140),
            language: thanks.language,
            say: Words::html(thanks.language),
            bar: look.light.bar.to_string(),
            look,
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
    pub(crate) fn hello(&self) -> Markup {
        self.contact.as_ref().map_or_else(|| self.say.hello(), |name| self.say.hello_name(name))
    }
}

#[derive(Template)]
#[template(path = "notice/thanks.txt")]
pub(super) struct ThanksText<'a> {
    pub(super) page: &'a ThanksPage,
    pub(super) say: Words<Plain>,
}

impl ThanksText<'_> {
    fn hello(&self) -> String {
        self.page.contact.as_ref().map_or_else(|| self.say.hello(), |name| self.say.hello_name(name))
    }
}

#[derive(Template)]
#[template(path = "notice/sign_in.html")]
pub(super) struct SignInPage {
    pub(super) title: String,
    preview: String,
    language: Language,
    company: String,
    bar: String,
    look: Look,
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
    pub(super) fn of(sign_in: &SignIn<'_>, look: Look) -> Self {
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
            bar: look.light.bar.to_string(),
            look,
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
pub(super) struct SignInText<'a> {
    pub(super) page: &'a SignInPage,
}
