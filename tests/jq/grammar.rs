//! Random expressions and inputs: every function of jq with plausible arguments, operators, paths, assignments.

use fastrand::Rng;

use super::templates::TEMPLATES;
use super::words::{DATES, FUNCTIONS, LITERALS, OPERATORS, PATHS, VALUES, WITH_FILTER, WITH_TWO};

/// Makes expressions and inputs by a seed.
pub(super) struct Grammar {
    random: Rng,
}

impl Grammar {
    pub(super) fn new(seed: u64) -> Self {
        Self { random: Rng::with_seed(seed) }
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.random.usize(..of.len())]
    }

    /// A JSON text.
    pub(super) fn input(&mut self) -> String {
        self.value(3)
    }

    fn value(&mut self, levels: usize) -> String {
        if levels == 0 || self.random.u8(..100) < 35 {
            return self.one(VALUES).to_owned();
        }
        let count = self.random.usize(..4);
        if self.random.bool() {
            let items: Vec<_> = (0..count).map(|_| self.value(levels - 1)).collect();
            return format!("[{}]", items.join(","));
        }
        let mut keys = ["a", "b", "c", "key", "value", "name"];
        self.random.shuffle(&mut keys);
        let entries: Vec<_> =
            keys[..count].iter().map(|key| format!("\"{key}\":{}", self.value(levels - 1))).collect();
        format!("{{{}}}", entries.join(","))
    }

    /// An expression that may use `$x`.
    pub(super) fn expression(&mut self) -> String {
        self.term(4)
    }

    fn term(&mut self, levels: usize) -> String {
        let Some(less) = levels.checked_sub(1) else { return self.one(LITERALS).to_owned() };
        match self.random.u8(..100) {
            0..12 => self.one(LITERALS).to_owned(),
            12..30 => self.one(PATHS).to_owned(),
            30..44 => format!("({})", self.one(FUNCTIONS)),
            44..58 => format!("({}({}))", self.one(WITH_FILTER), self.term(less)),
            58..61 => {
                let call = self.one(WITH_TWO);
                format!("{call}{}{}", self.term(less), ")".repeat(call.matches('(').count()))
            }
            61..74 => format!("({} {} {})", self.term(less), self.one(OPERATORS), self.term(less)),
            _ => self.construct(less),
        }
    }

    fn construct(&mut self, levels: usize) -> String {
        let mut expression = String::new();
        // Between other letters they are parts of words.
        let template = self.one(TEMPLATES);
        let is_letter = |character: Option<char>| character.is_some_and(|c| c.is_ascii_alphanumeric());
        for (at, character) in template.char_indices() {
            let before = template[..at].chars().next_back();
            let after = template[at + character.len_utf8()..].chars().next();
            let hole = !is_letter(before) && !is_letter(after);
            match character {
                'F' if hole => expression.push_str(&self.term(levels)),
                'P' if hole => expression.push_str(self.one(PATHS)),
                'D' if hole => expression.push_str(self.one(DATES)),
                other => expression.push(other),
            }
        }
        // What follows a comment is on the next line.
        format!("({expression})")
    }
}
