//! DynamoDB: the embedded engine, and what a long-running host must add to it.
//!
//! The engine looks for the last stream record with every write and never forgets one. Two things keep that fast: an
//! index on the sequence number, and the deletion of records that every reader has seen.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use dynoxide::actions::get_records::GetRecordsRequest;
use dynoxide::actions::get_shard_iterator::GetShardIteratorRequest;
use dynoxide::{Database, DynoxideError};
use http::StatusCode;
use rusqlite::{Connection, params};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use store::schema::{self, Table};

use super::{Error, Now};

/// What a DynamoDB request came to.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Vec<u8>,
    /// Whether something may have been written.
    pub(super) wrote: bool,
}

/// Something an index of the ledger lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The moment it is listed under, in milliseconds.
    pub at: i64,
    /// Its partition key.
    pub pk: String,
    /// Its sort key.
    pub sk: String,
}

/// The index that lists things by time.
const LIST: schema::Index = schema::LEDGER.indexes[0];

pub(super) struct Tables {
    database: Database,
    path: PathBuf,
    side: Mutex<Connection>,
    now: Now,
}

impl From<DynoxideError> for Error {
    fn from(error: DynoxideError) -> Self {
        Self::Tables(error.to_string())
    }
}

impl Tables {
    pub(super) fn open(path: &Path, keep: bool, now: Now) -> Result<Self, Error> {
        let name = path.to_str().ok_or_else(|| Error::Tables(format!("{} is not UTF-8", path.display())))?;
        let database = Database::new(name)?;
        if keep {
            // Write-ahead log without a sync per commit: safe against a kill, and against corruption.
            database.disable_bulk_loading()?;
        } else {
            database.enable_bulk_loading()?;
        }
        let side = Connection::open(path)?;
        side.busy_timeout(Duration::from_secs(30))?;
        side.pragma_update(None, "synchronous", if keep { "NORMAL" } else { "OFF" })?;
        side.execute_batch(
            "CREATE INDEX IF NOT EXISTS _stream_records_by_sequence
             ON _stream_records (table_name, CAST(sequence_number AS INTEGER))",
        )?;
        Ok(Self { database, path: path.to_owned(), side: Mutex::new(side), now })
    }

