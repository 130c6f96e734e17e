use axum::http::HeaderName;
use model::source::HubspotVersion::{V1, V2, V3};

use super::*;

const NOW: Timestamp = Timestamp::from_millis(1_805_104_800_000);

fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (name.parse::<HeaderName>().unwrap(), value.parse().unwrap())).collect()
}

fn call<'a>(method: &'a str, address: &'a str, headers: &'a HeaderMap, body: &'a str) -> Call<'a> {
    let query = address.split_once('?').map_or("", |(_, query)| query);
    Call { method, address, query, headers, body: body.as_bytes() }
}

fn proves(auth: &Auth, call: &Call<'_>, accepted: &[&str], now: Timestamp) -> bool {
    verify(auth, call, accepted, now).is_ok()
}

// HubSpot's own examples: <https://developers.hubspot.com/docs/api/webhooks/validating-requests>, and for version 3
// the tests of its client for Python (HubSpot/hubspot-api-python, tests/spec/utils/test_signature.py).
const APP: &str = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy";
const ADDRESS: &str = "https://www.example.com/webhook_uri";
const EVENTS: &str = r#"[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]"#;

#[test]
fn hubspots_published_signatures_are_right() {
    let any = Auth::Hubspot { oldest: V1 };
    for (version, method, body, signature) in [
        (Some("v1"), "POST", EVENTS, "232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de"),
        (None, "POST", EVENTS, "232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de"),
        (Some("v2"), "GET", "", "eee2dddcc73c94d699f5e395f4b9d454a069a6855fbfa152e91e88823087200e"),
        (
            Some("v2"),
            "POST",
            r#"{"example_field":"example_value"}"#,
            "9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900",
        ),
        (
            Some("v2"),
            "POST",
            "{'example_field':'example_value'}",
            "4fe4e3a7d3cf09db53be39d0a58130e2aaba074ec123a9e355b876a689a1c383",
        ),
    ] {
        let mut pairs = vec![("x-hubspot-signature", signature)];
        pairs.extend(version.map(|version| ("x-hubspot-signature-version", version)));
        let headers = headers(&pairs);
        assert!(proves(&any, &call(method, ADDRESS, &headers, body), &[APP], NOW), "{version:?} {method} {body}");
        assert!(proves(&any, &call(method, ADDRESS, &headers, body), &["new", APP], NOW), "the former secret counts");
        assert!(!proves(&any, &call(method, ADDRESS, &headers, body), &["new"], NOW));
        assert!(!proves(&any, &call(method, ADDRESS, &headers, &format!("{body} ")), &[APP], NOW));
        assert!(!proves(&Auth::Hubspot { oldest: V3 }, &call(method, ADDRESS, &headers, body), &[APP], NOW));
        let elsewhere = proves(&any, &call(method, "https://www.example.com/other", &headers, body), &[APP], NOW);
        assert_eq!(elsewhere, version != Some("v2"), "version 1 knows no address");
    }
    let v3 = headers(&[
        ("x-hubspot-signature-v3", "HPW73RUtKmcYoEDADG0s6MmGFWUzWJKAW07r8RDgcQw="),
        ("x-hubspot-request-timestamp", "15000000"),
    ]);
    let body = "{'example_field':'example_value'}";
    let then = Timestamp::from_millis(15_000_000);
    for oldest in [V1, V2, V3] {
        assert!(proves(&Auth::Hubspot { oldest }, &call("POST", ADDRESS, &v3, body), &[APP], then));
    }
    assert!(!proves(&any, &call("PUT", ADDRESS, &v3, body), &[APP], then));
    assert!(!proves(&any, &call("POST", "https://www.example.com/other", &v3, body), &[APP], then));
    assert!(!proves(&any, &call("POST", ADDRESS, &v3, "{}"), &[APP], then));
}

