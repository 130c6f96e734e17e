//! Lists of surveys, through the indexes: of a contact, of a subject, of a day's responses, of all that is
//! open.

use futures_util::future::try_join_all;
use jiff::civil::Date;
use model::{CampaignId, ContactKey, Survey, SurveyId};

use crate::error::Error;
use crate::surveys::{Item, s, survey_from};
use crate::walk::{is_survey, key_of};
use crate::{Store, keys, schema};

/// A page of survey names and where the next one begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The surveys.
    pub ids: Vec<SurveyId>,
    /// The last key of this page, if more follow: the survey to go on behind.
    pub next: Option<SurveyId>,
}

/// A page of open surveys with their days of sending.
#[derive(Clone, Debug, Default)]
pub struct OpenPage {
    /// Day of sending (UTC) and survey.
    pub surveys: Vec<(Date, SurveyId)>,
    /// Where the next page begins, if there is one.
    pub next: Option<Item>,
}

impl Store {
    /// A contact's surveys, in the order of their names, after `from`.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn surveys_of_contact(&self, key: &ContactKey, from: Option<SurveyId>, most: i32) -> Result<Page, Error> {
        self.page(schema::CONTACT, "contact_key", keys::contact(key), from, most).await
    }

    /// A subject's surveys, in the order of their names, after `from`.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn surveys_of_subject(
        &self,
        kind: &str,
        id: &str,
        from: Option<SurveyId>,
        most: i32,
    ) -> Result<Page, Error> {
        self.page(schema::LOOKUP, "lookup", keys::subject(kind, id), from, most).await
    }

    async fn page(
        &self,
        index: &str,
        attribute: &str,
        key: String,
        from: Option<SurveyId>,
        most: i32,
    ) -> Result<Page, Error> {
        let start = from.map(|from| {
            let mut start = Self::key(keys::survey(from), keys::SURVEY);
            start.insert(attribute.to_owned(), s(&key));
            start
        });
        let got = self
            .client
            .query()
            .table_name(&self.tables.surveys)
            .index_name(index)
            .key_condition_expression("#key = :key")
            .expression_attribute_names("#key", attribute)
            .expression_attribute_values(":key", s(&key))
            .set_exclusive_start_key(start)
            .limit(most)
            .send()
            .await
            .map_err(|error| Error::call("Query", &self.tables.surveys, error))?;
        let next = got.last_evaluated_key().and_then(survey_in);
        Ok(Page { ids: got.items().iter().filter_map(survey_in).collect(), next })
    }

    /// The contact a CRM calls by that id.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn contact_by_crm_id(&self, id: &str) -> Result<Option<ContactKey>, Error> {
        let got = self
            .client
            .query()
            .table_name(&self.tables.surveys)
            .index_name(schema::LOOKUP)
            .key_condition_expression("lookup = :key")
            .expression_attribute_values(":key", s(keys::crm_id(id)))
            .send()
            .await
            .map_err(|error| Error::call("Query", &self.tables.surveys, error))?;
        let mut found = None;
        for item in got.items() {
            let key = Self::key(pk(item).unwrap_or_default().to_owned(), keys::COMMENT);
            if let Some(item) = self.get(&self.tables.surveys, key).await? {
                let contact: model::Contact = serde_dynamo::aws_sdk_dynamodb_1::from_item(item)
                    .map_err(|source| Error::item("a contact", source))?;
                // The index may be behind what is there. Two addresses may have had this id: the one asked last
                // is the person's.
                if contact.crm_id.as_deref() == Some(id)
                    && found.as_ref().is_none_or(|best: &model::Contact| best.asked_at < contact.asked_at)
                {
                    found = Some(contact);
                }
            }
        }
        Ok(found.map(|contact| contact.key))
    }

    /// Responses of a campaign on one day, newest first, as (sort key, survey): those before the sort key
    /// `before`, at most `most`.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn answered_on(
        &self,
        campaign: &CampaignId,
        day: Date,
        before: Option<&str>,
        most: i32,
    ) -> Result<Vec<(String, SurveyId)>, Error> {
        let wanted = usize::try_from(most).unwrap_or(0);
        let shards = (0..keys::ANSWERED_SHARDS).map(|shard| async move {
            let mut pages = self
                .client
                .query()
                .table_name(&self.tables.surveys)
                .index_name(schema::ANSWERED)
                .key_condition_expression("answered_on = :on AND answered_key < :before")
                .expression_attribute_values(":on", s(keys::answered_on(campaign, day, shard)))
                // Behind every sort key there can be, since they begin with a digit.
                .expression_attribute_values(":before", s(before.unwrap_or("~")))
                .scan_index_forward(false)
                .limit(most)
                .into_paginator()
                .items()
                .send();
            let mut rows = Vec::new();
            // A page ends at a megabyte, however many were asked for.
            while rows.len() < wanted
                && let Some(item) = pages.next().await
            {
                let item = item.map_err(|error| Error::call("Query", &self.tables.surveys, error))?;
                let key = item.get("answered_key").and_then(|key| key.as_s().ok()).cloned();
                rows.extend(key.zip(survey_in(&item)));
            }
            Ok::<_, Error>(rows)
        });
        let mut rows: Vec<_> = try_join_all(shards).await?.into_iter().flatten().collect();
        rows.sort_by(|a, b| b.cmp(a));
        rows.truncate(wanted);
        Ok(rows)
    }

    /// Some of all surveys there are, in any order, and the place to go on behind if there are more. Every item of the
    /// table is read for it: this is for what is done by hand, and rarely.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn every_survey(
        &self,
        behind: Option<(String, String)>,
        most: i32,
    ) -> Result<(Vec<Survey>, Option<(String, String)>), Error> {
        let got = self.scan_surveys(None, behind, most).await?;
        let next = got.last_evaluated_key.as_ref().and_then(key_of);
        let surveys = got.items.unwrap_or_default().into_iter().filter(is_survey);
        let surveys = surveys.map(survey_from).collect::<Result<_, _>>()?;
        Ok((surveys, next))
    }

    /// A page of everything open, of one of `segments` equal parts.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn open_page(&self, segment: i32, segments: i32, from: Option<Item>) -> Result<OpenPage, Error> {
        let got = self
            .client
            .scan()
            .table_name(&self.tables.surveys)
            .index_name(schema::OPEN)
            .segment(segment)
            .total_segments(segments)
            .set_exclusive_start_key(from)
            .send()
            .await
            .map_err(|error| Error::call("Scan", &self.tables.surveys, error))?;
        let row = |item: &Item| Some((keys::day_of_open(item.get("open_day")?.as_s().ok()?)?, survey_in(item)?));
        Ok(OpenPage { surveys: got.items().iter().filter_map(row).collect(), next: got.last_evaluated_key })
    }
}

fn pk(item: &Item) -> Option<&str> {
    item.get("pk")?.as_s().ok().map(String::as_str)
}

fn survey_in(item: &Item) -> Option<SurveyId> {
    keys::survey_of(pk(item)?)
}
