//! From a question to its numbers: tallies where they know, the answers themselves where not.

use futures_util::future::{OptionFuture, try_join_all, try_join3};
use host::Problem;
use host::problem::Kind;
use jiff::ToSpan as _;
use jiff::civil::Date;
use model::numbers::Counts;
use model::{Campaign, Sees, Survey, Timestamp};
use serde::Serialize;
use store::{Config, Store, TallyRow};

use crate::answers::{Cursor, Fold, Folded, Walked, walk};
use crate::plan::{Knows, MAIL, Plan};
use crate::query::{By, Days, Parameters, Per, Question, Selection};
use crate::sums::Sums;

/// Days a link lives from its mail on, and one for whoever is asked in another zone.
const LINK_DAYS: i64 = 181;

/// Where numbers come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Basis {
    /// Counted when the answers came.
    Tallies,
    /// Added up from the answers now.
    Answers,
}

/// What was looked at for numbers that come from answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Scanned {
    answers: u64,
    complete: bool,
    gone: u64,
}

/// What is known of each kind of number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    pub(crate) whole: Knows,
    pub(crate) group: Knows,
    pub(crate) crossed: Knows,
}

/// The numbers a question asks for.
pub(crate) struct Found {
    pub(crate) basis: Basis,
    pub(crate) sums: Sums,
    pub(crate) known: Known,
    /// The window this one is compared with, and its numbers; its groups only if they were asked for.
    pub(crate) earlier: Option<(Days, Sums)>,
    /// Answers to the first mail, and after the reminder.
    pub(crate) mails: Option<(Counts, Counts)>,
    pub(crate) scanned: Option<Scanned>,
    pub(crate) cursor: Option<Cursor>,
}

/// The campaigns a question is about. Those that were deleted are among them: their numbers stay.
pub(crate) fn chosen(config: &Config, selection: &Selection, parameters: &mut Parameters) -> Vec<Campaign> {
    let all = config.every_campaign().into_iter().map(|stored| &stored.campaign);
    let chosen: Vec<_> =
        all.filter(|campaign| selection.campaign.as_ref().is_none_or(|id| *id == campaign.id)).cloned().collect();
    if chosen.is_empty() {
        parameters.wrong("campaign", "there is no such campaign");
    }
    chosen
}

/// Today, where it is latest: what counts there must not be missing.
pub(crate) fn latest_day(campaigns: &[Campaign], now: Timestamp) -> Date {
    let today = |campaign: &Campaign| now.day_in(&model::time::zone(&campaign.time_zone));
    campaigns.iter().map(today).max().unwrap_or_else(|| now.day_in(&jiff::tz::TimeZone::UTC))
}

/// The zone the days are in, if it is the same for all.
pub(crate) fn common_zone(campaigns: &[Campaign]) -> Option<String> {
    let first = &campaigns.first()?.time_zone;
    campaigns.iter().all(|campaign| campaign.time_zone == *first).then(|| first.clone())
}

/// How many days after a survey was sent an answer can still come: by a link of its last mail, or, from whoever the company
/// says they are, as long as the survey is kept.
fn answerable(campaigns: &[Campaign]) -> i64 {
    let days = campaigns.iter().map(|campaign| {
        let last_mail = i64::from(campaign.cadence.close.div_ceil(86_400));
        i64::from(campaign.retention_days).max(last_mail + LINK_DAYS)
    });
    days.max().unwrap_or(LINK_DAYS)
}

/// Finds the numbers. `cursor` is where an earlier request left off.
///
/// # Errors
/// `crossing` for what does not fit one request and cannot be told in parts; when the tables give no answer.
pub(crate) async fn ask(
    store: &Store,
    question: &Question,
    campaigns: &[Campaign],
    now: Timestamp,
    cursor: Option<&Cursor>,
) -> Result<Found, Problem> {
    let found = match Plan::new(question) {
        Some(plan) => tallied(store, question, &plan, campaigns, latest_day(campaigns, now)).await?,
        None => None,
    };
    match (found, cursor) {
        (Some(found), None) => Ok(found),
        (Some(_), Some(_)) => {
            Err(Problem::field("?cursor", "this question is answered at once; nothing is left to go on with"))
        }
        (None, _) => {
            question.selection.is_told_by_surveys()?;
            folded(store, question, campaigns, now, cursor).await
        }
    }
}

