//! What a message on the deliver queue says. As with a [`crate::Hint`], it says only where to look: what is
//! done is decided on what stands there, so an errand that comes twice, late or out of order does no harm.

use serde::{Deserialize, Serialize};

use crate::destination::DestinationId;
use crate::id::SurveyId;

/// The body of a message on the deliver queue.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Errand {
    /// See to it that the world outside knows this survey as it is: `{"survey":"…"}`.
    Tell(SurveyId),
    /// Try one destination again: `{"survey":"…","destination":"…"}`.
    Again(SurveyId, DestinationId),
    /// Thank the contact, now that the score has had time to settle: `{"survey":"…","thanks":true}`.
    Thank(SurveyId),
    /// Look after what is overdue: `{"sweep":true}`.
    Sweep,
}

/// How an errand is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    survey: Option<SurveyId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    destination: Option<DestinationId>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    thanks: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    sweep: bool,
}

impl Serialize for Errand {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let none = Wire { survey: None, destination: None, thanks: false, sweep: false };
        match self {
            Self::Tell(survey) => Wire { survey: Some(*survey), ..none },
            Self::Again(survey, to) => Wire { survey: Some(*survey), destination: Some(to.clone()), ..none },
            Self::Thank(survey) => Wire { survey: Some(*survey), thanks: true, ..none },
            Self::Sweep => Wire { sweep: true, ..none },
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Errand {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Wire::deserialize(deserializer)? {
            Wire { survey: Some(survey), destination: None, thanks: false, sweep: false } => Ok(Self::Tell(survey)),
            Wire { survey: Some(survey), destination: Some(to), thanks: false, sweep: false } => {
                Ok(Self::Again(survey, to))
            }
            Wire { survey: Some(survey), destination: None, thanks: true, sweep: false } => Ok(Self::Thank(survey)),
            Wire { survey: None, destination: None, thanks: false, sweep: true } => Ok(Self::Sweep),
            _ => Err(serde::de::Error::custom(
                "an errand names a survey, and at most one thing to do with it, or a sweep",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_read_as_it_was_written() {
        let id: SurveyId = "00112233445566778899aabbccddeeff".parse().unwrap();
        let crm: DestinationId = "crm".parse().unwrap();
        for (errand, text) in [
            (Errand::Tell(id), r#"{"survey":"00112233445566778899aabbccddeeff"}"#),
            (Errand::Again(id, crm), r#"{"survey":"00112233445566778899aabbccddeeff","destination":"crm"}"#),
            (Errand::Thank(id), r#"{"survey":"00112233445566778899aabbccddeeff","thanks":true}"#),
            (Errand::Sweep, r#"{"sweep":true}"#),
        ] {
            assert_eq!(serde_json::to_string(&errand).unwrap(), text);
            assert_eq!(serde_json::from_str::<Errand>(text).unwrap(), errand);
        }
        for wrong in [
            "{}",
            r#"{"sweep":true,"thanks":true}"#,
            r#"{"survey":"x"}"#,
            r#"{"destination":"crm"}"#,
            r#"{"survey":"00112233445566778899aabbccddeeff","destination":"crm","thanks":true}"#,
        ] {
            assert!(serde_json::from_str::<Errand>(wrong).is_err(), "{wrong}");
        }
    }
}
