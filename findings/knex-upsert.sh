#!/usr/bin/env bash
# knex 3.3.0 (npm) on PostgreSQL 18 (PGlite 0.5.17): an upsert of several rows clears columns that a row does not have.
#
# Guess:  `insert(rows).onConflict("id").merge()` changes of each row the columns that the row has, as it does for one row.
# Seen:   the statement has the columns of all rows together, a row that lacks one inserts the default, and the update sets
#         the stored value to that. A note that a person wrote is null afterwards, because another row of the same batch has a
#         note. One row at a time, it is kept.
# Hurts:  APIs leave out fields that are empty. What a night deletes depends on which records share a batch.
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . \
    knex@3.3.0 @electric-sql/pglite@0.5.17 knex-pglite@0.14.0

cat >upsert.mjs <<'END'
import knex from 'knex'
import { PGlite } from '@electric-sql/pglite'
import dialect from 'knex-pglite'

const db = knex({ client: dialect.default ?? dialect, dialect: 'postgres', connection: { pglite: new PGlite() } })
await db.raw('create table product (id int primary key, price int, note text)')
await db('product').insert([{ id: 1, price: 10, note: 'by hand' }, { id: 2, price: 20, note: 'old' }])
const note = async (rows) => {
  await db('product').insert(rows).onConflict('id').merge()
  return (await db('product').where({ id: 1 }).first()).note
}
console.log(`alone: ${await note([{ id: 1, price: 11 }])}`)
console.log(`beside a row with a note: ${await note([{ id: 1, price: 12 }, { id: 2, price: 21, note: 'new' }])}`)
await db.destroy()
END
seen=$(node upsert.mjs)
expected='alone: by hand
beside a row with a note: null'
[ "$seen" = "$expected" ] || { printf 'changed; it is now:\n%s\n' "$seen" >&2 && exit 1; }
printf 'as stated:\n%s\n' "$seen"
