//! The variables around: those of the process, and before them the lines of `JOBNET_SECRETS`.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use thiserror::Error;

use crate::expr::is_variable_name;
use crate::secret::Redacted;

use super::error::CliError;

/// A variable that holds others. A workflow that is called by others cannot know what their secrets are called, and is
/// given one that has them all
/// (<https://docs.github.com/actions/how-tos/reuse-automations/reuse-workflows#passing-inputs-and-secrets-to-a-reusable-workflow>).
const SECRETS: &str = "JOBNET_SECRETS";

/// The certificates that `SSL_CERT_FILE` names in place of the public ones.
pub(super) fn cert_file() -> Option<PathBuf> {
    std::env::var_os("SSL_CERT_FILE").filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// What the variables around say.
#[derive(Debug)]
pub(super) struct Variables {
    lines: BTreeMap<String, Redacted<String>>,
}

/// A line of `JOBNET_SECRETS` that cannot be read. Nothing of it is shown: it may be a part of a secret.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("line {number} of {SECRETS} {fault}")]
pub(super) struct BadLine {
    /// The first is 1.
    number: usize,
    fault: LineFault,
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, Error, PartialEq, Eq)]
pub(super) enum LineFault {
    /// It names nothing.
    #[error("is not NAME=value")]
    NoName,
    /// It names what jobnet itself reads.
    #[error("is a variable of jobnet's own")]
    Own,
    /// It names what another line does.
    #[error("names what an earlier line does")]
    Twice,
    /// It begins as a text of JSON, and is none.
    #[error("begins with a quote, and is no text of JSON")]
    NotJson,
}

impl BadLine {
    /// What to do.
    pub(super) fn help(&self) -> &'static str {
        match self.fault {
            LineFault::NoName | LineFault::NotJson => {
                "write a value that has lines or begins with a quote as JSON: \
                 NAME=${{ toJSON(secrets.NAME) }}"
            }
            LineFault::Own => "set it in the step's `env`",
            LineFault::Twice => "remove one of them",
        }
    }
}

impl Variables {
    /// Those of this process.
    ///
    /// # Errors
    /// A line of `JOBNET_SECRETS` that cannot be read.
    pub(super) fn around() -> Result<Self, CliError> {
        let lines = std::env::var(SECRETS).unwrap_or_default();
        Ok(Self { lines: read(&lines).map_err(CliError::SecretLines)? })
    }

    /// A variable's value, where it has one.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        let line = self.lines.get(name).map(|value| value.expose().clone());
        line.or_else(|| std::env::var(name).ok())
    }

    /// The values of the lines, which are secrets whether the spec says so or not.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &str> {
        self.lines.values().map(|value| value.expose().as_str())
    }

    /// All of them, for whom inherits them: each line as a variable, and none that holds the others.
    pub(super) fn all(&self) -> Vec<(OsString, OsString)> {
        let is_line = |name: &OsString| name.to_str().is_some_and(|name| self.lines.contains_key(name));
        let around = std::env::vars_os().filter(|(name, _)| name != SECRETS && !is_line(name));
        around.chain(self.lines.iter().map(|(name, value)| (name.into(), value.expose().into()))).collect()
    }
}

/// Reads `NAME=value`, a line each. A value that begins with a quote is a text of JSON, which has lines and quotes within one
/// line; every other value is the rest of its line as it is. Empty lines and those that begin with `#` say nothing.
fn read(text: &str) -> Result<BTreeMap<String, Redacted<String>>, BadLine> {
    let mut lines = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        let bad = |fault| BadLine { number: index + 1, fault };
        let line = line.trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, value) = line.split_once('=').ok_or(bad(LineFault::NoName))?;
        if !is_variable_name(name) {
            return Err(bad(LineFault::NoName));
        }
        if name.starts_with("JOBNET_") {
            return Err(bad(LineFault::Own));
        }
        let value = if value.starts_with('"') {
            serde_json::from_str(value).map_err(|_| bad(LineFault::NotJson))?
        } else {
            value.to_owned()
        };
        if lines.insert(name.to_owned(), Redacted::new(value)).is_some() {
            return Err(bad(LineFault::Twice));
        }
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(text: &str) -> Result<Vec<(String, String)>, String> {
        let lines = read(text).map_err(|error| error.to_string())?;
        Ok(lines.into_iter().map(|(name, value)| (name, value.expose().clone())).collect())
    }

    #[test]
    fn a_value_is_the_rest_of_its_line_or_a_text_of_json() {
        let text =
            "\n# of dev\n  URL=postgres://a:b=c@d/e?f#g\r\nKEY=\"-----\\nBEGIN\\n\\\"\"\nNONE=\nSPACED= a \n";
        let expected = [
            ("KEY", "-----\nBEGIN\n\""),
            ("NONE", ""),
            ("SPACED", " a "),
            ("URL", "postgres://a:b=c@d/e?f#g"),
        ];
        assert_eq!(lines(text).unwrap(), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn a_line_that_cannot_be_read_is_told_by_its_number_alone() {
        for (text, error) in [
            ("A=1\nhunter2", "line 2 of JOBNET_SECRETS is not NAME=value"),
            ("hunter 2=1", "line 1 of JOBNET_SECRETS is not NAME=value"),
            ("A=\"hunter2", "line 1 of JOBNET_SECRETS begins with a quote, and is no text of JSON"),
            ("A=\"hunter2\" ,", "line 1 of JOBNET_SECRETS begins with a quote, and is no text of JSON"),
            ("A=1\n\nA=2", "line 3 of JOBNET_SECRETS names what an earlier line does"),
            ("JOBNET_ENV=prod", "line 1 of JOBNET_SECRETS is a variable of jobnet's own"),
        ] {
            assert_eq!(lines(text).unwrap_err(), error);
        }
    }

    proptest! {
        /// `toJSON` writes what a JSON encoder does.
        #[test]
        fn whatever_is_written_as_json_is_read_back(values in proptest::collection::vec(any::<String>(), 1..5)) {
            let names = (0..values.len()).map(|number| format!("S{number}"));
            let expected: Vec<_> = names.zip(values).collect();
            let text = expected.iter().map(|(name, value)| format!("{name}={}\n", serde_json::json!(value)));
            prop_assert_eq!(lines(&text.collect::<String>()).unwrap(), expected);
        }
    }
}
