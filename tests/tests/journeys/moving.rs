//! Moving in from another service, and taking everything out: the program itself, against a company.

use std::path::{Path, PathBuf};

use reqwest::Method;
use serde_json::{Value, json};
use tests::company::KEY;
use tests::{Answer, Company, done, programs};
use tokio::process::Command;

/// What the program said, and how it ended.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs `npsloop` as somebody at a desk of the company does.
pub(crate) async fn npsloop(company: &Company, arguments: &[&str]) -> Said {
    let program = tokio::task::spawn_blocking(|| programs::debug("npsloop")).await.unwrap();
    let output = Command::new(program)
        .args(arguments)
        .env_clear()
        .env("NPSLOOP_URL", company.url())
        .env("NPSLOOP_API_KEY", KEY)
        .output()
        .await
        .expect("npsloop starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it speaks UTF-8");
    Said { code: output.status.code().expect("it ends by itself"), out: text(output.stdout), err: text(output.stderr) }
}

impl Said {
    /// Whether it said all of this.
    pub(crate) fn says(&self, all: &[&str]) {
        for text in all {
            assert!(self.out.contains(text), "`{text}` is not in:\n{}{}", self.out, self.err);
        }
    }
}

/// A table of `tests/fixtures/imports`, in a folder of its own: what is refused goes beside it.
fn fixture(folder: &Path, name: &str) -> PathBuf {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/imports").join(name);
    let to = folder.join(name);
    std::fs::copy(&from, &to).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
    to
}

pub(crate) fn path(path: &Path) -> &str {
    path.to_str().expect("a path of ASCII")
}

pub(crate) async fn import(company: &Company, body: Value) -> Answer {
    company.call(Method::POST, "/v1/responses/import", Some(body)).await
}

fn past(email: &str, score: u8, at: &str) -> Value {
    json!({ "contact_email": email, "score": score, "answered_at": at })
}

/// The outcome of each row, or where it is wrong.
pub(crate) fn outcomes(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{}", answer.text);
    let what = |row: &Value| match (&row["outcome"], &row["problem"]) {
        (Value::String(outcome), Value::Null) => outcome.clone(),
        (Value::Null, problem) => problem["errors"][0]["pointer"].as_str().unwrap_or_default().to_owned(),
        both => panic!("{both:?}"),
    };
    answer["rows"].as_array().unwrap().iter().map(what).collect()
}

pub(crate) const SPRING: &str = "?from=2021-03-01&to=2021-04-30";

