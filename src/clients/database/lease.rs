use crate::clients::{Acquired, Claim, Holder};

use super::error::DatabaseError;
use super::own_table;
use super::postgres::PostgresSession;
use super::session::{Params, Session};
use super::sqlite::SqliteSession;
use super::{Database, Owner};

/// How a database tells its own time, which is the one that counts for all who use it.
struct Clock {
    now: &'static str,
    /// The time after the length that is the fifth parameter.
    then: &'static str,
    /// A time of the table's as RFC 3339 writes it.
    shown: &'static str,
}

const POSTGRES: Clock = Clock {
    now: "now()",
    then: "now() + cast($5 as interval)",
    shown: r#"to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')"#,
};

const SQLITE: Clock = Clock {
    now: "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
    then: "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', $5)",
    shown: "expires_at",
};

impl Database {
    /// Has the lease for the asker, where it is free or the asker's already.
    ///
    /// # Errors
    /// [`DatabaseError`]; after a temporary one the asker may have it.
    pub async fn acquire(&self, claim: &Claim) -> Result<Acquired, DatabaseError> {
        match self {
            Self::Postgres(pool) => {
                acquire(PostgresSession::begin_urgent(pool).await?, &POSTGRES, claim).await
            }
            Self::Sqlite(pool) => acquire(SqliteSession::begin(pool).await?, &SQLITE, claim).await,
        }
    }

    /// Has the lease last its whole length from now; false where it is not the asker's any more.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn renew(&self, claim: &Claim) -> Result<bool, DatabaseError> {
        match self {
            Self::Postgres(pool) => renew(PostgresSession::begin_urgent(pool).await?, &POSTGRES, claim).await,
            Self::Sqlite(pool) => renew(SqliteSession::begin(pool).await?, &SQLITE, claim).await,
        }
    }

    /// Frees the lease, where it is still the asker's.
    ///
    /// # Errors
    /// [`DatabaseError`]; then it is free when it expires.
    pub async fn release(&self, claim: &Claim) -> Result<(), DatabaseError> {
        match self {
            Self::Postgres(pool) => release(PostgresSession::begin_urgent(pool).await?, claim).await,
            Self::Sqlite(pool) => release(SqliteSession::begin(pool).await?, claim).await,
        }
    }
}

async fn acquire<S: Session>(
    mut session: S,
    clock: &Clock,
    claim: &Claim,
) -> Result<Acquired, DatabaseError> {
    let table = format!(
        "(net text not null, env text not null, stage text not null, holder text not null, expires_at {} not null, \
         primary key (net, env, stage))",
        S::TIME
    );
    own_table::create(&mut session, "jobnet_lease", &table).await?;
    let take = format!(
        "insert into jobnet_lease (net, env, stage, holder, expires_at) values ($1, $2, $3, $4, {then}) \
         on conflict (net, env, stage) do update set holder = excluded.holder, expires_at = excluded.expires_at \
         where jobnet_lease.holder = excluded.holder or jobnet_lease.expires_at <= {now}",
        then = clock.then,
        now = clock.now,
    );
    let look = format!(
        "select holder, {} from jobnet_lease where net = $1 and env = $2 and stage = $3",
        clock.shown
    );
    loop {
        let acquired = if session.execute(&take, &with_length(claim, &length(claim))).await? > 0 {
            Acquired::Ours
        } else {
            let Owner { net, env, stage } = &claim.owner;
            let rows = session.rows(&look, &Params::texts([net, env, stage])).await?;
            match rows.into_iter().next().and_then(holder) {
                Some(holder) => Acquired::Theirs(holder),
                // It was released between the two statements.
                None => continue,
            }
        };
        session.commit().await?;
        return Ok(acquired);
    }
}

async fn renew<S: Session>(mut session: S, clock: &Clock, claim: &Claim) -> Result<bool, DatabaseError> {
    let sql = format!(
        "update jobnet_lease set expires_at = {} where net = $1 and env = $2 and stage = $3 and holder = $4",
        clock.then
    );
    let renewed = session.execute(&sql, &with_length(claim, &length(claim))).await?;
    session.commit().await?;
    Ok(renewed > 0)
}

async fn release<S: Session>(mut session: S, claim: &Claim) -> Result<(), DatabaseError> {
    let sql = "delete from jobnet_lease where net = $1 and env = $2 and stage = $3 and holder = $4";
    let Owner { net, env, stage } = &claim.owner;
    session.execute(sql, &Params::texts([net, env, stage, &claim.holder])).await?;
    session.commit().await
}

/// How long a lease lasts, as both databases read it.
fn length(claim: &Claim) -> String {
    format!("{:.3} seconds", claim.ttl.as_secs_f64())
}

fn with_length<'a>(claim: &'a Claim, length: &'a String) -> Params<'a> {
    let Owner { net, env, stage } = &claim.owner;
    Params::texts([net, env, stage, &claim.holder, length])
}

/// Who has a lease, from its row.
fn holder(row: Vec<Option<String>>) -> Option<Holder> {
    let [name, until] = <[Option<String>; 2]>::try_from(row).ok()?;
    Some(Holder { name: name?, until: until.and_then(|until| until.parse().ok()) })
}
