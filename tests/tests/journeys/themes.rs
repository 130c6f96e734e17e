//! What comments are about, and how they sound: counted like any other group, corrected by hand, applied again, suggested.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Company, Letter, done};

fn themes() -> Value {
    json!([
        {"id": "support", "name": "Support", "keywords": {"en": ["support", "help desk"], "de": ["Kundendienst", "*support"]}},
        {"id": "price", "keywords": {"en": ["price", "expensive"], "de": ["teuer", "preis*"], "ja": ["価格"]}},
    ])
}

/// A company whose campaign has these themes, known to all its functions.
async fn company_with(themes: Value) -> Company {
    let company = Company::start().await;
    company.campaign_with("default", json!({"themes": themes, "limit_days": 0})).await;
    company.advance("1m").await;
    company
}

/// Somebody is asked, answers, and writes something.
async fn say(company: &Company, nth: usize, locale: &str, score: u8, comment: &str) -> Letter {
    let trigger = done(&format!("a0X{nth}"), &format!("person{nth}@example.com"));
    let letter =
        company.ask(trigger.set("contact_locale", locale).attribute("region", ["EMEA", "AMER"][nth % 2])).await;
    company.respond_with(&letter.link(score), json!({"score": score, "comment": comment})).await.ok();
    letter
}

/// What eight people said, and what each is about.
const SAID: [(&str, u8, &str); 8] = [
    ("en", 10, "The support team was fantastic."),
    ("en", 2, "Support never answers. It is too expensive as well."),
    ("de-AT", 9, "Der Kundendienst war sehr freundlich."),
    ("de", 3, "Viel zu teuer, und die Preisgestaltung versteht niemand."),
    // A promoter who complains.
    ("de", 9, "Ich bin mit dem Kundensupport nicht zufrieden."),
    ("ja", 6, "価格が高すぎます。"),
    ("en", 8, "We started in March."),
    ("en", 9, ""),
];

async fn hear_all(company: &Company) -> Vec<Letter> {
    let mut letters = Vec::new();
    for (nth, (locale, score, comment)) in SAID.into_iter().enumerate() {
        letters.push(say(company, nth, locale, score, comment).await);
    }
    company.settle().await;
    letters
}

/// The groups of numbers: their answers by score.
fn groups(nps: &Answer) -> BTreeMap<String, Value> {
    let groups = nps["groups"].as_array().unwrap().iter();
    groups.map(|group| (group["value"].as_str().unwrap().to_owned(), group["counts"].clone())).collect()
}

fn counts(scores: &[u8]) -> Value {
    let mut counts = [0; 11];
    scores.iter().for_each(|score| counts[usize::from(*score)] += 1);
    json!(counts)
}

fn named<const N: usize>(groups: [(&str, &[u8]); N]) -> BTreeMap<String, Value> {
    groups.into_iter().map(|(value, scores)| (value.to_owned(), counts(scores))).collect()
}

/// The groups of a dimension, from tallies and from the answers themselves, which say the same.
async fn grouped(company: &Company, dimension: &str) -> BTreeMap<String, Value> {
    company.settle().await;
    let tallied = company.nps(&format!("?group_by={dimension}")).await.ok();
    let folded = company.nps(&format!("?group_by={dimension}&filter.channel=mail")).await.ok();
    assert_eq!((&tallied["basis"], &folded["basis"]), (&json!("tallies"), &json!("answers")));
    assert_eq!(groups(&tallied), groups(&folded), "{dimension}");
    groups(&tallied)
}

