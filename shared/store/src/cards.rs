//! What a contact said last, kept with the contact and laid out on score cards: both in one transaction, so that a card
//! never says anything else.
//!
//! A card lies under each name somebody may ask by. Only the contact itself goes by an address; an id or a number may
//! be shared, and then the card under it is that of whoever answered last.

use aws_sdk_dynamodb::types::{ConditionCheck, Delete, Put, TransactWriteItem, Update};
use model::card::{Card, Name};
use model::contact::LastScore;
use model::{Contact, ContactKey, Survey};
use serde_dynamo::aws_sdk_dynamodb_1::{from_item, to_attribute_value, to_item};

use crate::error::{Error, cancelled, failed};
use crate::surveys::{Item, KNOWN, built, n, s};
use crate::{Store, keys};

/// What is done with the card under one name.
struct Step<'a> {
    name: Name,
    card: Option<&'a Card>,
}

impl Store {
    /// The cards under some names, in the order of the names: one read.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn cards(&self, names: &[Name]) -> Result<Vec<Card>, Error> {
        let wanted: Vec<Item> = names.iter().map(card_key).collect();
        let mut found = Vec::new();
        for item in self.batch_get(&self.tables.ledger, wanted, true).await? {
            let pk = item.get("pk").and_then(|pk| pk.as_s().ok()).cloned().unwrap_or_default();
            let nth = names.iter().position(|name| keys::card(name) == pk);
            let card: Card = from_item(item).map_err(|source| Error::item("a score card", source))?;
            found.push((nth, card));
        }
        found.sort_by_key(|(nth, _)| *nth);
        Ok(found.into_iter().map(|(_, card)| card).collect())
    }

    /// The contact that goes by a name: one who is known, or by a number one who has answered.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn contact_named(&self, name: &Name) -> Result<Option<ContactKey>, Error> {
        let known = match name {
            Name::Contact(key) => Some(key.clone()),
            Name::CrmId(id) => self.contact_by_crm_id(id).await?,
            Name::Phone(_) => None,
        };
        match known {
            Some(key) => Ok(Some(key)),
            None => Ok(self.cards(std::slice::from_ref(name)).await?.pop().map(|card| card.contact)),
        }
    }

    /// Writes a contact's latest two responses, and the cards that show them, if the contact still remembers what
    /// `after` was made from and `survey`, which says so, was not erased. `false` if that does not hold.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn save_scores(&self, survey: &Survey, before: &Contact, after: &Contact) -> Result<bool, Error> {
        let (old, new) = (before.card(), after.card());
        let names = |card: &Option<Card>| card.as_ref().map(Card::names).unwrap_or_default();
        let kept = names(&new);
        let dropped: Vec<_> = names(&old).into_iter().filter(|name| !kept.contains(name)).collect();
        let written = kept.into_iter().map(|name| Step { name, card: new.as_ref() });
        let mut steps: Vec<_> = written.chain(dropped.into_iter().map(|name| Step { name, card: None })).collect();
        // Each round but the last leaves out somebody else's card.
        loop {
            let mut transaction = self
                .client
                .transact_write_items()
                .transact_items(self.remembering(before, after)?)
                .transact_items(self.still_there(survey)?);
            for step in &steps {
                transaction = transaction.transact_items(self.card_step(&after.key, step)?);
            }
            let Err(error) = transaction.send().await else { return Ok(true) };
            let reasons = cancelled(&self.tables.ledger, error)?;
            let refused: Vec<bool> = reasons.iter().map(failed).collect();
            if refused.iter().take(2).any(|refused| *refused) {
                return Ok(false);
            }
            // The card under a shared name is somebody else's, who answered later: it stays.
            let mut others = refused.into_iter().skip(2);
            steps.retain(|_| !others.next().unwrap_or(false));
        }
    }

    /// Deletes the cards of a contact that was erased, all of them or none. `known` is the contact as it was: the cards
    /// may be there without it, and the contact without cards. `false` if there was none.
    ///
    /// The contact goes first: a score that is written at the same time expects it and takes no card with it.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn erase_cards(&self, key: &ContactKey, known: Option<&Contact>) -> Result<bool, Error> {
        let own = Name::Contact(key.clone());
        let lying = self.cards(std::slice::from_ref(&own)).await?;
        let remembered = known.and_then(Contact::card);
        let mut names: Vec<Name> = lying.iter().chain(&remembered).flat_map(Card::names).collect();
        names.sort();
        names.dedup();
        while !names.is_empty() {
            let mut transaction = self.client.transact_write_items();
            for name in &names {
                transaction =
                    transaction.transact_items(self.card_step(key, &Step { name: name.clone(), card: None })?);
            }
            let Err(error) = transaction.send().await else { return Ok(!lying.is_empty()) };
            let reasons = cancelled(&self.tables.ledger, error)?;
            let mut others = reasons.iter().map(failed);
            names.retain(|_| !others.next().unwrap_or(false));
        }
        Ok(!lying.is_empty())
    }

    /// The contact's part of [`Store::save_scores`].
    fn remembering(&self, before: &Contact, after: &Contact) -> Result<TransactWriteItem, Error> {
        let mut update = Update::builder()
            .table_name(&self.tables.surveys)
            .set_key(Some(Self::key(keys::contact(&after.key), keys::COMMENT)));
        // What stays of an erased contact takes no scores.
        let mut conditions = vec![KNOWN.to_owned()];
        let (mut sets, mut removes) = (Vec::new(), Vec::new());
        for (name, old, new) in [("last", &before.last, &after.last), ("previous", &before.previous, &after.previous)] {
            let value =
                |score: &LastScore| to_attribute_value(score).map_err(|source| Error::item("a contact", source));
            update = update.expression_attribute_names(format!("#{name}"), name);
            match old {
                Some(old) => {
                    conditions.push(format!("#{name} = :old_{name}"));
                    update = update.expression_attribute_values(format!(":old_{name}"), value(old)?);
                }
                None => conditions.push(format!("attribute_not_exists(#{name})")),
            }
            match new {
                Some(new) => {
                    sets.push(format!("#{name} = :{name}"));
                    update = update.expression_attribute_values(format!(":{name}"), value(new)?);
                }
                None => removes.push(format!("#{name}")),
            }
        }
        let part = |word: &str, of: Vec<String>| {
            if of.is_empty() { String::new() } else { format!("{word} {} ", of.join(", ")) }
        };
        let update = update
            .update_expression(part("SET", sets) + &part("REMOVE", removes))
            .condition_expression(conditions.join(" AND "))
            .build();
        Ok(TransactWriteItem::builder().update(built(update)?).build())
    }

    /// A survey that was erased in the meantime tells nothing, also where one of its name was made anew.
    fn still_there(&self, survey: &Survey) -> Result<TransactWriteItem, Error> {
        let check = ConditionCheck::builder()
            .table_name(&self.tables.surveys)
            .set_key(Some(Self::key(keys::survey(survey.id), keys::SURVEY)))
            .condition_expression("cr = :created")
            .expression_attribute_values(":created", n(survey.created_at.as_millis()))
            .build();
        Ok(TransactWriteItem::builder().condition_check(built(check)?).build())
    }

    /// Puts a card under a name or takes it away, unless the name is shared and the card there is another contact's
    /// who answered later.
    fn card_step(&self, contact: &ContactKey, step: &Step<'_>) -> Result<TransactWriteItem, Error> {
        let action = TransactWriteItem::builder();
        let Some(card) = step.card else {
            let delete = Delete::builder()
                .table_name(&self.tables.ledger)
                .set_key(Some(card_key(&step.name)))
                .condition_expression("attribute_not_exists(pk) OR contact = :contact")
                .expression_attribute_values(":contact", s(contact.as_str()))
                .build();
            return Ok(action.delete(built(delete)?).build());
        };
        let mut item: Item = to_item(card).map_err(|source| Error::item("a score card", source))?;
        item.extend(card_key(&step.name));
        item.insert("expires".to_owned(), n(card.kept_until.as_seconds()));
        let mut put = Put::builder().table_name(&self.tables.ledger).set_item(Some(item));
        if step.name.is_shared() {
            put = put
                .condition_expression("attribute_not_exists(pk) OR contact = :contact OR answered_at <= :answered_at")
                .expression_attribute_values(":contact", s(contact.as_str()))
                .expression_attribute_values(":answered_at", n(card.answered_at.as_millis()));
        }
        Ok(action.put(built(put.build())?).build())
    }
}

fn card_key(name: &Name) -> Item {
    Store::key(keys::card(name), keys::ONLY)
}
