//! Paths as values.

use crate::expr::value::{Value, failed};

use super::{Named, argument};

pub(super) const FUNCTIONS: &[Named] = &[
    ("setpath", 2, |input, arguments| match argument(arguments, 0) {
        Value::Arr(path) => input.set_path(path, argument(arguments, 1).clone()),
        _ => Err(failed("Path must be specified as an array")),
    }),
    ("delpaths", 1, |input, arguments| match argument(arguments, 0) {
        Value::Arr(paths) => input.delete_paths(paths.to_vec()),
        _ => Err(failed("Paths must be specified as an array")),
    }),
];
