//! Letters beside those that ask (alerts, digests, escalations, thanks): those that did not arrive or wait, and having
//! one sent again.
//!
//! Nothing is sent from here. A letter that is wanted again is written down as due, and `deliver` calls for it: at once
//! where it is about a survey, which is touched and whose change it hears of, and with its next sweep otherwise.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use host::Problem;
use host::problem::Kind;
use host::query::Parameters;
use model::notice::NoticeId;
use model::{SurveyId, Timestamp};
use serde::Serialize;
use store::{Again, Ended, Letter};

use crate::{Deps, Managed, cursor, deliveries};

/// Letters on one page.
const PAGE: usize = 50;

/// Letters that are shown of those that wait.
const WAITING: usize = 200;

/// A letter as the API shows it. Every field is always there.
#[derive(Serialize)]
pub(crate) struct LetterWire {
    letter_id: String,
    kind: &'static str,
    survey_id: Option<String>,
    campaign: Option<String>,
    to: Option<String>,
    state: &'static str,
    answer: Option<String>,
    attempts: u32,
    created_at: Option<String>,
    sent_at: Option<String>,
    failed_at: Option<String>,
    next_at: Option<String>,
}

/// What has become of a letter, in one word.
fn state(letter: &Letter) -> &'static str {
    match (letter.ended, letter.sent_at, letter.claimed_at) {
        (Some(ended), _, _) => ended.as_str(),
        (None, Some(_), _) => "sent",
        (None, None, Some(_)) => "sending",
        (None, None, None) => "waiting",
    }
}

fn shown(letter: &Letter) -> LetterWire {
    let time = |at: Timestamp| at.to_string();
    // What a digest said is forgotten once it went out; its name still tells which it was.
    let digest = letter.id.digest_of().map(|(campaign, _)| campaign);
    let notice = letter.notice.as_ref();
    LetterWire {
        letter_id: name(&letter.id),
        kind: letter.id.kind(),
        survey_id: letter.id.survey().map(|survey| survey.to_string()),
        campaign: notice.map(|notice| notice.campaign.clone()).or(digest).map(|campaign| campaign.to_string()),
        to: notice.map(|notice| notice.to.expose().to_owned()),
        state: state(letter),
        answer: letter.said.clone(),
        attempts: letter.tries,
        created_at: notice.map(|notice| time(notice.created_at)),
        sent_at: letter.sent_at.map(time),
        failed_at: letter.ended_at.map(time),
        next_at: letter.next_at.map(time),
    }
}

/// The name of a letter in the API: a slash would end a part of an address.
pub(crate) fn name(id: &NoticeId) -> String {
    format!("{}.{}", id.shelf, id.name)
}

fn named(text: &str) -> Option<NoticeId> {
    let (shelf, name) = text.split_once('.')?;
    format!("{shelf}/{name}").parse().ok()
}

/// One page of letters.
#[derive(Serialize)]
pub(crate) struct Letters {
    letters: Vec<LetterWire>,
    cursor: Option<String>,
}

/// Which letters are asked for.
#[derive(Debug, PartialEq)]
enum Wanted {
    /// All about a survey.
    Of(SurveyId),
    /// Those that did not arrive.
    Lost(Option<String>),
    /// Those of which nothing has become yet.
    Waiting,
}

impl Wanted {
    fn read(pairs: Vec<(String, String)>) -> Result<Self, Problem> {
        const SHOW: &str = "this must be lost or waiting";
        let mut parameters = Parameters::new(pairs);
        let survey = parameters.read("survey", "this must be the id of a survey", |text| text.parse().ok());
        let waiting = parameters.read("show", SHOW, |text| match text {
            "lost" => Some(false),
            "waiting" => Some(true),
            _ => None,
        });
        let cursor = parameters.read("cursor", "not a cursor of this list", cursor::read::<NoticeId>);
        if parameters.is_fine() && survey.is_some() && waiting.is_some() {
            parameters.wrong("show", "of a survey, every letter is shown");
        }
        parameters.finish()?;
        Ok(match (survey, waiting) {
            (Some(survey), _) => Self::Of(survey),
            (None, Some(true)) => Self::Waiting,
            (None, _) => Self::Lost(cursor),
        })
    }
}

