//! Stream records that a reader gave up on: Lambda's on-failure destination.

use rusqlite::params;

use super::{Cloud, Error, Queue};

/// A stream record that a reader could not process in all its attempts.
#[derive(Clone, Debug, PartialEq)]
pub struct Failed {
    /// Its place in the list.
    pub id: i64,
    /// The function that gave up.
    pub reader: String,
    /// When, in milliseconds.
    pub at: i64,
    /// The record.
    pub record: serde_json::Value,
    /// Why.
    pub why: String,
}

impl Cloud {
    /// Keeps a record that a reader gave up on.
    pub fn give_up(&self, reader: &str, record: &serde_json::Value, why: &str) -> Result<(), Error> {
        self.inner
            .disk
            .lock()
            .prepare_cached("INSERT INTO failed (reader, at, record, why) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![reader, self.now(), record.to_string(), why])?;
        self.changed();
        Ok(())
    }

    /// The records that readers gave up on, oldest first.
    pub fn given_up(&self) -> Result<Vec<Failed>, Error> {
        let connection = self.inner.disk.lock();
        let mut statement =
            connection.prepare_cached("SELECT seq, reader, at, record, why FROM failed ORDER BY seq")?;
        let rows = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get::<_, String>(3)?, row.get(4)?)))?;
        rows.map(|row| {
            let (id, reader, at, record, why) = row?;
            Ok(Failed { id, reader, at, record: serde_json::from_str(&record)?, why })
        })
        .collect()
    }

    /// Removes a record that was processed after all.
    pub fn done_after_all(&self, failed: &Failed) -> Result<(), Error> {
        self.inner.disk.lock().prepare_cached("DELETE FROM failed WHERE seq = ?1")?.execute([failed.id])?;
        self.changed();
        Ok(())
    }

    /// How much work failed for good: dead letters and records given up.
    pub fn failed_count(&self) -> Result<u64, Error> {
        let connection = self.inner.disk.lock();
        let records: u64 = connection.prepare_cached("SELECT COUNT(*) FROM failed")?.query_row([], |row| row.get(0))?;
        let mut letters = 0;
        for queue in Queue::ALL.into_iter().filter(|queue| queue.is_dead()) {
            letters += connection
                .prepare_cached("SELECT COUNT(*) FROM messages WHERE queue = ?1")?
                .query_row([queue.name()], |row| row.get::<_, u64>(0))?;
        }
        Ok(records + letters)
    }
}
