/// How many outputs code has where it does not fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outputs {
    /// Exactly one.
    One,
    /// Exactly one where the arguments of these parameters have one.
    OneIf(Vec<usize>),
    /// Any number.
    Any,
}

impl Outputs {
    /// One where both are one.
    pub(super) fn and(self, other: &Self) -> Self {
        match (self, other) {
            (Self::Any, _) | (_, Self::Any) => Self::Any,
            (Self::One, other) => other.clone(),
            (this, Self::One) => this,
            (Self::OneIf(mut parameters), Self::OneIf(others)) => {
                parameters.extend(others);
                parameters.sort_unstable();
                parameters.dedup();
                Self::OneIf(parameters)
            }
        }
    }

    /// The same, seen from outside of `count` variables.
    pub(super) fn outside(self, count: usize) -> Self {
        match self {
            Self::OneIf(parameters) => {
                Self::OneIf(parameters.into_iter().map(|index| index.saturating_sub(count)).collect())
            }
            other => other,
        }
    }

    /// The outputs of a call, from those of the definition's body: the arguments stand for its innermost parameters, the
    /// last for the first, and what is outside of the definition is `skip` variables outside of the call.
    pub(super) fn of_call<'a>(
        body: &Self,
        skip: usize,
        arguments: impl ExactSizeIterator<Item = &'a Self>,
    ) -> Self {
        let arguments: Vec<&Self> = arguments.collect();
        match body {
            Self::OneIf(parameters) => {
                parameters.iter().fold(Self::One, |outputs, index| match index.checked_sub(arguments.len()) {
                    Some(outside) => outputs.and(&Self::OneIf(vec![outside + skip])),
                    None => outputs.and(arguments[arguments.len() - 1 - index]),
                })
            }
            other => other.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_has_one_output_where_its_body_and_the_arguments_that_it_uses_have() {
        let body = Outputs::OneIf(vec![0, 3]);
        let called = |first, last| Outputs::of_call(&body, 4, [&first, &last].into_iter());
        assert_eq!(called(Outputs::Any, Outputs::One), Outputs::OneIf(vec![5]));
        assert_eq!(called(Outputs::One, Outputs::Any), Outputs::Any);
        assert_eq!(called(Outputs::One, Outputs::OneIf(vec![1])), Outputs::OneIf(vec![1, 5]));
        assert_eq!(Outputs::OneIf(vec![2]).outside(2), Outputs::OneIf(vec![0]));
    }
}
