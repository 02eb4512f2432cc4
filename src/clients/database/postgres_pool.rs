use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection as _};
use tokio::sync::{OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};

use super::error::DatabaseError;
use super::postgres_refusal::refusal;
use super::postgres_url::PostgresUrl;

/// How long a connection is kept that nobody uses. Behind a pooler of sessions it is one that others wait for; but pages
/// that are saved one after the other need not connect for each.
const KEPT: Duration = Duration::from_secs(1);

/// The connections to a PostgreSQL database: as many at once as it may have, each made when it is needed and closed soon
/// after. Clones share them.
///
/// sqlx's own pool tries a refused connection again in silence until its time is over, and leaves connections that a pool
/// must not exceed out of its count where they are taken from it.
#[derive(Clone)]
pub struct PostgresPool(Arc<Inner>);

struct Inner {
    options: PgConnectOptions,
    /// The files that it needs to connect, each with the parameter that names it.
    files: Vec<(&'static str, String)>,
    /// `HOST:PORT`, or the path of a socket.
    address: String,
    wait: Duration,
    timezone: String,
    /// How many connections there may be at once.
    all: Arc<Semaphore>,
    /// How many of them whoever can wait may have.
    patient: Arc<Semaphore>,
    most_patient: usize,
    /// Held by whoever needs two at once, lest two of them each wait for the other's.
    pairs: Arc<tokio::sync::Mutex<()>>,
    idle: Mutex<Idle>,
}

/// Whether work can wait for a connection until others are done with theirs.
#[derive(Debug, Clone, Copy)]
pub(super) enum Urgency {
    /// As long as it takes.
    Patient,
    /// It cannot, as a lease that is to be renewed.
    Urgent,
}

/// Connections that nobody uses, each with a number of its own.
#[derive(Default)]
struct Idle {
    connections: Vec<(u64, PgConnection)>,
    last: u64,
}

/// What a connection may exist by.
struct Permits {
    _patient: Option<OwnedSemaphorePermit>,
    _any: OwnedSemaphorePermit,
}

/// A connection that is nobody else's until it is given back or dropped, which closes it.
pub(super) struct Pooled {
    connection: PgConnection,
    pool: PostgresPool,
    /// Given back after the connection is, so that whoever waits for it finds that.
    _permits: Permits,
    /// Others used it before: the server may have ended it meanwhile.
    pub(super) is_used: bool,
}

impl PostgresPool {
    /// The connections to the database at that URL, of which none is made yet.
    pub(super) fn new(url: &PostgresUrl) -> Self {
        let most = url.max_connections();
        let most_patient = (most - usize::from(url.keeps_one_free())).max(1);
        Self(Arc::new(Inner {
            options: url.options().clone(),
            files: url.files().to_vec(),
            address: url.address(),
            wait: url.connect_timeout(),
            timezone: url.timezone().to_owned(),
            all: Arc::new(Semaphore::new(most)),
            patient: Arc::new(Semaphore::new(most_patient)),
            most_patient,
            pairs: Arc::default(),
            idle: Mutex::default(),
        }))
    }

    /// How many connections work may have at once.
    pub(super) fn most(&self) -> usize {
        self.0.most_patient
    }

    /// Waits until nobody else needs two connections at once.
    pub(super) async fn pair(&self) -> OwnedMutexGuard<()> {
        Arc::clone(&self.0.pairs).lock_owned().await
    }

    /// The time zone of its sessions.
    pub(super) fn timezone(&self) -> &str {
        &self.0.timezone
    }

    /// A connection, as soon as there may be another.
    ///
    /// # Errors
    /// [`DatabaseError`], where none can be made.
    pub(super) async fn acquire(&self, urgency: Urgency) -> Result<Pooled, DatabaseError> {
        let permits = self.permits(urgency).await?;
        let idle = self.0.idle().connections.pop();
        let is_used = idle.is_some();
        let connection = match idle {
            Some((_, connection)) => connection,
            None => self.connect().await?,
        };
        Ok(Pooled { connection, pool: self.clone(), _permits: permits, is_used })
    }

