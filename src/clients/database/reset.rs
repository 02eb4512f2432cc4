/// Takes back what statements of a transaction set in their session and what they opened there, at the transaction's end:
/// settings, roles, temporary tables, prepared statements, locks, cursors, channels. A pooler, and Supabase's API, hand the
/// session on to others.
///
/// It is what `DISCARD ALL` does, which cannot run inside a transaction
/// (<https://www.postgresql.org/docs/current/sql-discard.html>), but for statements that a driver or a pooler prepared:
/// they are its own. Deferred constraints are checked first, as at the end of the transaction, since rows of temporary
/// tables may be among them.
pub(in crate::clients) const RESET_SESSION: &str = "set constraints all immediate;
close all;
set session authorization default;
reset role;
reset all;
unlisten *;
select pg_catalog.pg_advisory_unlock_all();
discard temp;
discard sequences;
do $$ declare prepared text; begin
  for prepared in select name from pg_catalog.pg_prepared_statements where from_sql loop
    execute pg_catalog.format('deallocate %I', prepared);
  end loop;
end $$;
";
