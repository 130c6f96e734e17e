//! What people find in the inbox: [`Letter`] to contacts, [`Notice`](notice::Notice) to colleagues and in thanks.
//!
//! Each turns plain inputs into a finished letter and does no I/O, so whoever wants to see one before it is sent makes the very one
//! that would be sent. Sending is [`mail`](../mail/index.html)'s.

pub mod fill;
mod letter;
mod line;
mod look;
pub mod notice;
pub mod sms;
pub mod template;

pub use letter::{Ask, Composed, Letter, LetterError, Links};
pub use line::{line, lines};
pub use look::from_name;
