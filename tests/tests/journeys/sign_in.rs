//! The company's people: how they come in without a password, what each may do and see, and how they are out again.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Company, Letter, done};

const RUTH: &str = "ruth@company.example";
const SAM: &str = "sam@company.example";
const MINA: &str = "mina@company.example";

/// Makes somebody known; an admin does, with a key.
async fn invite(company: &Company, email: &str, role: &str) -> Letter {
    let person = json!({"name": email.split('@').next(), "role": role});
    company.call(Method::PUT, &format!("/v1/people/{email}"), Some(person)).await.ok();
    company.settle().await;
    company.inbox(email).await.pop().expect("an invitation")
}

/// Asks for a letter and says how that was answered.
async fn ask(company: &Company, email: &str) -> Answer {
    let answer = company.call_as(None, Method::POST, "/v1/sign-in", Some(json!({"email": email}))).await;
    company.settle().await;
    answer
}

/// The link of a letter that signs in.
pub(crate) fn link(letter: &Letter) -> String {
    let (_, rest) = letter.text.split_once("/sign-in/").expect("a link");
    let token = rest.split_whitespace().next().unwrap();
    assert!(letter.html.contains(&format!("/sign-in/{token}\"")), "both parts have it");
    format!("/sign-in/{token}")
}

/// Presses the button behind a link.
async fn press(company: &Company, link: &str) -> Answer {
    let origin = ("origin", company.url().to_owned());
    let form = ("content-type", "application/x-www-form-urlencoded".to_owned());
    company.send(Method::POST, link, &[origin, form], b"pressed=yes".to_vec()).await
}

/// Somebody's browser.
pub(crate) struct Browser<'a> {
    company: &'a Company,
    cookie: String,
}

impl<'a> Browser<'a> {
    /// Somebody new, signed in by their invitation.
    pub(crate) async fn of(company: &'a Company, email: &str, role: &str) -> Self {
        let letter = invite(company, email, role).await;
        Self::through(company, &link(&letter)).await
    }

    pub(crate) async fn through(company: &'a Company, link: &str) -> Self {
        let entered = press(company, link).await;
        assert_eq!((entered.status, entered.header("location")), (303, "/dashboard"), "{entered:?}");
        let cookie = entered.header("set-cookie").split(';').next().unwrap().to_owned();
        Self { company, cookie }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.company.send(Method::GET, path, &[("cookie", self.cookie.clone())], Vec::new()).await
    }

    /// As our own page would.
    pub(crate) async fn change(&self, method: Method, path: &str, body: Value) -> Answer {
        let headers = [("x-requested-with", "npsloop".to_owned()), ("origin", self.company.url().to_owned())];
        self.change_with(method, path, body, &headers).await
    }

    /// What our own page sends along, whatever it asks.
    pub(crate) fn as_own_page(&self) -> Vec<(&'static str, String)> {
        let own = ("origin", self.company.url().to_owned());
        vec![("cookie", self.cookie.clone()), ("x-requested-with", "npsloop".to_owned()), own]
    }

    async fn change_with(&self, method: Method, path: &str, body: Value, more: &[(&str, String)]) -> Answer {
        let mut headers = vec![("cookie", self.cookie.clone()), ("content-type", "application/json".to_owned())];
        headers.extend(more.iter().cloned());
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        self.company.send(method, path, &headers, body).await
    }

    async fn status(&self, path: &str) -> u16 {
        self.get(path).await.status
    }
}

