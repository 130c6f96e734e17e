//! Times, spans and names as people read them.

use std::time::Duration;

use crate::cloud::rfc3339;

const LONGEST_ADVANCE: Duration = Duration::from_hours(24 * 3660);

/// An instant, in the ways the page shows it.
pub(super) struct When {
    pub(super) machine: String,
    pub(super) clock: String,
    pub(super) day: String,
    pub(super) short: String,
    pub(super) long: String,
}

impl When {
    pub(super) fn new(millis: i64, now: i64) -> Self {
        let at =
            jiff::Timestamp::from_millisecond(millis).unwrap_or(jiff::Timestamp::MAX).to_zoned(jiff::tz::TimeZone::UTC);
        let today = jiff::Timestamp::from_millisecond(now)
            .is_ok_and(|now| now.to_zoned(jiff::tz::TimeZone::UTC).date() == at.date());
        Self {
            machine: rfc3339(millis),
            clock: at.strftime("%H:%M").to_string(),
            day: at.strftime("%a %-d %b %Y").to_string(),
            short: at.strftime(if today { "%H:%M" } else { "%-d %b, %H:%M" }).to_string(),
            long: at.strftime("%a %-d %b %Y, %H:%M").to_string(),
        }
    }

    pub(super) fn parse(text: &str, now: i64) -> Self {
        Self::new(text.parse::<jiff::Timestamp>().map_or(0, |at| at.as_millisecond()), now)
    }
}

/// A span of time as people say it.
pub(super) fn span(millis: i64) -> String {
    let minutes = millis.max(0) / 60_000;
    match (minutes / 1440, minutes / 60 % 24, minutes % 60) {
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, 0) => format!("{hours} h"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, 0, _) => format!("{days} d"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

/// Minutes, hours or days: `90m`, `2h`, `7d`.
pub(crate) fn parse_advance(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let seconds = match unit {
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return None,
    };
    let by = Duration::from_secs(number.parse::<u64>().ok()?.checked_mul(seconds)?);
    (by <= LONGEST_ADVANCE).then_some(by)
}

/// A sender as people read it: names that mail has to encode are decoded.
pub(super) fn readable(sender: &str) -> String {
    let Some((before, rest)) = sender.split_once("=?UTF-8?B?") else { return sender.to_owned() };
    let Some((word, after)) = rest.split_once("?=") else { return sender.to_owned() };
    match base64_text(word) {
        Some(name) => format!("{before}{name}{}", readable(after)),
        None => sender.to_owned(),
    }
}

fn base64_text(word: &str) -> Option<String> {
    let mut bits = 0u32;
    let mut count = 0;
    let mut bytes = Vec::new();
    for b in word.bytes().filter(|b| *b != b'=') {
        let value = match b {
            b'A'..=b'Z' => b - b'A',
            b'a'..=b'z' => b - b'a' + 26,
            b'0'..=b'9' => b - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).ok()?);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_advance_is_minutes_hours_or_days() {
        assert_eq!(parse_advance("90m"), Some(Duration::from_secs(5400)));
        assert_eq!(parse_advance("2h"), Some(Duration::from_secs(7200)));
        assert_eq!(parse_advance("7d"), Some(Duration::from_secs(604_800)));
        assert_eq!(parse_advance("0m"), Some(Duration::ZERO));
        for wrong in ["", "m", "7", "-1d", "+1d", "1.5h", "1 d", "1w", "7ä", "99999999999999999999d", "3661d"] {
            assert_eq!(parse_advance(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn names_of_senders_are_readable() {
        assert_eq!(readable("\"Example\" <a@example.com>"), "\"Example\" <a@example.com>");
        assert_eq!(readable("=?UTF-8?B?SsO8cmdlbg==?= <a@example.com>"), "Jürgen <a@example.com>");
        assert_eq!(readable("=?UTF-8?B?*?= <a@example.com>"), "=?UTF-8?B?*?= <a@example.com>");
    }

    #[test]
    fn a_span_is_said_as_people_say_it() {
        assert_eq!(span(59_000), "0 min");
        assert_eq!(span(90 * 60_000), "1 h 30 min");
        assert_eq!(span(7 * 86_400_000), "7 d");
        assert_eq!(span(7 * 86_400_000 - 60_000), "6 d 23 h");
    }
}
