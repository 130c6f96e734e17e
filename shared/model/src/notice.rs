//! Letters beside those that ask: to account managers and their manager, thanks to the contact, and those by which the
//! company's people sign in.
//!
//! `deliver` writes such a letter down (`manage` those to sign in and those to try out), `dispatch` sends it. What is written down is all that the letter says, so
//! that sending needs nothing else, and its name, so that writing it down twice is writing it down once.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::dropped::{Both, Part, Period};
use crate::email::{ContactKey, Email};
use crate::id::{CampaignId, NotAnId, SurveyId};
use crate::language::Language;
use crate::phone::Phone;
use crate::reply::Why;
use crate::sample::Sample;
use crate::score::Score;
use crate::survey::Change;
use crate::task::TaskKind;
use crate::texts::Filling;
use crate::time::Timestamp;

/// The name of a letter: where it belongs, and which it is there. Written `<shelf>/<name>`; both are of letters,
/// digits, `-` and `_`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NoticeId {
    /// The survey, in hexadecimal, the day's digests of a campaign, or the person who signs in.
    pub shelf: String,
    /// Which letter.
    pub name: String,
}

impl NoticeId {
    /// A letter about a survey.
    #[must_use]
    pub fn about(survey: SurveyId, name: impl Into<String>) -> Self {
        Self { shelf: survey.to_string(), name: name.into() }
    }

    /// A digest of that day for the owner with that address; no name holds an address.
    #[must_use]
    pub fn digest(campaign: &CampaignId, day: jiff::civil::Date, owner: &Email) -> Self {
        Self { shelf: Self::digests(campaign, day), name: owner.key().as_str().to_owned() }
    }

    /// Where the digests of a day stand.
    #[must_use]
    pub fn digests(campaign: &CampaignId, day: jiff::civil::Date) -> String {
        format!("digest-{campaign}-{day}")
    }

    /// A letter by which the person with that address signs in; each that is asked for is one of its own.
    #[must_use]
    pub fn sign_in(person: &Email, random: u64) -> Self {
        Self { shelf: format!("{SIGN_IN}{}", person.key().as_str()), name: format!("{random:016x}") }
    }

    /// A letter as contacts get it, to one of the company's people; each that is asked for is one of its own.
    #[must_use]
    pub fn test(to: &Email, random: u64) -> Self {
        Self { shelf: format!("{TEST}{}", to.key().as_str()), name: format!("{random:016x}") }
    }

    /// Whether it is no letter, but the mark that something was looked after.
    #[must_use]
    pub fn is_mark(&self) -> bool {
        self.name.starts_with(MARK)
    }

    /// The mark that the digests of a day were written, under a name that no owner has.
    #[must_use]
    pub fn digests_done(campaign: &CampaignId, day: jiff::civil::Date) -> Self {
        Self { shelf: Self::digests(campaign, day), name: MARK.to_owned() }
    }

    /// What somebody replied to a letter, for people to read; named after the mail, which may be brought here twice.
    #[must_use]
    pub fn reply(survey: SurveyId, mail: &str) -> Self {
        let hash = Sha256::digest(mail.as_bytes());
        Self::about(survey, format!("{REPLY}{}", URL_SAFE_NO_PAD.encode(&hash[..16])))
    }

    /// A letter about a drop of a campaign's score that shows once that day is over.
    #[must_use]
    pub fn drop(campaign: &CampaignId, day: jiff::civil::Date) -> Self {
        Self { shelf: Self::drops(campaign), name: day.to_string() }
    }

    /// Where the letters about drops of a campaign's score stand.
    #[must_use]
    pub fn drops(campaign: &CampaignId) -> String {
        format!("{DROP}{campaign}")
    }

    /// The mark that it was looked whether the score had dropped once that day was over.
    #[must_use]
    pub fn drop_looked_for(campaign: &CampaignId, day: jiff::civil::Date) -> Self {
        Self { shelf: Self::drops(campaign), name: format!("{MARK}{day}") }
    }

