//! The doors of all campaigns, each with its link and QR code, and a shop that shows a widget.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use model::Timestamp;
use model::door::Kind;
use model::link::Purpose;

use super::{Desk, Frame, shown};
use crate::cloud::Error;

#[derive(Template)]
#[template(path = "doors.html")]
struct DoorsPage {
    frame: Frame,
    doors: Vec<Shown>,
    curl: Arc<str>,
}

/// A page of somebody else: the end of an order.
#[derive(Template)]
#[template(path = "shop.html")]
struct ShopPage {
    widget: Option<Shown>,
    curl: Arc<str>,
}

/// A door as the desk shows it.
struct Shown {
    campaign: String,
    name: String,
    kind: &'static str,
    groups: Vec<(String, String)>,
    url: String,
    /// As SVG, drawn by npsloop.
    qr: String,
    /// Whether this machine's shop may show it.
    here: bool,
}

/// `GET /local/doors`
pub(super) async fn page(State(desk): State<Desk>) -> Result<Response, Error> {
    let doors = desk.doors().await?;
    shown(&DoorsPage { frame: desk.frame("Doors"), doors, curl: desk.widget_curl() })
}

/// `GET /local/shop`
pub(super) async fn shop(State(desk): State<Desk>) -> Result<Response, Error> {
    let widget = desk.doors().await?.into_iter().find(|door| door.here);
    shown(&ShopPage { widget, curl: desk.widget_curl() })
}

impl Desk {
    async fn doors(&self) -> Result<Vec<Shown>, Error> {
        let tables = |error: store::Error| Error::Tables(error.to_string());
        let config = self.store.config(Timestamp::from_millis(self.clock.now())).await.map_err(tables)?;
        let Some(keyring) = config.keyring(Purpose::Door) else { return Ok(Vec::new()) };
        let mut all = Vec::new();
        for stored in config.campaigns() {
            for door in self.store.doors(&stored.campaign.id).await.map_err(tables)? {
                let url = format!("{}/d/{}", self.url, keyring.sign_door(&door.claims()));
                let here = door.kind == Kind::Widget && door.origins.iter().any(|site| site.as_str() == &*self.url);
                all.push(Shown {
                    campaign: stored.campaign.id.to_string(),
                    qr: manage::doors::qr::svg(&url, &door.name).unwrap_or_default(),
                    name: door.name,
                    kind: door.kind.as_str(),
                    groups: door.attributes.into_iter().collect(),
                    url,
                    here,
                });
            }
        }
        Ok(all)
    }

    /// A line to paste that makes the shop's widget.
    fn widget_curl(&self) -> Arc<str> {
        let Self { url, .. } = self;
        format!(
            "curl -X PUT {url}/v1/campaigns/default/doors/checkout -H 'Authorization: Bearer {}' -H 'Content-Type: application/json' \\\n  \
             -d '{{\"name\":\"Checkout\",\"kind\":\"widget\",\"origins\":[\"{url}\"]}}'",
            self.key
        )
        .into()
    }
}
