//! A proxy before S3 that answers chosen requests as a busy, contended or broken store does.

use std::fmt::Write as _;
use std::io;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::misbehaving::{Arrival, Reply, Server, status};
use super::s3;

/// What happens to a request. The codes are those of <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// 503: the store asks for fewer requests.
    SlowDown,
    /// 409: another conditional write was under way.
    Conflict,
    /// 501: the store does not know a conditional write; others are carried out.
    NoConditions,
    /// 412: the object is not, or no more, as the request demands.
    PreconditionFailed,
    /// The connection ends before the store has seen the request.
    CutBefore,
    /// The store carries the request out, and the connection ends before its answer.
    CutAfter,
}

struct Rule {
    fault: Fault,
    method: &'static str,
    path_part: String,
    times: usize,
}

/// The proxy, which ends with the test.
pub(crate) struct Faults {
    server: Server,
    rules: Arc<Mutex<Vec<Rule>>>,
}

impl Faults {
    /// A proxy before the store at this URL.
    pub(super) async fn before(endpoint: &str) -> Self {
        let store = endpoint.trim_start_matches("http://").to_owned();
        let rules: Arc<Mutex<Vec<Rule>>> = Arc::default();
        let shared = Arc::clone(&rules);
        let server = Server::start(move |arrival| {
            let fault = due(&mut shared.lock().expect("no test panics here"), &arrival);
            let store = store.clone();
            async move {
                match fault {
                    None => forward(&store, arrival).await.expect("the store answers"),
                    Some(Fault::SlowDown) => error(503, "SlowDown"),
                    Some(Fault::Conflict) => error(409, "ConditionalRequestConflict"),
                    Some(Fault::NoConditions) => error(501, "NotImplemented"),
                    Some(Fault::PreconditionFailed) => error(412, "PreconditionFailed"),
                    Some(Fault::CutBefore) => Reply::Cut,
                    Some(Fault::CutAfter) => {
                        forward(&store, arrival).await.expect("the store answers");
                        Reply::Cut
                    }
                }
            }
        })
        .await;
        Self { server, rules }
    }

    /// Lets the next `times` requests fail that have this method and this text in their path; `usize::MAX` is always.
    pub(crate) fn add(&self, fault: Fault, method: &'static str, path_part: &str, times: usize) {
        let rule = Rule { fault, method, path_part: path_part.to_owned(), times };
        self.rules.lock().expect("no test panics here").push(rule);
    }

    /// The proxy's URL.
    pub(crate) fn endpoint(&self) -> String {
        self.server.base_url()
    }

    /// The process environment that leads to the proxy.
    pub(crate) fn environment(&self) -> [(&'static str, String); 4] {
        s3::environment(&self.server.base_url(), s3::KEY)
    }

    /// What arrived so far by this method, faulted or not.
    pub(crate) fn arrived(&self, method: &str) -> Vec<Arrival> {
        self.server.arrived(method)
    }
}

/// The fault of the first rule that is meant for the request and not used up.
fn due(rules: &mut [Rule], arrival: &Arrival) -> Option<Fault> {
    let rule = rules.iter_mut().find(|rule| {
        let is_conditional = !arrival.header("if-none-match").is_empty();
        let is_meant = !matches!(rule.fault, Fault::NoConditions) || is_conditional;
        is_meant && rule.times > 0 && rule.method == arrival.method && arrival.path.contains(&rule.path_part)
    })?;
    rule.times -= 1;
    Some(rule.fault)
}

fn error(code: u16, name: &str) -> Reply {
    let body = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{name}</Code></Error>");
    status(code).header("content-type", "application/xml").body(body)
}

/// What the store says to a request, byte for byte.
async fn forward(store: &str, arrival: Arrival) -> io::Result<Reply> {
    let mut head = format!("{} {}", arrival.method, arrival.path);
    if !arrival.query.is_empty() {
        let _ = write!(head, "?{}", arrival.query);
    }
    head.push_str(" HTTP/1.1\r\nconnection: close\r\n");
    for (name, value) in &arrival.headers {
        // These are about the connection to the proxy.
        if !["connection", "expect"].contains(&name.as_str()) {
            let _ = write!(head, "{name}: {value}\r\n");
        }
    }
    head.push_str("\r\n");
    let mut stream = TcpStream::connect(store).await?;
    stream.write_all(&[head.as_bytes(), &arrival.bytes].concat()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(Reply::Raw(answer))
}
