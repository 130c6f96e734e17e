//! A sudden drop of the score: who hears of it, when, and that chance alarms nobody.

use http::Request;
use model::notice::NoticeId;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Company, Letter};

const MIA: &str = "mia@company.example";

/// Days so long before the Monday on which the stories begin, in the small hours.
fn ago(days: i64) -> String {
    let monday: jiff::Timestamp = "2027-03-15T01:00:00Z".parse().unwrap();
    (monday - jiff::SignedDuration::from_hours(24 * days)).to_string()
}

/// Answers of one team that came so many days before: promoters, passives and detractors.
fn answers(team: &str, days: i64, (promoters, passives, detractors): (usize, usize, usize)) -> Vec<Value> {
    let scores = [(9, promoters), (8, passives), (2, detractors)];
    let scores = scores.into_iter().flat_map(|(score, times)| std::iter::repeat_n(score, times));
    scores
        .enumerate()
        .map(|(nth, score)| {
            json!({
                "contact_email": format!("{}{days}.{nth}@example.com", team.to_lowercase()), "score": score,
                "answered_at": ago(days), "owner_email": if nth % 2 == 0 { "sam@company.example" } else { "kim@company.example" },
                "attributes": { "team": team }
            })
        })
        .collect()
}

async fn bring(company: &Company, campaign: &str, responses: Vec<Value>) {
    for some in responses.chunks(500) {
        let body = json!({"source": "csv", "campaign": campaign, "responses": some});
        company.call(Method::POST, "/v1/responses/import", Some(body)).await.ok();
    }
    company.settle().await;
}

/// A Monday morning, two hours before it is looked at Sunday.
const MONDAY: &str = "2027-03-15T06:00:00Z";

/// A company whose manager is named. For four weeks six of ten are promoters, and two detractors.
async fn steady() -> Company {
    let company = Company::start_at(MONDAY).await;
    company.campaign_with("default", json!({"tasks": {"manager": MIA}})).await;
    for week in 0..4 {
        bring(&company, "default", answers("EMEA", 9 + 7 * week, (12, 4, 4))).await;
        bring(&company, "default", answers("AMER", 10 + 7 * week, (12, 4, 4))).await;
    }
    company
}

/// What the manager was told of drops.
async fn told(company: &Company) -> Vec<Letter> {
    company.settle().await;
    company.inbox(MIA).await.into_iter().filter(|letter| letter.subject.contains(" fell from ")).collect()
}

#[tokio::test]
async fn a_manager_hears_once_that_the_score_fell() {
    let company = steady().await;
    bring(&company, "default", answers("AMER", 3, (12, 4, 4))).await;
    bring(&company, "default", answers("EMEA", 1, (3, 4, 13))).await;
    // Today is not over, and it is told of whole days.
    bring(&company, "default", answers("EMEA", 0, (20, 0, 0))).await;
    company.advance("4h").await;
    let letters = told(&company).await;
    assert_eq!(letters.len(), 1, "{letters:?}");
    let letter = &letters[0];
    assert_eq!(letter.subject, "The score of default fell from 40 to -5".replace('-', "\u{2212}"));
    for said in [
        "Last 7 days, 8 to 14 March 2027",
        "\u{2212}5 (\u{2212}31 to 22), 40 answers",
        "The 28 days before, 8 February to 7 March 2027",
        "40 (27 to 52), 160 answers",
        "That is 45 points less, with 95 % confidence between 15 and 73.",
        "less than once in 200 times (p = 0.003)",
        "Most of it happened in the answers of team EMEA:",
        "from 40 (80 answers) to \u{2212}50 (20 answers).",
        "the score would be 45 points higher",
    ] {
        assert!(letter.text.contains(said) || letter.text.replace('\n', " ").contains(said), "{said}: {}", letter.text);
    }
    let link = letter.links().into_iter().find(|link| link.contains("/dashboard?")).unwrap();
    assert!(
        link.ends_with("?campaign=default&from=2027-02-08&to=2027-03-14&around=2027-03-08&days=7&before=28"),
        "{link}"
    );
    assert_eq!(letter.survey, "", "it is about no survey");
    // What the link shows is what the letter says.
    let nps = company.nps("?campaign=default&around=2027-03-08&days=7&before=28").await.ok();
    let change = &nps["change"];
    assert_eq!(
        (&nps["n"], &nps["nps"], &change["n"], &change["nps"]),
        (&json!(40), &json!(-5), &json!(160), &json!(40))
    );
    assert_eq!((&change["points"], &change["p"]), (&json!(-45.0), &json!(0.003066)));

    // The fall goes on, and shows every day; it is told again when a week has passed.
    for day in 1..4 {
        company.advance_days(1).await;
        bring(&company, "default", answers("EMEA", -day, (2, 4, 14))).await;
    }
    company.advance_days(3).await;
    assert_eq!(told(&company).await.len(), 1);
    company.advance_days(1).await;
    assert_eq!(told(&company).await.len(), 2);
}

