use std::fmt;

use crate::cli::args::TargetName;
use crate::targets::yaml_scalar as quoted;

/// What a new spec is made from; its text is the spec.
pub(super) struct NewSpec {
    /// The net's name.
    pub(super) name: String,
    /// The stages, each of which needs the one before it.
    pub(super) stages: Vec<String>,
    /// The environments beside `local`. The last one runs on schedule.
    pub(super) environments: Vec<String>,
    /// When it does.
    pub(super) schedule: String,
    /// In which zone.
    pub(super) timezone: String,
    /// The engines.
    pub(super) targets: Vec<TargetName>,
}

/// What each stage may take, and by how much the next one starts later where starts alone keep the order.
const TIMEOUT_MINUTES: usize = 15;
const OFFSET_MINUTES: usize = 20;

impl fmt::Display for NewSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, timezone, .. } = self;
        writeln!(f, "jobnet: v1")?;
        writeln!(f, "name: {}", quoted(name))?;
        writeln!(f, "timezone: {}", quoted(timezone))?;
        writeln!(f, "\ndefaults: {{timeout: {TIMEOUT_MINUTES}m}}")?;
        writeln!(
            f,
            "\n# A stage is a command, as here, or `call`, `flow`, `sql`, `migrate`: see the documentation of the spec."
        )?;
        writeln!(f, "stages:")?;
        let mut before: Option<&String> = None;
        for (place, stage) in self.stages.iter().enumerate() {
            writeln!(f, "  {}:", quoted(stage))?;
            if let Some(need) = before {
                writeln!(f, "    needs: [{}]", quoted(need))?;
                if self.targets.contains(&TargetName::Kubernetes)
                    || self.targets.contains(&TargetName::CloudRun)
                {
                    // These engines know no order: later starts keep it.
                    writeln!(f, "    offset: {}m", place * OFFSET_MINUTES)?;
                }
            }
            writeln!(f, "    exec: {{command: \"echo {{$run.stage}} in {{$run.env}}\"}}")?;
            before = Some(stage);
        }
        writeln!(
            f,
            "\n# An environment repeats the shape of the file; what it names replaces the same key above."
        )?;
        writeln!(f, "environments:\n  local: {{}}")?;
        for (place, environment) in self.environments.iter().enumerate() {
            let is_last = place + 1 == self.environments.len();
            let schedule = if is_last { self.schedule.as_str() } else { "manual" };
            writeln!(f, "  {}: {{schedule: {}}}", quoted(environment), quoted(schedule))?;
        }
        if !self.targets.is_empty() {
            writeln!(f, "\ntargets:")?;
        }
        self.targets.iter().try_for_each(|target| self.target(*target, f))
    }
}

impl NewSpec {
    fn target(&self, target: TargetName, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let environments: Vec<_> = self.environments.iter().map(|name| quoted(name)).collect();
        let environments = environments.join(", ");
        let name = &self.name;
        match target {
            TargetName::Github => {
                writeln!(f, "  github:\n    out: {}", quoted(&format!(".github/workflows/{name}.yml")))?;
                writeln!(f, "    environments: [{environments}]")?;
                self.environments
                    .first()
                    .map_or(Ok(()), |first| writeln!(f, "    default_environment: {}", quoted(first)))
            }
            TargetName::Kubernetes => {
                writeln!(f, "  kubernetes:\n    out: k8s\n    environments: [{environments}]")?;
                writeln!(f, "    image: {}", quoted(&format!("ghcr.io/your-org/{name}")))?;
                let tags = self.environments.iter().map(|name| format!("{}: \"1.0.0\"", quoted(name)));
                writeln!(f, "    tags: {{{}}}", tags.collect::<Vec<_>>().join(", "))?;
                writeln!(f, "    jobnet_image: ghcr.io/your-org/jobnet")
            }
            TargetName::CloudRun => {
                writeln!(f, "  cloud_run:\n    out: deploy/cloud-run\n    environments: [{environments}]")?;
                writeln!(f, "    project: your-project\n    region: us-central1")?;
                writeln!(f, "    image: {}", quoted(&format!("gcr.io/your-project/{name}")))?;
                writeln!(f, "    name_suffix: \"-{{env}}\"\n    service_account: {}", quoted(name))
            }
        }
    }
}
