//! Named documents: pieces of configuration that people write whole and functions read, such as sources.
//!
//! One lies at `<kind>#<id>` beside the campaigns and comes with the same read. It is written only over the very
//! text it was decided on, so whoever comes second decides again.

use model::source::Source;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::{Config, Store, keys};

/// A kind of named documents.
pub trait Document: Serialize + DeserializeOwned {
    /// What its sort keys begin with; see [`keys`].
    const KIND: &'static str;

    /// The name of one; unique within the kind, without `#`.
    fn id(&self) -> &str;
}

impl Document for Source {
    const KIND: &'static str = keys::SOURCE;

    fn id(&self) -> &str {
        self.id.as_str()
    }
}

impl Store {
    /// Writes a document if what is written of it is still what `seen` was read from. `false` if somebody else
    /// wrote first.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn save_document<D: Document>(&self, seen: &Config, document: &D) -> Result<bool, Error> {
        let sk = keys::document(D::KIND, document.id());
        let text = serde_json::to_string(document).map_err(|source| Error::item(&sk, source))?;
        self.put_text(&sk, seen.document_text(&sk), &text).await
    }

    /// Deletes a document if what is written of it is still what `seen` was read from. `false` if somebody else
    /// wrote first; one that is not there is deleted already.
    ///
    /// # Errors
    /// When the table is busy or gives no answer.
    pub async fn delete_document<D: Document>(&self, seen: &Config, id: &str) -> Result<bool, Error> {
        let sk = keys::document(D::KIND, id);
        match seen.document_text(&sk) {
            Some(text) => self.drop_text(&sk, text).await,
            None => Ok(true),
        }
    }
}
