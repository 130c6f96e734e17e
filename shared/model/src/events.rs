//! What a change of a survey means, and who must hear of it.

use crate::id::SurveyId;
use crate::survey::{Due, Step, Survey};

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
}

/// What happened between two images of one survey; nothing when neither its next step nor its end changed.
///
/// A released claim is no event: whoever released it sees to the next attempt, and a message for each
/// release would make two of every retry.
#[must_use]
pub fn events(before: Option<&Survey>, after: Option<&Survey>) -> Vec<Event> {
    let next = |survey: Option<&Survey>| survey.and_then(|survey| survey.next);
    let (was, is) = (next(before), next(after));
    if was == is {
        return Vec::new();
    }
    match (after.or(before), was, is) {
        (Some(survey), _, Some(due)) => vec![Event::Next { survey: survey.id, due }],
        (Some(survey), Some(was), None) => vec![Event::Over { survey: survey.id, step: was.step }],
        _ => Vec::new(),
    }
}
