use super::leaf::{Name, Spanned};
use super::open::OpenMapping;
use super::record::record;

record! {
    /// A GitHub Actions workflow.
    GithubSpec is "a GitHub target"
    required {
        /// The rendered workflow's file.
        out: Spanned<String>,
        /// The environments that run there.
        environments: Vec<Name>,
    }
    optional {
        /// The environment of a run that is started by hand and names none.
        default_environment: Name,
        /// How the workflow becomes a role at AWS.
        aws: AwsSpec,
        /// Steps before a command stage, as in any workflow
        /// (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idsteps>).
        setup: Vec<OpenMapping>,
    }
}

record! {
    /// How a workflow becomes a role at AWS. The secrets that it names need no other declaration.
    AwsSpec is "`aws`"
    required {
        /// The secret that holds the role.
        role_to_assume: Name,
        /// The secret that holds the region.
        region: Name,
    }
}
