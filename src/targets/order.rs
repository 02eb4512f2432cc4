use jiff::civil::date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan as _, Zoned};

use crate::plan::{Cron, Schedule, Stage, duration_text};

use super::ledger::Standing;

/// How many firings of a schedule are compared with another's.
const COMPARED: usize = 400;

/// What a need is on an engine whose schedules know nothing of each other, so that times alone keep the order. `None` where
/// one of the two is started by hand: then its engine's own words tell who keeps it.
pub(super) fn by_times(stage: &Stage, need: &Stage) -> Option<Standing> {
    let (Schedule::Cron(at), Schedule::Cron(needed_at)) = (&stage.timing.schedule, &need.timing.schedule)
    else {
        return None;
    };
    let same_base = match (&stage.timing.base, &need.timing.base) {
        (Schedule::Cron(base), Schedule::Cron(other)) => base.to_string() == other.to_string(),
        _ => false,
    };
    Some(if same_base { by_offset(stage, need, at, needed_at) } else { by_schedule(need, at, needed_at) })
}

fn by_offset(stage: &Stage, need: &Stage, at: &Cron, needed_at: &Cron) -> Standing {
    let (offset, needed) = (stage.timing.offset, need.timing.offset);
    if offset > needed {
        let how = format!(
            "by its offset: it starts {} after `{}`",
            duration_text(offset.saturating_sub(needed)),
            need.name
        );
        return Standing::Emulated { how };
    }
    let when = if offset == needed {
        "at the same time as".to_owned()
    } else {
        format!("{} before", duration_text(needed.saturating_sub(offset)))
    };
    Standing::Impossible {
        why: format!(
            "`{}` starts {when} `{}` (`{at}` and `{needed_at}`), and only times keep the order",
            stage.name, need.name
        ),
        instead: format!("give `{}` an offset of more than {}", stage.name, duration_text(needed)),
    }
}

fn by_schedule(need: &Stage, at: &Cron, needed_at: &Cron) -> Standing {
    match closest(at, needed_at) {
        Some(SignedDuration::ZERO) => Standing::Impossible {
            why: format!(
                "it sometimes starts at the same time as `{}` (`{at}` and `{needed_at}`), and only times keep the order",
                need.name
            ),
            instead: "give it a schedule at other times".to_owned(),
        },
        Some(distance) => {
            let distance = duration_text(distance.unsigned_abs());
            let how = format!(
                "by a schedule of its own: it starts {distance} after `{}` at the earliest",
                need.name
            );
            Standing::Emulated { how }
        }
        None => Standing::Emulated { how: format!("nothing waits for `{}`", need.name) },
    }
}

/// The shortest time from a firing of what is needed to the next one of what needs it; zero where both fire at once.
fn closest(at: &Cron, needed_at: &Cron) -> Option<SignedDuration> {
    // Any zone without changes of the clock will do, and any time: the spec must be judged the same everywhere.
    let mut needed: Zoned = date(2026, 1, 1).at(0, 0, 0, 0).to_zoned(TimeZone::UTC).ok()?;
    let mut closest = None;
    for _ in 0..COMPARED {
        needed = needed_at.next_after(&needed)?;
        let just_before = needed.checked_sub(1.minute()).ok()?;
        let distance = at.next_after(&just_before)?.duration_since(&needed);
        closest = Some(closest.map_or(distance, |least: SignedDuration| least.min(distance)));
        if distance.is_zero() {
            break;
        }
    }
    // The other's firings may be the rarer ones.
    let mut next = date(2026, 1, 1).at(0, 0, 0, 0).to_zoned(TimeZone::UTC).ok()?;
    for _ in 0..COMPARED {
        next = at.next_after(&next)?;
        if needed_at.next_after(&next.checked_sub(1.minute()).ok()?)? == next {
            return Some(SignedDuration::ZERO);
        }
    }
    closest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(stage: &str, need: &str) -> Option<i64> {
        closest(&Cron::parse(stage).unwrap(), &Cron::parse(need).unwrap()).map(|distance| distance.as_hours())
    }

    #[test]
    fn the_distance_of_two_schedules_is_the_shortest_wait() {
        assert_eq!(hours("0 3 * * *", "0 1 * * *"), Some(2));
        assert_eq!(hours("0 1 * * *", "0 3 * * *"), Some(22));
        assert_eq!(hours("0 3 * * 6", "0 */2 * * *"), Some(1));
        assert_eq!(hours("0 3 * * *", "0 3 * * 6"), Some(0));
        assert_eq!(hours("0 4 1 1 *", "* * * * *"), Some(0));
    }
}
