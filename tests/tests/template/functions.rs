//! Functions: one for every folder, complete, and woken in a way that loses nothing.

use std::collections::BTreeSet;
use std::fs;

use local::cloud::Queue;
use serde_json::{Value, json};

use crate::{Complaints, Template, finds, folders, obeys, pascal, root};

/// One folder, one function; its name is everywhere, and it has its log group, role and alarm.
fn functions_are_complete(template: &Template) -> Complaints {
    let mut complaints = Vec::new();
    let functions = template.functions();
    let expected: BTreeSet<String> = folders().iter().map(|folder| pascal(folder)).collect();
    let found: BTreeSet<String> = functions.keys().map(|&name| name.to_owned()).collect();
    if expected != found {
        complaints.push(format!("functions/ has {expected:?}, the template {found:?}"));
    }
    for folder in folders() {
        let name = pascal(&folder);
        let resource = &template.0["Resources"][&name];
        let function = &resource["Properties"];
        let full_name = format!("${{AWS::StackName}}-{folder}");
        let mut must = |right: bool, what: &str| {
            if !right {
                complaints.push(format!("{name}: {what}"));
            }
        };
        must(function["CodeUri"] == json!(format!("../functions/{folder}")), "CodeUri is not its folder");
        must(resource["Metadata"]["BuildMethod"] == "rust-cargolambda", "it is not built by cargo-lambda");
        must(resource["Metadata"]["BuildProperties"]["Binary"] == json!(folder), "it builds another's binary");
        must(function["FunctionName"] == json!({ "Fn::Sub": full_name }), "FunctionName is not its folder's");
        must(function["Timeout"].is_u64(), "it has no timeout");
        must(function["Policies"].is_null(), "policies belong in its role");
        must(function["Role"] == json!({ "Fn::GetAtt": [format!("{name}Role"), "Arn"] }), "its role is another's");
        must(!template.statements(&name).is_empty(), "its role allows nothing");

        let logs = &template.0["Resources"][format!("{name}Logs")]["Properties"];
        must(function["LoggingConfig"]["LogGroup"] == json!({ "Ref": format!("{name}Logs") }), "it logs elsewhere");
        must(
            logs["LogGroupName"] == json!({ "Fn::Sub": format!("/aws/lambda/{full_name}") }),
            "its log group is misnamed",
        );
        must(logs["RetentionInDays"] == json!({ "Ref": "LogRetentionDays" }), "its logs are kept for ever");

        let watches = |metric: &str| {
            template.of_type("AWS::CloudWatch::Alarm").values().any(|alarm| {
                alarm["MetricName"] == metric
                    && alarm["Dimensions"] == json!([{ "Name": "FunctionName", "Value": { "Ref": name } }])
                    && alarm["AlarmActions"] == json!([{ "Ref": "Alarms" }])
            })
        };
        must(watches("Errors"), "nothing alarms when it fails");
        let reads_stream = events(function).any(|(_, event)| event["Type"] == "DynamoDB");
        must(!reads_stream || watches("IteratorAge"), "nothing alarms when it falls behind the stream");
    }
    complaints
}

fn events(function: &Value) -> impl Iterator<Item = (&String, &Value)> {
    function["Events"].as_object().into_iter().flatten()
}

/// What wakes a function answers for each item of a batch, retries with an end, and leaves what it gave up somewhere.
fn mappings_lose_nothing(template: &Template) -> Complaints {
    let mut complaints = Vec::new();
    for (name, function) in template.functions() {
        for (event, mapping) in events(function) {
            let properties = &mapping["Properties"];
            let mut must = |right: bool, what: &str| {
                if !right {
                    complaints.push(format!("{name}, {event}: {what}"));
                }
            };
            must(
                properties["FunctionResponseTypes"] == json!(["ReportBatchItemFailures"]),
                "failures look like success",
            );
            match mapping["Type"].as_str() {
                Some("SQS") => {
                    must(!properties["ScalingConfig"]["MaximumConcurrency"].is_null(), "its concurrency has no limit");
                    let queue = properties["Queue"]["Fn::GetAtt"][0].as_str().unwrap_or_default();
                    let visibility = &template.0["Resources"][queue]["Properties"]["VisibilityTimeout"];
                    let enough =
                        function["Timeout"].as_u64().is_some_and(|timeout| visibility.as_u64() >= Some(6 * timeout));
                    must(enough, "the queue shows a message again within six timeouts");
                    let known = Queue::WORK.into_iter().find(|known| format!("{}Queue", pascal(known.name())) == queue);
                    let here = known.map(|known| (known.visibility().as_secs(), known.max_receives(), known.batch()));
                    let receives = &template.0["Resources"][queue]["Properties"]["RedrivePolicy"]["maxReceiveCount"];
                    let same = here.is_some_and(|(hidden, most, batch)| {
                        *visibility == hidden && *receives == most && properties["BatchSize"] == batch
                    });
                    must(same, "the local host has other numbers for this queue");
                }
                Some("DynamoDB") => {
                    must(properties["MaximumRetryAttempts"].as_u64() > Some(0), "a bad record is retried for ever");
                    must(properties["BisectBatchOnFunctionError"] == true, "a bad record takes its batch along");
                    must(properties["StartingPosition"] == "TRIM_HORIZON", "it misses what was there before it");
                    let letters = json!({ "Fn::GetAtt": [format!("{name}DeadLetters"), "Arn"] });
                    must(
                        properties["DestinationConfig"]["OnFailure"]["Destination"] == letters,
                        "given-up batches vanish",
                    );
                }
                other => must(false, &format!("it is woken by {other:?}")),
            }
        }
    }
    complaints
}

