use super::leaf::{Name, Spanned};
use super::open::OpenMapping;
use super::record::record;

record! {
    /// A GitHub Actions workflow.
    GithubSpec is "a GitHub target"
    required {
        /// The rendered workflow's file: `.github/workflows/NAME.yml`, seen from the spec's directory.
        out: Spanned<String>,
        /// The environments that run there.
        environments: Vec<Name>,
    }
    optional {
        /// The environment of a run that is started by hand and names none.
        default_environment: Name,
        /// How the workflow gets credentials of AWS.
        aws: AwsSpec,
        /// How the workflow gets credentials of Google Cloud.
        google: GoogleSpec,
        /// Steps before a command stage, as in any workflow
        /// (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idsteps>).
        setup: Vec<OpenMapping>,
        /// The label of the runners; by default `ubuntu-24.04`, GitHub's own.
        runner: Spanned<String>,
        /// jobnet's own action; by default `your-org/jobnet-action@v1`.
        action: Spanned<String>,
        /// True where a stage of jobnet's own kinds calls `jobnet-stage.yml`, the workflow beside jobnet's action, in place of
        /// steps of its own (<https://docs.github.com/actions/how-tos/reuse-automations/reuse-workflows>).
        reusable_workflow: bool,
        /// True where each environment is one of GitHub's, with rules and secrets of its own
        /// (<https://docs.github.com/actions/how-tos/deploy/configure-and-manage-deployments/manage-environments>).
        github_environments: bool,
        /// True for GitHub Enterprise Server, which knows less of schedules and of runs that wait.
        enterprise_server: bool,
    }
}

record! {
    /// How a workflow gets credentials of AWS: it becomes a role by OIDC, or has an access key. The secrets that it
    /// names need no other declaration.
    AwsSpec is "`aws`"
    required {
        /// The secret that holds the region.
        region: Name,
    }
    optional {
        /// The secret that holds the role.
        role_to_assume: Name,
        /// The secret that holds the id of an access key.
        access_key_id: Name,
        /// The secret that holds the access key.
        secret_access_key: Name,
    }
}

record! {
    /// How a workflow gets credentials of Google Cloud, by OIDC. The secrets that it names need no other declaration.
    GoogleSpec is "`google`"
    required {
        /// The secret that holds the full name of the workload identity provider.
        workload_identity_provider: Name,
        /// The secret that holds the service account's address.
        service_account: Name,
    }
}

impl GithubSpec {
    /// The secrets that it names.
    pub fn secrets(&self) -> impl Iterator<Item = &Spanned<String>> {
        let aws = self.aws.iter().flat_map(|aws| {
            let login = [&aws.role_to_assume, &aws.access_key_id, &aws.secret_access_key];
            login.into_iter().flatten().chain([&aws.region])
        });
        let google = self.google.iter();
        let google = google.flat_map(|google| [&google.workload_identity_provider, &google.service_account]);
        aws.chain(google).map(|Name(name)| name)
    }
}
