//! Invocations, each a task that runs until it waits for the wire or for time. They are polled here and
//! nowhere else, so that one can be dropped at any await: that is a process that dies.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use super::network::in_the_name_of;

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

type Work<T> = Pin<Box<dyn Future<Output = T>>>;

struct Task<T> {
    id: u64,
    name: String,
    woken: Arc<Flag>,
    work: Work<T>,
}

/// The tasks that are alive, in the order they were started.
pub(crate) struct Tasks<T> {
    alive: Vec<Task<T>>,
    next: u64,
}

/// How a task ended.
pub(crate) enum Ended<T> {
    /// With a result.
    With(T),
    /// With a panic, which a test never expects.
    Panicked(String),
}

impl<T> Tasks<T> {
    pub(crate) fn new() -> Self {
        Self { alive: Vec::new(), next: 1 }
    }

    pub(crate) fn start(&mut self, name: &str, work: impl Future<Output = T> + 'static) -> u64 {
        let id = self.next;
        self.next += 1;
        let woken = Arc::new(Flag(AtomicBool::new(true)));
        self.alive.push(Task { id, name: format!("{name}-{id}"), woken, work: Box::pin(work) });
        id
    }

    pub(crate) fn len(&self) -> usize {
        self.alive.len()
    }

    pub(crate) fn ids(&self) -> Vec<u64> {
        self.alive.iter().map(|task| task.id).collect()
    }

    pub(crate) fn name(&self, id: u64) -> String {
        self.alive.iter().find(|task| task.id == id).map_or_else(|| format!("gone-{id}"), |task| task.name.clone())
    }

    /// Kills a task where it stands.
    pub(crate) fn kill(&mut self, id: u64) {
        self.alive.retain(|task| task.id != id);
    }

    /// Polls whatever was woken until everything waits; gives back what ended.
    pub(crate) fn run(&mut self) -> Vec<(u64, String, Ended<T>)> {
        let mut ended = Vec::new();
        while let Some(nth) = self.alive.iter().position(|task| task.woken.0.swap(false, Ordering::SeqCst)) {
            let task = &mut self.alive[nth];
            let waker = Waker::from(task.woken.clone());
            let polled = in_the_name_of(task.id, || {
                catch_unwind(AssertUnwindSafe(|| task.work.as_mut().poll(&mut Context::from_waker(&waker))))
            });
            let end = match polled {
                Ok(Poll::Pending) => continue,
                Ok(Poll::Ready(result)) => Ended::With(result),
                Err(panic) => {
                    let text = panic.downcast_ref::<String>().map(String::as_str);
                    Ended::Panicked(text.or(panic.downcast_ref::<&str>().copied()).unwrap_or("no text").to_owned())
                }
            };
            let task = self.alive.remove(nth);
            ended.push((task.id, task.name, end));
        }
        ended
    }
}
