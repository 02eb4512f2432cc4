//! Dates, in UTC: `gmtime`, `mktime`, `strftime`, `strptime`.

use crate::expr::value::{Value, failed};

use super::moment::{gmtime, moment_of};
use super::strftime::strftime;
use super::strptime::strptime;
use super::{Named, Outcome, argument};

pub(super) const FUNCTIONS: &[Named] = &[
    ("gmtime", 0, |input, _| gmtime(&input)),
    ("mktime", 0, |input, _| mktime(&input)),
    ("strftime", 1, |input, arguments| strftime(&input, argument(arguments, 0))),
    ("strptime", 1, |input, arguments| strptime(&input, argument(arguments, 0))),
];

fn mktime(input: &Value) -> Outcome {
    let Value::Arr(fields) = input else { return Err(failed("mktime requires array inputs")) };
    match moment_of(fields, "mktime")?.epoch() {
        // jq and C tell failures by the same numbers.
        -1 => Err(failed("invalid gmtime representation")),
        -2 => Err(failed("mktime not supported on this platform")),
        seconds => Ok(Value::from(seconds)),
    }
}
