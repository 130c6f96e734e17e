//! Send hours: the first instant at or after a given one at which a mail may go out.

use jiff::tz::TimeZone;

use crate::campaign::{Day, Hours};
use crate::time::Timestamp;

/// The first instant at or after `at` within the hours, in the contact's zone.
///
/// A wall-clock time that a change of the clocks skips is taken as the same time after the change; one
/// that comes twice, as the first.
#[must_use]
pub fn next_open(hours: &Hours, zone: &TimeZone, at: Timestamp) -> Timestamp {
    let local = zone.to_datetime(at.to_jiff());
    let mut date = local.date();
    // Eight days reach the same weekday again, even if today's hours are over.
    for _ in 0..=8 {
        let opens = |time| zone.to_timestamp(date.to_datetime(time)).map(Timestamp::from_jiff);
        if hours.days.contains(&Day::from(date.weekday()))
            && let (Ok(from), Ok(to)) = (opens(hours.from), opens(hours.to))
        {
            let open = from.max(at);
            if open < to {
                return open;
            }
        }
        match date.tomorrow() {
            Ok(next) => date = next,
            Err(_) => break,
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::zone;
    use jiff::civil::time;

    fn office() -> Hours {
        Hours {
            from: time(9, 0, 0, 0),
            to: time(17, 0, 0, 0),
            days: vec![Day::Mon, Day::Tue, Day::Wed, Day::Thu, Day::Fri],
        }
    }

    fn night() -> Hours {
        Hours { from: time(2, 30, 0, 0), to: time(4, 0, 0, 0), days: Day::ALL.to_vec() }
    }

    #[test]
    fn waits_for_the_contacts_own_morning() {
        for (hours, place, at, open, why) in [
            (office(), "Europe/Berlin", "2026-11-20T10:00:00Z", "2026-11-20T10:00:00Z", "within the hours"),
            (office(), "Europe/Berlin", "2026-11-20T07:59:59Z", "2026-11-20T08:00:00Z", "before them, in winter"),
            (office(), "Europe/Berlin", "2026-07-20T06:00:00Z", "2026-07-20T07:00:00Z", "before them, in summer"),
            (
                office(),
                "Europe/Berlin",
                "2026-11-20T16:00:00Z",
                "2026-11-23T08:00:00Z",
                "the end is exclusive; Friday to Monday",
            ),
            (
                office(),
                "Europe/Berlin",
                "2027-03-26T17:00:00Z",
                "2027-03-29T07:00:00Z",
                "over the change to summer time",
            ),
            (
                office(),
                "Europe/Berlin",
                "2026-10-23T17:00:00Z",
                "2026-10-26T08:00:00Z",
                "over the change to winter time",
            ),
            (
                night(),
                "Europe/Berlin",
                "2027-03-28T00:00:00Z",
                "2027-03-28T01:30:00Z",
                "02:30 is skipped: 03:30 summer time",
            ),
            (night(), "Europe/Berlin", "2026-10-24T23:00:00Z", "2026-10-25T00:30:00Z", "02:30 comes twice: the first"),
            (
                office(),
                "Pacific/Kiritimati",
                "2026-11-19T20:00:00Z",
                "2026-11-19T20:00:00Z",
                "already Friday morning at UTC+14",
            ),
            (
                office(),
                "Pacific/Pago_Pago",
                "2026-11-21T02:00:00Z",
                "2026-11-21T02:00:00Z",
                "still Friday afternoon at UTC-11",
            ),
            (
                office(),
                "America/New_York",
                "2026-11-21T02:00:00Z",
                "2026-11-23T14:00:00Z",
                "the weekend has begun there",
            ),
        ] {
            let got = next_open(&hours, &zone(place), at.parse().unwrap());
            assert_eq!(got.to_string(), open, "{place} {at}: {why}");
        }
    }

    #[test]
    fn never_goes_back_and_always_lands_within() {
        let zone = zone("America/St_Johns");
        for hour in 0..24 * 14 {
            let at = Timestamp::from_millis(1_773_000_000_000 + hour * 3_600_000);
            let open = next_open(&office(), &zone, at);
            assert!(open >= at);
            assert_eq!(next_open(&office(), &zone, open), open);
        }
    }
}