#[test]
fn a_call_with_the_newest_signature_is_held_to_it() {
    let old = "232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de";
    let both = headers(&[
        ("x-hubspot-signature", old),
        ("x-hubspot-signature-v3", "wrong"),
        ("x-hubspot-request-timestamp", "1805104800000"),
    ]);
    assert!(!proves(&Auth::Hubspot { oldest: V1 }, &call("POST", ADDRESS, &both, EVENTS), &[APP], NOW));
    let v1 = headers(&[("x-hubspot-signature", old)]);
    assert!(!proves(&Auth::Hubspot { oldest: V2 }, &call("POST", ADDRESS, &v1, EVENTS), &[APP], NOW));
    let upper = headers(&[("x-hubspot-signature", &old.to_uppercase())]);
    assert!(proves(&Auth::Hubspot { oldest: V1 }, &call("POST", ADDRESS, &upper, EVENTS), &[APP], NOW));
    let odd = headers(&[("x-hubspot-signature", old), ("x-hubspot-signature-version", "v9")]);
    assert!(!proves(&Auth::Hubspot { oldest: V1 }, &call("POST", ADDRESS, &odd, EVENTS), &[APP], NOW));
    assert!(!proves(&Auth::Hubspot { oldest: V1 }, &call("POST", ADDRESS, &headers(&[]), EVENTS), &[APP], NOW));
}

#[test]
fn a_signed_time_may_be_five_minutes_off_in_either_direction() {
    for (off, taken) in [(0, true), (300_000, true), (-300_000, true), (300_001, false), (-300_001, false)] {
        let millis = NOW.as_millis() + off;
        let time = millis.to_string();
        let signature = STANDARD.encode(hmac(APP, &[b"POST", ADDRESS.as_bytes(), b"{}", time.as_bytes()]));
        let signed = headers(&[("x-hubspot-signature-v3", &signature), ("x-hubspot-request-timestamp", &time)]);
        assert_eq!(
            proves(&Auth::Hubspot { oldest: V3 }, &call("POST", ADDRESS, &signed, "{}"), &[APP], NOW),
            taken,
            "{off}"
        );

        let seconds = millis.div_euclid(1000);
        let signature = Webhook::new(WHSEC).unwrap().sign("msg_1", seconds, b"{}").unwrap();
        let time = seconds.to_string();
        let signed =
            headers(&[("webhook-id", "msg_1"), ("webhook-timestamp", &time), ("webhook-signature", &signature)]);
        let taken = seconds.abs_diff(NOW.as_seconds()) <= 300;
        assert_eq!(
            proves(&Auth::StandardWebhooks, &call("POST", ADDRESS, &signed, "{}"), &[WHSEC], NOW),
            taken,
            "{off}"
        );
    }
    for time in ["", "soon", "1e12", "99999999999999999999"] {
        let signature = STANDARD.encode(hmac(APP, &[b"POST", ADDRESS.as_bytes(), b"{}", time.as_bytes()]));
        let signed = headers(&[("x-hubspot-signature-v3", &signature), ("x-hubspot-request-timestamp", time)]);
        assert!(!proves(&Auth::Hubspot { oldest: V3 }, &call("POST", ADDRESS, &signed, "{}"), &[APP], NOW), "{time}");
    }
}

#[test]
fn hubspot_signs_an_address_with_some_escapes_undone() {
    let undone = "https://h.example/a?x=%3a%2F%3F%40%21%24%27%28%29%2A%2C%3B";
    assert_eq!(as_signed(undone), "https://h.example/a?x=:/?@!$'()*,;");
    let kept = "https://h.example/a%20b?x=%26%3D%25%2&y=%C3%A9%";
    assert_eq!(as_signed(kept), kept);
    assert_eq!(as_signed("%é%3A"), "%é:");
}

// The example of the Standard Webhooks libraries: standard-webhooks/standard-webhooks, libraries/*/test.
const WHSEC: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const EXAMPLE: &str = r#"{"email":"test@example.com","username":"test_user"}"#;

