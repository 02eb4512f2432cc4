use thiserror::Error;

use crate::diag::{Fault, Severity, did_you_mean, nearest};
use crate::spec::list;

use super::nickname::nickname;
use super::url_path::UrlPathError;

/// What can be wrong with what a spec's values mean together.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PlanProblem {
    /// A stage needs one that does not exist.
    #[error("stage `{stage}` needs `{need}`, which is not a stage")]
    UnknownNeed {
        /// The stage.
        stage: String,
        /// The unknown name.
        need: String,
        /// The stages.
        known: Vec<String>,
    },
    /// Stages need each other in a circle.
    #[error("{}", if let [stage, _] = &.circle[..] { format!("stage `{stage}` needs itself") } else { format!("these stages need each other in a circle: {}", .circle.join(" → ")) })]
    Cycle {
        /// The circle, its first stage again at the end.
        circle: Vec<String>,
    },
    /// A cron expression that cannot be read.
    #[error("`{text}` is not a schedule: {reason}")]
    BadCron {
        /// The expression.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
    /// An offset that moves a schedule to times that no single cron expression names.
    #[error("`{text}` moved by {offset} is not one cron expression: {reason}")]
    OffsetNotCron {
        /// The schedule.
        text: String,
        /// The offset.
        offset: String,
        /// Why.
        reason: String,
    },
    /// A time zone that the IANA database does not have.
    #[error("there is no time zone `{name}`")]
    UnknownTimezone {
        /// The name.
        name: String,
    },
    /// A name that is used and not declared.
    #[error("`{name}` is used and not declared")]
    Undeclared {
        /// The name.
        name: String,
        /// What is declared.
        known: Vec<String>,
    },
    /// A secret inside jq, where it would end in a payload and a key.
    #[error("`{name}` is a secret, and jq sees variables only")]
    SecretInJq {
        /// The secret.
        name: String,
    },
    /// A secret in a value that engines are configured with.
    #[error("`{name}` is a secret, and this value must be known before a run")]
    SecretInTiming {
        /// The secret.
        name: String,
    },
    /// A secret in a word of a command, which the list of processes would show.
    #[error("`{name}` is a secret, and the list of processes shows the words of a command")]
    SecretInWord {
        /// The secret.
        name: String,
        /// The key of `exec` that gives it to the process.
        list: &'static str,
    },
    /// A command that cannot be one.
    #[error("this is not a command: {reason}")]
    BadCommand {
        /// What is wrong with it.
        reason: &'static str,
        /// What to do.
        advice: &'static str,
    },
    /// A variable whose value leads back to itself.
    #[error("the value of variable `{name}` leads back to itself")]
    VariableCycle {
        /// The variable.
        name: String,
    },
    /// A name that is both a variable and a secret.
    #[error("`{name}` is declared as a variable and as a secret")]
    DeclaredTwice {
        /// The name.
        name: String,
    },
    /// Variables make a value that is not of the type that stands here.
    #[error("{reason}")]
    LateValue {
        /// What is wrong.
        reason: String,
        /// What can stand here.
        expected: &'static str,
    },
    /// An environment gives a variable a value of another type than its default's.
    #[error("variable `{name}` is {expected}, environment `{environment}` makes it {found}")]
    VariableType {
        /// The variable.
        name: String,
        /// The default's type.
        expected: &'static str,
        /// The environment.
        environment: String,
        /// The value's type.
        found: &'static str,
    },
    /// A reference to something that does not exist.
    #[error("there is no {what} `{name}`")]
    Unknown {
        /// What is meant: a stage, an API, an environment.
        what: &'static str,
        /// The name.
        name: String,
        /// The names that exist.
        known: Vec<String>,
    },
    /// Something that does not say which of several it means.
    #[error("this does not say which {what} it means")]
    Which {
        /// What is meant: an API, a database, a store.
        what: &'static str,
        /// The names that exist.
        known: Vec<String>,
    },
    /// Tables of one flow in two databases.
    #[error("the tables of a flow are in one database, and these are in `{one}` and `{other}`")]
    TwoDatabases {
        /// The first table's database.
        one: String,
        /// Another's.
        other: String,
    },
    /// A table that cannot be one.
    #[error("`{name}` cannot be saved into: {reason}")]
    BadTable {
        /// The table.
        name: String,
        /// Why not.
        reason: &'static str,
    },
    /// A column that cannot be one.
    #[error("`{name}` cannot be a column here: {reason}")]
    BadColumn {
        /// The column.
        name: String,
        /// Why not.
        reason: &'static str,
    },
    /// A scope that is known from items alone, so that an answer without items would have none.
    #[error("column `{name}` looks at the item, and an answer without items has a scope too")]
    ScopeFromItem {
        /// The column.
        name: String,
    },
    /// A secret as the parameter of a statement.
    #[error("`{name}` is a secret, and databases write the parameters of statements into their logs")]
    SecretInSql {
        /// The secret.
        name: String,
    },
    /// Keys that contradict each other.
    #[error("`{one}` and `{other}` contradict each other")]
    Contradiction {
        /// One key.
        one: &'static str,
        /// The other.
        other: &'static str,
        /// Which to keep when.
        advice: &'static str,
    },
    /// A name that an answer cannot have.
    #[error("`{name}` cannot name an answer")]
    AnswerName {
        /// The name.
        name: String,
        /// Why not.
        reason: &'static str,
    },
    /// A path that would not be sent as it is written.
    #[error("`{text}` cannot be the path of a request: {source}")]
    BadPath {
        /// The path as written.
        text: String,
        /// Why not.
        source: UrlPathError,
    },
    /// A header that requests cannot have, or already have.
    #[error("header `{name}` cannot be set here: {reason}")]
    BadHeader {
        /// Its name as written.
        name: String,
        /// Why not.
        reason: &'static str,
        /// What to do.
        advice: &'static str,
    },
    /// A window that is not a whole number of minutes up to a day.
    #[error("a window of idempotency keys cannot be {found}")]
    BadWindow {
        /// What it was.
        found: String,
    },
    /// A name that is declared and never used.
    #[error("{what} `{name}` is declared and never used")]
    Unused {
        /// Variable or secret.
        what: &'static str,
        /// The name.
        name: String,
    },
}

