//! Times as spreadsheets and services write them.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use model::Timestamp;

/// How a date of three numbers is meant that begins with the day or the month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// 03/04/2021 is in March.
    MonthFirst,
    /// 03/04/2021 is in April.
    DayFirst,
}

/// What the dates of a column tell of their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// There is no date that could be meant both ways.
    Nothing,
    /// Some show it.
    Order(Order),
    /// Every date could be meant both ways.
    Unclear,
    /// Some show one order, some the other.
    Both,
}

/// Looks through a column for dates that can be meant one way only.
pub(super) fn told<'a>(column: impl Iterator<Item = &'a str>) -> Told {
    let (mut month, mut day, mut any) = (false, false, false);
    for text in column {
        let Some([first, second]) = ambiguous(text) else { continue };
        any = true;
        day |= first > 12;
        month |= second > 12;
    }
    match (any, month, day) {
        (false, ..) => Told::Nothing,
        (true, false, false) => Told::Unclear,
        (true, true, true) => Told::Both,
        (true, true, false) => Told::Order(Order::MonthFirst),
        (true, false, true) => Told::Order(Order::DayFirst),
    }
}

/// The first two numbers of a date such as `3/4/2021` or `03-04-21`.
fn ambiguous(text: &str) -> Option<[u8; 2]> {
    let date = text.trim().split([' ', 'T', ',']).next()?;
    let parts: Vec<&str> = date.split(['/', '-']).collect();
    let [first, second, third] = parts[..] else { return None };
    let short = |part: &str| part.len() <= 2;
    (short(first) && short(second) && third.bytes().all(|b| b.is_ascii_digit()))
        .then(|| Some([first.parse().ok()?, second.parse().ok()?]))
        .flatten()
}

/// Reads a time. Where it names no zone it was noted down in `zone`; where it is only a day, it is noon there.
///
/// # Errors
/// What is wrong with it, in a sentence.
pub(super) fn read(text: &str, zone: &TimeZone, order: Order) -> Result<Timestamp, String> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    if let Some(at) = number(text, zone) {
        return Ok(at);
    }
    written(text, zone, order)
        .ok_or_else(|| format!("`{text}` is no time that is understood, such as 2021-03-04 17:06"))
}

/// Whether something is written as a moment of a day.
pub(super) fn is_moment(text: &str) -> bool {
    text.contains(':') && read(text, &TimeZone::UTC, Order::MonthFirst).is_ok()
}

/// Seconds or milliseconds since 1970, or a spreadsheet's days since the end of 1899.
fn number(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let whole = text.bytes().all(|b| b.is_ascii_digit());
    match text.len() {
        10 if whole => return Some(Timestamp::from_millis(text.parse::<i64>().ok()? * 1_000)),
        13 if whole => return text.parse().ok().map(Timestamp::from_millis),
        _ => {}
    }
    // Some spreadsheets write a comma before the fraction.
    let days: f64 = text.replacen(',', ".", 1).parse().ok()?;
    // From 1954 to 2119; all else is no day.
    if !(20_000.0..80_000.0).contains(&days) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "80,000 days have less than 2^53 seconds")]
    let seconds = (days * 86_400.0).round() as i64;
    let start = Date::constant(1899, 12, 30).to_datetime(Time::midnight());
    at(start.checked_add(jiff::Span::new().seconds(seconds)).ok()?, zone)
}

fn at(local: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    // A time that was left out or came twice when the clocks changed is the one a clock would have shown.
    zone.to_ambiguous_timestamp(local).compatible().ok().map(Timestamp::from_jiff)
}

fn written(text: &str, zone: &TimeZone, order: Order) -> Option<Timestamp> {
    let spaced = text.replace([',', '(', ')'], " ").replace("UTC+", "+").replace("GMT+", "+");
    let mut words: Vec<&str> = spaced.split_whitespace().collect();
    // `2021-03-04T17:06`
    let split = words.first().and_then(|first| first.split_once('T')).filter(|(date, _)| date.len() >= 8);
    if let Some((date, time)) = split {
        words.splice(0..1, [date, time]);
    }
    words.retain(|word| !matches!(*word, "at" | "um" | "|"));
    if words.first().is_some_and(|word| is_weekday(word)) {
        words.remove(0);
    }
    let (date, rest) = date(&words, order)?;
    let (time, zone) = time(rest, zone)?;
    at(date.to_datetime(time), &zone)
}

