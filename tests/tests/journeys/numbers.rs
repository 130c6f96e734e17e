//! What is counted, and how sure it is.

mod groups;

use std::collections::BTreeSet;

use futures_util::StreamExt as _;
use http::Request;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Company, Trigger, done};

/// Asks people and takes these scores from them, one each.
async fn hear(company: &Company, about: impl Fn(usize, u8) -> Trigger, scores: &[u8]) -> Vec<String> {
    let ask = async |(nth, score): (usize, &u8)| {
        let answer = company.trigger(about(nth, *score)).await;
        assert_eq!(answer["decision"], "scheduled");
        answer.text("survey_id")
    };
    let ids: Vec<_> = futures_util::stream::iter(scores.iter().enumerate().map(ask)).buffered(8).collect().await;
    company.settle().await;
    let letters = company.mail().await;
    let respond = async |(id, score): (&String, &u8)| {
        let letter = letters.iter().find(|letter| letter.survey == *id).expect("everybody got a letter");
        company.respond(&letter.link(0), *score).await.ok();
    };
    futures_util::stream::iter(ids.iter().zip(scores).map(respond)).buffered(8).collect::<Vec<_>>().await;
    company.settle().await;
    ids
}

fn person(nth: usize) -> Trigger {
    done(&format!("a0X{nth}"), &format!("person{nth}@example.com"))
}

fn group<'a>(nps: &'a Answer, value: &str) -> &'a Value {
    let groups = nps["groups"].as_array().unwrap();
    groups.iter().find(|group| group["value"] == value).unwrap_or_else(|| panic!("no group {value} in {groups:?}"))
}

fn score(group: &Value) -> (u64, i64) {
    (group["n"].as_u64().unwrap(), group["nps"].as_i64().unwrap())
}

fn values(nps: &Answer) -> Vec<String> {
    let mut values: Vec<_> =
        nps["groups"].as_array().unwrap().iter().map(|group| group["value"].as_str().unwrap().to_owned()).collect();
    values.sort();
    values
}

#[tokio::test]
async fn nobody_answered_is_no_score() {
    let company = Company::start().await;
    let nps = company.nps("").await;
    assert_eq!(nps.status, 200);
    for field in ["nps", "nps_exact", "interval", "band", "response_rate", "campaign", "group_by"] {
        assert_eq!(nps[field], json!(null), "{field}");
    }
    assert_eq!((&nps["n"], &nps["mark"], &nps["counts"]), (&json!(0), &json!("answers_only"), &json!(vec![0; 11])));
    assert_eq!(
        (&nps["from"], &nps["to"], &nps["time_zone"]),
        (&json!("2026-12-16"), &json!("2027-03-15"), &json!("UTC"))
    );
    assert_eq!((nps["days"].as_array().unwrap().len(), &nps["groups"]), (90, &json!([])));
}

#[tokio::test]
async fn one_answer_is_shown_and_not_believed() {
    let company = Company::start().await;
    hear(&company, |nth, _| person(nth), &[10]).await;
    let nps = company.nps("").await;
    assert_eq!(
        (&nps["n"], &nps["nps"], &nps["interval"]),
        (&json!(1), &json!(100), &json!({"low": -48.5, "high": 98.5}))
    );
    assert_eq!(nps["mark"], "answers_only");
}

/// A campaign that is answered now and then has one row for each day and value, not one in each shard: every row there
/// is is read for every question.
#[tokio::test]
async fn answers_now_and_then_are_counted_in_one_shard() {
    let company = Company::start().await;
    for nth in 0..6 {
        hear(&company, |_, _| person(nth), &[9]).await;
    }
    assert_eq!(company.nps("").await["n"], 6);
    let scan = Request::post("/").header("x-amz-target", "DynamoDB_20120810.Scan").body(()).unwrap();
    let (parts, ()) = scan.into_parts();
    let answer = company.world().cloud().handle(&parts, json!({"TableName": "ledger"}).to_string().as_bytes());
    let answer: Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!(answer["LastEvaluatedKey"], Value::Null, "all of it");
    let tallies =
        answer["Items"].as_array().unwrap().iter().filter_map(|item| item["pk"]["S"].as_str()?.strip_prefix("Y#"));
    let shards: BTreeSet<_> = tallies.filter_map(|pk| Some(pk.rsplit_once('#')?.1)).collect();
    assert_eq!(shards, BTreeSet::from(["0"]));
}

