"""Keeps the names of the tags that items have."""

from collector.files import arguments, count, fetch, read, write

arguments()
names = fetch("tag")
wanted = {tag for row in read("item") for tag in row["tags"].split()}
rows = [{"tag": tag, "name": names[tag]} for tag in sorted(wanted) if tag in names]
write("tag", ["tag", "name"], rows)
count(total=len(wanted), written=len(rows), failed=len(wanted) - len(rows))