/// Every queue has its dead letters, and all dead letters alarm and are kept as long as can be.
fn queues_give_up_nothing_in_silence(template: &Template) -> Complaints {
    let mut complaints = Vec::new();
    for (name, queue) in template.of_type("AWS::SQS::Queue") {
        if name.ends_with("DeadLetters") {
            let alarmed = template.of_type("AWS::CloudWatch::Alarm").values().any(|alarm| {
                let dimension = json!([{ "Name": "QueueName", "Value": { "Fn::GetAtt": [name, "QueueName"] } }]);
                alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
                    && alarm["Dimensions"] == dimension
                    && alarm["Threshold"] == 0
                    && alarm["AlarmActions"] == json!([{ "Ref": "Alarms" }])
            });
            if !alarmed {
                complaints.push(format!("{name}: nobody hears of what lands there"));
            }
            if queue["MessageRetentionPeriod"] != 1_209_600 {
                complaints.push(format!("{name}: it does not keep messages for 14 days"));
            }
        } else {
            let letters = name.replace("Queue", "DeadLetters");
            let redrive = &queue["RedrivePolicy"];
            if redrive["deadLetterTargetArn"] != json!({ "Fn::GetAtt": [letters, "Arn"] }) {
                complaints.push(format!("{name}: it has no dead letters of its own"));
            }
            if !redrive["maxReceiveCount"].as_u64().is_some_and(|count| (3..=20).contains(&count)) {
                complaints.push(format!("{name}: it gives up too soon or too late"));
            }
        }
    }
    complaints
}

/// What a function gives up and only logs raises an alarm, by the very words it logs.
fn what_is_only_logged_alarms(template: &Template) -> Complaints {
    let mut complaints = Vec::new();
    for (logs, source, words) in [
        ("DeliverLogs", "functions/deliver/src/telling.rs", "a delivery was given up"),
        ("DeliverLogs", "functions/deliver/src/telling.rs", "a destination was disabled"),
        ("IntakeLogs", "functions/intake/src/source.rs", "a source's record was refused"),
        ("AggregateLogs", "functions/aggregate/src/name.rs", "a campaign was paused"),
        ("DispatchLogs", "functions/dispatch/src/notice.rs", "ses refused a letter"),
        ("DispatchLogs", "functions/dispatch/src/send.rs", "a text was refused"),
        ("DispatchLogs", "functions/dispatch/src/letter.rs", "a template could not be used"),
        ("MailEventsLogs", "functions/mail-events/src/apply.rs", "a letter did not arrive"),
        ("RecountLogs", "functions/recount/src/reconcile.rs", "tallies do not equal surveys"),
        ("RecountLogs", "functions/recount/src/turn.rs", "a job on all surveys was given up"),
    ] {
        let code = fs::read_to_string(root().join(source)).expect("the function is there");
        assert!(code.contains(&format!("\"{words}\"")), "{source} does not log: {words}");
        let pattern = format!("$.message = \"{words}\"");
        let filters = template.of_type("AWS::Logs::MetricFilter");
        let counted = filters.values().find(|filter| {
            filter["LogGroupName"] == json!({ "Ref": logs })
                && filter["FilterPattern"].as_str().is_some_and(|known| known.contains(&pattern))
        });
        let heard = counted.map(|filter| &filter["MetricTransformations"][0]["MetricName"]).is_some_and(|metric| {
            template
                .of_type("AWS::CloudWatch::Alarm")
                .values()
                .any(|alarm| alarm["MetricName"] == *metric && alarm["AlarmActions"] == json!([{ "Ref": "Alarms" }]))
        });
        if !heard {
            complaints.push(format!("{logs}: nobody hears of: {words}"));
        }
    }
    complaints
}

#[test]
fn every_function_of_the_workspace_is_deployed_and_complete() {
    obeys(functions_are_complete);
}

