//! What was told of surveys to the systems outside, and how those fare.
//!
//! A delivery is written whole, and only over the very one it was made from. The lease in it is what makes sure that
//! nobody tells something older; see [`model::delivery`].

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{ReturnValue, ReturnValuesOnConditionCheckFailure};
use model::delivery::{Delivery, DeliveryId, DeliveryState, Disabled, Health};
use model::{Destination, DestinationId, SurveyId, Timestamp};
use serde_dynamo::aws_sdk_dynamodb_1::{from_item, to_item};

use crate::documents::Document;
use crate::error::Error;
use crate::listed::{Row, Way};
use crate::surveys::{Item, n, s};
use crate::{Store, keys, schema};

impl Document for Destination {
    const KIND: &'static str = keys::DESTINATION;

    fn id(&self) -> &str {
        self.id.as_str()
    }
}

/// The outcome of writing a changed delivery.
#[derive(Debug)]
pub enum Kept {
    /// It was written.
    Done,
    /// Somebody else wrote first; this is what stands there now, if anything.
    Conflict(Option<Box<Delivery>>),
}

/// A list of deliveries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// Those that will be tried, by when: the soonest first.
    ToCome,
    /// Those that will not be tried by themselves, by when they were left: the latest first.
    Left,
}

/// Where a delivery stands on its list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The sort key: what a later page goes on behind.
    pub at: String,
    /// The delivery.
    pub id: DeliveryId,
}

/// A delivery as it is stored, with the list it stands on.
fn item(delivery: &Delivery) -> Result<Item, Error> {
    let pk = keys::deliveries(delivery.survey);
    let mut item: Item = to_item(delivery).map_err(|source| Error::item(&pk, source))?;
    let mut set = |name: &str, value| item.insert(name.to_owned(), value);
    let shard = delivery.survey.shard(keys::LIST_SHARDS);
    let list = match (delivery.state, delivery.next_at) {
        (DeliveryState::Pending | DeliveryState::Retrying, Some(at)) => Some((keys::retry_list(shard), at)),
        (DeliveryState::Failed | DeliveryState::Held, _) => Some((keys::failed_list(shard), delivery.updated_at)),
        _ => None,
    };
    if let Some((list, at)) = list {
        set("list", s(list));
        set("list_at", s(keys::listed_at(at, &delivery.id().to_string())));
    }
    set("expires", n(delivery.expires_at.as_seconds()));
    set("sk", s(delivery.destination.as_str()));
    set("pk", s(pk));
    Ok(item)
}

fn delivery_from(item: Item) -> Result<Delivery, Error> {
    let key = item.get("pk").and_then(|pk| pk.as_s().ok()).cloned().unwrap_or_default();
    from_item(item).map_err(|source| Error::item(&key, source))
}

