//! What is wrong with a command.

use super::faults_below_head;

#[tokio::test]
async fn a_stage_is_of_one_kind() {
    let findings = faults_below_head(
        "\
stages: {load: {call: {get: /orders}, exec: {command: load}}}
",
    );
    insta::assert_snapshot!(findings.await, @"
    error[not-exactly-one]: a stage has `call` and `exec` at once
     --> jobnet.yaml:5:16
      |
    5 | stages: {load: {call: {get: /orders}, exec: {command: load}}}
      |                ^ expected exactly one of `call`, `flow`, `sql`, `migrate`, `exec`
      |
      = help: keep one of them
    ");
}

#[tokio::test]
async fn an_exec_has_a_command_and_no_unknown_key() {
    let findings = faults_below_head(
        "\
stages: {load: {exec: {comand: load, timeout: 5s}}}
",
    );
    insta::assert_snapshot!(findings.await, @r"
    error[missing-key]: `exec` needs `command`
     --> jobnet.yaml:5:23
      |
    5 | stages: {load: {exec: {comand: load, timeout: 5s}}}
      |                       ^ expected `command` with a command, or a list of its words
      |
      = help: add `command: …`

    error[unknown-key]: unknown key `comand` in `exec`
     --> jobnet.yaml:5:24
      |
    5 | stages: {load: {exec: {comand: load, timeout: 5s}}}
      |                        ^^^^^^ expected one of `command`, `for_each`, `shell`, `inherit`, `vars`, `secrets`, `dir`, `grace`
      |
      = help: did you mean `command`?

    error[unknown-key]: unknown key `timeout` in `exec`
     --> jobnet.yaml:5:38
      |
    5 | stages: {load: {exec: {comand: load, timeout: 5s}}}
      |                                      ^^^^^^^ expected one of `command`, `for_each`, `shell`, `inherit`, `vars`, `secrets`, `dir`, `grace`
      |
      = help: remove the key
    ");
}

#[tokio::test]
async fn a_command_is_a_text_or_words() {
    let findings = faults_below_head(
        "\
stages:
  load: {exec: {command: {load: now}}}
  send: {exec: {command: []}}
  pack: {exec: {command: \"\"}}
  tell: {exec: {command: \"tell 'them\"}}
",
    );
    insta::assert_snapshot!(findings.await, @r#"
    error[wrong-type]: expected a command, or a list of its words, found a mapping
     --> jobnet.yaml:6:26
      |
    6 |   load: {exec: {command: {load: now}}}
      |                          ^ expected a command, or a list of its words
      |
      = help: write it as a command, or a list of its words

    error[wrong-type]: expected a command, or a list of its words, found an empty list
     --> jobnet.yaml:7:26
      |
    7 |   send: {exec: {command: []}}
      |                          ^ expected a command, or a list of its words
      |
      = help: write it as a command, or a list of its words

    error[bad-command]: this is not a command: it has no words
     --> jobnet.yaml:8:26
      |
    8 |   pack: {exec: {command: ""}}
      |                          ^^ expected a program and its arguments
      |
      = help: name a program

    error[bad-command]: this is not a command: a quote in it is not closed
     --> jobnet.yaml:9:26
      |
    9 |   tell: {exec: {command: "tell 'them"}}
      |                          ^^^^^^^^^^^^ expected a program and its arguments
      |
      = help: close the quote, or write the command as a list of words
    "#);
}

#[tokio::test]
async fn a_secret_is_no_word() {
    let findings = faults_below_head(
        "\
secrets: [TOKEN]
vars: {HEADER: \"Bearer ${TOKEN}\", TOKENS: 5}
stages:
  load: {exec: {command: \"load --token ${TOKEN} --most ${TOKENS}\"}}
  send: {exec: {command: [send, \"-H\", \"${HEADER}\", \"{$vars.TOKEN}\"]}}
",
    );
    insta::assert_snapshot!(findings.await, @r#"
    error[secret-in-word]: `TOKEN` is a secret, and the list of processes shows the words of a command
     --> jobnet.yaml:8:42
      |
    8 |   load: {exec: {command: "load --token ${TOKEN} --most ${TOKENS}"}}
      |                                          ^^^^^ expected a variable
      |
      = help: give it by the environment: `secrets: [TOKEN]`, and have the program read TOKEN there

    error[secret-in-word]: `HEADER` is a secret, and the list of processes shows the words of a command
     --> jobnet.yaml:9:42
      |
    9 |   send: {exec: {command: [send, "-H", "${HEADER}", "{$vars.TOKEN}"]}}
      |                                          ^^^^^^ expected a variable
      |
      = help: give it by the environment: `vars: [HEADER]`, and have the program read HEADER there

    error[secret-in-jq]: `TOKEN` is a secret, and jq sees variables only
     --> jobnet.yaml:9:60
      |
    9 |   send: {exec: {command: [send, "-H", "${HEADER}", "{$vars.TOKEN}"]}}
      |                                                            ^^^^^ expected a variable
      |
      = help: put a secret into a header or `auth` by ${NAME}
    "#);
}

#[tokio::test]
async fn what_stands_in_a_word_is_checked_at_its_place() {
    let findings = faults_below_head(
        "\
stages:
  load: {exec: {command: \"load --env {$run.env | nope} --to ${TOO}\"}}
",
    );
    insta::assert_snapshot!(findings.await, @r#"
    error[bad-expression]: jq has no function `nope`
     --> jobnet.yaml:6:50
      |
    6 |   load: {exec: {command: "load --env {$run.env | nope} --to ${TOO}"}}
      |                                                  ^^^^ an unknown function
      |
      = help: did you mean `not`?
    "#);
}

#[tokio::test]
async fn a_shells_text_has_no_jq() {
    let findings = faults_below_head(
        "\
stages:
  load: {exec: {shell: true, command: \"load --env {$run.env} | sort\"}}
  send: {exec: {shell: true, command: [send, now]}}
",
    );
    insta::assert_snapshot!(findings.await, @r#"
    error[bad-command]: this is not a command: {jq} in a shell's text would become code
     --> jobnet.yaml:6:51
      |
    6 |   load: {exec: {shell: true, command: "load --env {$run.env} | sort"}}
      |                                                   ^^^^^^^^^^ expected a program and its arguments
      |
      = help: use the environment: "$JOBNET_ENV", "$JOBNET_RUN_ID", "$JOBNET_ROW", or "$NAME" for what `vars` lists

    error[bad-command]: this is not a command: with `shell: true` it is one text, and this is a list
     --> jobnet.yaml:7:40
      |
    7 |   send: {exec: {shell: true, command: [send, now]}}
      |                                        ^^^^ expected a program and its arguments
      |
      = help: write the command as one text, or leave `shell` out
    "#);
}

#[tokio::test]
async fn what_a_process_is_given_is_declared() {
    let findings = faults_below_head(
        "\
secrets: [TOKEN]
vars: {LIMIT: 5}
stages:
  load: {exec: {command: load, secrets: [TOKN, LIMIT], vars: [LIMTI, TOKEN]}}
  send: {exec: {command: send, secrets: [TOKEN], vars: [LIMIT]}}
",
    );
    insta::assert_snapshot!(findings.await, @"
    error[undeclared-name]: `TOKN` is used and not declared
     --> jobnet.yaml:8:42
      |
    8 |   load: {exec: {command: load, secrets: [TOKN, LIMIT], vars: [LIMTI, TOKEN]}}
      |                                          ^^^^ expected the name of a variable or secret
      |
      = help: did you mean `TOKEN`?

    error[unknown-name]: there is no secret `LIMIT`
     --> jobnet.yaml:8:48
      |
    8 |   load: {exec: {command: load, secrets: [TOKN, LIMIT], vars: [LIMTI, TOKEN]}}
      |                                                ^^^^^ expected one of `TOKEN`
      |
      = help: name an existing secret, or declare this one

    error[undeclared-name]: `LIMTI` is used and not declared
     --> jobnet.yaml:8:63
      |
    8 |   load: {exec: {command: load, secrets: [TOKN, LIMIT], vars: [LIMTI, TOKEN]}}
      |                                                               ^^^^^ expected the name of a variable or secret
      |
      = help: did you mean `LIMIT`?

    error[unknown-name]: there is no variable `TOKEN`
     --> jobnet.yaml:8:70
      |
    8 |   load: {exec: {command: load, secrets: [TOKN, LIMIT], vars: [LIMTI, TOKEN]}}
      |                                                                      ^^^^^ expected one of `LOG_LEVEL`, `LIMIT`
      |
      = help: name an existing variable, or declare this one
    ");
}

#[tokio::test]
async fn what_is_inherited_is_a_list_or_all() {
    let findings = faults_below_head(
        "\
stages:
  load: {exec: {command: load, inherit: everything}}
  send: {exec: {command: send, inherit: {PATH: true}}}
",
    );
    insta::assert_snapshot!(findings.await, @"
    error[wrong-type]: expected `all`, or a list of names, found the text `everything`
     --> jobnet.yaml:6:41
      |
    6 |   load: {exec: {command: load, inherit: everything}}
      |                                         ^^^^^^^^^^ expected `all`, or a list of names
      |
      = help: put it in brackets: [everything]

    error[wrong-type]: expected `all`, or a list of names, found a mapping
     --> jobnet.yaml:7:41
      |
    7 |   send: {exec: {command: send, inherit: {PATH: true}}}
      |                                         ^ expected `all`, or a list of names
      |
      = help: write it as `all`, or a list of names
    ");
}

#[tokio::test]
async fn a_grace_is_a_duration() {
    let findings = faults_below_head(
        "\
stages: {load: {exec: {command: load, grace: 10}}}
",
    );
    insta::assert_snapshot!(findings.await, @r"
    error[wrong-type]: expected a duration such as 500ms, 45s, 15m, 2h or 1h30m, found the number `10`
     --> jobnet.yaml:5:46
      |
    5 | stages: {load: {exec: {command: load, grace: 10}}}
      |                                              ^^ expected a duration such as 500ms, 45s, 15m, 2h or 1h30m
      |
      = help: add the unit: `10s`, say
    ");
}

#[tokio::test]
async fn a_default_for_commands_is_checked_where_it_stands() {
    let findings = faults_below_head(
        "\
defaults: {exec: {secrets: [TOKEN], command: load}}
stages: {load: {exec: {command: load}}}
",
    );
    insta::assert_snapshot!(findings.await, @r"
    error[undeclared-name]: `TOKEN` is used and not declared
     --> jobnet.yaml:5:29
      |
    5 | defaults: {exec: {secrets: [TOKEN], command: load}}
      |                             ^^^^^ expected the name of a variable or secret
      |
      = help: declare it: `vars: {TOKEN: …}` or `secrets: [TOKEN]`

    error[unknown-key]: unknown key `command` in `exec` in `defaults`
     --> jobnet.yaml:5:37
      |
    5 | defaults: {exec: {secrets: [TOKEN], command: load}}
      |                                     ^^^^^^^ expected one of `inherit`, `vars`, `secrets`
      |
      = help: remove the key
    ");
}
