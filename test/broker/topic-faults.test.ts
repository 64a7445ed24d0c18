import { Kafka, logLevel } from 'kafkajs'
import type { Subscription } from 'rxjs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '#shared/clock/system-clock'
import { endsOf } from '#shared/log/ends-of'
import { TopicRecreatedError } from '#shared/log/errors'
import type { KafkaLog } from '#shared/log/kafka/kafka-log'
import type { NewRecord, Ownership } from '#shared/log/port'
import { record } from '../contract/log-contract.js'
import { ForecastRun, forecastsOf, makeEvents } from './forecast-run.js'
import { brokers, fixedMembership, haveKafka, openKafkaLog, uniqueName } from './open-kafka-log.js'

const WORKLOAD = { series: 20, hours: 120, partitions: 2 }
const ALL = forecastsOf(WORKLOAD)

describe.skipIf(!haveKafka)('a topic that changes under its reader', () => {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin()
  const runs: ForecastRun[] = []
  const subscriptions: Subscription[] = []
  let log: KafkaLog

  beforeAll(async () => {
    log = openKafkaLog()
    await admin.connect()
  })
  afterEach(async () => {
    for (const one of subscriptions.splice(0)) one.unsubscribe()
    for (const run of runs.splice(0)) await run.killAll()
  })
  afterAll(async () => {
    await Promise.all([log.close(), admin.disconnect()])
  })

  const create = (topic: string) =>
    log.createTopics([{ topic, partitions: WORKLOAD.partitions, cleanup: 'delete' }])

  /** A run over `events` whose worker is killed while it still has work, and its input. */
  async function killedAtWork(events: readonly NewRecord[]) {
    const input = uniqueName('input')
    await create(input)
    const prefix = uniqueName('faulty')
    const run = new ForecastRun({ log, brokers, input, prefix, partitions: WORKLOAD.partitions })
    runs.push(run)
    const half = Math.floor(events.length / 2)
    await log.append(input, events.slice(0, half))
    const worker = run.start()
    await run.until('the first forecasts', async () => (await run.count()) > 0)
    await worker.kill()
    await log.append(input, events.slice(half))
    // What is appended is seen when its transaction's end is, which takes an offset too.
    const stored = async () => (await endsOf(log, input)).reduce((sum, end) => sum + end, 0)
    await expect.poll(stored, { timeout: 30_000 }).toBe(events.length + 2 * WORKLOAD.partitions)
    expect(await run.count()).toBeLessThan(ALL)
    return { run, input }
  }

  /** @returns what a worker says that ends by itself, with exit code 1 */
  async function stops(run: ForecastRun): Promise<string> {
    const worker = run.start()
    expect(await worker.ended, worker.output).toBe(1)
    return worker.output
  }

  it('and loses records that were not read stops the worker, which names the gap', {
    timeout: 180_000,
  }, async () => {
    const { run, input } = await killedAtWork(makeEvents(WORKLOAD))
    const { end } = await log.bounds(input, 0)
    const position = (await run.published())[0]!.origins.at(-1)! + 1
    expect(position).toBeLessThan(end - 1)
    await admin.fetchTopicOffsets(input)
    await admin.deleteTopicRecords({
      topic: input,
      partitions: [{ partition: 0, offset: String(end - 1) }],
    })
    const before = await run.count()
    const output = await stops(run)
    expect(output).toContain(
      `to ${end - 2} of partition 0 of topic ${input} were deleted before they were read`,
    )
    // The partition stopped where it was; the other one may have gone on.
    expect((await run.published())[0]!.origins.at(-1)! + 1).toBe(position)
    expect(await run.count()).toBeGreaterThanOrEqual(before)
  })

  it('and is made anew while nobody reads stops the worker that comes back', {
    timeout: 180_000,
  }, async () => {
    const events = makeEvents(WORKLOAD)
    const { run, input } = await killedAtWork(events)
    await admin.deleteTopics({ topics: [input] })
    await expect.poll(() => log.partitions(input), { timeout: 40_000, interval: 500 }).toBe(0)
    await create(input)
    // As many records as before, so that every position is inside; other ones.
    await log.append(
      input,
      events.map((event) => ({ ...event, timestamp: event.timestamp + 1 })),
    )
    const before = await run.count()
    const output = await stops(run)
    expect(output).toMatch(/is not the one that was read before: the topic was deleted and made anew/)
    expect(await run.count()).toBe(before)
  })

  it('and is made anew while it is read stops the reader', async () => {
    const topic = uniqueName('anew')
    await create(topic)
    const filled = Array.from({ length: 10 }, (_, i) => record(`old ${i}`))
    await log.append(topic, filled)
    const reader = openKafkaLog({ membership: fixedMembership([0]) })
    try {
      const held = await new Promise<Ownership>((resolve, reject) => {
        subscriptions.push(reader.ownerships(topic, 'g').subscribe({ next: resolve, error: reject }))
      })
      await held.next(0)
      const waiting = held.next(10)
      waiting.catch(() => undefined)
      await admin.deleteTopics({ topics: [topic] })
      await create(topic).catch(() => undefined)
      await expect
        .poll(() => log.partitions(topic), { timeout: 40_000, interval: 200 })
        .toBe(WORKLOAD.partitions)
      await log.append(
        topic,
        Array.from({ length: 20 }, (_, i) => record(`new ${i}`)),
      )
      await expect(waiting).rejects.toThrow(TopicRecreatedError)
    } finally {
      await reader.close()
    }
  })

  it('and gets more partitions stops the worker, which says where the way out stands', {
    timeout: 180_000,
  }, async () => {
    const input = uniqueName('grown')
    await create(input)
    const run = new ForecastRun({
      ...{ log, brokers, input, prefix: uniqueName('grown') },
      partitions: WORKLOAD.partitions,
    })
    runs.push(run)
    const sent = { ...WORKLOAD }
    await log.append(input, makeEvents(sent))
    const worker = run.start()
    await run.until('the first forecasts', async () => (await run.count()) > 0)
    await admin.createPartitions({ topicPartitions: [{ topic: input, count: 3 }] })
    // However fast the machine is, there is always more to do.
    while (worker.running) {
      await run.send(sent, 6)
      await systemClock.sleep(50)
    }
    expect(await worker.ended, worker.output).toBe(1)
    expect(await run.count(), 'work is unfinished').toBeLessThan(forecastsOf(sent))
    expect(worker.output).toContain(`Topic ${input} had 2 partitions and has 3 now`)
    expect(worker.output).toContain('More partitions')
    // And stays stopped.
    expect(await stops(run)).toContain(`Topic ${input} has 3 partitions, not 2`)
  })
})
