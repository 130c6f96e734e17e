//! Secrets: named, kept as SecureStrings by SSM, and shown to nobody.
//!
//! A secret may hold two values, one per line or one PEM block after the other: the current one first, the former
//! one second, so that both sides need not change at the same moment.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use aws_sdk_ssm::Client;
use aws_sdk_ssm::error::{DisplayErrorContext, ProvideErrorMetadata as _};
use aws_types::SdkConfig;
use model::Timestamp;

use crate::settings::Reader;

/// How long a secret is used before it is read again, in milliseconds.
const KEPT: i64 = 5 * 60 * 1000;

/// How long nobody asks again for what is not there, in milliseconds: whoever forgot it puts it there now.
const MISSED: i64 = 10 * 1000;

/// The longest name, in characters.
const LONGEST_NAME: usize = 128;

/// A secret cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Nobody put it there.
    #[error("there is no secret `{0}`")]
    NotThere(String),
    /// SSM gave no answer, or may not be asked.
    #[error("the secret `{name}` could not be read: {cause}")]
    Unreachable {
        /// Its name.
        name: String,
        /// The chain of causes; never holds a secret.
        cause: String,
    },
}

/// A secret: what is sent or signed with now, and what is still accepted.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    current: String,
    former: Option<String>,
}

impl Secret {
    /// Reads the text of a secret; `None` when it is empty.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut values = if text.contains("-----BEGIN ") { blocks(text) } else { lines(text) }.into_iter();
        Some(Self { current: values.next()?, former: values.next() })
    }

    /// What to send or sign with.
    #[must_use]
    pub fn current(&self) -> &str {
        &self.current
    }

    /// What to accept: the current value, then the former one if there is one.
    pub fn accepted(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.current.as_str()).chain(self.former.as_deref())
    }
}

/// Says nothing of what it is.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(ToOwned::to_owned).collect()
}

fn blocks(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut block = String::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        block.push_str(line);
        block.push('\n');
        if line.starts_with("-----END ") {
            blocks.push(std::mem::take(&mut block));
        }
    }
    blocks
}

/// Whether a secret can have that name: letters, digits and `_ . -`, at most 128 of them.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(known)
}

/// Reads `SECRETS_PATH`: where in SSM the secrets are, such as `/npsloop`.
pub fn path(reader: &mut Reader<'_>) -> Option<String> {
    reader.required("SECRETS_PATH", "where the secrets are, such as /npsloop", |value| {
        let path = value.strip_suffix('/').unwrap_or(value);
        let parts = path.strip_prefix('/')?;
        parts.split('/').all(is_name).then(|| path.to_owned())
    })
}

/// The secrets; cheap to clone, and each is read at most once in five minutes.
#[derive(Clone)]
pub struct Secrets {
    /// Made when a secret is first asked for: most of what intake is sent needs none.
    client: Arc<LazyLock<Client, Box<dyn FnOnce() -> Client + Send>>>,
    path: Arc<str>,
    kept: Arc<Mutex<HashMap<String, Kept>>>,
}

/// Counts them, at most.
impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets").field("path", &self.path).finish_non_exhaustive()
    }
}

#[derive(Clone)]
struct Kept {
    /// `None`: it was not there.
    secret: Option<Secret>,
    at: Timestamp,
}

impl Kept {
    fn is_fresh(&self, now: Timestamp) -> bool {
        let limit = if self.secret.is_some() { KEPT } else { MISSED };
        now.as_millis().saturating_sub(self.at.as_millis()) < limit
    }
}

impl Secrets {
    /// The secrets below that path; nothing is called yet.
    #[must_use]
    pub fn new(sdk: &SdkConfig, path: &str) -> Self {
        let sdk = sdk.clone();
        let client = LazyLock::new(Box::new(move || Client::new(&sdk)) as Box<_>);
        Self { client: Arc::new(client), path: path.into(), kept: Arc::default() }
    }

    /// The secret of that name.
    ///
    /// # Errors
    /// When there is none, or SSM gives no answer.
    pub async fn get(&self, name: &str, now: Timestamp) -> Result<Secret, Error> {
        let found = match self.kept(name, now) {
            Some(kept) => kept.secret,
            None => {
                let secret = self.read(name).await?;
                let kept = Kept { secret: secret.clone(), at: now };
                self.locked().insert(name.to_owned(), kept);
                secret
            }
        };
        found.ok_or_else(|| Error::NotThere(name.to_owned()))
    }

    fn kept(&self, name: &str, now: Timestamp) -> Option<Kept> {
        self.locked().get(name).filter(|kept| kept.is_fresh(now)).cloned()
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, HashMap<String, Kept>> {
        // Whoever panicked had put in all or nothing.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn read(&self, name: &str) -> Result<Option<Secret>, Error> {
        // A name with a slash in it would lead to another path.
        if !is_name(name) {
            return Ok(None);
        }
        let full = format!("{}/{name}", self.path);
        match self.client.get_parameter().name(full).with_decryption(true).send().await {
            Ok(got) => Ok(got.parameter().and_then(|parameter| parameter.value()).and_then(Secret::parse)),
            Err(error) if error.as_service_error().is_some_and(|error| error.is_parameter_not_found()) => Ok(None),
            Err(error) => {
                let cause = match error.code() {
                    Some(code) => code.to_owned(),
                    None => DisplayErrorContext(&error).to_string(),
                };
                Err(Error::Unreachable { name: name.to_owned(), cause })
            }
        }
    }
}

#[cfg(test)]
mod tests;
