//! The integration tests: one binary, each module an area, each test an example of what users rely on.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "the helpers of a test fail like the test itself"
)]

mod action;
mod architecture;
mod auth;
mod batch_etl;
mod bodies;
mod checkers;
mod cloud_run_target;
mod collect;
mod common;
mod connect;
mod continues;
mod counting;
mod documentation;
mod dry_run;
mod environments;
mod exec;
mod for_each;
mod generate;
mod github_api;
mod github_target;
mod help;
mod hostile_specs;
mod idempotency;
mod init;
mod install;
mod jq;
mod keep;
mod kill;
mod kubernetes_target;
mod lease;
mod lint;
mod migrate;
mod notify;
mod numbers;
mod overlay;
mod paging;
mod plan;
mod pooler;
mod portal_net;
mod pre_commit;
mod proxy;
mod rate;
mod rate_limits;
mod recipes;
mod report;
mod request_urls;
mod retries;
mod retry_after;
mod runners;
mod save;
mod scheduled;
mod scheduler_jobs;
mod schema;
mod secret_lines;
mod secrets;
mod sending;
mod servers;
mod shell;
mod signals;
mod spec_faults;
mod sql_lexer;
mod sql_stage;
mod stage_retries;
mod store;
mod tls;
