use std::cmp::Ordering;

use thiserror::Error;

use crate::clients::{Checksum, Enclosure, Migration, MigrationError};
use crate::diag::Source;
use crate::run::binder::{BindError, Binder};
use crate::run::files::Files;
use crate::run::sql::{faulty, read, script};
use crate::sql::Dialect;

use super::comment::enclosure;
use super::enclosed::{Session, changes_session, faults, ignored};
use super::failed::Failed;

/// Why the names in a directory of migrations do not make an order.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MigrationNameError {
    /// A file whose name has no version.
    #[error("`{0}` does not begin with a version")]
    NoVersion(String),
    /// Two files with one version.
    #[error("`{0}` and `{1}` have the same version")]
    SameVersion(String, String),
}

impl MigrationNameError {
    /// What to do.
    pub fn help(&self) -> &'static str {
        match self {
            Self::NoVersion(_) => {
                "call it VERSION_name.sql, with digits as version: 20260105090000_plans.sql, say"
            }
            Self::SameVersion(..) => "give one of them another version: each is applied once, by its version",
        }
    }
}

/// A file that is a migration.
#[derive(Debug, Clone)]
pub(super) struct File {
    pub(super) source: Source,
    pub(super) migration: Migration,
    /// The lines that its statements begin at.
    pub(super) lines: Vec<usize>,
    /// The line of a statement that its database would ignore, and what that sets.
    ignored: Option<(usize, &'static str)>,
}

impl File {
    /// The migrations in a directory, in their order.
    ///
    /// # Errors
    /// [`BindError`].
    pub(super) fn all(
        dir: &str,
        (dialect, session): (Dialect, Session),
        files: &dyn Files,
        binder: &Binder<'_>,
    ) -> Result<Vec<Self>, BindError> {
        let place = || binder.place.clone();
        let listed = files.list(dir);
        let listed =
            listed.map_err(|source| BindError::File { place: place(), file: dir.to_owned(), source })?;
        let named = ordered(listed).map_err(|source| BindError::Migrations { place: place(), source })?;
        let dir = dir.trim_end_matches('/');
        let read = named.into_iter().map(|(named, file)| {
            let source = read(format!("{dir}/{file}"), files, binder)?;
            Self::new(named, source, dialect, session)
        });
        read.collect()
    }

    fn new(
        Named { version, name }: Named,
        source: Source,
        dialect: Dialect,
        session: Session,
    ) -> Result<Self, BindError> {
        let (script, mut findings) = script(&source, dialect);
        let (enclosure, comments) = enclosure(&source, &script);
        findings.extend(comments);
        findings.extend(faults(&script.statements, enclosure, session));
        if !findings.is_empty() {
            return Err(faulty(source, findings));
        }
        let checksum = Checksum::of(&source.text);
        let lines = script.statements.iter();
        let lines =
            lines.map(|statement| source.position(statement.code_range().start).line).collect::<Vec<_>>();
        let ignored = ignored(&script.statements, enclosure);
        let ignored = ignored.and_then(|(place, name)| Some((*lines.get(place)?, name)));
        let statements = script.statements.iter().map(|statement| statement.text().to_owned()).collect();
        let changes_session = changes_session(&script.statements, enclosure);
        let migration = Migration { version, name, checksum, statements, enclosure, changes_session };
        Ok(Self { source, migration, lines, ignored })
    }

    /// An error with the lines of the statements that it is about.
    pub(super) fn located(&self, error: MigrationError) -> Failed {
        Failed::new(error, &self.lines)
    }

    /// Why the database would not do what the file says.
    pub(super) fn refused(&self) -> Option<Failed> {
        self.ignored.map(|(line, name)| Failed::Ignored { line, name })
    }

    /// The file's name, and that it runs outside a transaction where it does.
    pub(super) fn shown(&self) -> String {
        let name = &self.source.name;
        match self.migration.enclosure {
            Enclosure::Transaction => name.clone(),
            Enclosure::Nothing => format!("{name} outside a transaction"),
        }
    }
}

/// A version and a name.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Named {
    version: String,
    name: String,
}

impl Named {
    /// Versions are compared as the numbers that they are, however long.
    fn cmp(&self, other: &Self) -> Ordering {
        let number = |named: &Self| {
            let digits = named.version.trim_start_matches('0').to_owned();
            (digits.len(), digits, named.version.clone())
        };
        number(self).cmp(&number(other))
    }
}

/// The migrations among the names of a directory's files, in their order. Files that are not SQL are left alone.
fn ordered(files: Vec<String>) -> Result<Vec<(Named, String)>, MigrationNameError> {
    let mut named = Vec::new();
    for file in files {
        if let Some(stem) = file.strip_suffix(".sql") {
            let parts = stem.split_once('_').filter(|(version, _)| is_version(version));
            let Some((version, name)) = parts else { return Err(MigrationNameError::NoVersion(file)) };
            named.push((Named { version: version.to_owned(), name: name.to_owned() }, file));
        }
    }
    named.sort_by(|(a, one), (b, other)| a.cmp(b).then_with(|| one.cmp(other)));
    match named.windows(2).find(|pair| pair[0].0.version == pair[1].0.version) {
        Some(pair) => Err(MigrationNameError::SameVersion(pair[0].1.clone(), pair[1].1.clone())),
        None => Ok(named),
    }
}

fn is_version(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(names: &[&str]) -> Result<Vec<String>, MigrationNameError> {
        let named = ordered(names.iter().map(|name| (*name).to_owned()).collect())?;
        Ok(named.into_iter().map(|(_, file)| file).collect())
    }

    #[test]
    fn versions_are_numbers_and_what_is_not_sql_is_left_alone() {
        let names = [
            "10_b.sql",
            "README.md",
            "9_a.sql",
            "20260105090000_c.sql",
            "009_same.sql",
            "2_two_words.sql",
            "3_.sql",
        ];
        let expected =
            ["2_two_words.sql", "3_.sql", "009_same.sql", "9_a.sql", "10_b.sql", "20260105090000_c.sql"];
        assert_eq!(files(&names).unwrap(), expected);
    }

    #[test]
    fn a_name_has_a_version_of_its_own() {
        for name in ["a.sql", "1.sql", "1-a.sql", "v1_a.sql", "_a.sql", "１_a.sql"] {
            assert_eq!(files(&[name]), Err(MigrationNameError::NoVersion(name.to_owned())));
        }
        let same = MigrationNameError::SameVersion("1_a.sql".to_owned(), "1_b.sql".to_owned());
        assert_eq!(files(&["1_b.sql", "2_c.sql", "1_a.sql"]), Err(same));
    }
}
