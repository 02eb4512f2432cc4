use thiserror::Error;

/// Why requests cannot say who is asking.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AuthError {
    /// A value that cannot stand in a header.
    #[error("the value of header `{0}` has characters that no header can have")]
    HeaderValue(String),
    /// A name that no header can have.
    #[error("`{0}` is not the name of a header")]
    HeaderName(String),
    /// The token endpoint's URL is not one.
    #[error("`token_url` is not a URL: {0}")]
    TokenUrl(String),
    /// The token endpoint does not accept the client.
    #[error("{url} gives out no token: {status}, {reason}")]
    Refused {
        /// The endpoint.
        url: String,
        /// Its status.
        status: u16,
        /// Its reason.
        reason: String,
    },
    /// The token endpoint accepts the client, and its response has no token that can be used.
    #[error("{url} gives out no token: {status}, {reason}")]
    NoToken {
        /// The endpoint.
        url: String,
        /// Its status.
        status: u16,
        /// What is wrong with its response.
        reason: String,
    },
    /// The token endpoint is not who it should be, or a proxy refuses the way to it.
    #[error("{url} cannot be reached: {reason}")]
    Unreachable {
        /// The endpoint.
        url: String,
        /// Why.
        reason: String,
    },
    /// The token endpoint was not available to the end of the retries.
    #[error("{url} is not available: {reason}")]
    Unavailable {
        /// The endpoint.
        url: String,
        /// What happened last.
        reason: String,
    },
}

impl AuthError {
    /// True where the same may succeed later.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }
}
