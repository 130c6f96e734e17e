//! A campaign as the API takes it and shows it: the same shape both ways.

use host::fields::Json;
use host::{Fields, Problem};
use jiff::civil::Time;
use model::campaign::{Cadence, Day, Hours, OnUnknown, Sender};
use model::{Campaign, CampaignId, Language};
use serde::Serialize;
use store::Defaults;

use crate::span;

/// Most days of anything: ten years.
const MOST_DAYS: u16 = 3650;

/// A campaign as the API shows it. Every field is always there.
#[derive(Serialize)]
pub(crate) struct CampaignWire {
    id: String,
    company: String,
    sender: SenderWire,
    reply_to: Option<String>,
    question: Option<String>,
    language: &'static str,
    time_zone: String,
    milestone: String,
    threshold: u8,
    hours: Option<HoursWire>,
    limit_days: u16,
    max_defer_days: u16,
    cadence: CadenceWire,
    on_unknown: &'static str,
    retention_days: u16,
}

#[derive(Serialize)]
struct SenderWire {
    name: String,
    email: String,
}

#[derive(Serialize)]
struct HoursWire {
    from: String,
    to: String,
    days: Vec<&'static str>,
}

#[derive(Serialize)]
struct CadenceWire {
    task: Option<String>,
    remind: Option<String>,
    close: String,
}

/// Shows a campaign.
pub(crate) fn show(campaign: &Campaign) -> CampaignWire {
    let clock = |time: Time| format!("{:02}:{:02}", time.hour(), time.minute());
    CampaignWire {
        id: campaign.id.to_string(),
        company: campaign.company.clone(),
        sender: SenderWire { name: campaign.sender.name.clone(), email: campaign.sender.email.expose().to_owned() },
        reply_to: campaign.reply_to.as_ref().map(|email| email.expose().to_owned()),
        question: campaign.question.clone(),
        language: campaign.language.tag(),
        time_zone: campaign.time_zone.clone(),
        milestone: campaign.milestone.clone(),
        threshold: campaign.threshold,
        hours: campaign.hours.as_ref().map(|hours| HoursWire {
            from: clock(hours.from),
            to: clock(hours.to),
            days: hours.days.iter().map(|day| day.as_str()).collect(),
        }),
        limit_days: campaign.limit_days,
        max_defer_days: campaign.max_defer_days,
        cadence: CadenceWire {
            task: campaign.cadence.task.map(span::show),
            remind: campaign.cadence.remind.map(span::show),
            close: span::show(campaign.cadence.close),
        },
        on_unknown: match campaign.on_unknown {
            OnUnknown::Retry => "retry",
            OnUnknown::Hold => "hold",
        },
        retention_days: campaign.retention_days,
    }
}

/// Reads the campaign `id`; what is absent takes its default.
///
/// # Errors
/// Every field that is wrong.
pub(crate) fn read(mut fields: Fields, id: &str, defaults: &Defaults) -> Result<Campaign, Problem> {
    let parsed = id.parse::<CampaignId>();
    match (&parsed, fields.text("id", 1000)) {
        (Err(wrong), _) => fields.wrong("id", wrong.to_string()),
        (Ok(_), Some(other)) if other != id => fields.wrong("id", "this must be the id in the address, or be left out"),
        (Ok(_), _) => {}
    }
    let company = fields.text("company", 100).unwrap_or_else(|| defaults.company.clone());
    let sender = sender(&mut fields, &company, defaults);
    let id = parsed.unwrap_or_else(|_| CampaignId::default_campaign());
    let usual = Campaign::new(id, &company, sender);
    let days = |fields: &mut Fields, name: &str, least: i128, usual: u16| {
        fields.whole(name, least..=MOST_DAYS.into()).unwrap_or(usual)
    };
    let campaign = Campaign {
        reply_to: fields.email("reply_to"),
        question: fields.text("question", 300),
        language: language(&mut fields).unwrap_or(usual.language),
        time_zone: fields.time_zone("time_zone").unwrap_or(usual.time_zone),
        milestone: fields.text("milestone", 64).unwrap_or(usual.milestone),
        threshold: fields.whole("threshold", 0..=100).unwrap_or(usual.threshold),
        hours: hours(&mut fields),
        limit_days: days(&mut fields, "limit_days", 0, usual.limit_days),
        max_defer_days: days(&mut fields, "max_defer_days", 0, usual.max_defer_days),
        cadence: cadence(&mut fields),
        on_unknown: on_unknown(&mut fields).unwrap_or(usual.on_unknown),
        retention_days: days(&mut fields, "retention_days", 1, usual.retention_days),
        ..Campaign::new(usual.id, &company, usual.sender)
    };
    // A contact is forgotten with the last survey, and with it when they were asked; a survey must live to
    // its end.
    if campaign.retention_days < campaign.limit_days {
        fields.wrong("retention_days", "this must not be less than limit_days, or contacts would be asked more often");
    } else if u64::from(campaign.retention_days) * 86_400 < u64::from(campaign.cadence.close) {
        fields.wrong("retention_days", "this must not be less than cadence.close, or surveys would vanish unfinished");
    }
    fields.finish()?;
    Ok(campaign)
}

