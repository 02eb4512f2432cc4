//! Moments as jq's arrays of numbers.

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

/// A calendar of 32 bits for the year ends before.
const LAST_SECOND: f64 = 67_768_036_191_676_799.0;

/// The array of a number of seconds since 1970.
pub(super) fn gmtime(input: &Value) -> Outcome {
    let Value::Num(number) = input else { return Err(failed("gmtime() requires numeric inputs")) };
    let seconds = number.as_f64();
    if seconds.is_nan() || seconds.abs() > LAST_SECOND {
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

/// The moment of an array of numbers; what is missing is 0, and 1900 the year.
pub(super) fn moment_of(fields: &[Value], function: &str) -> Result<Moment, Error> {
    let mut numbers = [1900, 0, 0, 0, 0, 0, 0, 0];
    for (number, field) in numbers.iter_mut().zip(fields) {
        match field {
            Value::Num(field) if !field.as_f64().is_nan() => {
                let bounded = field.as_f64().clamp(f64::from(i32::MIN), f64::from(i32::MAX));
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
    let [year, month, day, hour, minute, second, weekday, year_day] = numbers;
    Ok(Moment { year, month, day, hour, minute, second, weekday, year_day })
}
