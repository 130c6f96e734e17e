//! Letters that were written down and are to be sent: the outbox of `deliver` and `manage`, which `dispatch` empties.
//!
//! A letter is written once under its name, and no survey's letter where the survey is gone, so that erasing a
//! person erases what would be written to or about them. Until something has become of it, it stands on a list that
//! says when to look after it: whatever is lost on the way, a queue's message or the end of an attempt, it is found
//! there.

mod lists;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{
    ConditionCheck, Put, ReturnValue, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
};
use jiff::civil::Date;
use model::delivery::ANSWER_TEXT;
use model::notice::{Notice, NoticeId};
use model::survey::UNKNOWN_AFTER;
use model::{CampaignId, ClaimId, SurveyId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_dynamo::aws_sdk_dynamodb_1::{from_item, to_item};

use crate::error::{Error, cancelled, failed};
use crate::surveys::{Item, built, n, s};
use crate::{Store, keys};

/// Why a letter will not go out any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// SES will never take it, or took it and threw it away.
    Refused,
    /// It went out and came back for good.
    Bounced,
    /// The contact is not to be mailed.
    Suppressed,
    /// Nobody knows whether it went out, and it may not go out twice.
    Unknown,
    /// Nobody of that address may sign in.
    Stranger,
    /// It is of no use any more.
    Late,
}

impl Ended {
    /// Whether somebody should know: what may not be sent to a contact, or is of no use any more, is as it should be.
    #[must_use]
    pub const fn is_failure(self) -> bool {
        !matches!(self, Self::Suppressed | Self::Stranger | Self::Late)
    }

    /// The name it is stored, shown and logged under.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Bounced => "bounced",
            Self::Suppressed => "suppressed",
            Self::Unknown => "unknown",
            Self::Stranger => "stranger",
            Self::Late => "late",
        }
    }
}

/// A letter and what has become of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Letter {
    /// Its name.
    pub id: NoticeId,
    /// What was written down; gone with a digest that went out, and with a letter to sign in that is over.
    pub notice: Option<Notice>,
    /// When it was last tried.
    pub claimed_at: Option<Timestamp>,
    /// How often it was tried.
    pub tries: u32,
    /// When it went out.
    pub sent_at: Option<Timestamp>,
    /// Why it did not arrive, or will not go out.
    pub ended: Option<Ended>,
    /// When that was known.
    pub ended_at: Option<Timestamp>,
    /// What SES said to that, in short.
    pub said: Option<String>,
    /// When it is looked after next, while nothing has become of it.
    pub next_at: Option<Timestamp>,
}

impl Letter {
    /// One that was just written down.
    #[must_use]
    pub fn new(notice: Notice) -> Self {
        Self {
            id: notice.id.clone(),
            next_at: Some(notice.created_at.after(UNKNOWN_AFTER)),
            notice: Some(notice),
            claimed_at: None,
            tries: 0,
            sent_at: None,
            ended: None,
            ended_at: None,
            said: None,
        }
    }

    /// Whether nothing has become of it yet, and nobody is at it.
    #[must_use]
    pub const fn is_waiting(&self) -> bool {
        self.claimed_at.is_none() && !self.is_over()
    }

    /// Whether it went out, or never will.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        self.sent_at.is_some() || self.ended.is_some()
    }
}

/// The outcome of having a letter sent again.
#[derive(Debug)]
pub enum Again {
    /// It is due now.
    Due(Box<Letter>),
    /// It cannot be, as it stands here; nothing if there is none.
    No(Option<Box<Letter>>),
}

/// The outcome of writing a letter down.
#[derive(Debug)]
pub enum Written {
    /// It is there now.
    Made,
    /// It was there already, as it is here.
    Already(Box<Letter>),
    /// Its survey is gone.
    NoSurvey,
}

/// The outcome of claiming a letter.
#[derive(Debug)]
pub enum Taken {
    /// The claim holds.
    Yes(Box<Letter>),
    /// It was not to be had; the letter as it stands, if there is one.
    No(Option<Box<Letter>>),
}

/// A letter as it is stored.
#[derive(Serialize, Deserialize)]
struct Row {
    pk: String,
    sk: String,
    /// The notice as JSON: only ever replaced whole, never searched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    doc: Option<String>,
    /// Whether it may go out once at most.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    once: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    claim: Option<ClaimId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    claimed_at: Option<Timestamp>,
    #[serde(default)]
    tries: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sent_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ended: Option<Ended>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ended_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    said: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    list: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    list_at: Option<String>,
    expires: i64,
}

