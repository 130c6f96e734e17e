//! The pages a contact sees. The only style is the one whose hash the policy names, and so is the only script: none has one
//! but the question of a campaign whose page may save by itself.

use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::texts::{Filling, Part};
use model::{Group, Language, ReasonId, Score};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;
use words::{Plain, Words};

use crate::Around;
use crate::brand::{Brand, Look, NextStep};

const STYLE: &str = include_str!("../templates/page.css");

/// What saves a score by itself. Words stand in the page: so it is the same everywhere, and has one hash.
const SCRIPT: &str = include_str!("../templates/page.js");

/// The hash of the style all pages share.
static HASH: LazyLock<String> = LazyLock::new(|| hash(STYLE));

/// Tells the page around how high this one is.
const FRAME: &str = include_str!("../templates/frame.js");

/// Its hash.
static FRAME_HASH: LazyLock<String> = LazyLock::new(|| hash(FRAME));

/// The hash of the script.
static SCRIPT_HASH: LazyLock<String> = LazyLock::new(|| hash(SCRIPT));

/// The policy of pages that look as npsloop does.
static POLICY: LazyLock<String> = LazyLock::new(|| policy(&Look::default(), None, false));

fn hash(style: &str) -> String {
    STANDARD.encode(Sha256::digest(style.as_bytes()))
}

/// Nothing but this page's own styles, its logo and its scripts, where it has any; it may only be sent back to where it came from,
/// and never framed, but by those sites that a door names.
fn policy(look: &Look, around: Option<&Around>, saves: bool) -> String {
    let own = look.style.as_ref().map(|style| format!(" 'sha256-{}'", hash(style))).unwrap_or_default();
    let logo = look.logo.as_ref().map(|logo| format!(" img-src {};", logo.url.source())).unwrap_or_default();
    let told = around.and_then(Around::host).map(|_| format!(" script-src 'sha256-{}';", *FRAME_HASH));
    // Behind a door nothing is saved by itself: one page has one script at most.
    let saving = saves.then(|| format!(" script-src 'sha256-{}'; connect-src 'self';", *SCRIPT_HASH));
    let script = told.or(saving).unwrap_or_default();
    let framed = around.map_or_else(|| "'none'".to_owned(), Around::framed_by);
    format!(
        "default-src 'none'; style-src 'sha256-{}'{own};{logo}{script} form-action 'self'; base-uri 'none'; frame-ancestors {framed}",
        *HASH
    )
}

/// A page of somebody who asks.
pub trait Branded: Template {
    /// Who asks.
    fn brand(&self) -> &Brand;

    /// Whether it saves by itself.
    fn saves(&self) -> bool {
        false
    }
}

impl Branded for Ask<'_> {
    fn brand(&self) -> &Brand {
        self.brand
    }

    fn saves(&self) -> bool {
        self.saves
    }
}

impl Branded for Thanks<'_> {
    fn brand(&self) -> &Brand {
        self.brand
    }
}

impl Branded for Unsubscribe<'_> {
    fn brand(&self) -> &Brand {
        self.brand
    }
}

impl Branded for Notice<'_> {
    fn brand(&self) -> &Brand {
        self.brand
    }
}

/// The question, with what was chosen and typed so far.
#[derive(Template)]
#[template(path = "ask.html")]
pub struct Ask<'a> {
    /// Who asks.
    pub brand: &'a Brand,
    /// In which words.
    pub words: Words<Plain>,
    /// Where the form goes.
    pub action: &'a str,
    /// What went wrong.
    pub alert: Option<&'a str>,
    /// The score chosen so far.
    pub chosen: Option<Score>,
    /// The comment typed so far.
    pub comment: &'a str,
    /// The tick so far.
    pub follow_up: bool,
    /// The one that allows quoting.
    pub may_quote: bool,
    /// The reasons ticked so far.
    pub reasons: &'a [ReasonId],
    /// Whether it may save by itself: its address must take that, and that somebody has done something there (`…/seen`).
    pub saves: bool,
}

