//! What a message on the step queue says.

use model::Hint;
use serde::Deserialize;

/// One message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Message {
    /// Look at a survey.
    Look(Hint),
    /// Look at all that are open.
    Sweep,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sweep {
    sweep: bool,
}

impl Message {
    pub(crate) fn read(body: &str) -> Result<Self, serde_json::Error> {
        match serde_json::from_str::<Sweep>(body) {
            Ok(Sweep { sweep: true }) => Ok(Self::Sweep),
            _ => serde_json::from_str(body).map(Self::Look),
        }
    }
}

#[cfg(test)]
mod tests {
    use model::Step;

    use super::*;

    #[test]
    fn a_message_is_a_hint_or_a_sweep() {
        let survey = "0123456789abcdef0123456789abcdef";
        let hint = Hint { survey: survey.parse().unwrap(), step: Step::Task };
        assert_eq!(Message::read(r#"{"sweep":true}"#).unwrap(), Message::Sweep);
        assert_eq!(Message::read(&serde_json::to_string(&hint).unwrap()).unwrap(), Message::Look(hint));
        let with_more = format!(r#"{{"survey":"{survey}","step":"task","sweep":true}}"#);
        for wrong in ["", "{}", "null", r#"{"sweep":false}"#, r#"{"survey":"x","step":"task"}"#, &with_more] {
            assert!(Message::read(wrong).is_err(), "{wrong}");
        }
    }
}