    pub(super) fn handle(&self, operation: &str, body: &[u8]) -> Answer {
        let wrote = !matches!(
            operation,
            "GetItem" | "BatchGetItem" | "Query" | "Scan" | "TransactGetItems" | "DescribeTable" | "ListTables"
        );
        match self.dispatch(operation, body) {
            Ok(body) => Answer { status: StatusCode::OK, body, wrote },
            Err(error) => Answer {
                status: StatusCode::from_u16(error.status_code()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
                body: error.to_json().into_bytes(),
                wrote: false,
            },
        }
    }

    fn dispatch(&self, operation: &str, body: &[u8]) -> Result<Vec<u8>, DynoxideError> {
        let db = &self.database;
        match operation {
            "GetItem" => write(&db.get_item(read(body)?)?),
            "BatchGetItem" => write(&db.batch_get_item(read(body)?)?),
            "Query" => write(&db.query(read(body)?)?),
            "Scan" => write(&db.scan(read(body)?)?),
            "PutItem" => write(&db.put_item(read(body)?)?),
            "UpdateItem" => write(&db.update_item(read(body)?)?),
            "DeleteItem" => write(&db.delete_item(read(body)?)?),
            "BatchWriteItem" => write(&db.batch_write_item(read(body)?)?),
            "TransactWriteItems" => write(&db.transact_write_items(read(body)?)?),
            "TransactGetItems" => write(&db.transact_get_items(read(body)?)?),
            "CreateTable" => write(&db.create_table(read(body)?)?),
            "DescribeTable" => write(&db.describe_table(read(body)?)?),
            "ListTables" => write(&db.list_tables(read(body)?)?),
            "UpdateTable" => write(&db.update_table(read(body)?)?),
            "UpdateTimeToLive" => write(&db.update_time_to_live(read(body)?)?),
            _ => Err(DynoxideError::ValidationException(format!("the local cloud does not know {operation}"))),
        }
    }

    pub(super) fn create(&self, surveys: &str, ledger: &str) -> Result<(), Error> {
        let known = self.database.list_tables(Default::default())?.table_names;
        for (table, name) in [(schema::SURVEYS, surveys), (schema::LEDGER, ledger)] {
            if known.iter().any(|known| known == name) {
                self.complete(&table, name)?;
                continue;
            }
            self.dispatch("CreateTable", definition(&table, name).to_string().as_bytes())?;
            let ttl =
                json!({"TableName": name, "TimeToLiveSpecification": {"Enabled": true, "AttributeName": schema::TTL}});
            self.dispatch("UpdateTimeToLive", ttl.to_string().as_bytes())?;
        }
        Ok(())
    }

    /// Gives a table that an earlier version made the indexes it lacks.
    fn complete(&self, table: &Table, name: &str) -> Result<(), Error> {
        let told = self.dispatch("DescribeTable", json!({"TableName": name}).to_string().as_bytes())?;
        let told: serde_json::Value = serde_json::from_slice(&told)?;
        let there: Vec<&str> = told["Table"]["GlobalSecondaryIndexes"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|index| index["IndexName"].as_str())
            .collect();
        let whole = definition(table, name);
        for index in whole["GlobalSecondaryIndexes"].as_array().into_iter().flatten() {
            if index["IndexName"].as_str().is_some_and(|wanted| there.contains(&wanted)) {
                continue;
            }
            let update = json!({
                "TableName": name,
                "AttributeDefinitions": whole["AttributeDefinitions"],
                "GlobalSecondaryIndexUpdates": [{"Create": index}],
            });
            self.dispatch("UpdateTable", update.to_string().as_bytes())?;
        }
        Ok(())
    }

    /// What an index of the ledger lists after a moment, soonest first: the moment in milliseconds, and both keys.
    pub(super) fn listed(&self, ledger: &str, list: &str, after: i64, limit: usize) -> Result<Vec<Listed>, Error> {
        let query = json!({
            "TableName": ledger,
            "IndexName": schema::LISTED,
            "KeyConditionExpression": "#list = :list AND #at > :after",
            "ExpressionAttributeNames": {"#list": LIST.hash, "#at": LIST.range},
            // Every range key of that moment sorts before this.
            "ExpressionAttributeValues": {":list": {"S": list}, ":after": {"S": format!("{after:013}$")}},
            "Limit": limit,
        });
        let found: serde_json::Value = serde_json::from_slice(&self.dispatch("Query", query.to_string().as_bytes())?)?;
        let text = |item: &serde_json::Value, name: &str| item[name]["S"].as_str().unwrap_or_default().to_owned();
        let read = |item: &serde_json::Value| {
            let at = text(item, LIST.range).split('#').next().and_then(|at| at.parse().ok())?;
            Some(Listed { at, pk: text(item, schema::HASH), sk: text(item, schema::RANGE) })
        };
        Ok(found["Items"].as_array().into_iter().flatten().filter_map(read).collect())
    }

    /// The items of a table whose partition key begins like that.
    pub(super) fn items(&self, table: &str, prefix: &str) -> Result<Vec<serde_json::Value>, Error> {
        let mut items = Vec::new();
        let mut from = serde_json::Value::Null;
        loop {
            let mut scan = json!({
                "TableName": table,
                "FilterExpression": "begins_with(#pk, :prefix)",
                "ExpressionAttributeNames": {"#pk": schema::HASH},
                "ExpressionAttributeValues": {":prefix": {"S": prefix}},
            });
            if !from.is_null() {
                scan["ExclusiveStartKey"] = from;
            }
            let mut found: serde_json::Value =
                serde_json::from_slice(&self.dispatch("Scan", scan.to_string().as_bytes())?)?;
            if let Some(found) = found["Items"].as_array_mut() {
                items.append(found);
            }
            from = found["LastEvaluatedKey"].take();
            if from.is_null() {
                return Ok(items);
            }
        }
    }

    pub(super) fn records(
        &self,
        table: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<serde_json::Value>, Error> {
        let iterator = self.database.get_shard_iterator(GetShardIteratorRequest {
            stream_arn: dynoxide::streams::stream_arn(table, "local"),
            shard_id: dynoxide::streams::shard_id(table),
            shard_iterator_type: if after.is_some() { "AFTER_SEQUENCE_NUMBER" } else { "TRIM_HORIZON" }.to_owned(),
            sequence_number: after.map(str::to_owned),
        })?;
        let records = self.database.get_records(GetRecordsRequest {
            shard_iterator: iterator.shard_iterator.unwrap_or_default(),
            limit: Some(limit),
        })?;
        Ok(records.records.iter().map(serde_json::to_value).collect::<Result<_, _>>()?)
    }

    pub(super) fn trim(&self, table: &str, before: &str) -> Result<(), Error> {
        // A public sequence number is a 1 and twenty digits, which are the stored number.
        let Some(stored) = before.get(1..).and_then(|digits| digits.parse::<i64>().ok()) else {
            return Err(Error::Tables(format!("{before} is not a sequence number")));
        };
        // The newest record stays: the engine numbers the next one after it.
        self.side
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .prepare_cached(
                "DELETE FROM _stream_records WHERE table_name = ?1 AND CAST(sequence_number AS INTEGER) < ?2",
            )?
            .execute(params![table, stored])?;
        Ok(())
    }

    pub(super) fn compact(&self) -> Result<(), Error> {
        let side = self.side.lock().unwrap_or_else(PoisonError::into_inner);
        side.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)")?;
        Ok(())
    }

    pub(super) fn sweep_expired(&self) -> Result<usize, Error> {
        // The engine takes a clock only in memory, so the sweep has a connection of its own that knows the time.
        let name = self.path.to_str().unwrap_or_default();
        let storage = dynoxide::storage::Storage::new(name)?.with_clock(Arc::new(CloudClock(self.now.clone())));
        let sweep = pin!(dynoxide::ttl::sweep_expired_items(&storage));
        // The futures of the native engine are ready at once.
        match sweep.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(swept) => Ok(swept?),
            Poll::Pending => Err(Error::Tables("the sweep for expired items did not finish".to_owned())),
        }
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, DynoxideError> {
    serde_json::from_slice(body).map_err(|error| DynoxideError::ValidationException(error.to_string()))
}

fn write<T: Serialize>(answer: &T) -> Result<Vec<u8>, DynoxideError> {
    serde_json::to_vec(answer).map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}

struct CloudClock(Now);

impl dynoxide::storage_backend::Clock for CloudClock {
    fn now_unix_secs(&self) -> u64 {
        u64::try_from((self.0)() / 1000).unwrap_or_default()
    }

    fn now_unix_secs_f64(&self) -> f64 {
        Duration::from_millis(u64::try_from((self.0)()).unwrap_or_default()).as_secs_f64()
    }
}

/// The request that makes a table as the store expects it, which a test holds against the template.
fn definition(table: &Table, name: &str) -> serde_json::Value {
    let text = |name: &str| json!({"AttributeName": name, "AttributeType": "S"});
    let keys = |hash: &str, range: &str| json!([{"AttributeName": hash, "KeyType": "HASH"}, {"AttributeName": range, "KeyType": "RANGE"}]);
    let attributes: BTreeSet<&str> = [schema::HASH, schema::RANGE]
        .into_iter()
        .chain(table.indexes.iter().flat_map(|index| [index.hash, index.range]))
        .collect();
    let indexes: Vec<_> = table
        .indexes
        .iter()
        .map(|index| {
            json!({
                "IndexName": index.name,
                "KeySchema": keys(index.hash, index.range),
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            })
        })
        .collect();
    let mut definition = json!({
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": attributes.into_iter().map(text).collect::<Vec<_>>(),
        "KeySchema": keys(schema::HASH, schema::RANGE),
    });
    if !indexes.is_empty() {
        definition["GlobalSecondaryIndexes"] = json!(indexes);
    }
    if table.stream {
        definition["StreamSpecification"] = json!({"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"});
    }
    definition
}
