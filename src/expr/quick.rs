use super::engine::compare;
use super::native::{is_present, to_number};
use super::syntax::{Comparison, Operator, Part, Term};
use super::{Num, Text, Value};

/// The deepest term that is evaluated here: each level takes stack of the thread.
const DEEPEST: usize = 50;

/// The plain part of jq — keys, conditions, comparisons, tests of types — evaluated on references.
///
/// Most expressions of a flow are of this kind and run once an item, where the evaluator's generality costs ten times
/// the work. Whatever is not plain, and every error, is left to the evaluator: an expression is pure, so that running
/// it again gives what it would have given.
#[derive(Debug, Clone)]
pub(super) enum Quick {
    Input,
    Constant(Value),
    /// `f.key`, or `f.key?` where optional.
    Key {
        of: Box<Self>,
        key: Text,
        optional: bool,
    },
    /// `f[]`.
    Each(Box<Self>),
    Pipe(Box<Self>, Box<Self>),
    Comma(Vec<Self>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
    /// `f // g`.
    Alternative(Box<Self>, Box<Self>),
    Compare(Box<Self>, Comparison, Box<Self>),
    Not,
    Type,
    ToNumber,
    /// `objects`, `strings` and the like: the input where it has that type.
    OfType(&'static str),
    Select(Box<Self>),
    Present(Box<Self>),
    Empty,
}

/// The evaluator must do it.
pub(super) struct Fallback;

/// Whether more outputs are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum More {
    Yes,
    No,
}

type Outcome = Result<More, Fallback>;

impl Quick {
    /// The plain form of a term, if it has one. A term with definitions of its own has none, so that names mean what jq
    /// means by them.
    pub(super) fn of(term: &Term<'_>) -> Option<Self> {
        Self::within(term, DEEPEST)
    }

    fn within(term: &Term<'_>, levels: usize) -> Option<Self> {
        let levels = levels.checked_sub(1)?;
        let boxed = |term: &Term<'_>| Self::within(term, levels).map(Box::new);
        Some(match term {
            Term::Identity => Self::Input,
            Term::Number(digits) => Self::Constant(Value::Num(Num::Int(digits.parse().ok()?))),
            Term::Text(None, _) => Self::Constant(Value::from(term.as_constant_text()?)),
            Term::Pipe(left, right) => Self::Pipe(boxed(left)?, boxed(right)?),
            Term::Comma(terms) => {
                Self::Comma(terms.iter().map(|term| Self::within(term, levels)).collect::<Option<_>>()?)
            }
            Term::And(left, right) => Self::And(boxed(left)?, boxed(right)?),
            Term::Or(left, right) => Self::Or(boxed(left)?, boxed(right)?),
            Term::Alternative(left, right) => Self::Alternative(boxed(left)?, boxed(right)?),
            Term::Operation(left, Operator::Compare(comparison), right) => {
                Self::Compare(boxed(left)?, *comparison, boxed(right)?)
            }
            Term::Call(name, arguments) => match (name.text, &arguments[..]) {
                ("true", []) => Self::Constant(Value::Bool(true)),
                ("false", []) => Self::Constant(Value::Bool(false)),
                ("null", []) => Self::Constant(Value::Null),
                ("empty", []) => Self::Empty,
                ("not", []) => Self::Not,
                ("type", []) => Self::Type,
                ("tonumber", []) => Self::ToNumber,
                ("objects", []) => Self::OfType("object"),
                ("arrays", []) => Self::OfType("array"),
                ("strings", []) => Self::OfType("string"),
                ("numbers", []) => Self::OfType("number"),
                ("booleans", []) => Self::OfType("boolean"),
                ("nulls", []) => Self::OfType("null"),
                ("select", [condition]) => Self::Select(boxed(condition)?),
                ("present", [value]) => Self::Present(boxed(value)?),
                _ => return None,
            },
            Term::Path(head, parts) => {
                parts.iter().try_fold(Self::within(head, levels)?, |of, (part, optional)| {
                    let of = Box::new(of);
                    match (part, *optional) {
                        (Part::Index(key), optional) => {
                            Some(Self::Key { of, key: key.as_constant_text()?.into(), optional })
                        }
                        (Part::Each, false) => Some(Self::Each(of)),
                        _ => None,
                    }
                })?
            }
            _ => return None,
        })
    }

