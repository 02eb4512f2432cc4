"""Keeps the names of the genres that items have."""

from urllib.error import URLError

from collector.run import arguments, count
from collector.shop import GENRE, ask
from collector.tables import catalogue, column

arguments()
names, failed = [], 0
with catalogue() as database:
    wanted = column(database, "select distinct genre_id from item")
for genre in wanted:
    try:
        names.append((genre, ask(GENRE, genreId=genre)["genre"]["nameJa"]))
    except (URLError, TypeError) as error:
        print(f"{genre}: {error}")
        failed += 1
with catalogue() as database:
    database.executemany("insert or replace into genre values (?, ?)", names)
count(len(wanted), failed)
