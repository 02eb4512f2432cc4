use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use indexmap::IndexMap;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use url::Url;

use crate::clients::{Authorizer, Gates, HttpClient, Pacer, basic_pair};
use crate::expr::{Filter, Lookup, Template};
use crate::plan::{Api, ApiIdempotency, Method, Plan, Request, Stage, To, UrlPath, Work};
use crate::policy::{Auth, Backoff, Idempotency, MissingCounts, Retry, Timeouts, Window};
use crate::secret::Masker;

use super::bind_auth::auth;
use super::bind_outside::{BoundDatabase, databases};
use super::bind_store::{BoundStore, stores};
use super::binder::{BindError, Binder};
use super::count_watch::Declared;
use super::event::Event;
use super::files::Files;
use super::notify::{Notifier, notifiers};

/// An API with all its values: what requests to it go through.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) base: Url,
    /// `name:port`, by which its pauses are kept.
    pub(super) host: String,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) query: Vec<(String, String)>,
    pub(super) read_timeout: Duration,
    /// When its requests may start, whichever stage they are of.
    pub(super) pacer: Option<Pacer>,
    pub(super) retry: Retry,
    pub(super) idempotency: Idempotency,
    /// False where the spec leaves it open whether the API knows idempotency keys.
    pub(super) says_idempotency: bool,
    pub(super) authorizer: Authorizer,
    pub(super) client: HttpClient,
    /// Hides secrets in what the other side says, before that is cut to a length.
    pub(super) masker: Masker,
}

/// The APIs and databases of a run, each with its connections and its token, and the pauses that hosts asked for.
#[derive(Debug)]
pub struct Connections {
    apis: IndexMap<String, Arc<Connection>>,
    pub(super) databases: IndexMap<String, BoundDatabase>,
    pub(super) stores: IndexMap<String, BoundStore>,
    /// Who is told how stages ended.
    pub(super) notifiers: Vec<Arc<Notifier>>,
    pub(super) gates: Gates,
    /// What is to be told before anything runs, each with the first stage that it is about.
    pub(super) warnings: Vec<Event>,
}

impl Connections {
    /// Puts the values into the APIs and databases that the chosen stages use. Requests keep to one of `rate_share` equal
    /// parts of each API's rate.
    ///
    /// # Errors
    /// [`BindError`]; nothing was sent then.
    pub fn bind(
        plan: &Plan,
        stages: &[&str],
        values: &dyn Lookup,
        files: &dyn Files,
        cert_file: Option<&PathBuf>,
        rate_share: NonZeroU32,
        masker: &Masker,
    ) -> Result<Self, BindError> {
        let (databases, warnings) = databases(plan, stages, values, files, cert_file, masker)?;
        let stores = stores(plan, stages, values, files, cert_file)?;
        let mut apis = IndexMap::new();
        let used = stages.iter().filter_map(|name| plan.stage(name)).flat_map(apis_of);
        for name in used {
            if let Some(api) = plan.apis.get(name).filter(|_| !apis.contains_key(name)) {
                let connection = Connection::bind(name, api, values, cert_file.cloned(), rate_share, masker)?;
                apis.insert(name.to_owned(), Arc::new(connection));
            }
        }
        let notifiers = notifiers(plan, values, (&databases, &stores), cert_file, masker)?;
        Ok(Self { apis, databases, stores, notifiers, gates: Gates::default(), warnings })
    }

    /// The connection of an API. Those that the chosen stages use are bound before the stages are; so are databases and
    /// stores.
    fn api(&self, name: &str, binder: &Binder<'_>) -> Result<Arc<Connection>, BindError> {
        self.apis.get(name).map(Arc::clone).ok_or_else(|| binder.absent("api", name))
    }

    /// A database.
    pub(super) fn database(&self, name: &str, binder: &Binder<'_>) -> Result<&BoundDatabase, BindError> {
        self.databases.get(name).ok_or_else(|| binder.absent("database", name))
    }

    /// A store.
    pub(super) fn store(&self, name: &str, binder: &Binder<'_>) -> Result<&BoundStore, BindError> {
        self.stores.get(name).ok_or_else(|| binder.absent("store", name))
    }
}

fn apis_of(stage: &Stage) -> Vec<&str> {
    match &stage.work {
        Work::Call(requests) => requests.iter().map(|request| request.api.as_str()).collect(),
        Work::Flow(flow) => {
            let to = match &flow.to {
                To::Send(send) => Some(send.request.api.as_str()),
                To::Save(_) => None,
            };
            [flow.from.request.api.as_str()].into_iter().chain(to).collect()
        }
        Work::Sql(_) | Work::Migrate(_) | Work::Exec(_) => Vec::new(),
    }
}