    /// The campaign and the day of a letter about a drop, if it is one.
    #[must_use]
    pub fn drop_of(&self) -> Option<(CampaignId, jiff::civil::Date)> {
        Some((self.shelf.strip_prefix(DROP)?.parse().ok()?, self.name.parse().ok()?))
    }

    /// The survey it is about, if it is about one.
    #[must_use]
    pub fn survey(&self) -> Option<SurveyId> {
        self.shelf.parse().ok()
    }

    /// Whether what it says is forgotten once it went out: the answers of many people, whom nobody could find there
    /// to erase them, or an address that somebody typed.
    #[must_use]
    pub fn forgets(&self) -> bool {
        self.digest_of().is_some() || self.person().is_some() || self.is_test()
    }

    fn is_test(&self) -> bool {
        self.shelf.starts_with(TEST)
    }

    /// The campaign and the day of a digest, if it is one.
    #[must_use]
    pub fn digest_of(&self) -> Option<(CampaignId, jiff::civil::Date)> {
        let rest = self.shelf.strip_prefix("digest-")?;
        let (campaign, day) = rest.split_at_checked(rest.len().checked_sub("-2027-03-15".len())?)?;
        Some((campaign.parse().ok()?, day.strip_prefix('-')?.parse().ok()?))
    }

    /// Which kind of letter it is, as far as a name tells.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.name.as_str() {
            _ if self.person().is_some() => "sign_in",
            _ if self.is_test() => "test",
            _ if self.digest_of().is_some() => "digest",
            _ if self.drop_of().is_some() => "drop",
            name if name.starts_with("escalation-") => "escalation",
            name if name.starts_with("alert-") => "alert",
            name if name.starts_with(REPLY) => "reply",
            _ => "thanks",
        }
    }

    /// Who signs in by it, if it is such a letter.
    #[must_use]
    pub fn person(&self) -> Option<ContactKey> {
        ContactKey::parse(self.shelf.strip_prefix(SIGN_IN)?)
    }
}

/// What the shelves of letters begin with by which people sign in.
const SIGN_IN: &str = "sign-in-";

/// What the shelves of letters begin with that are tried out.
const TEST: &str = "test-";

/// What the shelves of letters about drops begin with.
const DROP: &str = "drop-";

/// What the names of letters begin with that tell of a reply.
const REPLY: &str = "reply-";

/// What the names of marks begin with; no letter's does.
const MARK: &str = "-";

impl fmt::Display for NoticeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.shelf, self.name)
    }
}

impl FromStr for NoticeId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let plain = |part: &str| {
            (1..=150).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        };
        match text.split_once('/') {
            Some((shelf, name)) if plain(shelf) && plain(name) => {
                Ok(Self { shelf: shelf.to_owned(), name: name.to_owned() })
            }
            _ => Err(NotAnId::new("a letter is named by a shelf and a name of letters, digits, - and _")),
        }
    }
}

impl TryFrom<String> for NoticeId {
    type Error = NotAnId;

    fn try_from(text: String) -> Result<Self, NotAnId> {
        text.parse()
    }
}

impl From<NoticeId> for String {
    fn from(id: NoticeId) -> Self {
        id.to_string()
    }
}

/// A letter that was written down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// Its name.
    pub id: NoticeId,
    /// The campaign in whose name it goes out.
    pub campaign: CampaignId,
    /// Whom it goes to.
    pub to: Email,
    /// What they are called.
    pub to_name: Option<String>,
    /// When it was written down.
    pub created_at: Timestamp,
    /// What it says.
    pub says: Says,
}

