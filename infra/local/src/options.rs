//! What the command line says.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

use lexopt::{Arg, Parser, ValueExt as _};

use crate::issuer::Named;
use crate::world::{DEFAULT_KEY, DEFAULT_LISTEN};

/// What `--help` prints.
pub const HELP: &str = "\
npsloop on one machine: the whole loop, with the functions that are deployed.

Usage: cargo run -- [OPTIONS]

  --listen ADDRESS   where it answers [default: 127.0.0.1:8080]; localhost:8080 is the same by its name
  --data DIR         keep everything in DIR; without it, everything is gone at the end
  --secrets FILE     what destinations and sources are signed with, {\"name\": \"value\"}
                     [default: secrets.json in DIR]
  --api-key KEY      the API key with all scopes [default: local]
  --sample           fill in a believable company
  --oidc-issuer URL  your company's OpenID Connect issuer, exactly as in the `iss` of its tokens
  --oidc-client-id ID
                     what npsloop is called there; it sends people back to ADDRESS/sign-in/company/back
  --help             print this
";

/// A command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandLine {
    /// `--listen`
    pub listen: SocketAddr,
    /// Whether that was said as `localhost`, the name some issuers send people back to.
    pub by_name: bool,
    /// `--data`
    pub data: Option<PathBuf>,
    /// `--secrets`
    pub secrets: Option<PathBuf>,
    /// `--api-key`
    pub api_key: String,
    /// `--sample`
    pub sample: bool,
    /// `--oidc-issuer` and `--oidc-client-id`
    pub oidc: Option<Named>,
    /// `--help`
    pub help: bool,
}

impl CommandLine {
    /// Reads a command line.
    ///
    /// # Errors
    /// What is wrong with it, in words for the person who typed it.
    pub fn parse(mut parser: Parser) -> Result<Self, lexopt::Error> {
        let mut line = Self {
            listen: DEFAULT_LISTEN,
            by_name: false,
            data: None,
            secrets: None,
            api_key: DEFAULT_KEY.to_owned(),
            sample: false,
            oidc: None,
            help: false,
        };
        let (mut issuer, mut client_id) = (None, None);
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Long("listen") => {
                    let address = parser.value()?.string()?;
                    let port = address.strip_prefix("localhost:");
                    line.by_name = port.is_some();
                    let address = port.map_or(address.clone(), |port| format!("127.0.0.1:{port}"));
                    line.listen = OsString::from(address).parse()?;
                }
                Arg::Long("data") => line.data = Some(PathBuf::from(parser.value()?)),
                Arg::Long("secrets") => line.secrets = Some(PathBuf::from(parser.value()?)),
                Arg::Long("api-key") => line.api_key = api_key(parser.value()?.string()?)?,
                Arg::Long("sample") => line.sample = true,
                Arg::Long("oidc-issuer") => issuer = Some(parser.value()?.string()?),
                Arg::Long("oidc-client-id") => client_id = Some(parser.value()?.string()?),
                Arg::Long("help") | Arg::Short('h') => line.help = true,
                other => return Err(other.unexpected()),
            }
        }
        line.oidc = match (issuer, client_id) {
            (Some(issuer), Some(client_id)) => Some(Named { issuer, client_id }),
            (None, None) => None,
            _ => return Err("--oidc-issuer and --oidc-client-id go together".into()),
        };
        Ok(line)
    }
}

/// A key that a header can carry.
fn api_key(key: String) -> Result<String, lexopt::Error> {
    if key.is_empty() || !key.bytes().all(|b| b.is_ascii_graphic()) {
        return Err("an API key has visible ASCII characters only, and at least one".into());
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<CommandLine, String> {
        CommandLine::parse(Parser::from_args(arguments)).map_err(|error| error.to_string())
    }

    #[test]
    fn a_plain_start_needs_nothing() {
        let line = parse(&[]).unwrap();
        assert_eq!(line.listen.to_string(), "127.0.0.1:8080");
        assert_eq!((line.api_key.as_str(), line.data, line.sample), ("local", None, false));
    }

    #[test]
    fn every_option_is_read_and_wrong_ones_are_named() {
        let line =
            parse(&["--listen", "[::1]:0", "--data=d", "--secrets", "s.json", "--api-key", "k", "--sample"]).unwrap();
        assert_eq!(line.secrets, Some("s.json".into()));
        assert_eq!(
            (line.listen.port(), line.data, line.api_key.as_str(), line.sample),
            (0, Some("d".into()), "k", true)
        );
        let named = parse(&["--listen", "localhost:8090"]).unwrap();
        assert_eq!((named.listen.to_string().as_str(), named.by_name, line.by_name), ("127.0.0.1:8090", true, false));
        let oidc = parse(&["--oidc-client-id", "npsloop", "--oidc-issuer=https://id.example/"]).unwrap().oidc;
        assert_eq!(oidc, Some(Named { issuer: "https://id.example/".to_owned(), client_id: "npsloop".to_owned() }));
        for (arguments, named) in [
            (&["--listen", "8080"][..], "8080"),
            (&["--listen", "localhost:web"], "web"),
            (&["--listen"], "listen"),
            (&["--api-key", ""], "API key"),
            (&["--api-key", "a b"], "API key"),
            (&["--oidc-issuer", "https://id.example"], "--oidc-client-id"),
            (&["--oidc-client-id", "npsloop"], "--oidc-issuer"),
            (&["--port", "1"], "--port"),
            (&["run"], "run"),
        ] {
            let error = parse(arguments).unwrap_err();
            assert!(error.contains(named), "{error}");
        }
    }
}