#[tokio::test]
async fn a_company_moves_in_and_keeps_its_trend() {
    let company = Company::start().await;
    let folder = tempfile::tempdir().unwrap();
    // One who answers here, as everybody does from now on.
    company.ask_and_hear(done("a0X1", "ada@example.com"), 2).await;
    company.settle().await;
    let (letters, today) = (company.mail().await.len(), company.nps("").await);
    assert_eq!((&today["n"], &today["response_rate"]), (&json!(1), &json!(1.0)));
    let tasks = company.tasks("").await["tasks"].clone();

    let file = fixture(folder.path(), "delighted.csv");
    let dry = npsloop(&company, &["import", path(&file), "--dry-run"]).await;
    dry.says(&["6 rows of an export of Delighted", "3 would be imported", "3 refused"]);
    assert_eq!(company.nps(SPRING).await["n"], 0, "a dry run writes nothing");

    let said = npsloop(&company, &["import", path(&file), "--set", "attributes.origin=delighted"]).await;
    assert_eq!(said.code, 1, "{}{}", said.out, said.err);
    said.says(&["3 imported into the campaign `default`", "3 refused", "left out: ", "Permalink"]);
    company.settle().await;

    // They count on their own days, in every group, and in no rate.
    let numbers = company.nps(&format!("{SPRING}&group_by=Country")).await;
    assert_eq!((&numbers["n"], &numbers["nps"]), (&json!(3), &json!(0)));
    assert_eq!(numbers["counts"], json!([0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1]));
    for zero in ["sent", "delivered", "answered"] {
        assert_eq!(numbers[zero], 0, "{zero}: {}", numbers.text);
    }
    assert_eq!(numbers["response_rate"], Value::Null);
    let days: Vec<_> = numbers["days"].as_array().unwrap().iter().filter(|day| day["n"] != 0).collect();
    assert_eq!(days.iter().map(|day| &day["day"]).collect::<Vec<_>>(), ["2021-03-04", "2021-03-05", "2021-04-01"]);
    let groups = numbers["groups"].as_array().unwrap();
    let groups: Vec<_> = groups.iter().map(|group| (group["value"].as_str().unwrap(), &group["n"])).collect();
    assert_eq!(groups, [("DE", &json!(2)), ("AT", &json!(1))]);
    assert_eq!(company.nps("").await.body, today.body, "and today is as it was");

    // Nobody hears of them: no mail, no task, no place on a list.
    assert_eq!(company.mail().await.len(), letters);
    assert_eq!(company.tasks("").await["tasks"], tasks);
    assert_eq!(company.nurture("").await["contacts"], json!([]));

    // They are shown as any other.
    let responses = company.responses(SPRING).await;
    let shown = &responses["responses"];
    assert_eq!((&shown[0]["channel"], &shown[0]["door"]), (&json!("import"), &Value::Null));
    assert_eq!((&shown[0]["score"], &shown[2]["comment"]), (&json!(8), &json!("Quick, and \"friendly\"")));
    assert_eq!(shown[0]["imported_from"], "delighted");
    let survey = company.survey(shown[2]["survey_id"].as_str().unwrap()).await;
    assert_eq!((&survey["state"], &survey["timeline"][0]["at"]), (&json!("answered"), &json!("2021-03-04T23:30:00Z")));
    assert_eq!(survey["timeline"][0]["detail"]["imported_from"], "delighted");
    // The last score of a contact is the latest one, wherever it was given.
    assert_eq!(company.score_of("bob@example.com").await["score"], 3);
    let ada = company.score_of("ada@example.com").await;
    assert_eq!((&ada["score"], &ada["previous"]["score"]), (&json!(2), &json!(10)));
    // And whoever was asked elsewhere may be asked here at once.
    assert_eq!(company.trigger(done("a0X2", "bob@example.com")).await["decision"], "scheduled");
    company.settle().await;
}

#[tokio::test]
async fn what_was_refused_is_mended_and_what_is_there_is_not_made_twice() {
    let company = Company::start().await;
    let folder = tempfile::tempdir().unwrap();
    let file = fixture(folder.path(), "delighted.csv");
    npsloop(&company, &["import", path(&file)]).await.says(&["3 imported"]);
    let again = npsloop(&company, &["import", path(&file)]).await;
    again.says(&["0 imported", "3 were here already", "3 refused"]);
    company.settle().await;
    assert_eq!(company.nps(SPRING).await["n"], 3);

    let report = folder.path().join("delighted.refused.csv");
    let text = std::fs::read_to_string(&report).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("npsloop_line,npsloop_field,npsloop_why,ID,Name,Email,"), "{text}");
    assert!(lines[1].starts_with("5,score,\"this answers another question (CSAT)"), "{text}");
    assert!(lines[2].starts_with("6,contact_email,") && lines[2].contains("such as ada@example.com"), "{text}");
    assert!(lines[3].starts_with("7,score,`12` is no whole number from 0 to 10,606,"), "{text}");
    std::fs::write(&report, text.replace("eve at example.com", "eve@example.com").replace(",12,", ",2,")).unwrap();
    let mended = npsloop(&company, &["import", path(&report)]).await;
    mended.says(&["an export of Delighted", "2 imported", "1 refused"]);
    assert_eq!(mended.code, 1);
    company.settle().await;
    assert_eq!(company.nps(SPRING).await["counts"], json!([0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1]));
}

