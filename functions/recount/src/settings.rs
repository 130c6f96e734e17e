//! What this function is told.

use host::settings::{Reader, StoreSettings};

/// What this function is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The tables, and the first campaign.
    pub store: StoreSettings,
    /// `RECOUNT_QUEUE_URL`.
    pub recount_queue: String,
}

impl host::settings::Settings for Settings {
    const NAMES: &'static [&'static str] =
        &["TABLE_SURVEYS", "TABLE_LEDGER", "COMPANY", "SENDER_EMAIL", "RECOUNT_QUEUE_URL"];

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let store = StoreSettings::read(reader);
        let recount_queue = reader.url("RECOUNT_QUEUE_URL", "the address of the recount queue");
        Some(Self { store: store?, recount_queue: recount_queue? })
    }
}

#[cfg(test)]
mod tests {
    use host::Env;
    use host::settings::Settings as _;

    use super::*;

    #[test]
    fn every_name_is_missed_by_its_name() {
        let wrong = Env::default().read::<Settings>().unwrap_err().to_string();
        for name in Settings::NAMES {
            assert!(wrong.contains(&format!("{name} is missing")), "{name}: {wrong}");
        }
    }
}