#[tokio::test]
async fn ten_answers_are_few() {
    let company = Company::start().await;
    hear(&company, |nth, _| person(nth), &[10, 9, 9, 10, 9, 7, 8, 7, 0, 6]).await;
    let nps = company.nps("").await;
    let count = |field: &str| nps[field].as_i64().unwrap();
    assert_eq!((count("n"), count("promoters"), count("passives"), count("detractors")), (10, 5, 3, 2));
    assert_eq!(
        (count("nps"), nps["nps_exact"].as_f64(), &nps["interval"]),
        (30, Some(30.0), &json!({"low": -19.05, "high": 65.2}))
    );
    assert_eq!(nps["counts"], json!([1, 0, 0, 0, 0, 0, 1, 2, 1, 3, 2]));
    assert_eq!((&nps["mark"], &nps["band"]), (&json!("few"), &json!("favourable")));
    assert_eq!(
        (count("sent"), count("delivered"), count("answered"), nps["response_rate"].as_f64()),
        (10, 10, 10, Some(1.0))
    );
    assert_eq!((count("self_saved"), count("suspect")), (0, 0));
    let today = nps["days"].as_array().unwrap().last().unwrap();
    assert_eq!(*today, json!({"day": "2027-03-15", "n": 10, "nps": 30}));
}

#[tokio::test]
async fn a_hundred_answers_are_a_score() {
    let company = Company::start().await;
    let scores: Vec<u8> =
        [(9, 30), (7, 52), (2, 18)].into_iter().flat_map(|(score, times)| std::iter::repeat_n(score, times)).collect();
    hear(&company, |nth, _| person(nth), &scores).await;
    let nps = company.nps("").await;
    assert_eq!(
        (&nps["n"], &nps["nps"], &nps["interval"]),
        (&json!(100), &json!(12), &json!({"low": -1.55, "high": 24.85}))
    );
    assert_eq!((&nps["mark"], &nps["band"]), (&json!(null), &json!("good")));
}

#[tokio::test]
async fn scores_are_rounded_once_and_away_from_zero() {
    let company = Company::start().await;
    // 1 promoter and 2 detractors of 8: -12.5.
    hear(&company, |nth, _| person(nth), &[9, 0, 0, 7, 7, 7, 7, 7]).await;
    let nps = company.nps("").await;
    assert_eq!((&nps["nps"], nps["nps_exact"].as_f64()), (&json!(-13), Some(-12.5)));
}

