use std::collections::BTreeMap;

/// What rendering knows of the spec's file beside the plans: its name, where it lies, and the files around it.
///
/// It holds what is in the repository alone, so that every machine renders the same.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The name of the spec's file.
    pub file: String,
    /// The directories that lead to it, the nearest last. Only as many matter as an output's path goes up by `..`.
    pub directories: Vec<String>,
    /// The text of the spec.
    pub spec: String,
    /// The files that stages read, by their paths from the spec's directory.
    pub files: BTreeMap<String, Vec<u8>>,
    /// The text of the lock file beside the spec, in which actions stand with their commits; `None` where there is none.
    pub lock: Option<String>,
}

impl Origin {
    /// The name of the lock file.
    pub const LOCK_FILE: &'static str = "jobnet.lock";

    /// The spec's path as seen from where the parent directories of an output's path lead: `etl/jobnet.yaml` for
    /// `../.github/workflows/etl.yml`, the file's name for `k8s`.
    pub fn seen_from(&self, out: &str) -> String {
        let up = out.split('/').take_while(|part| *part == "..").count();
        let below = &self.directories[self.directories.len().saturating_sub(up)..];
        below.iter().chain([&self.file]).cloned().collect::<Vec<_>>().join("/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spec_is_seen_from_where_its_outputs_begin() {
        let directories = ["home", "shop", "etl"].map(str::to_owned).to_vec();
        let origin = Origin { file: "jobnet.yaml".to_owned(), directories, ..Origin::default() };
        for (out, seen) in [
            ("k8s", "jobnet.yaml"),
            ("../.github/workflows/etl.yml", "etl/jobnet.yaml"),
            ("../../deploy", "shop/etl/jobnet.yaml"),
        ] {
            assert_eq!(origin.seen_from(out), seen, "{out}");
        }
    }
}
