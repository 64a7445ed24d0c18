import { describe, expect, it } from 'vitest'
import { type SensorEventOptions, sensorEventDecoder } from '#shared/contracts/sensor-event'
import { sensorEventRecord } from '#shared/feed/sensor-event-record'
import { openTopicFeed } from '#shared/feed/topic-feed'
import { MemoryLog } from '#shared/log/memory/memory-log'
import type { Ownership } from '#shared/log/port'

const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 5)
const options: SensorEventOptions = {
  fields: { series: 'series', time: 'time', value: 'value', values: 'values' },
  covariates: [],
  timeUnit: 'ms',
  timeUnitExplicit: false,
  skewMaxMs: HOUR,
}
const decode = sensorEventDecoder(options)
const { signal } = new AbortController()

/** Two partitions: `a` in the first, `b` in the second; ten hours each, and a record that is no JSON. */
async function filledLog() {
  const log = new MemoryLog()
  await log.createTopics([{ topic: 'in', partitions: 2, cleanup: 'delete' }])
  for (const [partition, series] of ['a', 'b'].entries()) {
    for (let hour = 0; hour < 10; hour++) {
      const timeMs = START + hour * HOUR
      const event = { series, timeMs, value: 100 * partition + hour }
      await log.append('in', [sensorEventRecord(event, partition, timeMs, [])])
    }
  }
  const broken = {
    partition: 1,
    key: null,
    value: new TextEncoder().encode('{'),
    headers: [],
    timestamp: START,
  }
  await log.append('in', [broken])
  return log
}

async function valuesOf(feed: Awaited<ReturnType<typeof openTopicFeed>>) {
  const values: (number | undefined)[] = []
  for await (const event of feed.events()) values.push(event.value)
  return values
}

describe('openTopicFeed', () => {
  it('puts the partitions of a topic in event-time order and says what it could not read', async () => {
    const feed = await openTopicFeed(await filledLog(), { topic: 'in' }, decode, [], signal)
    expect(feed).toMatchObject({ name: 'topic:in', series: 2, total: 20, cadenceMs: HOUR })
    expect((await valuesOf(feed)).slice(0, 4)).toEqual([0, 100, 1, 101])
    expect(feed.findings.warnings[0]).toContain('1 record of in could not be read')
  })

  it('reads from the first time on and ends before the last', async () => {
    const range = { topic: 'in', fromMs: START + 3 * HOUR, toMs: START + 5 * HOUR }
    const feed = await openTopicFeed(await filledLog(), range, decode, [], signal)
    expect(await valuesOf(feed)).toEqual([3, 103, 4, 104])
  })

  it('refuses a covariate that no reading has, and takes one that some have', async () => {
    const log = await filledLog()
    const [timeMs, covariates] = [START + 10 * HOUR, ['plant.load', 'outdoor']]
    const reading = { series: 'a', time: timeMs, value: 1, outdoor: 3.5, plant: {} }
    await log.append('in', [
      {
        partition: 0,
        key: null,
        value: Buffer.from(JSON.stringify(reading)),
        headers: [],
        timestamp: timeMs,
      },
    ])
    const reads = sensorEventDecoder({ ...options, covariates })
    await expect(openTopicFeed(log, { topic: 'in' }, reads, covariates, signal)).rejects.toThrow(
      'No reading of in in this range has the covariate plant.load',
    )
    const outdoor = sensorEventDecoder({ ...options, covariates: ['outdoor'] })
    const feed = await openTopicFeed(log, { topic: 'in' }, outdoor, ['outdoor'], signal)
    expect(feed.total).toBe(21)
  })

  it('leaves the position of a group where it was, while its owner lives', async () => {
    const log = await filledLog()
    const owned: Ownership[] = []
    const living = log.ownerships('in', 'live').subscribe((ownership) => owned.push(ownership))
    await expect.poll(() => owned.length).toBe(2)
    for (const ownership of owned) await ownership.commit([], 4)
    let lost = 0
    for (const { lost$ } of owned) lost$.subscribe(() => lost++)
    await openTopicFeed(log, { topic: 'in' }, decode, [], signal)
    for (const ownership of owned) await ownership.commit([], 5)
    expect(lost).toBe(0)
    living.unsubscribe()
    const again: (number | null)[] = []
    log.ownerships('in', 'live').subscribe(({ committed }) => again.push(committed))
    await expect.poll(() => again).toEqual([5, 5])
  })

  it('refuses a topic that is not there, and a range that is empty', async () => {
    const log = await filledLog()
    await expect(openTopicFeed(log, { topic: 'out' }, decode, [], signal)).rejects.toMatchObject({
      exitCode: 3,
    })
    const range = { topic: 'in', fromMs: START + 50 * HOUR }
    await expect(openTopicFeed(log, range, decode, [], signal)).rejects.toMatchObject({
      exitCode: 2,
      message:
        'in holds readings from 2026-01-05T00:00 to 2026-01-05T09:00, none of them in this range: check --from and --to.',
    })
    await log.createTopics([{ topic: 'broken', partitions: 1, cleanup: 'delete' }])
    const refusal = () => openTopicFeed(log, { topic: 'broken' }, decode, [], signal)
    await expect(refusal()).rejects.toThrow('broken holds no reading yet.')
    const value = new TextEncoder().encode('{"degrees":3}')
    await log.append('broken', [{ partition: 0, key: null, value, headers: [], timestamp: START }])
    await expect(refusal()).rejects.toThrow(/1 record of broken could not be read.*Check input\.fields/)
  })
})
