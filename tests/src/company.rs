//! A company that uses npsloop: the product's own verbs, over real HTTP, on a world of its own.
//!
//! ```ignore
//! let company = Company::start().await;
//! company.trigger(project("a0X1").completion(100).contact("ada@example.com")).await;
//! company.settle().await;
//! assert_eq!(company.inbox("ada@example.com").await.len(), 1);
//! ```
//!
//! Every answer is held against `/openapi.json` on its way. A company that goes out of scope asks whether work failed or
//! was left undone, and fails its test if so.

mod seen;
mod trigger;

use std::ops::Index;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use host::Clock;
use local::world::{Options, World};
use model::Timestamp;
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::contract::Contract;

pub use self::seen::{Form, Letter, Page, unescaped};
pub use self::trigger::{Trigger, done, project};

/// When the story of a company begins, unless it says otherwise: a Monday morning before a change of the clocks.
pub const MONDAY: &str = "2027-03-15T10:00:00Z";

/// The API key a company has.
pub const KEY: &str = "local";

/// Worlds live here and not on the runtimes of the tests: a test may then wait for its world while it is dropped.
static HOST: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime starts")
});

/// A client that follows nothing. It asks for a way to encrypt, although nothing here is encrypted, and `deliver` brings
/// its own past it.
pub fn client() -> reqwest::Client {
    // Another test of this process may have been first.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("an HTTP client")
}

/// A company with npsloop.
pub struct Company {
    url: String,
    http: reqwest::Client,
    contract: Contract,
    world: Option<World>,
    expected_failures: AtomicU64,
}

impl Company {
    /// A company on its first Monday morning.
    pub async fn start() -> Self {
        Self::start_at(MONDAY).await
    }

    /// A company whose story begins at an instant.
    pub async fn start_at(when: &str) -> Self {
        let when: Timestamp = when.parse().expect("an instant");
        let offset = when.as_millis() - Clock::System.now().as_millis();
        Self::start_with(Options { background: false, offset, ..Options::default() }).await
    }

    /// A company whose clock is the machine's.
    pub async fn start_today() -> Self {
        Self::start_with(Options { background: false, ..Options::default() }).await
    }

    /// A company in a world made so.
    pub async fn start_with(options: Options) -> Self {
        let world =
            HOST.spawn(World::start(options)).await.expect("the start does not panic").expect("the world starts");
        let mut company = Self::at(world.url()).await;
        company.world = Some(world);
        company
    }

    /// A company that is served elsewhere, such as by the real program.
    pub async fn at(url: &str) -> Self {
        let http = client();
        let document = http.get(format!("{url}/openapi.json")).send().await.expect("the API describes itself");
        let contract = Contract::new(document.json().await.expect("the description is JSON"));
        Self { url: url.to_owned(), http, contract, world: None, expected_failures: AtomicU64::new(0) }
    }

    /// Where it answers.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The world it lives in.
    pub fn world(&self) -> &World {
        self.world.as_ref().expect("this company has a world of its own")
    }

    /// What the description of the API says.
    pub fn contract(&self) -> &Contract {
        &self.contract
    }

    /// Says that so much work is meant to fail for good here.
    pub fn expect_failures(&self, count: u64) {
        self.expected_failures.store(count, Ordering::SeqCst);
    }

    // Calls.

