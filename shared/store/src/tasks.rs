//! Tasks, and the lists people find them on.
//!
//! A task lies with the others of its survey and is written whole, only over the very one it was made from. What a
//! person does to a task is written together with its survey, whose change is what others hear of.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem};
use model::{Survey, SurveyId, Task, TaskId, TaskKind, TaskStatus, Timestamp};
use serde_dynamo::aws_sdk_dynamodb_1::{from_item, to_item};

use crate::error::{Error, cancelled};
use crate::listed::{Row, Way};
use crate::surveys::{Item, built, n, s};
use crate::{Store, keys, schema};

/// Names of owners that were written down by this process, so that each is written once and not with every task.
#[derive(Debug, Default)]
pub(crate) struct Aliases(Mutex<BTreeSet<(String, String)>>);

/// Most names that are remembered.
const MOST_ALIASES: usize = 10_000;

/// Tasks that are looked at together where only those of one kind are wanted.
const LOOKED_AT: usize = 200;

/// How often more of them are looked at for one page.
const ROUNDS: usize = 5;

/// The outcome of writing a changed task.
#[derive(Debug, PartialEq, Eq)]
pub enum TaskSaved {
    /// It was written.
    Done,
    /// Somebody else wrote first, or there is none any more.
    Conflict,
}

/// Which tasks are wanted.
#[derive(Clone, Debug)]
pub struct TaskQuery<'a> {
    /// Open ones, the soonest due first; or done ones, the latest first.
    pub status: TaskStatus,
    /// Whose: an address, or the id the CRM gave them. Everybody's if absent.
    pub owner: Option<&'a str>,
    /// Of one kind; of every kind if absent.
    pub kind: Option<TaskKind>,
}

/// A page of tasks, and the place to go on behind if there may be more.
#[derive(Clone, Debug, Default)]
pub struct TaskPage {
    /// The tasks.
    pub tasks: Vec<Task>,
    /// The place of the last one that was looked at.
    pub next: Option<String>,
}

/// A task as it is stored, with the lists it stands on.
fn item(task: &Task) -> Result<Item, Error> {
    let pk = keys::tasks(task.survey);
    let mut item: Item = to_item(task).map_err(|source| Error::item(&pk, source))?;
    let mut set = |name: &str, value| item.insert(name.to_owned(), value);
    let shard = task.survey.shard(keys::LIST_SHARDS);
    let list = match task.status {
        TaskStatus::Open if !task.is_awaited() => keys::quiet_task_list(shard),
        status => keys::task_list(status, shard),
    };
    set("list", s(list));
    set("list_at", s(keys::listed_at(task.completed_at.unwrap_or(task.due_at), &task.id().to_string())));
    if let Some(owner) = owner_of(task) {
        set("owned_by", s(keys::owned_by(&owner, task.status)));
    }
    set("expires", n(task.kept_until.as_seconds()));
    set("sk", s(task.kind.as_str()));
    set("pk", s(pk));
    Ok(item)
}

/// What stands for the owner of a task: the address, or the id where there is none.
fn owner_of(task: &Task) -> Option<String> {
    let owner = task.owner.as_ref()?;
    owner.email.as_ref().map(model::Email::expose).or(owner.id.as_deref()).map(keys::owner)
}

fn task_from(item: Item) -> Result<Task, Error> {
    let key = item.get("pk").and_then(|pk| pk.as_s().ok()).cloned().unwrap_or_default();
    from_item(item).map_err(|source| Error::item(&key, source))
}