#[tokio::test]
async fn who_was_asked_by_text_comes_along_and_so_does_nobody_known() {
    let company = Company::start().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kiosk.csv");
    let rows = "phone,name,score,comment,answered_at,shop\n\
                +49 1511 2345678,Ada,9,Quick,2021-03-04,Berlin\n\
                01511 2345678,Bob,3,,2021-03-04,Berlin\n\
                ,,10,,2021-03-04,Berlin\n,,10,,2021-03-04,Bonn\n,,2,Slow,2021-03-05,Bonn\n";
    std::fs::write(&file, rows).unwrap();
    let said = npsloop(&company, &["import", path(&file)]).await;
    said.says(&["4 imported", "1 refused", "must name its country", "3 have neither an address nor a number"]);
    company.settle().await;
    let grown = format!("{rows},,10,,2021-03-04,Bonn\n");
    std::fs::write(&file, grown).unwrap();
    npsloop(&company, &["import", path(&file)]).await.says(&["1 imported", "4 were here already"]);
    company.settle().await;
    let numbers = company.nps(&format!("{SPRING}&group_by=shop")).await;
    assert_eq!((&numbers["n"], &numbers["counts"]), (&json!(5), &json!([0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 3])));
    assert_eq!(company.score_of("%2B4915112345678").await["score"], 9);
    let responses = company.responses(SPRING).await;
    let nobody = &responses["responses"][0]["contact"];
    assert_eq!((&nobody["email"], &nobody["phone"], &nobody["name"]), (&Value::Null, &Value::Null, &Value::Null));
    assert!(company.mail().await.is_empty() && company.tasks("").await["tasks"] == json!([]));
    // What goes out comes in again.
    let out = folder.path().join("out");
    let days = ["--from", "2021-03-01", "--to", "2021-03-31", "--out", path(&out)];
    npsloop(&company, &[&["export", "responses"][..], &days].concat()).await.says(&["5 responses"]);
    let other = Company::start().await;
    for day in ["2021-03-04", "2021-03-05"] {
        let file = out.join(format!("responses-{day}.csv"));
        let said = npsloop(&other, &["import", path(&file)]).await;
        assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    }
    other.settle().await;
    assert_eq!(other.nps(SPRING).await["counts"], numbers["counts"]);
    assert_eq!(other.score_of("%2B4915112345678").await["score"], 9);
    // A table in which nobody is named at all is rather one whose columns are called otherwise.
    let file = folder.path().join("nobody.csv");
    std::fs::write(&file, "score,answered_at\n9,2021-03-04\n").unwrap();
    let said = npsloop(&company, &["import", path(&file)]).await;
    assert!(said.code == 2 && said.err.contains("--anonymous"), "{}{}", said.out, said.err);
    npsloop(&company, &["import", path(&file), "--anonymous"]).await.says(&["1 imported"]);
}

#[tokio::test]
async fn what_next_months_export_says_otherwise_is_changed() {
    let company = Company::start().await;
    let support = json!([{ "id": "support", "name": "Support", "keywords": { "en": ["support"] } }]);
    company.campaign_with("default", json!({ "themes": support })).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("delighted.csv");
    let table = |ada: &str, bob: &str| {
        format!(
            "ID,Email,Score,Comment,Survey type,Created at,Plan\n601,ada@example.com,{ada},2021-03-04 12:00:00 UTC,Gold\n\
             602,bob@example.com,{bob},2021-03-05 12:00:00 UTC,Gold\n"
        )
    };
    std::fs::write(&file, table("9,,NPS", "3,Slow,NPS")).unwrap();
    npsloop(&company, &["import", path(&file)]).await.says(&["2 imported"]);
    company.settle().await;
    // The first wrote more a minute later, the second thought again.
    std::fs::write(&file, table("9,Kind support,NPS", "8,,NPS")).unwrap();
    let dry = npsloop(&company, &["import", path(&file), "--dry-run"]).await;
    dry.says(&["0 would be imported", "2 would be changed"]);
    assert_eq!(company.nps(SPRING).await["counts"][3], 1, "a dry run writes nothing");
    npsloop(&company, &["import", path(&file)]).await.says(&["0 imported", "2 changed: they were here"]);
    npsloop(&company, &["import", path(&file)]).await.says(&["2 were here already"]);
    company.settle().await;
    let numbers = company.nps(&format!("{SPRING}&group_by=theme")).await;
    assert_eq!((&numbers["n"], &numbers["counts"]), (&json!(2), &json!([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0])));
    assert_eq!((&numbers["groups"][0]["value"], &numbers["groups"][0]["n"]), (&json!("support"), &json!(1)));
    let responses = company.responses(SPRING).await;
    let comments: Vec<_> = responses["responses"].as_array().unwrap().iter().map(|one| &one["comment"]).collect();
    assert_eq!(comments, [&json!("Slow"), &json!("Kind support")], "what is left out stays");
    assert_eq!(company.score_of("bob@example.com").await["score"], 8);
    assert!(company.mail().await.is_empty() && company.tasks("").await["tasks"] == json!([]), "nobody hears of it");
    // Of two of one name, what is the same counts once; what is not is for people.
    let file = folder.path().join("days.csv");
    let row = |score: u8| format!("cy@example.com,{score},2021-03-06\n");
    std::fs::write(&file, format!("email,score,answered_at\n{}{}{}", row(9), row(9), row(3))).unwrap();
    let said = npsloop(&company, &["import", path(&file)]).await;
    said.says(&[
        "1 imported",
        "1 stand in the table twice",
        "1 refused",
        "line 2 is the same person's, of the same moment",
    ]);
}

