//! Supabase's Management API at `/supabase`: SQL, run on a project's database.

mod answer;
mod error;
mod postgres;
mod query;
mod rate;
mod sqlite;
mod statements;

use std::fmt;
use std::sync::Arc;

use axum::Router;
use axum::routing::post;
use sqlx::SqliteConnection;
use tokio::sync::{Mutex, OnceCell};

use crate::portal::Portal;

/// How Supabase's Management API is set up.
#[derive(Clone, PartialEq, Eq)]
pub struct SupabaseOptions {
    /// The bearer token that requests must show; `sandbox-supabase-token` unless told.
    pub token: String,
    /// The URL of the PostgreSQL database that the SQL is run on; `None` is an SQLite database.
    pub postgres: Option<String>,
    /// How many requests within a minute are served, the rest being answered 429; `None` is any number.
    pub requests_per_minute: Option<usize>,
}

impl Default for SupabaseOptions {
    fn default() -> Self {
        Self { token: "sandbox-supabase-token".to_owned(), postgres: None, requests_per_minute: None }
    }
}

impl fmt::Debug for SupabaseOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SupabaseOptions")
            .field("requests_per_minute", &self.requests_per_minute)
            .finish_non_exhaustive()
    }
}

/// What requests to the Management API share. All projects are one.
#[derive(Default)]
pub(crate) struct Supabase {
    sqlite: OnceCell<Mutex<SqliteConnection>>,
    rate: rate::Rate,
}

pub(crate) fn routes() -> Router<Arc<Portal>> {
    Router::new().route("/supabase/v1/projects/{project}/database/query", post(query::handle))
}
