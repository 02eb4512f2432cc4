use std::collections::BTreeSet;

use crate::clients::database::changes::{Changes, Counts};
use crate::clients::database::session::Session;

use super::followed::followed;
use super::held::Hashes;
use super::known::Checks;
use super::parts::{Refused, Setback, all_by_parts, by_parts};
use super::probe::{Probe, State};
use super::target::Target;
use super::upsert::Upsert;

/// What became of a table's rows.
pub(super) struct Saved {
    pub(super) hashes: Hashes,
    pub(super) refused: Refused,
    pub(super) written: BTreeSet<usize>,
    /// Those that would have been written, but that a row with an equal key follows.
    pub(super) followed: Vec<usize>,
}

/// Writes the rows of a table that differ from what it has, without those that are `refused` already.
pub(super) async fn save<S: Session>(
    session: &mut S,
    target: Target<'_>,
    changes: &Changes,
    mut refused: Refused,
    checks: Checks,
    counts: &mut Counts,
) -> Result<Saved, Setback> {
    let (mut written, mut left_out) = (BTreeSet::new(), Vec::new());
    let count = target.0.rows.len();
    let good = |refused: &Refused| (0..count).filter(|row| !refused.contains_key(row)).collect::<Vec<_>>();
    let (hashes, unread) = Hashes::of(session, target, &good(&refused)).await?;
    refused.extend(unread);
    let mut probe = Probe::new::<S>(target, &hashes);
    refused.extend(by_parts(session, &good(&refused), &mut probe).await?);
    let states = probe.states;
    let is_wanted = |row: &usize| states[*row] != State::Unchanged;
    if states.iter().any(|state| *state != State::Unchanged) {
        if checks == Checks::OthersAtOnce {
            session.check_at_once(Some(&target.0.shape.table)).await?;
        }
        let mut upsert = Upsert::new(session, target, changes, &hashes, checks).await?;
        let mut is_first = true;
        // Of rows with one key the last may be refused: then the one before it is the last.
        loop {
            let good = good(&refused);
            let followed = followed(session, target, &good).await?;
            let open = good.into_iter().filter(|row| is_wanted(row) && !written.contains(row));
            let wanted: Vec<usize>;
            (left_out, wanted) = open.partition(|row| followed.contains(row));
            // A row that is there as it should be shows that the table takes rows.
            let is_all = states.iter().all(|state| *state != State::Unchanged);
            let now = if std::mem::take(&mut is_first) && is_all {
                all_by_parts(session, &wanted, &mut upsert).await?
            } else {
                by_parts(session, &wanted, &mut upsert).await?
            };
            let now = again(session, now, wanted.len(), &mut upsert).await?;
            written.extend(wanted.into_iter().filter(|row| !now.contains_key(row)));
            if now.is_empty() {
                break;
            }
            refused.extend(now);
        }
    }
    for row in (0..count).filter(|row| !refused.contains_key(row)) {
        match states[row] {
            State::Differs if written.contains(&row) => counts.updated += 1,
            State::Absent if written.contains(&row) => counts.inserted += 1,
            _ => counts.unchanged += 1,
        }
    }
    Ok(Saved { hashes, refused, written, followed: left_out })
}

/// Tries rows again that were refused, for as long as that helps: a row may have been refused before the one that it needs.
/// Of rows that need each other in a chain each second time finds all, whichever end comes first.
async fn again<S: Session>(
    session: &mut S,
    mut refused: Refused,
    count: usize,
    upsert: &mut Upsert<'_>,
) -> Result<Refused, Setback> {
    // Where nothing was written nothing has changed.
    let (mut was_of_use, mut is_backwards) = (refused.len() < count, false);
    while was_of_use && !refused.is_empty() {
        let before = refused.len();
        // In the other direction there may be more to find.
        for _ in 0..2 {
            is_backwards = !is_backwards;
            let mut rows: Vec<usize> = refused.keys().copied().collect();
            if is_backwards {
                rows.reverse();
            }
            refused = by_parts(session, &rows, upsert).await?;
        }
        was_of_use = refused.len() < before;
    }
    Ok(refused)
}
