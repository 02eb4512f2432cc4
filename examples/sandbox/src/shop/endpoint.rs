//! How every request to the shop is handled.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::catalogue::Catalogue;
use super::credentials::Credentials;
use super::format::Format;
use super::handle::{Shop, ShopLookup};
use super::refusal::{ErrorShape, Refusal};

/// A request's own parameters, and what it is answered.
pub(super) trait Endpoint: DeserializeOwned + Send + 'static {
    const ERRORS: ErrorShape;

    /// What the request looks up, so that tests can have that fail.
    fn lookups(&self) -> Vec<ShopLookup>;

    fn answer(&self, catalogue: &Catalogue, format: Format) -> Result<Value, Refusal>;
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Formatted {
    #[serde(default)]
    format_version: Format,
}

/// Handler: checks who asks and how often, then answers.
pub(super) async fn handle<E: Endpoint>(
    State(shop): State<Arc<Shop>>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    match answer::<E>(&shop, &uri, &headers) {
        Ok(answer) => Json(answer).into_response(),
        Err(refusal) => refusal.into_response(E::ERRORS),
    }
}

fn answer<E: Endpoint>(shop: &Shop, uri: &Uri, headers: &HeaderMap) -> Result<Value, Refusal> {
    shop.admit(parse::<Credentials>(uri)?.application(headers)?)?;
    let Formatted { format_version } = parse(uri)?;
    let endpoint: E = parse(uri)?;
    shop.look_up(&endpoint.lookups(), |catalogue| endpoint.answer(catalogue, format_version))
}

fn parse<T: DeserializeOwned>(uri: &Uri) -> Result<T, Refusal> {
    let query = Query::try_from_uri(uri).map_err(|rejection| Refusal::Parameter(rejection.body_text()))?;
    Ok(query.0)
}
