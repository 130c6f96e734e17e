//! The company's own people, their passes and sessions.
//!
//! All that is one person's lies in one partition, so a session and whose it is are one read, and whoever deletes a
//! person finds everything that would let them in. Of passes and sessions only hashes are kept.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_sdk_dynamodb::types::{Delete, Put, ReturnValue, TransactWriteItem, Update};
use model::notice::Notice;
use model::person::{LETTERS, LETTERS_FROM_A_PLACE, LETTERS_OF_A_PART, PARTS, SESSION, place, window};
use model::{ContactKey, Email, Person, Role, Ticket, Timestamp, sample};
use serde_dynamo::aws_sdk_dynamodb_1::{from_item, to_item};

use crate::error::{Error, cancelled};
use crate::listed::Way;
use crate::surveys::{Item, built, n, s};
use crate::{Store, keys, schema};

/// How long a session that was read is believed: who may not look any more is out well within a minute.
const FRESH_FOR: Duration = Duration::from_secs(30);

/// Sessions one process remembers.
const REMEMBERED: usize = 10_000;

/// A page of people, by when they were made known, and where the next one begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeoplePage {
    /// The people.
    pub people: Vec<Person>,
    /// The place of the last one, if more follow.
    pub next: Option<String>,
}

/// The sessions a process has read: when, whose, and when they end.
#[derive(Debug, Default)]
pub(crate) struct Sessions(Mutex<HashMap<String, (Timestamp, Person, Timestamp)>>);

impl Sessions {
    fn locked(&self) -> std::sync::MutexGuard<'_, HashMap<String, (Timestamp, Person, Timestamp)>> {
        // Whoever panicked had put in all or nothing.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, session: &Ticket, now: Timestamp) -> Option<Person> {
        let known = self.locked();
        let (at, person, expires) = known.get(session.hash())?;
        (now >= *at && now.since(*at) < FRESH_FOR && now < *expires).then(|| person.clone())
    }

    fn remember(&self, session: &Ticket, person: &Person, expires: Timestamp, now: Timestamp) {
        let mut known = self.locked();
        if known.len() >= REMEMBERED {
            known.retain(|_, (at, ..)| now.since(*at) < FRESH_FOR);
        }
        if known.len() < REMEMBERED {
            known.insert(session.hash().to_owned(), (now, person.clone(), expires));
        }
    }

    fn forget(&self, session: &Ticket) {
        self.locked().remove(session.hash());
    }
}

