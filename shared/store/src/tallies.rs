//! Markers and tallies: what was counted for a survey, and the sums.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem, Update};
use futures_util::future::try_join_all;
use jiff::civil::Date;
use model::numbers::Counts;
use model::tally::{Changes, Contribution, Counter};
use model::{CampaignId, SurveyId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_dynamo::aws_sdk_dynamodb_1::{from_item, to_item};

use crate::error::{Error, cancelled, failed};
use crate::surveys::{Item, built, n, s};
use crate::{Store, keys};

/// What was counted for a survey, and at which of its versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {
    /// The survey.
    pub survey: SurveyId,
    /// The survey's version that was counted.
    pub ver: u64,
    /// What was counted.
    pub counted: Contribution,
}

/// A row of tallies with its sums.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TallyRow {
    /// The day.
    pub day: Date,
    /// The group.
    pub value: String,
    /// The sums, each counter once and in its order. A list, since a question reads tens of thousands and only adds
    /// them up.
    pub counters: Vec<(Counter, i64)>,
}

impl TallyRow {
    /// How many gave each score. A row that is whole, all its shards together, has no negative number.
    #[must_use]
    pub fn scores(&self) -> Counts {
        let mut scores = [0; 11];
        for (counter, sum) in &self.counters {
            if let Counter::Score(score) = counter {
                scores[usize::from(score.value())] = u64::try_from(*sum).unwrap_or(0);
            }
        }
        Counts::new(scores)
    }

    /// Takes in what another shard has for the same day and value.
    fn add(&mut self, counters: &mut Vec<(Counter, i64)>) {
        self.counters.append(counters);
        self.counters.sort_unstable_by_key(|(counter, _)| *counter);
        self.counters.dedup_by(|(next, by), (counter, sum)| {
            let same = next == counter;
            if same {
                *sum += *by;
            }
            same
        });
    }
}

