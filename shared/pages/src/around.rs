//! What is around a page behind a door: a frame on somebody's site, or a tablet that is passed on.
//!
//! The address says it and the door allows it. It stands in every address that leads on from the page, since nothing is kept
//! in the browser.

use std::sync::Arc;

use model::door::{Door, Kind, Origin};

/// Seconds after which a tablet shows the question again: while a comment may be written, and once all is said.
const WRITING: u32 = 60;
const SAID: u32 = 10;

/// What is around a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Around {
    /// Where the door is: `/d/…`.
    door: String,
    /// The sites that may frame it.
    origins: Vec<Origin>,
    /// Whether it is within another page.
    embedded: bool,
    /// The site whose page is told how high this one is.
    host: Option<Origin>,
    /// Whether it stands on a tablet that is passed on.
    kiosk: bool,
    /// What the company's server says of whoever sees it, as it came.
    signed: Option<String>,
}

impl Around {
    /// What an address says is around a page of this door, as far as the door allows it.
    pub fn of(door: &Door, path: &str, query: &str) -> Self {
        let said = |wanted: &str| form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == wanted);
        let is_on = |name: &str| said(name).is_some_and(|(_, value)| value == "1");
        let framed = door.kind == Kind::Widget;
        let host =
            said("origin").and_then(|(_, site)| door.origins.iter().find(|origin| origin.as_str() == site).cloned());
        let embedded = framed && is_on("embed");
        Self {
            door: path.to_owned(),
            origins: door.origins.clone(),
            embedded,
            host: host.filter(|_| embedded),
            kiosk: is_on("kiosk"),
            signed: said("signed").map(|(_, text)| text.into_owned()).filter(|text| !text.is_empty()),
        }
    }

    /// The same around a page that follows.
    pub fn under(&self, door: String) -> Arc<Self> {
        Arc::new(Self { door, ..self.clone() })
    }

    /// Whether the page is within another one.
    pub(crate) const fn is_embedded(&self) -> bool {
        self.embedded
    }

    /// The site whose page is told how high this one is.
    pub(crate) fn host(&self) -> Option<&str> {
        self.host.as_ref().map(Origin::as_str)
    }

    /// Whether nobody says who sees it: then nobody can call them back, and there is no name to quote.
    pub(crate) const fn is_nobodys(&self) -> bool {
        self.signed.is_none()
    }

    /// What the company's server says of whoever sees it.
    pub fn signed(&self) -> Option<&str> {
        self.signed.as_deref()
    }

    /// The sites that may frame it, as a policy names them.
    pub(crate) fn framed_by(&self) -> String {
        let sites: Vec<_> = self.origins.iter().map(Origin::as_str).collect();
        if sites.is_empty() { "'none'".to_owned() } else { sites.join(" ") }
    }

    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = [
            self.embedded.then_some(("embed", "1")),
            self.host().map(|host| ("origin", host)),
            self.kiosk.then_some(("kiosk", "1")),
            self.signed().map(|signed| ("signed", signed)),
        ];
        pairs.into_iter().flatten()
    }

    /// Where the page of a survey is behind the door: `/d/…/…` instead of `/r/…`.
    pub fn roofed(&self, path: &str) -> String {
        path.strip_prefix("/r/").map_or_else(|| path.to_owned(), |token| format!("{}/{token}", self.door))
    }

    /// An address that says what is around its page, and these as well.
    pub fn address<'a>(&'a self, path: &str, more: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
        let query =
            form_urlencoded::Serializer::new(String::new()).extend_pairs(more.into_iter().chain(self.pairs())).finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// What follows in an address that says something else first.
    pub(crate) fn kept(&self) -> String {
        self.address("", []).replacen('?', "&", 1)
    }

    /// What lets a tablet show the question again after an answer (the value of `Refresh`): for the next one, in whatever
    /// language they read. It does so without a script.
    pub fn refresh(&self, all_said: bool) -> Option<String> {
        let seconds = if all_said { SAID } else { WRITING };
        self.kiosk.then(|| format!("{seconds};url={}", self.address(&self.door, [])))
    }
}
