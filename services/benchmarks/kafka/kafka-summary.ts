import { medianOf } from '#shared/scoring/median-of'
import type { Drained } from './measure-drain.js'
import type { KafkaBenchReport } from './run-kafka-bench.js'

/** What the bench says in one line. */
export interface KafkaSummary {
  /** One worker, exactly once, full fans. */
  readonly eventsPerSecond: number
  /** Share of at-least-once delivery's speed that exactly once costs. */
  readonly exactlyOnceTax: number
  /** How much longer the adapter takes than bare kafkajs for the same bytes in the same transactions; below 0 where it is faster. */
  readonly adapterOverhead: number
  readonly p99Ms: number
  /** Times the speed of one worker. */
  readonly twoWorkers: number
}

export interface KafkaFloor {
  readonly figure: keyof KafkaSummary
  readonly name: string
  readonly floor: number
  readonly goal: number
  /** Whether more is better. */
  readonly atLeast: boolean
  readonly isShare: boolean
}

export const KAFKA_FLOORS: readonly KafkaFloor[] = [
  {
    ...{ figure: 'eventsPerSecond', name: 'events/s, one worker, exactly once' },
    ...{ floor: 8_000, goal: 12_000, atLeast: true, isShare: false },
  },
  {
    ...{ figure: 'exactlyOnceTax', name: 'exactly-once tax' },
    ...{ floor: 0.4, goal: 0.2, atLeast: false, isShare: true },
  },
  {
    ...{ figure: 'adapterOverhead', name: 'adapter over bare kafkajs' },
    ...{ floor: 0.25, goal: 0.1, atLeast: false, isShare: true },
  },
  {
    ...{ figure: 'p99Ms', name: 'event to forecast at half load, p99 ms' },
    ...{ floor: 100, goal: 30, atLeast: false, isShare: false },
  },
  {
    ...{ figure: 'twoWorkers', name: 'two workers, times one' },
    ...{ floor: 1.6, goal: 1.6, atLeast: true, isShare: false },
  },
]
/** Two workers and a broker need a core each, and this process some of a fourth. */
const CORES_FOR_TWO = 4

/** Ratios are those of each round, of which the median counts. */
export function summariseKafkaBench(report: KafkaBenchReport): KafkaSummary {
  const { exactlyOnce, atLeastOnce, adapter, kafkajs, twoWorkers, latency } = report
  const ratio = (of: readonly Drained[], over: readonly Drained[]) =>
    medianOf(of.map(({ eventsPerSecond }, round) => eventsPerSecond / over[round]!.eventsPerSecond))
  return {
    eventsPerSecond: Math.round(medianOf(exactlyOnce.map((one) => one.eventsPerSecond))),
    exactlyOnceTax: rounded(1 - ratio(exactlyOnce, atLeastOnce)),
    adapterOverhead: rounded(ratio(kafkajs, adapter) - 1),
    p99Ms: rounded(medianOf(latency.map(({ p99Ms }) => p99Ms))),
    twoWorkers: rounded(ratio(twoWorkers, exactlyOnce)),
  }
}

/** One sentence for each floor that is missed. */
export function missedKafkaFloors(summary: KafkaSummary, cores: number): string[] {
  return KAFKA_FLOORS.flatMap(({ figure, name, floor, atLeast }) => {
    if (figure === 'twoWorkers' && cores < CORES_FOR_TWO) return []
    const reached = summary[figure]
    if (atLeast ? reached >= floor : reached <= floor) return []
    return [`Missed: ${reached} ${name}; ${floor} are asked.`]
  })
}

function rounded(value: number): number {
  return Number(value.toPrecision(3))
}
