//! Doors: a public link with its QR code, and a widget for the company's own pages.
//!
//! A door is written over the very one it was decided on. Its link stays what it is, whatever else is put, until somebody
//! renews it: signs hang for years.

mod wire;

pub mod qr;

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use host::Problem;
use host::problem::Kind as Trouble;
use model::door::{Kind, Secret};
use model::link::{Keyring, Purpose};
use model::{Campaign, CampaignId, Door, DoorId, Timestamp};
use serde::Serialize;
use store::Config;

use self::wire::{DoorWire, Shown};
use crate::{Deps, Looking, Managed};

/// How often it is decided again because others wrote first.
const ROUNDS: usize = 8;

/// All doors of a campaign.
#[derive(Serialize)]
pub(crate) struct Doors {
    doors: Vec<DoorWire>,
}

/// Where a door is: its campaign and its name, as the address says it.
type Place = Path<(String, String)>;

/// `GET /v1/campaigns/{id}/doors`
pub(crate) async fn list(
    State(deps): State<Deps>,
    Path(id): Path<String>,
    managed: Managed,
) -> Result<Json<Doors>, Problem> {
    let now = managed.now;
    let config = deps.config(now).await?;
    let campaign = campaign(&config, &id)?;
    let doors = deps.store.doors(&campaign.id).await?;
    // Keys are made with the first door, and not by looking.
    if doors.is_empty() {
        return Ok(Json(Doors { doors: Vec::new() }));
    }
    let keyring = keyring(&deps, now).await?;
    let shown = Shown { site: &deps.site, keyring: &keyring, campaign };
    Ok(Json(Doors { doors: doors.iter().map(|door| shown.door(door, None)).collect() }))
}

/// `GET /v1/campaigns/{id}/doors/{door}`
pub(crate) async fn show(
    State(deps): State<Deps>,
    Path((id, door)): Place,
    managed: Managed,
) -> Result<Json<DoorWire>, Problem> {
    let now = managed.now;
    let config = deps.config(now).await?;
    let campaign = campaign(&config, &id)?;
    let door = known(&deps, campaign, &door).await?;
    let keyring = keyring(&deps, now).await?;
    Ok(Json(Shown { site: &deps.site, keyring: &keyring, campaign }.door(&door, None)))
}

/// `PUT /v1/campaigns/{id}/doors/{door}`
pub(crate) async fn put(
    State(deps): State<Deps>,
    Path((id, door)): Place,
    managed: Managed,
) -> Result<Json<DoorWire>, Problem> {
    let (now, deps) = (managed.now, &deps);
    let config = deps.config(now).await?;
    let campaign = campaign(&config, &id)?;
    let wanted = wire::read(managed.fields()?, &campaign.id, &door, now)?;
    let keyring = keyring(deps, now).await?;
    let (mark, secret) = (mark(deps), Secret::new(deps.chance.secret()));
    let (after, made) = save(deps, campaign, &wanted.id, |seen| {
        let mut after = wanted.clone();
        match seen {
            Some(seen) => {
                (after.mark, after.created_at) = (seen.mark, seen.created_at);
                // Anybody may open a link: nobody signs for it, also where it was a widget.
                if after.kind == Kind::Widget {
                    after.secrets = seen.secrets.clone();
                }
            }
            None => after.mark = mark,
        }
        // Shown once, and only to whoever made it.
        let made = after.kind == Kind::Widget && after.secrets.is_empty();
        let after = if made { after.with_secret(secret.clone()) } else { after };
        Ok((after, made))
    })
    .await?;
    tracing::info!(campaign.id = %campaign.id, door.id = %after.id, door.kind = after.kind.as_str(), "a door was put");
    let shown = Shown { site: &deps.site, keyring: &keyring, campaign };
    Ok(Json(shown.door(&after, made.then_some(&secret))))
}

/// `POST /v1/campaigns/{id}/doors/{door}/renew`
pub(crate) async fn renew(
    State(deps): State<Deps>,
    Path((id, door)): Place,
    managed: Managed,
) -> Result<Json<DoorWire>, Problem> {
    let (now, deps) = (managed.now, &deps);
    let config = deps.config(now).await?;
    let campaign = campaign(&config, &id)?;
    let door: DoorId = door.parse().map_err(|_| no_such_door())?;
    let what = wire::renewal(managed.fields()?)?;
    let keyring = keyring(deps, now).await?;
    let (fresh, secret) = (mark(deps), Secret::new(deps.chance.secret()));
    let (after, made) = save(deps, campaign, &door, |seen| {
        let seen = seen.ok_or_else(no_such_door)?.clone();
        if what.secret && seen.kind != Kind::Widget {
            return Err(Problem::field("/secret", "a link has no secret; anybody may open it"));
        }
        let after = if what.link { Door { mark: another(seen.mark, fresh), ..seen } } else { seen };
        let after = if what.secret { after.with_secret(secret.clone()) } else { after };
        Ok((after, what.secret))
    })
    .await?;
    tracing::info!(campaign.id = %campaign.id, door.id = %after.id, link = what.link, secret = what.secret, "a door was renewed");
    let shown = Shown { site: &deps.site, keyring: &keyring, campaign };
    Ok(Json(shown.door(&after, made.then_some(&secret))))
}

