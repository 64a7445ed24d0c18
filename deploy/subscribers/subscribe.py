"""A subscriber to the forecasts, in Python without any package: the gateway's server-sent events.

    FORETIDE_HTTP_TOKEN=... python3 subscribe.py http://127.0.0.1:8080 [COUNT]

One line for each forecast: the series, the next step's time, and its forecast.
"""

import json
import os
import sys
import urllib.error
import urllib.request
from datetime import datetime, timedelta


def events(lines):
    """Yield (name, data) of each event; the format is https://html.spec.whatwg.org/multipage/server-sent-events.html."""
    name, data = "message", []
    for raw in lines:
        line = raw.decode("utf-8").rstrip("\r\n")
        if line == "":
            if data:
                yield name, "\n".join(data)
            name, data = "message", []
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            name = value
        elif field == "data":
            data.append(value)


def main():
    if len(sys.argv) < 2:
        sys.exit("usage: subscribe.py URL [COUNT]")
    left = float(sys.argv[2]) if len(sys.argv) > 2 else float("inf")
    request = urllib.request.Request(sys.argv[1].rstrip("/") + "/v1/forecasts?events=forecast")
    token = os.environ.get("FORETIDE_HTTP_TOKEN")
    if token:
        request.add_header("Authorization", "Bearer " + token)
    try:
        answer = urllib.request.urlopen(request)
    except urllib.error.URLError as error:  # refusals of the gateway, such as 401, are among them
        sys.exit(f"subscribe.py: {sys.argv[1]} does not answer as asked: {error}")
    with answer:
        for name, data in events(answer):
            if name != "message":
                continue
            forecast = json.loads(data)
            at = datetime.fromisoformat(forecast["origin"]["time"].replace("Z", "+00:00"))
            step = at + timedelta(milliseconds=forecast["cadenceMs"])
            print(f"{forecast['series']} at {step.isoformat()}: {forecast['yhat'][0]}", flush=True)
            left -= 1
            if left <= 0:
                return


if __name__ == "__main__":
    main()
