//! Tokens of OAuth 2.0, kept until they end or are refused.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::Timestamp;
use model::destination::SalesforceAuth;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::{Value, json};

use super::exchange::{Ask, Line, Reply, Stop};

/// How long a token is used that does not say when it ends: Salesforce's end with the session, at a time only the
/// organisation's settings know.
const UNSAID: Duration = Duration::from_secs(30 * 60);

/// Given up so long before its end, since clocks differ.
const MARGIN: Duration = Duration::from_secs(60);

/// How long an assertion holds; Salesforce takes no more than five minutes.
const ASSERTED: Duration = Duration::from_secs(3 * 60);

/// How a token is had.
#[derive(Clone, Copy, Debug)]
pub(super) enum Grant<'a> {
    /// From a Salesforce organisation, at its own domain.
    Salesforce {
        /// The domain.
        login: &'a str,
        /// How.
        auth: &'a SalesforceAuth,
    },
    /// From Microsoft's identity platform, by client credentials.
    Microsoft {
        /// The tenant's address.
        login: &'a str,
        /// The application.
        client_id: &'a str,
        /// The name of its secret.
        secret: &'a str,
        /// What the token is for.
        resource: &'a str,
    },
}

impl Grant<'_> {
    /// The same for the same grant, and for no other.
    fn key(&self) -> String {
        format!("{self:?}")
    }

    async fn ask(&self, line: &Line<'_>) -> Result<Ask, Stop> {
        match *self {
            Self::Salesforce { login, auth: SalesforceAuth::Jwt { client_id, username, audience, secret } } => {
                let secret = line.secret(secret).await?;
                let until = line.now.after(ASSERTED).as_seconds();
                let claims = json!({ "iss": client_id, "sub": username, "aud": audience, "exp": until });
                let assertion = assertion(secret.current(), &claims).map_err(|why| Stop::later(&why.to_string()))?;
                let fields =
                    [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", assertion.as_str())];
                Ok(Ask::form(format!("{login}/services/oauth2/token"), &fields))
            }
            Self::Salesforce { login, auth: SalesforceAuth::ClientCredentials { client_id, secret } } => {
                let secret = line.secret(secret).await?;
                let fields = [
                    ("grant_type", "client_credentials"),
                    ("client_id", client_id),
                    ("client_secret", secret.current()),
                ];
                Ok(Ask::form(format!("{login}/services/oauth2/token"), &fields))
            }
            Self::Microsoft { login, client_id, secret, resource } => {
                let secret = line.secret(secret).await?;
                let scope = format!("{resource}/.default");
                let fields = [
                    ("grant_type", "client_credentials"),
                    ("client_id", client_id),
                    ("client_secret", secret.current()),
                    ("scope", &scope),
                ];
                Ok(Ask::form(format!("{login}/oauth2/v2.0/token"), &fields))
            }
        }
    }
}

/// Why nothing was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum Unsigned {
    #[error("the secret is no private key in PEM")]
    NotPem,
    #[error("the secret is no RSA key of at least 2048 bits")]
    NotRsa,
}

/// A JSON Web Token, signed with RS256 (RFC 7515, RFC 7523).
fn assertion(pem: &str, claims: &Value) -> Result<String, Unsigned> {
    let key = match PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| Unsigned::NotPem)? {
        PrivateKeyDer::Pkcs8(key) => RsaKeyPair::from_pkcs8(key.secret_pkcs8_der()),
        PrivateKeyDer::Pkcs1(key) => RsaKeyPair::from_der(key.secret_pkcs1_der()),
        _ => return Err(Unsigned::NotRsa),
    };
    let key = key.map_err(|_| Unsigned::NotRsa)?;
    let header = json!({ "alg": "RS256", "typ": "JWT" });
    let part = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    let signed = format!("{}.{}", part(&header), part(claims));
    let mut signature = vec![0; key.public_modulus_len()];
    // This scheme draws no chance: the same key signs the same words the same way.
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)
        .map_err(|_| Unsigned::NotRsa)?;
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

#[derive(Clone)]
struct Kept {
    token: String,
    until: Timestamp,
}

/// Whoever needs a token of a grant while one is being fetched waits for that one.
type Place = Arc<tokio::sync::Mutex<Option<Kept>>>;

/// The tokens there are.
#[derive(Default)]
pub(super) struct Tokens(Mutex<HashMap<String, Place>>);