fn date<'w>(words: &'w [&'w str], order: Order) -> Option<(Date, &'w [&'w str])> {
    let first = words.first()?;
    let parts: Vec<&str> = first.split(['-', '/', '.']).collect();
    if let [a, b, c] = parts[..] {
        let rest = &words[1..];
        // `04-Mar-2021`
        if let Some(month) = month(b) {
            return Some((civil(c, month, a)?, rest));
        }
        let number = |text: &str| text.parse::<i8>().ok();
        if a.len() == 4 {
            return Some((civil(a, number(b)?, c)?, rest));
        }
        // Dots are written where the day comes first.
        let day_first = order == Order::DayFirst || first.contains('.');
        let (day, month) = if day_first { (a, number(b)?) } else { (b, number(a)?) };
        return Some((civil(c, month, day)?, rest));
    }
    let [a, b, c] = words.get(..3)? else { return None };
    let rest = &words[3..];
    // `Mar 4 2021` and `4 March 2021`
    match (month(a), month(b)) {
        (Some(month), _) => Some((civil(c, month, b)?, rest)),
        (None, Some(month)) => Some((civil(c, month, a)?, rest)),
        (None, None) => None,
    }
}

fn civil(year: &str, month: i8, day: &str) -> Option<Date> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let day = day.trim_end_matches(['s', 't', 'n', 'd', 'r', 'h', '.']);
    if !digits(year) || !digits(day) {
        return None;
    }
    let number: i16 = year.parse().ok()?;
    let year = match year.len() {
        4 => number,
        2 => 2_000 + number,
        _ => return None,
    };
    Date::new(year, month, day.parse().ok()?).ok()
}

fn month(word: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let word = word.trim_end_matches('.').to_ascii_lowercase();
    let known = word.len() >= 3 && word.bytes().all(|b| b.is_ascii_lowercase());
    let nth = MONTHS.iter().position(|month| known && word.starts_with(month))?;
    i8::try_from(nth + 1).ok()
}

fn is_weekday(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    word.len() >= 3 && ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().any(|day| word.starts_with(day))
}

/// The time of day, and the zone it names.
fn time(words: &[&str], zone: &TimeZone) -> Option<(Time, TimeZone)> {
    let mut zone = zone.clone();
    let mut clock: Option<Time> = None;
    let mut half = None;
    for word in words {
        let upper = word.to_ascii_uppercase();
        let plain = upper.replace('.', "");
        if clock.is_none() {
            let glued = ["AM", "PM"].into_iter().find(|half| upper.ends_with(half));
            let digits = glued.and_then(|half| upper.strip_suffix(half)).unwrap_or(&upper);
            // An offset without a blank before it.
            let cut = digits.find(['+', '-', 'Z']).unwrap_or(digits.len());
            let (digits, offset) = digits.split_at(cut);
            clock = Some(of_day(digits)?);
            half = glued.map(|half| half == "PM");
            if !offset.is_empty() {
                zone = named(offset)?;
            }
        } else if plain == "AM" || plain == "PM" {
            half = Some(plain == "PM");
        } else {
            zone = named(&upper)?;
        }
    }
    let Some(mut time) = clock else { return Some((Time::constant(12, 0, 0, 0), zone)) };
    if let Some(afternoon) = half {
        let hour = (1..=12).contains(&time.hour()).then(|| time.hour() % 12 + if afternoon { 12 } else { 0 })?;
        time = Time::new(hour, time.minute(), time.second(), time.subsec_nanosecond()).ok()?;
    }
    Some((time, zone))
}

fn of_day(text: &str) -> Option<Time> {
    let (clock, fraction) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let parts: Vec<i8> = clock.split(':').map(|part| part.parse().ok().filter(|n| *n >= 0)).collect::<Option<_>>()?;
    let nanos: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    let nanos = nanos.parse().ok()?;
    match parts[..] {
        [hour, minute] => Time::new(hour, minute, 0, 0).ok(),
        [hour, minute, second] => Time::new(hour, minute, second, nanos).ok(),
        _ => None,
    }
}

