//! The letter, the page behind its links, and what a contact can do there.

use serde_json::{Value, json};
use tests::{Company, Letter, done};

fn whats(survey: &tests::Answer) -> Vec<String> {
    survey["timeline"].as_array().unwrap().iter().map(|entry| entry["what"].as_str().unwrap().to_owned()).collect()
}

async fn invited(company: &Company) -> Letter {
    company
        .ask(done("a0X1", "ada@example.com").set("contact_name", "Ada Example").set("subject_name", "Website relaunch"))
        .await
}

/// A link with one character of its token changed.
fn forged(link: &str) -> String {
    let at = link.find("/r/").or(link.find("/u/")).unwrap() + 13;
    let other = if link.as_bytes()[at] == b'A' { "B" } else { "A" };
    format!("{}{other}{}", &link[..at], &link[at + 1..])
}

#[tokio::test]
async fn the_letter_carries_the_scale_and_a_way_out() {
    let company = Company::start().await;
    let letter = invited(&company).await;
    let scale = letter.scale();
    assert_eq!(scale.len(), 11);
    for (score, link) in scale.iter().enumerate() {
        assert!(
            link.starts_with(&format!("{}/r/", company.url())) && link.ends_with(&format!("?score={score}")),
            "{link}"
        );
        assert!(letter.text.contains(link.as_str()), "the plain part has {link}");
        assert_eq!(link.split('?').next(), scale[0].split('?').next(), "one token for all of them");
    }
    assert_eq!(letter.headers["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click");
    assert!(letter.unsubscribe_link().starts_with(&format!("{}/u/", company.url())));
    assert!(
        letter.from.contains("hello@company.example") && letter.from.contains("Example Company"),
        "{}",
        letter.from
    );
    assert!(letter.links().contains(&letter.unsubscribe_link()) && letter.text.contains(&letter.unsubscribe_link()));
    assert!(!letter.html.contains("<script") && !letter.html.contains("<form"));
    assert_eq!(letter.step, "invite");
    let survey = company.survey(&letter.survey).await;
    assert_eq!((&survey["state"], &survey["steps"][0]["state"]), (&json!("asked"), &json!("delivered")));
    assert_eq!(whats(&survey), ["created", "sent", "delivered"]);
}

#[tokio::test]
async fn looking_records_nothing() {
    let company = Company::start().await;
    let letter = invited(&company).await;
    company.settle().await;
    let (before, survey) = (company.writes().await, company.survey(&letter.survey).await);
    for link in letter.scale().iter().chain([&letter.unsubscribe_link()]) {
        let head = company.head(link).await;
        assert_eq!((head.status, head.text.as_str()), (200, ""));
        let page = company.follow(link).await;
        assert_eq!(page.status, 200);
        assert_eq!(page.headers["referrer-policy"], "no-referrer");
        assert!(page.headers["content-security-policy"].to_str().unwrap().contains("default-src 'none'"));
        assert_eq!(
            page.headers.get("cache-control").map(|value| value.to_str().unwrap().contains("no-store")),
            Some(true)
        );
    }
    company.settle().await;
    assert_eq!(company.writes().await, before);
    assert_eq!(company.survey(&letter.survey).await.body, survey.body);
    assert_eq!(company.nps("").await["n"], 0);
}

#[tokio::test]
async fn the_link_chooses_the_score_and_the_button_confirms_it() {
    let company = Company::start().await;
    let letter = invited(&company).await;
    let page = company.follow(&letter.link(9)).await;
    assert_eq!(page.form().fields, [("score".to_owned(), "9".to_owned())]);
    assert!(page.seen().contains("How likely are you to recommend Example Company"), "{}", page.seen());

    let thanks = company.press(&page, &[]).await;
    assert_eq!(thanks.status, 200);
    assert!(thanks.seen().contains("Thank you"), "{}", thanks.seen());
    let survey = company.survey(&letter.survey).await;
    assert_eq!(
        (&survey["state"], &survey["score"], &survey["group"], &survey["standing"]),
        (&json!("answered"), &json!(9), &json!("promoter"), &json!("confirmed"))
    );
    assert_eq!((&survey["comment"], &survey["follow_up"]), (&json!(null), &json!(false)));

    let again =
        company.press(&thanks, &[("comment", "Quick and friendly.\r\nThank you!"), ("follow_up", "true")]).await;
    assert_eq!(again.status, 200);
    let survey = company.survey(&letter.survey).await;
    assert_eq!(
        (&survey["comment"], &survey["follow_up"], &survey["score"]),
        (&json!("Quick and friendly.\nThank you!"), &json!(true), &json!(9))
    );
    company.settle().await;
    assert_eq!(company.nps("").await["n"], 1);
}

#[tokio::test]
async fn the_question_that_follows_depends_on_the_score() {
    let company = Company::start().await;
    company.campaign_with("default", json!({"limit_days": 0})).await;
    let mut questions = Vec::new();
    for (nth, score) in [2, 7, 10].into_iter().enumerate() {
        let letter = company.ask(done(&format!("a0X{nth}"), "ada@example.com")).await;
        questions.push(company.confirm(&letter.link(score)).await.seen());
    }
    questions.dedup();
    assert_eq!(questions.len(), 3);
}

#[tokio::test]
async fn a_program_answers_in_json() {
    let company = Company::start().await;
    let letter = invited(&company).await;
    let answer = company.respond(&letter.link(0), 3).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.body,
        json!({"survey_id": letter.survey, "score": 3, "group": "detractor", "standing": "confirmed"})
    );
    let full =
        company.respond_with(&letter.link(0), json!({"score": 3, "comment": "Too slow.", "follow_up": true})).await;
    assert_eq!(full.status, 200);
    let survey = company.survey(&letter.survey).await;
    assert_eq!((&survey["comment"], &survey["follow_up"]), (&json!("Too slow."), &json!(true)));
    assert_eq!(whats(&survey), ["created", "sent", "delivered", "responded", "commented"]);
}

