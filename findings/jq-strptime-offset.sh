#!/usr/bin/env bash
# jq 1.8 (PyPI's jq 1.13.0, which holds it): `strptime` reads an offset by `%z`, and `mktime` takes the time for UTC.
#
# Guess:  10:00 at +09:00 is 01:00 in UTC, or the offset is refused, as `fromdate` refuses it.
# Seen:   the offset is read and dropped: the same local time at +0900, at -0500 and in UTC are one second since the epoch.
# Hurts:  "changed since the last run" by such a mark misses the hours of the offset, or reads them twice.
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check jq==1.13.0

cat >times.py <<'END'
import jq

program = jq.compile('strptime("%Y-%m-%dT%H:%M:%S%z") | mktime | todate')
for text in "2026-11-30T10:00:00Z", "2026-11-30T10:00:00+0900", "2026-11-30T10:00:00-0500":
    print(text, "->", program.input_value(text).first())
END
seen=$(python/bin/python times.py)
expected='2026-11-30T10:00:00Z -> 2026-11-30T10:00:00Z
2026-11-30T10:00:00+0900 -> 2026-11-30T10:00:00Z
2026-11-30T10:00:00-0500 -> 2026-11-30T10:00:00Z'
[ "$seen" = "$expected" ] || { printf 'changed; it is now:\n%s\n' "$seen" >&2 && exit 1; }
printf 'as stated:\n%s\n' "$seen"
