//! Moments as texts, by a format of C's.

use crate::expr::value::{Error, Value, failed};

use super::Outcome;
use super::calendar::Moment;
use super::moment::{MONTHS, WEEKDAYS, gmtime, moment_of};
use super::strptime::has_modifier;

/// The text of a moment or of seconds since 1970.
pub(super) fn strftime(input: &Value, format: &Value) -> Outcome {
    let from_epoch;
    let fields = match input {
        Value::Num(_) => {
            from_epoch = gmtime(input)?;
            &from_epoch
        }
        Value::Arr(_) => input,
        _ => return Err(failed("strftime/1 requires parsed datetime inputs")),
    };
    let (Value::Arr(fields), Value::Str(format)) = (fields, format) else {
        return Err(failed("strftime/1 requires a string format"));
    };
    let moment = moment_of(fields, "strftime/1")?.normal();
    let mut text = String::new();
    format_moment(&moment, format, &mut text)?;
    Ok(Value::from(text))
}

fn format_moment(moment: &Moment, format: &str, text: &mut String) -> Result<(), Error> {
    let mut characters = format.chars();
    while let Some(character) = characters.next() {
        if character != '%' {
            text.push(character);
            continue;
        }
        let (mut padding, mut is_upper) = (None, false);
        let mut conversion = characters.next();
        while let Some(flag @ ('-' | '_' | '0' | '^')) = conversion {
            if flag == '^' {
                is_upper = true;
            } else {
                padding = Some(flag);
            }
            conversion = characters.next();
        }
        if let Some(modifier @ ('E' | 'O')) = conversion {
            conversion = characters.next().filter(|conversion| has_modifier(modifier, *conversion));
        }
        let Some(conversion) = conversion else {
            return Err(failed("strftime/1: the format has a % without a conversion"));
        };
        let start = text.len();
        let mut number = |value: i64, width: usize, fill: char| {
            let fill = match padding {
                Some('-') => None,
                Some('_') => Some(' '),
                Some('0') => Some('0'),
                _ => Some(fill),
            };
            text.push_str(&match fill {
                None => value.to_string(),
                Some(' ') => format!("{value:width$}"),
                Some(_) => format!("{value:0width$}"),
            });
        };
        let hour12 = (moment.hour + 11) % 12 + 1;
        let name = |names: &[&'static str], index: i64| {
            usize::try_from(index).ok().and_then(|index| names.get(index)).copied().unwrap_or("?")
        };
        match conversion {
            'Y' => number(moment.year, 1, '0'),
            'C' => number(moment.year.div_euclid(100), 1, '0'),
            'y' => number(moment.year.rem_euclid(100), 2, '0'),
            'm' => number(moment.month + 1, 2, '0'),
            'd' => number(moment.day, 2, '0'),
            'e' => number(moment.day, 2, ' '),
            'H' => number(moment.hour, 2, '0'),
            'k' => number(moment.hour, 2, ' '),
            'I' => number(hour12, 2, '0'),
            'l' => number(hour12, 2, ' '),
            'M' => number(moment.minute, 2, '0'),
            'S' => number(moment.second, 2, '0'),
            'j' => number(moment.year_day + 1, 3, '0'),
            's' => number(moment.epoch(), 1, '0'),
            'u' => number((moment.weekday + 6) % 7 + 1, 1, '0'),
            'w' => number(moment.weekday, 1, '0'),
            'U' => number(moment.week(0), 2, '0'),
            'W' => number(moment.week(1), 2, '0'),
            'V' => number(moment.iso_week().1, 2, '0'),
            'G' => number(moment.iso_week().0, 1, '0'),
            'g' => number(moment.iso_week().0.rem_euclid(100), 2, '0'),
            'a' => text.push_str(&name(&WEEKDAYS, moment.weekday)[..3]),
            'A' => text.push_str(name(&WEEKDAYS, moment.weekday)),
            'b' | 'h' => text.push_str(&name(&MONTHS, moment.month)[..3]),
            'B' => text.push_str(name(&MONTHS, moment.month)),
            'p' => text.push_str(if moment.hour < 12 { "AM" } else { "PM" }),
            'P' => text.push_str(if moment.hour < 12 { "am" } else { "pm" }),
            'Z' => text.push_str("GMT"),
            'z' if padding.is_none() => text.push_str("+0000"),
            'n' => text.push('\n'),
            't' => text.push('\t'),
            '%' => text.push('%'),
            'c' => format_moment(moment, "%a %b %e %H:%M:%S %Y", text)?,
            'D' | 'x' => format_moment(moment, "%m/%d/%y", text)?,
            'F' => format_moment(moment, "%Y-%m-%d", text)?,
            'R' => format_moment(moment, "%H:%M", text)?,
            'r' => format_moment(moment, "%I:%M:%S %p", text)?,
            'T' | 'X' => format_moment(moment, "%H:%M:%S", text)?,
            other => return Err(failed(format!("strftime/1: %{other} is no conversion"))),
        }
        if is_upper && conversion != 'P' {
            text[start..].make_ascii_uppercase();
        }
    }
    Ok(())
}
