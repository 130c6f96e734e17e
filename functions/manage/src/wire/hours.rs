//! Hours of days of the week: of sending, and of work.

use host::Fields;
use host::fields::Json;
use jiff::civil::Time;
use model::campaign::{Day, Hours};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct HoursWire {
    from: String,
    to: String,
    days: Vec<&'static str>,
}

/// Shows hours.
pub(super) fn show(hours: &Hours) -> HoursWire {
    HoursWire {
        from: clock(hours.from),
        to: clock(hours.to),
        days: hours.days.iter().map(|day| day.as_str()).collect(),
    }
}

/// Reads the field `hours`; nothing where it is absent.
pub(super) fn read(fields: &mut Fields) -> Option<Hours> {
    let mut inner = fields.object("hours")?;
    let from = read_clock(&mut inner, "from").unwrap_or(Time::constant(9, 0, 0, 0));
    let to = read_clock(&mut inner, "to").unwrap_or(Time::constant(17, 0, 0, 0));
    if from >= to {
        inner.missing("to", "this must be later than from; hours end on the day they begin");
    }
    let days = days(&mut inner);
    fields.close(inner);
    Some(Hours { from, to, days })
}

/// Shows a time of day.
pub(super) fn clock(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// Reads a time of day.
pub(super) fn read_clock(fields: &mut Fields, name: &str) -> Option<Time> {
    fields.parsed(name, 10, "this must be a time of day such as 09:00", |text| {
        let (hour, minute) = text.split_once(':')?;
        let two =
            |part: &str| (part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse().ok())?;
        Time::new(two(hour)?, two(minute)?, 0, 0).ok()
    })
}

/// The days; from Monday to Friday unless others are named.
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
