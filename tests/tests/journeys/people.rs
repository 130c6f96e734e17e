//! What is held about people, how it is forgotten, and that nothing else is.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use local::world::Options;
use serde_json::{Value, json};
use tests::company::MONDAY;
use tests::{Company, done, programs};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// Every item of both tables, as the SDK would see them.
pub(crate) fn everything(company: &Company) -> String {
    let mut all = String::new();
    for table in ["surveys", "ledger"] {
        let (parts, ()) =
            http::Request::post("/").header("x-amz-target", "DynamoDB_20120810.Scan").body(()).unwrap().into_parts();
        let answer = company.world().cloud().handle(&parts, json!({ "TableName": table }).to_string().as_bytes());
        assert_eq!(answer.status(), 200);
        let body: Value = serde_json::from_slice(answer.body()).unwrap();
        assert_eq!(body["LastEvaluatedKey"], Value::Null, "one page holds it all");
        all.push_str(&body["Items"].to_string());
    }
    all
}

const PERSONAL: [&str; 5] =
    ["ada@example.com", "Ada Lovelace", "+49 30 1234567", "003A-CRM", "It broke on the second day"];

#[tokio::test]
async fn an_erased_person_is_gone_and_the_counts_stay() {
    let data = tempfile::tempdir().unwrap();
    let offset = MONDAY.parse::<model::Timestamp>().unwrap().as_millis() - host::Clock::System.now().as_millis();
    let company = Company::start_with(Options {
        data: Some(data.path().to_owned()),
        background: false,
        offset,
        ..Options::default()
    })
    .await;
    company.campaign_with("default", json!({"limit_days": 0})).await;
    let ada = |record: &str| {
        done(record, "ada@example.com")
            .set("contact_name", "Ada Lovelace")
            .set("contact_phone", "+49 30 1234567")
            .set("contact_id", "003A-CRM")
            .attribute("region", "EMEA")
    };
    let letter = company.ask(ada("a0X1")).await;
    company.respond_with(&letter.link(2), json!({"score": 2, "comment": "It broke on the second day"})).await.ok();
    let open = company.ask(ada("a0X2")).await;
    company.ask_and_hear(done("a0X3", "bob@example.com"), 9).await;
    company.settle().await;

    let held = company.contact("ada@example.com").await.ok();
    for personal in PERSONAL {
        assert!(held.text.contains(personal), "all that is held is shown: {personal}");
        assert!(everything(&company).contains(personal));
    }
    assert!(held.text.contains(&letter.survey) && held.text.contains(&open.survey));
    assert_eq!(company.contact("003A-CRM").await.ok().body, held.body);

    assert_eq!(company.erase("ada@example.com").await.status, 204);
    company.settle().await;
    for personal in PERSONAL {
        assert!(!everything(&company).contains(personal), "{personal} is still there");
    }
    assert_eq!(company.contact("ada@example.com").await.status, 404);
    assert_eq!(company.score_of("ada@example.com").await.status, 404);
    assert_eq!(company.surveys("?contact=ada@example.com").await["surveys"], json!([]));
    for id in [&letter.survey, &open.survey] {
        assert_eq!(company.call(reqwest::Method::GET, &format!("/v1/surveys/{id}"), None).await.status, 404);
    }
    let responses = company.responses("").await.ok();
    assert_eq!(responses["responses"].as_array().unwrap().len(), 1);
    let nps = company.nps("?group_by=region").await;
    assert_eq!(
        (&nps["n"], &nps["nps"], &nps["sent"], &nps["groups"][0]["n"]),
        (&json!(2), &json!(0), &json!(3), &json!(1))
    );

    // Links of the person lead nowhere, and nothing more is sent.
    assert_eq!(company.respond(&letter.link(9), 9).await.status, 410);
    assert_eq!(company.follow(&letter.link(9)).await.status, 200, "a page writes and reads nothing");
    company.advance_days(30).await;
    assert_eq!(company.inbox("ada@example.com").await.len(), 2);
    assert_eq!(company.nps("").await["n"], 2);
    // Also not in the files, once what was deleted is given back and the stream has moved on. The mailbox is the
    // contact's own and stays.
    company.ask(done("a0X4", "eve@example.com")).await;
    company.world().cloud().compact().unwrap();
    for file in ["tables.db", "tables.db-wal"] {
        let bytes = std::fs::read(data.path().join(file)).unwrap_or_default();
        assert_eq!(contains(&bytes, b"eve@example.com"), file == "tables.db");
        for personal in PERSONAL {
            assert!(!contains(&bytes, personal.as_bytes()), "{personal} is still in {file}");
        }
    }
    assert_eq!(company.erase("ada@example.com").await.status, 404, "there is nobody of that name");
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|part| part == wanted)
}

#[tokio::test]
async fn who_was_erased_may_be_asked_anew_unless_they_unsubscribed() {
    let company = Company::start().await;
    company.ask_and_hear(done("a0X1", "ada@example.com"), 3).await;
    let bob = company.ask(done("a0X2", "bob@example.com")).await;
    company.press(&company.follow(&bob.unsubscribe_link()).await, &[]).await;
    company.settle().await;
    for address in ["ada@example.com", "bob@example.com"] {
        assert_eq!(company.erase(address).await.status, 204);
    }
    company.settle().await;
    assert!(!everything(&company).contains("bob@example.com"), "the wish is kept without the name");
    assert_eq!(company.trigger(done("a0X2", "bob@example.com")).await["reason"], "unsubscribed");
    // A new life of the same survey counts anew; the first stays counted.
    company.ask_and_hear(done("a0X1", "ada@example.com"), 10).await;
    company.settle().await;
    let nps = company.nps("").await;
    assert_eq!((&nps["n"], &nps["nps"]), (&json!(2), &json!(0)));
}

