//! `GET /v1/export/surveys`: every survey with what became of it, for whoever takes everything out.
//!
//! No index knows all surveys by day, and one for this alone would cost every survey a write unit: the table is read from
//! its beginning to its end, in pages. Whoever wants days puts what comes into days.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Query, State};
use host::Problem;
use host::query::Parameters;
use jiff::civil::Date;
use model::survey::{AnsweredBy, Mail};
use model::{CampaignId, Sentiment, Survey, SurveyId, Timestamp, dimension, shown};
use serde::Serialize;
use store::Comment;

use crate::{Deps, Managed, cursor};

/// Items of the table that are read at once, and how often, for one page. With the longest comments a page still fits
/// what a function may answer.
const READ_AT_ONCE: i32 = 100;
const READS: usize = 40;

/// Surveys on one page, at least, if there are so many.
const PAGE: usize = 100;

/// One page of surveys.
#[derive(Serialize)]
pub(crate) struct Exported {
    surveys: Vec<SurveyWire>,
    cursor: Option<String>,
}

/// A survey as it is taken out. Every field is always there.
#[derive(Serialize)]
struct SurveyWire {
    survey_id: String,
    campaign: String,
    /// The day of its sending, in the campaign's zone.
    day: Date,
    state: &'static str,
    subject: shown::Subject,
    milestone: String,
    contact: shown::Contact,
    owner: Option<shown::Person>,
    agent: Option<shown::Named>,
    account: Option<shown::Named>,
    attributes: BTreeMap<String, String>,
    imported_from: Option<String>,
    created_at: String,
    send_at: String,
    sent_at: Option<String>,
    delivered_at: Option<String>,
    bounced_at: Option<String>,
    reminded_at: Option<String>,
    answered_at: Option<String>,
    score: Option<u8>,
    group: Option<&'static str>,
    standing: Option<&'static str>,
    comment: Option<String>,
    themes: Vec<String>,
    sentiment: Option<&'static str>,
    follow_up: Option<bool>,
    reasons: Vec<String>,
    may_quote: Option<bool>,
    opened_at: Option<String>,
    answered_by: Option<&'static str>,
    channel: &'static str,
    door: Option<String>,
    unsubscribed_at: Option<String>,
    ended_at: Option<String>,
}

/// Which surveys are wanted.
#[derive(Debug)]
struct Wanted {
    campaign: Option<CampaignId>,
    from: Option<Date>,
    to: Option<Date>,
    behind: Option<(String, String)>,
}

impl Wanted {
    fn read(pairs: Vec<(String, String)>) -> Result<Self, Problem> {
        const DAY: &str = "a day such as 2027-01-31";
        let day = |text: &str| {
            let written_out = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
            text.parse().ok().filter(|_: &Date| written_out)
        };
        let mut parameters = Parameters::new(pairs);
        let named = "a campaign id is 1 to 64 letters, digits, - and _";
        let campaign = parameters.read("campaign", named, |text| text.parse().ok());
        let (from, to) = (parameters.read("from", DAY, day), parameters.read("to", DAY, day));
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            parameters.wrong("to", "lies before `from`");
        }
        let behind = parameters.read("cursor", "not a cursor of this list", cursor::read_key);
        parameters.finish()?;
        Ok(Self { campaign, from, to, behind })
    }

    fn fits(&self, survey: &Survey) -> bool {
        let day = day(survey);
        self.campaign.as_ref().is_none_or(|wanted| *wanted == survey.campaign)
            && self.from.is_none_or(|from| from <= day)
            && self.to.is_none_or(|to| day <= to)
    }
}

/// `GET /v1/export/surveys`
pub(crate) async fn surveys(
    State(deps): State<Deps>,
    Query(pairs): Query<Vec<(String, String)>>,
    _: Managed,
) -> Result<Json<Exported>, Problem> {
    let mut wanted = Wanted::read(pairs)?;
    let mut behind = wanted.behind.take();
    let mut found: Vec<Survey> = Vec::new();
    for _ in 0..READS {
        let (surveys, next) = deps.store.every_survey(behind, READ_AT_ONCE).await?;
        found.extend(surveys.into_iter().filter(|survey| wanted.fits(survey)));
        behind = next;
        if behind.is_none() || found.len() >= PAGE {
            break;
        }
    }
    let said: Vec<SurveyId> =
        found.iter().filter(|survey| survey.commented_at.is_some()).map(|survey| survey.id).collect();
    let mut comments = deps.store.comments(&said).await?;
    let surveys: Vec<SurveyWire> =
        found.into_iter().map(|survey| shown(&survey, comments.remove(&survey.id))).collect();
    tracing::info!(surveys = surveys.len(), more = behind.is_some(), "surveys were taken out");
    Ok(Json(Exported { surveys, cursor: behind.map(cursor::show_key) }))
}

