//! Everything on one machine: the cloud, the functions, the pump between them and one address for people.
//!
//! Nothing is global: a process can hold many worlds, each with tables, queues, a mailbox and a clock of its own.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::serve::ListenerExt as _;
use deliver::watch::Watch;
use host::aws::{Reach, Service};
use host::settings::{StoreSettings, Wrong};
use host::{Chance, Env, Peer};
use model::{Email, Role, Ticket, Timestamp};
use store::{ApiKey, Scope, Store};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::clock::LocalClock;
use crate::cloud::{self, Cloud, Queue};
use crate::desk::{self, Desk};
use crate::functions::Functions;
use crate::issuer::{self, Issuer, Named};
use crate::pump::{Idle, Pump};

/// The API key unless another is chosen.
pub const DEFAULT_KEY: &str = "local";
/// Where people look unless another address is chosen.
pub const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// What webhooks to this machine are signed with; no secret, since it stands here.
const LOCAL_WEBHOOK: &str = "whsec_bnBzbG9vcCBvbiBvbmUgbWFjaGluZSwgbm8gc2VjcmV0";

/// Whoever sits at this machine.
const YOU: &str = "you@company.example";

/// The domain people reply to; the desk writes to it.
pub const REPLY_DOMAIN: &str = "reply.company.example";

const SURVEYS: &str = "surveys";
const LEDGER: &str = "ledger";

/// Leaves with a request whom it comes from, as API Gateway does.
async fn from_whom(ConnectInfo(peer): ConnectInfo<SocketAddr>, mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(Peer(peer.ip()));
    next.run(request).await
}

/// How a world is made.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Whether people call that `localhost`.
    pub by_name: bool,
    /// Where its data is kept; without it, in a directory that disappears.
    pub data: Option<PathBuf>,
    /// The file its secrets are in; without it, `secrets.json` where its data is kept.
    pub secrets: Option<PathBuf>,
    /// The API key with all scopes.
    pub api_key: String,
    /// The company's issuer, if people sign in with its accounts as well.
    pub oidc: Option<Named>,
    /// Settings of functions that differ from the usual ones, by name.
    pub settings: Vec<(String, String)>,
    /// Whether it works by itself; without, only when it is told to settle or to move its clock.
    pub background: bool,
    /// Whether tallies are held against surveys every night.
    pub nights: bool,
    /// How far ahead of real time (behind, if negative) a new world starts, in milliseconds.
    pub offset: i64,
}

impl Default for Options {
    /// A free port, nothing kept, the usual key.
    fn default() -> Self {
        Self {
            listen: SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 0),
            by_name: false,
            data: None,
            secrets: None,
            api_key: DEFAULT_KEY.to_owned(),
            oidc: None,
            settings: Vec::new(),
            background: true,
            nights: true,
            offset: 0,
        }
    }
}

