//! Walking over all there is, part by part: surveys, markers, and rows of tallies as they are kept.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::scan::ScanOutput;
use aws_sdk_dynamodb::types::{ConditionCheck, ReturnValue, TransactWriteItem, Update};
use futures_util::future::try_join_all;
use model::tally::{Contribution, Counter, Row};
use model::{CampaignId, Survey, SurveyId, Timestamp};
use serde_dynamo::aws_sdk_dynamodb_1::from_item;

use crate::error::{Error, cancelled, failed};
use crate::surveys::{Item, built, n, s, survey_from};
use crate::tallies::row_from;
use crate::{Marker, Store, keys};

/// The key of an item, behind which a walk goes on.
pub type Key = (String, String);

/// Some surveys of one part of the table.
#[derive(Clone, Debug, Default)]
pub struct SurveyPart {
    /// The surveys that can be read.
    pub surveys: Vec<Survey>,
    /// How many cannot.
    pub unread: u64,
    /// Items that were read for them.
    pub items: u64,
    /// Where to go on, if there are more.
    pub next: Option<Key>,
}

/// One of the parts in which a row of tallies is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowPart {
    /// The row.
    pub row: Row,
    /// Which part.
    pub shard: u8,
    /// How often it was touched.
    pub rev: u64,
    /// Its numbers.
    pub counters: Vec<(Counter, i64)>,
}

fn text(item: &Item, name: &str) -> Option<String> {
    item.get(name)?.as_s().ok().cloned()
}

/// The key of an item, or of where a page ended.
pub(crate) fn key_of(item: &Item) -> Option<Key> {
    Some((text(item, "pk")?, text(item, "sk")?))
}

/// Whether an item of the surveys table is a survey.
pub(crate) fn is_survey(item: &Item) -> bool {
    key_of(item).is_some_and(|(pk, sk)| keys::survey_of(&pk).is_some() && sk == keys::SURVEY)
}

fn part_from(item: &Item) -> Option<RowPart> {
    let (campaign, dimension, shard) = keys::tally_of(item.get("pk")?.as_s().ok()?)
        .map(|(campaign, dimension, shard)| (campaign, dimension.to_owned(), shard))?;
    let rev = item.get("rev").and_then(|rev| rev.as_n().ok()?.parse().ok()).unwrap_or(0);
    let found = row_from(item)?;
    let row = Row { campaign, dimension, day: found.day, value: found.value };
    Some(RowPart { row, shard, rev, counters: found.counters })
}

