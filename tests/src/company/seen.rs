//! What people see of it: letters, pages and their forms.

use std::collections::BTreeMap;

use model::Timestamp;
use reqwest::header::HeaderMap;
use serde_json::Value;

use super::Answer;

/// A letter in somebody's inbox.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Its name in the mailbox.
    pub id: String,
    /// When it came.
    pub at: Timestamp,
    /// To whom.
    pub to: String,
    /// From whom, as written.
    pub from: String,
    /// Its subject.
    pub subject: String,
    /// The HTML part.
    pub html: String,
    /// The plain part.
    pub text: String,
    /// Its headers.
    pub headers: BTreeMap<String, String>,
    /// The step it belongs to.
    pub step: String,
    /// The survey it belongs to.
    pub survey: String,
}

impl From<&Value> for Letter {
    fn from(letter: &Value) -> Self {
        let text = |name: &str| letter[name].as_str().unwrap_or_default().to_owned();
        Self {
            id: text("id"),
            at: text("at").parse().expect("an instant"),
            to: text("to"),
            from: text("from"),
            subject: text("subject"),
            html: text("html"),
            text: text("text"),
            headers: serde_json::from_value(letter["headers"].clone()).expect("headers are texts"),
            step: text("step"),
            survey: text("survey_id"),
        }
    }
}

impl Letter {
    /// Every link of the HTML part, in order.
    #[must_use]
    pub fn links(&self) -> Vec<String> {
        self.html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).map(unescaped).collect()
    }

    /// The links to answer with, 0 first.
    #[must_use]
    pub fn scale(&self) -> Vec<String> {
        self.links().into_iter().filter(|link| link.contains("/r/") && link.contains("?score=")).collect()
    }

    /// The link of a score.
    #[must_use]
    pub fn link(&self, score: u8) -> String {
        let end = format!("?score={score}");
        self.scale()
            .into_iter()
            .find(|link| link.ends_with(&end))
            .unwrap_or_else(|| panic!("no link {end} in {}", self.html))
    }

    /// The link of a text, which stands on a line of its own.
    #[must_use]
    pub fn text_link(&self) -> String {
        let mut lines = self.text.lines();
        lines.find(|line| line.contains("/r/")).unwrap_or_else(|| panic!("no link in {}", self.text)).to_owned()
    }

    /// The link to unsubscribe, as mail programs find it.
    #[must_use]
    pub fn unsubscribe_link(&self) -> String {
        let header = self.headers.get("List-Unsubscribe").expect("a letter can be unsubscribed from");
        header.split(['<', '>']).find(|part| part.starts_with("http")).expect("an address to post to").to_owned()
    }
}

/// A page that a link opened.
#[derive(Clone, Debug)]
pub struct Page {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The page.
    pub html: String,
}

/// A form as a browser would send it if its button were pressed now.
#[derive(Clone, Debug)]
pub struct Form {
    /// Where it goes.
    pub action: String,
    /// What is filled in.
    pub fields: Vec<(String, String)>,
}

impl From<Answer> for Page {
    fn from(answer: Answer) -> Self {
        Self { status: answer.status, headers: answer.headers, html: answer.text }
    }
}

impl Page {
    /// The text a reader sees: without styles, scripts and tags.
    #[must_use]
    pub fn seen(&self) -> String {
        let body = self.html.split_once("<body").map_or(self.html.as_str(), |(_, body)| body);
        let words = body.split('<').skip(1).filter_map(|tag| tag.split_once('>')).map(|(_, text)| text);
        unescaped(&words.collect::<Vec<_>>().join(" ")).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The one form of the page.
    #[must_use]
    pub fn form(&self) -> Form {
        let forms: Vec<_> = self.html.split("<form").skip(1).collect();
        let [form] = forms[..] else { panic!("{} forms in {}", forms.len(), self.html) };
        let form = form.split("</form>").next().unwrap_or_default();
        let mut fields = Vec::new();
        for input in form.split("<input").skip(1) {
            let tag = input.split('>').next().unwrap_or_default();
            let kind = attribute(tag, "type").unwrap_or_else(|| "text".to_owned());
            let picked = tag.split_whitespace().any(|word| word == "checked" || word.starts_with("checked="));
            if let Some(name) = attribute(tag, "name")
                && (picked || !["radio", "checkbox", "submit"].contains(&kind.as_str()))
            {
                fields.push((name, attribute(tag, "value").unwrap_or_else(|| "on".to_owned())));
            }
        }
        for area in form.split("<textarea").skip(1) {
            let (tag, rest) = area.split_once('>').unwrap_or_default();
            let text = rest.split("</textarea>").next().unwrap_or_default();
            if let Some(name) = attribute(tag, "name") {
                fields.push((name, unescaped(text.strip_prefix('\n').unwrap_or(text))));
            }
        }
        Form {
            action: attribute(form.split('>').next().unwrap_or_default(), "action")
                .expect("the form says where it goes"),
            fields,
        }
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    tag.get(start..)?.split('"').next().map(unescaped)
}

/// Text as it reads: the few entities that our templates write.
#[must_use]
pub fn unescaped(text: &str) -> String {
    let named = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    let numbered = named
        .replace("&#34;", "\"")
        .replace("&#38;", "&")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#x27;", "'");
    numbered.replace("&nbsp;", " ").replace("&amp;", "&")
}
