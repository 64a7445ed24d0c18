import { pipelineTopics, topicSpecs } from '#shared/contracts/topics'
import { KafkaLog } from '#shared/log/kafka/kafka-log'
import type { Topic } from '#shared/log/port'
import { startWorker } from './child.js'
import { feedEvents, PARTITIONS } from './feed-events.js'
import type { KafkaBenchOptions } from './kafka-bench-options.js'
import { measureDrain } from './measure-drain.js'
import { createStampedTopic, type Latency, measureLatency } from './measure-latency.js'

export const PIPELINE = 'meters'
/** Samples of each series before latency is measured. */
const WARM_UP_ROUNDS = 30

export interface LatencyAtLoad extends Latency {
  /** Processor time of the worker for each event. */
  readonly cpuMicros: number
}

/** Latency alone, at so many events a second. */
export async function runKafkaLatency(
  eventsPerSecond: number,
  options: KafkaBenchOptions,
): Promise<LatencyAtLoad> {
  const { brokers, clock } = options
  const id = `bench-${clock.now().toString(36)}`
  const log = new KafkaLog({ brokers, clientId: 'bench', prefix: id, clock })
  try {
    return await latencyAt(eventsPerSecond, id, log, options)
  } finally {
    await log.close()
  }
}

/** Latency of one worker, exactly once, at so many events a second, and what it takes of the processor for each. */
export async function latencyAt(
  eventsPerSecond: number,
  prefix: string,
  log: KafkaLog,
  options: KafkaBenchOptions,
): Promise<LatencyAtLoad> {
  const { brokers, series, settleMs, latencyMs, rounds, clock, signal } = options
  options.onStage(`latency at ${Math.round(eventsPerSecond)} events/s`)
  const input = `in-${prefix}`
  const topics = pipelineTopics(prefix, PIPELINE)
  await createStampedTopic(brokers, input, PARTITIONS)
  await log.createTopics(topicSpecs(topics, PARTITIONS, {}))
  const pipeline = { brokers, prefix, pipeline: PIPELINE, input, partitions: PARTITIONS }
  const worker = startWorker({ ...pipeline, guarantee: 'exactly-once' })
  try {
    await Promise.race([warmUp(log, input, topics.forecasts, options), worker.broken])
    const usedBefore = worker.cpuSeconds()
    const measured = measureLatency({
      ...{ log, brokers, input, forecasts: topics.forecasts, partitions: PARTITIONS, series },
      ...{
        eventsPerSecond,
        firstEvent: WARM_UP_ROUNDS * series,
        warmUpMs: settleMs,
        ms: latencyMs,
        rounds,
        clock,
        signal,
      },
      onProgress: options.onProgress,
    })
    measured.catch(() => undefined)
    const latency = await Promise.race([measured, worker.broken])
    const events = (latency.eventsPerSecond * (settleMs + rounds * latencyMs)) / 1000
    return { ...latency, cpuMicros: ((worker.cpuSeconds() - usedBefore) * 1e6) / events }
  } finally {
    await worker.stop()
  }
}

/** Until the worker is up, has compiled what it runs, and has nothing left to do: that is throughput's business. */
async function warmUp(
  log: KafkaLog,
  input: Topic,
  forecasts: Topic,
  options: KafkaBenchOptions,
): Promise<void> {
  const { series, clock, signal } = options
  const events = WARM_UP_ROUNDS * series
  await feedEvents(log, input, { ...options, events })
  await measureDrain({
    ...{ log, topic: forecasts, total: events - series, clock, signal, onProgress: () => undefined },
    ...{ broken: new Promise<never>(() => undefined), cpuSeconds: () => 0 },
  })
  await clock.sleep(1_000, signal)
}
