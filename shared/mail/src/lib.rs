//! The clients that carry letters and texts.
//!
//! [`Mailer`] hands a letter to SES, [`Texter`] a text to AWS End User Messaging. Each says what became of it, in the four ways a
//! claim can go on: [`Outcome`]. Only `dispatch` uses this crate; nothing else may send.

mod mailbox;
mod outcome;
mod ses;
mod sms;
#[cfg(test)]
mod stub;

pub use mailbox::Mailbox;
pub use outcome::{Doubt, NotSent, Outcome, Refusal};
pub use ses::{Envelope, Mailer};
pub use sms::{Kind, Terms, Text, Texter};
