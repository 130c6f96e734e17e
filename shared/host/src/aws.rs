//! How functions reach AWS: credentials and region as Lambda gives them, and an endpoint for each service
//! that only the local host sets. Without the configuration crate of the SDK, whose profiles, files and
//! metadata services no Lambda needs.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
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
        let token =
            reader.optional("AWS_SESSION_TOKEN", "the role's token", None, |value| Some(Some(value.to_owned())))?;
        let credentials = Credentials::new(id?, secret?, token, None, "environment");
        Some(Self { region: region?, credentials })
    }
}

/// The authorities that AWS's own certificates come from: Amazon Root CA 1 to 4 and Starfield Services Root CA G2
/// (<https://www.amazontrust.com/repository/>), good until 2037. Reading and checking every authority of the
/// machine instead takes longer than all the rest of a start.
const ROOTS: &[u8] = include_bytes!("roots.pem");

fn https() -> Option<SharedHttpClient> {
    let trust = TrustStore::empty().with_pem_certificate(ROOTS);
    // Nothing is checked here, so nothing fails; without it the SDK would ask the machine.
    let context = TlsContext::builder().with_trust_store(trust).build().ok()?;
    let rustls = Provider::Rustls(CryptoMode::AwsLc);
    Some(Builder::new().tls_provider(rustls).tls_context(context).build_https())
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
    builder.set_http_client(https());
    builder.set_endpoint_url(endpoint.map(ToOwned::to_owned));
    Ok(builder.build())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env() -> Env {
        Env::from([("AWS_REGION", "eu-central-1"), ("AWS_ACCESS_KEY_ID", "id"), ("AWS_SECRET_ACCESS_KEY", "secret")])
    }

    #[test]
    fn each_service_has_an_endpoint_of_its_own() {
        let local = env().with("AWS_ENDPOINT_URL", "http://all").with("AWS_ENDPOINT_URL_SQS", "http://queues");
        let endpoint = |env: &Env, service| config(env, service).unwrap().endpoint_url().map(ToOwned::to_owned);
        assert_eq!(endpoint(&local, Service::Sqs).as_deref(), Some("http://queues"));
        assert_eq!(endpoint(&local, Service::SesV2).as_deref(), Some("http://all"));
        assert_eq!(endpoint(&env(), Service::DynamoDb), None);
    }

    /// A certificate that cannot be read would be dropped when the first connection is made.
    #[test]
    fn all_five_authorities_are_there() {
        let pem = std::str::from_utf8(ROOTS).unwrap();
        let certificates =
            pem.split("-----END CERTIFICATE-----").filter(|part| part.contains("-----BEGIN CERTIFICATE-----"));
        assert_eq!(certificates.count(), 5);
    }
}
