//! The field `tasks` of a campaign: what account managers are asked to do, and by when.

use std::collections::{BTreeMap, BTreeSet};

use host::Fields;
use host::fields::Json;
use jiff::civil::Date;
use model::campaign::{Tasks, WorkingTime};
use model::{Email, TaskKind};
use serde::Serialize;

use super::hours::{self, HoursWire};

/// Most holidays of a campaign: some years of them.
const MOST_HOLIDAYS: usize = 100;

/// Most owners who work in another zone than the campaign's.
const MOST_ZONES: usize = 1000;

/// The tasks of a campaign as the API shows them.
#[derive(Serialize)]
pub(super) struct TasksWire {
    recovery: Option<String>,
    referral: Option<String>,
    improve: Option<String>,
    non_response: Option<String>,
    bounced: Option<String>,
    hours: HoursWire,
    holidays: Vec<String>,
    zones: BTreeMap<String, String>,
    manager: Option<String>,
}

/// Shows the tasks of a campaign.
pub(super) fn show(tasks: &Tasks) -> TasksWire {
    let time = |kind| {
        tasks.time(kind).map(|time| match time {
            WorkingTime::Hours(hours) => format!("{hours}h"),
            WorkingTime::Days(days) => format!("{days}d"),
        })
    };
    TasksWire {
        recovery: time(TaskKind::Recovery),
        referral: time(TaskKind::Referral),
        improve: time(TaskKind::Improve),
        non_response: time(TaskKind::NonResponse),
        bounced: time(TaskKind::Bounced),
        hours: hours::show(&tasks.hours),
        holidays: tasks.holidays.iter().map(Date::to_string).collect(),
        zones: tasks.zones.clone(),
        manager: tasks.manager.as_ref().map(|manager| manager.expose().to_owned()),
    }
}

/// Reads the field `tasks`; what is absent takes its default.
pub(super) fn read(fields: &mut Fields) -> Tasks {
    let usual = Tasks::default();
    let Some(mut inner) = fields.object("tasks") else { return usual };
    let mut time = |kind: TaskKind| working_time(&mut inner, kind.as_str(), usual.time(kind));
    let tasks = Tasks {
        recovery: time(TaskKind::Recovery),
        referral: time(TaskKind::Referral),
        improve: time(TaskKind::Improve),
        non_response: time(TaskKind::NonResponse),
        bounced: time(TaskKind::Bounced),
        hours: hours::read(&mut inner).unwrap_or(usual.hours),
        holidays: holidays(&mut inner),
        zones: zones(&mut inner),
        manager: inner.email("manager"),
    };
    fields.close(inner);
    tasks
}

/// When a kind of task is due: `null` opens none, absent is the usual.
fn working_time(fields: &mut Fields, name: &str, usual: Option<WorkingTime>) -> Option<WorkingTime> {
    let time = match fields.take_any(name) {
        None => return usual,
        Some(Json::Null) => return None,
        Some(Json::Text(text)) => parsed(text.trim()),
        Some(_) => None,
    };
    if time.is_none() {
        fields.wrong(
            name,
            "this must be working time such as 8h (hours) or 3d (days), from 1 to 999, or null for no task",
        );
    }
    time
}

fn parsed(text: &str) -> Option<WorkingTime> {
    let unit = text.chars().last()?;
    let number = text.strip_suffix(unit)?;
    let plain = (1..=3).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    let number: u16 = number.parse().ok().filter(|number| plain && *number > 0)?;
    match unit {
        'h' => Some(WorkingTime::Hours(number)),
        'd' => Some(WorkingTime::Days(number)),
        _ => None,
    }
}

fn holidays(fields: &mut Fields) -> Vec<Date> {
    let list = fields.list("holidays").unwrap_or_default();
    if list.len() > MOST_HOLIDAYS {
        fields.wrong("holidays", format!("there can be at most {MOST_HOLIDAYS} holidays"));
        return Vec::new();
    }
    let mut days = BTreeSet::new();
    for (nth, value) in list.iter().enumerate() {
        let day = match value {
            // The parser itself would take a time behind the day as well.
            Json::Text(text) if text.len() == 10 => text.parse::<Date>().ok(),
            _ => None,
        };
        match day {
            Some(day) if days.insert(day) => {}
            Some(_) => fields.wrong_within("holidays", nth, "this day is there twice"),
            None => fields.wrong_within("holidays", nth, "a holiday is a day such as 2026-12-25"),
        }
    }
    days.into_iter().collect()
}

fn zones(fields: &mut Fields) -> BTreeMap<String, String> {
    let mut zones = BTreeMap::new();
    let Some(mut inner) = fields.object("zones") else { return zones };
    let names = inner.names();
    if names.len() > MOST_ZONES {
        fields.wrong("zones", format!("there can be at most {MOST_ZONES} owners with a zone of their own"));
        return zones;
    }
    for name in names {
        let zone = inner.time_zone(&name);
        match Email::parse(&name) {
            Err(_) => inner.missing(&name, "an owner is named here by an e-mail address"),
            Ok(email) => {
                if let Some(zone) = zone
                    && zones.insert(email.expose().to_owned(), zone).is_some()
                {
                    inner.wrong(&name, "this address is there twice");
                }
            }
        }
    }
    fields.close(inner);
    zones
}
