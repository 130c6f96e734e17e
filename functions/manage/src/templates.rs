//! Companies' own designs for letters to contacts: checked and taken apart here, filled by whoever sends or shows a letter.
//!
//! A template is saved with what everybody knows of a campaign's templates in one transaction, over what was seen; who comes
//! second decides again. Saving the same again changes nothing.

mod make;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use host::fields::Json as Value;
use host::problem::{FieldError, Kind};
use host::query::Parameters;
use host::{Fields, Problem};
use letters::fill;
use model::template::{Finding, Form, MOST, MOST_OF_ONE, Variable, slot};
use model::{Campaign, CampaignId, Language, LetterKind, Template, Timestamp};
use serde::Serialize;
use store::Change;

use crate::{Deps, Managed, preview, wire};

/// How often it is decided again because others wrote first.
const ROUNDS: usize = 8;

const LANGUAGES: &str = "language";

/// The templates of a campaign, as the API lists them.
#[derive(Serialize)]
pub(crate) struct Listed {
    templates: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    letter: &'static str,
    language: Option<&'static str>,
    version: String,
}

/// A template as the API shows it.
#[derive(Serialize)]
pub(crate) struct TemplateWire {
    letter: &'static str,
    language: Option<&'static str>,
    kind: &'static str,
    version: String,
    saved_at: String,
    largest: usize,
    most: usize,
    warnings: Vec<FindingWire>,
    source: String,
}

#[derive(Serialize)]
struct FindingWire {
    line: Option<u32>,
    column: Option<u32>,
    detail: String,
}

/// Everything a template may say by a name.
#[derive(Serialize)]
pub(crate) struct Variables {
    variables: Vec<VariableWire>,
}

#[derive(Serialize)]
struct VariableWire {
    name: &'static str,
    sort: &'static str,
    letters: Vec<&'static str>,
    obligatory: Vec<&'static str>,
    detail: &'static str,
}

/// A template as somebody wrote it.
pub(crate) struct Draft {
    form: Form,
    source: String,
    language: Option<Language>,
}

impl Draft {
    /// Reads `kind`, `source` and, in a preview, `language`.
    fn read(fields: &mut Fields) -> Option<Self> {
        let form = fields.parsed("kind", 10, "this must be mjml or html", Form::named);
        if form.is_none() {
            fields.missing("kind", "say what the source is: mjml or html");
        }
        let source = match fields.take("source") {
            Some(Value::Text(source)) => Some(source),
            Some(_) => {
                fields.wrong("source", "this must be a string");
                None
            }
            None => {
                fields.missing("source", "a template has a source: a whole letter, as MJML or HTML");
                None
            }
        };
        Some(Self { form: form?, source: source?, language: None })
    }

    /// Makes a template of it, if it can be used.
    pub(crate) fn made(
        self,
        campaign: &Campaign,
        letter: LetterKind,
        pointer: &str,
        now: Timestamp,
    ) -> Result<Template, Problem> {
        let Self { form, source, language } = self;
        let refused = |findings: Vec<Finding>| {
            Problem::invalid(findings.iter().map(|one| FieldError::new(pointer, one.to_string())).collect())
        };
        let made = make::checked(form, &source, letter, language).map_err(refused)?;
        let largest = fill::largest(campaign, &made.body, letter, language).map_err(|error| {
            tracing::error!(error = host::telemetry::chain(&error), "a template could not be filled");
            Problem::new(Kind::TryLater, "the letter could not be made; please try again")
        })?;
        if largest > MOST {
            let what =
                format!("filled with long names it has {largest} bytes, and Gmail cuts letters of more than {MOST}");
            return Err(refused(vec![Finding { at: None, what }]));
        }
        let (body, warnings) = (made.body, made.warnings);
        Ok(Template { letter, language, form, source, body, largest, warnings, saved_at: now.whole_second() })
    }
}

/// Takes the field `template` of a draft that is only shown.
pub(crate) fn draft(fields: &mut Fields) -> Option<Draft> {
    let mut inner = fields.object("template")?;
    let language = inner.parsed(LANGUAGES, 35, &wire::spoken(), Language::tagged);
    let draft = Draft::read(&mut inner).map(|draft| Draft { language, ..draft });
    fields.close(inner);
    draft
}

/// `GET /v1/templates/variables`
pub(crate) async fn variables(_: Managed) -> Json<Variables> {
    let of = |variable: Variable| VariableWire {
        name: variable.as_str(),
        sort: variable.sort().as_str(),
        letters: LetterKind::ALL.into_iter().filter(|letter| variable.is_of(*letter)).map(LetterKind::as_str).collect(),
        obligatory: LetterKind::ALL
            .into_iter()
            .filter(|letter| Variable::obligatory(*letter).iter().any(|any| any.contains(&variable)))
            .map(LetterKind::as_str)
            .collect(),
        detail: variable.about(),
    };
    Json(Variables { variables: Variable::ALL.iter().map(|variable| of(*variable)).collect() })
}

/// `GET /v1/campaigns/{id}/templates`
pub(crate) async fn list(
    State(deps): State<Deps>,
    Path(id): Path<String>,
    managed: Managed,
) -> Result<Json<Listed>, Problem> {
    let campaign = preview::campaign(&deps, &id, managed.now).await?;
    let known = deps.config(managed.now).await?.templates(&campaign.id)?;
    let entry = |(slot, version): (String, String)| {
        let (letter, language) =
            slot.split_once('.').map_or((slot.as_str(), None), |(letter, tag)| (letter, Some(tag)));
        let language = language.and_then(Language::tagged).map(Language::tag);
        Some(Entry { letter: LetterKind::named(letter)?.as_str(), language, version })
    };
    Ok(Json(Listed { templates: known.versions.into_iter().filter_map(entry).collect() }))
}

