//! Handing one mail to SES, and saying what became of it.
//!
//! SES has no idempotency token, so a second attempt may be a second mail. This client therefore makes one attempt
//! and sorts every end of it into [`Outcome`]: what is surely not sent may be tried again, what is refused for good
//! must not be, and what nobody can know waits for its *Send* event.

use std::fmt;
use std::time::Duration;

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::config::retry::RetryConfig;
use aws_sdk_sesv2::config::timeout::TimeoutConfig;
use aws_sdk_sesv2::config::{BehaviorVersion, Builder};
use aws_sdk_sesv2::error::ProvideErrorMetadata;
use aws_sdk_sesv2::operation::send_email::SendEmailError;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message, MessageHeader, MessageTag};
use aws_types::SdkConfig;

use crate::mailbox::Mailbox;
use crate::outcome::{self, Doubt, NotSent, Outcome, Refusal};
use letters::Composed;

/// Long enough for a TLS handshake on a small function.
const CONNECT: Duration = Duration::from_secs(3);
/// SES answers in well under a second; a mail that takes longer than this has an unknown end.
const ATTEMPT: Duration = Duration::from_secs(10);

/// What the start of a refusal says while SES has not verified one of the addresses.
const UNVERIFIED: &str = "Email address is not verified";

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
            Err(error) => outcome::sorted(&error, answered),
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

/// Sorts an answer that is not a success: by status where the status is decisive, then by what SES calls it.
fn answered(status: u16, error: Option<&SendEmailError>) -> Outcome {
    if let Some(outcome) = outcome::by_status(status) {
        return outcome;
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
        other => outcome::by_code(status, other.and_then(ProvideErrorMetadata::code)),
    }
}

#[cfg(test)]
mod tests;
