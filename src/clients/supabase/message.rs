use crate::clients::database::{MIGRATIONS_LOCK, Migration};

use super::literal::{array, literal};

/// A migration and its record as one message, which is one transaction. The record comes first: where another run was
/// quicker it is there already, and the message ends before the migration is done twice.
pub(super) fn message(migration: &Migration) -> String {
    let Migration { version, name, checksum, statements } = migration;
    let (version, checksum) = (literal(version), literal(checksum));
    let mut message = format!(
        "begin;\nselect pg_advisory_xact_lock({MIGRATIONS_LOCK});\n\
         insert into supabase_migrations.schema_migrations (version, name, statements) values ({version}, {}, {});\n\
         insert into supabase_migrations.jobnet_checksums (version, checksum) values ({version}, {checksum});\n",
        literal(name),
        literal(&array(statements)),
    );
    for statement in statements {
        // The statement may end in a comment.
        message.push_str(statement);
        message.push_str("\n;\n");
    }
    message + "commit;"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_migration_and_its_record_are_one_message() {
        let migration = Migration {
            version: "20260105".to_owned(),
            name: "o'clock".to_owned(),
            checksum: "abc".to_owned(),
            statements: vec!["create table t (\"a\" text)".to_owned(), "select 'x'".to_owned()],
        };
        let expected = r#"begin;
select pg_advisory_xact_lock(117026625316212);
insert into supabase_migrations.schema_migrations (version, name, statements) values ('20260105', 'o''clock', '{"create table t (\"a\" text)","select ''x''"}');
insert into supabase_migrations.jobnet_checksums (version, checksum) values ('20260105', 'abc');
create table t ("a" text)
;
select 'x'
;
commit;"#;
        assert_eq!(message(&migration), expected);
    }
}