impl<'a> Ask<'a> {
    /// The question as a link opens it.
    pub fn new(brand: &'a Brand, action: &'a str, chosen: Option<Score>) -> Self {
        Self {
            brand,
            words: brand.words(),
            action,
            alert: None,
            chosen,
            comment: "",
            follow_up: false,
            may_quote: false,
            reasons: &[],
            saves: false,
        }
    }

    /// Whether something came with a score that could not be taken.
    fn keeps_what_was_typed(&self) -> bool {
        !self.comment.is_empty() || self.follow_up || self.may_quote || !self.reasons.is_empty()
    }

    fn is_chosen(&self, score: &Score) -> bool {
        self.chosen == Some(*score)
    }
}

/// Thanks, and the question that follows the score.
#[derive(Template)]
#[template(path = "thanks.html")]
pub struct Thanks<'a> {
    /// Who asked.
    pub brand: &'a Brand,
    /// In which words.
    pub words: Words<Plain>,
    /// Where the form goes.
    pub action: &'a str,
    /// What went wrong.
    pub alert: Option<&'a str>,
    /// The score, if it is known.
    pub score: Option<Score>,
    /// The comment typed so far.
    pub comment: &'a str,
    /// The tick so far.
    pub follow_up: bool,
    /// The one that allows quoting.
    pub may_quote: bool,
    /// The reasons ticked so far.
    pub reasons: &'a [ReasonId],
    /// The group whose reasons were shown, where the score is not known.
    pub group: Option<Group>,
    /// Whether that comment is recorded.
    pub commented: bool,
    /// Whether all else that was sent is.
    pub saved: bool,
    /// Whether another comment was recorded earlier.
    pub replaces: bool,
}

impl<'a> Thanks<'a> {
    /// Thanks for a score.
    pub fn new(brand: &'a Brand, action: &'a str, score: Option<Score>) -> Self {
        Self {
            brand,
            words: brand.words(),
            action,
            alert: None,
            score,
            comment: "",
            follow_up: false,
            may_quote: false,
            reasons: &[],
            group: None,
            commented: false,
            saved: false,
            replaces: false,
        }
    }

    /// The group of the score, as far as it is known.
    fn group(&self) -> Option<Group> {
        self.score.map(Score::group).or(self.group)
    }

    fn group_shown(&self) -> &'static str {
        self.group().map_or("", Group::as_str)
    }

    /// What can be ticked.
    fn offered(&self) -> Vec<Offered<'a>> {
        let brand = self.brand;
        let reasons = self.group().map(|group| brand.reasons.of(group)).unwrap_or_default();
        let one = |reason: &'a model::Reason| {
            let (label, language) = reason.label(brand.language, brand.usual);
            Offered { id: &reason.id, label, language }
        };
        reasons.iter().map(one).collect()
    }

    fn next_step(&self) -> Option<&'a NextStep> {
        let group = self.group()?;
        self.brand.next_steps.iter().find(|(of, _)| *of == group).map(|(_, next)| next)
    }

    /// What a tag says of words that may be in another language than the page.
    fn tongue(&self, language: &Language) -> String {
        if *language == self.brand.language {
            return String::new();
        }
        format!(" lang=\"{}\" dir=\"{}\"", language.tag(), language.direction().as_str())
    }

    /// Where a score is changed, up to the score.
    fn change(&self) -> String {
        format!("{}{}score=", self.action, if self.action.contains('?') { '&' } else { '?' })
    }

    fn follow_up_question(&self) -> String {
        let Some(group) = self.group() else { return self.words.ask_open() };
        let own = &self.brand.texts;
        own.filled(self.brand.language, Part::ask(group), &Filling::of(&self.brand.company)).unwrap_or_else(|| {
            match group {
                Group::Detractor => self.words.ask_detractor(),
                Group::Passive => self.words.ask_passive(),
                Group::Promoter => self.words.ask_promoter(),
            }
        })
    }
}

