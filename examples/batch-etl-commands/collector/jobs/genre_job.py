"""Keeps the names of the genres that items have."""

from collector.files import arguments, count, fetch, read, write

arguments()
names = fetch("genre")
wanted = {row["genre"] for row in read("item")}
rows = [{"genre": genre, "name": names[genre]} for genre in sorted(wanted) if genre in names]
write("genre", ["genre", "name"], rows)
count(total=len(wanted), written=len(rows), failed=len(wanted) - len(rows))
