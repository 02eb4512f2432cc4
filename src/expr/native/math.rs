//! Functions of numbers, by the names of C's library.

use crate::expr::value::{Error, Num, Value};

use super::{Named, Outcome, argument, type_error};

pub(super) const FUNCTIONS: &[Named] = &[
    ("infinite", 0, |_, _| Ok(Value::from(f64::INFINITY))),
    ("nan", 0, |_, _| Ok(Value::from(f64::NAN))),
    ("isinfinite", 0, |input, _| test(&input, f64::is_infinite)),
    ("isnan", 0, |input, _| test(&input, f64::is_nan)),
    ("isnormal", 0, |input, _| test(&input, f64::is_normal)),
    ("isfinite", 0, |input, _| test(&input, |number| !number.is_infinite())),
    ("acos", 0, |input, _| of_one(&input, f64::acos)),
    ("acosh", 0, |input, _| of_one(&input, libm::acosh)),
    ("asin", 0, |input, _| of_one(&input, f64::asin)),
    ("asinh", 0, |input, _| of_one(&input, libm::asinh)),
    ("atan", 0, |input, _| of_one(&input, f64::atan)),
    ("atanh", 0, |input, _| of_one(&input, libm::atanh)),
    ("cbrt", 0, |input, _| of_one(&input, f64::cbrt)),
    ("ceil", 0, |input, _| of_one(&input, f64::ceil)),
    ("cos", 0, |input, _| of_one(&input, f64::cos)),
    ("cosh", 0, |input, _| of_one(&input, f64::cosh)),
    ("erf", 0, |input, _| of_one(&input, libm::erf)),
    ("erfc", 0, |input, _| of_one(&input, libm::erfc)),
    ("exp", 0, |input, _| of_one(&input, f64::exp)),
    ("exp10", 0, |input, _| of_one(&input, |number| 10_f64.powf(number))),
    ("exp2", 0, |input, _| of_one(&input, f64::exp2)),
    ("expm1", 0, |input, _| of_one(&input, f64::exp_m1)),
    ("fabs", 0, |input, _| of_one(&input, f64::abs)),
    ("floor", 0, |input, _| of_one(&input, f64::floor)),
    ("gamma", 0, |input, _| of_one(&input, libm::lgamma)),
    ("j0", 0, |input, _| of_one(&input, libm::j0)),
    ("j1", 0, |input, _| of_one(&input, libm::j1)),
    ("lgamma", 0, |input, _| of_one(&input, libm::lgamma)),
    ("log", 0, |input, _| of_one(&input, f64::ln)),
    ("log10", 0, |input, _| of_one(&input, f64::log10)),
    ("log1p", 0, |input, _| of_one(&input, f64::ln_1p)),
    ("log2", 0, |input, _| of_one(&input, f64::log2)),
    ("logb", 0, |input, _| of_one(&input, exponent)),
    ("nearbyint", 0, |input, _| of_one(&input, f64::round_ties_even)),
    ("rint", 0, |input, _| of_one(&input, f64::round_ties_even)),
    ("round", 0, |input, _| of_one(&input, f64::round)),
    ("significand", 0, |input, _| of_one(&input, significand)),
    ("sin", 0, |input, _| of_one(&input, f64::sin)),
    ("sinh", 0, |input, _| of_one(&input, f64::sinh)),
    ("sqrt", 0, |input, _| of_one(&input, f64::sqrt)),
    ("tan", 0, |input, _| of_one(&input, f64::tan)),
    ("tanh", 0, |input, _| of_one(&input, f64::tanh)),
    ("tgamma", 0, |input, _| of_one(&input, libm::tgamma)),
    ("trunc", 0, |input, _| of_one(&input, f64::trunc)),
    ("y0", 0, |input, _| of_one(&input, libm::y0)),
    ("y1", 0, |input, _| of_one(&input, libm::y1)),
    ("frexp", 0, |input, _| {
        let (fraction, exponent) = libm::frexp(number(&input)?);
        Ok([Value::from(fraction), Value::from(i64::from(exponent))].into_iter().collect())
    }),
    ("modf", 0, |input, _| {
        let number = number(&input)?;
        let fraction = if number.is_infinite() { 0.0_f64.copysign(number) } else { number - number.trunc() };
        Ok([Value::from(fraction.copysign(number)), Value::from(number.trunc())].into_iter().collect())
    }),
    ("lgamma_r", 0, |input, _| {
        let (value, sign) = libm::lgamma_r(number(&input)?);
        Ok([Value::from(value), Value::from(i64::from(sign))].into_iter().collect())
    }),
    ("atan2", 2, |_, arguments| of_two(arguments, f64::atan2)),
    ("copysign", 2, |_, arguments| of_two(arguments, f64::copysign)),
    ("drem", 2, |_, arguments| of_two(arguments, libm::remainder)),
    ("fdim", 2, |_, arguments| of_two(arguments, libm::fdim)),
    ("fmax", 2, |_, arguments| of_two(arguments, f64::max)),
    ("fmin", 2, |_, arguments| of_two(arguments, f64::min)),
    ("fmod", 2, |_, arguments| of_two(arguments, |left, right| left % right)),
    ("hypot", 2, |_, arguments| of_two(arguments, f64::hypot)),
    ("jn", 2, |_, arguments| of_two(arguments, |order, number| libm::jn(whole(order), number))),
    ("ldexp", 2, |_, arguments| of_two(arguments, |number, power| libm::ldexp(number, whole(power)))),
    ("nextafter", 2, |_, arguments| of_two(arguments, libm::nextafter)),
    ("nexttoward", 2, |_, arguments| of_two(arguments, libm::nextafter)),
    ("pow", 2, |_, arguments| of_two(arguments, f64::powf)),
    ("remainder", 2, |_, arguments| of_two(arguments, libm::remainder)),
    ("scalb", 2, |_, arguments| of_two(arguments, |number, power| number * power.exp2())),
    ("scalbln", 2, |_, arguments| of_two(arguments, |number, power| libm::scalbn(number, whole(power)))),
    ("yn", 2, |_, arguments| of_two(arguments, |order, number| libm::yn(whole(order), number))),
    ("fma", 3, |_, arguments| {
        let [first, second, third] = [0, 1, 2].map(|index| number(argument(arguments, index)));
        Ok(Value::from(first?.mul_add(second?, third?)))
    }),
];

