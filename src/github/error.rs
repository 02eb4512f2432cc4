use std::time::Duration;

use reqwest::header::HeaderMap;
use thiserror::Error;

use crate::clients::{Answer, SendError};
use crate::secret::Masker;

use super::limit::Limit;

/// Longer texts of GitHub's are cut.
const LONGEST_MESSAGE: usize = 500;

/// Why GitHub did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GithubError {
    /// A base URL that the token cannot be sent to.
    #[error("the API is at `{url}`, which is no https:// URL")]
    BaseUrl {
        /// The URL.
        url: String,
    },
    /// A token that cannot stand in a header.
    #[error("the token has characters that no token of GitHub's has")]
    Token,
    /// 401.
    #[error("GitHub does not accept the token ({message})")]
    Unauthorized {
        /// What it said.
        message: String,
    },
    /// 403 that is no rate limit.
    #[error("GitHub forbids to {what}: {message}")]
    Forbidden {
        /// What was to be done.
        what: &'static str,
        /// What GitHub said.
        message: String,
        /// The permissions that it asks for.
        needs: Option<String>,
    },
    /// 404, which is also what those see who have no permission.
    #[error("GitHub finds nothing where it was asked to {what}, or the token may not see it")]
    NotFound {
        /// What was to be done.
        what: &'static str,
        /// The permissions that it asks for.
        needs: Option<String>,
    },
    /// A redirect: the repository has another name now.
    #[error("the repository has moved")]
    Moved,
    /// Another answer that is an error.
    #[error("GitHub refuses to {what} ({status}): {message}")]
    Refused {
        /// What was to be done.
        what: &'static str,
        /// The status.
        status: u16,
        /// What it said.
        message: String,
    },
    /// 403 to a rerun, for what the run is and not for what the token may.
    #[error("GitHub does not run it again: {message}")]
    NotAgain {
        /// What it said.
        message: String,
    },
    /// A rate limit that asks for a longer wait than anybody is ready for.
    #[error("{} of GitHub's API is reached; it asks to wait {} s", .limit.as_str(), .wait.as_secs())]
    Limited {
        /// Which.
        limit: Limit,
        /// How long.
        wait: Duration,
    },
    /// It was asked several times, and was not there.
    #[error("GitHub's API is not available: {reason}")]
    Unavailable {
        /// What went wrong the last time.
        reason: String,
    },
    /// The other side is not who it should be.
    #[error("GitHub's API cannot be trusted: {reason}")]
    Untrusted {
        /// Why.
        reason: String,
    },
    /// A request that may have arrived, and of which nothing is to be seen.
    #[error("it cannot be told whether GitHub was told to {what}: {reason}")]
    Lost {
        /// What was to be done.
        what: &'static str,
        /// What happened to the request.
        reason: String,
    },
    /// An answer that is not of the form that GitHub describes.
    #[error("GitHub's answer to a request to {what} cannot be read: {reason}")]
    Unreadable {
        /// What was to be done.
        what: &'static str,
        /// What is wrong with it.
        reason: String,
    },
}

impl GithubError {
    /// What to do.
    pub fn help(&self) -> Vec<String> {
        let permission = |needs: &Option<String>| match needs {
            Some(needs) => format!("give the token what the API asks for: {needs}"),
            None => "give the token the permission `actions: write`, or `read` to look only".to_owned(),
        };
        match self {
            Self::BaseUrl { .. } => vec!["set GITHUB_API_URL to that of your server".to_owned()],
            Self::Token => vec!["check GITHUB_TOKEN and GH_TOKEN".to_owned()],
            Self::Unauthorized { .. } => {
                vec!["make a new token; this one is wrong or has expired".to_owned()]
            }
            Self::Forbidden { needs, .. } => vec![permission(needs)],
            Self::NotFound { needs, .. } => vec![
                "check the names of the repository, the workflow and the run".to_owned(),
                format!("what a token may not see reads as not found: {}", permission(needs)),
            ],
            Self::Moved => vec!["name it as it is called now: --repo OWNER/NAME".to_owned()],
            Self::Refused { .. } => Vec::new(),
            Self::NotAgain { .. } => vec!["start a new run: jobnet dispatch".to_owned()],
            Self::Limited { .. } | Self::Unavailable { .. } => vec!["try again later".to_owned()],
            Self::Untrusted { .. } => {
                vec!["trust its certificate by SSL_CERT_FILE, where it is a server of your own".to_owned()]
            }
            Self::Lost { .. } => vec!["look at the run's page before you try again".to_owned()],
            Self::Unreadable { .. } => vec!["check that GITHUB_API_URL is that of a GitHub".to_owned()],
        }
    }

