//! The Lambda function `relay`.

use host::{Env, telemetry};
use lambda_runtime::{LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    let env = Env::process();
    telemetry::init(&env);
    let deps = &relay::Deps::connect(&env)?;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<_>| relay::handle(deps, event.payload).await)).await
}
