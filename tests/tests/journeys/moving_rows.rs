//! Which rows of a table that is brought here are which response, and what becomes of one that comes again.

use reqwest::Method;
use serde_json::{Value, json};
use tests::Company;

use crate::moving::{SPRING, import, npsloop, outcomes, path};

#[tokio::test]
async fn nobody_of_one_place_is_not_taken_for_nobody_of_another() {
    let company = Company::start().await;
    let folder = tempfile::tempdir().unwrap();
    let table = |name: &str, nines: usize| {
        let file = folder.path().join(name);
        std::fs::write(&file, format!("score,answered_at\n{}", "9,2021-03-04\n".repeat(nines))).unwrap();
        file
    };
    let (berlin, bonn, ulm) = (table("berlin.csv", 10), table("bonn.csv", 8), table("ulm.csv", 3));
    let bring = async |file: &std::path::Path, more: &[&str]| {
        npsloop(&company, &[&["import", path(file), "--anonymous"][..], more].concat()).await
    };
    bring(&berlin, &["--set", "attributes.shop=Berlin"]).await.says(&["10 imported"]);
    bring(&bonn, &["--set", "attributes.shop=Bonn"]).await.says(&["8 imported"]);
    bring(&berlin, &["--set", "attributes.shop=Berlin"]).await.says(&["10 were here already"]);
    company.settle().await;
    let numbers = company.nps(&format!("{SPRING}&group_by=shop")).await;
    let groups: Vec<_> =
        numbers["groups"].as_array().unwrap().iter().map(|group| (&group["value"], &group["n"])).collect();
    assert_eq!(
        (&numbers["n"], groups),
        (&json!(18), vec![(&json!("Berlin"), &json!(10)), (&json!("Bonn"), &json!(8))])
    );
    // Where nothing says that it is another place, that is said.
    bring(&ulm, &[]).await.says(&["3 imported"]);
    let again = bring(&ulm, &[]).await;
    again.says(&["3 were here already", "3 of those that were here already are nobody's", "--source"]);
    bring(&ulm, &["--source", "neu-ulm"]).await.says(&["3 imported"]);
}

#[tokio::test]
async fn of_rows_that_are_alike_the_mended_one_stays_another() {
    let company = Company::start().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kiosk.csv");
    let rows = "9,2021-03-04,sam@example.com\n9,2021-03-04,sam@example.com\n9,2021-03-04,sam at example.com\n\
                nine,2021-03-04,sam@example.com\n";
    std::fs::write(&file, format!("score,answered_at,owner_email\n{rows}")).unwrap();
    npsloop(&company, &["import", path(&file), "--anonymous"]).await.says(&["2 imported", "2 refused"]);
    let report = folder.path().join("kiosk.refused.csv");
    let refused = std::fs::read_to_string(&report).unwrap();
    assert!(refused.starts_with("npsloop_line,npsloop_field,npsloop_why,npsloop_row_id,score,"), "{refused}");
    // First one of them, then the other: each keeps its name, however often it is refused.
    std::fs::write(&report, refused.replace("sam at example.com\n", "sam@example.com\n")).unwrap();
    let other = folder.path().join("other.csv");
    let said = npsloop(&company, &["import", path(&report), "--anonymous", "--refused", path(&other)]).await;
    said.says(&["1 imported", "1 refused"]);
    let refused = std::fs::read_to_string(&other).unwrap();
    std::fs::write(&other, refused.replace(",nine,", ",9,")).unwrap();
    npsloop(&company, &["import", path(&other), "--anonymous"]).await.says(&["1 imported"]);
    npsloop(&company, &["import", path(&other), "--anonymous"]).await.says(&["1 were here already"]);
    company.settle().await;
    assert_eq!(company.nps(SPRING).await["n"], 4);
}