impl Row {
    fn of(notice: &Notice) -> Result<Self, Error> {
        let pk = keys::notice(&notice.id);
        Ok(Self {
            doc: Some(serde_json::to_string(notice).map_err(|source| Error::item(&pk, source))?),
            pk,
            sk: notice.id.name.clone(),
            once: notice.once(),
            claim: None,
            claimed_at: None,
            tries: 0,
            sent_at: None,
            ended: None,
            ended_at: None,
            said: None,
            list: Some(keys::letter_list(&notice.id)),
            list_at: Some(keys::listed_at(notice.created_at.after(UNKNOWN_AFTER), "")),
            expires: notice.expires().as_seconds(),
        })
    }

    fn letter(self) -> Result<Letter, Error> {
        let shelf = keys::shelf_of(&self.pk).unwrap_or_default().to_owned();
        let notice = self.doc.map(|doc| serde_json::from_str(&doc)).transpose();
        let over = self.sent_at.is_some() || self.ended.is_some();
        Ok(Letter {
            next_at: self.list_at.as_deref().filter(|_| !over).and_then(keys::time_listed),
            notice: notice.map_err(|source| Error::item(&self.pk, source))?,
            id: NoticeId { shelf, name: self.sk },
            claimed_at: self.claimed_at,
            tries: self.tries,
            sent_at: self.sent_at,
            ended: self.ended,
            ended_at: self.ended_at,
            said: self.said,
        })
    }
}

fn row_from(item: Item) -> Result<Row, Error> {
    let key = item.get("pk").and_then(|pk| pk.as_s().ok()).cloned().unwrap_or_default();
    from_item(item).map_err(|source| Error::item(&key, source))
}

fn letter_from(item: Item) -> Result<Letter, Error> {
    row_from(item)?.letter()
}

