//! Themes of comments: what people write about that none covers yet, and reading again what was read by others.
//!
//! Both walk through the answers of a window, newest day first, and say how many they looked at and where the next request
//! goes on. No text leaves the account: comments are read here, and what goes out are a few of their words to whoever may
//! read them all. Applying changes a survey only where it is read differently, under the version it was read at, so a
//! repeat changes nothing; the survey's change is what moves the tallies.

use std::collections::{BTreeMap, HashMap};

use axum::Json;
use axum::extract::{Query, State};
use futures_util::stream::{self, StreamExt as _};
use host::{Fields, Problem, body};
use jiff::civil::Date;
use model::dimension::Answer;
use model::{Campaign, CampaignId, Heard, Sentiment, Survey, SurveyId, Theme, ThemeId, Timestamp};
use serde::Serialize;
use store::{Comment, Saved, Store};
use text::{Term, Terms};

use crate::answers::{Cursor, Walked, walk};
use crate::ask::{chosen, latest_day};
use crate::query::{Parameters, Selection};
use crate::trust::{Short, rounded};
use crate::{Deps, Manager, Reader};

/// Most answers one request looks at, and as many as it looks at unless a number is asked for.
const MOST_READ: usize = 20_000;
const USUALLY_READ: usize = 5_000;

/// The same where each may be written.
const MOST_APPLIED: usize = 5_000;
const USUALLY_APPLIED: usize = 2_000;

/// Comments that are read together, and how many such batches at the same time: with the longest comments, a few
/// megabytes.
const BATCH: usize = 100;
const BATCHES_AT_ONCE: usize = 4;

/// Surveys that are written at the same time.
const WRITES_AT_ONCE: usize = 16;

/// How often a survey is tried when others write it.
const TRIES: usize = 5;

/// Comments a term must stand in, unless the reader says so, and terms that are named.
const LEAST: u64 = 3;
const USUALLY_NAMED: usize = 20;
const MOST_NAMED: usize = 100;

/// What was looked at.
#[derive(Serialize)]
struct Scanned {
    answers: u64,
    complete: bool,
}

impl Scanned {
    fn new(walked: &Walked, from: Option<&Cursor>) -> Self {
        Self { answers: walked.answers, complete: from.is_none() && walked.next.is_none() }
    }
}

/// Which comments are meant, and how many are looked at.
struct Asked {
    selection: Selection,
    campaigns: Vec<Campaign>,
    cursor: Option<Cursor>,
    scan: usize,
    now: Timestamp,
}

impl Asked {
    /// The surveys of the page that have a comment and count, the newest day first.
    async fn commented(&self, store: &Store) -> Result<(Vec<Survey>, Walked), Problem> {
        let days = self.selection.span.days(latest_day(&self.campaigns, self.now));
        let mut found = Vec::new();
        let from = (self.cursor.as_ref(), self.scan);
        let walked = walk(store, &self.campaigns, (days, None), self.now, from, |survey| {
            let fits = self.campaign(&survey.campaign).is_some_and(|campaign| {
                Answer::of(&survey, &campaign.bands).is_some_and(|answer| {
                    let day = answer.counted.day;
                    let named = answer.counted.commented && answer.counts();
                    named && self.selection.takes_weekday(day) && self.selection.fits(&answer, day)
                })
            });
            if fits {
                found.push(survey);
            }
        })
        .await?;
        Ok((found, walked))
    }

    fn campaign(&self, id: &CampaignId) -> Option<&Campaign> {
        self.campaigns.iter().find(|campaign| campaign.id == *id)
    }

    fn days(&self) -> (Date, Date) {
        let days = self.selection.span.days(latest_day(&self.campaigns, self.now));
        (days.from, days.to)
    }

    fn campaign_named(&self) -> Option<String> {
        self.selection.campaign.as_ref().map(ToString::to_string)
    }
}

fn scan(parameters: &mut Parameters, (most, usual): (usize, usize)) -> usize {
    let expected = format!("a number of answers from 1 to {most}");
    let scan = |text: &str| text.parse().ok().filter(|scan| (1..=most).contains(scan));
    parameters.read("scan", &expected, scan).unwrap_or(usual)
}

