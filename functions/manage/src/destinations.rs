//! Destinations: the systems outside that hear of surveys.
//!
//! A destination is written over the very one it was decided on. One that is enabled, after it was not, is told what it
//! missed meanwhile; `deliver` sees to that.

mod wire;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use host::Problem;
use host::problem::Kind;
use model::destination::MOST;
use model::{Destination, DestinationId};
use serde::Serialize;
use serde_json::Value;

use crate::{Deps, Managed};

/// How often it is decided again because others wrote first.
const ROUNDS: usize = 8;

/// All destinations.
#[derive(Serialize)]
pub(crate) struct Destinations {
    destinations: Vec<Value>,
}

/// `GET /v1/destinations`
pub(crate) async fn list(State(deps): State<Deps>, managed: Managed) -> Result<Json<Destinations>, Problem> {
    let config = deps.config(managed.now).await?;
    let mut destinations = Vec::new();
    for known in config.documents::<Destination>()? {
        let health = deps.store.health(&known.id).await?;
        destinations.push(wire::show(&known, &health));
    }
    Ok(Json(Destinations { destinations }))
}

/// `GET /v1/destinations/{id}`
pub(crate) async fn show(
    State(deps): State<Deps>,
    Path(id): Path<String>,
    managed: Managed,
) -> Result<Json<Value>, Problem> {
    let config = deps.config(managed.now).await?;
    let known: Destination = config.document(&id)?.ok_or_else(no_such_destination)?;
    Ok(Json(wire::show(&known, &deps.store.health(&known.id).await?)))
}

/// `PUT /v1/destinations/{id}`
pub(crate) async fn put(
    State(deps): State<Deps>,
    Path(id): Path<String>,
    managed: Managed,
) -> Result<Json<Value>, Problem> {
    let fresh = wire::read(managed.fields()?, &id, deps.loopback)?;
    for _ in 0..ROUNDS {
        let config = deps.config(managed.now).await?;
        let known: Option<Destination> = config.document(&id)?;
        if known.is_none() && config.documents::<Destination>()?.len() >= MOST {
            let detail = format!("there are {MOST} destinations already; delete one that is not needed");
            return Err(Problem::new(Kind::Conflict, detail));
        }
        // First: once it is enabled, nobody may forget that it missed something.
        if fresh.enabled && known.is_none_or(|known| !known.enabled) {
            deps.store.reopen_destination(&fresh.id, managed.now).await?;
        }
        if deps.store.save_document(&config, &fresh).await? {
            tracing::info!(destination.id = id, destination.kind = fresh.remote.kind(), "a destination was put");
            return Ok(Json(wire::show(&fresh, &deps.store.health(&fresh.id).await?)));
        }
    }
    Err(contended())
}

/// `DELETE /v1/destinations/{id}`
pub(crate) async fn delete(
    State(deps): State<Deps>,
    Path(id): Path<String>,
    managed: Managed,
) -> Result<StatusCode, Problem> {
    let known: DestinationId = id.parse().map_err(|_| no_such_destination())?;
    for _ in 0..ROUNDS {
        let config = deps.config(managed.now).await?;
        config.document::<Destination>(&id)?.ok_or_else(no_such_destination)?;
        if deps.store.delete_document::<Destination>(&config, &id).await? {
            deps.store.forget_health(&known).await?;
            tracing::info!(destination.id = id, "a destination was deleted");
            return Ok(StatusCode::NO_CONTENT);
        }
    }
    Err(contended())
}

fn contended() -> Problem {
    Problem::new(Kind::TryLater, "others changed this destination at the same time; please send it again")
}

pub(crate) fn no_such_destination() -> Problem {
    Problem::not_found("there is no destination of that id")
}