/// A reason as it is shown.
struct Offered<'a> {
    id: &'a ReasonId,
    label: &'a str,
    language: Language,
}

/// Unsubscribing: asked, or done.
#[derive(Template)]
#[template(path = "unsubscribe.html")]
pub struct Unsubscribe<'a> {
    /// Who asked.
    pub brand: &'a Brand,
    /// In which words.
    pub words: Words<Plain>,
    /// For the list of languages: nothing is chosen here.
    pub chosen: Option<Score>,
    /// Where the form goes.
    pub action: &'a str,
    /// What went wrong.
    pub alert: Option<&'a str>,
    /// Whether it is done.
    pub done: bool,
}

impl<'a> Unsubscribe<'a> {
    /// The page with the button, or the one after it.
    pub fn new(brand: &'a Brand, action: &'a str, done: bool) -> Self {
        Self { brand, words: brand.words(), chosen: None, action, alert: None, done }
    }
}

/// A page that only says something.
#[derive(Template)]
#[template(path = "notice.html")]
pub struct Notice<'a> {
    /// Who speaks.
    pub brand: &'a Brand,
    /// In short.
    pub heading: String,
    /// What it means for the reader.
    pub text: String,
}

impl<'a> Notice<'a> {
    /// A notice.
    pub const fn new(brand: &'a Brand, heading: String, text: String) -> Self {
        Self { brand, heading, text }
    }
}

/// A page as a browser gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The document.
    pub html: String,
    /// Its `Content-Security-Policy`.
    pub policy: String,
}

impl Page {
    /// Renders a page.
    ///
    /// # Errors
    /// When the template does.
    pub fn of(page: &impl Branded) -> Result<Self, askama::Error> {
        let html = page.render()?;
        let Brand { look, around, .. } = page.brand();
        let saves = page.saves();
        let plain = *look == Look::default() && around.is_none() && !saves;
        let policy = if plain { POLICY.clone() } else { policy(look, around.as_deref(), saves) };
        Ok(Self { html, policy })
    }
}

/// The policy of pages that look as npsloop does, for what is answered beside pages.
pub fn usual_policy() -> &'static str {
    &POLICY
}

/// The policy of a page that our own pages may show in a frame, made from its own.
pub fn framed_by_ours(policy: &str) -> String {
    policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
}

#[cfg(test)]
mod tests {
    use super::{Ask, Brand, Branded, NextStep, Notice, POLICY, Page, SCRIPT, STYLE, Thanks, Unsubscribe, hash};
    use askama::Template;
    use model::Colour;
    use model::brand::{Colours, Logo, PictureUrl};
    use model::texts::Part;
    use model::{Group, Language, Score, Texts};
    use words::Words;

    fn brand(language: Language) -> Brand {
        let id = model::CampaignId::default_campaign();
        let email = model::Email::parse("nps@example.com").expect("an address");
        let sender = model::campaign::Sender { name: "Northwind Studio".to_owned(), email };
        Brand::of(&model::Campaign::new(id, "Northwind Studio", sender), language)
    }

    /// The same with everything a campaign may have after the score.
    fn full(language: Language) -> Brand {
        let reason = |id: &str, label: &str| model::Reason {
            id: id.parse().expect("an id"),
            label: label.to_owned(),
            labels: [(Language::De, format!("{label} (de)"))].into(),
        };
        let url = "https://www.example.com/next?a=1&b=2".to_owned();
        Brand {
            reasons: model::Reasons {
                detractor: vec![reason("slow", "Zz slow"), reason("price", "Zz price")],
                ..model::Reasons::default()
            },
            ask_to_quote: true,
            next_steps: vec![(Group::Detractor, NextStep { text: "Zz on".to_owned(), language: Language::En, url })],
            self_saving: true,
            ..brand(language)
        }
    }

    fn score(value: u8) -> Option<Score> {
        Score::try_from(value).ok()
    }

