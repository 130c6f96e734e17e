//! Campaigns, API keys, signing keys and named documents: one partition, read whole in one round trip and kept
//! for half a minute, so that a warm function asks nobody.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::types::AttributeValue;
use model::campaign::{Bands, NO_BANDS, Sender};
use model::link::{Keyring, Purpose};
use model::{Campaign, CampaignId, Email, Timestamp};
use serde::{Deserialize, Serialize};
use serde_dynamo::aws_sdk_dynamodb_1::{from_item, to_item};
use tokio::sync::Mutex;

use crate::documents::Document;
use crate::error::Error;
use crate::surveys::{Item, s};
use crate::{Store, keys};

/// How long what was read is believed: a key is revoked well within a minute.
const FRESH_FOR: Duration = Duration::from_secs(30);

/// What the campaign is made of that is there from the first moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defaults {
    /// The company's name.
    pub company: String,
    /// An address SES may send from.
    pub sender: Email,
}

impl Defaults {
    /// That campaign.
    #[must_use]
    pub fn campaign(&self) -> Campaign {
        let sender = Sender { name: self.company.clone(), email: self.sender.clone() };
        Campaign::new(CampaignId::default_campaign(), &self.company, sender)
    }
}

/// A campaign as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredCampaign {
    /// The campaign.
    pub campaign: Campaign,
    /// Whether surveys were made for it, so that its zone cannot change.
    pub used: bool,
    /// Whether it was deleted: it asks nobody any more, but letters and pages of its surveys still need it.
    pub deleted: bool,
    /// When its bands were changed last: from then on everything is to be counted by those it has now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bands_at: Option<Timestamp>,
    /// The fewest days it ever kept surveys for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least_retention: Option<u16>,
    /// Whether it is the one the settings make, which changes with them.
    #[serde(skip)]
    pub built_in: bool,
}

impl StoredCampaign {
    /// A campaign nobody has asked anybody for yet.
    #[must_use]
    pub const fn new(campaign: Campaign) -> Self {
        Self { campaign, used: false, deleted: false, bands_at: None, least_retention: None, built_in: false }
    }

    /// The campaign with a note that it has surveys. The built-in `default` stays what the settings say: what is
    /// written of it is the same as after it was deleted.
    #[must_use]
    pub fn in_use(self) -> Self {
        Self { used: true, deleted: self.built_in, ..self }
    }
}

/// What an API key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Send triggers.
    Trigger,
    /// Read surveys and numbers.
    Read,
    /// Change campaigns, keys and contacts.
    Manage,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 3] = [Self::Trigger, Self::Read, Self::Manage];

    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Trigger => "trigger",
            Self::Read => "read",
            Self::Manage => "manage",
        }
    }
}

/// An API key as it is kept: never the key itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// Its name in the API.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// SHA-256 of the key, in hexadecimal.
    pub hash: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Everything that is configured, as of one read.
#[derive(Clone, Debug, Default)]
pub struct Config {
    campaigns: HashMap<[u8; 4], Arc<StoredCampaign>>,
    /// Campaigns as they are written, by their hash: what the next write expects to find.
    written: HashMap<[u8; 4], String>,
    keyrings: BTreeMap<&'static str, Arc<Keyring>>,
    /// By the hash of the key.
    api_keys: HashMap<String, ApiKey>,
    /// Named documents as they are written, by their sort key. Each is read by whoever asks for it: one that
    /// another version of us wrote stops nobody else.
    documents: BTreeMap<String, String>,
}

impl Config {
    /// A campaign that asks, by its name.
    #[must_use]
    pub fn campaign(&self, id: &CampaignId) -> Option<&StoredCampaign> {
        self.linked_campaign(id.hash()).filter(|stored| !stored.deleted && stored.campaign.id == *id)
    }

    /// The campaign of a link or a survey, also one that was deleted.
    #[must_use]
    pub fn linked_campaign(&self, hash: [u8; 4]) -> Option<&StoredCampaign> {
        self.campaigns.get(&hash).map(AsRef::as_ref)
    }

