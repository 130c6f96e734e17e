//! How functions reach AWS: credentials and region as Lambda gives them, and an endpoint for each service
//! that only the local host sets. Without the configuration crate of the SDK, whose profiles, files and
//! metadata services no Lambda needs.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;

use crate::settings::{Env, Reader, Settings, Wrong};

/// A service functions talk to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// The tables.
    DynamoDb,
    /// Mail.
    SesV2,
    /// Queues.
    Sqs,
    /// One-time schedules.
    Scheduler,
}

impl Service {
    const fn endpoint(self) -> &'static str {
        match self {
            Self::DynamoDb => "AWS_ENDPOINT_URL_DYNAMODB",
            Self::SesV2 => "AWS_ENDPOINT_URL_SESV2",
            Self::Sqs => "AWS_ENDPOINT_URL_SQS",
            Self::Scheduler => "AWS_ENDPOINT_URL_SCHEDULER",
        }
    }
}

struct Reach {
    region: String,
    credentials: Credentials,
}

impl Settings for Reach {
    const NAMES: &'static [&'static str] =
        &["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let region = reader.text("AWS_REGION", "the region, as Lambda sets it");
        let id = reader.text("AWS_ACCESS_KEY_ID", "the role's key, as Lambda sets it");
        let secret = reader.text("AWS_SECRET_ACCESS_KEY", "the role's secret, as Lambda sets it");
        let token = reader.optional("AWS_SESSION_TOKEN", "the role's token", None, |value| Some(Some(value.to_owned())))?;
        let credentials = Credentials::new(id?, secret?, token, None, "environment");
        Some(Self { region: region?, credentials })
    }
}

/// The configuration to make a client of that service from.
///
/// # Errors
/// When region or credentials are missing.
pub fn config(env: &Env, service: Service) -> Result<SdkConfig, Wrong> {
    let reach: Reach = env.read()?;
    let endpoint = env.get(service.endpoint()).or(env.get("AWS_ENDPOINT_URL"));
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(3))
        .operation_attempt_timeout(Duration::from_secs(8))
        .operation_timeout(Duration::from_secs(20))
        .build();
    let mut builder = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(reach.region))
        .credentials_provider(SharedCredentialsProvider::new(reach.credentials))
        .retry_config(RetryConfig::standard().with_max_attempts(4).with_initial_backoff(Duration::from_millis(50)))
        .timeout_config(timeouts);
    builder.set_endpoint_url(endpoint.map(ToOwned::to_owned));
    Ok(builder.build())
}
