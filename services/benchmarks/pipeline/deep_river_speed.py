"""How fast deep-river's GRU learns from a stream and forecasts it, on one thread.

Usage: python deep_river_speed.py CSV HORIZON SECONDS
For each value of the second column: learn it, then forecast HORIZON steps. Prints one JSON line: events, and the
processor's and the clock's seconds that they took.
"""

import csv
import json
import sys
import time

import torch
from deep_river.forecasting import zoo

path, horizon, limit = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
with open(path, encoding="utf-8") as file:
    rows = list(csv.reader(file))
values = [float(row[1]) for row in rows[1:]]

torch.set_num_threads(1)
model = zoo.GRUForecaster(hidden_size=64, window_size=12, optimizer_fn="adam", lr=1e-3)
# The first window fills, and torch sets itself up.
for value in values[:40]:
    model.learn_one(value)
model.forecast(horizon)

began, began_processor = time.perf_counter(), time.process_time()
events = 0
for value in values[40:]:
    model.learn_one(value)
    model.forecast(horizon)
    events += 1
    if time.perf_counter() - began > limit:
        break
print(
    json.dumps(
        {
            "events": events,
            "processorSeconds": time.process_time() - began_processor,
            "seconds": time.perf_counter() - began,
        }
    )
)
