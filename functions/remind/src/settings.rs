//! What this function is told.

use host::settings::{Reader, StoreSettings};

use crate::schedules::Targets;

/// What this function is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The tables, and the first campaign.
    pub store: StoreSettings,
    /// `MAIL_QUEUE_URL`.
    pub mail_queue: String,
    /// `STEP_QUEUE_URL`.
    pub step_queue: String,
    /// `MAIL_EVENTS_QUEUE_URL`.
    pub mail_events_queue: String,
    /// `MAIL_EVENTS_DLQ_URL`.
    pub mail_events_dead: String,
    /// `SCHEDULE_*` and the names of the queues.
    pub targets: Targets,
}

impl host::settings::Settings for Settings {
    const NAMES: &'static [&'static str] = &[
        "TABLE_SURVEYS",
        "TABLE_LEDGER",
        "COMPANY",
        "SENDER_EMAIL",
        "MAIL_QUEUE_URL",
        "STEP_QUEUE_URL",
        "MAIL_EVENTS_QUEUE_URL",
        "MAIL_EVENTS_DLQ_URL",
        "MAIL_QUEUE_ARN",
        "STEP_QUEUE_ARN",
        "SCHEDULE_GROUP",
        "SCHEDULE_ROLE_ARN",
        "SCHEDULE_DLQ_ARN",
    ];

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let store = StoreSettings::read(reader);
        let mail_queue = reader.url("MAIL_QUEUE_URL", "the address of the mail queue");
        let step_queue = reader.url("STEP_QUEUE_URL", "the address of the step queue");
        let mail_events = reader.url("MAIL_EVENTS_QUEUE_URL", "the address of the queue of SES's events");
        let dead = reader.url("MAIL_EVENTS_DLQ_URL", "the address of that queue's dead letters");
        let mail = reader.text("MAIL_QUEUE_ARN", "the resource name of the mail queue");
        let step = reader.text("STEP_QUEUE_ARN", "the resource name of the step queue");
        let group = reader.text("SCHEDULE_GROUP", "the name of the group of schedules");
        let role = reader.text("SCHEDULE_ROLE_ARN", "the resource name of the role schedules use");
        let dead_letters = reader.text("SCHEDULE_DLQ_ARN", "the resource name of the queue of lost schedules");
        let targets = Targets { group: group?, role: role?, mail: mail?, step: step?, dead_letters: dead_letters? };
        Some(Self {
            store: store?,
            mail_queue: mail_queue?,
            step_queue: step_queue?,
            mail_events_queue: mail_events?,
            mail_events_dead: dead?,
            targets,
        })
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