/// `GET /v1/letters`
pub(crate) async fn list(
    State(deps): State<Deps>,
    Query(pairs): Query<Vec<(String, String)>>,
    _: Managed,
) -> Result<Json<Letters>, Problem> {
    let (letters, cursor) = match Wanted::read(pairs)? {
        Wanted::Of(survey) => (deps.store.letters(survey).await?, None),
        Wanted::Waiting => (deps.store.waiting_letters(WAITING).await?, None),
        Wanted::Lost(before) => deps.store.lost_letters(before.as_deref(), PAGE).await?,
    };
    let letters = letters.iter().map(shown).collect();
    Ok(Json(Letters { letters, cursor: cursor.as_deref().map(cursor::show) }))
}

/// `POST /v1/letters/{id}/retry`
pub(crate) async fn retry(
    State(deps): State<Deps>,
    Path(id): Path<String>,
    managed: Managed,
) -> Result<(StatusCode, Json<LetterWire>), Problem> {
    let none = || Problem::not_found("there is no letter of that id");
    let id = named(&id).ok_or_else(none)?;
    let letter = match deps.store.send_letter_again(&id, managed.now).await? {
        Again::Due(letter) => *letter,
        Again::No(None) => return Err(none()),
        Again::No(Some(letter)) => {
            return match refusal(&letter) {
                Some(why) => Err(Problem::new(Kind::Conflict, why)),
                // Somebody is at it this very moment.
                None => Ok((StatusCode::ACCEPTED, Json(shown(&letter)))),
            };
        }
    };
    if let Some(survey) = id.survey()
        && let Some(survey) = deps.store.survey(survey).await?
    {
        deliveries::touch(&deps.store, survey, managed.now).await?;
    }
    tracing::info!(letter.id = %id, "a letter is wanted again");
    Ok((StatusCode::ACCEPTED, Json(shown(&letter))))
}

/// Why a letter cannot be sent again.
fn refusal(letter: &Letter) -> Option<&'static str> {
    match (letter.ended, letter.sent_at) {
        (Some(Ended::Suppressed), _) => Some("this contact is not to be mailed"),
        (None, Some(_)) => Some("this letter went out"),
        _ if letter.notice.is_none() => Some("what this letter said was forgotten when it went out"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SURVEY: &str = "0123456789abcdef0123456789abcdef";

    fn wanted(query: &[(&str, &str)]) -> Result<Wanted, Problem> {
        Wanted::read(query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn what_is_lost_is_shown_unless_something_else_is_asked_for() {
        let place = format!("1800000000000#{SURVEY}/alert-1");
        let cursor = cursor::show(&place);
        assert_eq!(wanted(&[]).unwrap(), Wanted::Lost(None));
        assert_eq!(wanted(&[("show", "lost"), ("cursor", &cursor)]).unwrap(), Wanted::Lost(Some(place)));
        assert_eq!(wanted(&[("show", "waiting")]).unwrap(), Wanted::Waiting);
        assert_eq!(wanted(&[("survey", SURVEY)]).unwrap(), Wanted::Of(SURVEY.parse().unwrap()));
        for wrong in [("show", "sent"), ("survey", "x"), ("cursor", "x"), ("state", "refused")] {
            assert!(wanted(&[wrong]).is_err(), "{wrong:?}");
        }
        assert!(wanted(&[("survey", SURVEY), ("show", "lost")]).is_err());
    }

    #[test]
    fn a_name_fits_an_address() {
        let id: NoticeId = format!("{SURVEY}/escalation-recovery-1800000000000").parse().unwrap();
        assert_eq!(named(&name(&id)), Some(id));
        for wrong in ["", SURVEY, "a.b.c", "../x", "a."] {
            assert_eq!(named(wrong), None, "{wrong}");
        }
    }
}