#[tokio::test]
async fn a_letter_brings_somebody_in_and_they_leave_again() {
    let company = Company::start().await;
    let invitation = invite(&company, SAM, "analyst").await;
    assert_eq!(invitation.subject, "You are invited to npsloop of Example Company");
    assert!(invitation.headers.contains_key("Auto-Submitted") && !invitation.headers.contains_key("List-Unsubscribe"));

    // Again, it changes who they are and writes no second letter.
    company.call(Method::PUT, &format!("/v1/people/{SAM}"), Some(json!({"name": "Sam", "role": "analyst"}))).await.ok();
    company.settle().await;
    assert_eq!(company.inbox(SAM).await.len(), 1);

    let asked = ask(&company, " Sam@Company.example ").await;
    assert_eq!((asked.status, &asked.body), (202, &json!({})));
    let letter = company.inbox(SAM).await.pop().unwrap();
    assert_eq!(letter.subject, "Sign in to npsloop of Example Company");
    let page = company.follow(&link(&letter)).await;
    assert_eq!(page.status, 200);
    assert!(page.seen().contains("Sign in to npsloop as Sam , sam@company.example"), "{}", page.seen());
    assert!(page.html.contains("<form method=\"post\">"));

    let entered = press(&company, &link(&letter)).await;
    let cookie = entered.header("set-cookie");
    // Plain http here; tests of `host` have what a browser gets from https.
    assert!(cookie.starts_with("session=") && cookie.ends_with("; Path=/; Max-Age=1209600; HttpOnly; SameSite=Lax"));
    let sam = Browser { company: &company, cookie: cookie.split(';').next().unwrap().to_owned() };
    let me = sam.get("/v1/me").await.ok();
    assert_eq!(me.body, json!({"kind": "person", "email": SAM, "name": "Sam", "role": "analyst", "scopes": ["read"]}));
    assert_eq!(sam.status("/v1/nps").await, 200);
    let known = company.call(Method::GET, &format!("/v1/people/{SAM}"), None).await.ok();
    assert!(known["signed_in_at"].is_string(), "{}", known.text);

    assert_eq!(sam.change_with(Method::POST, "/v1/sign-out", Value::Null, &[]).await.status, 403);
    assert_eq!(sam.status("/v1/me").await, 200, "another site's page signs nobody out");
    let left = sam.change(Method::POST, "/v1/sign-out", Value::Null).await;
    assert!(left.status == 204 && left.header("set-cookie").starts_with("session=; Path=/; Max-Age=0;"), "{left:?}");
    assert_eq!(sam.status("/v1/me").await, 401);
    let nobody = company.call_as(None, Method::POST, "/v1/sign-out", None).await;
    assert_eq!(nobody.status, 204);

    let key = company.call(Method::GET, "/v1/me", None).await.ok();
    assert_eq!((&key["kind"], &key["email"], &key["role"]), (&json!("key"), &Value::Null, &Value::Null));
    assert_eq!(company.call_as(None, Method::GET, "/v1/me", None).await.status, 401);
    let ways = company.call_as(None, Method::GET, "/v1/sign-in", None).await.ok();
    assert_eq!(ways.body, json!({"mail": true, "company_account": null}));
}

#[tokio::test]
async fn a_scanner_uses_nothing_up_and_a_link_works_once() {
    let company = Company::start().await;
    let letter = invite(&company, SAM, "analyst").await;
    let before = company.writes().await;
    for _ in 0..3 {
        assert_eq!(company.head(&link(&letter)).await.status, 200);
        assert_eq!(company.follow(&link(&letter)).await.status, 200);
    }
    assert_eq!(company.writes().await, before, "looking writes nothing");

    let sam = Browser::through(&company, &link(&letter)).await;
    assert_eq!(press(&company, &link(&letter)).await.status, 410, "once");
    assert_eq!(company.follow(&link(&letter)).await.status, 410);
    assert_eq!(sam.status("/v1/me").await, 200);
    let forged = link(&letter).replace("/sign-in/", "/sign-in/A");
    assert_eq!(company.follow(&forged).await.status, 404);
    let mut other = link(&letter);
    other.pop();
    other.push('_');
    assert_eq!((company.follow(&other).await.status, press(&company, &other).await.status), (410, 410));
}

