//! What somebody wrote back to a text: that they want no more, or their score. What that makes of which survey is in
//! [`model::reply::text`].

use std::time::Duration;

use host::telemetry::chain;
use model::reply::text::{Says, Verdict, asked_by, decide, latest};
use model::{Contact, Suppression, Survey, Timestamp, Who};
use store::{Error as StoreError, Saved};

use crate::text::Reply;
use crate::{Deps, Error};

/// How often a reply is decided again when others write at the same time, or the tables give no answer.
const ROUNDS: u32 = 8;

/// The longest wait before the next round, in milliseconds.
const PAUSE: u64 = 100;

/// Surveys on one page of the index.
const PAGE: i32 = 100;

/// The survey a reply is about.
async fn about(deps: &Deps, contact: &Contact, says: Says, at: Timestamp) -> Result<Option<Survey>, Error> {
    let last = match contact.asked_by {
        Some(id) => deps.store.survey(id).await?,
        None => None,
    };
    // A wish is about the contact, whichever survey shows it.
    if says == Says::Stop || last.as_ref().is_some_and(|last| asked_by(last, at).is_some()) {
        return Ok(last);
    }
    let (mut asked, mut from) = (None, None);
    loop {
        let page = deps.store.surveys_of_contact(&contact.key, from, PAGE).await?;
        asked = latest(deps.store.surveys(&page.ids).await?.into_iter().chain(asked), at);
        from = page.next;
        if from.is_none() {
            return Ok(asked.or(last));
        }
    }
}

/// Takes in a reply that came at a moment.
pub(crate) async fn take(deps: &Deps, reply: &Reply, at: Timestamp, now: Timestamp) -> Result<(), Error> {
    let key = Who::Phone(reply.from.clone()).key();
    let contact = deps.store.contact(&key).await?;
    let mut survey = match contact {
        Some(contact) => about(deps, &contact, reply.says, at).await?,
        None => None,
    };
    for _ in 0..ROUNDS {
        let Some(before) = &survey else {
            // Nobody we asked, or erased since. The wish stands all the same.
            return match reply.says {
                Says::Stop => Ok(deps.store.suppress(&key, Suppression::Unsubscribed, now).await?),
                Says::Score(_) => Ok(()),
            };
        };
        let saved: Result<Saved, StoreError> = match decide(before, reply.says, at) {
            Verdict::Nothing => return Ok(()),
            Verdict::Suppress => return Ok(deps.store.suppress(&key, Suppression::Unsubscribed, now).await?),
            Verdict::Save(after) => deps.store.save(before, &after).await,
            Verdict::Unsubscribe(after) => {
                deps.store.save_and_suppress(before, &after, Suppression::Unsubscribed, now).await
            }
        };
        match saved {
            Ok(Saved::Done) => {
                tracing::info!(survey.id = %before.id, "somebody wrote back to a text");
                return Ok(());
            }
            Ok(Saved::Conflict(found)) => survey = found.map(|found| *found),
            Err(error) if error.is_busy() => {
                tracing::debug!(error = chain(&error), "the tables are busy; once more");
                tokio::time::sleep(Duration::from_millis(deps.chance.below(PAUSE))).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::Contended)
}
