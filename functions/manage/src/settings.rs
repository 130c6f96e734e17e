//! What this function is told.

use host::settings::{Loopback, Reader, StoreSettings};

/// What this function is told beside whether a destination may be this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The tables, and the first campaign.
    pub store: StoreSettings,
    /// `PUBLIC_URL`.
    pub public_url: String,
    /// `MAIL_QUEUE_URL`.
    pub mail_queue: String,
    /// `RECOUNT_QUEUE_URL`.
    pub recount_queue: String,
    /// `OIDC_CLIENT_ID` and `OIDC_AUTHORIZATION_URL`; both or neither.
    pub oidc: Option<Oidc>,
    /// `REPLY_DOMAIN`; none where replies are not read.
    pub reply_domain: Option<String>,
}

/// Where people sign in who have an account of their company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Oidc {
    /// What npsloop is called there.
    pub client_id: String,
    /// The page where they sign in.
    pub authorization_url: String,
}

impl host::settings::Settings for Settings {
    const NAMES: &'static [&'static str] = &[
        "TABLE_SURVEYS",
        "TABLE_LEDGER",
        "COMPANY",
        "SENDER_EMAIL",
        "PUBLIC_URL",
        "MAIL_QUEUE_URL",
        "RECOUNT_QUEUE_URL",
        "OIDC_CLIENT_ID",
        "OIDC_AUTHORIZATION_URL",
        "REPLY_DOMAIN",
    ];

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let store = StoreSettings::read(reader);
        let public_url = reader.url("PUBLIC_URL", "the address people use, such as https://nps.example.com");
        let mail_queue = reader.url("MAIL_QUEUE_URL", "the address of the mail queue");
        let recount_queue = reader.url("RECOUNT_QUEUE_URL", "the address of the recount queue");
        let some = |text: &str| Some(Some(text.to_owned()));
        let client_id = reader.optional("OIDC_CLIENT_ID", "what the issuer calls npsloop", None, some);
        let page = "the issuer's authorization endpoint, https://…";
        let Loopback(here) = Loopback::read(reader)?;
        let fits = |text: &str| text.starts_with("https://") || (here && text.starts_with("http://"));
        let url = |text: &str| fits(text).then(|| Some(text.to_owned()));
        let authorization_url = reader.optional("OIDC_AUTHORIZATION_URL", page, None, url);
        let oidc = match (client_id?, authorization_url?) {
            (Some(client_id), Some(authorization_url)) => Some(Oidc { client_id, authorization_url }),
            (None, None) => None,
            (Some(_), None) => {
                reader.text("OIDC_AUTHORIZATION_URL", page)?;
                None
            }
            (None, Some(_)) => {
                reader.text("OIDC_CLIENT_ID", "what the issuer calls npsloop")?;
                None
            }
        };
        let reply_domain = reader.reply_domain()?;
        let (mail_queue, recount_queue) = (mail_queue?, recount_queue?);
        Some(Self { store: store?, public_url: public_url?, mail_queue, recount_queue, oidc, reply_domain })
    }
}

#[cfg(test)]
mod tests {
    use host::Env;

    use super::*;

    fn env() -> Env {
        Env::from([
            ("TABLE_SURVEYS", "surveys"),
            ("TABLE_LEDGER", "ledger"),
            ("COMPANY", "Example"),
            ("SENDER_EMAIL", "hello@company.example"),
            ("PUBLIC_URL", "https://nps.example.com"),
            ("MAIL_QUEUE_URL", "https://sqs.example.com/mail"),
            ("RECOUNT_QUEUE_URL", "https://sqs.example.com/recount"),
        ])
    }

    #[test]
    fn an_issuer_is_named_whole_or_not_at_all() {
        assert_eq!(env().read::<Settings>().unwrap().oidc, None);
        let half = env().with("OIDC_CLIENT_ID", "npsloop");
        let wrong = half.read::<Settings>().unwrap_err().to_string();
        assert!(wrong.contains("OIDC_AUTHORIZATION_URL is missing"), "{wrong}");
        let plain = half.clone().with("OIDC_AUTHORIZATION_URL", "http://issuer.example/authorize");
        assert!(plain.read::<Settings>().is_err());
        // The local host tries an issuer on the same machine.
        assert!(plain.with("OUTSIDE_LOOPBACK", "allowed").read::<Settings>().is_ok());
        let whole = half.with("OIDC_AUTHORIZATION_URL", "https://issuer.example/authorize");
        let oidc = whole.read::<Settings>().unwrap().oidc.unwrap();
        assert_eq!(oidc.authorization_url, "https://issuer.example/authorize");
    }
}
