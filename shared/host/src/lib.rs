//! What any function needs around it: settings, the clock, chance, logs, API keys, problems.

pub mod access;
pub mod aws;
pub mod body;
pub mod chance;
pub mod clock;
pub mod fields;
pub mod problem;
pub mod settings;
pub mod telemetry;

pub use access::Access;
pub use chance::Chance;
pub use clock::Clock;
pub use fields::Fields;
pub use problem::Problem;
pub use settings::Env;
