//! Signing in with an account of the company, where it has an OpenID Connect issuer.
//!
//! The issuer sends the browser back with an ID token behind the `#`; our page hands it to the one route on which API
//! Gateway checks it (signature, issuer, audience, time) before this function is called. So no secret of the issuer's
//! is kept here, and nothing calls out. What is left to do is to see that the token was made for this very browser and
//! that its address is verified.

use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use host::Problem;
use host::problem::Kind;
use lambda_http::request::RequestContext;
use model::{Email, Ticket};

use super::page::Company;
use crate::Deps;

/// Where it begins.
pub(crate) const START: &str = "/sign-in/company";

/// The cookie that tells one browser from another until the issuer has answered.
const COOKIE: &str = "company";

/// How long somebody may take to sign in at the issuer.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(600);

/// `GET /sign-in/company`
pub(crate) async fn start(State(deps): State<Deps>) -> Result<Response, Problem> {
    let issuer = deps.oidc.as_ref().ok_or_else(off)?;
    let secret = URL_SAFE_NO_PAD.encode(deps.chance.secret());
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("response_type", "id_token")
        .append_pair("response_mode", "fragment")
        .append_pair("scope", "openid email profile")
        .append_pair("client_id", &issuer.client_id)
        .append_pair("redirect_uri", &format!("{}{START}/back", deps.site.url()))
        // What stands in the token tells nobody the cookie.
        .append_pair("nonce", &host::access::hash(&secret))
        .finish();
    let joint = if issuer.authorization_url.contains('?') { '&' } else { '?' };
    let unwritable = || Problem::new(Kind::TryLater, "the settings name no page of the issuer");
    let to = HeaderValue::try_from(format!("{}{joint}{query}", issuer.authorization_url)).map_err(|_| unwritable())?;
    let cookie = deps.site.cookie(COOKIE, &secret, PATIENCE).ok_or_else(unwritable)?;
    let mut response = StatusCode::SEE_OTHER.into_response();
    response.headers_mut().insert(header::LOCATION, to);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// `GET /sign-in/company/back`
pub(crate) async fn back(State(deps): State<Deps>) -> Result<Response, Problem> {
    deps.oidc.as_ref().ok_or_else(off)?;
    Ok(Company { company: &deps.defaults.company }.answer())
}

/// `POST /v1/sign-in/company`
pub(crate) async fn finish(State(deps): State<Deps>, parts: Parts) -> Result<Response, Problem> {
    deps.oidc.as_ref().ok_or_else(off)?;
    let now = deps.clock.now();
    let headers = &parts.headers;
    let refused = |detail: &str| Problem::new(Kind::NoKey, detail);
    if !deps.site.is_meant(headers) {
        return Err(Problem::new(Kind::WrongScope, "please sign in from our own page"));
    }
    let claim = |name: &str| claim(&parts, name);
    let nonce = deps.site.read_cookie(headers, COOKIE).map(host::access::hash);
    if nonce.is_none() || claim("nonce") != nonce.as_deref() {
        return Err(refused("your company's account was asked for by another browser, or too long ago"));
    }
    let verified = ["email_verified", "xms_edov"].into_iter().any(|name| claim(name).is_some_and(is_true));
    let email = claim("email").filter(|_| verified).and_then(|email| Email::parse(email).ok());
    let email = email.ok_or_else(|| refused("your company's account says no verified e-mail address"))?;
    let (session, text) = Ticket::new(&email.key(), deps.chance.secret());
    if !deps.store.begin_session(&session, now).await? {
        return Err(refused("nobody of your address is known here; ask an admin to invite you"));
    }
    tracing::info!(person.key = email.key().as_str(), "a person signed in with a company's account");
    let mut response = super::with_session(StatusCode::NO_CONTENT.into_response(), &deps, &text);
    if let Some(gone) = deps.site.cookie(COOKIE, "", std::time::Duration::ZERO) {
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    Ok(response)
}

/// What the token says that was checked. Nobody outside can write it into a request: it stands beside the request, where only
/// API Gateway writes, and on one machine the local host, once it has checked the token itself.
fn claim<'a>(parts: &'a Parts, name: &str) -> Option<&'a str> {
    let RequestContext::ApiGatewayV2(context) = parts.extensions.get::<RequestContext>()? else { return None };
    context.authorizer.as_ref()?.jwt.as_ref()?.claims.get(name).map(String::as_str)
}

/// As issuers write it, and as API Gateway hands it on: as text.
fn is_true(text: &str) -> bool {
    matches!(text, "true" | "True" | "1")
}

fn off() -> Problem {
    Problem::not_found("no account of a company signs in here; ask for a link by mail")
}
