//! Load, decide, apply: what becomes of a response and of an unsubscription.
//!
//! Whatever is repeated finds its own trace: the same score again changes its moment alone, a comment takes the place of
//! itself, and who has unsubscribed stays so. Who wrote in between makes the write fail, and it is decided anew.

use host::Problem;
use host::problem::Kind;
use model::reason::NO_REASONS;
use model::survey::{NotTaken, Said};
use model::{Campaign, Score, Suppression, Survey, SurveyId, Timestamp};
use store::{Comment, Error, Responded, Saved, Store, StoredCampaign};

use crate::sent::Sent;

/// How often a decision is made anew when others write at the same time. A link has one reader.
const TRIES: usize = 6;

/// What became of something a contact sent.
pub(crate) enum Recorded {
    /// It is recorded; the survey as it is now.
    Yes(Box<Survey>),
    /// It cannot be; the survey as it stands.
    No(NotTaken, Box<Survey>),
    /// The survey is no longer kept.
    Gone,
    /// Others wrote at the same time, again and again.
    Busy,
}

/// Records a response. A score alone takes one write and no read.
pub(crate) async fn respond(
    store: &Store,
    id: SurveyId,
    campaign: Option<&StoredCampaign>,
    sent: &Sent,
    now: Timestamp,
) -> Result<Recorded, Error> {
    let mut survey = match (sent, campaign) {
        (
            Sent { score: Some(score), comment: None, follow_up: None, may_quote: None, reasons: None, .. },
            Some(stored),
        ) => {
            let Campaign { id: campaign, time_zone, .. } = &stored.campaign;
            let responded = if sent.self_saved {
                store.self_save(id, *score, campaign, time_zone, now).await
            } else {
                store.respond(id, *score, campaign, time_zone, now).await
            };
            match responded? {
                Responded::Yes(survey) => return Ok(Recorded::Yes(survey)),
                Responded::No(found) => found,
            }
        }
        _ => store.survey(id).await?.map(Box::new),
    };
    for _ in 0..TRIES {
        let Some(before) = survey else { return Ok(Recorded::Gone) };
        let after = match decide(&before, sent, campaign.map(|stored| &stored.campaign), now) {
            Ok(Some(after)) => after,
            Ok(None) => return Ok(Recorded::Yes(before)),
            Err(why) => return Ok(Recorded::No(why, before)),
        };
        let saved = match &sent.comment {
            Some(text) => {
                let comment = Comment { text: text.clone(), at: now };
                store.save_with_comment(&before, &after, &comment).await?
            }
            None => store.save(&before, &after).await?,
        };
        survey = match saved {
            Saved::Done => return Ok(Recorded::Yes(Box::new(after))),
            Saved::Conflict(found) => found,
        };
    }
    Ok(Recorded::Busy)
}

/// What to say when others wrote at the same time, again and again.
pub(crate) fn busy() -> Problem {
    Problem::new(Kind::TryLater, "others wrote at the same time; please send it again")
}

/// What a response makes of a survey; nothing if it says what is known.
pub(crate) fn decide(
    survey: &Survey,
    sent: &Sent,
    campaign: Option<&Campaign>,
    now: Timestamp,
) -> Result<Option<Survey>, NotTaken> {
    if sent.self_saved {
        return survey.self_saved(sent.score.ok_or(NotTaken::NoScore)?, now);
    }
    let offered = campaign.map_or(&NO_REASONS, |campaign| &campaign.reasons);
    let themes = campaign.map(|campaign| campaign.themes.as_slice()).unwrap_or_default();
    // What it is about is written with it: the survey stays the only truth.
    let heard = sent.comment.as_ref().map(|text| text::heard(themes, text, survey.contact.locale.as_deref()));
    let group = sent.score.or(survey.score()).map(Score::group);
    let reasons = sent.reasons.as_ref().map(|ticked| match group.filter(|_| !ticked.strict) {
        Some(group) => offered.offered(group, &ticked.ids),
        None => ticked.ids.clone(),
    });
    let said = Said {
        score: sent.score,
        heard: heard.as_ref(),
        follow_up: sent.follow_up,
        may_quote: sent.may_quote,
        reasons: reasons.as_deref(),
    };
    survey.said(said, offered, now)
}

/// Unsubscribes a survey's contact from everything, and stops the survey if it is open.
pub(crate) async fn unsubscribe(store: &Store, id: SurveyId, now: Timestamp) -> Result<Recorded, Error> {
    let mut survey = store.survey(id).await?.map(Box::new);
    for _ in 0..TRIES {
        let Some(before) = survey else { return Ok(Recorded::Gone) };
        let Some(after) = before.unsubscribed(now) else {
            // Somebody may have lifted the suppression since; the wish stands.
            store.suppress(&before.contact.key(), Suppression::Unsubscribed, now).await?;
            return Ok(Recorded::Yes(before));
        };
        survey = match store.save_and_suppress(&before, &after, Suppression::Unsubscribed, now).await? {
            Saved::Done => return Ok(Recorded::Yes(Box::new(after))),
            Saved::Conflict(found) => found,
        };
    }
    Ok(Recorded::Busy)
}
