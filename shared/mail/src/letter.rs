//! What a contact finds in the inbox.
//!
//! A letter is made from plain inputs alone, so the same survey always makes the same letter. The scale is eleven
//! plain links: no image, no script, nothing from a third party, and the answer is one tap away on any device.

use askama::Template;

use crate::line::line;

/// Characters of a name that a letter shows; a longer one is cut with an ellipsis.
pub(crate) const NAME: usize = 80;
/// Characters of the question; more than anyone reads.
const QUESTION: usize = 400;

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
    /// The campaign's question.
    pub question: &'a str,
    /// The campaign's language tag, in which the question is written.
    pub language: &'a str,
    /// The person asked.
    pub contact_name: Option<&'a str>,
    /// The record the survey is about.
    pub subject_name: Option<&'a str>,
    /// The account manager, who signs.
    pub owner_name: Option<&'a str>,
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
    /// Makes the letter.
    pub fn compose(&self) -> Result<Composed, LetterError> {
        let (ask, reminder) = match self {
            Self::Invite(ask) => (ask, false),
            Self::Remind(ask) => (ask, true),
        };
        let words = Words::of(ask);
        let subject = words.title(reminder);
        let html = Html { words: &words, title: &subject, reminder }.render()?;
        let text = Text { words: &words, reminder }.render()?;
        let headers = vec![
            ("List-Unsubscribe", format!("<{}>", ask.links.unsubscribe)),
            // RFC 8058: the mail program may unsubscribe for its user with one POST, without showing a page.
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()),
        ];
        Ok(Composed { subject, html, text, headers })
    }
}

/// The inputs, each one harmless line; an empty one is none.
struct Words {
    company: String,
    question: String,
    language: String,
    contact: Option<String>,
    subject: Option<String>,
    signer: Option<String>,
    scale: Vec<Step>,
    page: String,
    unsubscribe: String,
}

/// One link of the scale.
struct Step {
    score: u8,
    href: String,
    /// What a screen reader says.
    name: String,
}

impl Words {
    fn of(ask: &Ask<'_>) -> Self {
        let name = |text: &str| Some(line(text, NAME)).filter(|text| !text.is_empty());
        let company = line(ask.company, NAME);
        let signer = ask.owner_name.and_then(name).or_else(|| name(ask.sender)).filter(|signer| *signer != company);
        Self {
            question: line(ask.question, QUESTION),
            language: language(ask.language),
            contact: ask.contact_name.and_then(name).filter(|name| addresses_a_person(name)),
            subject: ask.subject_name.and_then(name),
            signer,
            scale: (0..=10).map(|score| Step::of(score, ask.links.page)).collect(),
            page: ask.links.page.to_owned(),
            unsubscribe: ask.links.unsubscribe.to_owned(),
            company,
        }
    }

    fn title(&self, reminder: bool) -> String {
        let about = match &self.subject {
            Some(subject) => format!("ne question about {subject}"),
            None => format!("ne question from {}", self.company),
        };
        if reminder { format!("Reminder: o{about}") } else { format!("O{about}") }
    }

    /// The first six steps, which a narrow screen shows in a row of their own.
    fn low(&self) -> &[Step] {
        self.scale.get(..6).unwrap_or_default()
    }

    fn high(&self) -> &[Step] {
        self.scale.get(6..).unwrap_or_default()
    }
}

impl Step {
    fn of(score: u8, page: &str) -> Self {
        let end = match score {
            0 => ", not at all likely",
            10 => ", extremely likely",
            _ => "",
        };
        Self { score, href: format!("{page}?score={score}"), name: format!("Score {score} of 10{end}") }
    }
}

/// Whether a name can follow "Hello". Forms on the web get addresses of sites typed into the name, and mail programs
/// would make links of them.
pub(crate) fn addresses_a_person(name: &str) -> bool {
    !["://", "www.", "@"].iter().any(|mark| name.to_ascii_lowercase().contains(mark))
}

/// A language tag that can stand in an attribute; English where it is none.
pub(crate) fn language(tag: &str) -> String {
    let sound = (2..=35).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if sound { tag.to_owned() } else { "en".to_owned() }
}

#[derive(Template)]
#[template(path = "letter.html")]
struct Html<'a> {
    words: &'a Words,
    title: &'a str,
    reminder: bool,
}

#[derive(Template)]
#[template(path = "letter.txt")]
struct Text<'a> {
    words: &'a Words,
    reminder: bool,
}

#[cfg(test)]
mod tests {
    use super::{Ask, Composed, Letter, Links};

    const PAGE: &str = "https://nps.example.com/r/AQEAAABVZqrvY2JdS7yKq3n1w0fXgAAAAAEAaWwXNwABc2lnbmF0dXJlLTE2Yg";
    const UNSUBSCRIBE: &str =
        "https://nps.example.com/u/AQEAAABVZqrvY2JdS7yKq3n1w0fXgAAAAAEAaWwXNwABc2lnbmF0dXJlLTE2Yg";

