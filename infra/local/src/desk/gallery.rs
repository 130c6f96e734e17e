//! The gallery: every letter and page of a campaign in every language, side by side.
//!
//! Letters are filled by the code that fills those that are sent, pages are shown by `capture`; each is a document of its own in
//! a frame that loads when it comes into sight.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use host::{Chance, Problem};
use letters::{Links, fill};
use model::link::Purpose;
use model::sample::{Names, Sample, Shown, Way, Which};
use model::{Campaign, CampaignId, Group, Language, Timestamp};
use serde::Deserialize;

use super::{Desk, Frame, shown};
use crate::cloud::Error;

/// What is to be looked at, and how.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Look {
    campaign: String,
    /// One kind of letter or page, or all letters.
    show: String,
    language: String,
    width: String,
    scheme: String,
    names: String,
}

/// Everything a contact may get to see.
const KINDS: [(&str, &str, Kind); 12] = [
    ("invite", "Invitation", Kind::Letter(Which::Invite)),
    ("remind", "Reminder", Kind::Letter(Which::Remind)),
    ("thanks-promoter", "Thanks, promoter", Kind::Letter(Which::Thanks(Group::Promoter))),
    ("thanks-passive", "Thanks, passive", Kind::Letter(Which::Thanks(Group::Passive))),
    ("thanks-detractor", "Thanks, detractor", Kind::Letter(Which::Thanks(Group::Detractor))),
    ("sms", "Text", Kind::Letter(Which::Sms)),
    ("sms-remind", "Text, reminder", Kind::Letter(Which::SmsRemind)),
    ("page-ask", "Page", Kind::Page(Shown::Ask, Group::Promoter)),
    ("page-promoter", "After it, promoter", Kind::Page(Shown::Thanks, Group::Promoter)),
    ("page-passive", "After it, passive", Kind::Page(Shown::Thanks, Group::Passive)),
    ("page-detractor", "After it, detractor", Kind::Page(Shown::Thanks, Group::Detractor)),
    ("page-unsubscribe", "Unsubscribing", Kind::Page(Shown::Unsubscribe, Group::Promoter)),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Letter(Which),
    Page(Shown, Group),
}

impl Kind {
    fn is_shown(self, show: &str, name: &str) -> bool {
        match show {
            "letters" => matches!(self, Self::Letter(_)),
            "pages" => matches!(self, Self::Page(..)),
            one => one == name,
        }
    }
}

#[derive(Template)]
#[template(path = "gallery.html")]
struct Gallery {
    frame: Frame,
    campaigns: Vec<Choice>,
    kinds: Vec<Choice>,
    widths: Vec<Choice>,
    schemes: Vec<Choice>,
    names: Vec<Choice>,
    width: &'static str,
    scheme: &'static str,
    /// One kind alone: the languages stand side by side.
    single: bool,
    rows: Vec<Row>,
}

struct Choice {
    href: String,
    label: String,
    here: bool,
}

struct Row {
    tag: &'static str,
    name: &'static str,
    dir: &'static str,
    cells: Vec<Cell>,
}

struct Cell {
    label: &'static str,
    /// Nothing where the campaign sends no such letter.
    src: Option<String>,
}

impl Look {
    fn href(&self) -> String {
        let Self { campaign, show, width, scheme, names, .. } = self;
        format!("/local/gallery?campaign={campaign}&show={show}&width={width}&scheme={scheme}&names={names}")
    }

    /// Links that change one thing, the first of which holds if nothing is said.
    fn choices(&self, options: &[(&str, &str)], field: fn(&mut Self) -> &mut String) -> Vec<Choice> {
        let chosen = field(&mut self.clone()).clone();
        let link = |(value, label): &(&str, &str)| {
            let mut other = self.clone();
            (*value).clone_into(field(&mut other));
            Choice { href: other.href(), label: (*label).to_owned(), here: chosen == *value }
        };
        options.iter().map(link).collect()
    }

    /// The same with what is not known put right.
    fn settled(mut self, campaigns: &[&Campaign]) -> Self {
        let or_first = |value: &mut String, known: &[&str]| {
            if !known.contains(&value.as_str()) {
                known.first().copied().unwrap_or_default().clone_into(value);
            }
        };
        let mut ids: Vec<_> = campaigns.iter().map(|campaign| campaign.id.as_str()).collect();
        let default = CampaignId::default_campaign();
        if let Some(at) = ids.iter().position(|id| *id == default.as_str()) {
            ids.swap(0, at);
        }
        let shows: Vec<_> = ["letters", "pages"].into_iter().chain(KINDS.iter().map(|(name, ..)| *name)).collect();
        or_first(&mut self.campaign, &ids);
        or_first(&mut self.show, &shows);
        or_first(&mut self.width, &["phone", "desktop"]);
        or_first(&mut self.scheme, &["light", "dark"]);
        or_first(&mut self.names, &["usual", "long", "none"]);
        self
    }