/// `GET /v1/campaigns/{id}/templates/{letter}`
pub(crate) async fn show(
    State(deps): State<Deps>,
    Path((id, letter)): Path<(String, String)>,
    Query(pairs): Query<Vec<(String, String)>>,
    managed: Managed,
) -> Result<Json<TemplateWire>, Problem> {
    let (letter, language) = named(&letter, pairs)?;
    let campaign = preview::campaign(&deps, &id, managed.now).await?;
    let template = deps.store.saved_template(&campaign.id, &slot(letter, language)).await?;
    template.map(shown).map(Json).ok_or_else(no_such_template)
}

/// `PUT /v1/campaigns/{id}/templates/{letter}`: JSON, or the source alone.
pub(crate) async fn put(
    State(deps): State<Deps>,
    Path((id, letter)): Path<(String, String)>,
    Query(pairs): Query<Vec<(String, String)>>,
    managed: Managed,
) -> Result<Json<TemplateWire>, Problem> {
    let (letter, language) = named(&letter, pairs)?;
    let campaign = preview::campaign(&deps, &id, managed.now).await?;
    let draft = Draft { language, ..sent(&managed)? };
    let template = draft.made(&campaign, letter, "/source", managed.now)?;
    for _ in 0..ROUNDS {
        let config = deps.config(managed.now).await?;
        config.campaign(&campaign.id).ok_or_else(preview::no_such_campaign)?;
        let known = config.templates(&campaign.id)?;
        let slot = slot(letter, language);
        if known.versions.get(&slot) == Some(&template.version())
            && let Some(same) = deps.store.saved_template(&campaign.id, &slot).await?
            && same.version() == template.version()
        {
            return Ok(Json(shown(same)));
        }
        if known.versions.len() >= MOST_OF_ONE && !known.versions.contains_key(&slot) {
            let detail = format!("this campaign has {MOST_OF_ONE} templates already; delete one that is not needed");
            return Err(Problem::new(Kind::Conflict, detail));
        }
        if deps.store.change_templates(&config, &campaign.id, Change::Save(&template)).await? {
            tracing::info!(campaign.id = id, template.slot = slot, "a template was saved");
            return Ok(Json(shown(template)));
        }
    }
    Err(contended())
}

/// `DELETE /v1/campaigns/{id}/templates/{letter}`
pub(crate) async fn delete(
    State(deps): State<Deps>,
    Path((id, letter)): Path<(String, String)>,
    Query(pairs): Query<Vec<(String, String)>>,
    managed: Managed,
) -> Result<StatusCode, Problem> {
    let (letter, language) = named(&letter, pairs)?;
    let campaign = preview::campaign(&deps, &id, managed.now).await?;
    for _ in 0..ROUNDS {
        let config = deps.config(managed.now).await?;
        let slot = slot(letter, language);
        config.templates(&campaign.id)?.versions.get(&slot).ok_or_else(no_such_template)?;
        if deps.store.change_templates(&config, &campaign.id, Change::Delete(letter, language)).await? {
            tracing::info!(campaign.id = id, template.slot = slot, "a template was deleted");
            return Ok(StatusCode::NO_CONTENT);
        }
    }
    Err(contended())
}

/// Deletes all templates of a campaign that goes.
pub(crate) async fn clear(deps: &Deps, campaign: &CampaignId, now: Timestamp) -> Result<(), Problem> {
    for _ in 0..ROUNDS {
        let config = deps.config(now).await?;
        if config.templates(campaign)?.versions.is_empty()
            || deps.store.change_templates(&config, campaign, Change::Clear).await?
        {
            return Ok(());
        }
    }
    Err(contended())
}

/// The template a request is about.
fn named(letter: &str, pairs: Vec<(String, String)>) -> Result<(LetterKind, Option<Language>), Problem> {
    let mut parameters = Parameters::new(pairs);
    let language = parameters.read(LANGUAGES, &wire::spoken(), Language::tagged);
    parameters.finish()?;
    let detail = "a template is of the letter invite, remind or thanks";
    let letter = LetterKind::named(letter).ok_or_else(|| Problem::not_found(detail))?;
    Ok((letter, language))
}

/// What was sent: an object, or the source as a file has it, which says what it is by how it begins.
fn sent(managed: &Managed) -> Result<Draft, Problem> {
    let bytes = managed.bytes();
    let text = || std::str::from_utf8(bytes).ok().map(|text| text.trim_start_matches('\u{feff}'));
    match text() {
        Some(source) if source.trim_start().starts_with('<') => {
            let mjml = source.contains("<mjml");
            Ok(Draft { form: if mjml { Form::Mjml } else { Form::Html }, source: source.to_owned(), language: None })
        }
        _ => {
            let mut fields = managed.fields()?;
            let draft = Draft::read(&mut fields);
            fields.finish()?;
            draft.ok_or_else(|| Problem::invalid(Vec::new()))
        }
    }
}

fn shown(template: Template) -> TemplateWire {
    let finding = |finding: &Finding| FindingWire {
        line: finding.at.map(|(line, _)| line),
        column: finding.at.map(|(_, column)| column),
        detail: finding.what.clone(),
    };
    TemplateWire {
        letter: template.letter.as_str(),
        language: template.language.map(Language::tag),
        kind: template.form.as_str(),
        version: template.version(),
        saved_at: template.saved_at.to_string(),
        largest: template.largest,
        most: MOST,
        warnings: template.warnings.iter().map(finding).collect(),
        source: template.source,
    }
}

fn contended() -> Problem {
    Problem::new(Kind::TryLater, "others changed this campaign at the same time; please send it again")
}

fn no_such_template() -> Problem {
    Problem::not_found("there is no such template; the letter comes in npsloop's own design")
}
