//! The pages as contacts see them, for the company's own eyes: behind a link that only shows them.
//!
//! They are the very pages: only the way in is another one, which knows no survey. What is sent from one is read like any
//! response, answered with the page that would follow, and recorded nowhere; the answer says so.

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use host::Problem;
use host::problem::Kind;
use model::link::Purpose;
use model::sample::Shown;
use pages::{Ask, Thanks, Typed, Unsubscribe, framed_by_ours};

use crate::answer::{self, Answer};
use crate::link::{Link, Links, Reader, Trouble};
use crate::page::page;
use crate::sent;

/// The page and the token as they stand in the path.
type Place = Result<Path<(String, String)>, PathRejection>;

/// What whoever presses a button here is told; they are of the company, and its dashboard speaks English as well.
const NOTHING: &str = "This is a preview: nothing was recorded.";

/// `GET /preview/{page}/{token}`
pub(crate) async fn open(
    State(links): State<Links>,
    place: Place,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let reader = Reader::of(query.as_deref(), &headers);
    let (shown, link) = match check(&links, place, &reader).await {
        Ok(found) => found,
        Err(trouble) => return trouble.answer(answer::to_a_program(&headers), &reader),
    };
    let score = sent::proposed(query.as_deref().unwrap_or_default());
    framed(match shown {
        Shown::Ask => page(StatusCode::OK, &Ask::new(&link.brand, &link.path, score)),
        Shown::Thanks => page(StatusCode::OK, &Thanks::new(&link.brand, &link.path, score)),
        Shown::Unsubscribe => page(StatusCode::OK, &Unsubscribe::new(&link.brand, &unsubscribe(&link), false)),
    })
}

/// `POST /preview/{page}/{token}`
pub(crate) async fn press(
    State(links): State<Links>,
    place: Place,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let program = answer::to_a_program(&headers);
    let reader = Reader::of(query.as_deref(), &headers);
    let (shown, link) = match check(&links, place, &reader).await {
        Ok(found) => found,
        Err(trouble) => return trouble.answer(program, &reader),
    };
    // Read all the same: a caller cut off while writing would not see the answer.
    let body = host::body::read(body).await;
    if program {
        return Problem::new(Kind::Conflict, "this link only shows a page; nothing is recorded").into_response();
    }
    let alert = Some(NOTHING);
    if shown == Shown::Unsubscribe {
        let action = unsubscribe(&link);
        return framed(page(StatusCode::OK, &Unsubscribe { alert, ..Unsubscribe::new(&link.brand, &action, false) }));
    }
    let form = match body.and_then(|body| answer::read(&headers, &body)) {
        Ok(form) => form,
        Err(problem) => return framed(answer::refused(problem, program, &link.brand)),
    };
    framed(match &form.sent {
        Ok(sent) => {
            let comment = sent.comment.as_deref().unwrap_or_default();
            let thanks = Thanks {
                alert,
                typed: Typed { comment, ..form.typed() },
                group: form.group,
                saved: sent.score.is_none(),
                commented: !comment.is_empty(),
                ..Thanks::new(&link.brand, &link.path, sent.score)
            };
            page(StatusCode::OK, &thanks)
        }
        Err(flaw) => Answer { brand: &link.brand, path: &link.path, form: &form, program }.flawed(flaw),
    })
}

async fn check(links: &Links, place: Place, reader: &Reader) -> Result<(Shown, Link), Trouble> {
    let Ok(Path((shown, token))) = place else { return Err(Trouble::Forged) };
    let shown = shown.parse().map_err(|()| Trouble::Forged)?;
    match links.check(Purpose::Preview, Ok(Path(token)), reader).await {
        // As the page of a survey: only the page that asks leads to unsubscribing.
        Ok(mut link) => {
            link.brand.unsubscribe = (shown == Shown::Ask).then(|| unsubscribe(&link));
            Ok((shown, link))
        }
        // A page that says how long links of letters work would be wrong here.
        Err(Trouble::Expired(_)) => Err(Trouble::Forged),
        Err(trouble) => Err(trouble),
    }
}

/// Where the form of the page goes that unsubscribes.
fn unsubscribe(link: &Link) -> String {
    let asks = format!("/{}/", Shown::Ask.as_str());
    link.path.replacen(&asks, &format!("/{}/", Shown::Unsubscribe.as_str()), 1)
}

/// Lets our own pages show it in a frame: the dashboard does, and nothing can be clicked away from anybody here.
fn framed(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let policy = headers.get(header::CONTENT_SECURITY_POLICY).and_then(|policy| policy.to_str().ok());
    if let Some(policy) = policy.and_then(|policy| HeaderValue::try_from(framed_by_ours(policy)).ok()) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    response
}
