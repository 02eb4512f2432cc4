use super::template::{Piece, Template, push_text};

impl Template {
    /// Splits a command into its words, as a POSIX shell would
    /// (<https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02>). What is to be put in
    /// stays in one word, whatever it holds. `None` where a quote is not closed.
    pub fn split_words(&self) -> Option<Vec<Self>> {
        // A piece is split as one character that the text does not have.
        let taken = |mark: &char| {
            self.pieces.iter().any(|piece| matches!(piece, Piece::Text(text) if text.contains(*mark)))
        };
        let marks: Vec<char> =
            ('\u{f0000}'..='\u{ffffd}').filter(|mark| !taken(mark)).take(self.pieces.len()).collect();
        let mut marked = String::new();
        for (piece, mark) in self.pieces.iter().zip(&marks) {
            match piece {
                Piece::Text(text) => marked.push_str(text),
                Piece::Name { .. } | Piece::Filter(..) => marked.push(*mark),
            }
        }
        let words = shell_words::split(&marked).ok()?;
        Some(words.iter().map(|word| self.word(word, &marks)).collect())
    }

    fn word(&self, text: &str, marks: &[char]) -> Self {
        let mut pieces = Vec::new();
        for character in text.chars() {
            match marks.iter().position(|mark| *mark == character) {
                Some(index) => pieces.push(self.pieces[index].clone()),
                None => push_text(&mut pieces, character.encode_utf8(&mut [0; 4])),
            }
        }
        Self { place: self.place, pieces }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::expr::{Bindings, Place, Scope, Value, parse_json};

    use super::*;

    fn words(command: &str) -> Option<Vec<String>> {
        let values = BTreeMap::from([("NAME".to_owned(), "a b".to_owned())]);
        let run = parse_json(br#"{"env": "the 'local' one"}"#, None).unwrap();
        let bindings = Bindings::new(Value::Null, run);
        let template = Template::parse(command, Place::Word, &Scope::default()).unwrap();
        let words = template.split_words()?.into_iter().map(|word| {
            let bound = word.bind(&values).unwrap().unwrap();
            bound.render(&Value::Null, &bindings).unwrap().unwrap()
        });
        Some(words.collect())
    }

    #[test]
    fn a_command_is_split_at_its_own_blanks_only() {
        let expected = ["job", "--env", "the 'local' one", "x=a b.csv", "two words", ""];
        let command = r#"job  --env { $run | .env } x=${NAME}.csv "two words" ''"#;
        assert_eq!(words(command).unwrap(), expected);
    }

    #[test]
    fn a_piece_in_quotes_is_still_put_in() {
        assert_eq!(words(r#"'{$run.env}' "${NAME}""#).unwrap(), ["the 'local' one", "a b"]);
    }

    #[test]
    fn a_character_that_could_stand_for_a_piece_stands_for_itself() {
        assert_eq!(words("\u{f0000}${NAME} \u{f0001}").unwrap(), ["\u{f0000}a b", "\u{f0001}"]);
    }

    #[test]
    fn a_quote_that_is_not_closed_is_no_command() {
        assert_eq!(words("job 'a"), None);
    }
}
