//! Arrays and objects: order, groups, keys, what is in them.

use std::cmp::Ordering;

use crate::expr::value::{Error, MOST_VALUES, Nested, Outcome, Value, cannot_be, failed};

use super::{Named, argument, type_error};

pub(super) const FUNCTIONS: &[Named] = &[
    ("length", 0, |input, _| input.length()),
    ("not", 0, |input, _| Ok(Value::Bool(!input.is_true()))),
    ("type", 0, |input, _| Ok(Value::from(input.type_name()))),
    ("error", 0, |input, _| Err(Error::new(input))),
    ("_is_present", 0, |input, _| Ok(Value::Bool(is_present(&input)))),
    ("keys", 0, |input, _| keys(&input, true)),
    ("keys_unsorted", 0, |input, _| keys(&input, false)),
    ("has", 1, |input, arguments| input.has(argument(arguments, 0)).map(Value::Bool)),
    ("contains", 1, |input, arguments| input.contains(argument(arguments, 0)).map(Value::Bool)),
    ("_places", 1, |input, arguments| Ok(places(&input, argument(arguments, 0)))),
    ("bsearch", 1, |input, arguments| input.binary_search(argument(arguments, 0))),
    ("sort", 0, |input, _| sorted(&input).map(|pairs| pairs.into_iter().map(|(_, item)| item).collect())),
    ("unique", 0, |input, _| sorted(&input).map(first_of_groups)),
    ("_sort_by", 1, |input, arguments| {
        sorted_by(&input, arguments).map(|pairs| pairs.into_iter().map(|(_, item)| item).collect())
    }),
    ("_group_by", 1, |input, arguments| sorted_by(&input, arguments).map(groups)),
    ("_unique_by", 1, |input, arguments| sorted_by(&input, arguments).map(first_of_groups)),
    ("min", 0, |input, _| extreme(&input, &input, Ordering::Less)),
    ("max", 0, |input, _| extreme(&input, &input, Ordering::Greater)),
    ("_min_by", 1, |input, arguments| extreme(&input, argument(arguments, 0), Ordering::Less)),
    ("_max_by", 1, |input, arguments| extreme(&input, argument(arguments, 0), Ordering::Greater)),
    ("_flatten", 1, |input, arguments| flatten(&input, argument(arguments, 0))),
];

/// True for a value that is neither null, false, 0 nor empty.
pub(in crate::expr) fn is_present(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Bool(true) => true,
        Value::Num(number) => number.as_f64() != 0.0,
        Value::Str(text) => !text.is_empty(),
        Value::Arr(items) => !items.is_empty(),
        Value::Obj(map) => !map.is_empty(),
    }
}

fn keys(value: &Value, in_order: bool) -> Outcome {
    match value {
        Value::Arr(items) => Ok((0..items.len()).map(Value::from).collect()),
        Value::Obj(map) => {
            let mut keys: Vec<Value> = map.keys().cloned().map(Value::Str).collect();
            if in_order {
                keys.sort();
            }
            Ok(keys.into_iter().collect())
        }
        _ => Err(type_error(value, "has no keys")),
    }
}

/// Where a text begins in another, in characters.
fn places(text: &Value, wanted: &Value) -> Value {
    let (Value::Str(text), Value::Str(wanted)) = (text, wanted) else { return Value::Null };
    let starts = text.char_indices().enumerate();
    let found =
        starts.filter(|(_, (byte, _))| !wanted.is_empty() && text[*byte..].starts_with(wanted.as_str()));
    found.map(|(place, _)| Value::from(place)).collect()
}

type Keyed = Vec<(Value, Value)>;

fn sorted(value: &Value) -> Result<Keyed, Error> {
    let Value::Arr(items) = value else {
        return Err(type_error(value, "cannot be sorted, as it is not an array"));
    };
    let mut pairs: Keyed = items.iter().map(|item| (item.clone(), item.clone())).collect();
    pairs.sort_by(|left, right| left.0.cmp(&right.0));
    Ok(pairs)
}

fn sorted_by(value: &Value, arguments: &[Value]) -> Result<Keyed, Error> {
    let keys = argument(arguments, 0);
    match (value, keys) {
        (Value::Arr(items), Value::Arr(keys)) if items.len() == keys.len() => {
            let mut pairs: Keyed = keys.iter().cloned().zip(items.iter().cloned()).collect();
            pairs.sort_by(|left, right| left.0.cmp(&right.0));
            Ok(pairs)
        }
        _ => Err(cannot_be(value, keys, "sorted, as they are not both arrays")),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is called with what was just made")]
fn groups(pairs: Keyed) -> Value {
    pairs
        .chunk_by(|left, right| left.0 == right.0)
        .map(|group| group.iter().map(|(_, item)| item.clone()).collect())
        .collect()
}

#[expect(clippy::needless_pass_by_value, reason = "it is called with what was just made")]
fn first_of_groups(pairs: Keyed) -> Value {
    pairs
        .chunk_by(|left, right| left.0 == right.0)
        .filter_map(|group| Some(group.first()?.1.clone()))
        .collect()
}

/// The item with the least key, the first of several; with the greatest, the last of several.
fn extreme(value: &Value, keys: &Value, wanted: Ordering) -> Outcome {
    let (Value::Arr(items), Value::Arr(keys)) = (value, keys) else {
        return Err(cannot_be(value, keys, "iterated over"));
    };
    let mut pairs = keys.iter().zip(items.iter());
    let Some(mut best) = pairs.next() else { return Ok(Value::Null) };
    for pair in pairs {
        let is_less = pair.0 < best.0;
        if is_less == (wanted == Ordering::Less) {
            best = pair;
        }
    }
    Ok(best.1.clone())
}

/// The items of arrays in arrays, down to a depth; negative for all.
fn flatten(value: &Value, depth: &Value) -> Outcome {
    let depth = match depth {
        Value::Num(depth) => depth.as_f64(),
        // Only an array in the array needs the depth.
        _ if !items_of(value)?.iter().any(|item| matches!(item, Value::Arr(_))) => -1.0,
        _ => return depth.clone() - Value::from(1_i64),
    };
    let mut flat = Vec::new();
    // What is still to be looked at, with the depth that is left.
    let mut open: Vec<(std::vec::IntoIter<Value>, f64)> = vec![(items_of(value)?.into_iter(), depth)];
    let mut looks = 0;
    while let Some((items, left)) = open.last_mut() {
        let left = *left;
        // Arrays that share their parts have more items than they take space.
        looks += 1;
        if looks > 2 * MOST_VALUES {
            return Err(failed("cannot flatten more than 10 million values"));
        }
        match items.next() {
            None => {
                open.pop();
            }
            Some(Value::Arr(inner)) if left != 0.0 => {
                open.push((Nested::parts(inner).into_iter(), left - 1.0));
            }
            Some(item) => flat.push(item),
        }
    }
    Ok(flat.into_iter().collect())
}

fn items_of(value: &Value) -> Result<Vec<Value>, Error> {
    match value {
        Value::Arr(items) => Ok(items.to_vec()),
        Value::Obj(map) => Ok(map.values().cloned().collect()),
        other => Err(failed(format!("Cannot iterate over {}", crate::expr::value::shown(other)))),
    }
}