    /// A connection that was made just now.
    ///
    /// # Errors
    /// [`DatabaseError`], where none can be made.
    pub(super) async fn acquire_new(&self, urgency: Urgency) -> Result<Pooled, DatabaseError> {
        let permits = self.permits(urgency).await?;
        // It would be one more than there may be.
        self.0.idle().connections.pop();
        let connection = self.connect().await?;
        Ok(Pooled { connection, pool: self.clone(), _permits: permits, is_used: false })
    }

    /// The error of a connection that could not begin its work.
    pub(super) fn refusal(&self, error: sqlx::Error) -> DatabaseError {
        refusal(error, &self.0.address)
    }

    async fn permits(&self, urgency: Urgency) -> Result<Permits, DatabaseError> {
        let closed = |_| DatabaseError::Unavailable("the connection is closed".to_owned());
        let patient = match urgency {
            Urgency::Patient => Some(Arc::clone(&self.0.patient).acquire_owned().await.map_err(closed)?),
            Urgency::Urgent => None,
        };
        let any = Arc::clone(&self.0.all).acquire_owned().await.map_err(closed)?;
        Ok(Permits { _patient: patient, _any: any })
    }

    async fn connect(&self) -> Result<PgConnection, DatabaseError> {
        let Inner { options, files, address, wait, .. } = &*self.0;
        for (parameter, file) in files {
            std::fs::File::open(file).map_err(|source| {
                DatabaseError::Refused(format!("the file of `{parameter}`, {file}, cannot be read: {source}"))
            })?;
        }
        match timeout(*wait, PgConnection::connect_with(options)).await {
            Ok(connected) => connected.map_err(|error| self.refusal(error)),
            Err(_) => Err(DatabaseError::Unreachable {
                address: address.clone(),
                reason: format!("no connection within {wait:?}"),
            }),
        }
    }
}

impl Inner {
    fn idle(&self) -> std::sync::MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pooled {
    /// Leaves the connection to whoever comes next, for a moment. Nothing of what was done may be left in its session.
    pub(super) fn give_back(self) {
        let Self { connection, pool, .. } = self;
        let number = {
            let mut idle = pool.0.idle();
            idle.last += 1;
            let number = idle.last;
            idle.connections.push((number, connection));
            number
        };
        let pool = Arc::downgrade(&pool.0);
        tokio::spawn(async move {
            sleep(KEPT).await;
            if let Some(connection) = taken(&pool, number) {
                // Nobody is told how a connection ends that did all its work.
                let _ = connection.close().await;
            }
        });
    }

    /// Ends the connection and its session.
    pub(super) async fn close(self) {
        // The work is done by now, however the connection ends.
        let _ = self.connection.close().await;
    }

    /// Runs statements by the simple protocol.
    pub(super) async fn execute(&mut self, statements: &str) -> Result<(), sqlx::Error> {
        sqlx::raw_sql(AssertSqlSafe(statements)).execute(&mut self.connection).await.map(drop)
    }

    /// Sets the time zone of the session, for a statement that runs outside a transaction. Where it is the one that every
    /// session is begun with, nothing is to be done.
    pub(super) async fn set_timezone(&mut self) -> Result<(), sqlx::Error> {
        match self.pool.timezone() {
            PostgresUrl::TIMEZONE => Ok(()),
            zone => self.execute(&format!("set timezone = {}", literal(zone))).await,
        }
    }
}

/// The idle connection of this number, where it is still there.
fn taken(pool: &Weak<Inner>, number: u64) -> Option<PgConnection> {
    let pool = pool.upgrade()?;
    let mut idle = pool.idle();
    let place = idle.connections.iter().position(|(known, _)| *known == number)?;
    Some(idle.connections.remove(place).1)
}

/// A text as a literal that no setting of the session changes the reading of.
pub(super) fn literal(text: &str) -> String {
    format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

impl Deref for Pooled {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.connection
    }
}

impl DerefMut for Pooled {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.connection
    }
}

/// Without the options, which hold a password.
impl fmt::Debug for PostgresPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresPool").field("address", &self.0.address).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_is_one_text_whatever_is_in_it() {
        assert_eq!(literal("Asia/Tokyo"), "E'Asia/Tokyo'");
        assert_eq!(literal(r"a'b\'; drop table t"), r"E'a''b\\''; drop table t'");
    }
}
