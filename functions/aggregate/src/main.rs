//! Runs the counting on Lambda.

use aggregate::{Deps, handle};
use aws_lambda_events::event::dynamodb::Event;
use host::Env;
use lambda_runtime::{LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    let env = Env::process();
    host::telemetry::init(&env);
    let deps = Deps::connect(&env)?;
    deps.warm().await;
    let count =
        async |event: LambdaEvent<Event>| handle(&deps, event.payload).await.map_err(lambda_runtime::Error::from);
    lambda_runtime::run(service_fn(count)).await
}