#[tokio::test]
async fn a_row_counts_whose_twin_is_refused() {
    let company = Company::start().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("twins.csv");
    let rows = [
        ("7,ada@example.com,9", "sam at example.com"),
        ("7,ada@example.com,8", "tom at example.com"),
        ("7,ada@example.com,7", "sam@example.com"),
        ("7,ada@example.com,6", "sam@example.com"),
        ("8,bob@example.com,5", "sam@example.com"),
        ("8,bob@example.com,5", "sam@example.com"),
        ("8,bob@example.com,4", "sam at example.com"),
    ];
    let rows: String = rows.iter().map(|(row, owner)| format!("{row},{owner},2021-03-04T12:00:00Z\n")).collect();
    std::fs::write(&file, format!("row_id,email,score,owner_email,answered_at\n{rows}")).unwrap();
    for first in ["2 imported", "2 were here already"] {
        let said = npsloop(&company, &["import", path(&file)]).await;
        said.says(&[first, "1 stand in the table twice", "4 refused", "2 for owner_email", "2 for row_id"]);
        said.says(&["line 4 has the same name and says something else: that one counts"]);
    }
    company.settle().await;
    assert_eq!(company.nps(SPRING).await["counts"], json!([0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0]));
}

#[tokio::test]
async fn what_a_table_leaves_open_is_said() {
    let company = Company::start().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("few.csv");
    std::fs::write(&file, "email,score,answered_at\nada@example.com,5,2021-03-04\nbob@example.com,4,2021-03-04\n")
        .unwrap();
    let said = npsloop(&company, &["import", path(&file), "--dry-run"]).await;
    said.says(&[
        "none of its 2 scores is above 5",
        "2 have no row_id and are known by who answered when",
        "--time-zone",
    ]);
    let said = npsloop(&company, &["import", path(&file), "--of-ten"]).await;
    assert!(said.out.contains("2 imported") && !said.out.contains("above 5"), "{}", said.out);
    // And that is so.
    npsloop(&company, &["import", path(&file), "--time-zone", "Asia/Tokyo"]).await.says(&["2 imported"]);
    std::fs::write(&file, "row_id,email,score,answered_at\n1,ada@example.com,9,2021-03-04\n").unwrap();
    let said = npsloop(&company, &["import", path(&file)]).await;
    assert!(said.out.contains("1 imported") && !said.out.contains("no row_id"), "{}", said.out);
    let named = "row_id,name,score,answered_at\n7,Ada,9,2021-03-04\n";
    std::fs::write(&file, named).unwrap();
    npsloop(&company, &["import", path(&file), "--anonymous"])
        .await
        .says(&["1 imported", "`contact_name` was not kept of 1 rows"]);
}

#[tokio::test]
async fn nobody_is_held_who_could_not_be_erased() {
    let company = Company::start().await;
    let row = json!({
        "row_id": "7", "contact_name": "Ada", "contact_id": "0035", "score": 2, "comment": "Slow",
        "answered_at": "2021-03-04T17:06:07Z",
    });
    let answer = import(&company, json!({ "source": "kiosk", "responses": [row] })).await;
    assert_eq!(outcomes(&answer), ["created"]);
    assert_eq!(answer["rows"][0]["ignored"], json!(["contact_name", "contact_id"]));
    company.settle().await;
    assert_eq!(company.contact("0035").await.status, 404);
    let responses = company.responses(SPRING).await;
    assert_eq!(responses["responses"][0]["comment"], "Slow", "what was said counts");
    assert!(!responses.text.contains("Ada") && !responses.text.contains("0035"), "{}", responses.text);
}