#[tokio::test]
async fn exports_of_every_service_are_understood() {
    let company = Company::start().await;
    company.campaign_with("berlin", json!({ "time_zone": "Europe/Berlin" })).await;
    let folder = tempfile::tempdir().unwrap();
    let six = "2021-03-04T17:06:07Z";
    for (name, service, created, code, also, at, comment) in [
        ("wootric.csv", "Wootric", 2, 0, "1 have no score", "2021-03-04T17:06:00Z", "Sehr gut;\nnur etwas langsam"),
        ("asknicely.csv", "AskNicely", 2, 1, "another question (5star)", six, "Wonderful"),
        ("surveymonkey.csv", "SurveyMonkey", 3, 0, "1 have neither an address nor a number", six, "Nothing at all"),
        ("zendesk.csv", "Zendesk", 2, 0, "kept as `zendesk`", six, "Helpful people"),
        ("plain.csv", "plain table", 2, 0, "were read in Europe/Berlin", "2021-03-04T17:06:08Z", "Good"),
    ] {
        let file = fixture(folder.path(), name);
        let said = npsloop(&company, &["import", path(&file), "--campaign", "berlin"]).await;
        let mut all = vec![service, also];
        let imported = format!("{created} imported into the campaign `berlin`");
        all.push(&imported);
        said.says(&all);
        assert_eq!(said.code, code, "{name}: {}{}", said.out, said.err);
        company.settle().await;
        let surveys = company.surveys("?contact=ada@example.com").await;
        let source = name.strip_suffix(".csv").unwrap().replace("plain", "csv");
        let is_one = |survey: &&Value| survey["imported_from"] == source;
        let survey = surveys["surveys"].as_array().unwrap().iter().find(is_one).unwrap_or_else(|| panic!("{name}"));
        let responded = survey["timeline"].as_array().unwrap().iter().find(|entry| entry["what"] == "responded");
        assert_eq!((&survey["comment"], &responded.unwrap()["at"]), (&json!(comment), &json!(at)), "{name}");
    }
    let numbers = company.nps("?campaign=berlin&from=2021-03-01&to=2021-03-31").await;
    assert_eq!(numbers["n"], 11, "{}", numbers.text);
    let wootric = company.contact("0035g00000C2").await;
    assert_eq!(
        wootric["contact"]["email"], "ada@example.com",
        "a contact goes by the id the CRM has: {}",
        wootric.text
    );
}

