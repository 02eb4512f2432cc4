#!/usr/bin/env bash
# s3fs 2026.9.0 (PyPI; fsspec 2026.9.0) before moto 5.2.5: a write that fails half way replaces the object by the half.
#
# Guess:  `with fs.open(key, "w") as file:` whose body raises leaves the object as it was, since S3 shows an object only once
#         it is complete.
# Seen:   leaving the block closes the file, and closing it uploads what was written so far. The exception arrives, but the
#         whole file of yesterday is a short one now.
# Hurts:  the job fails and its next reader does not: it takes one row for the day's data.
set -euo pipefail
directory=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$directory"' EXIT
cd "$directory"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check s3fs==2026.9.0 fsspec==2026.9.0 'moto[server,s3]==5.2.5'

python/bin/moto_server -H 127.0.0.1 -p 0 >log 2>&1 &
server=$!
for _ in $(seq 600); do
    endpoint=$(sed -n 's/.*Running on //p' log)
    [ -z "$endpoint" ] || break
    sleep 0.1
done
cat >write.py <<'END'
import sys

import s3fs

store = s3fs.S3FileSystem(key="test", secret="test", endpoint_url=sys.argv[1])
store.mkdir("lake")
with store.open("lake/day.csv", "w") as file:
    file.write("id\n1\n2\n3\n")
try:
    with store.open("lake/day.csv", "w") as file:
        file.write("id\n1\n")
        raise ConnectionError("the source is gone")
except ConnectionError as error:
    print(error)
print(store.cat("lake/day.csv"))
END
seen=$(python/bin/python write.py "$endpoint")
expected="the source is gone
b'id\\n1\\n'"
[ "$seen" = "$expected" ] || { printf 'changed; it is now:\n%s\n' "$seen" >&2 && exit 1; }
printf 'as stated:\n%s\n' "$seen"
