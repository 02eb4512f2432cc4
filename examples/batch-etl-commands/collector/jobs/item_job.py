"""Keeps every item that is ranked, and those that once were."""

from urllib.error import URLError

from collector.run import arguments, count
from collector.shop import ITEM, ask
from collector.tables import catalogue, column

SAVE = """
insert into item (item_code, name, price, genre_id) values (?, ?, ?, ?)
on conflict (item_code) do update set name = excluded.name, price = excluded.price, genre_id = excluded.genre_id
"""

arguments()
failed = 0
with catalogue() as database:
    ranked = column(database, "select distinct item_code from ranking order by item_code")
    for code in ranked:
        try:
            found = ask(ITEM, itemCode=code)["Items"]
            rows = [(code, item["itemName"], int(item["itemPrice"]), item["genreId"]) for item in found]
        except (URLError, TypeError, ValueError) as error:
            print(f"{code}: {error}")
            failed += 1
            continue
        database.executemany(SAVE, rows)
        tags = [(code, tag) for item in found for tag in item["tagIds"]]
        database.executemany("insert or ignore into item_tag values (?, ?)", tags)
count(len(ranked), failed)
