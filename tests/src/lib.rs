//! Everything seen from outside, through the front door: what the tests and the benches are made of.

pub mod browser;
pub mod company;
pub mod contract;
pub mod faults;
pub mod issuer;
pub mod outside;
pub mod programs;
pub mod runtime_api;
mod signed;
pub mod weather;

pub use company::{Answer, Company, KEY, Letter, MONDAY, Page, Trigger, client, done, project, unescaped};
pub use signed::signed;
