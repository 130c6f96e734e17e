//! Bodies of requests: at most 64 KB, and read to their end before anybody is told that they are too large.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use http_body_util::BodyExt as _;

use crate::problem::{Kind, Problem};

/// The largest body that is taken, in bytes.
pub const MOST: usize = 64 * 1024;

/// The largest body that is read to its end before it is refused, in bytes.
const DRAINED: usize = 16 * 1024 * 1024;

/// The bytes of a request, at most 64 KB of them.
#[derive(Clone, Debug)]
pub struct Raw(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for Raw {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        read(request.into_body()).await.map(Self)
    }
}

/// Reads a body to its end. A caller that is cut off while it still writes sees a broken connection and
/// never the answer, so what is too large is read and dropped first.
///
/// # Errors
/// `too-large`, or `malformed` when the connection broke.
pub async fn read(body: Body) -> Result<Bytes, Problem> {
    read_within(MOST, body).await
}

/// The same for a body of which more than usual is taken: at most `most` bytes.
///
/// # Errors
/// `too-large`, or `malformed` when the connection broke.
pub async fn read_within(most: usize, mut body: Body) -> Result<Bytes, Problem> {
    let mut kept = Vec::new();
    let mut seen = 0_usize;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Problem::new(Kind::Malformed, "the body broke off"))?;
        if let Some(data) = frame.data_ref() {
            seen += data.len();
            if seen <= most {
                kept.extend_from_slice(data);
            } else if seen > DRAINED {
                break;
            }
        }
    }
    if seen > most {
        let detail = if most == MOST {
            "a body has at most 65,536 bytes".to_owned()
        } else {
            format!("a body has at most {most} bytes here")
        };
        return Err(Problem::new(Kind::TooLarge, detail));
    }
    Ok(kept.into())
}

/// A JSON body, parsed; nothing else is accepted.
///
/// # Errors
/// `too-large`, or `malformed` with the place where reading stopped.
pub fn json<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(bytes).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        Problem::new(Kind::Malformed, format!("the body is not JSON as it is wanted here ({place})"))
    })
}
