"""Persistence and the seasonal naive on ETTh1 under a protocol, to hold `foretide backtest` against.

    python3 test/reference/etth1/persistence.py ETTh1.csv 3600 14400 0 2880 1 24 48

Arguments: file, row of the first target, row after the last, rows to standardise on, horizons. Prints JSON: per horizon the
mean squared and mean absolute error of the last value, and of the value one week before, over all series, origins and leads,
on each series' own scale. Shares nothing with Foretide: another language, another reader, sums that are exact to the last
digit (math.fsum), and no running recurrence.
"""

import csv
import json
import math
import sys

WEEK = 7 * 24

path, first, end, scale_from, scale_to, *horizons = sys.argv[1:]
first, end, scale_from, scale_to = int(first), int(end), int(scale_from), int(scale_to)
with open(path, newline="") as file:
    rows = list(csv.reader(file))
channels = [[float(row[c]) for row in rows[1:]] for c in range(1, len(rows[0]))]


def spread(values):
    mean = math.fsum(values) / len(values)
    return math.sqrt(math.fsum((y - mean) ** 2 for y in values) / len(values))


found = {}
for horizon in map(int, horizons):
    errors = {"persistence": [], "seasonal-week": []}
    for values in channels:
        unit = spread(values[scale_from:scale_to])
        for target in range(first, end - horizon + 1):
            for k in range(horizon):
                y = values[target + k]
                errors["persistence"].append((y - values[target - 1]) / unit)
                errors["seasonal-week"].append((y - values[target + k - WEEK]) / unit)
    found[horizon] = {
        name: {
            "mse": math.fsum(e * e for e in all_errors) / len(all_errors),
            "mae": math.fsum(abs(e) for e in all_errors) / len(all_errors),
        }
        for name, all_errors in errors.items()
    }
print(json.dumps(found))