    fn sample(&self, which: Which, language: Language) -> Sample {
        let names = match self.names.as_str() {
            "long" => Names::long(),
            "none" => Names::default(),
            _ => Names::usual(),
        };
        Sample { which, language, names }
    }
}

fn tables(error: store::Error) -> Error {
    Error::Tables(error.to_string())
}

impl Desk {
    async fn way(&self, campaign: &CampaignId, language: Language) -> Result<Way, Error> {
        let now = Timestamp::from_millis(self.clock.now());
        let keys = self.store.keyring(Purpose::Preview, now, || Chance::System.secret()).await.map_err(tables)?;
        Ok(Way::new(&keys, campaign, language, now))
    }
}

/// The gallery.
pub(super) async fn page(State(desk): State<Desk>, Query(look): Query<Look>) -> Result<Response, Error> {
    let config = desk.store.config(Timestamp::from_millis(desk.clock.now())).await.map_err(tables)?;
    let campaigns: Vec<_> = config.campaigns().into_iter().map(|stored| &stored.campaign).collect();
    let look = look.settled(&campaigns);
    let Some(campaign) = campaigns.iter().find(|campaign| campaign.id.as_str() == look.campaign) else {
        return Ok(Problem::not_found("there is no campaign").into_response());
    };
    let kinds: Vec<_> = KINDS.into_iter().filter(|(name, _, kind)| kind.is_shown(&look.show, name)).collect();
    let mut rows = Vec::new();
    for language in Language::ALL {
        let way = desk.way(&campaign.id, language).await?;
        let cells = kinds.iter().map(|&(name, label, kind)| Cell {
            label,
            src: match kind {
                Kind::Page(Shown::Thanks, group) => Some(way.to_thanks(group)),
                Kind::Page(page, _) => Some(way.to(page)),
                Kind::Letter(which) if which.is_text() && campaign.sms.is_none() => None,
                Kind::Letter(Which::Thanks(group)) if campaign.own_thanks(group, language).is_none() => None,
                Kind::Letter(_) => Some(format!(
                    "/local/gallery/letter?campaign={}&show={name}&language={}&names={}",
                    look.campaign,
                    language.tag(),
                    look.names
                )),
            },
        });
        let (tag, dir) = (language.tag(), language.direction().as_str());
        rows.push(Row { tag, name: language.name(), dir, cells: cells.collect() });
    }
    let ids: Vec<_> = campaigns.iter().map(|campaign| (campaign.id.as_str(), campaign.id.as_str())).collect();
    let shows: Vec<_> = [("letters", "All letters"), ("pages", "All pages")]
        .into_iter()
        .chain(KINDS.iter().map(|(name, label, _)| (*name, *label)))
        .collect();
    shown(&Gallery {
        frame: desk.frame("Gallery"),
        campaigns: look.choices(&ids, |look| &mut look.campaign),
        kinds: look.choices(&shows, |look| &mut look.show),
        widths: look.choices(&[("phone", "Phone"), ("desktop", "Desktop")], |look| &mut look.width),
        schemes: look.choices(&[("light", "Light"), ("dark", "Dark")], |look| &mut look.scheme),
        names: look.choices(&[("usual", "Usual names"), ("long", "Long"), ("none", "None")], |look| &mut look.names),
        width: if look.width == "desktop" { "desktop" } else { "phone" },
        scheme: if look.scheme == "dark" { "dark" } else { "light" },
        single: kinds.len() == 1,
        rows,
    })
}

/// One letter of it, as it would be sent.
pub(super) async fn letter(State(desk): State<Desk>, Query(look): Query<Look>) -> Result<Response, Error> {
    let none = || Problem::not_found("there is no such letter").into_response();
    let kind = KINDS.into_iter().find(|(name, ..)| *name == look.show).map(|(.., kind)| kind);
    let (Some(Kind::Letter(which)), Ok(id)) = (kind, look.campaign.parse::<CampaignId>()) else { return Ok(none()) };
    let Some(language) = Language::tagged(&look.language) else { return Ok(none()) };
    let config = desk.store.config(Timestamp::from_millis(desk.clock.now())).await.map_err(tables)?;
    let Some(stored) = config.campaign(&id) else { return Ok(none()) };
    let way = desk.way(&id, language).await?;
    let link = |page| format!("{}{}", desk.url, way.to(page));
    // There is a domain to reply to here.
    let replies = stored.campaign.takes_replies();
    let links = Links { page: &link(Shown::Ask), unsubscribe: &link(Shown::Unsubscribe), replies };
    let sample = look.sample(which, language);
    let own = match which.letter() {
        Some(letter) => {
            let spoken = fill::language(&stored.campaign, &sample);
            desk.store.template(&config, &id, letter, spoken).await.map_err(tables)?
        }
        None => None,
    };
    let composed = fill::sample(&stored.campaign, own.as_deref().map(|own| &own.body), &sample, links);
    let Some(composed) = composed.map_err(|error| Error::Page(error.to_string()))? else { return Ok(none()) };
    let mut response = Html(composed.html).into_response();
    let policy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; frame-ancestors 'self'";
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    Ok(response)
}
