//! Surveys and comments.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{
    AttributeValue, KeysAndAttributes, Put, ReturnValue, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};
use model::ask::{Facts, Turn};
use model::survey::Change;
use model::{ClaimId, Contact, Score, Step, Suppression, Survey, SurveyId, Timestamp, Who};
use serde::{Deserialize, Serialize};
use serde_dynamo::aws_sdk_dynamodb_1::{from_item, to_attribute_value, to_item};

use crate::error::{Error, cancelled, failed};
use crate::{Store, keys};

pub(crate) type Item = HashMap<String, AttributeValue>;

/// The outcome of making a survey.
#[derive(Debug)]
pub enum Created {
    /// It is there now.
    Made,
    /// A condition did not hold; this is what stands there.
    Refused(Box<Facts>),
}

/// The outcome of writing a changed survey.
#[derive(Debug)]
pub enum Saved {
    /// It was written.
    Done,
    /// Somebody else wrote first; this is what stands there now, if anything.
    Conflict(Option<Box<Survey>>),
}

/// The outcome of claiming a mail.
#[derive(Debug)]
pub enum Claimed {
    /// The claim holds; the survey as it is now.
    Yes(Box<Survey>),
    /// It was not to be had; the survey as it stands, if there is one.
    No(Option<Box<Survey>>),
}

/// The outcome of writing a response.
#[derive(Debug)]
pub enum Responded {
    /// It was written; the survey as it is now.
    Yes(Box<Survey>),
    /// It was not: the same score stands there, it was changed too often, or there is no survey.
    No(Option<Box<Survey>>),
}

/// What a contact wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// The text, at most 4,000 characters.
    pub text: String,
    /// When it was written.
    pub at: Timestamp,
}

/// The survey after an update, or what stood there where its condition did not hold.
type Updated = Result<Box<Survey>, Option<Box<Survey>>>;

