//! Holds `infra/template.yaml` against the code it deploys and against the rules for what runs in the cloud.
//!
//! A rule is a function from a template to complaints, so that each can be shown a template that breaks it: a rule
//! that finds nothing there is no rule.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use host::settings::{Settings as _, StoreSettings};
use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Value, json};
use store::schema::{self, LEDGER, SURVEYS};

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
        statements(&self.0["Resources"][format!("{function}Role")]["Properties"])
    }
}

/// The statements of a role's inline policies.
fn statements(role: &Value) -> Vec<&Value> {
    let policies = role["Policies"].as_array().into_iter().flatten();
    policies.flat_map(|policy| policy["PolicyDocument"]["Statement"].as_array().into_iter().flatten()).collect()
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

// ---- The rules ------------------------------------------------------------------------------------------------------

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

/// No statement reaches everything, and no managed policy does so unseen.
fn permissions_name_their_resources(template: &Template) -> Complaints {
    let mut complaints = Vec::new();
    for (name, resource) in template.resources() {
        if !resource["Properties"]["ManagedPolicyArns"].is_null() {
            complaints.push(format!("{name}: a managed policy reaches more than it needs"));
        }
        let policy = &resource["Properties"]["PolicyDocument"]["Statement"];
        let policy = policy.as_array().into_iter().flatten();
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
    decided.insert("Intake", vec![]);
    decided.insert("Capture", vec![]);
    decided.insert("Insight", vec![]);
    decided.insert("Manage", vec![]);
    decided.insert("MailEvents", take("MailEventsQueue"));
    decided.insert("Aggregate", [read_stream(), send(&["AggregateDeadLetters"])].concat());
    decided.insert("Relay", [read_stream(), send(&["MailQueue", "StepQueue", "RelayDeadLetters"])].concat());
    let mail = vec![
        ("ses:SendEmail", account("ses", "identity/*")),
        ("ses:SendEmail", account("ses", "configuration-set/${MailSettings}")),
    ];
    decided.insert("Dispatch", [take("MailQueue"), send(&["StepQueue"]), mail].concat());
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
            let own_logs = arn(&format!("{function}Logs"));
            if actions(statement).iter().any(|action| action.starts_with("logs:")) && statement["Resource"] != own_logs
            {
                complaints.push(format!("{function} may write another's logs"));
            }
        }
    }
    complaints
}

/// Whether a resource is a table or an index of one, and not its stream.
fn is_table(resource: &Value) -> bool {
    let table =
        ["SurveysTable", "LedgerTable"].iter().any(|table| *resource == json!({ "Fn::GetAtt": [table, "Arn"] }));
    table || resource["Fn::Sub"].as_str().is_some_and(|text| text.contains("/index/"))
}

/// What a function may do to an item of a table or to an index.
const READ: &str = "read";
const WRITE: &str = "write";
const DELETE: &str = "delete";

