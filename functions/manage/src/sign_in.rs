//! Signing in and out, without passwords.
//!
//! A letter brings a link. Opening it writes nothing and uses nothing up, since mail scanners open every link; its one
//! button does, once. What comes of it is a cookie, of which only a hash is kept.

mod page;

pub(crate) mod company;
pub(crate) mod letter;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use host::access::{SESSION, Who};
use host::body::read;
use host::problem::Kind;
use host::{Access, Fields, Problem};
use model::notice::Says;
use model::{Ticket, person};
use serde::Serialize;

use self::page::{Ask, Over};
use crate::Deps;

/// Where people go who are signed in.
const INSIDE: HeaderValue = HeaderValue::from_static("/dashboard");

/// The field of the button: a form has it only where somebody, or something, pressed that.
const PRESSED: &str = "pressed";

/// Who calls.
#[derive(Serialize)]
pub(crate) struct Me {
    kind: &'static str,
    email: Option<String>,
    name: String,
    role: Option<&'static str>,
    scopes: Vec<&'static str>,
}

/// `GET /v1/me`
pub(crate) async fn me(State(deps): State<Deps>, method: Method, headers: HeaderMap) -> Result<Json<Me>, Problem> {
    let access = Access::of(&deps.store, &deps.site, (&method, &headers), deps.clock.now()).await?;
    let (kind, email, role) = match &access.who {
        Who::Key { .. } => ("key", None, None),
        Who::Person(person) => ("person", Some(person.email.expose().to_owned()), Some(person.role.as_str())),
    };
    let scopes = access.scopes.iter().map(|scope| scope.as_str()).collect();
    let me = Me { kind, email, name: access.name().to_owned(), role, scopes };
    Ok(Json(me))
}

/// How people sign in here.
#[derive(Serialize)]
pub(crate) struct Ways {
    mail: bool,
    company_account: Option<&'static str>,
}

/// `GET /v1/sign-in`
pub(crate) async fn ways(State(deps): State<Deps>) -> Json<Ways> {
    Json(Ways { mail: true, company_account: deps.oidc.is_some().then_some(company::START) })
}

/// Nothing to say.
#[derive(Serialize)]
pub(crate) struct Nothing {}

/// `POST /v1/sign-in`
pub(crate) async fn ask(
    State(deps): State<Deps>,
    request: Request<Body>,
) -> Result<(StatusCode, Json<Nothing>), Problem> {
    let now = deps.clock.now();
    let from = host::peer::address(request.extensions());
    let mut fields = Fields::parse(&read(request.into_body()).await?)?;
    let email = fields.email("email");
    if email.is_none() {
        fields.missing("email", "say which address the link shall go to");
    }
    fields.finish()?;
    let email = email.ok_or_else(|| Problem::invalid(Vec::new()))?;
    let part = u8::try_from(deps.chance.below(person::PARTS.into())).unwrap_or_default();
    if !deps.store.may_ask(&email.key(), from, part, now).await? {
        return Err(Problem::new(Kind::TooMany, "there were too many letters already; please try again in an hour"));
    }
    // Nobody looks here whether anybody knows the address, so no answer tells, and none is quicker than another.
    letter::send(&deps, &email, Says::SignIn, now).await?;
    Ok((StatusCode::ACCEPTED, Json(Nothing {})))
}

/// `GET /sign-in/{token}`
pub(crate) async fn open(State(deps): State<Deps>, Path(token): Path<String>) -> Response {
    let Some(pass) = Ticket::parse(&token) else { return Over::new(&deps).answer(StatusCode::NOT_FOUND) };
    match deps.store.holder(&pass, deps.clock.now()).await {
        Ok(Some(person)) => {
            let page = Ask { company: &deps.defaults.company, name: &person.name, email: person.email.expose() };
            page.answer()
        }
        Ok(None) => Over::new(&deps).answer(StatusCode::GONE),
        Err(error) => Over::later(&deps, error),
    }
}

/// `POST /sign-in/{token}`
pub(crate) async fn enter(State(deps): State<Deps>, Path(token): Path<String>, request: Request<Body>) -> Response {
    let (parts, body) = request.into_parts();
    let body = match read(body).await {
        Ok(body) => body,
        Err(problem) => return problem.into_response(),
    };
    // Another site could sign somebody in here as somebody else, and read what they then write. Browsers say with every form
    // whose page it stands on; what says nothing is a robot that sends the forms it finds in letters.
    if !parts.headers.contains_key(header::ORIGIN) || !deps.site.is_origin(&parts.headers) {
        let problem = Problem::new(Kind::WrongScope, "please open the link of the letter and press the button there");
        return problem.into_response();
    }
    // Scanners submit the forms of pages by script, which leaves the button out.
    if !form_urlencoded::parse(&body).any(|(name, value)| name == PRESSED && value == "yes") {
        return open(State(deps), Path(token)).await;
    }
    let now = deps.clock.now();
    let Some(pass) = Ticket::parse(&token) else { return Over::new(&deps).answer(StatusCode::NOT_FOUND) };
    let (session, text) = Ticket::new(pass.person(), deps.chance.secret());
    match deps.store.sign_in(&pass, &session, now).await {
        Ok(true) => {
            tracing::info!(person.key = pass.person().as_str(), "a person signed in");
            inside(&deps, &text)
        }
        Ok(false) => Over::new(&deps).answer(StatusCode::GONE),
        Err(error) => Over::later(&deps, error),
    }
}

fn inside(deps: &Deps, session: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    response.headers_mut().insert(header::LOCATION, INSIDE);
    with_session(response, deps, session)
}

/// Puts a session into the browser.
fn with_session(mut response: Response, deps: &Deps, session: &str) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(cookie) = deps.site.cookie(SESSION, session, person::SESSION) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// `POST /v1/sign-out`
pub(crate) async fn out(State(deps): State<Deps>, request: Request<Body>) -> Result<Response, Problem> {
    let now = deps.clock.now();
    let (parts, body) = request.into_parts();
    let body = read(body).await?;
    let mut fields = Fields::parse(if body.is_empty() { b"{}" } else { &body })?;
    let everywhere = fields.flag("everywhere").unwrap_or_default();
    fields.finish()?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    let Some(cookie) = deps.site.read_cookie(&parts.headers, SESSION) else { return Ok(response) };
    if !deps.site.is_meant(&parts.headers) {
        return Err(Problem::new(
            Kind::WrongScope,
            "a browser changes something only from our own pages, with the header `X-Requested-With: npsloop`",
        ));
    }
    if let Some(session) = Ticket::parse(cookie) {
        // A cookie says whose it is; only one that is known here speaks for all the others.
        if everywhere && deps.store.session(&session, now).await?.is_some() {
            deps.store.shut_out(session.person()).await?;
        }
        deps.store.sign_out(&session).await?;
        tracing::info!(person.key = session.person().as_str(), everywhere, "a person signed out");
    }
    if let Some(gone) = deps.site.cookie(SESSION, "", std::time::Duration::ZERO) {
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    Ok(response)
}
