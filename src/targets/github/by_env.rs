use serde_json::{Map, Value};

use super::expression::Expression;

/// A value that environments may have different ones of, by environment, where it is there.
pub(super) type ByEnv<T> = Vec<(String, Option<T>)>;

/// What an expression has for a value of each environment.
///
/// `env` is the expression of the environment. The result is a text of the one value where all have the same, else an
/// expression that looks it up and is empty for an environment without.
pub(super) fn value(env: &str, values: &ByEnv<String>) -> Result<Option<String>, Expression> {
    if let Some(same) = same(values) {
        return Ok(same.clone());
    }
    let there = values.iter().filter_map(|(env, value)| Some((env.clone(), Value::from(value.clone()?))));
    let json = Value::Object(there.collect::<Map<_, _>>()).to_string();
    Err(Expression::of(format!("fromJSON({})[{env}]", Expression::literal(&json))))
}

/// What hands over a secret: its name by environment, where a run of that environment may see it.
///
/// Each environment is compared and the end is empty: `a && secrets.DEV || secrets.PROD` is PROD's secret in a run of
/// dev where DEV's is empty or missing, since `||` goes on after an empty text
/// (<https://docs.github.com/actions/reference/workflows-and-actions/expressions#operators>). Looking a secret up by a name
/// that is made at run time (`secrets[format(…)]`) would hand all of them to the job.
pub(super) fn secret(env: &str, names: &ByEnv<String>) -> Expression {
    if let Some(Some(name)) = same(names) {
        return Expression::of(format!("secrets.{name}"));
    }
    let compared = names.iter().filter_map(|(of, name)| {
        Some(format!("{env} == {} && secrets.{} || ", Expression::literal(of), name.as_ref()?))
    });
    Expression::of(format!("{}''", compared.collect::<String>()))
}

/// The value that all environments have.
fn same(values: &ByEnv<String>) -> Option<&Option<String>> {
    let (_, first) = values.first()?;
    values.iter().all(|(_, value)| value == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_env(values: &[(&str, Option<&str>)]) -> ByEnv<String> {
        values.iter().map(|(env, value)| ((*env).to_owned(), value.map(str::to_owned))).collect()
    }

    #[test]
    fn a_secret_of_one_environment_is_never_anothers() {
        let secret = |names: &[_]| secret("env", &by_env(names)).embedded();
        assert_eq!(secret(&[("dev", Some("A")), ("prod", Some("A"))]), "${{ secrets.A }}");
        assert_eq!(
            secret(&[("dev", Some("A_DEV")), ("prod", Some("A"))]),
            "${{ env == 'dev' && secrets.A_DEV || env == 'prod' && secrets.A || '' }}"
        );
        assert_eq!(secret(&[("dev", Some("A")), ("prod", None)]), "${{ env == 'dev' && secrets.A || '' }}");
    }

    #[test]
    fn a_value_is_looked_up_only_where_it_differs() {
        assert_eq!(
            value("env", &by_env(&[("dev", Some("1")), ("prod", Some("1"))])),
            Ok(Some("1".to_owned()))
        );
        assert_eq!(value("env", &by_env(&[("dev", None), ("prod", None)])), Ok(None));
        let differs = value("env", &by_env(&[("dev", Some("1")), ("prod", Some("it's"))])).unwrap_err();
        assert_eq!(differs.embedded(), r#"${{ fromJSON('{"dev":"1","prod":"it''s"}')[env] }}"#);
    }
}