/// The day of sending as numbers have it: that on which the mail went out, not that on which it should have.
fn day(survey: &Survey) -> Date {
    dimension::sent_on(survey, &model::time::zone(&survey.zone))
}

fn shown(survey: &Survey, comment: Option<Comment>) -> SurveyWire {
    let time = |at: Timestamp| at.to_string();
    let score = survey.score();
    let mails = [&survey.invite, &survey.remind];
    let first = |of: fn(&Mail) -> Option<Timestamp>| mails.into_iter().filter_map(of).min().map(time);
    SurveyWire {
        survey_id: survey.id.to_string(),
        campaign: survey.campaign.to_string(),
        day: day(survey),
        state: survey.state.as_str(),
        subject: (&survey.subject).into(),
        milestone: survey.milestone.clone(),
        contact: (&survey.contact).into(),
        owner: survey.owner.as_ref().map(Into::into),
        agent: survey.agent.as_ref().map(Into::into),
        account: survey.account.as_ref().map(Into::into),
        attributes: survey.attributes.clone(),
        imported_from: survey.imported.as_ref().map(|imported| imported.from.clone()),
        created_at: time(survey.created_at),
        send_at: time(survey.send_at),
        sent_at: survey.invite.sent_at.map(time),
        delivered_at: first(|mail| mail.delivered_at),
        bounced_at: first(|mail| mail.bounced_at),
        reminded_at: survey.remind.sent_at.map(time),
        answered_at: survey.answered_at().map(time),
        score: score.map(|score| score.value()),
        group: score.map(|score| score.group().as_str()),
        standing: survey.standing().map(|standing| standing.as_str()),
        comment: comment.map(|comment| comment.text),
        themes: survey.themes().iter().map(ToString::to_string).collect(),
        sentiment: survey.sentiment().map(Sentiment::as_str),
        follow_up: score.map(|_| survey.follow_up),
        reasons: survey.reasons.iter().map(ToString::to_string).collect(),
        may_quote: score.map(|_| survey.may_quote),
        opened_at: survey.seen_at.map(time),
        answered_by: survey.answered_by().map(AnsweredBy::as_str),
        channel: survey.channel().as_str(),
        door: survey.through.as_ref().map(|through| through.door.to_string()),
        unsubscribed_at: survey.unsubscribed_at.map(time),
        ended_at: survey.ended_at.map(time),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_survey_is_of_the_day_its_mail_went_out() {
        // To be sent on Sunday evening, sent half an hour later: on Monday in Berlin.
        let planned = 1_803_854_400_000_i64;
        let mut survey = json!({
            "id": "0123456789abcdef0123456789abcdef", "ver": 1, "cp": "default", "zn": "Europe/Berlin", "ms": "completion",
            "sj": {"t": "project", "i": "a0X1"}, "ct": {"e": "ada@example.com"}, "lg": "en", "cr": planned,
            "sa": planned, "cd": {"c": 1_209_600}, "st": "scheduled", "iv": {}, "re": {}, "rt": 400
        });
        let day_of = |survey: &serde_json::Value| day(&serde_json::from_value(survey.clone()).unwrap()).to_string();
        assert_eq!(day_of(&survey), "2027-02-28");
        survey["iv"] = json!({"s": planned + 1_800_000});
        assert_eq!(day_of(&survey), "2027-03-01");
    }

    #[test]
    fn a_question_nobody_understands_is_named() {
        let read = |query: &[(&str, &str)]| {
            let pairs = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            Wanted::read(pairs).map_err(|problem| problem.errors()[0].pointer.clone())
        };
        let cursor = cursor::show_key(("S#0123".to_owned(), "S".to_owned()));
        let fine = read(&[("from", "2027-03-15"), ("to", "2027-03-15"), ("campaign", "spring"), ("cursor", &cursor)]);
        assert_eq!(fine.unwrap().behind, Some(("S#0123".to_owned(), "S".to_owned())));
        for (query, pointer) in [
            (&[("from", "15.03.2027")][..], "?from"),
            (&[("from", "2027-03-16"), ("to", "2027-03-15")], "?to"),
            (&[("cursor", "x")], "?cursor"),
            (&[("campaign", "a b")], "?campaign"),
            (&[("day", "2027-03-15")], "?day"),
        ] {
            assert_eq!(read(query).unwrap_err(), pointer);
        }
    }
}
