use crate::expr::Template;
use crate::plan::{ApiAuth, check_url};
use crate::policy::{Auth, ClientCredentials};
use crate::secret::Redacted;

use super::binder::{BindError, Binder};

/// An auth that is left without one of its values is no auth.
pub(super) fn auth(binder: &Binder<'_>, auth: &ApiAuth) -> Result<Auth, BindError> {
    let text = |field: &str, template: &Template| binder.text(field, template);
    Ok(match auth {
        ApiAuth::None => Auth::None,
        ApiAuth::Bearer(token) => match text("auth.bearer", token)? {
            Some(token) => Auth::Bearer(Redacted::new(token)),
            None => Auth::None,
        },
        ApiAuth::Headers(headers) => {
            let mut bound = Vec::new();
            for (name, template) in headers {
                bound
                    .extend(text("auth.header", template)?.map(|value| (name.clone(), Redacted::new(value))));
            }
            Auth::Headers(bound)
        }
        ApiAuth::Basic { username, password } => {
            match (text("auth.basic.username", username)?, text("auth.basic.password", password)?) {
                (Some(username), Some(password)) => {
                    Auth::Basic { username, password: Redacted::new(password) }
                }
                _ => Auth::None,
            }
        }
        ApiAuth::OAuth2 { token_url, client_id, client_secret, audience, resource, scope, style } => {
            let optional = |field: &str, template: &Option<Template>| {
                template.as_ref().map(|template| text(field, template)).transpose().map(Option::flatten)
            };
            let audience = optional("auth.oauth2.audience", audience)?;
            let resource = optional("auth.oauth2.resource", resource)?;
            let scope = optional("auth.oauth2.scope", scope)?;
            let token_url = text("auth.oauth2.token_url", token_url)?;
            if let Some(url) = &token_url {
                check_url(url).map_err(|source| binder.written("auth.oauth2.token_url", source))?;
            }
            let client_id = text("auth.oauth2.client_id", client_id)?;
            let client_secret = text("auth.oauth2.client_secret", client_secret)?.map(Redacted::new);
            match (token_url, client_id, client_secret) {
                (Some(token_url), Some(client_id), Some(client_secret)) => {
                    let style = *style;
                    Auth::ClientCredentials(ClientCredentials {
                        token_url,
                        client_id,
                        client_secret,
                        audience,
                        resource,
                        scope,
                        style,
                    })
                }
                _ => Auth::None,
            }
        }
    })
}
