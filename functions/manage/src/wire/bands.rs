//! The field `bands` of a campaign: the bounds its numeric attributes are counted between.

use std::collections::BTreeMap;

use host::Fields;
use host::fields::{self, Json};
use model::campaign::Bands;
use model::trigger::MAX_ATTRIBUTES;

/// Most bounds of one attribute.
const MOST_BOUNDS: usize = 20;

/// What a bound may be, either way: a number that a float holds exactly.
const FARTHEST: i128 = 1_000_000_000_000_000;

/// The bands as the API shows them.
pub(super) fn show(bands: &Bands) -> BTreeMap<String, Vec<i64>> {
    bands.iter().map(|(name, bounds)| (name.to_owned(), bounds.to_vec())).collect()
}

/// Reads the field `bands`; what is absent has none.
pub(super) fn read(fields: &mut Fields) -> Bands {
    let Some(mut inner) = fields.object("bands") else { return Bands::default() };
    let names = inner.names();
    if names.len() > MAX_ATTRIBUTES {
        fields.wrong("bands", format!("there can be bands for at most {MAX_ATTRIBUTES} attributes"));
        return Bands::default();
    }
    let bounds = names.into_iter().filter_map(|name| {
        let bounds = bounds(&mut inner, &name)?;
        Some((name, bounds))
    });
    let bands = Bands::new(bounds.collect::<Vec<_>>());
    fields.close(inner);
    bands
}

fn bounds(fields: &mut Fields, name: &str) -> Option<Vec<i64>> {
    let list = fields.list(name)?;
    if list.is_empty() || list.len() > MOST_BOUNDS {
        fields.wrong(name, format!("this must be 1 to {MOST_BOUNDS} numbers, such as [0, 10000, 100000]"));
        return None;
    }
    let mut bounds: Vec<i64> = Vec::with_capacity(list.len());
    for (nth, value) in list.iter().enumerate() {
        match bound(value) {
            Some(bound) if bounds.last().is_none_or(|last| *last < bound) => bounds.push(bound),
            Some(_) => fields.wrong_within(name, nth, "bounds go up: this must be more than the one before"),
            None => fields.wrong_within(name, nth, "a bound is a whole number of at most fifteen digits"),
        }
    }
    Some(bounds)
}

fn bound(value: &Json) -> Option<i64> {
    let number = fields::whole(value).filter(|number| (-FARTHEST..=FARTHEST).contains(number))?;
    i64::try_from(number).ok()
}
