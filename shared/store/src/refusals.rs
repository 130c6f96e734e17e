//! Records a source sent that no survey can be made of, where a person finds them: for callers that read no
//! answer, and in one place for all.
//!
//! What is kept is which record it was and what is wrong with it, nothing of what it says: the record itself
//! stands in the CRM, and sending it again once it is mended is the way back.

use std::time::Duration;

use model::{SourceId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_dynamo::aws_sdk_dynamodb_1::{from_item, to_item};

use crate::error::Error;
use crate::surveys::{Item, n, s};
use crate::{Store, keys};

/// How long a refusal is kept.
const KEPT: Duration = Duration::from_secs(30 * 86_400);

/// A record that was refused: the last time it came, if it came more than once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// When.
    pub at: Timestamp,
    /// The record's id in the CRM, if that could be read.
    pub record: Option<String>,
    /// Each field that is wrong: its JSON pointer, and what was expected.
    pub errors: Vec<(String, String)>,
}

/// A page of refusals, by record, and the record to go on behind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusals {
    /// The refusals.
    pub refusals: Vec<Refusal>,
    /// The last key of this page, if more follow.
    pub next: Option<String>,
}

impl Store {
    /// Notes down a refusal, over an earlier one of the same record.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn note_refusal(&self, source: &SourceId, refusal: &Refusal) -> Result<(), Error> {
        let pk = keys::refused(source);
        let mut item: Item = to_item(refusal).map_err(|source| Error::item(&pk, source))?;
        item.extend(Self::key(pk, &keys::refused_record(refusal.record.as_deref())));
        item.insert("expires".to_owned(), n(refusal.at.after(KEPT).as_seconds()));
        let put = self.client.put_item().table_name(&self.tables.ledger).set_item(Some(item)).send().await;
        put.map(drop).map_err(|error| Error::call("PutItem", &self.tables.ledger, error))
    }

    /// A source's refusals, after `from`.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn refusals(&self, source: &SourceId, from: Option<&str>, most: i32) -> Result<Refusals, Error> {
        let pk = keys::refused(source);
        let got = self
            .client
            .query()
            .table_name(&self.tables.ledger)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", s(&pk))
            .set_exclusive_start_key(from.map(|from| Self::key(pk.clone(), from)))
            .limit(most)
            .send()
            .await
            .map_err(|error| Error::call("Query", &self.tables.ledger, error))?;
        let next = got.last_evaluated_key().and_then(|key| key.get("sk")).and_then(|sk| sk.as_s().ok()).cloned();
        let read = |item| from_item(item).map_err(|source| Error::item(&pk, source));
        Ok(Refusals { refusals: got.items.unwrap_or_default().into_iter().map(read).collect::<Result<_, _>>()?, next })
    }
}
