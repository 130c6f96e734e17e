//! The field `warm_up` of a campaign: how many mails a day a new sender sends at first.

use host::Fields;
use jiff::civil::Date;
use model::sending::WarmUp;
use serde::Serialize;

/// The field as the API shows it.
#[derive(Serialize)]
pub(super) struct WarmUpWire {
    from: Date,
    mails: u32,
    growth: u16,
    days: u16,
}

pub(super) fn show(warm_up: WarmUp) -> WarmUpWire {
    let WarmUp { from, mails, growth, days } = warm_up;
    WarmUpWire { from, mails, growth, days }
}

/// Reads the field `warm_up`; what is absent has none.
pub(super) fn read(fields: &mut Fields) -> Option<WarmUp> {
    let mut inner = fields.object("warm_up")?;
    let from = inner.parsed("from", 10, "this must be a day such as 2027-01-31", |text| text.parse::<Date>().ok());
    if from.is_none() {
        inner.missing("from", "this must be the first day, such as 2027-01-31");
    }
    let mails = inner.whole("mails", 1..=1_000_000).unwrap_or(50);
    let growth = inner.whole("growth", 0..=400).unwrap_or(50);
    let days = inner.whole("days", 1..=365).unwrap_or(14);
    fields.close(inner);
    Some(WarmUp { from: from?, mails, growth, days })
}