pub(crate) fn s(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

/// Where a contact keeps what they are known by; nothing of a visitor, whom nobody will ask for.
pub(crate) fn known_by(who: &Who) -> Option<(&'static str, &str)> {
    match who {
        Who::Email(email) => Some(("email", email.expose())),
        Who::Phone(phone) => Some(("phone", phone.expose())),
        Who::Visitor(_) => None,
    }
}

/// Holds of a contact who was not erased: of one who was, only the wish not to be asked is left.
pub(crate) const KNOWN: &str = "(attribute_exists(email) OR attribute_exists(phone))";

pub(crate) fn n(number: impl ToString) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

/// A survey as it is stored, with the keys of the indexes that are drawn from it.
pub(crate) fn item(survey: &Survey) -> Result<Item, Error> {
    let pk = keys::survey(survey.id);
    let mut item: Item = to_item(survey).map_err(|source| Error::item(&pk, source))?;
    let mut set = |name: &str, value: AttributeValue| item.insert(name.to_owned(), value);
    set("sk", s(keys::SURVEY));
    set("expires", n(survey.expires().as_seconds()));
    set("contact_key", s(keys::contact(&survey.contact.key())));
    set("lookup", s(keys::subject(&survey.subject.kind, &survey.subject.id)));
    if let Some(day) = keys::open_day(survey) {
        set("open_day", s(day));
    }
    if let (Some(score), Some(at)) = (survey.score(), survey.answered_at()) {
        set("sc", n(score));
        let day = at.day_in(&model::time::zone(&survey.zone));
        let shard = survey.id.shard(keys::ANSWERED_SHARDS);
        set("answered_on", s(keys::answered_on(&survey.campaign, day, shard)));
        set("answered_key", s(keys::answered_key(at, survey.id)));
    }
    set("pk", s(pk));
    Ok(item)
}

/// A survey as it was stored.
pub(crate) fn survey_from(item: Item) -> Result<Survey, Error> {
    let key = item.get("pk").and_then(|pk| pk.as_s().ok()).cloned().unwrap_or_default();
    from_item(item).map_err(|source| Error::item(&key, source))
}

fn boxed(item: Option<Item>) -> Result<Option<Box<Survey>>, Error> {
    item.map(|item| survey_from(item).map(Box::new)).transpose()
}

impl Store {
    pub(crate) fn key(pk: String, sk: &str) -> Item {
        HashMap::from([("pk".to_owned(), s(pk)), ("sk".to_owned(), s(sk))])
    }

    /// Makes a survey and takes the contact's turn, both or neither.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn create(&self, survey: &Survey, turn: Turn) -> Result<Created, Error> {
        let table = &self.tables.surveys;
        let all_old = ReturnValuesOnConditionCheckFailure::AllOld;
        let put = Put::builder()
            .table_name(table)
            .set_item(Some(item(survey)?))
            .condition_expression("attribute_not_exists(pk)")
            .return_values_on_condition_check_failure(all_old.clone());
        let contact = &survey.contact;
        let mut set = "SET asked_before = if_not_exists(asked_at, :never), asked_at = :at, asked_by = :by, \
                       #key = :key, expires = :expires"
            .to_owned();
        let mut update = Update::builder()
            .table_name(table)
            .set_key(Some(Self::key(keys::contact(&contact.key()), keys::COMMENT)))
            .expression_attribute_names("#key", "key")
            .expression_attribute_values(":never", n(0))
            .expression_attribute_values(":at", n(survey.send_at.as_millis()))
            .expression_attribute_values(":by", s(survey.id))
            .expression_attribute_values(":key", s(contact.key().as_str()))
            .expression_attribute_values(":expires", n(survey.expires().as_seconds()));
        if let Some((name, value)) = known_by(&contact.who) {
            set.push_str(&format!(", {name} = :known_by"));
            update = update.expression_attribute_values(":known_by", s(value));
        }
        if let Some(id) = &contact.id {
            set.push_str(", crm_id = :crm_id, lookup = :lookup");
            update = update
                .expression_attribute_values(":crm_id", s(id))
                .expression_attribute_values(":lookup", s(keys::crm_id(id)));
        }
        let (condition, at) = match turn {
            Turn::Free { asked_by } => ("(attribute_not_exists(asked_at) OR asked_at <= :turn)", asked_by),
            Turn::After { seen } => ("asked_at = :turn", seen),
        };
        let update = update
            .update_expression(set)
            .condition_expression(format!("attribute_not_exists(suppressed) AND {condition}"))
            .expression_attribute_values(":turn", n(at.as_millis()))
            .return_values_on_condition_check_failure(all_old);
        let sent = self
            .client
            .transact_write_items()
            .transact_items(TransactWriteItem::builder().put(built(put.build())?).build())
            .transact_items(TransactWriteItem::builder().update(built(update.build())?).build())
            .send()
            .await;
        let Err(error) = sent else { return Ok(Created::Made) };
        let reasons = cancelled(table, error)?;
        let old = |nth: usize| reasons.get(nth).filter(|reason| failed(reason)).and_then(|reason| reason.item.clone());
        let survey = old(0).map(survey_from).transpose()?;
        let contact: Option<Contact> =
            old(1).map(|item| from_item(item).map_err(|source| Error::item("a contact", source))).transpose()?;
        Ok(Created::Refused(Box::new(Facts { survey, contact })))
    }

    /// What is known of a survey and its contact, in one read.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn facts(&self, survey: SurveyId, contact: &model::ContactKey) -> Result<Facts, Error> {
        let mut facts = Facts::default();
        let wanted =
            vec![Self::key(keys::survey(survey), keys::SURVEY), Self::key(keys::contact(contact), keys::COMMENT)];
        for item in self.batch_get(&self.tables.surveys, wanted, true).await? {
            if item.get("sk").and_then(|sk| sk.as_s().ok()).is_some_and(|sk| sk == keys::SURVEY) {
                facts.survey = Some(survey_from(item)?);
            } else {
                facts.contact = Some(from_item(item).map_err(|source| Error::item("a contact", source))?);
            }
        }
        Ok(facts)
    }

    /// A survey as it stands now.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn survey(&self, id: SurveyId) -> Result<Option<Survey>, Error> {
        self.get(&self.tables.surveys, Self::key(keys::survey(id), keys::SURVEY)).await?.map(survey_from).transpose()
    }

    /// Surveys as they stand now, in any order; those that do not exist are left out.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn surveys(&self, ids: &[SurveyId]) -> Result<Vec<Survey>, Error> {
        let wanted = ids.iter().map(|id| Self::key(keys::survey(*id), keys::SURVEY)).collect();
        self.batch_get(&self.tables.surveys, wanted, true).await?.into_iter().map(survey_from).collect()
    }

    /// Surveys as they stood a moment ago, at half the price: for whoever looks through many.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn surveys_lately(&self, ids: &[SurveyId]) -> Result<Vec<Survey>, Error> {
        let wanted = ids.iter().map(|id| Self::key(keys::survey(*id), keys::SURVEY)).collect();
        self.batch_get(&self.tables.surveys, wanted, false).await?.into_iter().map(survey_from).collect()
    }

    /// What the contact of a survey wrote.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn comment(&self, id: SurveyId) -> Result<Option<Comment>, Error> {
        Ok(self.comments(&[id]).await?.remove(&id))
    }

    /// What the contacts of these surveys wrote.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn comments(&self, ids: &[SurveyId]) -> Result<HashMap<SurveyId, Comment>, Error> {
        let wanted = ids.iter().map(|id| Self::key(keys::survey(*id), keys::COMMENT)).collect();
        let mut comments = HashMap::new();
        for item in self.batch_get(&self.tables.surveys, wanted, true).await? {
            let pk = item.get("pk").and_then(|pk| pk.as_s().ok()).cloned().unwrap_or_default();
            if let Some(id) = keys::survey_of(&pk) {
                comments.insert(id, from_item(item).map_err(|source| Error::item(&pk, source))?);
            }
        }
        Ok(comments)
    }

    /// Writes a changed survey if it is still the one it was made from.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn save(&self, before: &Survey, after: &Survey) -> Result<Saved, Error> {
        let saved = self
            .client
            .put_item()
            .table_name(&self.tables.surveys)
            .set_item(Some(item(after)?))
            .condition_expression("ver = :before")
            .expression_attribute_values(":before", n(before.ver))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match saved {
            Ok(_) => Ok(Saved::Done),
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => {
                let PutItemError::ConditionalCheckFailedException(found) = error.into_err() else {
                    return Ok(Saved::Conflict(None));
                };
                own_write_or_conflict(after, boxed(found.item)?)
            }
            Err(error) => Err(Error::call("PutItem", &self.tables.surveys, error)),
        }
    }

    /// Writes a changed survey and its comment, both or neither.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn save_with_comment(&self, before: &Survey, after: &Survey, comment: &Comment) -> Result<Saved, Error> {
        let beside = self.putting(comment, after)?;
        self.save_beside(before, after, beside).await
    }

    /// Puts a comment beside its survey.
    pub(crate) fn putting(&self, comment: &Comment, survey: &Survey) -> Result<TransactWriteItem, Error> {
        let pk = keys::survey(survey.id);
        let mut comment: Item = to_item(comment).map_err(|source| Error::item(&pk, source))?;
        comment.extend(Self::key(pk, keys::COMMENT));
        comment.insert("expires".to_owned(), n(survey.expires().as_seconds()));
        let put = Put::builder().table_name(&self.tables.surveys).set_item(Some(comment)).build();
        Ok(TransactWriteItem::builder().put(built(put)?).build())
    }

    /// Writes a survey whose invite will never go out, and gives its contact's turn back if it is still
    /// this survey's.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn save_and_give_back(&self, before: &Survey, after: &Survey) -> Result<Saved, Error> {
        let update = Update::builder()
            .table_name(&self.tables.surveys)
            .set_key(Some(Self::key(keys::contact(&after.contact.key()), keys::COMMENT)))
            .update_expression("SET asked_at = asked_before REMOVE asked_by")
            .condition_expression("asked_by = :survey AND attribute_exists(asked_before)")
            .expression_attribute_values(":survey", s(after.id))
            .build();
        let beside = TransactWriteItem::builder().update(built(update)?).build();
        self.save_beside(before, after, beside).await
    }

    /// Suppresses a contact and writes what that makes of a survey, both or neither. An earlier
    /// suppression stays as it is.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn save_and_suppress(
        &self,
        before: &Survey,
        after: &Survey,
        why: Suppression,
        now: Timestamp,
    ) -> Result<Saved, Error> {
        let update = self.suppressing(&after.contact.key(), why, now)?;
        let beside = TransactWriteItem::builder().update(update).build();
        self.save_beside(before, after, beside).await
    }

    pub(crate) fn suppressing(
        &self,
        key: &model::ContactKey,
        why: Suppression,
        now: Timestamp,
    ) -> Result<Update, Error> {
        let update = Update::builder()
            .table_name(&self.tables.surveys)
            .set_key(Some(Self::key(keys::contact(key), keys::COMMENT)))
            // The wish outlives the surveys: a suppressed contact does not expire.
            .update_expression(
                "SET suppressed = if_not_exists(suppressed, :why), \
                 suppressed_at = if_not_exists(suppressed_at, :now), #key = :key REMOVE expires",
            )
            .expression_attribute_names("#key", "key")
            .expression_attribute_values(":why", s(why.as_str()))
            .expression_attribute_values(":now", n(now.as_millis()))
            .expression_attribute_values(":key", s(key.as_str()))
            .build();
        built(update)
    }

    /// Writes a changed survey and something beside it in one transaction. Where only the condition of what
    /// stands beside fails, the survey is written alone.
    async fn save_beside(&self, before: &Survey, after: &Survey, beside: TransactWriteItem) -> Result<Saved, Error> {
        let put = Put::builder()
            .table_name(&self.tables.surveys)
            .set_item(Some(item(after)?))
            .condition_expression("ver = :before")
            .expression_attribute_values(":before", n(before.ver))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build();
        let sent = self
            .client
            .transact_write_items()
            .transact_items(TransactWriteItem::builder().put(built(put)?).build())
            .transact_items(beside)
            .send()
            .await;
        let Err(error) = sent else { return Ok(Saved::Done) };
        let reasons = cancelled(&self.tables.surveys, error)?;
        match reasons.first() {
            Some(reason) if failed(reason) => own_write_or_conflict(after, boxed(reason.item.clone())?),
            _ => self.save(before, after).await,
        }
    }

    /// Claims a mail in one write: what [`Survey::claimed`] says, without reading first.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn claim(&self, id: SurveyId, step: Step, claim: &ClaimId, now: Timestamp) -> Result<Claimed, Error> {
        let mail = match step {
            Step::Invite => "iv",
            Step::Remind => "re",
            Step::Task | Step::Close => return Ok(Claimed::No(None)),
        };
        let claimed = self
            .client
            .update_item()
            .table_name(&self.tables.surveys)
            .set_key(Some(Self::key(keys::survey(id), keys::SURVEY)))
            .update_expression("SET fl = :step, #mail.c = :claim, #mail.ca = :now, ver = ver + :one")
            .condition_expression("nx.s = :step AND nx.a <= :now AND attribute_not_exists(fl)")
            .expression_attribute_names("#mail", mail)
            .expression_attribute_values(":step", s(step.as_str()))
            .expression_attribute_values(":claim", s(claim.as_str()))
            .expression_attribute_values(":now", n(now.as_millis()))
            .expression_attribute_values(":one", n(1))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match self.updated(claimed.map(|done| done.attributes))? {
            Ok(survey) => Ok(Claimed::Yes(survey)),
            // The SDK may have retried a write that had succeeded: then the claim there is our own.
            Err(Some(found)) if found.holds(step, claim) => Ok(Claimed::Yes(found)),
            Err(found) => Ok(Claimed::No(found)),
        }
    }

    /// Writes a score in one write: what [`Survey::responded`] says, without reading first. `zone` is the
    /// campaign's, whose day the response counts on. Who has ticked reasons is read first: a score of another group leaves some of
    /// them behind.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn respond(
        &self,
        id: SurveyId,
        score: Score,
        campaign: &model::CampaignId,
        zone: &str,
        now: Timestamp,
    ) -> Result<Responded, Error> {
        let given = self.giving(id, Change::confirmed(score, now), campaign, zone)?;
        let may = "attribute_exists(pk) AND attribute_not_exists(rs) \
                   AND (attribute_not_exists(sc) OR (sc <> :score AND size(ch) <= :most))";
        self.give(given.condition_expression(may).expression_attribute_values(":most", n(model::survey::MAX_CHANGES)))
            .await
    }

    /// The same for a score that the page saved by itself, where there is none yet: what [`Survey::self_saved`] says.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn self_save(
        &self,
        id: SurveyId,
        score: Score,
        campaign: &model::CampaignId,
        zone: &str,
        now: Timestamp,
    ) -> Result<Responded, Error> {
        let given = self.giving(id, Change::self_saved(score, now), campaign, zone)?;
        self.give(given.condition_expression("attribute_exists(pk) AND attribute_not_exists(sc)")).await
    }

    /// A score as it is written, but for what it expects.
    fn giving(
        &self,
        id: SurveyId,
        change: Change,
        campaign: &model::CampaignId,
        zone: &str,
    ) -> Result<UpdateItemFluentBuilder, Error> {
        let Change { at: now, score, .. } = change;
        let change = to_attribute_value(change).map_err(|source| Error::item(&keys::survey(id), source))?;
        let day = now.day_in(&model::time::zone(zone));
        let shard = id.shard(keys::ANSWERED_SHARDS);
        Ok(self
            .client
            .update_item()
            .table_name(&self.tables.surveys)
            .set_key(Some(Self::key(keys::survey(id), keys::SURVEY)))
            .update_expression(
                "SET ch = list_append(if_not_exists(ch, :none), :change), sc = :score, st = :answered, \
                 ver = ver + :one, answered_on = if_not_exists(answered_on, :on), \
                 answered_key = if_not_exists(answered_key, :key) REMOVE nx, open_day",
            )
            .expression_attribute_values(":none", AttributeValue::L(Vec::new()))
            .expression_attribute_values(":change", AttributeValue::L(vec![change]))
            .expression_attribute_values(":score", n(score))
            .expression_attribute_values(":answered", s(model::State::Answered.as_str()))
            .expression_attribute_values(":one", n(1))
            .expression_attribute_values(":on", s(keys::answered_on(campaign, day, shard)))
            .expression_attribute_values(":key", s(keys::answered_key(now, id)))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld))
    }

    async fn give(&self, given: UpdateItemFluentBuilder) -> Result<Responded, Error> {
        let responded = given.send().await;
        Ok(match self.updated(responded.map(|done| done.attributes))? {
            Ok(survey) => Responded::Yes(survey),
            Err(found) => Responded::No(found),
        })
    }

    /// Writes that somebody did something on the survey's page for the first time: what [`Survey::seen`] says, in one write
    /// and without reading first. Who was seen before is not written again.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn seen(&self, id: SurveyId, now: Timestamp) -> Result<bool, Error> {
        let seen = self
            .client
            .update_item()
            .table_name(&self.tables.surveys)
            .set_key(Some(Self::key(keys::survey(id), keys::SURVEY)))
            .update_expression("SET se = :now, ver = ver + :one")
            .condition_expression("attribute_exists(pk) AND attribute_not_exists(se)")
            .expression_attribute_values(":now", n(now.as_millis()))
            .expression_attribute_values(":one", n(1))
            .send()
            .await;
        match seen {
            Ok(_) => Ok(true),
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => Ok(false),
            Err(error) => Err(Error::call("UpdateItem", &self.tables.surveys, error)),
        }
    }

    fn updated<R>(&self, done: Result<Option<Item>, SdkError<UpdateItemError, R>>) -> Result<Updated, Error>
    where
        R: std::fmt::Debug + Send + Sync + 'static,
    {
        match done {
            Ok(attributes) => Ok(boxed(attributes)?.ok_or(None)),
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => {
                match error.into_err() {
                    UpdateItemError::ConditionalCheckFailedException(found) => Ok(Err(boxed(found.item)?)),
                    _ => Ok(Err(None)),
                }
            }
            Err(error) => Err(Error::call("UpdateItem", &self.tables.surveys, error)),
        }
    }

    pub(crate) async fn get(&self, table: &str, key: Item) -> Result<Option<Item>, Error> {
        let got = self.client.get_item().table_name(table).set_key(Some(key)).consistent_read(true).send().await;
        got.map(|got| got.item).map_err(|error| Error::call("GetItem", table, error))
    }

    /// Reads items a hundred at a time; what the table leaves over is asked for again.
    pub(crate) async fn batch_get(&self, table: &str, keys: Vec<Item>, consistent: bool) -> Result<Vec<Item>, Error> {
        let mut found = Vec::with_capacity(keys.len());
        let mut waiting = keys;
        let mut rounds_without_progress = 0_u32;
        while !waiting.is_empty() {
            let later = waiting.split_off(waiting.len().min(100));
            let wanted = KeysAndAttributes::builder().set_keys(Some(waiting)).consistent_read(consistent).build();
            let got = self
                .client
                .batch_get_item()
                .request_items(table, built(wanted)?)
                .send()
                .await
                .map_err(|error| Error::call("BatchGetItem", table, error))?;
            let items: Vec<Item> = got.responses.and_then(|mut tables| tables.remove(table)).unwrap_or_default();
            rounds_without_progress = if items.is_empty() { rounds_without_progress + 1 } else { 0 };
            found.extend(items);
            let left = got.unprocessed_keys.and_then(|mut tables| tables.remove(table)).map(|left| left.keys);
            if left.is_some() && rounds_without_progress > 3 {
                return Err(Error::Busy { table: table.to_owned() });
            }
            waiting = left.unwrap_or_default();
            waiting.extend(later);
        }
        Ok(found)
    }
}

/// The SDK may have retried a write that had succeeded: then what stands there is our own.
fn own_write_or_conflict(after: &Survey, found: Option<Box<Survey>>) -> Result<Saved, Error> {
    Ok(match found {
        Some(found) if *found == *after => Saved::Done,
        found => Saved::Conflict(found),
    })
}

/// What a builder of the SDK made; it refuses only what is missing, and nothing is.
pub(crate) fn built<T>(made: Result<T, aws_sdk_dynamodb::error::BuildError>) -> Result<T, Error> {
    made.map_err(|source| Error::Item { key: "a request".to_owned(), source: Box::new(source) })
}
