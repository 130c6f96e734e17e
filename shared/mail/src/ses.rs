//! Handing one mail to SES, and saying what became of it.
//!
//! SES has no idempotency token, so a second attempt may be a second mail. This client therefore makes one attempt
//! and sorts every end of it into [`Outcome`]: what is surely not sent may be tried again, what is refused for good
//! must not be, and what nobody can know waits for its *Send* event.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::config::http::HttpResponse;
use aws_sdk_sesv2::config::retry::RetryConfig;
use aws_sdk_sesv2::config::timeout::TimeoutConfig;
use aws_sdk_sesv2::config::{BehaviorVersion, Builder};
use aws_sdk_sesv2::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sesv2::operation::send_email::SendEmailError;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message, MessageHeader, MessageTag};
use aws_types::SdkConfig;

use letters::Composed;
use crate::mailbox::Mailbox;

/// Long enough for a TLS handshake on a small function.
const CONNECT: Duration = Duration::from_secs(3);
/// SES answers in well under a second; a mail that takes longer than this has an unknown end.
const ATTEMPT: Duration = Duration::from_secs(10);

/// What the start of a refusal says while SES has not verified one of the addresses.
const UNVERIFIED: &str = "Email address is not verified";

/// Error codes of AWS that mean "slow down", whatever the operation.
const THROTTLED: [&str; 6] = [
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "TooManyRequests",
    "TooManyRequestsException",
    "RequestThrottled",
];

/// Error codes of AWS that reject the caller rather than the mail.
const DENIED: [&str; 13] = [
    "AccessDenied",
    "AccessDeniedException",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "NotAuthorized",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
];

/// Sends mail through SES v2, one attempt each.
#[derive(Clone)]
pub struct Mailer {
    client: Client,
    configuration_set: Option<String>,
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailer").field("configuration_set", &self.configuration_set).finish_non_exhaustive()
    }
}

/// Who gets a letter from whom, and the tags that SES's events bring back.
#[derive(Clone, Copy)]
pub struct Envelope<'a> {
    /// The sender.
    pub from: Mailbox<'a>,
    /// The contact's bare address.
    pub to: &'a str,
    /// Where an answer by mail goes, if not to the sender.
    pub reply_to: Option<&'a str>,
    /// What comes back with every event of SES, by name; values of letters, digits, `-` and `_`.
    pub tags: &'a [(&'a str, &'a str)],
}

impl fmt::Debug for Envelope<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope").field("tags", &self.tags).finish_non_exhaustive()
    }
}

/// What became of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// SES took it.
    Sent {
        /// SES's id of the mail.
        message_id: String,
    },
    /// SES surely did not take it, and the mail is not to blame: release the claim and try again later.
    NotSent(NotSent),
    /// SES will never take this mail: the step has failed.
    Refused(Refusal),
    /// Nobody can know: keep the claim and wait for the Send event.
    Unknown(Doubt),
}

/// Why a mail was not sent this time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSent {
    /// Over the rate or the daily quota.
    #[error("ses asks for fewer mails: the sending rate or the daily quota is used up")]
    Throttled,
    /// The account or the configuration set may not send at the moment.
    #[error("sending is paused or suspended for this account: see the ses console")]
    Paused,
    /// No connection came about, so nothing was written.
    #[error("ses could not be reached")]
    Unreachable,
    /// The caller's credentials or permissions.
    #[error("ses refused the caller: check the function's credentials, its policy and the sender's address in it")]
    Denied,
    /// The configuration set or the endpoint is missing, or the request could not be built.
    #[error("ses does not know the configuration set or the request: check the deployment")]
    Misconfigured,
}

/// Why a mail will never be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The account is in the sandbox, or the sender is not verified.
    #[error(
        "ses has not verified an address of this mail: new accounts are in the ses sandbox and reach verified addresses only; \
         verify the sender and ask for production access"
    )]
    Unverified,
    /// The content was rejected.
    #[error("ses rejected the mail")]
    Rejected,
    /// The domain in MAIL FROM.
    #[error("the sender's mail-from domain is not verified with ses")]
    MailFromDomain,
    /// The request itself: an address SES cannot read, a header it does not allow.
    #[error("ses calls the mail a bad request")]
    BadRequest,
}

impl Refusal {
    /// A short stable word for logs and timelines.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unverified => "unverified",
            Self::Rejected => "rejected",
            Self::MailFromDomain => "mail_from_domain",
            Self::BadRequest => "bad_request",
        }
    }
}

/// Why nobody knows whether a mail was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// No answer in time.
    #[error("ses did not answer in time")]
    TimedOut,
    /// The connection broke after it was made.
    #[error("the connection to ses broke before its answer came")]
    Broken,
    /// SES had a fault of its own.
    #[error("ses answered with status {0}")]
    ServerFault(u16),
    /// An answer that says nothing.
    #[error("the answer of ses could not be read")]
    Unreadable,
}

impl Mailer {
    /// A mailer on `config`, whose retries and time-outs it replaces with its own.
    pub fn new(config: &SdkConfig, configuration_set: Option<String>) -> Self {
        Self::with_limits(config, configuration_set, CONNECT, ATTEMPT)
    }

