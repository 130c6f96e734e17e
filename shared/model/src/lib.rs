//! What npsloop knows and decides: types that cannot be wrong and rules without I/O.
//!
//! Nothing here reads a clock, an environment variable or a table. Every rule takes what it needs as
//! arguments, the time among them, and returns what should be so; a function carries it out.

pub mod ask;
pub mod campaign;
pub mod card;
pub mod contact;
pub mod delivery;
pub mod destination;
pub mod dimension;
pub mod dropped;
pub mod email;
pub mod errand;
pub mod events;
pub mod hint;
pub mod hours;
pub mod id;
pub mod import;
pub mod job;
pub mod language;
pub mod link;
pub mod notice;
pub mod numbers;
pub mod person;
pub mod phone;
pub mod reconcile;
pub mod report;
pub mod sample;
pub mod score;
pub mod sending;
pub mod sheet;
pub mod source;
pub mod survey;
pub mod tally;
pub mod task;
pub mod texts;
pub mod theme;
pub mod time;
pub mod trigger;
pub mod view;
pub mod working;

pub use campaign::Campaign;
pub use card::Card;
pub use contact::{Contact, Suppression};
pub use delivery::{Delivery, DeliveryId};
pub use destination::{Destination, DestinationId};
pub use email::{ContactKey, Email};
pub use errand::Errand;
pub use events::{Event, events};
pub use hint::Hint;
pub use id::{CampaignId, ClaimId, SurveyId};
pub use import::PastResponse;
pub use job::{Job, JobId, JobKind, JobState};
pub use language::Language;
pub use person::{Person, Role, Sees, Ticket};
pub use phone::Phone;
pub use report::{Nurture, Report};
pub use score::{Group, Score, Standing};
pub use source::{Source, SourceId};
pub use survey::{Mail, State, Step, Survey};
pub use task::{Task, TaskId, TaskKind, TaskStatus};
pub use texts::Texts;
pub use theme::{Heard, Sentiment, Theme, ThemeId};
pub use time::Timestamp;
pub use trigger::Trigger;
