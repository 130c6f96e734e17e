//! Surveys and responses as the API gives them.

use std::collections::BTreeMap;

use model::survey::{AnsweredBy, Survey};
use model::view::{self, Entry, StepView};
use model::{Delivery, Score, Sentiment, Task, Theme, Timestamp, shown};
use serde::Serialize;
use serde_json::Value;
use store::Comment;
use text::{Because, Language, Says};

/// `2027-01-31T12:00:00.5Z`
pub(crate) fn time(at: Timestamp) -> String {
    at.to_string()
}

#[derive(Serialize)]
struct StepWire {
    step: &'static str,
    state: &'static str,
    at: Option<String>,
}

#[derive(Serialize)]
struct EntryWire {
    at: String,
    what: &'static str,
    detail: Value,
}

/// One survey with all that is known of it.
#[derive(Serialize)]
pub(crate) struct SurveyWire {
    survey_id: String,
    campaign: String,
    state: &'static str,
    subject: shown::Subject,
    milestone: String,
    contact: shown::Contact,
    owner: Option<shown::Person>,
    agent: Option<shown::Named>,
    account: Option<shown::Named>,
    attributes: BTreeMap<String, String>,
    imported_from: Option<String>,
    send_at: String,
    score: Option<u8>,
    group: Option<&'static str>,
    standing: Option<&'static str>,
    comment: Option<String>,
    themes: Vec<String>,
    sentiment: Option<&'static str>,
    corrected: Vec<&'static str>,
    reading: Option<ReadingWire>,
    follow_up: Option<bool>,
    reasons: Vec<String>,
    may_quote: Option<bool>,
    opened_at: Option<String>,
    answered_by: Option<&'static str>,
    steps: Vec<StepWire>,
    timeline: Vec<EntryWire>,
}

/// A score with what was said about it.
#[derive(Serialize)]
pub(crate) struct ResponseWire {
    pub(crate) survey_id: String,
    pub(crate) campaign: String,
    pub(crate) answered_at: String,
    pub(crate) score: u8,
    pub(crate) group: &'static str,
    pub(crate) standing: &'static str,
    pub(crate) comment: Option<String>,
    pub(crate) themes: Vec<String>,
    pub(crate) sentiment: Option<&'static str>,
    pub(crate) corrected: Vec<&'static str>,
    pub(crate) follow_up: bool,
    pub(crate) reasons: Vec<String>,
    pub(crate) may_quote: bool,
    pub(crate) answered_by: Option<&'static str>,
    pub(crate) channel: &'static str,
    pub(crate) door: Option<String>,
    pub(crate) subject: shown::Subject,
    pub(crate) milestone: String,
    pub(crate) contact: shown::Contact,
    pub(crate) owner: Option<shown::Person>,
    pub(crate) agent: Option<shown::Named>,
    pub(crate) account: Option<shown::Named>,
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) imported_from: Option<String>,
}

/// What the method makes of a comment by today's themes, and why.
#[derive(Serialize)]
struct ReadingWire {
    language: Option<&'static str>,
    themes: Vec<String>,
    sentiment: Option<&'static str>,
    because: Vec<BecauseWire>,
}

#[derive(Serialize)]
struct BecauseWire {
    words: String,
    theme: Option<String>,
    weight: Option<f64>,
}

fn reading(survey: &Survey, comment: &Comment, themes: &[Theme]) -> ReadingWire {
    let reading = text::Reader::new(themes).read(&comment.text, survey.contact.locale.as_deref());
    let because = |why: Because| match why.says {
        Says::Theme(theme) => BecauseWire { words: why.words, theme: Some(theme.to_string()), weight: None },
        Says::Sounds(weight) => BecauseWire { words: why.words, theme: None, weight: Some(weight) },
    };
    ReadingWire {
        language: reading.language.map(Language::tag),
        themes: reading.heard.themes.iter().map(ToString::to_string).collect(),
        sentiment: reading.heard.sentiment.map(Sentiment::as_str),
        because: reading.because.into_iter().map(because).collect(),
    }
}

fn themes(survey: &Survey) -> Vec<String> {
    survey.themes().iter().map(ToString::to_string).collect()
}

