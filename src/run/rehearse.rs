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
    match work {
        ReadyWork::Sql(sql) => sql.rehearse(run).await,
        ReadyWork::Migrate(migrate) => migrate.rehearse(run).await,
        ReadyWork::Call(_) | ReadyWork::Flow(_) | ReadyWork::Exec(_) => {
            Ok(run.stage.work.steps().iter().map(|step| format!("would {step}")).collect())
        }
    }
}
