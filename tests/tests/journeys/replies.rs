//! Answers by replying to the mail.

use std::time::Duration;

use axum::http::StatusCode;
use local::cloud::{Queue, ReceivedMail, notification};
use local::world::REPLY_DOMAIN;
use model::Timestamp;
use serde_json::{Value, json};
use tests::{Answer, Company, Letter, Trigger, done};

const ADA: &str = "ada@example.com";
const OWNER: &str = "sam@company.example";

/// A project of Ada's that Sam looks after.
fn owned(id: &str) -> Trigger {
    done(id, ADA)
        .owner(OWNER)
        .set("owner_name", "Sam Owner")
        .set("contact_name", "Ada Example")
        .set("account_name", "Example AG")
        .set("subject_name", "Website relaunch")
}

/// Asks Ada. Nobody hears of answers, so that the only letters to Sam are those about replies.
async fn asked(company: &Company) -> Letter {
    company.campaign_with("quiet", json!({"alerts": {"detractor": "off", "passive": "off", "promoter": "off"}})).await;
    company.ask(owned("a0X1").campaign("quiet")).await
}

fn fixture(name: &str, letter: &Letter) -> Vec<u8> {
    let path = format!("{}/fixtures/replies/{name}.eml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    // As mail travels.
    text.replace("{reply_to}", address(letter)).replace('\n', "\r\n").into_bytes()
}

fn address(letter: &Letter) -> &str {
    letter.headers.get("Reply-To").expect("the letter can be replied to")
}

/// The last thing that happened to a survey of that kind.
fn last<'a>(survey: &'a Answer, what: &str) -> &'a Value {
    let timeline = survey["timeline"].as_array().unwrap();
    timeline.iter().rev().find(|entry| entry["what"] == what).unwrap_or(&Value::Null)
}

/// Brings a mail as the topic does, at a time and under a name of one's choice.
async fn bring(company: &Company, to: &str, id: &str, at: Timestamp, text: &str) {
    let at = at.as_millis();
    let raw = format!("From: {ADA}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n");
    let to = [to.to_owned()];
    let mail = ReceivedMail { id, at, from: ADA, to: &to, raw: raw.as_bytes(), spam: "PASS" };
    company.world().cloud().send(Queue::Replies, &notification(&mail), Duration::ZERO).unwrap();
    company.settle().await;
}

#[tokio::test]
async fn a_number_in_a_reply_answers_the_survey() {
    let company = Company::start().await;
    let letter = company.ask(owned("a0X1")).await;
    let (name, domain) = address(&letter).split_once('@').unwrap();
    assert_eq!((name.len(), domain), (48, REPLY_DOMAIN));
    for part in [&letter.html, &letter.text] {
        assert_eq!(part.matches("Or simply reply to this e-mail with a number from 0 to 10.").count(), 1);
    }
    assert_eq!(company.reply(&letter, "9 great").await.status, 202);
    let survey = company.survey(&letter.survey).await;
    assert_eq!(
        (&survey["state"], &survey["score"], &survey["standing"], &survey["comment"], &survey["answered_by"]),
        (&json!("answered"), &json!(9), &json!("confirmed"), &json!("great"), &json!("reply"))
    );
    assert_eq!(last(&survey, "responded")["detail"], json!({"score": 9, "changed": false, "by": "reply"}));
    // It counts like any other, and nobody is reminded.
    let nps = company.nps("?group_by=answered_by").await.ok();
    assert_eq!((&nps["n"], &nps["groups"][0]["value"]), (&json!(1), &json!("reply")));
    company.advance_days(15).await;
    assert_eq!(company.inbox(ADA).await.len(), 1);
    // A later reply with another score takes its place; the button does, too.
    company.reply(&letter, "7\n\nNot that great any more.").await;
    let survey = company.survey(&letter.survey).await;
    assert_eq!((&survey["score"], &survey["comment"]), (&json!(7), &json!("Not that great any more.")));
    company.respond(&letter.link(8), 8).await.ok();
    company.settle().await;
    let survey = company.survey(&letter.survey).await;
    assert_eq!((&survey["score"], &survey["answered_by"]), (&json!(8), &json!("page")));
    let responses = company.responses("").await.ok();
    assert_eq!(responses["responses"][0]["answered_by"], "page");
    let nps = company.nps("?group_by=answered_by").await.ok();
    assert_eq!((&nps["n"], &nps["groups"][0]["value"]), (&json!(1), &json!("page")));
}

