//! What happens while nobody answers, and what stops it.

use serde_json::{Value, json};
use tests::{Answer, Company, done};

fn whats(survey: &Answer) -> Vec<String> {
    survey["timeline"].as_array().unwrap().iter().map(|entry| entry["what"].as_str().unwrap().to_owned()).collect()
}

fn steps(survey: &Answer) -> Vec<String> {
    survey["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| format!("{} {}", step["step"].as_str().unwrap(), step["state"].as_str().unwrap()))
        .collect()
}

async fn waiting(company: &Company) -> Vec<String> {
    let idle = company.settle().await;
    idle["waiting"].as_array().unwrap().iter().map(|waiting| waiting["what"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_unanswered_survey_is_reminded_once() {
    let company = Company::start().await;
    let letter = company.ask(done("a0X1", "ada@example.com").set("subject_name", "Website relaunch")).await;
    assert_eq!(waiting(&company).await, ["task"]);
    assert_eq!(
        steps(&company.survey(&letter.survey).await),
        ["invite delivered", "task waiting", "remind waiting", "close waiting"]
    );

    company.advance_days(3).await;
    let survey = company.survey(&letter.survey).await;
    assert_eq!(steps(&survey), ["invite delivered", "task done", "remind waiting", "close waiting"]);
    assert_eq!(whats(&survey), ["created", "sent", "delivered", "task_opened"]);
    assert_eq!(waiting(&company).await, ["remind"]);

    company.advance("95h").await;
    assert_eq!(company.inbox("ada@example.com").await.len(), 1, "an hour is missing");
    company.advance("1h").await;
    let letters = company.inbox("ada@example.com").await;
    assert_eq!(letters.len(), 2);
    let reminder = &letters[1];
    assert_eq!((reminder.step.as_str(), &reminder.survey), ("remind", &letter.survey));
    let late = reminder.at.since(letter.at).as_secs().abs_diff(7 * 86_400);
    assert!(late <= 60, "seven days after the invite, not {late} s off");
    assert_ne!(reminder.subject, "");
    assert_eq!(reminder.scale().len(), 11);
    let survey = company.survey(&letter.survey).await;
    assert_eq!((&survey["state"], steps(&survey)[2].as_str()), (&json!("reminded"), "remind delivered"));

    company.advance_days(7).await;
    let survey = company.survey(&letter.survey).await;
    assert_eq!(
        (&survey["state"], steps(&survey)),
        (
            &json!("closed"),
            ["invite delivered", "task done", "remind delivered", "close done"].map(str::to_owned).to_vec()
        )
    );
    assert_eq!(whats(&survey), ["created", "sent", "delivered", "task_opened", "reminded", "delivered", "closed"]);
    assert_eq!(waiting(&company).await, Vec::<String>::new());
    company.advance_days(60).await;
    assert_eq!(company.inbox("ada@example.com").await.len(), 2);
}

#[tokio::test]
async fn an_answer_after_the_end_still_counts() {
    let company = Company::start().await;
    let letter = company.ask(done("a0X1", "ada@example.com")).await;
    company.advance_days(100).await;
    assert_eq!(company.survey(&letter.survey).await["state"], "closed");
    company.confirm(&letter.link(6)).await;
    company.settle().await;
    let survey = company.survey(&letter.survey).await;
    assert_eq!((&survey["state"], &survey["score"]), (&json!("answered"), &json!(6)));
    // Somebody is to call, and nobody is to ask any more why there is no answer.
    assert!(
        whats(&survey).ends_with(&["closed", "responded", "task_completed", "task_opened"].map(str::to_owned)),
        "{:?}",
        whats(&survey)
    );
    let nps = company.nps("").await;
    assert_eq!((&nps["n"], &nps["nps"]), (&json!(1), &json!(-100)));
    // By the day of sending, which this window does not reach.
    assert_eq!((&nps["sent"], &nps["answered"]), (&json!(0), &json!(0)));
    let year = company.nps("?window=365d").await;
    assert_eq!(
        (&year["sent"], &year["delivered"], &year["answered"], &year["response_rate"]),
        (&json!(1), &json!(1), &json!(1), &json!(1.0))
    );
}

#[tokio::test]
async fn an_answer_stops_what_was_planned() {
    let company = Company::start().await;
    for (nth, days) in [0, 4, 8].into_iter().enumerate() {
        let address = format!("ada{nth}@example.com");
        let letter = company.ask(done(&format!("a0X{nth}"), &address)).await;
        company.advance_days(days).await;
        assert_eq!(waiting(&company).await.len(), 1, "one step is planned after {days} days");
        company.confirm(&letter.link(10)).await;
        assert_eq!(waiting(&company).await, Vec::<String>::new(), "after {days} days");
        let before = company.inbox(&address).await.len();
        company.advance_days(30).await;
        assert_eq!(company.inbox(&address).await.len(), before);
        let survey = company.survey(&letter.survey).await;
        assert_eq!(survey["state"], "answered");
        assert_eq!(whats(&survey).contains(&"task_completed".to_owned()), days >= 3, "{:?}", whats(&survey));
        assert!(!whats(&survey).contains(&"closed".to_owned()));
    }
}

#[tokio::test]
async fn an_answer_in_the_last_minute_stops_the_reminder() {
    let company = Company::start().await;
    let letter = company.ask(done("a0X1", "ada@example.com")).await;
    company.advance("10079m").await;
    company.confirm(&letter.link(8)).await;
    company.advance("10m").await;
    assert_eq!(company.inbox("ada@example.com").await.len(), 1);
}

#[tokio::test]
async fn a_campaign_has_its_own_cadence() {
    let company = Company::start().await;
    company
        .campaign_with("support", json!({"threshold": 50, "cadence": {"task": "2h", "remind": "26h", "close": "49h"}}))
        .await;
    let letter = company
        .ask(done("case-1", "ada@example.com").set("subject_type", "case").completion(50).campaign("support"))
        .await;
    let survey = company.survey(&letter.survey).await;
    let hours: Vec<_> = survey["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| {
            let at: model::Timestamp = step["at"].as_str().unwrap().parse().unwrap();
            (at.since(letter.at).as_secs() + 60) / 3600
        })
        .collect();
    assert_eq!(hours, [0, 2, 26, 49]);
    company.advance("25h").await;
    assert_eq!(company.inbox("ada@example.com").await.len(), 1);
    company.advance("2h").await;
    assert_eq!(company.inbox("ada@example.com").await.len(), 2);
    company.advance("30h").await;
    assert_eq!(company.survey(&letter.survey).await["state"], "closed");
    // A survey keeps the cadence it was made with.
    let letter = company.ask(done("case-2", "bob@example.com").completion(50).campaign("support")).await;
    company
        .campaign_with("support", json!({"threshold": 50, "cadence": {"task": "30d", "remind": "60d", "close": "90d"}}))
        .await;
    company.advance("30h").await;
    assert_eq!(company.inbox("bob@example.com").await.len(), 2);
    assert_eq!(company.survey(&letter.survey).await["state"], "reminded");
}

#[tokio::test]
async fn an_address_that_does_not_exist_is_written_to_once() {
    let company = Company::start().await;
    let letter = company.ask(done("a0X1", "bounce@simulator.amazonses.com")).await;
    company.settle().await;
    let survey = company.survey(&letter.survey).await;
    assert_eq!((&survey["state"], steps(&survey)[0].as_str()), (&json!("failed"), "invite bounced"));
    assert!(whats(&survey).contains(&"bounced".to_owned()));
    assert_eq!(waiting(&company).await, Vec::<String>::new());
    company.advance_days(30).await;
    assert_eq!(company.mail().await.len(), 1);
    let again = company.trigger(done("a0X2", "bounce@simulator.amazonses.com")).await;
    assert_eq!((&again["decision"], &again["reason"]), (&json!("suppressed"), &json!("bounced")));
    let nps = company.nps("").await;
    assert_eq!((&nps["sent"], &nps["delivered"]), (&json!(1), &json!(0)));
}

#[tokio::test]
async fn a_complaint_ends_all_mail() {
    let company = Company::start().await;
    let letter = company.ask(done("a0X1", "complaint@simulator.amazonses.com")).await;
    company.settle().await;
    let survey = company.survey(&letter.survey).await;
    assert_eq!(survey["state"], "stopped");
    company.advance_days(30).await;
    assert_eq!(company.mail().await.len(), 1);
    assert_eq!(company.trigger(done("a0X2", "complaint@simulator.amazonses.com")).await["reason"], "complained");
}

#[tokio::test]
async fn an_address_that_ses_suppresses_is_suppressed_here_too() {
    let company = Company::start().await;
    company.ask(done("a0X1", "suppressionlist@simulator.amazonses.com")).await;
    assert_eq!(company.trigger(done("a0X2", "suppressionlist@simulator.amazonses.com")).await["reason"], "bounced");
}

#[tokio::test]
async fn what_waits_is_told_with_its_time_and_survey() {
    let company = Company::start().await;
    let letter = company.ask(done("a0X1", "ada@example.com")).await;
    let deferred = company.trigger(done("a0X2", "ada@example.com")).await;
    let idle = company.settle().await;
    assert_eq!((&idle["idle"], &idle["failed"]), (&json!(true), &json!(0)));
    let waiting: Vec<_> = idle["waiting"]
        .as_array()
        .unwrap()
        .iter()
        .map(|waiting| (waiting["what"].clone(), waiting["survey_id"].clone()))
        .collect();
    assert_eq!(waiting, [(json!("task"), json!(letter.survey)), (json!("invite"), deferred["survey_id"].clone())]);
    let times: Vec<_> =
        idle["waiting"].as_array().unwrap().iter().map(|waiting| waiting["at"].as_str().unwrap().to_owned()).collect();
    assert!(times.is_sorted(), "soonest first: {times:?}");
}

#[tokio::test]
async fn time_passes_only_forward_and_in_known_units() {
    let company = Company::start().await;
    let before = company.now().await;
    for (by, seconds) in [("90m", 5400), ("2h", 7200), ("1d", 86_400)] {
        let start = company.now().await;
        company.advance(by).await;
        assert!(company.now().await.since(start).as_secs().abs_diff(seconds) <= 30, "{by}");
    }
    assert!(company.now().await > before);
    for wrong in [json!("7"), json!("-1d"), json!("1w"), json!(""), json!(7), Value::Null] {
        let answer = company.call(reqwest::Method::POST, "/local/clock", Some(json!({"advance": wrong}))).await;
        assert_eq!((answer.status, answer.problem()), (422, ("invalid", vec!["/advance"])), "{wrong}");
    }
}

#[tokio::test]
async fn work_that_failed_for_good_is_told_and_has_a_way_back() {
    let company = Company::start().await;
    company.world().cloud().send(local::cloud::Queue::Step, "nonsense", std::time::Duration::ZERO).unwrap();
    company.advance("3h").await;
    assert_eq!(company.settle().await["failed"], 1);
    // Nonsense stays nonsense, and is not lost.
    assert_eq!(company.world().retry_failed().await.unwrap(), 1);
    company.advance("3h").await;
    company.expect_failures(1);
    assert_eq!(company.settle().await["failed"], 1);
}

#[tokio::test]
#[should_panic(expected = "work failed for good")]
async fn a_test_that_leaves_failed_work_behind_fails() {
    let company = Company::start().await;
    company.world().cloud().send(local::cloud::Queue::Step, "nonsense", std::time::Duration::ZERO).unwrap();
    company.advance("3h").await;
}
