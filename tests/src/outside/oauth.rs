//! Who gives tokens: Salesforce and Microsoft, by what their OAuth 2.0 takes.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RsaKeyPair, UnparsedPublicKey};
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use host::Clock;
use serde_json::{Value, json};

use super::said;

/// The consumer key of the connected app, or the id of the application.
pub(super) const APP: &str = "3MVG9.npsloop";

/// Its secret.
pub(super) const SECRET: &str = "a consumer secret";

/// Whom a JWT may act as.
pub(super) const USER: &str = "npsloop@company.example";

/// Whom a JWT is for.
pub(super) const AUDIENCE: &str = "https://login.salesforce.com";

/// One key for all of them: making one takes a while.
static KEY: LazyLock<RsaKeyPair> = LazyLock::new(|| RsaKeyPair::generate(KeySize::Rsa2048).expect("a key can be made"));

/// The tokens one of them has given.
pub(super) struct Tokens {
    clock: Clock,
    given: u32,
    /// The only one that is taken, and until when (milliseconds).
    valid: Option<(String, i64)>,
    lasts: i64,
}

impl Tokens {
    /// Tokens that last so many seconds.
    pub(super) fn new(clock: Clock, lasts: i64) -> Self {
        Self { clock, given: 0, valid: None, lasts }
    }

    /// The private key that is known to it, in PEM.
    pub(super) fn pem() -> String {
        let der: Pkcs8V1Der<'_> = KEY.as_der().expect("a key can be written");
        format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der.as_ref()))
    }

    /// How many were given.
    pub(super) fn given(&self) -> u32 {
        self.given
    }

    /// Takes the last one no more.
    pub(super) fn expire(&mut self) {
        self.valid = None;
    }

    /// Whether a token is taken.
    pub(super) fn takes(&self, token: Option<&str>) -> bool {
        let now = self.clock.now().as_millis();
        self.valid.as_ref().is_some_and(|(valid, until)| Some(valid.as_str()) == token && now < *until)
    }

    fn give(&mut self) -> String {
        self.given += 1;
        let token = format!("00D!token{}", self.given);
        self.valid = Some((token.clone(), self.clock.now().as_millis() + self.lasts * 1000));
        token
    }

    /// Salesforce's answer to a form. Its tokens do not say when they end.
    pub(super) fn salesforce(&mut self, url: &str, form: &[u8]) -> Response {
        let form: BTreeMap<String, String> = parsed(form);
        let wrong = |error: &str, why: &str| {
            said(StatusCode::BAD_REQUEST, &json!({ "error": error, "error_description": why }))
        };
        match field(&form, "grant_type") {
            "client_credentials" if field(&form, "client_id") != APP => {
                wrong("invalid_client_id", "client identifier invalid")
            }
            "client_credentials" if field(&form, "client_secret") != SECRET => {
                wrong("invalid_client", "invalid client credentials")
            }
            "client_credentials" => self.granted(url),
            "urn:ietf:params:oauth:grant-type:jwt-bearer" => match self.asserted(field(&form, "assertion")) {
                Ok(()) => self.granted(url),
                Err(why) => wrong("invalid_grant", why),
            },
            _ => wrong("unsupported_grant_type", "grant type not supported"),
        }
    }

    fn granted(&mut self, url: &str) -> Response {
        let token = self.give();
        said(
            StatusCode::OK,
            &json!({ "access_token": token, "scope": "api", "instance_url": url, "token_type": "Bearer" }),
        )
    }

    fn asserted(&self, assertion: &str) -> Result<(), &'static str> {
        let parts: Vec<&str> = assertion.split('.').collect();
        let [header, claims, signature] = parts[..] else { return Err("invalid assertion") };
        let read = |part: &str| -> Option<Value> { serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok() };
        let (header, claims) = (read(header).ok_or("invalid assertion")?, read(claims).ok_or("invalid assertion")?);
        if header["alg"] != "RS256" {
            return Err("algorithm not supported");
        }
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| "invalid assertion")?;
        let signed = assertion.rsplit_once('.').map_or("", |(signed, _)| signed);
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, KEY.public_key().as_ref())
            .verify(signed.as_bytes(), &signature)
            .map_err(|_| "invalid assertion")?;
        let now = self.clock.now().as_seconds();
        match claims["exp"].as_i64() {
            Some(until) if until <= now => Err("expired authorization code"),
            Some(until) if until > now + 300 => Err("the assertion holds for too long"),
            None => Err("no exp"),
            Some(_) if claims["iss"] != APP => Err("client identifier invalid"),
            Some(_) if claims["aud"] != AUDIENCE => Err("audience is invalid"),
            Some(_) if claims["sub"] != USER => Err("user hasn't approved this consumer"),
            Some(_) => Ok(()),
        }
    }

    /// Microsoft's answer to a form.
    pub(super) fn microsoft(&mut self, resource: &str, form: &[u8]) -> Response {
        let form = parsed(form);
        let wrong = |code: StatusCode, error: &str, why: &str| {
            said(code, &json!({ "error": error, "error_description": why, "error_codes": [] }))
        };
        if field(&form, "grant_type") != "client_credentials" {
            return wrong(StatusCode::BAD_REQUEST, "unsupported_grant_type", "AADSTS70003");
        }
        if field(&form, "client_id") != APP {
            return wrong(StatusCode::BAD_REQUEST, "unauthorized_client", "AADSTS700016: no such application");
        }
        if field(&form, "client_secret") != SECRET {
            return wrong(StatusCode::UNAUTHORIZED, "invalid_client", "AADSTS7000215: invalid client secret provided");
        }
        if field(&form, "scope") != format!("{resource}/.default") {
            return wrong(StatusCode::BAD_REQUEST, "invalid_scope", "AADSTS70011: the scope is not valid");
        }
        let (token, lasts) = (self.give(), self.lasts);
        said(StatusCode::OK, &json!({ "token_type": "Bearer", "expires_in": lasts, "access_token": token }))
    }
}

fn parsed(form: &[u8]) -> BTreeMap<String, String> {
    form_urlencoded::parse(form).into_owned().collect()
}

fn field<'a>(form: &'a BTreeMap<String, String>, name: &str) -> &'a str {
    form.get(name).map_or("", String::as_str)
}
