//! A company's own design for a letter to contacts: HTML with variables, which a sending fills.
//!
//! A template is checked and taken apart once, when it is saved ([`letters::template`](../../letters/template/index.html)). What is
//! kept is a list of pieces, so that whoever fills it later decides nothing and can meet nothing it does not know: HTML as it
//! stands, and variables with the place they stand in.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::id::CampaignId;
use crate::language::Language;
use crate::sample::Which;
use crate::score::Group;
use crate::time::Timestamp;

/// The most bytes a filled letter may have: Gmail cuts what is longer, and with it the way to unsubscribe.
pub const MOST: usize = 102_000;

/// Templates of one campaign. All of them go in one transaction with it.
pub const MOST_OF_ONE: usize = 90;

/// A letter that may come in a company's own design.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterKind {
    /// The first ask.
    Invite,
    /// The reminder.
    Remind,
    /// Thanks for an answer, whatever the group.
    Thanks,
}

impl LetterKind {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Invite, Self::Remind, Self::Thanks];

    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::Remind => "remind",
            Self::Thanks => "thanks",
        }
    }

    /// The letter of that name.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// The letter for a group; nothing where that is missing.
    #[must_use]
    pub const fn to(self, group: Option<Group>) -> Option<Which> {
        match (self, group) {
            (Self::Invite, _) => Some(Which::Invite),
            (Self::Remind, _) => Some(Which::Remind),
            (Self::Thanks, Some(group)) => Some(Which::Thanks(group)),
            (Self::Thanks, None) => None,
        }
    }
}

impl Which {
    /// The letter that may have a design of its own; a text message has none.
    #[must_use]
    pub const fn letter(self) -> Option<LetterKind> {
        match self {
            Self::Invite => Some(LetterKind::Invite),
            Self::Remind => Some(LetterKind::Remind),
            Self::Thanks(_) => Some(LetterKind::Thanks),
            Self::Sms | Self::SmsRemind => None,
        }
    }
}

/// What a template is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// MJML, which is made into HTML when it is saved.
    Mjml,
    /// HTML as it is sent.
    Html,
}

impl Form {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mjml => "mjml",
            Self::Html => "html",
        }
    }

    /// The form of that name.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        [Self::Mjml, Self::Html].into_iter().find(|form| form.as_str() == text)
    }
}

/// What a variable is made into, and so where it may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A line of text: between tags, or in `alt`, `title` and `aria-label`. It can bring no markup along.
    Text,
    /// An address: the `href` of a link.
    Address,
    /// A piece of a line that npsloop makes: between tags, and in no link.
    Inline,
    /// A table or paragraphs that npsloop makes: in a cell or a `div`.
    Block,
}

impl Sort {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Address => "address",
            Self::Inline => "inline",
            Self::Block => "block",
        }
    }
}

