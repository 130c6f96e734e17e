//! What a contact reads on the telephone: one line that says who asks what, the link, and how to opt out where the campaign says so.
//!
//! A text is paid for by the segment, and our link takes half of one. So the words are few, and in most Latin languages made of the
//! letters that fit into seven bits: then they are one segment with a usual name and address, and two in any other alphabet.

use askama::Template;
use model::sms::{Segments, segments};
use model::texts::{Filling, Part};
use model::{Campaign, Texts};
use words::Words;

use crate::fill::About;
use crate::letter::{Composed, LetterError, addresses_a_person};
use crate::line::line;

/// Characters of a name that a text shows.
const NAME: usize = 40;

/// Characters of the words before the link.
const WORDS: usize = 320;

/// A text ready to be handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// What it says.
    pub body: String,
    /// What it is sent as.
    pub segments: Segments,
}

/// The text that asks, or reminds of it. The link stands on a line of its own, where no language turns it around.
#[must_use]
pub fn ask(campaign: &Campaign, about: &About<'_>, reminder: bool, page: &str) -> Text {
    let company = line(&campaign.company, NAME);
    let named = |text: &str| Some(line(text, NAME)).filter(|text| !text.is_empty());
    let contact = about.contact.and_then(named).filter(|name| addresses_a_person(name));
    let subject = about.subject.and_then(named);
    let with = Filling { name: contact.as_deref(), company: &company, subject: subject.as_deref() };
    let part = if reminder { Part::SmsRemind } else { Part::Sms };
    let texts = campaign.texts.under(about.variant.map_or(&Texts::NONE, |variant| &variant.texts));
    let say = Words::plain(about.language);
    let sms = campaign.sms.as_ref();
    let own = texts.filled(about.language, part, &with).or_else(|| {
        let everywhere = sms?.message.as_deref()?;
        Texts::fits(everywhere, &with).then(|| model::notice::filled(everywhere, &with))
    });
    let words = own.unwrap_or_else(|| match campaign.own_question(about.language) {
        Some((question, _)) => format!("{company}: {question}"),
        None if reminder => say.sms_remind(&company),
        None => say.sms(&company),
    });
    let mut body = format!("{}\n{page}", line(&words, WORDS));
    if sms.is_some_and(|sms| sms.opt_out) {
        body.push('\n');
        body.push_str(&say.sms_stop());
    }
    let segments = segments(&body.replacen(&shown_at(), SENT_AT, 1));
    Text { body, segments }
}

/// Where the links of texts that are sent lead, and those of samples: they are longer, and no text is sent with one.
const SENT_AT: &str = "/r/";

fn shown_at() -> String {
    format!("/preview/{}/", model::sample::Shown::Ask.as_str())
}

#[derive(Template)]
#[template(path = "sms.html")]
struct Screen<'a> {
    lines: Vec<&'a str>,
    segments: Segments,
}

/// A text as people of the company look at it: on a screen, with what it is sent as.
///
/// # Errors
/// When the template fails.
pub fn shown(text: &Text) -> Result<Composed, LetterError> {
    let html = Screen { lines: text.body.lines().collect(), segments: text.segments }.render()?;
    Ok(Composed { subject: String::new(), html, text: text.body.clone(), headers: Vec::new() })
}

#[cfg(test)]
mod tests {
    use model::sms::{Encoding, Origination, Sms};
    use model::{CampaignId, Email, Language};

    use super::*;

    /// As long as ours is behind a usual address.
    const PAGE: &str = "https://nps.example.com/r/AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    fn campaign() -> Campaign {
        let sender = model::campaign::Sender {
            name: "Example AG".to_owned(),
            email: Email::parse("hello@company.example").unwrap(),
        };
        let sms = Sms { origination: Origination::parse("+4915112345678").unwrap(), message: None, opt_out: false };
        Campaign { sms: Some(sms), ..Campaign::new(CampaignId::default_campaign(), "Example AG", sender) }
    }

    fn about(language: Language) -> About<'static> {
        About { language, contact: Some("Ada Example"), subject: Some("Website relaunch"), owner: None, variant: None }
    }

    #[test]
    fn a_text_is_one_segment_or_two_in_every_language() {
        assert_eq!(PAGE.len(), 85);
        for language in Language::ALL {
            for reminder in [false, true] {
                let text = ask(&campaign(), &about(language), reminder, PAGE);
                let most = if text.segments.encoding == Encoding::Gsm { 1 } else { 2 };
                assert_eq!(text.segments.count, most, "{}: {:?} {}", language.tag(), text.segments, text.body);
                assert!(text.body.contains("Example AG"), "{}", text.body);
                assert_eq!(text.body.lines().nth(1), Some(PAGE), "the link is alone on its line");
                let with_stop = Campaign { sms: campaign().sms.map(|sms| Sms { opt_out: true, ..sms }), ..campaign() };
                let text = ask(&with_stop, &about(language), reminder, PAGE);
                assert!(text.segments.count <= 3, "{}: {:?}", language.tag(), text.segments);
                let stop = text.body.lines().nth(2).unwrap_or_default();
                assert!(stop.contains("STOP"), "{}: {}", language.tag(), text.body);
            }
        }
    }

    #[test]
    fn what_most_people_get_is_one_segment_with_the_words_to_opt_out() {
        let mut campaign = campaign();
        campaign.sms.as_mut().unwrap().opt_out = true;
        let text = ask(&Campaign { company: "Acme".to_owned(), ..campaign }, &about(Language::Es), false, PAGE);
        assert_eq!(text.segments.count, 1, "{text:?}");
    }

    #[test]
    fn a_campaign_may_say_it_in_its_own_words() {
        let mut campaign = campaign();
        let body = |campaign: &Campaign, language, reminder| ask(campaign, &about(language), reminder, "L").body;
        campaign.question = Some("Are we any good?".to_owned());
        assert_eq!(body(&campaign, Language::De, false), "Example AG: Are we any good?\nL");
        campaign.sms.as_mut().unwrap().message = Some("{name}, how was {subject}?".to_owned());
        assert_eq!(body(&campaign, Language::De, false), "Ada Example, how was Website relaunch?\nL");
        campaign.texts.put(Language::De, Part::Sms, "{company} fragt".to_owned());
        assert_eq!(body(&campaign, Language::De, false), "Example AG fragt\nL");
        assert_eq!(body(&campaign, Language::De, true), "Ada Example, how was Website relaunch?\nL");
        let nobody = About { contact: None, subject: None, ..about(Language::Fr) };
        let text = ask(&campaign, &nobody, false, "L").body;
        assert_eq!(text, "Example AG: Are we any good?\nL", "a text does not speak of a record there is not");
    }

    #[test]
    fn a_sample_is_counted_as_what_would_be_sent() {
        let token = PAGE.rsplit('/').next().unwrap();
        let page = format!("https://nps.example.com/preview/ask/{token}");
        let sample = ask(&campaign(), &about(Language::De), false, &page);
        assert_eq!(sample.segments, ask(&campaign(), &about(Language::De), false, PAGE).segments);
        let html = shown(&sample).unwrap().html;
        assert!(html.contains(&format!("href=\"{page}\"")) && html.contains("1 segment,"), "{html}");
    }

    #[test]
    fn a_name_cannot_begin_a_line_or_hide_one() {
        let hostile = Campaign { company: "Evil\nhttps://evil.example \u{202e}AG".to_owned(), ..campaign() };
        let text = ask(&hostile, &about(Language::En), false, "L");
        assert_eq!(text.body.lines().count(), 2, "{}", text.body);
        assert!(!text.body.contains('\u{202e}'));
    }
}
