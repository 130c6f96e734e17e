//! What becomes of a trigger.

use serde_json::json;
use tests::{Company, Trigger, done, project};

#[tokio::test]
async fn a_record_that_crosses_the_threshold_asks_once() {
    let company = Company::start().await;
    let ada = |percent| project("a0X1").completion(percent).contact("ada@example.com");

    let waiting = company.trigger(ada(85)).await;
    assert_eq!(waiting.status, 200);
    assert_eq!(
        waiting.body,
        json!({"decision": "waiting", "reason": "below_threshold", "survey_id": null, "state": null, "milestone": "completion",
               "send_at": null, "next_eligible_at": null, "taken_over": [], "ignored": []})
    );
    assert_eq!(company.surveys("?subject_id=a0X1").await["surveys"], json!([]), "nothing is kept of it");

    let now = company.now().await;
    let scheduled = company.trigger(ada(100)).await;
    assert_eq!(scheduled.status, 202);
    assert_eq!((&scheduled["decision"], &scheduled["reason"]), (&json!("scheduled"), &json!(null)));
    assert_eq!((&scheduled["state"], &scheduled["milestone"]), (&json!("scheduled"), &json!("completion")));
    assert!(scheduled.time("send_at").since(now).as_secs() < 60, "it goes out at once");

    for percent in [100, 100, 85] {
        company.settle().await;
        let again = company.trigger(ada(percent)).await;
        let decision = if percent == 100 { "duplicate" } else { "waiting" };
        assert_eq!((again.status, &again["decision"]), (200, &json!(decision)));
        if percent == 100 {
            assert_eq!((&again["reason"], &again["survey_id"]), (&json!("survey_exists"), &scheduled["survey_id"]));
            assert_eq!(again["state"], "asked");
        }
    }
    // The milestone of the completion rule is fixed: a moved threshold asks nobody twice.
    company.campaign_with("default", json!({"threshold": 80})).await;
    assert_eq!(company.trigger(ada(85)).await["decision"], "duplicate");
    company.settle().await;
    assert_eq!(company.inbox("ada@example.com").await.len(), 1);
}

#[tokio::test]
async fn a_hundred_calls_at_once_ask_once() {
    let company = Company::start().await;
    let calls = (0..100).map(|_| company.trigger(done("a0X1", "ada@example.com")));
    let answers = futures_util::future::join_all(calls).await;
    let count = |decision: &str| answers.iter().filter(|answer| answer["decision"] == decision).count();
    assert_eq!((count("scheduled"), count("duplicate")), (1, 99));
    company.settle().await;
    assert_eq!(company.mail().await.len(), 1);
}

#[tokio::test]
async fn a_named_milestone_wins_over_the_percentage() {
    let company = Company::start().await;
    let renewal = company.trigger(project("a0X1").completion(10).milestone("renewal").contact("ada@example.com")).await;
    assert_eq!((renewal.status, &renewal["milestone"]), (202, &json!("renewal")));
    let completion = company.trigger(done("a0X1", "ada@example.com")).await;
    assert_eq!(completion["decision"], "deferred", "another milestone is another survey");
    let neither = company.trigger(project("a0X2").contact("ada@example.com")).await;
    assert_eq!((neither.status, neither.problem().0), (422, "invalid"));
}

#[tokio::test]
async fn one_person_is_one_contact_however_the_address_is_written() {
    let company = Company::start().await;
    let first = company.trigger(done("a0X1", "Ada@Example.COM")).await;
    let second = company.trigger(done("a0X1", "ada@example.com")).await;
    assert_eq!((&second["decision"], &second["survey_id"]), (&json!("duplicate"), &first["survey_id"]));
    company.settle().await;
    assert_eq!(company.inbox("ada@example.com").await.len(), 1);
}

