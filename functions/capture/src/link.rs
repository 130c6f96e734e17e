//! Checking a link, and where one leads that is not good.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use host::Problem;
use host::problem::Kind;
use model::link::{Claims, NotALink, Purpose};
use model::{Language, Timestamp};
use pages::{Around, Brand, Notice};
use store::{Config, StoredCampaign};
use words::Words;

use crate::Deps;
use crate::answer::later;
use crate::page::page;

/// The characters of every token there is.
const LENGTH: usize = 59;

/// How often links nobody knows may make us look for newer keys.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// A token as it stands in the path.
pub(crate) type Token = Result<Path<String>, PathRejection>;

/// Checks links.
#[derive(Clone)]
pub(crate) struct Links {
    /// What the function needs.
    pub deps: Deps,
    known: Arc<Mutex<Known>>,
}

/// What was read last, and when a link last made us look for more.
#[derive(Default)]
struct Known {
    config: Option<Arc<Config>>,
    looked_again: Option<Timestamp>,
}

/// A link that is good.
pub(crate) struct Link {
    /// What it says.
    pub claims: Claims,
    /// Who asks.
    pub brand: Brand,
    /// Where its forms go.
    pub path: String,
    /// When it was followed.
    pub now: Timestamp,
    config: Arc<Config>,
}

impl Link {
    /// The campaign that asks.
    pub(crate) fn campaign(&self) -> Option<&StoredCampaign> {
        self.config.linked_campaign(self.claims.campaign)
    }
}

impl Links {
    /// Links checked with these.
    pub(crate) fn new(deps: Deps) -> Self {
        Self { deps, known: Arc::default() }
    }

    /// Checks a link. Reads nothing while keys and campaigns are known.
    ///
    /// Its page is in the language the reader chose from the list, else in the letter's if that is what the CRM says of
    /// the contact, else in the browser's, else in the letter's.
    pub(crate) async fn check(&self, purpose: Purpose, token: Token, reader: &Reader) -> Result<Link, Trouble> {
        let now = self.deps.clock.now();
        let path = path(purpose, &token).ok_or(Trouble::Forged)?;
        let Ok(Path(token)) = token else { return Err(Trouble::Forged) };
        let mut config = self.config(now).await?;
        let mut claims = read(&config, purpose, &token, now);
        // A letter may be younger than what we know of the keys: the first one ever, or the first after a rotation.
        if claims == Err(NotALink::Forged) && self.may_look_again(now) {
            self.deps.store.forget_config().await;
            config = self.config(now).await?;
            claims = read(&config, purpose, &token, now);
        }
        let claims = claims.map_err(|why| match why {
            NotALink::Forged => Trouble::Forged,
            NotALink::Expired(claims) => Trouble::Expired(reader.language(Some(&claims))),
        })?;
        let language = reader.language(Some(&claims));
        let brand = match config.linked_campaign(claims.campaign) {
            Some(stored) => Brand::of(&stored.campaign, language),
            None => Brand::unnamed(language),
        };
        // Signed here, since the link for it is another one: a text has room for one alone.
        let way_out = config.keyring(Purpose::Unsubscribe).filter(|_| purpose == Purpose::Respond);
        let unsubscribe = way_out.map(|keys| reader.path(format!("/u/{}", keys.sign(&claims))));
        let brand = match &reader.around {
            Some(around) => brand.behind(around.clone()),
            None => Brand { unsubscribe, ..brand },
        };
        let path = reader.path(path);
        Ok(Link { claims, brand, path, now, config })
    }

    /// Keys and campaigns. While the tables give no answer those read last will do: a link that was good stays so.
    pub(crate) async fn config(&self, now: Timestamp) -> Result<Arc<Config>, Trouble> {
        let read = self.deps.store.config(now).await;
        let mut known = self.known();
        match read {
            Ok(config) => {
                known.config = Some(config.clone());
                Ok(config)
            }
            Err(error) => {
                let problem = Problem::from(error);
                known.config.clone().ok_or(Trouble::TryLater(problem))
            }
        }
    }