    fn with_limits(
        config: &SdkConfig,
        configuration_set: Option<String>,
        connect: Duration,
        attempt: Duration,
    ) -> Self {
        let mut settings = Builder::from(config)
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::builder().connect_timeout(connect).operation_timeout(attempt).build());
        if config.behavior_version().is_none() {
            settings = settings.behavior_version(BehaviorVersion::latest());
        }
        Self { client: Client::from_conf(settings.build()), configuration_set }
    }

    /// Hands one letter to SES, once.
    pub async fn send(&self, envelope: &Envelope<'_>, letter: &Composed) -> Outcome {
        let Some((content, tags)) = content(envelope, letter) else {
            return Outcome::NotSent(NotSent::Misconfigured);
        };
        let answer = self
            .client
            .send_email()
            .from_email_address(envelope.from.field())
            .destination(Destination::builder().to_addresses(envelope.to).build())
            .set_reply_to_addresses(envelope.reply_to.map(|address| vec![address.to_owned()]))
            .content(content)
            .set_email_tags(Some(tags))
            .set_configuration_set_name(self.configuration_set.clone())
            .send()
            .await;
        match answer {
            Ok(sent) => match sent.message_id {
                Some(message_id) if !message_id.is_empty() => Outcome::Sent { message_id },
                // Every answer of SES has an id; one without may come from something in between.
                _ => Outcome::Unknown(Doubt::Unreadable),
            },
            Err(error) => sorted(&error),
        }
    }
}

/// The mail in SES's terms; `None` only if a field that is always given is missing.
fn content(envelope: &Envelope<'_>, letter: &Composed) -> Option<(EmailContent, Vec<MessageTag>)> {
    let utf8 = |data: &str| Content::builder().data(data).charset("UTF-8").build().ok();
    let body = Body::builder().html(utf8(&letter.html)?).text(utf8(&letter.text)?).build();
    let mut headers = Vec::new();
    for (name, value) in &letter.headers {
        headers.push(MessageHeader::builder().name(*name).value(value).build().ok()?);
    }
    let mut tags = Vec::new();
    for (name, value) in envelope.tags {
        tags.push(MessageTag::builder().name(*name).value(*value).build().ok()?);
    }
    let message = Message::builder().subject(utf8(&letter.subject)?).body(body).set_headers(Some(headers)).build();
    Some((EmailContent::builder().simple(message).build(), tags))
}

/// Sorts a failed attempt.
fn sorted(error: &SdkError<SendEmailError, HttpResponse>) -> Outcome {
    match error {
        SdkError::ConstructionFailure(_) => Outcome::NotSent(NotSent::Misconfigured),
        SdkError::ServiceError(refused) => answered(refused.raw().status().as_u16(), Some(refused.err())),
        SdkError::ResponseError(unread) => answered(unread.raw().status().as_u16(), None),
        SdkError::TimeoutError(_) if !never_connected(error) => Outcome::Unknown(Doubt::TimedOut),
        SdkError::DispatchFailure(failure) if !never_connected(error) => {
            if failure.is_timeout() {
                Outcome::Unknown(Doubt::TimedOut)
            } else if failure.is_user() {
                Outcome::NotSent(NotSent::Misconfigured)
            } else {
                Outcome::Unknown(Doubt::Broken)
            }
        }
        _ if never_connected(error) => Outcome::NotSent(NotSent::Unreachable),
        _ => Outcome::Unknown(Doubt::Broken),
    }
}

/// Sorts an answer that is not a success: by status where the status is decisive, then by what SES calls it.
fn answered(status: u16, error: Option<&SendEmailError>) -> Outcome {
    if status == 429 {
        return Outcome::NotSent(NotSent::Throttled);
    }
    if status >= 500 {
        return Outcome::Unknown(Doubt::ServerFault(status));
    }
    if !(400..500).contains(&status) || status == 408 {
        return Outcome::Unknown(Doubt::Unreadable);
    }
    match error {
        Some(SendEmailError::TooManyRequestsException(_) | SendEmailError::LimitExceededException(_)) => {
            Outcome::NotSent(NotSent::Throttled)
        }
        Some(SendEmailError::SendingPausedException(_) | SendEmailError::AccountSuspendedException(_)) => {
            Outcome::NotSent(NotSent::Paused)
        }
        Some(SendEmailError::NotFoundException(_)) => Outcome::NotSent(NotSent::Misconfigured),
        Some(SendEmailError::MailFromDomainNotVerifiedException(_)) => Outcome::Refused(Refusal::MailFromDomain),
        Some(SendEmailError::MessageRejected(rejected)) => {
            let unverified = rejected.message().is_some_and(|text| text.starts_with(UNVERIFIED));
            Outcome::Refused(if unverified { Refusal::Unverified } else { Refusal::Rejected })
        }
        Some(SendEmailError::BadRequestException(_)) => Outcome::Refused(Refusal::BadRequest),
        other => match other.and_then(|error| error.code()) {
            Some(code) if THROTTLED.contains(&code) => Outcome::NotSent(NotSent::Throttled),
            Some(code) if DENIED.contains(&code) => Outcome::NotSent(NotSent::Denied),
            _ => match status {
                400 | 413 | 422 => Outcome::Refused(Refusal::BadRequest),
                401 | 403 => Outcome::NotSent(NotSent::Denied),
                _ => Outcome::NotSent(NotSent::Misconfigured),
            },
        },
    }
}

/// Whether the attempt ended before there was a connection, so that SES cannot have the mail.
///
/// The SDK's errors do not tell; the HTTP client below it does, and so does the operating system's "refused".
fn never_connected(error: &(dyn StdError + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(client) = error.downcast_ref::<hyper_util::client::legacy::Error>()
            && client.is_connect()
        {
            return true;
        }
        if let Some(io) = error.downcast_ref::<std::io::Error>()
            && io.kind() == std::io::ErrorKind::ConnectionRefused
        {
            return true;
        }
        next = error.source();
    }
    false
}

#[cfg(test)]
mod tests;
