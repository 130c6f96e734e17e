//! Answers contacts on AWS Lambda.

use capture::Deps;
use host::Env;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let env = Env::process();
    host::telemetry::init(&env);
    lambda_http::run(capture::router(Deps::connect(&env).await?)).await
}