fn sender(fields: &mut Fields, company: &str, defaults: &Defaults) -> Sender {
    let mut sender = Sender { name: company.to_owned(), email: defaults.sender.clone() };
    if let Some(mut inner) = fields.object("sender") {
        sender.name = inner.text("name", 100).unwrap_or(sender.name);
        sender.email = inner.email("email").unwrap_or(sender.email);
        fields.close(inner);
    }
    sender
}

fn language(fields: &mut Fields) -> Option<Language> {
    fields.parsed("language", 35, "npsloop speaks en", |text| {
        Language::matching(text).filter(|language| language.tag() == text)
    })
}

fn on_unknown(fields: &mut Fields) -> Option<OnUnknown> {
    fields.parsed("on_unknown", 10, "this must be retry or hold", |text| match text {
        "retry" => Some(OnUnknown::Retry),
        "hold" => Some(OnUnknown::Hold),
        _ => None,
    })
}

fn hours(fields: &mut Fields) -> Option<Hours> {
    const TIME: &str = "this must be a time of day such as 09:00";
    let mut inner = fields.object("hours")?;
    let from = inner.parsed("from", 10, TIME, clock).unwrap_or(Time::constant(9, 0, 0, 0));
    let to = inner.parsed("to", 10, TIME, clock).unwrap_or(Time::constant(17, 0, 0, 0));
    if from >= to {
        inner.missing("to", "this must be later than from; hours end on the day they begin");
    }
    let days = days(&mut inner);
    fields.close(inner);
    Some(Hours { from, to, days })
}

fn clock(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let two = |part: &str| (part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse().ok())?;
    Time::new(two(hour)?, two(minute)?, 0, 0).ok()
}

/// The days of sending; from Monday to Friday unless others are named.
fn days(fields: &mut Fields) -> Vec<Day> {
    // Absent and `null` are the usual days; an empty list is an error.
    let Some(list) = fields.list("days") else { return Day::ALL[..5].to_vec() };
    if list.is_empty() {
        fields.wrong("days", "there must be at least one day");
    }
    let mut days = Vec::new();
    for (nth, value) in list.iter().enumerate() {
        let known = Day::ALL.into_iter().find(|day| matches!(value, Json::Text(text) if text == day.as_str()));
        match known {
            Some(day) if !days.contains(&day) => days.push(day),
            Some(_) => fields.wrong_within("days", nth, "this day is there twice"),
            None => fields.wrong_within("days", nth, "a day is mon, tue, wed, thu, fri, sat or sun"),
        }
    }
    days
}

fn cadence(fields: &mut Fields) -> Cadence {
    let usual = Cadence::default();
    let Some(mut inner) = fields.object("cadence") else { return usual };
    let task = step(&mut inner, "task", usual.task);
    let remind = step(&mut inner, "remind", usual.remind);
    let close = step(&mut inner, "close", Some(usual.close)).unwrap_or_else(|| {
        inner.missing("close", "a survey must close at some time");
        usual.close
    });
    if task.zip(remind).is_some_and(|(task, remind)| task > remind) {
        inner.missing("task", "this must not be later than remind");
    }
    if remind.is_some_and(|remind| remind > close) {
        inner.missing("remind", "this must not be later than close");
    } else if task.is_some_and(|task| task > close) {
        inner.missing("task", "this must not be later than close");
    }
    fields.close(inner);
    Cadence { task, remind, close }
}

/// A step of a cadence: `null` leaves it out, absent is the usual.
fn step(fields: &mut Fields, name: &str, usual: Option<u32>) -> Option<u32> {
    const MOST: u32 = 86_400 * MOST_DAYS as u32;
    const EXPECTED: &str = "this must be a time after the first mail such as 90m, 36h or 3d, at most 3650d";
    match fields.take_any(name) {
        None => usual,
        Some(Json::Null) => None,
        Some(Json::Text(text)) => {
            let seconds = span::read(text.trim()).filter(|seconds| (60..=MOST).contains(seconds));
            if seconds.is_none() {
                fields.wrong(name, EXPECTED);
            }
            seconds
        }
        Some(_) => {
            fields.wrong(name, EXPECTED);
            usual
        }
    }
}

#[cfg(test)]
mod tests {
    use model::Email;
    use serde_json::{Value, json};

    use super::*;

    fn defaults() -> Defaults {
        Defaults { company: "Example Company".to_owned(), sender: Email::parse("nps@example.com").unwrap() }
    }

    fn reading(body: &Value) -> Result<Campaign, Problem> {
        read(Fields::parse(body.to_string().as_bytes()).unwrap(), "spring", &defaults())
    }

    fn shown(campaign: &Campaign) -> Value {
        serde_json::to_value(show(campaign)).unwrap()
    }

    #[test]
    fn an_empty_campaign_has_every_default() {
        let campaign = reading(&json!({})).unwrap();
        insta::assert_snapshot!(serde_json::to_string_pretty(&show(&campaign)).unwrap());
    }

