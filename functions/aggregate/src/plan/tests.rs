//! The law of counting: whatever order, repeats and cuts the stream comes in, the tallies are what the
//! surveys add up to. And the checker of that law: each guard taken out, it must notice.

use std::collections::BTreeMap;

use aws_lambda_events::event::dynamodb::EventRecord;
use model::ask::{Decision, Facts, decide};
use model::campaign::{Bands, Campaign, Sender};
use model::reason::MOST_REASONS;
use model::survey::Due;
use model::tally::{MAX_VALUES, MAX_VALUES_A_DAY, OTHER, contribution, is_right, tidied};
use model::theme::{Heard, MOST_A_COMMENT, Say, Sentiment};
use model::trigger::{Addressee, Owner, Subject};
use model::{CampaignId, ClaimId, Email, Score, Standing, Step, Survey, Trigger};
use proptest::prelude::{Strategy, any, prop};
use proptest::test_runner::{Config, TestRunner};

use super::*;
use crate::batch;

/// What is taken out of the counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Without {
    Nothing,
    /// No marker at all: every record adds its difference.
    Markers,
    /// A marker that lags or leads is all the same.
    Versions,
    /// A marker stays where it is when nothing is added.
    NetZeroMoves,
}

/// The ledger, in memory, with the conditions of the real one.
#[derive(Default)]
struct Ledger {
    markers: HashMap<SurveyId, Marker>,
    earlier: Vec<Marker>,
    rows: Changes,
}

impl Ledger {
    fn count(&mut self, transaction: &Transaction, without: Without) -> bool {
        let markers = transaction.moves.len() + transaction.earlier.len();
        assert!(markers + transaction.changes.len() <= MAX_ACTIONS);
        let mut surveys = BTreeSet::new();
        let ver = |survey| self.markers.get(survey).map(|marker| marker.ver);
        for (from, to) in &transaction.moves {
            assert!(surveys.insert(to.survey), "an item is written once in a transaction");
            if without != Without::Versions && ver(&to.survey) != *from {
                return false;
            }
        }
        self.earlier.extend(transaction.earlier.iter().cloned());
        self.markers.extend(transaction.moves.iter().map(|(_, to)| (to.survey, to.clone())));
        add(&mut self.rows, transaction.changes.clone());
        true
    }
}

/// One instance of the function: what it knows of the day's values, and how far behind its reads are.
fn deliver(
    ledger: &mut Ledger,
    known: &mut Known,
    records: &[EventRecord],
    stale: Option<&HashMap<SurveyId, Marker>>,
    without: Without,
) {
    deliver_by(&model::campaign::NO_BANDS, ledger, known, records, stale, without);
}

/// The same by the bands of a campaign.
fn deliver_by(
    bands: &Bands,
    ledger: &mut Ledger,
    known: &mut Known,
    records: &[EventRecord],
    stale: Option<&HashMap<SurveyId, Marker>>,
    without: Without,
) {
    if without == Without::Markers {
        for record in records {
            let read = |image: &serde_dynamo::Item| -> Option<Contribution> {
                serde_dynamo::from_item(image.clone())
                    .ok()
                    .map(|survey: Survey| contribution(&survey, &Bands::default()))
            };
            if let Some(after) = read(&record.change.new_image) {
                add(&mut ledger.rows, moved(read(&record.change.old_image).as_ref(), &after));
            }
        }
        return;
    }
    let batch = batch::read(records, |_| bands).unwrap();
    assert_eq!(batch.unread, None);
    let mut waiting: BTreeSet<SurveyId> = batch.lives.iter().map(|life| life.survey).collect();
    for round in 0.. {
        assert!(round < 10, "it must come to an end");
        let mut markers = stale.filter(|_| round == 0).cloned().unwrap_or_else(|| ledger.markers.clone());
        if without == Without::Versions {
            markers.values_mut().for_each(|marker| marker.ver = 0);
        }
        let lives: Vec<&Life> = batch.lives.iter().filter(|life| waiting.contains(&life.survey)).collect();
        let mut moves = moves(&lives, &markers, known);
        if without == Without::NetZeroMoves {
            moves.retain(|step| !step.changes.is_empty());
        }
        let transactions = packed(moves);
        waiting.clear();
        for transaction in transactions {
            if !ledger.count(&transaction, without) {
                waiting.extend(transaction.moves.iter().map(|(_, to)| to.survey));
            }
        }
        if waiting.is_empty() {
            return;
        }
    }
}

