//! The tables as they must exist: the local host makes them so, and a test holds the template against it.

/// One table.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Its name in the template.
    pub logical_id: &'static str,
    /// Its secondary indexes, all of keys only and sparse.
    pub indexes: &'static [Index],
    /// Whether it has a stream with both images.
    pub stream: bool,
}

/// A secondary index.
#[derive(Clone, Copy, Debug)]
pub struct Index {
    /// Its name.
    pub name: &'static str,
    /// The attribute that is its partition key.
    pub hash: &'static str,
    /// The attribute that is its sort key.
    pub range: &'static str,
}

/// The partition key of both tables.
pub const HASH: &str = "pk";

/// The sort key of both tables.
pub const RANGE: &str = "sk";

/// The attribute after which an item may be forgotten, in seconds since 1970.
pub const TTL: &str = "expires";

/// Open surveys by day of sending; what the sweep walks.
pub const OPEN: &str = "open";

/// Surveys by contact.
pub const CONTACT: &str = "contact";

/// Surveys by subject, contacts by their id in the CRM.
pub const LOOKUP: &str = "lookup";

/// Responses by campaign and day, by time.
pub const ANSWERED: &str = "answered";

/// What is asked and answered.
pub const SURVEYS: Table = Table {
    logical_id: "SurveysTable",
    indexes: &[
        Index { name: OPEN, hash: "open_day", range: HASH },
        Index { name: CONTACT, hash: "contact_key", range: HASH },
        Index { name: LOOKUP, hash: "lookup", range: HASH },
        Index { name: ANSWERED, hash: "answered_on", range: "answered_key" },
    ],
    stream: true,
};

/// Lists of the ledger: open and done tasks, the nurture list, deliveries that are to be tried again.
pub const LISTED: &str = "listed";

/// The tasks of an owner.
pub const OWNED: &str = "owned";

/// What was counted, what is to be done, and how things are set up.
pub const LEDGER: Table = Table {
    logical_id: "LedgerTable",
    indexes: &[
        Index { name: LISTED, hash: "list", range: "list_at" },
        Index { name: OWNED, hash: "owned_by", range: "list_at" },
    ],
    stream: false,
};
