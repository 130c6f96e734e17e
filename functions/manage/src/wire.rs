//! A campaign as the API takes it and shows it: the same shape both ways.

mod bands;
mod batch;
mod brand;
mod experiment;
mod hours;
mod letters;
mod page;
mod sms;
mod tasks;
#[cfg(test)]
mod tests;
mod texts;
mod themes;
mod warm_up;

use std::collections::BTreeMap;

use host::fields::Json;
use host::{Fields, Problem};
use model::campaign::{Cadence, OnUnknown, Sender};
use model::{Campaign, CampaignId, Language};
use serde::Serialize;
use store::Defaults;

use self::batch::BatchWire;
use self::brand::BrandWire;
use self::experiment::ExperimentWire;
use self::hours::HoursWire;
use self::letters::{AlertsWire, ThanksWire};
use self::page::{NextStepsWire, ReasonsWire};
use self::sms::SmsWire;
use self::tasks::TasksWire;
pub(crate) use self::texts::spoken;
use self::themes::ThemeWire;
use self::warm_up::WarmUpWire;
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
    replies: Option<bool>,
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
    tasks: TasksWire,
    alerts: AlertsWire,
    thanks: ThanksWire,
    batch: BatchWire,
    bands: BTreeMap<String, Vec<i64>>,
    warm_up: Option<WarmUpWire>,
    experiment: Option<ExperimentWire>,
    texts: BTreeMap<&'static str, BTreeMap<&'static str, String>>,
    themes: Vec<ThemeWire>,
    brand: BrandWire,
    sms: Option<SmsWire>,
    reasons: ReasonsWire,
    ask_to_quote: bool,
    next_step: NextStepsWire,
    self_saving: bool,
}

#[derive(Serialize)]
struct SenderWire {
    name: String,
    email: String,
}

#[derive(Serialize)]
struct CadenceWire {
    task: Option<String>,
    remind: Option<String>,
    close: String,
}

/// Shows a campaign.
pub(crate) fn show(campaign: &Campaign) -> CampaignWire {
    CampaignWire {
        id: campaign.id.to_string(),
        company: campaign.company.clone(),
        sender: SenderWire { name: campaign.sender.name.clone(), email: campaign.sender.email.expose().to_owned() },
        reply_to: campaign.reply_to.as_ref().map(|email| email.expose().to_owned()),
        replies: campaign.replies,
        question: campaign.question.clone(),
        language: campaign.language.tag(),
        time_zone: campaign.time_zone.clone(),
        milestone: campaign.milestone.clone(),
        threshold: campaign.threshold,
        hours: campaign.hours.as_ref().map(hours::show),
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
        tasks: tasks::show(&campaign.tasks),
        alerts: letters::show_alerts(&campaign.alerts),
        thanks: letters::show_thanks(&campaign.thanks),
        batch: batch::show(campaign.batch),
        bands: bands::show(&campaign.bands),
        warm_up: campaign.warm_up.map(warm_up::show),
        experiment: campaign.experiment.as_ref().map(experiment::show),
        texts: texts::show(&campaign.texts),
        themes: themes::show(&campaign.themes),
        brand: brand::show(&campaign.brand),
        sms: campaign.sms.as_ref().map(sms::show),
        reasons: page::show_reasons(&campaign.reasons),
        ask_to_quote: campaign.ask_to_quote,
        next_step: page::show_next_steps(&campaign.next_step),
        self_saving: campaign.self_saving,
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
    let thanks = letters::read_thanks(&mut fields);
    let next_step = page::read_next_steps(&mut fields, thanks.review_url.as_deref());
    let campaign = Campaign {
        reply_to: fields.email("reply_to"),
        replies: fields.flag("replies"),
        question: fields.text("question", 300),
        language: language(&mut fields).unwrap_or(usual.language),
        time_zone: fields.time_zone("time_zone").unwrap_or(usual.time_zone),
        milestone: fields.text("milestone", 64).unwrap_or(usual.milestone),
        threshold: fields.whole("threshold", 0..=100).unwrap_or(usual.threshold),
        hours: hours::read(&mut fields),
        limit_days: days(&mut fields, "limit_days", 0, usual.limit_days),
        max_defer_days: days(&mut fields, "max_defer_days", 0, usual.max_defer_days),
        cadence: cadence(&mut fields),
        on_unknown: on_unknown(&mut fields).unwrap_or(usual.on_unknown),
        retention_days: days(&mut fields, "retention_days", 1, usual.retention_days),
        tasks: tasks::read(&mut fields),
        alerts: letters::read_alerts(&mut fields),
        thanks,
        batch: batch::read(&mut fields),
        bands: bands::read(&mut fields),
        warm_up: warm_up::read(&mut fields),
        experiment: experiment::read(&mut fields),
        texts: texts::read(&mut fields),
        themes: host::themes::read(&mut fields),
        brand: brand::read(&mut fields),
        sms: sms::read(&mut fields),
        reasons: page::read_reasons(&mut fields),
        ask_to_quote: fields.flag("ask_to_quote").unwrap_or(usual.ask_to_quote),
        next_step,
        self_saving: fields.flag("self_saving").unwrap_or(usual.self_saving),
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
    fields.parsed("language", 35, &texts::spoken(), Language::tagged)
}

fn on_unknown(fields: &mut Fields) -> Option<OnUnknown> {
    fields.parsed("on_unknown", 10, "this must be retry or hold", |text| match text {
        "retry" => Some(OnUnknown::Retry),
        "hold" => Some(OnUnknown::Hold),
        _ => None,
    })
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
