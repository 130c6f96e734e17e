//! The Lambda function `replies`.

use host::{Env, telemetry};
use lambda_runtime::{LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    let env = Env::process();
    telemetry::init(&env);
    let deps = &replies::Deps::connect(&env)?;
    deps.warm_up().await;
    let handle =
        async |event: LambdaEvent<_>| Ok::<_, lambda_runtime::Error>(replies::handle(deps, event.payload).await?);
    lambda_runtime::run(service_fn(handle)).await
}
