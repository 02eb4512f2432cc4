use super::leaf::{LateSpec, Name, Spanned};
use super::naming::check_secret_name;
use super::node::{Node, NodeValue};
use super::reader::{Read, Reader};
use super::record::record;
use super::table::Table;

record! {
    /// What an environment has beside what it changes.
    EnvironmentSpec is "an environment"
    optional {
        /// The values of variables by which a run without `--env` knows that it is meant; all of them must be there.
        when: Table<LateSpec<String>>,
        /// True where a run asks for a `yes` before anything is done. Default false.
        confirm: bool,
        /// What is added to the name of every secret where this environment runs, `-test` say.
        secret_suffix: Spanned<String>,
        /// What secrets are called where this environment runs, instead of their name with the suffix.
        secret_names: Table<Name>,
    }
}

impl EnvironmentSpec {
    /// The keys, which the file itself does not have.
    pub(super) const KEYS: [&'static str; 4] = ["when", "confirm", "secret_suffix", "secret_names"];

    /// Reads them from among the changes of an environment.
    pub(super) fn read_among(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let own = node.entries()?.iter().filter(|entry| Self::KEYS.contains(&entry.key.as_str()));
        let own = Node { value: NodeValue::Map(own.cloned().collect()), span: node.span };
        let spec = Self::read(&own, reader)?;
        if let Some(suffix) = &spec.secret_suffix {
            check_secret_name(suffix, reader);
        }
        for (_, Name(name)) in spec.secret_names.iter().flat_map(Table::iter) {
            check_secret_name(name, reader);
        }
        Some(spec)
    }
}