    /// Calls the API with its own key.
    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.call_as(Some(KEY), method, path, body).await
    }

    /// Calls the API with a key, or without.
    pub async fn call_as(&self, key: Option<&str>, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut headers = vec![];
        if let Some(key) = key {
            headers.push((AUTHORIZATION.as_str(), format!("Bearer {key}")));
        }
        if body.is_some() {
            headers.push((CONTENT_TYPE.as_str(), "application/json".to_owned()));
        }
        self.send(method, path, &headers, body.map(|body| body.to_string().into_bytes()).unwrap_or_default()).await
    }

    /// Sends a request as it is and holds the answer against the description.
    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, String)], body: Vec<u8>) -> Answer {
        let answer = self.send_unchecked(method.clone(), path, headers, body).await;
        let bare = path.split('?').next().unwrap_or_default();
        let complaints =
            self.contract.complaints(method.as_str(), bare, answer.status, answer.content_type(), &answer.text);
        assert!(
            complaints.is_empty(),
            "{method} {path} answered {} against its description:\n{}\n{}",
            answer.status,
            complaints.join("\n"),
            answer.text
        );
        answer
    }

    /// Sends a request whose answer is not npsloop's own: what API Gateway refuses is described nowhere.
    pub async fn send_as_it_is(&self, method: Method, path: &str, headers: &[(&str, String)]) -> Answer {
        self.send_unchecked(method, path, headers, Vec::new()).await
    }

    async fn send_unchecked(&self, method: Method, path: &str, headers: &[(&str, String)], body: Vec<u8>) -> Answer {
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        if !body.is_empty() {
            request = request.body(body);
        }
        let response = request.send().await.expect("npsloop answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.expect("the answer arrives whole");
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer { status, headers, body, text }
    }

    async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    // What a CRM does.

    /// The CRM says that a record changed.
    pub async fn trigger(&self, trigger: Trigger) -> Answer {
        self.call(Method::POST, "/v1/triggers", Some(trigger.into_body())).await
    }

    /// The CRM says so and a survey is made that goes out at once: it is sent, and this is its letter.
    pub async fn ask(&self, trigger: Trigger) -> Letter {
        let to = trigger.field("contact_email").as_str().expect("somebody is asked").to_lowercase();
        let answer = self.trigger(trigger).await;
        assert_eq!((answer.status, answer["decision"].as_str()), (202, Some("scheduled")), "{answer:?}");
        self.settle().await;
        self.inbox(&to).await.pop().expect("the invite arrived")
    }

    // Time.

    /// Waits until nothing is left to do now; says what waits for later.
    pub async fn settle(&self) -> Answer {
        self.get("/local/idle").await.ok()
    }

    /// Lets time pass, as in `90m`, `2h` or `7d`.
    pub async fn advance(&self, by: &str) {
        self.call(Method::POST, "/local/clock", Some(json!({ "advance": by }))).await.ok();
    }

    /// Lets days pass.
    pub async fn advance_days(&self, days: u32) {
        self.advance(&format!("{days}d")).await;
    }

    /// The time there.
    pub async fn now(&self) -> Timestamp {
        self.get("/local/clock").await.ok().time("now")
    }

    // What a contact does.

    /// The letters somebody got, oldest first.
    pub async fn inbox(&self, address: &str) -> Vec<Letter> {
        self.mail().await.into_iter().filter(|letter| letter.to == address).collect()
    }

    /// Somebody writes back to a text.
    pub async fn write_back(&self, number: &str, text: &str) {
        let body = json!({ "from": number, "text": text }).to_string().into_bytes();
        let sent = self.send_unchecked(Method::POST, "/local/texts", &[], body).await;
        assert_eq!(sent.status, 202, "{sent:?}");
        self.settle().await;
    }

    /// All letters, oldest first.
    pub async fn mail(&self) -> Vec<Letter> {
        let all = self.get("/local/mail").await.ok();
        all.body.as_array().expect("an array of letters").iter().map(Letter::from).collect()
    }

    /// Opens a link and looks.
    pub async fn follow(&self, link: &str) -> Page {
        self.send(Method::GET, self.path(link), &[], Vec::new()).await.into()
    }

    /// Opens a link in a browser that asks for languages.
    pub async fn follow_in(&self, link: &str, languages: &str) -> Page {
        self.send(Method::GET, self.path(link), &[("accept-language", languages.to_owned())], Vec::new()).await.into()
    }

    /// Asks for a link's headers alone, as scanners do first.
    pub async fn head(&self, link: &str) -> Answer {
        self.send(Method::HEAD, self.path(link), &[], Vec::new()).await
    }

    /// Opens the link of a score, presses the button and sees what comes then.
    pub async fn confirm(&self, link: &str) -> Page {
        let page = self.follow(link).await;
        assert_eq!(page.status, 200, "{}", page.html);
        self.press(&page, &[]).await
    }

    /// Presses the button of a page, with fields filled in beside those that are there already.
    pub async fn press(&self, page: &Page, fields: &[(&str, &str)]) -> Page {
        let form = page.form();
        let mut pairs: Vec<_> =
            form.fields.iter().filter(|(name, _)| !fields.iter().any(|(filled, _)| filled == name)).cloned().collect();
        pairs.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.post_form(&form.action, &pairs).await
    }

    /// Sends a form.
    pub async fn post_form(&self, link: &str, fields: &[(String, String)]) -> Page {
        let encode = |text: &str| -> String {
            text.bytes()
                .map(|b| if b.is_ascii_alphanumeric() { (b as char).to_string() } else { format!("%{b:02X}") })
                .collect()
        };
        let body = fields
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect::<Vec<_>>()
            .join("&");
        let kind = "application/x-www-form-urlencoded".to_owned();
        self.send(Method::POST, self.path(link), &[(CONTENT_TYPE.as_str(), kind)], body.into_bytes()).await.into()
    }

    /// Sends a body as it is to a link.
    pub async fn post_raw(&self, link: &str, content_type: &str, body: Vec<u8>) -> Answer {
        let path = self.path(link).split('?').next().unwrap_or_default().to_owned();
        self.send(Method::POST, &path, &[(CONTENT_TYPE.as_str(), content_type.to_owned())], body).await
    }

    /// Sends a response as a program does.
    pub async fn respond_with(&self, link: &str, body: Value) -> Answer {
        self.post_raw(link, "application/json", body.to_string().into_bytes()).await
    }

    /// Gives a score as a program does.
    pub async fn respond(&self, link: &str, score: u8) -> Answer {
        self.respond_with(link, json!({ "score": score })).await
    }

    /// Asks somebody about a record of their own and takes their answer.
    pub async fn ask_and_hear(&self, trigger: Trigger, score: u8) -> Letter {
        let letter = self.ask(trigger).await;
        self.respond(&letter.link(score), score).await.ok();
        letter
    }

    fn path<'a>(&self, link: &'a str) -> &'a str {
        link.strip_prefix(&self.url).unwrap_or(link)
    }

    /// Replies to a letter with a text, as a mail program does.
    pub async fn reply(&self, letter: &Letter, text: &str) -> Answer {
        self.reply_as(letter, None, text).await
    }

    /// The same from another address than the letter went to.
    pub async fn reply_as(&self, letter: &Letter, from: Option<&str>, text: &str) -> Answer {
        let path = format!("/local/mail/{}/reply", letter.id);
        let answer = self.call(Method::POST, &path, Some(json!({ "text": text, "from": from }))).await;
        self.settle().await;
        answer
    }

    /// Replies to a letter with a whole mail.
    pub async fn reply_with(&self, letter: &Letter, mail: Vec<u8>) -> Answer {
        let path = format!("/local/mail/{}/reply", letter.id);
        let kind = "message/rfc822".to_owned();
        let answer = self.send(Method::POST, &path, &[(CONTENT_TYPE.as_str(), kind)], mail).await;
        self.settle().await;
        answer
    }

    // What people of the company do.

    /// A survey.
    pub async fn survey(&self, id: &str) -> Answer {
        self.get(&format!("/v1/surveys/{id}")).await.ok()
    }

    /// The surveys of a record or a contact: `?subject_id=…` or `?contact=…`.
    pub async fn surveys(&self, query: &str) -> Answer {
        self.get(&format!("/v1/surveys{query}")).await
    }

    /// The numbers.
    pub async fn nps(&self, query: &str) -> Answer {
        self.get(&format!("/v1/nps{query}")).await
    }

    /// The responses.
    pub async fn responses(&self, query: &str) -> Answer {
        self.get(&format!("/v1/responses{query}")).await
    }

    /// Corrects the standing of a response.
    pub async fn judge(&self, survey: &str, standing: &str) -> Answer {
        self.call(Method::PATCH, &format!("/v1/responses/{survey}"), Some(json!({ "standing": standing }))).await
    }

    /// Says what a response's comment is about, or how it sounds.
    pub async fn correct(&self, survey: &str, said: Value) -> Answer {
        self.call(Method::PATCH, &format!("/v1/responses/{survey}"), Some(said)).await
    }

    /// Reads older comments again by today's themes.
    pub async fn apply_themes(&self, query: &str, tried: Option<Value>) -> Answer {
        self.call(Method::POST, &format!("/v1/themes/apply{query}"), tried).await
    }

    /// What people write about that no theme covers yet.
    pub async fn suggestions(&self, query: &str) -> Answer {
        self.call(Method::GET, &format!("/v1/themes/suggestions{query}"), None).await
    }

    /// The last score of a contact.
    pub async fn score_of(&self, contact: &str) -> Answer {
        self.get(&format!("/v1/contacts/{contact}/score")).await
    }

    /// All that is held about a contact.
    pub async fn contact(&self, contact: &str) -> Answer {
        self.get(&format!("/v1/contacts/{contact}")).await
    }

    /// Erases a contact.
    pub async fn erase(&self, contact: &str) -> Answer {
        self.call(Method::DELETE, &format!("/v1/contacts/{contact}"), None).await
    }

    /// Tasks.
    pub async fn tasks(&self, query: &str) -> Answer {
        self.get(&format!("/v1/tasks{query}")).await
    }

    /// A task.
    pub async fn task(&self, id: &str) -> Answer {
        self.get(&format!("/v1/tasks/{id}")).await
    }

    /// Does something to a task: `complete`, `reopen`, `reassign` or `comment`.
    pub async fn act(&self, task: &str, what: &str, body: Option<Value>) -> Answer {
        self.call(Method::POST, &format!("/v1/tasks/{task}/{what}"), body).await
    }

    /// The nurture list.
    pub async fn nurture(&self, query: &str) -> Answer {
        self.get(&format!("/v1/nurture{query}")).await
    }

    /// A campaign.
    pub async fn campaign(&self, id: &str) -> Answer {
        self.get(&format!("/v1/campaigns/{id}")).await
    }

    /// Makes or replaces a campaign.
    pub async fn put_campaign(&self, id: &str, campaign: Value) -> Answer {
        self.call(Method::PUT, &format!("/v1/campaigns/{id}"), Some(campaign)).await
    }

    /// Makes a campaign for tests: the default one with these fields changed.
    pub async fn campaign_with(&self, id: &str, fields: Value) {
        let mut campaign = json!({"company": "Example Company", "sender": {"name": "Example Company", "email": "hello@company.example"}});
        merge(&mut campaign, fields);
        self.put_campaign(id, campaign).await.ok();
    }

    /// Has surveys counted anew: of one campaign, or of all.
    pub async fn recount(&self, campaign: Option<&str>) -> Answer {
        self.call(Method::POST, "/v1/recounts", Some(json!({ "campaign": campaign }))).await
    }

    /// The latest recount.
    pub async fn latest_recount(&self) -> Value {
        self.get("/v1/recounts").await.ok()["recounts"][0].clone()
    }

    /// Has tallies held against surveys, and waits for what that says.
    pub async fn reconcile(&self, repair: bool) -> Answer {
        let made = self.call(Method::POST, "/v1/reconciliations", Some(json!({ "repair": repair }))).await;
        assert_eq!(made.status, 202, "{made:?}");
        let one = format!("/v1/reconciliations/{}", made.text("reconciliation_id"));
        for _ in 0..20 {
            self.settle().await;
            let now = self.get(&one).await.ok();
            if now["state"] == "done" {
                return now;
            }
            // What is doubtful is looked at again a little later.
            self.advance("1m").await;
        }
        panic!("the reconciliation does not come to its end: {:?}", self.get(&one).await);
    }

    /// Makes an API key with these scopes.
    pub async fn make_key(&self, scopes: &[&str]) -> (String, String) {
        let made = self.call(Method::POST, "/v1/keys", Some(json!({"name": "a test", "scopes": scopes}))).await;
        assert_eq!(made.status, 201, "{made:?}");
        (made.text("id"), made.text("key"))
    }

    /// How often anything was written so far.
    pub async fn writes(&self) -> u64 {
        let answer = self.send_unchecked(Method::GET, "/local/version", &[], Vec::new()).await;
        answer.text.split(' ').next().and_then(|count| count.parse().ok()).expect("a count")
    }

    /// Ends the story: nothing is left undone, nothing failed that was not expected to.
    pub async fn finish(self) {
        self.look_back().await;
    }

    async fn look_back(&self) {
        let idle = self.settle().await;
        let expected = self.expected_failures.load(Ordering::SeqCst);
        assert_eq!(idle["failed"], json!(expected), "work failed for good; see {}/local/", self.url);
        let stuck: Vec<_> = idle["waiting"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|waiting| {
                // What waits under the name of a queue or a function failed and is tried again.
                !["invite", "task", "remind", "close", "thanks", "retry", "job"]
                    .iter()
                    .any(|step| waiting["what"] == *step)
            })
            .collect();
        assert!(stuck.is_empty() || expected > 0, "work failed and waits for another try: {stuck:?}");
    }
}

