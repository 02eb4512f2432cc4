use std::collections::BTreeSet;

use jaq_core::load::lex::StrPart;
use jaq_core::load::parse::{BinaryOp, Term};
use jaq_core::path::Part;

/// What an expression can look at, told from its text alone, so that nothing else needs to be kept of an item.
///
/// The answer is cautious: whatever the analysis does not know counts as looking at everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reads {
    condition: Option<BTreeSet<String>>,
    item: Option<BTreeSet<String>>,
    batch: Option<BTreeSet<String>>,
    path: Option<Vec<String>>,
}

impl Reads {
    pub(super) fn of(term: &Term<&str>) -> Self {
        let keys = |dot| {
            let mut keys = BTreeSet::new();
            shape(term, dot, &mut keys).map(|shape| (shape, keys))
        };
        let whole = |read: Option<(Shape, BTreeSet<String>)>| {
            read.filter(|(shape, _)| *shape == Shape::Leaf).map(|(_, keys)| keys)
        };
        Self {
            condition: keys(Shape::Item).map(|(_, keys)| keys),
            item: whole(keys(Shape::Item)),
            batch: whole(keys(Shape::Batch)),
            path: constant_path(term),
        }
    }

    /// Where the input is an object and only the truth of the output counts: the keys that can matter, `None` for all.
    pub fn keys_of_condition(&self) -> Option<&BTreeSet<String>> {
        self.condition.as_ref()
    }

    /// Where the input is an object: the keys that can matter to the output, `None` for all.
    pub fn keys_of_item(&self) -> Option<&BTreeSet<String>> {
        self.item.as_ref()
    }

    /// Where the input is an array of objects: the keys of those that can matter to the output, `None` for all.
    pub fn keys_of_batch(&self) -> Option<&BTreeSet<String>> {
        self.batch.as_ref()
    }

    /// The keys of a plain path such as `.answer.items`, `None` for any other expression.
    pub fn as_path(&self) -> Option<&[String]> {
        self.path.as_deref()
    }
}

/// What a value is to the analysis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// An object of which only the noted keys may be kept.
    Item,
    /// An array of such objects.
    Batch,
    /// Anything that is kept whole.
    Leaf,
}

/// The shape of a term's outputs where its input has the shape `dot`; notes the keys read from items, and is `None`
/// where the term may look at more than the analysis can tell.
fn shape(term: &Term<&str>, dot: Shape, keys: &mut BTreeSet<String>) -> Option<Shape> {
    match term {
        Term::Id => Some(dot),
        Term::Recurse => (dot == Shape::Leaf).then_some(dot),
        Term::Num(_) | Term::Arr(None) | Term::Var(_) | Term::Break(_) => Some(Shape::Leaf),
        Term::Str(_, parts) => {
            for part in parts {
                if let StrPart::Term(term) = part {
                    leaf_in(term, dot, keys)?;
                }
            }
            Some(Shape::Leaf)
        }
        Term::Arr(Some(inner)) => match shape(inner, dot, keys)? {
            Shape::Item => Some(Shape::Batch),
            Shape::Leaf => Some(Shape::Leaf),
            Shape::Batch => None,
        },
        Term::Obj(entries) => {
            for (key, value) in entries {
                match value {
                    Some(value) => {
                        leaf_in(key, dot, keys)?;
                        leaf_in(value, dot, keys)?;
                    }
                    None if matches!(key, Term::Var(_)) => {}
                    None => key_of(dot, constant(key)?, keys).map(|_| ())?,
                }
            }
            Some(Shape::Leaf)
        }
        Term::Neg(inner) => leaf_in(inner, dot, keys),
        Term::Label(_, inner) => shape(inner, dot, keys),
        Term::BinOp(left, op, right) => operation(left, op, right, dot, keys),
        Term::Fold(..) | Term::Def(..) => (dot == Shape::Leaf).then_some(dot),
        Term::TryCatch(body, handler) => {
            let body = shape(body, dot, keys)?;
            match handler {
                Some(handler) => same(body, shape(handler, Shape::Leaf, keys)?),
                None => Some(body),
            }
        }
        Term::IfThenElse(branches, otherwise) => {
            let mut result = match otherwise {
                Some(otherwise) => shape(otherwise, dot, keys)?,
                None => dot,
            };
            for (condition, then) in branches {
                shape(condition, dot, keys)?;
                result = same(result, shape(then, dot, keys)?)?;
            }
            Some(result)
        }
        Term::Call(name, arguments) => call(name, arguments, dot, keys),
        Term::Path(head, path) => {
            let mut at = shape(head, dot, keys)?;
            for (part, _) in &path.0 {
                at = match (at, part) {
                    (Shape::Item, Part::Index(index)) => key_of(at, constant(index)?, keys)?,
                    (Shape::Batch, Part::Range(None, None) | Part::Index(Term::Num(_))) => Shape::Item,
                    (Shape::Leaf, Part::Index(index)) => leaf_in(index, dot, keys)?,
                    (Shape::Leaf, Part::Range(from, to)) => {
                        for bound in from.iter().chain(to) {
                            leaf_in(bound, dot, keys)?;
                        }
                        Shape::Leaf
                    }
                    _ => return None,
                };
            }
            Some(at)
        }
    }
}

fn leaf_in(term: &Term<&str>, dot: Shape, keys: &mut BTreeSet<String>) -> Option<Shape> {
    shape(term, dot, keys).filter(|shape| *shape == Shape::Leaf)
}

