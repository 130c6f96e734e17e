//! A company's OpenID Connect issuer: it describes itself, has keys, signs tokens, and brings a browser back with one.

use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use axum::Json;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use local::issuer::Named;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What npsloop is called there.
pub const CLIENT: &str = "npsloop at example";

/// The name of its key.
pub const KID: &str = "2026-11";

struct Inside {
    url: String,
    key: RsaKeyPair,
    /// Who sits at the browser, as its next token says.
    who: Mutex<Value>,
}

/// The issuer; it is gone when dropped.
pub struct Issuer {
    inside: Arc<Inside>,
    serving: JoinHandle<()>,
}

impl Drop for Issuer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Issuer {
    /// One on a free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("it has an address"));
        let key = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key can be made");
        let inside = Arc::new(Inside { url, key, who: Mutex::new(Value::Null) });
        let app = axum::Router::new()
            .route("/.well-known/openid-configuration", get(described))
            .route("/keys", get(keys))
            .route("/authorize", get(authorize))
            .with_state(inside.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, app).await.expect("it serves") });
        Self { inside, serving }
    }

    /// Its name, and npsloop's there.
    pub fn named(&self) -> Named {
        Named { issuer: self.inside.url.clone(), client_id: CLIENT.to_owned() }
    }

    /// Says who sits at the browser from now on.
    pub fn seat(&self, claims: Value) {
        *self.inside.who.lock().unwrap_or_else(PoisonError::into_inner) = claims;
    }

    /// A good token of somebody, for whoever asked with this nonce, but for the claims that are said to differ.
    pub fn token(&self, nonce: &str, but: &Value) -> String {
        self.inside.token(nonce, but)
    }

    /// A token of any header and claims, signed with its key.
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        self.inside.sign(header, claims)
    }
}

impl Inside {
    fn token(&self, nonce: &str, but: &Value) -> String {
        let now = host::Clock::System.now().as_seconds();
        let mut claims = json!({
            "iss": self.url, "aud": CLIENT, "sub": "00u1", "nonce": nonce, "iat": now, "exp": now + 300,
        });
        for (name, claim) in but.as_object().into_iter().flatten() {
            claims[name] = claim.clone();
        }
        self.sign(&json!({"alg": "RS256", "typ": "JWT", "kid": KID}), &claims)
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)
            .expect("the key signs");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

async fn described(State(inside): State<Arc<Inside>>) -> Json<Value> {
    let url = &inside.url;
    Json(json!({
        "issuer": url, "authorization_endpoint": format!("{url}/authorize?tenant=1"), "jwks_uri": format!("{url}/keys"),
        "response_types_supported": ["id_token"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }))
}

async fn keys(State(inside): State<Arc<Inside>>) -> Json<Value> {
    // PKCS #1 has the modulus and the exponent one behind the other; of 2048 bits their places are always the same.
    let public = inside.key.public_key().as_ref();
    let (n, e) = (&public[9..265], &public[267..]);
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    Json(json!({ "keys": [
        {"kty": "EC", "kid": "other", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": "RSA", "use": "sig", "kid": KID, "alg": "RS256", "n": text(n), "e": text(e)},
    ]}))
}

/// Somebody is signed in there already, and is sent back at once.
async fn authorize(State(inside): State<Arc<Inside>>, Query(asked): Query<Vec<(String, String)>>) -> Response {
    let asked = |name: &str| asked.iter().find(|(asked, _)| asked == name).map_or("", |(_, value)| value.as_str());
    let fits =
        asked("response_type") == "id_token" && asked("client_id") == CLIENT && asked("scope").contains("openid");
    if !fits || asked("nonce").is_empty() || asked("tenant") != "1" {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let who = inside.who.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let said = match who {
        Value::Null => "error=access_denied&error_description=Nobody+is+signed+in+here.".to_owned(),
        who => format!("id_token={}", inside.token(asked("nonce"), &who)),
    };
    let back = HeaderValue::try_from(format!("{}#{said}", asked("redirect_uri"))).expect("it is an address");
    (StatusCode::SEE_OTHER, [(header::LOCATION, back)]).into_response()
}
