"""Hourly departures counted with pyarrow, to hold the demo feed against.

    python -m venv .venv && .venv/bin/pip install pyarrow
    .venv/bin/python test/reference/feed/count_departures.py node_modules/vega-datasets/data/flights-3m.parquet

Prints the expected values of test/unit/shared/feed/demo-flights.test.ts as JSON. Shares nothing with shared/feed:
another Parquet reader, another language, another way of counting (a Counter over text keys).
"""

import collections
import datetime
import hashlib
import json
import sys

import pyarrow.parquet

table = pyarrow.parquet.read_table(sys.argv[1], columns=["date", "origin"])
origins = table.column("origin").to_pylist()
dates = table.column("date").to_pylist()
start, end = datetime.datetime(2001, 1, 1), datetime.datetime(2001, 7, 1)

departures = collections.Counter()
by_hour = collections.Counter()
for origin, date in zip(origins, dates):
    if origin is None or date is None or not start <= date < end:
        continue
    departures[origin] += 1
    by_hour[f"{origin} {date:%Y-%m-%dT%H}"] += 1

busiest = sorted(departures, key=lambda code: (-departures[code], code))[:50]
hours = [f"{start + datetime.timedelta(hours=h):%Y-%m-%dT%H}" for h in range(181 * 24)]


def series(code):
    return [by_hour[f"{code} {hour}"] for hour in hours]


def airport(code):
    counts = series(code)
    return {
        "departures": sum(counts),
        "zeros": counts.count(0),
        "most": max(counts),
        "secondDay": counts[24:48],
        "sha256": hashlib.sha256(",".join(map(str, counts)).encode()).hexdigest(),
    }


print(json.dumps({
    "pyarrow": pyarrow.__version__,
    "busiest": busiest,
    "departuresOfAll": sum(departures[code] for code in busiest),
    "airports": {code: airport(code) for code in (busiest[0], busiest[49])},
}))