    /// True where the same may succeed later.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Limited { .. } | Self::Unavailable { .. })
    }

    /// What an answer with an error status means. The permission that it asks for is named in a header
    /// (<https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api#resource-not-accessible>).
    pub(super) fn of(answer: &Answer, what: &'static str, masker: &Masker) -> Self {
        let message = message(answer, masker);
        let needs = needs(&answer.headers, masker);
        match answer.status {
            301 | 302 | 307 | 308 => Self::Moved,
            401 => Self::Unauthorized { message },
            403 => Self::Forbidden { what, message, needs },
            404 => Self::NotFound { what, needs },
            408 | 500..=599 => Self::Unavailable { reason: format!("it answered {}", answer.status) },
            status => Self::Refused { what, status, message },
        }
    }

    /// Why a request has no answer.
    pub(super) fn unsent(error: &SendError) -> Self {
        if error.is_temporary() {
            return Self::Unavailable { reason: error.to_string() };
        }
        Self::Untrusted { reason: error.to_string() }
    }
}

/// GitHub's own words, with what they are about
/// (<https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api#validation-failed>).
fn message(answer: &Answer, masker: &Masker) -> String {
    let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let Some(text) = body["message"].as_str() else { return format!("status {}", answer.status) };
    let details = body["errors"].as_array().into_iter().flatten();
    let details = details.filter_map(|error| error["message"].as_str().or(error.as_str()));
    let text = std::iter::once(text).chain(details).collect::<Vec<_>>().join("; ");
    masker.excerpt(&text.split_whitespace().collect::<Vec<_>>().join(" "), LONGEST_MESSAGE)
}

fn needs(headers: &HeaderMap, masker: &Masker) -> Option<String> {
    let header = |name: &str| headers.get(name)?.to_str().ok().filter(|value| !value.trim().is_empty());
    let fine = header("x-accepted-github-permissions").map(|needs| needs.replace('=', ": "));
    let classic = || header("x-accepted-oauth-scopes").map(|scopes| format!("one of the scopes {scopes}"));
    fine.or_else(classic).map(|needs| masker.excerpt(&needs, LONGEST_MESSAGE))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(status: u16, header: Option<(&'static str, &str)>, body: &str) -> String {
        let headers = header.map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        let answer = Answer { status, headers: headers.into_iter().collect(), body: body.to_owned().into() };
        let masker = Masker::default();
        masker.add("ghp_secret");
        let error = GithubError::of(&answer, "start the workflow", &masker);
        std::iter::once(error.to_string()).chain(error.help()).collect::<Vec<_>>().join("\n  ") + "\n"
    }

    #[test]
    fn an_error_says_what_is_missing() {
        let fine = Some(("x-accepted-github-permissions", "actions=write"));
        let classic = Some(("x-accepted-oauth-scopes", "repo"));
        let shown = [
            told(401, None, r#"{"message": "Bad credentials"}"#),
            told(403, fine, r#"{"message": "Resource not accessible by personal access token"}"#),
            told(403, classic, r#"{"message": "Must have admin rights to Repository."}"#),
            told(404, fine, r#"{"message": "Not Found"}"#),
            told(404, None, "<html>"),
            told(
                422,
                None,
                r#"{"message": "Validation Failed", "errors": [{"message": "no ref ghp_secret"}, "x"]}"#,
            ),
            told(301, None, "{}"),
            told(503, None, ""),
        ];
        insta::assert_snapshot!(shown.concat(), @"
        GitHub does not accept the token (Bad credentials)
          make a new token; this one is wrong or has expired
        GitHub forbids to start the workflow: Resource not accessible by personal access token
          give the token what the API asks for: actions: write
        GitHub forbids to start the workflow: Must have admin rights to Repository.
          give the token what the API asks for: one of the scopes repo
        GitHub finds nothing where it was asked to start the workflow, or the token may not see it
          check the names of the repository, the workflow and the run
          what a token may not see reads as not found: give the token what the API asks for: actions: write
        GitHub finds nothing where it was asked to start the workflow, or the token may not see it
          check the names of the repository, the workflow and the run
          what a token may not see reads as not found: give the token the permission `actions: write`, or `read` to look only
        GitHub refuses to start the workflow (422): Validation Failed; no ref ***; x
        the repository has moved
          name it as it is called now: --repo OWNER/NAME
        GitHub's API is not available: it answered 503
          try again later
        ");
    }
}
