//! Which path of the admin API does what.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use super::alerts::ProcessAll;
use super::bootstrap::{self, Bootstrap};
use super::quotas::{CleanupStale, ResetDaily, ResetMonthly};
use super::{organizations, root_key};
use crate::command::{self, Keyed};
use crate::portal::Portal;

/// The admin API, whose own paths begin with `/admin` below the prefix `/admin`.
pub(crate) fn routes(portal: &Arc<Portal>) -> Router<Arc<Portal>> {
    let daily = async |request: Keyed| request.run(|_| Ok(ResetDaily)).await;
    let monthly = async |request: Keyed| request.run(|_| Ok(ResetMonthly)).await;
    let stale = async |request: Keyed| request.run(|_| Ok(CleanupStale)).await;
    let alerts = async |request: Keyed| request.run(|_| Ok(ProcessAll)).await;
    Router::new()
        .route("/admin/admin/bootstrap/status", get(bootstrap::status))
        .route("/admin/admin/bootstrap", post(command::handle::<Bootstrap>))
        .route("/admin/admin/organizations", get(organizations::list))
        .route("/admin/admin/organizations/{org_slug}/sync", post(organizations::sync))
        .route("/admin/admin/quota/reset-daily", post(daily))
        .route("/admin/admin/quota/reset-monthly", post(monthly))
        .route("/admin/admin/quota/cleanup-stale", post(stale))
        .route("/admin/admin/alerts/process-all", post(alerts))
        .route_layer(from_fn_with_state(Arc::clone(portal), root_key::authorize))
}
