//! A company's own design for a letter: checked and taken apart when it is saved, filled when it is sent.
//!
//! What a template may hold is decided here alone. HTML is read by a tokenizer that reads as browsers do, so what is let through is
//! what they see; it is not written anew, so what was saved is what is sent, but for the variables and for what npsloop sets itself: the
//! language, the direction, and the styles of the scale. Filling puts text in escaped and decides nothing.

pub(crate) mod check;
mod clients;
mod css;
mod fill;
mod variables;

pub use check::{Checked, check, is_nested_too_deep};
pub(crate) use fill::{Contents, fill};
pub use variables::{names, place};
