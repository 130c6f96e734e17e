//! Who may call, what they may do and what they may see: programs by API keys with scopes, kept as hashes, and the
//! company's people by the session in their browser's cookie.

use std::time::Duration;

use axum::http::{HeaderMap, Method, header};
use model::{Person, Role, Sees, Ticket, Timestamp};
use sha2::{Digest as _, Sha256};
use store::{Scope, Store};

use crate::problem::{Kind, Problem};
use crate::site::Site;

/// The name of a session's cookie.
pub const SESSION: &str = "session";

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// A program, by an API key.
    Key {
        /// The key's id.
        id: String,
        /// What people call it.
        name: String,
    },
    /// One of the company's people.
    Person(Box<Person>),
}

/// The right to do something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// Who has it.
    pub who: Who,
    /// What they may do.
    pub scopes: Vec<Scope>,
}

impl Access {
    /// Checks that a request carries an API key with that scope. For programs: a session does not count.
    ///
    /// # Errors
    /// `no-key`, `wrong-scope`, or `try-later` when the keys cannot be read.
    pub async fn check(store: &Store, headers: &HeaderMap, scope: Scope, now: Timestamp) -> Result<Self, Problem> {
        Self::of_key(store, headers, now).await?.may(&[scope])
    }

    /// Who sent a request: by the API key it carries, or by the session where it carries none. Whoever comes by a
    /// session changes something only where one of our own pages means it.
    ///
    /// # Errors
    /// `no-key`, `wrong-scope` for what another site's page made a browser send, or `try-later`.
    pub async fn of(
        store: &Store,
        site: &Site,
        (method, headers): (&Method, &HeaderMap),
        now: Timestamp,
    ) -> Result<Self, Problem> {
        let cookie = site.read_cookie(headers, SESSION).filter(|_| !headers.contains_key(header::AUTHORIZATION));
        let Some(cookie) = cookie else { return Self::of_key(store, headers, now).await };
        if !method.is_safe() && !site.is_meant(headers) {
            return Err(Problem::new(
                Kind::WrongScope,
                "a browser changes something only from our own pages, with the header `X-Requested-With: npsloop`",
            ));
        }
        let over = || Problem::new(Kind::NoKey, "nobody is signed in with this session; please sign in again");
        let session = Ticket::parse(cookie).ok_or_else(over)?;
        let person = store.session(&session, now).await?.ok_or_else(over)?;
        let scopes = scopes(person.role).to_vec();
        Ok(Self { who: Who::Person(Box::new(person)), scopes })
    }

    async fn of_key(store: &Store, headers: &HeaderMap, now: Timestamp) -> Result<Self, Problem> {
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
        let who = Who::Key { id: known.id.clone(), name: known.name.clone() };
        Ok(Self { who, scopes: known.scopes.clone() })
    }

    /// This access, if it may do at least one of these.
    ///
    /// # Errors
    /// `wrong-scope`.
    pub fn may(self, scopes: &[Scope]) -> Result<Self, Problem> {
        if scopes.iter().any(|scope| self.scopes.contains(scope)) {
            return Ok(self);
        }
        let names: Vec<_> = scopes.iter().map(|scope| format!("`{}`", scope.as_str())).collect();
        let whose = match self.who {
            Who::Key { .. } => "this API key lacks",
            Who::Person(_) => "your role lacks",
        };
        Err(Problem::new(Kind::WrongScope, format!("{whose} the scope {}", names.join(" or "))))
    }

    /// This access, if it sees everything: for answers that nobody's share can be cut out of.
    ///
    /// # Errors
    /// `wrong-scope`.
    pub fn to_all(self) -> Result<Self, Problem> {
        match self.sees() {
            Sees::All => Ok(self),
            Sees::Owned(_) => Err(Problem::new(Kind::WrongScope, "an owner sees their own surveys and tasks alone")),
        }
    }

    /// What may be seen with it.
    #[must_use]
    pub fn sees(&self) -> Sees {
        match &self.who {
            Who::Key { .. } => Sees::All,
            Who::Person(person) => person.sees(),
        }
    }

    /// Who it is, as it is written down beside what they did.
    #[must_use]
    pub fn name(&self) -> &str {
        match &self.who {
            Who::Key { name, .. } => name,
            Who::Person(person) => &person.name,
        }
    }
}

/// What a role may do.
const fn scopes(role: Role) -> &'static [Scope] {
    match role {
        Role::Admin => &[Scope::Read, Scope::Manage],
        Role::Analyst | Role::Owner => &[Scope::Read],
    }
}

/// What is kept of an API key: its SHA-256 in hexadecimal. The keys are random, so no salt is needed.
#[must_use]
pub fn hash(key: &str) -> String {
    Sha256::digest(key.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