impl Store {
    /// What was counted for these surveys.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn markers(&self, ids: &[SurveyId]) -> Result<HashMap<SurveyId, Marker>, Error> {
        let wanted = ids.iter().map(|id| Self::key(keys::marker(*id), keys::MARKER)).collect();
        let items = self.batch_get(&self.tables.ledger, wanted, true).await?;
        items
            .into_iter()
            .map(|item| {
                let marker: Marker = from_item(item).map_err(|source| Error::item("a marker", source))?;
                Ok((marker.survey, marker))
            })
            .collect()
    }

    /// Moves markers and adds differences to the tallies of one shard, all or nothing. `moves` are pairs of
    /// the version a marker was read at (absent: there was none) and what it becomes; `earlier` are markers of lives that
    /// are over, kept beside. `false` if one of them has moved since.
    ///
    /// Each row that is touched is a revision further, also where nothing is added to it in the end: that is how anybody
    /// can tell that it was touched.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn count(
        &self,
        moves: &[(Option<u64>, Marker)],
        earlier: &[Marker],
        changes: &Changes,
        shard: u8,
        expires: Timestamp,
    ) -> Result<bool, Error> {
        let table = &self.tables.ledger;
        let mut transaction = self.client.transact_write_items();
        let put = |marker: &Marker, sk: &str| {
            let pk = keys::marker(marker.survey);
            let mut item: Item = to_item(marker).map_err(|source| Error::item(&pk, source))?;
            item.extend(Self::key(pk, sk));
            item.insert("expires".to_owned(), n(expires.as_seconds()));
            Ok::<_, Error>(Put::builder().table_name(table).set_item(Some(item)))
        };
        for marker in earlier {
            let put = built(put(marker, &keys::earlier_marker(marker.counted.born))?.build())?;
            transaction = transaction.transact_items(TransactWriteItem::builder().put(put).build());
        }
        for (seen, marker) in moves {
            let put = put(marker, keys::MARKER)?;
            let put = match seen {
                Some(ver) => put.condition_expression("ver = :seen").expression_attribute_values(":seen", n(ver)),
                None => put.condition_expression("attribute_not_exists(pk)"),
            };
            transaction = transaction.transact_items(TransactWriteItem::builder().put(built(put.build())?).build());
        }
        for (row, counters) in changes {
            let mut adds = vec!["rev :one".to_owned()];
            let mut update = Update::builder()
                .table_name(table)
                .expression_attribute_values(":one", n(1))
                .set_key(Some(Self::key(keys::tally(&row.campaign, &row.dimension, shard), &keys::tally_row(row))));
            for (nth, (counter, by)) in counters.iter().enumerate() {
                adds.push(format!("#c{nth} :c{nth}"));
                update = update
                    .expression_attribute_names(format!("#c{nth}"), counter.name())
                    .expression_attribute_values(format!(":c{nth}"), n(by));
            }
            let update = update.update_expression(format!("ADD {}", adds.join(", "))).build();
            transaction = transaction.transact_items(TransactWriteItem::builder().update(built(update)?).build());
        }
        let Err(error) = transaction.send().await else { return Ok(true) };
        let reasons = cancelled(table, error)?;
        Ok(!reasons.iter().any(failed))
    }

    /// The rows of one dimension of one campaign from one day to another, both included: all shards in
    /// parallel, rows of the same day and value summed up. What adds up to nothing is left out: once all of a group was
    /// counted elsewhere, there is no such group.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn tallies(
        &self,
        campaign: &CampaignId,
        dimension: &str,
        from: Date,
        to: Date,
    ) -> Result<Vec<TallyRow>, Error> {
        let shards = (0..keys::TALLY_SHARDS).map(|shard| self.tally_shard(campaign, dimension, shard, from, to));
        let mut rows: Vec<_> = try_join_all(shards).await?.into_iter().flatten().collect();
        // Each shard's rows come in order, and mostly there is one shard: then nothing is moved.
        rows.sort_by(|a, b| (a.day, &a.value).cmp(&(b.day, &b.value)));
        rows.dedup_by(|next, row| {
            let same = (next.day, &next.value) == (row.day, &row.value);
            if same {
                row.add(&mut next.counters);
            }
            same
        });
        rows.retain_mut(|row| {
            row.counters.retain(|(_, sum)| *sum != 0);
            !row.counters.is_empty()
        });
        Ok(rows)
    }

    async fn tally_shard(
        &self,
        campaign: &CampaignId,
        dimension: &str,
        shard: u8,
        from: Date,
        to: Date,
    ) -> Result<Vec<TallyRow>, Error> {
        let mut pages = self
            .client
            .query()
            .table_name(&self.tables.ledger)
            .key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to")
            .expression_attribute_values(":pk", s(keys::tally(campaign, dimension, shard)))
            .expression_attribute_values(":from", s(format!("{from}#")))
            // `$` is the next character after `#`: every value of the last day lies before it.
            .expression_attribute_values(":to", s(format!("{to}$")))
            .into_paginator()
            .items()
            .send();
        let mut rows = Vec::new();
        while let Some(item) = pages.next().await {
            let item = item.map_err(|error| Error::call("Query", &self.tables.ledger, error))?;
            rows.extend(row_from(&item));
        }
        Ok(rows)
    }

    /// The values a dimension of a campaign has on one day.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn values_on(&self, campaign: &CampaignId, dimension: &str, day: Date) -> Result<Vec<String>, Error> {
        Ok(self.tallies(campaign, dimension, day, day).await?.into_iter().map(|row| row.value).collect())
    }
}

pub(crate) fn row_from(item: &Item) -> Option<TallyRow> {
    let (day, value) = keys::day_and_value(item.get("sk")?.as_s().ok()?)?;
    let number = |value: &AttributeValue| value.as_n().ok().and_then(|number| number.parse().ok());
    let counters = item.iter().filter_map(|(name, value)| Some((Counter::named(name)?, number(value)?)));
    let mut counters: Vec<_> = counters.collect();
    counters.sort_unstable_by_key(|(counter, _)| *counter);
    Some(TallyRow { day, value: value.to_owned(), counters })
}
