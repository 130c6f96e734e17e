//! A campaign's own words in place of ours, by language.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::language::Language;
use crate::notice::{filled, variables};
use crate::score::Group;

/// A text that a campaign may say in its own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The question, in letters and on the page.
    Question,
    /// What 0 means.
    Low,
    /// What 10 means.
    High,
    /// The subject of the first ask.
    InviteSubject,
    /// What stands above the question there.
    Invite,
    /// The subject of the reminder.
    RemindSubject,
    /// What stands above the question there.
    Remind,
    /// What detractors are asked after the score.
    AskDetractor,
    /// What passives are asked.
    AskPassive,
    /// What promoters are asked.
    AskPromoter,
    /// The letter to detractors after their answer.
    ThanksDetractor,
    /// The letter to passives.
    ThanksPassive,
    /// The letter to promoters.
    ThanksPromoter,
    /// The first ask by text message, before the link.
    Sms,
    /// The reminder by text message, before the link.
    SmsRemind,
    /// What stands on the button that leads detractors on.
    NextStepDetractor,
    /// On that of passives.
    NextStepPassive,
    /// On that of promoters.
    NextStepPromoter,
}

impl Part {
    /// Every part, in the order in which a contact meets them.
    pub const ALL: [Self; 18] = [
        Self::Question,
        Self::Low,
        Self::High,
        Self::InviteSubject,
        Self::Invite,
        Self::RemindSubject,
        Self::Remind,
        Self::AskDetractor,
        Self::AskPassive,
        Self::AskPromoter,
        Self::ThanksDetractor,
        Self::ThanksPassive,
        Self::ThanksPromoter,
        Self::Sms,
        Self::SmsRemind,
        Self::NextStepDetractor,
        Self::NextStepPassive,
        Self::NextStepPromoter,
    ];

    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::Low => "low",
            Self::High => "high",
            Self::InviteSubject => "invite_subject",
            Self::Invite => "invite",
            Self::RemindSubject => "remind_subject",
            Self::Remind => "remind",
            Self::AskDetractor => "ask_detractor",
            Self::AskPassive => "ask_passive",
            Self::AskPromoter => "ask_promoter",
            Self::ThanksDetractor => "thanks_detractor",
            Self::ThanksPassive => "thanks_passive",
            Self::ThanksPromoter => "thanks_promoter",
            Self::Sms => "sms",
            Self::SmsRemind => "sms_remind",
            Self::NextStepDetractor => "next_step_detractor",
            Self::NextStepPassive => "next_step_passive",
            Self::NextStepPromoter => "next_step_promoter",
        }
    }

    /// The question that follows a score of that group.
    #[must_use]
    pub const fn ask(group: Group) -> Self {
        match group {
            Group::Detractor => Self::AskDetractor,
            Group::Passive => Self::AskPassive,
            Group::Promoter => Self::AskPromoter,
        }
    }

    /// The letter that follows a score of that group.
    #[must_use]
    pub const fn thanks(group: Group) -> Self {
        match group {
            Group::Detractor => Self::ThanksDetractor,
            Group::Passive => Self::ThanksPassive,
            Group::Promoter => Self::ThanksPromoter,
        }
    }

    /// The button that follows a score of that group.
    #[must_use]
    pub const fn next_step(group: Group) -> Self {
        match group {
            Group::Detractor => Self::NextStepDetractor,
            Group::Passive => Self::NextStepPassive,
            Group::Promoter => Self::NextStepPromoter,
        }
    }

    /// Whether it is one line. The letters of thanks have paragraphs.
    #[must_use]
    pub const fn is_line(self) -> bool {
        !matches!(self, Self::ThanksDetractor | Self::ThanksPassive | Self::ThanksPromoter)
    }

    /// The most characters it may have.
    #[must_use]
    pub const fn most(self) -> usize {
        match self {
            Self::Low | Self::High => 40,
            Self::NextStepDetractor | Self::NextStepPassive | Self::NextStepPromoter => 60,
            Self::InviteSubject | Self::RemindSubject => 120,
            Self::Question
            | Self::AskDetractor
            | Self::AskPassive
            | Self::AskPromoter
            | Self::Sms
            | Self::SmsRemind => 300,
            Self::Invite | Self::Remind => 1000,
            Self::ThanksDetractor | Self::ThanksPassive | Self::ThanksPromoter => 2000,
        }
    }

    /// The variables it knows. The page is made of the link alone, which names neither contact nor record.
    #[must_use]
    pub const fn variables(self) -> &'static [&'static str] {
        match self {
            Self::Low | Self::High => &[],
            Self::Question
            | Self::AskDetractor
            | Self::AskPassive
            | Self::AskPromoter
            | Self::NextStepDetractor
            | Self::NextStepPassive
            | Self::NextStepPromoter => &["company"],
            Self::InviteSubject | Self::Invite | Self::RemindSubject | Self::Remind | Self::Sms | Self::SmsRemind => {
                &["name", "company", "subject"]
            }
            Self::ThanksDetractor | Self::ThanksPassive | Self::ThanksPromoter => &["name", "company"],
        }
    }
}

