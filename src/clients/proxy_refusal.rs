use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::proxy::Proxy;

/// So long a proxy is asked why it refused.
const PATIENCE: Duration = Duration::from_secs(5);

/// A status line is shorter.
const LONGEST: usize = 1024;

/// The status by which a proxy refuses to connect to `host` (`HOST:PORT`); `None` where it cannot be told. The HTTP client
/// sees it and keeps it to itself, so that the proxy is asked once more.
pub(super) async fn refusal(proxy: &Proxy, host: &str) -> Option<u16> {
    if proxy.url.scheme() != "http" {
        return None;
    }
    timeout(PATIENCE, ask(proxy, host)).await.ok().flatten()
}

async fn ask(proxy: &Proxy, host: &str) -> Option<u16> {
    let mut stream = TcpStream::connect(proxy.shown()).await.ok()?;
    let request = format!("CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n{}\r\n", authorization(proxy));
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut line = Vec::new();
    while !line.contains(&b'\n') && line.len() < LONGEST {
        if stream.read_buf(&mut line).await.ok()? == 0 {
            break;
        }
    }
    status(&String::from_utf8_lossy(&line))
}

fn authorization(proxy: &Proxy) -> String {
    let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    let (user, password) = (decode(proxy.url.username()), decode(proxy.url.password().unwrap_or_default()));
    if user.is_empty() && password.is_empty() {
        return String::new();
    }
    format!("Proxy-Authorization: Basic {}\r\n", STANDARD.encode(format!("{user}:{password}")))
}

/// The status of a line such as `HTTP/1.1 403 Forbidden`, where it is one that refuses.
fn status(line: &str) -> Option<u16> {
    let mut words = line.split_ascii_whitespace();
    words.next().filter(|version| version.starts_with("HTTP/"))?;
    words.next()?.parse().ok().filter(|status| (300..600).contains(status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_that_refuses_is_read() {
        for (line, expected) in [
            ("HTTP/1.1 403 Forbidden\r\n", Some(403)),
            ("HTTP/1.0 502\r\n", Some(502)),
            ("HTTP/1.1 200 OK\r\n", None),
            ("SSH-2.0-server\r\n", None),
            ("", None),
        ] {
            assert_eq!(status(line), expected, "{line:?}");
        }
    }
}