macro_rules! variables {
    ($($(#[$doc:meta])+ $variant:ident $name:literal $sort:ident $letters:ident $about:literal,)+) => {
        /// Something a template says by its name, such as `{{question}}`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Variable {
            $($(#[$doc])+ $variant,)+
        }

        impl Variable {
            /// Every one, in the order in which a letter has them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The name between the braces.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// What it is made into.
            #[must_use]
            pub const fn sort(self) -> Sort {
                match self { $(Self::$variant => Sort::$sort,)+ }
            }

            /// What it says, for people.
            #[must_use]
            pub const fn about(self) -> &'static str {
                match self { $(Self::$variant => $about,)+ }
            }

            const fn known(self) -> Known {
                match self { $(Self::$variant => Known::$letters,)+ }
            }
        }
    };
}

/// The letters that know a variable.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Every,
    Asks,
    Thanks,
}

variables! {
    /// The subject.
    Subject "subject" Text Every "The letter's subject.",
    /// The preheader.
    Preheader "preheader" Text Every "What mail programs show beside the subject, for a hidden line at the top.",
    /// The logo.
    Logo "logo" Inline Every "The campaign's logo, or the company's name where it has none.",
    /// The company.
    Company "company" Text Every "The campaign's `company`.",
    /// The greeting.
    Greeting "greeting" Text Every "The first line: *Hello Ada Example,* or, where nobody knows the name, *Hello,*.",
    /// The contact's name.
    Name "name" Text Every "The contact's name as the CRM has it; empty where there is none, or where it looks like an \
    address.",
    /// The record.
    SubjectName "subject_name" Text Asks "The name of the record the survey is about; empty where there is none.",
    /// Why we ask.
    Lead "lead" Text Asks "Why you ask: the campaign's own `invite` or `remind`, else npsloop's words.",
    /// The question.
    Question "question" Text Asks "The question.",
    /// The scale.
    Scale "scale" Block Asks "The eleven links from 0 to 10 with what both ends mean, in the campaign's colours. Where an experiment has \
    the scale on the page, the button that leads there.",
    /// What 0 means.
    Low "low" Text Asks "What 0 means.",
    /// What 10 means.
    High "high" Text Asks "What 10 means.",
    /// What becomes of a click, and that a reply will do.
    Hint "hint" Text Asks "What becomes of a click on a number, and that a reply will do where replies are answers.",
    /// The page.
    PageUrl "page_url" Address Asks "The page of this survey; `{{page_url}}?score=9` chooses a score on it.",
    /// The way to the page in words.
    Fallback "fallback" Inline Asks "*Numbers do not work?* and the link to the page.",
    /// The campaign's words of thanks.
    Thanks "thanks" Block Thanks "The campaign's words of thanks, in paragraphs.",
    /// Where reviews are written.
    Review "review" Block Thanks "The button to the campaign's `review_url`; nothing where it has none.",
    /// The line before the signature.
    Closing "closing" Text Asks "*Kind regards,*",
    /// Who signs.
    OwnerName "owner_name" Text Every "Who signs: the account manager, else the sender.",
    /// The signature.
    Signature "signature" Inline Every "Who signs, and below the company.",
    /// Where unsubscribing is done.
    UnsubscribeUrl "unsubscribe_url" Address Every "Where the contact unsubscribes.",
    /// The way to unsubscribe in words.
    Unsubscribe "unsubscribe" Inline Every "Why they got this letter, and the link to unsubscribe.",
}

impl Variable {
    /// The variable of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|variable| variable.as_str() == name)
    }

    /// Whether a letter knows it.
    #[must_use]
    pub fn is_of(self, letter: LetterKind) -> bool {
        match self.known() {
            Known::Every => true,
            Known::Asks => letter != LetterKind::Thanks,
            Known::Thanks => letter == LetterKind::Thanks,
        }
    }

    /// Those of which a letter must have one: a way to answer, and one to get no more letters.
    #[must_use]
    pub const fn obligatory(letter: LetterKind) -> &'static [&'static [Self]] {
        const WAY_OUT: &[Variable] = &[Variable::UnsubscribeUrl, Variable::Unsubscribe];
        match letter {
            LetterKind::Invite | LetterKind::Remind => &[&[Self::Scale], WAY_OUT],
            LetterKind::Thanks => &[&[Self::Thanks], WAY_OUT],
        }
    }
}

/// What npsloop puts into a template by itself, because it depends on the contact's language or on the scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ours {
    /// The language of the letter.
    Lang,
    /// Which way it runs.
    Dir,
    /// The side where lines begin: `left`, or `right` in languages that run from there.
    Start,
    /// The other side.
    End,
    /// The styles of what [`Sort::Block`] variables are made into.
    Styles,
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Piece {
    /// HTML as it stands.
    Html(String),
    /// A variable between tags.
    Between(Variable),
    /// A variable in the value of an attribute, or in the title: no markup of ours may stand there.
    Within(Variable),
    /// What npsloop puts there.
    Ours(Ours),
}

/// A template that was checked and taken apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// Its pieces, in their order.
    pub pieces: Vec<Piece>,
    /// Whether it has a look of its own for dark screens, so that what we put into it has one as well.
    pub dark: bool,
}