/// What variables stand for.
#[derive(Clone, Copy)]
pub struct Filling<'a> {
    /// The person asked.
    pub name: Option<&'a str>,
    /// Who asks.
    pub company: &'a str,
    /// The record.
    pub subject: Option<&'a str>,
}

impl<'a> Filling<'a> {
    /// What is known where nobody is named.
    #[must_use]
    pub const fn of(company: &'a str) -> Self {
        Self { name: None, company, subject: None }
    }
}

/// The texts of a campaign, each in the languages it has it in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Texts(BTreeMap<Language, BTreeMap<Part, String>>);

impl Texts {
    /// No words of its own.
    pub const NONE: Self = Self(BTreeMap::new());

    /// Takes a text.
    pub fn put(&mut self, language: Language, part: Part, text: String) {
        self.0.entry(language).or_default().insert(part, text);
    }

    /// A text as it was written.
    #[must_use]
    pub fn get(&self, language: Language, part: Part) -> Option<&str> {
        self.0.get(&language)?.get(&part).map(String::as_str)
    }

    /// A text with its variables filled in; none where it speaks of a record and there is none.
    #[must_use]
    pub fn filled(&self, language: Language, part: Part, with: &Filling<'_>) -> Option<String> {
        let text = self.get(language, part)?;
        Self::fits(text, with).then(|| filled(text, with))
    }

    /// Whether a text speaks of no record where there is none.
    #[must_use]
    pub fn fits(text: &str, with: &Filling<'_>) -> bool {
        with.subject.is_some() || !variables(text).contains(&"subject")
    }

    /// The same with those of another in place of its own.
    #[must_use]
    pub fn under(&self, others: &Self) -> Self {
        let mut all = self.clone();
        for (language, texts) in others.iter() {
            texts.for_each(|(part, text)| all.put(language, part, text.to_owned()));
        }
        all
    }

    /// The languages there are texts in, each with its texts.
    pub fn iter(&self) -> impl Iterator<Item = (Language, impl Iterator<Item = (Part, &str)>)> {
        self.0.iter().map(|(language, texts)| (*language, texts.iter().map(|(part, text)| (*part, text.as_str()))))
    }
}

#[cfg(test)]
mod tests {
    use super::{Filling, Part, Texts};
    use crate::language::Language;

    fn texts() -> Texts {
        let mut texts = Texts::default();
        texts.put(Language::De, Part::InviteSubject, "{name}, eine Frage zu {subject}".to_owned());
        texts.put(Language::De, Part::Question, "Würden Sie {company} empfehlen?".to_owned());
        texts
    }

    #[test]
    fn a_text_stands_for_its_language_alone() {
        let with = Filling { name: Some("Ada"), company: "Acme", subject: Some("{company}") };
        let filled = |language, part, with: &Filling<'_>| texts().filled(language, part, with);
        let subject = filled(Language::De, Part::InviteSubject, &with);
        assert_eq!(subject.as_deref(), Some("Ada, eine Frage zu {company}"), "what a name holds is no variable");
        assert_eq!(filled(Language::De, Part::InviteSubject, &Filling::of("Acme")), None);
        let question = filled(Language::De, Part::Question, &Filling::of("Acme"));
        assert_eq!(question.as_deref(), Some("Würden Sie Acme empfehlen?"));
        assert_eq!(filled(Language::En, Part::Question, &with), None);
        assert_eq!(filled(Language::De, Part::Low, &with), None);
    }

    #[test]
    fn texts_are_kept_by_tags_and_names() {
        let kept = serde_json::to_value(texts()).unwrap();
        assert_eq!(kept["de"]["invite_subject"], "{name}, eine Frage zu {subject}");
        assert_eq!(serde_json::from_value::<Texts>(kept).unwrap(), texts());
        for part in Part::ALL {
            assert_eq!(serde_json::to_value(part).unwrap(), part.as_str());
        }
    }
}
