//! Moments from texts, by a format of C's.

use crate::expr::value::{Error, Value, failed};

use super::Outcome;
use super::calendar::Moment;
use super::moment::{MONTHS, WEEKDAYS, fields_of};

/// What a text was found to say about a moment.
#[derive(Default)]
struct Parsed {
    moment: Moment,
    century: Option<i64>,
    short_year: Option<i64>,
    hour12: bool,
    afternoon: Option<bool>,
    has_date: (bool, bool, bool),
    has_year_day: bool,
    has_weekday: bool,
}

/// The array of the moment that a text says.
pub(super) fn strptime(input: &Value, format: &Value) -> Outcome {
    let (Value::Str(text), Value::Str(format)) = (input, format) else {
        return Err(failed("strptime/1 requires string inputs and arguments"));
    };
    let mut parsed = Parsed::default();
    let rest = parsed.read(text, format)?.filter(|rest| rest.is_empty() || rest.starts_with(is_c_space));
    let Some(rest) = rest else {
        return Err(failed(format!("date \"{text}\" does not match format \"{format}\"")));
    };
    let mut fields: Vec<Value> = fields_of(&parsed.moment()).into();
    if !rest.is_empty() {
        fields.push(Value::from(rest));
    }
    Ok(fields.into_iter().collect())
}

fn is_c_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}')
}

/// A number of at most so many digits in a range, and the text behind it.
fn read_number(text: &str, from: i64, to: i64, digits: usize) -> Option<(i64, &str)> {
    let text = text.trim_start_matches(' ');
    let mut value = 0;
    let mut length = 0;
    for digit in text.bytes().take(digits) {
        if !digit.is_ascii_digit() || (length > 0 && value * 10 > to) {
            break;
        }
        value = value * 10 + i64::from(digit - b'0');
        length += 1;
    }
    (length > 0 && (from..=to).contains(&value)).then(|| (value, &text[length..]))
}

/// The index of a name, whole or its first three letters, in any case.
fn read_name<'t>(text: &'t str, names: &[&str]) -> Option<(i64, &'t str)> {
    let starts = |name: &str| text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    names.iter().enumerate().find_map(|(index, name)| {
        let length = if starts(name) {
            name.len()
        } else if starts(&name[..3]) {
            3
        } else {
            return None;
        };
        Some((i64::try_from(index).ok()?, &text[length..]))
    })
}

