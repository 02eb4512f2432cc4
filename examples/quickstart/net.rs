//! An example's net, run as its users run it.

use std::error::Error;
use std::path::Path;
use std::process::Command;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _};
use tempfile::TempDir;

/// Where no code says how a process ended, a signal did it.
const KILLED: u8 = 1;

/// A copy of an example's directory, which goes away in the end, and the environment that jobnet is given there.
pub(crate) struct Net {
    directory: TempDir,
    environment: Vec<(&'static str, String)>,
}

impl Net {
    pub(crate) fn copy_of(example: &str) -> Result<Self, Box<dyn Error>> {
        let directory = tempfile::tempdir()?;
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(example), directory.path())?;
        Ok(Self { directory, environment: Vec::new() })
    }

    pub(crate) fn env(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.environment.push((name, value.into()));
        self
    }

    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// `jobnet run … --env local`, and its exit code.
    pub(crate) fn run(&self, words: &[&str]) -> Result<u8, Box<dyn Error>> {
        println!("$ jobnet run {} --env local", words.join(" "));
        let status = Command::new(std::env::current_exe()?)
            .args(["jobnet", "run", "--env", "local", "--format", "human"])
            .args(words)
            .current_dir(self.directory())
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .status()?;
        Ok(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(KILLED))
    }

    /// Prints how many rows the tables of an SQLite file in the directory have.
    pub(crate) async fn print_tables(&self, file: &str, tables: &[&str]) -> Result<(), sqlx::Error> {
        let options = SqliteConnectOptions::new().filename(self.directory().join(file)).read_only(true);
        let mut connection: SqliteConnection = options.connect().await?;
        println!("\n{file} holds");
        for table in tables {
            let query = AssertSqlSafe(format!("select count(*) from {table}"));
            let rows: i64 = sqlx::query_scalar(query).fetch_one(&mut connection).await?;
            println!("  {rows:>3} rows of {table}");
        }
        Ok(())
    }
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
