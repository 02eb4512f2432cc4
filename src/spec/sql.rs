use super::leaf::{Name, PlainText, Spanned};
use super::record::record;

record! {
    /// Statements for a database: exactly one of `file` and `query`. Several run in one transaction where the database
    /// can.
    SqlSpec is "`sql`"
    optional {
        /// Which database. May be left out where there is only one.
        database: Spanned<String>,
        /// A file with the statements, by its path from the spec's directory.
        file: PlainText,
        /// The statements themselves. `:run_id`, `:job_start_at` and a variable's `:NAME` are bound, never pasted in.
        query: Spanned<String>,
        /// The variables that the statements of a `file` name.
        vars: Vec<Name>,
    }
}

record! {
    /// A directory of ordered SQL files, each applied once, in a transaction of its own unless it begins with the comment
    /// `-- jobnet: no-transaction`.
    MigrateSpec is "`migrate`"
    required {
        /// The directory, by its path from the spec's. Its files are called `VERSION_name.sql`, with digits as version.
        dir: PlainText,
    }
    optional {
        /// Which database. May be left out where there is only one.
        database: Spanned<String>,
    }
}
