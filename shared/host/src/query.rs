//! The parameters of a query string, read strictly.
//!
//! A misspelt parameter that is ignored gives an answer to another question, so everything that is not understood is an
//! error that names it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::problem::{FieldError, Problem};

/// One parameter that cannot be used, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The name of the parameter.
    pub name: String,
    /// What is wrong with it, in a sentence.
    pub detail: String,
}

/// The parameters of a query string, taken one by one; what is left at the end is an error.
#[derive(Debug, Default)]
pub struct Parameters {
    given: BTreeMap<String, String>,
    faults: Vec<Fault>,
}

impl Parameters {
    /// Takes the decoded pairs. A repeated name is an error, since one of its values would be lost.
    #[must_use]
    pub fn new(pairs: Vec<(String, String)>) -> Self {
        let mut parameters = Self::default();
        for (name, value) in pairs {
            match parameters.given.entry(name) {
                Entry::Vacant(place) => {
                    place.insert(value);
                }
                Entry::Occupied(place) => {
                    let name = place.key().clone();
                    parameters.wrong(&name, "given more than once");
                }
            }
        }
        parameters
    }

    /// The names of all that nobody has taken out yet.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.given.keys().map(String::as_str)
    }

    /// Takes out one parameter.
    pub fn take(&mut self, name: &str) -> Option<String> {
        self.given.remove(name)
    }

    /// Takes out one parameter and reads it.
    pub fn read<T>(&mut self, name: &str, detail: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let text = self.take(name)?;
        let value = read(&text);
        if value.is_none() {
            self.wrong(name, detail);
        }
        value
    }

    /// Notes what is wrong with a parameter.
    pub fn wrong(&mut self, name: &str, detail: &str) {
        self.faults.push(Fault { name: name.to_owned(), detail: detail.to_owned() });
    }

    /// Whether nothing was wrong so far.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        self.faults.is_empty()
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// Everything that was wrong, and every parameter nobody took.
    pub fn finish(mut self) -> Result<(), Vec<Fault>> {
        for name in std::mem::take(&mut self.given).into_keys() {
            let detail = format!("there is no parameter `{name}` here");
            self.wrong(&name, &detail);
        }
        if self.faults.is_empty() { Ok(()) } else { Err(self.faults) }
    }
}

/// Parameters that cannot be used.
impl From<Vec<Fault>> for Problem {
    fn from(faults: Vec<Fault>) -> Self {
        let error = |fault: Fault| FieldError::new(format!("?{}", fault.name), fault.detail);
        Self::invalid(faults.into_iter().map(error).collect())
    }
}
