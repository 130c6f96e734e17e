//! Takes triggers on Lambda.

use host::Env;
use intake::{Deps, router};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let env = Env::process();
    host::telemetry::init(&env);
    let deps = Deps::connect(&env)?;
    deps.warm().await;
    lambda_http::run(router(deps)).await
}
