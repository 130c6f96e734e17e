//! The company's issuer, as API Gateway knows it: it looks the issuer up, and on one route checks a token's signature,
//! issuer, audience and times before a function is called.
//!
//! So an issuer can be tried on one machine before anything is deployed. The function behind the route is the deployed one: it
//! believes what stands beside a request, where nobody writes but API Gateway there and this here.

mod token;

use std::net::IpAddr;
use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use deliver::outside::{self, Outside, Resolver};
use host::telemetry::chain;
use host::{Clock, Peer};
use lambda_http::request::RequestContext;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use self::token::{Keys, Refusal};

/// The one route that is checked.
const ROUTE: &str = "/v1/sign-in/company";

/// A company's issuer, and what npsloop is called there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The issuer, exactly as in the `iss` of its tokens.
    pub issuer: String,
    /// The client id.
    pub client_id: String,
}

/// An issuer that was looked up.
pub(crate) struct Issuer {
    named: Named,
    authorization_url: String,
    keys_url: String,
    outside: Outside,
}

/// Why an issuer cannot be used. API Gateway would not tell before somebody signs in.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// There is no answer.
    #[error("{0} gave no answer")]
    Silent(String, #[source] outside::Error),
    /// The answer is no success.
    #[error("{0} answered {1}")]
    Refused(String, StatusCode),
    /// The answer is something else.
    #[error("{0} is not what an OpenID Connect issuer has there")]
    Unreadable(String, #[source] serde_json::Error),
    /// It says another name than it was called by.
    #[error("the issuer calls itself {0}; name it exactly so")]
    OtherName(String),
}

/// What an issuer says of itself (OpenID Connect Discovery 1.0).
#[derive(Deserialize)]
struct Description {
    issuer: String,
    authorization_endpoint: String,
    jwks_uri: String,
}

impl Issuer {
    /// Looks an issuer up by its name. As in the cloud it must be where everybody can reach it, or else on this machine.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub(crate) async fn look_up(named: Named) -> Result<Self, Unusable> {
        let outside = Outside::new(Resolver::System, true);
        let at = format!("{}/.well-known/openid-configuration", named.issuer.trim_end_matches('/'));
        let said: Description = read(&outside, &at).await?;
        if said.issuer != named.issuer {
            return Err(Unusable::OtherName(said.issuer));
        }
        let (authorization_url, keys_url) = (said.authorization_endpoint, said.jwks_uri);
        Ok(Self { named, authorization_url, keys_url, outside })
    }

    /// The settings of a function that go with it.
    pub(crate) fn settings(&self) -> [(&'static str, &str); 2] {
        [("OIDC_CLIENT_ID", &self.named.client_id), ("OIDC_AUTHORIZATION_URL", &self.authorization_url)]
    }

    /// What a function is told of a request with this token. Its time is the issuer's, so the machine's: the local clock may be
    /// days ahead.
    async fn context(&self, token: &str, from: Option<IpAddr>) -> Result<RequestContext, NotTaken> {
        // API Gateway keeps keys for up to two hours. Here a changed one is known at once.
        let keys: Keys = read(&self.outside, &self.keys_url).await?;
        let now = Clock::System.now();
        let claims = token::read(token, &keys, &self.named, now.as_seconds())?;
        let context = json!({
            "http": { "method": "POST", "path": ROUTE, "sourceIp": from },
            "authorizer": { "jwt": { "claims": claims, "scopes": null } },
            "timeEpoch": now.as_millis(),
        });
        serde_json::from_value(context).map(RequestContext::ApiGatewayV2).map_err(NotTaken::Context)
    }
}

/// Why a request goes no further.
#[derive(Debug, thiserror::Error)]
enum NotTaken {
    #[error("the token is refused")]
    Refused(#[from] Refusal),
    #[error("the issuer's keys cannot be read")]
    Keys(#[from] Unusable),
    #[error("what was checked cannot be handed on")]
    Context(#[source] serde_json::Error),
}

async fn read<T: DeserializeOwned>(outside: &Outside, at: &str) -> Result<T, Unusable> {
    let asked = http::Request::get(at).header(header::ACCEPT, "application/json").body(Vec::new());
    let asked = asked.map_err(|_| Unusable::Silent(at.to_owned(), outside::Error::Refused("it is no address")))?;
    let answer = outside.send(asked).await.map_err(|error| Unusable::Silent(at.to_owned(), error))?;
    if !answer.status.is_success() {
        return Err(Unusable::Refused(at.to_owned(), answer.status));
    }
    serde_json::from_slice(&answer.body).map_err(|error| Unusable::Unreadable(at.to_owned(), error))
}

/// Lets a request on the one route pass with what its token says, and every other as it is.
pub(crate) async fn check(State(issuer): State<Arc<Issuer>>, mut request: Request<Body>, next: Next) -> Response {
    if request.method() != Method::POST || request.uri().path() != ROUTE {
        return next.run(request).await;
    }
    let said = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let token = said.strip_prefix("Bearer ").unwrap_or(said);
    let from = request.extensions().get::<Peer>().map(|Peer(address)| *address);
    match issuer.context(token, from).await {
        Ok(context) => {
            request.extensions_mut().insert(context);
            next.run(request).await
        }
        Err(why) => {
            // Whoever tries an issuer out wants to know.
            tracing::warn!(error = chain(&why), "nobody is signed in with the company's account");
            let challenge = [(header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")];
            (StatusCode::UNAUTHORIZED, challenge, Json(json!({ "message": "Unauthorized" }))).into_response()
        }
    }
}
