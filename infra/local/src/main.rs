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
    let kept = line.data.clone();
    let options = Options {
        listen: line.listen,
        data: line.data,
        secrets: line.secrets,
        api_key: line.api_key.clone(),
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
    banner(&world, &line.api_key, &world.sign_in_link().await?, kept.as_deref());
    tokio::signal::ctrl_c().await?;
    println!("\nStopped.");
    Ok(())
}

fn banner(world: &World, key: &str, sign_in: &str, kept: Option<&std::path::Path>) {
    let url = world.url();
    let kept = kept.map_or_else(|| "nothing is kept".to_owned(), |path| format!("kept in {}", path.display()));
    println!(
        "
  npsloop is running on this machine; {kept}. Stop it with Ctrl-C.

  1. Ask somebody. Paste into another terminal:

{}

  2. Open the letter and click a score:   {url}/local/
  3. See the number:                      {}
     The same as one of your people would, signed in (the link works once, today):
     {sign_in}

  The whole API: {url}/openapi.json
",
        example(url, key),
        dashboard(url, key)
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
