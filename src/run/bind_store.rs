use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use indexmap::IndexMap;
use tokio::sync::OnceCell;

use crate::clients::{Store, StoreError, StoreUrl};
use crate::expr::Lookup;
use crate::plan::{Memory, Plan, Stage, Work};

use super::bind_outside::memories;
use super::binder::{BindError, Binder};
use super::files::Files;

/// A store with all its values, which is opened when it is first used. Clones are the same store.
#[derive(Clone)]
pub(super) struct BoundStore {
    place: Arc<Place>,
    opened: Arc<OnceCell<Store>>,
}

struct Place {
    url: StoreUrl,
    base: PathBuf,
    cert_file: Option<PathBuf>,
}

impl BoundStore {
    /// The store.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(super) async fn open(&self) -> Result<&Store, StoreError> {
        let Place { url, base, cert_file } = &*self.place;
        self.opened.get_or_try_init(|| Store::open(url, base, cert_file.clone())).await
    }
}

impl fmt::Debug for BoundStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BoundStore")
    }
}

/// The stores that the chosen stages use, by name.
pub(super) fn stores(
    plan: &Plan,
    stages: &[&str],
    values: &dyn Lookup,
    files: &dyn Files,
    cert_file: Option<&PathBuf>,
) -> Result<IndexMap<String, BoundStore>, BindError> {
    let mut bound = IndexMap::new();
    let chosen = stages.iter().filter_map(|name| plan.stage(name));
    for name in chosen.flat_map(|stage| stores_of(plan, stage)) {
        if let Some(store) = plan.stores.get(name).filter(|_| !bound.contains_key(name)) {
            let binder = Binder { place: "stores".to_owned(), values };
            let text = binder.text(name, &store.url)?.unwrap_or_default();
            let url = StoreUrl::parse(&text)
                .map_err(|source| BindError::Store { place: format!("stores.{name}"), source })?;
            let place = Place { url, base: files.base().to_owned(), cert_file: cert_file.cloned() };
            bound.insert(name.to_owned(), BoundStore { place: Arc::new(place), opened: Arc::default() });
        }
    }
    Ok(bound)
}

fn stores_of<'p>(plan: &'p Plan, stage: &'p Stage) -> Vec<&'p str> {
    let kept = match &stage.work {
        Work::Flow(flow) => flow.from.keep.as_ref().map(|keep| keep.store.as_str()),
        Work::Call(_) | Work::Sql(_) | Work::Migrate(_) | Work::Exec(_) => None,
    };
    let remembered = memories(plan, stage).filter_map(|memory| match memory {
        Memory::Store(name) => Some(name.as_str()),
        Memory::Database(_) => None,
    });
    kept.into_iter().chain(remembered).collect()
}
