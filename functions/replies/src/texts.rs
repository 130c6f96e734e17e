//! Load, decide, apply: one text that somebody wrote back. Which survey it is about is found here; what that makes of it is the
//! same as of a reply to a letter.

use model::reply::text::{asked_by, came, latest, said};
use model::reply::{Said, tidied};
use model::{Contact, Suppression, Survey, Timestamp, Who};

use crate::apply::Reply;
use crate::wire::Text;
use crate::{Deps, Error};

/// Surveys on one page of the index.
const PAGE: i32 = 100;

/// Takes in a text.
pub(crate) async fn take(deps: &Deps, text: &Text, now: Timestamp) -> Result<(), Error> {
    let key = Who::Phone(text.from.clone()).key();
    let written = tidied(&text.said);
    let said = said(&written);
    let stop = matches!(said, Said::NoMore { .. });
    let survey = match deps.store.contact(&key).await? {
        Some(contact) => about(deps, &contact, stop, text.at).await?,
        None => None,
    };
    let Some(survey) = survey else {
        // Nobody we asked, or erased since. The wish stands all the same.
        if stop {
            deps.store.suppress(&key, Suppression::Unsubscribed, text.at).await?;
        } else {
            tracing::info!("a text of somebody who was not asked is ignored");
        }
        return Ok(());
    };
    let config = deps.store.config(now).await?;
    let came = came(&survey, &text.from, said, text.at);
    let reply = Reply { deps, id: &text.id, came, text: &written, config: &config };
    reply.take(survey, now).await
}

/// The survey a text is about: the latest that had asked by then. A wish is about the contact, whichever survey shows it.
async fn about(deps: &Deps, contact: &Contact, stop: bool, at: Timestamp) -> Result<Option<Survey>, Error> {
    let last = match contact.asked_by {
        Some(id) => deps.store.survey(id).await?,
        None => None,
    };
    if stop || last.as_ref().is_some_and(|last| asked_by(last, at).is_some()) {
        return Ok(last);
    }
    let (mut asked, mut from) = (None, None);
    loop {
        let page = deps.store.surveys_of_contact(&contact.key, from, PAGE).await?;
        asked = latest(deps.store.surveys(&page.ids).await?.into_iter().chain(asked), at);
        from = page.next;
        if from.is_none() {
            return Ok(asked);
        }
    }
}