#[tokio::test]
async fn replies_of_every_mail_program_are_read() {
    for (name, score, comment) in [
        ("gmail", 9, Some("the launch went smoothly – thank you!")),
        ("outlook", 6, Some("die Übergabe war holprig.")),
        ("apple_mail", 10, None),
        ("yahoo", 8, Some("Would be a 10 with a phone line.")),
        ("html_only", 7, Some("Schnell, aber teuer.")),
        ("below", 3, Some("Too many meetings.")),
    ] {
        let company = Company::start().await;
        let letter = asked(&company).await;
        assert_eq!(company.reply_with(&letter, fixture(name, &letter)).await.status, 202);
        let survey = company.survey(&letter.survey).await;
        assert_eq!((&survey["score"], &survey["comment"]), (&json!(score), &json!(comment)), "{name}");
        assert!(company.inbox(OWNER).await.is_empty(), "{name}");
    }
}

#[tokio::test]
async fn what_no_person_wrote_is_no_answer() {
    let company = Company::start().await;
    let letter = asked(&company).await;
    for name in ["out_of_office", "bounce"] {
        company.reply_with(&letter, fixture(name, &letter)).await;
    }
    let head = format!("From: {ADA}\r\nSubject: 9\r\n");
    for header in ["Precedence: bulk", "List-Id: <all.example.com>", "X-Autoreply: yes", "Auto-Submitted: auto-replied"]
    {
        company.reply_with(&letter, format!("{head}{header}\r\n\r\n9\r\n").into_bytes()).await;
    }
    let to = [address(&letter).to_owned()];
    let raw = format!("{head}\r\n9\r\n");
    let at = company.now().await.as_millis();
    for (from, spam) in [(ADA, "FAIL"), ("", "PASS"), ("MAILER-DAEMON@amazonses.com", "PASS")] {
        let mail = ReceivedMail { id: "m", at, from, to: &to, raw: raw.as_bytes(), spam };
        company.world().cloud().send(Queue::Replies, &notification(&mail), Duration::ZERO).unwrap();
        company.settle().await;
    }
    let survey = company.survey(&letter.survey).await;
    assert_eq!((&survey["state"], &survey["score"]), (&json!("asked"), &Value::Null));
    assert!(company.inbox(OWNER).await.is_empty());
    // And the same mail from a person is one.
    company.reply_with(&letter, raw.into_bytes()).await;
    assert_eq!(company.survey(&letter.survey).await["score"], 9);
}

#[tokio::test]
async fn words_without_a_score_are_read_by_the_owner() {
    let company = Company::start().await;
    let letter = asked(&company).await;
    company.reply(&letter, "Which project do you mean?\n\nWe have 2 with you.").await;
    let survey = company.survey(&letter.survey).await;
    assert_eq!((&survey["state"], &survey["comment"]), (&json!("asked"), &Value::Null));
    let [told] = &company.inbox(OWNER).await[..] else { panic!("one letter to the owner") };
    assert_eq!(told.subject, "Ada Example replied: Which project do you mean?");
    assert_eq!(told.headers["Reply-To"], ADA);
    for part in ["We have 2 with you.", "Website relaunch", "Example AG", "could be read"] {
        assert!(told.html.contains(part) && told.text.contains(part), "{part}: {}", told.text);
    }
    assert!(
        !told.text.contains(address(&letter)) && !told.text.contains("How likely"),
        "the quoted letter is not in it"
    );
    // Once there is a score, words are about it, one below the other.
    company.reply(&letter, "3").await;
    company.reply(&letter, "Nobody called back.").await;
    company.advance("1m").await;
    company.reply(&letter, "Nor did anybody write.").await;
    let survey = company.survey(&letter.survey).await;
    assert_eq!(
        (&survey["score"], &survey["comment"]),
        (&json!(3), &json!("Nobody called back.\n\nNor did anybody write."))
    );
    assert_eq!(company.inbox(OWNER).await.len(), 1);
}

