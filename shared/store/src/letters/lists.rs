//! Where letters are found again: those that did not arrive, those that wait, and the marks of what was written.

use std::time::Duration;

use futures_util::future::try_join_all;
use jiff::civil::Date;
use model::notice::NoticeId;
use model::{CampaignId, Timestamp};

use super::{Letter, letter_from};
use crate::error::Error;
use crate::listed::{self, Way};
use crate::surveys::{Item, n, s};
use crate::{Store, keys, schema};

/// How long the mark stays that a day's digests were written.
const DIGESTS_DONE: Duration = Duration::from_secs(7 * 86_400);

impl Store {
    /// A page of the letters that did not arrive, the latest first: at most `most` before the sort key `before`, with
    /// the sort key the next page goes on from.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn lost_letters(
        &self,
        before: Option<&str>,
        most: usize,
    ) -> Result<(Vec<Letter>, Option<String>), Error> {
        let partitions: Vec<String> = (0..keys::LIST_SHARDS).map(keys::lost_letter_shard).collect();
        let rows = self.listed(schema::LISTED, &partitions, Way::Down { before }, most).await?;
        let next = rows.last().map(|row| row.at.clone());
        Ok((self.letters_listed(&rows).await?, next))
    }

    /// The letters of which nothing has become yet, the soonest to be looked after first; at most so many.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn waiting_letters(&self, most: usize) -> Result<Vec<Letter>, Error> {
        let partitions: Vec<String> = (0..keys::LIST_SHARDS).map(keys::letter_shard).collect();
        let way = Way::Up { behind: None, to: None };
        let rows = self.listed(schema::LISTED, &partitions, way, most).await?;
        self.letters_listed(&rows).await
    }

    /// Letters as they stand now, in the order of a list; the index may be a little behind.
    async fn letters_listed(&self, rows: &[listed::Row]) -> Result<Vec<Letter>, Error> {
        let wanted = rows.iter().map(listed::Row::key).collect();
        let found = self.batch_get(&self.tables.ledger, wanted, true).await?;
        let mut letters: Vec<Letter> = found.into_iter().map(letter_from).collect::<Result<_, _>>()?;
        let place = |letter: &Letter| {
            let pk = keys::notice(&letter.id);
            rows.iter().position(|row| row.pk == pk && row.sk == letter.id.name)
        };
        letters.sort_by_key(place);
        Ok(letters)
    }

    /// The letters of which nothing was heard by now, the longest waiting first; some of them, if there are many.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn silent_letters(&self, now: Timestamp) -> Result<Vec<NoticeId>, Error> {
        let shards = (0..keys::LIST_SHARDS).map(|shard| async move {
            let got = self
                .client
                .query()
                .table_name(&self.tables.ledger)
                .index_name(schema::LISTED)
                .key_condition_expression("#list = :list AND list_at <= :now")
                .expression_attribute_names("#list", "list")
                .expression_attribute_values(":list", s(keys::letter_shard(shard)))
                .expression_attribute_values(":now", s(keys::listed_at(now, "")))
                .limit(250)
                .send()
                .await
                .map_err(|error| Error::call("Query", &self.tables.ledger, error))?;
            let id = |item: &Item| {
                let shelf = keys::shelf_of(item.get("pk")?.as_s().ok()?)?.to_owned();
                Some(NoticeId { shelf, name: item.get("sk")?.as_s().ok()?.clone() })
            };
            Ok::<Vec<_>, Error>(got.items().iter().filter_map(id).collect())
        });
        Ok(try_join_all(shards).await?.into_iter().flatten().collect())
    }

    /// Puts the next look after a silent letter off, so that it is called for once in that time. `false` if somebody
    /// else did, or something has become of it.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn put_letter_off(&self, id: &NoticeId, until: Timestamp, now: Timestamp) -> Result<bool, Error> {
        let update = self
            .letter(id)
            .update_expression("SET list_at = :until")
            .condition_expression("list_at <= :now")
            .expression_attribute_values(":until", s(keys::listed_at(until, "")))
            .expression_attribute_values(":now", s(keys::listed_at(now, "")));
        self.update_letter(update).await
    }

    /// For each campaign and day, whether its digests were written.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn digests_done(&self, days: &[(CampaignId, Date)]) -> Result<Vec<bool>, Error> {
        let wanted = days.iter().map(|(campaign, day)| done_key(campaign, *day)).collect();
        let found = self.batch_get(&self.tables.ledger, wanted, true).await?;
        let there = |key: &Item| found.iter().any(|item| item.get("pk") == key.get("pk"));
        Ok(days.iter().map(|(campaign, day)| there(&done_key(campaign, *day))).collect())
    }

    /// Notes that all digests of a campaign and day were written.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn mark_digests_done(&self, campaign: &CampaignId, day: Date, now: Timestamp) -> Result<(), Error> {
        let mut item = done_key(campaign, day);
        item.insert(schema::TTL.to_owned(), n(now.after(DIGESTS_DONE).as_seconds()));
        let put = self.client.put_item().table_name(&self.tables.ledger).set_item(Some(item)).send().await;
        put.map(drop).map_err(|error| Error::call("PutItem", &self.tables.ledger, error))
    }
}

/// The key of the mark that a day's digests were written: beside the letters, under a name that no owner has.
fn done_key(campaign: &CampaignId, day: Date) -> Item {
    let id = NoticeId { shelf: NoticeId::digests(campaign, day), name: keys::ONLY.to_owned() };
    Store::key(keys::notice(&id), keys::ONLY)
}
