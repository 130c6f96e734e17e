//! What npsloop knows and decides: types that cannot be wrong and rules without I/O.
//!
//! Nothing here reads a clock, an environment variable or a table. Every rule takes what it needs as
//! arguments, the time among them, and returns what should be so; a function carries it out.

pub mod ask;
pub mod campaign;
pub mod contact;
pub mod email;
pub mod events;
pub mod hint;
pub mod hours;
pub mod id;
pub mod language;
pub mod link;
pub mod numbers;
pub mod score;
pub mod survey;
pub mod tally;
pub mod time;
pub mod trigger;
pub mod view;

pub use campaign::Campaign;
pub use contact::{Contact, Suppression};
pub use email::{ContactKey, Email};
pub use events::{Event, events};
pub use hint::Hint;
pub use id::{CampaignId, ClaimId, SurveyId};
pub use language::Language;
pub use score::{Group, Score, Standing};
pub use survey::{Mail, State, Step, Survey};
pub use time::Timestamp;
pub use trigger::Trigger;
