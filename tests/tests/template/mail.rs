//! The domain letters come from: signed, with a place for bounces of its own, and every record it needs written or told.

use serde_json::{Value, json};

use crate::{Complaints, Template};

/// What DNS must say for SES to sign and to be believed: three keys, and two records of the domain for bounces.
fn a_domain_has_all_its_records(template: &Template) -> Complaints {
    let mut complaints = Complaints::new();
    let resource = |name: &str| template.0["Resources"][name].clone();
    let identity = resource("MailIdentity");
    if identity["Condition"] != "HasMailDomain"
        || identity["Properties"]["EmailIdentity"] != json!({"Ref": "MailDomain"})
    {
        complaints.push("MailIdentity is not the MailDomain that was asked for".to_owned());
    }
    if identity["Properties"]["DkimAttributes"]["SigningEnabled"] != true {
        complaints.push("MailIdentity does not sign".to_owned());
    }
    let from = &identity["Properties"]["MailFromAttributes"]["MailFromDomain"]["Fn::Sub"];
    let records = resource("MailRecords");
    if records["Condition"] != "HasHostedZone" {
        complaints.push("MailRecords are written where nobody gave a zone".to_owned());
    }
    let sets = records["Properties"]["RecordSets"].as_array().cloned().unwrap_or_default();
    let has = |kind: &str, name: &Value, value: &Value| {
        sets.iter().any(|set| set["Type"] == kind && set["Name"] == *name && set["ResourceRecords"] == json!([value]))
    };
    let told = template.0["Outputs"]["MailDomainRecords"]["Value"]["Fn::Sub"].as_str().unwrap_or_default();
    for nth in 1..=3 {
        let part = |part: &str| json!({"Fn::GetAtt": ["MailIdentity", format!("DkimDNSToken{part}{nth}")]});
        let text = format!("${{MailIdentity.DkimDNSTokenName{nth}}} CNAME ${{MailIdentity.DkimDNSTokenValue{nth}}}");
        if !has("CNAME", &part("Name"), &part("Value")) || !told.contains(&text) {
            complaints.push(format!("the record of key {nth} is not written or not told"));
        }
    }
    let host = "10 feedback-smtp.${AWS::Region}.amazonses.com";
    let spf = "\"v=spf1 include:amazonses.com ~all\"";
    for (kind, value, record) in [("MX", json!({ "Fn::Sub": host }), host), ("TXT", json!(spf), spf)] {
        let text = format!("{} {kind} {record}", from.as_str().unwrap_or_default());
        if !has(kind, &json!({ "Fn::Sub": from }), &value) || !told.contains(&text) {
            complaints.push(format!("the {kind} of {from} is not written or not told"));
        }
    }
    complaints
}

/// What is received for the reply domain comes whole, and SES may bring it.
fn replies_come_whole(template: &Template) -> Complaints {
    let mut complaints = Complaints::new();
    let resource = |name: &str| template.0["Resources"][name].clone();
    let mut must = |right: bool, what: &str| {
        if !right {
            complaints.push(what.to_owned());
        }
    };
    let rule = &resource("ReplyRule")["Properties"]["Rule"];
    must(rule["Recipients"] == json!([{"Ref": "ReplyDomain"}]), "the rule is about more than the reply domain");
    must(rule["ScanEnabled"] == true, "nobody looks for spam");
    let action = &rule["Actions"][0]["SNSAction"];
    must(
        *action == json!({"TopicArn": {"Ref": "RepliesTopic"}, "Encoding": "Base64"}),
        "the mail does not come as it is",
    );
    let record = resource("ReplyRecord");
    let host = "10 inbound-smtp.${AWS::Region}.amazonaws.com";
    must(
        record["Condition"] == "HasReplyRecord"
            && record["Properties"]["ResourceRecords"] == json!([{"Fn::Sub": host}]),
        "the MX is not SES's",
    );
    let told = template.0["Outputs"]["ReplyRecord"]["Value"]["Fn::Sub"].as_str().unwrap_or_default();
    must(told == format!("${{ReplyDomain}} MX {host}"), "the MX is not told");
    complaints
}