#[tokio::test]
async fn a_response_that_comes_again_is_as_if_it_came_for_the_first_time() {
    let company = Company::start().await;
    let row = |more: Value| {
        let mut row = json!({ "row_id": "7", "contact_email": "ada@example.com", "score": 9 });
        row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "source": "wootric", "responses": [row] })
    };
    let first = row(json!({
        "comment": "Fine", "account_id": "A1", "account_name": "Acme", "owner_email": "sam@example.com", "owner_name": "Sam",
        "sent_at": "2021-03-04T10:00:00Z", "answered_at": "2021-03-04T23:30:00Z",
    }));
    let id = import(&company, first).await["rows"][0]["survey_id"].as_str().unwrap().to_owned();
    company.settle().await;
    // Its zone was another one, and next month's export has fewer columns.
    let again = row(json!({
        "account_name": "Acme AG", "owner_email": "sam@example.com", "sent_at": "2021-03-04T12:00:00Z",
        "answered_at": "2021-03-05T01:30:00Z",
    }));
    assert_eq!(outcomes(&import(&company, again.clone()).await), ["changed"]);
    assert_eq!(outcomes(&import(&company, again).await), ["duplicate"]);
    company.settle().await;
    let numbers = company.nps(SPRING).await;
    let days: Vec<_> =
        numbers["days"].as_array().unwrap().iter().filter(|day| day["n"] != 0).map(|day| &day["day"]).collect();
    assert_eq!((&numbers["n"], days), (&json!(1), vec![&json!("2021-03-05")]));
    let survey = company.survey(&id).await;
    let times: Vec<_> =
        survey["timeline"].as_array().unwrap().iter().map(|entry| (&entry["what"], &entry["at"])).collect();
    let (sent, given) = (json!("2021-03-04T12:00:00Z"), json!("2021-03-05T01:30:00Z"));
    assert_eq!(
        times,
        [
            (&json!("created"), &sent),
            (&json!("sent"), &sent),
            (&json!("responded"), &given),
            (&json!("commented"), &given),
        ]
    );
    let held = company.contact("ada@example.com").await.ok();
    assert_eq!(
        (&held["surveys"][0]["comment"]["at"], &held["surveys"][0]["comment"]["text"]),
        (&given, &json!("Fine"))
    );
    let of_whom = |held: &tests::Answer| {
        let survey = &held["surveys"][0];
        (survey["account"]["id"].clone(), survey["account"]["name"].clone(), survey["owner"]["name"].clone())
    };
    assert_eq!(of_whom(&held), (json!("A1"), json!("Acme AG"), json!("Sam")));
    let other =
        row(json!({ "account_id": "B2", "owner_email": "tom@example.com", "answered_at": "2021-03-05T01:30:00Z" }));
    assert_eq!(outcomes(&import(&company, other).await), ["changed"]);
    let held = company.contact("ada@example.com").await.ok();
    assert_eq!(of_whom(&held), (json!("B2"), Value::Null, Value::Null), "another one");
}

#[tokio::test]
async fn of_rows_of_one_response_in_a_batch_the_last_one_holds() {
    let company = Company::start().await;
    let row = |score: u8, more: Value| {
        let mut row = json!({
            "row_id": "7", "contact_email": "ada@example.com", "score": score, "answered_at": "2021-03-04T17:06:07Z",
        });
        row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        row
    };
    let rows = [row(9, json!({ "comment": "Fine" })), row(11, json!({})), row(3, json!({})), row(3, json!({}))];
    let batch = json!({ "source": "wootric", "responses": rows });
    let expected = ["created", "/score", "changed", "duplicate"];
    let dry = company.call(Method::POST, "/v1/responses/import?dry_run=true", Some(batch.clone())).await;
    assert_eq!(outcomes(&dry), expected);
    assert_eq!(outcomes(&import(&company, batch.clone()).await), expected);
    assert_eq!(outcomes(&import(&company, batch).await), ["duplicate", "/score", "duplicate", "duplicate"]);
    company.settle().await;
    let responses = company.responses(SPRING).await;
    let shown = &responses["responses"][0];
    assert_eq!((&shown["score"], &shown["comment"]), (&json!(3), &json!("Fine")));
    assert_eq!(company.nps(SPRING).await["n"], 1);
}
