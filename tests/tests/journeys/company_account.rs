//! Signing in with an account of the company: an issuer's tokens, checked as API Gateway does, and what a browser does
//! with them.

use std::time::Duration;

use local::issuer::Named;
use local::world::{Options, World};
use reqwest::Method;
use serde_json::{Value, json};
use tests::browser::Browser;
use tests::issuer::{CLIENT, Issuer, KID};
use tests::{Answer, Company};

use crate::dashboard::{press, text};

const RUTH: &str = "ruth@company.example";

async fn company(issuer: &Issuer) -> Company {
    let company =
        Company::start_with(Options { background: false, oidc: Some(issuer.named()), ..Options::default() }).await;
    let ruth = json!({"name": "Ruth", "role": "admin"});
    company.call(Method::PUT, &format!("/v1/people/{RUTH}"), Some(ruth)).await.ok();
    company
}

/// Whom the issuer knows.
fn ruth(verified: bool) -> Value {
    json!({"email": "Ruth@Company.example", "email_verified": verified, "name": "Ruth", "groups": ["a", "b"]})
}

/// What a browser begins with: the cookie it got, and the nonce that goes with it.
async fn begin(company: &Company) -> (String, String) {
    let to = company.call_as(None, Method::GET, "/sign-in/company", None).await;
    assert_eq!(to.status, 303);
    let cookie = to.header("set-cookie").split(';').next().unwrap().to_owned();
    (cookie, to.header("location").split("nonce=").nth(1).unwrap().to_owned())
}

async fn finish(company: &Company, token: &str, cookie: &str) -> Answer {
    let headers = [
        ("authorization", format!("Bearer {token}")),
        ("x-requested-with", "npsloop".to_owned()),
        ("origin", company.url().to_owned()),
        ("cookie", cookie.to_owned()),
    ];
    company.send_as_it_is(Method::POST, "/v1/sign-in/company", &headers).await
}

#[tokio::test]
async fn a_token_is_believed_if_the_issuer_signed_it_for_us_and_now() {
    let issuer = Issuer::start().await;
    let company = company(&issuer).await;
    let ways = company.call_as(None, Method::GET, "/v1/sign-in", None).await.ok();
    assert_eq!(ways["company_account"], "/sign-in/company");
    let (cookie, nonce) = begin(&company).await;
    let with = |but: Value| {
        let mut claims = ruth(true);
        tests::company::merge(&mut claims, but);
        issuer.token(&nonce, &claims)
    };
    let now = host::Clock::System.now().as_seconds();
    let good = with(json!({}));
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let header = signed.split('.').next().unwrap();
    let other = Issuer::start().await;
    let header_of = |header: Value| {
        let mut claims: Value = json!({"iss": issuer.named().issuer, "aud": CLIENT, "nonce": nonce, "exp": now + 60});
        tests::company::merge(&mut claims, ruth(true));
        issuer.sign(&header, &claims)
    };
    for (what, token) in [
        ("nothing", String::new()),
        ("no token", "abc".to_owned()),
        ("no signature", format!("{signed}.")),
        (
            "another's claims",
            format!(
                "{header}.{}.{signature}",
                with(json!({"email": "eve@company.example"})).split('.').nth(1).unwrap()
            ),
        ),
        (
            "another issuer's key",
            other.token(&nonce, &{
                let mut all = ruth(true);
                all["iss"] = json!(issuer.named().issuer);
                all
            }),
        ),
        ("algorithm none", header_of(json!({"alg": "none", "kid": KID}))),
        ("a shared secret", header_of(json!({"alg": "HS256", "kid": KID}))),
        ("a curve", header_of(json!({"alg": "ES256", "kid": KID}))),
        ("no key named", header_of(json!({"alg": "RS256"}))),
        ("a key nobody knows", header_of(json!({"alg": "RS256", "kid": "2020-01"}))),
        ("a key of another kind", header_of(json!({"alg": "RS256", "kid": "other"}))),
        ("what must be understood", header_of(json!({"alg": "RS256", "kid": KID, "crit": ["b64"]}))),
        ("another issuer", with(json!({"iss": "https://issuer.example"}))),
        ("another application", with(json!({"aud": "wiki"}))),
        ("other applications", with(json!({"aud": ["wiki", "chat"]}))),
        ("no application", with(json!({"aud": null}))),
        ("over", with(json!({"exp": now - 1}))),
        ("without an end", with(json!({"exp": null}))),
        ("an end that is no time", with(json!({"exp": "never"}))),
        ("not yet", with(json!({"nbf": now + 60}))),
        ("made tomorrow", with(json!({"iat": now + 86_400}))),
    ] {
        let answer = finish(&company, &token, &cookie).await;
        assert_eq!((answer.status, &answer["message"]), (401, &json!("Unauthorized")), "{what}: {}", answer.text);
        assert_eq!(answer.header("set-cookie"), "", "{what}");
    }
    // The gateway lets these pass, and the function does not.
    for (what, token, cookie) in [
        ("another browser asked for it", issuer.token("nonce", &ruth(true)), cookie.as_str()),
        ("no browser asked for it", good.clone(), ""),
        ("nobody has verified the address", issuer.token(&nonce, &ruth(false)), &cookie),
        ("no address", issuer.token(&nonce, &json!({"email_verified": true})), &cookie),
        ("nobody knows the address", with(json!({"email": "eve@company.example"})), &cookie),
    ] {
        let answer = finish(&company, &token, cookie).await;
        assert_eq!((answer.status, answer.problem().0), (401, "no-key"), "{what}: {}", answer.text);
    }
    // Nobody outside says what a token says.
    let bare = [("x-requested-with", "npsloop".to_owned()), ("cookie", cookie.clone())];
    assert_eq!(company.send_as_it_is(Method::POST, "/v1/sign-in/company", &bare).await.status, 401);

    // The local clock may be anywhere: tokens are of today.
    company.advance_days(3).await;
    let entered = finish(&company, &with(json!({"aud": ["wiki", CLIENT]})), &cookie).await;
    assert_eq!(entered.status, 204, "{}", entered.text);
    let session = entered.header("set-cookie").split(';').next().unwrap().to_owned();
    assert!(session.starts_with("session="), "{session}");
    let me = company.send(Method::GET, "/v1/me", &[("cookie", session)], Vec::new()).await.ok();
    assert_eq!((&me["email"], &me["role"]), (&json!(RUTH), &json!("admin")));
}

