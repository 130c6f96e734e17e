//! Doors, who came through them, and how many.
//!
//! A door is an item of its own under its campaign, and no document of the configuration: everybody reads that whole, and a
//! company may have a door for each of a thousand shops. What was read of one is kept for half a minute, as configuration is.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update};
use model::link::DoorClaims;
use model::{Door, Survey, Timestamp};

use crate::error::{Error, cancelled, failed};
use crate::surveys::{Comment, Item, built, item, known_by, n, s, survey_from};
use crate::{Store, keys};

/// How long a door that was read is believed: a deleted one is closed well within a minute.
const FRESH_FOR: Duration = Duration::from_secs(30);

/// Doors one process remembers.
const REMEMBERED: usize = 10_000;

/// The time after which how many came is forgotten.
const COUNTED_FOR: Duration = Duration::from_secs(2 * 3600);

/// A door as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredDoor {
    /// The door.
    pub door: Door,
    /// As it is written: what the next write expects to find.
    written: String,
}

/// Whether somebody may come through a door now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passed {
    /// They may.
    Yes,
    /// As many came in this hour as may.
    Full,
    /// As many came from their place in this minute as may.
    Crowded,
}

/// The outcome of writing the survey of somebody who came in.
#[derive(Debug)]
pub enum Entered {
    /// It is there now.
    Made,
    /// It was there: this very visit's, or one that was asked for.
    Already(Box<Survey>),
}

/// A door is known by these.
type Place = ([u8; 4], [u8; 6]);

/// Doors as they were read, and when; also those that are not there.
type Doors = HashMap<Place, (Timestamp, Option<Arc<Door>>)>;

/// What this process has read of doors.
#[derive(Debug, Default)]
pub(crate) struct Known(Mutex<Doors>);

impl Known {
    fn locked(&self) -> MutexGuard<'_, Doors> {
        // Whoever panicked had put in all or nothing.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, place: Place, door: Option<Arc<Door>>, now: Timestamp) {
        let mut known = self.locked();
        if known.len() >= REMEMBERED {
            known.retain(|_, (at, _)| now.since(*at) < FRESH_FOR);
        }
        if known.len() < REMEMBERED {
            known.insert(place, (now, door));
        }
    }
}

impl Store {
    /// The door of a link, at most half a minute old, whatever its mark is; nothing where it was deleted. While the table gives
    /// no answer, the one that was read last will do: a sign on a wall stays what it is.
    ///
    /// # Errors
    /// When the table is busy or gives no answer, and nothing was read before.
    pub async fn door(&self, claims: &DoorClaims, now: Timestamp) -> Result<Option<Arc<Door>>, Error> {
        let place = (claims.campaign, claims.door);
        let known = self.doors.locked().get(&place).cloned();
        if let Some((at, door)) = &known
            && now >= *at
            && now.since(*at) < FRESH_FOR
        {
            return Ok(door.clone());
        }
        match (self.stored_door(place.0, place.1).await, known) {
            (Ok(stored), _) => {
                let door = stored.map(|stored| Arc::new(stored.door));
                self.doors.remember(place, door.clone(), now);
                Ok(door)
            }
            (Err(_), Some((_, Some(door)))) => Ok(Some(door)),
            (Err(error), _) => Err(error),
        }
    }

