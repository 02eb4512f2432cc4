use crate::plan::{Command, Flow, Request, Rows, To, Work};

use super::context::StageRun;
use super::event::Event;
use super::exchange::Failure;
use super::stage::ReadyWork;

/// Tells what a stage would do. Nothing is changed, and nothing is sent but to a database that is asked.
pub(super) async fn rehearse(run: &StageRun, work: &ReadyWork) {
    if run.stop.reason().is_some() {
        return;
    }
    match lines(run, work).await {
        Ok(lines) => {
            for text in lines {
                run.tell(Event::DryRun { stage: run.stage.name.clone(), text: run.masker.mask(&text) });
            }
        }
        Err(failure) => failure.break_off(run),
    }
}

async fn lines(run: &StageRun, work: &ReadyWork) -> Result<Vec<String>, Failure> {
    match (work, &run.stage.work) {
        (ReadyWork::Sql(sql), _) => sql.rehearse(run).await,
        (ReadyWork::Migrate(migrate), _) => migrate.rehearse(run).await,
        (_, Work::Call(requests)) => {
            Ok(requests.iter().map(|request| format!("would send {}", shown(request))).collect())
        }
        (_, Work::Flow(flow)) => Ok(flow_lines(flow)),
        (_, Work::Exec(exec)) => Ok(vec![match &exec.command {
            Command::Words(words) => {
                let program = words.first().map(|word| word.shown()).unwrap_or_default();
                format!("would run `{program}` with {} argument(s)", words.len().saturating_sub(1))
            }
            Command::Shell(_) => "would run a text by `sh -c`".to_owned(),
        }]),
        // Their ready works are above.
        (_, Work::Sql(_) | Work::Migrate(_)) => Ok(Vec::new()),
    }
}

fn flow_lines(flow: &Flow) -> Vec<String> {
    let each = match &flow.for_each {
        None => "",
        Some(Rows::Values(_)) => " for each of its values",
        Some(Rows::Lines(_)) => " for each line of its file",
        Some(Rows::Query(_)) => " for each row of its query",
    };
    let to = match &flow.to {
        To::Send(send) => format!("would send {} with the chosen items", shown(&send.request)),
        To::Save(saves) => {
            let tables: Vec<String> = saves.tables.iter().map(|save| save.table.to_string()).collect();
            format!("would save the chosen items into {} of `{}`", tables.join(", "), saves.database)
        }
    };
    vec![format!("would read {}{each}", shown(&flow.from.request)), to]
}

/// A request as the spec has it: nobody knows its values before it is sent.
fn shown(request: &Request) -> String {
    format!("{} {}", request.method.as_str(), request.path.shown())
}
