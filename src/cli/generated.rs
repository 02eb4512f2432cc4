use std::path::Path;

use crate::diag::{Findings, Source};
use crate::drift::{self, Drift, Tree};
use crate::lint::{self, Drifted};
use crate::plan::Plans;
use crate::targets::{self, FileSet, Origin, Target};

use super::error::CliError;
use super::origin::origin;
use super::place::Place;
use super::tree::{self, Search};

/// What a spec generates, and what is there.
pub(super) struct Generated {
    /// In the order of the sets.
    targets: Vec<Target>,
    sets: Vec<FileSet>,
    origin: Origin,
    tree: Tree,
    pub(super) place: Place,
}

impl Generated {
    /// Renders the files of a spec, which was read from `path`, and reads those that are there.
    ///
    /// `chosen` are its targets that matter, all without them; `out` is a directory in place of the spec's. Where the
    /// findings, which are about the spec, hold an error, nothing is generated.
    pub(super) fn of(
        path: &Path,
        spec: &Source,
        plans: &Plans,
        chosen: Option<&[Target]>,
        out: Option<&Path>,
    ) -> Result<(Option<Self>, Findings), CliError> {
        let all = targets::targets(plans);
        let targets = chosen.unwrap_or(&all);
        let (origin, mut findings) = origin(path, spec, plans, targets)?;
        if findings.has_errors() {
            targets.iter().for_each(|target| findings.extend(targets::impossible(*target, plans)));
            return Ok((None, findings));
        }
        let sets = match targets::render_all(targets, plans, &origin) {
            Ok(sets) => sets,
            Err(found) => {
                findings.extend(found);
                return Ok((None, findings));
            }
        };
        let place = match out {
            Some(out) => Place::below(out, &origin, &sets)?,
            None => Place::of_spec(path, &sets)?,
        };
        let search = chosen.map_or(Search::Everywhere, |chosen| {
            let others = all.iter().filter(|target| !chosen.contains(target));
            Search::Without(
                others.filter_map(|target| Some(targets::out(*target, plans)?.0.to_owned())).collect(),
            )
        });
        let tree = tree::read(&place, &sets, &origin, &search)?;
        Ok((Some(Self { targets: targets.to_vec(), sets, origin, tree, place }), findings))
    }

    /// How many files the spec generates.
    pub(super) fn files(&self) -> usize {
        self.sets.iter().map(|set| set.files.len()).sum()
    }

    /// Where what is there is not what the spec generates.
    pub(super) fn drifts(&self) -> Vec<Drift<'_>> {
        drift::compare(&self.sets, &self.tree, &self.origin)
    }

    /// The same, as one who lints a spec of this name is told of it.
    pub(super) fn drifted(&self, plans: &Plans, spec: &str) -> Vec<Drifted> {
        let rendered: Vec<_> = self.targets.iter().copied().zip(&self.sets).collect();
        lint::drifted(&rendered, &self.drifts(), plans, spec, |path| self.place.shown(path))
    }
}