#[tokio::test]
async fn a_long_reply_is_a_comment_and_all_of_it_is_read() {
    let company = Company::start().await;
    let letter = asked(&company).await;
    let long = "It took too long. ".repeat(300);
    company.reply(&letter, &format!("4\n\n{long}")).await;
    let survey = company.survey(&letter.survey).await;
    let comment = survey["comment"].as_str().unwrap();
    assert_eq!((comment.chars().count(), comment.ends_with('…')), (4_000, true));
    let told = company.inbox(OWNER).await.pop().expect("the owner reads all of it");
    assert_eq!(told.text.matches("It took too long.").count(), 300);
    // SES itself sends back what is larger than a topic carries.
    let huge = vec![b'x'; 200 * 1024];
    assert_eq!(company.reply_with(&letter, huge).await.status, 413);
}

#[tokio::test]
async fn somebody_else_does_not_answer_for_the_contact() {
    let company = Company::start().await;
    let letter = asked(&company).await;
    company.reply_with(&letter, fixture("forward", &letter)).await;
    company.reply_as(&letter, Some("eve@example.com"), "unsubscribe").await;
    let survey = company.survey(&letter.survey).await;
    assert_eq!((&survey["state"], &survey["score"]), (&json!("asked"), &Value::Null));
    assert_eq!(company.contact(ADA).await["suppressed"], Value::Null);
    let told = company.inbox(OWNER).await;
    let subjects: Vec<_> = told.iter().map(|letter| letter.subject.as_str()).collect();
    assert_eq!(
        subjects,
        ["eve@example.com replied: 10, Ada asked me to answer this one.", "eve@example.com replied: unsubscribe"]
    );
    assert!(told.iter().all(|letter| letter.headers["Reply-To"] == "eve@example.com"));
    assert!(told[0].text.contains("We asked Ada Example. This came from eve@example.com"), "{}", told[0].text);
    assert!(!told[0].text.contains("Forwarded message"), "{}", told[0].text);
}

#[tokio::test]
async fn who_wants_no_more_mail_says_so_in_a_reply() {
    let company = Company::start().await;
    let letter = asked(&company).await;
    company.reply(&letter, "Abmelden\n\nViele Grüße\nAda").await;
    let survey = company.survey(&letter.survey).await;
    assert_eq!((&survey["state"], last(&survey, "unsubscribed").is_null()), (&json!("stopped"), false));
    let again = company.trigger(owned("a0X2").campaign("quiet")).await;
    assert_eq!((&again["decision"], &again["reason"]), (&json!("suppressed"), &json!("unsubscribed")));
    assert!(company.inbox(OWNER).await.is_empty());
    company.reply(&letter, "Stop\n\nYour invoices are wrong, too.").await;
    let told = company.inbox(OWNER).await.pop().expect("what else they wrote is read");
    assert!(told.text.contains("Your invoices are wrong, too."), "{}", told.text);
    company.advance_days(30).await;
    assert_eq!(company.inbox(ADA).await.len(), 1);
}

