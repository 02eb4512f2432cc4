use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, ETAG, HeaderName, HeaderValue, IF_NONE_MATCH};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::sleep;
use url::{Host, Url};

use crate::clients::{Answer, HttpClient, Outgoing, SendError, link};
use crate::secret::{Masker, Redacted};

use super::error::GithubError;
use super::limit::{Limit, limit};
use super::repository::Repository;

/// The version of the API that is spoken, which every supported server knows
/// (<https://docs.github.com/rest/about-the-rest-api/api-versions>).
const VERSION: &str = "2022-11-28";
const VERSION_HEADER: HeaderName = HeaderName::from_static("x-github-api-version");

/// For the head of an answer, and for each piece of its body.
const READ: Duration = Duration::from_secs(30);

/// The longest wait between two attempts.
const LONGEST_BACKOFF: Duration = Duration::from_mins(1);

/// How often an interval is doubled for it.
const MOST_DOUBLINGS: u32 = 4;

/// A request that met so many limits is given up, whatever they ask for.
const MOST_LIMITS: u32 = 10;

/// How often it is looked for what a request has done whose answer does not say, an interval apart.
pub(super) const LOOKS: u32 = 12;

/// More entries a page are not given.
pub(super) const PAGE: usize = 100;

/// The waits of a client.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Between two looks at the same thing; also what the waits between attempts are made from.
    pub interval: Duration,
    /// The longest wait for a rate limit.
    pub patience: Duration,
    /// How often the same is asked while GitHub is not available.
    pub tries: u32,
}

/// A rate limit that is waited out.
#[derive(Debug, Clone, Copy)]
pub struct Pause {
    /// Which.
    pub limit: Limit,
    /// How long.
    pub wait: Duration,
}

/// Is told every pause, before it.
type Listener = Arc<dyn Fn(Pause) + Send + Sync>;

/// The REST API of one repository, for whoever has the token.
#[derive(Clone)]
pub struct Api {
    http: HttpClient,
    base: Url,
    repository: Repository,
    token: HeaderValue,
    masker: Masker,
    pub(super) pace: Pace,
    listener: Listener,
    /// Answers by their URLs, to be asked for again only if they changed.
    known: Arc<Mutex<HashMap<Url, (HeaderValue, Answer)>>>,
}

/// What came of a POST.
#[derive(Debug)]
pub(super) enum Posted {
    /// An answer, whatever its status.
    Answered(Answer),
    /// None that says whether it was done: it may have been.
    Lost(String),
}

impl Api {
    /// The API below this base (`https://api.github.com`, or a server's own).
    ///
    /// # Errors
    /// [`GithubError::BaseUrl`] and [`GithubError::Token`]: a token is not sent in plain text but to this machine.
    pub fn new(
        http: HttpClient,
        base: Url,
        repository: Repository,
        token: &Redacted<String>,
        pace: Pace,
        listener: impl Fn(Pause) + Send + Sync + 'static,
    ) -> Result<Self, GithubError> {
        let is_here = match base.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        if base.scheme() != "https" && !(base.scheme() == "http" && is_here) {
            return Err(GithubError::BaseUrl { url: crate::secret::printable_url(&base) });
        }
        let masker = Masker::default();
        masker.add(token.expose());
        let value = HeaderValue::try_from(format!("Bearer {}", token.expose()));
        let mut token = value.map_err(|_| GithubError::Token)?;
        token.set_sensitive(true);
        let (listener, known) = (Arc::new(listener), Arc::default());
        Ok(Self { http, base, repository, token, masker, pace, listener, known })
    }

    /// The URL of something of the repository's.
    pub(super) fn of_repository(&self, path: &[&str]) -> Url {
        let Repository { owner, name } = &self.repository;
        self.url(&[&["repos", owner, name], path].concat())
    }

    /// The URL below the base.
    pub(super) fn url(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        // Only a URL that cannot be a base has no segments.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url
    }

