//! A real browser, headless: what scanners and people do with a link.
//!
//! Chromium is spoken to in the DevTools protocol over two named pipes, which needs no driver and no port.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::unix::pipe;
use tokio::process::{Child, Command};
use tokio::sync::{Mutex, mpsc, oneshot};

/// How long anything may take a browser on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often a page is looked at that is waited for.
const GLANCE: Duration = Duration::from_millis(50);

/// Finds what somebody with another way of reading would stumble over.
const AXE: &str = include_str!("../fixtures/axe/axe.min.js");

/// Asks for all that is wrong with a page.
const BARRIERS: &str = "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'], \
     resultTypes: ['violations']}).then(({violations}) => violations.flatMap(({id, nodes}) => \
     nodes.map(node => `${id}: ${node.target} ${node.failureSummary}`)))";

/// A running browser with a profile that disappears.
pub struct Browser {
    child: Child,
    link: Arc<Link>,
    _profile: tempfile::TempDir,
}

struct Link {
    out: Mutex<pipe::Sender>,
    count: AtomicU64,
    waiting: Mutex<HashMap<u64, oneshot::Sender<Value>>>,
    events: Mutex<HashMap<String, mpsc::UnboundedSender<Value>>>,
}

/// A page in the browser.
pub struct Tab {
    link: Arc<Link>,
    session: String,
    events: mpsc::UnboundedReceiver<Value>,
}

/// The browser of this machine.
///
/// # Panics
/// When there is none: a scanner that was not tried is not passed.
fn chromium() -> PathBuf {
    let known = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium"];
    let found = known.iter().map(Path::new).find(|path| path.exists());
    found.expect("no Chromium here; install it: apt-get install -y chromium").to_owned()
}

impl Browser {
    /// Starts it.
    ///
    /// # Panics
    /// When there is no browser or it does not start.
    pub async fn start() -> Self {
        let profile = tempfile::tempdir().expect("a temporary directory");
        let (to, from) = (profile.path().join("to"), profile.path().join("from"));
        for path in [&to, &from] {
            let made = Command::new("mkfifo").arg(path).status().await.expect("mkfifo is there");
            assert!(made.success(), "a named pipe cannot be made");
        }
        // Both ends are opened before the browser is, so that nobody waits for nobody.
        let (input, output) = (pipe_reader(&from), pipe_writer(&to));
        let child = Command::new("sh")
            .arg("-c")
            .arg(r#"exec "$0" "$@" 3<"$TO" 4>"$FROM""#)
            .arg(chromium())
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-dev-shm-usage",
            ])
            .args([
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--remote-debugging-pipe",
            ])
            .arg(format!("--user-data-dir={}", profile.path().join("profile").display()))
            .arg("about:blank")
            .env("TO", &to)
            .env("FROM", &from)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("the browser starts");
        let link = Arc::new(Link {
            out: Mutex::new(output),
            count: AtomicU64::new(0),
            waiting: Mutex::default(),
            events: Mutex::default(),
        });
        tokio::spawn(listen(input, link.clone()));
        Self { child, link, _profile: profile }
    }

    /// Opens a page.
    pub async fn tab(&self) -> Tab {
        let target = self.link.call(None, "Target.createTarget", json!({"url": "about:blank"})).await;
        let attached = self
            .link
            .call(None, "Target.attachToTarget", json!({"targetId": target["targetId"], "flatten": true}))
            .await;
        let session = attached["sessionId"].as_str().expect("a session").to_owned();
        let (sender, events) = mpsc::unbounded_channel();
        self.link.events.lock().await.insert(session.clone(), sender);
        let tab = Tab { link: self.link.clone(), session, events };
        tab.call("Page.enable", json!({})).await;
        tab
    }

    /// Ends it.
    pub async fn close(mut self) {
        self.link.call(None, "Browser.close", json!({})).await;
        self.child.wait().await.expect("it ends");
    }
}

fn pipe_reader(path: &Path) -> pipe::Receiver {
    pipe::OpenOptions::new().read_write(true).open_receiver(path).expect("a named pipe opens")
}

fn pipe_writer(path: &Path) -> pipe::Sender {
    pipe::OpenOptions::new().read_write(true).open_sender(path).expect("a named pipe opens")
}

async fn listen(mut input: pipe::Receiver, link: Arc<Link>) {
    let mut said = Vec::new();
    let mut part = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = input.read(&mut part).await {
        said.extend_from_slice(&part[..length]);
        while let Some(end) = said.iter().position(|byte| *byte == 0) {
            let rest = said.split_off(end + 1);
            said.pop();
            let message: Value = serde_json::from_slice(&said).expect("the browser speaks JSON");
            said = rest;
            if let Some(waiting) = message["id"].as_u64() {
                let waiting = link.waiting.lock().await.remove(&waiting);
                // Whoever asked may have given up.
                waiting.map(|waiting| waiting.send(message));
            } else if let Some(tab) = message["sessionId"].as_str()
                && let Some(tab) = link.events.lock().await.get(tab)
            {
                // A closed tab hears nothing any more.
                tab.send(message).ok();
            }
        }
    }
}

