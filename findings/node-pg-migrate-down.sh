#!/usr/bin/env bash
# node-pg-migrate 9.0.0 (npm) on PostgreSQL 18 (PGlite 0.5.17): without the line `-- Up Migration`, a migration in SQL is
# applied and taken back in one go, and counts as applied.
#
# Guess:  in a file with a line `-- Down Migration`, what stands above that line is the way up.
# Seen:   only a line `-- Up Migration` makes it so. Without one the way up is the whole file, its down part too: the column is
#         added, filled and dropped again. There is no error, and the file is recorded as applied.
# Hurts:  a night that waits for the column fails, or a down part that drops a table takes the table's old rows with it. To
#         migrate again does nothing.
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . \
    node-pg-migrate@9.0.0 pg@8.23.1 @electric-sql/pglite@0.5.17

mkdir without with
cat >without/1700000000000_region.sql <<'END'
alter table customer add column region text;
update customer set region = 'eu';
-- Down Migration
alter table customer drop column region;
END
{ echo '-- Up Migration' && cat without/1700000000000_region.sql; } >with/1700000000000_region.sql
cat >migrate.mjs <<'END'
import { runner } from 'node-pg-migrate'
import { PGlite } from '@electric-sql/pglite'

for (const dir of ['with', 'without']) {
  const db = new PGlite()
  await db.exec('create table customer (id int); insert into customer values (1)')
  // What node-pg-migrate asks of a client of pg's.
  const query = async (text, values) => {
    if (typeof text === 'object') [text, values] = [text.text, text.values]
    return values?.length ? db.query(text, values) : (await db.exec(text)).at(-1)
  }
  const dbClient = { query, connect: async () => {}, end: async () => {} }
  await runner({ dbClient, dir, direction: 'up', migrationsTable: 'applied', noLock: true, log: () => {} })
  const columns = await db.query("select 1 from information_schema.columns where column_name = 'region'")
  const applied = await db.query('select name from applied')
  console.log(`${dir} the line: ${applied.rows.length} applied, ${columns.rows.length} column`)
}
END
seen=$(node migrate.mjs)
expected='with the line: 1 applied, 1 column
without the line: 1 applied, 0 column'
[ "$seen" = "$expected" ] || { printf 'changed; it is now:\n%s\n' "$seen" >&2 && exit 1; }
printf 'as stated:\n%s\n' "$seen"
