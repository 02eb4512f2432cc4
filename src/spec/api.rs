use std::num::NonZeroU32;
use std::time::Duration;

use schemars::JsonSchema;

use crate::policy::Rate;

use super::leaf::{LateSpec, PlainText};
use super::node::{Node, NodeValue};
use super::problem::Problem;
use super::reader::{Read, Reader};
use super::record::{record, words};
use super::several::Several;
use super::table::Table;

record! {
    /// An HTTP API: where it is, and what every request to it has in common.
    ApiSpec is "an API"
    required {
        /// Where paths begin: a URL such as `https://api.example.com`, without a slash at its end.
        base_url: PlainText,
    }
    optional {
        /// How requests say who is asking. Without it they do not.
        auth: AuthSpec,
        /// How long to wait for the other side.
        timeout: TimeoutSpec,
        /// How often a request is tried when the other side is unavailable.
        retry: RetrySpec,
        /// How often requests may start, evenly, those of all stages together: `1/s`, `10/m`, `5/2s`.
        rate: LateSpec<Rate>,
        /// `Idempotency-Key` on every POST and PUT; `none` for an API that does not know it.
        idempotency: IdempotencySpec,
        /// Headers of every request. They take the place of those that jobnet sends by itself.
        headers: Table<PlainText>,
        /// Query values of every request; a list has its name repeated.
        query: Table<Several<PlainText>>,
    }
}

record! {
    /// How long to wait for the other side.
    TimeoutSpec is "`timeout`"
    optional {
        /// Until a connection stands. Default 10s.
        connect: LateSpec<Duration>,
        /// Until the answer begins, a new connection included, and between any two pieces of it. Default 60s.
        read: LateSpec<Duration>,
    }
}

record! {
    /// When a request is tried again: on connection errors, time-outs, 408, 425, 429, 500, 502, 503 and 504.
    RetrySpec is "`retry`"
    optional {
        /// Attempts in all. Default 3.
        attempts: LateSpec<NonZeroU32>,
        /// Fixed waits between attempts. Without it they grow exponentially, with full jitter.
        backoff: BackoffSpec,
    }
}

/// Fixed waits between attempts, in order; the last repeats.
#[derive(Debug, Clone, JsonSchema)]
pub struct BackoffSpec(pub Vec<LateSpec<Duration>>);

impl Read for BackoffSpec {
    const EXPECTED: &'static str = "a list of durations such as [2s, 4s, 8s]";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match &node.value {
            NodeValue::List(steps) if !steps.is_empty() => Vec::read(node, reader).map(Self),
            _ => {
                reader.wrong_type(Self::EXPECTED, node);
                None
            }
        }
    }
}

/// How requests say who is asking: exactly one of these.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum AuthSpec {
    /// A token in `Authorization: Bearer`.
    Bearer(PlainText),
    /// Headers of the API's own, by name.
    Header(Table<PlainText>),
    /// User name and password.
    Basic(BasicSpec),
    /// A token obtained by OAuth2's client credentials.
    Oauth2(Box<OAuth2Spec>),
    /// Nothing.
    None,
}

impl AuthSpec {
    /// The keys of which exactly one stands in an `auth`.
    pub(super) const KINDS: [&'static str; 4] = ["bearer", "header", "basic", "oauth2"];
}

impl Read for AuthSpec {
    const EXPECTED: &'static str = "a mapping with one of `bearer`, `header`, `basic`, `oauth2`; or `none`";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match &node.value {
            NodeValue::Text(word) if word == "none" => return Some(Self::None),
            NodeValue::Map(_) => {}
            _ => {
                reader.wrong_type(Self::EXPECTED, node);
                return None;
            }
        }
        let entries = node.entries().unwrap_or_default();
        let [entry] = entries else {
            let found = entries.iter().map(|entry| entry.key.clone()).collect();
            reader.report(Problem::NotOne { owner: "`auth`", found, keys: Self::KINDS.to_vec() }, node.span);
            return None;
        };
        match entry.key.as_str() {
            "bearer" => Read::read(&entry.node, reader).map(Self::Bearer),
            "header" => Read::read(&entry.node, reader).map(Self::Header),
            "basic" => Read::read(&entry.node, reader).map(Self::Basic),
            "oauth2" => Read::read(&entry.node, reader).map(|spec| Self::Oauth2(Box::new(spec))),
            _ => {
                let known = Self::KINDS.to_vec();
                reader.report(
                    Problem::UnknownKey { key: entry.key.clone(), owner: "`auth`", known },
                    entry.key_span,
                );
                None
            }
        }
    }
}

record! {
    /// HTTP Basic authentication.
    BasicSpec is "`basic`"
    required {
        /// User name.
        username: PlainText,
        /// Password: a secret.
        password: PlainText,
    }
}

record! {
    /// OAuth2's client credentials grant. The token is renewed before it expires, and once when the API answers 401.
    OAuth2Spec is "`oauth2`"
    required {
        /// Where tokens are given out.
        token_url: PlainText,
        /// The client's name.
        client_id: PlainText,
        /// The client's password: a secret.
        client_secret: PlainText,
    }
    optional {
        /// For whom the token is meant. It is also part of idempotency keys.
        audience: PlainText,
        /// The URI of the resource that the token is meant for, as RFC 8707 has it.
        resource: PlainText,
        /// What the token may do.
        scope: PlainText,
        /// How the client shows its password. Default basic.
        style: ClientStyle,
    }
}

words! {
    /// How a client shows its password at the token endpoint.
    ClientStyle is "a way to show the client's password" {
        /// HTTP Basic.
        "basic" => Basic,
        /// `client_id` and `client_secret` in the body.
        "body" => Body,
    }
}

/// Whether the API knows `Idempotency-Key`.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum IdempotencySpec {
    /// It does not: a POST that may have arrived is never sent again.
    None,
    /// It does, in this way.
    #[schemars(untagged)]
    Keyed(KeyedSpec),
}

impl Read for IdempotencySpec {
    const EXPECTED: &'static str = "a mapping with `window` and `conflict`, or `none`";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match &node.value {
            NodeValue::Text(word) if word == "none" => Some(Self::None),
            NodeValue::Map(_) => KeyedSpec::read(node, reader).map(Self::Keyed),
            _ => {
                reader.wrong_type(Self::EXPECTED, node);
                None
            }
        }
    }
}

record! {
    /// How an API keeps idempotency keys.
    KeyedSpec is "`idempotency`"
    optional {
        /// How long requests with one payload are one request: whole minutes. Default 15m.
        window: LateSpec<Duration>,
        /// What its 409 without `Retry-After` means. Without it such a response is final.
        conflict: ConflictSpec,
    }
}

words! {
    /// What an API's 409 means.
    ConflictSpec is "a meaning of 409" {
        /// It was done before.
        "done" => Done,
        /// The first request is still being worked on: ask again.
        "in_flight" => InFlight,
    }
}