fn operation(
    left: &Term<&str>,
    op: &BinaryOp<&str>,
    right: &Term<&str>,
    dot: Shape,
    keys: &mut BTreeSet<String>,
) -> Option<Shape> {
    match op {
        BinaryOp::Pipe(None) => {
            let piped = shape(left, dot, keys)?;
            shape(right, piped, keys)
        }
        BinaryOp::Pipe(Some(_)) => {
            leaf_in(left, dot, keys)?;
            shape(right, dot, keys)
        }
        BinaryOp::Comma | BinaryOp::Alt => same(shape(left, dot, keys)?, shape(right, dot, keys)?),
        // Whether an object is true does not depend on its keys.
        BinaryOp::And | BinaryOp::Or => {
            shape(left, dot, keys)?;
            shape(right, dot, keys)?;
            Some(Shape::Leaf)
        }
        BinaryOp::Math(_) | BinaryOp::Cmp(_) => {
            leaf_in(left, dot, keys)?;
            leaf_in(right, dot, keys)
        }
        BinaryOp::Assign | BinaryOp::Update | BinaryOp::UpdateMath(_) | BinaryOp::UpdateAlt => {
            (dot == Shape::Leaf).then_some(dot)
        }
    }
}

fn call(name: &str, arguments: &[Term<&str>], dot: Shape, keys: &mut BTreeSet<String>) -> Option<Shape> {
    match (name, arguments, dot) {
        ("empty" | "error" | "null" | "true" | "false" | "not" | "type", [], _) => Some(Shape::Leaf),
        (
            "objects" | "arrays" | "strings" | "numbers" | "booleans" | "nulls" | "scalars" | "iterables"
            | "values",
            [],
            _,
        ) => Some(dot),
        ("select", [condition], _) => {
            shape(condition, dot, keys)?;
            Some(dot)
        }
        ("present", [value], _) => leaf_in(value, dot, keys),
        ("map", [each], Shape::Batch) => match shape(each, Shape::Item, keys)? {
            Shape::Item => Some(Shape::Batch),
            Shape::Leaf => Some(Shape::Leaf),
            Shape::Batch => None,
        },
        ("any" | "all", [each], Shape::Batch) => shape(each, Shape::Item, keys).map(|_| Shape::Leaf),
        ("sort_by" | "unique_by", [each], Shape::Batch) => {
            leaf_in(each, Shape::Item, keys).map(|_| Shape::Batch)
        }
        ("first" | "last", [], Shape::Batch) => Some(Shape::Item),
        ("length", [], Shape::Batch) => Some(Shape::Leaf),
        (_, _, Shape::Leaf) => Some(Shape::Leaf),
        _ => None,
    }
}

fn key_of(at: Shape, key: &str, keys: &mut BTreeSet<String>) -> Option<Shape> {
    match at {
        Shape::Item => {
            keys.insert(key.to_owned());
            Some(Shape::Leaf)
        }
        Shape::Leaf => Some(Shape::Leaf),
        Shape::Batch => None,
    }
}

fn same(left: Shape, right: Shape) -> Option<Shape> {
    (left == right).then_some(left)
}

fn constant<'a>(term: &Term<&'a str>) -> Option<&'a str> {
    match term {
        Term::Str(None, parts) => match parts[..] {
            [StrPart::Str(text)] => Some(text),
            _ => None,
        },
        _ => None,
    }
}

fn constant_path(term: &Term<&str>) -> Option<Vec<String>> {
    match term {
        Term::Path(head, path) if matches!(**head, Term::Id) => path
            .0
            .iter()
            .map(|(part, _)| match part {
                Part::Index(index) => constant(index).map(str::to_owned),
                Part::Range(..) => None,
            })
            .collect(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::expr::{Filter, Scope};

    fn of_item(text: &str) -> Option<Vec<String>> {
        let filter = Filter::compile(text, &Scope::default()).unwrap();
        filter.reads().keys_of_item().map(|keys| keys.iter().cloned().collect())
    }

    fn of_batch(text: &str) -> Option<Vec<String>> {
        let filter = Filter::compile(text, &Scope::default()).unwrap();
        filter.reads().keys_of_batch().map(|keys| keys.iter().cloned().collect())
    }

    fn keys(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_condition_reads_the_keys_that_it_names() {
        assert_eq!(
            of_item(r#"present(.a) and (.b | type == "object") and (present(.b | (.en, .c)) | not)"#),
            Some(keys(&["a", "b"]))
        );
        assert_eq!(of_item("if .a then .b else {c, d: .e} end"), Some(keys(&["a", "b", "c", "e"])));
    }

    #[test]
    fn a_body_reads_the_keys_of_the_items_in_its_batch() {
        assert_eq!(
            of_batch("{model: .[0].model, fields: map(.field_name), n: length}"),
            Some(keys(&["field_name", "model"]))
        );
        assert_eq!(of_batch("[.[] | select(.x) | .y]"), Some(keys(&["x", "y"])));
    }

    #[test]
    fn whatever_lets_an_item_out_or_asks_for_its_keys_reads_everything() {
        for text in [
            ".",
            "map(.)",
            "{items: .}",
            ".[] as $x | $x.a",
            "map(keys)",
            "map(length)",
            "map(present(.))",
            "map(.[\"a\" + \"b\"])",
        ] {
            assert_eq!(of_batch(text), None, "{text}");
        }
        assert_eq!(of_item("to_entries"), None);
    }
}