fn trigger(subject: u8) -> Trigger {
    let text = |text: &str| Some(text.to_owned());
    Trigger {
        campaign: CampaignId::default_campaign(),
        subject: Subject { kind: "project".to_owned(), id: subject.to_string(), name: None },
        completion_percent: Some(100),
        milestone: None,
        contact: Addressee::of(Email::parse(&format!("contact{subject}@example.com")).unwrap()),
        owner: Some(Owner { email: None, name: None, id: text(if subject.is_multiple_of(2) { "sam" } else { "kim" }) }),
        agent: None,
        account: None,
        occurred_at: None,
        record_modified_at: None,
        attributes: BTreeMap::from([
            ("team".to_owned(), "EMEA/DACH".to_owned()),
            ("product".to_owned(), "Web".to_owned()),
        ]),
        dry_run: false,
    }
}

fn campaign() -> Campaign {
    let sender = Sender { name: "Example".to_owned(), email: Email::parse("nps@example.com").unwrap() };
    Campaign {
        time_zone: "Europe/Berlin".to_owned(),
        ..Campaign::new(CampaignId::default_campaign(), "Example", sender)
    }
}

fn made(trigger: &Trigger, now: Timestamp) -> Survey {
    match decide(trigger, &campaign(), &Facts::default(), now) {
        Decision::Ask { survey, .. } => *survey,
        other => panic!("{other:?}"),
    }
}

fn keys_of(id: SurveyId) -> serde_dynamo::Item {
    let keys = BTreeMap::from([("pk", keys::survey(id)), ("sk", keys::SURVEY.to_owned())]);
    serde_dynamo::to_item(keys).unwrap()
}

fn record(before: Option<&Survey>, after: Option<&Survey>) -> EventRecord {
    let image = |survey: &Survey| serde_dynamo::to_item(survey).unwrap();
    let id = after.or(before).unwrap().id;
    let mut record = EventRecord::default();
    record.change.keys = keys_of(id);
    record.change.sequence_number = Some("1".to_owned());
    record.change.old_image = before.map(image).unwrap_or_default();
    record.change.new_image = after.map(image).unwrap_or_default();
    record
}

/// A step of a history: which survey, what happens, an argument, how many minutes later.
type Deed = (u8, u8, u8, u16);

/// What might be made of a comment.
fn heard(argument: u8) -> Heard {
    let themes = ["price", "support", "quality"].into_iter().enumerate();
    let themes = themes.filter(|(nth, _)| (argument >> nth) & 1 == 1).map(|(_, id)| id.parse().unwrap()).collect();
    Heard { themes, sentiment: Sentiment::ALL.get(usize::from(argument) % 4).copied() }
}

