//! Who may call what: every operation there is, with everybody who could call it. And what an owner sees, whatever others do.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Company, done};

use crate::sign_in::Browser;

const SAM: &str = "sam@company.example";
const MINA: &str = "mina@company.example";

/// Whom an operation is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum For {
    /// Whoever has a valid key or session.
    Known,
    /// Who may read, of owners what is theirs.
    Readers,
    /// Who may read everything.
    ReadersOfAll,
    /// Who may read or manage, of owners what is theirs.
    Lookers,
    /// Who may read or manage everything.
    LookersAtAll,
    /// Who may manage, and owners with what is theirs.
    Actors,
    /// Who may manage.
    Managers,
    /// Programs that trigger; nobody's session.
    Triggers,
    /// Programs that move a company here; nobody's session.
    Movers,
}

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Caller {
    /// Nobody that is known, in one way or another.
    Stranger,
    TriggerKey,
    ReadKey,
    ManageKey,
    Owner,
    Analyst,
    Admin,
}

impl For {
    fn lets(self, caller: Caller) -> bool {
        use Caller::{Admin, Analyst, ManageKey, Owner, ReadKey, Stranger, TriggerKey};
        match (self, caller) {
            (_, Stranger) => false,
            (Self::Known, _) | (Self::Triggers, TriggerKey) | (Self::Movers, ManageKey) => true,
            (Self::Triggers | Self::Movers, _) | (_, TriggerKey) => false,
            (Self::Readers, caller) => matches!(caller, ReadKey | Owner | Analyst | Admin),
            (Self::ReadersOfAll, caller) => matches!(caller, ReadKey | Analyst | Admin),
            (Self::Lookers, caller) => matches!(caller, ReadKey | ManageKey | Owner | Analyst | Admin),
            (Self::LookersAtAll, caller) => matches!(caller, ReadKey | ManageKey | Analyst | Admin),
            (Self::Actors, caller) => matches!(caller, ManageKey | Owner | Admin),
            (Self::Managers, caller) => matches!(caller, ManageKey | Admin),
        }
    }
}

/// Operations that are for everybody, or where something else than a key or session opens: a link, a source's secret.
const OPEN: [&str; 15] = [
    "/local/",
    "/r/",
    "/u/",
    "/d/",
    "/preview/",
    "/sign-in/",
    "/v1/sign-in",
    "/v1/sign-out",
    "/v1/triggers/{source}",
    "/widget.js",
    "/dashboard",
    "/phone",
    "/icons/",
    "/openapi.json",
    "/",
];

