//! The field `themes` of a campaign as the API shows it; `host` reads it.

use std::collections::BTreeMap;

use model::Theme;
use serde::Serialize;

/// A theme as the API shows it.
#[derive(Serialize)]
pub(super) struct ThemeWire {
    id: String,
    name: String,
    keywords: BTreeMap<String, Vec<String>>,
}

/// Shows the themes.
pub(super) fn show(themes: &[Theme]) -> Vec<ThemeWire> {
    let one = |theme: &Theme| ThemeWire {
        id: theme.id.to_string(),
        name: theme.name.clone(),
        keywords: theme.keywords.clone(),
    };
    themes.iter().map(one).collect()
}
