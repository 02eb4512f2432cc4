use crate::diag::Span;
use crate::expr::{Filter, Place, Scope, Template};
use crate::policy::MissingCounts;
use crate::spec::{
    BodySpec, CountsSpec, JqText, MissingCountsSpec, PatternText, Problem, QuerySpec, RequestSpec,
    RequestTimeoutSpec, SendSpec, Spanned, Table,
};

use super::compile::Compiler;
use super::model::{Method, Request};
use super::outside::Outside;
use super::problem::PlanProblem;
use super::url_path::UrlPath;

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
    body: Option<&'a BodySpec>,
    /// What builds the body where the spec does not say.
    default_body: Option<&'static str>,
    counts: Option<&'a CountsSpec>,
    missing_counts: Option<&'a Spanned<MissingCountsSpec>>,
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
            default_body: None,
            counts: spec.counts.as_ref(),
            missing_counts: spec.missing_counts.as_ref(),
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
            default_body: None,
            counts: None,
            missing_counts: None,
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
        let mut names = spec.counts.iter().flat_map(Table::names);
        if let Some(picked) = names.find(|name| name.value == "picked") {
            let advice = "a flow counts the chosen items as `picked` itself: give this count another name";
            compiler.report(
                PlanProblem::Contradiction { one: "counts.picked", other: "flow", advice },
                picked.span,
            );
        }
        let common = Common {
            methods: spec.methods(),
            owner: "the target of a flow",
            keys: &["post", "put", "patch"],
            api: spec.api.as_ref(),
            query: spec.query.as_ref(),
            body: spec.body.as_ref(),
            // Its methods all have a body.
            default_body: Some("."),
            counts: spec.counts.as_ref(),
            missing_counts: spec.missing_counts.as_ref(),
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
        let body = body(common, scope, compiler);
        let missing_counts = missing_counts(common, compiler);
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
        let path = url_path(path, scope, compiler)?;
        Some(Self {
            api: api?,
            method: Method::of(method),
            path,
            query,
            body,
            counts,
            missing_counts,
            errors: errors.flatten(),
            answer: common.answer.map(|name| name.value.clone()),
            read_timeout,
        })
    }
}

/// A path that is sent as it is written. What a name holds is seen when it is bound.
fn url_path(text: &PatternText, scope: &Scope, compiler: &mut Compiler<'_>) -> Option<Template> {
    let path = compiler.pattern(text, Place::Path, scope)?;
    if let Err(source) = UrlPath::read(&path.sketch()) {
        compiler.report(PlanProblem::BadPath { text: text.text.clone(), source }, text.span);
    }
    Some(path)
}

fn body(common: &Common<'_>, scope: &Scope, compiler: &mut Compiler<'_>) -> Option<Filter> {
    match (common.body, common.default_body) {
        (Some(BodySpec::None), _) => None,
        (Some(BodySpec::Jq(jq)), _) => compiler.filter(jq, scope),
        (None, _) if common.unread.contains(&"body") => None,
        (None, default) => {
            let jq = JqText { text: default?.to_owned(), span: common.span };
            compiler.filter(&jq, scope)
        }
    }
}

fn missing_counts(common: &Common<'_>, compiler: &mut Compiler<'_>) -> MissingCounts {
    let Some(missing) = common.missing_counts else {
        return MissingCounts::default();
    };
    if common.counts.is_none() && !common.unread.contains(&"counts") {
        let (key, expected) = ("counts", "what to count in the responses");
        compiler.report(
            Problem::MissingKey { key, expected, owner: "a request with `missing_counts`" },
            missing.span,
        );
    }
    match missing.value {
        MissingCountsSpec::Warn => MissingCounts::Warn,
        MissingCountsSpec::Fail => MissingCounts::Fail,
    }
}

fn query(spec: Option<&QuerySpec>, scope: &Scope, compiler: &mut Compiler<'_>) -> Vec<(String, Template)> {
    let entries = spec.into_iter().flat_map(Table::iter);
    let values = entries.flat_map(|(name, values)| values.0.iter().map(move |text| (name, text)));
    values
        .filter_map(|(name, text)| Some((name.value.clone(), compiler.pattern(text, Place::Query, scope)?)))
        .collect()
}

fn counts(spec: Option<&CountsSpec>, scope: &Scope, compiler: &mut Compiler<'_>) -> Vec<(String, Filter)> {
    let entries = spec.into_iter().flat_map(Table::iter);
    entries.filter_map(|(name, jq)| Some((name.value.clone(), compiler.filter(jq, scope)?))).collect()
}