#[tokio::test]
async fn what_changed_is_taken_over_while_there_is_no_answer() {
    let company = Company::start().await;
    let sam = done("a0X1", "ada@example.com")
        .owner("sam@company.example")
        .attribute("region", "EMEA")
        .set("contact_name", "Ada");
    let id = company.trigger(sam.clone()).await.text("survey_id");

    // Without a time of its own, the last call wins.
    let kim = sam
        .clone()
        .owner("kim@company.example")
        .attribute("region", "AMER")
        .set("contact_name", "Ada Example")
        .set("agent_id", "A7");
    let taken = company.trigger(kim.clone()).await;
    assert_eq!(taken["decision"], "duplicate");
    assert_eq!(taken["taken_over"], json!(["owner_email", "agent_id", "contact_name", "attributes.region"]));
    let survey = company.survey(&id).await;
    assert_eq!(survey["owner"]["email"], "kim@company.example");
    assert_eq!((&survey["agent"]["id"], &survey["contact"]["name"]), (&json!("A7"), &json!("Ada Example")));
    assert_eq!(survey["attributes"]["region"], "AMER");
    assert_eq!(company.trigger(kim.clone()).await["taken_over"], json!([]), "a repeat is no news");
    let what: Vec<_> =
        survey["timeline"].as_array().unwrap().iter().map(|entry| entry["what"].as_str().unwrap()).collect();
    assert_eq!(what, ["created", "taken_over"]);

    // Once it is answered, it stays as it was.
    company.settle().await;
    let letter = company.inbox("ada@example.com").await.pop().unwrap();
    company.respond(&letter.link(9), 9).await.ok();
    assert_eq!(company.trigger(sam).await["taken_over"], json!([]));
    assert_eq!(company.survey(&id).await["owner"]["email"], "kim@company.example");
}

#[tokio::test]
async fn calls_about_one_record_are_ordered_by_its_own_time() {
    let company = Company::start().await;
    let owned_at = |owner: &str, at: &str| done("a0X1", "ada@example.com").owner(owner).set("record_modified_at", at);
    let id = company.trigger(owned_at("b@company.example", "2027-03-15T09:00:00Z")).await.text("survey_id");
    for (owner, at, taken, stands) in [
        ("a@company.example", "2027-03-15T08:59:59Z", false, "b@company.example"),
        ("x@company.example", "2027-03-15T10:00:00+01:00", false, "b@company.example"),
        ("c@company.example", "2027-03-15T10:00:01+01:00", true, "c@company.example"),
        ("b@company.example", "2027-03-15T09:00:00Z", false, "c@company.example"),
    ] {
        let answer = company.trigger(owned_at(owner, at)).await;
        assert_eq!(answer["taken_over"] != json!([]), taken, "{owner} {at}");
        assert_eq!(company.survey(&id).await["owner"]["email"], stands, "{owner} {at}");
    }
}

#[tokio::test]
async fn surveys_of_one_contact_queue_up_one_limit_apart() {
    let company = Company::start().await;
    let first = company.trigger(done("a0X1", "ada@example.com")).await;
    let start = first.time("send_at");
    let days = |at: model::Timestamp| (at.since(start).as_secs() + 2) / 86_400;
    for (record, after) in [("a0X2", 90), ("a0X3", 180)] {
        let deferred = company.trigger(done(record, "ada@example.com")).await;
        assert_eq!(
            (deferred.status, &deferred["decision"], &deferred["reason"]),
            (202, &json!("deferred"), &json!("asked_recently"))
        );
        assert_eq!((&deferred["state"], &deferred["send_at"]), (&json!("deferred"), &deferred["next_eligible_at"]));
        assert_eq!(days(deferred.time("send_at")), after);
    }
    let too_often = company.trigger(done("a0X4", "ada@example.com")).await;
    assert_eq!(
        (too_often.status, &too_often["decision"], &too_often["reason"]),
        (200, &json!("suppressed"), &json!("asked_too_often"))
    );
    assert_eq!(
        (&too_often["survey_id"], &too_often["send_at"], &too_often["state"]),
        (&json!(null), &json!(null), &json!(null))
    );
    assert_eq!(days(too_often.time("next_eligible_at")), 270);
    // Somebody else is not put off by it.
    assert_eq!(company.trigger(done("a0X4", "bob@example.com")).await["decision"], "scheduled");

    let invites =
        async || company.inbox("ada@example.com").await.into_iter().filter(|letter| letter.step == "invite").count();
    company.settle().await;
    assert_eq!(invites().await, 1);
    company.advance_days(89).await;
    assert_eq!(invites().await, 1);
    company.advance_days(2).await;
    assert_eq!(invites().await, 2);
    company.advance_days(90).await;
    assert_eq!(invites().await, 3);
    company.advance_days(120).await;
    assert_eq!(invites().await, 3);
}

