//! A Slack incoming webhook.
//!
//! Everything others wrote is `plain_text`, in which nothing is a mention, a link or markup.

use http::Method;
use model::destination::Chat;
use serde_json::{Value, json};

use super::chat::{self, Message};
use super::exchange::{Ask, Line, Reply, Stop};
use super::{Answer, Call, Memory};

/// Posts the message.
pub(super) async fn tell(
    line: &Line<'_>,
    settings: &Chat,
    call: &Call<'_>,
    memory: &mut Memory,
) -> Result<Option<Answer>, Stop> {
    let Some((message, said)) = chat::message(settings, call.report, memory) else { return Ok(None) };
    let secret = line.secret(&settings.secret).await?;
    let reply = line.send(Ask::json(Method::POST, secret.current(), &blocks(&message))).await?;
    let answer = verdict(&reply)?;
    memory.extend(said);
    Ok(Some(answer))
}

/// The message in Block Kit.
fn blocks(message: &Message) -> Value {
    let plain = |text: &str| json!({ "type": "plain_text", "text": text, "emoji": false });
    let mut blocks = vec![json!({ "type": "header", "text": plain(&message.headline) })];
    if let Some(comment) = &message.comment {
        blocks.push(json!({ "type": "section", "text": plain(comment) }));
    }
    let facts: Vec<_> = message.facts.iter().map(|(name, value)| plain(&format!("{name}\n{value}"))).collect();
    if !facts.is_empty() {
        blocks.push(json!({ "type": "section", "fields": facts }));
    }
    let link = json!({ "type": "mrkdwn", "text": format!("<{}|Open the survey>", escaped(&message.url)) });
    blocks.push(json!({ "type": "context", "elements": [link] }));
    // What a notification shows; Slack reads markup in it.
    json!({ "text": escaped(&message.headline), "unfurl_links": false, "unfurl_media": false, "blocks": blocks })
}

/// Slack's own three escapes, without which `<!channel>` calls everybody.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn verdict(reply: &Reply) -> Result<Answer, Stop> {
    match reply.status {
        200..300 => Ok(reply.answer(&reply.text())),
        // Its channel was archived or its app taken out: another address will do.
        404 | 410 => Err(reply.later(&reply.text())),
        _ => Err(reply.failure(&reply.text())),
    }
}

#[cfg(test)]
mod tests;
