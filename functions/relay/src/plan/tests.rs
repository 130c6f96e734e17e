use aws_lambda_events::dynamodb::Event as Batch;
use model::Step;
use model::survey::Due;
use serde_json::{Value, json};

use super::{Errand, Event, Hint, Messages, Plan, Route, Sent, Timestamp, route};

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fn id(nth: u8) -> String {
    format!("{nth:02x}").repeat(16)
}

fn hint(nth: u8, step: Step) -> Hint {
    Hint { survey: id(nth).parse().unwrap(), step }
}

fn tell(nth: u8) -> Errand {
    Errand::Tell(id(nth).parse().unwrap())
}

/// A survey as the stream shows it, with this step next.
fn image(nth: u8, next: Option<(Step, i64)>) -> Value {
    let s = |text: &str| json!({ "S": text });
    let mut item = json!({
        "pk": s(&format!("S#{}", id(nth))), "sk": s("S"), "expires": {"N": "1834560000"}, "open_day": s("O#2027-01-15#0"),
        "id": s(&id(nth)), "ver": {"N": "1800000000000"}, "cp": s("default"), "zn": s("UTC"), "ms": s("completion"),
        "sj": {"M": {"t": s("project"), "i": s("a0X1")}}, "ct": {"M": {"e": s("ada@example.com")}}, "lg": s("en"),
        "cr": {"N": "1800000000000"}, "sa": {"N": "1800000000000"}, "cd": {"M": {"c": {"N": "1209600"}}},
        "st": s("scheduled"), "iv": {"M": {}}, "re": {"M": {}}, "rt": {"N": "400"},
    });
    if let Some((step, at)) = next {
        item["nx"] = json!({"M": {"s": s(step.as_str()), "a": {"N": at.to_string()}}});
    }
    item
}

fn record(number: usize, pk: &str, sk: &str, old: Option<Value>, new: Option<Value>) -> Value {
    let mut change = json!({
        "Keys": {"pk": {"S": pk}, "sk": {"S": sk}}, "SequenceNumber": number.to_string(), "SizeBytes": 900,
        "ApproximateCreationDateTime": 1_800_000_000.0, "StreamViewType": "NEW_AND_OLD_IMAGES",
    });
    if let Some(old) = old {
        change["OldImage"] = old;
    }
    if let Some(new) = new {
        change["NewImage"] = new;
    }
    json!({ "eventID": number.to_string(), "eventName": "MODIFY", "awsRegion": "eu-central-1", "dynamodb": change })
}

fn survey_record(number: usize, nth: u8, old: Option<(Step, i64)>, new: Option<(Step, i64)>) -> Value {
    let pk = format!("S#{}", id(nth));
    record(number, &pk, "S", Some(image(nth, old)), Some(image(nth, new)))
}

/// A survey that was asked meanwhile, and whose next step is what it was.
fn asked_record(number: usize, nth: u8) -> Value {
    let mut asked = image(nth, None);
    asked["st"] = json!({ "S": "asked" });
    record(number, &format!("S#{}", id(nth)), "S", Some(image(nth, None)), Some(asked))
}

/// A survey that was touched to be counted anew.
fn touched_record(number: usize, nth: u8) -> Value {
    let mut touched = image(nth, None);
    touched["ver"] = json!({ "N": "1800000000001" });
    touched["rc"] = json!({ "N": "1800000600000" });
    record(number, &format!("S#{}", id(nth)), "S", Some(image(nth, None)), Some(touched))
}

fn plan(records: Vec<Value>) -> Plan {
    let batch: Batch = serde_json::from_value(json!({ "Records": records })).unwrap();
    Plan::of(&batch.records, NOW)
}

fn later() -> i64 {
    NOW.as_millis() + 1
}

#[test]
fn a_due_mail_goes_to_dispatch_and_all_else_to_remind() {
    let survey = id(1).parse().unwrap();
    for step in Step::ALL {
        let next = |at| route(Event::Next { survey, due: Due { step, at } }, NOW);
        let remind = Route::Step(hint(1, step));
        assert_eq!(next(NOW), if step.is_mail() { Route::Mail(hint(1, step)) } else { remind.clone() });
        assert_eq!(next(Timestamp::from_millis(later())), remind);
        assert_eq!(route(Event::Over { survey, step }, NOW), remind);
    }
    assert_eq!(route(Event::News { survey }, NOW), Route::Deliver(tell(1)));
}