#[test]
fn an_incomplete_function_is_found() {
    let template = Template::load();
    let rule = functions_are_complete;
    finds(rule, &template.without("/Resources/Capture"), "the template");
    finds(rule, &template.without("/Resources/CaptureAlarm"), "nothing alarms when it fails");
    finds(rule, &template.without("/Resources/RelayBehindAlarm"), "falls behind");
    finds(rule, &template.without("/Resources/CaptureLogs/Properties/RetentionInDays"), "for ever");
    let another = template.with("/Resources/Capture/Metadata/BuildProperties/Binary", json!("intake"));
    finds(rule, &another, "another's binary");
}

#[test]
fn what_wakes_a_function_loses_nothing() {
    obeys(mappings_lose_nothing);
}

#[test]
fn a_mapping_that_loses_something_is_found() {
    let template = Template::load();
    let rule = mappings_lose_nothing;
    let mail = "/Resources/Dispatch/Properties/Events/MailQueue/Properties";
    let stream = "/Resources/Aggregate/Properties/Events/SurveysStream/Properties";
    finds(rule, &template.without(&format!("{mail}/FunctionResponseTypes")), "look like success");
    finds(rule, &template.without(&format!("{stream}/FunctionResponseTypes")), "look like success");
    finds(rule, &template.without(&format!("{stream}/DestinationConfig")), "vanish");
    finds(rule, &template.without(&format!("{stream}/BisectBatchOnFunctionError")), "takes its batch along");
    finds(rule, &template.with("/Resources/MailQueue/Properties/VisibilityTimeout", json!(300)), "within six timeouts");
    for (place, value) in [
        ("/Resources/StepQueue/Properties/VisibilityTimeout", 1800),
        ("/Resources/StepQueue/Properties/RedrivePolicy/maxReceiveCount", 6),
        ("/Resources/Deliver/Properties/Events/DeliverQueue/Properties/BatchSize", 2),
    ] {
        finds(rule, &template.with(place, json!(value)), "the local host has other numbers");
    }
}

/// What deliver takes at once is done before its time is up, also where everybody outside is as slow as may be: an
/// errand is over within the lease of its deliveries.
fn slow_destinations_fit_into_the_timeout(template: &Template) -> Complaints {
    let deliver = &template.0["Resources"]["Deliver"]["Properties"];
    let batch = deliver["Events"]["DeliverQueue"]["Properties"]["BatchSize"].as_u64().unwrap_or(10);
    let timeout = deliver["Timeout"].as_u64().unwrap_or_default();
    // A quarter is for what an errand does before it tells: letters, tasks, and the tables when they are busy.
    let fits = batch * model::delivery::LEASE.as_secs() * 4 <= timeout * 3;
    if fits { Vec::new() } else { vec![format!("deliver takes {batch} errands, too many for {timeout} seconds")] }
}

#[test]
fn what_deliver_takes_at_once_fits_into_its_time() {
    obeys(slow_destinations_fit_into_the_timeout);
    let batch = "/Resources/Deliver/Properties/Events/DeliverQueue/Properties/BatchSize";
    let rule = slow_destinations_fit_into_the_timeout;
    finds(rule, &Template::load().with(batch, json!(4)), "too many");
    finds(rule, &Template::load().without(batch), "too many");
}

#[test]
fn queues_have_dead_letters_and_those_an_alarm() {
    obeys(queues_give_up_nothing_in_silence);
}

#[test]
fn a_silent_queue_is_found() {
    let template = Template::load();
    let rule = queues_give_up_nothing_in_silence;
    finds(rule, &template.without("/Resources/MailDeadLettersAlarm"), "nobody hears");
    finds(rule, &template.without("/Resources/StepQueue/Properties/RedrivePolicy"), "no dead letters");
}

#[test]
fn what_is_given_up_by_words_alone_is_heard() {
    obeys(what_is_only_logged_alarms);
}

#[test]
fn words_nobody_hears_are_found() {
    let template = Template::load();
    let rule = what_is_only_logged_alarms;
    finds(rule, &template.without("/Resources/DeliverGaveUp"), "a destination was disabled");
    finds(rule, &template.without("/Resources/DeliverGaveUpAlarm"), "a delivery was given up");
    finds(rule, &template.without("/Resources/IntakeRefusedAlarm"), "a source's record");
    finds(rule, &template.without("/Resources/AggregatePaused"), "a campaign was paused");
    finds(rule, &template.without("/Resources/MailEventsLostLetters"), "a letter did not arrive");
    finds(rule, &template.without("/Resources/LettersLostAlarm"), "ses refused a letter");
    finds(rule, &template.without("/Resources/RecountNotEqualAlarm"), "tallies do not equal surveys");
}
