use std::io;

use bytes::Bytes;
use jiff::Timestamp;
use serde::Serialize;
use thiserror::Error;

use crate::clients::{KeyError, ObjectKey, Put, StoreError, gzip};
use crate::expr::{Bindings, EvalError, Template, Value};
use crate::plan;
use crate::run::bind::Connections;
use crate::run::bind_store::BoundStore;
use crate::run::binder::{BindError, Binder};
use crate::run::context::StageRun;
use crate::run::exchange::Failure;
use crate::run::joined::joined;

/// Where pages are kept as they came, with all values.
#[derive(Clone)]
pub(super) struct Keep {
    store: BoundStore,
    path: Template,
}

/// Why a page is not kept.
#[derive(Debug, Error)]
enum KeepError {
    /// The path is none.
    #[error(transparent)]
    Path(#[from] EvalError),
    /// The path makes no key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// It cannot be compressed.
    #[error(transparent)]
    Compress(#[from] io::Error),
    /// The store does not take it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<KeepError> for Failure {
    fn from(error: KeepError) -> Self {
        let temporary = matches!(&error, KeepError::Store(error) if error.is_temporary());
        Self { message: format!("it cannot be kept: {error}"), temporary }
    }
}

/// What the manifest says of a page.
#[derive(Serialize)]
struct Line<'a> {
    at: Timestamp,
    request: &'a str,
    object: &'a str,
    bytes: usize,
    new: bool,
}

/// What the manifest says first.
#[derive(Serialize)]
struct Head<'a> {
    net: &'a str,
    env: &'a str,
    stage: &'a str,
    run_id: &'a str,
    request_id: &'a str,
    job_start_at: Timestamp,
}

impl Keep {
    pub(super) fn bind(
        keep: &plan::Keep,
        connections: &Connections,
        binder: &Binder<'_>,
    ) -> Result<Self, BindError> {
        let at = Binder { place: format!("{}.keep", binder.place), values: binder.values };
        let store = connections.store(&keep.store, &at)?;
        let path = at.template("path", &keep.path)?;
        let path = path.ok_or_else(|| at.absent("path", "an optional name in it"))?;
        Ok(Self { store: store.clone(), path })
    }

    /// Keeps a page under the hash of its content, and gives the manifest's line about it.
    ///
    /// # Errors
    /// Why it is not kept.
    pub(super) async fn keep(
        &self,
        row: &Value,
        bindings: &Bindings,
        request: &str,
        content: Bytes,
        at: Timestamp,
    ) -> Result<String, Failure> {
        let path = self.path.render(row, bindings).map_err(KeepError::from)?;
        let bytes = content.len();
        let (key, new) = self.put_page(path.unwrap_or_default(), content).await?;
        let line = Line { at, request, object: key.as_str(), bytes, new };
        // Texts and numbers always serialise.
        Ok(serde_json::to_string(&line).unwrap_or_default())
    }

    /// The page's key, and whether it is new.
    async fn put_page(&self, path: String, content: Bytes) -> Result<(ObjectKey, bool), KeepError> {
        let store = self.store.open().await?;
        // Both compute.
        let hashing = tokio::task::spawn_blocking(move || {
            let key = ObjectKey::of_content(&path, &content)?;
            Ok::<_, KeyError>((key, content))
        });
        let (key, content) = joined(hashing.await)?;
        if store.contains(&key).await? {
            return Ok((key, false));
        }
        let compressed = joined(tokio::task::spawn_blocking(move || gzip(&content)).await)?;
        let new = store.put_own(&key, compressed.into()).await? == Put::Created;
        Ok((key, new))
    }

    /// Writes down which request gave which object. A manifest that cannot be written is an error of the stage's: what
    /// was kept could not be found by it.
    pub(super) async fn close(&self, run: &StageRun, lines: &[String]) {
        if let Err(error) = self.write_manifest(run, lines).await {
            let failure = Failure::from(error);
            let message = format!("the manifest: {}", failure.message);
            run.with_tally(|tally| tally.break_off(failure.temporary, &message));
        }
    }

    async fn write_manifest(&self, run: &StageRun, lines: &[String]) -> Result<(), KeepError> {
        let identity = run.identity();
        let head = Head {
            net: &identity.net,
            env: &identity.env,
            stage: &run.stage.name,
            run_id: &identity.run_id,
            request_id: &run.request_id,
            job_start_at: identity.job_start_at,
        };
        let mut text = serde_json::to_string(&head).unwrap_or_default();
        for line in lines {
            text.push('\n');
            text.push_str(line);
        }
        text.push('\n');
        let day = identity.job_start_at.strftime("%Y-%m-%d");
        let path = format!("_manifests/{}/{day}/{}.jsonl", run.stage.name, run.request_id);
        let key = ObjectKey::parse(&path)?;
        self.store.open().await?.put_own(&key, text.into()).await?;
        Ok(())
    }
}
