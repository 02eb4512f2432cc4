use crate::diag::{Severity, Span};
use crate::lint::context::Context;
use crate::lint::report::{Report, Said};
use crate::lint::rule::Rule;
use crate::lint::secret_shape::{is_called_secret, known_shapes};
use crate::spec::{ApiSpec, AuthSpec, Document, PlainText, Table, VariableValue};

/// A secret's value that stands in the spec, where everybody who can read the repository reads it
/// (<https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html>).
pub(in crate::lint) const RULE: Rule = Rule { code: "plain-secret", severity: Severity::Error, check };

/// Shorter texts are no secrets, whatever they are called.
const SHORTEST: usize = 8;

fn check(context: &Context<'_>, report: &mut Report) {
    for (what, span) in known_shapes(&context.spec.source().text) {
        add(&format!("this is {what}"), span, report);
    }
    for document in context.spec.environments().values() {
        check_variables(document, report);
        for (_, api) in document.apis.iter().flat_map(Table::iter) {
            check_api(api, report);
        }
        for (_, database) in document.databases.iter().flat_map(Table::iter) {
            check_always(database.0.token.as_ref(), report);
        }
    }
}

fn check_variables(document: &Document, report: &mut Report) {
    for (name, variable) in document.vars.iter().flat_map(Table::iter) {
        if let VariableValue::Text(template) = &variable.value
            && is_called_secret(&name.value)
            && template.as_constant().is_some_and(|value| may_be_secret(&value))
        {
            add(
                &format!("variable `{}` has the name of a secret, and a value", name.value),
                variable.span,
                report,
            );
        }
    }
}

fn check_api(api: &ApiSpec, report: &mut Report) {
    match &api.auth {
        Some(AuthSpec::Bearer(token)) => check_always(Some(token), report),
        Some(AuthSpec::Basic(basic)) => check_always(Some(&basic.password), report),
        Some(AuthSpec::Oauth2(oauth2)) => check_always(Some(&oauth2.client_secret), report),
        Some(AuthSpec::Header(headers)) => {
            headers.iter().for_each(|(_, text)| check_always(Some(text), report))
        }
        Some(AuthSpec::None) | None => {}
    }
    let headers = api.headers.iter().flat_map(Table::iter);
    let query = api.query.iter().flat_map(Table::iter);
    let query = query.flat_map(|(name, values)| values.0.iter().map(move |text| (name, text)));
    for (name, text) in headers.chain(query) {
        let is_auth = name.value.eq_ignore_ascii_case("authorization");
        if (is_auth || is_called_secret(&name.value))
            && constant(text).is_some_and(|value| may_be_secret(&value))
        {
            add(&format!("`{}` has the name of a secret, and a value", name.value), text.span, report);
        }
    }
}

/// A text that is nothing but a secret, wherever it stands.
fn check_always(text: Option<&PlainText>, report: &mut Report) {
    if let Some(text) = text.filter(|text| constant(text).is_some_and(|value| !value.is_empty())) {
        add("this is a secret's value", text.span, report);
    }
}

fn constant(text: &PlainText) -> Option<String> {
    text.template.as_constant()
}

fn may_be_secret(value: &str) -> bool {
    value.chars().count() >= SHORTEST && !value.contains("://") && !value.contains(char::is_whitespace)
}

fn add(message: &str, span: Span, report: &mut Report) {
    let said = Said {
        message: format!("{message} in plain text"),
        label: "expected `${NAME}` of a declared secret".to_owned(),
        help: "declare its name in `secrets`, write `${NAME}` here, and make a new one: this one is known"
            .to_owned(),
    };
    report.add(span, said);
}
