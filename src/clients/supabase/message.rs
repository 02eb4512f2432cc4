use crate::clients::database::{MIGRATIONS_LOCK, Migration, RESET_SESSION};

use super::literal::{array, literal};

/// A migration and its record as one message, which is one transaction. The record comes first: where another run was
/// quicker it is there already, and the message ends before the migration is done twice. The session belongs to the API,
/// and others get it as it was.
pub(super) fn message(migration: &Migration) -> String {
    let mut message = begin(migration);
    for statement in &migration.statements {
        // The statement may end in a comment.
        message.push_str(statement);
        message.push_str("\n;\n");
    }
    message + RESET_SESSION + "commit;"
}

/// The record alone, of a migration whose statements were carried out outside a transaction.
pub(super) fn record(migration: &Migration) -> String {
    begin(migration) + "commit;"
}

/// The beginning of a transaction that records a migration.
fn begin(migration: &Migration) -> String {
    let Migration { version, name, checksum, statements, .. } = migration;
    let (version, checksum) = (literal(version), literal(checksum.recorded()));
    format!(
        "begin;\nselect pg_advisory_xact_lock({MIGRATIONS_LOCK});\n\
         insert into supabase_migrations.schema_migrations (version, name, statements) values ({version}, {}, {});\n\
         insert into supabase_migrations.jobnet_checksums (version, checksum) values ({version}, {checksum});\n",
        literal(name),
        literal(&array(statements)),
    )
}

#[cfg(test)]
mod tests {
    use crate::clients::{Checksum, Enclosure};

    use super::*;

    #[test]
    fn a_migration_and_its_record_are_one_message() {
        let migration = Migration {
            version: "20260105".to_owned(),
            name: "o'clock".to_owned(),
            checksum: Checksum::of("create"),
            statements: vec!["create table t (\"a\" text)".to_owned(), "select 'x'".to_owned()],
            enclosure: Enclosure::Transaction,
            changes_session: None,
        };
        let checksum = migration.checksum.recorded();
        let recorded = format!(
            r#"begin;
select pg_advisory_xact_lock(117026625316212);
insert into supabase_migrations.schema_migrations (version, name, statements) values ('20260105', 'o''clock', '{{"create table t (\"a\" text)","select ''x''"}}');
insert into supabase_migrations.jobnet_checksums (version, checksum) values ('20260105', '{checksum}');
"#
        );
        let statements = "create table t (\"a\" text)\n;\nselect 'x'\n;\n";
        assert_eq!(message(&migration), format!("{recorded}{statements}{RESET_SESSION}commit;"));
        assert_eq!(record(&migration), format!("{recorded}commit;"));
    }
}
