use std::ops::{Add, Div, Mul, Neg, Rem, Sub};
use std::sync::Arc;

use arcstr::ArcStr;

use super::message::{Error, Outcome, cannot_be, failed, shown};
use super::nested::deeper;
use super::{MOST_VALUES, Map, Nested, Num, Value};

/// The longest text that repeating one makes, in bytes.
const LONGEST_REPEATED: usize = 128 << 20;

impl Add for Value {
    type Output = Outcome;

    fn add(self, other: Self) -> Outcome {
        Ok(match (self, other) {
            (Self::Null, value) | (value, Self::Null) => value,
            (Self::Num(left), Self::Num(right)) => Self::from(left.as_f64() + right.as_f64()),
            (Self::Str(left), Self::Str(right)) => Self::Str(arcstr::format!("{left}{right}")),
            (Self::Arr(mut left), Self::Arr(right)) => {
                Arc::make_mut(&mut left).extend(right.iter().cloned());
                Self::Arr(left)
            }
            (Self::Obj(mut left), Self::Obj(right)) => {
                Arc::make_mut(&mut left)
                    .extend(right.iter().map(|(key, value)| (key.clone(), value.clone())));
                Self::Obj(left)
            }
            (left, right) => return Err(cannot_be(&left, &right, "added")),
        })
    }
}

impl Sub for Value {
    type Output = Outcome;

    fn sub(self, other: Self) -> Outcome {
        match (self, other) {
            (Self::Num(left), Self::Num(right)) => Ok(Self::from(left.as_f64() - right.as_f64())),
            (Self::Arr(mut left), Self::Arr(right)) => {
                Arc::make_mut(&mut left).retain(|item| !right.contains(item));
                Ok(Self::Arr(left))
            }
            (left, right) => Err(cannot_be(&left, &right, "subtracted")),
        }
    }
}

impl Mul for Value {
    type Output = Outcome;

    fn mul(self, other: Self) -> Outcome {
        match (self, other) {
            (Self::Num(left), Self::Num(right)) => Ok(Self::from(left.as_f64() * right.as_f64())),
            (Self::Str(text), Self::Num(times)) | (Self::Num(times), Self::Str(text)) => {
                repeated(&text, &times)
            }
            (Self::Obj(mut left), Self::Obj(right)) => {
                let mut space = MOST_VALUES;
                merge(&mut left, &right, &mut space)?;
                Ok(Self::Obj(left))
            }
            (left, right) => Err(cannot_be(&left, &right, "multiplied")),
        }
    }
}

/// A text so many times, the fraction of a time left out; null for less than none.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of a float saturates")]
fn repeated(text: &ArcStr, times: &Num) -> Outcome {
    let times = times.as_f64();
    if times.is_nan() || times < 0.0 {
        return Ok(Value::Null);
    }
    match (times as usize).checked_mul(text.len()) {
        Some(length) if length <= LONGEST_REPEATED => Ok(Value::from(text.repeat(times as usize))),
        _ => Err(failed("Repeat string result too long")),
    }
}

/// Adds the entries of an object to another; where both have an object these are merged too.
///
/// # Errors
/// More entries than `space`: objects that share their parts have more entries than they take space.
fn merge(left: &mut Arc<Nested<Map>>, right: &Map, space: &mut usize) -> Result<(), Error> {
    let too_many = || failed("cannot multiply objects of more than 10 million values");
    *space = space.checked_sub(left.len() + right.len()).ok_or_else(too_many)?;
    let left = Arc::make_mut(left);
    for (key, value) in right {
        match (left.get_mut(key), value) {
            (Some(Value::Obj(left)), Value::Obj(right)) => deeper(|| merge(left, right, space))?,
            (Some(left), right) => *left = right.clone(),
            (None, right) => {
                left.insert(key.clone(), right.clone());
            }
        }
    }
    Ok(())
}

impl Div for Value {
    type Output = Outcome;

    fn div(self, other: Self) -> Outcome {
        match (&self, &other) {
            (Self::Num(left), Self::Num(right)) => {
                let divisor = right.as_f64();
                if divisor == 0.0 {
                    return Err(cannot_be(&self, &other, "divided because the divisor is zero"));
                }
                Ok(Self::from(left.as_f64() / divisor))
            }
            (Self::Str(text), Self::Str(separator)) => Ok(split(text, separator)),
            _ => Err(cannot_be(&self, &other, "divided")),
        }
    }
}

/// The parts of a text between separators; its characters where the separator is empty.
fn split(text: &str, separator: &str) -> Value {
    if text.is_empty() {
        Value::from_iter([])
    } else if separator.is_empty() {
        text.chars().map(|character| Value::from(&*character.encode_utf8(&mut [0; 4]))).collect()
    } else {
        text.split(separator).map(Value::from).collect()
    }
}

/// The remainder of whole numbers: fractions are cut off, and what is too large is the largest of 64 bits.
impl Rem for Value {
    type Output = Outcome;

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "jq's remainder is of such casts"
    )]
    fn rem(self, other: Self) -> Outcome {
        let (Self::Num(left), Self::Num(right)) = (&self, &other) else {
            return Err(cannot_be(&self, &other, "divided (remainder)"));
        };
        let (left, right) = (left.as_f64(), right.as_f64());
        if left.is_nan() || right.is_nan() {
            return Ok(Self::from(f64::NAN));
        }
        match (right as i64).unsigned_abs() {
            0 => Err(cannot_be(&self, &other, "divided (remainder) because the divisor is zero")),
            divisor => {
                let remainder = ((left as i64).unsigned_abs() % divisor) as f64;
                // Adding zero takes the sign of a zero away.
                Ok(Self::from(if left < 0.0 { 0.0 - remainder } else { remainder }))
            }
        }
    }
}

impl Neg for Value {
    type Output = Outcome;

    fn neg(self) -> Outcome {
        match self {
            Self::Num(number) => Ok(Self::Num(number.negated())),
            other => Err(failed(format!("{} cannot be negated", shown(&other)))),
        }
    }
}
