//! An HTTP server whose every answer a test decides: it counts, holds back, cuts off and lies.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

/// A request that arrived.
#[derive(Clone, Debug)]
pub(crate) struct Arrival {
    /// Which one it is, from 1.
    pub(crate) number: usize,
    pub(crate) at: Instant,
    pub(crate) method: String,
    /// The path without its query.
    pub(crate) path: String,
    pub(crate) query: String,
    /// By names in small letters; the values of a name that came more than once are joined by commas.
    pub(crate) headers: BTreeMap<String, String>,
    /// The body as text, whatever it is.
    pub(crate) body: String,
    /// The body as it came.
    pub(crate) bytes: Vec<u8>,
}

impl Arrival {
    /// A header's value, empty where it is absent.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("a JSON body")
    }
}

/// What becomes of a request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// It is answered.
    Answer { status: u16, headers: Vec<(String, String)>, body: String },
    /// These bytes are sent as they are, and the connection is closed.
    Raw(Vec<u8>),
    /// The connection is closed without a word.
    Cut,
    /// It is never answered.
    Never,
}

/// An answer 200 with this JSON.
pub(crate) fn json(body: impl Into<String>) -> Reply {
    status(200).body(body)
}

/// An answer with this status and `{}`.
pub(crate) fn status(status: u16) -> Reply {
    Reply::Answer { status, headers: Vec::new(), body: "{}".to_owned() }
}

impl Reply {
    /// The same with a header.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// The same with another body.
    pub(crate) fn body(mut self, text: impl Into<String>) -> Self {
        if let Self::Answer { body, .. } = &mut self {
            *body = text.into();
        }
        self
    }

    fn bytes(&self) -> Option<Vec<u8>> {
        let Self::Answer { status, headers, body } = self else { return None };
        let mut text = format!("HTTP/1.1 {status} .\r\ncontent-length: {}\r\n", body.len());
        for (name, value) in headers {
            let _ = write!(text, "{name}: {value}\r\n");
        }
        let _ = write!(text, "\r\n{body}");
        Some(text.into_bytes())
    }
}

type Handler = dyn Fn(Arrival) -> Pin<Box<dyn Future<Output = Reply> + Send>> + Send + Sync;

struct Shared {
    handler: Box<Handler>,
    arrivals: Mutex<Vec<Arrival>>,
}

/// The server, which ends with the test.
pub(crate) struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: AbortHandle,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    /// A server on a free port that asks `handler` about every request.
    pub(crate) async fn start<F, R>(handler: F) -> Self
    where
        F: Fn(Arrival) -> R + Send + Sync + 'static,
        R: Future<Output = Reply> + Send + 'static,
    {
        Self::on(TcpListener::bind("127.0.0.1:0").await.expect("a free port"), handler)
    }

    /// The same on a listener of the test's own.
    pub(crate) fn on<F, R>(listener: TcpListener, handler: F) -> Self
    where
        F: Fn(Arrival) -> R + Send + Sync + 'static,
        R: Future<Output = Reply> + Send + 'static,
    {
        let address = listener.local_addr().expect("an address");
        let handler: Box<Handler> = Box::new(move |arrival| Box::pin(handler(arrival)));
        let shared = Arc::new(Shared { handler, arrivals: Mutex::default() });
        let task = tokio::spawn(accept(listener, Arc::clone(&shared))).abort_handle();
        Self { address, shared, task }
    }

    /// A server that answers with these in order, and with the last of them from then on.
    pub(crate) async fn answering<const N: usize>(replies: [Reply; N]) -> Self {
        Self::start(move |arrival| {
            let reply = replies[(arrival.number - 1).min(N - 1)].clone();
            async { reply }
        })
        .await
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What arrived so far.
    pub(crate) fn arrivals(&self) -> Vec<Arrival> {
        self.shared.arrivals.lock().expect("no test panics here").clone()
    }

    /// What arrived so far by this method.
    pub(crate) fn arrived(&self, method: &str) -> Vec<Arrival> {
        self.arrivals().into_iter().filter(|arrival| arrival.method == method).collect()
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { return };
        let shared = Arc::clone(&shared);
        tokio::spawn(async move { serve(&stream, &shared).await });
    }
}

/// Serves one connection until either side has had enough.
async fn serve(stream: &TcpStream, shared: &Shared) -> io::Result<()> {
    let mut buffer = Vec::new();
    while let Some(mut arrival) = read_request(stream, &mut buffer).await? {
        {
            let mut arrivals = shared.arrivals.lock().expect("no test panics here");
            arrival.number = arrivals.len() + 1;
            arrivals.push(arrival.clone());
        }
        match (shared.handler)(arrival).await {
            Reply::Raw(bytes) => return write_all(stream, &bytes).await,
            Reply::Cut => break,
            Reply::Never => std::future::pending().await,
            answer @ Reply::Answer { .. } => write_all(stream, &answer.bytes().unwrap_or_default()).await?,
        }
    }
    Ok(())
}

async fn read_request(stream: &TcpStream, buffer: &mut Vec<u8>) -> io::Result<Option<Arrival>> {
    let head_end = loop {
        match buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            Some(end) => break end,
            None if !read_more(stream, buffer).await? => return Ok(None),
            None => {}
        }
    };
    let head = String::from_utf8_lossy(&buffer[..head_end]).into_owned();
    let mut lines = head.split("\r\n");
    let mut words = lines.next().unwrap_or_default().split(' ').map(str::to_owned);
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut headers: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        let values = headers.entry(name.to_ascii_lowercase()).or_default();
        if !values.is_empty() {
            values.push_str(", ");
        }
        values.push_str(value.trim());
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let body_start = head_end + 4;
    while buffer.len() < body_start + length {
        if !read_more(stream, buffer).await? {
            return Ok(None);
        }
    }
    let bytes = buffer[body_start..body_start + length].to_vec();
    let body = String::from_utf8_lossy(&bytes).into_owned();
    buffer.drain(..body_start + length);
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let (path, query) = (path.to_owned(), query.to_owned());
    Ok(Some(Arrival { number: 0, at: Instant::now(), method, path, query, headers, body, bytes }))
}

async fn read_more(stream: &TcpStream, buffer: &mut Vec<u8>) -> io::Result<bool> {
    let mut piece = [0; 8192];
    loop {
        stream.readable().await?;
        match stream.try_read(&mut piece) {
            Ok(0) => return Ok(false),
            Ok(read) => {
                buffer.extend_from_slice(&piece[..read]);
                return Ok(true);
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
}

async fn write_all(stream: &TcpStream, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        stream.writable().await?;
        match stream.try_write(bytes) {
            Ok(written) => bytes = &bytes[written..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