#[tokio::test]
async fn a_robot_that_sends_the_forms_it_finds_signs_nobody_in() {
    let company = Company::start().await;
    let letter = link(&invite(&company, SAM, "analyst").await);
    for headers in [vec![], vec![("origin", "null".to_owned())], vec![("referer", company.url().to_owned())]] {
        let answer = company.send(Method::POST, &letter, &headers, b"pressed=yes".to_vec()).await;
        assert_eq!((answer.status, answer.header("set-cookie")), (403, ""), "{headers:?}");
    }
    let own = [("origin", company.url().to_owned())];
    for body in ["", "pressed=", "pressed=no", "score=9"] {
        let again = company.send(Method::POST, &letter, &own, body.into()).await;
        assert_eq!((again.status, again.header("set-cookie")), (200, ""), "{body}");
        assert!(again.text.contains("<form method=\"post\">"), "the page again");
    }
    assert_eq!(Browser::through(&company, &letter).await.status("/v1/me").await, 200, "nothing was used up");
}

#[tokio::test]
async fn whoever_lost_a_laptop_signs_out_everywhere() {
    let company = Company::start().await;
    let laptop = Browser::of(&company, SAM, "analyst").await;
    let mut links = Vec::new();
    for _ in 0..2 {
        ask(&company, SAM).await;
        links.push(link(&company.inbox(SAM).await.pop().unwrap()));
    }
    let phone = Browser::through(&company, &links[0]).await;
    let ruth = Browser::of(&company, RUTH, "admin").await;

    // Only who is signed in ends the others: the name of somebody is no secret.
    let stranger =
        Browser { company: &company, cookie: format!("{}B", phone.cookie.strip_suffix(|_: char| true).unwrap()) };
    stranger.change(Method::POST, "/v1/sign-out", json!({"everywhere": true})).await;
    let wrong = phone.change(Method::POST, "/v1/sign-out", json!({"everywhere": "yes"})).await;
    assert_eq!((wrong.status, wrong.problem()), (422, ("invalid", vec!["/everywhere"])));
    company.advance("1m").await;
    assert_eq!((laptop.status("/v1/me").await, phone.status("/v1/me").await), (200, 200));

    assert_eq!(phone.change(Method::POST, "/v1/sign-out", json!({"everywhere": true})).await.status, 204);
    company.advance("1m").await;
    assert_eq!((laptop.status("/v1/me").await, phone.status("/v1/me").await), (401, 401));
    assert_eq!(press(&company, &links[1]).await.status, 410, "no link that is on its way lets anybody in");
    assert_eq!(ruth.status("/v1/me").await, 200, "nobody else is out");
    ask(&company, SAM).await;
    Browser::through(&company, &link(&company.inbox(SAM).await.pop().unwrap())).await;
}

#[tokio::test]
async fn time_ends_a_link_an_invitation_and_a_session() {
    let company = Company::start().await;
    let invitation = link(&invite(&company, SAM, "analyst").await);
    ask(&company, SAM).await;
    let letter = link(&company.inbox(SAM).await.pop().unwrap());
    company.advance("14m").await;
    assert_eq!(company.follow(&letter).await.status, 200);
    company.advance("2m").await;
    assert_eq!((company.follow(&letter).await.status, press(&company, &letter).await.status), (410, 410));
    company.advance("2d").await;
    let sam = Browser::through(&company, &invitation).await;

    let late = link(&invite(&company, MINA, "analyst").await);
    company.advance("3d").await;
    assert_eq!((company.follow(&late).await.status, press(&company, &late).await.status), (410, 410));
    company.advance_days(10).await;
    assert_eq!(sam.status("/v1/me").await, 200);
    company.advance_days(2).await;
    assert_eq!(sam.status("/v1/me").await, 401);
}

#[tokio::test]
async fn one_place_asks_for_thirty_letters_an_hour_whatever_it_says_of_itself() {
    // A quarter past: the hour does not end meanwhile.
    let company = Company::start_at("2027-03-15T10:15:00Z").await;
    let ask = async |nth: u32| {
        let body = json!({"email": format!("somebody{nth}@company.example")}).to_string().into_bytes();
        let headers = [
            ("content-type", "application/json".to_owned()),
            ("x-forwarded-for", format!("192.0.2.{nth}")),
            ("forwarded", format!("for=192.0.2.{nth}")),
        ];
        company.send(Method::POST, "/v1/sign-in", &headers, body).await.status
    };
    for nth in 0..32 {
        assert_eq!(ask(nth).await, if nth < 30 { 202 } else { 429 }, "{nth}");
    }
    company.advance("45m").await;
    assert_eq!(ask(99).await, 202);
}

