"""Keeps every item that is ranked, and those that once were."""

from collector.files import DATA, arguments, count, fetch, read, write

arguments()
shop = fetch("item")
ranked = [place["item"] for place in read("ranking")]
kept = {row["item"]: row for row in read("item")} if (DATA / "item.csv").exists() else {}
failed = 0
for item in ranked:
    if item in shop:
        found = shop[item]
        tags = " ".join(str(tag) for tag in found["tags"])
        kept[item] = {
            "item": item, "name": found["name"], "price": found["price"], "genre": found["genre"], "tags": tags
        }
    else:
        print(f"{item} is ranked, and the shop does not have it")
        failed += 1
write("item", ["item", "name", "price", "genre", "tags"], kept.values())
count(total=len(ranked), written=len(ranked) - failed, failed=failed)
