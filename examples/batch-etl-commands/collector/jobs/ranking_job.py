"""Keeps the shop's ranking: a rank and an item a row."""

from collector.files import arguments, count, fetch, write

arguments()
ranking = fetch("ranking")
good = [place for place in ranking if "rank" in place and "item" in place]
write("ranking", ["rank", "item"], good)
count(total=len(ranking), written=len(good), failed=len(ranking) - len(good))