fn reasons(survey: &Survey) -> Vec<String> {
    survey.reasons.iter().map(ToString::to_string).collect()
}

/// What of a comment was said by a person.
fn corrected(survey: &Survey) -> Vec<&'static str> {
    let corrected = survey.corrected.as_ref();
    let themes = corrected.and_then(|corrected| corrected.themes.as_ref()).map(|_| "themes");
    let sentiment = corrected.and_then(|corrected| corrected.sentiment).map(|_| "sentiment");
    themes.into_iter().chain(sentiment).collect()
}

/// Shows a survey as it stands at `now`. `known` are the themes of its campaign.
pub(crate) fn survey(
    survey: &Survey,
    comment: Option<&Comment>,
    tasks: &[Task],
    deliveries: &[Delivery],
    (known, now): (&[Theme], Timestamp),
) -> SurveyWire {
    let score = survey.score();
    SurveyWire {
        survey_id: survey.id.to_string(),
        campaign: survey.campaign.to_string(),
        state: survey.state.as_str(),
        subject: (&survey.subject).into(),
        milestone: survey.milestone.clone(),
        contact: (&survey.contact).into(),
        owner: survey.owner.as_ref().map(Into::into),
        agent: survey.agent.as_ref().map(Into::into),
        account: survey.account.as_ref().map(Into::into),
        attributes: survey.attributes.clone(),
        imported_from: imported_from(survey),
        send_at: time(survey.send_at),
        score: score.map(Score::value),
        group: score.map(|score| score.group().as_str()),
        standing: survey.standing().map(|standing| standing.as_str()),
        comment: comment.map(|comment| comment.text.clone()),
        themes: themes(survey),
        sentiment: survey.sentiment().map(Sentiment::as_str),
        corrected: corrected(survey),
        reading: comment.map(|comment| reading(survey, comment, known)),
        follow_up: score.map(|_| survey.follow_up),
        reasons: reasons(survey),
        may_quote: score.map(|_| survey.may_quote),
        opened_at: survey.seen_at.map(time),
        answered_by: survey.answered_by().map(AnsweredBy::as_str),
        steps: view::steps(survey, now).into_iter().map(step).collect(),
        timeline: view::whole_timeline(survey, tasks, deliveries).into_iter().map(entry).collect(),
    }
}

/// Shows the response of a survey, if there is one.
pub(crate) fn response(survey: &Survey, comment: Option<&Comment>) -> Option<ResponseWire> {
    let score = survey.score()?;
    Some(ResponseWire {
        survey_id: survey.id.to_string(),
        campaign: survey.campaign.to_string(),
        answered_at: time(survey.answered_at()?),
        score: score.value(),
        group: score.group().as_str(),
        standing: survey.standing()?.as_str(),
        comment: comment.map(|comment| comment.text.clone()),
        themes: themes(survey),
        sentiment: survey.sentiment().map(Sentiment::as_str),
        corrected: corrected(survey),
        follow_up: survey.follow_up,
        reasons: reasons(survey),
        may_quote: survey.may_quote,
        answered_by: survey.answered_by().map(AnsweredBy::as_str),
        channel: survey.channel().as_str(),
        door: survey.through.as_ref().map(|through| through.door.to_string()),
        subject: (&survey.subject).into(),
        milestone: survey.milestone.clone(),
        contact: (&survey.contact).into(),
        owner: survey.owner.as_ref().map(Into::into),
        agent: survey.agent.as_ref().map(Into::into),
        account: survey.account.as_ref().map(Into::into),
        attributes: survey.attributes.clone(),
        imported_from: imported_from(survey),
    })
}

/// The service an answer was given to, if that was not this one.
fn imported_from(survey: &Survey) -> Option<String> {
    survey.imported.as_ref().map(|imported| imported.from.clone())
}

fn step(step: StepView) -> StepWire {
    StepWire { step: step.step.as_str(), state: step.state.as_str(), at: step.at.map(time) }
}

fn entry(entry: Entry) -> EntryWire {
    EntryWire { at: time(entry.at), what: entry.what, detail: entry.detail }
}