    /// The page without its style, which would be the same in every snapshot.
    fn shown(page: &impl Template) -> String {
        let html = page.render().expect("a page");
        assert!(html.len() < 30_000, "{} bytes", html.len());
        assert_eq!(html.matches("<style>").count(), 1);
        assert!(!html.contains("<script") && !html.contains(" style=") && !html.contains("src="), "{html}");
        html.replace(STYLE, "…")
    }

    fn policy(page: &impl Branded) -> String {
        Page::of(page).expect("a page").policy
    }

    #[test]
    fn pages_as_they_are_seen() {
        let brand = brand(Language::En);
        insta::assert_snapshot!("ask", shown(&Ask::new(&brand, "/r/token", score(9))));
        insta::assert_snapshot!("ask_open", shown(&Ask::new(&brand, "/r/token", None)));
        let again = Ask {
            alert: Some("Please choose a number from 0 to 10."),
            comment: "My words",
            follow_up: true,
            ..Ask::new(&brand, "/r/token", None)
        };
        insta::assert_snapshot!("ask_again", shown(&again));
        for (name, value) in [("detractor", 3), ("passive", 8), ("promoter", 10)] {
            insta::assert_snapshot!(format!("thanks_{name}"), shown(&Thanks::new(&brand, "/r/token", score(value))));
        }
        let commented = Thanks {
            comment: "It went well.\nThank you!",
            follow_up: true,
            commented: true,
            ..Thanks::new(&brand, "/r/token", score(9))
        };
        insta::assert_snapshot!("thanks_commented", shown(&commented));
        let unsaved = Thanks {
            alert: Some("We could not save this just now."),
            comment: "\nIt went well.",
            replaces: true,
            ..Thanks::new(&brand, "/r/token", score(9))
        };
        insta::assert_snapshot!("thanks_unsaved", shown(&unsaved));
        let (full, slow) = (full(Language::De), ["slow".parse().expect("an id")]);
        let ticked =
            Thanks { reasons: &slow, may_quote: true, saved: true, ..Thanks::new(&full, "/r/token", score(3)) };
        insta::assert_snapshot!("thanks_full", shown(&ticked));
        insta::assert_snapshot!("unsubscribe", shown(&Unsubscribe::new(&brand, "/u/token", false)));
        insta::assert_snapshot!("unsubscribed", shown(&Unsubscribe::new(&brand, "/u/token", true)));
        insta::assert_snapshot!(
            "notice",
            shown(&Notice::new(
                &Brand::unnamed(Language::En),
                Words::plain(Language::En).forged_title(),
                Words::plain(Language::En).forged(),
            ))
        );
    }

    #[test]
    fn every_page_is_in_its_language() {
        for language in Language::ALL {
            let brand = brand(language);
            let (tag, dir) = (language.tag(), language.direction().as_str());
            let mut pages = vec![
                shown(&Ask::new(&brand, "/r/token", score(9))),
                shown(&Ask { alert: Some("!"), comment: "…", ..Ask::new(&brand, "/r/token", None) }),
                shown(&Thanks { commented: true, comment: "…", ..Thanks::new(&brand, "/r/token", score(9)) }),
                shown(&Thanks { replaces: true, ..Thanks::new(&brand, "/r/token", None) }),
                shown(&Unsubscribe::new(&brand, "/u/token", false)),
                shown(&Unsubscribe::new(&brand, "/u/token", true)),
            ];
            let full = full(language);
            let unsaved = Thanks { group: Some(Group::Detractor), ..Thanks::new(&full, "/r/token", None) };
            pages.extend([shown(&unsaved), shown(&Thanks { saved: true, ..Thanks::new(&full, "/r/token", score(1)) })]);
            let saves = Ask { saves: true, ..Ask::new(&full, "/r/token", score(9)) }.render().expect("a page");
            assert!(saves.len() < 30_000, "{} bytes", saves.len());
            pages.push(saves.replace(STYLE, "…").replace(SCRIPT, "…"));
            pages.extend([3, 8, 10].map(|value| shown(&Thanks::new(&brand, "/r/token", score(value)))));
            for page in &pages {
                assert!(page.contains(&format!("<html lang=\"{tag}\" dir=\"{dir}\">")), "{tag}");
                if language != Language::En {
                    let texts = page.split('<').filter_map(|tag| tag.split_once('>')).map(|(_, text)| text);
                    let said: String = texts.filter(|text| *text != "English").collect();
                    for english in [
                        "Thank",
                        "likely",
                        "ubscribe from",
                        "answer",
                        "Confirm my",
                        "Language",
                        "comment ",
                        "You ",
                        "Tick",
                        "saved",
                    ] {
                        assert!(!said.contains(english), "{tag} says {english}: {said}");
                    }
                }
            }
            // Whoever reads another language finds it, and keeps the score of the link.
            for other in Language::ALL.into_iter().filter(|other| *other != language) {
                let link = format!("<a href=\"?lang={}&amp;score=9\" lang=\"{}\"", other.tag(), other.tag());
                assert_eq!(pages[0].matches(&link).count(), 1, "{tag} {}", other.tag());
            }
            assert!(!pages[0].contains(&format!("?lang={tag}&")), "{tag}");
        }
    }

