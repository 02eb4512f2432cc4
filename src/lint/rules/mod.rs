//! One rule a file.

mod busy_minute;
mod day_and_weekday;
mod daylight_fold;
mod daylight_gap;
pub(super) mod plain_secret;
mod rate_over_slot;
mod retries_outlast_timeout;
mod same_request;
mod scheduled_nowhere;
mod shared_rate;
mod shared_window;
mod starts_too_soon;
mod timeout_over_cadence;
mod unknown_total;
mod unsaid_idempotency;
mod unused_resource;
mod weekday_seven;
mod window_ends_early;

use super::rule::Rule;

/// All rules, in the order of the alphabet.
pub static RULES: &[Rule] = &[
    busy_minute::RULE,
    day_and_weekday::RULE,
    daylight_fold::RULE,
    daylight_gap::RULE,
    plain_secret::RULE,
    rate_over_slot::RULE,
    retries_outlast_timeout::RULE,
    same_request::RULE,
    scheduled_nowhere::RULE,
    shared_rate::RULE,
    shared_window::RULE,
    starts_too_soon::RULE,
    timeout_over_cadence::RULE,
    unknown_total::RULE,
    unsaid_idempotency::RULE,
    unused_resource::RULE,
    weekday_seven::RULE,
    window_ends_early::RULE,
];
