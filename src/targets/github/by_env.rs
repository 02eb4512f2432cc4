use super::expression::Expression;
use super::scalar::Scalar;

/// A number of each environment, by its name: one number where all have the same, else an expression that compares the
/// environments and is 0 for any other.
pub(super) fn number(env: &str, numbers: &[(&str, u64)]) -> Scalar {
    match numbers {
        [] => Scalar::number(0),
        [(_, first), rest @ ..] if rest.iter().all(|(_, number)| number == first) => Scalar::number(*first),
        _ => {
            let number = |number: &u64| number.to_string();
            Scalar::expression(&compared(env, numbers.iter().map(|(of, value)| (*of, number(value))), "0"))
        }
    }
}

/// What hands over a secret: its name by environment, where a run of that environment may see it.
///
/// Each environment is compared and the end is empty: `a && secrets.DEV || secrets.PROD` is PROD's secret in a run of
/// dev where DEV's is empty or missing, since `||` goes on after an empty text
/// (<https://docs.github.com/actions/reference/workflows-and-actions/expressions#operators>). Looking a secret up by a name
/// that is made at run time (`secrets[format(…)]`) would hand all of them to the job.
pub(super) fn secret(env: &str, names: &[(&str, Option<String>)]) -> Expression {
    if let [(_, Some(first)), rest @ ..] = names
        && rest.iter().all(|(_, name)| name.as_ref() == Some(first))
    {
        return Expression::of(format!("secrets.{first}"));
    }
    let there = names.iter().filter_map(|(of, name)| Some((*of, format!("secrets.{}", name.as_ref()?))));
    compared(env, there, "''")
}

fn compared<'a>(env: &str, values: impl Iterator<Item = (&'a str, String)>, end: &str) -> Expression {
    let compared = values.map(|(of, value)| format!("{env} == {} && {value} || ", Expression::literal(of)));
    Expression::of(format!("{}{end}", compared.collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_of_one_environment_is_never_anothers() {
        let embedded = |dev: &str, prod: Option<&str>| {
            let names = [("dev", Some(dev.to_owned())), ("prod", prod.map(str::to_owned))];
            secret("env", &names).embedded()
        };
        assert_eq!(embedded("A", Some("A")), "${{ secrets.A }}");
        assert_eq!(
            embedded("A_DEV", Some("A")),
            "${{ env == 'dev' && secrets.A_DEV || env == 'prod' && secrets.A || '' }}"
        );
        assert_eq!(embedded("A", None), "${{ env == 'dev' && secrets.A || '' }}");
    }

    #[test]
    fn a_number_is_compared_only_where_it_differs() {
        let number = |dev, prod| number("env", &[("dev", dev), ("prod", prod)]).as_yaml().to_owned();
        assert_eq!(number(1, 1), "1");
        assert_eq!(number(1, 20), "${{ env == 'dev' && 1 || env == 'prod' && 20 || 0 }}");
    }
}
