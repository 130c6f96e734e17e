//! Who was asked and of whom nothing was heard, account by account.
//!
//! Surveys nobody answered are in no index, and one for them would cost every survey a write unit. So all surveys there are are
//! read, side by side, and added up ([`model::coverage`]). One request reads so many items only: it says how many, and where
//! the next one goes on; the numbers of pages add up.

use std::cmp::Reverse;

use axum::Json;
use axum::extract::{Query, State};
use host::Problem;
use jiff::civil::Date;
use model::coverage::{Account, Asked, Coverage, Last};
use model::numbers::{self, Share};
use model::{Campaign, ContactKey, Sees, Survey, dimension};
use serde::Serialize;
use store::Reading;

use crate::ask::{chosen, common_zone, latest_day};
use crate::query::{Days, Parameters, Selection, in_large_steps, scan};
use crate::{Deps, Viewer};

/// The most accounts of one answer, about: it still fits what a function may say.
const MOST_ACCOUNTS: usize = 10_000;

/// Characters of a contact's key that tell one contact of an account from another.
const KEY: usize = 11;

/// `GET /v1/coverage`
pub(crate) async fn coverage(
    State(deps): State<Deps>,
    Viewer { now, sees }: Viewer,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<Covered>, Problem> {
    let mut parameters = Parameters::new(pairs);
    let mut selection = Selection::take(&mut parameters);
    for name in selection.values.keys().filter(|name| dimension::is_of_answers(name)) {
        parameters.wrong(&format!("filter.{name}"), "known of answers alone, and most surveys here have none");
    }
    selection.narrow(&sees)?;
    let most = in_large_steps(scan(&mut parameters), &sees);
    let cursor = parameters.read("cursor", "not a cursor of this list", |text| text.parse::<Reading>().ok());
    let config = deps.store.config(now).await?;
    let campaigns = chosen(&config, &selection, &mut parameters);
    parameters.finish()?;
    selection.is_told_by_surveys()?;

    let days = selection.span.days(latest_day(&campaigns, now));
    let chosen = Chosen { selection: &selection, campaigns: &campaigns, days };
    let first = cursor.is_none();
    let (mut found, mut items, mut own) = (Coverage::default(), 0, 0);
    let mut next = Some(cursor.unwrap_or_default());
    while let Some(from) = next.take_if(|_| items < most && found.accounts.len() < MOST_ACCOUNTS) {
        let round = deps.store.surveys_behind(from, most - items).await?;
        items += round.items;
        own += round.surveys.iter().filter(|survey| sees.survey(survey)).count();
        for survey in round.surveys.iter().filter(|survey| sees.survey(survey) && chosen.has(survey)) {
            found.take(survey, |day| chosen.takes(day));
        }
        next = round.next;
    }
    let complete = first && next.is_none();
    let Asked { contacts, sent, delivered, answered } = found.total();
    let (asked_accounts, answered_accounts) = found.covered();
    Ok(Json(Covered {
        campaign: selection.campaign.as_ref().map(ToString::to_string),
        from: days.from,
        to: days.to,
        time_zone: common_zone(&campaigns),
        as_of: now.to_string(),
        // How much there is of others, an owner does not learn.
        scanned: Scanned { items: if sees == Sees::All { items } else { own }, surveys: own, complete },
        cursor: next.map(|next| next.to_string()),
        asked_accounts,
        answered_accounts,
        coverage: numbers::share(answered_accounts, asked_accounts).filter(|_| complete),
        contacts: contacts.len(),
        sent,
        delivered,
        answered,
        response_rate: numbers::response_rate(answered, delivered),
        unassigned: Unassigned::new(&found.unassigned, complete),
        accounts: accounts(found, complete),
    }))
}

/// Which surveys are asked for.
struct Chosen<'a> {
    selection: &'a Selection,
    campaigns: &'a [Campaign],
    days: Days,
}

