//! SSM: secrets by name, from a file of JSON that is read anew each time, or as a test sets them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Cloud, Refusal};

/// What a file of secrets holds: `{"name": "value"}`.
type Values = BTreeMap<String, String>;

#[derive(Default)]
pub(super) struct Secrets {
    file: Mutex<Option<PathBuf>>,
    set: Mutex<Values>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetParameter {
    name: String,
    #[serde(default)]
    with_decryption: bool,
}

impl Cloud {
    /// Takes secrets from a file. It need not be there yet, and may change at any time.
    pub fn secrets_from(&self, file: &Path) {
        *self.inner.secrets.file.lock().unwrap_or_else(PoisonError::into_inner) = Some(file.to_owned());
    }

    /// Sets a secret, whatever the file says.
    pub fn set_secret(&self, name: &str, value: &str) {
        let mut set = self.inner.secrets.set.lock().unwrap_or_else(PoisonError::into_inner);
        set.insert(name.to_owned(), value.to_owned());
    }

    pub(super) fn ssm(&self, operation: &str, body: &[u8]) -> Result<Value, Refusal> {
        if operation != "GetParameter" {
            return Err(Refusal::bad("InvalidAction", format!("the local cloud does not know {operation}")));
        }
        let request: GetParameter =
            serde_json::from_slice(body).map_err(|error| Refusal::bad("ValidationException", error.to_string()))?;
        let name = request.name.rsplit('/').next().unwrap_or_default();
        let value = self.secret(name).map_err(|why| Refusal::bad("InternalServerError", why))?;
        let value = value.ok_or_else(|| Refusal::bad("ParameterNotFound", ""))?;
        if !request.with_decryption {
            return Err(Refusal::bad("ValidationException", "here every secret has to be decrypted"));
        }
        Ok(json!({"Parameter": {"Name": request.name, "Type": "SecureString", "Value": value, "Version": 1}}))
    }

    fn secret(&self, name: &str) -> Result<Option<String>, String> {
        if let Some(value) = self.inner.secrets.set.lock().unwrap_or_else(PoisonError::into_inner).get(name) {
            return Ok(Some(value.clone()));
        }
        let file = self.inner.secrets.file.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok(file.map(|file| read(&file)).transpose()?.and_then(|mut values| values.remove(name)))
    }
}

/// Reads a file of secrets; one that is not there holds none.
///
/// # Errors
/// What is wrong with it, in words that hold none of it.
pub fn read(file: &Path) -> Result<BTreeMap<String, String>, String> {
    let text = match std::fs::read(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Values::new()),
        Err(error) => return Err(format!("{} cannot be read: {error}", file.display())),
    };
    serde_json::from_slice(&text).map_err(|error| {
        // The error's own words may quote the file.
        let place = format!("line {}, column {}", error.line(), error.column());
        format!("{} must be a JSON object of names and texts ({place})", file.display())
    })
}
