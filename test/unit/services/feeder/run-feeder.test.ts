import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findPlace } from '#services/feeder/find-place'
import type { FeedProgress } from '#services/feeder/report-progress'
import { type FeederOptions, runFeeder } from '#services/feeder/run-feeder'
import type { EventTable } from '#shared/feed/event-table'
import type { Feed } from '#shared/feed/feed'
import { feedOfTable } from '#shared/feed/table-feed'
import { LogAwayError } from '#shared/log/errors'
import { partitionOfKey } from '#shared/log/kafka/partition-of-key'
import { MemoryLog } from '#shared/log/memory/memory-log'
import type { MemoryLogFaults } from '#shared/log/memory/memory-log-faults'
import type { LogRecord } from '#shared/log/port'
import { VirtualClock } from './virtual-clock.js'

const topic = 'in'
const hour = 3_600_000
const start = Date.UTC(2001, 0, 1)
const now = Date.UTC(2026, 0, 1)
const names = Array.from({ length: 7 }, (_, i) => `s${i}`)

/** Seven series, one value each an hour. */
function feedOf(hours: number, factor = 1): Feed {
  const n = hours * names.length
  const table: EventTable = {
    series: names,
    channels: [],
    timesMs: Float64Array.from({ length: n }, (_, i) => start + Math.floor(i / names.length) * hour),
    seriesOf: Uint32Array.from({ length: n }, (_, i) => i % names.length),
    values: Float64Array.from({ length: n }, (_, i) => i * factor),
  }
  return feedOfTable('test', table)
}

async function newLog(partitions: number, faults?: MemoryLogFaults): Promise<MemoryLog> {
  const log = new MemoryLog(faults && { faults })
  await log.createTopics([{ topic, partitions, cleanup: 'delete' }])
  return log
}

async function recordsOf(log: MemoryLog, partitions: number): Promise<LogRecord[][]> {
  return Promise.all(
    Array.from({ length: partitions }, async (_, p) => {
      const records: LogRecord[] = []
      for await (const batch of log.read(topic, p, 0, (await log.bounds(topic, p)).end)) {
        records.push(...batch.records)
      }
      return records
    }),
  )
}

const text = (bytes: Uint8Array | null) => new TextDecoder().decode(bytes ?? new Uint8Array())
const headers = (record: LogRecord) =>
  Object.fromEntries(record.headers.map(([name, value]) => [name, text(value)]))

function run(log: MemoryLog, feed: Feed, partitions: number, more: Partial<FeederOptions> = {}) {
  return runFeeder({
    log,
    topic,
    partitions,
    feed,
    speed: 'max',
    clock: new VirtualClock(now),
    signal: new AbortController().signal,
    ...more,
  })
}

/** What every partition has to hold, from the feed alone. */
async function expected(feed: Feed, partitions: number): Promise<string[][]> {
  const values: string[][] = Array.from({ length: partitions }, () => [])
  for await (const { series, timeMs, value } of feed.events()) {
    const partition = partitionOfKey(new TextEncoder().encode(series), partitions)
    values[partition]!.push(JSON.stringify({ series, time: new Date(timeMs).toISOString(), value }))
  }
  return values
}

const valuesOf = (records: LogRecord[][]) =>
  records.map((partition) => partition.map(({ value }) => text(value)))