impl Link {
    async fn call(&self, session: Option<&str>, method: &str, params: Value) -> Value {
        let answer = self.try_call(session, method, params).await;
        assert_eq!(answer["error"], Value::Null, "{method}");
        answer["result"].clone()
    }

    /// The whole answer, whether it is one or an error.
    async fn try_call(&self, session: Option<&str>, method: &str, params: Value) -> Value {
        let id = self.count.fetch_add(1, Ordering::SeqCst) + 1;
        let (done, answer) = oneshot::channel();
        self.waiting.lock().await.insert(id, done);
        let mut message = json!({"id": id, "method": method, "params": params});
        if let Some(session) = session {
            message["sessionId"] = json!(session);
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.out.lock().await.write_all(&bytes).await.expect("the browser listens");
        let answer = tokio::time::timeout(PATIENCE, answer).await;
        answer.unwrap_or_else(|_| panic!("the browser did not answer {method}")).expect("the browser runs")
    }
}

impl Tab {
    async fn call(&self, method: &str, params: Value) -> Value {
        self.link.call(Some(&self.session), method, params).await
    }

    /// Opens an address and waits until it is loaded.
    pub async fn open(&mut self, url: &str) {
        while self.events.try_recv().is_ok() {}
        let gone = self.call("Page.navigate", json!({ "url": url })).await;
        assert_eq!(gone["errorText"], Value::Null, "{url}");
        self.loaded().await;
    }

    /// Waits until a page is loaded.
    pub async fn loaded(&mut self) {
        let loaded = async {
            while let Some(event) = self.events.recv().await {
                if event["method"] == "Page.loadEventFired" {
                    return;
                }
            }
        };
        tokio::time::timeout(PATIENCE, loaded).await.expect("a page is loaded");
    }

    /// The value of an expression on the page.
    pub async fn evaluate(&self, expression: &str) -> Value {
        let result = self
            .call("Runtime.evaluate", json!({"expression": expression, "returnByValue": true, "awaitPromise": true}))
            .await;
        assert_eq!(result["exceptionDetails"], Value::Null, "{expression}");
        result["result"]["value"].clone()
    }

    /// The frame on the page whose address begins so, if there is one.
    async fn frame(&self, begin: &str) -> Option<String> {
        let tree = self.call("Page.getFrameTree", json!({})).await;
        let mut waiting = vec![tree["frameTree"].clone()];
        while let Some(one) = waiting.pop() {
            let frame = &one["frame"];
            if frame["parentId"].is_string() && frame["url"].as_str().is_some_and(|url| url.starts_with(begin)) {
                return frame["id"].as_str().map(str::to_owned);
            }
            waiting.extend(one["childFrames"].as_array().into_iter().flatten().cloned());
        }
        None
    }

    /// The value of an expression in the frame whose address begins so; `null` where there is none. Its scripts and ours do
    /// not see each other.
    pub async fn evaluate_in(&self, frame: &str, expression: &str) -> Value {
        let Some(id) = self.frame(frame).await else { return Value::Null };
        let session = Some(self.session.as_str());
        let place = json!({ "frameId": id, "worldName": "tests" });
        let world = self.link.try_call(session, "Page.createIsolatedWorld", place).await;
        let asked = json!({
            "expression": expression, "contextId": world["result"]["executionContextId"], "returnByValue": true, "awaitPromise": true,
        });
        // A frame that has moved on meanwhile says nothing.
        let answer = self.link.try_call(session, "Runtime.evaluate", asked).await;
        let result = &answer["result"];
        assert_eq!(result["exceptionDetails"], Value::Null, "{expression}");
        result["result"]["value"].clone()
    }

