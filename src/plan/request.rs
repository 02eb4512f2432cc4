use crate::diag::Span;
use crate::expr::{Place, Scope, Template};
use crate::spec::{
    CountsSpec, JqText, PatternText, Problem, QuerySpec, RequestSpec, RequestTimeoutSpec, SendSpec, Spanned,
    Table,
};

use super::compile::Compiler;
use super::model::{Method, Request};
use super::outside::Outside;

impl Method {
    fn of(name: &str) -> Self {
        match name {
            "POST" => Self::Post,
            "PUT" => Self::Put,
            "PATCH" => Self::Patch,
            "DELETE" => Self::Delete,
            _ => Self::Get,
        }
    }
}

/// What every request of a spec has, whichever key it stands under.
struct Common<'a> {
    methods: Vec<(&'static str, &'a PatternText)>,
    owner: &'static str,
    keys: &'static [&'static str],
    api: Option<&'a Spanned<String>>,
    query: Option<&'a QuerySpec>,
    body: Option<&'a JqText>,
    counts: Option<&'a CountsSpec>,
    errors: Option<&'a JqText>,
    answer: Option<&'a Spanned<String>>,
    timeout: Option<&'a RequestTimeoutSpec>,
    span: Span,
    unread: &'a [&'static str],
}

impl Request {
    /// A request of a `call`.
    pub(super) fn of_call(
        spec: &RequestSpec,
        outside: &Outside,
        scope: &Scope,
        compiler: &mut Compiler<'_>,
    ) -> Option<Self> {
        let common = Common {
            methods: spec.methods(),
            owner: "a request",
            keys: &["get", "post", "put", "patch", "delete"],
            api: spec.api.as_ref(),
            query: spec.query.as_ref(),
            body: spec.body.as_ref(),
            counts: spec.counts.as_ref(),
            errors: spec.errors.as_ref(),
            answer: spec.r#as.as_ref(),
            timeout: spec.timeout.as_ref(),
            span: spec.span,
            unread: &spec.unread,
        };
        Self::common(&common, outside, scope, compiler)
    }

    /// The request that fetches a page.
    pub(super) fn of_pages(
        spec: &crate::spec::FromSpec,
        outside: &Outside,
        compiler: &mut Compiler<'_>,
    ) -> Option<Self> {
        let common = Common {
            methods: vec![("GET", &spec.get)],
            owner: "the source of a flow",
            keys: &["get"],
            api: spec.api.as_ref(),
            query: spec.query.as_ref(),
            body: None,
            counts: None,
            errors: None,
            answer: None,
            timeout: spec.timeout.as_ref(),
            span: spec.span,
            unread: &spec.unread,
        };
        Self::common(&common, outside, &Scope::default(), compiler)
    }

    /// The request that carries items.
    pub(super) fn of_target(spec: &SendSpec, outside: &Outside, compiler: &mut Compiler<'_>) -> Option<Self> {
        let common = Common {
            methods: spec.methods(),
            owner: "the target of a flow",
            keys: &["post", "put", "patch"],
            api: spec.api.as_ref(),
            query: spec.query.as_ref(),
            body: spec.body.as_ref(),
            counts: spec.counts.as_ref(),
            errors: spec.errors.as_ref(),
            answer: None,
            timeout: spec.timeout.as_ref(),
            span: spec.span,
            unread: &spec.unread,
        };
        Self::common(&common, outside, &Scope::default(), compiler)
    }

    fn common(
        common: &Common<'_>,
        outside: &Outside,
        scope: &Scope,
        compiler: &mut Compiler<'_>,
    ) -> Option<Self> {
        let api = outside.api(common.api, common.span, compiler);
        let query = query(common.query, scope, compiler);
        let read_timeout =
            common.timeout.and_then(|timeout| timeout.read.as_ref()).map(|late| compiler.late(late));
        let body = common.body.map(|body| compiler.filter(body, scope));
        let counts = counts(common.counts, scope, compiler);
        let errors = common.errors.map(|errors| compiler.filter(errors, scope));
        let [(method, path)] = common.methods[..] else {
            if !common.unread.iter().any(|key| common.keys.contains(key)) {
                let found = common.methods.iter().map(|(method, _)| method.to_lowercase()).collect();
                let problem = Problem::NotOne { owner: common.owner, found, keys: common.keys.to_vec() };
                // Of several the last is pointed at: where an environment adds one, it is the environment's.
                let last = common.methods.iter().map(|(_, path)| path.span).max();
                compiler.report(problem, last.unwrap_or(common.span));
            }
            return None;
        };
        let path = compiler.pattern(path, Place::Path, scope)?;
        Some(Self {
            api: api?,
            method: Method::of(method),
            path,
            query,
            body: body.flatten(),
            counts,
            errors: errors.flatten(),
            answer: common.answer.map(|name| name.value.clone()),
            read_timeout,
        })
    }
}

fn query(spec: Option<&QuerySpec>, scope: &Scope, compiler: &mut Compiler<'_>) -> Vec<(String, Template)> {
    let entries = spec.into_iter().flat_map(Table::iter);
    entries
        .filter_map(|(name, text)| Some((name.value.clone(), compiler.pattern(text, Place::Query, scope)?)))
        .collect()
}

fn counts(
    spec: Option<&CountsSpec>,
    scope: &Scope,
    compiler: &mut Compiler<'_>,
) -> Vec<(String, crate::expr::Filter)> {
    let entries = spec.into_iter().flat_map(Table::iter);
    entries.filter_map(|(name, jq)| Some((name.value.clone(), compiler.filter(jq, scope)?))).collect()
}
