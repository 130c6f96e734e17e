//! What this function is told.

use host::settings::{Loopback, Reader, StoreSettings};

/// What this function is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The tables, and the first campaign.
    pub store: StoreSettings,
    /// `MAIL_QUEUE_URL`.
    pub mail_queue: String,
    /// `DELIVER_QUEUE_URL`.
    pub deliver_queue: String,
    /// `PUBLIC_URL`.
    pub public_url: String,
    /// `SECRETS_PATH`.
    pub secrets: String,
    /// `EVENT_BUS_NAME`, where the company has named one.
    pub event_bus: Option<String>,
    /// `OUTSIDE_LOOPBACK`: whether this machine may be called, and without TLS. The local host's alone.
    pub loopback: bool,
}

impl host::settings::Settings for Settings {
    const NAMES: &'static [&'static str] = &[
        "TABLE_SURVEYS",
        "TABLE_LEDGER",
        "COMPANY",
        "SENDER_EMAIL",
        "MAIL_QUEUE_URL",
        "DELIVER_QUEUE_URL",
        "PUBLIC_URL",
        "SECRETS_PATH",
        "EVENT_BUS_NAME",
    ];

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let store = StoreSettings::read(reader);
        let mail_queue = reader.url("MAIL_QUEUE_URL", "the address of the mail queue");
        let deliver_queue = reader.url("DELIVER_QUEUE_URL", "the address of the deliver queue");
        let public_url = reader.url("PUBLIC_URL", "the address contacts see, such as https://nps.example.com");
        let secrets = host::secrets::path(reader);
        let bus = |value: &str| (!value.contains(char::is_whitespace)).then(|| Some(value.to_owned()));
        let event_bus = reader.optional("EVENT_BUS_NAME", "the name of an event bus", None, bus);
        let loopback = Loopback::read(reader).map(|Loopback(allowed)| allowed);
        Some(Self {
            store: store?,
            mail_queue: mail_queue?,
            deliver_queue: deliver_queue?,
            public_url: public_url?,
            secrets: secrets?,
            event_bus: event_bus?,
            loopback: loopback?,
        })
    }
}

#[cfg(test)]
mod tests {
    use host::Env;
    use host::settings::Settings as _;

    use super::*;

    fn env() -> Env {
        Env::from([
            ("TABLE_SURVEYS", "surveys"),
            ("TABLE_LEDGER", "ledger"),
            ("COMPANY", "Example AG"),
            ("SENDER_EMAIL", "nps@company.example"),
            ("MAIL_QUEUE_URL", "https://sqs/mail"),
            ("DELIVER_QUEUE_URL", "https://sqs/deliver"),
            ("PUBLIC_URL", "https://nps.company.example"),
            ("SECRETS_PATH", "/npsloop"),
        ])
    }

    #[test]
    fn every_name_is_missed_by_its_name() {
        let wrong = Env::default().read::<Settings>().unwrap_err().to_string();
        for name in Settings::NAMES.iter().filter(|name| **name != "EVENT_BUS_NAME") {
            assert!(wrong.contains(&format!("{name} is missing")), "{name}: {wrong}");
        }
        assert_eq!(env().read::<Settings>().unwrap().event_bus, None);
        let named = env().with("EVENT_BUS_NAME", "company").read::<Settings>().unwrap();
        assert_eq!(named.event_bus.as_deref(), Some("company"));
    }

    #[test]
    fn this_machine_is_called_only_where_somebody_sits_before_it() {
        let read = |env: &Env| env.read::<Settings>().map(|settings| settings.loopback);
        let allowed = env().with("OUTSIDE_LOOPBACK", "allowed");
        assert_eq!(read(&env()), Ok(false));
        assert_eq!(read(&allowed), Ok(true));
        for wrong in
            [env().with("OUTSIDE_LOOPBACK", "yes"), allowed.with("AWS_LAMBDA_FUNCTION_NAME", "npsloop-deliver")]
        {
            assert!(read(&wrong).unwrap_err().to_string().contains("OUTSIDE_LOOPBACK must be"));
        }
    }
}
