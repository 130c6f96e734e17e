//! The SES client that carries letters.
//!
//! [`Mailer`] hands one to SES and says what became of it, in the four ways a claim can go on: [`Outcome`]. Only `dispatch` uses
//! this crate; nothing else may send mail.

mod mailbox;
mod ses;

pub use mailbox::Mailbox;
pub use ses::{Doubt, Envelope, Mailer, NotSent, Outcome, Refusal};
