use std::net::IpAddr;

use ipnet::IpNet;
use thiserror::Error;
use url::{Host, Url};

/// The proxies that the process environment names, as curl reads it: `http_proxy`, `https_proxy` and `all_proxy` say which,
/// `no_proxy` for whom not; each in capitals too, and the small letters win
/// (<https://everything.curl.dev/usingcurl/proxies/env.html>).
#[derive(Debug, Clone, Default)]
pub(super) struct Proxies {
    http: Option<Proxy>,
    https: Option<Proxy>,
    without: Vec<Without>,
}

/// A proxy that requests go through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Proxy {
    /// With the user name and the password that it may want.
    pub(super) url: Url,
}

/// Why no proxy can be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ProxyError {
    /// It is not a URL, or one without a host.
    #[error("{variable} is not the URL of a proxy")]
    NotUrl {
        /// The variable.
        variable: String,
    },
    /// A proxy that is spoken to in another way.
    #[error("{variable} names a proxy by `{scheme}://`, and only http and https are known")]
    Scheme {
        /// The variable.
        variable: String,
        /// The scheme.
        scheme: String,
    },
}

/// Hosts that are reached without a proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Without {
    All,
    Net(IpNet, Option<u16>),
    /// A name and all names below it.
    Name(String, Option<u16>),
}

impl Proxy {
    /// `HOST:PORT`.
    pub(super) fn shown(&self) -> String {
        let port = self.url.port_or_known_default().map_or_else(String::new, |port| format!(":{port}"));
        format!("{}{port}", self.url.host_str().unwrap_or_default())
    }
}

impl Proxies {
    /// Those of this process.
    ///
    /// # Errors
    /// [`ProxyError`].
    pub(super) fn around() -> Result<Self, ProxyError> {
        Self::read(|name| std::env::var(name).ok())
    }

    /// Those of variables whose values `value` gives; an empty one is as if not set.
    ///
    /// # Errors
    /// [`ProxyError`].
    pub(super) fn read(value: impl Fn(&str) -> Option<String>) -> Result<Self, ProxyError> {
        let find = |names: [&str; 2]| {
            let values = names
                .map(|name| Some((name.to_owned(), value(name).filter(|text| !text.trim().is_empty())?)));
            values.into_iter().flatten().next()
        };
        // To a CGI program this is a header of its client's (https://httpoxy.org).
        let is_cgi = value("REQUEST_METHOD").is_some();
        let http = find(["http_proxy", "HTTP_PROXY"]).filter(|(name, _)| !is_cgi || name == "http_proxy");
        let (https, all) = (find(["https_proxy", "HTTPS_PROXY"]), find(["all_proxy", "ALL_PROXY"]));
        let proxy =
            |named: Option<(String, String)>| named.or_else(|| all.clone()).map(read_proxy).transpose();
        let without = find(["no_proxy", "NO_PROXY"]).map_or_else(Vec::new, |(_, text)| read_without(&text));
        Ok(Self { http: proxy(http)?, https: proxy(https)?, without })
    }

    /// The proxy for a URL; `None` where its host is asked itself.
    pub(super) fn of(&self, url: &Url) -> Option<&Proxy> {
        let proxy = match url.scheme() {
            "http" => self.http.as_ref(),
            "https" => self.https.as_ref(),
            _ => None,
        };
        proxy.filter(|_| !self.without.iter().any(|without| without.has(url)))
    }
}

fn read_proxy((variable, text): (String, String)) -> Result<Proxy, ProxyError> {
    let text = text.trim();
    let with_scheme = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let Some(url) = Url::parse(&with_scheme).ok().filter(Url::has_host) else {
        return Err(ProxyError::NotUrl { variable });
    };
    match url.scheme() {
        "http" | "https" => Ok(Proxy { url }),
        scheme => Err(ProxyError::Scheme { variable, scheme: scheme.to_owned() }),
    }
}

fn read_without(text: &str) -> Vec<Without> {
    let words = text.split(|letter: char| letter == ',' || letter.is_whitespace());
    words.filter(|word| !word.is_empty()).map(Without::read).collect()
}

impl Without {
    fn read(word: &str) -> Self {
        if word == "*" {
            return Self::All;
        }
        if let Some(net) = net(word) {
            return Self::Net(net, None);
        }
        let (host, port) = match word.rsplit_once(':') {
            Some((host, port)) => match port.parse() {
                Ok(port) => (host, Some(port)),
                Err(_) => (word, None),
            },
            None => (word, None),
        };
        match net(host) {
            Some(net) => Self::Net(net, port),
            None => Self::Name(host.trim_matches('.').to_ascii_lowercase(), port),
        }
    }