#[tokio::test]
async fn changing_ones_mind_moves_the_score() {
    let company = Company::start().await;
    let letter = invited(&company).await;
    for (score, counts) in [(7, (7, 9)), (9, (9, 7)), (9, (9, 7)), (7, (7, 9))] {
        company.respond(&letter.link(0), score).await.ok();
        company.settle().await;
        let nps = company.nps("").await;
        assert_eq!(
            (nps["n"].as_u64(), nps["counts"][counts.0].as_u64(), nps["counts"][counts.1].as_u64()),
            (Some(1), Some(1), Some(0))
        );
        assert_eq!(company.survey(&letter.survey).await["score"], score);
    }
    // The same score again was no change.
    assert_eq!(whats(&company.survey(&letter.survey).await).iter().filter(|what| *what == "responded").count(), 3);
}

#[tokio::test]
async fn a_comment_may_come_with_a_score_or_after_it_but_not_before() {
    let company = Company::start().await;
    let letter = invited(&company).await;
    let link = letter.link(0);
    let early = company.respond_with(&link, json!({"comment": "Hello?"})).await;
    assert_eq!((early.status, early.problem()), (422, ("invalid", vec!["/score"])));
    let typed = company.post_form(&link, &[("comment".to_owned(), "Hello, I wrote this.".to_owned())]).await;
    assert_eq!(typed.status, 422);
    assert!(typed.html.contains("Hello, I wrote this."), "what was typed is still there");
    assert_eq!(company.survey(&letter.survey).await["comment"], json!(null));

    company.respond_with(&link, json!({"score": 8, "comment": "First."})).await.ok();
    assert_eq!(company.survey(&letter.survey).await["comment"], "First.");
    company.respond_with(&link, json!({"comment": "Second."})).await.ok();
    let survey = company.survey(&letter.survey).await;
    assert_eq!((&survey["comment"], &survey["score"]), (&json!("Second."), &json!(8)));
    let longest = "ü".repeat(4000);
    company.respond_with(&link, json!({"comment": longest})).await.ok();
    assert_eq!(company.survey(&letter.survey).await["comment"], longest);
    let long = company.respond_with(&link, json!({"comment": "x".repeat(4001)})).await;
    assert_eq!((long.status, long.problem()), (422, ("invalid", vec!["/comment"])));
    let typed = company
        .post_form(&link, &[("score".to_owned(), "8".to_owned()), ("comment".to_owned(), "y".repeat(4001))])
        .await;
    assert_eq!(typed.status, 422);
    assert!(typed.html.contains(&"y".repeat(4001)), "nothing a person typed is lost");
    assert_eq!(company.survey(&letter.survey).await["comment"], longest);
}