/// Every other operation: how it is called here, so that it changes nothing that matters, and whom it is for. `{sams}` and
/// `{minas}` are surveys.
const CLOSED: [(&str, &str, &str, For); 79] = [
    ("GET /v1/me", "", "", For::Known),
    ("POST /v1/triggers", "", "{}", For::Triggers),
    ("POST /v1/triggers/batch", "", "[]", For::Triggers),
    ("GET /v1/nps", "", "", For::Readers),
    ("GET /v1/leaders", "?dimension=owner", "", For::ReadersOfAll),
    ("GET /v1/coverage", "", "", For::Readers),
    ("GET /v1/dimensions", "", "", For::Readers),
    ("GET /v1/benchmarks", "", "", For::Readers),
    ("GET /v1/experiments", "", "", For::ReadersOfAll),
    ("GET /v1/surveys", "?subject_id=a0X2", "", For::Readers),
    ("GET /v1/surveys/{minas}", "", "", For::Readers),
    ("GET /v1/responses", "", "", For::Readers),
    ("GET /v1/responses.csv", "", "", For::Readers),
    ("POST /v1/responses/import", "", "{}", For::Movers),
    ("PATCH /v1/responses/{minas}", "", "{}", For::ReadersOfAll),
    ("GET /v1/export/surveys", "", "", For::Managers),
    ("GET /v1/themes/suggestions", "", "", For::ReadersOfAll),
    ("POST /v1/themes/apply", "?dry_run=true", "{}", For::Managers),
    ("GET /v1/contacts/ben@example.com/score", "", "", For::Readers),
    ("GET /v1/contacts/ben@example.com/score.svg", "", "", For::Readers),
    ("GET /v1/contacts/ben@example.com", "", "", For::Managers),
    ("DELETE /v1/contacts/nobody@example.com", "", "", For::Managers),
    ("GET /v1/campaigns", "", "", For::Managers),
    ("GET /v1/campaigns/default", "", "", For::Managers),
    ("PUT /v1/campaigns/spring", "", "{}", For::Managers),
    ("DELETE /v1/campaigns/spring", "", "", For::Managers),
    ("GET /v1/campaigns/default/sending", "", "", For::Managers),
    ("GET /v1/campaigns/default/preview", "", "", For::LookersAtAll),
    ("POST /v1/campaigns/default/preview", "", "{}", For::Managers),
    ("POST /v1/campaigns/default/test", "", "{}", For::Managers),
    ("POST /v1/campaigns/none/pause", "", "{}", For::Managers),
    ("POST /v1/campaigns/none/resume", "", "{}", For::Managers),
    ("GET /v1/campaigns/default/templates", "", "", For::Managers),
    ("GET /v1/campaigns/default/templates/invite", "", "", For::Managers),
    ("PUT /v1/campaigns/default/templates/invite", "", "{}", For::Managers),
    ("DELETE /v1/campaigns/default/templates/invite", "", "", For::Managers),
    ("GET /v1/templates/variables", "", "", For::Managers),
    ("GET /v1/campaigns/default/doors", "", "", For::Managers),
    ("GET /v1/campaigns/default/doors/none", "", "", For::Managers),
    ("PUT /v1/campaigns/default/doors/none", "", "{}", For::Managers),
    ("DELETE /v1/campaigns/default/doors/none", "", "", For::Managers),
    ("POST /v1/campaigns/default/doors/none/renew", "", "{}", For::Managers),
    ("GET /v1/campaigns/default/doors/none/qr.svg", "", "", For::LookersAtAll),
    ("GET /v1/campaigns/default/doors/none/qr.png", "", "", For::LookersAtAll),
    ("GET /v1/keys", "", "", For::Managers),
    ("POST /v1/keys", "", "{}", For::Managers),
    ("GET /v1/keys/none", "", "", For::Managers),
    ("DELETE /v1/keys/none", "", "", For::Managers),
    ("GET /v1/people", "", "", For::Managers),
    ("GET /v1/people/sam@company.example", "", "", For::Managers),
    ("PUT /v1/people/new@company.example", "", "{}", For::Managers),
    ("DELETE /v1/people/nobody@company.example", "", "", For::Managers),
    ("GET /v1/sources", "", "", For::Managers),
    ("GET /v1/sources/none", "", "", For::Managers),
    ("PUT /v1/sources/none", "", "{}", For::Managers),
    ("DELETE /v1/sources/none", "", "", For::Managers),
    ("GET /v1/sources/none/refused", "", "", For::Managers),
    ("GET /v1/destinations", "", "", For::Managers),
    ("GET /v1/destinations/none", "", "", For::Managers),
    ("PUT /v1/destinations/none", "", "{}", For::Managers),
    ("DELETE /v1/destinations/none", "", "", For::Managers),
    ("GET /v1/deliveries", "", "", For::Managers),
    ("POST /v1/deliveries/retry", "", "{}", For::Managers),
    ("POST /v1/deliveries/{minas}-none/retry", "", "", For::Managers),
    ("GET /v1/letters", "", "", For::Managers),
    ("POST /v1/letters/none/retry", "", "", For::Managers),
    ("GET /v1/recounts", "", "", For::Managers),
    ("POST /v1/recounts", "", "{\"no\": 1}", For::Managers),
    ("GET /v1/recounts/none", "", "", For::Managers),
    ("GET /v1/reconciliations", "", "", For::Managers),
    ("POST /v1/reconciliations", "", "{\"no\": 1}", For::Managers),
    ("GET /v1/reconciliations/none", "", "", For::Managers),
    ("GET /v1/tasks", "", "", For::Lookers),
    ("GET /v1/tasks/{minas}-referral", "", "", For::Lookers),
    ("POST /v1/tasks/{minas}-referral/complete", "", "{\"no\": 1}", For::Actors),
    ("POST /v1/tasks/{minas}-referral/reopen", "", "{\"no\": 1}", For::Actors),
    ("POST /v1/tasks/{minas}-referral/reassign", "", "{}", For::Managers),
    ("POST /v1/tasks/{minas}-referral/comment", "", "{}", For::Actors),
    ("GET /v1/nurture", "", "", For::LookersAtAll),
];

