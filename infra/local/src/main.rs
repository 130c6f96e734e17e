//! `cargo run`: the whole loop on this machine.

use std::error::Error;
use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::time::Instant;

use local::options::{CommandLine, HELP};
use local::sample;
use local::world::{Options, World, dashboard, example};

#[tokio::main]
async fn main() -> ExitCode {
    let line = match CommandLine::parse(lexopt::Parser::from_env()) {
        Ok(line) => line,
        Err(error) => {
            eprintln!("{error}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    if line.help {
        print!("{HELP}");
        return ExitCode::SUCCESS;
    }
    log();
    match run(line).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("npsloop did not start: {}", host::telemetry::chain(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

async fn run(line: CommandLine) -> Result<(), Box<dyn Error>> {
    let options = Options {
        listen: line.listen,
        by_name: line.by_name,
        data: line.data.clone(),
        secrets: line.secrets.clone(),
        api_key: line.api_key.clone(),
        oidc: line.oidc.clone(),
        offset: if line.sample { sample::START } else { 0 },
        // The sample moves the clock itself.
        background: !line.sample,
        ..Options::default()
    };
    let mut world = World::start(options).await?;
    if line.sample {
        println!("Filling in a company …");
        let start = Instant::now();
        let made = sample::fill(&world, &line.api_key).await?;
        println!("{made} ({:.1} s)", start.elapsed().as_secs_f32());
        world.work_in_background();
    }
    banner(&world, &line, &world.sign_in_link().await?);
    tokio::signal::ctrl_c().await?;
    println!("\nStopped.");
    Ok(())
}

fn banner(world: &World, line: &CommandLine, sign_in: &str) {
    let url = world.url();
    let kept =
        line.data.as_deref().map_or_else(|| "nothing is kept".to_owned(), |path| format!("kept in {}", path.display()));
    let company = match &line.oidc {
        Some(_) => format!(
            "\n     Or with an account of your company, if its people are known here:\n     {url}/sign-in/company"
        ),
        None => String::new(),
    };
    println!(
        "
  npsloop is running on this machine; {kept}. Stop it with Ctrl-C.

  1. Ask somebody. Paste into another terminal:

{}

  2. Open the letter and click a score:   {url}/local/
  3. See the number:                      {}
     The same as one of your people would, signed in (the link works once, today):
     {sign_in}{company}

  The whole API: {url}/openapi.json
",
        example(url, &line.api_key),
        dashboard(url, &line.api_key)
    );
}

fn log() {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_new(host::Env::process().get("RUST_LOG").unwrap_or("warn"))
        .unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
}