/// Reads comments a few batches at a time, and hands each over with its survey.
async fn each_comment(
    store: &Store,
    surveys: &[Survey],
    mut each: impl FnMut(&Survey, Comment),
) -> Result<(), store::Error> {
    let batches = surveys.chunks(BATCH).map(|surveys| async move {
        let ids: Vec<SurveyId> = surveys.iter().map(|survey| survey.id).collect();
        Ok::<_, store::Error>((surveys, store.comments(&ids).await?))
    });
    let mut batches = stream::iter(batches.collect::<Vec<_>>()).buffered(BATCHES_AT_ONCE);
    while let Some(batch) = batches.next().await {
        let (surveys, mut comments) = batch?;
        for survey in surveys {
            if let Some(comment) = comments.remove(&survey.id) {
                each(survey, comment);
            }
        }
    }
    Ok(())
}

/// `GET /v1/themes/suggestions`
pub(crate) async fn suggestions(
    State(deps): State<Deps>,
    Reader { now }: Reader,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<Suggestions>, Problem> {
    let mut parameters = Parameters::new(pairs);
    let selection = Selection::take(&mut parameters);
    let cursor = parameters.read("cursor", "not a cursor of these suggestions", Cursor::read);
    let least = parameters.read("least", "a number of comments from 2 to 1000000", |text| {
        text.parse().ok().filter(|least| (2..=1_000_000).contains(least))
    });
    let limit = parameters.read("limit", "a whole number from 1 to 100", |text| {
        text.parse().ok().filter(|limit| (1..=MOST_NAMED).contains(limit))
    });
    let scan = scan(&mut parameters, (MOST_READ, USUALLY_READ));
    let config = deps.store.config(now).await?;
    let campaigns = chosen(&config, &selection, &mut parameters);
    parameters.finish()?;
    selection.is_told_by_surveys()?;
    let asked = Asked { selection, campaigns, cursor, scan, now };
    let (surveys, walked) = asked.commented(&deps.store).await?;
    let mut readers: HashMap<&CampaignId, text::Reader<'_>> = HashMap::new();
    let mut terms = Terms::default();
    let (mut comments, mut covered) = (0, 0);
    each_comment(&deps.store, &surveys, |survey, comment| {
        let Some((campaign, score)) = asked.campaign(&survey.campaign).zip(survey.score()) else { return };
        comments += 1;
        let locale = survey.contact.locale.as_deref();
        let said = survey.corrected.as_ref().and_then(|corrected| corrected.themes.as_ref());
        // By today's themes, whatever it was read by.
        let reader = readers.entry(&campaign.id).or_insert_with(|| text::Reader::new(&campaign.themes));
        let is_covered = said
            .map_or_else(|| !reader.read(&comment.text, locale).heard.themes.is_empty(), |themes| !themes.is_empty());
        if is_covered {
            covered += 1;
        } else {
            terms.take(survey.id, &comment.text, locale, score);
        }
    })
    .await?;
    let named = terms.common(least.unwrap_or(LEAST), limit.unwrap_or(USUALLY_NAMED));
    let (from, to) = asked.days();
    Ok(Json(Suggestions {
        campaign: asked.campaign_named(),
        from,
        to,
        scanned: Scanned::new(&walked, asked.cursor.as_ref()),
        cursor: walked.next.map(|place| place.to_string()),
        comments,
        covered,
        terms: named.into_iter().map(|term| TermWire::new(term, comments - covered)).collect(),
    }))
}

/// What people write about that no theme covers yet.
#[derive(Serialize)]
pub(crate) struct Suggestions {
    campaign: Option<String>,
    from: Date,
    to: Date,
    scanned: Scanned,
    cursor: Option<String>,
    /// Comments that were read.
    comments: u64,
    /// Those among them that a theme covers.
    covered: u64,
    terms: Vec<TermWire>,
}

#[derive(Serialize)]
struct TermWire {
    words: String,
    language: Option<&'static str>,
    /// The part of the comments without a theme that have it.
    share: f64,
    /// With promoters above zero, with detractors below.
    lean: f64,
    answers: Short,
    examples: Vec<ExampleWire>,
}

#[derive(Serialize)]
struct ExampleWire {
    survey_id: String,
    snippet: String,
}

impl TermWire {
    fn new(term: Term, of: u64) -> Self {
        let examples = term.examples.into_iter();
        Self {
            share: rounded(term.counts.n() as f64 / of.max(1) as f64, 4),
            lean: rounded(term.lean, 2),
            language: term.language.map(text::Language::tag),
            words: term.words,
            answers: term.counts.into(),
            examples: examples
                .map(|used| ExampleWire { survey_id: used.survey.to_string(), snippet: used.snippet })
                .collect(),
        }
    }
}

/// `POST /v1/themes/apply`
pub(crate) async fn apply(
    State(deps): State<Deps>,
    manager: Result<Manager, Problem>,
    Query(pairs): Query<Vec<(String, String)>>,
    body: Result<body::Raw, Problem>,
) -> Result<Json<Applied>, Problem> {
    // The body was read before anything is refused: who is cut off while sending never sees why.
    let Manager { now } = manager?;
    let body::Raw(bytes) = body?;
    let mut parameters = Parameters::new(pairs);
    let selection = Selection::take(&mut parameters);
    let cursor = parameters.read("cursor", "not a cursor of this walk", Cursor::read);
    let dry_run = parameters.read("dry_run", "true or false", |text| text.parse::<bool>().ok()).unwrap_or(false);
    let scan = scan(&mut parameters, (MOST_APPLIED, USUALLY_APPLIED));
    // Whoever has just put a campaign means what they put.
    let config = deps.store.config_within(std::time::Duration::from_secs(1), now).await?;
    let mut campaigns = chosen(&config, &selection, &mut parameters);
    parameters.finish()?;
    selection.is_told_by_surveys()?;
    if let Some(tried) = tried(&bytes, dry_run)? {
        campaigns.iter_mut().for_each(|campaign| campaign.themes.clone_from(&tried));
    }
    let asked = Asked { selection, campaigns, cursor, scan, now };
    let (surveys, walked) = asked.commented(&deps.store).await?;
    let mut readers: HashMap<&CampaignId, text::Reader<'_>> = HashMap::new();
    let mut counts = Counted::default();
    let mut moving: Vec<Moving> = Vec::new();
    each_comment(&deps.store, &surveys, |survey, comment| {
        let Some(campaign) = asked.campaign(&survey.campaign) else { return };
        let reader = readers.entry(&campaign.id).or_insert_with(|| text::Reader::new(&campaign.themes));
        let heard = reader.read(&comment.text, survey.contact.locale.as_deref()).heard;
        let after = survey.commented_at.and_then(|at| survey.heard_again(at, &heard));
        counts.take(survey, after.as_ref().unwrap_or(survey));
        if let (Some(after), Some(at)) = (after, survey.commented_at) {
            moving.push(Moving { at, heard, before: survey.clone(), after });
        }
    })
    .await?;
    let mut changed = u64::try_from(moving.len()).unwrap_or(u64::MAX);
    if !dry_run {
        changed = write(&deps.store, moving).await?;
        tracing::info!(comments = counts.comments, changed, "themes were applied again");
    }
    let (from, to) = asked.days();
    Ok(Json(Applied {
        campaign: asked.campaign_named(),
        from,
        to,
        dry_run,
        scanned: Scanned::new(&walked, asked.cursor.as_ref()),
        cursor: walked.next.map(|place| place.to_string()),
        comments: counts.comments,
        changed,
        corrected: counts.corrected,
        uncovered: counts.uncovered,
        themes: counts.themes(&asked.campaigns),
        sentiments: Sentiment::ALL
            .map(|sentiment| {
                let (n, before) = counts.sentiments.get(&sentiment).copied().unwrap_or_default();
                SentimentWire { sentiment: sentiment.as_str(), n, before }
            })
            .into(),
    }))
}

/// The themes that shall be tried instead of those of the campaigns.
fn tried(bytes: &[u8], dry_run: bool) -> Result<Option<Vec<Theme>>, Problem> {
    if bytes.is_empty() {
        return Ok(None);
    }
    let mut fields = Fields::parse(bytes)?;
    let named = fields.names().iter().any(|name| name == "themes");
    let themes = host::themes::read(&mut fields);
    if named && !dry_run {
        fields.wrong("themes", "only a dry run tries themes; put them in the campaign to apply them");
    }
    fields.finish()?;
    Ok(named.then_some(themes))
}

/// A survey whose comment is read differently now.
struct Moving {
    /// When the comment came that was read.
    at: Timestamp,
    heard: Heard,
    before: Survey,
    after: Survey,
}

/// Writes what was heard. Whose survey changed meanwhile is decided again; whose comment did was read when it came.
async fn write(store: &Store, moving: Vec<Moving>) -> Result<u64, Problem> {
    let writes = moving.into_iter().map(|Moving { at, heard, mut before, mut after }| async move {
        for _ in 0..TRIES {
            before = match store.save(&before, &after).await? {
                Saved::Done => return Ok(1),
                Saved::Conflict(Some(found)) => *found,
                Saved::Conflict(None) => return Ok(0),
            };
            let Some(again) = before.heard_again(at, &heard) else { return Ok(0) };
            after = again;
        }
        Err(store::Error::Busy { table: "surveys".to_owned() })
    });
    let mut writes = stream::iter(writes).buffer_unordered(WRITES_AT_ONCE);
    let mut changed = 0;
    while let Some(written) = writes.next().await {
        changed += written?;
    }
    Ok(changed)
}

/// What the comments are about, and were.
#[derive(Default)]
struct Counted {
    comments: u64,
    corrected: u64,
    uncovered: u64,
    by_theme: BTreeMap<ThemeId, (u64, u64)>,
    sentiments: BTreeMap<Sentiment, (u64, u64)>,
}

impl Counted {
    fn take(&mut self, before: &Survey, after: &Survey) {
        self.comments += 1;
        self.corrected += u64::from(after.corrected.is_some());
        self.uncovered += u64::from(after.themes().is_empty());
        after.themes().iter().for_each(|theme| self.by_theme.entry(theme.clone()).or_default().0 += 1);
        before.themes().iter().for_each(|theme| self.by_theme.entry(theme.clone()).or_default().1 += 1);
        if let Some(sentiment) = after.sentiment() {
            self.sentiments.entry(sentiment).or_default().0 += 1;
        }
        if let Some(sentiment) = before.sentiment() {
            self.sentiments.entry(sentiment).or_default().1 += 1;
        }
    }

    /// Every theme there is, and those that were there; in the order of the campaigns.
    fn themes(&mut self, campaigns: &[Campaign]) -> Vec<ThemeWire> {
        let mut themes: Vec<ThemeWire> = Vec::new();
        for theme in campaigns.iter().flat_map(|campaign| &campaign.themes) {
            if !themes.iter().any(|known| known.id == theme.id.as_str()) {
                let (n, before) = self.by_theme.remove(&theme.id).unwrap_or_default();
                themes.push(ThemeWire { id: theme.id.to_string(), name: Some(theme.name.clone()), n, before });
            }
        }
        let gone = std::mem::take(&mut self.by_theme).into_iter();
        themes.extend(gone.map(|(id, (n, before))| ThemeWire { id: id.to_string(), name: None, n, before }));
        themes
    }
}

/// What applying the themes again made of the comments.
#[derive(Serialize)]
pub(crate) struct Applied {
    campaign: Option<String>,
    from: Date,
    to: Date,
    dry_run: bool,
    scanned: Scanned,
    cursor: Option<String>,
    comments: u64,
    /// Surveys that were written, or would be.
    changed: u64,
    /// Comments of which a person has said something: that stands.
    corrected: u64,
    /// Comments about none of the themes.
    uncovered: u64,
    themes: Vec<ThemeWire>,
    sentiments: Vec<SentimentWire>,
}

#[derive(Serialize)]
struct ThemeWire {
    id: String,
    name: Option<String>,
    n: u64,
    before: u64,
}

#[derive(Serialize)]
struct SentimentWire {
    sentiment: &'static str,
    n: u64,
    before: u64,
}
