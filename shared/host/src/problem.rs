//! What went wrong, for the one who called: `application/problem+json` (RFC 9457) with a stable type and a
//! helpful sentence. The chain of causes goes to the log and never to the caller.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// A kind of problem; its name is in the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The body is not what it says it is.
    Malformed,
    /// No API key and no session, or one nobody knows.
    NoKey,
    /// The key, or the person, may not do this.
    WrongScope,
    /// There is no such thing.
    NotFound,
    /// The path is there, the method is not.
    MethodNotAllowed,
    /// It contradicts what is there.
    Conflict,
    /// It was there, and its time is over.
    Gone,
    /// The body is over 64 KB.
    TooLarge,
    /// A field is wrong; `errors` says which.
    Invalid,
    /// The numbers cannot be crossed that way.
    Crossing,
    /// Too often.
    TooMany,
    /// It may well work a little later.
    TryLater,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::NoKey => "no-key",
            Self::WrongScope => "wrong-scope",
            Self::NotFound => "not-found",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::Conflict => "conflict",
            Self::Gone => "gone",
            Self::TooLarge => "too-large",
            Self::Invalid => "invalid",
            Self::Crossing => "crossing",
            Self::TooMany => "too-many",
            Self::TryLater => "try-later",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Malformed => "The body cannot be read",
            Self::NoKey => "An API key is needed",
            Self::WrongScope => "You may not do that",
            Self::NotFound => "There is no such thing",
            Self::MethodNotAllowed => "This cannot be done here",
            Self::Conflict => "It contradicts what is there",
            Self::Gone => "Its time is over",
            Self::TooLarge => "The body is too large",
            Self::Invalid => "Some fields are wrong",
            Self::Crossing => "These groups cannot be crossed",
            Self::TooMany => "Too often",
            Self::TryLater => "Please try again in a moment",
        }
    }

    /// The HTTP status, in this one place.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::NoKey => StatusCode::UNAUTHORIZED,
            Self::WrongScope => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict => StatusCode::CONFLICT,
            Self::Gone => StatusCode::GONE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Invalid | Self::Crossing => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::TryLater => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// One field that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// JSON pointer to the field (RFC 6901), or the name of a query parameter behind `?`.
    pub pointer: String,
    /// What was expected.
    pub detail: String,
}

impl FieldError {
    /// A complaint about one field.
    #[must_use]
    pub fn new(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), detail: detail.into() }
    }
}

/// What went wrong, for the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    kind: Kind,
    detail: String,
    errors: Vec<FieldError>,
}

impl Problem {
    /// A problem of that kind with a sentence that helps.
    #[must_use]
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), errors: Vec::new() }
    }

    /// The same, and which field it lies in.
    #[must_use]
    pub fn of(mut self, pointer: impl Into<String>) -> Self {
        self.errors.push(FieldError::new(pointer, self.detail.clone()));
        self
    }

    /// Wrong fields.
    #[must_use]
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [one] => one.detail.clone(),
            several => format!("{} fields are wrong", several.len()),
        };
        Self { kind: Kind::Invalid, detail, errors }
    }

    /// One wrong field.
    #[must_use]
    pub fn field(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::invalid(vec![FieldError::new(pointer, detail)])
    }

    /// Nothing of that name.
    #[must_use]
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(Kind::NotFound, detail)
    }

    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The sentence that helps.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The wrong fields.
    #[must_use]
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }

    fn wire(&self) -> Wire<'_> {
        Wire {
            r#type: format!("/problems/{}", self.kind.name()),
            title: self.kind.title(),
            status: self.kind.status().as_u16(),
            detail: &self.detail,
            errors: &self.errors,
        }
    }
}

/// The tables gave no answer: logged here with its causes, since here it ends.
impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        tracing::error!(error = crate::telemetry::chain(&error), busy = error.is_busy(), "the tables gave no answer");
        Self::new(Kind::TryLater, "npsloop could not reach its tables; nothing was lost, please send it again")
    }
}

impl Serialize for Problem {
    /// As in the answer that is this problem: for an answer that has one in it.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.wire().serialize(serializer)
    }
}

#[derive(Serialize)]
struct Wire<'a> {
    r#type: String,
    title: &'static str,
    status: u16,
    detail: &'a str,
    errors: &'a [FieldError],
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.kind.status(), axum::Json(self.wire())).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        match self.kind {
            Kind::NoKey => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            Kind::TryLater => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
            }
            _ => {}
        }
        response
    }
}
