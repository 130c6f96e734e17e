//! Companies' own designs for letters: one item each, read by whoever fills one, and kept as long as its version is the same.
//!
//! Which templates there are, in which version, is a document of the configuration. So whoever has read that, which everybody has,
//! knows whether there is anything to read; a letter of a campaign without templates costs nothing more.

use std::collections::HashMap;
use std::sync::Arc;

use aws_sdk_dynamodb::types::{ConditionCheck, Delete, Put, TransactWriteItem};
use model::template::{Templates, slot};
use model::{CampaignId, Language, LetterKind, Template};
use tokio::sync::Mutex;

use crate::documents::Document;
use crate::error::{Error, cancelled, failed};
use crate::surveys::{built, s};
use crate::{Config, Store, keys};

/// Templates that are kept when they were read; no company has so many that are in use.
const KEPT: usize = 64;

impl Document for Templates {
    const KIND: &'static str = keys::TEMPLATES;

    fn id(&self) -> &str {
        self.campaign.as_str()
    }
}

/// A template with its version.
type Versioned = (String, Arc<Template>);

/// Templates that were read, by campaign and slot.
#[derive(Default)]
pub(crate) struct Read(Mutex<HashMap<(CampaignId, String), Versioned>>);

/// A change to a campaign's templates.
#[derive(Clone, Copy, Debug)]
pub enum Change<'a> {
    /// One is saved.
    Save(&'a Template),
    /// One is deleted.
    Delete(LetterKind, Option<Language>),
    /// All are deleted.
    Clear,
}

impl Config {
    /// Which templates a campaign has.
    ///
    /// # Errors
    /// When this version cannot read what stands there.
    pub fn templates(&self, campaign: &CampaignId) -> Result<Templates, Error> {
        Ok(self.document(campaign.as_str())?.unwrap_or_else(|| Templates::none(campaign.clone())))
    }
}

impl Store {
    /// The template in which a letter comes in a language; nothing where the campaign has none. `config` says whether there
    /// is one, and one of that version that was read is not read again.
    ///
    /// # Errors
    /// When the table is busy or gives no answer; [`Error::Item`] when there should be one and cannot be read.
    pub async fn template(
        &self,
        config: &Config,
        campaign: &CampaignId,
        letter: LetterKind,
        language: Language,
    ) -> Result<Option<Arc<Template>>, Error> {
        let templates = config.templates(campaign)?;
        let Some((slot, version)) = templates.of(letter, language) else { return Ok(None) };
        let name = (campaign.clone(), slot);
        if let Some((known, template)) = self.templates.0.lock().await.get(&name)
            && known == version
        {
            return Ok(Some(template.clone()));
        }
        // Saved anew since `config` was read, it is the newer one, and as good.
        let template = self.saved_template(campaign, &name.1).await?.map(Arc::new);
        let missing = || Error::item(&keys::templates(campaign), Missing);
        let template = template.ok_or_else(missing)?;
        let mut read = self.templates.0.lock().await;
        if read.len() >= KEPT {
            read.clear();
        }
        read.insert(name, (version.to_owned(), template.clone()));
        Ok(Some(template))
    }

