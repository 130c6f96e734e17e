use super::*;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fn later(seconds: u64) -> Timestamp {
    NOW.after(Duration::from_secs(seconds))
}

fn fresh() -> Delivery {
    let survey = "0123456789abcdef0123456789abcdef".parse().unwrap();
    Delivery::new(survey, "crm".parse().unwrap(), later(1_000_000), NOW)
}

fn answer(status: u16) -> Answer {
    Answer::new(Some(status), "so it said", NOW)
}

fn told(fingerprint: &str) -> Delivery {
    fresh().leased("a", NOW).delivered(7, fingerprint, answer(200), NOW)
}

#[test]
fn a_name_is_read_as_it_was_written() {
    let id = fresh().id();
    assert_eq!(id.to_string(), "0123456789abcdef0123456789abcdef-crm");
    assert_eq!(id.to_string().parse(), Ok(id));
    for wrong in ["", "0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef-", "x-crm"] {
        assert!(wrong.parse::<DeliveryId>().is_err(), "{wrong}");
    }
}

#[test]
fn only_what_is_not_known_is_told() {
    let failed = |fingerprint: &str| told("a").leased("b", NOW).failed(fingerprint, answer(503), None, 0, NOW);
    let refused = |fingerprint: &str| told("a").leased("b", NOW).refused(fingerprint, answer(400), NOW);
    let at = Due::At(later(5));
    for (what, delivery, fingerprint, enabled, expected) in [
        ("never told", None, "a", true, Due::Now),
        ("never told, disabled", None, "a", false, Due::Hold),
        ("known", Some(told("a")), "a", true, Due::Nothing),
        ("known, disabled", Some(told("a")), "a", false, Due::Nothing),
        ("news", Some(told("a")), "b", true, Due::Now),
        ("news, disabled", Some(told("a")), "b", false, Due::Hold),
        ("failed", Some(failed("b")), "b", true, at),
        ("failed, disabled", Some(failed("b")), "b", false, Due::Hold),
        ("failed, then news", Some(failed("b")), "c", true, Due::Now),
        // It may have arrived all the same: what was known before is not known any more.
        ("failed, then back as it was", Some(failed("b")), "a", true, Due::Now),
        ("refused", Some(refused("b")), "b", true, Due::Nothing),
        ("refused, disabled", Some(refused("b")), "b", false, Due::Nothing),
        ("refused, then news", Some(refused("b")), "c", true, Due::Now),
        ("held", Some(told("a").held(NOW)), "b", false, Due::Nothing),
        ("held, enabled again", Some(told("a").held(NOW)), "b", true, Due::Now),
        // Between holding and enabling the survey may have come back to what was told.
        ("held, and known", Some(told("a").held(NOW)), "a", true, Due::Now),
        ("wanted again", Some(told("a").wanted(NOW)), "a", true, Due::Now),
        ("refused, and wanted again", Some(refused("b").wanted(NOW)), "b", true, Due::Now),
    ] {
        assert_eq!(decide(delivery.as_ref(), fingerprint, enabled, NOW), expected, "{what}");
    }
    assert_eq!(decide(Some(&failed("b")), "b", true, later(5)), Due::Now);
}

#[test]
fn whoever_meets_a_lease_looks_again() {
    let busy = told("a").leased("b", NOW);
    let until = NOW.after(LEASE);
    for fingerprint in ["a", "b"] {
        assert_eq!(decide(Some(&busy), fingerprint, true, NOW), Due::Busy(until), "what is being told may be older");
        // Whoever held it is gone, and nobody knows what arrived.
        assert_eq!(decide(Some(&busy), fingerprint, true, until), Due::Now);
    }
    assert!(TELL_WITHIN < LEASE);
}

