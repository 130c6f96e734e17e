//! The nurture list: contacts who did not answer.
//!
//! A place holds nobody's data, only where to look: a survey, and the key of its contact. It is written as the survey
//! says and read with it.

use model::{ContactKey, Nurture, Survey, SurveyId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_dynamo::aws_sdk_dynamodb_1::{from_item, to_item};

use crate::error::Error;
use crate::listed::{Row, Way};
use crate::surveys::{Item, n, s};
use crate::{Store, keys, schema};

/// A contact's place on the nurture list, for one survey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The contact.
    pub contact: ContactKey,
    /// The survey that was not answered.
    pub survey: SurveyId,
    /// Which list.
    #[serde(rename = "on")]
    pub list: Nurture,
    /// Since when.
    pub joined_at: Timestamp,
}

impl Place {
    /// The place a survey gives its contact.
    #[must_use]
    pub fn of(survey: &Survey, list: Nurture) -> Self {
        Self { contact: survey.contact.key(), survey: survey.id, list, joined_at: list.since(survey) }
    }
}

/// A page of places, and the one to go on behind if there may be more.
#[derive(Clone, Debug, Default)]
pub struct NurturePage {
    /// The places, the latest first.
    pub places: Vec<Place>,
    /// Where the next page begins.
    pub next: Option<String>,
}

fn place_from(item: Item) -> Result<Place, Error> {
    from_item(item).map_err(|source| Error::item("a place on the nurture list", source))
}

impl Store {
    /// The place of a contact for one survey.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn place(&self, contact: &ContactKey, survey: SurveyId) -> Result<Option<Place>, Error> {
        let key = Self::key(keys::nurture(contact), &survey.to_string());
        self.get(&self.tables.ledger, key).await?.map(place_from).transpose()
    }

    /// All places of a contact.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn places(&self, contact: &ContactKey) -> Result<Vec<Place>, Error> {
        let mut pages = self
            .client
            .query()
            .table_name(&self.tables.ledger)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", s(keys::nurture(contact)))
            .consistent_read(true)
            .into_paginator()
            .items()
            .send();
        let mut places = Vec::new();
        while let Some(item) = pages.next().await {
            places.push(place_from(item.map_err(|error| Error::call("Query", &self.tables.ledger, error))?)?);
        }
        Ok(places)
    }

    /// Puts a contact on the list, or on the other one; for as long as the survey is kept.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn put_place(&self, place: &Place, kept_until: Timestamp) -> Result<(), Error> {
        let pk = keys::nurture(&place.contact);
        let mut item: Item = to_item(place).map_err(|source| Error::item(&pk, source))?;
        let mut set = |name: &str, value| item.insert(name.to_owned(), value);
        set("list", s(keys::nurture_list(place.list, place.survey.shard(keys::LIST_SHARDS))));
        set("list_at", s(keys::listed_at(place.joined_at, &place.survey.to_string())));
        set("expires", n(kept_until.as_seconds()));
        set("sk", s(place.survey.to_string()));
        set("pk", s(pk));
        let put = self.client.put_item().table_name(&self.tables.ledger).set_item(Some(item));
        put.send().await.map(drop).map_err(|error| Error::call("PutItem", &self.tables.ledger, error))
    }

    /// Takes a contact off the list.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn drop_place(&self, contact: &ContactKey, survey: SurveyId) -> Result<(), Error> {
        self.delete(&self.tables.ledger, keys::nurture(contact), &survey.to_string()).await
    }

    /// A page of one list, or of both, before the place `from`.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn nurture_page(
        &self,
        list: Option<Nurture>,
        from: Option<&str>,
        most: usize,
    ) -> Result<NurturePage, Error> {
        let lists = Nurture::ALL.into_iter().filter(|one| list.is_none_or(|list| list == *one));
        let partitions: Vec<_> =
            lists.flat_map(|list| (0..keys::LIST_SHARDS).map(move |shard| keys::nurture_list(list, shard))).collect();
        let mut rows = self.listed(schema::LISTED, &partitions, Way::Down { before: from }, most + 1).await?;
        let more = rows.len() > most;
        rows.truncate(most);
        let next = rows.last().filter(|_| more).map(|row| row.at.clone());
        let found = self.batch_get(&self.tables.ledger, rows.iter().map(Row::key).collect(), true).await?;
        let mut places = found.into_iter().map(place_from).collect::<Result<Vec<_>, _>>()?;
        // The index may be behind what is there.
        places.retain(|place| list.is_none_or(|list| list == place.list));
        places.sort_by_key(|place| std::cmp::Reverse((place.joined_at, place.survey)));
        Ok(NurturePage { places, next })
    }
}