    fn has(&self, url: &Url) -> bool {
        let is_port = |port: Option<u16>| port.is_none() || port == url.port_or_known_default();
        match (self, url.host()) {
            (Self::All, _) => true,
            (Self::Net(net, port), Some(host)) => {
                is_port(*port) && address(&host).is_some_and(|ip| net.contains(&ip))
            }
            (Self::Name(name, port), Some(Host::Domain(host))) => is_port(*port) && is_below(host, name),
            _ => false,
        }
    }
}

/// An address, or a range of them; in brackets or not.
fn net(word: &str) -> Option<IpNet> {
    let bare = word.strip_prefix('[').and_then(|word| word.strip_suffix(']')).unwrap_or(word);
    bare.parse().ok().or_else(|| bare.parse::<IpAddr>().ok().map(IpNet::from))
}

fn address(host: &Host<&str>) -> Option<IpAddr> {
    match host {
        Host::Domain(_) => None,
        Host::Ipv4(ip) => Some((*ip).into()),
        Host::Ipv6(ip) => Some((*ip).into()),
    }
}

/// True for the name itself and for what is below it; hosts come in small letters.
fn is_below(host: &str, name: &str) -> bool {
    let host = host.trim_end_matches('.');
    !name.is_empty()
        && host.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(variables: &[(&str, &str)]) -> Result<Proxies, ProxyError> {
        Proxies::read(|name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    fn used(variables: &[(&str, &str)], url: &str) -> Option<String> {
        proxies(variables).unwrap().of(&Url::parse(url).unwrap()).map(Proxy::shown)
    }

    #[test]
    fn the_scheme_of_the_url_decides_and_small_letters_win() {
        let variables = [("HTTP_PROXY", "http://a:1"), ("https_proxy", "b:2"), ("HTTPS_PROXY", "http://c:3")];
        assert_eq!(used(&variables, "http://api.example").as_deref(), Some("a:1"));
        assert_eq!(used(&variables, "https://api.example").as_deref(), Some("b:2"));
        let variables = [("all_proxy", "https://user:pass@p.example"), ("http_proxy", " ")];
        assert_eq!(used(&variables, "http://api.example").as_deref(), Some("p.example:443"));
        assert_eq!(used(&[("HTTP_PROXY", "a:1"), ("REQUEST_METHOD", "GET")], "http://api.example"), None);
        assert_eq!(used(&[], "http://api.example"), None);
    }

    #[test]
    fn a_proxy_that_cannot_be_used_is_named_by_its_variable_alone() {
        for (value, message) in [
            (
                "socks5://user:pass@p:1",
                "https_proxy names a proxy by `socks5://`, and only http and https are known",
            ),
            ("ftp://p", "https_proxy names a proxy by `ftp://`, and only http and https are known"),
            ("http://", "https_proxy is not the URL of a proxy"),
            ("p:port", "https_proxy is not the URL of a proxy"),
        ] {
            assert_eq!(proxies(&[("https_proxy", value)]).unwrap_err().to_string(), message);
        }
    }

    /// As curl decides.
    #[test]
    fn hosts_are_left_out_as_curl_leaves_them_out() {
        for (without, url, is_left_out) in [
            ("*", "http://api.example", true),
            ("api.example", "http://api.example", true),
            ("example", "http://api.example", true),
            (".example", "http://api.example", true),
            ("example.", "http://api.example", true),
            ("API.Example", "http://api.example", true),
            ("a.example, b.example", "http://b.example", true),
            ("a.example b.example", "http://b.example", true),
            ("pi.example", "http://api.example", false),
            ("x.api.example", "http://api.example", false),
            ("*.example", "http://api.example", false),
            ("", "http://api.example", false),
            (".", "http://api.example", false),
            ("api.example:8080", "http://api.example:8080", true),
            ("api.example:8080", "http://api.example", false),
            ("api.example:443", "https://api.example", true),
            ("127.0.0.1", "http://127.0.0.1:8080", true),
            ("127.0.0.1:8080", "http://127.0.0.1:8080", true),
            ("127.0.0.1:8081", "http://127.0.0.1:8080", false),
            ("10.0.0.0/8", "http://10.1.2.3", true),
            ("10.0.0.0/8", "http://11.1.2.3", false),
            ("0.0.1", "http://127.0.0.1", false),
            ("::1", "http://[::1]:8080", true),
            ("[::1]", "http://[::1]:8080", true),
            ("[::1]:8080", "http://[::1]:8080", true),
            ("fe80::/10", "http://[fe80::1]", true),
            ("localhost", "http://127.0.0.1", false),
        ] {
            let variables = [("http_proxy", "p:1"), ("https_proxy", "p:1"), ("no_proxy", without)];
            assert_eq!(used(&variables, url).is_none(), is_left_out, "{without} {url}");
        }
    }
}