/// Why there is no world.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Somebody else has the port.
    #[error("{0} is taken by another program; stop it, or choose another address with --listen")]
    Taken(SocketAddr),
    /// It cannot listen there.
    #[error("cannot listen on {0}")]
    Listen(SocketAddr, #[source] std::io::Error),
    /// The local cloud did not open.
    #[error("the local cloud did not open")]
    Cloud(#[from] cloud::Error),
    /// The file of secrets cannot be used.
    #[error("the secrets cannot be used: {0}")]
    Secrets(String),
    /// The company's issuer cannot be used.
    #[error("people cannot sign in with their company's account")]
    Issuer(#[from] issuer::Unusable),
    /// A function's settings are wrong.
    #[error("a function cannot start")]
    Settings(#[from] Wrong),
    /// The tables gave no answer.
    #[error("the tables gave no answer")]
    Store(#[from] store::Error),
}

/// The running loop; it stops when this is dropped.
pub struct World {
    url: String,
    env: Env,
    cloud: Cloud,
    clock: LocalClock,
    store: Store,
    pump: Arc<Pump>,
    router: Router,
    tasks: Vec<JoinHandle<()>>,
}

impl Drop for World {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl World {
    /// Starts everything and returns once requests are answered.
    ///
    /// # Errors
    /// When the port is taken, the data cannot be used, or a setting is wrong.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let listener = listen(options.listen).await?;
        let address = listener.local_addr().map_err(|error| StartError::Listen(options.listen, error))?;
        let url = public_url(address, options.by_name);

        let clock = LocalClock::system(options.offset);
        let time = clock.clone();
        let cloud = Cloud::open(options.data.as_deref(), Arc::new(move || time.now()))?;
        if let Some(offset) = cloud.value("clock.offset")?.and_then(|offset| offset.parse().ok()) {
            clock.set_offset(offset);
        }
        cloud.set_value("clock.offset", &clock.offset().to_string())?;
        cloud.create_tables(SURVEYS, LEDGER)?;
        // So that a first destination needs nothing but an address here.
        cloud.set_secret("local_webhook", LOCAL_WEBHOOK);
        for chat in ["slack", "teams"] {
            cloud.set_secret(&format!("local_{chat}"), &format!("{url}/local/outside/{chat}"));
        }
        let kept = options.data.as_ref().map(|data| data.join("secrets.json"));
        if let Some(file) = options.secrets.as_ref().or(kept.as_ref()) {
            // It may come later, but who says a name now means a file that is there.
            if options.secrets.is_some() && !file.exists() {
                return Err(StartError::Secrets(format!("{} is not there", file.display())));
            }
            cloud::secrets::read(file).map_err(StartError::Secrets)?;
            cloud.secrets_from(file);
        }
        let (endpoint, serving) = cloud.serve().await?;
        tracing::info!(endpoint, "the local cloud answers");
        let mut tasks = vec![serving];

        let mut env = settings(&endpoint, &url);
        for (name, value) in &options.settings {
            env = env.with(name, value);
        }
        let issuer = match options.oidc {
            Some(named) => Some(Arc::new(Issuer::look_up(named).await?)),
            None => None,
        };
        for (name, value) in issuer.iter().flat_map(|issuer| issuer.settings()) {
            env = env.with(name, value);
        }
        let settings: StoreSettings = env.read()?;
        let store = Store::new(&Reach::new(&env)?.config(Service::DynamoDb), settings.tables, settings.defaults);
        store
            .save_api_key(&ApiKey {
                id: "local".to_owned(),
                name: "this machine".to_owned(),
                hash: host::access::hash(&options.api_key),
                scopes: Scope::ALL.to_vec(),
                created_at: Timestamp::from_millis(clock.now()),
            })
            .await?;

        let calls = cloud.clone();
        let calls = Watch::by(move |seen| {
            if let Err(error) = calls.note_call(&seen) {
                tracing::warn!(error = &error as &dyn std::error::Error, "a call to others cannot be shown");
            }
        });
        let functions = Functions::connect(&env, &store, &clock.for_functions(), calls)?;
        let pump = Pump::new(cloud.clone(), clock.clone(), functions.workers, SURVEYS, LEDGER)?;
        let pump = Arc::new(if options.nights { pump } else { pump.without_nights() });
        let desk = Desk {
            cloud: cloud.clone(),
            clock: clock.clone(),
            pump: pump.clone(),
            curl: example(&url, &options.api_key).into(),
            store: store.clone(),
            ledger: LEDGER.into(),
            url: url.as_str().into(),
            destination: example_destination(&url, &options.api_key).into(),
            dashboard: dashboard("", &options.api_key).into(),
            key: options.api_key.as_str().into(),
        };
        let router = functions.router.merge(desk::router(desk));
        let app = router.clone();
        tasks.push(tokio::spawn(async move {
            // Without this, small answers wait for an acknowledgement.
            let listener = listener.tap_io(|stream| {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "no TCP_NODELAY");
                }
            });
            let app = match issuer {
                Some(issuer) => app.layer(from_fn_with_state(issuer, issuer::check)),
                None => app,
            };
            let app = app.layer(from_fn(from_whom)).into_make_service_with_connect_info::<SocketAddr>();
            if let Err(error) = axum::serve(listener, app).await {
                tracing::error!(%error, "the local host stopped listening");
            }
        }));
        let mut world = Self { url, env, cloud, clock, store, pump, router, tasks };
        if options.background {
            world.work_in_background();
        }
        Ok(world)
    }

    /// Lets it work by itself from now on.
    pub fn work_in_background(&mut self) {
        self.tasks.push(tokio::spawn(self.pump.clone().run()));
    }

    /// Where it answers, `http://127.0.0.1:…`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What answers there, to be asked without a socket.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// The settings its functions got; a function's binary started with these works on this world.
    pub fn env(&self) -> &Env {
        &self.env
    }

    /// Its cloud: mails, queues, schedules.
    pub fn cloud(&self) -> &Cloud {
        &self.cloud
    }

    /// The tables as its functions see them.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Its clock.
    pub fn clock(&self) -> &LocalClock {
        &self.clock
    }

    /// The time there.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.clock.now())
    }

    /// A link that signs whoever sits here in as an admin, once, today.
    ///
    /// # Errors
    /// When the tables give no answer.
    pub async fn sign_in_link(&self) -> Result<String, store::Error> {
        let now = self.now();
        let you = Email::parse(YOU).expect("it is written as one");
        let (you, _) = self.store.put_person(&you, "You", Role::Admin, now).await?;
        let (pass, text) = Ticket::new(&you.email.key(), Chance::System.secret());
        self.store.keep_pass(&pass, now.after(model::time::DAY)).await?;
        Ok(format!("{}/sign-in/{text}", self.url))
    }

    /// Works until nothing can be done now.
    ///
    /// # Errors
    /// When the cloud itself fails.
    pub async fn settle(&self) -> Result<(), cloud::Error> {
        self.pump.settle().await
    }

    /// Moves the clock, with everything done that falls due on the way.
    ///
    /// # Errors
    /// When the cloud itself fails.
    pub async fn advance(&self, by: Duration) -> Result<(), cloud::Error> {
        self.pump.advance(by).await
    }

    /// The same without the hourly sweep, which finds only what was lost: for stories in which nothing is.
    ///
    /// # Errors
    /// When the cloud itself fails.
    pub async fn advance_unswept(&self, by: Duration) -> Result<(), cloud::Error> {
        self.pump.advance_unswept(by).await
    }

    /// Works until nothing can be done now, and says what waits and what failed.
    ///
    /// # Errors
    /// When the cloud itself fails.
    pub async fn idle(&self) -> Result<Idle, cloud::Error> {
        self.pump.idle().await
    }

    /// Tries everything again that failed for good; returns how much that was.
    ///
    /// # Errors
    /// When the cloud itself fails.
    pub async fn retry_failed(&self) -> Result<usize, cloud::Error> {
        self.pump.retry_failed().await
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => StartError::Taken(address),
        _ => StartError::Listen(address, error),
    })
}