#[tokio::test]
async fn chance_few_answers_and_a_campaigns_wish_alarm_nobody() {
    let company = steady().await;
    // 29 answers, however bad.
    bring(&company, "default", answers("EMEA", 1, (0, 0, 29))).await;
    // Thirty of another campaign, which elsewhere would be called a change (p = 0.014).
    let quiet = json!({"tasks": {"manager": MIA}, "alerts": {"drop": false}});
    company.campaign_with("spring", json!({"tasks": {"manager": MIA}})).await;
    company.campaign_with("quiet", quiet).await;
    company.campaign_with("nobody", json!({})).await;
    for (campaign, last) in [("spring", (11, 8, 11)), ("quiet", (3, 0, 37)), ("nobody", (3, 0, 37))] {
        for week in 0..4 {
            bring(&company, campaign, answers("EMEA", 9 + 7 * week, (24, 8, 8))).await;
        }
        bring(&company, campaign, answers("EMEA", 1, last)).await;
    }
    let change = company.nps("?campaign=spring&from=2027-03-08&to=2027-03-14&compare=previous").await.ok();
    assert_eq!(change["n"], 30);
    company.advance_days(1).await;
    assert_eq!(told(&company).await.len(), 0);
    let all: Vec<_> = company.mail().await.into_iter().map(|mail| format!("{} {}", mail.to, mail.subject)).collect();
    assert_eq!(all, Vec::<String>::new(), "nobody at all");
    // One answer more, and it is sure enough.
    bring(&company, "default", answers("AMER", 1, (0, 0, 1))).await;
    company.advance_days(1).await;
    assert_eq!(told(&company).await.len(), 1);
}

#[tokio::test]
async fn a_day_is_looked_at_once() {
    let company = steady().await;
    company.advance("4h").await;
    // Comes late, and shows tomorrow.
    bring(&company, "default", answers("EMEA", 1, (0, 4, 36))).await;
    company.advance("20h").await;
    assert_eq!(told(&company).await.len(), 0);
    company.advance("4h").await;
    let letters = told(&company).await;
    assert_eq!(letters.len(), 1);
    assert!(letters[0].text.contains("9 to 15 March 2027"), "{}", letters[0].text);
}

#[tokio::test]
async fn a_sweep_that_died_before_its_mark_leaves_one_letter() {
    let company = steady().await;
    bring(&company, "default", answers("EMEA", 1, (0, 4, 36))).await;
    company.advance("4h").await;
    let delete = Request::post("/").header("x-amz-target", "DynamoDB_20120810.DeleteItem").body(()).unwrap();
    let mark = json!({"pk": {"S": "L#drop-default"}, "sk": {"S": "-2027-03-14"}});
    let body = json!({"TableName": "ledger", "Key": mark, "ReturnValues": "ALL_OLD"});
    let gone = company.world().cloud().handle(&delete.into_parts().0, body.to_string().as_bytes());
    let gone: Value = serde_json::from_slice(gone.body()).unwrap();
    assert!(gone["Attributes"].is_object(), "the mark was there: {gone}");
    company.advance("2h").await;
    assert_eq!(told(&company).await.len(), 1);
    let marks = company
        .world()
        .store()
        .marked(&[NoticeId::drop_looked_for(&"default".parse().unwrap(), "2027-03-14".parse().unwrap())])
        .await;
    assert_eq!(marks.unwrap(), [true], "it was looked at again");
}
