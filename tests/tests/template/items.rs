//! Items: which of them each function may reach.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::{Complaints, Template, actions, finds, is_table, many, obeys};

/// What a function may do to an item of a table or to an index.
const READ: &str = "read";
const WRITE: &str = "write";
const DELETE: &str = "delete";

/// Which items each function may reach: by the start of the partition key, or by index.
fn items_are_as_decided(template: &Template) -> Complaints {
    let decided: BTreeMap<&str, &[(&str, &str)]> = BTreeMap::from([
        (
            "Intake",
            &[
                (READ, "S#*"),
                (WRITE, "S#*"),
                (READ, "C#*"),
                (WRITE, "C#*"),
                (READ, "config"),
                (WRITE, "config"),
                (WRITE, "X#*"),
            ][..],
        ),
        ("Relay", &[]),
        (
            "Dispatch",
            &[
                (READ, "S#*"),
                (WRITE, "S#*"),
                (READ, "C#*"),
                (WRITE, "C#*"),
                (READ, "config"),
                (WRITE, "config"),
                (WRITE, "L#*"),
                (READ, "template#*"),
                // How many mails went out today.
                (WRITE, "P#*"),
                // Who may sign in, and what lets them.
                (READ, "U#*"),
                (WRITE, "U#*"),
            ],
        ),
        (
            "Capture",
            &[
                (READ, "S#*"),
                (WRITE, "S#*"),
                (READ, "C#*"),
                (WRITE, "C#*"),
                (READ, "config"),
                (WRITE, "config"),
                // Whoever comes in by themselves.
                (READ, "door#*"),
                (WRITE, "Q#door#*"),
            ],
        ),
        (
            "Remind",
            &[(READ, "S#*"), (WRITE, "S#*"), (READ, "C#*"), (WRITE, "C#*"), (READ, "config"), (READ, "index open")],
        ),
        (
            "Aggregate",
            &[
                (READ, "S#*"),
                (READ, "C#*"),
                (WRITE, "C#*"),
                (READ, "M#*"),
                (WRITE, "M#*"),
                (READ, "Y#*"),
                (WRITE, "Y#*"),
                (READ, "config"),
                (WRITE, "config"),
                (WRITE, "K#*"),
                (DELETE, "K#*"),
                (READ, "index contact"),
            ],
        ),
        (
            "Deliver",
            &[
                (READ, "S#*"),
                (READ, "C#*"),
                (READ, "index answered"),
                (READ, "config"),
                (READ, "Y#*"),
                (WRITE, "config"),
                (READ, "T#*"),
                (WRITE, "T#*"),
                (DELETE, "T#*"),
                (READ, "N#*"),
                (WRITE, "N#*"),
                (DELETE, "N#*"),
                (READ, "D#*"),
                (WRITE, "D#*"),
                (DELETE, "D#*"),
                (READ, "L#*"),
                (WRITE, "L#*"),
                (READ, "H#*"),
                (WRITE, "H#*"),
                (WRITE, "W#*"),
                (READ, "index listed"),
            ],
        ),
        ("MailEvents", &[(READ, "S#*"), (WRITE, "S#*"), (WRITE, "C#*"), (WRITE, "L#*")]),
        (
            "Replies",
            &[
                (READ, "S#*"),
                (WRITE, "S#*"),
                (READ, "C#*"),
                (WRITE, "C#*"),
                (READ, "index contact"),
                (READ, "config"),
                (WRITE, "L#*"),
            ],
        ),
        (
            "Insight",
            &[
                // Of whom nothing was heard.
                (READ, "every survey"),
                (READ, "S#*"),
                (WRITE, "S#*"),
                (READ, "C#*"),
                (READ, "Y#*"),
                (READ, "K#*"),
                (READ, "T#*"),
                (READ, "D#*"),
                (READ, "U#*"),
                (READ, "config"),
                (READ, "index contact"),
                (READ, "index lookup"),
                (READ, "index answered"),
            ],
        ),
        (
            "Recount",
            &[
                (READ, "S#*"),
                (WRITE, "S#*"),
                (READ, "M#*"),
                (READ, "Y#*"),
                (WRITE, "Y#*"),
                (READ, "config"),
                (READ, "job#*"),
                (WRITE, "job#*"),
                (READ, "every survey"),
                (READ, "every item of the ledger"),
                (READ, "how many surveys there are"),
            ],
        ),
        (
            "Manage",
            &[
                (READ, "job#*"),
                (WRITE, "job#*"),
                (READ, "template#*"),
                (WRITE, "template#*"),
                (DELETE, "template#*"),
                (READ, "S#*"),
                (WRITE, "S#*"),
                (DELETE, "S#*"),
                (READ, "C#*"),
                (WRITE, "C#*"),
                (DELETE, "C#*"),
                (READ, "config"),
                (WRITE, "config"),
                (DELETE, "config"),
                (READ, "Y#*"),
                (READ, "X#*"),
                (READ, "K#*"),
                (DELETE, "K#*"),
                (READ, "T#*"),
                (WRITE, "T#*"),
                (DELETE, "T#*"),
                (READ, "D#*"),
                (WRITE, "D#*"),
                (DELETE, "D#*"),
                (READ, "N#*"),
                (DELETE, "N#*"),
                (READ, "L#*"),
                (WRITE, "L#*"),
                (DELETE, "L#*"),
                (READ, "U#*"),
                (WRITE, "U#*"),
                (DELETE, "U#*"),
                (WRITE, "Q#*"),
                (READ, "door#*"),
                (WRITE, "door#*"),
                (DELETE, "door#*"),
                (READ, "H#*"),
                (WRITE, "H#*"),
                (DELETE, "H#*"),
                (READ, "W#*"),
                (WRITE, "W#*"),
                (READ, "index contact"),
                (READ, "index lookup"),
                (READ, "index listed"),
                (READ, "index owned"),
                // By hand, and rarely: a scan cannot be limited to keys.
                (READ, "every survey"),
            ],
        ),
    ]);
    let mut complaints = Vec::new();
    for function in template.functions().keys() {
        let mut found = BTreeSet::new();
        for statement in template.statements(function) {
            for resource in many(&statement["Resource"]).into_iter().filter(|resource| is_table(resource)) {
                let table = resource["Fn::GetAtt"][0].as_str();
                let index = resource["Fn::Sub"].as_str().and_then(|text| text.rsplit('/').next());
                let keys = &statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"];
                let keys: Vec<&str> = keys.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                let held = match table {
                    Some("SurveysTable") => &["S#*", "C#*"][..],
                    Some("LedgerTable") => &[
                        "config",
                        "M#*",
                        "Y#*",
                        "K#*",
                        "T#*",
                        "N#*",
                        "D#*",
                        "L#*",
                        "H#*",
                        "W#*",
                        "X#*",
                        "U#*",
                        "P#*",
                        "Q#*",
                        "Q#door#*",
                        "job#*",
                        "template#*",
                        "door#*",
                    ],
                    _ => &[],
                };
                if let Some(key) = keys.iter().find(|key| !held.contains(key)) {
                    complaints.push(format!("{function}: no item of {resource} starts with {key}"));
                }
                for action in actions(statement) {
                    let kind = match action {
                        "dynamodb:GetItem"
                        | "dynamodb:BatchGetItem"
                        | "dynamodb:Query"
                        | "dynamodb:ConditionCheckItem" => READ,
                        "dynamodb:Scan" if index.is_some() => READ,
                        "dynamodb:Scan" if keys.is_empty() && table == Some("SurveysTable") => {
                            found.insert((READ, "every survey".to_owned()));
                            continue;
                        }
                        "dynamodb:Scan" if keys.is_empty() && table == Some("LedgerTable") => {
                            found.insert((READ, "every item of the ledger".to_owned()));
                            continue;
                        }
                        "dynamodb:DescribeTable" if table == Some("SurveysTable") => {
                            found.insert((READ, "how many surveys there are".to_owned()));
                            continue;
                        }
                        "dynamodb:PutItem" | "dynamodb:UpdateItem" => WRITE,
                        "dynamodb:DeleteItem" => DELETE,
                        other => {
                            complaints.push(format!("{function}: {other} on {resource} is nobody's business"));
                            continue;
                        }
                    };
                    match index {
                        Some(index) => found.extend([(kind, format!("index {index}"))]),
                        None if keys.is_empty() => {
                            complaints.push(format!("{function}: {action} reaches all of {resource}"))
                        }
                        None => found.extend(keys.iter().map(|key| (kind, (*key).to_owned()))),
                    }
                }
            }
        }
        let expected = decided.get(function).copied().unwrap_or_default();
        let expected: BTreeSet<_> = expected.iter().map(|&(kind, key)| (kind, key.to_owned())).collect();
        complaints.extend(expected.difference(&found).map(|(kind, key)| format!("{function} may not {kind} {key}")));
        complaints
            .extend(found.difference(&expected).map(|(kind, key)| format!("{function} may, undecided, {kind} {key}")));
    }
    complaints
}

