//! What any function needs around it: settings, the clock, chance, logs, who may call, problems.

pub mod access;
pub mod aws;
pub mod batch;
pub mod body;
pub mod chance;
pub mod clock;
pub mod fields;
pub mod pace;
pub mod peer;
pub mod private;
pub mod problem;
pub mod query;
pub mod secrets;
pub mod settings;
pub mod site;
pub mod telemetry;
pub mod themes;

pub use access::Access;
pub use chance::Chance;
pub use clock::Clock;
pub use fields::Fields;
pub use pace::Pace;
pub use peer::Peer;
pub use problem::Problem;
pub use settings::Env;
pub use site::Site;
