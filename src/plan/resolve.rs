use std::collections::{BTreeSet, HashMap};
use std::num::NonZeroU32;

use indexmap::IndexMap;

use crate::diag::{Fault, Findings, Span};
use crate::spec::{Document, Name, Spec};

use super::compile::Compiler;
use super::compiled::Compiled;
use super::continues::use_continued;
use super::declare::named_by_targets;
use super::declared::{Declared, LOG_LEVEL, type_name};
use super::graph::{self, Order};
use super::model::{Plan, Plans, Stage, Work};
use super::outside::{Known, Outside};
use super::problem::PlanProblem;
use super::references::check_references;
use super::schedule::{Timing, check_net_schedule};
use super::secret_names::SecretNames;
use super::share::share_rates;
use super::state::{Lease, Notify};
use super::targets::Targets;
use super::when::When;

/// Decides what every environment of a spec runs.
///
/// All faults of all environments are found in one go; there are plans only where none is an error.
pub fn resolve(spec: &Spec) -> (Option<Plans>, Findings) {
    let mut findings = Findings::default();
    let mut plans = Plans {
        net: String::new(),
        description: None,
        environments: IndexMap::new(),
        targets: Targets::default(),
    };
    let mut compiled = Compiled::default();
    let mut used = BTreeSet::from([LOG_LEVEL.to_owned()]);
    for (env, document) in spec.environments() {
        let mut compiler = Compiler::new(spec, &mut compiled);
        let plan = plan(spec, env, document, &mut compiler);
        check_references(spec, document, &mut compiler);
        let of_targets = compiler.take_uses();
        used.extend(of_targets.variables.into_iter().chain(of_targets.secrets));
        check_variable_types(spec, env, document, &mut compiler);
        for stage in &plan.stages {
            used.extend(stage.uses.variables.iter().cloned());
            used.extend(stage.uses.secrets.iter().cloned());
            used.extend(stage.uses.optional_secrets.iter().cloned());
        }
        used.extend(compiler.take_uses().variables);
        used.extend(named_by_targets(document).map(|name| name.value.clone()));
        findings.extend(compiler.into_findings());
        plans.net.clone_from(&plan.net);
        plans.description.clone_from(&document.description);
        // No environment can change them.
        plans.targets = Targets::of(document.targets.as_ref());
        plans.environments.insert(env.clone(), plan);
    }
    // What could not be read may have used what seems unused.
    if spec.is_whole() && !findings.has_errors() {
        report_unused(spec, &used, &mut findings);
    }
    let good = !findings.has_errors() && !plans.environments.is_empty();
    (good.then_some(plans), findings)
}

fn plan(spec: &Spec, env: &str, document: &Document, compiler: &mut Compiler<'_>) -> Plan {
    let declared = Declared::of(document, compiler);
    compiler.declare(declared.clone());
    check_net_schedule(document, compiler);
    let outside = Outside::compile(document, compiler);
    let notify = document.notify.iter().flatten();
    let notify: Vec<_> = notify.filter_map(|spec| Notify::compile(spec, &outside, compiler)).collect();
    let uses_of_notify = compiler.take_uses();
    let mut stages = Vec::new();
    for (name, stage) in document.stages.iter() {
        let timing = Timing::compile(document, stage, compiler);
        let defaults = document.defaults.as_ref();
        let fail_above = stage.fail_above.as_ref();
        let fail_above = fail_above.or(defaults.and_then(|defaults| defaults.fail_above.as_ref()));
        let fail_above = fail_above.map(|late| compiler.late(late));
        let exec_defaults = defaults.and_then(|defaults| defaults.exec.as_ref());
        let default_lease = defaults.and_then(|defaults| defaults.lease.as_ref());
        let lease = Lease::compile(stage, default_lease, timing.overlap, &outside, compiler);
        let work = Work::compile(stage, &outside, exec_defaults, compiler);
        compiler.add_uses(&uses_of_notify);
        let mut uses = compiler.take_uses();
        uses.optional_secrets.retain(|secret| !uses.secrets.contains(secret));
        let names = |list: &Vec<Name>| list.iter().map(|Name(name)| name.value.clone()).collect();
        let needs = stage.needs.as_ref().map_or_else(Vec::new, names);
        let continues = stage.continues.as_ref().map(names);
        // A stage whose work has faults keeps its place, so that what needs it is not reported too.
        let work = work.unwrap_or(Work::Call(Vec::new()));
        let description = stage.description.clone();
        stages.push(Stage {
            name: name.value.clone(),
            place: name.span,
            description,
            needs,
            continues,
            timing,
            fail_above,
            lease,
            // What shares with it is not known yet.
            rate_share: NonZeroU32::MIN,
            work,
            uses,
        });
    }
    let groups = document.groups.iter().flat_map(|groups| groups.iter());
    let groups = groups
        .map(|(name, members)| {
            (name.value.clone(), members.iter().map(|Name(member)| member.value.clone()).collect())
        })
        .collect();
    let own = document.environments.as_ref().and_then(|all| all.get(env)).map(|environment| &environment.own);
    let apis = readable(outside.apis);
    let mut stages = sorted(stages, document, compiler);
    share_rates(&mut stages, &apis);
    let mut plan = Plan {
        net: document.name.value.clone(),
        env: env.to_owned(),
        place: spec.environment_names().iter().find(|name| name.value == env).map(|name| name.span),
        timezone: document.timezone.as_ref().map_or_else(|| "UTC".to_owned(), |zone| zone.value.clone()),
        places: stages.iter().enumerate().map(|(place, stage)| (stage.name.clone(), place)).collect(),
        stages,
        declared,
        apis,
        databases: readable(outside.databases),
        stores: readable(outside.stores),
        notify,
        groups,
        when: When::compile(own, compiler),
        confirm: own.and_then(|own| own.confirm).unwrap_or(false),
        secret_names: SecretNames::compile(own, compiler),
    };
    use_continued(&mut plan, document, compiler);
    plan
}

