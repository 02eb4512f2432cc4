use serde::Serialize;
use tera::{Context, Delimiters, Kwargs, State, Tera};

use super::problem::TargetProblem;
use super::quote;
use super::target::Target;

/// The templates of one target, ready to render.
///
/// Values stand in `[[ ]]`, blocks in `<% %>`, comments in `<# #>`, so that `${{ }}`, `${ }` and `{{ }}` are texts like any
/// other. Every value goes through a filter that quotes it for its place: `yaml` or `sh`; `raw` says that it is quoted
/// already. `quoted` is `sh` with quotes in any case, which the value of a shell's variable needs to be no command.
pub(super) struct Templates {
    target: Target,
    tera: Tera,
}

impl Templates {
    /// Compiles templates, by name.
    ///
    /// # Errors
    /// [`TargetProblem::Template`].
    pub(super) fn new(target: Target, texts: &[(&'static str, &'static str)]) -> Result<Self, TargetProblem> {
        let failed = |error: tera::Error| TargetProblem::Template { target, reason: error.to_string() };
        let mut tera = Tera::new();
        tera.autoescape_on(Vec::<&str>::new());
        tera.set_delimiters(Delimiters {
            block_start: "<%".into(),
            block_end: "%>".into(),
            variable_start: "[[".into(),
            variable_end: "]]".into(),
            comment_start: "<#".into(),
            comment_end: "#>".into(),
        })
        .map_err(failed)?;
        tera.register_filter("yaml", |text: &str, _: Kwargs, _: &State<'_>| quote::yaml(text).into_owned());
        tera.register_filter("sh", |text: &str, _: Kwargs, _: &State<'_>| quote::shell(text).into_owned());
        tera.register_filter("quoted", |text: &str, _: Kwargs, _: &State<'_>| quote::shell_quoted(text));
        tera.register_filter("raw", |text: &str, _: Kwargs, _: &State<'_>| text.to_owned());
        tera.add_raw_templates(texts.iter().copied()).map_err(failed)?;
        Ok(Self { target, tera })
    }

    /// Renders a template with what it sees.
    ///
    /// # Errors
    /// [`TargetProblem::Template`] where it asks for something that is not there.
    pub(super) fn render(&self, name: &str, view: &impl Serialize) -> Result<String, TargetProblem> {
        let failed = |error: tera::Error| TargetProblem::Template {
            target: self.target,
            reason: format!("{name}: {error}"),
        };
        let context = Context::from_serialize(view).map_err(failed)?;
        self.tera.render(name, &context).map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_quoted_and_expressions_of_others_left_alone() {
        let text =
            "a: [[ a | yaml ]]\n<# why #><% for b in list -%>\n- ${{ b }} ${b} [[ b | sh ]]\n<% endfor -%>\n";
        let templates = Templates::new(Target::Github, &[("x", text)]).unwrap();
        let rendered = templates.render("x", &json!({"a": "no", "list": ["it's", "b"]})).unwrap();
        assert_eq!(rendered, "a: \"no\"\n- ${{ b }} ${b} 'it'\\''s'\n- ${{ b }} ${b} b\n");
    }

    #[test]
    fn what_is_not_there_is_an_error() {
        let templates = Templates::new(Target::Github, &[("x", "[[ nothing | yaml ]]")]).unwrap();
        assert!(templates.render("x", &json!({})).is_err());
    }
}
