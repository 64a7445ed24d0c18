import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '#shared/clock/system-clock'
import type { KafkaLog } from '#shared/log/kafka/kafka-log'
import type { NewRecord } from '#shared/log/port'
import { textOf, topicRecords } from '../crash/topic-records.js'
import { runCommand } from '../unit/services/cli/command-line.js'
import { makeEvents } from './forecast-run.js'
import { brokers, haveKafka, openKafkaLog, uniqueName } from './open-kafka-log.js'
import { Worker } from './worker.js'

// Expected: what a forecaster publishes that never saw the incident. No number is written down here.

const WORKLOAD = { series: 12, hours: 240, partitions: 2 }
const HOUR_MS = 3_600_000
const START_MS = Date.UTC(2026, 0, 1)
/** The incident, and when it is noticed. */
const [FROM_HOUR, TO_HOUR, NOTICED_HOUR] = [96, 120, 168]
const PATIENCE_MS = 120_000

const iso = (hour: number) => new Date(START_MS + hour * HOUR_MS).toISOString()
const hourOf = ({ timestamp }: NewRecord) => (timestamp - START_MS) / HOUR_MS
const isIncident = (record: NewRecord) => hourOf(record) >= FROM_HOUR && hourOf(record) < TO_HOUR

/** Every meter reads nonsense for a day. */
const events = makeEvents(WORKLOAD).map((record) => {
  if (!isIncident(record)) return record
  const event = { ...JSON.parse(textOf(record.value)), value: 9_000 + 70 * (hourOf(record) % 5) }
  return { ...record, value: Buffer.from(JSON.stringify(event)) }
})
/** The same offsets without it: what is no event moves no series. */
const without = events.map((record) => (isIncident(record) ? { ...record, value: Buffer.from('{') } : record))

describe.skipIf(!haveKafka)('a rewind on a broker', () => {
  const folder = mkdtempSync(join(tmpdir(), 'foretide-rewind-'))
  const workers: Worker[] = []
  let log: KafkaLog
  beforeAll(() => {
    log = openKafkaLog()
  })
  afterEach(async () => {
    for (const worker of workers.splice(0)) await worker.kill()
  })
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true })
    await log.close()
  })

  /** A pipeline of its own over an input of its own, with its configuration in a file. */
  async function pipeline(name: string) {
    const [input, topicPrefix] = [uniqueName(name), uniqueName(name)]
    const configuration = {
      topicPrefix,
      log: { kind: 'kafka', brokers, sessionTimeout: '3s' },
      retention: { age: '3650d' },
      pipelines: {
        meters: {
          ...{
            cadence: '1h',
            horizon: 4,
            season: 4,
            model: { hidden: 4 },
            flushAfter: '500ms',
            batchMax: 50,
          },
          ...{ skewMax: '1000d', snapshots: { every: '1d' }, learn: { enabled: false } },
          input: { topic: input, partitions: WORKLOAD.partitions },
        },
      },
    }
    const file = join(folder, `${name}.yaml`)
    // JSON is YAML.
    writeFileSync(file, JSON.stringify(configuration))
    await log.createTopics([{ topic: input, partitions: WORKLOAD.partitions, cleanup: 'delete' }])
    const topic = `${topicPrefix}.meters.forecasts`
    const ends = new Array<number>(WORKLOAD.partitions).fill(0)
    /** Forecasts of each partition, as text, by the offset of their origin. */
    const forecasts = async () => {
      const found = Array.from({ length: WORKLOAD.partitions }, () => new Map<number, string>())
      if ((await log.partitions(topic)) === 0) return found
      for (const [partition, byOffset] of found.entries()) {
        for await (const { value } of topicRecords(log, topic, partition)) {
          byOffset.set(Number(JSON.parse(textOf(value)).origin.offset), textOf(value))
        }
      }
      return found
    }
    return {
      file,
      start: () => {
        const worker = new Worker(configuration)
        workers.push(worker)
        return worker
      },
      /** The events of some hours; returns where each partition ended before. */
      send: async (records: readonly NewRecord[], fromHour: number, toHour: number) => {
        const before = [...ends]
        const some = records.filter((record) => hourOf(record) >= fromHour && hourOf(record) < toHour)
        await log.append(input, some)
        for (const { partition } of some) ends[partition]!++
        // The end of a transaction takes an offset too.
        for (const p of ends.keys()) ends[p]!++
        const stored = () => Promise.all(ends.map(async (_, p) => (await log.bounds(input, p)).end))
        await expect.poll(stored, { timeout: PATIENCE_MS }).toEqual(ends)
        return before
      },
      forecasts,
      /** Resolves with the forecasts when there are so many. */
      forecast: async (count: number) => {
        for (const from = systemClock.now(); ; await systemClock.sleep(200)) {
          const found = await forecasts()
          if (found.reduce((sum, { size }) => sum + size, 0) >= count) return found
          if (systemClock.now() - from > PATIENCE_MS)
            throw new Error(`no ${count} forecasts: ${workers.map(({ output }) => output).join('\n')}`)
        }
      },
    }
  }

  it('goes on as if the incident had never been, through a kill, and is replayed byte for byte', {
    timeout: 5 * PATIENCE_MS,
  }, async () => {
    const { series, hours } = WORKLOAD
    const rewound = await pipeline('rewound')
    await rewound.send(events, 0, NOTICED_HOUR)
    const first = rewound.start()
    // A series has a forecast from its second sample on.
    const published = await rewound.forecast(series * (NOTICED_HOUR - 1))
    const state = (...argv: string[]) => runCommand(['state', ...argv, '--config', rewound.file, '--json'])
    const marked = await state('exclude', '--from', iso(FROM_HOUR), '--to', iso(TO_HOUR))
    expect(marked.code, marked.err).toBe(0)
    const asked = await state('rewind')
    expect(asked.code, asked.err).toBe(0)
    const since = await rewound.send(events, NOTICED_HOUR, hours)
    await first.kill()
    const second = rewound.start()
    const got = await rewound.forecast(series * (hours - 1))
    expect(await second.stop()).toBe(0)

    const clean = await pipeline('clean')
    await clean.send(without, 0, NOTICED_HOUR)
    expect(await clean.send(without, NOTICED_HOUR, hours), 'both inputs have the same offsets').toEqual(since)
    const third = clean.start()
    const wanted = await clean.forecast(series * (hours - 1 - (TO_HOUR - FROM_HOUR)))
    expect(await third.stop()).toBe(0)

    const listed = JSON.parse((await state('ls')).out)
    for (const [p, { rewind }] of listed.partitions.entries()) {
      expect(rewind.spans).toBe(1)
      const decided = rewind.offset as number
      expect(decided).toBeLessThanOrEqual(since[p]! + 50)
      const later = (all: ReadonlyMap<number, string>) => [...all].filter(([offset]) => offset >= decided)
      expect(later(got[p]!).length).toBeGreaterThan((series / 4) * (hours - NOTICED_HOUR))
      expect(later(got[p]!)).toEqual(later(wanted[p]!))
      // What was said before stands.
      for (const [offset, text] of published[p]!) expect(got[p]!.get(offset)).toBe(text)
    }
    for (const from of [[], ['--from', String(since[0]! + 20)]]) {
      const replayed = await runCommand(['replay', '--check', ...from, '--config', rewound.file, '--json'])
      expect(replayed.code, replayed.err).toBe(0)
      expect(JSON.parse(replayed.out)).toMatchObject({ difference: null, complete: true })
    }
  })
})
