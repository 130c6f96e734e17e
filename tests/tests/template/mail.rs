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