#[test]
fn only_surveys_that_changed_tell_anybody() {
    let due = Some((Step::Invite, NOW.as_millis()));
    let contact = json!({ "pk": {"S": "C#x"}, "sk": {"S": "C"}, "email": {"S": "ada@example.com"} });
    let plan = plan(vec![
        record(1, "C#x", "C", None, Some(contact)),
        record(2, &format!("S#{}", id(1)), "C", None, Some(json!({ "text": {"S": "Great"} }))),
        survey_record(3, 1, due, due),
        record(4, &format!("S#{}", id(1)), "S", None, Some(image(1, due))),
        survey_record(5, 2, due, Some((Step::Task, later()))),
        record(6, &format!("S#{}", id(3)), "S", Some(image(3, Some((Step::Close, later())))), None),
        survey_record(7, 4, Some((Step::Remind, later())), None),
        asked_record(8, 5),
        asked_record(9, 5),
        touched_record(10, 6),
    ]);
    let step = vec![hint(2, Step::Task), hint(3, Step::Close), hint(4, Step::Remind)];
    assert_eq!(plan.mail, Messages { bodies: vec![hint(1, Step::Invite)], first: Some(3) });
    assert_eq!(plan.step, Messages { bodies: step, first: Some(4) });
    // The new one, and the one that was asked, once.
    assert_eq!(plan.deliver, Messages { bodies: vec![tell(1), tell(5)], first: Some(3) });
    assert_eq!(plan.first_failure(Sent::Yes, Sent::Yes, Sent::Yes), None);
}

#[test]
fn the_first_record_that_was_not_passed_on_is_reported() {
    let due = Some((Step::Invite, NOW.as_millis()));
    let quiet = || survey_record(0, 9, due, due);
    let mail = || survey_record(1, 1, Some((Step::Invite, later())), due);
    let news = || asked_record(4, 4);
    let step = || survey_record(2, 2, due, Some((Step::Task, later())));
    let broken = || record(3, &format!("S#{}", id(3)), "S", None, Some(json!({ "ver": {"S": "new"} })));
    let cases = [
        (vec![quiet(), quiet()], Sent::No, Sent::No, Sent::No, None),
        (vec![quiet(), mail(), step(), news()], Sent::Yes, Sent::Yes, Sent::Yes, None),
        (vec![quiet(), mail(), step(), news()], Sent::No, Sent::Yes, Sent::Yes, Some(1)),
        (vec![quiet(), mail(), step(), news()], Sent::Yes, Sent::No, Sent::Yes, Some(2)),
        (vec![quiet(), mail(), step(), news()], Sent::Yes, Sent::Yes, Sent::No, Some(3)),
        (vec![news(), mail(), mail()], Sent::No, Sent::Yes, Sent::No, Some(0)),
        (vec![step(), mail(), mail()], Sent::No, Sent::No, Sent::Yes, Some(0)),
        (vec![mail(), quiet(), broken(), step()], Sent::Yes, Sent::No, Sent::No, Some(2)),
        (vec![mail(), quiet(), broken(), step()], Sent::No, Sent::Yes, Sent::Yes, Some(0)),
        (vec![broken()], Sent::Yes, Sent::Yes, Sent::Yes, Some(0)),
    ];
    for (nth, (records, mail, step, deliver, expected)) in cases.into_iter().enumerate() {
        assert_eq!(plan(records).first_failure(mail, step, deliver), expected, "case {nth}");
    }
}

#[test]
fn what_follows_an_unreadable_survey_waits() {
    let due = Some((Step::Invite, NOW.as_millis()));
    let broken = record(1, &format!("S#{}", id(3)), "S", None, Some(json!({})));
    // An item without attributes is no image at all: nothing to read, nothing to tell.
    assert_eq!(plan(vec![broken]), Plan::default());
    let broken = record(1, &format!("S#{}", id(3)), "S", None, Some(json!({ "ver": {"N": "1"} })));
    let plan = plan(vec![survey_record(0, 1, None, due), broken, survey_record(2, 2, None, due)]);
    assert_eq!(plan.mail.bodies, [hint(1, Step::Invite)]);
}