/// `DELETE /v1/campaigns/{id}/doors/{door}`
pub(crate) async fn delete(
    State(deps): State<Deps>,
    Path((id, door)): Place,
    managed: Managed,
) -> Result<StatusCode, Problem> {
    let config = deps.config(managed.now).await?;
    let campaign = campaign(&config, &id)?;
    let door = known(&deps, campaign, &door).await?;
    deps.store.delete_door(&door).await?;
    tracing::info!(campaign.id = %campaign.id, door.id = %door.id, "a door was deleted");
    Ok(StatusCode::NO_CONTENT)
}

/// Closes all doors of a campaign that goes: nobody can reach them any more to do it.
pub(crate) async fn clear(deps: &Deps, campaign: &CampaignId) -> Result<(), Problem> {
    for door in deps.store.doors(campaign).await? {
        deps.store.delete_door(&door).await?;
    }
    Ok(())
}

/// `GET /v1/campaigns/{id}/doors/{door}/qr.svg`
pub(crate) async fn svg(State(deps): State<Deps>, place: Place, looking: Looking) -> Result<Response, Problem> {
    let (url, door) = linked(&deps, place, looking.now).await?;
    let picture = qr::svg(&url, &door.name).ok_or_else(too_long)?;
    Ok(picture_of("image/svg+xml", picture.into_bytes()))
}

/// `GET /v1/campaigns/{id}/doors/{door}/qr.png`
pub(crate) async fn png(State(deps): State<Deps>, place: Place, looking: Looking) -> Result<Response, Problem> {
    let (url, _) = linked(&deps, place, looking.now).await?;
    Ok(picture_of("image/png", qr::png(&url).ok_or_else(too_long)?))
}

async fn linked(deps: &Deps, Path((id, door)): Place, now: Timestamp) -> Result<(String, Door), Problem> {
    let config = deps.config(now).await?;
    let campaign = campaign(&config, &id)?;
    let door = known(deps, campaign, &door).await?;
    let keyring = keyring(deps, now).await?;
    let url = Shown { site: &deps.site, keyring: &keyring, campaign }.url(&door);
    Ok((url, door))
}

/// A picture for whoever may see it, in which nothing runs and which loads nothing.
fn picture_of(kind: &'static str, bytes: Vec<u8>) -> Response {
    let headers: [(HeaderName, HeaderValue); 4] = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, bytes).into_response()
}

/// The keys that sign doors' links; made with the first door.
async fn keyring(deps: &Deps, now: Timestamp) -> Result<Keyring, Problem> {
    Ok(deps.store.keyring(Purpose::Door, now, || deps.chance.secret()).await?)
}

fn mark(deps: &Deps) -> u32 {
    u32::try_from(deps.chance.below(1 << 32)).unwrap_or_default()
}

/// A mark that is surely another one.
const fn another(mark: u32, fresh: u32) -> u32 {
    if mark == fresh { fresh.wrapping_add(1) } else { fresh }
}

fn campaign<'a>(config: &'a Arc<Config>, id: &str) -> Result<&'a Campaign, Problem> {
    let none = || Problem::not_found("there is no campaign of that id");
    let id: CampaignId = id.parse().map_err(|_| none())?;
    config.campaign(&id).map(|stored| &stored.campaign).ok_or_else(none)
}

async fn known(deps: &Deps, campaign: &Campaign, door: &str) -> Result<Door, Problem> {
    let id: DoorId = door.parse().map_err(|_| no_such_door())?;
    let stored = deps.store.stored_door(campaign.id.hash(), id.hash()).await?;
    stored.map(|stored| stored.door).filter(|door| is(door, campaign, &id)).ok_or_else(no_such_door)
}

fn is(door: &Door, campaign: &Campaign, id: &DoorId) -> bool {
    door.campaign == campaign.id && door.id == *id
}

/// Decides on what stands there and writes that, until nobody else has written in between.
async fn save<T>(
    deps: &Deps,
    campaign: &Campaign,
    id: &DoorId,
    decide: impl Fn(Option<&Door>) -> Result<(Door, T), Problem>,
) -> Result<(Door, T), Problem> {
    for _ in 0..ROUNDS {
        let seen = deps.store.stored_door(campaign.id.hash(), id.hash()).await?;
        // Links know a door by six bytes of its name, below four of its campaign's. A campaign of that hash that was deleted
        // before leaves its doors to whoever comes after it.
        let theirs = seen.as_ref().map(|seen| &seen.door);
        if let Some(other) = theirs.filter(|door| door.campaign == campaign.id && door.id != *id) {
            let detail = format!("this id cannot be told from `{}` in links; choose another one", other.id);
            return Err(Problem::new(Trouble::Conflict, detail));
        }
        let (after, more) = decide(theirs.filter(|door| is(door, campaign, id)))?;
        if deps.store.save_door(seen.as_ref(), &after).await? {
            return Ok((after, more));
        }
    }
    Err(Problem::new(Trouble::TryLater, "others changed this door at the same time; please send it again"))
}

fn no_such_door() -> Problem {
    Problem::not_found("this campaign has no door of that id")
}

/// An address no QR code holds: it would have to be some 1,600 characters long.
fn too_long() -> Problem {
    Problem::new(Trouble::Conflict, "the public address is too long for a QR code")
}
