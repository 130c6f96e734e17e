//! The pages a contact sees: the question, thanks, unsubscribing, and what cannot be shown.
//!
//! Each turns plain inputs into a finished page with its policy and does no I/O, so whoever wants to see one before anybody does
//! makes the very one that would be seen. Answering with it is the business of whoever is called.

mod around;
mod brand;
mod draft;
mod page;

pub use around::Around;
pub use brand::{Brand, Look, NextStep};
pub use draft::draft;
pub use page::{Ask, Branded, Notice, Page, Thanks, Typed, Unsubscribe, framed_by_ours, usual_policy};