#[tokio::test]
async fn without_a_limit_everybody_is_asked_at_once() {
    let company = Company::start().await;
    company.campaign_with("default", json!({"limit_days": 0})).await;
    for record in ["a0X1", "a0X2", "a0X3"] {
        assert_eq!(company.trigger(done(record, "ada@example.com")).await["decision"], "scheduled", "{record}");
    }
    company.settle().await;
    assert_eq!(company.inbox("ada@example.com").await.len(), 3);
}

#[tokio::test]
async fn mail_waits_for_the_contacts_own_office_hours() {
    let company = Company::start().await;
    let hours = json!({"hours": {"from": "09:00", "to": "17:00", "days": ["mon", "tue", "wed", "thu", "fri"]}, "time_zone": "Europe/Berlin"});
    company.campaign_with("default", hours).await;
    // Monday, 10:00 in London, where the clocks have not changed yet.
    for (zone, send_at) in [
        (json!("Europe/Berlin"), None),
        (json!("America/New_York"), Some("2027-03-15T13:00:00Z")),
        (json!("Asia/Tokyo"), Some("2027-03-16T00:00:00Z")),
        (json!("Pacific/Kiritimati"), Some("2027-03-15T19:00:00Z")),
        // Without a zone of theirs, the campaign's counts.
        (json!(null), None),
    ] {
        let name = zone.as_str().unwrap_or("none").to_lowercase().replace('/', "-");
        let asked = company.trigger(done(&name, &format!("{name}@example.com")).set("contact_time_zone", zone)).await;
        assert_eq!((asked.status, &asked["decision"]), (202, &json!("scheduled")), "{name}");
        match send_at {
            Some(at) => {
                assert_eq!((&asked["send_at"], &asked["reason"]), (&json!(at), &json!("outside_hours")), "{name}")
            }
            None => assert_eq!(asked["reason"], json!(null), "{name}"),
        }
    }
    company.settle().await;
    assert_eq!(company.mail().await.len(), 2);
    company.advance("179m").await;
    assert_eq!(company.mail().await.len(), 2);
    company.advance("2m").await;
    let letters = company.inbox("america-new_york@example.com").await;
    assert_eq!(letters[0].at.whole_second().to_string(), "2027-03-15T13:00:00Z");
    company.advance("12h").await;
    assert_eq!(company.mail().await.len(), 5);
}

#[tokio::test]
async fn office_hours_follow_a_change_of_the_clocks() {
    // Friday evening in Berlin; on Sunday the clocks go forward.
    let company = Company::start_at("2027-03-26T18:00:00Z").await;
    company.campaign_with("default", json!({"hours": {"from": "09:00", "to": "17:00", "days": ["mon", "fri"]}})).await;
    let asked = company.trigger(done("a0X1", "ada@example.com").set("contact_time_zone", "Europe/Berlin")).await;
    assert_eq!(asked["send_at"], "2027-03-29T07:00:00Z");
    company.advance_days(3).await;
    assert_eq!(company.inbox("ada@example.com").await[0].at.whole_second().to_string(), "2027-03-29T07:00:00Z");
}

#[tokio::test]
async fn a_dry_run_decides_and_writes_nothing() {
    let company = Company::start().await;
    company.settle().await;
    let before = company.writes().await;
    for (trigger, status, decision) in [
        (done("a0X1", "ada@example.com"), 202, "scheduled"),
        (project("a0X1").completion(3).contact("ada@example.com"), 200, "waiting"),
    ] {
        let decided = company.trigger(trigger.dry_run()).await;
        assert_eq!((decided.status, &decided["decision"]), (status, &json!(decision)));
    }
    assert_eq!(company.writes().await, before);
    company.trigger(done("a0X1", "ada@example.com").owner("sam@company.example")).await.ok();
    company.settle().await;
    let before = company.writes().await;
    for (trigger, status, decision) in [
        (done("a0X1", "ada@example.com").owner("kim@company.example"), 200, "duplicate"),
        (done("a0X2", "ada@example.com"), 202, "deferred"),
    ] {
        let decided = company.trigger(trigger.dry_run()).await;
        assert_eq!((decided.status, &decided["decision"]), (status, &json!(decision)));
    }
    assert_eq!(company.writes().await, before);
    assert_eq!(company.surveys("?subject_id=a0X1").await["surveys"][0]["owner"]["email"], "sam@company.example");
    assert_eq!(company.mail().await.len(), 1);
}

