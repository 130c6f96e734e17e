//! Figures, not verdicts: how fast, how large, how dear. `cargo bench -p tests`.
//!
//! `FIGURES=large` takes more of everything; `FIGURES=http,cost` takes only those parts. Whatever is timed here runs on the
//! embedded table, client and server on one machine: the embedded table, and not npsloop, is the limit of the writes.

mod calls;
mod cost;
mod http;
mod numbers;
mod page;
mod programs;
mod recount;

use std::time::{Duration, Instant};

/// How much is measured.
#[derive(Clone, Copy)]
struct Scale {
    large: bool,
}

impl Scale {
    /// A count for a short run and one for a long run.
    fn of(self, short: usize, long: usize) -> usize {
        if self.large { long } else { short }
    }
}

fn main() {
    #[expect(clippy::disallowed_methods, reason = "a benchmark is told by its caller how much to do")]
    let wanted = std::env::var("FIGURES").unwrap_or_default();
    let scale = Scale { large: wanted.contains("large") };
    let parts: Vec<_> = wanted.split(',').filter(|part| !["", "large"].contains(part)).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime starts");
    if cfg!(debug_assertions) {
        println!("unoptimised: these are no figures to quote\n");
    }
    let part = |name: &str| parts.is_empty() || parts.contains(&name);
    if part("http") {
        runtime.block_on(http::measure(scale));
    }
    if part("calls") {
        runtime.block_on(calls::measure(scale));
    }
    if part("aggregate") {
        runtime.block_on(numbers::counting(scale));
    }
    if part("nps") {
        runtime.block_on(numbers::asking(scale));
    }
    if part("page") {
        runtime.block_on(page::measure(scale));
    }
    if part("recount") {
        runtime.block_on(recount::measure(scale));
    }
    if part("cost") {
        runtime.block_on(cost::measure(scale));
    }
    if part("programs") {
        runtime.block_on(programs::measure(scale));
    }
}

/// A table on standard output.
fn print(title: &str, note: &str, heads: &[&str], rows: &[Vec<String>]) {
    println!("## {title}\n");
    if !note.is_empty() {
        println!("{note}\n");
    }
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain(heads.get(column).map(|head| head.chars().count())).max().unwrap_or(0)
    };
    let line = |cells: Vec<String>| {
        let cells = cells.iter().enumerate().map(|(column, cell)| {
            let fill = " ".repeat(width(column).saturating_sub(cell.chars().count()));
            if column == 0 { format!("{cell}{fill}") } else { format!("{fill}{cell}") }
        });
        println!("| {} |", cells.collect::<Vec<_>>().join(" | "));
    };
    line(heads.iter().map(|head| (*head).to_owned()).collect());
    let rules = (0..heads.len()).map(|column| {
        if column == 0 {
            "-".repeat(width(column))
        } else {
            format!("{}:", "-".repeat(width(column).saturating_sub(1)))
        }
    });
    line(rules.collect());
    rows.iter().for_each(|row| line(row.clone()));
    println!();
}

/// The duration below which so many percent lie.
fn percentile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    let at = (times.len() * percent).div_ceil(100).saturating_sub(1);
    times.get(at).copied().unwrap_or_default()
}

fn ms(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}

fn per_second(count: usize, time: Duration) -> String {
    format!("{:.0}", count as f64 / time.as_secs_f64())
}

/// Does something so often, so many at a time; how long each took, and all of them.
async fn timed<F>(count: usize, at_once: usize, act: impl Fn(usize) -> F) -> (Vec<Duration>, Duration)
where
    F: Future<Output = ()>,
{
    use futures_util::StreamExt as _;
    let start = Instant::now();
    let one = async |nth: usize| {
        let start = Instant::now();
        act(nth).await;
        start.elapsed()
    };
    let times = futures_util::stream::iter(0..count).map(one).buffer_unordered(at_once).collect().await;
    (times, start.elapsed())
}

/// Draws values as the world has them: the first often, the last hardly ever.
struct Zipf {
    sums: Vec<f64>,
    state: u64,
}

impl Zipf {
    /// Of `values` values, the nth with a weight of 1/n.
    fn new(values: usize, seed: u64) -> Self {
        let mut sum = 0.0;
        let sums = (1..=values).map(|nth| {
            sum += 1.0 / nth as f64;
            sum
        });
        Self { sums: sums.collect(), state: seed }
    }

    /// A number between 0 and 1, the same in every run.
    fn chance(&mut self) -> f64 {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// The next value, from 0 on.
    fn draw(&mut self) -> usize {
        let at = self.chance() * self.sums.last().copied().unwrap_or(1.0);
        self.sums.partition_point(|sum| *sum < at).min(self.sums.len() - 1)
    }
}