impl Fault for PlanProblem {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownNeed { .. } => "unknown-need",
            Self::Cycle { .. } => "cyclic-needs",
            Self::BadCron { .. } => "bad-cron",
            Self::OffsetNotCron { .. } => "offset-not-cron",
            Self::UnknownTimezone { .. } => "unknown-timezone",
            Self::Undeclared { .. } => "undeclared-name",
            Self::SecretInJq { .. } => "secret-in-jq",
            Self::SecretInTiming { .. } => "secret-in-timing",
            Self::SecretInWord { .. } => "secret-in-word",
            Self::BadCommand { .. } => "bad-command",
            Self::VariableCycle { .. } => "variable-cycle",
            Self::DeclaredTwice { .. } => "declared-twice",
            Self::LateValue { .. } => "bad-value",
            Self::VariableType { .. } => "variable-type",
            Self::Unknown { .. } => "unknown-name",
            Self::Which { what: "database", .. } => "which-database",
            Self::Which { what: "store", .. } => "which-store",
            Self::Which { .. } => "which-api",
            Self::TwoDatabases { .. } => "two-databases",
            Self::BadTable { .. } => "bad-table",
            Self::BadColumn { .. } => "bad-column",
            Self::ScopeFromItem { .. } => "scope-from-item",
            Self::SecretInSql { .. } => "secret-in-sql",
            Self::Contradiction { .. } => "contradiction",
            Self::AnswerName { .. } => "answer-name",
            Self::BadPath { .. } => "bad-path",
            Self::BadHeader { .. } => "bad-header",
            Self::BadWindow { .. } => "bad-window",
            Self::Unused { .. } => "unused-name",
        }
    }

    fn label(&self) -> String {
        match self {
            Self::UnknownNeed { known, .. } | Self::Unknown { known, .. } if known.is_empty() => {
                "there are none".to_owned()
            }
            Self::UnknownNeed { known, .. } | Self::Unknown { known, .. } => {
                format!("expected one of {}", list(known))
            }
            Self::Cycle { circle } if circle.len() == 2 => "expected another stage".to_owned(),
            Self::Cycle { .. } => "this need closes the circle".to_owned(),
            Self::BadCron { .. } => {
                "expected five fields: minute hour day month weekday; or `manual`".to_owned()
            }
            Self::OffsetNotCron { .. } => "expected an offset that keeps it one expression".to_owned(),
            Self::UnknownTimezone { .. } => "expected an IANA name such as `Asia/Tokyo`".to_owned(),
            Self::Undeclared { .. } => "expected the name of a variable or secret".to_owned(),
            Self::SecretInJq { .. } | Self::SecretInTiming { .. } | Self::SecretInWord { .. } => {
                "expected a variable".to_owned()
            }
            Self::BadCommand { .. } => "expected a program and its arguments".to_owned(),
            Self::VariableCycle { .. } => "this value needs itself".to_owned(),
            Self::DeclaredTwice { .. } => "declared as a secret here".to_owned(),
            Self::LateValue { expected, .. } => format!("expected {expected}"),
            Self::VariableType { expected, .. } => format!("expected {expected}"),
            Self::Which { what, known } if known.is_empty() => format!("there is no {what}"),
            Self::Which { what, known } => {
                format!("expected `{}:` with one of {}", what.to_lowercase(), list(known))
            }
            Self::TwoDatabases { .. } => "expected one database".to_owned(),
            Self::BadTable { .. } => "expected a table that rows can be told apart in".to_owned(),
            Self::BadColumn { .. } => "expected another column".to_owned(),
            Self::ScopeFromItem { .. } => "expected a column made from `$each`".to_owned(),
            Self::SecretInSql { .. } => "expected a variable".to_owned(),
            Self::Contradiction { .. } => "expected one of the two".to_owned(),
            Self::AnswerName { reason, .. } => (*reason).to_owned(),
            Self::BadPath { .. } => "expected a path below `base_url`, as it is to be sent".to_owned(),
            Self::BadHeader { .. } => "expected another header".to_owned(),
            Self::BadWindow { .. } => "expected whole minutes, at least 1m and at most 24h".to_owned(),
            Self::Unused { .. } => String::new(),
        }
    }

    fn help(&self) -> Option<String> {
        match self {
            Self::UnknownNeed { need, known, .. } => Some(
                did_you_mean(need, known).unwrap_or_else(|| "add the stage, or remove this need".to_owned()),
            ),
            Self::Cycle { circle } if circle.len() == 2 => Some("remove this need".to_owned()),
            Self::Cycle { .. } => Some("remove one of the needs in the circle".to_owned()),
            Self::BadCron { text, .. } => Some(
                nickname(text)
                    .map(|fields| format!("write it as `{fields}`"))
                    .or_else(|| did_you_mean(text, &["manual"]))
                    .unwrap_or_else(|| "for example `30 0 * * *`: every day at 00:30".to_owned()),
            ),
            Self::OffsetNotCron { .. } => Some("give the stage a `schedule` of its own".to_owned()),
            Self::UnknownTimezone { .. } => {
                Some("write the zone's name, not its abbreviation or offset".to_owned())
            }
            Self::Undeclared { name, known } => Some(
                did_you_mean(name, known)
                    .unwrap_or_else(|| format!("declare it: `vars: {{{name}: …}}` or `secrets: [{name}]`")),
            ),
            Self::SecretInJq { .. } => Some("put a secret into a header or `auth` by ${NAME}".to_owned()),
            Self::SecretInTiming { .. } => Some("engines are told it: make it a variable".to_owned()),
            Self::SecretInWord { name, list } => Some(format!(
                "give it by the environment: `{list}: [{name}]`, and have the program read {name} there"
            )),
            Self::BadCommand { advice, .. } => Some((*advice).to_owned()),
            Self::VariableCycle { .. } => Some("give one of the variables a plain value".to_owned()),
            Self::DeclaredTwice { .. } => {
                Some("keep one of the two: a secret has no value in the spec".to_owned())
            }
            Self::LateValue { .. } => Some("change the variable's value, or write the value here".to_owned()),
            Self::VariableType { .. } => {
                Some("a variable has the type of its default: change one of the two".to_owned())
            }
            Self::Unknown { name, known, what } => did_you_mean(name, known)
                .or_else(|| Some(format!("name an existing {what}, or declare this one"))),
            Self::Which { what, known } => Some(match (*what, known.is_empty()) {
                ("database", true) => "declare one: `databases: {NAME: postgres://…}`".to_owned(),
                ("store", true) => "declare one: `stores: {NAME: s3://…}`".to_owned(),
                (_, true) => "declare one: `apis: {NAME: {base_url: …}}`".to_owned(),
                (what, false) => format!("add `{}: NAME`", what.to_lowercase()),
            }),
            Self::TwoDatabases { .. } => {
                Some("what a flow saves is committed together: make two stages".to_owned())
            }
            Self::BadTable { .. } => {
                Some("name the table, and in `key` the columns of its primary key".to_owned())
            }
            Self::BadColumn { .. } => Some("name a column of the table, once".to_owned()),
            Self::ScopeFromItem { .. } => {
                Some("scope by what `for_each` gives: `genre_id: $each.genre_id`, say".to_owned())
            }
            Self::SecretInSql { .. } => Some("make it a variable, or leave it out".to_owned()),
            Self::Contradiction { advice, .. } => Some((*advice).to_owned()),
            Self::AnswerName { .. } => Some("choose another name".to_owned()),
            Self::BadPath { source, .. } => Some(source.help().to_owned()),
            Self::BadHeader { advice, .. } => Some((*advice).to_owned()),
            Self::BadWindow { .. } => Some("write 15m, say, or as long as the net's cadence".to_owned()),
            Self::Unused { .. } => Some("remove it, or use it".to_owned()),
        }
    }

    fn replacement(&self) -> Option<String> {
        let text = match self {
            Self::UnknownNeed { need: name, known, .. }
            | Self::Unknown { name, known, .. }
            | Self::Undeclared { name, known } => nearest(name, known),
            Self::BadCron { text, .. } => nickname(text).or_else(|| nearest(text, &["manual"])),
            _ => None,
        };
        text.map(str::to_owned)
    }

    fn severity(&self) -> Severity {
        match self {
            Self::Unused { .. } => Severity::Warning,
            _ => Severity::Error,
        }
    }
}
