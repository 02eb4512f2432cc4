use std::num::NonZeroU32;

use crate::expr::{Late, Scope};
use crate::spec::{CallSpec, ExecDefaultsSpec, FlowSpec, FromSpec, SendSpec, StageSpec, ToSpec};

use super::compile::Compiler;
use super::exec::Exec;
use super::keep::Keep;
use super::model::{Flow, Pages, Request, Send, Size, To, Work};
use super::outside::Outside;
use super::paging::Paging;
use super::problem::PlanProblem;
use super::rows::Rows;
use super::save::Saves;
use super::sql::{Migrate, Sql};

const DEFAULT_BATCH: NonZeroU32 = NonZeroU32::MIN.saturating_add(99);
const DEFAULT_CONCURRENCY: NonZeroU32 = NonZeroU32::MIN.saturating_add(3);

/// The keys of a stage that say what it does.
const KINDS: [&str; 5] = ["call", "flow", "sql", "migrate", "exec"];

/// The variables that every expression has.
const TAKEN: [&str; 4] = ["each", "vars", "run", "ENV"];

impl Work {
    /// True for somebody's own program.
    pub fn is_command(&self) -> bool {
        matches!(self, Self::Exec(_))
    }

    /// The rows of `for_each`, where it has them.
    pub fn rows(&self) -> Option<&Rows> {
        match self {
            Self::Flow(flow) => flow.for_each.as_ref(),
            Self::Exec(exec) => exec.for_each.as_ref(),
            Self::Call(_) | Self::Sql(_) | Self::Migrate(_) => None,
        }
    }

    /// What a stage does: exactly one kind.
    pub(super) fn compile(
        spec: &StageSpec,
        outside: &Outside,
        exec_defaults: Option<&ExecDefaultsSpec>,
        compiler: &mut Compiler<'_>,
    ) -> Option<Self> {
        match (&spec.call, &spec.flow, &spec.sql, &spec.migrate, &spec.exec) {
            (Some(call), None, None, None, None) => requests(call, outside, compiler).map(Self::Call),
            (None, Some(flow), None, None, None) => {
                Flow::compile(flow, outside, compiler).map(|flow| Self::Flow(Box::new(flow)))
            }
            (None, None, Some(sql), None, None) => Sql::compile(sql, outside, compiler).map(Self::Sql),
            (None, None, None, Some(migrate), None) => {
                Migrate::compile(migrate, outside, compiler).map(Self::Migrate)
            }
            (None, None, None, None, Some(exec)) => {
                Exec::compile(exec, exec_defaults, outside, compiler).map(|exec| Self::Exec(Box::new(exec)))
            }
            (None, None, None, None, None) if spec.unread.iter().any(|key| KINDS.contains(key)) => None,
            (call, flow, sql, migrate, exec) => {
                let keys = [
                    ("call", call.is_some()),
                    ("flow", flow.is_some()),
                    ("sql", sql.is_some()),
                    ("migrate", migrate.is_some()),
                    ("exec", exec.is_some()),
                ];
                compiler.not_one("a stage", keys, spec.span);
                None
            }
        }
    }
}

fn requests(call: &CallSpec, outside: &Outside, compiler: &mut Compiler<'_>) -> Option<Vec<Request>> {
    let mut answers: Vec<String> = Vec::new();
    let mut requests = Vec::new();
    for spec in &call.0 {
        let scope = Scope::with_answers(answers.clone());
        requests.extend(Request::of_call(spec, outside, &scope, compiler));
        if let Some(name) = &spec.r#as {
            let is_word = name.value.starts_with(|c: char| c.is_ascii_lowercase())
                && name.value.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            let reason = if TAKEN.contains(&name.value.as_str()) {
                Some("this variable has a meaning of its own")
            } else if answers.contains(&name.value) {
                Some("an earlier answer has this name")
            } else {
                (!is_word).then_some("expected a small letter, then letters, digits and underscores")
            };
            match reason {
                Some(reason) => {
                    compiler.report(PlanProblem::AnswerName { name: name.value.clone(), reason }, name.span)
                }
                None => answers.push(name.value.clone()),
            }
        }
    }
    (requests.len() == call.0.len()).then_some(requests)
}

impl Flow {
    fn compile(spec: &FlowSpec, outside: &Outside, compiler: &mut Compiler<'_>) -> Option<Self> {
        let for_each = spec.for_each.as_ref().map(|for_each| Rows::compile(for_each, outside, compiler));
        let from = Pages::compile(&spec.from, outside, compiler);
        let select = spec.select.as_ref().map(|select| compiler.filter(select, &Scope::default()));
        let to = To::compile(&spec.to, outside, compiler);
        Some(Self { for_each: for_each.flatten(), from: from?, select: select.flatten(), to: to? })
    }
}

impl Pages {
    fn compile(spec: &FromSpec, outside: &Outside, compiler: &mut Compiler<'_>) -> Option<Self> {
        let scope = Scope::default();
        let request = Request::of_pages(spec, outside, compiler);
        let items = compiler.filter(&spec.items, &scope);
        let next = spec.next.as_ref().map(|next| Paging::compile(next, compiler));
        let keep = spec.keep.as_ref().map(|keep| Keep::compile(keep, outside, compiler));
        Some(Self { request: request?, items: items?, next: next.flatten(), keep: keep.flatten() })
    }
}

impl To {
    fn compile(spec: &ToSpec, outside: &Outside, compiler: &mut Compiler<'_>) -> Option<Self> {
        match spec {
            ToSpec::Send(send) => {
                Send::compile(send, outside, compiler).map(|send| Self::Send(Box::new(send)))
            }
            ToSpec::Save(tables) => Saves::compile(tables, outside, compiler).map(Self::Save),
        }
    }
}

impl Send {
    fn compile(spec: &SendSpec, outside: &Outside, compiler: &mut Compiler<'_>) -> Option<Self> {
        let request = Request::of_target(spec, outside, compiler);
        let group_by = spec.group_by.as_ref().and_then(|jq| compiler.filter(jq, &Scope::default()));
        let batch = spec.batch.as_ref().map(|late| compiler.late(late));
        let concurrency = spec.concurrency.as_ref().map(|late| compiler.late(late));
        let size = if spec.each == Some(true) {
            let advice = "with `each: true` a request carries one item: remove the other key, or `each`";
            let batch = spec.batch.as_ref().map(|batch| ("batch", batch.span));
            let group_by = spec.group_by.as_ref().map(|group_by| ("group_by", group_by.span));
            for (other, span) in batch.into_iter().chain(group_by) {
                compiler.report(PlanProblem::Contradiction { one: "each", other, advice }, span);
            }
            Size::Each
        } else {
            Size::Batch {
                most: batch.unwrap_or(Late::Known(DEFAULT_BATCH)),
                group_by: group_by.map(Box::new),
            }
        };
        Some(Self {
            request: request?,
            size,
            concurrency: concurrency.unwrap_or(Late::Known(DEFAULT_CONCURRENCY)),
        })
    }
}
