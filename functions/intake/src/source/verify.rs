//! Whether a call is from whom it says: decided on the raw bytes, before anything of them is parsed, and in
//! constant time.
//!
//! A secret has one accepted value, or two while it is being changed. A time that was signed may be five
//! minutes off, in either direction.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use model::Timestamp;
use model::source::{Auth, HubspotVersion};
use sha2::{Digest as _, Sha256};
use standardwebhooks::{HEADER_WEBHOOK_ID, HEADER_WEBHOOK_SIGNATURE, HEADER_WEBHOOK_TIMESTAMP, Webhook};
use subtle::ConstantTimeEq;

/// How far from now a signed time may be, in milliseconds.
const WINDOW: u64 = 5 * 60 * 1000;

/// A call as it came.
pub(crate) struct Call<'a> {
    /// `POST`, as far as npsloop is concerned.
    pub(crate) method: &'a str,
    /// The address the caller wrote to: the public one, with the query.
    pub(crate) address: &'a str,
    /// The query alone.
    pub(crate) query: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

impl Call<'_> {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
    }
}

/// Why a call is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unproven {
    /// It proves nothing, or the wrong thing; what would help.
    Caller(String),
    /// Nobody can prove anything: the secret is not one of its kind.
    Secret(&'static str),
}

fn unproven<T>(detail: impl Into<String>) -> Result<T, Unproven> {
    Err(Unproven::Caller(detail.into()))
}

/// Checks that a call was made by somebody who knows one of the accepted values of the source's secret.
///
/// # Errors
/// Why it was not.
pub(crate) fn verify(auth: &Auth, call: &Call<'_>, accepted: &[&str], now: Timestamp) -> Result<(), Unproven> {
    match auth {
        Auth::Header { name } => match call.header(name) {
            None => unproven(format!("send the key in the header `{name}`")),
            Some(value) if is_one_of(bare(value), accepted) => Ok(()),
            Some(_) => unproven(format!("the key in the header `{name}` is not the one of this source")),
        },
        Auth::Query { name } => {
            let given = form_urlencoded::parse(call.query.as_bytes()).find(|(given, _)| given == name);
            match given {
                None => unproven(format!("send the key in the query, as ?{name}=KEY")),
                Some((_, value)) if is_one_of(&value, accepted) => Ok(()),
                Some(_) => unproven(format!("the key in the query, ?{name}=…, is not the one of this source")),
            }
        }
        Auth::Basic { user } => basic(call, user, accepted),
        Auth::Hubspot { oldest } => hubspot(call, *oldest, accepted, now),
        Auth::StandardWebhooks => standard_webhooks(call, accepted, now),
    }
}

/// A key without the `Bearer` some tools put before it.
fn bare(value: &str) -> &str {
    match value.split_once(' ') {
        Some((scheme, key)) if scheme.eq_ignore_ascii_case("bearer") => key.trim(),
        _ => value,
    }
}

/// Whether two texts are the same; how long that takes tells neither where they differ nor how long they are.
fn same(left: &[u8], right: &[u8]) -> bool {
    Sha256::digest(left).ct_eq(&Sha256::digest(right)).into()
}

/// Compares with every one, also after a match.
fn is_one_of(given: &str, accepted: &[&str]) -> bool {
    accepted.iter().fold(false, |found, secret| same(given.as_bytes(), secret.as_bytes()) | found)
}

fn is_fresh(millis: i64, now: Timestamp) -> bool {
    millis.abs_diff(now.as_millis()) <= WINDOW
}

const STALE: &str = "the signed time is more than five minutes from now";

fn basic(call: &Call<'_>, user: &str, accepted: &[&str]) -> Result<(), Unproven> {
    let given = call
        .header(AUTHORIZATION.as_str())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"))
        .and_then(|(_, pair)| STANDARD.decode(pair.trim()).ok())
        .and_then(|pair| String::from_utf8(pair).ok());
    let Some((given_user, password)) = given.as_deref().and_then(|pair| pair.split_once(':')) else {
        return unproven("send user and password by HTTP Basic authentication");
    };
    if same(given_user.as_bytes(), user.as_bytes()) & is_one_of(password, accepted) {
        Ok(())
    } else {
        unproven("user or password is not the one of this source")
    }
}

