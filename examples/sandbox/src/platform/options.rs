//! How the platform is set up.

/// How much of the platform an empty database is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Installation {
    /// No table at all: `POST /admin/bootstrap` makes them.
    Fresh,
    /// Four tables and two columns fewer than today, and the same data.
    Old,
    /// All tables, with data.
    #[default]
    Current,
}

/// How the platform's admin API is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlatformOptions {
    /// What the header `X-CA-Root-Key` must say; `sandbox-root-key` unless told.
    pub root_key: String,
    /// How much of the platform an empty database is given.
    pub installation: Installation,
}

impl Default for PlatformOptions {
    fn default() -> Self {
        Self { root_key: "sandbox-root-key".to_owned(), installation: Installation::default() }
    }
}