    /// Forged links must not become a way to make us read.
    pub(crate) fn may_look_again(&self, now: Timestamp) -> bool {
        let mut known = self.known();
        let may = known.looked_again.is_none_or(|at| now < at || now.since(at) >= LOOK_AGAIN);
        if may {
            known.looked_again = Some(now);
        }
        may
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who reads: what a browser says of the language, and what is around the page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reader {
    /// What they chose from the list.
    chosen: Option<Language>,
    /// What the browser asks for.
    browser: Option<Language>,
    /// The door they came through.
    around: Option<Arc<Around>>,
}

impl Reader {
    /// Who sends a request.
    pub(crate) fn of(query: Option<&str>, headers: &HeaderMap) -> Self {
        let mut pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        let chosen = pairs.find(|(name, _)| name == "lang").and_then(|(_, tag)| Language::tagged(&tag));
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Self { chosen, browser: accepted.and_then(Language::preferred), around: None }
    }

    /// The same behind a door.
    pub(crate) fn behind(self, around: Arc<Around>) -> Self {
        Self { around: Some(around), ..self }
    }

    /// The language they read at a door that has one, or whose campaign has.
    pub(crate) fn language_at(&self, door: Option<Language>, campaign: Language) -> Language {
        self.chosen.or(door).or(self.browser).unwrap_or(campaign)
    }

    /// The language they read.
    pub(crate) fn language(&self, link: Option<&Claims>) -> Language {
        let theirs = link.filter(|claims| claims.chosen).map(|claims| claims.language);
        let campaign = link.map(|claims| claims.language);
        self.chosen.or(theirs).or(self.browser).or(campaign).unwrap_or_default()
    }

    /// For a page that does not know who asks.
    pub(crate) fn unnamed(&self) -> Brand {
        Brand { around: self.around.clone(), ..Brand::unnamed(self.language(None)) }
    }

    /// Where a form goes, so that what was chosen stays so.
    pub(crate) fn path(&self, path: String) -> String {
        let chosen = self.chosen.map(|language| ("lang", language.tag()));
        match &self.around {
            Some(around) => around.address(&around.roofed(&path), chosen),
            None => chosen.map(|(name, tag)| format!("{path}?{name}={tag}")).unwrap_or(path),
        }
    }
}

/// Where the forms of a link go; nowhere for a token that none of ours can be.
pub(crate) fn path(purpose: Purpose, token: &Token) -> Option<String> {
    let Ok(Path(token)) = token else { return None };
    let sound = token.len() == LENGTH && token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    let under = match purpose {
        Purpose::Respond => "r",
        Purpose::Unsubscribe => "u",
        Purpose::Preview => "preview/ask",
        // Its token is another one; see [`crate::door`].
        Purpose::Door => return None,
        // No page: it is an address to reply to.
        Purpose::Reply => return None,
    };
    sound.then(|| format!("/{under}/{token}"))
}

fn read(config: &Config, purpose: Purpose, token: &str, now: Timestamp) -> Result<Claims, NotALink> {
    config.keyring(purpose).ok_or(NotALink::Forged)?.read(token, now)
}

/// Why a link leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// We did not make it.
    Forged,
    /// Its time is over; it spoke that language.
    Expired(Language),
    /// Its survey was erased; the page is in that language.
    NotKept(Language),
    /// The tables gave no answer.
    TryLater(Problem),
}

impl Trouble {
    /// A friendly page, or a problem.
    pub(crate) fn answer(self, program: bool, reader: &Reader) -> Response {
        let language = match &self {
            Self::Expired(language) | Self::NotKept(language) => *language,
            _ => reader.language(None),
        };
        let words = Words::plain(language);
        let (problem, heading, text) = match self {
            Self::Forged => (Problem::not_found("this link is not one of ours"), words.forged_title(), words.forged()),
            Self::Expired(_) => (
                Problem::new(Kind::Gone, "this link has expired; a link works for 180 days"),
                words.expired_title(),
                words.expired(),
            ),
            Self::NotKept(_) => {
                (Problem::new(Kind::Gone, "this survey is no longer kept"), words.gone_title(), words.gone())
            }
            Self::TryLater(problem) => (problem, words.later_title(), words.later()),
        };
        if program {
            return problem.into_response();
        }
        let status = problem.kind().status();
        let brand = Brand { around: reader.around.clone(), ..Brand::unnamed(language) };
        let notice = page(status, &Notice::new(&brand, heading, text));
        if status == StatusCode::SERVICE_UNAVAILABLE { later(notice) } else { notice }
    }
}

#[cfg(test)]
mod tests {
    use super::{Path, Purpose, Reader, Trouble, path};
    use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
    use host::Problem;
    use host::problem::Kind;
    use model::link::Claims;
    use model::{CampaignId, Language, SurveyId, Timestamp};

