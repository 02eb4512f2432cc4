#!/usr/bin/env bash
# python-dateutil 2.9.0.post0 (PyPI) with time zone data as zic writes it by default since its version 2020b: every zone is UTC.
#
# Guess:  dateutil reads any valid file of /usr/share/zoneinfo, or raises an error.
# Seen:   it reads the first block of a file alone, the one with 32-bit times, which a slim file leaves empty. The zone then
#         is at offset 0 all year, without a word. zoneinfo of Python's own reads the same file right. Of a fat file dateutil
#         reads times until 2037 and has no daylight saving time after that.
# Hurts:  a schedule in Berlin's time runs one or two hours late on a machine or in an image with slim files.
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
# Debian has it where no user looks.
PATH=$PATH:/usr/sbin
command -v zic >/dev/null || { echo 'this takes zic, of libc-bin or of tzdata' >&2 && exit 2; }
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check python-dateutil==2.9.0.post0

cat >rules <<'END'
Rule EU 1981 max - Mar lastSun 1:00u 1:00 S
Rule EU 1996 max - Oct lastSun 1:00u 0 -
Zone Berlin 1:00 EU CE%sT
END
cat >offsets.py <<'END'
from datetime import datetime
from zoneinfo import ZoneInfo

from dateutil.tz import tzfile

for kind in "fat", "slim":
    path = f"{kind}/Berlin"
    with open(path, "rb") as file:
        standard = ZoneInfo.from_file(file)
    for name, zone in ("zoneinfo", standard), ("dateutil", tzfile(path)):
        print(kind, name, *(datetime(year, 7, 1, tzinfo=zone).strftime("%Y: %z") for year in (2026, 2040)))
END
for kind in fat slim; do zic -b "$kind" -d "$kind" rules; done
seen=$(python/bin/python offsets.py)
expected='fat zoneinfo 2026: +0200 2040: +0200
fat dateutil 2026: +0200 2040: +0100
slim zoneinfo 2026: +0200 2040: +0200
slim dateutil 2026: +0000 2040: +0000'
[ "$seen" = "$expected" ] || { printf 'changed; it is now:\n%s\n' "$seen" >&2 && exit 1; }
printf 'as stated:\n%s\n' "$seen"
