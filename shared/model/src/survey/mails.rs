//! What becomes of the two mails: claimed, sent, delivered, come back, or refused.

use super::{Due, Mail, NotNow, State, Step, Survey};
use crate::id::ClaimId;
use crate::time::Timestamp;

impl Survey {
    /// Claims a mail: from here on nobody else sends it.
    ///
    /// # Errors
    /// Why it is not to be sent now.
    pub fn claimed(&self, step: Step, claim: &ClaimId, now: Timestamp) -> Result<Self, NotNow> {
        match self.next {
            Some(due) if due.step == step && step.is_mail() => {
                if self.in_flight.is_some() {
                    Err(NotNow::InFlight)
                } else if due.at > now {
                    Err(NotNow::Early)
                } else {
                    Ok(self.changed(|after| {
                        after.in_flight = Some(step);
                        if let Some(mail) = after.mail_mut(step) {
                            mail.claim = Some(claim.clone());
                            mail.claimed_at = Some(now);
                        }
                    }))
                }
            }
            _ => Err(NotNow::Over),
        }
    }

    /// SES took the mail: said by its answer, or by its Send event, whichever comes first. A second word
    /// changes nothing; the word of an older attempt counts as well.
    #[must_use]
    pub fn sent(&self, step: Step, at: Timestamp) -> Option<Self> {
        self.mail(step).filter(|mail| mail.sent_at.is_none())?;
        Some(self.changed(|after| after.set_sent(step, at)))
    }

    fn set_sent(&mut self, step: Step, at: Timestamp) {
        if self.in_flight == Some(step) {
            self.in_flight = None;
        }
        if let Some(mail) = self.mail_mut(step) {
            mail.sent_at = Some(at);
        }
        if self.next.is_some_and(|due| due.step == step) {
            self.next = self.following(step, self.invite.sent_at.unwrap_or(at));
        }
        self.set_state();
    }

    /// How far an open survey has come, drawn from its mails, so that their order of hearing does not matter.
    fn set_state(&mut self) {
        if self.state.is_open() && self.invite.sent_at.is_some() {
            let reminded = self.remind.sent_at.is_some() && self.remind.failed_at.is_none();
            self.state = if reminded { State::Reminded } else { State::Asked };
        }
    }

    /// The attempt did not reach SES, or SES did not take it and may later: the mail can be claimed again.
    #[must_use]
    pub fn released(&self, step: Step, claim: &ClaimId) -> Option<Self> {
        self.holds(step, claim).then(|| self.changed(|after| after.in_flight = None))
    }

    /// The attempt came on a day that had its mails: this one is due later.
    #[must_use]
    pub fn put_off(&self, step: Step, claim: &ClaimId, until: Timestamp) -> Option<Self> {
        self.holds(step, claim).then(|| {
            self.changed(|after| {
                after.in_flight = None;
                if after.next.is_some_and(|due| due.step == step) {
                    after.next = Some(Due { step, at: self.open_from(until).whole_second() });
                }
            })
        })
    }

    /// Whether this claim is the one in flight.
    #[must_use]
    pub fn holds(&self, step: Step, claim: &ClaimId) -> bool {
        self.in_flight == Some(step) && self.mail(step).and_then(|mail| mail.claim.as_ref()) == Some(claim)
    }

    /// SES will never deliver this mail: it did not take it, or took it and threw it away. Not believed of a
    /// mail that arrived.
    #[must_use]
    pub fn refused(&self, step: Step, at: Timestamp) -> Option<Self> {
        let arrived = |mail: &Mail| mail.delivered_at.is_some() || mail.bounced_at.is_some();
        self.mail(step).filter(|mail| mail.failed_at.is_none() && !arrived(mail))?;
        Some(self.changed(|after| {
            if after.in_flight == Some(step) {
                after.in_flight = None;
            }
            if let Some(mail) = after.mail_mut(step) {
                mail.failed_at = Some(at);
            }
            if after.state.is_open() && step == Step::Invite {
                after.end(State::Failed, at);
            } else if after.next.is_some_and(|due| due.step == step) {
                after.next = after.following(step, after.invite.sent_at.unwrap_or(at));
            }
            after.set_state();
        }))
    }

    /// The contact's server took the mail, so SES had taken it before.
    #[must_use]
    pub fn delivered(&self, step: Step, at: Timestamp) -> Option<Self> {
        self.mail(step).filter(|mail| mail.delivered_at.is_none())?;
        Some(self.changed(|after| {
            if let Some(mail) = after.set_arrived(step, at) {
                mail.delivered_at = Some(at);
            }
        }))
    }

    /// The mail came back. For good: nothing more is sent, and without a score the survey ends, also if it
    /// had come back for the time being before. That is noted down even if the survey has ended.
    #[must_use]
    pub fn bounced(&self, step: Step, for_good: bool, at: Timestamp) -> Option<Self> {
        let news = for_good && self.undeliverable_at.is_none();
        let ends = for_good && self.state.is_open();
        self.mail(step).filter(|mail| mail.bounced_at.is_none() || news)?;
        Some(self.changed(|after| {
            if news {
                after.undeliverable_at = Some(at);
            }
            if let Some(mail) = after.set_arrived(step, at) {
                mail.bounced_at = mail.bounced_at.or(Some(at));
            }
            if ends {
                after.end(if step == Step::Invite { State::Failed } else { State::Stopped }, at);
            }
        }))
    }

    /// A mail that got as far as the contact's server was sent, whatever was heard of other attempts.
    fn set_arrived(&mut self, step: Step, at: Timestamp) -> Option<&mut Mail> {
        self.mail_mut(step)?.failed_at = None;
        self.set_sent(step, self.mail(step)?.sent_at.unwrap_or(at));
        self.mail_mut(step)
    }

    /// The contact had told the sender of texts to stop: the claim is released, and that they want none is written down. Nothing if
    /// both is known.
    #[must_use]
    pub fn opted_out(&self, step: Step, claim: &ClaimId, now: Timestamp) -> Option<Self> {
        let released = self.released(step, claim);
        let unsubscribed = released.as_ref().unwrap_or(self).unsubscribed(now);
        unsubscribed.or(released).map(|after| Self { ver: self.ver + 1, ..after })
    }

    /// The contact turned out not to be mailed after the claim: it is released and an open survey stops.
    #[must_use]
    pub fn stopped_before_sending(&self, step: Step, claim: &ClaimId, now: Timestamp) -> Option<Self> {
        let released = self.released(step, claim)?;
        let after = released.stopped(now).unwrap_or(released);
        Some(Self { ver: self.ver + 1, ..after })
    }
}