#[tokio::test]
async fn every_field_the_crm_sent_is_a_group() {
    let company = Company::start().await;
    company.campaign_with("support", json!({})).await;
    let teams = ["EMEA/DACH/Delivery", "EMEA/DACH/Sales", "EMEA/UK/Delivery", "AMER"];
    let about = |nth: usize, _| {
        person(nth)
            .campaign(if nth < 3 { "default" } else { "support" })
            .owner(if nth.is_multiple_of(2) { "sam@company.example" } else { "kim@company.example" })
            .set("agent_id", format!("agent-{}", nth % 2))
            .attribute("region", if nth < 3 { "EMEA" } else { "AMER" })
            .attribute("team", teams[nth])
            .attribute("seats", 250)
    };
    hear(&company, about, &[10, 9, 3, 0]).await;

    let by = async |dimension: &str| company.nps(&format!("?group_by={dimension}")).await.ok();
    let region = by("region").await;
    assert_eq!((&region["group_by"], values(&region)), (&json!("region"), vec!["AMER".to_owned(), "EMEA".to_owned()]));
    assert_eq!((score(group(&region, "EMEA")), score(group(&region, "AMER"))), ((3, 33), (1, -100)));
    assert_eq!(group(&region, "EMEA")["delivered"], 3);
    assert_eq!(group(&region, "EMEA")["response_rate"].as_f64(), Some(1.0));
    assert_eq!(region["n"], 4, "the whole stands beside its parts");

    let team = by("team").await;
    assert_eq!(
        values(&team),
        ["AMER", "EMEA", "EMEA/DACH", "EMEA/DACH/Delivery", "EMEA/DACH/Sales", "EMEA/UK", "EMEA/UK/Delivery"]
    );
    assert_eq!(score(group(&team, "EMEA")), (3, 33));
    assert_eq!(score(group(&team, "EMEA/DACH")), (2, 100));
    assert_eq!(score(group(&team, "EMEA/UK/Delivery")), (1, -100));

    let owner = by("owner").await;
    assert_eq!(
        (score(group(&owner, "sam@company.example")), score(group(&owner, "kim@company.example"))),
        ((2, 0), (2, 0))
    );
    assert_eq!(score(group(&by("agent").await, "agent-1")), (2, 0));
    assert_eq!(score(group(&by("seats").await, "250")), (4, 0));
    let campaign = by("campaign").await;
    assert_eq!((score(group(&campaign, "default")), score(group(&campaign, "support"))), ((3, 33), (1, -100)));
    assert_eq!(
        (values(&by("hour").await), values(&by("weekday").await)),
        (vec!["10".to_owned()], vec!["mon".to_owned()])
    );
    assert_eq!(score(group(&by("hour").await, "10")), (4, 0));
    assert_eq!(by("nothing_of_that_name").await["groups"], json!([]));

    // Filters, and what can be crossed.
    assert_eq!(company.nps("?filter.region=EMEA").await["n"], 3);
    assert_eq!(company.nps("?filter.team=EMEA/DACH").await["nps"], 100);
    assert_eq!(company.nps("?filter.owner=sam@company.example").await["n"], 2);
    assert_eq!(company.nps("?campaign=support").await["n"], 1);
    assert_eq!(company.nps("?campaign=support&group_by=region").await["groups"].as_array().unwrap().len(), 1);
    assert_eq!(company.nps("?filter.weekday=mon&group_by=region").await["groups"].as_array().unwrap().len(), 2);
    assert_eq!(company.nps("?filter.weekday=tue").await["n"], 0);
    let crossed = company.nps("?filter.region=EMEA&group_by=owner").await.ok();
    assert_eq!((&crossed["basis"], &crossed["n"], values(&crossed).len()), (&json!("answers"), &json!(3), 2));
    let both = company.nps("?filter.region=EMEA&filter.owner=sam@company.example").await.ok();
    assert_eq!((&both["n"], &both["scanned"]), (&json!(2), &json!({"answers": 4, "complete": true, "gone": 0})));
}

#[tokio::test]
async fn a_window_is_today_and_the_days_before() {
    let company = Company::start().await;
    company.campaign_with("default", json!({"limit_days": 0})).await;
    for (nth, score) in [10, 0, 9].into_iter().enumerate() {
        company.ask_and_hear(person(nth), score).await;
        company.advance_days(10).await;
    }
    // Answers on 15 March, 25 March and 4 April; today is 14 April.
    for (query, n) in [
        ("", 3),
        ("?window=1d", 0),
        ("?window=10d", 0),
        ("?window=11d", 1),
        ("?window=21d", 2),
        ("?window=31d", 3),
        ("?from=2027-03-15&to=2027-03-15", 1),
        ("?from=2027-03-16&to=2027-03-24", 0),
        ("?from=2027-03-15&to=2027-04-04", 3),
        ("?from=2027-03-26&to=2027-04-03", 0),
    ] {
        assert_eq!(company.nps(query).await.ok()["n"], n, "{query}");
    }
    for (query, pointer) in [
        ("?window=0d", "?window"),
        ("?window=90", "?window"),
        ("?window=-1d", "?window"),
        ("?from=2027-13-01&to=2027-12-01", "?from"),
        ("?windows=90d", "?windows"),
        ("?campaign=nobody", "?campaign"),
        ("?window=90d&window=91d", "?window"),
    ] {
        let answer = company.nps(query).await;
        assert_eq!(answer.status, 422, "{query}");
        assert!(answer.problem().1.contains(&pointer), "{query} {:?}", answer.problem());
    }
    insta::assert_json_snapshot!("wrong_window", company.nps("?window=0d&colour=blue").await.body);
}

