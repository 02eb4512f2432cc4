"""Keeps the rankings of some genres: a rank and an item a row."""

from collector.run import arguments, count
from collector.shop import RANKING, ask
from collector.tables import catalogue

GENRES = [100101, 100102, 100103, 100201, 100202, 100203]
LAST_PAGE = 34

arguments()
total = failed = 0
with catalogue() as database:
    database.execute("delete from ranking")
    for genre in GENRES:
        for page in range(1, LAST_PAGE + 1):
            answer = ask(RANKING, genreId=genre, page=page)
            if answer is None:
                break
            for place in answer["Items"]:
                total += 1
                try:
                    row = (genre, place["rank"], place["itemCode"], int(place["itemPrice"]))
                except (KeyError, ValueError) as error:
                    print(f"a place in the ranking of {genre} is none: {error}")
                    failed += 1
                else:
                    database.execute("insert into ranking values (?, ?, ?, ?)", row)
count(total, failed)
