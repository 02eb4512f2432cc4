//! The named parameters of a query.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::error::{Error, Reason};
use crate::platform::time_text;

/// A parameter as it is sent: every value is a text, of a type that is named.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SentParameter {
    name: String,
    parameter_type: ParameterType,
    parameter_value: ParameterValue,
}

#[derive(Debug, Serialize, Deserialize)]
struct ParameterType {
    #[serde(rename = "type")]
    name: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct ParameterValue {
    value: Option<String>,
}

/// A parameter as SQLite takes it.
#[derive(Debug)]
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) value: Value,
}

#[derive(Debug)]
pub(super) enum Value {
    Null,
    Integer(i64),
    Float(f64),
    Text(String),
}

impl TryFrom<&SentParameter> for Parameter {
    type Error = Error;

    fn try_from(sent: &SentParameter) -> Result<Self, Error> {
        let (name, kind) = (sent.name.clone(), sent.parameter_type.name.as_str());
        let Some(text) = &sent.parameter_value.value else {
            return Ok(Self { name, value: Value::Null });
        };
        let value = match kind {
            "STRING" => Some(Value::Text(text.clone())),
            "INT64" => text.parse().ok().map(Value::Integer),
            "FLOAT64" => text.parse().ok().map(Value::Float),
            "BOOL" => text.to_lowercase().parse().ok().map(|value: bool| Value::Integer(value.into())),
            "DATE" => text.parse().ok().map(|day: Date| Value::Text(day.to_string())),
            "TIMESTAMP" => text.parse().ok().map(|time: Timestamp| Value::Text(time_text(time))),
            _ => {
                let message = format!("the sandbox knows no parameters of the type {kind}");
                return Err(Error::new(Reason::Invalid, message));
            }
        };
        let invalid = || Error::new(Reason::Invalid, format!("Invalid value for type: {kind} of {name}"));
        Ok(Self { value: value.ok_or_else(invalid)?, name })
    }
}