impl Drop for Company {
    fn drop(&mut self) {
        if std::thread::panicking() || self.world.is_none() {
            return;
        }
        // A thread of its own, since this one may be running a runtime; the world runs on another.
        let company = &*self;
        std::thread::scope(|scope| {
            let looked = scope.spawn(|| {
                let runtime =
                    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts");
                // The connections of the test's client belong to the test's runtime, which is not running now.
                let http = reqwest::Client::new();
                let fresh = Self {
                    url: company.url.clone(),
                    http,
                    contract: company.contract.clone(),
                    world: None,
                    expected_failures: AtomicU64::new(company.expected_failures.load(Ordering::SeqCst)),
                };
                runtime.block_on(fresh.look_back());
            });
            if let Err(panic) = looked.join() {
                std::panic::resume_unwind(panic);
            }
        });
    }
}

/// Puts fields over fields.
pub fn merge(into: &mut Value, fields: Value) {
    let (Some(into), Value::Object(fields)) = (into.as_object_mut(), fields) else { return };
    into.extend(fields);
}

/// An answer of the API.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, if it was JSON; `null` otherwise.
    pub body: Value,
    /// The body as it came.
    pub text: String,
}

impl Answer {
    /// This answer, which must not be a problem.
    pub fn ok(self) -> Self {
        assert!(self.status < 300, "{}: {}", self.status, self.text);
        self
    }

    /// A header.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    fn content_type(&self) -> &str {
        self.header("content-type")
    }

    /// A field that is a text.
    #[must_use]
    pub fn text(&self, field: &str) -> String {
        self.body[field].as_str().unwrap_or_else(|| panic!("{field} is no text in {}", self.body)).to_owned()
    }

    /// A field that is an instant.
    #[must_use]
    pub fn time(&self, field: &str) -> Timestamp {
        self.text(field).parse().expect("an instant")
    }

    /// The kind of problem and where it points: `("invalid", ["/contact_email"])`.
    #[must_use]
    pub fn problem(&self) -> (&str, Vec<&str>) {
        let kind = self.body["type"].as_str().and_then(|kind| kind.strip_prefix("/problems/")).unwrap_or_default();
        let errors = self.body["errors"].as_array().into_iter().flatten();
        (kind, errors.filter_map(|error| error["pointer"].as_str()).collect())
    }
}

impl Index<&str> for Answer {
    type Output = Value;

    fn index(&self, field: &str) -> &Value {
        &self.body[field]
    }
}
