#!/usr/bin/env bash
# dataset 2.0.0 (PyPI) on PostgreSQL 18 (PGlite 0.5.14): the first row that is written decides that prices are whole numbers,
# and PostgreSQL rounds all others.
#
# Guess:  a float that comes for a column that dataset made of an integer widens the column, or is refused.
# Seen:   an int as first value makes a bigint, and a float is assigned to it, which PostgreSQL rounds: 10.5 is stored as 11 and
#         0.49 as 0. An API that sends JSON writes a price of 10.00 as 10.
# Hurts:  sums are wrong from the first night on, and which tables are hit depends on the price of one record.
set -euo pipefail
directory=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$directory"' EXIT
cd "$directory"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check dataset==2.0.0 psycopg2-binary==2.9.13
npm install --silent --no-audit --no-fund --ignore-scripts --legacy-peer-deps --prefix . \
    @electric-sql/pglite@0.5.14 @electric-sql/pglite-socket@0.2.17

cat >serve.mjs <<'END'
import { createServer } from 'node:net'
import { PGlite } from '@electric-sql/pglite'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'

const free = createServer().listen(0, '127.0.0.1', () => {
  const { port } = free.address()
  free.close(async () => {
    await new PGLiteSocketServer({ db: new PGlite(), host: '127.0.0.1', port }).start()
    console.log(`port ${port}`)
  })
})
END
node serve.mjs >log 2>&1 &
server=$!
for _ in $(seq 600); do
    port=$(sed -n 's/^port //p' log)
    [ -z "$port" ] || break
    sleep 0.1
done
cat >load.py <<'END'
import json
import sys

import dataset

url = f"postgresql+psycopg2://postgres@127.0.0.1:{sys.argv[1]}/postgres?sslmode=disable"
prices = dataset.connect(url)["price"]
for price in json.loads('[{"sku": "a", "price": 10}, {"sku": "b", "price": 10.5}, {"sku": "c", "price": 0.49}]'):
    prices.insert(price)
print([row["price"] for row in prices.all()])
END
seen=$(python/bin/python load.py "$port")
expected='[10, 11, 0]'
[ "$seen" = "$expected" ] || { printf 'changed; it is now:\n%s\n' "$seen" >&2 && exit 1; }
printf 'as stated:\n%s\n' "$seen"
