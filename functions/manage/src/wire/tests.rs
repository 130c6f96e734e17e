//! What may be written, and what is said where something is wrong.

use model::Email;
use serde_json::{Value, json};

use super::*;

fn defaults() -> Defaults {
    Defaults { company: "Example Company".to_owned(), sender: Email::parse("nps@example.com").unwrap() }
}

fn reading(body: &Value) -> Result<Campaign, Problem> {
    read(Fields::parse(body.to_string().as_bytes()).unwrap(), "spring", &defaults())
}

fn shown(campaign: &Campaign) -> Value {
    serde_json::to_value(show(campaign)).unwrap()
}

#[test]
fn an_empty_campaign_has_every_default() {
    let campaign = reading(&json!({})).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&show(&campaign)).unwrap());
}

#[test]
fn what_is_shown_can_be_put() {
    let put = json!({
        "id": "spring", "company": "Acme", "sender": { "name": "Ada at Acme", "email": "ada@acme.example" },
        "reply_to": "help@acme.example", "replies": false, "question": "Would you?", "language": "en",
        "time_zone": "Europe/Berlin", "milestone": "renewal", "threshold": 80,
        "hours": { "from": "08:30", "to": "18:00", "days": ["sat", "mon"] }, "limit_days": 0,
        "max_defer_days": 3650, "cadence": { "task": null, "remind": "90m", "close": "36h" },
        "on_unknown": "hold", "retention_days": 3650,
        "tasks": {
            "recovery": "2h", "referral": null, "improve": "5d", "non_response": "999d", "bounced": "999h",
            "hours": { "from": "08:00", "to": "16:30", "days": ["tue"] }, "holidays": ["2026-12-25", "2027-01-01"],
            "zones": { "sam@company.example": "America/New_York" }, "manager": "mia@company.example",
        },
        "alerts": { "detractor": "digest", "passive": "off", "promoter": "instant", "digest_at": "18:45", "drop": false },
        "thanks": {
            "detractor": "We are sorry, {name}.\n\nYours, {company}", "passive": "Thanks.", "promoter": "Hurray!",
            "review_url": "https://reviews.example.com/acme?lang=en",
        },
        "batch": { "spread": "36h", "share": 25 },
        "bands": { "lifetime_value": [0, 10_000, 100_000], "seats": [-5] },
        "experiment": { "id": "subject-1", "variants": [
            { "name": "ours", "texts": {}, "sender": "{owner} at {company}", "scale": "page" },
            { "name": "short", "texts": { "de": { "invite_subject": "Kurz gefragt, {name}" } }, "sender": "{owner} at {company}", "scale": "page" },
        ] },
        "warm_up": { "from": "2027-01-04", "mails": 200, "growth": 0, "days": 365 },
        "texts": {
            "de": { "question": "Würden Sie {company} empfehlen?", "low": "Nie", "high": "Sofort",
                    "invite_subject": "{name}: {subject}", "invite": "{company}", "thanks_promoter": "Juhu, {name}!\n\nBis bald",
                    "next_step_detractor": "Mit {company} sprechen" },
            "zh-Hant": { "ask_detractor": "為什麼？" },
        },
        "themes": [
            { "id": "support", "name": "Support", "keywords": { "any": ["SAP"], "de": ["Kundendienst", "preis*"] } },
            { "id": "price", "name": "Price", "keywords": { "en": ["price"] } },
        ],
        "brand": {
            "logo": { "url": "https://www.acme.example/logo.png?v=2", "width": 180, "alt": "Acme" },
            "colors": { "accent": "#d9480f", "accent_dark": "#ffa94d" }, "voice": "owner",
        },
        "sms": { "origination": "+4915112345678", "message": "{company} asks {name}", "opt_out": true },
        "reasons": {
            "detractor": [
                { "id": "slow", "label": "Too slow", "labels": { "de": "Zu langsam", "zh-Hant": "太慢" } },
                { "id": "price", "label": "Too expensive", "labels": {} },
            ],
            "passive": [], "promoter": [{ "id": "price", "label": "A fair price", "labels": {} }],
        },
        "ask_to_quote": true,
        "next_step": {
            "detractor": { "text": "Talk to {company}", "url": "https://www.acme.example/call" }, "passive": null,
            "promoter": { "text": "Read on", "url": "https://www.acme.example/news?a=1" },
        },
        "self_saving": true,
    });
    let campaign = reading(&put).unwrap();
    assert_eq!(shown(&campaign), put);
    assert_eq!(reading(&shown(&campaign)).unwrap(), campaign);
    let usual = reading(&json!({})).unwrap();
    assert_eq!(reading(&shown(&usual)).unwrap(), usual);
}