#[tokio::test]
async fn what_cannot_be_done_is_said_before_anything_is() {
    let company = Company::start().await;
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("table.csv");
    let write = |text: &str| std::fs::write(&table, text).unwrap();
    for (text, more, said) in [
        ("", &[][..], "the table is empty"),
        ("who,mark,when\na,9,2021-03-04\n", &[], "`contact_email` or `score` or `answered_at`"),
        ("email,score,answered_at\na@example.com,9,3/4/2021\n", &[], "--dates"),
        ("email,score,answered_at\na@example.com,9,2021-03-04\n", &["--campaign", "none"], "no campaign of that id"),
        (
            "email,score,answered_at\na@example.com,9,2021-03-04\n",
            &["--api-key", "nobody"],
            "nobody knows this API key",
        ),
        ("email,score,answered_at\na@example.com,9,2021-03-04\n", &["--set", "score=9"], "score"),
    ] {
        write(text);
        let arguments = [&["import", path(&table)], more].concat();
        let done = npsloop(&company, &arguments).await;
        assert_eq!(done.code, 2, "{said}: {}{}", done.out, done.err);
        assert!(done.err.contains(said), "{said}: {}", done.err);
    }
    let mapped = ["--map", "who=contact_email", "--map", "mark=score", "--map", "when=answered_at", "--dates", "dmy"];
    write("who,mark,when\na@example.com,9,3/4/2021\n");
    let done = npsloop(&company, &[&["import", path(&table), "--source", "typeform"][..], &mapped].concat()).await;
    done.says(&["1 imported", "kept as `typeform`"]);
    company.settle().await;
    assert_eq!(company.nps("?from=2021-04-03&to=2021-04-03").await["n"], 1);
    let broken = npsloop(&company, &["import", path(&folder.path().join("none.csv"))]).await;
    assert_eq!(broken.code, 3, "{}", broken.err);
    assert_eq!(npsloop(&company, &["import"]).await.code, 2);
    npsloop(&company, &["--help"]).await.says(&["npsloop import FILE", "npsloop export responses|surveys"]);
}

#[tokio::test]
async fn each_past_response_is_answered_and_none_stops_another() {
    let company = Company::start().await;
    let (ada, bob) = ("ada@example.com", "bob@example.com");
    let at = "2021-03-04T17:06:07Z";
    let named = |row: &str, email: &str| {
        let mut past = past(email, 9, at);
        past["row_id"] = json!(row);
        past
    };
    let batch = json!({ "source": "delighted", "responses": [
        past(ada, 9, at),
        past("Ada@Example.com", 9, at),
        past(bob, 11, at),
        past(bob, 9, "2031-03-04T17:06:07Z"),
        named("r1", bob),
        named("r1", ada),
        7,
    ]});
    let dry = company.call(Method::POST, "/v1/responses/import?dry_run=true", Some(batch.clone())).await;
    let expected = ["created", "duplicate", "/score", "/answered_at", "created", "duplicate", ""];
    assert_eq!(outcomes(&dry), expected);
    let answer = import(&company, batch.clone()).await;
    assert_eq!(outcomes(&answer), expected);
    assert_eq!(answer["retry"], json!([]));
    assert_eq!(outcomes(&import(&company, batch).await)[..2], ["duplicate", "duplicate"]);
    company.settle().await;
    assert_eq!(company.nps("?from=2021-03-04&to=2021-03-04").await["n"], 2);

    // What nobody gave elsewhere is no business of destinations, also if somebody asks for everything again.
    let first = answer["rows"][0]["survey_id"].as_str().unwrap();
    let hook =
        json!({ "kind": "webhook", "url": format!("{}/local/outside/demo", company.url()), "secret": "local_webhook" });
    company.call(Method::PUT, "/v1/destinations/demo", Some(hook)).await.ok();
    let since = json!({ "since": "2021-01-01T00:00:00Z" });
    let due = company.call(Method::POST, "/v1/deliveries/retry", Some(since)).await.ok();
    assert_eq!(due["deliveries"], 0);
    let retry = company.call(Method::POST, &format!("/v1/deliveries/{first}-demo/retry"), None).await;
    assert_eq!(retry.status, 404, "{}", retry.text);
    company.judge(first, "suspect").await.ok();
    company.settle().await;
    let told = company.call(Method::GET, &format!("/v1/deliveries?survey={first}"), None).await;
    assert_eq!(told["deliveries"], json!([]), "a correction is counted and told to nobody");
    assert_eq!(company.nps("?from=2021-03-04&to=2021-03-04").await["suspect"], 1);

    for (body, pointer) in [
        (json!({ "responses": [] }), "/source"),
        (json!({ "source": "A B", "responses": [] }), "/source"),
        (json!({ "source": "x" }), "/responses"),
        (json!({ "source": "x", "responses": [], "more": 1 }), "/more"),
        (json!({ "source": "x", "responses": [], "campaign": "none" }), "/campaign"),
        (json!({ "source": "x", "responses": vec![past(ada, 9, at); 501] }), "/responses"),
    ] {
        let answer = import(&company, body).await;
        assert_eq!((answer.status, answer.problem().1), (422, vec![pointer]), "{}", answer.text);
    }
}

