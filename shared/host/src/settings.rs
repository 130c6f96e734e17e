//! Settings from the environment: read once at the start, checked whole, and named in every complaint.
//!
//! ```
//! use host::settings::{Env, Settings as _};
//! # use host::settings::StoreSettings;
//! let env = Env::from([("TABLE_SURVEYS", "surveys")]);
//! let complaint = env.read::<StoreSettings>().unwrap_err().to_string();
//! assert!(complaint.contains("TABLE_LEDGER is missing"));
//! ```

use std::collections::BTreeMap;

use model::Email;
use store::{Defaults, Tables};

/// Environment variables, of the process or made up.
#[derive(Clone, Debug, Default)]
pub struct Env(BTreeMap<String, String>);

impl Env {
    /// The variables of this process.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "settings are where everybody else asks")]
    pub fn process() -> Self {
        Self(std::env::vars().collect())
    }

    /// A variable's value, if it is set and not empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// These variables with one more, or another value for one.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.0.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Reads a function's settings.
    ///
    /// # Errors
    /// Everything that is wrong with them, at once.
    pub fn read<S: Settings>(&self) -> Result<S, Wrong> {
        let mut reader = Reader { env: self, wrong: Vec::new() };
        let settings = S::read(&mut reader);
        match settings {
            Some(settings) if reader.wrong.is_empty() => Ok(settings),
            _ => Err(Wrong(reader.wrong)),
        }
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Env {
    fn from(pairs: [(&str, &str); N]) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }
}

impl FromIterator<(String, String)> for Env {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

/// What a function must be told before it can work.
pub trait Settings: Sized {
    /// The variables it reads.
    const NAMES: &'static [&'static str];

    /// Reads them; every complaint goes to the reader, and `None` follows one.
    fn read(reader: &mut Reader<'_>) -> Option<Self>;
}

/// Everything that is wrong with a function's settings.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("the settings are wrong: {}", .0.join("; "))]
pub struct Wrong(Vec<String>);

/// As it reads: what `main` returns is printed this way.
impl std::fmt::Debug for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

/// Reads variables and collects complaints.
#[derive(Debug)]
pub struct Reader<'a> {
    env: &'a Env,
    wrong: Vec<String>,
}

impl Reader<'_> {
    /// A variable that must be there, parsed. `expected` completes "NAME must be …".
    pub fn required<T>(&mut self, name: &str, expected: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        match self.env.get(name) {
            None => {
                self.wrong.push(format!("{name} is missing; it must be {expected}"));
                None
            }
            Some(value) => {
                let parsed = parse(value);
                if parsed.is_none() {
                    self.wrong.push(format!("{name} must be {expected}"));
                }
                parsed
            }
        }
    }

    /// A variable that may be left out.
    pub fn optional<T>(
        &mut self,
        name: &str,
        expected: &str,
        default: T,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        if self.env.get(name).is_none() { Some(default) } else { self.required(name, expected, parse) }
    }

    /// A text that must be there.
    pub fn text(&mut self, name: &str, expected: &str) -> Option<String> {
        self.required(name, expected, |value| Some(value.to_owned()))
    }

    /// `REPLY_DOMAIN`: the domain whose mail SES brings to `replies`, in small letters; nothing where there is none.
    pub fn reply_domain(&mut self) -> Option<Option<String>> {
        self.optional("REPLY_DOMAIN", "a domain such as reply.example.com", None, |value| {
            let domain = value.to_ascii_lowercase();
            Email::parse(&format!("a@{domain}")).is_ok().then_some(Some(domain))
        })
    }

    /// An address such as `https://host/path`, without a slash at its end.
    pub fn url(&mut self, name: &str, expected: &str) -> Option<String> {
        self.required(name, expected, |value| {
            let known = value.starts_with("https://") || value.starts_with("http://");
            (known && !value.contains([' ', '\r', '\n', '"', '<', '>'])).then(|| value.trim_end_matches('/').to_owned())
        })
    }
}

/// `OUTSIDE_LOOPBACK`: whether this machine may be called, and without TLS. The local host's alone, so that no function
/// of the template is told it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loopback(pub bool);

impl Settings for Loopback {
    const NAMES: &'static [&'static str] = &[];

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        // On Lambda, "this machine" is where credentials are handed out.
        let on_lambda = reader.optional("AWS_LAMBDA_FUNCTION_NAME", "set by Lambda alone", false, |_| Some(true));
        let allowed = |value: &str| (value == "allowed" && on_lambda == Some(false)).then_some(true);
        reader.optional("OUTSIDE_LOOPBACK", "`allowed`, on the local host alone", false, allowed).map(Self)
    }
}

/// The tables, and what the campaign is made of that is there from the first moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreSettings {
    /// `TABLE_SURVEYS` and `TABLE_LEDGER`.
    pub tables: Tables,
    /// `COMPANY` and `SENDER_EMAIL`.
    pub defaults: Defaults,
}

impl Settings for StoreSettings {
    const NAMES: &'static [&'static str] = &["TABLE_SURVEYS", "TABLE_LEDGER", "COMPANY", "SENDER_EMAIL"];

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let surveys = reader.text("TABLE_SURVEYS", "the name of the surveys table");
        let ledger = reader.text("TABLE_LEDGER", "the name of the ledger table");
        let company = reader.text("COMPANY", "the company's name as its contacts know it");
        let sender =
            reader.required("SENDER_EMAIL", "an e-mail address SES may send from", |value| Email::parse(value).ok());
        Some(Self {
            tables: Tables { surveys: surveys?, ledger: ledger? },
            defaults: Defaults { company: company?, sender: sender? },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_everything_that_is_wrong_at_once() {
        let env = Env::from([("TABLE_SURVEYS", "surveys"), ("COMPANY", ""), ("SENDER_EMAIL", "nobody")]);
        let wrong = env.read::<StoreSettings>().unwrap_err().to_string();
        for name in ["TABLE_LEDGER is missing", "COMPANY is missing", "SENDER_EMAIL must be an e-mail address"] {
            assert!(wrong.contains(name), "{wrong}");
        }
        assert!(!wrong.contains("nobody"), "a wrong value may be a secret in the wrong place");
    }

    #[test]
    fn a_reply_domain_may_be_left_out_and_is_one_otherwise() {
        struct Domain(Option<String>);
        impl Settings for Domain {
            const NAMES: &'static [&'static str] = &["REPLY_DOMAIN"];
            fn read(reader: &mut Reader<'_>) -> Option<Self> {
                reader.reply_domain().map(Self)
            }
        }
        let read = |value: &str| Env::from([("REPLY_DOMAIN", value)]).read::<Domain>().map(|domain| domain.0);
        assert_eq!(read("Reply.Example.com"), Ok(Some("reply.example.com".to_owned())));
        assert_eq!(read(""), Ok(None));
        for wrong in ["x@reply.example.com", "reply", "reply.example.com/", "a b.example.com"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_address_has_a_scheme_and_no_slash_at_its_end() {
        struct Address(String);
        impl Settings for Address {
            const NAMES: &'static [&'static str] = &["PUBLIC_URL"];
            fn read(reader: &mut Reader<'_>) -> Option<Self> {
                reader.url("PUBLIC_URL", "an address").map(Self)
            }
        }
        let read = |value: &str| Env::from([("PUBLIC_URL", value)]).read::<Address>().map(|address| address.0);
        assert_eq!(read("https://nps.example.com/").as_deref(), Ok("https://nps.example.com"));
        assert!(read("nps.example.com").is_err());
        assert!(read("https://a\r\nb").is_err());
    }
}
