//! Filling a template: each variable becomes what our own letter says in its place, made harmless.

use askama::Template as _;
use model::brand::Tone;
use model::experiment::Scale;
use model::template::{Body, Ours, Piece, Variable};
use model::{Language, template};
use words::{Html as ForHtml, Markup, Plain, Words as Say};

use crate::letter::{Ask, LetterError, Sheet, signature};
use crate::look::Look;
use crate::notice::ThanksPage;

/// What stands before each of our classes in somebody else's letter.
const OWN: &str = "nps-";

/// What an own template is filled from.
pub(crate) enum Contents<'a> {
    /// A letter that asks: as HTML says it, and as plain text does.
    Ask { ask: &'a Ask<'a>, html: &'a Sheet<ForHtml>, text: &'a Sheet<Plain> },
    /// A letter of thanks.
    Thanks { page: &'a ThanksPage, say: Say<Plain> },
}

/// Fills a template.
pub(crate) fn fill(body: &Body, from: &Contents<'_>, look: &Look, subject: &str) -> Result<String, LetterError> {
    let filling = Filling { from, look, subject, dark: body.dark };
    let mut html = String::with_capacity(24_000);
    for piece in &body.pieces {
        match piece {
            Piece::Html(text) => html.push_str(text),
            Piece::Between(variable) => html.push_str(&filling.between(*variable)?),
            Piece::Within(variable) => html.push_str(&Markup::of(&filling.plain(*variable)).to_string()),
            Piece::Ours(ours) => html.push_str(&filling.ours(*ours)?),
        }
    }
    Ok(html)
}

struct Filling<'a> {
    from: &'a Contents<'a>,
    look: &'a Look,
    subject: &'a str,
    dark: bool,
}

