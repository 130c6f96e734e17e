//! What goes back: a page to a person, JSON to a program.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use host::Problem;
use host::problem::{FieldError, Kind};
use model::survey::{MAX_CHANGES, MAX_COMMENT_CHARS};
use model::{Group, Score, Standing, Survey, SurveyId};
use pages::{Ask, Brand, Notice, Thanks, Typed, Unsubscribe};
use serde::Serialize;

use crate::link::Link;
use crate::page::{page, returning};
use crate::sent::{self, Flaw, Form, NotRead};

/// Whether the caller reads JSON: one that sends it, or asks for it and not for a page.
pub(crate) fn to_a_program(headers: &HeaderMap) -> bool {
    let accepts = |kind: &str| {
        headers.get_all(header::ACCEPT).iter().any(|value| value.to_str().is_ok_and(|value| value.contains(kind)))
    };
    media(headers) == Media::Json
        || (accepts("application/json") || accepts("application/problem+json")) && !accepts("text/html")
}

#[derive(PartialEq, Eq)]
enum Media {
    Form,
    Json,
    Other,
}

fn media(headers: &HeaderMap) -> Media {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        "application/x-www-form-urlencoded" | "" => Media::Form,
        "application/json" => Media::Json,
        kind if kind.starts_with("application/") && kind.ends_with("+json") => Media::Json,
        _ => Media::Other,
    }
}

/// Reads what was posted.
///
/// # Errors
/// A problem where there is nothing to show again: JSON that is wrong, or neither form nor JSON.
pub(crate) fn read(headers: &HeaderMap, body: &[u8]) -> Result<Form, Problem> {
    let wrong = |flaw: Flaw| FieldError::new(flaw.pointer, flaw.detail);
    match media(headers) {
        Media::Form => Ok(sent::form(body)),
        Media::Json => match sent::json(body) {
            Ok(sent) => Ok(Form {
                score: sent.score,
                comment: String::new(),
                follow_up: false,
                may_quote: false,
                reasons: Vec::new(),
                group: None,
                sent: Ok(sent),
            }),
            Err(NotRead::Invalid(flaws)) => Err(Problem::invalid(flaws.into_iter().map(wrong).collect())),
            Err(NotRead::Malformed) => Err(Problem::new(Kind::Malformed, "the body is not JSON")),
        },
        Media::Other => Err(Problem::new(Kind::Malformed, "send a form (application/x-www-form-urlencoded) or JSON")),
    }
}

/// Says that something will work again soon.
pub(crate) fn later(mut response: Response) -> Response {
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    response
}

/// Something that cannot be a response at all.
pub(crate) fn refused(problem: Problem, program: bool, brand: &Brand) -> Response {
    if program {
        return problem.into_response();
    }
    let words = brand.words();
    let notice = Notice::new(brand, words.unreadable_title(), words.unreadable(MAX_COMMENT_CHARS));
    page(problem.kind().status(), &notice)
}

/// Answers to a response.
pub(crate) struct Answer<'a> {
    /// Who asks.
    pub brand: &'a Brand,
    /// Where forms go.
    pub path: &'a str,
    /// What was typed.
    pub form: &'a Form,
    /// Whether a program reads the answer.
    pub program: bool,
}

#[derive(Serialize)]
struct Response200 {
    survey_id: SurveyId,
    score: Option<Score>,
    group: Option<Group>,
    standing: Option<Standing>,
}

impl Answer<'_> {
    /// It is recorded.
    pub(crate) fn recorded(&self, survey: &Survey) -> Response {
        let score = survey.score();
        if self.program {
            let group = score.map(Score::group);
            return axum::Json(Response200 { survey_id: survey.id, score, group, standing: survey.standing() })
                .into_response();
        }
        let commented = !self.form.comment.trim().is_empty();
        let thanks = Thanks {
            typed: Typed {
                comment: &self.form.comment,
                follow_up: survey.follow_up,
                may_quote: survey.may_quote,
                reasons: &survey.reasons,
            },
            commented,
            saved: self.form.score.is_none(),
            replaces: !commented && survey.commented_at.is_some(),
            ..Thanks::new(self.brand, self.path, score)
        };
        let (shown, all_said) = (page(StatusCode::OK, &thanks), commented || thanks.saved);
        match &self.brand.around {
            Some(around) => returning(around, shown, all_said),
            None => shown,
        }
    }

    /// Something in it is wrong.
    pub(crate) fn flawed(&self, flaw: &Flaw) -> Response {
        if self.program {
            return Problem::field(flaw.pointer.as_str(), flaw.detail).into_response();
        }
        let alert = if flaw.pointer == "/comment" {
            self.brand.words().too_long(self.form.comment.chars().count(), MAX_COMMENT_CHARS)
        } else {
            self.brand.words().choose_number()
        };
        self.again(StatusCode::UNPROCESSABLE_ENTITY, &alert, flaw.pointer == "/comment")
    }

    /// The score was changed too often; a comment can still come.
    pub(crate) fn changed_too_often(&self, survey: &Survey) -> Response {
        let detail = format!("the score was changed {MAX_CHANGES} times; the last one stays");
        let problem = Problem::new(Kind::TooMany, detail);
        if self.program {
            return problem.into_response();
        }
        let alert = self.brand.words().too_often();
        let thanks = Thanks {
            alert: Some(&alert),
            typed: self.form.typed(),
            replaces: survey.commented_at.is_some(),
            ..Thanks::new(self.brand, self.path, survey.score())
        };
        page(problem.kind().status(), &thanks)
    }

    /// It could not be saved: everything typed is in the form again.
    pub(crate) fn not_recorded(&self, problem: Problem) -> Response {
        if self.program {
            return problem.into_response();
        }
        later(self.again(problem.kind().status(), &self.brand.words().not_saved(), true))
    }

    /// The form once more. A comment that came alone came from the page of thanks, and goes back there.
    fn again(&self, status: StatusCode, alert: &str, alone: bool) -> Response {
        let Form { score, group, .. } = *self.form;
        let (alert, typed) = (Some(alert), self.form.typed());
        if alone && score.is_none() {
            page(status, &Thanks { alert, typed, group, ..Thanks::new(self.brand, self.path, None) })
        } else {
            page(status, &Ask { alert, typed, ..Ask::new(self.brand, self.path, score) })
        }
    }
}

