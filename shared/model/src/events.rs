//! What a change of a survey means, and who must hear of it.

use crate::id::SurveyId;
use crate::survey::{Due, Mail, Step, Survey};

/// One thing somebody must hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A step is next: at once, or at its time.
    Next {
        /// The survey.
        survey: SurveyId,
        /// The step and its time.
        due: Due,
    },
    /// A step will not come any more: its schedule can go.
    Over {
        /// The survey.
        survey: SurveyId,
        /// The step.
        step: Step,
    },
    /// The world outside must hear of the survey as it is now.
    News {
        /// The survey.
        survey: SurveyId,
    },
}

/// What happened between two images of one survey.
///
/// A released claim is no event: whoever released it sees to the next attempt, and a message for each
/// release would make two of every retry. A survey that goes is no news: nobody could look at it any more. What was
/// answered elsewhere years ago is counted and shown, and is news to nobody, whatever changes about it.
#[must_use]
pub fn events(before: Option<&Survey>, after: Option<&Survey>) -> Vec<Event> {
    if after.or(before).is_some_and(|survey| survey.imported.is_some()) {
        return Vec::new();
    }
    let next = |survey: Option<&Survey>| survey.and_then(|survey| survey.next);
    let (was, is) = (next(before), next(after));
    let step = match (after.or(before), was, is) {
        _ if was == is => None,
        (Some(survey), _, Some(due)) => Some(Event::Next { survey: survey.id, due }),
        (Some(survey), Some(was), None) => Some(Event::Over { survey: survey.id, step: was.step }),
        _ => None,
    };
    let news = after.filter(|after| before.map(told) != Some(told(after)));
    step.into_iter().chain(news.map(|after| Event::News { survey: after.id })).collect()
}

/// A survey without what nobody outside cares about: the bookkeeping of its mails, steps and counting, and that
/// its page was opened.
fn told(survey: &Survey) -> Survey {
    let mail = |mail: &Mail| Mail { claim: None, claimed_at: None, delivered_at: None, ..mail.clone() };
    Survey {
        ver: 0,
        next: None,
        in_flight: None,
        invite: mail(&survey.invite),
        remind: mail(&survey.remind),
        taken_over: Vec::new(),
        record_modified_at: None,
        recounted_at: None,
        seen_at: None,
        ..survey.clone()
    }
}
