//! Steps to come, as one-time schedules of EventBridge Scheduler.
//!
//! A schedule has the name of its survey and step, puts a hint on a queue, and is gone. That it exists already
//! is success: the time of a step does not change once it is known.

use aws_sdk_scheduler::Client;
use aws_sdk_scheduler::error::{BuildError, DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_scheduler::types::{
    ActionAfterCompletion, DeadLetterConfig, FlexibleTimeWindow, FlexibleTimeWindowMode, Target,
};
use aws_types::SdkConfig;
use model::survey::Due;
use model::{Hint, Step, SurveyId, Timestamp};

/// Where schedules live and what they wake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Targets {
    /// `SCHEDULE_GROUP`: the group they are in.
    pub group: String,
    /// `SCHEDULE_ROLE_ARN`: what lets them write to the queues.
    pub role: String,
    /// `MAIL_QUEUE_ARN`: takes mail steps.
    pub mail: String,
    /// `STEP_QUEUE_ARN`: takes the other steps.
    pub step: String,
    /// `SCHEDULE_DLQ_ARN`: takes what reached no queue.
    pub dead_letters: String,
}

/// A schedule that could not be made or deleted.
#[derive(Debug, thiserror::Error)]
pub enum SchedulesError {
    /// Too many calls at once: the same call may pass later.
    #[error("eventbridge scheduler asks for fewer calls")]
    Throttled,
    /// The account has as many schedules as it may.
    #[error("the account's quota of schedules is used up: have it raised")]
    Quota,
    /// The group or the role is missing, or this function may not use it.
    #[error("eventbridge scheduler refused {operation} ({code}): check the deployment")]
    Refused {
        /// The API operation.
        operation: &'static str,
        /// The service's error code.
        code: String,
    },
    /// The call failed; whether it did something is unknown, and it can be repeated.
    #[error("{operation} failed: {cause}")]
    Call {
        /// The API operation.
        operation: &'static str,
        /// The chain of causes; holds names of schedules, nobody's data.
        cause: String,
    },
}

/// A handle on the schedules; cheap to clone.
#[derive(Clone, Debug)]
pub struct Schedules {
    client: Client,
    targets: Targets,
}

impl Schedules {
    /// The schedules of that group.
    #[must_use]
    pub fn new(sdk: &SdkConfig, targets: Targets) -> Self {
        Self { client: Client::new(sdk), targets }
    }

    /// Sees to it that a hint comes when the step is due.
    ///
    /// # Errors
    /// When it is not certain that there is a schedule.
    pub async fn arm(&self, survey: SurveyId, due: Due) -> Result<(), SchedulesError> {
        const CREATE: &str = "CreateSchedule";
        let failed = |cause: String| SchedulesError::Call { operation: CREATE, cause };
        let unbuilt = |error: BuildError| failed(error.to_string());
        let hint = Hint { survey, step: due.step };
        let input = serde_json::to_string(&hint).map_err(|error| failed(error.to_string()))?;
        let queue = if due.step.is_mail() { &self.targets.mail } else { &self.targets.step };
        let target = Target::builder()
            .arn(queue)
            .role_arn(&self.targets.role)
            .input(input)
            .dead_letter_config(DeadLetterConfig::builder().arn(&self.targets.dead_letters).build())
            .build()
            .map_err(unbuilt)?;
        let exact = FlexibleTimeWindow::builder().mode(FlexibleTimeWindowMode::Off).build().map_err(unbuilt)?;
        let created = self
            .client
            .create_schedule()
            .group_name(&self.targets.group)
            .name(name(survey, due.step))
            .client_token(token(survey, due))
            .schedule_expression(expression(due.at))
            .schedule_expression_timezone("UTC")
            .flexible_time_window(exact)
            .action_after_completion(ActionAfterCompletion::Delete)
            .target(target)
            .send()
            .await;
        match created {
            Ok(_) => Ok(()),
            Err(error) if error.as_service_error().is_some_and(|error| error.is_conflict_exception()) => Ok(()),
            Err(error) => Err(classified(CREATE, &error)),
        }
    }

    /// Sees to it that there is no schedule for a step.
    ///
    /// # Errors
    /// When it is not certain that there is none.
    pub async fn disarm(&self, survey: SurveyId, step: Step) -> Result<(), SchedulesError> {
        let name = name(survey, step);
        match self.client.delete_schedule().group_name(&self.targets.group).name(name).send().await {
            Ok(_) => Ok(()),
            Err(error) if error.as_service_error().is_some_and(|error| error.is_resource_not_found_exception()) => {
                Ok(())
            }
            Err(error) => Err(classified("DeleteSchedule", &error)),
        }
    }
}

/// The name of a step's schedule.
fn name(survey: SurveyId, step: Step) -> String {
    format!("{survey}-{}", step.as_str())
}

/// Makes the creation repeatable: the same step at the same time is the same request.
fn token(survey: SurveyId, due: Due) -> String {
    format!("{survey}-{}-{}", due.step.as_str(), seconds_up(due.at).as_seconds())
}

/// When it fires: a whole second, since Scheduler knows no smaller ones, and never before the step is due.
fn expression(at: Timestamp) -> String {
    let at = seconds_up(at).to_jiff().strftime("%Y-%m-%dT%H:%M:%S");
    format!("at({at})")
}

fn seconds_up(at: Timestamp) -> Timestamp {
    Timestamp::from_millis(at.as_millis().saturating_add(999)).whole_second()
}

fn classified<E, R>(operation: &'static str, error: &SdkError<E, R>) -> SchedulesError
where
    E: std::error::Error + ProvideErrorMetadata + 'static,
    R: std::fmt::Debug + 'static,
{
    match error.code() {
        Some("ThrottlingException" | "TooManyRequestsException") => SchedulesError::Throttled,
        Some("ServiceQuotaExceededException") => SchedulesError::Quota,
        Some(code) if error.as_service_error().is_some() && code != "InternalServerException" => {
            SchedulesError::Refused { operation, code: code.to_owned() }
        }
        _ => SchedulesError::Call { operation, cause: DisplayErrorContext(error).to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due(at: i64) -> Due {
        Due { step: Step::Remind, at: Timestamp::from_millis(at) }
    }

    #[test]
    fn a_schedule_is_named_after_its_survey_and_step() {
        let survey = SurveyId::from_bytes([0xab; 16]);
        assert_eq!(name(survey, Step::Remind), format!("{}-remind", "ab".repeat(16)));
        assert_eq!(token(survey, due(1_800_000_000_000)), format!("{}-remind-1800000000", "ab".repeat(16)));
        let longest = token(survey, due(253_402_300_799_000));
        assert!(longest.len() <= 64, "Scheduler takes tokens of at most 64 characters");
    }

    #[test]
    fn it_fires_at_a_whole_second_and_never_early() {
        for (at, expected) in [
            (1_800_000_000_000, "at(2027-01-15T08:00:00)"),
            (1_800_000_000_001, "at(2027-01-15T08:00:01)"),
            (1_799_999_999_999, "at(2027-01-15T08:00:00)"),
        ] {
            assert_eq!(expression(Timestamp::from_millis(at)), expected);
        }
    }
}
