//! The pages a contact sees. None has a script; the only style is the one whose hash the policy names.

use askama::Template;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::{Campaign, Group, Language, Score};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

const STYLE: &str = include_str!("../templates/page.css");

/// Nothing but this page's own style; it may only be sent back to where it came from, and never framed.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hash = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'; form-action 'self'"))
});

/// What a page says of who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Brand {
    /// The company; empty where it is not known.
    pub company: String,
    /// The question.
    pub question: String,
    /// The page's language.
    pub language: Language,
}

impl Brand {
    /// The brand of a campaign.
    pub(crate) fn of(campaign: &Campaign, language: Language) -> Self {
        Self { company: campaign.company.clone(), question: campaign.question(), language }
    }

    /// For a page that does not know who asks.
    pub(crate) fn unnamed(language: Language) -> Self {
        let question = "How likely are you to recommend us to a friend or colleague?".to_owned();
        Self { company: String::new(), question, language }
    }

    fn who(&self) -> &str {
        if self.company.is_empty() { "We" } else { &self.company }
    }
}

/// The question, with what was chosen and typed so far.
#[derive(Template)]
#[template(path = "ask.html")]
pub(crate) struct Ask<'a> {
    /// Who asks.
    pub brand: &'a Brand,
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
}

impl<'a> Ask<'a> {
    /// The question as a link opens it.
    pub(crate) fn new(brand: &'a Brand, action: &'a str, chosen: Option<Score>) -> Self {
        Self { brand, action, alert: None, chosen, comment: "", follow_up: false }
    }

    fn is_chosen(&self, score: &Score) -> bool {
        self.chosen == Some(*score)
    }
}

/// Thanks, and the question that follows the score.
#[derive(Template)]
#[template(path = "thanks.html")]
pub(crate) struct Thanks<'a> {
    /// Who asked.
    pub brand: &'a Brand,
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
    /// Whether that comment is recorded.
    pub commented: bool,
    /// Whether another comment was recorded earlier.
    pub replaces: bool,
}

impl<'a> Thanks<'a> {
    /// Thanks for a score.
    pub(crate) fn new(brand: &'a Brand, action: &'a str, score: Option<Score>) -> Self {
        Self { brand, action, alert: None, score, comment: "", follow_up: false, commented: false, replaces: false }
    }

    fn follow_up_question(&self) -> &'static str {
        match self.score.map(Score::group) {
            Some(Group::Detractor) => "What went wrong for you, and what should we change first?",
            Some(Group::Passive) => "What is the one thing that would make it better for you?",
            Some(Group::Promoter) => "Good to hear! What do you value most?",
            None => "What would you like to tell us?",
        }
    }
}

/// Unsubscribing: asked, or done.
#[derive(Template)]
#[template(path = "unsubscribe.html")]
pub(crate) struct Unsubscribe<'a> {
    /// Who asked.
    pub brand: &'a Brand,
    /// Where the form goes.
    pub action: &'a str,
    /// What went wrong.
    pub alert: Option<&'a str>,
    /// Whether it is done.
    pub done: bool,
}

impl<'a> Unsubscribe<'a> {
    /// The page with the button, or the one after it.
    pub(crate) fn new(brand: &'a Brand, action: &'a str, done: bool) -> Self {
        Self { brand, action, alert: None, done }
    }
}

/// A page that only says something.
#[derive(Template)]
#[template(path = "notice.html")]
pub(crate) struct Notice<'a> {
    /// Who speaks.
    pub brand: &'a Brand,
    /// In short.
    pub heading: &'a str,
    /// What it means for the reader.
    pub text: &'a str,
}

impl<'a> Notice<'a> {
    /// A notice.
    pub(crate) fn new(brand: &'a Brand, heading: &'a str, text: &'a str) -> Self {
        Self { brand, heading, text }
    }
}

/// Renders a page.
pub(crate) fn page(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => {
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
                (header::CONTENT_SECURITY_POLICY, POLICY.clone()),
            ];
            (status, headers, html).into_response()
        }
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a page could not be rendered");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

/// What every answer behind a link carries: its address is a secret, and nothing of it is to be kept or indexed.
pub(crate) fn guard(headers: &mut HeaderMap) {
    for (name, value) in [
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert_with(|| POLICY.clone());
}

#[cfg(test)]
mod tests {
    use super::{Ask, Brand, Notice, POLICY, STYLE, Thanks, Unsubscribe};
    use askama::Template;
    use model::{Language, Score};

    fn brand() -> Brand {
        Brand {
            company: "Northwind Studio".to_owned(),
            question: "How likely are you to recommend Northwind Studio to a friend or colleague?".to_owned(),
            language: Language::En,
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

    #[test]
    fn pages_as_they_are_seen() {
        let brand = brand();
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
        insta::assert_snapshot!("unsubscribe", shown(&Unsubscribe::new(&brand, "/u/token", false)));
        insta::assert_snapshot!("unsubscribed", shown(&Unsubscribe::new(&brand, "/u/token", true)));
        insta::assert_snapshot!(
            "notice",
            shown(&Notice::new(
                &Brand::unnamed(Language::En),
                "This link does not work",
                "Please open it from the e-mail again."
            ))
        );
    }

    #[test]
    fn what_others_wrote_is_escaped() {
        let hostile = "</textarea></style><script>alert(1)</script>\" autofocus onfocus=\"alert(1)";
        let brand = Brand { company: hostile.to_owned(), question: hostile.to_owned(), language: Language::En };
        let pages = [
            shown(&Ask { comment: hostile, ..Ask::new(&brand, "/r/token", None) }),
            shown(&Thanks { comment: hostile, ..Thanks::new(&brand, "/r/token", score(1)) }),
            shown(&Unsubscribe::new(&brand, "/u/token", false)),
            shown(&Notice::new(&brand, "a", "b")),
        ];
        for page in pages {
            assert!(!page.contains("onfocus=\""), "{page}");
            assert!(page.matches("</textarea>").count() <= 1, "{page}");
        }
    }

    #[test]
    fn the_policy_names_the_style_and_nothing_else() {
        let policy = POLICY.to_str().expect("ASCII");
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
        assert!(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"), "{policy}");
    }

    #[test]
    fn the_scale_is_eleven_radio_buttons_and_one_button() {
        let brand = brand();
        for value in 0..=10 {
            let page = shown(&Ask::new(&brand, "/r/token", score(value)));
            assert_eq!(page.matches("type=\"radio\"").count(), 11);
            assert_eq!(page.matches("<button").count(), 1);
            assert_eq!(page.matches(" checked>").count(), 1);
            assert!(page.contains(&format!("value=\"{value}\" required checked>")));
        }
    }
}