    /// All campaigns that ask, by name.
    #[must_use]
    pub fn campaigns(&self) -> Vec<&StoredCampaign> {
        let mut all: Vec<_> = self.campaigns.values().map(AsRef::as_ref).filter(|stored| !stored.deleted).collect();
        all.sort_by(|a, b| a.campaign.id.cmp(&b.campaign.id));
        all
    }

    /// The same with those that were deleted: their numbers stay.
    #[must_use]
    pub fn every_campaign(&self) -> Vec<&StoredCampaign> {
        let mut all: Vec<_> = self.campaigns.values().map(AsRef::as_ref).collect();
        all.sort_by(|a, b| a.campaign.id.cmp(&b.campaign.id));
        all
    }

    /// The bands of a campaign, also of one that was deleted.
    #[must_use]
    pub fn bands(&self, campaign: &CampaignId) -> &Bands {
        self.linked_campaign(campaign.hash()).map_or(&NO_BANDS, |stored| &stored.campaign.bands)
    }

    /// The keys of a purpose, once a first link was made.
    #[must_use]
    pub fn keyring(&self, purpose: Purpose) -> Option<&Keyring> {
        self.keyrings.get(purpose.as_str()).map(AsRef::as_ref)
    }

    /// The document of that kind and id.
    ///
    /// # Errors
    /// When this version cannot read it.
    pub fn document<D: Document>(&self, id: &str) -> Result<Option<D>, Error> {
        let sk = keys::document(D::KIND, id);
        self.documents.get(&sk).map(|text| read(&sk, text)).transpose()
    }

    /// All documents of a kind, by id.
    ///
    /// # Errors
    /// When this version cannot read one of them.
    pub fn documents<D: Document>(&self) -> Result<Vec<D>, Error> {
        let all = keys::document(D::KIND, "");
        let of_the_kind = self.documents.range(all.clone()..).take_while(|(sk, _)| sk.starts_with(&all));
        of_the_kind.map(|(sk, text)| read(sk, text)).collect()
    }

    /// A document as it is written: what the next write expects to find.
    pub(crate) fn document_text(&self, sk: &str) -> Option<&str> {
        self.documents.get(sk).map(String::as_str)
    }

    /// The API key with that hash (SHA-256, hexadecimal).
    #[must_use]
    pub fn api_key(&self, hash: &str) -> Option<&ApiKey> {
        self.api_keys.get(hash)
    }

    /// All API keys, oldest first.
    #[must_use]
    pub fn api_keys(&self) -> Vec<&ApiKey> {
        let mut all: Vec<_> = self.api_keys.values().collect();
        all.sort_by_key(|key| (key.created_at, &key.id));
        all
    }
}

/// What was read, and when.
pub(crate) struct Cache {
    defaults: Option<Defaults>,
    read: Mutex<Option<(Timestamp, Arc<Config>)>>,
}

impl Cache {
    pub(crate) fn new(defaults: Option<Defaults>) -> Self {
        Self { defaults, read: Mutex::new(None) }
    }
}