    /// A template as it was saved, by its slot.
    ///
    /// # Errors
    /// When the table is busy or gives no answer, or this version cannot read it.
    pub async fn saved_template(&self, campaign: &CampaignId, slot: &str) -> Result<Option<Template>, Error> {
        let pk = keys::templates(campaign);
        let got = self
            .client
            .get_item()
            .table_name(&self.tables.ledger)
            .set_key(Some(Self::key(pk.clone(), slot)))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| Error::call("GetItem", &self.tables.ledger, error))?;
        let Some(item) = got.item else { return Ok(None) };
        let text = item.get("doc").and_then(|doc| doc.as_s().ok()).map_or("", String::as_str);
        serde_json::from_str(text).map(Some).map_err(|source| Error::item(&pk, source))
    }

    /// Changes a campaign's templates and what everybody knows of them, both or neither, if nobody has changed the campaign
    /// or its templates since `seen` was read. `false` if somebody has.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn change_templates(
        &self,
        seen: &Config,
        campaign: &CampaignId,
        change: Change<'_>,
    ) -> Result<bool, Error> {
        let mut after = seen.templates(campaign)?;
        let mut steps = Vec::new();
        match change {
            Change::Save(template) => {
                let slot = slot(template.letter, template.language);
                steps.push(self.put_template(campaign, &slot, template)?);
                after.versions.insert(slot, template.version());
            }
            Change::Delete(letter, language) => {
                let slot = slot(letter, language);
                steps.push(self.delete_template(campaign, &slot)?);
                after.versions.remove(&slot);
            }
            Change::Clear => {
                for slot in std::mem::take(&mut after.versions).into_keys() {
                    steps.push(self.delete_template(campaign, &slot)?);
                }
            }
        }
        let sk = keys::document(Templates::KIND, after.id());
        steps.push(self.put_known(seen, &sk, &after)?);
        // A campaign that is deleted meanwhile gets no template that nobody would delete.
        steps.push(self.unchanged(&keys::campaign(campaign), seen.campaign_text(campaign))?);
        let sent = self.client.transact_write_items().set_transact_items(Some(steps)).send().await;
        self.forget_config().await;
        let Err(error) = sent else { return Ok(true) };
        match cancelled(&self.tables.ledger, error)?.iter().any(failed) {
            true => Ok(false),
            false => Err(Error::Busy { table: self.tables.ledger.clone() }),
        }
    }

    fn put_template(&self, campaign: &CampaignId, slot: &str, template: &Template) -> Result<TransactWriteItem, Error> {
        let pk = keys::templates(campaign);
        let text = serde_json::to_string(template).map_err(|source| Error::item(&pk, source))?;
        let mut item = Self::key(pk, slot);
        item.insert("doc".to_owned(), s(text));
        let put = Put::builder().table_name(&self.tables.ledger).set_item(Some(item));
        Ok(TransactWriteItem::builder().put(built(put.build())?).build())
    }

    fn delete_template(&self, campaign: &CampaignId, slot: &str) -> Result<TransactWriteItem, Error> {
        let key = Self::key(keys::templates(campaign), slot);
        let delete = Delete::builder().table_name(&self.tables.ledger).set_key(Some(key));
        Ok(TransactWriteItem::builder().delete(built(delete.build())?).build())
    }

    /// What everybody knows, over what was known.
    fn put_known(&self, seen: &Config, sk: &str, after: &Templates) -> Result<TransactWriteItem, Error> {
        let text = serde_json::to_string(after).map_err(|source| Error::item(sk, source))?;
        let mut item = Self::key(keys::CONFIG.to_owned(), sk);
        item.insert("doc".to_owned(), s(text));
        let put = Put::builder().table_name(&self.tables.ledger).set_item(Some(item));
        let put = match seen.document_text(sk) {
            Some(seen) => put.condition_expression("doc = :seen").expression_attribute_values(":seen", s(seen)),
            None => put.condition_expression("attribute_not_exists(pk)"),
        };
        Ok(TransactWriteItem::builder().put(built(put.build())?).build())
    }

    fn unchanged(&self, sk: &str, seen: Option<&str>) -> Result<TransactWriteItem, Error> {
        let key = Self::key(keys::CONFIG.to_owned(), sk);
        let check = ConditionCheck::builder().table_name(&self.tables.ledger).set_key(Some(key));
        let check = match seen {
            Some(seen) => check.condition_expression("doc = :seen").expression_attribute_values(":seen", s(seen)),
            None => check.condition_expression("attribute_not_exists(pk)"),
        };
        Ok(TransactWriteItem::builder().condition_check(built(check.build())?).build())
    }
}

/// What everybody knows of is not there.
#[derive(Debug, thiserror::Error)]
#[error("the template is not there")]
struct Missing;
