import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipelineTopics, topicSpecs } from '#shared/contracts/topics'
import { KafkaLog } from '#shared/log/kafka/kafka-log'
import type { Guarantee } from '#shared/log/port'
import { type BenchChild, startMover, startWorker } from './child.js'
import type { MoverName } from './contestant.js'
import { feedEvents, PARTITIONS } from './feed-events.js'
import type { KafkaBenchOptions } from './kafka-bench-options.js'
import { type LatencyAtLoad, latencyAt, PIPELINE } from './latency-at.js'
import { type Drained, measureDrain } from './measure-drain.js'
import { OutputTape } from './output-tape.js'

const BATCH_MAX = 500

const CONTESTS = ['exactlyOnce', 'atLeastOnce', 'adapter', 'kafkajs', 'twoWorkers'] as const

/** What each reached, one per round, in the order of the rounds. */
export interface KafkaBenchReport extends Readonly<Record<(typeof CONTESTS)[number], readonly Drained[]>> {
  /** Each at half of what the same round moved exactly once, right after it. */
  readonly latency: readonly LatencyAtLoad[]
  readonly bytesPerEvent: Readonly<Record<string, number>>
}

/** Run what is to be compared one after another, round by round, on topics of their own and the same input. */
export async function runKafkaBench(options: KafkaBenchOptions): Promise<KafkaBenchReport> {
  const { brokers, events, series, clock, signal } = options
  const id = `bench-${clock.now().toString(36)}`
  const log = new KafkaLog({ brokers, clientId: 'bench', prefix: id, clock })
  const folder = await mkdtemp(join(tmpdir(), 'foretide-bench-'))
  const tapeFile = join(folder, 'tape')
  let runs = 0
  try {
    const input = `${id}.in`
    options.onStage('feeding')
    await log.createTopics([{ topic: input, partitions: PARTITIONS, cleanup: 'delete' }])
    await feedEvents(log, input, options)

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
        return { drained, topics }
      } finally {
        await Promise.all(children.map((child) => child.stop()))
      }
    }
    const start = (prefix: string, guarantee: Guarantee) =>
      startWorker({ brokers, prefix, pipeline: PIPELINE, input, partitions: PARTITIONS, guarantee })
    const measure = async (name: string, children: (prefix: string) => readonly BenchChild[]) => {
      const { drained } = await drain(name, children)
      options.onMeasured(name, drained)
      return drained
    }
    const work = (guarantee: Guarantee, workers = 1) =>
      measure(workers === 1 ? guarantee : 'two workers', (prefix) =>
        Array.from({ length: workers }, () => start(prefix, guarantee)),
      )
    const move = (mover: MoverName) =>
      measure(mover, (prefix) => {
        const topics = pipelineTopics(prefix, PIPELINE)
        const task = { mover, brokers, input, topics, prefix, batchMax: BATCH_MAX, tape: tapeFile }
        return [startMover(task, PARTITIONS)]
      })

    const rounds: Record<(typeof CONTESTS)[number], Drained[]> = {
      ...{ exactlyOnce: [], atLeastOnce: [], adapter: [], kafkajs: [], twoWorkers: [] },
    }
    // Counts for nothing: the broker compiles itself meanwhile. What it wrote is what the movers write.
    const warmUp = await drain('warming up', (prefix) => [start(prefix, 'exactly-once')])
    const tape = await OutputTape.record(log, warmUp.topics, events)
    await writeFile(tapeFile, tape.toBytes())
    const latency: LatencyAtLoad[] = []
    for (let round = 0; round < options.rounds; round++) {
      const whole = await work('exactly-once')
      rounds.exactlyOnce.push(whole)
      latency.push(
        await latencyAt(whole.eventsPerSecond / 2, `${id}-late-${round}`, log, { ...options, rounds: 1 }),
      )
      rounds.atLeastOnce.push(await work('at-least-once'))
      rounds.adapter.push(await move('adapter'))
      rounds.kafkajs.push(await move('kafkajs'))
      rounds.twoWorkers.push(await work('exactly-once', 2))
    }
    return { ...rounds, latency, bytesPerEvent: tape.bytesPerEvent }
  } finally {
    await log.close()
    await rm(folder, { recursive: true, force: true })
  }
}
