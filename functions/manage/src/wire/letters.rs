//! The fields `alerts` and `thanks` of a campaign: which letters an answer brings, to whom and when.

use host::Fields;
use model::campaign::{Alert, Alerts, Thanks};
use model::texts::Part;
use serde::Serialize;

use super::{hours, texts};
use crate::prose;

/// Characters of the words for a group.
const MOST_WORDS: usize = 2000;

/// Characters of an address the contact is led to.
pub(super) const MOST_URL: usize = 500;

/// The letters to owners as the API shows them.
#[derive(Serialize)]
pub(super) struct AlertsWire {
    detractor: &'static str,
    passive: &'static str,
    promoter: &'static str,
    digest_at: String,
    drop: bool,
}

/// The letters to contacts as the API shows them.
#[derive(Serialize)]
pub(super) struct ThanksWire {
    detractor: Option<String>,
    passive: Option<String>,
    promoter: Option<String>,
    review_url: Option<String>,
}

/// Shows the letters to owners.
pub(super) fn show_alerts(alerts: &Alerts) -> AlertsWire {
    let name = |alert| match alert {
        Alert::Instant => "instant",
        Alert::Digest => "digest",
        Alert::Off => "off",
    };
    AlertsWire {
        detractor: name(alerts.detractor),
        passive: name(alerts.passive),
        promoter: name(alerts.promoter),
        digest_at: hours::clock(alerts.digest_at),
        drop: alerts.drop,
    }
}

/// Shows the letters to contacts.
pub(super) fn show_thanks(thanks: &Thanks) -> ThanksWire {
    let Thanks { detractor, passive, promoter, review_url } = thanks.clone();
    ThanksWire { detractor, passive, promoter, review_url }
}

/// Reads the field `alerts`; what is absent takes its default.
pub(super) fn read_alerts(fields: &mut Fields) -> Alerts {
    let usual = Alerts::default();
    let Some(mut inner) = fields.object("alerts") else { return usual };
    let alerts = Alerts {
        detractor: alert(&mut inner, "detractor").unwrap_or(usual.detractor),
        passive: alert(&mut inner, "passive").unwrap_or(usual.passive),
        promoter: alert(&mut inner, "promoter").unwrap_or(usual.promoter),
        digest_at: hours::read_clock(&mut inner, "digest_at").unwrap_or(usual.digest_at),
        drop: inner.flag("drop").unwrap_or(usual.drop),
    };
    fields.close(inner);
    alerts
}

fn alert(fields: &mut Fields, name: &str) -> Option<Alert> {
    fields.parsed(name, 10, "this must be instant, digest or off", |text| match text {
        "instant" => Some(Alert::Instant),
        "digest" => Some(Alert::Digest),
        "off" => Some(Alert::Off),
        _ => None,
    })
}

/// Reads the field `thanks`: no words, no letter.
pub(super) fn read_thanks(fields: &mut Fields) -> Thanks {
    let Some(mut inner) = fields.object("thanks") else { return Thanks::default() };
    let thanks = Thanks {
        detractor: words(&mut inner, "detractor"),
        passive: words(&mut inner, "passive"),
        promoter: words(&mut inner, "promoter"),
        review_url: review_url(&mut inner),
    };
    let all = [&thanks.detractor, &thanks.passive, &thanks.promoter];
    if thanks.review_url.is_some() && all.iter().any(|words| words.is_none()) {
        inner.missing(
            "review_url",
            "all three groups must have words then: asking only some of them for a review is forbidden to those who publish it",
        );
    }
    fields.close(inner);
    thanks
}

/// Words with paragraphs and variables; an empty text is none.
fn words(fields: &mut Fields, name: &str) -> Option<String> {
    let text = prose::take(fields, name, MOST_WORDS)?;
    if let Some(unknown) = texts::unknown(&text, Part::ThanksPromoter.variables()) {
        fields.wrong(name, unknown);
    }
    Some(text)
}

fn review_url(fields: &mut Fields) -> Option<String> {
    const EXPECTED: &str = "this must be an address such as https://reviews.example.com/company";
    fields.parsed("review_url", MOST_URL, EXPECTED, https)
}

/// An address of a page of somebody's site.
pub(super) fn https(text: &str) -> Option<String> {
    let host = text.strip_prefix("https://")?.split(['/', '?', '#']).next()?;
    let plain = text.bytes().all(|b| b.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&b));
    let name = |b: u8| b.is_ascii_alphanumeric() || b"-.:".contains(&b);
    let sound = plain && host.contains('.') && !host.starts_with('.') && host.bytes().all(name);
    sound.then(|| text.to_owned())
}
