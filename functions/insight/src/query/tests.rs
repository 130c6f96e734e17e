use super::*;

fn parameters(query: &[(&str, &str)]) -> Parameters {
    Parameters::new(query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

fn selection(query: &[(&str, &str)]) -> Result<Selection, Vec<String>> {
    let mut parameters = parameters(query);
    let selection = Selection::take(&mut parameters);
    parameters.finish().map(|()| selection).map_err(|faults| faults.into_iter().map(|fault| fault.name).collect())
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

#[test]
fn nothing_asked_is_ninety_days_of_everything() {
    let all = selection(&[]).unwrap();
    assert_eq!(
        all,
        Selection { campaign: None, span: Span::Last(90), weekday: None, values: BTreeMap::new(), sees: Sees::All }
    );
    let days = all.span.days(date("2027-03-31"));
    assert_eq!((days.from, days.to), (date("2027-01-01"), date("2027-03-31")));
    assert_eq!(days.iter().count(), 90);
}

#[test]
fn where_an_owner_stops_is_in_large_steps() {
    let owner = Sees::Owned(model::Email::parse("sam@company.example").unwrap());
    let places: std::collections::BTreeSet<usize> = MOST_SCANNED.map(|scan| in_large_steps(scan, &owner)).collect();
    assert_eq!(places, (1..=10).map(|step| step * 5_000).collect(), "one beyond a step tells nothing of that one");
    assert_eq!([1, 5_001].map(|scan| in_large_steps(scan, &Sees::All)), [1, 5_001]);
}

#[test]
fn days_are_named_or_counted_back() {
    for (query, from, to) in [
        (&[("window", "1d")][..], "2027-03-31", "2027-03-31"),
        (&[("window", "3660d")], "2017-03-24", "2027-03-31"),
        (&[("from", "2027-02-01"), ("to", "2027-02-28")], "2027-02-01", "2027-02-28"),
        (&[("from", "2027-02-01"), ("to", "2027-02-01")], "2027-02-01", "2027-02-01"),
        (&[("from", "2027-03-01")], "2027-03-01", "2027-03-31"),
    ] {
        let days = selection(query).unwrap().span.days(date("2027-03-31"));
        assert_eq!((days.from, days.to), (date(from), date(to)), "{query:?}");
    }
}

#[test]
fn what_is_not_understood_is_named() {
    for (query, names) in [
        (&[("windows", "90d")][..], &["windows"][..]),
        (&[("window", "90")], &["window"]),
        (&[("window", "0d")], &["window"]),
        (&[("window", "07d")], &["window"]),
        (&[("window", "-7d")], &["window"]),
        (&[("window", "+7d")], &["window"]),
        (&[("window", "3661d")], &["window"]),
        (&[("window", "")], &["window"]),
        (&[("window", "7d"), ("window", "30d")], &["window"]),
        (&[("from", "2027-02-30")], &["from"]),
        (&[("from", "2027-02-01T00:00")], &["from"]),
        (&[("from", "20270201")], &["from"]),
        (&[("to", "2027-02-01")], &["from"]),
        (&[("from", "2027-02-02"), ("to", "2027-02-01")], &["to"]),
        (&[("from", "2007-02-02"), ("to", "2027-02-01")], &["from"]),
        (&[("window", "7d"), ("from", "2027-02-01")], &["window"]),
        (&[("campaign", "")], &["campaign"]),
        (&[("campaign", "a/b")], &["campaign"]),
        (&[("campaign", "a"), ("filter.campaign", "b")], &["filter.campaign"]),
        (&[("filter.weekday", "someday")], &["filter.weekday"]),
        (&[("filter.", "x")], &["filter."]),
        (&[("filter.region", "")], &["filter.region"]),
        (&[("filter.region", "a"), ("filter.region", "b")], &["filter.region"]),
        (&[("Filter.region", "a"), ("limit", "5")], &["Filter.region", "limit"]),
        (&[("window", "this_day")], &["window"]),
        (&[("window", "last_fortnight")], &["window"]),
        (&[("window", "this_week"), ("from", "2027-02-01")], &["window"]),
    ] {
        assert_eq!(selection(query).unwrap_err(), names, "{query:?}");
    }
}

#[test]
fn windows_follow_the_calendar() {
    // A Wednesday.
    for (window, from, to) in [
        ("this_week", "2027-03-29", "2027-03-31"),
        ("last_week", "2027-03-22", "2027-03-28"),
        ("this_month", "2027-03-01", "2027-03-31"),
        ("last_month", "2027-02-01", "2027-02-28"),
        ("this_quarter", "2027-01-01", "2027-03-31"),
        ("last_quarter", "2026-10-01", "2026-12-31"),
        ("this_year", "2027-01-01", "2027-03-31"),
        ("last_year", "2026-01-01", "2026-12-31"),
    ] {
        let days = selection(&[("window", window)]).unwrap().span.days(date("2027-03-31"));
        assert_eq!((days.from, days.to), (date(from), date(to)), "{window}");
    }
    let monday = selection(&[("window", "this_week")]).unwrap().span.days(date("2027-03-29"));
    assert_eq!(monday.from, monday.to);
}

#[test]
fn windows_are_compared_with_as_many_days_before_or_with_the_same_of_last_year() {
    let today = date("2030-01-01");
    for (from, to, previous, year_before) in [
        ("2027-03-01", "2027-03-31", ("2027-01-29", "2027-02-28"), ("2026-03-01", "2026-03-31")),
        ("2028-02-29", "2028-02-29", ("2028-02-28", "2028-02-28"), ("2027-02-28", "2027-02-28")),
        ("2027-01-01", "2027-12-31", ("2026-01-01", "2026-12-31"), ("2026-01-01", "2026-12-31")),
    ] {
        let span = Span::Between(date(from), Some(date(to)));
        for (with, (from, to)) in [(Compare::Previous, previous), (Compare::YearBefore, year_before)] {
            assert_eq!(span.compared(with, today), Days { from: date(from), to: date(to) }, "{span:?} {with:?}");
        }
    }
}

#[test]
fn a_unit_of_the_calendar_is_compared_with_the_one_before() {
    for (window, today, from, to) in [
        // A Wednesday: the Monday to Wednesday before, not a weekend.
        ("this_week", "2027-03-31", "2027-03-22", "2027-03-24"),
        ("last_week", "2027-03-31", "2027-03-15", "2027-03-21"),
        ("this_month", "2027-03-15", "2027-02-01", "2027-02-15"),
        ("this_month", "2027-03-31", "2027-02-01", "2027-02-28"),
        ("this_month", "2028-03-29", "2028-02-01", "2028-02-29"),
        ("last_month", "2027-03-31", "2027-01-01", "2027-01-31"),
        ("this_quarter", "2027-03-31", "2026-10-01", "2026-12-29"),
        ("last_quarter", "2027-03-31", "2026-07-01", "2026-09-30"),
        ("this_year", "2027-03-31", "2026-01-01", "2026-03-31"),
        ("last_year", "2027-03-31", "2025-01-01", "2025-12-31"),
        ("7d", "2027-03-31", "2027-03-18", "2027-03-24"),
    ] {
        let span = selection(&[("window", window)]).unwrap().span;
        let before = span.compared(Compare::Previous, date(today));
        assert_eq!((before.from, before.to), (date(from), date(to)), "{window} on {today}");
    }
    let year = Span::This(Unit::Month).compared(Compare::YearBefore, date("2027-03-15"));
    assert_eq!((year.from, year.to), (date("2026-03-01"), date("2026-03-15")));
}

fn question(query: &[(&str, &str)]) -> Result<Question, Vec<String>> {
    let mut parameters = parameters(query);
    let question = Question::take(&mut parameters);
    parameters.finish().map(|()| question).map_err(|faults| faults.into_iter().map(|fault| fault.name).collect())
}

#[test]
fn a_question_says_what_it_wants_of_the_numbers() {
    let plain = question(&[]).unwrap();
    assert_eq!(plain, Question::of(plain.selection.clone()));
    let all = question(&[
        ("group_by", "team"),
        ("cross_by", "owner"),
        ("by", "sending"),
        ("per", "contact"),
        ("trend", "week"),
        ("compare", "year_before"),
        ("precision", "2.5"),
        ("scan", "100"),
    ])
    .unwrap();
    assert_eq!((all.group_by.as_deref(), all.cross_by.as_deref()), (Some("team"), Some("owner")));
    assert_eq!((all.by, all.per, all.trend), (By::Sending, Per::Contact, Some(Unit::Week)));
    assert_eq!((all.compare, all.precision, all.scan), (Some(Compare::YearBefore), Some(2.5), 100));
    for (query, names) in [
        (&[("cross_by", "owner")][..], &["cross_by"][..]),
        (&[("group_by", "owner"), ("cross_by", "owner")], &["cross_by"]),
        (&[("group_by", "")], &["group_by"]),
        (&[("by", "delivery"), ("per", "person"), ("trend", "year")], &["by", "per", "trend"]),
        (&[("compare", "last_year")], &["compare"]),
        (&[("precision", "0")], &["precision"]),
        (&[("precision", "1e1")], &["precision"]),
        (&[("precision", "-5")], &["precision"]),
        (&[("scan", "0")], &["scan"]),
        (&[("scan", "50001")], &["scan"]),
    ] {
        assert_eq!(question(query).unwrap_err(), names, "{query:?}");
    }
}

#[test]
fn a_day_is_looked_around() {
    let asked = question(&[("around", "2027-03-10"), ("days", "7"), ("before", "28"), ("group_by", "team")]).unwrap();
    assert_eq!(asked.around, Some(date("2027-03-10")));
    for (today, to) in [("2027-04-01", "2027-03-16"), ("2027-03-12", "2027-03-12"), ("2027-03-01", "2027-03-10")] {
        let days = asked.selection.span.days(date(today));
        assert_eq!(days, Days { from: date("2027-03-10"), to: date(to) }, "{today}");
        let before = asked.selection.span.compared(asked.compare.unwrap(), date(today));
        assert_eq!(before, Days { from: date("2027-02-10"), to: date("2027-03-09") });
    }
    let plain = question(&[("around", "2027-03-10")]).unwrap();
    assert_eq!((plain.selection.span, plain.compare), (Span::From(date("2027-03-10"), 30), Some(Compare::Before(30))));
    let week = question(&[("around", "2027-03-10"), ("days", "7")]).unwrap();
    assert_eq!(week.compare, Some(Compare::Before(7)));
    for (query, names) in [
        (&[("around", "soon")][..], &["around"][..]),
        (&[("days", "7"), ("before", "7")], &["days", "before"]),
        (&[("around", "2027-03-10"), ("days", "0"), ("before", "3661")], &["days", "before"]),
        (&[("around", "2027-03-10"), ("window", "7d")], &["window"]),
        (&[("around", "2027-03-10"), ("from", "2027-03-01"), ("to", "2027-03-02")], &["from", "to"]),
        (&[("around", "2027-03-10"), ("compare", "previous")], &["compare"]),
    ] {
        assert_eq!(question(query).unwrap_err(), names, "{query:?}");
    }
}

#[test]
fn an_owner_asks_about_their_own_answers_alone() {
    let own = Sees::Owned(model::Email::parse("sam@company.example").unwrap());
    let narrowed = |query: &[(&str, &str)], sees: &Sees| {
        let mut some = selection(query).unwrap();
        some.narrow(sees).map(|()| some.values).map_err(|problem| problem.kind())
    };
    let sams = BTreeMap::from([("owner".to_owned(), "sam@company.example".to_owned())]);
    assert_eq!(narrowed(&[], &own), Ok(sams.clone()));
    assert_eq!(narrowed(&[("filter.owner", "sam@company.example")], &own), Ok(sams));
    assert_eq!(narrowed(&[("filter.owner", "mina@company.example")], &own), Err(Kind::WrongScope));
    assert_eq!(narrowed(&[], &Sees::All), Ok(BTreeMap::new()));
}

#[test]
fn filters_find_their_place() {
    let some = selection(&[
        ("filter.campaign", "spring"),
        ("filter.weekday", "mon"),
        ("filter.team", "EMEA/DACH"),
        ("filter.a.b", "c"),
    ])
    .unwrap();
    assert_eq!(some.campaign.as_ref().map(CampaignId::as_str), Some("spring"));
    assert_eq!(some.weekday, Some(Day::Mon));
    assert_eq!(some.values["team"], "EMEA/DACH");
    assert_eq!(some.values["a.b"], "c");
    assert!(some.takes_weekday(date("2027-03-29")) && !some.takes_weekday(date("2027-03-30")));
}
