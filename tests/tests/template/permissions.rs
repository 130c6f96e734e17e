//! Permissions: what each function may do, and nothing it was not meant to.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::{Complaints, Template, actions, finds, is_table, many, obeys, statements};

/// No statement reaches everything, and no managed policy does so unseen.
fn permissions_name_their_resources(template: &Template) -> Complaints {
    let mut complaints = Vec::new();
    for (name, resource) in template.resources() {
        if !resource["Properties"]["ManagedPolicyArns"].is_null() {
            complaints.push(format!("{name}: a managed policy reaches more than it needs"));
        }
        let policy = &resource["Properties"]["PolicyDocument"]["Statement"];
        let policy = policy.as_array().into_iter().flatten();
        let policy = policy.map(|statement| statement["Fn::If"].get(1).unwrap_or(statement));
        for statement in statements(&resource["Properties"]).into_iter().chain(policy) {
            if many(&statement["Resource"]).iter().any(|resource| resource.is_null() || **resource == "*") {
                complaints.push(format!("{name}: {statement} reaches everything"));
            }
            if actions(statement).iter().any(|action| action.contains('*')) {
                complaints.push(format!("{name}: {statement} allows more than it names"));
            }
        }
    }
    complaints
}

/// Which function may do what, beside logging. A line here is a decision; the template may say no more and no less.
fn permissions_are_as_decided(template: &Template) -> Complaints {
    let arn = |resource: &str| json!({ "Fn::GetAtt": [resource, "Arn"] });
    let sub = |text: &str| json!({ "Fn::Sub": text });
    let account = |service: &str, rest: &str| {
        sub(&format!("arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{rest}"))
    };
    let stream = json!({ "Fn::GetAtt": ["SurveysTable", "StreamArn"] });
    let streams = sub("${SurveysTable.Arn}/stream/*");
    let read_stream = || {
        let read = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"];
        let mut pairs: Vec<_> = read.map(|action| (action, stream.clone())).into();
        pairs.push(("dynamodb:ListStreams", streams.clone()));
        pairs
    };
    let take = |queue: &str| {
        ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
            .map(|action| (action, arn(queue)))
            .to_vec()
    };
    let send = |queues: &[&str]| queues.iter().map(|queue| ("sqs:SendMessage", arn(queue))).collect::<Vec<_>>();

    let mut decided: BTreeMap<&str, Vec<(&str, Value)>> = BTreeMap::new();
    // The secrets of this environment, and no other parameter.
    let secrets = vec![("ssm:GetParameter", account("ssm", "parameter${SecretsPath}/*"))];
    decided.insert("Intake", secrets.clone());
    decided.insert("Capture", vec![]);
    decided.insert("Insight", vec![]);
    // Letters by which people sign in leave at once.
    decided.insert("Manage", send(&["MailQueue", "RecountQueue"]));
    decided.insert("Recount", [take("RecountQueue"), send(&["RecountQueue"])].concat());
    decided.insert("MailEvents", take("MailEventsQueue"));
    // Letters about replies leave at once.
    decided.insert("Replies", [take("RepliesQueue"), send(&["MailQueue"])].concat());
    decided.insert("Aggregate", [read_stream(), send(&["AggregateDeadLetters"])].concat());
    decided.insert(
        "Relay",
        [read_stream(), send(&["MailQueue", "StepQueue", "DeliverQueue", "RelayDeadLetters"])].concat(),
    );
    let mail = vec![
        ("ses:SendEmail", account("ses", "identity/*")),
        ("ses:SendEmail", account("ses", "configuration-set/${MailSettings}")),
    ];
    // Texts, from the senders the company named, and only where it named some.
    let texts = vec![("sms-voice:SendTextMessage", json!({ "Ref": "SmsOriginations" }))];
    decided.insert("Dispatch", [take("MailQueue"), send(&["StepQueue"]), mail, texts].concat());
    let bus = vec![("events:PutEvents", account("events", "event-bus/${EventBusName}"))];
    decided.insert("Deliver", [take("DeliverQueue"), send(&["MailQueue", "DeliverQueue"]), secrets, bus].concat());
    let steps = ["invite", "task", "remind", "close"];
    let schedules = steps.map(|step| account("scheduler", &format!("schedule/${{Schedules}}/*-{step}")));
    let schedules = schedules.iter().flat_map(|schedule| {
        ["scheduler:CreateSchedule", "scheduler:DeleteSchedule"].map(|action| (action, schedule.clone()))
    });
    let look = ["MailEventsQueue", "MailEventsDeadLetters"].map(|queue| ("sqs:GetQueueAttributes", arn(queue)));
    let lend = ("iam:PassRole", arn("SchedulesRole"));
    decided.insert(
        "Remind",
        [take("StepQueue"), send(&["MailQueue", "StepQueue"]), schedules.collect(), look.into(), vec![lend]].concat(),
    );

    let mut complaints = Vec::new();
    let text = |pairs: Vec<(&str, Value)>| -> BTreeSet<String> {
        pairs.into_iter().map(|(action, resource)| format!("{action} on {resource}")).collect()
    };
    for function in template.functions().keys() {
        let found = template.statements(function).into_iter().flat_map(|statement| {
            let resources = many(&statement["Resource"]);
            actions(statement)
                .into_iter()
                .flat_map(move |action| resources.clone().into_iter().map(move |resource| (action, resource.clone())))
        });
        // Logs are each function's own, the tables have a rule of their own.
        let found =
            text(found.filter(|(action, resource)| !action.starts_with("logs:") && !is_table(resource)).collect());
        let expected = text(decided.get(function).cloned().unwrap_or_default());
        complaints.extend(expected.difference(&found).map(|what| format!("{function} may not: {what}")));
        complaints.extend(found.difference(&expected).map(|what| format!("{function} may, undecided: {what}")));

        for statement in template.statements(function) {
            let condition = &statement["Condition"];
            let from = json!({ "Fn::If": ["HasSenderPattern", { "Ref": "SenderPattern" }, { "Ref": "SenderEmail" }] });
            if actions(statement).contains("ses:SendEmail") && condition["StringLike"]["ses:FromAddress"] != from {
                complaints.push(format!("{function} may send in anybody's name"));
            }
            if actions(statement).contains("iam:PassRole")
                && condition["StringEquals"]["iam:PassedToService"] != "scheduler.amazonaws.com"
            {
                complaints.push(format!("{function} may lend the role to any service"));
            }
            let named = template.stands_on("HasEventBus", statement);
            if actions(statement).contains("events:PutEvents") && !named {
                complaints.push(format!("{function} may put events on a bus nobody named"));
            }
            if actions(statement).contains("sms-voice:SendTextMessage") && !template.stands_on("HasSms", statement) {
                complaints.push(format!("{function} may send texts where nobody switched them on"));
            }
            let own_logs = arn(&format!("{function}Logs"));
            if actions(statement).iter().any(|action| action.starts_with("logs:")) && statement["Resource"] != own_logs
            {
                complaints.push(format!("{function} may write another's logs"));
            }
        }
    }
    complaints
}

