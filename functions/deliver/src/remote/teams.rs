//! A Microsoft Teams workflow webhook.
//!
//! Everything others wrote is a text run, the one kind of text in an Adaptive Card without Markdown.

use http::Method;
use model::Group;
use model::destination::Chat;
use serde_json::{Value, json};

use super::chat::{self, Message};
use super::exchange::{Ask, Line, Reply, Stop};
use super::{Answer, Call, Memory};

/// Most paragraphs of a comment that are kept apart.
const MOST_PARAGRAPHS: usize = 30;

/// Posts the card.
pub(super) async fn tell(
    line: &Line<'_>,
    settings: &Chat,
    call: &Call<'_>,
    memory: &mut Memory,
) -> Result<Option<Answer>, Stop> {
    let Some((message, said)) = chat::message(settings, call.report, memory) else { return Ok(None) };
    let secret = line.secret(&settings.secret).await?;
    let reply = line.send(Ask::json(Method::POST, secret.current(), &card(&message))).await?;
    let answer = verdict(&reply)?;
    memory.extend(said);
    Ok(Some(answer))
}

/// The message as an Adaptive Card, in the envelope workflows take.
fn card(message: &Message) -> Value {
    let color = match message.group {
        Group::Detractor => "Attention",
        Group::Passive => "Warning",
        Group::Promoter => "Good",
    };
    let line = |runs: Value| json!({ "type": "RichTextBlock", "inlines": runs });
    let run = |text: &str| json!({ "type": "TextRun", "text": text });
    let headline = json!([
        { "type": "TextRun", "text": message.headline, "size": "Large", "weight": "Bolder", "color": color },
    ]);
    let mut body = vec![line(headline)];
    if let Some(comment) = &message.comment {
        let paragraphs = comment.splitn(MOST_PARAGRAPHS, '\n').map(str::trim).filter(|text| !text.is_empty());
        let items: Vec<_> = paragraphs.map(|text| line(json!([run(text)]))).collect();
        body.push(json!({ "type": "Container", "style": "emphasis", "items": items }));
    }
    for (name, value) in &message.facts {
        let name = json!({ "type": "TextRun", "text": format!("{name}: "), "weight": "Bolder" });
        body.push(line(json!([name, run(value)])));
    }
    let content = json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": { "width": "Full" },
        "body": body,
        "actions": [{ "type": "Action.OpenUrl", "title": "Open the survey", "url": message.url }],
    });
    let kind = "application/vnd.microsoft.card.adaptive";
    json!({ "type": "message", "attachments": [{ "contentType": kind, "contentUrl": null, "content": content }] })
}

fn verdict(reply: &Reply) -> Result<Answer, Stop> {
    let text = reply.json()["error"]["message"].as_str().map_or_else(|| reply.text(), ToOwned::to_owned);
    match reply.status {
        200..300 => Ok(reply.answer(&text)),
        // The workflow was turned off or taken away: another address will do.
        404 | 410 => Err(reply.later(&text)),
        _ => Err(reply.failure(&text)),
    }
}

#[cfg(test)]
mod tests;
