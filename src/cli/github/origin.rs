use std::path::Path;
use std::process::{Command, Stdio};

use url::Url;

use crate::github::{Remote, Repository, web_host};
use crate::secret::Redacted;

use super::error::GithubFault;

/// The public one.
const API: &str = "https://api.github.com";

/// The value of a process environment variable that says something.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

/// The base of the API: `GITHUB_API_URL`'s, which GitHub itself sets for a run
/// (<https://docs.github.com/actions/reference/workflows-and-actions/variables#default-environment-variables>).
pub(super) fn base() -> Result<Url, GithubFault> {
    let text = variable("GITHUB_API_URL").unwrap_or_else(|| API.to_owned());
    text.parse().map_err(|_| GithubFault::BaseUrl { text })
}

/// The repository: as it is named, as `GITHUB_REPOSITORY` says, or that of the git remote `origin` of a directory.
pub(super) fn repository(
    named: Option<&Repository>,
    remote: Option<&Remote>,
    directory: &Path,
    base: &Url,
) -> Result<Repository, GithubFault> {
    if let Some(remote) = remote {
        return on(base, remote.clone());
    }
    if let Some(named) = named {
        return Ok(named.clone());
    }
    if let Some(text) = variable("GITHUB_REPOSITORY") {
        return Ok(text.parse()?);
    }
    let url = said(Command::new("git").args(["remote", "get-url", "origin"]).current_dir(directory));
    let remote = url.as_deref().and_then(Remote::parse).ok_or(GithubFault::NoRepository)?;
    on(base, remote)
}

/// A remote's repository, where the API is that of its host: the token is for no other.
fn on(base: &Url, remote: Remote) -> Result<Repository, GithubFault> {
    let is_here = web_host(base).is_some_and(|host| host == remote.host);
    if is_here {
        Ok(remote.repository)
    } else {
        Err(GithubFault::OtherHost { base: base.to_string(), host: remote.host })
    }
}

/// The token: `GITHUB_TOKEN`'s, `GH_TOKEN`'s, or what GitHub's own command line has for that host
/// (<https://cli.github.com/manual/gh_auth_token>).
pub(super) fn token(base: &Url) -> Result<Redacted<String>, GithubFault> {
    let host = web_host(base).unwrap_or_default();
    let by_gh = || said(Command::new("gh").args(["auth", "token", "--hostname", &host]));
    let token = variable("GITHUB_TOKEN").or_else(|| variable("GH_TOKEN")).or_else(by_gh);
    token.map(Redacted::new).ok_or(GithubFault::NoToken)
}

/// What a program prints, in one line; `None` where there is no such program, it fails, or it says nothing.
fn said(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}