/// What is there for replies, and where: some of it for a domain, some for texts, and what reads both for either.
const FOR_REPLIES: [(&str, &[&str]); 5] = [
    ("HasReplyDomain", &["ReplyRule", "RepliesTopic", "RepliesTopicPolicy", "RepliesSubscription"]),
    ("HasReplyRecord", &["ReplyRecord"]),
    ("HasOwnRuleSet", &["ReplyRules"]),
    (
        "HasSms",
        &[
            "TextEvents",
            "TextEventsPolicy",
            "TextEventsSubscription",
            "TextReplies",
            "TextRepliesPolicy",
            "TextRepliesSubscription",
            "TextSettings",
        ],
    ),
    (
        "HasReplies",
        &[
            "Replies",
            "RepliesAlarm",
            "RepliesDeadLetters",
            "RepliesDeadLettersAlarm",
            "RepliesDeadLettersPolicy",
            "RepliesLogs",
            "RepliesQueue",
            "RepliesQueuePolicy",
            "RepliesRole",
        ],
    ),
];

/// Who reads replies is there for a reply domain as for texts, and nothing of it without either.
fn replies_are_read_where_there_are_some(template: &Template) -> Complaints {
    let mut complaints = Complaints::new();
    let either = json!({"Fn::Or": [{"Fn::Condition": "HasReplyDomain"}, {"Fn::Condition": "HasSms"}]});
    if template.0["Conditions"]["HasReplies"] != either {
        complaints.push("HasReplies is not: a reply domain, or texts".to_owned());
    }
    let held = |of: &str| FOR_REPLIES.iter().find(|(_, names)| names.contains(&of)).map(|(condition, _)| *condition);
    for (name, resource) in template.resources() {
        let expected = held(name);
        let of_replies =
            FOR_REPLIES.iter().any(|(condition, _)| resource["Condition"] == **condition && *condition != "HasSms");
        let right =
            expected.map_or(!of_replies && !name.starts_with("Repl"), |expected| resource["Condition"] == *expected);
        if !right {
            complaints.push(format!("{name}: it is there without replies, or is not where there are some"));
        }
    }
    for name in FOR_REPLIES.iter().flat_map(|(_, names)| names.iter()) {
        if template.0["Resources"][name].is_null() {
            complaints.push(format!("{name}: it is missing"));
        }
    }
    complaints
}

/// A topic may write to its queue and to its dead letters, and no other may; a subscription begins only then.
fn topics_reach_their_queues(template: &Template) -> Complaints {
    let mut complaints = Complaints::new();
    let resource = |name: &str| template.0["Resources"][name].clone();
    let lets = |queue: &str, topic: &str| {
        json!({
            "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage",
            "Resource": {"Fn::GetAtt": [queue, "Arn"]}, "Condition": {"ArnEquals": {"aws:SourceArn": {"Ref": topic}}},
        })
    };
    let only = |condition: &str, statement: Value| json!({"Fn::If": [condition, statement, {"Ref": "AWS::NoValue"}]});
    for (name, queue) in [("RepliesQueuePolicy", "RepliesQueue"), ("RepliesDeadLettersPolicy", "RepliesDeadLetters")] {
        let policy = &resource(name)["Properties"];
        let expected =
            json!([only("HasReplyDomain", lets(queue, "RepliesTopic")), only("HasSms", lets(queue, "TextReplies"))]);
        if policy["Queues"] != json!([{"Ref": queue}]) || policy["PolicyDocument"]["Statement"] != expected {
            complaints.push(format!("{name}: replies do not come in, or something else does"));
        }
    }
    for (name, queue) in
        [("MailEventRulePolicy", "MailEventsQueue"), ("MailEventDeadLettersPolicy", "MailEventsDeadLetters")]
    {
        let policy = &resource(name)["Properties"];
        let statements = policy["PolicyDocument"]["Statement"].as_array().cloned().unwrap_or_default();
        let expected = only("HasSms", lets(queue, "TextEvents"));
        if policy["Queues"] != json!([{"Ref": queue}]) || statements.len() != 2 || !statements.contains(&expected) {
            complaints.push(format!("{name}: what became of texts does not come in, or something else does"));
        }
    }
    // Each topic to who reads it. A text does not say when it came: what SNS writes around it does.
    let of_events = ["MailEventsQueue", "MailEventsDeadLetters", "MailEventRulePolicy", "MailEventDeadLettersPolicy"];
    let of_replies = ["RepliesQueue", "RepliesDeadLetters", "RepliesQueuePolicy", "RepliesDeadLettersPolicy"];
    for (name, topic, raw, [queue, dead, policy, dead_policy]) in [
        ("RepliesSubscription", "RepliesTopic", true, of_replies),
        ("TextRepliesSubscription", "TextReplies", false, of_replies),
        ("TextEventsSubscription", "TextEvents", true, of_events),
    ] {
        let subscription = resource(name);
        let expected = json!({
            "TopicArn": {"Ref": topic}, "Protocol": "sqs", "Endpoint": {"Fn::GetAtt": [queue, "Arn"]},
            "RawMessageDelivery": raw, "RedrivePolicy": {"deadLetterTargetArn": {"Fn::GetAtt": [dead, "Arn"]}},
        });
        if subscription["Properties"] != expected || subscription["DependsOn"] != json!([policy, dead_policy]) {
            complaints.push(format!("{name}: what comes is not read, or is lost until it is"));
        }
    }
    for (name, topic) in [("TextEventsPolicy", "TextEvents"), ("TextRepliesPolicy", "TextReplies")] {
        let policy = &resource(name)["Properties"];
        let statement = &policy["PolicyDocument"]["Statement"][0];
        let account = json!({"aws:SourceAccount": {"Ref": "AWS::AccountId"}});
        if policy["Topics"] != json!([{"Ref": topic}])
            || statement["Resource"] != json!({"Ref": topic})
            || statement["Principal"] != json!({"Service": "sms-voice.amazonaws.com"})
            || statement["Condition"]["StringEquals"] != account
        {
            complaints.push(format!("{name}: the service for texts does not reach the topic, or another's does"));
        }
    }
    for (name, before) in [
        ("ReplyRule", json!(["RepliesTopicPolicy", "RepliesSubscription"])),
        ("TextSettings", json!(["TextEventsPolicy", "TextEventsSubscription"])),
    ] {
        if resource(name)["DependsOn"] != before {
            complaints.push(format!("{name}: something comes before anybody listens"));
        }
    }
    if template.0["Outputs"]["TextRepliesTopic"]
        != json!({
            "Condition": "HasSms", "Value": {"Ref": "TextReplies"},
            "Description": "Where the two-way channel of a number sends what people write back",
        })
    {
        complaints.push("nobody is told where the channel of a number goes".to_owned());
    }
    complaints
}