    /// Looks at an expression in a frame until it holds, and gives its value.
    ///
    /// # Panics
    /// When it does not come true for a minute.
    pub async fn until_in(&self, frame: &str, expression: &str) -> Value {
        let start = tokio::time::Instant::now();
        loop {
            let value = self.evaluate_in(frame, expression).await;
            if !matches!(value, Value::Null | Value::Bool(false)) && value != 0 && value != "" {
                return value;
            }
            let shown = self.evaluate_in(frame, "document.body?.innerText").await;
            assert!(start.elapsed() < PATIENCE, "{expression} stays {value} in {frame}: {shown}");
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// The same as [`Tab::barriers`] in a frame.
    pub async fn barriers_in(&self, frame: &str) -> Vec<String> {
        listed(&self.evaluate_in(frame, &format!("{AXE}; {BARRIERS}")).await)
    }

    /// Presses a key, such as `Tab`, `Enter`, ` ` or `ArrowRight`.
    pub async fn press(&self, key: &str) {
        let (code, text, number) = match key {
            " " => ("Space", Some(" "), 32),
            "Enter" => ("Enter", Some("\r"), 13),
            "Tab" => ("Tab", None, 9),
            "ArrowLeft" => ("ArrowLeft", None, 37),
            "ArrowRight" => ("ArrowRight", None, 39),
            other => panic!("the key {other} is not known here"),
        };
        let mut down = json!({"type": "keyDown", "key": key, "code": code, "windowsVirtualKeyCode": number});
        if let Some(text) = text {
            down["text"] = json!(text);
        }
        self.call("Input.dispatchKeyEvent", down).await;
        self.call(
            "Input.dispatchKeyEvent",
            json!({"type": "keyUp", "key": key, "code": code, "windowsVirtualKeyCode": number}),
        )
        .await;
    }

    /// Clicks with the mouse in the middle of what a selector finds, as a hand does: the page gets events it may trust.
    ///
    /// # Panics
    /// When there is nothing to click.
    pub async fn click(&self, selector: &str) {
        let place = format!(
            "(() => {{ const found = document.querySelector({}); found.scrollIntoView({{block: 'center'}}); const box = found.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; }})()",
            Value::from(selector)
        );
        let place = self.evaluate(&place).await;
        for what in ["mousePressed", "mouseReleased"] {
            let event = json!({"type": what, "x": place[0], "y": place[1], "button": "left", "clickCount": 1});
            self.call("Input.dispatchMouseEvent", event).await;
        }
    }

    /// Types a text where the cursor is.
    pub async fn write(&self, text: &str) {
        self.call("Input.insertText", json!({ "text": text })).await;
    }

    /// Looks at an expression on the page until it holds, and gives its value.
    ///
    /// # Panics
    /// When it does not come true for a minute; says what the page shows instead.
    pub async fn until(&self, expression: &str) -> Value {
        let holds = |value: &Value| !matches!(value, Value::Null | Value::Bool(false)) && *value != 0 && *value != "";
        let start = tokio::time::Instant::now();
        loop {
            let value = self.evaluate(expression).await;
            if holds(&value) {
                return value;
            }
            if start.elapsed() > PATIENCE {
                let shown = self.evaluate("location.href + '\\n' + document.body.innerText").await;
                panic!("{expression} stays {value}; the page is {}", shown.as_str().unwrap_or_default());
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Runs a script in every page that is opened from now on, before the page's own.
    pub async fn before(&self, script: &str) {
        self.call("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await;
    }

    /// Makes the window so wide and high, and the person one who likes it `light` or `dark`.
    pub async fn look(&self, (width, height): (u32, u32), scheme: &str) {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.call("Emulation.setDeviceMetricsOverride", size).await;
        let likes = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.call("Emulation.setEmulatedMedia", json!({ "features": likes })).await;
    }

    /// Makes the person one who likes it light or dark, and without movement.
    pub async fn calm(&self, scheme: &str) {
        let likes = json!([
            {"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"},
        ]);
        self.call("Emulation.setEmulatedMedia", json!({ "features": likes })).await;
    }

    /// What breaks the Web Content Accessibility Guidelines 2.2, levels A and AA, on the page as it is now.
    pub async fn barriers(&self) -> Vec<String> {
        if self.evaluate("typeof window.axe").await == "undefined" {
            self.evaluate(&format!("{AXE}; 0")).await;
        }
        listed(&self.evaluate(BARRIERS).await)
    }

    /// Takes the network away, or gives it back.
    pub async fn offline(&self, offline: bool) {
        self.call("Network.enable", json!({})).await;
        let none = json!({"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
        self.call("Network.emulateNetworkConditions", none).await;
    }

    /// Lets pages run their scripts, or not.
    pub async fn scripts(&self, run: bool) {
        self.call("Emulation.setScriptExecutionDisabled", json!({ "value": !run })).await;
    }

    /// Makes the page as wide as a phone.
    pub async fn phone(&self) {
        self.narrow(360).await;
    }

    /// Makes the page as wide as a phone with so many pixels.
    pub async fn narrow(&self, width: u32) {
        self.call(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": width, "height": 740, "deviceScaleFactor": 2, "mobile": true}),
        )
        .await;
    }

    /// A picture of the page, as PNG in base64.
    pub async fn picture(&self) -> String {
        let picture = self.call("Page.captureScreenshot", json!({"format": "png"})).await;
        picture["data"].as_str().expect("a picture").to_owned()
    }
}

fn listed(found: &Value) -> Vec<String> {
    let found = found.as_array().expect("a list").iter();
    found.map(|one| one.as_str().unwrap_or_default().to_owned()).collect()
}
