//! EventBridge Scheduler: one-time schedules that put their input on a queue and are gone.

use std::time::Duration;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use rusqlite::{OptionalExtension, params};
use serde::Deserialize;
use serde_json::json;

use super::{Cloud, Error, Queue, Refusal, queues};

/// A schedule that has not fired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// The group it is in.
    pub group: String,
    /// Its name, unique in the group.
    pub name: String,
    /// When it fires, in milliseconds.
    pub at: i64,
    /// The queue its input goes to.
    pub target: Queue,
    /// What is put on that queue.
    pub input: String,
}

impl Cloud {
    pub(super) fn create_schedule(&self, name: &str, body: &[u8]) -> Result<serde_json::Value, Refusal> {
        let request: CreateSchedule =
            serde_json::from_slice(body).map_err(|error| Refusal::bad("ValidationException", error.to_string()))?;
        let good_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if name.is_empty() || name.len() > 64 || !name.chars().all(good_name) {
            return Err(Refusal::bad("ValidationException", "Name must have 1 to 64 characters of 0-9a-zA-Z-_."));
        }
        let at = parse_at(&request.schedule_expression, request.schedule_expression_timezone.as_deref())?;
        let target = Queue::from_arn(&request.target.arn).ok_or_else(|| {
            Refusal::bad(
                "ValidationException",
                format!("Provided Arn {} is not a queue of this place.", request.target.arn),
            )
        })?;
        let input = request.target.input.filter(|input| !input.is_empty()).ok_or_else(|| {
            Refusal::bad("ValidationException", "Target.Input must not be empty: a queue takes no empty message.")
        })?;
        let group = request.group_name.unwrap_or_else(|| "default".to_owned());
        let answer = json!({"ScheduleArn": format!("arn:aws:scheduler:local:000000000000:schedule/{group}/{name}")});
        let connection = self.inner.disk.lock();
        let token: Option<Option<String>> = connection
            .prepare_cached("SELECT token FROM schedules WHERE grp = ?1 AND name = ?2")?
            .query_row([group.as_str(), name], |row| row.get(0))
            .optional()?;
        if let Some(token) = token {
            // The same request sent again is answered as the first time.
            return if token.is_some() && token == request.client_token {
                Ok(answer)
            } else {
                Err(Refusal::new(
                    http::StatusCode::CONFLICT,
                    "ConflictException",
                    format!("Schedule {name} already exists."),
                ))
            };
        }
        connection
            .prepare_cached(
                "INSERT INTO schedules (grp, name, token, at, target, input) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![group, name, request.client_token, at, target.name(), input])?;
        drop(connection);
        self.changed();
        Ok(answer)
    }

    pub(super) fn delete_schedule(&self, name: &str, query: Option<&str>) -> Result<serde_json::Value, Refusal> {
        let group =
            query.unwrap_or_default().split('&').find_map(|pair| pair.strip_prefix("groupName=")).unwrap_or("default");
        let deleted = self
            .inner
            .disk
            .lock()
            .prepare_cached("DELETE FROM schedules WHERE grp = ?1 AND name = ?2")?
            .execute([group, name])?;
        if deleted == 0 {
            return Err(Refusal::new(
                http::StatusCode::NOT_FOUND,
                "ResourceNotFoundException",
                format!("Schedule {name} does not exist."),
            ));
        }
        self.changed();
        Ok(json!({}))
    }

    /// The schedules that have not fired, soonest first.
    pub fn schedules(&self) -> Result<Vec<Schedule>, Error> {
        let connection = self.inner.disk.lock();
        let mut statement =
            connection.prepare_cached("SELECT grp, name, at, target, input FROM schedules ORDER BY at, name")?;
        let rows = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get::<_, String>(3)?, row.get(4)?)))?;
        let mut schedules = Vec::new();
        for row in rows {
            let (group, name, at, target, input) = row?;
            if let Some(target) = Queue::ALL.into_iter().find(|queue| queue.name() == target) {
                schedules.push(Schedule { group, name, at, target, input });
            }
        }
        Ok(schedules)
    }

    /// When the next schedule fires, in milliseconds; it may be overdue.
    pub fn next_schedule(&self) -> Result<Option<i64>, Error> {
        Ok(self.inner.disk.lock().prepare_cached("SELECT MIN(at) FROM schedules")?.query_row([], |row| row.get(0))?)
    }

    /// Fires every schedule that is due: its input goes on its queue and it is gone. Returns how many that were.
    pub fn fire_due(&self) -> Result<usize, Error> {
        let now = self.now();
        if self.next_schedule()?.is_none_or(|next| next > now) {
            return Ok(0);
        }
        let due: Vec<Schedule> = self.schedules()?.into_iter().take_while(|schedule| schedule.at <= now).collect();
        for schedule in &due {
            self.fire(schedule, true)?;
        }
        Ok(due.len())
    }

    /// Fires one schedule now; `finish` removes it, as its *action after completion* says.
    pub fn fire(&self, schedule: &Schedule, finish: bool) -> Result<(), Error> {
        let now = self.now();
        let mut connection = self.inner.disk.lock();
        let transaction = connection.transaction()?;
        queues::insert(&transaction, schedule.target, &schedule.input, now, now)?;
        if finish {
            transaction
                .prepare_cached("DELETE FROM schedules WHERE grp = ?1 AND name = ?2")?
                .execute([&schedule.group, &schedule.name])?;
        }
        transaction.commit()?;
        drop(connection);
        self.changed();
        Ok(())
    }

    /// Moves a schedule to another time, as a late Scheduler would.
    pub fn postpone(&self, schedule: &Schedule, by: Duration) -> Result<(), Error> {
        self.inner
            .disk
            .lock()
            .prepare_cached("UPDATE schedules SET at = at + ?3 WHERE grp = ?1 AND name = ?2")?
            .execute(params![schedule.group, schedule.name, queues::millis(by)])?;
        Ok(())
    }
}

