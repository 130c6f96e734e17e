//! What a page says of who asks, and how it looks.

use std::sync::Arc;

use model::brand::{Logo, Palette, Tone};
use model::texts::{Filling, Part};
use model::{Campaign, Group, Language, Reasons, Texts};
use words::{Plain, Words};

use crate::Around;

/// How a page looks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// The style beside the one all pages share: the campaign's colours.
    pub style: Option<String>,
    /// The logo.
    pub logo: Option<Logo>,
}

impl Look {
    /// The look of a campaign's pages.
    pub(crate) fn of(brand: &model::Brand) -> Self {
        let style = brand.colours.as_ref().map(|colours| {
            let Palette { light, dark } = Palette::of(Some(colours));
            format!(
                ":root{{{}}}\n@media (prefers-color-scheme:dark){{:root{{{}}}}}",
                colours_of(&light),
                colours_of(&dark)
            )
        });
        Self { style, logo: brand.logo.clone() }
    }
}

/// The colours of a page as the style all pages share takes them.
fn colours_of(tone: &Tone) -> String {
    let Tone { bar, link, button, on_button, over, cell, frame, figure: _, on_link } = tone;
    format!(
        "--bar:{bar};--go:{link};--on-go:{on_link};--act:{button};--on-act:{on_button};--over:{over};--cell:{cell};--cell-line:{frame}"
    )
}

/// What a page says of who asks, in the reader's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brand {
    /// The company; empty where it is not known.
    pub company: String,
    /// The question.
    pub question: String,
    /// The language the question is in: a campaign may have one of its own.
    pub asked_in: Language,
    /// What 0 means.
    pub low: String,
    /// What 10 means.
    pub high: String,
    /// The page's language.
    pub language: Language,
    /// The campaign's own words.
    pub texts: Texts,
    /// How its pages look.
    pub look: Look,
    /// What can be ticked after the score.
    pub reasons: Reasons,
    /// The language of words that are in no other.
    pub usual: Language,
    /// Whether it asks for the permission to quote.
    pub ask_to_quote: bool,
    /// Where each group is led next.
    pub next_steps: Vec<(Group, NextStep)>,
    /// Whether a page may save a score by itself.
    pub self_saving: bool,
    /// Where its reader unsubscribes: whoever came by a text message has no other link.
    pub unsubscribe: Option<String>,
    /// What is around its pages, behind a door.
    pub around: Option<Arc<Around>>,
}

/// A way on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextStep {
    /// What stands on the button.
    pub text: String,
    /// The language that is in.
    pub language: Language,
    /// Where it leads.
    pub url: String,
}

impl Brand {
    /// The brand of a campaign.
    pub fn of(campaign: &Campaign, language: Language) -> Self {
        let words = Words::plain(language);
        let own = |part| campaign.texts.filled(language, part, &Filling::of(&campaign.company));
        let next = |group| {
            let (text, language, url) = campaign.own_next_step(group, language)?;
            Some((group, NextStep { text, language, url: url.to_owned() }))
        };
        let question = campaign.own_question(language);
        let (question, asked_in) = question.unwrap_or_else(|| (words.question(&campaign.company), language));
        Self {
            company: campaign.company.clone(),
            question,
            asked_in,
            low: own(Part::Low).unwrap_or_else(|| words.low()),
            high: own(Part::High).unwrap_or_else(|| words.high()),
            language,
            texts: campaign.texts.clone(),
            look: Look::of(&campaign.brand),
            reasons: campaign.reasons.clone(),
            usual: campaign.language,
            ask_to_quote: campaign.ask_to_quote,
            next_steps: Group::ALL.into_iter().filter_map(next).collect(),
            self_saving: campaign.self_saving,
            unsubscribe: None,
            around: None,
        }
    }

    /// For a page that does not know who asks.
    pub fn unnamed(language: Language) -> Self {
        let words = Words::plain(language);
        Self {
            company: String::new(),
            question: words.question_us(),
            asked_in: language,
            low: words.low(),
            high: words.high(),
            language,
            texts: Texts::default(),
            look: Look::default(),
            reasons: Reasons::default(),
            usual: language,
            ask_to_quote: false,
            next_steps: Vec::new(),
            self_saving: false,
            unsubscribe: None,
            around: None,
        }
    }

    /// The words of the page.
    pub const fn words(&self) -> Words<Plain> {
        Words::plain(self.language)
    }

    /// What is read where the logo is not shown.
    pub(crate) fn alt<'a>(&'a self, logo: &'a Logo) -> &'a str {
        logo.alt.as_deref().unwrap_or(&self.company)
    }

    /// Whether nobody has a letter whose link would lead back here.
    pub(crate) fn is_behind_a_door(&self) -> bool {
        self.around.is_some()
    }

    /// Whether its reader came by themselves and nobody says who they are.
    pub(crate) fn knows_nobody(&self) -> bool {
        self.around.as_ref().is_some_and(|around| around.is_nobodys())
    }

    /// Whether the page is within another one.
    pub(crate) fn is_embedded(&self) -> bool {
        self.around.as_ref().is_some_and(|around| around.is_embedded())
    }

    /// Whose page is told how high this one is.
    pub(crate) fn host(&self) -> Option<&str> {
        self.around.as_ref().and_then(|around| around.host())
    }

    /// What the addresses of the list of languages say as well.
    pub(crate) fn kept(&self) -> String {
        self.around.as_ref().map(|around| around.kept()).unwrap_or_default()
    }

    /// The same behind a door, where whoever comes in was sent nothing: nothing is saved by itself, and there is nothing to
    /// unsubscribe from.
    pub fn behind(self, around: Arc<Around>) -> Self {
        Self { around: Some(around), self_saving: false, unsubscribe: None, ..self }
    }

    /// The question's language, where it is another than the page's.
    pub(crate) fn foreign(&self) -> Option<Language> {
        Some(self.asked_in).filter(|language| *language != self.language)
    }
}
