//! Which path does what.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use crate::api_error::ApiError;
use crate::extract::{ExtractFields, ExtractViews};
use crate::package::Package;
use crate::pages::{Fields, Views};
use crate::portal::Portal;
use crate::translate::Translate;
use crate::upsert::Upsert;
use crate::{auth, bigquery, command, inject, pages, platform, seen, shop, summary, supabase, token};

pub(crate) fn router(portal: Arc<Portal>) -> Router {
    Router::new()
        .route("/portal/view_common", get(pages::handle::<Views>))
        .route("/portal/field", get(pages::handle::<Fields>))
        .route("/extract/view_common", post(command::handle::<ExtractViews>))
        .route("/extract/field", post(command::handle::<ExtractFields>))
        .route("/translate/run", post(command::handle::<Translate>))
        .route("/chroma/package", post(command::handle::<Package>))
        .route("/chroma/upsert", post(command::handle::<Upsert>))
        .route("/status/summary", get(summary::handle))
        .route_layer(from_fn_with_state(Arc::clone(&portal), auth::authorize))
        .route("/oauth/token", post(token::handle))
        .nest("/rakuten", shop::router(Arc::clone(&portal.shop)))
        .merge(platform::routes(&portal))
        .merge(supabase::routes())
        .merge(bigquery::routes())
        .fallback(async || ApiError::NoSuchPath)
        .method_not_allowed_fallback(async || ApiError::NoSuchMethod)
        // `seen::remember` has a limit of its own.
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(Arc::clone(&portal), inject::inject))
        .layer(from_fn_with_state(Arc::clone(&portal), seen::remember))
        .with_state(portal)
}
