use crate::expr::Template;

use super::model::{Plan, Stage};

impl Plan {
    /// The databases and stores of a stage that are files beside the spec, as their URLs say: what it writes there is lost,
    /// or cannot be written, where an engine hands out the spec's files anew for each run.
    ///
    /// What needs a secret is not known here.
    pub fn written_beside(&self, stage: &Stage) -> Vec<String> {
        let known =
            |url: &Template| url.bind(&self.declared).ok().flatten().and_then(|bound| bound.as_constant());
        let databases = stage.uses.databases.iter().filter_map(|name| known(&self.databases.get(name)?.url));
        let stores = stage.uses.stores.iter().filter_map(|name| known(&self.stores.get(name)?.url));
        databases.chain(stores).filter(|url| is_beside(url)).collect()
    }
}

fn is_beside(url: &str) -> bool {
    let path = ["sqlite:", "file:"].iter().find_map(|scheme| url.strip_prefix(scheme));
    path.is_some_and(|path| !path.strip_prefix("//").unwrap_or(path).starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_without_a_slash_in_front_is_beside_the_spec() {
        for (url, expected) in [
            ("sqlite:var/notes.db", true),
            ("sqlite:///data/notes.db", false),
            ("sqlite:/data/notes.db", false),
            ("file:raw", true),
            ("file:///raw", false),
            ("s3://raw", false),
            ("postgres://db/shop", false),
        ] {
            assert_eq!(is_beside(url), expected, "{url}");
        }
    }
}
