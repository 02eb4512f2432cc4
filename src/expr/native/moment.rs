//! Moments as jq's arrays of numbers.

use std::ops::Range;

use crate::expr::value::{Error, Value, failed};

use super::Outcome;
use super::calendar::Moment;

/// The days of the week, by the names of C's locale.
pub(super) const WEEKDAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
/// The months, by the names of C's locale.
pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const FIRST_YEAR: f64 = 1900.0;

/// The seconds of the years that C counts with 32 bits, from 1900; the end is the first that is not one of them.
const SECONDS: Range<f64> = -67_768_040_609_740_800.0..67_768_036_191_676_800.0;

/// The array of a number of seconds since 1970.
pub(super) fn gmtime(input: &Value) -> Outcome {
    let Value::Num(number) = input else { return Err(failed("gmtime() requires numeric inputs")) };
    let seconds = number.as_f64();
    if !SECONDS.contains(&seconds) {
        return Err(failed("error converting number of seconds since epoch to datetime"));
    }
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked, and the fraction added below")]
    let moment = Moment::of_epoch(seconds as i64);
    let mut fields = fields_of(&moment);
    #[expect(clippy::cast_precision_loss, reason = "less than 60")]
    let second = moment.second as f64 + (seconds - seconds.floor());
    fields[5] = Value::from(second);
    Ok(fields.into_iter().collect())
}

/// The array of a moment.
pub(super) fn fields_of(moment: &Moment) -> [Value; 8] {
    let Moment { year, month, day, hour, minute, second, weekday, year_day } = *moment;
    [year, month, day, hour, minute, second, weekday, year_day].map(Value::from)
}

/// The moment of an array of numbers; what is missing is 0, and 1900 the year, from which C counts.
pub(super) fn moment_of(fields: &[Value], function: &str) -> Result<Moment, Error> {
    let mut numbers = [0; 8];
    for (index, (number, field)) in numbers.iter_mut().zip(fields).enumerate() {
        match field {
            Value::Num(field) if !field.as_f64().is_nan() => {
                let first = if index == 0 { FIRST_YEAR } else { 0.0 };
                let bounded = (field.as_f64() - first).clamp(f64::from(i32::MIN), f64::from(i32::MAX));
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "the range is checked, a fraction left out"
                )]
                let whole = bounded as i64;
                *number = whole;
            }
            _ => return Err(failed(format!("{function} requires parsed datetime inputs"))),
        }
    }
    let [years, month, day, hour, minute, second, weekday, year_day] = numbers;
    Ok(Moment { year: years + 1900, month, day, hour, minute, second, weekday, year_day })
}
