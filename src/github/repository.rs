use std::fmt;
use std::str::FromStr;

use thiserror::Error;
use url::Url;

/// A repository on a GitHub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// Who has it: an organisation or a person.
    pub owner: String,
    /// Its name.
    pub name: String,
}

/// A text that names no repository.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is no repository")]
pub struct RepositoryError(String);

impl RepositoryError {
    /// What to do.
    pub fn help(&self) -> String {
        "name it as OWNER/NAME".to_owned()
    }
}

impl FromStr for Repository {
    type Err = RepositoryError;

    fn from_str(text: &str) -> Result<Self, RepositoryError> {
        let is_name = |name: &str| {
            let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            !["", ".", ".."].contains(&name) && name.chars().all(plain)
        };
        match text.split_once('/') {
            Some((owner, name)) if is_name(owner) && is_name(name) => {
                Ok(Self { owner: owner.to_owned(), name: name.to_owned() })
            }
            _ => Err(RepositoryError(text.to_owned())),
        }
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

/// What the URL of a git remote says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    /// The host, as people see it in a browser.
    pub host: String,
    /// The repository there.
    pub repository: Repository,
}

impl Remote {
    /// Reads a remote's URL: `https://HOST/OWNER/NAME`, `ssh://git@HOST/OWNER/NAME` or `git@HOST:OWNER/NAME`, each with or
    /// without `.git` (<https://git-scm.com/docs/git-clone#_git_urls>). `None` where it is none of them.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (host, path) = match Url::parse(text) {
            Ok(url) if ["https", "http", "ssh", "git"].contains(&url.scheme()) => {
                (url.host_str()?.to_owned(), url.path().to_owned())
            }
            _ => {
                let (host, path) = text.split_once(':')?;
                let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
                (host.to_owned(), path.to_owned())
            }
        };
        let path = path.trim_matches('/');
        let repository = path.strip_suffix(".git").unwrap_or(path).parse().ok()?;
        // GitHub's SSH over the port of HTTPS has a name of its own
        // (<https://docs.github.com/authentication/troubleshooting-ssh/using-ssh-over-the-https-port>).
        let host = if host == "ssh.github.com" { "github.com".to_owned() } else { host.to_ascii_lowercase() };
        Some(Self { host, repository })
    }
}

/// The host that people see in a browser, of an API's base URL: `github.com` of `https://api.github.com`, `HOST` of
/// `https://HOST/api/v3` and of `https://api.HOST`
/// (<https://docs.github.com/enterprise-server@3.19/rest/enterprise-admin#endpoint-urls>).
pub fn web_host(base: &Url) -> Option<String> {
    let host = base.host_str()?;
    Some(host.strip_prefix("api.").unwrap_or(host).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remote_is_read_in_each_form_of_git() {
        for (url, read) in [
            ("https://github.com/shop/etl.git", Some("github.com shop/etl")),
            ("https://github.com/shop/etl", Some("github.com shop/etl")),
            ("https://me:pw@GitHub.com/shop/etl.git/", Some("github.com shop/etl")),
            ("git@github.com:shop/etl.git", Some("github.com shop/etl")),
            ("ssh://git@github.com/shop/etl.git", Some("github.com shop/etl")),
            ("ssh://git@ssh.github.com:443/shop/etl.git", Some("github.com shop/etl")),
            ("git@git.shop.example:shop/etl.js.git\n", Some("git.shop.example shop/etl.js")),
            ("/srv/git/etl.git", None),
            ("../etl", None),
            ("file:///srv/git/shop/etl.git", None),
            ("https://gitlab.example/group/sub/etl.git", None),
            ("git@github.com:..", None),
            ("", None),
        ] {
            let shown = Remote::parse(url).map(|remote| format!("{} {}", remote.host, remote.repository));
            assert_eq!(shown.as_deref(), read, "{url}");
        }
    }

    #[test]
    fn a_repository_has_an_owner_and_a_name() {
        assert_eq!("shop/etl".parse::<Repository>().unwrap().to_string(), "shop/etl");
        for text in ["etl", "shop/", "/etl", "shop/etl/x", "shop/..", "sh op/etl", "shop/etl?x"] {
            assert!(text.parse::<Repository>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_api_has_a_host_for_people() {
        for (base, host) in [
            ("https://api.github.com", "github.com"),
            ("https://git.shop.example/api/v3", "git.shop.example"),
            ("https://api.shop.ghe.com", "shop.ghe.com"),
        ] {
            assert_eq!(web_host(&base.parse().unwrap()).as_deref(), Some(host));
        }
    }
}
