//! The whole contract, over HTTP, as the people see it who use npsloop.

mod access;
mod answering;
mod asking;
mod cadence;
mod numbers;
mod people;