#[tokio::test]
async fn comments_are_counted_by_what_they_are_about_and_how_they_sound() {
    let company = company_with(themes()).await;
    let letters = hear_all(&company).await;
    assert_eq!(grouped(&company, "theme").await, named([("support", &[10, 2, 9, 9]), ("price", &[2, 3, 6])]));
    let sounds = named([("positive", &[10, 9]), ("negative", &[2, 3, 9])]);
    assert_eq!(grouped(&company, "sentiment").await, sounds);

    // As any group: filtered, crossed, on a board, in lists and files.
    assert_eq!(company.nps("?filter.theme=support").await["n"], 4);
    let crossed = company.nps("?group_by=theme&cross_by=sentiment").await.ok();
    let support = crossed["groups"].as_array().unwrap().iter().find(|group| group["value"] == "support").unwrap();
    let within: Vec<_> = support["groups"].as_array().unwrap().iter().map(|group| &group["value"]).collect();
    assert_eq!(within, ["negative", "positive"]);
    let promoters = company.responses("?filter.theme=support&filter.sentiment=negative").await.ok();
    let heard: Vec<_> = promoters["responses"].as_array().unwrap().iter().map(|one| &one["score"]).collect();
    assert_eq!(heard, [&json!(9), &json!(2)]);
    let board = company.call(Method::GET, "/v1/leaders?dimension=theme&least=1", None).await.ok();
    assert_eq!(board["leaders"].as_array().unwrap().len(), 2);
    let dimensions = company.call(Method::GET, "/v1/dimensions", None).await.ok();
    assert_eq!(dimensions["themes"][0], json!({"campaign": "default", "id": "support", "name": "Support"}));
    let named: Vec<_> = dimensions["dimensions"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert!(named.contains(&&json!("theme")) && named.contains(&&json!("sentiment")));
    let table = company.call(Method::GET, "/v1/responses.csv", None).await;
    assert!(table.text.lines().any(|line| line.contains("support;price,negative")), "{}", table.text);
    let taken_out = company.call(Method::GET, "/v1/export/surveys", None).await.ok();
    let both = taken_out["surveys"].as_array().unwrap().iter().find(|one| one["score"] == 2).unwrap();
    assert_eq!((&both["themes"], &both["sentiment"]), (&json!(["support", "price"]), &json!("negative")));

    // One survey says why.
    let one = company.survey(&letters[4].survey).await.ok();
    assert_eq!(
        (&one["themes"], &one["sentiment"], &one["corrected"]),
        (&json!(["support"]), &json!("negative"), &json!([]))
    );
    assert_eq!(
        one["reading"],
        json!({"language": "de", "themes": ["support"], "sentiment": "negative", "because": [
            {"words": "Kundensupport", "theme": "support", "weight": null},
            {"words": "nicht zufrieden", "theme": null, "weight": -1.0},
        ]})
    );
    assert_eq!(company.survey(&letters[7].survey).await["reading"], Value::Null);
    let timeline = one["timeline"].as_array().unwrap();
    let commented = timeline.iter().find(|entry| entry["what"] == "commented").unwrap();
    assert_eq!(commented["detail"], json!({"themes": ["support"], "sentiment": "negative"}));
}

#[tokio::test]
async fn what_a_person_says_outranks_the_method_until_the_contact_writes_again() {
    let company = company_with(themes()).await;
    let letters = hear_all(&company).await;
    let about = &letters[6];
    let said = company.correct(&about.survey, json!({"themes": ["price"], "sentiment": "mixed"})).await.ok();
    assert_eq!((&said["themes"], &said["sentiment"]), (&json!(["price"]), &json!("mixed")));
    assert_eq!(said["corrected"], json!(["themes", "sentiment"]));
    let price = |all: &BTreeMap<String, Value>| all["price"].clone();
    assert_eq!(price(&grouped(&company, "theme").await), counts(&[2, 3, 6, 8]));
    assert_eq!(grouped(&company, "sentiment").await["mixed"], counts(&[8]));
    // Said once more, it is no news.
    let writes = company.writes().await;
    company.correct(&about.survey, json!({"themes": ["price"], "sentiment": "mixed"})).await.ok();
    assert_eq!(company.writes().await, writes);

    // About nothing is something to say, too; `null` gives it back.
    let none = company.correct(&letters[0].survey, json!({"themes": []})).await.ok();
    assert_eq!((&none["themes"], &none["corrected"]), (&json!([]), &json!(["themes"])));
    assert_eq!(grouped(&company, "theme").await["support"], counts(&[2, 9, 9]));
    let back = company.correct(&letters[0].survey, json!({"themes": null})).await.ok();
    assert_eq!((&back["themes"], &back["corrected"]), (&json!(["support"]), &json!([])));
    assert_eq!(grouped(&company, "theme").await["support"], counts(&[10, 2, 9, 9]));

    // Applying the themes again leaves it, another score too; another comment was read by nobody.
    company.apply_themes("", None).await.ok();
    company.respond(&about.link(4), 4).await.ok();
    assert_eq!(price(&grouped(&company, "theme").await), counts(&[2, 3, 6, 4]));
    company.respond_with(&about.link(4), json!({"comment": "The help desk was great."})).await.ok();
    assert_eq!(grouped(&company, "theme").await, named([("support", &[10, 2, 9, 9, 4]), ("price", &[2, 3, 6])]));
    assert_eq!(company.survey(&about.survey).await["corrected"], json!([]));

    // A suspect answer counts in no theme.
    company.judge(&about.survey, "suspect").await.ok();
    assert_eq!(grouped(&company, "theme").await["support"], counts(&[10, 2, 9, 9]));
}

#[tokio::test]
async fn a_correction_that_cannot_be_is_refused() {
    let company = company_with(themes()).await;
    let letters = hear_all(&company).await;
    for (survey, body, status, pointer) in [
        (0, json!({"themes": ["price", "colour"]}), 422, "/themes/1"),
        (0, json!({"themes": "price"}), 422, "/themes"),
        (0, json!({"sentiment": "happy"}), 422, "/sentiment"),
        (0, json!({}), 422, "/standing"),
    ] {
        let answer = company.correct(&letters[survey].survey, body).await;
        assert_eq!((answer.status, answer.problem().1[0]), (status, pointer));
    }
    assert_eq!(company.correct(&letters[7].survey, json!({"themes": ["price"]})).await.status, 409);
    // A theme that was put a moment ago is known.
    let more = json!([{"id": "colour", "keywords": {"any": ["colour"]}}]);
    company.campaign_with("default", json!({"themes": more, "limit_days": 0})).await;
    assert_eq!(
        company.correct(&letters[0].survey, json!({"themes": ["colour"]})).await.ok()["themes"],
        json!(["colour"])
    );
    let wrong = company.put_campaign("default", json!({"themes": [{"id": "a", "keywords": {"xx": ["b"]}}]})).await;
    assert_eq!((wrong.status, wrong.problem().1[0]), (422, "/themes/0/keywords/xx"));
}

#[tokio::test]
async fn older_comments_are_read_again_when_somebody_says_so() {
    let company = company_with(json!([])).await;
    let letters = hear_all(&company).await;
    assert!(grouped(&company, "theme").await.is_empty());
    // What would be, with themes nobody has put yet.
    let dry = company.apply_themes("?dry_run=true", Some(json!({"themes": themes()}))).await.ok();
    assert_eq!(
        (&dry["dry_run"], &dry["comments"], &dry["changed"], &dry["uncovered"]),
        (&json!(true), &json!(7), &json!(6), &json!(1))
    );
    assert_eq!(dry["themes"][0], json!({"id": "support", "name": "Support", "n": 4, "before": 0}));
    assert!(grouped(&company, "theme").await.is_empty(), "a dry run writes nothing");
    let early = company.apply_themes("", Some(json!({"themes": themes()}))).await;
    assert_eq!((early.status, early.problem().1[0]), (422, "/themes"));

    company.campaign_with("default", json!({"themes": themes(), "limit_days": 0})).await;
    // In pages of three answers, each once.
    let (mut cursor, mut changed, mut pages) = (String::new(), 0, 0);
    loop {
        let page = company.apply_themes(&format!("?scan=3{cursor}"), None).await.ok();
        changed += page["changed"].as_u64().unwrap();
        pages += 1;
        match page["cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!((changed, pages), (6, 3));
    assert_eq!(grouped(&company, "theme").await, named([("support", &[10, 2, 9, 9]), ("price", &[2, 3, 6])]));
    let again = company.apply_themes("", None).await.ok();
    assert_eq!((&again["changed"], &again["themes"][0]["before"]), (&json!(0), &json!(4)));
    // A window in which nobody answered.
    assert_eq!(company.apply_themes("?from=2027-01-01&to=2027-01-31", None).await.ok()["comments"], 0);
    assert_eq!(company.survey(&letters[0].survey).await["themes"], json!(["support"]));
}

#[tokio::test]
async fn what_many_write_about_is_suggested() {
    let company = company_with(themes()).await;
    let comments = [
        (2, "The mobile app logs me out."),
        (3, "Mobile apps should work offline."),
        (10, "We like the weekly demo a lot."),
        (9, "Weekly demos keep us together."),
        (9, "The weekly demo!"),
        (1, "Your mobile app again."),
        // Covered already, and no vote.
        (1, "The support for the mobile app is slow."),
        (0, "mobile app mobile app"),
    ];
    let mut letters = Vec::new();
    for (nth, (score, comment)) in comments.into_iter().enumerate() {
        letters.push(say(&company, nth, "en", score, comment).await);
    }
    company.settle().await;
    company.judge(&letters[7].survey, "suspect").await.ok();
    company.settle().await;
    let found = company.suggestions("").await.ok();
    assert_eq!((&found["comments"], &found["covered"]), (&json!(7), &json!(1)));
    assert_eq!(found["scanned"], json!({"answers": 8, "complete": true}));
    let terms: Vec<_> = found["terms"]
        .as_array()
        .unwrap()
        .iter()
        .map(|term| (term["words"].clone(), term["answers"]["n"].clone()))
        .collect();
    assert_eq!(terms, [(json!("mobile app"), json!(3)), (json!("weekly demo"), json!(3))]);
    let first = &found["terms"][0];
    assert!(first["lean"].as_f64().unwrap() < 0.0 && first["share"].as_f64() == Some(0.5));
    assert_eq!((&first["answers"]["nps"], &first["answers"]["mark"]), (&json!(-100), &json!("answers_only")));
    assert_eq!(first["examples"].as_array().unwrap().len(), 2);
    assert!(first["examples"][0]["snippet"].as_str().unwrap().to_lowercase().contains("mobile app"));
    let page = company.suggestions("?scan=3&least=2").await.ok();
    assert_eq!((page["scanned"]["complete"].clone(), page["cursor"].is_string()), (json!(false), true));
    assert_eq!(company.suggestions("?filter.region=APAC").await.ok()["comments"], 0);
    for (query, pointer) in
        [("?least=1", "?least"), ("?limit=0", "?limit"), ("?scan=0", "?scan"), ("?words=a", "?words")]
    {
        let answer = company.suggestions(query).await;
        assert_eq!((answer.status, answer.problem().1[0]), (422, pointer));
    }
}

#[tokio::test]
async fn past_comments_are_read_when_they_come() {
    let company = company_with(themes()).await;
    let rows = json!([
        {"contact_email": "ada@example.com", "score": 9, "answered_at": "2027-01-10T10:00:00Z", "comment": "Great support", "contact_locale": "en"},
        {"contact_email": "bob@example.com", "score": 2, "answered_at": "2027-01-11T10:00:00Z"},
    ]);
    let brought = json!({"source": "csv", "responses": rows});
    company.call(Method::POST, "/v1/responses/import", Some(brought)).await.ok();
    company.settle().await;
    let by_theme = company.nps("?group_by=theme").await.ok();
    assert_eq!(groups(&by_theme), named([("support", &[9])]));
}

#[tokio::test]
async fn an_attribute_called_theme_stays_an_attribute() {
    let company = company_with(themes()).await;
    let trigger = done("a0X1", "ada@example.com").attribute("theme", "dark").attribute("sentiment", "hopeful");
    let letter = company.ask(trigger).await;
    company.respond_with(&letter.link(9), json!({"score": 9, "comment": "The price is fine"})).await.ok();
    assert_eq!(grouped(&company, "theme").await, named([("price", &[9])]));
    assert_eq!(grouped(&company, "attributes.theme").await, named([("dark", &[9])]));
    assert_eq!(grouped(&company, "attributes.sentiment").await, named([("hopeful", &[9])]));
}

/// Texts that are nothing but trouble are kept, read, and cost no more than others.
#[tokio::test]
async fn hostile_comments_are_taken() {
    let company = company_with(themes()).await;
    let many = |what: &str| what.chars().cycle().take(4_000).collect::<String>();
    let texts = [many("a\u{301}\u{327}"), many("👍👎"), many("\u{202e}ﷺ "), many("not "), many("s"), many("support ")];
    for (nth, text) in texts.into_iter().enumerate() {
        say(&company, nth, "de", 5, &text).await;
    }
    assert_eq!(grouped(&company, "theme").await, named([("support", &[5])]));
    assert_eq!(company.suggestions("?least=2").await.ok()["comments"], 6);
}