    #[test]
    fn a_campaign_asks_in_its_own_words() {
        let mut campaign = model::Campaign::new(
            model::CampaignId::default_campaign(),
            "Acme",
            model::campaign::Sender {
                name: "Acme".to_owned(),
                email: model::Email::parse("nps@example.com").expect("an address"),
            },
        );
        campaign.question = Some("Would you?".to_owned());
        for (part, text) in [(Part::Low, "Nie"), (Part::AskDetractor, "Was kann {company} tun?")] {
            campaign.texts.put(Language::De, part, text.to_owned());
        }
        let german = Brand::of(&campaign, Language::De);
        let page = shown(&Ask::new(&german, "/r/t", None));
        assert!(
            page.contains("<h1 lang=\"en\" dir=\"ltr\">Would you?</h1>") && page.contains("<span>0 · Nie</span>"),
            "{page}"
        );
        assert!(page.contains("<span>10 · Äußerst wahrscheinlich</span>"), "{page}");
        assert!(shown(&Thanks::new(&german, "/r/t", score(0))).contains("<h2>Was kann Acme tun?</h2>"));
        campaign.texts.put(Language::De, Part::Question, "Würden Sie {company} empfehlen?".to_owned());
        let german = Brand::of(&campaign, Language::De);
        assert!(shown(&Ask::new(&german, "/r/t", None)).contains("<h1>Würden Sie Acme empfehlen?</h1>"));
        let french = Brand::of(&campaign, Language::Fr);
        assert!(shown(&Thanks::new(&french, "/r/t", score(0))).contains("Qu’est-ce qui n’a pas fonctionné"));
    }

    #[test]
    fn a_language_somebody_chose_stays_chosen() {
        let page = shown(&Thanks::new(&brand(Language::De), "/r/token?lang=de", score(9)));
        assert!(
            page.contains("action=\"/r/token?lang=de\"") && page.contains("href=\"/r/token?lang=de&#38;score=9\""),
            "{page}"
        );
    }

    #[test]
    fn what_others_wrote_is_escaped() {
        let hostile = "</textarea></style><script>alert(1)</script>\" autofocus onfocus=\"alert(1)";
        let mut texts = Texts::default();
        texts.put(Language::En, Part::AskDetractor, hostile.to_owned());
        let next = NextStep { text: hostile.to_owned(), language: Language::Ar, url: "https://a.example/".to_owned() };
        let id = "slow".parse().expect("an id");
        let reason = model::Reason { id, label: hostile.to_owned(), labels: [].into() };
        let brand = Brand {
            reasons: model::Reasons { detractor: vec![reason], ..model::Reasons::default() },
            next_steps: vec![(Group::Detractor, next)],
            company: hostile.to_owned(),
            question: hostile.to_owned(),
            low: hostile.to_owned(),
            high: hostile.to_owned(),
            texts,
            ..brand(Language::En)
        };
        let pages = [
            shown(&Ask { comment: hostile, ..Ask::new(&brand, "/r/token", None) }),
            shown(&Thanks { comment: hostile, ..Thanks::new(&brand, "/r/token", score(1)) }),
            shown(&Unsubscribe::new(&brand, "/u/token", false)),
            shown(&Notice::new(&brand, hostile.to_owned(), hostile.to_owned())),
        ];
        for page in pages {
            assert!(!page.contains("onfocus=\""), "{page}");
            assert!(page.matches("</textarea>").count() <= 1, "{page}");
        }
    }

