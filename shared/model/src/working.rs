//! The clock of people at work: it runs in their working hours and stands still at night, at weekends and on
//! holidays.

use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::campaign::{Day, Hours, WorkingTime};
use crate::time::Timestamp;

/// Days that are looked at before somebody is taken to work never again: ten years.
const MOST_DAYS: i64 = 3660;

/// The instant by which something is due that came up at `from` and may take so much working time.
///
/// Hours are counted while people work, and may end with the working day itself. Days are the same time of day, so
/// many working days later. What comes up outside the hours is counted from the next opening. A wall-clock time that
/// a change of the clocks skips is taken as the same time after the change; one that comes twice, as the first; and
/// whoever works through the change works an hour less, or more.
#[must_use]
pub fn due(hours: &Hours, holidays: &[Date], zone: &TimeZone, from: Timestamp, time: WorkingTime) -> Timestamp {
    let first = from.day_in(zone);
    let dates = (0..MOST_DAYS).map(|days| first.saturating_add(days.days()));
    let mut shifts = dates.filter_map(|date| shift(hours, holidays, zone, date)).filter(|shift| from < shift.closes);
    let Some(mut shift) = shifts.next() else { return from };
    let start = from.max(shift.opens);
    match time {
        WorkingTime::Hours(count) => {
            let mut left = i64::from(count) * 3_600_000;
            let mut at = start;
            loop {
                let here = shift.closes.as_millis() - at.as_millis();
                if left <= here {
                    return Timestamp::from_millis(at.as_millis() + left);
                }
                left -= here;
                match shifts.next() {
                    Some(next) => (shift, at) = (next, next.opens),
                    None => return shift.closes,
                }
            }
        }
        WorkingTime::Days(count) => {
            let time = zone.to_datetime(start.to_jiff()).time();
            let last = shifts.take(usize::from(count)).last().unwrap_or(shift);
            let at = zone.to_timestamp(last.date.to_datetime(time)).map_or(last.opens, Timestamp::from_jiff);
            at.clamp(last.opens, last.closes)
        }
    }
}

/// The working time of one day.
#[derive(Clone, Copy)]
struct Shift {
    date: Date,
    opens: Timestamp,
    closes: Timestamp,
}

