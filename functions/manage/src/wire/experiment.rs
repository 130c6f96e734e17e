//! The field `experiment` of a campaign: ways to ask that are tried out, each on an even share of the contacts.

use std::collections::BTreeMap;

use host::Fields;
use model::experiment::{Experiment, MOST, Scale, Variant, is_name};
use model::texts::Part;
use serde::Serialize;

use super::texts;

/// What is expected of names.
const NAME: &str = "this must be 1 to 32 lower-case letters, digits, - and _";

/// The texts of which a way may have its own.
const PARTS: [Part; 2] = [Part::InviteSubject, Part::RemindSubject];

/// The field as the API shows it.
#[derive(Serialize)]
pub(super) struct ExperimentWire {
    id: String,
    variants: Vec<VariantWire>,
}

#[derive(Serialize)]
struct VariantWire {
    name: String,
    texts: BTreeMap<&'static str, BTreeMap<&'static str, String>>,
    sender: Option<String>,
    scale: &'static str,
}

pub(super) fn show(experiment: &Experiment) -> ExperimentWire {
    let variant = |variant: &Variant| VariantWire {
        name: variant.name.clone(),
        texts: texts::show(&variant.texts),
        sender: variant.sender.clone(),
        scale: match variant.scale {
            Scale::Letter => "letter",
            Scale::Page => "page",
        },
    };
    ExperimentWire { id: experiment.id.clone(), variants: experiment.variants.iter().map(variant).collect() }
}

/// Reads the field `experiment`; what is absent tries nothing out.
pub(super) fn read(fields: &mut Fields) -> Option<Experiment> {
    let mut inner = fields.object("experiment")?;
    let id = name(&mut inner, "id");
    let objects = inner.objects("variants").unwrap_or_default();
    if !(2..=MOST).contains(&objects.len()) {
        inner.missing("variants", format!("an experiment has 2 to {MOST} ways to ask"));
    }
    let mut variants: Vec<Variant> = Vec::with_capacity(objects.len());
    for mut object in objects {
        let variant = variant(&mut object, &variants);
        inner.close(object);
        variants.extend(variant);
    }
    let experiment = Experiment { id: id.unwrap_or_default(), variants };
    if experiment.variants.len() >= 2 && experiment.varied().len() != 1 {
        let detail = "the ways must differ in one thing: texts, sender or scale. With none nothing is tried out, and with two \
                      nobody knows which it was";
        inner.missing("variants", detail);
    }
    fields.close(inner);
    Some(experiment)
}

fn name(fields: &mut Fields, field: &str) -> Option<String> {
    let name = fields.parsed(field, 100, NAME, |text| is_name(text).then(|| text.to_owned()));
    if name.is_none() {
        fields.missing(field, NAME);
    }
    name
}

fn variant(fields: &mut Fields, known: &[Variant]) -> Option<Variant> {
    let name = name(fields, "name");
    if name.as_ref().is_some_and(|name| known.iter().any(|known| known.name == *name)) {
        fields.wrong("name", "another way has this name");
    }
    let texts = texts::of_parts(fields, &PARTS);
    let sender = fields.text("sender", 100);
    if let Some(unknown) = sender.as_deref().and_then(|sender| texts::unknown(sender, &["owner", "company"])) {
        fields.wrong("sender", unknown);
    }
    let scale = fields.parsed("scale", 10, "this must be letter or page", |text| match text {
        "letter" => Some(Scale::Letter),
        "page" => Some(Scale::Page),
        _ => None,
    });
    Some(Variant { name: name?, texts, sender, scale: scale.unwrap_or_default() })
}
