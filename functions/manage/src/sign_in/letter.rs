//! Letters by which people sign in. They are written down and called for here; `dispatch` finds out whether anybody
//! of that address may come in, makes the link and sends it.

use host::Problem;
use host::problem::Kind;
use host::telemetry::chain;
use model::hint::Mailing;
use model::notice::{Notice, NoticeId, Says};
use model::{CampaignId, Email, Timestamp};

use crate::Deps;

/// Writes a letter down and calls for it. What is asked for here is the same work whether anybody knows the address.
///
/// # Errors
/// `try-later`.
pub(crate) async fn send(deps: &Deps, to: &Email, says: Says, now: Timestamp) -> Result<(), Problem> {
    let letter = new(deps, to, says, now);
    deps.store.write_letter(&letter).await?;
    call(deps, letter.id).await
}

/// A letter as it is written down. Whoever does not call for one that is leaves it to the sweep.
pub(crate) fn new(deps: &Deps, to: &Email, says: Says, now: Timestamp) -> Notice {
    Notice {
        id: NoticeId::sign_in(to, deps.chance.bits()),
        // Whoever speaks for the company before there is a campaign.
        campaign: CampaignId::default_campaign(),
        to: to.clone(),
        to_name: None,
        created_at: now,
        says,
    }
}

/// Calls for a letter that is written.
///
/// # Errors
/// `try-later`.
pub(crate) async fn call(deps: &Deps, letter: NoticeId) -> Result<(), Problem> {
    deps.mail.send(&[Mailing::Letter(letter)]).await.map_err(|error| {
        // An invitation is found by the sweep.
        tracing::error!(error = chain(&error), "a letter is written and cannot be called for");
        Problem::new(Kind::TryLater, "the letter could not be sent; please try again")
    })
}
