use std::collections::HashSet;

use crate::expr::Template;
use crate::spec::{ApiSpec, AuthSpec, PlainText, Spanned, Table};

use super::compile::Compiler;
use super::problem::PlanProblem;

/// Headers of the connection and of the framing of its messages: the HTTP client's own
/// (<https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1>).
const OF_THE_CONNECTION: [&str; 9] = [
    "connection",
    "content-length",
    "expect",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// The headers of every request to an API, each once.
pub(super) fn headers(spec: &ApiSpec, compiler: &mut Compiler<'_>) -> Vec<(String, Template)> {
    let of_auth = headers_of_auth(spec.auth.as_ref(), compiler);
    let mut seen = HashSet::new();
    let mut headers = Vec::new();
    for (name, text) in spec.headers.iter().flat_map(Table::iter) {
        let lower = name.value.to_ascii_lowercase();
        check(name, compiler);
        if of_auth.contains(&lower) {
            refuse(name, "the API's `auth` sends it", "leave one of the two out", compiler);
        } else if !seen.insert(lower) {
            refuse(name, "it stands here twice", "leave one of the two out", compiler);
        }
        headers.push((name.value.clone(), compiler.plain(text)));
    }
    headers
}

/// The names of the headers by which requests say who is asking, in lower case.
fn headers_of_auth(auth: Option<&AuthSpec>, compiler: &mut Compiler<'_>) -> HashSet<String> {
    match auth {
        None | Some(AuthSpec::None) => HashSet::new(),
        Some(AuthSpec::Header(headers)) => names(headers, compiler),
        Some(AuthSpec::Bearer(_) | AuthSpec::Basic(_) | AuthSpec::Oauth2(_)) => {
            HashSet::from(["authorization".to_owned()])
        }
    }
}

fn names(headers: &Table<PlainText>, compiler: &mut Compiler<'_>) -> HashSet<String> {
    let mut seen = HashSet::new();
    for name in headers.names() {
        check(name, compiler);
        if !seen.insert(name.value.to_ascii_lowercase()) {
            refuse(name, "it stands here twice", "leave one of the two out", compiler);
        }
    }
    seen
}

fn check(name: &Spanned<String>, compiler: &mut Compiler<'_>) {
    let lower = name.value.to_ascii_lowercase();
    if !is_token(&lower) {
        refuse(name, "this is not the name of a header", "a name has letters, digits and hyphens", compiler);
    } else if OF_THE_CONNECTION.contains(&&*lower) {
        refuse(name, "it belongs to the connection", "leave it out: it is sent where it is needed", compiler);
    } else if lower == "idempotency-key" {
        let advice = "leave it out, and say by the API's `idempotency` whether it knows the header";
        refuse(name, "each request has a key of its own", advice, compiler);
    }
}

fn refuse(name: &Spanned<String>, reason: &'static str, advice: &'static str, compiler: &mut Compiler<'_>) {
    compiler.report(PlanProblem::BadHeader { name: name.value.clone(), reason, advice }, name.span);
}

/// A name of a header (<https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2>).
fn is_token(name: &str) -> bool {
    let is_of_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(is_of_token)
}