#[test]
fn every_function_reaches_the_items_that_were_decided_and_no_more() {
    obeys(items_are_as_decided);
}

#[test]
fn an_undecided_item_is_found() {
    let template = Template::load();
    let rule = items_are_as_decided;
    let insight = "/Resources/InsightRole/Properties/Policies/0/PolicyDocument/Statement";
    let statement = |action: &str, keys: Value| {
        json!([{ "Effect": "Allow", "Action": action, "Resource": { "Fn::GetAtt": ["SurveysTable", "Arn"] },
                 "Condition": { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": keys } } }])
    };
    finds(rule, &template.with(insight, statement("dynamodb:PutItem", json!(["C#*"]))), "undecided, write C#*");
    finds(rule, &template.with(insight, statement("dynamodb:DeleteItem", json!(["S#*"]))), "undecided, delete S#*");
    finds(rule, &template.with(insight, statement("dynamodb:GetItem", json!([]))), "reaches all of");
    finds(rule, &template.with(insight, statement("dynamodb:Scan", json!(["S#*"]))), "nobody's business");
    finds(rule, &template.with(insight, statement("dynamodb:GetItem", json!(["Y#*"]))), "starts with Y#*");
    finds(rule, &template.with(insight, json!([])), "Insight may not read S#*");
}
