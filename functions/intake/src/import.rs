//! `POST /v1/responses/import`: responses that were given elsewhere, so that a company that comes here keeps its past.
//!
//! Each row is answered for itself and named after what it is, so sending a batch again, or a part of it, makes nothing
//! twice; what a row says now holds over what it said before, also within a batch. Nobody hears of a past response, and nobody is asked earlier or later because of it.

use std::collections::{HashMap, HashSet};

use axum::Json;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use host::fields::Json as Value;
use host::problem::{FieldError, Kind};
use host::{Access, Fields, Problem};
use model::import::{EARLIEST, nobody_known};
use model::survey::MAX_COMMENT_CHARS;
use model::trigger::Subject;
use model::{Campaign, CampaignId, PastResponse, ReasonId, Score, Survey, SurveyId, Timestamp};
use serde::Serialize;
use store::{Brought, Comment, Saved, Scope};

use crate::batch::{WITHIN, carry_out, dry_run, too_late};
use crate::body::{self, ID, NAME, SHORT};
use crate::{Deps, decide};

/// The largest batch, in bytes.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// The largest batch, in rows.
const MOST_ROWS: usize = 500;

/// The answer to a batch.
#[derive(Serialize)]
pub(crate) struct Answers {
    rows: Vec<RowAnswer>,
    /// The rows that are to be sent again.
    retry: Vec<usize>,
}

/// The answer to one row: what became of it, or what is wrong with it.
#[derive(Serialize)]
struct RowAnswer {
    index: usize,
    outcome: Option<&'static str>,
    survey_id: Option<String>,
    ignored: Vec<String>,
    problem: Option<Problem>,
}

/// A row that can be brought here.
struct Read {
    past: PastResponse,
    ignored: Vec<String>,
}

/// What a batch says of all its rows.
struct Batch {
    campaign: CampaignId,
    source: String,
    rows: Vec<Value>,
}