impl Store {
    /// What was told of a survey, to everybody, as it stands now.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn deliveries(&self, survey: SurveyId) -> Result<Vec<Delivery>, Error> {
        let mut pages = self
            .client
            .query()
            .table_name(&self.tables.ledger)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", s(keys::deliveries(survey)))
            .consistent_read(true)
            .into_paginator()
            .items()
            .send();
        let mut found = Vec::new();
        while let Some(item) = pages.next().await {
            found.push(delivery_from(item.map_err(|error| Error::call("Query", &self.tables.ledger, error))?)?);
        }
        Ok(found)
    }

    /// Deliveries as they stand now, in any order; those that do not exist are left out.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn deliveries_named(&self, ids: &[DeliveryId]) -> Result<Vec<Delivery>, Error> {
        let key = |id: &DeliveryId| Self::key(keys::deliveries(id.survey), id.destination.as_str());
        let wanted = ids.iter().map(key).collect();
        self.batch_get(&self.tables.ledger, wanted, true).await?.into_iter().map(delivery_from).collect()
    }

    /// Writes a changed delivery if it is still the one it was made from, or a new one if there is none yet.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn save_delivery(&self, before: Option<&Delivery>, after: &Delivery) -> Result<Kept, Error> {
        let put = self.client.put_item().table_name(&self.tables.ledger).set_item(Some(item(after)?));
        let put = match before {
            Some(before) => put.condition_expression("rev = :rev").expression_attribute_values(":rev", n(before.rev)),
            None => put.condition_expression("attribute_not_exists(pk)"),
        };
        let saved =
            put.return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld).send().await;
        let found = match saved {
            Ok(_) => return Ok(Kept::Done),
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => {
                match error.into_err() {
                    PutItemError::ConditionalCheckFailedException(found) => found.item,
                    _ => None,
                }
            }
            Err(error) => return Err(Error::call("PutItem", &self.tables.ledger, error)),
        };
        Ok(match found.map(delivery_from).transpose()? {
            // The SDK may have retried a write that had succeeded: then what stands there is our own.
            Some(found) if found == *after => Kept::Done,
            found => Kept::Conflict(found.map(Box::new)),
        })
    }

    /// Forgets a delivery, whatever stands there: its survey is gone.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn forget_delivery(&self, id: &DeliveryId) -> Result<(), Error> {
        self.delete(&self.tables.ledger, keys::deliveries(id.survey), id.destination.as_str()).await
    }

    /// Forgets what was told of a survey.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn forget_deliveries(&self, survey: SurveyId) -> Result<(), Error> {
        for delivery in self.deliveries(survey).await? {
            self.forget_delivery(&delivery.id()).await?;
        }
        Ok(())
    }

    /// A page of a list: at most `most` behind the sort key `from`; of those to come, only what is due by `until`. The
    /// index may be a little behind.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn listed_deliveries(
        &self,
        list: Listed,
        from: Option<&str>,
        until: Option<Timestamp>,
        most: usize,
    ) -> Result<Vec<Entry>, Error> {
        let to_come = list == Listed::ToCome;
        let key = if to_come { keys::retry_list } else { keys::failed_list };
        let partitions: Vec<String> = (0..keys::LIST_SHARDS).map(key).collect();
        let to = until.map(|at| keys::listed_at(at, "~"));
        let way = if to_come { Way::Up { behind: from, to: to.as_deref() } } else { Way::Down { before: from } };
        Ok(self.listed(schema::LISTED, &partitions, way, most).await?.into_iter().filter_map(entry).collect())
    }

    /// How a destination fares.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn health(&self, id: &DestinationId) -> Result<Health, Error> {
        let found = self.get(&self.tables.ledger, Self::key(keys::health(id), keys::ONLY)).await?;
        health_from(id, found)
    }

    /// A destination failed at something. Since when it does so at everything is kept from the first time on; with
    /// `disabled`, also that it is told nothing more, and why.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn destination_failed(
        &self,
        id: &DestinationId,
        disabled: Option<Disabled>,
        now: Timestamp,
    ) -> Result<Health, Error> {
        let more = if disabled.is_some() { ", disabled_at = :now, disabled_for = :why" } else { "" };
        let mut values = Item::from([(":now".to_owned(), n(now.as_millis()))]);
        values.extend(disabled.map(|why| (":why".to_owned(), s(why.as_str()))));
        let updated = self
            .client
            .update_item()
            .table_name(&self.tables.ledger)
            .set_key(Some(Self::key(keys::health(id), keys::ONLY)))
            .update_expression(format!("SET failing_since = if_not_exists(failing_since, :now){more}"))
            .set_expression_attribute_values(Some(values))
            .return_values(ReturnValue::AllNew)
            .send()
            .await
            .map_err(|error| Error::call("UpdateItem", &self.tables.ledger, error))?;
        health_from(id, updated.attributes)
    }

    /// A destination took something: it does not fail at everything.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn destination_works(&self, id: &DestinationId) -> Result<(), Error> {
        self.change_health(id, "REMOVE failing_since", "attribute_exists(failing_since)", None).await
    }

    /// Somebody enabled a destination: whatever was is forgotten, and what it missed is to be sent.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn reopen_destination(&self, id: &DestinationId, now: Timestamp) -> Result<(), Error> {
        let change = "SET reopened_at = :at REMOVE failing_since, disabled_at, disabled_for";
        self.change_health(id, change, "attribute_not_exists(reopened_at) OR reopened_at <= :at", Some(now)).await
    }

    /// What a destination missed was sent, unless somebody has enabled it once more.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn destination_caught_up(&self, id: &DestinationId, reopened_at: Timestamp) -> Result<(), Error> {
        self.change_health(id, "REMOVE reopened_at", "reopened_at = :at", Some(reopened_at)).await
    }

    /// A destination is gone; so is how it fared.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn forget_health(&self, id: &DestinationId) -> Result<(), Error> {
        self.delete(&self.tables.ledger, keys::health(id), keys::ONLY).await
    }

    async fn change_health(
        &self,
        id: &DestinationId,
        change: &str,
        condition: &str,
        at: Option<Timestamp>,
    ) -> Result<(), Error> {
        let changed = self
            .client
            .update_item()
            .table_name(&self.tables.ledger)
            .set_key(Some(Self::key(keys::health(id), keys::ONLY)))
            .update_expression(change)
            .condition_expression(condition)
            .set_expression_attribute_values(at.map(|at| Item::from([(":at".to_owned(), n(at.as_millis()))])))
            .send()
            .await;
        match changed {
            Ok(_) => Ok(()),
            // Then there is nothing to change.
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => Ok(()),
            Err(error) => Err(Error::call("UpdateItem", &self.tables.ledger, error)),
        }
    }
}

fn health_from(id: &DestinationId, item: Option<Item>) -> Result<Health, Error> {
    let read = |item| from_item(item).map_err(|source| Error::item(&keys::health(id), source));
    item.map_or_else(|| Ok(Health::default()), read)
}

fn entry(row: Row) -> Option<Entry> {
    let survey = keys::deliveries_of(&row.pk)?;
    Some(Entry { at: row.at, id: DeliveryId { survey, destination: row.sk.parse().ok()? } })
}
