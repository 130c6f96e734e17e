//! The steps that follow the invite, and the ways a survey ends.

use std::time::Duration;

use super::{Due, State, Step, Survey};
use crate::hours::next_open;
use crate::time::{Timestamp, zone};

impl Survey {
    /// The step that follows `step`, if the invite was sent then.
    pub(super) fn following(&self, step: Step, invited_at: Timestamp) -> Option<Due> {
        let later = Step::ALL.into_iter().filter(|later| *later > step);
        later.filter_map(|step| Some(Due { step, at: self.planned(step, invited_at)? })).next()
    }

    /// When a step is due that has not come yet: from the invite's sending, or its planned time. Nothing for a
    /// step the campaign does without.
    #[must_use]
    pub fn due(&self, step: Step) -> Option<Timestamp> {
        self.planned(step, self.invite.sent_at.unwrap_or(self.send_at))
    }

    fn planned(&self, step: Step, invited_at: Timestamp) -> Option<Timestamp> {
        let after = |seconds: u32| invited_at.after(Duration::from_secs(u64::from(seconds))).whole_second();
        match step {
            Step::Invite => Some(self.send_at),
            Step::Task => self.cadence.task.map(after),
            // A mail like the first one: it waits for the same hours.
            Step::Remind => self.cadence.remind.map(after).map(|at| self.open_from(at)),
            Step::Close => Some(after(self.cadence.close)),
        }
    }

    /// The first instant at or after `at` at which a mail may go out to the contact.
    #[must_use]
    pub fn open_from(&self, at: Timestamp) -> Timestamp {
        let place = self.contact.time_zone.as_deref().unwrap_or(&self.zone);
        self.hours.as_ref().map_or(at, |hours| next_open(hours, &zone(place), at))
    }

    /// The step that should have been done by now and is not in flight.
    #[must_use]
    pub fn overdue(&self, now: Timestamp, grace: Duration) -> Option<Step> {
        self.next.filter(|due| self.in_flight.is_none() && due.at.after(grace) <= now).map(|due| due.step)
    }

    pub(super) fn end(&mut self, state: State, at: Timestamp) {
        self.state = state;
        self.next = None;
        self.ended_at = Some(at);
    }

    /// The owner's task is opened.
    #[must_use]
    pub fn task_opened(&self, now: Timestamp) -> Option<Self> {
        self.is_due(Step::Task, now).then(|| {
            self.changed(|after| {
                after.task_at = Some(now);
                after.next = after.following(Step::Task, after.invite.sent_at.unwrap_or(after.send_at));
            })
        })
    }

    /// Somebody changed a task of this survey by hand: nothing else changes, but the world outside hears of it.
    #[must_use]
    pub fn task_changed(&self, now: Timestamp) -> Self {
        // Two changes in one millisecond are two: each is told apart from the one before by its time.
        let next = self.tasks_at.map(|at| at.after(Duration::from_millis(1)));
        self.changed(|after| after.tasks_at = next.max(Some(now)))
    }

    /// The cadence ends without a score.
    #[must_use]
    pub fn closed(&self, now: Timestamp) -> Option<Self> {
        self.is_due(Step::Close, now).then(|| {
            self.changed(|after| {
                after.closed = true;
                after.end(State::Closed, now);
            })
        })
    }

    /// Whether this step's turn has come.
    #[must_use]
    pub fn is_due(&self, step: Step, now: Timestamp) -> bool {
        self.next.is_some_and(|due| due.step == step && due.at <= now)
    }

    /// The contact is not to be mailed: an open survey stops.
    #[must_use]
    pub fn stopped(&self, now: Timestamp) -> Option<Self> {
        self.state.is_open().then(|| self.changed(|after| after.end(State::Stopped, now)))
    }

    /// The contact unsubscribed through a link of this survey.
    #[must_use]
    pub fn unsubscribed(&self, now: Timestamp) -> Option<Self> {
        self.unsubscribed_at.is_none().then(|| {
            self.changed(|after| {
                after.unsubscribed_at = Some(now);
                after.stop(now);
            })
        })
    }

    /// The contact called a mail about this survey spam, whatever has become of the survey since.
    #[must_use]
    pub fn complained(&self, at: Timestamp) -> Option<Self> {
        self.complained_at.is_none().then(|| {
            self.changed(|after| {
                after.complained_at = Some(at);
                after.stop(at);
            })
        })
    }

    /// A letter to the contact came back for good that was none of the two mails.
    #[must_use]
    pub fn undeliverable(&self, at: Timestamp) -> Option<Self> {
        self.undeliverable_at.is_none().then(|| {
            self.changed(|after| {
                after.undeliverable_at = Some(at);
                after.stop(at);
            })
        })
    }

    /// Whether this survey has shown that its contact is not to be mailed, before its end or after it.
    #[must_use]
    pub const fn is_unwelcome(&self) -> bool {
        self.unsubscribed_at.is_some() || self.complained_at.is_some() || self.undeliverable_at.is_some()
    }

    fn stop(&mut self, at: Timestamp) {
        if self.state.is_open() {
            self.end(State::Stopped, at);
        }
    }
}
