"""How fast deep-river's GRU learns from a stream and forecasts it, on one thread.

Usage: python deep_river_speed.py CSV HORIZON SECONDS
For each value of the second column: learn it, then forecast HORIZON steps. At the end of the stream a new model starts over.
Prints one JSON line: events, and the processor's and the clock's seconds that they took.
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


def read_stream(most, until):
    """Learn and forecast with a new model, at most so many values and until that moment; returns how many it were."""
    model = zoo.GRUForecaster(hidden_size=64, window_size=12, optimizer_fn="adam", lr=1e-3)
    for count, value in enumerate(values[:most], 1):
        model.learn_one(value)
        model.forecast(horizon)
        if time.perf_counter() > until:
            break
    return count


# torch sets itself up.
read_stream(40, float("inf"))

began, began_processor = time.perf_counter(), time.process_time()
events = 0
while time.perf_counter() - began < limit:
    events += read_stream(len(values), began + limit)
print(
    json.dumps(
        {
            "events": events,
            "processorSeconds": time.process_time() - began_processor,
            "seconds": time.perf_counter() - began,
        }
    )
)
