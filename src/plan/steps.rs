use crate::expr::{Late, Scalar};
use crate::secret::cut;

use super::exec::Command;
use super::model::{Flow, Method, Request, Send, Size, To, Work};
use super::rows::Rows;
use super::save::{Save, SavedRows};
use super::sql::SqlSource;

/// An expression is shown up to this many characters.
const SHOWN: usize = 200;

impl Work {
    /// What the stage does, a phrase a step, as the spec has it: nobody knows its values before it runs. Names of
    /// variables and secrets stand in place of their values.
    pub fn steps(&self) -> Vec<String> {
        match self {
            Self::Call(requests) => {
                requests.iter().map(|request| format!("send {}", request.shown())).collect()
            }
            Self::Flow(flow) => flow.steps(),
            Self::Sql(sql) => vec![match &sql.source {
                SqlSource::Text(text) => format!("carry out `{}` in `{}`", shown(text), sql.database),
                SqlSource::File(file) => format!("carry out {} in `{}`", file.shown(), sql.database),
            }],
            Self::Migrate(migrate) => {
                vec![format!("apply what is new in {} to `{}`", migrate.dir.shown(), migrate.database)]
            }
            Self::Exec(exec) => {
                let each = Rows::shown(exec.for_each.as_ref());
                vec![match &exec.command {
                    Command::Words(words) => {
                        let program = words.first().map(|word| word.shown()).unwrap_or_default();
                        format!("run `{program}` with {} argument(s){each}", words.len().saturating_sub(1))
                    }
                    Command::Shell(_) => format!("run a text by `sh -c`{each}"),
                }]
            }
        }
    }
}

impl Rows {
    /// What follows a step that is taken for each of them.
    fn shown(rows: Option<&Self>) -> &'static str {
        match rows {
            None => "",
            Some(Self::Values(_)) => " for each of its values",
            Some(Self::Lines(_)) => " for each line of its file",
            Some(Self::Query(_)) => " for each row of its query",
        }
    }
}

impl Flow {
    fn steps(&self) -> Vec<String> {
        let each = Rows::shown(self.for_each.as_ref());
        let mut steps = vec![format!("read {}{each}", self.from.request.shown_without_body())];
        if let Some(select) = &self.select {
            steps.push(format!("choose the items with `{}`", shown(select.text())));
        }
        match &self.to {
            To::Send(send) => steps.push(send.step()),
            To::Save(saves) => steps.extend(saves.tables.iter().map(|save| {
                format!(
                    "save the chosen items into {} of `{}`: {}",
                    save.table,
                    saves.database,
                    columns(save)
                )
            })),
        }
        steps
    }
}

impl Send {
    fn step(&self) -> String {
        let with = match &self.size {
            Size::Each => "each of the chosen items".to_owned(),
            Size::Batch { most, group_by } => {
                let alike = group_by.as_ref().map(|jq| format!(", alike in `{}`", shown(jq.text())));
                format!("up to {} of the chosen items{}", late(most), alike.unwrap_or_default())
            }
        };
        format!("send {} for {with}", self.request.shown())
    }
}

impl Request {
    fn shown_without_body(&self) -> String {
        format!("{} {}", self.method.as_str(), self.path.shown())
    }

    fn shown(&self) -> String {
        let request = self.shown_without_body();
        match (&self.body, self.method) {
            (Some(body), _) => format!("{request} with the body `{}`", shown(body.text())),
            // They seldom have one.
            (None, Method::Get | Method::Delete) => request,
            (None, _) => format!("{request} without a body"),
        }
    }
}

/// What the rows of a table are made of.
fn columns(save: &Save) -> String {
    match &save.rows {
        SavedRows::Columns(columns) => {
            let columns = columns.iter().map(|(name, filter)| format!("{name} `{}`", shown(filter.text())));
            columns.collect::<Vec<_>>().join(", ")
        }
        SavedRows::Objects(rows) => format!("the rows `{}`", shown(rows.text())),
    }
}

/// A number that may be a variable's.
fn late<T: Scalar + ToString>(late: &Late<T>) -> String {
    match late {
        Late::Known(value) => value.to_string(),
        Late::Template(template, _) => template.shown(),
    }
}

/// A text of the spec on one line.
fn shown(text: &str) -> String {
    cut(&text.split_whitespace().collect::<Vec<_>>().join(" "), SHOWN)
}