/// The instant of a one-time expression, `at(2026-11-21T20:30:00)`, in milliseconds.
fn parse_at(expression: &str, zone: Option<&str>) -> Result<i64, Refusal> {
    let invalid =
        |why: &str| Refusal::bad("ValidationException", format!("Invalid Schedule Expression {expression}: {why}"));
    let inside = expression
        .strip_prefix("at(")
        .and_then(|rest| rest.strip_suffix(')'))
        .ok_or_else(|| invalid("only at(yyyy-mm-ddThh:mm:ss) is known here"))?;
    // Exactly whole seconds and no offset: the real one takes nothing else.
    if inside.len() != 19 || inside.as_bytes().get(10) != Some(&b'T') {
        return Err(invalid("the form is yyyy-mm-ddThh:mm:ss"));
    }
    let civil: DateTime = inside.parse().map_err(|error: jiff::Error| invalid(&error.to_string()))?;
    let zone = match zone {
        None | Some("UTC") => TimeZone::UTC,
        Some(name) => TimeZone::get(name).map_err(|error| invalid(&error.to_string()))?,
    };
    Ok(civil.to_zoned(zone).map_err(|error| invalid(&error.to_string()))?.timestamp().as_millisecond())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateSchedule {
    schedule_expression: String,
    schedule_expression_timezone: Option<String>,
    group_name: Option<String>,
    client_token: Option<String>,
    target: Target,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Target {
    arn: String,
    input: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::parse_at;

    #[test]
    fn a_one_time_expression_is_an_instant() {
        assert_eq!(parse_at("at(1970-01-02T00:00:01)", None).ok(), Some(86_401_000));
        assert_eq!(parse_at("at(1970-01-02T00:00:01)", Some("UTC")).ok(), Some(86_401_000));
        assert_eq!(
            parse_at("at(2026-07-01T12:00:00)", Some("Europe/Berlin")).ok(),
            parse_at("at(2026-07-01T10:00:00)", None).ok()
        );
        for wrong in [
            "at(2026-13-01T00:00:00)",
            "at(2026-01-01 00:00:00)",
            "at(2026-01-01T00:00)",
            "at(2026-01-01T00:00:00Z)",
            "at(2026-01-01T00:00:00",
            "rate(1 hour)",
            "",
        ] {
            assert!(parse_at(wrong, None).is_err(), "{wrong}");
        }
        assert!(parse_at("at(2026-01-01T00:00:00)", Some("Mars/Olympus")).is_err());
    }
}
