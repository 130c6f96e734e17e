//! A report as JSON, for those who want all of it.

use model::{Report, Task};
use serde_json::{Map, Value, json};

/// The whole report but its version, which changes even where nothing else does.
pub(super) fn of(report: &Report) -> Value {
    let mut all: Map<String, Value> =
        report.fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let changes = report.changes.iter().map(|change| json!({ "at": change.at.to_string(), "score": change.score }));
    all.insert("attributes".to_owned(), json!(report.attributes));
    all.insert("changes".to_owned(), changes.collect());
    all.insert("tasks".to_owned(), report.tasks.iter().map(task).collect());
    Value::Object(all)
}

/// The whole report. Of two reports of a survey, that of the higher version is the newer one.
pub(super) fn versioned(report: &Report) -> Value {
    let mut all = of(report);
    all["version"] = Value::from(report.ver);
    all
}

fn task(task: &Task) -> Value {
    let owner = task.owner.as_ref();
    json!({
        "id": task.id().to_string(),
        "kind": task.kind.as_str(),
        "title": task.title(),
        "status": task.status.as_str(),
        "owner_email": owner.and_then(|owner| owner.email.as_ref()).map(model::Email::expose),
        "owner_name": owner.and_then(|owner| owner.name.as_deref()),
        "owner_id": owner.and_then(|owner| owner.id.as_deref()),
        "opened_at": task.opened_at.to_string(),
        "due_at": task.due_at.to_string(),
        "completed_at": task.completed_at.map(|at| at.to_string()),
        "note": task.note,
    })
}
