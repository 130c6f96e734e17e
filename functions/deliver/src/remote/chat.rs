//! What is said in a chat when somebody has answered.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::destination::Chat;
use model::report::Stage;
use model::{Group, Report, Score, Timestamp};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::exchange::shortened;
use super::{Memory, tasks};

/// The longest comment that is shown whole, in characters: what Slack takes in one block, less than Teams takes.
const LONGEST_COMMENT: usize = 2_900;

/// The longest value of a fact, in characters.
const LONGEST_FACT: usize = 200;

/// What is said, in plain text: whoever shows it must not let it be anything else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Message {
    /// Score and person.
    pub(super) headline: String,
    /// What the score is.
    pub(super) group: Group,
    /// What else there is to know, by name.
    pub(super) facts: Vec<(&'static str, String)>,
    /// What they wrote.
    pub(super) comment: Option<String>,
    /// Where the survey is seen.
    pub(super) url: String,
}

/// What is said depends on this alone; everything else that changes is no news.
pub(super) fn content(report: &Report) -> Option<Value> {
    let score = score(report)?;
    let mut content = vec![Value::from(score.value())];
    content.extend(said(report));
    Some(Value::Array(content))
}

/// What was said beside the score. What is not there is left out, so that who was told before there was such a thing is not told
/// again.
fn said(report: &Report) -> Vec<Value> {
    let field = |name| report.fields.get(name).cloned().unwrap_or_default();
    let mut said = vec![field("comment"), field("follow_up")];
    let reasons = Some(field("reasons")).filter(|reasons| !reasons.is_null());
    let may_quote = Some(field("may_quote")).filter(|may| *may == Value::Bool(true));
    if reasons.is_some() || may_quote.is_some() {
        said.extend([reasons.unwrap_or_default(), may_quote.unwrap_or_default()]);
    }
    said
}

/// The score a chat hears of: that of an answer a person gave.
fn score(report: &Report) -> Option<Score> {
    if report.stage != Stage::Answered || tasks::text(report, "standing") == Some("suspect") {
        return None;
    }
    let score = report.fields.get("score")?.as_u64()?;
    u8::try_from(score).ok()?.try_into().ok()
}

/// What there is to say, if anything, and what to remember once it was said. Who was told of a score also hears how
/// it goes on, into whichever group it changes.
pub(super) fn message(settings: &Chat, report: &Report, memory: &Memory) -> Option<(Message, Memory)> {
    let score = score(report)?;
    let before: Option<Score> = memory.get("score").and_then(|score| score.parse().ok());
    if before.is_none() && !settings.groups.contains(&score.group()) {
        return None;
    }
    let comment = tasks::text(report, "comment");
    let said = Sha256::digest(Value::Array(said(report)).to_string().as_bytes());
    // Its hash only: what is remembered may outlive what was written.
    let now = Memory::from([
        ("score".to_owned(), score.to_string()),
        ("said".to_owned(), URL_SAFE_NO_PAD.encode(&said[..9])),
    ]);
    if now.iter().all(|(name, value)| memory.get(name) == Some(value)) {
        return None;
    }
    let person = tasks::person(report);
    let headline = match before {
        Some(before) if before != score => format!("{} {score} of 10, was {before}: {person}", sign(score.group())),
        Some(_) => format!("{} {score} of 10: {person} has written more", sign(score.group())),
        None => format!("{} {score} of 10: {person}", sign(score.group())),
    };
    let message = Message {
        headline: shortened(&headline, 150),
        group: score.group(),
        facts: facts(report),
        comment: comment.map(|comment| shortened(comment, LONGEST_COMMENT)),
        url: tasks::text(report, "survey_url").unwrap_or_default().to_owned(),
    };
    Some((message, now))
}

const fn sign(group: Group) -> &'static str {
    match group {
        Group::Detractor => "🔴",
        Group::Passive => "🟡",
        Group::Promoter => "🟢",
    }
}

fn facts(report: &Report) -> Vec<(&'static str, String)> {
    let text = |name| tasks::text(report, name);
    // The last one is the score itself.
    let earlier = report.changes.split_last().map_or(&[][..], |(_, earlier)| earlier);
    let earlier: Vec<_> = earlier.iter().map(|change| change.score.to_string()).collect();
    let day = |at: Timestamp| at.to_jiff().strftime("%-d %B %Y").to_string();
    let before = report.before.map(|(score, at)| format!("{score} of 10 on {}", day(at)));
    let follow_up = (report.fields.get("follow_up") == Some(&Value::Bool(true))).then_some("wants to hear from you");
    let may_quote = (report.fields.get("may_quote") == Some(&Value::Bool(true))).then_some("may be quoted by name");
    let reasons = text("reasons").map(|reasons| reasons.replace(';', ", "));
    let facts = [
        ("Company", text("account_name")),
        ("About", text("subject_name").or(text("subject_id"))),
        ("E-mail", text("contact_email")),
        ("Phone", text("contact_phone")),
        ("Account manager", text("owner_name").or(text("owner_email"))),
        ("Earlier scores", Some(earlier.join(", ")).as_deref().filter(|earlier| !earlier.is_empty())),
        ("Last survey", before.as_deref()),
        ("Follow-up", follow_up),
        ("Ticked", reasons.as_deref()),
        ("Quote", may_quote),
    ]
    .map(|(name, value)| (name, value.map(|value| shortened(value, LONGEST_FACT))));
    facts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

#[cfg(test)]
mod tests;
