//! The file behind mailbox, queues, schedules, the event bus and what arrived outside.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OptionalExtension};

use super::Error;

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS mails (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    survey TEXT,
    mail TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS mails_by_survey ON mails (survey);
CREATE TABLE IF NOT EXISTS messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    queue TEXT NOT NULL,
    body TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    visible_at INTEGER NOT NULL,
    received INTEGER NOT NULL DEFAULT 0,
    first_received_at INTEGER,
    died_of TEXT
);
CREATE INDEX IF NOT EXISTS messages_by_queue ON messages (queue, visible_at);
CREATE TABLE IF NOT EXISTS schedules (
    grp TEXT NOT NULL,
    name TEXT NOT NULL,
    token TEXT,
    at INTEGER NOT NULL,
    target TEXT NOT NULL,
    input TEXT NOT NULL,
    PRIMARY KEY (grp, name)
);
CREATE INDEX IF NOT EXISTS schedules_by_time ON schedules (at);
CREATE TABLE IF NOT EXISTS failed (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    reader TEXT NOT NULL,
    at INTEGER NOT NULL,
    record TEXT NOT NULL,
    why TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    bus TEXT NOT NULL,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS outside (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    name TEXT NOT NULL,
    headers TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS calls (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    destination TEXT NOT NULL,
    survey TEXT NOT NULL,
    method TEXT NOT NULL,
    place TEXT NOT NULL,
    status INTEGER,
    error TEXT
);
CREATE TABLE IF NOT EXISTS opted_out (
    number TEXT PRIMARY KEY
);
CREATE TABLE IF NOT EXISTS vals (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
";

/// One SQLite connection behind a lock: every operation of the cloud is one short transaction.
pub(super) struct Disk {
    connection: Mutex<Connection>,
}

impl Disk {
    pub(super) fn open(path: &Path, keep: bool) -> Result<Self, Error> {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // A killed process loses nothing either way; only a power cut would, and a temporary file dies with it anyway.
        connection.pragma_update(None, "synchronous", if keep { "NORMAL" } else { "OFF" })?;
        connection.set_prepared_statement_cache_capacity(64);
        connection.execute_batch(SCHEMA)?;
        Ok(Self { connection: Mutex::new(connection) })
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Connection> {
        // A panic elsewhere leaves no half-done work: its transaction was rolled back.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn value(&self, name: &str) -> Result<Option<String>, Error> {
        Ok(self
            .lock()
            .prepare_cached("SELECT value FROM vals WHERE name = ?1")?
            .query_row([name], |row| row.get(0))
            .optional()?)
    }

    pub(super) fn set_value(&self, name: &str, value: &str) -> Result<(), Error> {
        self.lock()
            .prepare_cached(
                "INSERT INTO vals (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",
            )?
            .execute([name, value])?;
        Ok(())
    }
}
