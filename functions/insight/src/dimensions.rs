//! What numbers can be grouped by, and what they can be held against.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::header::{CONTENT_TYPE, HeaderName};
use host::Problem;
use model::dimension::{self, BUILT_IN};
use serde::Serialize;

use crate::answers::walk;
use crate::ask::{chosen, latest_day};
use crate::query::{Parameters, Selection};
use crate::{Deps, Viewer};

/// The answers of the window that are looked at for their attributes, the newest.
const LOOKED_AT: usize = 500;

/// Benchmarks of industries, each with its source. A deployer who knows better changes the file.
const BENCHMARKS: &str = include_str!("benchmarks.json");

/// Everything that can be named in `group_by`.
#[derive(Serialize)]
pub(crate) struct Dimensions {
    dimensions: Vec<Dimension>,
    /// What the values of `theme` are called.
    themes: Vec<ThemeWire>,
    /// What those of `reason` are; one that several groups have is there once.
    reasons: Vec<ReasonWire>,
}

#[derive(Serialize)]
struct ReasonWire {
    campaign: String,
    id: String,
    label: String,
}

#[derive(Serialize)]
struct ThemeWire {
    campaign: String,
    id: String,
    name: String,
}

#[derive(Serialize)]
struct Dimension {
    name: String,
    kind: &'static str,
    /// Whether tallies know it, so that it costs the same however many answered.
    counted: bool,
}

/// `GET /v1/dimensions`
pub(crate) async fn dimensions(
    State(deps): State<Deps>,
    Viewer { now, sees }: Viewer,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<Dimensions>, Problem> {
    let mut parameters = Parameters::new(pairs);
    let selection = Selection::take(&mut parameters);
    let config = deps.store.config(now).await?;
    let campaigns = chosen(&config, &selection, &mut parameters);
    parameters.finish()?;
    let days = selection.span.days(latest_day(&campaigns, now));
    let mut attributes = BTreeSet::new();
    walk(&deps.store, &campaigns, (days, None), now, (None, LOOKED_AT), |survey| {
        if sees.survey(&survey) {
            attributes.extend(survey.attributes.keys().map(|name| dimension::of_attribute(name)));
        }
    })
    .await?;
    // Bands are set up for attributes that may come later.
    let banded =
        campaigns.iter().flat_map(|campaign| campaign.bands.iter()).map(|(name, _)| dimension::of_attribute(name));
    attributes.extend(banded);
    let dimension = |name: String, kind| Dimension { counted: dimension::is_counted(&name), name, kind };
    let own = BUILT_IN.into_iter().map(|name| dimension(name.to_owned(), "built_in"));
    let dimensions = own.chain(attributes.into_iter().map(|name| dimension(name, "attribute"))).collect();
    let named = campaigns.iter().flat_map(|campaign| {
        campaign.themes.iter().map(|theme| ThemeWire {
            campaign: campaign.id.to_string(),
            id: theme.id.to_string(),
            name: theme.name.clone(),
        })
    });
    let mut reasons: Vec<ReasonWire> = Vec::new();
    for campaign in &campaigns {
        for reason in campaign.reasons.iter() {
            let (campaign, id) = (campaign.id.to_string(), reason.id.to_string());
            if !reasons.iter().any(|known| (&known.campaign, &known.id) == (&campaign, &id)) {
                reasons.push(ReasonWire { campaign, id, label: reason.label.clone() });
            }
        }
    }
    Ok(Json(Dimensions { dimensions, themes: named.collect(), reasons }))
}

/// `GET /v1/benchmarks`
pub(crate) async fn benchmarks(
    _: Viewer,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<([(HeaderName, &'static str); 1], &'static str), Problem> {
    Parameters::new(pairs).finish()?;
    Ok(([(CONTENT_TYPE, "application/json")], BENCHMARKS))
}