impl Store {
    /// The tasks of a survey, as they stand now.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn tasks(&self, survey: SurveyId) -> Result<Vec<Task>, Error> {
        let got = self
            .client
            .query()
            .table_name(&self.tables.ledger)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", s(keys::tasks(survey)))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| Error::call("Query", &self.tables.ledger, error))?;
        // There is one of a kind at most, so one page holds them all.
        got.items.unwrap_or_default().into_iter().map(task_from).collect()
    }

    /// A task, as it stands now.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn task(&self, id: TaskId) -> Result<Option<Task>, Error> {
        let key = Self::key(keys::tasks(id.survey), id.kind.as_str());
        self.get(&self.tables.ledger, key).await?.map(task_from).transpose()
    }

    /// Writes a changed task if it is still the one it was made from, or a new one if there is none yet.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn save_task(&self, before: Option<&Task>, after: &Task) -> Result<TaskSaved, Error> {
        if before.is_none_or(|before| before.owner != after.owner) {
            self.remember_owner(after).await?;
        }
        let put = self.client.put_item().table_name(&self.tables.ledger).set_item(Some(item(after)?));
        let put = match before {
            Some(before) => put.condition_expression("ver = :ver").expression_attribute_values(":ver", n(before.ver)),
            None => put.condition_expression("attribute_not_exists(pk)"),
        };
        let saved =
            put.return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld).send().await;
        let found = match saved {
            Ok(_) => return Ok(TaskSaved::Done),
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => {
                match error.into_err() {
                    PutItemError::ConditionalCheckFailedException(found) => found.item,
                    _ => None,
                }
            }
            Err(error) => return Err(Error::call("PutItem", &self.tables.ledger, error)),
        };
        // The SDK may have retried a write that had succeeded: then what stands there is our own.
        let own = found.map(task_from).transpose()?.is_some_and(|found| found == *after);
        Ok(if own { TaskSaved::Done } else { TaskSaved::Conflict })
    }

    /// Writes what a person did to a task, and the survey that tells of it, both or neither.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn save_task_by_hand(
        &self,
        (before, after): (&Task, &Task),
        (survey_before, survey_after): (&Survey, &Survey),
    ) -> Result<TaskSaved, Error> {
        if before.owner != after.owner {
            self.remember_owner(after).await?;
        }
        let put = |table: &str, item: Item, ver: u64| {
            let put = Put::builder()
                .table_name(table)
                .set_item(Some(item))
                .condition_expression("ver = :ver")
                .expression_attribute_values(":ver", n(ver));
            built(put.build()).map(|put| TransactWriteItem::builder().put(put).build())
        };
        let sent = self
            .client
            .transact_write_items()
            .transact_items(put(&self.tables.ledger, item(after)?, before.ver)?)
            .transact_items(put(&self.tables.surveys, crate::surveys::item(survey_after)?, survey_before.ver)?)
            .send()
            .await;
        let Err(error) = sent else { return Ok(TaskSaved::Done) };
        // A retry of the SDK carries the token of the first attempt, so it never meets its own write.
        cancelled(&self.tables.ledger, error).map(|_| TaskSaved::Conflict)
    }

    /// Forgets the tasks of a survey: it is gone. `true` if there were any.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn forget_tasks(&self, survey: SurveyId) -> Result<bool, Error> {
        let tasks = self.tasks(survey).await?;
        for task in &tasks {
            self.delete(&self.tables.ledger, keys::tasks(survey), task.kind.as_str()).await?;
        }
        Ok(!tasks.is_empty())
    }

    /// A page of at most `most` tasks behind the place `from`; it may hold fewer, and more may follow all the same.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn task_page(&self, query: &TaskQuery<'_>, from: Option<&str>, most: usize) -> Result<TaskPage, Error> {
        let (index, partitions) = match query.owner {
            Some(owner) => {
                let own = keys::owner(owner);
                let alias = self.get(&self.tables.ledger, Self::key(keys::owner_alias(&own), keys::ONLY)).await?;
                let alias = alias.and_then(|item| item.get("alias")?.as_s().ok().cloned());
                let owners = std::iter::once(own).chain(alias);
                (schema::OWNED, owners.map(|owner| keys::owned_by(&owner, query.status)).collect::<Vec<_>>())
            }
            None => {
                let quiet = |shard| (query.status == TaskStatus::Open).then(|| keys::quiet_task_list(shard));
                let shards = 0..keys::LIST_SHARDS;
                let lists =
                    shards.flat_map(|shard| quiet(shard).into_iter().chain([keys::task_list(query.status, shard)]));
                (schema::LISTED, lists.collect())
            }
        };
        let (rows, next) = self.rows_of_kind(index, &partitions, query, from.map(str::to_owned), most).await?;
        let mut tasks = self.tasks_in(&rows).await?;
        // The index may be behind what is there, and two ids may differ in nothing but their case.
        tasks.retain(|task| task.status == query.status && query.owner.is_none_or(|owner| task.is_owned_by(owner)));
        Ok(TaskPage { tasks, next })
    }

    async fn rows_of_kind(
        &self,
        index: &str,
        partitions: &[String],
        query: &TaskQuery<'_>,
        mut from: Option<String>,
        most: usize,
    ) -> Result<(Vec<Row>, Option<String>), Error> {
        let looked_at = if query.kind.is_some() { LOOKED_AT } else { most + 1 };
        let mut rows = Vec::with_capacity(most);
        for _ in 0..ROUNDS {
            let way = match query.status {
                TaskStatus::Open => Way::Up { behind: from.as_deref(), to: None },
                TaskStatus::Done => Way::Down { before: from.as_deref() },
            };
            let found = self.listed(index, partitions, way, looked_at).await?;
            let last = found.len() < looked_at;
            for row in found {
                if rows.len() == most {
                    return Ok((rows, from));
                }
                from = Some(row.at.clone());
                if query.kind.is_none_or(|kind| row.sk == kind.as_str()) {
                    rows.push(row);
                }
            }
            if last {
                return Ok((rows, None));
            }
        }
        Ok((rows, from))
    }

    /// At most `most` open tasks that are due by `now` and of which somebody is still to hear, behind the place `from`.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn overdue_tasks(&self, now: Timestamp, from: Option<&str>, most: usize) -> Result<TaskPage, Error> {
        let partitions: Vec<_> = (0..keys::LIST_SHARDS).map(|shard| keys::task_list(TaskStatus::Open, shard)).collect();
        let to = keys::listed_at(now, "~");
        let way = Way::Up { behind: from, to: Some(&to) };
        let rows = self.listed(schema::LISTED, &partitions, way, most).await?;
        let next = rows.last().filter(|_| rows.len() == most).map(|row| row.at.clone());
        Ok(TaskPage { tasks: self.tasks_in(&rows).await?, next })
    }

    /// The tasks of these rows in their order; those that are gone are left out.
    async fn tasks_in(&self, rows: &[Row]) -> Result<Vec<Task>, Error> {
        let found = self.batch_get(&self.tables.ledger, rows.iter().map(Row::key).collect(), true).await?;
        let tasks: Result<Vec<Task>, Error> = found.into_iter().map(task_from).collect();
        let mut by_key: HashMap<_, _> =
            tasks?.into_iter().map(|task| ((keys::tasks(task.survey), task.kind.as_str()), task)).collect();
        Ok(rows.iter().filter_map(|row| by_key.remove(&(row.pk.clone(), row.sk.as_str()))).collect())
    }

    /// An owner with an address and an id is on the list under the address; whoever asks by the id finds it here. It
    /// is written before the task: without one it does no harm.
    async fn remember_owner(&self, task: &Task) -> Result<(), Error> {
        let Some((email, id)) = task.owner.as_ref().and_then(|owner| owner.email.as_ref().zip(owner.id.as_ref()))
        else {
            return Ok(());
        };
        let alias = (keys::owner(id), keys::owner(email.expose()));
        let known = |aliases: &Aliases| aliases.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&alias);
        if known(&self.aliases) {
            return Ok(());
        }
        let mut item = Self::key(keys::owner_alias(&alias.0), keys::ONLY);
        item.insert("alias".to_owned(), s(&alias.1));
        let put = self.client.put_item().table_name(&self.tables.ledger).set_item(Some(item));
        put.send().await.map_err(|error| Error::call("PutItem", &self.tables.ledger, error))?;
        let mut aliases = self.aliases.0.lock().unwrap_or_else(PoisonError::into_inner);
        if aliases.len() >= MOST_ALIASES {
            aliases.clear();
        }
        aliases.insert(alias);
        Ok(())
    }
}