#[tokio::test]
async fn a_repeat_changes_nothing_and_nothing_older_wins() {
    let company = Company::start().await;
    let letter = asked(&company).await;
    company.advance("1h").await;
    let to = address(&letter).to_owned();
    let now = company.now().await;
    let ago = |seconds| now.before(Duration::from_secs(seconds));
    bring(&company, &to, "first", ago(600), "3 - too slow").await;
    bring(&company, &to, "second", ago(300), "8 - better").await;
    bring(&company, &to, "third", ago(200), "And kind.").await;
    bring(&company, &to, "fourth", ago(100), "Very.").await;
    let survey = company.survey(&letter.survey).await;
    let items = company.world().cloud().items("surveys", "S#").unwrap();
    for (id, seconds, text) in [
        ("first", 600, "3 - too slow"),
        ("second", 300, "8 - better"),
        ("third", 200, "And kind."),
        ("fourth", 100, "Very."),
        ("long on its way", 900, "0"),
    ] {
        bring(&company, &to, id, ago(seconds), text).await;
    }
    assert!(company.inbox(OWNER).await.is_empty(), "nobody reads twice what was recorded");
    // What something newer has overtaken takes no place, and is read by people.
    bring(&company, &to, "overtaken", ago(800), "1 - nobody called").await;
    bring(&company, &to, "overtaken", ago(800), "1 - nobody called").await;
    bring(&company, &to, "overtaken too", ago(150), "Sam was kind").await;
    let told = company.inbox(OWNER).await;
    let subjects: Vec<_> = told.iter().map(|letter| letter.subject.as_str()).collect();
    assert_eq!(subjects, ["Ada Example replied: 1 - nobody called", "Ada Example replied: Sam was kind"]);
    assert!(told[0].text.contains("long on its way"), "{}", told[0].text);
    assert_eq!(company.world().cloud().items("surveys", "S#").unwrap(), items, "nothing is written");
    let after = company.survey(&letter.survey).await;
    assert_eq!((&after["score"], &after["comment"]), (&json!(8), &json!("better\n\nAnd kind.\n\nVery.")));
    assert_eq!(after["timeline"], survey["timeline"]);
    // A letter to people is written once as well.
    let other = company.ask(done("a0X9", "bob@example.com").owner(OWNER).campaign("quiet")).await;
    let to = address(&other).to_owned();
    for _ in 0..3 {
        bring(&company, &to, "words", now, "Who are you?").await;
    }
    assert_eq!(company.inbox(OWNER).await.len(), 3);
    assert_eq!(company.nps("?campaign=quiet").await["n"], 1);
}

#[tokio::test]
async fn only_an_address_of_ours_leads_to_a_survey() {
    let company = Company::start().await;
    let ada = asked(&company).await;
    let bob = company.ask(done("a0X2", "bob@example.com").owner(OWNER).campaign("quiet")).await;
    let now = company.now().await;
    let state = |survey: &Answer| (survey["state"].clone(), survey["score"].clone());
    let untouched = (json!("asked"), Value::Null);
    // Forged: another letter in any place, somebody else's signature, no signature.
    let (name, domain) = address(&ada).split_once('@').unwrap();
    let flipped = format!("{}{}", if name.starts_with('b') { 'a' } else { 'b' }, &name[1..]);
    let mixed = format!("{}{}", &name[..24], &address(&bob)[24..48]);
    for forged in [flipped, mixed, name[..40].to_owned(), ada.survey.clone(), "hello".to_owned(), "a".repeat(48)] {
        bring(&company, &format!("{forged}@{domain}"), "forged", now, "9").await;
        bring(&company, &forged, "bare", now, "9").await;
    }
    for letter in [&ada, &bob] {
        assert_eq!(state(&company.survey(&letter.survey).await), untouched);
    }
    assert!(company.inbox(OWNER).await.is_empty());
    // Another's survey: Ada is not Bob, so people look.
    bring(&company, address(&bob), "other", now, "9").await;
    assert_eq!(state(&company.survey(&bob.survey).await), untouched);
    assert_eq!(company.inbox(OWNER).await.len(), 1);
    // Capital letters on the way do no harm.
    bring(&company, &address(&ada).to_uppercase(), "capital", now, "9").await;
    assert_eq!(company.survey(&ada.survey).await["score"], 9);
}

#[tokio::test]
async fn an_address_takes_answers_for_half_a_year() {
    let company = Company::start().await;
    let letter = asked(&company).await;
    company.advance_days(179).await;
    company.reply(&letter, "9").await;
    assert_eq!(company.survey(&letter.survey).await["score"], 9);
    company.advance_days(3).await;
    company.reply(&letter, "2").await;
    assert_eq!(company.survey(&letter.survey).await["score"], 9);
    let told = company.inbox(OWNER).await.pop().expect("people read it all the same");
    assert!(told.text.contains("half a year after our letter"), "{}", told.text);
}