/// Plays deeds on surveys. Gives the records of the stream, and every life's last image.
fn played(deeds: &[Deed], erasures: bool) -> (Vec<EventRecord>, Vec<Survey>) {
    let mut now: Timestamp = "2026-03-27T20:00:00Z".parse().unwrap();
    let mut records = Vec::new();
    let mut ended = Vec::new();
    let mut surveys: BTreeMap<u8, Survey> = BTreeMap::new();
    for &(which, what, argument, minutes) in deeds {
        now = now.after(std::time::Duration::from_secs(60 * u64::from(minutes) + 1));
        let which = which % 3;
        let Some(before) = surveys.get(&which) else {
            let survey = made(&trigger(which), now);
            records.push(record(None, Some(&survey)));
            surveys.insert(which, survey);
            continue;
        };
        if erasures && what % 16 == 15 {
            records.push(record(Some(before), None));
            ended.extend(surveys.remove(&which));
            continue;
        }
        let mail = if argument.is_multiple_of(2) { Step::Invite } else { Step::Remind };
        let score = Score::try_from(argument % 11).unwrap();
        let after = match what % 16 {
            0 => before.claimed(mail, &ClaimId::new(u64::from(argument)), now).ok(),
            1 => before.sent(Step::Invite, now),
            2 => before.sent(mail, now),
            3 => before.delivered(mail, now),
            4 => before.bounced(mail, argument.is_multiple_of(3), now),
            5 => before.task_opened(now),
            6 => before.closed(now),
            7 => before.unsubscribed(now),
            8 => {
                before.judged([Standing::Confirmed, Standing::SelfSaved, Standing::Suspect][usize::from(argument % 3)])
            }
            9 => before
                .commented(None, Some(argument.is_multiple_of(2)), now)
                .ok()
                .map(|after| after.hearing(heard(argument))),
            11 => before.commented_at.and_then(|at| before.heard_again(at, &heard(argument))),
            12 => before.corrected(Say::So(heard(argument).themes), Say::Nothing, now),
            10 => {
                let mut news = trigger(which);
                news.attributes.insert("product".to_owned(), format!("P{}", argument % 4));
                before.taken_over(&made(&news, now), now).map(|(after, _)| after)
            }
            _ => before.responded(score, None, now).ok().flatten(),
        };
        if let Some(after) = after {
            records.push(record(Some(before), Some(&after)));
            surveys.insert(which, after);
        }
    }
    ended.extend(surveys.into_values());
    (records, ended)
}

fn fold(lives: &[Survey]) -> Changes {
    fold_by(&Bands::default(), lives)
}

fn fold_by(bands: &Bands, lives: &[Survey]) -> Changes {
    let mut rows = Changes::new();
    lives.iter().for_each(|life| add(&mut rows, contribution(life, bands).rows()));
    tidied(rows)
}

/// What the markers add up to: what a reconciliation holds the rows against.
fn marked(ledger: &Ledger) -> Changes {
    let mut rows = Changes::new();
    ledger.markers.values().chain(&ledger.earlier).for_each(|marker| add(&mut rows, marker.counted.rows()));
    tidied(rows)
}

/// How a stream is delivered: positions in any order and number, cut into batches; some batches decide on
/// markers read before the one in front of them was counted.
type Delivery = Vec<(Vec<prop::sample::Index>, bool)>;

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    prop::collection::vec((any::<u8>(), any::<u8>(), any::<u8>(), 0_u16..3_000), 1..40)
}

fn delivery() -> impl Strategy<Value = Delivery> {
    prop::collection::vec((prop::collection::vec(any::<prop::sample::Index>(), 1..12), any::<bool>()), 0..12)
}

fn holds(deeds: &[Deed], delivery: &Delivery, ordered: bool, without: Without) -> bool {
    let (records, lives) = played(deeds, ordered);
    let mut ledger = Ledger::default();
    let mut known = Known::default();
    let mut before = HashMap::new();
    let mut give = |ledger: &mut Ledger, positions: Vec<usize>, stale: bool| {
        let batch: Vec<_> = positions.into_iter().map(|nth| records[nth].clone()).collect();
        let read = ledger.markers.clone();
        deliver(ledger, &mut known, &batch, stale.then_some(&before), without);
        before = read;
    };
    let mut seen = BTreeSet::new();
    let mut front = 0;
    for (positions, stale) in delivery {
        let mut positions: Vec<usize> = positions.iter().map(|index| index.index(records.len())).collect();
        if ordered {
            // As the stream does: on from a checkpoint, which may lie behind.
            let end = (front + 1 + positions[0] % 8).min(records.len());
            positions = (positions[positions.len() - 1].min(front)..end).collect();
            front = end;
        }
        seen.extend(positions.iter().copied());
        give(&mut ledger, positions, *stale);
    }
    // Everything is delivered at least once; what was not yet, comes last, oldest first or newest first.
    let mut rest: Vec<usize> = (0..records.len()).filter(|nth| !seen.contains(nth)).collect();
    if !ordered && delivery.len() % 2 == 1 {
        rest.reverse();
    }
    for nth in rest {
        give(&mut ledger, vec![nth], false);
    }
    let known = without != Without::Nothing || marked(&ledger) == tidied(ledger.rows.clone());
    known && tidied(ledger.rows) == fold(&lives)
}