impl Filling<'_> {
    fn language(&self) -> Language {
        match self.from {
            Contents::Ask { html, .. } => html.say.language(),
            Contents::Thanks { say, .. } => say.language(),
        }
    }

    fn ours(&self, ours: Ours) -> Result<String, LetterError> {
        let right_to_left = self.language().direction().as_str() == "rtl";
        Ok(match ours {
            Ours::Lang => self.language().tag().to_owned(),
            Ours::Dir => self.language().direction().as_str().to_owned(),
            Ours::Start => if right_to_left { "right" } else { "left" }.to_owned(),
            Ours::End => if right_to_left { "left" } else { "right" }.to_owned(),
            Ours::Styles => {
                let dark = self.dark.then_some(&self.look.dark);
                Styles { own: OWN, look: self.look, dark }.render()?
            }
        })
    }

    /// What stands for a variable between tags. Names are isolated there: one in Latin letters turns no Arabic sentence around.
    fn between(&self, variable: Variable) -> Result<String, LetterError> {
        match (variable.sort(), self.from) {
            (template::Sort::Address, _) => Ok(Markup::of(&self.plain(variable)).to_string()),
            (_, Contents::Ask { ask, html, .. }) => self.asked(variable, ask, html),
            (_, Contents::Thanks { page, .. }) => self.thanked(variable, page),
        }
    }

    fn asked(&self, variable: Variable, ask: &Ask<'_>, sheet: &Sheet<ForHtml>) -> Result<String, LetterError> {
        let name = |name: &str| sheet.name(name).to_string();
        let maybe = |text: &Option<String>| text.as_deref().map(name).unwrap_or_default();
        Ok(match variable {
            Variable::Company => name(&sheet.company),
            Variable::Greeting => sheet.hello().to_string(),
            Variable::Name => maybe(&sheet.contact),
            Variable::SubjectName => maybe(&sheet.subject),
            Variable::Lead => match &sheet.intro {
                Some(own) => name(own),
                None => sheet.lead().to_string(),
            },
            Variable::Question => match sheet.foreign {
                Some(language) => {
                    let (tag, dir) = (language.tag(), language.direction().as_str());
                    format!("<span lang=\"{tag}\" dir=\"{dir}\">{}</span>", Markup::of(&sheet.question))
                }
                None => Markup::of(&sheet.question).to_string(),
            },
            Variable::Scale => OwnScale { own: OWN, sheet, look: self.look }.render()?,
            // Numbers that are not in the letter need no words about them.
            Variable::Fallback if ask.scale == Scale::Page => String::new(),
            Variable::Fallback => {
                format!("{} {}", sheet.say.numbers_fail(), link(&sheet.page, &sheet.say.on_the_page()))
            }
            Variable::OwnerName => name(sheet.signer.as_deref().unwrap_or(&sheet.company)),
            Variable::Signature => signature(sheet.signer.as_deref(), &sheet.company),
            Variable::Logo => self.logo(&sheet.company),
            Variable::Unsubscribe => {
                let only = if sheet.reminder { format!("{} ", sheet.say.only_reminder()) } else { String::new() };
                let way = link(&sheet.unsubscribe, &sheet.say.unsubscribe_from(&sheet.company));
                format!("{only}{} {way}", sheet.say.rather_not())
            }
            _ => Markup::of(&self.plain(variable)).to_string(),
        })
    }

    fn thanked(&self, variable: Variable, page: &ThanksPage) -> Result<String, LetterError> {
        let name = |name: &str| Markup::named(name).to_string();
        Ok(match variable {
            Variable::Company => name(&page.company),
            Variable::Greeting => page.hello().to_string(),
            Variable::Name => page.contact.as_deref().map(name).unwrap_or_default(),
            Variable::Thanks => OwnThanks { paragraphs: &page.paragraphs }.render()?,
            Variable::Review => match page.review_url.as_deref() {
                Some(url) => OwnReview { own: OWN, look: self.look, url, say: page.say }.render()?,
                None => String::new(),
            },
            Variable::OwnerName => name(page.signer.as_deref().unwrap_or(&page.company)),
            Variable::Signature => signature(page.signer.as_deref(), &page.company),
            Variable::Logo => self.logo(&page.company),
            Variable::Unsubscribe => {
                let way = link(&page.unsubscribe, &page.say.unsubscribe_from(&page.company));
                format!("{} {} {way}", page.say.thanks_why(), page.say.rather_not())
            }
            _ => Markup::of(&self.plain(variable)).to_string(),
        })
    }

    /// What stands for a text or an address, as plain text. What is made of markup has none.
    fn plain(&self, variable: Variable) -> String {
        match (variable, self.from) {
            (Variable::Subject, _) => self.subject.to_owned(),
            (_, Contents::Ask { ask, text, .. }) => match variable {
                Variable::Preheader if ask.scale == Scale::Page => text.question.clone(),
                Variable::Preheader => format!("{} {}", text.question, text.say.preheader()),
                Variable::Company => text.company.clone(),
                Variable::Greeting => text.hello(),
                Variable::Name => text.contact.clone().unwrap_or_default(),
                Variable::SubjectName => text.subject.clone().unwrap_or_default(),
                Variable::Lead => text.intro.clone().unwrap_or_else(|| text.lead()),
                Variable::Question => text.question.clone(),
                Variable::Low => text.low.clone(),
                Variable::High => text.high.clone(),
                Variable::Hint => {
                    let on_numbers = ask.scale == Scale::Letter;
                    let click = || if text.saves { text.say.choose_page() } else { text.say.choose() };
                    let hints = [
                        on_numbers.then(click),
                        (on_numbers && text.reminder).then(|| text.say.pressed()),
                        text.replies.then(|| text.say.or_reply()),
                    ];
                    hints.into_iter().flatten().collect::<Vec<_>>().join(" ")
                }
                Variable::PageUrl => text.page.clone(),
                Variable::Closing => text.say.regards(),
                Variable::OwnerName => text.signer.clone().unwrap_or_else(|| text.company.clone()),
                Variable::UnsubscribeUrl => text.unsubscribe.clone(),
                _ => String::new(),
            },
            (_, Contents::Thanks { page, say }) => match variable {
                Variable::Preheader => page.preview.clone(),
                Variable::Company => page.company.clone(),
                Variable::Greeting => page.contact.as_ref().map_or_else(|| say.hello(), |name| say.hello_name(name)),
                Variable::Name => page.contact.clone().unwrap_or_default(),
                Variable::OwnerName => page.signer.clone().unwrap_or_else(|| page.company.clone()),
                Variable::UnsubscribeUrl => page.unsubscribe.clone(),
                _ => String::new(),
            },
        }
    }

    fn logo(&self, company: &str) -> String {
        match &self.look.logo {
            Some(logo) => format!(
                "<img class=\"{OWN}logo\" src=\"{}\" alt=\"{}\" width=\"{width}\" style=\"display:inline-block; width:{width}px; \
                 max-width:100%; height:auto; border:0; vertical-align:middle;\">",
                Markup::of(&logo.url),
                Markup::of(&logo.alt),
                width = logo.width,
            ),
            None => Markup::named(company).to_string(),
        }
    }
}

/// A link in the colour of the words around it, since nobody knows what they stand on.
fn link(to: &str, words: &Markup) -> String {
    format!("<a href=\"{}\" style=\"color:inherit; text-decoration:underline;\">{words}</a>", Markup::of(to))
}

#[derive(askama::Template)]
#[template(path = "own/scale.html")]
struct OwnScale<'a> {
    own: &'static str,
    sheet: &'a Sheet<ForHtml>,
    look: &'a Look,
}

#[derive(askama::Template)]
#[template(path = "own/styles.html")]
struct Styles<'a> {
    own: &'static str,
    look: &'a Look,
    dark: Option<&'a Tone>,
}

#[derive(askama::Template)]
#[template(path = "own/thanks.html")]
struct OwnThanks<'a> {
    paragraphs: &'a [Vec<String>],
}

#[derive(askama::Template)]
#[template(path = "own/review.html")]
struct OwnReview<'a> {
    own: &'static str,
    look: &'a Look,
    url: &'a str,
    say: Say<ForHtml>,
}
