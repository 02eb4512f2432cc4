use std::time::{Duration, Instant};

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use serde_json::Value;
use url::Url;

use crate::secret::Redacted;

use super::http::{Answer, HttpClient, Outgoing, SendError};

/// Until the answer begins: BigQuery may hold one back for as long as it was asked to, and a migration takes its time.
const READ: Duration = Duration::from_mins(5);

/// An API that speaks JSON to whoever has its bearer token.
#[derive(Debug, Clone)]
pub(super) struct JsonApi {
    client: HttpClient,
    base: Url,
}

/// A request that went over the wire, for whoever watches.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The method.
    pub method: &'static str,
    /// The path below the API's base.
    pub path: String,
    /// The answer's status; `None` where there was no answer.
    pub status: Option<u16>,
    /// How long it took.
    pub duration: Duration,
    /// What was wrong, but for what the answer itself says.
    pub error: Option<String>,
}

/// Is told every request.
pub type Observer<'a> = &'a (dyn Fn(Sent) + Sync);

impl JsonApi {
    pub(super) fn new(client: HttpClient, base: Url) -> Self {
        Self { client, base }
    }

    /// Posts a body, or gets where there is none.
    pub(super) async fn send(
        &self,
        path: &str,
        query: &[(&str, &str)],
        body: Option<&Value>,
        token: Option<&Redacted<String>>,
        observe: Observer<'_>,
    ) -> Result<Answer, SendError> {
        let mut url = self.base.clone();
        url.set_path(&format!("{}{path}", self.base.path().trim_end_matches('/')));
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let json = HeaderValue::from_static("application/json");
        let mut headers = vec![(ACCEPT, json.clone()), (CONTENT_TYPE, json)];
        if let Some(token) = token {
            let value = HeaderValue::try_from(format!("Bearer {}", token.expose()));
            let mut value =
                value.map_err(|_| SendError::Untrusted("the token cannot be sent in a header".to_owned()))?;
            value.set_sensitive(true);
            headers.push((AUTHORIZATION, value));
        }
        let method = if body.is_some() { Method::POST } else { Method::GET };
        let shown = if body.is_some() { "POST" } else { "GET" };
        let body = body.map(|body| Bytes::from(body.to_string()));
        let began = Instant::now();
        let answer = self.client.send(Outgoing { method, url, headers, body }, READ).await;
        let (status, error) = match &answer {
            Ok(answer) if answer.status < 400 => (Some(answer.status), None),
            Ok(answer) => (Some(answer.status), Some(format!("answered {}", answer.status))),
            Err(error) => (None, Some(error.to_string())),
        };
        let duration = began.elapsed();
        observe(Sent { method: shown, path: path.to_owned(), status, duration, error });
        answer
    }
}