fn readable<T>(known: Known<T>) -> IndexMap<String, T> {
    known.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

fn sorted(mut stages: Vec<Stage>, document: &Document, compiler: &mut Compiler<'_>) -> Vec<Stage> {
    let names: Vec<String> = stages.iter().map(|stage| stage.name.clone()).collect();
    let places: HashMap<&str, usize> =
        names.iter().enumerate().map(|(place, name)| (name.as_str(), place)).collect();
    let index = |need: &String| places.get(need.as_str()).copied();
    let needs: Vec<Vec<usize>> =
        stages.iter().map(|stage| stage.needs.iter().filter_map(index).collect()).collect();
    match graph::sort(&needs) {
        Order::Sorted(order) => {
            let mut place = vec![0; order.len()];
            for (position, stage) in order.iter().enumerate() {
                place[*stage] = position;
            }
            stages.sort_by_cached_key(|stage| index(&stage.name).map(|index| place[index]));
            stages
        }
        Order::Circle(circle) => {
            let mut names: Vec<String> = circle.iter().map(|stage| names[*stage].clone()).collect();
            names.extend(names.first().cloned());
            let span = closing_need(document, &names);
            compiler.report(PlanProblem::Cycle { circle: names }, span);
            stages
        }
    }
}

/// Where the first stage of a circle names the second.
fn closing_need(document: &Document, circle: &[String]) -> Span {
    let [first, second, ..] = circle else {
        return Span::default();
    };
    let needs = document.stages.get(first).and_then(|stage| stage.needs.as_ref());
    needs
        .and_then(|needs| needs.iter().find(|Name(need)| need.value == *second))
        .map_or_else(Span::default, |Name(need)| need.span)
}

/// An environment's value must have the type of the default, which the file without environments would give.
fn check_variable_types(spec: &Spec, env: &str, document: &Document, compiler: &mut Compiler<'_>) {
    for (name, variable) in document.vars.iter().flat_map(|vars| vars.iter()) {
        let Some(default) = spec.defaults().get(&name.value) else {
            continue;
        };
        let (expected, found) = (type_name(&default.value), type_name(&variable.value));
        if expected != found {
            let environment = env.to_owned();
            let problem =
                PlanProblem::VariableType { name: name.value.clone(), expected, environment, found };
            compiler.report(problem, variable.span);
        }
    }
}

fn report_unused(spec: &Spec, used: &BTreeSet<String>, findings: &mut Findings) {
    let Some(document) = spec.environments().values().next() else {
        return;
    };
    let variables = spec.defaults().names().map(|name| ("variable", name));
    let secrets = document.secrets.iter().flatten().map(|Name(name)| ("secret", name));
    for (what, name) in variables.chain(secrets) {
        if !used.contains(&name.value) {
            findings.push(PlanProblem::Unused { what, name: name.value.clone() }.at(name.span));
        }
    }
}
