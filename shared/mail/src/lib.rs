//! Letters and the SES client that carries them.
//!
//! [`Letter`] and [`Notice`](notice::Notice) turn plain inputs into a finished mail and do no I/O. [`Mailer`] hands one to SES and says what
//! became of it, in the four ways a claim can go on: [`Outcome`]. Only `dispatch` uses this crate; nothing else may
//! send mail.

mod letter;
mod line;
mod mailbox;
pub mod notice;
mod ses;

pub use letter::{Ask, Composed, Letter, LetterError, Links};
pub use line::{line, lines};
pub use mailbox::Mailbox;
pub use ses::{Doubt, Envelope, Mailer, NotSent, Outcome, Refusal};