#[tokio::test]
async fn nobody_learns_who_is_known_and_nobody_is_flooded() {
    let company = Company::start().await;
    invite(&company, SAM, "analyst").await;
    let mut answers = Vec::new();
    for email in [SAM, "stranger@company.example"] {
        for _ in 0..6 {
            let answer = ask(&company, email).await;
            answers.push((answer.status, answer.text.clone()));
        }
    }
    let (known, unknown) = answers.split_at(6);
    assert_eq!(known, unknown);
    assert!(known[..5].iter().all(|(status, _)| *status == 202) && known[5].0 == 429, "{known:?}");
    assert_eq!(company.inbox(SAM).await.len(), 6, "the invitation, and five");
    assert_eq!(company.inbox("stranger@company.example").await.len(), 0);
    company.advance("15m").await;
    assert_eq!(ask(&company, SAM).await.status, 202);

    for (body, pointer) in [
        (json!({}), "/email"),
        (json!({"email": "sam"}), "/email"),
        (json!({"email": [SAM]}), "/email"),
        (json!({"email": SAM, "role": "admin"}), "/role"),
    ] {
        let answer = company.call_as(None, Method::POST, "/v1/sign-in", Some(body)).await;
        assert_eq!((answer.status, answer.problem()), (422, ("invalid", vec![pointer])));
    }
}

#[tokio::test]
async fn who_is_let_go_is_out_within_a_minute() {
    let company = Company::start().await;
    let ruth = Browser::of(&company, RUTH, "admin").await;
    let sam = Browser::of(&company, SAM, "admin").await;
    assert_eq!(sam.status("/v1/keys").await, 200);
    ask(&company, SAM).await;
    let unused = link(&company.inbox(SAM).await.pop().unwrap());

    ruth.change(Method::PUT, &format!("/v1/people/{SAM}"), json!({"name": "Sam", "role": "analyst"})).await.ok();
    company.advance("1m").await;
    assert_eq!((sam.status("/v1/keys").await, sam.status("/v1/nps").await), (403, 200));

    assert_eq!(ruth.change(Method::DELETE, &format!("/v1/people/{SAM}"), Value::Null).await.status, 204);
    company.advance("1m").await;
    assert_eq!(sam.status("/v1/nps").await, 401);
    assert_eq!(press(&company, &unused).await.status, 410);
    let letters = company.inbox(SAM).await.len();
    assert_eq!(ask(&company, SAM).await.status, 202);
    assert_eq!(company.inbox(SAM).await.len(), letters);

    ruth.change(Method::PUT, &format!("/v1/people/{MINA}"), json!({"name": "Mina", "role": "owner"})).await.ok();
    company.settle().await;
    let invited = company.inbox(MINA).await.pop().unwrap();
    assert_eq!(invited.subject, "ruth invites you to npsloop of Example Company");

    // Known again, they are somebody new: what let them in before does not.
    let fresh = Browser::of(&company, SAM, "analyst").await;
    assert_eq!((fresh.status("/v1/me").await, sam.status("/v1/me").await), (200, 401));
    assert_eq!(press(&company, &unused).await.status, 410);
    assert_eq!(ruth.change(Method::DELETE, "/v1/people/nobody@company.example", Value::Null).await.status, 404);
}