/// Which items each function may reach: by the start of the partition key, or by index.
fn items_are_as_decided(template: &Template) -> Complaints {
    let decided: BTreeMap<&str, &[(&str, &str)]> = BTreeMap::from([
        ("Intake", &[(READ, "S#*"), (WRITE, "S#*"), (READ, "C#*"), (WRITE, "C#*"), (READ, "config")][..]),
        ("Relay", &[]),
        (
            "Dispatch",
            &[(READ, "S#*"), (WRITE, "S#*"), (READ, "C#*"), (WRITE, "C#*"), (READ, "config"), (WRITE, "config")],
        ),
        (
            "Capture",
            &[(READ, "S#*"), (WRITE, "S#*"), (READ, "C#*"), (WRITE, "C#*"), (READ, "config"), (WRITE, "config")],
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
            ],
        ),
        ("MailEvents", &[(READ, "S#*"), (WRITE, "S#*"), (READ, "C#*"), (WRITE, "C#*")]),
        (
            "Insight",
            &[
                (READ, "S#*"),
                (WRITE, "S#*"),
                (READ, "C#*"),
                (READ, "Y#*"),
                (READ, "config"),
                (READ, "index contact"),
                (READ, "index lookup"),
                (READ, "index answered"),
            ],
        ),
        (
            "Manage",
            &[
                (READ, "S#*"),
                (WRITE, "S#*"),
                (DELETE, "S#*"),
                (READ, "C#*"),
                (WRITE, "C#*"),
                (DELETE, "C#*"),
                (READ, "config"),
                (WRITE, "config"),
                (DELETE, "config"),
                (READ, "index contact"),
                (READ, "index lookup"),
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
                    Some("LedgerTable") => &["config", "M#*", "Y#*"],
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

/// The routes of a function's routers: `(method, path)` with the names of parameters left out.
fn routes_in(source: &str) -> BTreeSet<(String, String)> {
    let mut routes = BTreeSet::new();
    for call in source.split(".route(").skip(1) {
        let mut depth = 1_u32;
        let end = call.find(|letter| {
            match letter {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        let call = &call[..end.expect("a call has an end")];
        let (path, handlers) = call.split_once(',').expect("a route has a path and handlers");
        let path = path.trim();
        let path = literals(path).next().or_else(|| constant(source, path));
        let path = path.unwrap_or_else(|| panic!("the path of .route({call}) is neither written there nor in ROUTES"));
        for method in ["get", "head", "post", "put", "patch", "delete"] {
            let called = handlers
                .match_indices(&format!("{method}("))
                .any(|(at, _)| !handlers[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_'));
            if called {
                routes.insert((method.to_uppercase(), without_names(path)));
            }
        }
    }
    routes
}

/// The path a router took out of its `ROUTES` under this name: `let [name, …] = ROUTES;`.
fn constant<'source>(source: &'source str, name: &str) -> Option<&'source str> {
    let (names, _) = source.split_once("] = ROUTES;")?;
    let (_, names) = names.rsplit_once("let [")?;
    let place = names.split(',').position(|taken| taken.trim() == name)?;
    let (_, paths) = source.split_once("const ROUTES:")?;
    literals(paths).nth(place)
}

/// `/r/{token}` as `/r/{}`: what a parameter is called is nobody's promise.
fn without_names(path: &str) -> String {
    let segment = |segment: &str| if segment.starts_with('{') { "{}".to_owned() } else { segment.to_owned() };
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}

/// The API's routes are the routers' routes, each with the function that has it. axum answers HEAD wherever it answers
/// GET, so HEAD is the template's choice there.
fn routes_are_the_codes(template: &Template) -> Complaints {
    let mut complaints = Vec::new();
    for folder in folders() {
        let name = pascal(&folder);
        let target = json!({ "Fn::Sub": format!("integrations/${{{name}Integration}}") });
        let mut found = BTreeSet::new();
        for route in template.of_type("AWS::ApiGatewayV2::Route").values().filter(|route| route["Target"] == target) {
            let key = route["RouteKey"].as_str().unwrap_or_default();
            let (method, path) = key.split_once(' ').unwrap_or_default();
            found.insert((method.to_owned(), without_names(path)));
        }
        let routes = routes_in(&sources(&folder));
        for (method, path) in routes.difference(&found) {
            complaints.push(format!("{name}: {method} {path} is in the code, not in the template"));
        }
        let answered = |(method, path): &&(String, String)| {
            !(method == "HEAD" && routes.contains(&("GET".to_owned(), path.clone())))
        };
        for (method, path) in found.difference(&routes).filter(answered) {
            complaints.push(format!("{name}: {method} {path} is in the template, not in the code"));
        }
        let integration = &template.0["Resources"][format!("{name}Integration")]["Properties"];
        if !found.is_empty() && integration["IntegrationUri"] != json!({ "Fn::GetAtt": [name, "Arn"] }) {
            complaints.push(format!("{name}: its routes lead to another function"));
        }
    }
    complaints
}

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

/// The text literals of a piece of code.
fn literals(code: &str) -> impl Iterator<Item = &str> {
    code.split('"').skip(1).step_by(2)
}

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

/// A path of `/r/…` is the authority to answer: no log of the front door may hold one, nor who called.
fn access_logs_hold_no_path(template: &Template) -> Complaints {
    let mut complaints = Vec::new();
    for (name, stage) in template.of_type("AWS::ApiGatewayV2::Stage") {
        let format = stage["AccessLogSettings"]["Format"].as_str().unwrap_or_default();
        let logged: BTreeSet<&str> = format.split('"').filter(|word| word.starts_with('$')).collect();
        let harmless = BTreeSet::from([
            "$context.requestId",
            "$context.requestTime",
            "$context.routeKey",
            "$context.status",
            "$context.responseLength",
            "$context.responseLatency",
            "$context.integrationLatency",
        ]);
        if !logged.contains("$context.routeKey") || format.matches('$').count() != logged.len() {
            complaints.push(format!("{name}: access logs do not tell routes"));
        }
        complaints.extend(logged.difference(&harmless).map(|what| format!("{name}: access logs hold {what}")));
        if stage["StageName"] != "$default" {
            complaints.push(format!("{name}: its name would stand before every path"));
        }
    }
    complaints
}

/// The hourly sweep is what brings back everything that was lost elsewhere.
fn the_sweep_comes_every_hour(template: &Template) -> Complaints {
    let sweep = &template.0["Resources"]["Sweep"]["Properties"];
    let target = &sweep["Target"];
    let comes = sweep["ScheduleExpression"] == "rate(1 hour)"
        && target["Arn"] == json!({ "Fn::GetAtt": ["StepQueue", "Arn"] })
        && target["Input"].as_str().is_some_and(|input| {
            serde_json::from_str::<Value>(input).is_ok_and(|input| input == json!({ "sweep": true }))
        });
    if comes { vec![] } else { vec!["the sweep does not reach the step queue every hour".to_owned()] }
}

// ---- The template obeys them ----------------------------------------------------------------------------------------

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
    let remind = "/Resources/RemindRole/Properties/Policies/0/PolicyDocument/Statement";
    finds(rule, &template.with(remind, statement("iam:PassRole", "SchedulesRole")), "any service");
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

#[test]
fn the_apis_routes_are_the_routers_routes() {
    obeys(routes_are_the_codes);
}

#[test]
fn a_route_on_one_side_only_is_found() {
    let template = Template::load();
    let rule = routes_are_the_codes;
    finds(rule, &template.without("/Resources/IntakePostTriggers"), "not in the template");
    let moved = template.with("/Resources/IntakePostTriggers/Properties/RouteKey", json!("POST /v2/triggers"));
    finds(rule, &moved, "not in the code");
}

#[test]
fn routes_are_read_from_routers() {
    let source = r#"
        pub const ROUTES: [&str; 2] = ["/", "/v1/nps"];
        let [home, nps] = ROUTES;
        Router::new()
            .route(nps, get(nps::nps))
            .route("/r/{token}", get(page).post(respond))
            .route(
                "/v1/keys/{id}",
                delete(revoke_key(target)),
            )
    "#;
    let found = routes_in(source);
    let found: Vec<_> = found.iter().map(|(method, path)| format!("{method} {path}")).collect();
    assert_eq!(found, ["DELETE /v1/keys/{}", "GET /r/{}", "GET /v1/nps", "POST /r/{}"]);
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

#[test]
fn access_logs_tell_the_route_and_never_the_path() {
    obeys(access_logs_hold_no_path);
}

#[test]
fn an_access_log_with_a_path_is_found() {
    let template = Template::load();
    let format = "/Resources/ApiStage/Properties/AccessLogSettings/Format";
    let path = json!(r#"{"route":"$context.routeKey","path":"$context.path"}"#);
    finds(access_logs_hold_no_path, &template.with(format, path), "$context.path");
    let stage = template.with("/Resources/ApiStage/Properties/StageName", json!("prod"));
    finds(access_logs_hold_no_path, &stage, "before every path");
}

#[test]
fn the_hourly_sweep_reaches_remind() {
    obeys(the_sweep_comes_every_hour);
}

#[test]
fn a_missing_sweep_is_found() {
    let template = Template::load();
    finds(the_sweep_comes_every_hour, &template.without("/Resources/Sweep"), "the sweep does not");
}