/// Two owners with an answer each, one of them low.
async fn two_owners(company: &Company) -> (String, String) {
    let sams = company.ask_and_hear(done("a0X1", "ada@example.com").owner(SAM), 3).await.survey;
    let gold = done("a0X2", "ben@example.com").owner(MINA).attribute("plan", "gold");
    let minas = company.ask_and_hear(gold, 9).await.survey;
    company.settle().await;
    (sams, minas)
}

#[tokio::test]
async fn every_operation_lets_in_whom_it_is_for_and_nobody_else() {
    let company = Company::start().await;
    let (_, minas) = two_owners(&company).await;
    company.advance("1m").await;
    let gone = Browser::of(&company, "gone@company.example", "admin").await;
    company.call(Method::DELETE, "/v1/people/gone@company.example", None).await;
    let people = [
        (Caller::Owner, Browser::of(&company, SAM, "owner").await),
        (Caller::Analyst, Browser::of(&company, "ivo@company.example", "analyst").await),
        (Caller::Admin, Browser::of(&company, "ruth@company.example", "admin").await),
    ];
    let (id, revoked) = company.make_key(&["trigger", "read", "manage"]).await;
    company.call(Method::DELETE, &format!("/v1/keys/{id}"), None).await;
    company.advance("1m").await;

    let bearer = |key: &str| vec![("authorization", format!("Bearer {key}"))];
    let page = |cookie: &str| {
        let mut headers = gone.as_own_page();
        headers[0].1 = cookie.to_owned();
        headers
    };
    let mut callers = vec![
        ("nobody", Caller::Stranger, vec![]),
        ("a wrong key", Caller::Stranger, bearer("nobody")),
        ("a revoked key", Caller::Stranger, bearer(&revoked)),
        ("the right key in the wrong way", Caller::Stranger, vec![("authorization", "Basic bG9jYWw6".to_owned())]),
        ("no session", Caller::Stranger, page("session=")),
        ("a session nobody has", Caller::Stranger, page(&format!("session={}", "A".repeat(65)))),
        ("one who was let go", Caller::Stranger, gone.as_own_page()),
    ];
    for (scope, caller) in [("trigger", Caller::TriggerKey), ("read", Caller::ReadKey), ("manage", Caller::ManageKey)] {
        callers.push((scope, caller, bearer(&company.make_key(&[scope]).await.1)));
    }
    for (caller, browser) in &people {
        callers.push(("a session", *caller, browser.as_own_page()));
    }

    let mut called = BTreeSet::new();
    for (operation, query, body, whom) in CLOSED {
        let (method, path) = operation.split_once(' ').unwrap();
        let method: Method = method.parse().unwrap();
        let path = path.replace("{minas}", &minas);
        called.insert(described(&company, method.as_str(), &path));
        for (who, caller, headers) in &callers {
            let mut headers = headers.clone();
            headers.push(("content-type", "application/json".to_owned()));
            let answer = company.send(method.clone(), &format!("{path}{query}"), &headers, body.into()).await;
            let what = format!("{operation} by {who} ({caller:?}): {} {}", answer.status, answer.text);
            match (whom.lets(*caller), whom, caller) {
                (true, ..) => assert!(!matches!(answer.status, 401 | 403), "{what}"),
                // A program has a key: a session is none.
                (false, For::Triggers | For::Movers, Caller::Owner | Caller::Analyst | Caller::Admin)
                | (false, _, Caller::Stranger) => {
                    assert_eq!((answer.status, answer.problem().0), (401, "no-key"), "{what}");
                }
                _ => assert_eq!((answer.status, answer.problem().0), (403, "wrong-scope"), "{what}"),
            }
            // Neither the answer nor the refusal is for the next one at this machine.
            if method == Method::GET {
                let kept = answer.header("cache-control");
                assert!(kept.contains("no-store") || kept.contains("private"), "{what} {kept:?}");
                assert_eq!(answer.header("x-content-type-options"), "nosniff", "{what}");
            } else {
                // The same by another site's page, with the cookie the browser sends along.
                let from = headers.iter().position(|(name, _)| *name == "origin");
                if let Some(from) = from.filter(|_| whom.lets(*caller)) {
                    headers[from].1 = "https://evil.example".to_owned();
                    let forged = company.send(method.clone(), &format!("{path}{query}"), &headers, body.into()).await;
                    assert_eq!((forged.status, forged.problem().0), (403, "wrong-scope"), "{what}");
                }
            }
        }
    }
    let all: BTreeSet<String> = company.contract().operations().into_iter().collect();
    let open = |operation: &&String| {
        let path = operation.split_once(' ').unwrap().1;
        !OPEN.iter().any(|open| {
            path == *open
                || (open.ends_with('/') && *open != "/" && path.starts_with(open))
                || (*open == "/v1/sign-in" && path.starts_with(open))
        })
    };
    let closed: BTreeSet<String> = all.iter().filter(open).cloned().collect();
    assert_eq!(called, closed, "every operation is here, or is open on purpose");
}

