"""Says of every item whether it is ranked now. Its counters are its last line."""

import json

from collector.files import arguments, read, write

arguments()
ranked = {place["item"] for place in read("ranking")}
rows = [{"item": row["item"], "is_active": int(row["item"] in ranked)} for row in read("item")]
write("is_active", ["item", "is_active"], rows)
active = sum(row["is_active"] for row in rows)
print(json.dumps({"active": active, "inactive": len(rows) - active, "failed": 0}))
