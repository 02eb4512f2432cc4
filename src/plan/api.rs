use std::num::NonZeroU32;
use std::time::Duration;

use crate::expr::{Late, Template};
use crate::policy::{ClientAuth, Conflict, Rate, Window};
use crate::spec::{
    ApiSpec, AuthSpec, ClientStyle, ConflictSpec, IdempotencySpec, LateSpec, PlainText, Several, Table,
};

use super::api_headers::headers;
use super::compile::Compiler;
use super::duration::duration_text;
use super::problem::PlanProblem;
use super::uses::Uses;

/// An HTTP API, with its names' values still to come.
#[derive(Debug, Clone)]
pub struct Api {
    /// Where paths begin.
    pub base_url: Template,
    /// How requests say who is asking.
    pub auth: ApiAuth,
    /// Headers of every request.
    pub headers: Vec<(String, Template)>,
    /// Query values of every request.
    pub query: Vec<(String, Template)>,
    /// How long to wait for a connection, where the spec says so.
    pub connect_timeout: Option<Late<Duration>>,
    /// How long to wait for an answer, where the spec says so.
    pub read_timeout: Option<Late<Duration>>,
    /// How often requests may start, where the spec says so.
    pub rate: Option<Late<Rate>>,
    /// When a request is tried again.
    pub retry: ApiRetry,
    /// Whether the API knows idempotency keys.
    pub idempotency: ApiIdempotency,
    /// The variables and secrets that it refers to.
    pub uses: Uses,
}

/// How requests say who is asking. A value that turns out absent is no auth.
#[derive(Debug, Clone)]
pub enum ApiAuth {
    /// They do not.
    None,
    /// A bearer token.
    Bearer(Template),
    /// Headers by name.
    Headers(Vec<(String, Template)>),
    /// User name and password.
    Basic {
        /// User name.
        username: Template,
        /// Password.
        password: Template,
    },
    /// OAuth2's client credentials.
    OAuth2 {
        /// Where tokens are given out.
        token_url: Template,
        /// The client's name.
        client_id: Template,
        /// The client's password.
        client_secret: Template,
        /// For whom the token is meant.
        audience: Option<Template>,
        /// The resource that the token is meant for.
        resource: Option<Template>,
        /// What the token may do.
        scope: Option<Template>,
        /// How the client shows its password.
        style: ClientAuth,
    },
}

/// When a request is tried again; what is absent is the default's.
#[derive(Debug, Clone, Default)]
pub struct ApiRetry {
    /// Attempts in all.
    pub attempts: Option<Late<NonZeroU32>>,
    /// Fixed waits.
    pub backoff: Option<Vec<Late<Duration>>>,
}

/// Whether the API knows idempotency keys; what is absent is the default's.
#[derive(Debug, Clone)]
pub enum ApiIdempotency {
    /// The spec does not say: it is taken to know them.
    Unsaid,
    /// It does not.
    Unknown,
    /// It does.
    Keyed {
        /// How long requests with one payload are one request.
        window: Option<Late<Duration>>,
        /// What its 409 without `Retry-After` means; `None` where the spec does not say.
        conflict: Option<Conflict>,
    },
}

impl Api {
    pub(super) fn compile(spec: &ApiSpec, compiler: &mut Compiler<'_>) -> Self {
        let timeout = spec.timeout.as_ref();
        let mut api = Self {
            base_url: compiler.plain(&spec.base_url),
            auth: spec.auth.as_ref().map_or(ApiAuth::None, |auth| ApiAuth::compile(auth, compiler)),
            headers: headers(spec, compiler),
            query: query(spec.query.as_ref(), compiler),
            connect_timeout: timeout
                .and_then(|timeout| timeout.connect.as_ref())
                .map(|late| compiler.late(late)),
            read_timeout: timeout.and_then(|timeout| timeout.read.as_ref()).map(|late| compiler.late(late)),
            rate: spec.rate.as_ref().map(|late| compiler.late(late)),
            retry: ApiRetry::default(),
            idempotency: idempotency(spec.idempotency.as_ref(), compiler),
            uses: Uses::default(),
        };
        if let Some(retry) = &spec.retry {
            api.retry.attempts = retry.attempts.as_ref().map(|late| compiler.late(late));
            api.retry.backoff = retry
                .backoff
                .as_ref()
                .map(|backoff| backoff.0.iter().map(|late| compiler.late(late)).collect());
        }
        api.uses = compiler.take_uses();
        api
    }
}

impl ApiAuth {
    fn compile(spec: &AuthSpec, compiler: &mut Compiler<'_>) -> Self {
        match spec {
            AuthSpec::None => Self::None,
            AuthSpec::Bearer(token) => Self::Bearer(compiler.plain(token)),
            AuthSpec::Header(headers) => Self::Headers(plain_table(Some(headers), compiler)),
            AuthSpec::Basic(basic) => Self::Basic {
                username: compiler.plain(&basic.username),
                password: compiler.plain(&basic.password),
            },
            AuthSpec::Oauth2(oauth2) => Self::OAuth2 {
                token_url: compiler.plain(&oauth2.token_url),
                client_id: compiler.plain(&oauth2.client_id),
                client_secret: compiler.plain(&oauth2.client_secret),
                audience: oauth2.audience.as_ref().map(|text| compiler.plain(text)),
                resource: oauth2.resource.as_ref().map(|text| compiler.plain(text)),
                scope: oauth2.scope.as_ref().map(|text| compiler.plain(text)),
                style: match oauth2.style {
                    None | Some(ClientStyle::Basic) => ClientAuth::Basic,
                    Some(ClientStyle::Body) => ClientAuth::Body,
                },
            },
        }
    }
}

fn plain_table(table: Option<&Table<PlainText>>, compiler: &mut Compiler<'_>) -> Vec<(String, Template)> {
    let entries = table.into_iter().flat_map(|table| table.iter());
    entries.map(|(name, text)| (name.value.clone(), compiler.plain(text))).collect()
}

fn query(table: Option<&Table<Several<PlainText>>>, compiler: &mut Compiler<'_>) -> Vec<(String, Template)> {
    let entries = table.into_iter().flat_map(Table::iter);
    let values = entries.flat_map(|(name, values)| values.0.iter().map(move |text| (name, text)));
    values.map(|(name, text)| (name.value.clone(), compiler.plain(text))).collect()
}

fn idempotency(spec: Option<&IdempotencySpec>, compiler: &mut Compiler<'_>) -> ApiIdempotency {
    match spec {
        None => ApiIdempotency::Unsaid,
        Some(IdempotencySpec::None) => ApiIdempotency::Unknown,
        Some(IdempotencySpec::Keyed(keyed)) => ApiIdempotency::Keyed {
            window: keyed.window.as_ref().map(|late| checked_window(late, compiler)),
            conflict: keyed.conflict.map(|conflict| match conflict {
                ConflictSpec::InFlight => Conflict::InFlight,
                ConflictSpec::Done => Conflict::Done,
            }),
        },
    }
}

fn checked_window(late: &LateSpec<Duration>, compiler: &mut Compiler<'_>) -> Late<Duration> {
    let window = compiler.late(late);
    if let Ok(Some(length)) = window.bind(compiler.declared())
        && Window::new(length).is_none()
    {
        compiler.report(PlanProblem::BadWindow { found: duration_text(length) }, late.span);
    }
    window
}