/// The working time of a day, if there is any: a change of the clocks may swallow it.
fn shift(hours: &Hours, holidays: &[Date], zone: &TimeZone, date: Date) -> Option<Shift> {
    if !hours.days.contains(&Day::from(date.weekday())) || holidays.contains(&date) {
        return None;
    }
    let at = |time| zone.to_timestamp(date.to_datetime(time)).map(Timestamp::from_jiff).ok();
    let (opens, closes) = (at(hours.from)?, at(hours.to)?);
    (opens < closes).then_some(Shift { date, opens, closes })
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Time, date, time};
    use proptest::prelude::*;

    use super::*;
    use crate::time::zone;

    fn hours(from: Time, to: Time, days: &[Day]) -> Hours {
        Hours { from, to, days: days.to_vec() }
    }

    fn office() -> Hours {
        hours(time(9, 0, 0, 0), time(17, 0, 0, 0), &Day::ALL[..5])
    }

    fn nights() -> Hours {
        hours(time(1, 0, 0, 0), time(4, 0, 0, 0), &Day::ALL)
    }

    fn h(hours: u16) -> WorkingTime {
        WorkingTime::Hours(hours)
    }

    fn d(days: u16) -> WorkingTime {
        WorkingTime::Days(days)
    }

    #[test]
    fn counts_working_time_by_hand() {
        // 2026-11-20 is a Friday.
        for (hours, place, from, time, expected, why) in [
            (office(), "UTC", "2026-11-16T09:00:00Z", h(8), "2026-11-16T17:00:00Z", "a whole day ends with the day"),
            (office(), "UTC", "2026-11-16T09:00:01Z", h(8), "2026-11-17T09:00:01Z", "a second more begins the next"),
            (office(), "UTC", "2026-11-16T15:00:00Z", h(4), "2026-11-17T11:00:00Z", "over night"),
            (office(), "UTC", "2026-11-20T15:00:00Z", h(4), "2026-11-23T11:00:00Z", "over the weekend"),
            (office(), "UTC", "2026-11-21T12:00:00Z", h(1), "2026-11-23T10:00:00Z", "from Saturday: Monday's opening"),
            (office(), "UTC", "2026-11-16T17:00:00Z", h(1), "2026-11-17T10:00:00Z", "the hours end before their end"),
            (office(), "UTC", "2026-11-16T16:59:59Z", h(1), "2026-11-17T09:59:59Z", "a second is left"),
            (office(), "UTC", "2026-11-16T23:59:00Z", h(8), "2026-11-17T17:00:00Z", "late at night"),
            (office(), "UTC", "2026-11-16T10:00:00Z", h(40), "2026-11-23T10:00:00Z", "a week of work"),
            (office(), "UTC", "2026-11-16T10:00:00Z", d(2), "2026-11-18T10:00:00Z", "two days later"),
            (office(), "UTC", "2026-11-19T10:00:00Z", d(2), "2026-11-23T10:00:00Z", "two working days later"),
            (office(), "UTC", "2026-11-20T23:59:00Z", d(1), "2026-11-24T09:00:00Z", "counted from Monday's opening"),
            (office(), "UTC", "2026-11-16T17:00:00Z", d(1), "2026-11-18T09:00:00Z", "17:00 is outside the hours"),
            (office(), "UTC", "2026-11-16T05:00:00Z", d(1), "2026-11-17T09:00:00Z", "before the opening"),
            // Christmas 2026: the 25th is a Friday and a holiday here; so is New Year's Day, a week later.
            (office(), "UTC", "2026-12-24T16:00:00Z", h(2), "2026-12-28T10:00:00Z", "over a holiday on Friday"),
            (office(), "UTC", "2026-12-25T10:00:00Z", h(1), "2026-12-28T10:00:00Z", "on the holiday itself"),
            (office(), "UTC", "2026-12-24T10:00:00Z", d(1), "2026-12-28T10:00:00Z", "a holiday is no working day"),
            (office(), "UTC", "2026-12-31T12:00:00Z", h(8), "2027-01-04T12:00:00Z", "over New Year"),
            // Berlin: +1 in winter. 23:59 on Sunday is 22:59 UTC.
            (office(), "Europe/Berlin", "2026-11-22T22:59:00Z", h(8), "2026-11-23T16:00:00Z", "23:59 on Sunday"),
            (office(), "Europe/Berlin", "2026-11-20T22:59:00Z", d(1), "2026-11-24T08:00:00Z", "23:59 on Friday"),
            // Berlin goes to summer time on Sunday 2027-03-28, New York on 2027-03-14, Lord Howe back on 2027-04-04.
            (
                office(),
                "Europe/Berlin",
                "2027-03-26T15:00:00Z",
                h(2),
                "2027-03-29T08:00:00Z",
                "spring: an hour earlier",
            ),
            (
                office(),
                "Europe/Berlin",
                "2027-03-26T09:00:00Z",
                d(1),
                "2027-03-29T08:00:00Z",
                "spring: 10:00 stays 10:00",
            ),
            (office(), "Europe/Berlin", "2027-10-29T14:00:00Z", h(2), "2027-11-01T09:00:00Z", "autumn: an hour later"),
            (office(), "America/New_York", "2027-03-12T21:00:00Z", h(2), "2027-03-15T14:00:00Z", "spring"),
            (office(), "America/New_York", "2027-11-05T15:00:00Z", d(1), "2027-11-08T16:00:00Z", "autumn: 11:00 stays"),
            (
                office(),
                "Australia/Lord_Howe",
                "2027-04-02T05:00:00Z",
                h(2),
                "2027-04-04T23:30:00Z",
                "half an hour back",
            ),
            (office(), "Australia/Lord_Howe", "2027-10-01T05:00:00Z", d(1), "2027-10-04T04:30:00Z", "and forward"),
            // At work through the change: 01:00 to 04:00 has two hours in spring and four in autumn.
            (
                nights(),
                "Europe/Berlin",
                "2027-03-27T23:00:00Z",
                h(3),
                "2027-03-29T00:00:00Z",
                "02:00 to 03:00 is missing",
            ),
            (
                nights(),
                "Europe/Berlin",
                "2027-10-30T22:00:00Z",
                h(4),
                "2027-10-31T03:00:00Z",
                "02:00 to 03:00 comes twice",
            ),
            (
                nights(),
                "Europe/Berlin",
                "2027-03-27T01:30:00Z",
                d(1),
                "2027-03-28T01:30:00Z",
                "02:30 is skipped: 03:30",
            ),
            (nights(), "Europe/Berlin", "2027-10-30T00:30:00Z", d(1), "2027-10-31T00:30:00Z", "02:30 twice: the first"),
            (
                nights(),
                "Australia/Lord_Howe",
                "2027-04-03T14:00:00Z",
                h(3),
                "2027-04-03T17:00:00Z",
                "three and a half there",
            ),
        ] {
            let holidays = [date(2026, 12, 25), date(2027, 1, 1)];
            let got = due(&hours, &holidays, &zone(place), from.parse().unwrap(), time);
            assert_eq!(got.to_string(), expected, "{place} {from} {time:?}: {why}");
        }
    }

    #[test]
    fn a_shift_the_clocks_swallow_is_none() {
        let lost = hours(time(2, 0, 0, 0), time(3, 0, 0, 0), &Day::ALL);
        let from = "2027-03-27T12:00:00Z".parse().unwrap();
        let berlin = zone("Europe/Berlin");
        // 02:00 to 03:00 on the 28th does not take place.
        assert_eq!(due(&lost, &[], &berlin, from, h(1)).to_string(), "2027-03-29T01:00:00Z");
        assert_eq!(due(&lost, &[], &berlin, from, d(1)).to_string(), "2027-03-30T00:00:00Z");
    }

    #[test]
    fn whoever_never_works_owes_nothing_later() {
        let from: Timestamp = "2026-11-16T10:00:00Z".parse().unwrap();
        let never = hours(time(9, 0, 0, 0), time(17, 0, 0, 0), &[]);
        assert_eq!(due(&never, &[], &zone("UTC"), from, h(1)), from);
        // One minute a week, 999 hours of them: ten years are enough.
        let hardly = hours(time(9, 0, 0, 0), time(9, 1, 0, 0), &[Day::Mon]);
        assert!(due(&hardly, &[], &zone("UTC"), from, h(999)) < from.after(crate::time::DAY * 3_661));
    }

    /// Whether people work in the minute that begins then, told from the wall clock alone.
    fn at_work(hours: &Hours, holidays: &[Date], zone: &TimeZone, at: Timestamp) -> bool {
        let wall = zone.to_datetime(at.to_jiff());
        let day = Day::from(wall.date().weekday());
        hours.days.contains(&day) && !holidays.contains(&wall.date()) && (hours.from..hours.to).contains(&wall.time())
    }

    const MINUTE: i64 = 60_000;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Counting minute by minute comes to the same, also over changes of the clocks. Hours that begin or end in
        /// the very hour of a change are in the table above.
        #[test]
        fn comes_to_the_same_as_counting_minutes(
            place in prop::sample::select(vec!["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
            start in prop::sample::select(vec!["2027-03-10T00:00:00Z", "2027-03-24T00:00:00Z", "2027-03-31T00:00:00Z", "2027-10-01T00:00:00Z", "2027-10-27T00:00:00Z", "2027-11-03T00:00:00Z"]),
            minute in 0_i64..7 * 24 * 60,
            opens in prop::sample::select(vec![0_i8, 5, 9, 13]),
            closes in prop::sample::select(vec![14_i8, 17, 23]),
            days in prop::sample::subsequence(Day::ALL.to_vec(), 1..=7),
            free in prop::collection::vec(0_i64..14, 0..4),
            length in 1_u16..40,
        ) {
            let zone = zone(place);
            let hours = hours(time(opens, 0, 0, 0), time(closes, 30, 0, 0), &days);
            let start: Timestamp = start.parse().unwrap();
            let holidays: Vec<Date> = free.iter().map(|days| start.day_in(&zone).saturating_add(days.days())).collect();
            let from = Timestamp::from_millis(start.as_millis() + minute * MINUTE);

            let mut left = i64::from(length) * 60;
            let mut at = from;
            while left > 0 {
                left -= i64::from(at_work(&hours, &holidays, &zone, at));
                at = Timestamp::from_millis(at.as_millis() + MINUTE);
            }
            prop_assert_eq!(due(&hours, &holidays, &zone, from, h(length)), at);

            // Days: as many openings lie between, and the time of day is that of the beginning.
            let mut begin = from;
            while !at_work(&hours, &holidays, &zone, begin) {
                begin = Timestamp::from_millis(begin.as_millis() + MINUTE);
            }
            let end = due(&hours, &holidays, &zone, from, d(length));
            let wall = |at: Timestamp| zone.to_datetime(at.to_jiff());
            let mut day = wall(begin).date();
            let mut worked = 0;
            while worked < length {
                day = day.tomorrow().unwrap();
                let noon = zone.to_timestamp(day.to_datetime(hours.from)).map(Timestamp::from_jiff).unwrap();
                worked += u16::from(at_work(&hours, &holidays, &zone, noon));
            }
            prop_assert_eq!(wall(end).date(), day);
            // Unless the change of the clocks skipped it.
            let same = zone.to_timestamp(day.to_datetime(wall(begin).time())).map(Timestamp::from_jiff).unwrap();
            prop_assert_eq!(end, same);
        }

        #[test]
        fn more_time_is_never_due_earlier(minute in 0_i64..400 * 24 * 60, length in 1_u16..200) {
            let from = Timestamp::from_millis(1_800_000_000_000 + minute * MINUTE);
            let zone = zone("Europe/Berlin");
            for time in [WorkingTime::Hours, WorkingTime::Days] {
                let one = due(&office(), &[], &zone, from, time(length));
                let other = due(&office(), &[], &zone, from, time(length + 1));
                prop_assert!(from < one && one < other);
            }
        }
    }
}