#[test]
fn what_is_replied_comes_whole() {
    let template = Template::load();
    assert_eq!(replies_come_whole(&template), Complaints::new());
    assert_eq!(replies_are_read_where_there_are_some(&template), Complaints::new());
    assert_eq!(topics_reach_their_queues(&template), Complaints::new());
}

#[test]
fn a_function_that_would_not_be_there_for_replies_is_found() {
    let template = Template::load();
    let names = FOR_REPLIES.iter().flat_map(|(_, names)| names.iter());
    for name in names {
        let conditions = ["HasReplyDomain", "HasReplyRecord", "HasOwnRuleSet", "HasSms", "HasReplies", "HasOidc"];
        let condition = format!("/Resources/{name}/Condition");
        let own = template.0.pointer(&condition).and_then(Value::as_str).expect("a condition");
        for other in conditions.into_iter().filter(|other| *other != own) {
            let broken = template.with(&condition, json!(other));
            assert_eq!(replies_are_read_where_there_are_some(&broken).len(), 1, "{name} with {other}");
        }
        let broken = template.without(&condition);
        assert_eq!(replies_are_read_where_there_are_some(&broken).len(), 1, "{name} with none");
        let broken = template.without(&format!("/Resources/{name}"));
        assert_eq!(replies_are_read_where_there_are_some(&broken).len(), 1, "no {name}");
    }
    let broken = template.with("/Resources/MailQueue/Type", json!("AWS::SQS::Queue"));
    assert_eq!(replies_are_read_where_there_are_some(&broken), Complaints::new());
    let mut broken = template.clone();
    broken.0["Resources"]["MailQueue"]["Condition"] = json!("HasReplies");
    assert_eq!(replies_are_read_where_there_are_some(&broken).len(), 1);
    let broken = template.with("/Conditions/HasReplies", json!({"Fn::Condition": "HasReplyDomain"}));
    assert_eq!(replies_are_read_where_there_are_some(&broken).len(), 1);
}

