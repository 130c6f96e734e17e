//! The company's Amazon EventBridge bus: every report, for whoever listens.
//!
//! EventBridge delivers at least once, and so do we: listeners know a repeat by `survey_id` and `version`.

use aws_sdk_eventbridge::error::{DisplayErrorContext, ProvideErrorMetadata as _, SdkError};
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use aws_smithy_types::DateTime;

use super::exchange::{Line, Stop, clipped};
use super::{Answer, Call, document};
use crate::Bus;

/// What EventBridge calls an event that it will never take.
const NEVER: [&str; 2] = ["InvalidArgument", "MalformedDetail"];

/// Puts the report on the bus.
pub(super) async fn tell(line: &Line<'_>, call: &Call<'_>) -> Result<Option<Answer>, Stop> {
    let Some(bus) = &line.remotes.bus else {
        return Err(Stop::later("the settings name no event bus (EVENT_BUS_NAME)"));
    };
    line.turn().await?;
    let sent = bus.client.put_events().entries(entry(bus, call)).send().await;
    let outcome = match &sent {
        Ok(_) => Ok(200),
        Err(error) => error
            .raw_response()
            .map(|response| response.status().as_u16())
            .ok_or_else(|| "the event bus gave no answer".to_owned()),
    };
    line.show("PutEvents", &format!("event bus {}", bus.name), outcome);
    match sent {
        Ok(put) => {
            let failed = put.entries().iter().find_map(|entry| Some((entry.error_code()?, entry.error_message())));
            verdict(failed).map(Some)
        }
        Err(error) => Err(refusal(&error)),
    }
}

/// The event.
fn entry(bus: &Bus, call: &Call<'_>) -> PutEventsRequestEntry {
    PutEventsRequestEntry::builder()
        .event_bus_name(&bus.name)
        .source("npsloop")
        .detail_type(format!("Survey {}", call.report.stage.as_str()))
        .time(DateTime::from_millis(call.now.as_millis()))
        .detail(document::versioned(call.report).to_string())
        .build()
}

/// What became of the one entry: a call can succeed and take nothing.
fn verdict(failed: Option<(&str, Option<&str>)>) -> Result<Answer, Stop> {
    let Some((code, message)) = failed else {
        return Ok(Answer { status: Some(200), text: "on the bus".to_owned() });
    };
    let text = clipped(&format!("{code} {}", message.unwrap_or_default()));
    let answer = Answer { status: Some(200), text };
    Err(if NEVER.contains(&code) { Stop::Refused(answer) } else { Stop::Later(answer, None) })
}

fn refusal<E>(error: &SdkError<E, aws_sdk_eventbridge::config::http::HttpResponse>) -> Stop
where
    E: std::error::Error + aws_sdk_eventbridge::error::ProvideErrorMetadata + 'static,
{
    let status = error.raw_response().map(|response| response.status().as_u16());
    let text = match error.code() {
        Some(code) => clipped(&format!("{code} {}", error.message().unwrap_or_default())),
        None => clipped(&DisplayErrorContext(error).to_string()),
    };
    let answer = Answer { status, text };
    // A bus that is not there can be made; an entry that is too large stays so.
    match status {
        Some(413) => Stop::Refused(answer),
        _ if error.code() == Some("ValidationException") => Stop::Refused(answer),
        _ => Stop::Later(answer, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_can_succeed_and_take_nothing() {
        assert!(verdict(None).is_ok());
        assert!(matches!(verdict(Some(("ThrottlingException", Some("slow down")))), Err(Stop::Later(..))));
        assert!(matches!(verdict(Some(("InternalFailure", None))), Err(Stop::Later(..))));
        assert!(matches!(verdict(Some(("MalformedDetail", None))), Err(Stop::Refused(_))));
    }
}
