//! The wire between the functions and the cloud. A call does not go out by itself: it waits here, with the
//! task that made it parked, until somebody says what becomes of it.

use std::cell::Cell;
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use http::request::Parts;
use serde_json::{Value, json};
use tokio::sync::oneshot;

thread_local! {
    static CALLER: Cell<u64> = const { Cell::new(0) };
}

/// Does something, such as polling a task, in that task's name.
pub(crate) fn in_the_name_of<T>(task: u64, does: impl FnOnce() -> T) -> T {
    CALLER.with(|caller| caller.set(task));
    let done = does();
    CALLER.with(|caller| caller.set(0));
    done
}

/// What a call is answered with.
pub(crate) type Reply = Result<http::Response<Vec<u8>>, Broken>;

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    /// The connection was cut.
    Reset,
    /// Nothing came in time.
    TimedOut,
    /// There never was a connection.
    Refused,
}

/// The API operations the functions use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    DynamoDb,
    Sqs,
    Ses,
    Sms,
    Scheduler,
    Ssm,
    EventBridge,
}

/// A call that waits to go out.
pub(crate) struct Call {
    /// The task that made it.
    pub(crate) task: u64,
    pub(crate) service: Service,
    pub(crate) operation: String,
    pub(crate) parts: Parts,
    pub(crate) body: Value,
    reply: oneshot::Sender<Result<HttpResponse, ConnectorError>>,
}

impl Call {
    /// Whether its maker gave up on it.
    pub(crate) fn is_given_up(&self) -> bool {
        self.reply.is_closed()
    }

    /// Whether it writes to a contact, or to a colleague.
    pub(crate) fn is_written(&self) -> bool {
        matches!(self.service, Service::Ses | Service::Sms)
    }

    /// Whether it tells somebody outside.
    pub(crate) fn is_on_the_bus(&self) -> bool {
        self.service == Service::EventBridge
    }

    /// Answers it. The maker may be gone.
    pub(crate) fn answer(self, reply: Reply) -> bool {
        let reply = match reply {
            Ok(response) => Ok(to_sdk(response)),
            Err(Broken::Reset) => Err(ConnectorError::io(io(std::io::ErrorKind::ConnectionReset))),
            Err(Broken::TimedOut) => Err(ConnectorError::timeout(io(std::io::ErrorKind::TimedOut))),
            Err(Broken::Refused) => Err(ConnectorError::io(io(std::io::ErrorKind::ConnectionRefused))),
        };
        self.reply.send(reply).is_ok()
    }

    /// The refusal of a service that has too much to do.
    pub(crate) fn throttled(&self) -> http::Response<Vec<u8>> {
        match self.service {
            Service::DynamoDb => refusal(400, "ThrottlingException", "Throughput exceeds the current capacity", None),
            Service::Sqs | Service::Ssm | Service::EventBridge | Service::Sms => {
                refusal(400, "ThrottlingException", "Rate exceeded", None)
            }
            Service::Ses => refusal(429, "TooManyRequestsException", "Maximum sending rate exceeded.", None),
            Service::Scheduler => refusal(429, "ThrottlingException", "Rate exceeded", None),
        }
    }

    /// The refusal of a write that met another one on the same item.
    pub(crate) fn conflicted(&self) -> http::Response<Vec<u8>> {
        let Some(actions) = self.body["TransactItems"].as_array() else {
            return refusal(400, "TransactionConflictException", "Transaction is ongoing for the item", None);
        };
        let reasons: Vec<Value> = (0..actions.len())
            .map(|nth| match nth {
                0 => json!({"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}),
                _ => json!({"Code": "None"}),
            })
            .collect();
        let message =
            "Transaction cancelled, please refer cancellation reasons for specific reasons [TransactionConflict]";
        refusal(400, "TransactionCanceledException", message, Some(reasons))
    }

    /// Whether it may be refused because of another write.
    pub(crate) fn may_conflict(&self) -> bool {
        matches!(self.operation.as_str(), "TransactWriteItems" | "UpdateItem" | "PutItem" | "DeleteItem")
    }
}

/// A refusal as AWS words it.
pub(crate) fn refusal(status: u16, kind: &str, message: &str, reasons: Option<Vec<Value>>) -> http::Response<Vec<u8>> {
    let mut body = json!({"__type": kind, "message": message, "Message": message});
    if let Some(reasons) = reasons {
        body["CancellationReasons"] = json!(reasons);
    }
    http::Response::builder()
        .status(status)
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amzn-errortype", kind)
        .body(body.to_string().into_bytes())
        .expect("a refusal is a response")
}

fn io(kind: std::io::ErrorKind) -> Box<dyn std::error::Error + Send + Sync> {
    Box::new(std::io::Error::from(kind))
}

fn to_sdk(response: http::Response<Vec<u8>>) -> HttpResponse {
    let (parts, body) = response.into_parts();
    let status = parts.status.as_u16().try_into().expect("a status is a status");
    let mut sdk = HttpResponse::new(status, SdkBody::from(body));
    for (name, value) in &parts.headers {
        if let Ok(value) = value.to_str() {
            sdk.headers_mut().insert(name.as_str().to_owned(), value.to_owned());
        }
    }
    sdk
}

/// The wire; every clone is the same one.
#[derive(Clone, Default)]
pub(crate) struct Wire {
    waiting: Arc<Mutex<VecDeque<Call>>>,
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wire")
    }
}

impl Wire {
    /// Takes what was called since the last time.
    pub(crate) fn take(&self) -> Vec<Call> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).drain(..).collect()
    }
}

impl HttpClient for Wire {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Wire {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let mut parts = http::Request::builder().method(request.method()).uri(request.uri());
        for (name, value) in request.headers() {
            parts = parts.header(name, value);
        }
        let (parts, ()) = parts.body(()).expect("the SDK makes requests").into_parts();
        let body = request.body().bytes().unwrap_or_default();
        let body: Value = if body.is_empty() { Value::Null } else { serde_json::from_slice(body).expect("JSON") };
        let target = parts.headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
        let (service, operation) = match target.split_once('.') {
            Some(("DynamoDB_20120810", operation)) => (Service::DynamoDb, operation.to_owned()),
            Some(("AmazonSQS", operation)) => (Service::Sqs, operation.to_owned()),
            Some(("AmazonSSM", operation)) => (Service::Ssm, operation.to_owned()),
            Some(("PinpointSMSVoiceV2", operation)) => (Service::Sms, operation.to_owned()),
            Some(("AWSEvents", operation)) => (Service::EventBridge, operation.to_owned()),
            _ if parts.uri.path().starts_with("/schedules/") => (
                Service::Scheduler,
                format!("{}Schedule", if parts.method == http::Method::DELETE { "Delete" } else { "Create" }),
            ),
            _ => (Service::Ses, "SendEmail".to_owned()),
        };
        let (reply, answer) = oneshot::channel();
        let call = Call { task: CALLER.with(Cell::get), service, operation, parts, body, reply };
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push_back(call);
        HttpConnectorFuture::new(async move {
            answer.await.unwrap_or_else(|_| Err(ConnectorError::io(io(std::io::ErrorKind::ConnectionReset))))
        })
    }
}
