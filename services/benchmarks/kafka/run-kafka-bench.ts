import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '#shared/clock/clock'
import { pipelineTopics, topicSpecs } from '#shared/contracts/topics'
import { KafkaLog } from '#shared/log/kafka/kafka-log'
import type { Guarantee, NewRecord, Topic } from '#shared/log/port'
import { median } from '../median.js'
import { type BenchChild, startMover, startWorker } from './child.js'
import type { MoverName } from './contestant.js'
import { makeEvent } from './make-events.js'
import { type Drained, measureDrain } from './measure-drain.js'
import { createStampedTopic, type Latency, measureLatency } from './measure-latency.js'
import { OutputTape } from './output-tape.js'

export const PARTITIONS = 12
const PIPELINE = 'meters'
const BATCH_MAX = 500
/** Samples of each series before latency is measured. */
const WARM_UP_ROUNDS = 30

export interface KafkaBenchOptions {
  readonly brokers: readonly string[]
  /** Events of each run. */
  readonly events: number
  readonly series: number
  readonly rounds: number
  /** How long latency is measured. */
  readonly latencyMs: number
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onStage: (name: string) => void
  readonly onProgress: (done: number, total: number) => void
  readonly onMeasured: (what: string, drained: Drained) => void
}

export const CONTESTS = ['exactlyOnce', 'atLeastOnce', 'adapter', 'kafkajs', 'twoWorkers'] as const

/** What each reached, one per round, in the order of the rounds. */
export interface KafkaBenchReport extends Readonly<Record<(typeof CONTESTS)[number], readonly Drained[]>> {
  readonly latency: Latency
  readonly bytesPerEvent: Readonly<Record<string, number>>
}

/** Run what is to be compared one after another, round by round, on topics of their own and the same input. */
export async function runKafkaBench(options: KafkaBenchOptions): Promise<KafkaBenchReport> {
  const { brokers, events, series, clock, signal } = options
  const id = `bench-${clock.now().toString(36)}`
  const log = new KafkaLog({ brokers, clientId: 'bench', prefix: id, clock })
  const folder = await mkdtemp(join(tmpdir(), 'foretide-bench-'))
  const tapeFile = join(folder, 'tape')
  let tape: OutputTape | null = null
  let runs = 0
  try {
    const input = `${id}.in`
    options.onStage('feeding')
    await log.createTopics([{ topic: input, partitions: PARTITIONS, cleanup: 'delete' }])
    await feed(log, input, options)

    /** One run from an empty start until the input is consumed. */
    const drain = async (name: string, start: (prefix: string) => readonly BenchChild[]) => {
      signal.throwIfAborted()
      options.onStage(name)
      const prefix = `${id}-${++runs}`
      const topics = pipelineTopics(prefix, PIPELINE)
      await log.createTopics(topicSpecs(topics, PARTITIONS, {}))
      const children = start(prefix)
      try {
        const drained = await measureDrain({
          ...{ log, clock, signal, topic: topics.forecasts, total: events - series },
          broken: Promise.race(children.map(({ broken }) => broken)),
          cpuSeconds: () => children.reduce((sum, child) => sum + child.cpuSeconds(), 0),
          onProgress: (written) => options.onProgress(written, events),
        })
        options.onMeasured(name, drained)
        return { drained, topics }
      } finally {
        await Promise.all(children.map((child) => child.stop()))
      }
    }
    const work = (guarantee: Guarantee, workers = 1) =>
      drain(workers === 1 ? guarantee : 'two workers', (prefix) =>
        Array.from({ length: workers }, () =>
          startWorker({ brokers, prefix, pipeline: PIPELINE, input, partitions: PARTITIONS, guarantee }),
        ),
      )
    const move = (mover: MoverName) =>
      drain(mover, (prefix) => {
        const topics = pipelineTopics(prefix, PIPELINE)
        const task = { mover, brokers, input, topics, prefix, batchMax: BATCH_MAX, tape: tapeFile }
        return [startMover(task, PARTITIONS)]
      })

    const rounds: Record<(typeof CONTESTS)[number], Drained[]> = {
      ...{ exactlyOnce: [], atLeastOnce: [], adapter: [], kafkajs: [], twoWorkers: [] },
    }
    for (let round = 0; round < options.rounds; round++) {
      const run = await work('exactly-once')
      rounds.exactlyOnce.push(run.drained)
      if (tape === null) {
        tape = await OutputTape.record(log, run.topics, events)
        await writeFile(tapeFile, tape.toBytes())
      }
      rounds.atLeastOnce.push((await work('at-least-once')).drained)
      rounds.adapter.push((await move('adapter')).drained)
      rounds.kafkajs.push((await move('kafkajs')).drained)
      rounds.twoWorkers.push((await work('exactly-once', 2)).drained)
    }
    const rate = median(rounds.exactlyOnce.map(({ eventsPerSecond }) => eventsPerSecond))
    const latency = await latencyAt(rate / 2, `${id}-late`, log, options)
    return { ...rounds, latency, bytesPerEvent: tape?.bytesPerEvent ?? {} }
  } finally {
    await log.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function feed(log: KafkaLog, topic: string, { events, series, clock, onProgress }: KafkaBenchOptions) {
  const CHUNK = 12_000
  for (let from = 0; from < events; from += CHUNK) {
    const now = clock.now()
    const parts = Array.from({ length: PARTITIONS }, (): NewRecord[] => [])
    for (let n = from; n < Math.min(events, from + CHUNK); n++) {
      const event = makeEvent(n, series, PARTITIONS, now)
      parts[event.partition]!.push(event)
    }
    await Promise.all(parts.map((records) => log.append(topic, records)))
    onProgress(Math.min(events, from + CHUNK), events)
  }
}

async function latencyAt(
  eventsPerSecond: number,
  prefix: string,
  log: KafkaLog,
  options: KafkaBenchOptions,
): Promise<Latency> {
  const { brokers, series, latencyMs, clock, signal } = options
  options.onStage('latency at half load')
  const input = `in-${prefix}`
  const topics = pipelineTopics(prefix, PIPELINE)
  await createStampedTopic(brokers, input, PARTITIONS)
  await log.createTopics(topicSpecs(topics, PARTITIONS, {}))
  const pipeline = { brokers, prefix, pipeline: PIPELINE, input, partitions: PARTITIONS }
  const worker = startWorker({ ...pipeline, guarantee: 'exactly-once' })
  try {
    await Promise.race([warmUp(log, input, topics.forecasts, options), worker.broken])
    const measured = measureLatency({
      ...{ log, brokers, input, forecasts: topics.forecasts, partitions: PARTITIONS, series },
      ...{
        eventsPerSecond,
        firstEvent: WARM_UP_ROUNDS * series,
        warmUpMs: 2_000,
        ms: latencyMs,
        clock,
        signal,
      },
      onProgress: (share) => options.onProgress(Math.round(100 * share), 100),
    })
    measured.catch(() => undefined)
    return await Promise.race([measured, worker.broken])
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
  await feed(log, input, { ...options, events })
  await measureDrain({
    ...{ log, topic: forecasts, total: events - series, clock, signal, onProgress: () => undefined },
    ...{ broken: new Promise<never>(() => undefined), cpuSeconds: () => 0 },
  })
  await clock.sleep(1_000, signal)
}
