//! Surveys that were answered elsewhere, brought here whole.

use aws_sdk_dynamodb::types::{ConditionCheck, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update};
use model::Survey;

use crate::error::{Error, cancelled, failed};
use crate::surveys::{Comment, KNOWN, built, item, known_by, n, s};
use crate::{Store, keys};

/// The outcome of bringing a survey here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brought {
    /// It is there now.
    Made,
    /// It was there already, and stays as it is.
    Already,
    /// It was there already, said something else, and says it now.
    Changed,
    /// Its contact was erased and does not want to be asked: nothing of them is kept anew.
    Erased,
}

impl Store {
    /// Writes a survey that was answered elsewhere, with its comment and whose it is, all of it or nothing. When the
    /// contact is asked next is not touched; of whom nobody knows, nothing is noted down.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn bring(&self, survey: &Survey, comment: Option<&Comment>) -> Result<Brought, Error> {
        let keeping = self.keeping(survey)?;
        let is_known = keeping.is_some();
        match self.bring_with(survey, comment, keeping).await? {
            Ok(brought) => Ok(brought),
            Err(ContactDiffers) if !is_known => Err(Error::Busy { table: self.tables.surveys.clone() }),
            // The contact is kept longer than this survey, or for ever: then there is only to see that they are known.
            Err(ContactDiffers) => {
                let known = self.bring_with(survey, comment, Some(self.known(survey)?)).await?;
                Ok(known.unwrap_or(Brought::Erased))
            }
        }
    }

    async fn bring_with(
        &self,
        survey: &Survey,
        comment: Option<&Comment>,
        contact: Option<TransactWriteItem>,
    ) -> Result<Result<Brought, ContactDiffers>, Error> {
        let put = Put::builder()
            .table_name(&self.tables.surveys)
            .set_item(Some(item(survey)?))
            .condition_expression("attribute_not_exists(pk)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build();
        let comment = comment.map(|comment| self.putting(comment, survey)).transpose()?;
        let survey_first = std::iter::once(TransactWriteItem::builder().put(built(put)?).build());
        let items = survey_first.chain(contact).chain(comment).collect();
        let sent = self.client.transact_write_items().set_transact_items(Some(items)).send().await;
        let Err(error) = sent else { return Ok(Ok(Brought::Made)) };
        let reasons = cancelled(&self.tables.surveys, error)?;
        match reasons.first() {
            // The SDK may have retried a write that had succeeded: then it was made, and by us.
            Some(reason) if failed(reason) => {
                let ver = reason.item.as_ref().and_then(|item| item.get("ver")?.as_n().ok()?.parse().ok());
                Ok(Ok(if ver == Some(survey.ver) { Brought::Made } else { Brought::Already }))
            }
            _ => Ok(Err(ContactDiffers)),
        }
    }

    /// The contact is known from now on, at least as long as the survey. What they are called by elsewhere is taken
    /// only where nothing newer is known. Nothing of somebody nobody knows.
    fn keeping(&self, survey: &Survey) -> Result<Option<TransactWriteItem>, Error> {
        let contact = &survey.contact;
        let Some((name, value)) = known_by(&contact.who) else { return Ok(None) };
        let mut set = format!("SET #key = :key, expires = :expires, {name} = :known_by");
        let mut update = Update::builder()
            .table_name(&self.tables.surveys)
            .set_key(Some(Self::key(keys::contact(&contact.key()), keys::COMMENT)))
            .condition_expression(
                "attribute_not_exists(suppressed) AND (attribute_not_exists(expires) OR expires <= :expires)",
            )
            .expression_attribute_names("#key", "key")
            .expression_attribute_values(":key", s(contact.key().as_str()))
            .expression_attribute_values(":expires", n(survey.expires().as_seconds()))
            .expression_attribute_values(":known_by", s(value));
        if let Some(id) = &contact.id {
            set.push_str(", crm_id = if_not_exists(crm_id, :crm_id), lookup = if_not_exists(lookup, :lookup)");
            update = update
                .expression_attribute_values(":crm_id", s(id))
                .expression_attribute_values(":lookup", s(keys::crm_id(id)));
        }
        Ok(Some(TransactWriteItem::builder().update(built(update.update_expression(set).build())?).build()))
    }

    /// The contact is somebody, and not only the wish of one who was erased.
    fn known(&self, survey: &Survey) -> Result<TransactWriteItem, Error> {
        let check = ConditionCheck::builder()
            .table_name(&self.tables.surveys)
            .set_key(Some(Self::key(keys::contact(&survey.contact.key()), keys::COMMENT)))
            .condition_expression(KNOWN)
            .build();
        Ok(TransactWriteItem::builder().condition_check(built(check)?).build())
    }
}

/// The survey could be made, and the contact is not as it was taken to be.
struct ContactDiffers;
