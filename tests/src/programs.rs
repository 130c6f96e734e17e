//! The compiled programs: the functions as they are deployed, and the local host.
//!
//! Cargo gives a test the programs of its own package only, so they are asked for once a process, from the same Cargo, in
//! the same target directory. Where `cargo test --workspace` has just built everything else, this links them and no more.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Every function.
pub const FUNCTIONS: [&str; 12] = [
    "aggregate",
    "capture",
    "deliver",
    "dispatch",
    "insight",
    "intake",
    "mail-events",
    "manage",
    "recount",
    "relay",
    "remind",
    "replies",
];

/// What functions are measured against: one that does nothing, and one that reads an item and does nothing.
pub const MEASURES: [&str; 2] = ["empty", "floor"];

/// A program as tests run it.
#[must_use]
pub fn debug(name: &str) -> PathBuf {
    static BUILT: OnceLock<()> = OnceLock::new();
    // The whole workspace, so that features are resolved as `cargo test --workspace` has resolved them.
    BUILT.get_or_init(|| build(&["--workspace", "--bins", "--profile", "dev"]));
    target().join("debug").join(name)
}

/// A function as it is deployed.
#[must_use]
pub fn release(name: &str) -> PathBuf {
    static BUILT: OnceLock<()> = OnceLock::new();
    BUILT.get_or_init(|| {
        let programs = FUNCTIONS.iter().chain(&MEASURES).flat_map(|program| ["-p", program]);
        build(&["--release", "--bins"].into_iter().chain(programs).collect::<Vec<_>>());
    });
    target().join("release").join(name)
}

fn build(arguments: &[&str]) {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.arg("build").args(arguments).arg("--target-dir").arg(target()).current_dir(root());
    // What Cargo told this test about its own package is not meant for others.
    #[expect(clippy::disallowed_methods, reason = "a child gets the environment without a part of it")]
    for (name, _) in std::env::vars() {
        if name.starts_with("CARGO_PKG_")
            || name.starts_with("CARGO_MANIFEST_")
            || name == "CARGO_CRATE_NAME"
            || name == "CARGO_BIN_NAME"
        {
            cargo.env_remove(name);
        }
    }
    let status = cargo.status().expect("cargo, which built this test, is there");
    assert!(status.success(), "cargo build {} failed", arguments.join(" "));
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests are a folder of the workspace")
}

/// The target directory this test was built in: it runs from `<target>/<profile>/deps`.
fn target() -> PathBuf {
    let own = std::env::current_exe().expect("this program knows where it is");
    let deps = own.ancestors().find(|folder| folder.ends_with("deps"));
    deps.and_then(|deps| deps.ancestors().nth(2))
        .expect("cargo runs tests from the folder it builds them in")
        .to_owned()
}