/// The operation as the description has it.
fn described(company: &Company, method: &str, path: &str) -> String {
    let fits = |template: &str| {
        let (asked, template): (Vec<_>, Vec<_>) = (path.split('/').collect(), template.split('/').collect());
        asked.len() == template.len()
            && asked
                .iter()
                .zip(&template)
                .all(|(asked, part)| asked == part || (part.starts_with('{') && !asked.is_empty()))
    };
    let of_method = |operation: &String| operation.split_once(' ').is_some_and(|(of, path)| of == method && fits(path));
    let mut fitting: Vec<_> = company.contract().operations().into_iter().filter(of_method).collect();
    // What is written out wins.
    fitting.sort_by_key(|operation| operation.matches('{').count());
    fitting.into_iter().next().unwrap_or_else(|| panic!("{method} {path} is described"))
}

/// Everything an owner may ask that others could show through, in many ways.
fn questions(sams: &str) -> Vec<String> {
    let mut all = Vec::new();
    let dimensions = [
        "owner",
        "agent",
        "account",
        "hour",
        "weekday",
        "campaign",
        "mail",
        "language",
        "channel",
        "milestone",
        "standing",
        "answered_by",
        "theme",
        "sentiment",
        "reason",
        "variant",
        "region",
        "plan",
    ];
    for dimension in dimensions {
        all.push(format!("/v1/nps?group_by={dimension}&compare=previous&precision=5&trend=day"));
        all.push(format!("/v1/nps?group_by={dimension}&by=sending&per=contact"));
        all.push(format!("/v1/nps?group_by={dimension}&cross_by=region&scan=1"));
    }
    for filter in
        ["plan=gold", "region=EMEA", "account=A-2", "agent=kim", "standing=confirmed", "weekday=mon", "theme=price"]
    {
        for path in [
            "/v1/nps?group_by=owner&",
            "/v1/responses?",
            "/v1/responses?limit=1&",
            "/v1/responses.csv?",
            "/v1/coverage?",
            "/v1/dimensions?",
        ] {
            all.push(format!("{path}filter.{filter}"));
        }
    }
    for path in [
        "/v1/nps",
        "/v1/nps?window=1d&around=2027-03-01",
        "/v1/responses",
        "/v1/responses?limit=1",
        "/v1/responses.csv",
        "/v1/dimensions",
        "/v1/coverage",
        "/v1/coverage?scan=1",
        "/v1/coverage?scan=5001",
        "/v1/nps?per=contact&scan=5001",
        "/v1/tasks",
        "/v1/tasks?status=done",
        "/v1/surveys?contact=ada@example.com",
        "/v1/surveys?contact=ben@example.com",
        "/v1/surveys?contact=eve@example.com",
        "/v1/surveys?subject_id=a0X2",
        "/v1/surveys?subject_id=a0X9",
        "/v1/contacts/ada@example.com/score",
        "/v1/contacts/ben@example.com/score",
        "/v1/contacts/eve@example.com/score",
        "/v1/contacts/ben@example.com/score.svg",
        "/v1/contacts/eve@example.com/score.svg",
    ] {
        all.push(path.to_owned());
    }
    all.push(format!("/v1/surveys/{sams}"));
    all
}

