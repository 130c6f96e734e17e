//! Seeing before sending: the very letters and pages of a campaign, filled with names that nobody has.
//!
//! A letter is filled by the code that fills those that are sent. It comes with a policy under which a campaign's own words can
//! run nothing and reach nothing, whoever opens it where. Its links lead to pages that record nothing; a page is shown by
//! `capture`, behind the same kind of link, and that of a draft here, as it has none.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use host::problem::Kind;
use host::query::Parameters;
use host::{Problem, fields};
use letters::fill::About;
use letters::{Composed, Links, fill};
use model::link::{PREVIEW_LIFE, Purpose};
use model::sample::{Names, Sample, Shown, Way, Which};
use model::template::Body;
use model::{Campaign, CampaignId, Group, Language, LetterKind, Template, Timestamp};
use pages::Page;
use serde::Serialize;

use crate::templates::Draft;
use crate::{Deps, Looking, Managed, templates, wire};

/// The longest name a sample takes, in characters.
const NAME: usize = 200;

/// Nothing but the letter's own styles and its company's logo; framed by our own pages alone, and there without an origin.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; img-src https: data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'self'; sandbox",
);

pub(crate) const LETTERS: &str = "this must be invite, remind or thanks";
const SEEN: &str = "this must be invite, remind, thanks, sms or sms_remind";
pub(crate) const GROUPS: &str = "this must be promoter, passive or detractor";
pub(crate) const WHOSE: &str = "say which group is thanked: promoter, passive or detractor";

/// A letter as the API shows it.
#[derive(Serialize)]
pub(crate) struct LetterWire {
    letter: &'static str,
    group: Option<&'static str>,
    language: &'static str,
    from: Option<Mailbox>,
    reply_to: Option<String>,
    subject: String,
    html: String,
    text: String,
    headers: Vec<Header>,
    /// Of a text message alone.
    sms: Option<SmsWire>,
}

/// What a text message is sent as.
#[derive(Serialize)]
struct SmsWire {
    origination: Option<String>,
    encoding: &'static str,
    units: usize,
    segments: usize,
    warning: Option<&'static str>,
}

const LONG: &str = "this text has more than two segments, and each is paid for; say it shorter";

#[derive(Serialize)]
struct Mailbox {
    name: String,
    email: String,
}

#[derive(Serialize)]
struct Header {
    name: &'static str,
    value: String,
}

/// Where a page is seen.
#[derive(Serialize)]
pub(crate) struct PageWire {
    page: &'static str,
    group: Option<&'static str>,
    language: &'static str,
    url: String,
    expires_at: String,
}

/// What a preview is made into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Format {
    #[default]
    Html,
    Text,
    Json,
}

/// Which kind of letter or text, before the group is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kept {
    Letter(LetterKind),
    Text(Which),
}

impl Kept {
    fn named(text: &str) -> Option<Self> {
        match text {
            "sms" => Some(Self::Text(Which::Sms)),
            "sms_remind" => Some(Self::Text(Which::SmsRemind)),
            letter => LetterKind::named(letter).map(Self::Letter),
        }
    }

    /// The one for a group; nothing where that is missing.
    const fn to(self, group: Option<Group>) -> Option<Which> {
        match self {
            Self::Letter(kind) => kind.to(group),
            Self::Text(which) => Some(which),
        }
    }
}

/// What is to be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    Letter(Which),
    Page(Shown, Option<Group>),
}

/// What is asked for.
#[derive(Debug, PartialEq)]
struct Wanted {
    seen: Seen,
    language: Option<Language>,
    names: Names,
    format: Format,
}

