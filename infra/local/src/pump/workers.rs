//! What the pump calls: the functions, and what tells which calls would be in vain.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;

use serde_json::Value;

/// The identifiers of what a function could not process, or why it failed altogether.
pub type Outcome = Result<Vec<String>, String>;

/// A function that takes an event in JSON.
pub type Worker = Arc<dyn Fn(Value) -> Pin<Box<dyn Future<Output = Outcome> + Send>> + Send + Sync>;

/// What is open in the tables: each survey, and from when on, in milliseconds, a sweep may have to do with it.
pub type Open = HashMap<String, i64>;

/// Reads what is open.
pub type Loader = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<Open, String>> + Send>> + Send + Sync>;

/// A survey, and from when on, in milliseconds, a sweep may have to do with it if it is open.
pub type Note = (String, Option<i64>);

/// Tells when letters go out that nothing but the time of day calls for: the first such moment after one.
pub type Digests = Arc<dyn Fn(i64) -> Pin<Box<dyn Future<Output = Result<Option<i64>, String>> + Send>> + Send + Sync>;

/// Tells which sweeps would find nothing, so that weeks pass in seconds here.
#[derive(Clone)]
pub struct Watch {
    /// When the next digest goes out.
    pub digests: Digests,
    /// Reads what is open.
    pub load: Loader,
    /// What a stream record says: a survey, and from when on a sweep may have to do with it if it is open.
    pub note: fn(&Value) -> Option<Note>,
}

/// The functions that events wake.
#[derive(Clone)]
pub struct Workers {
    /// Tells which sweeps can be left out.
    pub watch: Watch,
    /// Stream → messages.
    pub relay: Worker,
    /// Stream → tallies.
    pub aggregate: Worker,
    /// Mail queue.
    pub dispatch: Worker,
    /// Step queue.
    pub remind: Worker,
    /// Mail-events queue.
    pub mail_events: Worker,
    /// Replies queue.
    pub replies: Worker,
    /// Deliver queue.
    pub deliver: Worker,
    /// Recount queue.
    pub recount: Worker,
}
