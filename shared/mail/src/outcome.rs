//! What became of something that was handed to AWS, whichever service took it.

use std::error::Error as StdError;

use aws_sdk_sesv2::config::http::HttpResponse;
use aws_sdk_sesv2::error::SdkError;

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

/// What became of a mail or a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// AWS took it.
    Sent {
        /// The id it was given.
        message_id: String,
    },
    /// AWS surely did not take it, and the message is not to blame: release the claim and try again later.
    NotSent(NotSent),
    /// AWS will never take this one: the step has failed.
    Refused(Refusal),
    /// Nobody can know: keep the claim and wait for its events.
    Unknown(Doubt),
}

/// Why something was not sent this time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSent {
    /// Over the rate or the daily quota.
    #[error("aws asks for less: the sending rate or the daily quota is used up")]
    Throttled,
    /// The account or the configuration set may not send at the moment.
    #[error("sending is paused or suspended for this account: see the console")]
    Paused,
    /// No connection came about, so nothing was written.
    #[error("aws could not be reached")]
    Unreachable,
    /// The caller's credentials or permissions.
    #[error("aws refused the caller: check the function's credentials, its policy and the senders in it")]
    Denied,
    /// The configuration set or the endpoint is missing, or the request could not be built.
    #[error(
        "aws does not know the configuration set, the sender or the request: check the deployment and the campaign"
    )]
    Misconfigured,
    /// Texts of this month have cost what the account may spend on them.
    #[error(
        "the account has spent on texts what it may spend this month: raise the spend limit of aws end user messaging"
    )]
    Spent,
}

/// Why something will never be sent.
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
    /// The number said STOP to whoever sends.
    #[error("the number has opted out of texts from this sender")]
    OptedOut,
    /// The number is none that can get a text.
    #[error("no text can be sent to this number")]
    Number,
    /// Its country is blocked, or this sender may not send there.
    #[error("texts to the country of this number are blocked, or this sender may not send there")]
    Country,
    /// The account is in the sandbox.
    #[error(
        "the account is in the sms sandbox of aws end user messaging, which reaches verified numbers only: \
         ask for production access"
    )]
    Sandbox,
    /// It would cost more than a text may.
    #[error("this text would cost more than SmsMaxPrice")]
    Price,
}

impl Refusal {
    /// A short stable word for logs and timelines.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unverified => "unverified",
            Self::Rejected => "rejected",
            Self::MailFromDomain => "mail_from_domain",
            Self::BadRequest => "bad_request",
            Self::OptedOut => "opted_out",
            Self::Number => "number",
            Self::Country => "country",
            Self::Sandbox => "sandbox",
            Self::Price => "price",
        }
    }
}

/// Why nobody knows whether something was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// No answer in time.
    #[error("aws did not answer in time")]
    TimedOut,
    /// The connection broke after it was made.
    #[error("the connection to aws broke before its answer came")]
    Broken,
    /// AWS had a fault of its own.
    #[error("aws answered with status {0}")]
    ServerFault(u16),
    /// An answer that says nothing.
    #[error("the answer of aws could not be read")]
    Unreadable,
}

/// Sorts a failed attempt; `answered` sorts what came with an answer.
pub(crate) fn sorted<E: StdError + 'static>(
    error: &SdkError<E, HttpResponse>,
    answered: fn(u16, Option<&E>) -> Outcome,
) -> Outcome {
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

/// What a status says by itself, if it is decisive.
pub(crate) fn by_status(status: u16) -> Option<Outcome> {
    if status == 429 {
        return Some(Outcome::NotSent(NotSent::Throttled));
    }
    if status >= 500 {
        return Some(Outcome::Unknown(Doubt::ServerFault(status)));
    }
    let is_refusal = (400..500).contains(&status) && status != 408;
    (!is_refusal).then_some(Outcome::Unknown(Doubt::Unreadable))
}

/// What a refusal says by the code that AWS gives it, whatever the operation.
pub(crate) fn by_code(status: u16, code: Option<&str>) -> Outcome {
    match code {
        Some(code) if THROTTLED.contains(&code) => Outcome::NotSent(NotSent::Throttled),
        Some(code) if DENIED.contains(&code) => Outcome::NotSent(NotSent::Denied),
        _ => match status {
            400 | 413 | 422 => Outcome::Refused(Refusal::BadRequest),
            401 | 403 => Outcome::NotSent(NotSent::Denied),
            _ => Outcome::NotSent(NotSent::Misconfigured),
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
