//! A seeded fault scheduler over all functions, at every await.
//!
//! Every function runs in this process. Its SDK clients have no sockets: each call waits on a [wire](network)
//! until the [world] picks it, by its seed, and decides what becomes of it: it passes, it is refused, it takes
//! effect and its answer is lost, it meets another transaction, or the whole invocation dies, before or
//! after. Meanwhile people answer, change their minds and unsubscribe, CRMs repeat themselves, messages come
//! twice, late and out of order, and time passes. Then the weather calms down, everything that is left is
//! done, and what really happened ([history]) is held against what must be so.

mod fleet;
mod history;
mod letters;
mod network;
mod sabotage;
mod tasks;
mod ways;
mod world;

pub use sabotage::Sabotage;

use world::World;

/// What became of one world.
#[derive(Debug)]
pub struct Run {
    /// Its seed.
    pub seed: u64,
    /// What must not have happened.
    pub wrong: Vec<String>,
    /// What happened, line by line.
    pub trace: Vec<String>,
    /// How many calls went over the wire.
    pub calls: u64,
    /// How many mails SES took.
    pub mails: usize,
    /// How many of them were the second of their kind, as it may be when nobody can know of the first.
    pub twice: usize,
    /// How many surveys there were.
    pub surveys: usize,
    /// How many of them were answered.
    pub answered: usize,
    /// How many letters beside those that ask SES took.
    pub letters: usize,
    /// How many replies gave a score, how many visits there were, and how many scores pages saved.
    pub ways: [usize; 3],
}

/// Runs the world of a seed to its end.
///
/// # Panics
/// When the machine gives no runtime.
#[must_use]
pub fn run(seed: u64, sabotage: Sabotage) -> Run {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
    runtime.block_on(async {
        let mut world = World::new(seed, sabotage);
        world.run().await;
        let lives = &world.history.lives;
        Run {
            seed,
            calls: world.calls_made,
            mails: world.history.mails.len(),
            twice: world.history.twice,
            surveys: lives.len(),
            letters: world.history.post.posted.len(),
            ways: world.history.ways.counts(),
            answered: lives.values().filter(|life| life.now.score().is_some()).count(),
            wrong: world.history.wrong,
            trace: world.trace,
        }
    })
}

/// Runs worlds on every processor, all of them or until one is wrong in a way that is described so; gives back what
/// was seen, in the order of the seeds.
#[must_use]
pub fn run_all(seeds: &[u64], sabotage: Sabotage, until: Option<&str>) -> Vec<Run> {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
    let (next, found) = (AtomicUsize::new(0), AtomicBool::new(false));
    let runs = Mutex::new(Vec::new());
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..processors {
            scope.spawn(|| {
                while !found.load(Ordering::SeqCst) {
                    let Some(seed) = seeds.get(next.fetch_add(1, Ordering::SeqCst)) else { break };
                    let mut run = run(*seed, sabotage);
                    if run.wrong.is_empty() {
                        run.trace.clear();
                    } else if until.is_some_and(|until| run.wrong.iter().any(|wrong| wrong.contains(until))) {
                        found.store(true, Ordering::SeqCst);
                    }
                    runs.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(run);
                }
            });
        }
    });
    let mut runs = runs.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    runs.sort_by_key(|run| run.seed);
    runs
}