/// `POST /v1/responses/import`
pub(crate) async fn receive(
    State(deps): State<Deps>,
    Query(query): Query<Vec<(String, String)>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Answers>, Problem> {
    let now = deps.clock.now();
    // Read before anything is refused: who is cut off while sending never sees why.
    let bytes = host::body::read_within(MOST_BYTES, body).await;
    Access::check(&deps.store, &headers, Scope::Manage, now).await?;
    let dry_run = dry_run(&query)?;
    let batch = batch(&bytes?)?;
    let (config, stored) = decide::campaign(&deps, &batch.campaign, now).await?;
    let read: Vec<Result<Read, Problem>> =
        batch.rows.into_iter().map(|row| read_row(row, &batch.campaign, &batch.source, now)).collect();
    let brought = brought(&read, &stored.campaign);
    let ids: Vec<SurveyId> = brought.iter().map(|one| one.id).collect();
    // Read once for all: whoever sends a file again finds most of it here.
    let known = Known::of(&deps, &ids, &own(&read)).await?;
    if !dry_run && !stored.used && known.surveys.len() < ids.len() {
        // Its days are counted in its zone from now on. Whoever changed it meanwhile is heard first.
        if !deps.store.save_campaign(&config, &stored.clone().in_use()).await? {
            return Err(Problem::new(Kind::TryLater, "the campaign was changed at this moment; please send it again"));
        }
    }
    let work = |nth: usize| {
        let (deps, campaign, brought, known) = (&deps, &stored.campaign, &brought, &known);
        async move {
            let Some(Response { id, past, .. }) = brought.get(nth) else { return Err(too_late()) };
            match known.surveys.get(id) {
                _ if known.here(past).is_some() => Ok(Brought::Already),
                Some(survey) => again(deps, past, survey, known.said(*id), campaign, dry_run).await,
                None if dry_run => Ok(Brought::Made),
                None => bring(deps, past, campaign, now).await,
            }
        }
    };
    let mut outcomes = carry_out(by_contact(&brought), WITHIN, work).await;
    let mut of_rows = HashMap::new();
    for (nth, response) in brought.iter().enumerate() {
        let outcome = outcomes.remove(&nth).unwrap_or_else(|| Err(too_late()));
        of_rows
            .extend(response.rows.iter().map(|row| (row.index, outcome.clone().map(|outcome| row.outcome(outcome)))));
    }
    let rows = read.into_iter().enumerate().map(|(index, read)| match (read, of_rows.remove(&index)) {
        (Err(problem), _) | (Ok(_), Some(Err(problem))) => RowAnswer::problem(index, problem),
        (Ok(read), Some(Ok(outcome))) => {
            let id = known.here(&read.past).unwrap_or_else(|| read.past.survey_id(&stored.campaign));
            RowAnswer::of(index, outcome, id, read.ignored)
        }
        (Ok(_), None) => RowAnswer::problem(index, too_late()),
    });
    let rows: Vec<RowAnswer> = rows.collect();
    let later = |row: &&RowAnswer| row.problem.as_ref().is_some_and(|problem| problem.kind() == Kind::TryLater);
    let retry = rows.iter().filter(later).map(|row| row.index).collect();
    let answers = Answers { rows, retry };
    tell(&answers, &batch.source, dry_run);
    Ok(Json(answers))
}

impl RowAnswer {
    fn problem(index: usize, problem: Problem) -> Self {
        Self { index, outcome: None, survey_id: None, ignored: Vec::new(), problem: Some(problem) }
    }

    fn of(index: usize, outcome: Brought, id: SurveyId, ignored: Vec<String>) -> Self {
        let outcome = match outcome {
            Brought::Made => "created",
            Brought::Already => "duplicate",
            Brought::Changed => "changed",
            Brought::Erased => {
                let detail = "this contact was erased here and does not want to be asked; nothing of them is kept";
                return Self::problem(index, Problem::field("/contact_email", detail));
            }
        };
        Self { index, outcome: Some(outcome), survey_id: Some(id.to_string()), ignored, problem: None }
    }
}

/// What tables that npsloop wrote are brought here as.
const OURS: &str = "npsloop";

/// The survey that a response was before it was taken out of an npsloop, this one or another.
fn taken_out(past: &PastResponse) -> Option<SurveyId> {
    past.row.as_ref().filter(|_| past.source == OURS)?.parse().ok()
}

/// The surveys that these responses were.
fn own(read: &[Result<Read, Problem>]) -> Vec<SurveyId> {
    let own: HashSet<SurveyId> = read.iter().flatten().filter_map(|read| taken_out(&read.past)).collect();
    own.into_iter().collect()
}

/// The responses of a batch that are here, with what was said.
struct Known {
    surveys: HashMap<SurveyId, Survey>,
    comments: HashMap<SurveyId, Comment>,
    /// Of those that rows of our own tables say they are, the ones that were answered here.
    answered_here: HashSet<SurveyId>,
}

impl Known {
    async fn of(deps: &Deps, ids: &[SurveyId], own: &[SurveyId]) -> Result<Self, Problem> {
        let surveys: HashMap<SurveyId, Survey> =
            deps.store.surveys(ids).await?.into_iter().map(|survey| (survey.id, survey)).collect();
        let commented = surveys.values().filter(|survey| survey.commented_at.is_some());
        let commented: Vec<SurveyId> = commented.map(|survey| survey.id).collect();
        let comments = deps.store.comments(&commented).await?;
        let own = deps.store.surveys(own).await?;
        let answered_here = own.iter().filter(|survey| survey.score().is_some()).map(|survey| survey.id).collect();
        Ok(Self { surveys, comments, answered_here })
    }

    /// The survey that a response was before it was taken out of here.
    fn here(&self, past: &PastResponse) -> Option<SurveyId> {
        taken_out(past).filter(|id| self.answered_here.contains(id))
    }

    fn said(&self, id: SurveyId) -> Option<&str> {
        self.comments.get(&id).map(|comment| comment.text.as_str())
    }
}

/// A response that is here is brought again: what it says now holds, if that is something else.
async fn again(
    deps: &Deps,
    past: &PastResponse,
    known: &Survey,
    said: Option<&str>,
    campaign: &Campaign,
    dry_run: bool,
) -> Result<Brought, Problem> {
    let Some(after) = past.again(known, said, campaign) else { return Ok(Brought::Already) };
    if dry_run {
        return Ok(Brought::Changed);
    }
    let anew = past.comment.as_deref().filter(|_| past.comments_anew(said));
    let after = match anew {
        Some(text) => after.hearing(text::heard(&campaign.themes, text, past.contact.locale.as_deref())),
        None => after,
    };
    // It stands beside the survey with its time.
    let saved = match anew.or(said.filter(|_| after.commented_at != known.commented_at)) {
        Some(text) => {
            let comment = Comment { text: text.to_owned(), at: past.answered_at };
            deps.store.save_with_comment(known, &after, &comment).await?
        }
        None => deps.store.save(known, &after).await?,
    };
    match saved {
        Saved::Done => Ok(Brought::Changed),
        Saved::Conflict(_) => Err(Problem::new(Kind::TryLater, "this response was changed at this moment")),
    }
}

async fn bring(deps: &Deps, past: &PastResponse, campaign: &Campaign, now: Timestamp) -> Result<Brought, Problem> {
    let mut survey = past.survey(campaign, now);
    if let Some(comment) = &past.comment {
        survey = survey.hearing(text::heard(&campaign.themes, comment, past.contact.locale.as_deref()));
    }
    let comment = past.comment.as_ref().map(|text| Comment { text: text.clone(), at: past.answered_at });
    Ok(deps.store.bring(&survey, comment.as_ref()).await?)
}

/// A response of a batch.
struct Response {
    id: SurveyId,
    /// What its rows say together.
    past: PastResponse,
    rows: Vec<OneRow>,
}

/// A row of a response.
struct OneRow {
    index: usize,
    /// Which of those of the response it is.
    is_first: bool,
    /// Whether it says something else than the ones before it.
    is_news: bool,
}

impl OneRow {
    /// What became of it, by what became of the response: the first row is the response, the others change it.
    const fn outcome(&self, of_all: Brought) -> Brought {
        match of_all {
            Brought::Made | Brought::Changed if self.is_first => of_all,
            Brought::Made | Brought::Changed if self.is_news => Brought::Changed,
            Brought::Made | Brought::Changed => Brought::Already,
            Brought::Already | Brought::Erased => of_all,
        }
    }
}

/// The responses that can be brought here, in the order in which each comes first. Rows of the same one are put together, so
/// that the last one holds and whoever sends the batch again changes nothing.
fn brought(read: &[Result<Read, Problem>], campaign: &Campaign) -> Vec<Response> {
    let mut places = HashMap::new();
    let mut all: Vec<Response> = Vec::new();
    for (index, read) in read.iter().enumerate() {
        let Ok(Read { past, .. }) = read else { continue };
        let id = past.survey_id(campaign);
        let place = *places.entry(id).or_insert(all.len());
        match all.get_mut(place) {
            Some(response) => {
                let both = response.past.then(past);
                response.rows.push(OneRow { index, is_first: false, is_news: both != response.past });
                response.past = both;
            }
            None => {
                let row = OneRow { index, is_first: true, is_news: true };
                all.push(Response { id, past: past.clone(), rows: vec![row] });
            }
        }
    }
    all
}

/// Responses of one contact together.
fn by_contact(brought: &[Response]) -> Vec<Vec<usize>> {
    let mut places = HashMap::new();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (nth, response) in brought.iter().enumerate() {
        let place = *places.entry(response.past.contact.key()).or_insert(groups.len());
        if place == groups.len() {
            groups.push(Vec::new());
        }
        groups[place].push(nth);
    }
    groups
}

fn batch(bytes: &[u8]) -> Result<Batch, Problem> {
    let mut fields = Fields::parse(bytes)?;
    let campaign = match fields.text("campaign", 1000) {
        None => Some(CampaignId::default_campaign()),
        Some(text) => {
            text.parse().map_err(|wrong: model::id::NotAnId| fields.wrong("campaign", wrong.to_string())).ok()
        }
    };
    let expected = "this must be the name of a service, 1 to 32 small letters, digits, - and _";
    let source = fields.parsed("source", 1000, expected, |text| {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
        (text.len() <= 32 && text.bytes().all(plain)).then(|| text.to_owned())
    });
    if source.is_none() {
        fields.missing("source", "name the service the responses come from, such as delighted");
    }
    let rows = fields.list("responses");
    if rows.is_none() {
        fields.missing("responses", "a batch is an array of responses");
    }
    if rows.as_ref().is_some_and(|rows| rows.len() > MOST_ROWS) {
        fields.wrong("responses", "a batch has at most 500 responses; send the rest in another one");
    }
    fields.finish()?;
    match (campaign, source, rows) {
        (Some(campaign), Some(source), Some(rows)) => Ok(Batch { campaign, source, rows }),
        _ => Err(Problem::invalid(Vec::new())),
    }
}

fn read_row(row: Value, campaign: &CampaignId, source: &str, now: Timestamp) -> Result<Read, Problem> {
    let Value::Object(object) = row else {
        return Err(Problem::new(Kind::Malformed, "a response is one JSON object: { … }"));
    };
    let mut fields = Fields::of(object);
    let mut ignored = Vec::new();
    let row = fields.text("row_id", ID);
    let nobody = row.as_deref().map(|row| nobody_known(campaign, source, row));
    let contact = body::respondent(&mut fields, nobody, &mut ignored);
    let kind = fields.text("subject_type", SHORT);
    let (id, name) = (fields.text("subject_id", ID), fields.text("subject_name", NAME));
    if id.is_none() && (kind.is_some() || name.is_some()) {
        fields.missing("subject_id", "a record that is named needs its id");
    }
    let milestone = fields.text("milestone", SHORT);
    let owner = body::owner(&mut fields);
    let agent = body::named(&mut fields, ["agent_id", "agent_name"]);
    let account = body::named(&mut fields, ["account_id", "account_name"]);
    let score = fields.whole("score", 0..=10).and_then(|score: u8| Score::try_from(score).ok());
    if score.is_none() {
        fields.missing("score", "a response needs its score, a whole number from 0 to 10");
    }
    let comment = comment(&mut fields);
    let follow_up = fields.flag("follow_up");
    let may_quote = fields.flag("may_quote");
    let reasons = reasons(&mut fields);
    let sent_at = body::time(&mut fields, "sent_at");
    let answered_at = body::time(&mut fields, "answered_at");
    match answered_at {
        None => fields.missing("answered_at", "a response needs the time at which it was given"),
        Some(at) if at > now => fields.wrong("answered_at", "this lies in the future"),
        Some(at) if at < EARLIEST => fields.wrong("answered_at", "this lies before the year 2000"),
        Some(at) if sent_at.is_some_and(|sent| sent > at) => fields.wrong("sent_at", "this lies after answered_at"),
        Some(_) if sent_at.is_some_and(|sent| sent < EARLIEST) => {
            fields.wrong("sent_at", "this lies before the year 2000");
        }
        Some(_) => {}
    }
    let attributes = body::attributes(&mut fields, &mut ignored);
    fields.finish()?;
    // Nothing is wrong, so what must be there is there.
    let (Some(contact), Some(score), Some(answered_at)) = (contact, score, answered_at) else {
        return Err(Problem::invalid(vec![FieldError::new("", "something is missing")]));
    };
    // What a trigger is about that does not say what it is.
    let subject = id.map(|id| Subject { kind: kind.unwrap_or_else(|| "project".to_owned()), id, name });
    let source = source.to_owned();
    let past = PastResponse {
        source,
        row,
        subject,
        milestone,
        contact,
        owner,
        agent,
        account,
        attributes,
        score,
        comment,
        follow_up,
        may_quote,
        reasons,
        sent_at,
        answered_at,
    };
    Ok(Read { past, ignored })
}

/// The ids of reasons that were ticked. Which of them the campaign has for the score is looked at when the survey is made.
fn reasons(fields: &mut Fields) -> Vec<ReasonId> {
    let mut reasons = Vec::new();
    for (nth, value) in fields.list("reasons").unwrap_or_default().into_iter().enumerate() {
        let id = match value {
            Value::Text(text) => text.parse::<ReasonId>().ok(),
            _ => None,
        };
        match id {
            Some(id) => reasons.push(id),
            None => fields.wrong_within("reasons", nth, "this must be a reason's id"),
        }
    }
    reasons
}

/// What somebody said: as many lines as they like, and no other control character.
fn comment(fields: &mut Fields) -> Option<String> {
    let text = match fields.take("comment")? {
        Value::Text(text) => text,
        Value::Whole(number) => number.to_string(),
        _ => {
            fields.wrong("comment", "this must be a string");
            return None;
        }
    };
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    let text = text.trim();
    if text.chars().count() > MAX_COMMENT_CHARS {
        fields.wrong("comment", "this must have at most 4000 characters");
    }
    (!text.is_empty()).then(|| text.to_owned())
}

fn tell(answers: &Answers, source: &str, dry_run: bool) {
    let of = |outcome: &str| answers.rows.iter().filter(|row| row.outcome == Some(outcome)).count();
    tracing::info!(
        import.source = source,
        import.rows = answers.rows.len(),
        import.made = of("created"),
        import.changed = of("changed"),
        import.problems = answers.rows.iter().filter(|row| row.problem.is_some()).count(),
        import.retry = answers.retry.len(),
        import.dry_run = dry_run,
        "past responses were brought here"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn pointers(row: &str) -> Vec<String> {
        let row = host::body::json(row.as_bytes()).unwrap();
        let errors = |problem: Problem| problem.errors().iter().map(|error| error.pointer.clone()).collect();
        read_row(row, &CampaignId::default_campaign(), "delighted", NOW).err().map_or_else(Vec::new, errors)
    }

    #[test]
    fn everything_that_is_wrong_with_a_row_is_said() {
        const FINE: &str = r#""contact_email":"a@example.com","score":9,"answered_at":"2021-03-04T05:06:07Z""#;
        assert_eq!(pointers(&format!("{{{FINE}}}")), Vec::<String>::new());
        for (wrong, pointer) in [
            (r#""nps":1"#, "/nps"),
            (r#""comment":{}"#, "/comment"),
            (r#""sent_at":"2021-03-04T05:06:08Z""#, "/sent_at"),
            (r#""sent_at":"1999-03-04T05:06:08Z""#, "/sent_at"),
            (r#""subject_name":"Website""#, "/subject_id"),
            (r#""follow_up":"maybe""#, "/follow_up"),
            (r#""may_quote":"maybe""#, "/may_quote"),
            (r#""reasons":"slow""#, "/reasons"),
            (r#""reasons":["slow","Too slow"]"#, "/reasons/1"),
        ] {
            assert_eq!(pointers(&format!("{{{FINE},{wrong}}}")), [pointer], "{wrong}");
        }
        assert_eq!(pointers("{}"), ["/contact_email", "/score", "/answered_at"]);
        let by = |who: &str| pointers(&format!(r#"{{{who}"score":9,"answered_at":"2021-03-04T05:06:07Z"}}"#));
        assert_eq!(by(r#""contact_phone":"+49 1511 2345678","#), Vec::<String>::new());
        assert_eq!(by(r#""contact_phone":"01511 2345678","#), ["/contact_phone"]);
        assert_eq!(by(r#""contact_phone":"01511 2345678","contact_email":"a@example.com","#), Vec::<String>::new());
        assert_eq!(by(r#""contact_phone":"+49 1511 2345678","contact_email":"a at example","#), ["/contact_email"]);
        assert_eq!(by(r#""row_id":"7","#), Vec::<String>::new(), "nobody known");
        assert_eq!(by(r#""row_id":"7","contact_email":"a at example","#), ["/contact_email"], "somebody, mistyped");
        assert_eq!(by(r#""contact_name":"Ada","#), ["/contact_email"]);
        let row = |score: &str, at: &str| {
            pointers(&format!(r#"{{"contact_email":"a@example.com","score":{score},"answered_at":"{at}"}}"#))
        };
        assert_eq!(row("11", "2021-03-04T05:06:07Z"), ["/score"]);
        assert_eq!(row("7.5", "2021-03-04T05:06:07Z"), ["/score"]);
        assert_eq!(row("\"\"", "2021-03-04T05:06:07Z"), ["/score"]);
        assert_eq!(row("9", "2027-01-15T08:00:01Z"), ["/answered_at"]);
        assert_eq!(row("9", "1999-12-31T23:59:59Z"), ["/answered_at"]);
        assert_eq!(row("9", "yesterday"), ["/answered_at"]);
    }

    #[test]
    fn nobody_has_no_name_by_which_they_could_be_held() {
        let read = |who: &str| {
            let row = format!(
                r#"{{"row_id":"7","contact_name":"Ada","contact_id":"0035",{who}"score":2,"answered_at":"2021-03-04T05:06:07Z"}}"#
            );
            let row = host::body::json(row.as_bytes()).unwrap();
            let Read { past, ignored } = read_row(row, &CampaignId::default_campaign(), "x", NOW).unwrap();
            (past.contact.name, past.contact.id, ignored)
        };
        assert_eq!(read(""), (None, None, vec!["contact_name".to_owned(), "contact_id".to_owned()]));
        for who in [r#""contact_email":"ada@example.com","#, r#""contact_phone":"+49 1511 2345678","#] {
            assert_eq!(read(who), (Some("Ada".to_owned()), Some("0035".to_owned()), Vec::new()), "{who}");
        }
    }

    #[test]
    fn rows_of_one_response_are_one_response() {
        let row = |id: &str, score: u8, more: &str| {
            let row = format!(
                r#"{{"row_id":"{id}","contact_email":"{id}@example.com",{more}"score":{score},"answered_at":"2021-03-04T05:06:07Z"}}"#
            );
            read_row(host::body::json(row.as_bytes()).unwrap(), &CampaignId::default_campaign(), "x", NOW)
        };
        let rows =
            [row("1", 9, r#""comment":"Fine","#), row("2", 9, ""), row("1", 12, ""), row("1", 3, ""), row("1", 3, "")];
        let email = model::Email::parse("nps@example.com").unwrap();
        let sender = model::campaign::Sender { name: "Example AG".to_owned(), email };
        let campaign = Campaign::new(CampaignId::default_campaign(), "Example AG", sender);
        let all = brought(&rows, &campaign);
        let shown: Vec<_> = all.iter().map(|one| (one.past.score.value(), one.past.comment.as_deref())).collect();
        assert_eq!(shown, [(3, Some("Fine")), (9, None)]);
        assert_eq!(by_contact(&all), [[0], [1]]);
        let of =
            |all_of_it: Brought| all[0].rows.iter().map(|row| (row.index, row.outcome(all_of_it))).collect::<Vec<_>>();
        use Brought::{Already, Changed, Erased, Made};
        assert_eq!(of(Made), [(0, Made), (3, Changed), (4, Already)]);
        assert_eq!(of(Changed), [(0, Changed), (3, Changed), (4, Already)]);
        assert_eq!(of(Already), [(0, Already), (3, Already), (4, Already)]);
        assert_eq!(of(Erased), [(0, Erased), (3, Erased), (4, Erased)]);
    }

    #[test]
    fn a_comment_keeps_its_lines_and_loses_what_nobody_can_read() {
        let row = r#"{"contact_email":"a@example.com","score":9,"answered_at":"2021-03-04T05:06:07Z",
            "comment":" one\r\ntwo\rthree\u0000\u001b "}"#;
        let row = host::body::json(row.as_bytes()).unwrap();
        assert_eq!(
            read_row(row, &CampaignId::default_campaign(), "x", NOW).unwrap().past.comment.as_deref(),
            Some("one\ntwo\nthree")
        );
    }
}
