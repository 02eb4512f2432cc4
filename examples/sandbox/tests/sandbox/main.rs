//! The sandbox as its clients see it.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod admin;
mod auth;
mod bigquery;
#[cfg(unix)]
mod binary;
mod client;
mod faults;
mod idempotency;
mod net;
mod pages;
#[cfg(unix)]
mod postgres;
mod shop;
mod supabase;
