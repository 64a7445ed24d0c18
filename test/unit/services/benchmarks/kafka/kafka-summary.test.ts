import { describe, expect, it } from 'vitest'
import { missedKafkaFloors, summariseKafkaBench } from '#services/benchmarks/kafka/kafka-summary'
import { valueAt } from '#services/benchmarks/kafka/measure-drain'
import { percentile } from '#services/benchmarks/kafka/percentile'

const drained = (...rates: number[]) =>
  rates.map((eventsPerSecond) => ({ eventsPerSecond, cpuMicros: Number.NaN }))
const latency = {
  p50Ms: 5,
  p99Ms: 40.04,
  maxMs: 50,
  forecasts: 100,
  senderLateMs: 1,
  cpuMicros: 100,
  eventsPerSecond: 10,
  roundsMs: [],
}

describe('the Kafka bench', () => {
  // By hand: taxes 0.5, 0.1 and 0.2; kafkajs over adapter 1.2, 0.5 and 1.1; two workers 1, 2 and 1.5 times one; of 300, 40 and 20 ms, 40.
  const summary = summariseKafkaBench({
    exactlyOnce: drained(100, 90, 80),
    atLeastOnce: drained(200, 100, 100),
    adapter: drained(1000, 1000, 1000),
    kafkajs: drained(1200, 500, 1100),
    twoWorkers: drained(100, 180, 120),
    latency: [300, 40.04, 20].map((p99Ms) => ({ ...latency, p99Ms })),
    bytesPerEvent: {},
  })

  it('takes the median of the ratios of each round, not the ratio of medians', () => {
    expect(summary).toEqual({
      ...{ eventsPerSecond: 90, exactlyOnceTax: 0.2, adapterOverhead: 0.1, p99Ms: 40, twoWorkers: 1.5 },
    })
  })

  it('names the floors that are missed, and does not judge two workers on less than four cores', () => {
    expect(missedKafkaFloors(summary, 4)).toEqual([
      'Missed: 90 events/s, one worker, exactly once; 8000 are asked.',
      'Missed: 1.5 two workers, times one; 1.6 are asked.',
    ])
    expect(missedKafkaFloors(summary, 2)).toHaveLength(1)
    const slow = { ...summary, p99Ms: 101, exactlyOnceTax: 0.41, adapterOverhead: 0.26 }
    expect(missedKafkaFloors(slow, 2)).toHaveLength(4)
  })

  it('reads a moment off straight lines between what was seen', () => {
    const seen = [
      { written: 0, ms: 0, cpuSeconds: 1 },
      { written: 100, ms: 1000, cpuSeconds: 1.5 },
      { written: 300, ms: 2000, cpuSeconds: 2 },
    ]
    expect(valueAt(seen, 50, 'ms')).toBe(500)
    expect(valueAt(seen, 250, 'ms')).toBe(1750)
    expect(valueAt(seen, 200, 'cpuSeconds')).toBe(1.75)
    expect(valueAt(seen, 0, 'ms')).toBe(0)
  })

  it('takes percentiles by nearest rank', () => {
    const values = Array.from({ length: 200 }, (_, i) => 200 - i)
    expect([0.5, 0.99, 1].map((share) => percentile(values, share))).toEqual([100, 198, 200])
    expect(percentile([], 0.5)).toBeNaN()
  })
})
