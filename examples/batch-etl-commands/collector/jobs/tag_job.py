"""Keeps the names of the tags that items have."""

from urllib.error import URLError

from collector.run import arguments, count
from collector.shop import TAG, ask
from collector.tables import catalogue, column

arguments()
names, failed = [], 0
with catalogue() as database:
    wanted = column(database, "select distinct tag_id from item_tag")
for wanted_tag in wanted:
    try:
        groups = ask(TAG, tagId=wanted_tag)["tagGroups"]
        names += [(tag["tagId"], tag["tagName"]) for group in groups for tag in group["tags"]]
    except (URLError, TypeError) as error:
        print(f"{wanted_tag}: {error}")
        failed += 1
with catalogue() as database:
    database.executemany("insert or replace into tag values (?, ?)", names)
count(len(wanted), failed)
