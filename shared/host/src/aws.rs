//! How functions reach AWS: credentials and region as Lambda gives them, one HTTPS client for all services, and
//! an endpoint for each service that only the local host sets. Without the configuration crate of the SDK, whose
//! profiles, files and metadata services no Lambda needs.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::{HttpClient, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
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
    /// Secrets.
    Ssm,
    /// The company's event bus.
    EventBridge,
    /// Text messages.
    Sms,
}

impl Service {
    const fn endpoint(self) -> &'static str {
        match self {
            Self::DynamoDb => "AWS_ENDPOINT_URL_DYNAMODB",
            Self::SesV2 => "AWS_ENDPOINT_URL_SESV2",
            Self::Sqs => "AWS_ENDPOINT_URL_SQS",
            Self::Scheduler => "AWS_ENDPOINT_URL_SCHEDULER",
            Self::Ssm => "AWS_ENDPOINT_URL_SSM",
            Self::EventBridge => "AWS_ENDPOINT_URL_EVENTBRIDGE",
            Self::Sms => "AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2",
        }
    }
}

struct Role {
    region: String,
    credentials: Credentials,
}

impl Settings for Role {
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
    let client = Builder::new().tls_provider(rustls).tls_context(context).build_https();
    Some(SharedHttpClient::new(Shared(client)))
}

/// The SDK's HTTPS client, which keeps a connector for each set of time-outs. By itself it also sets up TLS once for
/// every client that is made with it, and throws that away: a check of roots that are our own here, and too dear
/// for a start. So nobody is told to check.
#[derive(Debug)]
struct Shared(SharedHttpClient);

impl HttpClient for Shared {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        self.0.http_connector(settings, components)
    }
}

/// The way to AWS. Made once for each function: its services share one HTTPS client, so that TLS is set up once.
#[derive(Clone)]
pub struct Reach {
    every: SdkConfig,
    env: Env,
}

impl Reach {
    /// The way to AWS from here.
    ///
    /// # Errors
    /// When region or credentials are missing.
    pub fn new(env: &Env) -> Result<Self, Wrong> {
        let role: Role = env.read()?;
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(3))
            .operation_attempt_timeout(Duration::from_secs(8))
            .operation_timeout(Duration::from_secs(20))
            .build();
        let mut every = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(role.region))
            .credentials_provider(SharedCredentialsProvider::new(role.credentials))
            .retry_config(RetryConfig::standard().with_max_attempts(4).with_initial_backoff(Duration::from_millis(50)))
            .timeout_config(timeouts);
        every.set_http_client(https());
        Ok(Self { every: every.build(), env: env.clone() })
    }

    /// The configuration to make a client of that service from.
    #[must_use]
    pub fn config(&self, service: Service) -> SdkConfig {
        let endpoint = self.env.get(service.endpoint()).or(self.env.get("AWS_ENDPOINT_URL"));
        let mut config = self.every.to_builder();
        config.set_endpoint_url(endpoint.map(ToOwned::to_owned));
        config.build()
    }
}

#[cfg(test)]
mod tests {
    use model::Timestamp;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    fn env() -> Env {
        Env::from([("AWS_REGION", "eu-central-1"), ("AWS_ACCESS_KEY_ID", "id"), ("AWS_SECRET_ACCESS_KEY", "secret")])
    }

    #[test]
    fn each_service_has_an_endpoint_of_its_own() {
        let local = env().with("AWS_ENDPOINT_URL", "http://all").with("AWS_ENDPOINT_URL_SQS", "http://queues");
        let endpoint =
            |env: &Env, service| Reach::new(env).unwrap().config(service).endpoint_url().map(ToOwned::to_owned);
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

    /// With a client each, every service would set up TLS anew and open a connection of its own.
    #[tokio::test]
    async fn all_services_share_one_client() {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let reach = Reach::new(&env().with("AWS_ENDPOINT_URL", &format!("http://{}", listener.local_addr().unwrap())));
        let reach = reach.unwrap();
        let store = |service| {
            let tables = store::Tables { surveys: "surveys".to_owned(), ledger: "ledger".to_owned() };
            store::Store::without_campaigns(&reach.config(service), tables)
        };
        // The only connection it takes: whoever opens another one is not answered.
        let table = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 8192];
            while let length @ 1.. = stream.read(&mut request).await.unwrap() {
                // Head and body may come in two pieces.
                if request[..length].ends_with(b"}") {
                    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 22\r\n\r\n{\"Items\":[],\"Count\":0}";
                    stream.write_all(answer).await.unwrap();
                }
            }
        });
        let asked = async {
            for service in [Service::DynamoDb, Service::Sqs] {
                store(service).config(Timestamp::from_millis(0)).await.unwrap();
            }
        };
        tokio::time::timeout(Duration::from_secs(10), asked).await.expect("both are answered on one connection");
        table.abort();
    }
}
