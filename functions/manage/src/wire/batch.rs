//! How a campaign sends a batch of triggers, as the API takes it and shows it.

use host::Fields;
use host::fields::Json;
use model::campaign::Batch;
use serde::Serialize;

use crate::span;

/// The longest spread: thirty days, in seconds.
const MOST: u32 = 30 * 86_400;

/// The settings as the API shows them.
#[derive(Serialize)]
pub(super) struct BatchWire {
    spread: Option<String>,
    share: u8,
}

/// Shows the settings.
pub(super) fn show(batch: Batch) -> BatchWire {
    BatchWire { spread: batch.spread.map(span::show), share: batch.share }
}

/// Reads the settings; what is absent takes its default.
pub(super) fn read(fields: &mut Fields) -> Batch {
    const EXPECTED: &str = "this must be a length of time such as 90m, 36h or 3d, at most 30d, or null";
    let usual = Batch::default();
    let Some(mut inner) = fields.object("batch") else { return usual };
    let spread = match inner.take("spread") {
        Some(Json::Text(text)) => {
            let seconds = span::read(text.trim()).filter(|seconds| (60..=MOST).contains(seconds));
            if seconds.is_none() {
                inner.wrong("spread", EXPECTED);
            }
            seconds
        }
        Some(_) => {
            inner.wrong("spread", EXPECTED);
            None
        }
        None => usual.spread,
    };
    let share = inner.whole("share", 1..=100).unwrap_or(usual.share);
    fields.close(inner);
    Batch { spread, share }
}