impl Wanted {
    fn read(pairs: Vec<(String, String)>) -> Result<Self, Problem> {
        let mut parameters = Parameters::new(pairs);
        let letter = parameters.read("letter", SEEN, Kept::named);
        let page =
            parameters.read("page", "this must be ask, thanks or unsubscribe", |text| text.parse::<Shown>().ok());
        let group = parameters.read("group", GROUPS, |text| text.parse::<Group>().ok());
        let language = parameters.read("language", &wire::spoken(), Language::tagged);
        let format = parameters.read("format", "this must be html, text or json", |text| match text {
            "html" => Some(Format::Html),
            "text" => Some(Format::Text),
            "json" => Some(Format::Json),
            _ => None,
        });
        let usual = parameters.read("names", "this must be usual, long or none", names);
        let mut names = usual.unwrap_or_else(Names::usual);
        let own = [("name", &mut names.contact), ("subject", &mut names.subject), ("owner", &mut names.owner)];
        for (name, slot) in own {
            // Given but empty says that nobody has such a name.
            match parameters.take(name).map(|text| fields::line(&text, NAME)) {
                Some(Ok(text)) => *slot = text,
                Some(Err(why)) => parameters.wrong(name, &why),
                None => {}
            }
        }
        let thanks = letter == Some(Kept::Letter(LetterKind::Thanks)) || page == Some(Shown::Thanks);
        if parameters.is_fine() && letter.is_some() && page.is_some() {
            parameters.wrong("page", "ask for a letter or for a page, not for both");
        } else if parameters.is_fine() && thanks && group.is_none() {
            parameters.wrong("group", WHOSE);
        } else if parameters.is_fine() && page.is_some() && format == Some(Format::Text) {
            parameters.wrong("format", "a page is html, or json that says where it is");
        }
        parameters.finish()?;
        let seen = match page {
            Some(page) => Some(Seen::Page(page, group)),
            None => letter.unwrap_or(Kept::Letter(LetterKind::Invite)).to(group).map(Seen::Letter),
        };
        let seen = seen.ok_or_else(|| Problem::field("?group", WHOSE))?;
        Ok(Self { seen, language, names, format: format.unwrap_or_default() })
    }
}

/// The names of a sample by what they are called in the API.
pub(crate) fn names(text: &str) -> Option<Names> {
    match text {
        "usual" => Some(Names::usual()),
        "long" => Some(Names::long()),
        "none" => Some(Names::default()),
        _ => None,
    }
}

