//! What talks to the outside: an HTTP client with authentication, the pauses that hosts ask for, databases, object stores,
//! and the processes of commands.
//!
//! Invariants: nothing here knows stages, plans or counts, and no error text holds a header, a query or a body that was
//! sent.

mod asked_wait;
mod auth;
mod auth_error;
mod bigquery;
mod command;
mod credentials;
mod database;
mod gate;
mod http;
mod json_api;
mod last;
mod lease;
mod link;
mod pacer;
mod proxy;
mod proxy_refusal;
mod rate_limit;
mod roots;
mod store;
mod supabase;
mod token;
mod token_response;
mod wait_text;

pub use asked_wait::{asked_wait, server_time};
pub use auth::Authorizer;
pub use auth_error::AuthError;
pub use bigquery::{BigQuery, BigQueryError, Job, JobRef, JobState};
pub use command::{
    CountersFile, CountersFileError, Ended, Ending, Lines, Process, Program, Remnant, StartError, Tail,
};
pub use credentials::basic_pair;
pub use database::{
    Applied, Applier, Beginning, Bound, Cell, Change, Changes, Checksum, Column, ColumnKind, Committed,
    Counts, Database, DatabaseError, DatabaseUrl, DatabaseUrlError, Enclosure, Float, LastSaved, Loose, Mark,
    Migrated, Migration, MigrationError, NetRun, NormalError, Owner, Param, PostgresUrl, Progress, Rejected,
    Removal, RunEnd, StatementError, Storage, TableChanges, TableCounts, TableRef, TableShape, UniqueColumn,
    hash,
};
pub use gate::Gates;
pub use http::{Answer, HttpClient, Outgoing, SendError};
pub use json_api::{Observer, Sent};
pub use last::LastRun;
pub use lease::{Acquired, Claim, Holder};
pub use link::{Link, LinkError, link};
pub use pacer::{NotThen, Pacer};
pub use proxy::ProxyError;
pub use roots::{BuildError, built_in_roots};
pub use store::{
    KeyError, ObjectKey, Put, S3Location, Store, StoreError, StoreUrl, StoreUrlError, aws_loader, gzip,
};
pub use supabase::{Supabase, SupabaseError};