#[test]
fn the_schedule_is_that_of_standard_webhooks() {
    let mut delivery = fresh();
    let mut now = NOW;
    for (nth, wait) in RETRIES.iter().enumerate() {
        delivery = delivery.leased("a", now).failed("a", Answer::new(Some(503), "", now), None, 0, now);
        assert_eq!(delivery.state, DeliveryState::Retrying);
        assert_eq!(delivery.attempts as usize, nth + 1);
        assert_eq!(delivery.next_at, Some(now.after(*wait)));
        now = now.after(*wait);
    }
    let last = delivery.leased("a", now).failed("a", answer(503), None, 0, now);
    assert_eq!((last.state, last.next_at, last.attempts), (DeliveryState::Failed, None, 10));
    assert_eq!(last.first_failed_at, Some(NOW));
    // What is new begins anew.
    let anew = delivery.leased("a", now).failed("b", answer(503), None, 0, now);
    assert_eq!((anew.state, anew.next_at, anew.attempts), (DeliveryState::Retrying, Some(now.after(RETRIES[0])), 1));
}

#[test]
fn the_other_side_may_ask_for_more_time() {
    let next = |wait: Option<u64>, jitter| {
        let failed = fresh().leased("a", NOW).failed("a", answer(429), wait.map(Duration::from_secs), jitter, NOW);
        failed.next_at.unwrap().since(NOW).as_millis()
    };
    assert_eq!(next(None, 0), 5_000);
    assert_eq!(next(Some(2), 0), 5_000);
    assert_eq!(next(Some(120), 0), 120_000);
    assert_eq!(next(Some(u64::MAX), 0), DAY.as_millis(), "nobody is believed for longer than a day");
    assert_eq!(next(None, 499), 5_499);
    assert_eq!(next(None, u64::MAX), 5_000 + u128::from(u64::MAX % 500));
}

#[test]
fn waiting_for_a_turn_costs_no_attempt() {
    let failed = fresh().leased("a", NOW).failed("a", answer(503), None, 0, NOW);
    let postponed = failed.leased("b", NOW).postponed(Duration::from_secs(40), answer(200), 0, NOW);
    assert_eq!((postponed.attempts, postponed.first_failed_at), (1, Some(NOW)));
    assert_eq!(postponed.next_at, Some(later(40)));
    for fingerprint in ["a", "b"] {
        assert_eq!(decide(Some(&postponed), fingerprint, true, NOW), Due::At(later(40)), "news wait as well");
    }
    let at_once = fresh().leased("a", NOW).postponed(Duration::ZERO, answer(200), 0, NOW);
    assert_eq!(at_once.next_at, Some(later(5)));
}

#[test]
fn what_there_is_nothing_to_say_about_is_settled() {
    let failed = told("a").leased("b", NOW).failed("b", answer(503), None, 0, NOW);
    let needless = failed.needless(9, None, NOW);
    assert_eq!((needless.state, needless.next_at, &needless.known), (DeliveryState::Delivered, None, &None));
    let known = failed.needless(9, Some("c"), NOW);
    assert_eq!(decide(Some(&known), "c", true, NOW), Due::Nothing);
    assert_eq!(decide(Some(&known), "d", true, NOW), Due::Now);
}

#[test]
fn what_is_wanted_while_somebody_tells_is_told_again() {
    let leased = told("a").leased("b", NOW);
    let wanted = leased.wanted(later(1));
    assert!(wanted.is_leased_to("b"), "nobody else tells meanwhile");
    let confirmed = leased.delivered(8, "b", answer(200), later(2));
    let after = confirmed.over(&wanted);
    assert_eq!((after.rev, after.state, &after.lease), (wanted.rev + 1, DeliveryState::Pending, &None));
    assert_eq!(decide(Some(&after), "b", true, later(2)), Due::Now);
    let undisturbed = confirmed.over(&leased);
    assert_eq!(undisturbed, confirmed);
}

#[test]
fn a_destination_is_hopeless_after_five_days() {
    let health = Health { failing_since: Some(NOW), ..Health::default() };
    assert!(!health.is_hopeless(later(5 * 86_400 - 1)));
    assert!(health.is_hopeless(later(5 * 86_400)));
    assert!(!Health::default().is_hopeless(NOW));
}

#[test]
fn a_long_answer_is_cut() {
    assert_eq!(Answer::new(None, &"ä".repeat(2000), NOW).text.chars().count(), ANSWER_TEXT);
}