/// Counts a history, changes the bands, touches every survey that is not gone, and delivers that among repeats of all there
/// was. Says whether every number is as by today's bands, and that of what is gone as it was.
fn recounts(deeds: &[Deed], delivery: &Delivery, gone: &[bool]) -> bool {
    let bands = Bands::new([("product", vec![0])]);
    let (mut records, lives) = played(deeds, false);
    let (mut ledger, mut known) = (Ledger::default(), Known::default());
    for record in &records {
        deliver(&mut ledger, &mut known, std::slice::from_ref(record), None, Without::Nothing);
    }
    let at = Timestamp::from_millis(1_900_000_000_000);
    let touched = |life: &Survey| Survey { ver: life.ver + 1, recounted_at: Some(at), ..life.clone() };
    let (mut after, mut kept) = (Vec::new(), Vec::new());
    let touches = records.len();
    for (life, gone) in lives.iter().zip(gone.iter().chain(std::iter::repeat(&false))) {
        if *gone {
            kept.push(life.clone());
            continue;
        }
        records.push(record(Some(life), Some(&touched(life))));
        after.push(touched(life));
    }
    for (positions, _) in delivery {
        // What comes again of a survey may move it to today's bands, too: those that are gone stay as they were only as
        // long as nothing comes again.
        let comes = |record: &&EventRecord| kept.iter().all(|life| record.change.keys != keys_of(life.id));
        let batch = positions.iter().map(|index| &records[index.index(records.len())]).filter(comes);
        let batch: Vec<_> = batch.cloned().collect();
        deliver_by(&bands, &mut ledger, &mut known, &batch, None, Without::Nothing);
    }
    deliver_by(&bands, &mut ledger, &mut known, &records[touches..], None, Without::Nothing);
    let mut expected = fold_by(&bands, &after);
    add(&mut expected, fold(&kept));
    let right = after.iter().all(|survey| {
        let marker = ledger.markers.get(&survey.id).map(|marker| &marker.counted);
        is_right(marker, &contribution(survey, &bands), &bands)
    });
    right && marked(&ledger) == tidied(ledger.rows.clone()) && tidied(ledger.rows) == tidied(expected)
}

#[test]
fn whatever_was_is_counted_by_todays_bands_once_it_is_touched() {
    let gone = prop::collection::vec(any::<bool>(), 0..3);
    proptest::proptest!(Config::with_cases(128), |(deeds in deeds(), delivery in delivery(), gone in gone)| {
        proptest::prop_assert!(recounts(&deeds, &delivery, &gone));
    });
}

#[test]
fn any_order_any_repeats_any_cuts_count_each_survey_once() {
    proptest::proptest!(Config::with_cases(128), |(deeds in deeds(), delivery in delivery())| {
        proptest::prop_assert!(holds(&deeds, &delivery, false, Without::Nothing));
    });
}

#[test]
fn a_survey_erased_and_made_anew_counts_twice() {
    proptest::proptest!(Config::with_cases(128), |(deeds in deeds(), delivery in delivery())| {
        proptest::prop_assert!(holds(&deeds, &delivery, true, Without::Nothing));
    });
}

