use std::time::Duration;

use serde_json::{Map, Value};
use thiserror::Error;

/// How long a token is used whose life the server does not tell.
const UNTOLD_LIFE: Duration = Duration::from_mins(5);

/// No token is used for longer, so that moments can be computed with it whatever a server says.
const LONGEST_LIFE: Duration = Duration::from_hours(365 * 24);

/// A response of a token endpoint that gives a token out (<https://www.rfc-editor.org/rfc/rfc6749#section-5.1>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TokenResponse {
    pub(super) access_token: String,
    /// How long it can be used.
    pub(super) life: Duration,
}

/// What is wrong with a response that should give a token out. No value of it is shown: it may be a token.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum TokenFault {
    #[error("its response is not a JSON object")]
    NotObject,
    #[error("{0}")]
    Said(String),
    #[error("its response has no `access_token`{}", beside(.0))]
    Missing(Vec<String>),
    #[error("`{name}` of its response is {found}, expected {expected}")]
    WrongType { name: &'static str, found: &'static str, expected: &'static str },
    #[error("its token is of the type `{0}`, and requests can only carry a Bearer token")]
    TokenType(String),
}

impl TokenResponse {
    /// Reads a response. `expires_in` may be a number with a fraction, a text, or absent; a negative one tells no life, and
    /// the token is used for five minutes as if it were absent. `token_type` is compared without regard to case
    /// (<https://www.rfc-editor.org/rfc/rfc6749#section-7.1>).
    pub(super) fn read(body: &[u8]) -> Result<Self, TokenFault> {
        let body = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body);
        let Ok(Value::Object(map)) = serde_json::from_slice(body) else {
            return Err(TokenFault::NotObject);
        };
        let access_token = match map.get("access_token") {
            Some(Value::String(token)) if !token.is_empty() => token.clone(),
            found => {
                let found = found.map(|found| wrong("access_token", found, "a text"));
                let missing = || TokenFault::Missing(map.keys().cloned().collect());
                return Err(said(&map).map(TokenFault::Said).or(found).unwrap_or_else(missing));
            }
        };
        match map.get("token_type") {
            Some(Value::String(kind)) if kind.eq_ignore_ascii_case("bearer") => {}
            None | Some(Value::Null) => {}
            Some(Value::String(kind)) => return Err(TokenFault::TokenType(kind.chars().take(40).collect())),
            Some(other) => return Err(wrong("token_type", other, "a text")),
        }
        Ok(Self { access_token, life: life(map.get("expires_in"))?.min(LONGEST_LIFE) })
    }
}

fn life(expires_in: Option<&Value>) -> Result<Duration, TokenFault> {
    let expected = "a number of seconds";
    let seconds = match expires_in {
        None | Some(Value::Null) => return Ok(UNTOLD_LIFE),
        Some(Value::Number(number)) => number.as_f64(),
        Some(Value::String(text)) if text.trim().is_empty() => return Ok(UNTOLD_LIFE),
        Some(Value::String(text)) => text.trim().parse::<f64>().ok().filter(|seconds| seconds.is_finite()),
        Some(other) => return Err(wrong("expires_in", other, expected)),
    };
    match seconds {
        None => Err(TokenFault::WrongType { name: "expires_in", found: "a text without one", expected }),
        Some(seconds) if seconds >= 0.0 => Ok(Duration::try_from_secs_f64(seconds).unwrap_or(LONGEST_LIFE)),
        Some(_) => Ok(UNTOLD_LIFE),
    }
}

/// What an error of a token endpoint says (<https://www.rfc-editor.org/rfc/rfc6749#section-5.2>).
pub(super) fn fault_text(body: &[u8]) -> String {
    let said = match serde_json::from_slice(body) {
        Ok(Value::Object(map)) => said(&map),
        _ => None,
    };
    said.unwrap_or_else(|| "it does not say why".to_owned())
}

fn said(map: &Map<String, Value>) -> Option<String> {
    let error = map.get("error")?.as_str()?;
    let description = map.get("error_description").and_then(Value::as_str);
    Some(description.map_or_else(|| error.to_owned(), |description| format!("{error}: {description}")))
}

fn wrong(name: &'static str, found: &Value, expected: &'static str) -> TokenFault {
    let found = match found {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(text) if text.is_empty() => "an empty text",
        Value::String(_) => "a text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    };
    TokenFault::WrongType { name, found, expected }
}

/// The keys that it has in place of the token.
fn beside(keys: &[String]) -> String {
    if keys.is_empty() {
        return ": it is an empty object".to_owned();
    }
    let shown: Vec<_> = keys.iter().take(12).map(|key| format!("`{key}`")).collect();
    format!(": it has {}", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_life_of_a_token_is_read_however_it_is_written() {
        for (expires_in, seconds) in [
            (r#","expires_in":3599"#, 3599),
            (r#","expires_in":"3599""#, 3599),
            (r#","expires_in":" 3599 ""#, 3599),
            (r#","expires_in":3599.0"#, 3599),
            (r#","expires_in":"3599.5""#, 3599),
            (r#","expires_in":3.599e3"#, 3599),
            (r#","expires_in":null"#, 300),
            (r#","expires_in":"""#, 300),
            (r#","expires_in":0"#, 0),
            (r#","expires_in":-1"#, 300),
            ("", 300),
            (r#","expires_in":1e300"#, 31_536_000),
            (r#","token_type":"BEARER","scope":null,"expires_in":60"#, 60),
            (r#","token_type":null,"expires_in":60"#, 60),
        ] {
            let body = format!(r#"{{"access_token":"t"{expires_in}}}"#);
            let read = TokenResponse::read(body.as_bytes());
            assert_eq!(read.map(|token| token.life.as_secs()), Ok(seconds), "{body}");
        }
    }

    #[test]
    fn a_response_without_a_token_that_can_be_used_says_what_is_wrong() {
        for (body, error) in [
            ("<html>", "its response is not a JSON object"),
            ("[]", "its response is not a JSON object"),
            ("{}", "its response has no `access_token`: it is an empty object"),
            (
                r#"{"accessToken":"t","expires_in":60}"#,
                "its response has no `access_token`: it has `accessToken`, `expires_in`",
            ),
            (r#"{"access_token":""}"#, "`access_token` of its response is an empty text, expected a text"),
            (r#"{"access_token":null}"#, "`access_token` of its response is null, expected a text"),
            (r#"{"error":"bad_client","error_description":"no such client"}"#, "bad_client: no such client"),
            (r#"{"access_token":7}"#, "`access_token` of its response is a number, expected a text"),
            (
                r#"{"access_token":"t","token_type":"mac"}"#,
                "its token is of the type `mac`, and requests can only carry a Bearer token",
            ),
            (
                r#"{"access_token":"t","expires_in":"soon"}"#,
                "`expires_in` of its response is a text without one, expected a number of seconds",
            ),
            (
                r#"{"access_token":"t","expires_in":[60]}"#,
                "`expires_in` of its response is an array, expected a number of seconds",
            ),
        ] {
            assert_eq!(TokenResponse::read(body.as_bytes()).unwrap_err().to_string(), error, "{body}");
        }
    }
}
