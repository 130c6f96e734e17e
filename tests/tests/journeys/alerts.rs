//! The letters that follow from an answer: to the owner at once or with the day's others, to the contact in thanks.

use std::time::{Duration, Instant};

use local::world::Options;
use serde_json::{Value, json};
use tests::weather::{Does, FAULTY, Weather};
use tests::{Company, Letter, done};

const OWNER: &str = "sam@company.example";

fn owned(id: &str, contact: &str) -> tests::Trigger {
    done(id, contact).owner(OWNER).set("owner_name", "Sam Owner").set("subject_name", "Website relaunch")
}

/// The subjects of somebody's letters, oldest first.
async fn subjects(company: &Company, address: &str) -> Vec<String> {
    company.settle().await;
    company.inbox(address).await.into_iter().map(|letter| letter.subject).collect()
}

/// What the local inbox says which letter it is.
async fn kinds(company: &Company, address: &str) -> Vec<String> {
    let all = company.call(reqwest::Method::GET, "/local/mail", None).await.ok();
    let all = all.body.as_array().unwrap().clone();
    let mine = all.iter().filter(|mail| mail["to"] == address);
    mine.map(|mail| format!("{} {} {}", mail["letter"].as_str().unwrap(), mail["step"], mail["survey_id"])).collect()
}

