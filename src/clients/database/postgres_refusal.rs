//! Why no connection came about: what may be otherwise in a moment, and what will not.

use std::io;

use crate::clients::http::{innermost, is_untrusted};

use super::error::DatabaseError;

/// The codes under which poolers report faults of any kind: that of the protocol and that of what should not happen
/// (<https://www.postgresql.org/docs/current/errcodes-appendix.html>). Their words alone tell what it is.
const OF_POOLERS: [&str; 2] = ["08P01", "XX000"];

/// Words of messages about what stays as it is until somebody changes the URL, the pooler or the database
/// (<https://github.com/pgbouncer/pgbouncer/blob/master/src/client.c>, `objects.c`, and Supabase's pooler
/// <https://github.com/supabase/supavisor>).
const FINAL: [&str; 17] = [
    "startup parameter",
    "no such user",
    "no such database",
    "does not exist",
    "not found",
    "authentication failed",
    "auth failed",
    "authentication method",
    "password",
    "login rejected",
    "not allowed",
    "not permitted",
    "does not allow connections",
    "ssl required",
    "certificate",
    "config error",
    "no pg_hba.conf entry",
];

/// What the driver says of an other side that hung up: it takes the byte that did not come for a zero.
const HUNG_UP: &str = "SSLRequest: 0x00";

/// What the driver says of an other side that does not speak as PostgreSQL does.
const FOREIGN: [&str; 2] = ["unexpected response from SSLRequest", "unsupported authentication method"];

/// The error of a connection that did not come about, or could not begin its work.
pub(super) fn refusal(error: sqlx::Error, address: &str) -> DatabaseError {
    let refused = |reason: &str| DatabaseError::Refused(format!("{address}: {reason}"));
    let unreachable = |reason: String| DatabaseError::Unreachable { address: address.to_owned(), reason };
    match error {
        sqlx::Error::Io(error) if is_final(&error, address) => refused(&innermost(&error)),
        sqlx::Error::Io(error) => unreachable(innermost(&error)),
        sqlx::Error::Tls(error) => refused(&innermost(&*error)),
        sqlx::Error::Protocol(message) => {
            // The driver adds the place in its own code.
            let message = message.split(" (sqlx").next().unwrap_or_default();
            if message.ends_with(HUNG_UP) {
                unreachable("the other side hung up".to_owned())
            } else if FOREIGN.iter().any(|words| message.contains(words)) {
                refused(message)
            } else {
                unreachable(message.to_owned())
            }
        }
        sqlx::Error::Database(error) => {
            let message = error.message().to_owned();
            let code = error.code().unwrap_or_default().into_owned();
            match of_pooler(&code, &message) {
                Some(true) => refused(&format!("{message}{}", help(&message))),
                Some(false) => unreachable(message),
                None => match DatabaseError::from(sqlx::Error::Database(error)) {
                    DatabaseError::Unavailable(message) => unreachable(message),
                    busy @ DatabaseError::Busy(_) => busy,
                    _ => refused(&message),
                },
            }
        }
        other => other.into(),
    }
}

/// True where an error of a pooler's own is final; `None` where it is not such an error.
fn of_pooler(code: &str, message: &str) -> Option<bool> {
    let message = message.to_lowercase();
    OF_POOLERS.contains(&code).then(|| FINAL.iter().any(|words| message.contains(words)))
}

/// What to do, where the message alone does not say.
fn help(message: &str) -> &'static str {
    if message.contains("startup parameter") {
        "; have the pooler ignore it (PgBouncer's `ignore_startup_parameters`), or take it out of the URL"
    } else {
        ""
    }
}

/// True where it is about certificates and their files: those are the same in a moment.
fn is_final(error: &io::Error, address: &str) -> bool {
    let of_tls = error.get_ref().is_some_and(|source| source.is::<rustls::Error>());
    // A socket is a file too, which its server makes.
    let of_file = matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied);
    of_tls || is_untrusted(error) || (of_file && !address.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_pooler_says_is_final_or_passes() {
        for (code, message, expected) in [
            ("08P01", "unsupported startup parameter: options", Some(true)),
            ("08P01", "no such user", Some(true)),
            ("08P01", "no such database: shop", Some(true)),
            ("08P01", "SASL authentication failed", Some(true)),
            ("08P01", "server login failed: FATAL database \"shop\" does not exist", Some(true)),
            ("08P01", "query_wait_timeout", Some(false)),
            ("08P01", "pgbouncer cannot connect to server", Some(false)),
            ("08P01", "no more connections allowed (max_client_conn)", Some(false)),
            ("XX000", "Tenant or user not found", Some(true)),
            ("XX000", "MaxClientsInSessionMode: max clients reached", Some(false)),
            ("28P01", "password authentication failed", None),
        ] {
            assert_eq!(of_pooler(code, message), expected, "{message}");
        }
    }

    #[test]
    fn a_refused_connection_passes_and_a_missing_file_does_not() {
        let of = |kind: io::ErrorKind, address| refusal(sqlx::Error::Io(kind.into()), address).is_temporary();
        assert!(of(io::ErrorKind::ConnectionRefused, "db:5432"));
        assert!(of(io::ErrorKind::NotFound, "/run/postgresql"));
        assert!(!of(io::ErrorKind::NotFound, "db:5432"));
    }
}