    /// The result of `read` for the only output, `None` where there is none. Several are the evaluator's to tell.
    pub(super) fn only_as<T>(
        &self,
        input: &Value,
        read: impl Fn(&Value) -> T,
    ) -> Result<Option<T>, Fallback> {
        let mut only = None;
        self.visit(input, &mut |output| match only.replace(read(output)) {
            None => Ok(More::Yes),
            Some(_) => Err(Fallback),
        })?;
        Ok(only)
    }

    /// Hands each output over, in jq's order, until no more are wanted.
    fn visit(&self, input: &Value, out: &mut dyn FnMut(&Value) -> Outcome) -> Outcome {
        match self {
            Self::Input => out(input),
            Self::Constant(value) => out(value),
            Self::Empty => Ok(More::Yes),
            Self::Not => out(&Value::Bool(!input.is_true())),
            Self::Type => out(&Value::from(input.type_name())),
            Self::ToNumber => match input {
                Value::Num(_) => out(input),
                _ => out(&to_number(input.clone()).map_err(|_| Fallback)?),
            },
            Self::OfType(name) if input.type_name() == *name => out(input),
            Self::OfType(_) => Ok(More::Yes),
            Self::Key { of, key, optional } => of.visit(input, &mut |value| match value {
                Value::Obj(map) => out(map.get(key).unwrap_or(&Value::Null)),
                Value::Null => out(&Value::Null),
                _ if *optional => Ok(More::Yes),
                _ => Err(Fallback),
            }),
            Self::Each(of) => of.visit(input, &mut |value| match value {
                Value::Arr(items) => all(items.iter(), out),
                Value::Obj(map) => all(map.values(), out),
                _ => Err(Fallback),
            }),
            Self::Pipe(left, right) => left.visit(input, &mut |value| right.visit(value, out)),
            Self::Comma(parts) => {
                for part in parts {
                    if part.visit(input, out)? == More::No {
                        return Ok(More::No);
                    }
                }
                Ok(More::Yes)
            }
            Self::And(left, right) => left.visit(input, &mut |value| {
                if !value.is_true() {
                    return out(&Value::Bool(false));
                }
                right.visit(input, &mut |value| out(&Value::Bool(value.is_true())))
            }),
            Self::Or(left, right) => left.visit(input, &mut |value| {
                if value.is_true() {
                    return out(&Value::Bool(true));
                }
                right.visit(input, &mut |value| out(&Value::Bool(value.is_true())))
            }),
            Self::Alternative(left, right) => {
                let mut found = false;
                let more = left.visit(input, &mut |value| {
                    if !value.is_true() {
                        return Ok(More::Yes);
                    }
                    found = true;
                    out(value)
                })?;
                if found { Ok(more) } else { right.visit(input, out) }
            }
            Self::Compare(left, comparison, right) => {
                let (left, right) = (left.only(input)?, right.only(input)?);
                out(&Value::Bool(compare(*comparison, &left, &right)))
            }
            Self::Select(condition) => {
                condition.visit(input, &mut |value| if value.is_true() { out(input) } else { Ok(More::Yes) })
            }
            Self::Present(value) => {
                let mut found = false;
                value.visit(input, &mut |value| {
                    found = is_present(value);
                    Ok(if found { More::No } else { More::Yes })
                })?;
                out(&Value::Bool(found))
            }
        }
    }