#[tokio::test]
async fn an_issuer_that_cannot_be_used_is_told_at_the_start() {
    let issuer = Issuer::start().await;
    let named = |name: &str| Named { issuer: name.to_owned(), client_id: CLIENT.to_owned() };
    let url = issuer.named().issuer;
    for (named, said) in [
        (named(&format!("{url}/")), format!("the issuer calls itself {url}")),
        (named(&format!("{url}/other")), "answered 404".to_owned()),
        (named("http://127.0.0.1:9"), "gave no answer".to_owned()),
        (named("http://issuer.example"), "gave no answer".to_owned()),
    ] {
        let wrong = World::start(Options { oidc: Some(named), ..Options::default() }).await.err().expect("no start");
        let wrong = host::telemetry::chain(&wrong);
        assert!(wrong.contains(&said), "{wrong}");
    }
}

#[tokio::test]
async fn a_browser_goes_there_and_comes_back_signed_in() {
    let issuer = Issuer::start().await;
    let company = company(&issuer).await;
    let browser = Browser::start().await;
    let mut tab = browser.tab().await;
    tab.look((1280, 900), "light").await;

    // Nobody sits there.
    tab.open(&format!("{}/dashboard", company.url())).await;
    press(&tab, "#by-company:not([hidden]) a").await;
    tab.until("location.pathname === '/sign-in/company/back' && document.readyState === 'complete'").await;
    tab.until("document.getElementById('text').textContent === 'Nobody is signed in here.'").await;

    // Somebody npsloop does not know.
    issuer.seat(json!({"email": "eve@company.example", "email_verified": true}));
    tab.open(&format!("{}/dashboard", company.url())).await;
    press(&tab, "#by-company:not([hidden]) a").await;
    tab.until("document.getElementById('text')?.textContent.includes('ask an admin to invite you')").await;
    assert_eq!(tab.evaluate("location.hash").await, "", "the token has left the address");

    issuer.seat(ruth(true));
    tab.open(&format!("{}/dashboard?window=30d", company.url())).await;
    press(&tab, "#by-company:not([hidden]) a").await;
    tab.until("location.pathname === '/dashboard' && document.getElementById('me')?.textContent === 'Ruth'").await;
    // The view that was wanted is there again.
    tab.until("location.search === '?window=30d'").await;

    // Out again, and the door is as it was.
    press(&tab, "#forget").await;
    tab.until("document.getElementById('door').open && !document.getElementById('by-company').hidden").await;
    assert!(text(&tab, "#door").await.contains("Sign in with your company"));
    assert_eq!(tab.barriers().await, Vec::<String>::new());
    tokio::time::timeout(Duration::from_secs(60), browser.close()).await.expect("it closes");
}
