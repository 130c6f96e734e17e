//! What a CRM calls with.

use std::path::Path;

use serde_json::{Map, Value, json};

/// What a CRM says of a record.
#[derive(Clone, Debug)]
pub struct Trigger(Map<String, Value>);

/// A project that has changed.
#[must_use]
pub fn project(id: &str) -> Trigger {
    Trigger(Map::new()).set("subject_id", id)
}

/// A project that is done, and the person to ask.
#[must_use]
pub fn done(id: &str, contact: &str) -> Trigger {
    project(id).completion(100).contact(contact)
}

impl Trigger {
    /// A trigger from a fixture or made by hand.
    #[must_use]
    pub fn from_json(body: Value) -> Self {
        match body {
            Value::Object(fields) => Self(fields),
            other => panic!("a trigger is an object, not {other}"),
        }
    }

    /// A trigger from `tests/fixtures`.
    #[must_use]
    pub fn fixture(name: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self::from_json(serde_json::from_str(&text).expect("a fixture is JSON"))
    }

    /// With a field of that value.
    #[must_use]
    pub fn set(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.0.insert(field.to_owned(), value.into());
        self
    }

    /// Without a field.
    #[must_use]
    pub fn without(mut self, field: &str) -> Self {
        self.0.remove(field);
        self
    }

    /// So much of it is done.
    #[must_use]
    pub fn completion(self, percent: i64) -> Self {
        self.set("completion_percent", percent)
    }

    /// A milestone has come.
    #[must_use]
    pub fn milestone(self, milestone: &str) -> Self {
        self.set("milestone", milestone)
    }

    /// The person to ask.
    #[must_use]
    pub fn contact(self, address: &str) -> Self {
        self.set("contact_email", address)
    }

    /// Their number.
    #[must_use]
    pub fn phone(self, number: &str) -> Self {
        self.set("contact_phone", number)
    }

    /// The account manager.
    #[must_use]
    pub fn owner(self, address: &str) -> Self {
        self.set("owner_email", address)
    }

    /// The campaign that asks.
    #[must_use]
    pub fn campaign(self, id: &str) -> Self {
        self.set("campaign", id)
    }

    /// An attribute.
    #[must_use]
    pub fn attribute(mut self, name: &str, value: impl Into<Value>) -> Self {
        let attributes = self.0.entry("attributes").or_insert_with(|| json!({}));
        attributes.as_object_mut().expect("attributes are an object").insert(name.to_owned(), value.into());
        self
    }

    /// Decides and writes nothing.
    #[must_use]
    pub fn dry_run(self) -> Self {
        self.set("dry_run", true)
    }

    /// A field as it is.
    #[must_use]
    pub fn field(&self, name: &str) -> Value {
        self.0.get(name).cloned().unwrap_or_default()
    }

    /// The body of the call.
    #[must_use]
    pub fn into_body(self) -> Value {
        Value::Object(self.0)
    }
}