/// Whether one of a few hundred histories is counted wrongly.
fn is_noticed(ordered: bool, without: Without) -> bool {
    let mut runner = TestRunner::deterministic();
    let cases = (deeds(), delivery());
    let mut case = || cases.new_tree(&mut runner).map(|tree| proptest::strategy::ValueTree::current(&tree)).unwrap();
    (0..400).map(|_| case()).any(|(deeds, delivery)| !holds(&deeds, &delivery, ordered, without))
}

#[test]
fn adding_every_record_is_noticed() {
    assert!(is_noticed(true, Without::Markers));
    assert!(is_noticed(false, Without::Markers));
}

#[test]
fn counting_without_versions_is_noticed() {
    assert!(is_noticed(true, Without::Versions));
    assert!(is_noticed(false, Without::Versions));
}

#[test]
fn a_marker_that_stays_when_nothing_is_added_is_noticed() {
    assert!(is_noticed(false, Without::NetZeroMoves));
    // The shortest history: 7, then 9 and back to 7 in one batch, then the 9 comes again.
    let now: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
    let survey = |scores: &[u8]| {
        scores.iter().fold(made(&trigger(1), now).sent(Step::Invite, now).unwrap(), |survey, score| {
            survey.responded(Score::try_from(*score).unwrap(), None, now).unwrap().unwrap()
        })
    };
    let images = [survey(&[7]), survey(&[7, 9]), survey(&[7, 9, 7])];
    let first = record(None, Some(&images[0]));
    let nine = record(Some(&images[0]), Some(&images[1]));
    let seven = record(Some(&images[1]), Some(&images[2]));
    let counted = |without| {
        let (mut ledger, mut known) = (Ledger::default(), Known::default());
        for batch in [vec![first.clone()], vec![nine.clone(), seven.clone()], vec![nine.clone()]] {
            deliver(&mut ledger, &mut known, &batch, None, without);
        }
        tidied(ledger.rows)
    };
    assert_eq!(counted(Without::Nothing), fold(&images[2..]));
    assert_eq!(counted(Without::NetZeroMoves), fold(&images[1..2]), "the old nine took the seven's place");
}

/// Two surveys change places. Nothing is added to any row, and whoever reads markers one after the other must know that
/// these rows moved all the same: see `model::reconcile`.
#[test]
fn a_row_is_touched_also_where_all_that_is_added_cancels_out() {
    let now: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
    let survey = |nth: u8, product: &str| {
        let mut survey =
            made(&trigger(nth), now).sent(Step::Invite, now).unwrap().delivered(Step::Invite, now).unwrap();
        survey.attributes.insert("product".to_owned(), product.to_owned());
        survey
    };
    let after = |before: &Survey, product: &str| {
        let mut after = before.clone();
        after.attributes.insert("product".to_owned(), product.to_owned());
        after.ver += 1;
        after
    };
    let (a, b) = (survey(0, "A"), survey(2, "B"));
    let (mut ledger, mut known) = (Ledger::default(), Known::default());
    deliver(&mut ledger, &mut known, &[record(None, Some(&a)), record(None, Some(&b))], None, Without::Nothing);
    let swapped = [record(Some(&a), Some(&after(&a, "B"))), record(Some(&b), Some(&after(&b, "A")))];
    let batch = batch::read(&swapped, |_| &model::campaign::NO_BANDS).unwrap();
    let lives: Vec<&Life> = batch.lives.iter().collect();
    let transactions = packed(moves(&lives, &ledger.markers, &mut known));
    let [transaction] = &transactions[..] else { panic!("{transactions:?}") };
    let touched: Vec<_> = transaction.changes.iter().map(|(row, by)| (row.value.as_str(), by.len())).collect();
    assert_eq!(touched, [("A", 0), ("B", 0)]);
}