fn number(value: &Value) -> Result<f64, Error> {
    match value {
        Value::Num(number) => Ok(number.as_f64()),
        _ => Err(type_error(value, "number required")),
    }
}

fn of_one(input: &Value, f: fn(f64) -> f64) -> Outcome {
    number(input).map(f).map(Value::from)
}

fn of_two(arguments: &[Value], f: fn(f64, f64) -> f64) -> Outcome {
    let (left, right) = (argument(arguments, 0), argument(arguments, 1));
    Ok(Value::from(f(number(left)?, number(right)?)))
}

#[expect(clippy::unnecessary_wraps, reason = "the functions of the table have one type")]
fn test(input: &Value, is: fn(f64) -> bool) -> Outcome {
    Ok(Value::Bool(matches!(input, Value::Num(number) if is(Num::as_f64(number)))))
}

/// The integer part of a number, cut to the range of 32 bits.
#[expect(clippy::cast_possible_truncation, reason = "a cast of a float saturates")]
fn whole(number: f64) -> i32 {
    number as i32
}

/// The exponent of base 2.
fn exponent(number: f64) -> f64 {
    if number == 0.0 {
        f64::NEG_INFINITY
    } else if number.is_infinite() {
        f64::INFINITY
    } else if number.is_nan() {
        number
    } else {
        f64::from(libm::ilogb(number))
    }
}

/// The number divided by 2 to the power of its exponent.
fn significand(number: f64) -> f64 {
    if number == 0.0 || !number.is_finite() { number } else { libm::scalbn(number, -libm::ilogb(number)) }
}