#[tokio::test]
async fn another_sites_page_changes_nothing() {
    let company = Company::start().await;
    let ruth = Browser::of(&company, RUTH, "admin").await;
    let (path, body) = (format!("/v1/people/{SAM}"), json!({"name": "Sam", "role": "admin"}));
    let asked = || ("x-requested-with", "npsloop".to_owned());
    let from = |origin: &str| ("origin", origin.to_owned());
    for headers in [
        vec![],
        vec![from(company.url())],
        vec![asked(), from("https://evil.example")],
        vec![asked(), from("null")],
        vec![("x-requested-with", "XMLHttpRequest".to_owned())],
    ] {
        let answer = ruth.change_with(Method::PUT, &path, body.clone(), &headers).await;
        assert_eq!((answer.status, answer.problem().0), (403, "wrong-scope"), "{headers:?}");
    }
    assert_eq!(company.call(Method::GET, &path, None).await.status, 404, "nothing was done");
    assert_eq!(ruth.change_with(Method::PUT, &path, body.clone(), &[asked()]).await.status, 200);
    assert_eq!(ruth.change(Method::PUT, &path, body).await.status, 200);

    // Nor does it sign anybody in as somebody else, and the link is still good.
    let letter = link(&invite(&company, MINA, "analyst").await);
    let forged = company.send(Method::POST, &letter, &[from("https://evil.example")], b"pressed=yes".to_vec()).await;
    assert_eq!((forged.status, forged.header("set-cookie")), (403, ""));
    assert_eq!(press(&company, &letter).await.status, 303);

    // A key is sent by no browser by itself, and a session does nothing beside one.
    let (_, key) = company.make_key(&["trigger"]).await;
    let headers = [("authorization", format!("Bearer {key}")), ("cookie", ruth.cookie.clone())];
    assert_eq!(company.send(Method::GET, "/v1/nps", &headers, Vec::new()).await.status, 403);
    let body = done("a0X1", "ada@example.com").into_body();
    assert_eq!(ruth.change(Method::POST, "/v1/triggers", body).await.status, 401, "a CRM has a key");
}

/// Two owners with an answer each, one of them low.
async fn two_owners(company: &Company) -> (String, String) {
    let sams = company.ask_and_hear(done("a0X1", "ada@example.com").owner(SAM), 3).await.survey;
    let gold = done("a0X2", "ben@example.com").owner(MINA).attribute("plan", "gold");
    let minas = company.ask_and_hear(gold, 9).await.survey;
    company.settle().await;
    (sams, minas)
}

