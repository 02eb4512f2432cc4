#!/usr/bin/env bash
# csvkit 2.2.0 (PyPI): `csvjson` and `csvsql --insert` make one id of three that differ in the last digits.
#
# Guess:  digits pass through a converter of CSV as they are, as they do through csvcut.
# Seen:   columns of digits become floats: 20-digit ids of one batch are all 1.2345678901234567e+19, in the JSON and in the
#         column that csvsql makes of them, and the article number 007 is 7.0. `--no-inference` keeps both.
# Hurts:  a table keyed by such an id has one row in place of three. Ids of 19 or 20 digits are what payment and advertising
#         APIs use.
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check csvkit==2.2.0 agate==1.14.2 agate-sql==0.7.3

cat >orders.csv <<'END'
id,article
12345678901234567890,007
12345678901234567891,010
12345678901234567892,011
END
python/bin/csvsql --db sqlite:///orders.db --insert --tables orders orders.csv
cat >count.py <<'END'
import json
import sqlite3
import subprocess


def ids(*flags):
    said = subprocess.run(["python/bin/csvjson", *flags, "orders.csv"], stdout=subprocess.PIPE, check=True)
    return json.loads(said.stdout)


rows = ids()
print("csvjson:", len({row["id"] for row in rows}), "id,", rows[0]["article"])
rows = ids("--no-inference")
print("csvjson --no-inference:", len({row["id"] for row in rows}), "ids,", rows[0]["article"])
query = "select count(distinct id), min(typeof(id)) from orders"
print("csvsql:", *sqlite3.connect("orders.db").execute(query).fetchone())
END
seen=$(python/bin/python count.py)
expected='csvjson: 1 id, 7.0
csvjson --no-inference: 3 ids, 007
csvsql: 1 real'
[ "$seen" = "$expected" ] || { printf 'changed; it is now:\n%s\n' "$seen" >&2 && exit 1; }
printf 'as stated:\n%s\n' "$seen"
