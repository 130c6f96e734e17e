//! Holds `infra/template.yaml` against the code it deploys and against the rules for what runs in the cloud.
//!
//! A rule is a function from a template to complaints, so that each can be shown a template that breaks it: a rule
//! that finds nothing there is no rule.

mod functions;
mod items;
mod mail;
mod permissions;
mod routes;
mod settings;
mod sweeps;
mod tables;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Value, json};

/// What is wrong with a template, in sentences.
type Complaints = Vec<String>;

/// The template, with CloudFormation's short tags (`!Ref`) written out (`{"Ref": …}`).
#[derive(Clone)]
struct Template(Value);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn json_of(node: &Yaml<'_>) -> Value {
    match node {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(value)) => json!(value),
        Yaml::Value(Scalar::Integer(value)) => json!(value),
        Yaml::Value(Scalar::FloatingPoint(value)) => json!(value.into_inner()),
        Yaml::Value(Scalar::String(value)) => json!(value),
        Yaml::Sequence(items) => items.iter().map(json_of).collect(),
        Yaml::Mapping(entries) => {
            let key = |key: &Yaml<'_>| key.as_str().map_or_else(|| json_of(key).to_string(), str::to_owned);
            Value::Object(entries.iter().map(|(name, value)| (key(name), json_of(value))).collect())
        }
        Yaml::Tagged(tag, value) => {
            let value = json_of(value);
            match tag.suffix.as_str() {
                "Ref" => json!({ "Ref": value }),
                "GetAtt" => {
                    let path = value.as_str().expect("!GetAtt names a resource and an attribute");
                    let (resource, attribute) = path.split_once('.').expect("!GetAtt has a dot");
                    json!({ "Fn::GetAtt": [resource, attribute] })
                }
                function => json!({ format!("Fn::{function}"): value }),
            }
        }
        other => panic!("the template holds what no template should: {other:?}"),
    }
}

impl Template {
    fn load() -> Self {
        let text = fs::read_to_string(root().join("infra/template.yaml")).expect("infra/template.yaml is there");
        let documents = Yaml::load_from_str(&text).expect("infra/template.yaml is YAML");
        Self(json_of(&documents[0]))
    }

    /// The template with one change, for showing a rule what it must find.
    fn with(&self, pointer: &str, value: Value) -> Self {
        let mut changed = self.clone();
        *changed.0.pointer_mut(pointer).unwrap_or_else(|| panic!("the template has {pointer}")) = value;
        changed
    }

    /// The template without one field.
    fn without(&self, pointer: &str) -> Self {
        let mut changed = self.clone();
        let (parent, field) = pointer.rsplit_once('/').expect("a pointer starts with a slash");
        let parent = changed.0.pointer_mut(parent).and_then(Value::as_object_mut);
        let gone = parent.and_then(|parent| parent.remove(field));
        assert!(gone.is_some(), "the template has {pointer}");
        changed
    }

    fn resources(&self) -> &Map<String, Value> {
        self.0["Resources"].as_object().expect("a template has resources")
    }

    fn of_type(&self, kind: &str) -> BTreeMap<&str, &Value> {
        let of_kind = self.resources().iter().filter(|(_, resource)| resource["Type"] == kind);
        of_kind.map(|(name, resource)| (name.as_str(), &resource["Properties"])).collect()
    }

    fn functions(&self) -> BTreeMap<&str, &Value> {
        self.of_type("AWS::Serverless::Function")
    }

    /// The statements of the role of a function.
    fn statements(&self, function: &str) -> Vec<&Value> {
        self.statements_of(&format!("{function}Role"))
    }

    /// Whether a statement is there only on that condition.
    fn stands_on(&self, condition: &str, statement: &Value) -> bool {
        let policies = self.of_type("AWS::IAM::Role").into_values().flat_map(|role| many(&role["Policies"]));
        let all = policies.flat_map(|policy| many(&policy["PolicyDocument"]["Statement"]));
        all.map(|one| &one["Fn::If"]).any(|one| one[0] == condition && one[1] == *statement)
    }

    /// The statements of a role.
    fn statements_of(&self, role: &str) -> Vec<&Value> {
        statements(&self.0["Resources"][role]["Properties"])
    }
}

/// The statements of a role's inline policies, also those that stand there on a condition.
fn statements(role: &Value) -> Vec<&Value> {
    let policies = role["Policies"].as_array().into_iter().flatten();
    let all = policies.flat_map(|policy| policy["PolicyDocument"]["Statement"].as_array().into_iter().flatten());
    all.map(|statement| statement["Fn::If"].get(1).unwrap_or(statement)).collect()
}

/// One or many, as IAM writes them.
fn many(value: &Value) -> Vec<&Value> {
    value.as_array().map_or_else(|| vec![value], |values| values.iter().collect())
}

fn actions(statement: &Value) -> BTreeSet<&str> {
    many(&statement["Action"]).into_iter().map(|action| action.as_str().expect("an action is a name")).collect()
}

/// `mail-events` is the folder of the resource `MailEvents`.
fn pascal(folder: &str) -> String {
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    folder.split('-').map(capital).collect()
}

/// The folders under `functions/`, one function each.
fn folders() -> BTreeSet<String> {
    let entries = fs::read_dir(root().join("functions")).expect("functions/ is there");
    let entries = entries.map(|entry| entry.expect("functions/ can be read"));
    let crates = entries.filter(|entry| entry.path().join("Cargo.toml").exists());
    crates.map(|entry| entry.file_name().into_string().expect("folders have plain names")).collect()
}

/// The text of a function's own sources, without its unit tests' files.
fn sources(folder: &str) -> String {
    fn collect(folder: &Path, text: &mut String) {
        for entry in fs::read_dir(folder).expect("a function has sources") {
            let path = entry.expect("sources can be read").path();
            if path.is_dir() {
                collect(&path, text);
            } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("tests.rs") {
                text.push_str(&fs::read_to_string(path).expect("sources can be read"));
            }
        }
    }
    let mut text = String::new();
    collect(&root().join("functions").join(folder).join("src"), &mut text);
    text
}

/// Whether a resource is a table or an index of one, and not its stream.
fn is_table(resource: &Value) -> bool {
    let table =
        ["SurveysTable", "LedgerTable"].iter().any(|table| *resource == json!({ "Fn::GetAtt": [table, "Arn"] }));
    table || resource["Fn::Sub"].as_str().is_some_and(|text| text.contains("/index/"))
}

/// The text literals of a piece of code.
fn literals(code: &str) -> impl Iterator<Item = &str> {
    code.split('"').skip(1).step_by(2)
}

#[track_caller]
fn obeys(rule: fn(&Template) -> Complaints) {
    let complaints = rule(&Template::load());
    assert!(complaints.is_empty(), "infra/template.yaml:\n  {}", complaints.join("\n  "));
}

#[track_caller]
fn finds(rule: fn(&Template) -> Complaints, broken: &Template, what: &str) {
    let complaints = rule(broken);
    assert!(complaints.iter().any(|complaint| complaint.contains(what)), "{what:?} is not among {complaints:?}");
}
