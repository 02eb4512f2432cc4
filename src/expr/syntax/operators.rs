use super::term::{Operator, Term, Update};

/// How tight an operator binds, from the loosest to the tightest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Alternative,
    Update,
    Or,
    And,
    Compare,
    Sum,
    Product,
    Term,
}

impl Level {
    pub(super) fn tighter(self) -> Self {
        match self {
            Self::Alternative => Self::Update,
            Self::Update => Self::Or,
            Self::Or => Self::And,
            Self::And => Self::Compare,
            Self::Compare => Self::Sum,
            Self::Sum => Self::Product,
            Self::Product | Self::Term => Self::Term,
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Infix {
    Alternative,
    Update(Update),
    Or,
    And,
    Operation(Operator),
}

impl Infix {
    pub(super) fn level(self) -> Level {
        match self {
            Self::Alternative => Level::Alternative,
            Self::Update(_) => Level::Update,
            Self::Or => Level::Or,
            Self::And => Level::And,
            Self::Operation(Operator::Compare(_)) => Level::Compare,
            Self::Operation(Operator::Add | Operator::Subtract) => Level::Sum,
            Self::Operation(_) => Level::Product,
        }
    }

    pub(super) fn between<'s>(self, left: Term<'s>, right: Term<'s>) -> Term<'s> {
        let (left, right) = (Box::new(left), Box::new(right));
        match self {
            Self::Alternative => Term::Alternative(left, right),
            Self::Update(update) => Term::Update(left, update, right),
            Self::Or => Term::Or(left, right),
            Self::And => Term::And(left, right),
            Self::Operation(operator) => Term::Operation(left, operator, right),
        }
    }
}