/// `GET /v1/campaigns/{id}/preview`
pub(crate) async fn show(
    State(deps): State<Deps>,
    Path(id): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
    looking: Looking,
) -> Result<Response, Problem> {
    let wanted = Wanted::read(pairs)?;
    let campaign = campaign(&deps, &id, looking.now).await?;
    let language = wanted.language.unwrap_or(campaign.language);
    let way = way(&deps, &campaign.id, language, looking.now).await?;
    match wanted.seen {
        Seen::Letter(which) => {
            let sample = Sample { which, language, names: wanted.names };
            let own = own(&deps, &campaign, &sample, looking.now).await?;
            let own = own.as_deref().map(|own| &own.body);
            letter(&deps, &campaign, own, &way, sample, wanted.format)
        }
        Seen::Page(shown, group) => {
            let path = match group.filter(|_| shown == Shown::Thanks) {
                Some(group) => way.to_thanks(group),
                None => way.to(shown),
            };
            if wanted.format == Format::Json {
                let expires_at = looking.now.after(PREVIEW_LIFE).whole_second().to_string();
                let url = format!("{}{path}", deps.site.url());
                let group = group.map(Group::as_str);
                let page = PageWire { page: shown.as_str(), group, language: language.tag(), url, expires_at };
                return Ok(kept_by_nobody(Json(page).into_response()));
            }
            let to = HeaderValue::try_from(path).map_err(|_| Problem::not_found("there is no such page"))?;
            Ok(kept_by_nobody((StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()))
        }
    }
}

/// `POST /v1/campaigns/{id}/preview`: of a campaign or a template as it would be put. Nothing is written.
pub(crate) async fn draft(
    State(deps): State<Deps>,
    Path(id): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
    managed: Managed,
) -> Result<Response, Problem> {
    let wanted = Wanted::read(pairs)?;
    if matches!(wanted.seen, Seen::Page(..)) && wanted.format == Format::Json {
        return Err(Problem::field("?format", "the page of a draft has no address; it is html"));
    }
    let (campaign, draft) = drafted(&deps, &id, &managed).await?;
    let language = wanted.language.unwrap_or(campaign.language);
    let which = match wanted.seen {
        Seen::Letter(which) => which,
        Seen::Page(page, group) => return page_of(&campaign, page, group, language),
    };
    let way = way(&deps, &campaign.id, language, managed.now).await?;
    let sample = Sample { which, language, names: wanted.names };
    let own = match draft {
        Some(draft) => {
            let of_none =
                || Problem::field("?letter", "a text message has no template; ask for invite, remind or thanks");
            let kind = which.letter().ok_or_else(of_none)?;
            Some(Arc::new(draft.made(&campaign, kind, "/template/source", managed.now)?))
        }
        None => own(&deps, &campaign, &sample, managed.now).await?,
    };
    letter(&deps, &campaign, own.as_deref().map(|own| &own.body), &way, sample, wanted.format)
}

/// What is only shown: a campaign as it would be put, or a template for the campaign that is there.
async fn drafted(deps: &Deps, id: &str, managed: &Managed) -> Result<(Campaign, Option<Draft>), Problem> {
    let mut fields = managed.fields()?;
    if !fields.names().iter().any(|name| name == "template") {
        return Ok((wire::read(fields, id, &deps.defaults)?, None));
    }
    let draft = templates::draft(&mut fields);
    if draft.is_none() {
        fields.missing("template", "this must be an object with `kind` and `source`");
    }
    fields.finish()?;
    Ok((campaign(deps, id, managed.now).await?, draft))
}

/// The company's own design of a letter, as it is sent now.
async fn own(
    deps: &Deps,
    campaign: &Campaign,
    sample: &Sample,
    now: Timestamp,
) -> Result<Option<Arc<Template>>, Problem> {
    let Some(letter) = sample.which.letter() else { return Ok(None) };
    let config = deps.config(now).await?;
    let language = fill::language(campaign, sample);
    Ok(deps.store.template(&config, &campaign.id, letter, language).await?)
}

/// The campaign of an address.
pub(crate) async fn campaign(deps: &Deps, id: &str, now: Timestamp) -> Result<Campaign, Problem> {
    let id: CampaignId = id.parse().map_err(|_| no_such_campaign())?;
    let config = deps.config(now).await?;
    config.campaign(&id).map(|stored| stored.campaign.clone()).ok_or_else(no_such_campaign)
}

pub(crate) fn no_such_campaign() -> Problem {
    Problem::not_found("there is no campaign of that id")
}

async fn way(deps: &Deps, campaign: &CampaignId, language: Language, now: Timestamp) -> Result<Way, Problem> {
    let keys = deps.store.keyring(Purpose::Preview, now, || deps.chance.secret()).await?;
    Ok(Way::new(&keys, campaign, language, now))
}

fn letter(
    deps: &Deps,
    campaign: &Campaign,
    own: Option<&Body>,
    way: &Way,
    sample: Sample,
    format: Format,
) -> Result<Response, Problem> {
    let link = |shown| format!("{}{}", deps.site.url(), way.to(shown));
    let replies = deps.replies && campaign.takes_replies();
    let links = Links { page: &link(Shown::Ask), unsubscribe: &link(Shown::Unsubscribe), replies };
    let composed = fill::sample(campaign, own, &sample, links).map_err(|error| {
        tracing::error!(error = host::telemetry::chain(&error), "a letter could not be rendered");
        Problem::new(Kind::TryLater, "the letter could not be made; please try again")
    })?;
    let letter = composed.ok_or_else(|| Problem::field("?group", thanks_nobody(&sample)))?;
    let response = match format {
        Format::Html => {
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
                (header::CONTENT_SECURITY_POLICY, POLICY),
                (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
            ];
            (headers, letter.html).into_response()
        }
        Format::Text => {
            let kind = HeaderValue::from_static("text/plain; charset=utf-8");
            let text = match sample.which.is_text() {
                true => letter.text,
                false => format!("Subject: {}\n\n{}", letter.subject, letter.text),
            };
            ([(header::CONTENT_TYPE, kind)], text).into_response()
        }
        Format::Json => Json(shown(campaign, &sample, letter, links)).into_response(),
    };
    Ok(kept_by_nobody(response))
}

/// The page of a draft.
fn page_of(campaign: &Campaign, shown: Shown, group: Option<Group>, language: Language) -> Result<Response, Problem> {
    let Page { html, policy } = pages::draft(campaign, shown, group, language).map_err(|error| {
        tracing::error!(error = host::telemetry::chain(&error), "a page could not be rendered");
        Problem::new(Kind::TryLater, "the page could not be made; please try again")
    })?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN")),
        (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow")),
    ];
    Ok(kept_by_nobody((headers, [(header::CONTENT_SECURITY_POLICY, policy)], html).into_response()))
}

/// Why there is no letter to see.
pub(crate) fn thanks_nobody(sample: &Sample) -> String {
    let group = sample.which.group().map_or("that", Group::as_str);
    format!("this campaign sends no letter of thanks to a {group}; see `thanks` and `texts` of the campaign")
}

fn shown(campaign: &Campaign, sample: &Sample, letter: Composed, links: Links<'_>) -> LetterWire {
    let (is_letter, reminder) = (!sample.which.is_text(), sample.which == Which::SmsRemind);
    let text = (!is_letter).then(|| letters::sms::ask(campaign, &About::sample(sample), reminder, links.page));
    // A letter that asks is then replied to at an address of its survey.
    let asks = sample.which.group().is_none();
    let reply_to = campaign.reply_to.as_ref().filter(|_| is_letter && !(asks && links.replies));
    LetterWire {
        sms: text.map(|text| SmsWire {
            origination: campaign.sms.as_ref().map(|sms| sms.origination.to_string()),
            encoding: text.segments.encoding.as_str(),
            units: text.segments.units,
            segments: text.segments.count,
            warning: text.segments.is_long().then_some(LONG),
        }),
        letter: sample.which.as_str(),
        group: sample.which.group().map(Group::as_str),
        language: sample.language.tag(),
        from: is_letter.then(|| Mailbox {
            name: letters::from_name(campaign, sample.names.owner.as_deref()),
            email: campaign.sender.email.expose().to_owned(),
        }),
        reply_to: reply_to.map(|email| email.expose().to_owned()),
        subject: letter.subject,
        html: letter.html,
        text: letter.text,
        headers: letter.headers.into_iter().map(|(name, value)| Header { name, value }).collect(),
    }
}

/// What is seen holds links that work for a while.
fn kept_by_nobody(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(query: &[(&str, &str)]) -> Result<Wanted, Problem> {
        Wanted::read(query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn what_is_asked_for_is_read_strictly() {
        let usual = wanted(&[]).unwrap();
        assert_eq!(
            (usual.seen, usual.names, usual.format),
            (Seen::Letter(Which::Invite), Names::usual(), Format::Html)
        );
        let own = wanted(&[("letter", "thanks"), ("group", "passive"), ("names", "long"), ("name", "")]).unwrap();
        assert_eq!(own.seen, Seen::Letter(Which::Thanks(Group::Passive)));
        assert_eq!(own.names, Names { contact: None, ..Names::long() });
        for wrong in [
            &[("letter", "alert")][..],
            &[("letter", "thanks")],
            &[("page", "thanks")],
            &[("page", "ask"), ("letter", "invite")],
            &[("page", "ask"), ("format", "text")],
            &[("group", "all")],
            &[("language", "xx")],
            &[("format", "pdf")],
            &[("names", "short")],
            &[("name", "a\nb")],
            &[("width", "320")],
        ] {
            assert!(wanted(wrong).is_err(), "{wrong:?}");
        }
    }
}