#[tokio::test]
async fn a_score_counts_on_the_campaigns_own_day() {
    // Half past twelve on Monday in London is already Tuesday in Auckland.
    let company = Company::start_at("2027-03-15T12:30:00Z").await;
    company.campaign_with("default", json!({"time_zone": "Pacific/Auckland"})).await;
    company.ask_and_hear(person(1), 10).await;
    company.settle().await;
    let nps = company.nps("?window=1d").await;
    assert_eq!(
        (&nps["to"], &nps["time_zone"], &nps["n"], &nps["sent"]),
        (&json!("2027-03-16"), &json!("Pacific/Auckland"), &json!(1), &json!(1))
    );
    assert_eq!(values(&company.nps("?group_by=weekday").await), ["tue"]);
    assert_eq!(values(&company.nps("?group_by=hour").await), ["01"]);
}

#[tokio::test]
async fn a_changed_score_stays_on_the_day_of_the_first_answer() {
    let company = Company::start().await;
    let letter = company.ask_and_hear(person(1).attribute("region", "EMEA"), 2).await;
    company.advance_days(5).await;
    company.respond(&letter.link(9), 9).await.ok();
    company.settle().await;
    let day = company.nps("?from=2027-03-15&to=2027-03-15&group_by=region").await;
    assert_eq!((&day["n"], &day["nps"], score(group(&day, "EMEA"))), (&json!(1), &json!(100), (1, 100)));
    assert_eq!(company.nps("?window=5d").await["n"], 0);
}

#[tokio::test]
async fn the_response_rate_is_by_the_day_of_sending() {
    let company = Company::start().await;
    company.settle().await;
    let first = company.ask(person(1)).await;
    company.ask(person(2)).await;
    company.advance_days(2).await;
    company.ask(person(3)).await;
    company.respond(&first.link(9), 9).await.ok();
    company.settle().await;
    let sending_day = company.nps("?from=2027-03-15&to=2027-03-15").await;
    assert_eq!(
        (&sending_day["delivered"], &sending_day["answered"], sending_day["response_rate"].as_f64()),
        (&json!(2), &json!(1), Some(0.5))
    );
    assert_eq!(sending_day["n"], 0, "the answer came two days later");
    let today = company.nps("?window=1d").await;
    assert_eq!((&today["n"], &today["delivered"], &today["answered"]), (&json!(1), &json!(1), &json!(0)));
    // Reminders add nothing below the line.
    company.advance_days(6).await;
    assert_eq!(company.inbox("person2@example.com").await.len(), 2);
    assert_eq!(company.nps("").await["delivered"], 3);
}