#[tokio::test]
async fn what_is_not_known_is_dropped_and_named() {
    let company = Company::start().await;
    let mut trigger = done("a0X1", "ada@example.com").set("flow_interview_guid", "8d51").set("sub_name", "a typo");
    for nth in 0..20 {
        trigger = trigger.attribute(&format!("field_{nth:02}"), nth);
    }
    trigger = trigger.attribute("field_00", "x".repeat(101));
    let answer = company.trigger(trigger).await;
    assert_eq!(answer.status, 202);
    let ignored: Vec<_> =
        answer["ignored"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect();
    for name in ["flow_interview_guid", "sub_name"] {
        assert!(ignored.contains(&name.to_owned()), "{ignored:?}");
    }
    assert!(ignored.iter().any(|name| name.contains("field_00")), "too long a value: {ignored:?}");
    let survey = company.survey(&answer.text("survey_id")).await;
    assert_eq!(survey["attributes"].as_object().unwrap().len(), 16);
    assert_eq!(ignored.len(), 2 + 20 - 16);
}

#[tokio::test]
async fn nested_attributes_are_groups_of_their_own() {
    let company = Company::start().await;
    let trigger = done("a0X1", "ada@example.com")
        .attribute("account", json!({"tier": "gold", "size": {"seats": 250}}))
        .attribute("vip", true);
    let id = company.trigger(trigger).await.text("survey_id");
    assert_eq!(
        company.survey(&id).await["attributes"],
        json!({"account.size.seats": "250", "account.tier": "gold", "vip": "true"})
    );
}

#[tokio::test]
async fn an_unknown_campaign_asks_nobody() {
    let company = Company::start().await;
    let answer = company.trigger(done("a0X1", "ada@example.com").campaign("spring")).await;
    assert_eq!((answer.status, answer.problem()), (422, ("invalid", vec!["/campaign"])));
    insta::assert_json_snapshot!("unknown_campaign", answer.body);
}

#[tokio::test]
async fn nobody_is_asked_who_does_not_want_it() {
    let company = Company::start().await;
    let letter = company.ask(done("a0X1", "ada@example.com")).await;
    company
        .post_raw(
            &letter.unsubscribe_link(),
            "application/x-www-form-urlencoded",
            b"List-Unsubscribe=One-Click".to_vec(),
        )
        .await
        .ok();
    company.ask(done("a0X2", "complaint@simulator.amazonses.com")).await;
    company.ask(done("a0X3", "bounce@simulator.amazonses.com")).await;
    for (address, reason) in [
        ("ada@example.com", "unsubscribed"),
        ("complaint@simulator.amazonses.com", "complained"),
        ("bounce@simulator.amazonses.com", "bounced"),
    ] {
        let answer = company.trigger(done("b0X1", address)).await;
        assert_eq!(
            (answer.status, &answer["decision"], &answer["reason"]),
            (200, &json!("suppressed"), &json!(reason)),
            "{address}"
        );
        assert_eq!(answer["survey_id"], json!(null));
    }
    company.advance_days(100).await;
    assert_eq!(company.trigger(done("b0X1", "ada@example.com")).await["reason"], "unsubscribed");
    assert_eq!(company.mail().await.len(), 3);
}

#[tokio::test]
async fn what_crms_really_send_is_understood() {
    let company = Company::start().await;
    let salesforce = company.trigger(Trigger::fixture("salesforce_flow.json")).await;
    assert_eq!((salesforce.status, &salesforce["ignored"]), (202, &json!(["flow_interview_guid"])));
    let survey = company.survey(&salesforce.text("survey_id")).await;
    assert_eq!(survey["subject"], json!({"type": "project", "id": "a0X5g00000B1xYzEAJ", "name": "Website relaunch"}));
    assert_eq!(
        survey["owner"],
        json!({"email": "sam@company.example", "name": "Sam Owner", "id": "0055g00000D3nOpAAJ"})
    );
    assert_eq!(survey["attributes"]["lifetime_value"], "120000");

    let hubspot = company.trigger(Trigger::fixture("hubspot_workflow.json")).await;
    assert_eq!((hubspot.status, &hubspot["milestone"], &hubspot["ignored"]), (202, &json!("onboarding"), &json!([])));
    company.settle().await;
    assert_eq!(company.inbox("grace@example.com").await[0].survey, hubspot.text("survey_id"));
    let by_id = company.surveys("?contact=401250").await;
    assert_eq!(by_id["surveys"][0]["survey_id"], hubspot["survey_id"]);
}
