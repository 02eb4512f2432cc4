use super::changes::Counts;
use super::error::DatabaseError;
use super::own_table;
use super::quoted;
use super::saved::{self, NetRun};
use super::session::{Params, Rows, Session, Value};
use super::shape::TableShape;

/// The tables in which it is written how far stages are. `step` counts the commits of a run, so that one whose answer was
/// lost is known; `kept` holds the lines of the manifest until it is written.
const TABLES: [(&str, &str); 3] = [
    (
        "jobnet_progress",
        "(net text not null, env text not null, stage text not null, run_id text not null, request_id text not null, \
         fingerprint text not null, step bigint not null, place text not null, counts text not null, \
         committed_at text not null, primary key (net, env, stage))",
    ),
    ("jobnet_kept", "(net text not null, env text not null, stage text not null, line text not null)"),
    (saved::NAME, saved::DEFINITION),
];

/// A stage of an environment: whose progress it is, whose lease, whose outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The net.
    pub net: String,
    /// The environment.
    pub env: String,
    /// The stage.
    pub stage: String,
}

/// How far a run of a stage is: what its next commit writes down.
#[derive(Debug, Clone)]
pub struct Mark {
    /// Whose.
    pub owner: Owner,
    /// The stage's run.
    pub request_id: String,
    /// The net's run.
    pub run: NetRun,
    /// Its progress with this commit, but for the counts: they are those before it.
    pub progress: Progress,
}

/// How far a run of a stage is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The net's run.
    pub run_id: String,
    /// What the stage does: of another it is not the progress.
    pub fingerprint: String,
    /// The number of the commit, from 1.
    pub step: i64,
    /// Where the next run would go on.
    pub place: String,
    /// What it counted.
    pub counts: Counts,
    /// When it committed.
    pub committed_at: String,
    /// Lines of the manifest: those of this commit, or when it is read all.
    pub kept: Vec<String>,
}

/// A run of a stage that begins.
#[derive(Debug, Clone)]
pub struct Beginning<'a> {
    /// The stage.
    pub owner: &'a Owner,
    /// The net's run.
    pub run_id: &'a String,
    /// The stage's run.
    pub request_id: &'a String,
    /// The tables whose keys are recorded as seen, each with the columns of its key.
    pub tracked: Vec<(&'a TableShape, &'a [String])>,
}

/// A run of a stage that ends.
#[derive(Debug, Clone)]
pub struct RunEnd<'a> {
    /// The stage.
    pub owner: &'a Owner,
    /// The net's run.
    pub run: &'a NetRun,
    /// When it succeeded; `None` where it did not.
    pub succeeded_at: Option<&'a String>,
}

/// Makes jobnet's tables where they are absent, and takes over the progress of the run before, where there is some and it
/// is acceptable; else forgets it. What that run saw, this one saw then.
pub(super) async fn begin<S: Session>(
    mut session: S,
    beginning: &Beginning<'_>,
    accept: impl Fn(&Progress) -> bool + Send,
) -> Result<Option<Progress>, DatabaseError> {
    let Beginning { owner, run_id, request_id, tracked } = beginning;
    for (name, definition) in TABLES {
        own_table::create(&mut session, name, definition).await?;
    }
    for (shape, key) in tracked {
        let name = shape.table.seen().quoted();
        own_table::create(&mut session, &name, &seen_table::<S>(shape, key)).await?;
    }
    let progress = read(&mut session, owner).await?.filter(accept);
    match &progress {
        None => forget(&mut session, owner).await?,
        Some(progress) => {
            let sql = "update jobnet_progress set request_id = $4, run_id = $5 \
                 where net = $1 and env = $2 and stage = $3";
            let params = Params::texts([&owner.net, &owner.env, &owner.stage, request_id, run_id]);
            session.execute(sql, &params).await?;
            for (shape, _) in tracked {
                let sql = format!("update {} set run_id = $2 where run_id = $1", shape.table.seen().quoted());
                session.execute(&sql, &Params::texts([&progress.run_id, run_id])).await?;
            }
        }
    }
    session.commit().await?;
    Ok(progress)
}

/// What the table of the keys that runs saw is like.
fn seen_table<S: Session>(shape: &TableShape, key: &[String]) -> String {
    let names: Vec<String> = key.iter().map(|name| quoted(name)).collect();
    let unique = shape.unique_set(key).unwrap_or_default();
    let typed = key.iter().zip(&names).map(|(name, quoted)| {
        let sql_type = shape.column(name).map(|column| column.sql_type.as_str()).unwrap_or_default();
        let collation = unique.iter().find(|unique| unique.name == *name);
        let collation = collation.and_then(|unique| unique.collation.as_ref());
        let collation = collation.map(|collation| format!(" collate {collation}")).unwrap_or_default();
        format!("{quoted} {sql_type}{collation} not null, ")
    });
    format!(
        "({}run_id text not null, seen_at {} not null, primary key ({}))",
        typed.collect::<String>(),
        S::TIME,
        names.join(", "),
    )
}

