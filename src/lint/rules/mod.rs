//! One rule a file.

mod busy_minute;
mod cron_too_often;
mod day_and_weekday;

use super::rule::Rule;

/// All rules, in the order of the alphabet.
pub static RULES: &[Rule] = &[busy_minute::RULE, cron_too_often::RULE, day_and_weekday::RULE];