    /// Gets a JSON value. What it was told before is asked for by its ETag: an answer 304 costs nothing of the rate
    /// limit (<https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate>).
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        url: Url,
        what: &'static str,
    ) -> Result<T, GithubError> {
        read(&self.answer(url, what).await?, what)
    }

    /// Gets the pages of a list until there are `most` entries; `entries` takes them out of a page.
    pub(super) async fn pages<P: DeserializeOwned, T>(
        &self,
        mut url: Url,
        most: usize,
        what: &'static str,
        entries: impl Fn(P) -> Vec<T>,
    ) -> Result<Vec<T>, GithubError> {
        let mut all = Vec::new();
        url.query_pairs_mut().append_pair("per_page", &most.min(PAGE).to_string());
        loop {
            let answer = self.answer(url.clone(), what).await?;
            let page = entries(read(&answer, what)?);
            let is_last = page.is_empty();
            all.extend(page);
            let next = link(&answer.headers, "next", &url)
                .map_err(|error| GithubError::Unreadable { what, reason: error.to_string() })?;
            match next.and_then(|next| url.join(&next.target).ok()) {
                Some(next) if !is_last && all.len() < most => url = self.ours(next, what)?,
                _ => break,
            }
        }
        all.truncate(most);
        Ok(all)
    }

    /// A link that an answer gave; the token is for this origin alone.
    fn ours(&self, link: Url, what: &'static str) -> Result<Url, GithubError> {
        if link.origin() == self.base.origin() {
            return Ok(link);
        }
        let reason = "its next page is on another server".to_owned();
        Err(GithubError::Unreadable { what, reason })
    }

    /// Gets a good answer.
    pub(super) async fn answer(&self, url: Url, what: &'static str) -> Result<Answer, GithubError> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&url).cloned();
        let mut headers = self.headers();
        headers.extend(known.iter().map(|(tag, _)| (IF_NONE_MATCH, tag.clone())));
        let request = Outgoing { method: Method::GET, url: url.clone(), headers, body: None };
        let (mut tries, mut met) = (0, 0);
        loop {
            let reason = match self.send(&request).await {
                Ok(answer) => match (answer.status, &known, limit(&answer, met)) {
                    (304, Some((_, known)), _) => return Ok(known.clone()),
                    (_, _, Some(asked)) => {
                        self.pause(asked, &mut met).await?;
                        continue;
                    }
                    (200..=299, ..) => {
                        self.remember(url, &answer);
                        return Ok(answer);
                    }
                    (408 | 500..=599, ..) => GithubError::of(&answer, what, &self.masker),
                    _ => return Err(GithubError::of(&answer, what, &self.masker)),
                },
                Err(error) => GithubError::unsent(&error),
            };
            self.wait_after(reason, &mut tries).await?;
        }
    }

    /// Posts a JSON value, once: again only where GitHub refused it by a rate limit, or it certainly never left.
    pub(super) async fn post(&self, url: Url, body: &Value) -> Result<Posted, GithubError> {
        let mut headers = self.headers();
        headers.push((CONTENT_TYPE, HeaderValue::from_static("application/json")));
        let body = Some(Bytes::from(body.to_string()));
        let request = Outgoing { method: Method::POST, url, headers, body };
        let (mut tries, mut met) = (0, 0);
        loop {
            match self.send(&request).await {
                Ok(answer) => match limit(&answer, met) {
                    Some(asked) => self.pause(asked, &mut met).await?,
                    None if matches!(answer.status, 408 | 500..=599) => {
                        return Ok(Posted::Lost(format!("it answered {}", answer.status)));
                    }
                    None => return Ok(Posted::Answered(answer)),
                },
                Err(error) if error.may_have_arrived() => return Ok(Posted::Lost(error.to_string())),
                Err(error) => self.wait_after(GithubError::unsent(&error), &mut tries).await?,
            }
        }
    }

    async fn send(&self, request: &Outgoing) -> Result<Answer, SendError> {
        let sent = self.http.send(request.clone(), READ).await;
        let outcome = sent.as_ref().map_or_else(ToString::to_string, |answer| answer.status.to_string());
        tracing::debug!("{} {}: {outcome}", request.method, request.url.path());
        sent
    }

    /// What an answer that is no success means.
    pub(super) fn refusal(&self, answer: &Answer, what: &'static str) -> GithubError {
        GithubError::of(answer, what, &self.masker)
    }

    fn headers(&self) -> Vec<(HeaderName, HeaderValue)> {
        vec![
            (ACCEPT, HeaderValue::from_static("application/vnd.github+json")),
            (VERSION_HEADER, HeaderValue::from_static(VERSION)),
            (AUTHORIZATION, self.token.clone()),
        ]
    }

    fn remember(&self, url: Url, answer: &Answer) {
        if let Some(tag) = answer.headers.get(ETAG) {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.insert(url, (tag.clone(), answer.clone()));
        }
    }

    async fn pause(&self, (limit, wait): (Limit, Duration), met: &mut u32) -> Result<(), GithubError> {
        *met += 1;
        if wait > self.pace.patience || *met > MOST_LIMITS {
            return Err(GithubError::Limited { limit, wait });
        }
        (self.listener)(Pause { limit, wait });
        sleep(wait).await;
        Ok(())
    }

    /// Waits before the next attempt, with full jitter
    /// (<https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/>), or gives up.
    async fn wait_after(&self, error: GithubError, tries: &mut u32) -> Result<(), GithubError> {
        *tries += 1;
        if *tries >= self.pace.tries || !error.is_temporary() {
            return Err(error);
        }
        let longest =
            self.pace.interval.saturating_mul(1 << (*tries).min(MOST_DOUBLINGS)).min(LONGEST_BACKOFF);
        sleep(longest.mul_f64(fastrand::f64())).await;
        Ok(())
    }
}

/// Shows nothing of the token.
impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api").field("repository", &self.repository).finish_non_exhaustive()
    }
}

/// Reads an answer's JSON.
pub(super) fn read<T: DeserializeOwned>(answer: &Answer, what: &'static str) -> Result<T, GithubError> {
    serde_json::from_slice(&answer.body)
        .map_err(|error| GithubError::Unreadable { what, reason: error.to_string() })
}
