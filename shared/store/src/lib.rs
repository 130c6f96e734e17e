//! The tables, through the real SDK. Every key is written here once, and every write says what it expects.
//!
//! A failed condition is an outcome, not an error: whoever wrote decides again on what stands there. Only
//! what may pass if tried again later, or what nobody foresaw, is an [`Error`].

mod cards;
mod config;
mod contacts;
mod deliveries;
mod documents;
mod doors;
mod error;
mod imports;
mod jobs;
pub mod keys;
mod letters;
mod listed;
mod lists;
mod nurture;
mod people;
mod reading;
mod refusals;
pub mod schema;
mod sending;
mod surveys;
mod tallies;
mod tasks;
mod walk;

pub use config::{ApiKey, Config, Defaults, Scope, StoredCampaign};
pub use deliveries::{Entry, Kept, Listed};
pub use documents::Document;
pub use doors::{Entered, Passed, StoredDoor};
pub use error::Error;
pub use imports::Brought;
pub use letters::{Again, Ended, Letter, Taken, Written};
pub use lists::{OpenPage, Page};
pub use nurture::{NurturePage, Place};
pub use people::PeoplePage;
pub use reading::{NoReading, Reading, Round};
pub use refusals::{Refusal, Refusals};
pub use surveys::{Claimed, Comment, Created, Responded, Saved};
pub use tallies::{Marker, TallyRow};
pub use tasks::{TaskPage, TaskQuery, TaskSaved};
pub use walk::{Key, RowPart, SurveyPart};

use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use aws_types::SdkConfig;

/// The names of the two tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tables {
    /// Surveys, comments and contacts; its stream is the only source of events.
    pub surveys: String,
    /// Markers, tallies and configuration; no stream.
    pub ledger: String,
}

/// A handle on the tables; cheap to clone, and clones share the cached configuration.
#[derive(Clone)]
pub struct Store {
    client: Client,
    tables: Arc<Tables>,
    cache: Arc<config::Cache>,
    aliases: Arc<tasks::Aliases>,
    sessions: Arc<people::Sessions>,
    doors: Arc<doors::Known>,
}

impl Store {
    /// A store on these tables. `defaults` make the campaign that is there from the first moment.
    #[must_use]
    pub fn new(sdk: &SdkConfig, tables: Tables, defaults: Defaults) -> Self {
        Self::with(sdk, tables, Some(defaults))
    }

    /// A store for a function that asks for no campaign.
    #[must_use]
    pub fn without_campaigns(sdk: &SdkConfig, tables: Tables) -> Self {
        Self::with(sdk, tables, None)
    }

    fn with(sdk: &SdkConfig, tables: Tables, defaults: Option<Defaults>) -> Self {
        Self {
            client: Client::new(sdk),
            tables: Arc::new(tables),
            cache: Arc::new(config::Cache::new(defaults)),
            aliases: Arc::default(),
            sessions: Arc::default(),
            doors: Arc::default(),
        }
    }
}