#[test]
fn values_beyond_the_limit_share_a_row_and_are_undone_there() {
    let now: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
    let (mut ledger, mut known) = (Ledger::default(), Known::default());
    let mut surveys: Vec<Survey> = (0..MAX_VALUES_A_DAY + 20)
        .map(|nth| {
            let mut survey = made(&trigger(1), now);
            survey.id = SurveyId::from_bytes(u128::try_from(nth).unwrap().to_be_bytes());
            survey.attributes.insert("product".to_owned(), format!("P{nth}"));
            survey
        })
        .collect();
    for score in [None, Some(9), Some(3)] {
        for survey in &mut surveys {
            let after = match score {
                None => survey.delivered(Step::Invite, now).unwrap(),
                Some(score) => survey.responded(Score::try_from(score).unwrap(), None, now).unwrap().unwrap(),
            };
            deliver(&mut ledger, &mut known, &[record(Some(&*survey), Some(&after))], None, Without::Nothing);
            *survey = after;
        }
    }
    let rows = tidied(ledger.rows);
    let products: Vec<_> = rows.iter().filter(|(row, _)| row.dimension == "product").collect();
    assert_eq!(products.len(), MAX_VALUES_A_DAY + 1);
    let detractors = |counters: &BTreeMap<model::tally::Counter, i64>| {
        counters[&model::tally::Counter::Score(Score::try_from(3).unwrap())]
    };
    for (row, counters) in products {
        assert_eq!(detractors(counters), if row.value == OTHER { 20 } else { 1 });
        assert!(!counters.contains_key(&model::tally::Counter::Score(Score::try_from(9).unwrap())));
    }
}

#[test]
fn quiet_changes_stay_in_one_shard_and_a_conflict_opens_all() {
    let all = keys::TALLY_SHARDS;
    let cases = [(0, 0, 1), (1, 0, 1), (2, 0, 2), (7, 0, 7), (8, 0, all), (100, 0, all), (1_000, 0, all)];
    let after_a_conflict = [(1, 1, all), (1, 4, all), (100, 1, all)];
    for (changes, round, among) in cases.into_iter().chain(after_a_conflict) {
        assert_eq!(shards(changes, round), among, "{changes} changes, round {round}");
    }
}

#[test]
fn the_largest_move_there_is_fits_a_transaction() {
    let now: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
    let later = now.after(time::DAY * 3);
    let values = |name: &str| (0..MAX_VALUES).map(|nth| (format!("d{nth}"), name.to_owned())).collect::<Vec<_>>();
    // Delivered under one set of values and one day; answered under others, its invite sent a day earlier.
    let before = made(&trigger(1), now).sent(Step::Invite, now).unwrap().delivered(Step::Invite, now).unwrap();
    let counted = Contribution { values: values("a"), ..contribution(&before, &Bands::default()) };
    let mut after = before.responded(Score::try_from(9).unwrap(), None, later).unwrap().unwrap();
    let themes = (0..MOST_A_COMMENT).map(|nth| format!("t{nth}").parse().unwrap()).collect();
    after = after.commented(None, None, later).unwrap().hearing(Heard { themes, sentiment: Some(Sentiment::Mixed) });
    after.reasons = (0..MOST_REASONS).map(|nth| format!("r{nth}").parse().unwrap()).collect();
    let said = |name: &str| {
        (0..=MOST_A_COMMENT + MOST_REASONS).map(|nth| (format!("s{nth}"), name.to_owned())).collect::<Vec<_>>()
    };
    after.invite.sent_at = Some(now.before(time::DAY));
    after.next = None::<Due>;
    let to = Marker {
        survey: after.id,
        ver: after.ver,
        counted: Contribution { values: values("b"), said: said("b"), ..contribution(&after, &Bands::default()) },
    };
    let changes = moved(Some(&counted), &to.counted);
    let step = Move { from: Some(1), earlier: None, changes, to, expires: now };
    let packed = packed(vec![step.clone(), step]);
    assert_eq!(packed.len(), 2);
    for transaction in packed {
        assert!(transaction.moves.len() + transaction.changes.len() <= MAX_ACTIONS, "{}", transaction.changes.len());
    }
}
