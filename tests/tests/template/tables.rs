//! Tables: those of the store.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use store::schema::{self, LEDGER, SURVEYS};

use crate::{Complaints, Template, finds, obeys};

/// The tables, keys, indexes and stream are those `store` works with, and what is kept can be had back.
fn tables_are_the_stores(template: &Template) -> Complaints {
    let mut complaints = Vec::new();
    let expected: BTreeSet<_> = [SURVEYS, LEDGER].map(|table| table.logical_id).into();
    let found: BTreeSet<_> = template.of_type("AWS::DynamoDB::Table").into_keys().collect();
    if expected != found {
        complaints.push(format!("store has {expected:?}, the template {found:?}"));
    }
    for table in [SURVEYS, LEDGER] {
        let name = table.logical_id;
        let resource = &template.0["Resources"][name];
        let properties = &resource["Properties"];
        let mut must = |right: bool, what: &str| {
            if !right {
                complaints.push(format!("{name}: {what}"));
            }
        };
        let keys = |hash: &str, range: &str| json!([{ "AttributeName": hash, "KeyType": "HASH" }, { "AttributeName": range, "KeyType": "RANGE" }]);
        must(properties["KeySchema"] == keys(schema::HASH, schema::RANGE), "its keys are not the store's");
        let indexes = table.indexes.iter().map(|index| {
            json!({ "IndexName": index.name, "KeySchema": keys(index.hash, index.range),
                    "Projection": { "ProjectionType": "KEYS_ONLY" } })
        });
        let found = properties["GlobalSecondaryIndexes"].as_array().cloned().unwrap_or_default();
        must(found == indexes.collect::<Vec<_>>(), "its indexes are not the store's");

        let in_indexes = table.indexes.iter().flat_map(|index| [index.hash, index.range]);
        let needed: BTreeSet<&str> = in_indexes.chain([schema::HASH, schema::RANGE]).collect();
        let defined = properties["AttributeDefinitions"].as_array().into_iter().flatten();
        let defined: BTreeSet<&str> = defined
            .filter(|attribute| attribute["AttributeType"] == "S")
            .filter_map(|attribute| attribute["AttributeName"].as_str())
            .collect();
        must(needed == defined, "its attributes are not the store's");

        let view = &properties["StreamSpecification"]["StreamViewType"];
        let expected = if table.stream { json!("NEW_AND_OLD_IMAGES") } else { Value::Null };
        must(*view == expected, "its stream is not what the store promises");
        let ttl = json!({ "AttributeName": schema::TTL, "Enabled": true });
        must(properties["TimeToLiveSpecification"] == ttl, "nothing in it is ever forgotten");
        must(properties["BillingMode"] == "PAY_PER_REQUEST", "it costs something while nobody is asked anything");
        let recovery = &properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"];
        must(*recovery == true, "yesterday cannot be had back");
        must(resource["DeletionPolicy"] == "Retain", "it goes with the stack");
        must(resource["UpdateReplacePolicy"] == "Retain", "it goes when it is replaced");
    }
    complaints
}

#[test]
fn the_tables_are_those_of_the_store() {
    obeys(tables_are_the_stores);
}

#[test]
fn a_table_unlike_the_stores_is_found() {
    let template = Template::load();
    let rule = tables_are_the_stores;
    let surveys = "/Resources/SurveysTable/Properties";
    let new_only = template.with(&format!("{surveys}/StreamSpecification/StreamViewType"), json!("NEW_IMAGE"));
    finds(rule, &new_only, "its stream");
    let sort_key = format!("{surveys}/GlobalSecondaryIndexes/3/KeySchema/1/AttributeName");
    finds(rule, &template.with(&sort_key, json!("pk")), "its indexes");
    finds(rule, &template.without(&format!("{surveys}/TimeToLiveSpecification")), "ever forgotten");
    finds(rule, &template.without("/Resources/LedgerTable/DeletionPolicy"), "goes with the stack");
}
