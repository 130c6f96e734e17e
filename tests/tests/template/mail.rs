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

/// What is received for the reply domain comes whole, by the topic and the queue, and nothing of it is there without one.
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
    let subscription = &resource("RepliesSubscription")["Properties"];
    must(subscription["RawMessageDelivery"] == true, "the topic wraps what it brings");
    must(
        subscription["Endpoint"] == json!({"Fn::GetAtt": ["RepliesQueue", "Arn"]})
            && subscription["RedrivePolicy"]["deadLetterTargetArn"]
                == json!({"Fn::GetAtt": ["RepliesDeadLetters", "Arn"]}),
        "what the queue does not take vanishes",
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
    for (name, resource) in template.resources() {
        let about = name.starts_with("Repl");
        let condition = resource["Condition"].as_str().unwrap_or_default();
        let held = ["HasReplyDomain", "HasReplyRecord", "HasOwnRuleSet", "HasReplies"].contains(&condition);
        must(about == held, &format!("{name}: it is there without a reply domain, or only with one"));
    }
    // Texts say no more than whose they are: each goes to who reads it, and what nobody reads would be lost.
    for (name, queue, dead, field) in [
        ("TextEventsSubscription", "MailEventsQueue", "MailEventsDeadLetters", "eventType"),
        ("TextRepliesSubscription", "RepliesQueue", "RepliesDeadLetters", "inboundMessageId"),
    ] {
        let subscription = resource(name);
        let expected = json!({
            "TopicArn": {"Ref": "TextEvents"}, "Protocol": "sqs", "Endpoint": {"Fn::GetAtt": [queue, "Arn"]},
            "RawMessageDelivery": true, "FilterPolicyScope": "MessageBody", "FilterPolicy": {field: [{"exists": true}]},
            "RedrivePolicy": {"deadLetterTargetArn": {"Fn::GetAtt": [dead, "Arn"]}},
        });
        must(
            subscription["Condition"] == "HasSms" && subscription["Properties"] == expected,
            &format!("{name}: texts do not go where they are read"),
        );
    }
    complaints
}

#[test]
fn what_is_replied_comes_whole() {
    assert_eq!(replies_come_whole(&Template::load()), Complaints::new());
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
    assert_eq!(broken(|t| t["Resources"]["RepliesSubscription"]["Properties"]["RawMessageDelivery"] = json!(false)), 1);
    assert_eq!(broken(|t| t["Resources"]["RepliesSubscription"]["Properties"]["RedrivePolicy"] = Value::Null), 1);
    assert_eq!(broken(|t| t["Resources"]["RepliesTopic"]["Condition"] = Value::Null), 1);
    assert_eq!(broken(|t| t["Resources"]["ReplyRecord"]["Condition"] = json!("HasReplyDomain")), 1);
    assert_eq!(broken(|t| t["Resources"]["TextRepliesSubscription"] = Value::Null), 1);
    let filter = |t: &mut Value| t["Resources"]["TextEventsSubscription"]["Properties"]["FilterPolicy"] = json!({});
    assert_eq!(broken(filter), 1);
    assert_eq!(broken(|t| t["Resources"]["MailQueue"]["Condition"] = json!("HasReplyDomain")), 1);
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