/// HubSpot's three ways; see its page "Validating requests". A call that carries the newest is held to it.
fn hubspot(call: &Call<'_>, oldest: HubspotVersion, accepted: &[&str], now: Timestamp) -> Result<(), Unproven> {
    if let Some(signature) = call.header("x-hubspot-signature-v3") {
        let Some(time) = call.header("x-hubspot-request-timestamp") else {
            return unproven("the header X-HubSpot-Request-Timestamp is missing");
        };
        if !time.parse().is_ok_and(|millis| is_fresh(millis, now)) {
            return unproven(STALE);
        }
        let address = as_signed(call.address);
        let expected = |secret: &str| {
            let parts = [call.method.as_bytes(), address.as_bytes(), call.body, time.as_bytes()];
            STANDARD.encode(hmac(secret, &parts))
        };
        return matches(signature, accepted, expected, call.address);
    }
    let Some(signature) = call.header("x-hubspot-signature") else {
        return unproven("HubSpot's signature is missing; let the webhook be signed");
    };
    let signature = signature.to_ascii_lowercase();
    match call.header("x-hubspot-signature-version").unwrap_or("v1") {
        "v2" if oldest <= HubspotVersion::V2 => {
            let parts = [call.method.as_bytes(), call.address.as_bytes(), call.body];
            matches(&signature, accepted, |secret| hash(secret, &parts), call.address)
        }
        "v1" if oldest <= HubspotVersion::V1 => {
            matches(&signature, accepted, |secret| hash(secret, &[call.body]), call.address)
        }
        _ => unproven(format!("this source takes HubSpot's signature from {} on", oldest.as_str())),
    }
}

fn matches(
    signature: &str,
    accepted: &[&str],
    expected: impl Fn(&str) -> String,
    address: &str,
) -> Result<(), Unproven> {
    let one = |found, secret: &&str| same(signature.as_bytes(), expected(secret).as_bytes()) | found;
    if accepted.iter().fold(false, one) {
        return Ok(());
    }
    // A query may hold anything, so it is not said again.
    let address = address.split('?').next().unwrap_or_default();
    unproven(format!("the signature does not fit; it must be made with this source's secret and for {address}"))
}

fn hmac(secret: &str, parts: &[&[u8]]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().to_vec()
}

fn hash(secret: &str, parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new_with_prefix(secret.as_bytes());
    for part in parts {
        hash.update(part);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An address as HubSpot signs it in version 3: these escapes, and no others, are undone first.
fn as_signed(address: &str) -> String {
    const UNDONE: [(&str, char); 12] = [
        ("3A", ':'),
        ("2F", '/'),
        ("3F", '?'),
        ("40", '@'),
        ("21", '!'),
        ("24", '$'),
        ("27", '\''),
        ("28", '('),
        ("29", ')'),
        ("2A", '*'),
        ("2C", ','),
        ("3B", ';'),
    ];
    let mut parts = address.split('%');
    let mut signed = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let code = part.get(..2).unwrap_or_default();
        match UNDONE.iter().find(|(escape, _)| escape.eq_ignore_ascii_case(code)) {
            Some((_, character)) => {
                signed.push(*character);
                signed.push_str(&part[2..]);
            }
            None => {
                signed.push('%');
                signed.push_str(part);
            }
        }
    }
    signed
}

/// Standard Webhooks. The crate signs; the time is held against our clock and not the machine's.
fn standard_webhooks(call: &Call<'_>, accepted: &[&str], now: Timestamp) -> Result<(), Unproven> {
    let needed = [HEADER_WEBHOOK_ID, HEADER_WEBHOOK_TIMESTAMP, HEADER_WEBHOOK_SIGNATURE];
    let [Some(id), Some(time), Some(signatures)] = needed.map(|name| call.header(name)) else {
        return unproven("send the headers webhook-id, webhook-timestamp and webhook-signature");
    };
    let Ok(time) = time.parse::<i64>() else {
        return unproven("webhook-timestamp must be the seconds since 1970");
    };
    if !is_fresh(time.saturating_mul(1000), now) {
        return unproven(STALE);
    }
    let mut found = false;
    for secret in accepted {
        let webhook = Webhook::new(secret)
            .map_err(|_| Unproven::Secret("a secret of Standard Webhooks is whsec_ and Base64 behind it"))?;
        let Ok(expected) = webhook.sign(id, time, call.body) else {
            return unproven("the body must be text in UTF-8");
        };
        for signature in signatures.split(' ') {
            found |= same(signature.as_bytes(), expected.as_bytes());
        }
    }
    if found { Ok(()) } else { unproven("no signature in webhook-signature is made with this source's secret") }
}

#[cfg(test)]
mod tests;
