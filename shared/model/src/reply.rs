//! Answers that come by mail and by text: who wrote, what stands above the letter they replied to, and what that makes of a survey.
//!
//! Whoever replies does not fill in a form, so all of this is careful: what is certainly a score is one, and of
//! everything else a person decides. Nothing anybody wrote is thrown away but what a machine wrote.

mod above;
mod decide;
mod machine;
mod phrases;
mod said;
pub mod text;
mod units;
mod words;

pub use above::{above, tidied};
pub use decide::{Came, Verdict, Why, beginning, decide};
pub use machine::{Envelope, machine};
pub use said::{Said, read};
