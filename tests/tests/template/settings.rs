//! Settings: each function is given what it reads.

use std::collections::BTreeSet;

use host::settings::{Settings as _, StoreSettings};
use serde_json::json;

use crate::{Complaints, Template, finds, folders, literals, obeys, pascal, sources};

/// The settings a function reads: the `NAMES` of its own, and those of the tables where it reads them together.
fn settings_in(source: &str) -> BTreeSet<String> {
    let own = source
        .split("const NAMES:")
        .skip(1)
        .flat_map(|rest| literals(rest.split_once(';').map_or(rest, |(names, _)| names)));
    let shared = if source.contains("StoreSettings") { StoreSettings::NAMES } else { &[] };
    own.chain(shared.iter().copied()).map(str::to_owned).collect()
}

/// A function is given the settings it reads, and no others.
fn settings_are_the_codes(template: &Template) -> Complaints {
    let mut complaints = Vec::new();
    for folder in folders() {
        let name = pascal(&folder);
        let given = template.0["Resources"][&name]["Properties"]["Environment"]["Variables"].as_object();
        let given: BTreeSet<String> = given.into_iter().flatten().map(|(name, _)| name.clone()).collect();
        let read = settings_in(&sources(&folder));
        complaints.extend(read.difference(&given).map(|setting| format!("{name} reads {setting} and is not given it")));
        complaints
            .extend(given.difference(&read).map(|setting| format!("{name} is given {setting} and does not read it")));
    }
    complaints
}

#[test]
fn functions_are_given_the_settings_they_read() {
    obeys(settings_are_the_codes);
}

#[test]
fn a_setting_on_one_side_only_is_found() {
    let template = Template::load();
    let rule = settings_are_the_codes;
    let variables = "/Resources/Dispatch/Properties/Environment/Variables";
    finds(rule, &template.without(&format!("{variables}/SES_SEND_RATE")), "Dispatch reads SES_SEND_RATE");
    finds(rule, &template.with(variables, json!({ "COLOUR": "red" })), "Dispatch is given COLOUR");
}
