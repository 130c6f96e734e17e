//! The cloud as the SDK sees it, without a socket.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use super::{Cloud, Queue, VISIBILITY};

/// A cloud whose time stands still until it is moved.
struct Lab {
    cloud: Cloud,
    now: Arc<AtomicI64>,
}

impl Lab {
    fn open(data: Option<&Path>) -> Self {
        let now = Arc::new(AtomicI64::new(1_800_000_000_000));
        let clock = now.clone();
        let cloud = Cloud::open(data, Arc::new(move || clock.load(Ordering::SeqCst))).unwrap();
        cloud.create_tables("surveys", "ledger").unwrap();
        Self { cloud, now }
    }

    fn pass(&self, time: Duration) {
        self.now.fetch_add(i64::try_from(time.as_millis()).unwrap(), Ordering::SeqCst);
    }

    fn ask(&self, method: &str, path: &str, target: Option<&str>, body: &Value) -> (u16, String, Value) {
        let mut request = http::Request::builder().method(method).uri(path);
        if let Some(target) = target {
            request = request.header("x-amz-target", target);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let response = self.cloud.handle(&parts, body.to_string().as_bytes());
        let kind = response.headers().get("x-amzn-errortype").map(|kind| kind.to_str().unwrap().to_owned());
        (response.status().as_u16(), kind.unwrap_or_default(), serde_json::from_slice(response.body()).unwrap())
    }

    fn dynamo(&self, operation: &str, body: &Value) -> (u16, Value) {
        let (status, _, answer) = self.ask("POST", "/", Some(&format!("DynamoDB_20120810.{operation}")), body);
        (status, answer)
    }

    fn sqs(&self, operation: &str, body: &Value) -> (u16, Value) {
        let (status, _, answer) = self.ask("POST", "/", Some(&format!("AmazonSQS.{operation}")), body);
        (status, answer)
    }

    fn mail(&self, body: &Value) -> (u16, String) {
        let (status, kind, _) = self.ask("POST", "/v2/email/outbound-emails", None, body);
        (status, kind)
    }
}

fn letter() -> Value {
    json!({
        "FromEmailAddress": "\"Example\" <hello@company.example>",
        "Destination": {"ToAddresses": ["\"Ada\" <ada@example.com>"]},
        "ReplyToAddresses": ["sam@company.example"],
        "Content": {"Simple": {
            "Subject": {"Data": "How are we doing?", "Charset": "UTF-8"},
            "Body": {"Text": {"Data": "plain", "Charset": "UTF-8"}, "Html": {"Data": "<p>rich</p>", "Charset": "UTF-8"}},
            "Headers": [{"Name": "List-Unsubscribe", "Value": "<https://example.com/u/x>"}],
        }},
        "EmailTags": [{"Name": "survey", "Value": "ab12"}, {"Name": "step", "Value": "invite"}, {"Name": "claim", "Value": "c1"}],
        "ConfigurationSetName": "npsloop",
    })
}

fn with(pointer: &str, value: Value) -> Value {
    let mut letter = letter();
    *letter.pointer_mut(pointer).unwrap() = value;
    letter
}

#[test]
fn a_message_is_hidden_while_it_is_worked_on_and_dies_after_too_many_tries() {
    let lab = Lab::open(None);
    let url = Queue::Step.url();
    let (status, _) = lab.sqs("SendMessage", &json!({"QueueUrl": url, "MessageBody": "{}"}));
    assert_eq!(status, 200);
    for attempt in 1..=Queue::Step.max_receives() {
        let received = lab.cloud.receive(Queue::Step, 10, VISIBILITY).unwrap();
        assert_eq!(received.len(), 1);
        assert_eq!(received[0].received, attempt);
        assert!(lab.cloud.receive(Queue::Step, 10, VISIBILITY).unwrap().is_empty());
        assert_eq!(lab.cloud.next_visible(lab.cloud.now()).unwrap(), Some(received[0].visible_at));
        lab.pass(VISIBILITY);
    }
    assert!(lab.cloud.receive(Queue::Step, 10, VISIBILITY).unwrap().is_empty());
    assert_eq!(lab.cloud.depth(Queue::StepDead).unwrap().visible, 1);
    assert_eq!(lab.cloud.redrive(Queue::Step).unwrap(), 1);
    let received = lab.cloud.receive(Queue::Step, 10, VISIBILITY).unwrap();
    assert_eq!(received[0].received, 1);
    lab.cloud.delete(&received).unwrap();
    assert!(lab.cloud.messages(Queue::Step).unwrap().is_empty());
}

#[test]
fn an_old_receipt_deletes_nothing() {
    let lab = Lab::open(None);
    lab.cloud.send(Queue::Mail, "{}", Duration::ZERO).unwrap();
    let first = lab.cloud.receive(Queue::Mail, 10, VISIBILITY).unwrap();
    lab.pass(VISIBILITY);
    let second = lab.cloud.receive(Queue::Mail, 10, VISIBILITY).unwrap();
    lab.cloud.delete(&first).unwrap();
    assert_eq!(lab.cloud.messages(Queue::Mail).unwrap().len(), 1);
    lab.cloud.delete(&second).unwrap();
    assert!(lab.cloud.messages(Queue::Mail).unwrap().is_empty());
}

#[test]
fn a_batch_is_sent_and_counted_and_bad_ones_are_refused() {
    let lab = Lab::open(None);
    let url = Queue::Mail.url();
    let entry = |id: &str, delay: i64| json!({"Id": id, "MessageBody": "{}", "DelaySeconds": delay});
    let (status, answer) = lab.sqs(
        "SendMessageBatch",
        &json!({"QueueUrl": url, "Entries": [entry("a", 0), entry("b", 900), entry("c", 901)]}),
    );
    assert_eq!(status, 200);
    assert_eq!(answer["Successful"].as_array().unwrap().len(), 2);
    assert_eq!(answer["Failed"][0]["Id"], "c");
    lab.cloud.receive(Queue::Mail, 1, VISIBILITY).unwrap();
    let (_, answer) = lab.sqs("GetQueueAttributes", &json!({"QueueUrl": url, "AttributeNames": ["All"]}));
    assert_eq!(answer["Attributes"]["ApproximateNumberOfMessages"], "0");
    assert_eq!(answer["Attributes"]["ApproximateNumberOfMessagesNotVisible"], "1");
    assert_eq!(answer["Attributes"]["ApproximateNumberOfMessagesDelayed"], "1");

    let many: Vec<Value> = (0..11).map(|n| entry(&n.to_string(), 0)).collect();
    for (entries, kind) in [
        (json!([]), "EmptyBatchRequest"),
        (json!(many), "TooManyEntriesInBatchRequest"),
        (json!([entry("a", 0), entry("a", 0)]), "BatchEntryIdsNotDistinct"),
    ] {
        let (status, answer) = lab.sqs("SendMessageBatch", &json!({"QueueUrl": url, "Entries": entries}));
        assert_eq!(status, 400);
        assert_eq!(answer["__type"], format!("com.amazonaws.sqs#{kind}"));
    }
    let (status, answer) =
        lab.sqs("SendMessage", &json!({"QueueUrl": "http://sqs.local/0/nowhere", "MessageBody": "x"}));
    assert_eq!((status, answer["__type"].as_str()), (400, Some("com.amazonaws.sqs#QueueDoesNotExist")));
}

#[test]
fn a_mail_is_kept_and_its_events_follow() {
    let lab = Lab::open(None);
    assert_eq!(lab.mail(&letter()).0, 200);
    let mails = lab.cloud.mails().unwrap();
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert_eq!(mail.to, "ada@example.com");
    assert_eq!(mail.headers["List-Unsubscribe"], "<https://example.com/u/x>");
    assert_eq!(
        (mail.survey_id.as_deref(), mail.step.as_deref(), mail.letter.as_deref()),
        (Some("ab12"), Some("invite"), Some("invite"))
    );
    assert_eq!(lab.cloud.mail(&mail.id).unwrap().as_ref(), Some(mail));
    let events: Vec<Value> = lab
        .cloud
        .messages(Queue::MailEvents)
        .unwrap()
        .iter()
        .map(|message| serde_json::from_str(&message.body).unwrap())
        .collect();
    let kinds: Vec<_> = events.iter().map(|event| event["detail"]["eventType"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["Send", "Delivery"]);
    assert_eq!(events[0]["detail-type"], "Email Sent");
    assert_eq!(events[0]["detail"]["mail"]["messageId"], json!(mail.id));
    assert_eq!(events[0]["detail"]["mail"]["tags"]["claim"], json!(["c1"]));

    for (to, kinds) in [
        ("bounce@simulator.amazonses.com", vec!["Send", "Bounce"]),
        ("complaint@simulator.amazonses.com", vec!["Send", "Delivery", "Complaint"]),
        ("suppressionlist@simulator.amazonses.com", vec!["Send", "Bounce"]),
    ] {
        let before = lab.cloud.messages(Queue::MailEvents).unwrap().len();
        assert_eq!(lab.mail(&with("/Destination/ToAddresses/0", json!(to))).0, 200);
        let events = lab.cloud.messages(Queue::MailEvents).unwrap();
        let seen: Vec<String> = events[before..]
            .iter()
            .map(|message| {
                let event: Value = serde_json::from_str(&message.body).unwrap();
                event["detail"]["eventType"].as_str().unwrap().to_owned()
            })
            .collect();
        assert_eq!(seen, kinds, "{to}");
    }
}

#[test]
fn what_ses_refuses_is_refused_and_not_kept() {
    let lab = Lab::open(None);
    let header = |name: &str, value: &str| json!([{"Name": name, "Value": value}]);
    let wrong = [
        with("/Content/Simple/Body", json!({})),
        with("/Content/Simple/Body", json!({"Text": {"Data": "ä"}})),
        with("/Content/Simple/Subject/Data", json!("one\r\nBcc: eve@example.com")),
        with("/Content/Simple/Headers", header("List-Unsubscribe", &"x".repeat(871))),
        with("/Content/Simple/Headers", header("List-Unsubscribe", "a\r\nb")),
        with("/Content/Simple/Headers", header("List-Unsubscribe", "ä")),
        with("/Content/Simple/Headers", header("List-Unsubscribe", "")),
        with("/Content/Simple/Headers", header("Sub ject", "x")),
        with("/Content/Simple/Headers", header("Subject", "x")),
        with("/EmailTags/0/Value", json!("a b")),
        with("/EmailTags/0/Value", json!("")),
        with("/EmailTags/0/Name", json!("step")),
        with("/Destination/ToAddresses", json!([])),
        with("/Destination/ToAddresses", json!(["ada"])),
        with("/Destination/ToAddresses", json!(["ada@example.com\nBcc: eve@example.com"])),
        with("/FromEmailAddress", json!("Jürgen <j@example.com>")),
        with("/Content", json!({})),
    ];
    for body in wrong {
        assert_eq!(lab.mail(&body), (400, "BadRequestException".to_owned()), "{body}");
    }
    assert_eq!(lab.mail(&with("/Content/Simple/Headers", header("List-Unsubscribe", &"x".repeat(870)))).0, 200);
    assert_eq!(lab.cloud.mail_count().unwrap(), 1);
}

#[test]
fn a_schedule_fires_once_and_is_gone() {
    let lab = Lab::open(None);
    let at = jiff::Timestamp::from_millisecond(lab.cloud.now() + 3_600_000).unwrap();
    let expression = at.strftime("at(%Y-%m-%dT%H:%M:%S)").to_string();
    let body = |token: &str| {
        json!({
            "GroupName": "npsloop", "ScheduleExpression": expression, "ClientToken": token,
            "FlexibleTimeWindow": {"Mode": "OFF"}, "ActionAfterCompletion": "DELETE",
            "Target": {"Arn": Queue::Mail.arn(), "RoleArn": "arn:aws:iam::0:role/x", "Input": "{\"survey\":\"ab\"}"},
        })
    };
    let create = |token: &str| lab.ask("POST", "/schedules/ab-remind", None, &body(token));
    assert_eq!(create("one").0, 200);
    assert_eq!(create("one").0, 200);
    let (status, kind, _) = create("two");
    assert_eq!((status, kind.as_str()), (409, "ConflictException"));
    assert_eq!(lab.cloud.fire_due().unwrap(), 0);
    lab.pass(Duration::from_secs(3600));
    assert_eq!(lab.cloud.fire_due().unwrap(), 1);
    assert_eq!(lab.cloud.fire_due().unwrap(), 0);
    assert_eq!(lab.cloud.messages(Queue::Mail).unwrap()[0].body, "{\"survey\":\"ab\"}");

    let delete = || lab.ask("DELETE", "/schedules/ab-remind?groupName=npsloop&clientToken=x", None, &json!({}));
    let (status, kind, _) = delete();
    assert_eq!((status, kind.as_str()), (404, "ResourceNotFoundException"));
    assert_eq!(create("three").0, 200);
    assert_eq!(delete().0, 200);
    assert!(lab.cloud.schedules().unwrap().is_empty());
}

#[test]
fn the_tables_stream_their_changes_count_capacity_and_expire_by_the_clock_of_the_cloud() {
    let lab = Lab::open(None);
    let expires = lab.cloud.now() / 1000 + 3600;
    for n in 0..3 {
        let (status, answer) = lab.dynamo(
            "PutItem",
            &json!({
                "TableName": "surveys", "ReturnConsumedCapacity": "TOTAL",
                "Item": {"pk": {"S": format!("S#{n}")}, "sk": {"S": "S"}, "open_day": {"S": "O#1#0"}, "expires": {"N": expires.to_string()}},
            }),
        );
        assert_eq!(status, 200, "{answer}");
        assert_eq!(answer["ConsumedCapacity"]["CapacityUnits"], 2.0);
    }
    let records = lab.cloud.records("surveys", None, 10).unwrap();
    assert_eq!(records.len(), 3);
    let number = |record: &Value| record["dynamodb"]["SequenceNumber"].as_str().unwrap().to_owned();
    assert_eq!(lab.cloud.records("surveys", Some(&number(&records[0])), 1).unwrap(), records[1..2]);
    lab.cloud.trim("surveys", &number(&records[2])).unwrap();
    assert_eq!(lab.cloud.records("surveys", None, 10).unwrap(), records[2..]);

    assert_eq!(lab.cloud.sweep_expired().unwrap(), 0);
    lab.pass(Duration::from_secs(7200));
    assert_eq!(lab.cloud.sweep_expired().unwrap(), 3);
    let removed = lab.cloud.records("surveys", Some(&number(&records[2])), 10).unwrap();
    assert_eq!(removed.len(), 3);
    assert_eq!(removed[0]["eventName"], "REMOVE");

    // The sweep numbered its records by the moved clock: what comes after must still come after, even once all are trimmed.
    lab.cloud.trim("surveys", &number(&removed[2])).unwrap();
    lab.dynamo("PutItem", &json!({"TableName": "surveys", "Item": {"pk": {"S": "S#9"}, "sk": {"S": "S"}}}));
    assert_eq!(lab.cloud.records("surveys", Some(&number(&removed[2])), 10).unwrap().len(), 1);
}

#[test]
fn a_failed_condition_and_a_cancelled_transaction_tell_what_was_there() {
    let lab = Lab::open(None);
    let put = json!({
        "TableName": "ledger", "Item": {"pk": {"S": "a"}, "sk": {"S": "b"}, "v": {"N": "1"}},
        "ConditionExpression": "attribute_not_exists(pk)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    });
    assert_eq!(lab.dynamo("PutItem", &put).0, 200);
    let (status, answer) = lab.dynamo("PutItem", &put);
    assert_eq!(status, 400);
    assert!(answer["__type"].as_str().unwrap().ends_with("#ConditionalCheckFailedException"));
    assert_eq!(answer["Item"]["v"]["N"], "1");
    let (status, answer) = lab.dynamo("TransactWriteItems", &json!({"TransactItems": [{"Put": put}]}));
    assert_eq!(status, 400);
    assert_eq!(answer["CancellationReasons"][0]["Code"], "ConditionalCheckFailed");
    assert_eq!(answer["CancellationReasons"][0]["Item"]["v"]["N"], "1");
}

#[test]
fn everything_is_there_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let sequence = {
        let lab = Lab::open(Some(directory.path()));
        assert_eq!(lab.mail(&letter()).0, 200);
        lab.cloud.send(Queue::Mail, "{\"n\":1}", Duration::ZERO).unwrap();
        lab.cloud.receive(Queue::Mail, 1, VISIBILITY).unwrap();
        let schedule = json!({"ScheduleExpression": "at(2030-01-01T00:00:00)", "Target": {"Arn": Queue::Step.arn(), "Input": "{}"}});
        assert_eq!(lab.ask("POST", "/schedules/x", None, &schedule).0, 200);
        lab.cloud.set_value("checkpoint", "7").unwrap();
        lab.dynamo("PutItem", &json!({"TableName": "surveys", "Item": {"pk": {"S": "S#1"}, "sk": {"S": "S"}}}));
        let records = lab.cloud.records("surveys", None, 10).unwrap();
        // Never closed, as after a kill.
        std::mem::forget(lab);
        records[0]["dynamodb"]["SequenceNumber"].clone()
    };
    let lab = Lab::open(Some(directory.path()));
    assert_eq!(lab.cloud.mails().unwrap().len(), 1);
    assert_eq!(lab.cloud.messages(Queue::MailEvents).unwrap().len(), 2);
    assert_eq!(lab.cloud.schedules().unwrap().len(), 1);
    assert_eq!(lab.cloud.value("checkpoint").unwrap().as_deref(), Some("7"));
    assert_eq!(lab.cloud.records("surveys", None, 10).unwrap()[0]["dynamodb"]["SequenceNumber"], sequence);
    assert!(lab.cloud.receive(Queue::Mail, 1, VISIBILITY).unwrap().is_empty());
    lab.cloud.release_all().unwrap();
    assert_eq!(lab.cloud.receive(Queue::Mail, 1, VISIBILITY).unwrap()[0].body, "{\"n\":1}");
}

#[test]
fn a_secret_is_read_from_its_file_each_time() {
    let lab = Lab::open(None);
    let get = |name: &str, decrypted: bool| {
        let body = json!({"Name": format!("/npsloop/{name}"), "WithDecryption": decrypted});
        let (status, _, answer) = lab.ask("POST", "/", Some("AmazonSSM.GetParameter"), &body);
        (status, answer["Parameter"]["Value"].as_str().map(str::to_owned), answer["__type"].as_str().map(str::to_owned))
    };
    let missing = (400, None, Some("ParameterNotFound".to_owned()));
    assert_eq!(get("crm", true), missing);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secrets.json");
    lab.cloud.secrets_from(&file);
    assert_eq!(get("crm", true), missing, "it may come later");
    std::fs::write(&file, r#"{"crm": "new\nold"}"#).unwrap();
    assert_eq!(get("crm", true), (200, Some("new\nold".to_owned()), None));
    assert_eq!(get("other", true), missing);
    assert_eq!(get("crm", false).0, 400, "nobody wants the cipher");
    lab.cloud.set_secret("crm", "from a test");
    assert_eq!(get("crm", true).1.as_deref(), Some("from a test"));
    std::fs::write(&file, r#"{"other": s3cr3t}"#).unwrap();
    let (status, _, answer) = lab.ask(
        "POST",
        "/",
        Some("AmazonSSM.GetParameter"),
        &json!({"Name": "/npsloop/other", "WithDecryption": true}),
    );
    assert_eq!((status, answer["__type"].as_str()), (400, Some("InternalServerError")));
    assert!(!answer.to_string().contains("s3cr3t"), "{answer}");
}

#[test]
fn an_event_bus_keeps_what_it_takes() {
    let lab = Lab::open(None);
    let put = |entries: Value| {
        let (status, _, answer) = lab.ask("POST", "/", Some("AWSEvents.PutEvents"), &json!({"Entries": entries}));
        (status, answer)
    };
    let entry = |detail: &str| json!({"Source": "npsloop", "DetailType": "Survey Answered", "Detail": detail, "EventBusName": "local"});
    let (status, answer) = put(json!([entry(r#"{"score":9}"#), entry("no json"), {"Detail": "{}"}]));
    assert_eq!((status, &answer["FailedEntryCount"]), (200, &json!(2)));
    assert_eq!(answer["Entries"][1]["ErrorCode"], "MalformedDetail");
    assert_eq!(answer["Entries"][2]["ErrorCode"], "InvalidArgument");
    assert_eq!(put(json!([])).0, 400);
    assert_eq!(put(Value::from(vec![entry("{}"); 11])).0, 400);
    assert_eq!(put(json!([entry(&format!(r#"{{"x":"{}"}}"#, "x".repeat(256 * 1024)))])).0, 400);
    let events = lab.cloud.events().unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!((events[0].bus.as_str(), events[0].detail_type.as_str()), ("local", "Survey Answered"));
    assert_eq!(events[0].detail, json!({"score": 9}));
    assert_eq!(json!(answer["Entries"][0]["EventId"]), json!(events[0].id));
}

#[test]
fn the_ledger_lists_what_comes_first_and_finds_by_the_start_of_a_key() {
    let lab = Lab::open(None);
    let put = |pk: &str, list: &str, at: i64| {
        let item = json!({"pk": {"S": pk}, "sk": {"S": "crm"}, "list": {"S": list}, "list_at": {"S": format!("{at:013}#{pk}")}});
        assert_eq!(lab.dynamo("PutItem", &json!({"TableName": "ledger", "Item": item})).0, 200);
    };
    put("D#b", "retry#0", 2000);
    put("D#a", "retry#0", 1000);
    put("D#c", "retry#1", 500);
    put("T#a", "task#open#0", 500);
    let listed = |after: i64| -> Vec<(i64, String)> {
        lab.cloud.listed("ledger", "retry#0", after, 10).unwrap().into_iter().map(|one| (one.at, one.pk)).collect()
    };
    assert_eq!(listed(0), [(1000, "D#a".to_owned()), (2000, "D#b".to_owned())]);
    assert_eq!(listed(1000), [(2000, "D#b".to_owned())], "after is after");
    assert!(listed(2000).is_empty());
    assert_eq!(lab.cloud.items("ledger", "D#").unwrap().len(), 3);
}

/// Whoever keeps data made with an earlier version keeps it.
#[test]
fn a_table_without_an_index_is_given_it() {
    let lab = Lab::open(None);
    let keys = json!([{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]);
    let old = json!({
        "TableName": "old", "KeySchema": keys, "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "S"}],
    });
    assert_eq!(lab.dynamo("CreateTable", &old).0, 200);
    let item =
        json!({"pk": {"S": "D#a"}, "sk": {"S": "crm"}, "list": {"S": "retry#0"}, "list_at": {"S": "0000000001000#a"}});
    assert_eq!(lab.dynamo("PutItem", &json!({"TableName": "old", "Item": item})).0, 200);
    for _ in 0..2 {
        lab.cloud.create_tables("surveys", "old").unwrap();
        assert_eq!(lab.cloud.listed("old", "retry#0", 0, 10).unwrap().len(), 1);
    }
}

#[test]
fn what_arrives_outside_is_kept_for_a_while() {
    let lab = Lab::open(None);
    let headers = std::collections::BTreeMap::from([("webhook-id".to_owned(), "1".to_owned())]);
    for nth in 0..1005 {
        lab.cloud.receive_outside("hook", &headers, &nth.to_string()).unwrap();
    }
    let received = lab.cloud.received_outside().unwrap();
    assert_eq!((received.len(), received[0].body.as_str(), received[999].body.as_str()), (1000, "5", "1004"));
    assert_eq!((received[0].name.as_str(), &received[0].headers), ("hook", &headers));
}
