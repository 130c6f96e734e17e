//! Handing one text to AWS End User Messaging, and saying what became of it.
//!
//! Like SES it has no idempotency token: one attempt, and every end of it sorted into [`Outcome`]. What a mail carries as tags
//! a text carries as its context, which comes back with every event.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use aws_sdk_pinpointsmsvoicev2::Client;
use aws_sdk_pinpointsmsvoicev2::config::retry::RetryConfig;
use aws_sdk_pinpointsmsvoicev2::config::timeout::TimeoutConfig;
use aws_sdk_pinpointsmsvoicev2::config::{BehaviorVersion, Builder};
use aws_sdk_pinpointsmsvoicev2::error::ProvideErrorMetadata;
use aws_sdk_pinpointsmsvoicev2::operation::send_text_message::SendTextMessageError;
use aws_sdk_pinpointsmsvoicev2::types::error::{ConflictException, ValidationException};
use aws_sdk_pinpointsmsvoicev2::types::{
    ConflictExceptionReason, MessageType, ServiceQuotaExceededExceptionReason, ValidationExceptionReason,
};
use aws_types::SdkConfig;

use crate::outcome::{self, Doubt, NotSent, Outcome, Refusal};

/// Long enough for a TLS handshake on a small function.
const CONNECT: Duration = Duration::from_secs(3);

/// A text that takes longer than this has an unknown end.
const ATTEMPT: Duration = Duration::from_secs(10);

/// How long a carrier may try, in seconds: who switches the telephone on after a day is not asked by what is stale.
const LIVES: i32 = 86_400;

/// What texts are to carriers. A number is registered for one of the two, and sends nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Neither critical nor urgent, which a survey is not; kept from those who registered as not to be disturbed.
    #[default]
    Promotional,
    /// Part of a transaction that its reader is in.
    Transactional,
}

impl Kind {
    /// Reads a kind as AWS writes it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "PROMOTIONAL" => Some(Self::Promotional),
            "TRANSACTIONAL" => Some(Self::Transactional),
            _ => None,
        }
    }
}

/// What holds for every text of a company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The configuration set whose events come back.
    pub configuration_set: String,
    /// The most that one text may cost, in US dollars, as AWS reads it.
    pub max_price: String,
    /// What texts are to carriers.
    pub kind: Kind,
}

/// Sends texts, one attempt each. Its client is made by the first.
#[derive(Clone)]
pub struct Texter {
    inner: Arc<Inner>,
}

struct Inner {
    config: SdkConfig,
    timeouts: TimeoutConfig,
    terms: Terms,
    client: OnceLock<Client>,
}

impl fmt::Debug for Texter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Texter").field("terms", &self.inner.terms).finish_non_exhaustive()
    }
}

/// A text to somebody.
#[derive(Clone, Copy)]
pub struct Text<'a> {
    /// Who sends it.
    pub from: &'a str,
    /// The number with its country code, as `+4915112345678`.
    pub to: &'a str,
    /// What it says.
    pub body: &'a str,
    /// What comes back with every event, by name.
    pub tags: &'a [(&'a str, &'a str)],
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Numbers and links stay out of logs.
        f.debug_struct("Text").field("tags", &self.tags).finish_non_exhaustive()
    }
}

impl Texter {
    /// A texter on `config`, whose retries and time-outs it replaces with its own.
    #[must_use]
    pub fn new(config: &SdkConfig, terms: Terms) -> Self {
        Self::with_limits(config, terms, CONNECT, ATTEMPT)
    }

    fn with_limits(config: &SdkConfig, terms: Terms, connect: Duration, attempt: Duration) -> Self {
        let timeouts = TimeoutConfig::builder().connect_timeout(connect).operation_timeout(attempt).build();
        Self { inner: Arc::new(Inner { config: config.clone(), timeouts, terms, client: OnceLock::new() }) }
    }

    fn client(&self) -> &Client {
        self.inner.client.get_or_init(|| {
            let mut settings = Builder::from(&self.inner.config)
                .retry_config(RetryConfig::disabled())
                .timeout_config(self.inner.timeouts.clone());
            if self.inner.config.behavior_version().is_none() {
                settings = settings.behavior_version(BehaviorVersion::latest());
            }
            Client::from_conf(settings.build())
        })
    }

