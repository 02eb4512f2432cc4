"""What the jobs share: their arguments, the files that they keep, and their counters."""

import argparse
import csv
import json
import os
from pathlib import Path

DATA = Path(os.environ.get("DATA", "data"))
SHOP = Path(__file__).parent / "shop"


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--env", required=True)
    given = parser.parse_args()
    print(f"run {os.environ['JOBNET_RUN_ID']} in {given.env}")
    return given


def fetch(name):
    """What the shop says: its rankings, items, genres and tags are files here."""
    return json.loads((SHOP / f"{name}.json").read_text(encoding="utf-8"))


def read(name):
    with open(DATA / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(name, columns, rows):
    """Writes a table beside the old one and puts it in its place, so that nobody ever reads half of it."""
    DATA.mkdir(parents=True, exist_ok=True)
    aside = DATA / f"{name}.csv.new"
    with open(aside, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    aside.replace(DATA / f"{name}.csv")


def count(**counters):
    with open(os.environ["JOBNET_METRICS"], "w", encoding="utf-8") as file:
        for name, value in counters.items():
            print(f"{name}={value}", file=file)