#[tokio::test]
async fn whoever_answers_the_reminder_after_half_a_year_counts_in_the_rate() {
    let company = Company::start().await;
    company.ask(person(1)).await;
    company.advance_days(8).await;
    let reminder = company.inbox("person1@example.com").await.pop().expect("a reminder");
    assert_eq!(reminder.step, "remind");
    company.advance_days(177).await;
    company.respond(&reminder.link(9), 9).await.ok();
    company.settle().await;
    let rate = company.nps("?from=2027-03-15&to=2027-03-15").await.ok();
    assert_eq!((&rate["delivered"], &rate["answered"]), (&json!(1), &json!(1)));
    assert_eq!(rate["response_rate_interval"], json!({"low": 0.2065, "high": 1.0}), "one answer says little of others");
    let sent = company.nps("?from=2027-03-15&to=2027-03-15&by=sending").await.ok();
    assert_eq!((&sent["n"], &sent["response_rate_interval"]), (&json!(1), &json!(null)));
}

#[tokio::test]
async fn answers_through_a_door_long_after_do_not_stand_before_those_to_mails_of_old_days() {
    let company = Company::start().await;
    company.ask_and_hear(person(1), 9).await;
    let door = crate::doors::shop(&company).await;
    for score in [0, 3] {
        company.advance_days(20).await;
        company.respond(&door, score).await.ok();
        company.settle().await;
    }
    let old = "?from=2027-03-15&to=2027-03-15&by=sending";
    let some = company.nps(&format!("{old}&scan=1")).await.ok();
    assert_eq!((&some["n"], &some["promoters"], &some["scanned"]["complete"]), (&json!(1), &json!(1), &json!(false)));
    // The pages behind it are read once, and have nothing of that day.
    let mut rest = Vec::new();
    let mut cursor = some["cursor"].as_str().map(str::to_owned);
    while let Some(behind) = cursor {
        let page = company.nps(&format!("{old}&scan=1&cursor={behind}")).await.ok();
        rest.push((page["n"].clone(), page["scanned"]["answers"].clone()));
        cursor = page["cursor"].as_str().map(str::to_owned);
    }
    assert_eq!(rest, [(json!(0), json!(1)), (json!(0), json!(1))]);
}

#[tokio::test]
async fn what_only_tallies_know_is_asked_of_nothing_else() {
    let company = Company::start().await;
    company.ask_and_hear(person(1).owner("sam@company.example").attribute("team", "EMEA"), 9).await;
    let other = "filter.owner=%E2%80%A6other";
    let told = company.nps(&format!("?{other}&group_by=weekday&compare=previous&trend=day")).await.ok();
    assert_eq!((&told["basis"], &told["n"]), (&json!("tallies"), &json!(0)));
    for path in [
        "/v1/nps?group_by=team&",
        "/v1/nps?filter.team=EMEA&",
        "/v1/nps?by=sending&",
        "/v1/nps?per=contact&",
        "/v1/leaders?dimension=team&",
        "/v1/responses?",
        "/v1/responses.csv?",
        "/v1/coverage?",
        "/v1/themes/suggestions?",
    ] {
        let answer = company.call(Method::GET, &format!("{path}{other}"), None).await;
        assert_eq!((answer.status, answer.problem()), (422, ("crossing", vec!["?filter.owner"])), "{path}");
    }
    let applied = company.apply_themes(&format!("?dry_run=true&{other}"), None).await;
    assert_eq!(applied.problem(), ("crossing", vec!["?filter.owner"]));
}

#[tokio::test]
async fn responses_are_listed_newest_first_with_comments() {
    let company = Company::start().await;
    for nth in 0..3 {
        let letter = company.ask(person(nth).owner("sam@company.example").attribute("region", "EMEA")).await;
        company
            .respond_with(
                &letter.link(0),
                json!({"score": nth, "comment": format!("Comment {nth}"), "follow_up": nth == 1}),
            )
            .await
            .ok();
        company.advance_days(1).await;
    }
    let list = company.responses("").await.ok();
    let said: Vec<_> =
        list["responses"].as_array().unwrap().iter().map(|response| response["comment"].clone()).collect();
    assert_eq!(said, ["Comment 2", "Comment 1", "Comment 0"]);
    assert_eq!(list["cursor"], json!(null));
    let one = &list["responses"][1];
    assert_eq!(
        (&one["score"], &one["group"], &one["standing"], &one["follow_up"]),
        (&json!(1), &json!("detractor"), &json!("confirmed"), &json!(true))
    );
    assert_eq!(
        (&one["contact"]["email"], &one["owner"]["email"]),
        (&json!("person1@example.com"), &json!("sam@company.example"))
    );
    assert_eq!(company.responses("?window=2d").await["responses"].as_array().unwrap().len(), 1);
    assert_eq!(company.responses("?filter.region=AMER").await["responses"], json!([]));
    assert_eq!(company.responses("?filter.region=EMEA").await["responses"].as_array().unwrap().len(), 3);
    assert_eq!(company.responses("?campaign=nobody").await.status, 422);
}

