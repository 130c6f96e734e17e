//! The event bus.

use model::destination::Remote;
use serde_json::json;

use super::{Bench, to};

#[tokio::test]
async fn the_event_bus_hears_everything() {
    let bench = Bench::start().await;
    assert_eq!(bench.play(&to(Remote::EventBus)).await, 0);
    let events = bench.cloud.events().unwrap();
    let kinds: Vec<_> = events.iter().map(|event| event.detail_type.as_str()).collect();
    let expected = ["created", "sent", "unanswered", "ended", "answered", "answered", "answered"];
    assert_eq!(kinds, expected.map(|stage| format!("Survey {stage}")));
    let last = events.last().unwrap();
    assert_eq!((last.bus.as_str(), last.source.as_str()), ("company", "npsloop"));
    assert_eq!((&last.detail["score"], &last.detail["version"]), (&json!(9), &json!(7)));
}