#[tokio::test]
async fn an_owner_sees_their_own_and_no_more() {
    let company = Company::start().await;
    let (sams, minas) = two_owners(&company).await;
    let sam = Browser::of(&company, SAM, "owner").await;

    let numbers = sam.get("/v1/nps").await.ok();
    assert_eq!((&numbers["n"], &numbers["detractors"], &numbers["promoters"]), (&json!(1), &json!(1), &json!(0)));
    let groups = sam.get("/v1/nps?group_by=owner").await.ok();
    let values: Vec<_> = groups["groups"].as_array().unwrap().iter().map(|group| group["value"].clone()).collect();
    assert_eq!(values, [json!(SAM)]);
    assert_eq!(sam.get(&format!("/v1/nps?filter.owner={SAM}")).await.ok()["n"], 1);
    assert_eq!(sam.status(&format!("/v1/nps?filter.owner={MINA}")).await, 403);

    let responses = sam.get("/v1/responses").await.ok();
    let ids: Vec<_> = responses["responses"].as_array().unwrap().iter().map(|one| one["survey_id"].clone()).collect();
    assert_eq!(ids, [json!(sams)]);
    assert_eq!(sam.status(&format!("/v1/responses?filter.owner={MINA}")).await, 403);
    let table = sam.get("/v1/responses.csv").await.text;
    assert!(table.contains(&sams) && !table.contains(&minas), "{table}");
    // Folded from the answers, since tallies do not know milestones.
    let folded = sam.get("/v1/nps?group_by=milestone").await.ok();
    assert_eq!((&folded["basis"], &folded["n"]), (&json!("answers"), &json!(1)));
    let dimensions = sam.get("/v1/dimensions").await.ok()["dimensions"].to_string();
    assert!(dimensions.contains("owner") && !dimensions.contains("plan"), "{dimensions}");

    assert_eq!(sam.status(&format!("/v1/surveys/{sams}")).await, 200);
    assert_eq!(sam.status(&format!("/v1/surveys/{minas}")).await, 404);
    assert_eq!(sam.get("/v1/surveys?contact=ada@example.com").await.ok()["surveys"][0]["survey_id"], json!(sams));
    assert_eq!(sam.get("/v1/surveys?contact=ben@example.com").await.ok()["surveys"], json!([]));
    assert_eq!(sam.get("/v1/surveys?subject_id=a0X2").await.ok()["surveys"], json!([]));

    assert_eq!(sam.get("/v1/contacts/ada@example.com/score").await.ok()["score"], 3);
    assert_eq!(sam.status("/v1/contacts/ben@example.com/score").await, 404);
    assert_eq!(
        sam.get("/v1/contacts/ben@example.com/score.svg").await.text,
        sam.get("/v1/contacts/nobody@example.com/score.svg").await.text
    );

    // Of another's accounts an owner does not learn that they were asked.
    let covered = sam.get("/v1/coverage").await.ok();
    assert_eq!(
        (&covered["sent"], &covered["asked_accounts"]),
        (&sam.get("/v1/nps").await.ok()["delivered"], &json!(0))
    );
    assert_eq!(sam.get(&format!("/v1/coverage?filter.owner={MINA}")).await.status, 403);

    // What nobody cut an owner's share out of is not for them.
    for path in [
        "/v1/leaders?dimension=owner",
        "/v1/themes/suggestions",
        "/v1/campaigns",
        "/v1/keys",
        "/v1/people",
        "/v1/destinations",
        "/v1/sources",
        "/v1/deliveries",
        "/v1/nurture",
        "/v1/contacts/ada@example.com",
    ] {
        assert_eq!(sam.status(path).await, 403, "{path}");
    }
    let judged = sam.change(Method::PATCH, &format!("/v1/responses/{sams}"), json!({"standing": "suspect"})).await;
    assert_eq!(judged.status, 403, "nobody takes their own low scores out");
    let said = sam.change(Method::PATCH, &format!("/v1/responses/{sams}"), json!({"sentiment": "positive"})).await;
    assert_eq!(said.status, 403, "nor says how they sound");
    let applied = sam.change(Method::POST, "/v1/themes/apply", json!({})).await;
    assert_eq!(applied.status, 403);
}

#[tokio::test]
async fn what_came_before_is_not_shown_to_a_new_owner() {
    let company = Company::start().await;
    company.campaign_with("default", json!({"limit_days": 0})).await;
    company.ask_and_hear(done("a0X1", "ada@example.com").owner(MINA), 9).await;
    company.advance("1m").await;
    company.ask_and_hear(done("a0X2", "ada@example.com").owner(SAM), 3).await;
    company.settle().await;
    let all = company.score_of("ada@example.com").await.ok();
    assert_eq!((&all["previous"]["score"], &all["trend"]), (&json!(9), &json!("down")));
    let sam = Browser::of(&company, SAM, "owner").await;
    let own = sam.get("/v1/contacts/ada@example.com/score").await.ok();
    assert_eq!((&own["score"], &own["previous"], &own["trend"]), (&json!(3), &Value::Null, &Value::Null));
    let mina = Browser::of(&company, MINA, "owner").await;
    assert_eq!(mina.status("/v1/contacts/ada@example.com/score").await, 404);
}