impl Notice {
    /// Which kind of letter it is; also the tag that SES's events bring back.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self.says {
            Says::Alert { .. } => "alert",
            Says::Digest { .. } => "digest",
            Says::Drop { .. } => "drop",
            Says::Escalation { .. } => "escalation",
            Says::Reply { .. } => "reply",
            Says::Thanks { .. } => "thanks",
            Says::SignIn => "sign_in",
            Says::Invitation { .. } => "invitation",
            Says::Test { .. } => "test",
        }
    }

    /// The survey it is about, if it is about one.
    #[must_use]
    pub fn survey(&self) -> Option<SurveyId> {
        self.id.survey()
    }

    /// Whether it may go out once at most: a colleague would rather read a letter twice than never, a customer
    /// would not.
    #[must_use]
    pub const fn once(&self) -> bool {
        matches!(self.says, Says::Thanks { .. })
    }

    /// Whether it is of no use any more: who asked to sign in has long asked again.
    #[must_use]
    pub fn is_late(&self, now: Timestamp) -> bool {
        matches!(self.says, Says::SignIn) && now.since(self.created_at) >= crate::person::PASS
    }

    /// When it may be forgotten altogether.
    #[must_use]
    pub fn expires(&self) -> Timestamp {
        let days = if self.id.forgets() { 7 } else { 30 };
        self.created_at.after(crate::time::DAY * days)
    }

    /// Where an answer by mail goes: to the person the letter is about. Nothing is the campaign's own choice.
    #[must_use]
    pub fn reply_to(&self) -> Option<&Email> {
        match &self.says {
            Says::Alert { answer, .. } => answer.email.as_ref(),
            Says::Escalation { owner_email, .. } => owner_email.as_ref(),
            Says::Reply { from, .. } => from.as_ref(),
            Says::Digest { .. }
            | Says::Drop { .. }
            | Says::Thanks { .. }
            | Says::SignIn
            | Says::Invitation { .. }
            | Says::Test { .. } => None,
        }
    }
}

/// What a letter says. Times are told in the reader's zone, an IANA name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    /// To the owner: somebody has answered.
    Alert {
        /// What about the answer is new.
        occasion: Occasion,
        /// The answer.
        answer: Answer,
        /// The task that was opened for it.
        task: Option<Todo>,
        /// The reader's zone.
        zone: String,
    },
    /// To the owner: the answers of a day.
    Digest {
        /// The day, in the campaign's zone.
        day: jiff::civil::Date,
        /// The answers, lowest score first; at most [`DIGEST`].
        answers: Vec<Answer>,
        /// How many more there were.
        more: u32,
        /// Where all answers are seen.
        url: String,
    },
    /// To the manager: the score has dropped.
    Drop {
        /// The weeks before.
        before: Period,
        /// The week in which it dropped.
        last: Period,
        /// The answers of both.
        both: Both,
        /// The group in which most of it happened.
        most: Option<Part>,
        /// Where just these numbers are seen.
        url: String,
    },
    /// To the manager: a task is overdue.
    Escalation {
        /// The task.
        task: Todo,
        /// Whose task it is.
        owner: Option<String>,
        /// The owner's address, to write to.
        owner_email: Option<Email>,
        /// The person asked: the name, or the address.
        contact: String,
        /// The contact's company.
        account: Option<String>,
        /// The record.
        subject: Option<String>,
        /// The answer, where there is one.
        answer: Option<Answer>,
        /// Where the survey is seen.
        url: String,
        /// The reader's zone.
        zone: String,
    },
    /// To the owner, or whoever else reads mail for the campaign: somebody replied to a letter, and it takes a person to know
    /// what to do about it.
    Reply {
        /// Why.
        why: Why,
        /// Whom it says it is from; nobody where that is no address.
        from: Option<Email>,
        /// The number it came from, if it was a text.
        #[serde(default)]
        phone: Option<Phone>,
        /// The person asked: the name, or the address.
        contact: String,
        /// The contact's company.
        account: Option<String>,
        /// The record.
        subject: Option<String>,
        /// The score, where there is one.
        score: Option<Score>,
        /// What they wrote above our letter, at most [`REPLIED`] characters.
        text: String,
        /// When it came.
        at: Timestamp,
        /// Where the survey is seen.
        url: String,
        /// The reader's zone.
        zone: String,
    },
    /// To the contact: thanks for the answer.
    Thanks {
        /// The survey whose link unsubscribes.
        survey: SurveyId,
        /// The language of the survey.
        language: Language,
        /// The language of the words; that of the survey in letters written down before there were others.
        #[serde(default)]
        words: Option<Language>,
        /// The campaign's words, filled in.
        text: String,
        /// Where reviews are written, for every group alike.
        review_url: Option<String>,
        /// Whose account it is: who speaks, if the campaign speaks in the owner's voice.
        #[serde(default)]
        owner: Option<String>,
    },
    /// To one of the company's people who wants in. The link is made when the letter is sent, and kept by nobody.
    SignIn,
    /// To one of the company's people who is new. The link is made as for [`Says::SignIn`].
    Invitation {
        /// Who invites.
        by: Option<String>,
    },
    /// To one of the company's people: a letter as contacts get it. It is filled from its campaign when it is sent.
    Test {
        /// Which letter.
        sample: Sample,
    },
}

