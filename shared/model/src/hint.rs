//! What a message on a queue says. A message is a hint: the consumer loads the survey and does what is
//! due now, so a hint that comes twice, late or out of order does no harm.

use serde::{Deserialize, Serialize};

use crate::id::SurveyId;
use crate::notice::NoticeId;
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

/// The body of a message on the mail queue: a step of a survey, or a letter that was written down.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Mailing {
    /// A mail that asks: `{"survey":"…","step":"…"}`.
    Step(Hint),
    /// Any other: `{"letter":"…"}`.
    Letter(NoticeId),
}

/// How a mailing is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    survey: Option<SurveyId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    step: Option<Step>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    letter: Option<NoticeId>,
}

impl Serialize for Mailing {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.clone() {
            Self::Step(Hint { survey, step }) => Wire { survey: Some(survey), step: Some(step), letter: None },
            Self::Letter(letter) => Wire { survey: None, step: None, letter: Some(letter) },
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Mailing {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Wire::deserialize(deserializer)? {
            Wire { survey: Some(survey), step: Some(step), letter: None } => Ok(Self::Step(Hint { survey, step })),
            Wire { survey: None, step: None, letter: Some(letter) } => Ok(Self::Letter(letter)),
            _ => Err(serde::de::Error::custom("a mailing names a survey and its step, or a letter")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailing_is_read_as_it_was_written() {
        let survey: SurveyId = "00112233445566778899aabbccddeeff".parse().unwrap();
        let step = r#"{"survey":"00112233445566778899aabbccddeeff","step":"invite"}"#;
        let letter = r#"{"letter":"00112233445566778899aabbccddeeff/alert-1"}"#;
        let hint = Hint { survey, step: Step::Invite };
        assert_eq!(serde_json::to_string(&hint).unwrap(), step, "relay and schedules write hints");
        for (mailing, text) in
            [(Mailing::Step(hint), step), (Mailing::Letter(NoticeId::about(survey, "alert-1")), letter)]
        {
            assert_eq!(serde_json::to_string(&mailing).unwrap(), text);
            assert_eq!(serde_json::from_str::<Mailing>(text).unwrap(), mailing);
        }
        for wrong in [
            "{}",
            r#"{"letter":"alert-1"}"#,
            r#"{"survey":"00112233445566778899aabbccddeeff"}"#,
            r#"{"survey":"00112233445566778899aabbccddeeff","step":"invite","letter":"a/b"}"#,
            r#"{"letter":"a/b","more":1}"#,
        ] {
            assert!(serde_json::from_str::<Mailing>(wrong).is_err(), "{wrong}");
        }
    }
}