impl Connection {
    fn bind(
        name: &str,
        api: &Api,
        values: &dyn Lookup,
        cert_file: Option<PathBuf>,
        rate_share: NonZeroU32,
        masker: &Masker,
    ) -> Result<Self, BindError> {
        let binder = Binder { place: format!("apis.{name}"), values };
        let base_text = binder.text("base_url", &api.base_url)?.unwrap_or_default();
        let base = binder.base_url("base_url", &base_text, masker)?;
        mask_credentials(&base, masker);
        let defaults = Timeouts::default();
        let timeouts = Timeouts {
            connect: binder.late_or("timeout.connect", api.connect_timeout.as_ref(), defaults.connect)?,
            read: binder.late_or("timeout.read", api.read_timeout.as_ref(), defaults.read)?,
        };
        let retry = retry(&binder, api)?;
        let rate = api.rate.as_ref().map(|late| binder.late("rate", late)).transpose()?.flatten();
        let auth = auth(&binder, &api.auth)?;
        let mut headers = Vec::new();
        for (name, template) in &api.headers {
            if let Some(value) = binder.text("headers", template)? {
                let place = || BindError::Header { place: format!("{}.headers.{name}", binder.place) };
                let header = HeaderName::try_from(name).map_err(|_| place())?;
                headers.push((header, HeaderValue::try_from(value).map_err(|_| place())?));
            }
        }
        let has_credentials = !base.username().is_empty() || base.password().is_some();
        let says_who_asks =
            !matches!(auth, Auth::None) || headers.iter().any(|(name, _)| *name == AUTHORIZATION);
        if has_credentials && says_who_asks {
            return Err(BindError::TwoCredentials { place: format!("{}.base_url", binder.place) });
        }
        let mut query = Vec::new();
        for (name, template) in &api.query {
            query.extend(binder.text("query", template)?.map(|value| (name.clone(), value)));
        }
        Ok(Self {
            host: format!(
                "{}:{}",
                base.host_str().unwrap_or_default(),
                base.port_or_known_default().unwrap_or_default()
            ),
            base,
            headers,
            query,
            read_timeout: timeouts.read,
            authorizer: Authorizer::new(auth, timeouts.read, retry.clone(), masker.clone()),
            pacer: rate.map(|rate| Pacer::new(rate.shared_by(rate_share))),
            retry,
            idempotency: idempotency(&binder, &api.idempotency)?,
            says_idempotency: !matches!(api.idempotency, ApiIdempotency::Unsaid),
            client: HttpClient::new(timeouts.connect, cert_file)?,
            masker: masker.clone(),
        })
    }
}

/// A user name and a password in a URL are sent by HTTP Basic.
fn mask_credentials(base: &Url, masker: &Masker) {
    if let Some(password) = base.password() {
        let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
        masker.add(&decode(password));
        masker.add(&basic_pair(&decode(base.username()), &decode(password)));
    }
}

fn retry(binder: &Binder<'_>, api: &Api) -> Result<Retry, BindError> {
    let default = Retry::default();
    let attempts = binder.late_or("retry.attempts", api.retry.attempts.as_ref(), default.attempts)?;
    let Some(steps) = &api.retry.backoff else {
        return Ok(Retry { attempts, backoff: default.backoff });
    };
    let steps = steps.iter().map(|step| binder.late_or("retry.backoff", Some(step), Duration::ZERO));
    Ok(Retry { attempts, backoff: Backoff::Steps(steps.collect::<Result<_, _>>()?) })
}

fn idempotency(binder: &Binder<'_>, spec: &ApiIdempotency) -> Result<Idempotency, BindError> {
    match spec {
        ApiIdempotency::Unsaid => Ok(Idempotency::default()),
        ApiIdempotency::Unknown => Ok(Idempotency::Unknown),
        ApiIdempotency::Keyed { window, conflict } => {
            let window = match window
                .as_ref()
                .map(|late| binder.late("idempotency.window", late))
                .transpose()?
                .flatten()
            {
                None => Window::default(),
                Some(length) => Window::new(length).ok_or_else(|| BindError::Window {
                    place: format!("{}.idempotency.window", binder.place),
                    length,
                })?,
            };
            Ok(Idempotency::Keyed { window, conflict: *conflict })
        }
    }
}

/// A request with all its values but those that its items bring.
#[derive(Debug, Clone)]
pub(super) struct BoundRequest {
    pub(super) connection: Arc<Connection>,
    /// Method and path as the spec has them.
    pub(super) place: String,
    pub(super) method: Method,
    pub(super) path: Template,
    pub(super) query: Vec<(String, Template)>,
    pub(super) body: Option<Filter>,
    pub(super) counts: Vec<(String, Filter)>,
    pub(super) missing_counts: MissingCounts,
    pub(super) errors: Option<Filter>,
    pub(super) answer: Option<String>,
    pub(super) read_timeout: Duration,
}

impl BoundRequest {
    /// Puts the values into a request.
    ///
    /// # Errors
    /// [`BindError`]; a path cannot be left out, as a query value can.
    pub(super) fn bind(
        request: &Request,
        connections: &Connections,
        binder: &Binder<'_>,
    ) -> Result<Self, BindError> {
        let connection = connections.api(&request.api, binder)?;
        let path = binder.template("path", &request.path)?;
        let path = path.ok_or_else(|| binder.absent("path", "an optional name in it"))?;
        UrlPath::read(&path.sketch()).map_err(|source| binder.written("path", source))?;
        let mut query = Vec::new();
        for (name, template) in &request.query {
            query.extend(binder.template("query", template)?.map(|bound| (name.clone(), bound)));
        }
        let read_timeout =
            binder.late_or("timeout.read", request.read_timeout.as_ref(), connection.read_timeout)?;
        Ok(Self {
            read_timeout,
            connection,
            place: format!("{} {}", request.method.as_str(), request.path.shown()),
            method: request.method,
            path,
            query,
            body: request.body.clone(),
            counts: request.counts.clone(),
            missing_counts: request.missing_counts,
            errors: request.errors.clone(),
            answer: request.answer.clone(),
        })
    }
    /// The counts that it declares.
    pub(super) fn declared(&self) -> Declared<'_> {
        Declared { place: &self.place, counts: &self.counts, on_missing: self.missing_counts }
    }
}