    /// Hands one text over, once.
    pub async fn send(&self, text: &Text<'_>) -> Outcome {
        let terms = &self.inner.terms;
        let context: HashMap<_, _> =
            text.tags.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let answer = self
            .client()
            .send_text_message()
            .destination_phone_number(text.to)
            .origination_identity(text.from)
            .message_body(text.body)
            .message_type(match terms.kind {
                Kind::Promotional => MessageType::Promotional,
                Kind::Transactional => MessageType::Transactional,
            })
            .configuration_set_name(&terms.configuration_set)
            .max_price(&terms.max_price)
            .time_to_live(LIVES)
            .set_context(Some(context))
            .send()
            .await;
        match answer {
            Ok(sent) => match sent.message_id {
                Some(message_id) if !message_id.is_empty() => Outcome::Sent { message_id },
                _ => Outcome::Unknown(Doubt::Unreadable),
            },
            Err(error) => outcome::sorted(&error, answered),
        }
    }
}

/// Sorts an answer that is not a success: by status where the status is decisive, then by the reason it gives.
fn answered(status: u16, error: Option<&SendTextMessageError>) -> Outcome {
    if let Some(outcome) = outcome::by_status(status) {
        return outcome;
    }
    match error {
        Some(SendTextMessageError::ConflictException(conflict)) => conflicting(conflict),
        Some(SendTextMessageError::ValidationException(wrong)) => invalid(wrong),
        Some(SendTextMessageError::ServiceQuotaExceededException(over)) => match over.reason {
            Some(ServiceQuotaExceededExceptionReason::MonthlySpendLimitReachedForText) => {
                Outcome::NotSent(NotSent::Spent)
            }
            _ => Outcome::NotSent(NotSent::Throttled),
        },
        Some(SendTextMessageError::ResourceNotFoundException(_)) => Outcome::NotSent(NotSent::Misconfigured),
        Some(SendTextMessageError::AccessDeniedException(_)) => Outcome::NotSent(NotSent::Denied),
        other => outcome::by_code(status, other.and_then(ProvideErrorMetadata::code)),
    }
}

/// What stands against this number, or against how things are set up.
fn conflicting(conflict: &ConflictException) -> Outcome {
    use ConflictExceptionReason as Reason;
    match &conflict.reason {
        Some(Reason::DestinationPhoneNumberOptedOut) => Outcome::Refused(Refusal::OptedOut),
        Some(Reason::DestinationPhoneNumberNotVerified) => Outcome::Refused(Refusal::Sandbox),
        Some(Reason::DestinationCountryBlockedByProtectConfiguration) => Outcome::Refused(Refusal::Country),
        Some(Reason::DestinationPhoneNumberBlockedByProtectNumberOverride) => Outcome::Refused(Refusal::Number),
        // A sender without a number, or registered for the other kind of texts: somebody can mend that.
        _ => Outcome::NotSent(NotSent::Misconfigured),
    }
}

/// What is wrong with the request.
fn invalid(wrong: &ValidationException) -> Outcome {
    use ValidationExceptionReason as Reason;
    let about_number = || {
        let mut fields = wrong.fields.iter().flatten();
        fields.any(|field| field.name.eq_ignore_ascii_case("DestinationPhoneNumber"))
    };
    match &wrong.reason {
        Some(
            Reason::CountryNotEnabled
            | Reason::CountryCodeMismatch
            | Reason::DestinationCountryBlocked
            | Reason::InternationalSendingNotSupported
            | Reason::InvalidIdentityForDestinationCountry
            | Reason::SenderIdNotSupported,
        ) => Outcome::Refused(Refusal::Country),
        Some(Reason::PriceOverThreshold) => Outcome::Refused(Refusal::Price),
        Some(
            Reason::InvalidArn
            | Reason::ResourceNotAccessible
            | Reason::SenderIdNotRegistered
            | Reason::SenderIdRequiresRegistration
            | Reason::ChannelNotEnabled,
        ) => Outcome::NotSent(NotSent::Misconfigured),
        _ if about_number() => Outcome::Refused(Refusal::Number),
        _ => Outcome::Refused(Refusal::BadRequest),
    }
}

#[cfg(test)]
mod tests;
