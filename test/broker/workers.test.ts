import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '#shared/clock/system-clock'
import type { KafkaLog } from '#shared/log/kafka/kafka-log'
import { partitionOfKey } from '#shared/log/kafka/partition-of-key'
import type { NewRecord } from '#shared/log/port'
import { brokers, haveKafka, openKafkaLog, uniqueName } from './open-kafka-log.js'
import { Worker } from './worker.js'

const PARTITIONS = 4
const SERIES = 60
const HOURS = 400
const HOUR_MS = 3_600_000
/** A series has a forecast from its second sample on. */
const ALL = SERIES * (HOURS - 1)

/** A daily wave of its own for each series, hour by hour: no two series alike, and the same in every run. */
function makeEvents(): NewRecord[] {
  const records: NewRecord[] = []
  for (let hour = 0; hour < HOURS; hour++) {
    for (let s = 0; s < SERIES; s++) {
      const series = `meter-${s}`
      const key = Buffer.from(series)
      const value =
        100 + s + (10 + s) * Math.sin((2 * Math.PI * (hour + s)) / 24) + ((hour * 7 + s * 13) % 11)
      const event = { series, time: Date.UTC(2026, 0, 1) + hour * HOUR_MS, value }
      const timestamp = Date.UTC(2026, 0, 1) + hour * HOUR_MS
      const partition = partitionOfKey(key, PARTITIONS)
      records.push({ partition, key, value: Buffer.from(JSON.stringify(event)), headers: [], timestamp })
    }
  }
  return records
}

describe.skipIf(!haveKafka)('workers on a broker', () => {
  const input = uniqueName('meters')
  const workers: Worker[] = []
  let log: KafkaLog

  const start = (topicPrefix: string) => {
    const worker = new Worker({
      topicPrefix,
      log: { kind: 'kafka', brokers, sessionTimeout: '6s' },
      // Forecasts are as old as the events, and the broker deletes by that time.
      retention: { age: '3650d' },
      pipelines: {
        meters: {
          ...{ cadence: '1h', flushAfter: '500ms', batchMax: 50, skewMax: '1000d' },
          input: { topic: input, partitions: PARTITIONS },
        },
      },
    })
    workers.push(worker)
    return worker
  }
  const forecasts = (prefix: string) => `${prefix}.meters.forecasts`

  /** Origin offsets that have a forecast, and a fingerprint of all that consumers see, per partition. */
  const published = async (prefix: string) =>
    Promise.all(
      Array.from({ length: PARTITIONS }, async (_, partition) => {
        const topic = forecasts(prefix)
        const hash = createHash('sha256')
        const origins: number[] = []
        if ((await log.partitions(topic)) === 0) return { origins, hash: '' }
        const { start: from, end } = await log.bounds(topic, partition)
        for await (const { records } of log.read(topic, partition, from, end)) {
          for (const { key, value, headers } of records) {
            const message = JSON.parse(Buffer.from(value!).toString())
            origins.push(Number(message.origin.offset))
            hash.update(key!).update(value!)
            for (const [name, bytes] of headers) hash.update(name).update(bytes)
          }
        }
        return { origins, hash: hash.digest('hex') }
      }),
    )
  const count = async (prefix: string) =>
    (await published(prefix)).reduce((sum, { origins }) => sum + origins.length, 0)
  const isDone = async (prefix: string) => (await count(prefix)) === ALL
  const until = async (what: string, done: () => Promise<boolean>) => {
    for (const from = systemClock.now(); !(await done()); await systemClock.sleep(100)) {
      if (systemClock.now() - from < 90_000) continue
      throw new Error(
        `${what} did not come about:\n${workers.map(({ output }) => output.slice(-2_000)).join('\n---\n')}`,
      )
    }
  }

  beforeAll(async () => {
    log = openKafkaLog()
    await log.createTopics([{ topic: input, partitions: PARTITIONS, cleanup: 'delete' }])
  })
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.kill()))
  })
  afterAll(() => log.close())

  it('publish the same bytes whether they are killed, joined and left or not', {
    timeout: 240_000,
  }, async () => {
    const rough = uniqueName('rough')
    const calm = uniqueName('calm')
    const events = makeEvents()
    const third = Math.floor(events.length / 3)

    // Each kill comes right after new events: there is always work that is not done.
    await log.append(input, events.slice(0, third))
    let one = start(rough)
    await until('the first forecasts', async () => (await count(rough)) > 0)
    await log.append(input, events.slice(third, 2 * third))
    await one.kill()
    expect(await count(rough)).toBeLessThan(2 * third - SERIES)
    one = start(rough)
    await until('forecasts after the first kill', async () => (await count(rough)) > third)
    // The second joins while the first works, and the first dies.
    const two = start(rough)
    await until('the second worker', async () => two.output.includes('"started"'))
    await log.append(input, events.slice(2 * third))
    await one.kill()
    expect(await count(rough)).toBeLessThan(ALL)
    await until('the end of the rough run', () => isDone(rough))
    expect(await two.stop()).toBe(0)

    const alone = start(calm)
    await until('the undisturbed run', () => isDone(calm))
    expect(await alone.stop()).toBe(0)
    const expected = await published(calm)

    const got = await published(rough)
    for (let p = 0; p < PARTITIONS; p++) expect(new Set(got[p]!.origins).size).toBe(got[p]!.origins.length)
    expect(got.map(({ hash }) => hash)).toEqual(expected.map(({ hash }) => hash))
  })
})