    #[test]
    fn what_is_shown_can_be_put() {
        let put = json!({
            "id": "spring", "company": "Acme", "sender": { "name": "Ada at Acme", "email": "ada@acme.example" },
            "reply_to": "help@acme.example", "question": "Would you?", "language": "en",
            "time_zone": "Europe/Berlin", "milestone": "renewal", "threshold": 80,
            "hours": { "from": "08:30", "to": "18:00", "days": ["sat", "mon"] }, "limit_days": 0,
            "max_defer_days": 3650, "cadence": { "task": null, "remind": "90m", "close": "36h" },
            "on_unknown": "hold", "retention_days": 3650,
        });
        let campaign = reading(&put).unwrap();
        assert_eq!(shown(&campaign), put);
        assert_eq!(reading(&shown(&campaign)).unwrap(), campaign);
        let usual = reading(&json!({})).unwrap();
        assert_eq!(reading(&shown(&usual)).unwrap(), usual);
    }

    #[test]
    fn what_is_said_in_part_is_completed() {
        let campaign =
            reading(&json!({ "company": "Acme", "sender": {}, "hours": {}, "cadence": { "task": "1d" } })).unwrap();
        let shown = shown(&campaign);
        assert_eq!(shown["sender"], json!({ "name": "Acme", "email": "nps@example.com" }));
        assert_eq!(
            shown["hours"],
            json!({ "from": "09:00", "to": "17:00", "days": ["mon", "tue", "wed", "thu", "fri"] })
        );
        assert_eq!(shown["cadence"], json!({ "task": "1d", "remind": "7d", "close": "14d" }));
    }

    #[test]
    fn every_wrong_way_is_said_at_its_field() {
        let long = "x".repeat(400);
        for (body, pointer) in [
            (json!({ "id": "summer" }), "/id"),
            (json!({ "company": "A\r\nBcc: eve@example.com" }), "/company"),
            (json!({ "company": long }), "/company"),
            (json!({ "sender": "ada@example.com" }), "/sender"),
            (json!({ "sender": { "email": "ada" } }), "/sender/email"),
            (json!({ "sender": { "name": "a\nb" } }), "/sender/name"),
            (json!({ "sender": { "address": "a" } }), "/sender/address"),
            (json!({ "reply_to": "nobody" }), "/reply_to"),
            (json!({ "question": long }), "/question"),
            (json!({ "language": "tlh" }), "/language"),
            (json!({ "time_zone": "Mars/Olympus" }), "/time_zone"),
            (json!({ "milestone": "a\u{0}" }), "/milestone"),
            (json!({ "threshold": 101 }), "/threshold"),
            (json!({ "threshold": 50.5 }), "/threshold"),
            (json!({ "hours": "9-17" }), "/hours"),
            (json!({ "hours": { "from": "9:00" } }), "/hours/from"),
            (json!({ "hours": { "to": "24:00" } }), "/hours/to"),
            (json!({ "hours": { "from": "17:00", "to": "09:00" } }), "/hours/to"),
            (json!({ "hours": { "days": [] } }), "/hours/days"),
            (json!({ "hours": { "days": ["mon", "mon"] } }), "/hours/days/1"),
            (json!({ "hours": { "days": ["monday"] } }), "/hours/days/0"),
            (json!({ "hours": { "zone": "UTC" } }), "/hours/zone"),
            (json!({ "limit_days": -1 }), "/limit_days"),
            (json!({ "limit_days": 401 }), "/retention_days"),
            (json!({ "max_defer_days": 3651 }), "/max_defer_days"),
            (json!({ "cadence": [] }), "/cadence"),
            (json!({ "cadence": { "task": "8d" } }), "/cadence/task"),
            (json!({ "cadence": { "remind": "15d" } }), "/cadence/remind"),
            (json!({ "cadence": { "task": "15d", "remind": null } }), "/cadence/task"),
            (json!({ "cadence": { "remind": "soon" } }), "/cadence/remind"),
            (json!({ "cadence": { "remind": 7 } }), "/cadence/remind"),
            (json!({ "cadence": { "remind": "0d" } }), "/cadence/remind"),
            (json!({ "cadence": { "close": null } }), "/cadence/close"),
            (json!({ "cadence": { "close": "3651d" } }), "/cadence/close"),
            (json!({ "cadence": { "escalate": "1d" } }), "/cadence/escalate"),
            (json!({ "cadence": { "close": "401d" } }), "/retention_days"),
            (json!({ "on_unknown": "panic" }), "/on_unknown"),
            (json!({ "retention_days": 0 }), "/retention_days"),
            (json!({ "retention_days": 30 }), "/retention_days"),
            (json!({ "colour": "red" }), "/colour"),
        ] {
            let problem = reading(&body).expect_err(&body.to_string());
            let pointers: Vec<_> = problem.errors().iter().map(|error| error.pointer.as_str()).collect();
            assert_eq!(pointers, [pointer], "{body}");
        }
        let problem = read(Fields::parse(b"{}").unwrap(), "a b", &defaults()).unwrap_err();
        assert_eq!(problem.errors()[0].pointer, "/id");
    }
}
