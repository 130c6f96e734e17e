use std::collections::BTreeMap;

use jiff::civil::date;
use proptest::prelude::{Strategy, any, prop, prop_assert, prop_assert_eq, proptest};

use super::*;
use crate::dimension::After;
use crate::reconcile::{Check, Known, MOST_LISTED, Reading, Stage};
use crate::score::{Score, Standing};
use crate::tally::{Changes, Counted, add, moved};
use crate::time::Timestamp;

const DAY: Date = date(2027, 3, 15);

fn counted(score: u8, product: u8) -> Contribution {
    Contribution {
        born: Timestamp::from_millis(1),
        campaign: CampaignId::default_campaign(),
        sent_on: Some(DAY),
        delivered: true,
        bounced: false,
        complained: false,
        said: Vec::new(),
        response: Some(Counted {
            day: DAY,
            lag: Some(0),
            hour: 9,
            score: Score::try_from(score).unwrap(),
            standing: Standing::Confirmed,
            after: Some(After::First),
            commented: false,
        }),
        values: vec![("product".to_owned(), product.to_string())],
    }
}

/// A ledger as transactions leave it: rows with revisions, and markers.
#[derive(Clone, Default)]
struct Ledger {
    rows: BTreeMap<Row, (u64, BTreeMap<Counter, i64>)>,
    markers: BTreeMap<u8, Contribution>,
}

impl Ledger {
    /// One transaction that counts some surveys anew. With `honest`, a row that was touched is written also where all that
    /// is added to it comes to nothing.
    fn count(&mut self, surveys: &[(u8, Contribution)], honest: bool) {
        let mut changes = Changes::new();
        for (survey, counts) in surveys {
            add(&mut changes, moved(self.markers.get(survey), counts));
            self.markers.insert(*survey, counts.clone());
        }
        for (row, counters) in changes {
            if !honest && counters.values().all(|by| *by == 0) {
                continue;
            }
            let known = self.rows.entry(row).or_default();
            known.0 += 1;
            counters.into_iter().for_each(|(counter, by)| *known.1.entry(counter).or_default() += by);
        }
    }

    fn before(&self, sums: &mut Sums) {
        for (row, (rev, counters)) in &self.rows {
            sums.row_before(row.clone(), *rev, &counters.iter().map(|(c, n)| (*c, *n)).collect::<Vec<_>>());
        }
    }

    fn after(&self, sums: &mut Sums) {
        self.rows.iter().for_each(|(row, (rev, _))| sums.row_after(row.clone(), *rev));
    }
}

fn proven(_: &CampaignId) -> Date {
    date(2027, 1, 1)
}

fn judged(ledger: &Ledger, from: Date) -> Judged {
    let mut sums = Sums::new(0, 1);
    ledger.before(&mut sums);
    ledger.markers.values().for_each(|marker| sums.marker(marker));
    ledger.after(&mut sums);
    sums.judged(|_| from)
}

#[test]
fn a_row_that_has_more_or_less_than_its_markers_is_named() {
    let mut ledger = Ledger::default();
    ledger.count(&[(1, counted(9, 1)), (2, counted(3, 2))], true);
    let fine = judged(&ledger, proven(&CampaignId::default_campaign()));
    assert_eq!((fine.rows, fine.wrong.len(), fine.moved.len(), fine.kept), (5, 0, 0, 0));
    let nine = Counter::Score(Score::try_from(9).unwrap());
    let total = ledger.rows.keys().find(|row| row.dimension == "campaign").unwrap().clone();
    for (by, from, wrong, kept) in [
        (1, DAY, true, 0),
        (1, DAY.tomorrow().unwrap(), false, 1),
        (-1, DAY, true, 0),
        (-1, DAY.tomorrow().unwrap(), true, 0),
    ] {
        let mut hurt = ledger.clone();
        *hurt.rows.get_mut(&total).unwrap().1.get_mut(&nine).unwrap() += by;
        let judged = judged(&hurt, from);
        assert_eq!((judged.wrong.len(), judged.kept), (usize::from(wrong), kept), "{by} {from}");
        if wrong {
            let [found] = &judged.wrong[..] else { panic!("{judged:?}") };
            assert_eq!((&found.row, &found.numbers), (&total, &BTreeMap::from([(nine, (1 + by, 1))])));
        }
    }
}

/// What happens between two markers: some surveys are counted anew in one transaction.
fn interludes() -> impl Strategy<Value = Vec<Vec<(u8, u8, u8)>>> {
    prop::collection::vec(prop::collection::vec((0_u8..6, 0_u8..11, 0_u8..3), 0..3), 6)
}

fn transaction(changes: &[(u8, u8, u8)]) -> Vec<(u8, Contribution)> {
    let each: BTreeMap<u8, Contribution> =
        changes.iter().map(|(survey, score, product)| (*survey, counted(*score, *product))).collect();
    each.into_iter().collect()
}

/// The sums as somebody else has them who goes on with them.
fn written_and_read(sums: &Sums, most: usize) -> Sums {
    let mut read = Sums::new(sums.part, sums.parts);
    read.closed = sums.closed;
    sums.pieces(most).unwrap().iter().for_each(|piece| read.restore(piece).unwrap());
    read
}