#[tokio::test]
async fn surveys_are_forgotten_after_their_retention_and_stay_counted() {
    let company = Company::start().await;
    company.campaign_with("default", json!({"retention_days": 30, "limit_days": 30})).await;
    let letter = company.ask_and_hear(done("a0X1", "ada@example.com"), 9).await;
    company.advance_days(29).await;
    assert_eq!(company.survey(&letter.survey).await["score"], 9);
    company.advance_days(4).await;
    assert_eq!(company.call(reqwest::Method::GET, &format!("/v1/surveys/{}", letter.survey), None).await.status, 404);
    assert!(!everything(&company).contains("ada@example.com"));
    assert_eq!(company.nps("").await["n"], 1);
    assert_eq!(company.respond(&letter.link(3), 3).await.status, 410);
}

/// The real program on a data directory.
async fn program(data: &Path) -> (Child, Company) {
    let mut child = Command::new(programs::debug("local"))
        .args(["--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let url = tokio::time::timeout(Duration::from_secs(30), async {
        while let Some(line) = lines.next_line().await.unwrap() {
            if let Some(at) = line.find("http://127.0.0.1:") {
                let digits = line[at + "http://127.0.0.1:".len()..].chars().take_while(char::is_ascii_digit).count();
                return line[at..at + "http://127.0.0.1:".len() + digits].to_owned();
            }
        }
        panic!("the banner says where to click");
    })
    .await
    .expect("it starts within half a minute");
    // Nobody reads what else it says; the pipe must not fill up.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    let company = Company::at(&url).await;
    (child, company)
}

#[tokio::test]
async fn everything_is_there_after_a_kill() {
    let data = tempfile::tempdir().unwrap();
    let (mut child, company) = program(data.path()).await;
    let letter = company.ask(done("a0X1", "ada@example.com")).await;
    let unanswered = company.ask(done("a0X2", "bob@example.com")).await;
    company.advance_days(2).await;
    company.respond_with(&letter.link(9), json!({"score": 9, "comment": "Quick and friendly."})).await.ok();
    // Written, and perhaps not yet counted: that is what the next life has to do.
    let asked = company.trigger(done("a0X3", "eve@example.com")).await.ok();
    let before = company.now().await;
    child.kill().await.unwrap();

    let (mut child, company) = program(data.path()).await;
    assert!(company.now().await >= before, "time did not go back");
    company.settle().await;
    let survey = company.survey(&letter.survey).await;
    assert_eq!((&survey["score"], &survey["comment"]), (&json!(9), &json!("Quick and friendly.")));
    assert_eq!(company.nps("").await["n"], 1);
    assert_eq!(company.inbox("ada@example.com").await.len(), 1);
    assert_eq!(company.inbox("eve@example.com").await[0].survey, asked.text("survey_id"));
    // Links, keys and schedules of the first life go on.
    let port = |url: &str| url.rsplit(':').next().unwrap_or_default().to_owned();
    let link = |link: &str| format!("{}/{}", company.url(), link.splitn(4, '/').nth(3).unwrap());
    assert_ne!(port(company.url()), "");
    assert_eq!(company.follow(&link(&letter.link(9))).await.status, 200);
    company.advance_days(6).await;
    assert_eq!(company.inbox("bob@example.com").await.len(), 2, "{}", unanswered.survey);
    assert_eq!(company.trigger(done("a0X1", "ada@example.com")).await["decision"], "duplicate");
    child.kill().await.unwrap();
}

#[tokio::test]
async fn kills_at_any_moment_lose_and_repeat_nothing() {
    let data = tempfile::tempdir().unwrap();
    let mut asked = Vec::new();
    for life in 0..4_u64 {
        let (mut child, company) = program(data.path()).await;
        for nth in 0..6 {
            let answer = company
                .trigger(done(&format!("a0X{life}-{nth}"), &format!("person{life}-{nth}@example.com")))
                .await
                .ok();
            asked.push((answer.text("survey_id"), format!("person{life}-{nth}@example.com")));
        }
        // In the midst of relaying, sending and counting.
        tokio::time::sleep(Duration::from_millis(15 * life)).await;
        child.kill().await.unwrap();
    }
    let (mut child, company) = program(data.path()).await;
    // What was claimed when the process ended is settled by its Send event, or tried again after an hour.
    company.advance("3h").await;
    for (id, address) in &asked {
        assert_eq!(company.inbox(address).await.len(), 1, "{address}");
        let state = &company.survey(id).await["state"];
        assert_eq!(*state, "asked", "{address}");
    }
    for (nth, (_, address)) in asked.iter().enumerate() {
        let letter = company.inbox(address).await.remove(0);
        let path = letter.link(9).splitn(4, '/').nth(3).unwrap().to_owned();
        company.respond(&format!("{}/{path}", company.url()), if nth % 2 == 0 { 10 } else { 0 }).await.ok();
    }
    company.settle().await;
    let nps = company.nps("").await;
    assert_eq!(
        (&nps["n"], &nps["nps"], &nps["sent"], &nps["delivered"]),
        (&json!(24), &json!(0), &json!(24), &json!(24))
    );
    child.kill().await.unwrap();
}
