//! `npsloop`: brings a company's past here, takes everything out, sees to it that numbers are right, and says what keeps letters
//! from arriving.

use std::process::ExitCode;

use cli::options::{CommandLine, HELP};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    // A program at a desk, and not a function with settings: these are what its options are without being said.
    #[expect(clippy::disallowed_methods, reason = "the environment of a desk stands for options that are not given")]
    let environment = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let line = match CommandLine::parse(lexopt::Parser::from_env(), environment) {
        Ok(line) => line,
        Err(error) => {
            eprintln!("{error}\n\n`npsloop --help` says what there is.");
            return ExitCode::from(cli::NOT_BEGUN);
        }
    };
    match line {
        CommandLine::Help => {
            print!("{HELP}");
            ExitCode::SUCCESS
        }
        CommandLine::Do(task) => match cli::run(task).await {
            Ok(done) => {
                println!("{}", done.said);
                ExitCode::from(done.code)
            }
            Err(error) => {
                eprintln!("npsloop: {}", cli::chain(&error));
                ExitCode::from(error.code())
            }
        },
    }
}