/// Something that was found in a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Where in the source, if that is known: line and column from 1, the latter in characters.
    pub at: Option<(u32, u32)>,
    /// What it is and what to do.
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at {
            Some((line, column)) => write!(f, "line {line}, column {column}: {}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

/// A company's own design for a letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// The letter.
    pub letter: LetterKind,
    /// The language it is for; for every one that has none of its own, if absent.
    pub language: Option<Language>,
    /// What it is written in.
    pub form: Form,
    /// As it was written.
    pub source: String,
    /// As it is filled.
    pub body: Body,
    /// The bytes of the letter with the longest names and words.
    pub largest: usize,
    /// What some mail programs leave out.
    pub warnings: Vec<Finding>,
    /// When it was saved.
    pub saved_at: Timestamp,
}

impl Template {
    /// A name of what it says and how it was written: saving the same again makes no other.
    #[must_use]
    pub fn version(&self) -> String {
        let mut hash = Sha256::new();
        hash.update([u8::from(self.body.dark)]);
        for piece in &self.body.pieces {
            let (kind, text) = match piece {
                Piece::Html(html) => (b'h', html.as_str()),
                Piece::Between(variable) => (b'b', variable.as_str()),
                Piece::Within(variable) => (b'w', variable.as_str()),
                Piece::Ours(Ours::Lang) => (b'o', "lang"),
                Piece::Ours(Ours::Dir) => (b'o', "dir"),
                Piece::Ours(Ours::Start) => (b'o', "start"),
                Piece::Ours(Ours::End) => (b'o', "end"),
                Piece::Ours(Ours::Styles) => (b'o', "styles"),
            };
            hash.update([kind]);
            hash.update(text.len().to_be_bytes());
            hash.update(text);
        }
        hash.update(&self.source);
        hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Which templates a campaign has, and in which version: what everybody knows of them who has not read one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Templates {
    /// The campaign.
    pub campaign: CampaignId,
    /// The version of each, by [`slot`].
    #[serde(default)]
    pub versions: BTreeMap<String, String>,
}

/// The name of a template among those of its campaign: `invite`, or `invite.de` for German alone.
#[must_use]
pub fn slot(letter: LetterKind, language: Option<Language>) -> String {
    match language {
        Some(language) => format!("{}.{}", letter.as_str(), language.tag()),
        None => letter.as_str().to_owned(),
    }
}

impl Templates {
    /// A campaign without templates.
    #[must_use]
    pub const fn none(campaign: CampaignId) -> Self {
        Self { campaign, versions: BTreeMap::new() }
    }

    /// The template of a letter in a language, with its version: that language's own, else the one for all.
    #[must_use]
    pub fn of(&self, letter: LetterKind, language: Language) -> Option<(String, &str)> {
        [Some(language), None].into_iter().find_map(|language| {
            let slot = slot(letter, language);
            self.versions.get(&slot).map(|version| (slot, version.as_str()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{LetterKind, Sort, Templates, Variable, slot};
    use crate::{CampaignId, Language};

    #[test]
    fn names_of_variables_are_told_apart_and_each_is_of_a_letter() {
        for variable in Variable::ALL {
            assert_eq!(Variable::named(variable.as_str()), Some(*variable));
            let name = variable.as_str();
            assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{name}");
            // What is stored is what is written.
            assert_eq!(serde_json::to_string(variable).unwrap(), format!("\"{name}\""));
            assert!(LetterKind::ALL.iter().any(|letter| variable.is_of(*letter)));
            assert_eq!(variable.sort() == Sort::Address, name.ends_with("_url"));
        }
        for letter in LetterKind::ALL {
            for any in Variable::obligatory(letter) {
                assert!(any.iter().all(|variable| variable.is_of(letter)));
            }
        }
    }

    #[test]
    fn a_language_has_its_own_or_the_one_for_all() {
        let mut templates = Templates::none(CampaignId::default_campaign());
        assert_eq!(templates.of(LetterKind::Invite, Language::De), None);
        for (slot, version) in [("invite", "1"), ("invite.de", "2"), ("remind.de", "3")] {
            templates.versions.insert(slot.to_owned(), version.to_owned());
        }
        assert_eq!(templates.of(LetterKind::Invite, Language::De), Some(("invite.de".to_owned(), "2")));
        assert_eq!(templates.of(LetterKind::Invite, Language::Fr), Some(("invite".to_owned(), "1")));
        assert_eq!(templates.of(LetterKind::Remind, Language::Fr), None);
        assert_eq!(slot(LetterKind::Thanks, Some(Language::Ar)), "thanks.ar");
    }
}