describe('runFeeder', () => {
  it('sends every event as JSON under its series, with its place in the headers', async () => {
    const log = await newLog(3)
    const feed = feedOf(24)
    const result = await run(log, feed, 3)
    expect(result).toMatchObject({ sent: 168, skipped: 0, finished: true })

    const records = await recordsOf(log, 3)
    expect(valuesOf(records)).toEqual(await expected(feed, 3))
    const first = records.flat().find((record) => headers(record).foretide_feed_index === '0')!
    expect(text(first.key)).toBe('s0')
    expect(text(first.value)).toBe('{"series":"s0","time":"2001-01-01T00:00:00.000Z","value":0}')
    expect(headers(first)).toEqual({
      'content-type': 'application/json',
      foretide_feed: feed.fingerprint,
      foretide_feed_index: '0',
    })
    expect(first.timestamp).toBe(now)
  })

  it('stamps a record no earlier than its event', async () => {
    const log = await newLog(1)
    await run(log, feedOf(1), 1, { clock: new VirtualClock(0) })
    expect((await recordsOf(log, 1))[0]![0]!.timestamp).toBe(start)
  })

  it('sends nothing a second time, and tells what was there', async () => {
    const log = await newLog(3)
    await run(log, feedOf(24), 3)
    expect(await run(log, feedOf(24), 3)).toMatchObject({ sent: 0, skipped: 168, finished: true })
  })

  it('waits out an outage, whether the append before it was written or not, and sends nothing twice', async () => {
    const log = await newLog(3, {
      beforeAppend: (append) =>
        (['proceed', 'fail-after', 'proceed', 'fail-before', 'fail-before'] as const)[append] ?? 'proceed',
    })
    const feed = feedOf(24)
    // Two hours a chunk: twelve appends.
    const clock = new VirtualClock(now)
    const told: FeedProgress[] = []
    const onProgress = (progress: FeedProgress) => told.push(progress)
    const result = await run(log, feed, 3, { clock, outlasts: true, speed: 360_000, onProgress })
    expect(valuesOf(await recordsOf(log, 3))).toEqual(await expected(feed, 3))
    expect(result).toMatchObject({ finished: true })
    expect(result.sent + result.skipped).toBe(168)
    expect(told.map(({ sent }) => sent)).toEqual(told.map(({ sent }) => sent).sort((a, b) => a - b))
    expect(told.at(-1)).toMatchObject({ sent: 168, total: 168 })
  })

  it('fails on an outage where nobody asked for waiting', async () => {
    const log = await newLog(3, { beforeAppend: () => 'fail-before' })
    await expect(run(log, feedOf(24), 3)).rejects.toThrow(LogAwayError)
  })

  it('keeps two feeds of one topic apart', async () => {
    const log = await newLog(2)
    await run(log, feedOf(24), 2)
    expect(await run(log, feedOf(24, 2), 2)).toMatchObject({ sent: 168, skipped: 0 })
    expect(await run(log, feedOf(24), 2)).toMatchObject({ sent: 0, skipped: 168 })
  })

  it('loses nothing and repeats nothing, wherever it dies', async () => {
    const hours = 1_200
    const feed = feedOf(hours)
    const want = await expected(feed, 3)
    const property = fc.asyncProperty(
      fc.array(fc.constantFrom('proceed', 'fail-before', 'fail-after'), { minLength: 1, maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 4_000 }), { maxLength: 3 }),
      async (faults, strangers) => {
        const log = await newLog(3, { beforeAppend: (append) => faults[append - 1] ?? 'proceed' })
        let deaths = 0
        for (let finished = false; !finished; ) {
          try {
            finished = (await run(log, feed, 3)).finished
          } catch {
            deaths++
            // Others write to the topic as well, in between.
            const count = strangers[deaths] ?? 0
            const record = { key: null, value: null, headers: [], timestamp: 0 }
            await log
              .append(
                topic,
                Array.from({ length: count }, (_, i) => ({ ...record, partition: i % 3 })),
              )
              .catch(() => undefined)
          }
        }
        const ours = (await recordsOf(log, 3)).map((records) => records.filter(({ value }) => value !== null))
        expect(valuesOf(ours)).toEqual(want)
      },
    )
    await fc.assert(property, { seed: 3, numRuns: 30 })
  })

  it('goes on where each partition stands, when one has more than another', async () => {
    const log = await newLog(3)
    const feed = feedOf(50)
    // As after a log that wrote only part of a chunk: partition 0 is ahead.
    const whole = await newLog(3)
    await run(whole, feed, 3)
    const ahead = (await recordsOf(whole, 3)).map((records, p) => records.slice(0, [80, 10, 0][p]))
    await log.append(
      topic,
      ahead.flatMap((records, partition) => records.map((record) => ({ ...record, partition }))),
    )
    const present = ahead.flat().length
    expect(await run(log, feed, 3)).toMatchObject({ sent: 350 - present, skipped: present })
    expect(valuesOf(await recordsOf(log, 3))).toEqual(await expected(feed, 3))
  })

  it('sends only while it is its turn, and goes on where the other process stopped: each event once', async () => {
    const feed = feedOf(2_000)
    const log = await newLog(3)
    const clock = new VirtualClock(now)
    // Seven appends; it passes on at every second question.
    let [holder, asked, alone] = [0, 0, false]
    const turnOf = (which: number) => () => {
      if (!alone && which === holder && ++asked % 2 === 0) holder = 1 - holder
      return which === holder
    }
    const results = await Promise.all(
      [0, 1].map(async (which) => {
        const result = await run(log, feed, 3, { clock, isOurs: turnOf(which) })
        holder = 1 - which
        alone = true
        return result
      }),
    )
    expect(valuesOf(await recordsOf(log, 3))).toEqual(await expected(feed, 3))
    for (const { sent } of results) expect(sent).toBeGreaterThan(feed.total / 4)
    expect(results[0]!.sent + results[1]!.sent).toBe(feed.total)
    for (const { sent, skipped, finished } of results) {
      expect(finished).toBe(true)
      expect(sent + skipped).toBe(feed.total)
    }
  })

  it('sends nothing while it is another’s turn, and ends when asked', async () => {
    const log = await newLog(1)
    const clock = new VirtualClock(now)
    const stop = new AbortController()
    const stopping = clock.sleep(60_000).then(() => stop.abort())
    const result = await run(log, feedOf(2), 1, { clock, signal: stop.signal, isOurs: () => false })
    await stopping
    expect(result).toMatchObject({ sent: 0, skipped: 0, finished: false })
    expect(await log.bounds(topic, 0)).toEqual({ start: 0, end: 0 })
  })

  it('sends four cadences a second unless told otherwise', async () => {
    const clock = new VirtualClock(now)
    const log = await newLog(1)
    await run(log, feedOf(41), 1, { clock, speed: undefined })
    // 40 hours after the first, at four a second: ten seconds, plus at most a tick.
    expect(clock.now() - now).toBeGreaterThanOrEqual(10_000)
    expect(clock.now() - now).toBeLessThan(10_100)
    const at = (await recordsOf(log, 1))[0]!.map(({ timestamp }) => timestamp - now)
    expect(at.slice(0, 7)).toEqual(Array(7).fill(0))
    expect(at.slice(28, 35)).toEqual(Array(7).fill(1_000))
  })

  it('obeys a speed in event time per wall time', async () => {
    const clock = new VirtualClock(now)
    await run(await newLog(1), feedOf(11), 1, { clock, speed: 3600 })
    expect(Math.abs(clock.now() - now - 10_000)).toBeLessThan(100)
  })

  it('catches up in bounded chunks when it was held up', async () => {
    const sizes: number[] = []
    const log = await newLog(1)
    const clock = new VirtualClock(now)
    const append = log.append.bind(log)
    log.append = async (name, records) => {
      sizes.push(records.length)
      if (sizes.length === 1) clock.nowMs += hour
      await append(name, records)
    }
    await run(log, feedOf(1_000), 1, { clock, speed: undefined })
    expect(sizes).toEqual([7, 2_000, 2_000, 2_000, 993])
  })

  it('waits while the consumer is more than 20,000 records behind', async () => {
    const log = await newLog(1)
    let reads = 0
    let most = 0
    const clock = new VirtualClock(now)
    const feed = feedOf(6_000)
    let appended = 0
    const append = log.append.bind(log)
    log.append = async (name, records) => {
      appended += records.length
      await append(name, records)
    }
    const sleep = clock.sleep.bind(clock)
    clock.sleep = async (ms) => {
      if (ms > 0) reads += 500
      await sleep(ms)
    }
    const lag = () => {
      most = Math.max(most, appended - reads)
      return appended - reads
    }
    await run(log, feed, 1, { clock, lag })
    expect(most).toBeGreaterThan(20_000)
    expect(most).toBeLessThanOrEqual(22_000)
    expect(appended).toBe(42_000)
  })

  it('stops when asked, and finishes in the next run', async () => {
    const log = await newLog(3)
    const stop = new AbortController()
    const onProgress = ({ sent }: FeedProgress) => sent >= 4_000 && stop.abort()
    const first = await run(log, feedOf(1_000), 3, { signal: stop.signal, onProgress, clock: tickingClock() })
    expect(first.finished).toBe(false)
    expect(first.sent).toBeGreaterThanOrEqual(4_000)
    expect(first.sent).toBeLessThan(7_000)
    const second = await run(log, feedOf(1_000), 3)
    expect(second).toMatchObject({ sent: 7_000 - first.sent, skipped: first.sent, finished: true })
  })

  it('tells its progress four times a second at most, and once at the end', async () => {
    const told: FeedProgress[] = []
    const clock = new VirtualClock(now)
    await run(await newLog(1), feedOf(41), 1, { clock, speed: undefined, onProgress: (p) => told.push(p) })
    expect(told.length).toBeGreaterThan(10)
    expect(told.length).toBeLessThanOrEqual(42)
    const last = told.at(-1)!
    expect(last).toMatchObject({ sent: 287, total: 287, eventTimeMs: start + 40 * hour, secondsLeft: 0 })
    // 287 events in ten seconds.
    expect(last.eventsPerSecond).toBeCloseTo(28.7, 0)
  })
})

/** A tenth of a second passes with each look. */
function tickingClock(): VirtualClock {
  const clock = new VirtualClock(now)
  clock.now = () => {
    clock.nowMs += 100
    return clock.nowMs
  }
  return clock
}

describe('findPlace', () => {
  it('finds the last event behind many records of others', async () => {
    const log = await newLog(1)
    const feed = feedOf(3)
    await run(log, feed, 1)
    const stranger = { partition: 0, key: null, value: null, headers: [], timestamp: 0 }
    await log.append(topic, Array(9_999).fill(stranger))
    expect(await findPlace(log, topic, 0, feed.fingerprint)).toBe(20)
    expect(await findPlace(log, topic, 0, 'another')).toBe(-1)
  })

  it('takes a damaged index for a record of others', async () => {
    const log = await newLog(1)
    const bytes = (value: string) => new TextEncoder().encode(value)
    await log.append(topic, [
      {
        partition: 0,
        key: null,
        value: null,
        headers: [
          ['foretide_feed', bytes('f')],
          ['foretide_feed_index', bytes('-1e3')],
        ],
        timestamp: 0,
      },
    ])
    expect(await findPlace(log, topic, 0, 'f')).toBe(-1)
  })
})
