//! Which letters there should be about a survey. Nothing here waits or writes.

use std::time::Duration;

use model::campaign::Alert;
use model::notice::{Answer, Occasion, Says, Todo};
use model::task::TaskStatus;
use model::trigger::Addressee;
use model::{
    Campaign, Contact, Email, Language, ReasonId, Score, Standing, Survey, SurveyId, Task, TaskKind, Timestamp,
};
use store::Letter;

/// How long after it happened something is news. Less than a letter is kept, so that no letter is written again after
/// it was forgotten.
const NEWS: Duration = Duration::from_secs(14 * 86_400);

/// How long after the answer somebody is thanked.
const THANKED_WITHIN: Duration = Duration::from_secs(86_400);

/// Letters about one survey's answers: whoever plays with a link does not fill an inbox.
const MOST: usize = 10;

/// The name of the letter that thanks.
pub(crate) const THANKS: &str = "thanks";

/// Who is told of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reader {
    pub(crate) email: Email,
    pub(crate) name: Option<String>,
    /// IANA name of the zone times are told in.
    pub(crate) zone: String,
}

/// Who is told of a survey: whoever a task of it was given to by hand, else its owner, else the campaign's manager.
pub(crate) fn reader(survey: &Survey, tasks: &[Task], campaign: &Campaign) -> Option<Reader> {
    let by_hand = tasks.iter().filter(|task| task.reassigned && task.status == TaskStatus::Open);
    let mut owners = by_hand.filter_map(|task| task.owner.as_ref()).chain(survey.owner.as_ref());
    let owner = owners.find_map(|owner| Some((owner.email.clone()?, owner.name.clone())));
    let (email, name) = owner.or_else(|| Some((campaign.tasks.manager.clone()?, None)))?;
    let zone = zone(&email, campaign);
    Some(Reader { email, name, zone })
}

/// The zone a colleague works in.
pub(crate) fn zone(email: &Email, campaign: &Campaign) -> String {
    campaign.tasks.zones.get(email.expose()).unwrap_or(&campaign.time_zone).clone()
}

/// The next letter to write to the owner, by its name: one for each score that is to be told at once, one for a score
/// that takes back what was told, and one for what they wrote, unless it was told with the score.
pub(crate) fn alert_due(
    survey: &Survey,
    comment: Option<&str>,
    told: &[Letter],
    campaign: &Campaign,
    now: Timestamp,
) -> Option<(String, Occasion)> {
    let last = survey.changes.last()?;
    let alerts: Vec<&Letter> = told.iter().filter(|letter| letter.id.name.starts_with("alert-")).collect();
    let wanted = campaign.alerts.of(last.score.group()) == Alert::Instant || !alerts.is_empty();
    if !wanted || alerts.len() >= MOST || survey.standing() == Some(Standing::Suspect) {
        return None;
    }
    let nth = survey.changes.len();
    // The changes that were told, as their letters are named.
    let told_changes = alerts.iter().filter_map(|letter| letter.id.name.strip_prefix("alert-")?.parse::<usize>().ok());
    let latest_told = told_changes.max();
    let from = match latest_told {
        Some(known) => survey.changes.get(known.saturating_sub(1)).map(|change| change.score),
        None => nth.checked_sub(2).and_then(|earlier| survey.changes.get(earlier)).map(|change| change.score),
    };
    let untold = latest_told.is_none_or(|known| known < nth) && (latest_told.is_none() || from != Some(last.score));
    if untold && now.since(last.at) <= NEWS {
        return Some((format!("alert-{nth}"), from.map_or(Occasion::Answered, |from| Occasion::Changed { from })));
    }
    let (text, at) = (comment?, survey.commented_at?);
    let known = alerts.iter().any(|letter| match letter.notice.as_ref().map(|notice| &notice.says) {
        Some(Says::Alert { answer, .. }) => answer.comment.as_deref() == Some(text),
        _ => false,
    });
    (!known && now.since(at) <= NEWS).then(|| (format!("alert-comment-{}", at.as_millis()), Occasion::Commented))
}

/// The words the contact is thanked with and their language, if they are to be: once, and not long after.
pub(crate) fn thanks_due(
    survey: &Survey,
    campaign: &Campaign,
    told: &[Letter],
    now: Timestamp,
) -> Option<(String, Language)> {
    let last = survey.changes.last()?;
    let over = survey.contact.email().is_none()
        || survey.standing() == Some(Standing::Suspect)
        || now.since(last.at) > THANKED_WITHIN
        || told.iter().any(|letter| letter.id.name == THANKS);
    if over { None } else { campaign.thanks_to(survey.contact.name.as_deref(), last.score.group(), survey.language) }
}

/// The task that was opened for the answer.
pub(crate) fn todo(survey: &Survey, tasks: &[Task]) -> Option<Todo> {
    let score = survey.score()?;
    let open = tasks.iter().filter(|task| task.status == TaskStatus::Open && task.score == Some(score));
    open.filter(|task| matches!(task.kind, TaskKind::Recovery | TaskKind::Referral | TaskKind::Improve))
        .map(|task| Todo { kind: task.kind, due_at: task.due_at })
        .next()
}

/// The score the contact gave to another survey before this one.
pub(crate) fn before(survey: &Survey, contact: &Contact) -> Option<(Score, Timestamp)> {
    let answered_at = survey.answered_at()?;
    [&contact.last, &contact.previous]
        .into_iter()
        .flatten()
        .find(|known| known.survey != survey.id && known.answered_at < answered_at)
        .map(|known| (known.score, known.answered_at))
}

/// What a contact is called in a letter; empty where nobody knows.
pub(crate) fn called(contact: &Addressee) -> String {
    contact.called().unwrap_or_default().to_owned()
}

/// Where people see a survey.
pub(crate) fn url(public_url: &str, survey: SurveyId) -> String {
    format!("{public_url}/dashboard#survey={survey}")
}

/// An answer as a letter tells it. Only for a survey that has one.
pub(crate) fn answer(
    survey: &Survey,
    comment: Option<&str>,
    before: Option<(Score, Timestamp)>,
    campaign: &Campaign,
    public_url: &str,
) -> Answer {
    let last = survey.changes.last();
    Answer {
        contact: called(&survey.contact),
        email: survey.contact.email().cloned(),
        phone: survey.contact.phone.clone(),
        account: survey.account.as_ref().and_then(|account| account.name.clone()),
        subject: survey.subject.name.clone(),
        score: last.map_or_else(lowest, |change| change.score),
        comment: comment.map(str::to_owned),
        follow_up: survey.follow_up,
        may_quote: survey.may_quote,
        reasons: ticked(survey, campaign),
        at: last.map_or(survey.created_at, |change| change.at),
        changes: survey.changes.clone(),
        before,
        url: url(public_url, survey.id),
    }
}

/// What the contact ticked, as the campaign calls it.
fn ticked(survey: &Survey, campaign: &Campaign) -> Vec<String> {
    let offered = survey.score().map(|score| campaign.reasons.of(score.group())).unwrap_or_default();
    let called = |id: &ReasonId| {
        offered.iter().find(|reason| reason.id == *id).map_or_else(|| id.to_string(), |reason| reason.label.clone())
    };
    survey.reasons.iter().map(called).collect()
}

fn lowest() -> Score {
    Score::all().next().expect("there are eleven scores")
}

#[cfg(test)]
mod tests;
