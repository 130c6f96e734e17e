//! Changes campaigns, keys and contacts on Lambda.

use host::Env;
use lambda_runtime::service_fn;
use manage::{Deps, direct, router};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    let env = Env::process();
    host::telemetry::init(&env);
    let deps = Deps::connect(&env)?;
    deps.warm().await;
    let router = router(deps.clone());
    lambda_runtime::run(service_fn(|event| direct::handle(&deps, router.clone(), event))).await
}
