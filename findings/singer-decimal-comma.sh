#!/usr/bin/env bash
# singer-python 6.8.0 (PyPI), which Singer taps use to bring records into their schema: `1,5` becomes 15 and 1.7 becomes 1.
#
# Guess:  a text that is no number of JSON's, and a fraction for an integer, do not fit the schema and are errors.
# Seen:   the transformer takes commas out of texts before it reads them, so that a decimal comma multiplies by ten, a
#         hundred or a thousand; a float for an integer is cut off. As text, `1.7` for an integer is refused.
# Hurts:  amounts of Europe's exports arrive ten times too large, and hours and quantities lose their fraction, with exit 0.
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
python3 -m venv python
# Its jsonschema still asks setuptools for its own version.
python/bin/pip install --quiet --disable-pip-version-check singer-python==6.8.0 setuptools==80.9.0

cat >transform.py <<'END'
from singer import Transformer

schema = {"type": "object", "properties": {"amount": {"type": ["number"]}, "hours": {"type": ["integer"]}}}
for record in {"amount": "1,5"}, {"amount": "0,125"}, {"hours": "1,5"}, {"hours": 1.7}:
    print(record, "->", Transformer().transform(record, schema))
END
seen=$(python/bin/python transform.py)
expected="{'amount': '1,5'} -> {'amount': 15.0}
{'amount': '0,125'} -> {'amount': 125.0}
{'hours': '1,5'} -> {'hours': 15}
{'hours': 1.7} -> {'hours': 1}"
[ "$seen" = "$expected" ] || { printf 'changed; it is now:\n%s\n' "$seen" >&2 && exit 1; }
printf 'as stated:\n%s\n' "$seen"
