//! The fields of a campaign about what its page has after the score: `reasons` and `next_step`.

use std::collections::{BTreeMap, BTreeSet};

use host::Fields;
use model::reason::{MOST_LABEL_CHARS, MOST_REASONS};
use model::texts::Part;
use model::{Group, Language, NextStep, NextSteps, Reason, ReasonId, Reasons};
use serde::Serialize;

use super::letters::{MOST_URL, https};
use super::texts;

/// The reasons as the API shows them.
#[derive(Serialize)]
pub(super) struct ReasonsWire {
    detractor: Vec<ReasonWire>,
    passive: Vec<ReasonWire>,
    promoter: Vec<ReasonWire>,
}

#[derive(Serialize)]
struct ReasonWire {
    id: String,
    label: String,
    labels: BTreeMap<&'static str, String>,
}

/// The ways on as the API shows them.
#[derive(Serialize)]
pub(super) struct NextStepsWire {
    detractor: Option<NextStepWire>,
    passive: Option<NextStepWire>,
    promoter: Option<NextStepWire>,
}

#[derive(Serialize)]
struct NextStepWire {
    text: String,
    url: String,
}

/// Shows the reasons.
pub(super) fn show_reasons(reasons: &Reasons) -> ReasonsWire {
    let one = |reason: &Reason| ReasonWire {
        id: reason.id.to_string(),
        label: reason.label.clone(),
        labels: reason.labels.iter().map(|(language, label)| (language.tag(), label.clone())).collect(),
    };
    let of = |group| reasons.of(group).iter().map(one).collect();
    ReasonsWire { detractor: of(Group::Detractor), passive: of(Group::Passive), promoter: of(Group::Promoter) }
}

/// Shows the ways on.
pub(super) fn show_next_steps(steps: &NextSteps) -> NextStepsWire {
    let of = |group| steps.of(group).map(|step| NextStepWire { text: step.text.clone(), url: step.url.clone() });
    NextStepsWire { detractor: of(Group::Detractor), passive: of(Group::Passive), promoter: of(Group::Promoter) }
}

/// Reads the field `reasons`; a group without any is not asked for them.
pub(super) fn read_reasons(fields: &mut Fields) -> Reasons {
    let Some(mut inner) = fields.object("reasons") else { return Reasons::default() };
    let reasons = Reasons {
        detractor: of_group(&mut inner, Group::Detractor),
        passive: of_group(&mut inner, Group::Passive),
        promoter: of_group(&mut inner, Group::Promoter),
    };
    fields.close(inner);
    reasons
}

fn of_group(fields: &mut Fields, group: Group) -> Vec<Reason> {
    let name = group.as_str();
    let objects = fields.objects(name).unwrap_or_default();
    if objects.len() > MOST_REASONS {
        fields.wrong(name, format!("a group has at most {MOST_REASONS} reasons"));
        return Vec::new();
    }
    let mut seen = BTreeSet::new();
    let mut reasons = Vec::with_capacity(objects.len());
    for mut object in objects {
        reasons.extend(reason(&mut object, &mut seen));
        fields.close(object);
    }
    reasons
}

fn reason(fields: &mut Fields, seen: &mut BTreeSet<ReasonId>) -> Option<Reason> {
    let id = fields.text("id", 1000).and_then(|text| match text.parse::<ReasonId>() {
        Ok(id) => Some(id),
        Err(wrong) => {
            fields.wrong("id", wrong.to_string());
            None
        }
    });
    if id.is_none() {
        fields.missing("id", "a reason needs an id, such as slow");
    }
    if id.as_ref().is_some_and(|id| !seen.insert(id.clone())) {
        fields.wrong("id", "another reason of this group has this id");
    }
    let label = fields.text("label", MOST_LABEL_CHARS);
    if label.is_none() {
        fields.missing("label", "a reason needs a label: what stands beside the tick box, such as Too slow");
    }
    let mut labels = BTreeMap::new();
    if let Some(mut inner) = fields.object("labels") {
        for tag in inner.names() {
            match Language::tagged(&tag) {
                Some(language) => {
                    labels.extend(inner.text(&tag, MOST_LABEL_CHARS).map(|label| (language, label)));
                }
                None => {
                    inner.take(&tag);
                    inner.wrong(&tag, texts::spoken());
                }
            }
        }
        fields.close(inner);
    }
    Some(Reason { id: id?, label: label?, labels })
}

/// Reads the field `next_step`. `review_url` is where reviews are written.
pub(super) fn read_next_steps(fields: &mut Fields, review_url: Option<&str>) -> NextSteps {
    let Some(mut inner) = fields.object("next_step") else { return NextSteps::default() };
    let steps = NextSteps {
        detractor: next_step(&mut inner, Group::Detractor),
        passive: next_step(&mut inner, Group::Passive),
        promoter: next_step(&mut inner, Group::Promoter),
    };
    for group in steps.kept_from_reviews(review_url) {
        inner.missing(
            group.as_str(),
            "this group must be led to thanks.review_url as well: asking only some of them for a review is forbidden to those who publish it",
        );
    }
    fields.close(inner);
    steps
}

fn next_step(fields: &mut Fields, group: Group) -> Option<NextStep> {
    let part = Part::next_step(group);
    let mut inner = fields.object(group.as_str())?;
    let text = inner.text("text", part.most());
    match &text {
        None => inner.missing("text", "say what stands on the button, such as Book a call"),
        Some(text) => {
            if let Some(unknown) = texts::unknown(text, part.variables()) {
                inner.wrong("text", unknown);
            }
        }
    }
    let url = inner.parsed("url", MOST_URL, "this must be an address such as https://www.example.com/call", https);
    if url.is_none() {
        inner.missing("url", "say where the button leads, such as https://www.example.com/call");
    }
    fields.close(inner);
    Some(NextStep { text: text?, url: url? })
}