impl Parsed {
    /// Reads a text by a format; what is behind it, or `None` where it does not match.
    fn read<'t>(&mut self, text: &'t str, format: &str) -> Result<Option<&'t str>, Error> {
        let mut rest = text;
        let mut characters = format.chars();
        while let Some(character) = characters.next() {
            if is_c_space(character) {
                rest = rest.trim_start_matches(is_c_space);
                continue;
            }
            if character != '%' {
                match rest.strip_prefix(character) {
                    Some(behind) => rest = behind,
                    None => return Ok(None),
                }
                continue;
            }
            let mut conversion = characters.next();
            while let Some('-' | '_' | '0' | '^' | '#' | 'E' | 'O') = conversion {
                conversion = characters.next();
            }
            let Some(conversion) = conversion else { return Ok(None) };
            match self.convert(conversion, rest)? {
                Some(behind) => rest = behind,
                None => return Ok(None),
            }
        }
        Ok(Some(rest))
    }

    #[expect(clippy::too_many_lines, reason = "one line a conversion")]
    fn convert<'t>(&mut self, conversion: char, text: &'t str) -> Result<Option<&'t str>, Error> {
        let moment = &mut self.moment;
        let number = |field: &mut i64, from, to, digits| {
            let (value, rest) = read_number(text, from, to, digits)?;
            *field = value;
            Some(rest)
        };
        Ok(match conversion {
            'Y' => {
                self.has_date.0 = true;
                (self.century, self.short_year) = (None, None);
                number(&mut moment.year, 0, 9999, 4)
            }
            'C' => {
                let mut century = 0;
                let rest = number(&mut century, 0, 99, 2);
                self.century = Some(century);
                self.has_date.0 = true;
                rest
            }
            'y' => {
                let mut year = 0;
                let rest = number(&mut year, 0, 99, 2);
                self.short_year = Some(year);
                self.has_date.0 = true;
                rest
            }
            'm' => {
                self.has_date.1 = true;
                let rest = number(&mut moment.month, 1, 12, 2);
                moment.month -= 1;
                rest
            }
            'd' | 'e' => {
                self.has_date.2 = true;
                number(&mut moment.day, 1, 31, 2)
            }
            'H' | 'k' => {
                self.hour12 = false;
                number(&mut moment.hour, 0, 23, 2)
            }
            'I' | 'l' => {
                self.hour12 = true;
                let rest = number(&mut moment.hour, 1, 12, 2);
                moment.hour %= 12;
                rest
            }
            'M' => number(&mut moment.minute, 0, 59, 2),
            'S' => number(&mut moment.second, 0, 61, 2),
            'j' => {
                self.has_year_day = true;
                let rest = number(&mut moment.year_day, 1, 366, 3);
                moment.year_day -= 1;
                rest
            }
            'u' => {
                self.has_weekday = true;
                let rest = number(&mut moment.weekday, 1, 7, 1);
                moment.weekday %= 7;
                rest
            }
            'w' => {
                self.has_weekday = true;
                number(&mut moment.weekday, 0, 6, 1)
            }
            'U' | 'W' | 'V' => number(&mut 0, 0, 53, 2),
            's' => {
                let Some((seconds, rest)) = read_number(text, 0, i64::MAX / 100, 17) else { return Ok(None) };
                *moment = Moment::of_epoch(seconds);
                Some(rest)
            }
            'a' | 'A' => read_name(text, &WEEKDAYS).map(|(index, rest)| {
                self.has_weekday = true;
                moment.weekday = index;
                rest
            }),
            'b' | 'B' | 'h' => read_name(text, &MONTHS).map(|(index, rest)| {
                self.has_date.1 = true;
                moment.month = index;
                rest
            }),
            'p' | 'P' => {
                let half = text.get(..2).map(str::to_ascii_uppercase);
                match half.as_deref() {
                    Some("AM") => self.afternoon = Some(false),
                    Some("PM") => self.afternoon = Some(true),
                    _ => return Ok(None),
                }
                Some(&text[2..])
            }
            'Z' => Some(text.trim_start_matches(is_c_space).trim_start_matches(|c| !is_c_space(c))),
            'z' => read_offset(text),
            'n' | 't' => Some(text.trim_start_matches(is_c_space)),
            '%' => text.strip_prefix('%'),
            'c' => self.read(text, "%a %b %e %H:%M:%S %Y")?,
            'D' | 'x' => self.read(text, "%m/%d/%y")?,
            'F' => self.read(text, "%Y-%m-%d")?,
            'R' => self.read(text, "%H:%M")?,
            'r' => self.read(text, "%I:%M:%S %p")?,
            'T' | 'X' => self.read(text, "%H:%M:%S")?,
            other => return Err(failed(format!("strptime/1: %{other} is no conversion"))),
        })
    }

    /// The moment, with what follows from what was read.
    fn moment(&self) -> Moment {
        let mut moment = self.moment;
        if self.hour12 && self.afternoon == Some(true) {
            moment.hour += 12;
        }
        match (self.century, self.short_year) {
            (Some(century), short) => moment.year = century * 100 + short.unwrap_or(0),
            (None, Some(short)) => moment.year = if short < 69 { 2000 + short } else { 1900 + short },
            (None, None) if !self.has_date.0 && self.moment.year == 0 => moment.year = 1900,
            (None, None) => {}
        }
        let (_, has_month, has_day) = self.has_date;
        if self.has_year_day && !(has_month && has_day) {
            let date = Moment { month: 0, day: moment.year_day + 1, ..moment }.normal();
            if !has_month {
                moment.month = date.month;
            }
            if !has_day {
                moment.day = date.day;
            }
        }
        let has_any_date = self.has_date.0 || has_month || has_day;
        if has_any_date && moment.day > 0 {
            let normal = Moment { hour: 0, minute: 0, second: 0, ..moment }.normal();
            if !self.has_weekday || (has_month && has_day) {
                moment.weekday = normal.weekday;
            }
            if !self.has_year_day {
                moment.year_day = normal.year_day;
            }
        }
        moment
    }
}

/// What is behind an offset such as `+01:00` or `Z`; jq reads it and does without.
fn read_offset(text: &str) -> Option<&str> {
    let text = text.trim_start_matches(is_c_space);
    if let Some(rest) = text.strip_prefix('Z') {
        return Some(rest);
    }
    let digits = text.strip_prefix(['+', '-'])?;
    let mut rest = digits;
    let mut count = 0;
    while count < 4 {
        if count == 2
            && let Some(behind) = rest.strip_prefix(':')
        {
            rest = behind;
        }
        match rest.strip_prefix(|c: char| c.is_ascii_digit()) {
            Some(behind) => rest = behind,
            None => break,
        }
        count += 1;
    }
    (count == 2 || count == 4).then_some(rest)
}
