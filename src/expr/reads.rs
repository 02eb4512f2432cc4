use std::collections::BTreeSet;

use super::syntax::{Entry, Part, Piece, Term};

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
    pub(super) fn of(term: &Term<'_>) -> Self {
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
fn shape(term: &Term<'_>, dot: Shape, keys: &mut BTreeSet<String>) -> Option<Shape> {
    match term {
        Term::Identity => Some(dot),
        Term::Recurse | Term::Format(_) => (dot == Shape::Leaf).then_some(dot),
        Term::Number(_) | Term::Array(None) | Term::Variable(_) | Term::Location(_) | Term::Break(_) => {
            Some(Shape::Leaf)
        }
        Term::Text(_, pieces) => {
            for piece in pieces {
                if let Piece::Computed(term) = piece {
                    leaf_in(term, dot, keys)?;
                }
            }
            Some(Shape::Leaf)
        }
        Term::Array(Some(inner)) => match shape(inner, dot, keys)? {
            Shape::Item => Some(Shape::Batch),
            Shape::Leaf => Some(Shape::Leaf),
            Shape::Batch => None,
        },
        Term::Object(entries) => {
            for entry in entries {
                match entry {
                    Entry::Pair(key, value) => {
                        leaf_in(key, dot, keys)?;
                        leaf_in(value, dot, keys)?;
                    }
                    Entry::Own(key) => key_of(dot, &key.as_constant_text()?, keys).map(|_| ())?,
                    Entry::Variable(_) | Entry::Location(_) => {}
                }
            }
            Some(Shape::Leaf)
        }
        Term::Negate(inner) => leaf_in(inner, dot, keys),
        Term::Label(_, inner) => shape(inner, dot, keys),
        Term::Pipe(left, right) => {
            let piped = shape(left, dot, keys)?;
            shape(right, piped, keys)
        }
        Term::Bind(source, _, body) => {
            leaf_in(source, dot, keys)?;
            shape(body, dot, keys)
        }
        Term::Comma(terms) => {
            let mut shapes = terms.iter().map(|term| shape(term, dot, keys));
            let first = shapes.next()??;
            shapes.try_fold(first, |first, other| same(first, other?))
        }
        Term::Alternative(left, right) => same(shape(left, dot, keys)?, shape(right, dot, keys)?),
        // Whether an object is true does not depend on its keys.
        Term::And(left, right) | Term::Or(left, right) => {
            shape(left, dot, keys)?;
            shape(right, dot, keys)?;
            Some(Shape::Leaf)
        }
        Term::Operation(left, _, right) => {
            leaf_in(left, dot, keys)?;
            leaf_in(right, dot, keys)
        }
        Term::Update(..) | Term::Fold(_) | Term::Define(..) => (dot == Shape::Leaf).then_some(dot),
        Term::Try(body, handler) => {
            let body = shape(body, dot, keys)?;
            match handler {
                // An error never carries more than what was read: see `error` below.
                Some(handler) => same(body, shape(handler, Shape::Leaf, keys)?),
                None => Some(body),
            }
        }
        Term::If(branches, otherwise) => {
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
        Term::Call(name, arguments) => call(name.text, arguments, dot, keys),
        Term::Path(head, parts) => {
            let mut at = shape(head, dot, keys)?;
            for (part, _) in parts {
                at = match (at, part) {
                    (Shape::Item, Part::Index(index)) => key_of(at, &index.as_constant_text()?, keys)?,
                    (Shape::Batch, Part::Each | Part::Index(Term::Number(_))) => Shape::Item,
                    (Shape::Leaf, Part::Index(index)) => leaf_in(index, dot, keys)?,
                    (Shape::Leaf, Part::Slice(from, to)) => {
                        for bound in from.iter().chain(to) {
                            leaf_in(bound, dot, keys)?;
                        }
                        Shape::Leaf
                    }
                    (Shape::Leaf, Part::Each) => Shape::Leaf,
                    _ => return None,
                };
            }
            Some(at)
        }
    }
}

fn leaf_in(term: &Term<'_>, dot: Shape, keys: &mut BTreeSet<String>) -> Option<Shape> {
    shape(term, dot, keys).filter(|shape| *shape == Shape::Leaf)
}

fn call(name: &str, arguments: &[Term<'_>], dot: Shape, keys: &mut BTreeSet<String>) -> Option<Shape> {
    match (name, arguments, dot) {
        ("empty" | "null" | "true" | "false" | "not" | "type", [], _) => Some(Shape::Leaf),
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

fn constant_path(term: &Term<'_>) -> Option<Vec<String>> {
    match term {
        Term::Path(head, parts) if matches!(**head, Term::Identity) => parts
            .iter()
            .map(|(part, _)| match part {
                Part::Index(index) => index.as_constant_text(),
                Part::Slice(..) | Part::Each => None,
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
            "map(try error catch .a)",
            "map(try (select(.x) | error) catch .a)",
            "map(@json)",
            "map(first(.))",
            "map({a} + . | .b)",
        ] {
            assert_eq!(of_batch(text), None, "{text}");
        }
        assert_eq!(of_item("to_entries"), None);
    }
}