#[test]
fn no_permission_reaches_everything() {
    obeys(permissions_name_their_resources);
}

#[test]
fn a_permission_for_everything_is_found() {
    let template = Template::load();
    let rule = permissions_name_their_resources;
    let first = "/Resources/IntakeRole/Properties/Policies/0/PolicyDocument/Statement/0";
    finds(rule, &template.with(&format!("{first}/Resource"), json!("*")), "reaches everything");
    finds(rule, &template.with(&format!("{first}/Resource"), json!(["*"])), "reaches everything");
    finds(rule, &template.with(&format!("{first}/Action"), json!("logs:*")), "allows more");
}

#[test]
fn every_function_may_do_what_was_decided_and_no_more() {
    obeys(permissions_are_as_decided);
}

#[test]
fn an_undecided_permission_is_found() {
    let template = Template::load();
    let rule = permissions_are_as_decided;
    let statement = |action: &str, resource: &str| json!([{ "Effect": "Allow", "Action": action, "Resource": { "Fn::GetAtt": [resource, "Arn"] } }]);
    let intake = "/Resources/IntakeRole/Properties/Policies/0/PolicyDocument/Statement";
    finds(rule, &template.with(intake, statement("ses:SendEmail", "MailSettings")), "undecided: ses:SendEmail");
    finds(rule, &template.with(intake, statement("sqs:SendMessage", "MailQueue")), "undecided: sqs:SendMessage");
    finds(rule, &template.with(intake, statement("logs:PutLogEvents", "RelayLogs")), "another's logs");
    let dispatch = "/Resources/DispatchRole/Properties/Policies/0/PolicyDocument/Statement";
    finds(rule, &template.with(dispatch, statement("ses:SendEmail", "MailSettings")), "anybody's name");
    finds(rule, &template.with(dispatch, json!([])), "Dispatch may not: ses:SendEmail");
    finds(rule, &template.with(dispatch, json!([])), "Dispatch may not: sms-voice:SendTextMessage");
    finds(rule, &template.with(dispatch, statement("sms-voice:SendTextMessage", "Alarms")), "nobody switched them on");
    let remind = "/Resources/RemindRole/Properties/Policies/0/PolicyDocument/Statement";
    finds(rule, &template.with(remind, statement("iam:PassRole", "SchedulesRole")), "any service");
    let deliver = "/Resources/DeliverRole/Properties/Policies/0/PolicyDocument/Statement";
    finds(rule, &template.with(deliver, statement("events:PutEvents", "Alarms")), "a bus nobody named");
    finds(rule, &template.with(deliver, statement("ssm:GetParameter", "Alarms")), "undecided: ssm:GetParameter");
}
