//! The whole loop on one machine: the same functions, on an embedded table and a small cloud of their own.

pub mod clock;
pub mod cloud;
pub mod desk;
pub mod functions;
pub mod issuer;
pub mod options;
pub mod pump;
pub mod sample;
pub mod world;

pub use cloud::Cloud;
pub use world::{Options, World};