    #[test]
    fn forms_go_nowhere_but_to_tokens_like_ours() {
        let path = |token: &str| path(Purpose::Respond, &Ok(Path(token.to_owned())));
        let token = "AQEAAABVZqrvY2JdS7yKq3n1w0fXgAAAAAEAaWwXNwABc2lnbmF0-_-UxNg".get(..59).unwrap_or_default();
        assert_eq!(path(token), Some(format!("/r/{token}")));
        for wrong in ["", "x", &token.replace('A', "/"), &token.replace('A', "\""), &format!("{token}A")] {
            assert_eq!(path(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_page_is_in_the_language_that_was_chosen_then_the_contacts_then_the_browsers_then_the_campaigns() {
        let reader = |query, accepted: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            if let Some(accepted) = accepted {
                headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(accepted));
            }
            Reader::of(query, &headers)
        };
        let survey = SurveyId::from_bytes([7; 16]);
        let theirs = Claims::new(survey, &CampaignId::default_campaign(), Language::De, Timestamp::default());
        let campaigns = theirs.by_default();
        for (query, accepted, link, expected) in [
            (Some("score=9&lang=ja"), Some("fr"), Some(theirs), Language::Ja),
            (Some("lang=ja"), None, Some(campaigns), Language::Ja),
            (None, Some("fr"), Some(theirs), Language::De),
            (Some("lang=xx"), Some("fr"), Some(theirs), Language::De),
            (None, Some("fr-CA,en;q=0.5"), Some(campaigns), Language::Fr),
            (None, Some("xx"), Some(campaigns), Language::De),
            (None, None, Some(campaigns), Language::De),
            (None, Some("ar"), None, Language::Ar),
            (None, None, None, Language::En),
        ] {
            let reader = reader(query, accepted);
            assert_eq!(reader.language(link.as_ref()), expected, "{query:?} {accepted:?} {link:?}");
        }
        assert_eq!(reader(Some("lang=zh-Hant"), None).path("/r/t".to_owned()), "/r/t?lang=zh-Hant");
        assert_eq!(reader(Some("lang=%22%3E"), None).path("/r/t".to_owned()), "/r/t");
    }

    #[test]
    fn trouble_is_a_page_for_people_and_a_problem_for_programs() {
        let later = Trouble::TryLater(Problem::new(Kind::TryLater, "x"));
        for (trouble, status) in [
            (Trouble::Forged, StatusCode::NOT_FOUND),
            (Trouble::Expired(Language::De), StatusCode::GONE),
            (Trouble::NotKept(Language::Ja), StatusCode::GONE),
            (later, StatusCode::SERVICE_UNAVAILABLE),
        ] {
            for (program, kind) in [(false, "text/html; charset=utf-8"), (true, "application/problem+json")] {
                let answer = trouble.clone().answer(program, &Reader::default());
                assert_eq!(answer.status(), status);
                assert_eq!(answer.headers()[header::CONTENT_TYPE], kind);
                assert_eq!(answer.headers().contains_key(header::RETRY_AFTER), status == 503);
            }
        }
    }
}
