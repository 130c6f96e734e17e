//! The whole contract, over HTTP, as the people see it who use npsloop.

#![expect(clippy::unwrap_used, reason = "a test that fails may simply stop")]

mod access;
mod answering;
mod asking;
mod cadence;
mod numbers;
mod people;
