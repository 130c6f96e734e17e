//! A function that does nothing but read one item while it starts: what a connection to DynamoDB costs whoever opens
//! one, with a signed request through the SDK and the HTTPS client of all functions.

use host::Env;
use host::aws::{Reach, Service};
use host::settings::StoreSettings;
use lambda_http::{Error, Request, run, service_fn};
use model::SurveyId;
use store::Store;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let env = Env::process();
    let settings: StoreSettings = env.read()?;
    let store = Store::without_campaigns(&Reach::new(&env)?.config(Service::DynamoDb), settings.tables);
    // Nobody has an id of zeros.
    let nobody = store.survey(SurveyId::from_bytes([0; 16])).await?;
    let answer = if nobody.is_none() { "nothing" } else { "somebody" };
    run(service_fn(async |_: Request| Ok::<_, Error>(answer))).await
}
