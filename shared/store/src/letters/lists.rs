//! Where letters are found again: those that did not arrive, those that wait, and the marks of what was written.

use std::time::Duration;

use futures_util::future::try_join_all;
use model::Timestamp;
use model::notice::NoticeId;

use super::{Letter, letter_from};
use crate::error::Error;
use crate::listed::{self, Way};
use crate::surveys::{Item, n, s};
use crate::{Store, keys, schema};

/// How long the mark stays that something was done for a day.
const MARKED: Duration = Duration::from_secs(7 * 86_400);

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

    /// Which of these marks are there.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn marked(&self, marks: &[NoticeId]) -> Result<Vec<bool>, Error> {
        let found = self.batch_get(&self.tables.ledger, marks.iter().map(mark_key).collect(), true).await?;
        let there = |key: &Item| found.iter().any(|item| key.iter().all(|(name, value)| item.get(name) == Some(value)));
        Ok(marks.iter().map(|mark| there(&mark_key(mark))).collect())
    }

    /// Leaves a mark that something is done for that day, for a week.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn mark(&self, mark: &NoticeId, now: Timestamp) -> Result<(), Error> {
        let mut item = mark_key(mark);
        item.insert(schema::TTL.to_owned(), n(now.after(MARKED).as_seconds()));
        let put = self.client.put_item().table_name(&self.tables.ledger).set_item(Some(item)).send().await;
        put.map(drop).map_err(|error| Error::call("PutItem", &self.tables.ledger, error))
    }
}

/// The key of a mark: beside the letters it is about.
fn mark_key(mark: &NoticeId) -> Item {
    Store::key(keys::notice(mark), &mark.name)
}