    /// The output where there is exactly one: several on a side of a comparison make a product.
    fn only(&self, input: &Value) -> Result<Value, Fallback> {
        let mut only = None;
        self.visit(input, &mut |value| match only.replace(value.clone()) {
            None => Ok(More::Yes),
            Some(_) => Err(Fallback),
        })?;
        only.ok_or(Fallback)
    }
}

fn all<'v>(values: impl Iterator<Item = &'v Value>, out: &mut dyn FnMut(&Value) -> Outcome) -> Outcome {
    for value in values {
        if out(value)? == More::No {
            return Ok(More::No);
        }
    }
    Ok(More::Yes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::expr::{Bindings, EvalError, Filter, Scope, Value, parse_json};

    fn json() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            Just("null".to_owned()),
            Just("false".to_owned()),
            Just("true".to_owned()),
            Just("\"\"".to_owned()),
            Just("\"x\"".to_owned()),
            "[ +-]?[0-9]{0,3}[.e]?[0-9]{0,2}".prop_map(|digits| format!("\"{digits}\"")),
            prop_oneof![Just("\"NaN\""), Just("\"Infinity\""), Just("\"-Infinity\"")].prop_map(str::to_owned),
            (-2i32..3).prop_map(|number| number.to_string()),
            Just("1.5".to_owned()),
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..3)
                    .prop_map(|items| format!("[{}]", items.join(","))),
                proptest::collection::btree_map("[abc]", inner, 0..3).prop_map(|map| {
                    let entries: Vec<_> =
                        map.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
                    format!("{{{}}}", entries.join(","))
                }),
            ]
        })
    }

    fn plain_jq() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            Just("."),
            Just(".a"),
            Just(".b?"),
            Just(".a.c"),
            Just(".[]"),
            Just(".a[]"),
            Just("\"x\""),
            Just("1"),
            Just("true"),
            Just("false"),
            Just("null"),
            Just("empty"),
            Just("not"),
            Just("type"),
            Just("tonumber"),
            Just(".a | tonumber"),
            Just("objects"),
            Just("strings"),
            Just("nulls"),
            Just("\"\""),
        ]
        .prop_map(str::to_owned);
        leaf.prop_recursive(4, 16, 2, |inner| {
            let op = prop_oneof![
                Just("|"),
                Just(","),
                Just("and"),
                Just("or"),
                Just("//"),
                Just("=="),
                Just("!="),
                Just("<"),
                Just("<="),
                Just(">"),
                Just(">="),
            ];
            prop_oneof![
                (inner.clone(), op, inner.clone())
                    .prop_map(|(left, op, right)| format!("({left}) {op} ({right})")),
                inner.clone().prop_map(|value| format!("present({value})")),
                inner.prop_map(|condition| format!("select({condition})")),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn the_plain_form_gives_what_the_interpreter_gives(jq in plain_jq(), input in json()) {
            let filter = Filter::compile(&jq, &Scope::default()).unwrap();
            let bindings = Bindings::new(Value::Null, Value::Null);
            let input = parse_json(input.as_bytes(), None).unwrap();
            prop_assert!(filter.is_plain());
            let mut outputs = filter.outputs(input.clone(), &bindings);
            let interpreted = outputs.next().transpose();
            let interpreted = match outputs.next() {
                None => interpreted,
                Some(Err(error)) => Err(error),
                Some(Ok(_)) => Err(EvalError::Several { filter: jq.clone() }),
            };
            let holds = interpreted.clone().map(|only| !matches!(only, None | Some(Value::Null | Value::Bool(false))));
            prop_assert_eq!(filter.holds(&input, &bindings), holds, "{}", jq);
            prop_assert_eq!(filter.only(input, &bindings).ok(), interpreted.ok().flatten(), "{}", jq);
        }
    }

    #[test]
    fn a_definition_of_the_expressions_own_is_left_to_the_interpreter() {
        let filter = Filter::compile("def not: 1; .a | not", &Scope::default()).unwrap();
        assert!(!filter.is_plain());
    }
}
