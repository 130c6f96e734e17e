//! Trying a letter out: one letter to somebody of the company, as contacts get it.
//!
//! It is written down and called for here like the letters to sign in, and sent by `dispatch`. No survey is made and nothing is
//! counted; its links only show pages. It goes to nobody else: the address must be of somebody who can sign in, or on the
//! domain that the campaign sends from.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use host::problem::Kind;
use host::telemetry::chain;
use host::{Fields, Problem};
use model::hint::Mailing;
use model::notice::{Notice, NoticeId, Says};
use model::sample::{Names, Sample};
use model::{Campaign, Email, Group, Language, LetterKind};
use serde::Serialize;

use crate::preview::{self, GROUPS, LETTERS, WHOSE};
use crate::{Deps, Managed, letters, wire};

/// A letter that is on its way.
#[derive(Serialize)]
pub(crate) struct OnItsWay {
    letter_id: String,
}

/// What is to be tried out.
struct Wish {
    to: Email,
    letter: LetterKind,
    group: Option<Group>,
    language: Option<Language>,
    names: Names,
}

impl Wish {
    fn read(mut fields: Fields) -> Result<Self, Problem> {
        let to = fields.email("to");
        if to.is_none() {
            fields.missing("to", "say which address of the company the letter shall go to");
        }
        let letter = fields.parsed("letter", 10, LETTERS, LetterKind::named).unwrap_or(LetterKind::Invite);
        let group = fields.parsed("group", 10, GROUPS, |text| text.parse::<Group>().ok());
        let language = fields.parsed("language", 35, &wire::spoken(), Language::tagged);
        let names = fields.parsed("names", 10, "this must be usual, long or none", preview::names);
        if letter == LetterKind::Thanks && group.is_none() {
            fields.missing("group", WHOSE);
        }
        fields.finish()?;
        let to = to.ok_or_else(|| Problem::invalid(Vec::new()))?;
        Ok(Self { to, letter, group, language, names: names.unwrap_or_else(Names::usual) })
    }
}

/// `POST /v1/campaigns/{id}/test`
pub(crate) async fn send(
    State(deps): State<Deps>,
    Path(id): Path<String>,
    managed: Managed,
) -> Result<(StatusCode, Json<OnItsWay>), Problem> {
    let now = managed.now;
    let wish = Wish::read(managed.fields()?)?;
    let campaign = preview::campaign(&deps, &id, now).await?;
    let which = wish.letter.to(wish.group).ok_or_else(|| Problem::field("/group", WHOSE))?;
    let sample = Sample { which, language: wish.language.unwrap_or(campaign.language), names: wish.names };
    if let Some(group) = which.group()
        && campaign.own_thanks(group, sample.language).is_none()
    {
        return Err(Problem::field("/group", preview::thanks_nobody(&sample)));
    }
    if !is_ours(&campaign, &wish.to) && deps.store.person(&wish.to.key()).await?.is_none() {
        let domain = domain(&campaign.sender.email);
        let detail = format!("a test goes to somebody who can sign in, or to an address at {domain}");
        return Err(Problem::field("/to", detail));
    }
    if !deps.store.may_try_out(&wish.to.key(), now).await? {
        return Err(Problem::new(Kind::TooMany, "there were too many tests already; please try again in 15 minutes"));
    }
    let notice = Notice {
        id: NoticeId::test(&wish.to, deps.chance.bits()),
        campaign: campaign.id,
        to: wish.to,
        to_name: None,
        created_at: now,
        says: Says::Test { sample },
    };
    deps.store.write_letter(&notice).await?;
    let letter_id = letters::name(&notice.id);
    if let Err(error) = deps.mail.send(&[Mailing::Letter(notice.id)]).await {
        // It stands there, and the sweep finds it.
        tracing::error!(error = chain(&error), "a letter is written and cannot be called for");
    }
    Ok((StatusCode::ACCEPTED, Json(OnItsWay { letter_id })))
}

/// Whether an address is on the domain that the campaign sends from.
fn is_ours(campaign: &Campaign, to: &Email) -> bool {
    domain(&campaign.sender.email).eq_ignore_ascii_case(domain(to))
}

fn domain(email: &Email) -> &str {
    email.expose().rsplit_once('@').map_or("", |(_, domain)| domain)
}
