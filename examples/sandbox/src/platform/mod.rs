//! A SaaS platform's admin API at `/admin`: its installation, and the upkeep of quotas, organizations and alerts.

mod alerts;
mod bootstrap;
mod installation;
mod options;
mod organizations;
mod quotas;
mod root_key;
mod routes;
mod seed;
mod tables;

pub use options::{Installation, PlatformOptions};
pub(crate) use routes::routes;
pub(crate) use seed::seed;
pub(crate) use tables::{TABLES, time_text};