impl Chosen<'_> {
    /// Whether a survey is one of them, whenever it was sent.
    fn has(&self, survey: &Survey) -> bool {
        let Some(campaign) = self.campaigns.iter().find(|campaign| campaign.id == survey.campaign) else {
            return false;
        };
        let zone = model::time::zone(&survey.zone);
        let day = dimension::sent_on(survey, &zone);
        let in_group = |(name, value): (&String, &String)| {
            dimension::groups(survey, &zone, &campaign.bands, name, day).contains(value)
        };
        self.selection.values.iter().all(in_group)
    }

    /// Whether a day of sending is one of those asked for.
    fn takes(&self, day: Date) -> bool {
        self.days.contains(day) && self.selection.takes_weekday(day)
    }
}

/// The accounts: first those of which nothing was heard, the most asked before the others; then by how long ago it was.
/// Parts of a whole also have those that were not asked: what is missing may be on another page.
fn accounts(found: Coverage, complete: bool) -> Vec<AccountWire> {
    let mut accounts: Vec<(String, Account)> =
        found.accounts.into_iter().filter(|(_, account)| !complete || account.asked.sent > 0).collect();
    accounts.sort_by_key(|(_, account)| {
        let heard = account.asked.answered > 0;
        (heard, account.last.filter(|_| heard).map(|last| last.at), Reverse(account.asked.sent))
    });
    let wire = |(value, account): (String, Account)| AccountWire {
        name: account.name().map(str::to_owned),
        value,
        contacts: account.asked.contacts.len(),
        contact_keys: keys(&account.asked, complete),
        sent: account.asked.sent,
        delivered: account.asked.delivered,
        answered: account.asked.answered,
        response_rate: numbers::response_rate(account.asked.answered, account.asked.delivered),
        last_answer: account.last.map(LastWire::from),
    };
    accounts.into_iter().map(wire).collect()
}

/// What tells contacts apart who are on several pages.
fn keys(asked: &Asked, complete: bool) -> Option<Vec<String>> {
    let key = |key: &ContactKey| key.as_str().chars().take(KEY).collect();
    (!complete).then(|| asked.contacts.iter().map(key).collect())
}

/// The answer.
#[derive(Serialize)]
pub(crate) struct Covered {
    campaign: Option<String>,
    from: Date,
    to: Date,
    time_zone: Option<String>,
    as_of: String,
    scanned: Scanned,
    cursor: Option<String>,
    asked_accounts: u64,
    answered_accounts: u64,
    /// Of all pages together only: a part of the surveys says little of whole accounts.
    coverage: Option<Share>,
    contacts: usize,
    sent: u64,
    delivered: u64,
    answered: u64,
    response_rate: Option<f64>,
    unassigned: Unassigned,
    accounts: Vec<AccountWire>,
}

#[derive(Serialize)]
struct Scanned {
    items: usize,
    surveys: usize,
    complete: bool,
}

#[derive(Serialize)]
struct Unassigned {
    contacts: usize,
    contact_keys: Option<Vec<String>>,
    sent: u64,
    delivered: u64,
    answered: u64,
    response_rate: Option<f64>,
}

impl Unassigned {
    fn new(asked: &Asked, complete: bool) -> Self {
        Self {
            contacts: asked.contacts.len(),
            contact_keys: keys(asked, complete),
            sent: asked.sent,
            delivered: asked.delivered,
            answered: asked.answered,
            response_rate: numbers::response_rate(asked.answered, asked.delivered),
        }
    }
}

#[derive(Serialize)]
struct AccountWire {
    value: String,
    name: Option<String>,
    contacts: usize,
    contact_keys: Option<Vec<String>>,
    sent: u64,
    delivered: u64,
    answered: u64,
    response_rate: Option<f64>,
    last_answer: Option<LastWire>,
}

#[derive(Serialize)]
struct LastWire {
    day: Date,
    at: String,
    score: u8,
    group: &'static str,
    survey_id: String,
}

impl From<Last> for LastWire {
    fn from(last: Last) -> Self {
        Self {
            day: last.day,
            at: last.at.to_string(),
            score: last.score.value(),
            group: last.score.group().as_str(),
            survey_id: last.survey.to_string(),
        }
    }
}