    /// A door as it stands now, by the hashes of its campaign's name and of its own.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn stored_door(&self, campaign: [u8; 4], door: [u8; 6]) -> Result<Option<StoredDoor>, Error> {
        let key = Self::key(keys::doors(campaign), &keys::door(door));
        self.get(&self.tables.ledger, key).await?.map(|item| stored(&item)).transpose()
    }

    /// All doors of a campaign, by name.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn doors(&self, campaign: &model::CampaignId) -> Result<Vec<Door>, Error> {
        let mut pages = self
            .client
            .query()
            .table_name(&self.tables.ledger)
            .key_condition_expression("pk = :doors")
            .expression_attribute_values(":doors", s(keys::doors(campaign.hash())))
            .consistent_read(true)
            .into_paginator()
            .items()
            .send();
        let mut doors = Vec::new();
        while let Some(item) = pages.next().await {
            let item = item.map_err(|error| Error::call("Query", &self.tables.ledger, error))?;
            doors.push(stored(&item)?.door);
        }
        doors.retain(|door| door.campaign == *campaign);
        doors.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(doors)
    }

    /// Writes a door if what stands there is still what was seen. `false` if somebody else wrote first.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn save_door(&self, seen: Option<&StoredDoor>, door: &Door) -> Result<bool, Error> {
        let key = Self::key(keys::doors(door.campaign.hash()), &keys::door(door.id.hash()));
        let text = serde_json::to_string(door).map_err(|source| Error::item("a door", source))?;
        let mut item = key;
        item.insert("doc".to_owned(), s(&text));
        let put = self.client.put_item().table_name(&self.tables.ledger).set_item(Some(item));
        // The SDK may have retried a write that had succeeded: then what stands there is our own.
        let put = match seen {
            Some(seen) => {
                put.condition_expression("doc IN (:seen, :new)").expression_attribute_values(":seen", s(&seen.written))
            }
            None => put.condition_expression("attribute_not_exists(pk) OR doc = :new"),
        };
        let saved = put.expression_attribute_values(":new", s(&text)).send().await;
        self.doors.locked().remove(&(door.campaign.hash(), door.id.hash()));
        match saved {
            Ok(_) => Ok(true),
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => Ok(false),
            Err(error) => Err(Error::call("PutItem", &self.tables.ledger, error)),
        }
    }

    /// Deletes a door; within half a minute nobody comes through it any more.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn delete_door(&self, door: &Door) -> Result<(), Error> {
        let (campaign, id) = (door.campaign.hash(), door.id.hash());
        let deleted = self.delete(&self.tables.ledger, keys::doors(campaign), &keys::door(id)).await;
        self.doors.locked().remove(&(campaign, id));
        deleted
    }

    /// Counts that somebody comes through a door, from a place that is veiled, if it is known. Whoever is turned away from a
    /// place that sends too many takes nobody else's turn.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn pass(&self, door: &Door, from: Option<&str>, now: Timestamp) -> Result<Passed, Error> {
        let (claims, expires) = (door.claims(), now.after(COUNTED_FOR));
        if let Some(from) = from {
            let place = Self::key(keys::passed_from(&claims, from), keys::ONLY);
            if !self.counted(place, door.minute_limit.into(), expires).await? {
                return Ok(Passed::Crowded);
            }
        }
        let hour = Self::key(keys::passed(&claims, now.as_seconds().div_euclid(3_600)), keys::ONLY);
        let may = self.counted(hour, door.hourly_limit.into(), expires).await?;
        Ok(if may { Passed::Yes } else { Passed::Full })
    }

    /// Writes the answered survey of somebody who came in, with its comment, all of it or nothing. Whoever is known was not
    /// asked, but has just answered: the next ask waits as if it had been one.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn enter(&self, survey: &Survey, comment: Option<&Comment>) -> Result<Entered, Error> {
        let comment = comment.map(|comment| self.putting(comment, survey)).transpose()?;
        let contact = self.heard_of(survey)?;
        if comment.is_none() && contact.is_none() {
            return self.enter_alone(survey).await;
        }
        match self.enter_with(survey, comment.clone().into_iter().chain(contact)).await? {
            Some(entered) => Ok(entered),
            // They do not want to be asked, or are to be asked later than now already: that stays so.
            None => match self.enter_with(survey, comment.into_iter()).await? {
                Some(entered) => Ok(entered),
                None => Err(Error::Busy { table: self.tables.surveys.clone() }),
            },
        }
    }

    async fn enter_alone(&self, survey: &Survey) -> Result<Entered, Error> {
        let put = self
            .client
            .put_item()
            .table_name(&self.tables.surveys)
            .set_item(Some(item(survey)?))
            .condition_expression("attribute_not_exists(pk)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match put {
            Ok(_) => Ok(Entered::Made),
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => {
                let found = match error.into_err() {
                    PutItemError::ConditionalCheckFailedException(found) => found.item,
                    _ => None,
                };
                found.map_or_else(|| Err(Error::Busy { table: self.tables.surveys.clone() }), |item| met(survey, item))
            }
            Err(error) => Err(Error::call("PutItem", &self.tables.surveys, error)),
        }
    }

    /// Nothing where only what stands beside the survey does not fit.
    async fn enter_with(
        &self,
        survey: &Survey,
        beside: impl Iterator<Item = TransactWriteItem>,
    ) -> Result<Option<Entered>, Error> {
        let put = Put::builder()
            .table_name(&self.tables.surveys)
            .set_item(Some(item(survey)?))
            .condition_expression("attribute_not_exists(pk)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build();
        let survey_first = std::iter::once(TransactWriteItem::builder().put(built(put)?).build());
        let items = survey_first.chain(beside).collect();
        let sent = self.client.transact_write_items().set_transact_items(Some(items)).send().await;
        let Err(error) = sent else { return Ok(Some(Entered::Made)) };
        let reasons = cancelled(&self.tables.surveys, error)?;
        match reasons.first().filter(|reason| failed(reason)).and_then(|reason| reason.item.clone()) {
            Some(found) => met(survey, found).map(Some),
            None => Ok(None),
        }
    }

    /// Notes down that whoever is known was heard of, as if they had been asked now; nothing of a visitor. A turn that lies
    /// ahead, and a wish not to be asked, stay as they are.
    fn heard_of(&self, survey: &Survey) -> Result<Option<TransactWriteItem>, Error> {
        let contact = &survey.contact;
        let Some((name, value)) = known_by(&contact.who) else { return Ok(None) };
        let mut set = format!(
            "SET asked_before = if_not_exists(asked_at, :never), asked_at = :at, asked_by = :by, #key = :key, \
             expires = :expires, {name} = :known_by"
        );
        let mut update = Update::builder()
            .table_name(&self.tables.surveys)
            .set_key(Some(Self::key(keys::contact(&contact.key()), keys::COMMENT)))
            .condition_expression(
                "attribute_not_exists(suppressed) AND (attribute_not_exists(asked_at) OR asked_at < :at)",
            )
            .expression_attribute_names("#key", "key")
            .expression_attribute_values(":never", n(0))
            .expression_attribute_values(":at", n(survey.send_at.as_millis()))
            .expression_attribute_values(":by", s(survey.id))
            .expression_attribute_values(":key", s(contact.key().as_str()))
            .expression_attribute_values(":expires", n(survey.expires().as_seconds()))
            .expression_attribute_values(":known_by", s(value));
        if let Some(id) = &contact.id {
            set.push_str(", crm_id = :crm_id, lookup = :lookup");
            update = update
                .expression_attribute_values(":crm_id", s(id))
                .expression_attribute_values(":lookup", s(keys::crm_id(id)));
        }
        let update = update.update_expression(set).build();
        Ok(Some(TransactWriteItem::builder().update(built(update)?).build()))
    }
}

/// What stood where a survey was to be written. The SDK may have retried a write that had succeeded: then it is ours.
fn met(survey: &Survey, found: Item) -> Result<Entered, Error> {
    let found = survey_from(found)?;
    Ok(if found == *survey { Entered::Made } else { Entered::Already(Box::new(found)) })
}

fn stored(item: &Item) -> Result<StoredDoor, Error> {
    let written = item.get("doc").and_then(|doc| doc.as_s().ok()).cloned().unwrap_or_default();
    let door = serde_json::from_str(&written).map_err(|source| Error::item("a door", source))?;
    Ok(StoredDoor { door, written })
}
