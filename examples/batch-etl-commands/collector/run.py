"""What every job has: its arguments, and its counters."""

import argparse
import os


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--env", required=True)
    given = parser.parse_args()
    print(f"run {os.environ['JOBNET_RUN_ID']} in {given.env}")


def count(total, failed):
    with open(os.environ["JOBNET_METRICS"], "w", encoding="utf-8") as file:
        print(f"total={total}\nwritten={total - failed}\nfailed={failed}", file=file)
