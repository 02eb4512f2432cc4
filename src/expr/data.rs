use jaq_core::data::JustLut;

use super::Value;

/// The data that filters run on: nothing but the compiled program and values.
pub(super) type Data = JustLut<Value>;
