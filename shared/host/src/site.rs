//! Where browsers find npsloop, and what follows from it: the name of a session's cookie, and which pages may ask on
//! behalf of whoever is signed in.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};

/// The header without which a browser's session changes nothing. No form and no other site's page can send it.
pub const ASKED_BY: &str = "x-requested-with";

/// What that header says.
pub const ASKER: &str = "npsloop";

/// The address people use, from the settings and never from a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    url: String,
}

impl Site {
    /// The site at that address, without a slash at its end.
    #[must_use]
    pub fn new(public_url: &str) -> Self {
        Self { url: public_url.to_owned() }
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    fn is_secure(&self) -> bool {
        self.url.starts_with("https://")
    }

    /// The full name of a cookie: on https with the prefix that browsers accept from this very host alone, so that no
    /// neighbour can put one of theirs in its place.
    #[must_use]
    pub fn cookie_name(&self, name: &str) -> String {
        if self.is_secure() { format!("__Host-{name}") } else { name.to_owned() }
    }

    /// A cookie that no script reads and no other site's forms send along.
    #[must_use]
    pub fn cookie(&self, name: &str, value: &str, life: Duration) -> Option<HeaderValue> {
        let secure = if self.is_secure() { "; Secure" } else { "" };
        let name = self.cookie_name(name);
        let text = format!("{name}={value}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{secure}", life.as_secs());
        HeaderValue::try_from(text).ok()
    }

    /// The value of one of our cookies in a request.
    #[must_use]
    pub fn read_cookie<'a>(&self, headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
        let wanted = self.cookie_name(name);
        let texts = headers.get_all(header::COOKIE).into_iter().filter_map(|text| text.to_str().ok());
        let mut pairs = texts.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(name, _)| *name == wanted).map(|(_, value)| value)
    }

    /// Whether a request comes from a page of this site, as far as the browser says from where it comes.
    #[must_use]
    pub fn is_origin(&self, headers: &HeaderMap) -> bool {
        headers.get_all(header::ORIGIN).into_iter().all(|origin| origin.as_bytes() == self.url.as_bytes())
    }

    /// Whether one of our pages sent this request with intent: the header says so, and the browser nothing else.
    #[must_use]
    pub fn is_meant(&self, headers: &HeaderMap) -> bool {
        headers.get(ASKED_BY).is_some_and(|asker| asker == ASKER) && self.is_origin(headers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (axum::http::HeaderName::from_static(name), HeaderValue::from_str(value).unwrap()))
            .collect()
    }

    #[test]
    fn a_cookie_is_as_strict_as_the_site_allows() {
        let week = Duration::from_secs(604_800);
        let cookie = |url: &str| Site::new(url).cookie("session", "abc", week).unwrap();
        assert_eq!(
            cookie("https://nps.example.com"),
            "__Host-session=abc; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure"
        );
        assert_eq!(cookie("http://127.0.0.1:8080"), "session=abc; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax");
        assert_eq!(Site::new("https://nps.example.com").cookie("session", "a\r\nb", week), None);
    }

    #[test]
    fn only_the_cookie_of_the_full_name_is_read() {
        let site = Site::new("https://nps.example.com");
        let sent = headers(&[("cookie", "session=neighbour; a=b; __Host-session=own")]);
        assert_eq!(site.read_cookie(&sent, "session"), Some("own"));
        assert_eq!(site.read_cookie(&headers(&[("cookie", "session=neighbour")]), "session"), None);
        assert_eq!(site.read_cookie(&HeaderMap::new(), "session"), None);
    }

    #[test]
    fn a_change_is_meant_by_this_site_alone() {
        let site = Site::new("https://nps.example.com");
        let asked = (ASKED_BY, ASKER);
        assert!(site.is_meant(&headers(&[asked])));
        assert!(site.is_meant(&headers(&[asked, ("origin", "https://nps.example.com")])));
        for wrong in [
            &[][..],
            &[("origin", "https://nps.example.com")],
            &[(ASKED_BY, "XMLHttpRequest")],
            &[asked, ("origin", "https://evil.example")],
            &[asked, ("origin", "https://nps.example.com.evil.example")],
            &[asked, ("origin", "http://nps.example.com")],
            &[asked, ("origin", "null")],
        ] {
            assert!(!site.is_meant(&headers(wrong)), "{wrong:?}");
        }
    }
}