#[tokio::test]
async fn an_owner_does_their_own_tasks() {
    let company = Company::start().await;
    let (sams, minas) = two_owners(&company).await;
    company.advance("1m").await;
    let sam = Browser::of(&company, SAM, "owner").await;
    let (own, other) = (format!("/v1/tasks/{sams}-recovery"), format!("/v1/tasks/{minas}-referral"));
    let tasks = sam.get("/v1/tasks").await.ok();
    let ids: Vec<_> = tasks["tasks"].as_array().unwrap().iter().map(|task| task["id"].clone()).collect();
    assert_eq!(ids, [json!(format!("{sams}-recovery"))]);
    assert_eq!(sam.get(&format!("/v1/tasks?owner={SAM}")).await.ok()["tasks"], tasks["tasks"]);
    assert_eq!(sam.status(&format!("/v1/tasks?owner={MINA}")).await, 403);
    assert_eq!((sam.status(&own).await, sam.status(&other).await), (200, 404));

    let said = sam.change(Method::POST, &format!("{own}/comment"), json!({"text": "Called."})).await.ok();
    assert_eq!(said["remarks"][0]["by"], "sam");
    assert_eq!(sam.change(Method::POST, &format!("{own}/complete"), Value::Null).await.ok()["status"], "done");
    assert_eq!(sam.change(Method::POST, &format!("{own}/reopen"), Value::Null).await.ok()["status"], "open");
    let given = json!({"owner_email": MINA});
    assert_eq!(sam.change(Method::POST, &format!("{own}/reassign"), given.clone()).await.status, 403);
    for what in ["comment", "complete", "reopen"] {
        let body = if what == "comment" { json!({"text": "Mine?"}) } else { Value::Null };
        assert_eq!(sam.change(Method::POST, &format!("{other}/{what}"), body).await.status, 404, "{what}");
    }
    assert_eq!(company.task(&format!("{minas}-referral")).await.ok()["status"], "open");

    // Somebody else's today, it is no longer theirs; and an analyst looks on.
    company.act(&format!("{sams}-recovery"), "reassign", Some(given)).await.ok();
    assert_eq!((sam.status(&own).await, sam.get("/v1/tasks").await.ok()["tasks"].clone()), (404, json!([])));
    let ivo = Browser::of(&company, "ivo@company.example", "analyst").await;
    assert_eq!(ivo.status(&own).await, 200);
    assert_eq!(ivo.change(Method::POST, &format!("{own}/complete"), Value::Null).await.status, 403);
}

#[tokio::test]
async fn an_analyst_sees_all_and_an_admin_does_all() {
    let company = Company::start().await;
    let (sams, minas) = two_owners(&company).await;
    let ivo = Browser::of(&company, "ivo@company.example", "analyst").await;
    let ruth = Browser::of(&company, RUTH, "admin").await;
    for browser in [&ivo, &ruth] {
        assert_eq!(browser.get("/v1/nps").await.ok()["n"], 2);
        assert_eq!(browser.get(&format!("/v1/nps?filter.owner={MINA}")).await.ok()["n"], 1);
        assert_eq!(
            (browser.status(&format!("/v1/surveys/{sams}")).await, browser.status("/v1/nurture").await),
            (200, 200)
        );
        let judged = json!({"standing": "confirmed"});
        assert_eq!(browser.change(Method::PATCH, &format!("/v1/responses/{minas}"), judged).await.status, 200);
    }
    for (method, path, body) in [
        (Method::GET, "/v1/people".to_owned(), Value::Null),
        (Method::GET, "/v1/campaigns".to_owned(), Value::Null),
        (Method::POST, "/v1/keys".to_owned(), json!({"name": "a test", "scopes": ["read"]})),
        (Method::PUT, format!("/v1/people/{SAM}"), json!({"name": "Sam", "role": "owner"})),
        (Method::GET, "/v1/contacts/ada@example.com".to_owned(), Value::Null),
    ] {
        assert_eq!(ivo.change(method.clone(), &path, body.clone()).await.status, 403, "{path}");
        assert!(ruth.change(method, &path, body).await.status < 300, "{path}");
    }
    let people = ruth.get("/v1/people").await.ok();
    let listed: Vec<_> = people["people"].as_array().unwrap().iter().map(|one| one["email"].clone()).collect();
    assert_eq!(listed, [json!("ivo@company.example"), json!(RUTH), json!(SAM)]);
    assert_eq!(people["cursor"], Value::Null);
}

#[tokio::test]
async fn whoever_sits_at_the_machine_is_let_in() {
    let company = Company::start().await;
    let link = company.world().sign_in_link().await.unwrap().replace(company.url(), "");
    let you = Browser::through(&company, &link).await;
    let me = you.get("/v1/me").await.ok();
    assert_eq!((&me["role"], &me["scopes"]), (&json!("admin"), &json!(["read", "manage"])));
    assert_eq!(company.mail().await.len(), 0, "nobody is written to");
}