#[tokio::test]
async fn a_low_score_reaches_the_owner_within_seconds() {
    let company = Company::start_with(Options::default()).await;
    let asked =
        owned("a0X1", "ada@example.com").set("contact_name", "Ada Example").set("contact_phone", "+49 30 1234567");
    company.trigger(asked).await.ok();
    let wait = async |address: &str| -> Letter {
        for _ in 0..500 {
            if let Some(letter) = company.inbox(address).await.pop() {
                return letter;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("no letter to {address}");
    };
    let invite = wait("ada@example.com").await;
    company.respond(&invite.link(3), 3).await.ok();
    let answered = Instant::now();
    let alert = wait(OWNER).await;
    assert!(answered.elapsed() < Duration::from_secs(5), "{:?}", answered.elapsed());

    assert_eq!(alert.subject, "Ada Example gave 3 of 10 for Website relaunch");
    assert_eq!(alert.survey, invite.survey);
    let header = |name: &str| alert.headers.get(name).map(String::as_str);
    assert_eq!(header("Reply-To"), Some("ada@example.com"), "an answer goes to the customer");
    assert_eq!(header("Auto-Submitted"), Some("auto-generated"), "an out-of-office note does not");
    assert_eq!(header("List-Unsubscribe"), None);
    let links = alert.links();
    for link in [
        format!("{}/dashboard#survey={}", company.url(), invite.survey),
        "mailto:ada@example.com".to_owned(),
        "tel:+49301234567".to_owned(),
    ] {
        assert!(links.contains(&link), "{link} in {links:?}");
    }
    assert_eq!(kinds(&company, OWNER).await, [format!("alert null \"{}\"", invite.survey)]);
}

#[tokio::test]
async fn a_comment_follows_the_score_or_comes_with_it() {
    let company = Company::start().await;
    let ada = company.ask_and_hear(owned("a0X1", "ada@example.com"), 3).await;
    assert_eq!(subjects(&company, OWNER).await, ["ada@example.com gave 3 of 10 for Website relaunch"]);
    for _ in 0..2 {
        // The same comment again says nothing new.
        company.respond_with(&ada.link(3), json!({"comment": "Nobody told us.\n\nNot once."})).await.ok();
        company.settle().await;
    }
    assert_eq!(
        subjects(&company, OWNER).await[1..],
        ["ada@example.com wrote about their 3 of 10 for Website relaunch"]
    );
    let letter = company.inbox(OWNER).await.pop().unwrap();
    assert!(letter.text.contains("> Nobody told us.\n>\n> Not once."), "{}", letter.text);
    assert!(letter.html.contains("Nobody told us."));

    let bob = company.ask(owned("a0X2", "bob@example.com")).await;
    company.respond_with(&bob.link(0), json!({"score": 0, "comment": "Late."})).await.ok();
    assert_eq!(subjects(&company, OWNER).await.len(), 3, "both in one");
    let letter = company.inbox(OWNER).await.pop().unwrap();
    assert!(letter.text.contains("> Late."), "{}", letter.text);
    // Weeks later somebody looks at the survey again.
    company.advance_days(40).await;
    company.judge(&bob.survey, "suspect").await.ok();
    company.settle().await;
    company.judge(&bob.survey, "confirmed").await.ok();
    assert_eq!(subjects(&company, OWNER).await.len(), 3);
}

#[tokio::test]
async fn a_changed_mind_is_told() {
    let company = Company::start().await;
    let ada = company.ask_and_hear(owned("a0X1", "ada@example.com"), 3).await;
    company.settle().await;
    company.advance("5m").await;
    company.respond(&ada.link(9), 9).await.ok();
    assert_eq!(
        subjects(&company, OWNER).await,
        ["ada@example.com gave 3 of 10 for Website relaunch", "ada@example.com changed 3 to 9 for Website relaunch"]
    );
    // Who was never told of has nothing to take back.
    let bob = company.ask_and_hear(owned("a0X2", "bob@example.com"), 9).await;
    company.settle().await;
    company.respond(&bob.link(8), 8).await.ok();
    assert_eq!(subjects(&company, OWNER).await.len(), 2);
    company.respond(&bob.link(2), 2).await.ok();
    assert_eq!(subjects(&company, OWNER).await[2], "bob@example.com changed 8 to 2 for Website relaunch");
}

#[tokio::test]
async fn the_score_before_is_told() {
    let company = Company::start().await;
    company.campaign_with("often", json!({"limit_days": 0, "time_zone": "America/New_York"})).await;
    company.ask_and_hear(owned("a0X1", "ada@example.com").campaign("often"), 8).await;
    company.advance_days(30).await;
    company.ask_and_hear(owned("a0X2", "ada@example.com").campaign("often"), 2).await;
    company.settle().await;
    let letter = company.inbox(OWNER).await.pop().unwrap();
    assert!(letter.text.contains("Last survey: 8 on 15 March 2027."), "{}", letter.text);
    assert!(letter.text.contains("Wednesday 14 April 2027, 06:00 EDT"), "{}", letter.text);
}

#[tokio::test]
async fn a_machine_alarms_nobody() {
    let company = Company::start().await;
    let letter = company.ask(owned("a0X1", "ada@example.com")).await;
    for score in 0..6 {
        company.respond(&letter.link(score), score).await.ok();
    }
    assert_eq!(company.survey(&letter.survey).await["standing"], "suspect");
    assert_eq!(subjects(&company, OWNER).await, Vec::<String>::new());
    // Unless somebody knows better.
    company.judge(&letter.survey, "confirmed").await.ok();
    assert_eq!(subjects(&company, OWNER).await, ["ada@example.com changed 4 to 5 for Website relaunch"]);
}

#[tokio::test]
async fn whoever_owns_the_record_today_is_told() {
    let company = Company::start().await;
    company.campaign_with("default", json!({"tasks": {"manager": "mia@company.example"}})).await;
    let letter = company.ask(owned("a0X1", "ada@example.com")).await;
    company.trigger(owned("a0X1", "ada@example.com").owner("kim@company.example")).await.ok();
    company.respond(&letter.link(3), 3).await.ok();
    assert_eq!(subjects(&company, "kim@company.example").await.len(), 1);
    assert_eq!(subjects(&company, OWNER).await, Vec::<String>::new());
    // Nobody's record is the manager's.
    company.ask_and_hear(done("a0X2", "bob@example.com"), 3).await;
    assert_eq!(subjects(&company, "mia@company.example").await, ["bob@example.com gave 3 of 10"]);
    company.campaign_with("default", json!({})).await;
    company.ask_and_hear(done("a0X3", "carol@example.com"), 3).await;
    company.settle().await;
    assert_eq!(company.mail().await.len(), 5, "nobody is told where nobody is named");
}

#[tokio::test]
async fn a_campaign_may_keep_quiet() {
    let company = Company::start().await;
    company
        .campaign_with("default", json!({"alerts": {"detractor": "off", "passive": "off", "promoter": "instant"}}))
        .await;
    company.ask_and_hear(owned("a0X1", "ada@example.com"), 3).await;
    company.ask_and_hear(owned("a0X2", "bob@example.com"), 9).await;
    company.advance_days(2).await;
    assert_eq!(subjects(&company, OWNER).await, ["bob@example.com gave 9 of 10 for Website relaunch"]);
}

#[tokio::test]
async fn a_digest_comes_once_a_day_across_a_change_of_the_clocks() {
    // Saturday, 11:00 in Berlin; the clocks go forward that night.
    let company = Company::start_at("2027-03-27T10:00:00Z").await;
    company.campaign_with("default", json!({"time_zone": "Europe/Berlin", "limit_days": 0})).await;
    for (id, contact, score) in
        [("a0X1", "ada@example.com", 10), ("a0X2", "bob@example.com", 7), ("a0X3", "carol@example.com", 1)]
    {
        company.ask_and_hear(owned(id, contact).set("contact_name", contact), score).await;
    }
    let kim = done("a0X4", "dan@example.com").owner("kim@company.example");
    let dan = company.ask(kim).await;
    company.respond_with(&dan.link(9), json!({"score": 9, "comment": "Splendid <b>people</b>"})).await.ok();
    assert_eq!(subjects(&company, OWNER).await, ["carol@example.com gave 1 of 10 for Website relaunch"]);
    assert_eq!(subjects(&company, "kim@company.example").await, Vec::<String>::new());

    company.advance("1190m").await;
    assert_eq!(subjects(&company, OWNER).await.len(), 1, "it is ten to eight");
    company.advance("20m").await;
    let sam = company.inbox(OWNER).await.pop().unwrap();
    assert_eq!(sam.subject, "2 answers on Saturday 27 March, the lowest 7");
    assert_eq!(sam.at.to_string().get(..16), Some("2027-03-28T06:00"), "eight in the morning, an hour early");
    let places = ["bob@example.com", "ada@example.com"].map(|who| sam.text.find(who).unwrap());
    assert!(places.is_sorted() && !sam.text.contains("carol@"), "{}", sam.text);
    assert_eq!(kinds(&company, OWNER).await[1], "digest null null");
    let kim = company.inbox("kim@company.example").await.pop().unwrap();
    assert_eq!(kim.subject, "1 answer on Saturday 27 March");
    assert!(kim.html.contains("Splendid &#60;b&#62;people"), "{}", kim.html);

    company.ask_and_hear(owned("a0X5", "ada@example.com"), 8).await;
    company.advance_days(4).await;
    let sam = subjects(&company, OWNER).await;
    assert_eq!(sam[1..], ["2 answers on Saturday 27 March, the lowest 7", "1 answer on Sunday 28 March"]);
    assert_eq!(subjects(&company, "kim@company.example").await.len(), 1);
}

#[tokio::test]
async fn a_digest_tells_of_no_answer_that_was_given_elsewhere() {
    let company = Company::start().await;
    company.ask_and_hear(owned("a0X1", "ada@example.com"), 9).await;
    let past = json!({"source": "csv", "responses": [
        {"contact_email": "bob@example.com", "score": 8, "answered_at": "2027-03-15T08:00:00Z", "owner_email": OWNER},
        {"contact_email": "carol@example.com", "score": 8, "answered_at": "2027-03-14T08:00:00Z", "owner_email": OWNER}
    ]});
    company.call(reqwest::Method::POST, "/v1/responses/import", Some(past)).await.ok();
    company.advance_days(2).await;
    assert_eq!(subjects(&company, OWNER).await, ["1 answer on Monday 15 March"]);
}

fn words() -> Value {
    json!({"thanks": {
        "detractor": "We are sorry, {name}.", "passive": "Thank you, {name}, from all at {company}.", "promoter": "Hurray, {name}!",
        "review_url": "https://reviews.example.com/acme"
    }})
}

#[tokio::test]
async fn every_group_is_thanked_and_shown_the_same_way_to_review() {
    let company = Company::start().await;
    company.campaign_with("default", json!({"limit_days": 0, "thanks": words()["thanks"]})).await;
    for (id, contact, score) in
        [("a0X1", "ada@example.com", 0), ("a0X2", "bob@example.com", 8), ("a0X3", "carol@example.com", 10)]
    {
        company.ask_and_hear(done(id, contact).set("contact_name", "Kim Contact"), score).await;
    }
    company.advance("9m").await;
    assert_eq!(company.mail().await.len(), 3, "the score may change yet");
    company.advance("2m").await;
    for (contact, words) in [
        ("ada@example.com", "We are sorry, Kim Contact."),
        ("bob@example.com", "Thank you, Kim Contact, from all at Example Company."),
        ("carol@example.com", "Hurray, Kim Contact!"),
    ] {
        let letters = company.inbox(contact).await;
        assert_eq!(letters.len(), 2, "{contact}");
        let thanks = &letters[1];
        assert!(thanks.text.contains(words) && thanks.html.contains(words), "{}", thanks.text);
        assert!(thanks.links().contains(&"https://reviews.example.com/acme".to_owned()), "{contact}");
        assert_eq!(thanks.headers["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click");
        assert_eq!(thanks.survey, letters[0].survey);
    }
    company.advance_days(3).await;
    assert_eq!(company.inbox("ada@example.com").await.len(), 2, "once");
    // The link to unsubscribe works.
    let thanks = company.inbox("ada@example.com").await.pop().unwrap();
    let form = "application/x-www-form-urlencoded";
    let gone = company.post_raw(&thanks.unsubscribe_link(), form, b"List-Unsubscribe=One-Click".to_vec()).await;
    assert_eq!(gone.status, 200);
    assert_eq!(company.trigger(done("a0X9", "ada@example.com")).await["reason"], "unsubscribed");
}

#[tokio::test]
async fn thanks_follow_the_last_word() {
    let company = Company::start().await;
    company.campaign_with("default", words()).await;
    let ada = company.ask_and_hear(done("a0X1", "ada@example.com").set("contact_name", "Ada"), 9).await;
    company.settle().await;
    company.advance("5m").await;
    company.respond(&ada.link(2), 2).await.ok();
    company.advance("30m").await;
    let letters = company.inbox("ada@example.com").await;
    assert_eq!(letters.len(), 2);
    assert!(letters[1].text.contains("We are sorry, Ada."), "{}", letters[1].text);
}

#[tokio::test]
async fn nobody_is_thanked_who_wants_no_mail() {
    let company = Company::start().await;
    company.campaign_with("default", words()).await;
    let ada = company.ask_and_hear(done("a0X1", "ada@example.com"), 9).await;
    company.settle().await;
    company.press(&company.follow(&ada.unsubscribe_link()).await, &[]).await;
    // The address died in between, or the person was erased.
    let bob = company.ask_and_hear(done("a0X2", "bob@example.com"), 9).await;
    company.settle().await;
    assert_eq!(company.erase("bob@example.com").await.status, 204);
    company.advance("1h").await;
    assert_eq!(company.mail().await.len(), 2, "{:?}", bob.survey);
}

#[tokio::test]
async fn thanks_that_come_back_end_all_mail_and_alerts_that_do_not() {
    let company = Company::start().await;
    company.campaign_with("default", words()).await;
    let complained = "complaint@simulator.amazonses.com";
    // The invite of this address ends in a complaint already; so the contact here is the owner of another survey.
    let ada = company.ask_and_hear(done("a0X1", "ada@example.com").owner(complained), 3).await;
    company.settle().await;
    assert_eq!(company.inbox(complained).await.len(), 1);
    company.advance("1h").await;
    assert_eq!(company.inbox("ada@example.com").await.len(), 2, "the contact is not to blame");
    assert_eq!(company.survey(&ada.survey).await["state"], "answered");
    let asked = company.trigger(done("a0X2", complained)).await;
    assert_eq!(asked["decision"], "scheduled", "a colleague's complaint about an alert suppresses no contact");
}

#[tokio::test]
async fn letters_go_with_the_person() {
    let company = Company::start().await;
    company.campaign_with("default", words()).await;
    let ada = company.ask_and_hear(owned("a0X1", "ada@example.com"), 3).await;
    company.advance("20m").await;
    let id = ada.survey.parse().unwrap();
    assert_eq!(company.world().store().letters(id).await.unwrap().len(), 2, "an alert and thanks");
    assert_eq!(company.erase("ada@example.com").await.status, 204);
    company.settle().await;
    assert!(company.world().store().letters(id).await.unwrap().is_empty());
}

/// It asks for fewer mails.
const DOWN: Does = Does::Say(429, JSON, "{}");
/// It will never take the mail.
const REFUSING: Does = Does::Say(400, ("x-amzn-errortype", "MessageRejected"), r#"{"message":"it looks like spam"}"#);
const JSON: (&str, &str) = ("content-type", "application/json");

/// A company whose SES has its weather.
async fn under(weather: &Weather) -> Company {
    weather.company("AWS_ENDPOINT_URL_SESV2").await
}

#[tokio::test]
async fn every_letter_goes_out_once_when_ses_is_back() {
    let weather = Weather::default();
    let company = under(&weather).await;
    company.campaign_with("default", words()).await;
    let ada = company.ask(owned("a0X1", "ada@example.com")).await;
    weather.set(DOWN);
    company.respond(&ada.link(3), 3).await.ok();
    company.advance_days(2).await;
    assert_eq!(company.mail().await.len(), 1);
    weather.set(Does::Work);
    company.advance("2h").await;
    assert_eq!(kinds(&company, OWNER).await.len(), 1);
    assert_eq!(company.inbox("ada@example.com").await.len(), 2, "thanks that were written are sent");
    company.advance_days(3).await;
    assert_eq!(company.mail().await.len(), 3);
}

#[tokio::test]
async fn a_lost_answer_sends_nothing_twice() {
    let weather = Weather::default();
    let company = under(&weather).await;
    company.campaign_with("default", words()).await;
    let ada = company.ask(owned("a0X1", "ada@example.com")).await;
    weather.set(Does::Lose);
    company.respond(&ada.link(3), 3).await.ok();
    company.advance("15m").await;
    weather.set(Does::Work);
    company.advance_days(2).await;
    assert_eq!(company.mail().await.len(), 3, "the Send events have settled both");
    let letters = company.world().store().letters(ada.survey.parse().unwrap()).await.unwrap();
    assert!(letters.iter().all(|letter| letter.sent_at.is_some() && letter.ended.is_none()), "{letters:?}");
}

#[tokio::test]
async fn what_nobody_knows_goes_again_to_a_colleague_and_not_to_a_contact() {
    let weather = Weather::default();
    let company = under(&weather).await;
    company.campaign_with("default", words()).await;
    let ada = company.ask(owned("a0X1", "ada@example.com")).await;
    weather.set(FAULTY);
    company.respond(&ada.link(3), 3).await.ok();
    company.advance("12m").await;
    weather.set(Does::Work);
    company.advance_days(2).await;
    assert_eq!(company.inbox(OWNER).await.len(), 1);
    assert_eq!(company.inbox("ada@example.com").await.len(), 1, "no thanks rather than twice");
    let letters = company.world().store().letters(ada.survey.parse().unwrap()).await.unwrap();
    let thanks = letters.iter().find(|letter| letter.id.name == "thanks").unwrap();
    assert_eq!((thanks.sent_at, thanks.ended), (None, Some(store::Ended::Unknown)));
    // Unless somebody says so.
    let lost = letters_of(&company, "").await;
    assert_eq!((lost.len(), &lost[0]["state"], &lost[0]["kind"]), (1, &json!("unknown"), &json!("thanks")));
    again(&company, &lost[0]["letter_id"]).await.ok();
    company.settle().await;
    assert_eq!(company.inbox("ada@example.com").await.len(), 2);
}

/// What the API says of letters.
async fn letters_of(company: &Company, query: &str) -> Vec<Value> {
    let letters = company.call(reqwest::Method::GET, &format!("/v1/letters{query}"), None).await.ok();
    letters["letters"].as_array().unwrap().clone()
}

async fn again(company: &Company, letter: &Value) -> tests::Answer {
    let path = format!("/v1/letters/{}/retry", letter.as_str().unwrap());
    company.call(reqwest::Method::POST, &path, None).await
}

#[tokio::test]
async fn a_letter_ses_refused_is_seen_and_sent_again() {
    let weather = Weather::default();
    let company = under(&weather).await;
    company.campaign_with("default", words()).await;
    let ada = company.ask(owned("a0X1", "ada@example.com")).await;
    let bob = company.ask(owned("a0X2", "bob@example.com")).await;
    weather.set(REFUSING);
    company.respond(&ada.link(3), 3).await.ok();
    company.settle().await;
    let lost = letters_of(&company, "").await;
    assert_eq!(lost.len(), 1, "{lost:?}");
    let lost = &lost[0];
    assert_eq!((&lost["kind"], &lost["state"], &lost["to"]), (&json!("alert"), &json!("refused"), &json!(OWNER)));
    assert_eq!((&lost["survey_id"], &lost["campaign"]), (&json!(ada.survey), &json!("default")));
    assert_eq!((&lost["attempts"], &lost["sent_at"], &lost["next_at"]), (&json!(1), &Value::Null, &Value::Null));
    assert!(lost["failed_at"].is_string() && lost["answer"].as_str().unwrap().contains("ses"), "{lost}");
    let desk = async || reqwest::get(format!("{}/local/", company.url())).await.unwrap().text().await.unwrap();
    let page = desk().await;
    assert!(page.contains("Failed work") && page.contains("alert to sam@company.example"), "{page}");

    // It would be refused again, and is.
    let due = again(&company, &lost["letter_id"]).await.ok();
    assert_eq!((due.status, &due["state"], &due["failed_at"]), (202, &json!("waiting"), &Value::Null));
    company.settle().await;
    assert_eq!(letters_of(&company, "").await[0]["state"], "refused");
    weather.set(Does::Work);
    company.advance_days(1).await;
    assert_eq!(kinds(&company, OWNER).await, Vec::<String>::new(), "not by itself");
    again(&company, &lost["letter_id"]).await.ok();
    company.settle().await;
    assert_eq!(kinds(&company, OWNER).await.len(), 1);
    assert_eq!(letters_of(&company, "").await, Vec::<Value>::new());
    assert!(!desk().await.contains("Failed work"));
    let all = letters_of(&company, &format!("?survey={}", ada.survey)).await;
    let states: Vec<_> = all.iter().map(|letter| format!("{} {}", letter["kind"], letter["state"])).collect();
    assert_eq!(states, [r#""alert" "sent""#, r#""thanks" "sent""#]);
    assert_eq!(again(&company, &lost["letter_id"]).await.problem().0, "conflict", "it went out");

    // One that only waits goes out sooner; the desk sends everything again that did not arrive.
    weather.set(DOWN);
    company.respond(&bob.link(2), 2).await.ok();
    company.settle().await;
    assert_eq!(letters_of(&company, "").await, Vec::<Value>::new());
    let waiting = letters_of(&company, "?show=waiting").await;
    assert_eq!((waiting.len(), &waiting[0]["state"]), (1, &json!("waiting")));
    assert!(waiting[0]["next_at"].is_string(), "{waiting:?}");
    weather.set(REFUSING);
    again(&company, &waiting[0]["letter_id"]).await.ok();
    company.settle().await;
    weather.set(Does::Work);
    let desk = format!("{}/local/failed/retry", company.url());
    let retried: Value = reqwest::Client::new().post(desk).send().await.unwrap().json().await.unwrap();
    assert_eq!(retried["retried"], 1);
    assert_eq!(kinds(&company, OWNER).await.len(), 2);

    for (id, problem) in [("x", "not-found"), ("0.0", "not-found")] {
        assert_eq!(again(&company, &json!(id)).await.problem().0, problem, "{id}");
    }
    let wrong = company.call(reqwest::Method::GET, "/v1/letters?show=all", None).await;
    assert_eq!(wrong.problem(), ("invalid", vec!["?show"]));
}

#[tokio::test]
async fn a_letter_that_came_back_is_seen() {
    let company = Company::start().await;
    let gone = "bounce@simulator.amazonses.com";
    let low = company.ask_and_hear(done("a0X1", "ada@example.com").owner(gone), 3).await;
    company.ask_and_hear(done("a0X2", "bob@example.com").owner(gone), 9).await;
    company.settle().await;
    let lost = letters_of(&company, "").await;
    assert_eq!(lost.len(), 1, "{lost:?}");
    assert_eq!((&lost[0]["state"], &lost[0]["survey_id"]), (&json!("bounced"), &json!(low.survey)));
    assert!(lost[0]["sent_at"].is_string() && lost[0]["failed_at"].is_string());
    company.advance_days(1).await;
    let lost = letters_of(&company, "").await;
    let kinds: Vec<_> = lost.iter().map(|letter| (&letter["kind"], letter["to"].is_null())).collect();
    assert_eq!(kinds, [(&json!("digest"), true), (&json!("alert"), false)], "the latest first");
    assert_eq!(again(&company, &lost[0]["letter_id"]).await.problem().0, "conflict", "a digest forgets");
    assert_eq!(company.survey(&low.survey).await["state"], "answered", "the contact is not to blame");

    assert_eq!(again(&company, &lost[1]["letter_id"]).await.ok()["state"], "waiting");
    assert_eq!(company.inbox(gone).await.len(), 2);
    company.settle().await;
    assert_eq!(company.inbox(gone).await.len(), 3);
    assert_eq!(letters_of(&company, "").await.len(), 2, "and came back again");
}