/// The progress of a stage's run that did not finish.
async fn read<S: Session>(session: &mut S, owner: &Owner) -> Result<Option<Progress>, DatabaseError> {
    let rows = session
        .rows(
            "select run_id, fingerprint, cast(step as text), place, counts, committed_at from jobnet_progress \
             where net = $1 and env = $2 and stage = $3",
            &owner.params(),
        )
        .await?;
    let Some([run_id, fingerprint, step, place, counts, committed_at]) =
        rows.into_iter().next().and_then(|row| <[Option<String>; 6]>::try_from(row).ok())
    else {
        return Ok(None);
    };
    let kept = session
        .rows("select line from jobnet_kept where net = $1 and env = $2 and stage = $3", &owner.params())
        .await?;
    let mut kept: Vec<String> = kept.into_iter().flatten().flatten().collect();
    // Each begins with its time.
    kept.sort_unstable();
    // What is not as this version writes it is no progress of its own.
    Ok((|| {
        Some(Progress {
            run_id: run_id?,
            fingerprint: fingerprint?,
            step: step?.parse().ok()?,
            place: place?,
            counts: serde_json::from_str(&counts?).ok()?,
            committed_at: committed_at?,
            kept,
        })
    })())
}

/// Forgets the progress of a stage whose run is at its end, and records a success.
pub(super) async fn finish<S: Session>(mut session: S, end: &RunEnd<'_>) -> Result<(), DatabaseError> {
    let RunEnd { owner, run, succeeded_at } = end;
    forget(&mut session, owner).await?;
    if let Some(at) = succeeded_at {
        saved::succeeded(&mut session, owner, run, at).await?;
    }
    session.commit().await
}

/// Forgets the progress of a stage.
async fn forget<S: Session>(session: &mut S, owner: &Owner) -> Result<(), DatabaseError> {
    for table in ["jobnet_kept", "jobnet_progress"] {
        let sql = format!("delete from {table} where net = $1 and env = $2 and stage = $3");
        session.execute(&sql, &owner.params()).await?;
    }
    Ok(())
}

/// Writes down how far a stage is, with the counts after this commit.
///
/// # Errors
/// [`DatabaseError::Statement`] where another run of the same stage wrote down its own meanwhile.
pub(super) async fn write<S: Session>(
    session: &mut S,
    mark: &Mark,
    counts: &Counts,
) -> Result<(), DatabaseError> {
    let Mark { owner, request_id, progress, .. } = mark;
    let Progress { run_id, fingerprint, step, place, committed_at, kept, .. } = progress;
    // A struct of numbers always serialises.
    let counts = serde_json::to_string(counts).unwrap_or_default();
    let step = step.to_string();
    let params = Params::texts([
        &owner.net,
        &owner.env,
        &owner.stage,
        run_id,
        request_id,
        fingerprint,
        &step,
        place,
        &counts,
        committed_at,
    ]);
    let written = session
        .execute(
            "insert into jobnet_progress (net, env, stage, run_id, request_id, fingerprint, step, place, counts, \
             committed_at) values ($1, $2, $3, $4, $5, $6, cast($7 as bigint), $8, $9, $10) \
             on conflict (net, env, stage) do update set run_id = excluded.run_id, step = excluded.step, \
             place = excluded.place, counts = excluded.counts, committed_at = excluded.committed_at \
             where jobnet_progress.request_id = excluded.request_id",
            &params,
        )
        .await?;
    if written == 0 {
        let message =
            "another run of this stage is saving the same rows: give the stage a `lease`".to_owned();
        return Err(DatabaseError::Statement(message));
    }
    if kept.is_empty() {
        return Ok(());
    }
    let first = S::taken(1) + 1;
    let sql = format!(
        "insert into jobnet_kept (net, env, stage, line) select ${first}, ${}, ${}, r.c0 from {}",
        first + 1,
        first + 2,
        S::source(1),
    );
    let lines = kept.iter().map(|line| Value::Text(line)).collect();
    let params = Params { rows: Some(Rows { width: 1, values: lines }), ..owner.params() };
    session.execute(&sql, &params).await.map(drop)
}

/// What a commit counted whose answer was lost; `None` where it did not come about.
pub(super) async fn counted<S: Session>(
    session: &mut S,
    mark: &Mark,
) -> Result<Option<Counts>, DatabaseError> {
    let Owner { net, env, stage } = &mark.owner;
    let step = mark.progress.step.to_string();
    let params = Params::texts([net, env, stage, &mark.request_id, &step]);
    let rows = session
        .rows(
            "select counts from jobnet_progress where net = $1 and env = $2 and stage = $3 and request_id = $4 \
             and step = cast($5 as bigint)",
            &params,
        )
        .await?;
    let counts = rows.into_iter().flatten().flatten().next();
    Ok(counts.and_then(|counts| serde_json::from_str(&counts).ok()))
}

impl Owner {
    /// What a store's objects about it are below.
    pub(in crate::clients) fn path(&self, first: &str) -> String {
        format!("{first}/{}/{}/{}/", self.net, self.env, self.stage)
    }

    fn params(&self) -> Params<'_> {
        Params::texts([&self.net, &self.env, &self.stage])
    }
}
