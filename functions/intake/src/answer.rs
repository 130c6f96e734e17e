//! The answer to a trigger: what was decided, and why.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use model::Survey;
use model::ask::Decision;
use model::survey::PutOff;
use serde::Serialize;

/// What npsloop made of a trigger. Every field is always there.
#[derive(Debug, Serialize)]
pub(crate) struct Answer {
    pub(crate) decision: &'static str,
    pub(crate) reason: Option<&'static str>,
    pub(crate) survey_id: Option<String>,
    state: Option<&'static str>,
    milestone: Option<String>,
    send_at: Option<String>,
    next_eligible_at: Option<String>,
    taken_over: Vec<String>,
    ignored: Vec<String>,
}

impl Answer {
    pub(crate) fn new(decision: Decision, ignored: Vec<String>) -> Self {
        match decision {
            Decision::Waiting { milestone } => Self::none("waiting", "below_threshold", milestone, ignored),
            Decision::Ask { survey, next_eligible_at, .. } => {
                let (decision, reason) = match survey.put_off {
                    None => ("scheduled", None),
                    Some(PutOff::OutsideHours) => ("scheduled", Some("outside_hours")),
                    Some(PutOff::Spread) => ("scheduled", Some("spread")),
                    Some(PutOff::AskedRecently) => ("deferred", Some("asked_recently")),
                };
                let next_eligible_at = next_eligible_at.map(|at| at.to_string());
                Self { next_eligible_at, ..Self::of(decision, reason, &survey, ignored) }
            }
            Decision::Duplicate { survey, news } => {
                let (survey, taken_over) = news.unwrap_or((survey, Vec::new()));
                Self { taken_over, ..Self::of("duplicate", Some("survey_exists"), &survey, ignored) }
            }
            Decision::Suppressed { milestone, why, next_eligible_at } => {
                let next_eligible_at = next_eligible_at.map(|at| at.to_string());
                Self { next_eligible_at, ..Self::none("suppressed", why.as_str(), milestone, ignored) }
            }
        }
    }

    fn of(decision: &'static str, reason: Option<&'static str>, survey: &Survey, ignored: Vec<String>) -> Self {
        Self {
            decision,
            reason,
            survey_id: Some(survey.id.to_string()),
            state: Some(survey.state.as_str()),
            milestone: Some(survey.milestone.clone()),
            send_at: Some(survey.send_at.to_string()),
            next_eligible_at: None,
            taken_over: Vec::new(),
            ignored,
        }
    }

    /// A record that is not what its source waits for; nothing is kept of it.
    pub(crate) fn not_meant(ignored: Vec<String>) -> Self {
        Self::none("waiting", "not_meant", None::<String>, ignored)
    }

    /// A record no survey can be made of, for a caller that would only send it again.
    pub(crate) fn refused() -> Self {
        Self::none("refused", "invalid", None::<String>, Vec::new())
    }

    fn none(
        decision: &'static str,
        reason: &'static str,
        milestone: impl Into<Option<String>>,
        ignored: Vec<String>,
    ) -> Self {
        Self {
            decision,
            reason: Some(reason),
            survey_id: None,
            state: None,
            milestone: milestone.into(),
            send_at: None,
            next_eligible_at: None,
            taken_over: Vec::new(),
            ignored,
        }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let made = matches!(self.decision, "scheduled" | "deferred");
        (if made { StatusCode::ACCEPTED } else { StatusCode::OK }, Json(self)).into_response()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::ask::{Facts, NotAsked, decide};
    use model::campaign::{Campaign, Sender};
    use model::survey::State;
    use model::trigger::{Addressee, Subject};
    use model::{CampaignId, Email, Suppression, Timestamp, Trigger};

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_795_262_400_250);

    fn made() -> Survey {
        let email = Email::parse("ada@example.com").unwrap();
        let sender = Sender { name: "Example".to_owned(), email: email.clone() };
        let campaign = Campaign::new(CampaignId::default_campaign(), "Example", sender);
        let trigger = Trigger {
            campaign: campaign.id.clone(),
            subject: Subject { kind: "project".to_owned(), id: "a0X1".to_owned(), name: None },
            completion_percent: Some(100),
            milestone: None,
            contact: Addressee::of(email),
            owner: None,
            agent: None,
            account: None,
            occurred_at: None,
            record_modified_at: None,
            attributes: BTreeMap::new(),
            dry_run: false,
        };
        match decide(&trigger, &campaign, &Facts::default(), NOW) {
            Decision::Ask { survey, .. } => *survey,
            other => panic!("{other:?}"),
        }
    }

    fn shown(decision: Decision) -> (u16, String) {
        let answer = Answer::new(decision, vec!["flow_guid".to_owned()]);
        let text = serde_json::to_string_pretty(&answer).unwrap();
        (answer.into_response().status().as_u16(), text)
    }

    fn ask(survey: Survey, next_eligible_at: Option<Timestamp>) -> Decision {
        let turn = model::ask::Turn::Free { asked_by: NOW };
        Decision::Ask { survey: Box::new(survey), turn, next_eligible_at }
    }

    #[test]
    fn every_decision_shows_every_field() {
        let later = NOW.after(model::time::DAY);
        let deferred =
            Survey { put_off: Some(PutOff::AskedRecently), state: State::Deferred, send_at: later, ..made() };
        let outside = Survey { put_off: Some(PutOff::OutsideHours), send_at: later, ..made() };
        let completion = || "completion".to_owned();
        let suppressed =
            |why, next_eligible_at| Decision::Suppressed { milestone: completion(), why, next_eligible_at };
        let known = || Box::new(Survey { state: State::Asked, ..made() });
        let news = Some((known(), vec!["owner_email".to_owned()]));
        for (name, status, decision) in [
            ("scheduled", 202, ask(made(), None)),
            ("outside_hours", 202, ask(outside, None)),
            ("deferred", 202, ask(deferred, Some(later))),
            ("waiting", 200, Decision::Waiting { milestone: completion() }),
            ("duplicate", 200, Decision::Duplicate { survey: known(), news: None }),
            ("taken_over", 200, Decision::Duplicate { survey: known(), news }),
            ("unsubscribed", 200, suppressed(NotAsked::Suppressed(Suppression::Unsubscribed), None)),
            ("asked_too_often", 200, suppressed(NotAsked::AskedTooOften, Some(later))),
        ] {
            let (got, text) = shown(decision);
            assert_eq!(got, status, "{name}");
            insta::assert_snapshot!(name, text);
        }
    }
}