/// Answers in one digest; whoever gets more is told how many.
pub const DIGEST: usize = 50;

/// Characters of a reply that a letter tells: four comments long, and more than anybody types.
pub const REPLIED: usize = 16_000;

/// What about an answer is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// It is the first.
    Answered,
    /// The score is another one.
    Changed {
        /// The score before.
        from: Score,
    },
    /// They wrote something.
    Commented,
}

/// A task as a letter tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Todo {
    /// What it is about.
    pub kind: TaskKind,
    /// When it is due.
    pub due_at: Timestamp,
}

/// An answer as a letter tells it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// What the person is called; empty of one who did not say who they are.
    pub contact: String,
    /// The address, to write back to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// The phone number.
    pub phone: Option<String>,
    /// The contact's company.
    pub account: Option<String>,
    /// The record.
    pub subject: Option<String>,
    /// The score.
    pub score: Score,
    /// What they wrote.
    pub comment: Option<String>,
    /// Whether they may be followed up.
    pub follow_up: bool,
    /// Whether they may be quoted with their name.
    #[serde(default)]
    pub may_quote: bool,
    /// The reasons they ticked, as the campaign calls them.
    #[serde(default)]
    pub reasons: Vec<String>,
    /// When they answered.
    pub at: Timestamp,
    /// The scores of this survey, oldest first.
    pub changes: Vec<Change>,
    /// The score they gave to an earlier survey, and when.
    pub before: Option<(Score, Timestamp)>,
    /// Where the survey is seen.
    pub url: String,
}

/// Fills the variables of a campaign's words: `{company}`, `{subject}`, and `{name}`, which goes with the comma or blank
/// before it where nobody has a name.
#[must_use]
pub fn filled(text: &str, with: &Filling<'_>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, variable, after)) = next_variable(rest) {
        filled.push_str(before);
        rest = after;
        match (variable, with.name, with.subject) {
            ("company", ..) => filled.push_str(with.company),
            ("subject", _, Some(subject)) => filled.push_str(subject),
            ("name", Some(name), _) => filled.push_str(name),
            ("name", None, _) => {
                let kept = filled.trim_end_matches(' ').trim_end_matches([',', '،', '、', '，']).len();
                filled.truncate(kept);
                if filled.is_empty() || filled.ends_with('\n') {
                    rest = rest.trim_start_matches([',', '،', '、', '，', ' ']);
                }
            }
            (other, ..) => {
                filled.push('{');
                filled.push_str(other);
                filled.push('}');
            }
        }
    }
    filled.push_str(rest);
    filled
}

/// The names in braces in a campaign's words.
#[must_use]
pub fn variables(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, variable, after)) = next_variable(rest) {
        found.push(variable);
        rest = after;
    }
    found
}

