//! The whole contract, over HTTP, as the people see it who use npsloop.

#![expect(clippy::unwrap_used, reason = "a test that fails may simply stop")]

mod access;
mod alerts;
mod answering;
mod asking;
mod batch;
mod brand;
mod cadence;
mod company_account;
mod conformance;
mod coverage;
mod dashboard;
mod deliver;
mod desk;
mod doctor;
mod doors;
mod drops;
mod experiments;
mod inviting;
mod languages;
mod moving;
mod moving_rows;
mod numbers;
mod page;
mod page_looks;
mod people;
mod phone;
mod preview;
mod recount;
mod replies;
mod sending;
mod sign_in;
mod silence;
mod sms;
mod sources;
mod tasks;
mod templates;
mod themes;
mod who_may_look;
mod widget;