#[tokio::test]
async fn who_was_erased_stays_erased_and_their_counts_stay() {
    let company = Company::start().await;
    let batch = |email: &str| json!({ "source": "csv", "responses": [past(email, 9, "2021-03-04T17:06:07Z")] });
    let day = "?from=2021-03-04&to=2021-03-04";
    // Erased, and brought again: the same response counts once.
    import(&company, batch("bob@example.com")).await.ok();
    company.settle().await;
    company.erase("bob@example.com").await.ok();
    company.settle().await;
    assert_eq!(company.nps(day).await["n"], 1, "counts stay");
    assert_eq!(outcomes(&import(&company, batch("bob@example.com")).await), ["created"]);
    company.settle().await;
    assert_eq!(company.nps(day).await["n"], 1);
    // Whoever does not want to be asked is kept as that wish alone, and nothing is put beside it.
    let letter = company.ask(done("a0X1", "ada@example.com")).await;
    let page = company.follow(&letter.unsubscribe_link()).await;
    company.press(&page, &[]).await;
    company.settle().await;
    assert_eq!(outcomes(&import(&company, batch("ada@example.com")).await), ["created"], "unsubscribed is not erased");
    company.settle().await;
    company.erase("ada@example.com").await.ok();
    company.settle().await;
    assert_eq!(outcomes(&import(&company, batch("ada@example.com")).await), ["/contact_email"]);
    assert_eq!(company.surveys("?contact=ada@example.com").await["surveys"], json!([]));
}

#[tokio::test]
async fn past_responses_are_kept_from_the_day_they_came() {
    let company = Company::start().await;
    company.campaign_with("default", json!({ "retention_days": 30, "limit_days": 30 })).await;
    let batch = json!({ "source": "csv", "responses": [past("bob@example.com", 9, "2015-03-04T17:06:07Z")] });
    import(&company, batch).await.ok();
    company.settle().await;
    company.advance_days(29).await;
    assert_eq!(company.surveys("?contact=bob@example.com").await["surveys"].as_array().unwrap().len(), 1);
    assert_eq!(company.score_of("bob@example.com").await["score"], 9);
    company.advance_days(4).await;
    assert_eq!(company.surveys("?contact=bob@example.com").await["surveys"], json!([]));
    assert_eq!(company.nps("?from=2015-03-04&to=2015-03-04").await["n"], 1, "counts stay");
}

