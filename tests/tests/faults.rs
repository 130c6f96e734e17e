//! G1 to G4 under every fault there is, by seed. A seed that fails replays with
//! `FAULT_SEED=123 cargo test -p tests --test faults`, and prints everything that happened.

use std::time::Instant;

use tests::faults::{Run, Sabotage, run, run_all};

/// How many worlds are run.
const WORLDS: u64 = 220;

/// How many worlds it may take until a missing guard is noticed: those that are run.
const NOTICED_WITHIN: u64 = WORLDS;

fn setting(name: &str) -> Option<u64> {
    host::Env::process().get(name).and_then(|value| value.parse().ok())
}

fn describe(run: &Run) -> String {
    let from = run.trace.len().saturating_sub(if setting("FAULT_SEED").is_some() { usize::MAX } else { 150 });
    format!(
        "{}\n\nseed {} is wrong:\n{}\n\nreplay it: FAULT_SEED={} cargo test -p tests --test faults",
        run.trace[from..].join("\n"),
        run.seed,
        run.wrong.join("\n"),
        run.seed
    )
}

#[test]
fn every_guarantee_holds_under_every_fault() {
    if let Some(seed) = setting("FAULT_SEED") {
        let run = run(seed, Sabotage::None);
        assert!(run.wrong.is_empty(), "{}", describe(&run));
        println!("{}\nseed {seed} holds: {} calls, {} mails", run.trace.join("\n"), run.calls, run.mails);
        return;
    }
    let start = Instant::now();
    let first = setting("FAULT_FIRST").unwrap_or(1);
    let worlds = setting("FAULT_WORLDS").unwrap_or(WORLDS);
    let seeds: Vec<u64> = (first..first + worlds).collect();
    let runs = run_all(&seeds, Sabotage::None, None);
    let wrong: Vec<&Run> = runs.iter().filter(|run| !run.wrong.is_empty()).collect();
    if let Some(first) = wrong.first() {
        let all: Vec<String> = wrong.iter().map(|run| format!("{}: {}", run.seed, run.wrong[0])).collect();
        panic!("{}\n\n{} of {worlds} seeds are wrong:\n{}", describe(first), wrong.len(), all.join("\n"));
    }
    let sum = |of: fn(&Run) -> u64| runs.iter().map(of).sum::<u64>();
    println!(
        "{} seeds hold, in {:.0?}: {} calls, {} surveys, {} mails ({} twice, as they may), {} answers, {} letters, \
         {} replies, {} visits, {} scores that pages saved",
        runs.len(),
        start.elapsed(),
        sum(|run| run.calls),
        sum(|run| run.surveys as u64),
        sum(|run| run.mails as u64),
        sum(|run| run.twice as u64),
        sum(|run| run.answered as u64),
        sum(|run| run.letters as u64),
        sum(|run| run.ways[0] as u64),
        sum(|run| run.ways[1] as u64),
        sum(|run| run.ways[2] as u64),
    );
    assert_eq!(runs.len() as u64, worlds);
}

#[test]
fn a_seed_replays() {
    let (first, second) = (run(7, Sabotage::None), run(7, Sabotage::None));
    for (nth, (one, other)) in first.trace.iter().zip(&second.trace).enumerate() {
        assert_eq!(one, other, "line {nth}");
    }
    assert_eq!(first.trace.len(), second.trace.len());
}

fn is_noticed(sabotage: Sabotage, guarantee: &str) {
    // In other worlds there is nothing to take out.
    let seeds: Vec<u64> = (1..=NOTICED_WITHIN).filter(|seed| sabotage.is_felt(*seed)).collect();
    let runs = run_all(&seeds, sabotage, Some(guarantee));
    let wrong: Vec<&Run> = runs.iter().filter(|run| !run.wrong.is_empty()).collect();
    let found = wrong.iter().flat_map(|run| &run.wrong).any(|what| what.contains(guarantee));
    assert!(found, "{sabotage:?} went unnoticed: {:?}", wrong.iter().map(|run| &run.wrong).collect::<Vec<_>>());
}

#[test]
fn a_claim_without_its_condition_is_noticed() {
    is_noticed(Sabotage::ClaimWithoutCondition, "G");
}

#[test]
fn a_contact_not_read_after_the_claim_is_noticed() {
    is_noticed(Sabotage::ContactNotReadAfterClaim, "G3");
}

#[test]
fn counting_without_versions_is_noticed() {
    is_noticed(Sabotage::CountWithoutVersion, "G4");
}

#[test]
fn an_intake_without_its_put_condition_is_noticed() {
    is_noticed(Sabotage::IntakeWithoutPutCondition, "G1");
}

#[test]
fn an_intake_without_the_turns_condition_is_noticed() {
    is_noticed(Sabotage::IntakeWithoutTurnCondition, "G1");
}

#[test]
fn saving_over_what_others_wrote_is_noticed() {
    is_noticed(Sabotage::SaveWithoutVersion, "lost what was written before");
}

#[test]
fn a_sweep_that_does_not_wait_for_events_is_noticed() {
    is_noticed(Sabotage::EventsLookRead, "G2");
}

#[test]
fn a_lease_nobody_sees_is_noticed() {
    is_noticed(Sabotage::LeaseUnseen, "was told over");
}

#[test]
fn telling_what_was_read_before_the_lease_is_noticed() {
    is_noticed(Sabotage::ReadBeforeTheLease, "was told over");
}

#[test]
fn a_letter_two_may_claim_is_noticed() {
    is_noticed(Sabotage::LetterClaimWithoutCondition, "letters:");
}

#[test]
fn a_score_without_its_card_is_noticed() {
    is_noticed(Sabotage::CardsLeftOut, "cards:");
}

#[test]
fn a_pause_nobody_hears_of_is_noticed() {
    is_noticed(Sabotage::PauseUnheard, "pause:");
}

#[test]
fn a_mail_client_that_retries_is_noticed() {
    is_noticed(Sabotage::SesClientRetries, "G2");
}

#[test]
fn a_door_that_writes_over_what_is_there_is_noticed() {
    is_noticed(Sabotage::EnterWithoutCondition, "made twice");
}

#[test]
fn a_page_that_saves_over_what_somebody_confirmed_is_noticed() {
    is_noticed(Sabotage::SelfSaveOverAnything, "self-saved:");
}

#[test]
fn what_a_page_saved_and_nobody_pressed_is_noticed() {
    is_noticed(Sabotage::SelfSavedLooksPressed, "pressed:");
}

#[test]
fn a_reply_that_counts_when_it_is_read_is_noticed() {
    is_noticed(Sabotage::RepliesCountWhenRead, "newest:");
}

#[test]
fn a_reply_that_is_written_down_twice_is_noticed() {
    is_noticed(Sabotage::CommentsLookOld, "replies:");
}

#[test]
fn a_wish_that_is_forgotten_is_noticed() {
    is_noticed(Sabotage::WishesForgotten, "wish:");
}
