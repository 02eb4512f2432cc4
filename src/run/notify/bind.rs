use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use indexmap::IndexMap;
use url::Url;

use crate::clients::HttpClient;
use crate::expr::Lookup;
use crate::plan::{NotifyKind, Plan};
use crate::run::bind_outside::BoundDatabase;
use crate::run::bind_store::BoundStore;
use crate::run::binder::{BindError, Binder};
use crate::run::memory::BoundMemory;
use crate::secret::{Masker, Redacted};

use super::Notifier;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);

/// Puts the values into all notifications; one without a URL is left out.
///
/// # Errors
/// [`BindError`]; nothing was sent then.
pub(in crate::run) fn notifiers(
    plan: &Plan,
    values: &dyn Lookup,
    (databases, stores): (&IndexMap<String, BoundDatabase>, &IndexMap<String, BoundStore>),
    cert_file: Option<&PathBuf>,
    masker: &Masker,
) -> Result<Vec<Arc<Notifier>>, BindError> {
    let mut bound = Vec::new();
    for (index, notify) in plan.notify.iter().enumerate() {
        let binder = Binder { place: format!("notify[{index}]"), values };
        let Some(url) = binder.text("url", &notify.url)?.filter(|url| !url.is_empty()) else { continue };
        masker.add(&url);
        let url = Url::parse(&url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let url = url.ok_or_else(|| BindError::SecretUrl { place: binder.place.clone() })?;
        if notify.kind == NotifyKind::Slack {
            // Whoever knows the path may write; an answer may repeat it.
            masker.add(url.path());
        }
        let memory = notify.recovery.as_ref();
        let memory = memory.map(|memory| BoundMemory::bind(memory, databases, stores, &binder.place));
        bound.push(Arc::new(Notifier {
            kind: notify.kind,
            url: Redacted::new(url),
            client: HttpClient::new(CONNECT, cert_file.cloned())?,
            failure: notify.failure,
            recovery: memory.transpose()?,
            body: notify.body.clone(),
        }));
    }
    Ok(bound)
}