#[derive(Serialize)]
struct Unsubscribed {
    unsubscribed: bool,
}

/// It is done, or was done before.
pub(crate) fn unsubscribed(link: &Link, program: bool) -> Response {
    if program {
        return axum::Json(Unsubscribed { unsubscribed: true }).into_response();
    }
    page(StatusCode::OK, &Unsubscribe::new(&link.brand, &link.path, true))
}

/// It could not be done: the button is there again.
pub(crate) fn not_unsubscribed(link: &Link, problem: Problem, program: bool) -> Response {
    if program {
        return problem.into_response();
    }
    let alert = link.brand.words().not_unsubscribed();
    let again = Unsubscribe { alert: Some(&alert), ..Unsubscribe::new(&link.brand, &link.path, false) };
    later(page(problem.kind().status(), &again))
}

#[cfg(test)]
mod tests {
    use super::{Answer, read, refused, to_a_program};
    use crate::sent;
    use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
    use axum::response::Response;
    use host::Problem;
    use host::problem::Kind;
    use model::Language;
    use pages::Brand;

    fn headers(content_type: Option<&'static str>, accept: Option<&'static str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in [(header::CONTENT_TYPE, content_type), (header::ACCEPT, accept)] {
            if let Some(value) = value {
                headers.insert(name, HeaderValue::from_static(value));
            }
        }
        headers
    }

    fn brand() -> Brand {
        Brand::unnamed(Language::En)
    }

    async fn html(response: Response) -> String {
        let bytes = axum::body::to_bytes(response.into_body(), 100_000).await.expect("a body");
        String::from_utf8(bytes.to_vec()).expect("text")
    }

    #[test]
    fn programs_send_json_or_ask_for_it() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        for (content_type, accept, program) in [
            (None, None, false),
            (None, Some("*/*"), false),
            (None, Some(browser), false),
            (Some("application/x-www-form-urlencoded"), Some(browser), false),
            (Some("application/json; charset=utf-8"), Some("*/*"), true),
            (Some("application/merge+json"), Some("text/html"), true),
            (Some("application/x-www-form-urlencoded"), Some("application/json"), true),
            (None, Some("application/problem+json"), true),
            (None, Some("text/html, application/json"), false),
        ] {
            assert_eq!(to_a_program(&headers(content_type, accept)), program, "{content_type:?} {accept:?}");
        }
    }

    #[test]
    fn a_post_is_a_form_or_json() {
        let kind =
            |content_type, body: &[u8]| read(&headers(content_type, None), body).map_err(|problem| problem.kind());
        assert!(kind(Some("application/x-www-form-urlencoded"), b"score=9").is_ok_and(|form| form.sent.is_ok()));
        assert!(kind(Some("application/json"), br#"{"score":9}"#).is_ok_and(|form| form.sent.is_ok()));
        assert_eq!(kind(Some("application/json"), br#"{"score":11}"#), Err(Kind::Invalid));
        assert_eq!(kind(Some("application/json"), b"score=9"), Err(Kind::Malformed));
        assert_eq!(kind(Some("text/plain"), b"score=9"), Err(Kind::Malformed));
        assert_eq!(kind(Some("multipart/form-data; boundary=x"), b"--x"), Err(Kind::Malformed));
    }

    #[tokio::test]
    async fn what_could_not_be_saved_is_in_the_form_again() {
        let brand = brand();
        for (body, chosen) in
            [("score=3&comment=My%20words&follow_up=true", true), ("comment=My%20words&follow_up=true", false)]
        {
            let form = sent::form(body.as_bytes());
            let answer = Answer { brand: &brand, path: "/r/t", form: &form, program: false };
            let response = answer.not_recorded(Problem::new(Kind::TryLater, "x"));
            assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
            assert!(response.headers().contains_key(header::RETRY_AFTER));
            let html = html(response).await;
            assert!(html.contains("\nMy words</textarea>") && html.contains("role=\"alert\""), "{html}");
            assert_eq!(html.contains("value=\"3\" required checked"), chosen);
            assert!(html.contains("name=\"follow_up\" value=\"true\""));
        }
    }

    #[tokio::test]
    async fn a_comment_that_is_too_long_can_be_shortened() {
        let brand = brand();
        let body = format!("comment={}", "x".repeat(4_001));
        let form = sent::form(body.as_bytes());
        let answer = Answer { brand: &brand, path: "/r/t", form: &form, program: false };
        let flaw = form.sent.clone().expect_err("too long");
        let response = answer.flawed(&flaw);
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let html = html(response).await;
        assert!(html.contains(&"x".repeat(4_001)) && html.contains("has 4001 characters"), "{html}");
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_said_kindly() {
        let response = refused(Problem::new(Kind::TooLarge, "x"), false, &brand());
        assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
        assert!(html(response).await.contains("4000 characters"));
        assert_eq!(refused(Problem::new(Kind::Malformed, "x"), true, &brand()).status(), StatusCode::BAD_REQUEST);
    }
}
