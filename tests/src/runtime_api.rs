//! A small Lambda Runtime API: runs a function's real program, hands it events and takes its answers.

use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path as Segment, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, Command};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;

/// How long anything may take here before a test fails: programs are unoptimised and machines are busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// The answer of a function, or the error it reported.
pub type Outcome = Result<Value, Value>;

/// A function's program behind a Runtime API of its own.
pub struct Lambda {
    child: Child,
    api: Arc<Api>,
    server: JoinHandle<()>,
}

#[derive(Default)]
struct Api {
    waiting: Mutex<VecDeque<(String, Vec<u8>)>>,
    running: Mutex<HashMap<String, oneshot::Sender<Outcome>>>,
    called: Notify,
    ready: Mutex<Option<Instant>>,
    init_error: Mutex<Option<Value>>,
    count: std::sync::atomic::AtomicU64,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Lambda {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Lambda {
    /// Starts a program with these settings and nothing else in its environment.
    pub async fn start(program: &Path, settings: &[(String, String)]) -> Self {
        let api = Arc::new(Api::default());
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let address = listener.local_addr().expect("the port has a number").to_string();
        let app = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(response))
            .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
            .route("/2018-06-01/runtime/init/error", post(init_error))
            .layer(axum::extract::DefaultBodyLimit::disable())
            .with_state(api.clone());
        let server = tokio::spawn(async move { axum::serve(listener, app).await.expect("the Runtime API is served") });
        let name = program.file_name().and_then(|name| name.to_str()).unwrap_or("function").to_owned();
        let child = Command::new(program)
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", address)
            .env("AWS_LAMBDA_FUNCTION_NAME", name)
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .env("AWS_LAMBDA_LOG_GROUP_NAME", "npsloop")
            .env("AWS_LAMBDA_LOG_STREAM_NAME", "test")
            .envs(settings.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        Self { child, api, server }
    }

    /// Hands it an event and waits for what it makes of it.
    ///
    /// # Panics
    /// When the program ends or says nothing.
    pub async fn invoke(&mut self, event: &Value) -> Outcome {
        self.invoke_raw(event.to_string().into_bytes()).await
    }

    /// The same with bytes that need not be JSON.
    ///
    /// # Panics
    /// When the program ends or says nothing.
    pub async fn invoke_raw(&mut self, event: Vec<u8>) -> Outcome {
        let nth = self.api.count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let id = format!("8476a536-e9f4-11e8-9739-{nth:012x}");
        let (done, outcome) = oneshot::channel();
        lock(&self.api.running).insert(id.clone(), done);
        lock(&self.api.waiting).push_back((id, event));
        self.api.called.notify_one();
        tokio::select! {
            outcome = outcome => outcome.expect("the Runtime API is served"),
            status = self.child.wait() => {
                let said = self.said().await;
                panic!("the program ended ({status:?}) and never answered: {said}")
            }
            () = tokio::time::sleep(PATIENCE) => panic!("the program did not answer within {PATIENCE:?}"),
        }
    }

    /// When the program had started and asked for its first event, if it has.
    #[must_use]
    pub fn ready(&self) -> Option<Instant> {
        *lock(&self.api.ready)
    }

    /// Waits until the program ends by itself, and tells what it said: standard output, standard error and what it
    /// reported to the Runtime API.
    ///
    /// # Panics
    /// When it does not end.
    pub async fn ended(&mut self) -> (ExitStatus, String) {
        let status = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        let status = status.expect("a program that cannot start ends").expect("it can be waited for");
        let mut said = self.said().await;
        if let Some(error) = lock(&self.api.init_error).take() {
            said.push_str(&error.to_string());
        }
        (status, said)
    }

    /// Ends the program and tells what it logged.
    pub async fn stop(mut self) -> String {
        self.child.kill().await.expect("it can be ended");
        self.said().await
    }

    async fn said(&mut self) -> String {
        let mut said = String::new();
        if let Some(mut stdout) = self.child.stdout.take() {
            stdout.read_to_string(&mut said).await.expect("logs are text");
        }
        if let Some(mut stderr) = self.child.stderr.take() {
            stderr.read_to_string(&mut said).await.expect("complaints are text");
        }
        said
    }
}

async fn next(State(api): State<Arc<Api>>) -> Response {
    lock(&api.ready).get_or_insert_with(Instant::now);
    loop {
        let called = api.called.notified();
        let event = lock(&api.waiting).pop_front();
        if let Some((id, event)) = event {
            let deadline = host::Clock::System.now().after(PATIENCE).as_millis().to_string();
            let headers = [
                ("lambda-runtime-aws-request-id", id),
                ("lambda-runtime-deadline-ms", deadline),
                (
                    "lambda-runtime-invoked-function-arn",
                    "arn:aws:lambda:us-east-1:000000000000:function:test".to_owned(),
                ),
                (
                    "lambda-runtime-trace-id",
                    "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1".to_owned(),
                ),
                ("content-type", "application/json".to_owned()),
            ];
            return (headers, event).into_response();
        }
        called.await;
    }
}

async fn response(State(api): State<Arc<Api>>, Segment(id): Segment<String>, body: Bytes) -> StatusCode {
    finish(&api, &id, Ok(parsed(&body)))
}

async fn error(State(api): State<Arc<Api>>, Segment(id): Segment<String>, body: Bytes) -> StatusCode {
    finish(&api, &id, Err(parsed(&body)))
}

async fn init_error(State(api): State<Arc<Api>>, body: Bytes) -> StatusCode {
    *lock(&api.init_error) = Some(parsed(&body));
    StatusCode::ACCEPTED
}

fn parsed(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_else(|_| Value::String(String::from_utf8_lossy(body).into_owned()))
}

fn finish(api: &Api, id: &str, outcome: Outcome) -> StatusCode {
    match lock(&api.running).remove(id) {
        // Nobody waits any more once a test has failed.
        Some(waiting) => {
            if waiting.send(outcome).is_ok() {
                StatusCode::ACCEPTED
            } else {
                StatusCode::GONE
            }
        }
        None => StatusCode::BAD_REQUEST,
    }
}

/// A request as the HTTP API hands it to a function.
#[must_use]
pub fn http_event(method: &str, path: &str, headers: &[(&str, &str)], body: Option<&str>) -> Value {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let headers: HashMap<&str, &str> =
        [("host", "abc123.execute-api.us-east-1.amazonaws.com"), ("x-forwarded-proto", "https")]
            .into_iter()
            .chain(headers.iter().copied())
            .collect();
    let mut event = json!({
        "version": "2.0",
        "routeKey": format!("{method} {path}"),
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "abc123",
            "domainName": "abc123.execute-api.us-east-1.amazonaws.com",
            "domainPrefix": "abc123",
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "a test"},
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": format!("{method} {path}"),
            "stage": "$default",
            "time": "15/Mar/2027:10:00:00 +0000",
            "timeEpoch": 1_805_104_800_000_u64,
        },
        "isBase64Encoded": false,
    });
    if let Some(body) = body {
        event["body"] = json!(body);
    }
    event
}
