//! Who may call: API keys with scopes, kept as hashes.

use std::time::Duration;

use axum::http::{HeaderMap, header};
use model::Timestamp;
use sha2::{Digest as _, Sha256};
use store::{Scope, Store};

use crate::problem::{Kind, Problem};

/// The right to do something, got from a request's `Authorization` header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// The API key's id.
    pub key: String,
    /// What people call it.
    pub name: String,
}

impl Access {
    /// Checks that a request carries an API key with that scope.
    ///
    /// # Errors
    /// `no-key`, `wrong-scope`, or `try-later` when the keys cannot be read.
    pub async fn check(store: &Store, headers: &HeaderMap, scope: Scope, now: Timestamp) -> Result<Self, Problem> {
        Self::check_any(store, headers, &[scope], now).await
    }

    /// Checks that a request carries an API key with at least one of these scopes.
    ///
    /// # Errors
    /// As for one.
    pub async fn check_any(
        store: &Store,
        headers: &HeaderMap,
        scopes: &[Scope],
        now: Timestamp,
    ) -> Result<Self, Problem> {
        let nobody = |detail: &str| Problem::new(Kind::NoKey, detail);
        let key = headers
            .get(header::AUTHORIZATION)
            .ok_or_else(|| nobody("send the header `Authorization: Bearer KEY`"))?
            .to_str()
            .ok()
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, key)| key.trim())
            .ok_or_else(|| nobody("the header must read `Authorization: Bearer KEY`"))?;
        // Looked up by its hash: nothing of the secret itself is compared, so no timing tells of it.
        let hash = hash(key);
        let mut config = store.config(now).await?;
        if config.api_key(&hash).is_none() {
            // It may be younger than what was read. Unknown keys make us read once a second at most.
            config = store.config_within(Duration::from_secs(1), now).await?;
        }
        let known = config.api_key(&hash).ok_or_else(|| nobody("nobody knows this API key"))?;
        if !scopes.iter().any(|scope| known.scopes.contains(scope)) {
            let names: Vec<_> = scopes.iter().map(|scope| format!("`{}`", scope.as_str())).collect();
            let detail = format!("this API key lacks the scope {}", names.join(" or "));
            return Err(Problem::new(Kind::WrongScope, detail));
        }
        Ok(Self { key: known.id.clone(), name: known.name.clone() })
    }
}

/// What is kept of an API key: its SHA-256 in hexadecimal. The keys are random, so no salt is needed.
#[must_use]
pub fn hash(key: &str) -> String {
    Sha256::digest(key.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