#[tokio::test]
async fn a_campaign_says_whether_replies_are_answers() {
    let company = Company::start().await;
    for (id, fields, answers) in [
        ("plain", json!({}), true),
        ("off", json!({"replies": false}), false),
        ("own", json!({"reply_to": "team@company.example"}), false),
        ("both", json!({"reply_to": "team@company.example", "replies": true}), true),
    ] {
        company.campaign_with(id, fields.clone()).await;
        assert_eq!(company.campaign(id).await["replies"], fields["replies"], "{id}");
        let letter = company.ask(done(&format!("a-{id}"), &format!("{id}@example.com")).campaign(id)).await;
        let to = letter.headers.get("Reply-To");
        assert_eq!(to.is_some_and(|to| to.ends_with(REPLY_DOMAIN)), answers, "{id}");
        assert_eq!(letter.text.contains("Or simply reply"), answers, "{id}");
        let shown = company.call(reqwest::Method::GET, &format!("/v1/campaigns/{id}/preview"), None).await.ok();
        assert_eq!(shown.text.contains("Or simply reply"), answers, "{id}: what is shown is what is sent");
        if id == "own" {
            assert_eq!(to.map(String::as_str), Some("team@company.example"));
            assert_eq!(company.reply(&letter, "9").await.status, 409);
        }
        if id == "both" {
            // No owner: whoever reads mail for the campaign.
            company.reply(&letter, "Hello?").await;
            assert_eq!(company.inbox("team@company.example").await.len(), 1);
        }
    }
    let wrong = company.put_campaign("wrong", json!({"replies": "yes"})).await;
    assert_eq!(wrong.problem(), ("invalid", vec!["/replies"]));
}

#[tokio::test]
async fn a_reply_to_an_erased_survey_is_kept_nowhere() {
    let company = Company::start().await;
    let letter = asked(&company).await;
    company.reply(&letter, "Who are you?").await;
    assert_eq!(company.inbox(OWNER).await.len(), 1);
    company.erase(ADA).await;
    company.reply(&letter, "9 and much more").await;
    assert_eq!(company.inbox(OWNER).await.len(), 1);
    assert!(company.world().cloud().items("ledger", "L#").unwrap().is_empty(), "nor is what was handed on");
}

/// Calls to the tables that the function makes for what waits on its queue.
async fn calls(company: &Company, deps: &replies::Deps) -> Vec<(String, u64)> {
    let cloud = company.world().cloud();
    let messages = cloud.receive(Queue::Replies, 10, Queue::Replies.visibility()).unwrap();
    let records: Vec<_> = messages.iter().map(|message| message.record(Queue::Replies)).collect();
    cloud.bill();
    let event = serde_json::from_value(json!({ "Records": records })).unwrap();
    assert!(replies::handle(deps, event).await.unwrap().batch_item_failures.is_empty());
    cloud.delete(&messages).unwrap();
    cloud.bill().unwrap().into_iter().map(|((_, operation), cost)| (operation, cost.calls)).collect()
}