/// Counts them.
impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let places = self.0.lock().unwrap_or_else(PoisonError::into_inner).len();
        f.debug_struct("Tokens").field("places", &places).finish()
    }
}

impl Tokens {
    /// A token, kept or new.
    pub(super) async fn get(&self, line: &Line<'_>, grant: &Grant<'_>) -> Result<String, Stop> {
        let place = self.place(grant);
        let mut place = place.lock().await;
        if let Some(kept) = place.as_ref().filter(|kept| line.now < kept.until) {
            return Ok(kept.token.clone());
        }
        let reply = line.send_now(grant.ask(line).await?).await?;
        let kept = granted(&reply, line.now)?;
        Ok(place.insert(kept).token.clone())
    }

    /// Throws a token away that was refused, unless a newer one has taken its place.
    pub(super) async fn forget(&self, grant: &Grant<'_>, token: &str) {
        let place = self.place(grant);
        let mut place = place.lock().await;
        if place.as_ref().is_some_and(|kept| kept.token == token) {
            *place = None;
        }
    }

    fn place(&self, grant: &Grant<'_>) -> Place {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(places.entry(grant.key()).or_default())
    }
}

/// Reads the answer to a grant. A refused one is no reason to give a report up: whoever is in charge will mend it.
fn granted(reply: &Reply, now: Timestamp) -> Result<Kept, Stop> {
    let body = reply.json();
    match body["access_token"].as_str() {
        Some(token) if reply.is_ok() => {
            let lasts = match &body["expires_in"] {
                // Microsoft's older endpoints say it in quotes.
                Value::String(seconds) => seconds.parse().ok(),
                seconds => seconds.as_u64(),
            };
            let lasts = lasts.map_or(UNSAID, Duration::from_secs).saturating_sub(MARGIN);
            Ok(Kept { token: token.to_owned(), until: now.after(lasts) })
        }
        _ => {
            let why = ["error_description", "error"].into_iter().find_map(|name| body[name].as_str());
            Err(reply.later(&format!("no token was given: {}", why.unwrap_or("the answer does not say why"))))
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
    use aws_lc_rs::rsa::KeySize;
    use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
    use base64::engine::general_purpose::STANDARD;
    use bytes::Bytes;

    use super::*;

    fn pem(label: &str, der: &[u8]) -> String {
        format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der))
    }

    #[test]
    fn an_assertion_is_signed_with_the_key() {
        let key = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let der: Pkcs8V1Der<'_> = key.as_der().unwrap();
        let signed = assertion(&pem("PRIVATE KEY", der.as_ref()), &json!({ "iss": "app" })).unwrap();
        let (words, signature) = signed.rsplit_once('.').unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.public_key().as_ref())
            .verify(words.as_bytes(), &signature)
            .unwrap();
        let claims = URL_SAFE_NO_PAD.decode(words.split_once('.').unwrap().1).unwrap();
        assert_eq!(claims, br#"{"iss":"app"}"#);
    }

    #[test]
    fn what_is_no_key_signs_nothing() {
        assert_eq!(assertion("secret", &json!({})), Err(Unsigned::NotPem));
        assert_eq!(assertion(&pem("PRIVATE KEY", b"secret"), &json!({})), Err(Unsigned::NotRsa));
        assert_eq!(assertion(&pem("EC PRIVATE KEY", b"secret"), &json!({})), Err(Unsigned::NotRsa));
    }

    #[test]
    fn a_token_lasts_as_long_as_it_says() {
        let now = Timestamp::from_millis(0);
        let read = |status, body: &'static str| {
            granted(&Reply { status, after: None, body: Bytes::from_static(body.as_bytes()) }, now)
        };
        for (body, until) in [
            (r#"{"access_token":"t"}"#, 29 * 60),
            (r#"{"access_token":"t","expires_in":3599}"#, 3539),
            (r#"{"access_token":"t","expires_in":"3599"}"#, 3539),
            (r#"{"access_token":"t","expires_in":10}"#, 0),
        ] {
            assert_eq!(read(200, body).unwrap().until.as_seconds(), until, "{body}");
        }
        let Err(Stop::Later(answer, _)) =
            read(400, r#"{"error":"invalid_grant","error_description":"user hasn't approved this consumer"}"#)
        else {
            panic!("it is mended outside");
        };
        assert_eq!(answer.text, "no token was given: user hasn't approved this consumer");
        assert_eq!(answer.status, Some(400));
    }
}
