//! Lists of the ledger that lie in several partitions and are read as one, by time.

use futures_util::future::try_join_all;

use crate::error::Error;
use crate::surveys::{Item, s};
use crate::{Store, schema};

/// Which way a list is read, from which place on. Places are sort keys, see [`crate::keys::listed_at`].
#[derive(Clone, Copy, Debug)]
pub(crate) enum Way<'a> {
    /// The earliest first: behind a place, and up to one.
    Up { behind: Option<&'a str>, to: Option<&'a str> },
    /// The latest first: before a place.
    Down { before: Option<&'a str> },
}

/// Something that is listed: its place, and its key in the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) at: String,
    pub(crate) pk: String,
    pub(crate) sk: String,
}

impl Row {
    pub(crate) fn key(&self) -> Item {
        Store::key(self.pk.clone(), &self.sk)
    }
}

fn row(item: &Item) -> Option<Row> {
    let text = |name: &str| item.get(name)?.as_s().ok().cloned();
    Some(Row { at: text("list_at")?, pk: text("pk")?, sk: text("sk")? })
}

impl Store {
    /// The first `most` of some partitions of an index together. All are asked at the same time, each for as many.
    pub(crate) async fn listed(
        &self,
        index: &str,
        partitions: &[String],
        way: Way<'_>,
        most: usize,
    ) -> Result<Vec<Row>, Error> {
        let hash = if index == schema::OWNED { "owned_by" } else { "list" };
        let parts = partitions.iter().map(|partition| async move {
            let query = self
                .client
                .query()
                .table_name(&self.tables.ledger)
                .index_name(index)
                .expression_attribute_names("#hash", hash)
                .expression_attribute_values(":hash", s(partition))
                .limit(i32::try_from(most).unwrap_or(i32::MAX));
            let query = match way {
                // Places begin with digits: `/` comes before all of them, `~` behind, and `!` right behind a place.
                Way::Up { behind, to } => query
                    .key_condition_expression("#hash = :hash AND list_at BETWEEN :from AND :to")
                    .expression_attribute_values(":from", s(behind.map_or("/".to_owned(), |at| format!("{at}!"))))
                    .expression_attribute_values(":to", s(to.unwrap_or("~"))),
                Way::Down { before } => query
                    .key_condition_expression("#hash = :hash AND list_at < :before")
                    .expression_attribute_values(":before", s(before.unwrap_or("~")))
                    .scan_index_forward(false),
            };
            let got = query.send().await.map_err(|error| Error::call("Query", &self.tables.ledger, error))?;
            Ok::<Vec<Row>, Error>(got.items().iter().filter_map(row).collect())
        });
        let mut rows: Vec<_> = try_join_all(parts).await?.into_iter().flatten().collect();
        rows.sort_by(|a, b| a.at.cmp(&b.at));
        if matches!(way, Way::Down { .. }) {
            rows.reverse();
        }
        // While something moves from one list to another, both may show it.
        rows.dedup_by(|a, b| (&a.pk, &a.sk) == (&b.pk, &b.sk));
        rows.truncate(most);
        Ok(rows)
    }
}