#[tokio::test]
async fn what_is_no_score_is_not_recorded() {
    let company = Company::start().await;
    let letter = invited(&company).await;
    company.settle().await;
    let link = letter.link(5);
    let before = company.writes().await;
    for body in [
        "",
        "score=",
        "score=11",
        "score=-1",
        "score=7.5",
        "score=7.0",
        "score=%2B5",
        "score=07",
        "score=nine",
        "score=%00",
        "score=7&score=7",
        "score=7&score=9",
        "follow_up=true",
    ] {
        let page = company.post_raw(&link, "application/x-www-form-urlencoded", body.as_bytes().to_vec()).await;
        assert_eq!(page.status, 422, "{body:?}");
        assert!(page.text.contains("<form"), "a person can try again: {body:?}");
    }
    for wrong in
        [json!(11), json!(-1), json!(7.5), json!(7.0), json!("7"), json!(true), json!([7]), json!({}), json!(1e300)]
    {
        let answer = company.respond_with(&link, json!({ "score": wrong })).await;
        assert_eq!((answer.status, answer.problem()), (422, ("invalid", vec!["/score"])), "{wrong}");
    }
    for (body, status, pointer) in [
        (r#"{"score":9,"score":9}"#, 422, "/score"),
        (r"{}", 422, "/score"),
        (r#"{"score":null}"#, 422, "/score"),
        (r#"{"score":9,"stars":5}"#, 422, "/stars"),
        (r#"{"score":9,"comment":7}"#, 422, "/comment"),
        (r#"{"score":9,"follow_up":"yes"}"#, 422, "/follow_up"),
    ] {
        let answer = company.post_raw(&link, "application/json", body.as_bytes().to_vec()).await;
        assert_eq!((answer.status, answer.problem().1), (status, vec![pointer]), "{body}");
    }
    let broken = company.post_raw(&link, "application/json", b"{\"score\":".to_vec()).await;
    assert_eq!((broken.status, broken.problem().0), (400, "malformed"));
    let large = company.post_raw(&link, "application/json", vec![b' '; 70_000]).await;
    assert_eq!((large.status, large.problem().0), (413, "too-large"));
    company.settle().await;
    assert_eq!(company.writes().await, before);
    assert_eq!(company.survey(&letter.survey).await["score"], json!(null));
    let wrong = company.respond_with(&link, json!({"score": 11})).await;
    insta::assert_json_snapshot!("not_a_score", wrong.body);
}

#[tokio::test]
async fn a_page_opened_with_a_wrong_score_has_none_chosen() {
    let company = Company::start().await;
    let letter = invited(&company).await;
    let bare = letter.link(5).replace("?score=5", "");
    for query in ["", "?score=11", "?score=x", "?score=5&score=6", "?score=%3Cscript%3E"] {
        let page = company.follow(&format!("{bare}{query}")).await;
        assert_eq!((page.status, page.form().fields.len()), (200, 0), "{query}");
    }
}

#[tokio::test]
async fn a_score_is_changed_twenty_times_at_most() {
    let company = Company::start().await;
    let letter = invited(&company).await;
    let link = letter.link(9);
    for nth in 0..21 {
        assert_eq!(company.respond(&link, 9 + nth % 2).await.status, 200, "change {nth}");
    }
    let once_more = company.respond(&link, 10).await;
    assert_eq!((once_more.status, once_more.problem().0), (429, "too-many"));
    insta::assert_json_snapshot!("too_many_changes", once_more.body);
    let page = company.post_form(&link, &[("score".to_owned(), "3".to_owned())]).await;
    assert_eq!(page.status, 429);
    assert_eq!(company.respond(&link, 9).await.status, 200, "what stands there already is no change");
    assert_eq!(company.survey(&letter.survey).await["score"], 9);
    company.settle().await;
    assert_eq!(company.nps("").await["n"], 1);
}

#[tokio::test]
async fn five_scores_in_ten_seconds_are_a_machine() {
    let company = Company::start().await;
    let letter = invited(&company).await;
    for score in 0..=10 {
        let answer = company.respond(&letter.link(score), score).await;
        assert_eq!(answer["standing"], if score < 4 { "confirmed" } else { "suspect" }, "{score}");
    }
    company.settle().await;
    let nps = company.nps("").await;
    assert_eq!((&nps["n"], &nps["suspect"], &nps["nps"]), (&json!(0), &json!(1), &json!(null)));
}

#[tokio::test]
async fn a_link_that_is_not_ours_opens_nothing() {
    let company = Company::start().await;
    let letter = invited(&company).await;
    let (answer, leave) = (letter.link(9), letter.unsubscribe_link());
    let swapped = [leave.replace("/u/", "/r/"), answer.replace("/r/", "/u/")];
    let short = answer.replace("?score=9", "").trim_end_matches(|_: char| false).to_owned();
    let short = short[..short.len() - 1].to_owned();
    for link in [
        forged(&answer),
        forged(&leave),
        swapped[0].clone(),
        swapped[1].clone(),
        short,
        format!("{}/r/%00", company.url()),
        format!("{}/r/%FF", company.url()),
    ] {
        assert_eq!(company.follow(&link).await.status, 404, "{link}");
        assert_eq!(company.head(&link).await.status, 404, "{link}");
        let problem = company.respond(&link, 9).await;
        assert_eq!((problem.status, problem.problem().0), (404, "not-found"), "{link}");
    }
    insta::assert_json_snapshot!("forged_link", company.respond(&forged(&answer), 9).await.body);
    assert_eq!(company.survey(&letter.survey).await["score"], json!(null));
}

#[tokio::test]
async fn a_link_lives_180_days_from_its_mail() {
    let company = Company::start().await;
    let letter = invited(&company).await;
    company.advance_days(179).await;
    assert_eq!(company.follow(&letter.link(9)).await.status, 200);
    company.respond(&letter.link(9), 9).await.ok();
    company.advance_days(2).await;
    for link in [letter.link(9), letter.unsubscribe_link()] {
        assert_eq!(company.follow(&link).await.status, 410, "{link}");
        assert_eq!(company.head(&link).await.status, 410, "{link}");
        let problem = company.respond(&link, 3).await;
        assert_eq!((problem.status, problem.problem().0), (410, "gone"), "{link}");
    }
    insta::assert_json_snapshot!("expired_link", company.respond(&letter.link(9), 3).await.body);
    // The reminder was sent a week later, and so lives a week longer.
    let reminder = company.inbox("ada@example.com").await.pop().unwrap();
    assert_eq!((reminder.step.as_str(), company.follow(&reminder.link(3)).await.status), ("remind", 200));
    assert_eq!(company.survey(&letter.survey).await["score"], 9);
}

#[tokio::test]
async fn unsubscribing_is_asked_by_get_and_done_by_post() {
    let company = Company::start().await;
    let letter = invited(&company).await;
    company.settle().await;
    let before = company.writes().await;
    let page = company.follow(&letter.unsubscribe_link()).await;
    assert_eq!(page.status, 200);
    assert_eq!(company.writes().await, before);
    let gone = company.press(&page, &[]).await;
    assert_eq!(gone.status, 200);
    assert!(gone.seen().to_lowercase().contains("unsubscribed"), "{}", gone.seen());
    company.settle().await;
    let survey = company.survey(&letter.survey).await;
    assert_eq!(survey["state"], "stopped");
    assert_eq!(whats(&survey)[3..], ["unsubscribed", "closed"]);
    let before = company.writes().await;
    assert_eq!(company.press(&page, &[]).await.status, 200, "also when repeated");
    company.settle().await;
    assert_eq!(company.survey(&letter.survey).await.body, survey.body);
    assert!(company.writes().await <= before + 1);
    assert_eq!(company.settle().await["waiting"], json!([]), "nothing is planned any more");
    company.advance_days(30).await;
    assert_eq!(company.inbox("ada@example.com").await.len(), 1);
}

#[tokio::test]
async fn one_click_of_a_mail_program_unsubscribes() {
    let company = Company::start().await;
    let letter = invited(&company).await;
    for _ in 0..2 {
        let answer = company
            .post_raw(
                &letter.unsubscribe_link(),
                "application/x-www-form-urlencoded",
                b"List-Unsubscribe=One-Click".to_vec(),
            )
            .await;
        assert_eq!(answer.status, 200);
    }
    assert_eq!(company.trigger(done("a0X2", "ada@example.com")).await["reason"], "unsubscribed");
    // The link to answer still works: it is the contact's own wish.
    company.respond(&letter.link(4), 4).await.ok();
    let survey = company.survey(&letter.survey).await;
    assert_eq!((&survey["state"], &survey["score"]), (&json!("answered"), &json!(4)));
}

#[tokio::test]
async fn surveys_of_one_contact_all_stop_when_they_unsubscribe() {
    let company = Company::start().await;
    let letter = invited(&company).await;
    let deferred = company.trigger(done("a0X2", "ada@example.com")).await.text("survey_id");
    company.settle().await;
    company.press(&company.follow(&letter.unsubscribe_link()).await, &[]).await;
    company.advance_days(120).await;
    assert_eq!(company.inbox("ada@example.com").await.len(), 1);
    assert_eq!(company.survey(&deferred).await["state"], "stopped");
    assert_eq!(company.settle().await["waiting"], Value::Array(Vec::new()));
}
