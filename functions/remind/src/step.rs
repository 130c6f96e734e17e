//! One survey: what a hint makes of it.

use model::survey::Due;
use model::{Hint, Step, Survey, Timestamp};
use store::Saved;

use crate::{Deps, Error};

/// How often a step is decided again when others write at the same time.
const ROUNDS: usize = 8;

/// What is to be done about a survey now.
#[derive(Clone, Debug, PartialEq)]
enum Act {
    /// Nothing: a mail is in flight, and its result says what comes next.
    Nothing,
    /// Nothing more is to come: the schedule of this step can go.
    Disarm(Step),
    /// Its next step has to wait.
    Arm(Due),
    /// `dispatch` has a mail to send.
    Mail(Step),
    /// The step is done by writing this.
    Write(Box<Survey>),
}

/// Decides on the survey as it stands; the hint only says whose schedule may be left over.
fn decide(survey: Option<&Survey>, hinted: Step, now: Timestamp) -> Act {
    let Some(survey) = survey else { return Act::Disarm(hinted) };
    let Some(due) = survey.next else { return Act::Disarm(hinted) };
    if due.at > now {
        return Act::Arm(due);
    }
    let done = match due.step {
        Step::Invite | Step::Remind if survey.in_flight.is_some() => return Act::Nothing,
        Step::Invite | Step::Remind => return Act::Mail(due.step),
        Step::Task => survey.task_opened(now),
        Step::Close => survey.closed(now),
    };
    done.map_or(Act::Nothing, |after| Act::Write(Box::new(after)))
}

/// Looks at a survey and does what is due. What it writes is itself a change that brings the next hint, so the
/// step that follows is not scheduled here.
pub(crate) async fn look(deps: &Deps, hint: Hint, now: Timestamp) -> Result<(), Error> {
    let id = hint.survey;
    let mut survey = deps.store.survey(id).await?;
    for _ in 0..ROUNDS {
        match decide(survey.as_ref(), hint.step, now) {
            Act::Nothing => return Ok(()),
            Act::Disarm(step) => return Ok(deps.schedules.disarm(id, step).await?),
            Act::Arm(due) => return Ok(deps.schedules.arm(id, due).await?),
            Act::Mail(step) => return Ok(deps.mail.send(&[Hint { survey: id, step }]).await?),
            Act::Write(after) => {
                let Some(before) = &survey else { return Ok(()) };
                match deps.store.save(before, &after).await? {
                    Saved::Done => {
                        tracing::info!(survey.id = %id, state = after.state.as_str(), "a step was done");
                        return Ok(());
                    }
                    Saved::Conflict(found) => survey = found.map(|found| *found),
                }
            }
        }
    }
    Err(Error::Contended)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use model::{ClaimId, Score, State};
    use serde_json::json;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn survey(step: Step, at: Timestamp) -> Survey {
        serde_json::from_value(json!({
            "id": "0123456789abcdef0123456789abcdef", "ver": 7, "cp": "default", "zn": "UTC", "ms": "completion",
            "sj": {"t": "project", "i": "a0X1"}, "ct": {"e": "ada@example.com"}, "lg": "en", "cr": 0,
            "sa": NOW.as_millis(), "cd": {"t": 259_200, "r": 604_800, "c": 1_209_600}, "st": "asked",
            "nx": {"s": step.as_str(), "a": at.as_millis()}, "iv": {}, "re": {}, "rt": 400
        }))
        .unwrap()
    }

    #[test]
    fn what_is_to_come_is_scheduled_whatever_the_hint_says() {
        let later = NOW.after(Duration::from_millis(1));
        for step in Step::ALL {
            for hinted in Step::ALL {
                let arm = Act::Arm(Due { step, at: later });
                assert_eq!(decide(Some(&survey(step, later)), hinted, NOW), arm, "{step:?} {hinted:?}");
            }
        }
    }

    #[test]
    fn what_is_due_is_done() {
        for hinted in Step::ALL {
            let due = |step| survey(step, NOW);
            let done = |step| match decide(Some(&due(step)), hinted, NOW) {
                Act::Write(after) => *after,
                other => panic!("{step:?}: {other:?}"),
            };
            assert_eq!(decide(Some(&due(Step::Invite)), hinted, NOW), Act::Mail(Step::Invite));
            assert_eq!(decide(Some(&due(Step::Remind)), hinted, NOW), Act::Mail(Step::Remind));
            let task = done(Step::Task);
            assert_eq!((task.task_at, task.next.map(|due| due.step)), (Some(NOW), Some(Step::Remind)));
            let closed = done(Step::Close);
            assert_eq!((closed.state, closed.next), (State::Closed, None));
        }
    }

    #[test]
    fn a_mail_in_flight_is_left_alone() {
        let claimed = survey(Step::Invite, NOW).claimed(Step::Invite, &ClaimId::new(1), NOW).unwrap();
        assert_eq!(decide(Some(&claimed), Step::Invite, NOW), Act::Nothing);
    }

    #[test]
    fn a_survey_that_is_over_or_gone_leaves_no_schedule() {
        let asked = survey(Step::Task, NOW);
        let answered = asked.responded(Score::try_from(9).unwrap(), None, NOW).unwrap().unwrap();
        for over in [None, Some(answered), asked.stopped(NOW)] {
            assert_eq!(decide(over.as_ref(), Step::Task, NOW), Act::Disarm(Step::Task));
        }
    }
}