#[tokio::test]
async fn a_cursor_leads_through_all_responses_once() {
    let company = Company::start().await;
    let ids = hear(&company, |nth, _| person(nth), &[8; 60]).await;
    let (mut seen, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let page = company.responses(&cursor).await.ok();
        pages += 1;
        seen.extend(
            page["responses"]
                .as_array()
                .unwrap()
                .iter()
                .map(|response| response["survey_id"].as_str().unwrap().to_owned()),
        );
        match page["cursor"].as_str() {
            Some(next) => cursor = format!("?cursor={next}"),
            None => break,
        }
    }
    assert!(pages > 1, "sixty do not fit one page");
    let mut wanted = ids;
    wanted.sort();
    seen.sort();
    assert_eq!(seen, wanted);
    assert_eq!(company.responses("?cursor=nonsense").await.problem(), ("invalid", vec!["?cursor"]));
}

#[tokio::test]
async fn what_turns_out_to_be_a_machine_counts_no_more() {
    let company = Company::start().await;
    let ids = hear(&company, |nth, _| person(nth).attribute("region", "EMEA"), &[10, 0]).await;
    let judged = company.judge(&ids[1], "suspect").await;
    assert_eq!((judged.status, &judged["standing"], &judged["score"]), (200, &json!("suspect"), &json!(0)));
    company.settle().await;
    let nps = company.nps("?group_by=region").await;
    assert_eq!(
        (&nps["n"], &nps["nps"], &nps["suspect"], score(group(&nps, "EMEA"))),
        (&json!(1), &json!(100), &json!(1), (1, 100))
    );
    assert_eq!(company.survey(&ids[1]).await["standing"], "suspect");
    assert_eq!(company.score_of("person1@example.com").await.status, 404, "it is nobody's score");
    for standing in ["confirmed", "confirmed", "self_saved"] {
        company.judge(&ids[1], standing).await.ok();
    }
    company.settle().await;
    let nps = company.nps("").await;
    assert_eq!(
        (&nps["n"], &nps["nps"], &nps["suspect"], &nps["self_saved"]),
        (&json!(2), &json!(0), &json!(0), &json!(1))
    );
    assert_eq!(company.score_of("person1@example.com").await["score"], 0);

    let asked = company.ask(person(7)).await.survey;
    assert_eq!(company.judge(&asked, "suspect").await.status, 409, "there is nothing to judge yet");
    assert_eq!(company.judge(&"0".repeat(32), "suspect").await.status, 404);
    assert_eq!(company.judge(&ids[0], "sure").await.problem(), ("invalid", vec!["/standing"]));
    let answer = company
        .call(
            reqwest::Method::PATCH,
            &format!("/v1/responses/{}", ids[0]),
            Some(json!({"standing": "suspect", "score": 3})),
        )
        .await;
    assert_eq!(answer.problem(), ("invalid", vec!["/score"]));
}

