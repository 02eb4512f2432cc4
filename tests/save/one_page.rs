//! A response that is one page of items, saved into one table.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use crate::common::Jobnet;
use crate::common::base::Base;
use crate::common::misbehaving::{self, Server};

/// A server of one page, whose items the test changes.
pub(super) struct OnePage {
    items: Arc<Mutex<Value>>,
    server: Server,
}

impl OnePage {
    pub(super) async fn of(items: Value) -> Self {
        let items = Arc::new(Mutex::new(items));
        let served = Arc::clone(&items);
        let server = Server::start(move |_| {
            let text = served.lock().unwrap_or_else(PoisonError::into_inner).to_string();
            async move { misbehaving::json(text) }
        });
        Self { items, server: server.await }
    }

    pub(super) fn put(&self, items: Value) {
        *self.items.lock().unwrap_or_else(PoisonError::into_inner) = items;
    }

    /// The run that saves the page, with what stands after `to:`.
    pub(super) fn saved(&self, base: &Base, to: &str) -> Jobnet {
        let spec = format!(
            "jobnet: v1
name: shop
secrets: [DATABASE_URL]
vars: {{API: ''}}
apis: {{shop: {{base_url: '${{API}}', retry: {{backoff: [0s]}}}}}}
databases: {{main: '${{DATABASE_URL}}'}}
stages:
  collect: {{flow: {{from: {{get: /items, items: '.'}}, to: {to}}}}}
environments: {{local: {{}}}}
"
        );
        Jobnet::on_spec(&spec, ["collect", "--format", "json"])
            .env("API", &self.server.base_url())
            .env("DATABASE_URL", &base.url())
    }
}
