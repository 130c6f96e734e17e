//! Jobs on all surveys: each is written whole, and only over the very one it was made from.

use aws_sdk_dynamodb::error::SdkError;
use model::job::{KEPT, PIECES_KEPT};
use model::reconcile::Kept;
use model::{Job, JobId, JobKind, Timestamp};
use serde_dynamo::aws_sdk_dynamodb_1::{from_item, to_item};

use crate::error::Error;
use crate::surveys::{Item, n, s};
use crate::{Store, keys};

impl Store {
    /// A job as it stands now.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn job(&self, kind: JobKind, id: &JobId) -> Result<Option<Job>, Error> {
        self.get(&self.tables.ledger, Self::key(keys::jobs(kind), id.as_str())).await?.map(job_from).transpose()
    }

    /// The latest jobs of a kind, latest first.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn jobs(&self, kind: JobKind, most: i32) -> Result<Vec<Job>, Error> {
        let got = self
            .client
            .query()
            .table_name(&self.tables.ledger)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", s(keys::jobs(kind)))
            .scan_index_forward(false)
            .consistent_read(true)
            .limit(most)
            .send()
            .await
            .map_err(|error| Error::call("Query", &self.tables.ledger, error))?;
        got.items.unwrap_or_default().into_iter().map(job_from).collect()
    }

    /// Writes a job if nobody has since `before` was read, or a new one if there is none. `false` if somebody else did.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn save_job(&self, before: Option<&Job>, after: &Job) -> Result<bool, Error> {
        let pk = keys::jobs(after.kind);
        let mut item: Item = to_item(after).map_err(|source| Error::item(&pk, source))?;
        item.extend(Self::key(pk, after.id.as_str()));
        item.insert("expires".to_owned(), n(after.made_at.after(KEPT).as_seconds()));
        let put = self.client.put_item().table_name(&self.tables.ledger).set_item(Some(item));
        let put = match before {
            Some(before) => put.condition_expression("rev = :rev").expression_attribute_values(":rev", n(before.rev)),
            None => put.condition_expression("attribute_not_exists(pk)"),
        };
        match put.send().await {
            Ok(_) => Ok(true),
            // The SDK may have retried a write that had succeeded: then what stands there is our own.
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => {
                Ok(self.job(after.kind, &after.id).await?.is_some_and(|found| found == *after))
            }
            Err(error) => Err(Error::call("PutItem", &self.tables.ledger, error)),
        }
    }

    /// Writes down what a job has added up so far, in pieces. They are found by what is given back, once that stands in the
    /// job; until then nobody looks at them, and in some days they go by themselves.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn keep_pieces(&self, job: &Job, pieces: Vec<String>, now: Timestamp) -> Result<Kept, Error> {
        let rev = job.rev;
        let mut count = 0;
        for piece in pieces {
            let mut item = Self::key(keys::job_piece(&job.id, count), &rev.to_string());
            item.insert("piece".to_owned(), s(piece));
            item.insert("expires".to_owned(), n(now.after(PIECES_KEPT).as_seconds()));
            let put = self.client.put_item().table_name(&self.tables.ledger).set_item(Some(item)).send().await;
            put.map_err(|error| Error::call("PutItem", &self.tables.ledger, error))?;
            count += 1;
        }
        Ok(Kept { rev, pieces: count })
    }

    /// A piece as it was written down; nothing once it is forgotten.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn piece(&self, job: &JobId, kept: Kept, nth: u32) -> Result<Option<String>, Error> {
        let key = Self::key(keys::job_piece(job, nth), &kept.rev.to_string());
        let item = self.get(&self.tables.ledger, key).await?;
        Ok(item.and_then(|mut item| item.remove("piece")?.as_s().ok().cloned()))
    }
}

fn job_from(item: Item) -> Result<Job, Error> {
    from_item(item).map_err(|source| Error::item("a job", source))
}