#[test]
fn a_topic_that_does_not_reach_its_queue_is_found() {
    let template = Template::load();
    let statement = |policy: &str, nth: usize| format!("/Resources/{policy}/Properties/PolicyDocument/Statement/{nth}");
    for policy in
        ["RepliesQueuePolicy", "RepliesDeadLettersPolicy", "MailEventRulePolicy", "MailEventDeadLettersPolicy"]
    {
        let own = policy.starts_with("Repl");
        for nth in if own { 0..2 } else { 1..2 } {
            let place = statement(policy, nth);
            let source = template.with(&format!("{place}/Fn::If/1/Condition/ArnEquals/aws:SourceArn"), json!("*"));
            let condition = template.with(&format!("{place}/Fn::If/0"), json!("HasOidc"));
            let action = template.with(&format!("{place}/Fn::If/1/Action"), json!("sqs:*"));
            let none = template.with(&place, json!({"Ref": "AWS::NoValue"}));
            for broken in [source, condition, action, none] {
                assert_eq!(topics_reach_their_queues(&broken).len(), 1, "{policy} {nth}");
            }
        }
    }
    for subscription in ["RepliesSubscription", "TextRepliesSubscription", "TextEventsSubscription"] {
        let raw = format!("/Resources/{subscription}/Properties/RawMessageDelivery");
        let wrapped = template.0.pointer(&raw) != Some(&json!(true));
        for broken in [
            template.with(&raw, json!(wrapped)),
            template.without(&format!("/Resources/{subscription}/Properties/RedrivePolicy")),
            template.without(&format!("/Resources/{subscription}/DependsOn")),
            template.with(&format!("/Resources/{subscription}/Properties/Endpoint"), json!("elsewhere")),
        ] {
            assert_eq!(topics_reach_their_queues(&broken).len(), 1, "{subscription}");
        }
    }
    for broken in [
        template.without("/Resources/ReplyRule/DependsOn"),
        template.without("/Resources/TextSettings/DependsOn"),
        template.with("/Outputs/TextRepliesTopic/Value", json!({"Ref": "TextEvents"})),
        template.with("/Resources/TextRepliesPolicy/Properties/Topics", json!([{"Ref": "TextEvents"}])),
    ] {
        assert_eq!(topics_reach_their_queues(&broken).len(), 1);
    }
}

#[test]
fn a_reply_that_would_be_lost_is_found() {
    let broken = |change: fn(&mut Value)| {
        let mut template = Template::load();
        change(&mut template.0);
        replies_come_whole(&template).len()
    };
    assert_eq!(broken(|t| t["Resources"]["ReplyRule"]["Properties"]["Rule"]["Recipients"] = json!([])), 1);
    assert_eq!(broken(|t| t["Resources"]["ReplyRule"]["Properties"]["Rule"]["ScanEnabled"] = json!(false)), 1);
    assert_eq!(
        broken(|t| {
            t["Resources"]["ReplyRule"]["Properties"]["Rule"]["Actions"][0]["SNSAction"]["Encoding"] = json!("UTF-8");
        }),
        1
    );
    assert_eq!(broken(|t| t["Resources"]["ReplyRecord"]["Condition"] = json!("HasReplyDomain")), 1);
}

#[test]
fn the_domain_letters_come_from_has_all_its_records() {
    assert_eq!(a_domain_has_all_its_records(&Template::load()), Complaints::new());
}

#[test]
fn a_missing_record_is_found() {
    let broken = |change: fn(&mut Value)| {
        let mut template = Template::load();
        change(&mut template.0);
        a_domain_has_all_its_records(&template).len()
    };
    assert_eq!(broken(|t| t["Resources"]["MailIdentity"]["Condition"] = Value::Null), 1);
    assert_eq!(broken(|t| t["Resources"]["MailIdentity"]["Properties"]["DkimAttributes"] = Value::Null), 1);
    assert_eq!(broken(|t| t["Resources"]["MailRecords"]["Condition"] = json!("HasMailDomain")), 1);
    assert_eq!(broken(|t| t["Outputs"]["MailDomainRecords"]["Value"]["Fn::Sub"] = json!("")), 5);
    assert_eq!(
        broken(|t| {
            t["Resources"]["MailIdentity"]["Properties"]["MailFromAttributes"]["MailFromDomain"]["Fn::Sub"] =
                json!("bounce.${MailDomain}");
        }),
        2
    );
    for nth in 0..5 {
        let mut template = Template::load();
        let sets = template.0["Resources"]["MailRecords"]["Properties"]["RecordSets"].as_array_mut();
        sets.expect("the records").remove(nth);
        assert_eq!(a_domain_has_all_its_records(&template).len(), 1, "{nth}");
    }
}
