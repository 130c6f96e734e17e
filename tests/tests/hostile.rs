//! What is sent by mistake or on purpose: a problem that points at the field, nothing written, nothing unescaped.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Company, Trigger, done};

async fn send(company: &Company, body: impl Into<Vec<u8>>) -> Answer {
    let headers = [("authorization", "Bearer local".to_owned()), ("content-type", "application/json".to_owned())];
    company.send(Method::POST, "/v1/triggers", &headers, body.into()).await
}

fn ada() -> Trigger {
    done("a0X1", "ada@example.com")
}

#[tokio::test]
async fn a_wrong_field_is_pointed_at_and_nothing_is_written() {
    let company = Company::start().await;
    company.settle().await;
    let before = company.writes().await;
    let long = "x".repeat(5000);
    let mut wrong = Vec::new();
    for (trigger, pointer) in [
        (ada().without("subject_id"), "/subject_id"),
        (ada().set("subject_id", json!(null)), "/subject_id"),
        (ada().set("subject_id", ""), "/subject_id"),
        (ada().set("subject_id", "   "), "/subject_id"),
        (ada().set("subject_id", "a\u{0}b"), "/subject_id"),
        (ada().set("subject_id", json!(["a"])), "/subject_id"),
        (ada().set("subject_id", json!({"id": 1})), "/subject_id"),
        (ada().set("subject_id", long.clone()), "/subject_id"),
        (ada().without("contact_email"), "/contact_email"),
        (ada().set("contact_email", json!(null)), "/contact_email"),
        (ada().set("contact_email", ""), "/contact_email"),
        (ada().set("contact_email", "nobody"), "/contact_email"),
        (ada().set("contact_email", "Ada <ada@example.com>"), "/contact_email"),
        (ada().set("contact_email", "ada@example.com, eve@example.com"), "/contact_email"),
        (ada().set("contact_email", "ada@example.com\r\nBcc: eve@example.com"), "/contact_email"),
        (ada().set("contact_email", "ada@example.com\u{0}"), "/contact_email"),
        (ada().set("contact_email", "ada@localhost"), "/contact_email"),
        (ada().set("contact_email", "ädä@example.com"), "/contact_email"),
        (ada().set("contact_email", format!("{}@example.com", "a".repeat(300))), "/contact_email"),
        (ada().set("contact_email", 5), "/contact_email"),
        (ada().set("contact_email", "<script>alert(1)</script>@example.com"), "/contact_email"),
        (ada().set("completion_percent", 101), "/completion_percent"),
        (ada().set("completion_percent", -1), "/completion_percent"),
        (ada().set("completion_percent", 99.5), "/completion_percent"),
        (ada().set("completion_percent", json!(1e300)), "/completion_percent"),
        (ada().set("completion_percent", "all of it"), "/completion_percent"),
        (ada().set("completion_percent", true), "/completion_percent"),
        (ada().set("completion_percent", json!([100])), "/completion_percent"),
        (ada().set("milestone", json!({"name": "renewal"})), "/milestone"),
        (ada().set("milestone", "a\nb"), "/milestone"),
        (ada().set("milestone", long.clone()), "/milestone"),
        (ada().set("campaign", "no such campaign!"), "/campaign"),
        (ada().set("campaign", 1), "/campaign"),
        (ada().set("subject_type", "a\r\nb"), "/subject_type"),
        (ada().set("subject_name", "Website\r\nBcc: eve@example.com"), "/subject_name"),
        (ada().set("contact_name", "Ada\u{0}"), "/contact_name"),
        (ada().set("contact_name", "Ada\r\nBcc: eve@example.com"), "/contact_name"),
        (ada().set("contact_name", json!({"first": "Ada"})), "/contact_name"),
        (ada().set("contact_time_zone", "Mars/Olympus"), "/contact_time_zone"),
        (ada().set("contact_time_zone", "../../etc/passwd"), "/contact_time_zone"),
        (ada().set("contact_time_zone", 2), "/contact_time_zone"),
        (ada().set("owner_email", "nobody"), "/owner_email"),
        (ada().set("owner_email", "sam@company.example\r\nBcc: eve@example.com"), "/owner_email"),
        (ada().set("occurred_at", "yesterday"), "/occurred_at"),
        (ada().set("occurred_at", "2027-02-30T10:00:00Z"), "/occurred_at"),
        (ada().set("record_modified_at", 1_800_000_000), "/record_modified_at"),
        (ada().set("attributes", "red"), "/attributes"),
        (ada().set("attributes", json!([1, 2])), "/attributes"),
        (ada().set("dry_run", "yes"), "/dry_run"),
        (ada().set("dry_run", 1), "/dry_run"),
    ] {
        let sent = trigger.clone().into_body().to_string();
        let answer = company.trigger(trigger).await;
        let sent = sent.chars().take(300).collect::<String>();
        if (answer.status, answer.problem()) != (422, ("invalid", vec![pointer])) {
            wrong.push(format!("{sent} {}", answer.text));
        }
        assert!(
            !answer.text.contains("eve@example.com") && !answer.text.contains("<script"),
            "what was sent is not sent back: {}",
            answer.text
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    company.settle().await;
    assert_eq!(company.writes().await, before);
    assert_eq!(company.mail().await.len(), 0);
}

#[tokio::test]
async fn everything_wrong_is_told_at_once() {
    let company = Company::start().await;
    let trigger = Trigger::from_json(
        json!({"contact_email": "nobody", "completion_percent": 101, "contact_time_zone": "Mars/Olympus", "dry_run": 3}),
    );
    let answer = company.trigger(trigger).await;
    let mut pointers = answer.problem().1;
    pointers.sort_unstable();
    assert_eq!(pointers, ["/completion_percent", "/contact_email", "/contact_time_zone", "/dry_run", "/subject_id"]);
    insta::assert_json_snapshot!(answer.body);
}

#[tokio::test]
async fn a_body_that_is_no_trigger_is_refused() {
    let company = Company::start().await;
    company.settle().await;
    let before = company.writes().await;
    let deep = |depth: usize| format!("{{\"subject_id\":{}1{}}}", "[".repeat(depth), "]".repeat(depth));
    let bodies: Vec<(&str, Vec<u8>, &[u16])> = vec![
        ("empty", Vec::new(), &[400]),
        ("no JSON", b"subject_id=a0X1".to_vec(), &[400]),
        ("half of it", b"{\"subject_id\":\"a0X1\"".to_vec(), &[400]),
        ("two of them", b"{}{}".to_vec(), &[400]),
        ("a comma too many", b"{\"subject_id\":\"a0X1\",}".to_vec(), &[400]),
        ("no UTF-8", b"{\"subject_id\":\"\xff\xfe\"}".to_vec(), &[400]),
        (
            "a lone surrogate",
            br#"{"subject_id":"\ud800","contact_email":"ada@example.com","completion_percent":100}"#.to_vec(),
            &[400, 422],
        ),
        ("not a number", b"{\"completion_percent\":NaN}".to_vec(), &[400]),
        ("NUL bytes", vec![0; 64], &[400]),
        ("a list", b"[]".to_vec(), &[400, 422]),
        ("a text", b"\"a0X1\"".to_vec(), &[400, 422]),
        ("null", b"null".to_vec(), &[400, 422]),
        ("XML", b"<?xml version=\"1.0\"?><soapenv:Envelope/>".to_vec(), &[400]),
        ("deep nesting", deep(100).into_bytes(), &[400, 422]),
        ("deeper nesting", deep(10_000).into_bytes(), &[400, 422]),
        ("64 KB and a byte", vec![b' '; 65_537], &[413]),
        ("10 MB", vec![b'x'; 10 << 20], &[413]),
        (
            "a field twice",
            br#"{"subject_id":"a0X1","subject_id":"a0X2","contact_email":"ada@example.com","completion_percent":100}"#
                .to_vec(),
            &[400, 422],
        ),
    ];
    for (name, body, statuses) in bodies {
        let answer = send(&company, body).await;
        assert!(statuses.contains(&answer.status), "{name}: {} {}", answer.status, answer.text);
        assert!(!answer.problem().0.is_empty(), "{name} {}", answer.text);
    }
    // At the very limit it is only nonsense.
    assert_eq!(send(&company, vec![b' '; 65_536]).await.status, 400);
    company.settle().await;
    assert_eq!(company.writes().await, before);
    // Nobody is hurt: the next one is served.
    assert_eq!(company.trigger(ada()).await.status, 202);
}

#[tokio::test]
async fn attributes_of_any_shape_ask_all_the_same() {
    let company = Company::start().await;
    let mut deep = json!("core");
    for _ in 0..60 {
        deep = json!({ "in": deep });
    }
    let odd = json!({
        "deep": deep, "list": [1, 2, 3], "": "nameless", "a.b": "dotted", "a": {"b": "nested"}, "null": null, "owner": "mine", "weekday": "funday",
        "slash/es": "x", "control": "a\u{7}b", "lines": "a\r\nb", "nul": "a\u{0}b", "emoji": "🦀", "zero": 0, "minus": -0.5, "huge": 1e308, "hash#": "#", "path": "/a//b/"
    });
    let answer = company.trigger(ada().set("attributes", odd)).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    let letter = {
        company.settle().await;
        company.inbox("ada@example.com").await.pop().unwrap()
    };
    company.respond(&letter.link(9), 9).await.ok();
    company.settle().await;
    assert_eq!(company.nps("").await["n"], 1);
    let survey = company.survey(&letter.survey).await;
    for (name, value) in survey["attributes"].as_object().unwrap() {
        let value = value.as_str().unwrap();
        assert!(!name.contains(char::is_control) && !value.contains(char::is_control), "{name}: {value:?}");
        assert!(name.chars().count() <= 100 && value.chars().count() <= 100);
    }
    // Our own dimensions are nobody else's.
    assert_eq!(company.nps("?group_by=owner").await["groups"], json!([]));
    let weekdays = company.nps("?group_by=weekday").await;
    assert_eq!(weekdays["groups"].as_array().unwrap().len(), 1);
}

const EVIL: &str = r#"<script>alert(1)</script>"'&<img src=x onerror=alert(2)>{{7*7}}${7*7}"#;

#[tokio::test]
async fn what_people_are_called_is_text_wherever_it_is_shown() {
    let company = Company::start().await;
    company.campaign_with("default", json!({"company": EVIL, "sender": {"name": "Evil & Sons", "email": "hello@company.example"}, "question": format!("{EVIL}?")})).await;
    let evil: String = EVIL.chars().take(100).collect();
    let trigger = ada()
        .set("subject_name", EVIL)
        .set("contact_name", EVIL)
        .set("owner_name", EVIL)
        .set("agent_name", EVIL)
        .set("account_name", EVIL)
        .attribute("region", evil.clone());
    let letter = company.ask(trigger).await;
    let comment = format!("{EVIL}</textarea></form>");
    let page = company.follow(&letter.link(2)).await;
    let thanks = company.press(&page, &[]).await;
    let saved = company.press(&thanks, &[("comment", &comment)]).await;
    let refused =
        company.post_form(&letter.link(2), &[("score".into(), "99".into()), ("comment".into(), comment.clone())]).await;
    assert_eq!((saved.status, refused.status), (200, 422));
    company.advance_days(8).await;
    let leave = company.follow(&letter.unsubscribe_link()).await;
    let desk = company.send(Method::GET, "/local/", &[], Vec::new()).await;
    let pages = [
        ("letter", &letter.html),
        ("page", &page.html),
        ("thanks", &thanks.html),
        ("saved", &saved.html),
        ("refused", &refused.html),
        ("leave", &leave.html),
        ("desk", &desk.text),
    ];
    for (name, html) in pages {
        for harm in ["<script>alert", "<img src=x", "onerror=alert(2)>", "</textarea></form>\"", "49"] {
            // The desk has numbers of its own.
            assert!(
                !html.contains(harm) || (name == "desk" || name == "letter") && harm == "49",
                "{harm} in {name}: {html}"
            );
        }
    }
    assert!(page.seen().contains("<script>alert(1)</script>"), "it is shown as it was written: {}", page.seen());
    assert!(!letter.subject.contains(['\r', '\n']));
    for (name, value) in &letter.headers {
        assert!(!value.contains(['\r', '\n', '<']) || name.starts_with("List-"), "{name}: {value}");
    }
    let survey = company.survey(&letter.survey).await;
    assert_eq!(
        (&survey["comment"], &survey["contact"]["name"]),
        (&json!(comment), &json!(EVIL)),
        "as it was written, once"
    );
    company.settle().await;
    let regions = company.nps("?group_by=region").await;
    assert!(regions["groups"].as_array().unwrap().iter().any(|group| group["value"] == evil), "{regions:?}");
}

#[tokio::test]
async fn queries_of_any_shape_are_answered() {
    let company = Company::start().await;
    company.ask_and_hear(ada(), 9).await;
    company.settle().await;
    for path in [
        "/v1/nps?",
        "/v1/nps?group_by=",
        "/v1/nps?group_by=%00",
        "/v1/nps?group_by=%FF",
        "/v1/nps?group_by=Y%23default%23region",
        "/v1/nps?filter.=x",
        "/v1/nps?filter.region=",
        "/v1/nps?filter.region=%23%24",
        "/v1/nps?from=0000-01-01&to=9999-12-31",
        "/v1/nps?from=2027-03-20&to=2027-03-10",
        "/v1/nps?window=99999999999999999999d",
        "/v1/nps?window=4294967297d",
        "/v1/nps?campaign=../../etc",
        "/v1/nps?group_by=region&group_by=owner",
        "/v1/nps?group_by=region&cross_by=%00",
        "/v1/nps?group_by=region&cross_by=owner&from=1970-01-01&to=1979-12-31",
        "/v1/nps?filter.channel=mail&cursor=%F0%9F%A6%80",
        "/v1/nps?filter.channel=mail&cursor=9999-12-31.x.9999999999999-00000000000000000000000000000000",
        "/v1/nps?filter.channel=mail&cursor=2027-03-15.Y%23.1",
        "/v1/nps?window=1d&compare=year_before&precision=NaN",
        "/v1/nps?scan=99999999999999999999",
        "/v1/leaders?dimension=%00",
        "/v1/leaders?dimension=region&least=-1",
        "/v1/themes/suggestions?least=99999999999999999999",
        "/v1/themes/suggestions?cursor=%F0%9F%A6%80&scan=0",
        "/v1/coverage?cursor=%F0%9F%A6%80",
        "/v1/coverage?cursor=Y29uZmln&scan=0",
        "/v1/coverage?filter.hour=09",
        "/v1/dimensions?from=1970-01-01&to=1970-01-01",
        "/v1/benchmarks?x",
        "/v1/responses?cursor=",
        "/v1/responses?cursor=%F0%9F%A6%80",
        "/v1/responses?from=0001-01-01&to=0001-01-01",
        "/v1/surveys",
        "/v1/surveys?contact=",
        "/v1/surveys?contact=a&subject_id=b",
        "/v1/surveys?contact=ada@example.com&cursor=zzz",
        "/v1/surveys?subject_id=%00",
        "/v1/surveys/%2e%2e%2f",
        "/v1/contacts/%20/score",
        "/v1/contacts/a%2Fb/score",
    ] {
        let answer = company.call(Method::GET, path, None).await;
        assert!(matches!(answer.status, 200 | 404 | 422), "{path}: {} {}", answer.status, answer.text);
        if answer.status == 200 && path.contains("from=2027-03-20") {
            panic!("a window that ends before it begins is no window: {}", answer.text);
        }
    }
    let huge = format!("/v1/nps?filter.region={}", "x".repeat(20_000));
    assert!(company.call(Method::GET, &huge, None).await.status < 500);
    for value in ["Bearer", "Bearer ", "bearer local", "Bearer  local ", "Bearer local local", "Basic local", ""] {
        let answer = company.send(Method::GET, "/v1/nps", &[("authorization", value.to_owned())], Vec::new()).await;
        assert!(matches!(answer.status, 200 | 401), "{value:?}: {}", answer.status);
    }
}

#[tokio::test]
async fn other_fields_than_the_known_ones_are_an_error_everywhere_but_in_triggers() {
    let company = Company::start().await;
    let letter = company.ask_and_hear(ada(), 9).await;
    for (method, path, body) in [
        (Method::POST, "/v1/keys".to_owned(), json!({"name": "x", "scopes": ["read"], "more": 1})),
        (
            Method::PUT,
            "/v1/campaigns/spring".to_owned(),
            json!({"company": "x", "sender": {"name": "x", "email": "a@company.example"}, "more": 1}),
        ),
        (
            Method::PUT,
            "/v1/campaigns/spring".to_owned(),
            json!({"company": "x", "sender": {"name": "x", "email": "a@company.example", "more": 1}}),
        ),
        (Method::PATCH, format!("/v1/responses/{}", letter.survey), json!({"standing": "suspect", "more": 1})),
    ] {
        let answer = company.call(method.clone(), &path, Some(body)).await;
        assert_eq!((answer.status, answer.problem().0), (422, "invalid"), "{method} {path} {}", answer.text);
        assert!(answer.problem().1.iter().all(|pointer| pointer.ends_with("/more")), "{:?}", answer.problem());
    }
    let answer = company.nps("?more=1").await;
    assert_eq!(answer.problem(), ("invalid", vec!["?more"]));
    assert_eq!(company.survey(&letter.survey).await["standing"], "confirmed");
    assert_eq!(company.trigger(ada().set("more", Value::Null)).await["ignored"], json!(["more"]));
}
