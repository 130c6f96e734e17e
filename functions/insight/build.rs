//! Puts each page together once, when the program is built.
//!
//! A frame names the files that stand in it, as in `<style>/*src/phone.css*/</style>`. Beside the whole page are written
//! the policy that allows just these styles and scripts by their hashes, a name for this version of it, and a compressed
//! copy, so that answering takes no work at all.

use std::error::Error;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, iter};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

/// The pages and their frames.
const PAGES: [(&str, &str); 2] = [("dashboard", "src/dashboard/page.html"), ("phone", "src/phone.html")];

/// A page, and the hashes of what is in it.
#[derive(Default)]
struct Page {
    html: String,
    styles: String,
    scripts: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    #[expect(clippy::disallowed_methods, reason = "Cargo says in this way where to write")]
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    println!("cargo::rerun-if-changed=build.rs");
    for (name, frame) in PAGES {
        let page = Page::read(frame)?;
        let write = |extension: &str, what: &[u8]| fs::write(out.join(name).with_extension(extension), what);
        write("html", page.html.as_bytes())?;
        write("html.gz", &compressed(&page.html)?)?;
        write("policy", page.policy().as_bytes())?;
        write("tag", format!("\"{}\"", URL_SAFE_NO_PAD.encode(&Sha256::digest(&page.html)[..12])).as_bytes())?;
    }
    Ok(())
}

impl Page {
    /// Reads a frame and all that stands in it.
    fn read(frame: &str) -> Result<Self, Box<dyn Error>> {
        let mut page = Self::default();
        let text = read(frame)?;
        let mut rest = text.as_str();
        while let Some((before, files)) = rest.split_once("/*") {
            let (files, after) = files.split_once("*/").ok_or("a comment that names files does not end")?;
            let content = files.split_whitespace().map(read).collect::<Result<String, _>>()?;
            if content.contains("</s") {
                return Err(format!("{files} would end the element it stands in").into());
            }
            let hashes = if before.ends_with("<style>") { &mut page.styles } else { &mut page.scripts };
            hashes.extend([" 'sha256-", &STANDARD.encode(Sha256::digest(&content)), "'"]);
            page.html.extend(iter::once(before).chain([content.as_str()]));
            rest = after;
        }
        page.html.push_str(rest);
        Ok(page)
    }

    fn policy(&self) -> String {
        format!(
            "default-src 'none'; connect-src 'self'; img-src data:; frame-src 'self'; style-src{}; script-src{}; \
             base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
            self.styles, self.scripts
        )
    }
}

/// Reads a file of this package; a change of it builds the pages anew.
fn read(path: &str) -> Result<String, Box<dyn Error>> {
    println!("cargo::rerun-if-changed={path}");
    fs::read_to_string(Path::new(path)).map_err(|error| format!("{path}: {error}").into())
}

fn compressed(text: &str) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text.as_bytes())?;
    encoder.finish()
}