    #[test]
    fn a_page_wears_the_campaigns_colours_and_logo_and_its_policy_names_just_them() {
        let mut brand = brand(Language::En);
        let url = PictureUrl::parse("https://www.example.com/logo.png?a=1&b=2").expect("a picture");
        let campaign = model::Brand {
            logo: Some(Logo { url, width: 160, alt: None }),
            colours: Some(Colours { accent: Colour::hex(0x00d9_480f), accent_dark: None }),
            ..model::Brand::default()
        };
        brand.look = super::Look::of(&campaign);
        let style = brand.look.style.clone().expect("a style");
        insta::assert_snapshot!("branded_style", style);
        let html = Ask::new(&brand, "/r/token", score(9)).render().expect("a page");
        assert_eq!((html.matches("<style>").count(), html.matches(" style=").count()), (2, 0));
        assert!(html.contains(&format!("<style>{style}</style>")), "{html}");
        let logo = "<img class=\"logo\" src=\"https://www.example.com/logo.png?a=1&#38;b=2\" alt=\"Northwind Studio\" width=\"160\">";
        assert_eq!((html.matches("<img").count(), html.matches(logo).count()), (1, 1), "{html}");
        let policy = policy(&Ask::new(&brand, "/r/token", score(9)));
        let styles = format!(
            "style-src 'sha256-{}' 'sha256-{}'; img-src https://www.example.com/logo.png; ",
            hash(STYLE),
            hash(&style)
        );
        assert!(policy.starts_with(&format!("default-src 'none'; {styles}form-action 'self';")), "{policy}");
    }

    #[test]
    fn a_page_that_saves_has_one_script_and_its_policy_names_just_that() {
        let brand = full(Language::En);
        let ask = Ask { saves: true, ..Ask::new(&brand, "/r/token", score(9)) };
        let html = ask.render().expect("a page");
        assert_eq!((html.matches("<script").count(), html.matches("</script>").count()), (1, 1));
        assert!(html.contains(&format!("<script>{SCRIPT}</script>")) && !SCRIPT.contains("</"), "{html}");
        let policy = policy(&ask);
        let parts = format!("; script-src 'sha256-{}'; connect-src 'self'; form-action 'self';", hash(SCRIPT));
        assert!(policy.contains(&parts) && !policy.contains("unsafe"), "{policy}");
        // The same campaign's page of thanks has none, nor has its question where nobody says so.
        assert_eq!(POLICY.as_str(), self::policy(&Thanks::new(&brand, "/r/t", score(9))));
        assert_eq!(POLICY.as_str(), self::policy(&Ask::new(&brand, "/r/t", None)));
    }

    #[test]
    fn the_policy_names_the_style_and_nothing_else() {
        let policy = &*POLICY;
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
        assert!(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"), "{policy}");
    }

    #[test]
    fn the_scale_is_eleven_radio_buttons_and_one_button() {
        let brand = brand(Language::En);
        for value in 0..=10 {
            let page = shown(&Ask::new(&brand, "/r/token", score(value)));
            assert_eq!(page.matches("type=\"radio\"").count(), 11);
            assert_eq!(page.matches("<button").count(), 1);
            assert_eq!(page.matches(" checked>").count(), 1);
            assert!(page.contains(&format!("value=\"{value}\" required checked>")));
        }
    }
}
