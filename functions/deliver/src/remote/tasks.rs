//! What a task says in a CRM.

use model::task::TaskStatus;
use model::{Report, Task};
use serde_json::Value;

use super::Memory;
use super::exchange::shortened;

/// The longest title, in characters: Salesforce's own limit.
const LONGEST_TITLE: usize = 255;

fn done(task: &Task) -> String {
    format!("done.{}", task.kind.as_str())
}

/// Whether a task was told as done and is open again: only then does an open task say so, since somebody there may
/// have begun it, or done it.
pub(super) fn reopened(task: &Task, memory: &Memory) -> bool {
    task.status == TaskStatus::Open && memory.contains_key(&done(task))
}

fn whose(task: &Task) -> String {
    format!("owner.{}", task.kind.as_str())
}

/// The owner's id, unless that is what was told already: somebody there may have handed the task on since.
pub(super) fn new_owner<'a>(task: &'a Task, memory: &Memory) -> Option<&'a str> {
    let owner = task.owner.as_ref().and_then(|owner| owner.id.as_deref());
    owner.filter(|owner| memory.get(&whose(task)).is_none_or(|told| told != owner))
}

/// Remembers what was told of tasks: which are done, and whose they are.
pub(super) fn remember(report: &Report, memory: &mut Memory) {
    for task in &report.tasks {
        match task.status {
            TaskStatus::Done => memory.insert(done(task), "1".to_owned()),
            TaskStatus::Open => memory.remove(&done(task)),
        };
        match task.owner.as_ref().and_then(|owner| owner.id.clone()) {
            Some(owner) => memory.insert(whose(task), owner),
            None => memory.remove(&whose(task)),
        };
    }
}

/// The text of a field; nothing if it is empty.
pub(super) fn text<'a>(report: &'a Report, name: &str) -> Option<&'a str> {
    report.fields.get(name).and_then(Value::as_str)
}

/// The person asked, as people call them.
pub(super) fn person(report: &Report) -> &str {
    let known_by = || text(report, "contact_email").or_else(|| text(report, "contact_phone"));
    text(report, "contact_name").or_else(known_by).unwrap_or("somebody")
}

/// What stands in a list of tasks.
pub(super) fn title(task: &Task, report: &Report) -> String {
    shortened(&format!("{} ({})", task.title(), person(report)), LONGEST_TITLE)
}

/// What stands in the task.
pub(super) fn body(task: &Task, report: &Report) -> String {
    let score = report.fields.get("score").and_then(Value::as_u64).map(|score| format!("{score} of 10"));
    let lines = [
        ("Contact", text(report, "contact_email").map(ToOwned::to_owned)),
        ("Phone", text(report, "contact_phone").map(ToOwned::to_owned)),
        ("Company", text(report, "account_name").map(ToOwned::to_owned)),
        ("About", text(report, "subject_name").map(ToOwned::to_owned)),
        ("Score", score),
        ("Comment", text(report, "comment").map(ToOwned::to_owned)),
        ("What became of it", task.note.clone()),
        ("Survey", text(report, "survey_url").map(ToOwned::to_owned)),
    ];
    let lines: Vec<_> = lines.into_iter().filter_map(|(name, value)| Some(format!("{name}: {}", value?))).collect();
    lines.join("\n")
}
