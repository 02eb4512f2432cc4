use crate::expr::Template;

use super::model::{Plan, Stage, Work};
use super::rows::Rows;
use super::sql::SqlSource;

/// A file beside the spec that a stage reads, by its path from there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum StageFile {
    /// One file.
    File(String),
    /// All files of a directory.
    Directory(String),
}

/// A path that only a run knows, since a secret is part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownPath {
    /// The path as it is written.
    pub written: String,
}

impl Plan {
    /// The files beside the spec that a stage reads, which must be wherever it runs.
    ///
    /// # Errors
    /// A path that is not known before a run.
    pub fn files(&self, stage: &Stage) -> Result<Vec<StageFile>, UnknownPath> {
        let known = |path: &Template| {
            let bound = path.bind(&self.declared).ok().flatten().and_then(|bound| bound.as_constant());
            bound.ok_or_else(|| UnknownPath { written: path.shown() })
        };
        Ok(match &stage.work {
            Work::Sql(sql) => match &sql.source {
                SqlSource::File(path) => vec![StageFile::File(known(path)?)],
                SqlSource::Text(_) => Vec::new(),
            },
            Work::Migrate(migrate) => vec![StageFile::Directory(known(&migrate.dir)?)],
            work @ (Work::Call(_) | Work::Flow(_) | Work::Exec(_)) => match work.rows() {
                Some(Rows::Lines(path)) => vec![StageFile::File(known(path)?)],
                Some(Rows::Values(_) | Rows::Query(_)) | None => Vec::new(),
            },
        })
    }
}
