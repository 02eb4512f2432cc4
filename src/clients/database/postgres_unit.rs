use std::ops::{Deref, DerefMut};

use sqlx::postgres::PgConnection;

use super::error::DatabaseError;
use super::postgres_pool::{Pooled, PostgresPool, Urgency, literal};
use super::reset::RESET_SESSION;

/// A unit of work: one transaction, and everything that is sent within it.
///
/// A pooler of transactions gives each of them another session. So nothing may be expected of a session before a
/// transaction, or left in it after: what sessions are to be like is set for the transaction alone, and statements are
/// unnamed, those apart that are closed before it ends.
///
/// Dropped before its end it is undone, and its connection closed.
pub(super) struct Unit(Pooled);

impl Unit {
    /// Begins one.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub(super) async fn begin(pool: &PostgresPool) -> Result<Self, DatabaseError> {
        Self::begin_with(pool, Urgency::Patient).await
    }

    /// Begins one that others must not keep waiting until they are done.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub(super) async fn begin_urgent(pool: &PostgresPool) -> Result<Self, DatabaseError> {
        Self::begin_with(pool, Urgency::Urgent).await
    }

    async fn begin_with(pool: &PostgresPool, urgency: Urgency) -> Result<Self, DatabaseError> {
        let begin = begin(pool.timezone());
        let mut connection = pool.acquire(urgency).await?;
        let Err(error) = connection.execute(&begin).await else { return Ok(Self(connection)) };
        if !connection.is_used {
            return Err(pool.refusal(error));
        }
        drop(connection);
        let mut connection = pool.acquire_new(urgency).await?;
        connection.execute(&begin).await.map_err(|error| pool.refusal(error))?;
        Ok(Self(connection))
    }

    /// Runs statements by the simple protocol.
    pub(super) async fn execute(&mut self, statements: &str) -> Result<(), sqlx::Error> {
        self.0.execute(statements).await
    }

    /// Takes back what statements of somebody else's set in the session and opened there.
    ///
    /// # Errors
    /// Also of a constraint that is checked at the commit.
    pub(super) async fn reset(&mut self) -> Result<(), sqlx::Error> {
        self.execute(RESET_SESSION).await
    }

    /// Makes what was done permanent. What statements of somebody else's left was taken back before.
    ///
    /// # Errors
    /// Where the connection broke it is not known whether it was done.
    pub(super) async fn commit(mut self) -> Result<(), sqlx::Error> {
        self.execute("commit").await?;
        self.0.give_back();
        Ok(())
    }

    /// Undoes what was done.
    pub(super) async fn undo(self) {
        // The server ends the transaction of a connection that ends, however it does.
        self.0.close().await;
    }

    /// Ends a transaction that did nothing, and leaves its connection to others.
    pub(super) async fn roll_back(mut self) -> Result<(), sqlx::Error> {
        self.execute("rollback").await?;
        self.0.give_back();
        Ok(())
    }
}

/// What begins a transaction, with what its session is to be like: as the driver asks for it when it connects, which only
/// some poolers pass on and a reset takes back, and numbers with all their digits.
fn begin(timezone: &str) -> String {
    let zone = literal(timezone);
    format!(
        "begin; set local client_encoding = 'UTF8'; set local timezone = {zone}; set local datestyle = 'ISO, MDY'; \
         set local extra_float_digits = 2"
    )
}

impl Deref for Unit {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.0
    }
}

impl DerefMut for Unit {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.0
    }
}
