"""A subscriber to the forecasts in Kafka, in Python with confluent-kafka: one line for each forecast.

    pip install confluent-kafka
    python3 subscribe_topic.py kafka-1:9092,kafka-2:9092 foretide.meters.forecasts [COUNT]
"""

import json
import sys
from datetime import datetime, timedelta

from confluent_kafka import Consumer, KafkaException


def main():
    if len(sys.argv) < 3:
        sys.exit("usage: subscribe_topic.py BROKERS TOPIC [COUNT]")
    brokers, topic = sys.argv[1:3]
    left = float(sys.argv[3]) if len(sys.argv) > 3 else float("inf")
    consumer = Consumer(
        {
            "bootstrap.servers": brokers,
            "group.id": f"python-subscriber-{topic}",
            "auto.offset.reset": "earliest",
            # librdkafka's default; named, because others would be shown forecasts of transactions that were given up.
            "isolation.level": "read_committed",
        }
    )
    consumer.subscribe([topic])
    try:
        while left > 0:
            message = consumer.poll(1.0)
            if message is None:
                continue
            if message.error():
                raise KafkaException(message.error())
            if message.value() is None:
                continue
            forecast = json.loads(message.value())
            at = datetime.fromisoformat(forecast["origin"]["time"].replace("Z", "+00:00"))
            step = at + timedelta(milliseconds=forecast["cadenceMs"])
            print(f"{forecast['series']} at {step.isoformat()}: {forecast['yhat'][0]}", flush=True)
            left -= 1
    finally:
        # Leaves the group and commits how far it came.
        consumer.close()


if __name__ == "__main__":
    main()