/// A zone as it stands behind a time: an offset, or one of the few names whose meaning does not depend on the reader.
fn named(text: &str) -> Option<TimeZone> {
    let hours = |hours: i8| Some(TimeZone::fixed(Offset::from_hours(hours).ok()?));
    match text {
        "Z" | "UTC" | "GMT" => Some(TimeZone::UTC),
        "EST" => hours(-5),
        "EDT" | "AST" => hours(-4),
        "CDT" => hours(-5),
        "MST" => hours(-7),
        "MDT" => hours(-6),
        "PST" => hours(-8),
        "PDT" => hours(-7),
        "CET" | "MEZ" => hours(1),
        "CEST" | "MESZ" => hours(2),
        _ => {
            let sign = match text.chars().next()? {
                '+' => 1,
                '-' => -1,
                _ => return None,
            };
            let digits: String = text[1..].chars().filter(|c| *c != ':').collect();
            let (hours, minutes) = match digits.len() {
                1 | 2 => (digits.parse::<i32>().ok()?, 0),
                4 => (digits[..2].parse().ok()?, digits[2..].parse::<i32>().ok()?),
                _ => return None,
            };
            Some(TimeZone::fixed(Offset::from_seconds(sign * (hours * 3_600 + minutes * 60)).ok()?))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str, order: Order) -> String {
        let zone = model::time::zone("Europe/Berlin");
        read(text, &zone, order).map_or_else(|error| error, |at| at.to_string())
    }

    #[test]
    fn the_same_moment_in_all_its_spellings() {
        for text in [
            "2021-03-04T17:06:07Z",
            "2021-03-04T18:06:07+01:00",
            "2021-03-04 17:06:07 UTC",
            "2021-03-04 17:06:07 +0000",
            "2021-03-04 12:06:07 -0500",
            "2021-03-04 09:06:07 PST",
            "2021-03-04 18:06:07",
            "2021-03-04T18:06:07",
            "2021/03/04 18:06:07",
            "04.03.2021 18:06:07",
            "4.3.2021, 18:06:07",
            "Mar 4, 2021 6:06:07 PM",
            "March 4th, 2021 06:06:07pm",
            "Thu, 4 Mar 2021 18:06:07 +0100",
            "04-Mar-2021 18:06:07",
            "03/04/2021 06:06:07 PM",
            "3/4/21 6:06:07 p.m.",
            "1614877567",
            "1614877567000",
        ] {
            assert_eq!(utc(text, Order::MonthFirst), "2021-03-04T17:06:07Z", "{text}");
        }
        assert_eq!(utc("04/03/2021 18:06:07", Order::DayFirst), "2021-03-04T17:06:07Z");
        assert_eq!(utc("04-03-2021 18:06:07", Order::DayFirst), "2021-03-04T17:06:07Z");
        // What a spreadsheet makes of a time it was shown as a number.
        assert_eq!(utc("44259.75425925926", Order::MonthFirst), "2021-03-04T17:06:08Z");
        assert_eq!(utc("44259,75425925926", Order::MonthFirst), "2021-03-04T17:06:08Z");
    }

    #[test]
    fn a_day_alone_is_its_noon_so_that_it_stays_that_day() {
        for text in ["2021-07-04", "07/04/2021", "4.7.2021", "Jul 4, 2021", "44381.5"] {
            assert_eq!(utc(text, Order::MonthFirst), "2021-07-04T10:00:00Z", "{text}");
        }
        assert!(utc("12:00 AM", Order::MonthFirst).contains("no time"));
        assert_eq!(utc("07/04/2021 12:30 AM", Order::MonthFirst), "2021-07-03T22:30:00Z");
    }

    #[test]
    fn what_is_no_time_is_not_guessed() {
        for wrong in [
            "",
            "yesterday",
            "2021-02-30",
            "13/13/2021",
            "2021-03-04 25:00",
            "9",
            "2021",
            "2021-03-04 17:06 XYZ",
            "03/04/021",
            "2021-03-04 13:00 PM",
            "-",
            "1/2",
            "20210304",
        ] {
            assert!(utc(wrong, Order::MonthFirst).contains("no time"), "{wrong}: {}", utc(wrong, Order::MonthFirst));
        }
    }

    #[test]
    fn a_column_tells_its_order_or_does_not() {
        let of = |column: &[&str]| told(column.iter().copied());
        assert_eq!(of(&["2021-03-04", "04.03.2021", ""]), Told::Nothing);
        assert_eq!(of(&["3/4/2021 17:06", "3/14/2021"]), Told::Order(Order::MonthFirst));
        assert_eq!(of(&["3/4/2021 17:06", "14/3/21"]), Told::Order(Order::DayFirst));
        assert_eq!(of(&["3/4/2021", "12/12/2021"]), Told::Unclear);
        assert_eq!(of(&["13/4/2021", "4/13/2021"]), Told::Both);
    }
}