#[tokio::test]
async fn everything_goes_out_and_comes_in_again() {
    let company = Company::start().await;
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let wicked = "=HYPERLINK(\"http://evil.example\",\"Click\")\nline two";
    let trigger = done("a0X1", "ada@example.com").attribute("region", "+EMEA").set("contact_name", "@Ada");
    let reasons = json!({"reasons": crate::page::reasons()});
    company.campaign_with("default", reasons.clone()).await;
    let letter = company.ask(trigger).await;
    let said = json!({"score": 9, "comment": wicked, "reasons": ["people", "price"], "may_quote": true});
    company.respond_with(&letter.link(9), said).await.ok();
    company.trigger(done("a0X2", "bob@example.com")).await;
    company.settle().await;
    npsloop(&company, &["import", path(&fixture(folder.path(), "zendesk.csv"))]).await.says(&["2 imported"]);
    company.settle().await;

    let days = ["--from", "2021-03-01", "--to", "2021-03-31", "--out", path(&out)];
    npsloop(&company, &[&["export", "responses"][..], &days].concat()).await.says(&["2 responses", "in 2 files (csv)"]);
    let today = ["--from", "2027-03-15", "--to", "2027-03-16", "--out", path(&out)];
    npsloop(&company, &[&["export", "responses"][..], &today].concat()).await.says(&["1 responses", "in 1 files"]);
    let whole = ["--from", "2021-01-01", "--to", "2027-12-31", "--out", path(&out)];
    npsloop(&company, &[&["export", "surveys"][..], &whole].concat()).await.says(&["4 surveys", "in 2 files"]);
    let parquet = [&["export", "surveys"][..], &whole, &["--format", "parquet"]].concat();
    npsloop(&company, &parquet).await.says(&["4 surveys", "in 2 files (parquet)"]);
    let mut names: Vec<String> =
        std::fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(
        names,
        [
            "responses-2021-03-04.csv",
            "responses-2021-03-05.csv",
            "responses-2027-03-15.csv",
            "surveys-2021-03-01.csv",
            "surveys-2021-03-01.parquet",
            "surveys-2027-03-15.csv",
            "surveys-2027-03-15.parquet",
        ]
    );
    let text = std::fs::read_to_string(out.join("responses-2027-03-15.csv")).unwrap();
    let safe = format!("\"'{}\"", wicked.replace('"', "\"\""));
    assert!(text.starts_with("\u{feff}answered_at,score,") && text.contains(&safe), "{text}");
    assert!(text.contains("'@Ada") && text.contains("'+EMEA"), "{text}");
    assert!(std::fs::read(out.join("surveys-2027-03-15.parquet")).unwrap().starts_with(b"PAR1"));

    // What is here is not made a second time of what was taken out of here.
    let file = out.join("responses-2027-03-15.csv");
    npsloop(&company, &["import", path(&file)]).await.says(&["0 imported", "1 were here already"]);
    npsloop(&company, &["import", path(&out.join("surveys-2027-03-15.csv"))]).await.says(&["1 were here already"]);
    let ours = company.responses("?window=7d").await["responses"][0].clone();
    let row = json!({"row_id": ours["survey_id"], "contact_email": "ada@example.com", "score": 9, "answered_at": ours["answered_at"]});
    let body = json!({"source": "npsloop", "responses": [row]});
    let told = company.call(Method::POST, "/v1/responses/import", Some(body)).await.ok().body;
    assert_eq!(told["rows"][0]["survey_id"], ours["survey_id"], "{told}");

    // Another company takes it in as it was.
    let other = Company::start().await;
    other.campaign_with("default", reasons).await;
    other.advance_days(1).await;
    let file = out.join("responses-2027-03-15.csv");
    npsloop(&other, &["import", path(&file)]).await.says(&["an export of npsloop", "1 imported"]);
    other.settle().await;
    let (there, here) = (other.responses("").await, company.responses("").await);
    for field in [
        "answered_at",
        "score",
        "comment",
        "reasons",
        "may_quote",
        "follow_up",
        "contact",
        "attributes",
        "subject",
        "milestone",
    ] {
        assert_eq!(there["responses"][0][field], here["responses"][0][field], "{field}");
    }
}

#[tokio::test]
async fn a_spreadsheet_is_given_the_answers_in_pages() {
    let company = Company::start().await;
    for (nth, comment) in ["=1+1", "fine", "-1"].into_iter().enumerate() {
        let letter = company.ask(done(&format!("a0X{nth}"), &format!("person{nth}@example.com"))).await;
        company.respond_with(&letter.link(9), json!({ "score": 9, "comment": comment })).await.ok();
        company.advance("1m").await;
    }
    let key = [("authorization", format!("Bearer {KEY}"))];
    let mut path = "/v1/responses.csv?limit=2&window=7d".to_owned();
    let mut comments = Vec::new();
    for rows in [2, 1] {
        let page = company.send(Method::GET, &path, &key, Vec::new()).await.ok();
        assert_eq!(page.header("content-type"), "text/csv; charset=utf-8");
        let lines: Vec<&str> = page.text.lines().collect();
        assert!(
            lines[0].starts_with(
                "answered_at,score,group,standing,comment,themes,sentiment,follow_up,reasons,may_quote,answered_by,channel,door,"
            ),
            "{}",
            page.text
        );
        assert_eq!(lines.len(), rows + 1, "{}", page.text);
        comments.extend(lines[1..].iter().map(|line| line.split(',').nth(4).unwrap().to_owned()));
        let link = page.header("link");
        path = link.trim_start_matches('<').split('>').next().unwrap_or_default().to_owned();
        assert_eq!(link.contains("rel=\"next\""), rows == 2, "{link}");
    }
    assert_eq!(comments, ["'-1", "fine", "'=1+1"]);
    assert_eq!(company.responses("?limit=1").await["responses"].as_array().unwrap().len(), 1);
    for wrong in ["0", "201", "x", ""] {
        let answer = company.responses(&format!("?limit={wrong}")).await;
        assert_eq!((answer.status, answer.problem().1), (422, vec!["?limit"]), "{wrong}");
    }
}