/// The numbers from tallies: everything is read side by side, and costs the same however many answered. Nothing where the
/// value asked for may be among those a day had no room for: owners of a very large company, or a number of an order.
async fn tallied(
    store: &Store,
    question: &Question,
    plan: &Plan,
    campaigns: &[Campaign],
    today: Date,
) -> Result<Option<Found>, store::Error> {
    let selection = &question.selection;
    let days = selection.span.days(today);
    let earlier = question.compare.map(|with| selection.span.compared(with, today));
    let mails = Plan::of_mails(question);
    let until = days.to.saturating_add(answerable(campaigns).days());
    // The totals of an earlier window need no groups, and its answers came within it.
    let plain = match question.around {
        Some(_) => Some(plan.clone()),
        None => Plan::new(&Question::of(selection.clone())),
    };
    let then = OptionFuture::from(earlier.zip(plain.as_ref()).map(|(days, plan)| async move {
        Ok::<_, store::Error>((
            days,
            sums(store, plan, (selection, campaigns), days, (&plan.dimensions(), days.to)).await?,
        ))
    }));
    let mails = OptionFuture::from(
        mails.as_ref().map(|plan| sums(store, plan, (selection, campaigns), days, (&[MAIL], days.to))),
    );
    let dimensions = plan.dimensions();
    let (sums, then, mails) = try_join3(
        sums(store, plan, (selection, campaigns), days, (&dimensions, until)),
        async { then.await.transpose() },
        async { mails.await.transpose() },
    )
    .await?;
    if !sums.is_whole() || then.as_ref().is_some_and(|(_, then)| !then.is_whole()) {
        return Ok(None);
    }
    let mail = |sums: &Sums, name: &str| sums.group(name).counts();
    Ok(Some(Found {
        basis: Basis::Tallies,
        known: Known { whole: plan.whole_knows(), group: plan.group_knows(), crossed: plan.crossed_knows() },
        sums,
        earlier: then,
        mails: mails.map(|sums| (mail(&sums, "first"), mail(&sums, "reminder"))),
        scanned: None,
        cursor: None,
    }))
}

/// Reads the rows of some dimensions up to a day, and adds them up.
async fn sums(
    store: &Store,
    plan: &Plan,
    (selection, campaigns): (&Selection, &[Campaign]),
    days: Days,
    (dimensions, until): (&[&str], Date),
) -> Result<Sums, store::Error> {
    let reads = campaigns.iter().flat_map(|campaign| {
        dimensions.iter().map(move |dimension| async move {
            let rows: Vec<TallyRow> = store.tallies(&campaign.id, dimension, days.from, until).await?;
            Ok::<_, store::Error>((campaign, *dimension, rows))
        })
    });
    let mut sums = Sums::new(selection, days);
    for (campaign, dimension, rows) in try_join_all(reads).await? {
        rows.iter().for_each(|row| sums.add_row(plan, &campaign.id, dimension, row));
    }
    Ok(sums)
}

/// The numbers from the answers themselves.
async fn folded(
    store: &Store,
    question: &Question,
    campaigns: &[Campaign],
    now: Timestamp,
    cursor: Option<&Cursor>,
) -> Result<Found, Problem> {
    let (span, today) = (question.selection.span, latest_day(campaigns, now));
    let days = span.days(today);
    let (found, walked, own) = fold(store, question, campaigns, (days, now), (cursor, question.scan)).await?;
    let complete = cursor.is_none() && walked.next.is_none();
    // Whose surveys they were that are gone, nobody knows.
    let gone = |gone| if question.selection.sees == Sees::All { gone } else { 0 };
    let mut scanned = Scanned { answers: own, complete, gone: gone(walked.gone) };
    if question.per == Per::Contact && !scanned.complete {
        let detail = "there are more answers in this window than one request looks at, and the latest of each contact is \
                      only known of all of them; choose fewer days, one campaign, or `per=response`";
        return Err(Problem::new(Kind::Crossing, detail));
    }
    let mut earlier = None;
    let left = question.scan.saturating_sub(usize::try_from(walked.answers).unwrap_or(usize::MAX));
    if let Some(with) = question.compare.filter(|_| scanned.complete && left > 0) {
        let then = span.compared(with, today);
        let grouped = question.group_by.clone().filter(|_| question.around.is_some());
        let plain = Question { group_by: grouped, cross_by: None, ..question.clone() };
        let (folded, walked, own) = fold(store, &plain, campaigns, (then, now), (None, left)).await?;
        scanned.answers += own;
        scanned.gone += gone(walked.gone);
        earlier = walked.next.is_none().then_some((then, folded.sums));
    }
    let knows = Knows::ANSWERS;
    Ok(Found {
        basis: Basis::Answers,
        known: Known { whole: knows, group: knows.of_a_group(), crossed: knows.of_a_group() },
        mails: found.mails(question),
        sums: found.sums,
        earlier,
        scanned: Some(scanned),
        cursor: walked.next,
    })
}

/// What answers add up to, what was looked at for it, and how much of that the reader sees.
async fn fold(
    store: &Store,
    question: &Question,
    campaigns: &[Campaign],
    (days, now): (Days, Timestamp),
    (cursor, most): (Option<&Cursor>, usize),
) -> Result<(Folded, Walked, u64), store::Error> {
    // What was asked elsewhere may have been answered at any time after.
    let answered = match question.by {
        By::Answer => (days, None),
        By::Sending => (Days { to: latest_day(campaigns, now).max(days.from), ..days }, Some(days)),
    };
    let mut fold = Fold::new(question, campaigns, days);
    let mut own = 0;
    let take = |survey: Survey| {
        own += u64::from(question.selection.sees.survey(&survey));
        fold.take(survey);
    };
    let walked = walk(store, campaigns, answered, now, (cursor, most), take).await?;
    Ok((fold.done(), walked, own))
}