impl Store {
    /// A page of the surveys table: of all of it, or of one of some equal parts.
    pub(crate) async fn scan_surveys(
        &self,
        part: Option<(u8, u8)>,
        behind: Option<Key>,
        most: i32,
    ) -> Result<ScanOutput, Error> {
        self.client
            .scan()
            .table_name(&self.tables.surveys)
            .set_segment(part.map(|(part, _)| part.into()))
            .set_total_segments(part.map(|(_, parts)| parts.into()))
            .set_exclusive_start_key(behind.map(|(pk, sk)| Self::key(pk, &sk)))
            .limit(most)
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| Error::call("Scan", &self.tables.surveys, error))
    }

    /// Some of the surveys of one part of `parts` equal ones, in any order.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn survey_part(&self, part: u8, parts: u8, behind: Option<Key>, most: i32) -> Result<SurveyPart, Error> {
        let got = self.scan_surveys(Some((part, parts)), behind, most).await?;
        let next = got.last_evaluated_key.as_ref().and_then(key_of);
        let items = got.items.unwrap_or_default();
        let mut page = SurveyPart { items: items.len() as u64, next, ..SurveyPart::default() };
        for item in items.into_iter().filter(is_survey) {
            match survey_from(item) {
                Ok(survey) => page.surveys.push(survey),
                Err(_) => page.unread += 1,
            }
        }
        Ok(page)
    }

    /// How many items the surveys table has: as of some hours ago, or unknown.
    ///
    /// # Errors
    /// When the table gives no answer.
    pub async fn items_of_surveys(&self) -> Result<Option<u64>, Error> {
        let table = &self.tables.surveys;
        let described = self.client.describe_table().table_name(table).send().await;
        let described = described.map_err(|error| Error::call("DescribeTable", table, error))?;
        let count = described.table.and_then(|table| table.item_count);
        Ok(count.and_then(|count| u64::try_from(count).ok()).filter(|count| *count > 0))
    }

    /// Changes a survey in nothing but that it was touched, whatever it is now: the stream tells of it, and whoever counts
    /// counts it anew. The version it has then; nothing if it is gone.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn touch(&self, id: SurveyId, now: Timestamp) -> Result<Option<u64>, Error> {
        let touched = self
            .client
            .update_item()
            .table_name(&self.tables.surveys)
            .set_key(Some(Self::key(keys::survey(id), keys::SURVEY)))
            .update_expression("SET rc = :now, ver = ver + :one")
            // Without a version: whoever changed it meanwhile may have changed nothing that counts.
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_values(":now", n(now.as_millis()))
            .expression_attribute_values(":one", n(1))
            .return_values(ReturnValue::UpdatedNew)
            .send()
            .await;
        match touched {
            Ok(done) => {
                let ver = done.attributes.as_ref().and_then(|item| item.get("ver")?.as_n().ok()?.parse().ok());
                Ok(ver)
            }
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => Ok(None),
            Err(error) => Err(Error::call("UpdateItem", &self.tables.surveys, error)),
        }
    }

    /// Some markers of one part of `parts` equal ones, also those of lives that are over, and where to go on: at most `most`
    /// items of any kind are read for them.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn markers_behind(
        &self,
        part: u8,
        parts: u8,
        behind: Option<Key>,
        most: i32,
    ) -> Result<(Vec<Contribution>, Option<Key>), Error> {
        let (items, next) = self.every(keys::MARKERS, part, parts, behind, most).await?;
        let marker = |item| from_item::<Marker>(item).map_err(|source| Error::item("a marker", source));
        let markers = items.into_iter().map(|item| Ok(marker(item)?.counted)).collect::<Result<_, Error>>()?;
        Ok((markers, next))
    }

    /// Some rows of one part of `parts` equal ones, each in the parts in which it is kept, and where to go on: at most `most`
    /// items of any kind are read for them.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn rows_behind(
        &self,
        part: u8,
        parts: u8,
        behind: Option<Key>,
        most: i32,
    ) -> Result<(Vec<RowPart>, Option<Key>), Error> {
        let (items, next) = self.every(keys::TALLIES, part, parts, behind, most).await?;
        Ok((items.iter().filter_map(part_from).collect(), next))
    }

    /// A page of everything of the ledger whose partition begins so.
    async fn every(
        &self,
        begins: &str,
        part: u8,
        parts: u8,
        behind: Option<Key>,
        most: i32,
    ) -> Result<(Vec<Item>, Option<Key>), Error> {
        let got = self
            .client
            .scan()
            .table_name(&self.tables.ledger)
            .segment(part.into())
            .total_segments(parts.into())
            .set_exclusive_start_key(behind.map(|(pk, sk)| Self::key(pk, &sk)))
            .limit(most)
            .filter_expression("begins_with(pk, :begins)")
            .expression_attribute_values(":begins", s(begins))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| Error::call("Scan", &self.tables.ledger, error))?;
        let next = got.last_evaluated_key.as_ref().and_then(key_of);
        Ok((got.items.unwrap_or_default(), next))
    }

    /// All rows of a dimension of a campaign, in the parts in which they are kept, as they stand now.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn row_parts(&self, campaign: &CampaignId, dimension: &str) -> Result<Vec<RowPart>, Error> {
        let shards = (0..keys::TALLY_SHARDS).map(|shard| async move {
            let mut pages = self
                .client
                .query()
                .table_name(&self.tables.ledger)
                .key_condition_expression("pk = :pk")
                .expression_attribute_values(":pk", s(keys::tally(campaign, dimension, shard)))
                .consistent_read(true)
                .into_paginator()
                .items()
                .send();
            let mut parts = Vec::new();
            while let Some(item) = pages.next().await {
                let item = item.map_err(|error| Error::call("Query", &self.tables.ledger, error))?;
                parts.extend(part_from(&item));
            }
            Ok::<_, Error>(parts)
        });
        Ok(try_join_all(shards).await?.into_iter().flatten().collect())
    }

    /// The parts in which one row is kept, as they stand now.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn parts_of(&self, row: &Row) -> Result<Vec<RowPart>, Error> {
        let sk = keys::tally_row(row);
        let key = |shard| Self::key(keys::tally(&row.campaign, &row.dimension, shard), &sk);
        let wanted = (0..keys::TALLY_SHARDS).map(key).collect();
        Ok(self.batch_get(&self.tables.ledger, wanted, true).await?.iter().filter_map(part_from).collect())
    }

    /// Adds differences to a row that was found wrong, if none of its parts was touched since: `seen` are those that it is
    /// kept in. So a row is mended once, however many found it wrong. `false` if it was touched.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn mend(&self, row: &Row, seen: &[RowPart], changes: &[(Counter, i64)]) -> Result<bool, Error> {
        let table = &self.tables.ledger;
        let sk = keys::tally_row(row);
        let into = seen.iter().map(|part| part.shard).min().unwrap_or(0);
        let mut transaction = self.client.transact_write_items();
        for shard in 0..keys::TALLY_SHARDS {
            let key = Self::key(keys::tally(&row.campaign, &row.dimension, shard), &sk);
            let rev = seen.iter().find(|part| part.shard == shard).map(|part| part.rev);
            let (condition, mut values) = match rev {
                None => ("attribute_not_exists(pk)", Item::new()),
                // Counted before anybody noted down revisions.
                Some(0) => ("attribute_not_exists(rev)", Item::new()),
                Some(rev) => ("rev = :rev", Item::from([(":rev".to_owned(), n(rev))])),
            };
            let action = if shard == into {
                let mut update = Update::builder().table_name(table).set_key(Some(key)).condition_expression(condition);
                let mut adds = vec!["rev :one".to_owned()];
                values.insert(":one".to_owned(), n(1));
                for (nth, (counter, by)) in changes.iter().enumerate() {
                    adds.push(format!("#c{nth} :c{nth}"));
                    update = update.expression_attribute_names(format!("#c{nth}"), counter.name());
                    values.insert(format!(":c{nth}"), n(by));
                }
                let update = update
                    .update_expression(format!("ADD {}", adds.join(", ")))
                    .set_expression_attribute_values(Some(values));
                TransactWriteItem::builder().update(built(update.build())?).build()
            } else {
                let check = ConditionCheck::builder()
                    .table_name(table)
                    .set_key(Some(key))
                    .condition_expression(condition)
                    .set_expression_attribute_values(Some(values).filter(|values: &Item| !values.is_empty()));
                TransactWriteItem::builder().condition_check(built(check.build())?).build()
            };
            transaction = transaction.transact_items(action);
        }
        let Err(error) = transaction.send().await else { return Ok(true) };
        let reasons = cancelled(table, error)?;
        Ok(!reasons.iter().any(failed))
    }
}