    fn ask() -> Ask<'static> {
        Ask {
            company: "Northwind Studio",
            sender: "Northwind Studio",
            question: "How likely are you to recommend Northwind Studio to a friend or colleague?",
            language: "en",
            contact_name: Some("Ada Example"),
            subject_name: Some("Website relaunch"),
            owner_name: Some("Sam Owner"),
            links: Links { page: PAGE, unsubscribe: UNSUBSCRIBE },
        }
    }

    fn hostile() -> Ask<'static> {
        Ask {
            company: "O'Neill & \"Sons\" <b>Ltd</b>\r\nBcc: eve@example.com",
            sender: "\0",
            question: "How likely</h1><script>alert(1)</script>\u{2028}are you?",
            language: "\"><script>",
            contact_name: Some("<script>alert('x')</script>\u{202e}\r\n\r\nEve"),
            subject_name: Some("{{7*7}} <img src=x onerror=alert(1)>\0\u{85}\nX-Header: 1"),
            owner_name: Some("\" onmouseover=\"alert(1)"),
            links: Links { page: PAGE, unsubscribe: UNSUBSCRIBE },
        }
    }

    fn both(ask: Ask<'_>) -> [Composed; 2] {
        [Letter::Invite(ask), Letter::Remind(ask)].map(|letter| letter.compose().expect("a letter"))
    }

    #[test]
    fn letters_as_they_are_sent() {
        for (name, letter) in ["invite", "remind"].iter().zip(both(ask())) {
            insta::assert_snapshot!(format!("{name}.html"), letter.html);
            insta::assert_snapshot!(format!("{name}.txt"), format!("Subject: {}\n\n{}", letter.subject, letter.text));
        }
    }

    #[test]
    fn a_letter_without_names_still_reads_well() {
        let bare = Ask { contact_name: None, subject_name: None, owner_name: None, ..ask() };
        let [invite, remind] = both(bare);
        insta::assert_snapshot!("bare_invite.txt", format!("Subject: {}\n\n{}", invite.subject, invite.text));
        insta::assert_snapshot!("bare_remind.txt", format!("Subject: {}\n\n{}", remind.subject, remind.text));
    }

    #[test]
    fn the_scale_is_eleven_plain_links_in_both_parts() {
        for letter in both(ask()) {
            for score in 0..=10 {
                let link = format!("{PAGE}?score={score}");
                assert_eq!(letter.html.matches(&format!("href=\"{link}\"")).count(), 1, "{score}");
                assert_eq!(letter.html.matches(&format!("aria-label=\"Score {score} of 10")).count(), 1, "{score}");
                assert_eq!(letter.text.lines().filter(|line| line.ends_with(&link)).count(), 1, "{score}");
            }
            assert!(letter.html.contains("Not at all likely") && letter.html.contains("Extremely likely"));
            assert!(letter.html.contains(&format!("href=\"{UNSUBSCRIBE}\"")) && letter.text.contains(UNSUBSCRIBE));
        }
    }

    #[test]
    fn a_letter_loads_nothing_and_is_not_clipped() {
        for letter in both(ask()).into_iter().chain(both(hostile())) {
            assert!(letter.html.len() < 30_000, "Gmail clips at 102 KB; {}", letter.html.len());
            for forbidden in ["<img", "<script", "src=", "@import", "url(", "<link"] {
                let found = letter.html.replace("&#60;img src=x", "");
                assert!(!found.contains(forbidden), "{forbidden}");
            }
        }
    }

    #[test]
    fn unsubscribing_takes_one_click() {
        for letter in both(ask()) {
            assert_eq!(
                letter.headers,
                [
                    ("List-Unsubscribe", format!("<{UNSUBSCRIBE}>")),
                    ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()),
                ]
            );
        }
    }

    #[test]
    fn hostile_names_are_one_line_and_escaped() {
        for (name, letter) in ["invite", "remind"].iter().zip(both(hostile())) {
            assert!(!letter.subject.chars().any(char::is_control), "{:?}", letter.subject);
            for character in ['\r', '\0', '\u{85}', '\u{2028}', '\u{202e}'] {
                assert!(!letter.html.contains(character) && !letter.text.contains(character), "{character:?}");
            }
            assert!(letter.html.contains("<html lang=\"en\""));
            assert!(!letter.html.contains("<b>Ltd") && !letter.html.contains("\" onmouseover"));
            assert!(!letter.text.lines().any(|line| line.starts_with("Bcc:") || line.starts_with("X-Header")));
            insta::assert_snapshot!(
                format!("hostile_{name}.txt"),
                format!("Subject: {}\n\n{}", letter.subject, letter.text)
            );
        }
    }

    #[test]
    fn long_names_are_cut() {
        let long = "Å".repeat(200);
        let ask = Ask {
            company: &long,
            contact_name: Some(&long),
            subject_name: Some(&long),
            owner_name: Some(&long),
            ..ask()
        };
        for letter in both(ask) {
            assert!(letter.subject.chars().count() <= 120, "{}", letter.subject);
            assert!(!letter.html.contains(&"Å".repeat(80)) && letter.html.contains(&"Å".repeat(79)));
        }
    }

    #[test]
    fn a_site_is_not_greeted() {
        for name in ["Visit https://evil.example", "WWW.evil.example", "eve@evil.example"] {
            let [invite, _] = both(Ask { contact_name: Some(name), ..ask() });
            assert!(invite.text.starts_with("Hello,"), "{}", invite.text);
        }
    }
}
