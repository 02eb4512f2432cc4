"""Says of every item whether it is ranked now. Its counters are its last line."""

import json

from collector.run import arguments
from collector.tables import catalogue, column

arguments()
with catalogue() as database:
    database.execute("update item set is_active = item_code in (select item_code from ranking)")
    active, inactive = (
        column(database, f"select count(*) from item where {condition}")[0]
        for condition in ("is_active", "not is_active")
    )
print(json.dumps({"active": active, "inactive": inactive, "failed": 0}))
