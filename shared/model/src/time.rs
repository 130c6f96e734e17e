//! Instants and days, as they are stored, compared and printed.

use std::fmt;
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// Milliseconds in a day of 24 hours.
pub const DAY: Duration = Duration::from_secs(86_400);

/// An instant in whole milliseconds since 1970, UTC. Stored as that number, printed as RFC 3339.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The instant `millis` milliseconds after 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    #[must_use]
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The whole second this instant lies in: what EventBridge Scheduler can express.
    #[must_use]
    pub const fn whole_second(self) -> Self {
        Self(self.as_seconds() * 1000)
    }

    /// This instant moved forward; saturates at the end of time.
    #[must_use]
    pub fn after(self, by: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)))
    }

    /// This instant moved back; saturates at the beginning of time.
    #[must_use]
    pub fn before(self, by: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)))
    }

    /// How long ago `earlier` was; zero if it was not.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The same instant as `jiff` has it.
    #[must_use]
    pub fn to_jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::MAX)
    }

    /// Whole milliseconds of a `jiff` instant.
    #[must_use]
    pub fn from_jiff(at: jiff::Timestamp) -> Self {
        Self(at.as_millisecond())
    }

    /// The calendar day of this instant in a zone.
    #[must_use]
    pub fn day_in(self, zone: &TimeZone) -> Date {
        zone.to_datetime(self.to_jiff()).date()
    }

    /// The first instant of the day after this one in a zone.
    #[must_use]
    pub fn next_day_in(self, zone: &TimeZone) -> Self {
        let tomorrow = self.day_in(zone).tomorrow().and_then(|day| day.to_zoned(zone.clone()));
        tomorrow.map_or(self, |start| Self::from_jiff(start.timestamp()))
    }

    /// The hour (0 to 23) of this instant in a zone.
    #[must_use]
    pub fn hour_in(self, zone: &TimeZone) -> u8 {
        u8::try_from(zone.to_datetime(self.to_jiff()).hour()).unwrap_or(0)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_jiff().fmt(f)
    }
}

impl std::str::FromStr for Timestamp {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<jiff::Timestamp>().map(Self::from_jiff)
    }
}

/// The zone of that IANA name, from the bundled database; UTC for a name nobody knows.
///
/// Names are checked where they come in ([`zone_named`]); a stored one that has vanished from the
/// database must not stop a survey.
#[must_use]
pub fn zone(name: &str) -> TimeZone {
    zone_named(name).unwrap_or(TimeZone::UTC)
}

/// The zone of that IANA name, or `None`.
#[must_use]
pub fn zone_named(name: &str) -> Option<TimeZone> {
    if name == "UTC" {
        return Some(TimeZone::UTC);
    }
    // The database has an entry for "nobody knows", which is no place.
    TimeZone::get(name).ok().filter(|zone| !zone.is_unknown())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_and_reads_rfc_3339() {
        let at: Timestamp = "2026-11-21T20:30:00.250+01:00".parse().unwrap();
        assert_eq!(at.to_string(), "2026-11-21T19:30:00.25Z");
        assert_eq!(at.whole_second().to_string(), "2026-11-21T19:30:00Z");
    }

    #[test]
    fn a_day_depends_on_the_zone() {
        let at: Timestamp = "2026-11-21T23:30:00Z".parse().unwrap();
        assert_eq!(at.day_in(&zone("UTC")).to_string(), "2026-11-21");
        assert_eq!(at.day_in(&zone("Europe/Berlin")).to_string(), "2026-11-22");
        assert_eq!(at.hour_in(&zone("Pacific/Kiritimati")), 13);
        assert_eq!(at.next_day_in(&zone("Europe/Berlin")).to_string(), "2026-11-22T23:00:00Z");
        // On the day the clocks change at midnight, the day begins at one.
        let at: Timestamp = "2026-09-05T20:00:00Z".parse().unwrap();
        assert_eq!(at.next_day_in(&zone("America/Santiago")).to_string(), "2026-09-06T04:00:00Z");
    }
}
