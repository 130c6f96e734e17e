//! Standard Webhooks (<https://www.standardwebhooks.com>): every report, signed.
//!
//! A message keeps its id at every attempt, and gets the time of the attempt. As the specification has it, whatever
//! is not a success is a failure and is tried again, with one exception: 410 says that the endpoint is gone.

use http::Method;
use model::Report;
use model::destination::Webhook;
use serde_json::{Value, json};
use standardwebhooks::{HEADER_WEBHOOK_ID, HEADER_WEBHOOK_SIGNATURE, HEADER_WEBHOOK_TIMESTAMP};

use super::exchange::{Ask, Line, Reply, Stop};
use super::{Answer, Call, document};

/// Posts the message.
pub(super) async fn tell(line: &Line<'_>, settings: &Webhook, call: &Call<'_>) -> Result<Option<Answer>, Stop> {
    let secret = line.secret(&settings.secret).await?;
    let keys: Vec<&str> = secret.accepted().collect();
    let ask = request(settings, call, &keys)?;
    verdict(&line.send(ask).await?).map(Some)
}

/// The body of a message.
fn message(report: &Report, now: model::Timestamp) -> Value {
    json!({
        "type": format!("survey.{}", report.stage.as_str()),
        "timestamp": now.to_string(),
        "data": document::versioned(report),
    })
}

/// The message, signed with every key that is accepted: the current one first, the former one while it is changed.
fn request(settings: &Webhook, call: &Call<'_>, keys: &[&str]) -> Result<Ask, Stop> {
    let body = message(call.report, call.now);
    let id = format!("{}-{}", call.id, call.report.ver);
    let at = call.now.as_seconds();
    let sign = |key: &&str| {
        let signed = standardwebhooks::Webhook::new(key).and_then(|key| key.sign(&id, at, body.to_string().as_bytes()));
        // Whoever is in charge of the secret will mend it.
        signed.map_err(|_| Stop::later("the secret is no signing secret, such as `whsec_` and base64"))
    };
    let signatures = keys.iter().map(sign).collect::<Result<Vec<_>, _>>()?;
    Ok(Ask::json(Method::POST, &settings.url, &body)
        .header(HEADER_WEBHOOK_ID, id)
        .header(HEADER_WEBHOOK_TIMESTAMP, at.to_string())
        .header(HEADER_WEBHOOK_SIGNATURE, signatures.join(" ")))
}

fn verdict(reply: &Reply) -> Result<Answer, Stop> {
    match reply.status {
        200..300 => Ok(reply.answer(&reply.text())),
        410 => Err(reply.refused("the endpoint is gone and wants no more")),
        300..=399 => Err(reply.later("it sends callers elsewhere, where nobody is followed")),
        _ => Err(reply.later(&reply.text())),
    }
}

#[cfg(test)]
mod tests;
