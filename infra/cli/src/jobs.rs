//! `npsloop recount` and `npsloop reconcile`: a job is made there and watched here.
//!
//! The job goes on by itself once it is made. Whoever stops watching stops nothing, and whoever starts again makes another
//! one, which does no harm.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use model::CampaignId;
use serde_json::{Value, json};

use crate::client::Client;
use crate::{BROKEN_OFF, DONE, Done, Error, NOT_EQUAL};

/// How often is asked how far it is.
const EVERY: Duration = Duration::from_millis(700);

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Surveys are counted anew: of one campaign, or of all.
    Recount(Option<CampaignId>),
    /// Tallies are proven to equal surveys.
    Reconcile {
        /// Mend what is wrong.
        repair: bool,
    },
}

/// Makes a job and watches it to its end.
///
/// # Errors
/// When npsloop refuses, or does not answer any more.
pub async fn run(client: &Client, wish: Wish) -> Result<Done, Error> {
    let (path, id, body) = match &wish {
        Wish::Recount(campaign) => {
            ("/v1/recounts", "recount_id", json!({ "campaign": campaign.as_ref().map(CampaignId::as_str) }))
        }
        Wish::Reconcile { repair } => ("/v1/reconciliations", "reconciliation_id", json!({ "repair": repair })),
    };
    let mut job = client.post(path, &body).await?;
    let one = format!("{path}/{}", job[id].as_str().unwrap_or_default());
    let bar = bar(&job);
    while matches!(job["state"].as_str(), Some("waiting" | "running")) {
        tokio::time::sleep(EVERY).await;
        job = client.get(&one, &[]).await?;
        show(&bar, &job);
    }
    bar.finish_and_clear();
    if job["state"] != "done" {
        let why = job["detail"].as_str().unwrap_or("it does not say why");
        return Ok(Done { said: format!("it was given up: {why}"), code: BROKEN_OFF });
    }
    Ok(match wish {
        Wish::Recount(_) => recounted(&job),
        Wish::Reconcile { .. } => reconciled(&job),
    })
}

/// A bar of the items that are read, as far as anybody knows how many there are.
fn bar(job: &Value) -> ProgressBar {
    let bar = job["of"].as_u64().map_or_else(ProgressBar::no_length, ProgressBar::new);
    match ProgressStyle::with_template("{bar:40} {pos}/{len} items, {msg}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn show(bar: &ProgressBar, job: &Value) {
    let read = job["read"].as_u64().unwrap_or(0);
    // How many there are is an estimate of some hours ago.
    if let Some(of) = job["of"].as_u64() {
        bar.set_length(of.max(read));
    }
    bar.set_position(read);
    let rows = job["rows"].as_u64().filter(|rows| *rows > 0).map(|rows| format!("{rows} rows looked at"));
    let markers =
        job["markers"].as_u64().filter(|markers| *markers > 0).map(|markers| format!("{markers} markers read"));
    let changed = job["changed"].as_u64().map(|changed| format!("{changed} counted anew"));
    let waits = job["detail"].as_str().map(|why| format!("it waits: {why}"));
    bar.set_message(waits.or(rows).or(markers).or(changed).unwrap_or_else(|| "under way".to_owned()));
}

fn recounted(job: &Value) -> Done {
    let number = |name: &str| job[name].as_u64().unwrap_or(0);
    let said = format!("{} surveys looked at, {} counted anew", number("seen"), number("changed"));
    Done { said, code: DONE }
}

fn reconciled(job: &Value) -> Done {
    let number = |name: &str| job[name].as_u64().unwrap_or(0);
    let mut lines = vec![format!(
        "{} surveys, {} markers and {} rows of tallies were held against each other",
        number("surveys"),
        number("markers"),
        number("rows")
    )];
    if let Some(from) = job["proven_from"].as_str() {
        lines
            .push(format!("  proven from {from} on; before that a row may have more than its surveys, which are gone"));
    }
    let mut count = |name: &str, what: &str| {
        if number(name) > 0 {
            lines.push(format!("  {:>7} {what}", number(name)));
        }
    };
    count("kept", "responses of surveys that are long gone");
    count("busy", "rows counted all the time, so that nothing is known of them; try again when less is answered");
    count("unread", "surveys cannot be read");
    count("wrong_surveys", "surveys are not counted as what they are");
    count("wrong_numbers", "numbers are wrong");
    for survey in job["uncounted"].as_array().into_iter().flatten() {
        let mended = if survey["repaired"] == true { "; it is counted anew" } else { "" };
        lines.push(format!("          survey {}: {}{mended}", text(survey, "survey_id"), text(survey, "marker")));
    }
    for wrong in job["wrong"].as_array().into_iter().flatten() {
        let mended = if wrong["repaired"] == true { "; mended" } else { "" };
        lines.push(format!(
            "          {} {} {} `{}` {}: {} and not {}{mended}",
            text(wrong, "campaign"),
            text(wrong, "day"),
            text(wrong, "dimension"),
            text(wrong, "value"),
            text(wrong, "counter"),
            wrong["tally"],
            wrong["surveys"]
        ));
    }
    let equal = job["equal"] == true;
    lines.push(if equal { "tallies equal surveys" } else { "tallies do not equal surveys" }.to_owned());
    Done { said: lines.join("\n"), code: if equal { DONE } else { NOT_EQUAL } }
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_said_and_told_to_a_script() {
        let fine =
            json!({ "surveys": 3, "markers": 3, "rows": 9, "equal": true, "proven_from": "2027-01-01", "kept": 0 });
        let done = reconciled(&fine);
        assert_eq!(done.code, DONE);
        assert!(done.said.contains("3 surveys") && done.said.ends_with("tallies equal surveys"), "{}", done.said);
        let wrong = json!({ "surveys": 3, "equal": false, "wrong_numbers": 1, "wrong_surveys": 1,
            "wrong": [{ "campaign": "default", "dimension": "team", "day": "2027-03-15", "value": "EMEA", "counter": "h9",
                        "tally": 2, "surveys": 1, "repaired": true }],
            "uncounted": [{ "survey_id": "00", "marker": "behind", "repaired": false }] });
        let done = reconciled(&wrong);
        assert_eq!(done.code, NOT_EQUAL);
        for part in ["default 2027-03-15 team `EMEA` h9: 2 and not 1; mended", "survey 00: behind", "do not equal"] {
            assert!(done.said.contains(part), "{part}: {}", done.said);
        }
    }
}