#[test]
fn sums_are_read_as_they_were_written_in_pieces_of_any_size() {
    let mut ledger = Ledger::default();
    let transactions: Vec<_> = (0..6).map(|nth| (nth, counted(nth, nth % 3))).collect();
    ledger.count(&transactions, true);
    let mut sums = Sums::new(0, 1);
    ledger.before(&mut sums);
    ledger.markers.values().for_each(|marker| sums.marker(marker));
    let text = |sums: &Sums| sums.pieces(usize::MAX).unwrap().concat();
    for (most, count) in [(0, sums.len()), (200, 3), (usize::MAX, 1)] {
        let pieces = sums.pieces(most).unwrap();
        assert!(pieces.len() >= count, "{most}: {}", pieces.len());
        assert_eq!(text(&written_and_read(&sums, most)), text(&sums));
    }
    assert!(Sums::new(0, 1).restore("[1]").is_err());
    let odd = text(&sums).replacen("\"h0\"", "\"odd\"", 1);
    assert!(Sums::new(0, 1).restore(&odd).is_err());
}

#[test]
fn rows_that_are_wrong_are_mended_as_they_were_found_whoever_goes_on() {
    let mut ledger = Ledger::default();
    ledger.count(&[(1, counted(9, 1)), (2, counted(3, 2))], true);
    ledger.rows.values_mut().for_each(|row| *row.1.entry(Counter::Sent).or_default() += 1);
    let wrong = judged(&ledger, DAY).wrong;
    assert!(wrong.len() > 1 && wrong.iter().all(|row| row.rev > 0), "{wrong:?}");
    assert_eq!(written_and_read(&Sums::of_wrong(wrong.clone()), 0).into_wrong(), wrong);
    let mut check = Check::default();
    (0..MOST_LISTED).for_each(|_| check.find(&wrong[0], true));
    check.find(&wrong[1], false);
    let most = MOST_LISTED as u64;
    assert_eq!((check.wrong.len(), check.wrong_numbers, check.mended_numbers), (MOST_LISTED, most + 1, most));
}

#[test]
fn what_a_reading_knows_of_a_row_it_knows_once() {
    let of = |product| counted(9, product).rows().into_keys().find(|row| row.dimension == "product").unwrap();
    let wrong = WrongRow { row: of(1), rev: 1, numbers: BTreeMap::new() };
    let first = Judged { rows: 9, wrong: vec![wrong.clone()], moved: BTreeSet::from([of(2), of(3)]), kept: 4 };
    let again = Reading::new(0).once_more(&first);
    // The wrong one is wrong again, one that moved is equal, one still moves.
    let last = Judged { rows: 2, wrong: vec![wrong], moved: BTreeSet::from([of(3)]), kept: 1 };
    assert_eq!((again.look, again.stage, again.known), (1, Stage::Before, Known { rows: 8, busy: 0, kept: 4 }));
    assert_eq!(again.told(&last).known, Known { rows: 10, busy: 1, kept: 5 });
}

#[test]
fn whoever_looks_again_takes_these_rows_and_no_others() {
    let rows: BTreeSet<Row> = counted(9, 1).rows().into_keys().filter(|row| row.dimension == "product").collect();
    let mut sums = Sums::of(rows);
    [counted(9, 1), counted(9, 2)].iter().for_each(|marker| sums.marker(marker));
    assert_eq!((sums.len(), sums.judged(proven).wrong.len()), (1, 1));
}

/// Reads a ledger that counts meanwhile, one marker after the other; gives what is wrong.
fn read_while_counting(
    start: &[(u8, u8, u8)],
    between: &[Vec<(u8, u8, u8)>],
    hurt: bool,
    honest: bool,
) -> (Judged, Row) {
    let mut ledger = Ledger::default();
    ledger.count(&transaction(start), honest);
    let row = counted(9, 0).rows().into_keys().find(|row| row.dimension == "product").unwrap();
    if hurt {
        let nine = Counter::Score(Score::try_from(9).unwrap());
        *ledger.rows.entry(row.clone()).or_default().1.entry(nine).or_default() += 1;
    }
    let mut sums = Sums::new(0, 1);
    ledger.before(&mut sums);
    for (survey, changes) in (0_u8..).zip(between) {
        // Whoever reads on may be somebody else.
        sums = written_and_read(&sums, usize::from(survey) * 40);
        ledger.count(&transaction(changes), honest);
        if let Some(marker) = ledger.markers.get(&survey) {
            sums.marker(marker);
        }
    }
    ledger.after(&mut sums);
    (sums.judged(proven), row)
}

proptest! {
    #[test]
    fn nothing_is_called_wrong_that_only_counts(
        start in prop::collection::vec((0_u8..6, 0_u8..11, 0_u8..3), 0..6), between in interludes(), hurt in any::<bool>(),
    ) {
        let (judged, row) = read_while_counting(&start, &between, hurt, true);
        // What is wrong is named, or could not be told; nothing else is named.
        prop_assert_eq!(judged.wrong.iter().any(|wrong| wrong.row == row) || judged.moved.contains(&row), hurt || judged.moved.contains(&row));
        prop_assert!(judged.wrong.iter().all(|wrong| wrong.row == row));
    }

    #[test]
    fn every_row_is_in_one_part(product in any::<u8>(), parts in 1_u32..9) {
        for row in counted(9, product).rows().into_keys() {
            let takers = (0..parts).filter(|part| Sums::new(*part, parts).takes(&row)).count();
            prop_assert_eq!(takers, 1);
        }
    }
}

/// Two surveys change places in one transaction, and the rows come out as they were. Whoever reads one marker before and one
/// after must know that the rows moved all the same.
#[test]
fn a_row_is_written_also_where_all_that_is_added_cancels_out() {
    let start = [(0, 9, 0), (1, 9, 1)];
    let between = [vec![], vec![(0, 9, 1), (1, 9, 0)]];
    let (honest, _) = read_while_counting(&start, &between, false, true);
    assert_eq!((honest.wrong.len(), honest.moved.len()), (0, 2));
    let (without, _) = read_while_counting(&start, &between, false, false);
    assert_eq!(without.wrong.len(), 2, "without it, both rows would be called wrong");
}
