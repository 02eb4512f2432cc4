"""Runs jq programs, one a line of JSON, and tells their outputs as jq's own tojson writes them."""

import json
import signal
import sys

import jq


def answer(program, text):
    try:
        compiled = jq.compile("(" + program + "\n) | tojson")
    except ValueError as error:
        return {"refused": str(error)}
    outputs = []
    try:
        for output in compiled.input_text(text):
            outputs.append(output)
    except ValueError as error:
        return {"ran": {"outputs": outputs, "error": str(error)}}
    return {"ran": {"outputs": outputs, "error": None}}


for line in sys.stdin:
    request = json.loads(line)
    # While jq computes Python sees no signal: this one ends the process.
    signal.alarm(5)
    said = answer(request["program"], request["input"])
    signal.alarm(0)
    print(json.dumps(said), flush=True)