#[tokio::test]
async fn a_contacts_score_is_the_latest_with_its_trend() {
    let company = Company::start().await;
    company.campaign_with("default", json!({"limit_days": 0})).await;
    assert_eq!(company.score_of("ada@example.com").await.status, 404);
    let ada = |record: &str| done(record, "ada@example.com").set("contact_id", "003A").set("contact_name", "Ada");
    let first = company.ask(ada("a0X1")).await;
    assert_eq!(company.score_of("003A").await.status, 404, "asked is not answered");
    company.respond(&first.link(6), 6).await.ok();
    company.settle().await;
    let score = company.score_of("ada@example.com").await.ok();
    assert_eq!(
        (&score["score"], &score["group"], &score["previous"], &score["trend"]),
        (&json!(6), &json!("detractor"), &json!(null), &json!(null))
    );
    assert_eq!(
        (&score["survey_id"], &score["campaign"], &score["contact"]["email"]),
        (&json!(first.survey), &json!("default"), &json!("ada@example.com"))
    );
    for (nth, next, trend) in [(2, 9, "up"), (3, 9, "same"), (4, 0, "down")] {
        company.advance_days(1).await;
        let letter = company.ask_and_hear(ada(&format!("a0X{nth}")), next).await;
        company.settle().await;
        let score = company.score_of("003A").await.ok();
        assert_eq!(
            (&score["score"], &score["trend"], &score["survey_id"]),
            (&json!(next), &json!(trend), &json!(letter.survey))
        );
        assert_eq!(score["previous"]["score"], [6, 9, 9][nth - 2]);
    }
    // An old answer that changes is still an old answer.
    company.respond(&first.link(10), 10).await.ok();
    company.settle().await;
    let score = company.score_of("Ada@Example.com").await.ok();
    assert_eq!((&score["score"], &score["previous"]["score"]), (&json!(0), &json!(9)));
    assert_eq!(company.score_of("nobody@example.com").await.status, 404);
}

#[tokio::test]
async fn a_dimension_keeps_five_hundred_values_a_day() {
    let company = Company::start().await;
    let store = company.world().store().clone();
    // Four hundred and ninety-nine others on this day, as aggregate would have counted them.
    let day: jiff::civil::Date = "2027-03-15".parse().unwrap();
    let row = |nth: usize| model::tally::Row {
        campaign: model::CampaignId::default_campaign(),
        dimension: "customer".to_owned(),
        day,
        value: format!("other-{nth:03}"),
    };
    let one = || std::collections::BTreeMap::from([(model::tally::Counter::Delivered, 1)]);
    for part in (0..499).collect::<Vec<_>>().chunks(90) {
        let rows = part.iter().map(|nth| (row(*nth), one())).collect();
        assert!(store.count(&[], &[], &rows, 0, company.world().now()).await.unwrap());
    }
    hear(&company, |nth, _| person(nth).attribute("customer", format!("late-{nth}")), &[10, 10, 0]).await;
    let nps = company.nps("?group_by=customer").await;
    let answered: Vec<_> = nps["groups"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|group| group["n"] != 0)
        .map(|group| group["n"].as_u64().unwrap())
        .collect();
    assert_eq!(answered.iter().sum::<u64>(), 3, "nothing is lost");
    assert!(values(&nps).contains(&"…other".to_owned()), "the rest goes together");
    assert!(nps["groups"].as_array().unwrap().len() <= 502);
    // Whoever asks for one of them by name hears of it all the same, and what it cost.
    for (nth, score) in [100, 100, -100].into_iter().enumerate() {
        let one = company.nps(&format!("?filter.customer=late-{nth}")).await.ok();
        assert_eq!((&one["n"], &one["nps"], &one["basis"]), (&json!(1), &json!(score), &json!("answers")), "{nth}");
        assert_eq!(one["scanned"]["answers"], 3);
        let said = company.responses(&format!("?filter.customer=late-{nth}")).await.ok();
        assert_eq!(said["responses"].as_array().map(Vec::len), Some(1), "{nth}");
    }
    let rest = company.nps("?filter.customer=…other").await.ok();
    assert_eq!((&rest["n"], &rest["basis"]), (&json!(2), &json!("tallies")));
}
