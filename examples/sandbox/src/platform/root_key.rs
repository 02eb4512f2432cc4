//! Lets in who knows the platform's root key.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::api_error::ApiError;
use crate::portal::Portal;

/// Middleware: refuses the request unless its header `X-CA-Root-Key` is the platform's.
pub(super) async fn authorize(
    State(portal): State<Arc<Portal>>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let key = request.headers().get("x-ca-root-key").ok_or(ApiError::NoRootKey)?;
    if key.as_bytes() != portal.options.platform.root_key.as_bytes() {
        return Err(ApiError::BadRootKey);
    }
    Ok(next.run(request).await)
}