impl Store {
    /// One of the company's people.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn person(&self, key: &ContactKey) -> Result<Option<Person>, Error> {
        let item = self.get(&self.tables.ledger, person_key(key)).await?;
        item.map(person_from).transpose()
    }

    /// The company's people, those that were made known first, after the place `behind`.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn people(&self, behind: Option<&str>, most: usize) -> Result<PeoplePage, Error> {
        let lists: Vec<_> = (0..keys::LIST_SHARDS).map(keys::people_shard).collect();
        let rows = self.listed(schema::LISTED, &lists, Way::Up { behind, to: None }, most + 1).await?;
        let next = rows.len() > most;
        let rows = rows.get(..most).unwrap_or(&rows);
        let wanted = rows.iter().map(|row| row.key()).collect();
        let found = self.batch_get(&self.tables.ledger, wanted, true).await?;
        let mut people = found.into_iter().map(person_from).collect::<Result<Vec<_>, _>>()?;
        people.sort_by_key(|person| (person.created_at, person.email.key()));
        Ok(PeoplePage { people, next: rows.last().filter(|_| next).map(|row| row.at.clone()) })
    }

    /// Makes a person known, or changes their name and role. `true` if nobody knew them before.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn put_person(
        &self,
        email: &Email,
        name: &str,
        role: Role,
        now: Timestamp,
    ) -> Result<(Person, bool), Error> {
        let key = email.key();
        let before = self
            .client
            .update_item()
            .table_name(&self.tables.ledger)
            .set_key(Some(person_key(&key)))
            .update_expression(
                "SET email = :email, #name = :name, #role = :role, #list = :list, \
                 created_at = if_not_exists(created_at, :now), list_at = if_not_exists(list_at, :at)",
            )
            .expression_attribute_names("#name", "name")
            .expression_attribute_names("#role", "role")
            .expression_attribute_names("#list", "list")
            .expression_attribute_values(":email", s(email.expose()))
            .expression_attribute_values(":name", s(name))
            .expression_attribute_values(":role", s(role.as_str()))
            .expression_attribute_values(":list", s(keys::people_list(&key)))
            .expression_attribute_values(":now", n(now.as_millis()))
            .expression_attribute_values(":at", s(keys::listed_at(now, key.as_str())))
            .return_values(ReturnValue::AllOld)
            .send()
            .await
            .map_err(|error| Error::call("UpdateItem", &self.tables.ledger, error))?
            .attributes;
        let before = before.filter(is_person).map(person_from).transpose()?;
        let fresh = before.is_none();
        let (created_at, signed_in_at) = before.map_or((now, None), |before| (before.created_at, before.signed_in_at));
        Ok((Person { email: email.clone(), name: name.to_owned(), role, created_at, signed_in_at }, fresh))
    }

    /// Changes the name and role of somebody known; `None` if nobody knows them.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn change_person(&self, email: &Email, name: &str, role: Role) -> Result<Option<Person>, Error> {
        let changed = self
            .client
            .update_item()
            .table_name(&self.tables.ledger)
            .set_key(Some(person_key(&email.key())))
            .update_expression("SET email = :email, #name = :name, #role = :role")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_names("#name", "name")
            .expression_attribute_names("#role", "role")
            .expression_attribute_values(":email", s(email.expose()))
            .expression_attribute_values(":name", s(name))
            .expression_attribute_values(":role", s(role.as_str()))
            .return_values(ReturnValue::AllNew)
            .send()
            .await;
        match changed {
            Ok(changed) => changed.attributes.map(person_from).transpose(),
            Err(error)
                if error.as_service_error().is_some_and(|error| error.is_conditional_check_failed_exception()) =>
            {
                Ok(None)
            }
            Err(error) => Err(Error::call("UpdateItem", &self.tables.ledger, error)),
        }
    }

    /// Makes somebody known whom nobody knows, and writes the letter down that tells them: both are there from then on, or
    /// neither. `None` if somebody of that address is known.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn invite_person(
        &self,
        name: &str,
        role: Role,
        letter: &Notice,
        now: Timestamp,
    ) -> Result<Option<Person>, Error> {
        let ledger = &self.tables.ledger;
        let person =
            Person { email: letter.to.clone(), name: name.to_owned(), role, created_at: now, signed_in_at: None };
        let key = person.email.key();
        let mut item: Item = to_item(&person).map_err(|source| Error::item("a person", source))?;
        item.extend(person_key(&key));
        item.insert("list".to_owned(), s(keys::people_list(&key)));
        item.insert("list_at".to_owned(), s(keys::listed_at(now, key.as_str())));
        let put = Put::builder()
            .table_name(ledger)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk)")
            .build();
        let done = self
            .client
            .transact_write_items()
            .transact_items(TransactWriteItem::builder().put(built(put)?).build())
            .transact_items(self.letter_put(letter)?)
            .send()
            .await;
        match done {
            Ok(_) => Ok(Some(person)),
            // A condition that did not hold, or an error.
            Err(error) => cancelled(ledger, error).map(|_| None),
        }
    }

    /// Deletes a person and whatever would let them in. `false` if nobody knew them.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn delete_person(&self, key: &ContactKey) -> Result<bool, Error> {
        // First: no session is made for somebody who is not there, so what is found behind this is all there is.
        let gone = self
            .client
            .delete_item()
            .table_name(&self.tables.ledger)
            .set_key(Some(person_key(key)))
            .return_values(ReturnValue::AllOld)
            .send()
            .await
            .map_err(|error| Error::call("DeleteItem", &self.tables.ledger, error))?;
        self.shut_out(key).await?;
        Ok(gone.attributes.as_ref().is_some_and(is_person))
    }

    /// Deletes all passes and sessions of a person: whoever is signed in as them, wherever, is out within a minute, and no
    /// link that is on its way lets anybody in.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn shut_out(&self, key: &ContactKey) -> Result<(), Error> {
        self.delete_tickets(key, self.tickets(key).await?).await
    }

    /// Deletes what would let somebody in whom nobody knows: whoever died while deleting them may have left it.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn shut_out_unless_known(&self, key: &ContactKey) -> Result<(), Error> {
        // In this order: whoever is made known meanwhile got what lets them in behind that, so it is not among these.
        let left = self.tickets(key).await?;
        if left.is_empty() || self.person(key).await?.is_some() {
            return Ok(());
        }
        self.delete_tickets(key, left).await
    }

    /// The sort keys of a person's passes and sessions.
    async fn tickets(&self, key: &ContactKey) -> Result<Vec<String>, Error> {
        let mut pages = self
            .client
            .query()
            .table_name(&self.tables.ledger)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", s(keys::person(key)))
            .projection_expression("sk")
            .consistent_read(true)
            .into_paginator()
            .items()
            .send();
        let mut tickets = Vec::new();
        while let Some(item) = pages.next().await {
            let item = item.map_err(|error| Error::call("Query", &self.tables.ledger, error))?;
            let Some(sk) = item.get("sk").and_then(|sk| sk.as_s().ok()) else { continue };
            if sk.starts_with(keys::PASS) || sk.starts_with(keys::SESSION) {
                tickets.push(sk.clone());
            }
        }
        Ok(tickets)
    }

    async fn delete_tickets(&self, key: &ContactKey, tickets: Vec<String>) -> Result<(), Error> {
        for sk in tickets {
            self.delete(&self.tables.ledger, keys::person(key), &sk).await?;
        }
        Ok(())
    }

    /// Keeps a pass.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn keep_pass(&self, pass: &Ticket, expires: Timestamp) -> Result<(), Error> {
        let item = ticket_item(pass, &keys::pass(pass.hash()), expires);
        let put = self.client.put_item().table_name(&self.tables.ledger).set_item(Some(item)).send().await;
        put.map(drop).map_err(|error| Error::call("PutItem", &self.tables.ledger, error))
    }

    /// Whom a pass would sign in; nobody if it was used, or its time is over.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn holder(&self, pass: &Ticket, now: Timestamp) -> Result<Option<Person>, Error> {
        Ok(self.bearer(pass, keys::pass(pass.hash()), now).await?.map(|(person, _)| person))
    }

    /// Whose session it is, at most half a minute ago; nobody's if it is over, or the person gone.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn session(&self, session: &Ticket, now: Timestamp) -> Result<Option<Person>, Error> {
        if let Some(person) = self.sessions.get(session, now) {
            return Ok(Some(person));
        }
        let Some((person, expires)) = self.bearer(session, keys::session(session.hash()), now).await? else {
            self.sessions.forget(session);
            return Ok(None);
        };
        self.sessions.remember(session, &person, expires, now);
        Ok(Some(person))
    }

    /// The person of a ticket and when it ends, if both are there: one read.
    async fn bearer(&self, ticket: &Ticket, sk: String, now: Timestamp) -> Result<Option<(Person, Timestamp)>, Error> {
        let wanted = vec![person_key(ticket.person()), Self::key(keys::person(ticket.person()), &sk)];
        let found = self.batch_get(&self.tables.ledger, wanted, true).await?;
        let at = |wanted: &str| {
            found.iter().find(|item| item.get("sk").and_then(|sk| sk.as_s().ok()).is_some_and(|sk| sk == wanted))
        };
        let ends = at(&sk).and_then(|item| item.get(ENDS)?.as_n().ok()?.parse().ok()).map(Timestamp::from_millis);
        // The table takes its time with what has expired.
        let Some(ends) = ends.filter(|ends| now < *ends) else { return Ok(None) };
        let person = at(keys::ONLY).cloned().map(person_from).transpose()?;
        Ok(person.map(|person| (person, ends)))
    }

    /// Turns a pass into a session; `false` if it was used, its time is over, or the person gone.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn sign_in(&self, pass: &Ticket, session: &Ticket, now: Timestamp) -> Result<bool, Error> {
        let used = Delete::builder()
            .table_name(&self.tables.ledger)
            .set_key(Some(Self::key(keys::person(pass.person()), &keys::pass(pass.hash()))))
            .condition_expression("attribute_exists(pk) AND ends > :now")
            .expression_attribute_values(":now", n(now.as_millis()))
            .build();
        let used = TransactWriteItem::builder().delete(built(used)?).build();
        self.begin(session, Some(used), now).await
    }

    /// Begins a session for somebody who has proven otherwise who they are; `false` if nobody knows them.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn begin_session(&self, session: &Ticket, now: Timestamp) -> Result<bool, Error> {
        self.begin(session, None, now).await
    }

    async fn begin(&self, session: &Ticket, with: Option<TransactWriteItem>, now: Timestamp) -> Result<bool, Error> {
        let ledger = &self.tables.ledger;
        let put = Put::builder()
            .table_name(ledger)
            .set_item(Some(ticket_item(session, &keys::session(session.hash()), now.after(SESSION))))
            .build();
        let seen = Update::builder()
            .table_name(ledger)
            .set_key(Some(person_key(session.person())))
            .update_expression("SET signed_in_at = :now")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_values(":now", n(now.as_millis()))
            .build();
        let done = self
            .client
            .transact_write_items()
            .set_transact_items(with.map(|with| vec![with]))
            .transact_items(TransactWriteItem::builder().put(built(put)?).build())
            .transact_items(TransactWriteItem::builder().update(built(seen)?).build())
            .send()
            .await;
        match done {
            Ok(_) => Ok(true),
            // A condition that did not hold, or an error.
            Err(error) => cancelled(ledger, error).map(|_| false),
        }
    }

    /// Ends a session; within half a minute nobody accepts it any more.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn sign_out(&self, session: &Ticket) -> Result<(), Error> {
        self.sessions.forget(session);
        let sk = keys::session(session.hash());
        self.delete(&self.tables.ledger, keys::person(session.person()), &sk).await
    }

    /// Counts that an address asks for a letter to sign in; `false` if it, the place it is asked from, or all together asked
    /// too often. The place comes first: whoever asked too often takes nothing from the others. `part` is one of the
    /// [`PARTS`], drawn anew each time.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn may_ask(
        &self,
        key: &ContactKey,
        from: Option<IpAddr>,
        part: u8,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let (window, expires) = window(now);
        if let Some(from) = from {
            let place = Self::key(keys::asked_from(&place(from, now)), keys::ONLY);
            if !self.counted(place, LETTERS_FROM_A_PLACE.into(), expires).await? {
                return Ok(false);
            }
        }
        let all = Self::key(keys::asked_by_all(window, part % PARTS), keys::ONLY);
        let own = Self::key(keys::person(key), &keys::asked(window));
        Ok(self.counted(all, LETTERS_OF_A_PART.into(), expires).await?
            && self.counted(own, LETTERS.into(), expires).await?)
    }

    /// Counts that a letter to try out is asked for; `false` if that address got, or all together asked for, too many.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn may_try_out(&self, to: &ContactKey, now: Timestamp) -> Result<bool, Error> {
        let (window, expires) = window(now);
        let of = |to| Self::key(keys::tests_asked(window, to), keys::ONLY);
        Ok(self.counted(of(Some(to)), sample::LETTERS.into(), expires).await?
            && self.counted(of(None), sample::LETTERS_OF_ALL.into(), expires).await?)
    }

    /// Adds one to a count that ends, unless it has got that far already: then it is `false`.
    pub(crate) async fn counted(&self, key: Item, most: u64, expires: Timestamp) -> Result<bool, Error> {
        let done = self
            .client
            .update_item()
            .table_name(&self.tables.ledger)
            .set_key(Some(key))
            .update_expression("SET #expires = :expires ADD times :one")
            .condition_expression("attribute_not_exists(times) OR times < :most")
            .expression_attribute_names("#expires", schema::TTL)
            .expression_attribute_values(":expires", n(expires.as_seconds()))
            .expression_attribute_values(":one", n(1))
            .expression_attribute_values(":most", n(most))
            .send()
            .await;
        match done {
            Ok(_) => Ok(true),
            Err(error)
                if error.as_service_error().is_some_and(|error| error.is_conditional_check_failed_exception()) =>
            {
                Ok(false)
            }
            Err(error) => Err(Error::call("UpdateItem", &self.tables.ledger, error)),
        }
    }
}

/// When a ticket ends, in milliseconds; the table's own expiry is later than that.
const ENDS: &str = "ends";

fn ticket_item(ticket: &Ticket, sk: &str, ends: Timestamp) -> Item {
    let mut item = Store::key(keys::person(ticket.person()), sk);
    item.insert(ENDS.to_owned(), n(ends.as_millis()));
    item.insert(schema::TTL.to_owned(), n(ends.as_seconds() + 1));
    item
}

fn person_key(key: &ContactKey) -> Item {
    Store::key(keys::person(key), keys::ONLY)
}

/// Whether what stood there was somebody: where nothing did, the embedded table tells the key alone.
fn is_person(item: &Item) -> bool {
    item.contains_key("email")
}

fn person_from(item: Item) -> Result<Person, Error> {
    let key = item.get("pk").and_then(|pk| pk.as_s().ok()).cloned().unwrap_or_default();
    from_item(item).map_err(|source| Error::item(&key, source))
}