/// The address people and letters use: a wildcard address is none.
fn public_url(address: SocketAddr, by_name: bool) -> String {
    if by_name || address.ip().is_unspecified() {
        format!("http://localhost:{}", address.port())
    } else {
        format!("http://{address}")
    }
}

/// Where the numbers are, with the key that opens them: a fragment never leaves the browser.
pub fn dashboard(url: &str, key: &str) -> String {
    format!("{url}/dashboard#key={}", desk::form_urlencode(key))
}

/// A line that makes the first mail.
pub fn example(url: &str, key: &str) -> String {
    format!(
        "curl {url}/v1/triggers -H 'Authorization: Bearer {key}' -H 'Content-Type: application/json' \\\n  \
         -d '{{\"subject_id\":\"a0X1\",\"subject_name\":\"Website relaunch\",\"completion_percent\":100,\"contact_email\":\"ada@example.com\",\"contact_name\":\"Ada Example\",\"owner_email\":\"sam@company.example\",\"attributes\":{{\"product\":\"Web\",\"region\":\"EMEA\"}}}}'"
    )
}

/// A line that makes a destination whose calls the desk shows.
fn example_destination(url: &str, key: &str) -> String {
    format!(
        "curl -X PUT {url}/v1/destinations/demo -H 'Authorization: Bearer {key}' -H 'Content-Type: application/json' \\\n  \
         -d '{{\"kind\":\"webhook\",\"url\":\"{url}/local/outside/demo\",\"secret\":\"local_webhook\"}}'"
    )
}

fn settings(endpoint: &str, url: &str) -> Env {
    Env::from([
        ("TABLE_SURVEYS", SURVEYS),
        ("TABLE_LEDGER", LEDGER),
        ("MAIL_QUEUE_URL", &Queue::Mail.url()),
        ("MAIL_QUEUE_ARN", &Queue::Mail.arn()),
        ("STEP_QUEUE_URL", &Queue::Step.url()),
        ("STEP_QUEUE_ARN", &Queue::Step.arn()),
        ("MAIL_EVENTS_QUEUE_URL", &Queue::MailEvents.url()),
        ("MAIL_EVENTS_DLQ_URL", &Queue::MailEventsDead.url()),
        ("DELIVER_QUEUE_URL", &Queue::Deliver.url()),
        ("RECOUNT_QUEUE_URL", &Queue::Recount.url()),
        ("SECRETS_PATH", "/npsloop"),
        ("EVENT_BUS_NAME", "local"),
        // Whoever sits here may point a destination at this machine.
        ("OUTSIDE_LOOPBACK", "allowed"),
        ("SCHEDULE_GROUP", "npsloop"),
        ("SCHEDULE_ROLE_ARN", "arn:aws:iam::000000000000:role/npsloop-schedule"),
        ("SCHEDULE_DLQ_ARN", &Queue::ScheduleDead.arn()),
        ("PUBLIC_URL", url),
        ("REPLY_DOMAIN", REPLY_DOMAIN),
        ("SES_CONFIGURATION_SET", "npsloop"),
        // The local mailbox takes mail as fast as it comes: 0 is without limit.
        ("SES_SEND_RATE", "0"),
        ("MAIL_CONCURRENCY", "1"),
        ("SENDER_EMAIL", "hello@company.example"),
        ("COMPANY", "Example Company"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_ENDPOINT_URL_DYNAMODB", endpoint),
        ("AWS_ENDPOINT_URL_SESV2", endpoint),
        ("AWS_ENDPOINT_URL_SQS", endpoint),
        ("AWS_ENDPOINT_URL_SCHEDULER", endpoint),
        ("AWS_ENDPOINT_URL_SSM", endpoint),
        ("AWS_ENDPOINT_URL_EVENTBRIDGE", endpoint),
        ("AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2", endpoint),
        ("SMS_CONFIGURATION_SET", "npsloop"),
        ("SMS_SEND_RATE", "0"),
        ("SMS_MAX_PRICE", "0.50"),
        ("SMS_MESSAGE_TYPE", "PROMOTIONAL"),
    ])
}
