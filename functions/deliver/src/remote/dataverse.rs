//! Dataverse Web API: one record a survey, upserted by an alternate key.

use http::Method;
use model::Report;
use model::destination::Dataverse;
use serde_json::Value;

use super::exchange::{Ask, Line, Reply, Stop, segment};
use super::tokens::Grant;
use super::{Answer, Call};

/// Makes the call.
pub(super) async fn tell(line: &Line<'_>, settings: &Dataverse, call: &Call<'_>) -> Result<Option<Answer>, Stop> {
    let grant = Grant::Microsoft {
        login: &settings.login,
        client_id: &settings.client_id,
        secret: &settings.secret,
        resource: &settings.url,
    };
    verdict(&line.send_as(&grant, request(settings, call.report)).await?).map(Some)
}

/// The columns of the record.
pub(super) fn record(settings: &Dataverse, report: &Report) -> Value {
    let mut columns = report.mapped(&settings.fields);
    // It stands in the address.
    columns.remove(&settings.key);
    Value::Object(columns)
}

fn request(settings: &Dataverse, report: &Report) -> Ask {
    let (set, key) = (segment(&settings.entity_set), segment(&settings.key));
    let url = format!("{}/api/data/v9.2/{set}({key}='{}')", settings.url, report.survey);
    // Without If-Match and If-None-Match it updates or creates.
    Ask::json(Method::PATCH, url, &record(settings, report))
        .header("odata-maxversion", "4.0")
        .header("odata-version", "4.0")
}

fn verdict(reply: &Reply) -> Result<Answer, Stop> {
    if reply.is_ok() {
        return Ok(reply.answer("record written"));
    }
    let error = &reply.json()["error"];
    let text = match (error["code"].as_str(), error["message"].as_str()) {
        (Some(code), Some(message)) => format!("{code} {message}"),
        _ => "the answer does not say why".to_owned(),
    };
    Err(match reply.status {
        // Somebody else made the record at the same moment.
        412 => reply.later(&text),
        _ => reply.failure(&text),
    })
}

#[cfg(test)]
mod tests;
