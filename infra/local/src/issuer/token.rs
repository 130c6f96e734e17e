//! What API Gateway wants of a token (a JWT in the form of a JWS, RFC 7515 and 7519), and how it hands its claims on.

use std::collections::BTreeMap;

use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RsaParameters,
    RsaPublicKeyComponents,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::Named;

/// The keys of an issuer (RFC 7517).
#[derive(Deserialize)]
pub(super) struct Keys {
    keys: Vec<Key>,
}

/// One of them; `n` and `e` are an RSA key's.
#[derive(Deserialize)]
struct Key {
    kid: Option<String>,
    n: Option<String>,
    e: Option<String>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
}

/// Why a token is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("it is no signed token")]
    Unreadable,
    #[error("it is signed with {0}, and API Gateway takes RSA alone (RS256): let the issuer sign so")]
    Algorithm(String),
    #[error("it does not say which of the issuer's keys signed it (`kid`), or that one is not an RSA key there")]
    Key,
    #[error("it was not signed with the issuer's key")]
    Signature,
    #[error("its `iss` is {0}")]
    Issuer(String),
    #[error("it is for {0}, and not for this client id")]
    Audience(String),
    #[error("its `exp` is over, or missing")]
    Over,
    #[error("its `nbf` or `iat` is still to come")]
    TooEarly,
}

/// What a token says, if it is to be believed at that moment (seconds).
pub(super) fn read(token: &str, keys: &Keys, named: &Named, now: i64) -> Result<BTreeMap<String, String>, Refusal> {
    let (signed, signature) = token.rsplit_once('.').ok_or(Refusal::Unreadable)?;
    let (header, claims) = signed.split_once('.').ok_or(Refusal::Unreadable)?;
    let header: Header = part(header)?;
    let parameters = parameters(&header.alg).ok_or(Refusal::Algorithm(header.alg))?;
    if header.crit.is_some() {
        return Err(Refusal::Unreadable);
    }
    let key = keys.keys.iter().find(|key| header.kid.is_some() && key.kid == header.kid);
    let (n, e) =
        key.and_then(|key| Some((number(key.n.as_deref()?)?, number(key.e.as_deref()?)?))).ok_or(Refusal::Key)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Refusal::Unreadable)?;
    let key = RsaPublicKeyComponents { n, e };
    key.verify(parameters, signed.as_bytes(), &signature).map_err(|_| Refusal::Signature)?;

    let claims: Map<String, Value> = part(claims)?;
    let said = |name: &str| claims.get(name).map(as_text).unwrap_or_default();
    if claims.get("iss").and_then(Value::as_str) != Some(&named.issuer) {
        return Err(Refusal::Issuer(said("iss")));
    }
    // What an access token may have in place of `aud`.
    let audience = if claims.contains_key("aud") { "aud" } else { "client_id" };
    let is_us = |one: &Value| one.as_str() == Some(&named.client_id);
    let for_us =
        claims.get(audience).is_some_and(|of| is_us(of) || of.as_array().is_some_and(|of| of.iter().any(is_us)));
    if !for_us {
        return Err(Refusal::Audience(said(audience)));
    }
    let at = |name: &str| claims.get(name).and_then(Value::as_i64);
    if at("exp").is_none_or(|until| until <= now) {
        return Err(Refusal::Over);
    }
    // What is there must be a time, and past.
    if ["nbf", "iat"].into_iter().any(|name| claims.contains_key(name) && at(name).is_none_or(|from| from > now)) {
        return Err(Refusal::TooEarly);
    }
    Ok(claims.iter().map(|(name, claim)| (name.clone(), as_text(claim))).collect())
}

fn parameters(algorithm: &str) -> Option<&'static RsaParameters> {
    match algorithm {
        "RS256" => Some(&RSA_PKCS1_2048_8192_SHA256),
        "RS384" => Some(&RSA_PKCS1_2048_8192_SHA384),
        "RS512" => Some(&RSA_PKCS1_2048_8192_SHA512),
        _ => None,
    }
}

fn part<T: DeserializeOwned>(text: &str) -> Result<T, Refusal> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| Refusal::Unreadable)?;
    serde_json::from_slice(&bytes).map_err(|_| Refusal::Unreadable)
}

/// A number as keys have it, without leading zeros.
fn number(text: &str) -> Option<Vec<u8>> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    Some(bytes.iter().copied().skip_while(|byte| *byte == 0).collect())
}

/// A claim as API Gateway hands it on: as text, a list in brackets.
fn as_text(claim: &Value) -> String {
    match claim {
        Value::String(text) => text.clone(),
        Value::Array(all) => format!("[{}]", all.iter().map(as_text).collect::<Vec<_>>().join(" ")),
        other => other.to_string(),
    }
}
