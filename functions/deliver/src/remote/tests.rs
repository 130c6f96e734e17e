use model::destination::{Chat, Dataverse, Hubspot, Pardot, Salesforce, SalesforceAuth, SubjectFields, Webhook};
use model::report::{FIELDS, Stage};
use model::survey::Change;
use model::task::{Task, TaskKind, TaskStatus};
use model::{Group, Score};
use serde_json::json;

use super::*;

pub(super) const SURVEY: &str = "00112233445566778899aabbccddeeff";

pub(super) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A survey that was made, and nothing else.
pub(super) fn created() -> Report {
    let values = json!({
        "survey_id": SURVEY,
        "campaign": "default",
        "company": "Example AG",
        "milestone": "completion",
        "stage": "created",
        "state": "scheduled",
        "subject_type": "project",
        "subject_id": "a0X5g00000B1xYzEAB",
        "subject_name": "Website relaunch",
        "contact_email": "ada@example.com",
        "contact_name": "Ada Example",
        "contact_id": "0035g00000C2aaaAAA",
        "owner_email": "sam@company.example",
        "owner_name": "Sam Owner",
        "owner_id": "0055g00000D3aaaAAA",
        "account_name": "Client AG",
        "created_at": "2027-03-01T09:00:00Z",
        "survey_url": format!("https://nps.company.example/dashboard#survey={SURVEY}"),
    });
    Report {
        survey: SURVEY.parse().unwrap(),
        ver: 1_804_000_000_000,
        stage: Stage::Created,
        nurture: None,
        tasks: Vec::new(),
        fields: FIELDS.into_iter().map(|name| (name, values[name].clone())).collect(),
        attributes: BTreeMap::from([("region".to_owned(), "EMEA".to_owned())]),
        changes: Vec::new(),
        before: None,
    }
}

pub(super) fn task(kind: TaskKind, status: TaskStatus) -> Task {
    let completed = (status == TaskStatus::Done).then_some(1_804_300_000_000_u64);
    serde_json::from_value(json!({
        "survey": SURVEY,
        "kind": kind.as_str(),
        "ver": 1,
        "campaign": "default",
        "subject": { "t": "project", "i": "a0X5g00000B1xYzEAB", "n": "Website relaunch" },
        "contact": { "e": "ada@example.com", "n": "Ada Example", "i": "0035g00000C2aaaAAA" },
        "account": { "n": "Client AG" },
        "owner": { "e": "sam@company.example", "n": "Sam Owner", "i": "0055g00000D3aaaAAA" },
        "reassigned": false,
        "opened_at": 1_804_200_000_000_u64,
        "due_at": 1_804_280_400_000_u64,
        "status": status.as_str(),
        "completed_at": completed,
        "note": completed.map(|_| "Answered with 3."),
        "remarks": [],
        "kept_until": 1_850_000_000_000_u64,
    }))
    .unwrap()
}

pub(super) fn set(report: &mut Report, name: &'static str, value: impl Into<Value>) {
    assert!(report.fields.insert(name, value.into()).is_some(), "{name} is a field");
}

/// A survey nobody answered in time.
pub(super) fn unanswered() -> Report {
    let mut report = created();
    report.ver += 2;
    report.stage = Stage::Unanswered;
    report.nurture = Some(model::Nurture::Reminding);
    report.tasks = vec![task(TaskKind::NonResponse, TaskStatus::Open)];
    set(&mut report, "stage", "unanswered");
    set(&mut report, "state", "asked");
    set(&mut report, "sent_at", "2027-03-01T09:00:01Z");
    set(&mut report, "nurture", "reminding");
    report
}

/// A survey answered with a score and a comment.
pub(super) fn answered(score: u8, comment: Option<&str>) -> Report {
    let mut report = unanswered();
    report.ver += 1;
    report.stage = Stage::Answered;
    report.nurture = None;
    let score = Score::try_from(score).unwrap();
    report.changes = vec![Change::confirmed(score, at("2027-03-04T10:00:00Z"))];
    report.tasks = vec![task(TaskKind::NonResponse, TaskStatus::Done), task(TaskKind::Recovery, TaskStatus::Open)];
    set(&mut report, "stage", "answered");
    set(&mut report, "state", "answered");
    set(&mut report, "answered_at", "2027-03-04T10:00:00Z");
    set(&mut report, "score", score.value());
    set(&mut report, "group", score.group().as_str());
    set(&mut report, "standing", "confirmed");
    set(&mut report, "comment", comment);
    set(&mut report, "follow_up", comment.is_some());
    set(&mut report, "nurture", Value::Null);
    report
}

pub(super) fn mapping(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect()
}

