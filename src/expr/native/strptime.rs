//! Moments from texts, by a format of C's.

use crate::expr::value::{Error, Value, failed};

use super::Outcome;
use super::calendar::{Moment, days_before};
use super::moment::{MONTHS, WEEKDAYS, fields_of};

/// What a text was found to say about a moment. jq takes over what the C library makes of it, so this does as glibc does.
#[expect(clippy::struct_excessive_bools, reason = "each says that one conversion was read")]
struct Parsed {
    moment: Moment,
    century: Option<i64>,
    /// The year was read without its century.
    is_short: bool,
    hour12: bool,
    afternoon: bool,
    /// Something was read from which the days of the week and of the year follow.
    has_date: bool,
    has_month: bool,
    has_day: bool,
    has_year_day: bool,
    has_weekday: bool,
    /// The number of a week, and the day of the week that it begins on.
    week: Option<(i64, i64)>,
}

/// What stands in a moment's days of the week and of the year where the text says nothing of them.
const NO_WEEKDAY: i64 = 8;
const NO_YEAR_DAY: i64 = 367;

/// The array of the moment that a text says.
pub(super) fn strptime(input: &Value, format: &Value) -> Outcome {
    let (Value::Str(text), Value::Str(format)) = (input, format) else {
        return Err(failed("strptime/1 requires string inputs and arguments"));
    };
    let mut parsed = Parsed::new();
    let rest = parsed.read(text, format)?.filter(|rest| rest.is_empty() || rest.starts_with(is_c_space));
    let Some((rest, moment)) = rest.and_then(|rest| Some((rest, parsed.moment()?))) else {
        return Err(failed(format!("date \"{text}\" does not match format \"{format}\"")));
    };
    let mut fields: Vec<Value> = fields_of(&moment).into();
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
    fn new() -> Self {
        let moment = Moment { year: 1900, weekday: NO_WEEKDAY, year_day: NO_YEAR_DAY, ..Moment::default() };
        Self {
            moment,
            century: None,
            is_short: false,
            hour12: false,
            afternoon: false,
            has_date: false,
            has_month: false,
            has_day: false,
            has_year_day: false,
            has_weekday: false,
            week: None,
        }
    }

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
            while let Some('-' | '_' | '0' | '^' | '#') = conversion {
                conversion = characters.next();
            }
            if let Some(modifier @ ('E' | 'O')) = conversion {
                conversion = characters.next().filter(|conversion| has_modifier(modifier, *conversion));
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
                (self.has_date, self.is_short) = (true, false);
                number(&mut moment.year, 0, 9999, 4)
            }
            'C' => {
                self.has_date = true;
                let mut century = 0;
                let rest = number(&mut century, 0, 99, 2);
                self.century = Some(century);
                rest
            }
            'y' => {
                (self.has_date, self.is_short) = (true, true);
                let rest = number(&mut moment.year, 0, 99, 2);
                moment.year += if moment.year < 69 { 2000 } else { 1900 };
                rest
            }
            'm' => {
                (self.has_date, self.has_month) = (true, true);
                let rest = number(&mut moment.month, 1, 12, 2);
                moment.month -= 1;
                rest
            }
            'd' | 'e' => {
                (self.has_date, self.has_day) = (true, true);
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
            'U' | 'W' => {
                let mut week = 0;
                let rest = number(&mut week, 0, 53, 2);
                self.week = Some((week, i64::from(conversion == 'W')));
                rest
            }
            'V' => number(&mut 0, 0, 53, 2),
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
                (self.has_date, self.has_month) = (true, true);
                moment.month = index;
                rest
            }),
            'p' => {
                let half = text.get(..2).map(str::to_ascii_uppercase);
                match half.as_deref() {
                    Some("AM") => self.afternoon = false,
                    Some("PM") => self.afternoon = true,
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

    /// The moment, with what follows from what was read; `None` where its year does not have the day.
    fn moment(&self) -> Option<Moment> {
        let mut moment = self.moment;
        if self.hour12 && self.afternoon {
            moment.hour += 12;
        }
        if let Some(century) = self.century {
            moment.year = century * 100 + if self.is_short { moment.year % 100 } else { 0 };
        }
        if self.has_date && !self.has_weekday {
            if self.has_year_day {
                self.fill_date(&mut moment)?;
            }
            moment.weekday = (days_before(moment.year, moment.month, moment.day) + 4).rem_euclid(7);
        }
        if self.has_date && !self.has_year_day {
            moment.year_day = day_of_year(&moment);
        }
        if let Some((week, first)) = self.week.filter(|_| self.has_weekday) {
            if !self.has_year_day {
                let new_year = (days_before(moment.year, 0, 1) + 4).rem_euclid(7);
                let in_week = (moment.weekday - first).rem_euclid(7);
                moment.year_day = (7 - (new_year - first)) % 7 + (week - 1) * 7 + in_week;
            }
            self.fill_date(&mut moment)?;
        }
        Some(moment)
    }

    /// Puts in what was not read of the month and its day, from the day of the year.
    fn fill_date(&self, moment: &mut Moment) -> Option<()> {
        if self.has_month && self.has_day {
            return Some(());
        }
        let date = Moment { month: 0, day: moment.year_day + 1, ..*moment }.normal();
        if date.year != moment.year {
            return None;
        }
        if !self.has_month {
            moment.month = date.month;
        }
        if !self.has_day {
            moment.day = date.day;
        }
        Some(())
    }
}

/// The day of the year of a moment's month and day, from 0; the day of the month may be 0.
fn day_of_year(moment: &Moment) -> i64 {
    days_before(moment.year, moment.month, moment.day) - days_before(moment.year, 0, 1)
}

/// True where C has the conversion with the modifier, which changes nothing in its own locale.
pub(super) fn has_modifier(modifier: char, conversion: char) -> bool {
    let conversions = if modifier == 'E' { "cCxXY" } else { "deHImMSUVwWy" };
    conversions.contains(conversion)
}

/// What is behind an offset such as `+01:00` or `Z`; jq reads it and does without.
fn read_offset(text: &str) -> Option<&str> {
    let text = text.trim_start_matches(is_c_space);
    if let Some(rest) = text.strip_prefix('Z') {
        return Some(rest);
    }
    let mut rest = text.strip_prefix(['+', '-'])?;
    let mut digits = String::new();
    while digits.len() < 4 {
        let behind_colon = rest.strip_prefix(':').filter(|_| digits.len() == 2).unwrap_or(rest);
        let Some(digit) = behind_colon.chars().next().filter(char::is_ascii_digit) else { break };
        digits.push(digit);
        rest = &behind_colon[1..];
    }
    let minutes = digits.get(2..).unwrap_or_default();
    (digits.len() == 2 || minutes.len() == 2 && minutes < "60").then_some(rest)
}
