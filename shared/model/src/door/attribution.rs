//! Who is shown a widget, as the company's own server says it and signs it: a compact JWS (RFC 7515) with HMAC-SHA-256, which
//! every language has a library for.
//!
//! `base64url({"alg":"HS256"}) . base64url({"contact_email":…,"exp":…}) . base64url(HMAC(secret, everything before))`. What
//! the header says is compared, never followed: no other algorithm exists here, `none` least of all.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Deserialize;
use serde_json::Value;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use super::Secret;
use crate::email::Email;
use crate::time::Timestamp;

/// The longest text of a signed statement.
const LONGEST: usize = 4_096;

/// How far away its end may lie: whoever finds one in an old page must not answer for somebody for years.
pub const LONGEST_LIFE: Duration = Duration::from_secs(24 * 3600);

/// What the company's server says of whoever sees the widget. Texts are trimmed, one line, and not empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribution {
    /// Who it is.
    pub contact_email: Email,
    /// What people call them.
    pub contact_name: Option<String>,
    /// Their id in the CRM.
    pub contact_id: Option<String>,
    /// The language they speak.
    pub contact_locale: Option<String>,
    /// The kind of record it is about.
    pub subject_type: Option<String>,
    /// The record; the visit itself where there is none.
    pub subject_id: Option<String>,
    /// What people call the record.
    pub subject_name: Option<String>,
    /// Their company's id in the CRM.
    pub account_id: Option<String>,
    /// Their company.
    pub account_name: Option<String>,
    /// The milestone, where it is another than the door's.
    pub milestone: Option<String>,
    /// Until when this may be said.
    pub expires: Timestamp,
}

/// Why nobody believes a signed statement.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAttributed {
    /// It is no JWS.
    #[error("this must be a compact JWS: three parts in base64url with a dot between")]
    Malformed,
    /// Another algorithm.
    #[error("the header must say {{\"alg\":\"HS256\"}}, and nothing that changes how it is read")]
    Algorithm,
    /// No secret of this door made the signature.
    #[error("the signature is not by a secret of this door")]
    Signature,
    /// Its time is over.
    #[error("its time is over: exp lies in the past")]
    Expired,
    /// A field is wrong.
    #[error("{0}: {1}")]
    Field(&'static str, &'static str),
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    /// Extensions that must be understood; none is.
    crit: Option<Value>,
    b64: Option<Value>,
}

impl Attribution {
    /// Reads a signed statement. `grace` is how long after its end it is still taken: a page stays open for a while.
    ///
    /// # Errors
    /// Whatever is wrong with it; nothing of it is looked at before its signature.
    pub fn read(text: &str, secrets: &[Secret], grace: Duration, now: Timestamp) -> Result<Self, NotAttributed> {
        if text.len() > LONGEST {
            return Err(NotAttributed::Malformed);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(NotAttributed::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(NotAttributed::Malformed)?;
        let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| NotAttributed::Malformed);
        let (header, claims, signature) = (decoded(header)?, decoded(claims)?, decoded(signature)?);
        let header: Header = serde_json::from_slice(&header).map_err(|_| NotAttributed::Malformed)?;
        if header.alg != "HS256" || header.crit.is_some() || header.b64.is_some() {
            return Err(NotAttributed::Algorithm);
        }
        // All are tried, so that the time it takes tells nothing.
        let known =
            secrets.iter().fold(0_u8, |known, secret| known | mac(secret, signed).ct_eq(&signature).unwrap_u8());
        if known == 0 {
            return Err(NotAttributed::Signature);
        }
        let claims: Value = serde_json::from_slice(&claims).map_err(|_| NotAttributed::Malformed)?;
        let read = Self::of(&claims)?;
        if now >= read.expires.after(grace) {
            return Err(NotAttributed::Expired);
        }
        if read.expires > now.after(LONGEST_LIFE) {
            return Err(NotAttributed::Field("exp", "this must lie at most 24 hours ahead, in seconds since 1970"));
        }
        Ok(read)
    }

    fn of(claims: &Value) -> Result<Self, NotAttributed> {
        let text = |name: &'static str, most: usize| match &claims[name] {
            Value::Null => Ok(None),
            Value::String(text) => line(name, text, most),
            // Ids of shops are numbers, more often than not.
            Value::Number(number) if number.is_u64() => Ok(Some(number.to_string())),
            _ => Err(NotAttributed::Field(name, "this must be a text")),
        };
        let email =
            text("contact_email", 254)?.ok_or(NotAttributed::Field("contact_email", "say who sees the widget"))?;
        let wrong = |_| NotAttributed::Field("contact_email", "this must be an e-mail address");
        let seconds = claims["exp"].as_i64().filter(|seconds| (0..=i64::from(u32::MAX)).contains(seconds));
        let expires = seconds.ok_or(NotAttributed::Field("exp", "say until when this holds, in seconds since 1970"))?;
        let read = Self {
            contact_email: Email::parse(&email).map_err(wrong)?,
            contact_name: text("contact_name", 200)?,
            contact_id: text("contact_id", 128)?,
            contact_locale: text("contact_locale", 35)?,
            subject_type: text("subject_type", 64)?,
            subject_id: text("subject_id", 128)?,
            subject_name: text("subject_name", 200)?,
            account_id: text("account_id", 128)?,
            account_name: text("account_name", 200)?,
            milestone: text("milestone", 64)?,
            expires: Timestamp::from_millis(expires * 1000),
        };
        if read.subject_id.is_none() && (read.subject_type.is_some() || read.subject_name.is_some()) {
            return Err(NotAttributed::Field("subject_id", "a record that is named needs its id"));
        }
        Ok(read)
    }
}

