use crate::clients::Link;
use crate::expr::{Bindings, EvalError, Filter, Map, Value};
use crate::run::read::Received;

/// Whether `while` is true after a page. It must say so: a name that the response does not have would else end the pages
/// after the first without a word.
///
/// # Errors
/// jq's, or [`EvalError::WrongType`] for anything but true and false.
pub(super) fn goes_on(
    filter: &Filter,
    received: &Received,
    link: Option<&Link>,
    bindings: &Bindings,
) -> Result<bool, EvalError> {
    let mut bindings = bindings.clone();
    // In the order of the scope that it was compiled with.
    bindings.push_answer(link.map_or(Value::Null, parameters));
    bindings.push_answer(headers(received));
    match filter.only(received.value.clone(), &bindings)? {
        Value::Bool(goes_on) => Ok(goes_on),
        other => Err(EvalError::WrongType {
            filter: filter.text().to_owned(),
            found: other.described(),
            expected: "true or false",
        }),
    }
}

/// The parameters of a link by name; of several with one name the first.
fn parameters(link: &Link) -> Value {
    let mut map = Map::default();
    for (name, value) in link.parameters.iter().rev() {
        map.insert(name.as_str().into(), Value::from(value.as_str()));
    }
    Value::object(map)
}

/// The headers by their names in lower case; several of one name are joined by commas, as HTTP has it
/// (<https://www.rfc-editor.org/rfc/rfc9110#section-5.3>).
fn headers(received: &Received) -> Value {
    let mut map = Map::default();
    for name in received.headers.keys() {
        let values = received.headers.get_all(name).iter();
        let values: Vec<_> = values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        map.insert(name.as_str().into(), Value::from(values.join(", ")));
    }
    Value::object(map)
}