impl Store {
    /// Writes a letter down unless it is there: what stands under a name stays.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn write_letter(&self, notice: &Notice) -> Result<Written, Error> {
        let ledger = &self.tables.ledger;
        let mut transaction = self.client.transact_write_items().transact_items(self.letter_put(notice)?);
        if let Some(survey) = notice.survey() {
            // Whoever erases a person deletes the survey first: behind that, nothing is written about them.
            let there = ConditionCheck::builder()
                .table_name(&self.tables.surveys)
                .set_key(Some(Self::key(keys::survey(survey), keys::SURVEY)))
                .condition_expression("attribute_exists(pk)")
                .build();
            transaction =
                transaction.transact_items(TransactWriteItem::builder().condition_check(built(there)?).build());
        }
        let Err(error) = transaction.send().await else { return Ok(Written::Made) };
        let reasons = cancelled(ledger, error)?;
        match reasons.first().filter(|reason| failed(reason)).and_then(|reason| reason.item.clone()) {
            Some(found) => Ok(Written::Already(Box::new(letter_from(found)?))),
            None => Ok(Written::NoSurvey),
        }
    }

    /// Writing a letter down, as a part of a transaction: it fails where there is one of that name.
    pub(crate) fn letter_put(&self, notice: &Notice) -> Result<TransactWriteItem, Error> {
        let item: Item = to_item(Row::of(notice)?).map_err(|source| Error::item("a letter", source))?;
        let put = Put::builder()
            .table_name(&self.tables.ledger)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build();
        Ok(TransactWriteItem::builder().put(built(put)?).build())
    }

    /// The letters about a survey, as they stand now.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn letters(&self, survey: SurveyId) -> Result<Vec<Letter>, Error> {
        self.shelf(&survey.to_string()).await?.into_iter().map(letter_from).collect()
    }

    /// The days on which drops of a campaign's score were written of, as far as they are kept.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn drops_told(&self, campaign: &CampaignId) -> Result<Vec<Date>, Error> {
        let letters = self.shelf(&NoticeId::drops(campaign)).await?;
        let day = |item: Item| item.get("sk").and_then(|sk| sk.as_s().ok()?.parse().ok());
        Ok(letters.into_iter().filter_map(day).collect())
    }

    async fn shelf(&self, shelf: &str) -> Result<Vec<Item>, Error> {
        let mut pages = self
            .client
            .query()
            .table_name(&self.tables.ledger)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", s(keys::shelf(shelf)))
            .consistent_read(true)
            .into_paginator()
            .items()
            .send();
        let mut items = Vec::new();
        while let Some(item) = pages.next().await {
            items.push(item.map_err(|error| Error::call("Query", &self.tables.ledger, error))?);
        }
        Ok(items)
    }

    /// Claims a letter: nobody else has, or nothing was heard of their attempt for 15 minutes and the letter may go
    /// out twice.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn claim_letter(&self, id: &NoticeId, claim: &ClaimId, now: Timestamp) -> Result<Taken, Error> {
        let again = keys::listed_at(now.after(UNKNOWN_AFTER), "");
        let claimed = self
            .letter(id)
            .update_expression("SET claim = :claim, claimed_at = :now, list_at = :again ADD tries :one")
            .condition_expression(
                "attribute_exists(pk) AND attribute_not_exists(sent_at) AND attribute_not_exists(ended) AND \
                 (attribute_not_exists(claim) OR (attribute_not_exists(once) AND claimed_at <= :silent))",
            )
            .expression_attribute_values(":claim", s(claim.as_str()))
            .expression_attribute_values(":now", n(now.as_millis()))
            .expression_attribute_values(":again", s(again))
            .expression_attribute_values(":one", n(1))
            .expression_attribute_values(":silent", n(now.before(UNKNOWN_AFTER).as_millis()))
            .return_values(ReturnValue::AllNew)
            .send()
            .await;
        match claimed {
            Ok(done) => Ok(match done.attributes {
                Some(item) => Taken::Yes(Box::new(letter_from(item)?)),
                None => Taken::No(None),
            }),
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => {
                let UpdateItemError::ConditionalCheckFailedException(found) = error.into_err() else {
                    return Ok(Taken::No(None));
                };
                let Some(row) = found.item.map(row_from).transpose()? else { return Ok(Taken::No(None)) };
                // The SDK may have retried a write that had succeeded: then the claim there is our own.
                let own = row.claim.as_ref() == Some(claim) && row.sent_at.is_none() && row.ended.is_none();
                let letter = Box::new(row.letter()?);
                Ok(if own { Taken::Yes(letter) } else { Taken::No(Some(letter)) })
            }
            Err(error) => Err(Error::call("UpdateItem", &self.tables.ledger, error)),
        }
    }

    /// Gives a claim back: the letter did not go out, and is looked after again at `again`.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn release_letter(&self, id: &NoticeId, claim: &ClaimId, again: Timestamp) -> Result<(), Error> {
        let update = self
            .letter(id)
            .update_expression("SET list_at = :again REMOVE claim, claimed_at")
            .condition_expression("claim = :claim AND attribute_not_exists(sent_at) AND attribute_not_exists(ended)")
            .expression_attribute_values(":claim", s(claim.as_str()))
            .expression_attribute_values(":again", s(keys::listed_at(again, "")));
        self.update_letter(update).await.map(drop)
    }

    /// The letter went out. Some forget what they said.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn letter_sent(&self, id: &NoticeId, at: Timestamp) -> Result<(), Error> {
        let forgotten = if id.forgets() { ", doc" } else { "" };
        let update = self
            .letter(id)
            .update_expression(format!("SET sent_at = :at REMOVE #list, list_at, ended, ended_at, said{forgotten}"))
            .expression_attribute_names("#list", "list")
            .condition_expression("attribute_exists(pk) AND attribute_not_exists(sent_at)")
            .expression_attribute_values(":at", n(at.as_millis()));
        self.update_letter(update).await.map(drop)
    }

    /// The letter will never go out, unless it did; `said` is what SES said to that. `false` if that was known.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn letter_ended(
        &self,
        id: &NoticeId,
        why: Ended,
        said: Option<&str>,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let condition = "attribute_exists(pk) AND attribute_not_exists(sent_at) AND attribute_not_exists(ended)";
        let update = self.end_letter(id, why, said, now).condition_expression(condition);
        self.update_letter(update).await
    }

    /// The letter went out by that claim, and did not arrive. `false` if that was known, or it was sent again since, or
    /// somebody meant to sign in by it, who asks again.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn letter_returned(
        &self,
        id: &NoticeId,
        claim: &ClaimId,
        why: Ended,
        at: Timestamp,
    ) -> Result<bool, Error> {
        if id.person().is_some() {
            return Ok(false);
        }
        let update = self
            .end_letter(id, why, None, at)
            // Where its Send event is still to come, that says nothing new.
            .update_expression(
                "SET ended = :why, ended_at = :now, #list = :list, list_at = :place, \
                 sent_at = if_not_exists(sent_at, :now)",
            )
            .condition_expression("claim = :claim AND (attribute_not_exists(ended) OR ended <> :why)")
            .expression_attribute_values(":claim", s(claim.as_str()));
        self.update_letter(update).await
    }

    /// What ends a letter; what somebody should know of goes on a list.
    fn end_letter(&self, id: &NoticeId, why: Ended, said: Option<&str>, now: Timestamp) -> UpdateItemFluentBuilder {
        let said = said.map(|said| said.chars().take(ANSWER_TEXT).collect::<String>());
        let mut sets = "SET ended = :why, ended_at = :now".to_owned();
        let mut update = self
            .letter(id)
            .expression_attribute_names("#list", "list")
            .expression_attribute_values(":why", s(why.as_str()))
            .expression_attribute_values(":now", n(now.as_millis()));
        if let Some(said) = said {
            sets += ", said = :said";
            update = update.expression_attribute_values(":said", s(said));
        }
        if id.person().is_some() {
            // An address that somebody typed is nobody's business any more, and who typed it asks again.
            sets += " REMOVE #list, list_at, doc";
        } else if why.is_failure() {
            sets += ", #list = :list, list_at = :place";
            update = update
                .expression_attribute_values(":list", s(keys::lost_letter_list(id)))
                .expression_attribute_values(":place", s(keys::listed_at(now, &id.to_string())));
        } else {
            sets += " REMOVE #list, list_at";
        }
        update.update_expression(sets)
    }

    /// Has a letter sent once more that did not arrive, or sooner that waits. It is due at once, and found by whoever
    /// looks after silent ones.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn send_letter_again(&self, id: &NoticeId, now: Timestamp) -> Result<Again, Error> {
        let place = keys::listed_at(now, "");
        let again = self
            .letter(id)
            .update_expression(
                "SET #list = :list, list_at = :now, tries = :none REMOVE ended, ended_at, said, claim, claimed_at, sent_at",
            )
            .expression_attribute_names("#list", "list")
            .condition_expression(
                "attribute_exists(doc) AND (ended IN (:refused, :bounced, :unknown) OR \
                 (attribute_not_exists(ended) AND attribute_not_exists(sent_at) AND attribute_not_exists(claim)))",
            )
            .expression_attribute_values(":list", s(keys::letter_list(id)))
            .expression_attribute_values(":now", s(place))
            .expression_attribute_values(":none", n(0))
            .expression_attribute_values(":refused", s(Ended::Refused.as_str()))
            .expression_attribute_values(":bounced", s(Ended::Bounced.as_str()))
            .expression_attribute_values(":unknown", s(Ended::Unknown.as_str()))
            .return_values(ReturnValue::AllNew)
            .send()
            .await;
        match again {
            Ok(done) => Ok(match done.attributes {
                Some(item) => Again::Due(Box::new(letter_from(item)?)),
                None => Again::No(None),
            }),
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => {
                let UpdateItemError::ConditionalCheckFailedException(found) = error.into_err() else {
                    return Ok(Again::No(None));
                };
                Ok(Again::No(found.item.map(letter_from).transpose()?.map(Box::new)))
            }
            Err(error) => Err(Error::call("UpdateItem", &self.tables.ledger, error)),
        }
    }

    /// Deletes the letters about a survey.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn erase_letters(&self, survey: SurveyId) -> Result<(), Error> {
        for item in self.shelf(&survey.to_string()).await? {
            let Some(sk) = item.get("sk").and_then(|sk| sk.as_s().ok()) else { continue };
            self.delete(&self.tables.ledger, keys::notice(&NoticeId::about(survey, "")), sk).await?;
        }
        Ok(())
    }

    fn letter(&self, id: &NoticeId) -> UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.tables.ledger)
            .set_key(Some(Self::key(keys::notice(id), &id.name)))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
    }

    /// Sends a conditional update; `false` if its condition did not hold.
    async fn update_letter(&self, update: UpdateItemFluentBuilder) -> Result<bool, Error> {
        // Boxed: whoever ends an attempt is deep inside another already, deeper than the compiler likes to look.
        match Box::pin(update.send()).await {
            Ok(_) => Ok(true),
            Err(error)
                if error.as_service_error().is_some_and(UpdateItemError::is_conditional_check_failed_exception) =>
            {
                Ok(false)
            }
            Err(error) => Err(Error::call("UpdateItem", &self.tables.ledger, error)),
        }
    }
}