#[test]
fn what_is_said_in_part_is_completed() {
    let campaign =
        reading(&json!({ "company": "Acme", "sender": {}, "hours": {}, "cadence": { "task": "1d" } })).unwrap();
    let shown = shown(&campaign);
    assert_eq!(shown["sender"], json!({ "name": "Acme", "email": "nps@example.com" }));
    assert_eq!(shown["hours"], json!({ "from": "09:00", "to": "17:00", "days": ["mon", "tue", "wed", "thu", "fri"] }));
    assert_eq!(shown["cadence"], json!({ "task": "1d", "remind": "7d", "close": "14d" }));
}

#[test]
fn every_wrong_way_is_said_at_its_field() {
    let long = "x".repeat(400);
    for (body, pointer) in [
        (json!({ "id": "summer" }), "/id"),
        (json!({ "company": "A\r\nBcc: eve@example.com" }), "/company"),
        (json!({ "company": long }), "/company"),
        (json!({ "sender": "ada@example.com" }), "/sender"),
        (json!({ "sender": { "email": "ada" } }), "/sender/email"),
        (json!({ "sender": { "name": "a\nb" } }), "/sender/name"),
        (json!({ "sender": { "address": "a" } }), "/sender/address"),
        (json!({ "reply_to": "nobody" }), "/reply_to"),
        (json!({ "question": long }), "/question"),
        (json!({ "language": "tlh" }), "/language"),
        (json!({ "time_zone": "Mars/Olympus" }), "/time_zone"),
        (json!({ "milestone": "a\u{0}" }), "/milestone"),
        (json!({ "threshold": 101 }), "/threshold"),
        (json!({ "threshold": 50.5 }), "/threshold"),
        (json!({ "hours": "9-17" }), "/hours"),
        (json!({ "hours": { "from": "9:00" } }), "/hours/from"),
        (json!({ "hours": { "to": "24:00" } }), "/hours/to"),
        (json!({ "hours": { "from": "17:00", "to": "09:00" } }), "/hours/to"),
        (json!({ "hours": { "days": [] } }), "/hours/days"),
        (json!({ "hours": { "days": ["mon", "mon"] } }), "/hours/days/1"),
        (json!({ "hours": { "days": ["monday"] } }), "/hours/days/0"),
        (json!({ "hours": { "zone": "UTC" } }), "/hours/zone"),
        (json!({ "limit_days": -1 }), "/limit_days"),
        (json!({ "limit_days": 401 }), "/retention_days"),
        (json!({ "max_defer_days": 3651 }), "/max_defer_days"),
        (json!({ "cadence": [] }), "/cadence"),
        (json!({ "cadence": { "task": "8d" } }), "/cadence/task"),
        (json!({ "cadence": { "remind": "15d" } }), "/cadence/remind"),
        (json!({ "cadence": { "task": "15d", "remind": null } }), "/cadence/task"),
        (json!({ "cadence": { "remind": "soon" } }), "/cadence/remind"),
        (json!({ "cadence": { "remind": ["x"] } }), "/cadence/remind"),
        (json!({ "cadence": { "remind": "0d" } }), "/cadence/remind"),
        (json!({ "cadence": { "close": null } }), "/cadence/close"),
        (json!({ "cadence": { "close": "3651d" } }), "/cadence/close"),
        (json!({ "cadence": { "escalate": "1d" } }), "/cadence/escalate"),
        (json!({ "cadence": { "close": "401d" } }), "/retention_days"),
        (json!({ "on_unknown": "panic" }), "/on_unknown"),
        (json!({ "alerts": "off" }), "/alerts"),
        (json!({ "alerts": { "detractor": "now" } }), "/alerts/detractor"),
        (json!({ "alerts": { "passive": true } }), "/alerts/passive"),
        (json!({ "alerts": { "promoter": "Off" } }), "/alerts/promoter"),
        (json!({ "alerts": { "digest_at": "8:00" } }), "/alerts/digest_at"),
        (json!({ "alerts": { "digest_at": "24:00" } }), "/alerts/digest_at"),
        (json!({ "alerts": { "drop": "no" } }), "/alerts/drop"),
        (json!({ "alerts": { "suspect": "off" } }), "/alerts/suspect"),
        (json!({ "sms": "+4915112345678" }), "/sms"),
        (json!({ "sms": {} }), "/sms/origination"),
        (json!({ "sms": { "origination": "0151 2345678" } }), "/sms/origination"),
        (json!({ "sms": { "origination": "Acme", "opt_out": true } }), "/sms/opt_out"),
        (json!({ "sms": { "origination": "Acme", "message": "Hi {first_name}" } }), "/sms/message"),
        (json!({ "sms": { "origination": "Acme", "from": "x" } }), "/sms/from"),
        (json!({ "texts": { "de": { "sms": "{owner}" } } }), "/texts/de/sms"),
        (json!({ "thanks": "Thanks!" }), "/thanks"),
        (json!({ "thanks": { "detractor": 7 } }), "/thanks/detractor"),
        (json!({ "thanks": { "passive": long.repeat(6) } }), "/thanks/passive"),
        (json!({ "thanks": { "promoter": "a\u{0}b" } }), "/thanks/promoter"),
        (json!({ "thanks": { "promoter": "Hi {first_name}" } }), "/thanks/promoter"),
        (json!({ "thanks": { "review_url": "https://reviews.example.com" } }), "/thanks/review_url"),
        (
            json!({ "thanks": { "detractor": "a", "promoter": "b", "review_url": "https://reviews.example.com" } }),
            "/thanks/review_url",
        ),
        (
            json!({ "thanks": { "detractor": "a", "passive": "b", "promoter": "c", "review_url": "http://reviews.example.com" } }),
            "/thanks/review_url",
        ),
        (
            json!({ "thanks": { "detractor": "a", "passive": "b", "promoter": "c", "review_url": "javascript:alert(1)" } }),
            "/thanks/review_url",
        ),
        (
            json!({ "thanks": { "detractor": "a", "passive": "b", "promoter": "c", "review_url": "https://user@evil.example\\x" } }),
            "/thanks/review_url",
        ),
        (json!({ "thanks": { "everybody": "a" } }), "/thanks/everybody"),
        (json!({ "themes": {} }), "/themes"),
        (json!({ "themes": [{ "id": "a b", "keywords": { "en": ["word"] } }] }), "/themes/0/id"),
        (json!({ "bands": [0, 10] }), "/bands"),
        (json!({ "bands": { "lifetime_value": 10 } }), "/bands/lifetime_value"),
        (json!({ "bands": { "lifetime_value": [] } }), "/bands/lifetime_value"),
        (json!({ "bands": { "lifetime_value": vec![1; 21] } }), "/bands/lifetime_value"),
        (json!({ "bands": { "lifetime_value": [0, 10, 10] } }), "/bands/lifetime_value/2"),
        (json!({ "bands": { "lifetime_value": [0, "ten"] } }), "/bands/lifetime_value/1"),
        (json!({ "bands": { "lifetime_value": [0.5] } }), "/bands/lifetime_value/0"),
        (json!({ "bands": { "a/b": [1e18] } }), "/bands/a~1b/0"),
        (json!({ "texts": "de" }), "/texts"),
        (json!({ "texts": { "tlh": { "low": "ghobe" } } }), "/texts/tlh"),
        (json!({ "texts": { "de-AT": { "low": "Nie" } } }), "/texts/de-AT"),
        (json!({ "texts": { "de": "Nie" } }), "/texts/de"),
        (json!({ "texts": { "de": { "footer": "x" } } }), "/texts/de/footer"),
        (json!({ "texts": { "de": { "invite_subject": "a\r\nBcc: eve@example.com" } } }), "/texts/de/invite_subject"),
        (json!({ "texts": { "de": { "question": "a\nb" } } }), "/texts/de/question"),
        (json!({ "texts": { "de": { "question": "{name}?" } } }), "/texts/de/question"),
        (json!({ "texts": { "de": { "low": "{company}" } } }), "/texts/de/low"),
        (json!({ "texts": { "de": { "high": "x".repeat(41) } } }), "/texts/de/high"),
        (json!({ "texts": { "de": { "remind": ["x"] } } }), "/texts/de/remind"),
        (json!({ "texts": { "de": { "thanks_passive": "{subject}" } } }), "/texts/de/thanks_passive"),
        (json!({ "texts": { "de": { "ask_passive": "{first_name}" } } }), "/texts/de/ask_passive"),
        (json!({ "texts": { "de": { "next_step_passive": "{name}" } } }), "/texts/de/next_step_passive"),
        (json!({ "reasons": [] }), "/reasons"),
        (json!({ "reasons": { "everybody": [] } }), "/reasons/everybody"),
        (json!({ "reasons": { "detractor": ["slow"] } }), "/reasons/detractor/0"),
        (json!({ "reasons": { "detractor": [{ "label": "Too slow" }] } }), "/reasons/detractor/0/id"),
        (json!({ "reasons": { "passive": [{ "id": "Too slow", "label": "x" }] } }), "/reasons/passive/0/id"),
        (json!({ "reasons": { "promoter": [{ "id": "slow" }] } }), "/reasons/promoter/0/label"),
        (
            json!({ "reasons": { "promoter": [{ "id": "slow", "label": "x".repeat(61) }] } }),
            "/reasons/promoter/0/label",
        ),
        (
            json!({ "reasons": { "promoter": [{ "id": "a", "label": "x", "labels": { "tlh": "y" } }] } }),
            "/reasons/promoter/0/labels/tlh",
        ),
        (
            json!({ "reasons": { "detractor": [{ "id": "a", "label": "x" }, { "id": "a", "label": "y" }] } }),
            "/reasons/detractor/1/id",
        ),
        (json!({ "reasons": { "detractor": vec![json!({ "id": "a", "label": "x" }); 9] } }), "/reasons/detractor"),
        (json!({ "ask_to_quote": "perhaps" }), "/ask_to_quote"),
        (json!({ "self_saving": 2 }), "/self_saving"),
        (json!({ "next_step": "https://www.example.com" }), "/next_step"),
        (json!({ "next_step": { "passive": { "text": "Go" } } }), "/next_step/passive/url"),
        (json!({ "next_step": { "passive": { "url": "https://www.example.com" } } }), "/next_step/passive/text"),
        (
            json!({ "next_step": { "passive": { "text": "{name}", "url": "https://www.example.com" } } }),
            "/next_step/passive/text",
        ),
        (
            json!({ "next_step": { "passive": { "text": "Go", "url": "http://www.example.com" } } }),
            "/next_step/passive/url",
        ),
        (
            json!({ "next_step": { "passive": { "text": "Go", "url": "javascript:alert(1)" } } }),
            "/next_step/passive/url",
        ),
        (json!({ "brand": "#d9480f" }), "/brand"),
        (json!({ "brand": { "font": "Arial" } }), "/brand/font"),
        (json!({ "brand": { "voice": "robot" } }), "/brand/voice"),
        (json!({ "brand": { "logo": "https://a.example/logo.png" } }), "/brand/logo"),
        (json!({ "brand": { "logo": { "width": 120 } } }), "/brand/logo/url"),
        (json!({ "brand": { "logo": { "url": "http://a.example/logo.png", "width": 120 } } }), "/brand/logo/url"),
        (json!({ "brand": { "logo": { "url": "https://a.example/logo.svg", "width": 120 } } }), "/brand/logo/url"),
        (json!({ "brand": { "logo": { "url": "https://a.example/logo.png" } } }), "/brand/logo/width"),
        (json!({ "brand": { "logo": { "url": "https://a.example/logo.png", "width": 241 } } }), "/brand/logo/width"),
        (
            json!({ "brand": { "logo": { "url": "https://a.example/logo.png", "width": 9, "alt": long } } }),
            "/brand/logo/alt",
        ),
        (
            json!({ "brand": { "logo": { "url": "https://a.example/logo.png", "width": 9, "height": 9 } } }),
            "/brand/logo/height",
        ),
        (json!({ "brand": { "colors": {} } }), "/brand/colors/accent"),
        (json!({ "brand": { "colors": { "accent": "orange" } } }), "/brand/colors/accent"),
        (json!({ "brand": { "colors": { "accent": "#ffd43b" } } }), "/brand/colors/accent"),
        (
            json!({ "brand": { "colors": { "accent": "#d9480f", "accent_dark": "#3b4cca" } } }),
            "/brand/colors/accent_dark",
        ),
        (json!({ "batch": 25 }), "/batch"),
        (json!({ "batch": { "spread": "31d" } }), "/batch/spread"),
        (json!({ "batch": { "spread": "0h" } }), "/batch/spread"),
        (json!({ "batch": { "spread": 36 } }), "/batch/spread"),
        (json!({ "batch": { "share": 0 } }), "/batch/share"),
        (json!({ "batch": { "share": 101 } }), "/batch/share"),
        (json!({ "batch": { "sample": 10 } }), "/batch/sample"),
        (json!({ "retention_days": 0 }), "/retention_days"),
        (json!({ "retention_days": 30 }), "/retention_days"),
        (json!({ "colour": "red" }), "/colour"),
    ] {
        let problem = reading(&body).expect_err(&body.to_string());
        let pointers: Vec<_> = problem.errors().iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, [pointer], "{body}");
    }
    let problem = read(Fields::parse(b"{}").unwrap(), "a b", &defaults()).unwrap_err();
    assert_eq!(problem.errors()[0].pointer, "/id");
}

#[test]
fn whoever_leads_one_group_to_reviews_leads_all() {
    let step = json!({ "text": "Go", "url": "https://reviews.example.com/acme/" });
    let with = |next_step: serde_json::Value| {
        reading(&json!({
            "thanks": { "detractor": "a", "passive": "b", "promoter": "c", "review_url": "https://reviews.example.com/acme" },
            "next_step": next_step,
        }))
        .map_err(|problem| problem.errors().iter().map(|error| error.pointer.clone()).collect::<Vec<_>>())
    };
    let other = json!({ "text": "Go", "url": "https://www.example.com/call" });
    assert_eq!(
        with(json!({ "promoter": step, "detractor": other })).unwrap_err(),
        ["/next_step/detractor", "/next_step/passive"]
    );
    assert!(with(json!({ "detractor": step, "passive": step, "promoter": step })).is_ok());
    assert!(with(json!({ "detractor": other })).is_ok());
}