fn next_variable(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (variable, after) = rest.split_once('}')?;
    Some((before, variable, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_it_was_written() {
        let survey: SurveyId = "00112233445566778899aabbccddeeff".parse().unwrap();
        let day = jiff::civil::date(2027, 3, 15);
        let owner = Email::parse("sam@company.example").unwrap();
        let alert = NoticeId::about(survey, "alert-1");
        let digest = NoticeId::digest(&"spring_2027".parse().unwrap(), day, &owner);
        assert_eq!(alert.to_string(), "00112233445566778899aabbccddeeff/alert-1");
        assert!(digest.to_string().starts_with("digest-spring_2027-2027-03-15/"), "{digest}");
        assert!(!digest.to_string().contains("sam"));
        assert_eq!((alert.survey(), digest.survey()), (Some(survey), None));
        let sign_in = NoticeId::sign_in(&owner, 7);
        assert_eq!((sign_in.person(), sign_in.survey()), (Some(owner.key()), None));
        assert_eq!((alert.person(), digest.person()), (None, None));
        let test = NoticeId::test(&owner, 7);
        assert_eq!((test.person(), test.survey(), test.kind(), test.forgets()), (None, None, "test", true));
        assert_eq!(test.to_string().parse::<NoticeId>(), Ok(test));
        let drop = NoticeId::drop(&"spring_2027".parse().unwrap(), day);
        assert_eq!(drop.to_string(), "drop-spring_2027/2027-03-15");
        assert_eq!(drop.drop_of(), Some(("spring_2027".parse().unwrap(), day)));
        let reply = NoticeId::reply(survey, "o3vrnil0e2ic28trm7dfhrc2v0cnbeccl4nbp0g1");
        assert_eq!((reply.kind(), reply.survey(), reply.forgets()), ("reply", Some(survey), false));
        assert_eq!(reply.to_string().parse::<NoticeId>(), Ok(reply.clone()));
        assert_ne!(reply, NoticeId::reply(survey, "another"));
        let mark = NoticeId::drop_looked_for(&"spring_2027".parse().unwrap(), day);
        assert_eq!((mark.drop_of(), &mark.shelf), (None, &drop.shelf), "no letter");
        let kinds = [&alert, &digest, &drop, &sign_in].map(|id| (id.kind(), id.forgets()));
        assert_eq!(kinds, [("alert", false), ("digest", true), ("drop", false), ("sign_in", true)]);
        for id in [alert, digest, drop, mark, sign_in] {
            assert_eq!(id.to_string().parse::<NoticeId>(), Ok(id));
        }
        for wrong in ["", "/", "a/", "/b", "a", "a/b/c", "a/b c", "a/\u{e4}", &format!("a/{}", "b".repeat(151))] {
            assert!(wrong.parse::<NoticeId>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_text_reads_well_with_and_without_a_name() {
        for (text, with, without) in [
            ("Thank you, {name}!", "Thank you, Ada!", "Thank you!"),
            ("Thank you {name}. Yours, {company}", "Thank you Ada. Yours, Acme", "Thank you. Yours, Acme"),
            ("{name}, we are sorry.", "Ada, we are sorry.", "we are sorry."),
            ("Hi.\n{name}, thanks", "Hi.\nAda, thanks", "Hi.\nthanks"),
            ("No variables { here", "No variables { here", "No variables { here"),
            ("{name}{name}", "AdaAda", ""),
            ("شكرًا لك، {name}!", "شكرًا لك، Ada!", "شكرًا لك!"),
            ("谢谢，{name}", "谢谢，Ada", "谢谢"),
        ] {
            assert_eq!(filled(text, &Filling { name: Some("Ada"), ..Filling::of("Acme") }), with);
            assert_eq!(filled(text, &Filling::of("Acme")), without);
        }
        // What a name holds is no variable.
        assert_eq!(filled("{name}", &Filling { name: Some("{company}"), ..Filling::of("Acme") }), "{company}");
        assert_eq!(variables("{name} {first_name} {company} {} { x"), ["name", "first_name", "company", ""]);
    }
}
