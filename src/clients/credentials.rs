use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::HeaderValue;

use crate::policy::ClientCredentials;

/// What HTTP Basic makes of a user name and a password (<https://www.rfc-editor.org/rfc/rfc7617#section-2>).
pub fn basic_pair(username: &str, password: &str) -> String {
    STANDARD.encode(format!("{username}:{password}"))
}

/// The client's name and password are form-encoded before they are joined
/// (<https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1>).
pub(super) fn client_pair(credentials: &ClientCredentials) -> String {
    let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    basic_pair(&encode(&credentials.client_id), &encode(credentials.client_secret.expose()))
}

/// A header value that the HTTP library keeps out of its own logs. Base64 has no character that a header cannot have.
pub(super) fn sensitive(text: &str) -> HeaderValue {
    let mut value = HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""));
    value.set_sensitive(true);
    value
}