#[test]
fn the_published_standard_webhook_is_right() {
    let then = Timestamp::from_millis(1_649_367_553_000);
    let signed = |signatures: &str| {
        headers(&[
            ("webhook-id", "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk"),
            ("webhook-timestamp", "1649367553"),
            ("webhook-signature", signatures),
        ])
    };
    let right = "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=";
    let other = "v1,tFtCZ5RDCPxzWQRWXWPgrCgE2frDBe9gjpbWQxnVfsQ=";
    let bare = "whsec_".len();
    for (signatures, secrets, taken) in [
        (right.to_owned(), &[WHSEC][..], true),
        (right.to_owned(), &[&WHSEC[bare..]], true),
        (right.to_owned(), &["whsec_bmV3", WHSEC], true),
        (format!("{other} {right}"), &[WHSEC], true),
        (format!("v2,x {right} v1a,y"), &[WHSEC], true),
        (right.to_owned(), &["whsec_bmV3"], false),
        (other.to_owned(), &[WHSEC], false),
        (right.replacen("v1", "v2", 1), &[WHSEC], false),
        ("v1,".to_owned(), &[WHSEC], false),
        (right[..20].to_owned(), &[WHSEC], false),
    ] {
        let signed = signed(&signatures);
        let found = proves(&Auth::StandardWebhooks, &call("POST", ADDRESS, &signed, EXAMPLE), secrets, then);
        assert_eq!(found, taken, "{signatures}");
    }
    let right = signed(right);
    assert!(!proves(&Auth::StandardWebhooks, &call("POST", ADDRESS, &right, "{}"), &[WHSEC], then));
    let mut unsigned = right.clone();
    unsigned.remove("webhook-id");
    assert!(!proves(&Auth::StandardWebhooks, &call("POST", ADDRESS, &unsigned, EXAMPLE), &[WHSEC], then));
    let bytes = Call { body: b"\xff", ..call("POST", ADDRESS, &right, "") };
    assert!(!proves(&Auth::StandardWebhooks, &bytes, &[WHSEC], then));
    // A secret that is none is nobody's fault who calls.
    let outcome = verify(&Auth::StandardWebhooks, &call("POST", ADDRESS, &right, EXAMPLE), &["not base64!"], then);
    assert!(matches!(outcome, Err(Unproven::Secret(_))));
}

#[test]
fn a_key_comes_in_a_header_or_in_the_query() {
    let header = Auth::Header { name: "x-api-key".to_owned() };
    for (value, taken) in [
        ("current", true),
        ("former", true),
        (" current ", true),
        ("Bearer current", true),
        ("bearer  former", true),
        ("Basic current", false),
        ("curren", false),
        ("currentt", false),
        ("Current", false),
        ("", false),
    ] {
        let given = headers(&[("X-Api-Key", value)]);
        assert_eq!(
            proves(&header, &call("POST", ADDRESS, &given, ""), &["current", "former"], NOW),
            taken,
            "{value:?}"
        );
    }
    assert!(!proves(&header, &call("POST", ADDRESS, &headers(&[]), ""), &["current"], NOW));
    let query = Auth::Query { name: "code".to_owned() };
    for (query_string, taken) in [
        ("?code=a%2Bb", true),
        ("?x=1&code=a%2Bb&dry_run=true", true),
        ("?code=a+b", false),
        ("?Code=a%2Bb", false),
        ("?code=", false),
        ("?code=wrong&code=a%2Bb", false),
        ("", false),
    ] {
        let (address, none) = (format!("{ADDRESS}{query_string}"), headers(&[]));
        assert_eq!(proves(&query, &call("POST", &address, &none, ""), &["a+b"], NOW), taken, "{query_string}");
    }
}

#[test]
fn basic_authentication_has_a_user_and_a_password() {
    let auth = Auth::Basic { user: "npsloop".to_owned() };
    let encoded = |pair: &str| STANDARD.encode(pair);
    for (value, taken) in [
        (format!("Basic {}", encoded("npsloop:pass:word")), true),
        (format!("basic {}", encoded("npsloop:former")), true),
        (format!("Basic {}", encoded("npsloop:wrong")), false),
        (format!("Basic {}", encoded("other:pass:word")), false),
        (format!("Basic {}", encoded("npsloop")), false),
        (format!("Bearer {}", encoded("npsloop:pass:word")), false),
        ("Basic !".to_owned(), false),
        ("Basic".to_owned(), false),
        (format!("Basic {}", STANDARD.encode(b"\xff:\xff")), false),
    ] {
        let given = headers(&[("authorization", &value)]);
        assert_eq!(proves(&auth, &call("POST", ADDRESS, &given, ""), &["pass:word", "former"], NOW), taken, "{value}");
    }
}

#[test]
fn what_is_told_holds_no_secret() {
    let address = format!("{ADDRESS}?key=hunter2");
    let given = headers(&[
        ("x-hubspot-signature-v3", "hunter3"),
        ("x-hubspot-request-timestamp", "1805104800000"),
        ("x-api-key", "hunter4"),
    ]);
    for auth in [
        Auth::Hubspot { oldest: V1 },
        Auth::Query { name: "key".to_owned() },
        Auth::Header { name: "x-api-key".to_owned() },
        Auth::Basic { user: "npsloop".to_owned() },
        Auth::StandardWebhooks,
    ] {
        let Err(Unproven::Caller(told)) = verify(&auth, &call("POST", &address, &given, "{}"), &["hunter5"], NOW)
        else {
            panic!("{auth:?}")
        };
        assert!(!told.contains("hunter"), "{told}");
    }
}