/// The tables, which take no letter.
async fn without_letters(real: String) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let pass_on = move |request: axum::extract::Request| {
        let real = real.clone();
        async move {
            let (parts, body) = request.into_parts();
            let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
            if body.windows(3).any(|bytes| bytes == b"\"L#") {
                return (StatusCode::BAD_REQUEST, r#"{"__type":"AccessDeniedException"}"#.to_owned().into());
            }
            let client = tests::company::client();
            let answer = client.request(parts.method, &real).headers(parts.headers).body(body).send().await.unwrap();
            (answer.status(), answer.bytes().await.unwrap())
        }
    };
    let router = axum::Router::new().fallback(pass_on);
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

#[tokio::test]
async fn the_newest_score_counts_also_where_its_words_came_too_late() {
    let company = Company::start().await;
    let letter = asked(&company).await;
    company.advance("1h").await;
    let to = address(&letter).to_owned();
    let now = company.now().await;
    let ago = |seconds| now.before(Duration::from_secs(seconds));
    bring(&company, &to, "first", ago(600), "5").await;
    bring(&company, &to, "third", ago(200), "And kind.").await;
    for _ in 0..2 {
        bring(&company, &to, "second", ago(400), "9 great").await;
    }
    let survey = company.survey(&letter.survey).await;
    assert_eq!((&survey["score"], &survey["comment"]), (&json!(9), &json!("And kind.")));
    let [told] = &company.inbox(OWNER).await[..] else { panic!("people read its words once") };
    assert_eq!(told.subject, "Ada Example replied: 9 great");
    assert!(told.text.contains("its words stand nowhere but here"), "{}", told.text);
    // Also where it fails between the two.
    let raw = format!("From: {ADA}\r\n\r\n8 - better\r\n");
    let recipients = [to.clone()];
    let at = ago(300).as_millis();
    let mail = ReceivedMail { id: "broken", at, from: ADA, to: &recipients, raw: raw.as_bytes(), spam: "PASS" };
    let event = json!({ "Records": [{ "messageId": "1", "body": notification(&mail) }] });
    let broken = without_letters(company.world().env().get("AWS_ENDPOINT_URL_DYNAMODB").unwrap().to_owned()).await;
    let broken = company.world().env().clone().with("AWS_ENDPOINT_URL_DYNAMODB", &broken);
    for (env, failed) in [(&broken, 1), (company.world().env(), 0), (company.world().env(), 0)] {
        let deps = replies::Deps::connect(env).unwrap();
        let answer = replies::handle(&deps, serde_json::from_value(event.clone()).unwrap()).await.unwrap();
        assert_eq!(answer.batch_item_failures.len(), failed);
    }
    company.settle().await;
    let survey = company.survey(&letter.survey).await;
    assert_eq!((&survey["score"], &survey["comment"]), (&json!(8), &json!("And kind.")));
    let subjects: Vec<_> = company.inbox(OWNER).await.into_iter().map(|letter| letter.subject).collect();
    assert_eq!(subjects, ["Ada Example replied: 9 great", "Ada Example replied: 8 - better"]);
    // The same score once more, and what was said before that comes last.
    bring(&company, &to, "fourth", ago(100), "8").await;
    bring(&company, &to, "long on its way", ago(250), "2").await;
    assert_eq!(company.survey(&letter.survey).await["score"], 8);
}

#[tokio::test]
async fn what_a_comment_is_too_short_for_is_read_whatever_fails_on_the_way() {
    let company = Company::start().await;
    let letter = asked(&company).await;
    let raw = format!("From: {ADA}\r\n\r\n4\r\n\r\n{}\r\n", "It took too long. ".repeat(300));
    company.world().cloud().receive_mail(ADA, address(&letter), raw.as_bytes()).unwrap();
    let messages = company.world().cloud().receive(Queue::Replies, 10, Duration::ZERO).unwrap();
    let records: Vec<_> = messages.iter().map(|message| message.record(Queue::Replies)).collect();
    company.world().cloud().delete(&messages).unwrap();
    let event = json!({ "Records": records });
    let broken = without_letters(company.world().env().get("AWS_ENDPOINT_URL_DYNAMODB").unwrap().to_owned()).await;
    let broken = company.world().env().clone().with("AWS_ENDPOINT_URL_DYNAMODB", &broken);
    for (env, failed) in [(&broken, 1), (company.world().env(), 0)] {
        let deps = replies::Deps::connect(env).unwrap();
        let answer = replies::handle(&deps, serde_json::from_value(event.clone()).unwrap()).await.unwrap();
        assert_eq!(answer.batch_item_failures.len(), failed);
    }
    company.settle().await;
    let told = company.inbox(OWNER).await.pop().expect("the owner reads all of it");
    assert_eq!(told.text.matches("It took too long.").count(), 300);
    assert_eq!(company.survey(&letter.survey).await["score"], 4);
}

#[tokio::test]
async fn a_reply_takes_one_read_and_one_write() {
    let company = Company::start().await;
    let letter = asked(&company).await;
    let deps = replies::Deps::connect(company.world().env()).unwrap();
    deps.warm_up().await;
    let call = |operation: &str| (operation.to_owned(), 1);
    for (text, expected) in [
        ("9", vec![call("GetItem"), call("PutItem")]),
        ("8 - slower lately", vec![call("GetItem"), call("TransactWriteItems")]),
    ] {
        company.advance("1m").await;
        let raw = format!("From: {ADA}\r\n\r\n{text}\r\n");
        company.world().cloud().receive_mail(ADA, address(&letter), raw.as_bytes()).unwrap();
        assert_eq!(calls(&company, &deps).await, expected, "{text}");
    }
    assert_eq!(company.survey(&letter.survey).await["comment"], "slower lately");
}
