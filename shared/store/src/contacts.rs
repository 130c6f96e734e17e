//! Contacts beside their surveys: whether they may be mailed, and what stays of an erased one.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::types::{Delete, TransactWriteItem};
use model::{Contact, ContactKey, Suppression, SurveyId, Timestamp};
use serde_dynamo::aws_sdk_dynamodb_1::from_item;

use crate::error::{Error, cancelled};
use crate::surveys::built;
use crate::{Store, keys};

impl Store {
    /// What is held of a contact, as it stands now.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn contact(&self, key: &ContactKey) -> Result<Option<Contact>, Error> {
        let item = self.get(&self.tables.surveys, Self::key(keys::contact(key), keys::COMMENT)).await?;
        item.map(|item| from_item(item).map_err(|source| Error::item("a contact", source))).transpose()
    }

    /// What is held of several contacts, as it stands now; each is named once. Those nobody knows are left out.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn contacts(&self, keys: &[ContactKey]) -> Result<Vec<Contact>, Error> {
        let wanted = keys.iter().map(|key| Self::key(keys::contact(key), keys::COMMENT)).collect();
        let items = self.batch_get(&self.tables.surveys, wanted, true).await?;
        items.into_iter().map(|item| from_item(item).map_err(|source| Error::item("a contact", source))).collect()
    }

    /// Sees to it that a contact is never mailed again. An earlier suppression stays as it is.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn suppress(&self, key: &ContactKey, why: Suppression, now: Timestamp) -> Result<(), Error> {
        let update = self.suppressing(key, why, now)?;
        self.client
            .update_item()
            .table_name(&update.table_name)
            .set_key(Some(update.key))
            .update_expression(update.update_expression)
            .set_expression_attribute_names(update.expression_attribute_names)
            .set_expression_attribute_values(update.expression_attribute_values)
            .send()
            .await
            .map(drop)
            .map_err(|error| Error::call("UpdateItem", &self.tables.surveys, error))
    }

    /// Deletes a survey and its comment, both or neither: a comment left alone would be found by nobody. Its
    /// counts stay.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn delete_survey(&self, id: SurveyId) -> Result<(), Error> {
        let mut transaction = self.client.transact_write_items();
        for sk in [keys::SURVEY, keys::COMMENT] {
            let key = Self::key(keys::survey(id), sk);
            let delete = Delete::builder().table_name(&self.tables.surveys).set_key(Some(key)).build();
            transaction = transaction.transact_items(TransactWriteItem::builder().delete(built(delete)?).build());
        }
        match transaction.send().await {
            Ok(_) => Ok(()),
            // Without conditions it is cancelled only by others who write at the same time.
            Err(error) => Err(cancelled(&self.tables.surveys, error)
                .err()
                .unwrap_or(Error::Busy { table: self.tables.surveys.clone() })),
        }
    }

    /// Deletes what stands beside a survey: its tasks, the letters about it, and what was told of it. The records that
    /// were made of it outside are not ours.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn erase_beside(&self, survey: SurveyId) -> Result<(), Error> {
        self.forget_tasks(survey).await?;
        self.erase_letters(survey).await?;
        self.forget_deliveries(survey).await
    }

    /// Puts what stays of an erased contact in its place: nothing, or the wish not to be asked, which may
    /// have come since the contact was read.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn erase_contact(&self, contact: &Contact) -> Result<(), Error> {
        let key = Self::key(keys::contact(&contact.key), keys::COMMENT);
        let deleted = self
            .client
            .delete_item()
            .table_name(&self.tables.surveys)
            .set_key(Some(key.clone()))
            .condition_expression("attribute_not_exists(suppressed)")
            .send()
            .await;
        match deleted {
            Ok(_) => return Ok(()),
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => {}
            Err(error) => return Err(Error::call("DeleteItem", &self.tables.surveys, error)),
        }
        // A suppression is never taken back, so this stands whatever came in between.
        self.client
            .update_item()
            .table_name(&self.tables.surveys)
            .set_key(Some(key))
            .update_expression(
                "REMOVE email, phone, crm_id, asked_at, asked_before, asked_by, #last, #previous, #lookup, expires",
            )
            .expression_attribute_names("#last", "last")
            .expression_attribute_names("#previous", "previous")
            .expression_attribute_names("#lookup", "lookup")
            .condition_expression("attribute_exists(suppressed)")
            .send()
            .await
            .map(drop)
            .map_err(|error| Error::call("UpdateItem", &self.tables.surveys, error))
    }

    pub(crate) async fn delete(&self, table: &str, pk: String, sk: &str) -> Result<(), Error> {
        self.client
            .delete_item()
            .table_name(table)
            .set_key(Some(Self::key(pk, sk)))
            .send()
            .await
            .map(drop)
            .map_err(|error| Error::call("DeleteItem", table, error))
    }
}
