//! What a message on a queue says. A message is a hint: the consumer loads the survey and does what is
//! due now, so a hint that comes twice, late or out of order does no harm.

use serde::{Deserialize, Serialize};

use crate::id::SurveyId;
use crate::survey::Step;

/// "Look at this survey": the body of a message on the mail queue and the step queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hint {
    /// The survey to look at.
    pub survey: SurveyId,
    /// The step whose turn it was when the message was written.
    pub step: Step,
}
