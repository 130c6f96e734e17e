//! Letters and the SES client that carries them.
//!
//! [`Letter`] turns plain inputs into a finished mail and does no I/O. [`Mailer`] hands one to SES and says what
//! became of it, in the four ways a claim can go on: [`Outcome`]. [`Pace`] keeps one environment under its share of
//! the account's sending rate. Only `dispatch` uses this crate; nothing else may send mail.

mod letter;
mod line;
mod mailbox;
mod pace;
mod ses;

pub use letter::{Ask, Composed, Letter, LetterError, Links};
pub use line::line;
pub use mailbox::Mailbox;
pub use pace::Pace;
pub use ses::{Doubt, Envelope, Mailer, NotSent, Outcome, Refusal};