impl Store {
    /// What is configured, at most half a minute old.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn config(&self, now: Timestamp) -> Result<Arc<Config>, Error> {
        self.config_within(FRESH_FOR, now).await
    }

    /// What is configured, less than `age` old: for whoever misses something that may be new.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn config_within(&self, age: Duration, now: Timestamp) -> Result<Arc<Config>, Error> {
        let mut read = self.cache.read.lock().await;
        if let Some((at, config)) = read.as_ref()
            && now.since(*at) < age
            && now >= *at
        {
            return Ok(config.clone());
        }
        let config = Arc::new(self.read_config().await?);
        *read = Some((now, config.clone()));
        Ok(config)
    }

    /// Forgets what was read: the next use reads anew.
    pub async fn forget_config(&self) {
        *self.cache.read.lock().await = None;
    }

    async fn read_config(&self) -> Result<Config, Error> {
        let mut config = Config::default();
        let default = self.cache.defaults.as_ref().map(Defaults::campaign);
        let default = default.map(|campaign| StoredCampaign { built_in: true, ..StoredCampaign::new(campaign) });
        if let Some(default) = &default {
            config.campaigns.insert(default.campaign.id.hash(), Arc::new(default.clone()));
        }
        let mut pages = self
            .client
            .query()
            .table_name(&self.tables.ledger)
            .key_condition_expression("pk = :config")
            .expression_attribute_values(":config", s(keys::CONFIG))
            .consistent_read(true)
            .into_paginator()
            .items()
            .send();
        while let Some(item) = pages.next().await {
            let item = item.map_err(|error| Error::call("Query", &self.tables.ledger, error))?;
            let sk = item.get("sk").and_then(|sk| sk.as_s().ok()).cloned().unwrap_or_default();
            if sk.starts_with("campaign#") {
                let stored: StoredCampaign = doc(&sk, &item)?;
                config.written.insert(stored.campaign.id.hash(), text(&item).to_owned());
                // A deleted `default` is the built-in one again, as the settings have it today.
                let stored = match &default {
                    Some(default) if stored.deleted && stored.campaign.id == default.campaign.id => {
                        let StoredCampaign { used, bands_at, least_retention, .. } = stored;
                        StoredCampaign { used, bands_at, least_retention, ..default.clone() }
                    }
                    _ => stored,
                };
                config.campaigns.insert(stored.campaign.id.hash(), Arc::new(stored));
            } else if sk.starts_with("apikey#") {
                let key: ApiKey = from_item(item).map_err(|source| Error::item(&sk, source))?;
                config.api_keys.insert(key.hash.clone(), key);
            } else if let Some(purpose) = Purpose::ALL.into_iter().find(|purpose| keys::signing(*purpose) == sk) {
                config.keyrings.insert(purpose.as_str(), Arc::new(doc(&sk, &item)?));
            } else {
                config.documents.insert(sk, text(&item).to_owned());
            }
        }
        Ok(config)
    }

    /// Writes a campaign if what is written of it is still what `seen` was read from. `false` if somebody
    /// else wrote first.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn save_campaign(&self, seen: &Config, campaign: &StoredCampaign) -> Result<bool, Error> {
        let sk = keys::campaign(&campaign.campaign.id);
        let doc = serde_json::to_string(campaign).map_err(|source| Error::item(&sk, source))?;
        self.put_text(&sk, seen.written.get(&campaign.campaign.id.hash()).map(String::as_str), &doc).await
    }

    /// Writes a text over the one that was seen. The text itself is compared, not what it says: another version
    /// of us may write the same thing differently. `false` if somebody else wrote first.
    pub(crate) async fn put_text(&self, sk: &str, seen: Option<&str>, new: &str) -> Result<bool, Error> {
        let mut item = Self::key(keys::CONFIG.to_owned(), sk);
        item.insert("doc".to_owned(), s(new));
        let put = self.client.put_item().table_name(&self.tables.ledger).set_item(Some(item));
        let put = match seen {
            Some(seen) => {
                put.condition_expression("doc IN (:seen, :new)").expression_attribute_values(":seen", s(seen))
            }
            None => put.condition_expression("attribute_not_exists(pk) OR doc = :new"),
        };
        // The SDK may have retried a write that had succeeded: then what stands there is our own.
        let put = put.expression_attribute_values(":new", s(new));
        let saved =
            self.done("PutItem", put.send().await.map(drop), |error| error.is_conditional_check_failed_exception());
        self.forget_config().await;
        saved
    }

    /// Takes a text away if it is the one that was seen, or gone already. `false` if somebody else wrote first.
    pub(crate) async fn drop_text(&self, sk: &str, seen: &str) -> Result<bool, Error> {
        let dropped = self
            .client
            .delete_item()
            .table_name(&self.tables.ledger)
            .set_key(Some(Self::key(keys::CONFIG.to_owned(), sk)))
            .condition_expression("attribute_not_exists(pk) OR doc = :seen")
            .expression_attribute_values(":seen", s(seen))
            .send()
            .await;
        self.forget_config().await;
        self.done("DeleteItem", dropped.map(drop), |error| error.is_conditional_check_failed_exception())
    }

    /// Writes an API key.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn save_api_key(&self, key: &ApiKey) -> Result<(), Error> {
        let sk = keys::api_key(&key.id);
        let mut item: Item = to_item(key).map_err(|source| Error::item(&sk, source))?;
        item.extend(Self::key(keys::CONFIG.to_owned(), &sk));
        let put = self.client.put_item().table_name(&self.tables.ledger).set_item(Some(item)).send().await;
        self.forget_config().await;
        put.map(drop).map_err(|error| Error::call("PutItem", &self.tables.ledger, error))
    }

    /// Deletes an API key; within half a minute nobody accepts it any more.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn delete_api_key(&self, id: &str) -> Result<(), Error> {
        let deleted = self.delete(&self.tables.ledger, keys::CONFIG.to_owned(), &keys::api_key(id)).await;
        self.forget_config().await;
        deleted
    }

    /// The keys of a purpose; made from `secret` on first use. Whoever writes first wins.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn keyring(
        &self,
        purpose: Purpose,
        now: Timestamp,
        secret: impl FnOnce() -> [u8; 32],
    ) -> Result<Keyring, Error> {
        if let Some(keyring) = self.config(now).await?.keyring(purpose) {
            return Ok(keyring.clone());
        }
        let sk = keys::signing(purpose);
        let keyring = Keyring::new(secret());
        let text = serde_json::to_string(&keyring).map_err(|source| Error::item(&sk, source))?;
        let mut item = Self::key(keys::CONFIG.to_owned(), &sk);
        item.insert("doc".to_owned(), s(text));
        let put = self
            .client
            .put_item()
            .table_name(&self.tables.ledger)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk)")
            .send()
            .await;
        self.done("PutItem", put.map(drop), |error| error.is_conditional_check_failed_exception())?;
        self.forget_config().await;
        // Another instance's key may have won: read what stands there.
        Ok(self.config(now).await?.keyring(purpose).cloned().unwrap_or(keyring))
    }

    /// Puts a new signing key in front of a purpose's keys; links of the one before still work.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn rotate_keyring(&self, purpose: Purpose, now: Timestamp, secret: [u8; 32]) -> Result<(), Error> {
        let sk = keys::signing(purpose);
        self.forget_config().await;
        let keyring = self.keyring(purpose, now, || secret).await?;
        let text = |keyring: &Keyring| serde_json::to_string(keyring).map_err(|source| Error::item(&sk, source));
        let mut item = Self::key(keys::CONFIG.to_owned(), &sk);
        item.insert("doc".to_owned(), s(text(&keyring.rotated(secret))?));
        let put = self
            .client
            .put_item()
            .table_name(&self.tables.ledger)
            .set_item(Some(item))
            .condition_expression("doc = :seen")
            .expression_attribute_values(":seen", s(text(&keyring)?))
            .send()
            .await;
        self.forget_config().await;
        // Somebody else rotated at the same moment: once is enough.
        self.done("PutItem", put.map(drop), |error| error.is_conditional_check_failed_exception()).map(drop)
    }

    fn done<E, R>(
        &self,
        operation: &'static str,
        result: Result<(), SdkError<E, R>>,
        refused: impl FnOnce(&E) -> bool,
    ) -> Result<bool, Error>
    where
        E: std::error::Error + aws_sdk_dynamodb::error::ProvideErrorMetadata + Send + Sync + 'static,
        R: std::fmt::Debug + Send + Sync + 'static,
    {
        match result {
            Ok(()) => Ok(true),
            Err(error) if error.as_service_error().is_some_and(refused) => Ok(false),
            Err(error) => Err(Error::call(operation, &self.tables.ledger, error)),
        }
    }
}

/// What an item keeps as JSON in `doc`: only ever replaced whole, never searched.
fn doc<T: serde::de::DeserializeOwned>(sk: &str, item: &Item) -> Result<T, Error> {
    read(sk, text(item))
}

fn read<T: serde::de::DeserializeOwned>(sk: &str, text: &str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|source| Error::item(sk, source))
}

fn text(item: &Item) -> &str {
    item.get("doc").and_then(|doc: &AttributeValue| doc.as_s().ok()).map_or("", String::as_str)
}
