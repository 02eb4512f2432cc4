//! Signs and reads the portal's tokens: HS256 JSON Web Tokens ([RFC 7519](https://www.rfc-editor.org/rfc/rfc7519)).

use jsonwebtoken::errors::Error;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Claims {
    #[serde(default)]
    pub(crate) sub: String,
    /// In seconds of the Unix epoch; the token is good before it.
    pub(crate) exp: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) aud: Option<Audience>,
    /// Names with spaces between them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) scope: Option<String>,
    /// How often the portal had expired all its tokens when it issued this one.
    #[serde(default)]
    pub(crate) generation: u64,
    /// Makes every token another one.
    #[serde(default)]
    pub(crate) jti: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Claims {
    pub(crate) fn has_audience(&self, name: &str) -> bool {
        match &self.aud {
            None => false,
            Some(Audience::One(one)) => one == name,
            Some(Audience::Many(many)) => many.iter().any(|one| one == name),
        }
    }

    pub(crate) fn has_scope(&self, name: &str) -> bool {
        self.scope.as_deref().unwrap_or_default().split(' ').any(|one| one == name)
    }
}

pub(crate) fn sign(claims: &Claims, secret: &str) -> Result<String, Error> {
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &EncodingKey::from_secret(secret.as_bytes()))
}

/// The claims of a token with a good signature; what they say is up to the caller to check.
pub(crate) fn read(token: &str, secret: &str) -> Result<Claims, Error> {
    let mut validation = Validation::new(Algorithm::HS256);
    // The portal has a clock of its own, and answers a wrong audience otherwise than a bad token.
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let key = DecodingKey::from_secret(secret.as_bytes());
    Ok(jsonwebtoken::decode::<Claims>(token, &key, &validation)?.claims)
}