pub(super) fn salesforce() -> Salesforce {
    Salesforce {
        url: "https://example.my.salesforce.com".to_owned(),
        auth: SalesforceAuth::ClientCredentials { client_id: "app".to_owned(), secret: "crm".to_owned() },
        version: "v62.0".to_owned(),
        object: "NPS_Survey__c".to_owned(),
        external_id: "Npsloop_Id__c".to_owned(),
        fields: mapping(&[
            ("survey_id", "Npsloop_Id__c"),
            ("stage", "Stage__c"),
            ("score", "Score__c"),
            ("comment", "Comment__c"),
            ("attributes.region", "Region__c"),
            ("attributes.unheard", "Unheard__c"),
            ("unheard", "Nothing__c"),
        ]),
        subject: Some(SubjectFields {
            object: "Project__c".to_owned(),
            subject_type: Some("project".to_owned()),
            fields: mapping(&[("score", "NPS_Score__c"), ("survey_url", "NPS_Survey__c")]),
        }),
        task_external_id: Some("Npsloop_Id__c".to_owned()),
    }
}

pub(super) fn hubspot() -> Hubspot {
    Hubspot {
        url: "https://api.hubapi.com".to_owned(),
        secret: "crm".to_owned(),
        properties: mapping(&[("score", "nps_score"), ("stage", "nps_stage"), ("comment", "nps_comment")]),
        task_key: Some("npsloop_task_id".to_owned()),
    }
}

pub(super) fn pardot() -> Pardot {
    Pardot {
        url: "https://pi.pardot.com".to_owned(),
        login: "https://example.my.salesforce.com".to_owned(),
        auth: SalesforceAuth::ClientCredentials { client_id: "app".to_owned(), secret: "crm".to_owned() },
        business_unit: "0Uv5g0000008OQUCA2".to_owned(),
        reminding_list: Some(11),
        campaign_list: Some(22),
    }
}

pub(super) fn dataverse() -> Dataverse {
    Dataverse {
        url: "https://org.crm4.dynamics.com".to_owned(),
        login: "https://login.microsoftonline.com/tenant".to_owned(),
        client_id: "app".to_owned(),
        secret: "crm".to_owned(),
        entity_set: "new_npssurveys".to_owned(),
        key: "new_npsloopid".to_owned(),
        fields: mapping(&[("survey_id", "new_npsloopid"), ("score", "new_score"), ("comment", "new_comment")]),
    }
}

pub(super) fn chat(groups: &[Group]) -> Chat {
    Chat { secret: "chat".to_owned(), groups: groups.to_vec() }
}

pub(super) fn destination(remote: Remote) -> Destination {
    Destination { id: "there".parse().unwrap(), enabled: true, campaigns: None, rate: 10, remote }
}

fn every() -> Vec<Destination> {
    let webhook = Webhook { url: "https://hooks.example.com".to_owned(), secret: "hook".to_owned() };
    let remotes = [
        Remote::Salesforce(salesforce()),
        Remote::Hubspot(hubspot()),
        Remote::Pardot(pardot()),
        Remote::Dataverse(dataverse()),
        Remote::EventBus,
        Remote::Webhook(webhook),
        Remote::Slack(chat(&[Group::Detractor])),
        Remote::Teams(chat(&[Group::Detractor])),
    ];
    remotes.into_iter().map(destination).collect()
}

#[test]
fn the_same_is_known_by_its_fingerprint() {
    for to in every() {
        let kind = to.remote.kind();
        let first = answered(3, Some("slow"));
        let again = Report { ver: first.ver + 5, ..first.clone() };
        assert!(fingerprint(&to, &first).is_some(), "{kind}");
        assert_eq!(fingerprint(&to, &first), fingerprint(&to, &again), "{kind}");
        let other = if kind == "pardot" { unanswered() } else { answered(4, Some("slow")) };
        assert_ne!(fingerprint(&to, &first), fingerprint(&to, &other), "{kind}");
    }
}

#[test]
fn another_mapping_is_another_thing_to_tell() {
    let mut settings = hubspot();
    let before = fingerprint(&destination(Remote::Hubspot(settings.clone())), &created());
    settings.properties.insert("company".to_owned(), "nps_company".to_owned());
    assert_ne!(before, fingerprint(&destination(Remote::Hubspot(settings)), &created()));
}

#[test]
fn a_task_done_and_opened_again_is_told_each_time() {
    let to = destination(Remote::Salesforce(salesforce()));
    let mut done = answered(3, None);
    done.tasks = vec![task(TaskKind::Recovery, TaskStatus::Done)];
    let mut open = done.clone();
    open.tasks = vec![task(TaskKind::Recovery, TaskStatus::Open)];
    assert_ne!(fingerprint(&to, &done), fingerprint(&to, &open));
}

#[test]
fn who_has_nothing_to_hear_is_not_called() {
    let silent = |report: &Report| {
        let silent = every().into_iter().filter(|to| fingerprint(to, report).is_none());
        silent.map(|to| to.remote.kind()).collect::<Vec<_>>()
    };
    assert_eq!(silent(&created()), ["pardot", "slack", "teams"]);
    assert_eq!(silent(&unanswered()), ["slack", "teams"]);
    assert_eq!(silent(&answered(3, None)), [""; 0]);
    let mut suspect = answered(3, None);
    set(&mut suspect, "standing", "suspect");
    assert_eq!(silent(&suspect), ["slack", "teams"]);
}
