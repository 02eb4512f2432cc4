#!/usr/bin/env bash
# petl 1.7.30 (PyPI): a field that first comes after 1,000 records is dropped from all of them.
#
# Guess:  a table made of dicts has a column for every key, or an unknown key is an error.
# Seen:   `fromdicts` and `fromjson` take the columns of the first 1,000 records. All 1,200 rows are there afterwards, but the
#         refund of the 1,101st is not, nor its column. There is no error and no warning.
# Hurts:  rare fields are the ones that matter (a refund, a cancellation), and a test with few records never shows it.
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check petl==1.7.30

cat >load.py <<'END'
import json

import petl

orders = [{"id": number} for number in range(1200)]
orders[1100]["refund"] = 5
with open("orders.json", "w") as file:
    json.dump(orders, file)
for table in petl.fromdicts(orders), petl.fromjson("orders.json"):
    print(petl.nrows(table), petl.header(table))
END
seen=$(python/bin/python load.py)
expected="1200 ('id',)
1200 ('id',)"
[ "$seen" = "$expected" ] || { printf 'changed; it is now:\n%s\n' "$seen" >&2 && exit 1; }
printf 'as stated:\n%s\n' "$seen"