/// A text of one line; none where nothing is left of it.
fn line(name: &'static str, text: &str, most: usize) -> Result<Option<String>, NotAttributed> {
    let text = text.trim();
    if text.chars().any(char::is_control) {
        return Err(NotAttributed::Field(name, "this must be one line"));
    }
    if text.chars().count() > most {
        return Err(NotAttributed::Field(name, "this is too long"));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// The signature of a text.
fn mac(secret: &Secret, text: &str) -> Vec<u8> {
    // HMAC takes keys of any length.
    let mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes());
    mac.map(|mac| mac.chain_update(text.as_bytes()).finalize().into_bytes().to_vec()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert, proptest};
    use serde_json::json;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
    const HOUR: Duration = Duration::from_secs(3600);

    fn signed(secret: &Secret, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", part(header), part(claims));
        let signature = URL_SAFE_NO_PAD.encode(mac(secret, &text));
        format!("{text}.{signature}")
    }

    fn usual() -> Value {
        json!({"contact_email": "Ada@Example.com", "subject_id": 4711, "exp": NOW.as_seconds() + 600, "iat": 1, "iss": "shop"})
    }

    fn read(text: &str) -> Result<Attribution, NotAttributed> {
        Attribution::read(text, &[Secret::new([2; 32]), Secret::new([1; 32])], Duration::ZERO, NOW)
    }

    #[test]
    fn what_the_shop_signs_is_believed() {
        let header = json!({"alg": "HS256", "typ": "JWT"});
        for secret in [[1; 32], [2; 32]] {
            let read = read(&signed(&Secret::new(secret), &header, &usual())).unwrap();
            assert_eq!(read.contact_email, Email::parse("ada@example.com").unwrap());
            assert_eq!((read.subject_id.as_deref(), read.contact_name), (Some("4711"), None));
        }
        assert_eq!(read(&signed(&Secret::new([3; 32]), &header, &usual())), Err(NotAttributed::Signature));
    }

    #[test]
    fn the_example_of_the_standard_is_a_signature_as_ours() {
        // RFC 7515, A.1, with its key as the bytes it is.
        let text = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
        let mut hmac = Hmac::<Sha256>::new_from_slice(&URL_SAFE_NO_PAD.decode(key).unwrap()).unwrap();
        hmac.update(text.as_bytes());
        assert_eq!(URL_SAFE_NO_PAD.encode(hmac.finalize().into_bytes()), "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    }

    #[test]
    fn no_other_algorithm_is_followed() {
        let secret = Secret::new([1; 32]);
        for header in [
            json!({"alg": "none"}),
            json!({"alg": "HS512"}),
            json!({"alg": "hs256"}),
            json!({"alg": "HS256", "crit": ["b64"], "b64": false}),
            json!({"alg": "HS256", "b64": false}),
        ] {
            assert_eq!(read(&signed(&secret, &header, &usual())), Err(NotAttributed::Algorithm), "{header}");
        }
        let text = signed(&secret, &json!({"alg": "none"}), &usual());
        assert_eq!(read(text.rsplit_once('.').unwrap().0), Err(NotAttributed::Malformed));
        for wrong in ["", ".", "..", "a.b.c", &"x".repeat(5_000)] {
            assert_eq!(read(wrong), Err(NotAttributed::Malformed), "{wrong}");
        }
    }

    #[test]
    fn what_is_said_ends_within_a_day_and_a_page_may_stay_open_a_little_longer() {
        let secret = Secret::new([1; 32]);
        let until = |seconds: i64| {
            let mut claims = usual();
            claims["exp"] = json!(NOW.as_seconds() + seconds);
            signed(&secret, &json!({"alg": "HS256"}), &claims)
        };
        assert!(read(&until(1)).is_ok() && read(&until(86_400)).is_ok());
        assert_eq!(read(&until(0)), Err(NotAttributed::Expired));
        assert!(matches!(read(&until(86_401)), Err(NotAttributed::Field("exp", _))));
        let late = |seconds| Attribution::read(&until(seconds), &[Secret::new([1; 32])], HOUR, NOW);
        assert!(late(-3_599).is_ok());
        assert_eq!(late(-3_600), Err(NotAttributed::Expired));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let secret = Secret::new([1; 32]);
        for (field, value) in [
            ("contact_email", Value::Null),
            ("contact_email", json!("nobody")),
            ("exp", Value::Null),
            ("exp", json!("soon")),
            ("contact_name", json!("a\nb")),
            ("subject_id", json!(["a"])),
            ("milestone", json!("x".repeat(65))),
        ] {
            let mut claims = usual();
            claims[field] = value;
            let wrong = read(&signed(&secret, &json!({"alg": "HS256"}), &claims));
            assert!(matches!(&wrong, Err(NotAttributed::Field(named, _)) if *named == field), "{wrong:?}");
        }
        let mut claims = usual();
        claims["subject_id"] = Value::Null;
        claims["subject_name"] = json!("Order");
        assert!(matches!(
            read(&signed(&secret, &json!({"alg": "HS256"}), &claims)),
            Err(NotAttributed::Field("subject_id", _))
        ));
    }

    proptest! {
        #[test]
        fn no_character_can_be_changed(at in any::<usize>(), other in any::<u8>()) {
            let text = signed(&Secret::new([1; 32]), &json!({"alg": "HS256"}), &usual());
            let mut forged = text.clone().into_bytes();
            let at = at % forged.len();
            forged[at] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."[usize::from(other) % 65];
            let forged = String::from_utf8(forged).unwrap();
            prop_assert!(forged == text || read(&forged).is_err());
        }
    }
}
