//! Icons of scores: small pictures for a CRM panel. The group shows in form and colour, the score inside.
//!
//! One belongs to a contact and needs a key, as everything about a person does. The others belong to a score alone:
//! they tell nothing of anybody, so a CRM that carries the score can show them with an `<img>` and no key.

use axum::http::header::{self, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use host::Problem;
use model::{Group, Score};

use crate::Segment;

/// Nothing runs in a picture, and nothing is loaded by it.
const POLICY: &str = "default-src 'none'; sandbox";

/// `GET /icons/{icon}`
pub(crate) async fn of_a_score(Segment(icon): Segment) -> Result<Response, Problem> {
    let none =
        || Problem::not_found("the icons are 0.svg to 10.svg, promoter.svg, passive.svg, detractor.svg, none.svg");
    let name = icon.strip_suffix(".svg").ok_or_else(none)?;
    let picture = match name {
        "none" => picture(None, None),
        "promoter" => picture(Some(Group::Promoter), None),
        "passive" => picture(Some(Group::Passive), None),
        "detractor" => picture(Some(Group::Detractor), None),
        _ => with_score(Some(name.parse().map_err(|_| none())?)),
    };
    let anywhere = (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));
    Ok(([anywhere], answer("public, max-age=86400", picture)).into_response())
}

/// The icon of a contact's score, for whoever may see it: kept for a minute, and by nobody else.
pub(crate) fn of_a_contact(score: Option<Score>) -> Response {
    ([(header::VARY, "authorization, cookie")], answer("private, max-age=60", with_score(score))).into_response()
}

fn answer(cache: &'static str, picture: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, cache),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, picture).into_response()
}

fn with_score(score: Option<Score>) -> String {
    picture(score.map(Score::group), score)
}

/// White on these colours is read well: at least 5 to 1. The forms tell the groups apart without colour.
fn picture(group: Option<Group>, score: Option<Score>) -> String {
    let (name, colour, form) = match group {
        Some(Group::Promoter) => ("Promoter", "#08705d", r#"<circle cx="12" cy="12" r="11.5"/>"#),
        Some(Group::Passive) => ("Passive", "#7d5c00", r#"<rect x="1" y="1" width="22" height="22" rx="5"/>"#),
        Some(Group::Detractor) => {
            ("Detractor", "#b3362c", r#"<path d="M7.4.8h9.2l6.6 6.6v9.2l-6.6 6.6H7.4L.8 16.6V7.4z"/>"#)
        }
        None => ("No score", "#5b6066", r#"<circle cx="12" cy="12" r="11.5"/>"#),
    };
    let title = score.map_or_else(|| name.to_owned(), |score| format!("{name}: {score} of 10"));
    let inside = match (group, score) {
        (_, Some(score)) => {
            let size = if score.value() < 10 { 14 } else { 12 };
            format!(
                "<text x=\"12\" y=\"{}\" fill=\"#fff\" font-family=\"system-ui,'Segoe UI',Roboto,Helvetica,Arial,sans-serif\" \
                 font-size=\"{size}\" font-weight=\"700\" text-anchor=\"middle\">{score}</text>",
                if score.value() < 10 { "17" } else { "16.3" }
            )
        }
        (Some(Group::Promoter), None) => line("M6.5 12.5l4 4 7-8.5"),
        (Some(Group::Passive) | None, None) => line("M7 12h10"),
        (Some(Group::Detractor), None) => line("M8 8l8 8m0-8l-8 8"),
    };
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 24 24\" width=\"24\" height=\"24\" role=\"img\">\
         <title>{title}</title><g fill=\"{colour}\">{form}</g>{inside}</svg>"
    )
}

fn line(path: &str) -> String {
    format!(
        "<path d=\"{path}\" fill=\"none\" stroke=\"#fff\" stroke-width=\"2.5\" stroke-linecap=\"round\" \
         stroke-linejoin=\"round\"/>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The contrast of two colours by WCAG 2.
    fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
        let light = |colour: [f64; 3]| {
            let part = |share: f64| if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) };
            0.2126 * part(colour[0]) + 0.7152 * part(colour[1]) + 0.0722 * part(colour[2])
        };
        let (one, other) = (light(one) + 0.05, light(other) + 0.05);
        one.max(other) / one.min(other)
    }

    #[test]
    fn every_score_has_its_group_its_title_and_contrast() {
        for score in Score::all().map(Some).chain([None]) {
            let picture = with_score(score);
            let title = match score {
                None => "<title>No score</title>".to_owned(),
                Some(score) => {
                    let group = score.group().as_str();
                    format!("<title>{}{}: {score} of 10</title>", group[..1].to_uppercase(), &group[1..])
                }
            };
            assert!(picture.contains(&title), "{picture}");
            assert_eq!(picture.matches("<text").count(), usize::from(score.is_some()));
            let colour = picture.split("<g fill=\"#").nth(1).unwrap();
            let part = |at: usize| f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            let colour = [part(0), part(2), part(4)];
            assert!(contrast(colour, [1.0; 3]) >= 5.0, "{picture}");
            assert!(!picture.contains("script") && !picture.contains("href"), "{picture}");
        }
    }
}