#[tokio::test]
async fn whatever_happens_to_others_changes_nothing_an_owner_sees() {
    let company = Company::start().await;
    company
        .campaign_with(
            "default",
            json!({"limit_days": 0, "themes": [{"id": "price", "name": "Price", "keywords": {"en": ["price"]}}]}),
        )
        .await;
    let (sams, _) = two_owners(&company).await;
    company.ask(done("a0X3", "cho@example.com").owner(SAM).attribute("region", "EMEA")).await;
    company.advance("1m").await;
    let sam = Browser::of(&company, SAM, "owner").await;
    let questions = questions(&sams);
    let asked = async || {
        let mut answers = BTreeMap::new();
        for question in &questions {
            let answer = sam.get(question).await;
            let mut body = answer.body.clone();
            // The time of the answer, and of the next step as seen from now.
            if let Some(as_of) = body.get_mut("as_of") {
                *as_of = Value::Null;
            }
            let shown = if body.is_null() { answer.text.clone() } else { body.to_string() };
            answers.insert(question.clone(), (answer.status, shown, answer.header("link").to_owned()));
        }
        answers
    };
    let before = asked().await;
    assert!(before.values().filter(|(status, ..)| *status == 200).count() > questions.len() * 3 / 4, "{before:#?}");

    // Mina has a busy day: a low score, a comment, a task done, an account that is silent, an answer taken out.
    let eve = done("a0X9", "eve@example.com").owner(MINA).set("account_id", "A-2").set("account_name", "Secret AG");
    let eve = eve.set("agent_id", "kim").attribute("plan", "gold").attribute("region", "EMEA").attribute("budget", "9");
    let letter = company.ask(eve).await;
    company
        .respond_with(&letter.link(0), json!({"score": 0, "comment": "The price is a scandal", "follow_up": true}))
        .await
        .ok();
    company.ask(done("a0X8", "fay@example.com").owner(MINA).set("account_id", "A-7")).await;
    let other = company.ask_and_hear(done("a0X7", "gil@example.com").owner(MINA).attribute("region", "EMEA"), 7).await;
    company.judge(&other.survey, "suspect").await.ok();
    company.settle().await;
    company.act(&format!("{}-recovery", letter.survey), "complete", None).await.ok();
    company.settle().await;

    let after = asked().await;
    for (question, answer) in &after {
        assert_eq!(answer, &before[question], "{question}");
    }
    // Whoever sees everything sees all of that.
    assert_eq!(company.nps("").await["n"], 3);
}
