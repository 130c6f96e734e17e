use std::collections::BTreeMap;

use jiff::civil::date;
use proptest::prelude::{Just, ProptestConfig, prop, prop_assert, prop_oneof, proptest};

use super::*;

const DAY: Date = date(2027, 3, 15);

#[test]
fn what_is_known_of_surveys_outlives_a_new_beginning_with_rows() {
    let survey = SurveyId::from_bytes([7; 16]);
    let found = Check {
        part: 1,
        rows: 9,
        busy: 1,
        kept: 1,
        wrong: [true, false].map(number).to_vec(),
        wrong_numbers: 3,
        mended_numbers: 2,
        suspects: vec![survey],
        more_suspects: 2,
        looked_again: 1,
        uncounted: vec![WrongSurvey { survey, marker: WrongMarker::Missing, repaired: false }],
        wrong_surveys: 3,
        reading: Some(Reading::new(1)),
        ..Check::default()
    };
    let again = found.clone().in_smaller_parts();
    let surveys = |check: &Check| {
        (check.suspects.clone(), check.more_suspects, check.looked_again, check.uncounted.clone(), check.wrong_surveys)
    };
    assert_eq!(surveys(&again), surveys(&found));
    // What was mended is not found again, and all else is.
    assert_eq!((&again.wrong, again.wrong_numbers, again.mended_numbers), (&vec![number(true)], 2, 2));
    let Check { parts, part, rows, busy, kept, reading, .. } = again;
    assert_eq!((parts, part, rows, busy, kept, reading), (2, 0, 0, 0, 0, None));
}

fn number(repaired: bool) -> WrongNumber {
    WrongNumber {
        campaign: CampaignId::default_campaign(),
        dimension: "hour".to_owned(),
        day: DAY,
        value: "9".to_owned(),
        counter: "h9".to_owned(),
        tally: 2,
        surveys: 1,
        repaired,
    }
}

/// Walks over surveys of which so many are met at each step, and of which so many of a thousand are still not counted at each look.
/// Gives how often each that was called wrong had been looked at.
fn walked(steps: &[u16], stays: &[u16]) -> (Check, Vec<u8>) {
    let (mut check, now) = (Check::default(), Timestamp::from_millis(1));
    let (mut steps, mut stays) = (steps.iter(), stays.iter().cycle());
    let mut looks: BTreeMap<SurveyId, u8> = BTreeMap::new();
    let (mut met, mut called) = (0_u128, Vec::new());
    loop {
        if !check.waits(DOUBTS) {
            if let Some(step) = steps.next() {
                let ids = (0..u128::from(*step)).map(|nth| SurveyId::from_bytes((met + nth).to_be_bytes())).collect();
                met += u128::from(*step);
                check.suspect(ids, now);
                continue;
            }
            if check.suspects.is_empty() {
                return (check, called);
            }
        }
        check.suspects.iter().for_each(|survey| *looks.entry(*survey).or_default() += 1);
        let stay = check.suspects.len() * usize::from(*stays.next().unwrap()) / 1_000;
        let still = |survey: &SurveyId| WrongSurvey { survey: *survey, marker: WrongMarker::Missing, repaired: false };
        let wrong: Vec<_> = check.suspects[..stay].iter().map(still).collect();
        if check.is_last_look() {
            called.extend(wrong.iter().map(|wrong| looks[&wrong.survey]));
        }
        let (before, count) = (check.wrong_surveys, if check.is_last_look() { stay as u64 } else { 0 });
        assert_eq!((check.looked(wrong, now), check.wrong_surveys), (count, before + count));
    }
}

#[test]
fn a_walk_has_room_for_all_it_may_meet_before_it_waits() {
    let page = u16::from(PLACES) * PAGE;
    // One less than makes it wait, then as many as it reads at once, none of which will be counted.
    let (check, called) = walked(&[249, page], &[1_000]);
    assert_eq!((check.more_suspects, check.wrong_surveys), (0, 249 + u64::from(page)));
    assert!(called.iter().all(|looks| *looks == LOOKS));
    // Where very many are wrong it waits no more, and the first of the others stand for all.
    let (check, _) = walked(&[page, page, page, page], &[1_000]);
    assert_eq!(check.wrong_surveys + check.more_suspects, 4 * u64::from(page));
    assert!(check.more_suspects > 0 && check.suspects.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_survey_is_called_wrong_that_was_looked_at_less_often(
        steps in prop::collection::vec(prop_oneof![0_u16..40, 0_u16..=1_000], 0..8),
        stays in prop::collection::vec(prop_oneof![Just(0_u16), Just(1_000), 0_u16..=1_000], 1..5),
    ) {
        let (check, called) = walked(&steps, &stays);
        prop_assert!(called.iter().all(|looks| *looks == LOOKS), "{called:?}");
        prop_assert!(check.more_suspects == 0 || check.wrong_surveys >= VERY_MANY, "{check:?}");
    }
}

#[test]
fn days_on_which_a_survey_may_be_forgotten_prove_less() {
    let today = date(2027, 6, 1);
    let ago = |from: Date| from.until(today).unwrap().get_days();
    for (retention, close_days, days) in [(400, 14, 232), (196, 14, 28), (30, 14, 28), (197, 14, 29), (3650, 14, 3482)]
    {
        assert_eq!(ago(proven_from(retention, close_days * 86_400, today)), days, "{retention}");
    }
}
